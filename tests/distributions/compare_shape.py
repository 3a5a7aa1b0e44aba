"""Shape and comparison of distributions against SciPy, statsmodels and slow loops; coverage."""

import numpy as np
import pandas as pd

from spbe_research import load_published
from spbe_research.distributions import (
    boundary_density,
    compare_groups,
    describe_distribution,
    dominance_test,
    ecdf_band,
    predicate_shares,
    quantile_differences,
    quantile_interval,
    select_results,
    wasserstein,
)
from spbe_research.estimates import bootstrap_interval, wilson_interval

YEAR = 2024


def _row(estimator, quantity, ours, independent, implementation, tolerance=1e-10) -> dict:
    return {
        "estimator": estimator,
        "quantity": quantity,
        "ours": float(ours),
        "independent": float(independent),
        "implementation": implementation,
        "tolerance": tolerance,
    }


def comparisons() -> list[dict]:
    """Every estimator on the results of 2024, ours and another implementation."""
    from scipy import stats
    from statsmodels.stats.proportion import proportion_confint
    from statsmodels.stats.weightstats import DescrStatsW

    results = select_results(load_published(), years=[YEAR])
    values = results["index_published"].to_numpy()
    described = describe_distribution(results, seed=1).set_index("statistic")["estimate"]
    weighted = DescrStatsW(values, ddof=1)
    rows = [
        _row("moments", "mean", described["mean"], weighted.mean, "statsmodels DescrStatsW"),
        _row("moments", "sd", described["sd"], weighted.std, "statsmodels DescrStatsW"),
        _row("moments", "skewness", described["skewness"], stats.skew(values), "scipy skew"),
        _row(
            "moments",
            "excess kurtosis",
            described["excess_kurtosis"],
            stats.kurtosis(values),
            "scipy kurtosis",
        ),
    ]
    for probability in (0.1, 0.5, 0.9):
        ours = quantile_interval(values, probability)
        test = stats.quantile_test(values, p=probability).confidence_interval(0.95)
        name = f"{probability:g} quantile"
        rows += [
            _row("quantile interval", f"{name}, low", ours[1], test.low, "scipy quantile_test"),
            _row("quantile interval", f"{name}, high", ours[2], test.high, "scipy quantile_test"),
        ]
    band = ecdf_band(results)
    half = _at(band, 3.2, "estimate") - _at(band, 3.2, "low")
    theirs = stats.ecdf(values).cdf
    rows += [
        _row("ECDF", "at 2.60", _at(band, 2.6, "estimate"), theirs.evaluate(2.6), "scipy ecdf"),
        _row(
            "ECDF",
            "band: exact tail probability of its half width",
            stats.kstest(_at_distance(half, len(values)), "uniform", method="exact").pvalue,
            0.05,
            "scipy kstest on values that lie exactly so far from uniform",
            1e-6,
        ),
    ]
    shares = predicate_shares(results).set_index("predicate")
    printed = results["predicate_published"].value_counts()
    for name in ("Kurang", "Memuaskan"):
        low, high = proportion_confint(printed[name], len(results), method="wilson")
        rows += [
            _row("predicate shares", f"{name}, low", shares.loc[name, "low"], low, "statsmodels"),
            _row(
                "predicate shares", f"{name}, high", shares.loc[name, "high"], high, "statsmodels"
            ),
        ]
    density = boundary_density(results, seed=1, n_resamples=2)
    width = density["bandwidth"].iloc[0]
    for place in (0, 100, 200):
        x = density["index"].iloc[place]
        kernel = stats.norm(scale=width).pdf
        slow = np.mean([kernel(x - v) + kernel(x - 2 + v) + kernel(x - 10 + v) for v in values])
        rows.append(
            _row(
                "density",
                f"at {x:g}",
                density["estimate"].iloc[place],
                slow,
                "slow loop over scipy norm",
            )
        )
    kota, kabupaten = _groups()
    quantiles = quantile_differences(kota, kabupaten, seed=1, n_resamples=20)
    compared = compare_groups(
        select_results(load_published(), years=[YEAR], agency_types=["kota", "kabupaten"]),
        "kota",
        "kabupaten",
        n_resamples=20,
        seed=1,
    ).set_index("measure")
    scale = np.sqrt(len(kota) * len(kabupaten) / (len(kota) + len(kabupaten)))
    rows += [
        _row(
            "quantile differences",
            "median, kota minus kabupaten",
            quantiles.set_index("quantile").loc[0.5, "estimate"],
            pd.Series(kota).quantile(0.5) - pd.Series(kabupaten).quantile(0.5),
            "pandas",
        ),
        _row(
            "Wasserstein distance",
            "kota and kabupaten",
            wasserstein(kota, kabupaten),
            stats.wasserstein_distance(kota, kabupaten),
            "scipy wasserstein_distance",
        ),
        _row(
            "probability above",
            "kota above kabupaten",
            compared.loc["probability_above", "estimate"],
            np.mean([(a > b) + (a == b) / 2 for a in kota for b in kabupaten]),
            "double loop",
        ),
        _row(
            "dominance, order 1",
            "kabupaten over kota",
            dominance_test(kabupaten, kota, order=1, seed=1, n_resamples=9)[0],
            scale * stats.ks_2samp(kabupaten, kota, alternative="greater").statistic,
            "scipy ks_2samp, one-sided",
        ),
        _row(
            "dominance, order 2",
            "kabupaten over kota",
            dominance_test(kabupaten, kota, order=2, seed=1, n_resamples=9)[0],
            scale * _slow_shortfall_gap(kabupaten, kota),
            "loop over a fine grid of shortfalls",
            1e-3,
        ),
        _row(
            "dominance, order 1, p",
            "a shift of a quarter sd, n = 300",
            dominance_test(*_shifted(), order=1, seed=1, n_resamples=20_000)[1],
            stats.ks_2samp(*_shifted(), alternative="greater", method="asymp").pvalue,
            "scipy ks_2samp, asymptotic",
            0.01,
        ),
    ]
    return rows


def coverage(n_simulations: int, *, seed: int) -> list[dict]:
    """Coverage on synthetic beta-shaped indices of known truth, two decimals as printed."""
    from scipy import stats

    n = 150
    law = stats.beta(2.5, 3.0)
    draws = np.round(1 + 4 * law.rvs((n_simulations, n), random_state=seed), 2)
    wide = np.round(1 + 4 * law.rvs(2_000_000, random_state=seed + 1), 2)
    hits: dict[str, list[bool]] = {}
    estimates: dict[str, list[float]] = {}
    mean, sd, median, share = wide.mean(), wide.std(), np.median(wide), (wide >= 2.6).mean()
    truth = {"mean, BCa": mean, "sd, BCa": sd, "median, order statistics": median}
    truth |= {"ECDF band, simultaneous": np.nan, "share at 2.6 or more, Wilson": share}
    exact = np.searchsorted(np.sort(wide), np.arange(1, 5.001, 0.01) + 1e-6) / wide.size
    for values in draws:
        found = {
            "mean, BCa": (
                values.mean(),
                *bootstrap_interval(values, np.mean, n_resamples=600, seed=seed),
            ),
            "sd, BCa": (
                values.std(ddof=1),
                *bootstrap_interval(values, _sd, n_resamples=600, seed=seed),
            ),
            "median, order statistics": quantile_interval(values, 0.5),
            "share at 2.6 or more, Wilson": (
                (values >= 2.6).mean(),
                *(float(b) for b in wilson_interval((values >= 2.6).sum(), n)),
            ),
        }
        for name, (estimate, low, high) in found.items():
            hits.setdefault(name, []).append(bool(low <= truth[name] <= high))
            estimates.setdefault(name, []).append(float(estimate))
        half = float(stats.kstwo.ppf(0.95, n))
        own = np.searchsorted(np.sort(values), np.arange(1, 5.001, 0.01) + 1e-6) / n
        hits.setdefault("ECDF band, simultaneous", []).append(
            bool((np.abs(own - exact) <= half).all())
        )
    table = [
        {
            "estimator": name,
            "setting": "beta(2.5, 3) on 1 to 5, two decimals",
            "truth": float(truth[name]),
            "mean_estimate": float(np.mean(estimates.get(name, [np.nan]))),
            "nominal": 0.95,
            "covered": float(np.mean(hit)),
            "n_simulations": n_simulations,
            "n": n,
        }
        for name, hit in hits.items()
    ]
    pairs = min(n_simulations, 200)
    for order in (1, 2):
        rejected = [
            dominance_test(draws[i], draws[-1 - i], order=order, n_resamples=199, seed=i)[1] <= 0.05
            for i in range(pairs // 2)
        ]
        table.append(
            {
                "estimator": f"dominance, order {order}",
                "setting": "size: rejection of equal groups at 0.05",
                "truth": 0.0,
                "mean_estimate": np.nan,
                "nominal": 0.05,
                "covered": float(np.mean(rejected)),
                "n_simulations": pairs // 2,
                "n": 2 * n,
            }
        )
    return table


def _sd(values: np.ndarray, axis: int = -1) -> np.ndarray:
    return np.std(values, axis=axis, ddof=1)


def _at(table: pd.DataFrame, index: float, column: str) -> float:
    return table.loc[table["index"] <= index + 1e-9, column].iloc[-1]


def _at_distance(half: float, n: int) -> np.ndarray:
    """Values of which a Kolmogorov test finds the distance ``half`` from the uniform."""
    return np.clip(np.arange(1, n + 1) / n - half, 0, 1)


def _groups() -> tuple[np.ndarray, np.ndarray]:
    results = select_results(load_published(), years=[YEAR])
    by_type = results.groupby("agency_type")["index_published"]
    return by_type.get_group("kota").to_numpy(), by_type.get_group("kabupaten").to_numpy()


def _shifted() -> tuple[np.ndarray, np.ndarray]:
    draws = np.random.default_rng(5)
    return draws.normal(0, 1, 300), draws.normal(0.12, 1, 300)


def _slow_shortfall_gap(one: np.ndarray, two: np.ndarray) -> float:
    grid = np.arange(1, 5, 0.001)
    return max(np.maximum(z - one, 0).mean() - np.maximum(z - two, 0).mean() for z in grid)
