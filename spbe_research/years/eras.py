"""Eras and breaks: between which years an index may be compared, and how."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from spbe_research.errors import DataError
from spbe_research.years.designs import design_years
from spbe_research.years.evaluations import (
    evaluation,
    evaluation_years,
    load_years,
    spell_years,
)

__all__ = [
    "Break",
    "break_between",
    "breaks",
    "era_of",
    "eras",
    "may_compare",
    "neighbours",
    "same_era",
]

_LINKED = ("linked-composite", "linked")


@dataclass(frozen=True)
class Break:
    """A year from which an index is made in another way than before."""

    year: int
    kind: str
    label: str

    @property
    def place(self) -> float:
        """Where a line stands on an axis of years: half a year before."""
        return self.year - 0.5


def eras(years: Iterable[int] | None = None) -> dict[str, tuple[int, ...]]:
    """Return the years of each era, by a label made of its first and last year.

    Within an era the instrument and its guideline are one; a change of index across eras is not a
    change of maturity.

    Parameters
    ----------
    years : iterable of int, optional
        The years that a design uses; all by default. An era without any is left out.

    Examples
    --------
    >>> list(eras())[:2]
    ['2018-2020', '2021-2022']
    >>> list(eras([2018, 2019, 2021]))
    ['2018-2019', '2021']
    """
    wanted = evaluation_years() if years is None else sorted({evaluation(y).year for y in years})
    groups = {
        era: tuple(year for year in wanted if era_of(year) == era)
        for era in dict.fromkeys(each.era for each in load_years())
    }
    return {spell_years(group): group for group in groups.values() if group}


def era_of(year: int) -> str:
    """Return the label of the era of a year.

    Raises
    ------
    DataError
        When the year has no evaluation.

    Examples
    --------
    >>> era_of(2019)
    '2018-2020'
    """
    return evaluation(year).era


def same_era(first: int, second: int) -> bool:
    """Say whether two years lie within one era.

    Raises
    ------
    DataError
        When a year has no evaluation.

    Examples
    --------
    >>> same_era(2021, 2022), same_era(2022, 2023)
    (True, False)
    """
    return era_of(first) == era_of(second)


def breaks() -> tuple[Break, ...]:
    """Return the years from which an index is made in another way, the first year first.

    Examples
    --------
    >>> [(each.place, each.kind, each.label) for each in breaks()]
    [(2020.5, 'instrument', 'new instrument'), (2022.5, 'guideline', 'new guideline')]
    """
    return tuple(
        Break(each.year, each.break_before, each.break_label)
        for each in load_years()
        if each.break_before != "none"
    )


def break_between(start: int, end: int) -> str:
    """Return what changed in how the index is made between two years.

    Parameters
    ----------
    start, end : int
        Years of evaluation, start first.

    Returns
    -------
    str
        ``"none"``, ``"guideline"`` (same items, judged by a new guideline) or ``"instrument"``
        (other items), which wins where both lie between.

    Raises
    ------
    DataError
        When a year has no evaluation or the end is not after the start.

    Examples
    --------
    >>> break_between(2023, 2024), break_between(2021, 2024), break_between(2018, 2021)
    ('none', 'guideline', 'instrument')
    >>> break_between(2024, 2023)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years 2024 to 2023. The end must be after the start, ...
    """
    known = evaluation_years()
    if start >= end or not {start, end} <= set(known):
        raise DataError(
            f"Invalid years {start} to {end}. The end must be after the start, both from "
            f"{known[0]} to {known[-1]}."
        )
    kinds = {each.kind for each in breaks() if start < each.year <= end}
    return next((kind for kind in ("instrument", "guideline") if kind in kinds), "none")


def neighbours(years: Iterable[int] | None = None) -> tuple[tuple[int, int], ...]:
    """Return the pairs of neighbouring years that lie within one era.

    Parameters
    ----------
    years : iterable of int, optional
        The years that a design uses; all by default. Years are neighbours when no year of
        evaluation lies between them.

    Examples
    --------
    >>> neighbours([2018, 2019, 2021, 2022, 2023])
    ((2018, 2019), (2021, 2022))
    """
    wanted = set(evaluation_years() if years is None else years)
    return tuple(
        (first, second)
        for first, second in pairwise(evaluation_years())
        if {first, second} <= wanted and same_era(first, second)
    )


def may_compare(first: int, second: int) -> tuple[str, ...]:
    """Return what may be said of a pair of years.

    Parameters
    ----------
    first, second : int
        Years of evaluation, the earlier first.

    Returns
    -------
    tuple of str
        Of these, in this order: ``"difference"`` of an index, only within an era;
        ``"printed_direction"``, the direction or the count of falls of the printed number, only
        for neighbouring years and with the word *printed*; ``"position"`` among bodies of the same
        type, for any pair; ``"linked_composite"``, only where parts of the index are published for
        both years, with the assumption stated and its interval.

    Raises
    ------
    DataError
        When a year has no evaluation or the second is not after the first.

    Examples
    --------
    >>> may_compare(2023, 2024)
    ('difference', 'printed_direction', 'position', 'linked_composite')
    >>> may_compare(2020, 2021)
    ('printed_direction', 'position')
    >>> may_compare(2018, 2024)
    ('position',)
    """
    between = break_between(first, second)
    known = evaluation_years()
    linked = set(design_years(*_LINKED))
    allowed = {
        "difference": between == "none",
        "printed_direction": known.index(second) - known.index(first) == 1,
        "position": True,
        "linked_composite": {first, second} <= linked,
    }
    return tuple(name for name, holds in allowed.items() if holds)
