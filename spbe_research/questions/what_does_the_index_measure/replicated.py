"""What the model cannot explain: too many indices just above an edge, and pairs of indicators."""

import numpy as np
import pandas as pd

from spbe_research.methods.ordinal_likelihood import Grid, posterior
from spbe_research.methods.ordinal_scores import expected_levels, replicated_levels
from spbe_research.panel.loaders import load_reference
from spbe_research.questions.what_does_the_index_measure.fits import (
    edition,
    fitted,
    item_years,
    weights,
)
from spbe_research.questions.what_does_the_index_measure.sureness import (
    NEAR,
    SEED,
    composite,
    edges,
    printed,
)

__all__ = ["bunching", "residual_correlations", "twins"]

N_REPLICATIONS = 400
FEWEST = 5  # indices that the model expects within a tenth of an edge, for a row to be made


def bunching() -> pd.DataFrame:
    """Return how many indices lie within a tenth of an edge, and how many the model expects.

    A replicated list has the same bodies with factors drawn from their posterior, and levels drawn
    anew: it knows how able each body is, and nothing of edges. Indices are rounded to two decimals,
    as the predicate is. ``held``: bodies whose predicate of the year before was that above the edge
    or higher; ``others``: evaluated then, without it; only in the second year. An edge near which
    the model expects hardly any body has no row.
    """
    rows: list[dict[str, object]] = []
    lower = {name: edge for name, edge in edges().items() if edge > min(edges().values())}
    for year in item_years():
        fit, shares = fitted(year), np.array(list(weights().values()))
        order = [fit.structure.items.index(item) for item in weights()]
        thetas = composite(year).factors[:N_REPLICATIONS]
        copies = np.array(
            [
                replicated_levels(fit, theta, seed=SEED + n)[:, order] @ shares
                for n, theta in enumerate(thetas)
            ]
        )
        seen = printed(year)["index_published"].to_numpy(dtype=float)
        for predicate, edge in lower.items():
            if sum(side.mean() for side in _counted(copies, edge)) < FEWEST:
                continue
            rows += [
                {"year": year, "predicate": predicate, "edge": edge, "group": group}
                | _sides(seen[chosen], copies[:, chosen], edge)
                for group, chosen in _groups(year, predicate).items()
            ]
    return pd.DataFrame(rows)


def residual_correlations(year: int) -> pd.DataFrame:
    """Return the correlations of levels less expected levels, indicator by indicator.

    The level expected of a body is that of its factors' posterior. Near 0 says that two indicators
    have nothing in common beyond their factors.
    """
    fit = fitted(year)
    grid = Grid.for_factors(len(fit.structure.factors))
    design = fit.design()
    found = posterior(design, fit.arrays, grid)
    expected = expected_levels(fit, grid.nodes)
    residuals = {
        item: fit.levels[item] - found.marginals[design.factor[n]] @ expected[item].to_numpy()
        for n, item in enumerate(fit.structure.items)
    }
    return pd.DataFrame(residuals).corr()


def twins() -> pd.DataFrame:
    """Return the residual correlation of each policy with the practice it regulates.

    Beside them the mean and the spread over all other pairs of a policy and an indicator of
    governance or management, which share no subject.
    """
    topics = load_reference("policy_topics")
    pairs = [
        (row.policy_item, practice)
        for row in topics.itertuples()
        for practice in str(row.practice_items).split()
    ]
    tables = []
    for year in item_years():
        table = residual_correlations(year)
        policy, *practice = edition().domains
        others = [
            table.loc[a, b]
            for a in edition().leaves(policy)
            for domain in practice[:2]
            for b in edition().leaves(domain)
            if (a, b) not in pairs
        ]
        own = [table.loc[a, b] for a, b in pairs]
        for group, values in (("twins", own), ("other pairs", others)):
            tables.append(
                {
                    "year": year,
                    "group": group,
                    "estimate": float(np.mean(values)),
                    "spread": float(np.std(values, ddof=1)),
                    "largest": float(np.max(values)),
                    "n": len(values),
                }
            )
    return pd.DataFrame(tables)


def _groups(year: int, predicate: str) -> dict[str, np.ndarray]:
    """Which bodies of the year's list are in each group."""
    bodies = fitted(year).levels.index
    groups = {"all": np.ones(len(bodies), dtype=bool)}
    first = item_years()[0]
    if year > first:
        order = list(edges())
        above = order[order.index(predicate) :]
        before = printed(first)["predicate"].reindex(bodies)
        groups["held"] = before.isin(above).to_numpy()
        groups["others"] = (before.notna() & ~before.isin(above)).to_numpy()
    return groups


def _sides(seen: np.ndarray, copies: np.ndarray, edge: float) -> dict[str, object]:
    """Counts below and above an edge, seen and expected, and how rare the seen difference is."""
    below, above = _counted(seen, edge)
    copied_below, copied_above = _counted(copies, edge)
    more = int(((copied_above - copied_below) >= above - below).sum())
    low, high = np.quantile(copied_above, [0.025, 0.975])
    return {
        "below": int(below),
        "above": int(above),
        "expected_below": float(copied_below.mean()),
        "expected_above": float(copied_above.mean()),
        "expected_above_low": float(low),
        "expected_above_high": float(high),
        "p": (1 + more) / (1 + len(copies)),
        "n": seen.shape[-1],
    }


def _counted(index: np.ndarray, edge: float) -> tuple[np.ndarray, np.ndarray]:
    """How many indices, rounded half up to two decimals, lie within a tenth below and above."""
    hundredths = np.floor(100 * index + 0.5 + 1e-9)
    at, reach = round(100 * edge), round(100 * NEAR)
    below = (hundredths < at) & (hundredths >= at - reach)
    above = (hundredths >= at) & (hundredths < at + reach)
    return below.sum(axis=-1), above.sum(axis=-1)
