"""Draws the page of one body: its place by year under its events, its topics, those like it."""

from calendar import month_name

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase

from spbe_research.drawing.style import BREAKS, COLOURS, canvas, finish
from spbe_research.drawing.topics import TOPIC_NAMES

__all__ = ["draw_near", "draw_page", "draw_timeline", "draw_topics"]

_CASE, _OTHER = COLOURS["red"], COLOURS["grey"]


def draw_timeline(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the events of a region over its place among its type by year.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``page.timeline``.
    title, footer : str
        Text above and below.
    """
    n_events = int((table["part"] == "event").sum())
    with canvas(4.2 + 0.24 * n_events) as figure:
        _draw_timeline(figure, table)
        return finish(figure, title=title, footer=footer)


def draw_topics(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw policy beside practice, topic by topic, a panel for each year.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``page.topic_levels``.
    title, footer : str
        Text above and below.
    """
    with canvas(1.6 + 0.34 * table["topic"].nunique()) as figure:
        _draw_levels(figure, table)
        return finish(figure, title=title, footer=footer)


def draw_near(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw where those that stood next to one body stand years later.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``places.follow_those_near``.
    title, footer : str
        Text above and below.
    """
    with canvas(5.4) as figure:
        _draw_slopes(figure.subplots(), table)
        return finish(figure, title=title, footer=footer)


def draw_page(
    timeline: pd.DataFrame, topics: pd.DataFrame, near: pd.DataFrame, *, title: str, footer: str
) -> Figure:
    """Draw the whole page of one body, each part that the record holds.

    Parameters
    ----------
    timeline, topics, near : pandas.DataFrame
        As the fields of ``RegionPage``.
    title, footer : str
        Text above and below.
    """
    n_events = int((timeline["part"] == "event").sum())
    parts = {
        "timeline": 3.0 + 0.24 * n_events,
        "topics": 4.2 if len(topics) else 0.0,
        "near": 4.2 if len(near) else 0.0,
    }
    kept = {name: height for name, height in parts.items() if height}
    with canvas(sum(kept.values()) + 0.8) as figure:
        boxes = figure.subfigures(len(kept), 1, height_ratios=list(kept.values()), squeeze=False)
        for name, box in zip(kept, boxes[:, 0], strict=True):
            if name == "timeline":
                _draw_timeline(box, timeline)
            elif name == "topics":
                _draw_levels(box, topics)
            else:
                _draw_slopes(box.subplots(), near)
        return finish(figure, title=title, footer=footer)


def _draw_timeline(figure: FigureBase, table: pd.DataFrame) -> None:
    """Events above, places below, on one axis of years."""
    n_events = int((table["part"] == "event").sum())
    if n_events:
        heights = [0.24 * n_events + 0.1, 3.0]
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=heights)
        _draw_events(above, table)
    else:
        below = figure.subplots()
    _draw_places(below, table)


def _draw_events(axes: Axes, table: pd.DataFrame) -> None:
    """One line per event: a bar over the time in which it happened, its name beside it."""
    events = table[table["part"] == "event"].reset_index(drop=True)
    for row in events.itertuples():
        start, end = _span(str(row.date))
        doubtful = row.evidence in ("news", "draft")
        axes.barh(
            row.Index, end - start, left=start, height=0.55, linewidth=1, zorder=3,
            facecolor="white" if doubtful else COLOURS["blue"], edgecolor=COLOURS["blue"],
        )  # fmt: skip
        label = row.label if row.kind == "text" else f"{row.label}{_said(str(row.date))}"
        axes.text(end + 0.12, row.Index, label, va="center", fontsize=9)
    axes.set(ylim=(len(events) - 0.4, -0.6), yticks=[])
    axes.tick_params(axis="x", length=0, labelbottom=False)
    axes.spines[["left", "bottom"]].set_visible(False)


def _draw_places(axes: Axes, table: pd.DataFrame) -> None:
    """The place among the evaluated of the type, the best on top; years without a new result."""
    places = table[table["part"] == "place"]
    new = places.dropna(subset=["rank"])
    last = int(new["n"].max())
    axes.plot(new["year"], new["rank"].astype(int), color=_CASE, linewidth=1, ls=(0, (2, 2)))
    for _, era in new.groupby([_era(year) for year in new["year"]]):
        axes.plot(era["year"], era["rank"].astype(int), color=_CASE, linewidth=2.2)
    axes.scatter(new["year"], new["rank"].astype(int), s=62, color=_CASE, zorder=4)
    ranks = new["rank"].astype(int).tolist()
    for at, row in enumerate(new.itertuples()):
        steps = [row.rank - each for each in ranks[max(at - 1, 0) : at + 2]]
        above = max(steps) < 0  # its line goes down on both sides
        steep = at + 1 < len(ranks) and ranks[at + 1] - row.rank > 0.2 * last
        axes.annotate(
            f"{row.rank} / {row.n}", (row.year, row.rank), xytext=(0, 9 if above else -17),
            textcoords="offset points", ha="right" if steep else "center", fontsize=10,
            fontweight="bold",
        )  # fmt: skip
    for year in places.loc[places["rank"].isna(), "year"].astype(int):
        axes.axvspan(year - 0.5, year + 0.5, color=COLOURS["pale"], alpha=0.5, linewidth=0)
        axes.text(
            year, last * 1.11, "no new\nresult", ha="center", va="bottom", fontsize=8.5,
            color=COLOURS["ink"],
        )  # fmt: skip
    for place, label in BREAKS.items():
        axes.axvline(place, color=COLOURS["ink"], linewidth=0.9, linestyle=(0, (4, 3)))
        axes.text(
            place + 0.06, 1.0, label, va="bottom", fontsize=8,
            transform=axes.get_xaxis_transform(),
        )  # fmt: skip
    years = table["year"].astype(int)
    axes.set(
        ylim=(last * 1.14, -0.03 * last),
        xlim=(years.min() - 0.6, years.max() + 0.7),
        xticks=range(years.min(), years.max() + 1),
        ylabel="place in its type",
        yticks=[1, *range(20, last + 1, 20)] if last < 120 else [1, *range(100, last + 1, 100)],
    )


def _draw_levels(figure: FigureBase, table: pd.DataFrame) -> None:
    """Squares for policy, dots for practice, a tick for the mean practice of the type."""
    topics = list(dict.fromkeys(table["topic"]))
    n_years = table["year"].nunique()
    panels = figure.subplots(1, n_years, sharex=True, sharey=True, squeeze=False)[0]
    for axes, (year, group) in zip(panels, table.groupby("year"), strict=True):
        at = group["topic"].map(topics.index).to_numpy()
        policy, practice = (
            group[each].to_numpy(float) for each in ("policy_level", "practice_level")
        )
        axes.hlines(at, practice, policy, color=COLOURS["pale"], linewidth=2.4, zorder=1)
        axes.plot(
            group["practice_mean"], at, "|", color=COLOURS["ink"], ms=11, mew=1.6,
            label="practice, mean of its type", zorder=5,
        )  # fmt: skip
        axes.plot(policy, at - 0.11, "s", color=COLOURS["blue"], ms=8, label="policy", zorder=3)
        axes.plot(
            practice, at + 0.11, "o", color=COLOURS["orange"], ms=8, label="practice", zorder=4
        )
        axes.axvline(1.5, color=COLOURS["grey"], linewidth=0.8, linestyle=(0, (4, 3)))
        room = "\n\n" if axes is panels[0] else ""  # the legend stands above
        axes.set_title(f"{room}{year}", loc="left", fontweight="bold")
        axes.set(
            xlim=(0.7, 5.3), xticks=range(1, 6), ylim=(len(topics) - 0.5, -0.5),
            xlabel="maturity level",
        )  # fmt: skip
    panels[0].set_yticks(range(len(topics)), [TOPIC_NAMES[name] for name in topics])
    for axes in panels[1:]:
        axes.tick_params(axis="y", labelleft=False, length=0)
    legend = panels[0].legend(
        loc="lower left", bbox_to_anchor=(0, 1.07), ncols=3, handletextpad=0.2, columnspacing=1.2
    )
    legend.set_in_layout(False)


def _draw_slopes(axes: Axes, table: pd.DataFrame) -> None:
    """A line for each body from its place then to its place now."""
    start, end = int(table["start"].iloc[0]), int(table["end"].iloc[0])
    bottom = int(max(table["rank_start"].max(), table["rank_end"].max()))
    gap = bottom / 26
    left = _spread(table["rank_start"].to_numpy(float), gap)
    right = _spread(table["rank_end"].to_numpy(float), gap)
    for row, at_left, at_right in zip(table.itertuples(), left, right, strict=True):
        colour, weight = (_CASE, "bold") if row.is_case else (_OTHER, "normal")
        axes.plot(
            [0, 1], [row.rank_start, row.rank_end], color=colour, marker="o",
            linewidth=2.6 if row.is_case else 1.3, ms=6 if row.is_case else 4,
            zorder=3 if row.is_case else 2,
        )  # fmt: skip
        for x, label, place in ((-0.02, at_left, row.rank_start), (1.02, at_right, row.rank_end)):
            axes.plot([x, round(x)], [label, place], color=colour, linewidth=0.6, zorder=1)
        ink = _CASE if row.is_case else COLOURS["ink"]
        axes.text(
            -0.035, at_left, f"{row.name}  {row.rank_start}", ha="right", va="center",
            fontsize=9, color=ink, fontweight=weight,
        )  # fmt: skip
        axes.text(
            1.035, at_right, f"{row.rank_end}  {row.name}", ha="left", va="center", fontsize=9,
            color=ink, fontweight=weight,
        )  # fmt: skip
    top = min(left.min(), right.min()) - 2 * gap
    for x, year, n in ((0, start, table["n_start"].iloc[0]), (1, end, table["n_end"].iloc[0])):
        axes.text(
            x, top, f"{year} (1 to {n})", ha="center", va="bottom", fontsize=10, fontweight="bold"
        )
    low = max(left.max(), right.max()) + gap
    axes.set(xlim=(-0.75, 1.75), ylim=(low, top - gap), xticks=[], yticks=[])
    axes.spines[["left", "bottom"]].set_visible(False)


def _spread(places: np.ndarray, gap: float) -> np.ndarray:
    """Places of labels, moved as little as needed to stand a gap apart, centred on the values."""
    order = np.argsort(places, kind="stable")
    spread = places[order].copy()
    for _ in range(200):
        close = np.diff(spread) < gap - 1e-9
        if not close.any():
            break
        for k in np.flatnonzero(close):
            short = (gap - (spread[k + 1] - spread[k])) / 2
            spread[k] -= short
            spread[k + 1] += short
    found = np.empty_like(spread)
    found[order] = spread
    return found


def _span(date: str) -> tuple[float, float]:
    """Start and end of a day, month or year on an axis on which a year is centred on its tick."""
    parts = [int(part) for part in date.split("-")]
    start = parts[0] - 0.5
    if len(parts) == 1:
        return start, start + 1
    start += (parts[1] - 1) / 12
    if len(parts) == 2:
        return start, start + 1 / 12
    return start + (parts[2] - 1) / 365, start + (parts[2] - 1) / 365 + 0.06


def _said(date: str) -> str:
    """``, 15 May 2019`` or ``, October 2019`` behind the name of an event; a year says itself."""
    parts = [int(part) for part in date.split("-")]
    if len(parts) == 1:
        return ""
    day = f"{parts[2]} " if len(parts) > 2 else ""
    return f", {day}{month_name[parts[1]]} {parts[0]}"


def _era(year: int) -> int:
    return sum(year > place for place in BREAKS)
