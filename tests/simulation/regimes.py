"""Two synthetic lists of known truth: free changes; floors, lifts and selections on top of them.

Every body here is synthetic. Its latent index moves at random; switches then keep numbers or
predicates from falling, lift results over an edge, repeat old values, or look at a band only, each
for a known share. Not here: how an evaluation works.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from spbe_research.scoring.predicates import round_half_up

__all__ = ["Regime", "simulate_lists"]

EDGES = np.array([1.8, 2.6, 3.5, 4.2])
START, END = 2021, 2022
_STEP = 0.0005  # of the real lattice
_HALF_STEP = 0.005
_HEAVIEST = 0.03  # one level of the heaviest item
_NEAR = 0.1


@dataclass(frozen=True)
class Regime:
    """What is switched on, each as the share of those concerned to whom it happens.

    ``score_floor`` keeps a printed number that would fall, ``predicate_floor`` a predicate that
    would be lost, ``lifted`` brings those up to a tenth below any edge over it. ``carried_over``
    bodies get no new result and repeat the old one, marked as such unless ``hidden``. With a
    ``band`` only bodies whose first index lies in it are looked at.
    """

    score_floor: float = 0.0
    predicate_floor: float = 0.0
    lifted: float = 0.0
    carried_over: float = 0.0
    hidden: bool = False
    band: tuple[float, float] | None = None


def simulate_lists(
    n: int, regime: Regime, *, mean_change: float = 0.1, spread: float = 0.45, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the lists of two neighbouring years, and the truth behind them.

    Parameters
    ----------
    n : int
        Bodies.
    regime : Regime
        What is switched on.
    mean_change, spread : float
        Of the latent change, index points.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    published : pandas.DataFrame
        In the form of ``load_published()``.
    truth : pandas.DataFrame
        One row a body: ``agency_id, start, latent_end`` (before any switch), ``end`` (exact, after
        them), ``is_looked_at``.
    """
    rng = np.random.default_rng(seed)
    start = _on_lattice(rng.normal(2.35, 0.6, n))
    latent = _on_lattice(start + rng.normal(mean_change, spread, n))
    end = latent.copy()
    threshold = round_half_up(start) - _HALF_STEP
    end = _raise_to(end, threshold, end < threshold, regime.score_floor, _HEAVIEST, rng)
    place = np.searchsorted(EDGES, round_half_up(start) + 1e-9, side="right")
    edge = np.concatenate([[0.0], EDGES])[place] - _HALF_STEP
    end = _raise_to(end, edge, end < edge, regime.predicate_floor, 2 * _HEAVIEST, rng)
    for each in EDGES - _HALF_STEP:
        below = (end >= each - _NEAR) & (end < each)
        end = _raise_to(end, np.full(n, each), below, regime.lifted, _HEAVIEST, rng)
    low, high = regime.band if regime.band else (0.0, 9.0)
    looked_at = (start >= low) & (start <= high) & (rng.random(n) >= regime.carried_over)
    end = np.where(looked_at, end, start)
    names = [f"synthetic-{number:05d}" for number in range(n)]
    status = np.where(looked_at | regime.hidden, "evaluated", "carried_over")
    parts = [
        _list(START, names, start, np.full(n, "evaluated")),
        _list(END, names, end, status),
    ]
    truth = pd.DataFrame(
        {
            "agency_id": names,
            "start": start,
            "latent_end": latent,
            "end": end,
            "is_looked_at": looked_at,
        }
    )
    return pd.concat(parts, ignore_index=True), truth


def _on_lattice(index: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(index / _STEP) * _STEP, 1.0, 5.0)


def _raise_to(
    end: np.ndarray,
    least: np.ndarray,
    concerned: np.ndarray,
    share: float,
    reach: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Raise a share of those concerned to the least value, and past it by less than the reach."""
    raised = concerned & (rng.random(end.size) < share)
    landed = least + rng.uniform(0, reach, end.size)
    return np.where(raised, np.maximum(_on_lattice(landed), np.ceil(least / _STEP) * _STEP), end)


def _list(year: int, names: list[str], index: np.ndarray, status: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "agency_id": names,
            "year": year,
            "edition": "permen-59-2020",
            "agency_type": "kabupaten",
            "index_published": index,
            "predicate_published": None,
            "status": status,
        }
    )
