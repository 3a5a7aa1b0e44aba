"""Known local texts: when they were enacted, whom they stand for, what the unknown ones hide."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spbe_research.figures.style import COLOURS, canvas, finish

__all__ = [
    "draw_policy_change",
    "draw_text_bounds",
    "draw_text_contrasts",
    "draw_text_selection",
    "draw_text_timeline",
]

_SMALL: dict[str, Any] = {"fontsize": 7.5}
_SURE = ("read", "listed")  # a local text read, or listed in a legal database
_STARTS = {2021: ("new instrument", "right"), 2023: ("new guideline", "left")}
_PLATE = {"boxstyle": "square,pad=0.12", "fc": "white", "ec": "none"}
_NATIONAL = {
    "PermenPANRB 5/2018": "first instrument",
    "Perpres 95/2018": "framework of SPBE",
    "Perpres 39/2019": "One Data",
    "PP 71/2019": "electronic systems",
    "PermenPANRB 5/2020": "risk management",
    "PermenPANRB 59/2020": "second instrument",
    "PermenPPN/Bappenas 16/2020": "data management",
    "Peraturan BSSN 4/2021": "information security",
    "KepmenPANRB 962/2021": "guideline 2021-2022",
    "KepmenPANRB 965/2021": "coordination team",
    "KepmenPANRB 1503/2021": "results of 2021",
    "Perpres 132/2022": "architecture",
    "SE MenPANRB 18/2022": "architecture, road map",
    "Pedoman MenPANRB 6/2023": "guideline 2023",
    "KepmenPANRB 108/2023": "results of 2022",
    "Perpres 82/2023": "digital transformation",
    "KepmenPANRB 13/2024": "results of 2023",
    "Pedoman MenPANRB 3/2024": "guideline 2024",
    "Peraturan BSSN 8/2024": "security audit",
    "KepmenPANRB 663/2024": "results of 2024",
    "Perpres 12/2025": "development plan",
    "Surat MenPANRB B/66/PD.02/2025": "monitoring 2025",
    "PermenPANRB 8/2026": "next instrument",
}
_CONTRASTS = {
    "one year of age": "one year older",
    "Perda against regulation of the head": "Perda less regulation\nof the head of region",
    "known text by then against later": "text known by then\nless first text later",
}
_CHARACTERISTICS = {
    "index 2018": "index 2018",
    "index 2024": "index 2024",
    "is provinsi": "a province",
    "is kota": "a city",
    "in Jawa": "on Jawa",
    "in Sumatera": "on Sumatera",
    "in Kalimantan": "on Kalimantan",
    "in Sulawesi": "on Sulawesi",
    "in Bali dan Nusa Tenggara": "on Bali, Nusa Tenggara",
    "in Maluku": "on Maluku",
    "in Papua": "on Papua",
    "log population": "population (thousands)",
    "log GRDP per capita": "GRDP per head (million Rp)",
}
_TOPICS = {
    "architecture": "SPBE architecture",
    "road_map": "SPBE road map",
    "data_management": "data management",
    "application_development": "application development",
    "data_centre": "data centre",
    "intra_network": "intra-government network",
    "service_bus": "service interconnection",
    "information_security": "information security",
    "ict_audit": "ICT audit",
    "coordination_team": "coordination team",
}


def draw_text_timeline(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw local texts as dots by year above, national texts at their dates below.

    Parameters
    ----------
    table : pandas.DataFrame
        ``layer, name, kind, year, enacted, certainty, names_spbe``.
    title, footer : str
        Text above and below.
    """
    local, national = (table[table["layer"] == layer] for layer in ("local", "national"))
    with canvas(7.3) as figure:
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=[1, 1.3])
        _draw_local(above, local)
        _draw_national(below, national)
        for axes in (above, below):
            axes.spines["left"].set_visible(False)
            axes.tick_params(axis="both", length=0)
        for place, (label, side) in _STARTS.items():
            shift = 0.08 if side == "left" else -0.08
            above.axvline(place, color=COLOURS["ink"], lw=0.8, ls=(0, (4, 3)), zorder=0)
            above.text(place + shift, 12.6, label, ha=side, va="top", **_SMALL)
        years = range(2010, 2027)
        below.set(xlim=(2009.9, 2027), xticks=[year + 0.5 for year in years])
        below.set_xticklabels([str(year) for year in years], fontsize=8)
        above.tick_params(axis="x", labelbottom=True, labelsize=8)
        return finish(figure, title=title, footer=footer)


def draw_text_contrasts(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw what age and kind of the oldest known text go with, by period.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``age_and_kind``; its periods of two years are drawn.
    title, footer : str
        Text above and below.
    """
    pooled = table[table["n_clusters"].notna()]
    periods = list(dict.fromkeys(pooled["period"]))
    limits = ((-0.16, 0.16), (-1.0, 1.0), (-1.0, 1.0))
    with canvas(2.9) as figure:
        panels = figure.subplots(1, len(_CONTRASTS), sharey=True)
        for axes, (contrast, label), limit in zip(panels, _CONTRASTS.items(), limits, strict=True):
            rows = pooled[pooled["contrast"] == contrast].set_index("period").loc[periods]
            axes.axvline(0, color=COLOURS["ink"], lw=0.9)
            for place, row in enumerate(rows.itertuples()):
                known = not np.isnan(row.low)
                axes.hlines(-place, row.low, row.high, color=COLOURS["blue"], lw=2)
                axes.plot(
                    row.estimate,
                    -place,
                    "o",
                    ms=6.5,
                    mec=COLOURS["blue"],
                    mfc=COLOURS["blue"] if known else "white",
                    mew=1.4,
                )
                said = f"{row.estimate:+.2f}".replace("-", "\u2212")
                if not known:
                    said += ", no interval"
                axes.text(
                    row.estimate,
                    0.17 - place,
                    said,
                    ha="center",
                    va="bottom",
                    fontsize=8,
                    bbox=_PLATE,
                )
            axes.set_title(label, loc="left", fontsize=9)
            axes.set(xlim=limit, ylim=(-len(periods) + 0.6, 0.55))
            axes.tick_params(axis="y", length=0)
            axes.tick_params(axis="x", labelsize=8)
        panels[0].set_yticks(-np.arange(len(periods)), periods)
        panels[1].set_xlabel("index points, within type and year", fontsize=9)
        return finish(figure, title=title, footer=footer)


def draw_text_selection(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw how regions with a known text differ from the rest, with the means beside.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``selection_balance``, with and without ``within_type``.
    title, footer : str
        Text above and below.
    """
    raw = table[~table["within_type"]].set_index("outcome").loc[list(_CHARACTERISTICS)]
    within = table[table["within_type"]].set_index("outcome")
    within = within.reindex(list(_CHARACTERISTICS))
    places = -np.arange(len(raw), dtype=float)
    looks = (
        (raw, 0.14, COLOURS["orange"], "s", "all together"),
        (within, -0.14, COLOURS["blue"], "o", "within type"),
    )
    with canvas(5.1) as figure:
        axes = figure.subplots()
        axes.axvspan(-0.25, 0.25, color="#F0F0F0", lw=0, zorder=0)
        axes.axvline(0, color=COLOURS["ink"], lw=0.9)
        for rows, shift, colour, marker, label in looks:
            axes.hlines(places + shift, rows["low"], rows["high"], color=colour, lw=2)
            axes.plot(rows["estimate"], places + shift, marker, color=colour, ms=5.5, label=label)
        for place, (name, row) in zip(places, raw.iterrows(), strict=True):
            pair = (_in_words(str(name), row[column]) for column in ("mean_sample", "mean_rest"))
            for x, said in zip((1.42, 1.72), pair, strict=True):
                axes.text(x, place, said, ha="right", va="center", fontsize=8)
        sample, rest = int(raw["n_sample"].iloc[0]), int((raw["n"] - raw["n_sample"]).iloc[0])
        axes.text(1.42, 0.65, f"known\n({sample})", ha="right", va="bottom", fontsize=8)
        axes.text(1.72, 0.65, f"rest\n({rest})", ha="right", va="bottom", fontsize=8)
        for place in (-1.5, -3.5, -10.5):
            axes.axhline(place, color=COLOURS["pale"], lw=0.8, zorder=0)
        axes.set_yticks(places, list(_CHARACTERISTICS.values()))
        axes.set(
            xlim=(-0.8, 1.74),
            ylim=(places[-1] - 0.5, 0.6),
            xticks=np.arange(-0.5, 1.1, 0.5),
        )
        axes.set_xlabel("regions with a known text less the rest, in standard deviations", x=0.4)
        axes.tick_params(axis="y", length=0)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0.2)
        return finish(figure, title=title, footer=footer)


def draw_text_bounds(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw what the difference could be, by the share of unknown regions that have a text.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``association_bounds`` with ``share_enacted``, missing where the ministry's policy
        levels are not printed.
    title, footer : str
        Text above and below.
    """
    years = sorted(table["year"].unique())
    with canvas(3.6) as figure:
        panels = figure.subplots(1, len(years), sharex=True, sharey=True)
        for axes, year in zip(panels, years, strict=True):
            rows = table[table["year"] == year]
            share = 100 * rows["share_unknown_with_text"]
            axes.fill_between(
                share, rows["low"], rows["high"], color=COLOURS["sky"], alpha=0.35, lw=0
            )
            for side in ("low", "high"):
                axes.plot(share, rows[side], color=COLOURS["blue"], lw=1)
            axes.axhline(0, color=COLOURS["ink"], lw=0.9)
            axes.plot(share, rows["estimate"], color=COLOURS["blue"], lw=1.8, ls=(0, (4, 2)))
            naive = rows["estimate"].iloc[0]
            axes.plot(0, naive, "o", color=COLOURS["red"], ms=6.5, clip_on=False, zorder=5)
            axes.text(5, naive, f"{naive:.2f}", color=COLOURS["ink"], fontsize=9, va="center")
            seen = 100 * rows["share_enacted"].iloc[0]
            if not np.isnan(seen):
                axes.axvline(seen, color=COLOURS["red"], lw=1.4, ls=(0, (1, 1)))
                axes.text(
                    seen - 2, -1.52, f"seen by the\nministry: {seen:.0f} %", ha="right", **_SMALL
                )
            axes.set_title(f"{year}", loc="left", fontsize=10, fontweight="bold")
            axes.set(xlim=(0, 96), ylim=(-1.6, 1.7), xticks=[0, 25, 50, 75])
        panels[0].text(55, 0.1, "if unrelated\nto the score", ha="center", va="bottom", **_SMALL)
        panels[0].text(50, 1.06, "highest possible", ha="center", va="bottom", **_SMALL)
        panels[0].text(45, -0.86, "lowest possible", ha="right", va="top", **_SMALL)
        panels[0].set_ylabel("index points,\nwith a text less without")
        panels[len(years) // 2].set_xlabel(
            "share of the regions without a known text that have one, %"
        )
        return finish(figure, title=title, footer=footer)


def draw_policy_change(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw one agency's policy level on ten topics in 2021 and 2022.

    Parameters
    ----------
    table : pandas.DataFrame
        ``topic, level_2021, level_2022, share_cities_2022``.
    title, footer : str
        Text above and below.
    """
    rows = table.set_index("topic").loc[list(_TOPICS)]
    places = -np.arange(len(rows), dtype=float)
    with canvas(3.9) as figure:
        axes = figure.subplots()
        axes.axvspan(0.6, 1.5, color="#F3E3D8", lw=0, zorder=0)
        for place, row in zip(places, rows.itertuples(), strict=True):
            ends = row.level_2021, row.level_2022
            axes.plot(ends, (place, place), color=COLOURS["grey"], lw=2, zorder=1)
            same = row.level_2021 == row.level_2022
            axes.plot(row.level_2021, place, "s", ms=10 if same else 7, color=COLOURS["orange"])
            axes.plot(row.level_2022, place, "o", ms=6 if same else 7.5, color=COLOURS["blue"])
            said = f"{100 * row.share_cities_2022:.0f} %"
            axes.text(5.55, place, said, ha="right", va="center", fontsize=8.5)
        axes.text(5.55, 0.75, "cities that\nenacted, 2022", ha="right", va="bottom", fontsize=8)
        axes.text(1.05, 0.62, "none enacted", ha="center", va="bottom", fontsize=8)
        axes.set_yticks(places, list(_TOPICS.values()))
        axes.set(xlim=(0.6, 5.6), ylim=(places[-1] - 0.6, 0.6), xticks=range(1, 6))
        axes.set_xlabel("policy level (1: none enacted; 2 or more: enacted; 5: reviewed, revised)")
        axes.tick_params(axis="y", length=0)
        looks = (("2021", "s", "orange"), ("2022", "o", "blue"))
        handles = [
            Line2D([], [], ls="", marker=marker, ms=7, color=COLOURS[colour], label=label)
            for label, marker, colour in looks
        ]
        axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(0.35, 1), ncols=2)
        return finish(figure, title=title, footer=footer)


def _draw_local(axes: Axes, local: pd.DataFrame) -> None:
    """One dot a text: regulations of the head of region upwards, Perda downwards."""
    rows = local.assign(up=local["kind"] != "Perda", sure=local["certainty"].isin(_SURE))
    rows = rows.sort_values(["names_spbe", "sure"], ascending=[False, False])
    for (year, up), stack in rows.groupby(["year", "up"]):
        for height, row in enumerate(stack.itertuples(), start=1):
            colour = COLOURS["blue"] if row.names_spbe else COLOURS["orange"]
            draft = row.certainty == "draft"
            axes.plot(
                year + 0.5,
                height if up else -height,
                "X" if draft else "o",
                ms=6.5,
                mec=colour,
                mfc=colour if row.sure or draft else "white",
                mew=0 if draft else 1.4,
            )
            if row.name.startswith("Kota Cilegon, Perwal"):
                axes.annotate(
                    row.name,
                    (year + 0.5, height),
                    (2012.2, 6.3),
                    arrowprops={"arrowstyle": "-", "color": "#555555", "lw": 0.8, "shrinkB": 4},
                    **_SMALL,
                )
    axes.axhline(0, color="#555555", lw=0.8)
    axes.set(ylim=(-6, 12.8), yticks=[])
    axes.text(2010, 0.4, "regulation or decision\nof the head of region", va="bottom", **_SMALL)
    axes.text(2010, -5.7, "Perda, with the council", va="bottom", **_SMALL)
    axes.set_title("Local texts known, one mark each", loc="left", fontsize=9.5)
    looks = (
        ("names SPBE", "o", "blue", "blue"),
        ("other term", "o", "orange", "orange"),
        ("cited or reported only", "o", "ink", "white"),
        ("draft only", "X", "ink", "ink"),
    )
    axes.legend(
        handles=[
            Line2D(
                [],
                [],
                ls="",
                marker=marker,
                ms=6.5,
                mec=COLOURS[edge],
                mew=1.2,
                mfc=COLOURS.get(face, face),
                label=label,
            )
            for label, marker, edge, face in looks
        ],
        loc="upper left",
        fontsize=8,
        borderaxespad=0,
        handletextpad=0.2,
    )


def _draw_national(axes: Axes, national: pd.DataFrame) -> None:
    """One row a text, at its date, or over its year where no full date is known."""
    dates = pd.to_datetime(national["enacted"], format="%Y-%m-%d")
    places = national["year"] + dates.dt.day_of_year / 366
    rows = national.assign(place=places.fillna(national["year"] + 0.5), dated=dates.notna())
    rows = rows.sort_values(["year", "place"], kind="stable")
    for height, row in enumerate(rows.itertuples()):
        face = "white" if row.certainty == "unverified" else COLOURS["ink"]
        if row.dated:
            axes.plot(row.place, -height, "D", ms=5, mec=COLOURS["ink"], mfc=face, mew=1.1)
            left = row.place - 0.25
        else:
            axes.barh(
                -height, 0.9, left=row.year + 0.05, height=0.34, fc=face, ec=COLOURS["ink"], lw=1
            )
            left = row.year - 0.1
        label = (
            f"{row.name.replace('MenPANRB ', '').replace('/Bappenas', '')}: {_NATIONAL[row.name]}"
        )
        axes.text(left, -height, label, ha="right", va="center", **_SMALL)
    axes.set(ylim=(-len(rows) + 0.3, 0.9), yticks=[])
    axes.set_title("National texts", loc="left", fontsize=9.5)
    handles = [
        Line2D([], [], ls="", marker="D", ms=5, color=COLOURS["ink"], label="date known"),
        Line2D([], [], ls="-", lw=4, color=COLOURS["ink"], label="only the year known"),
        Line2D(
            [],
            [],
            ls="",
            marker="D",
            ms=5,
            mec=COLOURS["ink"],
            mfc="white",
            label="hollow: not verified",
        ),
    ]
    axes.legend(handles=handles, loc="lower left", fontsize=8, borderaxespad=0)


def _in_words(name: str, value: float) -> str:
    """A mean as measured: index points, percent, or the geometric mean of a size."""
    if name.startswith("index"):
        return f"{value:.2f}"
    if name == "log population":
        return f"{np.exp(value) / 1e3:.0f}"
    if name == "log GRDP per capita":
        return f"{np.exp(value) / 1e6:.0f}"
    return f"{100 * value:.0f} %"
