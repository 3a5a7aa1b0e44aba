"""One command draws every registered figure and their contact sheet."""

from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from spbe_research.cli import app
from spbe_research.press import load_records


def test_figures_command_replaces_no_file_unless_it_is_told_to(tmp_path: Path) -> None:
    own = tmp_path / "contact-sheet.png"
    own.write_text("mine")
    outcome = CliRunner().invoke(app, ["figures", "--output", str(tmp_path)])
    assert "contact-sheet.png'. What exists already is kept" in str(outcome.exception)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(own.name, "mine")]


@pytest.mark.long
def test_figures_command_writes_every_figure_and_the_sheet(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(app, ["figures", "--output", str(tmp_path / "pictures")])
    assert outcome.exit_code == 0, outcome.output
    names = {name for name, record in load_records().items() if record.is_figure}
    written = {path.stem for path in (tmp_path / "pictures").glob("*.png")}
    assert written == names | {"contact-sheet"}
    assert f"{len(names)} figures" in outcome.output
    sheet = Image.open(tmp_path / "pictures" / "contact-sheet.png")
    assert sheet.width > 2000
    assert len(set(sheet.resize((64, 64)).convert("L").tobytes())) > 20  # not a white page
