"""The tests for bunching beside independent computations, and on synthetic data of known truth.

statsmodels, SciPy and rddensity (GPL, tests only), or loops written from the formulas.
"""

import math
import statistics

import numpy as np
import pandas as pd

from spbe_research import load_instrument, load_published, load_scores
from spbe_research.distributions.bunching import (
    bunching_table,
    compare_neighbours,
    count_sides,
    density_discontinuity,
    placebo_test,
    window_test,
)
from spbe_research.distributions.excess_mass import build_histograms, excess_mass
from spbe_research.simulation.lattice import simulate_scores

__all__ = ["comparisons", "coverage", "rddensity_p", "read_p_values"]

CUTS = (180, 260, 350, 420)


def comparisons() -> list[dict]:
    """Each estimator on the real data, beside an independent computation."""
    published = load_published()
    rows: list[dict] = []

    def add(estimator, quantity, ours, independent, implementation, tolerance):
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

    sides = count_sides(published, cutoffs=[2.6], years=[2024]).iloc[0]
    listed = published[(published["year"] == 2024) & (published["status"] == "evaluated")]
    index, predicate = listed["index_published"], listed["predicate_published"]
    above = ((predicate == "Baik") & (index < 2.695)).sum()
    below = ((predicate == "Cukup") & (index > 2.495)).sum()
    add("count_sides", "n_above 2.6, 2024", sides["n_above"], above, "printed predicate", 0)
    add("count_sides", "n_below 2.6, 2024", sides["n_below"], below, "printed predicate", 0)

    counts, exposure = _read(published, 2022)
    seen = window_test(published, cutoffs=[2.6], years=[2022]).iloc[0]
    fit = _glm(counts, exposure, 260)
    rates = fit["rates"]
    share = rates[260:270].sum() / rates[250:270].sum()
    add(
        "window_test",
        "expected share, 2.6, 2022",
        seen["expected_share"],
        share,
        "statsmodels GLM",
        1e-8,
    )
    p_value, power, plugin = _binomial(seen["n_above"], seen["n"], fit, lifted_share=0.3)
    add("window_test", "p value, 2.6, 2022", seen["p_value"], p_value, "scipy quad, loop", 1e-7)
    add(
        "window_test",
        "p value plugin, 2.6, 2022",
        seen["p_value_plugin"],
        plugin,
        "scipy binomtest",
        1e-9,
    )
    add("window_test", "power, 2.6, 2022", seen["power"], power, "scipy quad, loop", 1e-5)

    excess = excess_mass(published, cutoffs=[1.8, 2.6], years=[2022], seed=1).set_index("cutoff")
    add(
        "excess_mass",
        "excess above, 2.6, 2022",
        excess.loc[2.6, "estimate"],
        counts[260:270].sum() / rates[260:270].sum() - 1,
        "statsmodels GLM",
        1e-8,
    )
    add(
        "excess_mass",
        "p value, 1.8, 2022",
        excess.loc[1.8, "p_value"],
        _excess_p(counts, exposure, 180),
        "statsmodels GLM, 150 own draws",
        0.13,
    )

    jump = density_discontinuity(
        published, cutoffs=[2.6], years=[2022], bandwidth=0.5, n_resamples=2, seed=1
    ).iloc[0]
    estimate, error = _jump(counts, 260, 50)
    add(
        "density_discontinuity",
        "log jump, 2.6, 2022",
        jump["estimate"],
        estimate,
        "statsmodels GLM, kernel weights",
        1e-7,
    )
    add(
        "density_discontinuity",
        "std error, 2.6, 2022",
        jump["std_error"],
        error,
        "loop from the sandwich formula",
        1e-7,
    )
    ours, theirs = read_p_values(published)
    same = [(a < 0.05) == (b < 0.05) for a, b in zip(ours, theirs, strict=True)]
    add(
        "density_discontinuity",
        "cells decided as rddensity at 5 %",
        sum(same),
        len(same),
        "rddensity",
        3,
    )

    placebo = placebo_test(published, cutoffs=[2.6], years=[2023], n_resamples=2, seed=1).iloc[0]
    z, p_value = _placebo(*_read(published, 2023), 260)
    add("placebo_test", "z, 2.6, 2023", placebo["estimate"], z, "statsmodels GLM, loop", 1e-6)
    add(
        "placebo_test",
        "p value, 2.6, 2023",
        placebo["p_value"],
        p_value,
        "statsmodels GLM, loop",
        1e-9,
    )

    from statsmodels.stats.multitest import multipletests

    table = bunching_table(published, n_resamples=9, seed=1)
    window = table[(table["test"] == "window") & table["p_value"].notna()]
    holm = multipletests(window["p_value"], method="holm")[1]
    add(
        "bunching_table",
        "sum of Holm p values, window",
        window["p_adjusted"].sum(),
        holm.sum(),
        "statsmodels multipletests",
        1e-9,
    )

    neighbours = compare_neighbours(
        load_scores(scale="indicator"),
        published,
        load_instrument("permen-59-2020"),
        year=2022,
        cutoff=2.6,
    )
    first = neighbours.set_index("item").loc["I20"]
    estimate, p_value = _neighbours(published, "I20")
    add(
        "compare_neighbours",
        "excess contribution I20, 2022",
        first["estimate"],
        estimate,
        "loop, statistics module",
        1e-12,
    )
    add("compare_neighbours", "p value I20, 2022", first["p_value"], p_value, "loop, scipy t", 1e-9)
    from scipy.stats import false_discovery_control

    add(
        "compare_neighbours",
        "sum of BH p values, 2022",
        neighbours["p_fdr"].sum(),
        false_discovery_control(neighbours["p_value"].to_numpy()).sum(),
        "scipy",
        1e-9,
    )
    return rows


def coverage(n_simulations: int, *, seed: int) -> list[dict]:
    """Size and power of the tests and coverage of the intervals on synthetic agencies.

    Of a rejection rate, ``truth`` is the level, or the mean power the test states for the samples.
    """
    n, cutoff = 600, 2.6
    rows: list[dict] = []
    for share in (0.0, 0.3):
        truth = _true_excess(share, cutoff, seed) if share else 0.0
        results: dict[str, list] = {
            "window_test": [],
            "excess_mass": [],
            "density_discontinuity": [],
            "placebo_test": [],
        }
        for number in range(n_simulations):
            table = simulate_scores(
                n, lifted_share=share, cutoff=cutoff, seed=seed * 100_003 + number
            )
            drawn = {"cutoffs": [cutoff], "seed": number}
            results["window_test"].append(window_test(table, cutoffs=[cutoff]))
            results["excess_mass"].append(excess_mass(table, n_resamples=199, **drawn))
            results["density_discontinuity"].append(
                density_discontinuity(table, n_resamples=50, **drawn)
            )
            results["placebo_test"].append(placebo_test(table, n_resamples=50, **drawn))
        for name, tables in results.items():
            one = pd.concat(tables)
            one = one[one["p_value"].notna()]
            row = {"estimator": name, "n_simulations": len(one), "n": n}
            rows.append(
                row
                | {
                    "setting": f"rejects at 5 %, {share:.0%} lifted, cut-off {cutoff}",
                    "truth": float(one["power"].mean()) if share else 0.05,
                    "mean_estimate": float((one["p_value"] < 0.05).mean()),
                    "nominal": "power" if share else 0.05,
                    "covered": float((one["p_value"] < 0.05).mean()),
                }
            )
            if name == "excess_mass":
                rows.append(
                    row
                    | {
                        "setting": f"95 % interval, {share:.0%} lifted, cut-off {cutoff}",
                        "truth": truth,
                        "mean_estimate": float(one["estimate"].mean()),
                        "nominal": 0.95,
                        "covered": float(one["low"].le(truth).mul(one["high"].ge(truth)).mean()),
                    }
                )
    instrument = load_instrument("permen-59-2020")
    inside, estimates = [], []
    for number in range(n_simulations):
        table = simulate_scores(n, seed=seed * 100_003 + number)
        items = compare_neighbours(lengthen(table), table, instrument, year=2022, cutoff=cutoff)
        inside.append(((items["low"] <= 0) & (items["high"] >= 0)).mean())
        estimates.append(items["estimate"].mean())
    rows.append(
        {
            "estimator": "compare_neighbours",
            "setting": "95 % interval, no lift, mean over 47 items",
            "truth": 0.0,
            "mean_estimate": float(np.mean(estimates)),
            "nominal": 0.95,
            "covered": float(np.mean(inside)),
            "n_simulations": n_simulations,
            "n": n,
        }
    )
    return rows


def lengthen(table: pd.DataFrame) -> pd.DataFrame:
    """Levels of simulated agencies, one row an agency and item."""
    items = [column for column in table.columns if column.startswith("I")]
    return table.melt(["agency_id", "year"], items, var_name="item")


def rddensity_p(values: np.ndarray, cutoff: float) -> float:
    """P value of rddensity with its defaults, the cut-off between two hundredths."""
    from rddensity import rddensity

    return float(rddensity(values, c=cutoff - 0.005).test["p_jk"])


def read_p_values(published: pd.DataFrame) -> tuple[list[float], list[float]]:
    """Our p values and rddensity's of every year and cut-off that can be tested."""
    table = density_discontinuity(published, n_resamples=2, seed=1)
    table = table[table["p_value"].notna()]
    theirs = []
    for year, cutoff in zip(table["year"], table["cutoff"], strict=True):
        counts, _ = _read(published, year)
        values = np.repeat(np.arange(counts.size), counts.astype(int)) / 100
        theirs.append(rddensity_p(values[values > 1], cutoff))
    return table["p_value"].tolist(), theirs


def _read(published, year):
    (histogram,) = build_histograms(published, years=[year])
    return histogram.counts, histogram.exposure


def _glm(counts, exposure, cut, masked=None):
    """Quadratic log-Poisson curve around a cut-off without its window, by statsmodels."""
    import statsmodels.api as sm

    bins = np.arange(cut - 70, cut + 70)
    weight = exposure if masked is None else masked
    kept = np.array([b for b in bins if not cut - 10 <= b < cut + 10 and weight[b] > 0])

    def design(b):
        x = (b - cut + 0.5) / 70
        return np.column_stack([np.ones(len(b)), x, x**2])

    model = sm.GLM(
        counts[kept], design(kept), family=sm.families.Poisson(), exposure=exposure[kept]
    ).fit(tol=1e-13)
    rates = np.zeros(counts.size)
    rates[bins] = exposure[bins] * np.exp(design(bins) @ model.params)
    low, high = np.arange(cut - 10, cut), np.arange(cut, cut + 10)
    gradient = np.average(design(high), axis=0, weights=rates[high]) - np.average(
        design(low), axis=0, weights=rates[low]
    )
    return {
        "rates": rates,
        "variance": gradient @ model.cov_params() @ gradient,
        "share": rates[high].sum() / (rates[high].sum() + rates[low].sum()),
    }


def _binomial(n_above, n, fit, lifted_share):
    from scipy.integrate import quad
    from scipy.stats import binom, binomtest, norm

    centre, spread = math.log(fit["share"] / (1 - fit["share"])), math.sqrt(fit["variance"])

    def chance(k, lifted):
        def integrand(u):
            p = 1 / (1 + math.exp(-(centre + spread * u)))
            return binom.pmf(k, n, p + lifted * (1 - p)) * norm.pdf(u)

        return quad(integrand, -8, 8, epsabs=1e-12)[0]

    smooth = [chance(k, 0) for k in range(n + 1)]
    p_values = [sum(q for q in smooth if q <= one * (1 + 1e-7)) for one in smooth]
    rejected = [k for k in range(n + 1) if p_values[k] <= 0.05]
    power = sum(chance(k, lifted_share) for k in rejected)
    return p_values[n_above], power, binomtest(n_above, n, fit["share"]).pvalue


def _excess_p(counts, exposure, cut):
    rng = np.random.default_rng(99)

    def statistic(sample):
        expected = _glm(sample, exposure, cut)["rates"][cut : cut + 10].sum()
        return math.log((sample[cut : cut + 10].sum() + 0.5) / (expected + 0.5))

    rates = _glm(counts, exposure, cut)["rates"]
    observed = statistic(counts)
    draws = [statistic(rng.poisson(rates).astype(float)) for _ in range(150)]
    over = sum(draw >= observed for draw in draws)
    return 2 * (min(over, 150 - over) + 1) / 151


def _jump(counts, cut, steps):
    import statsmodels.api as sm

    levels, variances = [], []
    for direction in (1, -1):
        bins = [cut + i if direction == 1 else cut - 1 - i for i in range(steps)]
        x = np.array([(i + 0.5) / steps for i in range(steps)])
        design, kernel = np.column_stack([np.ones(steps), x, x**2]), 1 - x
        model = sm.GLM(counts[bins], design, family=sm.families.Poisson(), var_weights=kernel).fit(
            tol=1e-13
        )
        bread, meat = np.zeros((3, 3)), np.zeros((3, 3))
        for row, weight in zip(design, kernel, strict=True):
            mu = math.exp(row @ model.params)
            bread += weight * mu * np.outer(row, row)
            meat += weight**2 * mu * np.outer(row, row)
        inverse = np.linalg.inv(bread)
        levels.append(model.params[0])
        variances.append((inverse @ meat @ inverse)[0, 0])
    return levels[0] - levels[1], math.sqrt(sum(variances))


def _placebo(counts, exposure, cut):
    masked = exposure.copy()
    for edge in CUTS:
        masked[edge - 10 : edge + 10] = 0

    def z(site, mask):
        fit = _glm(counts, exposure, site, mask)
        n = counts[site - 10 : site + 10].sum()
        binomial = n * fit["share"] * (1 - fit["share"])
        return (counts[site : site + 10].sum() - n * fit["share"]) / math.sqrt(
            binomial + binomial**2 * fit["variance"]
        )

    sites = [
        site
        for site in range(111, 490)
        if min(abs(site - edge) for edge in CUTS) > 20 and counts[site - 10 : site + 10].sum() >= 20
    ]
    real = z(cut, exposure)
    larger = sum(abs(z(site, masked)) >= abs(real) for site in sites)
    return real, (1 + larger) / (1 + len(sites))


def _neighbours(published, item):
    from scipy.stats import t

    scores = load_scores(scale="indicator")
    scores = scores[(scores["year"] == 2022) & (scores["item"] == item)]
    levels = dict(zip(scores["agency_id"], scores["value"], strict=True))
    groups: dict[int, list] = {window: [] for window in range(-3, 3)}
    chosen = published[(published["year"] == 2022) & (published["status"] == "evaluated")]
    for agency, index in zip(chosen["agency_id"], chosen["index_published"], strict=True):
        hundredth = math.floor(index * 100 + 0.5 + 1e-9)
        window = (hundredth - 260) // 10
        if window in groups:
            groups[window].append(levels[agency])
    mean = {w: statistics.fmean(g) for w, g in groups.items()}
    real = mean[0] - mean[-1]
    placebo = ((mean[-2] - mean[-3]) + (mean[2] - mean[1])) / 2
    parts = [
        (1 if w in (0, -1) else 0.25) * statistics.variance(g) / len(g) for w, g in groups.items()
    ]
    sizes = [len(g) for g in groups.values()]
    freedom = sum(parts) ** 2 / sum(p**2 / (m - 1) for p, m in zip(parts, sizes, strict=True))
    weight = float(load_instrument("permen-59-2020").item(item).weight) / 100
    error = math.sqrt(sum(parts))
    return weight * (real - placebo), 2 * t.sf(abs(real - placebo) / error, freedom)


def _true_excess(share, cutoff, seed):
    """Excess in a very large sample: lifted and not lifted, of the same agencies."""
    counts = []
    for lifted in (0.0, share):
        table = simulate_scores(200_000, lifted_share=lifted, cutoff=cutoff, seed=seed)
        counts.append(count_sides(table, cutoffs=[cutoff])["n_above"].item())
    return counts[1] / counts[0] - 1
