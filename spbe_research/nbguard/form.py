"""What a notebook is made of: executed in order, nothing hidden, no cell that is not looked at.

Cells and outputs have no metadata: tags and settings there hide inputs, outputs or whole cells from
readers, or keep nbval from comparing them.
"""

import json
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from spbe_research.nbguard.violation import Violation

__all__ = ["cell_form", "notebook_form", "outputs"]

_OF_A_NOTEBOOK = {"kernelspec", "language_info"}
_MARKER = re.compile(r"NBVAL_[A-Z_]+|PYTEST_VALIDATE_IGNORE_OUTPUT", re.IGNORECASE)
_MACHINE_PATH = re.compile(
    r"(?<![\w.:/-])/(?:home|root|tmp|work|Users|private|var)/|[A-Z]:\\\\?Users"
)
_WARNING = re.compile(r"\b\w*Warning:")
_KINDS = {"text/plain", "text/html", "image/png"}
_TAG = re.compile(r"<[^>]*>?")
_SCOPED = re.compile(r"<style scoped>[\s.\w:{};-]*</style>")  # of a data frame
_OF_A_TABLE = re.compile(
    r"</?(?:div|table|thead|tbody|tfoot|tr|th|td|p)"
    r"(?: (?:border=\"1\"|class=\"dataframe\"|style=\"text-align: \w+;\"|(?:row|col)span=\"\d+\""
    r"|[hv]align=\"\w+\"))*>"
)


def notebook_form(notebook: NotebookNode) -> Iterator[Violation]:
    """Name what is wrong with the notebook as a whole."""
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        yield Violation("form", "", "kernel is not python3")
    if surplus := sorted(set(notebook.metadata) - _OF_A_NOTEBOOK):
        yield Violation("metadata", "", f"notebook metadata {', '.join(surplus)}; take it out")
    if _MACHINE_PATH.search(json.dumps(notebook.metadata)):
        yield Violation("path", "", "machine path in notebook metadata")
    if not any(cell.cell_type == "code" for cell in notebook.cells):
        yield Violation("form", "", "no code cell")


def cell_form(cell: NotebookNode, number: int) -> Iterator[Violation]:
    """Name what is wrong with a cell besides code and prose; ``number`` counts code cells."""
    kept = {name: value for name, value in cell.metadata.items() if (name, value) != ("tags", [])}
    if kept:
        text = f"cell metadata {json.dumps(kept)[:60]}; take it out"
        yield Violation("metadata", "", text)
    if _MACHINE_PATH.search(cell.source):
        yield Violation("path", "", "machine path in the cell")
    if cell.get("attachments"):
        yield Violation("markup", "", "picture attached to the cell")
    if cell.cell_type == "raw":
        yield Violation("form", "", "raw cell; nobody runs or shows it")
    if cell.cell_type == "code":
        yield from _execution(cell, number)


def _execution(cell: NotebookNode, number: int) -> Iterator[Violation]:
    if marker := _MARKER.search(cell.source):
        yield Violation("metadata", "", f"skipped or ignored by comment {marker.group()!r}")
    if cell.execution_count is None:
        yield Violation("executed", "", "never executed")
    elif cell.execution_count != number:
        yield Violation("executed", "", f"out of order, executed as [{cell.execution_count}]")
    for output in cell.outputs:
        if output.output_type == "execute_result" and output.execution_count != number:
            yield Violation("executed", "", f"output out of order, of [{output.execution_count}]")


def outputs(cell: NotebookNode) -> Iterator[Violation]:
    """Name errors, warnings, kinds of output that are not compared, and hidden output."""
    text = "\n".join(_texts(cell))
    for output in cell.outputs:
        if output.get("metadata"):
            yield Violation("metadata", "", f"output metadata {json.dumps(output.metadata)[:60]}")
        if output.output_type == "error":
            yield Violation("output", "", f"error output {output.ename!r}")
        if output.output_type == "stream" and output.name != "stdout":
            yield Violation("output", "", f"text on {output.name}: {output.text.strip()[:60]!r}")
        for kind in sorted(set(output.get("data", {})) - _KINDS):
            yield Violation(
                "output", "", f"output of kind {kind!r}; text, tables and PNG are compared"
            )
        html = _SCOPED.sub("", output.get("data", {}).get("text/html", ""), count=1)
        for tag in dict.fromkeys(_TAG.findall(html)):
            if not _OF_A_TABLE.fullmatch(tag):
                yield Violation("markup", "", f"HTML that is no plain table: {tag[:40]!r}")
    if warning := _WARNING.search(text):
        yield Violation("output", "", f"warning in output: {warning.group()!r}")
    if _MACHINE_PATH.search(text):
        yield Violation("path", "", "machine path in output")


def _texts(cell: NotebookNode) -> Iterator[str]:
    for output in cell.outputs:
        if output.output_type == "stream":
            yield output.text
        for kind, content in output.get("data", {}).items():
            if not kind.startswith("image/"):
                yield content if isinstance(content, str) else json.dumps(content)
