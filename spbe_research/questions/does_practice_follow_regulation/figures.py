"""Draws the figures of this question."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spbe_research.drawing.style import COLOURS, canvas, finish
from spbe_research.drawing.topics import TOPIC_NAMES

_LOOKS = ((COLOURS["orange"], "s"), (COLOURS["blue"], "o"), (COLOURS["green"], "^"))
_DIRECTIONS = {"gains": "gained five topics or more", "losses": "lost three topics or more"}
_ROWS = {
    "policy": "policy domain:\nstandard deviations",
    "rest": "rest of the index\n(hollow: whole index)",
}


def draw_vanished(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw, topic by topic, the share of regulations that the next year's reading did not find.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``count_vanished``.
    title, footer : str
        Text above and below.
    """
    places = -np.arange(len(table))
    shares = 100 * table["estimate"]
    with canvas(4.0) as figure:
        axes = figure.subplots()
        axes.barh(places, shares, color=COLOURS["sky"], height=0.66)
        for place, share, gone, n in zip(
            places, shares, table["vanished"], table["n"], strict=True
        ):
            axes.annotate(
                f"{gone} of {n}", (share, place), (5, 0), textcoords="offset points", va="center"
            )
        axes.set_yticks(places, [TOPIC_NAMES[topic] for topic in table["topic"]])
        axes.tick_params(axis="y", length=0)
        axes.margins(x=0.18)
        axes.set_xlabel("% of the bodies found to regulate it in 2021")
        return finish(figure, title=title, footer=footer)


def draw_levels(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the difference in practice within a body at each policy level, year by year.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``compare_levels``.
    title, footer : str
        Text above and below.
    """
    years = sorted(table["year"].unique())
    levels = sorted(table["level"].unique())
    shifts = np.linspace(-0.1, 0.1, len(years))
    with canvas(3.9) as figure:
        axes = figure.subplots()
        axes.axhline(0, color=COLOURS["ink"], lw=0.9)
        for year, shift, (colour, marker) in zip(years, shifts, _LOOKS, strict=False):
            group = table[table["year"] == year]
            places = group["level"] + shift
            axes.vlines(places, group["low"], group["high"], color=colour, lw=2)
            axes.plot(places, group["estimate"], marker, color=colour, ms=7, label=str(year))
            side = -1 if shift < 0 else 1
            for place, value in zip(places, group["estimate"], strict=True):
                axes.annotate(
                    f"{value:.2f}",
                    (place, value),
                    (7 * side, 7),
                    textcoords="offset points",
                    va="center",
                    ha="left" if side > 0 else "right",
                    fontsize=9,
                )
        axes.set_xticks(levels, [f"level {level}" for level in levels])
        axes.set_xlim(levels[0] - 0.5, levels[-1] + 0.5)
        axes.set_ylabel("maturity levels of practice,\nabove topics at level 1")
        axes.legend(loc="upper left")
        return finish(figure, title=title, footer=footer)


def draw_movers(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the position of movers against those who stayed, in four panels over the years.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``follow_movers``.
    title, footer : str
        Text above and below.
    """
    with canvas(5.4) as figure:
        panels = figure.subplots(2, 2, sharex=True, sharey="row")
        for column, direction in enumerate(_DIRECTIONS):
            group = table[table["direction"] == direction]
            base = int(group.loc[group["outcome"] == "index", "year"].max())
            after = group.loc[group["outcome"] == "rest", "year"]
            start = int(after.min()) - 1
            for row, outcome in enumerate(_ROWS):
                axes = panels[row, column]
                axes.axhline(0, color=COLOURS["ink"], lw=0.9)
                axes.axvline(start, color=COLOURS["grey"], lw=0.9, ls=(0, (4, 3)))
                if outcome == "rest":
                    _draw_points(axes, group[group["outcome"] == "index"], hollow=True)
                _draw_points(axes, group[group["outcome"] == outcome], hollow=False)
                axes.plot(start, 0, "D", color=COLOURS["ink"], ms=5)
                axes.margins(x=0.1, y=0.16)
                axes.set_xticks(range(min(base - 1, start), int(after.max()) + 1))
            panels[0, column].set_title(_DIRECTIONS[direction], loc="left")
        for row, outcome in enumerate(_ROWS):
            panels[row, 0].set_ylabel(_ROWS[outcome])
        return finish(figure, title=title, footer=footer)


def _draw_points(axes: Axes, rows: pd.DataFrame, *, hollow: bool) -> None:
    colour = COLOURS["grey"] if hollow else COLOURS["blue"]
    axes.vlines(rows["year"], rows["low"], rows["high"], color=colour, lw=2)
    axes.plot(
        rows["year"],
        rows["estimate"],
        "o",
        color=colour,
        ms=7,
        markerfacecolor="white" if hollow else colour,
    )
    for row in rows.itertuples():
        above = row.estimate >= 0
        axes.annotate(
            f"{row.estimate:+.2f}".replace("-", "\N{MINUS SIGN}"),
            (row.year, row.high if above else row.low),
            (0, 3 if above else -3),
            textcoords="offset points",
            ha="center",
            va="bottom" if above else "top",
            fontsize=9,
        )
