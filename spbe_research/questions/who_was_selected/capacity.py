"""How much of the index of a region can be told from its wealth, schooling and poverty.

What is left is what the index says beside them: practice, effort, the assessor, chance. The figures
of schooling are of 2018, those of poverty of a year that was concluded to be 2021; both change
slowly. Not here: what makes the index high.
"""

import numpy as np
import pandas as pd

from spbe_research.panel.frames import select_results

__all__ = ["explain_index"]

_SETS = {
    "type": ["is_kota"],
    "type, population, product": ["is_kota", "people", "product"],
    "type, population, product, schooling, poverty": [
        "is_kota", "people", "product", "mean_years_schooling", "poverty_rate",
    ],
}  # fmt: skip


def explain_index(
    published: pd.DataFrame, covariates: pd.DataFrame, indicators: pd.DataFrame, *, base_year: int
) -> pd.DataFrame:
    """Return the share of the variance of the index that marks of a region account for, by year.

    Parameters
    ----------
    published, covariates, indicators : pandas.DataFrame
        ``load_published()``, ``load_covariates()`` and ``load_region_indicators()``.
    base_year : int
        Year of population and product.

    Returns
    -------
    pandas.DataFrame
        ``year, known`` (the marks), ``estimate`` (R squared of a linear fit over the regencies and
        cities evaluated in the year, adjusted for the number of marks) and ``n``. A description of
        complete lists: no interval.
    """
    base = covariates[covariates["year"] == base_year].set_index("agency_id")
    last = indicators.sort_values("year").drop_duplicates(["agency_id", "indicator"], keep="last")
    wide = last.pivot(index="agency_id", columns="indicator", values="value")
    scores = select_results(published, agency_types=["kabupaten", "kota"])
    ids = scores["agency_id"]
    table = pd.DataFrame(
        {
            "year": scores["year"].astype(int),
            "index": scores["index_published"].astype(float),
            "is_kota": (scores["agency_type"] == "kota").astype(float),
            "people": np.log(ids.map(base["population_persons"].astype(float))),
            "product": np.log(ids.map(base["grdp_per_capita_idr"].astype(float))),
            "mean_years_schooling": ids.map(wide["mean_years_schooling"]),
            "poverty_rate": ids.map(wide["poverty_rate"]),
        }
    ).dropna()
    rows = [
        {"year": year, "known": name, "estimate": _explained(group, columns), "n": len(group)}
        for year, group in table.groupby("year")
        for name, columns in _SETS.items()
    ]
    return pd.DataFrame(rows)


def _explained(group: pd.DataFrame, columns: list[str]) -> float:
    design = np.column_stack([np.ones(len(group)), group[columns].to_numpy(float)])
    index = group["index"].to_numpy()
    left = index - design @ np.linalg.lstsq(design, index, rcond=None)[0]
    freedom = (len(group) - 1) / (len(group) - design.shape[1])
    return float(1 - freedom * (left @ left) / ((index - index.mean()) ** 2).sum())
