"""What hostile files do to ``ingest``, ``score``, ``audit`` and instruments: one row per call.

Each call runs in a process of its own with a limit of time. Printed are its exit code, seconds, the
memory it adds, and the first line of what it says. Exit code 1 where a call ends with a traceback,
takes more than 30 seconds or 600 MB, or writes anything beside its output folder.

    PYTHONPATH=tests/boundary python tests/ingest/hostile_files.py
"""

import csv
import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
from PIL import Image
from pypdf import PdfWriter

from fuzzing import bomb, good_files
from hostile import EDITION, Outcome, command, contents, isolated
from spbe_research import load_instrument
from spbe_research.errors import SpbeError

SECONDS, MEGABYTES = 30, 600
CODES = list(load_instrument(EDITION).indicators)
ROWS = 1_000_000
TRICKS = [
    "<script>alert(1)</script>",
    "../../../etc/passwd",
    "=HYPERLINK(1)",
    "C:\\con",
    "a\x1b[2J",
]


def encrypted_pdf() -> bytes:
    writer, target = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(target)
    return target.getvalue()


def scanned_pdf() -> bytes:
    target = io.BytesIO()
    Image.new("L", (1_000, 1_400), 200).save(target, "PDF")
    return target.getvalue()


def workbook(names: list[str], formula: bool) -> bytes:
    book, target = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    sheet.append(["Nama Instansi", "Indeks", "Predikat", *CODES])
    for name in names:
        sheet.append([name, "=2.5+1" if formula else 3.0, "Baik", *[3] * len(CODES)])
    book.save(target)
    return target.getvalue()


def table(names: list[str], encoding: str = "utf-8") -> bytes:
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(["Nama Instansi", "Indeks", "Predikat", *CODES])
    writer.writerows([name, "3.00", "Baik", *["3"] * len(CODES)] for name in names)
    return target.getvalue().encode(encoding, errors="replace")


def files(folder: Path) -> dict[str, Path]:
    """The hostile files, by what they are."""
    made = {
        "encrypted.pdf": encrypted_pdf(),
        "scanned.pdf": scanned_pdf(),
        "broken.pdf": b"%PDF-1.4\n1 0 obj<</Prev 9>>endobj\nstartxref\n9\n%%EOF",
        "bomb.xlsx": bomb(),
        "formulas.xlsx": workbook(["Kota Cilegon", "=1+1"], formula=True),
        "tricks.xlsx": workbook(TRICKS[:4], formula=False),
        "tricks.csv": table(TRICKS),
        "latin-1.csv": table(["Kota Ambón", "Kota Cilegon"], "latin-1"),
        "utf-16-no-mark.csv": table(["Kota Cilegon", "Kota Serang"], "utf-16-le"),
        "zeros.csv": b"\0" * 3_000_000,
    }
    found = {}
    for name, content in made.items():
        found[name] = folder / name
        found[name].write_bytes(content)
    found["million-rows.csv"] = folder / "million-rows.csv"
    with found["million-rows.csv"].open("wb") as file:  # never whole in memory
        file.write(b"Nama Instansi,Indeks,Predikat,D1,D2,D3,D4\n")
        for number in range(ROWS):
            file.write(b"Kota %d,3.00,Baik,3,3,3,3\n" % number)
    (folder / "folder.csv").mkdir()
    (folder / "dangling.csv").symlink_to(folder / "nothing")
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    for name in ("folder.csv", "dangling.csv", "loop.csv"):
        found[name] = folder / name
    return found | {name: Path(name) for name in ("/dev/zero", "/dev/null", "/proc/self/mem")}


def calls(folder: Path, output: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """Every file through every door."""
    levels = folder / "good.csv"
    levels.write_bytes(good_files()["levels"])
    for name, path in files(folder).items():
        target = output / name.replace("/", "_")
        ingest = ("ingest", str(path), "--year", "2025", "--output", str(target), "--accept")
        yield f"ingest {name}", command(*ingest, "--html", f"{target}.html", "--overwrite")
        yield (
            f"score {name}",
            command("score", str(path), "--edition", EDITION, "-o", f"{target}.score.csv"),
        )
        yield (
            f"audit {name}",
            command("audit", str(path), "--instrument", EDITION, "--draws", "200"),
        )
        yield f"instrument {name}", telling(lambda path=path: load_instrument(path))


def telling(call: Callable[[], object]) -> Callable[[], None]:
    """A call of a function that says what it is refused with, as a command does."""

    def guarded() -> None:
        try:
            call()
        except SpbeError as error:
            sys.stdout.write(str(error))
            raise SystemExit(2) from error

    return guarded


def told(outcome: Outcome) -> str:
    """The first line that is said, short enough for a table."""
    lines = [line.strip() for line in outcome.text.splitlines() if line.strip()]
    return (lines[-1] if outcome.code == 99 else lines[0])[:150] if lines else "(silent)"


def findings(outcome: Outcome) -> list[str]:
    """What must not happen, of one call."""
    found = [f"exit code {outcome.code}"] if outcome.code not in (0, 1, 2) else []
    found += [f"{outcome.seconds:.0f} s"] if outcome.seconds > SECONDS else []
    return found + ([f"{outcome.megabytes:.0f} MB"] if outcome.megabytes > MEGABYTES else [])


def main() -> int:
    wrong = []
    with tempfile.TemporaryDirectory() as where:
        folder, output = Path(where, "files"), Path(where, "output")
        folder.mkdir()
        output.mkdir()
        planned = list(calls(folder, output))
        before = contents(folder)
        for name, call in planned:
            outcome = isolated(name, call)
            sys.stdout.write(
                f"{name:34} {outcome.code:3} {outcome.seconds:6.2f} s {outcome.megabytes:5.0f} MB  "
                f"{told(outcome)}\n"
            )
            sys.stdout.flush()
            wrong += [f"{name}: {each}" for each in findings(outcome)]
        if contents(folder) != before:
            wrong.append("files beside the output folder changed")
        for page in output.rglob("*.html"):
            if "<script>alert" in page.read_text(encoding="utf-8"):
                wrong.append(f"{page.name}: a name is taken for HTML")
    sys.stdout.write("\n".join([*(wrong or ["nothing wrong"]), ""]))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
