"""Pictures in Indonesian: every text of a finished figure, and its numbers with decimal commas.

The words stand in ``words.toml`` of the figure's question, those of all questions in
``questions/words.toml``: whole labels, patterns with numbers in them, and what stays as it is
(predicates, types, names). A text that is none of these, and no number, is refused: a
picture is never half translated. Title and footer are given to the drawing function in the language
already, so they are left alone. Layout follows the new words, because it is computed when saved.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import Formatter, NullFormatter

from spbe_research.errors import DataError, refuse
from spbe_research.panel.loaders import load_reference
from spbe_research.press.languages import check_language, localise, shared_words
from spbe_research.records import question_words

__all__ = ["said_otherwise", "translate", "translate_text", "untranslated"]

_NUMERIC = re.compile(
    r"['+\u2212-]?\d[\d.,]*(?:\s?[%\u2013-]\s?\d[\d.,]*)?(?: %)?|\$.*\$|[\u2013-]?"
)
_PLACES = {"number": r"(['+\u2212-]?\d[\d.,]*(?: %)?)", "text": r"(.+)"}
_NAMES = {"agencies": "name", "province_tiles": "province", "instruments": "name"}
_REMEDY = (
    "Add each to words.toml of the question: a whole label to [labels], a text with changing "
    "numbers to [patterns], what stays the same in both languages to [kept]."
)


def translate(figure: Figure, language: str, *, question: str = "") -> Figure:
    """Put every text of a figure but title and footer into a language, in place.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        As a drawing function returns it: English labels, title and footer as they shall be.
    language : {"en", "id"}
        English leaves the figure as it is.
    question : str, optional
        Whose words are read beside the shared ones.

    Returns
    -------
    matplotlib.figure.Figure
        The same figure, to be saved.

    Raises
    ------
    DataError
        When there is no such language, or naming every text that has no Indonesian.
    """
    check_language(language)
    if language == "en":
        return figure
    missing = [repr(text) for text in untranslated(figure, question)]
    refuse(DataError, "texts of a figure", missing, _REMEDY)
    for text in _texts(figure):
        text.set_text(translate_text(text.get_text(), question))
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if not isinstance(axis.get_major_formatter(), _Localised):  # axes may share a ticker
                axis.set_major_formatter(_Localised(axis.get_major_formatter(), question))
            if not isinstance(axis.get_minor_formatter(), _Localised | NullFormatter):
                axis.set_minor_formatter(_Localised(axis.get_minor_formatter(), question))
    return figure


def untranslated(figure: Figure, question: str = "") -> list[str]:
    """Return the texts of a figure, tick labels included, that have no Indonesian."""
    return [text for text in _read_off(figure) if _found(text, _words(question)) is None]


def said_otherwise(
    figure: Figure, question: str, *, shared: dict[str, Any], own: dict[str, Any]
) -> list[str]:
    """Return the texts of an English figure whose Indonesian other words give otherwise.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        As a drawing function returns it.
    question : str
        Whose words are read beside the shared ones.
    shared, own : dict
        Other contents of ``questions/words.toml`` and of the question's ``words.toml``, such as
        those of a commit.

    Raises
    ------
    DataError
        Naming every text that has no Indonesian now.
    """
    missing = [repr(text) for text in untranslated(figure, question)]
    refuse(DataError, "texts of a figure", missing, _REMEDY)
    other = _listed(shared, own)
    return [t for t in _read_off(figure) if _found(t, other) != _found(t, _words(question))]


def translate_text(text: str, question: str = "") -> str:
    """Return one label in Indonesian.

    Parameters
    ----------
    text : str
        As it stands in an English picture: a label of the word list, a number, a name, or several
        of them as a pattern or as lines.
    question : str, optional
        Whose words are read beside the shared ones.

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
    Add each to words.toml of the question: a whole label to [labels], a text with changing \
numbers to [patterns], what stays the same in both languages to [kept].
    """
    found = _found(text, _words(question))
    if found is None:
        refuse(DataError, "texts of a figure", [repr(text)], _REMEDY)
    return str(found)


class _Localised(Formatter):
    """The tick labels of another formatter, in Indonesian."""

    def __init__(self, inner: Formatter, question: str) -> None:
        self._inner = inner
        self._question = question

    def __call__(self, x: float, pos: int | None = None) -> str:
        return translate_text(self._inner(x, pos), self._question)

    def format_ticks(self, values: list[float]) -> list[str]:
        return [translate_text(text, self._question) for text in self._inner.format_ticks(values)]

    def set_axis(self, axis: object) -> None:
        super().set_axis(axis)  # type: ignore[arg-type]
        self._inner.set_axis(axis)  # type: ignore[arg-type]

    def set_locs(self, locs: list[float]) -> None:
        self._inner.set_locs(locs)

    def get_offset(self) -> str:
        return translate_text(self._inner.get_offset(), self._question)


@dataclass(frozen=True, eq=False)  # one list is one key of what was found in it
class _Words:
    """The word list as it is searched."""

    labels: dict[str, str]
    patterns: tuple[tuple[re.Pattern[str], str], ...]
    kept: re.Pattern[str]
    names: frozenset[str]


@cache
def _words(question: str) -> _Words:
    return _listed(shared_words(), question_words(question) if question else {})


def _listed(*stated: dict[str, Any]) -> _Words:
    labels = {text: other for each in stated for text, other in each.get("labels", {}).items()}
    patterns = {text: other for each in stated for text, other in each.get("patterns", {}).items()}
    kept = [
        part
        for each in stated
        for part in (
            *map(re.escape, each.get("kept", {}).get("words", [])),
            *each.get("kept", {}).get("patterns", []),
        )
    ]
    names = (load_reference(table)[column] for table, column in _NAMES.items())
    return _Words(
        labels=labels,
        patterns=tuple((_compiled(one), other) for one, other in patterns.items()),
        kept=re.compile("|".join(kept)),
        names=frozenset(name for column in names for name in column),
    )


def _compiled(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"\{(number|text)\}", pattern)
    return re.compile("".join(_PLACES[p] if at % 2 else re.escape(p) for at, p in enumerate(parts)))


@cache
def _found(text: str, words: _Words) -> str | None:
    """The Indonesian of a text, or None."""
    if text in words.labels:
        return words.labels[text]
    if _NUMERIC.fullmatch(text):
        return localise(text, "id")
    if words.kept.fullmatch(text) or text in words.names:
        return text
    for pattern, template in words.patterns:
        if match := pattern.fullmatch(text):
            parts = [_found(group, words) for group in match.groups()]
            if None not in parts:
                return _filled(template, [str(part) for part in parts])
    code, _, name = text.partition(" ")
    if words.kept.fullmatch(code) and name in words.names:  # "D1 Kebijakan Internal SPBE"
        return text
    lines = [_found(line, words) for line in text.split("\n")] if "\n" in text else [None]
    return None if None in lines else "\n".join(str(line) for line in lines)


def _filled(template: str, parts: Iterable[str]) -> str:
    left = iter(parts)
    return re.sub(r"\{(?:number|text)\}", lambda _: next(left), template)


def _read_off(figure: Figure) -> list[str]:
    """Every text of a figure but title and footer, tick labels included, each once."""
    texts = [text.get_text() for text in _texts(figure)]
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            texts += [label.get_text() for label in axis.get_ticklabels(which="both")]
    return list(dict.fromkeys(texts))


def _texts(figure: Figure) -> list[Text]:
    """Every text but title, footer and tick labels, which their formatter writes."""
    given = {id(text) for text in (figure._suptitle, figure._supxlabel)}  # type: ignore[attr-defined]
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            given |= {id(label) for label in axis.get_ticklabels(which="both")}
            given.add(id(axis.get_offset_text()))
    return [text for text in figure.findobj(Text) if text.get_text() and id(text) not in given]
