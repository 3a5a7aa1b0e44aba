"""What usual readings conclude where the truth is known: band and repeated values on and off."""

import pandas as pd
import pytest
from scipy.stats import linregress, spearmanr
from simulation.lists import TwoLists, simulate_lists

from spbe_research import load_published
from spbe_research.panel.frames_compare import frame_members
from spbe_research.questions.who_was_looked_at.readings import READINGS, readings, two_readings

BAND = (2.18, 2.80)
N = 4000


def _read(lists: TwoLists) -> pd.DataFrame:
    """The readings of both frames, and those of all bodies had all been looked at."""
    years = (2018, 2019)
    members = frame_members(lists.published, *years).dropna(subset=["index_start", "index_end"])
    same = members[members["frame"] == "like_for_like"]
    return pd.DataFrame(
        {
            "listed": readings(members["index_start"], members["index_end"]),
            "like_for_like": readings(same["index_start"], same["index_end"]),
            "truth": readings(lists.truth["first"], lists.truth["second"]),
        }
    )


def test_where_all_are_looked_at_every_reading_is_the_truth() -> None:
    table = _read(simulate_lists(N, seed=3))
    assert table["listed"].tolist() == pytest.approx(table["truth"].tolist())
    assert table["like_for_like"].tolist() == pytest.approx(table["truth"].tolist())


def test_band_with_repeated_values_hides_change_and_makes_ranks_stiff() -> None:
    table = _read(simulate_lists(N, seed=3, band=BAND, carry_over=True))
    listed, truth = table["listed"], table["truth"]
    assert listed["mean_change"] < 0.5 * truth["mean_change"]
    assert listed["p10_change"] < 0.1 * truth["p10_change"]
    assert listed["rank_correlation"] > truth["rank_correlation"] + 0.05
    assert listed["share_unchanged"] > 0.6 > truth["share_unchanged"]
    assert listed["share_lower"] < 0.5 * truth["share_lower"]
    assert listed["slope_on_level"] > truth["slope_on_level"] + 0.08


def test_band_leaves_the_same_bodies_right_in_the_mean_and_wrong_in_ranks() -> None:
    table = _read(simulate_lists(N, seed=3, band=BAND))
    same, truth = table["like_for_like"], table["truth"]
    assert same["mean_change"] == pytest.approx(truth["mean_change"], abs=0.03)
    assert same["rank_correlation"] < truth["rank_correlation"] - 0.15


def test_band_without_repeated_values_makes_the_lists_change_of_mean_one_of_who_is_left() -> None:
    lists = simulate_lists(N, seed=3, band=BAND, carry_over=False)
    means = lists.published.groupby("year")["index_published"].mean()
    truth = (lists.truth["second"] - lists.truth["first"]).mean()
    assert means[2019] - means[2018] > truth + 0.1
    assert len(lists.published) < 2 * N


def test_repeated_values_of_a_chance_selection_bias_as_well() -> None:
    """Without a band, a list of which a quarter is new shows a quarter of the change."""
    lists = simulate_lists(N, seed=3, band=(1.0, 5.0), inside=0.25)
    table = _read(lists)
    assert table.loc["mean_change", "listed"] == pytest.approx(
        lists.truth["chosen"].mean() * table.loc["mean_change", "like_for_like"]
    )
    assert table.loc["rank_correlation", "like_for_like"] == pytest.approx(
        table.loc["rank_correlation", "truth"], abs=0.03
    )


def test_readings_of_2019_to_2020_by_scipy() -> None:
    published = load_published()
    wide = published.pivot(index="agency_id", columns="year", values="index_published")
    new = published[published["status"] == "evaluated"].pivot(
        index="agency_id", columns="year", values="index_published"
    )
    table = two_readings(published).query("start == 2019").set_index(["frame", "measure"])
    for frame, both in (("listed", wide), ("like_for_like", new)):
        both = both[[2019, 2020]].dropna()
        change = both[2020] - both[2019]
        found = table.loc[frame]["estimate"]
        assert found["rank_correlation"] == pytest.approx(spearmanr(both[2019], both[2020])[0])
        assert found["slope_on_level"] == pytest.approx(linregress(both[2019], change).slope)
        assert found["share_unchanged"] == pytest.approx((change.round(2) == 0).mean())
        assert table.loc[(frame, "mean_change"), "n"] == len(both)
    assert set(table.index.get_level_values("measure")) == set(READINGS)
