import warnings

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.stats import binom, norm
from simulation.lattice import simulate_scores

from spbe_research.errors import DataError
from spbe_research.methods.bunching import density_jump, window_test
from spbe_research.methods.excess_mass import count_steps, fit_counterfactual
from spbe_research.panel.loaders import load_exact_scores, load_published
from spbe_research.questions.may_a_score_fall.edges import jumps_at_edges, standings

AROUND = {"cut": 260, "width": 10, "reach": 70}


def drawn(n, *, lifted_share, seed):
    table = simulate_scores(n, lifted_share=lifted_share, window=0.1, seed=seed)
    steps = np.rint(100 * table["index_published"].to_numpy()).astype(int)
    return count_steps(steps, first=101, last=500)


@pytest.fixture(scope="module")
def stands():
    return standings(load_published(), load_exact_scores())


@pytest.fixture(scope="module")
def listed(stands):
    return count_steps(stands.query("year == 2022")["step"], first=101, last=500)


@pytest.mark.whole
def test_the_window_p_value_agrees_with_an_integral(listed):
    row = window_test(listed, **AROUND)
    fit = fit_counterfactual(listed, **AROUND)
    middle, spread = np.log(fit.above / fit.below), np.sqrt(fit.log_odds_variance)
    n = 64

    def chance(k):
        return quad(
            lambda z: norm.pdf(z) * binom.pmf(k, n, 1 / (1 + np.exp(-(middle + spread * z)))), -8, 8
        )[0]

    chances = [chance(k) for k in range(n + 1)]
    two_sided = sum(each for each in chances if each <= chances[46] * (1 + 1e-7))
    assert (row["n_below"], row["n_above"]) == (18, 46)
    assert row["p_value"] == pytest.approx(two_sided, rel=1e-5)
    assert row["p_above"] == pytest.approx(sum(chances[46:]), rel=1e-5)


def test_without_uncertainty_the_window_is_an_exact_binomial():
    # a long even list: the curve is known all but exactly; 8 of 10 above or more has p = 56/1024
    outside = [step for step in range(101, 500) if not 250 <= step < 270]
    steps = [step for step in outside for _ in range(399 + step // 2 % 2)]
    histogram = count_steps([*steps, *[255] * 2, *[265] * 8], first=101, last=499)
    row = window_test(histogram, **AROUND)
    assert row["expected_share"] == pytest.approx(0.5, abs=0.002)
    assert row["p_above"] == pytest.approx(56 / 1024, abs=0.002)


def test_the_jump_agrees_with_a_general_minimiser(listed):
    row = density_jump(listed, cut=260, bandwidth=35)
    levels, variances = [], []
    for low, high in ((225, 260), (260, 295)):
        steps, counts = listed.between(low, high)
        x = np.abs(steps - 260 + 0.5) / 35
        kernel, design = 1 - x, np.column_stack([np.ones(x.size), x, x**2])

        def minus(beta, design=design, kernel=kernel, counts=counts):
            log_rate = design @ beta
            return float((kernel * (np.exp(log_rate) - counts * log_rate)).sum())

        fit = minimize(minus, np.zeros(3), method="BFGS", options={"gtol": 1e-8})
        mu = np.exp(design @ fit.x)
        bread = np.linalg.inv((design * (kernel * mu)[:, None]).T @ design)
        meat = (design * (kernel**2 * mu)[:, None]).T @ design
        levels.append(fit.x[0])
        variances.append((bread @ meat @ bread)[0, 0])
    assert row["estimate"] == pytest.approx(levels[1] - levels[0], abs=1e-4)
    assert row["std_error"] == pytest.approx(np.sqrt(sum(variances)), rel=1e-4)
    assert row["p_value"] == pytest.approx(2 * norm.sf(abs(row["z"])))


@pytest.mark.whole
@pytest.mark.filterwarnings("ignore")
def test_two_of_22_jumps_are_decided_otherwise_by_rddensity(stands):
    # the same bandwidth and order; rddensity fits the distribution function, we the counts. Where
    # they disagree neither is a finding: no jump stands after adjustment
    from rddensity import rddensity

    ours = jumps_at_edges(stands).dropna(subset="p_value")
    z, theirs, cells = [], [], []
    for row in ours.itertuples():
        steps = stands.query("year == @row.year and step >= 101")["step"].to_numpy() + 0.5
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = rddensity(steps, c=round(100 * row.edge), h=[35, 35], p=2).test["t_jk"]
        z.append(row.estimate / row.std_error)
        theirs.append(float(found))
        cells.append((row.year, row.predicate))
    z, theirs = np.array(z), np.array(theirs)
    assert len(cells) == 22
    apart = [
        cell
        for cell, a, b in zip(cells, abs(z), abs(theirs), strict=True)
        if (a > 1.96) != (b > 1.96)
    ]
    assert apart == [(2022, "Cukup"), (2023, "Baik")]
    assert np.corrcoef(z, theirs)[0, 1] > 0.8
    assert np.median(abs(z - theirs)) < 0.6


@pytest.mark.whole
def test_both_tests_keep_their_level_and_the_window_its_stated_power():
    window, jump, power, stated = 0, 0, 0, []
    times = 60
    for seed in range(times):
        free = drawn(550, lifted_share=0.0, seed=seed)
        row = window_test(free, **AROUND)
        window += row["p_value"] < 0.05
        stated.append(row["power"])
        jump += density_jump(free, cut=260, bandwidth=35)["p_value"] < 0.05
        lifted = drawn(550, lifted_share=0.3, seed=1000 + seed)
        power += window_test(lifted, **AROUND)["p_value"] < 0.05
    assert max(window, jump) <= binom.ppf(0.9995, times, 0.05)
    low, high = binom.ppf([0.0005, 0.9995], times, np.mean(stated))
    assert low <= power <= high


def test_thin_sides_give_no_jump():
    row = density_jump(
        count_steps([250, 251, 262, 263], first=101, last=500), cut=260, bandwidth=35
    )
    assert row["n"] == 4
    assert np.isnan(row["estimate"])


def test_what_cannot_be_tested_is_refused(listed):
    with pytest.raises(DataError, match="At least one result"):
        window_test(count_steps([110, 400], first=101, last=500), cut=260, width=10, reach=70)
    with pytest.raises(DataError, match="Invalid lifted share"):
        window_test(listed, **AROUND, lifted_share=0)
    with pytest.raises(DataError, match="Invalid bandwidth"):
        density_jump(listed, cut=260, bandwidth=4)
