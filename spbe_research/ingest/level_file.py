"""A CSV of levels, as people really keep it, to a wide table: decimal commas, semicolons, blanks.

What can be read without doubt is read; everything else is refused, all of it at once.
"""

import re
from pathlib import Path

import pandas as pd

from spbe_research.errors import DataError, refuse
from spbe_research.ingest.csv_rows import read_rows
from spbe_research.instruments import Instrument

__all__ = ["read_levels"]

_IDENTIFIERS = ("agency_id", "agency", "name", "year")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_LOWEST, _HIGHEST = 1, 5
_REMEDY = (
    "Correct the cells named above and run again. Nothing was scored. A level that was never "
    "assessed may stay empty only with --missing renormalise."
)


def read_levels(path: Path, instrument: Instrument, *, missing: str = "raise") -> pd.DataFrame:
    """Read and check a CSV with one row an agency and one column an item.

    Parameters
    ----------
    path : pathlib.Path
        UTF-8 CSV with a header; fields parted by comma, semicolon or tab. Columns ``agency_id``,
        ``agency``, ``name`` and ``year`` name the row and are kept; every other column must be an
        item code of the instrument (``I01``, or ``I1``).
    instrument : Instrument
        The edition the levels belong to.
    missing : {"raise", "renormalise"}
        Whether an empty level is an error.

    Returns
    -------
    pandas.DataFrame
        Levels as floats, columns in the instrument's order; the index holds the naming columns, or
        the number of the line where there are none.

    Raises
    ------
    DataError
        Naming every unknown, absent or doubled column, and every cell that is empty, no number,
        no whole level where the item takes whole levels, or outside 1 to 5: file, line, column,
        value, rule.
    """
    header, rows = read_rows(path, header="a header of item codes")
    codes = [_code(name, instrument) for name in header]
    violations = _column_violations(path, header, codes, instrument)
    values: dict[str, list[float]] = {code: [] for code in codes if code in instrument.indicators}
    names: dict[str, list[str]] = {code: [] for code in codes if code in _IDENTIFIERS}
    for line, row in rows:
        if len(row) != len(header):
            violations.append(
                f"{path.name}, line {line}: {len(row)} fields, the header has {len(header)}"
            )
            continue
        for code, name, cell in zip(codes, header, row, strict=True):
            if code in names:
                names[code].append(cell.strip())
            elif code in values:
                value, problem = _level(cell, instrument.item(code).value_type, missing)
                values[code].append(value)
                if problem:
                    violations.append(f"{path.name}, line {line}, column {name}: {problem}")
    refuse(DataError, f"file {path.name}", violations, _REMEDY)
    if not rows:
        raise DataError(f"Invalid file {path.name}. It has a header and no row. Add an agency.")
    table = pd.DataFrame(values)[list(instrument.indicators)]
    if names:
        table.index = pd.MultiIndex.from_frame(pd.DataFrame(names))
    else:
        table.index = pd.Index([line for line, _ in rows], name="line")
    return table


def _code(name: str, instrument: Instrument) -> str:
    if name.lower() in _IDENTIFIERS:
        return name.lower()
    padded = re.sub(r"^[Ii](\d)(?!\d)", r"I0\1", name)
    padded = padded[:1].upper() + padded[1:]
    return padded if padded in instrument.indicators else name


def _column_violations(
    path: Path, header: list[str], codes: list[str], instrument: Instrument
) -> list[str]:
    known = {*instrument.indicators, *_IDENTIFIERS}
    place = f"{path.name}, line 1"
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


def _level(cell: str, value_type: str, missing: str) -> tuple[float, str]:
    text = cell.strip()
    if not text:
        return float("nan"), "is empty, must be a level 1 to 5" if missing == "raise" else ""
    if not _NUMBER.fullmatch(text):
        return float("nan"), f"{text!r} is no number, must be a level 1 to 5"
    value = float(text.replace(",", "."))
    if not _LOWEST <= value <= _HIGHEST:
        return value, f"{text!r} is outside the scale, must be 1 to 5"
    if value_type == "integer" and not value.is_integer():
        return value, f"{text!r} is no whole level, must be 1, 2, 3, 4 or 5"
    return value, ""
