"""Designs: which years each analysis is tied to, and why it leaves the others out."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spbe_research.errors import DataError, listed, refuse
from spbe_research.years.evaluations import (
    evaluation_years,
    read_rows,
    reference_file,
    spell_years,
)

__all__ = ["design_year", "design_years", "left_out"]

_FILE = "designs.csv"
_LEFT_OUT = "left_out"


@dataclass(frozen=True)
class _DesignRow:
    design: str
    role: str
    year: int
    why: str


def design_years(design: str, role: str | None = None) -> tuple[int, ...]:
    """Return the years that a design uses, or those of one role in it.

    Parameters
    ----------
    design : str
        As in ``data/reference/designs.csv``.
    role : str, optional
        One of the design's own roles. A design that only names years it leaves out uses every
        other year with an evaluation, and so a new one.

    Raises
    ------
    DataError
        When the design or the role is unknown.

    Examples
    --------
    >>> design_years("item-levels"), design_years("adoption", "before")
    ((2021, 2022), (2021,))
    >>> 2020 in design_years("texts")
    False
    >>> design_years("horoscope")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid design 'horoscope'. It must be one of 'adoption', ...
    """
    rows = _design(design)
    if role is not None:
        found = tuple(row.year for row in rows if row.role == role)
        if not found:
            roles = dict.fromkeys(row.role for row in rows)
            raise DataError(
                f"Invalid role {role!r} of design {design!r}. It must be one of {', '.join(roles)}."
            )
        return found
    used = dict.fromkeys(row.year for row in rows if row.role != _LEFT_OUT)
    if used:
        return tuple(sorted(used))
    out = {row.year for row in rows}
    return tuple(year for year in evaluation_years() if year not in out)


def design_year(design: str, role: str) -> int:
    """Return the one year of a role in a design.

    Raises
    ------
    DataError
        When the design or the role is unknown, or the role has more than one year.

    Examples
    --------
    >>> design_year("catch-up", "start")
    2021
    >>> design_year("item-levels", "levels")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid role 'levels' of design 'item-levels'. It must ...
    """
    years = design_years(design, role)
    if len(years) != 1:
        raise DataError(
            f"Invalid role {role!r} of design {design!r}. It must have one year, not "
            f"{spell_years(years)}."
        )
    return years[0]


def left_out(design: str) -> dict[int, str]:
    """Return the years with an evaluation that a design does not use, and why not.

    Raises
    ------
    DataError
        When the design is unknown.

    Examples
    --------
    >>> left_out("texts")
    {2020: 'In 2020 only 15 of the regions with a known text were evaluated.'}
    """
    rows = _design(design)
    used = set(design_years(design))
    reasons = {row.year: row.why for row in rows if row.role == _LEFT_OUT}
    return {year: reasons.get(year, rows[0].why) for year in evaluation_years() if year not in used}


def _design(design: str) -> list[_DesignRow]:
    every = _read_designs(*reference_file(_FILE))
    rows = [row for row in every if row.design == design]
    if not rows:
        known = dict.fromkeys(row.design for row in every)
        raise DataError(
            f"Invalid design {design!r}. It must be one of {listed(known, shown=len(known))}."
        )
    return rows


@cache
def _read_designs(path: Path, modified: int) -> tuple[_DesignRow, ...]:
    """Rows of the designs; an empty reason is that of the design's first row."""
    rows = read_rows(path)
    first: dict[str, str] = {}
    violations = []
    for number, row in enumerate(rows, start=2):
        why = first.setdefault(row["design"], row["why"])
        if not why:
            violations.append(f"line {number}, {row['design']}: its first row must say why")
        if not row["year"].isdigit():
            violations.append(f"line {number}, year: {row['year']!r}, must be a whole number")
        if not row["role"]:
            violations.append(f"line {number}, {row['design']}: must name a role")
    refuse(DataError, f"table {path.name}", violations, "Correct the row in data/reference.")
    return tuple(
        _DesignRow(row["design"], row["role"], int(row["year"]), row["why"] or first[row["design"]])
        for row in rows
    )
