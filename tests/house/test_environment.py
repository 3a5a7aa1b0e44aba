"""environment.yml (conda) and pyproject.toml (pip) ask for the same packages and versions."""

import tomllib
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rattler import MatchSpec

ROOT = Path(__file__).resolve().parents[2]
CONDA_ONLY = {"pip"}  # what pip has by being pip


def _parts(version: object) -> set[str]:
    return set(str(version).split(","))


def _pip_pins(project: dict) -> dict[str, set[str]]:
    lines = chain(project["dependencies"], *project["optional-dependencies"].values())
    pins = _requirement_pins(lines) | {"python": _parts(project["requires-python"])}
    return {name: pin for name, pin in pins.items() if name != canonicalize_name(project["name"])}


def _requirement_pins(lines: Iterable[str]) -> dict[str, set[str]]:
    requirements = [Requirement(line) for line in lines]
    return {canonicalize_name(each.name): _parts(each.specifier) for each in requirements}


def _conda_pins(lines: Iterable[str | dict[str, list[str]]]) -> dict[str, set[str]]:
    """What conda installs, and what it hands to pip."""
    listed = list(lines)
    specs = [MatchSpec(line) for line in listed if isinstance(line, str)]
    pins = {spec.name.normalized: _parts(spec.version or "") for spec in specs}
    handed = [line["pip"] for line in listed if isinstance(line, dict)]
    pins |= _requirement_pins(chain(*handed))
    return {name: pin for name, pin in pins.items() if name not in CONDA_ONLY}


def _differences(pip: dict[str, set[str]], conda: dict[str, set[str]]) -> list[str]:
    missing = [f"{name} only in pyproject.toml" for name in sorted(pip.keys() - conda.keys())]
    extra = [f"{name} only in environment.yml" for name in sorted(conda.keys() - pip.keys())]
    both = sorted(pip.keys() & conda.keys())
    other = [
        f"{name} {sorted(pip[name])} in pyproject.toml, {sorted(conda[name])} in environment.yml"
        for name in both
        if pip[name] != conda[name]
    ]
    return missing + extra + other


def test_environment_agrees_with_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    assert _differences(_pip_pins(project), _conda_pins(environment["dependencies"])) == []


def test_environment_takes_one_channel() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    assert environment["channels"] == ["conda-forge", "nodefaults"]


PROJECT = {
    "name": "my_study",
    "requires-python": ">=3.11,<3.14",
    "dependencies": ["pandas>=3.1,<3.2", "matplotlib==3.11.2"],
    "optional-dependencies": {"dev": ["my_study[study]", "pytest>=9"]},
}
ENVIRONMENT = [
    "python >=3.11,<3.14",
    "pip",
    "pandas >=3.1,<3.2",
    "matplotlib ==3.11.2",
    "pytest >=9",
]


def test_equal_environments_show_no_difference() -> None:
    assert _differences(_pip_pins(PROJECT), _conda_pins(ENVIRONMENT)) == []


def test_package_missing_from_conda_is_named() -> None:
    assert _differences(_pip_pins(PROJECT), _conda_pins(ENVIRONMENT[:-1])) == [
        "pytest only in pyproject.toml"
    ]


def test_package_missing_from_pip_is_named() -> None:
    assert _differences(_pip_pins(PROJECT), _conda_pins([*ENVIRONMENT, "scipy"])) == [
        "scipy only in environment.yml"
    ]


def test_package_that_conda_hands_to_pip_counts() -> None:
    handed = [*ENVIRONMENT[:-1], {"pip": ["pytest>=9"]}]
    assert _differences(_pip_pins(PROJECT), _conda_pins(handed)) == []


def test_other_pin_is_named() -> None:
    loose = [line.replace("==3.11.2", ">=3.11") for line in ENVIRONMENT]
    assert _differences(_pip_pins(PROJECT), _conda_pins(loose)) == [
        "matplotlib ['==3.11.2'] in pyproject.toml, ['>=3.11'] in environment.yml"
    ]


def test_other_python_is_named() -> None:
    older = [line.replace(">=3.11,<3.14", ">=3.10,<3.14") for line in ENVIRONMENT]
    assert "python" in _differences(_pip_pins(PROJECT), _conda_pins(older))[0]
