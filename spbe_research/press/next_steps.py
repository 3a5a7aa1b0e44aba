"""What is left to do after a change, as commands in their order; nothing of it is done here."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from spbe_research.errors import DataError
from spbe_research.locations import data_folder, project_folder
from spbe_research.nbguard.pictures import picture_hash
from spbe_research.press.changes import changes, without_reason
from spbe_research.press.committed import committed_numbers
from spbe_research.press.exports import current_sha256
from spbe_research.press.handwritten import READMES
from spbe_research.press.manifest import newest_release, read_manifest
from spbe_research.press.mentions import mentioned_numbers
from spbe_research.press.numbers import families, family_of, id_pattern
from spbe_research.press.readme import generated_pictures, generated_texts
from spbe_research.press.reasons import read_reasons, reason_for
from spbe_research.press.recompute import code_of, stale_questions
from spbe_research.press.records import load_questions, load_records
from spbe_research.press.show import draw_record, printed_caption
from spbe_research.press.worktree import (
    WorkingTree,
    picture_in_notebook,
    stored_outputs,
    working_tree,
)
from spbe_research.records import questions

__all__ = ["NextSteps", "next_steps"]

_DATA = ("data/raw/", "data/reference/", "data/corrections.toml")
_PYTEST = ".venv/bin/python -m pytest"


@dataclass(frozen=True)
class NextSteps:
    """What changed since a commit, and the commands that are left, in their order.

    ``standing`` says of each thing why it needs no reason, or that it has none yet.
    """

    tree: WorkingTree
    standing: dict[str, str]
    commands: tuple[str, ...]
    tests: tuple[str, ...]

    def summary(self) -> str:
        """Say it: a line for each thing changed, then a line for each command."""
        things = [
            f"changed: {name}: {', '.join(told)}; {self.standing[name]}"
            for name, told in self.tree.things.items()
        ]
        if not things:
            things = [f"Nothing published changed since {self.tree.since}."]
        steps = [f"next: {each}" for each in self.commands] or ["next: nothing is left to do"]
        return "\n".join([*things, *steps, *(f"test: {each}" for each in self.tests)])


def next_steps(
    since: str = "HEAD", *, progress: Callable[[str], None] = lambda step: None
) -> NextSteps:
    """Compare the working tree with a commit and the newest release; say what is left to do.

    Use it after a change of words, tables, drawings or data. Only the figures that may look
    otherwise are drawn, and nothing is computed.

    Parameters
    ----------
    since : str
        A commit, as git names it.
    progress : callable
        Called with the id of each figure before it is drawn.

    Raises
    ------
    DataError
        As ``working_tree``; or when nothing was released yet.
    """
    tree = working_tree(since, progress=progress)
    commands = [*_builds(tree), *_readme(tree), *_reasons(tree, progress), *_notebooks(tree)]
    return NextSteps(tree, _standing(tree), tuple(commands), tuple(_tests(tree)))


def _standing(tree: WorkingTree) -> dict[str, str]:
    """Whether each thing was published, and has its reason."""
    version, reasons = newest_release(), read_reasons()
    published = {key[1] for key in read_manifest(version)}
    standing = {}
    for name in tree.things:
        members = [each for each in published if each == name or _is_member(each, name)]
        if not members:
            asked = (
                "whose reason covers it" if name in READMES.values() else "which needs no reason"
            )
            standing[name] = f"new since release {version}, {asked}"
        elif name in reasons or all(reason_for(each, reasons) for each in members):
            standing[name] = "its reason stands in data/releases"
        else:
            standing[name] = f"published in release {version}"
    return standing


def _is_member(name: str, family: str) -> bool:
    return "{" in family and id_pattern(family).fullmatch(name) is not None


def _builds(tree: WorkingTree) -> Iterator[str]:
    """The builds that bring results up to date with code, data and texts."""
    if any(path.startswith(_DATA) for path in tree.paths):
        if stale_questions(data_folder()):
            yield "spbe-research build"
        return
    root = project_folder()
    wanted = set()
    if any(path.startswith("spbe_research/") and path.endswith(".py") for path in tree.paths):
        for question in questions():
            code = {path.relative_to(root).as_posix() for path in code_of(question).values()}
            if code & tree.paths:
                wanted.add(question)
    wanted |= {each.question for name, each in families().items() if name in tree.things}
    if wanted:
        wanted &= set(stale_questions(data_folder()))
    committed = set(committed_numbers()["id"])
    for name in {*mentioned_numbers()} ^ committed:
        with suppress(DataError):  # a number without a family is refused by the build
            wanted.add(family_of(name)[0].question)
    if wanted == set(questions()):
        yield "spbe-research build"
    else:
        yield from (f"spbe-research build --only {each}" for each in questions() if each in wanted)


def _readme(tree: WorkingTree) -> Iterator[str]:
    root = project_folder()
    files = {name: text.encode("utf-8") for name, text in generated_texts().items()}
    if any(told.startswith("picture") for told in tree.things.get("fig-coverage", ())):
        files |= generated_pictures()
    if any(
        not (root / name).is_file() or (root / name).read_bytes() != files[name] for name in files
    ):
        yield "spbe-research readme"


def _reasons(tree: WorkingTree, progress: Callable[[str], None]) -> Iterator[str]:
    """A line for whatever differs from the newest release without a reason."""
    drawn = [
        name
        for name, told in tree.things.items()
        if name in load_records() and any(each.startswith("picture") for each in told)
    ]
    found = {each.name: each for each in changes(drawn=False)}
    found |= {each.name: each for each in changes(names=drawn, progress=progress)}
    missing = {
        name: what.removesuffix(", without a reason")
        for name, what in without_reason(found.values()).items()
    }
    for family in families():
        members = [name for name in missing if _is_member(name, family)]
        if len(members) > 1:
            missing = {n: what for n, what in missing.items() if n not in members[1:]}
            missing = {family if n == members[0] else n: what for n, what in missing.items()}
    for name, what in missing.items():
        yield f'spbe-research reason "{name}" "..."  # why this changed: {what}'


def _notebooks(tree: WorkingTree) -> Iterator[str]:
    """The notebooks that hold another caption, table or English picture than they would show."""
    records = [each for each in load_records().values() if each.has_table]
    stale = []
    for question in load_questions().values():
        printed = "".join(
            "".join(output.get("text", "")) for output in stored_outputs(question.notebook)
        )
        for record in records:
            if record.question != question or f"{record.id}: " not in printed:
                continue
            told = tree.things.get(record.id, ())
            is_old = printed_caption(record, current_sha256(record.id)) not in printed
            if is_old or (
                any(each.startswith("picture (en") for each in told)
                and picture_hash(draw_record(record.id)) != picture_in_notebook(record)
            ):
                stale.append(question.notebook)
                break
    if stale:
        names = " ".join(each.split("-")[0] for each in stale)
        yield f'make notebooks ONLY="{names}"'


def _tests(tree: WorkingTree) -> Iterator[str]:
    """What to run for the questions that something changed of."""
    records, notebooks = load_records(), {e.notebook: e for e in load_questions().values()}
    homes = {name: family.question for name, family in families().items()}
    homes |= {name: record.question.id for name, record in records.items()}
    homes |= {notebook: question.id for notebook, question in notebooks.items()}
    changed = {homes[name] for name in tree.things if name in homes}
    for question in (each for each in questions() if each in changed):
        drawn = [
            name
            for name, told in tree.things.items()
            if homes.get(name) == question and any(each.startswith("picture") for each in told)
        ]
        if drawn:  # no text lies on another, is cut, or has no Indonesian
            yield f'{_PYTEST} tests/press/test_layout.py -k "{" or ".join(drawn)}"'
        yield f"{_PYTEST} tests/press/test_since_release.py -k {question}"
        yield f"{_PYTEST} notebooks/{load_questions()[question].notebook}.ipynb"
