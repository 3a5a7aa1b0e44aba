"""A jump of an outcome at a cut of a running variable: a local line on either side.

Regression discontinuity as a description: how much higher an outcome lies just above a cut than
just below it. What the jump means is said by the design, not here.
"""

from collections.abc import Sequence

import pandas as pd
import statsmodels.api as sm
from scipy.stats import binomtest

from spbe_research.errors import DataError

__all__ = ["count_around", "jump_at"]

_FEWEST = 10  # on a side: a line and its error need more than a handful


def jump_at(
    running: pd.Series, outcome: pd.Series, *, cut: float, bandwidths: Sequence[float]
) -> pd.DataFrame:
    """Estimate the jump of an outcome at a cut with several bandwidths.

    Parameters
    ----------
    running, outcome : pandas.Series of float, shape (n,)
        Same index. Rows without an outcome are left out.
    cut : float
        Between two possible values of the running variable: no value may equal it.
    bandwidths : sequence of float
        Reach of the triangular weights, in units of the running variable.

    Returns
    -------
    pandas.DataFrame
        ``bandwidth, estimate`` (just above less just below), ``std_error, low, high`` (95 %,
        normal), ``p_value, n, n_below, n_above``.

    Raises
    ------
    DataError
        When a value equals the cut, or a side has fewer than ten rows within a bandwidth.

    Notes
    -----
    Weighted least squares of ``y = a + b 1(u > 0) + c u + d u 1(u > 0)`` with u the distance to the
    cut and weights ``1 − |u|/h``; b is the jump, its error robust to unequal variances (HC1). A
    running variable in steps of print is no obstacle where many steps lie within the bandwidth;
    errors clustered by step would be too small (Kolesár and Rothe 2018).

    Examples
    --------
    >>> running = pd.Series([x / 10 for x in range(-10, 11) if x])
    >>> outcome = running + 2.0 * (running > 0)
    >>> float(jump_at(running, outcome, cut=0.0, bandwidths=[2.0])["estimate"].round(6).iloc[0])
    2.0
    >>> jump_at(running, outcome, cut=0.5, bandwidths=[2.0])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid cut 0.5. It must lie between two values; 1 row ...
    """
    if (at := int((running == cut).sum())) > 0:
        raise DataError(f"Invalid cut {cut}. It must lie between two values; {at} row equals it.")
    rows = []
    for bandwidth in bandwidths:
        distance = running - cut
        weight = (1 - distance.abs() / bandwidth).clip(lower=0)
        used = (weight > 0) & outcome.notna()
        above = (distance[used] > 0).astype(float)
        n_above = int(above.sum())
        n_below = int(used.sum()) - n_above
        if min(n_below, n_above) < _FEWEST:
            raise DataError(
                f"Invalid bandwidth {bandwidth}. At least {_FEWEST} rows must lie on either side "
                f"of the cut; there are {n_below} and {n_above}."
            )
        design = pd.DataFrame(
            {
                "const": 1.0,
                "above": above,
                "distance": distance[used],
                "distance_above": distance[used] * above,
            }
        )
        fit = sm.WLS(outcome[used].astype(float), design, weights=weight[used]).fit(cov_type="HC1")
        low, high = fit.conf_int().loc["above"]
        rows.append(
            {
                "bandwidth": bandwidth,
                "estimate": fit.params["above"],
                "std_error": fit.bse["above"],
                "low": low,
                "high": high,
                "p_value": fit.pvalues["above"],
                "n": int(used.sum()),
                "n_below": n_below,
                "n_above": n_above,
            }
        )
    return pd.DataFrame(rows)


def count_around(running: pd.Series, *, cut: float, windows: Sequence[float]) -> pd.DataFrame:
    """Count the rows on either side of a cut, to see whether one side is fuller.

    Parameters
    ----------
    running : pandas.Series of float
        The running variable.
    cut : float
        As in ``jump_at``.
    windows : sequence of float
        Width of the window on each side.

    Returns
    -------
    pandas.DataFrame
        ``window, n_below, n_above, p_value``: two-sided exact binomial test of equal chances, which
        takes the density to be level within the window.

    Examples
    --------
    >>> table = count_around(pd.Series([0.9, 1.1, 1.2]), cut=1.0, windows=[0.5])
    >>> table[["n_below", "n_above"]].to_numpy().tolist()
    [[1, 2]]
    """
    rows = []
    for window in windows:
        below = int(((running > cut - window) & (running < cut)).sum())
        above = int(((running > cut) & (running < cut + window)).sum())
        p_value = binomtest(above, below + above).pvalue if below + above else float("nan")
        rows.append((window, below, above, p_value))
    return pd.DataFrame(rows, columns=["window", "n_below", "n_above", "p_value"])
