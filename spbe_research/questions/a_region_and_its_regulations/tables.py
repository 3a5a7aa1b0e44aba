"""What the notebook of this question registers: the page of the region of the article."""

import pandas as pd

from spbe_research.claims.article import check_claims
from spbe_research.panel.loaders import (
    load_agencies,
    load_published,
    load_reference,
    load_scores,
)
from spbe_research.questions.a_region_and_its_regulations.figures import (
    draw_near,
    draw_timeline,
    draw_topics,
)
from spbe_research.questions.a_region_and_its_regulations.page import (
    all_topics,
    of_island,
    policy_without_practice,
    region_page,
)
from spbe_research.questions.a_region_and_its_regulations.places import rank_evaluated
from spbe_research.questions.a_region_and_its_regulations.services import compare_services
from spbe_research.records import Units, facts, figure, table

CASE = "kota-36.72"  # Kota Cilegon, of which the article speaks
OTHER = "kota-33.75"  # Kota Pekalongan, near it in the first list


def _peers() -> pd.DataFrame:
    """New results of the type of the case, the rows that its places are counted in."""
    own = load_agencies().set_index("agency_id")["agency_type"][CASE]
    ranked = rank_evaluated(load_published())
    return ranked[ranked["agency_type"] == own]


def _island() -> pd.DataFrame:
    return of_island(load_published(), load_agencies(), CASE)[0]


@figure("fig-region-timeline", draw=draw_timeline, units=Units("city-years", _peers))
def case_timeline() -> pd.DataFrame:
    """Place of the case among its type by year, and its dated events."""
    return region_page(CASE).timeline


@figure("fig-region-topics", draw=draw_topics, units=Units("agency-topics"))
def case_topics() -> pd.DataFrame:
    """Policy beside practice of the case, topic by topic."""
    return region_page(CASE).topics


@figure("fig-region-near", draw=draw_near, units=Units("cities"))
def case_near() -> pd.DataFrame:
    """Those that stood next to the case in its first year, and where they stand in its last."""
    return region_page(CASE).near


@table("tab-region-island", units=Units("local-government-years", _island))
def case_island() -> pd.DataFrame:
    """Regencies and cities of the island of the case that did not reach Baik, by year."""
    return region_page(CASE).island


@table("tab-region-other", units=Units("city-years", _peers))
def other_timeline() -> pd.DataFrame:
    """The same as the timeline for another region: the function takes any."""
    return region_page(OTHER).timeline


@table("tab-region-claims", units=Units("claims"))
def case_claims() -> pd.DataFrame:
    """What the article says of the case, with the verdict and the independent source."""
    claims = load_reference("claims")
    found = check_claims(claims, agency_id=CASE)
    years = claims[["claim_id", "year"]].astype({"year": int})
    columns = ["claim_id", "year", "stated", "verdict", "independent_source"]
    return years.merge(found, on="claim_id")[columns]


@facts
def single_facts() -> pd.DataFrame:
    """Return the single counts that the texts use."""
    ranked, page = _peers(), region_page(CASE)
    start, end = int(page.near["start"].iloc[0]), int(page.near["end"].iloc[0])
    places = ranked.pivot(index="agency_id", columns="year", values="rank")
    fall = (places[end] - places[start]).dropna().astype(int).sort_values(ascending=False)
    topics = page.topics.groupby("year")
    own = str(ranked["agency_type"].iloc[0])
    floors = policy_without_practice(all_topics())
    floors = floors[floors["agency_type"] == own]
    others = page.near[~page.near["is_case"]]
    n_near = len(others)
    rows = [
        ("places-lost", start, end, fall[CASE], len(fall)),
        ("places-lost-next", start, end, fall.drop(CASE).iloc[0], len(fall)),
        ("fell-at-least-as-far", start, end, (fall >= fall[CASE]).sum(), len(fall)),
        ("near", start, start, len(others), len(others)),
        ("near-upper-half", end, end, (others["rank_end"] <= others["n_end"] / 2).sum(), n_near),
        ("near-lower-half", end, end, (others["rank_end"] > others["n_end"] / 2).sum(), n_near),
        *(("enacted", year, year, group["is_enacted"].sum(), len(group)) for year, group in topics),
        *(
            ("practice-at-floor", year, year, (group["practice_level"] == 1).sum(), len(group))
            for year, group in topics
        ),
    ]
    for row in compare_services(load_scores(), load_agencies(), CASE).itertuples():
        rows += [
            ("services", row.year, row.year, row.domain, row.n_bodies),
            ("services-of-type", row.year, row.year, row.type_mean, row.n_bodies),
            ("services-rank", row.year, row.year, row.rank, row.n_bodies),
            ("services-higher", row.year, row.year, row.n_higher, row.n_items),
        ]
    for row in floors.itertuples():
        rows += [
            ("peers-all-enacted", row.year, row.year, row.all_enacted, row.n),
            ("peers-all-at-floor", row.year, row.year, row.all_at_floor, row.all_enacted),
        ]
    found = pd.DataFrame(rows, columns=["fact", "start", "end", "value", "n"])
    found = found.astype({"start": int, "end": int, "value": float, "n": int})
    return found.assign(year=found["end"].where(found["start"] == found["end"]).astype("Int64"))
