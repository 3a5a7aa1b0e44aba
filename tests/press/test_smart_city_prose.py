"""What notebook 14 says without a number is so, too."""

import pytest

from spbe_research.press.committed import committed_numbers, committed_table


@pytest.mark.parametrize("window", ["2018-2020", "2021-2024"])
def test_choices_called_smallest_and_largest_are(window: str) -> None:
    estimates = committed_table("tab-smart-city-choices").query("window == @window")["estimate"]
    numbers = committed_numbers().set_index("id")["value"]
    for end, value in (("least", estimates.min()), ("most", estimates.max())):
        assert numbers[f"num-smart-city-choice-{end}-{window}"] == value
    assert estimates.min() > 0  # "none turns the sign"


def test_every_cohort_lies_above_its_matches_in_every_year() -> None:
    table = committed_table("fig-smart-city-event-study")
    assert len(table) == 21
    assert (table["estimate"] > 0).all()
    assert table.query("event_time < 0")["rejected_holm"].item()


def test_adjusted_differences_are_about_half_of_the_raw_one_or_less() -> None:
    table = committed_table("fig-smart-city-gap")
    assert (table["low"] > 0).all()
    estimates = table.pivot(index="window", columns="estimator", values="estimate")
    adjusted = estimates[["regression", "matched", "entropy", "odds"]]
    left = adjusted.div(estimates["raw"], axis=0)
    assert (left.loc["2018-2020"] < 0.52).all()
    assert (left.loc["2021-2024"] < 0.3).all()
    assert (adjusted.idxmin(axis=1) == "odds").all()
    assert adjusted.loc["2018-2020"].idxmax() == "matched"
    assert adjusted.loc["2021-2024"].rank(ascending=False)["matched"] == 2
