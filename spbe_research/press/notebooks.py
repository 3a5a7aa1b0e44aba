"""Executing notebooks, one kernel each, in order, with what they print kept."""

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from spbe_research.errors import BuildError, DataError, refuse
from spbe_research.locations import project_folder
from spbe_research.press.running import SESSION

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = [
    "NotebookReport",
    "chosen_notebooks",
    "execute_notebook",
    "execute_notebooks",
    "notebook_paths",
]

_TIMEOUT_SECONDS = 600


@dataclass(frozen=True)
class NotebookReport:
    """Where the executed notebooks are, how many, and how long it took."""

    folder: Path
    seconds: dict[str, float]

    def summary(self) -> str:
        """Say it in one sentence."""
        total = sum(self.seconds.values())
        return f"{len(self.seconds)} notebooks executed in {total:.0f} s: {self.folder}"


def notebook_paths() -> list[Path]:
    """Return the notebooks of the study in their order; drafts are none of them."""
    return sorted((project_folder() / "notebooks").glob("*.ipynb"))


def chosen_notebooks(names: Iterable[str]) -> list[Path]:
    """Return the notebooks of these numbers or stems, in their order; all for no names.

    Raises
    ------
    DataError
        Naming every name that is none.

    Examples
    --------
    >>> [path.stem for path in chosen_notebooks(["01"])]
    ['01-what-is-in-the-data']
    >>> chosen_notebooks(["99"])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid notebooks, 1 violation:
      - 99
    Each must be a number, such as 01, or a stem of notebooks/.
    """
    wanted, paths = set(names), notebook_paths()
    known = {name for path in paths for name in (path.stem, path.stem.partition("-")[0])}
    remedy = "Each must be a number, such as 01, or a stem of notebooks/."
    refuse(DataError, "notebooks", sorted(wanted - known), remedy)
    return [
        path for path in paths if not wanted or wanted & {path.stem, path.stem.partition("-")[0]}
    ]


def execute_notebooks(
    paths: Iterable[Path] | None = None,
    *,
    in_place: bool = False,
    progress: Callable[[str], None] = lambda step: None,
) -> NotebookReport:
    """Execute notebooks of ``notebooks/``.

    Parameters
    ----------
    paths : iterable of pathlib.Path, optional
        Those of ``notebook_paths()`` that are executed; all when left out.
    in_place : bool
        Write back to ``notebooks/``; otherwise to ``build/notebooks/``.
    progress : callable
        Called with the name of each notebook before it starts.

    Returns
    -------
    NotebookReport

    Raises
    ------
    BuildError
        When a cell fails; the message names notebook and cell. The notebooks executed before it
        are kept.
    """
    import nbformat

    source = project_folder() / "notebooks"
    target = source if in_place else project_folder() / "build" / "notebooks"
    target.mkdir(parents=True, exist_ok=True)
    seconds = {}
    for path in notebook_paths() if paths is None else paths:
        progress(path.stem)
        started = time.monotonic()
        written = target / f".{path.name}"
        nbformat.write(execute_notebook(path), written)
        written.replace(target / path.name)
        seconds[path.stem] = time.monotonic() - started
    return NotebookReport(target, seconds)


def execute_notebook(path: Path) -> "NotebookNode":
    """Execute one notebook in a fresh kernel, in its own folder; nothing is written.

    Returns
    -------
    nbformat.NotebookNode
        With its outputs.

    Raises
    ------
    BuildError
        When a cell fails; the message names notebook and cell.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=_TIMEOUT_SECONDS,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--IPKernelApp.log_level=40"],  # no remark on sockets for each kernel
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute(env={**os.environ, SESSION: str(path)})
    except CellExecutionError as error:
        raise BuildError(f"Notebook {path.name} fails: {error}") from error
    return notebook
