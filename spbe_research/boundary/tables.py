"""A CSV as people save it: parted by comma, semicolon or tab, with or without a ``sep=`` line.

The header is read first, the rows in blocks of text or one by one; nothing is held that was not
asked for.
"""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from spbe_research.boundary.files import Limits, open_input, shown, text_blocks, to_path
from spbe_research.errors import DataError, SpbeError

__all__ = ["Table", "open_table", "read_table"]

_DELIMITERS = {";": "semicolon", "\t": "tab", ",": "comma"}
_STATED = re.compile(r'"?sep=(.)"?[;,\t]*\s*', re.IGNORECASE)
_LONGEST_RECORD = 1_000  # lines
_OPEN = "A quotation mark that is never closed makes one cell of many lines; close it"


@dataclass
class Table:
    """A table that is being read: its header, and what follows, once.

    ``rows`` and ``blocks`` take from the same file; after ``rows`` was begun there are no more
    blocks.
    """

    name: str
    header: list[str]
    header_line: int
    delimiter: str
    limits: Limits
    kind: type[SpbeError]
    _blocks: Iterator[str] = field(repr=False)
    _line: int = 0  # the last line that was given out

    def blocks(self) -> Iterator[tuple[int, str]]:
        """Yield the number of the first line of each block of text, and the block.

        A block ends with a line, not always with a row: a quoted cell may hold line ends.
        """
        for block in self._blocks:
            first = self._line + 1
            self._line += block.count("\n") + (not block.endswith("\n"))
            yield first, block

    def rows(self, first: int | None = None, block: str = "") -> Iterator[tuple[int, list[str]]]:
        """Yield every row that is not blank with the number of its last line.

        Parameters
        ----------
        first : int, optional
            Number of the first line of ``block``.
        block : str
            What ``blocks`` gave last, to be read row by row before the rest.

        Raises
        ------
        SpbeError
            When a cell has more characters than the parser takes, or there are too many rows.
        """
        before = self._line if first is None else first - 1
        parts = chain([block], self._blocks) if block else self._blocks
        lines = chain.from_iterable(io.StringIO(part, newline="\n") for part in parts)
        reader = csv.reader(lines, delimiter=self.delimiter)
        count = 0
        try:
            for row in reader:
                if not row or (not row[0].strip() and not any(cell.strip() for cell in row)):
                    continue
                count += 1
                if count > self.limits.n_rows:
                    raise self.too_many_rows()
                yield before + reader.line_num, row
        except csv.Error as error:
            raise self.kind(
                f"Invalid file {self.name}, line {before + reader.line_num}: {error}. {_OPEN}."
            ) from None

    def too_many_rows(self) -> SpbeError:
        """The refusal of a table that is too long."""
        return self.kind(
            f"Invalid file {self.name}. It has more than {self.limits.n_rows:,} rows. Split it."
        )

    def cell_problem(self, cell: str) -> str:
        """Say what is wrong with the length of a cell, or nothing."""
        if len(cell) <= self.limits.n_characters:
            return ""
        said = (
            f"{cell[:20]!r}... has {len(cell):,} characters, must have at most "
            f"{self.limits.n_characters:,}"
        )
        return f"{said}. {_OPEN}" if "\n" in cell else said


@contextmanager
def open_table(
    path: Path | str,
    *,
    header: str,
    limits: Limits | None = None,
    kind: type[SpbeError] = DataError,
) -> Iterator[Table]:
    """Open a CSV and read its header.

    Parameters
    ----------
    path : pathlib.Path or str
        UTF-8, or UTF-16 with its mark; fields parted by comma, semicolon or tab, whichever its
        header has most of, or the one that a first line ``sep=;`` states.
    header : str
        What its first line must be, for a message: ``"a header of item codes"``.
    limits : Limits, optional
        The most it may hold.
    kind : type of SpbeError
        The error to raise.

    Raises
    ------
    SpbeError
        Of ``kind``: it cannot be opened or decoded, is empty, or has too many columns.
    """
    limits = Limits() if limits is None else limits
    name = shown(to_path(path, kind=kind))
    with open_input(path, most_bytes=limits.n_bytes, kind=kind) as file:
        blocks = text_blocks(file, name, kind=kind)
        table = _begun(name, blocks, header, limits, kind)
        if len(table.header) > limits.n_columns:
            raise kind(
                f"Invalid file {name}. It has {len(table.header):,} columns, and must have at most "
                f"{limits.n_columns:,}."
            )
        yield table


def read_table(
    path: Path | str,
    *,
    header: str,
    limits: Limits | None = None,
    kind: type[SpbeError] = DataError,
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Read the header and every row that is not blank, each with the number of its line.

    Parameters and errors are those of ``open_table``; a cell that is too long is refused too.

    Returns
    -------
    list of str, list of (int, list of str)
        The names of the columns, and the rows as they are: a row may be too short or too long.
    """
    with open_table(path, header=header, limits=limits, kind=kind) as table:
        rows = []
        for line, row in table.rows():
            for cell in row:
                if problem := table.cell_problem(cell):
                    raise kind(f"Invalid file {table.name}, line {line}: {problem}.")
            rows.append((line, row))
    return table.header, rows


def _begun(
    name: str, blocks: Iterator[str], header: str, limits: Limits, kind: type[SpbeError]
) -> Table:
    """Read up to the header, and put the rest of its block back."""
    table = Table(name, [], 0, "", limits, kind, blocks)
    for block in blocks:
        lines = iter(io.StringIO(block, newline="\n"))
        taken = 0
        for line in lines:
            table._line += 1
            taken += len(line)
            stated = _STATED.fullmatch(line) if table._line == 1 else None
            if stated:
                table.delimiter = _checked(stated[1], name, kind)
            elif line.strip(" ,;\t\n"):
                record = [line]
                taken += _rest_of_record(record, lines, table)
                table.delimiter = table.delimiter or _most_frequent("".join(record))
                table.header_line = table._line
                table.header = _header(record, table)
                table._blocks = chain([block[taken:]] if block[taken:] else [], blocks)
                return table
    raise kind(f"Invalid file {name}. It is empty. It needs {header}.")


def _rest_of_record(record: list[str], lines: Iterator[str], table: Table) -> int:
    """Add the lines that a quoted name of a column goes on over; return their length."""
    taken = 0
    while "".join(record).count('"') % 2 and len(record) < _LONGEST_RECORD:
        line = next(lines, None)
        if line is None:
            break
        record.append(line)
        taken += len(line)
        table._line += 1
    return taken


def _header(record: list[str], table: Table) -> list[str]:
    try:
        cells = next(csv.reader(record, delimiter=table.delimiter))
    except csv.Error as error:
        raise table.kind(f"Invalid file {table.name}, line {table._line}: {error}.") from None
    for cell in cells:
        if problem := table.cell_problem(cell):
            raise table.kind(f"Invalid file {table.name}, line {table._line}: {problem}.")
    return [cell.strip() for cell in cells]


def _most_frequent(line: str) -> str:
    """The delimiter that stands most often outside quotation marks."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(_DELIMITERS, key=bare.count)


def _checked(delimiter: str, name: str, kind: type[SpbeError]) -> str:
    if delimiter in _DELIMITERS:
        return delimiter
    raise kind(
        f"Invalid file {name}, line 1: sep={delimiter}. Fields must be parted by comma, semicolon "
        "or tab."
    )
