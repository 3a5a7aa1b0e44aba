"""The tidy tables as downloads: large ones zipped, always to the same bytes, with a README."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from spbe_research.locations import data_folder

__all__ = ["ZIPPED_FROM", "TableDownload", "archive", "write_tables"]

ZIPPED_FROM = 50_000  # bytes
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a zip file knows
_MODE = 0o644 << 16


@dataclass(frozen=True)
class TableDownload:
    """A tidy table's file, its README, rows and bytes."""

    table: str
    name: str
    readme: str
    n_rows: int
    n_bytes: int


def write_tables(folder: Path, codebook: pd.DataFrame) -> tuple[TableDownload, ...]:
    """Write every tidy table with its README into a folder.

    Parameters
    ----------
    folder : pathlib.Path
        Exists.
    codebook : pandas.DataFrame
        ``table, column, type, unit, range, levels, missing, source, description``.

    Returns
    -------
    tuple of TableDownload
        In the order of the codebook.
    """
    return tuple(
        _write_table(folder, str(table), columns)
        for table, columns in codebook.groupby("table", sort=False)
    )


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return a zip archive of some files that is the same on every day and machine.

    Examples
    --------
    >>> archive({"a.csv": b"x"}) == archive({"a.csv": b"x"})
    True
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as written:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _MODE
            entry.create_system = 3
            written.writestr(entry, content, compresslevel=9)
    return target.getvalue()


def _write_table(folder: Path, table: str, columns: pd.DataFrame) -> TableDownload:
    content = (data_folder() / "tidy" / f"{table}.csv").read_bytes()
    name = f"{table}.csv"
    n_rows = content.count(b"\n") - 1
    if len(content) > ZIPPED_FROM:
        name, content = f"{name}.zip", archive({name: content})
    (folder / name).write_bytes(content)
    readme = f"{table}.README.md"
    (folder / readme).write_text(_readme(table, n_rows, columns), encoding="utf-8")
    return TableDownload(table, name, readme, n_rows, len(content))


def _readme(table: str, n_rows: int, columns: pd.DataFrame) -> str:
    lines = [
        f"# {table}.csv",
        "",
        f"{n_rows:,} rows; UTF-8, comma, decimal point. Published by spbe_research.",
        "Credit the producer first: Kementerian PANRB, results of the SPBE evaluation 2018-2024;",
        "each row names its source where it has one. Licence notes: LICENSE-DATA.md.",
        "",
        "| column | type | unit | missing | description |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.column} | {row.type} | {row.unit} | {row.missing} | {row.description} |"
        for row in columns.itertuples()
    ]
    return "\n".join(lines) + "\n"
