"""What a committed notebook must be, beyond what nbval compares.

nbval's strict mode passes a notebook that was never executed, a cell that asks to be skipped or
ignored, an expected exception, a failing shell line, and a notebook without code; and it compares
no pictures. These rules close those holes, and hold the house style of a notebook.
"""

import ast
import base64
import json
import re
from collections.abc import Iterator

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

__all__ = ["MAX_CODE_CELLS", "violations"]

MAX_CODE_CELLS = 15

_FILE_NAME = re.compile(r"\d{2}-[a-z0-9]+(-[a-z0-9]+)*\.ipynb")
_TITLE = re.compile(r"# \S.*\?")
_MARKER = re.compile(r"NBVAL_[A-Z_]+|PYTEST_VALIDATE_IGNORE_OUTPUT", re.IGNORECASE)
_TAG = re.compile(r"nbval|pytest-validate|raises-exception|skip-execution", re.IGNORECASE)
_MACHINE_PATH = re.compile(
    r"(?<![\w.:/-])/(?:home|root|tmp|work|Users|private|var)/|[A-Z]:\\\\?Users"
)
_WARNING = re.compile(r"\b\w*Warning:")
_DATA_HASH = re.compile(r"^.*data sha256: *([0-9a-f]{8,64})\b", re.MULTILINE)
_PICTURES = ("image/png", "image/jpeg")
_KINDS = {"text/plain", "text/html", "image/png"}
_DRAWN = re.compile(r"<(?:img|svg|canvas|iframe|script|object|embed|video)\b", re.IGNORECASE)
_EMBEDDED = re.compile(r"!\[[^\]]*\]|<(?:img|svg|iframe|object|embed)\b", re.IGNORECASE)
_FIGURE_ID = re.compile(r"^(fig-[a-z0-9-]+): ", re.MULTILINE)
_BANNED_IMPORTS = {"os", "subprocess", "warnings", "contextlib"}


def violations(notebook: NotebookNode, name: str) -> list[str]:
    """Name every way in which a notebook breaks the rules; none for a good one.

    Parameters
    ----------
    notebook : NotebookNode
        Parsed, format 4.
    name : str
        The name of its file.
    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    found = [*_file_rules(notebook, name), *_extent(code)]
    for number, cell in enumerate(code, start=1):
        rules = (_execution(cell, number), _markers(cell), _source(cell), _outputs(cell))
        found += [f"code cell {number}: {text}" for rule in rules for text in rule]
    return found


def _file_rules(notebook: NotebookNode, name: str) -> Iterator[str]:
    if not _FILE_NAME.fullmatch(name):
        yield f"file name {name!r} is not NN-question.ipynb"
    first = notebook.cells[0] if notebook.cells else None
    title = first.source.split("\n")[0].strip() if first is not None else ""
    if first is None or first.cell_type != "markdown" or not _TITLE.fullmatch(title):
        yield f"title {title!r} is not a first markdown line '# ...?'"
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        yield "kernel is not python3"
    if _MARKER.search(json.dumps(notebook.metadata)) or _TAG.search(json.dumps(notebook.metadata)):
        yield "skipped or ignored by notebook metadata"
    if _MACHINE_PATH.search(json.dumps(notebook.metadata)):
        yield "machine path in notebook metadata"
    for cell in notebook.cells:
        if cell.cell_type != "code" and _MACHINE_PATH.search(cell.source):
            yield f"machine path in {cell.cell_type} cell"
        if cell.cell_type != "code" and (cell.get("attachments") or _EMBEDDED.search(cell.source)):
            yield f"picture in {cell.cell_type} cell"


def _extent(code: list[NotebookNode]) -> Iterator[str]:
    if not code:
        yield "no code cell"
    elif "check_prose(" not in code[-1].source:
        yield "last code cell does not check the numbers in prose"
    if len(code) > MAX_CODE_CELLS:
        yield f"{len(code)} code cells, more than {MAX_CODE_CELLS}"


def _execution(cell: NotebookNode, number: int) -> Iterator[str]:
    if cell.execution_count is None:
        yield "never executed"
    elif cell.execution_count != number:
        yield f"out of order, executed as [{cell.execution_count}]"
    for output in cell.outputs:
        if output.output_type == "execute_result" and output.execution_count != number:
            yield f"output out of order, of [{output.execution_count}]"


def _markers(cell: NotebookNode) -> Iterator[str]:
    tags = cell.metadata.get("tags", [])
    for tag in tags if isinstance(tags, list) else [str(tags)]:
        if _TAG.search(tag):
            yield f"skipped or ignored by tag {tag!r}"
    if marker := _MARKER.search(cell.source):
        yield f"skipped or ignored by comment {marker.group()!r}"


def _source(cell: NotebookNode) -> Iterator[str]:
    if _MACHINE_PATH.search(cell.source):
        yield "machine path in source"
    python = TransformerManager().transform_cell(cell.source)
    try:
        tree = ast.parse(python)
    except SyntaxError as error:
        yield f"not Python: {error.msg}"
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield f"defines {node.name!r}; logic lives in the package"
        elif isinstance(node, ast.Name) and node.id == "get_ipython":
            yield "shell line or magic"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from _import(node)


def _import(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    names = [alias.name for alias in node.names]
    modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else names
    for module in modules:
        if module.split(".")[0] in _BANNED_IMPORTS:
            yield f"imports {module!r}"
    for dotted in {*modules, *names}:
        if any(part.startswith("_") for part in dotted.split(".")):
            yield f"imports the private {dotted!r}"


def _outputs(cell: NotebookNode) -> Iterator[str]:
    text = "\n".join(_texts(cell))
    for output in cell.outputs:
        if output.output_type == "error":
            yield f"error output {output.ename!r}"
        if output.output_type == "stream" and output.name == "stderr":
            yield f"text on stderr: {output.text.strip()[:60]!r}"
        for kind in sorted(set(output.get("data", {})) - _KINDS):
            yield f"output of kind {kind!r}; figures are PNG of the catalogue"
        if drawn := _DRAWN.search("".join(output.get("data", {}).get("text/html", ""))):
            yield f"picture or program in HTML: {drawn.group()!r}"
        for kind in _PICTURES:
            if picture := output.get("data", {}).get(kind):
                yield from _picture(picture, text)
    if warning := _WARNING.search(text):
        yield f"warning in output: {warning.group()!r}"
    if _MACHINE_PATH.search(text):
        yield "machine path in output"


def _texts(cell: NotebookNode) -> Iterator[str]:
    for output in cell.outputs:
        if output.output_type == "stream":
            yield output.text
        for kind, content in output.get("data", {}).items():
            if kind not in _PICTURES:
                yield content if isinstance(content, str) else json.dumps(content)


def _picture(picture: str, text: str) -> Iterator[str]:
    """nbval compares no pixels: id and hash of the data are printed, and stand in the picture too.

    So a figure that was not drawn by the catalogue is named, also beside one that was.
    """
    printed = _DATA_HASH.findall(text)
    content = base64.b64decode(picture)
    if not printed:
        yield "picture without a printed 'data sha256: ...'"
    elif not any(value.encode() in content for value in printed):
        yield "picture that does not carry the printed data hash in its metadata"
    elif not any(name.encode() in content for name in _FIGURE_ID.findall(text)):
        yield "picture that does not carry the id of a printed figure"
