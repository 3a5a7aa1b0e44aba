"""The pictures of an audit: each takes any table of the right columns, also of another index."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from spbe_research.drawing.audit_words import LABELS, Language, number
from spbe_research.drawing.style import COLOURS, PREDICATE_COLOURS, canvas, finish

__all__ = [
    "draw_importance",
    "draw_movers",
    "draw_pairs",
    "draw_predicates",
    "draw_rank_bands",
    "draw_sensitivity",
]

_BANDS = (COLOURS["pale"], "#9CC9E3", "#0B559F")  # the widest band lies behind the narrower ones
_OTHERS = ("#F7F4EC", "#E8EEF0", "#B5D0DD", "#4A90C2", "#123F6B")
_MOST_MOVERS = 15


def draw_rank_bands(
    tables: Mapping[str, pd.DataFrame],
    *,
    title: str,
    footer: str,
    language: Language = "en",
) -> Figure:
    """Draw the rank band of every body over its rank, one colour per run.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        What was varied, and the ranks of that run: ``rank, rank_q05, rank_q95``; three runs at
        most. The widest bands are drawn first, whatever the order.
    title, footer : str
        Text above and below.
    language : {"en", "id"}
        Of the labels.
    """
    words = LABELS[language]
    width = {
        name: float((table["rank_q95"] - table["rank_q05"]).mean())
        for name, table in tables.items()
    }
    order = sorted(tables, key=lambda name: -width[name])
    colours = _BANDS[len(_BANDS) - len(order) :]
    n_bodies = max(len(table) for table in tables.values())
    with canvas(4.6) as figure:
        axes = figure.subplots()
        for name, colour in zip(order, colours, strict=True):
            table = tables[name].sort_values(["rank", "rank_q05"], kind="stable")
            places = np.arange(1, len(table) + 1)  # tied bodies stand side by side
            low, high = table["rank_q05"] - 0.5, table["rank_q95"] + 0.5
            axes.bar(places, high - low, bottom=low, width=1.0, color=colour, linewidth=0)
        axes.plot([1, n_bodies], [1, n_bodies], color=COLOURS["ink"], lw=0.9)
        axes.set(
            xlim=(0.5, n_bodies + 0.5),
            ylim=(n_bodies + 0.5, 0.5),
            xlabel=words["rank_now"],
            ylabel=words["rank_band"],
        )
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda x, _: number(x, 0, language)))
        handles = [Patch(color=c, label=name) for name, c in zip(order, colours, strict=True)]
        axes.legend(handles=handles, loc="lower left")
        return finish(figure, title=title, footer=footer)


def draw_predicates(
    row: pd.Series, *, title: str, footer: str, language: Language = "en"
) -> Figure:
    """Draw in which share of the draws one body has each predicate.

    Parameters
    ----------
    row : pandas.Series
        A row of ``ranks``: ``p_<predicate>`` of every predicate, lowest first, and ``predicate``.
    title, footer : str
        Text above and below.
    language : {"en", "id"}
        Of the labels.
    """
    words = LABELS[language]
    names = [
        str(name)[2:] for name in row.index if str(name).startswith("p_") and name != "p_predicate"
    ]
    shares = [100 * float(row[f"p_{name}"]) for name in names]
    colours = [
        PREDICATE_COLOURS.get(name, _OTHERS[place % len(_OTHERS)])
        for place, name in enumerate(names)
    ]
    with canvas(0.8 + 0.42 * len(names) + 0.7) as figure:
        axes = figure.subplots()
        places = np.arange(len(names))
        axes.barh(places, shares, color=colours, height=0.7)
        for place, (name, share) in enumerate(zip(names, shares, strict=True)):
            text = f"{number(share, 1, language)} %"
            if name == row["predicate"]:
                text += f"  ({words['official']})"
            axes.text(share + 1, place, text, va="center", fontsize=9)
        axes.set_yticks(places, names)
        axes.tick_params(axis="y", length=0)
        _percent(axes, words["share_draws"], 165)
        return finish(figure, title=title, footer=footer)


def draw_importance(
    table: pd.DataFrame,
    *,
    title: str,
    footer: str,
    names: Mapping[str, str] | None = None,
    language: Language = "en",
) -> Figure:
    """Draw what each part weighs beside what it explains.

    Parameters
    ----------
    table : pandas.DataFrame
        ``code, nominal_share, explained_share`` of one tier.
    title, footer : str
        Text above and below.
    names : mapping of str to str, optional
        Names of the codes.
    language : {"en", "id"}
        Of the labels.
    """
    words = LABELS[language]
    names = names or {}
    with canvas(1.3 + 0.4 * len(table)) as figure:
        axes = figure.subplots()
        places = np.arange(len(table))[::-1]
        nominal, explained = 100 * table["nominal_share"], 100 * table["explained_share"]
        axes.hlines(places, nominal, explained, color=COLOURS["pale"], lw=5, zorder=1)
        axes.plot(
            nominal, places, "D", mfc="white", mec=COLOURS["ink"], ms=6.5, label=words["nominal"]
        )
        axes.plot(explained, places, "o", color=COLOURS["blue"], ms=7.5, label=words["explained"])
        for place, one, other in zip(places, nominal, explained, strict=True):
            for value, side in ((min(one, other), -1), (max(one, other), 1)):
                axes.annotate(
                    number(value, 1, language),
                    (value, place),
                    xytext=(9 * side, 0),
                    textcoords="offset points",
                    ha="left" if side > 0 else "right",
                    va="center",
                    fontsize=8.5,
                )
        axes.set_yticks(places, [names.get(code, code) for code in table["code"]])
        axes.tick_params(axis="y", length=0)
        top = 1.18 * max(nominal.max(), explained.max())
        low = min(0.0, 1.3 * float(explained.min()))
        axes.set(
            xlim=(low - 0.06 * top, top), ylim=(-0.6, len(table) - 0.4), xlabel=words["share_index"]
        )
        _legend_above(axes, 2)
        return finish(figure, title=title, footer=footer, room=0.03)


def draw_pairs(
    table: pd.DataFrame,
    *,
    title: str,
    footer: str,
    mark: float = 0.25,
    language: Language = "en",
) -> Figure:
    """Draw which share of the pairs keeps its order however the weights shift within a radius.

    Parameters
    ----------
    table : pandas.DataFrame
        ``radius`` and ``share``, both 0 to 1, radii rising.
    title, footer : str
        Text above and below.
    mark : float
        The radius whose share is written on the curve; it must stand in the table.
    language : {"en", "id"}
        Of the labels.
    """
    words = LABELS[language]
    with canvas(3.6) as figure:
        axes = figure.subplots()
        axes.plot(100 * table["radius"], 100 * table["share"], color=COLOURS["blue"], lw=2.2)
        share = 100 * float(table.loc[table["radius"] == mark, "share"].iloc[0])
        axes.plot([100 * mark], [share], "o", color=COLOURS["blue"], ms=7)
        axes.annotate(
            words["at_quarter"].format(
                share=number(share, 1, language), radius=number(100 * mark, 0, language)
            ),
            (100 * mark, share),
            xytext=(9, 5),
            textcoords="offset points",
            fontsize=9.5,
        )
        axes.set(xlim=(0, 100), ylim=(0, 103), xlabel=words["radius"], ylabel=words["share_pairs"])
        axes.grid(axis="y", color="#E6E6E6", lw=0.7)
        return finish(figure, title=title, footer=footer)


def draw_sensitivity(
    table: pd.DataFrame,
    *,
    title: str,
    footer: str,
    names: Mapping[str, str] | None = None,
    language: Language = "en",
) -> Figure:
    """Draw which share of the variance of the ranks each choice brings.

    Parameters
    ----------
    table : pandas.DataFrame
        ``choice, first_order, total_order, total_order_shift``, as ``sensitivity``.
    title, footer : str
        Text above and below.
    names : mapping of str to str, optional
        Names of the choices.
    language : {"en", "id"}
        Of the labels.
    """
    words = LABELS[language]
    names = names or {}
    with canvas(1.6 + 0.62 * len(table)) as figure:
        axes = figure.subplots()
        places = np.arange(len(table))[::-1].astype(np.float64)
        rows = (
            ("total_order", 0.14, "#9CC9E3"),
            ("first_order", -0.14, COLOURS["blue"]),
        )
        for column, up, colour in rows:
            values = 100 * table[column].clip(lower=0)
            axes.barh(places + up, values, height=0.27, color=colour, label=words[column])
            for place, value in zip(places + up, values, strict=True):
                axes.text(value + 1, place, number(value, 1, language), va="center", fontsize=8.5)
        shift = 100 * table["total_order_shift"].clip(lower=0)
        axes.plot(
            shift, places, "D", mfc="none", mec=COLOURS["red"], ms=6, ls="", label=words["shift"]
        )
        axes.set_yticks(places, [names.get(name, name) for name in table["choice"]])
        axes.tick_params(axis="y", length=0)
        _percent(axes, words["share_variance"], 112)
        axes.set_ylim(-0.6, len(table) - 0.4)
        _legend_above(axes, 1)
        return finish(figure, title=title, footer=footer, room=0.03)


def draw_movers(
    table: pd.DataFrame,
    *,
    title: str,
    footer: str,
    names: Mapping[str, str] | None = None,
    n_shown: int = _MOST_MOVERS,
    language: Language = "en",
) -> Figure:
    """Draw the bodies that one other choice would move farthest.

    Parameters
    ----------
    table : pandas.DataFrame
        ``agency_id, rank, rank_alternative, shift`` of one choice, the farthest first.
    title, footer : str
        Text above and below.
    names : mapping of str to str, optional
        Names of the bodies; else their id.
    n_shown : int
        How many.
    language : {"en", "id"}
        Of the labels.
    """
    words = LABELS[language]
    names = names or {}
    shown = table.head(n_shown).sort_values("shift", ascending=False, kind="stable")
    with canvas(1.3 + 0.27 * len(shown)) as figure:
        axes = figure.subplots()
        places = np.arange(len(shown))[::-1]
        colours = np.where(shown["shift"] >= 0, COLOURS["blue"], COLOURS["red"])
        axes.barh(places, shown["shift"], color=list(colours), height=0.68)
        for place, row in zip(places, shown.itertuples(), strict=True):
            axes.annotate(
                f"{number(row.rank, 0, language)} → {number(row.rank_alternative, 0, language)}",
                (row.shift, place),
                xytext=(4 if row.shift >= 0 else -4, 0),
                textcoords="offset points",
                ha="left" if row.shift >= 0 else "right",
                va="center",
                fontsize=8,
            )
        axes.axvline(0, color=COLOURS["ink"], lw=0.8)
        axes.set_yticks(places, [_short(names.get(each, str(each))) for each in shown["agency_id"]])
        axes.tick_params(axis="y", length=0)
        reach = 1.45 * float(shown["shift"].abs().max())
        low = -reach if (shown["shift"] < 0).any() else -0.05 * reach
        high = reach if (shown["shift"] > 0).any() else 0.05 * reach
        axes.set(xlim=(low, high), xlabel=words["places"])
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: number(x, 0, language)))
        return finish(figure, title=title, footer=footer)


def _percent(axes: Axes, label: str, end: float) -> None:
    axes.set(xlim=(0, end), xlabel=label)
    axes.set_xticks(range(0, 101, 25))


def _legend_above(axes: Axes, columns: int) -> None:
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=columns, borderaxespad=0.2)


def _short(name: str, most: int = 42) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
