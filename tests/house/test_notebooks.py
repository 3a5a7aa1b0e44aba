"""Our notebooks break no rule: not the guard's (``tests/nbguard``), not those of style."""

from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from notebook_rules import MAX_CODE_CELLS, house_guard, style, violations

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def _notebook(*sources: str, title: str = "# Is it good?", ends: bool = True) -> NotebookNode:
    """A notebook whose last cell is the check of prose if it ``ends`` well."""
    code = (*sources, "check_prose()") if ends else sources
    return new_notebook(cells=[new_markdown_cell(title), *map(new_code_cell, code)])


BAD = {
    "no check of prose": (_notebook("1", ends=False), "does not check the numbers"),
    "too many cells": (_notebook(*["1"] * MAX_CODE_CELLS), "more than 15"),
    "a function": (_notebook("def mean(x):\n    return x"), "defines 'mean'"),
    "a class": (_notebook("class Table:\n    pass"), "defines 'Table'"),
    "a private name": (_notebook("from spbe_research.scoring import _round"), "private '_round'"),
    "a private module": (_notebook("import spbe_research._data.x"), "private 'spbe_research._data"),
    "a title that does not ask": (_notebook(title="# It is good"), "title"),
    "no title": (_notebook(title="It is good?"), "title"),
}


@pytest.mark.parametrize(("notebook", "expected"), BAD.values(), ids=BAD)
def test_notebook_of_another_style_is_named(notebook: NotebookNode, expected: str) -> None:
    (found,) = style(notebook, "01-is-it-good")
    assert expected in found.text


@pytest.mark.parametrize("stem", ["good", "1-is-it", "01_is_it", "01-Is"])
def test_bad_file_name_is_named(stem: str) -> None:
    (found,) = style(_notebook(), stem)
    assert "file name" in found.text


def test_notebook_of_our_style_is_let_through() -> None:
    assert list(style(_notebook("import pandas as pd\n1 % 2"), "01-is-it-good")) == []


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS, f"no notebook in {FOLDER.name}/"


def test_notebooks_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:2]) for path in NOTEBOOKS]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.whole
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_breaks_no_rule(path: Path) -> None:
    found = violations(nbformat.read(path, as_version=4), path.stem)
    assert found == [], "\n".join(map(str, found))


def test_guard_knows_the_facts_of_this_project() -> None:
    """Where a file moved, a rule would rest and nobody would notice."""
    facts = house_guard().facts
    assert facts.numbers
    assert {2018, 2024} <= facts.years
    assert "95/2018" in facts.regulations
    assert "106/2016" in facts.regulations
    assert "dee2019" in facts.works.keys
    assert "two decimals" in facts.phrases
