"""An index of one's own: rank bands with the names of the bodies, and weight beside share."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from spbe_research.drawing.audit_figures import draw_importance
from spbe_research.drawing.style import COLOURS, canvas, finish

__all__ = ["draw_named_bands", "draw_pillars"]

# The pillars of the framework, as its table names them.
_PILLARS = {
    "Physical": "Physical",
    "ConEcFin": "Economic, connectivity",
    "Political": "Political",
    "Instit": "Institutional",
    "P2P": "People to people",
    "Environ": "Environmental",
    "Social": "Social",
    "SusEcFin": "Economic, sustainability",
}


def draw_named_bands(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the rank band of each body over its code, from the best rank to the last.

    Parameters
    ----------
    table : pandas.DataFrame
        ``agency_id`` (a short code), ``rank, rank_q05, rank_q95``; some sixty rows at most.
    title, footer : str
        Text above and below.
    """
    rows = table.sort_values(["rank", "agency_id"], kind="stable").reset_index(drop=True)
    places = np.arange(len(rows))
    with canvas(4.2) as figure:
        axes = figure.subplots()
        low, high = rows["rank_q05"] - 0.5, rows["rank_q95"] + 0.5
        axes.bar(places, high - low, bottom=low, width=0.75, color=COLOURS["pale"], linewidth=0)
        axes.plot(places, rows["rank"], "o", color=COLOURS["blue"], ms=3.6)
        axes.set_xticks(places, rows["agency_id"], rotation=90, fontsize=7)
        axes.tick_params(axis="x", length=0)
        axes.set(
            xlim=(-0.7, len(rows) - 0.3),
            ylim=(len(rows) + 0.5, 0.5),
            ylabel="rank, 90 % of the draws",
        )
        axes.grid(axis="y", color="#E6E6E6", lw=0.7)
        return finish(figure, title=title, footer=footer)


def draw_pillars(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw what each pillar weighs beside what it explains.

    Parameters
    ----------
    table : pandas.DataFrame
        ``code, nominal_share, explained_share``.
    title, footer : str
        Text above and below.
    """
    return draw_importance(table, title=title, footer=footer, names=_PILLARS)
