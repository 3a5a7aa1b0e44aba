"""What markdown may hold besides words: no HTML, no program, no picture, links that are seen.

The comments that name numbers are the only HTML. Citations ``[@key]`` and DOIs are those of the
literature, and no section is empty.
"""

import re
from collections.abc import Iterator, Sequence

from nbformat import NotebookNode

from spbe_research.nbguard.facts import Facts, Works
from spbe_research.nbguard.settings import Settings
from spbe_research.nbguard.violation import Violation

__all__ = ["headings", "is_references", "markup", "sections"]

_MARK = re.compile(r"<!--num-[a-z0-9-]+(?::\w+)?-->")
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_MATH = re.compile(r"\$\$.+?\$\$|\$[^$\n]+?\$", re.DOTALL)
_IN_MATH = re.compile(
    r"</?[A-Za-z][^>]*>|\\(?:href|url|html\w*|class|style|cssId|includegraphics)\b"
)
_TAG = re.compile(r"</?[A-Za-z][^>]*>?|<[!?][^>]*>?")
_AUTOLINK = re.compile(r"<https?://[^\s<>]+>")
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z]\w*);?", re.IGNORECASE)
_PICTURE = re.compile(r"!\[")
_TARGET = re.compile(r"\]\(\s*<?([^)\s>]*)|^\s*\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
_SCHEME = re.compile(r"^[\s\x00-\x20]*([A-Za-z][\w+.-]*):")
_SCHEMES = ("https", "http", "mailto")
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$", re.MULTILINE)
_REFERENCES = re.compile(
    r"\b(?:references|literature|bibliography|rujukan|pustaka)\b", re.IGNORECASE
)
_KEY = re.compile(r"(?<![\w.])@([\w:.-]*\w)")
_CITED = re.compile(r"\[([^\]\n]*@[^\]\n]*)\]")
_DOI = re.compile(r"\b10\.\d{4,9}/\S+")
_FEWEST_WORDS = 3


def markup(text: str, facts: Facts) -> Iterator[Violation]:
    """Name HTML, pictures, links that are none, and works that the literature lacks.

    Parameters
    ----------
    text : str
        One markdown cell.
    facts : Facts
        With the literature, where the project has one.

    Examples
    --------
    >>> [each.text for each in markup("<b>so</b>, [x](javascript:y)", Facts())]
    ["HTML in prose: '<b>'", "HTML in prose: '</b>'", "link to 'javascript:y'"]
    """
    rest = _MARK.sub("", text)
    for comment in _COMMENT.findall(rest):
        yield Violation("markup", "", f"hidden comment {comment[:40]!r}")
    plain = _CODE.sub(" ", re.sub(r"\\[`$]", " ", _COMMENT.sub(" ", rest)))
    for command in _IN_MATH.findall("".join(_MATH.findall(plain))):
        yield Violation("markup", "", f"HTML or link in a formula: {command[:40]!r}")
    seen = _AUTOLINK.sub(" ", _MATH.sub(" ", plain))
    for tag in _TAG.findall(seen):
        yield Violation("markup", "", f"HTML in prose: {tag[:40]!r}")
    for entity in _ENTITY.findall(seen):
        yield Violation("markup", "", f"{entity!r}; write the character itself")
    if _PICTURE.search(seen):
        yield Violation("markup", "", "picture in prose; pictures are shown by their records")
    for first, second in _TARGET.findall(seen):
        scheme = _SCHEME.match(first or second)
        if (scheme and scheme[1].lower() not in _SCHEMES) or (first or second).startswith("//"):
            yield Violation("markup", "", f"link to {(first or second)[:40]!r}")
    if facts.works is not None:
        yield from _citations(text, facts.works)


def _citations(text: str, works: Works) -> Iterator[Violation]:
    for key in (each for cited in _CITED.findall(text) for each in _KEY.findall(cited)):
        if key not in works.keys:
            yield Violation("citation", "", f"[@{key}] is not in the literature")
    for doi in map(_trimmed, _DOI.findall(text)):
        if doi not in works.dois:
            yield Violation("citation", "", f"DOI {doi} is not in the literature")


def headings(cells: Sequence[NotebookNode]) -> list[tuple[int, str, str, bool]]:
    """Return level, heading, the text below it up to the next one, and whether code follows it."""
    found: list[tuple[int, str, str, bool]] = []
    for cell in cells:
        if cell.cell_type != "markdown":
            found[-1:] = [(*each[:3], True) for each in found[-1:]]
            continue
        pieces = _HEADING.split(_without_fences(cell.source))
        found[-1:] = [(*each[:2], f"{each[2]}\n{pieces[0]}", each[3]) for each in found[-1:]]
        found += [
            (len(level), heading, below, False)
            for level, heading, below in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True)
        ]
    return found


def sections(cells: Sequence[NotebookNode], settings: Settings) -> Iterator[Violation]:
    """Name sections without content, and those that must be there and are not."""
    found = headings(cells)
    for place, (level, heading, below, has_code) in enumerate(found):
        has_parts = place + 1 < len(found) and found[place + 1][0] > level
        is_asked = any(_is_of(each, heading) for each in settings.sections)
        fewest = _FEWEST_WORDS if is_asked else 1
        if not has_parts and not (has_code and not is_asked) and len(below.split()) < fewest:
            yield Violation("section", "", f"section {heading!r} is empty")
    for asked in settings.sections:
        if not any(_is_of(asked, heading) for _, heading, _, _ in found):
            yield Violation("section", "", f"no section on {asked.replace('|', ' or ')}")


def _is_of(asked: str, heading: str) -> bool:
    return any(word in heading.lower() for word in asked.split("|"))


def is_references(heading: str) -> bool:
    """Whether a heading opens a list of references."""
    return _REFERENCES.search(heading) is not None


def _without_fences(text: str) -> str:
    return re.sub(
        r"^```.*?^```", lambda match: re.sub(r"(?m)^#", " #", match[0]), text, flags=re.S | re.M
    )


def _trimmed(doi: str) -> str:
    """A DOI without what closes the sentence around it."""
    doi = doi.lower().rstrip(".,;*_>]")
    while doi.endswith(")") and doi.count(")") > doi.count("("):
        doi = doi[:-1].rstrip(".,;")
    return doi
