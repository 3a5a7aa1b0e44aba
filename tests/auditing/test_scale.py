"""The draws shared out by Dask: workers die, the client dies, and the counts stay what they are."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from spbe_research import audit
from spbe_research.auditing.checkpoint import Checkpoint
from spbe_research.auditing.many import audit_tables
from spbe_research.auditing.run import sampler_of
from spbe_research.auditing.scale import count_on

EDITION = "permen-59-2020"


def month(seed: int, n_bodies: int = 40) -> pd.DataFrame:
    values = np.random.default_rng(seed).integers(1, 6, (n_bodies, 47))
    return pd.DataFrame(values, columns=[f"I{number:02}" for number in range(1, 48)])


def sampler(n_bodies: int):
    return sampler_of(month(1, n_bodies), EDITION, None, seed=1)


@pytest.mark.whole
def test_a_client_gives_the_counts_of_one_machine(tmp_path: Path) -> None:
    from distributed import Client

    tables = {f"month-{seed}": partial(month, seed) for seed in (1, 2)}
    with Client(
        processes=False, n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as client:
        found = audit_tables(tables, EDITION, folder=tmp_path, draws=12_100, client=client)
    single = [audit(month(seed), EDITION, draws=12_100).counts_hash for seed in (1, 2)]
    assert found["counts_hash"].tolist() == single
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "month-1.csv", "month-1.json", "month-2.csv", "month-2.json",
    ]  # fmt: skip


@pytest.mark.whole
def test_a_run_goes_on_from_the_counts_of_one_machine(tmp_path: Path) -> None:
    from distributed import Client

    kept = tmp_path / "counts.npz"
    audit(month(1), EDITION, draws=400, checkpoint=kept)
    with Client(
        processes=False, n_workers=1, threads_per_worker=2, dashboard_address=None
    ) as client:
        own = sampler(40)
        counts = count_on(
            client, partial(sampler, 40), own, draws=2_100, seed=1,
            checkpoint=Checkpoint(kept, own, 1), blocks=2,
        )  # fmt: skip
    assert counts.draws == 2_100
    assert counts.ranks.sum() == 40 * 2_100
    resumed = audit(month(1), EDITION, draws=2_100, checkpoint=kept)
    assert resumed.counts_hash == audit(month(1), EDITION, draws=2_100).counts_hash


CLUSTER = """
import os, signal, sys, threading, time
sys.path.insert(0, {tests!r})
from functools import partial
from pathlib import Path
from distributed import Client, LocalCluster
from auditing.test_scale import sampler
from spbe_research.auditing.checkpoint import Checkpoint, counts_hash
from spbe_research.auditing.scale import count_on

def kill(client, how_many):
    # Each worker of the start, one after the other, in the middle of its tasks.
    file = Path({file!r})
    for pid in list(client.run(os.getpid).values())[:how_many]:
        before = file.stat().st_mtime_ns if file.exists() else 0
        while not file.exists() or file.stat().st_mtime_ns == before:
            time.sleep(0.01)
        os.kill(pid, signal.SIGKILL)
        print("killed", flush=True)

if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        with Client(cluster) as client:
            killer = threading.Thread(target=kill, args=(client, {kills}))
            killer.start()
            own = sampler(80)
            counts = count_on(
                client, partial(sampler, 80), own, draws=60_000, seed=1,
                checkpoint=Checkpoint(Path({file!r}), own, 1), blocks=10,
            )
            killer.join()
    print(counts_hash(counts), flush=True)
"""


def run_of(tmp_path: Path, name: str, kills: int) -> tuple[list[str], Path]:
    file = tmp_path / f"{name}.npz"
    program = tmp_path / f"{name}.py"
    program.write_text(
        CLUSTER.format(tests=str(Path(__file__).parents[1]), file=str(file), kills=kills)
    )
    return [sys.executable, str(program)], file


@pytest.mark.long
@pytest.mark.parametrize("kills", [1, 2], ids=["one worker", "every worker once"])
def test_killed_workers_change_no_count(tmp_path: Path, kills: int) -> None:
    command, _ = run_of(tmp_path, "workers", kills)
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert said.count("killed") == kills
    assert said[-1] == audit(month(1, 80), EDITION, draws=60_000).counts_hash


@pytest.mark.long
def test_a_killed_client_goes_on(tmp_path: Path) -> None:
    command, file = run_of(tmp_path, "client", 0)
    run = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
    while run.poll() is None and not file.exists():
        time.sleep(0.01)
    assert run.poll() is None
    os.killpg(run.pid, signal.SIGKILL)  # its scheduler and workers are children of it
    run.communicate()
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert again.stdout.split()[-1] == audit(month(1, 80), EDITION, draws=60_000).counts_hash
