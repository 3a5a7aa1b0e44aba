"""Two synthetic lists of one era with known truth: who is looked at, and what the others print.

Made to see what readings of two lists conclude when the second year looks at a band only, or prints
old values again. No number drawn here is ever a result; levels of indicators are not imitated.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["TwoLists", "simulate_lists"]

_YEARS = (2018, 2019)


@dataclass(frozen=True)
class TwoLists:
    """The lists as published, and the index of every body in both years had all been looked at."""

    published: pd.DataFrame
    truth: pd.DataFrame


def simulate_lists(
    n: int,
    *,
    seed: int,
    band: tuple[float, float] | None = None,
    inside: float = 0.9,
    outside: float = 0.03,
    carry_over: bool = True,
    growth: float = 0.3,
    effect: float = 0.0,
    error_sd: float = 0.2,
) -> TwoLists:
    """Draw two lists.

    Parameters
    ----------
    n : int
        Bodies.
    seed : int
        Of NumPy's default generator.
    band : (float, float), optional
        Bodies with a first index in the band are looked at with chance ``inside``, the others with
        ``outside``; everybody is when it is left out.
    carry_over : bool
        Whether bodies that are not looked at stand in the second list with their first index; else
        they are missing there.
    growth, effect : float
        True change of everybody, and what being looked at adds to it, index points.
    error_sd : float
        Of the error of each assessment.
    """
    rng = np.random.default_rng(seed)
    level = np.clip(rng.normal(2.3, 0.65, n), 1, 5)
    first = np.clip(level + rng.normal(0, error_sd, n), 1, 5).round(2)
    chance = np.ones(n)
    if band is not None:
        in_band = (first >= band[0] - 1e-9) & (first <= band[1] + 1e-9)
        chance = np.where(in_band, inside, outside)
    looked_at = rng.random(n) < chance
    changed = level + growth + effect * looked_at + rng.normal(0, 0.15, n)
    second = np.clip(changed + rng.normal(0, error_sd, n), 1, 5).round(2)
    ids = [f"body-{number:04d}" for number in range(n)]
    rows = [
        pd.DataFrame(
            {"agency_id": ids, "year": _YEARS[0], "index_published": first, "status": "evaluated"}
        ),
        pd.DataFrame(
            {
                "agency_id": ids,
                "year": _YEARS[1],
                "index_published": np.where(looked_at, second, first),
                "status": np.where(looked_at, "evaluated", "carried_over"),
            }
        ),
    ]
    published = pd.concat(rows, ignore_index=True)
    if not carry_over:
        published = published[published["status"] == "evaluated"].reset_index(drop=True)
    published = published.assign(agency_type="kabupaten", mode=published["status"])
    truth = pd.DataFrame({"agency_id": ids, "first": first, "second": second, "chosen": looked_at})
    return TwoLists(published, truth)
