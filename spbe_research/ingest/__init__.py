"""A user's own file to a validated table."""

from spbe_research.ingest.claim_file import check_claim_file
from spbe_research.ingest.level_file import read_levels

__all__ = ["check_claim_file", "read_levels"]
