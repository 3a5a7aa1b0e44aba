"""Synthetic places and values of known truth: fields over a map, and unequal grouped values.

Every value here is synthetic. To test estimators of inequality and of spatial autocorrelation;
none of it resembles a particular agency.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from spbe_research.errors import DataError

__all__ = [
    "grouped_lognormal_truth",
    "grouped_lognormal_values",
    "scattered_places",
    "spatial_field",
]

_EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG


def scattered_places(n_places: int, *, seed: int) -> pd.DataFrame:
    """Return synthetic places spread evenly over the rectangle that holds Indonesia.

    Parameters
    ----------
    n_places : int
        How many.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    pandas.DataFrame
        ``lon`` (95 to 141 degrees east), ``lat`` (-11 to 6 degrees north).

    Raises
    ------
    DataError
        When the number is negative.

    Examples
    --------
    >>> scattered_places(3, seed=1).shape
    (3, 2)
    >>> scattered_places(-1, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid n_places -1. It must be 0 or more.
    """
    if n_places < 0:
        raise DataError(f"Invalid n_places {n_places}. It must be 0 or more.")
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(95, 141, n_places), rng.uniform(-11, 6, n_places)
    return pd.DataFrame({"lon": lon, "lat": lat})


def spatial_field(
    lon: ArrayLike, lat: ArrayLike, *, range_km: float, n_fields: int = 1, seed: int
) -> NDArray[np.float64]:
    """Return synthetic standard normal fields with correlation ``exp(-distance / range)``.

    Parameters
    ----------
    lon, lat : array_like, shape (n,)
        Degrees.
    range_km : float
        Kilometres over which the correlation falls to 1/e; 0 for none at all.
    n_fields : int
        Independent fields.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    numpy.ndarray, shape (n_fields, n)
        Mean 0, variance 1 at each place.

    Raises
    ------
    DataError
        When the range is negative.

    Notes
    -----
    The exponential correlation is valid with great-circle distance: Gneiting (2013),
    doi:10.3150/12-BEJSP06.

    Examples
    --------
    >>> spatial_field([100, 101], [0, 0], range_km=0, seed=1).shape
    (1, 2)
    >>> spatial_field([100, 101], [0, 0], range_km=-1, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid range_km -1. It must be 0 or more.
    """
    if range_km < 0:
        raise DataError(f"Invalid range_km {range_km}. It must be 0 or more.")
    angles = np.radians(np.asarray([lon, lat], dtype=float))
    noise = np.random.default_rng(seed).standard_normal((n_fields, angles.shape[1]))
    if range_km == 0:
        return noise
    up, east = np.sin(angles[1]), np.cos(angles[1])
    points = np.stack([east * np.cos(angles[0]), east * np.sin(angles[0]), up])
    # Chord to arc: stable for near places, unlike the arc cosine of the product.
    chord = np.sqrt(((points[:, :, None] - points[:, None, :]) ** 2).sum(axis=0))
    distance = 2 * _EARTH_RADIUS_KM * np.arcsin(np.clip(chord / 2, 0, 1))
    correlation = np.exp(-distance / range_km) + 1e-10 * np.eye(angles.shape[1])
    return np.asarray(noise @ np.linalg.cholesky(correlation).T)


def grouped_lognormal_values(
    sizes: Sequence[int], means: Sequence[float], *, sigma: float, seed: int
) -> pd.DataFrame:
    """Return synthetic log-normal values in groups of given size and mean.

    Parameters
    ----------
    sizes, means : sequence
        Of each group; means above 0.
    sigma : float
        Standard deviation of the logarithm within every group.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    pandas.DataFrame
        ``group`` (g00, g01, ...), ``value``.

    Raises
    ------
    DataError
        When sizes and means differ in number, or a mean is not above 0.

    Examples
    --------
    >>> grouped_lognormal_values([2, 1], [1, 2], sigma=0, seed=1)["value"].tolist()
    [1.0, 1.0, 2.0]
    >>> grouped_lognormal_values([2], [1, 2], sigma=0, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid groups. Each needs one size and one mean above 0.
    """
    _check_groups(sizes, means)
    codes = np.repeat(np.arange(len(sizes)), sizes)
    noise = np.random.default_rng(seed).standard_normal(codes.size)
    value = np.asarray(means, dtype=float)[codes] * np.exp(sigma * noise - sigma**2 / 2)
    return pd.DataFrame({"group": [f"g{code:02d}" for code in codes], "value": value})


def grouped_lognormal_truth(
    sizes: Sequence[int], means: Sequence[float], *, sigma: float
) -> dict[str, float]:
    """Return the exact Theil split of the mixture: ``total, between, within, between_share``.

    Parameters
    ----------
    sizes, means, sigma
        As :func:`grouped_lognormal_values`; sizes count as shares.

    Raises
    ------
    DataError
        When sizes and means differ in number, or a mean is not above 0.

    Examples
    --------
    >>> grouped_lognormal_truth([5, 5], [1, 1], sigma=0.2)["between_share"]
    0.0
    >>> grouped_lognormal_truth([5], [0], sigma=0.2)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid groups. Each needs one size and one mean above 0.
    """
    _check_groups(sizes, means)
    share = np.asarray(sizes, dtype=float) / np.sum(sizes)
    ratio = np.asarray(means, dtype=float) / (share @ np.asarray(means, dtype=float))
    between, within = float(share @ (ratio * np.log(ratio))), sigma**2 / 2
    parts = {"total": between + within, "between": between, "within": within}
    return parts | {"between_share": between / (between + within)}


def _check_groups(sizes: Sequence[int], means: Sequence[float]) -> None:
    if len(sizes) != len(means) or not all(mean > 0 for mean in means):
        raise DataError("Invalid groups. Each needs one size and one mean above 0.")
