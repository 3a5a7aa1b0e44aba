"""How much of the inequality lies between groups: the Theil index split exactly, and its change.

Groups chosen at random would also differ, the more the smaller they are, so a share is always read
beside the one that random groups have. Nothing here explains why groups differ.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.errors import DataError, listed, refuse
from spbe_research.methods.estimates import (
    check_confidence,
    estimate_table,
    finite_values,
    permutation_p,
)
from spbe_research.panel.frames import LOCAL_TYPES, select_results
from spbe_research.years import same_era

__all__ = ["change_of_split", "decompose_inequality"]

_COMPONENTS = ("total", "between", "within", "between_share")
_BATCH = 250  # resamples held in memory at once
_HOW = "Theil split; basic bootstrap of bodies within groups"

_Array = NDArray[np.float64]


def decompose_inequality(
    published: pd.DataFrame,
    agencies: pd.DataFrame,
    *,
    by: str = "agency_type",
    years: Iterable[int] | None = None,
    agency_types: Iterable[str] | None = None,
    confidence: float = 0.95,
    n_resamples: int = 1_000,
    seed: int,
) -> pd.DataFrame:
    """Split each year's Theil index exactly into a part between groups and a part within them.

    To say how much of the inequality is between types or provinces. With many small groups chance
    alone puts a share between them: read the adjusted share.

    Parameters
    ----------
    published, agencies : pandas.DataFrame
        As ``load_published()`` (assessed results only) and ``load_agencies()``.
    by : str
        ``agency_type`` (of that year) or a column of ``agencies``: ``province`` (the 38 of now, in
        every year, so that the groups do not change), ``island``.
    years, agency_types : iterable, optional
        All years; all types by ``agency_type``, else local governments.
    confidence : float
        Between 0 and 1.
    n_resamples, seed : int
        Bootstrap resamples, as many random relabellings, and the seed of both.

    Returns
    -------
    pandas.DataFrame
        ``year, by, component, groups`` (how many) and the result columns. Components: ``total``,
        ``between``, ``within`` (nats); ``between_share``; ``expected_share``, the mean share when
        groups are relabelled at random (low, high: the central range of that); ``adjusted_share``,
        the excess over it of what is left to explain, ``(share - expected) / (1 - expected)``;
        ``permutation_p``, how often relabelling gives as large a share.

    Raises
    ------
    DataError
        When the column is unknown, an index is missing, a body has no group, or fewer than two
        groups are left.

    Notes
    -----
    ``T = sum_g s_g ln(m_g / m) + sum_g s_g T_g``, s_g the group's share of points: Shorrocks
    (1980), doi:10.2307/1913126. Bodies are drawn again within their group (of m, m - 1 draws of
    weight m / (m - 1): Rao and Wu 1988, doi:10.1080/01621459.1988.10478591), so the interval says
    how far the share would move if other bodies of the same provinces had been looked at. Drawing
    adds chance differences between group means once more; the basic interval takes that out, so it
    belongs to the adjusted share and stands there. The others carry none.

    Examples
    --------
    >>> from spbe_research.panel.loaders import load_agencies, load_published
    >>> tables = load_published(), load_agencies()
    >>> split = decompose_inequality(*tables, years=[2024], n_resamples=99, seed=1)
    >>> split["component"].tolist()[:4]
    ['total', 'between', 'within', 'between_share']
    >>> decompose_inequality(*tables, by="moon", seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid by 'moon'. It must be agency_type or a column of ...
    """
    check_confidence(confidence)
    rows: list[dict[str, object]] = []
    grouped = _with_groups(published, agencies, by, years, agency_types)
    for year, results in grouped.groupby("year"):
        groups = _grouping(results, ["index_published"], f"{by} in {year}")
        keys = {"year": int(year), "by": by}
        parts = _split_rows(groups, confidence, n_resamples, seed)
        rows += [keys | row | {"groups": len(groups.counts)} for row in parts]
    table = estimate_table(rows)
    return table[["year", "by", "component", "groups", *table.columns[4:]]]


def change_of_split(
    published: pd.DataFrame,
    agencies: pd.DataFrame,
    start: int,
    end: int,
    *,
    by: str = "agency_type",
    agency_types: Iterable[str] | None = None,
    confidence: float = 0.95,
    n_resamples: int = 1_000,
    seed: int,
) -> pd.DataFrame:
    """Return how the split changed between two years of one era, the same bodies in both.

    Parameters
    ----------
    published, agencies : pandas.DataFrame
        As ``load_published()`` (assessed results only) and ``load_agencies()``.
    start, end : int
        Years of one era, start first.
    by, agency_types, confidence, n_resamples, seed
        As in :func:`decompose_inequality`; the type is that of the start.

    Returns
    -------
    pandas.DataFrame
        ``start, end, by, component`` (total, between, within, between_share), ``value_start,
        value_end`` and the result columns; ``estimate`` is end minus start.

    Raises
    ------
    DataError
        As :func:`decompose_inequality`; also when the years are not of one era or in order, or
        nobody was assessed in both.

    Notes
    -----
    Bodies are drawn within groups, each with both its years; basic interval. Sizes are the same in
    both years, so the chance part of the share mostly cancels.

    Examples
    --------
    >>> from spbe_research.panel.loaders import load_agencies, load_published
    >>> tables = load_published(), load_agencies()
    >>> change = change_of_split(*tables, 2023, 2024, n_resamples=99, seed=1)
    >>> change["component"].tolist()
    ['total', 'between', 'within', 'between_share']
    >>> change_of_split(*tables, 2022, 2023, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years 2022 and 2023. Both must lie in one era, ...
    """
    check_confidence(confidence)
    if start >= end or not same_era(start, end):
        raise DataError(
            f"Invalid years {start} and {end}. Both must lie in one era, the earlier first."
        )
    grouped = _with_groups(published, agencies, by, [start, end], agency_types)
    values = grouped.pivot(index="agency_id", columns="year", values="index_published")
    if not {start, end} <= set(values.columns) or values.dropna().empty:
        raise DataError(f"Invalid years {start} and {end}. Nobody was assessed in both.")
    first = grouped[grouped["year"] == start].set_index("agency_id")["group"]
    pairs = values.dropna().assign(group=first)
    groups = _grouping(pairs, [start, end], f"{by} in {start} and {end}")
    found = [_split(each, groups) for each in groups.points]
    # One generator state for both years draws the same bodies: the pairs stay together.
    drawn = [
        _resampled(each, groups, np.random.default_rng(seed), n_resamples) for each in groups.points
    ]
    rows: list[dict[str, object]] = []
    for name in _COMPONENTS:
        before, after = float(found[0][name]), float(found[1][name])
        rows.append(
            {"start": start, "end": end, "by": by, "component": name}
            | {"value_start": before, "value_end": after, "estimate": after - before}
            | _basic(after - before, drawn[1][name] - drawn[0][name], confidence)
            | {"n": len(pairs), "method": f"change of the {_HOW}", "seed": seed}
        )
    return estimate_table(rows)


@dataclass(frozen=True)
class _Groups:
    """Values in an order that puts each group in one run; how long the runs are, where they start.

    Within a group values are sorted, so that draws do not depend on the order of the table.
    """

    points: tuple[_Array, ...]
    counts: NDArray[np.int64]
    starts: NDArray[np.int64]


def _grouping(table: pd.DataFrame, columns: list[object], what: str) -> _Groups:
    ordered = table.sort_values(["group", *columns], kind="stable")
    codes, names = pd.factorize(ordered["group"].to_numpy(dtype=object))
    if len(names) < 2:
        raise DataError(f"Invalid groups ({what}). There must be at least two, not {len(names)}.")
    counts = np.bincount(codes)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    points = tuple(finite_values(ordered[column]) for column in columns)
    if min(each.min() for each in points) <= 0:
        raise DataError(f"Invalid values ({what}). Each must be above 0.")
    return _Groups(points, counts, starts)


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


def _split(points: _Array, groups: _Groups, weights: _Array | float = 1.0) -> dict[str, _Array]:
    """Total, between, within and share over the last axis, in the groups' order.

    Group sums of x and of x ln x are all it takes, so a thousand resamples cost little.
    """
    from scipy.special import xlogy

    n = points.shape[-1]
    sums = np.add.reduceat(weights * points, groups.starts, axis=-1)
    log_sums = np.add.reduceat(weights * xlogy(points, points), groups.starts, axis=-1)
    whole = sums.sum(axis=-1, keepdims=True)
    mean, means = whole / n, sums / groups.counts
    between = xlogy(sums / whole, means / mean).sum(axis=-1)
    within = ((log_sums - xlogy(sums, means)) / whole).sum(axis=-1)
    total = log_sums.sum(axis=-1) / whole[..., 0] - np.log(mean[..., 0])
    # Of constant values the total is rounding noise, and a share of it would mean nothing.
    share = between / np.where(total > 1e-12, total, np.nan)
    return {"total": total, "between": between, "within": within, "between_share": share}


def _split_rows(
    groups: _Groups, confidence: float, n_resamples: int, seed: int
) -> list[dict[str, object]]:
    """All rows of one year, without its keys."""
    rng = np.random.default_rng(seed)
    (points,) = groups.points
    found = _split(points, groups)
    drawn = _resampled(points, groups, rng, n_resamples)["between_share"]
    random = np.concatenate(
        [
            _split(rng.permuted(np.broadcast_to(points, (size, points.size)), axis=1), groups)[
                "between_share"
            ]
            for size in _batches(n_resamples)
        ]
    )
    share, expected = float(found["between_share"]), float(random.mean())
    # Groups of one each leave nothing within, whatever the labels: nothing to adjust.
    left = 1 - expected if expected < 1 - 1e-9 else np.nan
    by_chance = f"Theil split; {n_resamples} random relabellings of groups"
    rows: list[dict[str, object]] = [
        {"component": name, "estimate": float(found[name]), "method": "Theil split"}
        for name in _COMPONENTS
    ]
    low, high = _quantiles(random, confidence)
    rows += [
        {"component": "expected_share", "estimate": expected, "low": low, "high": high}
        | {"method": by_chance},
        {"component": "adjusted_share", "estimate": (share - expected) / left}
        | _basic(share, drawn, confidence)
        | {"method": f"{_HOW}, adjusted for random groups"},
        {"component": "permutation_p", "estimate": permutation_p(share, random)}
        | {"method": by_chance},
    ]
    return [row | {"n": points.size, "seed": seed} for row in rows]


def _resampled(
    points: _Array, groups: _Groups, rng: np.random.Generator, n_resamples: int
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
        parts.append(_split(points[drawn], groups, weights))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _batches(n_resamples: int) -> list[int]:
    return [min(_BATCH, n_resamples - done) for done in range(0, n_resamples, _BATCH)]


def _quantiles(drawn: _Array, confidence: float) -> tuple[float, float]:
    """Central range of the draws; missing where one is missing or they do not vary."""
    if not np.isfinite(drawn).all() or np.ptp(drawn) < 1e-12:
        return float("nan"), float("nan")
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def _basic(estimate: float, drawn: _Array, confidence: float) -> dict[str, object]:
    """Return the basic bootstrap bounds: twice the estimate minus a percentile."""
    low, high = _quantiles(drawn, confidence)
    return {"low": 2 * estimate - high, "high": 2 * estimate - low}
