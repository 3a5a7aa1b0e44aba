"""The form of every result table, and what every interval and every permutation test shares.

Lists of results are complete, so an interval always says what is varied: here the clusters
(provinces) that could have been in the list, or a share's trials. Where nothing sensible varies
there is no interval. Not here: the estimators, which live with the question they answer.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from spbe_research.errors import DataError

__all__ = [
    "ESTIMATE_COLUMNS",
    "check_confidence",
    "cluster_counts",
    "cluster_interval",
    "clustered_slope",
    "estimate_table",
    "finite_values",
    "permutation_p",
    "wilson_interval",
]

ESTIMATE_COLUMNS = ("estimate", "low", "high", "n", "method", "seed")
_CLUSTERED = ("estimate", "std_error", "low", "high", "n", "clusters", "method", "seed")
_TIE = 1e-12  # a permutation this close to the observed value counts as equal

_Array = NDArray[np.float64]


def estimate_table(rows: Sequence[dict[str, object]]) -> pd.DataFrame:
    """Return result rows as a table whose last columns are those of every result table.

    Parameters
    ----------
    rows : sequence of dict
        Each with keys of its own (what was estimated, of whom), then ``estimate``; ``low`` and
        ``high`` (missing where there is no interval), ``n``, ``method`` (estimator and interval in
        words) and ``seed`` (missing where nothing is random). Rows whose interval varies clusters
        add ``std_error`` and ``clusters`` (how many).

    Returns
    -------
    pandas.DataFrame
        Key columns first, in the order of the first row, then ``estimate, low, high, n, method,
        seed``; with clusters ``estimate, std_error, low, high, n, clusters, method, seed``.

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
    table = pd.DataFrame(list(rows))
    last = _CLUSTERED if "clusters" in table.columns else ESTIMATE_COLUMNS
    keys = [column for column in table.columns if column not in last]
    table = table.reindex(columns=[*keys, *last])
    types = {"seed": "Int64", "n": "int64", "low": float, "high": float}
    if last is _CLUSTERED:
        types |= {"clusters": "Int64", "std_error": float}
    return table.astype(types)


def wilson_interval(
    count: ArrayLike, n: ArrayLike, *, confidence: float = 0.95
) -> tuple[_Array, _Array]:
    """Return the Wilson score interval of a share, as statsmodels computes it.

    Parameters
    ----------
    count, n : array_like of int
        Successes and trials; where ``n`` is 0 the interval is missing.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : numpy.ndarray
        Shares, 0 to 1.

    Raises
    ------
    DataError
        When the confidence is outside 0 to 1.

    Examples
    --------
    >>> low, high = wilson_interval(5, 10)
    >>> round(float(low), 4), round(float(high), 4)
    (0.2366, 0.7634)
    >>> wilson_interval(5, 10, confidence=95)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid confidence 95. It must lie between 0 and 1, ...
    """
    from statsmodels.stats.proportion import proportion_confint

    check_confidence(confidence)
    successes = np.asarray(count, dtype=float)
    trials = np.asarray(n, dtype=float)
    trials = np.where(trials > 0, trials, np.nan)
    low, high = proportion_confint(successes, trials, alpha=1 - confidence, method="wilson")
    return np.asarray(low), np.asarray(high)


def cluster_counts(
    clusters: ArrayLike, *, strata: ArrayLike | None = None, n_resamples: int, seed: int
) -> NDArray[np.int64]:
    """Return how often each row is drawn when whole clusters are drawn with replacement.

    Use it where rows of one cluster are alike: kabupaten and kota of one province. SciPy's
    bootstrap draws single rows, which understates the spread there.

    Parameters
    ----------
    clusters : array_like, shape (n,)
        The cluster of each row; none missing.
    strata : array_like, shape (n,), optional
        Groups whose clusters are drawn apart, each as many as it has (Java and the rest).
    n_resamples, seed : int
        Draws, and the seed of NumPy's default generator.

    Returns
    -------
    numpy.ndarray, shape (n_resamples, n)
        Counts; rows of one cluster have the same.

    Raises
    ------
    DataError
        When a cluster is missing, or one lies in two strata.

    Examples
    --------
    >>> cluster_counts(["a", "a", "b"], n_resamples=4, seed=1).tolist()
    [[1, 1, 1], [2, 2, 0], [0, 0, 2], [2, 2, 0]]
    >>> cluster_counts(["a", None], n_resamples=4, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid clusters, 1 missing. Every row needs its cluster.
    """
    names = pd.Series(np.asarray(clusters, dtype=object))
    if missing := int(names.isna().sum()):
        raise DataError(f"Invalid clusters, {missing} missing. Every row needs its cluster.")
    codes, known = pd.factorize(names)
    layer = np.zeros(len(names), dtype=int)
    if strata is not None:
        layer = pd.factorize(np.asarray(strata, dtype=object))[0]
    pairs = pd.DataFrame({"cluster": codes, "layer": layer}).drop_duplicates()
    if twice := int(pairs["cluster"].duplicated().sum()):
        raise DataError(f"Invalid clusters, {twice} in two strata. Each must lie in one.")
    rng = np.random.default_rng(seed)
    counts = np.zeros((n_resamples, len(known)), dtype=np.int64)
    for _, inside in pairs.sort_values("cluster").groupby("layer")["cluster"]:
        size = len(inside)
        counts[:, inside] = rng.multinomial(size, np.full(size, 1 / size), size=n_resamples)
    return counts[:, codes]


def cluster_interval(
    estimate: float, draws: ArrayLike, n_clusters: int, *, confidence: float = 0.95
) -> dict[str, object]:
    """Return standard error and t interval of an estimate from draws of whole clusters.

    Parameters
    ----------
    estimate : float
        Of the rows as they are.
    draws : array_like, shape (n_resamples,)
        The same statistic of each draw of :func:`cluster_counts`.
    n_clusters : int
        How many there are.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    dict
        ``std_error, low, high, clusters``; the first three missing below two clusters, where the
        draws do not vary, or where more than one in a hundred draws gives no value.

    Notes
    -----
    The spread of the draws times ``sqrt(G / (G - 1))``, since G draws of G clusters vary less than
    G new ones, and Student's t with G - 1 degrees of freedom. Cameron and Miller (2015),
    doi:10.3368/jhr.50.2.317, section VI.

    Examples
    --------
    >>> found = cluster_interval(2.0, [1.0, 2.0, 3.0, 2.0], 5)
    >>> round(found["std_error"], 3), found["clusters"]
    (0.913, 5)
    >>> cluster_interval(2.0, [2.0, 2.0], 1)["low"]
    nan
    """
    from scipy.special import stdtrit

    check_confidence(confidence)
    values = np.asarray(draws, dtype=float)
    known = values[np.isfinite(values)]
    enough = n_clusters > 1 and known.size > 1 and known.size >= 0.99 * values.size
    if not (enough and np.isfinite(estimate) and np.ptp(known) > _TIE):
        nothing = float("nan")
        return {"std_error": nothing, "low": nothing, "high": nothing, "clusters": n_clusters}
    error = float(known.std(ddof=1) * np.sqrt(n_clusters / (n_clusters - 1)))
    half = float(stdtrit(n_clusters - 1, (1 + confidence) / 2)) * error
    return {
        "std_error": error,
        "low": estimate - half,
        "high": estimate + half,
        "clusters": n_clusters,
    }


def clustered_slope(
    outcome: ArrayLike,
    regressor: ArrayLike,
    clusters: ArrayLike,
    *,
    within: bool = False,
    confidence: float = 0.95,
) -> dict[str, object]:
    """Return the least-squares slope on one regressor, its errors clustered.

    Parameters
    ----------
    outcome, regressor : array_like, shape (n,)
        One value per body.
    clusters : array_like, shape (n,)
        The cluster of each body.
    within : bool
        A constant for each cluster instead of one for all, so that only bodies of one cluster are
        compared.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    dict
        ``estimate, std_error, low, high, n, clusters``. The slope is missing where the regressor
        does not vary; error and interval below two clusters, and where the errors are all 0.

    Raises
    ------
    DataError
        When a value is missing.

    Notes
    -----
    statsmodels' OLS with ``cov_type="cluster"`` and its small-sample factor, Student's t with G - 1
    degrees of freedom: Cameron and Miller (2015), doi:10.3368/jhr.50.2.317.

    Examples
    --------
    >>> found = clustered_slope([1, 2, 2, 5], [0, 1, 0, 1], list("abca"))
    >>> round(found["estimate"], 6), found["clusters"]
    (2.0, 3)
    >>> clustered_slope([1, 2], [0, float("nan")], list("ab"))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid regressor, 1 not finite. Each must be a number.
    """
    from scipy.special import stdtrit
    from statsmodels.regression.linear_model import OLS

    check_confidence(confidence)
    y, x = finite_values(outcome, "outcome"), finite_values(regressor, "regressor")
    codes, names = pd.factorize(np.asarray(clusters, dtype=object), sort=True)
    row: dict[str, object] = dict.fromkeys(("estimate", "std_error", "low", "high"), float("nan"))
    row |= {"n": y.size, "clusters": len(names)}
    constants = np.eye(len(names))[codes] if within else np.ones((y.size, 1))
    design = np.column_stack([x, constants])
    if y.size < 2 or np.linalg.matrix_rank(design) < design.shape[1]:
        return row
    model = OLS(y, design)
    if len(names) < 2 or y.size <= design.shape[1]:
        return row | {"estimate": float(model.fit().params[0])}
    result = model.fit(cov_type="cluster", cov_kwds={"groups": codes})
    slope, variance = float(result.params[0]), float(result.cov_params()[0, 0])
    row["estimate"] = slope
    if variance > _TIE**2:
        error = variance**0.5
        half = float(stdtrit(len(names) - 1, (1 + confidence) / 2)) * error
        row |= {"std_error": error, "low": slope - half, "high": slope + half}
    return row


def permutation_p(
    observed: float, drawn: ArrayLike, *, tail: str = "greater", centre: float = 0.0
) -> float:
    """Return the p value of a statistic among the same statistic of permuted or drawn data.

    The one guard of every permutation test: where the statistic or one of the draws is missing, p
    is missing, never small.

    Parameters
    ----------
    observed : float
        The statistic of the data as they are.
    drawn : array_like, shape (n_draws,)
        Of the permuted data.
    tail : {"greater", "two-sided"}
        As large, or as far from ``centre``.
    centre : float
        Of the two-sided distance.

    Returns
    -------
    float
        ``(1 + as extreme) / (1 + n_draws)``, never 0; missing where there is nothing to compare.

    Raises
    ------
    DataError
        When the tail is unknown.

    Notes
    -----
    The observed order is one of the possible ones, so it counts itself: Phipson and Smyth (2010),
    doi:10.2202/1544-6115.1585.

    Examples
    --------
    >>> permutation_p(3.0, [1.0, 2.0, 3.0])
    0.5
    >>> permutation_p(float("nan"), [1.0, 2.0, 3.0])
    nan
    >>> permutation_p(3.0, [1.0], tail="left")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid tail 'left'. It must be greater or two-sided.
    """
    if tail not in ("greater", "two-sided"):
        raise DataError(f"Invalid tail {tail!r}. It must be greater or two-sided.")
    values = np.asarray(drawn, dtype=float)
    if not (np.isfinite(observed) and values.size and np.isfinite(values).all()):
        return float("nan")
    if tail == "two-sided":
        values, observed = np.abs(values - centre), abs(observed - centre)
    return float((1 + (values >= observed - _TIE).sum()) / (1 + values.size))


def finite_values(values: ArrayLike, what: str = "values") -> _Array:
    """Return values as numbers, or refuse them where one is missing or infinite.

    Raises
    ------
    DataError
        Saying how many are not finite.

    Examples
    --------
    >>> finite_values([1, 2]).tolist()
    [1.0, 2.0]
    >>> finite_values([1, float("nan")])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid values, 1 not finite. Each must be a number.
    """
    numbers = np.asarray(values, dtype=float)
    if unfit := int((~np.isfinite(numbers)).sum()):
        raise DataError(f"Invalid {what}, {unfit} not finite. Each must be a number.")
    return numbers


def check_confidence(confidence: float) -> None:
    """Refuse a confidence level that is not between 0 and 1."""
    if not 0 < confidence < 1:
        raise DataError(
            f"Invalid confidence {confidence!r}. It must lie between 0 and 1, for example 0.95."
        )
