"""Catching up: by hand, by other code, on panels of known truth, and what is refused."""

import math

import numpy as np
import pandas as pd
import pyfixest
import pytest
from simulation.panels import simulate_panel, simulate_scores

from simulated_truths import catch_up
from spbe_research.errors import DataError
from spbe_research.methods.convergence import (
    catch_up_slope,
    corrected_slopes,
    reliability_bounds,
)
from spbe_research.panel.frames import frame_pairs
from spbe_research.panel.loaders import load_agencies, load_published

START, END = [1.0, 2.0, 3.0, 4.0], [2.0, 2.0, 4.0, 4.0]


def test_slope_by_hand() -> None:
    # Starts 1 2 3 4, changes 1 0 1 0: Sxy = -1, Sxx = 5.
    assert catch_up_slope(START, END, list("aabb"))["estimate"] == pytest.approx(-0.2)


def test_corrected_slope_by_hand_is_zero_at_the_reliability_that_explains_all() -> None:
    # The years correlate by 4 / sqrt(20): squared 0.8, so no reliability below 0.8 can be.
    table = corrected_slopes(START, END, list("aabb"), reliabilities={"least": 0.8, "perfect": 1.0})
    assert table["estimate"].tolist() == pytest.approx([0.0, -0.2])
    bounds = reliability_bounds(START, END)
    assert bounds == pytest.approx({"floor": 0.8, "equal": math.sqrt(0.8)})


@pytest.mark.whole
@pytest.mark.filterwarnings("ignore:The inplace keyword")  # of pyfixest
def test_slope_and_error_of_2021_to_2022_equal_pyfixests() -> None:
    both = frame_pairs(load_published(), 2021, 2022)
    known = load_agencies().set_index("agency_id")["province"]
    local = both["agency_type"].isin(["provinsi", "kabupaten", "kota"])
    both["cluster"] = both["agency_id"].map(known).where(local, both["agency_id"])
    both["change"] = both["index_end"] - both["index_start"]
    fitted = pyfixest.feols("change ~ index_start", both, vcov={"CRV1": "cluster"})
    ours = catch_up_slope(both["index_start"], both["index_end"], both["cluster"])
    assert ours["estimate"] == pytest.approx(fitted.coef()["index_start"])
    assert ours["std_error"] == pytest.approx(fitted.se()["index_start"])
    assert (ours["n"], ours["clusters"]) == (451, 103)
    low, high = fitted.confint().loc["index_start"]
    assert (ours["low"], ours["high"]) == pytest.approx((low, high))


@pytest.mark.parametrize(
    ("start", "end", "floor", "equal"), [(2021, 2022, 0.525, 0.725), (2023, 2024, 0.813, 0.902)]
)
def test_two_years_forbid_low_reliabilities(
    start: int, end: int, floor: float, equal: float
) -> None:
    both = frame_pairs(load_published(), start, end)
    found = reliability_bounds(both["index_start"], both["index_end"])
    assert found["floor"] == pytest.approx(floor, abs=5e-4)
    assert found["equal"] == pytest.approx(equal, abs=5e-4)
    with pytest.raises(DataError, match=f"assumed, 0.5: must lie at {floor} or above"):
        corrected_slopes(
            both["index_start"], both["index_end"], both["agency_id"],
            reliabilities={"assumed": 0.5},
        )  # fmt: skip


def test_measurement_error_alone_makes_a_negative_slope_of_reliability_less_one() -> None:
    measured, _ = simulate_scores(
        20_000, n_years=2, reliability=0.75, convergence=0.0, mean=3.0, sd=0.4, seed=5
    )
    table = corrected_slopes(
        *measured.T, np.arange(20_000), reliabilities={"true": 0.75, "none": 1.0}
    )
    assert table["estimate"].tolist() == pytest.approx([0.0, -0.25], abs=0.03)


def test_lasting_errors_bend_the_correction_upwards_as_computed_by_hand() -> None:
    # Reliability 0.8, errors correlate by 0.5: covariance 0.8 + 0.2 * 0.5 = 0.9 of the variance.
    measured, _ = simulate_scores(
        40_000, n_years=2, reliability=0.8, convergence=0.0, mean=3.0, sd=0.4,
        error_persistence=0.5, seed=8,
    )  # fmt: skip
    slope = catch_up_slope(*measured.T, np.arange(40_000))["estimate"]
    assert (1 + slope) / 0.8 - 1 == pytest.approx(0.9 / 0.8 - 1, abs=0.02)


@pytest.mark.whole
def test_interval_holds_without_rules_and_not_under_a_floor() -> None:
    rows = pd.DataFrame(catch_up(40, seed=11)).set_index("setting")
    margin = 3 * math.sqrt(0.05 * 0.95 / 40)
    for rule in ("nothing", "carry-over", "provinces alike (0.5)"):
        for slope in ("0", "-0.2"):
            assert rows.loc[f"{rule}, slope {slope}", "covered"] >= 0.95 - margin, rule
    # The band is a choice by the start: the slope stays, its interval is wide.
    assert rows.loc["selection band, slope -0.2", "covered"] >= 0.9 - margin
    # A floor under the score, or errors that last, hide that those below caught up.
    for rule in ("score floor", "errors last (0.5)"):
        row = rows.loc[f"{rule}, slope -0.2"]
        assert row["mean_estimate"] > -0.12, rule
        assert row["covered"] < 0.5, rule
    # A floor under the predicate does it a little, in the same direction.
    assert -0.2 < rows.loc["predicate floor, slope -0.2", "mean_estimate"] < -0.13
    # The naive slope says that everybody catches up.
    assert (rows.loc[[f"{rule}, slope 0" for rule in ("nothing", "carry-over")],
                     "naive_estimate"] < -0.2).all()  # fmt: skip


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_bodies_give_missing_intervals(n: int) -> None:
    found = catch_up_slope(np.linspace(1, 2, n), np.linspace(2, 2.5, n) ** 2 / 2, np.arange(n))
    assert math.isnan(found["low"])
    assert math.isnan(found["estimate"]) == (n == 1)


def test_one_cluster_and_constant_scores_have_no_error() -> None:
    assert math.isnan(catch_up_slope(START, END, list("aaaa"))["std_error"])
    assert math.isnan(catch_up_slope([2.0] * 5, [*START, 2.0], list("abcde"))["estimate"])
    assert math.isnan(reliability_bounds([2.0] * 4, START)["floor"])


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: catch_up_slope(START, END[:3], list("aabb")), "4 of the start and 3 of the end"),
        (lambda: catch_up_slope(START, [1, 2, math.nan, 4], list("aabb")), "1 not finite"),
        (
            lambda: corrected_slopes(
                START, END, list("aabb"), reliabilities={"none": 0.0, "most": 1.2, "low": 0.7}
            ),
            "3 violations",
        ),
    ],
)
def test_what_cannot_be_is_refused(call, match: str) -> None:
    with pytest.raises(DataError, match=match):
        call()


def test_simulated_scores_have_the_moments_asked_for_and_stay_on_the_scale() -> None:
    measured, true = simulate_scores(
        100_000, n_years=3, reliability=0.8, convergence=-0.3, mean=3, sd=0.3, growth=0.2, seed=3
    )
    assert measured[:, 0].std() == pytest.approx(0.3, abs=0.005)
    assert np.var(true[:, 0]) / np.var(measured[:, 0]) == pytest.approx(0.8, abs=0.01)
    assert true[:, 1].std() / true[:, 0].std() == pytest.approx(0.7, abs=1e-9)
    assert measured.mean(axis=0) == pytest.approx([3, 3.2, 3.4], abs=0.005)
    low, _ = simulate_scores(
        500, n_years=2, reliability=0.5, convergence=0, mean=1.2, sd=0.8, seed=1
    )
    assert low.min() == 1


def test_simulation_names_every_setting_that_cannot_be() -> None:
    with pytest.raises(DataError, match="Invalid simulation, 8 violations"):
        simulate_scores(
            0, n_years=9, reliability=2, convergence=3, sd=0, shock_sd=-1, error_persistence=2,
            bounds=(5, 1), seed=1,
        )  # fmt: skip


def test_rules_of_a_simulated_panel_can_be_switched() -> None:
    settings = {"n_years": 2, "reliability": 0.6, "convergence": 0.0, "seed": 2}
    free = simulate_panel(400, **settings)
    band = simulate_panel(400, **settings, selection_band=(2.2, 2.8))
    wide = band.pivot(index="agency_id", columns="year", values="index_published")
    assessed = band[band["year"] == 2022].set_index("agency_id")["status"] == "evaluated"
    assert wide.loc[assessed, 2021].between(2.2, 2.8).all()
    assert (wide.loc[~assessed, 2021] == wide.loc[~assessed, 2022]).all()
    kept = simulate_panel(400, **settings, predicate_floor=1.0)
    kept = kept.pivot(index="agency_id", columns="year", values="index_published")
    edges = np.array([1.0, 1.8, 2.6, 3.5, 4.2])
    band_of = [np.searchsorted(edges, kept[year], side="right") for year in (2021, 2022)]
    assert (band_of[1] >= band_of[0]).all()
    assert (free["index_published"] == free["measured_index"]).all()
