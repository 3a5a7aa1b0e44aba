"""Tests in a browser are left out only where there is none, and never on CI."""

import re
from pathlib import Path

from browser_rule import left_out

ROOT = Path(__file__).resolve().parents[2]
NAMES = ["tests/browser/test_x.py::test_a", "tests/site/test_y.py::test_b"]


def test_only_browser_tests_are_left_out_without_a_browser() -> None:
    assert left_out(NAMES, None, {}) == ["tests/browser/test_x.py::test_a"]


def test_none_is_left_out_with_a_browser() -> None:
    assert left_out(NAMES, Path("chromium"), {}) == []


def test_none_is_left_out_on_ci() -> None:
    assert left_out(NAMES, None, {"CI": "true"}) == []


def test_only_one_file_leaves_tests_out() -> None:
    leaving = re.compile("pytest_" + "deselected|pytest_" + "ignore_collect|collect_" + "ignore")
    found = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if leaving.search(path.read_text("utf-8"))
    ]
    assert found == ["tests/conftest.py"]
