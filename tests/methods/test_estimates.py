"""Intervals and p values that all analyses share: by hand, by other code, and what is missing."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import permutation_test, t

from spbe_research.errors import DataError
from spbe_research.methods.estimates import (
    cluster_counts,
    cluster_interval,
    clustered_slope,
    estimate_table,
    finite_values,
    permutation_p,
    wilson_interval,
)


def test_whole_clusters_are_drawn_as_often_as_there_are_clusters() -> None:
    clusters = np.array(["a", "a", "b", "c", "c", "c"])
    counts = cluster_counts(clusters, n_resamples=500, seed=1)
    assert (counts[:, 0] == counts[:, 1]).all()
    drawn = counts[:, [0, 2, 3]]
    assert (drawn.sum(axis=1) == 3).all()
    assert drawn.mean(axis=0) == pytest.approx([1, 1, 1], abs=0.12)


def test_strata_are_drawn_apart_and_order_of_rows_of_a_cluster_does_not_matter() -> None:
    counts = cluster_counts(list("aabbc"), strata=[1, 1, 2, 2, 2], n_resamples=50, seed=1)
    assert (counts[:, 0] == 1).all()
    assert (counts[:, 2] + counts[:, 4] == 2).all()
    with pytest.raises(DataError, match="1 in two strata"):
        cluster_counts(list("aab"), strata=[1, 2, 2], n_resamples=5, seed=1)


def test_missing_cluster_is_refused_and_not_a_cluster_of_its_own() -> None:
    with pytest.raises(DataError, match="Invalid clusters, 2 missing"):
        cluster_counts(["a", None, np.nan], n_resamples=5, seed=1)


def test_interval_by_hand() -> None:
    # Draws 1, 2, 3, 2: sd sqrt(2/3); five clusters: times sqrt(5/4); t(4) at 97.5 %.
    found = cluster_interval(2.0, [1, 2, 3, 2], 5)
    error = math.sqrt(2 / 3 * 5 / 4)
    assert found["std_error"] == pytest.approx(error)
    assert found["high"] == pytest.approx(2 + t.ppf(0.975, 4) * error)


@pytest.mark.parametrize(
    ("estimate", "draws", "clusters"),
    [(2.0, [2.0, 2.0, 2.0], 9), (2.0, [1.0, 3.0], 1), (math.nan, [1.0, 3.0], 9), (2.0, [], 9),
     (2.0, [1.0, math.nan, 3.0], 9)],
)  # fmt: skip
def test_interval_without_width_or_ground_is_missing(
    estimate: float, draws: list[float], clusters: int
) -> None:
    found = cluster_interval(estimate, draws, clusters)
    assert all(math.isnan(found[name]) for name in ("std_error", "low", "high"))


def test_permutation_p_equals_scipys() -> None:
    one, two = np.array([3.1, 2.2, 4.0]), np.array([1.2, 2.0, 1.9, 2.5])

    def gap(first: np.ndarray, second: np.ndarray, axis: int) -> np.ndarray:
        return first.mean(axis=axis) - second.mean(axis=axis)

    test = permutation_test(
        (one, two), gap, n_resamples=np.inf, alternative="greater", vectorized=True
    )
    # SciPy's exact test has the observed order among its 35; ours adds it to the 34 others.
    observed = np.abs(test.null_distribution - test.statistic).argmin()
    others = np.delete(test.null_distribution, observed)
    assert permutation_p(test.statistic, others) == pytest.approx(test.pvalue)
    assert test.pvalue == pytest.approx(2 / 35)


def test_missing_values_give_a_missing_p_and_never_a_small_one() -> None:
    assert math.isnan(permutation_p(math.nan, np.arange(99)))
    assert math.isnan(permutation_p(1.0, [0.5, math.nan]))
    assert math.isnan(permutation_p(1.0, []))
    assert permutation_p(0.0, np.zeros(99)) == 1.0
    assert permutation_p(-2.0, [1.0, -3.0, 0.0], tail="two-sided") == pytest.approx(2 / 4)


def test_slope_and_clustered_error_equal_the_sandwich_written_out() -> None:
    rng = np.random.default_rng(3)
    clusters = np.repeat(np.arange(12), 5)
    x = rng.normal(size=60)
    y = 0.4 * x + rng.normal(size=12)[clusters] + rng.normal(size=60)
    for within in (False, True):
        found = clustered_slope(y, x, clusters, within=within)
        dummies = np.eye(12)[clusters] if within else np.ones((60, 1))
        design = np.column_stack([x, dummies])
        bread = np.linalg.inv(design.T @ design)
        residual = y - design @ (bread @ design.T @ y)
        meat = np.zeros_like(bread)
        for name in range(12):
            score = design[clusters == name].T @ residual[clusters == name]
            meat += np.outer(score, score)
        factor = 12 / 11 * 59 / (60 - design.shape[1])
        error = math.sqrt(factor * (bread @ meat @ bread)[0, 0])
        assert found["estimate"] == pytest.approx((bread @ design.T @ y)[0])
        assert found["std_error"] == pytest.approx(error)
        assert found["high"] - found["estimate"] == pytest.approx(t.ppf(0.975, 11) * error)


def test_slope_without_ground_is_missing() -> None:
    constant = clustered_slope([1, 2, 3], [1, 1, 1], list("abc"))
    assert math.isnan(constant["estimate"])
    alone = clustered_slope([1.0, 2.0, 4.0], [0, 1, 2], list("aaa"))
    assert alone["estimate"] == pytest.approx(1.5)
    assert math.isnan(alone["std_error"])
    exact = clustered_slope([0, 1, 2, 3], [0, 1, 2, 3], list("abcd"))
    assert math.isnan(exact["low"])


def test_wilson_interval_by_hand_and_of_nobody() -> None:
    low, high = wilson_interval([0, 0, 5], [0, 10, 10])
    z2 = 1.959963984540054**2
    assert math.isnan(low[0])
    assert low[1] == pytest.approx(0, abs=1e-15)
    assert high[1] == pytest.approx((z2 / 20 + z2 / 20) / (1 + z2 / 10))
    half = math.sqrt(z2 * (0.25 / 10 + z2 / 400)) / (1 + z2 / 10)
    assert (low[2], high[2]) == pytest.approx((0.5 - half, 0.5 + half))


def test_table_ends_with_the_columns_of_every_result() -> None:
    row = {"year": 1, "estimate": 1.0, "n": 2, "method": "m"}
    assert estimate_table([row]).columns.tolist()[-6:] == [
        "estimate", "low", "high", "n", "method", "seed",
    ]  # fmt: skip
    table = estimate_table([row | {"clusters": 3, "std_error": 0.1}])
    assert table.columns.tolist() == [
        "year", "estimate", "std_error", "low", "high", "n", "clusters", "method", "seed",
    ]  # fmt: skip
    assert pd.isna(table["seed"].item())


def test_values_that_are_no_numbers_are_counted() -> None:
    with pytest.raises(DataError, match="Invalid index, 2 not finite"):
        finite_values([1.0, np.nan, np.inf], "index")
