"""How many results stand just above a cut-off, and how many a smooth curve expects there.

Values are whole steps of a lattice (hundredths of an index, for example). The curve is a Poisson
log-polynomial fitted without the window around the cut-off. Not here: tests (``bunching``), and why
results pile up, if they do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.errors import DataError, refuse

__all__ = [
    "Counterfactual",
    "Histogram",
    "count_steps",
    "excess_mass",
    "fit_counterfactual",
    "smooth_curve",
]

Array = npt.NDArray[np.float64]
Steps = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Histogram:
    """Counts of whole steps: ``counts[k]`` results have the value ``first + k``."""

    first: int
    counts: Array

    @property
    def last(self) -> int:
        """The highest value that is counted."""
        return self.first + self.counts.size - 1

    def between(self, low: int, high: int) -> tuple[Steps, Array]:
        """Return the steps from ``low`` to ``high - 1`` that are counted, and their counts."""
        steps = np.arange(max(low, self.first), min(high, self.last + 1), dtype=np.int64)
        return steps, self.counts[steps - self.first]

    def sides(self, cut: int, width: int) -> tuple[int, int]:
        """Return the counts in ``[cut - width, cut)`` and ``[cut, cut + width)``."""
        _, below = self.between(cut - width, cut)
        _, above = self.between(cut, cut + width)
        return int(below.sum()), int(above.sum())


@dataclass(frozen=True)
class Counterfactual:
    """Smooth counts around a cut-off, fitted without the results of its window.

    ``steps`` and ``expected`` are the curve; ``below`` and ``above`` what it expects on the two
    sides of the window; ``log_odds_variance`` the variance of ``log(above / below)``.
    """

    steps: Steps
    expected: Array
    below: float
    above: float
    log_odds_variance: float

    @property
    def share_above(self) -> float:
        """Expected share of the window's results that stand above."""
        return self.above / (self.above + self.below)


def count_steps(values: npt.ArrayLike, *, first: int, last: int) -> Histogram:
    """Count whole steps from the first to the last that may be counted.

    Parameters
    ----------
    values : array_like of int
        In whole steps.
    first, last : int
        Ends of what is counted, both included; a floor with a mass of its own is left out.

    Raises
    ------
    DataError
        When the ends are crossed or a value is no whole step.

    Examples
    --------
    >>> count_steps([3, 3, 5, 9], first=3, last=6).counts.tolist()
    [2.0, 0.0, 1.0, 0.0]
    >>> count_steps([2.5], first=1, last=5)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid values, 1 violation:
      - row 0: 2.5 is no whole step
    Count whole steps, for example hundredths.
    """
    if last <= first:
        raise DataError(f"Invalid ends {first} and {last}. The last must lie above the first.")
    steps = np.asarray(values, dtype=float)
    refuse(
        DataError,
        "values",
        [
            f"row {row}: {float(steps[row])!r} is no whole step"
            for row in np.flatnonzero(steps != np.rint(steps))
        ],
        "Count whole steps, for example hundredths.",
    )
    whole = steps.astype(int)
    chosen = whole[(whole >= first) & (whole <= last)] - first
    return Histogram(first, np.bincount(chosen, minlength=last - first + 1).astype(float))


def fit_counterfactual(
    histogram: Histogram,
    *,
    cut: int,
    width: int,
    reach: int,
    degree: int = 2,
    from_above: bool = False,
) -> Counterfactual:
    """Fit the smooth curve around a cut-off without the results of its window.

    Parameters
    ----------
    histogram : Histogram
        As ``count_steps``.
    cut : int
        First step above the cut-off.
    width, reach : int
        Steps on each side that are left out of the fit, and that the fit reaches to: no further
        than the next cut-off.
    degree : int
        Of the polynomial of log density, 1 to 5.
    from_above : bool
        Fit the counts above the window only, where those below may be missing for the same reason
        as those in it; below the cut-off the curve is then an extrapolation.

    Returns
    -------
    Counterfactual

    Raises
    ------
    DataError
        When the width leaves nothing to fit, the degree is out of range, or nothing is counted
        outside the window on one side.

    Notes
    -----
    ``log E[count_b] = sum_k beta_k x_b^k`` for the steps ``b`` outside the window, by maximum
    likelihood (statsmodels). The logarithm keeps expected counts positive where Chetty et al.
    (2011), doi:10.1093/qje/qjr013, fit counts by least squares.

    Examples
    --------
    >>> even = count_steps([*range(100, 240), *range(100, 240, 2)], first=100, last=239)
    >>> fit = fit_counterfactual(even, cut=170, width=10, reach=70)
    >>> round(fit.above, 1), round(fit.share_above, 2)
    (15.0, 0.5)
    >>> fit_counterfactual(even, cut=170, width=10, reach=10)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid width 10, reach 10 or degree 2. The width must lie ...
    """
    import statsmodels.api as sm

    if not 0 < width < reach or not 1 <= degree <= 5:
        raise DataError(
            f"Invalid width {width}, reach {reach} or degree {degree}. The width must lie in 1 to "
            f"{reach - 1}, the degree in 1 to 5."
        )
    steps, counts = histogram.between(cut - reach, cut + reach)
    design = np.vander((steps - cut + 0.5) / reach, degree + 1, increasing=True)
    below, above = (steps >= cut - width) & (steps < cut), (steps >= cut) & (steps < cut + width)
    fitted = ~(below | above)
    if from_above:
        fitted &= steps >= cut
    sides = [steps >= cut] if from_above else [steps < cut, steps >= cut]
    if not all(counts[fitted & side].any() for side in sides):
        raise DataError(
            f"Invalid counts around {cut}. Results must stand outside the window on both sides."
        )
    model = sm.GLM(counts[fitted], design[fitted], family=sm.families.Poisson()).fit()
    expected = np.exp(design @ model.params)
    n_below, n_above = float(expected[below].sum()), float(expected[above].sum())
    # delta method: d log(above / below) / d beta is a difference of two weighted mean designs
    gradient = expected[above] @ design[above] / n_above - expected[below] @ design[below] / n_below
    variance = float(gradient @ model.cov_params() @ gradient)
    return Counterfactual(steps, expected, n_below, n_above, variance)


def excess_mass(
    histogram: Histogram, *, cut: int, width: int, reach: int, degree: int = 2
) -> dict[str, float]:
    """Count the results on both sides of a cut-off beside what a smooth curve expects there.

    For how large a pile is. An excess above and a gap below together are what lifting looks like;
    either alone may be a bump of the density.

    Parameters
    ----------
    histogram, cut, width, reach, degree
        As for ``fit_counterfactual``.

    Returns
    -------
    dict
        ``n_below, n_above`` (seen), ``expected_below, expected_above`` (smooth), ``excess_above``
        (seen less expected above the cut-off), ``missing_below`` (expected less seen below it).

    Notes
    -----
    Chetty et al. (2011), doi:10.1093/qje/qjr013; Kleven (2016),
    doi:10.1146/annurev-economics-080315-015234. There is no interval: whether the difference can
    be chance is the business of ``bunching.window_test``.

    Examples
    --------
    >>> even = count_steps([*range(100, 240), *range(100, 240, 2)], first=100, last=239)
    >>> row = excess_mass(even, cut=170, width=10, reach=70)
    >>> row["n_above"], abs(round(row["excess_above"], 1))
    (15, 0.0)
    """
    fit = fit_counterfactual(histogram, cut=cut, width=width, reach=reach, degree=degree)
    n_below, n_above = histogram.sides(cut, width)
    return {
        "n_below": n_below,
        "n_above": n_above,
        "expected_below": fit.below,
        "expected_above": fit.above,
        "excess_above": n_above - fit.above,
        "missing_below": fit.below - n_below,
    }


def smooth_curve(
    histogram: Histogram, *, cut: int, width: int, reach: int, degree: int = 2
) -> pd.DataFrame:
    """Tabulate seen and smooth counts around a cut-off, for a figure.

    Parameters
    ----------
    histogram, cut, width, reach, degree
        As for ``fit_counterfactual``.

    Returns
    -------
    pandas.DataFrame
        One row per step: ``step`` (whole), ``count, expected`` (results), ``in_window``.

    Examples
    --------
    >>> even = count_steps([*range(100, 240), *range(100, 240, 2)], first=100, last=239)
    >>> curve = smooth_curve(even, cut=170, width=10, reach=70)
    >>> len(curve), int(curve["in_window"].sum())
    (140, 20)
    """
    fit = fit_counterfactual(histogram, cut=cut, width=width, reach=reach, degree=degree)
    _, counts = histogram.between(cut - reach, cut + reach)
    return pd.DataFrame(
        {
            "step": fit.steps,
            "count": counts.astype(int),
            "expected": fit.expected,
            "in_window": (fit.steps >= cut - width) & (fit.steps < cut + width),
        }
    )
