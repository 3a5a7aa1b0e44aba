"""Synthetic panels of agencies and topics with a known effect of enacting, to try the designs on.

The number of agencies, the share of each topic enacted, newly enacted and kept, and the mean level
of each practice are those of the real panel; the rest is made up. A hidden capacity lifts both
enacting and practice, for the whole agency or for single topics. Nothing here says how large the
real effect is; it says what a design would find if it were this large.

Not like the real panel: all levels are whole (the real audit is a mean of three), and enacting has
the same effect everywhere.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.errors import DataError, refuse
from spbe_research.regulations.adoption import compare_adoption, pair_changes
from spbe_research.regulations.matched_topics import compare_matched_topics

__all__ = ["assess_policy_designs", "measure_policy_margins", "simulate_policy_panel"]

_MARGINS = [
    "n_agencies",
    "share_enacted",
    "share_newly_enacted",
    "share_kept",
    "practice_2021",
    "practice_2022",
]
# Capacity has mean 1 and lies in 0 to 2.5; its spread gives agencies' mean practice the standard
# deviation of the real one (0.55 in 2021 and 0.61 in 2022 around a mean of 0.7 above level 1).
_CAPACITY_MAXIMUM = 2.5
_CAPACITY_SHAPE = (0.82, 1.23)
_PERSISTENCE = 0.1
_BISECTIONS = 60
# Many real practices stand at 1 or 3 and skip 2; this share of the cells moves by two levels.
_TWO_STEPS = 0.6


def measure_policy_margins(pairs: pd.DataFrame) -> pd.DataFrame:
    """Measure what the synthetic panel takes over from the real one.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As ``pair_topics``; the agencies in both years are used.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``topic``: ``n_agencies``; ``share_enacted`` in 2021, ``share_newly_enacted`` of
        those not enacted, ``share_kept`` of those enacted (0 to 1); ``practice_2021,
        practice_2022``, mean levels.

    Raises
    ------
    DataError
        When no agency stands in both years.

    Examples
    --------
    >>> pairs = pd.DataFrame({"agency_id": [*"abab"], "agency_type": "kota", "topic": "x",
    ...     "year": [2021, 2021, 2022, 2022], "is_enacted": [True, False, True, True],
    ...     "practice_level": [2.0, 1, 3, 2]})
    >>> measure_policy_margins(pairs).loc["x"].tolist()
    [2.0, 0.5, 1.0, 1.0, 1.5, 2.5]
    >>> measure_policy_margins(pairs.head(2))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid pairs. At least one agency must stand in 2021 and 2022.
    """
    changes = pair_changes(pairs)
    before, after = changes["enacted_before"].astype(bool), changes["enacted_after"].astype(float)
    table = pd.DataFrame(
        {
            "topic": changes["topic"],
            "n_agencies": changes["agency_id"],
            "share_enacted": before.astype(float),
            "share_newly_enacted": after.mask(before),
            "share_kept": after.where(before),
            "practice_2021": changes["practice_before"],
            "practice_2022": changes["practice_after"],
        }
    ).groupby("topic")
    return table.mean(numeric_only=True).assign(n_agencies=table["n_agencies"].nunique())[_MARGINS]


def simulate_policy_panel(
    margins: pd.DataFrame,
    *,
    effect: float,
    confounding: float = 3.0,
    topic_share: float = 0.0,
    growth: float = 0.1,
    seed: int,
) -> pd.DataFrame:
    """Draw a synthetic panel of agencies and topics for 2021 and 2022.

    Parameters
    ----------
    margins : pandas.DataFrame
        As ``measure_policy_margins``.
    effect : float
        Levels by which enacting lifts the expected practice of its topic in the same year.
    confounding : float
        Log odds of enacting, and of keeping what is enacted, for one standard deviation of hidden
        capacity; 0 for none. For new enacting capacity and hidden growth count in equal parts.
    topic_share : float
        Share, 0 to 1, of the variance of capacity and growth that belongs to single topics of an
        agency. What is left is common to all its topics and can be removed by agency effects.
    growth : float
        Mean hidden growth of practice to 2022, in levels, 0 or more.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    pandas.DataFrame
        Synthetic, as ``pair_topics``: ``agency_id, year, agency_type, topic, policy_level`` (1 or
        2), ``is_enacted, practice_level`` (whole, 1 to 5).

    Raises
    ------
    DataError
        When a margin is absent, a setting is outside its range, or the effect and growth leave a
        topic's untreated mean below level 1.

    Notes
    -----
    Expected practice ``1 + (m_k - 1) c_ik + effect enacted_ik + g_ik``, with capacity c of mean 1
    and growth g in 2022 only; ``m_k`` is set so that the topic's mean is the real one. The level is
    that expectation rounded up or down at random (in six of ten cells to 1, 3 or 5), so that it is
    right on average; a tenth of the draws is kept from one year to the next, which gives changes
    the real spread. ``P(enacted) = expit(a_k + confounding z_ik)`` with z the normal score of
    capacity and ``a_k`` solved from the real share. Capacity multiplies the mean of the topic, as
    near the floor it must: agency and topic effects, which add, remove it well but not perfectly.

    Examples
    --------
    >>> margins = pd.DataFrame({"n_agencies": 50, "share_enacted": 0.5, "share_newly_enacted": 0.6,
    ...     "share_kept": 0.9, "practice_2021": 1.7, "practice_2022": 1.8}, index=[*"xyz"])
    >>> panel = simulate_policy_panel(margins, effect=0.2, seed=1)
    >>> len(panel), int(panel["practice_level"].min())
    (300, 1)
    >>> simulate_policy_panel(margins, effect=2, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid effect and growth, 6 violations:
      - x 2021: the untreated mean would be 0.7, below level 1
    ...
    """
    _check_settings(margins, confounding=confounding, topic_share=topic_share, growth=growth)
    rng = np.random.default_rng(seed)
    n, topics = int(margins["n_agencies"].iloc[0]), list(margins.index)
    shares = {name: margins[name].to_numpy(float) for name in _MARGINS}
    z, z_growth = (_scores(rng, (n, len(topics)), topic_share) for _ in range(2))
    everywhere = np.ones(z.shape, dtype=bool)
    before = rng.random(z.shape) < _chance(shares["share_enacted"], confounding, z, everywhere)
    newly = _chance(
        shares["share_newly_enacted"], confounding, (z + z_growth) / np.sqrt(2), ~before
    )
    kept = _chance(shares["share_kept"], confounding, z, before)
    after = rng.random(z.shape) < np.where(before, kept, newly)
    share_after = (
        shares["share_enacted"] * shares["share_kept"]
        + (1 - shares["share_enacted"]) * shares["share_newly_enacted"]
    )
    bases = {
        2021: shares["practice_2021"] - effect * shares["share_enacted"],
        2022: shares["practice_2022"] - effect * share_after - growth,
    }
    _check_bases(bases, topics)
    capacity = _capacity(z)
    first = rng.random(z.shape)
    second = np.where(rng.random(z.shape) < _PERSISTENCE, first, rng.random(z.shape))
    steps = 1 + (rng.random(z.shape) < _TWO_STEPS).astype(np.int64)
    expected = {
        2021: 1 + (bases[2021] - 1) * capacity + effect * before,
        2022: 1 + (bases[2022] - 1) * capacity + effect * after + growth * _capacity(z_growth),
    }
    levels = {
        year: _leveled(expected[year], uniform, steps)
        for year, uniform in ((2021, first), (2022, second))
    }
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "agency_id": np.repeat([f"synthetic-{i:03d}" for i in range(n)], len(topics)),
                    "year": year,
                    "agency_type": "synthetic",
                    "topic": np.tile(topics, n),
                    "policy_level": 1 + enacted.ravel().astype(int),
                    "is_enacted": enacted.ravel(),
                    "practice_level": levels[year].ravel(),
                }
            )
            for year, enacted in ((2021, before), (2022, after))
        ],
        ignore_index=True,
    )


def assess_policy_designs(
    margins: pd.DataFrame,
    *,
    effect: float,
    confounding: float = 3.0,
    topic_share: float = 0.0,
    growth: float = 0.1,
    n_simulations: int,
    confidence: float = 0.95,
    seed: int,
) -> pd.DataFrame:
    """Bias, coverage and power of matched topics and of adoption on synthetic panels.

    Parameters
    ----------
    margins : pandas.DataFrame
        As ``measure_policy_margins``.
    effect, confounding, topic_share, growth
        As ``simulate_policy_panel``.
    n_simulations : int
        Panels drawn; about 0.2 seconds each.
    confidence : float
        Of the intervals.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    pandas.DataFrame
        One row a design, year and specification: ``design, year, contrast, truth,
        mean_estimate, bias`` (levels), ``covered`` (share of intervals that hold the truth),
        ``rejects_zero`` (share of intervals without 0: power, or with effect 0 the size),
        ``spread`` (standard deviation of estimates), ``mean_std_error, n_simulations``.

    Raises
    ------
    DataError
        As ``simulate_policy_panel``, or when there is no simulation to run.

    Examples
    --------
    >>> margins = pd.DataFrame({"n_agencies": 60, "share_enacted": 0.5, "share_newly_enacted": 0.5,
    ...     "share_kept": 0.9, "practice_2021": 1.7, "practice_2022": 1.8}, index=[*"vwxyz"])
    >>> table = assess_policy_designs(margins, effect=0.2, n_simulations=2, seed=1)
    >>> table.groupby("design").size().to_dict()
    {'adoption': 5, 'matched topics': 8}
    >>> assess_policy_designs(margins, effect=0.2, n_simulations=0, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid n_simulations 0. It must be 1 or more.
    """
    if n_simulations < 1:
        raise DataError(f"Invalid n_simulations {n_simulations}. It must be 1 or more.")
    seeds = np.random.SeedSequence(seed).generate_state(n_simulations)
    runs = []
    for one in seeds:
        panel = simulate_policy_panel(
            margins,
            effect=effect,
            confounding=confounding,
            topic_share=topic_share,
            growth=growth,
            seed=int(one),
        )
        runs.append(compare_matched_topics(panel, confidence=confidence))
        runs.append(compare_adoption(pair_changes(panel), confidence=confidence))
    table = pd.concat(runs, ignore_index=True)
    table["covered"] = (table["low"] <= effect) & (effect <= table["high"])
    table["rejects_zero"] = (table["low"] > 0) | (table["high"] < 0)
    summary = (
        table.groupby(["design", "year", "contrast"], sort=False)
        .agg(
            mean_estimate=("estimate", "mean"),
            covered=("covered", "mean"),
            rejects_zero=("rejects_zero", "mean"),
            spread=("estimate", "std"),
            mean_std_error=("std_error", "mean"),
        )
        .reset_index()
    )
    summary.insert(3, "truth", effect)
    summary.insert(5, "bias", summary["mean_estimate"] - effect)
    return summary.assign(n_simulations=n_simulations)


def _check_settings(
    margins: pd.DataFrame, *, confounding: float, topic_share: float, growth: float
) -> None:
    violations = [f"margin {name}: is absent" for name in _MARGINS if name not in margins.columns]
    if not confounding >= 0:
        violations.append(f"confounding {confounding!r}: must be 0 or more")
    if not 0 <= topic_share <= 1:
        violations.append(f"topic_share {topic_share!r}: must lie between 0 and 1")
    if not growth >= 0:
        violations.append(f"growth {growth!r}: must be 0 or more")
    refuse(DataError, "settings", violations, "Measure margins with measure_policy_margins.")


def _check_bases(bases: dict[int, NDArray[np.float64]], topics: list[str]) -> None:
    violations = [
        f"{topic} {year}: the untreated mean would be {base:.2g}, below level 1"
        for year, values in bases.items()
        for topic, base in zip(topics, values, strict=True)
        if base < 1
    ]
    refuse(DataError, "effect and growth", violations, "Choose a smaller effect or growth.")


def _scores(
    rng: np.random.Generator, shape: tuple[int, int], topic_share: float
) -> NDArray[np.float64]:
    """Normal scores: a part common to the agency, a part of the topic."""
    common, own = rng.standard_normal((shape[0], 1)), rng.standard_normal(shape)
    return np.asarray(np.sqrt(1 - topic_share) * common + np.sqrt(topic_share) * own)


def _capacity(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Map normal scores to capacity of mean 1, bounded so that no level passes 5."""
    from scipy.special import betaincinv, ndtr

    return np.asarray(_CAPACITY_MAXIMUM * betaincinv(*_CAPACITY_SHAPE, ndtr(z)))


def _chance(
    shares: NDArray[np.float64],
    slope: float,
    z: NDArray[np.float64],
    at_risk: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Chances of enacting that average to the share of each topic over the cells at risk."""
    from scipy.special import expit

    low, high = np.full(z.shape[1], -100.0), np.full(z.shape[1], 100.0)
    counts = np.maximum(at_risk.sum(axis=0), 1)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        means = np.where(at_risk, expit(middle + slope * z), 0.0).sum(axis=0) / counts
        low, high = np.where(means < shares, middle, low), np.where(means < shares, high, middle)
    return np.asarray(expit((low + high) / 2 + slope * z))


def _leveled(
    expected: NDArray[np.float64], uniform: NDArray[np.float64], steps: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Whole levels, one or two apart, right on average: rounded up or down at random."""
    return np.asarray(np.clip(1 + steps * np.floor((expected - 1) / steps + uniform), 1.0, 5.0))
