"""What each design on regulation and practice concludes on synthetic bodies of known truth.

Settings switch misreading, an assessor's halo, growing capacity and the floor of 2023 on one by
one.

    python benchmarks/enactment_designs.py [--simulations 100]
"""

import argparse
import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
SEED = 2026


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simulations", type=int, default=100)
    arguments = parser.parse_args()
    sys.path.insert(0, str(ROOT / "tests"))
    from simulation.enactment_designs import assess_enactment_designs

    pd.set_option("display.width", 200, "display.max_rows", None)
    table = assess_enactment_designs(arguments.simulations, seed=SEED)
    print(table.round({"truth": 2, "mean_estimate": 2, "covered": 2, "excludes_zero": 2}))


if __name__ == "__main__":
    main()
