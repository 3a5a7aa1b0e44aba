"""How much slower is scoring, with validation and all outputs, than the bare matrix product?

Synthetic levels, 1,000,000 agencies x 47 indicators. Both sides are measured in turn in one run;
the ratio of medians is what counts, the seconds depend on the machine.

    python benchmarks/scoring.py
"""

import os
import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from spbe_research import compute_index, load_instrument

ROWS = 1_000_000
REPEATS = 9
SEED = 59
REST_SECONDS = 0.1  # a matrix product leaves worker threads spinning: neither side inherits them


def seconds(function: Callable[[], object]) -> float:
    time.sleep(REST_SECONDS)
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def main() -> None:
    instrument = load_instrument("permen-59-2020")
    weights = instrument.weight_matrix
    levels = np.random.default_rng(SEED).integers(1, 6, (ROWS, len(weights)), dtype=np.int8)
    as_floats = levels.astype(np.float64)
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    print(f"numpy {np.__version__} ({blas['name']} {blas['version']}), pandas {pd.__version__}")
    print(
        f"{os.cpu_count()} cores, OPENBLAS_NUM_THREADS "
        f"{os.environ.get('OPENBLAS_NUM_THREADS', 'not set: all cores')}"
    )
    print(f"{ROWS:,} x {len(weights)} synthetic levels, median of {REPEATS} alternating repeats")
    for name, values in (("float64", as_floats), ("int8", levels)):
        table = pd.DataFrame(values, columns=list(instrument.indicators))
        product, scored = [], []
        for _ in range(REPEATS):
            product.append(seconds(lambda: as_floats @ weights))
            scored.append(seconds(lambda table=table: compute_index(table, instrument)))
        ratio = statistics.median(scored) / statistics.median(product)
        print(
            f"{name:8} levels @ W {statistics.median(product):.3f} s, compute_index "
            f"{statistics.median(scored):.3f} s, ratio {ratio:.2f}"
        )


if __name__ == "__main__":
    main()
