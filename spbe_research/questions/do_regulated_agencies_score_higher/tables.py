"""What this question registers: bodies compared with bodies, and the arithmetic in it."""

import pandas as pd

from spbe_research.methods.policy_and_practice import pair_topics, policy_and_rest
from spbe_research.panel.loaders import (
    load_agencies,
    load_covariates,
    load_policies,
    load_published,
    load_reference,
    load_scores,
)
from spbe_research.panel.outside_loaders import load_region_indicators
from spbe_research.questions.do_regulated_agencies_score_higher.comparisons import (
    MORE_HELD,
    check_straight_lines,
    compare_all_with_none,
    compare_between_and_within,
    compare_numbers_of_topics,
    fit_straight_lines,
    split_arithmetic,
)
from spbe_research.questions.do_regulated_agencies_score_higher.figures import (
    draw_between_and_within,
    draw_numbers_of_topics,
    draw_weight_and_rest,
)
from spbe_research.questions.do_regulated_agencies_score_higher.samples import local_sample
from spbe_research.records import Units, figure, table
from spbe_research.years import design_year


def sample() -> pd.DataFrame:
    """Regencies and cities with their scores, regulated topics and covariates."""
    return local_sample(
        load_published(),
        load_policies(),
        _parts(),
        load_agencies(),
        load_covariates(),
        load_region_indicators(),
        earlier=design_year("gains-and-losses-earlier", "base"),
    )


def pairs() -> pd.DataFrame:
    """Each policy topic of a body beside the practice of the same topic."""
    return pair_topics(
        load_policies(), load_scores(), load_reference("policy_topics"), load_published()
    )


@figure(
    "fig-enacted-topics",
    draw=draw_numbers_of_topics,
    units=Units("local-government-years", sample),
)
def numbers_of_topics() -> pd.DataFrame:
    """Index without the policy domain at each number of regulated topics, against none."""
    return compare_numbers_of_topics(sample())


@table("tab-topic-counts", units=Units("local-government-years", sample))
def topic_counts() -> pd.DataFrame:
    """How many regions regulated how many topics, year by year."""
    return sample().groupby(["year", "n_enacted"]).size().rename("n").reset_index()


@table("tab-straight-line", units=Units("local-government-years", sample))
def straight_lines() -> pd.DataFrame:
    """Slopes per topic over two ranges of the number of topics."""
    return fit_straight_lines(sample())


@table("tab-line-tests", units=Units("local-government-years", sample))
def line_tests() -> pd.DataFrame:
    """Whether one straight line does from none to all topics, by two tests."""
    return check_straight_lines(sample())


@table("tab-all-against-none", units=Units("local-government-years", sample))
def all_against_none() -> pd.DataFrame:
    """All ten topics against none, for each score, with more and more held equal.

    All comparisons of the last year, and of the first the one with most covariates of its own.
    """
    rows = compare_all_with_none(sample())
    last = rows["year"] == rows["year"].max()
    return rows[last | (rows["compared"] == MORE_HELD)].reset_index(drop=True)


@figure("fig-between-and-within", draw=draw_between_and_within, units=Units("agency-topics", pairs))
def between_and_within() -> pd.DataFrame:
    """Practice where regulated against where not, between bodies and within one."""
    return compare_between_and_within(pairs(), load_agencies())


def _parts() -> pd.DataFrame:
    return policy_and_rest(load_published(), load_policies(), load_scores())


@figure("fig-weight-and-rest", draw=draw_weight_and_rest, units=Units("agency-years", _parts))
def weight_and_rest() -> pd.DataFrame:
    """What of the slope of the index on its policy domain is the weight of that domain."""
    return split_arithmetic(_parts(), load_agencies())
