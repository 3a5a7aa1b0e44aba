"""The raw tables: each belongs to a source, is hashed in ``source.toml`` and is never changed.

A hash is verified before a row is read. Cells stay text, exactly as printed: ``3.30`` is not
``3.3``. What the values mean is the business of the readers in ``tables.py``.
"""

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from spbe_research.errors import DataError, refuse

__all__ = ["Source", "file_hash", "read_reference", "read_sources", "read_text_table", "stack"]

_SOURCE_FIELDS = ("producer", "title", "published", "what", "obtained", "licence")
_PROVENANCE = ("source_id", "locator", "method")


@dataclass(frozen=True)
class Source:
    """A source: who published it, how it was obtained, and its tables by file name."""

    source_id: str
    description: dict[str, str]
    tables: dict[str, pd.DataFrame]


def file_hash(path: Path) -> str:
    """Return the sha256 of a file as a hexadecimal string."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_text_table(path: Path) -> pd.DataFrame:
    """Read a CSV with every cell as text; an empty cell is an empty text, never a guess."""
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")


def read_sources(folder: Path) -> dict[str, Source]:
    """Read every source below ``data/raw`` and verify it against its ``source.toml``.

    Parameters
    ----------
    folder : pathlib.Path
        ``data/raw``: one folder a source.

    Returns
    -------
    dict of str to Source
        By ``source_id``, sorted.

    Raises
    ------
    DataError
        Naming every file that is missing, unlisted, or not the one that was described (hash,
        rows), and every source without its description or rows without their provenance.
    """
    violations: list[str] = []
    sources = {}
    for description in sorted(folder.glob("*/source.toml")):
        source = _read_source(description, violations)
        sources[source.source_id] = source
    violations += [
        f"{path.name}: has no source.toml"
        for path in sorted(folder.iterdir())
        if path.is_dir() and not (path / "source.toml").is_file()
    ]
    refuse(
        DataError,
        f"raw data in {folder.name}/",
        violations,
        "Raw tables are immutable: restore them with `git checkout data/raw`; a new edition of a "
        "source gets a folder of its own.",
    )
    return sources


def _read_source(path: Path, violations: list[str]) -> Source:
    stated = tomllib.loads(path.read_text(encoding="utf-8"))
    source_id = path.parent.name
    if stated.get("source_id") != source_id:
        violations.append(f"{source_id}/source.toml: source_id must be {source_id!r}")
    violations += [
        f"{source_id}/source.toml: {field} is missing"
        for field in _SOURCE_FIELDS
        if not stated.get(field)
    ]
    tables = {}
    for table in stated.get("tables", []):
        file = path.parent / table["file"]
        place = f"{source_id}/{file.name}"
        if not file.is_file():
            violations.append(f"{place}: is listed in source.toml and does not exist")
            continue
        if file_hash(file) != table["sha256"]:
            violations.append(f"{place}: its sha256 is not the one in source.toml")
            continue
        frame = read_text_table(file)
        if len(frame) != table["rows"]:
            violations.append(f"{place}: {len(frame)} rows, source.toml says {table['rows']}")
        for column in _PROVENANCE:
            if column not in frame or (frame[column] == "").any():
                violations.append(f"{place}: a row has no {column}")
        tables[file.name] = frame
    unlisted = {file.name for file in path.parent.glob("*.csv")} - {
        table["file"] for table in stated.get("tables", [])
    }
    violations += [f"{source_id}/{name}: is not listed in source.toml" for name in sorted(unlisted)]
    fields = {key: value for key, value in stated.items() if isinstance(value, str)}
    return Source(source_id, fields, tables)


def read_reference(folder: Path) -> dict[str, pd.DataFrame]:
    """Read every table of ``data/reference`` as text, by its stem."""
    return {path.stem: read_text_table(path) for path in sorted(folder.glob("*.csv"))}


def stack(sources: dict[str, Source], file: str) -> pd.DataFrame:
    """Put the tables of one file name from all sources under one another, sources in order.

    Raises
    ------
    DataError
        When no source has such a file.
    """
    tables = [source.tables[file] for source in sources.values() if file in source.tables]
    if not tables:
        raise DataError(f"No source in data/raw has a table {file}. Restore data/raw.")
    return pd.concat(tables, ignore_index=True)
