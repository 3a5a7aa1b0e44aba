"""The build: a pure function of ``data/raw``, ``data/reference`` and ``data/corrections.toml``.

Tables are read, named, corrected and checked in memory, written beside the old ones, and put in
their place by renaming a folder. A build that is killed leaves the old tables whole.
"""

import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from spbe_research.errors import BuildError
from spbe_research.locations import project_folder
from spbe_research.schemas import TABLES, check_table
from spbe_research.sources.codebook import codebook, data_package
from spbe_research.sources.corrections import apply_corrections, read_corrections
from spbe_research.sources.names import check_aliases
from spbe_research.sources.raw import (
    Source,
    file_hash,
    read_reference,
    read_sources,
    stack,
)
from spbe_research.sources.tables import (
    read_agencies,
    read_aggregates,
    read_covariates,
    read_policies,
    read_published,
    read_scores,
    read_worked_examples,
    tidy,
)

__all__ = ["BuildReport", "build", "csv_bytes", "input_hashes", "recover", "tidy_tables"]

_CORRECTED = ("scores", "published", "aggregates")


@dataclass(frozen=True)
class BuildReport:
    """What a build wrote: rows by table, the folder, and whether any byte changed."""

    folder: Path
    rows: dict[str, int]
    changed: bool

    def summary(self) -> str:
        """Say it in one sentence."""
        rows = ", ".join(f"{name} {count:,}" for name, count in self.rows.items())
        state = "changed" if self.changed else "unchanged"
        return f"{self.folder.name}/: {rows} rows; {state}."


def build(
    data: Path | None = None, *, progress: Callable[[str], None] = lambda step: None
) -> BuildReport:
    """Write ``data/tidy`` from ``data/raw``, ``data/reference`` and ``data/corrections.toml``.

    Parameters
    ----------
    data : pathlib.Path, optional
        The data folder; the repository's when not given.
    progress : callable, optional
        Called with the name of each step before it starts.

    Returns
    -------
    BuildReport

    Raises
    ------
    DataError
        When a raw table is not the one described, a name has no alias, a correction's expectation
        fails or a tidy table breaks its contract. Nothing is written then.
    BuildError
        When the folder cannot be replaced.

    Notes
    -----
    Two builds of the same inputs write identical bytes. Files: one CSV a table (UTF-8, LF, sorted
    by key), ``codebook.csv``, ``manifest.json`` (sha256 of all inputs and outputs), and
    ``data/datapackage.json``.
    """
    data = project_folder() / "data" if data is None else data
    recover(data)
    progress("read")
    sources = read_sources(data / "raw")
    tables = tidy_tables(data, sources, progress=progress)
    progress("write")
    files = {f"{name}.csv": csv_bytes(table) for name, table in tables.items()}
    files["codebook.csv"] = csv_bytes(codebook())
    rows = {name: len(table) for name, table in tables.items()}
    outputs: dict[str, str] = {}
    staged = data / ".tidy-new"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir()
    for name, content in files.items():
        (staged / name).write_bytes(content)
        outputs[name] = file_hash(staged / name)
    manifest = {"inputs": input_hashes(data), "outputs": outputs, "rows": rows}
    (staged / "manifest.json").write_bytes(_json(manifest))
    package = _json(data_package(sources))
    changed = _differs(staged, data / "tidy") or not _same(data / "datapackage.json", package)
    _replace(staged, data / "tidy")
    written = data / ".datapackage-new.json"
    written.write_bytes(package)
    written.replace(data / "datapackage.json")
    return BuildReport(data / "tidy", rows, changed)


def tidy_tables(
    data: Path, sources: dict[str, Source], *, progress: Callable[[str], None] = lambda step: None
) -> dict[str, pd.DataFrame]:
    """Return the tidy tables as text, checked against their contracts; nothing is written."""
    reference = read_reference(data / "reference")
    corrections = read_corrections(data / "corrections.toml")
    progress("name")
    index = stack(sources, "index.csv")
    check_aliases(reference["agency_aliases"], reference["agencies"], index)
    published = read_published(sources, reference)
    progress("reshape")
    scores = read_scores(sources, reference, published)
    tables = {
        "agencies": read_agencies(reference, published),
        "scores": scores,
        "published": published,
        "policies": read_policies(scores, reference),
        "covariates": read_covariates(sources, reference),
        "aggregates": read_aggregates(sources, reference),
        "worked_examples": read_worked_examples(sources, reference),
    }
    progress("correct")
    for name in _CORRECTED:
        tables[name] = apply_corrections(tables[name], name, corrections)
    progress("check")
    tables = {name: tidy(name, table) for name, table in tables.items()}
    agencies = set(tables["agencies"]["agency_id"])
    for name, table in tables.items():
        # read back the way a user does: what is checked is what will be loaded
        loaded = TABLES[name].read(io.BytesIO(csv_bytes(table)))
        check_table(loaded, TABLES[name], agencies=agencies)
    return tables


def input_hashes(data: Path) -> dict[str, str]:
    """Return the sha256 of every input of the build, by path below the data folder."""
    inputs = [
        *sorted((data / "raw").glob("*/*")),
        *sorted((data / "reference").glob("*.csv")),
        data / "corrections.toml",
    ]
    return {path.relative_to(data).as_posix(): file_hash(path) for path in inputs}


def recover(data: Path) -> None:
    """Put the old tables back when a build was killed between its two renames."""
    old, current = data / ".tidy-old", data / "tidy"
    if old.is_dir() and not current.is_dir():
        old.rename(current)


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a tidy table as the bytes of its CSV: UTF-8, LF."""
    text: str = table.to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8")


def _json(content: object) -> bytes:
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def _same(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _differs(new: Path, old: Path) -> bool:
    names = {path.name for path in new.iterdir()}
    if not old.is_dir() or names != {path.name for path in old.iterdir()}:
        return True
    return any(not _same(old / name, (new / name).read_bytes()) for name in names)


def _replace(staged: Path, current: Path) -> None:
    old = current.with_name(".tidy-old")
    shutil.rmtree(old, ignore_errors=True)
    try:
        if current.is_dir():
            current.rename(old)
        staged.rename(current)
    except OSError as error:
        recover(current.parent)
        raise BuildError(
            f"Cannot replace {current.name}/: {error}. The old tables are whole. Close programs "
            "that hold files in it and build again."
        ) from error
    shutil.rmtree(old, ignore_errors=True)
