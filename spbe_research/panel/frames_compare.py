"""Who is compared with whom when two years are compared, and what the same bodies did meanwhile.

A change of a mean mixes three things: bodies that changed, bodies that came and bodies that went.
Here the frames are named once, so that beside every change can stand the like-for-like change.
"""

from collections.abc import Callable, Iterable

import pandas as pd

from spbe_research.errors import DataError
from spbe_research.years import may_compare, neighbours

__all__ = ["FRAMES", "add_like_for_like", "compare_frames", "frame_members"]

FRAMES = {
    "listed": "all bodies of each year's list, repeated results included",
    "assessed": "the bodies with a new result, in each year its own",
    "like_for_like": "the same bodies, with a new result in both years",
    "entrants": "a new result in the later year only",
    "leavers": "a new result in the earlier year only",
}
_INDEX = "index_published"

Statistic = Callable[[pd.Series], float]


def frame_members(published: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """Return the bodies of two years with both results and what each of them is.

    Parameters
    ----------
    published : pandas.DataFrame
        ``agency_id, year, index_published, status``.
    start, end : int
        Years of evaluation within one era, the earlier first.

    Returns
    -------
    pandas.DataFrame
        One row per body listed in either year: ``agency_id, index_start, index_end`` (missing where
        not listed), ``assessed_start, assessed_end`` and ``frame``: ``like_for_like``, ``entrants``
        or ``leavers``; missing for a body without a new result in both years.

    Raises
    ------
    DataError
        When a difference of the index may not be taken between the two years.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> frame_members(load_published(), 2021, 2022)["frame"].value_counts().to_dict()
    {'like_for_like': 451, 'entrants': 103, 'leavers': 66}
    >>> frame_members(load_published(), 2020, 2021)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years 2020 to 2021. A difference of the index may be ...
    """
    if "difference" not in may_compare(start, end):
        raise DataError(
            f"Invalid years {start} to {end}. A difference of the index may be taken only between "
            "years of one era."
        )
    sides = [_side(published, year, side) for year, side in ((start, "start"), (end, "end"))]
    members = sides[0].merge(sides[1], on="agency_id", how="outer")
    for side in ("start", "end"):
        members[f"assessed_{side}"] = members[f"assessed_{side}"].eq(other=True)
    first, second = members["assessed_start"], members["assessed_end"]
    members["frame"] = None
    for name, these in {
        "like_for_like": first & second,
        "entrants": second & ~first,
        "leavers": first & ~second,
    }.items():
        members.loc[these, "frame"] = name
    return members


def compare_frames(
    published: pd.DataFrame,
    pairs: Iterable[tuple[int, int]] | None = None,
    *,
    statistic: Statistic = pd.Series.mean,
) -> pd.DataFrame:
    """Compute a statistic of the index in both years of each pair, frame by frame.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.
    pairs : iterable of (int, int), optional
        Pairs of years within an era; all neighbours by default.
    statistic : callable
        From a series of indices to a number; the mean by default.

    Returns
    -------
    pandas.DataFrame
        ``start, end, frame, n_start, n_end, value_start, value_end, estimate``: the change is
        missing for entrants and leavers, who are seen in one year only. No interval: these are
        all bodies of the lists, and nothing is drawn.

    Notes
    -----
    For the mean, with s the same bodies and x̄ the mean of all assessed,
    ``x̄₂ − x̄₁ = (s̄₂ − s̄₁) + (x̄₂ − s̄₂) − (x̄₁ − s̄₁)``: the change of the assessed is the like-for-like
    change, plus what the entrants pull, minus what the leavers pulled.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> table = compare_frames(load_published(), [(2021, 2022)]).set_index("frame")
    >>> table["estimate"].round(3).loc[["listed", "assessed", "like_for_like"]].tolist()
    [0.093, 0.066, 0.255]
    """
    rows = []
    for start, end in neighbours() if pairs is None else pairs:
        members = frame_members(published, start, end)
        for name in FRAMES:
            first, second = _values(members, name)
            one_sided = name in ("entrants", "leavers")
            before = float(statistic(first)) if len(first) else float("nan")
            after = float(statistic(second)) if len(second) else float("nan")
            rows.append(
                {
                    "start": start,
                    "end": end,
                    "frame": name,
                    "n_start": len(first),
                    "n_end": len(second),
                    "value_start": before,
                    "value_end": after,
                    "estimate": float("nan") if one_sided else after - before,
                }
            )
    return pd.DataFrame(rows)


def add_like_for_like(
    changes: pd.DataFrame, published: pd.DataFrame, *, statistic: Statistic = pd.Series.mean
) -> pd.DataFrame:
    """Put the like-for-like change beside each change of a table.

    Parameters
    ----------
    changes : pandas.DataFrame
        With ``start`` and ``end``, and where rows are of one type of body ``agency_type``.
    published : pandas.DataFrame
        As ``load_published()``.
    statistic : callable
        The statistic whose change the rows hold, from a series of indices to a number.

    Returns
    -------
    pandas.DataFrame
        The table with ``like_for_like`` (change of the statistic among bodies with a new result in
        both years) and ``n_like_for_like``.

    Raises
    ------
    DataError
        When a pair of years lies in two eras.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> changes = pd.DataFrame({"start": [2021], "end": [2022], "estimate": [0.066]})
    >>> added = add_like_for_like(changes, load_published())
    >>> round(float(added["like_for_like"].iloc[0]), 3), int(added["n_like_for_like"].iloc[0])
    (0.255, 451)
    """
    found = []
    for row in changes.itertuples():
        of_type = published
        if "agency_type" in changes.columns:
            of_type = published[published["agency_type"] == row.agency_type]
        first, second = _values(
            frame_members(of_type, int(row.start), int(row.end)), "like_for_like"
        )
        change = float(statistic(second) - statistic(first)) if len(first) else float("nan")
        found.append((change, len(first)))
    return changes.assign(
        like_for_like=[change for change, _ in found], n_like_for_like=[n for _, n in found]
    )


def _side(published: pd.DataFrame, year: int, side: str) -> pd.DataFrame:
    rows = published[published["year"] == year]
    return pd.DataFrame(
        {
            "agency_id": rows["agency_id"],
            f"index_{side}": rows[_INDEX],
            f"assessed_{side}": rows["status"] == "evaluated",
        }
    )


def _values(members: pd.DataFrame, frame: str) -> tuple[pd.Series, pd.Series]:
    """Indices of the earlier and of the later year in one frame."""
    if frame == "listed":
        return members["index_start"].dropna(), members["index_end"].dropna()
    if frame == "assessed":
        return (
            members.loc[members["assessed_start"], "index_start"],
            members.loc[members["assessed_end"], "index_end"],
        )
    these = members[members["frame"] == frame]
    empty = these["index_start"].iloc[:0]
    return (
        empty if frame == "entrants" else these["index_start"],
        empty if frame == "leavers" else these["index_end"],
    )
