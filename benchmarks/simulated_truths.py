"""What the intervals and tests of three questions do where the truth is known, rule by rule.

Synthetic panels in which a floor under the score, a floor under the predicate, an old value printed
again and a band of selection are switched on and off; and what a naive analysis would conclude. The
tests assert a shorter run.

    python benchmarks/simulated_truths.py [--simulations 200] [--only catch_up]
"""

import argparse
import sys
import time
from pathlib import Path

import pandas as pd

TESTS = Path(__file__).resolve().parents[1] / "tests"
SEED = 2026


def main() -> None:
    sys.path[:0] = [str(TESTS), str(TESTS / "methods")]
    from simulated_truths import STUDIES

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simulations", type=int, default=200)
    parser.add_argument("--only", choices=sorted(STUDIES))
    arguments = parser.parse_args()
    pd.set_option("display.width", 250, "display.max_rows", None, "display.max_colwidth", 70)
    for name, study in STUDIES.items():
        if arguments.only in (None, name):
            started = time.monotonic()
            table = pd.DataFrame(study(arguments.simulations, seed=SEED))
            print(f"\n{name}, {time.monotonic() - started:.0f} s")
            print(table.drop(columns="n_simulations").round(3).to_string(index=False))


if __name__ == "__main__":
    main()
