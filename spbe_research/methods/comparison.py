"""Two groups of bodies beside each other in one year: how far apart, and does one dominate.

For two separate groups. Not for one group in two years: its values are paired, and across a break
of the instrument they are not comparable at all. Local governments of one province are alike, so
every interval varies provinces, not single bodies.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from spbe_research.errors import DataError
from spbe_research.methods.estimates import (
    clustered_slope,
    estimate_table,
    finite_values,
    permutation_p,
)

__all__ = [
    "compare_groups",
    "dominance_test",
    "groups_by_year",
    "mean_difference",
    "probability_above",
    "two_groups",
]

_Array = NDArray[np.float64]


def mean_difference(
    values: ArrayLike,
    is_first: ArrayLike,
    clusters: ArrayLike,
    *,
    within: bool = False,
    confidence: float = 0.95,
) -> dict[str, object]:
    """Return by how much the mean of one group lies above the other, overall or within clusters.

    Parameters
    ----------
    values : array_like, shape (n,)
        Index points.
    is_first : array_like of bool, shape (n,)
        Whether the body belongs to the first group.
    clusters : array_like, shape (n,)
        Province of each body.
    within : bool
        Compare only bodies of one province (a constant for each).
    confidence : float
        Between 0 and 1.

    Returns
    -------
    dict
        ``estimate, std_error, low, high`` in index points, ``n, clusters``, as
        ``estimates.clustered_slope``: the slope on a regressor that is 1 in the first group.

    Raises
    ------
    DataError
        When a value is missing or a group is empty.

    Examples
    --------
    >>> found = mean_difference([3, 4, 1, 2], [True, True, False, False], list("abab"))
    >>> round(found["estimate"], 6), found["clusters"]
    (2.0, 2)
    >>> mean_difference([3, 4], [True, True], list("ab"))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid groups of 2 and 0 values. Each needs at least one.
    """
    outcome = finite_values(values)
    member = np.asarray(is_first, dtype=bool)
    two_groups(outcome[member], outcome[~member])
    return clustered_slope(
        outcome, member.astype(float), clusters, within=within, confidence=confidence
    )


def probability_above(first: ArrayLike, second: ArrayLike) -> float:
    """Return how often a body of the first group lies above one of the second, ties half.

    Parameters
    ----------
    first, second : array_like, shape (n,) and (m,)
        Index points.

    Returns
    -------
    float
        ``P(X > Y) + P(X = Y) / 2``, 0 to 1.

    Raises
    ------
    DataError
        When a group is empty or a value is missing.

    Examples
    --------
    >>> probability_above([2.0, 3.0], [1.0, 2.0])
    0.875
    >>> probability_above([], [1.0])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid groups of 0 and 1 values. Each needs at least one.
    """
    one, two = two_groups(first, second)
    return float((one[:, None] > two).mean() + 0.5 * (one[:, None] == two).mean())


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
    it. Test both directions. Bodies are taken as independent; where those of one province are
    alike, p is too small.

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
        When a group is empty, a value is missing or the order is not 1 or 2.

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
    one, two = two_groups(first, second)
    if order not in (1, 2):
        raise DataError(f"Invalid order {order!r}. It must be 1 or 2.")
    grid = np.union1d(one, two)
    draws = np.random.default_rng(seed)
    scale = np.sqrt(one.size * two.size / (one.size + two.size))
    gap = np.zeros(grid.size)
    noise = np.zeros((grid.size, n_resamples))
    for group, sign in ((one, 1), (two, -1)):
        atoms, counts = np.unique(group, return_counts=True)
        distance = grid[:, None] - atoms
        kernel = (distance >= 0).astype(float) if order == 1 else np.maximum(distance, 0.0)
        own = kernel @ (counts / group.size)
        drawn = draws.multinomial(group.size, counts / group.size, size=n_resamples)
        gap += sign * own
        noise += sign * (kernel @ (drawn.T / group.size) - own[:, None])
    statistic = float(scale * max(gap.max(), 0.0))
    return statistic, permutation_p(statistic, scale * noise.max(axis=0))


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
    """Compare two groups of local governments in every year.

    Parameters
    ----------
    results : pandas.DataFrame
        Rows of ``load_published()`` with ``province`` (``add_places``) and ``column``.
    first, second : str
        Values of ``column``.
    column : str
        What makes the groups.
    confidence : float
        Of the intervals of the mean differences.
    n_resamples, seed : int
        Of the dominance tests.

    Returns
    -------
    pandas.DataFrame
        ``year, first, second, measure, p`` (missing where the measure is no test) and the result
        columns with clusters. Measures: ``mean_difference`` (index points), ``within_province``
        (the same, only bodies of one province compared), ``probability_above`` (0 to 1),
        ``dominates_1`` and ``dominated_1`` (statistic of the null that the first dominates, or is
        dominated, at every index).

    Raises
    ------
    DataError
        When a group has no result in any year, or an index is missing.

    Examples
    --------
    >>> from spbe_research.panel.frames import add_places, select_results
    >>> from spbe_research.panel.loaders import load_agencies, load_published
    >>> results = add_places(select_results(load_published(), years=[2024]), load_agencies())
    >>> table = compare_groups(results, "kota", "kabupaten", seed=1).set_index("measure")
    >>> bool(table.loc["mean_difference", "low"] > 0)
    True
    >>> compare_groups(results, "kota", "moon", seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid groups ['moon']. Each must have a result in ...
    """
    rows: list[dict[str, object]] = []
    for year, (one, two) in groups_by_year(results, first, second, column).items():
        key: dict[str, object] = {"year": year, "first": first, "second": second}
        both = pd.concat([one, two])
        values = finite_values(both["index_published"])
        member = np.arange(len(both)) < len(one)
        for measure, within in (("mean_difference", False), ("within_province", True)):
            found = mean_difference(
                values, member, both["province"], within=within, confidence=confidence
            )
            place = "of one province" if within else "of all"
            method = f"difference of means {place}; OLS, errors clustered by province, t interval"
            rows.append(key | {"measure": measure, "p": np.nan} | found | {"method": method})
        pair = values[member], values[~member]
        plain: dict[str, object] = {"n": len(both)}
        rows.append(
            key
            | {"measure": "probability_above", "p": np.nan, "estimate": probability_above(*pair)}
            | plain
            | {"method": "P(X > Y) + P(X = Y)/2"}
        )
        for name, ordered in (("dominates_1", pair), ("dominated_1", pair[::-1])):
            statistic, p = dominance_test(*ordered, order=1, n_resamples=n_resamples, seed=seed)
            rows.append(
                key
                | {"measure": name, "p": p, "estimate": statistic}
                | plain
                | {
                    "method": "Barrett-Donald statistic of order 1; recentred bootstrap",
                    "seed": seed,
                }
            )
    return estimate_table(rows)


def groups_by_year(
    results: pd.DataFrame, first: str, second: str, column: str
) -> dict[int, tuple[pd.DataFrame, pd.DataFrame]]:
    """Return the rows of both groups in every year that has both.

    Raises
    ------
    DataError
        When a group has no result in any year.
    """
    missing = [name for name in (first, second) if not (results[column] == name).any()]
    if missing:
        raise DataError(f"Invalid groups {missing}. Each must have a result in {column!r}.")
    by_year = {}
    for year, of_year in results.groupby("year"):
        one, two = (of_year[of_year[column] == name] for name in (first, second))
        if len(one) and len(two):
            by_year[int(year)] = (one, two)
    return by_year


def two_groups(first: ArrayLike, second: ArrayLike) -> tuple[_Array, _Array]:
    """Return two groups of values as numbers, or refuse an empty one or a missing value.

    Raises
    ------
    DataError
        When a group is empty or a value is missing.
    """
    one, two = finite_values(first), finite_values(second)
    if not (one.size and two.size):
        raise DataError(
            f"Invalid groups of {one.size} and {two.size} values. Each needs at least one."
        )
    return one, two
