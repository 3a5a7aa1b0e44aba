"""Which modules of this package a module rests on: read from their imports, nothing is run."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from spbe_research.errors import DataError

__all__ = ["closure", "literal_arguments"]

_PACKAGE = "spbe_research"
_ROOT = Path(__file__).resolve().parents[1]


def closure(modules: Iterable[str]) -> dict[str, Path]:
    """Return the files of these modules and of all they import from this package, by name.

    Imports inside functions count; those for type checkers do not. A module that imports from the
    package's front door, where names are found when they are used, rests on every module.

    Raises
    ------
    DataError
        When a module does not exist.

    Examples
    --------
    >>> sorted(closure(["spbe_research.locations"]))[2:]
    ['spbe_research.extras', 'spbe_research.locations']
    >>> closure(["spbe_research.gossip"])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid module 'spbe_research.gossip'. It must be one of ...
    """
    found: dict[str, Path] = {}
    waiting = list(modules)
    for name in waiting:
        if _file(name) is None:
            raise DataError(f"Invalid module {name!r}. It must be one of this package.")
    while waiting:
        name = waiting.pop()
        path = _file(name)
        if name in found or path is None:
            continue
        found[name] = path
        waiting += [*_parents(name), *_imported(path, path.stat().st_mtime_ns)]
    return dict(sorted(found.items()))


def literal_arguments(path: Path, function: str) -> tuple[str, ...] | None:
    """Return the texts that a module calls a function with; None where one is not written out.

    Examples
    --------
    >>> literal_arguments(Path(__file__), "closure")
    ()
    """
    texts = []
    for node in ast.walk(_parsed(path, path.stat().st_mtime_ns)):
        if not (isinstance(node, ast.Call) and _name_of(node.func) == function and node.args):
            continue
        argument = node.args[0]
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            return None
        texts.append(argument.value)
    return tuple(texts)


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _file(name: str) -> Path | None:
    base = _ROOT.parent.joinpath(*name.split("."))
    for path in (base / "__init__.py", base.with_name(base.name + ".py")):
        if path.is_file():
            return path
    return None


def _parents(name: str) -> Iterator[str]:
    """The packages around a module: their ``__init__`` runs first."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


@cache
def _parsed(path: Path, modified: int) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _imported(path: Path, modified: int) -> tuple[str, ...]:
    names: list[str] = []
    for node in _run_nodes(_parsed(path, modified)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
            parts = [f"{node.module}.{alias.name}" for alias in node.names]
            if node.module == _PACKAGE and any(_file(part) is None for part in parts):
                names += _every_module()
            names += parts
    return tuple(name for name in names if name.split(".")[0] == _PACKAGE)


def _run_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Every node but those that only a type checker reads."""
    if isinstance(node, ast.If) and _name_of(node.test) == "TYPE_CHECKING":
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _run_nodes(child)


@cache
def _every_module() -> tuple[str, ...]:
    paths = _ROOT.rglob("*.py")
    names = [path.relative_to(_ROOT.parent).with_suffix("").parts for path in paths]
    return tuple(".".join(parts).removesuffix(".__init__") for parts in sorted(names))
