"""A value has one entry: what other tables repeat of it follows."""

from pathlib import Path

import pandas as pd
import pytest
from panel.copies import copy_data, declare

from spbe_research import load_published, load_scores, load_worked_examples
from spbe_research.errors import DataError
from spbe_research.panel.build import tidy_tables
from spbe_research.panel.raw import read_sources

pytestmark = pytest.mark.whole

CILEGON = "kota-36.72"
CORRECTED = """
id = "test-entry"
table = "{table}"
where = {{ {where} }}
action = "correct"
expect = "{expect}"
value = "{value}"
reason = "A test."
source = "test"
"""
INDEX = f'agency_id = "{CILEGON}", year = "2018"'
LEVEL = f'agency_id = "{CILEGON}", year = "2022", item = "I10"'
SHEET = 'example_id = "kabupaten-madiun-2020", item = "I01"'


def built_with(data: Path, **entry: str) -> dict[str, pd.DataFrame]:
    declare(data, CORRECTED.format(**entry))
    return tidy_tables(data, read_sources(data / "raw"))


def test_a_corrected_index_reaches_the_scores(tmp_path: Path):
    data = copy_data(tmp_path / "data")
    tables = built_with(data, table="published", where=INDEX, expect="3.23", value="3.27")
    published = tables["published"].query("agency_id == @CILEGON and year == '2018'")
    scores = tables["scores"].query("agency_id == @CILEGON and year == '2018' and item == 'index'")
    assert published[["index_published", "flag"]].to_numpy().tolist() == [["3.27", "test-entry"]]
    assert scores[["value", "flag"]].to_numpy().tolist() == [["3.27", "test-entry"]]


def test_a_corrected_level_reaches_the_policies(tmp_path: Path):
    data = copy_data(tmp_path / "data")
    before = load_scores(scale="indicator").query(
        "agency_id == @CILEGON and year == 2022 and item == 'I10'"
    )["value"]
    assert before.tolist() == [3]
    tables = built_with(data, table="scores", where=LEVEL, expect="3", value="1")
    found = tables["policies"].query(
        "agency_id == @CILEGON and year == '2022' and topic == 'coordination_team'"
    )
    assert found[["level", "is_enacted"]].to_numpy().tolist() == [["1", "false"]]


def test_a_corrected_sheet_reaches_the_scores(tmp_path: Path):
    data = copy_data(tmp_path / "data")
    tables = built_with(data, table="worked_examples", where=SHEET, expect="3", value="2")
    madiun = tables["worked_examples"].query(
        "example_id == 'kabupaten-madiun-2020' and item == 'I01'"
    )
    scores = tables["scores"].query("agency_id == 'kab-35.19' and year == '2020' and item == 'I01'")
    assert madiun["value"].tolist() == scores["value"].tolist() == ["2"]
    assert madiun["flag"].tolist() == scores["flag"].tolist() == ["test-entry"]


@pytest.mark.parametrize(
    ("where", "expect"),
    [
        (INDEX + ', item = "index"', "3.23"),
        ('agency_id = "kab-35.19", year = "2020", item = "I01"', "3"),
    ],
)
def test_a_correction_of_a_repeated_value_is_sent_to_its_own_table(tmp_path, where, expect):
    data = copy_data(tmp_path / "data")
    with pytest.raises(DataError, match="test-entry: finds 0 rows(.|\n)*comes from published"):
        built_with(data, table="scores", where=where, expect=expect, value="2")


def test_no_value_differs_between_the_tables_that_hold_it():
    key = ["agency_id", "year", "item"]
    scores = load_scores().set_index(key)
    published = load_published().assign(item="index").set_index(key)
    both = published.join(scores[["value", "flag"]], suffixes=("", "_scores"))
    assert len(both) == len(load_scores(scale="index")) == 4159
    assert (both["index_published"] == both["value"]).all()
    assert (both["flag"].fillna("") == both["flag_scores"].fillna("")).all()
    sheets = load_worked_examples().dropna(subset=["agency_id"]).set_index(key)
    from_sheets = scores[scores["source_id"].isin(set(sheets["source_id"]))]
    assert len(from_sheets) > 0
    assert (from_sheets["value"] == sheets["value"].reindex(from_sheets.index)).all()
