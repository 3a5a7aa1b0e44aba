"""Who moves: flows between predicates, transition tables, ranks, regression to the mean."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from spbe_research.figures.style import COLOURS, PREDICATE_COLOURS, canvas, finish

__all__ = [
    "draw_alluvial",
    "draw_rank_mobility",
    "draw_regression_to_mean",
    "draw_transitions",
]

_PAIR_LOOKS = (
    (COLOURS["grey"], (0, (1.5, 1))),
    (COLOURS["orange"], (0, (5, 1.5))),
    (COLOURS["blue"], "-"),
)
_GAP = 9  # agencies' worth of space between two predicates of a year
_NODE = 0.09
_INSIDE = 14  # a count below it does not fit into its node


def draw_alluvial(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw how agencies flow between predicates from year to year.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``alluvial_flows``.
    title, footer : str
        Text above and below.
    """
    years = sorted({*table["year_from"], *table["year_to"]})
    totals = _totals(table, years)
    bottoms = {year: _bottoms(totals[year]) for year in years}
    top = max(bottoms[year]["Memuaskan"] + totals[year]["Memuaskan"] for year in years)
    with canvas(5.0) as figure:
        axes = figure.subplots()
        out = {year: dict(bottoms[year]) for year in years}
        into = {year: dict(bottoms[year]) for year in years}
        for flow in table.sort_values(["predicate_from", "predicate_to"], key=_ranks).itertuples():
            colour = PREDICATE_COLOURS[flow.predicate_from]
            start, end = out[flow.year_from], into[flow.year_to]
            _ribbon(
                axes,
                years.index(flow.year_from) + _NODE,
                years.index(flow.year_to) - _NODE,
                start[flow.predicate_from],
                end[flow.predicate_to],
                flow.n,
                colour,
            )
            start[flow.predicate_from] += flow.n
            end[flow.predicate_to] += flow.n
        for place, year in enumerate(years):
            _nodes(axes, place, totals[year], bottoms[year])
        for name, base in bottoms[years[-1]].items():
            height = base + totals[years[-1]][name] / 2
            axes.text(len(years) - 1 + _NODE + 0.04, height, name, va="center", fontsize=9)
        for year in sorted(set(table.loc[table["break_between"] != "none", "year_from"])):
            middle = years.index(year) + 0.5
            axes.axvline(middle, color=COLOURS["ink"], lw=1, ls=(0, (4, 3)))
            axes.text(middle, top + 22, "new guideline", fontsize=8.5, ha="center", va="bottom")
        axes.set_xticks(range(len(years)), [str(year) for year in years])
        axes.set(xlim=(-0.2, len(years) - 0.55), ylim=(0, top + 40), ylabel="agencies")
        axes.tick_params(axis="both", length=0)
        axes.set_yticks([])
        axes.spines[["left", "bottom"]].set_visible(False)
        return finish(figure, title=title, footer=footer)


def draw_transitions(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw transition tables of pairs of years: shares of the row as colour, counts as text.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``transition_matrix`` of several pairs.
    title, footer : str
        Text above and below.
    """
    names = list(PREDICATE_COLOURS)
    pairs = list(table.groupby(["start", "end"]))
    with canvas(3.5) as figure:
        panels = figure.subplots(1, len(pairs), sharex=True, sharey=True)
        for axes, ((start, end), group) in zip(panels, pairs, strict=True):
            grid = group.pivot(index="from", columns="to", values="estimate").loc[names, names]
            counts = group.pivot(index="from", columns="to", values="count").loc[names, names]
            axes.imshow(grid.fillna(0), cmap="Blues", vmin=0, vmax=1, origin="lower")
            for row in range(len(names)):
                for column in range(len(names)):
                    count = counts.iat[row, column]
                    if count:
                        axes.text(
                            column,
                            row,
                            f"{count}",
                            ha="center",
                            va="center",
                            fontsize=8.5,
                            color="white" if grid.iat[row, column] > 0.55 else COLOURS["ink"],
                        )
            n = counts.to_numpy().sum()
            axes.set_title(
                f"{start} to {end}, n = {n}", loc="left", fontsize=9.5, fontweight="bold"
            )
            axes.set_xticks(range(len(names)), names, rotation=40, ha="right", fontsize=8.5)
            axes.set_xlabel("later")
        panels[0].set_yticks(range(len(names)), names, fontsize=8.5)
        panels[0].set_ylabel("earlier")
        return finish(figure, title=title, footer=footer)


def draw_rank_mobility(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the percentile rank of each agency in two years against each other.

    Parameters
    ----------
    table : pandas.DataFrame
        ``start, end, agency_id, rank_start, rank_end, n``; ranks in percent.
    title, footer : str
        Text above and below.
    """
    pairs = list(table.groupby(["start", "end"]))
    with canvas(3.2) as figure:
        panels = figure.subplots(1, len(pairs), sharex=True, sharey=True)
        for axes, ((start, end), group) in zip(panels, pairs, strict=True):
            axes.plot([0, 100], [0, 100], color=COLOURS["ink"], lw=0.8)
            axes.scatter(
                group["rank_start"],
                group["rank_end"],
                s=9,
                color=COLOURS["blue"],
                alpha=0.45,
                linewidth=0,
            )
            axes.set_title(
                f"{start} to {end}, n = {len(group)}", loc="left", fontsize=9.5, fontweight="bold"
            )
            axes.set(xlim=(0, 100), ylim=(0, 100), aspect="equal")
            axes.set_xticks([0, 50, 100])
            axes.set_yticks([0, 50, 100])
            axes.set_xlabel("percentile, earlier")
        panels[0].set_ylabel("percentile, later")
        return finish(figure, title=title, footer=footer)


def draw_regression_to_mean(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the slope of change on start against the reliability one assumes.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``corrected_beta`` of several pairs over a range of reliabilities.
    title, footer : str
        Text above and below.
    """
    with canvas(4.1) as figure:
        axes = figure.subplots()
        axes.axhline(0, color=COLOURS["ink"], lw=0.9)
        for (pair, curve), (colour, dash) in zip(
            table.groupby(["start", "end"]), _PAIR_LOOKS, strict=True
        ):
            axes.fill_between(
                curve["reliability"], curve["low"], curve["high"], color=colour, alpha=0.2, lw=0
            )
            axes.plot(
                curve["reliability"],
                curve["estimate"],
                color=colour,
                ls=dash,
                lw=2,
                label=f"{pair[0]} to {pair[1]}, n = {curve['n'].iloc[0]}",
            )
        axes.text(0.602, 0.015, "no convergence", fontsize=8.5, color="#555555")
        axes.text(
            0.998, 0.44, "as measured\n(reliability 1)", fontsize=8.5, ha="right", color="#555555"
        )
        axes.set(
            xlim=(0.6, 1),
            ylim=(-0.45, 0.55),
            xlabel="assumed reliability of the earlier index",
            ylabel="slope of change on the earlier index",
        )
        axes.legend(loc="lower left")
        return finish(figure, title=title, footer=footer)


def _totals(table: pd.DataFrame, years: list[int]) -> dict[int, dict[str, int]]:
    """Agencies by predicate in each year of the flows, zero included."""
    ends = pd.concat(
        [
            table.loc[
                table["year_from"] == years[0], ["year_from", "predicate_from", "n"]
            ].set_axis(["year", "predicate", "n"], axis=1),
            table[["year_to", "predicate_to", "n"]].set_axis(["year", "predicate", "n"], axis=1),
        ]
    ).astype({"predicate": str})
    counts = ends.groupby(["year", "predicate"])["n"].sum()
    return {
        year: {name: int(counts.get((year, name), 0)) for name in PREDICATE_COLOURS}
        for year in years
    }


def _bottoms(totals: dict[str, int]) -> dict[str, float]:
    level, bottoms = 0.0, {}
    for name, count in totals.items():
        bottoms[name] = level
        level += count + _GAP * (count > 0)
    return bottoms


def _ranks(names: pd.Series) -> pd.Series:
    return names.astype(str).map({name: place for place, name in enumerate(PREDICATE_COLOURS)})


def _nodes(axes: Axes, place: int, totals: dict[str, int], bottoms: dict[str, float]) -> None:
    for name, count in totals.items():
        if not count:
            continue
        colour, base = PREDICATE_COLOURS[name], bottoms[name]
        axes.add_patch(Rectangle((place - _NODE, base), 2 * _NODE, count, color=colour, lw=0))
        inside = count >= _INSIDE
        light = inside and name in ("Kurang", "Memuaskan")
        axes.text(
            place if inside else place - _NODE - 0.02,
            base + count / 2,
            f"{count}",
            ha="center" if inside else "right",
            va="center",
            fontsize=8.5,
            color="white" if light else COLOURS["ink"],
        )


def _ribbon(
    axes: Axes, left: float, right: float, start: float, end: float, n: int, colour: str
) -> None:
    bend = (right - left) * 0.5
    edge = [(left, start), (left + bend, start), (right - bend, end), (right, end)]
    back = [(x, y + n) for x, y in reversed(edge)]
    curve = [Path.CURVE4] * 3
    codes = [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY]
    path = Path([*edge, *back, edge[0]], codes)
    axes.add_patch(PathPatch(path, facecolor=colour, alpha=0.55, linewidth=0))
