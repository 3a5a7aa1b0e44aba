"""A test for few clusters: the wild cluster bootstrap of one difference.

Where clusters are few the interval of ``fit`` is too short; this is a check of it, not another
interval.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.errors import DataError

__all__ = ["wild_cluster_p"]

DRAWS = 9999


def wild_cluster_p(
    outcome: pd.Series, moved: pd.Series, clusters: pd.Series, *, seed: int, draws: int = DRAWS
) -> float:
    """P of no difference in the mean outcome of two groups, for few clusters.

    Parameters
    ----------
    outcome : pandas.Series
        Numbers, none missing.
    moved : pandas.Series
        True for one group, False for the other; on the same index.
    clusters : pandas.Series
        The cluster of each row; on the same index.
    seed : int
        Seed of NumPy's default generator.
    draws : int
        Draws of signs.

    Returns
    -------
    float
        Two-sided p, from ``1 / (draws + 1)`` to 1.

    Raises
    ------
    DataError
        When there are fewer than two clusters or one group is empty.

    Notes
    -----
    Restricted, with Rademacher signs (Cameron, Gelbach and Miller 2008, Appendix B): residuals of
    the mean, ``y* = mean + sign_g u``, and t of the difference with clustered errors, drawn anew.
    ``p = (1 + #{|t*| >= |t|}) / (draws + 1)``.

    Examples
    --------
    >>> y = pd.Series([1.0, 2.0, 3.0, 5.0, 4.0, 7.0])
    >>> group, place = pd.Series([0, 1] * 3) == 1, pd.Series([*"aabbcc"])
    >>> wild_cluster_p(y, group, place, seed=1, draws=99) > 0.05
    True
    >>> wild_cluster_p(y, group, pd.Series("a", y.index), seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid groups. There must be two groups and two clusters.
    """
    labels = np.unique(clusters.astype(str), return_inverse=True)[1]
    treated = moved.to_numpy(bool)
    if labels.max() == 0 or treated.all() or not treated.any():
        raise DataError("Invalid groups. There must be two groups and two clusters.")
    y = outcome.to_numpy(float)
    # The regressor less its mean: estimate = x'y / x'x, and residuals of the full model follow.
    x = treated - treated.mean()
    residuals = y - y.mean()
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(draws, labels.max() + 1))
    drawn = _t(y.mean() + residuals * signs[:, labels], x, labels)
    own = _t(y[None, :], x, labels)[0]
    return float((1 + (np.abs(drawn) >= abs(own) - 1e-12).sum()) / (draws + 1))


def _t(
    y: NDArray[np.float64], x: NDArray[np.float64], labels: NDArray[np.int64]
) -> NDArray[np.float64]:
    """For each row of outcomes the t of the difference, errors clustered."""
    slope = y @ x / (x @ x)
    left = y - y.mean(axis=1, keepdims=True) - slope[:, None] * x
    members = np.eye(labels.max() + 1)[labels]
    scores = (left * x) @ members
    error = np.sqrt((scores**2).sum(axis=1)) / (x @ x)
    return np.asarray(slope / error)
