import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from spbe_research.panel.loaders import load_agencies, load_exact_scores, load_published
from spbe_research.questions.may_a_score_fall.changes import printed_changes
from spbe_research.questions.may_a_score_fall.held_predicates import (
    band_edges,
    landing_counts,
    landing_steps,
    lost_predicates,
)


def pairs(moves, *, start=2021):
    """Printed hundredths of two years, with the predicates the regulation gives them."""
    edges = list(band_edges().values())
    first, last = (np.array([move[side] for move in moves]) for side in (0, 1))
    return pd.DataFrame(
        {
            "start": start,
            "end": start + 1,
            "printed_start": first,
            "printed_end": last,
            "change": last - first,
            "predicate_start": np.searchsorted(edges, first, side="right"),
            "predicate_end": np.searchsorted(edges, last, side="right"),
            "is_impossible": False,
        }
    )


@pytest.fixture(scope="module")
def changes():
    return printed_changes(load_published(), load_agencies(), load_exact_scores())


def test_expected_losses_are_the_mean_over_all_deals_by_hand():
    # distances to the edge 5, 20, 60; drops 6, 10, 30. Chance to lose: a drop above the distance:
    # 3/3 + 1/3 + 0/3 = 4/3. Seen: 265 to 259 is lost, 280 to 270 and 320 to 290 are not: 1.
    table = lost_predicates(pairs([(265, 259), (280, 270), (320, 290)]), n_resamples=99, seed=1)
    row = table[table["predicate"] == "any"].iloc[0]
    assert row[["n", "n_lost"]].tolist() == [3, 1]
    assert row["n_expected"] == pytest.approx(4 / 3)
    assert np.isnan(row["p_value"])  # fewer than ten fallers


def test_deals_within_a_predicate_use_its_own_falls_by_hand():
    # Baik: distance 5, drops 6 -> 1/1. Cukup: distances 10 and 30, drops 20 and 4 -> 1/2 + 0/2
    table = lost_predicates(pairs([(265, 259), (190, 170), (210, 206)]), n_resamples=9, seed=1)
    within = table.set_index("predicate")["n_expected_within"]
    assert within.to_dict() == {"any": 1.5, "Cukup": 0.5, "Baik": 1.0}


def test_kurang_has_no_predicate_to_lose_and_rises_do_not_count():
    table = lost_predicates(pairs([(150, 120), (265, 300), (270, 250)]), n_resamples=9, seed=1)
    assert table[["predicate", "n", "n_lost"]].to_numpy().tolist() == [
        ["any", 1, 1],
        ["Baik", 1, 1],
    ]


def test_a_stop_at_the_edge_is_found_and_free_falls_are_not():
    rng = np.random.default_rng(3)
    start = rng.integers(262, 345, 120)
    free = start - rng.integers(1, 60, 120)
    stopped = np.where(free < 260, rng.integers(260, 262, 120), free)
    p_free, p_stopped = (
        lost_predicates(pairs(list(zip(start, end, strict=True))), n_resamples=999, seed=1)[
            "p_value"
        ].iloc[0]
        for end in (free, stopped)
    )
    assert p_free > 0.05
    assert p_stopped == 1 / 1000


@pytest.mark.parametrize(
    ("end", "n", "lost", "expected"),
    [
        (2021, 248, 146, 147.4),
        (2022, 123, 7, 26.0),
        (2024, 26, 1, 7.5),
    ],
)
def test_losses_of_the_lists_agree_with_loops(changes, end, n, lost, expected):
    edges = band_edges()
    fallers = [
        row
        for row in changes.query("end == @end and change < 0 and not is_impossible").itertuples()
        if row.predicate_start > 0
    ]
    distances = [row.printed_start - edges[row.predicate_start] for row in fallers]
    drops = [row.printed_start - row.printed_end for row in fallers]
    assert len(fallers) == n
    assert sum(row.predicate_end < row.predicate_start for row in fallers) == lost
    over_all_deals = sum(drop > distance for drop in drops for distance in distances) / n
    assert over_all_deals == pytest.approx(expected, abs=0.06)
    table = lost_predicates(changes, n_resamples=1999, seed=5).query("predicate == 'any'")
    row = table.set_index("end").loc[end]
    assert row[["n", "n_lost"]].tolist() == [n, lost]
    assert row["n_expected"] == pytest.approx(over_all_deals)
    # the p value by another shuffle
    far = 0
    shuffled = np.random.Generator(np.random.MT19937(1))
    for _ in range(600):
        shuffled.shuffle(drops)
        losses = sum(drop > far_off for drop, far_off in zip(drops, distances, strict=True))
        far += abs(losses - over_all_deals) >= abs(lost - over_all_deals) - 1e-9
    low, high = binom.ppf([0.0005, 0.9995], 600, row["p_value"])
    assert low <= far <= high + 1


def test_of_73_with_cukup_none_lost_it_and_of_50_with_baik_seven_did(changes):
    table = lost_predicates(changes, n_resamples=99, seed=1).query("end == 2022")
    found = table.set_index("predicate")[["n", "n_lost"]]
    assert found.loc["Cukup"].tolist() == [73, 0]
    assert found.loc["Baik"].tolist() == [50, 7]


def test_landings_are_counted_at_edges_that_were_held_by_hand():
    # 265 to 258 lands 2 below Baik's edge, 300 to 264 lands 4 above it; 255 to 250 held no Baik,
    # 190 to 181 lands 1 above the edge of Cukup; 420 to 415 lands 5 below that of Memuaskan
    table = landing_steps(
        pairs([(265, 258), (300, 264), (255, 250), (190, 181), (420, 415)]), reach=30
    )
    landed = table[table["n_fell"] > 0].set_index("step")["n_fell"].to_dict()
    assert landed == {-5: 1, -2: 1, 1: 1, 4: 1}


def test_landings_of_the_lists_agree_with_loops(changes):
    counts = landing_counts(landing_steps(changes)).set_index("end")
    edges = band_edges().values()
    for end in counts.index:
        row = counts.loc[end]
        falls = [
            (each.printed_start, each.printed_end)
            for each in changes.query(
                "end == @end and change < 0 and not is_impossible"
            ).itertuples()
        ]

        def within(shift, low, high, falls=falls):
            return sum(
                start >= edge + shift and low <= stop - edge - shift < high
                for start, stop in falls
                for edge in edges
            )

        shifts = [shift for shift in range(-40, 41) if abs(shift) >= 20]
        assert row["n_below"] == within(0, -10, 0)
        assert row["n_above"] == within(0, 0, 10)
        assert row["placebo_below"] == pytest.approx(np.mean([within(s, -10, 0) for s in shifts]))
        assert row["placebo_above"] == pytest.approx(np.mean([within(s, 0, 10) for s in shifts]))
    assert counts.loc[2022, ["n_below", "n_above"]].tolist() == [2, 37]
    assert counts.loc[2021, ["n_below", "n_above"]].tolist() == [29, 27]


def test_placebo_combs_are_even_where_falls_are_free():
    rng = np.random.default_rng(8)
    start = rng.integers(150, 420, 4000)
    end = start - rng.integers(1, 60, 4000)
    row = landing_counts(landing_steps(pairs(list(zip(start, end, strict=True))))).iloc[0]
    assert row["n_above"] == pytest.approx(row["placebo_above"], rel=0.15)
    assert row["p_value"] > 0.05
