"""A table as people have it to rows that can be scored: levels, aspects or domains, wide or long.

Rows that are no agency (titles of groups, a header that is repeated, notes) are passed over, and
told; so is a body whose printed value is a known misprint off the scale. Everything that is wrong
is named at once.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from spbe_research.boundary import decimal_number
from spbe_research.errors import DataError, listed, refuse
from spbe_research.ingest.grid import Grid, read_grid
from spbe_research.ingest.headers import NAMES, Header, find_header
from spbe_research.ingest.level_cells import level
from spbe_research.ingest.templates import EXAMPLE, EXAMPLE_LEFT
from spbe_research.instruments import Instrument
from spbe_research.locations import data_folder
from spbe_research.panel.corrections import read_corrections

__all__ = ["Sheet", "Tier", "read_values"]

_REMEDY = (
    "Correct the cells named above and run again. Nothing was scored. A value that was never "
    "assessed may stay empty only with --missing renormalise, siblings or propagate."
)


@dataclass
class _Record:
    """One agency: where it stands, what names it, and the text of each item."""

    number: int
    names: dict[str, str]
    cells: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Tier:
    """The rows of which the same tier is known: values with one column an input, and their names.

    The index of both frames is the position of a row among all; ``lines`` says where it stands.
    """

    instrument: Instrument
    scale: str
    table: pd.DataFrame
    names: pd.DataFrame
    lines: pd.Series


@dataclass(frozen=True)
class Sheet:
    """A table that was read: its tiers, finest first, and what was passed over, in words."""

    tiers: list[Tier]
    notes: list[str]
    word: str


def read_values(
    path: Path, instrument: Instrument, *, missing: str = "raise", sheet: str | None = None
) -> Sheet:
    """Read a table of values of an instrument, whatever its layout.

    Parameters
    ----------
    path : pathlib.Path
        CSV, XLSX or JSON; one row an agency and one column an item, or one row an item with the
        columns of the tidy table (``agency_id, item, value``). Items are indicators, aspects or
        domains: each agency is scored from the finest tier that is filled.
    instrument : Instrument
        The instrument the values belong to.
    missing : str
        As for ``compute_index``; with ``"raise"`` an empty cell is wrong.
    sheet : str, optional
        Of an XLSX the sheet.

    Raises
    ------
    DataError
        When no header is found; naming every column that is not known or absent, and every cell
        that is empty, no number or no level of the scale.
    """
    grid = read_grid(path, sheet=sheet)
    header = find_header(grid, instrument, instrument.inputs)
    if header is None:
        raise DataError(
            f"Invalid file {grid.name}. No row of it is a header of items of {instrument.edition} "
            f"({instrument.indicators[0]} to {instrument.indicators[-1]}), nor of the columns "
            "agency, item, value. spbe-research score --template writes a table to fill in."
        )
    place = grid.place(grid.rows[header.at][0])
    violations = [
        f"{place}, column {cell!r}: is no item of {instrument.edition}; delete or rename it"
        for cell in header.unknown
    ]
    notes = []
    if header.passed_over:
        notes.append(f"Columns passed over: {', '.join(header.passed_over)}")
    if header.is_long:
        records = _long(grid, header, instrument, violations)
    else:
        records = _wide(grid, header, notes)
    violations += [
        f"{grid.place(record.number)}: {EXAMPLE_LEFT}"
        for record in records
        if EXAMPLE in record.names.values()
    ]
    if not records and not violations:
        raise DataError(f"Invalid file {grid.name}. It has a header and no row. Add an agency.")
    records = _without_misprints(records, instrument, notes)
    tiers = _tiers(grid, records, instrument, missing, violations)
    refuse(DataError, f"file {grid.name}", violations, _REMEDY)
    if len(tiers) > 1 and not instrument.is_weighted_mean:
        raise DataError(
            f"Invalid file {grid.name}. Some rows have {tiers[0].scale}s, others {tiers[1].scale}s "
            f"only, and {instrument.edition} compares rows with each other. Part the file."
        )
    return Sheet(tiers, notes, grid.word)


def _wide(grid: Grid, header: Header, notes: list[str]) -> list[_Record]:
    """One record a row; a row of one cell, or that repeats the header, is none."""
    head = grid.rows[header.at][1]
    records, passed = [], []
    for number, row in grid.rows[header.at + 1 :]:
        filled = [cell for cell in row if cell]
        lone = len(filled) == 1 and len(head) > 2
        if row == head or (lone and not _names_agency(header, row)):
            passed.append(f"{number} ({filled[0][:40]!r})")
            continue
        named = dict(zip(header.columns, row, strict=False))
        beyond = [cell for cell in row[len(header.columns) :] if cell]
        if beyond:
            raise DataError(
                f"Invalid file {grid.place(number)}: {beyond[0]!r} stands beyond the last column."
            )
        names = {name: named.get(name, "") for name in NAMES if name in header.columns}
        cells = {code: cell for code, cell in named.items() if code and code not in NAMES}
        records.append(_Record(number, names, cells))
    if passed:
        words = "; ".join(passed[:5]) + (f" and {len(passed) - 5} more" if len(passed) > 5 else "")
        notes.append(f"Passed over, since it is no agency: {grid.word} {words}")
    return records


def _names_agency(header: Header, row: list[str]) -> bool:
    """Whether a row says who: an agency without any value, and not the title of a group."""
    return any(
        cell and column in ("agency_id", "agency", "name")
        for column, cell in zip(header.columns, row, strict=False)
    )


def _long(
    grid: Grid, header: Header, instrument: Instrument, violations: list[str]
) -> list[_Record]:
    """One record an agency and year, its rows gathered; rows of other editions are passed over."""
    records: dict[tuple[str, ...], _Record] = {}
    codes = {item.code.casefold(): item.code for item in instrument.items}
    names = [name for name in NAMES if name in header.columns]
    if not names:
        violations.append(f"{grid.name}: no column names the agency (agency_id, agency)")
        return []
    for number, row in grid.rows[header.at + 1 :]:
        named = dict(zip(header.columns, [*row, *[""] * len(header.columns)], strict=False))
        if named.get("edition", instrument.edition) != instrument.edition:
            continue
        if named["item"].casefold() == "index":
            continue
        key = tuple(named[name] for name in names)
        code = codes.get(named["item"].casefold(), "")
        if not any(key) or not code:
            what = "the agency is missing" if code else f"{named['item']!r} is no item"
            violations.append(f"{grid.place(number)}: {what} of {instrument.edition}")
            continue
        record = records.setdefault(key, _Record(number, dict(zip(names, key, strict=True))))
        if code in record.cells:
            violations.append(f"{grid.place(number)}: {code} of {listed(key)} stands twice")
        record.cells[code] = named["value"]
    return list(records.values())


def _without_misprints(
    records: list[_Record], instrument: Instrument, notes: list[str]
) -> list[_Record]:
    """Leave out, and tell, a body of a year whose printed value is declared to be impossible.

    That is a flag of ``corrections.toml`` whose cell still holds what was printed, off the scale:
    the package's own tables hold it, and nobody who reads them can repair it.
    """
    flagged = {
        (each.where.get("agency_id"), each.where.get("year"), each.where.get("item")): each
        for each in read_corrections(data_folder() / "corrections.toml")
        if each.table == "scores" and each.action == "flag"
    }
    kept = []
    for record in records:
        who = record.names.get("agency_id"), record.names.get("year")
        wrong = [
            f"{code} of {listed(who)}: {problem}. {flag.reason}"
            for code, text in record.cells.items()
            if (flag := flagged.get((*who, code))) and flag.expect == text
            if (problem := level(text, instrument.item(code).value_type, "raise")[1])
        ]
        notes += [f"Left out, since it is a known misprint: {each}" for each in wrong]
        if not wrong:
            kept.append(record)
    return kept


def _tiers(
    grid: Grid, records: list[_Record], instrument: Instrument, missing: str, violations: list[str]
) -> list[Tier]:
    scales = sorted(
        {item.scale for item in instrument.items if item.scale != "index"},
        key=lambda scale: (
            -max(instrument.depth(item.code) for item in instrument.items if item.scale == scale)
        ),
    )
    scales = ["indicator", *(scale for scale in scales if scale != "indicator")]
    codes = {
        scale: [item.code for item in instrument.items if item.scale == scale] for scale in scales
    }
    filled = [
        next((scale for scale in scales if any(map(record.cells.get, codes[scale]))), None)
        for record in records
    ]
    of_others = next((scale for scale in scales if scale in filled), scales[0])
    finest = [scale or of_others for scale in filled]
    found = []
    for scale in scales:
        chosen = [at for at, each in enumerate(finest) if each == scale]
        if not chosen:
            continue
        cut = instrument.cut_at(scale)
        rows = [records[at] for at in chosen]
        values = _values(grid, rows, cut, missing, violations)
        values.index = pd.Index(chosen)
        named = pd.DataFrame([row.names for row in rows], index=chosen, dtype="str")
        lines = pd.Series([row.number for row in rows], index=chosen)
        found.append(Tier(cut, scale, values, named, lines))
    return found


def _values(
    grid: Grid, rows: list[_Record], instrument: Instrument, missing: str, violations: list[str]
) -> pd.DataFrame:
    there = {code for row in rows for code in row.cells}
    absent = [code for code in instrument.inputs if code not in there]
    violations += [f"{grid.name}: column {code} is absent" for code in absent]
    columns: dict[str, list[object]] = {}
    for code in instrument.inputs:
        if code in absent:
            columns[code] = [np.nan] * len(rows)
            continue
        texts = [row.cells.get(code, "") for row in rows]
        if code in instrument.groups:
            columns[code] = [text or None for text in texts]
            continue
        read = [_read(text, code, instrument, missing) for text in texts]
        columns[code] = [value for value, _ in read]
        violations += [
            f"{grid.place(row.number)}, column {code}: {problem}"
            for row, (_, problem) in zip(rows, read, strict=True)
            if problem
        ]
    return pd.DataFrame(columns)


def _read(text: str, code: str, instrument: Instrument, missing: str) -> tuple[float, str]:
    """A level by the rule of levels; any other number as it is, the engine checks the rest."""
    item = instrument.item(code) if code in instrument.indicators else None
    is_level = item is not None and item.is_level and item.ends == (1.0, 5.0)
    if item is not None and is_level and instrument.is_weighted_mean:
        return level(text, item.value_type, missing)
    if not text:
        return float("nan"), ""
    number = decimal_number(text)
    return (float("nan"), f"{text[:40]!r} is no number") if number is None else (float(number), "")
