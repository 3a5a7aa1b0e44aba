"""The page of each province: its own score, its regions, their movers and repeated values.

Changes are taken within an era only, of bodies with a new result in both years; a flagged value is
neither a mover nor part of a mean. A region belongs to the province that it has now.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from spbe_research.site.agencies import AgencyPage, YearResult
from spbe_research.years import evaluation_years, may_compare

__all__ = [
    "REGION_TYPES",
    "Move",
    "ProvincePage",
    "Region",
    "Repeats",
    "change_of",
    "province_pages",
    "regions_by_id",
    "result_of",
    "slug",
]

REGION_TYPES = ("kabupaten", "kota")


@dataclass(frozen=True)
class Region:
    """A regency or city: its page, its newest result, and the change in the newest era or None."""

    page: AgencyPage
    result: YearResult
    place: int | None
    change: float | None


@dataclass(frozen=True)
class Move:
    """The largest rise and fall of a pair of years: page, before, after; None if nobody moved."""

    first: int
    last: int
    n: int
    rise: tuple[AgencyPage, float, float] | None
    fall: tuple[AgencyPage, float, float] | None


@dataclass(frozen=True)
class Repeats:
    """How many of the listed bodies of a year have the value of the year before."""

    year: int
    n: int
    of: int


@dataclass(frozen=True)
class ProvincePage:
    """All that the page of a province shows."""

    name: str
    slug: str
    own: AgencyPage
    regions: tuple[Region, ...]
    moves: tuple[Move, ...]
    repeats: tuple[Repeats, ...]

    @property
    def members(self) -> tuple[AgencyPage, ...]:
        """The provincial government and its regencies and cities."""
        return (self.own, *(region.page for region in self.regions))


def slug(name: str) -> str:
    """Return the name of a province in an address, as the explorer writes it.

    Examples
    --------
    >>> slug("Kepulauan Bangka Belitung")
    'kepulauan-bangka-belitung'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower())


def province_pages(pages: Sequence[AgencyPage]) -> tuple[ProvincePage, ...]:
    """Return the page of every province, by name.

    Parameters
    ----------
    pages : sequence of AgencyPage
        As ``agency_pages()``.
    """
    own = {page.province: page for page in pages if page.agency_type == "provinsi"}
    return tuple(_province(name, own[name], pages) for name in sorted(own))


def _province(name: str, own: AgencyPage, pages: Sequence[AgencyPage]) -> ProvincePage:
    members = [page for page in pages if page.province == name and page.agency_type in REGION_TYPES]
    moves = tuple(_moves(members, *pair) for pair in _pairs())
    newest = moves[-1]
    regions = sorted(
        (_region(page, newest) for page in members),
        key=lambda each: (-each.result.year, -each.result.index, each.page.name),
    )
    placed = _with_places(regions)
    return ProvincePage(
        name=name,
        slug=slug(name),
        own=own,
        regions=placed,
        moves=tuple(move for move in moves if move.n),
        repeats=_repeats([own, *members]),
    )


def _pairs() -> list[tuple[int, int]]:
    pairs = pairwise(evaluation_years())
    return [pair for pair in pairs if "difference" in may_compare(*pair)]


def result_of(page: AgencyPage, year: int) -> YearResult | None:
    """The result of a year, or None."""
    return next((result for result in page.results if result.year == year), None)


def _new(page: AgencyPage, year: int) -> YearResult | None:
    """The result of a year that is neither repeated nor flagged."""
    result = result_of(page, year)
    return result if result and not result.is_carried_over and not result.flag else None


def change_of(page: AgencyPage, first: int, last: int) -> tuple[float, float] | None:
    """The index of two years of one era, or None where one is missing, repeated or flagged."""
    before, after = _new(page, first), _new(page, last)
    return (before.index, after.index) if before and after else None


def _region(page: AgencyPage, newest: Move) -> Region:
    both = change_of(page, newest.first, newest.last)
    return Region(page, page.latest, None, round(both[1] - both[0], 4) if both else None)


def _with_places(regions: Sequence[Region]) -> tuple[Region, ...]:
    """Places among those with a new result in the newest year; ties share the better one."""
    last = evaluation_years()[-1]
    counted = [
        r.result.index for r in regions if r.result.year == last and r.result.rank is not None
    ]
    return tuple(
        Region(
            each.page,
            each.result,
            1 + sum(index > each.result.index for index in counted)
            if each.result.year == last and each.result.rank is not None
            else None,
            each.change,
        )
        for each in regions
    )


def _moves(members: Sequence[AgencyPage], first: int, last: int) -> Move:
    known = [(page, *both) for page in members if (both := change_of(page, first, last))]
    ranked = sorted(known, key=lambda each: (round(each[1] - each[2], 4), each[0].name))
    rise = ranked[0] if ranked and ranked[0][2] > ranked[0][1] else None
    fall = ranked[-1] if ranked and ranked[-1][2] < ranked[-1][1] else None
    return Move(first, last, len(known), rise, fall)


def _repeats(members: Sequence[AgencyPage]) -> tuple[Repeats, ...]:
    found = []
    for year in evaluation_years():
        results = [result for page in members if (result := result_of(page, year))]
        n = sum(result.is_carried_over for result in results)
        if n:
            found.append(Repeats(year, n, len(results)))
    return tuple(found)


def regions_by_id(province: ProvincePage) -> Mapping[str, tuple[str, float]]:
    """Name and index of the regions with a result in the newest year, by id."""
    last = evaluation_years()[-1]
    return {
        each.page.agency_id: (each.page.name, each.result.index)
        for each in province.regions
        if each.result.year == last
    }
