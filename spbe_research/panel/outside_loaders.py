"""Loaders of what others know of regions: indicators, outside ratings, election waves."""

import pandas as pd

from spbe_research.panel.loaders import load_tidy

__all__ = ["load_election_waves", "load_outside_ratings", "load_region_indicators"]


def load_election_waves() -> pd.DataFrame:
    """Load the days on which local governments elected their head, where a list was found.

    Key ``agency_id``; ``wave, election_dates, confidence``. Of 226 local governments; that one
    is absent says nothing of it.

    Examples
    --------
    >>> len(load_election_waves())
    226
    """
    return load_tidy("election_waves")


def load_outside_ratings() -> pd.DataFrame:
    """Load the top places of regions in ratings from outside the ministry.

    Key ``agency_id, rating, year``; ``class, rank, award, score_percent, confidence``. Top
    lists only; the GM-DTGI is not fully independent of the SPBE index.

    Examples
    --------
    >>> load_outside_ratings().groupby("rating").size().tolist()
    [40, 30, 15]
    """
    return load_tidy("outside_ratings")


def load_region_indicators() -> pd.DataFrame:
    """Load indicators of all autonomous kabupaten and kota beside the covariates.

    Key ``agency_id, indicator, year``; ``value, unit, year_status``: where it is inferred, the
    year was concluded from the values. Figures of BPS: cite BPS.

    Examples
    --------
    >>> load_region_indicators()["indicator"].nunique()
    12
    """
    return load_tidy("region_indicators")
