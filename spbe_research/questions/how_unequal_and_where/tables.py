"""How unequal scores are, between whom, and where: distances, splits, a map, neighbours."""

from collections.abc import Sequence

import pandas as pd

from spbe_research.methods.geography import moran_correlogram, province_means
from spbe_research.methods.inequality import inequality_change, inequality_table
from spbe_research.methods.inequality_split import change_of_split, decompose_inequality
from spbe_research.methods.neighbours import compare_neighbours
from spbe_research.panel.carried_over import population
from spbe_research.panel.frames import LOCAL_TYPES, select_results, stack_pairs
from spbe_research.panel.frames_compare import frame_members
from spbe_research.panel.loaders import (
    load_agencies,
    load_carried_over_bodies,
    load_published,
    load_reference,
)
from spbe_research.questions.how_unequal_and_where.figures import (
    draw_inequality,
    draw_neighbours,
    draw_tile_map,
)
from spbe_research.records import Units, figure, table
from spbe_research.years import evaluation_years, neighbours

__all__ = [
    "changes",
    "correlograms",
    "inequality",
    "places",
    "split",
    "split_change",
    "tile_map",
]

SEED = 20261124


@figure(
    "fig-gini",
    draw=draw_inequality,
    units=Units("agency-years", lambda: _population(load_published())),
    of=load_published,
)
def inequality(published: pd.DataFrame) -> pd.DataFrame:
    """Mean distance and Gini of every list, and of the same bodies in each pair of years."""
    agencies = load_agencies()
    pairs = {pair: _same_bodies(published, *pair) for pair in neighbours(published["year"])}
    frames = [
        ("assessed", None, select_results(published)),
        ("population", None, _population(published)),
        *(("like_for_like", pair, rows) for pair, rows in pairs.items() if len(rows)),
    ]
    tables = [
        inequality_table(rows, agencies, seed=SEED).assign(
            frame=name, start=pair and pair[0], end=pair and pair[1]
        )
        for name, pair, rows in frames
    ]
    found = pd.concat(tables, ignore_index=True).astype({"start": "Int64", "end": "Int64"})
    first = ["frame", "start", "end", "year", "measure"]
    return found[[*first, *found.columns.difference(first, sort=False)]]


@table("tab-inequality-change", units=Units("pairs", lambda: _pairs()))
def changes() -> pd.DataFrame:
    """Change of mean distance and Gini within an era: all bodies, and local governments."""
    published, agencies = load_published(), load_agencies()
    local = select_results(published, status="all", agency_types=LOCAL_TYPES)
    tables = [
        inequality_change(rows, agencies, *pair, seed=SEED).assign(bodies=name)
        for pair in neighbours()
        for name, rows in (("all", published), ("local", local))
    ]
    found = pd.concat(tables, ignore_index=True)
    first = ["start", "end", "bodies"]
    return found[[*first, *found.columns.difference(first, sort=False)]]


@table(
    "tab-inequality-split", units=Units("agency-years", lambda: select_results(load_published()))
)
def split() -> pd.DataFrame:
    """Theil split by agency type (all), and by province and island (local governments)."""
    published, agencies = load_published(), load_agencies()
    return pd.concat(
        [
            decompose_inequality(published, agencies, by=by, seed=SEED)
            for by in ("agency_type", "province", "island")
        ],
        ignore_index=True,
    )


@table("tab-split-change", units=Units("pairs", lambda: _pairs(LOCAL_TYPES)))
def split_change() -> pd.DataFrame:
    """Change of the province split within an era, the same local governments."""
    published, agencies = load_published(), load_agencies()
    return pd.concat(
        [
            change_of_split(
                published, agencies, *pair, by="province", agency_types=LOCAL_TYPES, seed=SEED
            )
            for pair in neighbours()
        ],
        ignore_index=True,
    )


@figure(
    "fig-tile-map",
    draw=draw_tile_map,
    units=Units("local-government-years", lambda: _local()),
    of=load_published,
)
def tile_map(published: pd.DataFrame) -> pd.DataFrame:
    """Province means of kabupaten and kota by year, with their tiles."""
    agencies = load_agencies()
    means = pd.concat(
        [province_means(published, agencies, year=year) for year in _years(published)],
        ignore_index=True,
    )
    tiles = load_reference("province_tiles").astype({"row": int, "column": int})
    return means.merge(tiles[["province", "code", "row", "column"]], on="province")


@figure(
    "fig-neighbours",
    draw=draw_neighbours,
    units=Units("local-government-years", lambda: _local()),
    of=load_published,
)
def places(published: pd.DataFrame) -> pd.DataFrame:
    """Mean distance of two indices by kilometres and provincial border, every year."""
    agencies = load_agencies()
    return pd.concat(
        [
            compare_neighbours(published, agencies, year=year, seed=SEED)
            for year in _years(published)
        ],
        ignore_index=True,
    )


@table("tab-moran", units=Units("local-government-years", lambda: _local()))
def correlograms() -> pd.DataFrame:
    """Moran's I of the index by distance, every year."""
    published, agencies = load_published(), load_agencies()
    return pd.concat(
        [
            moran_correlogram(published, agencies, year=year, seed=SEED)
            for year in evaluation_years()
        ],
        ignore_index=True,
    )


def _local() -> pd.DataFrame:
    return select_results(load_published(), agency_types=("kabupaten", "kota"))


def _years(published: pd.DataFrame) -> list[int]:
    """The years in which a kabupaten or kota among the results was assessed."""
    places = select_results(published, agency_types=("kabupaten", "kota"))
    return sorted(int(year) for year in places["year"].unique())


def _population(published: pd.DataFrame) -> pd.DataFrame:
    """The results, and the old ones that count beside them: of the same bodies and years."""
    old = load_carried_over_bodies()
    same = old["agency_id"].isin(published["agency_id"]) & old["year"].isin(published["year"])
    return population(published, old[same])


def _same_bodies(published: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """Both results of the bodies that have a new one in each year."""
    members = frame_members(published, start, end)
    same = members.loc[members["frame"] == "like_for_like", "agency_id"]
    rows = published[published["year"].isin([start, end])]
    return rows[rows["agency_id"].isin(same)]


def _pairs(agency_types: Sequence[str] | None = None) -> pd.DataFrame:
    published = select_results(load_published(), agency_types=agency_types)
    return stack_pairs(published, neighbours())
