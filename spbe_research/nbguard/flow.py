"""What the names of a notebook were made of, followed from cell to cell.

A value is *of records* when everything in it was returned by a function that shows or computes a
record, *neutral* when it is made of constants, and *other* when anything else is in it.
"""

import ast
from collections.abc import Callable, Iterator

from spbe_research.nbguard.settings import Settings
from spbe_research.nbguard.vocabulary import COMBINING

__all__ = ["OF_RECORDS", "Flow", "called"]

OF_RECORDS, _NEUTRAL, _OTHER = "of records", "neutral", "other"
_COMPUTING = ("pandas", "numpy", "math", "itertools", "functools", "statistics", "operator")
_PRINTING = ("print", "display")
# What makes no table of its own: it is made of what it is given.
_BUILTINS = (*_PRINTING, *COMBINING)


class Flow:
    """The names of one notebook."""

    def __init__(self, settings: Settings) -> None:
        self._module = settings.module
        self._known = {*settings.pictures, *settings.tables, *settings.results}
        self._states = dict.fromkeys(_BUILTINS, _NEUTRAL)
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

    def state(self, value: ast.AST) -> str:
        """What an expression is made of."""
        local = {
            node.id
            for node in ast.walk(value)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        local |= {node.arg for node in ast.walk(value) if isinstance(node, ast.arg)}
        return self._made_of(value, local)

    def _made_of(self, node: ast.AST, local: set[str]) -> str:
        if isinstance(node, ast.Call) and called(node) in self.functions:
            return OF_RECORDS
        if isinstance(node, ast.Name):
            return _NEUTRAL if node.id in local else self._states.get(node.id, _OTHER)
        parts = {self._made_of(child, local) for child in ast.iter_child_nodes(node)}
        return _worst(parts)

    def _import(self, node: ast.Import) -> Iterator[str]:
        for alias in node.names:
            yield from self._bind(alias.asname or alias.name.split(".")[0], _of_module(alias.name))

    def _import_from(self, node: ast.ImportFrom) -> Iterator[str]:
        module = node.module or ""
        for alias in node.names:
            name = alias.asname or alias.name
            if alias.name in self._known and module == (self._module or module):
                self.functions[name] = alias.name
            else:
                yield from self._bind(name, _of_module(module))

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

    def _assign(self, target: ast.expr, state: str) -> Iterator[str]:
        """Bind the names of a target; a part that is set can only spoil the whole."""
        if not isinstance(target, ast.Subscript | ast.Attribute):
            for node in ast.walk(target):
                if isinstance(node, ast.Name):
                    yield from self._bind(node.id, state)
            return
        base: ast.expr = target
        while isinstance(base, ast.Subscript | ast.Attribute | ast.Call):
            base = base.func if isinstance(base, ast.Call) else base.value
        if isinstance(base, ast.Name):
            own = self._states.get(base.id, _OTHER)
            yield from self._bind(base.id, _OTHER if state == _OTHER else own)

    def _bind(self, name: str, state: str) -> Iterator[str]:
        if name in {*self.functions, *self._known, *_PRINTING}:
            yield name
        self._states[name] = state


def called(call: ast.Call) -> str:
    """Return the plain name that is called; empty for a method."""
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _worst(states: set[str]) -> str:
    return next((each for each in (_OTHER, OF_RECORDS) if each in states), _NEUTRAL)


def _of_module(module: str) -> str:
    return _NEUTRAL if module.split(".")[0] in _COMPUTING else _OTHER
