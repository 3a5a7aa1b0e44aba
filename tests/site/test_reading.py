"""Notebooks as pages: formulas without a script, pictures by their record, clean tables."""

import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from spbe_research.site.reading import Cell, read_notebook


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., tuple[Cell, ...]]:
    def written(*cells: nbformat.NotebookNode) -> tuple[Cell, ...]:
        path = tmp_path / "01-x.ipynb"
        nbformat.write(new_notebook(cells=[new_markdown_cell("# Why?\n\nSo."), *cells]), path)
        page = read_notebook(path)
        assert page.title == "Why?"
        return page.cells[1:]

    return written


def test_formula_becomes_mathml(write: Callable[..., tuple[Cell, ...]]) -> None:
    (cell,) = write(new_markdown_cell("With $x_i$ and `$5`."))
    assert "<msub><mi>x</mi><mi>i</mi></msub>" in cell.content
    assert "<code>$5</code>" in cell.content


def test_comment_and_link_to_a_notebook_are_turned(write: Callable[..., tuple[Cell, ...]]) -> None:
    (cell,) = write(new_markdown_cell("4<!--num-x--> [b](02-how-an-index-is-made.ipynb)"))
    assert cell.content.strip() == '<p>4 <a href="02-how-an-index-is-made.html">b</a></p>'


def test_shown_figure_becomes_its_record(write: Callable[..., tuple[Cell, ...]]) -> None:
    cells = write(
        new_code_cell(
            "show()",
            outputs=[
                new_output("stream", text="fig-gini: a\nfig-gini: b\nn = 1; x\ndata sha256: 0\n"),
                new_output("execute_result", {"image/png": "AAAA", "text/plain": "<Image>"}),
            ],
        )
    )
    assert cells == (Cell("code", "show()"), Cell("record", "fig-gini"))


def test_table_loses_style_and_empty_heads(write: Callable[..., tuple[Cell, ...]]) -> None:
    source = '<div><style>x</style><table border="1" class="dataframe"><th></th></table></div>'
    cells = write(new_code_cell("t", outputs=[new_output("display_data", {"text/html": source})]))
    assert cells[1] == Cell("table", '<table class="dataframe"><td></td></table>')


PROSE = {
    "a program": "<script>alert(1)</script>",
    "a handler": '<p onclick="x()">so</p>',
    "a style": '<p style="display:none">so</p>',
    "a frame": "<iframe src='https://example.org'></iframe>",
    "a picture from elsewhere": "![x](https://example.org/x.png)",
    "a picture in HTML": '<img src="https://example.org/x.png">',
    "a link that is a program": "[x](javascript:alert)",
    "the same, spelled": '<a href="javascript&colon;alert">x</a>',
    "the same, broken": '<a href="java\tscript:alert">x</a>',
    "a link that is data": "[x](data:text/html,x)",
    "a link to another host": "[x](//example.org)",
    "a form": '<form action="https://example.org"><input></form>',
    "a base": '<base href="https://example.org">',
    "a drawing": '<svg onload="x()"></svg>',
    "a tag that does not end": "so <img src=x onerror=x()",
    "a program in a formula": "$\\text{<script>alert(1)</script>}$",
    "a link in a formula": "$\\href{javascript:alert(1)}{x}$",
}
DOES = re.compile(
    r"<(?:script|iframe|img|form|input|base|svg|object|link|style|meta)|<[^>]* (?:on\w+|style|src)="
    r"|<[^>]*href=\"(?!https?:|[\w./#-]*\")",
    re.IGNORECASE,
)


@pytest.mark.parametrize("source", PROSE.values(), ids=PROSE)
def test_markup_that_does_something_becomes_text(
    write: Callable[..., tuple[Cell, ...]], source: str
) -> None:
    (cell,) = write(new_markdown_cell(source))
    assert DOES.search(cell.content) is None, cell.content


def test_table_with_markup_in_its_cells_shows_it(write: Callable[..., tuple[Cell, ...]]) -> None:
    source = '<table class="dataframe"><td><img src=x onerror=x()></td></table><script>x</script>'
    cells = write(new_code_cell("t", outputs=[new_output("display_data", {"text/html": source})]))
    assert DOES.search(cells[1].content) is None
    assert "&lt;img src=x" in cells[1].content


def test_words_lists_tables_code_and_links_stay(write: Callable[..., tuple[Cell, ...]]) -> None:
    source = (
        "## So\n\n- *a* **b** `c < d`\n\n| x | y |\n|:--|--:|\n| 1 | 2 |\n\n"
        "[a](https://example.org/?x=1&y=2) [b](../data.html#x)\n\n```python\nx = 1\n```\n"
    )
    (cell,) = write(new_markdown_cell(source))
    assert "&lt;" not in cell.content.replace("c &lt; d", "")
    for part in ("<h2>So", "<em>a</em>", "<td>1</td>", 'href="../data.html#x"', '"highlight"'):
        assert part in cell.content


def test_code_cannot_become_markup(write: Callable[..., tuple[Cell, ...]]) -> None:
    (cell,) = write(new_code_cell("a < b & c"))
    assert cell.content == "a &lt; b &amp; c"
