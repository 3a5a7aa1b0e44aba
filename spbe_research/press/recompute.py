"""Results of a build: those are computed again whose code, data or numbers changed.

What a question's results rest on is hashed into a key: its own modules and all they import, the
tidy and reference tables, its families of numbers and which of these the texts use, and the
versions of the libraries that compute. The key of the results at hand is kept in
``build/results.json``, which is never committed; without it everything is computed. Computing is
done in a process of its own, which reads the staged tables and nothing else.
"""

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from spbe_research.errors import BuildError, DataError, SpbeError
from spbe_research.locations import project_folder, reading_from
from spbe_research.panel.closure import closure, literal_arguments
from spbe_research.panel.raw import file_hash
from spbe_research.press.mentions import mentioned_numbers
from spbe_research.press.numbers import families, family_of
from spbe_research.press.results import compute_results, tabled
from spbe_research.records import file_name, home_of, question_words, questions

__all__ = ["code_of", "compute_staged", "stale_questions"]

_LIBRARIES = ("numpy", "pandas", "scipy", "statsmodels", "pyfixest", "scikit-learn")
_SHARED = ("numbers.csv", "footers.csv")
_REFUSED = 3  # exit code of a computation that ended with one of our own errors


def compute_staged(
    staged: Path,
    *,
    only: Iterable[str] | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> dict[str, bytes]:
    """Return every file of the results that belong to staged tables; for ``panel.build.build``.

    Parameters
    ----------
    staged : pathlib.Path
        A data folder with tidy and reference tables, and the results as they are.
    only : iterable of str, optional
        Questions to compute whether they changed or not, and no others. Left out, every question
        that changed.
    progress : callable
        Called with the id of each record before it is computed.

    Returns
    -------
    dict of str to bytes
        Files by their path below ``results``.

    Raises
    ------
    DataError
        When there is no such question, or its results cannot be computed.
    BuildError
        When the process that computes ends in any other way.
    """
    wanted = list(questions()) if only is None else list(only)
    if unknown := sorted(set(wanted) - set(questions())):
        raise DataError(
            f"Invalid questions {unknown}. They must be among {', '.join(questions())}."
        )
    state = _state(staged)
    if not set(_SHARED) <= set(state.files):
        wanted = list(questions())
    elif only is None:
        wanted = [name for name in wanted if not _is_fresh(name, state)]
    kept = {path: content for path, content in state.files.items() if _has_record(path)}
    files = kept | (_in_own_process(staged, wanted, progress) if wanted else {})
    done = replace(state, files=files)
    stamps = state.stamps | {name: _stamp(name, done) for name in wanted}
    path = _stamp_file()
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(stamps, indent=1), encoding="utf-8")
    return files


def stale_questions(data: Path) -> tuple[str, ...]:
    """Return the questions whose results do not belong to the code and data at hand."""
    state = _state(data)
    return tuple(question for question in questions() if not _is_fresh(question, state))


@dataclass(frozen=True)
class _State:
    """What decides whether results are fresh: the results at hand, their stamps, data and texts."""

    files: dict[str, bytes]
    stamps: dict[str, dict[str, str]]
    data: dict[str, str]
    numbers: dict[str, list[str]]


def _state(data: Path) -> _State:
    numbers: dict[str, list[str]] = {question: [] for question in questions()}
    for name in mentioned_numbers():
        with suppress(DataError):  # a number without a family is refused where it is computed
            numbers[family_of(name)[0].question].append(name)
    folder = data / "results"
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    hashes = {
        path.relative_to(data).as_posix(): file_hash(path)
        for part in ("tidy", "reference")
        for path in sorted((data / part).glob("*.csv"))
    }
    return _State(files, _stamps(), hashes, numbers)


def _is_fresh(question: str, state: _State) -> bool:
    return state.stamps.get(question) == _stamp(question, state)


def _stamp(question: str, state: _State) -> dict[str, str]:
    """What the results of a question rest on, and the results, as one hash each."""
    own = {name: family for name, family in families().items() if family.question == question}
    parts = {
        "code": {name: file_hash(path) for name, path in code_of(question).items()},
        "data": state.data,
        "families": {name: question_words(question)[name] for name in own},
        "numbers": state.numbers[question],
        "records": tabled(question),
        "versions": [sys.version, *(_version(name) for name in _LIBRARIES)],
    }
    told = json.dumps(parts, sort_keys=True).encode("utf-8")
    return {"rests_on": hashlib.sha256(told).hexdigest(), "results": _hash_of(question, state)}


def _hash_of(question: str, state: _State) -> str:
    """One hash over the files of a question and its rows of the shared files."""
    ids = {*tabled(question), *state.numbers[question]}
    told = hashlib.sha256()
    for path in [*(file_name(name) for name in tabled(question)), *_SHARED]:
        lines = state.files.get(path, b"").splitlines(keepends=True)
        if path in _SHARED:
            lines = [line for line in lines if line.split(b",")[0].decode("utf-8") in ids]
        told.update(path.encode("utf-8"))
        told.update(b"".join(lines))
    return told.hexdigest()


def code_of(question: str) -> dict[str, Path]:
    """Modules that the results rest on, those of other questions included, and their tables."""
    found: dict[str, Path] = {}
    waiting, seen = [question], set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        package = f"spbe_research.questions.{name}"
        modules = closure([f"{package}.tables", "spbe_research.press.results"])
        found |= modules
        for module, path in modules.items():
            if module.startswith(package):
                asked = literal_arguments(path, "result")
                waiting += questions() if asked is None else [home_of(each) for each in asked]
    tables = found["spbe_research.panel"].parent.glob("*.csv")
    return found | {path.name: path for path in tables}


def _version(library: str) -> str:
    try:
        return f"{library} {version(library)}"
    except PackageNotFoundError:
        return f"{library} absent"


def _has_record(path: str) -> bool:
    question, _, _ = path.rpartition("/")
    if not question:
        return path in _SHARED
    return question in questions() and path in map(file_name, tabled(question))


def _stamp_file() -> Path:
    return project_folder() / "build" / "results.json"


def _stamps() -> dict[str, dict[str, str]]:
    path = _stamp_file()
    if not path.is_file():
        return {}
    try:
        stamps: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError:
        return {}
    return stamps


def _in_own_process(
    staged: Path, wanted: list[str], progress: Callable[[str], None]
) -> dict[str, bytes]:
    """Compute in a fresh interpreter: no table that this process holds in memory is taken."""
    target, told = staged / "computed", staged / "errors.txt"
    command = [sys.executable, "-m", __name__, str(staged), str(target), *wanted]
    with (
        told.open("w", encoding="utf-8") as errors,
        subprocess.Popen(  # noqa: S603 (our own interpreter and module)
            command,
            stdin=subprocess.PIPE,  # held open: the other process ends when this one does
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        for line in process.stdout or ():
            progress(line.strip())
    message = told.read_text(encoding="utf-8").strip()
    if process.returncode == _REFUSED:
        raise DataError(message)
    if process.returncode:
        raise BuildError(
            f"Cannot compute the results: the process ended with {process.returncode}. The old "
            f"tables and results are whole.\n{message}"
        )
    return {
        path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*.csv")
    }


def _main(staged: str, target: str, *wanted: str) -> int:
    """Compute results as the other side of ``_in_own_process``."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        with reading_from(Path(staged)):
            chosen = None if set(wanted) == set(questions()) else wanted
            files = compute_results(chosen, progress=_tell)
    except SpbeError as error:
        sys.stderr.write(str(error))
        return _REFUSED
    for name, content in files.items():
        path = Path(target) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return 0


def _tell(step: str) -> None:
    sys.stdout.write(f"{step}\n")
    sys.stdout.flush()


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
