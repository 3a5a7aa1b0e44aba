"""The rules on lists of levels do what they say; the stored table holds every study and rule."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from simulated_regimes import BAND, RULES, STUDIES, band_edges, printed_index, simulate_levels

STORED = pd.read_csv(Path(__file__).resolve().parents[2] / "docs" / "simulated-truths.csv")
EDGES = np.array([1.0, 1.8, 2.6, 3.5, 4.2])


@pytest.mark.whole
def test_no_number_falls_under_a_floor_of_numbers() -> None:
    first, second = simulate_levels(60, "score floor", seed=3).printed()
    assert (second >= first).all()
    free_first, free_second = simulate_levels(60, "nothing", seed=3).printed()
    assert (free_second < free_first).any()


def test_no_predicate_is_lost_under_a_floor_of_predicates() -> None:
    first, second = simulate_levels(60, "predicate floor", seed=3).printed()
    place = [np.searchsorted(EDGES, each + 1e-9, "right") for each in (first, second)]
    assert (place[1] >= place[0]).all()
    assert (second < first).any()


def test_repeated_results_are_those_of_the_first_list_and_the_truth_is_not() -> None:
    lists, free = (simulate_levels(60, rule, seed=3) for rule in ("carry-over", "nothing"))
    same = (lists.first == lists.second).all(axis=1)
    assert 8 <= same.sum() <= 30
    assert lists.second[~same].equals(free.second[~same])
    np.testing.assert_array_equal(lists.true, free.true)


def test_only_the_band_of_the_first_list_is_scored() -> None:
    lists = simulate_levels(60, "selection band", seed=3)
    first = printed_index(lists.first)
    np.testing.assert_array_equal(lists.scored, (first >= BAND[0]) & (first <= BAND[1]))


def test_stored_table_holds_every_study_under_every_rule() -> None:
    for study in STUDIES:
        assert set(RULES) <= set(STORED.loc[STORED["study"] == study, "setting"]), study


def test_stored_error_is_that_of_a_share() -> None:
    of_band = STORED[STORED["study"] == "band_edges"]
    expected = [
        math.sqrt(share * (1 - share) / n)
        for share, n in zip(of_band["covered"], of_band["n_simulations"], strict=True)
    ]
    assert of_band["error"].tolist() == pytest.approx(expected, abs=1e-4)


@pytest.mark.whole
def test_jump_without_an_effect_is_found_as_rarely_as_stated() -> None:
    rows = pd.DataFrame(band_edges(60, seed=8)).set_index("setting")
    assert rows.loc["nothing", "covered"] <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 60)
    assert abs(rows.loc["nothing", "mean_estimate"]) < 0.06
    assert rows["naive_covered"].min() == 1.0
