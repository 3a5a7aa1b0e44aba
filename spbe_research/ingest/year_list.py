"""A published list of one year, in whatever table it stands: name, index, predicate, parts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from spbe_research.boundary import decimal_number
from spbe_research.errors import DataError
from spbe_research.ingest.grid import Grid
from spbe_research.ingest.headers import meaning, with_row_above
from spbe_research.instruments import Instrument

__all__ = ["Listed", "YearList", "find_list"]

_ROWS_LOOKED_AT = 60
_WHO = ("agency", "name")
_KEPT = ("number", "agency_id", "year", "index", "predicate")
_MOST_DECIMALS = 9  # further ones are those of a binary fraction: 3.0799999999999996 is 3.08


@dataclass
class Listed:
    """One body of a list: where it stands, its name as printed, and the text of each value."""

    place: str
    name: str
    cells: dict[str, str]
    numbers: dict[str, Decimal] = field(default_factory=dict)

    @property
    def index(self) -> Decimal | None:
        """The index, if one is printed."""
        return self.numbers.get("index")


@dataclass(frozen=True)
class YearList:
    """The bodies of a list in its order; what was passed over; what cannot be read."""

    bodies: list[Listed]
    passed_over: list[str]
    violations: list[str]
    columns: tuple[str, ...]


def find_list(grid: Grid, instrument: Instrument, is_name: Callable[[str], bool]) -> YearList:
    """Find header, columns and bodies by content.

    Parameters
    ----------
    grid : Grid
        The table, with titles, rows of groups, repeated headers and notes.
    instrument : Instrument
        Of the year: whose indicators, aspects and domains may stand in the list.
    is_name : callable
        Whether a text is the name of a body, for certain; a name on two rows is put together where
        only the whole is one.

    Raises
    ------
    DataError
        When no row is a header with a name and an index or parts.
    """
    at, columns = _header(grid, instrument)
    head = grid.rows[at][1]
    heads = _heads(grid, at, columns)
    codes = {item.code for item in instrument.items} | {"index"}
    bodies: list[Listed] = []
    passed_over: list[str] = []
    violations: list[str] = []
    loose: tuple[str, str] | None = None  # a row with a text only, and its place
    for number, row in grid.rows[at + 1 :]:
        place = grid.place(number)
        cells = {
            column: cell for column, cell in zip(columns, row, strict=False) if column and cell
        }
        filled = [cell for cell in row if cell]
        name = next((cells[each] for each in _WHO if each in cells), "")
        has_values = any(column in codes for column in cells)
        if row[: len(head)] == head or _is_header(row, instrument):
            passed_over.append(f"{place}: the header again")
            violations += _other_order(place, _columns(row, instrument), columns)
        elif has_values and name:
            whole = f"{loose[0]} {name}" if loose else ""
            if loose and not is_name(name) and is_name(whole):
                name = whole
            elif loose:
                passed_over.append(f"{loose[1]}: {loose[0][:60]!r}")
            loose = None
            violations += _without_head(place, row, heads)
            bodies.append(_read(place, name, cells, codes, violations))
        elif has_values:
            violations.append(f"{place}: has values ({', '.join(filled[:4])}) and no name")
        elif len(filled) == 1 and bodies and is_name(f"{bodies[-1].name} {filled[0]}"):
            passed_over += _put_together(bodies[-1], filled[0], place, is_name)
        else:
            if loose:
                passed_over.append(f"{loose[1]}: {loose[0][:60]!r}")
            is_numbered = bool(name) and {*cells} <= {"number", *_WHO}
            loose = (name if is_numbered else " ".join(filled), place)
    if loose:
        passed_over.append(f"{loose[1]}: {loose[0][:60]!r}")
    return YearList(bodies, passed_over, violations, tuple(dict.fromkeys(filter(None, columns))))


def _header(grid: Grid, instrument: Instrument) -> tuple[int, list[str]]:
    best: tuple[int, int, list[str]] | None = None
    for at, (_, row) in enumerate(grid.rows[:_ROWS_LOOKED_AT]):
        above = _columns(grid.rows[at - 1][1], instrument) if at else []
        columns = with_row_above(_columns(row, instrument), row, above)
        count = len({column for column in columns if column})
        if best is None or count > best[0]:
            best = (count, at, columns)
    if best is not None:
        _, at, columns = best
        known = set(columns)
        codes = {item.code for item in instrument.items} | {"index"}
        if known & set(_WHO) and known & codes:
            twice = sorted({c for c in columns if c and columns.count(c) > 1})
            if twice:
                raise DataError(
                    f"Invalid file {grid.place(grid.rows[at][0])}. More than one column is "
                    f"{', '.join(twice)}. Keep one."
                )
            return at, columns
    raise DataError(
        f"Invalid file {grid.name}. No row of it is a header with the name of the body (Nama "
        "Instansi) and its index (Indeks) or domains (D1 to D4). Name the columns."
    )


def _columns(row: list[str], instrument: Instrument) -> list[str]:
    codes = {item.code for item in instrument.items}
    found = [meaning(cell, instrument) for cell in row]
    found = ["index" if word == "value" else word for word in found]  # Nilai, of a list
    return [word if word in (*_WHO, *_KEPT) or word in codes else "" for word in found]


def _is_header(row: list[str], instrument: Instrument) -> bool:
    found = [column for column in _columns(row, instrument) if column]
    return len(found) >= 2 and not any(decimal_number(cell) is not None for cell in row)


def _heads(grid: Grid, at: int, columns: list[str]) -> list[str]:
    """What stands above each column, in the header or in the row above it; up to the name all."""
    above = grid.rows[at - 1][1] if at else []
    name = next(columns.index(each) for each in _WHO if each in columns)
    return [
        " ".join(row[place] for row in (above, grid.rows[at][1]) if place < len(row)).strip()
        or columns[place]
        or ("left of the name" if place < name else "")
        for place in range(len(columns))
    ]


def _without_head(place: str, row: list[str], heads: list[str]) -> list[str]:
    """The numbers of a row that no header speaks of: of a number parted at its comma the end."""
    known = [*heads, *[""] * (len(row) - len(heads))]
    return [
        f"{place}: {cell[:40]!r} stands in column {column}, which has no head; is it the end of a "
        "number parted at its comma?"
        for column, (cell, head) in enumerate(zip(row, known, strict=False), start=1)
        if not head and decimal_number(cell) is not None
    ]


def _put_together(body: Listed, end: str, place: str, is_name: Callable[[str], bool]) -> list[str]:
    """Lengthen a name; say so where its beginning is one by itself: Kab. Bandung, then Barat."""
    told = [f"{place}: {end!r}, read as the end of the name above it"] if is_name(body.name) else []
    body.name = f"{body.name} {end}"
    return told


def _other_order(place: str, again: list[str], columns: list[str]) -> list[str]:
    """What a repeated header says otherwise than the first one: the rows below it are misread."""
    known = [*columns, *[""] * (len(again) - len(columns))]
    other = [word for word, own in zip(again, known, strict=False) if word and word != own]
    if not other:
        return []
    return [
        f"{place}: a header in which {', '.join(other)} stand elsewhere than in the first; put the "
        "rows below it into a file of their own"
    ]


def _read(
    place: str, name: str, cells: dict[str, str], codes: set[str], violations: list[str]
) -> Listed:
    body = Listed(place, name, cells)
    for column, text in cells.items():
        if column not in codes:
            continue
        number = decimal_number(text)
        if number is None:
            violations.append(f"{place}, {column}: {text[:40]!r} is no number")
        else:
            is_long = -int(number.as_tuple().exponent) > _MOST_DECIMALS
            body.numbers[column] = round(number, _MOST_DECIMALS).normalize() if is_long else number
    return body
