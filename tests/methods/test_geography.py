"""Geography: provinces and tiles, Moran's I by hand and against esda, and what is refused."""

import math

import numpy as np
import pandas as pd
import pytest
from esda.moran import Moran
from libpysal.weights import W
from scipy.stats import spearmanr
from simulation.places import scattered_places, spatial_field

from simulated_truths import moran
from spbe_research.errors import DataError
from spbe_research.methods.geography import (
    great_circle_km,
    moran_correlogram,
    morans_i,
    place_values,
    province_means,
)
from spbe_research.panel.loaders import load_agencies, load_published, load_reference

LINE = [0.0, 1.0, 2.0, 3.0]  # four places on the equator, 111 km apart


@pytest.fixture(scope="module")
def tiles() -> pd.DataFrame:
    return load_reference("province_tiles").astype({"row": int, "column": int})


def tables(values: dict[str, float], **columns: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    names = list(values)
    published = pd.DataFrame({
        "agency_id": names, "year": 2024, "agency_type": "kabupaten",
        "index_published": list(values.values()), "status": "evaluated", "flag": "",
    })  # fmt: skip
    agencies = pd.DataFrame({
        "agency_id": names, "name": [f"Kabupaten {name}" for name in names],
        "agency_type": "kabupaten", "kemendagri_code": names, "kemendagri_code_2018": names,
        "province": "A", "province_2018": "A", "island": "I",
        "lon": np.arange(len(names), dtype=float), "lat": 0.0,
    })  # fmt: skip
    return published, agencies.assign(**columns)


def test_tiles_hold_every_province_once(tiles: pd.DataFrame) -> None:
    assert sorted(tiles["province"]) == sorted(load_agencies()["province"].dropna().unique())
    assert not tiles.duplicated(["row", "column"]).any()
    assert not tiles["code"].duplicated().any()
    assert tiles["code"].str.fullmatch("[A-Z]{2,4}").all()


def test_tiles_know_the_provinces_of_2018(tiles: pd.DataFrame) -> None:
    then = set(tiles.loc[tiles["exists_2018"] == "1", "province"])
    assert then == set(load_agencies()["province_2018"].dropna())
    assert len(then) == 34


def test_tiles_lie_as_the_provinces_do(tiles: pd.DataFrame) -> None:
    places = load_agencies().dropna(subset=["lon", "lat"]).groupby("province")[["lon", "lat"]]
    joined = tiles.set_index("province").join(places.mean(), how="inner")
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
def test_neighbours_touch_from_west_to_east(tiles: pd.DataFrame, west: str, east: str) -> None:
    placed = tiles.set_index("province")[["row", "column"]]
    down, right = (placed.loc[east] - placed.loc[west]).tolist()
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
    found = morans_i([1, 2, 3, 4], LINE, [0] * 4, band_km=(0, 120), seed=1)
    above = -1.5 * -0.5 + -0.5 * (-1.5 + 0.5) / 2 + 0.5 * (-0.5 + 1.5) / 2 + 1.5 * 0.5
    assert found["estimate"] == pytest.approx(above / 5)
    assert found["mean_neighbours"] == pytest.approx(1.5)
    assert found["n_isolated"] == 0


def test_moran_equals_esdas() -> None:
    places = scattered_places(60, seed=3)
    values = np.random.default_rng(3).normal(size=60)
    km = great_circle_km(places["lon"], places["lat"])
    near = {
        one: [two for two in range(60) if two != one and km[one, two] < 700] for one in range(60)
    }
    theirs = Moran(values, W(near, silence_warnings=True), transformation="r", permutations=0)
    ours = morans_i(values, places["lon"], places["lat"], band_km=(0, 700), seed=1)
    assert all(near.values())
    assert ours["estimate"] == pytest.approx(theirs.I)
    assert ours["expected"] == pytest.approx(theirs.EI, abs=0.01)


def test_permutation_p_counts_all_orders() -> None:
    # Of 24 orders of a line of four only the rising and the falling one reach this I, and no order
    # lies as far below the expected value.
    found = morans_i([1, 2, 3, 4], LINE, [0] * 4, band_km=(0, 120), n_permutations=4_000, seed=1)
    far = morans_i([1, 4, 1, 4], LINE, [0] * 4, band_km=(0, 120), seed=1)
    assert found["p_two_sided"] == pytest.approx(2 / 24, abs=0.02)
    assert far["estimate"] == pytest.approx(-1)


@pytest.mark.parametrize(
    ("values", "band"),
    [([], (0, 100)), ([1], (0, 100)), ([1, 2], (0, 500)), ([2, 2, 2, 2], (0, 500)),
     ([1, 2, 3, 4], (0, 50))],
)  # fmt: skip
def test_nothing_to_compare_is_missing(values: list[float], band: tuple[float, float]) -> None:
    n = len(values)
    found = morans_i(values, LINE[:n], [0] * n, band_km=band, n_permutations=9, seed=1)
    assert math.isnan(found["estimate"])
    assert math.isnan(found["p_two_sided"])
    assert found["n"] == n


def test_missing_index_is_an_error_and_never_a_small_p() -> None:
    published, agencies = tables(dict(zip("abcdef", [1, 2, np.nan, 4, 5, 2], strict=True)))
    for table, choices in (
        (moran_correlogram, {"seed": 1}),
        (place_values, {}),
        (province_means, {}),
    ):
        with pytest.raises(DataError, match="Invalid indices of 2024, 1 not finite"):
            table(published, agencies, year=2024, **choices)


def test_everyone_is_everyones_neighbour() -> None:
    found = morans_i([1, 1, 1, 2], LINE, [0] * 4, band_km=(0, 999), seed=1)
    # I is its expected value whatever the order.
    assert found["estimate"] == pytest.approx(-1 / 3)
    assert found["p_two_sided"] == 1


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: morans_i([1, 2], [0, 1], [0, 0], band_km=(100, 50), seed=1), "Invalid edges"),
        (lambda: morans_i([1, np.nan], [0, 1], [0, 0], band_km=(0, 9), seed=1), "1 not finite"),
        (lambda: morans_i([1, 2, 3], [0, 1], [0, 0], band_km=(0, 9), seed=1), "3 values, 2 places"),
    ],
)
def test_unfit_choices_are_refused(call, match: str) -> None:
    with pytest.raises(DataError, match=match):
        call()


def test_places_without_a_point_are_named_and_counted() -> None:
    both = tables(dict(zip("abcdef", [1, 2, 3, 4, 5, 2], strict=True)), lon=[0, 1, 2, np.nan, 4, 5])
    found = moran_correlogram(*both, year=2024, edges_km=[0, 150], n_permutations=9, seed=1)
    assert found["n_without_point"].tolist() == [1, 1]
    assert found["without_point"].tolist() == ["Kabupaten d"] * 2
    assert found["n"].tolist() == [5, 5]


def test_within_province_permutation_keeps_residuals_in_their_province() -> None:
    # One province is constant: its residuals are 0 under every permutation within provinces, so I
    # never varies when the other has two places only.
    both = tables(dict(zip("abcdef", [2, 2, 2, 2, 1, 3], strict=True)), province=list("AAAABB"))
    found = moran_correlogram(*both, year=2024, edges_km=[0, 120], n_permutations=50, seed=1)
    row = found.set_index("values").loc["less province mean"]
    assert row["estimate"] == pytest.approx(row["expected"])
    assert row["null_low"] == pytest.approx(row["null_high"])
    assert row["p_two_sided"] == 1


@pytest.mark.whole
def test_moran_keeps_its_level_and_finds_likeness() -> None:
    rows = pd.DataFrame(moran(40, seed=4))
    margin = 3 * math.sqrt(0.05 * 0.95 / 40)
    null = rows["nominal"] == 0.05
    assert (rows.loc[null, "covered"] <= 0.05 + margin).all()
    assert (rows.loc[~null, "covered"] > 0.7).all()


@pytest.mark.whole
def test_province_means_by_hand() -> None:
    both = tables(
        {"a": 1.0, "b": 3.0, "c": 2.0, "d": 2.5, "e": 2.5},
        province=["A", "A", "B", "C", "C"],
        province_2018=["A", "A", "A", "C", "C"],
    )
    table = province_means(*both, year=2024).set_index("province")
    assert table["estimate"].tolist() == [2.0, 2.0, 2.5]
    assert table["n"].tolist() == [2, 1, 2]
    assert table[["lowest", "highest"]].to_numpy().tolist() == [[1, 3], [2, 2], [2.5, 2.5]]
    assert table["provincial_index"].isna().all()


def test_provinces_are_those_of_the_year() -> None:
    both = load_published(), load_agencies()
    counts = {year: province_means(*both, year=year) for year in (2020, 2021, 2022)}
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
    published, agencies = tables({"a": 1.0, "b": 3.0})
    with pytest.raises(DataError, match="1 unknown: 'b'"):
        place_values(published, agencies.iloc[:1], year=2024)
    with pytest.raises(DataError, match="No result left"):
        province_means(published, agencies, year=2023)


def test_synthetic_field_has_its_correlation() -> None:
    fields = spatial_field([100, 101], [0, 0], range_km=200, n_fields=20_000, seed=1)
    # One degree of the equator is 111.195 km on this sphere.
    assert np.corrcoef(fields.T)[0, 1] == pytest.approx(math.exp(-111.195 / 200), abs=0.02)
    assert scattered_places(0, seed=1).empty
