"""The pictures of the first notebooks, each drawn from one result table."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from spbe_research.figures.style import (
    COLOURS,
    TYPE_NAMES,
    canvas,
    draw_bands,
    finish,
    mark_breaks,
)

__all__ = [
    "draw_agency_path",
    "draw_coverage",
    "draw_index_anatomy",
    "draw_national_series",
    "draw_recomputation",
]


def draw_coverage(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw how many agencies of each type were evaluated or carried over, by year.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``coverage_by_type``.
    title, footer : str
        Text above and below.
    """
    with canvas(5.4) as figure:
        panels = figure.subplots(2, 3, sharex=True)
        for axes, (kind, name) in zip(panels.flat, TYPE_NAMES.items(), strict=True):
            group = table[table["agency_type"] == kind].pivot(
                index="year", columns="status", values="n_agencies"
            )
            evaluated, carried = group["evaluated"], group["carried_over"]
            axes.bar(group.index, evaluated, color=COLOURS["blue"], width=0.75)
            axes.bar(
                group.index,
                carried,
                bottom=evaluated,
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
            axes.set_title(name, loc="left", fontsize=9.5)
            axes.set_ylim(0, max(total.max() * 1.18, 1))
            axes.set_xticks(group.index, [f"'{year % 100}" for year in group.index])
        for axes in panels[:, 0]:
            axes.set_ylabel("agencies with a published index")
        panels[0, 2].legend(
            handles=[
                Patch(color=COLOURS["blue"], label="evaluated"),
                Patch(
                    facecolor="white",
                    edgecolor=COLOURS["red"],
                    hatch="////",
                    label="repeats an\nearlier value",
                ),
            ],
            loc="center right",
        )
        return finish(figure, title=title, footer=footer)


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


def draw_recomputation(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw how far the recomputed index lies from the printed one, by year.

    Parameters
    ----------
    table : pandas.DataFrame
        ``year, basis, bin_low, bin_high, n_agencies``: counts of differences in index points.
    title, footer : str
        Text above and below.
    """
    years = sorted(table["year"].unique())
    with canvas(4.1) as figure:
        panels = figure.subplots(1, len(years), sharex=True)
        for axes, year in zip(np.atleast_1d(panels), years, strict=True):
            group = table[table["year"] == year]
            exact = group["basis"].iloc[0] == "indicator"
            middle = (group["bin_low"] + group["bin_high"]) / 2
            axes.bar(
                middle,
                group["n_agencies"],
                width=group["bin_high"] - group["bin_low"],
                color=COLOURS["green"] if exact else COLOURS["blue"],
                edgecolor="white",
                linewidth=0.5,
            )
            for bound in (-0.01, 0.01):
                axes.axvline(bound, color=COLOURS["red"], linestyle=":", linewidth=1.3)
            basis = "from 47 levels" if exact else "from 4 domains"
            axes.set_title(f"{year}\n{basis}\nn = {group['n_agencies'].sum()}", fontsize=9.5)
            axes.set_xlim(-0.0125, 0.0125)
            axes.set_xticks([-0.01, 0, 0.01], ["\u22120.01", "0", "0.01"])
        np.atleast_1d(panels)[0].set_ylabel("agencies")
        for axes in np.atleast_1d(panels):
            axes.set_xlabel("difference\n(index points)")
        return finish(figure, title=title, footer=footer)


def draw_national_series(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the official national index and the means of the lists, cut at the breaks.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``national_series``.
    title, footer : str
        Text above and below.
    """
    looks = {
        "listed": ("all listed", COLOURS["blue"], "o", -0.13),
        "evaluated": ("evaluated in the year", COLOURS["orange"], "s", 0.13),
        "fixed_frame": ("2018 frame, last value kept", COLOURS["green"], "^", 0.0),
    }
    with canvas(4.3) as figure:
        axes = figure.subplots()
        official = table.drop_duplicates("year")
        for row in official.itertuples():
            axes.hlines(row.mean_official, row.year - 0.32, row.year + 0.32, COLOURS["ink"], lw=2)
            axes.text(
                row.year - 0.34,
                row.mean_official - 0.03,
                f"{row.mean_official:.2f}",
                ha="left",
                va="top",
                fontsize=9,
            )
        for rule, (_, colour, marker, shift) in looks.items():
            group = table[table["rule"] == rule]
            axes.scatter(
                group["year"] + shift,
                group["mean_computed"],
                s=42,
                marker=marker,
                zorder=3,
                facecolor=[colour if hit else "white" for hit in group["reproduced"]],
                edgecolor=colour,
                linewidth=1.4,
            )
        mark_breaks(axes, 3.4)
        axes.set(
            ylim=(1.7, 3.45),
            xlim=(2017.5, 2024.5),
            xlabel="year",
            ylabel="index (1 to 5)",
            xticks=official["year"].tolist(),
        )
        handles = [axes.plot([], [], color=COLOURS["ink"], lw=2, label="official")[0]]
        handles += [
            axes.plot([], [], ls="", marker=marker, color=colour, label=label)[0]
            for label, colour, marker, _ in looks.values()
        ]
        axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, 0.93))
        return finish(figure, title=title, footer=footer)


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
        draw_bands(axes, label_at=2025.2)
        for _, group in table.groupby(table["edition"] + (table["year"] >= 2023).astype(str)):
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
            xlim=(2017.6, 2025.25),
            xlabel="year",
            ylabel="SPBE index (1 to 5)",
            xticks=table["year"].tolist(),
        )
        handles = [
            axes.plot([], [], color=COLOURS["red"], marker="o", label="evaluated")[0],
            axes.plot([], [], color=COLOURS["red"], marker="o", mfc="white", label="repeats 2018")[
                0
            ],
            axes.plot([], [], color="#555555", ls="--", label="median of peers")[0],
            Patch(color=COLOURS["grey"], alpha=0.35, label="middle half of peers"),
        ]
        axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=4)
        return finish(figure, title=title, footer=footer)
