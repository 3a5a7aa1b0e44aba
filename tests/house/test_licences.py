"""What an installation brings along is permissively licensed: run-time dependencies and extras.

Licences are read from the metadata of the installed packages: the SPDX expression where there is
one, else the classifiers, else the field. A package that says none of these is a finding, too.
"""

import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
RUN_TIME = ("study", "notebooks", "site", "ingest", "scale")  # dev is not installed by a user
# the licence, not the library that happens to be named: "LGPL", "GNU General Public License"
COPYLEFT = re.compile(r"GPL|General Public|Affero|EUPL|SSPL|CC-BY-(?:NC|SA)|Commons Clause", re.I)
PERMISSIVE = re.compile(
    r"MIT|BSD|Apache|PSF|Python Software|ISC|HPND|Unlicense|Zlib|Boost|BSL|0BSD|CC0|CNRI"
    r"|Public Domain|MPL|Mozilla|matplotlib",
    re.I,
)


def licence(name: str) -> str:
    """What a package says of its licence."""
    told = metadata.metadata(name)
    if expression := told.get("License-Expression"):
        return expression
    named = [each for each in told.get_all("Classifier") or [] if each.startswith("License ::")]
    if named:
        return "; ".join(each.rsplit(" :: ", 1)[-1] for each in named)
    text = (told.get("License") or "").strip()
    if text:
        return text.splitlines()[0]
    files = told.get_all("License-File") or []  # older metadata name the file and not the licence
    texts = (metadata.distribution(name).read_text(f"licenses/{each}") or "" for each in files)
    return "; ".join(each.strip().splitlines()[0] for each in texts if each.strip())


def needed(requirement: str, seen: set[str]) -> Iterator[str]:
    """A package and all that it needs here, each once; what is not installed is not needed here."""
    wanted = Requirement(requirement)
    extras = wanted.extras or {""}
    applies = wanted.marker is None or any(
        wanted.marker.evaluate(default_environment() | {"extra": extra}) for extra in extras
    )
    name = canonicalize_name(wanted.name)
    if not applies or (name in seen and not wanted.extras):
        return
    first = name not in seen
    seen.add(name)
    if first:
        yield name
    for line in metadata.requires(name) or []:
        below = Requirement(line)
        if below.marker is None or any(
            below.marker.evaluate(default_environment() | {"extra": extra})
            for extra in {"", *wanted.extras}
        ):
            below.marker = None
            yield from needed(str(below), seen)


def run_time_packages() -> list[str]:
    """Everything that the light install and its extras bring along."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = list(project["dependencies"])
    for extra in RUN_TIME:
        lines += project["optional-dependencies"][extra]
    own = canonicalize_name(project["name"])
    seen = {own}
    return [
        name
        for line in lines
        if canonicalize_name(Requirement(line).name) != own
        for name in needed(line, seen)
    ]


def faults(licences: dict[str, str]) -> list[str]:
    """Packages whose licence is copyleft, unknown or not said."""
    found = []
    for name, text in licences.items():
        # "MIT OR GPL-3.0" leaves the choice
        choices = re.split(r"\s+OR\s+", text)
        fine = any(PERMISSIVE.search(each) and not COPYLEFT.search(each) for each in choices)
        if not fine:
            found.append(f"{name}: {text or 'says none'}")
    return found


@pytest.mark.whole
def test_everything_that_a_user_installs_is_permissively_licensed() -> None:
    packages = run_time_packages()
    assert len(packages) > 50
    assert {"numpy", "pandas", "pandera", "scipy", "jinja2", "pdfplumber"} <= set(packages)
    assert faults({name: licence(name) for name in packages}) == []


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND Zlib", True),
        ("MIT OR GPL-3.0-only", True),
        ("GPL-3.0-or-later", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
        ("MIT AND LGPL-2.1", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_what_counts_as_permissive(text: str, fine: bool) -> None:
    assert (faults({"some-package": text}) == []) == fine
