"""Ranks, and how alike two orders are."""

import numpy as np
import numpy.typing as npt

__all__ = ["kendall_tau_b", "rank"]

_Wholes = npt.NDArray[np.int64]


def rank(scores: npt.NDArray[np.float64]) -> _Wholes:
    """Return the rank of each score, 1 the highest; ties share the better.

    Parameters
    ----------
    scores : numpy.ndarray, shape (n_bodies,)
        Rounded already: what is equal is a tie.

    Examples
    --------
    >>> rank(np.array([2.0, 3.0, 3.0, 1.0])).tolist()
    [3, 1, 1, 4]
    """
    rising = np.sort(scores)
    return len(scores) - np.searchsorted(rising, scores, side="right") + 1


def kendall_tau_b(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> float:
    """Return Kendall's tau-b of two sets of scores of the same bodies; NaN where one is constant.

    Notes
    -----
    ``(C - D) / sqrt((n0 - n1) (n0 - n2))`` with C concordant and D discordant pairs, n0 all pairs,
    n1 and n2 the ties of each. D is the number of inversions, counted digit by digit in
    n log n steps (Kendall 1945, doi:10.1093/biomet/33.3.239).

    Examples
    --------
    >>> kendall_tau_b(np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0]))
    0.3333333333333333
    """
    one, two = (np.unique(each, return_inverse=True)[1] for each in (first, second))
    n = len(one)
    all_pairs = n * (n - 1) // 2
    ties_one, ties_two = _ties(one), _ties(two)
    both = _ties(one * (int(two.max(initial=0)) + 1) + two)
    order = np.lexsort((two, one))  # ties of the first stand in the order of the second
    discordant = _inversions(two[order])
    concordant = all_pairs - ties_one - ties_two + both - discordant
    below = float(all_pairs - ties_one) * float(all_pairs - ties_two)
    return (concordant - discordant) / below**0.5 if below else float("nan")


def _ties(values: _Wholes) -> int:
    counts = np.unique(values, return_counts=True)[1].astype(np.int64)
    return int((counts * (counts - 1) // 2).sum())


def _inversions(values: _Wholes) -> int:
    """Pairs of which the earlier is the larger: they part at one binary digit, 1 before 0."""
    count = 0
    own = values
    for digit in range(int(values.max(initial=0)).bit_length()):
        # Values that agree above this digit stand together, in their old order.
        group = own >> (digit + 1)
        order = np.argsort(group, kind="stable")
        bits = (own[order] >> digit) & 1
        groups = group[order]
        ones = np.cumsum(bits)
        first = np.searchsorted(groups, groups, side="left")
        before = ones - np.where(first > 0, ones[first - 1], 0)
        count += int(before[bits == 0].sum())
    return count
