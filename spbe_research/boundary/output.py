"""Writing for a user: aside first, on the disk, then put in place; nothing of theirs is lost."""

import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TextIO

from spbe_research.boundary.files import shown, to_path
from spbe_research.errors import DataError, listed

__all__ = ["check_absent", "open_binary_output", "open_output", "same_file"]

_SCREEN = "-"
_IN_MEMORY = 8_000_000  # characters kept before a temporary file is used
_REMEDY = "Name another file, or add --overwrite."


@contextmanager
def open_output(
    path: Path | str | None, *, overwrite: bool = False, inputs: Iterable[Path | str] = ()
) -> Iterator[TextIO]:
    """Give a text to write to, which becomes the file when the block ends without an error.

    Parameters
    ----------
    path : pathlib.Path, str or None
        The file. None or ``-`` is the screen, where nothing is shown before the block has ended.
    overwrite : bool
        Whether an existing file may be replaced.
    inputs : iterable of pathlib.Path or str
        Files that are being read: none of them is ever replaced, under whatever path.

    Raises
    ------
    DataError
        When the file exists and may not be replaced, is an input, is no regular file, or cannot be
        written. What stood there is whole then.
    """
    if path is None or str(path) == _SCREEN:
        with tempfile.SpooledTemporaryFile(
            _IN_MEMORY, mode="w+", encoding="utf-8", newline=""
        ) as kept:
            yield kept  # type: ignore[misc] # a text file in all but name
            kept.seek(0)
            shutil.copyfileobj(kept, sys.stdout)
        return
    with (
        _aside(path, overwrite, inputs) as beside,
        beside.open("x", encoding="utf-8", newline="") as file,
    ):
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def open_binary_output(
    path: Path | str, *, overwrite: bool = False, inputs: Iterable[Path | str] = ()
) -> Iterator[BinaryIO]:
    """Give a file of bytes to write to, as ``open_output`` gives one of text; never the screen."""
    if str(path) == _SCREEN:
        raise DataError("Invalid output '-'. A workbook must be a file: name one.")
    with _aside(path, overwrite, inputs) as beside, beside.open("xb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _aside(path: Path | str, overwrite: bool, inputs: Iterable[Path | str]) -> Iterator[Path]:
    """Give a path to write to, whose file is put in place when the block ends without an error."""
    path = to_path(path)
    target = _checked(path, overwrite=overwrite, inputs=inputs)
    beside = target.with_name(f".spbe-{secrets.token_hex(6)}.part")
    try:
        yield beside
        _put_in_place(beside, target, overwrite=overwrite)
    except OSError as error:
        raise DataError(
            f"Cannot write {shown(path)}: {error.strerror}. What stood there before is whole."
        ) from None
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def check_absent(paths: Iterable[Path]) -> None:
    """Refuse files that exist already, all at once, before the first of many is made.

    Raises
    ------
    DataError
        Naming the first of them, and how many there are.
    """
    if taken := [shown(path) for path in paths if path.exists() or path.is_symlink()]:
        raise DataError(
            f"Invalid output {listed(taken)}. What exists already is kept. Name another folder, or "
            "add --overwrite."
        )


def same_file(one: Path | str, other: Path | str) -> bool:
    """Whether two paths lead to one file, also by links and hard links."""
    try:
        return Path(one).samefile(other)
    except (OSError, ValueError):
        return False


def _checked(path: Path, *, overwrite: bool, inputs: Iterable[Path | str]) -> Path:
    """The place to write to: a new file, or the one that may be replaced."""
    try:
        state = path.stat()
    except FileNotFoundError:
        if path.is_symlink():
            raise DataError(
                f"Invalid output {shown(path)}. It is a link to a file that does not exist. "
                "Name the file itself."
            ) from None
        if not path.parent.is_dir():
            raise DataError(f"Invalid output {path}. There is no such folder. Make it.") from None
        return path
    except OSError as error:
        raise DataError(f"Cannot write {shown(path)}: {error.strerror}.") from None
    if any(same_file(path, each) for each in inputs):
        raise DataError(
            f"Invalid output {shown(path)}. It is the file that is read, and is never replaced. "
            "Name another file."
        )
    if not stat.S_ISREG(state.st_mode):
        raise DataError(
            f"Invalid output {shown(path)}. It must be a file; '-' writes to the screen."
        )
    if not overwrite:
        raise DataError(f"Invalid output {shown(path)}. It exists already. {_REMEDY}")
    return path.resolve()  # a link stays, what it leads to is replaced


def _put_in_place(beside: Path, target: Path, *, overwrite: bool) -> None:
    """Replace what may be replaced; a new file is linked, which fails where another came first."""
    if overwrite:
        with suppress(OSError):
            beside.chmod(stat.S_IMODE(target.stat().st_mode))
        beside.replace(target)
    else:
        try:
            os.link(beside, target)
        except FileExistsError:
            raise DataError(
                f"Invalid output {shown(target)}. It exists already. {_REMEDY}"
            ) from None
        except OSError:  # a file system without hard links
            if target.exists():
                raise DataError(
                    f"Invalid output {shown(target)}. It exists already. {_REMEDY}"
                ) from None
            beside.rename(target)
    _make_durable(target.parent)


def _make_durable(folder: Path) -> None:
    """Ask the system to write a folder's entries; folders cannot be asked for on Windows."""
    if sys.platform == "win32":
        return
    with suppress(OSError):  # some file systems refuse; the file itself is on the disk
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
