"""The rules of a notebook as a test: ``notebooks/04-is-it-so.ipynb::rules``."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from spbe_research.errors import SpbeError
from spbe_research.nbguard.rules import guard_of

__all__ = ["NotebookFile", "NotebookError"]


class NotebookError(SpbeError):
    """A notebook breaks rules; the message names each, with its cell."""


class NotebookFile(pytest.File):
    """A notebook of which the rules are asked."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield its one test."""
        yield NotebookItem.from_parent(self, name="rules")


class NotebookItem(pytest.Item):
    """All rules that need no kernel, on one notebook."""

    def runtest(self) -> None:
        """Raise with every breach at once."""
        found = guard_of(self.config.rootpath).of_file(self.path)
        if found:
            raise NotebookError("\n".join(map(str, found)))

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None
    ) -> str:
        """Show the breaches without a traceback."""
        count = str(excinfo.value).count("\n") + 1
        return f"{self.path.name} breaks {count} rule{'s' if count > 1 else ''}:\n{excinfo.value}"

    def reportinfo(self) -> tuple[Path, int, str]:
        """Say where it is."""
        return self.path, 0, f"{self.path.name}::rules"
