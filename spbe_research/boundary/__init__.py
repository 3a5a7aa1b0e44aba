"""Every file of a user, in and out: what is read is bounded, what is written harms nothing."""

from spbe_research.boundary.cells import csv_cells, csv_table, decimal_number, safe_cell
from spbe_research.boundary.documents import (
    check_archive,
    check_picture,
    check_xml,
    dublin_core,
    parsing,
)
from spbe_research.boundary.files import Limits, open_input, read_document, shown
from spbe_research.boundary.output import check_absent, open_binary_output, open_output, same_file
from spbe_research.boundary.tables import Table, open_table, read_table
from spbe_research.boundary.workbooks import is_workbook, read_sheet, sheet_names, workbook_bytes

__all__ = [
    "Limits",
    "Table",
    "check_absent",
    "check_archive",
    "check_picture",
    "check_xml",
    "csv_cells",
    "csv_table",
    "decimal_number",
    "dublin_core",
    "is_workbook",
    "open_binary_output",
    "open_input",
    "open_output",
    "open_table",
    "parsing",
    "read_document",
    "read_sheet",
    "read_table",
    "safe_cell",
    "same_file",
    "sheet_names",
    "shown",
    "workbook_bytes",
]
