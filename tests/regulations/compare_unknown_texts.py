"""Bounds and breakdown against every assignment; counts against loops. No interval, no coverage."""

import itertools

import numpy as np

from compare_texts import real
from spbe_research import load_policies
from spbe_research.regulations.unknown_texts import (
    association_bounds,
    breakdown_shares,
    enacted_by_known_text,
)


def brute_bounds(known: np.ndarray, unknown: np.ndarray, k: int) -> tuple[float, float, float]:
    """Smallest, mean and largest difference over every choice of k unknown regions."""
    found = []
    for chosen in itertools.combinations(range(unknown.size), k):
        inside = np.isin(np.arange(unknown.size), chosen)
        found.append(np.append(known, unknown[inside]).mean() - unknown[~inside].mean())
    return min(found), float(np.mean(found)), max(found)


def comparisons() -> list[dict]:
    """Sixteen provinces of 2021, few enough to enumerate; all local governments for the counts."""
    _, _, table = real()
    small = table[(table["year"] == 2021) & (table["agency_type"] == "provinsi")].head(16)
    text = small["has_text"].to_numpy()
    score = small["index"].to_numpy()
    known, unknown = score[text], score[~text]
    k = round(0.5 * unknown.size)
    low, middle, high = brute_bounds(known, unknown, k)
    found = association_bounds(small, years=[2021], shares=[0.5]).iloc[0]
    turning = next(
        k
        for k in range(unknown.size)
        if brute_bounds(known, unknown, k)[0] <= 0 <= brute_bounds(known, unknown, k)[2]
    )
    breakdown = breakdown_shares(small, years=[2021]).iloc[0]
    pairs = [
        ("low", found["low"], low, "every assignment"),
        ("high", found["high"], high, "every assignment"),
        ("estimate", found["estimate"], middle, "mean of every assignment"),
        ("breakdown, regions", breakdown["n_regions"], turning, "every assignment"),
    ]
    counts = enacted_by_known_text(table).set_index(["year", "group", "outcome"])["count"]
    policies = load_policies()
    for year in (2021, 2022):
        rows = table[(table["year"] == year) & ~table["has_text"]]
        own = policies[policies["year"] == year]
        enacted = set(own.loc[own["level"] >= 2, "agency_id"])
        by_loop = sum(agency in enacted for agency in rows["agency_id"])
        ours = counts.loc[(year, "no known text", "at least one topic enacted")]
        pairs.append((f"enacted without a known text {year}", ours, by_loop, "loop over levels"))
    return [
        {
            "estimator": "unknown_texts",
            "quantity": quantity,
            "ours": float(ours),
            "independent": float(other),
            "implementation": implementation,
            "tolerance": 1e-9,
        }
        for quantity, ours, other, implementation in pairs
    ]


def coverage(n_simulations: int, *, seed: int) -> list[dict]:
    """Return nothing: bounds of what could be have no sampling error."""
    return []
