"""Sentences ready to quote carry the recorded numbers, in the writing of their language."""

from dataclasses import replace

import pytest

from spbe_research.errors import DataError
from spbe_research.press import quotes
from spbe_research.press.languages import localise
from spbe_research.press.quotes import quote
from spbe_research.press.records import load_records


@pytest.fixture
def sentences(monkeypatch: pytest.MonkeyPatch):
    """Give one record sentences of the test's own."""

    def give(name: str, english: str, indonesian: str = "") -> None:
        record = replace(load_records()[name], sentence_en=english, sentence_id=indonesian)
        monkeypatch.setattr(quotes, "load_records", lambda: load_records() | {name: record})

    return give


def test_sentence_holds_the_recorded_number_and_credits_the_producer(sentences) -> None:
    sentences("num-gini-2018", "The Gini coefficient was {value} in {years}.")
    assert quote("num-gini-2018") == (
        "The Gini coefficient was 0.184 in 2018 (spbe_research, num-gini-2018; data: Kementerian "
        "PANRB, results of the SPBE evaluation, 2018)."
    )


def test_indonesian_sentence_has_points_between_thousands(sentences) -> None:
    sentences("num-agency-years", "x", "Kementerian menerbitkan {value} hasil.")
    assert "menerbitkan 4.159 hasil (spbe_research, num-agency-years; data: Kement" in quote(
        "num-agency-years", language="id"
    )


def test_interval_and_numbers_of_other_records_are_filled_in(sentences) -> None:
    sentences("fig-gini", "{num-gini-2024} ({num-gini-2024:low})")
    assert quote("fig-gini").startswith("0.133 (0.120) (spbe_research, fig-gini")


def test_wrong_sentences_and_ids_are_refused(sentences) -> None:
    sentences("num-agency-years", "{low}", "{num-moon}")
    with pytest.raises(DataError, match="num-agency-years has no interval"):
        quote("num-agency-years")
    with pytest.raises(DataError, match="there is no number num-moon"):
        quote("num-agency-years", language="id")
    with pytest.raises(DataError, match="Invalid id 'num-moon'"):
        quote("num-moon")
    with pytest.raises(DataError, match="Invalid language 'jv'"):
        quote("num-agency-years", language="jv")


@pytest.mark.parametrize(
    ("english", "indonesian"), [("0.58", "0,58"), ("4,159", "4.159"), ("-0.4 %", "-0,4 %")]
)
def test_numbers_are_written_as_the_language_writes_them(english: str, indonesian: str) -> None:
    assert localise(english, "en") == english
    assert localise(english, "id") == indonesian
