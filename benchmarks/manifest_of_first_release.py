"""The manifest of release 0.1.0, taken from the code and files that were published as it.

Releases are described by ``data/releases/<version>.csv``: one row a published thing, so that errata
are differences of two manifests. The first release was kept in a ledger, by code that has moved
since; its manifest is therefore written here, from a checkout of its commit and with its own code.

    git worktree add --detach OLD before-the-move
    python benchmarks/manifest_of_first_release.py --checkout OLD --output data/releases/0.1.0.csv

What a hash is taken over is said in ``spbe_research.press.manifest``. Pictures are those that were
published: drawn from the tables as computed. (From the committed tables, whose numbers have six
decimals, 14 of the 41 figures differ in pixels at the edges of lines.) Two runs give the same
bytes, with the matplotlib that the project pins.
"""

import argparse
import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

VERSION = "0.1.0"
COMMIT = "a4994e28fb70e6ea7257db7a01137ee14913969a"
# In the order of the file.
KINDS = ("release", "table", "footer", "picture", "number", "words", "cell")
LANGUAGES = ("en", "id")
RECORD_WORDS = ("title", "caption", "not_shown", "alt", "sentence")
NUMBER_WORDS = ("title", "sentence")
NOTEBOOK_WORDS = ("question", "answer")
SHOWN = re.compile(r"""["']((?:fig|tab)-[a-z0-9-]+)["']""")


class Row(NamedTuple):
    """One published thing: what it is, the hash of its content, its value where one is printed."""

    kind: str
    name: str
    part: str
    sha256: str
    value: str


def main() -> None:
    """Write the manifest that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--checkout", type=Path, required=True, help=f"a clean one of {COMMIT:.7}")
    parser.add_argument("--output", type=Path, required=True, help="the CSV to write")
    arguments = parser.parse_args()
    checkout = arguments.checkout.resolve()
    if problem := unfit(checkout):
        parser.error(problem)
    sys.path.insert(0, str(checkout))  # before an installed package of the same name
    if problem := foreign(checkout):
        parser.error(problem)
    arguments.output.write_bytes(manifest_bytes(manifest(checkout)))


def unfit(checkout: Path) -> str:
    """Say why a folder is no clean checkout of the first release; nothing when it is one."""
    head = git(checkout, "rev-parse", "HEAD")
    if head != COMMIT:
        return f"{checkout} is at {head}, must be at {COMMIT}"
    changed = git(checkout, "status", "--porcelain", "--untracked-files=no")
    return f"{checkout} holds changed files:\n{changed}" if changed else ""


def foreign(checkout: Path) -> str:
    """Say which code or data would be read from elsewhere; nothing when all is of the checkout."""
    import spbe_research
    from spbe_research.locations import data_folder

    package = Path(spbe_research.__file__).resolve().parent
    for found in (package, data_folder().resolve()):
        if found.parent != checkout:
            return f"{found} would be read, must lie in {checkout}"
    return ""


def git(checkout: Path, *arguments: str) -> str:
    """Return what git says of a checkout."""
    command = [shutil.which("git") or "git", "-C", str(checkout), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def manifest(checkout: Path) -> list[Row]:
    """Return the rows of the first release in the order of the file.

    Parameters
    ----------
    checkout : pathlib.Path
        A clean checkout of its commit, whose package is the one that is imported.

    Returns
    -------
    list of Row
        Sorted by kind in the order of ``KINDS``, then name and part.
    """
    rows = [
        *release_rows(checkout),
        *table_rows(checkout),
        *footer_rows(),
        *picture_rows(),
        *number_rows(checkout),
        *word_rows(),
        *cell_rows(checkout),
    ]
    return sorted(rows, key=lambda row: (KINDS.index(row.kind), row.name, row.part))


def manifest_bytes(rows: list[Row]) -> bytes:
    """Return rows as the CSV that is committed: UTF-8, LF."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(Row._fields)
    writer.writerows(rows)
    return target.getvalue().encode("utf-8")


def release_rows(checkout: Path) -> Iterator[Row]:
    """Commit, newest date of the ledger, and no release before."""
    ledger = read_csv(checkout / "data" / "ledger.csv")
    yield Row("release", VERSION, "commit", "", COMMIT)
    yield Row("release", VERSION, "date", "", max(line["date"] for line in ledger))
    yield Row("release", VERSION, "previous", "", "")


def table_rows(checkout: Path) -> Iterator[Row]:
    """The committed CSV behind each figure and table."""
    from spbe_research.catalogue.records import load_records

    for name, record in load_records().items():
        if record.has_table:
            content = (checkout / "data" / "results" / record.file_name).read_bytes()
            yield Row("table", name, "data", sha256(content), "")


def footer_rows() -> Iterator[Row]:
    """What each figure and table says it rests on."""
    from spbe_research.catalogue.records import load_records

    for name, record in load_records().items():
        if record.has_table:
            text = f"{record.source}, {record.years}. n = {record.n}."
            yield Row("footer", name, "data", sha256(text.encode("utf-8")), text)


def picture_rows() -> Iterator[Row]:
    """Each figure as it looks on a screen, in each language."""
    from spbe_research.catalogue.records import load_records

    for name, record in load_records().items():
        if record.is_figure:
            for language in LANGUAGES:
                yield Row("picture", name, language, pixel_hash(drawn(name, language)), "")


def drawn(record_id: str, language: str) -> bytes:
    """Return a figure as a notebook showed it, as PNG, drawn from the table as computed.

    Parameters
    ----------
    record_id : str
        Id of a figure.
    language : {"en", "id"}
        English or Indonesian.
    """
    from spbe_research.catalogue.pictures import SCREEN_DPI, laid_out
    from spbe_research.catalogue.records import load_records
    from spbe_research.catalogue.results import check_recorded, result_table

    table = result_table(record_id)
    check_recorded(record_id, table)
    target = io.BytesIO()
    figure = laid_out(load_records()[record_id], table, language)
    figure.savefig(target, format="png", dpi=SCREEN_DPI)
    return target.getvalue()


def pixel_hash(png: bytes) -> str:
    """Return the sha256 of a picture's mode, size and pixels, however the file packs them."""
    from PIL import Image

    picture = Image.open(io.BytesIO(png))
    size = f"{picture.mode} {picture.width}x{picture.height}\n".encode()
    return sha256(size + picture.tobytes())


def number_rows(checkout: Path) -> Iterator[Row]:
    """Each headline number: as English prose prints it, its interval, its n and its years."""
    for line in read_csv(checkout / "data" / "results" / "numbers.csv"):
        content = [line["text"], line["low"], line["high"], int(line["n"]), line["years"]]
        yield Row("number", line["id"], "value", json_hash(content), line["text"])


def word_rows() -> Iterator[Row]:
    """What records and notebooks say, as the register states it: its numbers still left open."""
    from spbe_research.catalogue.records import load_notebook_entries, load_records

    stated = [
        (name, record, RECORD_WORDS if record.has_table else NUMBER_WORDS)
        for name, record in load_records().items()
    ]
    stated += [(name, entry, NOTEBOOK_WORDS) for name, entry in load_notebook_entries().items()]
    for name, entry, fields in stated:
        for language in LANGUAGES:
            words = {field: getattr(entry, f"{field}_{language}") for field in fields}
            words = {field: text for field, text in words.items() if text}
            yield Row("words", name, language, json_hash(words), "")


def cell_rows(checkout: Path) -> Iterator[Row]:
    """Every cell of every notebook, without what it put out."""
    for path in sorted((checkout / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for number, cell in enumerate(cells, start=1):
            source = "".join(cell["source"])
            shown = SHOWN.findall(source) if cell["cell_type"] == "code" else []
            value = " ".join([cell["cell_type"], *shown])
            content = [source, cell["metadata"]]
            yield Row("cell", path.stem, f"{number:02}", json_hash(content), value)


def read_csv(path: Path) -> list[dict[str, str]]:
    """Return the lines of a CSV, every cell as it is written."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def json_hash(content: Any) -> str:
    """Return the sha256 of content as one line of JSON, keys sorted, letters as they are."""
    return sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode("utf-8"))


def sha256(content: bytes) -> str:
    """Return the sha256 of bytes, as a hexadecimal string."""
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    main()
