"""The four pictures of the question: changes, landings, holders, and domains under a held total."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from spbe_research.drawing.style import COLOURS, canvas, finish
from spbe_research.questions.may_a_score_fall.changes import shown_reach

__all__ = ["draw_domain_falls", "draw_edges_held", "draw_holders", "draw_printed_changes"]

_FELL, _KEPT, _CURVE = COLOURS["red"], "#4A6274", COLOURS["ink"]
_GROUPS = {
    "n_held": ("had the predicate", COLOURS["blue"]),
    "n_not_held": ("had a lower one", COLOURS["orange"]),
    "n_entrant": ("had no index", COLOURS["pale"]),
}
_FEWEST_LANDED = 10
_SHOWN = 0.4  # points on each side of an edge
_BIN = 2  # hundredths a bar, where a bar of one would be too thin


def draw_printed_changes(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw how many bodies changed their printed number by how much, one panel per pair of years.

    Parameters
    ----------
    table : pandas.DataFrame
        ``start, end, change`` (index points, hundredths), ``n_bodies, n_pair, n_fell``.
    title, footer : str
        Text above and below.
    """
    pairs = list(table.groupby(["start", "end"]))
    reach = shown_reach(table)
    with canvas(3.4) as figure:
        panels = np.atleast_1d(figure.subplots(1, len(pairs), sharex=True, sharey=True))
        for axes, ((start, end), group) in zip(panels, pairs, strict=True):
            steps = np.rint(100 * group["change"]).astype(int)
            bars = group.groupby(np.floor_divide(steps, _BIN))["n_bodies"].sum()
            share = 100 * bars / group["n_pair"].iloc[0]
            middle = (share.index.to_numpy() + 0.5) * _BIN / 100
            colours = np.where(middle < 0, _FELL, _KEPT)
            axes.bar(middle, share, width=_BIN / 100, color=colours)
            axes.axvline(0, color=_CURVE, lw=0.8)
            axes.set_title(f"{start} to {end}", loc="left", fontsize=10.5, fontweight="bold")
            fell, n = int(group["n_fell"].iloc[0]), int(group["n_pair"].iloc[0])
            axes.text(
                0.02,
                0.97,
                f"{fell} of {n}\nfell",
                transform=axes.transAxes,
                va="top",
                color=_FELL,
                fontsize=10,
                fontweight="bold",
            )
            axes.set(xlim=(-reach, reach), xlabel="change of the printed number")
        panels[0].set_ylabel("% of the bodies, per 0.02")
        panels[0].yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        return finish(figure, title=title, footer=footer)


def draw_edges_held(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw where fallers landed around an edge they had held, beside placebo edges.

    Parameters
    ----------
    table : pandas.DataFrame
        ``start, end, step`` (index points from the edge), ``n_fell, n_placebo, stands``: whether
        the test of the pair stands after adjustment; pairs with fewer than ten landings within a
        tenth are not drawn. Each panel has a scale of its own.
    title, footer : str
        Text above and below.
    """
    near = table[table["step"].between(-0.1001, 0.0999)]
    landed = near.groupby("end")["n_fell"].sum()
    ends = [int(end) for end in landed.index[landed >= _FEWEST_LANDED]]
    with canvas(4.6) as figure:
        panels = figure.subplots(2, -(-len(ends) // 2), sharex=True, squeeze=False)
        for axes in panels.flat[len(ends) :]:
            axes.set_visible(False)
        for axes, end in zip(panels.flat, ends, strict=False):
            group = table[table["end"] == end]
            steps = np.floor_divide(np.rint(100 * group["step"]).astype(int), _BIN)
            bars = group.groupby(steps)[["n_fell", "n_placebo"]].sum()
            middle = (bars.index.to_numpy() + 0.5) * _BIN / 100
            colours = np.where(middle < 0, _FELL, _KEPT)
            axes.bar(middle, bars["n_fell"], width=0.9 * _BIN / 100, color=colours)
            axes.step(
                middle, bars["n_placebo"], where="mid", color=_CURVE, lw=1.3, label="placebo edges"
            )
            axes.axvline(0, color=_CURVE, lw=1, ls=(0, (4, 3)))
            start = int(group["start"].iloc[0])
            axes.set_title(f"{start} to {end}", loc="left", fontsize=10.5, fontweight="bold")
            axes.set_ylim(0, 1.4 * max(bars["n_fell"].max(), bars["n_placebo"].max()))
            _tell_sides(axes, group)
            if not group["stands"].iloc[0]:
                axes.text(
                    0.02, 0.8, "may be\nchance", transform=axes.transAxes, va="top", fontsize=9
                )
            axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
        for axes in panels[:, 0]:
            axes.set_ylabel("bodies, per 0.02")
        for axes in panels[-1]:
            axes.set_xlabel("landed below or above the edge, points")
        panels.flat[0].legend(loc="lower left", bbox_to_anchor=(0.5, 1.0))
        return finish(figure, title=title, footer=footer)


def draw_holders(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw bodies around edges by what they had held the year before, one panel per edge and year.

    Parameters
    ----------
    table : pandas.DataFrame
        ``year, edge, predicate, index, n_held, n_not_held, n_entrant, expected``.
    title, footer : str
        Text above and below.
    """
    edges, years = sorted(table["edge"].unique()), sorted(table["year"].unique())
    with canvas(5.0) as figure:
        panels = figure.subplots(len(edges), len(years), sharey=True, squeeze=False)
        for row, edge in zip(panels, edges, strict=True):
            for axes, year in zip(row, years, strict=True):
                group = table[(table["edge"] == edge) & (table["year"] == year)]
                _stack(axes, group, edge)
                name = group["predicate"].iloc[0]
                axes.set_title(f"{name}, {year}", loc="left", fontsize=10.5, fontweight="bold")
            row[0].set_ylabel("bodies, per 0.02")
        panels[0, 0].set_ylim(0, 1.28 * _tallest_stack(table))
        for axes in panels[-1]:
            axes.set_xlabel("index")
        handles, labels = panels[0, 0].get_legend_handles_labels()
        legend = figure.legend(
            handles, labels, loc="upper left", bbox_to_anchor=(0.0, 0.925), ncols=4, columnspacing=1
        )
        legend.set_in_layout(False)
        return finish(figure, title=title, footer=footer, room=0.07)


def draw_domain_falls(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the share of bodies whose index fell and whose domains fell, one group per pair.

    Parameters
    ----------
    table : pandas.DataFrame
        ``start, end, item`` (index, any_domain, D1 ...), ``share_fell``.
    title, footer : str
        Text above and below.
    """
    pairs = list(table.groupby(["start", "end"]))
    looks = {"index": ("the index", _FELL), "any_domain": ("at least one domain", COLOURS["sky"])}
    with canvas(3.0) as figure:
        axes = figure.subplots()
        for place, (_, group) in enumerate(pairs):
            shares = group.set_index("item")["share_fell"]
            for shift, (item, (label, colour)) in zip((-0.19, 0.19), looks.items(), strict=True):
                value = shares[item]
                axes.barh(
                    place + shift, value, 0.34, color=colour, label=label if place == 0 else None
                )
                axes.text(
                    value + 0.006,
                    place + shift,
                    f"{100 * value:.0f} %",
                    va="center",
                    fontsize=10,
                    fontweight="bold",
                )
        axes.set_yticks(range(len(pairs)), [f"{start} to {end}" for (start, end), _ in pairs])
        axes.invert_yaxis()
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
        axes.set(xlim=(0, 1.15 * table["share_fell"].max()), xlabel="lower than a year before")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, columnspacing=1.2)
        return finish(figure, title=title, footer=footer)


def _tallest_stack(table: pd.DataFrame) -> float:
    """The tallest bar that is drawn around any edge."""
    step = np.rint(100 * (table["index"] - table["edge"])).astype(int)
    near = step.between(-100 * _SHOWN, 100 * _SHOWN - 1)
    bars = table[near].groupby(["edge", "year", np.floor_divide(step[near], _BIN)])
    return float(bars[list(_GROUPS)].sum().sum(axis=1).max())


def _tell_sides(axes: Axes, group: pd.DataFrame) -> None:
    """Shade a tenth on each side of the edge and write how many landed there."""
    axes.axvspan(-0.1, 0.1, color=COLOURS["pale"], alpha=0.35, lw=0, zorder=0)
    sides = group["step"].between(-0.1001, -0.0001), group["step"].between(-0.0001, 0.0999)
    counts = [int(group.loc[side, "n_fell"].sum()) for side in sides]
    _write_sides(axes, counts, (_FELL, _KEPT))


def _write_sides(axes: Axes, counts: list[int], colours: tuple[str, str]) -> None:
    """Write a count on each side of the middle of a panel."""
    words = [f"{counts[0]} below", f"{counts[1]} above"]
    for text, place, align, colour in zip(
        words, (0.48, 0.52), ("right", "left"), colours, strict=True
    ):
        axes.text(
            place,
            0.97,
            text,
            transform=axes.transAxes,
            ha=align,
            va="top",
            color=colour,
            fontsize=11,
            fontweight="bold",
        )


def _stack(axes: Axes, group: pd.DataFrame, edge: float) -> None:
    steps = np.floor_divide(np.rint(100 * (group["index"] - edge)).astype(int), _BIN)
    bars = group.groupby(steps)[[*_GROUPS, "expected"]].sum()
    middle = edge + (bars.index.to_numpy() + 0.5) * _BIN / 100
    bottom = np.zeros(len(bars))
    for column, (label, colour) in _GROUPS.items():
        axes.bar(middle, bars[column], 0.9 * _BIN / 100, bottom=bottom, color=colour, label=label)
        bottom = bottom + bars[column].to_numpy()
    axes.plot(middle, bars["expected"], color=_CURVE, lw=1.3, label="smooth curve")
    axes.axvline(edge, color=_CURVE, lw=1, ls=(0, (4, 3)))
    window = group["in_window"]
    above = group["index"] > edge - 0.0001
    counts = [int(group.loc[window & side, "n_held"].sum()) for side in (~above, above)]
    _write_sides(axes, counts, (_GROUPS["n_held"][1],) * 2)
    axes.set_xlim(edge - _SHOWN, edge + _SHOWN)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
