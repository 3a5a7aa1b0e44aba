"""What is said of a score, set against the record; and an agency by a loose name."""

from spbe_research.claims.agency_search import find_agencies, resolve_agency
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
