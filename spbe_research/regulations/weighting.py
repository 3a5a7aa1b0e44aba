"""Weights and matches that make never-members look like members: balancing, odds, neighbours.

Not here: outcomes. Whoever weighs or matches has not looked at a score.
"""

import numpy as np
import numpy.typing as npt

from spbe_research.errors import DataError

__all__ = ["entropy_balance", "match_neighbours", "odds_weights"]

_Floats = npt.NDArray[np.float64]
_IMBALANCE = 1e-6  # in standard deviations of the controls
_LARGEST_SHARE = 0.999999  # a chance nearer to 0 or 1 means that covariates separate the groups


def entropy_balance(controls: _Floats, targets: _Floats) -> _Floats:
    """Return the weights nearest to equal ones that give controls the means of the members.

    Of use where means of a handful of covariates are to agree exactly. It says nothing of higher
    moments, and there is no solution where a target lies outside what controls span.

    Parameters
    ----------
    controls : numpy.ndarray, shape (n, k)
        Covariates of the controls.
    targets : numpy.ndarray, shape (k,)
        Means they are to have.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Positive weights that sum to 1.

    Raises
    ------
    DataError
        When values are missing or no weights reach the targets.

    Notes
    -----
    Minimises ``sum w log(n w)`` subject to ``sum w = 1`` and ``sum w x = targets``; solved by its
    convex dual ``min_b log sum exp((x - targets)'b)``, whence ``w`` is proportional to
    ``exp(x'b)``. Hainmueller (2012), doi:10.1093/pan/mpr025.

    Examples
    --------
    >>> entropy_balance(np.array([[0.0], [1.0]]), np.array([0.25])).round(9).tolist()
    [0.75, 0.25]
    >>> entropy_balance(np.array([[0.0], [1.0]]), np.array([2.0]))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid targets [2.0]. They must lie within what controls span.
    """
    from scipy.optimize import minimize
    from scipy.special import logsumexp, softmax

    x, aims = np.asarray(controls, dtype=float), np.asarray(targets, dtype=float)
    if x.ndim != 2 or not len(x) or aims.shape != (x.shape[1],) or np.isnan(x).any():
        raise DataError("Invalid controls. They must be complete, one row each, k columns.")
    spread = x.std(axis=0)
    centred = (x - aims) / np.where(spread > 0, spread, 1)

    def slope(b: _Floats) -> _Floats:
        gradient: _Floats = softmax(centred @ b) @ centred
        return gradient

    def curvature(b: _Floats) -> _Floats:
        weights = softmax(centred @ b)
        mean = weights @ centred
        hessian: _Floats = (centred * weights[:, None]).T @ centred - np.outer(mean, mean)
        return hessian

    solved = minimize(
        lambda b: float(logsumexp(centred @ b)),
        np.zeros(x.shape[1]),
        jac=slope,
        hess=curvature,
        method="trust-exact",
        options={"gtol": 1e-10, "maxiter": 300},
    )
    # The search stops where rounding hides progress; Newton steps take out what is left.
    b = solved.x
    for _ in range(3):
        b = b - np.linalg.pinv(curvature(b), hermitian=True) @ slope(b)
    refined, found = softmax(centred @ b), softmax(centred @ solved.x)
    better = np.abs(refined @ centred).max(initial=0) < np.abs(found @ centred).max(initial=0)
    weights: _Floats = refined if better else found
    # Outside the span the dual runs off: weights pile up on few controls and never balance.
    if not np.abs(weights @ centred).max(initial=0) < _IMBALANCE:
        raise DataError(
            f"Invalid targets {aims.tolist()}. They must lie within what controls span."
        )
    return weights


def odds_weights(member: npt.NDArray[np.bool_], covariates: _Floats) -> tuple[_Floats, _Floats]:
    """Return the odds of membership of each control and everyone's chance, from a logit.

    Of use as inverse-probability weights for the mean difference among members. Not where
    covariates separate members from the rest.

    Parameters
    ----------
    member : numpy.ndarray of bool, shape (n,)
        Who is a member.
    covariates : numpy.ndarray, shape (n, k)
        No constant.

    Returns
    -------
    weights : numpy.ndarray
        One a control, in their order; they sum to 1.
    chance : numpy.ndarray, shape (n,)
        Fitted probability of membership.

    Raises
    ------
    DataError
        When a group is empty or covariates separate the groups.

    Notes
    -----
    ``w = p(x) / (1 - p(x))``, normalised. Hirano, Imbens and Ridder (2003),
    doi:10.1111/1468-0262.00442.

    Examples
    --------
    >>> weights, chance = odds_weights(np.array([True, False, False]), np.empty((3, 0)))
    >>> weights.round(9).tolist(), chance.round(9).tolist()
    ([0.5, 0.5], [0.333333333, 0.333333333, 0.333333333])
    >>> odds_weights(np.array([True, True]), np.ones((2, 1)))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid member. It must hold members and others.
    """
    import warnings

    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import (
        GLM,
    )

    belongs = np.asarray(member, dtype=bool)
    if belongs.all() or not belongs.any():
        raise DataError("Invalid member. It must hold members and others.")
    x = np.asarray(covariates, dtype=float)
    spread = x.std(axis=0)
    design = np.column_stack(
        [np.ones(len(x)), (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1)]
    )
    with warnings.catch_warnings(record=True):  # separation is judged by the chances below
        warnings.simplefilter("always")
        fitted = GLM(belongs.astype(float), design, family=Binomial()).fit(tol=1e-13, maxiter=100)
    chance: _Floats = np.asarray(fitted.fittedvalues)
    if chance[belongs].min() > _LARGEST_SHARE or not fitted.converged:
        raise DataError("Invalid covariates. They separate members from the others.")
    odds = chance[~belongs] / (1 - chance[~belongs])
    return odds / odds.sum(), chance


def match_neighbours(
    member: npt.NDArray[np.bool_], covariates: _Floats, *, n_neighbours: int = 1
) -> npt.NDArray[np.intp]:
    """Return the nearest controls of each member, with replacement.

    Of use where a comparison should rest on named look-alikes. With many covariates the nearest
    is not near: correct the bias.

    Parameters
    ----------
    member : numpy.ndarray of bool, shape (n,)
        Who is a member.
    covariates : numpy.ndarray, shape (n, k)
        No constant.
    n_neighbours : int
        Controls a member.

    Returns
    -------
    numpy.ndarray of int, shape (members, n_neighbours)
        Rows of the input, nearest first; of equally near ones the earlier row.

    Raises
    ------
    DataError
        When there are fewer controls than neighbours asked for.

    Notes
    -----
    Mahalanobis distance ``(x - z)' S^- (x - z)``, S the covariance of all rows, its pseudo-inverse
    where columns are collinear. Abadie and Imbens (2006), doi:10.1111/j.1468-0262.2006.00655.x.

    Examples
    --------
    >>> member = np.array([True, False, False])
    >>> match_neighbours(member, np.array([[2.0], [0.0], [3.0]])).tolist()
    [[2]]
    >>> match_neighbours(member, np.array([[2.0], [0.0], [3.0]]), n_neighbours=3)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid n_neighbours 3. There must be as many controls; ...
    """
    belongs = np.asarray(member, dtype=bool)
    controls = np.flatnonzero(~belongs)
    if not 1 <= n_neighbours <= len(controls):
        raise DataError(
            f"Invalid n_neighbours {n_neighbours}. There must be as many controls; there are "
            f"{len(controls)}."
        )
    x = np.asarray(covariates, dtype=float)
    metric = np.linalg.pinv(np.atleast_2d(np.cov(x, rowvar=False)), hermitian=True)
    gaps = x[belongs][:, None, :] - x[controls][None, :, :]
    # Rounded, so that exact ties stay ties and fall to the earlier row on every machine.
    distance = np.einsum("ijk,kl,ijl->ij", gaps, metric, gaps).round(12)
    nearest: npt.NDArray[np.intp] = controls[
        np.argsort(distance, axis=1, kind="stable")[:, :n_neighbours]
    ]
    return nearest
