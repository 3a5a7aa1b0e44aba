"""Draws the figures of this question."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spbe_research.drawing.style import COLOURS, canvas, finish

_LOOKS = ((COLOURS["orange"], "s"), (COLOURS["blue"], "o"), (COLOURS["green"], "^"))
_COMPARED = {
    "between bodies": "between bodies:\nall topics regulated\nagainst none",
    "within a body": "within one body:\nregulated against\nother topics",
}


def draw_numbers_of_topics(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the difference from bodies with no topic regulated, at each number of topics.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``compare_numbers_of_topics``.
    title, footer : str
        Text above and below.
    """
    years = sorted(table["year"].unique())
    shifts = np.linspace(-0.17, 0.17, len(years))
    with canvas(4.4) as figure:
        axes = figure.subplots()
        axes.axhline(0, color=COLOURS["ink"], lw=0.9)
        for year, shift, (colour, marker) in zip(years, shifts, _LOOKS, strict=False):
            group = table[table["year"] == year]
            places = group["n_enacted"] + shift
            axes.vlines(places, group["low"], group["high"], color=colour, lw=1.8)
            axes.plot(places, group["estimate"], marker, color=colour, ms=6, label=str(year))
        largest = int(table["n_enacted"].max())
        axes.plot(0, 0, "D", color=COLOURS["ink"], ms=5)
        axes.set_xticks(range(largest + 1))
        axes.set(
            xlim=(-0.6, largest + 0.6),
            xlabel="policy topics regulated",
            ylabel="index points more than\nsimilar regions with none",
        )
        axes.legend(loc="upper left", ncols=len(years))
        return finish(figure, title=title, footer=footer)


def draw_between_and_within(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the difference in practice between bodies and within one, year by year.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``compare_between_and_within``.
    title, footer : str
        Text above and below.
    """
    years = sorted(table["year"].unique())
    shifts = np.linspace(0.14, -0.14, len(years))
    with canvas(3.3) as figure:
        axes = figure.subplots()
        axes.axvline(0, color=COLOURS["ink"], lw=0.9)
        for year, shift, (colour, marker) in zip(years, shifts, _LOOKS, strict=False):
            group = table[table["year"] == year].set_index("compared").loc[list(_COMPARED)]
            places = -np.arange(len(_COMPARED)) + shift
            axes.hlines(places, group["low"], group["high"], color=colour, lw=2)
            axes.plot(group["estimate"], places, marker, color=colour, ms=7, label=str(year))
            _write_values(axes, group, places)
        axes.set_yticks(-np.arange(len(_COMPARED)), list(_COMPARED.values()))
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(-len(_COMPARED) + 0.55, 0.45)
        axes.margins(x=0.12)
        axes.set_xlabel("maturity levels of practice, higher where regulated")
        axes.legend(loc="lower right")
        return finish(figure, title=title, footer=footer)


def draw_weight_and_rest(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the slope of the index on its policy domain, split into weight and other domains.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``split_arithmetic``.
    title, footer : str
        Text above and below.
    """
    places = np.arange(len(table))
    with canvas(3.9) as figure:
        axes = figure.subplots()
        axes.bar(
            places,
            table["weight"],
            color=COLOURS["red"],
            width=0.6,
            label="the weight of the policy domain (arithmetic)",
        )
        axes.bar(
            places,
            table["estimate"],
            bottom=table["weight"],
            color=COLOURS["sky"],
            width=0.6,
            label="in the other domains (association)",
        )
        bounds = [table["weight"] + table[name] for name in ("low", "high")]
        axes.vlines(places, *bounds, color=COLOURS["ink"], lw=1.6)
        for place, row in enumerate(table.itertuples()):
            weight, value = row.weight, row.estimate
            axes.text(place, weight / 2, f"{weight:.2f}", ha="center", va="center", color="white")
            axes.text(place, weight + value / 2, f"{value:.2f}", ha="center", va="center")
        axes.set_xticks(places, table["year"].astype(str))
        axes.set_ylabel("index points per level\nof the policy domain")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=1)
        return finish(figure, title=title, footer=footer)


def _write_values(axes: Axes, group: pd.DataFrame, places: np.ndarray) -> None:
    for place, value, high in zip(places, group["estimate"], group["high"], strict=True):
        axes.annotate(
            f"{value:.2f}", (high, place), (6, 0), textcoords="offset points", va="center"
        )
