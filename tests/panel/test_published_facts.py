"""What is known of the published record, fact by fact."""

import csv
import re

import pandas as pd
import pytest

from spbe_research import (
    load_agencies,
    load_aggregates,
    load_covariates,
    load_policies,
    load_published,
    load_reference,
    load_scores,
)
from spbe_research.locations import project_folder

RAW = project_folder() / "data" / "raw"
LOCAL = ["provinsi", "kabupaten", "kota"]


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    return load_published()


def test_every_result_of_the_lists_is_there_once(published: pd.DataFrame) -> None:
    assert published.groupby("year").size().tolist() == [616, 615, 555, 517, 620, 621, 615]
    assert not published.duplicated(["agency_id", "year"]).any()
    assert published["agency_id"].notna().all()


def test_carried_over_values_are_counted_as_known(published: pd.DataFrame) -> None:
    carried = published[published["status"] == "carried_over"].groupby("year").size()
    assert carried.to_dict() == {2019: 158, 2020: 424, 2022: 66}


def test_every_carried_over_value_repeats_the_year_before(published: pd.DataFrame) -> None:
    index = published.set_index(["agency_id", "year"])["index_published"]
    carried = published[published["status"] == "carried_over"]
    before = [index[(row.agency_id, row.year - 1)] for row in carried.itertuples()]
    assert carried["index_published"].tolist() == before


def test_every_local_government_has_the_code_of_its_name_and_province(
    published: pd.DataFrame,
) -> None:
    """An independent join: by the words of the name and the printed province, not the aliases."""
    regions = load_reference("regions").set_index("region_code")
    with (RAW / "menpanrb-2024-report" / "index.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["agency_type"] in LOCAL]
    ids = published[published["year"] == 2024].set_index("name_published")["agency_id"]
    wrong = []
    for row in rows:
        region = regions.loc[ids[row["agency_name_published"]].split("-")[1]]
        words = set(re.findall(r"[a-z]{4,}", row["agency_name_published"].lower())) - {
            "pemerintah",
            "provinsi",
            "kota",
        }
        name = re.sub(r"[^a-z]", "", region["name"].lower())
        spelled = all(word in name for word in words)
        if region["type"] != row["agency_type"] or region["province"] != row["province"]:
            wrong.append(row["agency_name_published"])
        if not spelled:
            wrong.append((row["agency_name_published"], region["name"]))
    assert wrong == []


def test_regions_of_papua_keep_their_id_across_the_recoding(published: pd.DataFrame) -> None:
    mimika = published[published["agency_id"] == "kab-94.04"]
    assert mimika["year"].min() <= 2020
    assert mimika["year"].max() >= 2023
    agencies = load_agencies().set_index("agency_id")
    assert agencies.loc["kab-94.04", "kemendagri_code_2018"] == "91.09"
    assert agencies.loc["kab-94.04", ["province_2018", "province"]].tolist() == [
        "Papua",
        "Papua Tengah",
    ]


def test_lineage_names_only_known_bodies_and_rename_keeps_the_id() -> None:
    lineage = load_reference("agency_lineage")
    known = set(load_agencies()["agency_id"])
    assert set(lineage["predecessor_id"]) | set(lineage["successor_id"]) <= known
    same = lineage["predecessor_id"] == lineage["successor_id"]
    assert (same == (lineage["kind"] == "renamed")).all()
    assert set(lineage["kind"]) <= {"renamed", "merged", "split", "transferred"}
    assert (lineage[["certainty", "year"]] != "").all(axis=None)


def test_merged_bodies_end_before_or_when_their_successor_begins(published: pd.DataFrame) -> None:
    """The four research bodies stand in the list of 2022 only with carried-over values."""
    merged = published[
        (published["year"] == 2022)
        & published["agency_id"].isin(
            load_reference("agency_lineage").query(
                "kind == 'merged' and successor_id == 'pusat-badan-riset-dan-inovasi-nasional'"
            )["predecessor_id"]
        )
    ]
    assert set(merged["status"]) == {"carried_over"}


def test_policies_are_the_ten_policy_levels_and_enacted_from_level_two() -> None:
    policies = load_policies()
    assert len(policies) == 10 * (517 + 554)
    assert (policies["is_enacted"] == (policies["level"] >= 2)).all()
    with (RAW / "menpanrb-2022-sheet" / "indicators.csv").open(encoding="utf-8") as file:
        row = next(
            r for r in csv.DictReader(file) if r["agency_name_published"].endswith("Cilegon")
        )
    cilegon = policies.query("agency_id == 'kota-36.72' and year == 2022").set_index("topic")[
        "level"
    ]
    assert cilegon["architecture"] == int(row["I01"])
    assert cilegon["coordination_team"] == int(row["I10"])


def test_levels_of_the_lists_equal_those_of_the_official_sheets() -> None:
    """141 levels of three agency-years; the 37 of Madiun 2020 stand in no list."""
    with (RAW / "menpanrb-result-sheets" / "sheets.csv").open(encoding="utf-8") as file:
        sheets = [
            r for r in csv.DictReader(file) if r["scale"] == "indicator" and r["year"] > "2020"
        ]
    listed = {}
    for year in ("2021", "2022"):
        with (RAW / f"menpanrb-{year}-sheet" / "indicators.csv").open(encoding="utf-8") as file:
            listed |= {(year, r["agency_name_published"]): r for r in csv.DictReader(file)}
    assert len(sheets) == 3 * 47
    for row in sheets:
        assert listed[(row["year"], row["agency_name_published"])][row["item"]] == row["value"]


def test_covariates_hold_the_508_regencies_and_cities_and_not_jakartas_six() -> None:
    covariates = load_covariates()
    assert covariates["agency_id"].nunique() == 508
    assert not covariates["agency_id"].str.startswith("31.").any()
    cilegon = covariates.set_index(["agency_id", "year"]).loc[("kota-36.72", 2017)]
    with (RAW / "bps-zenodo-4428102" / "population_grdp.csv").open(encoding="utf-8") as file:
        row = next(r for r in csv.DictReader(file) if r["region_code"] == "36.72")
    assert cilegon["population_persons"] == int(row["pop_bps_2017"])
    assert cilegon["grdp_idr"] == int(row["grdp_const2010_bnIDR_2017"]) * 10**9


def test_agency_codes_of_the_ministry_are_no_key() -> None:
    with (RAW / "menpanrb-2021-sheet" / "index.csv").open(encoding="utf-8") as file:
        codes = [row["agency_code_menpanrb"] for row in csv.DictReader(file)]
    assert sorted({code for code in codes if codes.count(code) > 1}) == ["8210", "8211"]


def test_report_of_2018_lists_113_agencies_at_baik_or_more(published: pd.DataFrame) -> None:
    listed = published[published["year"] == 2018]
    assert (listed["index_published"] >= 2.6).sum() == 113
    printed = load_aggregates().query("year == 2018 and measure == 'n_at_least_baik'")
    assert printed["value"].tolist() == [82]
    assert printed["flag"].tolist() == ["count-baik-2018"]


def test_solved_cells_are_derived_and_follow_from_the_index(published: pd.DataFrame) -> None:
    scores = load_scores(scale="domain")
    derived = scores[scores["method"] == "derived"]
    assert (
        derived["agency_id"].str.contains("^prov-35$|pertanian|energi").sum() == 3 == len(derived)
    )
    index = published.set_index(["agency_id", "year"])["index_published"]
    for row in derived.itertuples():
        others = scores.query("agency_id == @row.agency_id and year == 2024").set_index("item")
        rest = sum(
            weight * others.loc[item, "value"]
            for item, weight in (("D2", 0.25), ("D3", 0.165), ("D4", 0.455))
        )
        solved = (index[(row.agency_id, 2024)] - rest) / 0.13
        assert abs(solved - row.value) < 0.1  # a hundredth of the index is 0.08 of this domain
