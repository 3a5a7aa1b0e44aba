"""ARCHITECTURE.md says what is there: every module on its map, and the layers that are enforced.

import-linter checks the imports against the layers (`make lint`); this checks the prose.
"""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "spbe_research"
TEXT = (ROOT / "ARCHITECTURE.md").read_text("utf-8")

_MAP = re.compile(r"^```house\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ENTRY = re.compile(r"(\w+(?:\.py|/)) {2,}\S.*")


def _mapped(text: str) -> list[str]:
    """The modules (`errors.py`) and subpackages (`scoring/`) of the one fenced map in a text."""
    blocks = _MAP.findall(text)
    if len(blocks) != 1:
        raise ValueError(f"Invalid map. There must be one ```house block, not {len(blocks)}.")
    entries = [(line, _ENTRY.fullmatch(line)) for line in blocks[0].splitlines()]
    if wrong := [line for line, match in entries if match is None]:
        raise ValueError(f"Invalid lines of the map. Write `name  what`: {wrong[:5]}")
    return [match[1] for _, match in entries if match]


def _existing(package: Path) -> set[str]:
    modules = {path.name for path in package.glob("*.py")} - {"__init__.py"}
    return modules | {f"{path.parent.name}/" for path in package.glob("*/__init__.py")}


def _without_drafts(names: set[str]) -> set[str]:
    """A fresh clone has no draft."""
    return {name for name in names if not name.startswith("notebooks/drafts")}


def _told_layers(text: str) -> list[set[str]]:
    """The layers of the line ``Layers: a < b | c < d``, lowest first."""
    lines = re.findall(r"^Layers: (.+)$", text, re.MULTILINE)
    if len(lines) != 1:
        raise ValueError(f"Invalid layers. There must be one line 'Layers: ...', not {len(lines)}.")
    names = lines[0].replace("`", "").rstrip(".")
    return [{name.strip() for name in layer.split("|")} for layer in names.split("<")]


def _enforced_layers() -> list[set[str]]:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    (layers,) = [each["layers"] for each in linter["contracts"] if each["type"] == "layers"]
    return [{name.strip(" ()") for name in layer.split("|")} for layer in reversed(layers)]


def test_map_names_every_module_and_no_other() -> None:
    mapped = _mapped(TEXT)
    assert sorted(mapped) == sorted(_existing(PACKAGE))


def test_told_layers_are_the_enforced_ones() -> None:
    assert _told_layers(TEXT) == _enforced_layers()


def test_every_module_has_a_layer() -> None:
    names = {name.rstrip("/").removesuffix(".py") for name in _existing(PACKAGE)}
    assert names == set().union(*_enforced_layers())


def test_every_named_folder_exists() -> None:
    named = set(re.findall(r"`((?:data|tests|notebooks|benchmarks)/[\w/.-]*)`", TEXT))
    assert named, "ARCHITECTURE.md names no folder"
    named = _without_drafts(named)
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_questions_do_not_import_one_another() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    (contract,) = [each for each in linter["contracts"] if each["type"] == "independence"]
    assert contract["modules"] == ["spbe_research.questions.*"]


def test_every_concept_of_a_newcomer_is_told_and_they_are_at_most_nine() -> None:
    part = TEXT.split("## What you meet before you change a figure")[1].split("\n## ")[0]
    assert 5 <= len(re.findall(r"^\d+\. \*\*", part, re.MULTILINE)) <= 9


def test_map_is_read() -> None:
    text = "```house\nerrors.py  kinds\nscoring/   engine\n```\n"
    assert _mapped(text) == ["errors.py", "scoring/"]


def test_module_is_found(tmp_path: Path) -> None:
    for name in ("scoring/__init__.py", "scoring/index.py", "errors.py", "__init__.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert _existing(tmp_path) == {"errors.py", "scoring/"}


def test_layers_are_read() -> None:
    assert _told_layers("Layers: `a < b | c < d`.\n") == [{"a"}, {"b", "c"}, {"d"}]


def test_text_without_a_map_is_refused() -> None:
    with pytest.raises(ValueError, match="one ```house block, not 0"):
        _mapped("no map")


def test_line_without_a_purpose_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Write `name  what`: \['errors.py'\]"):
        _mapped("```house\nerrors.py\n```\n")
