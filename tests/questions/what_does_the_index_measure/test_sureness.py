import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from spbe_research.methods.ordinal_scores import factor_draws
from spbe_research.panel.loaders import load_published
from spbe_research.press.committed import committed_table
from spbe_research.questions.what_does_the_index_measure import sureness
from spbe_research.questions.what_does_the_index_measure.fits import fitted, item_years, weights
from spbe_research.records import file_name

IDENTITY = ["agency_id", "year", "index", "latent_index", "std_error"]
RANKS = ["rank", "rank_low", "rank_high"]
CHANCES = ["p_kurang", "p_cukup", "p_baik", "p_sangat_baik", "p_memuaskan"]


@pytest.fixture(scope="module")
def uncertainty() -> pd.DataFrame:
    return committed_table("tab-agency-uncertainty")


def test_the_table_has_the_columns_and_the_name_that_others_count_on(uncertainty) -> None:
    assert list(uncertainty.columns) == [*IDENTITY, *RANKS, *CHANCES]
    assert file_name("tab-agency-uncertainty") == (
        "what_does_the_index_measure/agency_uncertainty.csv"
    )
    assert uncertainty.groupby("year").size().tolist() == [517, 554]


def test_index_and_rank_are_those_of_print(uncertainty) -> None:
    published = load_published().query("status == 'evaluated'")
    both = uncertainty.merge(published, on=["agency_id", "year"])
    assert len(both) == len(uncertainty)
    assert (both["index"] == both["index_published"]).all()
    for _, rows in both.groupby("year"):
        higher = [(rows["index"] > value).sum() for value in rows["index"]]
        assert rows["rank"].tolist() == [1 + int(each) for each in higher]


def test_probabilities_ranks_and_errors_hang_together(uncertainty) -> None:
    chances = uncertainty[CHANCES]
    assert chances.sum(axis=1).to_numpy() == pytest.approx(np.ones(len(chances)))
    assert (uncertainty["rank_low"] <= uncertainty["rank_high"]).all()
    inside = uncertainty["rank"].between(uncertainty["rank_low"], uncertainty["rank_high"])
    assert inside.mean() > 0.9
    off = (uncertainty["index"] - uncertainty["latent_index"]).abs()
    assert off.max() < 3.5 * uncertainty["std_error"].max()
    # T far from every edge has one predicate.
    middle = uncertainty[uncertainty["latent_index"].between(2.15, 2.25)]
    assert (middle["p_cukup"] > 0.98).all()


@pytest.mark.parametrize("place", [0, 200, 553])
def test_mean_and_error_equal_importance_sampling_by_other_code(uncertainty, place: int) -> None:
    year = item_years()[-1]
    fit = fitted(year)
    arrays, design = fit.arrays, fit.design(fit.levels.iloc[[place]])
    rng = np.random.default_rng(1)
    seen = factor_draws(design, arrays, n_draws=500, seed=1)[:, 0, :]
    centre, root = seen.mean(axis=0), np.linalg.cholesky(1.5 * np.cov(seen.T))
    thetas = centre + rng.standard_normal((6000, 4)) @ root.T
    standard = np.linalg.solve(root, (thetas - centre).T)
    log_weight = 0.5 * (standard**2).sum(axis=0)  # less the log density drawn from
    inverse = np.linalg.inv(arrays.correlations)
    log_weight -= 0.5 * np.einsum("ij,jk,ik->i", thetas, inverse, thetas)
    points, mass = np.polynomial.hermite_e.hermegauss(41)
    mass = mass / mass.sum()
    composite = np.zeros(len(thetas))
    within = {number: np.zeros((len(thetas), 41)) for number in range(6)}
    share = weights()
    for n, item in enumerate(fit.structure.items):
        theta = thetas[:, design.factor[n]][:, None]
        linear = arrays.slopes[n] * theta + arrays.loadings[n] * points[None, :]
        cuts = arrays.intercepts[n]
        above = [np.ones_like(linear), *(expit(linear + c) for c in cuts), np.zeros_like(linear)]
        level = design.levels[0, n]
        chance = np.log(np.maximum(above[level] - above[level + 1], 1e-300))
        if design.testlet[n] < 0:
            log_weight += chance[:, 0] if arrays.loadings[n] == 0 else 0
        else:
            within[int(design.testlet[n])] += chance
        steps = np.diff(fit.known_levels[n])
        passed = sum(s * (a @ mass) for s, a in zip(steps, above[1:-1], strict=True))
        composite += share[item] * (fit.known_levels[n][0] + passed)
    for logs in within.values():
        log_weight += np.log(np.exp(logs) @ mass)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    assert 1 / (weight**2).sum() > 500  # draws that count
    mean = weight @ composite
    error = np.sqrt(weight @ (composite - mean) ** 2)
    row = uncertainty[uncertainty["year"] == year].iloc[place]
    assert row["latent_index"] == pytest.approx(mean, abs=0.015)
    assert row["std_error"] == pytest.approx(error, abs=0.01)


def test_order_of_pairs_by_hand() -> None:
    draws = np.array([[2.0, 1.0, 3.0], [1.0, 2.0, 3.0]])
    index = np.array([2.00, 1.93, 1.00])
    # One pair is 0.05 to 0.10 apart: the first above the second, in one draw of two.
    assert sureness._pairs(draws, index) == (0.5, 1)


def test_near_an_edge_predicates_are_less_sure(uncertainty) -> None:
    held = committed_table("fig-predicate-sureness")
    edges = [1.8, 2.6, 3.5]
    near = (held["index"].to_numpy()[:, None] - edges).__abs__().min(axis=1) < 0.1
    assert held.loc[near, "estimate"].mean() < 0.65
    assert held.loc[~near, "estimate"].mean() > 0.9
    summary = committed_table("tab-sureness").fillna({"near": ""})
    summary = summary.set_index(["year", "measure", "near"])["estimate"]
    last = item_years()[-1]
    assert summary.loc[last, "predicate_holds", "Baik"] == pytest.approx(
        held.loc[(held["index"] - 2.6).abs() < 0.1, "estimate"].mean()
    )
    assert summary.loc[last, "rank_correlation", ""] == pytest.approx(0.994, abs=0.001)
