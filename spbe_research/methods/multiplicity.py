"""Adjust the p values of a family of hypotheses: Holm, Benjamini-Hochberg, Benjamini-Yekutieli.

The adjustments are those of statsmodels; here missing p values stay missing and are not counted.
Not here: which results form a family. That is a decision about the question, taken before looking.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from spbe_research.errors import DataError, refuse
from spbe_research.methods.estimates import check_confidence

__all__ = ["adjust_p_values", "benjamini_hochberg", "holm"]

Array = NDArray[np.float64]


def holm(p_values: ArrayLike) -> Array:
    """Return Holm's adjusted p values of one family.

    Use it where no false claim at all is tolerated; valid under any dependence. Too strict for an
    exploration of many outcomes.

    Parameters
    ----------
    p_values : array_like, shape (n,)
        Each 0 to 1; missing ones stay missing and are not counted.

    Returns
    -------
    numpy.ndarray
        Adjusted p values, in the given order.

    Raises
    ------
    DataError
        When a p value lies outside 0 to 1.

    Notes
    -----
    ``max over j <= i of min(1, (m - j + 1) p_(j))``. Holm (1979), Scandinavian Journal of
    Statistics 6, 65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(2).tolist()
    [0.03, 0.06, 0.06]
    >>> holm([1.2])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid p values, 1 violation:
      - row 0: 1.2 is not in 0 to 1
    ...
    """
    return _adjusted(p_values, "holm")


def benjamini_hochberg(p_values: ArrayLike, *, dependent: bool = False) -> Array:
    """Return the false discovery rate at which each hypothesis of one family is rejected.

    Use it for an exploration: of the rejected, at most this share is expected to be false. Not a
    statement about one hypothesis.

    Parameters
    ----------
    p_values : array_like, shape (n,)
        Each 0 to 1; missing ones stay missing and are not counted.
    dependent : bool
        True gives the bound of Benjamini and Yekutieli, valid under any dependence; False assumes
        independence or positive dependence.

    Returns
    -------
    numpy.ndarray
        Adjusted p values (q), in the given order.

    Raises
    ------
    DataError
        When a p value lies outside 0 to 1.

    Notes
    -----
    ``min over j >= i of min(1, m p_(j) / j)``, times ``1 + 1/2 + ... + 1/m`` where dependent.
    Benjamini and Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x; Benjamini and Yekutieli
    (2001), doi:10.1214/aos/1013699998.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(2).tolist()
    [0.03, 0.04, 0.04]
    >>> benjamini_hochberg([-0.1])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid p values, 1 violation:
      - row 0: -0.1 is not in 0 to 1
    ...
    """
    return _adjusted(p_values, "fdr_by" if dependent else "fdr_bh")


def adjust_p_values(
    results: pd.DataFrame, *, by: Iterable[str] = (), alpha: float = 0.05
) -> pd.DataFrame:
    """Return a results table with its p values and their adjustments over a family.

    Use it on the table of the hypotheses that were meant to be tested. Not useful on a
    specification curve, whose rows are one hypothesis seen many ways (``joint_test``).

    Parameters
    ----------
    results : pandas.DataFrame
        With ``p_value``, or with ``estimate`` and ``std_error`` (and ``n_clusters`` where it is
        known: then t with clusters minus 1 degrees of freedom, otherwise normal).
    by : iterable of str
        Columns that divide the table into families; one family by default.
    alpha : float
        Level of both rules.

    Returns
    -------
    pandas.DataFrame
        The table as it came, then ``p_value, p_source`` (given; t; normal), ``family_size``
        (hypotheses with a p value), ``p_holm, q_bh, q_by`` (0-1), ``rejected_holm, rejected_bh``.
        Rows without a p value keep missing adjustments and are not rejected.

    Raises
    ------
    DataError
        When the table has no rows, lacks the columns, or a p value lies outside 0 to 1 or a
        standard error is negative.

    Examples
    --------
    >>> family = pd.DataFrame({"outcome": ["a", "b"], "p_value": [0.01, 0.04]})
    >>> adjust_p_values(family)[["p_holm", "q_bh", "rejected_holm"]].values.tolist()
    [[0.02, 0.02, True], [0.04, 0.04, True]]
    >>> adjust_p_values(family.drop(columns="p_value"))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid results: no p value. They need p_value, or estimate ...
    """
    check_confidence(alpha)
    if results.empty:
        raise DataError("Invalid results: no row. A family holds at least one hypothesis.")
    keys = list(by)
    absent = [key for key in keys if key not in results.columns]
    if absent:
        raise DataError(f"Invalid columns {absent}. They must stand in the results.")
    p_value, source = _p_values(results)
    table = results.reset_index(drop=True).assign(p_value=p_value, p_source=source)
    family = table.groupby(keys, dropna=False).ngroup().to_numpy() if keys else np.zeros(len(table))
    adjusted = {name: np.full(len(table), np.nan) for name in ("p_holm", "q_bh", "q_by")}
    sizes = np.zeros(len(table), dtype=np.int64)
    for number in np.unique(family):
        rows = family == number
        values = p_value[rows]
        sizes[rows] = int((~np.isnan(values)).sum())
        adjusted["p_holm"][rows] = holm(values)
        adjusted["q_bh"][rows] = benjamini_hochberg(values)
        adjusted["q_by"][rows] = benjamini_hochberg(values, dependent=True)
    table = table.assign(family_size=sizes, **adjusted)
    return table.assign(
        rejected_holm=table["p_holm"] <= alpha,
        rejected_bh=table["q_bh"] <= alpha,
    )


def _p_values(results: pd.DataFrame) -> tuple[Array, NDArray[np.object_]]:
    from scipy.special import ndtr, stdtr

    if "p_value" in results.columns:
        p = results["p_value"].astype(float).to_numpy()
        _check(p)
        return p, np.full(len(p), "given", dtype=object)
    if not {"estimate", "std_error"} <= set(results.columns):
        raise DataError(
            "Invalid results: no p value. They need p_value, or estimate and std_error."
        )
    estimate = results["estimate"].astype(float).to_numpy()
    error = results["std_error"].astype(float).to_numpy()
    if (error < 0).any():
        raise DataError("Invalid std_error. It must not be negative.")
    clusters = np.full(len(results), np.nan)
    if "n_clusters" in results.columns:
        clusters = results["n_clusters"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    known = clusters >= 2
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.where(error > 0, np.abs(estimate / error), np.nan)
    freedom = np.where(known, clusters - 1, 1.0)
    p = 2 * np.where(known, stdtr(freedom, -size), ndtr(-size))
    return p, np.where(known, "t", "normal").astype(object)


def _check(p: Array) -> None:
    bad = np.flatnonzero((p < 0) | (p > 1))
    refuse(
        DataError,
        "p values",
        [f"row {row}: {float(p[row])!r} is not in 0 to 1" for row in bad],
        "Give probabilities, not percent or test statistics.",
    )


def _adjusted(p_values: ArrayLike, method: str) -> Array:
    from statsmodels.stats.multitest import multipletests

    p = np.asarray(p_values, dtype=float)
    _check(p)
    placed, known = np.full(p.size, np.nan), ~np.isnan(p)
    if known.any():
        placed[known] = multipletests(p[known], method=method)[1]
    return placed
