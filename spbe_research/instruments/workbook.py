"""An instrument in one workbook: sheets ``items``, ``bands`` and ``allowed``; and as CSV files."""

from math import isfinite
from pathlib import Path

from spbe_research.boundary import (
    csv_table,
    is_workbook,
    open_binary_output,
    open_output,
    sheet_names,
    workbook_bytes,
)
from spbe_research.errors import InstrumentError
from spbe_research.instruments.columns import as_text
from spbe_research.instruments.instrument import Instrument

__all__ = ["sheet_of", "write_instrument"]


def sheet_of(source: object, name: str) -> str | None:
    """Return the sheet of a workbook that is called so, or None: the first, or no workbook."""
    if not isinstance(source, (str, Path)) or not is_workbook(source):
        return None
    names = sheet_names(source, kind=InstrumentError)
    return next((each for each in names if each.strip().lower() == name), None)


def write_instrument(instrument: Instrument, path: Path | str, *, overwrite: bool = False) -> None:
    """Write an instrument as ``load_instrument`` reads it.

    Parameters
    ----------
    instrument : Instrument
        Any.
    path : pathlib.Path or str
        An XLSX, with sheets ``items``, ``bands`` and ``allowed``; or a CSV, beside which the bands
        stand as ``<name>-bands.csv`` and the allowed values as ``<name>-allowed.csv``.
    overwrite : bool
        Whether existing files may be replaced.

    Raises
    ------
    DataError
        When a file exists and may not be replaced, or cannot be written.
    InstrumentError
        For a file of another kind.
    """
    import pandas as pd

    path = Path(path)
    tables = {"items": instrument.to_frame()}
    if instrument.bands:
        tables["bands"] = pd.DataFrame(
            [
                {"predicate": band.predicate, "lower": _end(band.lower), "upper": _end(band.upper)}
                for band in instrument.bands
            ]
        )
    allowed = [
        {"code": item.code, "value": as_text(each.value), "name": each.name}
        for item in instrument.items
        for each in item.allowed
    ]
    if allowed:
        tables["allowed"] = pd.DataFrame(allowed)
    if is_workbook(path):
        sheets = [
            (name, [list(table), *table.astype(str).to_numpy().tolist()])
            for name, table in tables.items()
        ]
        with open_binary_output(path, overwrite=overwrite) as file:
            file.write(workbook_bytes(sheets))
        return
    if path.suffix.lower() != ".csv":
        raise InstrumentError(f"Invalid file {path.name}. It must end in .csv or .xlsx.")
    for name, table in tables.items():
        beside = path if name == "items" else path.with_name(f"{path.stem}-{name}.csv")
        with open_output(beside, overwrite=overwrite) as file:
            file.write(csv_table(table))


def _end(value: float) -> str:
    return as_text(value) if isfinite(value) else ""
