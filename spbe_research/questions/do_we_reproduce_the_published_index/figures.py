"""Draws the figures of this question."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from spbe_research.drawing.style import (
    COLOURS,
    canvas,
    finish,
    mark_breaks,
)

_ROUNDING = 0.01  # what two decimals in parts and index allow, index points
_LOOKS = {
    "participants": ("bodies with a new result", COLOURS["orange"], "s", 0.14),
    "population": ("all bodies counted", COLOURS["blue"], "o", -0.14),
}


def draw_recomputation(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw how far the recomputed index lies from the printed one, by year.

    Parameters
    ----------
    table : pandas.DataFrame
        ``year, basis, bin_low, bin_high, n_agencies``: counts of differences in index points.
    title, footer : str
        Text above and below.
    """
    years = sorted(table["year"].unique())
    reach = max(_ROUNDING, table["bin_high"].max(), -table["bin_low"].min())
    with canvas(4.1) as figure:
        panels = figure.subplots(1, len(years), sharex=True)
        for axes, year in zip(np.atleast_1d(panels), years, strict=True):
            group = table[table["year"] == year]
            exact = group["basis"].iloc[0] == "indicator"
            middle = (group["bin_low"] + group["bin_high"]) / 2
            axes.bar(
                middle,
                group["n_agencies"],
                width=group["bin_high"] - group["bin_low"],
                color=COLOURS["green"] if exact else COLOURS["blue"],
                edgecolor="white",
                linewidth=0.5,
            )
            for bound in (-_ROUNDING, _ROUNDING):
                axes.axvline(bound, color=COLOURS["red"], linestyle=":", linewidth=1.3)
            basis = "from 47 levels" if exact else "from 4 domains"
            axes.set_title(f"{year}\n{basis}\nn = {group['n_agencies'].sum()}", fontsize=9.5)
            axes.set_xlim(-1.2 * reach, 1.2 * reach)
            axes.set_xticks([-_ROUNDING, 0, _ROUNDING], ["\u22120.01", "0", "0.01"])
        np.atleast_1d(panels)[0].set_ylabel("agencies")
        for axes in np.atleast_1d(panels):
            axes.set_xlabel("difference\n(index points)")
        return finish(figure, title=title, footer=footer)


def draw_national_series(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the official national index and the mean on both bases, cut at the breaks.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``national_series``.
    title, footer : str
        Text above and below.
    """
    official = table.drop_duplicates("year").dropna(subset=["official"])
    low, high = (edge(table["estimate"].tolist()) for edge in (min, max))
    room = (high - low) / 8
    with canvas(4.3) as figure:
        axes = figure.subplots()
        for row in official.itertuples():
            means = table.loc[table["year"] == row.year, "estimate"]
            below = min(row.official, *(mean for mean in means if mean > row.official - room))
            axes.hlines(row.official, row.year - 0.34, row.year + 0.34, COLOURS["ink"], lw=2)
            axes.text(
                row.year,
                below - 0.3 * room,
                f"{row.official:.2f}",
                ha="center",
                va="top",
                fontsize=9.5,
                fontweight="bold",
            )
        for basis, (_, colour, marker, shift) in _LOOKS.items():
            group = table[table["basis"] == basis]
            axes.scatter(
                group["year"] + shift,
                group["estimate"],
                s=46,
                marker=marker,
                zorder=3,
                facecolor=[colour if hit else "white" for hit in group["reproduced"]],
                edgecolor=colour,
                linewidth=1.5,
            )
        axes.set(
            ylim=(low - room, high + 2.2 * room),
            xlim=(table["year"].min() - 0.5, table["year"].max() + 0.5),
            xlabel="year",
            ylabel="index (1 to 5)",
            xticks=sorted(table["year"].unique()),
        )
        mark_breaks(axes, high + 2.1 * room)
        handles = [axes.plot([], [], color=COLOURS["ink"], lw=2, label="official")[0]]
        handles += [
            axes.plot([], [], ls="", marker=marker, color=colour, label=label)[0]
            for label, colour, marker, _ in _LOOKS.values()
        ]
        handles += [
            axes.plot([], [], ls="", marker="D", mfc=face, mec=COLOURS["ink"], label=label)[0]
            for face, label in (
                (COLOURS["ink"], "filled: rounds to the official"),
                ("white", "hollow: does not"),
            )
        ]
        axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, 0.95), fontsize=8.5)
        return finish(figure, title=title, footer=footer)
