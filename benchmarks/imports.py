"""How much does ``import spbe_research`` cost beside ``import pandas``?

Fresh interpreters, in turn, in one run; the ratio of medians is what counts. The second figure
includes the first loader, which needs pandas.

    python benchmarks/imports.py
"""

import statistics
import subprocess
import sys
import time

REPEATS = 11
PROGRAMS = {
    "pandas": "import pandas",
    "spbe_research": "import spbe_research",
    "spbe_research and what it offers": "import spbe_research; dir(spbe_research)",
    "spbe_research with pandas": "import pandas, spbe_research",
    "spbe_research and its loader": "from spbe_research import load_published",
}


def seconds(program: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return time.perf_counter() - started


def main() -> None:
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    empty = []
    for _ in range(REPEATS):
        empty.append(seconds("pass"))
        for name, program in PROGRAMS.items():
            times[name].append(seconds(program))
    start = statistics.median(empty)
    base = statistics.median(times["pandas"]) - start
    for name, measured in times.items():
        cost = statistics.median(measured) - start
        print(f"{name:34} {cost:.3f} s, {cost / base:.2f} x pandas")


if __name__ == "__main__":
    main()
