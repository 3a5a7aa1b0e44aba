"""A pasted paragraph: every statement in it is found, and judged where it says what it is about.

Nothing is asserted on a guess: where a year, a body or a pairing is inferred, the verdict is a
question that shows what was inferred, and a year given for it turns it into a verdict.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from spbe_research.claims.agency_search import why_unread
from spbe_research.claims.checking import check_claim, new_body_hint
from spbe_research.claims.comparing import check_change, check_count, check_place, check_share
from spbe_research.claims.names import name_table
from spbe_research.claims.reading import Reading, read_name
from spbe_research.claims.record import Record
from spbe_research.claims.rules import NATION
from spbe_research.claims.statements import Statement, find_statements
from spbe_research.claims.values import value_problem
from spbe_research.claims.verdicts import NOT_HELD, NOT_UNDERSTOOD, Verdict
from spbe_research.claims.wording import check_language, headline, hints, named, sentences, tally

__all__ = ["FactCheck", "Finding", "check_text"]

_ASKED = "asked"


@dataclass(frozen=True)
class Finding:
    """A statement of the text and its verdict; none where it is not understood."""

    statement: Statement
    verdict: Verdict | None

    @property
    def quoted(self) -> str:
        """The sentence of the text that states it."""
        return " ".join(self.statement.sentence.split())

    @property
    def is_question(self) -> bool:
        """Whether something was inferred: then the verdict holds only if that is meant."""
        return self.verdict is not None and bool(self.statement.inferred)

    @property
    def word(self) -> str:
        """The verdict; *asked* for a question, *not understood* where there is none."""
        if self.verdict is None:
            return NOT_UNDERSTOOD
        return _ASKED if self.is_question else self.verdict.verdict

    def sentences(self, *, language: str = "en") -> list[str]:
        """Return the finding in words: the verdict or the question, then what is worth knowing."""
        check_language(language)
        said, made = sentences()["text"], self.statement
        if self.verdict is None:
            value = made.value if language == "en" else made.value.replace(".", ",")
            return [said["unread"][language].format(value=value, why=self._why(language))]
        line = headline(self.verdict, language=language, is_asked=self.is_question)
        if self.is_question:
            meant = [
                said[kind][language].format(
                    year=made.year,
                    agency=named(self.verdict, language=language),
                    value=made.value,
                )
                for kind in ("year", "agency", "pairing")
                if kind in made.inferred
            ]
            joined = said["and"][language].join(meant)
            line = said["if"][language].format(meant=joined, line=line)
        return [line, *hints(self.verdict, language=language)]

    def _why(self, language: str) -> str:
        made, said = self.statement, sentences()["text"]
        if made.problem == "loose":
            return value_problem("predicate", made.value, language=language)
        if made.problem in ("several", "part", "unknown") and made.subject is not None:
            is_unknown = made.problem == "unknown"
            ids = read_name(made.subject.value).ids if is_unknown else made.subject.value.split()
            return why_unread(Reading(made.problem, tuple(ids)), language=language)
        return said[f"no_{made.problem}"][language]


@dataclass(frozen=True)
class FactCheck:
    """The findings of a text, first to last."""

    findings: tuple[Finding, ...]

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    @property
    def is_upheld(self) -> bool:
        """Whether there is a statement, and each is judged and upheld."""
        return bool(self.findings) and all(
            each.verdict is not None and not each.is_question and each.verdict.is_upheld
            for each in self.findings
        )

    def summary(self, *, language: str = "en") -> str:
        """Return how many statements got which verdict."""
        return tally([each.word for each in self.findings], language=language)


def check_text(
    text: str, *, years: Mapping[int, int] | None = None, record: Record | None = None
) -> FactCheck:
    """Find every statement of a text on SPBE scores, and judge it.

    Parameters
    ----------
    text : str
        A paragraph or a page of news, Indonesian.
    years : mapping of int to int, optional
        The year meant by statements, by their number from 0: it replaces an inferred one. Of a
        change it is the later year, and the earlier is the one before, or that which the text says.
    record : Record, optional
        As for `check_claim`.

    Returns
    -------
    FactCheck
        A finding for each number, predicate, place, count, percentage and change; empty where the
        text has none.

    Examples
    --------
    >>> found = check_text("Pada 2018 indeks SPBE Kota Cilegon 3,27 dengan predikat Baik.")
    >>> [each.word for each in found]
    ['contradicted', 'confirmed']
    >>> [each.word for each in check_text("Indeks SPBE Kota Cilegon mencapai 2,56.")]
    ['not understood']
    """
    record = record or Record.load()
    chosen = years or {}
    findings = []
    for place, made in enumerate(find_statements(text)):
        if place in chosen:
            problem = "" if made.problem == "year" else made.problem
            kept = made.inferred - {"year"}
            more = made.more
            is_start = bool(more.get("start")) and int(more["first"]) < chosen[place]
            if made.quantity == "change" and not is_start:
                more = {**more, "first": str(chosen[place] - 1)}
            made = replace(made, year=chosen[place], inferred=kept, problem=problem, more=more)
        verdict = None if made.problem else _judged(made, record)
        findings.append(Finding(made, verdict))
    return FactCheck(tuple(findings))


def _judged(made: Statement, record: Record) -> Verdict:
    more = made.more
    if made.quantity in ("count", "share"):
        group = {"kind": more["kind"], "province": more["province"], "how": more["how"]}
        if made.quantity == "share":
            return check_share(made.year, more["predicate"], made.value, record=record, **group)
        of = int(more["of"] or 0)
        count = int(made.value)
        return check_count(made.year, more["predicate"], count, of=of, record=record, **group)
    subject = made.subject
    agency = NATION
    if subject is not None and subject.kind == "new":
        if made.quantity in ("rank", "change"):
            return _of_new_body(made, int(subject.value))
        agency = name_table().new[int(subject.value)].name
    elif subject is not None and subject.kind == "body":
        agency = subject.value
    if made.quantity == "change":
        return check_change(
            "" if agency == NATION else agency,
            int(more["first"]),
            made.year,
            made.value,
            is_fall=more["fall"] == "True",
            record=record,
        )
    if made.quantity == "rank":
        return check_place(
            agency,
            made.year,
            int(made.value),
            kind=more["kind"],
            province=more["province"],
            of=int(more["of"] or 0),
            from_bottom=more["low"] == "low",
            record=record,
        )
    return check_claim(agency, made.year, made.value, quantity=made.quantity, record=record)


def _of_new_body(made: Statement, place: int) -> Verdict:
    """A place or a change of a body that no list held names."""
    hint = new_body_hint(place)
    is_change = made.quantity == "change"
    about = f"{made.more['first']}-{made.year}" if is_change else ""
    sign = "-" if is_change and made.more["fall"] == "True" else ""
    return Verdict(
        "",
        hint.values["name"],
        made.year,
        made.quantity,
        f"{sign}{made.value}",
        NOT_HELD,
        about=about,
        hints=(hint,),
    )
