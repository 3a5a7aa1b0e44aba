"""Moments, quantiles, bands, densities, shares and dominance."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare_shape import comparisons, coverage
from spbe_research import load_agencies, load_published
from spbe_research.distributions import (
    add_places,
    add_predicates,
    boundary_density,
    compare_groups,
    describe_distribution,
    dominance_test,
    ecdf_band,
    predicate_shares,
    quantile_differences,
    quantile_interval,
    select_results,
    wasserstein,
)
from spbe_research.errors import DataError
from spbe_research.estimates import bootstrap_interval, wilson_interval


@pytest.mark.parametrize("row", comparisons(), ids=lambda r: f"{r['estimator']}, {r['quantity']}")
def test_another_implementation_agrees(row: dict) -> None:
    assert math.isclose(row["ours"], row["independent"], rel_tol=0, abs_tol=row["tolerance"])


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    for row in coverage(120, seed=3):
        spread = 3.3 * math.sqrt(row["nominal"] * (1 - row["nominal"]) / row["n_simulations"])
        conservative = "band" in row["estimator"] or "order statistics" in row["estimator"]
        assert row["covered"] >= row["nominal"] - spread or row["nominal"] < 0.5, row
        assert row["covered"] <= row["nominal"] + spread or conservative, row


def test_groups_hold_the_statistics_worked_by_hand() -> None:
    table = pd.DataFrame({"year": [2023] * 3 + [2024], "index_published": [1.0, 2.0, 6.0, 3.0]})
    described = describe_distribution(table, quantiles=[0.5], seed=1)
    by_hand = {"mean": 3.0, "sd": math.sqrt(7), "q50": 2.0}
    got = described[described["year"] == 2023].set_index("statistic")["estimate"]
    assert {name: got[name] for name in by_hand} == pytest.approx(by_hand)
    alone = described[described["year"] == 2024].set_index("statistic")
    assert alone.loc["mean", "estimate"] == 3.0
    assert math.isnan(alone.loc["sd", "estimate"])
    assert alone[["low", "high"]].isna().all().all()


def test_printed_predicates_are_counted_as_printed() -> None:
    """2023 and 2024 against the raw lists; 2018 against the report's own table of counts."""
    for year in (2018, 2023, 2024):
        results = select_results(load_published(), years=[year])
        counted = predicate_shares(results).set_index("predicate")["count"]
        printed = results["predicate_published"].value_counts()
        assert counted[counted > 0].to_dict() == printed.to_dict()


def test_computed_predicates_equal_the_printed_ones_where_both_exist() -> None:
    published = load_published()
    bare = published.assign(predicate_published=pd.Series(pd.NA, published.index, dtype="str"))
    both = published["predicate_published"].notna() & (published["year"] < 2024)
    computed = add_predicates(bare)["predicate"]
    assert (computed[both] == published.loc[both, "predicate_published"]).all()


def test_density_is_a_density_and_stays_on_the_scale() -> None:
    results = select_results(load_published(), years=[2018, 2024])
    for _, group in boundary_density(results, seed=1, n_grid=2001).groupby("year"):
        area = np.trapezoid(group["estimate"], group["index"])
        assert area == pytest.approx(1, abs=2e-3)
        assert (group["low"] <= group["estimate"] + 1e-9).mean() > 0.95


def test_density_at_the_floor_is_not_halved() -> None:
    uniform = pd.DataFrame({"year": 2024, "index_published": np.linspace(1, 5, 2001)})
    density = boundary_density(uniform, bandwidth=0.2, seed=1)["estimate"]
    assert density.iloc[0] == pytest.approx(0.25, abs=2e-3)


def test_ecdf_band_reaches_one_and_never_leaves_zero_to_one() -> None:
    band = ecdf_band(select_results(load_published(), years=[2020]))
    assert band["estimate"].iloc[-1] == 1
    assert band[["low", "high"]].min().min() >= 0
    assert band[["low", "high"]].max().max() <= 1


def test_papua_has_two_provinces_until_2021_and_six_after() -> None:
    placed = add_places(load_published(), load_agencies())
    papua = placed[placed["island"] == "Papua"].groupby("year")["province"].nunique()
    assert papua.loc[2021] == 2
    assert papua.loc[2023] == 6
    assert placed.loc[placed["agency_type"] == "kementerian", "java"].isna().all()
    assert set(placed.loc[placed["province"] == "Banten", "java"]) == {"Java"}


def test_carried_over_values_are_chosen_only_by_name() -> None:
    published = load_published()
    counts = [len(select_results(published, years=[2020], status=s)) for s in ("evaluated", "all")]
    assert counts == [131, 555]


def test_dominance_is_found_and_its_opposite_contradicted() -> None:
    better, worse = np.linspace(2, 4, 200), np.linspace(1.5, 3.5, 200)
    for order in (1, 2):
        assert dominance_test(better, worse, order=order, seed=1)[1] > 0.9
        assert dominance_test(worse, better, order=order, seed=1)[1] < 0.01


def test_a_narrow_group_dominates_a_wide_one_at_second_order_only() -> None:
    narrow, wide = np.linspace(2.5, 3.5, 300), np.linspace(1, 5, 300)
    assert dominance_test(narrow, wide, order=1, seed=1)[1] < 0.01
    assert dominance_test(narrow, wide, order=2, seed=1)[1] > 0.5


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(100, 500), min_size=1, max_size=20),
    st.lists(st.integers(100, 500), min_size=1, max_size=20),
    st.integers(1, 50),
)
def test_wasserstein_is_a_distance_and_counts_a_shift(
    first: list[int], second: list[int], shift: int
) -> None:
    one, two = np.array(first) / 100, np.array(second) / 100
    assert wasserstein(one, two) == pytest.approx(wasserstein(two, one))
    assert wasserstein(one, one + shift / 100) == pytest.approx(shift / 100)
    assert wasserstein(one, one) == 0


def test_small_groups_have_estimates_without_intervals() -> None:
    table = quantile_differences([2.0, 3.0], [1.0], quantiles=[0.5], seed=1)
    assert table["estimate"].item() == 1.5
    assert table[["low", "high"]].isna().all().all()
    assert quantile_interval([2.0], 0.5)[0] == 2.0
    assert math.isnan(quantile_interval([2.0], 0.5)[1])


def test_constant_values_have_no_interval() -> None:
    assert all(math.isnan(bound) for bound in bootstrap_interval([2.0] * 50, np.mean, seed=1))


def test_wilson_interval_of_nobody_is_missing() -> None:
    low, high = wilson_interval([0, 0], [0, 10])
    assert math.isnan(low[0])
    assert low[1] == pytest.approx(0)
    assert high[1] == pytest.approx(0.2775, abs=1e-4)


def test_wrong_requests_are_refused_with_a_remedy() -> None:
    results = select_results(load_published(), years=[2024])
    with pytest.raises(DataError, match="status 'new'"):
        select_results(results, status="new")
    with pytest.raises(DataError, match=r"Invalid columns \['moon'\]"):
        ecdf_band(results, by=["moon"])
    with pytest.raises(DataError, match="needs two different values"):
        boundary_density(results.head(1), seed=1)
    with pytest.raises(DataError, match=r"Invalid groups \['polda'\]"):
        compare_groups(results, "kota", "polda", seed=1)
    with pytest.raises(DataError, match="strictly between 0 and 1"):
        quantile_differences([1, 2], [1, 2], quantiles=[0.5, 1.0], seed=1)
    with pytest.raises(DataError, match="no agency|Invalid agencies"):
        add_places(results, load_agencies().head(3))
