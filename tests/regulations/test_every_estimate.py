"""Every row of ``regulations.csv`` has a second computation and equals it."""

import re
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import second_opinion
import second_opinion_fragility as fragility
import second_opinion_regions as regions
import second_opinion_texts as texts
from second_opinion import compare, disagreements
from spbe_research.catalogue.results import result_table

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "second-implementations.md"
OPINIONS = {
    "1 part and whole": [second_opinion.part_and_whole],
    "2 matched topics": [second_opinion.matched_topics],
    "3 adoption": [second_opinion.adoption],
    "4 levels and predicates": [regions.predicates],
    "5 smart-city cohorts": [regions.cohorts],
    "6 local texts": [texts.texts],
    "7 how fragile": [fragility.specification_curve, fragility.joint_test, fragility.sensitivity],
}


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return result_table("tab-regulations")


@cache
def opinions(design: str) -> pd.DataFrame:
    return pd.DataFrame([row for compute in OPINIONS[design] for row in compute()])


def stated() -> dict[str, tuple[int, float]]:
    """Rows and largest difference of each design, as the document states them."""
    line = re.compile(r"^\| (\d .+?) \| (\d+) \|.*\| (\S+) \|$", re.MULTILINE)
    found = line.findall(DOCUMENT.read_text("utf-8"))
    return {design: (int(rows), float(largest)) for design, rows, largest in found}


@pytest.mark.parametrize("design", OPINIONS)
def test_every_row_equals_its_second_opinion(design, table) -> None:
    rows = table[table["design"] == design]
    assert disagreements(rows, opinions(design), 1e-8) == []
    # Rounding differs from processor to processor, by less than a factor of a thousand.
    n_rows, largest = stated()[design]
    found = compare(rows, opinions(design))["difference"].max()
    assert (len(rows), largest / 1e3 < found < largest * 1e3) == (n_rows, True)


def test_every_row_of_the_table_is_of_a_design_with_a_second_opinion(table) -> None:
    assert set(table["design"]) == set(OPINIONS) == set(stated())
    whole = pd.concat([opinions(design) for design in OPINIONS], ignore_index=True)
    assert disagreements(table, whole, 1e-8) == []
    assert len(whole) == len(table)


@pytest.mark.parametrize("year", [2021, 2022])
def test_designs_2_and_7_differ_by_the_stated_factor_where_they_are_one_regression(
    year, table
) -> None:
    one = pick(table, "2 matched topics", year, "enacted or not: agency and topic effects")
    other = pick(
        table[table["outcome"] == "practice, ten topics"],
        "7 how fragile",
        year,
        "enacted against not [design=specification curve; question=matched; threshold=2; "
        "sample=all; controls=topic, agency; weights=each agency]",
    )
    assert other["estimate"] == pytest.approx(one["estimate"], abs=1e-10)
    rest = one["n"] - 10  # the regressor and nine topics
    factor = (rest / (rest - 1)) ** 0.5
    assert other["std_error"] == pytest.approx(one["std_error"] * factor, abs=1e-12)


def pick(table: pd.DataFrame, design: str, year: int, contrast: str) -> pd.Series:
    (row,) = table.query("design == @design and year == @year and contrast == @contrast").iloc
    return row


@pytest.mark.parametrize("column", ["estimate", "std_error", "low", "high"])
def test_a_difference_of_a_millionth_is_named(column) -> None:
    rows = opinions("3 adoption")
    moved = rows.copy()
    moved.loc[4, column] += 1e-6
    (found,) = disagreements(moved, rows, 1e-8)
    assert found.startswith(
        "3 adoption | 2022 | change of practice 2021 to 2022 | newly enacted or not: agency and "
        f"topic effects, same level in 2021: {column} is "
    )


@pytest.mark.parametrize("column", ["n", "n_clusters"])
def test_another_count_is_named(column) -> None:
    rows = opinions("3 adoption")
    moved = rows.copy()
    moved.loc[0, column] += 1
    (found,) = disagreements(moved, rows, 1e-8)
    assert f"newly enacted or not: raw difference: {column} is " in found


def test_what_one_side_lacks_is_named() -> None:
    rows = opinions("2 matched topics")
    more = pd.concat([rows, rows.head(1).assign(contrast="a new one")], ignore_index=True)
    name = "2 matched topics | 2021 | practice level of the topic | a new one"
    assert disagreements(more, rows, 1e-8) == [f"{name}: has no second opinion"]
    assert disagreements(rows, more, 1e-8) == [f"{name}: has an opinion and no row"]
    without = rows.copy()
    without.loc[0, "std_error"] = float("nan")
    (found,) = disagreements(rows, without, 1e-8)
    assert found.endswith("second opinion nan")
