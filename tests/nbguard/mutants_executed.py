"""Mutants that only an execution shows: nbval with the guard, on notebooks of a small project."""

import base64
import copy
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from bench import DRAWN, IMPORTS, RECORD, notebook, project, pytest_command
from recorder import hash_of, png

Judged = tuple[str, str, str, tuple[str, ...]]
_BY = {
    "the kernel died": "watchdog", "processor time": "watchdog", "did nothing": "watchdog",
    "a notebook may not": "kernel", "other pixels": "pixels", "pictures are committed": "pixels",
    "Cell outputs differ": "nbval", "caused an exception": "nbval",
}  # fmt: skip
_RUN = {
    "executed: a dead kernel": "import os\nos._exit(1)",
    "executed: a killed kernel": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "executed: an endless loop": "while True:\n    pass",
    "executed: an endless wait": "import threading\nthreading.Event().wait()",
    "executed: a file beside the notebook": "open('x.txt', 'w')",
    "executed: a file in the data": "import os\nos.makedirs('data')",
    "executed: a removed file": "import os\nos.remove('recorder.py')",
    "executed: a renamed file": "import os\nos.rename('recorder.py', 'other.py')",
    "executed: a program": "import subprocess\nsubprocess.run(['true'])",
    "executed: the network": "import socket\nsocket.create_connection(('192.0.2.1', 80), 1)",
    "executed: a name of the network": "import urllib.request as r\nr.urlopen('http://example.org')",
    "executed: a table of other data": 'show_table("tab-counts", counts().of("north"))',
}


def executed_mutants() -> Iterator[Judged]:
    """Run all of them at once; each is a notebook of its own."""
    made = {f"m{place:02d}": each for place, each in enumerate(_notebooks().values())}
    with tempfile.TemporaryDirectory() as folder:
        project(Path(folder), **made)
        command = pytest_command(
            "-k", "Cell", "--junitxml", "run.xml", "--nbval-cell-timeout", "120"
        )
        subprocess.run(command, cwd=folder, capture_output=True, timeout=600)
        said = _said(Path(folder) / "run.xml")
    for name, kind in zip(made, _notebooks(), strict=True):
        rules = {rule for text, rule in _BY.items() if text in said.get(name, "")}
        yield kind, name, "a small project", tuple(sorted(rules))


def _said(path: Path) -> dict[str, str]:
    """What failed of each notebook."""
    found: dict[str, str] = {}
    for case in ET.parse(path).iter("testcase"):  # noqa: S314 - written by pytest just now
        for failure in case.iter("failure"):
            name = Path(case.get("file") or case.get("classname", "").replace(".", "/")).name
            name = next(
                (part for part in case.get("classname", "").split(".") if part[0] == "m"), name
            )
            found[name] = found.get(name, "") + (failure.text or "") + failure.get("message", "")
    return found


def _notebooks() -> dict[str, NotebookNode]:
    runs = {kind: _with(source) for kind, source in _RUN.items()}
    good = notebook("# So?", IMPORTS, RECORD, DRAWN)
    return runs | {
        "executed: a changed output": _output(good),
        "executed: a picture of other pixels": _drawn(
            good, png(640, 400, colour=(1, 2, 3), text=_text())
        ),
        "executed: a picture of another shape": _drawn(good, png(400, 640, text=_text())),
        "executed: a second picture": _doubled(good),
        "harmless: nothing is changed": good,
    }


def _with(source: str) -> NotebookNode:
    made = notebook(IMPORTS)
    made.cells.append(new_code_cell(source, execution_count=2))
    made.cells.append(new_code_cell("kept = 1", execution_count=3))
    return made


def _text() -> str:
    return f"fig-counts data sha256 {hash_of('fig-counts')}"


def _output(good: NotebookNode) -> NotebookNode:
    made = copy.deepcopy(good)
    made.cells[2].outputs[0].text = made.cells[2].outputs[0].text.replace("Counts", "Shares")
    return made


def _drawn(good: NotebookNode, content: bytes) -> NotebookNode:
    made = copy.deepcopy(good)
    made.cells[3].outputs[1].data["image/png"] = base64.b64encode(content).decode()
    return made


def _doubled(good: NotebookNode) -> NotebookNode:
    made = copy.deepcopy(good)
    made.cells[3].outputs.append(copy.deepcopy(made.cells[3].outputs[1]))
    return made
