"""The evaluations: what is known of each year, read from ``evaluation_years.csv``."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from spbe_research.errors import DataError, listed, refuse
from spbe_research.locations import data_folder

__all__ = [
    "EvaluationYear",
    "editions",
    "evaluation",
    "evaluation_years",
    "load_years",
    "province_column",
    "read_rows",
    "reference_file",
    "spell_years",
    "years_with",
]

_FILE = "evaluation_years.csv"
_ALLOWED = {
    "break_before": ("none", "guideline", "instrument"),
    "predicate_rule": ("rounded", "exact"),
    "predicates_published": ("true", "false"),
    "parts_published": ("none", "domain", "indicator"),
    "status_known": ("stated", "inferred"),
}
_NUMBERS = ("year", "index_decimals", "provinces_as_of")


@dataclass(frozen=True)
class EvaluationYear:
    """What is known of one evaluation, a row of ``evaluation_years.csv``.

    ``break_before`` is none, guideline or instrument; ``break_label`` the key of its words.
    ``parts_published`` is the finest tier printed for all bodies; ``status_known`` says whether the
    source states which values repeat an earlier year. ``provinces_as_of`` is the year in which the
    provinces became what they were.
    """

    year: int
    edition: str
    guideline: str
    era: str
    break_before: str
    break_label: str
    predicate_rule: str
    predicates_published: bool
    index_decimals: int
    parts_published: str
    status_known: str
    provinces_as_of: int
    who_looked_at: str
    who_basis: str
    who_source: str
    could_fall: str
    could_fall_source: str
    results_decree: str
    source: str


def load_years() -> tuple[EvaluationYear, ...]:
    """Return what is known of every evaluation, the first year first.

    Raises
    ------
    DataError
        Naming every cell that is not what it must be.

    Examples
    --------
    >>> [each.year for each in load_years() if each.break_before != "none"]
    [2021, 2023]
    """
    return _read_years(*reference_file(_FILE))


def evaluation_years() -> tuple[int, ...]:
    """Return the years with an evaluation, the first year first.

    Examples
    --------
    >>> evaluation_years()[0]
    2018
    """
    return tuple(each.year for each in load_years())


def evaluation(year: int) -> EvaluationYear:
    """Return what is known of the evaluation of one year.

    Raises
    ------
    DataError
        When there was none.

    Examples
    --------
    >>> evaluation(2024).predicate_rule
    'exact'
    >>> evaluation(1998)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid year 1998. It must be one with an evaluation, ...
    """
    for each in load_years():
        if each.year == year:
            return each
    known = evaluation_years()
    raise DataError(
        f"Invalid year {year}. It must be one with an evaluation, {known[0]} to {known[-1]}."
    )


def years_with(**facts: object) -> tuple[int, ...]:
    """Return the years of which all these facts hold.

    Parameters
    ----------
    **facts
        Fields of ``EvaluationYear`` and the value of each.

    Raises
    ------
    DataError
        When a fact is unknown.

    Examples
    --------
    >>> years_with(parts_published="indicator"), years_with(status_known="inferred")
    ((2021, 2022), (2019, 2020))
    >>> years_with(weather="fine")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid fact 'weather'. It must be a field of EvaluationYear.
    """
    unknown = sorted(set(facts) - set(EvaluationYear.__dataclass_fields__))
    if unknown:
        raise DataError(f"Invalid fact {listed(unknown)}. It must be a field of EvaluationYear.")
    return tuple(
        each.year
        for each in load_years()
        if all(getattr(each, name) == value for name, value in facts.items())
    )


def editions() -> dict[str, tuple[int, ...]]:
    """Return the years of each edition of the instrument that results were published for.

    Examples
    --------
    >>> editions()["permen-5-2018"]
    (2018, 2019, 2020)
    """
    names = dict.fromkeys(each.edition for each in load_years())
    return {name: years_with(edition=name) for name in names}


def province_column(year: int) -> str:
    """Return the column of ``load_agencies()`` that holds the provinces of a year.

    Raises
    ------
    DataError
        When the year has no evaluation.

    Examples
    --------
    >>> province_column(2021), province_column(2024)
    ('province_2018', 'province')
    """
    as_of = evaluation(year).provinces_as_of
    return "province" if as_of == load_years()[-1].provinces_as_of else f"province_{as_of}"


def spell_years(years: Sequence[int]) -> str:
    """Spell years for a label or a sentence, runs without a gap as first and last.

    Examples
    --------
    >>> spell_years([2018, 2019, 2021, 2023, 2024])
    '2018-2019, 2021, 2023-2024'
    """
    runs: list[list[int]] = []
    for year in sorted(set(years)):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}-{run[-1]}" if run[1:] else str(run[0]) for run in runs)


def reference_file(file: str) -> tuple[Path, int]:
    """Return the path of a reference table and when it was written: a cache knows another one."""
    path = data_folder() / "reference" / file
    if not path.is_file():
        raise DataError(f"No table {file} in {path.parent}. Restore data/reference.")
    return path, path.stat().st_mtime_ns


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV, every cell as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _read_years(path: Path, modified: int) -> tuple[EvaluationYear, ...]:
    rows = sorted(read_rows(path), key=lambda row: row["year"])
    violations = [
        f"{row['year']}, {column}: {row[column]!r}, must be one of {', '.join(allowed)}"
        for row in rows
        for column, allowed in _ALLOWED.items()
        if row[column] not in allowed
    ]
    violations += [
        f"{row['year']}, {column}: {row[column]!r}, must be a whole number"
        for row in rows
        for column in _NUMBERS
        if not row[column].isdigit()
    ]
    violations += [
        f"{row['year']}, break_label: must be there where a break is, and only there"
        for row in rows
        if (row["break_before"] == "none") != (row["break_label"] == "")
    ]
    violations += [
        f"{later['year']}: stands twice"
        for earlier, later in pairwise(rows)
        if earlier["year"] == later["year"]
    ]
    refuse(DataError, f"table {path.name}", violations, "Correct the row in data/reference.")
    groups: list[list[dict[str, str]]] = []
    for row in rows:
        if not groups or row["break_before"] != "none":
            groups.append([])
        groups[-1].append(row)
    return tuple(
        _evaluation(row, spell_years([int(each["year"]) for each in group]))
        for group in groups
        for row in group
    )


def _evaluation(row: dict[str, str], era: str) -> EvaluationYear:
    texts = {name: row[name] for name in EvaluationYear.__dataclass_fields__ if name in row}
    numbers = {name: int(row[name]) for name in _NUMBERS}
    printed = row["predicates_published"] == "true"
    return EvaluationYear(**texts | numbers | {"predicates_published": printed, "era": era})  # type: ignore[arg-type]
