"""Draws the figures of this question."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from spbe_research.drawing.style import (
    COLOURS,
    canvas,
    finish,
)


def draw_index_anatomy(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw one index as area: width is the weight of an aspect, height its mean level.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``index_contributions``: the areas sum to the index.
    title, footer : str
        Text above and below.
    """
    domains = dict(
        zip(
            sorted(table["domain"].unique()),
            (COLOURS["blue"], COLOURS["orange"], COLOURS["green"], COLOURS["purple"]),
            strict=False,
        )
    )
    with canvas(4.4) as figure:
        axes = figure.subplots()
        left = 0.0
        for row in table.itertuples():
            axes.add_patch(
                Rectangle(
                    (left, 0),
                    row.weight_pct,
                    row.value,
                    facecolor=domains[row.domain],
                    alpha=0.8,
                    edgecolor="white",
                    linewidth=1.5,
                )
            )
            axes.text(
                left + row.weight_pct / 2,
                0.12,
                f"{row.item}\n{row.value:.2f}",
                ha="center",
                va="bottom",
                fontsize=9 if row.weight_pct > 6 else 7.5,
            )
            left += row.weight_pct
        index = float(table["contribution"].sum())
        axes.axhline(index, color=COLOURS["ink"], linewidth=1.2, linestyle="--")
        axes.text(100.8, index, f"index\n{index:.2f}", va="center", fontweight="bold")
        axes.set(
            xlim=(0, 100),
            ylim=(0, 5.3),
            xlabel="weight in the index, percent",
            ylabel="mean maturity level (1 to 5)",
            yticks=range(6),
        )
        names = dict(zip(table["domain"], table["domain_name"], strict=True))
        axes.legend(
            handles=[
                Patch(color=colour, alpha=0.8, label=f"{code} {names[code]}")
                for code, colour in domains.items()
            ],
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=2,
        )
        return finish(figure, title=title, footer=footer)
