import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, multivariate_normal

from compare_dimensionality import comparisons, coverage
from spbe_research import load_instrument, load_scores
from spbe_research.distributions.dimensionality import (
    domain_correlations,
    factor_loadings,
    loading_congruence,
    nearest_correlations,
    parallel_analysis,
    polychoric_correlations,
    polychoric_matrix,
    unidimensionality,
)
from spbe_research.errors import DataError
from spbe_research.estimates import ESTIMATE_COLUMNS
from spbe_research.simulation.items import (
    latent_correlations,
    synthetic_instrument,
    synthetic_levels,
)

COMPARED = comparisons()
CUTS = [-1.5, -0.5, 0.5, 1.5]


@pytest.mark.parametrize(
    "row", COMPARED, ids=[f"{r['estimator']}-{r['quantity']}" for r in COMPARED]
)
def test_estimate_equals_independent_one(row):
    assert row["ours"] == pytest.approx(row["independent"], abs=row["tolerance"], rel=0)


def test_intervals_and_counts_are_right_as_often_as_they_say():
    for row in coverage(20, seed=200):
        if "correlated 0.9" in row["setting"]:
            assert row["covered"] < 0.2  # three factors this close count as one: no power
        elif row["estimator"] == "parallel analysis":
            assert row["covered"] >= binom.ppf(1e-4, 20, 0.93) / 20
        else:
            assert row["covered"] >= binom.ppf(1e-4, 20, 0.93) / 20
            assert row["mean_estimate"] == pytest.approx(row["truth"], abs=0.03)


def test_polychoric_of_a_balanced_fourfold_table_is_the_sine():
    # Both cut at the median: P(both above) = 1/4 + asin(ρ)/2π. 30 of 80 above: ρ = sin(π/4).
    pairs = [(1, 1)] * 30 + [(2, 2)] * 30 + [(1, 2)] * 10 + [(2, 1)] * 10
    rho, _ = polychoric_matrix(np.array(pairs, dtype=float))
    assert rho[0, 1] == pytest.approx(np.sin(np.pi / 4), abs=1e-6)


@pytest.mark.parametrize("rho", [-0.95, -0.3, 0.0, 0.6, 0.99])
def test_polychoric_of_exact_cell_shares_returns_the_correlation(rho):
    edges = np.array([-9, *CUTS, 9])
    normal = multivariate_normal(cov=[[1, rho], [rho, 1]])
    corner = np.array([[normal.cdf([s, t]) for t in edges] for s in edges])
    counts = np.rint(1e5 * np.diff(np.diff(corner, axis=0), axis=1)).astype(int)
    rows = [(i + 1, j + 1) for i in range(5) for j in range(5) for _ in range(counts[i, j])]
    found, error = polychoric_matrix(np.array(rows, dtype=float))
    assert found[0, 1] == pytest.approx(rho, abs=2e-4)
    assert 0 < error[0, 1] < 0.01


def test_empty_levels_change_nothing_and_constant_items_are_missing():
    generator = np.random.default_rng(1)
    x = generator.integers(1, 4, 200).astype(float)
    y = np.clip(x + generator.integers(-1, 2, 200), 1, 3).astype(float)
    skipped = {1.0: 1.0, 2.0: 3.0, 3.0: 5.0}
    stretched = np.array([skipped[v] for v in x])
    rho, error = polychoric_matrix(np.column_stack([x, y, stretched, np.full(200, 2.0)]))
    assert rho[0, 1] == pytest.approx(rho[2, 1], abs=1e-8)
    assert np.isnan(rho[3]).all()
    assert np.isnan(error[3]).all()


def test_perfect_agreement_is_marked_as_at_limit():
    levels = synthetic_levels(40, loadings=[1.0, 1.0], thresholds=CUTS, seed=1)
    row = polychoric_correlations(levels).iloc[0]
    assert row["at_limit"]
    assert row["estimate"] == pytest.approx(0.999)
    assert np.isnan(row["low"])


def test_polychoric_does_not_depend_on_the_order_of_the_pair_and_turns_with_the_scale():
    levels = synthetic_levels(100, loadings=[0.8, 0.6], thresholds=CUTS, seed=4)
    data = levels["value"].to_numpy().reshape(-1, 2)
    rho = polychoric_matrix(data)[0][0, 1]
    assert polychoric_matrix(data[:, ::-1])[0][0, 1] == pytest.approx(rho, abs=1e-8)
    turned = np.column_stack([6 - data[:, 0], data[:, 1]])
    assert polychoric_matrix(turned)[0][0, 1] == pytest.approx(-rho, abs=1e-7)


def test_smoothing_gives_highams_example():
    # Higham (2002), section 4
    smoothed, negative = nearest_correlations(np.array([[1, 1, 0], [1, 1, 1], [0, 1, 1.0]]))
    assert negative == 1
    assert smoothed[0] == pytest.approx([1, 0.7607, 0.1573], abs=1e-4)
    assert np.linalg.eigvalsh(smoothed).min() > 0
    assert np.diag(smoothed) == pytest.approx(1)


def test_smoothing_leaves_a_positive_definite_matrix_and_a_missing_item():
    matrix = latent_correlations([0.9, 0.5, 0.3])
    assert (nearest_correlations(matrix)[0] == matrix).all()
    matrix[2] = matrix[:, 2] = np.nan
    smoothed, negative = nearest_correlations(matrix)
    assert smoothed[0, 1] == pytest.approx(0.45)
    assert np.isnan(smoothed[2]).all()
    assert negative == 0


def test_parallel_analysis_stops_at_the_first_that_does_not_exceed():
    levels = synthetic_levels(200, loadings=np.full(8, 0.7), thresholds=CUTS, seed=2)
    table = parallel_analysis(levels, n_resamples=30, seed=1, correlation="polychoric")
    assert table["n_factors"].unique().tolist() == [1]
    assert table["is_retained"].tolist() == [True] + [False] * 7
    assert table["share"].sum() == pytest.approx(1)
    assert table.columns.tolist()[-6:] == list(ESTIMATE_COLUMNS)


def test_explained_common_variance_and_loadings_of_a_known_second_order_model():
    gamma, size = np.array([0.9, 0.8, 0.7]), 4
    between = latent_correlations(gamma)
    levels = synthetic_levels(
        8_000,
        loadings=np.kron(np.eye(3), np.full((size, 1), 0.8)),
        factor_correlations=between,
        thresholds=CUTS,
        seed=3,
    )
    instrument = synthetic_instrument([size] * 3)
    summary = unidimensionality(levels, instrument, n_resamples=20, seed=1)
    summary = summary.set_index("measure")["estimate"]
    # Items alike, so each domain's part is the square of its γ: the mean of 0.81, 0.64, 0.49.
    assert summary["explained_common_variance"] == pytest.approx(0.6467, abs=0.02)
    # The official index weighs all alike here.
    assert summary["index_unweighted_mean"] == pytest.approx(1)
    # Largest eigenvalue of ΛΦΛ' + 0.36 I over 12, from that of Φ
    first = (0.64 * size * np.linalg.eigvalsh(between)[-1] + 0.36) / 12
    assert summary["first_share_polychoric"] == pytest.approx(first, abs=0.01)
    loadings = factor_loadings(levels, instrument, n_resamples=5, seed=1)
    loadings = loadings.set_index(["item", "factor"])["estimate"]
    ratio = loadings["I01", "general"] / loadings["I01", "domain"]
    assert ratio == pytest.approx(0.9, abs=0.02)
    split = loadings["I01", "general"] ** 2 + loadings["I01", "group"] ** 2
    assert split == pytest.approx(loadings["I01", "domain"] ** 2)


def test_congruence_of_a_year_with_its_copy_is_one_and_of_another_pattern_is_less():
    strong, weak = [0.9] * 3 + [0.3] * 3, [0.3] * 3 + [0.9] * 3
    instrument = synthetic_instrument([6])
    first = synthetic_levels(3_000, loadings=strong, thresholds=CUTS, seed=1)
    other = synthetic_levels(3_000, loadings=weak, thresholds=CUTS, year=2022, seed=2)
    both = pd.concat([first, other], ignore_index=True)
    same = pd.concat([first, first.assign(year=2022)], ignore_index=True)
    table = loading_congruence(same, instrument, n_resamples=5, seed=1)
    assert table["estimate"].tolist() == pytest.approx([1, 1])
    assert table["low"].tolist() == pytest.approx([1, 1])
    row = loading_congruence(both, instrument, n_resamples=5, seed=1).iloc[0]
    # 6 · 0.27 over 3 (0.81 + 0.09) on the normal scale: 0.6; shuffled: 6 · 0.6² / 2.7 = 0.8
    assert row["estimate"] == pytest.approx(0.6, abs=0.05)
    assert row["baseline"] == pytest.approx(0.8, abs=0.02)
    assert row["n"] == 3_000


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_agencies_give_missing_results_not_errors(n):
    levels = synthetic_levels(n, loadings=np.full(9, 0.7), thresholds=CUTS, seed=1)
    instrument = synthetic_instrument([3, 3, 3])
    parallel = parallel_analysis(levels, n_resamples=5, seed=1)
    pairs = polychoric_correlations(levels)
    between = domain_correlations(levels, instrument, n_resamples=5, seed=1)
    summary = unidimensionality(levels, instrument, n_resamples=5, seed=1)
    assert (len(parallel), len(pairs), len(between)) == (9, 36, 9)
    assert len(factor_loadings(levels, instrument, n_resamples=5, seed=1)) == 36
    if n == 1:
        assert parallel["n_factors"].tolist() == [0] * 9
        assert pairs["estimate"].isna().all()
        assert between["estimate"].isna().all()
        assert summary["estimate"].isna().all()


def test_constant_item_leaves_other_pairs_and_makes_the_rest_missing():
    levels = synthetic_levels(100, loadings=np.full(9, 0.7), thresholds=CUTS, seed=1)
    levels.loc[levels["item"] == "I01", "value"] = 1.0
    pairs = polychoric_correlations(levels)
    constant = pairs["item"] == "I01"
    assert pairs.loc[constant, "estimate"].isna().all()
    assert pairs.loc[~constant, ["estimate", "smoothed"]].notna().all(axis=None)
    assert parallel_analysis(levels, n_resamples=3, seed=1)["estimate"].isna().all()
    between = domain_correlations(levels, synthetic_instrument([3, 3, 3]), n_resamples=5, seed=1)
    found = between.set_index(["domain", "other_domain", "measure"])["estimate"]
    assert np.isnan(found["D1", "D2", "disattenuated"])
    assert found["D2", "D3", "disattenuated"] > 0.5
    assert found["D1", "D2", "observed"] > 0.2


def test_unknown_choices_are_refused():
    scores, edition = load_scores(scale="indicator"), load_instrument("permen-59-2020")
    with pytest.raises(DataError, match="Invalid correlation 'kendall'"):
        parallel_analysis(scores, edition, seed=1, correlation="kendall")
    with pytest.raises(DataError, match="Invalid n_resamples 0"):
        parallel_analysis(scores, edition, seed=1, n_resamples=0)
    with pytest.raises(DataError, match="Invalid years .2021, 2021."):
        loading_congruence(scores, edition, seed=1, years=(2021, 2021))
