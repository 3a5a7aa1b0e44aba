"""The index with and without its policy domain."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare_part_whole import comparisons, coverage, real_parts
from spbe_research import load_aggregates, load_published, load_scores
from spbe_research.errors import DataError
from spbe_research.regulations.part_whole import (
    decompose_part_and_whole,
    decompose_printed_means,
    policy_and_rest,
)


def _parts(policy, rest, weight=0.25):
    table = pd.DataFrame({"policy": policy, "rest": rest, "year": 2021, "weight": weight})
    table["agency_id"] = [f"a{i}" for i in range(len(table))]
    table["index"] = weight * table["policy"] + (1 - weight) * table["rest"]
    return table


@pytest.mark.parametrize("row", comparisons(), ids=lambda r: f"{r['estimator']}: {r['quantity']}")
def test_estimate_equals_the_independent_one(row):
    assert row["ours"] == pytest.approx(row["independent"], abs=row["tolerance"])


@pytest.mark.parametrize("row", coverage(100, seed=5), ids=lambda r: r["estimator"])
def test_interval_holds_the_truth_as_often_as_it_says(row):
    # 3.3 binomial standard errors of 100 draws.
    assert row["covered"] == pytest.approx(0.95, abs=0.072)
    assert row["mean_estimate"] == pytest.approx(row["truth"], abs=0.03)


def test_slope_and_parts_equal_the_hand_worked_ones():
    # policy 1 2 3 4, rest 1 1 2 2: slope(rest) = 2/5 = 0.4; index slope = 0.25 + 0.75 * 0.4.
    table = decompose_part_and_whole(_parts([1.0, 2, 3, 4], [1.0, 1, 2, 2]))
    found = table.set_index(["outcome", "contrast"])["estimate"]
    assert found["index without policy", "slope on policy"] == pytest.approx(0.4)
    assert found["index", "slope on policy"] == pytest.approx(0.55)
    assert found["index", "slope: the weight"] == 0.25
    assert found["index", "slope: through the rest"] == pytest.approx(0.3)
    assert found["index", "slope: share that is the weight"] == pytest.approx(0.25 / 0.55)
    assert found["index without policy", "correlation with policy"] == pytest.approx(2 / 5**0.5)


def test_unrelated_rest_leaves_only_the_weight():
    # policy and rest are uncorrelated by construction: all of the slope is arithmetic.
    table = decompose_part_and_whole(_parts([1.0, 1, 5, 5], [2.0, 4, 2, 4]))
    found = table.set_index(["outcome", "contrast"])["estimate"]
    assert found["index", "slope: share that is the weight"] == pytest.approx(1)
    assert found["index", "correlation: through the rest"] == pytest.approx(0, abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.05, 0.95))
def test_parts_add_up_for_any_weight(seed, weight):
    rng = np.random.default_rng(seed)
    table = decompose_part_and_whole(_parts(rng.normal(size=12), rng.normal(size=12), weight))
    found = table.set_index(["outcome", "contrast"])["estimate"]
    slope = found["index", "slope: the weight"] + found["index", "slope: through the rest"]
    assert found["index", "slope on policy"] == pytest.approx(slope, abs=1e-10)
    whole = (
        found["index", "correlation: the weight"] + found["index", "correlation: through the rest"]
    )
    assert found["index", "correlation with policy"] == pytest.approx(whole, abs=1e-10)


def test_index_of_the_parts_is_the_printed_one_within_its_rounding():
    parts = real_parts().merge(load_published()[["agency_id", "year", "index_published"]])
    gap = (parts["index"] - parts["index_published"]).abs().groupby(parts["year"]).max()
    assert gap.loc[[2021, 2022]].max() < 1e-10
    assert gap.loc[[2023, 2024]].max() < 0.01


def test_flagged_domain_is_left_out_and_derived_ones_are_named():
    parts = real_parts()
    assert parts.query("agency_id == '16.07' and year == 2023").empty
    assert len(parts.query("agency_id == '16.07' and year == 2024")) == 1
    derived = parts[parts["source"] == "domains, policy derived"]
    assert set(derived["agency_id"]) == {
        "35",
        "pusat-kementerian-energi-dan-sumber-daya-mineral",
        "pusat-kementerian-pertanian",
    }


def test_groups_apart_equal_the_group_alone():
    parts = real_parts()
    apart = decompose_part_and_whole(parts, by="agency_type")
    alone = decompose_part_and_whole(parts[parts["agency_type"] == "kota"])
    kota = apart[apart["agency_type"] == "kota"].drop(columns="agency_type").reset_index(drop=True)
    pd.testing.assert_frame_equal(kota, alone)


@pytest.mark.parametrize(
    "parts",
    [
        _parts([1.0], [2.0]),
        _parts([1.0, 2, 3], [2.0, 1, 4]),
        _parts([2.0] * 6, [1.0, 2, 3, 4, 5, 1]),
    ],
    ids=["one agency", "three agencies", "constant policy"],
)
def test_too_little_to_learn_from_gives_missing_values(parts):
    table = decompose_part_and_whole(parts)
    rest = table[table["contrast"] != "slope: the weight"]
    assert rest[["estimate", "std_error", "low", "high"]].isna().all().all()


def test_no_agencies_give_no_rows():
    assert decompose_part_and_whole(_parts([1.0], [1.0]).head(0)).empty


def test_perfect_fit_gives_correlation_one():
    table = decompose_part_and_whole(_parts([1.0, 2, 3, 4, 5], [1.0, 2, 3, 4, 5]))
    found = table[table["contrast"] == "correlation with policy"]
    assert found["estimate"].tolist() == pytest.approx([1, 1])


def test_index_that_is_not_the_mean_of_its_parts_is_refused():
    with pytest.raises(DataError, match="index 9 is not the weighted mean"):
        decompose_part_and_whole(_parts([1.0, 2, 3, 4], [1.0, 1, 2, 2]).assign(index=9.0))


def test_absent_columns_are_refused():
    with pytest.raises(DataError, match="column rest: is absent"):
        decompose_part_and_whole(_parts([1.0], [1.0]).drop(columns="rest"))


def test_scores_without_domains_are_refused():
    with pytest.raises(DataError, match="No agency-year has all domains"):
        policy_and_rest(load_scores(scale="index"), load_published())


def test_national_means_of_2018_to_2020_close_within_rounding():
    table = decompose_printed_means(load_aggregates())
    left = table[table["contrast"] == "printed index less its parts"]
    assert left["year"].tolist() == [2018, 2019, 2020]
    # Index and three domains, each rounded to 0.01.
    assert left["estimate"].abs().max() <= 0.01
    assert table["low"].isna().all()


def test_year_without_means_is_refused():
    with pytest.raises(DataError, match="2017: no national mean of D1, D2, D4, index"):
        decompose_printed_means(load_aggregates(), years=[2017, 2018])
