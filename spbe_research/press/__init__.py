"""Records of every figure and number: results, pictures, citations, releases, prose."""

from spbe_research.press.citations import cite
from spbe_research.press.committed import committed_table, table_hash
from spbe_research.press.contact_sheet import write_figures
from spbe_research.press.description import RecordDescription, describe
from spbe_research.press.prose import check_prose
from spbe_research.press.records import Question, Record, load_questions, load_records
from spbe_research.press.show import show, show_table

__all__ = [
    "Question",
    "Record",
    "RecordDescription",
    "check_prose",
    "cite",
    "committed_table",
    "describe",
    "load_questions",
    "load_records",
    "show",
    "show_table",
    "table_hash",
    "write_figures",
]
