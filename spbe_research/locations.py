"""Where the data lies: the repository's ``data/`` folder, or the copy inside an installed wheel.

Only paths are found here; nothing is read.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from spbe_research.errors import DataError

__all__ = ["data_folder", "project_folder", "reading_from"]

_PACKAGE = Path(__file__).resolve().parent
_ENVIRONMENT_VARIABLE = "SPBE_RESEARCH_DATA"
_CHOSEN: ContextVar[Path | None] = ContextVar("data folder", default=None)


def project_folder() -> Path:
    """Return the folder that holds the checkout: package, ``data/`` and ``notebooks/``.

    Raises
    ------
    DataError
        When the package was installed without its repository.
    """
    folder = _PACKAGE.parent
    if not (folder / "data" / "raw").is_dir():
        raise DataError(
            f"No repository around the package at {folder}. Building and re-running notebooks "
            "needs the raw tables. Clone the repository and install it with `make reproduce`."
        )
    return folder


def data_folder() -> Path:
    """Return the folder that holds ``reference/`` and ``tidy/``.

    A folder chosen with ``reading_from`` wins, then the environment variable
    ``SPBE_RESEARCH_DATA``, then the repository, then the copy that travels inside a wheel.

    Raises
    ------
    DataError
        When none of them exists.
    """
    if (own := _CHOSEN.get()) is not None:
        return own
    chosen = os.environ.get(_ENVIRONMENT_VARIABLE)
    candidates = [Path(chosen)] if chosen else [_PACKAGE.parent / "data", _PACKAGE / "_data"]
    for folder in candidates:
        if (folder / "reference").is_dir():
            return folder
    raise DataError(
        f"No data folder at {' or '.join(map(str, candidates))}. It must hold reference/ and "
        f"tidy/. Set {_ENVIRONMENT_VARIABLE} to one, or reinstall the package."
    )


@contextmanager
def reading_from(folder: Path) -> Iterator[None]:
    """Let every loader inside the block read from another data folder.

    Tables that analyses keep in memory are not renewed: compute in a process of its own what
    depends on the folder.

    Examples
    --------
    >>> with reading_from(Path("elsewhere")):
    ...     str(data_folder())
    'elsewhere'
    """
    token = _CHOSEN.set(folder)
    try:
        yield
    finally:
        _CHOSEN.reset(token)
