"""Notebooks for the tests, executed here instead of in a kernel, and the project around them."""

import ast
import base64
import contextlib
import io
import shutil
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import recorder
from spbe_research.nbguard.facts import Facts, Number, Works
from spbe_research.nbguard.rules import Guard
from spbe_research.nbguard.settings import Settings

TITLE = "# Is it so?\n\nThe north has 3<!--num-north-2022--> places in 2022."
IMPORTS = "from recorder import check_prose, counts, show, show_table"
RECORD = 'table = show_table("tab-counts", counts())\ntable.of("north")'
DRAWN = 'show("fig-counts", counts())'
CLOSING = (
    "## Limits\n\nA count of places says nothing of their size.\n\n"
    "## References\n\nOwn counts, made by hand."
)
NUMBERS = {
    "num-north-2022": Number(
        "num-north-2022", "3", "2.2", "3.9", "1200", {"en": "places in the north"}
    ),
    "num-above": Number("num-above", "12.5 %", words={"en": "places above the line"}),
    "num-wrong": Number("num-wrong", "2", keywords={"en": ("contradicted",)}),
}
SETTINGS = Settings(sections=("limits|cannot say", "references"), module="recorder")
FACTS = Facts(
    numbers=NUMBERS,
    years=frozenset(range(2018, 2025)),
    regulations={"95/2018": frozenset({"perpres"}), "106/2016": frozenset({"perwal"})},
    works=Works(frozenset({"dee2019"}), frozenset({"10.1257/app.1"}), frozenset({("dee", "2009")})),
    phrases=("two decimals", "95 % interval"),
)


def guard() -> Guard:
    return Guard(SETTINGS, FACTS, None)


def notebook(*sources: str | NotebookNode) -> NotebookNode:
    """Execute sources in order, in one namespace; a text that begins with # or | is prose."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    cells, space, number = [], {}, 0
    for source in sources:
        if not isinstance(source, str):
            cells.append(source)
        elif source.startswith(("#", "|")):
            cells.append(new_markdown_cell(source.removeprefix("|")))
        else:
            number += 1
            cells.append(_executed(source, space, number))
    return new_notebook(cells=cells, metadata=kernel)


def good(*more: str | NotebookNode) -> NotebookNode:
    """A notebook that breaks no rule, and more cells before its last."""
    return notebook(TITLE, IMPORTS, RECORD, DRAWN, *more, CLOSING, "check_prose()")


def _executed(source: str, space: dict[str, object], number: int) -> NotebookNode:
    tree = ast.parse(source)
    last = tree.body[-1]
    result, printed = None, io.StringIO()
    with contextlib.redirect_stdout(printed):
        if isinstance(last, ast.Expr) and not source.rstrip().endswith(";"):
            exec(compile(ast.Module(tree.body[:-1], []), "cell", "exec"), space)  # noqa: S102
            result = eval(compile(ast.Expression(last.value), "cell", "eval"), space)  # noqa: S307
        else:
            exec(compile(tree, "cell", "exec"), space)  # noqa: S102
    outputs = [new_output("stream", text=printed.getvalue())] if printed.getvalue() else []
    if result is not None:
        outputs.append(new_output("execute_result", _shown(result), execution_count=number))
    return new_code_cell(source, execution_count=number, outputs=outputs)


def _shown(result: object) -> dict[str, str]:
    data = {"text/plain": repr(result)}
    if isinstance(result, recorder.Table):
        data["text/html"] = result._repr_html_()
    if isinstance(result, recorder.Picture):
        data["image/png"] = base64.b64encode(result.content).decode() + "\n"
    return data


def project(folder: Path, **notebooks: NotebookNode) -> Path:
    """A project in a folder: its module, its notebooks, and nothing of this package."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(recorder.__file__, folder / "recorder.py")
    (folder / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\naddopts = "-p spbe_research.nbguard"\n'
        '[tool.nbguard]\nmodule = "recorder"\ncell_seconds = 2\nidle_seconds = 3\n',
        "utf-8",
    )
    for name, each in notebooks.items():
        nbformat.write(each, folder / f"{name}.ipynb")
    return folder


def pytest_command(*arguments: str) -> list[str]:
    options = ["--nbval", "--nbval-current-env", "-q", "-p", "no:cacheprovider", "--color=no"]
    return [sys.executable, "-m", "pytest", *options, *arguments]
