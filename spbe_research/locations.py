"""Where the data lies: the repository's ``data/`` folder, or the copy inside an installed wheel.

Only paths are found here; nothing is read.
"""

import os
from pathlib import Path

from spbe_research.errors import DataError

__all__ = ["data_folder", "project_folder"]

_PACKAGE = Path(__file__).resolve().parent
_ENVIRONMENT_VARIABLE = "SPBE_RESEARCH_DATA"


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

    The environment variable ``SPBE_RESEARCH_DATA`` wins, then the repository, then the copy that
    travels inside a wheel.

    Raises
    ------
    DataError
        When none of the three exists.
    """
    chosen = os.environ.get(_ENVIRONMENT_VARIABLE)
    candidates = [Path(chosen)] if chosen else [_PACKAGE.parent / "data", _PACKAGE / "_data"]
    for folder in candidates:
        if (folder / "reference").is_dir():
            return folder
    raise DataError(
        f"No data folder at {' or '.join(map(str, candidates))}. It must hold reference/ and "
        f"tidy/. Set {_ENVIRONMENT_VARIABLE} to one, or reinstall the package."
    )
