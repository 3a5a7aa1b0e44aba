"""How unequal indices are: the mean distance of two bodies, in points, and the Gini coefficient.

The index starts at 1, not at 0, so a relative measure depends on where points are counted from and
falls by arithmetic when the mean rises. The mean distance has neither fault: two bodies drawn at
random differ by so many points. Between years, only the same bodies are compared. Local governments
of one province are alike, so intervals draw whole provinces; every other body is its own cluster.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from spbe_research.errors import DataError
from spbe_research.methods.estimates import (
    check_confidence,
    cluster_counts,
    cluster_interval,
    estimate_table,
    finite_values,
)
from spbe_research.panel.frames import add_places
from spbe_research.panel.frames_compare import compare_frames, frame_members

__all__ = [
    "INDEX_FLOOR",
    "gini",
    "inequality_change",
    "inequality_table",
    "mean_distance",
    "theil_index",
]

INDEX_FLOOR = 1.0  # index points: the lowest maturity level of both editions

_Array = NDArray[np.float64]


def gini(
    values: ArrayLike, *, origin: float = 0.0, counts: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Return the Gini coefficient: half the mean difference of two values, relative to the mean.

    Familiar and robust; not where groups must add up to the whole (:func:`theil_index`).

    Parameters
    ----------
    values : array_like, shape (n,)
        Index points, none below ``origin``.
    origin : float
        Where points are counted from: 0 takes the index as published, 1 the points above the
        index's floor. ``gini(origin=o) = gini(origin=0) * mean / (mean - o)`` exactly.
    counts : array_like, shape (..., n), optional
        How often each value is taken; one coefficient for each row. Each once by default.

    Returns
    -------
    numpy.ndarray
        0 (all equal) to ``(n - 1) / n``; missing where there is no value or all stand at the
        origin, so that no point is left to be shared.

    Raises
    ------
    DataError
        When a value is missing, infinite or below the origin.

    Notes
    -----
    ``sum((2 i - n - 1) x_(i)) / (n sum(x))``, ``x_(1) <= ... <= x_(n)``, without the small-sample
    factor ``n / (n - 1)``.

    Examples
    --------
    >>> round(float(gini([1, 2, 3])), 4)
    0.2222
    >>> float(gini([1.0, 1.0], origin=1))
    nan
    >>> gini([1.0, 0.5], origin=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid values, 1 below the origin 1. ...
    """
    points, drawn = _ordered(_points(values, origin), counts)
    n, total = drawn.sum(axis=-1), drawn @ points
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(_spread(points, drawn) / np.where(total > 0, n * total, np.nan))


def mean_distance(values: ArrayLike, *, counts: ArrayLike | None = None) -> NDArray[np.float64]:
    """Return the mean distance of two different bodies drawn at random, in index points.

    Parameters
    ----------
    values : array_like, shape (n,)
        Index points.
    counts : array_like, shape (..., n), optional
        How often each value is taken, as in :func:`gini`.

    Returns
    -------
    numpy.ndarray
        Index points, 0 or more; missing below two values.

    Raises
    ------
    DataError
        When a value is missing or infinite.

    Notes
    -----
    ``sum_ij |x_i - x_j| / (n (n - 1)) = 2 mean gini n / (n - 1)``.

    Examples
    --------
    >>> round(float(mean_distance([1.0, 2.0, 4.0])), 6)
    2.0
    >>> float(mean_distance([2.0]))
    nan
    """
    points, drawn = _ordered(finite_values(values), counts)
    n = drawn.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(2 * _spread(points, drawn) / np.where(n > 1, n * (n - 1), np.nan))


def theil_index(values: ArrayLike, *, origin: float = 0.0) -> float:
    """Return Theil's T, the mean of ``r ln r`` of the ratios ``r`` to the mean.

    For exact splits between and within groups (``inequality_split``).

    Parameters
    ----------
    values : array_like, shape (n,)
        Index points, none below ``origin``; a value at the origin adds its limit, 0.
    origin : float
        Where points are counted from, as in :func:`gini`.

    Returns
    -------
    float
        0 to ``ln n``; missing where there is no value or all stand at the origin.

    Raises
    ------
    DataError
        When a value is missing, infinite or below the origin.

    Notes
    -----
    ``mean((x / m) ln(x / m))``, m the mean. Shorrocks (1980), doi:10.2307/1913126.

    Examples
    --------
    >>> round(theil_index([1, 3]), 6)
    0.130812
    >>> theil_index([float("nan")])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid values, 1 not finite. Each must be a number.
    """
    from scipy.special import xlogy

    points = _points(values, origin)
    if not points.sum() > 0:
        return float("nan")
    ratio = points / points.mean()
    return float(xlogy(ratio, ratio).mean())


_MEASURES: dict[str, tuple[Callable[..., _Array], str]] = {
    "mean_distance": (mean_distance, "mean distance of two bodies, index points"),
    "gini": (gini, "Gini coefficient of the index"),
    "gini_floor": (
        partial(gini, origin=INDEX_FLOOR),
        "Gini coefficient of the points above the floor",
    ),
}


def inequality_table(
    results: pd.DataFrame,
    agencies: pd.DataFrame,
    *,
    confidence: float = 0.95,
    n_resamples: int = 1_000,
    seed: int,
) -> pd.DataFrame:
    """Return mean distance and Gini of every year, of the rows given.

    Not to be read from year to year: the lists differ (:func:`inequality_change`).

    Parameters
    ----------
    results, agencies : pandas.DataFrame
        Rows of ``load_published()``, chosen by the caller, and ``load_agencies()``.
    confidence : float
        Between 0 and 1.
    n_resamples, seed : int
        Of the bootstrap of provinces; the same for every row.

    Returns
    -------
    pandas.DataFrame
        ``year, measure`` (mean_distance, gini, gini_floor) and the result columns with clusters.

    Raises
    ------
    DataError
        When there is no row or an index is missing.

    Examples
    --------
    >>> from spbe_research import load_agencies, load_published
    >>> table = inequality_table(load_published(), load_agencies(), n_resamples=99, seed=1)
    >>> table.query("year == 2024")["n"].tolist()
    [615, 615, 615]
    >>> inequality_table(load_published().head(0), load_agencies(), seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid results. At least one row is needed.
    """
    check_confidence(confidence)
    if results.empty:
        raise DataError("Invalid results. At least one row is needed.")
    rows: list[dict[str, object]] = []
    for year, bodies in add_places(results, agencies).groupby("year"):
        values = finite_values(bodies["index_published"])
        clusters = bodies["province"].fillna(bodies["agency_id"])
        counts = cluster_counts(clusters, n_resamples=n_resamples, seed=seed)
        for measure, (statistic, words) in _MEASURES.items():
            estimate = float(statistic(values))
            interval = cluster_interval(
                estimate,
                statistic(values, counts=counts),
                clusters.nunique(),
                confidence=confidence,
            )
            rows.append(
                {"year": int(year), "measure": measure, "estimate": estimate}
                | interval
                | {"n": values.size, "method": f"{words}; {_HOW}", "seed": seed}
            )
    return estimate_table(rows)


def inequality_change(
    published: pd.DataFrame,
    agencies: pd.DataFrame,
    start: int,
    end: int,
    *,
    confidence: float = 0.95,
    n_resamples: int = 1_000,
    seed: int,
) -> pd.DataFrame:
    """Return how mean distance and Gini changed between two years of one era, frame by frame.

    Parameters
    ----------
    published, agencies : pandas.DataFrame
        As ``load_published()``, of the types wanted, and ``load_agencies()``.
    start, end : int
        Years of one era, start first.
    confidence : float
        Between 0 and 1.
    n_resamples, seed : int
        Of the bootstrap of provinces (those of the end).

    Returns
    -------
    pandas.DataFrame
        ``start, end, measure, frame`` (listed and assessed: the two lists as they are;
        like_for_like: the bodies with a new result in both years), ``value_start, value_end,
        n_start`` and the result columns with clusters, where ``n`` counts the bodies of the end.
        Only the same bodies have an interval: between two lists who is in them changes as well.

    Raises
    ------
    DataError
        When the years are of two eras, nobody has a new result in both, or an index is missing.

    Examples
    --------
    >>> from spbe_research import load_agencies, load_published
    >>> tables = load_published(), load_agencies()
    >>> table = inequality_change(*tables, 2021, 2022, n_resamples=99, seed=1)
    >>> table.query("measure == 'gini'").set_index("frame")["estimate"].round(4).to_dict()
    {'listed': -0.0041, 'assessed': -0.0099, 'like_for_like': -0.0225}
    >>> inequality_change(*tables, 2022, 2023, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years 2022 to 2023. A difference of the index may be ...
    """
    check_confidence(confidence)
    members = frame_members(published, start, end)
    same = members[members["frame"] == "like_for_like"].set_index("agency_id")
    if same.empty:
        raise DataError(f"No body left. None has a new result in {start} and {end}.")
    placed = add_places(published[published["year"] == end], agencies).set_index("agency_id")
    clusters = placed["province"].reindex(same.index).fillna(pd.Series(same.index, same.index))
    counts = cluster_counts(clusters, n_resamples=n_resamples, seed=seed)
    values = [finite_values(same[f"index_{side}"]) for side in ("start", "end")]
    rows: list[dict[str, object]] = []
    for measure, (statistic, words) in _MEASURES.items():
        table = compare_frames(published, [(start, end)], statistic=_scalar(statistic))
        table = table[table["estimate"].notna()].rename(columns={"n_end": "n"})
        for row in table.to_dict("records"):
            row = {"start": start, "end": end, "measure": measure} | row
            if row["frame"] == "like_for_like":
                first, second = (statistic(each, counts=counts) for each in values)
                row |= cluster_interval(
                    row["estimate"], second - first, clusters.nunique(), confidence=confidence
                )
                row |= {"method": f"change of the {words}; {_HOW}", "seed": seed}
            else:
                row |= {"method": f"difference of the {words}, of two lists; no interval"}
            rows.append(row)
    return estimate_table(rows)


_HOW = "provinces drawn, t interval"


def _points(values: ArrayLike, origin: float) -> _Array:
    numbers = finite_values(values)
    if below := int((numbers < origin).sum()):
        raise DataError(
            f"Invalid values, {below} below the origin {origin:g}. Points are counted from the "
            "origin and cannot be negative. Choose a lower origin."
        )
    return numbers - origin


def _ordered(points: _Array, counts: ArrayLike | None) -> tuple[_Array, _Array]:
    """Values from the lowest up, and how often each is taken."""
    order = np.argsort(points, kind="stable")
    drawn = np.ones(points.size) if counts is None else np.asarray(counts, dtype=float)
    return points[order], drawn[..., order]


def _spread(points: _Array, drawn: _Array) -> _Array:
    """``sum_i sum_j |x_i - x_j| / 2``: each value times how many lie below it less above it.

    Of w equal values at ranks C - w + 1 to C, the sum of ``2 i - n - 1`` is ``w (2 C - w - n)``.
    """
    rank = drawn.cumsum(axis=-1)
    n = drawn.sum(axis=-1, keepdims=True)
    return np.asarray((drawn * (2 * rank - drawn - n)) @ points)


def _scalar(statistic: Callable[..., _Array]) -> Callable[[pd.Series], float]:
    """A measure of one index as a plain number."""
    return lambda index: float(statistic(index))
