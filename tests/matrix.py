"""The same numbers from every Python and from the oldest and the newest packages allowed.

For each Python that is installed an environment is made twice, with the lowest version of every
dependency that ``pyproject.toml`` allows and with the newest. Each computes the tidy tables from
the raw ones, the indices and predicates of a year from its 47 levels, and the checks of ``verify``;
with ``--study`` also every table of some questions. Tidy tables must be equal to the byte, other
numbers to twelve digits. Exit code 1 where an environment differs or does not work.

    python tests/matrix.py [--study] [--python 3.13 ...]
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ("3.11", "3.12", "3.13")
QUESTIONS = ("how_an_index_is_made", "how_unequal_and_where", "who_moves")

# Prints what an environment computes, as JSON: hashes of bytes, and numbers in full.
PROGRAM = """
import hashlib, importlib, json, sys
from pathlib import Path
from spbe_research import assign_predicate, compute_index, load_scores, verify
from spbe_research.locations import project_folder
from spbe_research.panel.build import csv_bytes, tidy_tables
from spbe_research.panel.raw import read_sources
data = project_folder() / "data"
tables = tidy_tables(data, read_sources(data / "raw"))
told = {f"tidy {name}": hashlib.sha256(csv_bytes(table)).hexdigest()
        for name, table in tables.items()}
levels = load_scores(scale="indicator").query("year == 2022")
index = compute_index(levels[["agency_id", "year", "item", "value"]], "permen-59-2020")
told |= {f"mean {name}": float(index[name].mean()) for name in ("index", "D1", "D2", "D3", "D4")}
bands = assign_predicate(index["index"], "permen-59-2020", rule="rounded")["predicate"]
told |= {f"bodies {name}": int(n) for name, n in bands.value_counts().items()}
outcome = verify()
told["checks that hold"] = int((outcome.to_frame()["n_failed"] == 0).sum())
for question in sys.argv[1:]:
    from spbe_research.press.results import tabled
    from spbe_research.records import result
    for record in tabled(question):
        table = result(record)
        told |= {f"{record} {name}": float(table[name].astype(float).sum())
                 for name in table.select_dtypes("number")}
print(json.dumps(told))
"""


def requirements(*extras: str) -> list[str]:
    """The dependencies of the package and of its extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    return [line for line in wanted if not line.startswith(project["name"])]


def lowest(line: str) -> str:
    """The same requirement at the lowest version that it allows."""
    name, version = re.fullmatch(r"([\w.-]+)(?:>=|==)([\w.]+).*", line).groups()
    return f"{name}=={version}"


def interpreter(version: str) -> str | None:
    """The command of a Python, if it is installed and runs."""
    managed = Path.home().glob(f".pyenv/versions/{version}.*/bin/python")
    places = [f"python{version}", *map(str, managed)]
    for place in places:
        found = shutil.which(place)
        says = "import sys; print('%d.%d' % sys.version_info[:2])"
        if found:
            run = subprocess.run([found, "-c", says], capture_output=True, text=True, check=False)
            if run.stdout.strip() == version:
                return found
    return None


def computed(python: Path, questions: tuple[str, ...]) -> dict[str, object]:
    """What an environment computes."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    run = subprocess.run(
        [python, "-W", "error", "-c", PROGRAM, *questions],
        env=clean
        | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        return {"does not work": run.stderr.strip().splitlines()[-1]}
    return dict(json.loads(run.stdout.splitlines()[-1]))


def installed(folder: Path, command: str, wanted: list[str]) -> Path:
    """An environment with these packages."""
    subprocess.run([command, "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    pip = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, "--only-binary", ":all:", *wanted], check=True)
    return python


def equal(one: object, other: object) -> bool:
    """Numbers to twelve digits, all else as it is."""
    if isinstance(one, float) and isinstance(other, float):
        return one == other or abs(one - other) <= 1e-12 * max(abs(one), abs(other))
    return one == other


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--study", action="store_true", help="compare results of questions, too")
    parser.add_argument("--python", action="append", help="these Pythons alone")
    arguments = parser.parse_args()
    extras = ("study",) if arguments.study else ()
    questions = QUESTIONS if arguments.study else ()
    wanted = requirements(*extras)
    found: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for version in arguments.python or PYTHONS:
            command = interpreter(version)
            if command is None:
                sys.stdout.write(f"Python {version:5} is not installed here: left out\n")
                continue
            oldest = [lowest(each) for each in wanted]
            for ends, lines in {"lowest": oldest, "newest": wanted}.items():
                before = time.monotonic()
                python = installed(Path(temporary) / f"{version}-{ends}", command, lines)
                between = time.monotonic()
                told = computed(python, questions)
                found[f"{version} {ends}"] = told
                sys.stdout.write(
                    f"Python {version:5} {ends}: installed in {between - before:.0f} s, "
                    f"{len(told)} numbers in {time.monotonic() - between:.0f} s\n"
                )
                sys.stdout.flush()
    if not found:
        sys.stdout.write("No Python was found.\n")
        return 1
    first, reference = next(iter(found.items()))
    faults = [f"{name}: {told['does not work']}" for name, told in found.items()
              if "does not work" in told]  # fmt: skip
    for name, told in found.items():
        faults += [
            f"{name} differs from {first} in {key}: {told.get(key)} and {reference.get(key)}"
            for key in sorted(reference.keys() | told.keys())
            if not equal(told.get(key), reference.get(key)) and "does not work" not in told
        ]
    faults.append(f"{len(found)} environments, {len(faults)} differences")
    sys.stdout.write("\n".join(faults) + "\n")
    return int(len(faults) > 1)


if __name__ == "__main__":
    sys.exit(main())
