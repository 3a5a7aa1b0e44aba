"""A user's own file to a validated table."""

from spbe_research.ingest.level_file import read_levels

__all__ = ["read_levels"]
