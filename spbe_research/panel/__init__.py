"""From raw to tidy: provenance, names, corrections, one reader a table, and the build."""
