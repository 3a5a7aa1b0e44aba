"""What each domain and each indicator tells apart, and what the domains have in common."""

import numpy as np
import pandas as pd

from spbe_research.methods.ordinal_factors import OrdinalFit
from spbe_research.methods.ordinal_scores import expected_levels
from spbe_research.questions.what_does_the_index_measure.fits import (
    MODELS,
    edition,
    fits,
    fitted,
    item_years,
    weights,
)

__all__ = [
    "correlations",
    "discrimination",
    "domain_curves",
    "general_factor",
    "general_loadings",
    "models",
]

PERCENTILES = (*range(2, 99, 2), 99)
WEAK, MIDDLE, STRONG, TOP = 10, 50, 90, 98  # percentiles of bodies in a domain
_LOGISTIC_VARIANCE = np.pi**2 / 3


def models() -> pd.DataFrame:
    """Return size, log likelihood and BIC of each model in each year."""
    return pd.DataFrame(
        [
            {"year": year, "model": model, "n_parameters": fit.n_parameters}
            | {"loglik": fit.loglik, "estimate": fit.bic, "n": len(fit.levels)}
            for (year, model), fit in fits().items()
        ]
    )


def domain_curves() -> pd.DataFrame:
    """Return the expected level of each domain along the bodies of the last year with levels."""
    year = item_years()[-1]
    fit, share = fitted(year), pd.Series(weights())
    curves = expected_levels(fit, _nodes(PERCENTILES), weights())
    tables = [
        pd.DataFrame(
            {
                "year": year,
                "domain": domain,
                "percentile": PERCENTILES,
                "estimate": curves[domain] / share[list(own)].sum(),
                "n": len(fit.levels),
            }
        )
        for domain, own in fit.structure.factors.items()
    ]
    return pd.concat(tables, ignore_index=True)


def discrimination() -> pd.DataFrame:
    """Return how many levels a strong body is expected to be above a weak one, per indicator.

    ``estimate``: the 90th less the 10th percentile of bodies in the indicator's domain; ``lower``:
    the 50th less the 10th; ``top``: the 98th less the 90th.
    """
    tables = []
    for year in item_years():
        fit = fitted(year)
        levels = expected_levels(fit, _nodes((WEAK, MIDDLE, STRONG, TOP))).T
        domains = {item: domain for domain, own in fit.structure.factors.items() for item in own}
        tables.append(
            pd.DataFrame(
                {
                    "year": year,
                    "item": levels.index,
                    "domain": [domains[item] for item in levels.index],
                    "name": [edition().item(item).name for item in levels.index],
                    "estimate": levels[2] - levels[0],
                    "lower": levels[1] - levels[0],
                    "top": levels[3] - levels[2],
                    "mean_level": fit.levels[list(levels.index)].mean(),
                    "n": len(fit.levels),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def correlations() -> pd.DataFrame:
    """Return the correlations of the four factors, with Wald intervals of 95 %."""
    tables = []
    for year in item_years():
        rows = fitted(year).parameters.query("parameter == 'correlation'")
        rows = rows[["factor", "other_factor", "estimate", "std_error"]].reset_index(drop=True)
        rows = rows.rename(columns={"factor": "domain", "other_factor": "other_domain"})
        rows["low"] = rows["estimate"] - 1.96 * rows["std_error"]
        rows["high"] = rows["estimate"] + 1.96 * rows["std_error"]
        rows.insert(0, "year", year)
        tables.append(rows.assign(n=len(fitted(year).levels)))
    return pd.concat(tables, ignore_index=True)


def general_factor() -> pd.DataFrame:
    """Return how much of each domain a general factor would explain (omega hierarchical).

    ``loading``: of the domain's factor on the general one. ``estimate``: share of the variance of
    the sum of the domain's latent responses that is general; the latent response of an indicator
    is what its levels cut into pieces, so that a floor does not count as a lack of agreement.
    """
    rows = []
    for year in item_years():
        fit = fits()[year, MODELS[-1]]
        loadings = general_loadings(fit.arrays.correlations)
        for n, domain in enumerate(fit.structure.factors):
            rows.append(
                {
                    "year": year,
                    "domain": domain,
                    "loading": loadings[n],
                    "estimate": loadings[n] ** 2 * _common_share(fit, n),
                    "n": len(fit.levels),
                }
            )
    return pd.DataFrame(rows)


def general_loadings(correlations: np.ndarray) -> np.ndarray:
    """Return loadings g of a general factor: least squares of r_ij = g_i g_j, i ≠ j, each below 1.

    Item by item, g_i = Σ_j r_ij g_j / Σ_j g_j², j ≠ i, until nothing moves.
    """
    values, vectors = np.linalg.eigh(correlations)
    found = np.abs(vectors[:, -1]) * np.sqrt(values[-1])
    for _ in range(5000):
        before = found.copy()
        for n in range(len(found)):
            others = np.delete(found, n)
            found[n] = np.delete(correlations[n], n) @ others / (others @ others)
            found[n] = min(found[n], 0.999)
        if np.abs(found - before).max() < 1e-10:
            break
    return np.asarray(found)


def _common_share(fit: OrdinalFit, factor: int) -> float:
    """Share of the variance of the sum of standardised latent responses that is the factor's.

    Latent response of an item: a θ + b u + e, e logistic with variance π² / 3.
    """
    design, arrays = fit.design(), fit.arrays
    own = np.flatnonzero(design.factor == factor)
    scale = np.sqrt(arrays.slopes**2 + arrays.loadings**2 + _LOGISTIC_VARIANCE)
    loadings = (arrays.slopes / scale)[own]
    shared = (arrays.loadings / scale)[own]
    same = design.testlet[own][:, None] == design.testlet[own][None, :]
    table = np.outer(loadings, loadings) + np.where(same, np.outer(shared, shared), 0.0)
    np.fill_diagonal(table, 1.0)
    return float(loadings.sum() ** 2 / table.sum())


def _nodes(percentiles: tuple[int, ...]) -> np.ndarray:
    from scipy.special import ndtri

    return np.asarray(ndtri(np.array(percentiles) / 100))
