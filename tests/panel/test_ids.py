"""Identifiers: none reads as a number, all sort as before, old ones still lead to their body."""

import io

import pandas as pd
import pytest

from spbe_research import load_agencies, load_published
from spbe_research.claims import resolve_agency
from spbe_research.claims.agency_search import namesakes
from spbe_research.locations import data_folder
from spbe_research.panel.ids import agency_order, current_agency_id


def test_a_merge_by_id_loses_no_region_though_nothing_is_said_of_types():
    tidy = data_folder() / "tidy"
    bare = pd.read_csv(tidy / "published.csv", low_memory=False)
    agencies = pd.read_csv(tidy / "agencies.csv")
    merged = bare.merge(agencies, on="agency_id", how="left", indicator=True)
    assert (merged["_merge"] == "both").all()
    assert set(bare["agency_id"]) == set(load_published()["agency_id"])


def test_id_is_type_and_code():
    agencies = load_agencies()
    regions = agencies[agencies["kemendagri_code"].notna()]
    prefix = {"provinsi": "prov-", "kabupaten": "kab-", "kota": "kota-"}
    assert (regions["agency_type"].map(prefix) + regions["kemendagri_code"]).tolist() == regions[
        "agency_id"
    ].tolist()
    others = agencies[agencies["kemendagri_code"].isna()]
    assert others["agency_id"].str.match(r"(pusat|polda)-").all()


def test_tables_stand_in_the_order_of_codes():
    ids = load_agencies()["agency_id"]
    codes = ids.str.replace(r"^(prov|kab|kota)-(?=\d)", "", regex=True)
    assert codes.is_monotonic_increasing
    assert ids[:3].tolist() == ["prov-11", "kab-11.01", "kab-11.02"]


def test_order_leaves_other_columns_as_they_are():
    table = pd.DataFrame({"agency_id": ["kota-11.71", "kab-11.02"], "year": [2021, 2020]})
    assert table.sort_values(["year", "agency_id"], key=agency_order)["year"].tolist() == [
        2020,
        2021,
    ]
    names = pd.Series(["kota-bandar-lampung", "kab-madiun"])
    assert agency_order(names).tolist() == names.tolist()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("36.72", "kota-36.72"),
        ("11.10", "kab-11.10"),
        ("36", "prov-36"),
        ("kota-36.72", "kota-36.72"),
        ("pusat-badan-keamanan-laut", "pusat-badan-keamanan-laut"),
        ("11.1", "11.1"),
        ("Kota Cilegon", "Kota Cilegon"),
    ],
)
def test_an_old_id_leads_to_its_body(old, new):
    assert current_agency_id(old) == new


def test_old_ids_are_resolved_where_a_user_gives_one():
    assert resolve_agency(" 36.72 ") == "kota-36.72"
    assert namesakes("32.73") == ["kab-32.04"]


def test_the_reading_lines_name_the_columns_that_hold_codes():
    guide = (data_folder() / "tidy" / "README.md").read_text(encoding="utf-8")
    stata = guide.split("stringcols(")[1].split(")")[0].split()
    columns = load_agencies().columns
    assert [columns[int(number) - 1] for number in stata] == [
        "kemendagri_code",
        "kemendagri_code_2018",
    ]
    line = next(row for row in guide.splitlines() if row.startswith("| Python"))
    assert 'pd.read_csv("agencies.csv", dtype={"kemendagri_code": "str", ' in line
    content = io.BytesIO((data_folder() / "tidy" / "agencies.csv").read_bytes())
    read = pd.read_csv(
        content,
        dtype={"kemendagri_code": "str", "kemendagri_code_2018": "str"},
        keep_default_na=False,
        na_values=[""],
    )
    assert read["kemendagri_code"].tolist()[10] == "11.10"
