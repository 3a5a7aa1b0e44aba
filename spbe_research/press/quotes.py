"""Sentences ready to quote: a record's sentence with its numbers filled in, in two languages.

A sentence is written once, in ``words.toml``, with its numbers left open: ``{value}``, ``{low}``,
``{high}``, ``{n}`` and ``{years}`` of the number itself, ``{num-...}`` for another headline number
and ``{num-...:low}`` or ``{num-...:high}`` for its interval. So a quoted number cannot differ from
the recorded one. Indonesian has a decimal comma and points between thousands.
"""

import re

from spbe_research.errors import DataError
from spbe_research.press.languages import check_language
from spbe_research.press.printed import printed
from spbe_research.press.records import Record, load_questions, load_records

__all__ = ["CREDITS", "alternative_text", "brief_answer", "credit", "fill", "quote"]

CREDITS = {  # who is credited, as the words of questions and as a sentence name it
    "Kementerian PANRB": {
        "en": "Kementerian PANRB, results of the SPBE evaluation",
        "id": "Kementerian PANRB, hasil evaluasi SPBE",
    },
    "BPS": {"en": "Badan Pusat Statistik", "id": "Badan Pusat Statistik"},
    "press lists of members": {
        "en": "press lists of members",
        "id": "daftar peserta dari pers",
    },
    "local regulations found in public documents": {
        "en": "local regulations found in public documents",
        "id": "peraturan daerah yang ditemukan dalam dokumen publik",
    },
    "JRC, ASEM data as shipped in COINr": {
        "en": "Joint Research Centre of the European Commission, ASEM data as shipped in COINr",
        "id": "Joint Research Centre Komisi Eropa, data ASEM sebagaimana dimuat dalam COINr",
    },
}
_PLACE = re.compile(r"\{([a-z0-9-]+)(?::(low|high|n))?\}")
_OWN = ("value", "low", "high", "n", "years")


def quote(record_id: str, *, language: str = "en") -> str:
    """Return a record's sentence with its numbers, years and source.

    Parameters
    ----------
    record_id : str
        Id of a figure, table or number.
    language : {"en", "id"}
        English or Indonesian.

    Returns
    -------
    str
        One or more sentences, with the id and who produced the data.

    Raises
    ------
    DataError
        When there is no such record or language, the record has no sentence yet, or the sentence
        asks for a number or bound that does not exist.
    """
    records = load_records()
    if record_id not in records:
        raise DataError(f"Invalid id {record_id!r}. It must be a record.")
    check_language(language)
    record = records[record_id]
    sentence = record.sentence_en if language == "en" else record.sentence_id
    if not sentence:
        raise DataError(f"Invalid record {record_id}: it has no sentence to quote.")
    filled = fill(sentence, record_id, language)
    source = ", ".join(part for part in (credit(record, language), record.years) if part)
    return f"{filled.rstrip('.')} (spbe_research, {record_id}; data: {source})."


def credit(record: Record, language: str) -> str:
    """Return whom a record credits, the producer first, as a sentence names them.

    Raises
    ------
    DataError
        When a source of the record has no words here.

    Examples
    --------
    >>> credit(load_records()["num-agency-years"], "id")
    'Kementerian PANRB, hasil evaluasi SPBE'
    """
    names = record.source.removeprefix("Source: ").split("; ")
    unknown = [name for name in names if name not in CREDITS]
    if unknown:
        raise DataError(f"Invalid source {unknown[0]!r} of {record.id}. Name it in quotes.py.")
    return "; ".join(CREDITS[name][language] for name in names)


def alternative_text(record_id: str, *, language: str = "en") -> str:
    """Return what a figure looks like, its numbers filled in, for those who cannot see it.

    Raises
    ------
    DataError
        When there is no such figure or language, or the text asks for a number that does not exist.

    Examples
    --------
    >>> alternative_text("fig-transitions").startswith("Four tables")
    True
    """
    check_language(language)
    records = load_records()
    if record_id not in records or not records[record_id].is_figure:
        raise DataError(f"Invalid id {record_id!r}. It must be a figure.")
    record = records[record_id]
    return fill(record.alt_en if language == "en" else record.alt_id, record_id, language)


def brief_answer(question: str, *, language: str = "en") -> str:
    """Return a question's answer in brief, its numbers filled in; empty while it has none.

    Raises
    ------
    DataError
        When there is no such question or language, or the answer asks for a number that does not
        exist.

    Examples
    --------
    >>> brief_answer("what_is_in_the_data").startswith("The lists of 2018 to 2024 hold 4,159")
    True
    """
    check_language(language)
    asked = load_questions().get(question)
    if asked is None:
        raise DataError(f"Invalid question {question!r}. It must be a folder of questions/.")
    return fill(asked.answer_en if language == "en" else asked.answer_id, question, language)


def fill(text: str, record_id: str, language: str) -> str:
    """Return a text of a record with the numbers it leaves open.

    Raises
    ------
    DataError
        When the text asks for a number or bound that does not exist.
    """
    return _PLACE.sub(lambda match: _filled(match, record_id, language), text)


def _filled(match: re.Match[str], record_id: str, language: str) -> str:
    name, part = match[1], match[2] or "value"
    if name in _OWN:
        name, part = record_id, name
    if part == "years":
        return load_records()[name].years
    try:
        return printed(name, part, language=language)
    except DataError as error:
        raise DataError(f"Invalid sentence of {record_id}: {error}.") from error
