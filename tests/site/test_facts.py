"""The browser reads and judges a pasted text as the package does: one corpus, both answers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from facts_cases import CASES
from resolver_cases import hashed
from spbe_research.claims.browser import browser_script
from spbe_research.claims.facts_script import facts_script
from spbe_research.claims.record import Record
from spbe_research.site import build

STATIC = Path(build.__file__).with_name("static")
ANSWER = """
const engine = SpbeFacts(SpbeResolver(SPBE), SPBE_FACTS);
function answer(text, years) {
  const found = engine.check(text, years);
  return found.map(each => {
    const made = each.statement, v = each.verdict;
    return [made.quantity, made.value, made.year, made.start, made.end, Array.from(made.inferred).sort(),
      each.word, v && [v.id, v.verdict, v.published, v.source],
      ["en", "id"].map(language => engine.sentences(each, language))];
  }).concat(["en", "id"].map(language => engine.summary(found, language)));
}
"""


@pytest.fixture(scope="module")
def answer() -> Callable[..., Any]:
    import quickjs

    context = quickjs.Context()
    record = Record.load()
    scripts = [(STATIC / name).read_text("utf-8") for name in ("resolver.js", "facts.js")]
    for text in (browser_script(record), facts_script(record), *scripts, ANSWER):
        context.eval(text)

    def ask(text: str, years: dict[str, int]) -> Any:
        asked = f"{json.dumps(text)}, {json.dumps(years)}"
        return json.loads(context.eval(f"JSON.stringify(answer({asked}))"))

    return ask


def test_the_browser_answers_every_text_of_the_corpus_alike(answer: Callable[..., Any]) -> None:
    differing = []
    for text, years, expected in CASES:
        found = answer(text, years)
        for finding in found[:-2]:
            finding[-1] = hashed(finding[-1])
        if found != expected:
            differing.append((text, years, expected, found))
    assert differing == []
