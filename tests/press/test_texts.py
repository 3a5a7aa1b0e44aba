"""The words of records: complete in two languages, every number filled in, nothing causal.

Each rule is also shown to fail on a sentence that breaks it.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from spbe_research.errors import DataError
from spbe_research.press import quotes
from spbe_research.press.committed import committed_numbers
from spbe_research.press.languages import LANGUAGES
from spbe_research.press.quotes import alternative_text, brief_answer, quote
from spbe_research.press.records import load_questions, load_records
from spbe_research.press.typed import large_numbers

RECORDS = load_records()
FIGURES = [name for name, record in RECORDS.items() if record.is_figure]
ENTRIES = load_questions()
CAUSAL = {
    "en": r"cause[sd]?|causing|because|due to|effects? of|affects?|impacts?|influences?|leads? to"
    r"|led to|results? in|resulted in|drives?|driven|thanks to|improves?|improved|boosts?",
    "id": r"menyebabkan|disebabkan|penyebab|sebab|karena|akibat|akibatnya|mengakibatkan|berdampak"
    r"|dampak|berpengaruh|pengaruh|memengaruhi|mempengaruhi|mendorong|meningkatkan|berkat",
}
PLACE = re.compile(r"\{[^{}]*\}")
TYPED_DECIMAL = re.compile(r"\d[.,]\d")
POINT_DECIMAL = re.compile(r"\d\.(?!\d{3}\b)\d")
ALL_OF = re.compile(r"\b(?:all|seluruh) \{(value|num-[a-z0-9-]+)\}", re.IGNORECASE)


def text_violations(text: str, language: str) -> Iterator[str]:
    """What is wrong with a text whose numbers are still left open."""
    bare = PLACE.sub("", text)
    if "{" in bare or "}" in bare:
        yield "a brace without its partner"
    if TYPED_DECIMAL.search(bare):
        yield "a typed decimal number"
    if found := re.search(rf"\b(?:{CAUSAL[language]})\b", bare, re.IGNORECASE):
        yield f"the causal word {found[0]!r}"
    if text != text.strip() or "  " in text or not text.endswith("."):
        yield "stray space or no full stop"


def filled_violations(text: str, language: str) -> Iterator[str]:
    """What is wrong with a text whose numbers are filled in."""
    if "{" in text or "}" in text or "nan" in text.split():
        yield "an open place"
    if language == "id" and POINT_DECIMAL.search(text):
        yield "an English decimal point"


def open_texts() -> Iterator[tuple[str, str, str]]:
    """Every text a reader may quote, as (whose, text, language)."""
    for name, record in RECORDS.items():
        for language in LANGUAGES:
            yield name, getattr(record, f"sentence_{language}"), language
            if record.is_figure:
                yield name, getattr(record, f"alt_{language}"), language
    for name, entry in ENTRIES.items():
        for language in LANGUAGES:
            yield name, getattr(entry, f"answer_{language}"), language


def test_no_large_number_is_typed_in_what_is_said_of_a_record() -> None:
    said = [
        (f"{name}, {field}", getattr(record, f"{field}_{language}"), language)
        for name, record in RECORDS.items()
        for field in (("caption", "not_shown", "alt") if record.has_table else ())
        for language in LANGUAGES
    ]
    found = [
        f"{name} ({language}): {violation}"
        for name, text, language in [*said, *open_texts()]
        for violation in large_numbers(text, language)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Of 640 bodies.", "en"),
        ("Of 4,159 results.", "en"),
        ("In eleven of them.", "en"),
        ("Forty of them.", "en"),
        ("Dari 640 instansi.", "id"),
        ("Dari 4.159 hasil.", "id"),
        ("Sebelas di antaranya.", "id"),
        ("Dua puluh tiga di antaranya.", "id"),
    ],
)
def test_large_number_that_is_typed_is_named(text: str, language: str) -> None:
    assert len(list(large_numbers(text, language))) == 1


@pytest.mark.parametrize("text", ["In {n} of two lists of 2016, 95 % interval.", "Under 100 km."])
def test_years_places_and_fixed_phrases_are_no_large_number(text: str) -> None:
    assert list(large_numbers(text, "en")) == []


def test_every_text_keeps_the_rules_before_its_numbers_are_filled_in() -> None:
    found = [
        f"{name} ({language}): {violation}"
        for name, text, language in open_texts()
        for violation in text_violations(text, language)
    ]
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_record_quotes_and_every_figure_is_described(language: str) -> None:
    texts = {name: quote(name, language=language) for name in RECORDS}
    texts |= {f"{name} alt": alternative_text(name, language=language) for name in FIGURES}
    texts |= {name: brief_answer(name, language=language) for name in ENTRIES}
    assert [
        f"{name}: {violation}"
        for name, text in texts.items()
        for violation in filled_violations(text, language)
    ] == []


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("Of {n} agencies {value had it.", "en", "a brace"),
        ("The index was 3.23.", "en", "a typed decimal"),
        ("Indeks sebesar 3,23.", "id", "a typed decimal"),
        ("Regulations lead to practice.", "en", "'lead to'"),
        ("It rose because of the circular.", "en", "'because'"),
        ("Regulasi berdampak pada indeks.", "id", "'berdampak'"),
        ("Karena surat edaran, indeks naik.", "id", "'Karena'"),
        ("No full stop", "en", "no full stop"),
    ],
)
def test_text_that_breaks_a_rule_is_named(text: str, language: str, said: str) -> None:
    assert any(said in violation for violation in text_violations(text, language))


def test_years_percent_signs_and_thousands_are_no_violation() -> None:
    good = "In 2018 to 2024, {value} of {n} agencies (95 % confidence interval {low} to {high})."
    assert list(text_violations(good, "en")) == []
    assert list(filled_violations("Dari 4.159 hasil, 46,1 % berpredikat Kurang.", "id")) == []


@pytest.mark.parametrize(
    ("text", "said"), [("Indeks 3.23.", "decimal point"), ("Indeks {moon}.", "open place")]
)
def test_filled_text_that_breaks_a_rule_is_named(text: str, said: str) -> None:
    assert any(said in violation for violation in filled_violations(text, "id"))


def missing_interval(name: str, sentence: str) -> bool:
    """Whether a sentence withholds the interval that stands beside its number."""
    numbers = committed_numbers().set_index("id")
    has_interval = numbers.loc[name, ["low", "high"]].notna().all()
    return bool(has_interval) and not ("{low}" in sentence and "{high}" in sentence)


def test_number_with_an_interval_is_quoted_with_it() -> None:
    for name, record in RECORDS.items():
        if not record.has_table:
            assert not missing_interval(name, record.sentence_en), name
            assert not missing_interval(name, record.sentence_id), name
    assert missing_interval("num-gini-2018", "The Gini coefficient was {value}.")


def test_all_is_said_only_of_numbers_that_are_all_there_are() -> None:
    numbers = committed_numbers().set_index("id")
    said = {
        place if place.startswith("num-") else name
        for name, text, _ in open_texts()
        for place in ALL_OF.findall(text)
    }
    assert said == {
        "num-exact", "num-within-rounding", "num-examples-reproduced",
        "num-case-enacted-2022",
    }  # fmt: skip
    for name in said:
        assert numbers.loc[name, "value"] == numbers.loc[name, "n"], name


def test_alternative_texts_are_two_to_four_sentences() -> None:
    for name in FIGURES:
        for text in (RECORDS[name].alt_en, RECORDS[name].alt_id):
            sentences = re.split(r"(?<=[a-z0-9)}])\. (?=[A-Z])", text)
            assert 2 <= len(sentences) <= 4, (name, len(sentences))


def test_titles_and_captions_are_two_languages_not_one() -> None:
    for name, record in RECORDS.items():
        for field in ("caption", "sentence", "not_shown", "question"):
            english, indonesian = (getattr(record, f"{field}_{language}") for language in LANGUAGES)
            assert english, (name, field)
            assert indonesian, (name, field)
            assert english != indonesian, (name, field)


def test_numbers_of_one_family_say_what_may_not_be_concluded() -> None:
    general = {"A description of published results, not a cause of anything."}
    assert not general & {record.not_shown_en for record in RECORDS.values()}


def test_alternative_text_carries_the_recorded_number(monkeypatch: pytest.MonkeyPatch) -> None:
    record = replace(RECORDS["fig-gini"], alt_en="Gini {num-gini-2018}.", alt_id="{num-moon}")
    monkeypatch.setattr(quotes, "load_records", lambda: RECORDS | {"fig-gini": record})
    assert alternative_text("fig-gini") == "Gini 0.184."
    with pytest.raises(DataError, match="there is no number num-moon"):
        alternative_text("fig-gini", language="id")


def test_alternative_text_and_answer_of_nothing_are_refused() -> None:
    with pytest.raises(DataError, match="Invalid id 'num-gini-2018'. It must be a figure"):
        alternative_text("num-gini-2018")
    with pytest.raises(DataError, match="Invalid question 'moon'. It must be a folder of"):
        brief_answer("moon")
    with pytest.raises(DataError, match="Invalid language 'jv'"):
        brief_answer("how_an_index_is_made", language="jv")
