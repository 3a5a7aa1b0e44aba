"""Printed changes: for every body and pair of neighbouring years, by how many hundredths it moved.

A fall is a fall of the *printed* number: both indices rounded half up to two decimals. The second
year must hold a result of its own; the first may be a repeated one, since it is the number that
stood in print. Not here: differences of maturity; across two instruments there are none.
"""

from itertools import pairwise

import numpy as np
import pandas as pd

from spbe_research.panel.frames import add_predicates
from spbe_research.panel.schemas import AGENCY_TYPES, PREDICATES
from spbe_research.scoring.predicates import round_half_up

__all__ = [
    "PER_POINT",
    "WINDOW",
    "printed_changes",
    "printed_hundredths",
    "shown_reach",
    "tabulate_falls",
]

PER_POINT = 100
WINDOW = 10  # hundredths on each side of no change

_SHOWN_SHARE = 0.98  # of the falls: the axis of a figure ends there, on both sides
_NO_ISLAND = "central"
_EDGE_OF_DUTY = 260  # hundredths; the ministry's slides on the rule, slide 6: below, obligatory
_KEYS = ["start", "end"]


def printed_hundredths(index: pd.Series) -> pd.Series:
    """Return an index as printed with two decimals, halves up, in whole hundredths.

    Examples
    --------
    >>> printed_hundredths(pd.Series([2.595, 2.5949, 2.6])).tolist()
    [260, 259, 260]
    """
    rounded = np.rint(PER_POINT * round_half_up(index.to_numpy(dtype=float))).astype(int)
    return pd.Series(rounded, index=index.index)


def printed_changes(
    published: pd.DataFrame, agencies: pd.DataFrame, exact_scores: pd.DataFrame
) -> pd.DataFrame:
    """Return the printed change of every body with a number in one year and a result in the next.

    Parameters
    ----------
    published, agencies, exact_scores : pandas.DataFrame
        As the loaders return them.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, start, end`` (years), ``agency_type`` (in the end year), ``island``,
        ``status_start``, ``printed_start, printed_end, change`` (whole hundredths),
        ``predicate_start, predicate_end`` (0 Kurang to 4 Memuaskan) and ``is_impossible``: the end
        rests on a printed domain that no whole levels give, so that no change can be read.

    Notes
    -----
    In 2019 and 2020 a result is known as new only by its difference from the year before: a body
    evaluated to the same two decimals is not among these pairs.

    Examples
    --------
    >>> from spbe_research.panel.loaders import (
    ...     load_agencies, load_exact_scores, load_published
    ... )
    >>> table = printed_changes(load_published(), load_agencies(), load_exact_scores())
    >>> table.query("end == 2022")["change"].lt(0).agg(["sum", "size"]).tolist()
    [134, 451]
    """
    years = sorted(published["year"].unique())
    table = add_predicates(published)
    table = table.assign(
        printed=printed_hundredths(table["index_published"]),
        predicate=table["predicate"].map(PREDICATES.index).astype(int),
    )
    unfit = exact_scores.loc[~exact_scores["fits"].astype(bool), ["agency_id", "year"]]
    pairs = []
    for start, end in pairwise(years):
        first = table.loc[table["year"] == start, ["agency_id", "printed", "predicate", "status"]]
        last = table.loc[
            (table["year"] == end) & (table["status"] == "evaluated"),
            ["agency_id", "printed", "predicate", "agency_type"],
        ]
        both = first.merge(last, on="agency_id", suffixes=("_start", "_end"))
        wrong = unfit.loc[unfit["year"] == end, "agency_id"]
        both["is_impossible"] = both["agency_id"].isin(wrong)
        pairs.append(both.assign(start=int(start), end=int(end)))
    changes = pd.concat(pairs, ignore_index=True).rename(columns={"status": "status_start"})
    changes["change"] = changes["printed_end"] - changes["printed_start"]
    island = agencies.set_index("agency_id")["island"]
    changes["island"] = changes["agency_id"].map(island).fillna(_NO_ISLAND)
    order = ["agency_id", *_KEYS, "agency_type", "island", "status_start", "printed_start"]
    order += ["printed_end", "change", "predicate_start", "predicate_end", "is_impossible"]
    return changes[order]


def tabulate_falls(changes: pd.DataFrame, *, duty_year: int) -> pd.DataFrame:
    """Count falls of the printed number by pair of years, for all and by group.

    Parameters
    ----------
    changes : pandas.DataFrame
        As ``printed_changes``.
    duty_year : int
        End of the pair in which the index of the start decided who had to be looked at.

    Returns
    -------
    pandas.DataFrame
        One row per pair and group: ``start, end, group_by`` (all, agency_type, island, duty: the
        pair in which it was obligatory or on request), ``group, n, n_fell, share_fell, n_same,
        n_just_below, n_just_above`` (change in [-0.10, 0) and [0, 0.10)), ``n_small_rise`` (in
        (0, 0.10]), ``n_kept_predicate`` (of those who fell), ``n_carried_over`` (the start value
        repeats an earlier year), ``n_impossible`` (left out of all other counts).
    """
    duty = np.where(changes["printed_start"] < _EDGE_OF_DUTY, "obliged", "on request")
    groups = {
        "all": pd.Series("all", index=changes.index),
        "agency_type": changes["agency_type"],
        "island": changes["island"],
        "duty": pd.Series(duty, index=changes.index).where(changes["end"] == duty_year),
    }
    tables = []
    for name, group in groups.items():
        keyed = changes.assign(group_by=name, group=group).dropna(subset="group")
        counted = [
            dict(zip([*_KEYS, "group_by", "group"], key, strict=True)) | _count(rows)
            for key, rows in keyed.groupby([*_KEYS, "group_by", "group"], sort=False)
        ]
        tables.append(pd.DataFrame(counted))
    table = pd.concat(tables, ignore_index=True)
    rank = {name: place for place, name in enumerate([*groups, *AGENCY_TYPES])}
    order = table["group"].map(rank).fillna(len(rank))
    table = table.assign(_by=table["group_by"].map(rank), _group=order)
    table = table.sort_values(["_by", *_KEYS, "_group", "group"], ignore_index=True)
    return table.drop(columns=["_by", "_group"])


def shown_reach(table: pd.DataFrame) -> float:
    """Return how far from no change an axis goes: symmetric, so that falls and rises look alike.

    Parameters
    ----------
    table : pandas.DataFrame
        ``change`` (index points), ``n_bodies``.

    Examples
    --------
    >>> shown_reach(pd.DataFrame({"change": [-0.32, 0.9], "n_bodies": [3, 5]}))
    0.35
    """
    falls = table[table["change"] < 0]
    spread = np.repeat(falls["change"].to_numpy(), falls["n_bodies"])
    return float(np.ceil(-20 * np.quantile(spread, 1 - _SHOWN_SHARE)) / 20) if spread.size else 0.5


def _count(rows: pd.DataFrame) -> dict[str, float]:
    seen = rows[~rows["is_impossible"]]
    change = seen["change"]
    fell = seen[change < 0]
    return {
        "n": len(seen),
        "n_fell": len(fell),
        "share_fell": len(fell) / len(seen) if len(seen) else float("nan"),
        "n_same": int((change == 0).sum()),
        "n_just_below": int(change.between(-WINDOW, -1).sum()),
        "n_just_above": int(change.between(0, WINDOW - 1).sum()),
        "n_small_rise": int(change.between(1, WINDOW).sum()),
        "n_kept_predicate": int((fell["predicate_end"] >= fell["predicate_start"]).sum()),
        "n_carried_over": int((seen["status_start"] == "carried_over").sum()),
        "n_impossible": int(rows["is_impossible"].sum()),
    }
