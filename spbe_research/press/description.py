"""What is known of a record beside its words: where it is computed, and what releases did to it."""

import json
from dataclasses import dataclass
from functools import cache

from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.press.changes import Change, changes
from spbe_research.press.manifest import newest_release, read_manifest, release_date, releases
from spbe_research.press.reasons import read_reasons, reason_for
from spbe_research.press.records import Record, load_records
from spbe_research.records import computation

__all__ = ["RecordDescription", "describe", "registered"]


@dataclass(frozen=True)
class RecordDescription:
    """All that is known of a record: what it is, what is behind it, and its releases.

    ``cells`` are the code cells of its notebook that name it, counted from 1; none where the
    notebooks are not at hand. ``table`` is a path below the repository, ``function`` computes it.
    ``history`` holds the changes of each release that changed it, the first publication first.
    """

    record: Record
    cells: tuple[int, ...]
    table: str
    function: str
    licence: str
    history: tuple[tuple[str, Change], ...]

    @property
    def first_published(self) -> str:
        """The day of the first release that holds it; empty before that."""
        return self.history[0][0] if self.history else ""

    @property
    def last_changed(self) -> str:
        """The day of the last release that changed it."""
        return self.history[-1][0] if self.history else ""


def describe(record_id: str) -> RecordDescription:
    """Return all that is known of a record.

    Raises
    ------
    DataError
        When there is no such record.

    Examples
    --------
    >>> describe("fig-cilegon-path").table
    'data/results/is_the_news_right/fig-cilegon-path.csv'
    """
    record = registered(record_id)
    behind = record_id if record.family is None else record.family.home
    compute = computation(behind).compute
    return RecordDescription(
        record=record,
        cells=_cells(record),
        table=f"data/results/{record.file_name if record.has_table else 'numbers.csv'}",
        function=f"{compute.__module__}.{compute.__qualname__}",
        licence=record.licence,
        history=tuple(_history(record_id)),
    )


def registered(record_id: str) -> Record:
    """Return a record, or say when and why it was withdrawn.

    Raises
    ------
    DataError
        When there is no such record.
    """
    records = load_records()
    if record_id in records:
        return records[record_id]
    raise DataError(f"Invalid id {record_id!r}. {withdrawn(record_id) or 'It must be a record.'}")


def withdrawn(record_id: str) -> str:
    """Return in which release an id was withdrawn, and why; empty when no release held it."""
    held = [each for each in releases() if _holds(each, record_id)]
    if not held:
        return ""
    later = [each for each in releases() if each not in held]
    if held[-1] == newest_release():
        why = reason_for(record_id, read_reasons())
        return f"It was withdrawn after release {held[-1]}" + (f": {why}" if why else ".")
    gone = next(each for each in later if releases().index(each) > releases().index(held[-1]))
    why = reason_for(record_id, read_reasons(gone))
    return f"It was withdrawn in release {gone} of {release_date(gone)}: {why}"


def _holds(version: str, record_id: str) -> bool:
    return any(key[1] == record_id for key in read_manifest(version))


def _history(record_id: str) -> list[tuple[str, Change]]:
    found: list[tuple[str, Change]] = []
    for version in releases():
        if not found and _holds(version, record_id):
            found.append((release_date(version), Change(version, record_id, "new", "", "", "")))
        elif found:
            found += [(release_date(version), each) for each in changes(version, [record_id])]
    return found


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
