import numpy as np
import pandas as pd
import pytest
from scipy.stats import truncnorm

from spbe_research.errors import DataError
from spbe_research.panel.loaders import load_agencies, load_exact_scores, load_published
from spbe_research.questions.may_a_score_fall.changes import printed_changes
from spbe_research.questions.may_a_score_fall.counterfactual import (
    count_pile,
    exact_changes,
    normal_bound,
    without_the_stop,
)
from spbe_research.questions.may_a_score_fall.totals_and_domains import exact_index


@pytest.fixture(scope="module")
def pairs():
    published, exact = load_published(), load_exact_scores()
    changes = printed_changes(published, load_agencies(), exact)
    return exact_changes(changes, exact_index(published, exact))


def made(start, end, *, year=2023):
    """Pairs with exact indices; predicates from the printed number."""
    edges = [180, 260, 350, 420]
    first, last = (np.floor(100 * np.array(side) + 0.5 + 1e-9).astype(int) for side in (start, end))
    return pd.DataFrame(
        {
            "start": year - 1,
            "end": year,
            "change": last - first,
            "printed_start": first,
            "exact_start": start,
            "exact_end": end,
            "exact_change": np.array(end) - np.array(start),
            "predicate_start": np.searchsorted(edges, first, side="right"),
            "predicate_end": np.searchsorted(edges, last, side="right"),
        }
    )


def test_the_pile_is_counted_against_the_run_by_hand():
    run = [0.045 + 0.01 * step for step in range(16)] * 2  # two per hundredth
    pile = count_pile([-0.0075, 0.0, 0.01, 0.0299, 0.03, -0.008, *run])
    assert (pile.n, pile.expected, pile.excess) == (4, 7.5, 0.0)
    pile = count_pile([0.0] * 20 + run)
    assert pile.excess == pytest.approx(12.5)


def test_one_kept_body_falls_by_the_only_fall_there_is():
    # nine run evenly, five are kept; the run expects 3.75 * 9/16 = 2.1, so three are too many, and
    # all falls are of 0.2: the mean of 14 moves by 3 * 0.2 / 14 below the printed one
    start = [2.7 + 0.0001 * place for place in range(14)]
    end = start[:5] + [2.7 + 0.045 + 0.01 * step for step in range(9)]
    free = made([3.0, 2.0, 2.1], [2.8, 2.5, 2.7], year=2022)
    table = without_the_stop(
        pd.concat([free, made(start, end)]),
        drops_from=2022,
        n_resamples=20,
        seed=1,
    )
    row = table.query("end == 2023").set_index("measure")
    assert row.loc["mean_change", "effect"] == pytest.approx(3 * 0.2 / 14)
    assert row.loc["n_fell", ["seen", "estimate"]].tolist() == [0, 3]
    assert row.loc["n_lost_predicate", "estimate"] == 3  # 2.70 less 0.20 is Cukup
    assert row.loc["n_at_least_baik", ["seen", "estimate"]].tolist() == [14, 11]


def test_the_lists_give_what_another_computation_gave(pairs):
    table = without_the_stop(pairs, drops_from=2022, n_resamples=100, seed=3)
    row = table.set_index(["end", "measure"])
    assert row.loc[(2023, "mean_change"), "seen"] == pytest.approx(0.50, abs=0.005)
    assert row.loc[(2023, "mean_change"), "effect"] == pytest.approx(0.02, abs=0.005)
    assert row.loc[(2024, "mean_change"), "seen"] == pytest.approx(0.35, abs=0.005)
    assert row.loc[(2024, "mean_change"), "effect"] == pytest.approx(0.01, abs=0.005)
    assert row.loc[(2023, "n_at_least_baik"), "seen"] == 386
    assert row.loc[(2023, "n_at_least_baik"), "estimate"] == pytest.approx(373, abs=1.5)
    assert row.loc[(2023, "n_lost_predicate"), "seen"] == 0
    assert row.loc[(2024, "n_lost_predicate"), "seen"] == 1
    drops = pairs.query("end == 2022 and change < 0")["exact_change"]
    assert -drops.mean() == pytest.approx(0.214, abs=0.0005)


def test_where_nothing_was_kept_nothing_is_taken_away(pairs):
    table = without_the_stop(pairs, drops_from=2022, n_resamples=5, seed=3).query("end == 2022")
    assert (table["effect"] == 0).all()
    # and the outer bound is wrong by as much as it grants the years with a stop
    assert table["bound"].max() == pytest.approx(0.18, abs=0.01)


def test_the_bound_agrees_with_scipy_on_a_truncated_normal():
    sample = truncnorm.rvs((0.03 - 0.3) / 0.4, 20, loc=0.3, scale=0.4, size=3000, random_state=2)
    assert normal_bound(sample)["mean_fitted"] == pytest.approx(0.3, abs=0.04)
    with pytest.raises(DataError, match="At least two different ones"):
        normal_bound([0.1, 0.1])


def test_nobody_falls_below_one():
    start = [1.02] * 20 + [1.5] * 16
    end = [1.02] * 20 + [1.5 + 0.045 + 0.01 * step for step in range(16)]
    drops = made([3.0, 3.0], [2.0, 3.3], year=2022)
    table = without_the_stop(
        pd.concat([drops, made([2.0], [2.7], year=2022), made(start, end)]),
        drops_from=2022,
        n_resamples=3,
        seed=1,
    )
    row = table.query("end == 2023 and measure == 'mean_change'").iloc[0]
    assert row["effect"] == pytest.approx(16 * 0.02 / 36)  # 16.25 too many, each to 1.00


def test_a_list_that_repeats_the_one_before_has_no_bound():
    free = made([3.0, 2.0, 2.1], [2.8, 2.5, 2.7], year=2022)
    same = [2.0 + 0.01 * step for step in range(20)]
    table = without_the_stop(
        pd.concat([free, made(same, same)]), drops_from=2022, n_resamples=3, seed=1
    )
    row = table.query("end == 2023 and measure == 'mean_change'").iloc[0]
    assert (row["n_pile"], row["n_expected"]) == (20, 0)
    assert np.isnan(row["bound"])
