"""A user's own file to a validated table."""

from spbe_research.ingest.claim_file import check_claim_file
from spbe_research.ingest.level_file import read_levels
from spbe_research.ingest.score_file import Scored, score_file, score_workbook
from spbe_research.ingest.templates import level_template, template_workbook
from spbe_research.ingest.value_file import read_values

__all__ = [
    "Scored",
    "check_claim_file",
    "level_template",
    "read_levels",
    "read_values",
    "score_file",
    "score_workbook",
    "template_workbook",
]
