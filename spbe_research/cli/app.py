"""The command line itself: the app that commands register with, errors as text, a progress bar."""

import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, NoReturn, TextIO

import typer

from spbe_research.errors import DataError, SpbeError, printable
from spbe_research.extras import missing_extra

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = ["Step", "app", "main", "progress", "say"]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="SPBE results of Indonesian government agencies: check a published number, score your own "
    "levels, build and verify the tables, run the notebooks, start a question of your own.",
)


def main() -> None:
    """Run the command; what goes wrong is its text and exit code 2, not a traceback.

    Where the reader of the output has gone, as `| head` does, the command ends quietly.
    """
    try:
        _check_arguments(sys.argv[1:])
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):  # a terminal may lack a letter of a name
                stream.reconfigure(errors="backslashreplace")
        try:
            app()
        finally:
            sys.stdout.flush()
    except SpbeError as error:
        _refuse(error)
    except BrokenPipeError:
        _forget(sys.stdout)
        raise SystemExit(1) from None
    except OSError as error:
        _forget(sys.stdout)
        where = f"{error.filename}: " if error.filename else ""
        _refuse(DataError(f"Cannot go on: {where}{error.strerror or error}."))
    except MemoryError:
        _refuse(DataError("Cannot go on: the memory is full. Split the file."))
    except ModuleNotFoundError as error:
        if refusal := missing_extra(error):
            _refuse(refusal)
        raise


def say(text: str) -> None:
    """Print what may quote a user or a document: no control character steers the terminal."""
    typer.echo(printable(text))


def _check_arguments(arguments: list[str]) -> None:
    """Refuse bytes that are no UTF-8: Python hands them on as halves of characters."""
    for at, text in enumerate(arguments, start=1):
        try:
            text.encode()
        except UnicodeEncodeError:
            raise DataError(f"Invalid argument {at}, {text!r}. It must be UTF-8.") from None


def _forget(stream: TextIO) -> None:
    """Let what is left for a screen that takes no more go nowhere; Python flushes at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())


def _refuse(error: SpbeError) -> NoReturn:
    try:
        typer.echo(str(error), err=True)
    except OSError:  # a full screen takes no refusal either: the exit code says it
        _forget(sys.stderr)
    raise SystemExit(2) from None


def progress() -> "Progress":
    """Return the bar that shows what a command is at; nothing where there is no screen."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description:<44}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )


class Step:
    """A task of the bar that names what is going on; says nothing where there is no screen."""

    def __init__(self, bar: "Progress", title: str, total: int | None = None) -> None:
        self._bar, self._title, self._begun = bar, title, 0
        self._task = bar.add_task(title, total=total)

    def __call__(self, step: str) -> None:
        """Name what begins now."""
        self._bar.update(self._task, description=f"{self._title}: {step}", completed=self._begun)
        self._begun += 1

    def finish(self) -> None:
        """Fill the bar."""
        self._bar.update(self._task, description=self._title, completed=self._begun)
