"""What is said of a score, set against the record; and an agency by a loose name.

To find an agency nothing that checks is loaded: the other names are loaded when first used.
"""

from typing import TYPE_CHECKING

from spbe_research.claims.agency_search import find_agencies, resolve_agency

if TYPE_CHECKING:
    from spbe_research.claims.article import check_claims
    from spbe_research.claims.checking import check_claim
    from spbe_research.claims.claim_table import check_claim_table
    from spbe_research.claims.verdicts import Verdict

__all__ = [
    "Verdict",
    "check_claim",
    "check_claim_table",
    "check_claims",
    "find_agencies",
    "resolve_agency",
]

_HOMES = {
    "Verdict": "verdicts",
    "check_claim": "checking",
    "check_claim_table": "claim_table",
    "check_claims": "article",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
