"""Draws the figures of this question: every body a dot, and changes side by side."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import EllipseCollection
from matplotlib.figure import Figure

from spbe_research.drawing.style import COLOURS, WIDTH_INCHES, canvas, finish

_STEP = 0.01  # of print: a value stands for the hundredth around it
_COLUMN = 0.04  # about as wide as a column of dots shall be, index points
_DOT = 0.84  # of the width of a column
_OLD = ("white", COLOURS["grey"])
# the bodies, 1 above the line or -1 below it, and face and edge of their dots
Stack = tuple[pd.DataFrame, int, tuple[str, str]]
_FRAMES = {
    "official": ("national mean as printed", COLOURS["ink"], "|"),
    "assessed": ("new results of each year", COLOURS["orange"], "^"),
    "like_for_like": ("the same bodies", COLOURS["blue"], "o"),
}

_LOWER = {"assessed": 0.2}  # of a row, so that marks of equal changes do not hide one another


def draw_band(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw every body at its index of the year before: evaluated above the line, not below it.

    Parameters
    ----------
    table : pandas.DataFrame
        ``year, index_before, mode, n_agencies, low_cut, high_cut``.
    title, footer : str
        Text above and below.
    """
    year = int(table["year"].iloc[0])
    low, high = table["low_cut"].iloc[0] - _STEP / 2, table["high_cut"].iloc[0] + _STEP / 2
    columns = _columns(table["index_before"], low, high)
    new = table["mode"] != "carried_over"
    stacks: list[Stack] = [
        (table[new], 1, (COLOURS["blue"], COLOURS["blue"])),
        (table[~new], -1, _OLD),
    ]
    labels = [f"evaluated in {year}", f"value of {year - 1} printed again"]
    with canvas(_height(table, columns, stacks)) as figure:
        axes = figure.subplots()
        axes.axvspan(low, high, color=COLOURS["pale"], alpha=0.45, linewidth=0, zorder=0)
        _draw_stacks(axes, columns, stacks)
        top = axes.get_ylim()[1]
        parts = pd.cut(table["index_before"], [-np.inf, low, high, np.inf], labels=False)
        places = ((columns[0] + low) / 2, (low + high) / 2, (high + columns[-1]) / 2)
        for part, place in enumerate(places):
            of_part = table["n_agencies"].where(parts == part, 0)
            text = f"{of_part[new].sum()} of {of_part.sum()}"
            axes.text(place, top, text, ha="center", va="bottom", fontsize=11, fontweight="bold")
        axes.set_xlabel(f"index of {year - 1}")
        _name_cuts(axes, [table["low_cut"].iloc[0], table["high_cut"].iloc[0]], [low, high])
        _dot_legend(axes, [(COLOURS["blue"], COLOURS["blue"]), _OLD], labels)
        return finish(figure, title=title, footer=footer)


def draw_rule(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw every body at its index of the year before: looked at above the line, not below it.

    Parameters
    ----------
    table : pandas.DataFrame
        ``year, duty, index_before, outcome, n_agencies, cut``; bodies without an index of the year
        before have no place on the axis and are left out.
    title, footer : str
        Text above and below.
    """
    year, cut = int(table["year"].iloc[0]), float(table["cut"].iloc[0])
    known = table.dropna(subset=["index_before"])
    line = cut - _STEP / 2
    columns = _columns(known["index_before"], line, line + 10 * _COLUMN)
    looks = {
        "not_lower": (1, (COLOURS["sky"], COLOURS["blue"])),
        "lower": (1, (COLOURS["red"], COLOURS["red"])),
        "none": (-1, _OLD),
    }
    stacks: list[Stack] = [
        (known[known["outcome"] == outcome], side, colours)
        for outcome, (side, colours) in looks.items()
    ]
    labels = ["index not lower in print", "index lower in print", "no new result"]
    with canvas(_height(known, columns, stacks)) as figure:
        axes = figure.subplots()
        _draw_stacks(axes, columns, stacks)
        axes.axvline(line, color=COLOURS["ink"], linewidth=1, linestyle=(0, (4, 3)))
        top = axes.get_ylim()[1]
        for duty, text, side, place in (
            ("obliged", "had to", "right", line - _COLUMN),
            ("on_request", "could ask", "left", line + _COLUMN),
        ):
            group = known[known["duty"] == duty]
            looked = group.loc[group["outcome"] != "none", "n_agencies"].sum()
            counted = f"{looked} of {group['n_agencies'].sum()}"
            axes.text(place, top, counted, ha=side, va="bottom", fontsize=11, fontweight="bold")
            axes.annotate(
                text, (place, top), xytext=(0, 15), textcoords="offset points", ha=side,
                va="bottom", fontsize=9.5,
            )  # fmt: skip
        axes.set_xlabel(f"index of {year - 1}")
        _name_cuts(axes, [cut], [line])
        _dot_legend(axes, [colours for _, colours in looks.values()], labels, lift=0.16)
        return finish(figure, title=title, footer=footer)


def draw_frames(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the change of the mean from year to year, once for each way to compare.

    Parameters
    ----------
    table : pandas.DataFrame
        ``start, end, frame, estimate`` (index points); frames without a change are left out.
    title, footer : str
        Text above and below.
    """
    known = table.dropna(subset=["estimate"])
    pairs = list(dict.fromkeys(zip(known["start"], known["end"], strict=True)))
    with canvas(1.9 + 0.62 * len(pairs)) as figure:
        axes = figure.subplots()
        for row, (start, end) in enumerate(pairs):
            group = known[(known["start"] == start) & (known["end"] == end)].set_index("frame")
            axes.hlines(
                row, min(0, group["estimate"].min()), group["estimate"].max(),
                color=COLOURS["pale"], linewidth=2, zorder=1,
            )  # fmt: skip
            for frame, (label, colour, marker) in _FRAMES.items():
                if frame not in group.index:
                    continue
                axes.scatter(
                    group.loc[frame, "estimate"], row + _LOWER.get(frame, 0),
                    s=150 if marker == "|" else 70,
                    marker=marker, color=colour, linewidth=2.4 if marker == "|" else 0.8,
                    zorder=4 if frame == "like_for_like" else 3, label=label if row == 0 else None,
                )  # fmt: skip
            same = group.loc["like_for_like"]
            axes.annotate(
                f"{same['estimate']:+.2f}", (same["estimate"], row), xytext=(0, 9),
                textcoords="offset points", ha="center", fontsize=9, color=COLOURS["blue"],
            )  # fmt: skip
        axes.axvline(0, color=COLOURS["ink"], linewidth=0.8)
        axes.set_yticks(range(len(pairs)), [f"{start} to {end}" for start, end in pairs])
        axes.set(ylim=(len(pairs) - 0.5, -0.6), xlabel="change of the mean (index points)")
        axes.legend(loc="lower left", bbox_to_anchor=(-0.1, 1), ncols=3, handletextpad=0.3)
        return finish(figure, title=title, footer=footer)


def _columns(values: pd.Series, low: float, high: float) -> np.ndarray:
    """Edges of the columns of dots over all values; both cuts are edges."""
    width = (high - low) / max(1, round((high - low) / _COLUMN))
    before = int(np.ceil((low - values.min() + _STEP) / width))
    after = int(np.ceil((values.max() + _STEP - low) / width))
    return low + width * np.arange(-before, after + 1)


def _stacked(rows: pd.DataFrame, columns: np.ndarray) -> np.ndarray:
    """How many bodies stand in each column."""
    counts, _ = np.histogram(rows["index_before"], bins=columns, weights=rows["n_agencies"])
    return counts.astype(int)


def _heights(columns: np.ndarray, stacks: list[Stack]) -> tuple[int, int]:
    """The tallest stack above the line, and the deepest below it."""
    sides = {1: np.zeros(len(columns) - 1, int), -1: np.zeros(len(columns) - 1, int)}
    for rows, side, _ in stacks:
        sides[side] += _stacked(rows, columns)
    return int(sides[1].max()), int(sides[-1].max())


def _height(table: pd.DataFrame, columns: np.ndarray, stacks: list[Stack]) -> float:
    """Inches that dots as high as wide need, with the room for words."""
    above, below = _heights(columns, stacks)
    return 2.0 + (above + below + 3) * 0.93 * WIDTH_INCHES / (len(columns) - 1)


def _draw_stacks(axes: Axes, columns: np.ndarray, stacks: list[Stack]) -> None:
    """Stack the dots of each group on those of the groups before it, above and below a line."""
    width = columns[1] - columns[0]
    middle = (columns[1:] + columns[:-1]) / 2
    reached = {1: np.zeros(len(middle), int), -1: np.zeros(len(middle), int)}
    for rows, side, (face, edge) in stacks:
        counts = _stacked(rows, columns)
        places = [
            (x, side * (done + k + 0.75))
            for x, done, count in zip(middle, reached[side], counts, strict=True)
            for k in range(count)
        ]
        reached[side] += counts
        axes.add_collection(
            EllipseCollection(
                widths=np.full(len(places), _DOT * width), heights=np.full(len(places), _DOT),
                angles=np.zeros(len(places)), units="xy", offsets=places,
                offset_transform=axes.transData, facecolor=face, edgecolor=edge, linewidth=0.6,
            )
        )  # fmt: skip
    above, below = _heights(columns, stacks)
    axes.axhline(0, color=COLOURS["ink"], linewidth=0.9)
    axes.set(
        xlim=(columns[0] - width, columns[-1] + width),
        ylim=(-below - 1, above + 1.5),
        yticks=[],
        aspect=width,
    )
    axes.spines["left"].set_visible(False)


def _name_cuts(axes: Axes, cuts: list[float], places: list[float]) -> None:
    """Mark the cuts on the axis in bold, between the round numbers."""
    bottom = axes.get_ylim()[0]
    for cut, place in zip(cuts, places, strict=True):
        axes.text(
            place, bottom + 0.3, f"{cut:.2f}", ha="center", va="bottom", fontsize=9,
            fontweight="bold", bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )  # fmt: skip


def _dot_legend(
    axes: Axes, colours: list[tuple[str, str]], labels: list[str], *, lift: float = 0.06
) -> None:
    handles = [
        axes.plot([], [], ls="", marker="o", ms=6, mfc=face, mec=edge, label=label)[0]
        for (face, edge), label in zip(colours, labels, strict=True)
    ]
    axes.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0, 1 + lift), ncols=3, handletextpad=0.2
    )
