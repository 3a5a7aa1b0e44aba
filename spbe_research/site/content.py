"""The one door through which the site gets pictures, citations, sentences and histories.

Everything the pages say of a record comes from the catalogue by way of this module, so that a
change of the catalogue is met here and nowhere in the templates.
"""

import csv
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markupsafe import Markup

from spbe_research.errors import BuildError
from spbe_research.locations import data_folder
from spbe_research.press.changes import Change, changes
from spbe_research.press.citations import cite
from spbe_research.press.committed import committed_bytes, committed_numbers
from spbe_research.press.exports import data_files
from spbe_research.press.languages import LANGUAGES
from spbe_research.press.manifest import read_manifest, release_date, releases
from spbe_research.press.pictures import draw_pictures
from spbe_research.press.quotes import alternative_text, brief_answer, credit, fill, quote
from spbe_research.press.records import Question, Record, load_questions, load_records
from spbe_research.records import computation
from spbe_research.site.downloads import ZIPPED_FROM, archive
from spbe_research.site.vector import inline_picture, picture_size

__all__ = [
    "TOPICS",
    "Citation",
    "Download",
    "Headline",
    "RecordFiles",
    "ResultRows",
    "Version",
    "alt_text",
    "answer_of",
    "credits_of",
    "fill_numbers",
    "headlines",
    "numbers_of",
    "origin_of",
    "question_of",
    "record_citations",
    "record_files",
    "result_hash",
    "result_rows",
    "score_citation",
    "sentences",
    "tabled_records",
    "topic_of",
    "versions",
]

TOPICS = {
    "data": ("The published record", "Data resmi"),
    "instrument": ("How the index is made", "Penyusunan indeks"),
    "distribution": ("Distribution and movement", "Sebaran dan pergerakan"),
    "regulation": ("Regulations and scores", "Regulasi dan nilai"),
    "claims": ("What is said of scores", "Pernyataan tentang nilai"),
}
_STYLES = {
    "plain": "Teks / plain text",
    "apa": "APA",
    "chicago": "Chicago",
    "indonesia": "Indonesia",
    "bibtex": "BibTeX",
    "ris": "RIS",
}
_LABELS = {
    "id.svg": ("Picture, Indonesian (SVG)", "Gambar (SVG)"),
    "en.svg": ("Picture (SVG)", "Gambar, bahasa Inggris (SVG)"),
    "csv": ("Data (CSV)", "Data (CSV)"),
    "csv.zip": ("Data (CSV)", "Data (CSV)"),
    "xlsx": ("Data with the meaning of each column (XLSX)", "Data beserta arti kolomnya (XLSX)"),
}


@dataclass(frozen=True)
class Download:
    """A file of a record: its name in ``figures/`` and what it is, in both languages."""

    name: str
    label_en: str
    label_id: str


@dataclass(frozen=True)
class RecordFiles:
    """The files of a record: a figure's picture in each language, as file and markup; downloads."""

    picture_en: str
    picture_id: str
    inline_en: Markup
    inline_id: Markup
    width: int
    height: int
    downloads: tuple[Download, ...]


@dataclass(frozen=True)
class Citation:
    """One style of a citation, in both languages (the same text where the style has one)."""

    style: str
    label: str
    text_en: str
    text_id: str


@dataclass(frozen=True)
class Version:
    """A day on which a record was published or changed, and what changed."""

    date: str
    text_en: str
    text_id: str


@dataclass(frozen=True)
class Headline:
    """A headline number as prose prints it."""

    id: str
    record: Record
    text: str
    low: str
    high: str
    n: int


@dataclass(frozen=True)
class Origin:
    """Where a result comes from: the function, the hash of the tidy data, the licence."""

    function: str
    data_version: str
    licence: str


@dataclass(frozen=True)
class ResultRows:
    """The first rows of a committed result table, as its CSV prints them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    n_rows: int


def tabled_records() -> dict[str, Record]:
    """Return the figures and tables, which have a page each, by id."""
    return {name: record for name, record in load_records().items() if record.has_table}


def topic_of(notebook: str) -> str:
    """Return the topic that a notebook belongs to.

    Examples
    --------
    >>> topic_of("07-how-are-scores-distributed")
    'distribution'
    """
    return _of_notebook(notebook).topic


def question_of(notebook: str) -> tuple[str, str]:
    """Return the question that a notebook answers, its title, in English and Indonesian."""
    question = _of_notebook(notebook)
    return question.question_en, question.question_id


def answer_of(notebook: str) -> tuple[str, str]:
    """Return a notebook's answer in brief, in English and Indonesian."""
    question = _of_notebook(notebook).id
    return brief_answer(question, language="en"), brief_answer(question, language="id")


def _of_notebook(notebook: str) -> Question:
    return next(each for each in load_questions().values() if each.notebook == notebook)


def record_files(
    folder: Path, *, drawn: Path | None, progress: Callable[[str], None]
) -> dict[str, RecordFiles]:
    """Put the files of every figure and table into a folder and say what they are.

    Parameters
    ----------
    folder : pathlib.Path
        Exists; receives of a figure an SVG in each language, of figures and tables the CSV (large
        ones packed) and the XLSX, which says what the columns mean. PNG is made in the browser.
    drawn : pathlib.Path, optional
        Folder of exports that the same data just gave (``spbe-research export``); else all are
        made here.
    progress : callable
        Called with the id of each record before its files are made.

    Raises
    ------
    BuildError
        When ``drawn`` lacks a file.
    """
    files = {}
    for name, record in tabled_records().items():
        progress(name)
        exported = _exports(record, drawn)
        pictures = [exported.get(f"{name}.{language}.svg", b"") for language in LANGUAGES]
        table = f"{name}.csv"
        if len(exported[table]) > ZIPPED_FROM:
            exported[f"{table}.zip"] = archive({table: exported.pop(table)})
        for file_name, content in exported.items():
            (folder / file_name).write_bytes(content)
        labels = {key: _LABELS[key.removeprefix(f"{name}.")] for key in exported}
        says = alt_text(record)
        inline = [
            inline_picture(svg, name=f"{name}.{language}", language=language, says=said)
            if svg
            else Markup()
            for svg, language, said in zip(pictures, LANGUAGES, says, strict=True)
        ]
        width, height = picture_size(pictures[0]) if record.is_figure else (0, 0)
        files[name] = RecordFiles(
            picture_en=f"{name}.en.svg" if record.is_figure else "",
            picture_id=f"{name}.id.svg" if record.is_figure else "",
            inline_en=inline[0],
            inline_id=inline[1],
            width=width,
            height=height,
            downloads=tuple(Download(key, *labels[key]) for key in sorted(labels, key=_order)),
        )
    return files


def _exports(record: Record, drawn: Path | None) -> dict[str, bytes]:
    """The files of a record that the site offers, by name: SVG, CSV, XLSX."""
    wanted = [f"{record.id}.csv", f"{record.id}.xlsx"]
    if record.is_figure:
        wanted += [f"{record.id}.{language}.svg" for language in LANGUAGES]
    if drawn is not None:
        if missing := [name for name in wanted if not (drawn / name).is_file()]:
            raise BuildError(f"No {missing[0]} in {drawn}. Run `spbe-research export` first.")
        return {name: (drawn / name).read_bytes() for name in wanted}
    made = data_files(record.id)
    if record.is_figure:
        for (language, kind), picture in draw_pictures(record.id, kinds=("svg",)).items():
            made[f"{record.id}.{language}.{kind}"] = picture
    return {name: made[name] for name in wanted}


def _order(file_name: str) -> int:
    return list(_LABELS).index(file_name.split(".", 1)[1])


def alt_text(record: Record) -> tuple[str, str]:
    """Return what a figure looks like, in English and Indonesian, for those who cannot see it."""
    if not record.is_figure:
        return record.caption_en, record.caption_id
    return (
        alternative_text(record.id, language="en") or record.caption_en,
        alternative_text(record.id, language="id") or record.caption_id,
    )


def credits_of(record: Record) -> tuple[str, str]:
    """Return whom a record credits, in English and Indonesian."""
    return credit(record, "en"), credit(record, "id")


def sentences(record_id: str) -> tuple[str, str] | None:
    """Return a record's sentence ready to quote, English and Indonesian, or None without one."""
    record = load_records()[record_id]
    if not (record.sentence_en and record.sentence_id):
        return None
    return quote(record_id, language="en"), quote(record_id, language="id")


def record_citations(record_id: str) -> tuple[Citation, ...]:
    """Return the citation of a figure, table or number in every style there is."""
    return tuple(
        Citation(
            style,
            label,
            cite(record_id, style=style, language="en").rstrip(),
            cite(record_id, style=style, language="id").rstrip(),
        )
        for style, label in _STYLES.items()
    )


def score_citation(agency_id: str, year: int, title: str, place: str) -> str:
    """Return how to cite one published value: its document, the place in it, this package."""
    return f"Kementerian PANRB, {title}, {place}; spbe_research, {agency_id}/{year}"


def versions(record_id: str) -> tuple[Version, ...]:
    """Return the releases that brought or changed a record, and what changed since the newest."""
    found: list[Version] = []
    for version in releases():
        manifest = read_manifest(version)
        day = release_date(version)
        if not found and any(name == record_id for _, name, _ in manifest):
            found.append(Version(day, f"Release {version}.", f"Rilis {version}."))
        elif found:
            found += [_version(day, version, each.reason) for each in _changed(version, record_id)]
    return tuple(found)


def _changed(version: str, record_id: str) -> list[Change]:
    return [each for each in _changes(version) if each.name == record_id]


@cache
def _changes(version: str) -> list[Change]:
    return changes(version)


def _version(day: str, version: str, reason: str) -> Version:
    return Version(day, f"Release {version}. {reason}", f"Rilis {version}. {reason}")


@cache
def headlines() -> dict[str, Headline]:
    """Return the headline numbers by id, with their interval as text where they have one."""
    records = load_records()
    found = {}
    for row in committed_numbers().itertuples():
        record = records[row.id]
        text = record.family.text if record.family else "{}"
        low, high = ("" if bound != bound else text.format(bound) for bound in row[3:5])
        found[row.id] = Headline(row.id, record, row.text, low, high, int(row.n))
    return found


def numbers_of(record_id: str) -> list[Headline]:
    """Return the headline numbers that stand in the table of a record."""
    return [
        number
        for number in headlines().values()
        if number.record.family and number.record.family.table == record_id
    ]


def origin_of(record_id: str) -> Origin:
    """Return which function computes a record, from which data, under which licence."""
    compute = computation(record_id).compute
    manifest = (data_folder() / "tidy" / "manifest.json").read_bytes()
    return Origin(
        function=f"{compute.__module__}:{compute.__name__}",
        data_version=hashlib.sha256(manifest).hexdigest(),
        licence=load_records()[record_id].licence,
    )


def fill_numbers(text: str, language: str) -> str:
    """Fill ``{num-...}``, ``{num-...:low}`` and ``{num-...:high}`` with the committed numbers.

    Raises
    ------
    DataError
        When there is no such number or no such bound.

    Examples
    --------
    >>> fill_numbers("{num-agency-years} hasil", "id")
    '4.159 hasil'
    >>> fill_numbers("{num-moon}", "en")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid sentence of the site: there is no number num-moon.
    """
    return fill(text, "the site", language).replace(" %", "\u00a0%")


def result_rows(record_id: str, *, shown: int) -> ResultRows:
    """Return the first rows of a committed result table as text."""
    rows = list(csv.reader(io.StringIO(_result_bytes(record_id).decode("utf-8"))))
    return ResultRows(tuple(rows[0]), tuple(map(tuple, rows[1 : shown + 1])), len(rows) - 1)


def result_hash(record_id: str) -> str:
    """Return the sha256 of a committed result table."""
    return hashlib.sha256(_result_bytes(record_id)).hexdigest()


def _result_bytes(record_id: str) -> bytes:
    return committed_bytes(record_id)
