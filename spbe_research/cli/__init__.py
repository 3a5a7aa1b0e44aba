"""The command ``spbe-research``: one app, its commands in the modules of this folder."""

from spbe_research.cli import authors, lists, results, scores
from spbe_research.cli.app import app, main

__all__ = ["app", "authors", "lists", "main", "results", "scores"]
