"""Mutants of what notebooks say."""

import re
from collections.abc import Callable, Iterator
from functools import partial

from nbformat import NotebookNode

Change = Callable[[NotebookNode], object]
Mutant = tuple[str, str, str, Change]  # kind, stem, what, how
Text = Callable[[re.Match[str]], str]

NUMBER = r"(?<![\w.,])[-\u2212]?[\d.,]*\d(?:\s?%)?<!--num-[a-z0-9-]+(?::\w+)?-->"
TURNED = {
    "above": "below", "below": "above", "higher": "lower", "lower": "higher", "upper": "lower",
    "fell": "rose", "rose": "fell", "fall": "rise", "falls": "rises", "largest": "smallest",
    "more": "less", "fewer": "more", "most": "few", "with": "without", "inside": "outside",
    "before": "after",
}  # fmt: skip


def _digit(match: re.Match[str]) -> str:
    place = re.search(r"\d(?=[^\d]*<!--)", match[0])
    other = str((int(place[0]) + 3) % 10)
    return match[0][: place.start()] + other + match[0][place.end() :]


def _comma(match: re.Match[str]) -> str:
    label, mark = match[0].split("<!--")
    return f"{label.replace('.', ',')}<!--{mark}"


def _turn(match: re.Match[str]) -> str:
    return TURNED[match[0]]


def _year(match: re.Match[str]) -> str:
    return str(2018 + (int(match[0]) - 2018 + 2) % 7)


def _next(match: re.Match[str]) -> str:
    return f"{int(match[1]) - 1}/{match[2]}"


NEGATION = r"\b(?:says nothing|shows nothing|not a|does not|is not|no)\b"
UNIT = r"\b(?:index points|percentage points|percent)\b"
KIND = r"\b(?:Perwal|Perpres|Permen ?PANRB)\b(?= \d)"
REST = r"(?:(?!^#)[^\n]*\n?)*"
LIMITS = rf"(?m)^(## [^\n]*[Ll]imits[^\n]*)\n{REST}"
SECTION = rf"(?m)^## (?:References|[^\n]*[Ll]imits[^\n]*)\n{REST}"
HIDDEN = '. <span style="display:none">Not so.</span> '

# Kind, what is looked for, what it becomes, how many mutants.
CHANGES: tuple[tuple[str, str, str | Text, int], ...] = (
    ("number: another digit", NUMBER, _digit, 8),
    ("number: decimal comma", r"(?<![\w.,])\d+\.\d+<!--num-[a-z0-9-]+-->", _comma, 4),
    ("number: its id taken away", NUMBER, lambda match: match[0].split("<!--")[0], 6),
    ("number: its id taken away, in backticks", NUMBER, lambda m: f"`{m[0].split('<!--')[0]}`", 3),
    ("number: its id taken away, in a formula", r"(?<![\w.,])\d\d[\d.,]*<!--num-[a-z0-9-]+-->",
     lambda match: f"${match[0].split('<!--')[0]}$", 3),
    ("number: an id that does not exist", r"<!--num-([a-z0-9-]+)-->", r"<!--num-\1-x-->", 2),
    ("number: a bound for the number", r"<!--(num-[a-z0-9-]+)-->", r"<!--\1:low-->", 3),
    ("number: two change places", rf"({NUMBER})([^<>.\n]+)({NUMBER})", r"\3\2\1", 8),
    ("number: with another sentence", rf"(?m)^[^\n|]*?({NUMBER})[^\n]*$",
     lambda match: f"Confirmed: {match[1]}.", 6),
    ("typed: a whole number", r"\. (?=[A-Z])", ". Of 640 agencies most are meant. ", 2),
    ("typed: a share", r"\. (?=[A-Z])", ". These are 99 of 100. ", 2),
    ("typed: a number word", r"\. (?=[A-Z])", ". It is so in eleven cases. ", 2),
    ("typed: a share in words", r"\. (?=[A-Z])", ". Forty per cent are like this. ", 2),
    ("typed: an ordinal", r"\. (?=[A-Z])", ". Java is the fifth island. ", 2),
    ("typed: a distance", r"\. (?=[A-Z])", ". It ends at 800 km. ", 2),
    ("typed: a percentage in code", r"\. (?=[A-Z])", ". The share is `13 %`. ", 2),
    ("typed: a p value in a formula", r"\. (?=[A-Z])", r". Here $p = 0.03$. ", 2),
    ("typed: digits of another script", r"\. (?=[A-Z])", ". Of \u0666\u0664\u0660 bodies. ", 1),
    ("typed: a fraction sign", r"\. (?=[A-Z])", ". About \u00bd of them. ", 1),
    ("typed: letters that are not seen", r"\. (?=[A-Z])", ". Some t\u200bwelve of them. ", 1),
    ("typed: character by its number", r"\. (?=[A-Z])", ". Some &#54;40 of them. ", 1),
    ("typed: a place that is none", r"\. (?=[A-Z])", ". See Table 640 bodies. ", 2),
    ("typed: a link that is none", r"\. (?=[A-Z])", ". So are [fallers](97). ", 2),
    ("typed: a word of two scripts", r"\. (?=[A-Z])", ". The t\u0435n of them fell. ", 1),
    ("number: a dash before it", r"(?=\b\d[\d.,]*<!--num)", "\u2013", 3),
    ("year: another one of the panel", r"(?<![\d\w/-])20(?:1[89]|2[0-4])(?![\d\w-])", _year, 10),
    ("year: none of the panel", r"(?<![\d\w/-])20(?:1[89]|2[0-4])(?![\d\w-])", "2016", 3),
    ("words: the opposite direction", rf"\b(?:{'|'.join(TURNED)})\b", _turn, 12),
    ("words: much for nothing", NEGATION, "much", 6),
    ("words: a sentence taken away", r"(?<=\. )[A-Z][^.<>\n]{40,}\.(?= )", "", 3),
    ("words: a claim added", r"\. (?=[A-Z])", ". Regulation causes maturity. ", 2),
    ("words: another unit", UNIT, "standard deviations", 2),
    ("reference: a regulation's number", r"\b(\d{1,3})/(20\d\d)\b(?!/)", _next, 5),
    ("reference: another kind of regulation", KIND, "Perda", 3),
    ("reference: a digit of a DOI", r"(?<=\b10\.)(\d{4,})", lambda m: str(int(m[1]) + 1), 3),
    ("reference: a key", r"\[@([a-z]\w+)", r"[@x\1", 4),
    ("section: its text taken away", LIMITS, "\\1\n\n", 4),
    ("section: taken away", SECTION, "", 3),
    ("markup: HTML", r"\. (?=[A-Z])", ". <b>So</b> it is. ", 1),
    ("markup: a program", r"\. (?=[A-Z])", ". <script>alert(1)</script> ", 1),
    ("markup: a link that is a program", r"\. (?=[A-Z])", ". [So](javascript:alert(1)) it is. ", 1),
    ("markup: a picture from elsewhere", r"\. (?=[A-Z])", ". ![so](https://example.org/x.png) ", 1),
    ("markup: a hidden comment", r"\. (?=[A-Z])", ".<!-- it was otherwise --> ", 1),
    ("markup: hidden by a style", r"\. (?=[A-Z])", HIDDEN, 1),
    ("markup: a program in a formula", r"\. (?=[A-Z])", r". $\\text{<script>x</script>}$ ", 1),
    ("harmless: a break of a line", r"(?<=[a-z]), (?=[a-z])", ",\n", 1),
)  # fmt: skip


def prose_mutants(notebooks: dict[str, NotebookNode]) -> Iterator[Mutant]:
    """Each change at places spread over all notebooks; the lists of references are left alone."""
    for kind, pattern, new, most in CHANGES:
        places = [
            (stem, number, match)
            for stem, notebook in notebooks.items()
            for number, cell in enumerate(notebook.cells)
            if cell.cell_type == "markdown"
            for match in re.finditer(pattern, cell.source)
            if kind.startswith(("reference", "section", "harmless"))
            or _is_prose(cell.source, match)
        ]
        for stem, number, match in _spread(places, most):
            text = match.expand(new) if isinstance(new, str) else new(match)
            old = match[0].replace("\n", " ")
            what = f"cell {number + 1}, {old[:40]!r} to {text[:40]!r}"
            yield kind, stem, what, partial(_replace, number=number, match=match, text=text)


def _is_prose(source: str, match: re.Match[str]) -> bool:
    references = re.search(r"(?m)^## References", source)
    inside = source.rfind("<!--", 0, match.start()) > source.rfind("-->", 0, match.start())
    return (references is None or match.start() < references.start()) and not inside


def _spread(places: list[tuple[str, int, re.Match[str]]], most: int) -> list:
    """Some of a list, evenly, the first and the last among them."""
    if len(places) <= most:
        return places
    step = (len(places) - 1) / max(most - 1, 1)
    return [places[round(step * each)] for each in range(most)]


def _replace(notebook: NotebookNode, *, number: int, match: re.Match[str], text: str) -> None:
    source = notebook.cells[number].source
    notebook.cells[number].source = source[: match.start()] + text + source[match.end() :]
