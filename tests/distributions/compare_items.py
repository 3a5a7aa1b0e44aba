"""Alpha, omega and item statistics against pingouin, statsmodels, scikit-learn, loops, truth."""

from itertools import pairwise

import numpy as np
import pingouin
from scipy.optimize import least_squares, minimize
from sklearn.decomposition import FactorAnalysis
from statsmodels.multivariate.factor import Factor

from spbe_research import load_instrument, load_scores
from spbe_research.distributions.items import (
    alpha_if_deleted,
    cronbach_alpha,
    item_distributions,
    mcdonald_omega,
)
from spbe_research.simulation.items import (
    latent_correlations,
    level_covariance,
    synthetic_instrument,
    synthetic_levels,
)

SYMMETRIC = np.array([-1.5, -0.5, 0.5, 1.5])
FLOORED = np.array([0.3, 0.9, 1.5, 2.1])  # 62 % of agencies at level 1
SIZES = (4, 4, 4)
BETWEEN = np.array([[1, 0.72, 0.63], [0.72, 1, 0.56], [0.63, 0.56, 1]])  # γ = 0.9, 0.8, 0.7
LOADINGS = np.kron(np.eye(3), np.full((4, 1), 0.8))
CONGENERIC = np.kron(np.eye(3), np.array([[0.9], [0.75], [0.6], [0.45]]))


def comparisons() -> list[dict[str, object]]:
    """Each estimator on the levels of 2022 beside an independent computation."""
    scores, edition = load_scores(scale="indicator"), load_instrument("permen-59-2020")
    year = scores[(scores["year"] == 2022) & (scores["status"] == "evaluated")]
    wide = year.pivot(index="agency_id", columns="item", values="value")
    columns = {domain: list(edition.leaves(domain)) for domain in edition.domains}
    alpha = cronbach_alpha(year, edition).set_index("scope")
    omega = mcdonald_omega(year, edition, n_resamples=2, seed=1).set_index(["scope", "measure"])
    rows = []
    for scope in ("D3", "whole"):
        value, (low, high) = pingouin.cronbach_alpha(wide[columns.get(scope, list(wide))])
        found = alpha.loc[scope]
        name = "pingouin.cronbach_alpha"
        rows.append(_row("alpha", f"{scope} 2022", found["estimate"], value, name, 1e-9))
        # pingouin rounds its bounds to three decimals
        rows.append(_row("alpha", f"{scope} 2022, low", found["low"], low, name, 6e-4))
        rows.append(_row("alpha", f"{scope} 2022, high", found["high"], high, name, 6e-4))
    deleted = alpha_if_deleted(year, edition).set_index(["scope", "item"])["estimate"]
    rest = wide[columns["D3"]].drop(columns="I29")
    value = pingouin.cronbach_alpha(rest)[0]
    rows.append(
        _row(
            "alpha if deleted",
            "I29 in D3 2022",
            deleted["D3", "I29"],
            value,
            "pingouin.cronbach_alpha without the column",
            1e-9,
        )
    )
    for domain in ("D1", "D3", "D4"):
        table = wide[columns[domain]]
        found = omega.loc[(domain, "omega_total"), "estimate"]
        fit = Factor(table, n_factor=1, method="pa").fit(maxiter=2_000, tol=1e-12)
        value = _omega(table, np.abs(fit.loadings[:, 0]))
        name = "statsmodels Factor, principal axis"
        rows.append(_row("omega total", f"{domain} 2022", found, value, name, 1e-6))
        scaled = (table - table.mean()) / table.std(ddof=0)
        ml = FactorAnalysis(n_components=1, tol=1e-8, max_iter=5_000).fit(scaled)
        value = _omega(table, np.abs(ml.components_[0]))
        name = "scikit-learn FactorAnalysis (maximum likelihood: another criterion)"
        rows.append(_row("omega total", f"{domain} 2022", found, value, name, 0.01))
    hierarchical = omega.loc[("whole", "omega_hierarchical"), "estimate"]
    name = "scipy least_squares for each step, loops across domains"
    value = _slow_hierarchical(wide, list(columns.values()))
    rows.append(_row("omega hierarchical", "whole 2022", hierarchical, value, name, 1e-5))
    name = "scipy minimize of a free bifactor model (another model)"
    value = _bifactor_hierarchical(wide, list(columns.values()))
    rows.append(_row("omega hierarchical", "whole 2022", hierarchical, value, name, 0.05))
    items = item_distributions(year, edition).set_index(["item", "measure"])["estimate"]
    rest = wide[columns["D3"]].drop(columns="I29").mean(axis=1)
    value = float(np.corrcoef(wide["I29"], rest)[0, 1])
    rows.append(
        _row(
            "item-rest correlation",
            "I29 in D3 2022",
            items["I29", "item_rest_domain"],
            value,
            "numpy.corrcoef",
            1e-9,
        )
    )
    value = sum(level == 1 for level in wide["I29"].tolist()) / len(wide)
    rows.append(_row("floor share", "I29 2022", items["I29", "floor_share"], value, "loop", 1e-12))
    return rows


def coverage(n_simulations: int, *, seed: int) -> list[dict[str, object]]:
    """Share of intervals that hold the truth, for items of known loadings and thresholds."""
    rows = []
    for shape, cuts in (("symmetric", SYMMETRIC), ("62 % at the floor", FLOORED)):
        rows += _coverage(n_simulations, seed, shape, cuts, LOADINGS)
    return rows + _coverage(n_simulations, seed, "unequal loadings", SYMMETRIC, CONGENERIC)


def _coverage(
    n_simulations: int, seed: int, shape: str, cuts: np.ndarray, loadings: np.ndarray
) -> list[dict[str, object]]:
    n, instrument = 300, synthetic_instrument(SIZES)
    truths = population(loadings, cuts)
    found: dict[tuple[str, str, str], list[tuple[float, float, float]]] = {}
    for number in range(n_simulations):
        levels = synthetic_levels(
            n,
            loadings=loadings,
            thresholds=cuts,
            factor_correlations=BETWEEN,
            seed=seed + number,
        )
        tables = {
            "Feldt": cronbach_alpha(levels, instrument).assign(measure="alpha"),
            "bootstrap": cronbach_alpha(
                levels, instrument, interval="bootstrap", n_resamples=200, seed=number
            ).assign(measure="alpha"),
            "bootstrap of agencies": mcdonald_omega(
                levels, instrument, n_resamples=200, seed=number
            ),
        }
        for interval, table in tables.items():
            for row in table.itertuples():
                if row.scope in ("D1", "whole"):
                    key = (row.measure, row.scope, interval)
                    found.setdefault(key, []).append((row.estimate, row.low, row.high))
    rows = []
    for (measure, scope, interval), results in found.items():
        truth = truths[measure, scope]
        values = np.array(results)
        rows.append(
            {
                "estimator": f"{measure}, {interval}",
                "setting": f"{scope}, {shape}",
                "truth": truth,
                "mean_estimate": values[:, 0].mean(),
                "nominal": 0.95,
                "covered": ((values[:, 1] <= truth) & (truth <= values[:, 2])).mean(),
                "n_simulations": n_simulations,
                "n": n,
            }
        )
    return rows


def population(loadings: np.ndarray, cuts: np.ndarray) -> dict[tuple[str, str], float]:
    """What alpha and omega are for all agencies, from the exact covariance of the levels."""
    covariance = level_covariance(latent_correlations(loadings, BETWEEN), cuts)
    deviations = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(deviations, deviations)
    edges = np.cumsum([0, *SIZES])
    groups = [np.arange(start, stop) for start, stop in pairwise(edges)]
    truths = {}
    for scope, columns in (("D1", groups[0]), ("whole", np.arange(edges[-1]))):
        part = covariance[np.ix_(columns, columns)]
        k = len(columns)
        truths["alpha", scope] = k / (k - 1) * (1 - np.trace(part) / part.sum())
    own = np.concatenate([_fit(correlation[np.ix_(group, group)]) for group in groups])
    scaled = own * deviations
    first = scaled[groups[0]].sum() ** 2
    unique = deviations**2 * (1 - own**2)
    truths["omega_total", "D1"] = first / (first + unique[groups[0]].sum())
    truths["omega_total", "whole"] = 1 - unique.sum() / covariance.sum()
    gamma = _fit(_between(correlation, own, groups))
    general = sum(scaled[group].sum() * one for group, one in zip(groups, gamma, strict=True))
    truths["omega_hierarchical", "whole"] = general**2 / covariance.sum()
    part = covariance[np.ix_(groups[0], groups[0])].sum()
    truths["omega_hierarchical", "D1"] = (scaled[groups[0]].sum() * gamma[0]) ** 2 / part
    return truths


def _omega(table, loadings: np.ndarray) -> float:
    scaled = loadings * table.std(ddof=1).to_numpy()
    unique = ((1 - loadings**2) * table.var(ddof=1).to_numpy()).sum()
    return float(scaled.sum() ** 2 / (scaled.sum() ** 2 + unique))


def _fit(correlation: np.ndarray) -> np.ndarray:
    """One factor of least residual correlations, by a general optimiser."""
    below = np.tril_indices(len(correlation), -1)

    def residuals(loadings: np.ndarray) -> np.ndarray:
        return (correlation - np.outer(loadings, loadings))[below]

    bound = np.sqrt(0.995)
    start = np.full(len(correlation), 0.7)
    return least_squares(residuals, start, bounds=(-bound, bound), xtol=1e-14, ftol=1e-14).x


def _between(correlation: np.ndarray, own: np.ndarray, groups: list[np.ndarray]) -> np.ndarray:
    result = np.eye(len(groups))
    for a, left in enumerate(groups):
        for b, right in enumerate(groups):
            if a != b:
                top = sum(correlation[i, j] * own[i] * own[j] for i in left for j in right)
                result[a, b] = top / sum(own[i] ** 2 * own[j] ** 2 for i in left for j in right)
    return result


def _slow_hierarchical(wide, domains: list[list[str]]) -> float:
    correlation = wide.corr().to_numpy()
    groups = [np.array([wide.columns.get_loc(item) for item in items]) for items in domains]
    own = np.concatenate([_fit(correlation[np.ix_(group, group)]) for group in groups])
    gamma = _fit(_between(correlation, own, groups))
    scaled = own * wide.std(ddof=1).to_numpy()
    general = sum(scaled[group].sum() * one for group, one in zip(groups, gamma, strict=True))
    return float(general**2 / wide.sum(axis=1).var(ddof=1))


def _bifactor_hierarchical(wide, domains: list[list[str]]) -> float:
    """Every item loads freely on a general and on its domain's factor."""
    correlation = wide.corr().to_numpy()
    k = len(correlation)
    domain = np.concatenate([[number] * len(items) for number, items in enumerate(domains)])
    off = ~np.eye(k, dtype=bool)
    same = (domain[:, None] == domain) & off

    def badness(both: np.ndarray) -> tuple[float, np.ndarray]:
        general, group = both[:k], both[k:]
        residual = (correlation - np.outer(general, general)) * off - same * np.outer(group, group)
        slope = np.concatenate([residual @ general, (residual * same) @ group])
        return float((residual**2).sum()), -4 * slope

    start = np.concatenate([np.full(k, 0.6), np.full(k, 0.4)])
    fit = minimize(badness, start, jac=True, method="L-BFGS-B", options={"maxiter": 5_000})
    general = fit.x[:k] @ wide.std(ddof=1).to_numpy()
    return float(general**2 / wide.sum(axis=1).var(ddof=1))


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
