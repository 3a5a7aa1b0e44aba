"""How long the site takes, as a ratio to the whole reproduction that ends with it.

    python benchmarks/site.py

Both sides are measured in one run, each as a command of its own that draws and exports anew.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMAND = [str(Path(sys.executable).with_name("spbe-research"))]


def seconds(*arguments: str) -> float:
    started = time.perf_counter()
    subprocess.run([*COMMAND, *arguments], check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        exports, site = str(Path(folder) / "exports"), str(Path(folder) / "site")
        whole = seconds("reproduce")
        exporting = seconds("export", "--output", exports)
        pages = seconds("site", "--output", site, "--drawn", exports)
    print(f"pages from exported files   {pages / whole:.2f} of a whole reproduction")
    print(f"exporting every record      {exporting / whole:.2f} of a whole reproduction")


if __name__ == "__main__":
    main()
