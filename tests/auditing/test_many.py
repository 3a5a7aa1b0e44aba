"""Many tables, one at a time: killed at any moment, and whole in the end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from spbe_research import audit
from spbe_research.auditing.many import audit_tables
from spbe_research.choices import LeaveOut, Weights
from spbe_research.errors import DataError

EDITION = "permen-59-2020"
ITEMS = [f"I{number:02}" for number in range(1, 48)]


def month(seed: int, n_bodies: int = 40) -> pd.DataFrame:
    values = np.random.default_rng(seed).integers(1, 6, (n_bodies, 47))
    return pd.DataFrame(values, columns=ITEMS)


def test_tables_have_the_counts_of_single_audits_and_are_read_once(tmp_path: Path) -> None:
    read: list[int] = []

    def reader(seed: int):
        def run() -> pd.DataFrame:
            read.append(seed)
            return month(seed)

        return run

    tables = {f"month-{seed}": reader(seed) for seed in (1, 2)}
    choice = Weights.uniform(0.25)
    found = audit_tables(tables, EDITION, choice, folder=tmp_path, draws=300)
    again = audit_tables(tables, EDITION, choice, folder=tmp_path, draws=300)
    assert read == [1, 2]
    pd.testing.assert_frame_equal(found, again)
    single = [audit(month(seed), EDITION, choice, draws=300) for seed in (1, 2)]
    assert found["counts_hash"].tolist() == [each.counts_hash for each in single]
    ranks = pd.read_csv(tmp_path / "month-2.csv")
    assert ranks["rank_q95"].tolist() == single[1].tables["ranks"]["rank_q95"].tolist()
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".csv", ".csv", ".json", ".json"]


def test_results_of_other_choices_and_odd_names_are_refused(tmp_path: Path) -> None:
    tables = {"one": lambda: month(1)}
    audit_tables(tables, EDITION, LeaveOut("domain"), folder=tmp_path, draws=20)
    with pytest.raises(DataError, match=r"one.json is of other choices"):
        audit_tables(tables, EDITION, LeaveOut("aspect"), folder=tmp_path, draws=20)
    (tmp_path / "one.json").write_text("[]")
    with pytest.raises(DataError, match="one.json: it is broken"):
        audit_tables(tables, EDITION, folder=tmp_path)
    with pytest.raises(DataError, match=r"'../one': is no name"):
        audit_tables({"../one": lambda: month(1)}, EDITION, folder=tmp_path)
    with pytest.raises(DataError, match="It must exist"):
        audit_tables(tables, EDITION, folder=tmp_path / "nowhere")


KILLED = """
import sys
sys.path.insert(0, {tests!r})
from functools import partial
from auditing.test_many import month, EDITION
from spbe_research.auditing.many import audit_tables
tables = {{f"month-{{n}}": partial(month, n, 60) for n in range(3)}}
print(*audit_tables(tables, EDITION, folder={folder!r}, draws=30_000)["counts_hash"])
"""


@pytest.mark.whole
def test_killed_runs_end_with_the_same_counts(tmp_path: Path) -> None:
    program = KILLED.format(tests=str(Path(__file__).parents[1]), folder=str(tmp_path))
    state = lambda: sorted((p.name, p.stat().st_mtime_ns) for p in tmp_path.glob("month*"))  # noqa: E731
    kills = 0
    for _ in range(4):
        before = state()
        run = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
        while run.poll() is None and state() == before:
            time.sleep(0.01)
        if run.poll() is None:
            os.kill(run.pid, signal.SIGKILL)
            kills += 1
        run.communicate()
    last = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert kills > 0
    expected = [audit(month(n, 60), EDITION, draws=30_000).counts_hash for n in range(3)]
    assert last.stdout.split() == expected
