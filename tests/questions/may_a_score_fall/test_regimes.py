"""The tests on lists of known truth; ``benchmarks/falls.py`` prints the whole tables."""

import pandas as pd
import pytest
from scipy.stats import binom
from simulation.regimes import Regime, simulate_lists

from spbe_research.questions.may_a_score_fall.changes import printed_changes, tabulate_falls
from spbe_research.questions.may_a_score_fall.counterfactual import count_pile
from spbe_research.questions.may_a_score_fall.edges import count_at_edges, standings
from spbe_research.questions.may_a_score_fall.family import no_change_tests
from spbe_research.questions.may_a_score_fall.held_predicates import (
    landing_counts,
    landing_steps,
    lost_predicates,
)

NO_EXACT = pd.DataFrame({"agency_id": [], "year": [], "index_exact": [], "fits": []})
TIMES = 15


def rejections(regime):
    """How many of the simulations each test rejects at 5 %."""
    counts = dict.fromkeys(("no_change", "lost", "landing", "window_all", "window_free"), 0)
    for seed in range(TIMES):
        published, truth = simulate_lists(500, regime, seed=seed)
        agencies = pd.DataFrame({"agency_id": truth["agency_id"], "island": "none"})
        changes = printed_changes(published, agencies, NO_EXACT)
        edges = count_at_edges(standings(published, NO_EXACT))
        baik = edges.query("period == '2022' and predicate == 'Baik'").set_index("group")
        p_values = {
            "no_change": no_change_tests(changes)["p_value"].iloc[0],
            "lost": lost_predicates(changes, n_resamples=199, seed=seed)["p_value"].iloc[0],
            "landing": landing_counts(landing_steps(changes))["p_value"].iloc[0],
            "window_all": baik.loc["all", "p_value"],
            "window_free": baik.loc["free", "p_value"],
        }
        for name, p_value in p_values.items():
            counts[name] += bool(p_value < 0.05)
    return counts


MOST_BY_CHANCE = binom.ppf(0.9995, TIMES, 0.05)


@pytest.mark.parametrize(
    "regime", [Regime(), Regime(carried_over=0.2, hidden=True), Regime(band=(2.18, 2.80))]
)
def test_free_falls_carried_values_and_a_band_are_no_stop(regime):
    counts = rejections(regime)
    assert max(counts.values()) <= MOST_BY_CHANCE, counts


def test_a_predicate_floor_is_found_and_not_taken_for_lifting():
    counts = rejections(Regime(predicate_floor=0.9))
    assert min(counts["lost"], counts["landing"], counts["window_all"]) >= TIMES - 2
    assert counts["window_free"] <= MOST_BY_CHANCE
    assert counts["no_change"] <= MOST_BY_CHANCE


def test_a_score_floor_is_found_at_no_change():
    published, _ = simulate_lists(500, Regime(score_floor=0.95), seed=1)
    agencies = pd.DataFrame({"agency_id": published["agency_id"].unique(), "island": "none"})
    changes = printed_changes(published, agencies, NO_EXACT)
    assert no_change_tests(changes)["p_value"].iloc[0] < 1e-6


def test_hidden_carried_values_would_fool_a_window_that_counts_no_change_as_a_rise():
    published, truth = simulate_lists(500, Regime(carried_over=0.2, hidden=True), seed=2)
    agencies = pd.DataFrame({"agency_id": truth["agency_id"], "island": "none"})
    row = tabulate_falls(printed_changes(published, agencies, NO_EXACT), duty_year=0).iloc[0]
    assert row["n_just_above"] > 3 * row["n_just_below"]
    assert row["n_small_rise"] < 2 * row["n_just_below"]


def test_taking_the_pile_away_recovers_the_true_rise_under_a_score_floor():
    errors, naive = [], []
    for seed in range(12):
        _, truth = simulate_lists(600, Regime(score_floor=0.95), seed=seed)
        change = truth["end"] - truth["start"]
        drops = truth["start"] - truth["latent_end"]
        pile = count_pile(change)
        true = -drops.mean()
        estimate = change.mean() - pile.excess * drops[drops > 0].mean() / len(change)
        errors.append(estimate - true)
        naive.append(change.mean() - true)
    assert abs(sum(errors) / 12) < 0.02
    assert min(naive) > 0.08


def test_switched_on_regimes_do_what_they_say():
    published, truth = simulate_lists(400, Regime(score_floor=1.0), seed=3)
    wide = published.pivot(index="agency_id", columns="year", values="index_published")
    rounded = (wide * 100 + 0.5 + 1e-7).apply(lambda column: column.astype(int))
    assert (rounded[2022] >= rounded[2021]).all()
    assert (truth["latent_end"] < truth["start"] - 0.01).any()
    published, truth = simulate_lists(400, Regime(band=(2.18, 2.80)), seed=3)
    assert truth.loc[truth["is_looked_at"], "start"].between(2.18, 2.80).all()
    old = published.query("year == 2022 and status == 'carried_over'")["agency_id"]
    assert set(old) == set(truth.loc[~truth["is_looked_at"], "agency_id"])
