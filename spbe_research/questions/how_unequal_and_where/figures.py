"""How unequal scores are and where they are high: changes, a map in tiles, neighbours."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from spbe_research.drawing.style import BREAKS, COLOURS, canvas, finish
from spbe_research.errors import DataError

__all__ = ["draw_inequality", "draw_neighbours", "draw_tile_map"]

_BELOW_ABOVE = LinearSegmentedColormap.from_list(
    "below_above", ["#8C3200", "#E9A15B", "#F5F2EC", "#7FB2D5", "#12426F"]
)
_SIDES = {
    "within": ("same province", COLOURS["blue"], "o", -0.11),
    "across": ("other side of a provincial border", COLOURS["orange"], "s", 0.11),
}


def draw_inequality(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw mean distance and Gini by year: the same bodies joined, the lists beside them.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``inequality_table``, with ``frame`` (assessed, like_for_like) and ``start, end`` of the
        pair whose bodies are the same.
    title, footer : str
        Text above and below.
    """
    panels = {
        "mean_distance": "mean distance of two bodies, index points",
        "gini": "Gini coefficient of the index",
    }
    years = sorted(table["year"].unique())
    with canvas(3.7) as figure:
        for axes, (measure, label) in zip(figure.subplots(1, 2), panels.items(), strict=True):
            group = table[table["measure"] == measure]
            same = group[group["frame"] == "like_for_like"]
            for number, (_, pair) in enumerate(same.groupby("start")):
                axes.plot(
                    pair["year"],
                    pair["estimate"],
                    "o-",
                    color=COLOURS["blue"],
                    lw=2.4,
                    ms=5.5,
                    label=None if number else "the same bodies in both years",
                )
                axes.text(
                    pair["year"].mean(),
                    pair["estimate"].min() - 0.03 * group["estimate"].max(),
                    f"n = {pair['n'].iloc[0]}",
                    ha="center",
                    va="top",
                    fontsize=7.5,
                )
            lists = group[group["frame"] == "assessed"]
            axes.plot(
                lists["year"],
                lists["estimate"],
                "D",
                mfc="white",
                mec=COLOURS["red"],
                mew=1.3,
                ms=5,
                label="all assessed in the year",
            )
            for place in BREAKS:
                axes.axvline(place, color=COLOURS["ink"], lw=0.8, ls=(0, (4, 3)))
            axes.set_title(label, loc="left", fontsize=9)
            axes.set_ylim(0, 1.12 * group["estimate"].max())
            axes.set_xlim(years[0] - 0.4, years[-1] + 0.7)
            axes.set_xticks(years, [f"'{year % 100}" for year in years])
            if measure == "gini":
                axes.legend(
                    loc="lower right", fontsize=8, frameon=True, edgecolor="none", framealpha=1
                )
        return finish(figure, title=title, footer=footer)


def draw_tile_map(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the provinces of the last year as tiles, coloured by their distance from the mean.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``province_means`` with ``code, row, column``; the last year is drawn.
    title, footer : str
        Text above and below.
    """
    last = table[table["year"] == table["year"].max()]
    known = last[last["n"] > 0]
    centre = float(np.average(known["estimate"], weights=known["n"]))
    reach = float((known["estimate"] - centre).abs().max())
    scale = Normalize(-reach, reach)
    with canvas(4.5) as figure:
        axes = figure.subplots()
        for tile in last.itertuples():
            _draw_tile(axes, tile, centre, scale)
        axes.set(
            xlim=(last["column"].min() - 0.6, last["column"].max() + 0.6),
            ylim=(-last["row"].max() - 0.6, -last["row"].min() + 0.6),
            aspect="equal",
        )
        axes.axis("off")
        bar = figure.colorbar(
            ScalarMappable(scale, _BELOW_ABOVE),
            ax=axes,
            location="bottom",
            shrink=0.5,
            aspect=34,
            pad=0.02,
        )
        ticks = [known["estimate"].min() - centre, 0.0, known["estimate"].max() - centre]
        bar.set_ticks(ticks, labels=[f"{centre + tick:.2f}" for tick in ticks])
        bar.set_label(f"mean index; middle: all places of {last['year'].iloc[0]}", fontsize=8.5)
        bar.ax.tick_params(labelsize=8.5, length=2)
        bar.outline.set_visible(False)
        return finish(figure, title=title, footer=footer)


def draw_neighbours(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw how far apart two indices lie, by kilometres and by border, in the last year.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``compare_neighbours``; the last year is drawn.
    title, footer : str
        Text above and below.

    Raises
    ------
    DataError
        When no class of the last year has an estimate with its error.
    """
    last = table[table["year"] == table["year"].max()]
    classes = last.dropna(subset=["from_km"])
    sides = classes[classes["border"].isin(list(_SIDES))]
    if sides["std_error"].isna().all():
        raise DataError(
            f"Invalid table of neighbours. No distance of {last['year'].iloc[0]} has an estimate "
            "with its error: choose the places of several provinces."
        )
    bounds = classes[["from_km", "to_km"]].drop_duplicates().to_numpy()
    whole = last[last["from_km"].isna() & (last["border"] == "any")].iloc[0]
    with canvas(3.9) as figure:
        axes = figure.subplots()
        axes.axhline(whole["estimate"], color=COLOURS["ink"], lw=0.9, ls=(0, (4, 3)))
        axes.text(
            -0.45,
            whole["estimate"] + 0.012,
            "any two places",
            ha="left",
            va="bottom",
            fontsize=8.5,
        )
        for border, (label, colour, marker, shift) in _SIDES.items():
            group = classes[classes["border"] == border].reset_index(drop=True)
            group = group[group["std_error"].notna()]
            places = group.index.to_numpy() + shift
            axes.vlines(places, group["low"], group["high"], color=colour, lw=2, alpha=0.55)
            axes.plot(places, group["estimate"], marker, color=colour, ms=7, label=label)
            for place, row in zip(places, group.itertuples(), strict=True):
                axes.text(
                    place + np.sign(shift) * 0.07,
                    row.estimate,
                    f"{row.estimate:.2f}",
                    ha="left" if shift > 0 else "right",
                    va="center",
                    fontsize=8.5,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
                )
        axes.set_xticks(range(len(bounds)), [f"{low:.0f}\u2013{high:.0f}" for low, high in bounds])
        axes.set(
            xlim=(-0.5, len(bounds) - 0.5),
            ylim=(0, None),
            xlabel="distance of the two places, km",
            ylabel="mean distance of the two indices",
        )
        axes.legend(loc="lower right")
        return finish(figure, title=title, footer=footer)


def _draw_tile(axes: Axes, tile: "pd.core.frame.Pandas", centre: float, scale: Normalize) -> None:
    known = tile.n > 0
    deviation = tile.estimate - centre if known else 0.0
    axes.add_patch(
        FancyBboxPatch(
            (tile.column - 0.46, -tile.row - 0.46),
            0.92,
            0.92,
            boxstyle="round,pad=0,rounding_size=0.12",
            facecolor=_BELOW_ABOVE(scale(deviation)) if known else "white",
            edgecolor="none" if known else "#999999",
            linewidth=0.6,
        )
    )
    darkest = 0.6 * float(scale.vmax or 0.0)
    ink = "white" if abs(deviation) > darkest else COLOURS["ink"]
    value = f"{tile.estimate:.2f}" if known else "\u2013"
    for text, up, weight in ((tile.code, 0.17, "bold"), (value, -0.19, "normal")):
        axes.text(
            tile.column,
            -tile.row + up,
            text,
            ha="center",
            va="center",
            fontsize=8,
            color=ink,
            fontweight=weight,
        )
