"""Smart-city members against never-members: difference, cohorts over the years, balance."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spbe_research.figures.style import BREAKS, COLOURS, canvas, era_of, finish

__all__ = ["draw_cohort_balance", "draw_cohort_gap", "draw_event_study"]

_ESTIMATORS = {
    "raw": "raw difference",
    "regression": "regression",
    "matched": "matched neighbours",
    "entropy": "entropy-balanced",
    "odds": "odds-weighted",
}
_COMPARISONS = {  # label, colour, marker, and a shift so that none hides another
    "raw": ("raw", COLOURS["red"], "D", 0.27),
    "matched": ("matched", COLOURS["blue"], "o", 0.09),
    "entropy": ("entropy-balanced", COLOURS["green"], "s", -0.09),
    "odds": ("odds-weighted", COLOURS["orange"], "^", -0.27),
}
_COVARIATES = {
    "log_population": "population (log)",
    "log_grdp_per_capita": "product a head (log)",
    "is_kota": "city (kota)",
    "Jawa": "Java",
    "Kalimantan": "Kalimantan",
    "Bali dan Nusa Tenggara": "Bali, Nusa Tenggara",
    "Sulawesi": "Sulawesi",
    "Maluku and Papua": "Maluku, Papua",
}
_COHORTS = {2017: COLOURS["blue"], 2018: COLOURS["green"], 2019: COLOURS["red"]}
_IMBALANCE = 0.1  # above it groups are often called unlike (Austin 2009)


def draw_cohort_gap(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw members less regions not on the lists by five estimators, one panel a window.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``compare_cohorts``, of one or more windows.
    title, footer : str
        Text above and below.
    """
    windows = list(dict.fromkeys(table["window"]))
    places = -np.arange(len(_ESTIMATORS), dtype=float)
    places[1:] -= 0.35  # the raw difference stands apart from the adjusted ones
    with canvas(3.3) as figure:
        panels = figure.subplots(1, len(windows), sharex=True, sharey=True)
        for axes, window in zip(panels, windows, strict=True):
            rows = table[table["window"] == window].set_index("estimator").loc[list(_ESTIMATORS)]
            axes.axvline(0, color=COLOURS["ink"], lw=0.9)
            for place, (name, row) in zip(places, rows.iterrows(), strict=True):
                colour = COLOURS["red"] if name == "raw" else COLOURS["blue"]
                marker = "D" if name == "raw" else "o"
                axes.hlines(place, row["low"], row["high"], color=colour, lw=2.2)
                axes.plot(row["estimate"], place, marker, color=colour, ms=6.5)
                axes.text(
                    row["high"] + 0.025, place, f"{row['estimate']:.2f}", va="center", fontsize=10
                )
            members = int(rows["n_members"].iloc[0])
            axes.set_title(
                f"{window}: {members} members, {int(rows['n'].iloc[0]) - members} others",
                loc="left",
            )
            axes.set(xlim=(-0.12, 1.13), ylim=(places[-1] - 0.6, 0.6))
            axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.5", "0.75", "1"])
            axes.tick_params(axis="y", length=0)
        panels[0].set_yticks(places, list(_ESTIMATORS.values()))
        panels[0].set_xlabel("index points, members less regions not on the lists", loc="left")
        return finish(figure, title=title, footer=footer)


def draw_event_study(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw the difference from never-members year by year, one panel a cohort, era by era.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``tabulate_event_study``.
    title, footer : str
        Text above and below.
    """
    years = sorted(int(year) for year in table["year"].unique())
    with canvas(5.6) as figure:
        panels = figure.subplots(len(_COHORTS), 1, sharex=True, sharey=True)
        for axes, (cohort, colour) in zip(panels, _COHORTS.items(), strict=True):
            rows = table[table["cohort"] == cohort].sort_values("year")
            axes.axhline(0, color=COLOURS["ink"], lw=0.9)
            for place in BREAKS:
                axes.axvline(place, color=COLOURS["ink"], lw=0.9, ls=(0, (4, 3)))
            for _, era in rows.groupby(rows["year"].map(era_of)):
                axes.plot(era["year"], era["estimate"], color=colour, lw=1.2, ls=(0, (1, 1)))
                joined = era[era["event_time"] >= 0]
                axes.plot(joined["year"], joined["estimate"], color=colour, lw=1.2)
            axes.vlines(rows["year"], rows["low"], rows["high"], color=colour, lw=2.2)
            before = rows["event_time"] < 0
            axes.plot(rows["year"][~before], rows["estimate"][~before], "o", color=colour, ms=6.5)
            axes.plot(
                rows["year"][before], rows["estimate"][before], "o", color=colour, ms=7.5,
                mfc="white", mew=1.8,
            )  # fmt: skip
            for row in rows.itertuples():
                axes.text(
                    row.year, row.high + 0.04, f"{row.estimate:.2f}", ha="center", fontsize=9.5
                )
                axes.text(row.year, -0.65, f"n = {row.n_members}", ha="center", fontsize=9)
            axes.set_title(f"Cohort of {cohort}", loc="left", color=colour, fontweight="bold")
            axes.set(ylim=(-0.74, 0.96), xlim=(years[0] - 0.45, years[-1] + 0.55))
            axes.set_yticks([-0.5, 0, 0.5])
            axes.tick_params(axis="x", length=0)
        for place, label in BREAKS.items():
            panels[0].text(place + 0.06, 0.93, label, va="top", fontsize=9)
        first = table[table["event_time"] < 0].iloc[0]
        panels[-1].text(first["year"] + 0.2, first["high"] + 0.04, "before joining", fontsize=9.5)
        panels[-1].set_xticks(years, [str(year) for year in years])
        figure.supylabel("index points, cohort less matched regions not on the lists", fontsize=10)
        return finish(figure, title=title, footer=footer)


def draw_cohort_balance(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    """Draw how unlike members and never-members are, before and after, one panel a window.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``balance_cohorts``, of one or more windows.
    title, footer : str
        Text above and below.
    """
    windows = list(dict.fromkeys(table["window"]))
    places = -np.arange(len(_COVARIATES))
    with canvas(4.7) as figure:
        panels = figure.subplots(1, len(windows), sharex=True, sharey=True)
        for axes, window in zip(panels, windows, strict=True):
            axes.axvspan(-_IMBALANCE, _IMBALANCE, color=COLOURS["pale"], lw=0, zorder=0)
            axes.hlines(places[:-1] - 0.5, -0.6, 1.4, color=COLOURS["pale"], lw=0.6)
            axes.axvline(0, color=COLOURS["ink"], lw=0.9)
            group = table[table["window"] == window]
            for name, (_, colour, marker, shift) in _COMPARISONS.items():
                rows = group[group["comparison"] == name].set_index("covariate")
                axes.plot(
                    rows.loc[list(_COVARIATES), "standardised_difference"], places + shift, marker,
                    color=colour, ms=5, mfc="white" if name == "raw" else colour, mew=1.5,
                )  # fmt: skip
            axes.set_title(window, loc="left")
            axes.set(xlim=(-0.6, 1.4), ylim=(places[-1] - 0.5, 0.5))
            axes.tick_params(axis="y", length=0)
        panels[0].set_yticks(places, list(_COVARIATES.values()))
        panels[0].set_xlabel(
            "standard deviations, members less regions not on the lists", loc="left"
        )
        handles = [
            Line2D(
                [], [], ls="", marker=marker, color=colour, ms=6.5, mew=1.6, label=label,
                mfc="white" if name == "raw" else colour,
            )
            for name, (label, colour, marker, _) in _COMPARISONS.items()
        ]  # fmt: skip
        figure.legend(
            handles=handles, loc="upper left", bbox_to_anchor=(0.0, 0.935), ncols=4,
            handletextpad=0.2, columnspacing=1.4,
        )  # fmt: skip
        return finish(figure, title=title, footer=footer, room=0.075)
