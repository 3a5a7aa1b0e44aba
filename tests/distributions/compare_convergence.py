"""Convergence by statsmodels, linearmodels and SciPy; intervals and tests on known truth."""

import numpy as np
import pandas as pd
import statsmodels.api as sm
from linearmodels.iv import IV2SLS
from scipy import optimize, stats

from spbe_research import load_published
from spbe_research.distributions.convergence import (
    beta_convergence,
    corrected_beta,
    instrumented_beta,
    null_slopes,
    sigma_convergence,
    variance_ratio,
)
from spbe_research.simulation.panels import simulate_panel

TIGHT = 1e-9
LEVEL = 0.05


def wide(*years: int) -> np.ndarray:
    """Scores of agencies evaluated in all years, straight from the table."""
    published = load_published()
    evaluated = published[published["status"] == "evaluated"]
    table = evaluated.pivot_table(index="agency_id", columns="year", values="index_published")
    return table[list(years)].dropna().to_numpy(dtype=float)


def slow_morgan_bound(first: np.ndarray, last: np.ndarray, side: int) -> float:
    """The ratio at which Pearson's test of sum and difference, after rescaling, has p = 0.05."""

    def distance(log_ratio: float) -> float:
        scaled = last / np.exp(log_ratio / 2)
        return stats.pearsonr(scaled + first, scaled - first).pvalue - LEVEL

    centre = np.log(np.var(last) / np.var(first))
    return float(np.exp(optimize.brentq(distance, centre, centre + side * 2, xtol=1e-13)))


def slow_variance_error(first: np.ndarray, last: np.ndarray) -> float:
    """Delta-method error of ln(s2²/s1²) from the covariance matrix of the squared deviations."""
    squares = np.vstack([(first - first.mean()) ** 2, (last - last.mean()) ** 2])
    gradient = np.array([-1 / squares[0].mean(), 1 / squares[1].mean()])
    return float(np.sqrt(gradient @ np.cov(squares) @ gradient / first.size))


def slow_corrected(first: np.ndarray, last: np.ndarray, reliability: float) -> float:
    """Slope of the true change from moments: the error variance taken out of both moments."""
    covariance = np.cov(first, last - first)
    error = (1 - reliability) * covariance[0, 0]
    return float((covariance[0, 1] + error) / (covariance[0, 0] - error))


def comparisons() -> list[dict[str, object]]:
    """Ours against independent computations, on the published results."""
    published = load_published()
    pair, early = wide(2023, 2024), wide(2021, 2022)
    first, last = pair.T
    hc3 = sm.OLS(last - first, sm.add_constant(first)).fit(cov_type="HC3", use_t=True)
    start, end = early.T
    hc1 = sm.OLS(end - start, sm.add_constant(start)).fit(cov_type="HC1", use_t=True)
    reverse = sm.OLS(first, sm.add_constant(last)).fit(cov_type="HC3", use_t=True)
    beta = beta_convergence(published, 2023, 2024).set_index("measure")
    beta_hc1 = beta_convergence(published, 2021, 2022, errors="HC1").set_index("measure")
    ratio = variance_ratio(published, 2023, 2024).set_index("measure")
    corrected = corrected_beta(published, 2023, 2024, reliabilities=[0.9])
    three = wide(2022, 2023, 2024)
    iv = IV2SLS(
        three[:, 2] - three[:, 1], np.ones((len(three), 1)), three[:, [1]], three[:, [0]]
    ).fit(cov_type="robust", debiased=True)
    stage = sm.OLS(three[:, 1], sm.add_constant(three[:, 0])).fit(cov_type="HC1")
    ours_iv = instrumented_beta(published, [2022, 2023, 2024], across_guideline=True)
    ours_iv = ours_iv.set_index("measure")
    sigma = sigma_convergence(published, [2021, 2022], n_resamples=99, seed=1)
    sigma = sigma[sigma["year"] == 2022].set_index("measure")["estimate"]
    pearson = stats.pearsonr(first, last)
    library = "statsmodels.OLS"
    rows = [
        ("sigma_convergence", "sd 2022", sigma["sd"], stats.tstd(end), "scipy.stats.tstd", TIGHT),
        (
            "sigma_convergence",
            "cv 2022",
            sigma["cv"],
            stats.variation(end, ddof=1),
            "scipy.stats.variation",
            TIGHT,
        ),
        ("sigma_convergence", "iqr 2022", sigma["iqr"], stats.iqr(end), "scipy.stats.iqr", TIGHT),
        (
            "variance_ratio",
            "Pitman-Morgan p 2023-2024",
            ratio.loc["pitman_morgan", "p_value"],
            stats.pearsonr(last + first, last - first).pvalue,
            "scipy.stats.pearsonr of sum and difference",
            TIGHT,
        ),
        (
            "variance_ratio",
            "Pitman-Morgan low 2023-2024",
            ratio.loc["pitman_morgan", "low"],
            slow_morgan_bound(first, last, -1),
            "numerical inversion of the test",
            1e-7,
        ),
        (
            "variance_ratio",
            "Pitman-Morgan high 2023-2024",
            ratio.loc["pitman_morgan", "high"],
            slow_morgan_bound(first, last, 1),
            "numerical inversion of the test",
            1e-7,
        ),
        (
            "variance_ratio",
            "robust error of the logarithm 2023-2024",
            np.log(ratio.loc["robust", "high"] / ratio.loc["robust", "low"])
            / 2
            / 1.959963984540054,
            slow_variance_error(first, last),
            "delta method with the covariance matrix of the squared deviations",
            TIGHT,
        ),
        ("beta_convergence", "slope", beta.loc["slope", "estimate"], hc3.params[1], library, TIGHT),
        (
            "beta_convergence",
            "HC3 error 2023-2024",
            beta.loc["slope", "std_error"],
            hc3.bse[1],
            library,
            TIGHT,
        ),
        (
            "beta_convergence",
            "HC3 high 2023-2024",
            beta.loc["slope", "high"],
            hc3.conf_int()[1, 1],
            library,
            TIGHT,
        ),
        (
            "beta_convergence",
            "HC1 error 2021-2022",
            beta_hc1.loc["slope", "std_error"],
            hc1.bse[1],
            library,
            TIGHT,
        ),
        (
            "beta_convergence",
            "reverse slope 2023-2024",
            beta.loc["reverse_slope", "estimate"],
            reverse.params[1],
            library,
            TIGHT,
        ),
        (
            "beta_convergence",
            "low of the correlation 2023-2024",
            beta.loc["correlation", "low"],
            pearson.confidence_interval().low,
            "scipy.stats.pearsonr",
            TIGHT,
        ),
        (
            "corrected_beta",
            "reliability 0.9, 2023-2024",
            corrected["estimate"].item(),
            slow_corrected(first, last, 0.9),
            "moments less the error variance",
            TIGHT,
        ),
        (
            "instrumented_beta",
            "slope 2022, 2023-2024",
            ours_iv.loc["slope", "estimate"],
            iv.params["endog"],
            "linearmodels.IV2SLS",
            TIGHT,
        ),
        (
            "instrumented_beta",
            "HC1 error 2022, 2023-2024",
            ours_iv.loc["slope", "std_error"],
            iv.std_errors["endog"],
            "linearmodels.IV2SLS",
            TIGHT,
        ),
        (
            "instrumented_beta",
            "first-stage F 2022, 2023-2024",
            ours_iv.loc["first_stage_f", "estimate"],
            stage.tvalues[1] ** 2,
            library,
            1e-6,
        ),
    ]
    keys = ("estimator", "quantity", "ours", "independent", "implementation", "tolerance")
    return [
        dict(zip(keys, (a, b, float(c), float(d), e, float(f)), strict=True))
        for a, b, c, d, e, f in rows
    ]


def pair_table(pair: np.ndarray) -> pd.DataFrame:
    """Synthetic results of 2023 and 2024 from an array of two columns."""
    n = len(pair)
    return pd.DataFrame(
        {
            "agency_id": np.tile(np.arange(n), 2),
            "agency_type": "kota",
            "year": np.repeat([2023, 2024], n),
            "index_published": pair.T.ravel(),
            "status": "evaluated",
        }
    )


def coverage(n_simulations: int, *, seed: int) -> list[dict[str, object]]:
    """How often intervals contain a known truth and tests reject a true hypothesis."""
    rng = np.random.default_rng(seed)
    return [
        *_slope_coverage(n_simulations, rng),
        *_variance_coverage(n_simulations, rng),
        *_spread_coverage(n_simulations, rng),
        *_null_coverage(n_simulations, rng),
    ]


def _slope_coverage(n_simulations: int, rng: np.random.Generator) -> list[dict[str, object]]:
    results = []
    n, reliability = 150, 0.8
    for truth, mean, persistence, place in (
        (0.0, 3.0, 0.0, "no convergence"),
        (-0.2, 3.0, 0.0, "convergence"),
        (0.0, 1.5, 0.0, "assumption violated: a fifth at the floor, no convergence"),
        (0.0, 3.0, 0.6, "assumption violated: errors correlate by 0.6, no convergence"),
    ):
        drawn: dict[str, list[list[float]]] = {"corrected_beta": [], "instrumented_beta": []}
        for _ in range(n_simulations):
            panel = simulate_panel(
                n,
                n_years=3,
                reliability=reliability,
                convergence=truth,
                mean=mean,
                sd=0.55,
                shock_sd=0.1,
                error_persistence=persistence,
                seed=int(rng.integers(2**31)),
            ).assign(year=lambda table: table["year"] + 1)
            corrected = corrected_beta(
                panel, 2023, 2024, reliabilities=[_second(reliability, truth)]
            )
            two_stage = instrumented_beta(panel, [2022, 2023, 2024], across_guideline=True)
            for name, found in (
                ("corrected_beta", corrected),
                ("instrumented_beta", two_stage[two_stage["measure"] == "slope"]),
            ):
                drawn[name].append(found[["estimate", "low", "high"]].iloc[0].tolist())
        results += [
            _covered(name, f"{place}, reliability 0.8 in the first year", truth, rows, n)
            for name, rows in drawn.items()
        ]
    return results


def _second(reliability: float, convergence: float) -> float:
    """Reliability in the second year: convergence took true variance away, shocks added 0.01."""
    true = reliability * 0.55**2 * (1 + convergence) ** 2 + 0.1**2
    return true / (true + (1 - reliability) * 0.55**2)


def _variance_coverage(n_simulations: int, rng: np.random.Generator) -> list[dict[str, object]]:
    results = []
    n, shape = 80, np.linalg.cholesky([[1, 0.7], [0.7, 1]])
    for place, spread in (("normal", None), ("t with 5 degrees", 5)):
        tables = {"pitman_morgan": [], "robust": []}
        for _ in range(n_simulations):
            pair = rng.normal(size=(n, 2)) @ shape.T
            if spread is not None:
                pair /= np.sqrt(rng.chisquare(spread, size=(n, 1)) / spread)
            found = variance_ratio(pair_table(pair), 2023, 2024).set_index("measure")
            for name, rows in tables.items():
                rows.append(found.loc[name, ["p_value", "estimate"]].tolist())
        for name, rows in tables.items():
            values = np.array(rows)
            results.append(
                {
                    "estimator": "variance_ratio",
                    "setting": f"{name}, level of the test, {place}, equal variances, r = 0.7",
                    "truth": 1.0,
                    "mean_estimate": float(values[:, 1].mean()),
                    "nominal": LEVEL,
                    "covered": float((values[:, 0] < LEVEL).mean()),
                    "n_simulations": n_simulations,
                    "n": n,
                }
            )
    return results


def _spread_coverage(n_simulations: int, rng: np.random.Generator) -> list[dict[str, object]]:
    n, mean, sd = 100, 3.0, 0.5
    truths = {"sd": sd, "cv": sd / mean, "iqr": 2 * sd * stats.norm.ppf(0.75)}
    drawn = {name: [] for name in truths}
    for _ in range(n_simulations):
        table = pair_table(rng.normal(mean, sd, size=(n, 2)))
        found = sigma_convergence(
            table, [2023, 2024], n_resamples=500, seed=int(rng.integers(2**31))
        )
        found = found[found["year"] == 2023].set_index("measure")
        for name, rows in drawn.items():
            rows.append(found.loc[name, ["estimate", "low", "high"]].tolist())
    return [
        _covered("sigma_convergence", f"{name}, normal", truths[name], rows, n)
        for name, rows in drawn.items()
    ]


def _null_coverage(n_simulations: int, rng: np.random.Generator) -> list[dict[str, object]]:
    """How often the central 95 % of the simulated slopes hold a slope drawn without convergence."""
    n, rows = 100, []
    for _ in range(n_simulations):
        seeds = rng.integers(2**31, size=2)
        panel = simulate_panel(
            n, n_years=2, reliability=0.8, convergence=0.0, mean=2.5, seed=int(seeds[0])
        )
        found = null_slopes(
            panel, 2021, 2022, reliabilities=[0.8], n_simulations=200, seed=int(seeds[1])
        )
        rows.append(found[["observed_slope", "low", "high"]].iloc[0].tolist())
    values = np.array(rows)
    inside = (values[:, 1] <= values[:, 0]) & (values[:, 0] <= values[:, 2])
    return [
        {
            "estimator": "null_slopes",
            "setting": "central 95 % holds a new slope, reliability 0.8, no convergence",
            "truth": -0.2,
            "mean_estimate": float(values[:, 0].mean()),
            "nominal": 0.95,
            "covered": float(inside.mean()),
            "n_simulations": n_simulations,
            "n": n,
        }
    ]


def _covered(
    estimator: str, setting: str, truth: float, rows: list[list[float]], n: int
) -> dict[str, object]:
    values = np.array(rows)
    inside = (values[:, 1] <= truth) & (truth <= values[:, 2])
    return {
        "estimator": estimator,
        "setting": setting,
        "truth": truth,
        "mean_estimate": float(values[:, 0].mean()),
        "nominal": 0.95,
        "covered": float(inside.mean()),
        "n_simulations": len(values),
        "n": n,
    }
