"""Synthetic ordinal items of a known factor model: to check estimators, never to stand for data.

Items are normal variables cut at thresholds into levels 1 to 5 (a probit factor model). Here too:
the exact covariance of such items, so that the truth of an estimator is known without simulating.
"""

from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from spbe_research.errors import DataError
from spbe_research.instruments.instrument import Instrument, Item

__all__ = ["synthetic_instrument", "synthetic_levels", "level_covariance", "latent_correlations"]

_TERMS = 200  # of the Hermite series; ρ = 0.9 leaves 0.9^200 < 1e-9


def synthetic_instrument(sizes: ArrayLike) -> Instrument:
    """Return a synthetic instrument: one domain of one aspect for each size, items weighted alike.

    Parameters
    ----------
    sizes : array_like of int, shape (n_domains,)
        Items of each domain, 1 or more.

    Returns
    -------
    Instrument
        Indicators ``I01, I02, ...``; its edition is ``synthetic``.

    Raises
    ------
    DataError
        When a size is below 1.

    Examples
    --------
    >>> synthetic_instrument([3, 4])
    Instrument('synthetic': 7 indicators, 2 aspects, 2 domains)
    >>> synthetic_instrument([3, 0])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid sizes [3, 0]. Each must be 1 or more.
    """
    counts = [int(size) for size in np.atleast_1d(np.asarray(sizes))]
    if not counts or min(counts) < 1:
        raise DataError(f"Invalid sizes {counts}. Each must be 1 or more.")
    share = Fraction(100, sum(counts))
    items, first = [Item("index", "", "index", Fraction(100))], 1
    for number, count in enumerate(counts, start=1):
        items.append(Item(f"D{number}", "index", "domain", share * count))
        items.append(Item(f"A{number}", f"D{number}", "aspect", share * count))
        items += [
            Item(f"I{code:02d}", f"A{number}", "indicator", share)
            for code in range(first, first + count)
        ]
        first += count
    return Instrument("synthetic", tuple(items), ())


def latent_correlations(
    loadings: ArrayLike, factor_correlations: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Return the correlations of the normal variables below the items, ``ΛΦΛ'`` with 1 diagonal.

    Parameters
    ----------
    loadings : array_like, shape (n_items, n_factors) or (n_items,)
    factor_correlations : array_like, shape (n_factors, n_factors), optional
        Uncorrelated by default.

    Returns
    -------
    numpy.ndarray, shape (n_items, n_items)

    Raises
    ------
    DataError
        When the factors explain more than the variance of an item.

    Examples
    --------
    >>> latent_correlations([0.5, 0.8])[0, 1].round(2).item()
    0.4
    >>> latent_correlations([1.5, 0.8])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid loadings. No item may have a communality above 1.
    """
    table = np.asarray(loadings, dtype=float)
    table = table[:, None] if table.ndim == 1 else table
    between = np.eye(table.shape[1])
    if factor_correlations is not None:
        between = np.asarray(factor_correlations, dtype=float)
    common = table @ between @ table.T
    if (np.diag(common) > 1).any():
        raise DataError("Invalid loadings. No item may have a communality above 1.")
    np.fill_diagonal(common, 1.0)
    return np.asarray(common)


def synthetic_levels(
    n: int,
    *,
    loadings: ArrayLike,
    thresholds: ArrayLike,
    factor_correlations: ArrayLike | None = None,
    year: int = 2021,
    seed: int,
) -> pd.DataFrame:
    """Draw synthetic levels of agencies that do not exist, in the form of ``load_scores``.

    Use it to check estimators on a known truth; nothing drawn here is a fact about an agency.

    Parameters
    ----------
    n : int
        Agencies, 0 or more.
    loadings, factor_correlations
        As for ``latent_correlations``.
    thresholds : array_like, shape (4,) or (n_items, 4)
        Ascending cuts of a standard normal variable; infinite ones leave a level empty.
    year : int
        Written into every row.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, year, item, value`` (1 to 5), items ``I01, I02, ...``.

    Raises
    ------
    DataError
        When thresholds do not ascend, or as ``latent_correlations``.

    Examples
    --------
    >>> levels = synthetic_levels(2, loadings=[0.7, 0.7], thresholds=[-1, 0, 1, 2], seed=1)
    >>> levels["item"].tolist()
    ['I01', 'I02', 'I01', 'I02']
    >>> synthetic_levels(2, loadings=[0.7, 0.7], thresholds=[1, 0, 1, 2], seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid thresholds. They must ascend.
    """
    correlations = latent_correlations(loadings, factor_correlations)
    count = len(correlations)
    cuts = _cuts(thresholds, count)
    # By eigenvectors, so that perfect correlations can be drawn too.
    values, vectors = np.linalg.eigh(correlations)
    root = vectors * np.sqrt(np.maximum(values, 0))
    latent = np.random.default_rng(seed).standard_normal((n, count)) @ root.T
    drawn = 1 + (latent[:, :, None] > cuts).sum(axis=2)
    codes = [f"I{number:02d}" for number in range(1, count + 1)]
    return pd.DataFrame(
        {
            "agency_id": np.repeat([f"synthetic-{number:04d}" for number in range(n)], count),
            "year": year,
            "item": codes * n,
            "value": drawn.ravel().astype(float),
        }
    )


def level_covariance(correlations: ArrayLike, thresholds: ArrayLike) -> NDArray[np.float64]:
    """Return the exact covariance of levels 1 to 5 cut from normal variables.

    Parameters
    ----------
    correlations : array_like, shape (n_items, n_items)
        Of the normal variables; below 0.9 in size, for the series to converge.
    thresholds : array_like, shape (4,) or (n_items, 4)

    Returns
    -------
    numpy.ndarray, shape (n_items, n_items)
        In squared levels.

    Raises
    ------
    DataError
        When thresholds do not ascend or a correlation is above 0.9.

    Notes
    -----
    A level is 1 plus the number of thresholds passed. The covariance is ``Σ_k ρ^k a_ik a_jk`` with
    ``a_ik = Σ_t φ(t) h_{k-1}(t) / sqrt(k)`` and normalised Hermite polynomials h: the tetrachoric
    series, Pearson (1900), doi:10.1098/rsta.1900.0022.

    Examples
    --------
    >>> both = level_covariance([[1, 0.5], [0.5, 1]], [0, np.inf, np.inf, np.inf])
    >>> round(float(both[0, 1]), 6), round(float(np.arcsin(0.5) / (2 * np.pi)), 6)
    (0.083333, 0.083333)
    >>> level_covariance([[1, 0.95], [0.95, 1]], [0, 1, 2, 3])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid correlations. Each must be at most 0.9 in size.
    """
    from scipy.special import ndtr

    latent = np.asarray(correlations, dtype=float)
    off = latent - np.diag(np.diag(latent))
    if (np.abs(off) > 0.9).any():
        raise DataError("Invalid correlations. Each must be at most 0.9 in size.")
    cuts = _cuts(thresholds, len(latent))
    finite = np.where(np.isfinite(cuts), cuts, 0.0)
    density = np.where(np.isfinite(cuts), np.exp(-(finite**2) / 2) / np.sqrt(2 * np.pi), 0.0)
    before, now = np.zeros_like(finite), np.ones_like(finite)
    covariance, power = np.zeros_like(off), np.ones_like(off)
    for k in range(1, _TERMS + 1):
        power = power * off
        part = (density * now).sum(axis=1) / np.sqrt(k)
        covariance += power * np.outer(part, part)
        before, now = now, (finite * now - np.sqrt(k - 1) * before) / np.sqrt(k)
    passed = 1 - ndtr(cuts)
    steps = 2 * np.arange(1, cuts.shape[1] + 1) - 1  # Σ of the first L odd numbers is L²
    variance = (steps * passed).sum(axis=1) - passed.sum(axis=1) ** 2
    covariance[np.diag_indices_from(covariance)] = variance
    return np.asarray(covariance)


def _cuts(thresholds: ArrayLike, count: int) -> NDArray[np.float64]:
    cuts = np.broadcast_to(np.asarray(thresholds, dtype=float), (count, 4))
    if (cuts[:, 1:] < cuts[:, :-1]).any():
        raise DataError("Invalid thresholds. They must ascend.")
    return np.array(cuts)
