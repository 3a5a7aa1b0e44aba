"""The build: pure, repeatable, and never leaving half a table behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from spbe_research.errors import BuildError, DataError
from spbe_research.locations import project_folder
from spbe_research.sources import build

DATA = project_folder() / "data"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the data folder, free to be broken."""
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    return copy


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_two_builds_write_identical_bytes_equal_to_the_committed_ones(data: Path) -> None:
    shutil.rmtree(data / "tidy")
    build(data)
    first = contents(data / "tidy")
    assert build(data).changed is False
    assert contents(data / "tidy") == first == contents(DATA / "tidy")


def test_manifest_holds_every_input_and_output(data: Path) -> None:
    build(data)
    manifest = json.loads((data / "tidy" / "manifest.json").read_text())
    inputs = {path.relative_to(data).as_posix() for path in (data / "raw").glob("*/*")}
    inputs |= {f"reference/{path.name}" for path in (data / "reference").glob("*.csv")}
    assert set(manifest["inputs"]) == {*inputs, "corrections.toml"}
    outputs = {path.name for path in (data / "tidy").iterdir()} - {"manifest.json"}
    assert set(manifest["outputs"]) == outputs


def test_changed_raw_file_is_refused_and_old_tables_stay(data: Path) -> None:
    before = contents(data / "tidy")
    raw = data / "raw" / "menpanrb-2018-report" / "index.csv"
    raw.write_text(raw.read_text().replace("3.23", "3.27", 1))
    (data / "raw" / "permen-59-2020" / "examples.csv").unlink()
    with pytest.raises(DataError, match="2 violations") as caught:
        build(data)
    assert "menpanrb-2018-report/index.csv: its sha256 is not" in str(caught.value)
    assert "permen-59-2020/examples.csv: is listed in source.toml and does not exist" in str(
        caught.value
    )
    assert contents(data / "tidy") == before


def test_name_without_alias_is_refused_by_name(data: Path) -> None:
    aliases = data / "reference" / "agency_aliases.csv"
    lines = aliases.read_text(encoding="utf-8").splitlines(keepends=True)
    aliases.write_text("".join(line for line in lines if "Pemerintah Kota Cilegon" not in line))
    with pytest.raises(DataError, match="2018: 'Pemerintah Kota Cilegon' is not in"):
        build(data)


def test_alias_that_was_never_published_is_refused(data: Path) -> None:
    with (data / "reference" / "agency_aliases.csv").open("a") as file:
        file.write("Pemkot Cilegon,36.72,spelling,2018,2019\n")
    with pytest.raises(DataError, match="'Pemkot Cilegon' was never published"):
        build(data)


def test_correction_whose_source_was_repaired_stops_the_build(data: Path) -> None:
    corrections = data / "corrections.toml"
    corrections.write_text(corrections.read_text().replace('expect = "0.30"', 'expect = "3.30"'))
    with pytest.raises(
        DataError, match=r"banyuasin-2023-d4: expects 3.30, the source now says 0.3"
    ):
        build(data)


def test_undeclared_solved_cell_stops_the_build(data: Path) -> None:
    corrections = data / "corrections.toml"
    text = corrections.read_text()
    start = text.index('[[correction]]\nid = "esdm-2024-d1"')
    end = text.index("[[correction]]", start + 5)
    corrections.write_text(text[:start] + text[end:])
    with pytest.raises(DataError, match="is derived and no entry says so"):
        build(data)


def test_unwritable_target_keeps_the_old_tables(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(data / "tidy")
    rename = Path.rename

    def fail_on_new(self: Path, target: Path) -> Path:
        if self.name == ".tidy-new":
            raise OSError("disk is gone")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_on_new)
    with pytest.raises(BuildError, match="The old tables are whole"):
        build(data)
    assert contents(data / "tidy") == before


@pytest.mark.parametrize("step", ["reshape", "check", "write"])
def test_killed_build_leaves_the_old_tables_whole(data: Path, step: str, tmp_path: Path) -> None:
    before = contents(data / "tidy")
    reached = tmp_path / "reached"
    program = (
        "import sys, time, pathlib\n"
        "from spbe_research.sources import build\n"
        "def stop(name):\n"
        f"    if name == {step!r}:\n"
        f"        pathlib.Path({str(reached)!r}).touch()\n"
        "        time.sleep(60)\n"
        f"build(pathlib.Path({str(data)!r}), progress=stop)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program])
    while not reached.exists() and process.poll() is None:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert reached.exists()
    assert contents(data / "tidy") == before


def test_build_killed_between_its_two_renames_is_put_back(data: Path) -> None:
    before = contents(data / "tidy")
    (data / "tidy").rename(data / ".tidy-old")
    build(data)
    assert contents(data / "tidy") == before
    assert not (data / ".tidy-old").exists()
