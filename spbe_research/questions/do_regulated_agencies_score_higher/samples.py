"""Who is compared in this question: regencies and cities with what they may be compared by.

Not here: ministries, lembaga and provinces, of which no population or product is published.
"""

import numpy as np
import pandas as pd

from spbe_research.errors import DataError
from spbe_research.instruments import load_instrument
from spbe_research.panel.frames import add_predicates, select_results

__all__ = ["COMPARED_BY", "local_sample"]

COMPARED_BY = ("is_kota", "log_population", "log_grdp_per_capita")
_TYPES = ("kabupaten", "kota")
_PASSING = 2  # the third band, Baik: the ministry's target


def local_sample(
    published: pd.DataFrame,
    policies: pd.DataFrame,
    parts: pd.DataFrame,
    agencies: pd.DataFrame,
    covariates: pd.DataFrame,
) -> pd.DataFrame:
    """Join scores, regulated topics and covariates of the regencies and cities assessed.

    Every covariate is the latest of its own at or before the year: the product is of the year
    itself, the population of 2017 (the next one published is of 2024, after the assessments).

    Parameters
    ----------
    published, policies, agencies, covariates : pandas.DataFrame
        As the loaders return them.
    parts : pandas.DataFrame
        As ``policy_and_rest``.

    Returns
    -------
    pandas.DataFrame
        One row per body and year with policy levels: ``agency_id, year, agency_type, province`` (of
        2018), ``island, n_enacted`` (topics, 0 to 10), ``is_kota`` (0 or 1), ``log_population,
        log_grdp_per_capita`` (natural logs of persons and of IDR per person at 2010 prices),
        ``index, rest`` (the index without its policy domain, 1 to 5) and ``is_good`` (1 for Baik or
        better). A body without one of the covariates is left out.

    Raises
    ------
    DataError
        When no body is left.

    Examples
    --------
    >>> from spbe_research.methods.policy_and_practice import policy_and_rest
    >>> from spbe_research.panel.loaders import (
    ...     load_agencies, load_covariates, load_policies, load_published, load_scores
    ... )
    >>> published, policies = load_published(), load_policies()
    >>> parts = policy_and_rest(published, policies, load_scores())
    >>> tables = parts, load_agencies(), load_covariates()
    >>> local_sample(published, policies, *tables).groupby("year").size().tolist()
    [391, 452]
    >>> local_sample(published, policies.head(0), *tables)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid tables. Some regency or city must have ...
    """
    scores = add_predicates(select_results(published, agency_types=_TYPES))
    bands = [band.predicate for band in load_instrument("permen-59-2020").bands]
    topics = policies.groupby(["agency_id", "year"])["is_enacted"].sum().rename("n_enacted")
    table = scores.merge(topics.reset_index(), on=["agency_id", "year"]).merge(
        parts[["agency_id", "year", "rest"]], on=["agency_id", "year"]
    )
    places = agencies.set_index("agency_id")
    ids = table["agency_id"]
    table = table.assign(
        province=ids.map(places["province_2018"]),
        island=ids.map(places["island"]),
        n_enacted=table["n_enacted"].astype(int),
        is_kota=(table["agency_type"] == "kota").astype(float),
        log_population=np.log(_latest(covariates, "population_persons", table)),
        log_grdp_per_capita=np.log(_latest(covariates, "grdp_per_capita_idr", table)),
        is_good=table["predicate"].isin(bands[_PASSING:]).astype(float),
    ).rename(columns={"index_published": "index"})
    columns = ["agency_id", "year", "agency_type", "province", "island", "n_enacted", *COMPARED_BY]
    table = table[[*columns, "index", "rest", "is_good"]].dropna().reset_index(drop=True)
    if table.empty:
        raise DataError(
            "Invalid tables. Some regency or city must have policy levels, scores and covariates."
        )
    return table


def _latest(covariates: pd.DataFrame, column: str, rows: pd.DataFrame) -> pd.Series:
    """The last value known at or before the year of each row."""
    known = covariates.loc[covariates[column].notna(), ["agency_id", "year", column]]
    asked = rows[["agency_id", "year"]].reset_index().sort_values("year")
    found = pd.merge_asof(asked, known.sort_values("year"), on="year", by="agency_id")
    return found.set_index("index")[column].astype(float).reindex(rows.index)
