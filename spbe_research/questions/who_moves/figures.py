"""Who moves: printed falls beside lost places, predicates, the slope of catching up."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from spbe_research.drawing.style import COLOURS, PREDICATE_COLOURS, canvas, finish
from spbe_research.years import breaks

__all__ = ["draw_catch_up", "draw_moves", "draw_transitions"]

_FEWEST = 10  # bodies, for a row whose shares are coloured
_MOVES = {
    "fell": ("lower printed number", COLOURS["red"], 0.2),
    "lost_places": ("ten places in a hundred lost", COLOURS["blue"], -0.2),
}


def draw_moves(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the share that fell in print beside the share that lost places, pair by pair.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``count_moves`` of neighbouring years, with ``start, end, frame``; bodies listed at the
        start are drawn.
    title, footer : str
        Text above and below.
    """
    chosen = table[table["frame"] == "listed"]
    pairs = list(dict.fromkeys(zip(chosen["start"], chosen["end"], strict=True)))
    chosen = chosen.set_index(["start", "end", "measure"])
    with canvas(1.3 + 0.52 * len(pairs)) as figure:
        axes = figure.subplots()
        for measure, (label, colour, shift) in _MOVES.items():
            for row, pair in enumerate(pairs):
                found = chosen.loc[(*pair, measure)]
                share = 100 * found["estimate"]
                axes.barh(
                    -row + shift,
                    share,
                    height=0.36,
                    color=colour,
                    label=label if not row else None,
                )
                axes.text(
                    share + 0.8,
                    -row + shift,
                    f"{found['count']} of {found['n']}",
                    va="center",
                    fontsize=8.5,
                )
        marks = {mark.year: mark.label for mark in breaks()}
        names = [
            f"{start} to {end}" + (f"\n{marks[end]}" if end in marks else "")
            for start, end in pairs
        ]
        axes.set_yticks([-row for row in range(len(pairs))], names, fontsize=9)
        axes.set_xlabel("percent of the bodies with a value in both years")
        axes.set_xlim(0, 1.13 * max(100 * chosen["estimate"].xs("fell", level="measure").max(), 40))
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.legend(loc="lower right")
        return finish(figure, title=title, footer=footer)


def draw_transitions(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw transition tables of pairs of years: shares of the row as colour, counts as text.

    A row with few bodies has no colour; lower predicates stand above the stepped line.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``transitions`` of several pairs.
    title, footer : str
        Text above and below.
    """
    names = list(PREDICATE_COLOURS)
    pairs = list(table.groupby(["start", "end"]))
    steps = np.repeat(np.arange(len(names) + 1), 2) - 0.5
    n_rows = -(-len(pairs) // 2)
    with canvas(1.0 + 3.0 * n_rows) as figure:
        grids = figure.subplots(n_rows, 2, sharex=True, sharey=True, squeeze=False)
        for axes, ((start, end), group) in zip(grids.flat, pairs, strict=False):
            grid = group.pivot(index="from", columns="to", values="estimate").loc[names, names]
            counts = group.pivot(index="from", columns="to", values="count").loc[names, names]
            coloured = grid.where(counts.sum(axis=1) >= _FEWEST, 0).fillna(0)
            axes.imshow(coloured, cmap="Blues", vmin=0, vmax=1, origin="lower", aspect="auto")
            for row, column in np.argwhere(counts.to_numpy() > 0):
                axes.text(
                    column,
                    row,
                    f"{counts.iat[row, column]}",
                    ha="center",
                    va="center",
                    fontsize=11,
                    color="white" if coloured.iat[row, column] > 0.55 else COLOURS["ink"],
                )
            axes.plot(steps[1:-1], steps[2:], color="#777777", lw=1.0)
            n = counts.to_numpy().sum()
            axes.set_title(f"{start} to {end}\nn = {n}", loc="left", fontsize=11)
            axes.set_xticks(range(len(names)), names, rotation=35, ha="right", fontsize=10.5)
            axes.tick_params(length=0)
            axes.set_yticks(range(len(names)), names, fontsize=10.5)
        for axes in grids[:, 0]:
            axes.set_ylabel("earlier", fontsize=10.5)
        for axes in grids[-1]:
            axes.set_xlabel("later", fontsize=10.5)
        for axes in grids.flat[len(pairs) :]:
            axes.axis("off")
        return finish(figure, title=title, footer=footer)


def draw_catch_up(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the corrected slope for each reliability, with its interval.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``corrected_slopes``.
    title, footer : str
        Text above and below.
    """
    ordered = table.sort_values("reliability")
    places = np.arange(len(ordered))
    with canvas(3.6) as figure:
        axes = figure.subplots()
        axes.axvline(0, color=COLOURS["ink"], lw=0.9)
        axes.hlines(-places, ordered["low"], ordered["high"], color=COLOURS["sky"], lw=3)
        axes.plot(ordered["estimate"], -places, "o", color=COLOURS["blue"], ms=7)
        for place, row in zip(places, ordered.itertuples(), strict=True):
            axes.text(
                row.estimate,
                -place + 0.2,
                f"{row.estimate:.2f}".replace("-", "\u2212"),
                ha="center",
                fontsize=9,
            )
        axes.set_yticks(
            -places,
            [f"{row.reliability:.2f}, {row.reliability_from}" for row in ordered.itertuples()],
        )
        reach = max(0.0, ordered["high"].max()) + 0.3 * abs(ordered["low"].min())
        axes.set(ylim=(-len(ordered) + 0.4, 1.45), xlim=(ordered["low"].min() - 0.02, reach))
        axes.set_xlabel("true change for each index point of the earlier year")
        axes.set_ylabel("reliability of the earlier index")
        for text, at, side in (
            ("those below\nrise more", -0.008, "right"),
            ("those below\nfall behind", 0.008, "left"),
        ):
            axes.text(at, 1.4, text, ha=side, va="top", fontsize=8.5, style="italic")
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        return finish(figure, title=title, footer=footer)
