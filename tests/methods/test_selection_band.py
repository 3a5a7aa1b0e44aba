"""The two cuts of a selection: against a slow loop, and on simulated lists."""

import math

import numpy as np
import pandas as pd
import pytest
from simulation.lists import simulate_lists

from spbe_research.errors import DataError
from spbe_research.methods.selection_band import band_likelihood, expected_ties


def _slow(values: list[float], chosen: list[bool], low: float, high: float) -> float:
    total = 0.0
    for inside in (True, False):
        group = [c for v, c in zip(values, chosen, strict=True) if (low <= v <= high) == inside]
        share = sum(group) / len(group) if group else 0.0
        for taken in group:
            total += math.log(share if taken else 1 - share) if 0 < share < 1 else 0.0
    return total


def test_likelihood_is_that_of_a_loop_over_all_bodies() -> None:
    rng = np.random.default_rng(4)
    values = rng.integers(10, 30, 60) / 10
    chosen = rng.random(60) < np.where((values > 1.5) & (values < 2.2), 0.7, 0.2)
    table = band_likelihood(pd.Series(values), pd.Series(chosen))
    assert len(table) == len(set(values)) * (len(set(values)) + 1) // 2
    for row in table.sample(40, random_state=1).itertuples():
        slow = _slow(values.tolist(), chosen.tolist(), row.low_cut, row.high_cut)
        assert row.log_likelihood == pytest.approx(slow)
        assert row.n_inside + row.n_outside == 60
    assert table["gap"].iloc[0] == 0
    assert table["gap"].is_monotonic_increasing


@pytest.mark.parametrize("seed", range(5))
def test_a_band_is_found_to_the_hundredth_or_two(seed: int) -> None:
    lists = simulate_lists(554, seed=seed, band=(2.18, 2.80))
    table = band_likelihood(lists.truth["first"], lists.truth["chosen"])
    near = table[table["gap"] <= 1.92]
    assert ((near["low_cut"] - 2.18).abs() <= 0.03).all()
    assert ((near["high_cut"] - 2.80).abs() <= 0.03).all()


@pytest.mark.parametrize("seed", range(5))
def test_without_a_band_the_cuts_say_nothing(seed: int) -> None:
    lists = simulate_lists(554, seed=seed)
    chosen = pd.Series(np.random.default_rng(seed).random(554) < 0.23)
    table = band_likelihood(lists.truth["first"], chosen)
    worst = band_likelihood(
        lists.truth["first"], simulate_lists(554, seed=seed, band=(2.18, 2.80)).truth["chosen"]
    )
    span = table["gap"].max(), worst["gap"].max()
    assert span[0] < 15 < 100 < span[1]


def test_ties_expected_are_ties_seen_where_all_changes_are_known() -> None:
    changes = pd.Series(np.random.default_rng(2).normal(0.36, 0.41, 130_000).round(2))
    moved = changes[changes.abs() > 0.005]
    seen = len(changes) - len(moved)
    assert expected_ties(moved, step=0.01, within=0.05) == pytest.approx(seen, rel=0.1)


def test_selection_of_all_is_refused() -> None:
    with pytest.raises(DataError, match="5 of 5 are"):
        band_likelihood(pd.Series(range(5)), pd.Series([True] * 5))
    with pytest.raises(DataError, match="None may be missing; 1 are"):
        band_likelihood(pd.Series([1.0, np.nan]), pd.Series([True, False]))
