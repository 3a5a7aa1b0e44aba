"""Records of every figure and headline number: results, versions, citations; claims checked."""

from spbe_research.catalogue.citations import cite
from spbe_research.catalogue.contact_sheet import write_figures
from spbe_research.catalogue.ledger import errata
from spbe_research.catalogue.prose import check_prose
from spbe_research.catalogue.publication import describe
from spbe_research.catalogue.records import Record, load_records
from spbe_research.catalogue.results import (
    committed_table,
    result_table,
    table_hash,
    write_results,
)
from spbe_research.catalogue.show import show, show_numbers, show_table
from spbe_research.claims import check_claims

__all__ = [
    "Record",
    "check_claims",
    "check_prose",
    "committed_table",
    "cite",
    "describe",
    "errata",
    "load_records",
    "result_table",
    "show",
    "show_numbers",
    "show_table",
    "table_hash",
    "write_figures",
    "write_results",
]
