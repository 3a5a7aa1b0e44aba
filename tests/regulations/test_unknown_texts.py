import numpy as np
import pandas as pd
import pytest

from compare_texts import real
from compare_unknown_texts import comparisons
from spbe_research.errors import DataError
from spbe_research.regulations.unknown_texts import (
    association_bounds,
    breakdown_shares,
    enacted_by_known_text,
)


@pytest.mark.parametrize("row", comparisons(), ids=lambda row: row["quantity"])
def test_result_agrees_with_an_independent_computation(row):
    assert row["ours"] == pytest.approx(row["independent"], abs=row["tolerance"], rel=0)


def toy() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "year": 2021,
            "index": [4.0, 2.0, 3.0, 1.0, 2.0],
            "has_text": [True, False, False, False, False],
            "n_enacted": pd.array([10, 0, 4, pd.NA, 10], dtype="Int64"),
        }
    )


def test_hand_worked_bounds():
    bounds = association_bounds(toy(), years=[2021], shares=[0, 0.5])
    # Known 4; unknown 1, 2, 2, 3. Two of them with a text: the lowest two give 7/3 less 5/2, the
    # highest two 9/3 less 3/2; unrelated to the score, (4 + 2 * 2)/3 less 2.
    assert bounds["low"].tolist() == pytest.approx([2, 7 / 3 - 2.5])
    assert bounds["high"].tolist() == pytest.approx([2, 1.5])
    assert bounds["estimate"].tolist() == pytest.approx([2, 2 / 3])


def test_hand_worked_breakdown():
    # One more text: 5/2 less 7/3 is above zero; two: 7/3 less 5/2 is below.
    row = breakdown_shares(toy(), years=[2021]).iloc[0]
    assert (row["n_regions"], row["estimate"], row["n"]) == (2, 0.5, 4)


def test_difference_below_zero_breaks_down_as_well():
    upside_down = toy().assign(index=lambda rows: 5 - rows["index"])
    assert breakdown_shares(upside_down, years=[2021])["n_regions"].tolist() == [2]


def test_difference_that_no_unknown_text_could_turn_has_no_breakdown():
    far = toy().head(2)  # one unknown region must stay without a text
    row = breakdown_shares(far, years=[2021]).iloc[0]
    assert row["n_regions"] is pd.NA
    assert np.isnan(row["estimate"])


def test_hand_worked_shares_enacted():
    result = enacted_by_known_text(toy()).set_index(["group", "outcome"])
    without = result.loc["no known text"]
    assert without["count"].to_dict() == {
        "at least one topic enacted": 2,
        "all ten topics enacted": 1,
    }
    assert without["n"].tolist() == [3, 3]  # one was not judged
    assert result.loc[("known text", "all ten topics enacted"), "estimate"] == 1


def test_bounds_widen_as_more_is_unknown_and_hold_the_estimate():
    _, _, table = real()
    bounds = association_bounds(table, years=[2021], shares=[0, 0.1, 0.3])
    assert (bounds["low"] <= bounds["estimate"]).all()
    assert (bounds["estimate"] <= bounds["high"]).all()
    assert (bounds["high"] - bounds["low"]).is_monotonic_increasing
    assert bounds["low"].iloc[0] == bounds["high"].iloc[0]


def test_year_without_a_known_text_and_wrong_shares_are_refused():
    with pytest.raises(DataError, match="Invalid year 2021"):
        association_bounds(toy().assign(has_text=False), years=[2021])
    with pytest.raises(DataError, match="Invalid year 2022"):
        breakdown_shares(toy(), years=[2022])
    with pytest.raises(DataError, match=r"shares \[-0.1\]"):
        association_bounds(toy(), years=[2021], shares=[-0.1, 0.2])
    with pytest.raises(DataError, match="no row with topics enacted"):
        enacted_by_known_text(toy().assign(n_enacted=None))
