"""The shape of a distribution of indices: moments, quantiles, ECDF, density, predicate shares.

Intervals treat the agencies of a year as a sample of what could have been published; the list
itself is nearly a census. Carried-over values are counted only if the caller chose them.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from spbe_research.errors import DataError
from spbe_research.estimates import (
    bootstrap_interval,
    check_confidence,
    estimate_table,
    wilson_interval,
)
from spbe_research.schemas import PREDICATES
from spbe_research.selection import add_predicates

__all__ = [
    "boundary_density",
    "describe_distribution",
    "ecdf_band",
    "predicate_shares",
    "quantile_interval",
]

_Array = NDArray[np.float64]
_LOW, _HIGH = 1.0, 5.0  # maturity levels, PermenPANRB 5/2018 and 59/2020
_QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


def describe_distribution(
    results: pd.DataFrame,
    *,
    by: Sequence[str] = ("year",),
    quantiles: Sequence[float] = _QUANTILES,
    confidence: float = 0.95,
    n_resamples: int = 2_000,
    seed: int,
) -> pd.DataFrame:
    """Describe the index of each group: moments and quantiles with intervals.

    Parameters
    ----------
    results : pandas.DataFrame
        Rows of ``load_published()``, chosen with ``select_results``.
    by : sequence of str
        Columns that make a group.
    quantiles : sequence of float
        Probabilities strictly between 0 and 1.
    confidence : float
        Between 0 and 1.
    n_resamples, seed : int
        Of the bootstrap of the moments; quantiles need none.

    Returns
    -------
    pandas.DataFrame
        The columns of ``by``, ``statistic`` (mean, sd, skewness, excess_kurtosis, q10, ...) and the
        result columns, in index points (skewness and kurtosis have no unit). Missing where n is too
        small.

    Raises
    ------
    DataError
        When a column is missing, a probability is not inside 0 to 1, or there is no row.

    Notes
    -----
    Sample sd with n - 1; skewness ``g1`` and excess kurtosis ``g2`` from central moments. Quantiles
    by linear interpolation (Hyndman and Fan 1996, type 7, doi:10.2307/2684934). Moments carry BCa
    bootstrap intervals, quantiles distribution-free order-statistic ones.

    Examples
    --------
    >>> results = pd.DataFrame({"year": 2024, "index_published": [2.0, 3.0, 4.0, 3.0]})
    >>> table = describe_distribution(results, seed=1).set_index("statistic")
    >>> float(table.loc["mean", "estimate"]), int(table.loc["mean", "n"])
    (3.0, 4)
    >>> describe_distribution(results, by=["province"], seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid columns ['province']. Groups are made of columns of ...
    """
    check_confidence(confidence)
    rows: list[dict[str, object]] = []
    for key, values in _groups(results, by):
        for name, statistic in _MOMENTS.items():
            low, high = bootstrap_interval(
                values, statistic, confidence=confidence, n_resamples=n_resamples, seed=seed
            )
            rows.append(
                key
                | {
                    "statistic": name,
                    "estimate": float(statistic(values)),
                    "low": low,
                    "high": high,
                    "n": values.size,
                    "method": f"sample {name.replace('_', ' ')}; BCa bootstrap",
                    "seed": seed,
                }
            )
        for probability in quantiles:
            estimate, low, high = quantile_interval(values, probability, confidence=confidence)
            rows.append(
                key
                | {
                    "statistic": f"q{100 * probability:g}",
                    "estimate": estimate,
                    "low": low,
                    "high": high,
                    "n": values.size,
                    "method": "quantile, type 7; order-statistic interval",
                }
            )
    return estimate_table(rows)


def quantile_interval(
    values: ArrayLike, probability: float, *, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Return a quantile and its distribution-free interval between two order statistics.

    Parameters
    ----------
    values : array_like, shape (n,)
        Index points.
    probability : float
        Strictly between 0 and 1.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    estimate, low, high : float
        A bound is missing where no order statistic lies far enough out.

    Raises
    ------
    DataError
        When the probability is not inside 0 to 1 or there is no value.

    Notes
    -----
    The number of values below the quantile is binomial: bounds are the order statistics whose
    binomial tails do not exceed ``(1 - confidence) / 2`` each. David and Nagaraja (2003), *Order
    Statistics*, section 7.1. Conservative, and more so where values tie.

    Examples
    --------
    >>> quantile_interval(range(1, 21), 0.5)
    (10.5, 6.0, 15.0)
    >>> quantile_interval([1, 2], 1.5)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid probability 1.5. It must lie strictly between 0 and 1.
    """
    from scipy.stats import binom

    check_confidence(confidence)
    if not 0 < probability < 1:
        raise DataError(
            f"Invalid probability {probability!r}. It must lie strictly between 0 and 1."
        )
    ordered = np.sort(np.asarray(values, dtype=float))
    if ordered.size == 0:
        raise DataError("Invalid values. At least one is needed for a quantile.")
    tail = (1 - confidence) / 2
    below = binom.cdf(np.arange(ordered.size + 1), ordered.size, probability)
    lower = int(np.searchsorted(below, tail, side="right"))  # most order statistics that may miss
    upper = int(np.searchsorted(below, 1 - tail, side="left")) + 1
    estimate = float(np.quantile(ordered, probability))
    low = float(ordered[lower - 1]) if lower >= 1 else float("nan")
    high = float(ordered[upper - 1]) if upper <= ordered.size else float("nan")
    return estimate, low, high


def ecdf_band(
    results: pd.DataFrame, *, by: Sequence[str] = ("year",), confidence: float = 0.95
) -> pd.DataFrame:
    """Compute the empirical distribution function with a band that holds everywhere at once.

    Parameters
    ----------
    results : pandas.DataFrame
        Rows of ``load_published()``.
    by : sequence of str
        Columns that make a group.
    confidence : float
        That the whole true function lies in the band.

    Returns
    -------
    pandas.DataFrame
        The columns of ``by``, ``index`` (each value that occurs), and the result columns:
        ``estimate`` is the share of agencies at or below it, 0 to 1.

    Raises
    ------
    DataError
        When a column is missing or there is no row.

    Notes
    -----
    Half width: the quantile of the exact Kolmogorov distribution at n (Kolmogorov 1933), which the
    Dvoretzky-Kiefer-Wolfowitz bound ``sqrt(log(2 / alpha) / 2n)`` exceeds a little. Conservative on
    a lattice.

    Examples
    --------
    >>> results = pd.DataFrame({"year": 2024, "index_published": [2.0, 3.0, 3.0, 4.0]})
    >>> ecdf_band(results)["estimate"].tolist()
    [0.25, 0.75, 1.0]
    >>> ecdf_band(results, confidence=2)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid confidence 2. It must lie between 0 and 1, ...
    """
    from scipy.stats import kstwo

    check_confidence(confidence)
    tables = []
    for key, values in _groups(results, by):
        half = float(kstwo.ppf(confidence, values.size))
        index, counts = np.unique(values, return_counts=True)
        share = counts.cumsum() / values.size
        tables.append(
            pd.DataFrame(
                key
                | {
                    "index": index,
                    "estimate": share,
                    "low": np.clip(share - half, 0, 1),
                    "high": np.clip(share + half, 0, 1),
                    "n": values.size,
                    "method": "ECDF; exact Kolmogorov band, simultaneous",
                }
            )
        )
    table = pd.concat(tables, ignore_index=True)
    return table.assign(seed=pd.array([pd.NA] * len(table), dtype="Int64"))


def boundary_density(
    results: pd.DataFrame,
    *,
    by: Sequence[str] = ("year",),
    bandwidth: float | None = None,
    smallest_n: int = 1,
    n_grid: int = 201,
    confidence: float = 0.95,
    n_resamples: int = 500,
    seed: int,
) -> pd.DataFrame:
    """Estimate the density of the index on its whole scale, with no mass outside 1 to 5.

    Parameters
    ----------
    results : pandas.DataFrame
        Rows of ``load_published()``.
    by : sequence of str
        Columns that make a group; one of fewer than two different values is refused.
    bandwidth : float, optional
        Of the Gaussian kernel, in index points; by default Silverman's rule in each group.
    smallest_n : int
        A smaller group keeps its rows, without estimates.
    n_grid : int
        Points from 1 to 5.
    confidence : float
        Of the pointwise interval, for sampling variation only: the bias of smoothing is not in it.
    n_resamples, seed : int
        Of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        The columns of ``by``, ``index``, ``bandwidth``, ``median`` and the result columns;
        ``estimate`` is the density per index point.

    Raises
    ------
    DataError
        When a column is missing, the bandwidth is not positive, or a group has no spread.

    Notes
    -----
    Reflection: ``f(x) = (1/nh) sum_i [K((x - X_i)/h) + K((x + X_i - 2a)/h) + K((x + X_i - 2b)/h)]``
    on [a, b] = [1, 5], Silverman (1986), *Density Estimation*, section 2.10. It integrates to one
    but for the second reflection. Default ``h = 0.9 min(sd, IQR/1.349) n^(-1/5)``.

    Examples
    --------
    >>> results = pd.DataFrame({"year": 2024, "index_published": np.linspace(1, 5, 400)})
    >>> density = boundary_density(results, seed=1)
    >>> bool(abs(density["estimate"] - 0.25).max() < 0.02)
    True
    >>> boundary_density(results, bandwidth=0, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid bandwidth 0. It must be positive, in index points.
    """
    check_confidence(confidence)
    if bandwidth is not None and not bandwidth > 0:
        raise DataError(f"Invalid bandwidth {bandwidth!r}. It must be positive, in index points.")
    grid = np.linspace(_LOW, _HIGH, n_grid)
    tables = []
    for key, values in _groups(results, by):
        enough = values.size >= smallest_n
        width, columns = np.nan, np.full((3, n_grid), np.nan)
        if enough:
            width = bandwidth if bandwidth is not None else _silverman(values, key)
            columns = _density(grid, values, width, confidence, n_resamples, seed)
        tables.append(
            pd.DataFrame(
                key
                | {
                    "index": grid,
                    "bandwidth": width,
                    "median": np.median(values),
                    "estimate": columns[0],
                    "low": columns[1],
                    "high": columns[2],
                    "n": values.size,
                    "method": "Gaussian kernel, reflected at 1 and 5; percentile bootstrap",
                    "seed": seed,
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def predicate_shares(
    results: pd.DataFrame, *, by: Sequence[str] = ("year",), confidence: float = 0.95
) -> pd.DataFrame:
    """Count the predicates of each group, with Wilson intervals of their shares.

    Parameters
    ----------
    results : pandas.DataFrame
        Rows of ``load_published()``.
    by : sequence of str
        Columns that make a group; each must also tell the year apart, or years are pooled.
    confidence : float
        Between 0 and 1, of each share on its own.

    Returns
    -------
    pandas.DataFrame
        The columns of ``by``, ``predicate`` (all five, also where none), ``count`` and the result
        columns; ``estimate`` is a share, 0 to 1.

    Raises
    ------
    DataError
        When a column is missing or there is no row.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> table = predicate_shares(load_published().query("year == 2024"))
    >>> table["count"].tolist()
    [19, 127, 239, 182, 48]
    """
    named = add_predicates(results)
    keys = list(by)
    counts = (
        named.groupby([*keys, "predicate"], observed=True)
        .size()
        .unstack("predicate", fill_value=0)
        .reindex(columns=list(PREDICATES), fill_value=0)
        .reset_index()
    )
    table = counts.melt(id_vars=keys, var_name="predicate", value_name="count")
    order = pd.Series(range(len(PREDICATES)), index=list(PREDICATES))
    table = table.sort_values(
        [*keys, "predicate"],
        key=lambda column: column.map(order) if column.name == "predicate" else column,
        ignore_index=True,
    )
    totals = table.groupby(keys)["count"].transform("sum")
    low, high = wilson_interval(table["count"], totals, confidence=confidence)
    return table.assign(
        estimate=table["count"] / totals,
        low=low,
        high=high,
        n=totals,
        method="share; Wilson score interval",
        seed=pd.array([pd.NA] * len(table), dtype="Int64"),
    )


def _groups(results: pd.DataFrame, by: Sequence[str]) -> list[tuple[dict[str, Any], _Array]]:
    unknown = [column for column in by if column not in results.columns]
    if unknown:
        raise DataError(f"Invalid columns {unknown}. Groups are made of columns of the table.")
    if results.empty:
        raise DataError("Invalid results. At least one row is needed.")
    return [
        (dict(zip(by, key, strict=True)), group["index_published"].to_numpy(dtype=float))
        for key, group in results.groupby(list(by), observed=True)
    ]


def _density(
    grid: _Array, values: _Array, width: float, confidence: float, n_resamples: int, seed: int
) -> _Array:
    """Density and its pointwise bounds on the grid, shape (3, n_grid)."""
    atoms, counts = np.unique(values, return_counts=True)
    kernel = _reflected_kernel(grid, atoms, width)
    shares = counts / values.size
    drawn = np.random.default_rng(seed).multinomial(values.size, shares, size=n_resamples)
    tail = (1 - confidence) / 2
    bounds = np.quantile(kernel @ (drawn.T / values.size), [tail, 1 - tail], axis=1)
    return np.vstack([kernel @ shares, bounds])


def _reflected_kernel(grid: _Array, atoms: _Array, width: float) -> _Array:
    """Kernel weights, shape (n_grid, n_atoms), with the mass beyond either end folded back."""
    total = np.zeros((grid.size, atoms.size))
    for place in (atoms, 2 * _LOW - atoms, 2 * _HIGH - atoms):
        total += np.exp(-0.5 * ((grid[:, None] - place) / width) ** 2)
    return np.asarray(total / (width * np.sqrt(2 * np.pi)), dtype=np.float64)


def _silverman(values: _Array, key: dict[str, Any]) -> float:
    if np.unique(values).size < 2:
        raise DataError(f"Invalid group {key}. A density needs two different values.")
    quarter, three = np.quantile(values, [0.25, 0.75])
    spread = min(s for s in (values.std(ddof=1), (three - quarter) / 1.349) if s > 0)
    return float(0.9 * spread * values.size ** (-0.2))


def _mean(values: ArrayLike, axis: int = -1) -> _Array:
    return np.asarray(np.asarray(values, dtype=float).mean(axis=axis))


def _sd(values: ArrayLike, axis: int = -1) -> _Array:
    array = np.asarray(values, dtype=float)
    if array.shape[axis] < 2:
        return np.full(np.delete(array.shape, axis), np.nan)
    return np.asarray(array.std(axis=axis, ddof=1))


def _standard_moment(values: ArrayLike, axis: int, power: int) -> _Array:
    array = np.asarray(values, dtype=float)
    centred = array - array.mean(axis=axis, keepdims=True)
    variance = (centred**2).mean(axis=axis)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((centred**power).mean(axis=axis) / variance ** (power / 2))


def _skewness(values: ArrayLike, axis: int = -1) -> _Array:
    return _standard_moment(values, axis, 3)


def _excess_kurtosis(values: ArrayLike, axis: int = -1) -> _Array:
    return _standard_moment(values, axis, 4) - 3


_MOMENTS: dict[str, Callable[..., _Array]] = {
    "mean": _mean,
    "sd": _sd,
    "skewness": _skewness,
    "excess_kurtosis": _excess_kurtosis,
}
