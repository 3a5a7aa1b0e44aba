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
from spbe_research.claims.pairing import pair
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
    compares, is_alone = bool(places or counts), len(places) + len(counts) == 1
    subjects = _subjects(named, sentence, compares=compares)
    scopes = [m for m in named if m.kind in ("body", "nation") and m not in subjects]
    year_of = _years_of(values, years, sentence, context)
    body_of = pair(values, subjects)
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
        statements.append(_completed(made, value, sentence, frame, years))
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
        subject = each.subject.value if each.subject else ""
        key = (each.quantity, subject, each.year, *each.more.values())
        doubted = seen.setdefault(key, each.value) != each.value
        inferred = each.inferred | {"pairing"} if doubted else each.inferred
        made.append(replace(each, inferred=inferred))
    return made


def _subjects(named: Sequence[Mention], sentence: str, *, compares: bool) -> list[Mention]:
    """The bodies a sentence may be about: not whom a place is among, nor who assesses."""
    codes = {m.value.partition("-")[2][:2] for m in named if m.value.startswith(("kab-", "kota-"))}
    found = []
    for mention in named:
        if mention.kind not in rules.SUBJECT:
            continue
        is_province = mention.value.startswith("prov-")
        holds_another = is_province and mention.value.partition("-")[2] in codes
        is_scope = mention.before == "se" or (
            mention.before in rules.SCOPE and is_province and (compares or holds_another)
        )
        if not is_scope and not (compares and mention.kind == "nation"):
            found.append(mention)
    others = [m for m in found if m.value != rules.MINISTRY]
    if others:
        return others
    return [m for m in found if m.before in rules.ABOUT_SCORE]


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


def _years_of(
    values: Sequence[Mention], years: Sequence[Mention], sentence: str, context: _Context
) -> list[tuple[int, bool]]:
    """The year of each value, and whether it is inferred."""
    said = sorted({int(year.value) for year in years if year.kind == "year"})
    if not said:
        known = context.year
        return [(known - _relative_to(value, years) if known else 0, known > 0) for value in values]
    paired = pair(values, [year for year in years if year.kind == "year"])
    found = []
    for place, value in enumerate(values):
        mention, is_inferred = paired[place]
        year = int(mention.value) if mention else said[-1]
        follows = any(rules.TO.search(sentence[: v.start]) for v in values[place + 1 :])
        is_from = bool(rules.FROM.search(sentence[: value.start])) and follows
        if linked := _linked(sentence, value):
            year, is_inferred = linked, False
        elif _relative_to(value, years):
            year, is_inferred = said[-1] - 1, True
        elif len(said) == 1 and is_from:
            year, is_inferred = said[0] - 1, True
        found.append((year, is_inferred))
    return found


def _linked(sentence: str, value: Mention) -> int:
    """The year that stands right behind a value or right before it, or 0."""
    behind = rules.YEAR_BEHIND.match(sentence[value.end :])
    before = rules.YEAR_BEFORE.search(sentence[: value.start])
    found = behind or before
    return int(found[1]) if found else 0


def _relative_to(value: Mention, years: Sequence[Mention]) -> bool:
    """Whether *the year before* stands right at a value, nearer than any year."""
    gaps = {
        year.kind: min(abs(year.start - value.end), abs(value.start - year.end))
        for year in sorted(years, key=lambda year: -abs(year.start - value.end))
    }
    return gaps.get("relative", rules.AT + 1) <= min(rules.AT, gaps.get("year", rules.AT))


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
    years: Sequence[Mention],
) -> Statement:
    """Add what a place or a change needs, and say what is missing."""
    if made.quantity == "predicate" and not read_predicate(made.value):
        made = replace(made, problem="loose")
    if made.quantity == "rank":
        made = replace(made, more=frame, problem="" if frame["said"] else "frame")
        if frame["said"] == "guess":
            made = replace(made, inferred=made.inferred | {"pairing"})
        made = replace(made, value=value.value.partition("|")[0])
    if made.quantity == "change":
        word = rules.MOVED.search(sentence[: value.start])
        said = sorted({int(year.value) for year in years if year.kind == "year"})
        pair_of_years = said if len(said) == 2 else [made.year - 1, made.year]
        if len(said) != 2:
            made = replace(made, inferred=made.inferred | {"year"})
        more = {
            "first": str(pair_of_years[0]),
            "fall": str(bool(word and word[1].lower() in rules.FALLS)),
        }
        made = replace(made, year=pair_of_years[1], more=more)
    if made.problem:
        return made
    if made.subject is None:
        return replace(made, problem="agency")
    if made.subject.kind in ("part", "several", "unknown"):
        return replace(made, problem=made.subject.kind)
    return made if made.year else replace(made, problem="year")


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
