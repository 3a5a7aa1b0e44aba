"""What a rule that no score may fall does to counts, places and means.

Two comparisons with opposite faults. On a pair of years without such a rule it can be imposed
(``impose_floor``); on a pair with it, the bodies that stand too many just above their old number
can be given falls of the size seen before (``give_back_falls``). Neither is what would have
happened: a body that knows that it cannot fall may act otherwise.
"""

import numpy as np
import pandas as pd

from spbe_research.errors import DataError
from spbe_research.methods.mobility import count_moves, moves_of

__all__ = ["give_back_falls", "impose_floor"]

_NEAR = (0, 2)  # cents of printed change in which a held score is found
_BESIDE = (4, 19)  # cents whose mean count says how many would stand there anyway
_LOWEST = 1.0  # index points: no score falls below the first level


def impose_floor(moves: pd.DataFrame) -> pd.DataFrame:
    """Return the moves that the same bodies would have made, had no printed number been let fall.

    Parameters
    ----------
    moves : pandas.DataFrame
        As ``mobility.pair_moves`` returns it.

    Returns
    -------
    pandas.DataFrame
        The same columns; the index of the end is that of the start where it was lower.

    Examples
    --------
    >>> from spbe_research.methods.mobility import pair_moves
    >>> from spbe_research.panel.loaders import load_published
    >>> moves = pair_moves(load_published(), 2021, 2022)
    >>> [int((each["direction"] == "fell").sum()) for each in (moves, impose_floor(moves))]
    [134, 0]
    """
    return moves_of(moves.assign(index_end=np.maximum(moves["index_start"], moves["index_end"])))


def give_back_falls(
    moves: pd.DataFrame, donors: pd.DataFrame, *, n_draws: int = 200, seed: int
) -> pd.DataFrame:
    """Return the counts of a pair of years had those held just above their old number fallen.

    Parameters
    ----------
    moves : pandas.DataFrame
        As ``mobility.pair_moves``: a pair of years in which scores seem to be held.
    donors : pandas.DataFrame
        As ``mobility.pair_moves``: a pair whose falls are copied.
    n_draws, seed : int
        Draws of who falls and by how much, and their seed.

    Returns
    -------
    pandas.DataFrame
        ``variant, n_moved, measure, estimate, n``; measures as ``mobility.count_moves``, the mean
        of the draws. ``variant``: ``excess`` moves as many bodies as stand within 0.02 above their
        old printed number beyond the mean count for each 0.01 from 0.04 to 0.19; ``all`` moves
        every body that stands there, as an outer bound.

    Raises
    ------
    DataError
        When nobody fell among the donors.

    Examples
    --------
    >>> from spbe_research.methods.mobility import pair_moves
    >>> from spbe_research.panel.loaders import load_published
    >>> held, free = (pair_moves(load_published(), *pair) for pair in ((2023, 2024), (2021, 2022)))
    >>> found = give_back_falls(held, free, n_draws=2, seed=1)
    >>> found.drop_duplicates("variant")[["variant", "n_moved"]].to_numpy().tolist()
    [['excess', 25], ['all', 49]]
    >>> give_back_falls(held, held[held["direction"] == "rose"], seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid donors. At least one of them must have fallen.
    """
    fallen = donors[donors["direction"] == "fell"]
    drops = (fallen["index_start"] - fallen["index_end"]).to_numpy()
    if not drops.size:
        raise DataError("Invalid donors. At least one of them must have fallen.")
    cents = np.rint(100 * (moves["index_end"] - moves["index_start"])).to_numpy()
    near = np.flatnonzero((cents >= _NEAR[0]) & (cents <= _NEAR[1]))
    beside = ((cents >= _BESIDE[0]) & (cents <= _BESIDE[1])).sum() / (_BESIDE[1] - _BESIDE[0] + 1)
    excess = max(round(near.size - beside * (_NEAR[1] - _NEAR[0] + 1)), 0)
    start, rng = moves["index_start"].to_numpy(), np.random.default_rng(seed)
    tables = []
    for variant, size in (("excess", excess), ("all", near.size)):
        for _ in range(n_draws):
            end = moves["index_end"].to_numpy().copy()
            moved = rng.choice(near, size, replace=False)
            end[moved] = np.maximum(start[moved] - rng.choice(drops, size), _LOWEST)
            counted = count_moves(moves_of(moves.assign(index_end=end)))
            tables.append(counted.assign(variant=variant, n_moved=size))
    every = pd.concat(tables, ignore_index=True)
    keys = ["variant", "n_moved", "measure"]
    return every.groupby(keys, sort=False).agg({"estimate": "mean", "n": "first"}).reset_index()
