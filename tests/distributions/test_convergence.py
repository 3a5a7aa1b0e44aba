"""Convergence: by hand, by other libraries, on panels of known truth, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from compare_convergence import comparisons, coverage, pair_table
from spbe_research import load_published
from spbe_research.distributions.convergence import (
    beta_convergence,
    corrected_beta,
    instrumented_beta,
    null_slopes,
    sigma_convergence,
    variance_ratio,
)
from spbe_research.errors import DataError
from spbe_research.simulation.panels import simulate_panel, simulate_scores

COMPARISONS = comparisons()
FOUR = pair_table(np.array([[1.0, 2.0], [2.0, 2.0], [3.0, 4.0], [4.0, 4.0]]))


def measures(table: pd.DataFrame, column: str = "estimate") -> pd.Series:
    return table.set_index("measure")[column]


@pytest.mark.parametrize(
    "row", COMPARISONS, ids=[f"{row['estimator']}: {row['quantity']}" for row in COMPARISONS]
)
def test_estimate_equals_the_independent_one(row):
    assert row["ours"] == pytest.approx(row["independent"], rel=0, abs=row["tolerance"])


def test_intervals_cover_the_truth_and_tests_keep_their_level():
    for row in coverage(20, seed=11):
        if "violated" in row["setting"] or "t with" in row["setting"]:
            continue  # told, not asked for
        margin = 4.5 * np.sqrt(row["nominal"] * (1 - row["nominal"]) / row["n_simulations"])
        assert abs(row["covered"] - row["nominal"]) < margin, row


def test_slope_and_galton_numbers_by_hand():
    # Starts 1 2 3 4, changes 1 0 1 0: Sxy = -1, Sxx = 5; ends 2 2 4 4: Syy = 4, Sxy = 4.
    estimates = measures(beta_convergence(FOUR, 2023, 2024))
    assert estimates["slope"] == pytest.approx(-0.2)
    assert estimates["zero_reliability"] == pytest.approx(0.8)
    assert estimates["sd_ratio"] == pytest.approx(np.sqrt(4 / 5))
    assert estimates["correlation"] == pytest.approx(4 / np.sqrt(20))
    assert estimates["reverse_slope"] == pytest.approx(1)


def test_corrected_slope_by_hand_is_zero_at_the_zero_reliability():
    table = corrected_beta(FOUR, 2023, 2024, reliabilities=[0.5, 0.8, 1.0])
    assert table["estimate"].tolist() == pytest.approx([0.6, 0.0, -0.2])


def test_variance_ratio_by_hand():
    # r² = 0.8, F = 0.8: t = -0.2 sqrt(2) / (2 sqrt(0.16)); two degrees: p = 1 - |t| / sqrt(2 + t²).
    found = variance_ratio(FOUR, 2023, 2024).set_index("measure")
    t_value = 0.2 * np.sqrt(2) / 0.8
    assert found.loc["pitman_morgan", "estimate"] == pytest.approx(0.8)
    assert found.loc["pitman_morgan", "p_value"] == pytest.approx(
        1 - t_value / np.sqrt(2 + t_value**2)
    )


def test_pitman_morgan_of_swapped_years_is_the_reciprocal():
    rng = np.random.default_rng(2)
    pair = rng.normal(2.5, [0.3, 0.5], size=(40, 2))
    forth = variance_ratio(pair_table(pair), 2023, 2024)
    back = variance_ratio(pair_table(pair[:, ::-1]), 2023, 2024)
    assert back["estimate"].to_numpy() == pytest.approx(1 / forth["estimate"].to_numpy())
    assert back["low"].to_numpy() == pytest.approx(1 / forth["high"].to_numpy())
    assert back["p_value"].to_numpy() == pytest.approx(forth["p_value"].to_numpy())


def test_measurement_error_alone_makes_a_negative_slope_of_reliability_less_one():
    panel = simulate_panel(
        20_000, n_years=2, reliability=0.75, convergence=0.0, mean=3.0, sd=0.4, seed=5
    )
    naive = measures(beta_convergence(panel, 2021, 2022))["slope"]
    corrected = corrected_beta(panel, 2021, 2022, reliabilities=[0.75])["estimate"].item()
    assert naive == pytest.approx(-0.25, abs=0.02)
    assert corrected == pytest.approx(0, abs=0.03)


def test_reverse_slope_shows_that_noise_is_no_convergence():
    panel = simulate_panel(
        20_000, n_years=2, reliability=0.75, convergence=0.0, mean=3.0, sd=0.4, seed=6
    )
    estimates = measures(beta_convergence(panel, 2021, 2022))
    assert estimates["reverse_slope"] == pytest.approx(0.75, abs=0.02)
    assert estimates["sd_ratio"] == pytest.approx(1, abs=0.02)


def test_null_slopes_follow_the_reliability_and_the_floor():
    panel = simulate_panel(
        400, n_years=2, reliability=0.8, convergence=0.0, mean=3.0, sd=0.4, seed=7
    )
    table = null_slopes(panel, 2021, 2022, reliabilities=[0.8, 1.0], n_simulations=300, seed=1)
    assert table["estimate"].tolist() == pytest.approx([-0.2, 0.0], abs=0.01)
    assert 0.001 < table["share_below"].iloc[0] < 0.999
    tight = null_slopes(
        panel, 2021, 2022, reliabilities=[0.8], bounds=(2.8, 3.2), n_simulations=50, seed=1
    )
    assert tight["estimate"].item() < -0.25


def test_share_of_falls_is_that_of_a_normal_difference():
    pair = np.column_stack([np.linspace(2, 4, 500), np.linspace(2.3, 4.3, 500)])
    table = null_slopes(
        pair_table(pair), 2023, 2024, reliabilities=[0.9], bounds=(-9, 9), n_simulations=200, seed=1
    )
    spread = np.std(pair[:, 0], ddof=1) * np.sqrt(2 * 0.1)
    assert table["observed_falls"].item() == 0
    assert table["simulated_falls"].item() == pytest.approx(norm.cdf(-0.3 / spread), abs=0.005)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_agencies_give_missing_intervals(n):
    pair = np.column_stack([np.linspace(1, 2, n), np.linspace(2, 2.5, n) ** 2 / 2])
    table = pair_table(pair)
    beta = beta_convergence(table, 2023, 2024)
    sigma = sigma_convergence(table, [2023, 2024], n_resamples=50, seed=1)
    ratio = variance_ratio(table, 2023, 2024)
    null = null_slopes(table, 2023, 2024, n_simulations=20, seed=1)
    for found in (beta, sigma, ratio):
        assert found[["low", "high"]].isna().all(axis=None)
        assert found["estimate"].isna().all() == (n == 1)
    assert null["observed_slope"].isna().all() == (n == 1)
    assert corrected_beta(table, 2023, 2024)["low"].isna().all()


def test_constant_scores_have_no_slope_and_no_interval():
    table = pair_table(np.full((20, 2), 2.0))
    assert measures(beta_convergence(table, 2023, 2024))["slope":"slope"].isna().all()
    assert variance_ratio(table, 2023, 2024)["p_value"].isna().all()
    sigma = measures(sigma_convergence(table, [2023, 2024], seed=1), "low")
    assert sigma.isna().all()
    three = pd.concat([table, table[table["year"] == 2023].assign(year=2022)])
    found = instrumented_beta(three, [2022, 2023, 2024], across_guideline=True)
    assert found["estimate"].isna().all()


def test_two_equal_halves_have_no_bca_interval():
    table = pair_table(np.repeat([[1.0, 2.0], [2.0, 3.0]], 5, axis=0))
    sigma = sigma_convergence(table, [2023, 2024], n_resamples=50, seed=1)
    assert sigma.loc[sigma["measure"] == "sd", "low"].isna().all()


def test_scores_on_one_line_give_no_test():
    start = np.linspace(1, 3, 10)
    ratio = variance_ratio(pair_table(np.column_stack([start, start / 2 + 1])), 2023, 2024)
    assert ratio["estimate"].tolist() == pytest.approx([0.25, 0.25])
    assert ratio["p_value"].isna().all()


def test_crossing_the_guideline_is_marked_in_every_table():
    published = load_published()
    tables = [
        sigma_convergence(published, [2022, 2023], across_guideline=True, n_resamples=50, seed=1),
        variance_ratio(published, 2022, 2023, across_guideline=True),
        beta_convergence(published, 2022, 2023, across_guideline=True),
        corrected_beta(published, 2022, 2023, across_guideline=True),
        instrumented_beta(published, [2021, 2022, 2023], across_guideline=True),
        null_slopes(published, 2022, 2023, across_guideline=True, n_simulations=20, seed=1),
    ]
    assert all(table["across_guideline"].all() for table in tables)
    assert not beta_convergence(published, 2021, 2022)["across_guideline"].any()


def test_types_split_the_agencies():
    by_type = variance_ratio(load_published(), 2021, 2022, by="agency_type")
    robust = by_type[by_type["measure"] == "robust"]
    assert robust["n"].sum() == 451
    assert "polda" not in set(robust["agency_type"])


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda p: beta_convergence(p, 2020, 2021), "new instrument lies between 2020 and 2021"),
        (lambda p: beta_convergence(p, 2022, 2023), "across_guideline=True"),
        (lambda p: beta_convergence(p, 2023, 2024, errors="iid"), "Invalid errors 'iid'"),
        (lambda p: beta_convergence(p, 2023, 2024, confidence=2), "Invalid confidence 2"),
        (lambda p: corrected_beta(p, 2023, 2024, reliabilities=[0, 1.2]), "2 violations"),
        (lambda p: sigma_convergence(p, [2018, 2021], seed=1), "new instrument"),
        (lambda p: sigma_convergence(p, [2023], seed=1), "must be two or more"),
        (lambda p: variance_ratio(p, 2023, 2024, by="island"), "Invalid by 'island'"),
        (lambda p: instrumented_beta(p, [2023, 2024]), "They must be three"),
        (lambda p: instrumented_beta(p, [2022, 2023, 2024]), "across_guideline=True"),
        (lambda p: null_slopes(p, 2023, 2024, n_simulations=0, seed=1), "Invalid n_simulations 0"),
    ],
)
def test_what_cannot_be_is_refused(call, match):
    with pytest.raises(DataError, match=match):
        call(load_published())


def test_lasting_errors_bend_correction_and_instrument_as_computed_by_hand():
    # Reliability 0.8, errors correlate by 0.5: covariances 0.9 (one year) and 0.85 (two years).
    panel = simulate_panel(
        40_000,
        n_years=3,
        reliability=0.8,
        convergence=0.0,
        mean=3.0,
        sd=0.4,
        error_persistence=0.5,
        seed=8,
    ).assign(year=lambda table: table["year"] + 1)
    corrected = corrected_beta(panel, 2023, 2024, reliabilities=[0.8])["estimate"].item()
    found = instrumented_beta(panel, [2022, 2023, 2024], across_guideline=True)
    assert corrected == pytest.approx(0.9 / 0.8 - 1, abs=0.02)
    assert measures(found)["slope"] == pytest.approx(0.85 / 0.9 - 1, abs=0.02)


def test_simulated_panel_has_the_moments_asked_for():
    measured, true = simulate_scores(
        100_000, n_years=3, reliability=0.8, convergence=-0.3, mean=3, sd=0.3, growth=0.2, seed=3
    )
    assert measured[:, 0].std() == pytest.approx(0.3, abs=0.005)
    assert np.var(true[:, 0]) / np.var(measured[:, 0]) == pytest.approx(0.8, abs=0.01)
    assert true[:, 1].std() / true[:, 0].std() == pytest.approx(0.7, abs=1e-9)
    assert measured.mean(axis=0) == pytest.approx([3, 3.2, 3.4], abs=0.005)


def test_simulation_names_every_setting_that_cannot_be():
    with pytest.raises(DataError, match="Invalid simulation, 8 violations"):
        simulate_scores(
            0,
            n_years=9,
            reliability=2,
            convergence=3,
            sd=0,
            shock_sd=-1,
            error_persistence=2,
            bounds=(5, 1),
            seed=1,
        )


def test_simulated_scores_stay_within_the_bounds():
    measured, _ = simulate_scores(
        500, n_years=2, reliability=0.5, convergence=0, mean=1.2, sd=0.8, seed=1
    )
    assert measured.min() == 1
    assert measured.max() <= 5
