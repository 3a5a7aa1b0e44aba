"""Which band of an earlier value best separates the units that were chosen from the rest.

A selection by an interval leaves a pattern: inside the band most are chosen, outside hardly any.
The two cuts of greatest likelihood are found by trying all pairs; a sharp likelihood says that the
edges are sharp, and not why they are where they are.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import xlogy

from spbe_research.errors import DataError

__all__ = ["band_likelihood", "expected_ties"]

Numbers = npt.NDArray[np.float64]


def band_likelihood(values: pd.Series, chosen: pd.Series) -> pd.DataFrame:
    """Compute the likelihood of every pair of cuts, the best pair first.

    Parameters
    ----------
    values : pandas.Series of float, shape (n,)
        What the selection may have looked at, such as the index of the year before.
    chosen : pandas.Series of bool, shape (n,)
        Whether each unit was chosen.

    Returns
    -------
    pandas.DataFrame
        One row per pair of observed values: ``low_cut, high_cut, n_inside,
        chosen_inside, n_outside, chosen_outside, log_likelihood, gap``, the last the distance to
        the best pair. Pairs within 1.92 (half the 95 % point of a chi-squared variable with one
        degree of freedom) are hardly worse; as the likelihood of a cut is no smooth function, read
        it as a scale and not as a test.

    Raises
    ------
    DataError
        When values are missing, or none or all are chosen.

    Notes
    -----
    Two chances of being chosen, p inside ``low_cut <= value <= high_cut`` and q outside, both at
    their maximum: ``k log(k/m) + (m-k) log(1-k/m)`` summed over inside and outside.

    Examples
    --------
    >>> values = pd.Series([1.0, 2.0, 2.1, 2.2, 3.0])
    >>> best = band_likelihood(values, pd.Series([False, True, True, True, False])).iloc[0]
    >>> float(best["low_cut"]), float(best["high_cut"]), int(best["chosen_outside"])
    (2.0, 2.2, 0)
    >>> band_likelihood(values, pd.Series([False] * 5))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid selection. Some units must be chosen and some not; 0 ...
    """
    if values.isna().any():
        raise DataError(f"Invalid values. None may be missing; {int(values.isna().sum())} are.")
    taken = chosen.to_numpy(dtype=bool)
    if not 0 < taken.sum() < len(taken):
        raise DataError(
            f"Invalid selection. Some units must be chosen and some not; {int(taken.sum())} of "
            f"{len(taken)} are."
        )
    points, place = np.unique(values.to_numpy(dtype=float), return_inverse=True)
    units = np.concatenate([[0], np.bincount(place).cumsum()])
    takes = np.concatenate([[0], np.bincount(place, weights=taken).cumsum()])
    first, last = np.triu_indices(len(points))
    n_inside = units[last + 1] - units[first]
    chosen_inside = takes[last + 1] - takes[first]
    n_outside, chosen_outside = len(taken) - n_inside, taken.sum() - chosen_inside
    likelihood = _binomial(chosen_inside, n_inside) + _binomial(chosen_outside, n_outside)
    table = pd.DataFrame(
        {
            "low_cut": points[first],
            "high_cut": points[last],
            "n_inside": n_inside.astype(int),
            "chosen_inside": chosen_inside.astype(int),
            "n_outside": n_outside.astype(int),
            "chosen_outside": chosen_outside.astype(int),
            "log_likelihood": likelihood,
            "gap": likelihood.max() - likelihood,
        }
    )
    return table.sort_values(["gap", "low_cut", "high_cut"], ignore_index=True)


def expected_ties(changes: pd.Series, *, step: float, within: float) -> float:
    """Return how many units one expects to see unchanged in print though they were judged anew.

    Parameters
    ----------
    changes : pandas.Series of float
        Changes seen in print among units that changed, as multiples of ``step``.
    step : float
        The step of print, such as 0.01.
    within : float
        Changes up to this size, on both sides, show how dense changes are around zero.

    Returns
    -------
    float
        The number of changes in one step of print near zero, zero itself left out.

    Examples
    --------
    >>> expected_ties(pd.Series([-0.02, 0.01, 0.02, 0.5]), step=0.01, within=0.02)
    0.75
    """
    near = changes.abs() <= within + step / 2
    return float(near.sum() / (2 * round(within / step)))


def _binomial(successes: Numbers, trials: Numbers) -> Numbers:
    """Log-likelihood of a binomial at its best chance, without the constant."""
    share = np.divide(successes, trials, out=np.zeros(len(trials)), where=trials > 0)
    found: Numbers = xlogy(successes, share) + xlogy(trials - successes, 1 - share)
    return found
