"""One value of many rows after another: divided, imputed, outliers treated, normalised, turned."""

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.instruments import Item
from spbe_research.scoring.levels import Faults, plain

__all__ = ["divided", "imputed", "rounded", "treated", "winsorised"]

Floats = npt.NDArray[np.float64]

_SKEWNESS, _KURTOSIS = 2.0, 3.5  # what is beyond both is treated; COINr's thresholds
_MOST_STEPS = 5
_SHIFT = 0.01  # of the range, so that the lowest value has a logarithm
_FEWEST = 4  # values of which the excess kurtosis is defined
_SAME = 1e-12  # of the size of values: what differs by less differs by its arithmetic only
_NOISE = 1e-9  # a half that binary arithmetic left a hair below is a half
_TRANSFORMS: dict[str, Callable[[Floats], Floats]] = {
    "log": np.log,
    "log10": np.log10,
    "sqrt": np.sqrt,
}


def divided(item: Item, values: Floats, by: Floats, rows: pd.Index, faults: Faults) -> Floats:
    """Divide by another column; where that is missing so is the value."""
    zero = np.flatnonzero((by == 0) & ~np.isnan(values))
    faults.add(
        (
            f"row {plain(rows[row])!r}, {item.denominator}: 0 cannot divide {item.code}"
            for row in zero
        ),
        len(zero),
    )
    with np.errstate(all="ignore"):
        return np.where(by == 0, np.nan, values / by)


def imputed(item: Item, values: Floats, groups: pd.Series | None) -> Floats:
    """Fill what is missing with the mean or median of what is there, within groups if any.

    Without a value in its group, or without a group, it stays missing.
    """
    if item.impute == "none" or not np.isnan(values).any():
        return values
    there = pd.Series(values)
    if groups is None:
        filled = there.fillna(there.agg(item.impute)) if there.notna().any() else there
    else:
        own = groups.reset_index(drop=True)
        filled = there.fillna(there.groupby(own, observed=True).transform(item.impute))
    result: Floats = filled.to_numpy(dtype=np.float64)
    return result


def treated(item: Item, values: Floats, rows: pd.Index, faults: Faults) -> Floats:
    """Return values as they go up the tree; what cannot be treated is added to the faults."""
    before = faults.count
    with np.errstate(all="ignore"):
        result = _outliers(item, values)
        result = _between_ends(item, result, rows, faults)
        result = _transformed(item, result, rows, faults)
        if faults.count == before:
            result = _turned(item, result, faults)
        if item.decimals is not None:
            result = rounded(result, item.decimals)
    if faults.count == before:
        lost = np.flatnonzero(~np.isfinite(result) & ~np.isnan(values))
        faults.add(
            _named(item, values, rows, lost, "is too large or too small to be treated"), len(lost)
        )
    return result


def rounded(values: Floats, decimals: int) -> Floats:
    """Round halves away from zero, as printed tables do.

    Examples
    --------
    >>> rounded(np.array([2.345, -2.345, 1.005]), 2).tolist()
    [2.35, -2.35, 1.01]
    """
    scale = 10.0**decimals
    result: Floats = np.copysign(np.floor(np.abs(values) * scale + 0.5 + _NOISE) / scale, values)
    return result


def winsorised(values: Floats) -> tuple[Floats, bool]:
    """Set the values at the end of the longer tail to the next one, while the tail is too long.

    Returns
    -------
    numpy.ndarray, bool
        The values, and whether the tail is short enough after at most five steps.
    """
    result = values.copy()
    for _ in range(_MOST_STEPS):
        skewness, is_long = _tail(result)
        if not is_long:
            return result, True
        if skewness > 0:
            end = result == np.nanmax(result)
            result[end] = np.nanmax(result[~end])
        else:
            end = result == np.nanmin(result)
            result[end] = np.nanmin(result[~end])
    return result, not _tail(result)[1]


def _tail(values: Floats) -> tuple[float, bool]:
    """The skewness G1, and whether it and the excess kurtosis G2 are both too large."""
    known = values[~np.isnan(values)]
    n = len(known)
    if n < _FEWEST:
        return 0.0, False
    away = known - known.mean()
    second, third, fourth = (float((away**power).mean()) for power in (2, 3, 4))
    if second == 0:
        return 0.0, False
    skewness = third / second**1.5 * (n * (n - 1)) ** 0.5 / (n - 2)
    excess = fourth / second**2 - 3
    kurtosis = ((n + 1) * excess + 6) * (n - 1) / ((n - 2) * (n - 3))
    return skewness, abs(skewness) >= _SKEWNESS and kurtosis >= _KURTOSIS


def _outliers(item: Item, values: Floats) -> Floats:
    if item.outliers == "none":
        return values
    result, is_short = winsorised(values)
    if is_short or item.outliers == "winsorise":
        return result
    low, high = np.nanmin(values), np.nanmax(values)
    logs: Floats = np.log(values - low + _SHIFT * (high - low))
    return logs


def _between_ends(item: Item, values: Floats, rows: pd.Index, faults: Faults) -> Floats:
    """Clip at the ends of the scale, or refuse what lies beyond them."""
    if item.ends is None or item.normalise != "none":
        return values
    low, high = item.ends
    if item.clip:
        return np.clip(values, low, high)
    beyond = np.flatnonzero((values < low - _NOISE) | (values > high + _NOISE))
    must = f"is outside {low:g} to {high:g}"
    faults.add(_named(item, values, rows, beyond, must), len(beyond))
    return values


def _transformed(item: Item, values: Floats, rows: pd.Index, faults: Faults) -> Floats:
    if item.transform == "none":
        return values
    wrong = values < 0 if item.transform == "sqrt" else values <= 0
    places = np.flatnonzero(wrong)
    has_none = f"has no {item.transform}; leave transform empty, or shift the values"
    faults.add(_named(item, values, rows, places, has_none), len(places))
    return _TRANSFORMS[item.transform](values)


def _turned(item: Item, values: Floats, faults: Faults) -> Floats:
    """Normalise, turn round where less is better, and clip."""
    known = values[~np.isnan(values)]
    if not len(known):
        return values
    spread = known.max() - known.min()
    is_constant = spread <= _SAME * np.abs(known).max()
    if item.normalise in ("minmax", "zscore") and is_constant:
        faults.add(
            [
                f"column {item.code}: all {len(known)} values are {known[0]:g}; {item.normalise} "
                "needs two that differ. Leave the item out, or give goalposts"
            ]
        )
        return values
    if item.normalise == "rank":
        ranks: Floats = pd.Series(values).rank().to_numpy(dtype=np.float64)
        return len(known) + 1 - ranks if item.direction == -1 else ranks
    if item.normalise == "zscore":
        scores: Floats = item.direction * (values - known.mean()) / known.std(ddof=1)
        return np.clip(scores, item.low, item.high) if item.clip else scores
    return _on_scale(item, values, known)


def _on_scale(item: Item, values: Floats, known: Floats) -> Floats:
    """Put values on a scale with two ends, and turn it round where less is better."""
    if item.normalise == "minmax":
        ends = (0.0, 1.0) if item.low is None or item.high is None else (item.low, item.high)
        low, high = ends
        scaled: Floats = low + (high - low) * (values - known.min()) / (known.max() - known.min())
        scaled = np.clip(scaled, low, high)
        return low + high - scaled if item.direction == -1 else scaled
    if item.ends is None:
        return values
    stated = np.array(item.ends, dtype=np.float64)
    low, high = stated if item.transform == "none" else _TRANSFORMS[item.transform](stated)
    if item.normalise == "none":
        return low + high - values if item.direction == -1 else values
    scaled = (values - low) / (high - low)
    scaled = 1 - scaled if item.direction == -1 else scaled
    return np.clip(scaled, 0, 1) if item.clip else scaled


def _named(
    item: Item, values: Floats, rows: pd.Index, places: npt.NDArray[np.intp], fault: str
) -> Iterator[str]:
    return (f"row {plain(rows[row])!r}, {item.code}: {values[row]:g} {fault}" for row in places)
