"""Research on Indonesia's e-government (SPBE) results 2018-2024: data, engine, analyses.

The names below are the front door. They are loaded when first used, so that
``import spbe_research`` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spbe_research.datasets import (
        load_agencies,
        load_aggregates,
        load_covariates,
        load_policies,
        load_published,
        load_reference,
        load_scores,
        load_worked_examples,
    )
    from spbe_research.instruments import load_instrument
    from spbe_research.scoring import assign_predicate, compute_index, predicate_rule, reconcile
    from spbe_research.verification import verify

__version__ = "0.1.0"

_HOME = {
    "load_agencies": "datasets",
    "load_aggregates": "datasets",
    "load_covariates": "datasets",
    "load_policies": "datasets",
    "load_published": "datasets",
    "load_reference": "datasets",
    "load_scores": "datasets",
    "load_worked_examples": "datasets",
    "load_instrument": "instruments",
    "assign_predicate": "scoring",
    "compute_index": "scoring",
    "predicate_rule": "scoring",
    "reconcile": "scoring",
    "verify": "verification",
}

__all__ = [
    "assign_predicate",
    "compute_index",
    "load_agencies",
    "load_aggregates",
    "load_covariates",
    "load_instrument",
    "load_policies",
    "load_published",
    "load_reference",
    "load_scores",
    "load_worked_examples",
    "predicate_rule",
    "reconcile",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
