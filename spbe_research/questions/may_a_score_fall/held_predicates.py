"""Whether those whose printed number fell kept their predicate more often than their falls explain.

Two views of the same thing. How many fallers lost the predicate they held, beside the number if the
drops of that pair of years were dealt anew among them. And where fallers landed around an edge they
held, beside combs of placebo edges. Not here: how a kept predicate came about.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.instruments import load_instrument
from spbe_research.panel.schemas import PREDICATES
from spbe_research.questions.may_a_score_fall.changes import PER_POINT, WINDOW

__all__ = ["band_edges", "landing_counts", "landing_steps", "lost_predicates"]

Array = npt.NDArray[np.float64]

_KEYS = ["start", "end"]
_NEAREST_PLACEBO = 2 * WINDOW  # nearer, its window would hold a part of the true one
_FARTHEST_PLACEBO = 40  # hundredths: half way to the next edge
_FEWEST = 10  # fallers with one predicate: below, a count of losses says nothing
_DEALT_AT_ONCE = 2_000


def band_edges(edition: str = "permen-59-2020") -> dict[int, int]:
    """Return the lower edge of each predicate that can be lost, in hundredths, by its rank.

    Examples
    --------
    >>> band_edges()
    {1: 180, 2: 260, 3: 350, 4: 420}
    """
    bands = load_instrument(edition).bands
    return {PREDICATES.index(band.predicate): round(PER_POINT * band.lower) for band in bands[1:]}


def lost_predicates(changes: pd.DataFrame, *, n_resamples: int, seed: int) -> pd.DataFrame:
    """Count fallers who lost their predicate beside what the sizes of the falls would give.

    Parameters
    ----------
    changes : pandas.DataFrame
        As ``printed_changes``.
    n_resamples : int
        Random deals for the p value.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    pandas.DataFrame
        One row per pair and predicate held: ``start, end, predicate, n`` (fallers), ``n_lost,
        n_expected``, ``n_expected_within`` (dealt among fallers of the same predicate only) and
        ``p_value`` (of the first deal, two-sided; missing below ten fallers). The predicate ``any``
        takes them together.

    Notes
    -----
    Under the null hypothesis the size of a fall has nothing to do with the distance to the edge
    below. The drops of all fallers of the pair who held a predicate are dealt anew among them;
    ``n_expected`` is the mean over all deals, ``sum_i #{j: drop_j > distance_i} / n``. A stop at
    the edges makes the drops that are dealt too small, so that the expected number is a low one.
    """
    edges = band_edges()
    fallers = changes[
        (changes["change"] < 0) & ~changes["is_impossible"] & (changes["predicate_start"] > 0)
    ]
    rows = []
    for key, group in fallers.groupby(_KEYS):
        rank = group["predicate_start"].to_numpy()
        distance = group["printed_start"].to_numpy() - np.array([edges[each] for each in rank])
        drops = -group["change"].to_numpy()
        lost = (group["predicate_end"] < group["predicate_start"]).to_numpy()
        lost_by = drops[None, :] > distance[:, None]
        chance = lost_by.mean(axis=1)
        same = rank[None, :] == rank[:, None]
        within = (lost_by & same).sum(axis=1) / same.sum(axis=1)
        members = {"any": np.ones(len(group), dtype=bool)}
        members |= {PREDICATES[each]: rank == each for each in edges if (rank == each).any()}
        dealt = _dealt_losses(distance, drops, members, n_resamples, [seed, int(key[1])])
        for name, chosen in members.items():
            seen, expected = int(lost[chosen].sum()), float(chance[chosen].sum())
            far = np.abs(dealt[name] - expected) >= abs(seen - expected) - 1e-9
            enough = chosen.sum() >= _FEWEST
            rows.append(
                dict(zip(_KEYS, map(int, key), strict=True))
                | {
                    "predicate": name,
                    "n": int(chosen.sum()),
                    "n_lost": seen,
                    "n_expected": expected,
                    "n_expected_within": float(within[chosen].sum()),
                    "p_value": float((1 + far.sum()) / (1 + n_resamples))
                    if enough
                    else float("nan"),
                }
            )
    return pd.DataFrame(rows)


def landing_steps(changes: pd.DataFrame, *, reach: int = 30) -> pd.DataFrame:
    """Count where fallers landed around an edge they held, and around placebo edges.

    Parameters
    ----------
    changes : pandas.DataFrame
        As ``printed_changes``.
    reach : int
        Hundredths on each side of the edge.

    Returns
    -------
    pandas.DataFrame
        One row per pair and step: ``start, end, step`` (hundredths from the edge, 0 is the edge
        itself), ``n_fell`` (landed there, the edge lying at or below where they had stood),
        ``n_placebo`` (mean over the combs).

    Notes
    -----
    A comb is the set of all true edges moved by the same distance, 0.20 to 0.40 to either side.
    Fallers are counted at a placebo edge as at a true one: from at or above it, to near it.
    """
    edges = np.array(list(band_edges().values()))
    shifts = [
        shift
        for shift in range(-_FARTHEST_PLACEBO, _FARTHEST_PLACEBO + 1)
        if abs(shift) >= _NEAREST_PLACEBO
    ]
    fallers = changes[(changes["change"] < 0) & ~changes["is_impossible"]]
    tables = []
    for key, group in fallers.groupby(_KEYS):
        moves = group["printed_start"].to_numpy(), group["printed_end"].to_numpy()
        combs = np.array([_landed(*moves, edges + shift, reach) for shift in shifts])
        tables.append(
            pd.DataFrame(
                {
                    "start": int(key[0]),
                    "end": int(key[1]),
                    "step": np.arange(-reach, reach),
                    "n_fell": _landed(*moves, edges, reach).astype(int),
                    "n_placebo": combs.mean(axis=0),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def landing_counts(steps: pd.DataFrame) -> pd.DataFrame:
    """Sum landings within a tenth below and above an edge that was held.

    Parameters
    ----------
    steps : pandas.DataFrame
        As ``landing_steps``.

    Returns
    -------
    pandas.DataFrame
        One row per pair: ``start, end, n_below, n_above, placebo_below, placebo_above,
        expected_share`` (above, of the placebo combs), ``n`` (landed on either side), ``p_value``
        (exact binomial, two-sided, against that share; missing where fewer than ten landed there).
    """
    from scipy.stats import binomtest

    rows = []
    for key, group in steps.groupby(_KEYS):
        below, above = group["step"].between(-WINDOW, -1), group["step"].between(0, WINDOW - 1)
        n_below, n_above = int(group["n_fell"][below].sum()), int(group["n_fell"][above].sum())
        placebo = [float(group["n_placebo"][side].sum()) for side in (below, above)]
        share = placebo[1] / sum(placebo) if sum(placebo) else float("nan")
        n = n_below + n_above
        tested = n >= _FEWEST and 0 < share < 1
        rows.append(
            dict(zip(_KEYS, map(int, key), strict=True))
            | {
                "n_below": n_below,
                "n_above": n_above,
                "placebo_below": placebo[0],
                "placebo_above": placebo[1],
                "expected_share": share,
                "n": n,
                "p_value": float(binomtest(n_above, n, share).pvalue) if tested else float("nan"),
            }
        )
    return pd.DataFrame(rows)


def _dealt_losses(
    distance: Array,
    drops: Array,
    members: dict[str, npt.NDArray[np.bool_]],
    n_resamples: int,
    seed: list[int],
) -> dict[str, Array]:
    """Losses of each group when the drops are dealt anew among all, one number a deal."""
    rng = np.random.default_rng(seed)
    dealt: dict[str, list[Array]] = {name: [] for name in members}
    for first in range(0, n_resamples, _DEALT_AT_ONCE):
        times = min(_DEALT_AT_ONCE, n_resamples - first)
        deals = rng.permuted(np.tile(drops, (times, 1)), axis=1)
        lost = deals > distance
        for name, chosen in members.items():
            dealt[name].append(lost[:, chosen].sum(axis=1))
    return {name: np.concatenate(parts) for name, parts in dealt.items()}


def _landed(start: Array, end: Array, edges: Array, reach: int) -> Array:
    """Fallers by the step at which they landed around any of the edges they held."""
    step = end[:, None] - edges
    held = start[:, None] >= edges
    near = held & (step >= -reach) & (step < reach)
    counts: Array = np.bincount(step[near] + reach, minlength=2 * reach).astype(float)
    return counts
