"""What was published: a manifest per release, never edited; and the same list of what is now there.

``data/releases/<version>.csv`` has one row per published thing (``kind, name, part, sha256,
value``), in the order of the kinds, then by name and part; UTF-8, LF, quoted only where needed.
What each ``sha256`` is taken over (texts as UTF-8 without a final line break, JSON on one line with
sorted keys and letters as they are):

=========  ===================  =====================  =============================================
kind       name                 part                   sha256 of; value
=========  ===================  =====================  =============================================
release    version              date                   nothing; the day
release    version              previous               the file of the release before; its version
table      fig- or tab- id      data                   the CSV of ``data/results``
footer     fig- or tab- id      data                   the value: source, years and n in English
picture    fig- id              en, id                 mode, size and pixels: the ASCII line
                                                       ``<mode> <width>x<height>``, LF, then the
                                                       decoded PNG of 160 dots an inch, row by row
number     num- id              value                  JSON of the list text, low, high, n, years:
                                                       n whole, the others texts as in
                                                       ``numbers.csv``; the text
words      record or notebook   en, id                 JSON of what is said, by field, numbers left
                                                       open, empty fields left out; of a record
                                                       title, caption, not_shown, alt, sentence; of
                                                       a number title and sentence; of a notebook
                                                       question and answer
cell       notebook             01, 02, ... in order   JSON of the list source, metadata; its type
                                                       and the records that its code names
paragraph  README               001, 002, ...          the text on one line, tables that are written
                                                       from words left out
=========  ===================  =====================  =============================================

Release 0.1.0, made from its commit by ``benchmarks/manifest_of_first_release.py``, also names that
commit. Each manifest holds the hash of the one before, so an old one cannot be changed unseen.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from spbe_research.errors import DataError, refuse
from spbe_research.locations import data_folder, project_folder
from spbe_research.nbguard.pictures import picture_hash
from spbe_research.press.committed import committed_bytes, committed_numbers
from spbe_research.press.handwritten import READMES, paragraphs
from spbe_research.press.languages import LANGUAGES
from spbe_research.press.records import Question, Record, load_questions, load_records

__all__ = [
    "Item",
    "chain_violations",
    "current_items",
    "items_of",
    "manifest_bytes",
    "newest_release",
    "paragraph_items",
    "read_manifest",
    "release_date",
    "releases",
    "words_hash",
]

_COLUMNS = ("kind", "name", "part", "sha256", "value")
_KINDS = ("release", "table", "footer", "picture", "number", "words", "cell", "paragraph")
_OF_A_RECORD = ("title", "caption", "not_shown", "alt", "sentence")
_OF_A_NUMBER = ("title", "sentence")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SHOWN = re.compile(r"""["']((?:fig|tab)-[a-z0-9-]+)["']""")


class Item(NamedTuple):
    """One published thing: what it is, the hash of its content, its value where one is printed."""

    kind: str
    name: str
    part: str
    sha256: str
    value: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is, without its content."""
        return self.kind, self.name, self.part


def releases() -> tuple[str, ...]:
    """Return the versions that were released, oldest first."""
    found = [path.stem for path in (data_folder() / "releases").glob("[0-9]*.csv")]
    return tuple(sorted(found, key=lambda name: tuple(map(int, name.split(".")))))


def newest_release() -> str:
    """Return the version released last.

    Raises
    ------
    DataError
        When nothing was released yet.
    """
    if not releases():
        raise DataError("No release in data/releases. Run `spbe-research release VERSION`.")
    return releases()[-1]


def release_date(version: str) -> str:
    """Return the day of a release, YYYY-MM-DD."""
    return read_manifest(version)["release", version, "date"].value


def read_manifest(version: str) -> dict[tuple[str, str, str], Item]:
    """Return what a release published, by kind, name and part.

    Raises
    ------
    DataError
        When there is no such release, or naming every line that breaks the form.
    """
    return _parsed(version, _content(version)).copy()


def chain_violations() -> list[str]:
    """Name every manifest that does not hold the hash of the one before it."""
    violations = []
    for before, version in zip(("", *releases()), releases(), strict=False):
        stated = read_manifest(version).get(("release", version, "previous"))
        wanted = _sha256(_content(before)) if before else ""
        if stated is None or (stated.value, stated.sha256) != (before, wanted):
            violations.append(f"{version}: does not hold the hash of {before or 'no release'}")
    return violations


def current_items(
    names: Collection[str] | None = None,
    *,
    drawn: bool = True,
    progress: Callable[[str], None] = lambda step: None,
) -> list[Item]:
    """Return what would be published now: as committed, each figure drawn again.

    Parameters
    ----------
    names : collection of str, optional
        Ids of records, stems of notebooks and names of READMEs; everything when left out. Unknown
        ones have no items.
    drawn : bool
        Whether figures are drawn, which takes nearly all the time; pictures are left out otherwise.
    progress : callable
        Called with each name before its items are made.
    """
    notebooks = {each.notebook: each for each in load_questions().values()}
    items: list[Item] = []
    things: dict[str, Record | Question] = {**load_records(), **notebooks}
    for name, what in things.items():
        if names is None or name in names:
            progress(name)
            items += items_of(what, drawn=drawn)
    for name in READMES.values():
        if names is None or name in names:
            items += paragraph_items(name, (project_folder() / name).read_text(encoding="utf-8"))
    return sorted(items, key=_place)


def items_of(what: Record | Question, *, drawn: bool = True) -> list[Item]:
    """Return the items of one record, or of one question with its notebook; pictures if drawn."""
    if isinstance(what, Question):
        words = {"question": (what.question_en, what.question_id)}
        words["answer"] = (what.answer_en, what.answer_id)
        return [*_words(what.notebook, words), *_cells(what.notebook)]
    said = _OF_A_RECORD if what.has_table else _OF_A_NUMBER
    words = {each: (getattr(what, f"{each}_en"), getattr(what, f"{each}_id")) for each in said}
    if not what.has_table:
        return [_number(what.id), *_words(what.id, words)]
    footer = f"{what.source}, {what.years}. n = {what.n}."
    items = [
        Item("table", what.id, "data", _sha256(committed_bytes(what.id)), ""),
        Item("footer", what.id, "data", _sha256(footer.encode()), footer),
        *_words(what.id, words),
    ]
    if what.is_figure and drawn:
        items += [
            Item("picture", what.id, language, picture_hash(_drawn(what.id, language)), "")
            for language in LANGUAGES
        ]
    return items


def paragraph_items(name: str, text: str) -> Iterator[Item]:
    """Yield what a release publishes of a README, whose text is given: its paragraphs."""
    for place, paragraph in enumerate(paragraphs(text), start=1):
        yield Item("paragraph", name, f"{place:03d}", _sha256(paragraph.encode("utf-8")), "")


def words_hash(record: Record, language: str) -> str:
    """Return the sha256 of what is said of a record in a language, as a manifest holds it."""
    items = {item.key: item for item in items_of(record, drawn=False)}
    return items["words", record.id, language].sha256


def manifest_bytes(version: str, day: str, items: Iterable[Item]) -> bytes:
    """Return the content of the manifest that follows the newest one.

    Parameters
    ----------
    version, day : str
        Of the release; the day as YYYY-MM-DD.
    items : iterable of Item
        What it publishes.
    """
    before = releases()[-1] if releases() else ""
    previous = _sha256(_content(before)) if before else ""
    head = [
        Item("release", version, "date", "", day),
        Item("release", version, "previous", previous, before),
    ]
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(_COLUMNS)
    rows: list[Item] = sorted([*head, *items], key=_place)
    writer.writerows(rows)
    return target.getvalue().encode("utf-8")


def _place(item: Item) -> tuple[int, str, str]:
    return _KINDS.index(item.kind), item.name, item.part


def _content(version: str) -> bytes:
    path = data_folder() / "releases" / f"{version}.csv"
    if not path.is_file():
        raise DataError(f"Invalid release {version!r}. It must be one of {', '.join(releases())}.")
    return path.read_bytes()


@cache
def _parsed(version: str, content: bytes) -> dict[tuple[str, str, str], Item]:
    lines = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    violations = [] if lines[:1] == [list(_COLUMNS)] else [f"columns are not {_COLUMNS}"]
    items: dict[tuple[str, str, str], Item] = {}
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(_COLUMNS) or line[0] not in _KINDS:
            violations.append(f"line {number}: is no item")
        elif not (_SHA256.fullmatch(line[3]) or (line[0] == "release" and not line[3])):
            violations.append(f"line {number}: {line[3]!r} is no sha256")
        elif tuple(line[:3]) in items:
            violations.append(f"line {number}: {' '.join(line[:3])} stands twice")
        else:
            items[line[0], line[1], line[2]] = Item(*line)
    refuse(DataError, f"manifest {version}.csv", violations, "Restore the file from the history.")
    return items


def _drawn(record_id: str, language: str) -> bytes:
    from spbe_research.press.show import draw_record

    return draw_record(record_id, language=language)


def _number(record_id: str) -> Item:
    row = committed_numbers().set_index("id").loc[record_id]
    low, high = ("" if row[part] != row[part] else f"{row[part]:.6f}" for part in ("low", "high"))
    years = "" if row["years"] != row["years"] else row["years"]
    content = [row["text"], low, high, int(row["n"]), years]
    return Item("number", record_id, "value", _json_hash(content), row["text"])


def _words(name: str, said: dict[str, tuple[str, str]]) -> Iterator[Item]:
    for place, language in enumerate(LANGUAGES):
        texts = {field: pair[place] for field, pair in said.items() if pair[place]}
        yield Item("words", name, language, _json_hash(texts), "")


def _cells(notebook: str) -> Iterator[Item]:
    path = project_folder() / "notebooks" / f"{notebook}.ipynb"
    for place, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], start=1):
        source = "".join(cell["source"])
        shown = _SHOWN.findall(source) if cell["cell_type"] == "code" else []
        value = " ".join([cell["cell_type"], *shown])
        sha256 = _json_hash([source, cell["metadata"]])
        yield Item("cell", notebook, f"{place:02d}", sha256, value)


def _json_hash(content: object) -> str:
    return _sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode("utf-8"))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
