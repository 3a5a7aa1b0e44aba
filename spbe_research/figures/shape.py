"""How scores are distributed: ridgelines, distribution functions, predicate shares, Java's lead."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from spbe_research.figures.style import (
    BREAKS,
    COLOURS,
    EDGES,
    PREDICATE_COLOURS,
    TYPE_NAMES,
    canvas,
    era_of,
    finish,
)

__all__ = ["draw_ecdf", "draw_java_gap", "draw_predicate_shares", "draw_ridgelines"]

_ERA_GAP = 0.55  # rows of empty space where the instrument or its guideline changed
_ERA_COLOURS = {2018: COLOURS["grey"], 2021: COLOURS["sky"], 2023: COLOURS["blue"]}
_SMALL: dict[str, Any] = {"fontsize": 7.5, "color": "#555555", "zorder": 40}
_GROUP_COLOURS = {
    "kota": (COLOURS["red"], "-"),
    "provinsi": (COLOURS["green"], (0, (5, 1.5))),
    "kabupaten": (COLOURS["blue"], (0, (1.5, 1))),
}


def draw_ridgelines(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw one density a year for each agency type, the years of one guideline close together.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``boundary_density`` by ``year, agency_type``; ``median`` too. A group without
        estimates is named as too small.
    title, footer : str
        Text above and below.
    """
    types = [name for name in TYPE_NAMES if name in set(table["agency_type"])]
    years = sorted(table["year"].unique())
    places = {year: -_row(year, years[0]) for year in years}
    with canvas(6.2) as figure:
        panels = figure.subplots(1, len(types), sharex=True, sharey=True)
        for axes, kind in zip(panels, types, strict=True):
            for year, ridge in table[table["agency_type"] == kind].groupby("year"):
                base, layer = places[year], 2 + 3 * (year - years[0])
                n = ridge["n"].iloc[0]
                axes.axhline(base, color=COLOURS["pale"], linewidth=0.8, zorder=layer)
                axes.text(5, base - 0.06, f"n = {n}", ha="right", va="top", **_SMALL)
                if ridge["estimate"].isna().all():
                    axes.text(1, base + 0.05, "too few", **_SMALL)
                    continue
                height = base + 0.95 * ridge["estimate"]
                colour = _ERA_COLOURS[era_of(year)]
                axes.fill_between(ridge["index"], base, height, color=colour, lw=0, zorder=layer)
                axes.plot(ridge["index"], height, color="white", lw=1.2, zorder=layer + 1)
                median = ridge["median"].iloc[0]
                top = np.interp(median, ridge["index"], height)
                axes.vlines(median, base, top, color=COLOURS["ink"], lw=1.4, zorder=layer + 2)
            for edge in EDGES[1:-1]:
                axes.axvline(edge, color=COLOURS["pale"], linewidth=0.8, zorder=0)
            axes.set_title(TYPE_NAMES[kind].replace(" (", "\n("), fontsize=9.5, loc="left")
            axes.set(xlim=(1, 5), xticks=range(1, 6))
            axes.spines["left"].set_visible(False)
            axes.tick_params(axis="y", length=0)
            axes.set_xlabel("index")
        panels[0].set_yticks(list(places.values()), [str(year) for year in years])
        for after, label in BREAKS.items():
            if years[0] < after < years[-1]:
                panels[0].text(1, places[int(after)] - 0.34, label, style="italic", **_SMALL)
        return finish(figure, title=title, footer=footer)


def draw_ecdf(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the share of local governments at or below each index, with simultaneous bands.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``ecdf_band`` by ``year, agency_type``.
    title, footer : str
        Text above and below.
    """
    years = sorted(table["year"].unique())
    with canvas(3.9) as figure:
        panels = figure.subplots(1, len(years), sharex=True, sharey=True)
        for axes, year in zip(panels, years, strict=True):
            for edge in EDGES[1:-1]:
                axes.axvline(edge, color=COLOURS["pale"], linewidth=0.8, zorder=0)
            for kind, (colour, dash) in _GROUP_COLOURS.items():
                group = table[(table["year"] == year) & (table["agency_type"] == kind)]
                index = [1.0, *group["index"], 5.0]
                axes.fill_between(
                    index,
                    [0.0, *group["low"], 1.0],
                    [group["high"].iloc[0], *group["high"], 1.0],
                    step="post",
                    color=colour,
                    alpha=0.16,
                    linewidth=0,
                )
                axes.step(
                    index,
                    [0.0, *group["estimate"], 1.0],
                    where="post",
                    color=colour,
                    linestyle=dash,
                    linewidth=1.8,
                )
                axes.text(
                    4.9,
                    0.03 + 0.07 * list(_GROUP_COLOURS).index(kind),
                    f"{kind}, n = {group['n'].iloc[0]}",
                    color=colour,
                    ha="right",
                    fontsize=7.5,
                )
            axes.set_title(str(year), loc="left", fontsize=10, fontweight="bold")
            axes.set(xlim=(1, 5), ylim=(0, 1), xticks=range(1, 6), xlabel="index")
        panels[0].set_ylabel("share at or below")
        panels[0].set_yticks(np.linspace(0, 1, 5), ["0 %", "25 %", "50 %", "75 %", "100 %"])
        return finish(figure, title=title, footer=footer)


def draw_predicate_shares(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the share of each predicate by year as stacked bars with counts.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``predicate_shares`` by ``year``.
    title, footer : str
        Text above and below.
    """
    years = sorted(table["year"].unique())
    places = {year: _row(year, years[0]) for year in years}
    with canvas(4.3) as figure:
        axes = figure.subplots()
        bottom = dict.fromkeys(years, 0.0)
        for name, colour in PREDICATE_COLOURS.items():
            group = table[table["predicate"] == name].set_index("year")
            for year in years:
                share = 100 * group.loc[year, "estimate"]
                axes.bar(
                    places[year],
                    share,
                    bottom=bottom[year],
                    color=colour,
                    width=0.8,
                    edgecolor="white",
                    linewidth=0.8,
                    label=name if year == years[0] else None,
                )
                if share >= 2.5:
                    axes.text(
                        places[year],
                        bottom[year] + share / 2,
                        f"{group.loc[year, 'count']}",
                        ha="center",
                        va="center",
                        fontsize=8.5,
                        color="white" if name in ("Kurang", "Memuaskan") else COLOURS["ink"],
                    )
                bottom[year] += share
        for after, label in BREAKS.items():
            middle = (places[int(after)] + places[int(after) + 1]) / 2
            axes.text(middle, 50, label, rotation=90, ha="center", va="center", **_SMALL)
        totals = table.drop_duplicates("year").set_index("year")["n"]
        axes.set_xticks(list(places.values()), [f"{year}\nn = {totals[year]}" for year in years])
        axes.set(ylim=(0, 100), xlim=(-0.6, places[years[-1]] + 0.6))
        axes.set_ylabel("percent of the evaluated agencies")
        axes.tick_params(axis="x", length=0)
        axes.spines["bottom"].set_visible(False)
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=5, handlelength=1, columnspacing=1.2
        )
        return finish(figure, title=title, footer=footer)


def draw_java_gap(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw by how much Java's kabupaten and kota lie above the others, quantile by quantile.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``quantile_differences`` with ``year``, in index points.
    title, footer : str
        Text above and below.
    """
    years = sorted(table["year"].unique())
    with canvas(3.4) as figure:
        panels = figure.subplots(1, len(years), sharex=True, sharey=True)
        for axes, year in zip(panels, years, strict=True):
            group = table[table["year"] == year]
            axes.axhline(0, color=COLOURS["ink"], linewidth=0.8)
            axes.vlines(
                100 * group["quantile"], group["low"], group["high"], color=COLOURS["blue"], lw=1.6
            )
            axes.plot(100 * group["quantile"], group["estimate"], "o", color=COLOURS["blue"], ms=5)
            axes.set_title(f"{year}\nn = {group['n'].iloc[0]}", loc="left", fontsize=9)
            axes.set_xticks([10, 50, 90])
            axes.set_xlim(0, 100)
        panels[0].set_ylabel("difference, index points")
        panels[len(years) // 2].set_xlabel("percentile of the distribution")
        return finish(figure, title=title, footer=footer)


def _row(year: int, first: int) -> float:
    """Place of a year on an axis with room at each break."""
    return year - first + _ERA_GAP * (int(year > 2020) + int(year > 2022))
