"""A build is one transaction: staged aside, committed by one rename, then put in place.

In the data folder stand, while a build runs or after one was killed:

``.building``
    The lock. Whoever builds holds it; its text names the process. It is never removed.
``.staging-<process>``
    The new files, not valid yet. A killed build leaves it, and the next build removes it.
``.committed``
    The same folder after the one rename that commits: from then on the new state is the state.
    What stands in it is put in place by whoever comes first, the build, the next build or a reader.
``.replaced``
    What was in place before, until the last part is installed.

A kill before the rename leaves the old state whole, a kill after it the new one.
"""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from spbe_research.errors import BuildError, DataError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["PARTS", "commit", "locked", "settle", "transaction", "write_durably"]

PARTS = ("tidy", "results", "datapackage.json")
_LOCK, _STAGING, _COMMITTED, _REPLACED = ".building", ".staging-", ".committed", ".replaced"
_LOCKED_BYTE = 4096  # beyond the text of the lock, which others must be able to read on Windows
_PATIENCE_SECONDS = 10.0


@contextmanager
def transaction(data: Path) -> Iterator[Path]:
    """Hold the lock of a data folder and give an empty folder to stage the new files in.

    What a killed build left is put in place or removed first. Leaving the block without
    ``commit``, or by an error, leaves the old state as it is.

    Raises
    ------
    BuildError
        When another build holds the lock, or the folder cannot be written or is full.
    """
    with locked(data):
        _put_in_place(data)
        _clear(data)
        staged = data / f"{_STAGING}{os.getpid()}"
        staged.mkdir()
        try:
            yield staged
        except OSError as error:
            raise BuildError(
                f"Cannot build in {data}: {_told(error)}. Tables and results are whole, as they "
                "were before the build or as they are after it. Free space there, or change what "
                "is named, and build again."
            ) from error
        finally:
            shutil.rmtree(staged, ignore_errors=True)


def commit(data: Path, staged: Path) -> tuple[str, ...]:
    """Make the staged parts the state of the data folder; return those that differ from it.

    Only ``PARTS`` are taken, each as a whole, and a part that is as it was is left alone. The
    caller holds the lock.

    Raises
    ------
    BuildError
        When a folder cannot be renamed; the message says which state is whole.
    """
    differing = tuple(
        part for part in PARTS if (staged / part).exists() and _differs(staged / part, data / part)
    )
    if not differing:
        return ()
    for path in list(staged.iterdir()):
        if path.name not in differing:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in [*staged.rglob("*"), staged]:
        _make_durable(path)
    try:
        _rename(staged, data / _COMMITTED)
    except OSError as error:
        raise BuildError(
            f"Cannot commit the build in {data.name}/: {error}. The old tables and results are "
            "whole. Close programs that hold files in it and build again."
        ) from error
    _make_durable(data)
    _put_in_place(data)
    return differing


def settle(data: Path) -> None:
    """Put in place what a killed build committed; readers call it before they read.

    Raises
    ------
    DataError
        When that is not possible: the folder cannot be written, or a program holds its files.
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    while (data / _COMMITTED).exists():
        try:
            with locked(data):
                _put_in_place(data)
        except BuildError as error:
            if time.monotonic() > until:
                raise DataError(
                    f"Invalid state of {data}. A build was committed and is not in place yet. "
                    f"{error} Then run `spbe-research build`."
                ) from error
            time.sleep(0.02)


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the lock of a data folder.

    Raises
    ------
    BuildError
        When another process holds it, naming that process, or it cannot be written.
    """
    path = data / _LOCK
    try:
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise BuildError(f"Cannot write in {data}: {error}. Change its permissions.") from error
    with file:
        try:
            _acquire(file)
        except OSError as error:
            holder = path.read_text(encoding="utf-8").strip() or "unknown"
            raise BuildError(
                f"Another build is running in {data}, process {holder}. Wait until it ends, or "
                "stop it."
            ) from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        try:
            yield
        finally:
            _release(file)


def write_durably(path: Path, content: bytes) -> None:
    """Write a new file with its folders and make sure that it is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _put_in_place(data: Path) -> None:
    """Install every part of a committed folder; may be repeated after a kill at any point."""
    committed, replaced = data / _COMMITTED, data / _REPLACED
    if not committed.is_dir():
        return
    replaced.mkdir(exist_ok=True)
    try:
        for part in PARTS:
            if not (committed / part).exists():
                continue
            if (data / part).exists():
                _rename(data / part, replaced / part)
            _rename(committed / part, data / part)
        _make_durable(data)
        committed.rmdir()
    except OSError as error:
        raise BuildError(
            f"Cannot put the build in place in {data.name}/: {error}. The new tables and results "
            f"are whole in {_COMMITTED}/ and will be put in place by the next command. Close "
            "programs that hold files in it."
        ) from error
    shutil.rmtree(replaced, ignore_errors=True)


def _told(error: OSError) -> str:
    """What the system says, also of the many files of a copy that failed."""
    if isinstance(error, shutil.Error) and error.args and error.args[0]:
        return str(error.args[0][0][2])
    return str(error)


def _clear(data: Path) -> None:
    for path in [*data.glob(f"{_STAGING}*"), data / _REPLACED]:
        shutil.rmtree(path, ignore_errors=True)


def _differs(new: Path, old: Path) -> bool:
    if new.is_file():
        return not old.is_file() or new.read_bytes() != old.read_bytes()
    files = {path.relative_to(new) for path in new.rglob("*") if path.is_file()}
    if files != {path.relative_to(old) for path in old.rglob("*") if path.is_file()}:
        return True
    return any((new / name).read_bytes() != (old / name).read_bytes() for name in files)


def _rename(old: Path, new: Path) -> None:
    old.rename(new)


def _make_durable(path: Path) -> None:
    """Ask the system to write a folder's entries; folders cannot be asked for on Windows."""
    if not path.is_dir() or sys.platform == "win32":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _acquire(file: IO[str]) -> None:
    if sys.platform == "win32":
        file.seek(_LOCKED_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _release(file: IO[str]) -> None:
    if sys.platform == "win32":
        file.seek(_LOCKED_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_UN)
