"""What notebook 13 registers: enacted topics and predicates, and how fragile the associations are.

The specification curve of the matched topics, which notebook 11 shows, is computed here too.
"""

from functools import cache

import pandas as pd

from spbe_research.catalogue.computations import regulations
from spbe_research.datasets import (
    load_agencies,
    load_covariates,
    load_policies,
    load_published,
    load_reference,
    load_scores,
)
from spbe_research.regulations.multiplicity import adjust_p_values
from spbe_research.regulations.predicate_models import (
    add_earlier_index,
    build_predicate_sample,
    estimate_predicate_models,
)
from spbe_research.regulations.sensitivity import (
    benchmark_bounds,
    confounder_lines,
    oster_delta,
    robustness,
    wild_cluster_bootstrap,
)
from spbe_research.regulations.specifications import (
    cross_section,
    joint_test,
    matched_topics,
    specification_curve,
)

SEED = 20261124
YEARS = (2021, 2022)
_CONTROLS = ("is_kota", "log_population", "log_grdp_per_capita", "island")
_BENCHMARKS = {
    "type": ["is_kota"],
    "population": ["log_population"],
    "GRDP per capita": ["log_grdp_per_capita"],
    "island": ["island"],
    "earlier index": ["earlier_index"],
}
_WITHIN = "topic, agency"
_OUTCOME, _TREATMENT = "index_without_policy", "n_enacted"


def predicate_effects() -> pd.DataFrame:
    """Both models of predicate and index, both scores, with and without covariates, two years."""
    return pd.concat(
        [estimate_predicate_models(predicate_sample(year)) for year in YEARS], ignore_index=True
    )


def index_specifications() -> pd.DataFrame:
    """The curve of the index without policy on the share enacted, and its joint test by year."""
    return _curve_and_test("index", ["question", "year"])


def matched_specifications() -> pd.DataFrame:
    """The curve of practice on enactment, and the joint test of comparisons within an agency."""
    return _curve_and_test("matched", ["question", "year", "controls"])


def fragility() -> pd.DataFrame:
    """Robustness values, Oster's delta and the bootstrap by island, with three sets of controls."""
    tables = []
    for year in YEARS:
        whole = predicate_sample(year)
        known = whole.dropna(subset="earlier_index")
        for adjusted_for, sample, controls in (
            ("type, population, GRDP per capita, island", whole, _CONTROLS),
            ("the same, agencies with an earlier index", known, _CONTROLS),
            ("the same and the earlier index", known, (*_CONTROLS, "earlier_index")),
        ):
            wild = wild_cluster_bootstrap(
                sample,
                outcome=_OUTCOME,
                treatment=_TREATMENT,
                controls=controls,
                clusters="island",
                seed=SEED,
            )
            parts = [
                robustness(sample, outcome=_OUTCOME, treatment=_TREATMENT, controls=controls),
                oster_delta(sample, outcome=_OUTCOME, treatment=_TREATMENT, controls=controls),
                _delta_at_most(sample, controls),
                wild.assign(quantity="coefficient, bootstrap by island"),
            ]
            tables += [part.assign(adjusted_for=adjusted_for) for part in parts]
    columns = ["design", "year", "outcome", "contrast", "adjusted_for", "quantity", "estimate"]
    columns += ["std_error", "low", "high", "p_value", "n", "n_clusters", "method"]
    return pd.concat(tables, ignore_index=True)[columns]


def benchmarks() -> pd.DataFrame:
    """What an unseen confounder must explain, and what observed covariates explain."""
    tables = []
    for year in YEARS:
        sample = predicate_sample(year)
        controls = [*_CONTROLS, "earlier_index"]
        tables += [
            confounder_lines(
                sample, outcome=_OUTCOME, treatment=_TREATMENT, controls=controls, step=0.02
            ),
            benchmark_bounds(
                sample,
                outcome=_OUTCOME,
                treatment=_TREATMENT,
                controls=controls,
                benchmarks=_BENCHMARKS,
            ),
        ]
    return pd.concat(tables, ignore_index=True)


def predicate_sample(year: int) -> pd.DataFrame:
    """Kabupaten and kota of a year with their covariates and the index they had before."""
    published = load_published()
    sample = build_predicate_sample(
        published,
        load_policies(),
        load_agencies(),
        load_covariates(),
        load_reference("evaluation_years"),
        year=year,
    )
    return add_earlier_index(sample, published)


@cache
def hypotheses() -> pd.DataFrame:
    """Every hypothesis on enactment in notebooks 11 to 13, its p value and the adjusted ones."""
    models, matched = predicate_effects(), regulations.matched_topics()
    adoption = regulations.adoption()
    chosen = models.query(
        "score == 'index_without_policy' and adjusted_for != 'nothing' and term == 'n_enacted'"
        " and outcome in ['expected index', 'log odds of a higher category']"
        " and contrast in ['one more (derivative)', 'per unit']"
    )
    within = "contrast == 'enacted or not: agency and topic effects'"
    new = "contrast == 'newly enacted or not: agency and topic effects'"
    family = pd.concat(
        [
            chosen,
            matched.query(within),
            regulations.matched_topics_by_type(),
            regulations.dose(),
            adoption.query(new + " and outcome == 'change of practice 2021 to 2022'"),
        ],
        ignore_index=True,
    )
    columns = ["design", "year", "outcome", "contrast", "agency_type", "estimate", "std_error"]
    columns += ["low", "high", "n", "n_clusters"]
    return adjust_p_values(family[columns])


def count_hypotheses() -> tuple[float, int]:
    """Return how many hypotheses the family has."""
    size = len(hypotheses())
    return float(size), size


def count_rejected_by_holm() -> tuple[float, int]:
    """Return how many are rejected after Holm's adjustment, and of how many."""
    return _rejected("rejected_holm")


def count_rejected_by_bh() -> tuple[float, int]:
    """Return how many are rejected after Benjamini and Hochberg's, and of how many."""
    return _rejected("rejected_bh")


def _rejected(column: str) -> tuple[float, int]:
    table = hypotheses()
    return float(table[column].sum()), len(table)


def _delta_at_most(sample: pd.DataFrame, controls: tuple[str, ...]) -> pd.DataFrame:
    """Oster's delta if everything were explained: the largest R2 there can be."""
    table = oster_delta(
        sample, outcome=_OUTCOME, treatment=_TREATMENT, controls=controls, r_max=1.0
    )
    return table[table["quantity"] == "delta"].assign(quantity="delta at R2 max 1")


def _curve_and_test(question: str, by: list[str]) -> pd.DataFrame:
    scores, policies = load_scores(scale="indicator"), load_policies()
    instruments = load_reference("instruments")
    table = cross_section(scores, policies, load_agencies(), load_covariates(), instruments)
    matched = matched_topics(scores, policies, load_reference("policy_topics"))
    test = joint_test(table, matched, questions=[question], by=by, seed=SEED)
    if "controls" in by:
        test = test[test["controls"] == _WITHIN]
    both = [specification_curve(table, matched), test]
    whole = pd.concat([part[part["question"] == question] for part in both], ignore_index=True)
    return whole.astype(dict.fromkeys(("year", "threshold", "n_resamples", "seed"), "Int64"))
