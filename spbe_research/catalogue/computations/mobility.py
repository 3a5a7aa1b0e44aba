"""What notebook 08 registers: who moves, and whether laggards catch up."""

import numpy as np
import pandas as pd

from spbe_research.datasets import load_published
from spbe_research.distributions import (
    alluvial_flows,
    beta_convergence,
    corrected_beta,
    mobility_indices,
    null_slopes,
    rank_mobility,
    rank_paths,
    transition_matrix,
    variance_ratio,
)
from spbe_research.estimates import ESTIMATE_COLUMNS

SEED = 20261124
PAIRS = ((2018, 2019), (2021, 2022), (2023, 2024))  # within one instrument and guideline
RELIABILITIES = tuple(np.round(np.arange(0.60, 1.001, 0.02), 2).tolist())


def transitions() -> pd.DataFrame:
    """Moves between predicates in three pairs of years."""
    published = load_published()
    return pd.concat([transition_matrix(published, *pair) for pair in PAIRS], ignore_index=True)


def flows() -> pd.DataFrame:
    """Flows between predicates, agencies evaluated in each of 2021 to 2024."""
    return alluvial_flows(load_published(), range(2021, 2025))


def ranks() -> pd.DataFrame:
    """Percentile rank among all agencies at both ends of each pair."""
    published = load_published()
    tables = []
    for start, end in PAIRS:
        paths = rank_paths(published, [start, end], by=None)
        wide = paths.pivot(index="agency_id", columns="year", values="percentile_rank")
        tables.append(
            pd.DataFrame(
                {
                    "start": start,
                    "end": end,
                    "agency_id": wide.index,
                    "rank_start": wide[start].to_numpy(),
                    "rank_end": wide[end].to_numpy(),
                    "n": len(wide),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def indices() -> pd.DataFrame:
    """Shorrocks index, shares that move and rank correlations."""
    published = load_published()
    tables = []
    for pair in PAIRS:
        tables += [
            mobility_indices(published, *pair, seed=SEED),
            mobility_indices(published, *pair, min_start=10, seed=SEED)
            .query("measure == 'shorrocks'")
            .assign(measure="shorrocks_10"),
            rank_mobility(published, *pair, seed=SEED),
        ]
    return _ordered(tables)


def regression_to_mean() -> pd.DataFrame:
    """Slope of change on start, corrected for each assumed reliability."""
    published = load_published()
    return pd.concat(
        [corrected_beta(published, *pair, reliabilities=RELIABILITIES) for pair in PAIRS],
        ignore_index=True,
    )


def convergence() -> pd.DataFrame:
    """Variance ratios, naive slopes, and slopes simulated without convergence."""
    published = load_published()
    tables = []
    for pair in PAIRS:
        tables += [
            variance_ratio(published, *pair)
            .query("measure == 'robust'")
            .assign(measure="variance_ratio"),
            beta_convergence(published, *pair),
            null_slopes(published, *pair, seed=SEED).assign(measure="simulated_slope"),
        ]
    return _ordered(tables)


def _ordered(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """The tables below each other, what was estimated first, then the result columns."""
    table = pd.concat(tables, ignore_index=True)
    keys = [column for column in table.columns if column not in ESTIMATE_COLUMNS]
    return table[[*keys, *ESTIMATE_COLUMNS]]
