"""The command ``spbe-research``: one app, its commands in the modules of this folder."""

from spbe_research.cli import audits, authors, claims, lists, results, scores
from spbe_research.cli.app import app, main

__all__ = ["app", "audits", "authors", "claims", "lists", "main", "results", "scores"]
