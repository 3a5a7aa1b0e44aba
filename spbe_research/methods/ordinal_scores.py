"""Composite scores under an ordinal factor model: how sure a score, a rank or a band is.

The composite of a body is T = Σ weight x expected level given its factors, testlets integrated
out: what the index would be if the body were scored very often under the same rules. Its posterior
has an exact mean and variance by quadrature; ranks and bands come from draws.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.errors import DataError, refuse
from spbe_research.methods.ordinal_factors import OrdinalFit
from spbe_research.methods.ordinal_likelihood import (
    Design,
    Grid,
    Parameters,
    factor_likelihoods,
    halves,
    prior_table,
)

__all__ = [
    "CompositeScores",
    "composite_scores",
    "expected_levels",
    "factor_draws",
    "replicated_levels",
]

Floats = NDArray[np.float64]

_FINE = Grid.of(217)  # a step of 1/24: a fourth of the narrowest posterior's deviation or less
_BURN_IN = 50  # sweeps; the factors' posteriors hang together by at most 0.9, a sweep forgets half


@dataclass(frozen=True)
class CompositeScores:
    """The posterior of T: ``estimate`` and ``std_error`` of each body, and joint draws.

    ``draws`` of T has one row per draw and one column per body, ``factors`` the draws of the
    factors besides, along its third axis.
    """

    estimate: pd.Series
    std_error: pd.Series
    draws: Floats
    factors: Floats

    def rank_intervals(self, *, confidence: float = 0.95) -> pd.DataFrame:
        """Return ``rank_low, rank_high`` of each body among all, 1 the highest.

        The bounds are quantiles of the rank of T over the draws, whole numbers.
        """
        order = np.argsort(-self.draws, axis=1)
        ranks = np.empty_like(order)
        np.put_along_axis(ranks, order, np.arange(1, order.shape[1] + 1)[None, :], axis=1)
        tail = (1 - confidence) / 2
        low, high = np.quantile(ranks, [tail, 1 - tail], axis=0, method="inverted_cdf")
        return pd.DataFrame({"rank_low": low, "rank_high": high}, index=self.estimate.index)

    def band_probabilities(self, lower_edges: Mapping[str, float]) -> pd.DataFrame:
        """Return the share of draws in each band, given the bands' lower edges, lowest first."""
        edges = np.array(list(lower_edges.values()))
        place = np.searchsorted(edges, self.draws, side="right") - 1
        shares = {name: (place == n).mean(axis=0) for n, name in enumerate(lower_edges)}
        return pd.DataFrame(shares, index=self.estimate.index)


def composite_scores(
    fit: OrdinalFit,
    weights: Mapping[str, float],
    *,
    levels: pd.DataFrame | None = None,
    n_draws: int = 1000,
    seed: int,
) -> CompositeScores:
    """Return the posterior of T of each body of a fit.

    Parameters
    ----------
    fit : OrdinalFit
        Its parameters are taken as known: with some hundred bodies their own error adds a few
        percent to the standard errors.
    weights : mapping of str to float
        Weight of each item in the composite; T is in levels when they sum to 1.
    levels : pandas.DataFrame, optional
        Of other bodies, to be scored by the fit's parameters; the fit's own when left out.
    n_draws : int
        Joint draws for ranks and bands; 0 where only mean and error are wanted.
    seed : int
        Of NumPy's default generator.

    Raises
    ------
    DataError
        When an item has no weight.

    Examples
    --------
    >>> from spbe_research.methods.ordinal_factors import Structure, fit_ordinal_factors
    >>> table = pd.DataFrame({"a": [1, 2, 1, 3] * 9, "b": [1, 2, 2, 3] * 9, "c": [1, 1, 2, 2] * 9})
    >>> fit = fit_ordinal_factors(table, Structure({"F": ("a", "b", "c")}), std_errors=False)
    >>> scores = composite_scores(fit, {"a": 0.5, "b": 0.25, "c": 0.25}, n_draws=100, seed=1)
    >>> scores.estimate.loc[[0, 3]].round(1).tolist()
    [1.1, 2.6]
    """
    design, parameters = fit.design(levels), fit.arrays
    grid = Grid.for_factors(design.n_factors)
    curves = expected_levels(fit, grid.nodes, weights)
    mean, variance = _moments(design, parameters, curves.to_numpy().T, grid)
    thetas = factor_draws(design, parameters, n_draws=n_draws, seed=seed)
    fine = expected_levels(fit, _FINE.nodes, weights).to_numpy().T
    draws = np.zeros(thetas.shape[:2])
    for factor, curve in enumerate(fine):
        draws += np.interp(thetas[:, :, factor], _FINE.nodes, curve)
    rows = (fit.levels if levels is None else levels).index
    return CompositeScores(
        pd.Series(mean, index=rows), pd.Series(np.sqrt(variance), index=rows), draws, thetas
    )


def expected_levels(
    fit: OrdinalFit, nodes: Floats, weights: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Return the expected level of items along their factor, testlets integrated out.

    Parameters
    ----------
    fit : OrdinalFit
    nodes : numpy.ndarray
        Values of the factor, in its standard deviations.
    weights : mapping of str to float, optional
        Then weight x level is summed by factor, one column a factor; else one column an item.
    """
    from scipy.special import expit

    parameters, values = fit.arrays, fit.known_levels
    items = list(fit.structure.items)
    if weights is not None:
        found = [f"item {item} has no weight" for item in items if item not in weights]
        refuse(DataError, "weights", found, "Give one an item; 0 leaves it out.")
    curves = {}
    for n, item in enumerate(items):
        linear = parameters.slopes[n] * np.asarray(nodes)[:, None]
        linear = linear + parameters.loadings[n] * _FINE.testlet_nodes[None, :]
        above = expit(linear[None] + parameters.intercepts[n][:, None, None])
        passed = above @ _FINE.testlet_weights
        curves[item] = values[n][0] + np.diff(values[n]) @ passed
    table = pd.DataFrame(curves)
    if weights is None:
        return table
    return pd.DataFrame(
        {
            name: sum(weights[item] * table[item] for item in own)
            for name, own in fit.structure.factors.items()
        }
    )


def factor_draws(design: Design, parameters: Parameters, *, n_draws: int, seed: int) -> Floats:
    """Return draws of the factors from their posterior, shape draws x bodies x factors.

    Gibbs sampling. Given the other factors θ_d has the density L_d(θ_d) N(θ_d; m, s²), where Λ =
    R⁻¹, s² = 1 / Λ_dd and m = -s² Σ_e≠d Λ_de θ_e; it is drawn by inverting its distribution
    function on a fine grid. Bodies are independent and drawn side by side.
    """
    rng = np.random.default_rng(seed)
    likelihoods = factor_likelihoods(design, parameters, _FINE)[0]
    precision = np.linalg.inv(parameters.correlations)
    nodes, half = _FINE.nodes, _FINE.step / 2
    thetas = np.zeros((len(design.levels), design.n_factors))
    kept = np.empty((n_draws, *thetas.shape))
    for sweep in range(-_BURN_IN if n_draws else 0, n_draws):
        for factor, logs in enumerate(likelihoods):
            own = precision[factor, factor]
            centre = thetas[:, factor] - thetas @ precision[factor] / own
            density = logs - 0.5 * own * (nodes[None, :] - centre[:, None]) ** 2
            density = np.exp(density - density.max(axis=1, keepdims=True))
            below = density.cumsum(axis=1)
            chance = rng.random(len(thetas))[:, None] * below[:, -1:]
            place = (below < chance).sum(axis=1)[:, None]
            # Within a cell the density is taken as even: ± half a step about its node.
            inside = np.take_along_axis(below, place, 1) - chance
            inside /= np.take_along_axis(density, place, 1)
            thetas[:, factor] = nodes[place[:, 0]] + half * (1 - 2 * inside[:, 0])
        if sweep >= 0:
            kept[sweep] = thetas
    return kept


def replicated_levels(
    fit: OrdinalFit, thetas: Floats, *, shift: Floats | float = 0.0, seed: int
) -> Floats:
    """Return a table of levels drawn anew for bodies with given factors, testlets drawn anew too.

    Parameters
    ----------
    fit : OrdinalFit
    thetas : numpy.ndarray, shape (n, n_factors)
        One draw of ``factor_draws``, or factors drawn from anywhere.
    shift : float or numpy.ndarray, shape (n,)
        In logits, added to every item of a body: an assessor's leniency, in a simulation.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    numpy.ndarray, shape (n, n_items)
        In the order of ``fit.structure.items``.
    """
    from scipy.special import expit

    design, parameters, values = fit.design(), fit.arrays, fit.known_levels
    rng = np.random.default_rng(seed)
    testlets = rng.standard_normal((len(thetas), int(design.testlet.max(initial=-1)) + 2))
    linear = parameters.slopes * thetas[:, design.factor]
    linear = linear + parameters.loadings * testlets[:, design.testlet]
    linear = linear + np.broadcast_to(shift, len(thetas))[:, None]
    chances = rng.random(linear.shape)
    drawn = np.empty(linear.shape)
    for item, cuts in enumerate(parameters.intercepts):
        above = expit(linear[:, [item]] + cuts) > chances[:, [item]]
        drawn[:, item] = values[item][above.sum(axis=1)]
    return drawn


def _moments(
    design: Design, parameters: Parameters, curves: Floats, grid: Grid
) -> tuple[Floats, Floats]:
    """Posterior mean and variance of Σ_d g_d(θ_d), each g_d given on the nodes of the grid."""
    front, back, _ = halves(factor_likelihoods(design, parameters, grid)[0])
    prior = prior_table(parameters.correlations, grid)
    n_front = (design.n_factors + 1) // 2
    ahead, behind = _sums(curves[:n_front]), _sums(curves[n_front:])
    passed = front @ prior
    total = (passed * back).sum(axis=1)
    first = (((front * ahead) @ prior) * back).sum(axis=1) / total
    last = ((passed * back) @ behind) / total
    square = (((front * ahead**2) @ prior) * back).sum(axis=1) / total
    square += ((passed * back) @ behind**2) / total
    square += 2 * (((front * ahead) @ prior) * back) @ behind / total
    return first + last, square - (first + last) ** 2


def _sums(curves: Floats) -> Floats:
    """Σ_d g_d on the product of the grids of some factors; 0 for none."""
    if not len(curves):
        return np.zeros(1)
    total = curves[0]
    for curve in curves[1:]:
        total = np.add.outer(total, curve).reshape(-1)
    return np.asarray(total)
