"""Indicators, ratings and election waves: joined by code or whole name, values as the source."""

import csv

import pandas as pd
import pytest

from spbe_research.errors import DataError
from spbe_research.locations import data_folder
from spbe_research.panel.loaders import (
    load_agencies,
    load_covariates,
    load_reference,
)
from spbe_research.panel.outside import read_election_waves, read_outside_ratings
from spbe_research.panel.outside_loaders import (
    load_election_waves,
    load_outside_ratings,
    load_region_indicators,
)
from spbe_research.panel.raw import Source


def raw(source: str, name: str) -> list[dict[str, str]]:
    path = data_folder() / "raw" / source / name
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_value_is_that_of_its_source_and_only_the_six_of_jakarta_are_left_out() -> None:
    printed = raw("quarcs-514-series", "region_indicators.csv")
    copies = raw("bps-2021-copies", "region_indicators.csv")
    given = {(r["region_code"], r["indicator"], int(r["year"])): float(r["value"])
             for r in printed + copies}  # fmt: skip
    codes = load_agencies().set_index("agency_id")["kemendagri_code"]
    table = load_region_indicators()
    for row in table.itertuples():
        assert given[codes[row.agency_id], row.indicator, row.year] == row.value
    left = {code for code, _, _ in given} - set(codes[table["agency_id"].unique()])
    assert len(given) - len(table) == len(given) - 508 * len(given) // 514
    assert {code[:2] for code in left} == {"31"}
    assert len(left) == 6


def test_product_of_the_copies_follows_that_of_the_covariates() -> None:
    """The safe join: a shifted code would put products of neighbours side by side."""
    copies = load_region_indicators().query("indicator == 'grdp_const2010'")
    stated = 1e6 * copies.set_index("agency_id")["value"]
    known = load_covariates().query("year == 2017").set_index("agency_id")["grdp_idr"]
    ratio = (stated / known.astype(float)).dropna()
    assert len(ratio) > 500
    assert ratio.between(0.5, 2).mean() > 0.98


def test_year_of_a_copy_is_said_to_be_inferred() -> None:
    status = load_region_indicators().groupby("source_id")["year_status"].unique()
    assert status["bps-2021-copies"].tolist() == ["inferred"]
    assert status["quarcs-514-series"].tolist() == ["printed"]


def test_ratings_and_waves_have_the_rows_of_their_files() -> None:
    ratings = load_outside_ratings()
    assert len(ratings) == len(raw("outside-ratings", "external_ratings.csv")) + len(
        raw("outside-ratings", "gm_dtgi.csv")
    )
    assert ratings.loc[ratings["award"] == "top 10", "rank"].isna().all()
    waves = load_election_waves()
    assert len(waves) == len(raw("election-waves-survey", "election_waves.csv")) == 226


def source(name: str, row: dict[str, str]) -> dict[str, Source]:
    table = pd.DataFrame([{**row, "source_id": "s", "locator": "l", "method": "extracted"}])
    return {"s": Source("s", {}, {name: table})}


def test_a_rating_of_an_unknown_name_is_refused() -> None:
    row = {"year": "2025", "region": "Kota Bulan", "type": "kota", "rank_in_type": "1",
           "award": "", "score_percent": "", "confidence": "high"}  # fmt: skip
    sources = source("gm_dtgi.csv", row)
    empty = dict.fromkeys(("rating", "year", "class", "rank", "region"), "")
    sources |= {"t": source("external_ratings.csv", empty)["s"]}
    reference = {"agencies": load_reference("agencies")}
    with pytest.raises(DataError, match="'Kota Bulan': is not in agencies.csv"):
        read_outside_ratings(sources, reference)


def test_a_wave_whose_code_and_name_differ_is_refused() -> None:
    row = {"region_code": "36.72", "name": "Kota Serang", "wave": "", "election_dates": ""}
    reference = {name: load_reference(name) for name in ("agencies", "regions")}
    with pytest.raises(DataError, match=r"36\.72, 'Kota Serang': is not its name"):
        read_election_waves(source("election_waves.csv", row), reference)
