"""How regulations relate to scores: part and whole, matched topics, adoption."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from spbe_research.figures.style import COLOURS, canvas, finish

__all__ = ["draw_adoption", "draw_matched_topics", "draw_part_and_whole"]

_WAYS = {
    "enacted or not: raw difference": "raw difference",
    "enacted or not: topic effects": "same topic",
    "enacted or not: agency effects": "same agency",
    "enacted or not: agency and topic effects": "same agency, topics adjusted",
}
_ADOPTION = {
    "newly enacted or not: raw difference": "raw difference",
    "newly enacted or not: topic effects": "same topic",
    "newly enacted or not: topic effects, same level in 2021": "same topic and starting level",
    "newly enacted or not: agency and topic effects": "same agency, topics adjusted",
    "newly enacted or not: agency and topic effects, same level in 2021": (
        "same agency and starting level"
    ),
}
_PLACEBOS = {
    "change of unrelated practices": "placebo: practices of no topic",
    "change of practice in topics not newly enacted": "placebo: topics not newly enacted",
}


def draw_adoption(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw how much more practice changed with a new regulation, and where it should not have.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``compare_adoption`` and ``compare_placebos``.
    title, footer : str
        Text above and below.
    """
    own = table[table["outcome"] == "change of practice 2021 to 2022"].set_index("contrast")
    placebo = table[table["outcome"].isin(_PLACEBOS)].set_index("outcome")
    blocks = (
        (own.loc[list(_ADOPTION)], list(_ADOPTION.values()), COLOURS["blue"], "o"),
        (placebo.loc[list(_PLACEBOS)], list(_PLACEBOS.values()), COLOURS["red"], "^"),
    )
    with canvas(3.7) as figure:
        axes = figure.subplots()
        axes.axvline(0, color=COLOURS["ink"], lw=0.9)
        names: list[str] = []
        for rows, labels, colour, marker in blocks:
            places = -np.arange(len(names), len(names) + len(rows))
            axes.hlines(places, rows["low"], rows["high"], color=colour, lw=2)
            axes.plot(rows["estimate"], places, marker, color=colour, ms=6)
            for place, value, high in zip(places, rows["estimate"], rows["high"], strict=True):
                axes.text(high + 0.01, float(place), f"{value:.2f}", va="center", fontsize=9)
            names += labels
        axes.set_yticks(-np.arange(len(names)), names)
        axes.set(xlim=(-0.15, 0.52), xlabel="change of maturity level, newly regulated less not")
        axes.tick_params(axis="y", length=0)
        return finish(figure, title=title, footer=footer)


def draw_part_and_whole(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the slope of the index on its policy domain, split into weight and rest.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``decompose_part_and_whole``.
    title, footer : str
        Text above and below.
    """
    cells = table[table["outcome"] == "index"].set_index(["contrast", "year"])
    weight, rest = cells.loc["slope: the weight"], cells.loc["slope: through the rest"]
    whole = cells.loc["slope on policy"]
    places = np.arange(len(whole))
    with canvas(3.9) as figure:
        axes = figure.subplots()
        axes.bar(
            places, weight["estimate"], color=COLOURS["red"], width=0.6, label="weight (arithmetic)"
        )
        axes.bar(
            places,
            rest["estimate"],
            bottom=weight["estimate"],
            color=COLOURS["sky"],
            width=0.6,
            label="through the other domains (association)",
        )
        axes.vlines(places, whole["low"], whole["high"], color=COLOURS["ink"], lw=1.6)
        for place, (part, other) in enumerate(
            zip(weight["estimate"], rest["estimate"], strict=True)
        ):
            axes.text(place, part / 2, f"{part:.2f}", ha="center", va="center", color="white")
            axes.text(place, part + other / 2, f"{other:.2f}", ha="center", va="center")
        axes.set_xticks(
            places, [f"{year}\nn = {n}" for year, n in zip(whole.index, whole["n"], strict=True)]
        )
        axes.set(ylim=(0, 0.72), ylabel="index points per policy point")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
        return finish(figure, title=title, footer=footer)


def draw_matched_topics(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the difference in practice between regulated and other topics, way by way.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``compare_matched_topics``.
    title, footer : str
        Text above and below.
    """
    looks = {2021: (COLOURS["orange"], "s", 0.13), 2022: (COLOURS["blue"], "o", -0.13)}
    with canvas(3.4) as figure:
        axes = figure.subplots()
        axes.axvline(0, color=COLOURS["ink"], lw=0.9)
        for year, (colour, marker, shift) in looks.items():
            group = table[table["year"] == year].set_index("contrast").loc[list(_WAYS)]
            places = -np.arange(len(_WAYS)) + shift
            axes.hlines(places, group["low"], group["high"], color=colour, lw=2)
            label = f"{year}, {group['n_clusters'].iloc[0]} agencies"
            axes.plot(group["estimate"], places, marker, color=colour, ms=6, label=label)
            for place, value, high in zip(places, group["estimate"], group["high"], strict=True):
                axes.text(high + 0.012, place, f"{value:.2f}", va="center", fontsize=9)
        axes.set_yticks(-np.arange(len(_WAYS)), list(_WAYS.values()))
        axes.set(
            xlim=(-0.08, 0.85), xlabel="maturity levels: practice with a regulation less without"
        )
        axes.tick_params(axis="y", length=0)
        axes.legend(loc="lower right")
        return finish(figure, title=title, footer=footer)
