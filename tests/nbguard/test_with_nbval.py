"""With nbval and a kernel: what passes there alone, and what the guard adds while it executes."""

import base64
import copy
import subprocess
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from bench import DRAWN, IMPORTS, RECORD, TITLE, guard, notebook, project, pytest_command
from cheats import CODE, OTHER, PROSE, cells, rule_of
from recorder import hash_of, png

pytestmark = pytest.mark.whole
ALONE = ("-p", "no:spbe_research.nbguard", "-o", "addopts=")


def run(folder: Path, *arguments: str) -> tuple[int, str, float]:
    started = time.monotonic()
    ended = subprocess.run(
        pytest_command(*arguments), cwd=folder, capture_output=True, text=True, timeout=200
    )
    return ended.returncode, ended.stdout + ended.stderr, time.monotonic() - started


def test_nbval_alone_passes_every_cheat_and_the_guard_names_each(tmp_path: Path) -> None:
    names = [*CODE, *PROSE, *OTHER]
    made = notebook(TITLE, IMPORTS, RECORD, DRAWN, *(copy.deepcopy(cells(name)) for name in names))
    number = 0
    for cell in made.cells:
        if cell.cell_type == "code":
            number += 1
            cell.execution_count = number
    folder = project(tmp_path, cheats=made)
    code, output, _ = run(folder, *ALONE)
    assert code == 0, output
    read = nbformat.read(folder / "cheats.ipynb", as_version=4)
    named = {each.rule for each in guard().of(read, "cheats")}
    assert {rule_of(name) for name in names} <= named
    code, output, _ = run(folder, "cheats.ipynb::rules")
    assert (code, "1 failed" in output) == (1, True), output
    assert "cheats.ipynb breaks " in output


def test_good_notebook_passes_with_one_line_of_configuration(tmp_path: Path) -> None:
    folder = project(tmp_path, good=notebook("# So?", IMPORTS, RECORD, DRAWN, "check_prose()"))
    code, output, _ = run(folder)
    assert (code, "5 passed" in output) == (0, True), output


def test_draft_is_executed_and_no_rule_is_asked(tmp_path: Path) -> None:
    project(tmp_path)
    project(tmp_path / "drafts", draft=notebook("counts = 3\ncounts"))
    (tmp_path / "drafts" / "pyproject.toml").unlink()
    code, output, _ = run(tmp_path)
    assert (code, "1 passed" in output) == (0, True), output


def _swapped() -> object:
    """Another picture of the same bytes: 400 pixels wide instead of 640."""
    made = notebook("# So?", IMPORTS, DRAWN)
    text = f"fig-counts data sha256 {hash_of('fig-counts')}"
    made.cells[2].outputs[1].data["image/png"] = base64.b64encode(png(400, 640, text=text)).decode()
    return made


def test_picture_of_other_pixels_passes_nbval_alone_only(tmp_path: Path) -> None:
    folder = project(tmp_path, picture=_swapped())
    assert run(folder, *ALONE)[0] == 0
    code, output, _ = run(folder)
    assert (code, "1 failed" in output) == (1, True), output
    assert "picture 1 has other pixels, mode or size than the one that is drawn" in output


LEFT_IN_TIME = {
    "dead": ("import os\nos._exit(3)", "the kernel died"),
    "endless": ("while True:\n    pass", "ended after 2 s of processor time"),
    "idle": ("import time\ntime.sleep(600)", "ended after 3 s in which it did nothing"),
}


@pytest.mark.parametrize("name", LEFT_IN_TIME)
def test_cell_that_does_not_end_is_ended_in_seconds(tmp_path: Path, name: str) -> None:
    source, said = LEFT_IN_TIME[name]
    made = notebook("kept = 1")
    made.cells += [new_code_cell(each, execution_count=2) for each in (source, "later = 1")]
    folder = project(tmp_path, **{name: made})
    code, output, seconds = run(
        folder, "--nbval-cell-timeout", "120", f"{name}.ipynb", "-k", "Cell"
    )
    assert (code, "2 failed, 1 passed" in output) == (1, True), output
    assert f"{name}.ipynb, code cell 2: {said}" in output
    assert f"not executed, since {name}.ipynb, code cell 2" in output
    assert seconds < 60


REFUSED = {
    "beside the notebook": "open('beside.txt', 'w')",
    "by another package": "import numpy\nnumpy.zeros(2).tofile('beside.txt')",
    "a folder": "import os\nos.mkdir('made')",
    "a file is removed": "import os\nos.remove('recorder.py')",
    "a program": "import subprocess\nsubprocess.run(['true'])",
    "a shell": "import os\nos.system('true')",
    "an address": "import socket\nsocket.create_connection(('192.0.2.1', 80), 1)",
    "a name": "import socket\nsocket.getaddrinfo('example.org', 80)",
}
ALLOWED = (
    "import tempfile, pathlib\npathlib.Path(tempfile.mkdtemp(), 'x').write_text('x') and None",
    "open('pyproject.toml').close()",
)


def test_kernel_writes_nothing_and_reaches_nothing(tmp_path: Path) -> None:
    made = notebook(*ALLOWED)
    made.cells += [new_code_cell(each, execution_count=1) for each in REFUSED.values()]
    project(tmp_path, refused=made)
    code, output, _ = run(tmp_path, "refused.ipynb", "-k", "Cell")
    assert (code, f"{len(REFUSED)} failed, {len(ALLOWED)} passed" in output) == (1, True), output
    assert output.count("a notebook may not") >= len(REFUSED)
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "__pycache__") == [
        "pyproject.toml", "recorder.py", "refused.ipynb",
    ]  # fmt: skip
