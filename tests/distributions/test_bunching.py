import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from compare_bunching import comparisons, coverage, lengthen, rddensity_p
from spbe_research import load_instrument, load_published
from spbe_research.distributions.bunching import (
    bunching_table,
    compare_neighbours,
    count_sides,
    density_discontinuity,
    placebo_test,
    window_test,
)
from spbe_research.distributions.excess_mass import (
    REACH,
    build_histograms,
    excess_mass,
    fit_counterfactual,
    fit_poisson,
    lifted_rates,
)
from spbe_research.errors import DataError
from spbe_research.estimates import ESTIMATE_COLUMNS
from spbe_research.simulation.lattice import simulate_scores

ROWS = comparisons()
INSTRUMENT = load_instrument("permen-59-2020")


def results(values, *, year=2022, predicates=None, status="evaluated"):
    return pd.DataFrame(
        {
            "agency_id": [f"a{number}" for number in range(len(values))],
            "year": year,
            "edition": "permen-59-2020",
            "agency_type": "kota",
            "index_published": np.asarray(values, dtype=float),
            "predicate_published": predicates,
            "status": status,
        }
    )


def spread_evenly(per_bin=3):
    """The same number of results at every hundredth from 1.01 to 5.00."""
    return np.repeat(np.arange(101, 501) / 100, per_bin)


@pytest.mark.parametrize("row", ROWS, ids=[f"{r['estimator']}: {r['quantity']}" for r in ROWS])
def test_estimator_agrees_with_an_independent_computation(row):
    assert abs(row["ours"] - row["independent"]) <= row["tolerance"], row


def test_tests_keep_their_level_and_reach_the_power_they_state():
    for row in coverage(10, seed=4):
        n = row["n_simulations"]
        chance = row["truth"] if row["setting"].startswith("rejects") else row["nominal"]
        low, high = binom.ppf([0.0005, 0.9995], n, chance) / n
        assert low <= row["covered"] <= high, row


def test_sides_are_counted_in_whole_hundredths_closed_below():
    # 2.5949 prints 2.59; 2.595 prints 2.60; 2.70 is no longer in [2.60, 2.70), 2.49 not in [2.50,
    table = results([2.49, 2.5, 2.5949, 2.595, 2.6, 2.6999, 2.6949, 2.7])
    row = count_sides(table, cutoffs=[2.6]).iloc[0]
    assert (row["n_below"], row["n_above"], row["n_year"]) == (2, 3, 8)


def test_in_2024_the_predicate_tells_the_side_of_a_result_printed_at_the_cutoff():
    table = results([2.6, 2.6, 2.6], year=2024, predicates=["Cukup", "Baik", "Baik"])
    assert count_sides(table, cutoffs=[2.6])[["n_below", "n_above"]].iloc[0].tolist() == [1, 2]
    (histogram,) = build_histograms(table)
    assert histogram.exposure[[258, 259, 260, 261]].tolist() == [1.0, 1.5, 0.5, 1.0]


def test_in_2023_the_printed_value_tells_the_side():
    table = results([2.6], year=2023, predicates=["Cukup"])
    assert count_sides(table, cutoffs=[2.6])[["n_below", "n_above"]].iloc[0].tolist() == [0, 1]


def test_2024_without_a_predicate_at_a_cutoff_is_refused():
    with pytest.raises(DataError, match="a0: printed at a cut-off, without a predicate"):
        count_sides(results([2.6], year=2024, predicates=[None]))


def test_carried_over_results_count_only_when_asked_for():
    both = pd.concat([results([2.55]), results([2.65], status="carried_over")])
    columns = ["n_below", "n_above"]
    assert count_sides(both, cutoffs=[2.6])[columns].iloc[0].tolist() == [1, 0]
    one = count_sides(both, cutoffs=[2.6], status="carried_over")
    assert one[columns].iloc[0].tolist() == [0, 1]
    assert count_sides(both, cutoffs=[2.6], status="all")[columns].iloc[0].tolist() == [1, 1]


def test_flat_density_expects_half_above_and_no_excess():
    table = results(spread_evenly())
    window = window_test(table, cutoffs=[2.6]).iloc[0]
    assert window["expected_share"] == pytest.approx(0.5, abs=1e-9)
    assert window["p_value"] == pytest.approx(1.0)
    excess = excess_mass(table, cutoffs=[2.6], n_resamples=99, seed=1).iloc[0]
    assert excess["estimate"] == pytest.approx(0, abs=1e-9)
    assert excess["expected_above"] == pytest.approx(30)
    jump = density_discontinuity(table, cutoffs=[2.6], n_resamples=9, seed=1).iloc[0]
    assert jump["estimate"] == pytest.approx(0, abs=1e-9)
    placebo = placebo_test(table, cutoffs=[2.6], n_resamples=9, seed=1).iloc[0]
    assert placebo["p_value"] == pytest.approx(1.0)


def test_known_excess_is_found_exactly():
    # 30 expected on each side by a flat density; 15 of those below moved above
    values = spread_evenly()
    below = np.flatnonzero((values > 2.495) & (values < 2.595))
    values[below[:15]] = 2.6
    row = excess_mass(results(values), cutoffs=[2.6], n_resamples=99, seed=1).iloc[0]
    assert row["estimate"] == pytest.approx(15 / 30, abs=1e-9)
    assert row["missing_below"] == pytest.approx(-15 / 30, abs=1e-9)
    # 45 of 60 at one half: binom.test(45, 60) gives 0.0001349
    window = window_test(results(values), cutoffs=[2.6]).iloc[0]
    assert window["p_value_half"] == pytest.approx(0.0001349, abs=2e-6)
    assert window["p_value_half"] < window["p_value"] < 0.001


def test_slope_is_no_bunching_once_it_is_expected():
    # log density falls by 4 a point: 10 below for 7 above, which 1/2 would call a lack
    rates = np.round(40 * np.exp(-4 * (np.arange(101, 501) / 100 - 2.6))).astype(int)
    values = np.repeat(np.arange(101, 501) / 100, np.minimum(rates, 2000))
    row = window_test(results(values[values > 1.9]), cutoffs=[2.6]).iloc[0]
    assert row["p_value_half"] < 0.001
    assert row["p_value"] > 0.5


def test_thin_cells_are_kept_with_a_reason():
    table = bunching_table(results([2.59, 2.6]), seed=1, n_resamples=9)
    assert len(table) == 16
    assert table["p_value"].isna().all()
    assert table["p_adjusted"].isna().all()
    assert set(table["reason"]) == {"fewer than 20 results in the window"}
    assert tuple(table.columns[-6:]) == ESTIMATE_COLUMNS


@pytest.mark.parametrize("values", [[1.0], [5.0, 5.0], [2.6] * 50, [1.0] * 50])
def test_constant_or_single_values_neither_crash_nor_test(values):
    table = bunching_table(results(values), seed=1, n_resamples=9)
    assert table["p_value"].isna().all()


def test_window_filled_only_by_lifting_is_not_selected():
    # 40 in the window above 4.2, next to none expected there
    values = np.concatenate([spread_evenly(1)[:280], np.full(40, 4.2), [3.81, 4.5] * 3])
    row = excess_mass(results(values), cutoffs=[4.2], n_resamples=9, seed=1).iloc[0]
    assert row["n"] >= 40
    assert row["reason"] == "fewer than 20 results expected in the window"


def test_holm_is_over_the_cells_of_one_test():
    table = bunching_table(load_published(), years=[2022, 2023], n_resamples=19, seed=1)
    window = table[(table["test"] == "window") & table["p_value"].notna()]
    smallest = window["p_value"].min()
    assert window["p_adjusted"].min() == pytest.approx(smallest * len(window))


def test_discontinuity_rejects_where_rddensity_does_in_large_samples():
    for share, rejected in ((0.0, False), (0.6, True)):
        table = simulate_scores(4000, lifted_share=share, seed=11)
        row = density_discontinuity(table, cutoffs=[2.6], n_resamples=2, seed=1).iloc[0]
        theirs = rddensity_p(table["index_published"].to_numpy(), 2.6)
        assert (row["p_value"] < 0.05, theirs < 0.05) == (rejected, rejected)
        assert (row["estimate"] > 0) or not rejected


def test_same_seed_gives_the_same_table_and_order_of_rows_does_not_matter():
    table = simulate_scores(500, seed=3)
    shuffled = table.sample(frac=1, random_state=1)
    first = bunching_table(table, cutoffs=[2.6], n_resamples=30, seed=5)
    pd.testing.assert_frame_equal(
        first, bunching_table(shuffled, cutoffs=[2.6], n_resamples=30, seed=5)
    )
    other = bunching_table(table, cutoffs=[2.6], n_resamples=30, seed=6)
    assert not first["high"].equals(other["high"])


def test_poisson_fit_of_two_groups_gives_their_log_means():
    design = np.array([[1.0, 0], [1, 0], [1, 1], [1, 1]])
    beta, _ = fit_poisson(np.array([[2.0, 4, 10, 14], [1, 0, 0, 0]]), np.ones((2, 4)), design)
    assert np.exp(beta[0]).tolist() == pytest.approx([3, 4])
    assert np.exp(beta[1, 0]) == pytest.approx(0.5, rel=1e-6)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=2 * REACH, max_size=2 * REACH))
def test_counterfactual_keeps_the_total_outside_the_window(counts):
    # the score equation of the intercept
    row = np.array([counts], dtype=float)
    fit = fit_counterfactual(row, np.ones_like(row), width=10, degree=2)
    outside = np.r_[0 : REACH - 10, REACH + 10 : 2 * REACH]
    assert fit.rates[0, outside].sum() == pytest.approx(row[0, outside].sum(), rel=1e-6)


def test_lifting_keeps_the_number_of_agencies():
    rates = np.linspace(1, 5, 40)
    assert lifted_rates(rates, width=10, lifted_share=0.4).sum() == pytest.approx(rates.sum())


def test_contributions_sum_to_the_difference_of_mean_indices():
    table = simulate_scores(800, seed=2)
    items = compare_neighbours(lengthen(table), table, INSTRUMENT, year=2022, cutoff=2.6)
    printed = (table["index_published"] * 100).round()
    exact = table["index_exact"]
    gap = exact[(printed >= 260) & (printed < 270)].mean()
    gap -= exact[(printed >= 250) & (printed < 260)].mean()
    assert items["contribution"].sum() == pytest.approx(gap, abs=1e-12)


def test_item_that_carries_everyone_over_the_line_is_named():
    table = simulate_scores(3000, seed=2)
    printed = (table["index_published"] * 100).round()
    above = (printed >= 260) & (printed < 270)
    levels = lengthen(table)
    carried = levels["agency_id"].isin(table.loc[above, "agency_id"]) & (levels["item"] == "I20")
    levels.loc[carried, "value"] = (levels.loc[carried, "value"] + 1).clip(upper=5)
    items = compare_neighbours(levels, table, INSTRUMENT, year=2022, cutoff=2.6)
    items = items.set_index("item")
    assert items["p_holm"].idxmin() == "I20"
    assert items.loc["I20", "p_holm"] < 0.001
    assert items.loc["I20", "low"] > 0
    # 0.0275 a level, nearly one level
    assert 0.02 < items.loc["I20", "estimate"] < 0.035


def test_item_without_variation_has_no_interval():
    table = simulate_scores(800, seed=2)
    levels = lengthen(table)
    levels.loc[levels["item"] == "I01", "value"] = 3
    items = compare_neighbours(levels, table, INSTRUMENT, year=2022, cutoff=2.6).set_index("item")
    assert items.loc["I01", ["p_value", "p_holm", "low", "high"]].isna().all()
    assert items.loc["I01", "difference"] == 0
    assert items.drop(index="I01")["p_value"].notna().all()


def test_neighbours_without_enough_agencies_are_refused():
    table = simulate_scores(30, seed=2)
    with pytest.raises(DataError, match="Each must hold at least 2"):
        compare_neighbours(lengthen(table), table, INSTRUMENT, year=2022, cutoff=4.2)


def test_simulated_share_is_lifted_just_above_the_cutoff():
    before = simulate_scores(4000, seed=9)
    after = simulate_scores(4000, lifted_share=0.5, seed=9)
    hundredths = (before["index_published"] * 100).round()
    short = (hundredths >= 248) & (hundredths < 260)
    lifted = after["is_lifted"]
    assert not (lifted & ~short).any()
    assert 0.4 < lifted.sum() / short.sum() < 0.6
    assert after.loc[lifted, "index_published"].between(2.6, 2.63).all()
    pd.testing.assert_frame_equal(before[~lifted], after[~lifted])


def test_simulated_index_is_the_weighted_mean_of_integer_levels():
    table = simulate_scores(200, lifted_share=1, seed=9)
    levels = table[list(INSTRUMENT.indicators)]
    assert levels.isin([1, 2, 3, 4, 5]).all(axis=None)
    by_hand = sum(
        levels[code] * float(INSTRUMENT.item(code).weight) / 100 for code in INSTRUMENT.indicators
    )
    assert np.allclose(by_hand, table["index_exact"])
    assert (table["index_published"] - by_hand).abs().max() <= 0.005 + 1e-9


def test_no_agency_can_be_simulated():
    assert len(simulate_scores(0, seed=1)) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p: count_sides(p, cutoffs=[2.605, 9]), "2 violations"),
        (lambda p: count_sides(p, width=0.015), "width 0.015 is no hundredth"),
        (lambda p: window_test(p, min_count=0), "min_count 0 is below 1"),
        (lambda p: window_test(p, degree=6), "Invalid degree 6"),
        (lambda p: window_test(p, confidence=1), "Invalid confidence 1"),
        (lambda p: placebo_test(p, lifted_share=0, seed=1), "Invalid lifted share 0"),
        (lambda p: excess_mass(p, lifted_share=-1, seed=1), "Invalid degree 2 or lifted share -1"),
        (lambda p: density_discontinuity(p, bandwidth=3, seed=1), "Invalid bandwidth 3"),
        (lambda p: bunching_table(p, status="old", seed=1), "Invalid status 'old'"),
        (lambda p: simulate_scores(5, lifted_share=2, window=0, seed=1), "2 violations"),
    ],
)
def test_wrong_choices_are_refused(call, message):
    with pytest.raises(DataError, match=message):
        call(results([2.5, 2.6]))
