"""The ladder and the seven answers: rows of the joined results, chosen by name."""

import numpy as np
import pandas as pd
import pytest

from compare_matched_topics import real_pairs
from spbe_research.catalogue import committed_table
from spbe_research.errors import DataError
from spbe_research.regulations.ladder import ANSWERS, STEPS, choose_ladder, tabulate_answers
from spbe_research.regulations.results import RESULT_COLUMNS, join_designs


@pytest.fixture(scope="module")
def results() -> pd.DataFrame:
    return committed_table("tab-regulations")


def test_joined_results_have_the_columns_of_the_issue_and_no_row_twice(results) -> None:
    assert tuple(results.columns) == RESULT_COLUMNS
    assert not results.duplicated(["design", "year", "outcome", "contrast"]).any()
    assert (results["n"] > 0).all()
    inside = results.dropna(subset=["low", "high", "estimate"])
    assert ((inside["low"] <= inside["estimate"]) & (inside["estimate"] <= inside["high"])).all()


def test_every_design_of_the_seven_is_there(results) -> None:
    assert [name[0] for name in results["design"].unique()] == list("1234567")


def test_raw_step_is_the_difference_of_two_means(results) -> None:
    ladder = choose_ladder(results)
    for year, pairs in real_pairs().groupby("year"):
        means = pairs.groupby("is_enacted")["practice_level"].mean()
        row = ladder[(ladder["step"] == "its own practice, raw") & (ladder["year"] == year)]
        assert row["estimate"].item() == pytest.approx(means[True] - means[False], abs=1e-6)
        assert row["n"].item() == len(pairs)


def test_ladder_has_every_step_and_year_in_order(results) -> None:
    ladder = choose_ladder(results)
    assert ladder["step"].drop_duplicates().tolist() == [step.step for step in STEPS]
    assert len(ladder) == sum(len(step.years) for step in STEPS)
    assert set(ladder["period"]) == {"2021", "2022", "2021-2022"}


def test_missing_step_is_named(results) -> None:
    without = results[results["design"] != "6 local texts"]
    with pytest.raises(DataError, match="a local text is known, 2022: 0 rows"):
        choose_ladder(without)
    with pytest.raises(DataError, match="6 local texts, in the sample against not: 0 rows"):
        tabulate_answers(without)


def test_answers_compare_two_estimates_of_one_year_sample_and_unit(results) -> None:
    answers = tabulate_answers(results).set_index("design")
    assert answers.index.tolist() == [answer.design for answer in ANSWERS]
    curve = results.query("design == '7 how fragile' and year == 2022")
    curve = curve[curve["contrast"].str.contains("question=matched") & curve["low"].notna()]
    assert curve["contrast"].str.contains("topic").all()
    assert answers.loc["7 how fragile", "first"] == curve["estimate"].max()
    assert answers.loc["7 how fragile", "estimate"] == curve["estimate"].min()
    assert (answers["estimate"] < answers["first"]).all()
    assert answers["first_low"].isna().tolist() == [False] * 5 + [True, False]
    # The text of the record says so.
    assert (answers["n"].min(), answers["n"].max()) == (452, 5540)


def test_keys_of_a_table_go_into_the_contrast_and_parts_of_a_design_stay_apart() -> None:
    row = {"year": 2022, "outcome": "index", "contrast": "raw", "estimate": 1.0, "n": 5}
    table = pd.DataFrame(
        [row | {"design": "texts", "method": "OLS"}, row | {"design": "bounds", "method": "exact"}]
    )
    joined = join_designs({"6 texts": [table.assign(share=[np.nan, 0.5])]})
    assert joined["design"].tolist() == ["6 texts"] * 2
    assert joined["contrast"].tolist() == ["raw [design=texts]", "raw [design=bounds; share=0.5]"]
    with pytest.raises(DataError, match="column method: is absent"):
        join_designs({"6 texts": [table.drop(columns="method")]})
