"""Indices of a year whose list nobody could read: single values that the press reported.

They are no results of ``published``: a body of the press may be new and without an id, and a value
may be misreported. Each carries the address of its page.
"""

from collections.abc import Mapping

import pandas as pd

from spbe_research.panel.raw import Source

__all__ = ["read_press_indices"]

_SOURCE = "press-reports"


def read_press_indices(
    sources: Mapping[str, Source], reference: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Return the reported indices, all text, with the id of each body that has one.

    Parameters
    ----------
    sources : mapping of str to Source
        As ``read_sources``; of ``press-reports`` every table ``index_<year>.csv``.
    reference : mapping of str to pandas.DataFrame
        ``agency_aliases``, all text.

    Returns
    -------
    pandas.DataFrame
        ``year, name_published, agency_id`` (empty where no list has held the name),
        ``agency_type, index_reported, confidence, source_id, locator, method``.
    """
    tables = [
        table
        for name, table in sorted(sources[_SOURCE].tables.items())
        if name.startswith("index_")
    ]
    table = pd.concat(tables, ignore_index=True).rename(
        columns={"agency_name_published": "name_published", "index_published": "index_reported"}
    )
    aliases = reference["agency_aliases"].drop_duplicates("name_published")
    ids = aliases.set_index("name_published")["agency_id"]
    return table.assign(agency_id=table["name_published"].map(ids).fillna(""))
