"""The parameters of an ordinal factor model as one vector, in two coordinates.

*Natural*: slopes, loadings, intercepts and correlations as they are; there the maximum is polished
and the information inverted. *Search*: what must be ordered or bounded is made free, so that a long
search may step anywhere: an intercept is the one before it less ``exp(gap)``, and R = (1 - ε) LL' +
ε I, where L is lower triangular and each row (z, 1) is brought to length 1. The ε keeps factors
from becoming one: a grid cannot see a distribution narrower than its step.
"""

import numpy as np
from numpy.typing import NDArray

from spbe_research.errors import DataError
from spbe_research.methods.ordinal_likelihood import Design, Grid, Parameters, gradient, posterior

__all__ = ["APART", "Packing"]

Floats = NDArray[np.float64]

APART = 0.02  # ε
_STEP = 1e-4  # of the central differences of a gradient: their error is of the order 1e-8
_ROUNDS = 400  # of the polishing, at most; a digit takes one to fifteen
_SMALL = 1e-9  # of a standard error


class Packing:
    """Goes between the parameters of a design and vectors; knows the log posterior of both.

    The prior on slopes and loadings is normal with mean 0. The two items of a pair share one
    loading, since a pair has one correlation to tell it; the items of a longer testlet have one
    each.
    """

    def __init__(self, design: Design, prior_sd: float) -> None:
        self.design, self.precision = design, prior_sd**-2
        self.owner = _owners(design.testlet)
        self.lower = np.tril_indices(design.n_factors, -1)
        steps = design.n_levels - 1
        sizes = [len(steps), int(self.owner.max(initial=-1)) + 1, steps.sum(), len(self.lower[0])]
        self.ends, self.size = np.cumsum(sizes)[:-1], int(sum(sizes))
        self.cuts = np.cumsum(steps)[:-1]

    def vector(self, parameters: Parameters) -> Floats:
        """Return parameters in natural coordinates."""
        loadings = np.zeros(self.owner.max(initial=-1) + 1)
        loadings[self.owner[self.owner >= 0]] = parameters.loadings[self.owner >= 0]
        steps = np.concatenate(parameters.intercepts)
        return np.concatenate(
            [parameters.slopes, loadings, steps, parameters.correlations[self.lower]]
        )

    def parameters(self, vector: Floats) -> Parameters:
        """Return the parameters of a vector in natural coordinates."""
        slopes, loadings, steps, below = np.split(vector, self.ends)
        half = np.zeros((self.design.n_factors, self.design.n_factors))
        half[self.lower] = below
        correlations = half + half.T + np.eye(len(half))
        return Parameters(
            slopes, self._spread(loadings), tuple(np.split(steps, self.cuts)), correlations
        )

    def slope(self, parameters: Parameters, grid: Grid) -> Floats:
        """Return the gradient of the log posterior in natural coordinates."""
        return self._value_and_slope(parameters, grid)[1]

    def information(self, parameters: Parameters, grid: Grid) -> Floats:
        """Return minus the second derivatives of the log posterior, by central differences."""
        at, table = self.vector(parameters), np.empty((self.size, self.size))
        for row in range(self.size):
            step = np.zeros(self.size)
            step[row] = _STEP
            ahead = self.slope(self.parameters(at + step), grid)
            behind = self.slope(self.parameters(at - step), grid)
            table[row] = (behind - ahead) / (2 * _STEP)
        return (table + table.T) / 2

    def polished(self, parameters: Parameters, inverse: Floats, grid: Grid) -> Parameters:
        """Return the maximum near some parameters, by Newton's steps with one inverse kept.

        Raises
        ------
        DataError
            When the steps do not settle.
        """
        at, errors = self.vector(parameters), np.sqrt(np.diag(inverse))
        for _ in range(_ROUNDS):
            step = inverse @ self.slope(self.parameters(at), grid)
            at = at + step
            if np.abs(step / errors).max() < _SMALL:
                return self.parameters(at)
        raise DataError(
            f"Invalid fit: its maximum is not found in {_ROUNDS} steps. Leave out items that "
            "hardly vary, or merge rare levels."
        )

    def start(self) -> Floats:
        """Return where a search begins: slopes 1.5, correlations 0.4, levels as often as seen."""
        steps = []
        for marks in self.design.marks:
            above = marks[:, ::-1].sum(axis=0).cumsum()[::-1][1:] / marks.sum()
            # 1.3: what a slope of 1.5 adds to the spread of a logistic variable of variance π²/3
            cuts = 1.3 * np.log(above / (1 - above))
            steps.append(np.concatenate([cuts[:1], np.log(-np.diff(cuts))]))
        slopes, loadings, _, free = np.split(np.zeros(self.size), self.ends)
        return np.concatenate([slopes + 1.5, loadings + 1.0, *steps, free + 0.4])

    def search_vector(self, parameters: Parameters) -> Floats:
        """Return parameters in search coordinates."""
        steps = [np.concatenate([c[:1], np.log(-np.diff(c))]) for c in parameters.intercepts]
        apart = APART * np.eye(self.design.n_factors)
        root = np.linalg.cholesky((parameters.correlations - apart) / (1 - APART))
        free = (root / np.diag(root)[:, None])[self.lower]
        point = self.vector(parameters)
        return np.concatenate([point[: self.ends[1]], *steps, free])

    def searched(self, point: Floats) -> Parameters:
        """Return the parameters of a vector in search coordinates."""
        slopes, loadings, steps, free = np.split(point, self.ends)
        intercepts = tuple(
            block[0] - np.concatenate([[0.0], np.exp(block[1:]).cumsum()])
            for block in np.split(steps, self.cuts)
        )
        root = self._root(free)[0]
        correlations = (1 - APART) * root @ root.T + APART * np.eye(len(root))
        return Parameters(slopes, self._spread(loadings), intercepts, correlations)

    def loss(self, point: Floats, grid: Grid) -> tuple[float, Floats]:
        """Return minus the log posterior and its gradient, in search coordinates."""
        value, by = self._value_and_slope(self.searched(point), grid)
        _, _, steps, free = np.split(point, self.ends)
        chained = [by[: self.ends[1]]]
        blocks = np.split(by[self.ends[1] : self.ends[2]], self.cuts)
        for block, slope in zip(np.split(steps, self.cuts), blocks, strict=True):
            below = slope[::-1].cumsum()[::-1]
            chained.append(np.concatenate([below[:1], -np.exp(block[1:]) * below[1:]]))
        # dR = (1 - ε)(dL L' + L dL'), and a row of L is its (z, 1) divided by that row's length.
        root, length = self._root(free)
        half = np.zeros_like(root)
        half[self.lower] = (1 - APART) * by[self.ends[2] :]
        by_root = (half + half.T) @ root
        by_row = (by_root - (by_root * root).sum(axis=1, keepdims=True) * root) / length
        return -value, -np.concatenate([*chained, by_row[self.lower]])

    def _value_and_slope(self, parameters: Parameters, grid: Grid) -> tuple[float, Floats]:
        found = posterior(self.design, parameters, grid)
        by = gradient(self.design, parameters, grid, found)
        at = self.vector(parameters)
        loadings = np.zeros(self.owner.max(initial=-1) + 1)
        np.add.at(loadings, self.owner[self.owner >= 0], by[1][self.owner >= 0])
        slope = np.concatenate([by[0], loadings, *by[2], by[3][self.lower]])
        slope[: self.ends[1]] -= self.precision * at[: self.ends[1]]
        prior = -0.5 * self.precision * float((at[: self.ends[1]] ** 2).sum())
        return float(found.loglik.sum()) + prior, slope

    def _spread(self, loadings: Floats) -> Floats:
        return np.where(self.owner >= 0, np.append(loadings, 0.0)[self.owner], 0.0)

    def _root(self, free: Floats) -> tuple[Floats, Floats]:
        rows = np.eye(self.design.n_factors)
        rows[self.lower] = free
        length = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / length, length


def _owners(testlet: NDArray[np.intp]) -> NDArray[np.intp]:
    """Number of each item's free loading; -1 outside testlets."""
    owner, number = np.full(len(testlet), -1), 0
    for each in np.unique(testlet[testlet >= 0]):
        items = np.flatnonzero(testlet == each)
        owner[items] = number if len(items) == 2 else number + np.arange(len(items))
        number = int(owner.max()) + 1
    return owner
