"""The build: pure, repeatable, and never leaving half a table behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from panel.copies import DATA, copy_data, declare

from spbe_research import load_published
from spbe_research.errors import DataError
from spbe_research.locations import reading_from
from spbe_research.panel import build as building
from spbe_research.panel.build import build
from spbe_research.panel.loaders import check_made_from_tidy

pytestmark = pytest.mark.whole


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the data folder, free to be broken."""
    return copy_data(tmp_path / "data")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


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


def test_table_that_breaks_its_contract_is_refused_and_old_tables_stay(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = building.read_press_indices

    def out_of_scale(*arguments: object) -> pd.DataFrame:
        return read(*arguments).assign(index_reported=5.01)

    before = contents(data / "tidy")
    monkeypatch.setattr(building, "read_press_indices", out_of_scale)
    with pytest.raises(DataError, match=r"press_indices.*\n.*index_reported"):
        build(data)
    assert contents(data / "tidy") == before


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
        file.write("Pemkot Cilegon,kota-36.72,spelling\n")
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


def mean_of_scores(staged: Path) -> dict[str, bytes]:
    """A stand-in for the study: one result from the staged tables, read as every analysis does."""
    with reading_from(staged):
        published = load_published()
    cilegon = published.query("agency_id == 'kota-36.72' and year == 2018")["index_published"]
    return {"q/tab-a.csv": f"{cilegon.item()}\n".encode()}


def correct_cilegon(data: Path) -> None:
    declare(
        data,
        'id = "test"\ntable = "published"\nwhere = { agency_id = "kota-36.72", year = "2018" }\n'
        'action = "correct"\nexpect = "3.23"\nvalue = "3.27"\nreason = "A test."\nsource = "test"',
    )


def test_results_are_computed_from_the_new_tables_and_replace_the_old(data: Path) -> None:
    correct_cilegon(data)
    report = build(data, results=mean_of_scores)
    assert report.parts_changed == ("tidy", "results")
    files = [path for path in (data / "results").rglob("*") if path.is_file()]
    names = {path.relative_to(data).as_posix() for path in files}
    assert names == {"results/q/tab-a.csv", "results/tidy.sha256"}
    assert (data / "results" / "q" / "tab-a.csv").read_bytes() == b"3.27\n"
    check_made_from_tidy(data)


def test_results_of_other_tables_are_refused(data: Path) -> None:
    build(data, results=mean_of_scores)
    correct_cilegon(data)
    build(data)
    with pytest.raises(DataError, match="must be computed from the tables in tidy/.*build`"):
        check_made_from_tidy(data)
    build(data, results=mean_of_scores, reuse=True)  # only some: the others are old
    with pytest.raises(DataError, match="and state others"):
        check_made_from_tidy(data)
    build(data, results=mean_of_scores)
    check_made_from_tidy(data)
    (data / "results" / "tidy.sha256").unlink()
    with pytest.raises(DataError, match="and state others .no tables."):
        check_made_from_tidy(data)


def test_results_that_fail_leave_the_old_tables_too(data: Path) -> None:
    before = contents(data / "tidy")
    correct_cilegon(data)

    def fail(staged: Path) -> dict[str, bytes]:
        raise DataError("Invalid record.")

    with pytest.raises(DataError, match="Invalid record"):
        build(data, results=fail)
    assert contents(data / "tidy") == before
    assert not list(data.glob(".staging-*"))


def test_present_tables_are_taken_where_nothing_changed(data: Path) -> None:
    build(data)
    steps: list[str] = []
    report = build(data, results=mean_of_scores, reuse=True, progress=steps.append)
    assert steps == ["put in place"]
    assert report.parts_changed == ("results",)
    assert report.rows["published"] == 4159
    correct_cilegon(data)
    assert build(data, reuse=True).parts_changed == ("tidy",)


@pytest.mark.parametrize("step", ["write", "results", "put in place"])
def test_killed_build_leaves_tables_and_results_whole(
    data: Path, step: str, tmp_path: Path
) -> None:
    before = contents(data / "tidy"), contents(data / "results")
    correct_cilegon(data)
    reached = tmp_path / "reached"
    program = (
        "import pathlib, time\n"
        "from spbe_research.panel.build import build\n"
        "def stop(name):\n"
        f"    if name == {step!r}:\n"
        f"        pathlib.Path({str(reached)!r}).touch()\n"
        "        time.sleep(60)\n"
        "def results(staged):\n"
        "    stop('results')\n"
        "    return {'q/tab-a.csv': b'new'}\n"
        f"build(pathlib.Path({str(data)!r}), results=results, progress=stop)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program])
    while not reached.exists() and process.poll() is None:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert (contents(data / "tidy"), contents(data / "results")) == before
    assert build(data, results=mean_of_scores).parts_changed == ("tidy", "results")
    assert not list(data.glob(".staging-*"))
