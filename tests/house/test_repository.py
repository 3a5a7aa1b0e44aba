"""What may be committed: no machine paths, no registries, a lock that pins and hashes all."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "locks" / "requirements.txt"
MAX_MEGABYTES = 8
GENERATED = {
    ".git", ".venv", "build", "dist", "__pycache__", ".ipynb_checkpoints", ".hypothesis",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", ".import_linter_cache",
}  # fmt: skip

# Put together here, so that this file does not contain what it looks for.
_HOSTS = (
    ("pypi", "org"), ("pythonhosted", "org"), ("conda", "anaconda", "org"),
    ("repo", "anaconda", "com"), ("prefix", "dev"), ("npmjs", "org"),
)  # fmt: skip
FORBIDDEN = {
    # Not inside an address or a relative path.
    "machine path": re.compile(r"(?<![\w.:/])/(?:home|root|work|Users)/"),
    "registry host": re.compile("|".join(re.escape(".".join(host)) for host in _HOSTS)),
    "registry option": re.compile(r"--(?:extra-)?index-(?:url)|--find-(?:links)\s+\S*/"),
}
# The tests of the rule for notebooks need a bad path each.
EXEMPT = {"tests/nbguard/cheats.py", "tests/nbguard/mutants_of_cells.py"}
MARKS = {"skip", "skipif", "xfail", "importorskip"}


@cache
def _files() -> tuple[Path, ...]:
    """What git tracks; every file but generated ones where there is no git."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        listed = ""
    if listed:
        paths = [ROOT / name for name in listed.split("\0") if name]
    else:
        paths = [
            path for path in ROOT.rglob("*") if not GENERATED & set(path.relative_to(ROOT).parts)
        ]
    return tuple(sorted(path for path in paths if path.is_file()))


def _forbidden(text: str) -> list[str]:
    return [
        f"{what} {match.group()!r}"
        for what, pattern in FORBIDDEN.items()
        if (match := pattern.search(text))
    ]


def _requirements(text: str) -> Iterator[str]:
    """The logical lines of a requirements file."""
    lines = text.replace("\\\n", " ").splitlines()
    return (line.strip() for line in lines if line.strip() and not line.strip().startswith("#"))


def _unlocked(text: str) -> list[str]:
    """Lines that do not pin one version, or carry no hash, or are no requirement at all."""
    pinned = re.compile(
        r"[\w.-]+==[\w.!+-]+(?: ; [^#]+?)?(?:\s+--hash=sha256:[0-9a-f]{64})+", re.ASCII
    )
    return [line for line in _requirements(text) if not pinned.fullmatch(line)]


def _locked(text: str) -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = {}
    for line in _requirements(text):
        requirement = Requirement(line.split(" --hash")[0])
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def _marks(source: str) -> list[str]:
    """Where a test steps aside: pytest.skip(...), @pytest.mark.xfail, pytest.importorskip(...)."""
    return [
        f"line {node.lineno}: {node.attr}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr in MARKS and "pytest" in ast.unparse(node)
    ]


@pytest.mark.whole
def test_no_file_holds_a_machine_path_or_registry() -> None:
    found = {}
    for path in _files():
        name = path.relative_to(ROOT).as_posix()
        content = path.read_bytes()
        if b"\0" not in content and name not in EXEMPT:
            hits = _forbidden(content.decode("utf-8"))
            found |= {name: hits} if hits else {}
    assert found == {}


def test_no_file_is_large() -> None:
    limit = MAX_MEGABYTES * 1_000_000
    assert [str(path) for path in _files() if path.stat().st_size > limit] == []


def test_every_requirement_is_pinned_and_hashed() -> None:
    assert _unlocked(LOCK.read_text("utf-8")) == []


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_lock_holds_every_dependency_as_pyproject_asks(python: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    locked = _locked(LOCK.read_text("utf-8"))
    environment = default_environment() | {
        "python_version": python,
        "python_full_version": f"{python}.9",
    }
    wrong = []
    for line in chain(project["dependencies"], *project["optional-dependencies"].values()):
        asked = Requirement(line)
        if asked.name == project["name"]:  # an extra that contains another
            continue
        versions = [
            next(iter(each.specifier)).version
            for each in locked.get(canonicalize_name(asked.name), [])
            if each.marker is None or each.marker.evaluate(environment)
        ]
        if len(versions) != 1 or not asked.specifier.contains(versions[0], prereleases=True):
            wrong.append(f"{line}: locked {versions}")
    assert wrong == []


@pytest.mark.whole
def test_no_test_steps_aside() -> None:
    found = {
        str(path.relative_to(ROOT)): marks
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if (marks := _marks(path.read_text("utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "open('/" + "home/me/x')",
        "see /" + "root/x",
        "https://" + "pypi" + ".org/simple",
        "--index" + "-url x",
    ],
)
def test_forbidden_text_is_named(text: str) -> None:
    assert _forbidden(text)


def test_address_of_a_page_is_allowed() -> None:
    assert _forbidden("https://example.go.id/home/berita and data/" + "work/x") == []


@pytest.mark.parametrize(
    "line",
    ["pandas==3.1.1", "pandas>=3.1 --hash=sha256:" + "0" * 64, "-r other.txt", "pandas @ file:x"],
)
def test_loose_requirement_is_named(line: str) -> None:
    assert _unlocked(f"{line}\n") == [line]


def test_hashed_pin_is_accepted() -> None:
    line = "pandas==3.1.1 ; python_full_version < '3.12' \\\n    --hash=sha256:" + "0" * 64
    assert _unlocked(f"{line}\n") == []


@pytest.mark.parametrize("mark", sorted(MARKS))
def test_stepping_aside_is_named(mark: str) -> None:
    assert _marks(f"import pytest\npytest.{mark}('x')\n") == [f"line 2: {mark}"]
    assert _marks(f"import pytest\n@pytest.mark.{mark}\ndef test_x(): ...\n") == [f"line 2: {mark}"]
