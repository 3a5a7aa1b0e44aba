import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from spbe_research.questions.may_a_score_fall.family import no_change_tests
from spbe_research.questions.may_a_score_fall.tables import (
    all_tests,
    at_edges,
    digits,
    falls,
    jumps,
    landings,
    lost,
    shifts,
)


def moves(*counted):
    change = [move for move, times in counted for _ in range(times)]
    return pd.DataFrame({"end": 2022, "change": change, "is_impossible": False})


def test_small_falls_are_tested_against_a_curve_of_the_rises():
    even = [(move, 1 + 2 * (move // 2 % 2)) for move in range(11, 71)]  # two on average
    rising = [(move, 4) for move in range(1, 11)]
    seen = no_change_tests(moves(*even, *rising, (-5, 8))).iloc[0]
    # a level curve expects as many small falls as small rises: half of 48
    assert (seen["seen"], seen["n"]) == (8, 48)
    assert seen["expected"] == pytest.approx(24, abs=2)
    assert seen["p_value"] < 0.01
    # what falls beyond a tenth does not change what is expected
    more = no_change_tests(moves(*even, *rising, (-5, 8), (-30, 50))).iloc[0]
    assert more["expected"] == pytest.approx(seen["expected"])
    assert more["p_value"] == pytest.approx(seen["p_value"])


def test_a_steep_curve_expects_fewer_small_falls_than_half():
    # counts that double every 20 hundredths: below zero about 0.70 of those above
    steep = [(move, round(20 * 2 ** (move / 20))) for move in range(-10, 71) if move]
    row = no_change_tests(moves(*steep)).iloc[0]
    step = 2 ** (1 / 20)
    assert row["expected"] / row["n"] == pytest.approx(1 / (1 + step**10), abs=0.01)
    assert row["p_value"] > 0.5


def test_every_p_value_that_is_shown_is_in_the_family_once():
    family = all_tests()
    shown = [table()["p_value"].dropna() for table in (lost, landings, jumps, digits)]
    pairs = (falls()["group_by"] == "all").sum()
    windows = at_edges().dropna(subset="p_value")
    same = windows.duplicated(["period", "predicate", "n_above", "n", "p_value"]).sum()
    count = pairs + sum(map(len, shown)) + len(windows) - same + shifts()["end"].nunique()
    assert len(family) == count
    assert not family.duplicated(["test", "period", "predicate"]).any()


def test_the_adjustment_is_that_of_statsmodels_over_the_whole():
    family = all_tests()
    assert multipletests(family["p_value"], method="holm")[1] == pytest.approx(family["p_holm"])
    assert multipletests(family["p_value"], method="fdr_bh")[1] == pytest.approx(family["q_bh"])


def test_only_years_from_2022_on_stand():
    standing = all_tests().query("p_holm < 0.05")
    assert set(standing["period"].str[:4]) <= {"2022", "2023", "2024"}
    assert {"no_change", "lost_predicate", "landing", "window_all"} == set(standing["test"])


def test_a_list_that_repeats_the_one_before_has_nothing_to_test():
    assert no_change_tests(moves((0, 30)))["p_value"].isna().all()
