"""The results of the study with a list of one's own: which hold its year, why others do not.

Each result is computed by itself, and a figure drawn of it in both languages: one that cannot be
computed with the new list says so, and the others stand. Titles, numbers in texts and the site are
those of the study and stay as they are.
"""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from spbe_research.errors import BuildError, SpbeError
from spbe_research.locations import reading_from
from spbe_research.press.committed import table_bytes
from spbe_research.press.footers import footer_of
from spbe_research.press.pictures import draw_own
from spbe_research.press.results import tabled
from spbe_research.records import check_question, computation, file_name, questions, result
from spbe_research.years import design_years, left_out

__all__ = ["REPORT", "compute_with_list"]

REPORT = "own-list.csv"  # below results
# A design that was made for the years there were fails in its own way: the other results stand.
_FAILURES = (SpbeError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
_SPAN = re.compile(r"(\d{4})(?:-(\d{4}))?")
_COLUMNS = ["question", "record", "years", "holds_year", "drawn", "why_not"]


def compute_with_list(
    data: Path,
    year: int,
    *,
    only: str = "",
    progress: Callable[[str], None] = lambda step: None,
) -> pd.DataFrame:
    """Compute the tables of the study from a data folder with a new list, and write them there.

    Parameters
    ----------
    data : pathlib.Path
        As ``ingest.new_year.joined_data`` made it, its tidy tables built.
    year : int
        The year of the list.
    only : str
        One question, by its folder; left out, all. Other results are not kept.
    progress : callable
        Called with the id of each record before it is computed.

    Returns
    -------
    pandas.DataFrame
        ``question, record, years, holds_year, drawn, why_not``, as in ``results/own-list.csv``;
        ``years`` are empty where the rows have none or nothing could be computed; ``drawn`` says
        whether a figure lies beside its table, ``ID.png`` in English and ``ID.id.png``.

    Raises
    ------
    DataError
        When there is no such question.
    BuildError
        When the process that computes ends before its end.
    """
    if only:
        check_question(only)
    # A fresh interpreter: no table that this process holds in memory is taken.
    command = [
        sys.executable,
        "-m",
        __name__,
        str(data),
        str(year),
        *([only] if only else questions()),
    ]
    with subprocess.Popen(  # noqa: S603 (our own interpreter and module)
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
    ) as process:
        for line in process.stdout or ():
            progress(line.strip())
    if process.returncode:
        raise BuildError(
            f"Cannot compute the results in {data}: the process ended with {process.returncode}. "
            "The tidy tables are whole."
        )
    found = pd.read_csv(
        data / "results" / REPORT, dtype=str, keep_default_na=False, encoding="utf-8"
    )
    return found.assign(**{name: found[name] == "True" for name in ("holds_year", "drawn")})


def _compute(data: Path, year: int, wanted: list[str]) -> None:
    folder = data / "results"
    for old in [*folder.rglob("*.csv"), *folder.rglob("*.png")]:
        old.unlink()
    rows = []
    with reading_from(data):
        for question in wanted:
            for record in tabled(question):
                sys.stdout.write(f"{record}\n")
                sys.stdout.flush()
                rows.append((question, record, *_one(record, question, folder, year)))
    (folder / REPORT).write_bytes(table_bytes(pd.DataFrame(rows, columns=_COLUMNS)))


def _one(record: str, question: str, folder: Path, year: int) -> tuple[str, bool, bool, str]:
    """Write one table and its figure; what ``own-list.csv`` says of them."""
    try:
        table, footer = result(record), footer_of(record)
    except _FAILURES as error:
        return "", False, False, f"It cannot be computed with the list{_said(error)}"
    path = folder / file_name(record)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(table_bytes(table))
    drawn, undrawn = False, ""
    if computation(record).draw is not None:
        try:
            for language, end in (("en", ".png"), ("id", ".id.png")):
                picture = draw_own(record, table, footer=footer, year=year, language=language)
                path.with_suffix(end).write_bytes(picture)
            drawn = True
        except _FAILURES as error:
            path.with_suffix(".png").unlink(missing_ok=True)
            undrawn = f"It cannot be drawn with the list{_said(error)}"
    if not footer.years:
        why = "Its rows have no year."
    else:
        why = "" if str(year) in footer.years else _why_not(question, year, footer.years)
    return footer.years, not why, drawn, " ".join(filter(None, (why, undrawn)))


def _said(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f". {text}" if isinstance(error, SpbeError) else f" ({type(error).__name__}: {text})."


def _why_not(question: str, year: int, years: str) -> str:
    """What the designs of these years that a question names say of a year they leave out."""
    own = {
        year
        for span in _SPAN.finditer(years)
        for year in range(int(span[1]), int(span[2] or span[1]) + 1)
    }
    package = Path(sys.modules[f"spbe_research.questions.{question}.tables"].__file__ or "").parent
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted(package.glob("*.py")))
    said = [
        left_out(design)[year]
        for design in _designs()
        if f'"{design}"' in code and year in left_out(design) and own <= set(design_years(design))
    ]
    return " ".join(dict.fromkeys(said)) or (
        f"It is of {years} by its definition: see the notebook of its question."
    )


def _designs() -> tuple[str, ...]:
    from spbe_research.panel.loaders import load_reference

    return tuple(dict.fromkeys(load_reference("designs")["design"]))


if __name__ == "__main__":
    _compute(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
