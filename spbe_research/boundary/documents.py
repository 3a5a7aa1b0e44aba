"""Pictures, workbooks and other files of programs: small before they are unpacked, or refused.

A parser of somebody else's format may fail in any way. What it does is turned into one sentence
here, and nothing that unpacks to more than it may is unpacked.
"""

import io
import re
import struct
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree.ElementTree import XMLParser

from spbe_research.errors import DataError, SpbeError

__all__ = ["check_archive", "check_picture", "check_xml", "dublin_core", "parsing"]

_MOST_PARTS = 1_000
_MOST_UNPACKED = 100_000_000  # bytes
_MOST_PIXELS = 60_000_000
_LONGEST_REASON = 200
_ENTITY = re.compile(rb"<!\s*ENTITY", re.IGNORECASE)
_DESCRIBING = (
    "{http://purl.org/dc/elements/1.1/}",
    "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}keywords",
)
_LONGEST_BEGINNING = 1_000_000  # bytes
_END = b"</metadata>"
_DEEPEST = 10  # elements within elements that are described
_PNG_HEAD = struct.Struct(">8s4x4sII")  # signature, length of the first chunk, its name, its size


@contextmanager
def parsing(name: str, what: str) -> Iterator[None]:
    """Turn whatever a parser raises, and what it warns of, into one refusal of the file.

    Parameters
    ----------
    name : str
        The file, for the message.
    what : str
        What it begins as: ``"PDF"``.

    Raises
    ------
    DataError
        When the block ends with an error that is not one of the package's own.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a file that is refused, or compared by its bytes
            yield
    except (SpbeError, ModuleNotFoundError):
        raise
    except (Exception, MemoryError) as error:  # noqa: BLE001 (parsers fail in every way there is)
        reason = " ".join(f"{error}".split())[:_LONGEST_REASON] or type(error).__name__
        raise DataError(
            f"Invalid file {name}. It begins as a {what}, but cannot be read: {reason}"
        ) from None


def check_archive(content: bytes, name: str) -> zipfile.ZipFile:
    """Open a ZIP or XLSX that unpacks to a bearable size.

    Raises
    ------
    DataError
        When it has too many parts, or they unpack to too much.
    """
    archive = zipfile.ZipFile(io.BytesIO(content))
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > _MOST_PARTS or unpacked > _MOST_UNPACKED:
        raise DataError(
            f"Invalid file {name}. It unpacks to {len(parts):,} parts of {unpacked / 1e6:,.0f} MB, "
            f"and must have at most {_MOST_PARTS:,} and {_MOST_UNPACKED / 1e6:,.0f} MB."
        )
    return archive


def check_picture(content: bytes, name: str) -> None:
    """Refuse a PNG of too many pixels before it is decoded.

    Raises
    ------
    DataError
        When width times height is too much.
    """
    if len(content) < _PNG_HEAD.size:
        return
    _, chunk, width, height = _PNG_HEAD.unpack_from(content)
    if chunk == b"IHDR" and width * height > _MOST_PIXELS:
        raise DataError(
            f"Invalid file {name}. It has {width:,} x {height:,} pixels, and must have at most "
            f"{_MOST_PIXELS / 1e6:,.0f} million."
        )


def check_xml(content: bytes, name: str) -> None:
    """Refuse an SVG or XML that declares entities: they may unfold without end.

    Raises
    ------
    DataError
        When there is a declaration of an entity.
    """
    if _ENTITY.search(content):
        raise DataError(
            f"Invalid file {name}. It declares entities, which none of our files does. Save it "
            "without them."
        )


def dublin_core(content: bytes) -> dict[str, str]:
    """Return the Dublin Core elements of an XML, and its keywords: the first of each name.

    They stand at its beginning: no more than that is read. The names begin with a capital, as in
    ``Title``.
    """
    beginning = content[:_LONGEST_BEGINNING]
    end = beginning.find(_END)
    found = _DublinCore()
    parser = XMLParser(target=found)  # noqa: S314 - expat reads no external entity
    parser.feed(beginning if end < 0 else beginning[: end + len(_END)])
    return found.stated


class _DublinCore:
    """Takes what a parser finds and keeps the texts within the elements that are asked for."""

    def __init__(self) -> None:
        self.stated: dict[str, str] = {}
        self.open: list[tuple[str, list[str]]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        del attributes
        if tag.startswith(_DESCRIBING):
            self.open.append((tag, []))

    def data(self, text: str) -> None:
        for _, texts in self.open[:_DEEPEST]:
            texts.append(text)

    def end(self, tag: str) -> None:
        if self.open and self.open[-1][0] == tag:
            _, texts = self.open.pop()
            name = tag.rpartition("}")[2].capitalize()
            self.stated.setdefault(name, " ".join("".join(texts).split()))

    def close(self) -> dict[str, str]:
        return self.stated
