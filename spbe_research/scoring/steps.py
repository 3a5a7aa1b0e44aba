"""The cheapest steps of single levels that lift an index to a target: exact, in whole numbers."""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import ceil, gcd, lcm

import numpy as np

from spbe_research.errors import ScoringError, refuse
from spbe_research.instruments import Instrument
from spbe_research.instruments.instrument import HIGHEST_LEVEL, LOWEST_LEVEL

__all__ = ["Plan", "Step", "cheapest_sets", "cheapest_steps"]

_REMEDY = "Nothing was computed."
_Bounds = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Step:
    """One level up: from ``level`` to the next, what it adds to the index, and what it costs."""

    item: str
    level: int
    gain: Fraction
    cost: float


@dataclass(frozen=True)
class Plan:
    """Steps that reach the target at the least cost, and the index before and after, exact."""

    steps: tuple[Step, ...]
    cost: float
    before: Fraction
    after: Fraction


def cheapest_steps(
    levels: Mapping[str, int],
    instrument: Instrument,
    target: Fraction,
    *,
    costs: Mapping[tuple[str, int], float] | None = None,
    caps: Mapping[str, int] | None = None,
) -> Plan | None:
    """Return the cheapest set of one-level steps that lifts the index to the target.

    Parameters
    ----------
    levels : mapping of str to int
        The present level of every indicator, 1 to 5.
    instrument : Instrument
        An edition whose index is the weighted mean of whole levels.
    target : Fraction
        Index points, to be reached exactly or passed.
    costs : mapping of (str, int) to float, optional
        The cost of the step that begins at a level of an item, above 0; left out, 1 each.
    caps : mapping of str to int, optional
        The highest level that an item may take; left out, 5. Its present level keeps it as it is.

    Returns
    -------
    Plan or None
        None where the target is out of reach. Of plans that cost the same, the one that gains
        most; of those, the one that the order of the instrument gives first.

    Raises
    ------
    ScoringError
        Naming levels that are absent or no level, costs that are not positive, caps below the
        present level, and items that are none.

    Notes
    -----
    A level of indicator i adds ``w_i / 100`` points. The weights are whole multiples of one unit,
    so the least cost of every gain in units follows by dynamic programming over the indicators,
    each with its possible numbers of steps.

    Examples
    --------
    >>> from spbe_research import load_instrument
    >>> instrument = load_instrument("permen-59-2020")
    >>> plan = cheapest_steps(dict.fromkeys(instrument.indicators, 1), instrument, Fraction("1.05"))
    >>> [(step.item, step.level) for step in plan.steps], float(plan.after)
    ([('I42', 1), ('I42', 2)], 1.06)
    """
    found = cheapest_sets(levels, instrument, target, n=1, costs=costs, caps=caps)
    return found[0] if found else None


def cheapest_sets(
    levels: Mapping[str, int],
    instrument: Instrument,
    target: Fraction,
    *,
    n: int,
    costs: Mapping[tuple[str, int], float] | None = None,
    caps: Mapping[str, int] | None = None,
) -> tuple[Plan, ...]:
    """Return the n cheapest sets of one-level steps that lift the index to the target.

    No set holds a step that it could do without. Parameters, refusals and the order of sets that
    cost the same are those of ``cheapest_steps``; there may be fewer sets than asked for.

    Parameters
    ----------
    levels, instrument, target, costs, caps
        As for ``cheapest_steps``.
    n : int
        How many sets, 1 or more.

    Returns
    -------
    tuple of Plan
        The cheapest first; empty where the target is out of reach.

    References
    ----------
    Lawler (1972), doi:10.1287/mnsc.18.7.401: what is not the best solution lies in one of the parts
    in which the first items are as in the best, and the next one is not.

    Examples
    --------
    >>> from spbe_research import load_instrument
    >>> instrument = load_instrument("permen-59-2020")
    >>> ones = dict.fromkeys(instrument.indicators, 1)
    >>> plans = cheapest_sets(ones, instrument, Fraction("1.05"), n=2)
    >>> [[(step.item, step.level) for step in plan.steps] for plan in plans]
    [[('I42', 1), ('I42', 2)], [('I42', 1), ('I43', 1)]]
    """
    costs, caps = costs or {}, caps or {}
    _check(levels, instrument, costs, caps)
    weights = {code: instrument.item(code).weight / 100 for code in instrument.indicators}
    before = sum((weights[code] * levels[code] for code in weights), Fraction(0))
    unit = reduce(_common, weights.values())
    needed = max(0, ceil((target - before) / unit))
    options = {
        code: [float(costs.get((code, level), 1.0))
               for level in range(levels[code], caps.get(code, HIGHEST_LEVEL))]
        for code in weights
    }  # fmt: skip
    gains = {code: int(weight / unit) for code, weight in weights.items()}
    plans: list[Plan] = []
    for taken in _from_the_least(options, gains, needed):
        steps = tuple(
            Step(code, levels[code] + number, weights[code], options[code][number])
            for code, count in taken.items()
            for number in range(count)
        )
        gain = sum((step.gain for step in steps), Fraction(0))
        if all(before + gain - step.gain < target for step in steps):
            plans.append(Plan(steps, sum(step.cost for step in steps), before, before + gain))
        if len(plans) >= n:
            break
    return tuple(plans)


def _from_the_least(
    options: Mapping[str, list[float]], gains: Mapping[str, int], needed: int
) -> Iterator[dict[str, int]]:
    """All ways to reach what is needed, from the least cost up: steps per item that takes some."""
    waiting: list[tuple[float, int, int, dict[str, int], _Bounds]] = []
    met = 0

    def add(bounds: _Bounds) -> None:
        nonlocal met
        least = _least_between(options, gains, needed, bounds)
        if least is not None:
            cost = sum(sum(options[code][:count]) for code, count in least.items())
            gain = sum(gains[code] * count for code, count in least.items())
            met += 1
            heapq.heappush(waiting, (round(cost, 9), -gain, met, least, bounds))

    add({code: (0, len(each)) for code, each in options.items()})
    while waiting:
        *_, best, bounds = heapq.heappop(waiting)
        yield {code: count for code, count in best.items() if count}
        fixed = dict(bounds)
        for code, (low, high) in bounds.items():
            for part in ((low, best[code] - 1), (best[code] + 1, high)):
                if part[0] <= part[1]:
                    add(fixed | {code: part})
            fixed[code] = (best[code], best[code])


def _least_between(
    options: Mapping[str, list[float]], gains: Mapping[str, int], needed: int, bounds: _Bounds
) -> dict[str, int] | None:
    """As ``_least``, with the fewest and the most steps of each item; of every item its steps."""
    left = {code: each[slice(*bounds[code])] for code, each in options.items()}
    sure = sum(gains[code] * low for code, (low, _) in bounds.items())
    taken = _least(left, gains, max(0, needed - sure))
    if taken is None:
        return None
    return {code: low + taken.get(code, 0) for code, (low, _) in bounds.items()}


def _least(
    options: Mapping[str, list[float]], gains: Mapping[str, int], needed: int
) -> dict[str, int] | None:
    """How many steps each item takes, so that the gains reach what is needed at the least cost."""
    total = sum(gains[code] * len(each) for code, each in options.items())
    if total < needed:
        return None
    most = needed + max(gains.values())  # a step that is not needed is never taken
    least = np.full(most + 1, np.inf)
    least[0] = 0.0
    chosen: list[tuple[str, np.ndarray]] = []
    for code, each in options.items():
        if not each:
            continue
        best, count = least.copy(), np.zeros(most + 1, dtype=np.int8)
        paid = 0.0
        for number, cost in enumerate(each, start=1):
            paid += cost
            gain = number * gains[code]
            if gain > most:
                break
            moved = np.full(most + 1, np.inf)
            moved[gain:] = least[: most + 1 - gain] + paid
            cheaper = moved < best - 1e-12
            best[cheaper], count[cheaper] = moved[cheaper], number
        least = best
        chosen.append((code, count))
    reached = least[needed:]
    if not np.isfinite(reached).any():
        return None
    cheapest = reached.min()
    at = needed + int(np.flatnonzero(reached <= cheapest + 1e-12)[-1])
    taken: dict[str, int] = {}
    for code, count in reversed(chosen):
        taken[code] = int(count[at])
        at -= taken[code] * gains[code]
    return {code: taken[code] for code, _ in chosen if taken[code]}


def _check(
    levels: Mapping[str, int],
    instrument: Instrument,
    costs: Mapping[tuple[str, int], float],
    caps: Mapping[str, int],
) -> None:
    items = instrument.indicators
    scale = range(LOWEST_LEVEL, HIGHEST_LEVEL + 1)
    violations = [
        f"{code}: {levels.get(code)!r} is no level 1 to 5"
        for code in items
        if levels.get(code) not in scale
    ]
    named = [*caps, *(code for code, _ in costs)]
    violations += [
        f"{code!r} is no indicator" for code in dict.fromkeys(named) if code not in items
    ]
    violations += [
        f"{code}: a cap of {cap}, must be from its level, {levels.get(code)}, to {HIGHEST_LEVEL}"
        for code, cap in caps.items()
        if code in items and not levels.get(code, 0) <= cap <= HIGHEST_LEVEL
    ]
    violations += [
        f"{code}, from level {level}: a cost of {cost:g}, must be above 0"
        for (code, level), cost in costs.items()
        if not cost > 0
    ]
    if not instrument.is_weighted_mean or not all(
        instrument.item(code).value_type == "integer" for code in items
    ):
        violations.append(f"{instrument.edition}: is no weighted mean of whole levels")
    refuse(ScoringError, "steps", violations, _REMEDY)


def _common(one: Fraction, other: Fraction) -> Fraction:
    """The largest number of which both are whole multiples."""
    below = lcm(one.denominator, other.denominator)
    return Fraction(gcd(int(one * below), int(other * below)), below)
