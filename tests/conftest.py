"""What several folders of tests share: one built site, the two tiers, the rule for a browser.

The daily tier is what is not marked ``whole``: tests that compute all results, draw all pictures,
build the site, run notebooks, simulate or refit. What rests on the built site, all of ``press`` and
``questions`` and the one long example of a docstring are marked here.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from browser_rule import FOLDER, NOT_RUN, find_browser, missing_here

_SECONDS_TO_MAKE = 600
_BUILT = {"exported", "built_site"}  # fixtures that make everything
_WHOLE = (
    f"{FOLDER}/",
    "tests/press/",
    "tests/questions/",
    "spbe_research/panel/verification.py::",
)


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of every figure and table, made once."""
    from spbe_research.press import load_records
    from spbe_research.press.exports import write_exports

    tabled = [name for name, record in load_records().items() if record.has_table]
    return _made_once(tmp_path_factory, "exports", lambda folder: write_exports(folder, ids=tabled))


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory, exported: Path) -> Path:
    """The whole site, built once."""
    from spbe_research.site import write_site

    return _made_once(tmp_path_factory, "site", lambda folder: write_site(folder, drawn=exported))


def _made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that the first process of a parallel run makes, and the others wait for."""
    base = factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    made, claim, failed = (shared / f"{name}{end}" for end in ("", ".claim", ".failed"))
    try:
        claim.touch(exist_ok=False)
    except FileExistsError:
        until = time.monotonic() + _SECONDS_TO_MAKE
        while not made.is_dir() and not failed.exists() and time.monotonic() < until:
            time.sleep(0.2)
        assert made.is_dir(), f"the other process could not make the {name}"
        return made
    beside = shared / f"{name}.part"
    try:
        make(beside)
        beside.rename(made)
    finally:
        if not made.is_dir():
            failed.touch()
    return made


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(_WHOLE) or _BUILT & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.whole)
    names = [item.nodeid for item in items]
    out = set(missing_here(names))
    if out:
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid in out])
        items[:] = [item for item in items if item.nodeid not in out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    asked = [Path(argument).resolve() for argument in terminalreporter.config.args]
    folder = Path(__file__).parents[1] / FOLDER
    if any(folder == each or each in folder.parents for each in asked) and not find_browser():
        terminalreporter.write_line(f"{NOT_RUN} {FOLDER}.", red=True, bold=True)
