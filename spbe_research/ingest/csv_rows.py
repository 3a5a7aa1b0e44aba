"""The rows of a CSV as people save it: UTF-8, parted by comma, semicolon or tab."""

import csv
import io
from pathlib import Path

from spbe_research.errors import DataError

__all__ = ["read_rows"]


def read_rows(path: Path, *, header: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Read the header and every row that is not blank, each with the number of its line.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    header : str
        What its first line must be, for a message: ``"a header of item codes"``.

    Returns
    -------
    list of str, list of (int, list of str)
        The names of the columns, and the rows as they are: a row may be too short or too long.

    Raises
    ------
    DataError
        When there is no such file, it is empty, or it is not UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError(f"No file {path}. Check the path.") from None
    except UnicodeDecodeError as error:
        raise DataError(
            f"Invalid file {path.name}: byte {error.start} is not UTF-8. Save it as CSV UTF-8."
        ) from None
    first = text.split("\n", 1)[0]
    delimiter = max(";\t,", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    if not lines:
        raise DataError(f"Invalid file {path.name}. It is empty. It needs {header}.")
    return [name.strip() for name in lines[0][1]], lines[1:]
