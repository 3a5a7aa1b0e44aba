"""``spbe-research build`` killed, run twice at once, on a full disk and in a read-only checkout.

Everything runs on a copy of the data folder, in forked processes that a SIGKILL ends.

- *kills*: the command as it is, but tables and results are made up at once instead of computed in a
  minute and a half, so that kills fall on staging, commit and renames. Real are the lock, the
  staging, every write and fsync, the manifest, the commit and the repair.
- *kills of real tables*: the thirteen tidy tables are computed from the raw ones as always; most of
  these kills fall on the computation.
- *pairs*: two such commands started together.
- *full disk*: the folder on a file system that has no room for all of the new state.
- *read only*: the folder on a file system mounted so. Both need the right to mount; without it a
  limit on the size of files stands in for the full disk, and the last is left out and said so.

After each the folder must hold one whole state, old or new, and the next build must write the
newest state and leave nothing beside it. Exit code 1 where anything was lost, or a traceback was
shown.

    python tests/panel/kills.py [kills [real kills [pairs]]]      200, 12 and 20 when not given
"""

import importlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pandas as pd

from spbe_research import cli
from spbe_research.errors import SpbeError
from spbe_research.locations import project_folder, reading_from
from spbe_research.panel.loaders import check_made_from_tidy
from spbe_research.panel.raw import file_hash
from spbe_research.panel.schemas import TABLES
from spbe_research.panel.transaction import settle
from spbe_research.press import recompute

module = importlib.import_module("spbe_research.panel.build")  # the package exports the function

KILLS, REAL_KILLS, PAIRS = 200, 12, 20
SEED = 318
_FILES = 240  # of results, as many as there are


class Report:
    """What was done, what was found after it, and what went wrong."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def say(self, text: str) -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def fault(self, text: str) -> None:
        self.faults.append(text)
        self.say(f"FAULT {text}")


def made_up(data: Path, version: str) -> None:
    """Run the command on a folder, with tables and results that hold a version and are made up."""
    tables = {name: pd.DataFrame({"version": [version] * 400}) for name in TABLES}
    results = {f"question/{at}.csv": f"{version}\n".encode() * 200 for at in range(_FILES)}
    with (
        patch.object(module, "project_folder", lambda: data.parent),
        patch.object(module, "tidy_tables", lambda *_, **__: tables),
        patch.object(module, "read_sources", lambda _: {}),
        patch.object(module, "data_package", lambda _: {"version": version}),
        patch.object(recompute, "compute_staged", lambda *_, **__: results),
        patch.object(sys, "argv", ["spbe-research", "build"]),
    ):
        cli.main()


def real(data: Path, version: str) -> None:
    """Compute the tidy tables from the raw ones; a line of an input tells the versions apart."""
    path = data / "reference" / "agency_lineage.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    rows[0] = rows[0].rpartition(",")[0] + f",{version}"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    module.build(data)


def started(call: Callable[[], object], told: Path) -> int:
    """Run a call in a forked process; what it prints goes to a file."""
    child = os.fork()
    if child:
        return child
    with told.open("wb", buffering=0) as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    code = 0
    try:
        call()
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else 0
    except BaseException:  # noqa: BLE001 (whatever it is, it is a finding)
        import traceback

        traceback.print_exc()
        code = 99
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def whole_state(data: Path) -> str:
    """Return the version of the one state that the folder holds, or raise what is wrong with it."""
    settle(data)
    manifest = json.loads((data / "tidy" / "manifest.json").read_text(encoding="utf-8"))
    there = {path.name: file_hash(path) for path in (data / "tidy").iterdir()}
    there.pop("manifest.json")
    if there != manifest["outputs"]:
        raise AssertionError("tidy tables are not those of their manifest")
    versions = {pd.read_csv(data / "tidy" / f"{name}.csv")["version"].unique().tolist()[0]
                for name in ("scores", "published")}  # fmt: skip
    results = list((data / "results").rglob("*.csv"))
    if len(results) != _FILES:
        raise AssertionError(f"{len(results)} results of {_FILES}")
    versions |= {line for path in results for line in path.read_text(encoding="utf-8").split()}
    versions.add(json.loads((data / "datapackage.json").read_text(encoding="utf-8"))["version"])
    if len(versions) != 1:
        raise AssertionError(f"a mixture of {sorted(versions)}")
    with reading_from(data):
        check_made_from_tidy(data)
    return versions.pop()


def whole_tables(data: Path) -> str:
    """Return the hash of the input that the tables were built from, or raise what is wrong."""
    settle(data)
    manifest = json.loads((data / "tidy" / "manifest.json").read_text(encoding="utf-8"))
    there = {path.name: file_hash(path) for path in (data / "tidy").iterdir()}
    there.pop("manifest.json")
    if there != manifest["outputs"]:
        raise AssertionError("tidy tables are not those of their manifest")
    return str(manifest["inputs"]["reference/agency_lineage.csv"])


def killed(
    data: Path,
    run: Callable[[Path, str], None],
    state: Callable[[Path], str],
    count: int,
    report: Report,
) -> None:
    """Kill runs at random moments of their time, look at the state, and let the next one repair."""
    told = data.parent / "told"
    ended(started(lambda: run(data, "v0"), told))
    usually = {path.name for path in data.iterdir()}
    before = time.perf_counter()
    ended(started(lambda: run(data, "v1"), told))
    usual = time.perf_counter() - before
    chance = random.Random(SEED)  # noqa: S311 (moments of kills)
    found: Counter[str] = Counter()
    for number in range(count):
        old = state(data)
        child = started(lambda number=number: run(data, f"k{number}"), told)
        time.sleep(chance.uniform(0, 1.05 * usual))
        os.kill(child, signal.SIGKILL)
        was_killed = ended(child) == -signal.SIGKILL
        kept = [path.name for path in data.iterdir() if path.name not in usually]
        phase = next((name for name in (".committed", ".replaced") if name in kept), "")
        try:
            now = state(data)
        except (AssertionError, SpbeError, OSError, KeyError) as error:
            report.fault(f"kill {number}: {error}")
            now = "lost"
        stage = "at the renames" if phase else "while staging" if kept else "outside the staging"
        outcome = "old state" if now == old else "new state"
        found[f"{stage}, {outcome}" if was_killed else "had ended before the kill"] += 1
        code = ended(started(lambda number=number: run(data, f"n{number}"), told))
        if code or state(data) == now or {path.name for path in data.iterdir()} != usually:
            report.fault(f"kill {number}: not repaired, exit {code}: {told.read_text()[-400:]}")
    report.say(f"  one run takes {usual:.2f} s; " + "; ".join(
        f"{what} {times}" for what, times in sorted(found.items())))  # fmt: skip


def pairs(data: Path, count: int, report: Report) -> None:
    """Start two builds within a tenth of a run of each other."""
    chance = random.Random(SEED)  # noqa: S311
    found: Counter[str] = Counter()
    for number in range(count):
        told = [data.parent / f"told{at}" for at in range(2)]
        children = []
        for at in range(2):
            version = f"p{number}-{at}"
            children.append(started(lambda version=version: made_up(data, version), told[at]))
            time.sleep(chance.uniform(0, 0.05))
        codes = [ended(child) for child in children]
        texts = [path.read_text(encoding="utf-8") for path in told]
        now = whole_state(data)
        winners = [f"p{number}-{at}" for at in range(2) if codes[at] == 0]
        refused = [text for text, code in zip(texts, codes, strict=True) if code]
        found[f"{len(winners)} built, {len(refused)} refused"] += 1
        if now not in winners or any("Traceback" in text for text in texts):
            report.fault(f"pair {number}: {codes}, state {now}: {texts}")
        if any("Another build is running" not in " ".join(text.split()) for text in refused):
            report.fault(f"pair {number}: refused with {refused}")
    report.say("  " + "; ".join(f"{what}: {times}" for what, times in sorted(found.items())))


def full_disk(data: Path, folder: Path, report: Report) -> None:
    """Build where there is room for a part of the new state only."""
    size = sum(path.stat().st_size for path in data.rglob("*") if path.is_file())
    blocks = sum(-(-path.stat().st_size // 4096) * 4 for path in data.rglob("*") if path.is_file())
    told = folder / "told"
    rooms = [int(blocks + part * blocks) for part in (0.02, 0.1, 0.4, 0.8, 1.2, 1.6, 3.0)]
    place = folder / "disk"
    place.mkdir()
    codes = []
    for room in rooms:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={room}k", "tmpfs", str(place)]
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
        copy = place / "data"
        if copy.exists():
            shutil.rmtree(copy)
        shutil.copytree(data, copy)

        def build(copy: Path = copy, mounted: bool = mounted) -> None:
            if not mounted:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
            made_up(copy, "full")

        old = whole_state(copy)
        code = ended(started(build, told))
        codes.append(code)
        text = told.read_text(encoding="utf-8")
        try:
            now = whole_state(copy)
        except (AssertionError, SpbeError, OSError) as error:
            now = f"lost: {error}"
        said = " ".join(text.split())
        if code:
            message = said.partition("Cannot")[2]
            if "No space" not in message and "too large" not in message:
                report.fault(f"full disk of {room} kB: exit {code}, says {said[-300:]}")
        if "Traceback" in text or (now != old if code else now != "full"):
            report.fault(f"full disk of {room} kB: exit {code}, {now}: {text[-600:]}")
        if mounted:
            subprocess.run(["umount", str(place)], check=True)
    report.say(f"  {size / 1e6:.1f} MB; {len(rooms)} disks, {sum(map(bool, codes))} refused; "
               f"{'file systems of a size' if mounted else 'a limit of the size of files'}; "
               f"last message: Cannot{message[:220]}")  # fmt: skip


def read_only(data: Path, folder: Path, report: Report) -> None:
    """Build, and read, where nothing can be written."""
    place, told = folder / "fixed", folder / "told"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(place)], check=False).returncode:
        report.say("  left out: no right to mount a file system")
        return
    try:
        shutil.copytree(data, place / "data")
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        code = ended(started(lambda: made_up(place / "data", "fixed"), told))
        text = " ".join(told.read_text(encoding="utf-8").split())
        if code != 2 or "Traceback" in text or "Cannot write in" not in text:
            report.fault(f"read only: exit {code}: {text[-600:]}")
        whole_state(place / "data")
        report.say(f"  exit {code}: {text[:200]}")
    finally:
        subprocess.run(["umount", str(place)], check=True)


def main() -> int:
    given = [int(text) for text in sys.argv[1:]]
    kills, real_kills, twos = [*given, *(KILLS, REAL_KILLS, PAIRS)[len(given) :]]
    report = Report()
    folder = Path(tempfile.mkdtemp())
    try:
        data, full = folder / "small" / "data", folder / "real" / "data"
        source = project_folder() / "data"
        for name in ("reference", "raw/permen-59-2020"):
            shutil.copytree(source / name, data / name)
        shutil.copy(source / "corrections.toml", data)
        report.say(f"{kills} kills of build, tables and results made up")
        killed(data, made_up, whole_state, kills, report)
        report.say(f"{twos} pairs of builds at once")
        pairs(data, twos, report)
        report.say("full disk")
        full_disk(data, folder, report)
        report.say("read-only folder")
        read_only(data, folder, report)
        report.say(f"{real_kills} kills of build, tidy tables computed from the raw ones")
        shutil.copytree(source, full)
        killed(full, real, whole_tables, real_kills, report)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    report.say(f"mixtures, losses, tracebacks, states not repaired: {len(report.faults)}")
    return int(bool(report.faults))


if __name__ == "__main__":
    sys.exit(main())
