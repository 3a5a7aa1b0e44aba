"""Who stands around the edges of the predicates: those who held one, those who did not, entrants.

Bunching at an edge may be made by holders who did not lose their predicate or by others who were
lifted to it; the two are counted apart, and both beside a smooth curve. Also whether printed
numbers heap on round values away from the edges, as rounding by hand would make them. Not here:
adjustments for many tests, and who lifted or kept what.
"""

from typing import Any

import numpy as np
import pandas as pd

from spbe_research.errors import DataError
from spbe_research.methods.bunching import density_jump, window_test
from spbe_research.methods.excess_mass import Histogram, count_steps, excess_mass, smooth_curve
from spbe_research.panel.frames import add_predicates
from spbe_research.panel.schemas import PREDICATES
from spbe_research.questions.may_a_score_fall.changes import (
    PER_POINT,
    WINDOW,
    printed_hundredths,
)
from spbe_research.questions.may_a_score_fall.held_predicates import band_edges
from spbe_research.scoring import predicate_rule
from spbe_research.years import spell_years

__all__ = [
    "REACH",
    "around_edge",
    "count_at_edges",
    "final_digits",
    "jumps_at_edges",
    "standings",
]

REACH = 70  # hundredths: the nearest two edges are 0.70 apart
_TESTED = 35  # hundredths: half the way between the nearest two edges
_BANDWIDTHS = (25, _TESTED, 50)
_FIRST, _LAST = 101, 500  # 1.00 is a floor with a mass of its own, no point of a smooth curve
_FEWEST = 20  # results in a window, and expected in it
_GROUPS = ("all", "held", "not_held", "entrant", "free")


def standings(published: pd.DataFrame, exact_scores: pd.DataFrame) -> pd.DataFrame:
    """Return where every body with a result of its own stands, and what it had held before.

    Parameters
    ----------
    published, exact_scores : pandas.DataFrame
        As the loaders return them.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, year, step`` (whole hundredths on the side of each edge that the ministry put
        it) and ``held``: rank of the predicate of the year before, -1 without one.

    Notes
    -----
    Where the ministry banded the rounded index, the step is the printed number. Where it banded the
    unrounded one, it is the exact index rounded down; if two exact indices fit and an edge lies
    between them, the printed predicate decides.
    """
    table = add_predicates(published)
    rank = table["predicate"].map(PREDICATES.index).astype(int)
    table = table.assign(rank=rank, printed=printed_hundredths(table["index_published"]))
    exact = exact_scores.set_index(["agency_id", "year"])["index_exact"]
    keys = pd.MultiIndex.from_frame(table[["agency_id", "year"]])
    below = np.floor(PER_POINT * exact.reindex(keys).to_numpy(dtype=float) + 1e-6)
    is_exact = table["year"].map(lambda year: predicate_rule(int(year)) == "exact").to_numpy()
    step = np.where(is_exact & ~np.isnan(below), below, table["printed"])
    for place, edge in band_edges().items():
        step = np.where((table["rank"] >= place) & (step < edge), edge, step)
        step = np.where((table["rank"] < place) & (step >= edge), edge - 1, step)
    years = sorted(table["year"].unique())
    before = dict(zip(years[1:], years, strict=False))
    earlier = table.set_index(["agency_id", "year"])["rank"]
    previous = pd.MultiIndex.from_arrays(
        [table["agency_id"], table["year"].map(before).fillna(-1).astype(int)]
    )
    held = earlier.reindex(previous).fillna(-1).astype(int).to_numpy()
    result = pd.DataFrame(
        {
            "agency_id": table["agency_id"],
            "year": table["year"].astype(int),
            "step": step.astype(int),
            "held": held,
        }
    )
    return result[(table["status"] == "evaluated").to_numpy()].reset_index(drop=True)


def count_at_edges(
    stands: pd.DataFrame, *, pooled: tuple[int, ...] = (), lifted_share: float = 0.3
) -> pd.DataFrame:
    """Count those within a tenth of each edge by what they had held, beside a smooth curve.

    Parameters
    ----------
    stands : pandas.DataFrame
        As ``standings``.
    pooled : tuple of int
        Years that are also taken together.
    lifted_share : float
        Share of those just below that the alternative of ``power`` lifts above.

    Returns
    -------
    pandas.DataFrame
        One row per year or span (``period``), edge and group (all; held: had this predicate
        or a higher one the year before; not_held; entrant: had no index; free: not_held and
        entrant, that is nobody who had this predicate to lose): ``edge`` (index points),
        ``predicate, group, n_below, n_above, n`` (both); for all and free also ``expected_below,
        expected_above, excess_above, missing_below, expected_share, p_value, power`` (missing where
        fewer than twenty stand in the window or are expected there).
    """
    spans = [(year, year) for year in sorted(stands["year"].unique())]
    spans += [(min(pooled), max(pooled))] if pooled else []
    rows = []
    for first, last in spans:
        chosen = stands[stands["year"].between(first, last)]
        for place, edge in band_edges().items():
            for group in _GROUPS:
                seen = count_steps(_of_group(chosen, group, place), first=_FIRST, last=_LAST)
                key = {
                    "period": spell_years(range(first, last + 1)),
                    "edge": edge / PER_POINT,
                    "predicate": PREDICATES[place],
                    "group": group,
                }
                rows.append(key | _compare(seen, edge, group, lifted_share))
    return pd.DataFrame(rows)


def jumps_at_edges(stands: pd.DataFrame) -> pd.DataFrame:
    """Estimate the jump of the density at each edge with three bandwidths, everybody together.

    Parameters
    ----------
    stands : pandas.DataFrame
        As ``standings``.

    Returns
    -------
    pandas.DataFrame
        One row per year, edge and bandwidth: ``year, edge, predicate, bandwidth`` (index points),
        ``estimate`` (log density above minus below), ``std_error, n``, and ``p_value``, stated for
        the bandwidth of 0.35 only: the other two are there to be looked at.
    """
    rows = []
    for year, group in stands.groupby("year"):
        seen = count_steps(group["step"], first=_FIRST, last=_LAST)
        for place, edge in band_edges().items():
            for bandwidth in _BANDWIDTHS:
                jump = density_jump(seen, cut=edge, bandwidth=bandwidth)
                if bandwidth != _TESTED:
                    jump["p_value"] = float("nan")
                rows.append(
                    {
                        "year": int(year),
                        "edge": edge / PER_POINT,
                        "predicate": PREDICATES[place],
                        "bandwidth": bandwidth / PER_POINT,
                    }
                    | {name: jump[name] for name in ("estimate", "std_error", "p_value", "n")}
                )
    return pd.DataFrame(rows)


def around_edge(stands: pd.DataFrame, *, year: int, place: int) -> pd.DataFrame:
    """Tabulate those around one edge by what they had held, with the smooth curve, for a figure.

    Parameters
    ----------
    stands : pandas.DataFrame
        As ``standings``.
    year, place : int
        The year, and the rank of the predicate whose lower edge is meant.

    Returns
    -------
    pandas.DataFrame
        One row per hundredth: ``year, edge, predicate, index`` (index points), ``n_held,
        n_not_held, n_entrant, expected`` (all together), ``in_window``.
    """
    edge = band_edges()[place]
    chosen = stands[stands["year"] == year]
    curve = smooth_curve(
        count_steps(chosen["step"], first=_FIRST, last=_LAST), cut=edge, width=WINDOW, reach=REACH
    )
    table = pd.DataFrame(
        {
            "year": year,
            "edge": edge / PER_POINT,
            "predicate": PREDICATES[place],
            "index": curve["step"] / PER_POINT,
        }
    )
    for group in ("held", "not_held", "entrant"):
        counts = _of_group(chosen, group, place).value_counts()
        table[f"n_{group}"] = curve["step"].map(counts).fillna(0).astype(int)
    return table.assign(expected=curve["expected"], in_window=curve["in_window"])


def final_digits(published: pd.DataFrame) -> pd.DataFrame:
    """Count the last printed digit away from the edges, where nothing but rounding could heap it.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.

    Returns
    -------
    pandas.DataFrame
        One row per year: ``year, n`` (results of the year at least 0.10 from every edge and above
        1.00), ``n_round`` (last digit 0), ``expected`` (a tenth of them), ``p_value`` (chi-squared
        over the ten digits).

    Notes
    -----
    If assessors rounded indices by hand, the tenths would hold more than a tenth of the results
    everywhere, and a pile at 2.60 would be no sign of its edge.
    """
    from scipy.stats import chisquare

    edges = np.array([100, *band_edges().values()])
    rows = []
    for year, group in published[published["status"] == "evaluated"].groupby("year"):
        printed = printed_hundredths(group["index_published"]).to_numpy()
        away = printed[(np.abs(printed[:, None] - edges) >= WINDOW).all(axis=1)]
        counts = np.bincount(away % 10, minlength=10)
        rows.append(
            {
                "year": int(year),
                "n": int(away.size),
                "n_round": int(counts[0]),
                "expected": away.size / 10,
                "p_value": float(chisquare(counts).pvalue),
            }
        )
    return pd.DataFrame(rows)


def _of_group(stands: pd.DataFrame, group: str, place: int) -> pd.Series:
    held = stands["held"]
    chosen = {
        "all": held >= -1,
        "held": held >= place,
        "not_held": (held >= 0) & (held < place),
        "entrant": held < 0,
        "free": held < place,
    }[group]
    return stands.loc[chosen, "step"]


def _compare(seen: Histogram, edge: int, group: str, lifted_share: float) -> dict[str, float]:
    n_below, n_above = seen.sides(edge, WINDOW)
    row: dict[str, float] = {"n_below": n_below, "n_above": n_above, "n": n_below + n_above}
    names = ("expected_below", "expected_above", "excess_above", "missing_below")
    row |= dict.fromkeys((*names, "expected_share", "p_value", "power"), float("nan"))
    if group not in ("all", "free") or n_below + n_above < _FEWEST:
        return row
    choices: dict[str, Any] = {"cut": edge, "width": WINDOW, "reach": REACH}
    try:
        excess = excess_mass(seen, **choices)
    except DataError:  # nothing stands on one side: no curve
        return row
    # a window that is full only because results were moved into it must not select the cell
    if excess["expected_below"] + excess["expected_above"] < _FEWEST:
        return row
    test = window_test(seen, **choices, lifted_share=lifted_share)
    return row | excess | {name: test[name] for name in ("expected_share", "p_value", "power")}
