"""Pictures in Indonesian: every text of a finished figure, and its numbers with decimal commas.

The words stand in ``indonesian.toml``: whole labels, patterns with numbers in them, and what stays
as it is (predicates, types, names). A text that is none of these, and no number, is refused: a
picture is never half translated. Title and footer are given to the drawing function in the language
already, so they are left alone. Layout follows the new words, because it is computed when saved.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import Formatter, NullFormatter

from spbe_research.datasets import load_reference
from spbe_research.errors import DataError, refuse

__all__ = ["LANGUAGES", "localise", "translate", "translate_text", "untranslated"]

LANGUAGES = ("en", "id")
_FILE = Path(__file__).with_name("indonesian.toml")
_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
_SWAP = str.maketrans(".,", ",.")
_NUMERIC = re.compile(
    r"['+\u2212-]?\d[\d.,]*(?:\s?[%\u2013-]\s?\d[\d.,]*)?(?: %)?|\$.*\$|[\u2013-]?"
)
_PLACES = {"number": r"(['+\u2212-]?\d[\d.,]*(?: %)?)", "text": r"(.+)"}
_NAMES = {"agencies": "name", "province_tiles": "province", "instruments": "name"}
_REMEDY = (
    "Add each to spbe_research/figures/indonesian.toml: a whole label to [labels], a text with "
    "changing numbers to [patterns], what stays the same in both languages to [kept]."
)


def translate(figure: Figure, language: str) -> Figure:
    """Put every text of a figure but title and footer into a language, in place.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        As a drawing function returns it: English labels, title and footer as they shall be.
    language : {"en", "id"}
        English leaves the figure as it is.

    Returns
    -------
    matplotlib.figure.Figure
        The same figure, to be saved.

    Raises
    ------
    DataError
        When there is no such language, or naming every text that has no Indonesian.
    """
    if language not in LANGUAGES:
        raise DataError(f"Invalid language {language!r}. It must be one of {', '.join(LANGUAGES)}.")
    if language == "en":
        return figure
    refuse(DataError, "texts of a figure", [repr(text) for text in untranslated(figure)], _REMEDY)
    for text in _texts(figure):
        text.set_text(translate_text(text.get_text()))
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if not isinstance(axis.get_major_formatter(), _Localised):  # axes may share a ticker
                axis.set_major_formatter(_Localised(axis.get_major_formatter()))
            if not isinstance(axis.get_minor_formatter(), _Localised | NullFormatter):
                axis.set_minor_formatter(_Localised(axis.get_minor_formatter()))
    return figure


def untranslated(figure: Figure) -> list[str]:
    """Return the texts of a figure, tick labels included, that have no Indonesian."""
    texts = [text.get_text() for text in _texts(figure)]
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            texts += [label.get_text() for label in axis.get_ticklabels(which="both")]
    return [text for text in dict.fromkeys(texts) if _found(text) is None]


def translate_text(text: str) -> str:
    """Return one label in Indonesian.

    Parameters
    ----------
    text : str
        As it stands in an English picture: a label of the word list, a number, a name, or several
        of them as a pattern or as lines.

    Returns
    -------
    str

    Raises
    ------
    DataError
        When the word list does not have it.

    Examples
    --------
    >>> translate_text("2021, n = 1,517")
    '2021, n = 1.517'
    >>> translate_text("the moon")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid texts of a figure, 1 violation:
      - 'the moon'
    Add each to spbe_research/figures/indonesian.toml: a whole label to [labels], a text with \
changing numbers to [patterns], what stays the same in both languages to [kept].
    """
    found = _found(text)
    if found is None:
        refuse(DataError, "texts of a figure", [repr(text)], _REMEDY)
    return str(found)


def localise(text: str, language: str) -> str:
    """Return a printed number as a language writes it.

    Examples
    --------
    >>> localise("4,159.5", "id")
    '4.159,5'
    >>> localise("12.5 %", "en")
    '12.5 %'
    """
    if language == "en":
        return text
    return _NUMBER.sub(lambda match: match[0].translate(_SWAP), text)


class _Localised(Formatter):
    """The tick labels of another formatter, in Indonesian."""

    def __init__(self, inner: Formatter) -> None:
        self._inner = inner

    def __call__(self, x: float, pos: int | None = None) -> str:
        return translate_text(self._inner(x, pos))

    def format_ticks(self, values: list[float]) -> list[str]:
        return [translate_text(text) for text in self._inner.format_ticks(values)]

    def set_axis(self, axis: object) -> None:
        super().set_axis(axis)  # type: ignore[arg-type]
        self._inner.set_axis(axis)  # type: ignore[arg-type]

    def set_locs(self, locs: list[float]) -> None:
        self._inner.set_locs(locs)

    def get_offset(self) -> str:
        return translate_text(self._inner.get_offset())


@dataclass(frozen=True)
class _Words:
    """The word list as it is searched."""

    labels: dict[str, str]
    patterns: tuple[tuple[re.Pattern[str], str], ...]
    kept: re.Pattern[str]
    names: frozenset[str]


@cache
def _words() -> _Words:
    stated = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    kept = [re.escape(word) for word in stated["kept"]["words"]] + stated["kept"]["patterns"]
    names = (load_reference(table)[column] for table, column in _NAMES.items())
    return _Words(
        labels=stated["labels"],
        patterns=tuple((_compiled(one), other) for one, other in stated["patterns"].items()),
        kept=re.compile("|".join(kept)),
        names=frozenset(name for column in names for name in column),
    )


def _compiled(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"\{(number|text)\}", pattern)
    return re.compile("".join(_PLACES[p] if at % 2 else re.escape(p) for at, p in enumerate(parts)))


@cache
def _found(text: str) -> str | None:
    """The Indonesian of a text, or None."""
    words = _words()
    if text in words.labels:
        return words.labels[text]
    if _NUMERIC.fullmatch(text):
        return localise(text, "id")
    if words.kept.fullmatch(text) or text in words.names:
        return text
    for pattern, template in words.patterns:
        if match := pattern.fullmatch(text):
            parts = [_found(group) for group in match.groups()]
            if None not in parts:
                return _filled(template, [str(part) for part in parts])
    code, _, name = text.partition(" ")
    if words.kept.fullmatch(code) and name in words.names:  # "D1 Kebijakan Internal SPBE"
        return text
    lines = [_found(line) for line in text.split("\n")] if "\n" in text else [None]
    return None if None in lines else "\n".join(str(line) for line in lines)


def _filled(template: str, parts: Iterable[str]) -> str:
    left = iter(parts)
    return re.sub(r"\{(?:number|text)\}", lambda _: next(left), template)


def _texts(figure: Figure) -> list[Text]:
    """Every text but title, footer and tick labels, which their formatter writes."""
    given = {id(text) for text in (figure._suptitle, figure._supxlabel)}  # type: ignore[attr-defined]
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            given |= {id(label) for label in axis.get_ticklabels(which="both")}
            given.add(id(axis.get_offset_text()))
    return [text for text in figure.findobj(Text) if text.get_text() and id(text) not in given]
