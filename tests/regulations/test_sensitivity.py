import numpy as np
import pandas as pd
import pytest

from compare_sensitivity import (
    CHOSEN,
    CONTROLS,
    comparisons,
    coverage,
    regions,
    slow_bootstrap,
)
from spbe_research.errors import DataError
from spbe_research.regulations import sensitivity

TOY = pd.DataFrame({"y": [1.0, 2, 2, 4, 3], "d": [0.0, 1, 2, 3, 1], "x": [1.0, 0, 1, 1, 1]})
# The plain clustered interval is shown beside the bootstrap, not claimed.
COVERAGE = [row for row in coverage(60, seed=4) if "CR1" not in row["estimator"]]
NAMES = {"outcome": "y", "treatment": "d"}


@pytest.mark.parametrize("row", comparisons(), ids=lambda row: row["quantity"])
def test_sensitivity_agrees_with_an_independent_computation(row):
    assert row["ours"] == pytest.approx(row["independent"], abs=row["tolerance"], rel=0)


@pytest.mark.parametrize("row", COVERAGE, ids=lambda row: row["estimator"])
def test_wild_bootstrap_keeps_its_level_with_seven_clusters(row):
    margin = 3.5 * np.sqrt(0.05 * 0.95 / row["n_simulations"]) + 0.02  # few clusters: not exact
    assert row["covered"] == pytest.approx(row["nominal"], abs=margin)


def test_published_values_of_cinelli_and_hazlett_are_met():
    # Their table 1: t = 4.18445 on 783 degrees of freedom gives RV 13.9 % and 7.6 %.
    assert sensitivity.robustness_value(4.18445, freedom=783) == pytest.approx(0.139, abs=5e-4)
    value = sensitivity.robustness_value(4.18445, freedom=783, alpha=0.05)
    assert value == pytest.approx(0.076, abs=5e-4)


def test_confounder_on_a_line_leaves_what_the_line_says():
    chosen = {"outcome": "y", "treatment": "d", "controls": ["x"]}
    lines = sensitivity.confounder_lines(TOY, **chosen, reductions=[0.5, 1.0], step=0.03)
    fitted = sensitivity.robustness(TOY, **chosen).set_index("quantity").loc["coefficient"]
    for line in lines.itertuples():
        left, _ = sensitivity.adjusted_estimate(
            fitted["estimate"],
            fitted["std_error"],
            freedom=2,
            r2_treatment=line.r2_treatment,
            r2_outcome=min(1.0, line.r2_outcome),
        )
        assert left == pytest.approx((1 - line.reduction) * fitted["estimate"], abs=1e-12)
    assert lines.groupby("reduction")["r2_outcome"].first().tolist() == pytest.approx([1, 1])


def test_confounder_line_meets_the_diagonal_at_the_robustness_value():
    value = sensitivity.robustness_value(0.6 * np.sqrt(3), freedom=3)
    # t / sqrt(freedom) = 0.6 in a table of five rows without controls.
    d = np.array([-2.0, -1, 0, 1, 2])
    noise = np.array([1.0, -2, 2, -2, 1])  # orthogonal to d; squares sum to 10 and 14
    rows = pd.DataFrame({"d": d, "y": 0.6 * np.sqrt(1.4) * d + noise})
    lines = sensitivity.confounder_lines(
        rows, outcome="y", treatment="d", reductions=[1.0], step=0.001
    )
    at = np.interp(value, lines["r2_treatment"], lines["r2_outcome"])
    assert at == pytest.approx(value, abs=1e-5)


@pytest.mark.parametrize(
    ("choice", "message"),
    [({"reductions": [0.5, 1.2]}, "Invalid reductions"), ({"step": 0}, "Invalid step 0")],
)
def test_unusable_lines_are_refused(choice, message):
    with pytest.raises(DataError, match=message):
        sensitivity.confounder_lines(TOY, **NAMES, **choice)


def test_implied_bound_of_their_female_benchmark_is_met():
    # t statistics -2.680 (treatment) and -9.789 (outcome) on 783; printed bounds 0.9 and 12.5 %.
    squares = [t**2 / (t**2 + 783) for t in (-2.680, -9.789)]
    assert sensitivity._implied(*squares, 1.0) == pytest.approx((0.009, 0.125), abs=5e-4)


def test_weak_association_has_robustness_value_zero_at_alpha():
    assert sensitivity.robustness_value(1.0, freedom=100, alpha=0.05) == 0
    assert sensitivity.robustness_value(0.0, freedom=100) == 0


def test_interval_ends_where_the_slow_test_starts_to_reject():
    row = sensitivity.wild_cluster_bootstrap(
        regions(), **CHOSEN, clusters="island", weights="rademacher", seed=1
    ).iloc[0]
    draws, listed = sensitivity._draws(7, "rademacher", 999, 1)
    assert listed
    for bound, outward in ((row["low"], -1e-5), (row["high"], 1e-5)):
        outside, n = slow_bootstrap(regions(), CONTROLS, "island", draws, bound + outward)
        inside, _ = slow_bootstrap(regions(), CONTROLS, "island", draws, bound - outward)
        assert outside / n <= 0.05 < inside / n


def test_too_few_clusters_for_a_rejection_give_no_interval():
    # Four clusters: 16 draws, the smallest p is 2/16.
    rng = np.random.default_rng(1)
    data = pd.DataFrame({"g": np.arange(40) % 4, "d": rng.normal(size=40)})
    data["y"] = 3 * data["d"] + rng.normal(size=40)
    row = sensitivity.wild_cluster_bootstrap(
        data, **NAMES, clusters="g", weights="rademacher", seed=1
    ).iloc[0]
    assert row["p_value"] >= 0.125
    assert np.isnan(row["low"])
    assert np.isnan(row["high"])


def test_same_seed_gives_the_same_interval_and_another_does_not():
    chosen = {**CHOSEN, "clusters": "island", "n_resamples": 199}
    runs = [sensitivity.wild_cluster_bootstrap(regions(), **chosen, seed=s) for s in (1, 1, 2)]
    pd.testing.assert_frame_equal(runs[0], runs[1])
    assert runs[0]["low"].item() != runs[2]["low"].item()


def test_impossible_multiple_gives_missing_not_a_number():
    data = TOY.assign(x=TOY["d"] + [0.1, 0, 0, 0, 0.1])
    rows = sensitivity.benchmark_bounds(
        data, **NAMES, controls=["x"], benchmarks={"x": ["x"]}, multiples=[1, 50]
    )
    assert rows["estimate"].isna().all()


def test_controls_that_move_nothing_leave_delta_and_its_coefficient_missing():
    data = pd.DataFrame({"d": [-1.0, -1, 1, 1] * 3, "x": [-1.0, 1, -1, 1] * 3})
    data["y"] = data["d"] + data["x"] + np.repeat([0.3, 0, -0.3], 4)
    found = sensitivity.oster_delta(data, **NAMES, controls=["x"], r_max=1)
    found = found.set_index("quantity")["estimate"]
    assert found["short coefficient"] == pytest.approx(1)
    assert found[["delta", "coefficient at delta 1"]].isna().all()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (TOY.head(2), "at least three"),
        (TOY.assign(d=1.0), "must vary beyond"),
        (TOY.assign(y=TOY["d"] * 2), "exact function"),
        (TOY.drop(columns="d"), r"\['d'\]"),
    ],
)
def test_unusable_table_is_refused(table, message):
    with pytest.raises(DataError, match=message):
        sensitivity.robustness(table, **NAMES)


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"freedom": 1}, "freedom 1"),
        ({"freedom": 9, "reduction": 0}, "reduction 0"),
        ({"freedom": 9, "alpha": 5}, "confidence 5"),
    ],
)
def test_robustness_value_refuses_what_it_cannot_use(choice, message):
    with pytest.raises(DataError, match=message):
        sensitivity.robustness_value(2.0, **choice)


def test_unknown_weights_benchmarks_and_no_control_are_refused():
    with pytest.raises(DataError, match="webb or rademacher|rademacher or webb"):
        sensitivity.wild_cluster_bootstrap(TOY, **NAMES, clusters="x", weights="normal", seed=1)
    with pytest.raises(DataError, match=r"benchmarks \['z'\]"):
        sensitivity.benchmark_bounds(TOY, **NAMES, controls=["x"], benchmarks={"z": ["q"]})
    with pytest.raises(DataError, match="at least one"):
        sensitivity.oster_delta(TOY, **NAMES, controls=[])
