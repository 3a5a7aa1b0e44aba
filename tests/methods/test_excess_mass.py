import numpy as np
import pytest
from scipy.optimize import minimize
from simulation.lattice import simulate_scores

from spbe_research.errors import DataError
from spbe_research.methods.excess_mass import (
    count_steps,
    excess_mass,
    fit_counterfactual,
    smooth_curve,
)
from spbe_research.panel.loaders import load_published

AROUND = {"cut": 260, "width": 10, "reach": 70}


@pytest.fixture(scope="module")
def listed():
    """The list of 2022 in whole hundredths, the floor at 1.00 left out."""
    published = load_published().query("year == 2022 and status == 'evaluated'")
    steps = np.floor(100 * published["index_published"].to_numpy() + 0.5 + 1e-9).astype(int)
    return count_steps(steps, first=101, last=500)


def by_minimising(histogram, *, cut, width, reach):
    """The log-quadratic Poisson curve by a general minimiser, from the likelihood itself."""
    steps, counts = histogram.between(cut - reach, cut + reach)
    outside = (steps < cut - width) | (steps >= cut + width)
    x = (steps - cut + 0.5) / reach
    design = np.column_stack([np.ones(x.size), x, x**2])

    def minus(beta):
        log_rate = design[outside] @ beta
        return float((np.exp(log_rate) - counts[outside] * log_rate).sum())

    def slope(beta):
        return design[outside].T @ (np.exp(design[outside] @ beta) - counts[outside])

    fit = minimize(minus, np.zeros(3), jac=slope, method="BFGS", options={"gtol": 1e-9})
    rates = np.exp(design @ fit.x)
    information = (design[outside] * rates[outside][:, None]).T @ design[outside]
    below, above = (steps >= cut - width) & (steps < cut), (steps >= cut) & (steps < cut + width)
    gradient = (
        rates[above] @ design[above] / rates[above].sum()
        - rates[below] @ design[below] / rates[below].sum()
    )
    variance = gradient @ np.linalg.solve(information, gradient)
    return rates[below].sum(), rates[above].sum(), variance


def test_sides_are_closed_below_and_open_above_by_hand():
    histogram = count_steps([249, 250, 259, 260, 269, 270], first=240, last=280)
    assert histogram.sides(260, 10) == (2, 2)


def test_steps_outside_the_ends_are_not_counted():
    histogram = count_steps([100, 101, 500, 501], first=101, last=500)
    assert histogram.counts.sum() == 2
    steps, counts = histogram.between(90, 105)
    assert (steps[0], steps[-1], counts.sum()) == (101, 104, 1)


def test_the_curve_agrees_with_a_general_minimiser(listed):
    fit = fit_counterfactual(listed, **AROUND)
    below, above, variance = by_minimising(listed, **AROUND)
    assert fit.below == pytest.approx(below, rel=1e-5)
    assert fit.above == pytest.approx(above, rel=1e-5)
    assert fit.log_odds_variance == pytest.approx(variance, rel=1e-4)


def test_excess_and_gap_are_seen_less_expected(listed):
    row = excess_mass(listed, **AROUND)
    assert (row["n_below"], row["n_above"]) == (18, 46)
    assert row["excess_above"] == pytest.approx(46 - row["expected_above"])
    assert row["missing_below"] == pytest.approx(row["expected_below"] - 18)


def test_a_known_lift_is_the_excess():
    table = simulate_scores(20_000, lifted_share=0.4, seed=11)
    steps = np.rint(100 * table["index_published"].to_numpy()).astype(int)
    row = excess_mass(count_steps(steps, first=101, last=500), cut=260, width=12, reach=70)
    assert row["excess_above"] == pytest.approx(table["is_lifted"].sum(), rel=0.15)
    assert row["missing_below"] == pytest.approx(table["is_lifted"].sum(), rel=0.15)


def test_the_curve_of_a_figure_sums_to_the_counts(listed):
    curve = smooth_curve(listed, **AROUND)
    window = curve[curve["in_window"]]
    assert window["count"].sum() == 64
    assert window.loc[window["step"] >= 260, "expected"].sum() == pytest.approx(
        fit_counterfactual(listed, **AROUND).above
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"width": 70}, "The width must lie"),
        ({"degree": 6}, "the degree in 1 to 5"),
        ({"cut": 480}, "Results must stand outside"),
    ],
)
def test_choices_out_of_range_are_refused(listed, change, message):
    with pytest.raises(DataError, match=message):
        fit_counterfactual(listed, **(AROUND | change))


def test_values_that_are_no_steps_are_refused():
    with pytest.raises(DataError, match="is no whole step"):
        count_steps([1.5], first=1, last=3)
    with pytest.raises(DataError, match="must lie above"):
        count_steps([1], first=3, last=3)
