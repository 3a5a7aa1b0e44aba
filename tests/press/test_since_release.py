"""The working tree against the newest release: every difference has its line of reason."""

from functools import cache

import pytest

from spbe_research.press.changes import changes, uncovered
from spbe_research.press.handwritten import READMES
from spbe_research.press.manifest import newest_release, read_manifest
from spbe_research.press.reasons import read_reasons, reason_for
from spbe_research.press.records import load_questions, load_records

pytestmark = pytest.mark.whole  # every picture is drawn

QUESTIONS = load_questions()
HERE = {each.notebook: each.id for each in QUESTIONS.values()} | {
    name: record.question.id for name, record in load_records().items()
}
HERE |= dict.fromkeys(READMES.values(), "READMEs")
GONE = {key[1] for key in read_manifest(newest_release()) if key[0] != "release"} - set(HERE)


@cache
def found(question: str) -> tuple:
    return tuple(changes(names=[name for name, home in HERE.items() if home == question]))


@pytest.mark.parametrize("question", [*QUESTIONS, "READMEs"])
def test_every_change_since_the_newest_release_has_its_reason(question: str) -> None:
    missing = [
        f"{each.name}: {each.what}"
        for each in found(question)
        if not each.reason and each.what != "new"
    ]
    assert missing == [], "give each with `spbe-research reason NAME 'why'`"
    assert uncovered(found(question)) == {}, "give it again, or `spbe-research reason NAME` alone"


def test_everything_that_was_withdrawn_has_its_reason() -> None:
    reasons = read_reasons()
    assert [name for name in sorted(GONE) if not reason_for(name, reasons)] == []


def is_idle(name: str) -> bool:
    """Whether nothing that a reason names has changed; only what it names is computed."""
    one = {name: "x"}
    if any(reason_for(each, one) for each in GONE):
        return False
    homes = {home for each, home in HERE.items() if reason_for(each, one)}
    return not any(reason_for(each.name, one) for home in homes for each in found(home))


def test_no_reason_is_idle() -> None:
    assert [name for name in read_reasons() if is_idle(name)] == [], (
        "take the line out of data/releases/next.toml"
    )
