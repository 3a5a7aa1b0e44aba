from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom
from simulation.ordinal import Truth, draw, example, parameter_table, slow_likelihood

from spbe_research.errors import DataError
from spbe_research.methods.ordinal_factors import OrdinalFit, Structure, ordinal_fit_from_frame
from spbe_research.methods.ordinal_scores import (
    CompositeScores,
    composite_scores,
    expected_levels,
    factor_draws,
    replicated_levels,
)

TRUTH = example()
WEIGHTS = {item: (1 + n) / 45 for n, item in enumerate(TRUTH.items)}


def known(truth: Truth, n: int, seed: int) -> tuple[OrdinalFit, np.ndarray]:
    levels, thetas = draw(truth, n, seed=seed)
    shape = Structure(truth.factors, truth.testlets)
    return ordinal_fit_from_frame(parameter_table(truth), levels, shape)[0], thetas


@pytest.fixture(scope="module")
def drawn() -> tuple[OrdinalFit, np.ndarray]:
    return known(TRUTH, 1500, seed=20)


def by_hand(truth: Truth, item: int, theta: float) -> float:
    """Expected level, the testlet integrated out by 61 points of Gauss and Hermite."""
    points, weights = np.polynomial.hermite_e.hermegauss(61)
    linear = truth.slopes[item] * theta + truth.loadings[item] * points
    passed = sum(1 / (1 + np.exp(-(linear + cut))) for cut in truth.intercepts[item])
    return 1 + float(passed @ weights / weights.sum())


@cache
def curves() -> tuple[np.ndarray, np.ndarray]:
    """Nodes, and at each node the expected level of every item times its weight."""
    nodes = np.linspace(-6, 6, 241)
    rows = [[by_hand(TRUTH, n, node) for node in nodes] for n in range(9)]
    return nodes, np.array(rows) * np.array(list(WEIGHTS.values()))[:, None]


def true_composite(thetas: np.ndarray) -> np.ndarray:
    nodes, rows = curves()
    return sum(np.interp(thetas[:, TRUTH.factor[n]], nodes, row) for n, row in enumerate(rows))


def test_expected_levels_equal_those_by_hand(drawn) -> None:
    fit, _ = drawn
    table = expected_levels(fit, np.array([-1.0, 0.5]))
    for n, item in enumerate(TRUTH.items):
        hand = [by_hand(TRUTH, n, theta) for theta in (-1.0, 0.5)]
        assert table[item].to_numpy() == pytest.approx(hand, abs=1e-5)
    weighted = expected_levels(fit, np.array([0.5]), WEIGHTS)
    hand = sum(WEIGHTS[item] * table[item].iloc[1] for item in TRUTH.factors["F0"])
    assert weighted["F0"].iloc[0] == pytest.approx(hand)


@pytest.mark.whole
def test_mean_and_error_equal_a_slow_integral(drawn) -> None:
    fit, _ = drawn
    levels = fit.levels.iloc[:2]
    scores = composite_scores(fit, WEIGHTS, levels=levels, n_draws=0, seed=1)
    points, weights = np.polynomial.hermite_e.hermegauss(25)
    root = np.linalg.cholesky(TRUTH.correlations)
    grid = np.array([root @ [a, b] for a in points for b in points])
    prior = np.array([a * b for a in weights for b in weights])
    composite = true_composite(grid)
    for n, row in enumerate(levels.to_numpy().tolist()):
        chance = prior * [slow_likelihood(TRUTH, row, theta) for theta in grid.tolist()]
        chance /= chance.sum()
        mean = chance @ composite
        assert scores.estimate.iloc[n] == pytest.approx(mean, abs=2e-4)
        spread = np.sqrt(chance @ (composite - mean) ** 2)
        assert scores.std_error.iloc[n] == pytest.approx(spread, abs=2e-4)


@pytest.mark.whole
def test_draws_have_the_mean_the_error_and_the_correlation_of_the_posterior(drawn) -> None:
    fit, _ = drawn
    few = fit.levels.iloc[:40]
    scores = composite_scores(fit, WEIGHTS, levels=few, n_draws=4000, seed=2)
    assert np.abs(scores.draws.mean(axis=0) - scores.estimate).max() < 0.02
    assert scores.draws.std(axis=0) / scores.std_error.to_numpy() == pytest.approx(
        np.ones(40), abs=0.08
    )
    nothing = pd.DataFrame(np.nan, index=range(300), columns=few.columns)
    prior = factor_draws(fit.design(nothing), fit.arrays, n_draws=60, seed=3).reshape(-1, 2)
    assert np.corrcoef(prior.T)[0, 1] == pytest.approx(0.6, abs=0.03)
    assert prior.std(axis=0) == pytest.approx([1, 1], abs=0.03)


@pytest.mark.whole
def test_intervals_hold_the_truth_as_often_as_they_say(drawn) -> None:
    fit, thetas = drawn
    scores = composite_scores(fit, WEIGHTS, n_draws=0, seed=4)
    off = np.abs(true_composite(thetas) - scores.estimate.to_numpy()) / scores.std_error.to_numpy()
    for nominal, z in ((0.90, 1.645), (0.95, 1.960)):
        low, high = binom.ppf([1e-3, 1 - 1e-3], len(off), nominal) / len(off)
        assert low - 0.01 < (off <= z).mean() < high + 0.01


@pytest.mark.whole
def test_leaving_out_testlets_makes_errors_too_small(drawn) -> None:
    fit, thetas = drawn
    blind = parameter_table(TRUTH)
    blind = blind[blind["parameter"] != "loading"]
    naive = ordinal_fit_from_frame(blind, fit.levels, Structure(TRUTH.factors))[0]
    scores = composite_scores(naive, WEIGHTS, n_draws=0, seed=4)
    off = np.abs(true_composite(thetas) - scores.estimate.to_numpy()) / scores.std_error.to_numpy()
    assert (off <= 1.645).mean() < 0.87


def test_bands_are_shares_of_draws_and_ranks_whole_numbers_of_them() -> None:
    draws = np.array([[1.0, 2.0, 3.0], [1.8, 1.0, 3.0], [2.6, 2.0, 1.0], [1.0, 2.0, 3.0]])
    names = pd.Series([0.0, 0.0, 0.0], index=["a", "b", "c"])
    scores = CompositeScores(names, names, draws, draws[:, :, None])
    bands = scores.band_probabilities({"low": 1.0, "middle": 1.8, "high": 2.6})
    assert bands.loc["a"].tolist() == [0.5, 0.25, 0.25]
    assert bands.sum(axis=1).tolist() == [1, 1, 1]
    # Ranks of a: 3, 2, 1, 3; of c: 1, 1, 3, 1.
    ranks = scores.rank_intervals(confidence=0.5)
    assert ranks.loc["a"].tolist() == [1, 3]
    assert ranks.loc["c"].tolist() == [1, 1]


def test_replicated_levels_come_as_often_as_the_model_says(drawn) -> None:
    fit, _ = drawn
    thetas = np.tile([0.4, -0.8], (40_000, 1))
    levels = replicated_levels(fit, thetas, seed=5)
    hand = [by_hand(TRUTH, n, (0.4, -0.8)[TRUTH.factor[n]]) for n in range(9)]
    assert levels.mean(axis=0) == pytest.approx(hand, abs=0.02)
    # The pair shares a testlet variable, so that its levels hang together at equal factors.
    together = np.corrcoef(levels.T)
    assert together[0, 1] > 0.1
    assert abs(together[2, 3]) < 0.02
    kind = replicated_levels(fit, thetas, shift=1.0, seed=5)
    assert (kind.mean(axis=0) > levels.mean(axis=0) + 0.05).all()


def test_the_same_seed_gives_the_same_draws_and_a_missing_weight_is_refused(drawn) -> None:
    fit, _ = drawn
    few = replace(fit, levels=fit.levels.iloc[:5])
    one, two = (composite_scores(few, WEIGHTS, n_draws=20, seed=6).draws for _ in range(2))
    assert (one == two).all()
    with pytest.raises(DataError, match="item x8 has no weight"):
        composite_scores(few, {f"x{n}": 0.1 for n in range(8)}, n_draws=0, seed=1)
