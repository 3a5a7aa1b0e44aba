"""Where one body stood among those of its type that were evaluated in the same year.

A place needs no common scale, so that it may be compared across a change of instrument or
guideline; an index may not. Values that repeat an earlier year have no place: they are read as no
new evaluation. Not here: why a place changed.
"""

from typing import Any

import pandas as pd

from spbe_research.errors import DataError
from spbe_research.panel.frames import add_predicates
from spbe_research.years import era_of

__all__ = ["follow_place", "follow_those_near", "rank_evaluated"]

_KEPT = ["agency_id", "year", "agency_type", "index_published", "rank", "n"]


def rank_evaluated(published: pd.DataFrame) -> pd.DataFrame:
    """Return every new result with its place among those of its type and year.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, year, agency_type, index_published`` (1 to 5), ``rank`` (1 is the highest;
        equal values share the better place) and ``n``, the bodies of the type evaluated that year.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> ranked = rank_evaluated(load_published()).query("agency_id == 'kota-36.72'")
    >>> ranked[["year", "rank", "n"]].values.tolist()
    [[2018, 4, 90], [2021, 66, 90], [2022, 66, 86], [2023, 79, 93], [2024, 82, 93]]
    """
    new = published[published["status"] == "evaluated"]
    index = new.groupby(["year", "agency_type"])["index_published"]
    ranked = new.assign(
        rank=index.rank(ascending=False, method="min").astype("Int64"),
        n=index.transform("size").astype("Int64"),
    )
    return ranked[_KEPT].reset_index(drop=True)


def follow_place(published: pd.DataFrame, agency_id: str) -> pd.DataFrame:
    """Return index, predicate and place of one body in every year in which it was listed.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.
    agency_id : str
        For example ``"kota-36.72"``.

    Returns
    -------
    pandas.DataFrame
        ``year, era, agency_type, index_published, predicate, status``; ``rank`` and ``n`` as
        ``rank_evaluated``, missing where the value repeats an earlier year.

    Raises
    ------
    DataError
        When the body was never published.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> follow_place(load_published(), "kota-36.72")["rank"].tolist()
    [4, <NA>, <NA>, 66, 66, 79, 82]
    >>> follow_place(load_published(), "36.99")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid agency_id '36.99'. It must have a published index. ...
    """
    path = published[published["agency_id"] == agency_id].sort_values("year", ignore_index=True)
    if path.empty:
        raise DataError(
            f"Invalid agency_id {agency_id!r}. It must have a published index. Ids stand in "
            "load_agencies()."
        )
    ranked = rank_evaluated(published)[["agency_id", "year", "rank", "n"]]
    path = add_predicates(path).merge(ranked, on=["agency_id", "year"], how="left")
    path = path.assign(era=[era_of(int(year)) for year in path["year"]])
    return path[
        ["year", "era", "agency_type", "index_published", "predicate", "status", "rank", "n"]
    ]


def follow_those_near(
    published: pd.DataFrame,
    agencies: pd.DataFrame,
    agency_id: str,
    *,
    start: int,
    end: int,
    near: int = 10,
) -> pd.DataFrame:
    """Return where the bodies that stood next to one body in a year stand in a later year.

    Parameters
    ----------
    published, agencies : pandas.DataFrame
        As the loaders return them.
    agency_id : str
        The body.
    start, end : int
        The two years; all of the same type in ``start`` that were evaluated in both.
    near : int
        How many others: those whose index of ``start`` was closest to that of the body.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, name, is_case, start, end, index_start, rank_start, n_start, index_end,
        rank_end, n_end``, best place of ``start`` first. The places are among all evaluated of the
        type, also those evaluated once only. Empty when the body has no new result in both.
    """
    ranked = rank_evaluated(published).drop(columns="agency_type")
    types = published[published["year"] == start].set_index("agency_id")["agency_type"]
    renamed: list[pd.DataFrame] = []
    for side, year in (("start", start), ("end", end)):
        names = {old: f"{new}_{side}" for old, new in _SHORT.items()}
        rows = ranked[ranked["year"] == year].drop(columns="year").rename(columns=names)
        renamed.append(rows)
    both = renamed[0].merge(renamed[1], on="agency_id")
    own = both[both["agency_id"] == agency_id]
    if own.empty:
        return pd.DataFrame(columns=_NEAR)
    same = both[both["agency_id"].map(types) == types[agency_id]]
    away = (same["index_start"] - own["index_start"].iloc[0]).abs()
    chosen = same.assign(away=away).sort_values(["away", "agency_id"]).head(near + 1)
    if agency_id not in set(chosen["agency_id"]):  # more ties than places
        chosen = pd.concat([chosen.head(near), own])
    table = chosen.assign(
        name=chosen["agency_id"].map(agencies.set_index("agency_id")["name"]),
        is_case=chosen["agency_id"] == agency_id,
        start=start,
        end=end,
    )
    return table.sort_values(["rank_start", "name"], ignore_index=True)[_NEAR]


_SHORT: dict[Any, Any] = {"index_published": "index", "rank": "rank", "n": "n"}
_NEAR = [
    "agency_id", "name", "is_case", "start", "end", "index_start", "rank_start", "n_start",
    "index_end", "rank_end", "n_end",
]  # fmt: skip
