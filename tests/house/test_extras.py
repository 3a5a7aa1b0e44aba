"""The light install: few packages, nothing heavy, and one sentence where an extra is missing."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from spbe_research.errors import MissingExtraError, SpbeError
from spbe_research.extras import PACKAGES, has, missing_extra, require

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
AT_MOST = 10
# Stands in for an environment without extras: none of their packages can be found.
WITHOUT_EXTRAS = f"""
import sys
from importlib.abc import MetaPathFinder

class Absent(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in {sorted(PACKAGES)}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
import importlib.util
found = importlib.util.find_spec
def find_spec(name, package=None):
    return None if name.split(".")[0] in {sorted(PACKAGES)} else found(name, package)
importlib.util.find_spec = find_spec
"""


def without_extras(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", f"{WITHOUT_EXTRAS}\n{program}"], capture_output=True, text=True
    )


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return without_extras(
        f"sys.argv[1:] = {list(arguments)!r}\nfrom spbe_research.cli import main\nmain()"
    )


def test_light_install_has_at_most_ten_direct_dependencies() -> None:
    assert len(PROJECT["dependencies"]) <= AT_MOST


@pytest.mark.parametrize("extra", ["study", "notebooks", "site", "ingest", "scale"])
def test_every_package_of_an_extra_is_named_with_it(extra: str) -> None:
    asked = {Requirement(line).name for line in PROJECT["optional-dependencies"][extra]}
    named = {package for package, of in PACKAGES.values() if of == extra}
    assert named <= asked
    # What an extra repeats of another is named once.
    known = {package for package, _ in PACKAGES.values()} | {PROJECT["name"]}
    assert asked <= known


@pytest.mark.whole
def test_light_storeys_import_without_any_extra() -> None:
    light = (
        "panel",
        "auditing",
        "choices",
        "claims",
        "ingest",
        "instruments",
        "scoring",
        "records",
        "press",
        "cli",
    )
    run = without_extras("\n".join(f"import spbe_research.{name}" for name in light))
    assert run.stderr == ""


@pytest.mark.whole
def test_front_door_offers_what_works_without_extras() -> None:
    run = without_extras("import spbe_research; print(*dir(spbe_research)); help(spbe_research)")
    assert run.stderr == ""
    offered = run.stdout.splitlines()[0].split()
    assert "load_scores" in offered
    assert "gini" not in offered


def test_analysis_without_extra_says_so_in_one_sentence() -> None:
    run = without_extras("from spbe_research import gini")
    assert run.stderr.splitlines()[-1] == (
        "spbe_research.errors.MissingExtraError: This needs scipy, statsmodels, pyfixest. "
        "Install them with: pip install 'spbe_research[study]'"
    )


@pytest.mark.whole
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "Kota Cilegon", "2022", "2.01"),
        ("find", "BKPM"),
        ("score", "--template", "--edition", "permen-59-2020"),
        ("cite", "fig-coverage", "--style", "bibtex"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_light_command_works_without_extras(arguments: tuple[str, ...]) -> None:
    run = command(*arguments)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout


@pytest.mark.whole
@pytest.mark.parametrize(
    ("arguments", "needed", "extra"),
    [
        (("cite", "fig-coverage"), "citeproc-py", "site"),
        (("figures", "--output", "nowhere"), "pillow", "study"),
        (("export", "fig-coverage", "--output", "nowhere"), "matplotlib", "study"),
        (("site", "--output", "nowhere"), "jinja2", "site"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else value,
)
def test_command_that_needs_an_extra_says_so_in_one_sentence(
    arguments: tuple[str, ...], needed: str, extra: str
) -> None:
    run = command(*arguments)
    assert run.returncode == 2
    assert run.stderr.splitlines()[-1] == (
        f"This needs {needed}. Install it with: pip install 'spbe_research[{extra}]'"
    )
    assert "Traceback" not in run.stderr


@pytest.mark.whole
def test_light_verification_checks_the_data_and_says_what_it_leaves_out() -> None:
    run = command("verify")
    assert run.returncode == 0, run.stderr
    assert "20 checks hold, 0 fail." in run.stdout
    last = run.stdout.strip().splitlines()[-1]
    assert last.startswith("The result tables were not checked. This needs matplotlib, pillow")
    assert last.endswith("pip install 'spbe_research[study]'")


def test_missing_extra_is_an_error_of_the_package_and_of_imports() -> None:
    assert issubclass(MissingExtraError, SpbeError)
    assert issubclass(MissingExtraError, ImportError)


def test_what_is_there_is_not_refused() -> None:
    assert has("scipy", "matplotlib")
    require("scipy", "matplotlib")


def test_own_fault_is_no_missing_extra() -> None:
    assert missing_extra(ModuleNotFoundError(name="spbe_research.moon")) is None
    assert missing_extra(ModuleNotFoundError("no name")) is None
