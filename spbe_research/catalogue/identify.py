"""Where a file found loose on a disk is from: its record, its data, and whether both still hold.

A picture or workbook states its id and the sha256 of its data in its own metadata; a CSV states
nothing, and is known by the sha256 of its content. What a file says of itself is not believed: its
data are current only if their sha256 is that of the committed result, and the file is untouched
only if it is what would be exported now (a PNG by pixels, any other by bytes).
"""

import hashlib
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError

from spbe_research.catalogue.exports import current_sha256, data_files
from spbe_research.catalogue.ledger import read_ledger
from spbe_research.catalogue.pictures import draw_picture
from spbe_research.catalogue.records import LICENCE, load_records
from spbe_research.catalogue.results import result_table
from spbe_research.catalogue.show import draw_record
from spbe_research.errors import DataError

__all__ = ["Traced", "identify"]

_DESCRIPTION = re.compile(r"((?:fig|tab|num)-[a-z0-9-]+) data sha256 ([0-9a-f]{64})(?: (en|id)\b)?")
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_KINDS = {b"\x89PNG": "png", b"%PDF": "pdf", b"PK\x03\x04": "xlsx"}


@dataclass(frozen=True)
class Traced:
    """What a file is: ``kind`` is png, svg, pdf, csv or xlsx; ``data_sha256`` is that of its data.

    ``is_current`` says whether the data are those of the committed result today, ``is_untouched``
    whether the file is, besides, what would be exported now.
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

    def summary(self) -> str:
        """Say it in a few lines."""
        if self.is_untouched:
            verdict = "Current: the file is what spbe_research exports today."
        elif self.is_current:
            verdict = (
                "Altered: its data are current, but the file is not the one exported today. It "
                "was edited, saved again, or made by another version; export it anew before citing."
            )
        else:
            verdict = (
                f"{self._age()}: its data are not those of the committed result "
                f"({current_sha256(self.record_id)}). Export {self.record_id} anew before citing."
            )
        return "\n".join(
            [
                f"{self.record_id} ({self.kind}, {self.language}): {self.title}",
                f"{self.source}. {self.licence}",
                f"data sha256: {self.data_sha256}",
                verdict,
            ]
        )

    def _age(self) -> str:
        """Which published version a file that is not current is."""
        for version in read_ledger():
            if version.id == self.record_id and version.data_sha256 == self.data_sha256:
                return f"Outdated, version {version.version} of {version.date}"
        return "Altered, or never published"


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
    path = Path(path)
    if not path.is_file():
        raise DataError(f"Invalid file {path.name}. It must be an existing file.")
    content = path.read_bytes()
    kind = _kind(path, content)
    if kind == "csv":
        return _trace_csv(path, content)
    try:
        stated = _READERS[kind](content)
    except (OSError, ValueError, ParseError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(
            f"Invalid file {path.name}. It begins as a {kind.upper()}, but cannot be read: {error}"
        ) from error
    found = _DESCRIPTION.search(stated.get("Description", ""))
    if found is None:
        raise DataError(
            f"Invalid file {path.name}. It carries no id and sha256 of spbe_research: it is not "
            "ours, or was saved again by a program that drops metadata (screenshots, chat "
            "programs, image optimisers). The id in the footer of a picture still names its record."
        )
    record_id, sha256 = found[1], found[2]
    _check_known(path, record_id)
    language = found[3] or stated.get("Language") or "en"
    is_current = sha256 == current_sha256(record_id)
    return Traced(
        record_id=record_id,
        kind=kind,
        language=language,
        title=stated.get("Title", ""),
        source=stated.get("Source", ""),
        licence=stated.get("Rights", ""),
        data_sha256=sha256,
        is_current=is_current,
        is_untouched=is_current and _is_untouched(content, record_id, kind, language),
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
        f"Invalid file {path.name}. It must be a PNG, SVG, PDF, CSV or XLSX; take it out of an "
        "archive first."
    )


def _check_known(path: Path, record_id: str) -> None:
    if record_id in load_records():
        return
    withdrawn = [each for each in read_ledger() if each.id == record_id and each.withdrawn]
    if withdrawn:
        successor = withdrawn[-1].superseded_by
        instead = f"Use {successor} instead." if successor else "Nothing replaces it."
        raise DataError(
            f"Invalid file {path.name}. It is {record_id}, withdrawn on {withdrawn[-1].date}: "
            f"{withdrawn[-1].reason}. {instead}"
        )
    raise DataError(
        f"Invalid file {path.name}. It says it is {record_id}, which is no record of this "
        "version: it comes from a later one."
    )


def _trace_csv(path: Path, content: bytes) -> Traced:
    sha256 = hashlib.sha256(content).hexdigest()
    records = load_records()
    same = [name for name in records if current_sha256(name) == sha256]
    named = re.sub(r" ?\(\d+\)$", "", path.name.split(".")[0])  # of a second download
    if not same and named not in records:
        raise DataError(
            f"Invalid file {path.name}. Its content is no result of this version, and its name no "
            "id. It is not ours, an older version, or was changed (a spreadsheet that saves a CSV "
            "changes it). Give it its first name, such as fig-coverage.csv, to compare it with "
            "that record."
        )
    record = records[same[0] if same else named]
    return Traced(
        record_id=record.id,
        kind="csv",
        language="en",
        title=record.title_en,
        source=record.source,
        licence=LICENCE,
        data_sha256=sha256,
        is_current=bool(same),
        is_untouched=bool(same),
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
    return language == "en" and shown == pixels(draw_record(record_id, result_table(record_id)))


def _read_png(content: bytes) -> dict[str, str]:
    from PIL import Image

    picture = Image.open(io.BytesIO(content))
    picture.load()
    stated = {str(name): str(text) for name, text in picture.info.items()}
    return stated | {"Rights": stated.get("Copyright", "")}


def _read_svg(content: bytes) -> dict[str, str]:
    from xml.etree.ElementTree import fromstring

    stated: dict[str, str] = {}
    for element in fromstring(content).iter():  # noqa: S314 - expat reads no external entity
        if element.tag.startswith(_DUBLIN_CORE):
            text = " ".join("".join(element.itertext()).split())
            stated.setdefault(element.tag.removeprefix(_DUBLIN_CORE).capitalize(), text)
    return stated


def _read_pdf(content: bytes) -> dict[str, str]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        stated = dict(PdfReader(io.BytesIO(content)).metadata or {})
    except PyPdfError as error:
        raise ValueError(str(error)) from error
    source, _, licence = str(stated.get("/Subject", "")).partition(". ")
    return {
        "Title": str(stated.get("/Title", "")),
        "Description": str(stated.get("/Keywords", "")),
        "Source": source,
        "Rights": licence,
    }


def _read_xlsx(content: bytes) -> dict[str, str]:
    from openpyxl import load_workbook

    properties = load_workbook(io.BytesIO(content)).properties
    return {
        "Title": properties.title or "",
        "Description": properties.description or "",
        "Source": properties.subject or "",
        "Rights": properties.keywords or "",
        "Language": properties.language or "",
    }


_READERS = {"png": _read_png, "svg": _read_svg, "pdf": _read_pdf, "xlsx": _read_xlsx}
