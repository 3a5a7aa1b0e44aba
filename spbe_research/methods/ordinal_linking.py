"""Another year on the scale of a fitted model: sums of items, the distribution of a factor, drift.

Use it where the same items were scored in two years and only sums were published of one of them.
The parameters of one year are held; what cannot be seen, that all items were scored more kindly at
once, stays unseen. How much single groups of items drift bounds the error only if the drift of a
group is as likely up as down.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.errors import DataError, refuse
from spbe_research.methods.estimates import check_confidence
from spbe_research.methods.ordinal_factors import OrdinalFit
from spbe_research.methods.ordinal_likelihood import Grid, level_probabilities

__all__ = [
    "FactorDistribution",
    "drift_interval",
    "factor_distribution",
    "printed_sum_likelihoods",
    "sum_probabilities",
]

Floats = NDArray[np.float64]

_ROUNDS = 2000
_SETTLED = 1e-8  # in standard deviations of the factor


@dataclass(frozen=True)
class FactorDistribution:
    """The normal distribution of one factor in a group, and each body's posterior on the nodes."""

    mean: float
    sd: float
    posterior: Floats


def sum_probabilities(fit: OrdinalFit, items: Sequence[str], nodes: Floats) -> Floats:
    """Return the probability of every sum of some items' levels, given their factor.

    Parameters
    ----------
    fit : OrdinalFit
    items : sequence of str
        Of one factor; of a testlet all or none.
    nodes : numpy.ndarray
        Values of the factor.

    Returns
    -------
    numpy.ndarray, shape (largest possible sum + 1, n_nodes)

    Raises
    ------
    DataError
        When the items are not of one factor, or cut a testlet.

    Notes
    -----
    Items are taken in one after the other: P(s) = Σ_k P(s - k) P(level k). Lord and Wingersky
    (1984), doi:10.1177/014662168400800409. The items of a testlet are taken in together, at each
    value of its variable, which is then integrated out.
    """
    design, parameters, values = fit.design(), fit.arrays, fit.known_levels
    place = {item: n for n, item in enumerate(fit.structure.items)}
    found = [f"item {item} is not in the fit" for item in items if item not in place]
    if not found and len({int(design.factor[place[item]]) for item in items}) != 1:
        found.append("they are not of one factor")
    found += [
        f"testlet {'-'.join(testlet)} is cut"
        for testlet in fit.structure.testlets
        if 0 < len(set(testlet) & set(items)) < len(testlet)
    ]
    refuse(DataError, "items of a sum", found, "Give items of one factor, testlets whole.")
    grid = Grid.of(2)
    chosen = [place[item] for item in items]
    total = np.ones((1, len(nodes)))
    for number in dict.fromkeys(design.testlet[chosen].tolist()):
        group = [n for n in chosen if design.testlet[n] == number]
        if number < 0:
            for n in group:
                chances = level_probabilities(
                    parameters.slopes[n] * nodes, parameters.intercepts[n]
                )
                total = _taken_in(total, chances, values[n])
            continue
        within = np.ones((1, len(nodes), len(grid.testlet_nodes)))
        for n in group:
            linear = parameters.slopes[n] * nodes[:, None]
            linear = linear + parameters.loadings[n] * grid.testlet_nodes[None, :]
            chances = level_probabilities(linear, parameters.intercepts[n])
            within = _taken_in(within, chances, values[n])
        summed = within @ grid.testlet_weights
        total = _taken_in(total, summed, np.arange(len(summed), dtype=float))
    return total


def printed_sum_likelihoods(
    parts: Sequence[tuple[float, int, Floats]], printed: Floats, *, half_step: float
) -> Floats:
    """Return the likelihood of printed weighted means, one row a body and one column a node.

    Parameters
    ----------
    parts : sequence of (weight of an item, number of items, probabilities of their sum)
        The probabilities as ``sum_probabilities``; items of one weight make one part. At most two.
    printed : numpy.ndarray
        Weighted mean level of each body, rounded. One above what the items can give counts as the
        highest they can give, one below as the lowest.
    half_step : float
        Half the unit of rounding: every pair of sums within it of the printed mean is possible.

    Raises
    ------
    DataError
        When a printed value is not possible.
    """
    tables = [probabilities for _, _, probabilities in parts]
    divisor = sum(weight * count for weight, count, _ in parts)
    sums = np.zeros(1)
    joint = np.ones((1, tables[0].shape[1]))
    for (weight, _, _), table in zip(parts, tables, strict=True):
        sums = np.add.outer(sums, weight * np.arange(len(table)) / divisor).reshape(-1)
        joint = (joint[:, None, :] * table[None, :, :]).reshape(-1, table.shape[1])
    possible = joint.sum(axis=1) > 0
    sums, joint = sums[possible], joint[possible]
    clipped = np.clip(printed, sums.min(), sums.max())
    distinct, which = np.unique(clipped, return_inverse=True)
    near = np.abs(sums[None, :] - distinct[:, None]) <= half_step + 1e-9
    wrong = [f"{value:g}" for value in distinct[~near.any(axis=1)]]
    refuse(DataError, "printed means", wrong, "Each must be a rounded mean of whole levels.")
    return np.asarray((near.astype(float) @ joint)[which])


def factor_distribution(likelihoods: Floats, nodes: Floats) -> FactorDistribution:
    """Return the normal distribution of a factor in a group, by maximum likelihood.

    Parameters
    ----------
    likelihoods : numpy.ndarray, shape (n, n_nodes)
        Of each body at each node.
    nodes : numpy.ndarray
        In equal steps, wide enough for the group.

    Notes
    -----
    The EM algorithm: mean and variance are those of the bodies' posteriors, in turn.
    """
    mean, sd = 0.0, 1.0
    for _ in range(_ROUNDS):
        posterior = likelihoods * np.exp(-0.5 * ((nodes - mean) / sd) ** 2)
        posterior /= posterior.sum(axis=1, keepdims=True)
        mass = posterior.mean(axis=0)
        before, mean = (mean, sd), float(mass @ nodes)
        sd = float(np.sqrt(mass @ (nodes - mean) ** 2))
        if abs(mean - before[0]) + abs(sd - before[1]) < _SETTLED:
            break
    return FactorDistribution(mean, sd, posterior)


def drift_interval(
    changes: pd.Series, weights: pd.Series, *, method: str = "equal", confidence: float = 0.95
) -> dict[str, float]:
    """Return a weighted mean change with the error that drift of whole groups of items puts in it.

    Parameters
    ----------
    changes : pandas.Series
        Change of each group of items (an aspect, a domain), in levels.
    weights : pandas.Series
        Of each group, same index; scaled to sum to 1.
    method : {"equal", "sandwich"}
        ``equal``: the drift of every group has one variance, estimated by that of the changes.
        ``sandwich``: cluster-robust; with few groups of unequal weight it covers too rarely.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    dict
        ``estimate, std_error, low, high, clusters``, in levels.

    Raises
    ------
    DataError
        When the groups differ, are fewer than two, or the method is unknown.

    Notes
    -----
    With G groups, weights w, changes Δ and their weighted mean m, the standard error is
    s (Σ w²)^½, s² = Σ (Δ - mean)² / (G - 1), or (G / (G - 1) Σ w² (Δ - m)²)^½; the interval is that
    of Student's t with G - 1 degrees of freedom. What groups really gained more than others counts
    as drift, so that the interval is rather wide than narrow; a drift that all groups share is not
    in it.

    Examples
    --------
    >>> found = drift_interval(pd.Series({"A": 1.0, "B": 3.0}), pd.Series({"A": 1, "B": 1}))
    >>> found["estimate"], round(found["std_error"], 6), found["clusters"]
    (2.0, 1.0, 2)
    >>> drift_interval(pd.Series({"A": 1.0}), pd.Series({"A": 1}))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid groups of items, 1 violation:
      - 1 group, must be two or more
    Give a change and a weight a group.
    """
    from scipy.stats import t as student

    check_confidence(confidence)
    found: list[str] = []
    if method not in ("equal", "sandwich"):
        found.append(f"method {method!r}, must be equal or sandwich")
    if len(changes) < 2:
        found.append(f"{len(changes)} group, must be two or more")
    if set(changes.index) != set(weights.index):
        found.append("changes and weights are not of the same groups")
    refuse(DataError, "groups of items", found, "Give a change and a weight a group.")
    share = (weights / weights.sum()).reindex(changes.index).to_numpy(dtype=float)
    change, count = changes.to_numpy(dtype=float), len(changes)
    mean = float(share @ change)
    if method == "equal":
        error = float(change.std(ddof=1) * np.sqrt((share**2).sum()))
    else:
        error = float(np.sqrt(count / (count - 1) * ((share * (change - mean)) ** 2).sum()))
    half = float(student.ppf((1 + confidence) / 2, count - 1)) * error
    return {
        "estimate": mean,
        "std_error": error,
        "low": mean - half,
        "high": mean + half,
        "clusters": count,
    }


def _taken_in(total: Floats, chances: Floats, values: Floats) -> Floats:
    """The distribution of a sum after one more item; ``values`` are the item's levels."""
    longer = np.zeros((len(total) + int(values[-1]), *total.shape[1:]))
    for value, chance in zip(values, chances, strict=True):
        longer[int(value) : int(value) + len(total)] += total * chance
    return longer
