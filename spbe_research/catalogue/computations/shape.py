"""What notebook 05 registers: how scores are distributed."""

import pandas as pd

from spbe_research.datasets import load_agencies, load_published
from spbe_research.distributions import (
    LOCAL_TYPES,
    add_places,
    boundary_density,
    compare_groups,
    compare_quantiles,
    describe_distribution,
    ecdf_band,
    predicate_shares,
    select_results,
)

SEED = 20261124
_RIDGE_TYPES = ("kementerian", "lembaga", "provinsi", "kabupaten", "kota")
_ECDF_YEARS = (2018, 2022, 2024)
_KABUPATEN_KOTA = ("kabupaten", "kota")


def ridgelines() -> pd.DataFrame:
    """Density of the index by year and type."""
    results = select_results(load_published(), agency_types=_RIDGE_TYPES)
    return boundary_density(
        results, by=["year", "agency_type"], smallest_n=20, n_grid=101, seed=SEED
    )


def ecdfs() -> pd.DataFrame:
    """Distribution functions of local governments in three years."""
    results = select_results(load_published(), years=_ECDF_YEARS, agency_types=LOCAL_TYPES)
    return ecdf_band(results, by=["year", "agency_type"])


def shares() -> pd.DataFrame:
    """Predicates by year, evaluated agencies."""
    return predicate_shares(select_results(load_published()))


def java_gap() -> pd.DataFrame:
    """Quantile differences between Java and the rest, kabupaten and kota."""
    results = select_results(load_published(), agency_types=_KABUPATEN_KOTA)
    placed = add_places(results, load_agencies())
    return compare_quantiles(placed, "Java", "outside Java", column="java", seed=SEED)


def moments() -> pd.DataFrame:
    """Moments and quantiles by year."""
    return describe_distribution(select_results(load_published()), seed=SEED)


def kota_against_kabupaten() -> pd.DataFrame:
    """Comparison of kota and kabupaten by year."""
    results = select_results(load_published(), agency_types=_KABUPATEN_KOTA)
    return compare_groups(results, "kota", "kabupaten", seed=SEED)
