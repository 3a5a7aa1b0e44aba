"""How much slower is an audit's count of ranks and bands than product and sort alone?

Random levels, 47 leaves, ``Weights.uniform(0.25)``. The limit is what nobody who ranks draws can do
without: weights times levels and ``numpy.sort``, by the same blocks of 200 draws (``blocks``) or by
as many draws as fit the cache (``cache``). All sides are measured in turn in one run, in CPU time
of one thread; the ratios of the medians and of the smallest times count, the seconds depend on the
machine. The exponent is the slope of log time over log draws.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/audit.py
    ... python benchmarks/audit.py --kills       # killed runs end with the same hash
    ... python benchmarks/audit.py --villages    # a tenth of 84,000 x 12 months x 10,000 draws
"""

import argparse
import hashlib
import math
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from spbe_research import audit, load_instrument
from spbe_research.auditing.case import Case, read_case
from spbe_research.auditing.draws import BLOCK, Sampler, generator
from spbe_research.auditing.run import count_draws
from spbe_research.choices import Weights

EDITION = "permen-59-2020"
CHOICE = Weights.uniform(0.25)
IN_CACHE = 65_536
SIZES = ((615, 10_000, 25), (10_000, 1_000, 15), (84_000, 600, 5))  # bodies, draws, rounds
SEED = 59
MONTHS, VILLAGES, DRAWS = 12, 84_000, 10_000


def case_of(n_bodies: int, seed: int = SEED) -> Case:
    codes = list(load_instrument(EDITION).indicators)
    values = np.random.default_rng(seed).integers(1, 6, (n_bodies, len(codes)))
    return read_case(pd.DataFrame(values, columns=codes), EDITION)


def cpu(function: Callable[[], object]) -> float:
    started = time.process_time()
    function()
    return time.process_time() - started


def limit(sampler: Sampler, draws: int, rows: int) -> None:
    values = np.ascontiguousarray(sampler.case.leaf_values.T)
    for block in range(draws // BLOCK):
        weights = sampler.draw([generator(SEED, block)]).weights
        for start in range(0, BLOCK, rows):
            scores = weights[start : start + rows] @ values
            scores.sort(axis=1)


def speed() -> None:
    print(f"numpy {np.__version__}, {os.cpu_count()} cores; CPU seconds of one thread")
    print("bodies   draws           limit (blocks, cache)   counted   ratio (blocks, cache)")
    for n_bodies, draws, repeats in SIZES:
        sampler = Sampler(case_of(n_bodies), (CHOICE,))
        in_cache = max(8, IN_CACHE // n_bodies)
        sides: tuple[Callable[[], object], ...] = (
            lambda s=sampler, d=draws: limit(s, d, BLOCK),
            lambda s=sampler, d=draws, r=in_cache: limit(s, d, r),
            lambda s=sampler, d=draws: count_draws(s, draws=d, seed=SEED),
        )
        times = [[cpu(side) for side in sides] for _ in range(repeats)]
        for word, of in (("median", np.median), ("least", np.min)):
            blocks, cache, counted = of(np.array(times), axis=0)
            print(
                f"{n_bodies:6,} {draws:7,} {word:6}    {blocks:8.3f} {cache:8.3f}      "
                f"{counted:8.3f}   {counted / blocks:6.2f} {counted / cache:6.2f}"
            )
    sampler = Sampler(case_of(615), (CHOICE,))
    sizes = [4_000, 8_000, 16_000, 32_000, 64_000]
    least = [
        min(cpu(lambda d=d: count_draws(sampler, draws=d, seed=SEED)) for _ in range(3))
        for d in sizes
    ]
    slope = np.polyfit(np.log(sizes), np.log(least), 1)[0]
    print(f"exponent in draws, 615 bodies, {sizes[0]:,} to {sizes[-1]:,}: {slope:.3f}")


KILLED = """
import sys
sys.path.insert(0, {folder!r})
from audit import case_of, CHOICE
from pathlib import Path
from spbe_research.auditing.checkpoint import Checkpoint, counts_hash
from spbe_research.auditing.draws import Sampler
from spbe_research.auditing.run import count_draws
sampler = Sampler(case_of(615), (CHOICE,))
kept = Checkpoint(Path({file!r}), sampler, 1)
print(counts_hash(count_draws(sampler, draws=200_000, seed=1, workers={workers}, checkpoint=kept)))
"""


def kills(times: int = 5) -> None:
    hashes = set()
    with tempfile.TemporaryDirectory() as folder:
        for workers, kill in ((1, False), (2, False), (1, True), (2, True)):
            file = Path(folder) / f"{workers}{kill}.npz"
            program = KILLED.format(
                folder=str(Path(__file__).parent), file=str(file), workers=workers
            )
            done = 0
            while kill and done < times:
                run = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.DEVNULL)
                seen = file.stat().st_mtime_ns if file.exists() else 0
                while run.poll() is None and (not file.exists() or file.stat().st_mtime_ns == seen):
                    time.sleep(0.01)
                if run.poll() is not None:
                    break
                os.kill(run.pid, signal.SIGKILL)
                run.wait()
                done += 1
            last = subprocess.run(
                [sys.executable, "-c", program], capture_output=True, text=True, check=True
            )
            hashes.add(last.stdout.strip())
            print(f"workers {workers}, killed {done} times: {last.stdout.strip()[:16]}")
    print("one hash" if len(hashes) == 1 else f"{len(hashes)} hashes")


def villages() -> None:
    """A tenth of the draws of one month; the months and the other draws are more of the same."""
    draws = DRAWS // 10
    sampler = Sampler(case_of(VILLAGES), (CHOICE,))
    with tempfile.TemporaryDirectory() as folder:
        started, wall = time.process_time(), time.perf_counter()
        table = pd.DataFrame(
            sampler.case.leaf_values.astype(int), columns=list(sampler.case.tree.leaves)
        )
        result = audit(
            table, EDITION, CHOICE, draws=draws, seed=SEED, checkpoint=Path(folder) / "month.npz"
        )
        ranks = result.tables["ranks"]
        spent, wall = time.process_time() - started, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    digest = hashlib.sha256(ranks.to_csv(index=False).encode()).hexdigest()[:16]
    print(
        f"{VILLAGES:,} bodies x {draws:,} draws: {spent:.0f} s CPU, {wall:.0f} s, "
        f"peak {peak:.0f} MB, ranks {digest}\n"
        f"{MONTHS} months x {DRAWS:,} draws, in proportion: "
        f"{math.ceil(spent * MONTHS * DRAWS / draws / 60)} minutes of one core"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", action="store_true")
    parser.add_argument("--villages", action="store_true")
    asked = parser.parse_args()
    if asked.kills:
        kills()
    elif asked.villages:
        villages()
    else:
        speed()
