"""The function behind each record: no argument, reads the tidy data, returns what is registered.

A figure's function returns its result table; a number's returns the value and n.
"""

from functools import cache

import pandas as pd

from spbe_research.claims.article import check_claims
from spbe_research.datasets import (
    load_aggregates,
    load_published,
    load_reference,
    load_scores,
    load_worked_examples,
)
from spbe_research.instruments import load_instrument
from spbe_research.reproduction import (
    agency_path,
    check_examples,
    coverage_by_type,
    difference_counts,
    index_contributions,
    list_misprints,
    national_series,
    peer_path,
    recompute_all,
    unlisted_agencies,
)

_CILEGON = "36.72"
_KEMENKO_PEREKONOMIAN = "pusat-kementerian-koordinator-bidang-perekonomian"
_Number = tuple[float, int]


# figures


def coverage() -> pd.DataFrame:
    """Agencies by type, year and status."""
    return coverage_by_type(load_published())


def index_anatomy() -> pd.DataFrame:
    """Contributions of the aspects to the index of Kemenko Perekonomian 2021."""
    levels = load_scores(scale="indicator")
    levels = levels[(levels["agency_id"] == _KEMENKO_PEREKONOMIAN) & (levels["year"] == 2021)]
    return index_contributions(levels.set_index("item")["value"], load_instrument("permen-59-2020"))


def recomputation() -> pd.DataFrame:
    """Differences between recomputed and printed index, binned."""
    return difference_counts(_recomputed())


def series() -> pd.DataFrame:
    """National means under each rule beside the official index."""
    return _series().copy()


def cilegon_path() -> pd.DataFrame:
    """Path of Kota Cilegon with the quartiles of the cities."""
    published = load_published()
    peers = peer_path(published, "kota").drop(columns=["edition", "n_agencies"])
    return agency_path(published, _CILEGON).merge(peers, on="year")


# numbers


def n_results() -> _Number:
    """Published results of an agency in a year."""
    n = len(load_published())
    return n, n


def n_agencies() -> _Number:
    """Bodies with at least one published result."""
    n = load_published()["agency_id"].nunique()
    return n, n


def n_names() -> _Number:
    """Names in print for those bodies."""
    n = len(load_reference("agency_aliases"))
    return n, n


def n_carried_over() -> _Number:
    """Published results that repeat an earlier year."""
    published = load_published()
    return int((published["status"] == "carried_over").sum()), len(published)


def carried_over_2020_pct() -> _Number:
    """Percent of the 2020 list that repeats an earlier value."""
    listed = load_published().query("year == 2020")
    return 100 * float((listed["status"] == "carried_over").mean()), len(listed)


def n_levels() -> _Number:
    """Indicator levels of 2021 and 2022."""
    n = len(load_scores(scale="indicator").query("year >= 2021"))
    return n, n


def n_exact() -> _Number:
    """Indices of 2021 and 2022 that levels give to within 1e-12."""
    table = _recomputed().query("basis == 'indicator' and year >= 2021")
    return int((table["difference"].abs() < 1e-12).sum()), len(table)


def n_within_rounding() -> _Number:
    """Indices of 2023 and 2024 that printed domains give to within 0.01."""
    table = _recomputed().query("basis == 'domain' and year >= 2023")
    return int((table["difference"].abs() <= 0.01 + 1e-12).sum()), len(table)


def largest_domain_difference() -> _Number:
    """Largest difference of 2023 and 2024, in index points."""
    table = _recomputed().query("basis == 'domain' and year >= 2023")
    return float(table["difference"].abs().max()), len(table)


def n_example_values() -> _Number:
    """Printed values of the worked examples that their parts give."""
    table = check_examples(load_worked_examples())
    return int(table["reproduced"].sum()), len(table)


def n_example_checks() -> _Number:
    """Comparisons made in the worked examples."""
    n = len(check_examples(load_worked_examples()))
    return n, n


def n_misprints() -> _Number:
    """Printed figures found to be misprinted."""
    table = list_misprints(load_published(), load_scores(), load_aggregates())
    return int((table["verdict"] == "misprinted").sum()), len(table)


def mean_2018() -> _Number:
    """Mean of the 2018 list."""
    return _listed_mean(2018)


def mean_2021() -> _Number:
    """Mean of the 2021 list."""
    return _listed_mean(2021)


def mean_2022() -> _Number:
    """Mean of the 2022 list, carried-over values included."""
    return _listed_mean(2022)


def mean_2022_evaluated() -> _Number:
    """Mean of the agencies evaluated in 2022."""
    row = _series().query("year == 2022 and rule == 'evaluated'").iloc[0]
    return float(row["mean_computed"]), int(row["n_agencies"])


def mean_2023() -> _Number:
    """Mean of the 2023 list."""
    return _listed_mean(2023)


def mean_2024() -> _Number:
    """Mean of the 2024 list."""
    return _listed_mean(2024)


def fewest_unlisted_2023() -> _Number:
    """Fewest unlisted agencies at 1.00 that would give the official mean of 2023."""
    return _unlisted(2023, "fewest")


def most_unlisted_2023() -> _Number:
    """Most unlisted agencies at 1.00 that would give the official mean of 2023."""
    return _unlisted(2023, "most")


def fewest_unlisted_2024() -> _Number:
    """Fewest unlisted agencies at 1.00 that would give the official mean of 2024."""
    return _unlisted(2024, "fewest")


def most_unlisted_2024() -> _Number:
    """Most unlisted agencies at 1.00 that would give the official mean of 2024."""
    return _unlisted(2024, "most")


def cilegon_2018() -> _Number:
    """Index of Kota Cilegon in 2018."""
    return _cilegon(2018)


def cilegon_2021() -> _Number:
    """Index of Kota Cilegon in 2021."""
    return _cilegon(2021)


def cilegon_2022() -> _Number:
    """Index of Kota Cilegon in 2022."""
    return _cilegon(2022)


def cilegon_2023() -> _Number:
    """Index of Kota Cilegon in 2023."""
    return _cilegon(2023)


def cilegon_2024() -> _Number:
    """Index of Kota Cilegon in 2024."""
    return _cilegon(2024)


def kemenko_perekonomian_2021() -> _Number:
    """Index of Kemenko Perekonomian in 2021."""
    return float(index_anatomy()["contribution"].sum()), 47


def share_baik_2018_pct() -> _Number:
    """Percent of the 2018 list with the predicate Baik."""
    predicates = load_published().query("year == 2018")["predicate_published"]
    return 100 * float((predicates == "Baik").mean()), len(predicates)


def share_at_least_baik_2018_pct() -> _Number:
    """Percent of the 2018 list with Baik or better."""
    predicates = load_published().query("year == 2018")["predicate_published"]
    reached = predicates.isin(["Baik", "Sangat Baik", "Memuaskan"])
    return 100 * float(reached.mean()), len(predicates)


def claims_confirmed() -> _Number:
    """Claims of the article that an independent source confirms."""
    return _claims("confirmed")


def claims_contradicted() -> _Number:
    """Claims of the article that the record contradicts."""
    return _claims("contradicted")


def claims_not_decidable() -> _Number:
    """Claims of the article that no table here can decide."""
    return _claims("not decidable here")


@cache
def _recomputed() -> pd.DataFrame:
    return recompute_all(load_scores(), load_published())


@cache
def _series() -> pd.DataFrame:
    return national_series(load_published(), load_aggregates())


def _listed_mean(year: int) -> _Number:
    row = _series().query("year == @year and rule == 'listed'").iloc[0]
    return float(row["mean_computed"]), int(row["n_agencies"])


def _unlisted(year: int, bound: str) -> _Number:
    row = unlisted_agencies(_series()).set_index("year").loc[year]
    return int(row[bound]), int(row["n_listed"])


def _cilegon(year: int) -> _Number:
    path = agency_path(load_published(), _CILEGON).set_index("year")
    return float(path.loc[year, "index_published"]), int(path.loc[year, "n_peers"])


def _claims(verdict: str) -> _Number:
    table = check_claims(load_reference("claims"), agency_id=_CILEGON)
    return int((table["verdict"] == verdict).sum()), len(table)
