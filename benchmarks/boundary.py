"""What a file of a user costs: scoring a long one, and checking many claims.

`score` reads, checks, scores and writes; it is set against `pandas.read_csv` of the same file and
the engine alone, in one run. What counts is the ratio; seconds are those of the processor. Memory
is that of a process of its own.

    python benchmarks/boundary.py [rows]
"""

import contextlib
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from spbe_research import compute_index, load_agencies, load_instrument
from spbe_research.claims import check_claim_table
from spbe_research.errors import DataError
from spbe_research.ingest import score_file

ROWS = 100_000
CLAIMS = 2_000
REPEATS = 3
SEED = 59
EDITION = "permen-59-2020"

_MEMORY = """
import sys
from pathlib import Path
from spbe_research import load_instrument
from spbe_research.ingest import score_file
import spbe_research.scoring
def peak():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
before = peak()
with open(sys.argv[2], "w") as target:
    score_file(Path(sys.argv[1]), load_instrument("permen-59-2020"), target.write)
print(before, peak())
"""


def seconds(function: Callable[[], object]) -> float:
    started = time.process_time()
    function()
    return time.process_time() - started


def levels_file(path: Path, n_rows: int, *, quoted: bool) -> None:
    """Write levels of made-up agencies, their names in quotation marks or not."""
    instrument = load_instrument(EDITION)
    generator = np.random.default_rng(SEED)
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(["agency", "year", *instrument.indicators]) + "\n")
        for first in range(0, n_rows, 10_000):
            count = min(10_000, n_rows - first)
            levels = generator.integers(1, 6, (count, len(instrument.indicators)))
            for row, cells in enumerate(levels.astype(str).tolist(), start=first):
                name = f'"Body {row}, one"' if quoted else f"Body {row}"
                file.write(f"{name},2024,{','.join(cells)}\n")


def scored(path: Path, target: Path) -> None:
    with target.open("w", encoding="utf-8") as file:
        score_file(path, load_instrument(EDITION), file.write)


def plain(path: Path) -> None:
    instrument = load_instrument(EDITION)
    table = pd.read_csv(path)
    compute_index(table[list(instrument.indicators)], instrument)


def score_table(folder: Path, n_rows: int) -> None:
    print(f"{n_rows:,} rows; processor seconds, best of {REPEATS}; MB above the imports")
    for quoted in (False, True):
        source, target = folder / f"levels-{quoted}.csv", folder / "scores.csv"
        levels_file(source, n_rows, quoted=quoted)
        ours, theirs = [], []
        for _ in range(REPEATS):
            theirs.append(seconds(lambda source=source: plain(source)))
            ours.append(seconds(lambda source=source, target=target: scored(source, target)))
        run = subprocess.run(
            [sys.executable, "-c", _MEMORY, str(source), str(target)],
            capture_output=True,
            text=True,
            check=True,
        )
        before, after = map(int, run.stdout.split())
        what, size = "quoted names" if quoted else "plain names", source.stat().st_size / 1e6
        print(
            f"{what:12}  file {size:6.1f} MB  read_csv + engine {min(theirs):6.2f}  score "
            f"{min(ours):6.2f}  ratio {min(ours) / min(theirs):4.2f}  peak "
            f"{(after - before) / 1024:5.0f} MB"
        )


def claim_table() -> None:
    names = load_agencies()["name"].tolist()
    generator = np.random.default_rng(SEED)
    tables = {
        "known names": [names[place] for place in generator.integers(0, len(names), CLAIMS)],
        "misspelled, repeated": ["Kota Cilegn", "Kabupaten Bandng"] * (CLAIMS // 2),
        "unknown, repeated": [f"Nowhere {place % 10}" for place in range(CLAIMS)],
    }
    check(names[:1])  # what is read once is read
    print(f"{CLAIMS:,} claims; milliseconds of the processor a row")
    for what, agencies in tables.items():
        taken = seconds(lambda agencies=agencies: check(agencies))
        print(f"{what:22} {taken / CLAIMS * 1000:6.3f}")


def check(agencies: list[str]) -> None:
    claims = pd.DataFrame(
        {
            "claim_id": [str(place) for place in range(len(agencies))],
            "agency": agencies,
            "year": [str(2018 + place % 7) for place in range(len(agencies))],
            "quantity": "index",
            "value": [f"{1 + place % 400 / 100:.2f}" for place in range(len(agencies))],
        }
    )
    with contextlib.suppress(DataError):  # unknown names are refused, all at once
        check_claim_table(claims)


def main() -> None:
    n_rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        score_table(Path(folder), n_rows)
    claim_table()
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
