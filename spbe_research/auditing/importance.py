"""What each part of an index says by its weight, and what it explains of the differences.

A part may weigh much and hardly differ between bodies, or differ along with all the others. The
weight is then not its importance: Becker, Saisana, Paruolo and Vandecasteele (2017),
doi:10.1016/j.ecolind.2017.03.056.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.auditing.case import Case
from spbe_research.auditing.tree import ROOT
from spbe_research.errors import DataError
from spbe_research.extras import require

__all__ = ["coherence", "correlation_ratio", "importance", "matching_weights"]

_MOST_GROUPS = 20
_Floats = npt.NDArray[np.float64]


def importance(case: Case) -> pd.DataFrame:
    """Return nominal and explained share of every part, tier by tier.

    Returns
    -------
    pandas.DataFrame
        ``code, tier``; ``nominal_share``, the weight in the index; ``explained_share``; and
        ``correlation_ratio``. Within a tier that holds every leaf once the first two sum to 1.

    Notes
    -----
    With w the weight of a part, x its values and y the index: the explained share is
    ``w cov(x, y) / var y`` (for an index that is a weighted mean, the covariance decomposition of
    its variance), the correlation ratio ``var E[y|x] / var y``. x is grouped by its values, or
    where there are more than 20, in groups of nearly equal size, ``sqrt(n)`` and at most 20: the
    ratio of n bodies in g groups is near ``(g - 1)/(n - 1)`` where x says nothing.
    """
    index = case.node_values[ROOT]
    if index.var() == 0:
        raise DataError("Invalid data: all bodies have one index, so that nothing explains it.")
    weights = case.tree.float_weights()
    rows = []
    for tier, codes in case.tree.tiers.items():
        for code in codes:
            if code == ROOT:
                continue
            values = case.node_values[code]
            weight = float(weights[case.tree.leaves_below(code)].sum())
            shared = ((values - values.mean()) * (index - index.mean())).mean()
            ratio = correlation_ratio(values, index)
            rows.append((code, tier, weight, weight * shared / index.var(), ratio))
    columns = ["code", "tier", "nominal_share", "explained_share", "correlation_ratio"]
    return pd.DataFrame(rows, columns=columns)


def coherence(case: Case) -> pd.DataFrame:
    """Return how each part goes along with the node above it and with the index.

    Returns
    -------
    pandas.DataFrame
        ``code, tier, parent, correlation_parent, correlation_index`` (Pearson, over bodies; missing
        where a part is the same for all). A part that runs against its parent is compensated for
        by the others, and one of nearly 1 says nothing of its own.
    """
    index = case.node_values[ROOT]
    rows = []
    for node in reversed(case.tree.nodes):
        above = case.node_values[node.code]
        for code in node.children:
            own = case.node_values[code]
            tier = next(tier for tier, codes in case.tree.tiers.items() if code in codes)
            rows.append((code, tier, node.code, _correlation(own, above), _correlation(own, index)))
    columns = ["code", "tier", "parent", "correlation_parent", "correlation_index"]
    return pd.DataFrame(rows, columns=columns)


def correlation_ratio(values: _Floats, index: _Floats) -> float:
    """Return the share of the variance of the index between groups of equal or near values.

    Examples
    --------
    >>> correlation_ratio(np.array([1.0, 1.0, 2.0, 2.0]), np.array([0.0, 2.0, 4.0, 6.0]))
    0.8
    """
    found, group = np.unique(np.round(values, 9), return_inverse=True)
    if len(found) > _MOST_GROUPS:
        n_groups = min(_MOST_GROUPS, int(len(values) ** 0.5))
        cuts = np.quantile(values, np.arange(1, n_groups) / n_groups)
        group = np.searchsorted(cuts, values, side="right")
    counts = np.bincount(group)
    sums = np.bincount(group, weights=index - index.mean())
    there = counts > 0
    between = float((sums[there] ** 2 / counts[there]).sum())
    return between / float(((index - index.mean()) ** 2).sum())


def matching_weights(case: Case) -> pd.DataFrame:
    """Return the weights of the leaves that would make each explain what its weight says now.

    Needs the extra ``[study]``.

    Returns
    -------
    pandas.DataFrame
        ``code``; ``nominal_share``; ``explained_share`` now; ``matching_weight``, with the sum 1.

    Raises
    ------
    DataError
        When the index is not one weighted mean, or a leaf is a weighted mean of others or the same
        for all bodies, so that no one set of weights exists.

    Notes
    -----
    Minimises ``v' S v / 2 - sum_j b_j log v_j`` with S the covariances of the leaves and b the
    nominal shares, a convex problem with one minimum; there ``v_j (S v)_j = b_j``, so that
    ``w = v / sum v`` has the explained shares b (risk budgeting: Spinu 2013,
    doi:10.2139/ssrn.2297383).
    """
    require("scipy")
    from scipy.optimize import minimize

    if not case.tree.is_weighted_mean:
        raise DataError(
            f"Invalid instrument {case.tree.name}. Matching weights are for an index that is one "
            "weighted arithmetic mean."
        )
    centred = case.leaf_values - case.leaf_values.mean(axis=0)
    covariance = centred.T @ centred / len(centred)
    spread = covariance.diagonal() ** 0.5
    if not (spread > 0).all() or np.linalg.matrix_rank(centred) < centred.shape[1]:
        raise DataError(
            "Invalid data: a leaf is the same for all bodies or follows from others, so that no "
            "one set of weights matches."
        )
    correlation = covariance / np.outer(spread, spread)
    budget = case.tree.float_weights()

    def value(v: _Floats) -> tuple[float, _Floats]:
        pull = correlation @ v
        return float(v @ pull / 2 - budget @ np.log(v)), pull - budget / v

    start = np.sqrt(budget / np.maximum(correlation.sum(axis=1), 1e-3))
    found = minimize(
        value,
        start,
        jac=True,
        hess=lambda v: correlation + np.diag(budget / v**2),
        method="trust-constr",
        bounds=[(1e-12, None)] * len(budget),
        options={"gtol": 1e-12, "xtol": 1e-14, "maxiter": 2_000},
    )
    weights = found.x / spread
    table = importance(case)
    own = table[table["tier"] == case.tree.leaf_tier].reset_index(drop=True)
    return own[["code", "nominal_share", "explained_share"]].assign(
        matching_weight=weights / weights.sum()
    )


def _correlation(one: _Floats, other: _Floats) -> float:
    below = one.std() * other.std()
    shared = ((one - one.mean()) * (other - other.mean())).mean()
    return float(shared / below) if below > 0 else float("nan")
