"""The engine: levels to aspects, domains and index; predicate; reconciliation. Reads no disk."""

from spbe_research.scoring.engine import Missing, compute_index, treat_inputs
from spbe_research.scoring.predicates import assign_predicate, predicate_rule
from spbe_research.scoring.reconcile import reconcile

__all__ = [
    "Missing",
    "assign_predicate",
    "compute_index",
    "predicate_rule",
    "reconcile",
    "treat_inputs",
]
