"""What a module rests on, against what a fresh interpreter really imports."""

import subprocess
import sys
from pathlib import Path

import pytest

from spbe_research.panel.closure import closure, literal_arguments

pytestmark = pytest.mark.whole


@pytest.mark.parametrize(
    "module",
    [
        "spbe_research.panel.build",
        "spbe_research.questions.how_unequal_and_where.tables",
        "spbe_research.questions.regulations_and_scores_in_one_page.tables",
    ],
)
def test_every_module_that_is_imported_is_found(module: str):
    program = f"import sys, {module}\nprint(*(n for n in sys.modules if n.startswith('spbe_')))"
    command = [sys.executable, "-c", program]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert len(loaded) > 10
    assert set(loaded) <= set(closure([module]))


def test_imports_inside_functions_count_and_those_for_type_checkers_do_not():
    found = closure(["spbe_research.records"])
    assert "spbe_research.errors" in found
    assert "spbe_research.panel.verification" not in found  # the front door names it to checkers
    assert "spbe_research.panel.build" in closure(["spbe_research.cli.results"])


def test_calls_with_a_text_are_read_and_others_are_not_guessed(tmp_path: Path):
    module = tmp_path / "module.py"
    module.write_text("x = result('fig-a'), records.result('tab-b'), other('fig-c')\n")
    assert literal_arguments(module, "result") == ("fig-a", "tab-b")
    module.write_text("x = result('fig-a'), result(name)\n")
    assert literal_arguments(module, "result") is None
