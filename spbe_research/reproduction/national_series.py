"""The official national index beside the means of the published lists, under stated rules.

The series crosses two breaks of the instrument (2021 and 2023) and is no measure of change there.
"""

import numpy as np
import pandas as pd

__all__ = ["national_series", "unlisted_agencies"]

_RULES = {
    "listed": "mean of all agencies listed for the year, carried-over values included",
    "evaluated": "mean of the agencies evaluated in the year",
    "fixed_frame": "mean of the 2018 frame, a missing agency keeping its last value",
}


def national_series(published: pd.DataFrame, aggregates: pd.DataFrame) -> pd.DataFrame:
    """Compute the national index of each year under each rule beside the official one.

    Parameters
    ----------
    published, aggregates : pandas.DataFrame
        As ``load_published()`` and ``load_aggregates()``.

    Returns
    -------
    pandas.DataFrame
        ``year, edition, rule, n_agencies, mean_computed, mean_official, difference, reproduced``
        (whether the computed mean rounds to the official two decimals). Rules: ``listed``, all
        agencies of the year's list with carried-over values; ``evaluated``, those evaluated in
        the year; ``fixed_frame``, the agencies of 2018 with a missing one keeping its last value
        (2019 and 2020 only).

    Notes
    -----
    Official means: Tabel 4 of the 2024 report. Unweighted: every agency counts once.

    Examples
    --------
    >>> from spbe_research import load_aggregates, load_published
    >>> table = national_series(load_published(), load_aggregates())
    >>> table.query("rule == 'listed' and reproduced")["year"].tolist()
    [2021, 2022]
    """
    official = aggregates.query(
        "scope == 'nasional' and measure == 'mean' and item == 'index' "
        "and source_id == 'menpanrb-2024-report'"
    ).set_index("year")["value"]
    rows = []
    for year, listed in published.groupby("year"):
        evaluated = listed[listed["status"] == "evaluated"]
        frames = {"listed": listed["index_published"], "evaluated": evaluated["index_published"]}
        if year in (2019, 2020):
            frames["fixed_frame"] = _fixed_frame(published, int(year))
        for rule, values in frames.items():
            rows.append(
                {
                    "year": int(year),
                    "edition": listed["edition"].iloc[0],
                    "rule": rule,
                    "n_agencies": len(values),
                    "mean_computed": values.mean(),
                    "mean_official": official.loc[year],
                }
            )
    table = pd.DataFrame(rows)
    table["difference"] = table["mean_computed"] - table["mean_official"]
    table["reproduced"] = table["difference"].abs() <= 0.005 + 1e-9
    return table


def unlisted_agencies(
    series: pd.DataFrame, *, value: float = 1.0, at_most: int = 60
) -> pd.DataFrame:
    """Find how many unlisted agencies, counted at one value, would give the official mean.

    An inference: no document says that agencies without a result were counted as 1.00.

    Parameters
    ----------
    series : pandas.DataFrame
        As ``national_series``; only the rule ``listed`` is used.
    value : float
        Index an unlisted agency would count with, in index points.
    at_most : int
        Largest number tried.

    Returns
    -------
    pandas.DataFrame
        ``year, n_listed, mean_listed, mean_official, fewest, most``: the range of numbers whose
        mean rounds to the official two decimals; missing where none does. Zero means that the
        list alone reproduces it.

    Notes
    -----
    ``(n m + k v) / (n + k)`` for k = 0, 1, ..., ``at_most``.

    Examples
    --------
    >>> from spbe_research import load_aggregates, load_published
    >>> table = unlisted_agencies(national_series(load_published(), load_aggregates()))
    >>> table.set_index("year").loc[2023, ["fewest", "most"]].tolist()
    [8, 10]
    """
    extra = np.arange(at_most + 1)
    rows = []
    for row in series[series["rule"] == "listed"].itertuples():
        means = (row.n_agencies * row.mean_computed + extra * value) / (row.n_agencies + extra)
        fits = extra[np.abs(means - row.mean_official) <= 0.005]
        rows.append(
            {
                "year": row.year,
                "n_listed": row.n_agencies,
                "mean_listed": row.mean_computed,
                "mean_official": row.mean_official,
                "fewest": fits.min() if fits.size else pd.NA,
                "most": fits.max() if fits.size else pd.NA,
            }
        )
    return pd.DataFrame(rows).astype({"fewest": "Int64", "most": "Int64"})


def _fixed_frame(published: pd.DataFrame, year: int) -> pd.Series:
    frame = published.loc[published["year"] == 2018, "agency_id"]
    known = published[(published["year"] <= year) & published["agency_id"].isin(frame)]
    return known.sort_values("year").groupby("agency_id")["index_published"].last()
