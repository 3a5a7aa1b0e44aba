"""What the names of a notebook were made of, followed from cell to cell.

A value is *of records* when everything in it was returned by a function that shows or computes a
record, *neutral* when it is made of constants, and *other* when anything else is in it. A selection
of records is of records; with typed numbers beside it, or values or names changed, it is other.
Names may share one table, so that a change of one makes all other.
"""

import ast
import re
from collections.abc import Callable, Iterator
from typing import TypeGuard

from spbe_research.nbguard.settings import Settings
from spbe_research.nbguard.vocabulary import (
    COMBINING,
    FALSIFYING,
    INVENTING,
    MUTATING,
    NUMBER_WORDS,
)

__all__ = ["OF_RECORDS", "Flow", "called", "typed"]

OF_RECORDS, _NEUTRAL, _OTHER = "of records", "neutral", "other"
_COMPUTING = ("pandas", "numpy", "math", "itertools", "functools", "statistics", "operator")
_PRINTING = ("print", "display")
# What makes no table of its own: it is made of what it is given.
_BUILTINS = (*_PRINTING, *COMBINING)
_RENAMING = {"float_format", "formatters", "header", "inplace", "na_rep", "out"}
_CHANGING = {"inplace", "out"}
_NUMBER = re.compile(
    rf"\d|(?<![\w-])(?:{'|'.join((*NUMBER_WORDS['en'], *NUMBER_WORDS['id']))})(?![\w])",
    re.IGNORECASE,
)
# What of an expression may stand beside records: not an index, no condition, no format.
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {
    ast.BinOp: ("left", "right"), ast.BoolOp: ("values",), ast.Dict: ("keys", "values"),
    ast.DictComp: ("key", "value"), ast.FormattedValue: ("value",), ast.GeneratorExp: ("elt",),
    ast.IfExp: ("body", "orelse"), ast.JoinedStr: ("values",), ast.List: ("elts",),
    ast.ListComp: ("elt",), ast.NamedExpr: ("value",), ast.Set: ("elts",), ast.SetComp: ("elt",),
    ast.Starred: ("value",), ast.Tuple: ("elts",),
}  # fmt: skip


class Flow:
    """The names of one notebook."""

    def __init__(self, settings: Settings) -> None:
        self._module = settings.module
        self._known = {*settings.pictures, *settings.tables, *settings.results}
        self._states = dict.fromkeys(_BUILTINS, _NEUTRAL)
        self._modules: set[str] = set()
        self.functions: dict[str, str] = {}  # what shows or computes records is called here
        self._learners: dict[type[ast.stmt], Callable[..., Iterator[str]]] = {
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
            ast.Assign: self._assigned,
            ast.AnnAssign: self._assigned,
            ast.AugAssign: self._assigned,
            ast.For: self._loop,
            ast.If: self._block,
            ast.With: self._with,
            ast.FunctionDef: self._defined,
            ast.ClassDef: self._defined,
        }

    def learn(self, statement: ast.stmt) -> Iterator[str]:
        """Follow one statement; yield the showing functions to which it gives another meaning."""
        if learner := self._learners.get(type(statement)):
            yield from learner(statement)
        for node in ast.walk(statement):
            if isinstance(node, ast.NamedExpr):
                yield from self._assign(node.target, self.state(node.value))
            if isinstance(node, ast.Call) and called(node) in self.functions:
                # What a showing function was given was just compared with its record.
                given = (each.id for each in node.args[1:] if isinstance(each, ast.Name))
                self._states |= dict.fromkeys(given, OF_RECORDS)
        if any(map(self._changes, ast.walk(statement))):
            self._spoil()

    def state(self, value: ast.AST) -> str:
        """What an expression is made of."""
        local = {
            node.id
            for node in ast.walk(value)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        local |= {node.arg for node in ast.walk(value) if isinstance(node, ast.arg)}
        return self._made_of(value, local)

    def constant(self, value: ast.expr) -> str:
        """The name that an expression is, where it is of constants; empty for others."""
        if not isinstance(value, ast.Name) or value.id in _BUILTINS:
            return ""
        return value.id if self.state(value) == _NEUTRAL else ""

    def _made_of(self, node: ast.AST, local: set[str]) -> str:
        if isinstance(node, ast.Call) and called(node) in self.functions:
            return OF_RECORDS
        if isinstance(node, ast.Name):
            return _NEUTRAL if node.id in local else self._states.get(node.id, _OTHER)
        if _falsifies(node):
            return _OTHER
        parts = {self._made_of(child, local) for child in ast.iter_child_nodes(node)}
        return _OTHER if OF_RECORDS in parts and typed(node) else _worst(parts)

    def _changes(self, node: ast.AST) -> bool:
        """Whether a record is changed in place: by its own method, or where it is given."""
        if isinstance(node, ast.Attribute):  # "place" is a function of numpy, and may be a column
            changes = node.attr in MUTATING - {"place"}
            return changes and self.state(node.value) == OF_RECORDS
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            return False
        keywords = [each.value for each in node.keywords]
        if any(each.arg in _CHANGING for each in node.keywords):
            return OF_RECORDS in map(self.state, [node.func.value, *keywords])
        is_function = node.func.attr in MUTATING and _root(node.func) in self._modules
        return is_function and OF_RECORDS in map(self.state, [*node.args, *keywords])

    def _spoil(self) -> None:
        records = (name for name, state in self._states.items() if state == OF_RECORDS)
        self._states |= dict.fromkeys(list(records), _OTHER)

    def _import(self, node: ast.Import) -> Iterator[str]:
        for alias in node.names:
            self._modules.add(alias.asname or alias.name.split(".")[0])
            yield from self._bind(alias.asname or alias.name.split(".")[0], _of_module(alias.name))

    def _import_from(self, node: ast.ImportFrom) -> Iterator[str]:
        module = node.module or ""
        for alias in node.names:
            name = alias.asname or alias.name
            if alias.name in self._known and module == (self._module or module):
                self.functions[name] = alias.name
            else:
                is_other = alias.name in FALSIFYING | INVENTING | MUTATING
                yield from self._bind(name, _OTHER if is_other else _of_module(module))

    def _assigned(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> Iterator[str]:
        if node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                yield from self._assign(target, self.state(node.value))

    def _loop(self, node: ast.For) -> Iterator[str]:
        yield from self._assign(node.target, self.state(node.iter))
        yield from self._block(node)

    def _with(self, node: ast.With) -> Iterator[str]:
        for item in node.items:
            if item.optional_vars is not None:
                yield from self._assign(item.optional_vars, self.state(item.context_expr))
        for each in node.body:
            yield from self.learn(each)

    def _block(self, node: ast.For | ast.If) -> Iterator[str]:
        for each in [*node.body, *node.orelse]:
            yield from self.learn(each)

    def _defined(self, node: ast.FunctionDef | ast.ClassDef) -> Iterator[str]:
        yield from self._bind(node.name, _OTHER)
        if any(_is_part(each) and isinstance(each.ctx, ast.Store) for each in ast.walk(node)):
            self._spoil()  # what it is given is not known

    def _assign(self, target: ast.expr, state: str) -> Iterator[str]:
        """Bind the names of a target; a part that is set spoils what it is a part of."""
        if isinstance(target, ast.Tuple | ast.List | ast.Starred):
            parts = [target.value] if isinstance(target, ast.Starred) else target.elts
            for part in parts:
                yield from self._assign(part, state)
        elif isinstance(target, ast.Name):
            yield from self._bind(target.id, state)
        elif isinstance(target, ast.Subscript | ast.Attribute):
            own = self.state(target.value)
            if own == OF_RECORDS:
                self._spoil()
            elif root := _root(target):
                yield from self._bind(root, _worst({own, state}))

    def _bind(self, name: str, state: str) -> Iterator[str]:
        if name in {*self.functions, *self._known, *_PRINTING}:
            yield name
        self._states[name] = state


def called(call: ast.Call) -> str:
    """Return the plain name that is called; empty for a method."""
    return call.func.id if isinstance(call.func, ast.Name) else ""


def typed(node: ast.AST) -> str:
    """Return the constant with a digit or number word that an expression puts beside its parts.

    What selects is none: an index, the arguments of a method, a format.
    """
    if isinstance(node, ast.Constant):
        return str(node.value) if _NUMBER.search(str(node.value)) else ""
    parts = _beside(node) if isinstance(node, ast.Call) else _inside(node)
    return next(filter(None, map(typed, parts)), "")


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    for field in _FIELDS.get(type(node), ()):
        part = getattr(node, field)
        yield from filter(None, part) if isinstance(part, list) else (part,)


def _beside(call: ast.Call) -> list[ast.expr]:
    """What is put into a text or by a function of Python; else what a method is of."""
    given = [*call.args, *(each.value for each in call.keywords)]
    match call.func:
        case ast.Name(id="round"):
            return call.args[:1]
        case ast.Name(id=name) if name in COMBINING:
            return given
        case ast.Attribute(value=ast.Constant() | ast.JoinedStr() as text):
            return [text, *given]
        case ast.Attribute(value=owner):
            return [owner]
    return []


def _falsifies(node: ast.AST) -> bool:
    """Whether an expression changes values or names, or makes a table of constants."""
    if isinstance(node, ast.Attribute):
        return node.attr in FALSIFYING | INVENTING
    return isinstance(node, ast.Call) and any(each.arg in _RENAMING for each in node.keywords)


def _is_part(node: ast.AST) -> TypeGuard[ast.Subscript | ast.Attribute]:
    return isinstance(node, ast.Subscript | ast.Attribute)


def _root(node: ast.expr) -> str:
    """The name that a part is a part of."""
    while isinstance(node, ast.Subscript | ast.Attribute | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _worst(states: set[str]) -> str:
    return next((each for each in (_OTHER, OF_RECORDS) if each in states), _NEUTRAL)


def _of_module(module: str) -> str:
    return _NEUTRAL if module.split(".")[0] in _COMPUTING else _OTHER
