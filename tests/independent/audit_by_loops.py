"""An audit by loops over bodies, pairs and draws, written from the text of the definitions.

Slow, and shares nothing with ``spbe_research.auditing``: an instrument is a dictionary of weights.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from fractions import Fraction


def ranks(scores: Sequence[float]) -> list[int]:
    """Rank 1 the highest; ties share the better; scores are rounded to 1e-9 first."""
    rounded = [round(score, 9) for score in scores]
    return [1 + sum(other > own for other in rounded) for own in rounded]


def index(levels: Sequence[float], weights: Sequence[float]) -> float:
    return math.fsum(w * x for w, x in zip(weights, levels, strict=True)) / math.fsum(weights)


def rank_counts(draws: Sequence[Sequence[float]]) -> list[list[int]]:
    """How often each body had each rank over the scores of some draws."""
    n = len(draws[0])
    counts = [[0] * n for _ in range(n)]
    for scores in draws:
        for body, place in enumerate(ranks(scores)):
            counts[body][place - 1] += 1
    return counts


def quantile(counts: Sequence[int], share: Fraction) -> int:
    """The smallest rank that a share of the draws does not exceed."""
    total = 0
    for place, count in enumerate(counts, start=1):
        total += count
        if total >= share * sum(counts):
            return place
    raise AssertionError


def pair_radius(one: Sequence[int], other: Sequence[int], weights: Sequence[int]) -> Fraction:
    """Below which radius the order of two bodies holds, or 0 for a tie."""
    net = sum(w * (a - b) for w, a, b in zip(weights, one, other, strict=True))
    gross = sum(w * abs(a - b) for w, a, b in zip(weights, one, other, strict=True))
    return Fraction(abs(net), gross) if net else Fraction(0)


def corner_range(
    levels: Sequence[int], weights: Sequence[int], radius: Fraction
) -> tuple[Fraction, Fraction]:
    """Lowest and highest index over all corners of the box of weights: 2 ** n_leaves of them."""
    found = []
    for signs in itertools.product((-1, 1), repeat=len(weights)):
        own = [w * (1 + sign * radius) for w, sign in zip(weights, signs, strict=True)]
        found.append(sum(w * x for w, x in zip(own, levels, strict=True)) / sum(own))
    return min(found), max(found)


def tau_b(first: Sequence[float], second: Sequence[float]) -> float:
    concordant = discordant = one_tied = two_tied = 0
    for (a, b), (c, d) in itertools.combinations(list(zip(first, second, strict=True)), 2):
        product = (a - c) * (b - d)
        concordant += product > 0
        discordant += product < 0
        one_tied += a == c and b != d
        two_tied += b == d and a != c
    pairs = concordant + discordant
    return (concordant - discordant) / math.sqrt((pairs + one_tied) * (pairs + two_tied))


def variance(values: Sequence[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.fsum((value - mean) ** 2 for value in values) / len(values)


def first_and_total(
    function: Callable[[tuple[int, ...]], Sequence[float]], sizes: Sequence[int]
) -> tuple[list[float], list[float]]:
    """First and total order by sums over all combinations of factor levels, outputs summed."""
    grid = list(itertools.product(*map(range, sizes)))
    outputs = {place: function(place) for place in grid}
    n_outputs = len(outputs[grid[0]])
    whole = sum(variance([outputs[p][i] for p in grid]) for i in range(n_outputs))
    first, total = [], []
    for factor in range(len(sizes)):
        one = other = 0.0
        for i in range(n_outputs):
            given: dict[object, list[float]] = {}
            rest: dict[object, list[float]] = {}
            for place in grid:
                given.setdefault(place[factor], []).append(outputs[place][i])
                key = place[:factor] + place[factor + 1 :]
                rest.setdefault(key, []).append(outputs[place][i])
            one += variance([math.fsum(each) / len(each) for each in given.values()])
            other += variance([math.fsum(each) / len(each) for each in rest.values()])
        first.append(one / whole)
        total.append(1 - other / whole)
    return first, total
