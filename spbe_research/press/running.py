"""Which notebook is running: the file whose cells this kernel executes.

Jupyter and VS Code tell their kernels the file; ``execute_notebooks`` does as Jupyter. nbclient,
nbconvert, nbval and papermill do not: there it is the notebook of the kernel's folder that holds
every cell executed so far. A file is never guessed: where two fit and their texts differ, or none
does, it is refused.
"""

import json
import linecache
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spbe_research.errors import DataError

__all__ = ["SESSION", "running_notebook"]

SESSION = "JPY_SESSION_NAME"  # of Jupyter: the notebook that a kernel was started for
_VSCODE = "__vsc_ipynb_file__"


@dataclass(frozen=True)
class _Notebook:
    path: Path
    code: tuple[str, ...]
    text: tuple[str, ...]


def running_notebook() -> Path:
    """Return the file of the notebook that runs now.

    Raises
    ------
    DataError
        When no notebook runs, its file is not as it runs, or two files fit and differ.
    """
    shell = _shell()
    if shell is None:
        raise DataError(
            "Invalid place: no notebook runs here. check_prose() is the last cell of one."
        )
    told = {
        Path(each).resolve()
        for each in (shell.user_ns.get(_VSCODE), os.environ.get(SESSION))
        if isinstance(each, str) and each
    }
    fitting = [each for each in _read(Path.cwd().glob("*.ipynb")) if _holds(each, shell)]
    for notebook in fitting:
        if notebook.path in told or len({each.text for each in fitting}) == 1:
            return notebook.path
    if fitting:
        names = ", ".join(each.path.name for each in fitting)
        raise DataError(
            f"Invalid place: {names} hold the cells that were executed, and differ in their texts. "
            "Move all but one of them to another folder."
        )
    for notebook in _read(told):  # a cell was edited and run again, or the folder changed
        if _present(shell) in notebook.code:
            return notebook.path
    raise DataError(
        f"Invalid place: no notebook of {Path.cwd()} holds the cells that were executed. Save the "
        "notebook in the folder its kernel runs in, restart the kernel and run all cells."
    )


def _shell() -> Any:
    """The shell of a notebook's kernel, or None."""
    try:
        from IPython import get_ipython
    except ModuleNotFoundError:
        return None
    shell = get_ipython()
    return shell if hasattr(shell, "kernel") else None


def _holds(notebook: _Notebook, shell: Any) -> bool:
    """Whether every cell that the kernel compiled is one of the notebook's.

    The kernel names the code of a cell by the hash of its source, whether or not it keeps a
    history (nbval asks it not to), and keeps the names for tracebacks.
    """
    named = {shell.compile.get_code_name(text, text, 0) for text in notebook.code}
    folder = Path(shell.compile.get_code_name("", "", 0)).parent
    executed = {name for name in linecache.cache if Path(name).parent == folder}
    return bool(executed) and executed <= named


def _present(shell: Any) -> str:
    """The source of the cell that runs now."""
    return str(shell.kernel.get_parent("shell").get("content", {}).get("code", ""))


def _read(paths: Iterable[Path]) -> list[_Notebook]:
    """The sources of notebooks; files that are none are left out."""
    found = []
    for path in sorted(paths):
        try:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            sources = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        code = tuple(text for kind, text in sources if kind == "code")
        text = tuple(text for kind, text in sources if kind == "markdown")
        found.append(_Notebook(path.resolve(), code, text))
    return found
