"""Copies of the data folder that a test may break or extend."""

import csv
import shutil
from pathlib import Path

from spbe_research.locations import project_folder
from spbe_research.panel.raw import file_hash

DATA = project_folder() / "data"
_LIST = ("index.csv", "domains.csv")


def copy_data(folder: Path) -> Path:
    """Copy raw, reference and tidy tables, results and corrections; return the new data folder."""
    shutil.copytree(DATA, folder)
    return folder


def declare(data: Path, entry: str) -> None:
    """Add an entry, written as TOML, to the corrections of a copy."""
    with (data / "corrections.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[[correction]]\n{entry}\n")


def add_year(data: Path) -> int:
    """Publish the last list of a copy once more, a year later; return the new year.

    A source folder and one row of ``evaluation_years.csv`` are added, and nothing else is edited:
    what a maintainer does when a new list comes out; but what the press said of that year goes,
    since the list is made up. The tidy tables are not built.
    """
    path = data / "reference" / "evaluation_years.csv"
    head, rows = _read(path)
    last = rows[-1]
    year = int(last["year"]) + 1
    old = data / "raw" / last["source"]
    new = old.with_name(old.name.replace(last["year"], str(year)))
    new.mkdir()
    described = (old / "source.toml").read_text(encoding="utf-8").split("[[tables]]")[0]
    described = described.replace(old.name, new.name).replace(last["year"], str(year))
    for name in _LIST:
        columns, listed = _read(old / name)
        for row in listed:
            row |= {"year": str(year), "source_id": new.name}
            if "derived_items" in row:
                row["derived_items"] = ""
        _write(new / name, columns, listed)
        described += (
            f'[[tables]]\nfile = "{name}"\nwhat = "as the year before"\nrows = {len(listed)}\n'
            f'sha256 = "{file_hash(new / name)}"\n\n'
        )
    (new / "source.toml").write_text(described, encoding="utf-8")
    said = data / "reference" / "press_claims.csv"
    columns, claims = _read(said)
    _write(said, columns, [row for row in claims if row["year"] != str(year)])
    _write(path, head, [*rows, last | {"year": str(year), "source": new.name}])
    return year


def _read(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    return list(reader.fieldnames or []), rows


def _write(path: Path, head: list[str], rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, head, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
