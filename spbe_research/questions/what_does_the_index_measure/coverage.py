"""Do the intervals hold the truth as often as they say? Bodies that do not exist, of known T.

Each truth is drawn from the fit of the last year with levels, or from it with one thing changed
that no model of ours knows of. Scored are the same levels, by each model and by classical theory.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.methods.ordinal_factors import OrdinalFit
from spbe_research.methods.ordinal_scores import (
    composite_scores,
    expected_levels,
    replicated_levels,
)
from spbe_research.questions.what_does_the_index_measure.fits import (
    MODELS,
    fits,
    fitted,
    item_years,
    weights,
)
from spbe_research.questions.what_does_the_index_measure.reliability import cronbach_alpha
from spbe_research.questions.what_does_the_index_measure.sureness import NEAR, SEED, edges

__all__ = ["coverage", "true_index"]

N_BODIES = 2000
NOMINAL = (0.90, 0.95)
SKEW = 0.6  # of the logarithm; skewness of the factors about 2.3
HALO_SD = 0.5  # logits, one draw a body on all indicators: a kind or a strict assessor

Floats = NDArray[np.float64]


def coverage() -> pd.DataFrame:
    """Return how often 90 and 95 % intervals hold the true T, by truth and by method.

    Beside it, for the method the question rests on: of bodies whose index lies near an edge, how
    often the predicate is that of the true T, and how probable the method calls it.
    """
    year = item_years()[-1]
    rows: list[dict[str, object]] = []
    for truth, draw in _TRUTHS.items():
        levels, true = draw(fitted(year), np.random.default_rng(SEED))
        for method in (*MODELS, "alpha"):
            mean, error = _scored(method, levels, year)
            rows += [
                {
                    "year": year,
                    "truth": truth,
                    "method": method,
                    "measure": f"covered_{100 * nominal:.0f}",
                    "nominal": nominal,
                    "estimate": float((np.abs(true - mean) <= _z(nominal) * error).mean()),
                    "n": len(true),
                }
                for nominal in NOMINAL
            ]
            if method == MODELS[-1]:
                rows.append({"year": year, "truth": truth, "method": method} | _held(levels, true))
    return pd.DataFrame(rows)


def true_index(fit: OrdinalFit, thetas: Floats) -> Floats:
    """Return T of bodies with known factors."""
    nodes = np.linspace(-6.0, 6.0, 481)
    curves = expected_levels(fit, nodes, weights()).to_numpy()
    return sum(
        (np.interp(thetas[:, d], nodes, curves[:, d]) for d in range(thetas.shape[1])),
        np.zeros(len(thetas)),
    )


def _normal(fit: OrdinalFit, rng: np.random.Generator) -> tuple[pd.DataFrame, Floats]:
    root = np.linalg.cholesky(fit.arrays.correlations)
    return _drawn(fit, rng.standard_normal((N_BODIES, len(root))) @ root.T, 0.0)


def _skewed(fit: OrdinalFit, rng: np.random.Generator) -> tuple[pd.DataFrame, Floats]:
    root = np.linalg.cholesky(fit.arrays.correlations)
    bent = np.exp(SKEW * rng.standard_normal((N_BODIES, len(root))) @ root.T)
    scale = np.exp(SKEW**2 / 2)
    return _drawn(fit, (bent / scale - 1) / np.sqrt(np.exp(SKEW**2) - 1), 0.0)


def _halo(fit: OrdinalFit, rng: np.random.Generator) -> tuple[pd.DataFrame, Floats]:
    root = np.linalg.cholesky(fit.arrays.correlations)
    thetas = rng.standard_normal((N_BODIES, len(root))) @ root.T
    return _drawn(fit, thetas, HALO_SD * rng.standard_normal(N_BODIES))


_TRUTHS: dict[str, Callable[..., tuple[pd.DataFrame, Floats]]] = {
    "the model": _normal,
    "skewed factors": _skewed,
    "assessors differ": _halo,
}


def _drawn(fit: OrdinalFit, thetas: Floats, shift: Floats | float) -> tuple[pd.DataFrame, Floats]:
    levels = replicated_levels(fit, thetas, shift=shift, seed=SEED)
    return pd.DataFrame(levels, columns=list(fit.structure.items)), true_index(fit, thetas)


def _scored(method: str, levels: pd.DataFrame, year: int) -> tuple[Floats, Floats]:
    """Mean and error of T of every body."""
    if method != "alpha":
        scores = composite_scores(
            fits()[year, method], weights(), levels=levels, n_draws=0, seed=SEED
        )
        return scores.estimate.to_numpy(), scores.std_error.to_numpy()
    index = levels[list(weights())].to_numpy() @ np.array(list(weights().values()))
    error = index.std(ddof=1) * np.sqrt(1 - cronbach_alpha(levels, pd.Series(weights())))
    return index, np.full(len(index), error)


def _held(levels: pd.DataFrame, true: Floats) -> dict[str, object]:
    """Near an edge: share whose predicate is that of T, beside the mean probability stated."""
    year = item_years()[-1]
    index = levels[list(weights())].to_numpy() @ np.array(list(weights().values()))
    lower = np.array(list(edges().values()))
    near = (np.abs(index[:, None] - lower[None, 1:]) < NEAR).any(axis=1)
    scores = composite_scores(fitted(year), weights(), levels=levels[near], n_draws=400, seed=SEED)
    band = np.searchsorted(lower, np.round(index[near] + 1e-9, 2), side="right") - 1
    stated = scores.band_probabilities(edges()).to_numpy()[np.arange(near.sum()), band]
    right = np.searchsorted(lower, true[near], side="right") - 1 == band
    return {
        "measure": "predicate_holds_near_edge",
        "nominal": float(stated.mean()),
        "estimate": float(right.mean()),
        "n": int(near.sum()),
    }


def _z(confidence: float) -> float:
    from scipy.special import ndtri

    return float(ndtri((1 + confidence) / 2))
