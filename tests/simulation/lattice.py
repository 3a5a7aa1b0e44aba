"""Synthetic scores on the lattice of the real instrument, with or without bunching.

Every agency here is synthetic. 47 integer levels with the weights of permen-59-2020 give the
index; it is printed with two decimals, and a known share of those just short of a cut-off may be
lifted to it. Not here: a model of how the evaluation works.
"""

from typing import Any

import numpy as np
import pandas as pd

from spbe_research.errors import DataError, refuse
from spbe_research.instruments import load_instrument
from spbe_research.scoring.predicates import round_half_up

__all__ = ["simulate_scores"]

_LOWEST, _HIGHEST = 1, 5
_NOISE = 1e-9  # above the error of a sum of 47 doubles, below a step of the lattice (0.0005)


def simulate_scores(
    n: int,
    *,
    lifted_share: float = 0.0,
    cutoff: float = 2.6,
    window: float = 0.12,
    mean_level: float = 2.35,
    spread: float = 0.75,
    year: int = 2022,
    edition: str = "permen-59-2020",
    seed: int,
) -> pd.DataFrame:
    """Draw synthetic agencies, of which a known share just below a cut-off is lifted to it.

    For the size and power of tests for bunching, never as a result: the agencies are synthetic.
    Where levels are not needed, ignore the item columns.

    Parameters
    ----------
    n : int
        Agencies, 0 or more.
    lifted_share : float
        Chance of each agency in ``[cutoff - window, cutoff)`` to be lifted, 0 to 1.
    cutoff, window : float
        Index points.
    mean_level, spread : float
        Centre of the levels, and standard deviation of what the levels of an agency have in
        common, in levels; with the default the index has a mean of about 2.4 and a standard
        deviation of about 0.6, as in 2021 and 2022.
    year : int
        Written in the table.
    edition : str
        Whose items and weights.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    pandas.DataFrame
        One row an agency: ``agency_id, year, edition, agency_type, status``; ``index_published``
        (two decimals, halves up); ``index_exact``; ``is_lifted``; one column an item with its
        level, 1 to 5, after the lifting.

    Raises
    ------
    DataError
        When n is negative, the share outside 0 to 1 or the window not positive.

    Notes
    -----
    ``level_ij = clip(round(mean + d_j + spread * a_i + e_ij), 1, 5)`` with standard normal ``a``
    and ``e`` and difficulties ``d_j`` spread evenly from -0.9 to 0.9 in a random order of items.
    An agency is lifted by raising one random item after another by one level until its *rounded*
    index reaches the cut-off, so that it lands at most one item's weight above it.

    Examples
    --------
    >>> table = simulate_scores(400, lifted_share=1.0, seed=1)
    >>> bool(table["index_published"].between(2.48, 2.59).any()), bool(table["is_lifted"].any())
    (False, True)
    >>> simulate_scores(-1, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid simulation, 1 violation:
      - n is -1; it must be 0 or more
    Correct the arguments.
    """
    violations = [f"n is {n}; it must be 0 or more"] if n < 0 else []
    if not 0 <= lifted_share <= 1:
        violations.append(f"lifted_share is {lifted_share}; it must lie between 0 and 1")
    if not window > 0:
        violations.append(f"window is {window}; it must be above 0")
    refuse(DataError, "simulation", violations, "Correct the arguments.")
    rng = np.random.default_rng(seed)
    instrument = load_instrument(edition)
    weights = instrument.weight_matrix[:, 0]
    difficulty = rng.permutation(np.linspace(-0.9, 0.9, weights.size))
    common = spread * rng.standard_normal((n, 1))
    latent = mean_level + difficulty + common + rng.standard_normal((n, weights.size))
    levels = np.clip(np.rint(latent), _LOWEST, _HIGHEST).astype(int)
    printed = round_half_up(levels @ weights)
    just_below = (printed >= cutoff - window - _NOISE) & (printed < cutoff - _NOISE)
    lifted = just_below & (rng.random(n) < lifted_share)
    levels[lifted] = _lift(levels[lifted], weights, cutoff, rng)
    exact = levels @ weights
    head = pd.DataFrame(
        {
            "agency_id": [f"synthetic-{number:06d}" for number in range(n)],
            "year": year,
            "edition": edition,
            "agency_type": "kabupaten",
            "status": "evaluated",
            "index_published": round_half_up(exact),
            "index_exact": exact,
            "is_lifted": lifted,
        }
    )
    return pd.concat([head, pd.DataFrame(levels, columns=list(instrument.indicators))], axis=1)


def _lift(levels: Any, weights: Any, cutoff: float, rng: np.random.Generator) -> Any:
    """Raise random items by one level until every row's rounded index reaches the cut-off."""
    raised = levels.copy()
    while True:
        short = np.flatnonzero(round_half_up(raised @ weights) < cutoff - _NOISE)
        if not short.size:
            return raised
        # the largest of random keys, among items that can still rise
        keys = np.where(raised[short] < _HIGHEST, rng.random((short.size, weights.size)), -1.0)
        raised[short, keys.argmax(axis=1)] += 1
