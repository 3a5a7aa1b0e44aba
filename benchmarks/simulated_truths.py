"""What the intervals and tests of several questions do where the truth is known, rule by rule.

Synthetic panels in which a floor under the score, a floor under the predicate, an old value printed
again and a band of selection are switched on and off; and what a naive analysis would conclude. The
tests assert a shorter run.

    python benchmarks/simulated_truths.py [--simulations 200] [--only catch_up] [--save DATE]

With ``--save`` the rows are kept in ``docs/simulated-truths.csv``, in place of older rows of the
same study, with the date given, the seed, the command, and the Monte Carlo error of ``covered``.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests"
STORED = ROOT / "docs" / "simulated-truths.csv"
SEED = 2026
COLUMNS = [
    *("study", "estimator", "setting", "n_simulations", "nominal", "covered", "error"),
    *("naive_covered", "truth", "mean_estimate", "naive_estimate", "seed", "date", "command"),
]


def store(study: str, table: pd.DataFrame, *, date: str, simulations: int) -> None:
    """Put the rows of a study in the place of its older ones."""
    known = pd.read_csv(STORED) if STORED.is_file() else pd.DataFrame(columns=COLUMNS)
    covered = table["covered"] if "covered" in table else pd.Series(np.nan, index=table.index)
    binomial = np.sqrt(covered * (1 - covered) / table["n_simulations"])
    error = table["error"].fillna(binomial) if "error" in table else binomial
    command = (
        f"python benchmarks/simulated_truths.py --only {study} --simulations {simulations}"
        f" --save {date}"
    )
    rows = table.assign(study=study, error=error, seed=SEED, date=date, command=command)
    others = known[known["study"] != study]
    kept = pd.concat([others, rows.reindex(columns=COLUMNS)]) if len(others) else rows
    kept.reindex(columns=COLUMNS).round(4).sort_values("study", kind="stable").to_csv(
        STORED, index=False, lineterminator="\n"
    )


def main() -> None:
    sys.path[:0] = [str(TESTS), str(TESTS / "methods")]
    import falls
    import simulated_regimes

    import simulated_truths

    studies = simulated_truths.STUDIES | simulated_regimes.STUDIES | {"falls": falls.study}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simulations", type=int, default=200)
    parser.add_argument("--only", choices=sorted(studies))
    parser.add_argument("--save", metavar="DATE", default="")
    arguments = parser.parse_args()
    pd.set_option("display.width", 250, "display.max_rows", None, "display.max_colwidth", 70)
    for name, study in studies.items():
        if arguments.only in (None, name):
            started = time.monotonic()
            table = pd.DataFrame(study(arguments.simulations, seed=SEED))
            print(f"\n{name}, {time.monotonic() - started:.0f} s")
            print(table.drop(columns="n_simulations").round(3).to_string(index=False))
            if arguments.save:
                store(name, table, date=arguments.save, simulations=arguments.simulations)


if __name__ == "__main__":
    main()
