"""The form of every result table: estimate, low, high, n, method, seed; and two plain intervals.

Not here: the estimators themselves, which live with the question they answer.
"""

import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from spbe_research.errors import DataError

__all__ = [
    "ESTIMATE_COLUMNS",
    "SMALLEST_SAMPLE",
    "bootstrap_interval",
    "check_confidence",
    "estimate_table",
    "wilson_interval",
]

ESTIMATE_COLUMNS = ("estimate", "low", "high", "n", "method", "seed")
SMALLEST_SAMPLE = 10  # a bootstrap of fewer values says little of their spread


def estimate_table(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Return result rows as a table whose last columns are those of every result table.

    Parameters
    ----------
    rows : list of dict
        Each with keys of its own (what was estimated, of whom), then ``estimate``; ``low`` and
        ``high`` (missing where there is no interval), ``n``, ``method`` (estimator and interval in
        words) and ``seed`` (missing where nothing is random).

    Returns
    -------
    pandas.DataFrame
        Key columns first, in the order of the first row, then ``estimate, low, high, n, method,
        seed``.

    Raises
    ------
    DataError
        When a row lacks ``estimate``, ``n`` or ``method``.

    Examples
    --------
    >>> estimate_table([{"year": 2024, "estimate": 0.5, "n": 4, "method": "mean"}]).columns.tolist()
    ['year', 'estimate', 'low', 'high', 'n', 'method', 'seed']
    >>> estimate_table([{"year": 2024, "estimate": 0.5}])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid result row 0. It must have estimate, n and method.
    """
    for number, row in enumerate(rows):
        if not {"estimate", "n", "method"} <= set(row):
            raise DataError(f"Invalid result row {number}. It must have estimate, n and method.")
    table = pd.DataFrame(rows)
    keys = [column for column in table.columns if column not in ESTIMATE_COLUMNS]
    table = table.reindex(columns=[*keys, *ESTIMATE_COLUMNS])
    return table.astype({"seed": "Int64", "n": "int64", "low": float, "high": float})


def wilson_interval(
    count: ArrayLike, n: ArrayLike, *, confidence: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the Wilson score interval of a share.

    Parameters
    ----------
    count, n : array_like of int
        Successes and trials; where ``n`` is 0 the interval is missing.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : numpy.ndarray
        Bounds of the share, 0 to 1.

    Raises
    ------
    DataError
        When a count is negative or above its n, or the confidence is outside 0 to 1.

    Notes
    -----
    ``(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)``. Wilson (1927),
    doi:10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> low, high = wilson_interval(5, 10)
    >>> round(float(low), 4), round(float(high), 4)
    (0.2366, 0.7634)
    >>> wilson_interval(11, 10)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid counts. Each must lie between 0 and its n.
    """
    from scipy.special import ndtri

    check_confidence(confidence)
    successes, trials = np.asarray(count, dtype=float), np.asarray(n, dtype=float)
    if (successes < 0).any() or (successes > trials).any():
        raise DataError("Invalid counts. Each must lie between 0 and its n.")
    z2 = float(ndtri((1 + confidence) / 2)) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        share = successes / trials
        middle = share + z2 / (2 * trials)
        half = np.sqrt(z2 * (share * (1 - share) / trials + z2 / (4 * trials**2)))
        scale = 1 + z2 / trials
        return (middle - half) / scale, (middle + half) / scale


def bootstrap_interval(
    values: ArrayLike,
    statistic: Callable[..., NDArray[np.float64]],
    *,
    confidence: float = 0.95,
    n_resamples: int = 2_000,
    seed: int,
    method: str = "BCa",
) -> tuple[float, float]:
    """Return the bootstrap interval of one vectorised statistic of independent values.

    Parameters
    ----------
    values : array_like, shape (n,)
        One value an agency.
    statistic : callable
        ``statistic(array, axis=...)``.
    confidence : float
        Between 0 and 1.
    n_resamples : int
        Resamples drawn.
    seed : int
        Of NumPy's default generator.
    method : {"BCa", "percentile", "basic"}
        BCa corrects bias and skewness: Efron (1987), doi:10.1080/01621459.1987.10478410.

    Returns
    -------
    low, high : float
        Missing (nan) below ten values, or where the values leave nothing to resample.

    Raises
    ------
    DataError
        When the confidence is outside 0 to 1.

    Examples
    --------
    >>> low, high = bootstrap_interval(np.arange(50.0), np.mean, seed=1)
    >>> low < 24.5 < high
    True
    """
    from scipy.stats import DegenerateDataWarning, bootstrap

    check_confidence(confidence)
    sample = np.asarray(values, dtype=float)
    if sample.size < SMALLEST_SAMPLE or np.unique(sample).size < 2:
        return float("nan"), float("nan")
    with warnings.catch_warnings():
        warnings.simplefilter("error", DegenerateDataWarning)
        try:
            interval = bootstrap(
                (sample,),
                statistic,
                confidence_level=confidence,
                n_resamples=n_resamples,
                method=method,
                vectorized=True,
                rng=np.random.default_rng(seed),
            ).confidence_interval
        except DegenerateDataWarning:
            return float("nan"), float("nan")
    return float(interval.low), float(interval.high)


def check_confidence(confidence: float) -> None:
    """Refuse a confidence level that is not between 0 and 1."""
    if not 0 < confidence < 1:
        raise DataError(
            f"Invalid confidence {confidence!r}. It must lie between 0 and 1, for example 0.95."
        )
