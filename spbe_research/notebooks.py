"""Executing the notebooks, one kernel each, in order, with what they print kept."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from spbe_research.errors import BuildError
from spbe_research.locations import project_folder

__all__ = ["NotebookReport", "execute_notebooks", "notebook_paths"]

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
    """Return the notebooks of the repository in their order."""
    return sorted((project_folder() / "notebooks").glob("*.ipynb"))


def execute_notebooks(
    *, in_place: bool = False, progress: Callable[[str], None] = lambda step: None
) -> NotebookReport:
    """Execute every notebook of ``notebooks/``.

    Parameters
    ----------
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
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    source = project_folder() / "notebooks"
    target = source if in_place else project_folder() / "build" / "notebooks"
    target.mkdir(parents=True, exist_ok=True)
    seconds = {}
    for path in notebook_paths():
        progress(path.stem)
        started = time.monotonic()
        notebook = nbformat.read(path, as_version=4)
        client = NotebookClient(
            notebook,
            timeout=_TIMEOUT_SECONDS,
            kernel_name="python3",
            record_timing=False,
            extra_arguments=["--IPKernelApp.log_level=40"],  # no remark on sockets for each kernel
            resources={"metadata": {"path": str(source)}},
        )
        try:
            client.execute()
        except CellExecutionError as error:
            raise BuildError(f"Notebook {path.name} fails: {error}") from error
        written = target / f".{path.name}"
        nbformat.write(notebook, written)
        written.replace(target / path.name)
        seconds[path.stem] = time.monotonic() - started
    return NotebookReport(target, seconds)
