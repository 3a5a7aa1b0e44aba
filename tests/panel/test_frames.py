"""Pairs of values of two years: which bodies, which values, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from spbe_research.errors import DataError
from spbe_research.panel.frames import (
    add_places,
    add_predicates,
    frame_pairs,
    select_results,
)
from spbe_research.panel.loaders import load_published

NEW, OLD = "evaluated", "carried_over"
TWO = pd.DataFrame(
    [
        ("a", 2021, 1.0, NEW),
        ("b", 2021, 2.0, OLD),
        ("c", 2021, 3.0, NEW),
        ("a", 2022, 1.5, NEW),
        ("b", 2022, 2.2, NEW),
        ("c", 2022, 3.0, OLD),
    ],
    columns=["agency_id", "year", "index_published", "status"],
).assign(agency_type="kota", flag="")


def test_pairs_of_three_bodies_by_hand() -> None:
    columns = ["agency_id", "index_start", "index_end"]
    same = frame_pairs(TWO, 2021, 2022)
    assert same[columns].to_numpy().tolist() == [["a", 1.0, 1.5]]
    listed = frame_pairs(TWO, 2021, 2022, kind="listed")
    assert listed[columns].to_numpy().tolist() == [["a", 1.0, 1.5], ["b", 2.0, 2.2]]


def test_pairs_may_cross_a_break_and_carry_the_flag_of_the_end() -> None:
    listed = frame_pairs(load_published(), 2022, 2023, kind="listed")
    assert len(listed) == 604
    assert listed.loc[listed["flag"].fillna("") != "", "agency_id"].tolist() == ["kab-16.07"]


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda p: frame_pairs(p, 2021, 2022, kind="entrants"), "must be like_for_like or listed"),
        (lambda p: frame_pairs(p, 2018, 2022), "No body left"),
        (lambda p: frame_pairs(p.assign(index_published=np.nan), 2021, 2022), "missing: 'a'"),
    ],
)
def test_what_cannot_be_is_refused(call, match: str) -> None:
    with pytest.raises(DataError, match=match):
        call(TWO)


def test_results_are_chosen_by_year_type_and_status() -> None:
    def chosen(**asked: object) -> list[str]:
        table = select_results(TWO, **asked)
        return [f"{row.agency_id} {row.year}" for row in table.itertuples()]

    assert chosen(years=[2022]) == ["a 2022", "b 2022"]
    assert chosen(years=[2022], status="all") == ["a 2022", "b 2022", "c 2022"]
    assert chosen(status="carried_over") == ["b 2021", "c 2022"]
    assert len(chosen(agency_types=["kota"])) == 4
    with pytest.raises(DataError, match="No result left"):
        chosen(agency_types=["provinsi"])
    with pytest.raises(DataError, match="Invalid status 'new'"):
        chosen(status="new")


def test_predicates_are_kept_where_they_are_and_computed_where_not() -> None:
    asked = TWO.assign(predicate="Baik")
    assert add_predicates(asked)["predicate"].tolist() == ["Baik"] * 6
    computed = add_predicates(TWO)["predicate"].tolist()
    assert computed == ["Kurang", "Cukup", "Baik", "Kurang", "Cukup", "Baik"]
    with pytest.raises(DataError, match="Invalid predicate 'Bagus'"):
        add_predicates(TWO.assign(predicate="Bagus"))
    with pytest.raises(DataError, match="Invalid year 2017. It must be one with an evaluation"):
        add_predicates(TWO.assign(year=2017))


def test_a_body_without_a_place_is_named() -> None:
    places = pd.DataFrame({"agency_id": ["a", "b"], "province": "X", "island": "Y"})
    with pytest.raises(DataError, match=r"Invalid agencies \['c'\]"):
        add_places(TWO, places)


PLACED = pd.DataFrame(
    [
        ("kota-36.72", 2021, "kota"),  # Cilegon, Banten
        ("prov-36", 2021, "provinsi"),  # Banten
        ("kab-12.01", 2021, "kabupaten"),  # Tapanuli Tengah, Sumatera Utara
        ("kab-12.01", 2022, "kabupaten"),
        ("pusat-kementerian-keuangan", 2021, "kementerian"),
    ],
    columns=["agency_id", "year", "agency_type"],
).assign(index_published=2.0, status=NEW)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"islands": "Jawa"}, ["kota-36.72 2021", "prov-36 2021"]),
        ({"islands": ["Sumatera"], "years": 2022}, ["kab-12.01 2022"]),
        ({"provinces": "Banten", "agency_types": "kota"}, ["kota-36.72 2021"]),
        ({"provinces": ["Banten", "Sumatera Utara"], "years": [2021]},
         ["kota-36.72 2021", "prov-36 2021", "kab-12.01 2021"]),
    ],
)  # fmt: skip
def test_results_are_chosen_by_island_and_province(
    asked: dict[str, object], expected: list[str]
) -> None:
    found = select_results(PLACED, **asked)
    assert (found["agency_id"] + " " + found["year"].astype(str)).tolist() == expected
    assert found.columns.tolist() == PLACED.columns.tolist()


def test_province_of_a_result_is_the_one_of_its_year() -> None:
    """Boven Digoel lay in Papua until 2021, in Papua Selatan from 2022."""
    digoel = load_published().query("name_published.str.contains('Digoel') and year != 2020")
    for province, years in (("Papua", {2018, 2019, 2021}), ("Papua Selatan", {2022, 2023, 2024})):
        chosen = select_results(digoel, status="all", provinces=province)
        assert set(chosen["year"]) <= years
        assert len(chosen) == digoel["year"].isin(years).sum() > 1


@pytest.mark.parametrize(
    ("asked", "match"),
    [
        ({"islands": "Java"}, "Invalid islands 'Java'. Each must be one of Bali dan Nusa Tenggara"),
        ({"provinces": ["Banten", "Bantn"]}, "Invalid provinces 'Bantn'. Each must be one of Aceh"),
        ({"agency_types": "cities"}, "Invalid agency types 'cities'. Each must be one of kabup"),
        ({"islands": "Papua", "years": 2021}, r"No result left. .*islands \['Papua'\]"),
    ],
)
def test_place_or_type_that_is_unknown_or_empty_is_refused(
    asked: dict[str, object], match: str
) -> None:
    with pytest.raises(DataError, match=match):
        select_results(PLACED, **asked)
