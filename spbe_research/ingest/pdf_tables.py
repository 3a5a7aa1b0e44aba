"""The tables of a PDF as rows of texts: by their lines, or by the gaps between words.

Only text is read: a scan has none, and is refused. Needs the extra ``[ingest]``.
"""

import io
from pathlib import Path
from typing import Any

from spbe_research.boundary import parsing, read_document, shown
from spbe_research.errors import DataError
from spbe_research.extras import require

__all__ = ["read_pdf"]

_MOST_BYTES = 50_000_000
_MOST_PAGES = 400
_MOST_LINES = 20_000  # drawn on one page; a table of lines has a few hundred
_GAP = 3.0  # points between the lines of one row, of a table without lines
_BY_WORDS = {"vertical_strategy": "text", "horizontal_strategy": "text", "text_y_tolerance": _GAP}


def read_pdf(path: Path) -> list[tuple[int, list[str]]]:
    """Read every row of every table, page by page, numbered from 1.

    Raises
    ------
    DataError
        When the file is locked or no PDF, has too many pages, no text (a scan) or no table.
    MissingExtraError
        Where the extra is not installed.
    """
    require("pdfplumber")
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    name = shown(path)
    content = read_document(path, most_bytes=_MOST_BYTES)
    if not content.startswith(b"%PDF"):
        raise DataError(f"Invalid file {name}. It is no PDF, whatever its name says.")
    rows: list[list[str]] = []
    n_characters = 0
    with parsing(name, "PDF"):
        try:
            document = pdfplumber.open(io.BytesIO(content))
        except (PdfminerException, PDFPasswordIncorrect) as error:
            if "Password" in repr(error):
                raise DataError(
                    f"Invalid file {name}. It is locked by a password. Save it without one."
                ) from None
            raise
        with document:
            if len(document.pages) > _MOST_PAGES:
                raise DataError(
                    f"Invalid file {name}. It has {len(document.pages):,} pages, and must have at "
                    f"most {_MOST_PAGES}. Cut out the pages of the table."
                )
            for page in document.pages:
                n_characters += len(page.chars)
                rows += _of_page(page, name)
                page.close()  # a page that was read takes no memory
    if not n_characters:
        raise DataError(
            f"Invalid file {name}. It has no text: it is a scan. Run a program that recognises "
            "text (OCR) on it, and check what that read."
        )
    if not rows:
        raise DataError(f"Invalid file {name}. It has text, and no table in it.")
    return list(enumerate(rows, start=1))


def _of_page(page: Any, name: str) -> list[list[str]]:
    if len(page.lines) + len(page.rects) + len(page.curves) > _MOST_LINES:
        raise DataError(
            f"Invalid file {name}, page {page.page_number}. It has more than {_MOST_LINES:,} lines "
            "drawn on it: it is no table."
        )
    tables = page.extract_tables()
    if not tables and page.chars:
        tables = page.extract_tables(_BY_WORDS)
    return [[cell or "" for cell in row] for table in tables for row in table]
