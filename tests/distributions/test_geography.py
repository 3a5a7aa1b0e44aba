"""Geography: provinces and tiles, Moran's I by hand and against esda, and what is refused."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from compare_geography import comparisons, coverage
from spbe_research.datasets import load_agencies, load_published, load_reference
from spbe_research.distributions.geography import (
    great_circle_km,
    moran_correlogram,
    morans_i,
    place_values,
    province_means,
)
from spbe_research.errors import DataError
from spbe_research.simulation.places import scattered_places, spatial_field

_COMPARED = comparisons()
_COVERED = coverage(30, seed=4)
_TILES = load_reference("province_tiles").astype({"row": int, "column": int})
_LINE = [0.0, 1.0, 2.0, 3.0]  # four places on the equator, 111 km apart


def _tables(values: dict[str, float], **columns: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    names = list(values)
    published = pd.DataFrame({
        "agency_id": names, "year": 2024, "agency_type": "kabupaten",
        "index_published": list(values.values()), "status": "evaluated",
    })  # fmt: skip
    agencies = pd.DataFrame({
        "agency_id": names, "name": [f"Kabupaten {name}" for name in names],
        "agency_type": "kabupaten", "region_code": names, "region_code_2018": names,
        "province": "A", "province_2018": "A", "island": "I",
        "lon": np.arange(len(names), dtype=float), "lat": 0.0,
    })  # fmt: skip
    return published, agencies.assign(**columns)


@pytest.mark.parametrize("row", _COMPARED, ids=lambda row: f"{row['estimator']}: {row['quantity']}")
def test_estimate_equals_independent_one(row: dict) -> None:
    assert row["ours"] == pytest.approx(row["independent"], abs=row["tolerance"])


@pytest.mark.parametrize("row", _COVERED, ids=lambda row: f"{row['estimator']}: {row['setting']}")
def test_rates_are_nominal_and_likeness_is_found(row: dict) -> None:
    if row["nominal"] == "power":
        assert row["covered"] > 0.7
        return
    allowed = 4 * math.sqrt(row["nominal"] * (1 - row["nominal"]) / row["n_simulations"])
    assert row["covered"] == pytest.approx(row["nominal"], abs=allowed)


def test_tiles_hold_every_province_once() -> None:
    assert sorted(_TILES["province"]) == sorted(load_agencies()["province"].dropna().unique())
    assert not _TILES.duplicated(["row", "column"]).any()
    assert not _TILES["code"].duplicated().any()
    assert _TILES["code"].str.fullmatch("[A-Z]{2,4}").all()
    assert _TILES["row"].between(1, 8).all()
    assert _TILES["column"].between(1, 16).all()


def test_tiles_know_the_provinces_of_2018() -> None:
    then = set(_TILES.loc[_TILES["exists_2018"] == "1", "province"])
    assert then == set(load_agencies()["province_2018"].dropna())
    assert len(then) == 34


def test_tiles_lie_as_the_provinces_do() -> None:
    places = load_agencies().dropna(subset=["lon", "lat"]).groupby("province")[["lon", "lat"]]
    joined = _TILES.set_index("province").join(places.mean(), how="inner")
    assert len(joined) == 37  # DKI Jakarta has no kabupaten or kota of its own
    assert spearmanr(joined["column"], joined["lon"]).statistic > 0.9
    assert spearmanr(joined["row"], joined["lat"]).statistic < -0.9


@pytest.mark.parametrize(
    ("west", "east"),
    [
        ("Aceh", "Sumatera Utara"),
        ("Banten", "DKI Jakarta"),
        ("Banten", "Jawa Barat"),
        ("Jawa Barat", "Jawa Tengah"),
        ("Jawa Tengah", "Jawa Timur"),
        ("Jawa Timur", "Bali"),
        ("Bali", "Nusa Tenggara Barat"),
        ("Nusa Tenggara Barat", "Nusa Tenggara Timur"),
        ("Kalimantan Barat", "Kalimantan Tengah"),
        ("Gorontalo", "Sulawesi Utara"),
        ("Papua Barat Daya", "Papua Barat"),
        ("Papua Tengah", "Papua Pegunungan"),
    ],
)
def test_neighbours_touch_from_west_to_east(west: str, east: str) -> None:
    tiles = _TILES.set_index("province")[["row", "column"]]
    down, right = (tiles.loc[east] - tiles.loc[west]).tolist()
    assert right == 1
    assert abs(down) <= 1


def test_quarter_of_the_equator_and_pole_by_hand() -> None:
    distance = great_circle_km([0, 90, 0], [0, 0, 90])
    quarter = math.pi / 2 * 6371.0088
    assert distance == pytest.approx(quarter * (1 - np.eye(3)), abs=1e-6)
    assert great_circle_km([], []).shape == (0, 0)


def test_unfit_coordinates_are_all_named() -> None:
    with pytest.raises(DataError, match=r"2 violations:\n  - place 1: .*\n  - place 2: lon 181"):
        great_circle_km([0, np.nan, 181], [0, 0, 0])
    with pytest.raises(DataError, match="2 longitudes, 1 latitudes"):
        great_circle_km([0, 1], [0])


def test_moran_of_a_line_by_hand() -> None:
    # z = -1.5, -0.5, 0.5, 1.5; rows of weights: (2), (1, 3), (2, 4), (3), each summing to 1.
    found = morans_i([1, 2, 3, 4], _LINE, [0] * 4, band_km=(0, 120), seed=1).iloc[0]
    above = -1.5 * -0.5 + -0.5 * (-1.5 + 0.5) / 2 + 0.5 * (-0.5 + 1.5) / 2 + 1.5 * 0.5
    assert found["estimate"] == pytest.approx(above / 5)
    assert found["expected"] == pytest.approx(-1 / 3)
    assert found["mean_neighbours"] == pytest.approx(1.5)


def test_permutation_p_counts_all_orders() -> None:
    # Of 24 orders of a line of four, only the rising and the falling one reach this I.
    found = morans_i(
        [1, 2, 3, 4], _LINE, [0] * 4, band_km=(0, 120), n_permutations=4_000, seed=1
    ).iloc[0]
    assert found["p_greater"] == pytest.approx(2 / 24, abs=0.02)


def test_alternating_values_are_negatively_alike() -> None:
    lon = np.arange(20.0)
    found = morans_i(np.arange(20) % 2, lon, lon * 0, band_km=(0, 120), seed=1).iloc[0]
    assert found["estimate"] == pytest.approx(-1)
    assert found["p_greater"] == 1
    assert found["p_two_sided"] <= 0.002


def test_isolated_places_are_counted() -> None:
    found = morans_i([1, 2, 3, 4, 9], [*_LINE, 90], [0] * 5, band_km=(0, 120), seed=1).iloc[0]
    assert found["n_isolated"] == 1
    assert found["n"] == 5


@pytest.mark.parametrize(
    ("values", "band"),
    [([], (0, 100)), ([1], (0, 100)), ([1, 2], (0, 500)), ([2, 2, 2, 2], (0, 500)),
     ([1, 2, 3, 4], (0, 50))],
)  # fmt: skip
def test_nothing_to_compare_is_missing(values: list[float], band: tuple[float, float]) -> None:
    n = len(values)
    found = morans_i(values, _LINE[:n], [0] * n, band_km=band, n_permutations=9, seed=1).iloc[0]
    assert math.isnan(found["estimate"])
    assert math.isnan(found["p_two_sided"])
    assert found["n"] == n


def test_two_valued_and_tied_fields_give_no_warning() -> None:
    found = morans_i([1, 1, 1, 2], _LINE, [0] * 4, n_neighbours=3, seed=1).iloc[0]
    # Everyone is everyone's neighbour: I is its expected value whatever the order.
    assert found["estimate"] == pytest.approx(-1 / 3)
    assert found["p_two_sided"] == 1
    assert found["p_greater"] == 1


def test_unfit_choices_are_refused() -> None:
    with pytest.raises(DataError, match="Give band_km or n_neighbours"):
        morans_i([1, 2], [0, 1], [0, 0], band_km=(0, 1), n_neighbours=1, seed=1)
    with pytest.raises(DataError, match=r"Invalid n_neighbours 4. .* number of places, 4"):
        morans_i([1, 2, 3, 4], _LINE, [0] * 4, n_neighbours=4, seed=1)
    with pytest.raises(DataError, match="Invalid edges"):
        morans_i([1, 2], [0, 1], [0, 0], band_km=(100, 50), seed=1)
    with pytest.raises(DataError, match="1 not finite"):
        morans_i([1, np.nan], [0, 1], [0, 0], n_neighbours=1, seed=1)
    with pytest.raises(DataError, match="3 values, 2 places"):
        morans_i([1, 2, 3], [0, 1], [0, 0], n_neighbours=1, seed=1)


def test_places_without_a_point_are_named_and_counted() -> None:
    tables = _tables(
        dict(zip("abcdef", [1, 2, 3, 4, 5, 2], strict=True)),
        lon=[0, 1, 2, np.nan, 4, 5],
    )
    found = moran_correlogram(*tables, year=2024, edges_km=[0, 150], n_permutations=9, seed=1)
    assert found["n_without_point"].tolist() == [1, 1]
    assert found["without_point"].tolist() == ["Kabupaten d"] * 2
    assert found["n"].tolist() == [5, 5]


def test_within_province_permutation_keeps_residuals_in_their_province() -> None:
    # One province is constant: its residuals are 0 under every permutation within provinces, so I
    # never varies when the other has two places only.
    tables = _tables(dict(zip("abcdef", [2, 2, 2, 2, 1, 3], strict=True)), province=list("AAAABB"))
    found = moran_correlogram(*tables, year=2024, edges_km=[0, 120], n_permutations=50, seed=1)
    row = found.set_index("values").loc["less province mean"]
    assert row["estimate"] == pytest.approx(row["expected"])
    assert row["null_low"] == pytest.approx(row["null_high"])
    assert row["p_two_sided"] == 1
    assert math.isnan(row["z"])


def test_provinces_only_are_seen_as_such() -> None:
    tables = load_published(), load_agencies()
    found = moran_correlogram(*tables, year=2024, edges_km=[0, 100], n_permutations=99, seed=1)
    found = found.set_index("values")["estimate"]
    assert found["index"] > 0.4
    assert found["less province mean"] < 0.1


def test_province_means_by_hand() -> None:
    tables = _tables(
        {"a": 1.0, "b": 3.0, "c": 2.0, "d": 2.5, "e": 2.5},
        province=["A", "A", "B", "C", "C"],
        province_2018=["A", "A", "A", "C", "C"],
    )
    table = province_means(*tables, year=2024).set_index("province")
    assert table["estimate"].tolist() == [2.0, 2.0, 2.5]
    assert table["n"].tolist() == [2, 1, 2]
    # t(1) at 97.5 % is tan(0.475 pi); the standard error of 1 and 3 is 1.
    assert table.loc["A", "high"] == pytest.approx(2 + math.tan(0.475 * math.pi))
    assert table.loc[["B", "C"], ["low", "high"]].isna().all(axis=None)
    assert table["provincial_index"].isna().all()


def test_provinces_are_those_of_the_year() -> None:
    tables = load_published(), load_agencies()
    counts = {year: province_means(*tables, year=year) for year in (2020, 2021, 2022)}
    assert {year: len(table) for year, table in counts.items()} == {2020: 34, 2021: 34, 2022: 38}
    then = counts[2021].set_index("province")
    assert then.loc["Papua", "n_places"] == 29
    assert then.loc["DKI Jakarta", ["n_places", "n"]].tolist() == [0, 0]
    assert math.isnan(then.loc["DKI Jakarta", "estimate"])
    assert then["n"].sum() == 391  # 301 kabupaten and 90 kota evaluated in 2021
    assert counts[2022]["n_places"].sum() == 508


def test_provincial_government_stands_beside_its_places() -> None:
    table = province_means(load_published(), load_agencies(), year=2018).set_index("province")
    # The published list of 2018: Pemerintah Aceh 2.26.
    assert table.loc["Aceh", "provincial_index"] == 2.26


def test_unknown_agency_is_refused() -> None:
    published, agencies = _tables({"a": 1.0, "b": 3.0})
    with pytest.raises(DataError, match="1 unknown: 'b'"):
        place_values(published, agencies.iloc[:1], year=2024)
    with pytest.raises(DataError, match="No result left"):
        province_means(published, agencies, year=2023)


def test_synthetic_field_has_its_correlation() -> None:
    fields = spatial_field([100, 101], [0, 0], range_km=200, n_fields=20_000, seed=1)
    # One degree of the equator is 111.195 km on this sphere.
    assert np.corrcoef(fields.T)[0, 1] == pytest.approx(math.exp(-111.195 / 200), abs=0.02)
    assert fields.std() == pytest.approx(1, abs=0.02)
    assert scattered_places(0, seed=1).empty
