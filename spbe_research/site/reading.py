"""A committed notebook as a page to read: prose, code, tables, pictures by their record.

Markdown and code are rendered by nbconvert's filters; formulas become MathML here, so that a page
needs no script and no network; a picture that the notebook shows is the one of its record. Markup
that is no words, table or formula becomes plain text (``safe``).
"""

import html
import re
from dataclasses import dataclass
from pathlib import Path

from spbe_research.press.records import load_records
from spbe_research.site.safe import safe_formula, safe_prose, safe_table

__all__ = ["Cell", "NotebookPage", "read_notebook"]

_MATH = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.DOTALL)
_CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
_HELD = re.compile("\ue000(\\d+)\ue001")
_RECORD = re.compile(r"((?:fig|tab)-[a-z0-9-]+): ")
_ANCHOR = re.compile(r'<a class="anchor-link" href="[^"]*">(?:¶|&#182;)</a>')
_HEADING_ID = re.compile(r'(<h\d) id="[^"]*"')
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_STYLE = re.compile(r"<style.*?</style>|</?div[^>]*>", re.DOTALL)
_EMPTY_HEADER = re.compile(r"<th([^>]*)>\s*</th>")
_PRESENTATION = re.compile(r' (?:border="1"|style="[^"]*"|halign="[^"]*"|valign="[^"]*")')
_NOTEBOOK_LINK = re.compile(r'href="((?:\d\d)-[a-z-]+)\.ipynb"')


@dataclass(frozen=True)
class Cell:
    """One cell as the template shows it: ``prose``, ``code``, ``table``, ``output`` or ``record``.

    ``content`` is safe HTML, or the id of a record.
    """

    kind: str
    content: str


@dataclass(frozen=True)
class NotebookPage:
    """A notebook's name, title and cells."""

    stem: str
    title: str
    cells: tuple[Cell, ...]


def read_notebook(path: Path) -> NotebookPage:
    """Return a notebook ready to be shown.

    Parameters
    ----------
    path : pathlib.Path
        An executed notebook whose first line is its title.

    Returns
    -------
    NotebookPage
        Without the title cell's heading, and without the pictures themselves.
    """
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    cells: list[Cell] = []
    title = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            source = cell.source
            if not title:
                heading, _, source = source.partition("\n")
                title = heading.removeprefix("# ").strip()
            cells.append(Cell("prose", _prose(source)))
        elif cell.cell_type == "code":
            cells.append(Cell("code", _code(cell.source)))
            cells += _outputs(cell.outputs)
    return NotebookPage(path.stem, title, tuple(cells))


def _prose(source: str) -> str:
    from nbconvert.filters import markdown2html

    formulas: list[str] = []

    def hold(match: re.Match[str]) -> str:
        block, inline = match.groups()
        formulas.append(_formula(block or inline, is_block=block is not None))
        return f"\ue000{len(formulas) - 1}\ue001"

    parts = _CODE.split(_COMMENT.sub("", source))
    text = "".join(part if part.startswith("`") else _MATH.sub(hold, part) for part in parts)
    rendered = _ANCHOR.sub("", str(markdown2html(text)))
    rendered = _HEADING_ID.sub(r"\1", rendered)
    rendered = safe_prose(_NOTEBOOK_LINK.sub(r'href="\1.html"', rendered))
    return _HELD.sub(lambda match: formulas[int(match[1])], rendered)


def _formula(source: str, *, is_block: bool) -> str:
    from latex2mathml.converter import convert

    display = "block" if is_block else "inline"
    return safe_formula(str(convert(source.strip(), display=display)))


def _code(source: str) -> str:
    return html.escape(source, quote=False)


def _outputs(outputs: list[dict[str, object]]) -> list[Cell]:
    cells: list[Cell] = []
    for output in outputs:
        data = output.get("data", {})
        if output["output_type"] == "stream":
            cells += _stream(str(output["text"]))
        elif isinstance(data, dict) and "text/html" in data:
            cells.append(Cell("table", _table(str(data["text/html"]))))
        elif isinstance(data, dict) and "image/png" not in data and "text/plain" in data:
            cells.append(Cell("output", _code(str(data["text/plain"]))))
    return cells


def _stream(text: str) -> list[Cell]:
    """What a cell printed; the captions of a shown figure become the figure itself."""
    match = _RECORD.match(text)
    if match is None or match[1] not in load_records():
        return [Cell("output", _code(text.rstrip()))]
    rest = [line for line in text.splitlines() if not line.startswith((match[1], "n = ", "data "))]
    shown = [Cell("record", match[1])]
    return shown + ([Cell("output", _code("\n".join(rest).strip()))] if any(rest) else [])


def _table(source: str) -> str:
    """A data frame's table without its own style, empty heads as plain cells."""
    table = _PRESENTATION.sub("", _STYLE.sub("", source))
    return safe_table(_EMPTY_HEADER.sub(r"<td\1></td>", table).strip())
