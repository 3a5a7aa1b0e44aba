"""What a sentence mentions: bodies, years, numbers and predicates, each with its place.

Only what is written is found. A date, a number of a regulation and a span of years are no year of a
result; a person, an office or a body with a place in its name is not the government of the place.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from spbe_research.claims import text_rules as rules
from spbe_research.claims.names import name_table, writing
from spbe_research.claims.rules import BODIES_BEFORE, normalise
from spbe_research.claims.values import read_predicate

__all__ = [
    "Mention",
    "find_bodies",
    "find_numbers",
    "find_predicates",
    "find_years",
    "sentences_of",
]


@dataclass(frozen=True)
class Mention:
    """One thing mentioned, from ``start`` to ``end`` in its sentence.

    ``kind`` is body, several, new, part (an office with the place in its name), person, unknown (a
    kind of body and a name that no body has), nation, group (bodies of a kind, or their mean),
    number, year, start (a year that a movement starts from), relative (the year before), place,
    count or predicate. ``value`` is an agency_id, the ids parted
    by a space, the number of a new body, a number as written, a year, or a predicate; ``before`` is
    the word before a body, of a nation *beside* where it is named by the way, of a group *mean* or
    *kind*.
    """

    kind: str
    start: int
    end: int
    value: str
    before: str = ""


def sentences_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield each sentence with its place in the text; ``Kab. Bogor`` ends none.

    Examples
    --------
    >>> [sentence for _, sentence in sentences_of("Kab. Bogor naik. Indeksnya 3,71.")]
    ['Kab. Bogor naik.', 'Indeksnya 3,71.']
    """
    first = 0
    for found in rules.ENDS.finditer(text):
        stop = found.start() + len(found.group().rstrip())
        if rules.SHORT_END.search(text[first:stop]):
            continue
        if text[first:stop].strip():
            yield first + _indent(text[first:stop]), text[first:stop].strip()
        first = found.end()
    if text[first:].strip():
        yield first + _indent(text[first:]), text[first:].strip()


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def find_bodies(sentence: str) -> list[Mention]:
    """Return the bodies, offices and persons named, first to last, the longest name of each place.

    Examples
    --------
    >>> [(m.kind, m.value) for m in find_bodies("Wali Kota Batu dan Pemkot Kediri, kata BPS Jatim")]
    [('person', 'kota-35.79'), ('body', 'kota-35.71'), ('part', 'prov-35')]
    """
    found = [
        Mention("nation", match.start(), match.end(), "")
        for match in rules.NATION.finditer(sentence)
    ]
    words = list(rules.WORD.finditer(sentence))
    place = 0
    while place < len(words):
        mention, length = _name_at(sentence, words, place)
        if mention and not any(m.start < mention.end and mention.start < m.end for m in found):
            found.append(mention)
        place += length
    found.sort(key=lambda mention: mention.start)
    # BPS of BPS Jatim is the office, which stands with the place already.
    offices = [mention.start for mention in found if mention.kind == "part"]
    found = [m for m in found if m.kind == "part" or m.end + 1 not in offices]
    found += [
        Mention("unknown", match.start(), match.end(), match[0])
        for match in rules.UNKNOWN.finditer(sentence)
        if not any(m.start < match.end() and match.start() < m.end for m in found)
    ]
    found.sort(key=lambda mention: mention.start)
    found = [m for place, m in enumerate(found) if not _locates(sentence, found, place)]
    found = [
        replace(m, kind="group", before="mean")
        if m.before in rules.MEANS and m.kind == "body"
        else m
        for m in found
    ]
    for kind, before, pattern in _AT_LARGE:
        found += [
            Mention(kind, match.start(), match.end(), "", before)
            for match in pattern.finditer(sentence)
            if not any(m.start < match.end() and match.start() < m.end for m in found)
        ]
    return sorted(found, key=lambda mention: mention.start)


_AT_LARGE = (
    ("group", "mean", rules.GROUP_MEAN),
    ("nation", "beside", rules.NATION_BESIDE),
    ("group", "kind", rules.GROUP),
)


def _locates(sentence: str, found: list[Mention], place: int) -> bool:
    """Whether a province only says where the body before it lies: Kota Batu, Jawa Timur."""
    if not place or not found[place].value.startswith("prov-"):
        return False
    before = found[place - 1]
    lies_in = before.value.partition("-")[2][:2] == found[place].value.partition("-")[2]
    is_region = before.value.startswith(("kab-", "kota-"))
    gap = sentence[before.end : found[place].start]
    return is_region and lies_in and bool(rules.WHERE.search(gap))


def _name_at(sentence: str, words: list[re.Match[str]], place: int) -> tuple[Mention | None, int]:
    table = name_table()
    for length in range(min(rules.LONGEST_NAME, len(words) - place), 0, -1):
        start, end = words[place].start(), words[place + length - 1].end()
        written = sentence[start:end]
        if rules.NAME_BROKEN.search(written.rstrip(".")):
            continue
        if {words[place].group(), words[place + length - 1].group()} & set(rules.LINKS):
            continue
        key = writing(normalise(written))
        owners, new = table.owners.get(key, ()), table.new_owners.get(key, -1)
        if not (owners or new >= 0) or not _is_name(sentence, words[place : place + length]):
            continue
        if "," in written and len(owners) != 1 and new < 0:
            continue
        before = _before(sentence, words, place)
        kind, value = "new", str(new)
        if owners:
            value = " ".join(table.bodies[owner].agency_id for owner in owners)
            kind = "body" if len(owners) == 1 else "several"
            kind = _office(sentence, words, place) or kind
        return Mention(kind, start, end - written.endswith("."), value, before), length
    return None, 1


def _is_name(sentence: str, words: list[re.Match[str]]) -> bool:
    """Whether words are written as a name: with capitals, and not an everyday word alone."""
    plain = [word.group().rstrip(".") for word in words]
    named = [word for word in plain if word.lower() not in rules.KINDS]
    if not named or not all(
        word[:1].isupper() or word[:1].isdigit() or word.lower() in rules.SMALL for word in named
    ):
        return False
    if len(plain) > 1 or plain[0].lower() not in rules.ORDINARY:
        return True
    if rules.SCORE_BEHIND.match(sentence[words[-1].end() :]):
        return True
    return plain[0].isupper() and not sentence.isupper()


def _before(sentence: str, words: list[re.Match[str]], place: int) -> str:
    if not place:
        return ""
    gap = sentence[words[place - 1].end() : words[place].start()]
    return words[place - 1].group().lower().rstrip(".") if not gap.strip(" -") else ""


def _office(sentence: str, words: list[re.Match[str]], place: int) -> str:
    """What the words before a name make of it: a person or an office of the place, or nothing."""
    for back in range(1, 4):
        word = _before(sentence, words, place - back + 1) if place >= back else ""
        if not word:
            return ""
        if word in rules.PERSONS:
            return "person"
        is_name = words[place - back].group()[:1].isupper()  # Disdik, not disusul
        is_office = word.startswith(rules.OFFICES) and len(word) > rules.SHORTEST_OFFICE and is_name
        if word in BODIES_BEFORE or is_office:
            head = _before(sentence, words, place - back)
            return "person" if head in rules.PERSONS else "part"
        if not is_name:
            return ""
    return ""


def find_years(sentence: str) -> list[Mention]:
    """Return the years of results a sentence names, and where it says *the year before*.

    A year that a movement starts from is a *start*: since 2021, or 0.22 more than in 2023.

    Examples
    --------
    >>> [m.value for m in find_years("RPJMD 2016 sampai 2021: pada 2023, Nomor 95 Tahun 2018")]
    ['2023']
    """
    blank = rules.NO_YEAR.sub(lambda found: " " * len(found.group()), sentence)
    found = [Mention("year", m.start(1), m.end(1), m[1]) for m in rules.YEAR.finditer(blank)]
    starts = [match.start(1) for match in rules.SINCE.finditer(blank)]
    if rules.MOVEMENT.search(blank):
        starts += [match.start(1) for match in rules.SETTING_OUT.finditer(blank)]
    found = [replace(m, kind="start") if m.start in starts else m for m in found]
    found += [
        Mention("relative", m.start(), m.end(), m.group()) for m in rules.RELATIVE.finditer(blank)
    ]
    return sorted(found, key=lambda mention: mention.start)


def find_numbers(sentence: str) -> list[Mention]:
    """Return the numbers of a sentence that are no year, date or number of a regulation.

    Examples
    --------
    >>> [m.value for m in find_numbers("Naik dari 2,89 (7/1/2026) menjadi 3.70, 24 instansi")]
    ['2,89', '3.70', '24']
    """
    blank = rules.NO_YEAR.sub(lambda found: " " * len(found.group()), sentence)
    return [Mention("number", m.start(1), m.end(1), m[1]) for m in rules.NUMBER.finditer(blank)]


def find_predicates(sentence: str) -> list[Mention]:
    """Return the predicates that are marked as such, loose words of other scales too.

    Examples
    --------
    >>> [m.value for m in find_predicates("kerja yang baik, predikat Sangat Baik, 3,10 (Baik)")]
    ['Sangat Baik', 'Baik']
    """
    return [
        Mention("predicate", m.start(), m.end(), read_predicate(m.group()) or m.group())
        for m in rules.SCALE_WORDS.finditer(sentence)
        if rules.MARKED.search(sentence[: m.start()])
        or rules.AFTER_NUMBER.search(sentence[: m.start()])
    ]
