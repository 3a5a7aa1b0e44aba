"""What two years say of each other: single indicators that drift, and the change linked over time.

Everything stands on the scale of the first year with levels: its parameters are held, and a later
year is read through its domain scores alone, rounded to two decimals as they are printed from 2023
on. So all later years are read alike, whatever was published of them.
"""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.methods.multiplicity import benjamini_hochberg, holm
from spbe_research.methods.ordinal_linking import (
    FactorDistribution,
    drift_interval,
    factor_distribution,
    printed_sum_likelihoods,
    sum_probabilities,
)
from spbe_research.methods.ordinal_scores import expected_levels
from spbe_research.panel.loaders import load_scores
from spbe_research.questions.what_does_the_index_measure.fits import (
    edition,
    fitted,
    item_levels,
    item_years,
    weights,
)
from spbe_research.years import design_years

__all__ = ["domain_scores", "item_drift", "linked_bodies", "linked_changes"]

Floats = NDArray[np.float64]

_NODES = np.linspace(-5.0, 6.5, 116)
_LOWEST = 1.0  # a domain below it is misprinted
_STEP = 0.01


@cache
def domain_scores(year: int) -> pd.DataFrame:
    """Return the domains of every body evaluated in a year, two decimals; none below level 1."""
    if year in item_years():
        share, levels = pd.Series(weights()), item_levels(year)
        table = pd.DataFrame(
            {
                domain: (levels[list(own)] * share[list(own)]).sum(axis=1) / share[list(own)].sum()
                for domain, own in _leaves().items()
            }
        )
        table = (table + 1e-9).round(2)
    else:
        scores = load_scores(scale="domain")
        own = scores[(scores["year"] == year) & (scores["status"] == "evaluated")]
        table = own.pivot(index="agency_id", columns="item", values="value")[list(_leaves())]
    return table[(table >= _LOWEST).all(axis=1)]


@cache
def _likelihoods(year: int) -> dict[str, pd.DataFrame]:
    """Likelihood of each body's domain score at every node, under the first year's parameters."""
    fit, found = fitted(item_years()[0]), {}
    table = domain_scores(year)
    for domain, leaves in _leaves().items():
        share = pd.Series(weights())[list(leaves)].round(9)
        parts = [
            (float(weight), len(own), sum_probabilities(fit, list(own.index), _NODES))
            for weight, own in share.groupby(share)
        ]
        printed = table[domain].to_numpy(dtype=float)
        own_rows = printed_sum_likelihoods(parts, printed, half_step=_STEP / 2)
        found[domain] = pd.DataFrame(own_rows, index=table.index)
    return found


def _factors(year: int, bodies: pd.Index) -> dict[str, FactorDistribution]:
    """The distribution of each domain's factor among some bodies, on the first year's scale."""
    return {
        domain: factor_distribution(rows.loc[bodies].to_numpy(), _NODES)
        for domain, rows in _likelihoods(year).items()
    }


def item_drift() -> pd.DataFrame:
    """Return by how much bodies with equal domain scores differ between the two years, per item.

    The residual of a body is its level less the level expected from its domain score under the
    first year's parameters; the drift is the difference of the years' mean residuals. Its standard
    error has bodies as clusters, since most stand in both years. ``effect`` is drift x weight: what
    the drift adds to the mean index.
    """
    from scipy.special import ndtr, ndtri

    first, last = item_years()
    residuals = {year: _residuals(year) for year in (first, last)}
    bodies = residuals[first].index.union(residuals[last].index)
    means = {year: table.mean() for year, table in residuals.items()}
    parts = {
        year: ((table - means[year]) / len(table)).reindex(bodies).fillna(0.0)
        for year, table in residuals.items()
    }
    drift = means[last] - means[first]
    error = np.sqrt(((parts[last] - parts[first]) ** 2).sum())
    p = 2 * ndtr(-(drift / error).abs().to_numpy())
    share = pd.Series(weights())[drift.index]
    domains = {leaf: domain for domain, leaves in _leaves().items() for leaf in leaves}
    return pd.DataFrame(
        {
            "item": drift.index,
            "domain": [domains[item] for item in drift.index],
            "name": [edition().item(item).name for item in drift.index],
            "start": first,
            "end": last,
            "estimate": drift.to_numpy(),
            "std_error": error.to_numpy(),
            "low": (drift - ndtri(0.975) * error).to_numpy(),
            "high": (drift + ndtri(0.975) * error).to_numpy(),
            "p": p,
            "p_holm": holm(p),
            "p_benjamini_hochberg": benjamini_hochberg(p),
            "effect": (share * drift).to_numpy(),
            "n": len(bodies),
        }
    )


def linked_changes() -> pd.DataFrame:
    """Return the mean change of the same bodies since the first year with levels.

    ``basis`` items: groups are aspects and the change of each is that of its mean level. ``basis``
    domains: groups are domains, and the change is that of T's parts on the first year's scale.
    ``scope``: all domains, or all but services. ``method``: as ``drift_interval``. ``naive``
    stands for an interval that ignores drift: only bodies vary.
    """
    first, last = item_years()
    rows = []
    for year in (year for year in design_years("linked-composite") if year > first):
        bodies = linked_bodies(year)
        changes = {"domains": _domain_changes(first, year, bodies)}
        if year == last:
            changes = {"items": _aspect_changes(first, year, bodies)} | changes
        for basis, change in changes.items():
            for scope in ("all", "without services"):
                kept = change if scope == "all" else change.drop(columns=_services(change))
                rows += _changes(kept, first, year, basis, scope)
    return pd.DataFrame(rows)


def _changes(
    change: pd.DataFrame, first: int, year: int, basis: str, scope: str
) -> list[dict[str, Any]]:
    """Rows of one change: ``change`` has one row a body and one column a group of items."""
    share = pd.Series({code: float(edition().item(code).weight) for code in change.columns})
    key = {"start": first, "end": year, "basis": basis, "scope": scope}
    rows: list[dict[str, Any]] = [
        key | {"method": method} | drift_interval(change.mean(), share, method=method)
        for method in ("equal", "sandwich")
    ]
    own = change @ (share / share.sum())
    error = float(own.std() / np.sqrt(len(own)))
    naive = {"estimate": own.mean(), "std_error": error, "clusters": len(own)}
    bounds = {"low": own.mean() - 1.96 * error, "high": own.mean() + 1.96 * error}
    rows.append(key | {"method": "naive"} | naive | bounds)
    return [row | {"half_width": row["high"] - row["estimate"], "n": len(change)} for row in rows]


def _aspect_changes(first: int, year: int, bodies: pd.Index) -> pd.DataFrame:
    """Change of each aspect's mean level, body by body."""
    share = pd.Series(weights())
    moved = item_levels(year).loc[bodies] - item_levels(first).loc[bodies]
    return pd.DataFrame(
        {
            aspect: (moved[list(own)] * share[list(own)]).sum(axis=1) / share[list(own)].sum()
            for aspect in edition().aspects
            for own in [edition().leaves(aspect)]
        }
    )


def _domain_changes(first: int, year: int, bodies: pd.Index) -> pd.DataFrame:
    """Change of each domain's part of T, body by body."""
    curves = expected_levels(fitted(first), _NODES, weights())
    tables = [
        pd.DataFrame(
            {
                domain: own.posterior @ curves[domain].to_numpy()
                for domain, own in _factors(each, bodies).items()
            },
            index=bodies,
        )
        for each in (first, year)
    ]
    share = pd.Series(weights())
    scale = pd.Series({domain: share[list(own)].sum() for domain, own in _leaves().items()})
    return (tables[1] - tables[0]) / scale


def _residuals(year: int) -> pd.DataFrame:
    """Level less the level expected from the domain score, one column an indicator."""
    levels, expected = item_levels(year), expected_levels(fitted(item_years()[0]), _NODES)
    found = _factors(year, levels.index)
    return pd.DataFrame(
        {
            leaf: levels[leaf] - found[domain].posterior @ expected[leaf].to_numpy()
            for domain, leaves in _leaves().items()
            for leaf in leaves
        }
    )


def linked_bodies(year: int) -> pd.Index:
    """Return the bodies that a change since the first year is of.

    To the second year with levels those evaluated in both; to a later one those evaluated in every
    year that is linked, so that each later change is of the same bodies.
    """
    first, last = item_years()
    years = (first, year) if year == last else design_years("linked-composite")
    found = domain_scores(first).index
    for each in years:
        found = found.intersection(domain_scores(each).index)
    return found


def _services(change: pd.DataFrame) -> list[str]:
    """The groups of the heaviest domain, that of services."""
    instrument = edition()
    heaviest = max(instrument.domains, key=lambda code: instrument.item(code).weight)
    return [code for code in change.columns if code in (heaviest, *instrument.children(heaviest))]


def _leaves() -> dict[str, tuple[str, ...]]:
    return {domain: edition().leaves(domain) for domain in edition().domains}
