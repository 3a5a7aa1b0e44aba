"""Publishing records: what the data give now against the ledger, and new versions of what changed.

A record is compared as it is computed and drawn at this moment; nothing is taken from a cache of an
earlier run. ``describe`` gives all that is known of a record in one place.
"""

import hashlib
import io
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

import spbe_research
from spbe_research.catalogue.ledger import (
    Version,
    current,
    history,
    read_ledger,
    superseded_violations,
    write_ledger,
)
from spbe_research.catalogue.records import LICENCE, Record, load_records
from spbe_research.catalogue.results import (
    check_results,
    number_row,
    result_table,
    table_bytes,
    table_hash,
)
from spbe_research.catalogue.show import draw_record
from spbe_research.errors import DataError, refuse
from spbe_research.locations import data_folder, project_folder

__all__ = [
    "Comparison",
    "RecordDescription",
    "check_ledger",
    "compare_record",
    "data_version",
    "describe",
    "picture_hash",
    "publish",
]


@dataclass(frozen=True)
class Comparison:
    """A record as it is recomputed now, beside its newest version in the ledger."""

    data_sha256: str
    picture_sha256: str
    value: str
    published: Version

    @property
    def differences(self) -> list[str]:
        """What is not as published; nothing when all is."""
        found = []
        if self.value != self.published.value:
            found.append(f"the number is {self.value}, published was {self.published.value}")
        if self.data_sha256 != self.published.data_sha256:
            found.append("the data differ from the published ones")
        if self.picture_sha256 != self.published.picture_sha256:
            found.append("the picture differs from the published one")
        return found

    def summary(self) -> str:
        """Return one line for each thing compared, and the verdict."""
        version = self.published
        pairs = [("data sha256", self.data_sha256, version.data_sha256)]
        if self.picture_sha256 or version.picture_sha256:
            pairs.append(("picture sha256", self.picture_sha256, version.picture_sha256))
        if self.value or version.value:
            pairs.append(("number", self.value, version.value))
        lines = [f"{version.id}, version {version.version} of {version.date}"]
        for what, now, then in pairs:
            lines += [f"{what}, recomputed  {now}", f"{what}, published   {then}"]
        verdict = "; ".join(self.differences) or "as published"
        return "\n".join([*lines, f"{version.id}: {verdict}."])


@dataclass(frozen=True)
class RecordDescription:
    """All that is known of a record: what it is, what is behind it, and its versions.

    ``cells`` are the code cells of ``notebook`` that name the record, counted from 1; none where
    the notebooks are not at hand. ``table`` is a path below the repository.
    """

    record: Record
    question_en: str
    question_id: str
    notebook: str
    cells: tuple[int, ...]
    table: str
    data_sha256: str
    data_version: str
    code_version: str
    licence: str
    first_published: str
    last_changed: str
    version: int
    superseded_by: str


def describe(record_id: str) -> RecordDescription:
    """Return all that is known of a registered record.

    Raises
    ------
    DataError
        When there is no such record, or it was never published.

    Examples
    --------
    >>> describe("fig-cilegon-path").table
    'data/results/fig-cilegon-path.csv'
    """
    record = _record(record_id)
    versions = history(record_id)
    newest = versions[-1]
    return RecordDescription(
        record=record,
        question_en=record.question_en,
        question_id=record.question_id,
        notebook=record.notebook,
        cells=_cells(record),
        table=f"data/results/{record.file_name if record.has_table else 'numbers.csv'}",
        data_sha256=newest.data_sha256,
        data_version=newest.data_version,
        code_version=newest.code_version,
        licence=LICENCE,
        first_published=versions[0].date,
        last_changed=newest.date,
        version=newest.version,
        superseded_by=newest.superseded_by,
    )


def compare_record(record_id: str) -> Comparison:
    """Compute a record, draw it if it is a figure, and set it beside what was published.

    Raises
    ------
    DataError
        When there is no such record, or it was never published.
    """
    record = _record(record_id)
    return Comparison(*_state(record), published=current(record_id))


def check_ledger(*, progress: Callable[[str], None] = lambda step: None) -> int:
    """Compare every record with its newest version; return how many agree.

    Raises
    ------
    DataError
        Naming every record that differs or was never published, every version without a record
        that was not withdrawn, and every superseded table that is missing or was changed.
    """
    newest = {version.id: version for version in read_ledger()}
    violations = []
    for name, record in load_records().items():
        progress(name)
        if name not in newest or newest[name].withdrawn:
            violations.append(f"{name}: was never published, or withdrawn")
            continue
        differences = Comparison(*_state(record), published=newest[name]).differences
        violations += [f"{name}: {difference}" for difference in differences]
    violations += [
        f"{name}: has no record and was not withdrawn"
        for name, version in newest.items()
        if name not in load_records() and not version.withdrawn
    ]
    refuse(
        DataError,
        "ledger of published records",
        violations + superseded_violations(),
        "If the change is meant, run `spbe-research publish --reason '...'`.",
    )
    return len(load_records())


def publish(
    *,
    reason: str = "",
    on: date | None = None,
    only: Collection[str] = (),
    replaced: Mapping[str, str] | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> list[Version]:
    """Add a version to the ledger for every record that is new, changed or gone.

    Parameters
    ----------
    reason : str
        Why published records changed or were withdrawn; needed as soon as one did.
    on : datetime.date, optional
        Date of the new versions; today (UTC) when not given.
    only : collection of str
        Ids to publish, for changes with different reasons; all when empty.
    replaced : mapping of str to str, optional
        Of withdrawn records, the id that takes the place.
    progress : callable
        Called with the id of each record before it is computed and drawn.

    Returns
    -------
    list of Version
        What was added; nothing when all is as published, so that a second call adds nothing.

    Raises
    ------
    DataError
        When a published record changed and no reason is given, ``data/results`` is not what the
        data give, the date lies before the newest one, or an id is unknown.
    """
    known = read_ledger()
    newest = {version.id: version for version in known}
    records = load_records()
    replaced = dict(replaced or {})
    day = (on or datetime.now(UTC).date()).isoformat()
    _check_request(known, day, only, replaced)
    added = []
    for name, record in records.items():
        if only and name not in only:
            continue
        progress(name)
        before = newest.get(name)
        state = _state(record)
        if before and (before.data_sha256, before.picture_sha256, before.value) == state:
            continue
        added.append(_next_version(name, before, state, day=day, reason=reason))
    for name, before in newest.items():
        gone = name not in records and not before.withdrawn
        if gone and (not only or name in only):
            added.append(
                _next_version(
                    name,
                    before,
                    ("", "", ""),
                    day=day,
                    reason=reason,
                    superseded_by=replaced.get(name, ""),
                )
            )
    changed = [version.id for version in added if version.version > 1]
    if not reason.strip():
        refuse(
            DataError,
            "publication without a reason",
            [f"{name}: was published and is not the same any more" for name in changed],
            "Say why: `spbe-research publish --reason '...'`.",
        )
    if added:
        write_ledger([*known, *added])
    return added


def data_version() -> str:
    """Return the hash of the manifest, which holds the hashes of all inputs and tidy tables."""
    return hashlib.sha256((data_folder() / "tidy" / "manifest.json").read_bytes()).hexdigest()


def picture_hash(png: bytes) -> str:
    """Return the sha256 of a picture's size and pixels; texts inside the file do not count."""
    from PIL import Image

    picture = Image.open(io.BytesIO(png)).convert("RGBA")
    size = f"{picture.width}x{picture.height}\n".encode()
    return hashlib.sha256(size + picture.tobytes()).hexdigest()


def _record(record_id: str) -> Record:
    if record_id not in load_records():
        gone = [version for version in read_ledger() if version.id == record_id]
        if gone and gone[-1].withdrawn:
            place = gone[-1].superseded_by or "no other record"
            raise DataError(
                f"Invalid id {record_id!r}. It was withdrawn on {gone[-1].date}: "
                f"{gone[-1].reason} In its place stands {place}."
            )
        raise DataError(f"Invalid id {record_id!r}. It must be a record of the catalogue.")
    return load_records()[record_id]


def _state(record: Record) -> tuple[str, str, str]:
    """Hash of the data, hash of the picture and printed number, as the data give them now."""
    if not record.has_table:
        row = number_row(record)
        return table_hash(row), "", str(row["text"].item())
    table = result_table(record.id)
    committed = data_folder() / "results" / record.file_name
    if not record.is_figure:
        return table_hash(table), "", ""
    if not committed.is_file() or committed.read_bytes() != table_bytes(table):
        return table_hash(table), "", ""  # a figure is only drawn of the table beside it
    return table_hash(table), picture_hash(draw_record(record.id, table)), ""


def _check_request(
    known: tuple[Version, ...], day: str, only: Collection[str], replaced: Mapping[str, str]
) -> None:
    check_results()
    records, published = load_records(), {version.id for version in known}
    violations = [
        f"{version.id}: was withdrawn on {version.date}; an id is never used again"
        for version in known
        if version.withdrawn and version.id in records
    ]
    violations += [
        f"{name}: is no record and was never published"
        for name in only
        if name not in records and name not in published
    ]
    violations += [
        f"{old}={new}: a published id that has no record any more, and one that has, are needed"
        for old, new in replaced.items()
        if old in records or old not in published or new not in records
    ]
    if known and day < known[-1].date:
        violations.append(f"date {day} lies before {known[-1].date}, the newest version")
    refuse(DataError, "publication", violations, "Correct the request.")


def _next_version(
    name: str,
    before: Version | None,
    state: tuple[str, str, str],
    *,
    day: str,
    reason: str,
    superseded_by: str = "",
) -> Version:
    data, picture, value = state
    return Version(
        id=name,
        version=before.version + 1 if before else 1,
        date=day,
        data_sha256=data,
        picture_sha256=picture,
        value=value,
        data_version=data_version(),
        code_version=spbe_research.__version__,
        superseded_by=superseded_by,
        reason=reason if before else "",
    )


def _cells(record: Record) -> tuple[int, ...]:
    """The code cells of its notebook that name a record."""
    named = f'"{record.id}"'
    return tuple(n for n, code in enumerate(_code(record.notebook), start=1) if named in code)


@cache
def _code(notebook: str) -> tuple[str, ...]:
    try:
        path = project_folder() / "notebooks" / f"{notebook}.ipynb"
    except DataError:  # installed without the repository
        return ()
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return tuple("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
