"""Weights and matches computed a second time. They carry no interval, so nothing is covered."""

from functools import cache

import numpy as np
import pandas as pd
from scipy.optimize import minimize, root
from sklearn.neighbors import NearestNeighbors
from statsmodels.discrete.discrete_model import Logit

from spbe_research.datasets import load_agencies, load_covariates, load_published, load_reference
from spbe_research.regulations.smart_city import COHORT_COVARIATES, build_cohort_sample
from spbe_research.regulations.weighting import entropy_balance, match_neighbours, odds_weights


@cache
def real_sample() -> pd.DataFrame:
    """Every evaluated kabupaten and kota with its cohort."""
    return build_cohort_sample(
        load_published(),
        load_reference("smart_city_cohorts"),
        load_agencies(),
        load_covariates(),
    )


def real_arrays(year: int = 2021) -> tuple[np.ndarray, np.ndarray]:
    """Membership and covariates without islands, of one year."""
    rows = real_sample().query("year == @year")
    return (rows["cohort"] > 0).to_numpy(), rows[list(COHORT_COVARIATES)].to_numpy()


def comparisons() -> list[dict]:
    """Balance, odds and neighbours of the real members and never-members of 2021."""
    member, x = real_arrays()
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    controls, aims = x[~member], x[member].mean(axis=0)
    ours = entropy_balance(controls, aims)

    def moments(b: np.ndarray) -> np.ndarray:
        return np.exp((controls - aims) @ b) @ (controls - aims) / len(controls)

    solved = np.exp((controls - aims) @ root(moments, np.zeros(3), tol=1e-13).x)
    few = controls[::6]
    primal = minimize(
        lambda w: (w * np.log(np.maximum(w, 1e-300) * len(few))).sum(),
        np.full(len(few), 1 / len(few)),
        jac=lambda w: np.log(np.maximum(w, 1e-300) * len(few)) + 1,
        bounds=[(0, 1)] * len(few),
        constraints=[
            {"type": "eq", "fun": lambda w: np.r_[w.sum() - 1, w @ few - aims / 2],
             "jac": lambda w: np.vstack([np.ones(len(few)), few.T])},
        ],
        options={"ftol": 1e-14, "maxiter": 500},
    ).x  # fmt: skip
    odds, chance = odds_weights(member, x)
    logit = Logit(member.astype(float), np.column_stack([np.ones(len(x)), x])).fit(disp=0)
    expected = logit.predict()[~member] / (1 - logit.predict()[~member])
    matches = match_neighbours(member, x, n_neighbours=3)
    tree = NearestNeighbors(
        n_neighbors=3, metric="mahalanobis", algorithm="brute",
        metric_params={"VI": np.linalg.inv(np.cov(x, rowvar=False))},
    ).fit(controls)  # fmt: skip
    neighbours = np.flatnonzero(~member)[tree.kneighbors(x[member])[1]]
    return [
        _row("entropy_balance", "largest difference of a weight",
             np.abs(ours - solved / solved.sum()).max(), 0, "scipy.optimize.root on the moments",
             1e-10),
        _row("entropy_balance", "largest weight, every sixth never-member",
             entropy_balance(few, aims / 2).max(), primal.max(), "primal problem by SLSQP", 1e-6),
        _row("odds_weights", "largest difference of a weight",
             np.abs(odds - expected / expected.sum()).max(), 0, "statsmodels Logit", 1e-8),
        _row("odds_weights", "mean chance", chance.mean(), member.mean(), "share of members",
             1e-10),
        _row("match_neighbours", "matches that differ", (matches != neighbours).sum(), 0,
             "scikit-learn NearestNeighbors", 0),
    ]  # fmt: skip


def _row(estimator, quantity, ours, independent, implementation, tolerance) -> dict:
    return {
        "estimator": estimator,
        "quantity": quantity,
        "ours": float(ours),
        "independent": float(independent),
        "implementation": implementation,
        "tolerance": float(tolerance),
    }


def coverage(n_simulations: int, *, seed: int) -> list[dict]:
    """Nothing here has an interval; see ``compare_smart_city``."""
    return []
