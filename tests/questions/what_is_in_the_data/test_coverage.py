"""What the lists hold, counted a second time from the raw files, and on lists made by hand."""

import csv
from collections import Counter

import pandas as pd
import pytest

from spbe_research import load_published, load_reference
from spbe_research.locations import project_folder
from spbe_research.questions.what_is_in_the_data.coverage import (
    coverage_by_type,
    coverage_by_year,
    name_coverage,
)
from spbe_research.questions.what_is_in_the_data.tables import detail, single_facts

RAW = project_folder() / "data" / "raw"


@pytest.fixture(scope="module")
def raw_rows() -> list[dict[str, str]]:
    rows = []
    for path in sorted(RAW.glob("menpanrb-*/index.csv")):
        with path.open(encoding="utf-8") as file:
            rows += list(csv.DictReader(file))
    return rows


def test_lists_are_the_raw_rows(raw_rows) -> None:
    table = detail().set_index("year")
    counted = Counter((int(row["year"]), row["status"]) for row in raw_rows)
    assert table["n"].sum() == len(raw_rows) == 4159
    for year in table.index:
        assert table.loc[year, "n_new"] == counted[year, "evaluated"]
        assert table.loc[year, "n_carried_over"] == counted[year, "carried_over"]
    assert (table["n_new"] + table["n_carried_over"] == table["n"]).all()
    printed = Counter(int(row["year"]) for row in raw_rows if row["predicate_published"])
    assert {year: n for year, n in table["n_with_predicate"].items() if n} == dict(printed)


def test_facts_are_counted_from_the_raw_rows(raw_rows) -> None:
    facts = single_facts()
    single = facts[facts["year"].isna()].set_index("fact")
    repeated = [row for row in raw_rows if row["status"] == "carried_over"]
    assert single.loc["names", "value"] == len({row["agency_name_published"] for row in raw_rows})
    assert single.loc["carried-over", "value"] == len(repeated) == 648
    assert single.loc["carried-over", ["start", "end"]].tolist() == [2019, 2022]
    share = facts.query("fact == 'carried-over-share' and year == 2020")["value"].item()
    assert share == pytest.approx(100 * 424 / 555)
    levels = 0
    for year in (2021, 2022):
        with (RAW / f"menpanrb-{year}-sheet" / "indicators.csv").open(encoding="utf-8") as file:
            levels += sum(47 for _ in csv.DictReader(file))
    assert single.loc["levels", "value"] == levels


def test_bodies_that_stand_in_no_list_are_those_without_a_result() -> None:
    agencies = load_reference("agencies")["agency_id"]
    listed = set(load_published()["agency_id"])
    never = single_facts().set_index("fact").loc["never-listed", "value"]
    assert never == sum(agency not in listed for agency in agencies)


LISTED = pd.DataFrame(
    {
        "agency_id": ["a", "b", "c", "a"],
        "year": [2021, 2021, 2021, 2022],
        "edition": "permen-59-2020",
        "agency_type": ["kota", "kota", "provinsi", "kota"],
        "status": ["evaluated", "evaluated", "carried_over", "evaluated"],
        "mode": ["evaluated", "monitored", "carried_over", "evaluated"],
        "predicate_published": ["Baik", None, None, "Baik"],
    }
)
LEVELS = pd.DataFrame(
    {
        "agency_id": ["a", "a", "b", "a"],
        "year": [2021, 2021, 2021, 2022],
        "scale": ["indicator", "indicator", "domain", "domain"],
    }
)


def test_each_year_is_counted_by_hand() -> None:
    first, second = coverage_by_year(LISTED, LEVELS).to_dict("records")
    counts = ("n", "n_new", "n_monitored", "n_carried_over", "n_with_predicate")
    assert [first[name] for name in counts] == [3, 2, 1, 1, 1]
    assert [second[name] for name in counts] == [1, 1, 0, 0, 1]
    assert (first["n_with_indicators"], first["n_with_domains"]) == (1, 1)
    assert (second["n_with_indicators"], second["n_with_domains"]) == (0, 1)


def test_type_year_and_status_without_a_body_are_zero_and_not_left_out() -> None:
    table = coverage_by_type(LISTED)
    assert len(table) == 6 * 2 * 2
    assert table["n"].sum() == 4
    kota = table.query("agency_type == 'kota' and year == 2021").set_index("status")["n"]
    assert kota.to_dict() == {"evaluated": 2, "carried_over": 0}
    assert table.query("agency_type == 'polda'")["n"].sum() == 0


def test_counts_by_type_add_up_to_the_lists() -> None:
    table = coverage_by_type(load_published())
    assert table.groupby("year")["n"].sum().tolist() == [616, 615, 555, 517, 620, 621, 615]
    assert len(load_reference("evaluation_years")) == 7


def test_names_are_counted_by_kind_most_first() -> None:
    aliases = pd.DataFrame({"name_published": ["x", "y", "z"], "kind": ["same", "renamed", "same"]})
    assert name_coverage(aliases).to_numpy().tolist() == [["same", 2, "x"], ["renamed", 1, "y"]]
