"""Between which ends a value can lie, from the settings of its item alone."""

from collections.abc import Callable
from math import exp, inf, log, log10, sqrt

from spbe_research.instruments.instrument import Instrument, Item

__all__ = ["possible_range", "transformed"]

Range = tuple[float, float]
_ANY: Range = (-inf, inf)
_FUNCTIONS: dict[str, Callable[[float], float]] = {
    "none": float,
    "log": log,
    "log10": log10,
    "sqrt": sqrt,
}


def possible_range(instrument: Instrument, code: str = "index") -> Range:
    """Return the lowest and the highest value that an item can take.

    Parameters
    ----------
    instrument : Instrument
        Any.
    code : str
        One of its items.

    Returns
    -------
    tuple of float
        In the units of the item as it goes up the tree; infinite where there is no end.

    Examples
    --------
    >>> from spbe_research import load_instrument
    >>> possible_range(load_instrument("permen-59-2020"))
    (1.0, 5.0)
    """
    found: dict[str, Range] = {}
    for item in sorted(instrument.items, key=lambda each: -instrument.depth(each.code)):
        children = instrument.children(item.code)
        if children:
            made = _aggregated(item, [(found[child], instrument.item(child)) for child in children])
        else:
            made = _stated(item)
        found[item.code] = _settled(item, made)
    return found[code]


def transformed(value: float, transform: str) -> float:
    """Return one value after a transformation."""
    return _FUNCTIONS[transform](value)


def _stated(item: Item) -> Range:
    """What an input may be before anything is done to it."""
    if item.denominator:
        return _ANY
    if item.allowed:
        values = [each.value for each in item.allowed]
        return min(values), max(values)
    return item.ends if item.ends and item.normalise == "none" else _ANY


def _settled(item: Item, made: Range) -> Range:
    """The range after the value was transformed, normalised, turned round, clipped, rounded."""
    low, high = item.low, item.high
    if item.normalise == "minmax":
        return (0.0, 1.0) if low is None or high is None else (low, high)
    if item.normalise == "rank":
        return 1.0, inf
    if item.normalise == "zscore":
        return (low, high) if item.clip and low is not None and high is not None else _ANY
    if item.normalise == "goalposts":
        return (0.0, 1.0) if item.clip else _ANY
    if item.ends is not None:
        made = max(made[0], item.ends[0]), min(made[1], item.ends[1])
    if item.transform != "none":
        lowest = transformed(made[0], item.transform) if made[0] > 0 else -inf
        made = lowest, transformed(made[1], item.transform) if made[1] < inf else inf
    if item.direction == -1 and item.ends is not None:
        first, last = (transformed(end, item.transform) for end in item.ends)
        made = first + last - made[1], first + last - made[0]
    return made


def _aggregated(node: Item, children: list[tuple[Range, Item]]) -> Range:
    """Every mean rises with every value below it: its ends are the means of their ends."""
    total = sum(item.weight for _, item in children)
    weights = [float(item.weight / total) for _, item in children]
    lows, highs = ([each[end] for each, _ in children] for end in (0, 1))
    low, high = (_mean(node.aggregation, ends, weights) for ends in (lows, highs))
    return low, high


def _mean(aggregation: str, ends: list[float], weights: list[float]) -> float:
    if aggregation == "minimum":
        return min(ends)
    if aggregation == "maximum":
        return max(ends)
    if any(end in (inf, -inf) for end in ends):
        return next(end for end in ends if end in (inf, -inf))
    pairs = list(zip(ends, weights, strict=True))
    if aggregation == "arithmetic":
        return sum(end * weight for end, weight in pairs)
    if min(ends) <= 0:
        return 0.0
    if aggregation == "geometric":
        return exp(sum(log(end) * weight for end, weight in pairs))
    return 1 / sum(weight / end for end, weight in pairs)
