"""Synthetic panels of known truth in which each rule of the evaluation can be switched on and off.

Made to test estimators of change, inequality and convergence; no number drawn here is ever a
result. The rules: a floor under the score, a floor under the predicate, an old value printed again,
a band of last year's index that is looked at again. Bodies of one province may be alike.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.errors import DataError, refuse
from spbe_research.scoring.predicates import round_half_up

__all__ = ["simulate_panel", "simulate_scores", "simulated_agencies"]

_FIRST_YEAR = 2021
_EDGES = np.array([1.0, 1.8, 2.6, 3.5, 4.2])  # lower edges of the predicates


def simulate_panel(
    n: int,
    *,
    n_years: int,
    reliability: float,
    convergence: float,
    seed: int,
    score_floor: float = 0.0,
    predicate_floor: float = 0.0,
    carry_over: float = 0.0,
    selection_band: Sequence[float] | None = None,
    n_provinces: int = 0,
    province_share: float = 0.0,
    decimals: int | None = None,
    first_year: int = _FIRST_YEAR,
    **scores: object,
) -> pd.DataFrame:
    """Draw a synthetic panel in the form of the published table.

    Parameters
    ----------
    n, n_years : int
        Bodies, and years from ``first_year`` on (2 to 4).
    reliability, convergence : float
        As in :func:`simulate_scores`, which takes ``**scores`` too.
    seed : int
        Of NumPy's default generator.
    score_floor : float
        Chance that a body whose measured score would fall keeps its last number instead.
    predicate_floor : float
        Chance that a body that would lose its predicate is set just above the lower edge of it, by
        a uniform draw of up to 0.1.
    carry_over : float
        Chance that a body is not assessed in a later year and keeps its last number.
    selection_band : (float, float), optional
        Only bodies whose last number lies in it are assessed in a later year.
    n_provinces : int
        Provinces of very unlike size; 0 gives every body its own.
    province_share : float
        Share of the true variance that lies between provinces.
    decimals : int, optional
        2 rounds half up; unrounded by default.
    first_year : int
        Of the panel.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, agency_type`` (kabupaten), ``year, index_published, status, flag`` (empty),
        ``province, true_index, measured_index`` (before any rule); n times n_years rows.

    Raises
    ------
    DataError
        Naming every setting that cannot be.

    Examples
    --------
    >>> panel = simulate_panel(2, n_years=2, reliability=1, convergence=-0.5, seed=1)
    >>> panel["year"].tolist()
    [2021, 2021, 2022, 2022]
    >>> simulate_panel(2, n_years=2, reliability=0, convergence=0, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid simulation, 1 violation:
      - reliability 0: must lie above 0 and not above 1
    Choose settings that can be.
    """
    rng = np.random.default_rng([seed, 1])
    sizes = np.arange(1, n_provinces + 1)
    province = rng.choice(n_provinces, n, p=sizes / sizes.sum()) if n_provinces else np.arange(n)
    measured, true = simulate_scores(
        n,
        n_years=n_years,
        reliability=reliability,
        convergence=convergence,
        seed=seed,
        province=province,
        province_share=province_share,
        **scores,
    )
    printed, assessed = measured.copy(), np.ones(measured.shape, dtype=bool)
    if decimals is not None:
        printed = round_half_up(printed)
    for year in range(1, n_years):
        last, now = printed[:, year - 1], printed[:, year].copy()
        held = (now < last) & (rng.random(n) < score_floor)
        now[held] = last[held]
        edge = _EDGES[np.searchsorted(_EDGES, last, side="right") - 1]
        lost = (now < edge) & (rng.random(n) < predicate_floor)
        now[lost] = np.minimum(edge + rng.uniform(0, 0.1, n), last)[lost]
        skipped = rng.random(n) < carry_over
        if selection_band is not None:
            skipped |= (last < selection_band[0]) | (last > selection_band[1])
        assessed[:, year] = ~skipped
        printed[:, year] = np.where(skipped, last, now)
    width = len(str(n))
    return pd.DataFrame(
        {
            "agency_id": [f"synthetic-{row:0{width}d}" for row in range(n)] * n_years,
            "agency_type": "kabupaten",
            "year": np.repeat(np.arange(first_year, first_year + n_years), n),
            "index_published": printed.T.ravel(),
            "status": np.where(assessed.T.ravel(), "evaluated", "carried_over"),
            "flag": "",
            "province": [f"P{place:02d}" for place in province] * n_years,
            "true_index": true.T.ravel(),
            "measured_index": measured.T.ravel(),
        }
    )


def simulated_agencies(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the table of agencies that belongs to a synthetic panel."""
    bodies = panel.drop_duplicates("agency_id")
    province = bodies["province"].to_numpy()
    return pd.DataFrame(
        {
            "agency_id": bodies["agency_id"].to_numpy(),
            "agency_type": bodies["agency_type"].to_numpy(),
            "province": province,
            "province_2018": province,
            "island": "Synthetica",
        }
    )


def simulate_scores(
    n: int,
    *,
    n_years: int,
    reliability: float,
    convergence: float,
    seed: int,
    mean: float = 2.5,
    sd: float = 0.6,
    growth: float = 0.0,
    shock_sd: float = 0.0,
    error_persistence: float = 0.0,
    bounds: Sequence[float] = (1.0, 5.0),
    province: NDArray[np.int64] | None = None,
    province_share: float = 0.0,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw synthetic measured and true scores as two arrays.

    Parameters
    ----------
    n, n_years : int
        Bodies and years (2 to 4: the length of an era).
    reliability : float
        Share of the variance of the first year's measured score, before clipping, that is true:
        above 0, at most 1.
    convergence : float
        Slope of the true yearly change on the true start; 0 is none, -0.1 closes a tenth of the
        distance to the mean each year. From -1 to 1.
    seed : int
        Of NumPy's default generator.
    mean, sd : float
        Of the first year's measured score before clipping, index points.
    growth : float
        Change of the mean, index points a year.
    shock_sd : float
        Of what befalls the true score each year, index points.
    error_persistence : float
        Correlation of the measurement errors of one year and the next, -1 to 1; 0 is the classical
        model.
    bounds : sequence of float
        Floor and ceiling to which the measured score is clipped.
    province, province_share
        Province of each body, and the share of true variance between provinces (shocks too).

    Returns
    -------
    measured, true : numpy.ndarray, shape (n, n_years)
        Index points.

    Raises
    ------
    DataError
        Naming every setting that cannot be.

    Notes
    -----
    With reliability r: ``x1 ~ N(mean, r sd²)``; ``x[t+1] - m[t+1] = (1 + convergence) (x[t] - m[t])
    + shock``; measured ``y[t] = clip(x[t] + e[t])``, ``e[t] ~ N(0, (1 - r) sd²)``, over the years
    independent or autoregressive of order one.

    Examples
    --------
    >>> measured, true = simulate_scores(3, n_years=2, reliability=1, convergence=0, seed=1)
    >>> bool((measured == true).all()), bool(np.allclose(true[:, 0], true[:, 1]))
    (True, True)
    >>> simulate_scores(3, n_years=9, reliability=1, convergence=0, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid simulation, 1 violation:
      - n_years 9: must be 2 to 4
    Choose settings that can be.
    """
    low, high = bounds
    checks = [
        (n >= 1, f"n {n}: must be 1 or more"),
        (2 <= n_years <= 4, f"n_years {n_years}: must be 2 to 4"),
        (0 < reliability <= 1, f"reliability {reliability}: must lie above 0 and not above 1"),
        (-1 <= convergence <= 1, f"convergence {convergence}: must lie between -1 and 1"),
        (sd > 0, f"sd {sd}: must be above 0"),
        (shock_sd >= 0, f"shock_sd {shock_sd}: must be 0 or more"),
        (
            -1 <= error_persistence <= 1,
            f"error_persistence {error_persistence}: must lie between -1 and 1",
        ),
        (low < high, f"bounds {low} to {high}: the first must be the lower"),
    ]
    violations = [text for holds, text in checks if not holds]
    refuse(DataError, "simulation", violations, "Choose settings that can be.")
    rng = np.random.default_rng(seed)
    deviation = np.empty((n, n_years))
    deviation[:, 0] = np.sqrt(reliability) * sd * _drawn(rng, n, province, province_share)
    for year in range(1, n_years):
        shock = shock_sd * _drawn(rng, n, province, province_share)
        deviation[:, year] = (1 + convergence) * deviation[:, year - 1] + shock
    true = deviation + mean + growth * np.arange(n_years)
    error = rng.normal(0, np.sqrt(1 - reliability) * sd, size=(n, n_years))
    for year in range(1, n_years):
        error[:, year] *= np.sqrt(1 - error_persistence**2)
        error[:, year] += error_persistence * error[:, year - 1]
    return np.clip(true + error, low, high), true


def _drawn(
    rng: np.random.Generator, n: int, province: NDArray[np.int64] | None, share: float
) -> NDArray[np.float64]:
    """Standard normal values, of which a share of the variance is common to a province."""
    own = rng.normal(size=n)
    if province is None or share == 0:
        return own
    common = rng.normal(size=int(province.max()) + 1)[province]
    return np.sqrt(1 - share) * own + np.sqrt(share) * common
