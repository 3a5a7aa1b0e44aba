"""Least squares, instruments and Poisson written out: dummies, loops over clusters, no pyfixest.

The rule for small samples is written here a second time: ``G/(G - 1) (N - 1)/(N - K)`` with the
smaller G of two ways, K the constant, the regressors and the effects not nested in a cluster.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import f as fisher
from scipy.stats import t as student


@dataclass(frozen=True)
class Fit:
    names: list
    beta: np.ndarray
    covariance: np.ndarray
    n: int
    clusters: int

    def row(self, name):
        """Estimate, error, low, high, n, clusters."""
        at = self.names.index(name)
        estimate, error = self.beta[at], np.sqrt(self.covariance[at, at])
        half = student.ppf(0.975, self.clusters - 1) * error
        return [estimate, error, estimate - half, estimate + half, self.n, self.clusters]

    def p_of_all_zero(self, names):
        at = [self.names.index(name) for name in names]
        b, v = self.beta[at], self.covariance[np.ix_(at, at)]
        statistic = b @ np.linalg.inv(v) @ b / len(at)
        return fisher.sf(statistic, len(at), self.clusters - 1)


def regress(table, outcome, regressors, effects=(), clusters=(), instruments=None):
    """Least squares; with ``instruments`` two stages, these in the place of the regressors."""
    used = _without_singletons(table, effects)
    x = _matrix(used, regressors, effects)
    z = x if instruments is None else _matrix(used, instruments, effects)
    y = used[outcome].to_numpy(float)
    projected = z @ np.linalg.lstsq(z, x, rcond=None)[0] if instruments else x
    bread = np.linalg.inv(projected.T @ projected)
    beta = bread @ (projected.T @ y)
    residual = y - x @ beta
    covariance = _sandwich(projected * residual[:, None], bread, used, effects, clusters,
                           len(regressors))  # fmt: skip
    return Fit(list(regressors), beta[1:], covariance[1:, 1:], len(used), _fewest(used, clusters))


def poisson(table, outcome, regressors, effects, clusters):
    """Newton steps on the Poisson likelihood with dummies; groups with nothing but zeros go out."""
    used = table
    while True:
        empty = np.zeros(len(used), bool)
        for effect in effects:
            empty |= used.groupby(effect)[outcome].transform("sum").to_numpy() == 0
        kept = _without_singletons(used[~empty], effects)
        if len(kept) == len(used):
            break
        used = kept
    x = _matrix(used, regressors, effects)
    y = used[outcome].to_numpy(float)
    beta = np.zeros(x.shape[1])
    beta[0] = np.log(y.mean())
    for _ in range(200):
        mean = np.exp(x @ beta)
        step = np.linalg.solve((x * mean[:, None]).T @ x, x.T @ (y - mean))
        beta = beta + step * min(1.0, 1.0 / np.abs(step).max())
        if np.abs(step).max() < 1e-11:
            break
    mean = np.exp(x @ beta)
    bread = np.linalg.inv((x * mean[:, None]).T @ x)
    covariance = _sandwich(x * (y - mean)[:, None], bread, used, effects, clusters,
                           len(regressors))  # fmt: skip
    at = slice(1, 1 + len(regressors))
    return Fit(list(regressors), beta[at], covariance[at, at], len(used), _fewest(used, clusters))


def _without_singletons(table, effects):
    used = table
    while effects and len(used):
        alone = np.zeros(len(used), bool)
        for effect in effects:
            alone |= used.groupby(effect)[effect].transform("size").to_numpy() == 1
        if not alone.any():
            break
        used = used[~alone]
    return used.reset_index(drop=True)


def _matrix(table, regressors, effects):
    parts = [np.ones((len(table), 1)), table[list(regressors)].to_numpy(float)]
    for effect in effects:
        groups = sorted(table[effect].unique())
        column = table[effect].to_numpy()
        parts.append(np.column_stack([(column == group) * 1.0 for group in groups[1:]]))
    return np.hstack(parts)


def _sandwich(scores, bread, table, effects, clusters, n_regressors):
    ways = [[name] for name in clusters] + ([list(clusters)] if len(clusters) == 2 else [])
    signs = [1, 1, -1] if len(clusters) == 2 else [1]
    middle = np.zeros((scores.shape[1],) * 2)
    for names, sign in zip(ways, signs, strict=True):
        for rows in table.groupby(names).indices.values():
            total = scores[rows].sum(axis=0)
            middle += sign * np.outer(total, total)
    n, g = len(table), _fewest(table, clusters)
    k = 1 + n_regressors
    for effect in effects:
        nested = any(_lies_within(table, effect, way) for way in clusters)
        k += 0 if nested else table[effect].nunique() - 1
    return bread @ middle @ bread * g / (g - 1) * (n - 1) / (n - k)


def _lies_within(table, effect, way):
    pairs = set(zip(table[effect], table[way], strict=True))
    return len(pairs) == len({group for group, _ in pairs})


def _fewest(table, clusters):
    return min(table[name].nunique() for name in clusters)


def compared(
    table, keys, expected, columns=("estimate", "std_error", "low", "high", "n", "clusters")
):
    """The largest difference between a table and what is expected under the same keys."""
    found = {
        tuple(row[k] for k in keys): [row[c] for c in columns] for row in table.to_dict("records")
    }
    assert set(found) == set(expected), set(found) ^ set(expected)
    gaps = []
    for key, values in expected.items():
        for one, other in zip(found[key], values, strict=True):
            both_missing = pd.isna(one) and pd.isna(other)
            gaps.append(0.0 if both_missing else abs(float(one) - float(other)))
    assert not any(np.isnan(gaps)), "a value is missing on one side only"
    return max(gaps)
