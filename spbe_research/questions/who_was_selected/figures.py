"""Draws the figures of this question: who was ahead, and what was found in which list."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from spbe_research.drawing.style import COLOURS, canvas, finish
from spbe_research.drawing.topics import TOPIC_NAMES

__all__ = ["draw_found", "draw_listed"]

_LOOKS = {
    "all": (COLOURS["orange"], "s", -0.15),
    "similar": (COLOURS["blue"], "o", 0.15),
}
_COMPARED = {"all": "all not listed", "similar": "similar, not listed"}


def draw_listed(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw how far listed regions stand ahead, before and after they were listed.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``compare_listed``, the rows of the years shown.
    title, footer : str
        Text above and below.
    """
    groups = table[["group", "year", "n_listed"]].drop_duplicates().reset_index(drop=True)
    with canvas(1.7 + 0.62 * len(groups)) as figure:
        axes = figure.subplots()
        axes.axvline(0, color=COLOURS["ink"], lw=0.9)
        for compared, (colour, marker, shift) in _LOOKS.items():
            rows = groups.merge(table[table["compared"] == compared], on=["group", "year"])
            at = rows.index.to_numpy() + shift
            axes.hlines(at, rows["low"], rows["high"], color=colour, lw=2.2)
            axes.plot(rows["estimate"], at, marker, color=colour, ms=7, label=_COMPARED[compared])
            for place, row in zip(at, rows.itertuples(), strict=True):
                axes.annotate(
                    f"{row.estimate:.2f}".replace("-", "\u2212"), (row.high, place),
                    xytext=(6, 0), va="center", textcoords="offset points", fontsize=9.5,
                    fontweight="bold",
                )  # fmt: skip
        names = [
            f"index of {row.year}, before listing" if row.group == "before"
            else f"index of {row.year}, listed by then"
            for row in groups.itertuples()
        ]  # fmt: skip
        axes.set_yticks(range(len(groups)), names)
        axes.set(ylim=(len(groups) - 0.5, -0.5), xlabel="index points ahead")
        axes.margins(x=0.1)
        axes.tick_params(axis="y", length=0)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
        return finish(figure, title=title, footer=footer)


def draw_found(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw for each region and topic whether a text was found, and the chance of seeing one.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``find_or_not``.
    title, footer : str
        Text above and below.
    """
    topics = list(dict.fromkeys(table["topic"]))
    regions = table[["name", "estimate"]].drop_duplicates().reset_index(drop=True)
    with canvas(1.9 + 0.6 * len(regions)) as figure:
        axes = figure.subplots()
        for at, region in regions.iterrows():
            share = float(region["estimate"])
            axes.barh(at, 1.9, left=0, height=0.5, color=COLOURS["pale"], linewidth=0)
            axes.barh(at, 1.9 * share, left=0, height=0.5, color=COLOURS["sky"], linewidth=0)
            axes.text(0.95, at, f"{100 * share:.0f} %", ha="center", va="center", fontsize=10)
            for column, topic in enumerate(topics):
                cell = table[(table["name"] == region["name"]) & (table["topic"] == topic)].iloc[0]
                found = cell["n_texts"] > 0
                axes.add_patch(
                    Rectangle(
                        (2.2 + column, at - 0.36), 0.9, 0.72, linewidth=1.1,
                        facecolor=COLOURS["blue"] if found else "white",
                        edgecolor=COLOURS["blue"] if found else COLOURS["grey"],
                    )
                )  # fmt: skip
                axes.text(
                    2.65 + column, at, str(cell["first_year"]) if found else "\u2013",
                    ha="center", va="center", fontsize=9.5,
                    color="white" if found else COLOURS["grey"],
                )  # fmt: skip
        axes.set(xlim=(0, 3.0 + len(topics)), ylim=(len(regions) - 0.5, -0.5))
        axes.set_yticks(range(len(regions)), regions["name"])
        axes.xaxis.tick_top()
        axes.set_xticks(
            [0.6, *(2.5 + column for column in range(len(topics)))],
            ["chance of seeing a text", *(TOPIC_NAMES.get(name, name) for name in topics)],
            fontsize=9, rotation=32, ha="left",
        )  # fmt: skip
        axes.tick_params(length=0)
        axes.spines[["left", "bottom"]].set_visible(False)
        return finish(figure, title=title, footer=footer)
