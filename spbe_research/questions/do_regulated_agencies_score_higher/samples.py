"""Who is compared in this question: regencies and cities with what they may be compared by.

Not here: ministries, lembaga and provinces, of which no population or product is published.
"""

import numpy as np
import pandas as pd

from spbe_research.errors import DataError
from spbe_research.instruments import load_instrument
from spbe_research.panel.frames import add_predicates, select_results

__all__ = ["ALSO_COMPARED_BY", "COMPARED_BY", "local_sample"]

COMPARED_BY = ("is_kota", "log_population", "log_grdp_per_capita")
ALSO_COMPARED_BY = ("mean_years_schooling15", "poverty_rate", "log_spending_per_capita")
_TYPES = ("kabupaten", "kota")
_PASSING = 2  # the third band, Baik: the ministry's target


def local_sample(
    published: pd.DataFrame,
    policies: pd.DataFrame,
    parts: pd.DataFrame,
    agencies: pd.DataFrame,
    covariates: pd.DataFrame,
    indicators: pd.DataFrame,
    *,
    earlier: int,
) -> pd.DataFrame:
    """Join scores, regulated topics and covariates of the regencies and cities assessed.

    Every covariate is the latest of its own at or before the year: the product is of the year
    itself, the population of 2017 (the next one published is of 2024, after the assessments).

    Parameters
    ----------
    published, policies, agencies, covariates, indicators : pandas.DataFrame
        As the loaders return them; ``indicators`` as ``load_region_indicators()``.
    parts : pandas.DataFrame
        As ``policy_and_rest``.
    earlier : int
        A year before, of which the index is kept.

    Returns
    -------
    pandas.DataFrame
        One row per body and year with policy levels: ``agency_id, year, agency_type, province`` (of
        2018), ``island, n_enacted`` (topics, 0 to 10), ``is_kota`` (0 or 1), ``log_population,
        log_grdp_per_capita`` (natural logs of persons and of IDR per person at 2010 prices),
        ``mean_years_schooling15`` (years, population of 15 and more), ``poverty_rate`` (percent),
        ``log_spending_per_capita`` (natural log of thousand IDR per person; all three the latest
        known), ``index, rest`` (the index without its policy domain, 1 to 5), ``is_good`` (1 for
        Baik or better) and ``index_before`` (new index of the earlier year, 1 to 5; missing where
        there was none). A body without one of the other covariates is left out.

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
    >>> from spbe_research.panel.outside_loaders import load_region_indicators
    >>> published, policies = load_published(), load_policies()
    >>> parts = policy_and_rest(published, policies, load_scores())
    >>> tables = parts, load_agencies(), load_covariates(), load_region_indicators()
    >>> sample = local_sample(published, policies, *tables, earlier=2018)
    >>> sample.groupby("year").size().tolist()
    [391, 452]
    >>> local_sample(published, policies.head(0), *tables, earlier=2018)
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
    last = indicators.sort_values("year").drop_duplicates(["agency_id", "indicator"], keep="last")
    marks = last.pivot(index="agency_id", columns="indicator", values="value").astype(float)
    before = select_results(published, agency_types=_TYPES)
    before = before[before["year"] == earlier].set_index("agency_id")["index_published"]
    table = table.assign(
        province=ids.map(places["province_2018"]),
        island=ids.map(places["island"]),
        n_enacted=table["n_enacted"].astype(int),
        is_kota=(table["agency_type"] == "kota").astype(float),
        log_population=np.log(_latest(covariates, "population_persons", table)),
        log_grdp_per_capita=np.log(_latest(covariates, "grdp_per_capita_idr", table)),
        mean_years_schooling15=ids.map(marks["mean_years_schooling15"]),
        poverty_rate=ids.map(marks["poverty_rate"]),
        log_spending_per_capita=np.log(ids.map(marks["spending_per_capita"])),
        is_good=table["predicate"].isin(bands[_PASSING:]).astype(float),
        index_before=ids.map(before.astype(float)),
    ).rename(columns={"index_published": "index"})
    columns = ["agency_id", "year", "agency_type", "province", "island", "n_enacted"]
    columns += [*COMPARED_BY, *ALSO_COMPARED_BY, "index", "rest", "is_good"]
    table = table[[*columns, "index_before"]].dropna(subset=columns).reset_index(drop=True)
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
