"""The verification fails where it must: a data folder is broken in one place each time."""

import shutil
from pathlib import Path

import pytest

from spbe_research import load_published, verify
from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.sources import build
from spbe_research.sources.raw import file_hash


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
    assert outcome.loc[check, ["n_failed", "detail"]].tolist() == [1, "36.72 2022"]
