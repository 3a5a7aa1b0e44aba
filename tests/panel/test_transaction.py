"""A build is killed at every step it takes: tables and results are whole, both old or both new."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from spbe_research.errors import BuildError, DataError
from spbe_research.panel.transaction import (
    commit,
    locked,
    settle,
    transaction,
    write_durably,
)

OLD = {"tidy/a.csv": b"old", "tidy/gone.csv": b"old", "results/q/r.csv": b"old"}
NEW = {"tidy/a.csv": b"new", "tidy/more.csv": b"new", "results/q/r.csv": b"new"}
PACKAGE = "datapackage.json"

# Installs NEW and stops before a certain rename, or holds the lock, until it is killed.
PROGRAM = """
import sys, time
from pathlib import Path
from spbe_research.panel import transaction
data, stop_at, reached = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
rename, made = transaction._rename, 0
def stopping(old, new):
    global made
    if made == stop_at:
        reached.touch()
        time.sleep(120)
    made += 1
    rename(old, new)
transaction._rename = stopping
with transaction.transaction(data) as staged:
    for name in ("tidy/a.csv", "tidy/more.csv", "results/q/r.csv", "datapackage.json"):
        transaction.write_durably(staged / name, b"new")
    transaction.commit(data, staged)
reached.touch()
time.sleep(120)
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    for name, content in (OLD | {PACKAGE: b"old"}).items():
        write_durably(folder / name, content)
    return folder


def state(data: Path) -> dict[str, bytes]:
    """What stands in the three parts."""
    paths = [*data.glob("tidy/**/*"), *data.glob("results/**/*"), data / PACKAGE]
    return {p.relative_to(data).as_posix(): p.read_bytes() for p in paths if p.is_file()}


def stopped_at(data: Path, rename: int, tmp_path: Path) -> subprocess.Popen[bytes]:
    reached = tmp_path / "reached"
    reached.unlink(missing_ok=True)
    command = [sys.executable, "-c", PROGRAM, str(data), str(rename), str(reached)]
    process = subprocess.Popen(command)
    until = time.monotonic() + 60
    while not reached.exists() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    assert reached.exists(), "the other process ended before it was to be killed"
    return process


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


# Renames: the commit, then away and in place for each of the three parts.
@pytest.mark.whole
@pytest.mark.parametrize("rename", range(8))
def test_kill_at_any_rename_leaves_one_whole_state(data: Path, rename: int, tmp_path: Path):
    kill(stopped_at(data, rename, tmp_path))
    committed = rename > 0
    assert (data / ".committed").exists() == (0 < rename < 7)
    settle(data)
    expected = NEW | {PACKAGE: b"new"} if committed else OLD | {PACKAGE: b"old"}
    assert state(data) == expected
    with transaction(data) as staged:
        write_durably(staged / PACKAGE, b"newest")
        assert commit(data, staged) == (PACKAGE,)
    assert state(data) == expected | {PACKAGE: b"newest"}
    assert sorted(path.name for path in data.iterdir()) == [
        ".building",
        PACKAGE,
        "results",
        "tidy",
    ]


def test_the_next_build_puts_in_place_what_a_killed_one_committed(data: Path, tmp_path: Path):
    kill(stopped_at(data, 3, tmp_path))
    with transaction(data):
        assert state(data) == NEW | {PACKAGE: b"new"}
    assert state(data) == NEW | {PACKAGE: b"new"}


def test_a_kill_while_another_puts_in_place_is_put_right_too(data: Path, tmp_path: Path):
    kill(stopped_at(data, 2, tmp_path))
    program = PROGRAM.split("with transaction.transaction")[0] + "transaction.settle(data)\n"
    reached = tmp_path / "again"
    command = [sys.executable, "-c", program, str(data), "2", str(reached)]
    process = subprocess.Popen(command)
    while not reached.exists() and process.poll() is None:
        time.sleep(0.01)
    kill(process)
    settle(data)
    assert state(data) == NEW | {PACKAGE: b"new"}


def test_a_second_build_is_refused_and_told_who_builds(data: Path, tmp_path: Path):
    process = stopped_at(data, 0, tmp_path)
    try:
        with (
            pytest.raises(BuildError, match=f"Another build is running .*process {process.pid}"),
            transaction(data),
        ):
            pass
        assert state(data) == OLD | {PACKAGE: b"old"}
    finally:
        kill(process)
    with transaction(data):
        pass


def test_two_builds_in_one_process_exclude_each_other(data: Path):
    message = f"process {os.getpid()}. Wait until it ends"
    with transaction(data), pytest.raises(BuildError, match=message), transaction(data):
        pass


@pytest.mark.whole
def test_a_reader_waits_for_a_build_that_is_putting_in_place(data: Path, tmp_path: Path):
    process = stopped_at(data, 2, tmp_path)
    program = (
        "import sys; from pathlib import Path; from spbe_research.panel.transaction import settle\n"
        "settle(Path(sys.argv[1])); print((Path(sys.argv[1]) / 'tidy/a.csv').read_text())"
    )
    command = [sys.executable, "-c", program, str(data)]
    reader = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    time.sleep(0.5)
    assert reader.poll() is None
    kill(process)
    assert reader.communicate(timeout=30)[0].strip() == "new"


def test_an_error_leaves_the_old_state_and_no_rest(data: Path):
    def build() -> None:
        with transaction(data) as staged:
            write_durably(staged / "tidy/a.csv", b"new")
            raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        build()
    assert state(data) == OLD | {PACKAGE: b"old"}
    assert not list(data.glob(".staging-*"))


def test_parts_that_are_as_they_were_are_left_alone(data: Path):
    before = (data / "tidy/a.csv").stat().st_ino
    with transaction(data) as staged:
        for name in ("tidy/a.csv", "tidy/gone.csv"):
            write_durably(staged / name, b"old")
        write_durably(staged / "results/q/r.csv", b"new")
        write_durably(staged / "reference/x.csv", b"never taken")
        assert commit(data, staged) == ("results",)
    assert (data / "tidy/a.csv").stat().st_ino == before
    assert not (data / "reference").exists()


def test_a_rename_that_fails_is_told_and_the_state_is_whole(data: Path, monkeypatch):
    def fail(old: Path, new: Path) -> None:
        raise OSError("disk is gone")

    monkeypatch.setattr("spbe_research.panel.transaction._rename", fail)
    with transaction(data) as staged:
        write_durably(staged / PACKAGE, b"new")
        with pytest.raises(BuildError, match="disk is gone. The old tables and results are whole"):
            commit(data, staged)
    assert state(data) == OLD | {PACKAGE: b"old"}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device", "x.csv"), r"No space left on device: 'x\.csv'"),
        (shutil.Error([("a", "b", "No space left: b/x.csv")]), r"No space left: b/x\.csv"),
    ],
)
def test_a_full_disk_is_told_and_the_old_state_is_whole(data: Path, error: OSError, told: str):
    with pytest.raises(BuildError, match=f"{told}. Tables and results are whole"):
        fail(data, error)
    assert state(data) == OLD | {PACKAGE: b"old"}
    assert not list(data.glob(".staging-*"))


def fail(data: Path, error: OSError) -> None:
    with transaction(data) as staged:
        write_durably(staged / "tidy/a.csv", b"new")
        raise error


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    place = tmp_path / "a file"
    place.touch()
    told = "Cannot write in .*a file.*Change its permissions"
    with pytest.raises(BuildError, match=told), locked(place):
        pass


def test_a_reader_who_cannot_put_in_place_says_so(data: Path, tmp_path: Path, monkeypatch):
    kill(stopped_at(data, 2, tmp_path))
    monkeypatch.setattr("spbe_research.panel.transaction._PATIENCE_SECONDS", 0.1)
    with locked(data), pytest.raises(DataError, match="committed and is not in place yet"):
        settle(data)
