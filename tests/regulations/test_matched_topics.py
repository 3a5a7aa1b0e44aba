"""Practice where an agency has regulated against where it has not."""

import numpy as np
import pandas as pd
import pytest

from compare_matched_topics import comparisons, coverage, real_pairs
from spbe_research import load_policies, load_published, load_reference, load_scores
from spbe_research.errors import DataError
from spbe_research.regulations.matched_topics import (
    compare_dose,
    compare_matched_topics,
    leave_one_topic_out,
    pair_topics,
)
from spbe_research.simulation.policies import measure_policy_margins, simulate_policy_panel


def _pairs(enacted, practice, topics="xy"):
    n_topics = len(topics)
    n = len(enacted) // n_topics
    table = pd.DataFrame({"is_enacted": enacted, "practice_level": practice})
    table["is_enacted"] = table["is_enacted"].astype(bool)
    return table.assign(
        agency_id=np.repeat([f"a{i}" for i in range(n)], n_topics),
        topic=list(topics) * n,
        year=2021,
        policy_level=1 + table["is_enacted"],
    )


@pytest.mark.parametrize("row", comparisons(), ids=lambda r: f"{r['estimator']}: {r['quantity']}")
def test_estimate_equals_the_independent_one(row):
    assert row["ours"] == pytest.approx(row["independent"], abs=row["tolerance"])


def test_only_agency_effects_remove_the_confounder_in_synthetic_panels():
    rows = {(r["setting"], r["estimator"]): r for r in coverage(10, seed=3, n_agencies=120)}
    for setting, truth in (("capacity confounds", 0.15), ("capacity confounds, no effect", 0.0)):
        naive = rows[setting, "matched topics 2021: enacted or not: raw difference"]
        within = rows[setting, "matched topics 2021: enacted or not: agency and topic effects"]
        assert naive["mean_estimate"] > truth + 0.3
        assert naive["covered"] == 0
        # Error of the mean of 10: 0.062 / sqrt(10) = 0.02; coverage below 7 of 10 has p < 0.001.
        assert within["mean_estimate"] == pytest.approx(truth, abs=0.07)
        assert within["covered"] >= 0.7


def test_agency_effects_count_only_differences_within_an_agency():
    # Agency a1 does 2 levels more in all; within both agencies the enacted topic is 1 higher.
    pairs = _pairs([0, 1, 1, 0, 1, 1], [1.0, 2, 2, 1, 4, 4])
    found = compare_matched_topics(pairs).set_index("contrast")["estimate"]
    assert found["enacted or not: agency and topic effects"] == pytest.approx(1)
    # Raw: a mean of 3 where enacted, of 1 where not.
    assert found["enacted or not: raw difference"] == pytest.approx(2)


def test_pairs_of_the_real_data_equal_a_slow_look_up():
    pairs = real_pairs().set_index(["agency_id", "year", "topic"])
    levels = load_scores(scale="indicator").set_index(["agency_id", "year", "item"])["value"]
    audit = [levels[("36.72", 2022, item)] for item in ("I29", "I30", "I31")]
    assert pairs.loc[("36.72", 2022, "ict_audit"), "practice_level"] == pytest.approx(
        sum(audit) / 3
    )
    assert (
        pairs.loc[("36.72", 2022, "service_bus"), "practice_level"] == levels["36.72", 2022, "I18"]
    )
    policy = levels["36.72", 2022, "I07"]
    assert pairs.loc[("36.72", 2022, "service_bus"), "policy_level"] == policy
    assert pairs.loc[("36.72", 2022, "service_bus"), "is_enacted"] == (policy >= 2)


def test_without_variation_within_agencies_the_estimate_is_missing():
    table = compare_matched_topics(_pairs([0, 0, 1, 1], [1.0, 2, 3, 4])).set_index("contrast")
    assert np.isnan(table.loc["enacted or not: agency effects", "estimate"])
    assert table.loc["enacted or not: raw difference", "estimate"] == pytest.approx(2)


def test_one_agency_has_an_estimate_but_no_interval():
    table = compare_matched_topics(_pairs([0, 1], [1.0, 2]))
    assert table["estimate"].iloc[0] == pytest.approx(1)
    assert table["low"].isna().all()


def test_no_pairs_give_no_rows():
    assert compare_matched_topics(_pairs([0, 1], [1.0, 2]).head(0)).empty


def test_constant_practice_gives_zero_without_error():
    table = compare_matched_topics(_pairs([0, 1, 1, 0], [2.0, 2, 2, 2]))
    assert table["estimate"].tolist() == pytest.approx([0, 0, 0, 0], abs=1e-12)


def test_dose_has_a_row_for_each_level_that_occurs():
    pairs = _pairs([0, 1, 1] * 3, [1.0, 2, 3, 1, 2, 3, 2, 3, 4], topics="xyz")
    pairs["policy_level"] = [1, 2, 4, 1, 4, 2, 2, 1, 4]
    assert compare_dose(pairs)["contrast"].tolist() == [
        "policy level 2 against 1",
        "policy level 4 against 1",
    ]


def test_groups_apart_equal_the_group_alone():
    pairs = real_pairs()
    apart = compare_matched_topics(pairs, by="agency_type")
    alone = compare_matched_topics(pairs[pairs["agency_type"] == "kota"])
    kota = apart[apart["agency_type"] == "kota"].drop(columns="agency_type").reset_index(drop=True)
    pd.testing.assert_frame_equal(kota, alone)


def test_few_agencies_are_said_in_the_method():
    pairs = real_pairs()
    table = compare_matched_topics(pairs[pairs["year"] == 2022], by="agency_type")
    few = table[table["method"].str.contains("few agencies")]
    assert set(few["agency_type"]) == {"kementerian"}


def test_doubled_pairs_are_refused():
    pairs = _pairs([0, 1], [1.0, 2])
    with pytest.raises(DataError, match="a0 2021 x: stands more than once"):
        compare_matched_topics(pd.concat([pairs, pairs.head(1)]))


def test_absent_columns_are_refused():
    with pytest.raises(DataError, match="column topic: is absent"):
        leave_one_topic_out(_pairs([0, 1], [1.0, 2]).drop(columns="topic"))


def test_incomplete_practice_is_refused():
    scores = load_scores(scale="indicator")
    with pytest.raises(DataError, match="2021 ict_audit: 2 of 3 practice items"):
        pair_topics(
            load_policies(),
            scores[scores["item"] != "I29"],
            load_reference("policy_topics"),
            load_published(),
        )


def test_synthetic_panel_keeps_the_real_margins():
    margins = measure_policy_margins(real_pairs())
    many = margins.assign(n_agencies=4_000)
    found = measure_policy_margins(simulate_policy_panel(many, effect=0.15, seed=2))
    # Means over 4,000 agencies: errors of shares below 0.012, of levels below 0.02; four of them.
    shares = ["share_enacted", "share_newly_enacted", "share_kept"]
    assert (found[shares] - margins[shares]).abs().to_numpy().max() < 0.05
    levels = ["practice_2021", "practice_2022"]
    assert (found[levels] - margins[levels]).abs().to_numpy().max() < 0.08


def test_synthetic_panel_without_confounding_gives_the_effect_even_raw():
    margins = measure_policy_margins(real_pairs()).assign(n_agencies=4_000)
    panel = simulate_policy_panel(margins, effect=0.15, confounding=0, seed=6)
    row = compare_matched_topics(panel).set_index(["year", "contrast"])
    row = row.loc[(2021, "enacted or not: topic effects")]
    assert row["estimate"] == pytest.approx(0.15, abs=4 * row["std_error"])
    assert row["std_error"] < 0.01


def test_synthetic_panel_is_the_same_for_the_same_seed():
    margins = measure_policy_margins(real_pairs()).assign(n_agencies=20)
    first, again, other = (simulate_policy_panel(margins, effect=0.1, seed=s) for s in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


def test_synthetic_panel_refuses_impossible_settings():
    margins = measure_policy_margins(real_pairs())
    with pytest.raises(DataError, match="ict_audit 2021: the untreated mean would be 0.9, below"):
        simulate_policy_panel(margins, effect=0.5, seed=1)
    with pytest.raises(DataError, match=r"topic_share 2: must lie between 0 and 1"):
        simulate_policy_panel(margins, effect=0.1, topic_share=2, seed=1)
