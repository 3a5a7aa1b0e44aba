"""Reading a long file of levels in parts: blocks at once where that is certain, else row by row.

Both ways give the same table and apply the same rule to each text of a level. Only the way row by
row tells what is wrong, and where.
"""

import csv
import io
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.boundary import Table
from spbe_research.errors import VIOLATIONS_SHOWN
from spbe_research.ingest.headers import meaning
from spbe_research.ingest.level_cells import (
    HIGHEST,
    LOWEST,
    KnownLevels,
    WrongLevelError,
    level,
)
from spbe_research.ingest.templates import EXAMPLE, EXAMPLE_LEFT
from spbe_research.instruments import Instrument

__all__ = ["LevelPart", "LevelReader", "is_plain_header"]

_IDENTIFIERS = ("agency_id", "agency", "name", "year")
_ROWS_A_PART = 20_000
_NO_NUMBER = "\x01"  # stands in no cell that is read at once


@dataclass(frozen=True)
class LevelPart:
    """Some rows of a file.

    ``levels`` has the columns of the instrument in its order; ``names`` holds each naming column;
    ``lines`` the number of the line of each row.
    """

    levels: pd.DataFrame
    names: dict[str, npt.NDArray[np.object_]]
    lines: npt.NDArray[np.int64]


@dataclass
class LevelReader:
    """Gives the parts of a table, and counts what is wrong; the first violations are kept."""

    table: Table
    instrument: Instrument
    missing: str
    n_rows: int = 0
    count: int = 0
    first: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        header = self.table.header
        self._codes = [_code(name, self.instrument) for name in header]
        for problem in _column_violations(self.table.name, header, self._codes, self.instrument):
            self._violate(problem)
        self._are_whole = True  # as long as no other level was found
        self._named = {  # the first column of a name that stands twice, which is refused anyway
            code: place
            for place, code in reversed(list(enumerate(self._codes)))
            if code in _IDENTIFIERS
        }
        self._named = dict(sorted(self._named.items(), key=lambda item: item[1]))
        known: dict[str, KnownLevels] = {}
        self._items = {
            code: (
                self._codes.index(code),
                known.setdefault(kind, KnownLevels(kind, self.missing)),
                kind,
            )
            for code in self.instrument.indicators
            if code in self._codes
            for kind in [self.instrument.item(code).value_type]
        }

    def parts(self) -> Iterator[LevelPart]:
        """Give parts until the file ends; none is empty, and those after a violation are nothing.

        Raises
        ------
        DataError
            When the file cannot be decoded or parsed, or has too many rows.
        """
        for line, block in self.table.blocks():
            part = None if self.count else self._at_once(line, block)
            if part is None:
                yield from self._one_by_one(line, block)
                return
            self.n_rows += len(part.lines)
            if self.n_rows > self.table.limits.n_rows:
                raise self.table.too_many_rows()
            yield part

    def _at_once(self, line: int, block: str) -> LevelPart | None:
        """Parse a block with the parser of pandas; None where row by row might tell otherwise.

        There must be a row a line. The parser refuses a row that is too long; the delimiters of the
        block less those within cells are then as many as rows need only if none is too short.
        """
        n_rows = block.count("\n") + (not block.endswith("\n"))
        found = self._levels(block, n_rows)
        if found is None:
            return None
        cells, values, n_within, may_be_blank = found
        delimiter = self.table.delimiter
        names, told = {}, ""
        for name, place in self._named.items():
            texts = cells[place].tolist()
            if self.table.cell_problem(max(texts, key=len)):
                return None
            n_within += sum(text.count(delimiter) for text in texts) if '"' in block else 0
            told += "".join(texts)
            stripped = [text.strip() for text in texts]
            if EXAMPLE in stripped:
                return None
            may_be_blank &= not all(stripped)
            names[name] = np.array(stripped, dtype=object)
        if self._are_whole and any(block.count(mark) != told.count(mark) for mark in "eE."):
            self._are_whole = False  # "3e0" and "3." are whole to the parser, and not to the rule
            return self._at_once(line, block)
        n_separators = n_rows * (len(self._codes) - 1)
        if may_be_blank or block.count(delimiter) != n_separators + n_within:
            return None
        return self._part(values, names, np.arange(line, line + n_rows))

    def _levels(
        self, block: str, n_rows: int
    ) -> tuple[pd.DataFrame, npt.NDArray[np.float64], int, bool] | None:
        """The cells of a block, its levels, the delimiters within them, and whether any is empty.

        Whole numbers are parsed as such, which is fastest, as long as every level of the file is
        one; what the parser takes for a whole number of 1 to 5, the rule for texts does too.
        """
        if self._are_whole:
            cells = self._parsed(block, n_rows, "int64")
            if cells is not None:
                places = [place for place, _, _ in self._items.values()]
                values = cells[places].to_numpy(dtype=np.float64)
                is_scale = values.min() >= LOWEST and values.max() <= HIGHEST
                return (cells, values, 0, False) if is_scale else None
            self._are_whole = False
        cells = self._parsed(block, n_rows, "category")
        if cells is None:
            return None
        values = np.empty((n_rows, len(self._items)), order="F")
        n_within, may_be_empty = 0, True
        for number, (place, known, _) in enumerate(self._items.values()):
            column = cells[place].cat
            texts = column.categories.to_numpy(dtype=object).tolist()
            codes = column.codes.to_numpy()
            try:
                looked_up = [known[text] if text != _NO_NUMBER else np.nan for text in texts]
            except WrongLevelError:
                return None
            values[:, number] = np.array(looked_up)[codes]
            may_be_empty &= bool(np.isnan(looked_up).sum() > 1)
            within = np.array([text.count(self.table.delimiter) for text in texts])
            n_within += int(within[codes].sum()) if within.any() else 0
        return cells, values, n_within, may_be_empty

    def _parsed(self, block: str, n_rows: int, kind: str) -> pd.DataFrame | None:
        """The cells of a block, its levels of one kind, where the parser finds a row a line.

        To a block of texts a last row is added whose cells are no numbers: pandas then leaves the
        texts of a column as they are.
        """
        if _NO_NUMBER in block:
            return None
        places = range(len(self._codes))
        last = self.table.delimiter.join([_NO_NUMBER] * len(self._codes))
        text = block if kind == "int64" else "\n".join([block.removesuffix("\n"), last])
        try:
            with np.errstate(invalid="ignore"):  # of a number beyond all whole ones, refused next
                cells = pd.read_csv(
                    io.StringIO(text),
                    sep=self.table.delimiter,
                    header=None,
                    names=places,
                    dtype=dict.fromkeys(places, kind) | dict.fromkeys(self._named.values(), object),
                    na_filter=False,
                    quoting=csv.QUOTE_MINIMAL if '"' in block else csv.QUOTE_NONE,
                    skip_blank_lines=False,
                    low_memory=False,
                )
        except (ValueError, OverflowError):  # errors of the parser are a kind of the first
            return None
        cells = cells if kind == "int64" else cells.iloc[:-1]
        is_whole = len(cells) == n_rows and isinstance(cells.index, pd.RangeIndex)
        return cells if is_whole else None

    def _one_by_one(self, line: int, block: str) -> Iterator[LevelPart]:
        """Read every row that is left."""
        lines: list[int] = []
        values = array("d")
        names: dict[str, list[str]] = {name: [] for name in self._named}
        items = list(self._items.values())
        one_kind = items[0][1] if len({kind for _, _, kind in items}) == 1 else None
        taken = itemgetter(*(place for place, _, _ in items), 0)  # of two or more: a tuple
        for at, row in self.table.rows(line, block):
            self.n_rows += 1
            if len(row) != len(self._codes):
                self._violate(
                    f"{self.table.name}, line {at}: {len(row)} fields, the header has "
                    f"{len(self._codes)}"
                )
                continue
            try:
                if one_kind is not None:
                    found = list(map(one_kind.__getitem__, taken(row)[:-1]))
                else:
                    found = [known[row[place]] for place, known, _ in items]
            except WrongLevelError:
                self._violate_cells(at, row)
                continue
            for name, place in self._named.items():
                cell = row[place]
                if problem := self._name_problem(cell):
                    self._violate(f"{self.table.name}, line {at}, column {name}: {problem}")
                names[name].append(cell.strip())
            if self.count:
                continue
            lines.append(at)
            values.extend(found)
            if len(lines) == _ROWS_A_PART:
                yield self._collected(values, names, lines)
                lines, values = [], array("d")
                names = {name: [] for name in self._named}
        if lines and not self.count:
            yield self._collected(values, names, lines)

    def _name_problem(self, cell: str) -> str:
        return EXAMPLE_LEFT if cell.strip() == EXAMPLE else self.table.cell_problem(cell)

    def _violate_cells(self, line: int, row: list[str]) -> None:
        """Name every wrong level of a row, in the order of the file."""
        for place, code in enumerate(self._codes):
            if code not in self._items:
                continue
            _, problem = level(row[place], self._items[code][2], self.missing)
            if problem:
                column = self.table.header[place]
                self._violate(f"{self.table.name}, line {line}, column {column}: {problem}")

    def _violate(self, problem: str) -> None:
        self.count += 1
        if len(self.first) < VIOLATIONS_SHOWN:
            self.first.append(problem)

    def _collected(
        self, values: "array[float]", names: dict[str, list[str]], lines: list[int]
    ) -> LevelPart:
        return self._part(
            np.frombuffer(values).reshape(len(lines), len(self._items)),
            {name: np.array(texts, dtype=object) for name, texts in names.items()},
            np.array(lines),
        )

    def _part(
        self,
        values: npt.NDArray[np.float64],
        names: dict[str, npt.NDArray[np.object_]],
        lines: npt.NDArray[np.int64],
    ) -> LevelPart:
        return LevelPart(pd.DataFrame(values, columns=list(self._items)), names, lines)


def is_plain_header(header: list[str], instrument: Instrument) -> bool:
    """Whether a header is read here: codes of indicators and names, and nothing that others know.

    A header that nobody knows is read here too, and refused column by column.
    """
    codes = [_code(name, instrument) for name in header]
    known = {*instrument.indicators, *_IDENTIFIERS}
    others = [name for name, code in zip(header, codes, strict=True) if code not in known]
    named = any(code in instrument.indicators for code in codes)
    return named and not any(meaning(name, instrument) for name in others)


def _code(name: str, instrument: Instrument) -> str:
    if name.lower() in _IDENTIFIERS:
        return name.lower()
    padded = re.sub(r"^[Ii](\d)(?!\d)", r"I0\1", name)
    padded = padded[:1].upper() + padded[1:]
    return padded if padded in instrument.indicators else name


def _column_violations(
    file: str, header: list[str], codes: list[str], instrument: Instrument
) -> list[str]:
    known = {*instrument.indicators, *_IDENTIFIERS}
    place = f"{file}, line 1"
    violations = [
        f"{place}, column {name!r}: is no item of {instrument.edition} "
        f"({instrument.indicators[0]} to {instrument.indicators[-1]})"
        for name, code in zip(header, codes, strict=True)
        if code not in known
    ]
    violations += [
        f"{place}: column {code} stands {codes.count(code)} times"
        for code in sorted({code for code in codes if code in known and codes.count(code) > 1})
    ]
    absent = [code for code in instrument.indicators if code not in codes]
    return violations + [f"{place}: column {code} is absent" for code in absent]
