"""The results with a list of one's own: which hold its year, and why the others do not."""

from pathlib import Path

import pandas as pd
import pytest
from panel.copies import add_year, copy_data
from PIL import Image

from spbe_research.errors import DataError
from spbe_research.panel.build import build
from spbe_research.press.own_list import REPORT, compute_with_list

SAID = ("with a list of", "dengan daftar")


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    data = copy_data(tmp_path_factory.mktemp("own") / "data")
    year = add_year(data)
    build(data)
    return data, year


def test_every_table_holds_the_year_or_says_why_not(extended: tuple[Path, int]) -> None:
    data, year = extended
    found = compute_with_list(data, year, only="how_are_scores_distributed")
    assert len(found) > 5
    assert found["holds_year"].sum() > 0
    undrawn = found["record"].str.startswith("fig-") & ~found["drawn"]
    assert (found["why_not"] == "").equals(found["holds_year"] & ~undrawn)
    folder = data / "results"
    for row in found.itertuples():
        path = folder / row.question / f"{row.record}.csv"
        if path.exists() and "year" in (table := pd.read_csv(path)).columns:
            assert row.holds_year == (year in set(table["year"]))
        if row.drawn:
            pictures = [path.with_suffix(end) for end in (".png", ".id.png")]
            heads = [Image.open(each).text["Title"] for each in pictures]
            assert heads == [
                f"{row.record}, with a list of {year}",
                f"{row.record}, dengan daftar {year}",
            ]
    assert {path.name for path in folder.glob("*.csv")} == {REPORT}
    of_years = found[found["record"].str.startswith("fig-") & found["holds_year"]]
    assert len(of_years) > 1
    assert of_years["drawn"].all(), of_years[~of_years["drawn"]].to_string()


def test_a_table_of_levels_names_the_design_that_leaves_the_year_out(
    extended: tuple[Path, int],
) -> None:
    found = compute_with_list(*extended, only="does_practice_follow_regulation")
    reasons = " ".join(found["why_not"])
    assert "and that is 2021 and 2022." in reasons  # of the design adoption, designs.csv


def test_a_question_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Invalid question 'horoscope'"):
        compute_with_list(tmp_path, 2025, only="horoscope")
