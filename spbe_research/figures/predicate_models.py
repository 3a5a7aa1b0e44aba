"""What goes with a higher predicate, and how fragile it is: effects, curves, benchmarks."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from spbe_research.figures.style import COLOURS, canvas, finish

__all__ = ["draw_benchmarks", "draw_predicate_effects", "draw_specifications"]

_YEARS = {2021: (COLOURS["orange"], "s", 0.15), 2022: (COLOURS["blue"], "o", -0.15)}
_ADJUSTED = "type, population, GRDP per capita, island"
_WAYS = {
    ("index", "nothing"): "whole index",
    ("index", _ADJUSTED): "whole index,\nadjusted",
    ("index_without_policy", "nothing"): "without policy",
    ("index_without_policy", _ADJUSTED): "without policy,\nadjusted",
}
_PREDICATES = ("Kurang", "Cukup", "Baik or better")
_SAMPLES = ("all", "local", "kabupaten and kota", "kabupaten", "kota")
_EFFECTS = {
    "topic": "same topic",
    "topic, type": "same topic and type",
    "topic, agency": "same agency, topics adjusted",
}
_OUTCOMES = {
    "services": "services",
    "management": "management",
    "index without policy": "index without policy",
    "governance": "governance",
    "practice, ten topics": "practice, ten topics",
    "practice, nine topics with one twin": "practice, nine topics",
}
_PARTS = {"type": "type", "size": "population and GRDP", "province": "province"}
_STATISTICS = ("share positive", "share positive and significant")
_SURE = 0.05
_STRONGEST = "earlier index"
_NARROW = 0.1  # left of it the line where half is left passes beside a mark: its name goes below


def draw_predicate_effects(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw what one more enacted topic goes with: index points, and chances of each predicate.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``estimate_predicate_models``, of two years.
    title, footer : str
        Text above and below.
    """
    cells = table[(table["term"] == "n_enacted") & (table["contrast"] == "one more (derivative)")]
    points = cells[cells["outcome"] == "expected index"]
    chances = cells[
        (cells["score"] == "index_without_policy") & (cells["adjusted_for"] == _ADJUSTED)
    ]
    with canvas(3.9) as figure:
        left, right = figure.subplots(1, 2, width_ratios=(1.12, 1))
        for year, look in _YEARS.items():
            rows = points[points["year"] == year].set_index(["score", "adjusted_for"])
            label = f"{year}, {rows['n'].iloc[0]} kabupaten and kota"
            _estimates(left, rows.loc[list(_WAYS)], look, label=label, text="{:.3f}")
            rows = chances[chances["year"] == year].set_index("outcome")
            names = [f"probability of {name}" for name in _PREDICATES]
            _estimates(right, 100 * rows.loc[names, ["estimate", "low", "high"]], look)
        left.set_yticks(-np.arange(len(_WAYS)), list(_WAYS.values()))
        left.set(xlim=(0, 0.185), xlabel="index points per topic\n")
        right.set_yticks(-np.arange(len(_PREDICATES)), [*_PREDICATES[:2], "Baik or\nbetter"])
        right.set(
            xlim=(-6.4, 8.8), xlabel="percentage points per topic\n(without policy, adjusted)"
        )
        right.axvline(0, color=COLOURS["ink"], lw=0.9, zorder=0)
        for axes, heading in ((left, "The index"), (right, "Chance of each predicate")):
            axes.set_title(heading, loc="left")
            axes.tick_params(axis="y", length=0)
        left.margins(y=0.12)
        right.margins(y=0.2)
        figure.legend(loc="upper left", bbox_to_anchor=(0, 0.925), ncols=2, handletextpad=0.2)
        return finish(figure, title=title, footer=footer, room=0.1)


def draw_specifications(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw every specification by size over its choices, and the joint test beside them.

    Parameters
    ----------
    table : pandas.DataFrame
        Rows of ``specification_curve`` and, with a ``statistic``, of ``joint_test`` by year.
    title, footer : str
        Text above and below.
    """
    curve = table[table["statistic"].isna()].sort_values("estimate", kind="stable")
    test = table[table["statistic"].notna()]
    choices = _choices(curve)
    with canvas(7.6) as figure:
        grid = figure.add_gridspec(2, 2, width_ratios=(1, 0.36), height_ratios=(1, 1.15))
        above, beside = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[0, 1])
        below, shares = figure.add_subplot(grid[1, 0]), figure.add_subplot(grid[1, 1])
        _draw_curve(above, curve)
        _draw_matrix(below, choices, curve["p_value"].to_numpy() < _SURE)
        _draw_medians(beside, test, above.get_ylim())
        _draw_shares(shares, test)
        return finish(figure, title=title, footer=footer)


def draw_benchmarks(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw what a confounder must explain to take an estimate away, and what covariates explain.

    Parameters
    ----------
    table : pandas.DataFrame
        Rows of ``confounder_lines`` and of ``benchmark_bounds``, of two years.
    title, footer : str
        Text above and below.
    """
    lines, points = table[table["benchmark"].isna()], table[table["benchmark"].notna()]
    styles = {0.5: (COLOURS["grey"], (0, (5, 2)), "half is left"),
              1.0: (COLOURS["ink"], "-", "nothing is left")}  # fmt: skip
    with canvas(4.3) as figure:
        panels = figure.subplots(1, len(_YEARS), sharey=True)
        for axes, (year, (colour, marker, _)) in zip(panels, _YEARS.items(), strict=True):
            own = lines[lines["year"] == year]
            for reduction, (tone, dashes, name) in styles.items():
                line = own[own["reduction"] == reduction]
                axes.plot(line["r2_treatment"], line["r2_outcome"], color=tone, ls=dashes, lw=1.6)
                place = line.iloc[(line["r2_treatment"] - 0.42).abs().argmin()]
                axes.annotate(
                    name,
                    (place["r2_treatment"], place["r2_outcome"]),
                    (0, 5),
                    textcoords="offset points",
                    fontsize=8.5,
                    color=COLOURS["ink"],
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
                )
            bounds = points[points["year"] == year]
            measured = bounds[(bounds["benchmark"] != _STRONGEST) & (bounds["multiple"] == 1)]
            axes.plot(measured["r2_treatment"], measured["r2_outcome"], "o", color=COLOURS["grey"],
                      mec="white", mew=0.6, ms=6.5, clip_on=False, zorder=3)  # fmt: skip
            names = ", ".join(measured["benchmark"]).replace(" per capita", "")
            axes.text(0.075, 0.025, names, fontsize=8, va="center", color="#444444")
            strongest = bounds[bounds["benchmark"] == _STRONGEST]
            axes.plot(strongest["r2_treatment"], strongest["r2_outcome"], marker, color=colour,
                      mec="white", mew=0.6, ms=9, clip_on=False, zorder=3)  # fmt: skip
            _name_multiples(axes, strongest)
            axes.set(xlim=(0, 0.7), ylim=(0, 1), xticks=np.arange(0, 0.7, 0.2))
            axes.set_title(f"{year}, n = {bounds['n'].iloc[0]}", loc="left")
            axes.set_xlabel("part of the rest of what is enacted\nthat the confounder explains")
        panels[0].set_ylabel("part of the rest of the index\nthat the confounder explains")
        return finish(figure, title=title, footer=footer)


def _estimates(
    axes: Axes,
    rows: pd.DataFrame,
    look: tuple[str, str, float],
    *,
    label: str = "",
    text: str = "{:+.1f}",
) -> None:
    colour, marker, shift = look
    places = -np.arange(len(rows)) + shift
    axes.hlines(places, rows["low"], rows["high"], color=colour, lw=2)
    axes.plot(rows["estimate"], places, marker, color=colour, ms=6, label=label)
    room = 0.035 * float(np.ptp([*rows["low"], *rows["high"], 0.0]))
    for place, value, high in zip(places, rows["estimate"], rows["high"], strict=True):
        shown = text.format(value).replace("-", "\N{MINUS SIGN}")
        axes.text(high + room, float(place), shown, va="center", fontsize=8.5)


def _choices(curve: pd.DataFrame) -> list[tuple[str, list[tuple[str, np.ndarray]]]]:
    """Groups of choices, each with its options and which specifications take them."""

    def options(column: str, names: Mapping[Any, str]) -> list[tuple[str, np.ndarray]]:
        return [(name, (curve[column] == value).to_numpy()) for value, name in names.items()]

    groups = [("year", options("year", {year: str(year) for year in _YEARS}))]
    taken = set(curve["outcome"])
    outcomes = {value: name for value, name in _OUTCOMES.items() if value in taken}
    groups.append(("outcome", options("outcome", outcomes)))
    groups.append(
        ("enacted means", options("threshold", {2: "level 2 or more", 3: "level 3 or more"}))
    )
    groups.append(("agencies", options("sample", {name: name for name in _SAMPLES})))
    if curve["question"].iloc[0] == "matched":
        return [*groups, ("compared with", options("controls", _EFFECTS))]
    sets = curve["controls"].str.split(", ")
    adjusted = [
        (name, sets.map(lambda parts, part=part: part in parts).to_numpy())
        for part, name in _PARTS.items()
    ]
    equal = {"each type equally": "each type equally"}
    return [*groups, ("adjusted for", adjusted), ("weights", options("weights", equal))]


def _draw_curve(axes: Axes, curve: pd.DataFrame) -> None:
    places = np.arange(len(curve))
    sure = curve["p_value"].to_numpy() < _SURE
    axes.axhline(0, color=COLOURS["ink"], lw=0.9)
    width = min(2.2, 260 / len(curve))
    for shown, colour, band in (
        (sure, COLOURS["blue"], "#B9D7EA"),
        (~sure, COLOURS["red"], "#F3CDB5"),
    ):
        rows = curve[shown]
        axes.vlines(places[shown], rows["low"], rows["high"], color=band, lw=width)
        axes.plot(places[shown], rows["estimate"], ".", color=colour, ms=3.4, mew=0)
    axes.set(xlim=(-len(curve) * 0.01, len(curve) * 1.01), xticks=[])
    axes.spines["bottom"].set_visible(False)
    axes.set_ylabel("levels, enacted less not")
    handles = [
        Line2D([], [], marker="o", ls="", ms=4.5, color=COLOURS["blue"], label="p below 0.05"),
        Line2D([], [], marker="o", ls="", ms=4.5, color=COLOURS["red"], label="p 0.05 or more"),
        Patch(color="#B9D7EA", label="95 % interval"),
    ]
    axes.legend(handles=handles, loc="upper left", handletextpad=0.5)
    axes.set_title(f"{len(curve)} specifications, smallest first", loc="left")


def _draw_matrix(
    axes: Axes, groups: list[tuple[str, list[tuple[str, np.ndarray]]]], sure: np.ndarray
) -> None:
    place, names, ticks = 0.0, [], []
    for heading, options in groups:
        names.append(heading)
        ticks.append(place)
        place -= 0.95
        for name, taken in options:
            for shown, colour in ((sure, COLOURS["blue"]), (~sure, COLOURS["red"])):
                at = np.flatnonzero(taken & shown)
                axes.vlines(at, place - 0.36, place + 0.36, color=colour,
                            lw=min(2.2, 260 / len(sure)))  # fmt: skip
            names.append(name)
            ticks.append(place)
            place -= 1
        place -= 0.15
    axes.set_yticks(ticks, names, fontsize=8)
    for label, name in zip(axes.get_yticklabels(), names, strict=True):
        if name in dict(groups):
            label.set_fontweight("bold")
    axes.set(xlim=(-len(sure) * 0.01, len(sure) * 1.01), ylim=(place + 0.5, 0.6), xticks=[])
    axes.tick_params(axis="y", length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _draw_medians(axes: Axes, test: pd.DataFrame, limits: tuple[float, float]) -> None:
    medians = test[test["statistic"] == "median estimate"].sort_values("year")
    axes.axhline(0, color=COLOURS["ink"], lw=0.9)
    for place, row in enumerate(medians.itertuples()):
        axes.bar(place, row.null_high - row.null_low, bottom=row.null_low, width=0.5,
                 color=COLOURS["pale"])  # fmt: skip
        colour, marker, _ = _YEARS[int(row.year)]
        axes.plot(place, row.estimate, marker, color=colour, ms=7)
        axes.annotate(
            f"{row.estimate:.2f}",
            (place, max(row.estimate, row.null_high)),
            (0, 6),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=8.5,
        )
    names = [f"{row.year}\np {row.p_value:.3f}" for row in medians.itertuples()]
    axes.set_xticks(range(len(medians)), names, fontsize=8)
    axes.set(xlim=(-0.6, len(medians) - 0.4), ylim=limits)
    axes.tick_params(axis="x", length=0)
    axes.tick_params(axis="y", labelleft=False)
    inside = medians["controls"].notna().all()
    axes.set_title("Median,\nsame agency" if inside else "Median", loc="left")


def _draw_shares(axes: Axes, test: pd.DataFrame) -> None:
    place, ticks, names = 0.0, [], []
    for statistic, heading in zip(_STATISTICS, ("positive", "positive, p < 0.05"), strict=True):
        axes.text(0, place, heading, fontsize=8.5, va="center", fontweight="bold")
        place -= 1
        rows = test[test["statistic"] == statistic].sort_values("year")
        for row in rows.itertuples():
            axes.barh(place, 100 * (row.null_high - row.null_low), left=100 * row.null_low,
                      height=0.5, color=COLOURS["pale"])  # fmt: skip
            colour, marker, _ = _YEARS[int(row.year)]
            axes.plot(100 * row.estimate, place, marker, color=colour, ms=7, clip_on=False)
            ticks.append(place)
            names.append(str(row.year))
            place -= 1
        place -= 0.4
    axes.set_yticks(ticks, names)
    axes.set(xlim=(0, 100), ylim=(place - 2.2, 0.8), xlabel="% of specifications")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)  # the headings begin at zero
    axes.legend(
        handles=[
            Line2D([], [], marker="o", ls="", color=COLOURS["ink"], label="as it is"),
            Patch(color=COLOURS["pale"], label="95 % of 499\nreshufflings"),
        ],
        loc="lower left",
        handletextpad=0.6,
        fontsize=8.5,
    )


def _name_multiples(axes: Axes, bounds: pd.DataFrame) -> None:
    for row in bounds.itertuples():
        text = "earlier\nindex" if row.multiple == 1 else f"{row.multiple:.0f} times"
        below = row.multiple == 1 and row.r2_treatment < _NARROW
        axes.annotate(
            text,
            (row.r2_treatment, row.r2_outcome),
            (-9, -8) if below else (9, 0),
            textcoords="offset points",
            va="top" if below else "center",
            fontsize=8.5,
        )
