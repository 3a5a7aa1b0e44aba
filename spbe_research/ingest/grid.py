"""A table of any kind of file as rows of texts: CSV, XLSX, or the JSON of the official application.

Nothing is interpreted here: which row is the header, and what its cells mean, is found later.
"""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from spbe_research.boundary import (
    Limits,
    is_workbook,
    open_table,
    parsing,
    read_document,
    read_sheet,
    shown,
)
from spbe_research.errors import DataError
from spbe_research.ingest.pdf_tables import read_pdf

__all__ = ["Grid", "check_sheet", "read_grid"]

_MOST_ROWS = 1_000_000
_MOST_BYTES = 100_000_000
_DELIMITERS = ";\t,"
_LINES_LOOKED_AT = 60
_LISTS = ("data", "hasil", "result", "results", "rows", "instansi")  # what a list may be called


@dataclass(frozen=True)
class Grid:
    """The rows of a table that are not blank, each with its number; ``word`` says of what."""

    name: str
    word: str
    rows: list[tuple[int, list[str]]]

    def place(self, number: int) -> str:
        """Return where a row stands, for a message."""
        return f"{self.name}, {self.word} {number}"


def read_grid(path: Path, *, sheet: str | None = None, most_rows: int = _MOST_ROWS) -> Grid:
    """Read every row of a table.

    Parameters
    ----------
    path : pathlib.Path
        A CSV (comma, semicolon or tab, UTF-8 or UTF-16), an XLSX, or a JSON: a list of records, or
        an object that holds one; what is nested in a record (``nilai``) counts as its own; or the
        tables of a PDF with text.
    sheet : str, optional
        Of an XLSX the sheet; left out, the first.
    most_rows : int
        Of a CSV or XLSX; one of more is refused before it is read to its end.

    Returns
    -------
    Grid
        Cells without the spaces around them, no-break spaces as spaces. Of a JSON the first row
        holds the names.

    Raises
    ------
    DataError
        When the file cannot be opened, read or decoded, is empty or too large.
    """
    name = shown(path)
    check_sheet(path, sheet)
    if path.suffix.lower() == ".pdf":
        grid = Grid(name, "row", _clean(read_pdf(path)))
    elif is_workbook(path):
        grid = Grid(
            name, "row", _clean(read_sheet(path, sheet=sheet, limits=Limits(n_rows=most_rows)))
        )
    elif path.suffix.lower() == ".json":
        grid = Grid(name, "record", _clean(_records(path, name)))
    else:
        grid = Grid(name, "line", _clean(_lines(path, most_rows)))
    if not grid.rows:
        raise DataError(f"Invalid file {name}. It is empty. It needs a header and rows.")
    return grid


def check_sheet(path: Path, sheet: str | None) -> None:
    """Refuse a sheet that is asked for of a file without sheets."""
    if sheet is not None and not is_workbook(path):
        raise DataError(
            f"Invalid sheet {sheet!r}. Only an XLSX has sheets, and {shown(path)} is none."
        )


def _clean(rows: Iterable[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    stripped = ((at, [" ".join(cell.split()) for cell in row]) for at, row in rows)
    return [(at, row) for at, row in stripped if any(row)]


def _lines(path: Path, most_rows: int) -> list[tuple[int, list[str]]]:
    """The rows of a CSV, parted by what parts most of its first lines: a title has no delimiter."""
    limits = Limits(n_rows=most_rows)
    with open_table(path, header="a header and rows", limits=limits) as table:
        first = table.delimiter.join(_quoted(cell) for cell in table.header)
        text = "".join([first + "\n", *(block for _, block in table.blocks())])
        beginning = text.split("\n", _LINES_LOOKED_AT)[:_LINES_LOOKED_AT]
        delimiter = max(_DELIMITERS, key=lambda mark: sum(mark in line for line in beginning))
        if not any(delimiter in line for line in beginning):
            delimiter = table.delimiter
        table.delimiter = delimiter
        rows = csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter)
        found: list[tuple[int, list[str]]] = []
        try:
            for row in rows:
                if len(found) > table.limits.n_rows:
                    raise table.too_many_rows()
                for cell in row:
                    if problem := table.cell_problem(cell):
                        raise DataError(f"Invalid file {table.name}: {problem}.")
                found.append((table.header_line - 1 + rows.line_num, row))
        except csv.Error as error:
            raise DataError(f"Invalid file {table.name}: {error}.") from None
    return found


def _quoted(cell: str) -> str:
    escaped = cell.replace('"', '""')
    return f'"{escaped}"' if any(mark in cell for mark in '";,\t\n') else cell


def _records(path: Path, name: str) -> list[tuple[int, list[str]]]:
    content = read_document(path, most_bytes=_MOST_BYTES)
    with parsing(name, "JSON"):
        held = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once)
    if isinstance(held, dict):
        lists = [key for key in _LISTS if isinstance(held.get(key), list) and held[key]]
        if len(lists) > 1:
            raise DataError(
                f"Invalid file {name}. It holds several lists: {', '.join(lists)}. Keep one."
            )
        held = next((held[key] for key in _LISTS if isinstance(held.get(key), list)), [held])
    if not isinstance(held, list) or not all(isinstance(each, dict) for each in held):
        raise DataError(f"Invalid file {name}. It must be a list of records, each an object.")
    flat = [_flat(record, f"{name}, record {at}") for at, record in enumerate(held, start=1)]
    header = list(dict.fromkeys(key for record in flat for key in record))
    if not header:
        return []
    rows = [(at, [record.get(key, "") for key in header]) for at, record in enumerate(flat, 1)]
    return [(0, header), *rows]


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    keys = [key for key, _ in pairs]
    if doubled := sorted({key for key in keys if keys.count(key) > 1}):
        raise DataError(f"Invalid JSON. A record has the name {doubled[0]!r} more than once.")
    return dict(pairs)


def _flat(record: dict[str, object], place: str) -> dict[str, str]:
    """Names and texts of a record; what is nested one level down counts as its own."""
    flat: dict[str, str] = {}
    for key, value in record.items():
        nested = value.items() if isinstance(value, dict) else [(key, value)]
        for name, each in nested:
            if isinstance(each, (dict, list)):
                raise DataError(f"Invalid file {place}: {name!r} holds a list or an object.")
            if name in flat:
                raise DataError(f"Invalid file {place}: {name!r} stands more than once.")
            flat[name] = "" if each is None else _text(each)
    return flat


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value)  # no level, and told as what it is
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
