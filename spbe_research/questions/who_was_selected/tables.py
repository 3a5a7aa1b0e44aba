"""What the notebook of this question registers: smart-city lists, known texts, how sure none is."""

from functools import cache

import pandas as pd

from spbe_research.methods.policy_and_practice import pair_topics
from spbe_research.panel.loaders import (
    load_agencies,
    load_covariates,
    load_policies,
    load_published,
    load_reference,
    load_scores,
)
from spbe_research.panel.outside_loaders import load_region_indicators
from spbe_research.questions.who_was_selected.capacity import explain_index
from spbe_research.questions.who_was_selected.cohorts import (
    compare_listed,
    compare_over_listing,
    describe_listed,
    listed_sample,
)
from spbe_research.questions.who_was_selected.figures import draw_found, draw_listed
from spbe_research.questions.who_was_selected.texts import (
    chance_of_detection,
    check_readings,
    collect_texts,
    count_kinds,
    find_or_not,
)
from spbe_research.records import Units, facts, figure, table
from spbe_research.years import design_year, same_era


@cache
def _sample() -> pd.DataFrame:
    return listed_sample(
        load_published(),
        load_reference("smart_city_cohorts"),
        load_agencies(),
        load_covariates(),
        base_year=design_year("smart-city-size", "base"),
    )


@cache
def _texts() -> pd.DataFrame:
    return collect_texts(
        load_reference("regulations_local"),
        load_reference("regulations_local_added"),
        load_reference("text_replacements"),
        load_agencies(),
    )


@cache
def _pairs() -> pd.DataFrame:
    topics = load_reference("policy_topics")
    return pair_topics(load_policies(), load_scores(scale="indicator"), topics, load_published())


def _shown() -> pd.DataFrame:
    """Years under the instrument of the lists, up to the last of them."""
    before = design_year("smart-city-before", "before")
    sample = _sample()
    sample = sample[sample["year"] <= design_year("smart-city-before", "joining")]
    return sample[[same_era(before, int(year)) for year in sample["year"]]]


def _regions() -> pd.DataFrame:
    """Every region once; the year is that of its list."""
    regions = _sample().drop_duplicates("agency_id")
    return regions.assign(year=regions["cohort"].where(regions["cohort"] > 0).astype("Int64"))


@table("tab-listed", units=Units("regions", _regions))
def listed() -> pd.DataFrame:
    """Who was listed, list by list, beside the regions on none."""
    return describe_listed(_sample())


@figure("fig-ahead", draw=draw_listed, units=Units("local-government-years", _shown))
def ahead() -> pd.DataFrame:
    """How far they stand ahead in the years of the lists, and before they were listed."""
    rows = compare_listed(_shown())
    later_first = rows.assign(order=rows["group"] != "before")
    return later_first.sort_values(["order", "year"]).drop(columns="order").reset_index(drop=True)


def _at_listing() -> pd.DataFrame:
    """The year of the last of these lists, in which its regions are seen a second time."""
    joining = design_year("smart-city-before", "joining")
    sample = _sample()
    return sample[(sample["year"] == joining) & sample["cohort"].isin([0, joining])]


@table("tab-over-listing", units=Units("regions", _at_listing))
def over_listing() -> pd.DataFrame:
    """How the index changed over the year of listing, beside that of regions on no list."""
    return compare_over_listing(
        _sample(),
        cohort=design_year("smart-city-before", "joining"),
        before=design_year("smart-city-before", "before"),
    )


@table("tab-capacity", units=Units("local-government-years", _sample))
def capacity() -> pd.DataFrame:
    """How much of the index wealth, schooling and poverty account for, year by year."""
    base = design_year("smart-city-size", "base")
    tables = load_published(), load_covariates(), load_region_indicators()
    return explain_index(*tables, base_year=base)


@table("tab-known-texts", units=Units("local texts", _texts))
def known_texts() -> pd.DataFrame:
    """Known texts by kind of regulation."""
    return count_kinds(_texts())


@table("tab-detection", units=Units("local texts"))
def detection() -> pd.DataFrame:
    """Share of the numbers issued that was seen, region by region."""
    return chance_of_detection(
        load_reference("jdih_coverage"),
        _texts(),
        load_agencies(),
        since=design_year("jdih-coverage", "first"),
    )


@figure("fig-found", draw=draw_found, units=Units("agency-topics"))
def found() -> pd.DataFrame:
    """Found, or not found with the chance of seeing one."""
    return find_or_not(_texts(), load_reference("text_topics"), detection())


@table("tab-readings-checked", units=Units("agency-topics", _pairs))
def readings_checked() -> pd.DataFrame:
    """Whether the ministry's reading found what a dated text says."""
    return check_readings(_pairs(), _texts(), load_reference("text_topics"))


@facts
def single_facts() -> pd.DataFrame:
    """Return the single counts that the texts use."""
    texts, regions = _texts(), _regions()
    on_list = int((regions["cohort"] > 0).sum())
    cells = found()["n_texts"]
    dated = texts["year"].dropna().astype(int)
    span, lists = (dated.min(), dated.max()), regions["year"].dropna()
    listed_in = (int(lists.min()), int(lists.max()))
    seen = detection()
    seen_in = (int(seen["start"].min()), int(seen["end"].max()))
    rows = [
        ("texts", *span, len(texts), len(texts)),
        ("text-regions", *span, texts["agency_id"].nunique(), len(texts)),
        ("replaced", *span, len(load_reference("text_replacements")), len(texts)),
        ("listed", *listed_in, on_list, len(regions)),
        ("first-list", *listed_in, listed_in[0], on_list),
        ("texts-in-lists", *seen_in, int(seen["n_texts"].sum()), int(seen["n_issued"].sum())),
        ("not-found", *seen_in, int((cells == 0).sum()), len(cells)),
    ]
    found_facts = pd.DataFrame(rows, columns=["fact", "start", "end", "value", "n"])
    return found_facts.astype({"value": float})
