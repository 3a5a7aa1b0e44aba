"""What notebook 06 registers: how unequal maturity is, between whom, and where."""

import pandas as pd

from spbe_research.datasets import load_agencies, load_published, load_reference
from spbe_research.distributions import (
    LOCAL_TYPES,
    change_of_split,
    decompose_inequality,
    inequality_table,
    lorenz_curve,
    moran_correlogram,
    province_means,
    select_results,
)

SEED = 20261124
YEARS = (2018, 2019, 2021, 2022, 2023, 2024)  # 2020: 131 evaluated agencies, too selected a group
_CURVES = (2018, 2022, 2024)


def inequality() -> pd.DataFrame:
    """Gini, Theil and mean log deviation by year, from 0 and from the floor of the scale."""
    return inequality_table(load_published(), seed=SEED)


def lorenz() -> pd.DataFrame:
    """Lorenz curves of points above the floor in three years."""
    results = select_results(load_published(), years=_CURVES)
    curves = {
        year: lorenz_curve(group["index_published"], origin=1).assign(n=len(group))
        for year, group in results.groupby("year")
    }
    return pd.concat(curves, names=["year"]).reset_index("year").reset_index(drop=True)


def split() -> pd.DataFrame:
    """Theil split by agency type (all) and by province (local governments)."""
    published, agencies = load_published(), load_agencies()
    by_type = decompose_inequality(published, agencies, by="agency_type", years=YEARS, seed=SEED)
    by_province = decompose_inequality(
        published, agencies, by="province", years=YEARS, agency_types=LOCAL_TYPES, seed=SEED
    )
    return pd.concat([by_type, by_province], ignore_index=True)


def split_change() -> pd.DataFrame:
    """Change of the province split from 2023 to 2024, same local governments."""
    return change_of_split(
        load_published(),
        load_agencies(),
        first=2023,
        second=2024,
        by="province",
        agency_types=LOCAL_TYPES,
        seed=SEED,
    )


def tile_map() -> pd.DataFrame:
    """Province means of kabupaten and kota by year, with their tiles."""
    published, agencies = load_published(), load_agencies()
    means = pd.concat(
        [province_means(published, agencies, year=year) for year in YEARS], ignore_index=True
    )
    tiles = load_reference("province_tiles").astype({"row": int, "column": int})
    return means.merge(tiles[["province", "code", "row", "column"]], on="province")


def correlograms() -> pd.DataFrame:
    """Moran's I by distance in three years."""
    published, agencies = load_published(), load_agencies()
    return pd.concat(
        [moran_correlogram(published, agencies, year=year, seed=SEED) for year in _CURVES],
        ignore_index=True,
    )
