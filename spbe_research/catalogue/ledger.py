"""The ledger: one row a version of a record; what was published never changes silently.

``data/ledger.csv`` only grows. Its newest row of a record says what was last published: the hash of
the data, of the picture, and the printed number. A table that was published and is then replaced is
kept in ``data/results/superseded``. Here the ledger is read; ``publication`` writes it and compares
it with what the data give now.
"""

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path

import pandas as pd

from spbe_research.catalogue.records import table_file
from spbe_research.errors import DataError, refuse
from spbe_research.locations import data_folder

__all__ = [
    "Version",
    "current",
    "errata",
    "history",
    "keep_superseded",
    "ledger_path",
    "read_ledger",
    "write_ledger",
]

_SHA256 = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"(?:fig|tab|num)-[a-z0-9-]+")
_NO_VERSION = "It has not been published. Run `spbe-research publish`."


@dataclass(frozen=True)
class Version:
    """One version of one record.

    ``data_sha256`` is the hash of the published CSV, or of a number's row of ``numbers.csv`` under
    the header; ``picture_sha256`` that of a figure's pixels; ``value`` the printed number;
    ``data_version`` the hash of ``data/tidy/manifest.json`` and ``code_version`` the version of the
    package at publication. A record that was withdrawn has a last version without hashes, which
    may name the record that took its place.
    """

    id: str
    version: int
    date: str
    data_sha256: str
    picture_sha256: str
    value: str
    data_version: str
    code_version: str
    superseded_by: str
    reason: str

    @property
    def withdrawn(self) -> bool:
        """Whether this version ends the record."""
        return not self.data_sha256


_COLUMNS = [field.name for field in fields(Version)]


def ledger_path() -> Path:
    """Return the file of the ledger."""
    return data_folder() / "ledger.csv"


def read_ledger() -> tuple[Version, ...]:
    """Read every version in the order of publication; none where nothing was published yet.

    Raises
    ------
    DataError
        Naming every row that breaks the form: versions of a record count 1, 2, 3, dates never go
        back, the first version has no reason and every other one has.
    """
    path = ledger_path()
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    violations = [] if not lines or lines[0] == _COLUMNS else [f"columns are not {_COLUMNS}"]
    violations += [
        f"row {number}: {len(line)} cells, must be {len(_COLUMNS)}"
        for number, line in enumerate(lines[1:], start=1)
        if len(line) != len(_COLUMNS)
    ]
    rows = [dict(zip(_COLUMNS, line, strict=False)) for line in lines[1:]]
    if not violations:
        violations = _violations(rows)
    refuse(
        DataError,
        f"ledger {path.name}",
        violations,
        "Rows are only added, by `spbe-research publish`; restore the file.",
    )
    return tuple(Version(version=int(row.pop("version")), **row) for row in rows)


def history(record_id: str) -> tuple[Version, ...]:
    """Return the versions of one record, oldest first.

    Raises
    ------
    DataError
        When the record was never published.

    Examples
    --------
    >>> [version.version for version in history("num-agency-years")][0]
    1
    >>> history("num-moon")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid id 'num-moon'. It has not been published. Run ...
    """
    versions = tuple(version for version in read_ledger() if version.id == record_id)
    if not versions:
        raise DataError(f"Invalid id {record_id!r}. {_NO_VERSION}")
    return versions


def current(record_id: str) -> Version:
    """Return the newest version of one record."""
    return history(record_id)[-1]


def errata() -> pd.DataFrame:
    """List what was published and changed since, oldest change first.

    Returns
    -------
    pandas.DataFrame
        ``id, version, old, new, change, reason, date``. Of a number, ``old`` and ``new`` are the
        printed ones; of a table or figure, the cell with the largest change, and ``change`` says
        how many cells changed.
    """
    versions: dict[str, list[Version]] = defaultdict(list)
    rows = []
    for version in read_ledger():
        versions[version.id].append(version)
    newest = {name: each[-1].version for name, each in versions.items()}
    for version in (version for version in read_ledger() if version.version > 1):
        before = versions[version.id][version.version - 2]
        old, new, change = _change(before, version, versions[version.id], newest[version.id])
        rows.append(
            {
                "id": version.id,
                "version": version.version,
                "old": old,
                "new": new,
                "change": change,
                "reason": version.reason,
                "date": version.date,
            }
        )
    columns = ["id", "version", "old", "new", "change", "reason", "date"]
    return pd.DataFrame(rows, columns=columns)


def keep_superseded(results: Path, wanted: dict[str, bytes]) -> None:
    """Before results are written, set aside the published tables that will be replaced.

    A table is kept once, as ``superseded/<id>-v<version>.csv``. One that comes back to what was
    published needs no copy, and loses it.
    """
    newest = {version.id: version for version in read_ledger()}
    folder = results / "superseded"
    for name, version in newest.items():
        if version.value or version.withdrawn:
            continue
        path, kept = results / table_file(name), _kept(folder, version)
        if _sha256(wanted.get(path.name, b"")) == version.data_sha256:
            kept.unlink(missing_ok=True)
        elif path.is_file() and _sha256(path.read_bytes()) == version.data_sha256:
            folder.mkdir(exist_ok=True)
            kept.write_bytes(path.read_bytes())
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def superseded_violations() -> list[str]:
    """Name every replaced table that is missing, is not the published one, or has no version."""
    folder = data_folder() / "results" / "superseded"
    versions = read_ledger()
    following = {(version.id, version.version - 1): version for version in versions}
    wanted = {
        _kept(folder, version).name: version.data_sha256
        for version in versions
        if (after := following.get((version.id, version.version)))
        and not version.value
        and after.data_sha256 != version.data_sha256
    }
    found = {path.name: _sha256(path.read_bytes()) for path in sorted(folder.glob("*"))}
    violations = [f"superseded/{name}: is missing" for name in wanted if name not in found]
    return violations + [
        f"superseded/{name}: " + ("is not what was published" if name in wanted else "no version")
        for name, content in found.items()
        if wanted.get(name) != content
    ]


def write_ledger(versions: Iterable[Version]) -> Path:
    """Write the whole ledger, in one step, so that no half of it is ever seen."""
    path = ledger_path()
    written = path.with_name(".ledger-new.csv")
    with written.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(astuple(version) for version in versions)
    written.replace(path)
    return path


def _violations(rows: list[dict[str, str]]) -> list[str]:
    violations = []
    seen: dict[str, int] = defaultdict(int)
    latest, ended = "", set()
    for line, row in enumerate(rows, start=2):
        name = row["id"]
        seen[name] += 1
        first, last = row["version"] == "1", not row["data_sha256"]
        rules = {
            "the id is not fig-, tab- or num-...": bool(_ID.fullmatch(name)),
            f"version {row['version']} is not {seen[name]}": row["version"] == str(seen[name]),
            f"date {row['date']!r} is no date": _is_date(row["date"]),
            f"date {row['date']} lies before {latest}": row["date"] >= latest,
            "it follows the end of the record": name not in ended,
            "a first version has no reason": not (first and row["reason"]),
            "a later version needs a reason": first or bool(row["reason"].strip()),
            "a hash is no sha256": all(
                _SHA256.fullmatch(row[column]) for column in _hashes(name, last=last)
            ),
            "the package has a version": bool(row["code_version"]),
            "a number has a value, and nothing else has one": last
            or bool(row["value"]) == name.startswith("num-"),
            "only a withdrawn record is superseded": last or not row["superseded_by"],
            "a first version is no withdrawal": not (first and last),
        }
        violations += [f"line {line}, {name}: {rule}" for rule, holds in rules.items() if not holds]
        latest = max(latest, row["date"])
        ended |= {name} if last else set()
    return violations


def _hashes(name: str, *, last: bool) -> list[str]:
    """The columns of a row that hold a sha256."""
    if last:
        return ["data_version"]
    picture = ["picture_sha256"] if name.startswith("fig-") else []
    return ["data_sha256", "data_version", *picture]


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _change(
    before: Version, after: Version, versions: list[Version], newest: int
) -> tuple[str, str, str]:
    """Old, new and what changed between two versions of a record."""
    if after.withdrawn:
        return before.value, after.superseded_by, "withdrawn"
    if before.value:
        same = before.value == after.value
        return before.value, after.value, "what stands behind the number" if same else "number"
    if before.data_sha256 == after.data_sha256:
        return "", "", "picture redrawn, data unchanged"
    results = data_folder() / "results"
    last = after.version
    while last < newest and versions[last].data_sha256 == after.data_sha256:
        last += 1
    path = results / table_file(after.id)
    if last < newest:
        path = _kept(results / "superseded", versions[last - 1])
    old_path = _kept(results / "superseded", before)
    for each in (old_path, path):
        if not each.is_file():
            raise DataError(f"No table {each.name}. It was published; restore it from the history.")
    old, new = (pd.read_csv(each, dtype=str, keep_default_na=False) for each in (old_path, path))
    return _table_change(old, new)


def _table_change(old: pd.DataFrame, new: pd.DataFrame) -> tuple[str, str, str]:
    """The cell with the largest change, old and new, and how many cells changed."""
    if list(old) != list(new) or len(old) != len(new):
        shapes = [f"{len(table):,} rows: {', '.join(table)}" for table in (old, new)]
        return shapes[0], shapes[1], "rows or columns"
    changed = [
        (row, column)
        for column in old
        for row in range(len(old))
        if old.loc[row, column] != new.loc[row, column]
    ]

    if not changed:
        return "", "", "the same cells, written otherwise"

    def size(cell: tuple[int, str]) -> float:
        pair = pd.to_numeric(pd.Series([old.loc[cell], new.loc[cell]]), errors="coerce")
        difference = abs(float(pair[1] - pair[0]))
        return -1.0 if pd.isna(difference) else difference

    largest = max(changed, key=size)
    place = f"row {largest[0] + 1}, {largest[1]}"
    cells = f"{len(changed):,} of {old.size:,} cells, the largest change in {place}"
    return str(old.loc[largest]), str(new.loc[largest]), cells


def _kept(folder: Path, version: Version) -> Path:
    return folder / f"{version.id}-v{version.version}.csv"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
