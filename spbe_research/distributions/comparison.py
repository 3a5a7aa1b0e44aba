"""Two distributions of indices beside each other: how far apart, and does one dominate.

For two separate groups in one year. Not for one group in two years: its values are paired, and
across a break of the instrument they are not comparable at all.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from spbe_research.errors import DataError
from spbe_research.estimates import SMALLEST_SAMPLE, check_confidence, estimate_table

__all__ = [
    "compare_groups",
    "compare_quantiles",
    "dominance_test",
    "quantile_differences",
    "wasserstein",
]

_Array = NDArray[np.float64]
_QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


def quantile_differences(
    first: ArrayLike,
    second: ArrayLike,
    *,
    quantiles: Sequence[float] = _QUANTILES,
    confidence: float = 0.95,
    n_resamples: int = 2_000,
    seed: int,
) -> pd.DataFrame:
    """Estimate by how much each quantile of the first group lies above that of the second.

    Parameters
    ----------
    first, second : array_like, shape (n,) and (m,)
        Index points of two separate groups.
    quantiles : sequence of float
        Probabilities strictly between 0 and 1.
    confidence : float
        Between 0 and 1, of each difference on its own.
    n_resamples, seed : int
        Of the bootstrap; each group is resampled on its own.

    Returns
    -------
    pandas.DataFrame
        ``quantile`` and the result columns, in index points; ``n`` is n + m.

    Raises
    ------
    DataError
        When a group is empty or a probability is not inside 0 to 1.

    Notes
    -----
    Type 7 quantiles; percentile bootstrap, since quantiles of a lattice have no smooth jackknife
    for BCa. Doksum (1974), doi:10.1214/aos/1176342662.

    Examples
    --------
    >>> table = quantile_differences(np.arange(2, 102), np.arange(1, 101), seed=1)
    >>> table["estimate"].tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0]
    >>> quantile_differences([], [1.0], seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid groups of 0 and 1 values. Each needs at least one.
    """
    one, two = _two_groups(first, second)
    check_confidence(confidence)
    wrong = [p for p in quantiles if not 0 < p < 1]
    if wrong:
        raise DataError(f"Invalid probabilities {wrong}. Each must lie strictly between 0 and 1.")
    draws = np.random.default_rng(seed)
    resampled = [
        np.quantile(draws.choice(group, (n_resamples, group.size)), quantiles, axis=1)
        for group in (one, two)
    ]
    tail = (1 - confidence) / 2
    low, high = np.quantile(resampled[0] - resampled[1], [tail, 1 - tail], axis=1)
    enough = min(one.size, two.size) >= SMALLEST_SAMPLE
    return estimate_table(
        [
            {
                "quantile": probability,
                "estimate": float(np.quantile(one, probability) - np.quantile(two, probability)),
                "low": low[place] if enough else np.nan,
                "high": high[place] if enough else np.nan,
                "n": one.size + two.size,
                "method": "difference of type 7 quantiles; percentile bootstrap",
                "seed": seed,
            }
            for place, probability in enumerate(quantiles)
        ]
    )


def wasserstein(first: ArrayLike, second: ArrayLike) -> float:
    """Return the first Wasserstein distance: the mean shift that turns one group into the other.

    Parameters
    ----------
    first, second : array_like, shape (n,) and (m,)
        Index points.

    Returns
    -------
    float
        Index points, 0 for equal distributions.

    Raises
    ------
    DataError
        When a group is empty.

    Notes
    -----
    ``integral |F - G|``. Equals the absolute difference of the means where one group dominates.

    Examples
    --------
    >>> wasserstein([1.0, 2.0], [2.0, 3.0])
    1.0
    >>> wasserstein([], [1.0])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid groups of 0 and 1 values. Each needs at least one.
    """
    one, two = _two_groups(first, second)
    grid, gap = _cdf_gap(one, two)
    return float(np.abs(gap[:-1]) @ np.diff(grid))


def dominance_test(
    first: ArrayLike,
    second: ArrayLike,
    *,
    order: int,
    n_resamples: int = 1_000,
    seed: int,
) -> tuple[float, float]:
    """Test whether the first group dominates the second stochastically.

    The null hypothesis *is* dominance: a small p value contradicts it, a large one does not prove
    it. Test both directions.

    Parameters
    ----------
    first, second : array_like, shape (n,) and (m,)
        Index points of two separate groups.
    order : {1, 2}
        1: the first has fewer agencies at or below every index. 2: its shortfall below every index,
        summed, is smaller (as anybody who dislikes low scores more than high ones would rank).
    n_resamples, seed : int
        Of the bootstrap.

    Returns
    -------
    statistic, p : float
        ``sqrt(nm / (n + m)) sup_z (D_first(z) - D_second(z))`` and its p value.

    Raises
    ------
    DataError
        When a group is empty or the order is not 1 or 2.

    Notes
    -----
    ``D_1 = F``, ``D_2(z) = mean(max(z - X, 0))``. Each group is resampled on its own and recentred
    at its sample (the bootstrap of Barrett and Donald 2003, doi:10.1111/1468-0262.00390, their
    equation 11), which is the least favourable case of equality.

    Examples
    --------
    >>> better, worse = np.arange(2, 102), np.arange(1, 101)
    >>> dominance_test(better, worse, order=1, seed=1)
    (0.0, 1.0)
    >>> dominance_test(better, worse, order=3, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid order 3. It must be 1 or 2.
    """
    one, two = _two_groups(first, second)
    if order not in (1, 2):
        raise DataError(f"Invalid order {order!r}. It must be 1 or 2.")
    grid = np.union1d(one, two)
    draws = np.random.default_rng(seed)
    scale = np.sqrt(one.size * two.size / (one.size + two.size))
    gap = np.zeros(grid.size)
    noise = np.zeros((grid.size, n_resamples))
    for group, sign in ((one, 1), (two, -1)):
        atoms, counts = np.unique(group, return_counts=True)
        kernel = _dominance_kernel(grid, atoms, order)
        own = kernel @ (counts / group.size)
        drawn = draws.multinomial(group.size, counts / group.size, size=n_resamples)
        gap += sign * own
        noise += sign * (kernel @ (drawn.T / group.size) - own[:, None])
    statistic = float(scale * max(gap.max(), 0.0))
    exceed = scale * noise.max(axis=0) >= statistic - 1e-12
    return statistic, float((exceed.sum() + 1) / (n_resamples + 1))


def compare_groups(
    results: pd.DataFrame,
    first: str,
    second: str,
    *,
    column: str = "agency_type",
    confidence: float = 0.95,
    n_resamples: int = 1_000,
    seed: int,
) -> pd.DataFrame:
    """Compare two groups in every year: mean shift, distance, tests, dominance.

    Parameters
    ----------
    results : pandas.DataFrame
        Rows of ``load_published()``, chosen with ``select_results``; ``column`` too.
    first, second : str
        Values of ``column``.
    column : str
        What makes the groups.
    confidence : float
        Of the intervals of the mean shift and the distance.
    n_resamples, seed : int
        Of bootstrap and permutations.

    Returns
    -------
    pandas.DataFrame
        ``year, first, second, measure``, the result columns and ``p`` (missing where the measure is
        no test). Measures: ``mean_difference``, ``wasserstein`` (p by permutation of the labels),
        ``probability_above`` (P(X > Y) + P(X = Y)/2, with the Mann-Whitney p), ``dominates_1``,
        ``dominates_2`` and ``dominated_1``, ``dominated_2`` (the null that the first dominates, or
        is dominated).

    Raises
    ------
    DataError
        When a group has no result in any year.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> from spbe_research.distributions import select_results
    >>> results = select_results(load_published(), years=[2024])
    >>> table = compare_groups(results, "kota", "kabupaten", seed=1).set_index("measure")
    >>> bool(table.loc["mean_difference", "estimate"] > 0)
    True
    """
    check_confidence(confidence)
    rows: list[dict[str, object]] = []
    for year, (one, two) in _groups_by_year(results, first, second, column).items():
        key = {"year": year, "first": first, "second": second}
        rows += [
            key | row | {"n": one.size + two.size, "seed": seed}
            for row in _measures(one, two, confidence, n_resamples, seed)
        ]
    table = estimate_table(rows)
    return table[[column for column in table.columns if column != "p"] + ["p"]]


def compare_quantiles(
    results: pd.DataFrame,
    first: str,
    second: str,
    *,
    column: str = "agency_type",
    quantiles: Sequence[float] = _QUANTILES,
    confidence: float = 0.95,
    n_resamples: int = 2_000,
    seed: int,
) -> pd.DataFrame:
    """Estimate the quantile differences of two groups in every year.

    Parameters
    ----------
    results : pandas.DataFrame
        Rows of ``load_published()``, chosen with ``select_results``; ``column`` too.
    first, second : str
        Values of ``column``.
    column : str
        What makes the groups.
    quantiles, confidence, n_resamples, seed
        As in ``quantile_differences``.

    Returns
    -------
    pandas.DataFrame
        ``year, quantile`` and the result columns, in index points; years with both groups only.

    Raises
    ------
    DataError
        When a group has no result in any year.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> from spbe_research.distributions import select_results
    >>> results = select_results(load_published(), years=[2024])
    >>> table = compare_quantiles(results, "kota", "kabupaten", quantiles=[0.5], seed=1)
    >>> bool(table["low"].item() > 0)
    True
    """
    groups = _groups_by_year(results, first, second, column)
    tables = [
        quantile_differences(
            one,
            two,
            quantiles=quantiles,
            confidence=confidence,
            n_resamples=n_resamples,
            seed=seed,
        )
        for one, two in groups.values()
    ]
    return pd.concat(tables, keys=groups, names=["year"]).reset_index("year").reset_index(drop=True)


def _groups_by_year(
    results: pd.DataFrame, first: str, second: str, column: str
) -> dict[int, tuple[_Array, _Array]]:
    missing = [name for name in (first, second) if not (results[column] == name).any()]
    if missing:
        raise DataError(f"Invalid groups {missing}. Each must have a result in {column!r}.")
    by_year = {}
    for year, listed in results.groupby("year"):
        one, two = (
            listed.loc[listed[column] == name, "index_published"].to_numpy(dtype=float)
            for name in (first, second)
        )
        if one.size and two.size:
            by_year[int(year)] = (one, two)
    return by_year


def _measures(
    one: _Array, two: _Array, confidence: float, n_resamples: int, seed: int
) -> list[dict[str, object]]:
    from scipy.stats import mannwhitneyu

    draws = np.random.default_rng(seed)
    ones = draws.choice(one, (n_resamples, one.size))
    twos = draws.choice(two, (n_resamples, two.size))
    shifts = ones.mean(axis=1) - twos.mean(axis=1)
    distances = np.array([wasserstein(a, b) for a, b in zip(ones, twos, strict=True)])
    pooled = draws.permuted(np.tile(np.concatenate([one, two]), (n_resamples, 1)), axis=1)
    shuffled = np.array([wasserstein(row[: one.size], row[one.size :]) for row in pooled])
    distance = wasserstein(one, two)
    rank_test = mannwhitneyu(one, two)
    wins = (one[:, None] > two).mean() + 0.5 * (one[:, None] == two).mean()
    tail = [(1 - confidence) / 2, (1 + confidence) / 2]
    enough = min(one.size, two.size) >= SMALLEST_SAMPLE
    shift_bounds = np.quantile(shifts, tail) if enough else (np.nan, np.nan)
    # A distance of resamples is biased upward; the basic interval takes that bias off again.
    distance_bounds = (
        np.clip(2 * distance - np.quantile(distances, tail)[::-1], 0, None)
        if enough
        else (np.nan, np.nan)
    )
    rows: list[dict[str, object]] = [
        {
            "measure": "mean_difference",
            "estimate": float(one.mean() - two.mean()),
            "low": shift_bounds[0],
            "high": shift_bounds[1],
            "method": "difference of means; percentile bootstrap",
            "p": np.nan,
        },
        {
            "measure": "wasserstein",
            "estimate": distance,
            "low": distance_bounds[0],
            "high": distance_bounds[1],
            "method": "first Wasserstein distance; basic bootstrap; p by permutation",
            "p": float(((shuffled >= distance - 1e-12).sum() + 1) / (n_resamples + 1)),
        },
        {
            "measure": "probability_above",
            "estimate": float(wins),
            "method": "P(X > Y) + P(X = Y)/2; p by Mann-Whitney, ties corrected",
            "p": float(rank_test.pvalue),
        },
    ]
    for order in (1, 2):
        for name, pair in (("dominates", (one, two)), ("dominated", (two, one))):
            statistic, p = dominance_test(*pair, order=order, n_resamples=n_resamples, seed=seed)
            rows.append(
                {
                    "measure": f"{name}_{order}",
                    "estimate": statistic,
                    "method": f"Barrett-Donald statistic of order {order}; recentred bootstrap",
                    "p": p,
                }
            )
    return rows


def _two_groups(first: ArrayLike, second: ArrayLike) -> tuple[_Array, _Array]:
    one, two = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if not (one.size and two.size):
        raise DataError(
            f"Invalid groups of {one.size} and {two.size} values. Each needs at least one."
        )
    return one, two


def _cdf_gap(one: _Array, two: _Array) -> tuple[_Array, _Array]:
    grid = np.sort(np.concatenate([one, two]))
    below = [
        np.searchsorted(np.sort(group), grid, side="right") / group.size for group in (one, two)
    ]
    return grid, below[0] - below[1]


def _dominance_kernel(grid: _Array, atoms: _Array, order: int) -> _Array:
    """Each atom's share in ``D_order`` at each grid point, shape (n_grid, n_atoms)."""
    distance = grid[:, None] - atoms
    return (distance >= 0).astype(float) if order == 1 else np.maximum(distance, 0.0)
