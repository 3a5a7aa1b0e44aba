"""What is said of every figure, table and number: the words of the questions, by stable id.

A record joins ``words.toml`` of a question with its committed footer or value in ``data/results``.
Which function computes it stands in ``spbe_research.records``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from spbe_research.errors import DataError, refuse
from spbe_research.press.committed import Footer, committed_footers, committed_numbers
from spbe_research.press.languages import LANGUAGES, localise, unit_word
from spbe_research.press.numbers import Family, family_of
from spbe_research.records import computation, file_name, question_words, questions

__all__ = [
    "LICENCE",
    "Question",
    "Record",
    "counted",
    "load_questions",
    "load_records",
    "stated_source",
]

# Of figures, tables and numbers; their code is MIT.
_LICENCE = "CC BY 4.0: credit spbe_research contributors, and {} for the data; LICENSE-DATA.md"
LICENCE = _LICENCE.format("Kementerian PANRB")  # where the evaluations are the data
_TOPICS = ("data", "instrument", "distribution", "regulation", "claims")
_SOURCE = "Source: Kementerian PANRB"
_SAID = ("title", "caption", "not_shown", "alt", "sentence")
_FIELDS = {*_SAID, "source", "holds", "file"}
_QUESTION_FIELDS = {"notebook", "topic", "title", "answer", "holds"}


@dataclass(frozen=True)
class Question:
    """A question of the study: its folder, its notebook, its words, its answer in brief.

    ``topic`` is one of data, instrument, distribution, regulation, claims. Numbers of an answer are
    left open, ``{num-...}``. ``holds`` are the conditions under which the answer is true.
    """

    id: str
    notebook: str
    topic: str
    question_en: str
    question_id: str
    answer_en: str
    answer_id: str
    holds: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Record:
    """A registered figure (``fig-...``), result table (``tab-...``) or number (``num-...``).

    ``n`` and ``years`` are computed (``data/results/footers.csv``, ``numbers.csv``). ``alt`` says
    what a figure looks like to those who cannot see it; ``sentence`` is ready to quote, its numbers
    left open (``quotes``); ``holds`` are the conditions under which the title is true.
    """

    id: str
    question: Question
    title_en: str
    title_id: str
    caption_en: str
    caption_id: str
    not_shown_en: str
    not_shown_id: str
    source: str
    years: str
    n: str
    n_id: str
    alt_en: str = ""
    alt_id: str = ""
    sentence_en: str = ""
    sentence_id: str = ""
    unit: str = ""
    family: Family | None = None
    holds: tuple[dict[str, Any], ...] = ()

    @property
    def licence(self) -> str:
        """What may be done with it, and whom to credit: those whose data it shows."""
        return _LICENCE.format(self.source.removeprefix("Source: ").replace("; ", " and "))

    @property
    def notebook(self) -> str:
        """The stem of the notebook that shows it."""
        return self.question.notebook

    @property
    def question_en(self) -> str:
        """What the record answers."""
        return self.question.question_en

    @property
    def question_id(self) -> str:
        """What the record answers, in Indonesian."""
        return self.question.question_id

    @property
    def file_name(self) -> str:
        """Its result table, below ``data/results``."""
        return file_name(self.id)

    @property
    def is_figure(self) -> bool:
        """Whether the record is a figure."""
        return self.id.startswith("fig-")

    @property
    def has_table(self) -> bool:
        """Whether a result table stands behind the record: a figure or a table."""
        return self.id.startswith(("fig-", "tab-"))


@cache
def load_questions() -> dict[str, Question]:
    """Return the questions of the study by their folder, in the order of their notebooks.

    Raises
    ------
    DataError
        Naming every question with a missing or unknown field or topic.

    Examples
    --------
    >>> load_questions()["what_is_in_the_data"].question_en
    'What is in the data?'
    """
    found, violations = {}, []
    for name in questions():
        said = question_words(name)["question"]
        wrong = [f"{name}: {each} is unknown" for each in sorted(set(said) - _QUESTION_FIELDS)]
        wrong += [
            f"{name}: {each} is missing"
            for each in ("notebook", "topic", "title", "answer")
            if each not in said
        ]
        wrong += [
            f"{name}: {each} has no text in {language!r}"
            for each in ("title", "answer")
            for language in LANGUAGES
            if not said.get(each, {}).get(language)
        ]
        if said.get("topic") not in _TOPICS:
            wrong.append(f"{name}: topic {said.get('topic')!r} is none of {', '.join(_TOPICS)}")
        violations += wrong
        if not wrong:
            found[name] = Question(
                id=name,
                notebook=said["notebook"],
                topic=said["topic"],
                question_en=said["title"]["en"],
                question_id=said["title"]["id"],
                answer_en=said["answer"]["en"],
                answer_id=said["answer"]["id"],
                holds=tuple(said.get("holds", ())),
            )
    refuse(DataError, "questions in words.toml", violations, "Complete the entry.")
    return found


@cache
def load_records() -> dict[str, Record]:
    """Return all figures, tables and used numbers by id, in the order of the questions.

    Raises
    ------
    DataError
        Naming every record with a missing or unknown field, or said in one language only.

    Examples
    --------
    >>> load_records()["fig-cilegon-path"].notebook
    '04-is-the-news-right'
    """
    footers, found, violations = committed_footers(), {}, []
    for question in load_questions().values():
        for name, said in _tabled(question.id):
            wrong = [f"{name}: {each} is unknown" for each in sorted(set(said) - _FIELDS)]
            wrong += [
                f"{name}: {each} has no text in {language!r}"
                for each in _SAID
                if each in said or each in ("title", "caption", "not_shown", "sentence")
                for language in LANGUAGES
                if not said.get(each, {}).get(language)
            ]
            if name in found:
                wrong.append(f"{name}: the id is used twice")
            violations += wrong
            if not wrong:
                found[name] = _tabled_record(name, question, said, footers.get(name))
    refuse(DataError, "records in words.toml", violations, "Complete the entry.")
    return found | {each.id: each for each in _numbers(found)}


def _tabled(question: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, said in question_words(question).items():
        if name.startswith(("fig-", "tab-")):
            yield name, said


def _tabled_record(
    name: str, question: Question, said: dict[str, Any], footer: Footer | None
) -> Record:
    texts = {
        f"{each}_{language}": said.get(each, {}).get(language, "")
        for each in _SAID
        for language in LANGUAGES
    }
    return Record(
        id=name,
        question=question,
        source=said.get("source", _SOURCE),
        n=counted(footer, "en") if footer else "",
        n_id=counted(footer, "id") if footer else "",
        years=footer.years if footer else "",
        holds=tuple(said.get("holds", ())),
        **texts,
    )


def _numbers(tabled: dict[str, Record]) -> Iterator[Record]:
    """Every committed number, with the words of its family and the caveat of its table.

    Keys are filled in, and ``{first}`` and ``{last}``, its first and last year. ``[keys]`` of the
    question says in words what a key is (``duty.on-request = {en = "on request", ...}``); inside
    the id of another number it stays as it is.
    """
    for row in committed_numbers().itertuples():
        family, keys = family_of(row.id)
        behind = tabled.get(family.table)
        question = load_questions()[family.question]
        words = question_words(family.question).get("keys", {})
        years = "" if row.years != row.years else str(row.years)
        keys = {**keys, "first": years[:4], "last": years[-4:]}
        name, sentence = (
            {
                each: _filled(family.words[said].get(each, ""), keys, words, each)
                for each in LANGUAGES
            }
            for said in ("name", "sentence")
        )
        yield Record(
            id=row.id,
            question=question,
            title_en=name["en"],
            title_id=name["id"],
            caption_en=_caption(name["en"], row.unit, years),
            caption_id=_caption(name["id"], row.unit, years),
            not_shown_en=behind.not_shown_en if behind else question.answer_en,
            not_shown_id=behind.not_shown_id if behind else question.answer_id,
            source=family.source or (behind.source if behind else _SOURCE),
            years=years,
            n=f"{int(row.n):,}",
            n_id=localise(f"{int(row.n):,}", "id"),
            sentence_en=sentence["en"] or _plainly(name["en"], row.low, "to"),
            sentence_id=sentence["id"] or _plainly(name["id"], row.low, "sampai"),
            unit=row.unit,
            family=family,
        )


def stated_source(record_id: str) -> str:
    """Return whose data a figure or table shows, in English, whatever results there are."""
    said = question_words(computation(record_id).question)[record_id]
    return str(said.get("source", _SOURCE))


def counted(footer: Footer, language: str) -> str:
    """Return the n of a footer with the word of what it counts."""
    word = unit_word(footer.units, language)
    return localise(f"{footer.n:,} {word}" if word else f"{footer.n:,}", language)


def _caption(name: str, unit: str, years: str) -> str:
    text = f"{name[0].upper()}{name[1:]}" + (f" ({unit})" if unit else "")
    return f"{text}, {years}." if years else f"{text}."


def _plainly(name: str, low: float, to: str) -> str:
    """What a number says whose family has no sentence of its own: its name, value and interval."""
    interval = f" ({{low}} {to} {{high}})" if low == low else ""
    return f"{name[0].upper()}{name[1:]}: {{value}}{interval}."


def _filled(text: str, keys: dict[str, str], words: dict[str, Any], language: str) -> str:
    for name, value in keys.items():
        text = text.replace(f"-{{{name}}}", f"-{value}")
        text = text.replace(f"{{{name}}}", words.get(name, {}).get(value, {}).get(language, value))
    return text
