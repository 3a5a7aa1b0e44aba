import numpy as np
import pandas as pd
import pytest

from compare_specifications import (
    comparisons,
    coverage,
    pick,
    real_curve,
    synthetic,
    tables,
)
from spbe_research import (
    load_agencies,
    load_covariates,
    load_policies,
    load_reference,
    load_scores,
)
from spbe_research.errors import DataError
from spbe_research.regulations.specifications import (
    cross_section,
    joint_test,
    matched_topics,
    specification_curve,
    summarise_curve,
)

KEYS = ["question", "year", "outcome", "threshold", "sample", "controls", "weights"]


@pytest.mark.parametrize("row", comparisons(), ids=lambda row: row["quantity"])
def test_specification_agrees_with_an_independent_fit(row):
    assert row["ours"] == pytest.approx(row["independent"], abs=row["tolerance"], rel=0)


@pytest.mark.parametrize(
    "row", coverage(8, seed=2), ids=lambda row: row["estimator"] + row["setting"][:6]
)
def test_intervals_and_joint_test_hold_on_synthetic_agencies(row):
    if row["nominal"] == "power":
        assert row["covered"] > 0.5
    else:
        margin = 3.5 * np.sqrt(0.05 * 0.95 / row["n_simulations"])
        assert row["covered"] == pytest.approx(row["nominal"], abs=margin)


def test_every_combination_occurs_once_and_gives_a_number():
    curve = real_curve()
    assert not curve.duplicated(KEYS).any()
    assert curve["estimate"].notna().all()
    assert (curve["std_error"] > 0).all()
    # index: 18 sets of controls and sample, of which 10 are weighted two ways; times years,
    # thresholds and outcomes. matched: 13 sets times years, thresholds and topics kept.
    assert curve.groupby("question").size().to_dict() == {
        "index": (18 + 10) * 2 * 2 * 4,
        "matched": 13 * 2 * 2 * 2,
    }


def test_outcome_of_all_level_three_is_three():
    scores, policies = load_scores(scale="indicator"), load_policies()
    flat = scores.assign(value=3.0)
    loaded = load_agencies(), load_covariates(), load_reference("instruments")
    table = cross_section(flat, policies, *loaded)
    outcomes = table[["index without policy", "governance", "management", "services"]]
    assert np.allclose(outcomes, 3)
    matched = matched_topics(flat, policies, load_reference("policy_topics"))
    assert np.allclose(matched["practice"], 3)


def test_index_without_policy_and_policy_domain_make_up_the_published_index():
    table, matched = tables()
    policy = matched.groupby(["agency_id", "year"])["level"].mean().rename("policy").reset_index()
    index = load_scores(scale="index")[["agency_id", "year", "value"]]
    both = table.merge(policy).merge(index)
    assert len(both) == 517 + 554
    whole = 0.13 * both["policy"].astype(float) + 0.87 * both["index without policy"]
    assert np.abs(whole - both["value"]).max() < 1e-4


def test_order_of_rows_does_not_matter():
    table, matched = synthetic(60, effect=0.5, seed=3)
    again = specification_curve(table.iloc[::-1], matched.sample(frac=1, random_state=1))
    first = specification_curve(table, matched)
    merged = first.merge(again, on=KEYS, suffixes=("", "_again"))
    assert len(merged) == len(first)
    assert np.allclose(merged["estimate"], merged["estimate_again"])
    assert np.allclose(merged["std_error"], merged["std_error_again"])


def test_treatment_that_does_not_vary_gives_missing_estimates_and_no_crash():
    table, matched = synthetic(60, effect=0.5, seed=3)
    curve = specification_curve(table.assign(enacted_3=0.5), matched)
    constant = curve[(curve["question"] == "index") & (curve["threshold"] == 3)]
    assert constant[["estimate", "std_error", "low", "p_value"]].isna().all(axis=None)


def test_joint_test_is_repeatable_and_its_p_value_bounded_by_the_draws():
    pair = synthetic(60, effect=2.0, seed=3)
    first, again = (joint_test(*pair, n_resamples=19, seed=4) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert first["p_value"].iloc[0] == pytest.approx(1 / 20)


def test_groups_tested_apart_are_the_curve_summarised_by_the_same_choices():
    pair = synthetic(60, effect=0.5, seed=3)
    keys = ["question", "year", "controls"]
    apart = joint_test(*pair, by=keys, n_resamples=3, seed=4).set_index(keys)
    summary = summarise_curve(specification_curve(*pair), by=keys).set_index(keys)
    for statistic, column in {
        "median estimate": "median",
        "share positive": "share_positive",
        "share positive and significant": "share_significant",
    }.items():
        seen = apart.loc[apart["statistic"] == statistic, "estimate"]
        pd.testing.assert_series_equal(
            seen.sort_index(), summary[column].sort_index(), check_names=False
        )


def test_same_draws_serve_the_whole_and_its_groups():
    # Of one statistic of one group the null is that of the whole where the group is the whole.
    pair = synthetic(60, effect=0.5, seed=3)
    whole = joint_test(*pair, n_resamples=9, seed=4)
    weighted = joint_test(*pair, by=["question", "weights"], n_resamples=9, seed=4)
    matched = [t[t["question"] == "matched"].reset_index(drop=True) for t in (whole, weighted)]
    pd.testing.assert_frame_equal(matched[0], matched[1].drop(columns="weights"))


@pytest.mark.parametrize("question", ["index", "matched"])
def test_one_question_alone_gives_what_both_give(question):
    pair = synthetic(60, effect=0.5, seed=3)
    both = joint_test(*pair, n_resamples=9, seed=4)
    alone = joint_test(*pair, questions=[question], n_resamples=9, seed=4)
    pd.testing.assert_frame_equal(both[both["question"] == question].reset_index(drop=True), alone)


@pytest.mark.parametrize("questions", [[], ["index", "practice"]])
def test_unknown_questions_are_refused(questions):
    with pytest.raises(DataError, match="Invalid questions .* They must be index, matched or both"):
        joint_test(*synthetic(60, effect=0.5, seed=3), questions=questions, seed=1)


@pytest.mark.parametrize("by", [[], ["year"], ["question", "outcome"]])
def test_groups_by_what_is_no_choice_are_refused(by):
    with pytest.raises(DataError, match="Invalid by .* It must hold question, and others of year"):
        joint_test(*synthetic(60, effect=0.5, seed=3), by=by, seed=1)


def test_summary_of_a_hand_made_curve():
    curve = pd.DataFrame(
        {"question": ["a"] * 4, "estimate": [1.0, 2, 3, -4], "p_value": [0.01, 0.2, 0.04, 0.01]}
    )
    row = summarise_curve(curve).iloc[0]
    assert row[["median", "smallest", "largest"]].tolist() == [1.5, -4, 3]
    assert row[["share_positive", "share_significant", "n_specifications"]].tolist() == [
        0.75,
        0.5,
        4,
    ]


def test_single_specification_is_found_by_its_choices():
    row = pick(
        real_curve(),
        question="index",
        year=2021,
        outcome="services",
        threshold=2,
        sample="kota",
        controls="none",
        weights="each agency",
    )
    assert row["n"] == 90


def test_lacking_columns_are_named_together():
    table, matched = synthetic(30, effect=0, seed=1)
    with pytest.raises(DataError, match=r"(?s)2 violations.*'province'.*'practice'"):
        specification_curve(table.drop(columns="province"), matched.drop(columns="practice"))


def test_no_permutation_and_a_wrong_confidence_are_refused():
    table, matched = synthetic(30, effect=0, seed=1)
    with pytest.raises(DataError, match="n_resamples 0"):
        joint_test(table, matched, n_resamples=0, seed=1)
    with pytest.raises(DataError, match="confidence 95"):
        specification_curve(table, matched, confidence=95)


def test_missing_topic_is_refused():
    loaded = load_agencies(), load_covariates(), load_reference("instruments")
    with pytest.raises(DataError, match="lacks a policy topic"):
        cross_section(load_scores(scale="indicator"), load_policies().iloc[1:], *loaded)
