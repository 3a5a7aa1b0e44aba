"""Synthetic smart-city cohorts: selection on what is seen, a known effect, and what is not seen.

Everything here is drawn at random; none of it is ever a result.
"""

import numpy as np
import pandas as pd

from spbe_research.errors import DataError

__all__ = ["simulate_cohorts"]

_COHORTS = (2017, 2018, 2019)
_SHARES = (0.25, 0.5, 0.25)  # 25, 50 and 23 of the 98 real members
_ISLANDS = ("Sumatera", "Jawa", "Sulawesi", "Kalimantan")


def simulate_cohorts(
    *,
    n_regions: int = 500,
    n_provinces: int = 32,
    effect: float = 0.3,
    selection: float = 1.0,
    confounder: float = 0.0,
    province_sd: float = 0.15,
    seed: int,
) -> pd.DataFrame:
    """Draw synthetic regions, of which about a fifth join, and their index of 2018 and 2019.

    Bigger, richer and city regions join more often and score higher. Joining adds ``effect`` from
    the year of joining on. An unobserved quality, where asked for, raises both chance and score.

    Parameters
    ----------
    n_regions, n_provinces : int
        Size; provinces lie within islands.
    effect : float
        Index points added by membership.
    selection : float
        Strength of selection on type, population and product (log odds per standard deviation); 0
        for a lottery.
    confounder : float
        Strength of the unobserved quality, in the log odds and, halved, in index points.
    province_sd : float
        Standard deviation of what provinces have in common, in index points.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    pandas.DataFrame
        Synthetic, with the columns of ``build_cohort_sample``: ``agency_id, name, year,
        agency_type, province, island, is_kota, log_population, log_grdp_per_capita, cohort`` (0
        for never-members), ``index`` (points, not held within 1 to 5) and ``missing``.

    Raises
    ------
    DataError
        When there are fewer than 100 regions or 8 provinces.

    Notes
    -----
    ``index = 2 + 0.3 kota + 0.2 z_population + 0.2 z_product + island + province + year +
    effect [cohort <= year] + confounder/2 quality + noise``; the noise of a region has a part of
    its own (0.25) and one of the year (0.2).

    Examples
    --------
    >>> synthetic = simulate_cohorts(seed=1)
    >>> len(synthetic), sorted(synthetic["cohort"].unique().tolist())
    (1000, [0, 2017, 2018, 2019])
    >>> simulate_cohorts(n_regions=5, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid size. At least 100 regions in 8 provinces are drawn.
    """
    if n_regions < 100 or n_provinces < 8:
        raise DataError("Invalid size. At least 100 regions in 8 provinces are drawn.")
    rng = np.random.default_rng(seed)
    province = rng.integers(n_provinces, size=n_regions)
    island = province % len(_ISLANDS)
    kota = (rng.random(n_regions) < 0.2).astype(float)
    size, wealth = rng.normal(size=n_regions), rng.normal(size=n_regions) + 0.5 * kota
    quality = rng.normal(size=n_regions)
    log_odds = -1.9 + selection * (0.8 * kota + size + 0.5 * wealth) + confounder * quality
    joins = rng.random(n_regions) < 1 / (1 + np.exp(-log_odds))
    cohort = np.where(joins, rng.choice(_COHORTS, size=n_regions, p=_SHARES), 0)
    level = (
        2 + 0.3 * kota + 0.2 * size + 0.2 * wealth + 0.1 * island
        + rng.normal(scale=province_sd, size=n_provinces)[province]
        + confounder / 2 * quality + rng.normal(scale=0.25, size=n_regions)
    )  # fmt: skip
    regions = pd.DataFrame(
        {
            "agency_id": [f"synthetic-{number:03d}" for number in range(n_regions)],
            "name": [f"Synthetic {number}" for number in range(n_regions)],
            "agency_type": np.where(kota == 1, "kota", "kabupaten"),
            "province": [f"province {number}" for number in province],
            "island": np.array(_ISLANDS)[island],
            "is_kota": kota,
            "log_population": 12.5 + 0.9 * size,
            "log_grdp_per_capita": 17.0 + 0.6 * wealth,
            "cohort": cohort,
            "missing": "",
        }
    )
    years = [
        regions.assign(
            year=year,
            index=level
            + growth
            + effect * ((cohort > 0) & (cohort <= year))
            + rng.normal(scale=0.2, size=n_regions),
        )
        for year, growth in ((2018, 0.0), (2019, 0.3))
    ]
    return pd.concat(years, ignore_index=True)
