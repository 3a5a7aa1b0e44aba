"""From raw to tidy: provenance, names, corrections, one reader a table, and the build."""

from spbe_research.panel.build import BuildReport, build

__all__ = ["BuildReport", "build"]
