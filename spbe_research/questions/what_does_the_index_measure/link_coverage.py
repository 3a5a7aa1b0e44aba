"""How often intervals of a linked change hold the truth when indicators drift.

The truth is a change of 0. What is measured is drift alone: of whole aspects (normal, or with heavy
tails) or of single indicators, as large as the two years with levels show it.
"""

import numpy as np
import pandas as pd

from spbe_research.questions.what_does_the_index_measure.fits import edition, item_years, weights
from spbe_research.questions.what_does_the_index_measure.sureness import SEED, composite

__all__ = ["link_coverage"]

N_SIMULATED = 20_000
HEAVY_TAILS = 3  # degrees of freedom


def link_coverage(changes: pd.DataFrame, drift: pd.DataFrame) -> pd.DataFrame:
    """Return how often each interval of 95 % holds the truth, by kind of drift.

    Parameters
    ----------
    changes : pandas.DataFrame
        As ``drift.linked_changes``: its spread of aspects is the size of the drift of aspects.
    drift : pandas.DataFrame
        As ``drift.item_drift``: its spread is the size of the drift of indicators.
    """
    from scipy.stats import t as student

    first, last = item_years()
    aspects = edition().aspects
    share = np.array([float(edition().item(code).weight) for code in aspects]) / 100
    count, rng = len(aspects), np.random.default_rng(SEED)
    own = changes[(changes["end"] == last) & (changes["basis"] == "items")]
    own = own[own["scope"] == "all"].set_index("method")
    spread = own.loc["equal", "std_error"] / np.sqrt((share**2).sum())
    heavy = spread / np.sqrt(HEAVY_TAILS / (HEAVY_TAILS - 2))
    fixed = {"bodies_only": own.loc["naive", "std_error"], "model_error_only": _model_error()}
    limit = float(student.ppf(0.975, count - 1))
    rows = []
    for kind, drawn in {
        "aspects": spread * rng.standard_normal((N_SIMULATED, count)),
        "outliers": heavy * rng.standard_t(HEAVY_TAILS, (N_SIMULATED, count)),
        "indicators": _of_indicators(float(drift["estimate"].std()), rng),
    }.items():
        mean = drawn @ share
        centred = share * (drawn - mean[:, None])
        errors = {
            "equal": drawn.std(axis=1, ddof=1) * np.sqrt((share**2).sum()),
            "sandwich": np.sqrt(count / (count - 1) * (centred**2).sum(axis=1)),
        }
        halves = {method: limit * error for method, error in errors.items()}
        halves |= {method: np.full(N_SIMULATED, 1.96 * error) for method, error in fixed.items()}
        rows += [
            {
                "start": first,
                "end": last,
                "drift_of": kind,
                "method": method,
                "estimate": float((np.abs(mean) <= half).mean()),
                "mean_half_width": float(half.mean()),
                "n": N_SIMULATED,
            }
            for method, half in halves.items()
        ]
    return pd.DataFrame(rows)


def _of_indicators(spread: float, rng: np.random.Generator) -> np.ndarray:
    """Drift of each aspect when its indicators drift on their own."""
    weighed = weights()
    columns = []
    for aspect in edition().aspects:
        share = np.array([weighed[item] for item in edition().leaves(aspect)])
        drawn = spread * rng.standard_normal((N_SIMULATED, len(share)))
        columns.append(drawn @ (share / share.sum()))
    return np.stack(columns, axis=1)


def _model_error() -> float:
    """Standard error of the mean change of T when the two years' errors are all there is."""
    squares = [composite(year).std_error ** 2 for year in item_years()]
    both = pd.concat(squares, axis=1).dropna()
    return float(np.sqrt(both.to_numpy().sum()) / len(both))
