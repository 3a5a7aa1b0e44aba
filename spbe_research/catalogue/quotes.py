"""Sentences ready to quote: a record's sentence with its numbers filled in, in two languages.

A sentence is written once, in the register, with its numbers left open: ``{value}``, ``{low}``,
``{high}``, ``{n}`` and ``{years}`` of the number itself, ``{num-...}`` for another headline number
and ``{num-...:low}`` or ``{num-...:high}`` for its interval. So a quoted number cannot differ from
the recorded one. Indonesian has a decimal comma and points between thousands.
"""

import re

import pandas as pd

from spbe_research.catalogue.records import load_records
from spbe_research.catalogue.results import committed_numbers
from spbe_research.errors import DataError
from spbe_research.figures.translation import LANGUAGES, localise

__all__ = ["LANGUAGES", "fill", "localise", "quote"]

_SOURCE = {
    "en": "(Kementerian PANRB, results of the SPBE evaluation, {years}; spbe_research, {id})",
    "id": "(Kementerian PANRB, hasil evaluasi SPBE, {years}; spbe_research, {id})",
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
    if language not in LANGUAGES:
        raise DataError(f"Invalid language {language!r}. It must be one of {', '.join(LANGUAGES)}.")
    record = records[record_id]
    sentence = record.sentence_en if language == "en" else record.sentence_id
    if not sentence:
        raise DataError(f"Invalid record {record_id}: it has no sentence to quote.")
    filled = fill(sentence, record_id, language)
    source = _SOURCE[language].format(years=record.years, id=record_id)
    return f"{filled.rstrip('.')} {source}."


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
