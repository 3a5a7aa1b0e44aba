"""Draws the figures of this question."""

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from spbe_research.drawing.style import (
    COLOURS,
    canvas,
    draw_bands,
    era_of,
    finish,
    mark_breaks,
)


def draw_agency_path(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw one agency's index by year over the bands, with its peers' quartiles.

    Parameters
    ----------
    table : pandas.DataFrame
        ``year, edition, index_published, status, lower_quartile, median, upper_quartile``.
    title, footer : str
        Text above and below.
    """
    with canvas(4.3) as figure:
        axes = figure.subplots()
        draw_bands(axes, label_at=table["year"].max() + 1.2)
        first, last = int(table["year"].min()), int(table["year"].max())
        for _, group in table.groupby(table["year"].map(era_of)):
            axes.fill_between(
                group["year"],
                group["lower_quartile"],
                group["upper_quartile"],
                color=COLOURS["grey"],
                alpha=0.35,
                linewidth=0,
            )
            axes.plot(group["year"], group["median"], color="#555555", linewidth=1.2, ls="--")
            axes.plot(group["year"], group["index_published"], color=COLOURS["red"], linewidth=2)
        carried = table["status"] == "carried_over"
        axes.scatter(
            table["year"],
            table["index_published"],
            s=55,
            zorder=4,
            facecolor=["white" if repeat else COLOURS["red"] for repeat in carried],
            edgecolor=COLOURS["red"],
            linewidth=1.6,
        )
        for row in table.itertuples():
            axes.annotate(
                f"{row.index_published:.2f}",
                (row.year, row.index_published),
                textcoords="offset points",
                xytext=(0, 8),
                ha="center",
                fontsize=9.5,
                fontweight="bold",
            )
        mark_breaks(axes, 4.86)
        axes.set(
            ylim=(1, 5),
            xlim=(first - 0.4, last + 1.25),
            xlabel="year",
            ylabel="SPBE index (1 to 5)",
            xticks=table["year"].tolist(),
        )
        handles: list[Artist] = list(
            axes.plot([], [], color=COLOURS["red"], marker="o", label="evaluated")
        )
        if carried.any():
            repeated = table.loc[~carried & (table["year"] < table.loc[carried, "year"].min())]
            label = f"repeats {repeated['year'].max()}"
            handles += axes.plot(
                [], [], label=label, color=COLOURS["red"], marker="o", markerfacecolor="white"
            )
        handles += [
            axes.plot([], [], color="#555555", ls="--", label="median of peers")[0],
            Patch(color=COLOURS["grey"], alpha=0.35, label="middle half of peers"),
        ]
        axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=4)
        return finish(figure, title=title, footer=footer)
