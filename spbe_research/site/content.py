"""The one door through which the site gets pictures, citations, sentences and histories.

Everything the pages say of a record comes from the catalogue by way of this module, so that a
change of the catalogue is met here and nowhere in the templates.
"""

import csv
import hashlib
import io
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spbe_research.catalogue.quotes import alternative_text, brief_answer, credit, localise, quote
from spbe_research.catalogue.records import Record, load_notebook_entries, load_records
from spbe_research.catalogue.results import committed_numbers, result_table
from spbe_research.catalogue.show import draw_record
from spbe_research.errors import BuildError, DataError
from spbe_research.locations import data_folder

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

LANGUAGES = ("id", "en")
TOPICS = {
    "data": ("The published record", "Catatan terpublikasi"),
    "instrument": ("How the index is made", "Penyusunan indeks"),
    "distribution": ("Distribution and movement", "Sebaran dan pergerakan"),
    "regulation": ("Regulations and scores", "Regulasi dan nilai"),
    "claims": ("What is said of scores", "Pernyataan tentang nilai"),
}
_PLACE = re.compile(r"\{(num-[a-z0-9-]+)(?::(low|high))?\}")


@dataclass(frozen=True)
class Download:
    """A file of a record: its name in ``figures/`` and what it is, in both languages."""

    name: str
    label_en: str
    label_id: str


@dataclass(frozen=True)
class RecordFiles:
    """The files of a figure or table: a picture in each language (none of a table), downloads."""

    picture_en: str
    picture_id: str
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
    >>> topic_of("07-do-scores-bunch-at-the-bands")
    'distribution'
    """
    return load_notebook_entries()[notebook].topic


def question_of(notebook: str) -> tuple[str, str]:
    """Return the question that a notebook answers, its title, in English and Indonesian."""
    entry = load_notebook_entries()[notebook]
    return entry.question_en, entry.question_id


def answer_of(notebook: str) -> tuple[str, str]:
    """Return a notebook's answer in brief, in English and Indonesian; empty while it has none."""
    return brief_answer(notebook, language="en"), brief_answer(notebook, language="id")


def record_files(
    folder: Path, *, drawn: Path | None, progress: Callable[[str], None]
) -> dict[str, RecordFiles]:
    """Put the files of every figure and table into a folder and say what they are.

    Parameters
    ----------
    folder : pathlib.Path
        Exists; receives one PNG a figure and one CSV a figure or table.
    drawn : pathlib.Path, optional
        Folder of pictures that the same data just gave (``spbe-research figures``); else each is
        drawn here.
    progress : callable
        Called with the id of each figure before it is drawn.

    Raises
    ------
    BuildError
        When ``drawn`` lacks a picture.
    """
    from PIL import Image

    files = {}
    for name, record in tabled_records().items():
        downloads = [Download(f"{name}.csv", "Data (CSV)", "Data (CSV)")]
        shutil.copyfile(data_folder() / "results" / record.file_name, folder / f"{name}.csv")
        picture, width, height = "", 0, 0
        if record.is_figure:
            progress(name)
            picture = f"{name}.png"
            (folder / picture).write_bytes(_small(_picture(name, drawn)))
            with Image.open(folder / picture) as opened:
                width, height = opened.size
            downloads.insert(0, Download(picture, "Picture (PNG)", "Gambar (PNG)"))
        files[name] = RecordFiles(picture, picture, width, height, tuple(downloads))
    return files


def _picture(name: str, drawn: Path | None) -> bytes:
    if drawn is None:
        return draw_record(name, result_table(name))
    path = drawn / f"{name}.png"
    if not path.is_file():
        raise BuildError(f"No picture {path.name} in {drawn}. Run `spbe-research figures` first.")
    return path.read_bytes()


def _small(png: bytes) -> bytes:
    """A picture in 256 colours, a third of the size and alike to the eye; its metadata kept."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    with Image.open(io.BytesIO(png)) as picture:
        if picture.mode == "P":
            return png
        kept = PngInfo()
        for key, value in picture.info.items():
            if isinstance(value, str):
                kept.add_text(str(key), value)
        target = io.BytesIO()
        few = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
        few.save(target, "png", optimize=True, pnginfo=kept)
    return target.getvalue()


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
    record = load_records()[record_id]
    return (
        Citation(
            "plain",
            "Teks / plain text",
            f"{credit(record, 'en')}, {record.years}. {record.title_en}. "
            f"spbe_research, {record_id}.",
            f"{credit(record, 'id')}, {record.years}. {record.title_id}. "
            f"spbe_research, {record_id}.",
        ),
    )


def score_citation(agency_id: str, year: int, title: str, place: str) -> str:
    """Return how to cite one published value: its document, the place in it, this package."""
    return f"Kementerian PANRB, {title}, {place}; spbe_research, {agency_id}/{year}"


def versions(record_id: str) -> tuple[Version, ...]:
    """Return when a record was first published and every later change of it."""
    record = load_records()[record_id]
    return (Version(record.first_published, "First published.", "Pertama kali diterbitkan."),)


@cache
def headlines() -> dict[str, Headline]:
    """Return the headline numbers by id, with their interval as text where they have one."""
    records = load_records()
    found = {}
    for row in committed_numbers().itertuples():
        record = records[row.id]
        low, high = ("" if bound != bound else record.text.format(bound) for bound in row[3:5])
        found[row.id] = Headline(row.id, record, row.text, low, high, int(row.n))
    return found


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
    spbe_research.errors.DataError: Invalid text of the site: there is no number num-moon.
    """

    def filled(match: re.Match[str]) -> str:
        number = headlines().get(match[1])
        if number is None:
            raise DataError(f"Invalid text of the site: there is no number {match[1]}.")
        part = getattr(number, match[2] or "text")
        if not part:
            raise DataError(f"Invalid text of the site: {match[1]} has no interval.")
        return localise(part, language).replace(" %", "\u00a0%")

    return _PLACE.sub(filled, text)


def result_rows(record_id: str, *, shown: int) -> ResultRows:
    """Return the first rows of a committed result table as text."""
    rows = list(csv.reader(io.StringIO(_result_bytes(record_id).decode("utf-8"))))
    return ResultRows(tuple(rows[0]), tuple(map(tuple, rows[1 : shown + 1])), len(rows) - 1)


def result_hash(record_id: str) -> str:
    """Return the sha256 of a committed result table."""
    return hashlib.sha256(_result_bytes(record_id)).hexdigest()


def _result_bytes(record_id: str) -> bytes:
    return (data_folder() / "results" / load_records()[record_id].file_name).read_bytes()
