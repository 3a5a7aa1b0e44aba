"""The explorer's data file against the tidy tables, read again as text."""

import csv
from decimal import Decimal

import pytest

from spbe_research.locations import data_folder
from spbe_research.site.explorer.data import COLUMNS, explorer_data
from spbe_research.years import evaluation_years, may_compare

DATA = explorer_data()
ROWS = {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in DATA["rows"]}


def printed(name: str) -> list[dict[str, str]]:
    with (data_folder() / "tidy" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_printed_index_is_there_to_its_last_decimal() -> None:
    held = 0
    for row in printed("published"):
        i = evaluation_years().index(int(row["year"]))
        decimals = DATA["years"][i]["decimals"]
        assert Decimal(ROWS[row["agency_id"]]["values"][i]).scaleb(-decimals) == Decimal(
            row["index_published"]
        ), row
        held += 1
    there = sum(sign != "-" for row in ROWS.values() for sign in row["statuses"])
    assert there == held == 4159


def test_printed_and_derived_predicates_are_told_apart() -> None:
    for row in printed("published"):
        sign = ROWS[row["agency_id"]]["predicates"][evaluation_years().index(int(row["year"]))]
        if row["predicate_published"]:
            assert DATA["predicates"][int(sign)] == row["predicate_published"], row
        else:
            assert sign in "abcde", row


def test_place_in_the_source_is_the_printed_one() -> None:
    for row in printed("published"):
        i = evaluation_years().index(int(row["year"]))
        start, number = ROWS[row["agency_id"]]["places"][i]
        source, english, indonesian = DATA["locators"][start]
        assert (source, f"{english}{number}") == (row["source_id"], row["locator"])
        assert indonesian == english.replace("row ", "baris ")


@pytest.mark.whole
def test_levels_and_domains_are_the_printed_ones() -> None:
    codes = [item[0] for item in DATA["items"]]
    wanted = {"indicator": DATA["levelYears"], "domain": DATA["domainYears"]}
    checked = 0
    for row in printed("scores"):
        years = wanted.get(row["scale"], [])
        if int(row["year"]) not in years:
            continue
        body, k = ROWS[row["agency_id"]], years.index(int(row["year"]))
        if row["scale"] == "indicator":
            assert Decimal(body["levels"][k][codes.index(row["item"])]) == Decimal(row["value"]), (
                row
            )
        else:
            n = [code for code, _ in DATA["domains"]].index(row["item"])
            assert Decimal(body["domains"][k][n]).scaleb(-2) == Decimal(row["value"]), row
        checked += 1
    assert checked == 47 * (517 + 554) + 4 * (621 + 615)


def test_rule_of_pairs_is_that_of_the_reference_table() -> None:
    assert len(DATA["pairs"]) == 21
    for first, second, allowed, _ in DATA["pairs"]:
        assert tuple(allowed) == may_compare(first, second)
    differences = {tuple(pair[:2]) for pair in DATA["pairs"] if "difference" in pair[2]}
    assert differences == {(2018, 2019), (2018, 2020), (2019, 2020), (2021, 2022), (2023, 2024)}


@pytest.mark.parametrize(
    ("year", "official", "listed", "counted"),
    [(2024, 3.12, 3.17, 3.12), (2023, 2.79, 2.82, 2.79), (2021, 2.24, 2.24, 2.24)],
)
def test_national_index_stands_on_both_bases(
    year: int, official: float, listed: float, counted: float
) -> None:
    national = DATA["national"][evaluation_years().index(year)]
    assert national["official"] / 100 == official
    for basis, mean in (("participants", listed), ("population", counted)):
        n, total = national[basis]
        assert round(total / n / 10**4, 2) == mean


def test_impossible_value_is_flagged_with_its_reason() -> None:
    flags = {tuple(flag[:3]): flag[3:] for flag in DATA["flags"]}
    action, english, indonesian = flags["kab-16.07", 2023, "index"]
    assert action == "flag"
    assert "impossible D4 = 0.30" in english
    assert "D4 = 0,30 yang mustahil" in indonesian
    assert flags["prov-35", 2024, "D1"][0] == "derived"
