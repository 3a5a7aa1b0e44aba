"""A user's own file to a validated table."""

from spbe_research.ingest.claim_file import check_claim_file
from spbe_research.ingest.level_file import level_template, read_levels
from spbe_research.ingest.score_file import score_file

__all__ = ["check_claim_file", "level_template", "read_levels", "score_file"]
