"""Every result as the data give it now: computed, staged for ``data/results``, compared.

A result that no longer equals the committed one is an error: a published figure never changes
silently.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict

import pandas as pd

from spbe_research.errors import DataError, refuse
from spbe_research.press.committed import (
    committed_bytes,
    committed_numbers,
    result_path,
    results_folder,
    table_bytes,
)
from spbe_research.press.footers import footer_of
from spbe_research.press.mentions import mentioned_numbers
from spbe_research.press.numbers import compute_numbers, family_of
from spbe_research.records import file_name, question_words, questions, result

__all__ = ["check_recorded", "check_results", "compute_results", "tabled"]

_FOOTERS = ["id", "n", "units", "years"]


def tabled(question: str) -> tuple[str, ...]:
    """Return the figures and tables of a question, in the order of its words."""
    return tuple(name for name in question_words(question) if name.startswith(("fig-", "tab-")))


def compute_results(
    chosen: Iterable[str] | None = None, *, progress: Callable[[str], None] = lambda step: None
) -> dict[str, bytes]:
    """Compute the results of some questions, or of all.

    Parameters
    ----------
    chosen : iterable of str, optional
        Folders of ``questions/``; all when left out. The numbers and footers of the other questions
        are taken as they are committed.
    progress : callable
        Called with the id of each record before it is computed.

    Returns
    -------
    dict of str to bytes
        Files by their path below ``data/results``.

    Raises
    ------
    DataError
        When there is no such question, or a text mentions a number that no table gives.
    """
    wanted = list(questions() if chosen is None else chosen)
    unknown = [name for name in wanted if name not in questions()]
    if unknown:
        raise DataError(
            f"Invalid questions {unknown}. They must be among {', '.join(questions())}."
        )
    files: dict[str, bytes] = {}
    counted = []
    for question in wanted:
        for name in tabled(question):
            progress(name)
            files[file_name(name)] = table_bytes(result(name))
            counted.append({"id": name, **asdict(footer_of(name))})
    progress("numbers")
    numbers, footers = _numbers_of(wanted), pd.DataFrame(counted, columns=_FOOTERS)
    if len(wanted) < len(questions()):
        others = [name for each in questions() if each not in wanted for name in tabled(each)]
        written = _written_footers()
        footers = pd.concat([written[written["id"].isin(others)], footers])
    order = {name: at for at, name in enumerate(n for each in questions() for n in tabled(each))}
    footers = footers.sort_values("id", key=lambda ids: ids.map(order))
    return files | {"numbers.csv": table_bytes(numbers), "footers.csv": table_bytes(footers)}


def check_results(chosen: Iterable[str] | None = None) -> int:
    """Compare committed results with the ones the data give now; return how many agree.

    Parameters
    ----------
    chosen : iterable of str, optional
        Folders of ``questions/``; all when left out.

    Raises
    ------
    DataError
        Naming every result that is missing, differs or has no record.
    """
    folder = results_folder()
    wanted = compute_results(chosen)
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*.csv"))
    }
    violations = [f"{name}: is missing" for name in wanted if name not in found]
    for name, content in found.items():
        if name in wanted and wanted[name] != content:
            violations.append(f"{name}: the data now give other values")
        elif name not in wanted and chosen is None:
            violations.append(f"{name}: has no record")
    refuse(
        DataError,
        "results in data/results",
        violations,
        "If the change is meant, run `spbe-research build`, then `spbe-research reason`.",
    )
    return len(wanted)


def check_recorded(record_id: str, table: pd.DataFrame) -> None:
    """Refuse a table that is not the committed one of its record."""
    if not result_path(record_id).is_file() or committed_bytes(record_id) != table_bytes(table):
        raise DataError(
            f"Invalid table of {record_id}: it is not the one in data/results. If the change is "
            "meant, run `spbe-research build`, then `spbe-research reason`."
        )


def _numbers_of(wanted: list[str]) -> pd.DataFrame:
    """The numbers that texts mention: of some questions computed now, the others as committed."""
    mentioned = mentioned_numbers()
    if len(wanted) == len(questions()):
        return compute_numbers(mentioned)
    known = committed_numbers()
    kept = known[known["id"].isin(mentioned) & ~known["id"].map(_home_of_number).isin(wanted)]
    computed = compute_numbers(name for name in mentioned if name not in set(kept["id"]))
    order = {name: at for at, name in enumerate(mentioned)}
    # A question without numbers: an empty table would make texts of the numbers of the others.
    tables = [each for each in (kept, computed) if len(each)]
    return pd.concat(tables).sort_values("id", key=lambda ids: ids.map(order))


def _home_of_number(number_id: str) -> str:
    try:
        return family_of(number_id)[0].question
    except DataError:
        return ""


def _written_footers() -> pd.DataFrame:
    path = results_folder() / "footers.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False).astype({"n": int})
