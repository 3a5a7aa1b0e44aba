"""One page for any body: its place by year, its events, its ten topics, those that were like it.

The page is a set of tables; ``figures.draw_page`` draws them. A part that the record does not hold
(levels of single indicators, events of a ministry, an island) is an empty table.
"""

from dataclasses import dataclass

import pandas as pd

from spbe_research.errors import DataError
from spbe_research.methods.policy_and_practice import pair_topics
from spbe_research.panel.frames import add_predicates
from spbe_research.panel.loaders import (
    load_agencies,
    load_policies,
    load_published,
    load_reference,
    load_scores,
)
from spbe_research.questions.a_region_and_its_regulations.events import collect_events
from spbe_research.questions.a_region_and_its_regulations.places import (
    follow_place,
    follow_those_near,
)

__all__ = [
    "RegionPage",
    "all_topics",
    "below_target",
    "of_island",
    "policy_without_practice",
    "region_page",
    "timeline",
    "topic_levels",
]

_REGIONS = ("kabupaten", "kota")
_AT_LEAST_BAIK = ("Baik", "Sangat Baik", "Memuaskan")


@dataclass(frozen=True)
class RegionPage:
    """The tables of one body's page."""

    agency_id: str
    name: str
    timeline: pd.DataFrame
    topics: pd.DataFrame
    near: pd.DataFrame
    island: pd.DataFrame


def region_page(agency_id: str) -> RegionPage:
    """Return the page of any body that was ever published.

    Parameters
    ----------
    agency_id : str
        For example ``"kota-36.72"``, ``"prov-36"``, ``"pusat-kementerian-keuangan"``.

    Raises
    ------
    DataError
        When the body was never published.

    Examples
    --------
    >>> page = region_page("kota-36.72")
    >>> page.name, len(page.topics), int(page.island["n_below"].iloc[-1])
    ('Kota Cilegon', 20, 1)
    >>> region_page("kota-99.99")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid agency_id 'kota-99.99'. It must have a published ...
    """
    published, agencies = load_published(), load_agencies()
    lived = timeline(agency_id)
    seen = lived.loc[lived["rank"].notna(), "year"].astype(int).tolist()
    near = (
        follow_those_near(published, agencies, agency_id, start=seen[0], end=seen[-1])
        if len(seen) > 1
        else pd.DataFrame()
    )
    return RegionPage(
        agency_id=agency_id,
        name=str(agencies.set_index("agency_id")["name"][agency_id]),
        timeline=lived,
        topics=topic_levels(agency_id),
        near=near,
        island=below_target(published, agencies, agency_id),
    )


def timeline(agency_id: str) -> pd.DataFrame:
    """Return the place of a body by year and, below, its dated events.

    Returns
    -------
    pandas.DataFrame
        ``part`` (place, event), ``year``; of a place ``index_published, predicate, status, rank,
        n, agency_type``; of an event ``date, kind, label, evidence, source_id``.
    """
    places = follow_place(load_published(), agency_id).assign(part="place")
    agencies = load_agencies()
    events = collect_events(
        agency_id,
        texts=load_reference("regulations_local"),
        added=load_reference("regulations_local_added"),
        cohorts=load_reference("smart_city_cohorts"),
        events=load_reference("region_events"),
        agencies=agencies,
    )
    events = events.assign(part="event", year=events["date"].str[:4].astype("Int64"))
    table = places.merge(events, on=["part", "year"], how="outer")
    table["part"] = pd.Categorical(table["part"], ["place", "event"])
    table = table.sort_values(["part", "year", "date"]).astype({"part": str})
    return table[
        [
            "part", "year", "agency_type", "index_published", "predicate", "status", "rank", "n",
            "date", "kind", "label", "evidence", "source_id",
        ]
    ].reset_index(drop=True)  # fmt: skip


def all_topics() -> pd.DataFrame:
    """Return policy and practice of every body, topic and year, as ``pair_topics``."""
    topics = load_reference("policy_topics")
    return pair_topics(load_policies(), load_scores(scale="indicator"), topics, load_published())


def policy_without_practice(pairs: pd.DataFrame) -> pd.DataFrame:
    """Count, by type and year, the bodies with every topic regulated and every practice at level 1.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As ``all_topics``.

    Returns
    -------
    pandas.DataFrame
        ``year, agency_type, n`` (bodies evaluated), ``all_enacted`` and, of these,
        ``all_at_floor``.
    """
    bodies = pairs.groupby(["year", "agency_type", "agency_id"]).agg(
        all_enacted=("is_enacted", "all"), highest=("practice_level", "max")
    )
    bodies["all_at_floor"] = bodies["all_enacted"] & (bodies["highest"] == 1)
    counted = bodies.groupby(["year", "agency_type"]).agg(
        n=("highest", "size"),
        all_enacted=("all_enacted", "sum"),
        all_at_floor=("all_at_floor", "sum"),
    )
    return counted.reset_index()


def topic_levels(agency_id: str) -> pd.DataFrame:
    """Return policy beside practice of one body, topic by topic and year by year.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, year, topic, policy_level, is_enacted, practice_level`` (1 to 5) and, over the
        bodies of its type evaluated that year, ``share_enacted`` (0 to 1), ``practice_mean`` and
        ``n_peers``.
    """
    pairs = all_topics()
    own = pairs[pairs["agency_id"] == agency_id]
    peers = pairs.groupby(["year", "agency_type", "topic"]).agg(
        share_enacted=("is_enacted", "mean"),
        practice_mean=("practice_level", "mean"),
        n_peers=("agency_id", "size"),
    )
    table = own.merge(peers.reset_index(), on=["year", "agency_type", "topic"])
    order = load_reference("policy_topics").set_index("topic").index
    place = table["topic"].map(order.get_loc)
    table = table.assign(place=place).sort_values(["year", "place"])
    return table[
        ["agency_id", "year", "topic", "policy_level", "is_enacted", "practice_level",
         "share_enacted", "practice_mean", "n_peers"]
    ].reset_index(drop=True)  # fmt: skip


def of_island(
    published: pd.DataFrame, agencies: pd.DataFrame, agency_id: str
) -> tuple[pd.DataFrame, str]:
    """Return the results of the regencies and cities of a body's island, and its name.

    Raises
    ------
    DataError
        When the body is unknown.
    """
    islands = agencies.set_index("agency_id")["island"]
    if agency_id not in islands.index:
        raise DataError(f"Invalid agency_id {agency_id!r}. It must stand in load_agencies().")
    island = islands[agency_id]
    same = published["agency_id"].map(islands) == island
    return published[published["agency_type"].isin(_REGIONS) & same], str(island)


def below_target(published: pd.DataFrame, agencies: pd.DataFrame, agency_id: str) -> pd.DataFrame:
    """Count the regencies and cities of a region's island that did not reach Baik, by year.

    Returns
    -------
    pandas.DataFrame
        ``year, island, n`` (listed, repeated values included), ``n_below``, ``estimate`` (share)
        and ``is_case_below``. Empty for bodies without an island.

    """
    local, island = of_island(published, agencies, agency_id)
    if local.empty:
        return pd.DataFrame()
    judged = add_predicates(local)
    below = ~judged["predicate"].isin(_AT_LEAST_BAIK)
    table = below.groupby(judged["year"]).agg(n="size", n_below="sum").reset_index()
    own = judged.assign(below=below)[judged["agency_id"] == agency_id].set_index("year")["below"]
    return table.assign(
        island=island,
        estimate=table["n_below"] / table["n"],
        is_case_below=table["year"].map(own),
    )[["year", "island", "n", "n_below", "estimate", "is_case_below"]]
