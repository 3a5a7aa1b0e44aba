"""How unequal is SPBE maturity: Gini, Theil and mean log deviation, and their split by groups.

The measures are relative: they compare shares of a total of points. The published index starts at
1, not at 0, so the answer depends on where the points are counted from; ``origin`` says so in every
table. Nothing here explains why groups differ, and a wider gap is no judgement of anyone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from spbe_research.errors import DataError, listed, refuse
from spbe_research.estimates import (
    SMALLEST_SAMPLE,
    bootstrap_interval,
    check_confidence,
    estimate_table,
)
from spbe_research.selection import ERAS, LOCAL_TYPES, select_results

__all__ = [
    "INDEX_FLOOR",
    "change_of_split",
    "decompose_inequality",
    "gini",
    "inequality_table",
    "lorenz_curve",
    "mean_log_deviation",
    "theil_index",
]

INDEX_FLOOR = 1.0  # index points: the lowest maturity level of both editions
_DECOMPOSABLE = ("theil", "mld")
_COMPONENTS = ("total", "between", "within", "between_share")
_BATCH = 250  # resamples held in memory at once

_Array = NDArray[np.float64]


def gini(values: ArrayLike, *, axis: int = -1, origin: float = 0.0) -> _Array:
    """Return the Gini coefficient: half the mean difference of two values, relative to the mean.

    Robust and familiar; not where groups must add up to the whole (it does not decompose).

    Parameters
    ----------
    values : array_like
        Index points, none below ``origin``.
    axis : int
        Axis that is reduced.
    origin : float
        Where points are counted from: 0 takes the index as published, 1 the points above the
        index's floor. ``gini(origin=o) = gini(origin=0) * mean / (mean - o)`` exactly.

    Returns
    -------
    numpy.ndarray
        0 (all equal) to ``(n - 1) / n``; missing where there is no value or the mean is the origin.

    Raises
    ------
    DataError
        When a value is missing, infinite or below the origin.

    Notes
    -----
    ``sum((2 i - n - 1) x_(i)) / (n sum(x))``, ``x_(1) <= ... <= x_(n)``, without the small-sample
    factor ``n / (n - 1)``. Sen (1973), doi:10.1093/0198281935.001.0001.

    Examples
    --------
    >>> round(float(gini([1, 2, 3])), 4)
    0.2222
    >>> gini([1.0, 0.5], origin=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid values, 1 below the origin 1. ...
    """
    points = np.sort(_points(values, axis, origin), axis=-1)
    n = points.shape[-1]
    weights = 2.0 * np.arange(1, n + 1) - n - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((points @ weights) / (n * points.sum(axis=-1)))


def theil_index(values: ArrayLike, *, axis: int = -1, origin: float = 0.0) -> _Array:
    """Return Theil's T, the mean of ``r ln r`` of the ratios ``r`` to the mean.

    For exact splits between and within groups; more sensitive to the top than
    :func:`mean_log_deviation`.

    Parameters
    ----------
    values : array_like
        Index points, none below ``origin``; a value at the origin adds its limit, 0.
    axis : int
        Axis that is reduced.
    origin : float
        Where points are counted from, as in :func:`gini`.

    Returns
    -------
    numpy.ndarray
        0 to ``ln n``; missing where there is no value or the mean is the origin.

    Raises
    ------
    DataError
        When a value is missing, infinite or below the origin.

    Notes
    -----
    ``mean((x / m) ln(x / m))``, m the mean. Shorrocks (1980), doi:10.2307/1913126.

    Examples
    --------
    >>> round(float(theil_index([1, 3])), 6)
    0.130812
    >>> theil_index([float("nan")])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid values, 1 not finite. Each must be a number.
    """
    from scipy.special import xlogy

    points = _points(values, axis, origin)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = points.sum(axis=-1, keepdims=True) / points.shape[-1]
        ratio = points / mean
        return np.asarray(xlogy(ratio, ratio).sum(axis=-1) / points.shape[-1])


def mean_log_deviation(values: ArrayLike, *, axis: int = -1, origin: float = 0.0) -> _Array:
    """Return the mean log deviation: the log of the mean less the mean of the logs (Theil's L).

    For exact splits whose within part weighs every agency alike; not with points above the floor
    where an agency stands at the floor: it is infinite there.

    Parameters
    ----------
    values : array_like
        Index points, none below ``origin``; a value at the origin makes the result infinite.
    axis : int
        Axis that is reduced.
    origin : float
        Where points are counted from, as in :func:`gini`.

    Returns
    -------
    numpy.ndarray
        0 or more, possibly infinite; missing where there is no value or the mean is the origin.

    Raises
    ------
    DataError
        When a value is missing, infinite or below the origin.

    Notes
    -----
    ``ln m - mean(ln x)``, m the mean. Shorrocks (1980), doi:10.2307/1913126.

    Examples
    --------
    >>> round(float(mean_log_deviation([1, 3])), 6)
    0.143841
    >>> mean_log_deviation([0.9], origin=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid values, 1 below the origin 1. ...
    """
    points = _points(values, axis, origin)
    n = points.shape[-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.log(points.sum(axis=-1) / n) - np.log(points).sum(axis=-1) / n)


_MEASURES = {"gini": gini, "theil": theil_index, "mld": mean_log_deviation}


def lorenz_curve(values: ArrayLike, *, origin: float = 0.0) -> pd.DataFrame:
    """Return the Lorenz curve: the share of all points that the lowest share of agencies holds.

    To draw inequality; two curves that cross cannot be ranked by one number.

    Parameters
    ----------
    values : array_like, shape (n,)
        Index points, none below ``origin``.
    origin : float
        Where points are counted from, as in :func:`gini`.

    Returns
    -------
    pandas.DataFrame
        ``n + 1`` rows from (0, 0) to (1, 1): ``population_share, cumulative_share`` (0 to 1).

    Raises
    ------
    DataError
        When no value stands above the origin, or one is missing, infinite or below it.

    Notes
    -----
    Twice the area between the diagonal and the straight lines through these points is the Gini
    coefficient. Lorenz (1905), doi:10.2307/2276207.

    Examples
    --------
    >>> lorenz_curve([3, 1])["cumulative_share"].tolist()
    [0.0, 0.25, 1.0]
    >>> lorenz_curve([1, 1], origin=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid values. At least one must stand above the origin 1.
    """
    points = np.sort(_points(np.ravel(np.asarray(values, dtype=float)), -1, origin))
    if points.sum() <= 0:
        raise DataError(f"Invalid values. At least one must stand above the origin {origin:g}.")
    held = np.concatenate([[0.0], np.cumsum(points)])
    share = np.arange(points.size + 1) / points.size
    return pd.DataFrame({"population_share": share, "cumulative_share": held / held[-1]})


def inequality_table(
    published: pd.DataFrame,
    *,
    years: Iterable[int] | None = None,
    agency_types: Iterable[str] | None = None,
    origins: Iterable[float] = (0.0, INDEX_FLOOR),
    confidence: float = 0.95,
    n_resamples: int = 2_000,
    seed: int,
) -> pd.DataFrame:
    """Return Gini, Theil and mean log deviation of every year, from both origins.

    The years of one era may be compared, with an eye on ``n``: in 2019 and 2020 few were evaluated.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``; evaluated results only are used.
    years : iterable of int, optional
        All by default.
    agency_types : iterable of str, optional
        All by default.
    origins : iterable of float
        Where points are counted from, as in :func:`gini`.
    confidence : float
        Between 0 and 1.
    n_resamples : int
        Resamples of agencies.
    seed : int
        Of the resampling; the same for every row.

    Returns
    -------
    pandas.DataFrame
        ``year, measure, origin`` and the result columns. The mean log deviation from the floor is
        missing where an agency stands at the floor. The interval (BCa) takes the agencies as draws
        from a larger population; it is missing below ten agencies.

    Raises
    ------
    DataError
        When no result is left or an index lies below an origin.

    Notes
    -----
    DiCiccio and Efron (1996), doi:10.1214/ss/1032280214, for BCa.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> table = inequality_table(load_published(), years=[2024], n_resamples=99, seed=1)
    >>> table[["measure", "origin"]].to_numpy().tolist()[:2]
    [['gini', 0.0], ['gini', 1.0]]
    >>> inequality_table(load_published(), years=[2017], seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: No result left. Asked for: years [2017], ...
    """
    check_confidence(confidence)
    chosen = select_results(published, years=years, agency_types=agency_types)
    counted_from = [float(origin) for origin in origins]
    rows: list[dict[str, object]] = []
    for year, group in chosen.groupby("year"):
        values = group["index_published"].to_numpy(dtype=float)
        for measure, statistic in _MEASURES.items():
            for origin in counted_from:
                row: dict[str, object] = {"year": int(year), "measure": measure, "origin": origin}
                estimate = float(statistic(values, origin=origin))
                at_origin = int((values == origin).sum())
                low = high = float("nan")
                if not np.isfinite(estimate):
                    estimate, method = float("nan"), f"infinite: {at_origin} stand at the origin"
                elif values.size < SMALLEST_SAMPLE:
                    method = f"{measure}; no interval below {SMALLEST_SAMPLE} agencies"
                else:
                    method = f"{measure}; BCa bootstrap of agencies"
                    low, high = bootstrap_interval(
                        values,
                        partial(statistic, origin=origin),
                        confidence=confidence,
                        n_resamples=n_resamples,
                        seed=seed,
                    )
                row |= {"estimate": estimate, "low": low, "high": high, "n": values.size}
                rows.append(row | {"method": method, "seed": seed})
    return estimate_table(rows)


def decompose_inequality(
    published: pd.DataFrame,
    agencies: pd.DataFrame,
    *,
    by: str = "agency_type",
    measure: str = "theil",
    years: Iterable[int] | None = None,
    agency_types: Iterable[str] | None = None,
    origin: float = 0.0,
    confidence: float = 0.95,
    n_resamples: int = 1_000,
    seed: int,
) -> pd.DataFrame:
    """Split each year's inequality exactly into a part between groups and a part within them.

    To say how much of the inequality is between types or provinces. Not as it stands with many
    small groups: chance alone then puts a share between them, so read the excess over that share.

    Parameters
    ----------
    published, agencies : pandas.DataFrame
        As ``load_published()`` (evaluated results only) and ``load_agencies()``.
    by : str
        ``agency_type`` (of that year) or a column of ``agencies``: ``province`` (the 38 of now, in
        every year), ``province_2018``, ``island``.
    measure : {"theil", "mld"}
        Gini does not decompose.
    years, agency_types : iterable, optional
        All years; all types by ``agency_type``, else local governments.
    origin : float
        Where points are counted from, as in :func:`gini`.
    confidence : float
        Between 0 and 1.
    n_resamples : int
        Bootstrap resamples, and as many random relabellings.
    seed : int
        Of both.

    Returns
    -------
    pandas.DataFrame
        ``year, by, measure, origin, component, group`` and the result columns. Components:
        ``total``, ``between``, ``within`` (nats); ``between_share``; ``expected_share``, the mean
        share when groups are relabelled at random (low, high: the central range of that);
        ``excess_share``, the difference; ``adjusted_share``, the excess over what is left to
        explain, ``(share - expected) / (1 - expected)``; ``permutation_p``, how often relabelling
        gives as large a share; ``within_group``, each group's addition to ``within`` (nats).

    Raises
    ------
    DataError
        When the measure or column is unknown, a chosen agency has no group, fewer than two groups
        are left, or the mean log deviation is asked of values at the origin.

    Notes
    -----
    Theil: ``sum_g s_g ln(m_g / m) + sum_g s_g T_g``, s_g the group's share of points; mean log
    deviation: ``sum_g p_g ln(m / m_g) + sum_g p_g L_g``, p_g its share of agencies. Shorrocks
    (1980), doi:10.2307/1913126.

    Agencies are resampled within their group (of m, m - 1 draws of weight m / (m - 1): Rao and Wu
    1988, doi:10.1080/01621459.1988.10478591), so group sizes stay. A group of one never varies, and
    the bounds of a group below about ten are rough.
    Resampling adds chance differences between group means once more, so the percentile interval
    of a share is biased upward twice. The basic interval (twice the estimate less a percentile)
    takes that out, so it speaks of the share free of small-group chance: around
    ``adjusted_share``, and with many small groups partly or wholly below ``between_share``.
    Bounds are cut at 0, but not those of the adjusted and the excess share, which may be negative.

    Examples
    --------
    >>> from spbe_research import load_agencies, load_published
    >>> tables = load_published(), load_agencies()
    >>> split = decompose_inequality(*tables, years=[2024], n_resamples=99, seed=1)
    >>> split["component"].tolist()[:4]
    ['total', 'between', 'within', 'between_share']
    >>> decompose_inequality(*tables, measure="gini", seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid measure 'gini'. It must be theil or mld: ...
    """
    check_confidence(confidence)
    _check_measure(measure)
    rows: list[dict[str, object]] = []
    grouped = _with_groups(published, agencies, by, years, agency_types)
    for year, results in grouped.groupby("year"):
        groups = _grouping(results["group"], f"{by} in {year}")
        values = results["index_published"].to_numpy(dtype=float)[groups.order]
        points = _decomposable(values, origin, measure)
        keys = {"year": int(year), "by": by, "measure": measure, "origin": float(origin)}
        parts = _split_rows(points, groups, measure, confidence, n_resamples, seed)
        rows += [keys | row | {"seed": seed} for row in parts]
    return estimate_table(rows)


def change_of_split(
    published: pd.DataFrame,
    agencies: pd.DataFrame,
    *,
    first: int,
    second: int,
    by: str = "agency_type",
    measure: str = "theil",
    agency_types: Iterable[str] | None = None,
    origin: float = 0.0,
    confidence: float = 0.95,
    n_resamples: int = 1_000,
    seed: int,
) -> pd.DataFrame:
    """Return how the split changed between two years of one era, same agencies in both.

    Not across eras (other instrument or guideline), and not for all agencies where few were
    evaluated twice: those of 2019 and 2020 were not drawn at random.

    Parameters
    ----------
    published, agencies : pandas.DataFrame
        As ``load_published()`` (evaluated results only) and ``load_agencies()``.
    first, second : int
        Years of one era, in order.
    by, measure, agency_types, origin, confidence, n_resamples, seed
        As :func:`decompose_inequality`; the type is that of the first year.

    Returns
    -------
    pandas.DataFrame
        ``first_year, second_year, by, measure, origin, component, value_first, value_second`` and
        the result columns; ``estimate`` is second less first. Components ``total``, ``between``,
        ``within`` (nats), ``between_share``.

    Raises
    ------
    DataError
        As :func:`decompose_inequality`; also when the years are not of one era or in order, or no
        agency was evaluated in both.

    Notes
    -----
    Agencies are resampled within groups, each with both its years; basic interval. Sizes are the
    same in both years, so the chance part of the share mostly cancels.

    Examples
    --------
    >>> from spbe_research import load_agencies, load_published
    >>> tables = load_published(), load_agencies()
    >>> change = change_of_split(*tables, first=2023, second=2024, n_resamples=99, seed=1)
    >>> change["component"].tolist()
    ['total', 'between', 'within', 'between_share']
    >>> change_of_split(*tables, first=2022, second=2023, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years 2022 and 2023. Both must lie in one era, ...
    """
    check_confidence(confidence)
    _check_measure(measure)
    if first >= second or not any(a <= first and second <= b for a, b in ERAS.values()):
        raise DataError(
            f"Invalid years {first} and {second}. Both must lie in one era, the earlier first: "
            f"{', '.join(ERAS)}."
        )
    grouped = _with_groups(published, agencies, by, [first, second], agency_types)
    wide = grouped.pivot(index="agency_id", columns="year", values=["index_published", "group"])
    if not {first, second} <= set(grouped["year"]) or (pairs := wide.dropna()).empty:
        raise DataError(f"Invalid years {first} and {second}. No agency was evaluated in both.")
    groups = _grouping(pairs[("group", first)], f"{by} in {first} and {second}")
    values = pairs["index_published"][[first, second]].to_numpy(dtype=float)[groups.order]
    points = [_decomposable(values[:, column], origin, measure) for column in (0, 1)]
    found = [_split(each, groups, measure) for each in points]
    # One generator state for both years draws the same agencies: the pairs stay together.
    drawn = [
        _resampled(each, groups, measure, np.random.default_rng(seed), n_resamples)
        for each in points
    ]
    keys = {"first_year": first, "second_year": second, "by": by, "measure": measure}
    rows: list[dict[str, object]] = []
    for name in _COMPONENTS:
        before, after = float(found[0][name]), float(found[1][name])
        bounds = _basic(after - before, drawn[1][name] - drawn[0][name], confidence, floor=None)
        row = keys | {"origin": float(origin), "component": name}
        row |= {"value_first": before, "value_second": after, "estimate": after - before}
        how = f"change of the {measure} split; basic bootstrap of paired agencies within groups"
        rows.append(row | bounds | {"n": len(pairs), "method": how, "seed": seed})
    return estimate_table(rows)


@dataclass(frozen=True)
class _Groups:
    """How agencies fall into groups: an order that puts each group in one run, and the runs."""

    order: NDArray[np.int64]
    names: NDArray[np.object_]
    counts: NDArray[np.int64]
    starts: NDArray[np.int64]


def _grouping(labels: pd.Series, what: str) -> _Groups:
    codes, names = pd.factorize(labels.to_numpy(dtype=object), sort=True)
    if len(names) < 2:
        raise DataError(f"Invalid groups ({what}). There must be at least two, not {len(names)}.")
    counts = np.bincount(codes)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return _Groups(np.argsort(codes, kind="stable"), names, counts, starts)


def _points(values: ArrayLike, axis: int, origin: float) -> _Array:
    """Values above the origin, the reduced axis last."""
    array = np.moveaxis(np.asarray(values, dtype=float), axis, -1)
    if unfit := int((~np.isfinite(array)).sum()):
        raise DataError(f"Invalid values, {unfit} not finite. Each must be a number.")
    if below := int((array < origin).sum()):
        raise DataError(
            f"Invalid values, {below} below the origin {origin:g}. Points are counted from the "
            "origin and cannot be negative. Choose a lower origin."
        )
    return array - origin


def _decomposable(values: _Array, origin: float, measure: str) -> _Array:
    points = _points(values, -1, origin)
    at_origin = int((points == 0).sum())
    if measure == "mld" and at_origin:
        raise DataError(
            f"Invalid values, {at_origin} at the origin {origin:g}. The mean log deviation is "
            "infinite there. Use measure='theil' or a lower origin."
        )
    if not points.any():
        raise DataError(f"Invalid values. At least one must stand above the origin {origin:g}.")
    return points


def _check_measure(measure: str) -> None:
    if measure not in _DECOMPOSABLE:
        raise DataError(
            f"Invalid measure {measure!r}. It must be theil or mld: no other measure here splits "
            "exactly between and within groups."
        )


def _with_groups(
    published: pd.DataFrame,
    agencies: pd.DataFrame,
    by: str,
    years: Iterable[int] | None,
    agency_types: Iterable[str] | None,
) -> pd.DataFrame:
    of_year = by == "agency_type"
    if not of_year and by not in agencies.columns:
        raise DataError(f"Invalid by {by!r}. It must be agency_type or a column of agencies.")
    types = agency_types if of_year or agency_types is not None else LOCAL_TYPES
    chosen = select_results(published, years=years, agency_types=types)
    table = chosen[["agency_id", "year", "index_published"]]
    if of_year:
        return table.assign(group=chosen["agency_type"])
    table = table.assign(group=chosen["agency_id"].map(agencies.set_index("agency_id")[by]))
    lost = sorted(set(table.loc[table["group"].isna(), "agency_id"]))
    violations = [f"{len(lost)} without {by}: {listed(lost)}"] if lost else []
    refuse(DataError, "groups", violations, "Choose agency_types that all have one.")
    return table


def _split(
    points: _Array, groups: _Groups, measure: str, weights: _Array | float = 1.0
) -> dict[str, _Array]:
    """Total, between, within, share and within by group, over the last axis, in the groups' order.

    Group sums of x and of x ln x (or ln x) are all it takes, so a thousand resamples cost little.
    """
    from scipy.special import xlogy

    n = points.shape[-1]
    logs = xlogy(points, points) if measure == "theil" else np.log(points)
    sums = np.add.reduceat(weights * points, groups.starts, axis=-1)
    log_sums = np.add.reduceat(weights * logs, groups.starts, axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        whole = sums.sum(axis=-1, keepdims=True)
        mean, means = whole / n, sums / groups.counts
        if measure == "theil":
            between = xlogy(sums / whole, means / mean).sum(axis=-1)
            within_group = (log_sums - xlogy(sums, means)) / whole
            total = log_sums.sum(axis=-1) / whole[..., 0] - np.log(mean[..., 0])
        else:
            between = ((groups.counts / n) * np.log(mean / means)).sum(axis=-1)
            within_group = (groups.counts * np.log(means) - log_sums) / n
            total = np.log(mean[..., 0]) - log_sums.sum(axis=-1) / n
        # Of constant values the total is rounding noise, and a share of it would mean nothing.
        share = np.where(total > 1e-12, between / total, np.nan)
    return {
        "total": total,
        "between": between,
        "within": within_group.sum(axis=-1),
        "between_share": share,
        "within_group": within_group,
    }


def _split_rows(
    points: _Array, groups: _Groups, measure: str, confidence: float, n_resamples: int, seed: int
) -> list[dict[str, object]]:
    """All rows of one year, without its keys."""
    rng = np.random.default_rng(seed)
    found = _split(points, groups, measure)
    drawn = _resampled(points, groups, measure, rng, n_resamples)
    random = _relabelled_shares(points, groups, measure, rng, n_resamples)
    bounds = {name: _basic(found[name], drawn[name], confidence) for name in found}
    uncut = _basic(found["between_share"], drawn["between_share"], confidence, floor=None)
    share, expected = float(found["between_share"]), float(random.mean())
    # Groups of one each leave nothing within, whatever the labels: nothing to adjust.
    left = 1 - expected if expected < 1 - 1e-9 else np.nan
    null = _quantiles(random, confidence)
    # 1e-12: a relabelling that gives the very same groups must count as equal.
    as_large = (1 + (random >= share - 1e-12).sum()) / (1 + random.size)
    how = f"{measure} split; basic bootstrap of agencies within groups"
    by_chance = f"{measure} split; {n_resamples} random relabellings of groups"
    less_chance = f"{how}, less the share at random relabelling"
    scaled = {side: bound * left for side, bound in uncut.items()}
    summary: list[tuple[str, ArrayLike, dict[str, _Array], str]] = [
        *((name, found[name], bounds[name], how) for name in _COMPONENTS),
        ("expected_share", expected, {"low": null[0], "high": null[1]}, by_chance),
        ("excess_share", share - expected, scaled, less_chance),
        ("adjusted_share", (share - expected) / left, uncut, less_chance),
        ("permutation_p", np.nan if np.isnan(share) else as_large, {}, by_chance),
    ]
    rows: list[dict[str, object]] = [
        {"component": name, "group": "", "estimate": float(np.asarray(estimate))}
        | interval
        | {"n": points.size, "method": method}
        for name, estimate, interval, method in summary
    ]
    parts = bounds["within_group"]
    for place, group in enumerate(groups.names):
        row: dict[str, object] = {"component": "within_group", "group": str(group), "method": how}
        row |= {side: float(parts[side][place]) for side in ("low", "high")}
        row |= {"estimate": float(found["within_group"][place]), "n": int(groups.counts[place])}
        rows.append(row)
    return rows


def _resampled(
    points: _Array, groups: _Groups, measure: str, rng: np.random.Generator, n_resamples: int
) -> dict[str, _Array]:
    starts, counts = (np.repeat(run, groups.counts) for run in (groups.starts, groups.counts))
    # Rao and Wu (1988): m - 1 draws from a group of m, each of weight m / (m - 1), or the variance
    # of small groups is understated. So the last draw of a group weighs nothing.
    is_last = np.arange(points.size) == starts + counts - 1
    weights = np.where(is_last, 0, counts / np.maximum(counts - 1, 1))
    weights[counts == 1] = 1
    parts = []
    for size in _batches(n_resamples):
        drawn = starts + (rng.random((size, points.size)) * counts).astype(np.int64)
        parts.append(_split(points[drawn], groups, measure, weights))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _relabelled_shares(
    points: _Array, groups: _Groups, measure: str, rng: np.random.Generator, n_resamples: int
) -> _Array:
    rows = (np.broadcast_to(points, (size, points.size)) for size in _batches(n_resamples))
    parts = [_split(rng.permuted(row, axis=1), groups, measure) for row in rows]
    return np.concatenate([part["between_share"] for part in parts])


def _batches(n_resamples: int) -> list[int]:
    return [min(_BATCH, n_resamples - done) for done in range(0, n_resamples, _BATCH)]


def _quantiles(drawn: _Array, confidence: float) -> _Array:
    if np.isnan(drawn).any():
        return np.full((2, *drawn.shape[1:]), np.nan)
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    return np.asarray(np.quantile(drawn, tails, axis=0))


def _basic(
    estimate: ArrayLike, drawn: _Array, confidence: float, *, floor: float | None = 0.0
) -> dict[str, _Array]:
    """Return the basic bootstrap bounds, cut at the floor."""
    lower, upper = _quantiles(drawn, confidence)
    low, high = 2 * np.asarray(estimate) - upper, 2 * np.asarray(estimate) - lower
    if floor is not None:
        low, high = np.maximum(low, floor), np.maximum(high, floor)
    return {"low": low, "high": high}
