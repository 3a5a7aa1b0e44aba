"""A file of a user that may be opened: a regular file, not too large, in an encoding we know."""

import codecs
import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from spbe_research.errors import DataError, SpbeError, printable

__all__ = ["Limits", "open_input", "read_document", "shown", "text_blocks", "to_path"]

_BLOCK_BYTES = 4_000_000
_LONGEST_LINE = 2_000_000  # characters
_LONGEST_NAME = 120
_NOT_REGULAR = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
# UTF-32 before UTF-16: its mark begins with that of UTF-16.
_UNKNOWN_MARKS = {codecs.BOM_UTF32_LE: "UTF-32", codecs.BOM_UTF32_BE: "UTF-32"}
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_SAVE = "Save it as CSV UTF-8."


@dataclass(frozen=True)
class Limits:
    """The most that a file may hold: bytes, rows, columns, and characters in a cell."""

    n_bytes: int = 100_000_000
    n_rows: int = 100_000
    n_columns: int = 1_000
    n_characters: int = 10_000


def open_input(path: Path | str, *, most_bytes: int, kind: type[SpbeError] = DataError) -> BinaryIO:
    """Open a file to be read, or refuse it in one sentence.

    Parameters
    ----------
    path : pathlib.Path or str
        A regular file, or a link to one.
    most_bytes : int
        The largest size that is read.
    kind : type of SpbeError
        The error to raise.

    Returns
    -------
    BinaryIO
        Open; the caller closes it.

    Raises
    ------
    SpbeError
        Of ``kind``: there is no such file, it is a folder, a device or a pipe, may not be read,
        or is too large.
    """
    path = to_path(path, kind=kind)
    try:
        _check_regular(path, path.stat(), kind)
        handle = os.open(
            path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        )
    except FileNotFoundError:
        if path.is_symlink():
            raise kind(
                f"Invalid file {shown(path)}. It is a link to a file that does not exist. Name the "
                "file itself."
            ) from None
        raise kind(f"No file {printable(str(path))}. Check the path.") from None
    except OSError as error:
        raise kind(f"Cannot read {shown(path)}: {error.strerror}. Check the path.") from None
    file = os.fdopen(handle, "rb")
    state = os.fstat(handle)  # asked again: what stood there a moment ago may be gone
    try:
        _check_regular(path, state, kind)
        if state.st_size > most_bytes:
            raise kind(
                f"Invalid file {shown(path)}. It has {state.st_size / 1e6:,.1f} MB, and must have "
                f"at most {most_bytes / 1e6:,.0f} MB. Split it."
            )
    except SpbeError:
        file.close()
        raise
    return file


def read_document(path: Path | str, *, most_bytes: int, kind: type[SpbeError] = DataError) -> bytes:
    """Return the content of a file, or refuse it as ``open_input`` does."""
    with open_input(path, most_bytes=most_bytes, kind=kind) as file:
        try:
            content = file.read(most_bytes + 1)
        except OSError as error:
            raise kind(f"Cannot read {shown(to_path(path))}: {error.strerror}.") from None
    if len(content) > most_bytes:
        raise kind(f"Invalid file {shown(to_path(path))}. It grows while it is read.")
    return content


def text_blocks(file: BinaryIO, name: str, *, kind: type[SpbeError] = DataError) -> Iterator[str]:
    r"""Yield the text of a file in blocks of whole lines, every line end as ``\n``.

    UTF-8 with or without its mark, and UTF-16 with its mark; nothing is guessed.

    Raises
    ------
    SpbeError
        Of ``kind``: another encoding, with the byte that tells it; no text; a line without end.
    """
    try:
        start = file.read(_BLOCK_BYTES)
        encoding, mark = _encoding(start, name, kind)
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        lines = io.IncrementalNewlineDecoder(None, translate=True)
        pending, content, position = "", start[len(mark) :], len(mark)
        while True:
            more = file.read(_BLOCK_BYTES)
            text = _decoded(decoder, content, not more, position, name, kind)
            position += len(content)
            text = pending + lines.decode(text, final=not more)
            whole = text.rfind("\n") + 1
            if len(text) - whole > _LONGEST_LINE:
                raise kind(
                    f"Invalid file {name}. It has a line of more than {_LONGEST_LINE:,} "
                    f"characters: it is no table. {_SAVE}"
                )
            cut = whole if more else len(text)
            if cut:
                yield text[:cut]
            pending = text[cut:]
            if not more:
                return
            content = more
    except OSError as error:
        raise kind(f"Cannot read {name}: {error.strerror}.") from None


def to_path(path: Path | str, *, kind: type[SpbeError] = DataError) -> Path:
    """Return a path, or refuse what cannot be one."""
    if not isinstance(path, (str, os.PathLike)) or "\0" in str(path) or not str(path):
        raise kind(f"Invalid path {path!r}. It must be the path of a file.")
    return Path(path)


def shown(path: Path) -> str:
    """The name of a file for a message: on one line, not too long."""
    name = printable(path.name or str(path)).replace("\n", "\\n").replace("\t", "\\t")
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}[...]"


def _check_regular(path: Path, state: os.stat_result, kind: type[SpbeError]) -> None:
    if stat.S_ISREG(state.st_mode):
        return
    what = next((word for test, word in _NOT_REGULAR if test(state.st_mode)), "no regular file")
    raise kind(f"Invalid file {shown(path)}. It is {what}, and must be a file.")


def _encoding(start: bytes, name: str, kind: type[SpbeError]) -> tuple[str, bytes]:
    for mark, word in _UNKNOWN_MARKS.items():
        if start.startswith(mark):
            raise kind(f"Invalid file {name}. It is {word}, and must be UTF-8. {_SAVE}")
    for mark, encoding in _MARKS.items():
        if start.startswith(mark):
            return encoding, mark
    return "utf-8", b""


def _decoded(
    decoder: codecs.IncrementalDecoder,
    content: bytes,
    is_last: bool,
    position: int,
    name: str,
    kind: type[SpbeError],
) -> str:
    waiting = len(decoder.getstate()[0])
    try:
        text = decoder.decode(content, final=is_last)
    except UnicodeDecodeError as error:
        at = position - waiting + error.start
        encoding = "UTF-8" if error.encoding.lower().startswith("utf-8") else "UTF-16"
        raise kind(f"Invalid file {name}: byte {at:,} is not {encoding}. {_SAVE}") from None
    if "\0" in text:
        raise kind(
            f"Invalid file {name}. It holds a NUL character: it is no UTF-8 text, or UTF-16 "
            f"without a byte order mark. {_SAVE}"
        )
    return text
