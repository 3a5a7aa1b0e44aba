"""The one kind of test that may be left out: those in a browser, where none can be had.

They then count as not run, never as passed, and the run says so; where ``CI`` is set they must run.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = "tests/browser"
NOT_RUN = "NOT RUN: no browser here. Install chromium (Debian: apt-get install chromium) to run"
_COMMANDS = ("chromium", "chromium-browser", "google-chrome")
_SECONDS = 600


@cache
def find_browser() -> Path | None:
    """The chromium of this machine, else the one that playwright can install, else none."""
    found = next(filter(None, map(shutil.which, _COMMANDS)), None)
    if found:
        return Path(found)
    install = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        subprocess.run(install, check=True, capture_output=True, timeout=_SECONDS)
    except (OSError, subprocess.SubprocessError):
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if own.is_file() else None


def left_out(names: list[str], browser: Path | None, environment: Mapping[str, str]) -> list[str]:
    """Which tests are left out: those in a browser, where there is none; on CI none, they fail."""
    if browser is not None or environment.get("CI"):
        return []
    return [name for name in names if name.startswith(f"{FOLDER}/")]


def missing_here(names: list[str]) -> list[str]:
    """``left_out`` with the browser and the environment of this machine."""
    needed = any(name.startswith(f"{FOLDER}/") for name in names)
    return left_out(names, find_browser() if needed else None, os.environ) if needed else []
