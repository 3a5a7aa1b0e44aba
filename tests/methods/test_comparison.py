"""Two groups of bodies: by hand, by other code, on simulated truths, and what is refused."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu

from simulated_truths import groups
from spbe_research.errors import DataError
from spbe_research.methods.comparison import (
    compare_groups,
    dominance_test,
    mean_difference,
    probability_above,
)
from spbe_research.methods.quantiles import compare_quantiles, quantile_differences


def placed(values: list[float], kinds: list[str], provinces: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {"year": 2024, "agency_type": kinds, "index_published": values, "province": provinces}
    )


FOUR = placed([3.0, 4.0, 1.0, 2.5], ["kota", "kota", "kabupaten", "kabupaten"], list("abab"))


def test_differences_of_four_bodies_by_hand() -> None:
    found = compare_groups(FOUR, "kota", "kabupaten", n_resamples=20, seed=1)
    found = found.set_index("measure")["estimate"]
    assert found["mean_difference"] == pytest.approx(3.5 - 1.75)
    # Within province a: 3 - 1, within b: 4 - 2.5; each province has the same weight.
    assert found["within_province"] == pytest.approx((2 + 1.5) / 2)
    assert found["probability_above"] == 1.0
    assert found["dominates_1"] == 0.0


def test_probability_above_is_mann_whitneys_u() -> None:
    rng = np.random.default_rng(4)
    one, two = np.round(rng.normal(2.6, 0.5, 30), 1), np.round(rng.normal(2.4, 0.5, 50), 1)
    assert probability_above(one, two) == pytest.approx(mannwhitneyu(one, two).statistic / 1500)


def test_dominance_statistic_equals_a_slow_loop() -> None:
    rng = np.random.default_rng(5)
    one, two = np.round(rng.normal(2.6, 0.5, 20), 1), np.round(rng.normal(2.5, 0.9, 30), 1)
    for order in (1, 2):
        largest = 0.0
        for point in [*one, *two]:
            sums = []
            for group in (one, two):
                below = [point - x for x in group if x <= point]
                sums.append((len(below) if order == 1 else sum(below)) / len(group))
            largest = max(largest, sums[0] - sums[1])
        statistic, _ = dominance_test(one, two, order=order, n_resamples=9, seed=1)
        assert statistic == pytest.approx(math.sqrt(600 / 50) * largest)


@pytest.mark.whole
def test_dominance_is_found_and_its_opposite_contradicted() -> None:
    better, worse = np.linspace(2, 4, 200), np.linspace(1.5, 3.5, 200)
    for order in (1, 2):
        assert dominance_test(better, worse, order=order, seed=1)[1] > 0.9
        assert dominance_test(worse, better, order=order, seed=1)[1] < 0.01
    narrow, wide = np.linspace(2.5, 3.5, 300), np.linspace(1, 5, 300)
    assert dominance_test(narrow, wide, order=1, seed=1)[1] < 0.01
    assert dominance_test(narrow, wide, order=2, seed=1)[1] > 0.5


def test_quantile_differences_equal_numpys_and_their_draws_a_loop() -> None:
    one, two = np.array([1.0, 2.0, 4.0, 4.5]), np.array([1.5, 2.5, 3.0])
    at = [list("aabb"), list("abc")]
    table = quantile_differences(
        one, two, first_clusters=at[0], second_clusters=at[1], quantiles=[0.5], n_resamples=200,
        seed=9,
    )  # fmt: skip
    assert table["estimate"].item() == pytest.approx(3.0 - 2.5)
    assert table[["n", "clusters"]].to_numpy().tolist() == [[7, 3]]
    # The same draws, province by province: some leave a group empty, so no interval can be had.
    assert table[["low", "high"]].isna().all(axis=None)


def test_provinces_of_one_group_only_are_drawn_apart() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=60)
    apart = quantile_differences(
        values[:20], values[20:], first_clusters=np.arange(20) % 4,
        second_clusters=10 + np.arange(40) % 8, quantiles=[0.5], n_resamples=99, seed=1,
    )  # fmt: skip
    assert apart["clusters"].item() == 12
    assert apart["low"].item() < apart["estimate"].item() < apart["high"].item()


@pytest.mark.whole
def test_intervals_hold_where_provinces_are_alike_and_naive_ones_do_not() -> None:
    rows = pd.DataFrame(groups(30, seed=5))
    intervals = rows[rows["nominal"] == 0.95]
    assert (intervals["covered"] >= 0.95 - 3 * math.sqrt(0.05 * 0.95 / 30)).all()
    few = intervals["setting"] == "5 against 28 provinces, 0.4 between provinces"
    assert intervals.loc[few, "naive_covered"].mean() < 0.8
    sizes = rows[rows["nominal"] == 0.05]["covered"]
    assert (sizes <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 30)).all()


@pytest.mark.parametrize("missing", [math.nan, math.inf])
def test_missing_index_is_refused_and_gives_no_p(missing: float) -> None:
    holed = FOUR.assign(index_published=[3.0, missing, 1.0, 2.5])
    calls = (
        lambda: compare_groups(holed, "kota", "kabupaten", seed=1),
        lambda: compare_quantiles(holed, "kota", "kabupaten", seed=1),
        lambda: dominance_test([3.0, missing], [1.0, 2.5], order=1, seed=1),
        lambda: probability_above([3.0, missing], [1.0]),
        lambda: mean_difference([3.0, missing], [True, False], list("ab")),
    )
    for call in calls:
        with pytest.raises(DataError, match="1 not finite"):
            call()


def test_one_province_gives_no_interval() -> None:
    alone = compare_groups(FOUR.assign(province="a"), "kota", "kabupaten", n_resamples=9, seed=1)
    assert alone[["std_error", "low", "high"]].isna().all(axis=None)
    assert alone["clusters"].dropna().unique().tolist() == [1]


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: compare_groups(FOUR, "kota", "polda", seed=1), r"Invalid groups \['polda'\]"),
        (lambda: dominance_test([1.0], [], order=1, seed=1), "groups of 1 and 0 values"),
        (lambda: dominance_test([1.0], [1.0], order=3, seed=1), "Invalid order 3"),
        (
            lambda: quantile_differences(
                [1], [2], first_clusters=["a"], second_clusters=["a"], quantiles=[1.0], seed=1
            ),
            "strictly between 0 and 1",
        ),
        (
            lambda: quantile_differences(
                [1], [2], first_clusters=[None], second_clusters=["a"], seed=1
            ),
            "Invalid clusters, 1 missing",
        ),
    ],
)
def test_what_cannot_be_is_refused(call, match: str) -> None:
    with pytest.raises(DataError, match=match):
        call()
