"""What code in a notebook may not do: reach outside, write, silence, swallow, or run for ever.

A notebook imports names, computes tables and shows records. Modules of the standard library that
reach the system are refused, and so are the ways around an import.
"""

import ast
import re
import sys
from collections.abc import Iterator

from IPython.core.inputtransformer2 import TransformerManager

from spbe_research.nbguard.violation import Violation
from spbe_research.nbguard.vocabulary import BUILTINS, HARMLESS, OUTSIDE, REACHED, SILENCES

__all__ = ["code_violations", "parsed"]

_WRITES = re.compile(
    r"to_(?:csv|excel|parquet|pickle|feather|hdf|sql|stata|orc|clipboard|gbq|xml|file)|savefig|savez?"
    r"|savez_compressed|savetxt|tofile|dump|write\w*|mkdir|makedirs|touch|unlink|rmdir|rmtree|remove_file"
    r"|chmod|symlink\w*|hardlink\w*|copyfile|memmap|open_memmap|ExcelWriter|HDFStore|imsave|publish|release"
)
_READS = re.compile(
    r"read_(?!only)\w+|loadtxt|genfromtxt|fromfile|load_npz|urlopen|urlretrieve|fetch_\w+"
)
_ADDRESS = re.compile(r"^\s*(?:https?|ftps?|s3|gs|file|data|jar|zip)://?\S", re.IGNORECASE)
_IN_A_QUERY = re.compile(r"__|@[\w.]+\s*\(|@\w+\.\w+")
_QUERIES = ("query", "eval")
_OPTIONS = ("set_option", "option_context", "reset_option")
# The least that a display option may be set to: less would hide or blur what is shown.
_LEAST = {
    "display.max_colwidth": 40,
    "display.max_columns": 20,
    "display.max_rows": 60,
    "display.precision": 2,
    "display.width": 80,
}


def parsed(source: str) -> ast.Module | str:
    """Return the tree of a cell as IPython runs it, or what keeps it from being Python."""
    try:
        python: str = TransformerManager().transform_cell(source)
        return ast.parse(python)
    except SyntaxError as error:
        return str(error.msg)


def code_violations(source: str) -> Iterator[Violation]:
    """Name what the code of one cell may not do.

    Examples
    --------
    >>> [each.text for each in code_violations('__import__("subprocess").run("ls")')]
    ["'__import__' is not for notebooks"]
    """
    tree = parsed(source)
    if isinstance(tree, str):
        yield Violation("code", "", f"not Python: {tree}")
        return
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if getattr(node, "attr", "") in _OPTIONS and id(node) not in called:
            yield Violation("warnings", "", "gives a setting of options another name")
        yield from _imports(node)
        yield from _statement(node)
        yield from _expression(node)


def _imports(node: ast.AST) -> Iterator[Violation]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield from _module(alias.name)
    elif isinstance(node, ast.ImportFrom):
        yield from _module(node.module or "")
        for alias in node.names:
            if alias.name == "*":
                yield Violation("import", "", f"imports everything of {node.module!r}")
            if alias.name in _OPTIONS:
                yield Violation("warnings", "", f"imports {alias.name!r} by its name")
            yield from _name(alias.name)


def _statement(node: ast.AST) -> Iterator[Violation]:
    match node:
        case ast.Try() | ast.TryStar():
            yield Violation("exceptions", "", "catches exceptions; an error must end the notebook")
        case ast.While():
            yield Violation("loop", "", "a `while` may never end; logic lives in a package")
        case ast.Global() | ast.Nonlocal() | ast.Delete():
            yield Violation("code", "", "global, nonlocal and del are not for notebooks")


def _expression(node: ast.AST) -> Iterator[Violation]:
    match node:
        case ast.Name(id=name):
            yield from _builtin(name)
        case ast.Attribute(ctx=ast.Store()):
            yield Violation("call", "", f"sets {ast.unparse(node)!r} of what it did not make")
        case ast.Attribute(attr=name):
            yield from _attribute(name)
        case ast.Constant(value=str(text)) if _ADDRESS.match(text):
            yield Violation("network", "", f"address {text[:40]!r}; data come from the project")
        case ast.Call():
            yield from _call(node)


def _module(dotted: str) -> Iterator[Violation]:
    top = dotted.split(".")[0]
    system = top in sys.stdlib_module_names and top not in HARMLESS
    if system or top in OUTSIDE or not top:
        yield Violation("import", "", f"imports {dotted!r}")


def _name(name: str) -> Iterator[Violation]:
    """A name taken from a package: no module of the system, nothing that reads or writes."""
    if name in sys.stdlib_module_names and name not in HARMLESS:
        yield Violation("import", "", f"imports {name!r} through another package")
    yield from _reach(name)


def _builtin(name: str) -> Iterator[Violation]:
    if name == "get_ipython":
        yield Violation("shell", "", "shell line or magic")
    elif name in BUILTINS:
        yield Violation("call", "", f"{name!r} is not for notebooks")
    else:
        yield from _reach(name)


def _attribute(name: str) -> Iterator[Violation]:
    if name.startswith("_"):
        yield Violation("call", "", f"{name!r} is private")
    elif name in sys.stdlib_module_names and name in REACHED:
        yield Violation("import", "", f"reaches {name!r} through another package")
    elif name in ("get_ipython", "run_cell", "run_line_magic", "system", "getoutput"):
        yield Violation("shell", "", f"{name!r} is not for notebooks")
    else:
        yield from _reach(name)


def _reach(name: str) -> Iterator[Violation]:
    if name in SILENCES:
        yield Violation("warnings", "", f"{name!r} silences warnings or errors")
    elif _WRITES.fullmatch(name):
        yield Violation("write", "", f"{name!r} writes a file")
    elif _READS.fullmatch(name) or name.startswith("committed_"):
        yield Violation("read", "", f"{name!r} reads a file; a notebook computes what it shows")


def _call(node: ast.Call) -> Iterator[Violation]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    first = node.args[0] if node.args else None
    text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
    if name in _QUERIES and _IN_A_QUERY.search(text):
        yield Violation("call", "", f"{name} calls a function: {text[:40]!r}")
    if name in _OPTIONS:
        yield from _options(name, node)


def _options(name: str, node: ast.Call) -> Iterator[Violation]:
    """Only what widens a display; its value is a number that is typed, or None."""
    if name == "reset_option" or node.keywords or len(node.args) % 2:
        yield Violation("warnings", "", f"{ast.unparse(node)[:40]}: options and values in pairs")
        return
    for option, value in zip(node.args[::2], node.args[1::2], strict=True):
        key = str(getattr(option, "value", ""))
        if key not in _LEAST:
            yield Violation("warnings", "", f"sets {key!r}; only {', '.join(_LEAST)} may be set")
            continue
        number = getattr(value, "value", "")
        if number is not None and not (isinstance(number, int) and number >= _LEAST[key]):
            yield Violation("warnings", "", f"{key} must be at least {_LEAST[key]}")
