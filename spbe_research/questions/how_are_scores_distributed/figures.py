"""How scores are distributed: classes by year, Java and the rest, cities and regencies."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from spbe_research.drawing.style import COLOURS, EDGES, PREDICATE_COLOURS, canvas, finish
from spbe_research.years import breaks, eras

__all__ = ["draw_city_gap", "draw_java", "draw_scores"]

_JAVA_COLOURS = {"Java": COLOURS["blue"], "outside Java": COLOURS["orange"]}
_LEGEND_INCHES = 0.45
_WHISKER: dict[str, Any] = {"lw": 1.3, "solid_capstyle": "butt"}


def draw_scores(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the bodies of each year by class of the index; one column per guideline.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``class_counts``.
    title, footer : str
        Text above and below.
    """
    columns = list(eras(sorted(table["year"].unique())).values())
    n_rows = max(map(len, columns))
    totals = table.groupby(["year", "class_low"])["count"].sum()
    width = float(np.diff(np.sort(table["class_low"].unique())).min())
    height = 1.2 + 1.15 * n_rows
    with canvas(height) as figure:
        grid = figure.subplots(n_rows, len(columns), sharex=True, sharey=True, squeeze=False)
        for column, years in enumerate(columns):
            for row in range(n_rows):
                axes = grid[row, column]
                if row < len(years):
                    of_year = table[table["year"] == years[row]]
                    _stack(axes, of_year, width, top=float(totals.max()))
                else:
                    axes.axis("off")
            last = grid[len(years) - 1, column]
            last.tick_params(labelbottom=True)
            last.set_xlabel("index")
            marks = {mark.year: mark.label for mark in breaks()}
            if (label := marks.get(years[0])) is not None:
                grid[0, column].set_title(label, loc="left", fontsize=8.5, style="italic")
        for row in range(n_rows):
            grid[row, 0].set_ylabel("bodies")
        handles = [Patch(color=colour, label=name) for name, colour in PREDICATE_COLOURS.items()]
        handles.append(
            Patch(
                facecolor="white", edgecolor=COLOURS["grey"], hatch="////", label="old value again"
            )
        )
        spare = grid[n_rows - 1, -1]
        room = 0.0 if len(columns[-1]) < n_rows else _LEGEND_INCHES / height
        if room:
            figure.legend(handles=handles, loc="upper right", fontsize=8.5, ncols=3)
        else:
            spare.legend(handles=handles, loc="center", fontsize=8.5, ncols=1, handlelength=1.2)
        return finish(figure, title=title, footer=footer, room=room)


def draw_java(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the quantiles of Java and of the rest as strips, year by year.

    Parameters
    ----------
    table : pandas.DataFrame
        ``year, java, statistic`` (q5 to q95, share_below_median), ``estimate, n``.
    title, footer : str
        Text above and below.
    """
    years = sorted(table["year"].unique())
    rows = _rows(years)
    wide = table.pivot(index=["year", "java"], columns="statistic", values="estimate")
    sizes = table.groupby(["year", "java"])["n"].first()
    with canvas(4.6) as figure:
        axes = figure.subplots()
        for edge in EDGES[1:-1]:
            axes.axvline(edge, color=COLOURS["pale"], lw=0.8, zorder=0)
        for (year, name), line in wide.iterrows():
            colour = _JAVA_COLOURS[name]
            place = rows[year] + (0.19 if name == "Java" else -0.19)
            axes.plot([line["q10"], line["q90"]], [place] * 2, color=colour, **_WHISKER)
            axes.plot(
                [line["q25"], line["q75"]],
                [place] * 2,
                color=colour,
                lw=8,
                solid_capstyle="butt",
                label=name if year == years[0] else None,
            )
            axes.plot(line["q50"], place, "|", color="white", ms=9, mew=2)
            axes.text(
                line["q90"] + 0.04,
                place,
                f"n = {sizes[year, name]}",
                va="center",
                fontsize=7.5,
                color="#555555",
            )
        for year in years:
            share = wide.loc[(year, "outside Java"), "share_below_median"]
            axes.text(
                5.02, rows[year], f"{100 * share:.0f} %", ha="right", va="center", fontsize=10.5
            )
        _name_breaks(axes, rows, at=1.0)
        axes.text(
            5.02,
            max(rows.values()) + 0.5,
            "outside Java, below\nthe median of Java",
            ha="right",
            va="bottom",
            fontsize=8.5,
        )
        axes.set_yticks(list(rows.values()), [str(year) for year in rows])
        axes.set(xlim=(1, 5.05), ylim=(min(rows.values()) - 0.55, max(rows.values()) + 1.1))
        axes.set_xticks(range(1, 6))
        axes.set_xlabel("index")
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.legend(loc="upper left", ncols=2, handlelength=1.2, borderaxespad=0)
        return finish(figure, title=title, footer=footer)


def draw_city_gap(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw by how much cities lie above regencies, percentile by percentile, year by year.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``compare_quantiles``.
    title, footer : str
        Text above and below.
    """
    years = sorted(table["year"].unique())
    with canvas(3.5) as figure:
        panels = figure.subplots(1, len(years), sharex=True, sharey=True, squeeze=False)[0]
        for axes, year in zip(panels, years, strict=True):
            group = table[table["year"] == year]
            places = np.arange(len(group))
            axes.axhline(0, color=COLOURS["ink"], lw=0.9)
            axes.vlines(places, group["low"], group["high"], color=COLOURS["sky"], lw=2)
            above = group["estimate"] > 0
            for chosen, marker in ((above, "o"), (~above, "v")):
                axes.plot(
                    places[chosen],
                    group.loc[chosen, "estimate"],
                    marker,
                    color=COLOURS["blue"] if marker == "o" else COLOURS["red"],
                    ms=4.5,
                )
            axes.set_title(f"{year}\nn = {group['n'].iloc[0]}", loc="left", fontsize=10)
            ends = [0, len(group) // 2, len(group) - 1]
            axes.set_xticks(ends, [f"{100 * group['quantile'].iloc[at]:g}" for at in ends])
            axes.tick_params(axis="both", labelsize=10)
            axes.set_xlim(-0.7, len(group) - 0.3)
        panels[0].set_ylabel("cities above regencies, points")
        panels[len(years) // 2].set_xlabel("percentile within each kind, lowest to highest")
        return finish(figure, title=title, footer=footer)


def _stack(axes: Axes, table: pd.DataFrame, width: float, *, top: float) -> None:
    """One year: bodies assessed by predicate from below, repeated values on top."""
    year = int(table["year"].iloc[0])
    bottom = pd.Series(0.0, index=np.sort(table["class_low"].unique()))
    fresh = table[table["status"] == "evaluated"]
    for name, colour in PREDICATE_COLOURS.items():
        part = fresh[fresh["predicate"] == name].set_index("class_low")["count"]
        axes.bar(part.index + width / 2, part, width, bottom=bottom[part.index], color=colour, lw=0)
        bottom = bottom.add(part, fill_value=0)
    old = table[table["status"] != "evaluated"].groupby("class_low")["count"].sum()
    axes.bar(
        old.index + width / 2,
        old,
        width,
        bottom=bottom[old.index],
        facecolor="white",
        edgecolor=COLOURS["grey"],
        hatch="//////",
        lw=0.4,
    )
    for edge in EDGES[1:-1]:
        axes.axvline(edge, color=COLOURS["pale"], lw=0.7, zorder=0)
    axes.text(4.98, top, str(year), ha="right", va="top", fontsize=10, fontweight="bold")
    axes.text(4.98, 0.78 * top, f"n = {fresh['count'].sum()}", ha="right", va="top", fontsize=8)
    axes.set(xlim=(1, 5), ylim=(0, 1.06 * top), xticks=range(1, 6))


def _rows(years: list[int]) -> dict[int, float]:
    """Place of each year from the top down, with room where the way of scoring changed."""
    marks = {mark.year for mark in breaks()}
    place, rows = 0.0, {}
    for year in years:
        place -= 1.0 + 0.55 * (year in marks and year != years[0])
        rows[year] = place
    return rows


def _name_breaks(axes: Axes, rows: dict[int, float], *, at: float) -> None:
    for mark in breaks():
        if mark.year in rows and mark.year != min(rows):
            axes.text(
                at, rows[mark.year] + 0.6, mark.label, fontsize=8, style="italic", va="center"
            )
