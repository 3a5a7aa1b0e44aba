"""An index of one's own in plain loops, from the words of ``help(load_instrument)``.

Nothing of the package is used: a table of dicts in, numbers out, one cell after another.
"""

from math import log, log10, prod, sqrt
from statistics import fmean, stdev

Row = dict[str, object]
Column = list[float | None]

_FUNCTIONS = {"log": log, "log10": log10, "sqrt": sqrt}


def slow_index(items: list[Row], data: dict[str, Column]) -> dict[str, Column]:
    """Every node of a tree, root included, by its code."""
    found: dict[str, Column] = {}

    def value(code: str) -> Column:
        if code not in found:
            item = next(row for row in items if row["code"] == code)
            below = [row for row in items if row["parent"] == code]
            made = _node(item, below, value) if below else data[code]
            found[code] = _treated(item, made)
        return found[code]

    value(next(str(row["code"]) for row in items if not row["parent"]))
    leaves = {str(row["code"]) for row in items} - {str(row["parent"]) for row in items}
    return {code: column for code, column in found.items() if code not in leaves}


def _node(item: Row, below: list[Row], value: object) -> Column:
    columns = [value(str(row["code"])) for row in below]  # type: ignore[operator]
    weights = [float(row.get("weight") or 1) for row in below]  # type: ignore[arg-type]
    made: Column = []
    for cells in zip(*columns, strict=True):
        pairs = [(x, w) for x, w in zip(cells, weights, strict=True) if x is not None]
        if not pairs or (len(pairs) < len(cells) and item.get("missing") == "propagate"):
            made.append(None)
            continue
        if sum(w for _, w in pairs) / sum(weights) < float(item.get("min_share") or 0) - 1e-9:  # type: ignore[arg-type]
            made.append(None)
            continue
        total = sum(w for _, w in pairs)
        if item.get("aggregation") in ("geometric", "harmonic") and min(x for x, _ in pairs) <= 0:
            raise ValueError("no such mean of what is not positive")
        match item.get("aggregation") or "arithmetic":
            case "arithmetic":
                made.append(sum(w * x for x, w in pairs) / total)
            case "geometric":
                made.append(prod(x ** (w / total) for x, w in pairs))
            case "harmonic":
                made.append(total / sum(w / x for x, w in pairs))
            case "minimum":
                made.append(min(x for x, _ in pairs))
            case "maximum":
                made.append(max(x for x, _ in pairs))
    return made


def _treated(item: Row, column: Column) -> Column:
    low, high = item.get("low"), item.get("high")
    function = _FUNCTIONS.get(str(item.get("transform")), float)
    less = item.get("direction") == -1
    normalise = item.get("normalise") or "none"
    if normalise == "none" and item.get("clip"):
        column = [None if x is None else min(max(x, low), high) for x in column]  # type: ignore[type-var]
    column = [None if x is None else function(x) for x in column]
    known = sorted(x for x in column if x is not None)

    def one(x: float) -> float:
        if normalise == "none":
            return function(low) + function(high) - x if less else x
        if normalise == "minmax":
            a, b = (0, 1) if low is None else (low, high)
            part = (x - known[0]) / (known[-1] - known[0])
            return a + (b - a) * (1 - part if less else part)
        if normalise == "goalposts":
            part = (x - function(low)) / (function(high) - function(low))
            part = 1 - part if less else part
            return min(max(part, 0), 1) if item.get("clip") else part
        if normalise == "rank":
            below = sum(each < x for each in known)
            rank = below + (1 + sum(each == x for each in known)) / 2
            return len(known) + 1 - rank if less else rank
        score = (x - fmean(known)) / stdev(known)
        score = -score if less else score
        return min(max(score, low), high) if item.get("clip") else score

    result = [None if x is None else one(x) for x in column]
    places = item.get("decimals")
    if places is None:
        return result
    return [None if x is None else _rounded(x, int(places)) for x in result]  # type: ignore[call-overload]


def _rounded(x: float, places: int) -> float:
    size = int(abs(x) * 10**places + 0.5 + 1e-9) / 10**places
    return size if x >= 0 else -size
