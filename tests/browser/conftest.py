"""The browser that the tests of a file share."""

from collections.abc import Iterator

import pytest
from browser_rule import NOT_RUN, find_browser
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = find_browser()
    if found is None:
        pytest.fail(f"{NOT_RUN} these tests; on CI they must run.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield chromium
        chromium.close()
