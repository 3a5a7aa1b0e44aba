"""What the published record holds and whether it can be reproduced: coverage, examples, series."""

from spbe_research.reproduction.agency_path import agency_path, peer_path
from spbe_research.reproduction.contributions import index_contributions
from spbe_research.reproduction.coverage import coverage_by_type, coverage_by_year, name_coverage
from spbe_research.reproduction.misprints import list_misprints
from spbe_research.reproduction.national_series import national_series, unlisted_agencies
from spbe_research.reproduction.recomputation import (
    difference_counts,
    recomputation_summary,
    recompute_all,
)
from spbe_research.reproduction.worked_examples import check_examples

__all__ = [
    "agency_path",
    "check_examples",
    "coverage_by_type",
    "coverage_by_year",
    "difference_counts",
    "index_contributions",
    "list_misprints",
    "name_coverage",
    "national_series",
    "peer_path",
    "recomputation_summary",
    "recompute_all",
    "unlisted_agencies",
]
