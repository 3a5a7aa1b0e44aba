"""How alike two scorings of one body are: four readings of the reliability of the index."""

import numpy as np
import pandas as pd

from spbe_research.panel.frames import select_results
from spbe_research.panel.loaders import load_published
from spbe_research.questions.what_does_the_index_measure.fits import (
    edition,
    item_levels,
    item_years,
    weights,
)
from spbe_research.years import load_years

__all__ = ["catching_up", "cronbach_alpha", "reliabilities", "variance_components"]


def cronbach_alpha(levels: pd.DataFrame, weights: pd.Series) -> float:
    """Return alpha of a weighted sum, k / (k - 1) (1 - Σ w² s² / s² of the sum)."""
    parts = levels[weights.index] * weights
    k = len(weights)
    return float(k / (k - 1) * (1 - parts.var().sum() / parts.sum(axis=1).var()))


def reliabilities() -> pd.DataFrame:
    """Return the readings of the reliability of one year's index in the years with levels.

    ``own_correlation``: of the two years, so that every real change counts as error.
    ``quasi_simplex``: r12 r23 / r13 of three years, the first of an earlier instrument; real change
    is allowed, if it comes in independent steps.
    ``variance_components``: what is common to a body's domains in a year is true, the rest error.
    ``alpha``: of the indicators within one year, weighted as in the index; what they share in a
    year, an assessor's leniency too, counts as true. ``alpha_unweighted``: of their plain sum.
    """
    first, last = item_years()
    index = _evaluated()
    pair = index[[first, last]].dropna()
    rows = [("own_correlation", first, last, pair.corr().iloc[0, 1], len(pair))]
    for earlier in (year for year in index.columns if year < first):
        triple = index[[earlier, first, last]].dropna()
        r = triple.corr().to_numpy()
        found = r[0, 1] * r[1, 2] / r[0, 2]
        rows.append(("quasi_simplex", earlier, last, found, len(triple)))
    found = variance_components(*_domains(pair.index))["reliability"]
    rows.append(("variance_components", first, last, found, len(pair)))
    for year in (first, last):
        levels = item_levels(year)
        shares = pd.Series(weights())
        rows.append(("alpha", year, year, cronbach_alpha(levels, shares), len(levels)))
        plain = cronbach_alpha(levels, shares * 0 + 1)
        rows.append(("alpha_unweighted", year, year, plain, len(levels)))
    return pd.DataFrame(rows, columns=["measure", "start", "end", "estimate", "n"])


def catching_up(readings: pd.DataFrame) -> pd.DataFrame:
    """Return the slope of change on level under every reading, and with no error at all.

    With b the slope of the later index on the earlier one, error in the earlier index makes b too
    small by the factor reliability, so that the slope of change is b / reliability - 1.
    """
    first, last = item_years()
    pair = _evaluated()[[first, last]].dropna()
    slope = float(np.polyfit(pair[first], pair[last], 1)[0])
    kept = readings[readings["start"] < last].rename(
        columns={"start": "since", "estimate": "reliability"}
    )
    certain = pd.DataFrame({"measure": ["no_error"], "since": [first], "reliability": [1.0]})
    rows = pd.concat([kept[["measure", "since", "reliability"]], certain], ignore_index=True)
    rows.insert(0, "start", first)
    rows.insert(1, "end", last)
    return rows.assign(estimate=slope / rows["reliability"] - 1, n=len(pair))


def variance_components(parts: np.ndarray, shares: np.ndarray) -> dict[str, float]:
    """Return the variances of bodies, parts and years, and the reliability of one year's mean.

    Parameters
    ----------
    parts : numpy.ndarray, shape (n_bodies, n_parts, n_years)
        Each body's level of each part in each year.
    shares : numpy.ndarray, shape (n_parts,)
        Weight of each part in the index, sum 1.

    Returns
    -------
    dict
        ``body, body_year, body_part, rest`` in squared levels; ``reliability`` = (body + body_year)
        / (body + body_year + q (body_part + rest)), q = Σ share²: parts count as repeated scorings.

    Notes
    -----
    Mean squares of the crossed table, bodies x parts x years, set equal to their expectations.
    """
    n, k, years = parts.shape
    body = parts.mean(axis=(1, 2), keepdims=True)
    by_part, by_year = parts.mean(axis=2, keepdims=True), parts.mean(axis=1, keepdims=True)
    part, year = parts.mean(axis=(0, 2), keepdims=True), parts.mean(axis=(0, 1), keepdims=True)
    both, mean = parts.mean(axis=0, keepdims=True), parts.mean()
    square_body = k * years * float(((body - mean) ** 2).sum()) / (n - 1)
    square_part = years * float(((by_part - body - part + mean) ** 2).sum()) / ((n - 1) * (k - 1))
    square_year = k * float(((by_year - body - year + mean) ** 2).sum()) / ((n - 1) * (years - 1))
    left = parts - by_part - by_year - both + body + part + year - mean
    rest = float((left**2).sum()) / ((n - 1) * (k - 1) * (years - 1))
    body_part, body_year = (square_part - rest) / years, (square_year - rest) / k
    true = (square_body - square_part - square_year + rest) / (k * years) + body_year
    error = float((shares**2).sum()) * (body_part + rest)
    return {
        "body": true - body_year,
        "body_year": body_year,
        "body_part": body_part,
        "rest": rest,
        "reliability": true / (true + error),
    }


def _evaluated() -> pd.DataFrame:
    """Published index of the bodies evaluated, one column a year, up to the last with levels."""
    years = [each.year for each in load_years() if each.year <= item_years()[-1]]
    rows = select_results(load_published(), years=years)
    return rows.pivot(index="agency_id", columns="year", values="index_published").astype(float)


def _domains(bodies: pd.Index) -> tuple[np.ndarray, np.ndarray]:
    """Domain levels of some bodies in both years, and the domains' shares of the index."""
    share, domains = pd.Series(weights()), edition().domains
    leaves = {domain: list(edition().leaves(domain)) for domain in domains}
    shares = np.array([share[leaves[domain]].sum() for domain in domains])
    tables = []
    for year in item_years():
        levels = item_levels(year).loc[bodies]
        sums = [(levels[own] * share[own]).sum(axis=1).to_numpy() for own in leaves.values()]
        tables.append(np.stack(sums, axis=1) / shares)
    return np.stack(tables, axis=2), shares
