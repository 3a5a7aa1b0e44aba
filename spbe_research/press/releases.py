"""Making a release: every change has its reason, then the manifest is written, once and for all."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import spbe_research
from spbe_research.errors import DataError, refuse
from spbe_research.locations import data_folder, project_folder
from spbe_research.press.changes import Change, changes, unexplained
from spbe_research.press.committed import committed_bytes, committed_numbers, table_bytes
from spbe_research.press.conditions import condition_violations
from spbe_research.press.crate import write_crate
from spbe_research.press.manifest import (
    chain_violations,
    current_items,
    manifest_bytes,
    release_date,
    releases,
)
from spbe_research.press.numbers import compute_numbers
from spbe_research.press.reasons import HEAD, PENDING, pending_file
from spbe_research.press.records import load_records
from spbe_research.press.replacing import replace_file
from spbe_research.records import result

__all__ = ["Release", "release"]

_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_LONGEST = 40  # characters of a version


@dataclass(frozen=True)
class Release:
    """What a release published and wrote."""

    version: str
    date: str
    n_changes: int
    files: tuple[Path, ...]

    def summary(self) -> str:
        """Say it in one sentence."""
        names = ", ".join(path.name for path in self.files)
        return f"Release {self.version} of {self.date}: {self.n_changes} changes; {names} written."


def release(
    version: str,
    *,
    on: date | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> Release:
    """Publish everything as it stands: write the manifest and keep the reasons of its changes.

    Parameters
    ----------
    version : str
        Of the package, above the newest release: ``"0.2.0"``.
    on : datetime.date, optional
        Day of the release; today (UTC) when not given.
    progress : callable
        Called with each record before it is hashed and drawn.

    Returns
    -------
    Release
        ``next.toml`` is kept under the name of the version and begun anew; ``dist/`` holds the
        descriptions for machines. The manifest is written last: a release that is interrupted has
        not happened, and runs again.

    Raises
    ------
    DataError
        Naming what is wrong with version or date, before anything is drawn; then every change
        without a reason, every idle reason, every changed record whose committed result is not what
        the data give, every condition that does not hold, and what is wrong with an earlier
        manifest. Nothing is written then.
    """
    root = project_folder()
    day = (on or datetime.now(UTC).date()).isoformat()
    if len(version) > _LONGEST:
        raise DataError(f"Invalid version of {len(version):,} characters. At most {_LONGEST}.")
    refuse(DataError, f"release {version}", _version_violations(version, day), "Nothing was drawn.")
    items = current_items(progress=progress)
    found = changes(now=items) if releases() else []
    refuse(
        DataError,
        f"release {version}",
        [
            *chain_violations(),
            *(unexplained(found) if releases() else []),
            *_stale(found),
            *condition_violations(),
        ],
        "Nothing was written. `spbe-research reason NAME 'why'` gives a reason.",
    )
    manifest = manifest_bytes(version, day, items)
    folder = data_folder() / "releases"
    pending = pending_file()
    if pending.is_file():
        pending.replace(folder / f"{version}.toml")
    path = folder / f"{version}.csv"
    added = {f"data/releases/{path.name}": manifest}
    written = write_crate(root / "dist", day=day, added=added)
    replace_file(path, manifest)
    replace_file(folder / f"{PENDING}.toml", HEAD.encode())
    return Release(version, day, len(found), (path, *written))


def _version_violations(version: str, day: str) -> list[str]:
    if not _VERSION.fullmatch(version):
        return [f"version {version!r} must be three numbers, such as 0.2.0"]
    found = []
    if version != (own := spbe_research.__version__):
        found.append(f"the package is {own}, must be {version}: set it there and in CITATION.cff")
    if releases():
        newest = releases()[-1]
        parts = [tuple(map(int, each.split("."))) for each in (newest, version)]
        if parts[1] <= parts[0]:
            found.append(f"version {version} must be above {newest}")
        if day < release_date(newest):
            found.append(f"date {day} lies before {release_date(newest)}, that of {newest}")
    return found


def _stale(found: list[Change]) -> list[str]:
    """Name every changed record whose committed result is not what the data give."""
    records = load_records()
    names = [each.name for each in found if each.name in records]
    tables = [name for name in names if records[name].has_table]
    stale = [name for name in tables if table_bytes(result(name)) != committed_bytes(name)]
    numbers = [name for name in names if not records[name].has_table]
    known, now = (each.set_index("id") for each in (committed_numbers(), compute_numbers(numbers)))
    stale += [
        name for name in numbers if table_bytes(known.loc[[name]]) != table_bytes(now.loc[[name]])
    ]
    return [
        f"{name}: the data now give another result; run `spbe-research build`" for name in stale
    ]
