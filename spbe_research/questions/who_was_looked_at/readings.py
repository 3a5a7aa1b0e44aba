"""What the usual analyses read off two lists, and what they read off bodies looked at twice."""

from collections.abc import Callable

import pandas as pd

from spbe_research.panel.frames_compare import frame_members
from spbe_research.scoring.predicates import round_half_up
from spbe_research.years import neighbours

__all__ = ["READINGS", "readings", "two_readings"]

_SAME = 0.005

READINGS: dict[str, Callable[[pd.Series, pd.Series], float]] = {
    "mean_change": lambda first, second: float(second.mean() - first.mean()),
    "p10_change": lambda first, second: float(second.quantile(0.1) - first.quantile(0.1)),
    "median_change": lambda first, second: float(second.median() - first.median()),
    "p90_change": lambda first, second: float(second.quantile(0.9) - first.quantile(0.9)),
    "rank_correlation": lambda first, second: float(first.corr(second, method="spearman")),
    "share_unchanged": lambda first, second: float(((second - first).abs() < _SAME).mean()),
    "share_lower": lambda first, second: float((second - first < -_SAME).mean()),
    "slope_on_level": lambda first, second: float((second - first).cov(first) / first.var()),
}


def readings(first: pd.Series, second: pd.Series) -> dict[str, float]:
    """Return the usual readings of a change, by name.

    Parameters
    ----------
    first, second : pandas.Series of float, shape (n,)
        The index of the same bodies in the earlier and the later year, printed with two decimals.

    Returns
    -------
    dict of str to float
        Changes of mean, median and the 10th and 90th percentile; Spearman's rank correlation;
        shares unchanged and lower in print; slope of the change on the earlier index.

    Examples
    --------
    >>> found = readings(pd.Series([1.0, 2.0, 3.0]), pd.Series([1.0, 2.5, 2.9]))
    >>> round(found["share_unchanged"], 2), round(found["rank_correlation"], 2)
    (0.33, 1.0)
    """
    return {name: reading(first, second) for name, reading in READINGS.items()}


def two_readings(published: pd.DataFrame) -> pd.DataFrame:
    """Return the readings of every pair of neighbouring years of an era on two frames.

    Returns
    -------
    pandas.DataFrame
        ``start, end, measure, frame, n, estimate``. Frames: ``listed``, all bodies that stand in
        both lists, as somebody reads them who does not ask which results are new; and
        ``like_for_like``, those with a new result in both years.
    """
    rows = []
    for start, end in neighbours():
        members = frame_members(published, start, end).dropna(subset=["index_start", "index_end"])
        frames = {
            "listed": members,
            "like_for_like": members[members["frame"] == "like_for_like"],
        }
        for frame, group in frames.items():
            first, second = (
                pd.Series(round_half_up(group[f"index_{side}"].to_numpy()))
                for side in ("start", "end")
            )
            rows += [
                {"start": start, "end": end, "measure": measure, "frame": frame,
                 "n": len(group), "estimate": estimate}
                for measure, estimate in readings(first, second).items()
            ]  # fmt: skip
    return pd.DataFrame(rows)
