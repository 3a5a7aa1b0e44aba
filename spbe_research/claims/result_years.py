"""Of which year a value is, and between which years a change is.

*The year before* is that before the year of the value in the same sentence; a year that a movement
starts from is not that of the value reached. What the sentence does not say is inferred.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from spbe_research.claims import text_rules as rules
from spbe_research.claims.mentions import Mention
from spbe_research.claims.pairing import pair
from spbe_research.years import evaluation_years

__all__ = ["Span", "span_of", "years_of_each"]


@dataclass(frozen=True)
class Span:
    """From which year to which, whether the text says so, and whether it says the first alone."""

    first: int
    last: int
    is_said: bool
    is_start_said: bool = False


def years_of_each(
    values: Sequence[Mention], years: Sequence[Mention], sentence: str, known: int
) -> list[tuple[int, bool]]:
    """Return the year of each value, and whether it is inferred.

    Parameters
    ----------
    values : sequence of Mention
        The values of the sentence, first to last.
    years : sequence of Mention
        As of `find_years`.
    sentence : str
        The sentence.
    known : int
        The year spoken of before; 0 where none is.
    """
    said, starts = _said(years, "year"), _said(years, "start")
    paired = pair(values, [year for year in years if year.kind == "year"])
    found: list[tuple[int, bool]] = []
    for place, value in enumerate(values):
        mention, is_inferred = paired[place]
        is_before = value.before != "change" and _is_relative(value, years, sentence)
        follows = any(rules.TO.search(sentence[: v.start]) for v in values[place + 1 :])
        is_from = bool(rules.FROM.search(sentence[: value.start])) and follows
        if linked := _linked(sentence, value):
            is_since = linked in starts and bool(rules.SINCE.search(sentence[: value.start]))
            year, is_inferred = linked, is_since
        elif is_before:
            base = _base(found, said, known)
            year, is_inferred = base - (base > 0), base > 0
        elif is_from and starts:
            year, is_inferred = starts[-1], True
        elif not said:
            year = _end(starts[-1], sentence, known) if starts else known
            is_inferred = year > 0
        elif len(said) == 1 and is_from:
            year, is_inferred = said[0] - 1, True
        else:
            year = int(mention.value) if mention else said[-1]
            if value.before == "change" and len(said) > 1 and found:
                year, is_inferred = found[-1][0], True
        found.append((year, is_inferred))
    return found


def span_of(value: Mention, year: int, years: Sequence[Mention], sentence: str) -> Span:
    """Return between which years a change is.

    Parameters
    ----------
    value : Mention
        The number of points.
    year : int
        The year of the value, as of `years_of_each`; 0 where none is known.
    years : sequence of Mention
        As of `find_years`.
    sentence : str
        The sentence.
    """
    said, starts = _said(years, "year"), _said(years, "start")
    if starts:
        first = starts[-1]
        ends = [each for each in said if each > first]
        if len(ends) == 1:
            return Span(first, ends[0], len(starts) == 1)
        last = year if year > first and (year in ends or not ends) else _end(first, sentence, 0)
        return Span(first, last, False, is_start_said=True)
    before = [m for m in years if m.kind == "relative" and m.start > value.start]
    if before:
        is_plain = bool(rules.PLAIN_BEFORE.search(before[0].value))
        return Span(year - 1, year, is_plain and said in ([year], [year - 1, year]))
    if len(said) == 2:
        return Span(said[0], said[1], True)
    return Span(year - 1, year, False)


def _said(years: Sequence[Mention], kind: str) -> list[int]:
    return sorted({int(year.value) for year in years if year.kind == kind})


def _end(start: int, sentence: str, known: int) -> int:
    """The year a movement is until: since a year, the latest held; else that spoken of before.

    None, 0, where no list after the first year is held.
    """
    latest = evaluation_years()[-1]
    last = latest if known <= start or rules.SINCE.search(sentence) else known
    return last if last > start else 0


def _base(found: Sequence[tuple[int, bool]], said: Sequence[int], known: int) -> int:
    """The year that *the year before* is before: of the value before it, else of the sentence."""
    if found and found[-1][0] in said:
        return found[-1][0]
    return said[-1] if said else known


def _linked(sentence: str, value: Mention) -> int:
    """The year that stands right behind a value or right before it, or 0."""
    behind = rules.YEAR_BEHIND.match(sentence[value.end :])
    before = rules.YEAR_BEFORE.search(sentence[: value.start])
    found = behind or before
    return int(found[1]) if found else 0


def _is_relative(value: Mention, years: Sequence[Mention], sentence: str) -> bool:
    """Whether *the year before* stands right at a value, nearer than a year and not against it."""
    years = [
        year
        for year in years
        if year.kind != "relative"
        or year.start < value.start
        or not rules.SET_AGAINST.search(sentence[value.end : year.start])
    ]
    gaps = {
        year.kind: min(abs(year.start - value.end), abs(value.start - year.end))
        for year in sorted(years, key=lambda year: -abs(year.start - value.end))
    }
    return gaps.get("relative", rules.AT + 1) <= min(rules.AT, gaps.get("year", rules.AT))
