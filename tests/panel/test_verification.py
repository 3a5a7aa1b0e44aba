"""The verification fails where it must: a data folder is broken in one place each time."""

import shutil
from pathlib import Path

import pytest

from spbe_research import load_published, verify
from spbe_research.cli.results import _results_checked
from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.panel.build import build
from spbe_research.panel.raw import file_hash

pytestmark = pytest.mark.whole


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "data"
    shutil.copytree(project_folder() / "data", copy)
    monkeypatch.setenv("SPBE_RESEARCH_DATA", str(copy))
    return copy


def failed(outcome_frame: object) -> list[str]:
    return outcome_frame.loc[outcome_frame["n_failed"] > 0, "check"].tolist()


def test_untouched_copy_passes(data: Path) -> None:
    assert verify().passed


def test_edited_tidy_table_is_refused_by_loader_and_verification(data: Path) -> None:
    table = data / "tidy" / "published.csv"
    table.write_text(table.read_text().replace("Kota Cilegon,kota,3.23", "Kota Cilegon,kota,3.27"))
    with pytest.raises(DataError, match="published.csv: it is not the one the build wrote"):
        load_published()
    outcome = verify()
    assert not outcome.passed
    assert "files are the ones in the manifest" in failed(outcome.to_frame())


def test_level_changed_at_its_source_breaks_the_index(data: Path) -> None:
    folder = data / "raw" / "menpanrb-2022-sheet"
    table = folder / "indicators.csv"
    lines = table.read_text().splitlines(keepends=True)
    row = next(i for i, line in enumerate(lines) if "Kota Cilegon" in line)
    cells = lines[row].split(",")
    cells[2] = "5" if cells[2] != "5" else "1"
    lines[row] = ",".join(cells)
    table.write_text("".join(lines))
    stated = folder / "source.toml"
    original = project_folder() / "data" / "raw" / folder.name / table.name
    stated.write_text(stated.read_text().replace(file_hash(original), file_hash(table)))
    build(data)
    outcome = verify().to_frame().set_index("check")
    check = "levels of 2021-2022 give the printed index within 1e-12"
    assert outcome.loc[check, ["n_failed", "detail"]].tolist() == [1, "kota-36.72 2022"]


def test_a_missing_table_is_reported_by_every_check_that_needs_it(data: Path) -> None:
    (data / "tidy" / "policies.csv").unlink()
    outcome = verify().to_frame().set_index("check")
    files = outcome.loc["files are the ones in the manifest"]
    assert (files["n_failed"], files["detail"]) == (1, "tidy/policies.csv is missing")
    assert outcome.loc["a rebuild gives identical tables", "detail"] == "policies"
    assert "No table policies.csv" in outcome.loc["what two tables repeat is equal", "detail"]
    assert len(failed(outcome.reset_index())) == 3


def test_a_missing_manifest_is_reported(data: Path) -> None:
    (data / "tidy" / "manifest.json").unlink()
    outcome = verify()
    assert not outcome.passed
    assert "No manifest.json" in outcome.summary()


def test_a_manifest_that_is_no_json_is_reported(data: Path) -> None:
    (data / "tidy" / "manifest.json").write_text("{")
    assert "Invalid manifest.json" in verify().summary()


def test_without_raw_tables_the_rest_is_checked_and_said(data: Path) -> None:
    shutil.rmtree(data / "raw")
    outcome = verify()
    assert outcome.passed
    assert "a rebuild gives identical tables" not in set(outcome.to_frame()["check"])
    assert outcome.summary().endswith("clone the repository for that.")
    assert verify().to_frame()["n"].min() > 0


def test_tables_that_part_are_found_though_their_hashes_agree(data: Path) -> None:
    table = data / "tidy" / "published.csv"
    old = file_hash(table)
    table.write_text(
        table.read_text().replace("Kota Cilegon,kota,3.23", "Kota Cilegon,kota,3.27", 1)
    )
    manifest = data / "tidy" / "manifest.json"
    manifest.write_text(manifest.read_text().replace(old, file_hash(table)))
    outcome = verify().to_frame().set_index("check")
    found = outcome.loc["what two tables repeat is equal", ["n_failed", "detail"]].tolist()
    assert found == [1, "kota-36.72 2018 index"]


def test_the_command_leaves_the_results_out_where_there_is_no_repository() -> None:
    said = _results_checked(in_repository=False)
    assert said == "The result tables were not checked: that needs the repository, too."
