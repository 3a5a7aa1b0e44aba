"""What runs inside the kernel: nothing is written into the project, nothing reaches out.

An IPython extension, loaded before the first cell. It adds an audit hook, which Python asks before
it opens a file, connects or starts a process, whatever the way there; a hook cannot be taken away.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

__all__ = ["READY", "ROOT", "load_ipython_extension"]

ROOT = "NBGUARD_ROOT"  # of the environment: the folder of the project
READY = "NBGUARD_READY"  # and the file that says that the hook is there
_STARTS = frozenset(
    (
        "subprocess.Popen",
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.spawn",
        "os.startfile",
        "pty.spawn",
    )
)
_CHANGES = frozenset(
    (
        "os.remove",
        "os.rename",
        "os.mkdir",
        "os.rmdir",
        "os.truncate",
        "os.link",
        "os.symlink",
        "sqlite3.connect",
    )
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_HERE = ("", "localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 - compared, not bound


def load_ipython_extension(_shell: object) -> None:
    """Guard the kernel that loads this."""
    sys.addaudithook(refusing(Path(os.environ[ROOT])))
    Path(os.environ[READY]).touch()


def refusing(root: Path) -> Callable[[str, tuple[object, ...]], None]:
    """Return the hook of a project: it raises ``PermissionError`` for what is not allowed."""
    project = root.resolve()

    def hook(event: str, args: tuple[object, ...]) -> None:
        if event == "open":
            if _writes(args[1], args[2]) and _is_inside(args[0], project):
                raise PermissionError(f"a notebook may not write into the project: {args[0]}")
        elif event in _CHANGES or event.startswith("shutil."):
            if any(_is_inside(path, project) for path in args[:2]):
                raise PermissionError(f"a notebook may not change the project: {args[0]}")
        elif event in _STARTS:
            raise PermissionError(f"a notebook may not start a program: {args[0]}")
        elif event in ("socket.connect", "socket.getaddrinfo") and (host := _host(event, args)):
            raise PermissionError(f"a notebook may not use the network: {host}")

    return hook


def _writes(mode: object, flags: object) -> bool:
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & _WRITING)


def _is_inside(path: object, project: Path) -> bool:
    """Whether a path lies in the project, hidden folders and those of bytecode aside."""
    if not isinstance(path, str | bytes | os.PathLike):
        return False  # a file that is open already
    full = Path(os.path.realpath(os.fsdecode(path)))
    if not full.is_relative_to(project):
        return False
    below = full.relative_to(project).parts
    return not any(part.startswith(".") or part == "__pycache__" for part in below)


def _host(event: str, args: tuple[object, ...]) -> object:
    """The host that is asked for, unless it is this machine."""
    address = args[1] if event == "socket.connect" else (args[0],)
    host = address[0] if isinstance(address, tuple) else None  # a path: a socket of this machine
    return None if host in (None, *_HERE) else host
