"""What does an install weigh, and does each command work or refuse outside the checkout?

Builds the wheel, installs it into empty environments, light and with extras, and runs every command
of the light one in an empty folder. Packages come from where pip finds them.

    python benchmarks/install.py [--extra study --extra site]
"""

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (
    "check 'Kota Cilegon' 2022 2.01",
    "find BKPM --limit 1",
    "score --template --edition permen-59-2020 --output levels.csv",
    "score levels.csv --edition permen-59-2020 --output scores.csv",
    "cite fig-coverage --style bibtex",
    "cite fig-coverage",
    "errata",
    "verify",
    "verify-figure fig-coverage",
    "identify levels.csv",
    "export fig-coverage --output cited",
    "figures",
    "site",
    "build",
    "reproduce",
    "new 'Do islands differ?'",
    "promote do_islands_differ",
    "readme",
)


def built(folder: Path) -> Path:
    """The wheel of this checkout."""
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", str(folder), str(ROOT)], check=True)
    (wheel,) = folder.glob("spbe_research-*.whl")
    return wheel


def installed(folder: Path, wheel: Path, extras: str) -> tuple[int, int, float]:
    """Packages, bytes without bytecode and seconds of an install into an empty environment."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    before = files(folder)
    started = time.monotonic()
    pip = [python, "-m", "pip", "install", "-qq", "--no-compile", f"{wheel}{extras}"]
    subprocess.run(pip, check=True)
    seconds = time.monotonic() - started
    after = files(folder)
    packages = {path.parent.name for path in after if path.name == "METADATA"}
    packages -= {path.parent.name for path in before if path.name == "METADATA"}
    size = sum(path.stat().st_size for path in after - before)
    return len(packages), size, seconds


def files(folder: Path) -> set[Path]:
    """Every file of an environment but bytecode."""
    found = (path for path in (folder / "lib").rglob("*") if path.is_file())
    return {path for path in found if path.suffix != ".pyc"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extra", action="append", default=[], help="weigh this extra as well")
    arguments = parser.parse_args()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "SPBE_"))}
    with tempfile.TemporaryDirectory() as temporary:
        base = Path(temporary)
        wheel = built(base / "wheel")
        print(f"wheel: {wheel.stat().st_size / 1e6:.1f} MB")
        print(f"{'install':<24}{'packages':>9}{'MB':>7}{'seconds':>9}")
        for extra in ["", *arguments.extra]:
            extras = f"[{extra}]" if extra else ""
            count, size, seconds = installed(base / f"env{extra}", wheel, extras)
            print(f"{extra or 'light':<24}{count:>9}{size / 1e6:>7.0f}{seconds:>9.1f}")
        tracebacks = 0
        for extra in ["", *arguments.extra]:
            print(f"\nCommands of the install {extra or 'light'}, in an empty folder")
            outside = base / f"outside{extra}"
            outside.mkdir()
            command = base / f"env{extra}" / "bin" / "spbe-research"
            tracebacks += sum(not ran(command, line, outside, environment) for line in COMMANDS)
    print(f"\n{tracebacks} tracebacks")
    sys.exit(int(tracebacks > 0))


def ran(command: Path, line: str, outside: Path, environment: dict[str, str]) -> bool:
    """Run a command and print its last line; whether it worked or refused without a traceback."""
    started = time.monotonic()
    called = [command, *shlex.split(line)]
    run = subprocess.run(called, cwd=outside, env=environment, capture_output=True, text=True)
    seconds = time.monotonic() - started
    said = (run.stderr or run.stdout).strip().splitlines() or [""]
    failed = "Traceback" in run.stderr or run.returncode not in (0, 1, 2)
    shown = "TRACEBACK " if failed else ""
    print(f"{run.returncode}  {seconds:4.1f} s  {line}\n   {shown}{said[-1][:150]}")
    return not failed


if __name__ == "__main__":
    main()
