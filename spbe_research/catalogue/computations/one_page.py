"""What notebook 16 registers: all designs in one table, the ladder through them, seven answers."""

from functools import cache
from typing import Any

import pandas as pd

from spbe_research.catalogue.computations import local_texts, regulations, smart_city
from spbe_research.datasets import (
    load_agencies,
    load_aggregates,
    load_covariates,
    load_policies,
    load_published,
    load_reference,
    load_scores,
)
from spbe_research.regulations import sensitivity, specifications
from spbe_research.regulations.ladder import choose_ladder, tabulate_answers
from spbe_research.regulations.part_whole import decompose_printed_means
from spbe_research.regulations.predicate_models import (
    build_predicate_sample,
    estimate_predicate_models,
)
from spbe_research.regulations.results import join_designs
from spbe_research.regulations.unknown_texts import association_bounds

SEED = 20261125
_FRAGILE: dict[str, Any] = {
    "outcome": "index without policy",
    "treatment": "n_enacted",
    "controls": ["agency_type", "log_population", "log_grdp_per_capita", "island"],
}
_BENCHMARKS = {
    "type": ["agency_type"],
    "population": ["log_population"],
    "GRDP per capita": ["log_grdp_per_capita"],
}


@cache
def all_designs() -> pd.DataFrame:
    """Every estimate of the seven designs in the one form of ``regulations.csv``."""
    return join_designs(
        {
            "1 part and whole": [
                regulations.part_and_whole(),
                decompose_printed_means(load_aggregates()),
            ],
            "2 matched topics": [
                regulations.matched_topics(),
                regulations.matched_topics_by_type(),
                regulations.dose(),
                regulations.without_one_topic(),
            ],
            "3 adoption": [regulations.adoption(), regulations.circular()],
            "4 levels and predicates": [_models(2021), _models(2022)],
            "5 smart-city cohorts": [smart_city.contrasts()],
            "6 local texts": [
                local_texts.age_kind(),
                local_texts.against_rest(),
                association_bounds(local_texts.scores_with_texts()),
                local_texts.selection(),
            ],
            "7 how fragile": _fragility(),
        }
    )


def ladder() -> pd.DataFrame:
    """The rows of the ladder, from the usual association to the strictest design."""
    return choose_ladder(all_designs())


def answers() -> pd.DataFrame:
    """First and strictest estimate of each design."""
    return tabulate_answers(all_designs())


def _models(year: int) -> pd.DataFrame:
    return estimate_predicate_models(
        build_predicate_sample(
            load_published(),
            load_policies(),
            load_agencies(),
            load_covariates(),
            load_reference("evaluation_years"),
            year=year,
        )
    )


def _fragility() -> list[pd.DataFrame]:
    levels = load_scores(scale="indicator")
    agencies, covariates = load_agencies(), load_covariates()
    table = specifications.cross_section(
        levels, load_policies(), agencies, covariates, load_reference("instruments")
    )
    matched = specifications.matched_topics(
        levels, load_policies(), load_reference("policy_topics")
    )
    regions = table[table["agency_type"].isin(["kabupaten", "kota"])].dropna(
        subset=["log_population", "log_grdp_per_capita"]
    )
    parts = []
    for _, year in regions.groupby("year"):
        parts += [
            sensitivity.robustness(year, **_FRAGILE),
            sensitivity.oster_delta(year, **_FRAGILE),
            sensitivity.benchmark_bounds(year, **_FRAGILE, benchmarks=_BENCHMARKS),
            sensitivity.wild_cluster_bootstrap(year, **_FRAGILE, clusters="island", seed=SEED),
        ]
    return [
        specifications.specification_curve(table, matched),
        specifications.joint_test(table, matched, seed=SEED),
        *parts,
    ]
