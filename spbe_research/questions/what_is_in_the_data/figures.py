"""Draws the figures of this question."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from spbe_research.drawing.style import COLOURS, TYPE_NAMES, canvas, finish
from spbe_research.errors import DataError

_ACROSS = 3  # panels beside each other
_ROOM = 3  # years without a body that a legend takes
_LEGEND_INCHES = 0.45


def draw_coverage(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw how many bodies of each type have a new result or an old one, by year.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``coverage_by_type``; a type without any body has no panel.
    title, footer : str
        Text above and below.

    Raises
    ------
    DataError
        When no type has a body.
    """
    totals = table.groupby(["agency_type", "year"])["n"].sum().unstack()
    kinds = [kind for kind in TYPE_NAMES if kind in totals.index and totals.loc[kind].any()]
    if not kinds:
        raise DataError("Invalid table of coverage. At least one type must have a body.")
    n_rows = -(-len(kinds) // _ACROSS)
    # the legend stands in a panel whose last years are empty, else above all panels
    ended = [kind for kind in kinds if not totals.loc[kind].iloc[-_ROOM:].any()]
    room = 0.0 if ended and len(totals.columns) > _ROOM else _LEGEND_INCHES / _height(n_rows)
    with canvas(_height(n_rows)) as figure:
        panels = figure.subplots(n_rows, min(len(kinds), _ACROSS), sharex=True, squeeze=False)
        for axes, kind in zip(panels.flat, kinds, strict=False):
            _draw_type(axes, table[table["agency_type"] == kind])
            axes.set_title(TYPE_NAMES[kind], loc="left", fontsize=9.5)
        for axes in panels[:, 0]:
            axes.set_ylabel("bodies with a published index")
        for axes in panels.flat[len(kinds) :]:
            axes.axis("off")
        for axes in panels.flat[len(kinds) - panels.shape[1] : len(kinds)]:
            axes.tick_params(labelbottom=True)
        handles = [
            Patch(color=COLOURS["blue"], label="new result"),
            Patch(
                facecolor="white",
                edgecolor=COLOURS["red"],
                hatch="////",
                label="repeats an\nearlier value",
            ),
        ]
        if room:
            figure.legend(handles=handles, loc="upper right", ncols=2)
        else:
            panels.flat[kinds.index(ended[0])].legend(handles=handles, loc="center right")
        return finish(figure, title=title, footer=footer, room=room)


def _height(n_rows: int) -> float:
    return 2.7 * n_rows


def _draw_type(axes: Axes, table: pd.DataFrame) -> None:
    """The bars of one type: new results from below, old ones on top, the sum above."""
    group = table.pivot(index="year", columns="status", values="n")
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
    axes.set_ylim(0, max(total.max() * 1.18, 1))
    axes.set_xticks(group.index, [f"'{year % 100}" for year in group.index])
