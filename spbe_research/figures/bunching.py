"""Whether scores pile up above the bands: counts around a cut-off, all cut-offs, items."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from spbe_research.figures.style import COLOURS, DOMAIN_COLOURS, canvas, finish

__all__ = ["draw_bunching", "draw_bunching_items", "draw_shares_above"]

_BIN = 2  # hundredths a bar


def draw_bunching(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw counts around a cut-off beside the smooth counterfactual, a panel a year.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``counterfactual_curve``.
    title, footer : str
        Text above and below.
    """
    years = sorted(table["year"].unique())
    cut, width = table["cutoff"].iloc[0], table["width"].iloc[0]
    with canvas(4.9) as figure:
        panels = figure.subplots(2, -(-len(years) // 2), sharex=True, sharey=True)
        for axes, year in zip(panels.flat, years, strict=True):
            group = table[table["year"] == year]
            steps = np.floor(np.round(100 * (group["index"] - cut)) / _BIN)
            bars = group.groupby(steps).agg(count=("count", "sum"), smooth=("smooth", "mean"))
            middle = cut + (bars.index + 0.5) * _BIN / 100
            window = np.abs(middle - cut) < width
            above = window & (middle > cut)
            colours = np.select([above, window], [COLOURS["red"], COLOURS["orange"]], "#B9C7D1")
            axes.bar(middle, bars["count"], width=0.9 * _BIN / 100, color=colours)
            axes.plot(middle, _BIN * bars["smooth"], color=COLOURS["ink"], lw=1.6)
            axes.axvline(cut, color=COLOURS["ink"], lw=1, ls=(0, (4, 3)))
            chosen = group[group["in_window"]]
            left = chosen["index"] < cut - 0.001
            text = "\n".join(
                f"{name}: {side['count'].sum()}, smooth {side['expected'].sum():.0f}"
                for name, side in (("below", chosen[left]), ("above", chosen[~left]))
            )
            axes.text(
                0.985, 0.97, text, transform=axes.transAxes, ha="right", va="top", fontsize=8.5
            )
            axes.set_title(
                f"{year}, n = {group['n'].iloc[0]}", loc="left", fontsize=9.5, fontweight="bold"
            )
            axes.set_xlim(cut - 0.7, cut + 0.7)
        for axes in panels[:, 0]:
            axes.set_ylabel("agencies per 0.02")
        for axes in panels[-1]:
            axes.set_xlabel("index")
        panels.flat[0].set_ylim(
            0, 1.25 * table.groupby(["year", table["index"] * 50 // 1])["count"].sum().max()
        )
        return finish(figure, title=title, footer=footer)


def draw_shares_above(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw, of the results within a window, the share above each cut-off, by year.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``window_test`` with ``p_adjusted``.
    title, footer : str
        Text above and below.
    """
    cutoffs = sorted(table["cutoff"].unique())
    years = sorted(table["year"].unique())
    with canvas(3.7) as figure:
        panels = figure.subplots(1, len(cutoffs), sharex=True, sharey=True)
        for axes, cutoff in zip(panels, cutoffs, strict=True):
            group = table[(table["cutoff"] == cutoff) & (table["n"] > 0)]
            tested = group["p_value"].notna()
            strong = group["p_adjusted"] < 0.05
            colour = np.select([strong, tested], [COLOURS["red"], COLOURS["blue"]], "#BBBBBB")
            axes.vlines(
                group["year"], 100 * group["low"], 100 * group["high"], colors=colour, lw=1.6
            )
            axes.scatter(group["year"], 100 * group["estimate"], c=colour, s=30, zorder=3)
            axes.scatter(
                group["year"][tested],
                100 * group["expected_share"][tested],
                marker="_",
                s=110,
                color=COLOURS["ink"],
                linewidth=1.8,
                zorder=4,
            )
            for row in group.itertuples():
                axes.text(row.year, -9, f"{row.n}", ha="center", fontsize=7, color="#555555")
            axes.axhline(50, color=COLOURS["pale"], lw=0.8, zorder=0)
            axes.set_title(f"{cutoff:.1f}", loc="left", fontsize=10, fontweight="bold")
            axes.set_xticks(years, [f"'{year % 100}" for year in years], fontsize=8)
            axes.set(ylim=(-12, 108), xlim=(years[0] - 0.6, years[-1] + 0.6))
        panels[0].set_ylabel("percent above the cut-off")
        looks = {
            COLOURS["red"]: "p < 0.05 after Holm",
            COLOURS["blue"]: "tested",
            "#BBBBBB": "too few to test",
        }
        handles = [
            panels[0].plot([], [], marker="o", ls="", color=colour, label=label)[0]
            for colour, label in looks.items()
        ]
        handles.append(
            panels[0].plot(
                [], [], marker="_", ms=10, mew=1.8, ls="", color=COLOURS["ink"], label="smooth"
            )[0]
        )
        legend = panels[0].legend(
            handles=handles,
            loc="lower left",
            bbox_to_anchor=(0, 1.08),
            ncols=4,
            handletextpad=0.2,
            columnspacing=1,
        )
        legend.set_in_layout(False)
        return finish(figure, title=title, footer=footer, room=0.07)


def draw_bunching_items(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw what each item adds to those just above a cut-off, beyond the ordinary gradient.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``compare_neighbours``.
    title, footer : str
        Text above and below.
    """
    places = np.arange(len(table))
    domain = np.select(
        [places < 10, places < 20, places < 31], ["D1", "D2", "D3"], "D4"
    )  # PermenPANRB 59/2020
    with canvas(3.7) as figure:
        axes = figure.subplots()
        axes.axhline(0, color=COLOURS["ink"], lw=0.8)
        for name, (label, colour) in DOMAIN_COLOURS.items():
            chosen = domain == name
            axes.vlines(
                places[chosen], table["low"][chosen], table["high"][chosen], color=colour, lw=1.5
            )
            axes.plot(
                places[chosen], table["estimate"][chosen], "o", color=colour, ms=4, label=label
            )
        axes.set_xticks(places[::2], table["item"][::2], rotation=90, fontsize=7.5)
        axes.set(xlim=(-1, len(table)), ylabel="index points, above less below")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, handletextpad=0.2)
        return finish(figure, title=title, footer=footer)
