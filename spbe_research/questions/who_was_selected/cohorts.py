"""Regencies and cities on the smart-city lists of 2017 to 2019 against those not on them.

Those on the lists were chosen, and those not on them are not without a programme: later rounds took
in more regions. So the comparison is of the years until the next rounds, and it is one
of who was selected, not of what the programme did. Standard errors are clustered by province.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from spbe_research.errors import DataError
from spbe_research.methods.regression import fit, result_rows
from spbe_research.panel.frames import select_results

__all__ = ["compare_listed", "compare_over_listing", "describe_listed", "listed_sample"]

_TYPES = ("kabupaten", "kota")
_SIMILAR = "is_kota + log_population + log_grdp_per_capita"
_FEWEST = 5


def listed_sample(
    published: pd.DataFrame,
    cohorts: pd.DataFrame,
    agencies: pd.DataFrame,
    covariates: pd.DataFrame,
    *,
    base_year: int,
) -> pd.DataFrame:
    """Join the new results of regencies and cities with their listing and what was known before.

    Parameters
    ----------
    published, agencies, covariates : pandas.DataFrame
        As the loaders return them.
    cohorts : pandas.DataFrame
        ``load_reference("smart_city_cohorts")``; a region listed twice counts by its first list.
    base_year : int
        Year of population and product, before the first list.

    Returns
    -------
    pandas.DataFrame
        One row per body and year evaluated: ``agency_id, year, province`` (of 2018), ``island,
        is_kota, log_population, log_grdp_per_capita`` (missing where unknown), ``cohort`` (year of
        the list, 0 where on none) and ``index`` (1 to 5).

    Raises
    ------
    DataError
        When a listed region is no regency or city of ``agencies``.
    """
    local = agencies[agencies["agency_type"].isin(_TYPES)].set_index("agency_id")
    strangers = sorted(set(cohorts["agency_id"]) - set(local.index))
    if strangers:
        raise DataError(
            f"Invalid cohorts. Every member must be a kabupaten or kota; not {strangers[:5]}."
        )
    joined = cohorts["cohort"].astype(int).groupby(cohorts["agency_id"]).min()
    scores = select_results(published, agency_types=_TYPES)
    base = covariates[covariates["year"] == base_year].set_index("agency_id")
    ids = scores["agency_id"]
    return pd.DataFrame(
        {
            "agency_id": ids,
            "year": scores["year"].astype(int),
            "province": ids.map(local["province_2018"]),
            "island": ids.map(local["island"]),
            "is_kota": (scores["agency_type"] == "kota").astype(float),
            "log_population": np.log(ids.map(base["population_persons"].astype(float))),
            "log_grdp_per_capita": np.log(ids.map(base["grdp_per_capita_idr"].astype(float))),
            "cohort": ids.map(joined).fillna(0).astype(int),
            "index": scores["index_published"].astype(float),
        }
    )


def describe_listed(sample: pd.DataFrame) -> pd.DataFrame:
    """Tabulate who was listed, list by list, beside those on none.

    Returns
    -------
    pandas.DataFrame
        ``cohort`` (0: not listed), ``n`` (regions), ``share_kota, share_java`` (0 to 1),
        ``median_population_persons, median_grdp_per_capita_idr``; complete counts.
    """
    regions = sample.drop_duplicates("agency_id")
    return pd.DataFrame(
        [
            {
                "cohort": cohort,
                "n": len(rows),
                "share_kota": rows["is_kota"].mean(),
                "share_java": (rows["island"] == "Jawa").mean(),
                "median_population_persons": round(np.exp(rows["log_population"].median())),
                "median_grdp_per_capita_idr": round(np.exp(rows["log_grdp_per_capita"].median())),
            }
            for cohort, rows in regions.groupby("cohort")
        ]
    )


def compare_listed(sample: pd.DataFrame) -> pd.DataFrame:
    """Compare the index of listed regions with that of regions not on the lists, year by year.

    Parameters
    ----------
    sample : pandas.DataFrame
        As ``listed_sample``.

    Returns
    -------
    pandas.DataFrame
        ``year, group`` (listed: on a list of that year or before; before: on a later
        one), ``compared`` (all; similar: type, population, product per person and island
        held equal), ``n_listed``, then ``estimate, std_error, low, high`` (index points) and ``n,
        clusters``. Groups of fewer than five are left out.
    """
    return _with_counts(_by_year(sample))


def compare_over_listing(sample: pd.DataFrame, *, cohort: int, before: int) -> pd.DataFrame:
    """Compare the change of the index over the year of listing with that of regions on no list.

    Parameters
    ----------
    sample : pandas.DataFrame
        As ``listed_sample``.
    cohort : int
        Year of the list, and of the later result.
    before : int
        Year of the earlier result, under the same instrument.

    Returns
    -------
    pandas.DataFrame
        As ``compare_listed``; ``year`` is that of the list, ``group`` is change.
    """
    chosen = sample[sample["cohort"].isin([0, cohort])]
    first = chosen[chosen["year"] == before].set_index("agency_id")["index"]
    later = chosen[chosen["year"] == cohort]
    change = later["index"] - later["agency_id"].map(first)
    table = later.assign(index=change, listed=(later["cohort"] > 0).astype(float)).dropna()
    return _with_counts(_compared(table, {"year": cohort, "group": "change"}))


_Fitted = Iterator[tuple[dict[str, object], pd.DataFrame, int]]


def _by_year(sample: pd.DataFrame) -> _Fitted:
    for year, rows in sample.dropna().groupby("year"):
        on_list = (rows["cohort"] > 0) & (rows["cohort"] <= year)
        later = rows["cohort"] > year
        for group, chosen in (("listed", on_list), ("before", later)):
            if chosen.sum() >= _FEWEST:
                kept = rows[chosen | (rows["cohort"] == 0)]
                table = kept.assign(listed=(kept["cohort"] > 0).astype(float))
                yield from _compared(table, {"year": int(str(year)), "group": group})


def _compared(table: pd.DataFrame, keys: dict[str, object]) -> _Fitted:
    formulas = {
        "all": "index ~ listed",
        "similar": f"index ~ listed + {_SIMILAR} | island",
    }
    n_listed = int(table["listed"].sum())
    for compared, formula in formulas.items():
        found = fit(table, formula, clusters="province", terms=["listed"])
        yield {**keys, "compared": compared}, found, n_listed


def _with_counts(fitted: _Fitted) -> pd.DataFrame:
    kept = list(fitted)
    rows = result_rows((keys, found) for keys, found, _ in kept)
    rows.insert(3, "n_listed", [count for _, _, count in kept])
    return rows
