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
from spbe_research.questions.do_regulated_agencies_score_higher.comparisons import (
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
from spbe_research.records import Units, facts, figure, table


def sample() -> pd.DataFrame:
    """Regencies and cities with their scores, regulated topics and covariates."""
    return local_sample(
        load_published(), load_policies(), _parts(), load_agencies(), load_covariates()
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


@table("tab-straight-line", units=Units("local-government-years", sample))
def straight_lines() -> pd.DataFrame:
    """Slopes per topic over three ranges, and the steps at the first and the tenth topic."""
    return fit_straight_lines(sample())


@table("tab-all-against-none", units=Units("local-government-years", sample))
def all_against_none() -> pd.DataFrame:
    """All ten topics against none, for index, rest and the share at Baik or better."""
    return compare_all_with_none(sample())


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


@facts
def single_facts() -> pd.DataFrame:
    """Return the single counts that the texts use."""
    table = sample()
    rows = []
    for year, group in table.groupby("year"):
        for fact, number in (("with-none", 0), ("with-all", 10)):
            rows.append((fact, year, float((group["n_enacted"] == number).sum()), len(group)))
    return pd.DataFrame(rows, columns=["fact", "year", "value", "n"]).astype({"year": "Int64"})
