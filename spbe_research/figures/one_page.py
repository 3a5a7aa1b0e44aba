"""The ladder of the designs: one association after another, on one scale."""

import pandas as pd
from matplotlib.figure import Figure

from spbe_research.figures.style import COLOURS, canvas, finish

__all__ = ["draw_ladder"]

_LOOKS = {  # period: colour, marker, place beside the other year
    "2021": (COLOURS["orange"], "s", -0.19),
    "2022": (COLOURS["blue"], "o", 0.19),
    "2021-2022": (COLOURS["purple"], "D", 0.0),
}


def draw_ladder(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the steps from the usual association to the strictest design, grouped by contrast.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``choose_ladder``.
    title, footer : str
        Text above and below.
    """
    places, heads = _places(table)
    with canvas(5.6) as figure:
        axes = figure.subplots()
        axes.axvline(0, color=COLOURS["ink"], lw=0.9)
        for period, (colour, marker, shift) in _LOOKS.items():
            group = table[table["period"] == period]
            at = group["step"].map(places).to_numpy() + shift
            axes.hlines(at, group["low"], group["high"], color=colour, lw=2)
            axes.plot(group["estimate"], at, marker, color=colour, ms=5.5, label=period)
            for place, value, high in zip(at, group["estimate"], group["high"], strict=True):
                axes.text(high + 0.02, place, f"{value:.2f}", va="center", fontsize=8)
        for name, place in heads.items():
            axes.text(
                0.0, place, name, transform=axes.get_yaxis_transform(), fontsize=9,
                fontweight="bold", va="center", ha="left", color=COLOURS["ink"],
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
            )  # fmt: skip
        axes.set_yticks(list(places.values()), list(places))
        axes.set(
            xlim=(-0.2, 1.5),
            ylim=(max(places.values()) + 0.6, min(heads.values()) - 0.5),
            xlabel="difference, maturity levels or index points (scale 1 to 5)",
        )
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.legend(loc="center right", bbox_to_anchor=(1, 0.2))
        return finish(figure, title=title, footer=footer)


def _places(rows: pd.DataFrame) -> tuple[dict[str, float], dict[str, float]]:
    """Where each step and the heading of each rung stand, downwards."""
    places: dict[str, float] = {}
    heads: dict[str, float] = {}
    place = 0.0
    for rung, group in rows.groupby("rung", sort=False):
        heads[str(rung)] = place
        for step in group["step"].unique():
            place += 1
            places[step] = place
        place += 1.1
    return places, heads
