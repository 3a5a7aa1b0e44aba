"""A site is written aside and put in place by two renames; a kill leaves the old one or the new.

Beside the folder ``site`` stands, while one is written or after a run was killed, ``.site.making``:
its lock, ``new`` while it is written, and ``old``, what stood in place before. ``old`` is renamed
away whole and deleted only when the new site is in its place: so the folder never holds a part of a
site, and where it is missing, ``old`` is whole.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from spbe_research.errors import BuildError, DataError
from spbe_research.panel.transaction import locked

__all__ = ["replacing"]

_MARK = "search-index.js"  # every site has it


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Give an empty folder that takes the place of ``folder`` when the block ends without an error.

    What a killed run left is put in place or removed first.

    Raises
    ------
    DataError
        When the folder is a file or holds something else than a site, or cannot be replaced.
    BuildError
        When another run writes the same site.
    """
    folder = folder.absolute()
    _check(folder)
    making = folder.with_name(f".{folder.name}.making")
    new, old = making / "new", making / "old"
    try:
        making.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"Cannot write beside {folder}: {error.strerror}.") from None
    with locked(making):
        _recover(folder, old)
        shutil.rmtree(new, ignore_errors=True)
        try:
            new.mkdir()
            yield new
            _swap(folder, new, old)
        except OSError as error:
            _recover(folder, old)
            raise BuildError(
                f"Cannot write {folder}: {error.strerror}. What stood there before is whole."
            ) from error
        finally:
            shutil.rmtree(new, ignore_errors=True)


def _check(folder: Path) -> None:
    if folder.is_symlink() and not folder.exists():
        raise DataError(f"Invalid folder {folder}: a link that leads nowhere. Name a folder.")
    try:
        is_other = folder.exists() and any(folder.iterdir()) and not (folder / _MARK).is_file()
    except OSError as error:
        raise DataError(f"Invalid folder {folder}: {error.strerror}. Name a folder.") from None
    if is_other:
        raise DataError(
            f"Invalid folder {folder}: it holds something else than a site, and would be replaced. "
            "Name a new or empty folder."
        )


def _swap(folder: Path, new: Path, old: Path) -> None:
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _recover(folder: Path, old: Path) -> None:
    """Finish what a kill between the renames, or in the deletion, left."""
    if not old.exists():
        return
    if not folder.exists():
        old.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
