"""A workbook (XLSX) in and out: its cells as texts; no formula is executed, none is written.

A cell of a formula has the value that the program which saved it computed last.
"""

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from spbe_research.boundary.cells import safe_cell
from spbe_research.boundary.documents import check_archive, check_xml, parsing
from spbe_research.boundary.files import Limits, read_document, shown, to_path
from spbe_research.errors import DataError, SpbeError

if TYPE_CHECKING:
    from openpyxl import Workbook

__all__ = ["is_workbook", "read_sheet", "sheet_names", "workbook_bytes"]

_SUFFIXES = (".xlsx", ".xlsm")
_BEGINNING = b"PK\x03\x04"
_LOCKED = b"\xd0\xcf\x11\xe0"  # a workbook with a password, or one of before 2007
_MOST_BYTES = 30_000_000
_MOST_CELLS = 5_000_000
_BEGINNING_OF_A_PART = 100_000  # bytes; entities are declared before the first element


def is_workbook(path: Path | str) -> bool:
    """Whether the name of a file is that of a workbook."""
    return Path(path).suffix.lower() in _SUFFIXES


def read_sheet(
    path: Path | str,
    *,
    sheet: str | None = None,
    limits: Limits | None = None,
    kind: type[SpbeError] = DataError,
) -> list[tuple[int, list[str]]]:
    """Read every row of a sheet that is not blank, each with its number.

    Parameters
    ----------
    path : pathlib.Path or str
        An XLSX.
    sheet : str, optional
        The name of the sheet; left out, the first. Capitals do not matter.
    limits : Limits, optional
        The most that it may hold.
    kind : type of SpbeError
        The error to raise.

    Returns
    -------
    list of (int, list of str)
        Cells as text: numbers with a decimal point, as few digits as tell them apart; a date as
        ``2024-12-31``; each part of a merged cell but the first is empty. Rows end with their last
        cell that is not empty.

    Raises
    ------
    SpbeError
        Of ``kind``: it cannot be opened, is locked or no workbook, unpacks to too much, has no such
        sheet, or a formula whose value was never computed.
    """
    limits = Limits() if limits is None else limits
    with _opened(path, limits, kind) as (name, books):
        rows, formulas = (_cells(book, sheet, name, limits, kind) for book in books)
    _check_formulas(rows, formulas, name, kind)
    return [(number, row) for number, row in rows if row]


def sheet_names(path: Path | str, *, kind: type[SpbeError] = DataError) -> list[str]:
    """Return the names of the sheets of a workbook, or refuse it as ``read_sheet`` does."""
    with _opened(path, Limits(), kind) as (_, books):
        names: list[str] = books[0].sheetnames
    return names


def workbook_bytes(
    sheets: Sequence[tuple[str, Iterable[Sequence[object]]]],
    *,
    choices: dict[str, list[tuple[str, list[str]]]] | None = None,
    widths: dict[str, list[float]] | None = None,
) -> bytes:
    """Return a workbook of plain tables, the first row of each as its header.

    Parameters
    ----------
    sheets : sequence of (str, iterable of sequence)
        The name of each sheet, and its rows: texts, numbers, None.
    choices : dict, optional
        Per sheet the cells that offer a list: their range (``C2:AW500``) and its texts.
    widths : dict, optional
        Per sheet the width of each column, in characters.

    Returns
    -------
    bytes
        No text of it is taken for a formula. The same tables give the same cells.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        page = book.create_sheet(title)
        for at, row in enumerate(rows, start=1):
            for place, value in enumerate(row, start=1):
                cell = page.cell(at, place)
                if isinstance(value, str):
                    cell.value = safe_cell(value)
                    cell.data_type = "s"
                elif value is not None:
                    cell.value = value
                if at == 1:
                    cell.font = Font(bold=True)
        page.freeze_panes = "A2"
        for cells, texts in (choices or {}).get(title, []):
            offered = DataValidation("list", formula1=f'"{",".join(texts)}"', allow_blank=True)
            page.add_data_validation(offered)
            offered.add(cells)
        for place, width in enumerate((widths or {}).get(title, []), start=1):
            page.column_dimensions[get_column_letter(place)].width = width
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@contextmanager
def _opened(
    path: Path | str, limits: Limits, kind: type[SpbeError]
) -> Iterator[tuple[str, tuple["Workbook", "Workbook"]]]:
    """Give the name of a workbook, and the workbook twice: with values, and with formulas."""
    from openpyxl import load_workbook  # takes a while, and few files are workbooks

    name = shown(to_path(path, kind=kind))
    content = read_document(path, most_bytes=min(limits.n_bytes, _MOST_BYTES), kind=kind)
    if content.startswith(_LOCKED):
        raise kind(
            f"Invalid file {name}. It is locked by a password, or of an old Excel. Save it as XLSX "
            "without a password."
        )
    if not content.startswith(_BEGINNING):
        raise kind(f"Invalid file {name}. It is no XLSX, whatever its name says. Save it as XLSX.")
    try:
        with parsing(name, "workbook"):
            archive = check_archive(content, name)
            for part in archive.namelist():
                with archive.open(part) as file:
                    check_xml(file.read(_BEGINNING_OF_A_PART), name)
            values, formulas = (
                load_workbook(io.BytesIO(content), read_only=True, data_only=with_values)
                for with_values in (True, False)
            )
            yield name, (values, formulas)
    except kind:
        raise
    except SpbeError as error:
        raise kind(str(error)) from None


def _cells(
    book: "Workbook", sheet: str | None, name: str, limits: Limits, kind: type[SpbeError]
) -> list[tuple[int, list[str]]]:
    names = book.sheetnames
    found = {title.strip().lower(): title for title in reversed(names)}
    wanted = names[0] if sheet is None else found.get(sheet.strip().lower())
    if wanted is None:
        raise kind(
            f"Invalid file {name}. It has no sheet {sheet!r}, but {', '.join(map(repr, names))}."
        )
    rows, n_cells = [], 0
    page = book[wanted]
    page.reset_dimensions()  # what a file says of its size may be wrong
    for number, values in enumerate(page.iter_rows(values_only=True), start=1):
        texts = [_text(value) for value in values]
        while texts and not texts[-1].strip():
            texts.pop()
        n_cells += len(texts)
        if len(texts) > limits.n_columns:
            raise kind(f"Invalid file {name}, row {number}. It has more than {limits.n_columns:,} "
                       "columns.")  # fmt: skip
        if number > limits.n_rows or n_cells > _MOST_CELLS:
            raise kind(
                f"Invalid file {name}. It has more than {limits.n_rows:,} rows or {_MOST_CELLS:,} "
                "cells. Split it, or save it as CSV."
            )
        for text in texts:
            if len(text) > limits.n_characters:
                raise kind(
                    f"Invalid file {name}, row {number}: {text[:20]!r}... has {len(text):,} "
                    f"characters, must have at most {limits.n_characters:,}."
                )
        rows.append((number, texts))
    return rows


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return format(Decimal(repr(value)), "f") if isfinite(value) else str(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    return str(value)


def _check_formulas(
    rows: list[tuple[int, list[str]]],
    formulas: list[tuple[int, list[str]]],
    name: str,
    kind: type[SpbeError],
) -> None:
    """Refuse a formula without a value: what it would give is not known here."""
    values = dict(rows)
    for number, texts in formulas:
        row = values.get(number, [])
        for place, text in enumerate(texts):
            if text.startswith("=") and not (row[place] if place < len(row) else "").strip():
                raise kind(
                    f"Invalid file {name}, row {number}, column {place + 1}: {text[:40]!r} is a "
                    "formula whose value is not in the file. Open it in a spreadsheet program and "
                    "save it, or paste the values."
                )
