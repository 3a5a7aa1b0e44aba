"""Bodies that did not take part in a year and are counted in its printed means with an old result.

They stand in no list of the year, so they are no rows of ``published``. No document names them:
``data/reference/absent_bodies.csv`` holds the bodies that were listed before and are not listed
now, and says which of them the printed means count. That this is so is inferred from those means.
"""

from collections.abc import Mapping

import pandas as pd

from spbe_research.errors import DataError, refuse

__all__ = ["population", "read_carried_over_bodies"]

_SHARED = ["agency_id", "year", "agency_type", "index_published", "status"]


def read_carried_over_bodies(
    published: pd.DataFrame, reference: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Return the absent bodies that are counted, each with its last new result.

    Parameters
    ----------
    published : pandas.DataFrame
        Published results, all text.
    reference : mapping of str to pandas.DataFrame
        ``absent_bodies`` (``year, name, counted, why``) and ``agencies``, all text.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, year`` (in which the body is absent), ``result_year`` and the columns of its
        last new result; ``status`` is carried_over, ``status_basis`` inferred.

    Raises
    ------
    DataError
        Naming every body that is unknown, stands in the list of the year, or has no earlier
        result.
    """
    absent = reference["absent_bodies"]
    absent = absent[absent["counted"] == "true"]
    ids = reference["agencies"].set_index("name")["agency_id"]
    new = published[published["status"] == "evaluated"].sort_values("year")
    listed = set(zip(published["agency_id"], published["year"], strict=True))
    violations, rows = [], []
    for row in absent.itertuples():
        agency_id = ids.get(row.name)
        earlier = new[(new["agency_id"] == agency_id) & (new["year"] < row.year)]
        if agency_id is None:
            violations.append(f"{row.year}, {row.name!r}: is not in agencies.csv")
        elif (agency_id, row.year) in listed:
            violations.append(f"{row.year}, {row.name!r}: stands in the list of the year")
        elif earlier.empty:
            violations.append(f"{row.year}, {row.name!r}: has no earlier result")
        else:
            last = earlier.iloc[-1]
            rows.append({**last, "result_year": last["year"], "year": row.year})
    refuse(DataError, "table absent_bodies.csv", violations, "Correct the row in data/reference.")
    table = pd.DataFrame(rows, columns=[*published.columns, "result_year"])
    return table.assign(status="carried_over", status_basis="inferred")


def population(published: pd.DataFrame, carried_over: pd.DataFrame) -> pd.DataFrame:
    """Return the listed results and, below them, the absent bodies with their last result.

    Parameters
    ----------
    published, carried_over : pandas.DataFrame
        As ``load_published()`` and ``load_carried_over_bodies()``.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, year, agency_type, index_published, status`` and ``listed``, whether the body
        stands in the list of the year.

    Examples
    --------
    >>> from spbe_research.panel.loaders import load_carried_over_bodies, load_published
    >>> bodies = population(load_published(), load_carried_over_bodies())
    >>> bodies.query("year >= 2023").groupby("year")["listed"].agg(["sum", "size"])["size"].tolist()
    [633, 634]
    """
    return pd.concat(
        [
            published[_SHARED].assign(listed=True),
            carried_over[_SHARED].assign(listed=False),
        ],
        ignore_index=True,
    )
