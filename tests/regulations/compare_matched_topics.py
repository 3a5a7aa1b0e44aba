"""Independent second computations for ``regulations/matched_topics.py``, and its coverage."""

import warnings
from functools import cache

import numpy as np
import pandas as pd

from spbe_research import load_policies, load_published, load_reference, load_scores
from spbe_research.regulations.matched_topics import (
    compare_dose,
    compare_matched_topics,
    leave_one_topic_out,
    pair_topics,
)
from spbe_research.simulation.policies import assess_policy_designs, measure_policy_margins


@cache
def real_pairs():
    """Policy and practice of the real data, topic by topic."""
    return pair_topics(
        load_policies(),
        load_scores(scale="indicator"),
        load_reference("policy_topics"),
        load_published(),
    )


def fit_pyfixest(table, outcome, regressors, effects=()):
    """Estimate and error of the first regressor by pyfixest, and its number of parameters K."""
    with warnings.catch_warnings():
        # pyfixest 0.60 still resets an index in place, which pandas 3.1 deprecates.
        warnings.simplefilter("ignore", category=DeprecationWarning)
        warnings.simplefilter("ignore", category=pd.errors.Pandas4Warning)
        # That singletons are dropped is compared by the number of rows.
        warnings.filterwarnings("ignore", message=".*singleton fixed effect", category=UserWarning)
        import pyfixest as pf

        formula = f"{outcome} ~ {' + '.join(regressors)}"
        if effects:
            formula += f" | {' + '.join(effects)}"
        numbers = table.assign(**{name: table[name].astype(float) for name in regressors})
        fit = pf.feols(formula, numbers, vcov={"CRV1": "agency_id"}, fixef_tol=1e-13)
        name = regressors[0]
        return float(fit.coef()[name]), float(fit.se()[name]), int(fit._N)


def expected_error(row, pyfixest_error, n_parameters, *, nested):
    """Bring pyfixest's error to statsmodels' small-sample correction.

    Both multiply by G/(G-1) * (N-1)/(N-K). With agency effects, nested in the clusters, pyfixest
    counts one of them (the constant) in K and statsmodels, given the centred table, none. Without
    them both count the same.
    """
    if not nested:
        return pyfixest_error
    n = row["n"]
    return pyfixest_error * np.sqrt((n - n_parameters - 1) / (n - n_parameters))


def comparisons() -> list[dict]:
    """Every estimator of the real data by pyfixest and by explicit dummies in NumPy."""
    pairs = real_pairs()
    pairs = pairs[pairs["year"] == 2021]
    rows = []

    def add(estimator, quantity, ours, independent, implementation):
        rows.append(
            {
                "estimator": estimator,
                "quantity": quantity,
                "ours": float(ours),
                "independent": float(independent),
                "implementation": implementation,
                "tolerance": 1e-8,
            }
        )

    table = compare_matched_topics(pairs).set_index("contrast")
    plan = {
        "raw difference": ((), 2),
        "topic effects": (("topic",), 11),
        "agency effects": (("agency_id",), 1),
        "agency and topic effects": (("agency_id", "topic"), 10),
    }
    for name, (effects, k) in plan.items():
        row = table.loc[f"enacted or not: {name}"]
        estimate, error, _ = fit_pyfixest(pairs, "practice_level", ["is_enacted"], effects)
        nested = "agency_id" in effects
        error = expected_error(row, error, k, nested=nested)
        words = "pyfixest CRV1" + (", K less one" if nested else "")
        add(name, "difference 2021", row["estimate"], estimate, "pyfixest feols")
        add(name, "clustered error 2021", row["std_error"], error, words)
    dose = compare_dose(pairs).set_index("contrast")
    levels = pairs.assign(
        **{f"l{level}": (pairs["policy_level"] == level) * 1.0 for level in range(2, 6)}
    )
    for level in (2, 5):
        others = [f"l{other}" for other in range(2, 6) if other != level]
        estimate, error, _ = fit_pyfixest(
            levels, "practice_level", [f"l{level}", *others], ("agency_id", "topic")
        )
        row = dose.loc[f"policy level {level} against 1"]
        add("dose", f"level {level} against 1", row["estimate"], estimate, "pyfixest feols")
        error = expected_error(row, error, 13, nested=True)
        add("dose", f"error, level {level}", row["std_error"], error, "pyfixest CRV1, K less one")
    left_out = leave_one_topic_out(pairs).set_index("topic")
    add(
        "leave one topic out",
        "without road map",
        left_out.loc["road_map", "estimate"],
        within_by_hand(pairs[pairs["topic"] != "road_map"]),
        "double centring of the balanced table",
    )
    return rows


def within_by_hand(pairs):
    """Estimate with both effects of a balanced table: centre rows and columns, then one ratio."""
    wide = pairs.assign(x=pairs["is_enacted"].astype(float)).pivot(
        index="agency_id", columns="topic", values=["x", "practice_level"]
    )
    x, y = (wide[name].to_numpy(float) for name in ("x", "practice_level"))
    x, y = (v - v.mean(0) - v.mean(1, keepdims=True) + v.mean() for v in (x, y))
    return (x * y).sum() / (x**2).sum()


def coverage(n_simulations: int, *, seed: int, n_agencies: int = 451) -> list[dict]:
    """Bias, coverage and power on synthetic panels in which capacity confounds."""
    rows = assess_both(n_simulations, seed, n_agencies)
    return [row for row in rows if row["estimator"].startswith("matched")]


@cache
def assess_both(n_simulations: int, seed: int, n_agencies: int) -> list[dict]:
    """Matched topics and adoption, on synthetic panels with the real margins.

    Capacity drives enacting and practice, so that only agency effects give the truth;
    ``rejects_zero`` is the power, or with no effect the size.
    """
    margins = measure_policy_margins(real_pairs()).assign(n_agencies=n_agencies)
    rows = []
    for effect, setting in ((0.15, "capacity confounds"), (0.0, "capacity confounds, no effect")):
        table = assess_policy_designs(
            margins, effect=effect, n_simulations=n_simulations, seed=seed
        )
        rows += [
            {
                "estimator": f"{row.design} {row.year}: {row.contrast}",
                "setting": setting,
                "truth": effect,
                "mean_estimate": row.mean_estimate,
                "nominal": 0.95,
                "covered": row.covered,
                "rejects_zero": row.rejects_zero,
                "n_simulations": n_simulations,
                "n": n_agencies,
            }
            for row in table.itertuples()
        ]
    return rows
