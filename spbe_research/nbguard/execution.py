"""What the guard adds to nbval while it executes: a watchdog, guarded kernels, pixels.

nbval waits for a dead kernel or an endless cell as long as its timeout, cell after cell. Here a
cell is ended when its kernel has died, when it has used up its processor time, or when it does
nothing; the message names notebook and cell, and the cells after it are not waited for.
"""

import os
import tempfile
import time
from collections.abc import Callable, Generator
from pathlib import Path
from queue import Empty
from typing import Any

import psutil
import pytest
from nbformat import NotebookNode

from spbe_research.errors import DataError, SpbeError
from spbe_research.nbguard.kernel import READY, ROOT
from spbe_research.nbguard.pictures import decoded, picture_hash
from spbe_research.nbguard.settings import Settings

__all__ = ["Execution", "StoppedError"]

_SLICE = 0.2  # seconds between two looks at the kernel
_WORKS = 0.02  # seconds of processor time that count as work
_EXTENSION = "spbe_research.nbguard.kernel"


class StoppedError(SpbeError):
    """A cell was ended, or not begun because an earlier one was."""


class _Watch:
    """How much a kernel has worked since its cell began."""

    def __init__(self, kernel: Any, settings: Settings) -> None:
        self._settings = settings
        self._process = psutil.Process(kernel.km.provisioner.pid)
        self.begin()

    def begin(self) -> None:
        """Start the clock of a cell."""
        self._start = self._last = self._seconds()
        self._worked_at = time.monotonic()

    def fault(self) -> str:
        """Say why the cell must be ended; nothing while it works."""
        try:
            used = self._seconds()
        except psutil.Error:
            return "the kernel died"
        if used - self._last > _WORKS:
            self._last, self._worked_at = used, time.monotonic()
        if used - self._start > self._settings.cell_seconds:
            return f"ended after {self._settings.cell_seconds:g} s of processor time"
        if time.monotonic() - self._worked_at > self._settings.idle_seconds:
            return f"ended after {self._settings.idle_seconds:g} s in which it did nothing"
        return ""

    def _seconds(self) -> float:
        """Processor time of the kernel and of what it started."""
        if self._process.status() == psutil.STATUS_ZOMBIE:
            raise psutil.NoSuchProcess(self._process.pid)
        family = [self._process, *self._process.children(recursive=True)]
        return sum(sum(each.cpu_times()[:2]) for each in family)


class Execution:
    """A pytest plugin beside nbval, for one run.

    Parameters
    ----------
    settings : Settings
        Of the project.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._restore: list[Callable[[], None]] = []

    def install(self) -> None:
        """Put the guard around nbval's kernels and comparisons."""
        from nbval import kernel, plugin

        self._around(kernel, "start_new_kernel", self._started)
        self._around(kernel.RunningKernel, "get_message", self._awaited)
        self._around(kernel.RunningKernel, "execute_cell_input", self._begun)
        self._around(plugin.IPyNbCell, "compare_outputs", self._compared)

    def pytest_unconfigure(self) -> None:
        """Leave nbval as it was."""
        while self._restore:
            self._restore.pop()()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        """Tell the watchdog which cell begins; do not begin one after an end."""
        kernel = getattr(item.parent, "kernel", None)
        if kernel is not None and hasattr(item, "cell_num"):
            if ended := getattr(kernel, "nbguard_ended", ""):
                raise StoppedError(f"not executed, since {ended}")
            kernel.nbguard_place = f"{item.path.name}, code cell {item.cell_num + 1}"
        return (yield)

    def _around(self, owner: Any, name: str, wrapped: Callable[..., Any]) -> None:
        original = getattr(owner, name)

        def replacement(*args: Any, **kwargs: Any) -> Any:
            return wrapped(original, *args, **kwargs)

        setattr(owner, name, replacement)
        self._restore.append(lambda: setattr(owner, name, original))

    def _started(self, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Start a kernel with the extension, and be sure that it is there."""
        with tempfile.TemporaryDirectory() as folder:
            ready = Path(folder) / "ready"
            kwargs["env"] = {
                **(kwargs.get("env") or os.environ),
                ROOT: str(self._settings.root.resolve()),
                READY: str(ready),
            }
            kwargs["extra_arguments"] = [
                *kwargs.get("extra_arguments", ()),
                f"--IPKernelApp.extra_extensions={_EXTENSION}",
            ]
            started = original(*args, **kwargs)
            if not ready.exists():
                started[1].stop_channels()
                started[0].shutdown_kernel(now=True)
                raise StoppedError(
                    f"Invalid kernel. It must be able to import {_EXTENSION}: run pytest with "
                    "--nbval-current-env, or install spbe_research for the kernel."
                )
        return started

    def _begun(self, original: Callable[..., Any], kernel: Any, *args: Any, **kwargs: Any) -> Any:
        kernel.nbguard_watch = _Watch(kernel, self._settings)
        return original(kernel, *args, **kwargs)

    def _awaited(
        self, original: Callable[..., Any], kernel: Any, stream: str, timeout: float | None = None
    ) -> Any:
        """Wait for a message in slices, and look at the kernel between them."""
        watch = getattr(kernel, "nbguard_watch", None)
        if watch is None:
            return original(kernel, stream, timeout)
        until = None if timeout is None else time.monotonic() + timeout
        while True:
            left = _SLICE if until is None else max(0.0, min(_SLICE, until - time.monotonic()))
            try:
                return original(kernel, stream, timeout=left)
            except Empty:
                if fault := watch.fault() or ("" if kernel.is_alive() else "the kernel died"):
                    kernel.nbguard_ended = f"{kernel.nbguard_place}: {fault}"
                    kernel.stop()
                    raise StoppedError(kernel.nbguard_ended) from None
                if until is not None and time.monotonic() >= until:
                    raise

    def _compared(
        self,
        original: Callable[..., bool],
        cell: Any,
        test: list[NotebookNode],
        ref: list[NotebookNode],
        skip_compare: Any = None,
    ) -> bool:
        """Compare pictures as pixels too; nbval has compared the rest."""
        if not original(cell, test, ref, skip_compare):
            return False
        if faults := _other_pictures(test, ref):
            cell.comparison_traceback = faults
            return False
        return True


def _other_pictures(test: list[NotebookNode], ref: list[NotebookNode]) -> list[str]:
    drawn, committed = ([_hash(each) for each in _pictures(outputs)] for outputs in (test, ref))
    if len(drawn) != len(committed):
        return [f"{len(committed)} pictures are committed, {len(drawn)} are drawn"]
    return [
        f"picture {place} has other pixels, mode or size than the one that is drawn"
        for place, (one, other) in enumerate(zip(drawn, committed, strict=True), start=1)
        if one != other
    ]


def _pictures(outputs: list[NotebookNode]) -> list[str]:
    return [each["data"]["image/png"] for each in outputs if "image/png" in each.get("data", {})]


def _hash(picture: str) -> str:
    try:
        return picture_hash(decoded(picture))
    except DataError as error:
        return str(error)
