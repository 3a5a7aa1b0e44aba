"""Nothing that was released changes unseen: cells, records and pictures against the manifest.

``<releases>/<version>.csv`` lists what a release published (``kind, name, part, sha256, value``);
of its kinds these are read:

========  ===========  ==========  ===============================================================
kind      name         part        sha256 of; value
========  ===========  ==========  ===============================================================
cell      notebook     01, 02 ...  JSON (sorted keys, letters as they are) of the list of source and
                                   metadata; the type of the cell and the records its code names
table     record       data        the CSV behind it, whose hash a notebook prints
picture   record       en          the line ``<mode> <width>x<height>``, LF, and the pixels
========  ===========  ==========  ===============================================================

``next.toml`` beside it gives reasons for what changes with the next release, in ``[reasons]``: one
line per record or notebook. The reason of a notebook holds for its cells as they are: ``[covers]``
states their hash by stem, so that a later change needs a reason again. A notebook that no release
holds is new; it needs the hash too. A record that is shown no more needs a reason of its own.
"""

import csv
import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from nbformat import NotebookNode

from spbe_research.errors import DataError
from spbe_research.nbguard.pictures import decoded, picture_hash
from spbe_research.nbguard.shown import pictures_of, record_ids
from spbe_research.nbguard.violation import Violation

__all__ = [
    "COLUMNS",
    "Item",
    "Release",
    "cover_of",
    "differences",
    "items_of",
    "read_release",
    "release_of",
]

_VERSION = re.compile(r"\d+(?:\.\d+)*")
_PENDING = "next.toml"
COLUMNS = ["kind", "name", "part", "sha256", "value"]
_PRINTED = re.compile(
    r"^((?:fig|tab)-[a-z0-9-]+): (?:(?!^(?:fig|tab)-[a-z0-9-]+: ).)*?^data sha256: ([0-9a-f]{64})",
    re.MULTILINE | re.DOTALL,
)
_SHOWN = 5
_COVER = 16  # hex digits
_KEY = re.compile(r"\\\{\w+\\\}")

Item = tuple[str, str, str, str, str]  # kind, name, part, sha256, value


@dataclass(frozen=True)
class Release:
    """The newest release and the reasons of what changes after it."""

    version: str
    cells: dict[str, list[tuple[str, str]]]
    tables: dict[str, str]
    pictures: dict[str, str]
    reasons: dict[str, str] = field(default_factory=dict)
    covers: dict[str, str] = field(default_factory=dict)  # of notebooks, what their reasons are of

    def has_reason(self, *names: str) -> bool:
        """Whether any of these records or notebooks has a reason, its own or its family's."""
        patterns = [_KEY.sub("[a-z0-9-]+", re.escape(each)) for each in self.reasons]
        return any(re.fullmatch(pattern, name) for pattern in patterns for name in names)


def read_release(folder: Path) -> Release | None:
    """Return the newest release of a folder; none while there is none.

    Raises
    ------
    DataError
        When the manifest or the file of reasons breaks its form.
    """
    found = [path for path in folder.glob("*.csv") if _VERSION.fullmatch(path.stem)]
    if not found:
        return None
    path = max(found, key=lambda each: tuple(map(int, each.stem.split("."))))
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    wrong = [number for number, line in enumerate(lines, start=1) if len(line) != len(COLUMNS)]
    if lines[:1] != [COLUMNS] or wrong:
        where = f"line {wrong[0]}" if wrong else "line 1"
        raise DataError(
            f"Invalid manifest {path.name}, {where}. Columns must be {', '.join(COLUMNS)}."
        )
    reasons, covers = (_stated(folder, table) for table in ("reasons", "covers"))
    return release_of(path.stem, map(_item, lines[1:]), reasons, covers)


def _item(line: list[str]) -> Item:
    kind, name, part, sha256, value = line
    return kind, name, part, sha256, value


def differences(notebook: NotebookNode, stem: str, release: Release) -> Iterator[Violation]:
    """Name what of a released notebook changed without a reason.

    Parameters
    ----------
    notebook : NotebookNode
    stem : str
        The name of its file without the ending.
    release : Release
        The newest.
    """
    yield from _other_data(notebook, stem, release)
    released = release.cells.get(stem, [])
    now = [(sha256, value) for _, _, _, sha256, value in _cells(notebook, stem)]
    if now == released:
        return
    gone = {name for _, value in released for name in value.split()[1:]}
    gone -= {name for _, value in now for name in value.split()[1:]}
    for name in sorted(each for each in gone if not release.has_reason(each)):
        yield Violation(
            "lost", "", f"{name} was shown in release {release.version}, and is no more"
        )
    if not released or release.has_reason(stem):
        if (cover := cover_of(now)) != release.covers.get(stem):
            new = f"is new since release {release.version}, or changed since it was new"
            why = "its cells are not those that its reason was given for" if released else new
            line = f'"{stem}" = "{cover}"'
            yield Violation(
                "release", "", f"{why}; its line in [covers] of {_PENDING} must be {line}"
            )
        return
    steps = SequenceMatcher(None, released, now, autojunk=False).get_opcodes()
    if told := [_told(*step) for step in steps if step[0] != "equal"]:
        text = f"differs from release {release.version}: {', '.join(told[:_SHOWN])}"
        yield Violation("release", "", f"{text}; one line in {_PENDING} says why")


def items_of(notebook: NotebookNode, stem: str) -> Iterator[Item]:
    """Yield what a release of a notebook publishes: its cells, and the records that it shows."""
    yield from _cells(notebook, stem)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield from _records(cell)


def cover_of(cells: Iterable[tuple[str, str]]) -> str:
    """Return what a reason covers: a hash of all cells, from the sha256 and value of each in order.

    Examples
    --------
    >>> cover_of([("ab", "markdown"), ("cd", "code tab-counts")])
    '4d85a71606842fc9'
    """
    content = "".join(f"{sha256} {value}\n" for sha256, value in cells)
    return hashlib.sha256(content.encode()).hexdigest()[:_COVER]


def release_of(
    version: str,
    items: Iterable[Item],
    reasons: dict[str, str],
    covers: dict[str, str] | None = None,
) -> Release:
    """Return a release of items, as they stand in a manifest."""
    release = Release(version, {}, {}, {}, reasons, covers or {})
    for kind, name, part, sha256, value in items:
        if kind == "cell":
            release.cells.setdefault(name, []).append((sha256, value))
        elif kind == "table":
            release.tables[name] = sha256
        elif kind == "picture" and part == "en":
            release.pictures[name] = sha256
    return release


def _cells(notebook: NotebookNode, stem: str) -> Iterator[Item]:
    for place, cell in enumerate(notebook.cells, start=1):
        content = json.dumps([cell.source, cell.metadata], ensure_ascii=False, sort_keys=True)
        shown = record_ids(cell.source) if cell.cell_type == "code" else []
        sha256 = hashlib.sha256(content.encode()).hexdigest()
        yield "cell", stem, f"{place:02d}", sha256, " ".join([cell.cell_type, *shown])


def _records(cell: NotebookNode) -> Iterator[Item]:
    """The data that a cell prints the hash of; its pictures, which come in the order of figures."""
    streams = [output.text for output in cell.outputs if output.output_type == "stream"]
    for name, sha256 in _PRINTED.findall("".join(streams)):
        yield "table", name, "data", sha256, ""
    figures = [name for name in record_ids(cell.source) if name.startswith("fig-")]
    for name, picture in zip(figures, pictures_of(cell), strict=False):
        try:
            yield "picture", name, "en", picture_hash(decoded(picture)), ""
        except DataError:
            continue  # the rule for pictures names it


def _other_data(notebook: NotebookNode, stem: str, release: Release) -> Iterator[Violation]:
    for kind, name, _, sha256, _ in items_of(notebook, stem):
        released = {"table": release.tables, "picture": release.pictures}.get(kind, {})
        if released.get(name, sha256) != sha256 and not release.has_reason(name):
            what = "other data" if kind == "table" else "another picture"
            yield Violation("data", "", f"{name}: {what} than in release {release.version}")


def _told(step: str, a: int, b: int, c: int, d: int) -> str:
    if step == "delete":
        return (
            f"cell {a + 1} of it is gone" if b - a == 1 else f"cells {a + 1} to {b} of it are gone"
        )
    word = "new" if step == "insert" else "changed"
    return f"cell {c + 1} is {word}" if d - c == 1 else f"cells {c + 1} to {d} are {word}"


def _stated(folder: Path, table: str) -> dict[str, str]:
    """One table of what changes with the next release, without its empty lines."""
    path = folder / _PENDING
    if not path.is_file():
        return {}
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8")).get(table, {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"Invalid file {path.name}: {error}.") from error
    return {str(name): str(text) for name, text in stated.items() if str(text).strip()}
