"""What the cells of a header mean: who, when, which item; found by content, in both languages."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from spbe_research.errors import DataError
from spbe_research.ingest.grid import Grid
from spbe_research.instruments import Instrument

__all__ = ["Header", "find_header", "meaning", "with_row_above"]

_ROWS_LOOKED_AT = 40

# What a header says, in small letters without punctuation.
_WORDS = {
    "agency id": "agency_id",
    "kode": "agency_id",
    "kode instansi": "agency_id",
    "agency": "agency",
    "instansi": "agency",
    "nama instansi": "agency",
    "instansi pemerintah": "agency",
    "nama instansi pemerintah": "agency",
    "nama pemerintah daerah": "agency",
    "pemerintah daerah": "agency",
    "nama daerah": "agency",
    "nama k l d": "agency",
    "k l d": "agency",
    "k l pd": "agency",
    "agency name": "agency",
    "agency name published": "agency",
    "name": "name",
    "nama": "name",
    "year": "year",
    "tahun": "year",
    "no": "number",
    "nomor": "number",
    "nr": "number",
    "index": "index",
    "indeks": "index",
    "indeks spbe": "index",
    "nilai indeks": "index",
    "nilai spbe": "index",
    "nilai indeks spbe": "index",
    "index published": "index",
    "predikat": "predicate",
    "predikat spbe": "predicate",
    "predicate": "predicate",
    "predicate published": "predicate",
    "item": "item",
    "indikator": "item",
    "kode indikator": "item",
    "butir": "item",
    "value": "value",
    "nilai": "value",
    "level": "value",
    "tingkat": "value",
    "tingkat kematangan": "value",
    "source id": "note",
    "locator": "note",
    "method": "note",
    "status": "note",
    "flag": "note",
    "derived items": "note",
    "keterangan": "note",
    "catatan": "note",
    "edition": "edition",
    "scale": "scale",
}
_OF_A_LONG_TABLE = ("item", "value", "edition", "scale")
NAMES = ("agency_id", "agency", "name", "year")
_TIERS = {
    "i": "I", "ind": "I", "indikator": "I", "indicator": "I", "a": "A", "aspek": "A", "aspect": "A",
    "d": "D", "domain": "D",
}  # fmt: skip
_ITEM = re.compile(r"(i|ind|indikator|indicator|a|aspek|aspect|d|domain)[ ._-]*0*(\d{1,4})(-\d)?\b")
_OF_THE_APPLICATION = 2000  # its A2001 is the first aspect


@dataclass(frozen=True)
class Header:
    """Where a table begins, and what each of its columns holds.

    ``columns`` has per column one of ``NAMES``, ``"item"``, ``"value"``, ``"edition"``, ``"scale"``
    (of a long table), the code of an item, or ``""`` where it is passed over.
    """

    at: int  # position of the row among the rows of the grid
    columns: list[str]
    passed_over: list[str]
    unknown: list[str]

    @property
    def is_long(self) -> bool:
        """Whether the table has one row per item."""
        return {"item", "value"} <= set(self.columns)


def meaning(cell: str, instrument: Instrument) -> str:
    """Return what one cell of a header says: a word, the code of an item, or nothing.

    Examples
    --------
    >>> from spbe_research import load_instrument
    >>> edition = load_instrument("permen-59-2020")
    >>> [meaning(cell, edition) for cell in ("Nama Instansi", "Indikator 7", "A2008", "d 3", "x")]
    ['agency', 'I07', 'A8', 'D3', '']
    """
    small = cell.strip().casefold()
    codes = {item.code.casefold(): item.code for item in instrument.items}
    if small in codes and codes[small] != "index":
        return codes[small]
    words = " ".join(re.sub(r"[\W_]+", " ", small).split())
    if words in _WORDS:
        return _WORDS[words]
    if (found := _ITEM.match(small)) and instrument.domains + instrument.aspects:
        number = int(found[2])
        if number > _OF_THE_APPLICATION and _TIERS[found[1]] == "A":
            number -= _OF_THE_APPLICATION
        for width in (2, 1):
            code = f"{_TIERS[found[1]]}{number:0{width}d}{found[3] or ''}"
            if code.casefold() in codes:
                return codes[code.casefold()]
    named = [item.code for item in instrument.items if item.name.casefold() == small]
    return named[0] if len(named) == 1 and named[0] != "index" else ""


def with_row_above(columns: list[str], cells: list[str], above: list[str]) -> list[str]:
    """What the columns of a header of two rows hold: what its lower row leaves empty, the upper.

    Parameters
    ----------
    columns, cells : list of str
        The meanings and the texts of the lower row.
    above : list of str
        The meanings of the row above it.
    """
    width = max(len(columns), len(above))
    lower = [*columns, *[""] * (width - len(columns))]
    upper = [*above, *[""] * (width - len(above))]
    is_free = [place >= len(cells) or not cells[place] for place in range(width)]
    return [
        up if free and up and up not in columns else down
        for down, up, free in zip(lower, upper, is_free, strict=True)
    ]


def find_header(grid: Grid, instrument: Instrument, more: Iterable[str] = ()) -> Header | None:
    """Return the header of a table: of the first rows the one that names most items.

    Parameters
    ----------
    grid : Grid
        The table.
    instrument : Instrument
        Whose items are looked for.
    more : iterable of str
        Columns that are taken as they are: denominators, groups.

    Returns
    -------
    Header or None
        None where no row names an item, nor the columns of a long table.

    Raises
    ------
    DataError
        When a column stands more than once.
    """
    more, codes = set(more), {item.code for item in instrument.items if item.code != "index"}
    best: tuple[int, int, list[str]] | None = None
    for at, (_, row) in enumerate(grid.rows[:_ROWS_LOOKED_AT]):
        columns = [cell if cell in more else meaning(cell, instrument) for cell in row]
        is_long = {"item", "value"} <= set(columns)
        if is_long:
            best = (len(codes), at, columns)
            break
        count = sum(column in codes for column in columns)
        if count > (best[0] if best else 0):
            best = (count, at, columns)
    if best is None:
        return None
    _, at, columns = best
    number, cells = grid.rows[at]
    if at:
        above = [meaning(cell, instrument) for cell in grid.rows[at - 1][1]]
        columns = with_row_above(columns, cells, above)
        cells = [*cells, *[""] * (len(columns) - len(cells))]
    is_long = {"item", "value"} <= set(columns)
    keeps = {*NAMES, *more, *(_OF_A_LONG_TABLE if is_long else codes)}
    kept = [column if column in keeps else "" for column in columns]
    doubled = sorted({column for column in kept if column and kept.count(column) > 1})
    if doubled:
        raise DataError(
            f"Invalid file {grid.place(number)}. The column {doubled[0]} stands "
            f"{kept.count(doubled[0])} times. Keep one."
        )
    named = list(zip(cells, columns, kept, strict=True))
    return Header(
        at,
        kept,
        passed_over=[cell for cell, column, keep in named if cell and column and not keep],
        unknown=[] if is_long else [cell for cell, column, _ in named if cell and not column],
    )
