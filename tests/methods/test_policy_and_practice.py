"""Pairs, years beside each other, the rest of the index, and positions: on tables made by hand."""

import numpy as np
import pandas as pd
import pytest

from spbe_research.errors import DataError
from spbe_research.methods.policy_and_practice import (
    pair_topics,
    pair_years,
    policy_and_rest,
    standardise,
)

TOPICS = pd.DataFrame({"topic": ["audit", "bus"], "practice_items": ["I29 I30 I31", "I18"]})
PUBLISHED = pd.DataFrame(
    {
        "agency_id": ["a", "b"], "year": 2021, "agency_type": "kota",
        "index_published": [2.0, 3.0], "status": ["evaluated", "carried_over"],
    }
)  # fmt: skip
POLICIES = pd.DataFrame(
    {"agency_id": [*"aabb"], "year": 2021, "topic": ["audit", "bus"] * 2, "level": [1, 3, 2, 2]}
).assign(is_enacted=lambda t: t["level"] >= 2)
SCORES = pd.DataFrame(
    {
        "agency_id": "a", "year": 2021, "item": ["I29", "I30", "I31", "I18"],
        "value": [1.0, 2.0, 3.0, 4.0], "status": "evaluated", "scale": "indicator",
        "edition": "permen-59-2020",
    }
)  # fmt: skip


def pairs_of(levels, practice, years, topics) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "agency_id": "a", "agency_type": "kota", "year": years, "topic": topics,
            "policy_level": levels, "practice_level": practice,
        }
    )  # fmt: skip


def test_practice_is_the_mean_of_the_twins_and_carried_over_values_do_not_count() -> None:
    pairs = pair_topics(POLICIES, SCORES, TOPICS, PUBLISHED).set_index("topic")
    assert pairs["practice_level"].to_dict() == {"audit": 2.0, "bus": 4.0}
    assert pairs["policy_level"].to_dict() == {"audit": 1, "bus": 3}
    assert set(pairs["agency_id"]) == {"a"}


def test_incomplete_practice_is_refused() -> None:
    with pytest.raises(DataError, match="a 2021 audit: 2 of 3 practice items"):
        pair_topics(POLICIES, SCORES[SCORES["item"] != "I30"], TOPICS, PUBLISHED)


def test_two_years_stand_beside_each_other_for_topics_in_both() -> None:
    pairs = pairs_of([1, 2, 4], [1.0, 3, 2], [2021, 2022, 2021], ["x", "x", "y"])
    (row,) = pair_years(pairs, first=2021, last=2022).to_dict("records")
    assert row == {
        "agency_id": "a", "agency_type": "kota", "topic": "x", "policy_first": 1, "policy_last": 2,
        "practice_first": 1.0, "practice_last": 3.0, "enacted_first": False, "enacted_last": True,
    }  # fmt: skip


def test_doubled_and_incomplete_pairs_are_refused() -> None:
    pairs = pairs_of([1, 2], [1.0, 3], [2021, 2022], ["x", "x"])
    with pytest.raises(DataError, match="a 2021 x: stands more than once"):
        pair_years(pd.concat([pairs, pairs.head(1)]), first=2021, last=2022)
    with pytest.raises(DataError, match="column topic: is absent"):
        pair_years(pairs.drop(columns="topic"), first=2021, last=2022)
    with pytest.raises(DataError, match="must be in 2021 and in 2023"):
        pair_years(pairs, first=2021, last=2023)


def test_index_is_the_weighted_mean_of_policy_and_rest() -> None:
    (row,) = policy_and_rest(PUBLISHED, POLICIES, SCORES).to_dict("records")
    # Policy (1 + 3)/2 = 2; 0.13 of the weight is policy: (2.0 - 0.26)/0.87 = 2.
    assert (row["policy"], row["rest"], row["weight"]) == pytest.approx((2.0, 2.0, 0.13))


def test_a_printed_domain_is_taken_where_no_levels_are() -> None:
    published = PUBLISHED.assign(year=2023, status="evaluated")
    printed = pd.DataFrame(
        {
            "agency_id": ["a", "b"], "year": 2023, "item": "D1", "value": [4.0, 1.0],
            "scale": "domain", "edition": "permen-59-2020", "status": "evaluated",
        }
    )  # fmt: skip
    table = policy_and_rest(published, POLICIES, printed).set_index("agency_id")
    assert table["policy"].to_dict() == {"a": 4.0, "b": 1.0}
    assert table.loc["b", "rest"] == pytest.approx((3.0 - 0.13) / 0.87)


def test_positions_have_mean_zero_and_deviation_one_in_each_group() -> None:
    rng = np.random.default_rng(3)
    table = pd.DataFrame(
        {"year": [2021, 2022] * 30, "agency_type": ["kota", "kota", "lembaga"] * 20,
         "rest": rng.normal(size=60)}
    )  # fmt: skip
    scaled = standardise(table, ["rest"]).groupby(["year", "agency_type"])["rest"]
    assert scaled.mean().abs().max() < 1e-12
    assert scaled.std().to_numpy() == pytest.approx(np.ones(4))


def test_a_group_that_does_not_vary_has_no_positions() -> None:
    table = pd.DataFrame({"year": 2021, "agency_type": ["kota", "kota", "polda"], "rest": 2.0})
    assert standardise(table, ["rest"])["rest"].isna().all()
    with pytest.raises(DataError, match="column policy: is absent"):
        standardise(table, ["policy"])
