"""Tables, pictures and printed lines are shown only through records.

A cell may compute what it likes. What it *shows* comes from a function that shows a record (and
compares it with the committed result), or is a selection of such a table. So nothing is shown that
no manifest holds, and no cell prints what it should have computed.
"""

import ast
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from spbe_research.errors import DataError
from spbe_research.nbguard.code import parsed
from spbe_research.nbguard.flow import OF_RECORDS, Flow, called, typed
from spbe_research.nbguard.pictures import decoded, png_faults
from spbe_research.nbguard.settings import Settings
from spbe_research.nbguard.violation import Violation

__all__ = ["Shown", "pictures_of", "record_ids"]

_ID = r"(?:fig|tab)-[a-z0-9-]+"
_NAMED = re.compile(rf"^({_ID}): ", re.MULTILINE)
_DATA_HASH = re.compile(r"data sha256: *([0-9a-f]{8,64})\b")


class Shown:
    """Judge what the cells of one notebook show, in order."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._flow = Flow(settings)
        self.records: set[str] = set()  # that stand in an output, and that the code names

    def of(self, cell: NotebookNode) -> Iterator[Violation]:
        """Name what a code cell shows that no record holds."""
        tree = parsed(cell.source)
        if isinstance(tree, str):
            return
        for name in (each for statement in tree.body for each in self._flow.learn(statement)):
            yield Violation("record", "", f"gives {name!r} another meaning")
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        last = tree.body[-1].value if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        yield from self._printed(cell, calls)
        if cell.execution_count is not None:
            yield from self._displayed(cell, calls, last)
            yield from self._records(cell, calls, last)

    def _printed(self, cell: NotebookNode, calls: list[ast.Call]) -> Iterator[Violation]:
        speaks = {"print", "display", *self._settings.prints, *self._flow.functions}
        if _text(cell) and not any(called(each) in speaks for each in calls):
            yield Violation("record", "", "has printed text that none of its lines prints")
        for call in (each for each in calls if called(each) in ("print", "display")):
            for argument in [*call.args, *(each.value for each in call.keywords)]:
                if number := typed(argument) or self._flow.constant(argument):
                    yield Violation("typed", "", f"prints a typed number: {number[:40]!r}")
            if call.args and self._flow.state(ast.Tuple(call.args, ast.Load())) != OF_RECORDS:
                yield Violation("record", "", f"prints what no record holds: {_short(call)}")

    def _displayed(
        self, cell: NotebookNode, calls: list[ast.Call], last: ast.expr | None
    ) -> Iterator[Violation]:
        kinds = {output.output_type for output in cell.outputs}
        if not kinds & {"execute_result", "display_data"}:
            if last is not None and not _prints(last) and self._flow.state(last) == OF_RECORDS:
                yield Violation("hidden", "", f"its last line shows nothing: {_short(last)}")
            return
        if last is None and not any(called(each) == "display" for each in calls):
            yield Violation("record", "", "has a result that none of its lines shows")
        if last is not None and not _prints(last) and (number := typed(last)):
            yield Violation("typed", "", f"shows a typed number: {number[:40]!r}")
        if last is not None and self._flow.state(last) != OF_RECORDS:
            yield Violation("record", "", f"shows what no record holds: {_short(last)}")

    def _records(
        self, cell: NotebookNode, calls: list[ast.Call], last: ast.expr | None
    ) -> Iterator[Violation]:
        """The records that the code names are those of the output, each with its picture."""
        functions, text = self._flow.functions, _text(cell)
        drawing, tabling = self._settings.pictures, self._settings.tables
        shows = [each for each in calls if functions.get(called(each)) in (*drawing, *tabling)]
        named = [_first_text(call) for call in shows]
        for call, name in zip(shows, named, strict=True):
            if not name:
                yield Violation("record", "", f"shows a record that is not named: {_short(call)}")
            elif name not in _NAMED.findall(text):
                yield Violation("record", "", f"{name} is not in the output")
        self.records |= {*named} & {*_NAMED.findall(text)}
        for name in dict.fromkeys(_NAMED.findall(text)):
            if name not in named:
                yield Violation("record", "", f"the output has {name}, the code has not")
        drawn = [each for each in shows if functions[called(each)] in drawing]
        seen = [call for call in drawn if _is_shown(call, last, calls, cell.source)]
        for call in drawn:
            if call not in seen:
                yield Violation("hidden", "", f"draws what it does not show: {_short(call)}")
        pictures = pictures_of(cell)
        if len(pictures) < len(seen):
            missing = len(seen) - len(pictures)
            yield Violation("hidden", "", f"{missing} of its pictures are not in the output")
        for picture in pictures:
            yield from _picture(picture, text, is_drawn=bool(drawn))


def record_ids(source: str) -> list[str]:
    """Return the ids of records that stand as texts in a cell's code, in order."""
    return re.findall(rf"[\"']({_ID})[\"']", source)


def pictures_of(cell: NotebookNode) -> list[str]:
    """Return the pictures of a cell's output, as it holds them."""
    return [each.data["image/png"] for each in cell.outputs if "image/png" in each.get("data", {})]


def _picture(picture: str, text: str, *, is_drawn: bool) -> Iterator[Violation]:
    """Id and hash of the data are printed, and stand in the picture too."""
    try:
        png = decoded(picture)
    except DataError as error:
        yield Violation("picture", "", str(error))
        return
    for fault in png_faults(png):
        yield Violation("picture", "", fault)
    printed = _DATA_HASH.findall(text)
    if not is_drawn or not printed:
        yield Violation("picture", "", "picture of no record: no line draws it")
    elif not any(value.encode() in png for value in printed):
        yield Violation("picture", "", "picture that does not carry the printed data hash")
    elif not any(name.encode() in png for name in _NAMED.findall(text)):
        yield Violation("picture", "", "picture that does not carry the id of a printed figure")


def _text(cell: NotebookNode) -> str:
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def _first_text(call: ast.Call) -> str:
    first = call.args[0] if call.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def _is_shown(call: ast.Call, last: ast.expr | None, calls: list[ast.Call], source: str) -> bool:
    """Whether a picture is the cell's result, or handed to ``display``."""
    if call is last:
        return not source.rstrip().endswith(";")
    return any(call in each.args for each in calls if called(each) == "display")


def _prints(last: ast.expr) -> bool:
    return isinstance(last, ast.Call) and called(last) in ("print", "display")


def _short(node: ast.AST) -> str:
    text = ast.unparse(node).split("\n")[0]
    return text if len(text) <= 50 else f"{text[:47]}..."
