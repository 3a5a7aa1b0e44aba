"""Draws the figure of the lay page: three comparisons of practice, one unit, one axis."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from spbe_research.drawing.style import COLOURS, canvas, finish

__all__ = ["draw_practice"]

_LOOKS = ((COLOURS["orange"], "s"), (COLOURS["blue"], "o"), (COLOURS["purple"], "D"))
_NAMES = {
    "two bodies": "two bodies:\none regulates all topics,\nthe other none",
    "one body": "one body:\nits regulated topics\nagainst its others",
    "one body, other reading": "one body, with the\nother year's reading",
}


def draw_practice(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the difference in practice for each comparison and period.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``compare_practice``.
    title, footer : str
        Text above and below.
    """
    periods = sorted(table["period"].unique(), key=lambda text: (len(text), text))
    shifts = np.linspace(-0.24, 0.24, len(periods))
    names = list(dict.fromkeys(table["statement"]))
    with canvas(1.6 + 0.95 * len(names)) as figure:
        axes = figure.subplots()
        axes.axvline(0, color=COLOURS["ink"], lw=0.9)
        for period, shift, (colour, marker) in zip(periods, shifts, _LOOKS, strict=False):
            group = table[table["period"] == period]
            at = group["statement"].map(names.index) + shift
            axes.hlines(at, group["low"], group["high"], color=colour, lw=2.2)
            axes.plot(group["estimate"], at, marker, color=colour, ms=7, label=period)
            for place, row in zip(at, group.itertuples(), strict=True):
                axes.annotate(
                    f"{row.estimate:.2f}", (row.high, place), xytext=(6, 0), fontsize=9.5,
                    textcoords="offset points", va="center", fontweight="bold",
                )  # fmt: skip
        axes.set_yticks(range(len(names)), [_NAMES[name] for name in names])
        axes.set(
            ylim=(len(names) - 0.5, -0.5),
            xlabel="practice higher by (levels, scale 1 to 5)",
        )
        axes.margins(x=0.09)
        axes.tick_params(axis="y", length=0)
        axes.legend(loc="center right")
        return finish(figure, title=title, footer=footer)
