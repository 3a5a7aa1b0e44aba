"""Inequality against PySAL and slow loops on the real data, and its intervals on known truth."""

import math
from functools import partial

import numpy as np
import pandas as pd

from spbe_research.datasets import load_agencies, load_published
from spbe_research.distributions.inequality import (
    change_of_split,
    decompose_inequality,
    gini,
    lorenz_curve,
    mean_log_deviation,
    theil_index,
)
from spbe_research.estimates import bootstrap_interval
from spbe_research.simulation.places import (
    grouped_lognormal_truth,
    grouped_lognormal_values,
    lognormal_truth,
)

# Sizes like those of provinces: few large ones, many small.
_SIZES = (35, 30, 25, 20, 15, 15, 12, 12, 10, 10, 8, 8, 8, 6, 6, 5, 5, 5, 4, 4)
_MEANS = tuple(2.5 + 0.5 * math.sin(place) for place in range(len(_SIZES)))


def _loop_gini(values: np.ndarray) -> float:
    differences = sum(abs(a - b) for a in values for b in values)
    return float(differences / (2 * len(values) ** 2 * values.mean()))


def _loop_mld(values: list[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.fsum(math.log(mean / value) for value in values) / len(values)


def _loop_mld_split(groups: dict[str, list[float]]) -> tuple[float, float]:
    every = [value for group in groups.values() for value in group]
    mean = math.fsum(every) / len(every)
    between = within = 0.0
    for group in groups.values():
        share, own = len(group) / len(every), math.fsum(group) / len(group)
        between += share * math.log(mean / own)
        within += share * _loop_mld(group)
    return between, within


def _one_way_expected_share(values: np.ndarray, codes: np.ndarray, draws: int) -> float:
    """Mean Theil share when labels, not values, are shuffled: PySAL's TheilD each time."""
    from inequality.theil import TheilD

    rng = np.random.default_rng(99)
    found = [TheilD(values, rng.permutation(codes)) for _ in range(draws)]
    return float(np.mean([split.bg[0] / split.T for split in found]))


def _pick(table: pd.DataFrame, component: str) -> float:
    return float(table.loc[table["component"] == component, "estimate"].item())


def comparisons() -> list[dict[str, object]]:
    """Every estimator on the evaluated results of one year, beside an independent computation."""
    from inequality.gini import Gini
    from inequality.theil import Theil, TheilD
    from scipy.integrate import trapezoid

    published, agencies = load_published(), load_agencies()
    year = published[(published["year"] == 2024) & (published["status"] == "evaluated")]
    values = year["index_published"].to_numpy(dtype=float)
    split = decompose_inequality(published, agencies, years=[2024], n_resamples=10, seed=1)
    local = year[year["agency_type"].isin(["provinsi", "kabupaten", "kota"])]
    local = local.merge(agencies[["agency_id", "province"]], on="agency_id")
    tables = published, agencies
    by_province = decompose_inequality(
        *tables, by="province", years=[2024], n_resamples=400, seed=1
    )
    mld = decompose_inequality(
        *tables, by="province", years=[2024], measure="mld", n_resamples=10, seed=1
    )
    types = TheilD(values, year["agency_type"].to_numpy())
    at_province = local["index_published"].to_numpy(dtype=float)
    labels = local["province"].to_numpy()
    provinces = TheilD(at_province, labels)
    groups = {name: list(each) for name, each in local.groupby("province")["index_published"]}
    between, within = _loop_mld_split(groups)
    curve = lorenz_curve(values)
    area = trapezoid(curve["cumulative_share"], curve["population_share"])
    change = change_of_split(*tables, first=2023, second=2024, n_resamples=10, seed=1)
    early = published[(published["year"] == 2023) & (published["status"] == "evaluated")]
    pairs = early.merge(year, on="agency_id")
    kinds = pairs["agency_type_x"].to_numpy()
    shares = [TheilD(pairs[f"index_published_{side}"].to_numpy(), kinds) for side in "xy"]
    rows = [
        ("gini", "2024, origin 0", gini(values), Gini(values).g, "inequality Gini", 1e-12),
        (
            "gini",
            "2024, origin 1",
            gini(values, origin=1),
            _loop_gini(values - 1),
            "loop over pairs",
            1e-12,
        ),
        ("theil_index", "2024, origin 0", theil_index(values), Theil(values).T, "inequality", 1e-9),
        (
            "mean_log_deviation",
            "2024, origin 1",
            mean_log_deviation(values, origin=1),
            _loop_mld(list(values - 1)),
            "loop over values",
            1e-12,
        ),
        ("lorenz_curve", "2024, area", 1 - 2 * area, Gini(values).g, "inequality Gini", 1e-12),
        (
            "decompose_inequality",
            "2024 between types, Theil",
            _pick(split, "between"),
            types.bg[0],
            "inequality TheilD",
            1e-9,
        ),
        (
            "decompose_inequality",
            "2024 within types, Theil",
            _pick(split, "within"),
            types.wg[0],
            "inequality TheilD",
            1e-9,
        ),
        (
            "decompose_inequality",
            "2024 between provinces, share",
            _pick(by_province, "between_share"),
            provinces.bg[0] / provinces.T,
            "inequality TheilD",
            1e-9,
        ),
        (
            "decompose_inequality",
            "2024 expected share of provinces",
            _pick(by_province, "expected_share"),
            _one_way_expected_share(at_province, labels, 200),
            "inequality TheilD of 200 shuffled labels",
            0.005,
        ),
        (
            "decompose_inequality",
            "2024 between provinces, mean log deviation",
            _pick(mld, "between"),
            between,
            "loop over groups",
            1e-12,
        ),
        (
            "decompose_inequality",
            "2024 within provinces, mean log deviation",
            _pick(mld, "within"),
            within,
            "loop over groups",
            1e-12,
        ),
        (
            "change_of_split",
            "2023-2024 between types, share",
            _pick(change, "between_share"),
            shares[1].bg[0] / shares[1].T - shares[0].bg[0] / shares[0].T,
            "inequality TheilD",
            1e-9,
        ),
    ]
    keys = ("estimator", "quantity", "ours", "independent", "implementation", "tolerance")
    return [
        dict(zip(keys, row, strict=True)) | {"ours": float(row[2]), "independent": float(row[3])}
        for row in rows
    ]


def coverage(n_simulations: int, *, seed: int) -> list[dict[str, object]]:
    """Share of intervals that hold the truth: log-normal values, alone and in groups."""
    rows = []
    sigma, truth = 0.3, lognormal_truth(sigma=0.3)
    for n in (150, 600):
        for name, statistic in (("gini", gini), ("theil", theil_index)):
            found = []
            for run in range(n_simulations):
                values = grouped_lognormal_values([n], [2.5], sigma=sigma, seed=seed + run)["value"]
                bounds = bootstrap_interval(
                    values, partial(statistic, origin=0.0), n_resamples=500, seed=run
                )
                found.append((float(statistic(values)), *bounds))
            rows.append(_row(f"{name}, BCa", f"log-normal, n = {n}", truth[name], 0.95, found, n))
    rows += _split_coverage(n_simulations, seed=seed)
    return rows


def _split_coverage(n_simulations: int, *, seed: int) -> list[dict[str, object]]:
    n = sum(_SIZES)
    truth = grouped_lognormal_truth(_SIZES, _MEANS, sigma=0.25)
    found: dict[str, list[tuple[float, float, float]]] = {
        "total": [], "between_share": [], "adjusted_share": [],
    }  # fmt: skip
    changes, alarms = [], []
    for run in range(n_simulations):
        draws = [
            grouped_lognormal_values(_SIZES, means, sigma=0.25, seed=3 * (seed + run) + place)
            for place, means in enumerate((_MEANS, _MEANS, [2.5] * len(_SIZES)))
        ]
        tables = _as_tables(draws[0], draws[1])
        split = decompose_inequality(
            *tables, by="province", years=[2023], n_resamples=300, seed=run
        ).set_index("component")
        for name, kept in found.items():
            kept.append(tuple(split.loc[name, ["estimate", "low", "high"]]))
        moved = change_of_split(
            *tables, by="province", first=2023, second=2024, n_resamples=300, seed=run
        ).set_index("component")
        changes.append(tuple(moved.loc["between_share", ["estimate", "low", "high"]]))
        flat = decompose_inequality(
            *_as_tables(draws[2], draws[2]), by="province", years=[2023], n_resamples=99, seed=run
        )
        alarms.append(_pick(flat, "permutation_p") <= 0.05)
    rows = [
        _row(
            f"decompose_inequality, {name}",
            "20 groups of 4 to 35, Theil",
            truth["total" if name == "total" else "between_share"],
            0.95,
            kept,
            n,
        )
        for name, kept in found.items()
    ]
    same = "two independent years of one truth, between share"
    rows.append(_row("change_of_split", same, 0.0, 0.95, changes, n))
    rows.append({
        "estimator": "decompose_inequality, permutation_p",
        "setting": "no difference between groups: rejection rate at 5 %",
        "truth": 0.0, "mean_estimate": float(np.mean(alarms)), "nominal": 0.05,
        "covered": float(np.mean(alarms)), "n_simulations": n_simulations, "n": n,
    })  # fmt: skip
    return rows


def _as_tables(first: pd.DataFrame, second: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    identity = [f"a{place:04d}" for place in range(len(first))]
    years = [
        pd.DataFrame({"agency_id": identity, "year": year, "index_published": frame["value"]})
        for year, frame in ((2023, first), (2024, second))
    ]
    published = pd.concat(years).assign(agency_type="kabupaten", status="evaluated")
    return published, pd.DataFrame({"agency_id": identity, "province": first["group"]})


def _row(
    estimator: str,
    setting: str,
    truth: float,
    nominal: float,
    found: list[tuple[float, float, float]],
    n: int,
) -> dict[str, object]:
    estimates, low, high = np.array(found, dtype=float).T
    return {
        "estimator": estimator,
        "setting": setting,
        "truth": truth,
        "mean_estimate": float(estimates.mean()),
        "nominal": nominal,
        "covered": float(((low <= truth) & (truth <= high)).mean()),
        "n_simulations": len(found),
        "n": n,
    }
