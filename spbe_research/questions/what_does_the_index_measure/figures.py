"""How sure ranks and predicates are; what domains and indicators tell apart."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from spbe_research.drawing.style import (
    COLOURS,
    DOMAIN_COLOURS,
    EDGES,
    PREDICATE_COLOURS,
    canvas,
    finish,
)

__all__ = [
    "draw_discrimination",
    "draw_domain_curves",
    "draw_predicate_sureness",
    "draw_rank_intervals",
]

_LOST = 0.5  # levels: an indicator that lost more is in bold


def draw_rank_intervals(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the rank of each body and the ranks it may as well have.

    Parameters
    ----------
    table : pandas.DataFrame
        ``name, rank, rank_low, rank_high``, one row per body.
    title, footer : str
        Text above and below.
    """
    rows = table.sort_values("rank").reset_index(drop=True)
    places = np.arange(len(rows))
    with canvas(1.3 + 0.28 * len(rows)) as figure:
        axes = figure.subplots()
        axes.hlines(
            places, rows["rank_low"], rows["rank_high"], color=COLOURS["sky"], lw=9, capstyle="butt"
        )
        axes.plot(rows["rank"], places, "o", color=COLOURS["ink"], ms=6)
        for column, side, gap in (("rank_low", "right", -4), ("rank_high", "left", 4)):
            for place, rank in zip(places, rows[column], strict=True):
                axes.annotate(
                    f"{rank}",
                    (rank, place),
                    xytext=(gap, 0),
                    textcoords="offset points",
                    ha=side,
                    va="center",
                    fontsize=8.5,
                )
        axes.set_yticks(places, [f"{name}" for name in rows["name"]])
        axes.invert_yaxis()
        axes.set_xlabel("rank (1 is the highest)")
        axes.xaxis.grid(visible=True, color=COLOURS["pale"], lw=0.6)
        axes.margins(x=0.07, y=0.05)
        return finish(figure, title=title, footer=footer)


def draw_predicate_sureness(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw how probable each body's printed predicate is, along the index.

    Parameters
    ----------
    table : pandas.DataFrame
        ``index, predicate, estimate`` (0 to 1), one row per body.
    title, footer : str
        Text above and below.
    """
    with canvas(3.9) as figure:
        axes = figure.subplots()
        for predicate, colour in PREDICATE_COLOURS.items():
            own = table[table["predicate"] == predicate]
            if len(own):
                axes.scatter(
                    own["index"],
                    100 * own["estimate"],
                    s=15,
                    color=colour,
                    edgecolor=COLOURS["ink"],
                    linewidth=0.25,
                    label=predicate,
                    zorder=3,
                )
        low, high = table["index"].min(), table["index"].max()
        for edge in EDGES[1:-1]:
            if low < edge < high:
                axes.axvline(edge, color=COLOURS["grey"], lw=0.9, ls=(0, (4, 3)))
        axes.axhline(50, color=COLOURS["red"], lw=1, zorder=1)
        axes.annotate(
            "a coin toss",
            (low, 50),
            xytext=(0, 3),
            textcoords="offset points",
            fontsize=8.5,
            color=COLOURS["red"],
        )
        axes.set(xlabel="index", ylabel="probability that the predicate is right (%)")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncol=5, borderaxespad=0.1)
        return finish(figure, title=title, footer=footer)


def draw_domain_curves(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the expected level of each domain from the weakest body to the strongest.

    Parameters
    ----------
    table : pandas.DataFrame
        ``domain, percentile, estimate`` of one year.
    title, footer : str
        Text above and below.
    """
    with canvas(3.9) as figure:
        axes = figure.subplots()
        for domain, own in table.groupby("domain"):
            label, colour = DOMAIN_COLOURS[str(domain)]
            axes.plot(own["percentile"], own["estimate"], color=colour, lw=2.4)
            end = own.iloc[-1]
            axes.annotate(
                label,
                (end["percentile"], end["estimate"]),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                fontsize=9,
                color=COLOURS["ink"],
            )
        axes.set(
            xlabel="percent of bodies that are weaker in the domain",
            ylabel="expected level of the domain",
        )
        axes.yaxis.grid(visible=True, color=COLOURS["pale"], lw=0.6)
        axes.margins(x=0.01)
        return finish(figure, title=title, footer=footer)


def draw_discrimination(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw how many levels a strong body is above a weak one, per indicator, in two years.

    Parameters
    ----------
    table : pandas.DataFrame
        ``year, item, domain, estimate`` of two years.
    title, footer : str
        Text above and below.
    """
    first, last = sorted(table["year"].unique())
    wide = table.pivot(index="item", columns="year", values="estimate")
    domains = table.drop_duplicates("item").set_index("item")["domain"].loc[wide.index]
    places = np.arange(len(wide))
    with canvas(4.0) as figure:
        axes = figure.subplots()
        for domain, (label, colour) in DOMAIN_COLOURS.items():
            own = places[(domains == domain).to_numpy()]
            before, after = wide[first].to_numpy()[own], wide[last].to_numpy()[own]
            axes.vlines(own, before, after, color=colour, lw=2)
            axes.plot(own, before, "o", color="white", mec=colour, mew=1.4, ms=5.5)
            axes.plot(own, after, "o", color=colour, ms=5.5)
            axes.annotate(
                label,
                (own.mean(), 1),
                xycoords=("data", "axes fraction"),
                xytext=(0, 4),
                textcoords="offset points",
                ha="center",
                fontsize=9,
            )
        for year, fill in ((first, "white"), (last, COLOURS["ink"])):
            axes.plot([], [], "o", color=fill, mec=COLOURS["ink"], mew=1.4, ms=5.5, label=f"{year}")
        axes.set_xticks(places, wide.index, rotation=90, fontsize=7)
        lost = (wide[first] - wide[last] > _LOST).to_numpy()
        for place in np.flatnonzero(lost):
            axes.get_xticklabels()[place].set_fontweight("bold")
        axes.set_ylabel("levels that a strong body\nis above a weak one")
        axes.yaxis.grid(visible=True, color=COLOURS["pale"], lw=0.6)
        axes.margins(x=0.015)
        axes.legend(loc="lower right", ncol=2)
        return finish(figure, title=title, footer=footer)
