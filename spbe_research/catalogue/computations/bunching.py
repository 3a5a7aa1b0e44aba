"""What notebook 07 registers: whether scores pile up just above the bands."""

import pandas as pd

from spbe_research.datasets import load_published, load_scores
from spbe_research.distributions import (
    bunching_table,
    compare_neighbours,
    count_sides,
    counterfactual_curve,
    window_test,
)
from spbe_research.instruments import load_instrument

SEED = 20261124
CUTOFF = 2.6
_WIDTHS = (0.05, 0.1, 0.15, 0.2)
_ITEM_YEAR = 2022


def curves() -> pd.DataFrame:
    """Observed and smooth counts around 2.60, 2021 to 2024."""
    return counterfactual_curve(load_published(), cutoff=CUTOFF, years=range(2021, 2025))


def shares_above() -> pd.DataFrame:
    """Share above each cut-off beside the smooth one, with the family-wise p value."""
    window = window_test(load_published())
    family = tests().query("test == 'window'")[["year", "cutoff", "p_adjusted"]]
    return window.merge(family, on=["year", "cutoff"])


def tests() -> pd.DataFrame:
    """All tests, years and cut-offs, evaluated agencies."""
    return bunching_table(load_published(), seed=SEED)


def sides() -> pd.DataFrame:
    """Counts on either side of each cut-off, evaluated and carried over."""
    published = load_published()
    tables = {
        status: count_sides(published, status=status) for status in ("evaluated", "carried_over")
    }
    table = pd.concat(tables, names=["status"]).reset_index("status").reset_index(drop=True)
    return table.rename(columns={"n_year": "n"})


def widths() -> pd.DataFrame:
    """The tests at 2.60 under other widths of the window, 2021 to 2024."""
    published = load_published()
    tables = [
        bunching_table(published, cutoffs=[CUTOFF], width=width, years=range(2021, 2025), seed=SEED)
        for width in _WIDTHS
    ]
    return pd.concat(tables, ignore_index=True)


def items() -> pd.DataFrame:
    """Which items carry those just above 2.60 in 2022, beyond the ordinary gradient."""
    levels = load_scores(scale="indicator")
    return compare_neighbours(
        levels, load_published(), load_instrument("permen-59-2020"), year=_ITEM_YEAR, cutoff=CUTOFF
    )
