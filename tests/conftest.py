"""What several folders of tests share: one built site, and the rule for tests in a browser."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from browser_rule import FOLDER, NOT_RUN, find_browser, missing_here

from spbe_research.catalogue import load_records
from spbe_research.catalogue.exports import write_exports
from spbe_research.site import write_site

_SECONDS_TO_MAKE = 600


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of every figure and table, made once."""
    tabled = [name for name, record in load_records().items() if record.has_table]
    return _made_once(tmp_path_factory, "exports", lambda folder: write_exports(folder, ids=tabled))


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory, exported: Path) -> Path:
    """The whole site, built once."""
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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
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
