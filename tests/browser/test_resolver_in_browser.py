"""The browser reads names and judges numbers as the package does: one corpus, both answers."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

import spbe_research.site
from resolver_cases import CASES, hashed, sample
from spbe_research.claims.browser import browser_script
from spbe_research.claims.record import Record

RESOLVER = Path(spbe_research.site.__file__).parent / "static" / "resolver.js"
ANSWER = """
cases => cases.map(([kind, asked]) => {
  const R = window.resolver;
  if (kind === "name") {
    const found = R.read(asked);
    const near = R.near(R.normalise(asked), 5).map(each => [R.bodies[each.body][0], each.score]);
    return [found.kind, found.ids, found.new, near];
  }
  const verdict = R.check(...asked);
  if (verdict === null) { return null; }
  return [verdict.verdict, verdict.published, verdict.computed, verdict.carried,
    verdict.hints.map(each => each[0]),
    ["en", "id"].map(each => [R.headline(verdict, each), ...R.hints(verdict, each)])];
})
"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    opened = browser.new_page()
    opened.add_script_tag(content=browser_script(Record.load()))
    opened.add_script_tag(content=RESOLVER.read_text(encoding="utf-8"))
    opened.evaluate("() => { window.resolver = SpbeResolver(SPBE); }")
    return opened


def differing(page: Page, cases: list[list[Any]]) -> list[list[Any]]:
    """The cases that the browser answers otherwise, with its answer."""
    answers = page.evaluate(ANSWER, [case[:2] for case in cases])
    for case, answer in zip(cases, answers, strict=True):
        if case[0] == "claim" and answer is not None:
            answer[-1] = hashed(answer[-1])
    return [[*case, got] for case, got in zip(cases, answers, strict=True) if got != case[2]]


def test_browser_answers_a_sample_of_the_corpus_alike(page: Page) -> None:
    assert differing(page, sample()) == []


@pytest.mark.long
def test_browser_answers_the_whole_corpus_alike(page: Page) -> None:
    assert len(CASES) == 10_000
    assert differing(page, CASES) == []
