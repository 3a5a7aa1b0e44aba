from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from scipy.stats import t as student
from simulation.ordinal import draw, example, parameter_table, slow_likelihood

from spbe_research.errors import DataError
from spbe_research.methods.ordinal_factors import OrdinalFit, Structure, ordinal_fit_from_frame
from spbe_research.methods.ordinal_linking import (
    drift_interval,
    factor_distribution,
    printed_sum_likelihoods,
    sum_probabilities,
)

TRUTH = example()
NODES = np.array([-1.2, 0.0, 0.9])


@pytest.fixture(scope="module")
def fit() -> OrdinalFit:
    levels, _ = draw(TRUTH, 400, seed=30)
    shape = Structure(TRUTH.factors, TRUTH.testlets)
    return ordinal_fit_from_frame(parameter_table(TRUTH), levels, shape)[0]


@pytest.mark.whole
def test_sums_have_the_probability_of_all_answers_that_make_them(fit: OrdinalFit) -> None:
    found = sum_probabilities(fit, ["x0", "x1", "x2", "x3"], NODES)
    # The other items are left at one answer each, whose probability cancels.
    hand = np.zeros_like(found)
    for answer in product((1, 2, 3), (1, 2), (1, 2, 3, 4), (1, 2, 3)):
        for place, theta in enumerate(NODES):
            body = [*answer, 1, 1, 1, 1, 1]
            hand[sum(answer), place] += slow_likelihood(TRUTH, body, [theta, 0.0])
    hand /= hand.sum(axis=0)
    assert found == pytest.approx(hand, abs=1e-6)
    assert found.sum(axis=0) == pytest.approx(np.ones(3))
    assert found[:4].sum() == 0  # nobody has less than level 1 on each


def test_a_printed_mean_has_the_probability_of_every_sum_that_rounds_to_it() -> None:
    first, second = np.array([[0.0], [0.7], [0.3]]), np.array([[0.0], [0.5], [0.4], [0.1]])
    # One item of weight 2 with levels 1 to 2, one of weight 1 with levels 1 to 3; divisor 3.
    parts = [(2.0, 1, first), (1.0, 1, second)]
    found = printed_sum_likelihoods(parts, np.array([1.0, 1.33, 1.67, 2.33]), half_step=0.005)
    # 1.67 is (2 x 1 + 3) / 3 alone and (2 x 2 + 1) / 3: both are 5 / 3.
    assert found[:, 0] == pytest.approx([0.35, 0.28, 0.7 * 0.1 + 0.3 * 0.5, 0.3 * 0.1])
    wide = printed_sum_likelihoods(parts, np.array([1.2]), half_step=0.25)
    assert wide[0, 0] == pytest.approx(0.35 + 0.28)
    high = printed_sum_likelihoods(parts, np.array([9.0, 0.5]), half_step=0.005)
    assert high[:, 0] == pytest.approx([0.03, 0.35])
    with pytest.raises(DataError, match=r"1 violation:\s+- 1.5"):
        printed_sum_likelihoods(parts, np.array([1.5, 1.0]), half_step=0.005)


def test_the_distribution_of_a_factor_is_found_from_noisy_measures() -> None:
    rng = np.random.default_rng(31)
    true = 0.7 + 1.3 * rng.standard_normal(4000)
    seen = true + 0.5 * rng.standard_normal(4000)
    nodes = np.linspace(-6, 8, 141)
    found = factor_distribution(norm.pdf(seen[:, None], nodes[None, :], 0.5), nodes)
    # Of a normal measure with known error: the mean, and the variance less that of the error.
    assert found.mean == pytest.approx(seen.mean(), abs=1e-3)
    assert found.sd == pytest.approx(np.sqrt(seen.var() - 0.25), abs=1e-3)
    weight = found.sd**2 / (found.sd**2 + 0.25)
    hand = found.mean + weight * (seen[:5] - found.mean)
    assert found.posterior[:5] @ nodes == pytest.approx(hand, abs=1e-3)


def test_interval_by_hand() -> None:
    changes, weights = (
        pd.Series({"A": 0.2, "B": 0.5, "C": 0.8}),
        pd.Series({"A": 2, "B": 1, "C": 1}),
    )
    row = drift_interval(changes, weights)
    assert row["estimate"] == pytest.approx(0.425)
    # s² = 0.09; Σ w² = 0.25 + 0.0625 + 0.0625
    assert row["std_error"] == pytest.approx(0.3 * np.sqrt(0.375))
    assert row["high"] - row["estimate"] == pytest.approx(4.302653 * row["std_error"], rel=1e-6)
    other = drift_interval(changes, weights, method="sandwich")
    squares = (0.5 * -0.225) ** 2 + (0.25 * 0.075) ** 2 + (0.25 * 0.375) ** 2
    assert other["std_error"] == pytest.approx(np.sqrt(1.5 * squares))


@pytest.mark.whole
@pytest.mark.parametrize("weights", [[13, 25, 16.5, 45.5], [13, 10, 10, 5, 12, 4.5, 27.5, 18]])
def test_equal_covers_as_it_says_and_the_sandwich_too_rarely(weights: list[float]) -> None:
    share, rng = np.array(weights) / sum(weights), np.random.default_rng(32)
    drift = 0.13 * rng.standard_normal((4000, len(share)))
    mean = drift @ share
    limit = student.ppf(0.975, len(share) - 1)
    equal = drift.std(axis=1, ddof=1) * np.sqrt((share**2).sum())
    assert 0.94 < (np.abs(mean) < limit * equal).mean() < 0.975
    first = pd.Series(drift[0])
    row = drift_interval(first, pd.Series(share))
    assert row["std_error"] == pytest.approx(equal[0])
    inside = []
    for each in drift[:1500]:
        found = drift_interval(pd.Series(each), pd.Series(share), method="sandwich")
        inside.append(found["low"] < 0 < found["high"])
    assert 0.89 < np.mean(inside) < 0.945


def test_what_cannot_be_linked_is_refused(fit: OrdinalFit) -> None:
    with pytest.raises(DataError, match="testlet x0-x1 is cut"):
        sum_probabilities(fit, ["x0", "x2"], NODES)
    with pytest.raises(DataError, match="not of one factor"):
        sum_probabilities(fit, ["x2", "x7"], NODES)
    two = pd.Series({"A": 1.0, "B": 2.0})
    with pytest.raises(DataError, match="method 'magic', must be equal or sandwich"):
        drift_interval(two, two, method="magic")
    with pytest.raises(DataError, match="not of the same groups"):
        drift_interval(two, pd.Series({"A": 1.0, "C": 1.0}))
    with pytest.raises(DataError, match="Invalid confidence"):
        drift_interval(two, two, confidence=2)
