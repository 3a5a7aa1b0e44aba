"""How unequal maturity is: Gini by year, Lorenz curves, split, tile map, correlogram."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from spbe_research.figures.style import BREAKS, COLOURS, canvas, era_of, finish

__all__ = [
    "draw_correlogram",
    "draw_gini",
    "draw_inequality_split",
    "draw_lorenz",
    "draw_tile_map",
]

_YEAR_LOOKS = {
    2018: (COLOURS["grey"], (0, (1.5, 1)), "^"),
    2022: (COLOURS["orange"], (0, (5, 1.5)), "s"),
    2024: (COLOURS["blue"], "-", "o"),
}
_BELOW_ABOVE = LinearSegmentedColormap.from_list(
    "below_above", ["#8C3200", "#E9A15B", "#F5F2EC", "#7FB2D5", "#12426F"]
)
_RANGE = 1.2  # index points at which the colour of the map ends


def draw_gini(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the Gini coefficient by year, from zero and from the floor of the scale.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``inequality_table``.
    title, footer : str
        Text above and below.
    """
    labels = {0.0: "of the index as published", 1.0: "of the points above 1.00"}
    with canvas(3.6) as figure:
        panels = figure.subplots(1, 2, sharex=True)
        for axes, (origin, label) in zip(panels, labels.items(), strict=True):
            group = table[(table["measure"] == "gini") & (table["origin"] == origin)]
            for _, era in group.groupby(group["year"].map(era_of)):
                axes.plot(era["year"], era["estimate"], color=COLOURS["blue"], lw=1.2)
            axes.vlines(group["year"], group["low"], group["high"], color=COLOURS["blue"], lw=1.8)
            few = group["n"] < 200
            axes.scatter(
                group["year"],
                group["estimate"],
                s=34,
                facecolor=np.where(few, "white", COLOURS["blue"]),
                edgecolor=COLOURS["blue"],
                linewidth=1.4,
                zorder=3,
            )
            for place in BREAKS:
                axes.axvline(place, color=COLOURS["ink"], lw=0.8, ls=(0, (4, 3)))
            axes.set_title(f"Gini {label}", loc="left", fontsize=9.5)
            axes.set(ylim=(0, group["high"].max() * 1.12), xlabel="year")
            axes.set_xticks(group["year"], [f"'{year % 100}" for year in group["year"]])
        panels[0].set_ylabel("Gini coefficient (0 to 1)")
        return finish(figure, title=title, footer=footer)


def draw_lorenz(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw Lorenz curves of three years.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``lorenz_curve`` with ``year`` and ``n``.
    title, footer : str
        Text above and below.
    """
    with canvas(4.6) as figure:
        axes = figure.subplots()
        axes.plot([0, 100], [0, 100], color=COLOURS["ink"], lw=0.9)
        axes.text(46, 50, "all equal", rotation=30, fontsize=8.5, color="#555555", ha="center")
        for year, curve in table.groupby("year"):
            colour, dash, _ = _YEAR_LOOKS[int(year)]
            axes.plot(
                100 * curve["population_share"],
                100 * curve["cumulative_share"],
                color=colour,
                ls=dash,
                lw=2.2,
                label=f"{year}, n = {curve['n'].iloc[0]}",
            )
        axes.set(
            xlim=(0, 100),
            ylim=(0, 100),
            xlabel="agencies, from the lowest index up, percent",
            ylabel="share of all points above 1.00, percent",
        )
        axes.legend(loc="upper left")
        return finish(figure, title=title, footer=footer)


def draw_inequality_split(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the between-group share of the Theil index beside what chance would give.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``decompose_inequality``, for ``agency_type`` and ``province``.
    title, footer : str
        Text above and below.
    """
    panels = {
        "agency_type": "between agency types, all agencies",
        "province": "between provinces, local governments",
    }
    years = sorted(table["year"].unique())
    with canvas(3.8) as figure:
        for axes, (by, label) in zip(
            figure.subplots(1, 2, sharex=True, sharey=True), panels.items(), strict=True
        ):
            group = table[table["by"] == by].set_index(["component", "year"])
            share, chance = group.loc["adjusted_share"], group.loc["expected_share"]
            axes.bar(share.index, 100 * share["estimate"], color=COLOURS["sky"], width=0.66)
            axes.vlines(
                share.index, 100 * share["low"], 100 * share["high"], color=COLOURS["ink"], lw=1.4
            )
            axes.plot(
                chance.index,
                100 * chance["estimate"],
                ls="",
                marker="_",
                ms=15,
                mew=2.2,
                color=COLOURS["red"],
            )
            for place in BREAKS:
                axes.axvline(place, color=COLOURS["ink"], lw=0.8, ls=(0, (4, 3)))
            axes.set_title(label, loc="left", fontsize=9.5)
            axes.set_xticks(years, [f"'{year % 100}" for year in years])
            axes.set_xlabel("year")
            if by == "agency_type":
                axes.set_ylabel("percent of the Theil index")
                axes.plot([], [], color=COLOURS["sky"], lw=7, label="share, adjusted for chance")
                axes.plot(
                    [],
                    [],
                    color=COLOURS["red"],
                    ls="",
                    marker="_",
                    ms=14,
                    mew=2.2,
                    label="share that random groups have",
                )
                axes.legend(loc="upper left", frameon=True, edgecolor="none", framealpha=1)
        axes.set_ylim(0, 72)
        return finish(figure, title=title, footer=footer)


def draw_tile_map(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw provinces as tiles, coloured by how far their mean lies from that of the year.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``province_means`` of several years with ``code, row, column``; the last year is drawn
        large.
    title, footer : str
        Text above and below.
    """
    years = sorted(table["year"].unique())
    with canvas(5.9) as figure:
        grid = figure.add_gridspec(
            2, len(years) - 1, height_ratios=[3.9, 1], hspace=0.06, wspace=0.02
        )
        large = figure.add_subplot(grid[0, :])
        _draw_tiles(large, table[table["year"] == years[-1]], labelled=True)
        bar = figure.colorbar(
            ScalarMappable(Normalize(-_RANGE, _RANGE), _BELOW_ABOVE),
            ax=large,
            location="top",
            shrink=0.42,
            aspect=28,
            pad=0.0,
            anchor=(1.0, 0.0),
        )
        bar.set_ticks([-1, -0.5, 0, 0.5, 1], labels=["−1", "−0.5", "mean of year", "+0.5", "+1"])
        bar.ax.tick_params(labelsize=8, length=2)
        bar.outline.set_visible(False)
        for place, year in enumerate(years[:-1]):
            small = figure.add_subplot(grid[1, place])
            _draw_tiles(small, table[table["year"] == year], labelled=False)
        return finish(figure, title=title, footer=footer)


def draw_correlogram(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw Moran's I by distance, of the index and of what remains within provinces.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``moran_correlogram`` of several years.
    title, footer : str
        Text above and below.
    """
    panels = {"index": "the index", "less province mean": "the index less its province's mean"}
    classes = table.drop_duplicates("from_km").sort_values("from_km")
    ticks = [f"{low:.0f}–{high:.0f}" for low, high in classes[["from_km", "to_km"]].to_numpy()]
    with canvas(3.8) as figure:
        for axes, (values, label) in zip(
            figure.subplots(1, 2, sharex=True, sharey=True), panels.items(), strict=True
        ):
            group = table[table["values"] == values]
            chance = group.groupby("from_km")[["null_low", "null_high"]].agg(
                {"null_low": "min", "null_high": "max"}
            )
            places = np.arange(len(chance))
            axes.fill_between(
                places, chance["null_low"], chance["null_high"], color=COLOURS["pale"], lw=0
            )
            for year, curve in group.groupby("year"):
                colour, dash, marker = _YEAR_LOOKS[int(year)]
                axes.plot(
                    places, curve["estimate"], color=colour, ls=dash, marker=marker, label=year
                )
            axes.axhline(0, color=COLOURS["ink"], lw=0.7)
            axes.set_title(label, loc="left", fontsize=9.5)
            axes.set_xticks(places, ticks, fontsize=8, rotation=25, ha="right")
            axes.set_xlabel("distance, km")
            if values == "index":
                axes.set_ylabel("Moran's I")
            else:
                axes.fill_between([], [], color=COLOURS["pale"], label="chance (95 %)")
                axes.legend(loc="upper right")
        return finish(figure, title=title, footer=footer)


def _draw_tiles(axes: Axes, table: pd.DataFrame, *, labelled: bool) -> None:
    year = int(table["year"].iloc[0])
    centre = float(np.average(table["estimate"].fillna(0), weights=table["n"]))
    scale = Normalize(-_RANGE, _RANGE)
    for tile in table.itertuples():
        known = tile.n > 0
        deviation = tile.estimate - centre if known else 0.0
        axes.add_patch(
            FancyBboxPatch(
                (tile.column - 0.46, -tile.row - 0.46),
                0.92,
                0.92,
                boxstyle="round,pad=0,rounding_size=0.12",
                facecolor=_BELOW_ABOVE(scale(deviation)) if known else "white",
                edgecolor="#999999" if not known else "none",
                linewidth=0.6,
            )
        )
        if labelled:
            ink = "white" if abs(deviation) > 0.62 * _RANGE else COLOURS["ink"]
            value = f"{tile.estimate:.2f}" if known else "–"
            axes.text(
                tile.column,
                -tile.row + 0.16,
                tile.code,
                ha="center",
                va="center",
                fontsize=7.5,
                color=ink,
                fontweight="bold",
            )
            axes.text(
                tile.column,
                -tile.row - 0.2,
                value,
                ha="center",
                va="center",
                fontsize=7.5,
                color=ink,
            )
    axes.set(xlim=(0.4, 16.6), ylim=(-8.6, -0.4), aspect="equal")
    axes.axis("off")
    text = f"{year}: mean {centre:.2f}" if labelled else f"{year}: {centre:.2f}"
    axes.text(
        9.2 if labelled else 6.4,
        -0.9,
        text,
        fontsize=10 if labelled else 8,
        fontweight="bold",
        ha="left",
        va="center",
    )
