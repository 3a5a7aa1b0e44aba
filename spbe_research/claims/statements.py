"""The statements of a text: each number, predicate and place with the body and year it is said of.

Nothing is decided here. What a sentence does not say itself (a year of the sentence before, the
year before another) is marked as inferred, and a number that cannot be placed says why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from spbe_research.claims import text_rules as rules
from spbe_research.claims.counting_words import find_counts, find_places, scope_of
from spbe_research.claims.mentions import (
    Mention,
    find_bodies,
    find_numbers,
    find_predicates,
    find_years,
    sentences_of,
)
from spbe_research.claims.result_years import span_of, years_of_each
from spbe_research.claims.subjects import find_subjects, subject_of_each
from spbe_research.claims.values import read_number, read_predicate

__all__ = ["Statement", "find_statements"]


@dataclass(frozen=True)
class Statement:
    """One statement of a text, from ``start`` to ``end`` in it.

    ``quantity`` is index, predicate, D1 to D4, rank, count, share or change; ``value`` as written.
    ``subject`` is the mention of the body (missing for counts and shares); ``year`` 0 where none is
    known. ``inferred`` says what the sentence itself does not say: ``year``, ``agency``, or
    ``pairing``, which of several belongs to the number. ``more`` holds what a place, count or
    change needs besides; ``problem`` why the statement cannot be placed.
    """

    start: int
    end: int
    sentence: str
    quantity: str
    value: str
    subject: Mention | None = None
    year: int = 0
    inferred: frozenset[str] = frozenset()
    more: dict[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class _Context:
    """What earlier sentences leave: the one body and the one year last spoken of."""

    subject: Mention | None = None
    year: int = 0


def find_statements(text: str) -> list[Statement]:
    """Return every statement of a text, first to last.

    Examples
    --------
    >>> [(s.quantity, s.value, s.year) for s in find_statements(
    ...     "Indeks SPBE Pemkot Kediri naik dari 3,6 pada 2023 menjadi 3,9 pada 2024.")]
    [('index', '3,6', 2023), ('index', '3,9', 2024)]
    """
    text = rules.cleaned(text)
    context = _Context()
    found = []
    for offset, sentence in sentences_of(text):
        statements, context = _of_sentence(sentence, context)
        found += [
            replace(each, start=each.start + offset, end=each.end + offset) for each in statements
        ]
    return found


def _of_sentence(sentence: str, context: _Context) -> tuple[list[Statement], _Context]:
    named = find_bodies(sentence)
    years = find_years(sentence)
    counts = find_counts(sentence)
    places = find_places(sentence)
    taken = [(each.start, each.end) for each in (*counts, *places)]
    values = [*_values(sentence, taken), *places]
    values.sort(key=lambda each: each.start)
    is_alone = len(places) + len(counts) == 1
    subjects = find_subjects(named, sentence, values, counts)
    scopes = [m for m in named if m.kind in ("body", "nation") and m not in subjects]
    year_of = years_of_each(values, years, sentence, context.year)
    body_of = subject_of_each(values, subjects, sentence)
    statements = []
    for place, value in enumerate(values):
        subject, guessed = body_of[place]
        inferred = {"pairing"} if guessed else set()
        if subject is None and (given := _elsewhere(named, context)):
            subject = given
            inferred.add("agency")
        year, year_inferred = year_of[place]
        inferred |= {"year"} if year_inferred else set()
        made = Statement(
            value.start,
            value.end,
            sentence,
            value.before,
            value.value,
            subject,
            year,
            frozenset(inferred),
        )
        frame = scope_of(sentence, value, scopes, is_alone=is_alone)
        made = _completed(made, value, sentence, frame)
        statements.append(
            _spanned(made, value, sentence, years) if made.quantity == "change" else made
        )
    for count in counts:
        year, guessed = _one_year(years, context)
        frame = scope_of(sentence, count, scopes, is_alone=is_alone)
        statements.append(_counted(count, sentence, year, frame, guessed=guessed))
    statements = _doubted(sorted(statements, key=lambda each: each.start))
    return statements, _carried(context, subjects, years)


def _doubted(statements: Sequence[Statement]) -> list[Statement]:
    """Of two numbers for one body, quantity and year, the second may be somebody else's."""
    seen: dict[tuple[object, ...], str] = {}
    made = []
    for each in statements:
        subject = each.subject.kind + each.subject.value if each.subject else ""
        key = (each.quantity, subject, each.year, *each.more.values())
        doubted = seen.setdefault(key, each.value) != each.value
        inferred = each.inferred | {"pairing"} if doubted else each.inferred
        made.append(replace(each, inferred=inferred))
    return made


def _elsewhere(named: Sequence[Mention], context: _Context) -> Mention | None:
    """A body that the sentence does not name as its subject: of its mayor, or spoken of before."""
    persons = [replace(m, kind="body") for m in named if m.kind == "person"]
    if len({m.value for m in persons}) == 1 and " " not in persons[0].value:
        return persons[0]
    return context.subject


def _values(sentence: str, taken: Sequence[tuple[int, int]]) -> Iterator[Mention]:
    """The numbers and predicates that may be scores; ``before`` says of which quantity."""
    last = 0
    for number in find_numbers(sentence):
        before, after = sentence[last : number.start], sentence[number.end :]
        last = number.end
        if any(start <= number.start < end for start, end in taken):
            continue
        if quantity := _quantity(sentence, before, after, number):
            yield replace(number, before=quantity)
    for predicate in find_predicates(sentence):
        if not any(start <= predicate.start < end for start, end in taken):
            yield replace(predicate, before="predicate")


def _quantity(sentence: str, before: str, after: str, number: Mention) -> str:
    said = read_number(number.value)
    if said is None or (said == said.to_integral_value() and number.value.isdigit()):
        return ""
    if rules.MOVED.search(before) and (said < rules.LOWEST or rules.POINTS.match(after)):
        return "change"
    if (
        not rules.LOWEST <= said <= rules.HIGHEST
        or rules.UNIT.match(after)
        or rules.TARGET.search(before)
    ):
        return ""
    since = before[before.upper().rfind("SPBE") + 4 :] if "SPBE" in before.upper() else before
    if rules.OTHER_INDEX.search(since):
        return ""
    if rules.DOMAIN_WORD.search(sentence):
        ends = [
            (match.end(), item)
            for item, pattern in rules.DOMAINS.items()
            for match in pattern.finditer(before)
        ]
        if ends:
            return max(ends)[1]
    return "index"


def _one_year(years: Sequence[Mention], context: _Context) -> tuple[int, bool]:
    said = sorted({int(year.value) for year in years if year.kind == "year"})
    if len(said) == 1:
        return said[0], False
    return (said[-1], True) if said else (context.year, context.year > 0)


def _completed(
    made: Statement,
    value: Mention,
    sentence: str,
    frame: dict[str, str],
) -> Statement:
    """Add what a place needs, and say what is missing."""
    if made.quantity == "predicate" and not read_predicate(made.value):
        made = replace(made, problem="loose")
    if made.quantity == "rank":
        made = replace(made, more=frame, problem="" if frame["said"] else "frame")
        if frame["said"] == "guess":
            made = replace(made, inferred=made.inferred | {"pairing"})
        made = replace(made, value=value.value.partition("|")[0])
    if made.problem:
        return made
    if made.subject is None:
        return replace(made, problem="agency")
    if made.subject.kind in ("part", "several", "unknown", "group"):
        return replace(made, problem=made.subject.kind)
    return made if made.year else replace(made, problem="year")


def _spanned(made: Statement, value: Mention, sentence: str, years: Sequence[Mention]) -> Statement:
    """Add between which years a change is, and whether it is a fall."""
    word = rules.MOVED.search(sentence[: value.start])
    span = span_of(value, made.year, years, sentence)
    more = {
        "first": str(span.first),
        "fall": str(bool(word and word[1].lower() in rules.FALLS)),
        "start": "said" if span.is_start_said else "",
    }
    inferred = made.inferred - {"year"} if span.is_said else made.inferred | {"year"}
    problem = "year" if made.problem in ("", "year") and not span.last else made.problem
    return replace(made, year=span.last, more=more, inferred=inferred, problem=problem)


def _counted(
    count: Mention, sentence: str, year: int, frame: dict[str, str], *, guessed: bool
) -> Statement:
    value, of, predicate, how, kind = count.value.split("|")
    province = frame["province"]
    inferred = {"pairing"} if province and frame["said"] == "guess" else set()
    more = {"of": of, "predicate": predicate, "how": how, "kind": kind, "province": province}
    return Statement(
        count.start,
        count.end,
        sentence,
        count.before,
        value,
        None,
        year,
        frozenset(inferred | ({"year"} if guessed else set())),
        more,
        "" if year else "year",
    )


def _carried(context: _Context, subjects: Sequence[Mention], years: Sequence[Mention]) -> _Context:
    """What the next sentence may mean: the one body and the one year of this one."""
    bodies = {m.value: m for m in subjects if m.kind == "body"}
    said = {int(year.value) for year in years if year.kind == "year"}
    subject = next(iter(bodies.values())) if len(bodies) == 1 else None
    return _Context(
        subject if subjects else context.subject,
        next(iter(said)) if len(said) == 1 else 0 if said else context.year,
    )
