"""Where the uncertainty of the ranks comes from: shares of a variance that is summed over bodies.

The field reports the sensitivity of the mean absolute rank shift. A choice that lifts one half of
the bodies and lowers the other by as much moves that mean hardly from draw to draw and looks
harmless. The variance of each body's own rank, summed over bodies (Gamboa, Janon, Klein and
Lagnoux 2013, doi:10.1016/j.crma.2013.04.016), does not cancel; both stand in the table.
"""

from itertools import product
from math import prod

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.auditing.case import Case
from spbe_research.auditing.counting import Ranker
from spbe_research.auditing.draws import BLOCK, Sampler, generator
from spbe_research.auditing.options import Option, option_scores
from spbe_research.auditing.ranking import rank
from spbe_research.errors import DataError
from spbe_research.extras import require

__all__ = ["factorial_indices", "sensitivity", "sobol_shares"]

_RUNS = 1_024  # a power of two
_MOST_COMBINATIONS = 20_000
_MOST_BODIES = 2_000  # whose variances are summed
_Floats = npt.NDArray[np.float64]


def sensitivity(case: Case, sampler: Sampler, *, seed: int, n_runs: int = _RUNS) -> pd.DataFrame:
    """Return the share of the variance of the ranks that each choice brings.

    Exact, by computing every combination, where all choices are finite (every option, and the
    instrument as it is, equally likely); estimated with ``scipy.stats.sobol_indices`` else, which
    needs the extra ``[study]``.

    Parameters
    ----------
    case : Case
    sampler : Sampler
    seed : int
    n_runs : int
        Of the estimate, a power of two; ``n_runs (d + 2)`` indices are computed for d choices.

    Returns
    -------
    pandas.DataFrame
        One row per choice: ``family, choice``; ``first_order`` and ``total_order`` of the ranks,
        variances summed over bodies; ``first_order_shift`` and ``total_order_shift`` of the mean
        absolute shift of the rank (see above what it hides; missing where it does not vary);
        ``method`` (``exact`` or ``sobol``), ``n_runs``. Of more than 2,000 bodies, every k-th of
        the order of the index is summed.
    """
    finite = all(sampler.options)
    if finite or len(sampler.choices) == 1:
        method, runs = "exact", prod(len(each) + 1 for each in sampler.options)
        found = _factorial(case, sampler.options) if finite else np.ones((4, 1))
        if not finite:
            runs = 0
    else:
        method, runs = "sobol", n_runs * (len(sampler.choices) + 2)
        found = _estimated(case, sampler, seed, n_runs)
    return pd.DataFrame(
        {
            "family": [choice.family for choice in sampler.choices],
            "choice": [choice.label for choice in sampler.choices],
            "first_order": found[0],
            "total_order": found[1],
            "first_order_shift": found[2],
            "total_order_shift": found[3],
            "method": method,
            "n_runs": runs,
        }
    )


def factorial_indices(outputs: _Floats) -> tuple[_Floats, _Floats]:
    """Return first and total order of each factor from all combinations, variances summed.

    Parameters
    ----------
    outputs : numpy.ndarray, shape (n_1, ..., n_d, n_outputs)
        The outputs of every combination of the levels of d factors, all equally likely.

    Returns
    -------
    first_order, total_order : numpy.ndarray, shape (d,)
        NaN where nothing varies.

    Notes
    -----
    ``sum_i var E[y_i|x_u] / sum_i var y_i`` and ``1 - sum_i var E[y_i|x_others] / sum_i var y_i``.

    Examples
    --------
    >>> factorial_indices(np.array([[[0.0], [1.0]], [[2.0], [3.0]]]))
    (array([0.8, 0.2]), array([0.8, 0.2]))
    """
    factors = range(outputs.ndim - 1)
    total = float(outputs.var(axis=tuple(factors)).sum())
    if total == 0:
        nothing = np.full(len(factors), np.nan)
        return nothing, nothing.copy()
    first, complete = [], []
    for factor in factors:
        others = tuple(each for each in factors if each != factor)
        first.append(float(outputs.mean(axis=others).var(axis=0).sum()) / total)
        rest = outputs.mean(axis=factor)
        explained = float(rest.var(axis=tuple(range(rest.ndim - 1))).sum()) if others else 0.0
        complete.append(1 - explained / total)
    return np.array(first), np.array(complete)


def sobol_shares(first: _Floats, second: _Floats, mixed: _Floats) -> tuple[_Floats, _Floats]:
    """Return first and total order of vector outputs from the runs of a Saltelli design.

    Parameters
    ----------
    first, second : numpy.ndarray, shape (n_outputs, n_runs)
        Outputs of two independent samples A and B.
    mixed : numpy.ndarray, shape (d, n_outputs, n_runs)
        Outputs of A with factor u taken from B.

    Returns
    -------
    first_order, total_order : numpy.ndarray, shape (d,)
        Indices of single outputs by ``scipy.stats.sobol_indices`` (Saltelli et al. 2010,
        doi:10.1016/j.cpc.2009.09.018), each with the weight of its variance; NaN where nothing
        varies.
    """
    require("scipy")
    from scipy.stats import sobol_indices

    variance = np.var(np.concatenate([first, second], axis=1), axis=1)
    moves = variance > 0
    if not moves.any():
        nothing = np.full(len(mixed), np.nan)
        return nothing, nothing.copy()
    outputs = {"f_A": first[moves], "f_B": second[moves], "f_AB": mixed[:, moves]}
    found = sobol_indices(func=outputs, n=first.shape[1])
    weights = variance[moves] / variance[moves].sum()
    one, total = (np.atleast_2d(each) for each in (found.first_order, found.total_order))
    return weights @ one, weights @ total


def _factorial(case: Case, options: tuple[tuple[Option, ...], ...]) -> _Floats:
    sizes = [len(each) + 1 for each in options]
    if prod(sizes) > _MOST_COMBINATIONS:
        raise DataError(
            f"Invalid choices: {prod(sizes):,} combinations are too many for an exact answer (at "
            f"most {_MOST_COMBINATIONS:,}). Give fewer options."
        )
    chosen = _chosen(case)
    own = rank(case.scores)
    ranks = np.empty((*sizes, len(chosen)))
    shifts = np.empty((*sizes, 1))
    for place in product(*map(range, sizes)):
        taken = tuple(
            each[number - 1] for each, number in zip(options, place, strict=True) if number
        )
        ranked = rank(option_scores(case, taken))
        ranks[place] = ranked[chosen]
        shifts[place] = np.abs(ranked - own).mean()
    return np.array([*factorial_indices(ranks), *factorial_indices(shifts)])


def _estimated(case: Case, sampler: Sampler, seed: int, n_runs: int) -> _Floats:
    n_choices = len(sampler.choices)
    nothing = frozenset[int]()
    designs = [nothing, frozenset(range(n_choices)), *(frozenset({u}) for u in range(n_choices))]
    runs = [_runs(case, sampler, seed, from_second, n_runs) for from_second in designs]
    ranks = [each for each, _ in runs]
    shifts = [each for _, each in runs]
    return np.array(
        [
            *sobol_shares(ranks[0], ranks[1], np.array(ranks[2:])),
            *sobol_shares(shifts[0], shifts[1], np.array(shifts[2:])),
        ]
    )


def _runs(
    case: Case, sampler: Sampler, seed: int, from_second: frozenset[int], n_runs: int
) -> tuple[_Floats, _Floats]:
    """Ranks of the chosen bodies, (n_chosen, n_runs), and the mean absolute shift, (1, n_runs)."""
    chosen = _chosen(case)
    own = rank(case.scores)
    ranker = Ranker(len(case.ids), largest=sampler.largest, unit=sampler.unit, edges=np.empty(0))
    ranks, shifts = [], []
    for block in range(-(-n_runs // BLOCK)):
        generators = [
            generator(seed, block, number, int(number in from_second))
            for number in range(len(sampler.choices))
        ]
        drawn = sampler.draw(generators)
        wanted = min(BLOCK, n_runs - block * BLOCK)
        for scores in sampler.chunks(drawn, draws=wanted, scale=ranker.scale):
            ranked = ranker.ranks(scores)
            ranks.append(ranked[:, chosen].astype(np.float64))
            shifts.append(np.abs(ranked - own).mean(axis=1))
    return np.concatenate(ranks).T, np.concatenate(shifts)[None, :]


def _chosen(case: Case) -> npt.NDArray[np.int64]:
    """The bodies whose variances are summed, a fair part of the order of the index."""
    order = np.argsort(case.scores, kind="stable")
    return order[:: max(1, -(-len(order) // _MOST_BODIES))]
