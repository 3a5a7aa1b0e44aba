"""What each design on regulation and practice concludes on synthetic bodies of known truth.

Settings switch misreading, an assessor's halo, growing capacity, omnibus texts and a floor under
the scores on or off. ``--write`` stores the outcome, ``--page`` puts the stored one into the tables
of ``docs/enactment-designs.md``.

    python benchmarks/enactment_designs.py [--replications 25] [--write] [--page]
"""

import argparse
import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
STORED = ROOT / "docs" / "enactment-designs.csv"
SEED = 2026


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=25)
    parser.add_argument("--write", action="store_true", help="store the outcome")
    parser.add_argument("--page", action="store_true", help="write the page from what is stored")
    arguments = parser.parse_args()
    sys.path.insert(0, str(ROOT / "tests"))
    from simulation.enactment_designs import assess_enactment_designs, fill_tables

    if not arguments.page or arguments.write:
        table = assess_enactment_designs(arguments.replications, seed=SEED)
        pd.set_option("display.width", 200, "display.max_rows", None)
        print(table.round(2).to_string(index=False))
        if arguments.write:
            table.round(4).to_csv(STORED, index=False, lineterminator="\n")
    if arguments.page:
        page = STORED.with_suffix(".md")
        text = fill_tables(page.read_text(encoding="utf-8"), pd.read_csv(STORED))
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
