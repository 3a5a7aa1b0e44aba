"""Jumps at a cut: against two separate lines, against pyfixest, and with known truth."""

import numpy as np
import pandas as pd
import pytest
from simulation.lists import simulate_lists

from spbe_research.errors import DataError
from spbe_research.methods.discontinuity import count_around, jump_at


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    running = rng.integers(100, 400, 500) / 100
    outcome = 1 + 0.5 * running + 0.3 * (running > 2.175) + rng.normal(0, 0.2 + 0.1 * running)
    return pd.DataFrame({"running": running, "outcome": outcome})


def test_jump_is_the_distance_of_two_lines_fitted_apart(data: pd.DataFrame) -> None:
    table = jump_at(data["running"], data["outcome"], cut=2.175, bandwidths=[0.35, 0.5])
    for row in table.itertuples():
        ends = []
        for side in (-1, 1):
            distance = data["running"] - 2.175
            used = (np.sign(distance) == side) & (distance.abs() < row.bandwidth)
            weight = np.sqrt(1 - distance[used].abs() / row.bandwidth)
            ends.append(np.polyfit(distance[used], data["outcome"][used], 1, w=weight)[1])
        assert row.estimate == pytest.approx(ends[1] - ends[0])


@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_error_is_that_of_pyfixest(data: pd.DataFrame) -> None:
    from pyfixest import feols

    row = jump_at(data["running"], data["outcome"], cut=2.175, bandwidths=[0.5]).iloc[0]
    u = data["running"] - 2.175
    table = pd.DataFrame(
        {
            "y": data["outcome"], "u": u, "above": (u > 0).astype(float),
            "u_above": u * (u > 0), "w": 1 - u.abs() / 0.5,
        }
    ).query("w > 0")  # fmt: skip
    fit = feols("y ~ above + u + u_above", table, weights="w", vcov="HC1")
    assert row["estimate"] == pytest.approx(fit.coef()["above"])
    assert row["std_error"] == pytest.approx(fit.se()["above"])


@pytest.mark.whole
@pytest.mark.parametrize(("effect", "least", "most"), [(0.0, 0.02, 0.10), (0.3, 0.30, 1.0)])
def test_size_and_power_where_the_truth_is_known(effect: float, least: float, most: float) -> None:
    """Without an effect of being looked at about one test in twenty rejects; with 0.3 many do."""
    rejected = []
    for seed in range(200):
        lists = simulate_lists(400, seed=seed, band=(2.18, 2.80), effect=effect)
        jump = jump_at(
            lists.truth["first"], lists.truth["second"], cut=2.175, bandwidths=[0.35]
        ).iloc[0]
        rejected.append(jump["p_value"] < 0.05)
    assert least <= np.mean(rejected) <= most


def test_a_value_at_the_cut_and_an_empty_side_are_refused() -> None:
    running = pd.Series(np.linspace(1, 2, 40))
    with pytest.raises(DataError, match="1 row equals it"):
        jump_at(running, running, cut=1.0, bandwidths=[0.5])
    with pytest.raises(DataError, match="there are 39 and 1"):
        jump_at(running, running, cut=1.99, bandwidths=[1.0])


def test_counts_around_a_cut_by_hand() -> None:
    table = count_around(pd.Series([0.7, 0.95, 1.05, 1.1, 1.15]), cut=1.0, windows=[0.2])
    assert table[["n_below", "n_above"]].to_numpy().tolist() == [[1, 3]]
    assert table["p_value"].item() == pytest.approx(2 * (1 + 4) / 16)
