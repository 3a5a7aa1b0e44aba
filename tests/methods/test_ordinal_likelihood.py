import numpy as np
import pytest
from simulation.ordinal import draw, example, parameter_table, slow_loglik

from spbe_research.methods.ordinal_factors import (
    Structure,
    fit_ordinal_factors,
    ordinal_fit_from_frame,
)
from spbe_research.methods.ordinal_likelihood import Grid, level_probabilities, posterior
from spbe_research.methods.ordinal_packing import Packing

TRUTH = example()


@pytest.fixture(scope="module")
def packing() -> Packing:
    levels, _ = draw(TRUTH, 80, seed=3)
    levels.iloc[0, 1] = np.nan
    fit = fit_ordinal_factors(levels, Structure(TRUTH.factors, TRUTH.testlets), std_errors=False)
    return Packing(fit.design(), prior_sd=2.0)


def test_level_probabilities_are_those_of_the_formula_and_stay_exact_in_the_tails() -> None:
    chances = level_probabilities(np.array([0.0, 40.0, -40.0]), np.array([1.0, -1.0]))
    below, above = 1 / (1 + np.exp(-1.0)), 1 / (1 + np.exp(1.0))
    assert chances[:, 0] == pytest.approx([1 - below, below - above, above])
    assert chances.sum(axis=0) == pytest.approx([1, 1, 1])
    # 1 - S(39) cancels to 0 when it is subtracted; e^-41 (e^2 - 1) is its value.
    assert chances[1, 1] == pytest.approx(np.exp(-39.0) - np.exp(-41.0), rel=1e-12)


@pytest.mark.whole
def test_likelihood_equals_a_slow_sum_over_factors_and_testlets() -> None:
    levels, _ = draw(TRUTH, 400, seed=8)
    shape = Structure(TRUTH.factors, TRUTH.testlets)
    fit, _ = ordinal_fit_from_frame(parameter_table(TRUTH), levels, shape)
    few = levels.iloc[:3]
    found = posterior(fit.design(few), fit.arrays, Grid.of(61))
    # The grid ends at 4.5 deviations; beyond lies 7e-6 of each of two factors, for each body.
    assert found.loglik.sum() == pytest.approx(slow_loglik(TRUTH, few), abs=2e-4)


@pytest.mark.whole
def test_gradients_equal_finite_differences_in_both_coordinates(packing: Packing) -> None:
    grid, rng = Grid.of(25), np.random.default_rng(5)
    point = packing.start() + 0.2 * rng.standard_normal(packing.size)
    slope = packing.loss(point, grid)[1]
    natural = packing.slope(packing.searched(point), grid)
    vector = packing.vector(packing.searched(point))
    for place in range(packing.size):
        step = np.zeros(packing.size)
        step[place] = 1e-5
        ahead, behind = (packing.loss(point + s, grid)[0] for s in (step, -step))
        assert slope[place] == pytest.approx((ahead - behind) / 2e-5, abs=1e-4)
        ahead, behind = (
            packing.loss(packing.search_vector(packing.parameters(vector + s)), grid)[0]
            for s in (step, -step)
        )
        assert natural[place] == pytest.approx((behind - ahead) / 2e-5, abs=1e-4)


def test_coordinates_lead_back_to_the_same_parameters(packing: Packing) -> None:
    point = packing.start() + 0.3 * np.random.default_rng(1).standard_normal(packing.size)
    once = packing.searched(point)
    assert packing.search_vector(once) == pytest.approx(point)
    assert packing.vector(packing.parameters(packing.vector(once))) == pytest.approx(
        packing.vector(once)
    )
    pair = once.loadings[:2]
    assert pair[0] == pair[1]  # the two items of a pair share one loading
    assert all((np.diff(cuts) < 0).all() for cuts in once.intercepts)


def test_marginals_sum_to_one_and_the_moments_are_those_of_the_posterior(packing: Packing) -> None:
    parameters = packing.searched(packing.start())
    found = posterior(packing.design, parameters, Grid.of(41))
    nodes = Grid.of(41).nodes
    for number, own in enumerate(found.marginals):
        assert own.sum(axis=1) == pytest.approx(np.ones(len(own)))
        assert found.moments[number, number] == pytest.approx((own @ nodes**2).sum())
    assert found.moments[0, 1] == pytest.approx(found.moments[1, 0])
