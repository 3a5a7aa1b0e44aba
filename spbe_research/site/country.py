"""What the front page and the page of Indonesia say of the newest year, counted from the tables.

Counts and shares only: of the list of the newest year, of the official series, and of the pair of
years in the newest era. The target is the one that a document prints for the mean of all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from spbe_research.instruments import load_instrument
from spbe_research.panel.frames import add_predicates
from spbe_research.panel.loaders import (
    load_agencies,
    load_aggregates,
    load_published,
    load_reference,
)
from spbe_research.panel.national_series import official_index
from spbe_research.panel.schemas import PREDICATES
from spbe_research.years import evaluation, evaluation_years, may_compare

__all__ = ["Country", "Count", "Moves", "Target", "country", "predicate_moves", "printed_moves"]

_TARGET = "target of the mean index"
_NATIONAL = "nasional"
_REGIONS = ("kabupaten", "kota")
_GOOD = PREDICATES[PREDICATES.index("Baik") :]


@dataclass(frozen=True)
class Count:
    """So many of so many bodies, and the names of those left over where they are few."""

    n: int
    of: int
    names: tuple[str, ...] = ()

    @property
    def percent(self) -> float:
        """The share in percent."""
        return 100 * self.n / self.of


@dataclass(frozen=True)
class Target:
    """A target of the national index, the document that prints it, and its pages."""

    year: int
    value: float
    document: str
    page: str


@dataclass(frozen=True)
class Moves:
    """How many of the bodies with a new result in both years rose, stayed and fell."""

    first: int
    last: int
    up: int
    same: int
    down: int

    @property
    def of(self) -> int:
        """All of them."""
        return self.up + self.same + self.down


@dataclass(frozen=True)
class Country:
    """The newest year at a glance.

    ``official`` is the printed national index by year; ``listed_mean`` the mean of the bodies in
    the list of the newest year, which counts nobody else; ``good`` counts those with the predicate
    *Baik* or above, whole and by type; ``below`` counts, by island group, regencies and cities that
    are not there yet; ``printed_share`` is the printed share of regencies and cities that the list
    contradicts, with ``regions`` counted from the list.
    """

    year: int
    official: Mapping[int, float]
    official_predicate: str
    listed_mean: float
    n_listed: int
    targets: tuple[Target, ...]
    good: Count
    good_by_type: Mapping[str, Count]
    regions: Count
    below: Mapping[str, Count]
    predicates: Moves
    printed: tuple[Moves, ...]
    printed_share: float
    n_misprints: int


def country() -> Country:
    """Return the newest year at a glance.

    Examples
    --------
    >>> now = country()
    >>> now.year, now.official[now.year], round(now.listed_mean, 2), now.good
    (2024, 3.12, 3.17, Count(n=469, of=615, names=()))
    """
    published = add_predicates(load_published())
    year = evaluation_years()[-1]
    listed = published[published["year"] == year].merge(
        load_agencies()[["agency_id", "name", "island"]], on="agency_id", validate="1:1"
    )
    listed["good"] = listed["predicate"].isin(_GOOD)
    regions = listed[listed["agency_type"].isin(_REGIONS)]
    official = official_index(load_aggregates())
    aggregates = load_aggregates().query("flag.notna() and measure == 'share_at_least_baik'")
    wrong = aggregates[
        (aggregates["year"] == year) & aggregates["scope"].str.startswith("kabupaten")
    ]
    pairs = [pair for pair in pairwise(evaluation_years()) if "difference" in may_compare(*pair)]
    return Country(
        year=year,
        official={int(each): float(value) for each, value in official.items()},
        official_predicate=_band(float(official[year]), year),
        listed_mean=float(listed["index_published"].mean()),
        n_listed=len(listed),
        targets=_targets(),
        good=_count(listed),
        good_by_type={str(kind): _count(rows) for kind, rows in listed.groupby("agency_type")},
        regions=_count(regions),
        below={str(island): _below(rows) for island, rows in regions.groupby("island")},
        predicates=predicate_moves(published, *pairs[-1]),
        printed=tuple(printed_moves(published, *pair) for pair in pairs),
        printed_share=100 * float(wrong["value"].iloc[0]),
        n_misprints=load_reference("printing_errors")["error"].nunique(),
    )


def printed_moves(published: pd.DataFrame, first: int, last: int) -> Moves:
    """Count rises and falls of the printed index at two decimals.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.
    first, last : int
        Two years of one era.

    Returns
    -------
    Moves
        Of the bodies with a new result in both years. Indices are rounded half up to hundredths,
        since not every year prints more.
    """
    both = _both(published, first, last)
    units = [(both[f"index_published_{end}"] * 10_000).round().astype(int) for end in ("a", "b")]
    before, after = ((each + 50) // 100 for each in units)
    return _moves(first, last, after - before)


def predicate_moves(published: pd.DataFrame, first: int, last: int) -> Moves:
    """Count the bodies whose predicate rose, stayed or fell between two years of one era."""
    both = _both(published, first, last)
    place = {name: number for number, name in enumerate(PREDICATES)}
    before, after = (both[f"predicate_{end}"].map(place).astype(int) for end in ("a", "b"))
    return _moves(first, last, after - before)


def _both(published: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    ends = [
        published[(published["year"] == year) & (published["status"] == "evaluated")]
        for year in (first, last)
    ]
    return ends[0].merge(ends[1], on="agency_id", suffixes=("_a", "_b"), validate="1:1")


def _moves(first: int, last: int, step: pd.Series) -> Moves:
    return Moves(first, last, int((step > 0).sum()), int((step == 0).sum()), int((step < 0).sum()))


def _band(index: float, year: int) -> str:
    bands = load_instrument(evaluation(year).edition).bands
    return next(band.predicate for band in reversed(bands) if index >= band.lower)


def _count(rows: pd.DataFrame) -> Count:
    return Count(int(rows["good"].sum()), len(rows))


def _below(rows: pd.DataFrame) -> Count:
    names = rows.loc[~rows["good"], "name"]
    return Count(len(names), len(rows), tuple(names) if len(names) == 1 else ())


def _targets() -> tuple[Target, ...]:
    rows = load_reference("witnesses").query("quantity == @_TARGET and group == @_NATIONAL")
    return tuple(
        Target(int(row.year), float(row.value), row.document.split(" (")[0], row.page)
        for row in rows.sort_values("year").itertuples()
    )
