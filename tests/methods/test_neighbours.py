"""Neighbours and borders: by hand, by a slow loop over all pairs, and on simulated truths."""

import math

import numpy as np
import pandas as pd
import pytest

from simulated_truths import neighbours
from spbe_research.errors import DataError
from spbe_research.methods.neighbours import compare_neighbours
from spbe_research.panel.loaders import load_agencies, load_published


def tables(values: list[float], provinces: str, lon: list[float]) -> tuple[pd.DataFrame, ...]:
    names = [f"a{place}" for place in range(len(values))]
    published = pd.DataFrame({
        "agency_id": names, "year": 2024, "agency_type": "kota", "index_published": values,
        "status": "evaluated", "flag": "",
    })  # fmt: skip
    agencies = pd.DataFrame({
        "agency_id": names, "name": names, "province": list(provinces),
        "province_2018": list(provinces), "lon": lon, "lat": 0.0,
    })  # fmt: skip
    return published, agencies


def test_pairs_of_four_places_by_hand() -> None:
    # 111 km a degree: neighbours a-b (one province), b-c (a border), c-d (one province).
    both = tables([1.0, 2.0, 4.0, 4.5], "AABB", [0, 1, 2, 3])
    found = compare_neighbours(*both, year=2024, edges_km=[0, 120], n_resamples=50, seed=1)
    near = found[found["from_km"] == 0].set_index("border")
    assert near["estimate"].to_dict() == pytest.approx(
        {"within": (1 + 0.5) / 2, "across": 2.0, "difference": 1.25, "any": 3.5 / 3}
    )
    assert near["n_pairs"].tolist() == [2, 1, 3, 3]
    whole = found[found["from_km"].isna()].set_index("border")
    assert whole.loc["any", ["estimate", "n_pairs", "n"]].tolist() == [
        pytest.approx((1 + 3 + 3.5 + 2 + 2.5 + 0.5) / 6), 6, 4,
    ]  # fmt: skip


@pytest.mark.whole
def test_published_numbers_equal_a_slow_loop_over_all_pairs() -> None:
    """Under 100 km in 2024: likeness 0.777 within a province, 0.749 across a border."""
    agencies = load_agencies().set_index("agency_id")
    rows = load_published().query("year == 2024 and status == 'evaluated'")
    rows = rows[rows["agency_type"].isin(["kabupaten", "kota"])]
    values = [
        (agencies.loc[row.agency_id, ["lon", "lat", "province"]], row.index_published)
        for row in rows.itertuples()
    ]
    mean = sum(value for _, value in values) / len(values)
    variance = sum((value - mean) ** 2 for _, value in values) / len(values)
    sums: dict[str, list[float]] = {"within": [], "across": []}
    products: dict[str, list[float]] = {"within": [], "across": []}
    points = [
        (math.radians(place["lon"]), math.radians(place["lat"]), place["province"], value)
        for place, value in values
    ]
    for at, (lon, lat, province, value) in enumerate(points):
        for other_lon, other_lat, other, other_value in points[:at]:
            # Spherical law of cosines: another formula than the haversine of the package.
            cosine = math.sin(lat) * math.sin(other_lat) + math.cos(lat) * math.cos(
                other_lat
            ) * math.cos(lon - other_lon)
            if 6371.0088 * math.acos(min(1.0, cosine)) < 100:
                side = "within" if province == other else "across"
                sums[side].append(abs(value - other_value))
                products[side].append((value - mean) * (other_value - mean) / variance)
    found = compare_neighbours(
        load_published(), load_agencies(), year=2024, edges_km=[0, 100], n_resamples=9, seed=1
    )
    near = found[found["from_km"] == 0].set_index("border")
    for side in ("within", "across"):
        assert near.loc[side, "n_pairs"] == len(sums[side])
        assert near.loc[side, "estimate"] == pytest.approx(np.mean(sums[side]))
        assert near.loc[side, "likeness"] == pytest.approx(np.mean(products[side]))
    assert near["likeness"].round(3).tolist()[:2] == [0.777, 0.749]


def test_draws_of_provinces_equal_a_slow_loop() -> None:
    rng = np.random.default_rng(6)
    values, provinces = rng.normal(2.5, 0.5, 14).round(2), "AABBCCDDEEFFGG"
    both = tables(values.tolist(), provinces, list(range(14)))
    found = compare_neighbours(*both, year=2024, edges_km=[0, 1200], n_resamples=999, seed=1)
    row = found[(found["border"] == "across") & (found["from_km"] == 0)].iloc[0]
    pairs = [
        (provinces[i], provinces[j], abs(values[i] - values[j]))
        for i in range(14)
        for j in range(i + 1, 14)
        if (j - i) * 111.195 < 1200 and provinces[i] != provinces[j]
    ]
    draws = []
    for _ in range(4000):
        times = dict(zip("ABCDEFG", rng.multinomial(7, [1 / 7] * 7), strict=True))
        weight = sum(times[one] * times[two] for one, two, _ in pairs)
        if weight:
            draws.append(sum(times[o] * times[t] * gap for o, t, gap in pairs) / weight)
    assert row["std_error"] == pytest.approx(np.std(draws) * math.sqrt(7 / 6), rel=0.1)


@pytest.mark.whole
def test_no_border_is_found_where_there_is_none_and_one_where_there_is() -> None:
    rows = pd.DataFrame(neighbours(30, seed=2)).set_index("setting")
    assert (rows["covered"] >= 0.95 - 3 * math.sqrt(0.05 * 0.95 / 30)).all()
    none = rows.loc["no border"]
    assert abs(none["mean_estimate"] - none["truth"]) < 0.05
    # All pairs, whatever the distance: a border seems to divide where only distance does.
    assert none["naive_estimate"] > none["truth"] + 0.2
    assert rows.loc["provinces differ", "mean_estimate"] > none["mean_estimate"] + 0.3


def test_missing_index_and_places_without_a_point() -> None:
    published, agencies = tables([1.0, np.nan, 3.0, 4.0], "AABB", [0, 1, 2, 3])
    with pytest.raises(DataError, match="1 not finite"):
        compare_neighbours(published, agencies, year=2024, seed=1)
    published, agencies = tables([1.0, 2.0, 3.0, 4.0], "AABB", [0, np.nan, 2, 3])
    found = compare_neighbours(published, agencies, year=2024, n_resamples=9, seed=1)
    assert found["n_without_point"].unique().tolist() == [1]
    with pytest.raises(DataError, match="Fewer than two places of 2024 have a point"):
        compare_neighbours(published, agencies.assign(lon=np.nan), year=2024, seed=1)


def test_one_province_gives_no_interval_and_no_border() -> None:
    found = compare_neighbours(
        *tables([1.0, 2.0, 4.0], "AAA", [0, 1, 2]), year=2024, n_resamples=9, seed=1
    )
    assert found[["std_error", "low", "high"]].isna().all(axis=None)
    assert found.loc[found["border"] == "across", "estimate"].isna().all()
