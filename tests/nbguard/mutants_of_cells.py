"""Mutants of what notebooks compute and show: cells, outputs, pictures, code."""

import ast
import base64
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from itertools import islice

import nbformat.v4
from nbformat import NotebookNode

from mutants_of_prose import Mutant
from recorder import png

Cell = Callable[[NotebookNode, int], None]


def cell_mutants(notebooks: dict[str, NotebookNode]) -> Iterator[Mutant]:
    """Each change of a cell that shows a record, or of the whole notebook."""
    tables = list(_places(notebooks, "text/html"))
    pictures = list(_places(notebooks, "image/png"))
    for kind, changed, places, most in (
        *((kind, change, tables + pictures, 4) for kind, change in OF_RESULTS.items()),
        *((kind, change, tables[1:] + pictures, 2) for kind, change in OF_METADATA.items()),
        *((kind, change, tables, 3) for kind, change in OF_TABLES.items()),
        *((kind, change, pictures, 2) for kind, change in OF_PICTURES.items()),
    ):
        step = max(1, len(places) // most)
        for stem, number in islice(places[::step], most):
            yield kind, stem, f"cell {number + 1}", _at(changed, number)
    stems = list(notebooks)
    for place, (what, source) in enumerate(CODE.items()):
        stem = stems[place % len(stems)]
        yield f"code: {what.split(':')[0]}", stem, what, _code(source)
    for kind, change in OF_NOTEBOOKS.items():
        yield kind, stems[-1], "the notebook", change


def _places(notebooks: dict[str, NotebookNode], kind: str) -> Iterator[tuple[str, int]]:
    for stem, notebook in notebooks.items():
        for number, cell in enumerate(notebook.cells):
            shows = cell.cell_type == "code" and "show" in cell.source
            if shows and any(kind in output.get("data", {}) for output in cell.outputs):
                yield stem, number


def _at(change: Cell, number: int) -> Callable[[NotebookNode], None]:
    def changed(notebook: NotebookNode) -> None:
        change(notebook, number)
        _renumber(notebook)

    return changed


def _code(source: str) -> Callable[[NotebookNode], None]:
    """A line at the head of the second code cell."""

    def changed(notebook: NotebookNode) -> None:
        cell = [each for each in notebook.cells if each.cell_type == "code"][1]
        cell.source = f"{source}\n{cell.source}"

    return changed


def _renumber(notebook: NotebookNode) -> None:
    """Counts in order, as after a fresh run."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        cell.execution_count = number
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number


def _deleted(notebook: NotebookNode, number: int) -> None:
    del notebook.cells[number]


def _raw(notebook: NotebookNode, number: int) -> None:
    notebook.cells[number] = nbformat.v4.new_raw_cell(notebook.cells[number].source)


def _markdown(notebook: NotebookNode, number: int) -> None:
    text = f"```\n{notebook.cells[number].source}\n```"
    notebook.cells[number] = nbformat.v4.new_markdown_cell(text)


def _prints_its_text(notebook: NotebookNode, number: int) -> None:
    cell = notebook.cells[number]
    text = "".join(each.get("text", "") for each in cell.outputs)
    cell.source = f"print({text!r}, end='')"
    cell.outputs = [each for each in cell.outputs if each.output_type == "stream"]


def _no_output(notebook: NotebookNode, number: int) -> None:
    notebook.cells[number].outputs = []


def _assigned(notebook: NotebookNode, number: int) -> None:
    cell = notebook.cells[number]
    lines = cell.source.rstrip().split("\n")
    start = max(
        place for place, line in enumerate(lines) if not line.startswith((" ", ")", "]", "}"))
    )
    lines[start] = f"unseen = {lines[start]}"
    cell.source = "\n".join(lines)
    cell.outputs = [each for each in cell.outputs if each.output_type == "stream"]


def _other_order(notebook: NotebookNode, number: int) -> None:
    place = max(each for each in range(number) if notebook.cells[each].cell_type == "code")
    cells = notebook.cells
    cells[place], cells[number] = cells[number], cells[place]


OF_RESULTS: dict[str, Cell] = {
    "result: deleted": _deleted,
    "result: made raw": _raw,
    "result: made prose": _markdown,
    "result: prints its committed text": _prints_its_text,
    "result: its output taken away": _no_output,
    "result: assigned, not shown": _assigned,
    "result: in another order": _other_order,
}


def _metadata(**metadata: object) -> Cell:
    def change(notebook: NotebookNode, number: int) -> None:
        notebook.cells[number].metadata.update(metadata)

    return change


def _narrow(notebook: NotebookNode, number: int) -> None:
    notebook.cells[number].outputs[-1].metadata = {"image/png": {"width": 10}}


OF_METADATA: dict[str, Cell] = {
    "hidden: tag remove_output": _metadata(tags=["remove_output"]),
    "hidden: tag remove_cell": _metadata(tags=["remove_cell"]),
    "hidden: tag hide-input": _metadata(tags=["hide-input"]),
    "hidden: folded by Jupyter": _metadata(jupyter={"outputs_hidden": True}),
    "hidden: collapsed": _metadata(collapsed=True),
    "hidden: skipped by nbval": _metadata(tags=["nbval-skip"]),
    "hidden: an exception expected": _metadata(tags=["raises-exception"]),
    "hidden: an output ten pixels wide": _narrow,
}


def _computed(notebook: NotebookNode, number: int) -> None:
    """Another table than the recorded one, its output changed with it."""
    cell = notebook.cells[number]
    cell.source += "\npd.DataFrame({'n': [640]})"
    cell.outputs[-1].data["text/plain"] = "     n\n0  640"
    html = (
        '<table border="1" class="dataframe"><tbody><tr><th>0</th><td>640</td></tr></tbody></table>'
    )
    cell.outputs[-1].data["text/html"] = html


def _read_back(notebook: NotebookNode, number: int) -> None:
    cell = notebook.cells[number]
    cell.source = re.sub(
        r"show_table\(([^,]+), .*\)", r"show_table(\1, pd.read_csv('x.csv'))", cell.source
    )
    cell.source += "\npd.read_csv('x.csv')"


def _other_hash(notebook: NotebookNode, number: int) -> None:
    for output in notebook.cells[number].outputs:
        if output.output_type == "stream":
            output.text = re.sub(r"(data sha256: )\w{8}", r"\g<1>00000000", output.text)
            return
    notebook.cells[number].source += "  # nothing printed"


def _markup(notebook: NotebookNode, number: int) -> None:
    for output in notebook.cells[number].outputs:
        if "text/html" in output.get("data", {}):
            output.data["text/html"] += "<script>alert(1)</script>"


def _style(notebook: NotebookNode, number: int) -> None:
    for output in notebook.cells[number].outputs:
        if "text/html" in output.get("data", {}):
            html = output.data["text/html"].replace("<table", '<table style="display:none"')
            output.data["text/html"] = html


def _falsified(change: str) -> Cell:
    """The last line kept under a name, changed, and shown."""

    def changed(notebook: NotebookNode, number: int) -> None:
        cell = notebook.cells[number]
        last = ast.parse(cell.source).body[-1]
        lines = cell.source.split("\n")
        lines[last.lineno - 1] = f"seen = {lines[last.lineno - 1]}"
        cell.source = "\n".join([*lines, change])

    return changed


OF_TABLES: dict[str, Cell] = {
    "table: a value set after it is shown": _falsified("seen.iloc[0, -1] = 640\nseen"),
    "table: its columns exchanged": _falsified("seen.set_axis(seen.columns[::-1], axis=1)"),
    "table: a number printed beside it": _falsified("print(seen.to_string(), str(640))"),
    "table: a number word printed beside it": _falsified("print(seen, 'in eleven of them')"),
    "table: another one, with its output": _computed,
    "table: read back from its file": _read_back,
    "table: the hash of its data": _other_hash,
    "table: with a program": _markup,
    "table: hidden by a style": _style,
}


def _picture(change: Callable[[bytes], bytes]) -> Cell:
    def changed(notebook: NotebookNode, number: int) -> None:
        for output in notebook.cells[number].outputs:
            if "image/png" in output.get("data", {}):
                content = change(base64.b64decode(output.data["image/png"]))
                output.data["image/png"] = base64.b64encode(content).decode()

    return changed


def _taken(notebook: NotebookNode, number: int) -> None:
    cell = notebook.cells[number]
    cell.outputs = [each for each in cell.outputs if "image/png" not in each.get("data", {})]


def _description(content: bytes) -> str:
    return re.search(rb"Description\0([^\0]+?data sha256 \w{64})", content)[1].decode()


def _size(content: bytes) -> tuple[int, int]:
    return struct.unpack(">II", content[16:24])


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _turned(content: bytes) -> bytes:
    """The same rows in another shape."""
    width, height = _size(content)
    header = struct.pack(">II", width // 2, height) + content[24:29]
    return content[:8] + _chunk(b"IHDR", header) + content[33:]


def _framed(content: bytes) -> bytes:
    return content[:33] + _chunk(b"acTL", struct.pack(">II", 2, 0)) + content[33:]


def _coloured(content: bytes) -> bytes:
    return content[:33] + _chunk(b"gAMA", struct.pack(">I", 1)) + content[33:]


OF_PICTURES: dict[str, Cell] = {
    "picture: taken away": _taken,
    "picture: another of the same data": _picture(
        lambda old: png(*_size(old), text=_description(old))
    ),
    "picture: ten pixels wide": _picture(lambda old: png(10, 10, text=_description(old))),
    "picture: in another shape": _picture(_turned),
    "picture: a second frame": _picture(_framed),
    "picture: a chunk that changes its colours": _picture(_coloured),
    "picture: bytes behind its end": _picture(lambda old: old + b"GIF89a"),
    "picture: cut": _picture(lambda old: old[:-200]),
    "picture: of no record": _picture(lambda old: png(*_size(old))),
    "picture: no PNG": _picture(lambda old: b"GIF89a" + old),
}

CODE = {
    "dynamic import: __import__": '__import__("subprocess").run(["ls"])',
    "dynamic import: importlib": "import importlib",
    "dynamic import: through a package": "from pandas.io.common import os",
    "dynamic import: by an attribute": 'pd.io.common.os.listdir(".")',
    "dynamic import: in a string": 'eval("1 + 1")',
    "dynamic import: in a query": 'pd.DataFrame().query("@pd.io.common.os.getcwd()")',
    "dynamic import: getattr": 'getattr(pd, "read" + "_csv")',
    "dynamic import: builtins": '__builtins__["open"]',
    "shell: line": "!ls",
    "shell: assigned": "files = !ls",
    "shell: magic": "%pwd",
    "shell: get_ipython": 'get_ipython().system("ls")',
    "shell: under another name": "from IPython import get_ipython as helper",
    "shell: its instance": "from IPython.core.interactiveshell import InteractiveShell",
    "shell: subprocess": "import subprocess",
    "files: open": 'open("x.txt", "w").write("x")',
    "files: pathlib": 'from pathlib import Path\nPath("x").write_text("x")',
    "files: beside the notebook": 'pd.DataFrame().to_csv("x.csv")',
    "files: into the data": 'pd.DataFrame().to_pickle("../data/x.pkl")',
    "files: a picture": 'pd.Series([1]).plot().figure.savefig("x.png")',
    "network: requests": "import requests",
    "network: urllib": "import urllib.request",
    "network: an address": 'pd.read_csv("https://example.org/x.csv")',
    "network: socket": "import socket",
    "warnings: silenced": "import warnings",
    "warnings: silenced through a package": "from pandas.core.frame import warnings",
    "warnings: of numpy": 'import numpy as np\nnp.seterr(all="ignore")',
    "warnings: of pandas": 'pd.set_option("mode.copy_on_write", "warn")',
    "warnings: logging": "import logging",
    "exceptions: swallowed": "try:\n    1 / 0\nexcept ZeroDivisionError:\n    pass",
    "exceptions: suppressed": "from contextlib import suppress",
    "loop: while": "while True:\n    break",
    "meaning: show is another": "show = print",
    "meaning: show_table is another": "show_table = lambda name, table: table",
    "meaning: print is another": "print = str",
    "meaning: check_prose says what it likes": "check_prose = lambda: print('fine')",
    "display: decimals taken away": 'pd.set_option("display.precision", 0)',
    "display: another way to print": "pd.DataFrame.to_html = pd.DataFrame.to_latex",
    "typed: a printed number": 'print("In 640 agencies")',
    "typed: a shown number": 'display("640")',
    "typed: a printed number word": 'print("In eleven agencies")',
    "typed: a printed number word in Indonesian": 'print("Di sebelas instansi")',
    "typed: a number word under a name": 'most = "forty of them"\nprint(most)',
    "path: of a machine": 'folder = "/home/me/data"',
    "marker: of nbval": "# NBVAL_IGNORE_OUTPUT",
}


def _never(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = None, []


def _all_raw(notebook: NotebookNode) -> None:
    """Every cell that shows a record; the counts are those of a fresh run."""
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and "show" in cell.source and "import" not in cell.source:
            _raw(notebook, number)
    _renumber(notebook)


def _none_shown(notebook: NotebookNode) -> None:
    """Every cell that shows a record is gone."""
    notebook.cells = [
        cell for cell in notebook.cells
        if cell.cell_type != "code" or "show" not in cell.source or "import" in cell.source
    ]  # fmt: skip
    _renumber(notebook)


def _skipped(notebook: NotebookNode) -> None:
    notebook.metadata["nbval"] = {"skip": True}


def _kernel(notebook: NotebookNode) -> None:
    notebook.metadata.kernelspec["name"] = "bash"


def _empty(notebook: NotebookNode) -> None:
    notebook.cells = notebook.cells[:1]


def _no_check(notebook: NotebookNode) -> None:
    del notebook.cells[-1]


def _version(notebook: NotebookNode) -> None:
    notebook.metadata["language_info"] = {"name": "python", "version": "3.12.1"}


def _ids(notebook: NotebookNode) -> None:
    for place, cell in enumerate(notebook.cells):
        cell.id = f"other-{place}"


OF_NOTEBOOKS = {
    "notebook: never executed": _never,
    "notebook: skipped as a whole": _skipped,
    "notebook: all its result cells made raw": _all_raw,
    "notebook: all its result cells deleted": _none_shown,
    "notebook: another kernel": _kernel,
    "notebook: all but its title taken away": _empty,
    "notebook: the check of its numbers taken away": _no_check,
    "harmless: version of Python": _version,
    "harmless: names of cells": _ids,
}
