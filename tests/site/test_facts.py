"""The browser reads and judges a pasted text as the package does: one corpus, both answers."""

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from facts_cases import CASES, MADE, NEWS, sample

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
    return [made.quantity, made.value, made.year, made.start, made.end,
      Array.from(made.inferred).sort(),
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


def differing(answer: Callable[..., Any], cases: list[list[Any]]) -> list[tuple[Any, ...]]:
    """The texts that the browser answers otherwise, with both answers."""
    found = []
    for text, years, expected in cases:
        got = answer(text, years)
        for finding in got[:-2]:
            finding[-1] = hashed(finding[-1])
        if got != expected:
            found.append((text, years, expected, got))
    return found


@pytest.mark.whole
def test_the_browser_answers_a_sample_of_the_corpus_alike(answer: Callable[..., Any]) -> None:
    assert differing(answer, sample()) == []


@pytest.mark.whole
def test_the_browser_answers_the_whole_corpus_alike(answer: Callable[..., Any]) -> None:
    assert len(CASES) == 92 + MADE + NEWS
    assert differing(answer, CASES) == []


def test_a_press_paragraph_is_judged_by_hand(answer: Callable[..., Any]) -> None:
    text = (
        "Pada 2018 indeks SPBE Kota Cilegon 3,27. Sulawesi Barat pada 2024 di peringkat 18 dari 38 "
        "provinsi. Indeks SPBE Kota Batu naik 0,12 poin dari 2023 ke 2024."
    )
    *findings, english, indonesian = answer(text, {})
    assert [each[6] for each in findings] == [
        "contradicted", "follows from what is printed", "contradicted",
    ]  # fmt: skip
    assert findings[0][-1][1][0] == (
        "Kota Cilegon, indeks SPBE 2018: 3,27 tidak sesuai (nilai resmi: 3,23)."
    )
    assert findings[1][-1][0][1] == "Among provinces in the list of 2024: place 18 of 38."
    assert findings[2][7][2] == "+0.22"
    assert english == "3 claims: 2 contradicted, 1 follows from what is printed."
    assert indonesian.startswith("3 pernyataan: 2 tidak sesuai")


def test_every_year_has_one_source_for_what_the_browser_holds_by_year() -> None:
    record = Record.load()
    for rows in (
        {(key[1], row["source_id"]) for key, row in record.published.items()},
        {(key[1], row["source_id"]) for key, row in record.domains.items()},
        {(key[1], row["source_id"]) for key, (_, row) in record.from_levels.items()},
    ):
        assert len(rows) == len({year for year, _ in rows})
    assert {row["status"] for row in record.published.values()} == {"evaluated", "carried_over"}
    national = [row for row in record.aggregates if row["scope"] == "nasional"]
    means = [row for row in national if row["measure"] == "mean"]
    assert not [row for row in means if isinstance(row["flag"], str) and row["flag"]]


def test_scripts_are_lean_and_ask_for_nothing() -> None:
    texts = [(STATIC / name).read_text("utf-8") for name in ("facts.js", "facts-page.js")]
    assert sum(len(gzip.compress(text.encode())) for text in texts) < 15_000
    for text in texts:
        assert not re.search(r"fetch\(|XMLHttp|WebSocket|sendBeacon|import |innerHTML|eval\(", text)
