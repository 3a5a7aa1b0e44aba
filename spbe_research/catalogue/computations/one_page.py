"""What notebook 16 registers: all designs in one table, the ladder through them, seven answers."""

from functools import cache

import pandas as pd

from spbe_research.catalogue.computations import (
    local_texts,
    predicate_models,
    regulations,
    smart_city,
)
from spbe_research.datasets import load_aggregates
from spbe_research.regulations.ladder import choose_ladder, tabulate_answers
from spbe_research.regulations.part_whole import decompose_printed_means
from spbe_research.regulations.results import join_designs
from spbe_research.regulations.unknown_texts import association_bounds


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
            "4 levels and predicates": [predicate_models.predicate_effects()],
            "5 smart-city cohorts": [smart_city.contrasts()],
            "6 local texts": [
                local_texts.age_kind(),
                local_texts.against_rest(),
                association_bounds(local_texts.scores_with_texts()),
                local_texts.selection(),
            ],
            "7 how fragile": [
                predicate_models.index_specifications(),
                predicate_models.matched_specifications(),
                predicate_models.fragility(),
                predicate_models.benchmarks().dropna(subset=["benchmark"]),
            ],
        }
    )


def ladder() -> pd.DataFrame:
    """The rows of the ladder, from the usual association to the strictest design."""
    return choose_ladder(all_designs())


def answers() -> pd.DataFrame:
    """First and strictest estimate of each design."""
    return tabulate_answers(all_designs())
