"""One agency's published path across the years, and that of its peers."""

import pandas as pd

from spbe_research.errors import DataError
from spbe_research.instruments import load_instrument
from spbe_research.panel.schemas import AGENCY_TYPES
from spbe_research.scoring import assign_predicate, predicate_rule

__all__ = ["agency_path", "peer_path"]


def agency_path(published: pd.DataFrame, agency_id: str) -> pd.DataFrame:
    """Return the published index of one agency with its predicate and place in each year.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.
    agency_id : str
        For example ``"kota-36.72"``.

    Returns
    -------
    pandas.DataFrame
        ``year, edition, index_published, status, predicate_published, predicate_computed, rank,
        n_peers``: the computed predicate is missing where the printed two decimals cannot decide
        it (2024, at the edge of a band); the rank (1 is the highest; ties share the better rank)
        among the agencies of the same type listed in that year.

    Raises
    ------
    DataError
        When the agency was never published.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> agency_path(load_published(), "kota-36.72")["index_published"].tolist()
    [3.23, 3.23, 3.23, 2.027, 2.007, 2.3, 2.56]
    >>> agency_path(load_published(), "36.99")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid agency_id '36.99'. It must have a published index. ...
    """
    ranked = published.assign(
        rank=published.groupby(["year", "agency_type"])["index_published"]
        .rank(ascending=False, method="min")
        .astype(int),
        n_peers=published.groupby(["year", "agency_type"])["agency_id"].transform("size"),
    )
    path = ranked[ranked["agency_id"] == agency_id].sort_values("year", ignore_index=True)
    if path.empty:
        raise DataError(
            f"Invalid agency_id {agency_id!r}. It must have a published index. Ids stand in "
            "load_agencies()."
        )
    predicates = [
        _predicate(row.index_published, row.edition, int(row.year)) for row in path.itertuples()
    ]
    return path.assign(predicate_computed=predicates)[
        [
            "year",
            "edition",
            "index_published",
            "status",
            "predicate_published",
            "predicate_computed",
            "rank",
            "n_peers",
        ]
    ]


def _predicate(index: float, edition: str, year: int) -> str | None:
    rule = predicate_rule(year)
    row = assign_predicate(pd.Series([index]), load_instrument(edition), rule=rule).iloc[0]
    return None if rule == "exact" and row["at_boundary"] else str(row["predicate"])


def peer_path(published: pd.DataFrame, agency_type: str) -> pd.DataFrame:
    """Return quartiles of the published index of one type of agency by year.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.
    agency_type : str
        For example ``"kota"``.

    Returns
    -------
    pandas.DataFrame
        ``year, edition, n_agencies, lower_quartile, median, upper_quartile`` (index points), all
        listed agencies, carried-over values included.

    Raises
    ------
    DataError
        When there is no such type.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> peer_path(load_published(), "kota")["n_agencies"].tolist()
    [90, 90, 90, 90, 93, 93, 93]
    """
    if agency_type not in AGENCY_TYPES:
        raise DataError(
            f"Invalid agency_type {agency_type!r}. It must be one of {', '.join(AGENCY_TYPES)}."
        )
    group = published[published["agency_type"] == agency_type].groupby(["year", "edition"])
    index = group["index_published"]
    return pd.DataFrame(
        {
            "n_agencies": index.size(),
            "lower_quartile": index.quantile(0.25),
            "median": index.median(),
            "upper_quartile": index.quantile(0.75),
        }
    ).reset_index()
