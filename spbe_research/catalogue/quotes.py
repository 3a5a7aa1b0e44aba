"""Sentences ready to quote: a record's sentence with its numbers filled in, in two languages.

A sentence is written once, in the register, with its numbers left open: ``{value}``, ``{low}``,
``{high}``, ``{n}`` and ``{years}`` of the number itself, ``{num-...}`` for another headline number
and ``{num-...:low}`` or ``{num-...:high}`` for its interval. So a quoted number cannot differ from
the recorded one. Indonesian has a decimal comma and points between thousands.
"""

import re

import pandas as pd

from spbe_research.catalogue.records import Record, load_notebook_entries, load_records
from spbe_research.catalogue.results import committed_numbers
from spbe_research.errors import DataError
from spbe_research.figures.translation import LANGUAGES, localise

__all__ = ["LANGUAGES", "alternative_text", "brief_answer", "credit", "fill", "localise", "quote"]

_SOURCE = "({source}, {years}; spbe_research, {id})"
_CREDITS = {  # who is credited, in the words of the registers and as a sentence names it
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
        One or more sentences, the producer credited before this package.

    Raises
    ------
    DataError
        When there is no such record or language, the record has no sentence yet, or the sentence
        asks for a number or bound that does not exist.
    """
    records = load_records()
    if record_id not in records:
        raise DataError(f"Invalid id {record_id!r}. It must be a record of the catalogue.")
    _check_language(language)
    record = records[record_id]
    sentence = record.sentence_en if language == "en" else record.sentence_id
    if not sentence:
        raise DataError(f"Invalid record {record_id}: it has no sentence to quote.")
    filled = fill(sentence, record_id, language)
    source = _SOURCE.format(source=credit(record, language), years=record.years, id=record_id)
    return f"{filled.rstrip('.')} {source}."


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
    unknown = [name for name in names if name not in _CREDITS]
    if unknown:
        raise DataError(f"Invalid source {unknown[0]!r} of {record.id}. Name it in quotes.py.")
    return "; ".join(_CREDITS[name][language] for name in names)


def alternative_text(record_id: str, *, language: str = "en") -> str:
    """Return what a figure looks like, its numbers filled in, for those who cannot see it.

    Raises
    ------
    DataError
        When there is no such figure or language, or the text asks for a number that does not exist.

    Examples
    --------
    >>> alternative_text("fig-alluvial").startswith("Flow diagram")
    True
    """
    _check_language(language)
    records = load_records()
    if record_id not in records or not records[record_id].is_figure:
        raise DataError(f"Invalid id {record_id!r}. It must be a figure of the catalogue.")
    record = records[record_id]
    return fill(record.alt_en if language == "en" else record.alt_id, record_id, language)


def brief_answer(notebook_id: str, *, language: str = "en") -> str:
    """Return a notebook's answer in brief, its numbers filled in; empty while it has none.

    Raises
    ------
    DataError
        When there is no such notebook or language, or the answer asks for a number that does not
        exist.

    Examples
    --------
    >>> brief_answer("01-what-is-in-the-data").startswith("The lists of 2018 to 2024 hold 4,159")
    True
    """
    _check_language(language)
    entries = load_notebook_entries()
    if notebook_id not in entries:
        raise DataError(f"Invalid id {notebook_id!r}. It must be a notebook of the catalogue.")
    entry = entries[notebook_id]
    return fill(entry.answer_en if language == "en" else entry.answer_id, notebook_id, language)


def fill(text: str, record_id: str, language: str) -> str:
    """Return a text of a record with the numbers it leaves open.

    Raises
    ------
    DataError
        When the text asks for a number or bound that does not exist.
    """
    return _PLACE.sub(lambda match: _filled(match, record_id, language), text)


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise DataError(f"Invalid language {language!r}. It must be one of {', '.join(LANGUAGES)}.")


def _filled(match: re.Match[str], record_id: str, language: str) -> str:
    name, part = match[1], match[2] or "value"
    if name in _OWN:
        name, part = record_id, name
    if part == "years":
        return load_records()[name].years
    table = committed_numbers().set_index("id")
    if name not in table.index:
        raise DataError(f"Invalid sentence of {record_id}: there is no number {name}.")
    row = table.loc[name]
    if part == "value":
        return localise(str(row["text"]), language)
    if part == "n":
        return localise(f"{int(row['n']):,}", language)
    if pd.isna(row[part]):
        raise DataError(f"Invalid sentence of {record_id}: {name} has no interval.")
    return localise(load_records()[name].text.format(row[part]), language)
