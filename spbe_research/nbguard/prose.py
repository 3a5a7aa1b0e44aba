"""Every numeral and number word in prose carries the id of its record, or is no result.

No result is: a year of the data, a regulation of the registers, a place in a text (notebook 04,
p. 12, Table 3), a work of the literature, a list's own numbers, and a phrase of the project's list
of fixed phrases. Nothing else is let through: not in backticks, not in formulas, not as a word.
*One*, *both*, *first*, *second* and *once* are let through, since they seldom count anything.
"""

import re
import unicodedata
from collections.abc import Iterator

from spbe_research.nbguard.facts import Facts, squeezed
from spbe_research.nbguard.vocabulary import NUMBER_WORDS

__all__ = ["MARKED", "numerals", "without_marks"]

MARKED = re.compile(r"([-\u2212]?[\d.,]*\d(?:\s?%)?)`?<!--(num-[a-z0-9-]+)(?::(\w+))?-->")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_PLACEHOLDER = "\ue000"  # stands for a number that carries an id

_WORD = {
    language: re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)
    for language, words in NUMBER_WORDS.items()
}
_CHUNK = re.compile(r"[\w.,/%+*\u2212\u2013-]*\d[\w.,/%+*\u2212\u2013-]*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_YEARS = re.compile(r"(?:19|20)\d\d(?:[-\u2013/](?:19|20)\d\d)?s?")
_ITEM = re.compile(r"^(\s*)\d{1,2}\.(?=\s)", re.MULTILINE)
_LINK = re.compile(
    r"\]\(\s*<?(?:https?://|mailto:|#[a-z]|[^)\s]*\.[a-z]\w{1,4}(?=[)#>\s]))[^)\s]*\)"
    r"|<https?://[^>]*>|https?://\S+|doi:\s*\S+",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\[(\d+)\]\(\1-[^)]*\.ipynb\)")  # [13](13-does-it.ipynb)
_CITED = re.compile(r"\[@[^\]]*\]")
_MATH = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.DOTALL)
_IN_MATH = re.compile(r"\d+(?:[.,]\d+)+|\d{2,}|\d\s*\\?%|(?<=[=<>\u2248])\s*\d(?![\d^_{])")
_RELATIONS = re.compile(r"\\(?:approx|le|leq|ge|geq|sim|ne|neq|lt|gt)\b\s*")
_PLACES = (
    r"notebooks?|buku|sections?|bagian|articles?|pasal|ayat|pages?|pp?\.|halaman|hlm\.|tables?|tabel"
    r"|figures?|gambar|chapters?|bab|annex|lampiran|equations?|row|baris|no\.?|nomor|footnote"
)
# Of two digits; of more only a page, and never with what is counted behind it.
_NUMBERED_PLACE = rf"\b(?:(?:{_PLACES})\s*\(?\d{{1,2}}|(?:pages?|pp?\.|halaman|hlm\.)\s*\d+)"
_PLACE = re.compile(
    rf"{_NUMBERED_PLACE}[a-z]?(?!\d)\)?"
    r"(?:(?:\s*[-\u2013,]\s*|\s+(?:to|and|sampai|dan)\s+)\d{1,3}[a-z]?\b(?!\s*%))*(?![\d%])"
    r"(?!\s+(?:agenc|bod(?:y|ies)|badan|cit(?:y|ies)|claims?\b|instansi|kabupaten|klaim|kota\b|per\s?cent"
    r"|persen|places|points?\b|poin|provin|regenc|regulations?\b))",
    re.IGNORECASE,
)
_SIGN = re.compile(r"(?:\bminus\s+|\bnegati(?:ve|f)\s+)$", re.IGNORECASE)
_MINUS = "\u207b\u208b\u2212\u2796"
_WORDS = re.compile(r"[^\W\d_]+")
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December|Januari"
    "|Februari|Maret|Mei|Juni|Juli|Agustus|Oktober|Desember"
)
_DATE = re.compile(rf"\b(?:\d{{1,2}}\s+)?(?:{_MONTHS})\s+(?=(?:19|20)\d\d)")
_REGULATION = re.compile(
    r"((?:\b[A-Za-z][\w/]*\s+){0,5})(?<![\w/.])(\d+)(?:/|\s+Tahun\s+)(\d{4})\b"
)
_AUTHORED = re.compile(
    r"\b([A-Z][^\W\d_]+(?:[-'\u2019][A-Z]?[^\W\d_]+)*)"
    r"(?:\s+(?:et al\.|dkk\.)|,?\s+(?:and|dan)\s+[A-Z][^\W\d_]+)?,?\s+"
    r"\(?((?:1[89]|20)\d\d)[a-z]?(?!\d)"
)


def numerals(text: str, facts: Facts, *, language: str = "en", is_list: bool = False) -> list[str]:
    """Name every numeral and number word in a text that carries no id and may be a result.

    Parameters
    ----------
    text : str
        Markdown.
    facts : Facts
        What is no result.
    language : {"en", "id"}
        English or Indonesian.
    is_list : bool
        Whether it is a list of references, whose volumes and pages stand for themselves.

    Examples
    --------
    >>> numerals("Of 640 bodies eleven fell, `2.5 %` of them.", Facts(numbers={}))
    ["'640' carries no <!--num-id-->", "'2.5 %' carries no ...", "'eleven' carries no ..."]
    """
    found = list(_signed(text))
    text = _NUMBERED.sub(" ", _CITED.sub(" ", without_marks(text)))
    text = _LINK.sub("](link)", text)
    found += _odd_characters(text)
    found += _mixed_words(text)
    found += _regulations(text, facts)
    text = _REGULATION.sub(_keep_years, text).replace("```", " ").replace("`", "")
    if facts.fixed is not None:
        text = facts.fixed.sub(" \ue001 ", text)
    for block, inline in _MATH.findall(text):
        found += [
            f"{each!r} in a formula carries no <!--num-id-->"
            for each in _of_formula(block or inline)
        ]
    text = _ITEM.sub(r"\1", _MATH.sub(" \ue001 ", text))
    text, unknown = _without_authors(text, facts)
    found += unknown
    text = _DATE.sub(" ", _PLACE.sub(" ", text))
    spelled = _WORD[language].findall(re.sub(r"[*_~]", "", text))
    if not is_list:
        found += [f"{each!r} carries no <!--num-id-->" for each in _figures(text, facts)]
        found += [f"{each!r} carries no <!--num-id-->" for each in spelled]
    return found


def without_marks(text: str) -> str:
    """Return a text whose numbers with an id, and whose comments, are taken out."""
    return _COMMENT.sub("", MARKED.sub(_PLACEHOLDER, text))


def _signed(text: str) -> Iterator[str]:
    """A dash, or the word minus, before a number with an id, which its label does not hold."""
    for match in MARKED.finditer(text):
        before = text[: match.start()].rstrip("`*_\\")
        near, last = before[-1:], before.strip()[-1:]
        if last in {*_MINUS} or (near and unicodedata.category(near) == "Pd"):
            yield f"{last + match[1]!r}: a dash before a number is no part of its record"
        elif sign := _SIGN.search(before):
            yield f"{sign[0] + match[1]!r}: a sign before a number is no part of its record"


def _mixed_words(text: str) -> Iterator[str]:
    """A word of letters of two scripts, which looks like another word."""
    for word in dict.fromkeys(_WORDS.findall(text)):
        scripts = {unicodedata.name(letter, "?").split()[0] for letter in word}
        if "LATIN" in scripts and scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "FULLWIDTH"}:
            yield f"{word!r} mixes letters of {' and '.join(sorted(scripts))}"


def _odd_characters(text: str) -> Iterator[str]:
    for letter in dict.fromkeys(text):
        kind = unicodedata.category(letter)
        if kind in ("No", "Nl") or (kind == "Nd" and not letter.isascii()):
            yield f"{letter!r} is a numeral that is no plain digit"
        elif kind == "Cf":
            yield f"{letter!r} is a character that is not seen"


def _of_formula(formula: str) -> Iterator[str]:
    """Numbers that a formula states: of two digits, with decimals, or all that stands after ``=``.

    A single digit elsewhere is a coefficient, an exponent or an index.
    """
    plain = _RELATIONS.sub("=", formula)
    for match in _IN_MATH.finditer(plain):
        rest = plain[match.end() :].lstrip()
        if len(match[0].strip()) > 1 or not rest or rest[0] in ",;.":
            yield match[0].strip()


def _regulations(text: str, facts: Facts) -> Iterator[str]:
    if facts.regulations is None:
        return
    for before, number, year in _REGULATION.findall(text):
        if _are_years(number, year):
            continue
        kinds = facts.regulations.get(f"{number}/{year}")
        words = re.sub(r"\s+Nomor\s*$", "", before).split()
        ends = [squeezed("".join(words[place:])) for place in range(len(words))]
        if kinds is None:
            yield f"'{number}/{year}' is no regulation of the registers"
        elif not any(
            kind == end or kind.startswith(end) for kind in kinds for end in ends if len(end) > 1
        ):
            yield f"'{' '.join([*words[-2:], f'{number}/{year}'])}' is registered as another kind"


def _keep_years(match: re.Match[str]) -> str:
    return match[0] if _are_years(match[2], match[3]) else " \ue001 "


def _are_years(number: str, year: str) -> bool:
    return _YEAR.fullmatch(number) is not None and _YEAR.fullmatch(year) is not None


def _without_authors(text: str, facts: Facts) -> tuple[str, list[str]]:
    """Take out works cited by author and year; name those that the literature lacks."""
    unknown: list[str] = []

    def known(match: re.Match[str]) -> str:
        name, year = match[1], match[2]
        if facts.works is None or (name.lower(), year) in facts.works.authored:
            return name
        if facts.years is not None and int(year) in facts.years:
            return match[0]
        unknown.append(
            f"'{name} {year}' is not in the literature, and {year} is no year of the data"
        )
        return name

    return _AUTHORED.sub(known, text), unknown


def _figures(text: str, facts: Facts) -> Iterator[str]:
    for match in _CHUNK.finditer(text):
        chunk = match[0].strip(".,*-+\u2212\u2013/")
        if not chunk or (chunk[0].isalpha() or chunk[0] == "_"):
            continue  # an identifier: D1, permen-59-2020, tests/questions
        if _YEARS.fullmatch(chunk):
            wrong = [year for year in _YEAR.findall(chunk) if not _is_year(year, facts)]
            yield from wrong
            continue
        rest = text[match.end() :]
        percent = re.match(r"\s?%", rest)
        yield chunk + percent[0] if percent and "%" not in chunk else chunk


def _is_year(year: str, facts: Facts) -> bool:
    return facts.years is None or int(year) in facts.years
