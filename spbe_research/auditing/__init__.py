"""How sure a rank is: exact answers first, then draws that keep only whole numbers."""

from spbe_research.auditing.result import Audit, Tables
from spbe_research.auditing.run import audit

__all__ = ["Audit", "Tables", "audit"]
