"""Change of practice where a regulation came against where none came."""

import numpy as np
import pandas as pd
import pytest

from compare_adoption import comparisons, coverage, real_changes, real_unrelated
from spbe_research import load_reference, load_scores
from spbe_research.errors import DataError
from spbe_research.regulations.adoption import (
    compare_adoption,
    compare_circular,
    compare_placebos,
    measure_unrelated_changes,
    pair_changes,
)


def _changes(enacted, change, before=1.0, topics="xy"):
    n = len(enacted) // len(topics)
    table = pd.DataFrame({"enacted_after": enacted, "change": change, "practice_before": before})
    return table.assign(
        agency_id=np.repeat([f"a{i}" for i in range(n)], len(topics)),
        agency_type="kota",
        topic=list(topics) * n,
        enacted_before=False,
        enacted_after=table["enacted_after"].astype(bool),
        change_elsewhere=0.0,
    )


@pytest.mark.parametrize("row", comparisons(), ids=lambda r: f"{r['estimator']}: {r['quantity']}")
def test_estimate_equals_the_independent_one(row):
    assert row["ours"] == pytest.approx(row["independent"], abs=row["tolerance"])


def test_agency_effects_remove_growth_in_synthetic_panels():
    rows = {(r["setting"], r["estimator"]): r for r in coverage(12, seed=4, n_agencies=150)}
    for setting, truth in (("capacity confounds", 0.15), ("capacity confounds, no effect", 0.0)):
        within = rows[setting, "adoption 2022: newly enacted or not: agency and topic effects"]
        # Error of the mean of 12: 0.11 / sqrt(12) = 0.03; coverage below 9 of 12 has p < 0.001.
        assert within["mean_estimate"] == pytest.approx(truth, abs=0.1)
        assert within["covered"] >= 0.7
        naive = rows[setting, "adoption 2022: newly enacted or not: raw difference"]
        assert naive["mean_estimate"] > truth + 0.02


def test_agency_effects_count_only_differences_within_an_agency():
    # Within a0 and a1 the enacted topic rises 1 more; a2 enacts both and rises 5 throughout.
    changes = _changes([1, 0, 0, 1, 1, 1], [1.0, 0, 0, 1, 5, 5])
    found = compare_adoption(changes).set_index("contrast")["estimate"]
    assert found["newly enacted or not: agency and topic effects"] == pytest.approx(1)
    assert found["newly enacted or not: raw difference"] == pytest.approx(12 / 4)


def test_same_starting_level_compares_only_equals():
    # Start 1: all rise 2, four of six enact. Start 3: all fall 1, two of six enact.
    # Raw (4 * 2 - 2 * 1)/6 - (2 * 2 - 4 * 1)/6 is 1; among equals it is 0.
    enacted = [1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 0, 0]
    changes = _changes(enacted, [2.0] * 6 + [-1.0] * 6, [1.0] * 6 + [3.0] * 6)
    found = compare_adoption(changes).set_index("contrast")["estimate"]
    assert found["newly enacted or not: raw difference"] == pytest.approx(1)
    level = found["newly enacted or not: topic effects, same level in 2021"]
    assert level == pytest.approx(0, abs=1e-12)


def test_topics_enacted_before_do_not_count():
    changes = _changes([1, 0, 1, 0], [1.0, 0, 1, 0])
    more = pd.concat([changes, changes.assign(enacted_before=True, change=9.0, agency_id="z")])
    pd.testing.assert_frame_equal(compare_adoption(changes), compare_adoption(more))


def test_changes_of_the_real_data_are_those_of_the_levels():
    changes = real_changes().set_index(["agency_id", "topic"])
    levels = load_scores(scale="indicator").set_index(["agency_id", "year", "item"])["value"]
    expected = levels["11", 2022, "I11"] - levels["11", 2021, "I11"]
    assert changes.loc[("11", "architecture"), "change"] == expected
    assert changes.loc[("11", "architecture"), "enacted_before"] == (levels["11", 2021, "I01"] >= 2)


def test_unrelated_items_are_neither_policy_nor_twin():
    scores = load_scores(scale="indicator")
    related = ["I11", "I12", "I15", "I16", "I17", "I18", "I19", "I22", "I23", "I29", "I30", "I31"]
    other = scores[
        (scores["agency_id"] == "11")
        & ~scores["item"].isin([*related, *(f"I{i:02d}" for i in range(1, 11))])
    ]
    means = other.groupby("year")["value"].mean()
    found = real_unrelated().set_index("agency_id").loc["11", "change_unrelated"]
    assert found == pytest.approx(means[2022] - means[2021])


def test_group_without_new_regulations_gives_missing_values():
    table = compare_adoption(_changes([0, 0, 0, 0], [1.0, 0, 1, 0]))
    assert table[["estimate", "std_error", "low", "high"]].isna().all().all()


def test_nothing_open_gives_missing_values():
    table = compare_adoption(_changes([1, 0], [1.0, 0]).assign(enacted_before=True))
    assert table["estimate"].isna().all()
    assert table["n"].tolist() == [0] * 5


def test_placebo_finds_a_level_that_differed_before():
    changes = _changes([1, 0, 1, 0, 0, 1], 1.0, [3.0, 1, 3, 1, 1, 3])
    unrelated = pd.DataFrame({"agency_id": ["a0", "a1", "a2"], "change_unrelated": 0.0})
    table = compare_placebos(changes, unrelated)
    assert table["estimate"].iloc[:2].tolist() == pytest.approx([2, 2])
    assert table["estimate"].iloc[2:4].tolist() == pytest.approx([0, 0])


def test_agency_without_unrelated_change_is_refused():
    unrelated = pd.DataFrame({"agency_id": ["a0"], "change_unrelated": [0.0]})
    with pytest.raises(DataError, match="a1: has no unrelated change"):
        compare_placebos(_changes([1, 0, 1, 0], 1.0), unrelated)


def test_smallest_permutation_p_of_ten_topics_is_one_in_forty_five():
    topics = "abcdefghij"
    enacted = [topic in "ab" for topic in topics] * 3
    table = compare_circular(_changes(enacted, 0.0, topics=topics), topics=["a", "b"])
    assert table["estimate"].iloc[0] == pytest.approx(1)
    assert table["estimate"].iloc[1] == pytest.approx(1 / 45)
    # No change of practice anywhere: every choice is as extreme.
    assert table["estimate"].iloc[3] == 1


@pytest.mark.parametrize(
    ("topics", "message"),
    [(["q"], "q: does not occur"), (["x", "y"], "some not"), ([], "some topics must be asked for")],
)
def test_wrong_topics_of_a_circular_are_refused(topics, message):
    with pytest.raises(DataError, match=message):
        compare_circular(_changes([1, 0], 1.0), topics=topics)


def test_agency_that_lacks_a_topic_is_refused():
    changes = _changes([1, 0, 1, 0], 1.0).head(3)
    with pytest.raises(DataError, match="a1: has 1 of 2 topics"):
        compare_circular(changes, topics=["x"])


def test_one_year_alone_is_refused():
    pairs = pd.DataFrame(
        {
            "agency_id": ["a"],
            "agency_type": "kota",
            "topic": "x",
            "year": 2021,
            "is_enacted": False,
            "practice_level": 1.0,
        }
    )
    with pytest.raises(DataError, match="At least one agency must stand in 2021 and 2022"):
        pair_changes(pairs)
    with pytest.raises(DataError, match="At least one agency must stand"):
        measure_unrelated_changes(
            load_scores().query("year == 2021"), load_reference("policy_topics")
        )


def test_absent_columns_are_refused():
    with pytest.raises(DataError, match="column change: is absent"):
        compare_adoption(_changes([1, 0], 1.0).drop(columns="change"))
