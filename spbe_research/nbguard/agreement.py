"""A number and the sentence that uses it agree: value, words, year, direction, part and whole.

A number is written ``46<!--num-fell-2022-->``, a bound of its interval ``:low`` or ``:high``, its n
``:n``. Its sentence must hold one of the words that say what it is: those of its ``keyword``, where
its author stated some (``keyword.en = "confirm"``, several behind ``|``), in the sentence itself;
else any word of its id or name, in the sentence, the one before or the bold words that open the
paragraph. The year in its id stands in the paragraph up to there, and no other directly behind the
number. A word of the opposite direction does not stand in the sentence without its own, and a part
is not larger than its whole.
"""

import re
from collections.abc import Iterator

from spbe_research.nbguard.facts import Facts, Number
from spbe_research.nbguard.prose import MARKED, without_marks
from spbe_research.nbguard.violation import Violation
from spbe_research.nbguard.vocabulary import FORMS, OPPOSITES, SAY_NOTHING

__all__ = ["disagreements"]

_MARK = re.compile(r"<!--\s*num.*?-->", re.DOTALL)
_PARTS = ("low", "high", "n")
_SENTENCE = re.compile(r"(?<=[.?!;])\s+(?=[A-Z*`\[(])|(?<=[.?!]\*\*)\s+")
_LEAD = re.compile(r"[-*\s]*\*\*[^*]+\*\*")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_RANGE = re.compile(
    r"((?:19|20)\d\d)(?:\s*[-\u2013]\s*|\s+(?:to|sampai|until|hingga)\s+)((?:19|20)\d\d)"
)
_IN_YEAR = re.compile(r"\s*(?:in\s+|\()((?:19|20)\d\d)(?!\d|\s*(?:to|-|\u2013))")
_PART = re.compile(r"(?<![\d.,])(\d[\d,]*)<!--[^<>]*-->\s+of\s+(?:the\s+)?(\d[\d,]*)<!--[^<>]*-->")
_PERCENT = re.compile(r"\s?%$")
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_STEM = 5


def disagreements(text: str, facts: Facts, *, language: str = "en") -> Iterator[Violation]:
    """Name every number of a text that its record or its sentence contradicts.

    Parameters
    ----------
    text : str
        Markdown, its numbers marked.
    facts : Facts
        With the numbers that prose may use.
    language : {"en", "id"}
        English or Indonesian.
    """
    numbers = facts.numbers or {}
    for mark in _MARK.findall(MARKED.sub(" ", text)):
        yield Violation("label", "", f"{mark!r} marks no number")
    for paragraph in text.split("\n"):
        lead, before, so_far = _LEAD.match(paragraph), "", ""
        for sentence in _SENTENCE.split(paragraph):
            plain = without_marks(sentence)
            so_far = f"{so_far} {plain}"
            yield from _larger_parts(sentence)
            for match in MARKED.finditer(sentence):
                shown, name, part = match.groups()
                if name not in numbers:
                    yield Violation("label", "", f"{shown!r}: there is no number {name}")
                    continue
                number = numbers[name]
                if wrong := _other_label(shown, number, part, language):
                    yield Violation("label", "", wrong)
                yield from _next_year(name, sentence[match.end() :])
                near = f"{lead[0] if lead else ''} {before} {plain}"
                yield from _unsaid(number, plain, near, so_far, language)
            before = plain


def _other_label(shown: str, number: Number, part: str, language: str) -> str:
    """What the label must be, where it is another; a bound is compared to its own decimals."""
    named = f"{number.id}:{part}" if part else number.id
    if part and part not in _PARTS:
        return f"{named}: the part must be one of {', '.join(_PARTS)}"
    right = _localised(number.text, language)
    if not part:
        return "" if shown == right else f"{shown!r} must be {right!r} ({named})"
    value = getattr(number, part)
    if not value:
        return f"{shown!r}: {number.id} has no {part}"
    english = _localised(shown, language).replace("\u2212", "-")
    decimals = _decimals(english) if part == "n" else _decimals(number.text)
    right = f"{float(value):,.{decimals}f}"
    if part != "n" and (percent := _PERCENT.search(number.text)):
        right += percent[0]
    return (
        "" if english == right else f"{shown!r} must be {_localised(right, language)!r} ({named})"
    )


def _decimals(text: str) -> int:
    digits = re.sub(r"[^\d.]", "", text)
    return len(digits.partition(".")[2])


def _localised(text: str, language: str) -> str:
    """Swap decimal point and comma; the swap is its own inverse."""
    return text.translate(str.maketrans(".,", ",.")) if language == "id" else text


def _unsaid(
    number: Number, sentence: str, near: str, so_far: str, language: str
) -> Iterator[Violation]:
    keywords = number.keywords.get(language, ())
    if keywords:
        if not any(word.lower() in sentence.lower() for word in keywords):
            wanted = " or ".join(map(repr, keywords))
            yield Violation("keyword", "", f"the sentence of {number.id} must say {wanted}")
    elif language == "en" or number.words.get(language):
        own = _words_of(number, language)
        if own and not set(map(_stem, own)) & set(map(_stem, _words(near))):
            wanted = ", ".join(sorted(own))
            yield Violation("keyword", "", f"the sentence of {number.id} must say one of {wanted}")
    for year in _YEAR.findall(number.id):
        if int(year) not in _years(so_far):
            yield Violation("year", "", f"the sentence of {number.id} must name the year {year}")
    if not keywords:
        yield from _turned(number, sentence, language)


def _next_year(name: str, rest: str) -> Iterator[Violation]:
    """A number of one year directly before another: ``46<!--num-fell-2022--> in 2021``."""
    years, told = _YEAR.findall(name), _IN_YEAR.match(rest)
    if len(years) == 1 and told and told[1] != years[0]:
        yield Violation("year", "", f"{name} is said to be of {told[1]}")


def _larger_parts(sentence: str) -> Iterator[Violation]:
    """A count that is said to be a part of a smaller one."""
    for part, whole in _PART.findall(sentence):
        if float(part.replace(",", "")) > float(whole.replace(",", "")):
            yield Violation("part", "", f"{part!r} cannot be a part of {whole!r}")


def _words_of(number: Number, language: str) -> set[str]:
    said = number.words.get(language, "")
    if language == "en":
        said = f"{number.id.removeprefix('num-').replace('-', ' ')} {said}"
    return _words(re.sub(r"\{\w+\}", " ", said)) - SAY_NOTHING


def _words(text: str) -> set[str]:
    return {word.lower() for word in _LETTERS.findall(text)}


def _stem(word: str) -> str:
    return FORMS.get(word, word).removesuffix("s")[:_STEM]


def _years(text: str) -> set[int]:
    found = {int(year) for year in _YEAR.findall(text)}
    for first, last in _RANGE.findall(text):
        found |= set(range(int(first), int(last) + 1))
    return found


def _turned(number: Number, sentence: str, language: str) -> Iterator[Violation]:
    """A record of what lies above, in a sentence that only says below."""
    own = set(re.findall(r"[a-z]+", f"{number.id} {number.words.get(language, '')}".lower()))
    told = set(re.findall(r"[a-z]+", sentence.lower()))
    for pair in OPPOSITES:
        for word, opposite in (pair, pair[::-1]):
            if word in own and opposite not in own and opposite in told and word not in told:
                yield Violation(
                    "opposite", "", f"{number.id} is of {word!r}, its sentence says {opposite!r}"
                )
