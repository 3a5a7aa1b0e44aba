"""Moran's I against esda and slow loops on the real data, and its tests on synthetic fields."""

import math

import numpy as np
import pandas as pd

from spbe_research.datasets import load_agencies, load_published
from spbe_research.distributions.geography import (
    great_circle_km,
    moran_correlogram,
    morans_i,
    place_values,
    province_means,
)
from spbe_research.simulation.places import scattered_places, spatial_field

_YEAR = 2024
_SMALL = "Kepulauan Riau"  # seven kabupaten and kota


def _loop_distance(lon: tuple[float, float], lat: tuple[float, float]) -> float:
    """Central angle by Vincenty's formula for a sphere, another one than the haversine."""
    a, b = map(math.radians, lat)
    turn = math.radians(lon[1] - lon[0])
    across = math.hypot(
        math.cos(b) * math.sin(turn),
        math.cos(a) * math.sin(b) - math.sin(a) * math.cos(b) * math.cos(turn),
    )
    along = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(turn)
    return 6371.0088 * math.atan2(across, along)


def _loop_moran(values: np.ndarray, neighbours: dict[int, list[int]]) -> float:
    mean, total, n = sum(values) / len(values), 0, len(values)
    above = 0.0
    for place, near in neighbours.items():
        for other in near:
            above += (values[place] - mean) * (values[other] - mean) / len(near)
        total += len(near) > 0
    return n / total * above / sum((value - mean) ** 2 for value in values)


def _neighbours(distance: np.ndarray, low: float, high: float) -> dict[int, list[int]]:
    return {
        place: [
            other
            for other in range(len(distance))
            if other != place and low <= distance[place, other] < high
        ]
        for place in range(len(distance))
    }


def _within_expected(values: pd.DataFrame, neighbours: dict[int, list[int]]) -> float:
    """Exact mean of I over permutations within provinces, pair by pair.

    Two residuals of one province of size m have expected product -sum(e²) / (m (m - 1)); of two
    provinces, 0.
    """
    index, provinces = values["index"].to_numpy(), values["province"].to_numpy()
    means = {name: index[provinces == name].mean() for name in set(provinces)}
    residual = np.array([value - means[name] for value, name in zip(index, provinces, strict=True)])
    squares = {name: (residual[provinces == name] ** 2).sum() for name in means}
    sizes = {name: (provinces == name).sum() for name in means}
    above, total = 0.0, 0
    for place, near in neighbours.items():
        name = provinces[place]
        for other in near:
            if provinces[other] == name:
                above -= squares[name] / (sizes[name] * (sizes[name] - 1)) / len(near)
        total += len(near) > 0
    return len(index) / total * above / (residual**2).sum()


def comparisons() -> list[dict[str, object]]:
    """Every estimator on the evaluated kabupaten and kota of 2024, computed a second way."""
    import libpysal
    from esda.moran import Moran
    from scipy.stats import t

    tables = load_published(), load_agencies()
    values = place_values(*tables, year=_YEAR)
    index = values["index"].to_numpy(dtype=float)
    lon, lat = values["lon"].to_numpy(dtype=float), values["lat"].to_numpy(dtype=float)
    distance = great_circle_km(lon, lat)
    band = morans_i(index, lon, lat, band_km=(0, 200), n_permutations=999, seed=1).iloc[0]
    nearest = morans_i(index, lon, lat, n_neighbours=5, n_permutations=99, seed=1).iloc[0]
    near = _neighbours(distance, 0, 200)
    esda_band = Moran(
        index,
        libpysal.weights.W(near, silence_warnings=True),
        transformation="r",
        permutations=0,
    )
    # libpysal's own tree on the sphere finds the nearest, not our distances.
    tree = libpysal.cg.KDTree(
        np.column_stack([lon, lat]), distance_metric="Arc", radius=libpysal.cg.RADIUS_EARTH_KM
    )
    esda_nearest = Moran(index, libpysal.weights.KNN(tree, k=5), transformation="r", permutations=0)
    classes = moran_correlogram(*tables, year=_YEAR, n_permutations=999, seed=1)
    classes = classes.set_index(["values", "from_km"])
    residual = index - values.groupby("province")["index"].transform("mean").to_numpy()
    first_class = _neighbours(distance, 0, 100)
    means = province_means(*tables, year=_YEAR).set_index("province")
    own = list(values.loc[values["province"] == "Bali", "index"])
    mean = math.fsum(own) / len(own)
    error = math.sqrt(math.fsum((value - mean) ** 2 for value in own) / (len(own) - 1) / len(own))
    far = values["name"].isin(["Kota Sabang", "Kabupaten Merauke"]).to_numpy().nonzero()[0]
    rows = [
        (
            "great_circle_km",
            "Sabang to Merauke, km",
            distance[far[0], far[1]],
            _loop_distance(tuple(lon[far]), tuple(lat[far])),
            "Vincenty's formula on the sphere",
            1e-6,
        ),
        ("morans_i", "0 to 200 km, I", band["estimate"], esda_band.I, "esda Moran", 1e-10),
        ("morans_i", "0 to 200 km, z", band["z"], esda_band.z_rand, "esda Moran", 1e-8),
        ("morans_i", "expected", band["expected"], esda_band.EI, "esda Moran", 1e-12),
        (
            "morans_i",
            "0 to 200 km, upper bound of chance",
            band["null_high"],
            esda_band.EI + 1.96 * esda_band.seI_rand,
            "esda Moran, normal approximation",
            0.01,
        ),
        ("morans_i", "5 nearest, I", nearest["estimate"], esda_nearest.I, "esda, KNN", 1e-10),
        ("morans_i", "5 nearest, z", nearest["z"], esda_nearest.z_rand, "esda, KNN", 1e-8),
        (
            "moran_correlogram",
            "400 to 800 km, I",
            classes.loc[("index", 400.0), "estimate"],
            _loop_moran(index, _neighbours(distance, 400, 800)),
            "loop over pairs",
            1e-10,
        ),
        (
            "moran_correlogram",
            "0 to 100 km less province mean, I",
            classes.loc[("less province mean", 0.0), "estimate"],
            _loop_moran(residual, first_class),
            "loop over pairs",
            1e-10,
        ),
        (
            "moran_correlogram",
            "0 to 100 km less province mean, expected",
            classes.loc[("less province mean", 0.0), "expected"],
            _within_expected(values, first_class),
            "exact mean over pairs of one province",
            0.005,
        ),
        ("province_means", "Bali, mean", means.loc["Bali", "estimate"], mean, "loop", 1e-12),
        (
            "province_means",
            "Bali, lower bound",
            means.loc["Bali", "low"],
            mean - t.ppf(0.975, len(own) - 1) * error,
            "loop and scipy.stats.t",
            1e-10,
        ),
    ]
    keys = ("estimator", "quantity", "ours", "independent", "implementation", "tolerance")
    return [
        dict(zip(keys, row, strict=True)) | {"ours": float(row[2]), "independent": float(row[3])}
        for row in rows
    ]


def coverage(n_simulations: int, *, seed: int) -> list[dict[str, object]]:
    """Rejection rates of Moran's tests on fields without and with likeness, and the t interval."""
    n = 120
    places = scattered_places(n, seed=seed)
    rows = []
    for range_km, nominal in ((0.0, 0.05), (150.0, "power"), (300.0, "power")):
        fields = spatial_field(
            places["lon"], places["lat"], range_km=range_km, n_fields=n_simulations, seed=seed + 1
        )
        found = pd.concat([
            morans_i(
                field, places["lon"], places["lat"], n_neighbours=5, n_permutations=199, seed=run
            )
            for run, field in enumerate(fields)
        ])  # fmt: skip
        rows += [
            {
                "estimator": f"morans_i, {name}",
                "setting": f"correlation exp(-d / {range_km:g} km): rejection rate at 5 %",
                "truth": -1 / (n - 1) if range_km == 0 else np.nan,
                "mean_estimate": float(found["estimate"].mean()),
                "nominal": nominal,
                "covered": float((found[name] <= 0.05).mean()),
                "n_simulations": n_simulations,
                "n": n,
            }
            for name in ("p_greater", "p_two_sided")
        ]
    rows += _real_map_rates(n_simulations, seed=seed)
    return rows


def _real_map_rates(n_simulations: int, *, seed: int) -> list[dict[str, object]]:
    """Provinces differ, places in them do not, on the map of Sumatera; and the t interval."""
    published, agencies = load_published(), load_agencies()
    year = published[
        (published["year"] == _YEAR)
        & (published["status"] == "evaluated")
        & published["agency_type"].isin(["kabupaten", "kota"])
    ].merge(agencies[["agency_id", "province", "island", "lon", "lat"]], on="agency_id")
    year = year[year["island"] == "Sumatera"]
    names = sorted(set(year["province"]))
    level = dict(zip(names, np.linspace(2.5, 3.5, len(names)), strict=True))
    truth = year["province"].map(level).to_numpy(dtype=float)
    near = spatial_field(
        year["lon"], year["lat"], range_km=100, n_fields=n_simulations, seed=seed + 2
    )
    noise = np.random.default_rng(seed + 3).standard_normal(near.shape)
    rows, held, means = [], [], []
    for setting, nominal, fields in (
        ("only provinces differ", 0.05, noise),
        ("likeness of range 100 km besides provinces", "power", near),
    ):
        found = []
        for run, field in enumerate(fields):
            made = year.assign(index_published=truth + 0.3 * field)
            made = made.drop(columns=["province", "island", "lon", "lat"])
            table = moran_correlogram(
                made, agencies, year=_YEAR, edges_km=[0, 100], n_permutations=199, seed=run
            )
            found.append(table.set_index("values").loc["less province mean"])
            if nominal != "power":
                table = province_means(made, agencies, year=_YEAR).set_index("province")
                one = table.loc[_SMALL]
                means.append(one["estimate"])
                held.append(one["low"] <= level[_SMALL] <= one["high"])
        rows.append({
            "estimator": "moran_correlogram, p_two_sided less province mean",
            "setting": f"{setting}, map of Sumatera, 0 to 100 km: rejection rate at 5 %",
            "truth": np.nan, "mean_estimate": float(np.mean([each["estimate"] for each in found])),
            "nominal": nominal,
            "covered": float(np.mean([each["p_two_sided"] <= 0.05 for each in found])),
            "n_simulations": n_simulations, "n": len(year),
        })  # fmt: skip
    rows.append({
        "estimator": "province_means, t interval",
        "setting": "normal values, a province of seven", "truth": float(level[_SMALL]),
        "mean_estimate": float(np.mean(means)), "nominal": 0.95, "covered": float(np.mean(held)),
        "n_simulations": n_simulations, "n": 7,
    })  # fmt: skip
    return rows
