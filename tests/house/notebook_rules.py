"""What a notebook of this house must be: the rules of the guard, and how a notebook is written.

The guard (``spbe_research.nbguard``) sees that a green run means a true text. The style is ours: a
file name with a number and a question, a question as title, few cells, no functions, no private
names, and the check of the numbers at the end.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from spbe_research.nbguard.code import parsed
from spbe_research.nbguard.rules import Guard, guard_of
from spbe_research.nbguard.violation import Violation

__all__ = ["MAX_CODE_CELLS", "house_guard", "style", "violations"]

MAX_CODE_CELLS = 15

_FILE_NAME = re.compile(r"\d{2}-[a-z0-9]+(-[a-z0-9]+)*")
_TITLE = re.compile(r"# \S.*\?")


def house_guard() -> Guard:
    """The rules of the guard with the files of this project."""
    return guard_of(Path(__file__).resolve().parents[2])


def violations(notebook: NotebookNode, stem: str) -> list[Violation]:
    """Name every way in which a notebook of this project breaks a rule; none for a good one."""
    return [*style(notebook, stem), *house_guard().of(notebook, stem)]


def style(notebook: NotebookNode, stem: str) -> Iterator[Violation]:
    """Name what is not written as the notebooks of this house are."""
    if not _FILE_NAME.fullmatch(stem):
        yield Violation("style", "", f"file name {stem!r} is not NN-question")
    first = notebook.cells[0] if notebook.cells else None
    title = first.source.split("\n")[0].strip() if first is not None else ""
    if first is None or first.cell_type != "markdown" or not _TITLE.fullmatch(title):
        yield Violation("style", "", f"title {title!r} is not a first markdown line '# ...?'")
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if code and "check_prose(" not in code[-1].source:
        yield Violation("style", "", "last code cell does not check the numbers in prose")
    if len(code) > MAX_CODE_CELLS:
        yield Violation("style", "", f"{len(code)} code cells, more than {MAX_CODE_CELLS}")
    for number, cell in enumerate(code, start=1):
        for text in _source(cell.source):
            yield Violation("style", f"code cell {number}", text)


def _source(source: str) -> Iterator[str]:
    tree = parsed(source)
    if isinstance(tree, str):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield f"defines {node.name!r}; logic lives in the package"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            dotted = {node.module or ""} if isinstance(node, ast.ImportFrom) else set()
            for name in sorted(dotted | {alias.name for alias in node.names}):
                if any(part.startswith("_") for part in name.split(".")):
                    yield f"imports the private {name!r}"
