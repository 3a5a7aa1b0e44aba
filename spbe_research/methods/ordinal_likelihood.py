"""The likelihood of an ordinal factor model with testlets, by quadrature, and its gradient.

Numerics only: arrays in, arrays out. ``ordinal_factors`` is the door for tables.

The model (logit graded response, Samejima 1969, doi:10.1007/BF03372160, with a second tier, Cai
2010, doi:10.1007/s11336-010-9178-0). Item i has K levels, coded 0 to K - 1, and belongs to one
factor d and at most one testlet t of that factor::

    P(x_i >= k | θ_d, u_t) = 1 / (1 + exp(-η_ik)),   η_ik = a_i θ_d + b_i u_t + c_ik,   k = 1..K-1
    θ ~ N(0, R),  R a correlation matrix;   u_t ~ N(0, 1), independent of θ and of one another

Each testlet is integrated out on its own, given its factor, so that what a person's answers say of
factor d is a function of one variable, L_d(θ_d). The likelihood of a person is then::

    L = Σ_q h^F φ(θ_q; R) Π_d L_d(θ_qd)                                                        (1)

over the product of F grids of equal step h: the trapezoidal rule, whose error for smooth
integrands that vanish at the ends falls faster than any power of h. The sum over the product of
the first factors (``front``) and of the others (``back``) is one product of matrices, which is why
no sparse grid and no Monte Carlo are needed for up to four factors.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "NODES",
    "Design",
    "Grid",
    "Parameters",
    "Posterior",
    "expected_counts",
    "factor_likelihoods",
    "gradient",
    "halves",
    "level_probabilities",
    "posterior",
    "prior_table",
]

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]

NODES = {1: 151, 2: 61, 3: 41, 4: 33}  # 41 instead of 33 move the log likelihood of 554 by 0.1
_COARSE = 25
_TESTLET_NODES = 25
_REACH = 4.5  # standard deviations; a normal variable leaves it once in 150,000
_LEAST = 1e-300  # a probability below it counts as it: its logarithm stays finite


@dataclass(frozen=True)
class Grid:
    """The nodes of each factor and of a testlet, both in equal steps, and the latter's weights.

    Gauss and Hermite's nodes lie too far apart in the middle for a steep item.
    """

    nodes: Floats
    testlet_nodes: Floats
    testlet_weights: Floats

    @classmethod
    def of(cls, n_nodes: int) -> "Grid":
        """Make a grid of so many nodes per factor."""
        points = np.linspace(-_REACH, _REACH, _TESTLET_NODES)
        weights = np.exp(-0.5 * points**2)
        return cls(np.linspace(-_REACH, _REACH, n_nodes), points, weights / weights.sum())

    @classmethod
    def for_factors(cls, n_factors: int, *, coarse: bool = False) -> "Grid":
        """Make the grid of a model of so many factors; a coarse one for a long search."""
        nodes = NODES[n_factors]
        return cls.of(min(nodes, _COARSE) if coarse else nodes)

    @property
    def step(self) -> float:
        """Distance between two nodes of a factor."""
        return float(self.nodes[1] - self.nodes[0])


@dataclass(frozen=True)
class Parameters:
    """Slopes, testlet loadings (0 outside testlets), thresholds an item, correlations."""

    slopes: Floats
    loadings: Floats
    intercepts: tuple[Floats, ...]
    correlations: Floats


@dataclass(frozen=True)
class Design:
    """Which level each person has on each item, and which factor and testlet an item is of.

    ``levels`` holds whole numbers from 0, and -1 where a level is missing. ``factor`` gives the
    number of each item's factor, ``testlet`` that of its testlet or -1.
    """

    levels: Whole
    n_levels: Whole
    factor: Whole
    testlet: Whole

    @property
    def n_factors(self) -> int:
        """Number of factors."""
        return int(self.factor.max()) + 1

    def singles(self, factor: int) -> list[int]:
        """Items of a factor that stand in no testlet."""
        return np.flatnonzero((self.factor == factor) & (self.testlet < 0)).tolist()

    def testlets(self, factor: int) -> list[list[int]]:
        """Items of each testlet of a factor."""
        numbers = np.unique(self.testlet[(self.factor == factor) & (self.testlet >= 0)])
        return [np.flatnonzero(self.testlet == number).tolist() for number in numbers]

    @cached_property
    def marks(self) -> tuple[Floats, ...]:
        """Per item, a column a level: 1 where a person has that level, else 0."""
        return tuple(
            (self.levels[:, [item]] == np.arange(count)).astype(float)
            for item, count in enumerate(self.n_levels)
        )

    @cached_property
    def patterns(self) -> dict[int, tuple[Whole, Whole]]:
        """Per testlet, by its first item: the distinct answers, and the number of each person's."""
        found = {}
        for factor in range(self.n_factors):
            for items in self.testlets(factor):
                rows, which = np.unique(self.levels[:, items], axis=0, return_inverse=True)
                found[items[0]] = (rows, which.reshape(-1))
        return found


@dataclass(frozen=True)
class Posterior:
    """What the answers say of the factors, person by person, on the grid.

    ``loglik`` per person; ``marginals`` persons x nodes of each factor; ``inner`` by testlet
    (patterns x nodes of the factor x nodes of the testlet, summing to 1 over the last axis);
    ``moments`` the sum over persons of E[θθ' | answers].
    """

    loglik: Floats
    marginals: tuple[Floats, ...]
    inner: dict[int, Floats]
    moments: Floats


def level_probabilities(linear: Floats, intercepts: Floats) -> Floats:
    """Return P(level k) along a new first axis, for a linear predictor of any shape.

    S(η_k) - S(η_k+1) = S(η_k) S(-η_k+1) (1 - exp(c_k+1 - c_k)): nothing cancels in the tails.
    """
    from scipy.special import expit

    eta = linear[None] + intercepts.reshape(-1, *[1] * linear.ndim)
    chances = np.ones((len(eta) + 1, *linear.shape))
    chances[1:] *= expit(eta)
    chances[:-1] *= expit(-eta)
    chances[1:-1] *= -np.expm1(np.diff(intercepts)).reshape(-1, *[1] * linear.ndim)
    return chances


def factor_likelihoods(
    design: Design, parameters: Parameters, grid: Grid
) -> tuple[list[Floats], dict[int, Floats]]:
    """Return log L_d on the grid for every person and factor, and the testlets' inner posteriors.

    The testlet t of factor d contributes log Σ_v w_v Π_{i in t} P(x_i | θ_d, u_v).
    """
    total, inner = [], {}
    for factor in range(design.n_factors):
        logs = np.zeros((len(design.levels), len(grid.nodes)))
        for item in design.singles(factor):
            linear = parameters.slopes[item] * grid.nodes
            chances = level_probabilities(linear, parameters.intercepts[item])
            logs += design.marks[item] @ np.log(np.maximum(chances, _LEAST))
        for items in design.testlets(factor):
            rows, which = design.patterns[items[0]]
            joint = np.tile(np.log(grid.testlet_weights), (len(rows), len(grid.nodes), 1))
            for place, item in enumerate(items):
                linear = (
                    parameters.slopes[item] * grid.nodes[:, None]
                    + parameters.loadings[item] * grid.testlet_nodes[None, :]
                )
                chances = level_probabilities(linear, parameters.intercepts[item])
                known = rows[:, place] >= 0
                joint[known] += np.log(np.maximum(chances, _LEAST))[rows[known, place]]
            top = joint.max(axis=2, keepdims=True)
            joint = np.exp(joint - top)
            sums = joint.sum(axis=2, keepdims=True)
            inner[items[0]] = joint / sums
            logs += (top + np.log(sums))[which, :, 0]
        total.append(logs)
    return total, inner


def prior_table(correlations: Floats, grid: Grid) -> Floats:
    """Return h^F φ(θ; R) as a table: rows the front factors' grid, columns the back factors'."""
    count = len(correlations)
    n_front = (count + 1) // 2
    inverse = np.linalg.inv(correlations)
    front, back = _product_nodes(grid, n_front), _product_nodes(grid, count - n_front)
    square = np.einsum("ij,jk,ik->i", front, inverse[:n_front, :n_front], front)[:, None]
    square = square + np.einsum("ij,jk,ik->i", back, inverse[n_front:, n_front:], back)[None, :]
    square += 2 * (front @ inverse[:n_front, n_front:]) @ back.T
    log_scale = count * np.log(grid.step / np.sqrt(2 * np.pi))
    log_scale -= 0.5 * np.linalg.slogdet(correlations)[1]
    return np.asarray(np.exp(log_scale - 0.5 * square))


def _product_nodes(grid: Grid, count: int) -> Floats:
    """Return the points of a product of grids, one row a point (one empty row for none)."""
    axes = np.meshgrid(*[grid.nodes] * count, indexing="ij")
    return np.stack(axes, axis=-1).reshape(-1, count) if count else np.zeros((1, 0))


def halves(likelihoods: list[Floats]) -> tuple[Floats, Floats, Floats]:
    """Return the front and back products of the L_d, persons x grid points, and their log scale."""
    scale = sum((logs.max(axis=1) for logs in likelihoods), np.zeros(len(likelihoods[0])))
    tables = [np.exp(logs - logs.max(axis=1, keepdims=True)) for logs in likelihoods]
    n_front = (len(tables) + 1) // 2
    return _products(tables[:n_front]), _products(tables[n_front:], len(scale)), scale


def posterior(design: Design, parameters: Parameters, grid: Grid) -> Posterior:
    """Return the log likelihood of every person and the posterior on the grid, equation (1)."""
    likelihoods, inner = factor_likelihoods(design, parameters, grid)
    front, back, scale = halves(likelihoods)
    prior = prior_table(parameters.correlations, grid)
    ahead = front @ prior
    joint_back = ahead * back
    sums = joint_back.sum(axis=1)
    joint_back /= sums[:, None]
    joint_front = front * (back @ prior.T) / sums[:, None]
    n_front = (design.n_factors + 1) // 2
    marginals = [
        *_marginals(joint_front, n_front, len(grid.nodes)),
        *_marginals(joint_back, design.n_factors - n_front, len(grid.nodes)),
    ]
    points = _product_nodes(grid, n_front), _product_nodes(grid, design.n_factors - n_front)
    across = ((front / sums[:, None]).T @ back) * prior
    moments = np.block(
        [
            [_second(points[0], joint_front.sum(axis=0)), points[0].T @ across @ points[1]],
            [points[1].T @ across.T @ points[0], _second(points[1], joint_back.sum(axis=0))],
        ]
    )
    return Posterior(scale + np.log(sums), tuple(marginals), inner, moments)


def expected_counts(design: Design, found: Posterior) -> list[Floats]:
    """Return per item the expected number of persons at each level and node.

    Shape levels x nodes, and levels x nodes x testlet nodes for an item of a testlet.
    """
    counts: list[Floats] = [np.empty(0)] * len(design.n_levels)
    for factor in range(design.n_factors):
        own = found.marginals[factor]
        for item in design.singles(factor):
            counts[item] = design.marks[item].T @ own
        for items in design.testlets(factor):
            rows, which = design.patterns[items[0]]
            mass = np.zeros((len(rows), own.shape[1]))
            np.add.at(mass, which, own)
            joint = mass[:, :, None] * found.inner[items[0]]
            for place, item in enumerate(items):
                marks = (rows[:, [place]] == np.arange(design.n_levels[item])).astype(float)
                counts[item] = np.tensordot(marks, joint, axes=(0, 0))
    return counts


def item_gradient(
    counts: Floats, slope: float, loading: float, intercepts: Floats, grid: Grid
) -> tuple[float, float, Floats]:
    """Return the derivative of Σ counts log P by slope, loading and each intercept.

    ∂ log P_k / ∂η_k = s_k / P_k and ∂ log P_{k-1} / ∂η_k = -s_k / P_{k-1}, where
    s_k = S(η_k)(1 - S(η_k)): a step of η_k moves mass between the levels k - 1 and k alone.
    """
    from scipy.special import expit

    linear = slope * grid.nodes
    if counts.ndim == 3:
        linear = linear[:, None] + loading * grid.testlet_nodes[None, :]
    above = expit(linear[None] + intercepts.reshape(-1, *[1] * linear.ndim))
    ratio = counts / np.maximum(level_probabilities(linear, intercepts), _LEAST)
    moved = above * (1 - above) * (ratio[1:] - ratio[:-1])
    by_slope = np.tensordot(moved.sum(axis=0), grid.nodes, axes=(0, 0)).sum()
    by_loading = (moved.sum(axis=0) @ grid.testlet_nodes).sum() if counts.ndim == 3 else 0.0
    return float(by_slope), float(by_loading), moved.reshape(len(moved), -1).sum(axis=1)


def gradient(
    design: Design, parameters: Parameters, grid: Grid, found: Posterior
) -> tuple[Floats, Floats, tuple[Floats, ...], Floats]:
    """Return the gradient of Σ log L by slopes, loadings, intercepts and correlations.

    Fisher's identity: the gradient is the posterior expectation of that of the complete data. By
    R it is ½ (R⁻¹ M R⁻¹ - n R⁻¹), M the posterior moments, exact for the quadrature sum too, since
    the prior table is not rescaled; the table returned counts an entry and its mirror as one.
    """
    parts = [
        item_gradient(
            counts, parameters.slopes[i], parameters.loadings[i], parameters.intercepts[i], grid
        )
        for i, counts in enumerate(expected_counts(design, found))
    ]
    inverse = np.linalg.inv(parameters.correlations)
    n = len(design.levels)
    by_r = inverse @ found.moments @ inverse - n * inverse
    return (
        np.array([part[0] for part in parts]),
        np.array([part[1] for part in parts]),
        tuple(part[2] for part in parts),
        by_r,
    )


def _products(tables: list[Floats], n: int = 0) -> Floats:
    """Row-wise Kronecker product of tables, persons x grid points; a column of ones for none."""
    if not tables:
        return np.ones((n, 1))
    product = tables[0]
    for table in tables[1:]:
        product = (product[:, :, None] * table[:, None, :]).reshape(len(product), -1)
    return product


def _marginals(joint: Floats, count: int, n_nodes: int) -> list[Floats]:
    cube = joint.reshape(len(joint), *[n_nodes] * count)
    return [cube.sum(axis=tuple(a + 1 for a in range(count) if a != kept)) for kept in range(count)]


def _second(points: Floats, mass: Floats) -> Floats:
    return (points * mass[:, None]).T @ points
