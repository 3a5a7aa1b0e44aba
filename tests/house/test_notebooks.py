"""The checks on the checks: each rule for notebooks fires on a bad one, and ours break none."""

import base64
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from notebook_rules import MAX_CODE_CELLS, violations

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
GOOD_NAME = "01-is-it-good.ipynb"
DATA_HASH = "0123456789abcdef"


def _code(source: str = "1 + 1", *, outputs: tuple[NotebookNode, ...] = (), tags: tuple = ()):
    return new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def _notebook(
    *cells: NotebookNode, title: str = "# Is it good?", ends: bool = True, **metadata
) -> NotebookNode:
    """A notebook executed in order, its last cell the check of prose if it ``ends`` well."""
    if cells and ends:
        cells = (*cells, _code("check_prose('01')"))
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    notebook = new_notebook(
        cells=[new_markdown_cell(title), *cells], metadata={**kernel, **metadata}
    )
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    for number, cell in enumerate(code, start=1):
        cell.execution_count = cell.execution_count or number
    return notebook


def _stream(text: str, name: str = "stdout") -> NotebookNode:
    return new_output("stream", name=name, text=text)


def _png(carried: str = DATA_HASH, name: str = "fig-x") -> NotebookNode:
    text = f"{name} data sha256 {carried}"
    picture = base64.b64encode(b"\x89PNG tEXt " + text.encode()).decode()
    return new_output("display_data", data={"image/png": picture, "text/plain": "<Image>"})


def _never_executed() -> NotebookNode:
    notebook = _notebook(_code())
    notebook.cells[1].execution_count = None
    return notebook


def _swapped() -> NotebookNode:
    first, second = _code(), _code()
    first.execution_count, second.execution_count = 2, 1
    return _notebook(first, second)


def _result_of_another_run() -> NotebookNode:
    result = new_output("execute_result", data={"text/plain": "2"}, execution_count=7)
    return _notebook(_code(outputs=(result,)))


def _error() -> NotebookNode:
    return new_output("error", ename="ValueError", evalue="no", traceback=[])


def _missing_kernel() -> NotebookNode:
    notebook = _notebook(_code())
    del notebook.metadata["kernelspec"]
    return notebook


BAD = {
    "never executed": (_never_executed(), "never executed"),
    "out of order": (_swapped(), "out of order"),
    "a count left out": (_notebook(_code(), new_code_cell(execution_count=3)), "out of order"),
    "a result of another run": (_result_of_another_run(), "output out of order"),
    "no check of prose": (_notebook(_code(), ends=False), "does not check the numbers"),
    "no code": (_notebook(), "no code cell"),
    "too many cells": (_notebook(*(_code() for _ in range(MAX_CODE_CELLS))), "more than 15"),
    "another kernel": (_missing_kernel(), "kernel is not python3"),
    "stderr": (_notebook(_code(outputs=(_stream("late\n", "stderr"),))), "text on stderr"),
    "a warning": (
        _notebook(_code(outputs=(_stream("x.py:1: FutureWarning: soon\n"),))),
        "warning in output",
    ),
    "an error": (_notebook(_code("1 / 0", outputs=(_error(),))), "error output"),
    "skip tag": (_notebook(_code(tags=("nbval-skip",))), "by tag"),
    "ignore tag": (_notebook(_code(tags=("nbval-ignore-output",))), "by tag"),
    "check tag": (_notebook(_code(tags=("nbval-check-output",))), "by tag"),
    "exception tag of nbval": (_notebook(_code(tags=("nbval-raises-exception",))), "by tag"),
    "old ignore tag": (_notebook(_code(tags=("pytest-validate-ignore-output",))), "by tag"),
    "exception tag": (_notebook(_code(tags=("raises-exception",))), "by tag"),
    "tag that skips execution": (_notebook(_code(tags=("skip-execution",))), "by tag"),
    "skip comment": (_notebook(_code("# NBVAL_SKIP\n1")), "by comment"),
    "ignore comment": (_notebook(_code("1\n  #  NBVAL_IGNORE_OUTPUT")), "by comment"),
    "check comment": (_notebook(_code("# NBVAL_CHECK_OUTPUT\n1")), "by comment"),
    "exception comment": (_notebook(_code("# NBVAL_RAISES_EXCEPTION\n1")), "by comment"),
    "old comment": (_notebook(_code("# PYTEST_VALIDATE_IGNORE_OUTPUT\n1")), "by comment"),
    "ignored as a whole": (_notebook(_code(), nbval={"skip": True}), "by notebook metadata"),
    "shell line": (_notebook(_code("!false")), "shell line"),
    "shell line twice": (_notebook(_code("!!ls")), "shell line"),
    "assigned shell line": (_notebook(_code("files = !ls")), "shell line"),
    "assigned magic": (_notebook(_code("files = %sx ls")), "shell line"),
    "indented shell line": (_notebook(_code("if True:\n    !ls")), "shell line"),
    "bash cell": (_notebook(_code("%%bash\nexit 1")), "shell line"),
    "sh cell": (_notebook(_code("%%sh\nexit 1")), "shell line"),
    "script cell": (_notebook(_code("%%script bash\nexit 1")), "shell line"),
    "capture cell": (_notebook(_code("%%capture\nprint(1)")), "magic"),
    "call of the shell": (_notebook(_code("get_ipython().system('ls')")), "shell line"),
    "subprocess": (_notebook(_code("import subprocess")), "imports 'subprocess'"),
    "silenced warnings": (_notebook(_code("import warnings")), "imports 'warnings'"),
    "private import": (
        _notebook(_code("from spbe_research.scoring import _round")),
        "imports the private '_round'",
    ),
    "a function": (_notebook(_code("def mean(x):\n    return x")), "defines 'mean'"),
    "a class": (_notebook(_code("class Table:\n    pass")), "defines 'Table'"),
    "no Python": (_notebook(_code("1 +")), "not Python"),
    "a picture without hash": (_notebook(_code(outputs=(_png(),))), "picture without"),
    "a picture of other data": (
        _notebook(_code(outputs=(_stream(f"data sha256: {DATA_HASH}\n"), _png("fedcba987654")))),
        "does not carry",
    ),
    "a picture of no record": (
        _notebook(
            _code(outputs=(_stream(f"fig-x: so\ndata sha256: {DATA_HASH}\n"), _png(name="mine")))
        ),
        "does not carry the id",
    ),
    "a second picture beside a registered one": (
        _notebook(
            _code(
                outputs=(
                    _stream(f"fig-x: so\ndata sha256: {DATA_HASH}\n"),
                    _png(),
                    _png("fedcba987654", "mine"),
                )
            )
        ),
        "does not carry",
    ),
    "a vector picture": (
        _notebook(_code(outputs=(new_output("display_data", data={"image/svg+xml": "<svg/>"}),))),
        "output of kind 'image/svg+xml'",
    ),
    "a picture in HTML": (
        _notebook(
            _code(outputs=(new_output("display_data", data={"text/html": "<IMG src='data:'>"}),))
        ),
        "picture or program in HTML",
    ),
    "a picture in prose": (
        _notebook(_code(), title="# Is it good?\n![so](https://a.b/c.png)"),
        "picture in markdown",
    ),
    "a path in source": (_notebook(_code("folder = '/home/me/data'")), "path in source"),
    "a path in output": (_notebook(_code(outputs=(_stream("/root/x\n"),))), "path in output"),
    "a path in prose": (_notebook(_code(), title="# Is it good?\n/tmp/x"), "path in markdown"),
    "a title that does not ask": (_notebook(_code(), title="# It is good"), "title"),
    "no title": (_notebook(_code(), title="It is good?"), "title"),
}  # fmt: skip


@pytest.mark.parametrize(("notebook", "expected"), BAD.values(), ids=BAD)
def test_bad_notebook_is_named(notebook: NotebookNode, expected: str) -> None:
    found = violations(notebook, GOOD_NAME)
    assert any(expected in text for text in found), found


@pytest.mark.parametrize("name", ["good.ipynb", "1-is-it.ipynb", "01_is_it.ipynb", "01-Is.ipynb"])
def test_bad_file_name_is_named(name: str) -> None:
    assert any("file name" in text for text in violations(_notebook(_code()), name))


def test_good_notebook_breaks_no_rule() -> None:
    figure = _code(outputs=(_stream(f"fig-x: so\ndata sha256: {DATA_HASH}\n"), _png()))
    result = new_output("execute_result", data={"text/plain": "1"}, execution_count=1)
    good = _notebook(_code("import pandas as pd\n1 % 2", outputs=(result,)), figure)
    assert violations(good, GOOD_NAME) == []


@pytest.mark.parametrize(("notebook", "expected"), BAD.values(), ids=BAD)
def test_bad_notebook_breaks_no_other_rule(notebook: NotebookNode, expected: str) -> None:
    others = [text for text in violations(notebook, GOOD_NAME) if expected not in text]
    assert others == []


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS, f"no notebook in {FOLDER.name}/"


def test_notebooks_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:2]) for path in NOTEBOOKS]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_breaks_no_rule(path: Path) -> None:
    assert violations(nbformat.read(path, as_version=4), path.name) == []
