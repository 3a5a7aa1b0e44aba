"""The rows of an instrument's tables, from a CSV, a workbook or a table in memory, as texts."""

from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from spbe_research.boundary import Limits, is_workbook, read_sheet, read_table, shown
from spbe_research.errors import InstrumentError, refuse
from spbe_research.instruments.columns import as_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Row", "Source", "is_table_file", "read_rows", "source_name"]

Row = dict[str, str]
Source = "str | Path | pd.DataFrame"

_LIMITS = Limits(n_bytes=10_000_000, n_rows=5_000)
_TEXT_SUFFIXES = (".csv", ".tsv", ".txt")


def is_table_file(path: Path) -> bool:
    """Whether the name of a file is that of a table that is read here."""
    return is_workbook(path) or path.suffix.lower() in _TEXT_SUFFIXES


def source_name(source: object) -> str:
    """Return what a table is called in a message."""
    return shown(Path(source)) if isinstance(source, (str, Path)) else "table"


def read_rows(
    source: object,
    needed: tuple[str, ...],
    remedy: str,
    *,
    sheet: str | None = None,
    instead: tuple[str, ...] = (),
) -> tuple[list[str], list[tuple[str, Row]]]:
    """Return the header and each row with its place; cells left out at its end are empty.

    Parameters
    ----------
    source : str, pathlib.Path or pandas.DataFrame
        A CSV (also with semicolons and decimal commas), an XLSX, or a table in memory.
    needed : tuple of str
        Columns without which it is refused.
    remedy : str
        The last sentence of a refusal.
    sheet : str, optional
        Of a workbook the sheet; left out, the first.
    instead : tuple of str
        Columns with which it is taken without those needed.

    Raises
    ------
    InstrumentError
        Naming columns that are absent or stand more than once, and cells beyond the header.
    """
    name = source_name(source)
    if not isinstance(source, (str, Path)) and not hasattr(source, "columns"):
        raise InstrumentError(
            f"Invalid table of type {type(source).__name__}. Give the path of a file, or a "
            "DataFrame."
        )
    if isinstance(source, (str, Path)):
        word = "line"
        header, rows = _file(Path(source), needed, sheet)
    else:
        word = "row"
        header, rows = _frame(source)
    absent = [column for column in needed if column not in header]
    if absent and not (instead and set(instead) <= set(header)):
        raise InstrumentError(
            f"Invalid file {name}. It has no column {', '.join(absent)}. {remedy}"
        )
    doubled = [column for column in dict.fromkeys(header) if column and header.count(column) > 1]
    if doubled:
        raise InstrumentError(
            f"Invalid file {name}. It has more than one column {', '.join(doubled)}. {remedy}"
        )
    beyond = [
        f"{name}, {word} {at}: {row[len(header)]!r} stands beyond the last column"
        for at, row in rows
        if any(cell.strip() for cell in row[len(header) :])
    ]
    nameless = [
        f"{name}, {word} {at}: {cell!r} stands in a column without a name"
        for at, row in rows
        for column, cell in zip(header, row, strict=False)
        if not column and cell.strip()
    ]
    refuse(InstrumentError, f"file {name}", beyond + nameless, remedy)
    empty = dict.fromkeys(header, "")
    placed = [
        (f"{name}, {word} {at}", empty | dict(zip(header, map(str.strip, row), strict=False)))
        for at, row in rows
    ]
    return [column for column in header if column], placed


def _file(
    path: Path, needed: tuple[str, ...], sheet: str | None
) -> tuple[list[str], list[tuple[object, list[str]]]]:
    needs = f"the columns {', '.join(needed)}"
    if not is_workbook(path):
        header, rows = read_table(path, header=needs, limits=_LIMITS, kind=InstrumentError)
        return header, list(rows)
    cells = read_sheet(path, sheet=sheet, limits=_LIMITS, kind=InstrumentError)
    if not cells:
        raise InstrumentError(f"Invalid file {shown(path)}. It is empty. It needs {needs}.")
    return [cell.strip() for cell in cells[0][1]], list(cells[1:])


def _frame(table: "pd.DataFrame") -> tuple[list[str], list[tuple[object, list[str]]]]:
    """Cells of a table in memory as they would stand in a CSV."""
    texts = table.astype(object).where(table.notna(), "")
    rows = [[_text(cell) for cell in row] for row in texts.itertuples(index=False, name=None)]
    return [str(column).strip() for column in table.columns], list(
        zip(table.index, rows, strict=True)
    )


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return as_text(float(cell)) if isinstance(cell, float) and isfinite(cell) else str(cell)
