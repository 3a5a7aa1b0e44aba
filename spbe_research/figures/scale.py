"""Whether the index is one scale: levels by item, eigenvalues, correlations, reliability."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spbe_research.figures.style import COLOURS, DOMAIN_COLOURS, canvas, finish

__all__ = ["draw_item_levels", "draw_polychorics", "draw_reliability", "draw_scree"]

_DOMAIN_ENDS = {"D1": 10, "D2": 20, "D3": 31, "D4": 47}  # last item, PermenPANRB 59/2020


def draw_item_levels(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the share of agencies at each level, item by item, as a heat map.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``item_distributions`` of one year.
    title, footer : str
        Text above and below.
    """
    levels = range(1, 6)
    shares = table.pivot(index="measure", columns="item", values="estimate")
    grid = 100 * shares.loc[[f"level_{level}_share" for level in levels]]
    places = np.arange(grid.shape[1])
    with canvas(3.7) as figure:
        axes = figure.subplots()
        image = axes.imshow(grid, cmap="Blues", vmin=0, vmax=80, aspect="auto", origin="lower")
        axes.plot(
            places,
            shares.loc["mean"] - 1,
            "o-",
            color=COLOURS["red"],
            ms=3,
            lw=1,
            label="mean level",
        )
        _mark_domains(axes, 4.5, 4.62)
        axes.set_xticks(places[::2], grid.columns[::2], rotation=90, fontsize=7.5)
        axes.set_yticks(range(5), [str(level) for level in levels])
        axes.set(ylabel="maturity level", ylim=(-0.5, 5.2))
        axes.spines["left"].set_bounds(-0.5, 4.5)
        axes.legend(loc="upper right", bbox_to_anchor=(1, 0.9), fontsize=8.5)
        bar = figure.colorbar(image, ax=axes, shrink=0.8, pad=0.01, aspect=18)
        bar.set_label("percent of agencies", fontsize=9)
        bar.outline.set_visible(False)
        return finish(figure, title=title, footer=footer)


def draw_scree(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw eigenvalues beside those that unrelated items would give.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``parallel_analysis`` of two years.
    title, footer : str
        Text above and below.
    """
    years = sorted(table["year"].unique())
    with canvas(3.4) as figure:
        panels = figure.subplots(1, len(years), sharex=True, sharey=True)
        for axes, year in zip(panels, years, strict=True):
            group = table[(table["year"] == year) & (table["component"] <= 12)]
            kept = group["is_retained"].astype(bool)
            axes.plot(group["component"], group["estimate"], color=COLOURS["blue"], lw=1.3)
            axes.scatter(
                group["component"],
                group["estimate"],
                facecolor=np.where(kept, COLOURS["blue"], "white"),
                edgecolor=COLOURS["blue"],
                s=34,
                zorder=3,
                label="observed (filled: retained)",
            )
            axes.plot(
                group["component"],
                group["reference"],
                color=COLOURS["red"],
                ls=(0, (4, 2)),
                label="permuted items, 95th percentile",
            )
            axes.set_yscale("log")
            axes.set_yticks([0.5, 1, 2, 5, 10, 20], ["0.5", "1", "2", "5", "10", "20"])
            axes.minorticks_off()
            axes.set_title(
                f"{year}, n = {group['n'].iloc[0]}", loc="left", fontsize=9.5, fontweight="bold"
            )
            axes.set_xlabel("component")
            axes.set_xticks(range(1, 13, 2))
        panels[0].set_ylabel("eigenvalue (log scale)")
        panels[-1].legend(loc="upper right")
        return finish(figure, title=title, footer=footer)


def draw_polychorics(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the polychoric correlations of all pairs of items.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``polychoric_correlations`` of one year.
    title, footer : str
        Text above and below.
    """
    items = sorted({*table["item"], *table["other_item"]})
    place = {item: number for number, item in enumerate(items)}
    grid = np.full((len(items), len(items)), np.nan)
    rows, columns = table["item"].map(place), table["other_item"].map(place)
    grid[rows, columns] = grid[columns, rows] = table["estimate"]
    with canvas(5.6) as figure:
        axes = figure.subplots()
        image = axes.imshow(grid, cmap="Blues", vmin=0, vmax=1)
        axes.set_xticks(range(0, len(items), 2), items[::2], rotation=90, fontsize=7)
        axes.set_yticks(range(0, len(items), 2), items[::2], fontsize=7)
        start = 0
        for name, end in _DOMAIN_ENDS.items():
            colour = DOMAIN_COLOURS[name][1]
            axes.plot(
                np.array([start, end, end, start, start]) - 0.5,
                np.array([start, start, end, end, start]) - 0.5,
                color=colour,
                lw=2.2,
            )
            axes.text(
                47.2, (start + end) / 2 - 0.5, DOMAIN_COLOURS[name][0], va="center", fontsize=8.5
            )
            start = end
        bar = figure.colorbar(image, ax=axes, shrink=0.7, pad=0.17, aspect=22)
        bar.set_label("polychoric correlation", fontsize=9)
        bar.outline.set_visible(False)
        return finish(figure, title=title, footer=footer)


def draw_reliability(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw alpha and omega by domain and of the whole, two years.

    Parameters
    ----------
    table : pandas.DataFrame
        ``year, scope, measure, estimate, low, high``.
    title, footer : str
        Text above and below.
    """
    scopes = ["D1", "D2", "D3", "D4", "whole"]
    looks = {
        "alpha": ("alpha", COLOURS["blue"], "o"),
        "omega_total": ("omega total", COLOURS["green"], "s"),
        "omega_hierarchical": ("omega hierarchical", COLOURS["red"], "^"),
    }
    years = sorted(table["year"].unique())
    with canvas(3.5) as figure:
        panels = figure.subplots(1, len(years), sharey=True)
        for axes, year in zip(panels, years, strict=True):
            for shift, (measure, (label, colour, marker)) in enumerate(looks.items()):
                group = table[(table["year"] == year) & (table["measure"] == measure)]
                group = group.set_index("scope").loc[scopes]
                places = np.arange(len(scopes)) + 0.2 * (shift - 1)
                axes.vlines(places, group["low"], group["high"], color=colour, lw=1.8)
                axes.plot(
                    places, group["estimate"], ls="", marker=marker, color=colour, ms=5, label=label
                )
            axes.set_xticks(range(len(scopes)), scopes)
            axes.set(ylim=(0, 1.02), xlim=(-0.6, 4.6))
            axes.axvline(3.5, color=COLOURS["pale"], lw=0.8)
            n = table.loc[table["year"] == year, "n"].iloc[0]
            axes.set_title(f"{year}, n = {n}", loc="left", fontsize=9.5, fontweight="bold")
        panels[0].set_ylabel("reliability (0 to 1)")
        panels[0].legend(loc="lower left")
        return finish(figure, title=title, footer=footer)


def _mark_domains(axes: Axes, height: float, label_at: float) -> None:
    start = 0
    for name, end in _DOMAIN_ENDS.items():
        label, colour = DOMAIN_COLOURS[name]
        axes.hlines(height + 0.06, start - 0.4, end - 0.6, color=colour, lw=3)
        axes.text(
            (start + end - 1) / 2, label_at + 0.12, label, ha="center", va="bottom", fontsize=8
        )
        if end < 47:
            axes.vlines(end - 0.5, -0.5, height, color="white", lw=2)
        start = end
