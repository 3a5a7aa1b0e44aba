"""Records of every figure and headline number, their result tables, and the check of claims."""

from spbe_research.catalogue.contact_sheet import write_figures
from spbe_research.catalogue.prose import check_prose
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
    "load_records",
    "result_table",
    "show",
    "show_numbers",
    "show_table",
    "table_hash",
    "write_figures",
    "write_results",
]
