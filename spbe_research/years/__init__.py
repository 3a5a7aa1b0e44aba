"""What is known of each year of evaluation, and which years each design uses.

Two tables are read, ``data/reference/evaluation_years.csv`` and ``data/reference/designs.csv``: a
new year is a row of the first, and a design that is tied to certain years is a few rows of the
second. Every break, era and range of years of the package comes from here. No result is read.
"""

from spbe_research.years.designs import design_year, design_years, left_out
from spbe_research.years.eras import (
    Break,
    break_between,
    breaks,
    era_of,
    eras,
    may_compare,
    neighbours,
    same_era,
)
from spbe_research.years.evaluations import (
    EvaluationYear,
    editions,
    evaluation,
    evaluation_years,
    load_years,
    province_column,
    spell_years,
    years_with,
)

__all__ = [
    "Break",
    "EvaluationYear",
    "break_between",
    "breaks",
    "design_year",
    "design_years",
    "editions",
    "era_of",
    "eras",
    "evaluation",
    "evaluation_years",
    "left_out",
    "load_years",
    "may_compare",
    "neighbours",
    "province_column",
    "same_era",
    "spell_years",
    "years_with",
]
