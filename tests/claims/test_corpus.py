"""The committed corpus of names and claims: the package gives the answers that stand there."""

from typing import Any

import facts_cases
import pytest

from resolver_cases import CASES, claim_answer, name_answer, sample
from spbe_research.claims.fact_check import check_text
from spbe_research.claims.record import Record

pytestmark = pytest.mark.whole

RECORD = Record.load()


def differing(cases: list[list[Any]]) -> list[list[Any]]:
    found = []
    for case in cases:
        answer = name_answer(case[1]) if case[0] == "name" else claim_answer(*case[1], RECORD)
        if answer != case[2]:
            found.append([*case, answer])
    return found


def test_package_answers_a_sample_of_the_corpus() -> None:
    assert differing(sample()) == []


@pytest.mark.long
def test_package_answers_the_whole_corpus() -> None:
    assert len(CASES) == 10_000
    assert differing(CASES) == []


def test_corpus_has_every_kind_of_answer() -> None:
    kinds = {case[2][0] for case in CASES if case[0] == "name"}
    assert kinds == {"one", "several", "new", "part", "nation", "unknown"}
    verdicts = {case[2][0] for case in CASES if case[0] == "claim" and case[2]}
    assert verdicts == {
        "confirmed", "rounds to", "carried over", "follows from what is printed",
        "reported by the press", "contradicted", "not held here",
    }  # fmt: skip
    assert any(case[2] is None for case in CASES)


def differing_texts(cases: list[list[Any]]) -> list[list[Any]]:
    found = []
    for text, years, expected in cases:
        chosen = {int(place): year for place, year in years.items()}
        answer = facts_cases.answer(check_text(text, years=chosen, record=RECORD))
        if answer != expected:
            found.append([text, years, expected, answer])
    return found


def test_package_answers_a_sample_of_the_texts() -> None:
    assert differing_texts(facts_cases.sample()) == []


def test_package_answers_every_text() -> None:
    assert differing_texts(facts_cases.CASES) == []


def test_texts_have_every_kind_of_statement_and_answer() -> None:
    findings = [each for case in facts_cases.CASES for each in case[2][:-2]]
    assert {each[0] for each in findings} == {
        "index", "predicate", "D1", "D2", "D3", "D4", "rank", "count", "share", "change",
    }  # fmt: skip
    assert {each[6] for each in findings} == {
        "confirmed", "rounds to", "carried over", "follows from what is printed",
        "reported by the press", "contradicted", "not held here", "not comparable", "asked",
        "not understood",
    }  # fmt: skip
