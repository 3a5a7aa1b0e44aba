"""The build: a pure function of ``data/raw``, ``data/reference`` and ``data/corrections.toml``.

Tables are read, named, corrected and checked in memory and staged beside the old ones. The results
that rest on them are computed from the staged tables, and both are put in place as one transaction
(``panel.transaction``): a build that is killed leaves tables and results whole, old or new.
"""

import io
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from spbe_research.locations import project_folder, reading_from
from spbe_research.panel.carried_over import read_carried_over_bodies
from spbe_research.panel.codebook import codebook, data_package, reading_guide
from spbe_research.panel.corrections import apply_corrections, read_corrections
from spbe_research.panel.exact_scores import read_exact_scores
from spbe_research.panel.loaders import MANIFEST, TIDY_HASH, read_manifest, tidy_hash
from spbe_research.panel.modes import add_modes
from spbe_research.panel.names import check_aliases
from spbe_research.panel.outside import (
    read_election_waves,
    read_outside_ratings,
    read_region_indicators,
)
from spbe_research.panel.press_indices import read_press_indices
from spbe_research.panel.raw import (
    Source,
    file_hash,
    read_reference,
    read_sources,
    stack,
)
from spbe_research.panel.schemas import TABLES, check_table
from spbe_research.panel.tables import (
    complete_scores,
    read_agencies,
    read_aggregates,
    read_covariates,
    read_policies,
    read_published,
    read_scores,
    read_worked_examples,
    tidy,
)
from spbe_research.panel.transaction import commit, transaction, write_durably

__all__ = ["BuildReport", "build", "csv_bytes", "input_hashes", "is_current", "tidy_tables"]

_READ_BY_RESULTS = ("reference", "results")

Results = Callable[[Path], Mapping[str, bytes]]


@dataclass(frozen=True)
class BuildReport:
    """What a build wrote: rows by table, files of results, and the parts that changed."""

    folder: Path
    rows: dict[str, int]
    n_results: int
    parts_changed: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether any byte changed."""
        return bool(self.parts_changed)

    def summary(self) -> str:
        """Say it in one sentence or two."""
        rows = ", ".join(f"{name} {count:,}" for name, count in self.rows.items())
        lines = [f"tidy/: {rows} rows; {self._state('tidy')}."]
        if self.n_results:
            lines.append(f"results/: {self.n_results} files; {self._state('results')}.")
        return "\n".join(lines)

    def _state(self, part: str) -> str:
        return "changed" if part in self.parts_changed else "unchanged"


def build(
    data: Path | None = None,
    *,
    results: Results | None = None,
    reuse: bool = False,
    progress: Callable[[str], None] = lambda step: None,
) -> BuildReport:
    """Write ``data/tidy``, and ``data/results`` where asked, from the inputs of a data folder.

    Parameters
    ----------
    data : pathlib.Path, optional
        The data folder; the repository's when not given.
    results : callable, optional
        Computes the results: given a data folder with the new tidy tables, the reference tables
        and the present results, it returns every file of the new results by its path below
        ``results``. The folder exists only during the call. Left out, results stay as they are.
    reuse : bool
        Take the present tidy tables where neither an input nor a table changed since they were
        built; for results of one question. Changed code does not count.
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
        When another build is running, or a folder cannot be replaced.

    Notes
    -----
    Two builds of the same inputs write identical bytes. Files: one CSV per table (UTF-8, LF, sorted
    by key), ``codebook.csv``, ``README.md``, ``manifest.json`` (sha256 of all inputs and outputs),
    and ``data/datapackage.json``.
    """
    data = project_folder() / "data" if data is None else data
    with transaction(data) as staged:
        if reuse and is_current(data):
            shutil.copytree(data / "tidy", staged / "tidy")
        else:
            _stage_tables(data, staged, progress)
        rows = {name: int(n) for name, n in read_manifest(staged / "tidy")["rows"].items()}
        n_results = 0 if results is None else _stage_results(data, staged, results, only_some=reuse)
        progress("put in place")
        return BuildReport(data / "tidy", rows, n_results, commit(data, staged))


def is_current(data: Path) -> bool:
    """Say whether no input and no tidy table changed since the tables were built."""
    folder = data / "tidy"
    if not (folder / MANIFEST).is_file():
        return False
    manifest = read_manifest(folder)
    tables = {each.name: file_hash(each) for each in folder.iterdir() if each.name != MANIFEST}
    return bool(manifest["inputs"] == input_hashes(data) and manifest["outputs"] == tables)


def _stage_tables(data: Path, staged: Path, progress: Callable[[str], None]) -> None:
    progress("read")
    inputs = input_hashes(data)
    sources = read_sources(data / "raw")
    tables = tidy_tables(data, sources, progress=progress)
    progress("write")
    files = {f"{name}.csv": csv_bytes(table) for name, table in tables.items()}
    with reading_from(data):
        files["codebook.csv"] = csv_bytes(codebook())
        files["README.md"] = reading_guide().encode("utf-8")
        package = data_package(sources)
    for name, content in files.items():
        write_durably(staged / "tidy" / name, content)
    manifest = {
        "inputs": inputs,
        "outputs": {name: file_hash(staged / "tidy" / name) for name in files},
        "rows": {name: len(table) for name, table in tables.items()},
    }
    write_durably(staged / "tidy" / MANIFEST, _json(manifest))
    write_durably(staged / "datapackage.json", _json(package))


def _stage_results(data: Path, staged: Path, results: Results, *, only_some: bool) -> int:
    """Compute the results from the staged tables; beside these stands what else they read.

    They state the tables they were computed from. Where only some were computed they state what
    they did before: if the tables changed, the others still belong to the old ones.
    """
    for name in _READ_BY_RESULTS:
        if (data / name).is_dir():
            shutil.copytree(data / name, staged / name)
    shutil.copy(data / "corrections.toml", staged / "corrections.toml")
    files = results(staged)
    shutil.rmtree(staged / "results", ignore_errors=True)
    for name, content in files.items():
        write_durably(staged / "results" / name, content)
    before = data / "results" / TIDY_HASH
    made_from = f"{tidy_hash(staged / 'tidy')}\n".encode()
    if only_some:
        made_from = before.read_bytes() if before.is_file() else b""
    if made_from:
        write_durably(staged / "results" / TIDY_HASH, made_from)
    return len(files)


def tidy_tables(
    data: Path, sources: dict[str, Source], *, progress: Callable[[str], None] = lambda step: None
) -> dict[str, pd.DataFrame]:
    """Return the tidy tables as text, checked against their contracts; nothing is written."""
    with reading_from(data):
        return _tidy_tables(data, sources, progress)


def _tidy_tables(
    data: Path, sources: dict[str, Source], progress: Callable[[str], None]
) -> dict[str, pd.DataFrame]:
    reference = read_reference(data / "reference")
    corrections = read_corrections(data / "corrections.toml")
    progress("name")
    index = stack(sources, "index.csv")
    check_aliases(reference["agency_aliases"], reference["agencies"], index)
    published = read_published(sources, reference)
    progress("reshape")
    printed = {
        "scores": read_scores(sources, reference),
        "published": published,
        "aggregates": read_aggregates(sources, reference),
        "worked_examples": read_worked_examples(sources, reference),
    }
    progress("correct")
    corrected = {
        name: apply_corrections(table, name, corrections) for name, table in printed.items()
    }
    # What other tables repeat is derived after the corrections: a value has one entry.
    scores = complete_scores(
        corrected["scores"], corrected["published"], corrected["worked_examples"], reference
    )
    tables = {
        "agencies": read_agencies(reference, published),
        "scores": scores,
        "published": add_modes(corrected["published"], reference),
        "carried_over_bodies": read_carried_over_bodies(corrected["published"], reference),
        "exact_scores": read_exact_scores(scores, corrected["published"]),
        "policies": read_policies(scores, reference),
        "covariates": read_covariates(sources, reference),
        "aggregates": corrected["aggregates"],
        "worked_examples": corrected["worked_examples"],
        "region_indicators": read_region_indicators(sources, reference),
        "outside_ratings": read_outside_ratings(sources, reference),
        "election_waves": read_election_waves(sources, reference),
        "press_indices": read_press_indices(sources, reference),
    }
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
    return {path.relative_to(data).as_posix(): file_hash(path) for path in inputs if path.exists()}


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a tidy table as the bytes of its CSV: UTF-8, LF."""
    text: str = table.to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8")


def _json(content: object) -> bytes:
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode("utf-8")
