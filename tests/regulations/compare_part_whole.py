"""Independent second computations for ``regulations/part_whole.py``, and its coverage."""

from functools import cache

import numpy as np
import pandas as pd

from spbe_research import load_aggregates, load_published, load_scores
from spbe_research.regulations.part_whole import (
    decompose_part_and_whole,
    decompose_printed_means,
    policy_and_rest,
)


@cache
def real_parts():
    """Policy and rest of the real data."""
    return policy_and_rest(load_scores(), load_published())


def comparisons() -> list[dict]:
    """Slopes, HC3 errors and shares of the real data by closed forms and other routes."""
    parts = real_parts()
    table = decompose_part_and_whole(parts).set_index(["year", "outcome", "contrast"])
    rows = []

    def add(estimator, quantity, ours, independent, implementation, tolerance=1e-8):
        rows.append(
            {
                "estimator": estimator,
                "quantity": quantity,
                "ours": float(ours),
                "independent": float(independent),
                "implementation": implementation,
                "tolerance": tolerance,
            }
        )

    for year in (2021, 2024):
        group = parts[parts["year"] == year]
        x, y = group["policy"].to_numpy(), group["index"].to_numpy()
        slope, error = slope_by_loop(x, y)
        row = table.loc[(year, "index", "slope on policy")]
        add("slope", f"slope {year}", row["estimate"], slope, "loop over sums of squares")
        add("slope", f"HC3 error {year}", row["std_error"], error, "loop with the hat value")
    group = parts[parts["year"] == 2022]
    own, weight = table.loc[2022]["estimate"], 0.13
    total = own[("index", "slope on policy")]
    rest = own[("index without policy", "slope on policy")]
    add(
        "slope", "identity 2022", total, weight + (1 - weight) * rest, "w + (1-w) slope(R~P)", 1e-12
    )
    add(
        "correlation",
        "correlation 2022",
        own[("index", "correlation with policy")],
        np.corrcoef(group["policy"], group["index"])[0, 1],
        "numpy.corrcoef",
    )
    pieces = (
        own[("index", "correlation: the weight")] + own[("index", "correlation: through the rest")]
    )
    r_rest = np.corrcoef(group["policy"], group["rest"])[0, 1]
    sds = group[["policy", "rest", "index"]].std(ddof=1)
    by_parts = (weight * sds["policy"] + (1 - weight) * r_rest * sds["rest"]) / sds["index"]
    add("correlation", "identity 2022", pieces, by_parts, "standard deviations and cor(R,P)")
    covariance = np.cov(group["policy"], group["index"])
    add(
        "variance",
        "share of policy 2022",
        own[("index", "share of variance that is policy")],
        weight * covariance[0, 1] / covariance[1, 1],
        "numpy.cov",
    )
    share = table.loc[(2022, "index", "share of variance that is policy"), "std_error"]
    values = group[["policy", "index"]].to_numpy()
    add(
        "variance",
        "error of the share 2022",
        share,
        jackknife_error(values, lambda v: weight * np.cov(v.T)[0, 1] / v[:, 1].var(ddof=1)),
        "leave-one-out jackknife (differs in order 1/n)",
        tolerance=2e-4,
    )
    means = decompose_printed_means(load_aggregates(), years=[2018]).set_index("contrast")
    add(
        "printed means",
        "share of policy 2018",
        means.loc["share of policy in the mean", "estimate"],
        0.17 * 1.75 / (0.17 * 1.75 + 0.28 * 1.74 + 0.55 * 2.17),
        "by hand from Tabel 4",
    )
    return rows


def slope_by_loop(x, y):
    """Slope and HC3 error from the formula, agency by agency."""
    n, mean_x, mean_y = len(x), sum(x) / len(x), sum(y) / len(y)
    sxx = sum((xi - mean_x) ** 2 for xi in x)
    slope = sum((xi - mean_x) * (yi - mean_y) for xi, yi in zip(x, y, strict=True)) / sxx
    meat = 0.0
    for xi, yi in zip(x, y, strict=True):
        residual = yi - mean_y - slope * (xi - mean_x)
        hat = 1 / n + (xi - mean_x) ** 2 / sxx
        meat += (xi - mean_x) ** 2 * (residual / (1 - hat)) ** 2
    return slope, meat**0.5 / sxx


def jackknife_error(values, statistic):
    """Error of a statistic from leaving every agency out in turn."""
    n = len(values)
    out = np.array([statistic(np.delete(values, i, axis=0)) for i in range(n)])
    return np.sqrt((n - 1) / n * ((out - out.mean()) ** 2).sum())


def coverage(n_simulations: int, *, seed: int) -> list[dict]:
    """Heavy-tailed agencies with known slope and correlation: how often intervals hold them."""
    rng = np.random.default_rng(seed)
    n, weight, beta = 300, 0.13, 0.5
    # var(policy) = 1, rest = beta policy + u, var(u) = 0.36.
    sd_rest = np.sqrt(beta**2 + 0.36)
    slope = weight + (1 - weight) * beta
    variance = weight**2 + (1 - weight) ** 2 * sd_rest**2 + 2 * weight * (1 - weight) * beta
    truths = {
        ("index", "slope on policy"): slope,
        ("index", "slope: share that is the weight"): weight / slope,
        ("index without policy", "correlation with policy"): beta / sd_rest,
        ("index", "correlation with policy"): slope / np.sqrt(variance),
        ("index", "correlation: the weight"): weight / np.sqrt(variance),
        ("index", "correlation: through the rest"): (slope - weight) / np.sqrt(variance),
        ("index", "share of variance that is policy"): weight * slope / variance,
    }
    runs = []
    for _ in range(n_simulations):
        policy = rng.laplace(size=n) / np.sqrt(2)
        rest = beta * policy + 0.6 * rng.laplace(size=n) / np.sqrt(2)
        parts = pd.DataFrame(
            {
                "agency_id": np.arange(n),
                "year": 2021,
                "policy": policy,
                "rest": rest,
                "index": weight * policy + (1 - weight) * rest,
                "weight": weight,
            }
        )
        runs.append(decompose_part_and_whole(parts))
    table = pd.concat(runs)
    rows = []
    for (outcome, contrast), truth in truths.items():
        mine = table[(table["outcome"] == outcome) & (table["contrast"] == contrast)]
        rows.append(
            {
                "estimator": f"{outcome}: {contrast}",
                "setting": "Laplace, n = 300",
                "truth": float(truth),
                "mean_estimate": float(mine["estimate"].mean()),
                "nominal": 0.95,
                "covered": float(((mine["low"] <= truth) & (truth <= mine["high"])).mean()),
                "n_simulations": n_simulations,
                "n": n,
            }
        )
    return rows
