"""Notebooks as pages: formulas without a script, pictures by their record, clean tables."""

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


def test_code_cannot_become_markup(write: Callable[..., tuple[Cell, ...]]) -> None:
    (cell,) = write(new_code_cell("a < b & c"))
    assert cell.content == "a &lt; b &amp; c"
