"""Synthetic index panels with a known true convergence rate and known measurement error.

Made to test estimators of convergence; no number drawn here is ever a result. It does not imitate
the levels behind an index, its rounding, or which agencies are evaluated in which year.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.errors import DataError, refuse

__all__ = ["simulate_panel", "simulate_scores"]

_FIRST_YEAR = 2021


def simulate_panel(
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
) -> pd.DataFrame:
    """Draw a synthetic panel in the form of the published table.

    When: to see what an estimator of convergence says where the truth is known. Not where the
    bands, the instrument or missing evaluations matter: none of them is imitated.

    Parameters
    ----------
    n, n_years : int
        Agencies, and years from 2021 on (2 to 4).
    reliability, convergence, mean, sd, growth, shock_sd, error_persistence, bounds
        As in ``simulate_scores``.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, agency_type, year, index_published`` (index points, unrounded), ``status``
        (evaluated), ``true_index`` (index points, never clipped); n times n_years rows.

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
    measured, true = simulate_scores(
        n,
        n_years=n_years,
        reliability=reliability,
        convergence=convergence,
        seed=seed,
        mean=mean,
        sd=sd,
        growth=growth,
        shock_sd=shock_sd,
        error_persistence=error_persistence,
        bounds=bounds,
    )
    width = len(str(n))
    return pd.DataFrame(
        {
            "agency_id": [f"synthetic-{row:0{width}d}" for row in range(n)] * n_years,
            "agency_type": "kabupaten",
            "year": np.repeat(np.arange(_FIRST_YEAR, _FIRST_YEAR + n_years), n),
            "index_published": measured.T.ravel(),
            "status": "evaluated",
            "true_index": true.T.ravel(),
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
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw synthetic measured and true scores as two arrays.

    When: many panels at once, without the cost of a table.

    Parameters
    ----------
    n, n_years : int
        Agencies and years (2 to 4: the length of an era).
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
    independent or autoregressive of order one. Fuller (1987), doi:10.1002/9780470316665.

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
    deviation[:, 0] = rng.normal(0, np.sqrt(reliability) * sd, size=n)
    for year in range(1, n_years):
        shock = rng.normal(0, shock_sd, size=n)
        deviation[:, year] = (1 + convergence) * deviation[:, year - 1] + shock
    true = deviation + mean + growth * np.arange(n_years)
    error = rng.normal(0, np.sqrt(1 - reliability) * sd, size=(n, n_years))
    for year in range(1, n_years):
        error[:, year] *= np.sqrt(1 - error_persistence**2)
        error[:, year] += error_persistence * error[:, year - 1]
    return np.clip(true + error, low, high), true
