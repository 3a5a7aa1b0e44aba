"""The index of analyses: question, functions and an example, from the front door and docstrings.

And the index of figures: what draws each, and whether it takes one's own choice of results.

The front door (``spbe_research/__init__.pyi``) groups the public analyses under their question;
what a function returns and how it is called stand in its docstring. Nothing is imported: the index
can be written where the analyses cannot run.
"""

import ast
import doctest
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spbe_research.errors import DataError
from spbe_research.records import questions

__all__ = ["Analysis", "StudyFigure", "analyses", "study_figures"]

_PACKAGE = Path(__file__).parents[1]
_GROUP = re.compile(r"# (?P<en>.+\?)\n# (?P<id>.+\?)\n(?P<imports>(?:from .+\n)+)")
_SHORT = ("np", "pd")  # as every reader imports them
_LONGEST = 92  # of the characters of a line
_IMPORT = re.compile(r"from spbe_research\.(\S+) import (\w+) as \2")


@dataclass(frozen=True)
class Analysis:
    """One public analysis: its question, what it returns in a sentence, a call that works.

    ``example`` is empty where no call in the docstring fits into one line of public names.
    """

    name: str
    question_en: str
    question_id: str
    returns: str
    example: str


@dataclass(frozen=True)
class StudyFigure:
    """One figure of the study: the folder of its question, and the function that draws its table.

    ``takes_results``: ``draw_figure`` draws it of any rows of ``load_published()``.
    """

    id: str
    question: str
    draw: str
    takes_results: bool


@cache
def study_figures() -> tuple[StudyFigure, ...]:
    """Return the figures that the questions declare, in the order of notebooks and of files.

    Examples
    --------
    >>> [each.draw for each in study_figures() if each.id == "fig-coverage"]
    ['draw_coverage']
    """
    found = []
    for question in questions():
        for node in ast.walk(_parsed(_PACKAGE / "questions" / question / "tables.py")):
            if not isinstance(node, ast.Call) or ast.unparse(node.func) != "figure":
                continue
            given = {each.arg: ast.unparse(each.value) for each in node.keywords}
            record_id = ast.literal_eval(node.args[0])
            found.append(StudyFigure(record_id, question, given["draw"], "of" in given))
    return tuple(found)


@cache
def analyses() -> tuple[Analysis, ...]:
    """Return the analyses of the front door in its order.

    Raises
    ------
    DataError
        When a function of the front door has no docstring where the stub says it lives.

    Examples
    --------
    >>> [each.example for each in analyses() if each.name == "gini"]
    ['gini([1, 2, 3])']
    """
    stub = (_PACKAGE / "__init__.pyi").read_text(encoding="utf-8")
    public = {name for _, name in _IMPORT.findall(stub)}
    found = []
    for group in _GROUP.finditer(stub):
        for module, name in _IMPORT.findall(group["imports"]):
            text = _docstring(module, name)
            returns = text.splitlines()[0]
            example = _example(text, name, public)
            found.append(Analysis(name, group["en"], group["id"], returns, example))
    return tuple(found)


def _docstring(module: str, name: str) -> str:
    path = (_PACKAGE / module.replace(".", "/")).with_suffix(".py")
    for node in _parsed(path).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return ast.get_docstring(node) or ""
    raise DataError(f"Invalid front door: {module} has no function {name}. Correct __init__.pyi.")


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _example(docstring: str, name: str, public: set[str]) -> str:
    """The shortest call of a function in its doctests, with the names it uses written out."""
    known: dict[str, ast.expr] = {}
    calls = []
    for example in doctest.DocTestParser().get_examples(docstring):
        tree = ast.parse(example.source)
        for node in ast.walk(tree):
            called = isinstance(node, ast.Call) and ast.unparse(node.func) == name
            if called and example.exc_msg is None:
                written = _Written(known).visit(node)
                text = ast.unparse(written)
                if _names(written) <= {*public, *_SHORT} and len(text) <= _LONGEST:
                    calls.append(text)
        for statement in tree.body:
            if isinstance(statement, ast.Assign):
                value = _Written(known).visit(statement.value)
                known |= dict(_bound(statement.targets[0], value))
    return min(calls, key=len, default="")


def _bound(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The names an assignment binds, each to its value."""
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for part, its_value in zip(target.elts, value.elts, strict=True):
            yield from _bound(part, its_value)


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


class _Written(ast.NodeTransformer):
    """Puts what a name was bound to in its place, and the items of ``*tables`` one by one."""

    def __init__(self, known: dict[str, ast.expr]) -> None:
        self._known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._known.get(node.id, node)

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        node.args = [item for argument in node.args for item in _items(argument)]
        return node


def _items(argument: ast.expr) -> list[ast.expr]:
    if isinstance(argument, ast.Starred) and isinstance(argument.value, ast.Tuple):
        return argument.value.elts
    return [argument]
