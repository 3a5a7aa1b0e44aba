"""Whether results pile up on one side of a cut-off: a window test and a density jump.

Values are whole steps of a lattice, counted by ``excess_mass.count_steps``. A test that rejects
says that the density is not smooth there, not who or what made it so; a test that does not reject
says little where its power is low. Not here: which results may be pooled, and adjustments for many
tests.
"""

import numpy as np

from spbe_research.errors import DataError
from spbe_research.methods.excess_mass import (
    Array,
    Counterfactual,
    Histogram,
    fit_counterfactual,
)

__all__ = ["density_jump", "window_test"]

_ALPHA = 0.05  # level at which power is stated
_NODES = 31  # of the Gauss-Hermite rule: exact to far below what is printed
_FEWEST = 5  # results on each side: below, the logarithm of a rate has no usable standard error


def window_test(
    histogram: Histogram,
    *,
    cut: int,
    width: int,
    reach: int,
    degree: int = 2,
    lifted_share: float = 0.3,
    from_above: bool = False,
) -> dict[str, float]:
    """Test whether more of a window's results stand above the cut-off than a smooth curve says.

    Against one half, as usually done, the slope of the density would be taken for bunching. Not for
    a hard floor: where nothing can stand below, count and say so.

    Parameters
    ----------
    histogram : Histogram
        As ``count_steps``.
    cut : int
        First step above the cut-off.
    width, reach : int
        Steps on each side that are compared, and that the smooth curve is fitted to.
    degree : int
        Of the polynomial of log density.
    lifted_share : float
        Share of those just below that are lifted above in the alternative of ``power``.
    from_above : bool
        As for ``fit_counterfactual``: the curve takes nothing from below the window.

    Returns
    -------
    dict
        ``n_below, n_above``; ``expected_share`` of the window's results above; ``p_value``
        (two-sided), ``p_above`` (one-sided), both with the uncertainty of the expected share;
        ``power`` at 5 %, two-sided and unadjusted.

    Raises
    ------
    DataError
        As ``fit_counterfactual``, or when the window is empty or the share out of range.

    Notes
    -----
    Given ``n`` results in the window, ``n_above ~ Binomial(n, p)`` if the density is smooth, with
    ``logit p ~ Normal(log(C_above / C_below), v)`` from ``fit_counterfactual``, integrated by
    Gauss-Hermite quadrature. The two-sided p value sums the outcomes no more probable than the one
    seen.

    Examples
    --------
    >>> from spbe_research.methods.excess_mass import count_steps
    >>> even = [*range(100, 240), *range(100, 240), *range(100, 240, 2)]
    >>> flat = window_test(count_steps(even, first=100, last=239), cut=170, width=10, reach=70)
    >>> lifted = [value + 10 if 160 <= value < 167 else value for value in even]
    >>> pile = window_test(count_steps(lifted, first=100, last=239), cut=170, width=10, reach=70)
    >>> flat["p_value"] > 0.9, pile["p_value"] < 1e-4
    (True, True)
    >>> window_test(count_steps(even, first=100, last=239), cut=170, width=10, reach=70,
    ...             lifted_share=2)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid lifted share 2. It must lie in 0 (excluded) to 1.
    """
    if not 0 < lifted_share <= 1:
        raise DataError(f"Invalid lifted share {lifted_share}. It must lie in 0 (excluded) to 1.")
    n_below, n_above = histogram.sides(cut, width)
    n = n_below + n_above
    if n == 0:
        raise DataError(f"Invalid window around {cut}. At least one result must stand in it.")
    fit = fit_counterfactual(
        histogram, cut=cut, width=width, reach=reach, degree=degree, from_above=from_above
    )
    shares, weights = _uncertain_shares(fit)
    smooth = _mixed_binomial(n, shares, weights)
    lifted = _mixed_binomial(n, shares + lifted_share * (1 - shares), weights)
    p_values = _two_sided(smooth)
    return {
        "n_below": n_below,
        "n_above": n_above,
        "expected_share": fit.share_above,
        "p_value": float(p_values[n_above]),
        "p_above": float(min(1.0, smooth[n_above:].sum())),
        "power": float(lifted[p_values <= _ALPHA].sum()),
    }


def density_jump(histogram: Histogram, *, cut: int, bandwidth: int) -> dict[str, float]:
    """Estimate the jump of the log density at a cut-off, on the lattice of whole steps.

    For a jump right at the border. It sees results that land in the first steps well and a lift
    that spreads over a window badly; with a few dozen results near the cut-off its answer depends
    on the bandwidth, so give several and show all. No bandwidth is chosen from the data.

    Parameters
    ----------
    histogram : Histogram
        As ``count_steps``.
    cut : int
        First step above the cut-off.
    bandwidth : int
        Steps on each side.

    Returns
    -------
    dict
        ``estimate`` (log density just above minus just below), ``std_error``, ``z``, ``p_value``
        (two-sided, normal), ``n`` (results within the bandwidth); all but ``n`` missing where a
        side holds fewer than five results.

    Raises
    ------
    DataError
        For a bandwidth below five steps.

    Notes
    -----
    On each side ``log E[count_b] = a + s x_b + q x_b^2`` is fitted by Poisson likelihood with
    triangular weights, ``x`` counted from the border between two steps; the estimate is
    ``a_above - a_below`` with a sandwich variance. This is the test of McCrary (2008),
    doi:10.1016/j.jeconom.2007.05.005, with the likelihood of counts in place of least squares and
    the lattice as bins; the square removes the bias of the linear fit, as in Cattaneo, Jansson and
    Ma (2020), doi:10.1080/01621459.2019.1635480.

    Examples
    --------
    >>> from spbe_research.methods.excess_mass import count_steps
    >>> even = count_steps([*range(100, 240), *range(100, 240, 2)], first=100, last=239)
    >>> jump = density_jump(even, cut=170, bandwidth=35)
    >>> abs(jump["z"]) < 0.5, jump["n"]
    (True, 105)
    >>> density_jump(even, cut=170, bandwidth=2)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid bandwidth 2. It must be at least 5 steps.
    """
    from scipy.stats import norm

    if bandwidth < _FEWEST:
        raise DataError(f"Invalid bandwidth {bandwidth}. It must be at least {_FEWEST} steps.")
    sides = [
        histogram.between(cut - bandwidth, cut),
        histogram.between(cut, cut + bandwidth),
    ]
    n = int(sum(counts.sum() for _, counts in sides))
    if min(counts.sum() for _, counts in sides) < _FEWEST:
        missing = dict.fromkeys(("estimate", "std_error", "z", "p_value"), float("nan"))
        return missing | {"n": n}
    (low, low_variance), (high, high_variance) = (
        _border_density(np.abs(steps - cut + 0.5) / bandwidth, counts) for steps, counts in sides
    )
    estimate, error = high - low, float(np.sqrt(low_variance + high_variance))
    z = estimate / error
    return {
        "estimate": estimate,
        "std_error": error,
        "z": z,
        "p_value": float(2 * norm.sf(abs(z))),
        "n": n,
    }


def _border_density(distance: Array, counts: Array) -> tuple[float, float]:
    """Log count at the border of one side, and its sandwich variance."""
    import statsmodels.api as sm

    design = np.vander(distance, 3, increasing=True)
    kernel = 1 - distance
    model = sm.GLM(counts, design, family=sm.families.Poisson(), var_weights=kernel).fit()
    # B^-1 M B^-1 with B = X' diag(k mu) X (the model's own) and, since counts are Poisson,
    # M = X' diag(k^2 mu) X
    bread = np.asarray(model.cov_params())
    meat = (design * (kernel**2 * model.fittedvalues)[:, None]).T @ design
    return float(model.params[0]), float((bread @ meat @ bread)[0, 0])


def _uncertain_shares(fit: Counterfactual) -> tuple[Array, Array]:
    """Nodes and weights of the expected share above, normal on the scale of its log odds."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    logit = np.log(fit.above / fit.below) + np.sqrt(fit.log_odds_variance) * nodes
    return 1 / (1 + np.exp(-logit)), weights / weights.sum()


def _mixed_binomial(n: int, shares: Array, weights: Array) -> Array:
    """Probability of 0 to n successes, averaged over uncertain shares."""
    from scipy.stats import binom

    chances: Array = weights @ binom.pmf(np.arange(n + 1), n, shares[:, None])
    return chances


def _two_sided(chances: Array) -> Array:
    """P value of every outcome: the summed chance of all outcomes no more probable than it."""
    order = np.argsort(chances)
    rising = chances[order]
    # a relative slack, so that two outcomes of equal chance count as equal despite rounding
    reach = np.searchsorted(rising, chances * (1 + 1e-7), side="right")
    p_values: Array = np.minimum(np.cumsum(rising)[reach - 1], 1.0)
    return p_values
