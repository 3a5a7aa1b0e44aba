"""Adjusted p values against statsmodels and SciPy, and error rates over simulated families."""

import numpy as np
from scipy.stats import false_discovery_control, norm
from statsmodels.stats.multitest import multipletests

from spbe_research import load_agencies, load_policies, load_published, load_reference
from spbe_research.regulations.multiplicity import adjust_p_values, benjamini_hochberg, holm
from spbe_research.regulations.registry import local_texts, oldest_text
from spbe_research.regulations.texts import age_and_kind, texts_and_scores

YEARS = (2018, 2019, 2021, 2022, 2023, 2024)


def comparisons() -> list[dict]:
    """The family of the local texts, each year and contrast with an error one hypothesis."""
    texts = local_texts(load_reference("regulations_local"), load_agencies())
    table = texts_and_scores(load_published(), oldest_text(texts, years=YEARS), load_policies())
    ours = adjust_p_values(age_and_kind(table).dropna(subset="std_error"))
    p = ours["p_value"].to_numpy()
    others = {
        "p_holm": (multipletests(p, method="holm")[1], "statsmodels multipletests"),
        "q_bh": (false_discovery_control(p, method="bh"), "scipy false_discovery_control"),
        "q_by": (false_discovery_control(p, method="by"), "scipy false_discovery_control"),
    }
    return [
        {
            "estimator": name,
            "quantity": f"{what} of {p.size} hypotheses",
            "ours": float(getattr(ours[name], what)()),
            "independent": float(getattr(np, what)(other)),
            "implementation": implementation,
            "tolerance": 1e-12,
        }
        for name, (other, implementation) in others.items()
        for what in ("min", "mean", "max")
    ]


def coverage(n_simulations: int, *, seed: int) -> list[dict]:
    """Rates of false claims: 20 independent hypotheses, all null or five of them true at z = 3."""
    rng = np.random.default_rng(seed)
    rows = []
    for n_true in (0, 5):
        z = rng.normal(size=(n_simulations, 20))
        z[:, :n_true] += 3
        p = 2 * norm.sf(np.abs(z))
        false_any, false_share = [], []
        for values in p:
            false_any.append((holm(values)[n_true:] <= 0.05).any())
            found = benjamini_hochberg(values) <= 0.05
            false_share.append(found[n_true:].sum() / max(found.sum(), 1))
        rows += [
            {
                "estimator": name,
                "setting": f"{what}, level 0.05, {n_true} of 20 true",
                "truth": 0.05,
                "mean_estimate": float(np.mean(rates)),
                "nominal": 0.05,
                "covered": float(np.mean(rates)),
                "n_simulations": n_simulations,
                "n": 20,
            }
            for name, what, rates in (
                ("p_holm", "any false claim", false_any),
                ("q_bh", "false share of claims", false_share),
            )
        ]
    return rows
