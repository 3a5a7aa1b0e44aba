"""Verdicts in words: English and Indonesian, with how to cite what they rest on.

The sentences stand in ``sentences.csv``, once, so that the command, its files, the tables and the
site say the same. Reasons of flagged values and the evidence of claims that are no score are in
English in both.
"""

import csv
from collections import Counter
from functools import cache
from pathlib import Path

from spbe_research import __version__
from spbe_research.claims.rules import NATION
from spbe_research.claims.verdicts import Hint, Verdict
from spbe_research.errors import DataError
from spbe_research.years import evaluation_years

__all__ = [
    "LANGUAGES",
    "about_words",
    "check_language",
    "citation",
    "frame_words",
    "headline",
    "hints",
    "named",
    "sentences",
    "tally",
    "verdict_word",
]

LANGUAGES = ("en", "id")

_NUMBERS = ("stated", "published", "value", "index")  # and what begins with value_
_SEPARATOR = "|"  # of the parts of a frame, and of what is counted


@cache
def sentences() -> dict[str, dict[str, dict[str, str]]]:
    """Return every sentence by section, key and language."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    with Path(__file__).with_name("sentences.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            words = {language: row[language] for language in LANGUAGES}
            found.setdefault(row["section"], {})[row["key"]] = words
    return found


def check_language(language: str) -> None:
    """Refuse a language that nothing is written in."""
    if language not in LANGUAGES:
        raise DataError(f"Invalid language {language!r}. It must be one of {', '.join(LANGUAGES)}.")


def headline(verdict: Verdict, *, language: str = "en", is_asked: bool = False) -> str:
    """Return the verdict in one sentence; of a question both numbers, and no contradiction.

    Examples
    --------
    >>> from spbe_research.claims.checking import check_claim
    >>> headline(check_claim("Kota Cilegon", 2018, "3.27"), language="id")
    'Kota Cilegon, indeks SPBE 2018: 3,27 tidak sesuai (nilai resmi: 3,23).'
    """
    check_language(language)
    said = sentences()
    kind = verdict.quantity if verdict.quantity in said["subject"] else "domain"
    agency = named(verdict, language=language)
    values = {
        "agency": agency[:1].upper() + agency[1:],
        "about": about_words(verdict.about, language=language),
        "item": verdict.quantity,
        "year": str(verdict.year),
        "years": verdict.about,
        "stated": verdict.stated,
        "published": verdict.published,
        "first": str(verdict.carried_from),
    }
    values["subject"] = said["subject"][kind][language].format(**values)
    key = verdict.verdict
    if key == "contradicted" and is_asked:
        key = "differs" if verdict.published else "differs, edge"
    elif key == "contradicted" and verdict.basis != "printed":
        key += f", {verdict.basis if verdict.published else 'edge'}"
    return said["headline"][key][language].format(**_localised(values, language))


def named(verdict: Verdict, *, language: str = "en") -> str:
    """Return whom a verdict is about: a body, the country, or a group.

    Examples
    --------
    >>> named(Verdict("", "kota||2024|listed", 2024, "count", "3", "contradicted"))
    'kota in the list of 2024'
    """
    if verdict.quantity in ("count", "share"):
        return frame_words(verdict.agency, language=language)
    is_nation = verdict.agency == NATION
    return sentences()["word"]["nation"][language] if is_nation else verdict.agency


def hints(verdict: Verdict, *, language: str = "en") -> list[str]:
    """Return what is worth knowing beside the verdict, a sentence each."""
    check_language(language)
    return [_sentence(hint, language) for hint in verdict.hints]


def citation(verdict: Verdict, *, language: str = "en") -> str:
    """Return how to cite what the verdict rests on, the producer first.

    A row is that of the spreadsheet copy that was read, never of a decree.
    """
    check_language(language)
    said = sentences()["cite"]
    if not verdict.source_id:
        years = f"{evaluation_years()[0]}-{evaluation_years()[-1]}"
        return said["lists"][language].format(years=years, version=__version__)
    place = verdict.locator
    if place.startswith("row "):
        place = said["row"][language].format(row=place.removeprefix("row "))
    name = f' ("{verdict.name_published}")' if verdict.name_published else ""
    where = f"{verdict.document}, {place}{name}" if place else verdict.document
    return said["document"][language].format(document=where, version=__version__)


def tally(verdicts: list[str], *, language: str = "en") -> str:
    """Return how many claims got which verdict, the most frequent first.

    Examples
    --------
    >>> tally(["contradicted", "confirmed", "contradicted"])
    '3 claims: 2 contradicted, 1 confirmed.'
    """
    check_language(language)
    parts = [
        f"{n} {verdict_word(verdict, language=language)}"
        for verdict, n in Counter(verdicts).most_common()
    ]
    text = sentences()["cite"]["tally"][language]
    return text.format(n=len(verdicts), parts=", ".join(parts))


def verdict_word(verdict: str, *, language: str = "en") -> str:
    """Return a verdict as a language calls it."""
    return sentences()["verdict"][verdict][language]


def frame_words(code: str, *, language: str = "en") -> str:
    """Return who a claim is about, of a frame as ``kabkota|Banten|2024|listed``.

    Examples
    --------
    >>> frame_words("kabkota|Banten|2024|listed")
    'kabupaten and kota of Banten in the list of 2024'
    """
    said = sentences()["frame"]
    kind, province, year, status = code.split(_SEPARATOR)
    words = said[kind][language]
    if province:
        words = said["within"][language].format(kind=words, province=province)
    return said[status][language].format(kind=words, year=year) if status else words


def about_words(code: str, *, language: str = "en") -> str:
    """Return what is counted, of a code as ``Baik|at_least``; any other text as it is.

    Examples
    --------
    >>> about_words("Baik|at_least", language="id")
    'berpredikat Baik ke atas'
    """
    predicate, bar, how = code.partition(_SEPARATOR)
    return sentences()["word"][how][language].format(predicate=predicate) if bar else code


def _sentence(hint: Hint, language: str) -> str:
    values = dict(hint.values)
    if "frame" in values:
        values["frame"] = frame_words(values["frame"], language=language)
    if "about" in values:
        values["about"] = about_words(values["about"], language=language)
    return sentences()["hint"][hint.kind][language].format(**_localised(values, language))


def _localised(values: dict[str, str], language: str) -> dict[str, str]:
    """Write numbers with the decimal mark of the language, however they were stated."""
    marks = (",", ".") if language == "en" else (".", ",")
    return {
        name: _number(value, marks, language)
        if name in _NUMBERS or name.startswith("value_")
        else value
        for name, value in values.items()
    }


def _number(value: str, marks: tuple[str, str], language: str) -> str:
    """A number of a sentence, which spells out the percent in Indonesian."""
    said = value.replace(*marks)
    return said.removesuffix("%") + "persen" if language == "id" and said.endswith(" %") else said
