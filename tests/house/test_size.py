"""The house stays small: no long module, few files that write a year, one stem in four trees."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "spbe_research"
QUESTIONS = sorted(path.parent.name for path in (PACKAGE / "questions").glob("*/words.toml"))

MOST_LINES = 400
MOST_TOML_LINES = 4_900  # outside data/raw and data/releases; the words of both languages are most
MOST_FILES_WITH_A_YEAR = 10
MOST_LONG_MODULES = 0

_FIRST, _LAST = 2010, 2039
# Not of a name (permen-59-2020, province_2018), a regulation (59/2020) or a paper (Oster (2019)).
_YEAR = re.compile(r"(?<![\w/(-])20[123]\d(?![\w(])")


def _lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def _years(source: str) -> list[int]:
    """Lines on which code writes a calendar year, docstrings and comments aside."""
    tree = ast.parse(source)
    documented = set(_docstrings(tree))
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node not in documented and _is_year(node.value)
    ]


def _docstrings(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _is_year(value: object) -> bool:
    if isinstance(value, str):
        return _YEAR.search(value) is not None
    return type(value) is int and _FIRST <= value <= _LAST


@pytest.mark.whole
def test_few_files_write_a_year() -> None:
    found = [
        path.relative_to(PACKAGE).as_posix()
        for path in sorted(PACKAGE.rglob("*.py"))
        if _years(path.read_text("utf-8"))
    ]
    assert len(found) <= MOST_FILES_WITH_A_YEAR, found


def test_few_modules_are_long() -> None:
    long = {
        path.relative_to(PACKAGE).as_posix(): lines
        for path in sorted(PACKAGE.rglob("*.py"))
        if (lines := _lines(path)) > MOST_LINES
    }
    assert len(long) <= MOST_LONG_MODULES, long


def test_words_and_settings_stay_few() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "*.toml"], cwd=ROOT, capture_output=True, text=True
    ).stdout.split()
    lines = {
        name: _lines(ROOT / name)
        for name in listed
        if not name.startswith(("data/raw/", "data/releases/"))
    }
    assert sum(lines.values()) <= MOST_TOML_LINES, lines


def test_every_question_has_its_notebook_and_no_other_is_there() -> None:
    notebooks = [path.stem[3:].replace("-", "_") for path in (ROOT / "notebooks").glob("*.ipynb")]
    assert sorted(notebooks) == QUESTIONS


@pytest.mark.parametrize("tree", ["tests/questions", "data/results"])
def test_every_question_has_its_folder_and_no_other_is_there(tree: str) -> None:
    folders = (path.name for path in (ROOT / tree).glob("[!_.]*") if path.is_dir())
    assert sorted(folders) == QUESTIONS


@pytest.mark.parametrize("stem", QUESTIONS)
def test_every_question_has_tables_and_figures(stem: str) -> None:
    assert (PACKAGE / "questions" / stem / "tables.py").is_file()
    assert (PACKAGE / "questions" / stem / "figures.py").is_file()


@pytest.mark.parametrize(
    "source",
    ["YEAR = 2021", "x = 'before 2021'", "x = f'{a} since 2024'", "x = [2018, 2019]", "x = '2024'"],
)
def test_year_is_found(source: str) -> None:
    assert _years(source) != []


@pytest.mark.parametrize(
    "source",
    [
        '"""Results of 2021."""',
        "def f():\n    'Results of 2021.'",
        "x = 1  # since 2021",
        "x = 2000",
        "x = 'permen-59-2020'",
        "x = 'Permen 59/2020'",
        "x = 'province_2018'",
        "x = 'Oster (2019)'",
    ],
)
def test_what_is_no_year_is_let_through(source: str) -> None:
    assert _years(source) == []
