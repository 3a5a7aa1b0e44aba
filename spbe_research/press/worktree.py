"""What a working tree changes since a commit: the things published, each with what of it changed.

Words and results are compared with those of the commit, entry by entry and row by row. Of the
figures only those are drawn of whose questions the labels, or the code that draws, changed.
``next_steps`` says what is left to do.
"""

import csv
import io
import json
import subprocess
import tomllib
from base64 import b64decode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.nbguard.pictures import picture_hash
from spbe_research.panel.closure import closure
from spbe_research.press.committed import committed_table
from spbe_research.press.handwritten import READMES, paragraphs
from spbe_research.press.languages import LANGUAGES, shared_words
from spbe_research.press.records import Record, load_questions, load_records
from spbe_research.press.translation import said_otherwise
from spbe_research.records import question_words, questions

__all__ = ["WorkingTree", "picture_in_notebook", "stored_outputs", "working_tree"]

_QUESTIONS = "spbe_research/questions"
_LABELS = ("labels", "patterns", "kept")
_SAID = {"title": "title", "caption": "caption", "not_shown": "limit", "alt": "description"}


@dataclass(frozen=True)
class WorkingTree:
    """What changed since a commit.

    ``paths`` are the changed files below the repository, ``things`` what changed by record, family
    of numbers, notebook or README.
    """

    since: str
    paths: frozenset[str]
    things: dict[str, tuple[str, ...]]


def working_tree(
    since: str = "HEAD", *, progress: Callable[[str], None] = lambda step: None
) -> WorkingTree:
    """Compare the working tree with a commit.

    Parameters
    ----------
    since : str
        A commit, as git names it.
    progress : callable
        Called with the id of each figure before it is drawn.

    Raises
    ------
    DataError
        When there is no git, no git repository or no such commit; or naming every text of a drawn
        figure that has no Indonesian.
    """
    _check_commit(since)
    named = _git("diff", "--name-only", since, "--").splitlines()
    named += _git("ls-files", "--others", "--exclude-standard").splitlines()
    paths = frozenset(named)
    found: dict[str, list[str]] = {}

    def add(name: str, what: Iterable[str]) -> None:
        found.setdefault(name, []).extend(what)

    for question in questions():
        for name, what in _changed_words(question, paths, since):
            add(name, what)
    for name, what in _changed_results(paths, since):
        add(name, what)
    for name, what in _changed_pictures(paths, since, progress):
        add(name, what)
    for each in load_questions().values():
        if f"notebooks/{each.notebook}.ipynb" in paths:
            add(each.notebook, ["notebook"])
    for name in paths & {*READMES.values()}:
        text = (project_folder() / name).read_text(encoding="utf-8")
        if paragraphs(text) != paragraphs(_then(name, since)):
            add(name, ["text"])
    things = {name: tuple(dict.fromkeys(what)) for name, what in found.items() if what}
    return WorkingTree(since, paths, things)


def stored_outputs(notebook: str) -> list[dict[str, Any]]:
    """Return the outputs that a notebook holds, in order; none where it does not exist yet."""
    path = project_folder() / "notebooks" / f"{notebook}.ipynb"
    if not path.is_file():
        return []
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [output for cell in cells for output in cell.get("outputs", [])]


def picture_in_notebook(record: Record) -> str:
    """Return the hash of the picture that the notebook holds of a figure; empty for none."""
    from PIL import Image

    for output in stored_outputs(record.notebook):
        stated = output.get("data", {}).get("image/png")
        png = b64decode("".join(stated)) if stated else b""
        if png and Image.open(io.BytesIO(png)).info.get("Description", "").split()[:1] == [
            record.id
        ]:
            return picture_hash(png)
    return ""


def _changed_words(
    question: str, paths: frozenset[str], since: str
) -> Iterable[tuple[str, list[str]]]:
    """The entries of ``words.toml`` that differ; labels are left to the pictures."""
    path = f"{_QUESTIONS}/{question}/words.toml"
    if path not in paths:
        return
    before, now = _toml_then(path, since), question_words(question)
    for name in dict.fromkeys([*now, *before]):
        old, new = before.get(name, {}), now.get(name, {})
        if old == new or name in (*_LABELS, "keys"):
            continue
        thing = load_questions()[question].notebook if name == "question" else name
        if not old or not new:
            yield thing, ["new" if new else "withdrawn"]
            continue
        changed = [each for each in dict.fromkeys([*new, *old]) if old.get(each) != new.get(each)]
        for field in changed:
            tongues = _tongues(old.get(field), new.get(field))
            told = _SAID.get(field, field)
            yield thing, [f"{told} ({', '.join(tongues)})" if tongues else told]
            if field in ("title", "source") and name.startswith("fig-"):
                yield thing, [_picture(tongues or LANGUAGES)]


def _changed_results(paths: frozenset[str], since: str) -> Iterable[tuple[str, list[str]]]:
    """Tables that differ, footers and numbers with their rows."""
    records = load_records()
    for record in records.values():
        if record.has_table and f"data/results/{record.file_name}" in paths:
            yield record.id, ["table", *([_picture(LANGUAGES)] if record.is_figure else [])]
    for file, kind in (("footers.csv", "footer"), ("numbers.csv", "number")):
        path = f"data/results/{file}"
        if path not in paths:
            continue
        old = _rows(_then(path, since))
        new = _rows((project_folder() / path).read_text(encoding="utf-8"))
        for name in dict.fromkeys([*new, *old]):
            if old.get(name) == new.get(name) or name not in {*records, *old}:
                continue
            drawn = kind == "footer" and name.startswith("fig-")
            told = kind if name in old and name in new else "new" if name in new else "withdrawn"
            yield name, [told, *([_picture(LANGUAGES)] if drawn else [])]


def _changed_pictures(
    paths: frozenset[str], since: str, progress: Callable[[str], None]
) -> Iterable[tuple[str, list[str]]]:
    """Figures whose labels or whose drawing code changed, drawn to see."""
    from spbe_research.press.pictures import laid_out
    from spbe_research.press.show import draw_record

    shared = f"{_QUESTIONS}/words.toml"
    shared_then = _toml_then(shared, since) if shared in paths else shared_words()
    for question in questions():
        own = f"{_QUESTIONS}/{question}/words.toml"
        own_then = _toml_then(own, since) if own in paths else question_words(question)
        pairs = [(shared_then, shared_words()), (own_then, question_words(question))]
        is_relabelled = any(a.get(each) != b.get(each) for a, b in pairs for each in _LABELS)
        is_redrawn = bool(paths & _drawing_code(question)) if _has_code(paths) else False
        for record in _figures(question) if is_relabelled or is_redrawn else ():
            progress(record.id)
            tongues = []
            if is_redrawn and picture_hash(draw_record(record.id)) != picture_in_notebook(record):
                tongues = list(LANGUAGES)
            elif is_relabelled:
                english = laid_out(record, committed_table(record.id), "en")
                texts = said_otherwise(english, question, shared=shared_then, own=own_then)
                tongues = ["id"] if texts else []
            if tongues:
                yield record.id, [_picture(tongues)]


def _figures(question: str) -> list[Record]:
    return [
        each for each in load_records().values() if each.is_figure and each.question.id == question
    ]


def _has_code(paths: frozenset[str]) -> bool:
    return any(path.startswith("spbe_research/") and path.endswith(".py") for path in paths)


def _drawing_code(question: str) -> set[str]:
    root = project_folder()
    drawn = closure([f"spbe_research.questions.{question}.figures"]).values()
    return {path.relative_to(root).as_posix() for path in drawn}


def _picture(tongues: Iterable[str]) -> str:
    return f"picture ({', '.join(tongues)})"


def _tongues(old: object, new: object) -> list[str]:
    """The languages in which a text differs."""
    pair = [each if isinstance(each, dict) else {} for each in (old, new)]
    return [each for each in LANGUAGES if pair[0].get(each) != pair[1].get(each)]


def _rows(content: str) -> dict[str, list[str]]:
    return {row[0]: row for row in list(csv.reader(io.StringIO(content)))[1:]}


def _toml_then(path: str, since: str) -> dict[str, Any]:
    try:
        return tomllib.loads(_then(path, since))
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"Invalid file {path} of {since}: {error}.") from error


def _then(path: str, since: str) -> str:
    """What a file held at a commit; nothing where it was not there."""
    if not _git("ls-tree", "--name-only", since, "--", path).strip():
        return ""
    return _git("show", f"{since}:{path}")


def _check_commit(since: str) -> None:
    """Refuse what git does not know as a commit, and what it would take for an option."""
    try:
        _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{since}^{{commit}}")
    except DataError as error:
        raise DataError(
            f"Invalid commit {since!r}. {error} Name one as git does: HEAD~1."
        ) from None


def _git(*arguments: str) -> str:
    """What git answers in the repository."""
    root = project_folder()
    try:
        done = subprocess.run(  # noqa: S603 (no shell, and what is asked is ours)
            ["git", "-C", str(root), "-c", "core.quotePath=false", *arguments],  # noqa: S607
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
    except FileNotFoundError as error:
        raise DataError(
            "No git here: install it, or see CONTRIBUTING.md for what to run."
        ) from error
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no such commit"])[0]
        raise DataError(f"git says {said!r}.")
    return done.stdout
