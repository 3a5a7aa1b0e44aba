"""Synthetic levels of a known ordinal factor model, and its likelihood written out slowly.

Nothing here uses the package's own numerics: levels are drawn item by item, and the likelihood of
one body is a plain sum over its factors and testlets, so that both can stand as second opinions.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

__all__ = ["Truth", "draw", "example", "parameter_table", "slow_likelihood", "slow_loglik"]


@dataclass(frozen=True)
class Truth:
    """One model: per item its factor, testlet or -1, slope, loading, falling intercepts."""

    factor: tuple[int, ...]
    testlet: tuple[int, ...]
    slopes: tuple[float, ...]
    loadings: tuple[float, ...]
    intercepts: tuple[tuple[float, ...], ...]
    correlations: np.ndarray

    @property
    def items(self) -> list[str]:
        """Names of the items."""
        return [f"x{number}" for number in range(len(self.factor))]

    @property
    def factors(self) -> dict[str, tuple[str, ...]]:
        """Items of each factor."""
        return {
            f"F{number}": tuple(
                item for item, own in zip(self.items, self.factor, strict=True) if own == number
            )
            for number in range(len(self.correlations))
        }

    @property
    def testlets(self) -> tuple[tuple[str, ...], ...]:
        """Items of each testlet."""
        return tuple(
            tuple(item for item, own in zip(self.items, self.testlet, strict=True) if own == number)
            for number in range(max(self.testlet) + 1)
        )


def example() -> Truth:
    """Return two factors of four and five items, a pair and a testlet of three among them."""
    return Truth(
        factor=(0, 0, 0, 0, 1, 1, 1, 1, 1),
        testlet=(0, 0, -1, -1, 1, 1, 1, -1, -1),
        slopes=(2.0, 1.5, 1.0, 2.5, 1.2, 2.2, 1.8, 2.0, 1.5),
        loadings=(1.2, 1.2, 0.0, 0.0, 1.0, 0.7, 1.4, 0.0, 0.0),
        intercepts=(
            (1.5, -0.5),
            (0.5,),
            (2.0, 0.5, -1.0),
            (0.2, -1.5),
            (1.0, -1.0),
            (0.3,),
            (2.0, 0.0, -1.0),
            (0.5, -1.0),
            (0.0,),
        ),
        correlations=np.array([[1.0, 0.6], [0.6, 1.0]]),
    )


def parameter_table(truth: Truth) -> pd.DataFrame:
    """Return the parameters as ``OrdinalFit.to_frame`` states them, with errors of 0.1."""
    rows: list[dict[str, object]] = []
    for number, item in enumerate(truth.items):
        at = {"item": item, "factor": f"F{truth.factor[number]}"}
        rows.append({"parameter": "slope", "level": 1, "estimate": truth.slopes[number], **at})
        if truth.testlet[number] >= 0:
            rows.append({"parameter": "loading", "estimate": truth.loadings[number], **at})
        rows += [
            {"parameter": "intercept", "level": 2 + step, "estimate": cut, **at}
            for step, cut in enumerate(truth.intercepts[number])
        ]
    for a in range(len(truth.correlations)):
        rows += [
            {"parameter": "correlation", "factor": f"F{b}", "other_factor": f"F{a}"}
            | {"estimate": truth.correlations[a, b]}
            for b in range(a)
        ]
    columns = ["parameter", "item", "level", "factor", "other_factor", "estimate"]
    table = pd.DataFrame(rows, columns=columns).astype({"level": "Int64"})
    return table.assign(std_error=0.1)


def draw(truth: Truth, n: int, *, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return levels from 1 and the factors they were drawn with."""
    rng = np.random.default_rng(seed)
    thetas = rng.multivariate_normal(np.zeros(len(truth.correlations)), truth.correlations, n)
    testlets = rng.standard_normal((n, max(truth.testlet) + 2))
    columns = {}
    for number, item in enumerate(truth.items):
        linear = truth.slopes[number] * thetas[:, truth.factor[number]]
        if truth.testlet[number] >= 0:
            linear = linear + truth.loadings[number] * testlets[:, truth.testlet[number]]
        noise = rng.logistic(size=n)
        passed = [linear + cut > noise for cut in truth.intercepts[number]]
        columns[item] = 1 + np.sum(passed, axis=0)
    return pd.DataFrame(columns), thetas


def slow_likelihood(truth: Truth, levels: list[int], thetas: list[float]) -> float:
    """Return P(levels | factors), testlets integrated out by 61 points of Gauss and Hermite."""
    points, weights = np.polynomial.hermite_e.hermegauss(61)
    weights = weights / weights.sum()
    total = 1.0
    for number in range(-1, max(truth.testlet) + 1):
        own = [i for i, each in enumerate(truth.testlet) if each == number]
        if number < 0:
            for i in own:
                total *= _chance(truth, i, levels[i], truth.slopes[i] * thetas[truth.factor[i]])
            continue
        within = 0.0
        for point, weight in zip(points, weights, strict=True):
            part = weight
            for i in own:
                linear = truth.slopes[i] * thetas[truth.factor[i]] + truth.loadings[i] * point
                part *= _chance(truth, i, levels[i], linear)
            within += part
        total *= within
    return total


def slow_loglik(truth: Truth, table: pd.DataFrame, *, n_points: int = 41) -> float:
    """Return the log likelihood of a small table, factors integrated out by Gauss and Hermite."""
    points, weights = np.polynomial.hermite_e.hermegauss(n_points)
    weights = weights / weights.sum()
    root = np.linalg.cholesky(truth.correlations)
    total = 0.0
    for row in table.to_numpy().tolist():
        sum_ = 0.0
        for places in product(range(n_points), repeat=len(root)):
            thetas = (root @ points[list(places)]).tolist()
            weight = float(np.prod(weights[list(places)]))
            if weight > 1e-14:
                sum_ += weight * slow_likelihood(truth, row, thetas)
        total += float(np.log(sum_))
    return total


def _chance(truth: Truth, item: int, level: int, linear: float) -> float:
    above = [1.0, *(1 / (1 + np.exp(-(linear + c))) for c in truth.intercepts[item]), 0.0]
    return float(above[level - 1] - above[level])
