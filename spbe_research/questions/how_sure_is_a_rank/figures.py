"""How sure a rank is: bands of ranks, and what a domain weighs beside what it explains."""

import pandas as pd
from matplotlib.figure import Figure

from spbe_research.drawing.audit_figures import draw_importance, draw_rank_bands

__all__ = ["draw_bands", "draw_shares"]

_DOMAINS = {
    "D1": "D1 policy",
    "D2": "D2 governance",
    "D3": "D3 management",
    "D4": "D4 services",
}


def draw_bands(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the rank band of every body, one colour per choice.

    Parameters
    ----------
    table : pandas.DataFrame
        ``choice, rank, rank_q05, rank_q95``; three choices at most.
    title, footer : str
        Text above and below.
    """
    bands = {str(choice): rows for choice, rows in table.groupby("choice", sort=False)}
    return draw_rank_bands(bands, title=title, footer=footer)


def draw_shares(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw what each domain weighs beside what it explains, in the last year.

    Parameters
    ----------
    table : pandas.DataFrame
        ``year, code, nominal_share, explained_share``.
    title, footer : str
        Text above and below.
    """
    last = table[table["year"] == table["year"].max()].reset_index(drop=True)
    return draw_importance(last, title=title, footer=footer, names=_DOMAINS)
