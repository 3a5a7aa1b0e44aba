"""Independent second computations for ``regulations/adoption.py``, and its coverage."""

from functools import cache
from itertools import combinations

import numpy as np

from compare_matched_topics import assess_both, expected_error, fit_pyfixest, real_pairs
from spbe_research import load_reference, load_scores
from spbe_research.regulations.adoption import (
    CIRCULAR_TOPICS,
    compare_adoption,
    compare_circular,
    compare_placebos,
    measure_unrelated_changes,
    pair_changes,
)

# Name of the specification: effects, and K as statsmodels counts it (None: as pyfixest).
SPECIFICATIONS = {
    "raw difference": ((), None),
    "topic effects": (("topic",), None),
    "topic effects, same level in 2021": (("topic", "practice_before"), None),
    "agency and topic effects": (("agency_id", "topic"), 10),
    "agency and topic effects, same level in 2021": (("agency_id", "topic", "practice_before"), 16),
}


@cache
def real_changes():
    """Change of the real agency-topics."""
    return pair_changes(real_pairs())


@cache
def real_unrelated():
    """Change of the real practices without a policy topic."""
    return measure_unrelated_changes(load_scores(), load_reference("policy_topics"))


def comparisons() -> list[dict]:
    """Every specification by pyfixest; placebos and permutation by loops."""
    changes, unrelated = real_changes(), real_unrelated()
    open_topics = changes[~changes["enacted_before"]]
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

    table = compare_adoption(changes).set_index("contrast")
    for name, (effects, k) in SPECIFICATIONS.items():
        row = table.loc[f"newly enacted or not: {name}"]
        estimate, error, n = fit_pyfixest(open_topics, "change", ["enacted_after"], effects)
        error = expected_error(row, error, k, nested=k is not None)
        words = "pyfixest CRV1" + ("" if k is None else ", K less one")
        add(name, "difference of changes", row["estimate"], estimate, "pyfixest feols")
        add(name, "clustered error", row["std_error"], error, words)
        add(name, "rows used", row["n"], n, "pyfixest without singletons")
    placebos = compare_placebos(changes, unrelated).set_index("outcome")
    merged = open_topics.merge(unrelated, on="agency_id")
    estimate, error, _ = fit_pyfixest(merged, "change_unrelated", ["enacted_after"], ("topic",))
    row = placebos.loc["change of unrelated practices"]
    add("placebo", "unrelated practices", row["estimate"], estimate, "pyfixest feols")
    add("placebo", "its clustered error", row["std_error"], error, "pyfixest CRV1")
    loop = merged.assign(change_elsewhere=elsewhere_by_loop(changes, merged)).dropna()
    estimate, _, _ = fit_pyfixest(loop, "change_elsewhere", ["enacted_after"], ("topic",))
    row = placebos.loc["change of practice in topics not newly enacted"]
    add("placebo", "topics not newly enacted", row["estimate"], estimate, "loop and pyfixest")
    circular = compare_circular(changes)
    for column, first in (("enacting", 0), ("change", 2)):
        gap, p_value = circular_by_loop(changes, column)
        add("circular", f"{column}: gap", circular["estimate"][first], gap, "loop over topics")
        add("circular", f"{column}: p", circular["estimate"][first + 1], p_value, "loop, 45 pairs")
    return rows


def elsewhere_by_loop(changes, rows):
    """Mean change of an agency's other topics that it did not newly enact, row by row."""
    groups = dict(iter(changes.groupby("agency_id")))
    out = []
    for row in rows.itertuples():
        mine = groups[row.agency_id]
        values = [
            other.change
            for other in mine.itertuples()
            if other.topic != row.topic and not (other.enacted_after and not other.enacted_before)
        ]
        out.append(sum(values) / len(values) if values else np.nan)
    return out


def circular_by_loop(changes, column):
    """Gap of the two topics and its permutation p, one pair after the other."""
    values = {}
    for topic, group in changes.groupby("topic"):
        moved = group["enacted_after"].astype(float) - group["enacted_before"].astype(float)
        values[topic] = (moved if column == "enacting" else group["change"]).mean()

    def gap(pair):
        others = [value for topic, value in values.items() if topic not in pair]
        return sum(values[topic] for topic in pair) / 2 - sum(others) / len(others)

    observed = gap(CIRCULAR_TOPICS)
    pairs = list(combinations(values, 2))
    hits = sum(abs(gap(pair)) >= abs(observed) - 1e-12 for pair in pairs)
    return observed, hits / len(pairs)


def coverage(n_simulations: int, *, seed: int, n_agencies: int = 451) -> list[dict]:
    """Synthetic panels with the real margins; growth drives new enacting and change."""
    rows = assess_both(n_simulations, seed, n_agencies)
    return [row for row in rows if row["estimator"].startswith("adoption")]
