"""Two tables: every estimator beside an independent implementation, and how its interval covers.

The comparisons are on the published results, the coverage on synthetic data of known truth. The
tests assert the same comparisons and a smaller coverage run.

    python benchmarks/estimators.py [--simulations 500] [--only bunching] [--no-coverage]
"""

import argparse
import importlib
import sys
import warnings
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
SEED = 2026


def modules(only: str | None) -> list[str]:
    """Import names of the comparison modules beside the tests."""
    paths = sorted(ROOT.glob("tests/*/compare_*.py"))
    sys.path[:0] = sorted({str(path.parent) for path in paths})
    return [path.stem for path in paths if only is None or path.stem == f"compare_{only}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simulations", type=int, default=200)
    parser.add_argument("--only", help="one stem, for example bunching")
    parser.add_argument("--no-coverage", action="store_true")
    arguments = parser.parse_args()
    pd.set_option("display.width", 250, "display.max_rows", None, "display.max_colwidth", 60)
    names = modules(arguments.only)
    if not names:
        parser.error(f"there is no tests/*/compare_{arguments.only}.py")
    compared, covered = [], []
    for name in names:
        print(f"{name} ...", file=sys.stderr)
        module = importlib.import_module(name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", category=FutureWarning)  # of the other implementations
            compared.append(pd.DataFrame(module.comparisons()))
        if not arguments.no_coverage:
            covered.append(pd.DataFrame(module.coverage(arguments.simulations, seed=SEED)))
    table = pd.concat(compared, ignore_index=True)
    table["difference"] = table["ours"] - table["independent"]
    table["within"] = table["difference"].abs() <= table["tolerance"]
    shown = table.assign(
        **{name: table[name].map("{:.8g}".format) for name in ("ours", "independent")},
        difference=table["difference"].map("{:.1e}".format),
        tolerance=table["tolerance"].map("{:.0e}".format),
    )
    columns = ["estimator", "quantity", "ours", "independent", "difference", "tolerance"]
    print(shown[[*columns, "implementation"]].to_string(index=False))
    print(f"{table['within'].sum()} of {len(table)} comparisons within their tolerance")
    if covered:
        print()
        print(pd.concat(covered, ignore_index=True).round(4).to_string(index=False))


if __name__ == "__main__":
    main()
