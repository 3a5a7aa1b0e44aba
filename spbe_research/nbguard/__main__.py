"""Write a manifest of notebooks, for a project that releases them: the guard compares with it.

    python -m spbe_research.nbguard 0.1.0 notebooks/*.ipynb

writes ``<releases>/0.1.0.csv`` in the project, where ``pyproject.toml`` is, and begins
``next.toml`` beside it. A manifest that exists is not touched.
"""

import csv
import io
import sys
from pathlib import Path

import nbformat

from spbe_research.errors import DataError
from spbe_research.nbguard.released import COLUMNS, items_of
from spbe_research.nbguard.settings import read_settings

__all__ = ["write_manifest"]

_NEXT = "# Why notebooks and records change: NAME = 'why', a line each.\n[reasons]\n"


def write_manifest(root: Path, version: str, notebooks: list[Path]) -> Path:
    """Write what a release of notebooks publishes; return the file.

    Raises
    ------
    DataError
        When the version has a manifest already, or no notebook is named.
    """
    folder = root / read_settings(root).releases
    path = folder / f"{version}.csv"
    if path.exists() or not notebooks:
        why = "it has a manifest, and none is changed" if path.exists() else "no notebook is named"
        raise DataError(f"Invalid release {version!r}: {why}.")
    read = {each.stem: nbformat.read(each, as_version=4) for each in notebooks}
    items = {item for stem, notebook in read.items() for item in items_of(notebook, stem)}
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerows([COLUMNS, *sorted(items)])
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(target.getvalue(), encoding="utf-8", newline="\n")
    (folder / "next.toml").write_text(_NEXT, encoding="utf-8", newline="\n")
    return path


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    try:
        written = write_manifest(Path.cwd(), sys.argv[1], [Path(each) for each in sys.argv[2:]])
    except DataError as error:
        sys.exit(str(error))
    sys.stdout.write(f"{written} written.\n")
