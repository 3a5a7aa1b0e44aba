"""The ledger: every misprint with page and reason, every repeated value, our own errors."""

import csv
import tomllib
from collections import Counter

import pytest

from spbe_research.locations import data_folder, project_folder
from spbe_research.site.agencies import agency_pages
from spbe_research.site.ledger import (
    claims_by_notebook,
    errata,
    misprints,
    notes,
    page_words,
    repeated,
)
from spbe_research.site.sources import described_sources

FOUND = {each.name: each for each in misprints()}


def test_every_printing_error_of_the_reference_table_is_listed() -> None:
    path = data_folder() / "reference" / "printing_errors.csv"
    with path.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["reason_id"]]
    assert {row["error"]: (row["reason_en"], row["reason_id"]) for row in rows} == {
        name: each.reason for name, each in FOUND.items()
    }
    for row in rows:
        assert FOUND[row["error"]].page == row["page"]


def test_cell_says_what_is_printed_and_what_it_should_be() -> None:
    (share,) = FOUND["share-kabupaten-kota-2024"].cells
    assert (share.printed[1], share.right[1]) == ("42\u00a0%", "72\u00a0%")  # 350 of 485
    (count,) = FOUND["count-2018"].cells
    assert (count.printed[0], count.right[0]) == ("82", "113")
    (services,) = FOUND["banyuasin-2023-services"].cells
    assert (services.printed[1], services.right) == (
        "0,30",
        ("", ""),
    )  # nothing tells the right one


def test_a_reader_needs_no_code_and_no_english_to_find_a_cell() -> None:
    (services,) = FOUND["banyuasin-2023-services"].cells
    assert services.item[1] == "domain Layanan SPBE (D4)"
    assert page_words(FOUND["count-2018"].page)[1].endswith("2018, hlm. 13")


def test_rights_and_notes_of_every_source_are_said_in_indonesian() -> None:
    for each in described_sources():
        for english, indonesian in filter(None, (each["licence"], each["note"])):
            assert "credit" not in indonesian, each["id"]
            assert english == "MIT" or english != indonesian, each["id"]


def test_right_cells_beside_a_misprint_are_not_accused() -> None:
    items = [cell.item[0] for cell in FOUND["provinsi-2020-domains"].cells]
    assert items == [  # of the three domains of 2020, the third are the services
        "domain Kebijakan Internal SPBE (D1)",
        "domain Tata Kelola SPBE (D2)",
        "domain Layanan SPBE (D3)",
    ]


def test_illegible_cells_and_our_own_corrections_stand_apart() -> None:
    domain = "domain Kebijakan Internal SPBE (D1)"
    assert {(each.year, each.item) for each in notes("derived")} == {(2024, (domain, domain))}
    assert len(notes("derived")) == 3
    assert [each.scope for each in notes("correct")] == ["LPNK"]


@pytest.mark.whole
def test_repeated_values_are_those_of_the_published_table() -> None:
    path = data_folder() / "tidy" / "published.csv"
    with path.open(encoding="utf-8") as file:
        counted = Counter(
            int(row["year"]) for row in csv.DictReader(file) if row["status"] == "carried_over"
        )
    listed = {year: len(rows) for year, rows in repeated(agency_pages()).items()}
    assert listed == counted == {2019: 158, 2020: 424, 2022: 66}


def test_pending_reasons_are_told_once_each() -> None:
    stated = tomllib.loads((data_folder() / "releases" / "next.toml").read_text("utf-8"))
    pending = [each for each in errata() if not each.release]
    assert {each.reason for each in pending} == set(stated["reasons"].values())
    assert sum(len(each.names) for each in pending) == len(stated["reasons"])


def test_source_has_its_files_and_an_address_only_where_one_is_recorded() -> None:
    sources = {each["id"]: each for each in described_sources()}
    folders = {
        path.parent.name for path in (project_folder() / "data" / "raw").glob("*/source.toml")
    }
    assert set(sources) == folders
    assert sources["bps-zenodo-4428102"]["address"] == "https://doi.org/10.5281/zenodo.4428102"
    assert sources["menpanrb-2024-report"]["address"] == ""
    assert [each["file"] for each in sources["menpanrb-2024-report"]["tables"]] == [
        "index.csv", "domains.csv", "aggregates.csv",
    ]  # fmt: skip


def test_claims_of_earlier_notebooks_stand_below_their_notebook() -> None:
    found = claims_by_notebook()
    assert len(found) == 16
    with (data_folder() / "releases" / "claims.csv").open(encoding="utf-8") as file:
        rows = Counter(row["notebook"] for row in csv.DictReader(file))
    assert {notebook: len(claims) for notebook, claims in found.items()} == rows
