"""Correlations, eigenvalues and factors against ordinalcorr, scikit-learn, loops and truth."""

import numpy as np
from ordinalcorr import polychoric
from scipy.optimize import minimize_scalar
from scipy.stats import multivariate_normal, norm
from sklearn.decomposition import PCA
from statsmodels.multivariate.factor import Factor

from spbe_research import load_instrument, load_scores
from spbe_research.distributions.dimensionality import (
    domain_correlations,
    loading_congruence,
    parallel_analysis,
    polychoric_correlations,
    unidimensionality,
)
from spbe_research.simulation.items import synthetic_instrument, synthetic_levels

PAIRS = (("I01", "I02"), ("I29", "I30"), ("I29", "I32"))
BETWEEN = np.array([[1, 0.72, 0.63], [0.72, 1, 0.56], [0.63, 0.56, 1]])
THREE_FACTORS = np.kron(np.eye(3), np.full((4, 1), 0.8))
SYMMETRIC = np.array([-1.5, -0.5, 0.5, 1.5])
FLOORED = np.array([0.3, 0.9, 1.5, 2.1])


def comparisons() -> list[dict[str, object]]:
    """Each estimator on the real levels beside an independent computation."""
    scores, edition = load_scores(scale="indicator"), load_instrument("permen-59-2020")
    scores = scores[scores["status"] == "evaluated"]
    tables = {
        year: scores[scores["year"] == year].pivot(
            index="agency_id", columns="item", values="value"
        )
        for year in (2021, 2022)
    }
    year, wide = scores[scores["year"] == 2022], tables[2022]
    pairs = polychoric_correlations(year, edition).set_index(["item", "other_item"])
    rows = []
    for a, b in PAIRS:
        ours, quantity = pairs.loc[(a, b), "estimate"], f"{a} with {b} 2022"
        value = polychoric(wide[a].to_numpy(dtype=int), wide[b].to_numpy(dtype=int))
        name = "ordinalcorr.polychoric (bounded search, cells floored at 1e-6)"
        rows.append(_row("polychoric", quantity, ours, value, name, 1e-4))
    value = _slow_polychoric(wide["I29"], wide["I32"])
    name = "scipy multivariate_normal.cdf cell by cell, minimize_scalar"
    ours = pairs.loc[("I29", "I32"), "estimate"]
    rows.append(_row("polychoric", "I29 with I32 2022", ours, value, name, 1e-5))
    parallel = parallel_analysis(year, edition, n_resamples=100, seed=1)
    scaled = (wide - wide.mean()) / wide.std(ddof=0)
    components = PCA().fit(scaled)
    values = components.explained_variance_ * (len(wide) - 1) / len(wide)
    for rank in (0, 1):
        ours, quantity = parallel["estimate"].iloc[rank], f"number {rank + 1} 2022"
        rows.append(_row("eigenvalue", quantity, ours, values[rank], "scikit-learn PCA", 1e-9))
    reference = _slow_reference(wide.to_numpy(), 100, seed=2)
    ours = parallel["reference"].iloc[0]
    name = "loop over columns and shuffles, other draws"
    rows.append(_row("parallel reference", "first, 2022", ours, reference[0], name, 0.04))

    summary = unidimensionality(year, edition, n_resamples=2, seed=1).set_index("measure")
    index = load_scores(scale="index")
    index = index[(index["year"] == 2022) & (index["status"] == "evaluated")]
    printed = index.set_index("agency_id")["value"].reindex(wide.index)
    value = abs(np.corrcoef(printed, components.transform(scaled)[:, 0])[0, 1])
    name = "published index with scikit-learn PCA score"
    ours = summary.loc["index_first_component", "estimate"]
    rows.append(_row("index with first component", "2022", ours, value, name, 1e-6))
    value = np.corrcoef(printed, wide.mean(axis=1))[0, 1]
    ours = summary.loc["index_unweighted_mean", "estimate"]
    name = "published index with pandas mean"
    rows.append(_row("index with mean", "2022", ours, value, name, 1e-6))
    loadings = _principal_axis(wide)
    score = scaled.to_numpy() @ np.linalg.solve(
        np.outer(loadings, loadings) + np.diag(1 - loadings**2), loadings
    )
    value = np.corrcoef(printed, score)[0, 1]
    ours = summary.loc["index_factor_score", "estimate"]
    name = "published index with score by statsmodels loadings"
    rows.append(_row("index with factor score", "2022", ours, value, name, 1e-6))

    between = domain_correlations(year, edition, n_resamples=2, seed=1)
    between = between.set_index(["domain", "other_domain", "measure"])["estimate"]
    value = _slow_disattenuated(wide, edition, "D1", "D3")
    name = "numpy.corrcoef over root of omegas by statsmodels"
    ours = between["D1", "D3", "disattenuated"]
    rows.append(_row("disattenuated correlation", "D1 with D3 2022", ours, value, name, 1e-6))
    congruence = loading_congruence(scores, edition, n_resamples=2, seed=1).set_index("scope")
    a, b = (_principal_axis(table) for table in tables.values())
    value = sum(a * b) / (sum(a**2) * sum(b**2)) ** 0.5
    name = "statsmodels loadings, plain sums"
    ours = congruence.loc["whole", "estimate"]
    rows.append(_row("Tucker congruence", "whole 2021 with 2022", ours, value, name, 1e-6))
    return rows


def coverage(n_simulations: int, *, seed: int) -> list[dict[str, object]]:
    """Polychoric bias and intervals, domain correlations, and how often parallel analysis is right.

    For parallel analysis ``covered`` is the share of simulations that find the true number.
    """
    return [
        *_polychoric_coverage(n_simulations, seed),
        *_domain_coverage(n_simulations, seed),
        *_recovery(n_simulations, seed),
    ]


def _polychoric_coverage(n_simulations: int, seed: int) -> list[dict[str, object]]:
    n, rows = 500, []
    for shape, cuts in (("symmetric", SYMMETRIC), ("62 % at the floor", FLOORED)):
        for rho in (0.0, 0.5, 0.9):
            results = []
            for number in range(n_simulations):
                levels = synthetic_levels(
                    n, loadings=np.full(2, rho**0.5), thresholds=cuts, seed=seed + number
                )
                row = polychoric_correlations(levels).iloc[0]
                results.append((row["estimate"], row["low"], row["high"], row["pearson"]))
            values = np.array(results)
            setting = f"{shape}, mean Pearson {values[:, 3].mean():.3f}"
            rows.append(_covered("polychoric", setting, rho, values, n))
    return rows


def _domain_coverage(n_simulations: int, seed: int) -> list[dict[str, object]]:
    n, instrument, results = 300, synthetic_instrument([4, 4, 4]), {}
    for number in range(n_simulations):
        levels = synthetic_levels(
            n,
            loadings=THREE_FACTORS,
            thresholds=SYMMETRIC,
            factor_correlations=BETWEEN,
            seed=seed + number,
        )
        tables = domain_correlations(levels, instrument, n_resamples=200, seed=number)
        for row in tables[tables["other_domain"] == "D2"].itertuples():
            results.setdefault(row.measure, []).append((row.estimate, row.low, row.high))
    # Same loadings and thresholds: levels correlate by one function of ρ within and between.
    within, across = _level_correlation(0.64), _level_correlation(0.64 * 0.72)
    composite = 4 * across / (1 + 3 * within)
    truths = {"observed": composite, "disattenuated": across / within, "factor": across / within}
    return [
        _covered(f"domain correlation, {measure}", "D1 with D2", truths[measure], np.array(v), n)
        for measure, v in results.items()
    ]


def _recovery(n_simulations: int, seed: int) -> list[dict[str, object]]:
    settings = (
        ("no factor", np.zeros((12, 1)), None, 0),
        ("one factor, loadings 0.7", np.full((12, 1), 0.7), None, 1),
        ("three factors, correlated 0.3", THREE_FACTORS, 0.3 + 0.7 * np.eye(3), 3),
        ("three factors, correlated 0.9", THREE_FACTORS, 0.9 + 0.1 * np.eye(3), 3),
    )
    n, rows = 300, []
    for setting, loadings, between, truth in settings:
        counts = np.array(
            [
                parallel_analysis(
                    synthetic_levels(
                        n,
                        loadings=loadings,
                        thresholds=FLOORED,
                        factor_correlations=between,
                        seed=seed + number,
                    ),
                    n_resamples=60,
                    seed=number,
                )["n_factors"].iloc[0]
                for number in range(n_simulations)
            ]
        )
        rows.append(
            {
                "estimator": "parallel analysis",
                "setting": f"{setting}: share that finds it ("
                + ("1 less the level)" if truth == 0 else "power)"),
                "truth": float(truth),
                "mean_estimate": counts.mean(),
                "nominal": 0.95 if truth == 0 else float("nan"),
                "covered": (counts == truth).mean(),
                "n_simulations": n_simulations,
                "n": n,
            }
        )
    return rows


def _covered(
    estimator: str, setting: str, truth: float, values: np.ndarray, n: int
) -> dict[str, object]:
    return {
        "estimator": estimator,
        "setting": setting,
        "truth": float(truth),
        "mean_estimate": values[:, 0].mean(),
        "nominal": 0.95,
        "covered": ((values[:, 1] <= truth) & (truth <= values[:, 2])).mean(),
        "n_simulations": len(values),
        "n": n,
    }


def _level_correlation(rho: float) -> float:
    """Of two items cut at SYMMETRIC, from the cells of scipy's bivariate normal."""
    levels = np.arange(1, 6)
    share = np.diff(norm.cdf(np.concatenate([[-np.inf], SYMMETRIC, [np.inf]])))
    variance = share @ levels**2 - (share @ levels) ** 2
    normal = multivariate_normal(cov=[[1, rho], [rho, 1]])
    # Levels are 1 plus thresholds passed, so the covariance is a sum over pairs of thresholds.
    covariance = sum(
        normal.cdf([s, t]) - norm.cdf(s) * norm.cdf(t) for s in SYMMETRIC for t in SYMMETRIC
    )
    return float(covariance / variance)


def _slow_polychoric(x, y) -> float:
    edges = [
        np.concatenate([[-9], norm.ppf([(v <= level).mean() for level in range(1, 5)]), [9]])
        for v in (x, y)
    ]
    table = {(i, j): int(((x == i + 1) & (y == j + 1)).sum()) for i in range(5) for j in range(5)}

    def badness(rho: float) -> float:
        normal = multivariate_normal(cov=[[1, rho], [rho, 1]])
        corner = np.array([[normal.cdf([s, t]) for t in edges[1]] for s in edges[0]])
        cells = np.diff(np.diff(corner, axis=0), axis=1)
        return -sum(count * np.log(cells[cell]) for cell, count in table.items() if count)

    return minimize_scalar(
        badness, bounds=(-0.99, 0.99), method="bounded", options={"xatol": 1e-8}
    ).x


def _slow_reference(data: np.ndarray, n_resamples: int, *, seed: int) -> np.ndarray:
    generator, values = np.random.default_rng(seed), []
    for _ in range(n_resamples):
        columns = [generator.permutation(column) for column in data.T]
        values.append(np.sort(np.linalg.eigvals(np.corrcoef(columns)).real)[::-1])
    return np.quantile(np.array(values), 0.95, axis=0)


def _principal_axis(table) -> np.ndarray:
    fit = Factor(table, n_factor=1, method="pa").fit(maxiter=2_000, tol=1e-12)
    return np.abs(fit.loadings[:, 0])


def _slow_disattenuated(wide, edition, a: str, b: str) -> float:
    sums, omegas = [], []
    for domain in (a, b):
        table = wide[list(edition.leaves(domain))]
        weights = [float(edition.item(item).weight) for item in table]
        scaled = _principal_axis(table) * table.std().to_numpy() * weights
        unique = table.var().to_numpy() * np.square(weights) - scaled**2
        omegas.append(scaled.sum() ** 2 / (scaled.sum() ** 2 + unique.sum()))
        sums.append(table.to_numpy() @ weights)
    return float(np.corrcoef(*sums)[0, 1] / np.sqrt(omegas[0] * omegas[1]))


def _row(
    estimator: str,
    quantity: str,
    ours: float,
    independent: float,
    implementation: str,
    tolerance: float,
) -> dict[str, object]:
    return {
        "estimator": estimator,
        "quantity": quantity,
        "ours": float(ours),
        "independent": float(independent),
        "implementation": implementation,
        "tolerance": tolerance,
    }
