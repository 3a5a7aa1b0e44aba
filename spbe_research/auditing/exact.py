"""What holds for every weighting near the instrument's own: no draw, no rounding, no doubt.

Weights and values are whole numbers here, since binary fractions misjudge ties. All of it is for an
index that is one weighted mean, and every leaf weight may move on its own, by the factor 1 - r to
1 + r.
"""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.auditing.case import Case
from spbe_research.errors import DataError

__all__ = ["GRID", "exact_bodies", "exact_pairs", "index_range", "pair_radius"]

GRID = tuple(Fraction(step, 20) for step in range(21))  # 0, 0.05, ..., 1

_Wholes = npt.NDArray[np.int64]
_LARGEST = 2**62
_AT_ONCE = 4_000_000  # pairs and leaves held at a time


def exact_pairs(case: Case, grid: tuple[Fraction, ...] = GRID) -> pd.DataFrame:
    """Return the share of pairs of bodies whose order holds for every weighting within a radius.

    Parameters
    ----------
    case : Case
        Its index is a weighted mean.
    grid : tuple of fractions.Fraction
        Radii, 0 to 1.

    Returns
    -------
    pandas.DataFrame
        ``radius``, ``share`` (of the pairs with different indices), ``n_pairs``.

    Notes
    -----
    With w the weights and d the differences of the values of two bodies, the order holds for every
    weighting within ``w (1 - r)`` to ``w (1 + r)`` iff ``|sum w d| > r sum w |d|``.
    """
    weights, values = _whole(case)
    held = np.zeros(len(grid), dtype=np.int64)
    n_pairs = 0
    for net, gross, later in _pair_sums(weights, values):
        apart = (net != 0) & later
        n_pairs += int(apart.sum())
        for number, radius in enumerate(grid):
            holds = np.abs(net) * radius.denominator > radius.numerator * gross
            held[number] += int((holds & apart).sum())
    return pd.DataFrame(
        {
            "radius": [float(radius) for radius in grid],
            "share": held / n_pairs if n_pairs else np.full(len(grid), np.nan),
            "n_pairs": n_pairs,
        }
    )


def exact_bodies(case: Case, radius: Fraction) -> pd.DataFrame:
    """Return for every body what holds for it under every weighting within a radius.

    Returns
    -------
    pandas.DataFrame
        ``agency_id``; ``index_low, index_high``, the closed range of the index;
        ``predicate_low, predicate_high`` and ``is_certain``, whether they agree; ``n_surely_above``
        and ``n_surely_below``, the bodies that lie above or below it under every weighting;
        ``n_dominating`` and ``n_dominated``, those that do so under every weighting whatever.
    """
    weights, values = _whole(case)
    low, high = index_range(case, radius)
    sure = {name: np.zeros(len(values), dtype=np.int64) for name in ("up", "down", "over", "under")}
    start = 0
    for net, gross, _ in _pair_sums(weights, values):
        holds = np.abs(net) * radius.denominator > radius.numerator * gross
        dominant = (np.abs(net) == gross) & (net != 0)
        span = slice(start, start + len(net))
        sure["down"][span] = (holds & (net > 0)).sum(axis=1)
        sure["up"][span] = (holds & (net < 0)).sum(axis=1)
        sure["under"][span] = (dominant & (net > 0)).sum(axis=1)
        sure["over"][span] = (dominant & (net < 0)).sum(axis=1)
        start += len(net)
    table = pd.DataFrame({"agency_id": case.ids, "index_low": low, "index_high": high})
    if case.tree.predicates:
        names = np.array(case.tree.predicates, dtype=object)
        first, last = (case.bands_of(np.round(each, 9)) for each in (low, high))
        table["predicate_low"], table["predicate_high"] = names[first], names[last]
        table["is_certain"] = first == last
    table["n_surely_above"], table["n_surely_below"] = sure["up"], sure["down"]
    table["n_dominating"], table["n_dominated"] = sure["over"], sure["under"]
    return table


def index_range(
    case: Case, radius: Fraction
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the lowest and the highest index of each body over all weightings within a radius.

    Notes
    -----
    The index is a ratio of two linear functions of the weights. Its maximum gives the largest
    factor to all leaves above some value of the body, and the smallest to the others: every such
    split is tried, in whole numbers.
    """
    weights, values = _whole(case)
    big, small = (weights * (radius.denominator + sign * radius.numerator) for sign in (1, -1))
    order = np.argsort(values, axis=1, kind="stable")
    rising = np.take_along_axis(values, order, axis=1)
    scale = 10.0**case.decimals
    # What the lower leaves get, and what the upper ones get: whole numbers until they are divided.
    lowest = _splits(big[order], small[order], rising).min(axis=1) / scale
    highest = _splits(small[order], big[order], rising).max(axis=1) / scale
    return lowest, highest


def pair_radius(case: Case, one: int, other: int) -> Fraction | None:
    """Return below which radius the order of two bodies holds, by their rows; None for a tie.

    Examples
    --------
    >>> from spbe_research.auditing.case import read_case
    >>> levels = pd.DataFrame({"D1": [3, 2], "D2": [3, 3], "D3": [3, 3], "D4": [3, 4]})
    >>> pair_radius(read_case(levels, "permen-59-2020"), 0, 1)
    Fraction(5, 9)
    """
    weights, values = _whole(case)
    difference = values[one] - values[other]
    net = int(weights @ difference)
    return Fraction(abs(net), int(weights @ np.abs(difference))) if net else None


def _splits(lower: _Wholes, upper: _Wholes, rising: _Wholes) -> npt.NDArray[np.float64]:
    """The index with the k lowest leaves at one end and the others at the other, k from 0.

    A split without any weight (radius 1) is passed over: the index of equal factors stands there.
    """
    none = np.zeros((len(rising), 1), dtype=np.int64)
    above = (upper * rising).sum(axis=1, keepdims=True) + np.hstack(
        [none, np.cumsum((lower - upper) * rising, axis=1)]
    )
    below = upper.sum(axis=1, keepdims=True) + np.hstack([none, np.cumsum(lower - upper, axis=1)])
    whole = upper.sum(axis=1, keepdims=True) + lower.sum(axis=1, keepdims=True)
    equal = (upper + lower) * rising  # with equal factors: never beyond the ends
    middle = equal.sum(axis=1, keepdims=True) / whole
    splits: npt.NDArray[np.float64] = np.where(
        below != 0, above / np.where(below != 0, below, 1), middle
    )
    return splits


def _whole(case: Case) -> tuple[_Wholes, _Wholes]:
    if not case.tree.is_weighted_mean:
        raise DataError(
            f"Invalid instrument {case.tree.name}. Exact answers are for an index that is one "
            "weighted arithmetic mean. Use the draws."
        )
    weights = case.tree.whole_weights()
    values = np.rint(case.leaf_values * 10.0**case.decimals)
    # Every product below, times a denominator of the grid, must fit.
    if float(weights.sum()) * 2 * np.abs(values).max(initial=1.0) * 40 >= _LARGEST:
        raise DataError(
            f"Invalid data: values of {case.decimals} decimals are too fine for exact answers. "
            "Round them."
        )
    return weights, values.astype(np.int64)


def _pair_sums(
    weights: _Wholes, values: _Wholes
) -> Iterator[tuple[_Wholes, _Wholes, npt.NDArray[np.bool_]]]:
    """Yield net and gross differences of some bodies with all, and which pairs come later."""
    n_bodies = len(values)
    rows = max(1, _AT_ONCE // n_bodies)
    for start in range(0, n_bodies, rows):
        part = values[start : start + rows]
        net = (part @ weights)[:, None] - (values @ weights)[None, :]
        gross = np.zeros(net.shape, dtype=np.int64)
        for weight, mine, others in zip(weights, part.T, values.T, strict=True):
            gross += weight * np.abs(mine[:, None] - others[None, :])
        later = np.arange(n_bodies)[None, :] > np.arange(start, start + len(part))[:, None]
        yield net, gross, later
