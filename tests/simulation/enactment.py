"""Synthetic bodies that regulate, perform and are misread, for 2021 to 2024. Never published data.

What real data may hold and no table tells: texts that one year's reading misses, often all of a
body at once; an assessor's leniency that moves every level of a body in a year (halo); capacity
that grows in some bodies and lifts regulation and practice alike; one omnibus text for all topics;
and a score that may not fall. Each can be switched on alone, the truth is always known.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

from spbe_research.errors import DataError, refuse

__all__ = ["YEARS", "Simulated", "simulate_enactment"]

YEARS = (2021, 2022, 2023, 2024)
_TOPICS = tuple(f"topic_{k}" for k in range(10))
_PROVINCES = 33
_POLICY_WEIGHT = 0.13  # of the policy domain in the index
_TOPIC_SHARE = 0.32  # of the practices of the ten topics in the rest of the index
_BASE = 0.55  # levels of practice above 1 of a body of mean capacity
_Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Simulated:
    """One draw: what the analysis sees, and what an effect added to it.

    ``pairs``, ``parts`` and ``agencies`` are as ``pair_topics``, ``policy_and_rest`` and
    ``load_agencies`` return them. ``added``: ``agency_id, year, added``, points by which the effect
    lifts the rest of the index.
    """

    pairs: pd.DataFrame
    parts: pd.DataFrame
    agencies: pd.DataFrame
    added: pd.DataFrame


def simulate_enactment(
    *,
    effect: float = 0.0,
    misread: float = 0.0,
    halo: float = 0.0,
    growth: float = 0.0,
    omnibus: float = 0.6,
    floor: bool = False,
    n_bodies: int = 440,
    seed: int,
) -> Simulated:
    """Draw bodies with ten topics over four years.

    Parameters
    ----------
    effect : float
        Levels by which a text in force lifts the expected practice of its topic in the year.
    misread : float
        Chance, 0 to 1, that a year's assessment misses many texts of a body at once; four fifths of
        it that it misses any one text besides.
    halo : float
        Standard deviation of a body's leniency in a year, in log points of its levels above 1; a
        strict year misses texts more often.
    growth : float
        Levels of practice that a body of mean growth gains for good in 2022; bodies that grow more
        enact more.
    omnibus : float
        Share of bodies, 0 to 1, that regulate all topics with one text or none.
    floor : bool
        Whether no index falls in 2023 and in 2024.
    n_bodies, seed : int
        Bodies, and seed of NumPy's default generator.

    Raises
    ------
    DataError
        When a setting is outside its range.

    Notes
    -----
    Expected practice ``1 + (s c_i + growth g_i [t >= 2022] + effect T_ikt) exp(halo h_it)``,
    rounded up or down at random, so that it is right on average. True texts never vanish.
    """
    _check(effect=effect, misread=misread, halo=halo, growth=growth, omnibus=omnibus)
    rng = np.random.default_rng(seed)
    province = rng.integers(_PROVINCES, size=n_bodies)
    z = 0.5 * rng.standard_normal(_PROVINCES)[province] + 0.87 * rng.standard_normal(n_bodies)
    capacity = np.exp(0.6 * z - 0.18)
    grown = rng.standard_normal(n_bodies)
    gain = np.exp(0.8 * grown - 0.32) * growth
    texts = _texts(rng, z, grown if growth else np.zeros(n_bodies), omnibus)
    pairs, parts, added = [], [], []
    last_index = np.full(n_bodies, -np.inf)
    ids = np.array([f"body-{i:03d}" for i in range(n_bodies)])
    for t, year in enumerate(YEARS):
        leniency = np.exp(halo * (h := rng.standard_normal(n_bodies)) - halo**2 / 2)
        read = _read(rng, texts[t], misread, strict=-h if halo else np.zeros(n_bodies))
        levels = np.where(read, 2 + rng.binomial(2, _shares(capacity)[:, None], read.shape), 1)
        body = (_BASE * capacity + gain * (year > YEARS[0])) * leniency
        lift = effect * texts[t] * leniency[:, None]
        expected = 1 + body[:, None] + lift
        steps = 1 + (rng.random(expected.shape) < 0.5)
        practice = 1 + steps * np.floor((expected - 1) / steps + rng.random(expected.shape))
        other = 1 + body + 0.1 * rng.standard_normal(n_bodies)
        rest = _TOPIC_SHARE * practice.mean(1) + (1 - _TOPIC_SHARE) * other
        policy = levels.mean(1)
        index = _POLICY_WEIGHT * policy + (1 - _POLICY_WEIGHT) * rest
        if floor and year >= 2023:
            index = np.maximum(index, last_index)
            rest = (index - _POLICY_WEIGHT * policy) / (1 - _POLICY_WEIGHT)
        last_index = index
        keys = {"agency_id": ids, "year": year, "agency_type": "kabupaten"}
        parts.append(pd.DataFrame(keys | {"policy": policy, "rest": rest, "index": index}))
        added.append(
            pd.DataFrame(
                {"agency_id": ids, "year": year, "added": _TOPIC_SHARE * effect * texts[t].mean(1)}
            )
        )
        if t < 2:
            pairs.append(_pairs(ids, year, levels, practice))
    return Simulated(
        pairs=pd.concat(pairs, ignore_index=True),
        parts=pd.concat(parts, ignore_index=True).assign(weight=_POLICY_WEIGHT),
        agencies=pd.DataFrame(
            {
                "agency_id": ids,
                "agency_type": "kabupaten",
                "province_2018": [f"province-{p}" for p in province],
            }
        ),
        added=pd.concat(added, ignore_index=True),
    )


def _texts(
    rng: np.random.Generator, z: _Floats, grown: _Floats, omnibus: float
) -> list[NDArray[np.bool_]]:
    """Texts in force in each year: what is enacted stays."""
    shape = (len(z), len(_TOPICS))
    whole = rng.random(len(z)) < omnibus

    def drawn(chance: _Floats) -> NDArray[np.bool_]:
        single = rng.random(shape) < chance[:, None]
        together = np.repeat(rng.random((len(z), 1)) < chance[:, None], shape[1], axis=1)
        return np.where(whole[:, None], together, single)

    states = [drawn(expit(1.2 + 1.3 * z))]
    for start in (-0.1, -1.2, -1.2):
        slope = 1.5 if start > -1 else 0.0  # who grows enacts in the year of its growth
        states.append(states[-1] | drawn(expit(start + 0.5 * z + slope * grown)))
    return states


def _read(
    rng: np.random.Generator, texts: NDArray[np.bool_], misread: float, *, strict: _Floats
) -> NDArray[np.bool_]:
    if misread == 0:
        return texts
    chance = expit(logit(misread) + 1.0 * strict)
    missed_many = rng.random(len(texts)) < chance
    share = np.where(missed_many, rng.uniform(0.3, 1.0, len(texts)), 0.8 * misread)
    return texts & (rng.random(texts.shape) >= share[:, None])


def _shares(capacity: _Floats) -> _Floats:
    return np.clip(0.25 * capacity, 0.0, 0.9)


def _pairs(ids: NDArray[np.str_], year: int, levels: _Floats, practice: _Floats) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "agency_id": np.repeat(ids, len(_TOPICS)),
            "year": year,
            "agency_type": "kabupaten",
            "topic": np.tile(_TOPICS, len(ids)),
            "policy_level": levels.ravel(),
            "is_enacted": levels.ravel() >= 2,
            "practice_level": practice.ravel(),
        }
    )


def _check(**settings: float) -> None:
    limits = {"misread": 1.0, "omnibus": 1.0}
    wrong = [
        f"{name} {value!r}: must be 0 or more" + (" and at most 1" if name in limits else "")
        for name, value in settings.items()
        if not 0 <= value <= limits.get(name, np.inf)
    ]
    refuse(DataError, "settings", wrong, "Choose settings within their range.")
