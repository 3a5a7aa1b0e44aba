"""What several folders of tests share: one built site, and the rule for tests in a browser."""

import os
import time
from pathlib import Path

import pytest
from browser_rule import FOLDER, NOT_RUN, find_browser, missing_here

from spbe_research.site import write_site

_SECONDS_TO_BUILD = 600


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site, built once: the processes of a parallel run share it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    site, claim, failed = shared / "site", shared / "site.claim", shared / "site.failed"
    try:
        claim.touch(exist_ok=False)
    except FileExistsError:
        until = time.monotonic() + _SECONDS_TO_BUILD
        while not site.is_dir() and not failed.exists() and time.monotonic() < until:
            time.sleep(0.2)
        assert site.is_dir(), "the other process could not build the site"
        return site
    try:
        write_site(site)
    finally:
        if not site.is_dir():
            failed.touch()
    return site


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
