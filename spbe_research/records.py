"""A figure, a table or a set of facts is declared where it is computed: three decorators.

A figure that takes results can be drawn of any of them: ``draw_figure``.

A folder of ``questions/`` holds ``tables.py``, whose functions take nothing, read the tidy data and
return a table. The decorator above a function gives its table an id; ``words.toml`` beside it holds
what is said of it. Nothing is published here (``press``).
"""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spbe_research.errors import DataError

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = [
    "Computation",
    "Units",
    "check_question",
    "computation",
    "draw_figure",
    "facts",
    "figure",
    "file_name",
    "home_of",
    "question_words",
    "questions",
    "result",
    "table",
]

_FOLDER = Path(__file__).with_name("questions")
_PACKAGE = "spbe_research.questions"

Compute = Callable[..., "pd.DataFrame"]
Draw = Callable[..., "Figure"]


@dataclass(frozen=True)
class Units:
    """What a record's n counts: its word in ``questions/words.toml``, and the rows counted.

    ``rows`` returns one row per unit, with ``year`` (or ``start`` and ``end``) where there is one;
    left out, the rows of the record's own table are counted.
    """

    name: str
    rows: Compute | None = None


@dataclass(frozen=True)
class Computation:
    """One declared table: its id, the question it belongs to, what computes and what draws it.

    ``takes_results`` says that ``compute`` takes any rows of ``load_published()`` as well.
    """

    id: str
    question: str
    compute: Compute
    units: Units
    draw: Draw | None = None
    takes_results: bool = False


_DECLARED: dict[str, Computation] = {}


def table(record_id: str, *, units: Units) -> Callable[[Compute], Compute]:
    """Declare the function below as the one that computes a registered table.

    Parameters
    ----------
    record_id : str
        ``"tab-..."``, as in ``words.toml`` of the same folder.
    units : Units
        What its n counts.

    Examples
    --------
    >>> import pandas as pd
    >>> @table("tab-example", units=Units("agencies"))
    ... def example():
    ...     return pd.DataFrame({"estimate": [1.0]})
    >>> len(example())
    1
    """
    return lambda compute: _declare(record_id, compute, units, None)


def figure(
    record_id: str, *, draw: Draw, units: Units, of: Compute | None = None
) -> Callable[[Compute], Compute]:
    """Declare the function below as the one that computes the table of a registered figure.

    Parameters
    ----------
    record_id : str
        ``"fig-..."``, as in ``words.toml`` of the same folder.
    draw : callable
        Takes the table, and ``title`` and ``footer`` by name; returns the figure.
    units : Units
        What its n counts.
    of : callable, optional
        ``load_published``, where the function below takes results: called without any, it takes
        all, and that is the record; ``draw_figure`` hands it others.
    """
    return lambda compute: _declare(record_id, compute, units, draw, of)


def facts(compute: Compute) -> Compute:
    """Declare the function below as the single counts and shares of a question.

    It returns ``fact, value, n`` and the years of each fact: ``year``, or ``start`` and ``end``
    where there are several. Only numbers use it: a family of ``words.toml`` whose ``table`` is
    ``"facts"``.
    """
    return _declare(f"facts-{_question_of(compute)}", compute, Units("rows"), None)


@cache
def questions() -> tuple[str, ...]:
    """Return the folders of ``questions/``, in the order of their notebooks."""
    found = [path.parent.name for path in _FOLDER.glob("*/words.toml")]
    return tuple(sorted(found, key=lambda name: str(question_words(name)["question"]["notebook"])))


def check_question(name: str, *others: str) -> None:
    """Refuse a name that is no folder of ``questions/``, and none of the other words allowed.

    Raises
    ------
    DataError
        Naming those there are.
    """
    if name not in (known := (*others, *questions())):
        raise DataError(f"Invalid question {name!r}. It must be among {', '.join(known)}.")


@cache
def question_words(question: str) -> dict[str, Any]:
    """Return ``words.toml`` of a question as it stands.

    Raises
    ------
    DataError
        When there is no such question, or the file is no TOML.
    """
    path = _FOLDER / question / "words.toml"
    if not path.is_file():
        raise DataError(f"Invalid question {question!r}. It must be a folder of questions/.")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"Invalid file questions/{question}/words.toml: {error}.") from error


def home_of(record_id: str) -> str:
    """Return the question whose words name a figure, table or family of numbers.

    Raises
    ------
    DataError
        When no question has it.

    Examples
    --------
    >>> home_of("fig-coverage")
    'what_is_in_the_data'
    >>> home_of("fig-moon")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid id 'fig-moon'. It must stand in words.toml of ...
    """
    for question in questions():
        if record_id in question_words(question):
            return question
    raise DataError(f"Invalid id {record_id!r}. It must stand in words.toml of a question.")


def file_name(record_id: str) -> str:
    """Return the file of a record's table below ``data/results``.

    It is named by the id, or by ``file`` in the words of the record, where other programs count on
    a name.

    Raises
    ------
    DataError
        When no question has the record.

    Examples
    --------
    >>> file_name("fig-coverage")
    'what_is_in_the_data/fig-coverage.csv'
    """
    home = home_of(record_id)
    stem = question_words(home)[record_id].get("file", record_id)
    return f"{home}/{stem}.csv"


def computation(record_id: str) -> Computation:
    """Return what computes a record, its question's ``tables.py`` loaded first.

    Raises
    ------
    DataError
        When no question names the record, or no function computes it.
    """
    if record_id not in _DECLARED:
        question = record_id.removeprefix("facts-")
        question = question if question != record_id else home_of(record_id)
        import_module(f"{_PACKAGE}.{question}.tables")
    if record_id not in _DECLARED:
        raise DataError(
            f"Invalid record {record_id!r}. No function of questions/{question}/tables.py is "
            "decorated with it."
        )
    return _DECLARED[record_id]


def result(record_id: str) -> "pd.DataFrame":
    """Compute the table of a record from the tidy data; once a process.

    A question that builds on another's table asks for it here, by its id.

    Raises
    ------
    DataError
        When there is no such record.

    Examples
    --------
    >>> len(result("fig-cilegon-path"))
    7
    """
    return computation(record_id).compute()


def draw_figure(
    record_id: str, published: "pd.DataFrame", *, title: str = "", footer: str = ""
) -> "Figure":
    """Draw a figure of the study of your own choice of results.

    What the study says of the figure is said of all results, so title and footer are your own.
    ``spbe_research.press.show`` shows the published figure, the command ``export`` writes it.

    Parameters
    ----------
    record_id : str
        Id of a figure that takes results; both READMEs list them.
    published : pandas.DataFrame
        Rows of ``load_published()``, for example chosen with ``select_results``.
    title : str
        Text above; by default, which figure it is.
    footer : str
        Text below; by default the source of the data, the years and the number of results given.

    Returns
    -------
    matplotlib.figure.Figure
        ``.savefig("mine.png")`` writes it; in a notebook ``preview`` of
        ``spbe_research.drawing.preview`` shows it.

    Raises
    ------
    DataError
        When there is no such figure, it takes no results, rows or columns are missing, or too few
        results are left for what it computes.

    Examples
    --------
    >>> from spbe_research import load_published, select_results
    >>> sumatra = select_results(load_published(), islands="Sumatera", agency_types="kota")
    >>> drawn = draw_figure("fig-coverage", sumatra)
    >>> [axes.get_title(loc="left") for axes in drawn.axes]
    ['Cities (kota)']
    >>> draw_figure("fig-asem-bands", sumatra)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid figure 'fig-asem-bands'. It is not made of results ...
    """
    from spbe_research.panel.schemas import TABLES

    found = computation(record_id)
    if found.draw is None or not found.takes_results:
        drawn_by = "" if found.draw is None else f"{found.draw.__module__}.{found.draw.__name__}"
        remedy = f" Hand a table of its columns to {drawn_by}." if drawn_by else ""
        raise DataError(
            f"Invalid figure {record_id!r}. It is not made of results alone; README.md lists those "
            f"that are.{remedy}"
        )
    columns = [column.name for column in TABLES["published"].columns]
    if absent := [name for name in columns if name not in published.columns]:
        raise DataError(
            f"Invalid results. Columns of load_published() are missing: {', '.join(absent)}."
        )
    if published.empty:
        raise DataError("Invalid results. There is no row. Choose at least one.")
    years = sorted({int(published["year"].min()), int(published["year"].max())})
    source = (
        f"Source of the data: Kementerian PANRB, SPBE results {'-'.join(map(str, years))}. "
        f"n = {len(published):,} results."
    )
    return found.draw(
        found.compute(published),
        title=title or f"{record_id}, for a selection of the results",
        footer=footer or source,
    )


def _declare(
    record_id: str,
    compute: Compute,
    units: Units,
    draw: Draw | None,
    of: Compute | None = None,
) -> Compute:
    known = _DECLARED.get(record_id)
    place = f"{compute.__module__}.{compute.__qualname__}"
    if known and f"{known.compute.__module__}.{known.compute.__qualname__}" != place:
        raise DataError(
            f"Invalid record {record_id!r}. It is declared twice, by "
            f"{known.compute.__module__} and {compute.__module__}."
        )
    computed = cache(compute if of is None else lambda: compute(of()))

    @wraps(compute)
    def once(*chosen: "pd.DataFrame") -> "pd.DataFrame":
        return compute(*chosen) if chosen else computed().copy()

    question = _question_of(compute)
    _DECLARED[record_id] = Computation(
        record_id, question, once, units, draw, takes_results=of is not None
    )
    return once


def _question_of(compute: Compute) -> str:
    """The folder of the module that a function stands in; empty outside ``questions/``."""
    module = compute.__module__
    return module.split(".")[2] if module.startswith(f"{_PACKAGE}.") else ""
