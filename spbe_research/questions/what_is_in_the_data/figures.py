"""Draws the figures of this question."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from spbe_research.drawing.style import (
    COLOURS,
    TYPE_NAMES,
    canvas,
    finish,
)


def draw_coverage(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw how many bodies of each type have a new result or an old one, by year.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``coverage_by_type``.
    title, footer : str
        Text above and below.
    """
    with canvas(5.4) as figure:
        panels = figure.subplots(2, 3, sharex=True)
        for axes, (kind, name) in zip(panels.flat, TYPE_NAMES.items(), strict=True):
            group = table[table["agency_type"] == kind].pivot(
                index="year", columns="status", values="n"
            )
            evaluated, carried = group["evaluated"], group["carried_over"]
            axes.bar(group.index, evaluated, color=COLOURS["blue"], width=0.75)
            repeated = carried[carried > 0]
            axes.bar(
                repeated.index,
                repeated,
                bottom=evaluated[repeated.index],
                color="white",
                edgecolor=COLOURS["red"],
                hatch="////",
                linewidth=0.8,
                width=0.75,
            )
            total = evaluated + carried
            for year, count in total.items():
                axes.annotate(
                    f"{count}" if count else "\u2013",
                    (year, count),
                    textcoords="offset points",
                    xytext=(0, 2),
                    ha="center",
                    fontsize=8,
                )
            axes.set_title(name, loc="left", fontsize=9.5)
            axes.set_ylim(0, max(total.max() * 1.18, 1))
            axes.set_xticks(group.index, [f"'{year % 100}" for year in group.index])
        for axes in panels[:, 0]:
            axes.set_ylabel("bodies with a published index")
        panels[0, 2].legend(
            handles=[
                Patch(color=COLOURS["blue"], label="new result"),
                Patch(
                    facecolor="white",
                    edgecolor=COLOURS["red"],
                    hatch="////",
                    label="repeats an\nearlier value",
                ),
            ],
            loc="center right",
        )
        return finish(figure, title=title, footer=footer)
