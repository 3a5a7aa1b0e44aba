"""Where a file found loose on a disk is from: its record, its data, and whether both still hold.

A picture or workbook states its id and the sha256 of its data in its own metadata; a CSV states
nothing, and is known by the sha256 of its content. What a file says of itself is not believed: its
data are current only if their sha256 is that of the committed result, and the file is untouched
only if it is what would be exported now (a PNG by pixels, any other by bytes). Of a file that is
not, the version it states tells one that was edited from one that was made with other words.
"""

import hashlib
import io
import logging
import re
from dataclasses import dataclass
from pathlib import Path

from spbe_research.boundary import (
    check_archive,
    check_picture,
    check_xml,
    dublin_core,
    parsing,
    read_document,
    shown,
)
from spbe_research.errors import DataError
from spbe_research.nbguard.pictures import picture_hash
from spbe_research.press.description import withdrawn
from spbe_research.press.exports import current_sha256, data_files
from spbe_research.press.origins import Stated, name_releases, origin_of, released_table
from spbe_research.press.pictures import draw_picture
from spbe_research.press.records import load_records
from spbe_research.press.show import draw_record

__all__ = ["Traced", "identify"]

_DESCRIPTION = re.compile(
    r"(?P<id>(?:fig|tab|num)-[a-z0-9-]+) data sha256 (?P<data>[0-9a-f]{64})"
    r"(?: (?:picture|words) sha256 (?P<version>[0-9a-f]{64}))?(?: (?P<language>en|id)\b)?"
)
_CURRENT = "Current: the file is what spbe_research exports today."
_PROPERTIES = "docProps/core.xml"
_MOST_BYTES = 30_000_000
_KINDS = {b"\x89PNG": "png", b"%PDF": "pdf", b"PK\x03\x04": "xlsx"}


@dataclass(frozen=True)
class Traced:
    """What a file is: ``kind`` is png, svg, pdf, csv or xlsx; ``data_sha256`` is that of its data.

    ``is_current`` says whether the data are those of the committed result today, ``is_untouched``
    whether the file is, besides, what would be exported now; ``verdict`` says it in words, and
    from which release or working tree a file is that is not.
    """

    record_id: str
    kind: str
    language: str
    title: str
    source: str
    licence: str
    data_sha256: str
    is_current: bool
    is_untouched: bool
    verdict: str

    def summary(self) -> str:
        """Say it in a few lines."""
        anew = "" if self.is_untouched else f" Export {self.record_id} anew before citing."
        return "\n".join(
            [
                f"{self.record_id} ({self.kind}, {self.language}): {self.title}",
                f"{self.source}. {self.licence}",
                f"data sha256: {self.data_sha256}",
                f"{self.verdict}{anew}",
            ]
        )


def identify(path: Path | str) -> Traced:
    """Trace a PNG, SVG, PDF, CSV or XLSX to its record.

    Parameters
    ----------
    path : pathlib.Path or str
        The file; its name matters only for a CSV whose content is not known.

    Returns
    -------
    Traced

    Raises
    ------
    DataError
        When the file cannot be read, is none of these kinds, carries no metadata of this package
        (it is not ours, or was saved again without them), or names a record that does not exist.
    """
    content = read_document(path, most_bytes=_MOST_BYTES)
    path = Path(path)
    name = shown(path)
    kind = _kind(path, content)
    if kind == "csv":
        return _trace_csv(path, content)
    with parsing(name, kind.upper()):
        stated = _READERS[kind](content, name)
    found = _DESCRIPTION.search(stated.get("Description", ""))
    if found is None:
        raise DataError(
            f"Invalid file {shown(path)}. It carries no id and sha256 of spbe_research: it is not "
            "ours, or was saved again by a program that drops metadata (screenshots, chat "
            "programs, image optimisers). The id in the footer of a picture still names its record."
        )
    record_id, sha256 = found["id"], found["data"]
    _check_known(path, record_id)
    language = found["language"] or stated.get("Language") or "en"
    is_current = sha256 == current_sha256(record_id)
    with parsing(name, kind.upper()):
        is_untouched = is_current and _is_untouched(content, record_id, kind, language)
        verdict = _CURRENT
        if not is_untouched:
            shown_hash = picture_hash(content) if kind == "png" else ""
            stated_hashes = Stated(sha256, found["version"] or "", shown_hash)
            verdict = origin_of(record_id, kind, language, stated_hashes)
    return Traced(
        record_id=record_id,
        kind=kind,
        language=language,
        title=stated.get("Title", ""),
        source=stated.get("Source", ""),
        licence=stated.get("Rights", ""),
        data_sha256=sha256,
        is_current=is_current,
        is_untouched=is_untouched,
        verdict=verdict,
    )


def _kind(path: Path, content: bytes) -> str:
    for beginning, kind in _KINDS.items():
        if content.startswith(beginning) and not (kind == "xlsx" and path.suffix == ".zip"):
            return kind
    if b"<svg" in content[:1000]:
        return "svg"
    if path.suffix.lower() in (".csv", ""):
        return "csv"
    raise DataError(
        f"Invalid file {shown(path)}. It must be a PNG, SVG, PDF, CSV or XLSX; take it out of an "
        "archive first."
    )


def _check_known(path: Path, record_id: str) -> None:
    if record_id in load_records():
        return
    if gone := withdrawn(record_id):
        raise DataError(f"Invalid file {shown(path)}. It is {record_id}. {gone}")
    raise DataError(
        f"Invalid file {shown(path)}. It says it is {record_id}, which is no record of this "
        "version: it comes from a later one."
    )


def _trace_csv(path: Path, content: bytes) -> Traced:
    sha256 = hashlib.sha256(content).hexdigest()
    records = load_records()
    same = [name for name in records if current_sha256(name) == sha256]
    older = "" if same else released_table(sha256)
    named = re.sub(r" ?\(\d+\)$", "", path.name.split(".")[0])  # of a second download
    record_id = same[0] if same else older or named
    if older:
        _check_known(path, older)
    if record_id not in records:
        raise DataError(
            f"Invalid file {shown(path)}. Its content is no result of this version or a release, "
            "and its name no id. It is not ours, or was changed (a spreadsheet that saves a CSV "
            "changes it). Give it its first name, such as fig-coverage.csv, to compare it with "
            "that record."
        )
    record = records[record_id]
    if same:
        verdict = _CURRENT
    elif older:
        verdict = origin_of(older, "csv", "en", Stated(sha256))
    else:
        verdict = (
            f"Altered, or never published: it is the table neither of {name_releases()} nor of "
            "the present working tree."
        )
    return Traced(
        record_id=record.id,
        kind="csv",
        language="en",
        title=record.title_en,
        source=record.source,
        licence=record.licence,
        data_sha256=sha256,
        is_current=bool(same),
        is_untouched=bool(same),
        verdict=verdict,
    )


def _is_untouched(content: bytes, record_id: str, kind: str, language: str) -> bool:
    if kind == "xlsx":
        return content == data_files(record_id)[f"{record_id}.xlsx"]
    if kind != "png":
        return content == draw_picture(record_id, language=language, kind=kind)
    from PIL import Image

    def pixels(png: bytes) -> tuple[tuple[int, int], bytes]:
        picture = Image.open(io.BytesIO(png)).convert("RGB")
        return picture.size, picture.tobytes()

    shown = pixels(content)
    if shown == pixels(draw_picture(record_id, language=language, kind="png")):
        return True
    return language == "en" and shown == pixels(draw_record(record_id))


def _read_png(content: bytes, name: str) -> dict[str, str]:
    from PIL import Image

    check_picture(content, name)
    picture = Image.open(io.BytesIO(content), formats=["png"])
    picture.load()
    stated = {str(key): str(text) for key, text in picture.info.items()}
    return stated | {"Rights": stated.get("Copyright", "")}


def _read_svg(content: bytes, name: str) -> dict[str, str]:
    check_xml(content, name)
    return dublin_core(content)


def _read_pdf(content: bytes, name: str) -> dict[str, str]:
    del name
    from pypdf import PdfReader

    logger = logging.getLogger("pypdf")  # it tells on the screen what it repairs
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    stated = dict(PdfReader(io.BytesIO(content)).metadata or {})
    source, _, licence = str(stated.get("/Subject", "")).partition(". ")
    return {
        "Title": str(stated.get("/Title", "")),
        "Description": str(stated.get("/Keywords", "")),
        "Source": source,
        "Rights": licence,
    }


def _read_xlsx(content: bytes, name: str) -> dict[str, str]:
    """The properties of a workbook: the sheets are never unpacked."""
    archive = check_archive(content, name)
    if _PROPERTIES not in archive.namelist():
        return {}
    properties = archive.read(_PROPERTIES)
    check_xml(properties, name)
    stated = dublin_core(properties)
    return {
        "Title": stated.get("Title", ""),
        "Description": stated.get("Description", ""),
        "Source": stated.get("Subject", ""),
        "Rights": stated.get("Keywords", ""),
        "Language": stated.get("Language", ""),
    }


_READERS = {"png": _read_png, "svg": _read_svg, "pdf": _read_pdf, "xlsx": _read_xlsx}
