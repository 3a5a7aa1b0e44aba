"""What others know of regions: indicators, ratings from outside the ministry, election waves.

Data with a codebook, for whoever wants to compare. They are joined by the code of the region or by
its whole official name, never by a part of it. Nothing is concluded from them here.
"""

from collections.abc import Mapping

import pandas as pd

from spbe_research.errors import DataError, refuse
from spbe_research.panel.raw import Source, stack

__all__ = ["read_election_waves", "read_outside_ratings", "read_region_indicators"]

_LOCAL = ("provinsi", "kabupaten", "kota")
_DTGI = "GM-DTGI (UGM)"
_TOP = "top"  # "top 10": named among the first, without a place

Reference = Mapping[str, pd.DataFrame]


def read_region_indicators(sources: dict[str, Source], reference: Reference) -> pd.DataFrame:
    """Return indicators of the autonomous kabupaten and kota, all text.

    The six administrative cities and regencies of DKI Jakarta are left out: they are not assessed.

    Parameters
    ----------
    sources : dict of str to Source
        As ``read_sources``; every table ``region_indicators.csv``.
    reference : mapping of str to pandas.DataFrame
        ``agencies``, all text.

    Returns
    -------
    pandas.DataFrame
        The rows of the sources with ``agency_id``.
    """
    table = stack(sources, "region_indicators.csv")
    ids = _local(reference).set_index("region_code")["agency_id"]
    table = table.assign(agency_id=table["region_code"].map(ids))
    return table.dropna(subset=["agency_id"])


def read_outside_ratings(sources: dict[str, Source], reference: Reference) -> pd.DataFrame:
    """Return the places that regions hold in ratings from outside the ministry, all text.

    Parameters
    ----------
    sources : dict of str to Source
        As ``read_sources``; the tables ``external_ratings.csv`` and ``gm_dtgi.csv``.
    reference : mapping of str to pandas.DataFrame
        ``agencies``, all text.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, rating, year, class, rank, award, score_percent, confidence`` and provenance.

    Raises
    ------
    DataError
        Naming every region whose name is not that of a body.
    """
    index = stack(sources, "gm_dtgi.csv").rename(columns={"type": "class", "rank_in_type": "rank"})
    without_place = index["rank"].str.startswith(_TOP)
    index = index.assign(
        rating=_DTGI,
        award=index["award"].mask(without_place, index["rank"]),
        rank=index["rank"].mask(without_place, ""),
    )
    table = pd.concat([stack(sources, "external_ratings.csv"), index], ignore_index=True)
    ids = _local(reference).set_index("name")["agency_id"]
    unknown = sorted(set(table["region"]) - set(ids.index))
    refuse(
        DataError,
        "regions of ratings",
        [f"{name!r}: is not in agencies.csv" for name in unknown],
        "Write the name as in data/reference/agencies.csv.",
    )
    return table.assign(agency_id=table["region"].map(ids))


def read_election_waves(sources: dict[str, Source], reference: Reference) -> pd.DataFrame:
    """Return the days of election of the regions of which a list was found, all text.

    Parameters
    ----------
    sources : dict of str to Source
        As ``read_sources``; the table ``election_waves.csv``.
    reference : mapping of str to pandas.DataFrame
        ``agencies`` and ``regions``, all text.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, wave, election_dates, confidence`` and provenance.

    Raises
    ------
    DataError
        Naming every row whose code and name are not of one region.
    """
    table = stack(sources, "election_waves.csv")
    names = reference["regions"].set_index("region_code")["name"]
    ids = _local(reference).set_index("region_code")["agency_id"]
    wrong = table[table["region_code"].map(names) != table["name"]]
    refuse(
        DataError,
        "table election_waves.csv",
        [f"{row.region_code}, {row.name!r}: is not its name" for row in wrong.itertuples()],
        "Code and name must be those of one region in data/reference/regions.csv.",
    )
    return table.assign(agency_id=table["region_code"].map(ids))


def _local(reference: Reference) -> pd.DataFrame:
    agencies = reference["agencies"]
    return agencies[agencies["agency_type"].isin(_LOCAL)]
