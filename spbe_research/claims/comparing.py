"""Places, counts, percentages and changes, set against what the printed lists give.

All follow from print by ordering, counting or subtracting; the frame is always said. A difference
of an index is given within an era only.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from spbe_research.claims.groups import STATUSES, Group, frames_of, places_of
from spbe_research.claims.national import by_lists
from spbe_research.claims.record import Record, Row
from spbe_research.claims.rules import NATION
from spbe_research.claims.values import agreement, read_number
from spbe_research.claims.verdicts import (
    CONTRADICTED,
    FOLLOWS,
    NOT_COMPARABLE,
    NOT_HELD,
    Hint,
    Verdict,
)
from spbe_research.panel.schemas import PREDICATES
from spbe_research.years import break_between, evaluation_years, spell_years

__all__ = ["check_change", "check_count", "check_place", "check_share"]

_FRAMES_TOLD = 4


def check_place(
    agency_id: str,
    year: int,
    place: int,
    *,
    kind: str = "",
    province: str = "",
    of: int = 0,
    from_bottom: bool = False,
    record: Record | None = None,
) -> Verdict:
    """Check the place of a body among others by its index.

    Parameters
    ----------
    agency_id : str
        The body.
    year : int
        Year of the list.
    place : int
        As stated, from 1; bodies of equal index share their places.
    kind, province : str
        Among whom, as far as it was said: ``provinsi, kabupaten, kota, kabkota, local, ...``.
    of : int
        How many bodies were stated to be in the order; 0 for none.
    from_bottom : bool
        Whether the place was counted from the lowest index.
    record : Record, optional
        As for `check_claim`.

    Returns
    -------
    Verdict
        *follows from what is printed* where the place is right in a frame that may be meant; the
        hints say which frame, and what the place is in the others.

    Examples
    --------
    >>> check_place("prov-76", 2024, 18, kind="provinsi", of=38).verdict
    'follows from what is printed'
    """
    record = record or Record.load()
    claim = Verdict(agency_id, record.agencies[agency_id], year, "rank", str(place), NOT_HELD)
    if (agency_id, year) not in record.published:
        years = record.years(agency_id)
        kind_of_hint = "published_years" if years else "never_published"
        hint = Hint(kind_of_hint, {"years": spell_years(years)} if years else {})
        return replace(claim, hints=(hint,))
    frames = list(frames_of(agency_id, year, record, kind=kind, province=province))
    if not frames:
        frame = Group(kind or "all", province).code(year)
        return replace(claim, hints=(Hint("outside", {"frame": frame}),))
    found = [
        (group, *places_of(agency_id, group, year, record, from_bottom=from_bottom))
        for group in frames
    ]
    right = [each for each in found if each[1] <= place <= each[2] and of in (0, each[3])]
    ordered = [*right[:1], *(each for each in found if each not in right[:1])]
    hints = _places(ordered if not right else _differing(ordered), year, from_bottom=from_bottom)
    if of and not right:
        right = [each for each in found if each[1] <= place <= each[2]]
        hints = [*hints, Hint("other_size", {"n": str(found[0][3]), "stated": str(of)})]
    first = found[0]
    published = str(first[1]) if first[1] == first[2] else f"{first[1]}-{first[2]}"
    verdict = FOLLOWS if right and not (of and of != right[0][3]) else CONTRADICTED
    found_claim = replace(
        claim, verdict=verdict, published=published, basis="computed", hints=tuple(hints)
    )
    row = record.published[agency_id, year]
    return _sourced(found_claim, row, record)


_Place = tuple[Group, int, int, int]


def _differing(found: Sequence[_Place]) -> list[_Place]:
    """The frame that is right, and those in which the place is another."""
    return [found[0], *(each for each in found[1:] if each[1:3] != found[0][1:3])]


def _places(found: Sequence[_Place], year: int, *, from_bottom: bool) -> list[Hint]:
    kind = "place_last" if from_bottom else "place"
    hints: list[Hint] = []
    for group, first, last, n in found[:_FRAMES_TOLD]:
        value = str(first) if first == last else f"{first}-{last}"
        hint = Hint(kind, {"frame": group.code(year), "value": value, "n": str(n)})
        if hint not in hints:
            hints.append(hint)
    return hints


def check_count(
    year: int,
    predicate: str,
    count: int,
    *,
    how: str = "",
    kind: str = "all",
    province: str = "",
    of: int = 0,
    record: Record | None = None,
) -> Verdict:
    """Check how many bodies of a group have a predicate.

    Parameters
    ----------
    year : int
        Year of the list.
    predicate : str
        From Kurang to Memuaskan.
    count : int
        As stated.
    how : {"", "exactly", "at_least", "below"}
        Whether the predicate itself was meant; where it was not said, both that and *or above*
        are looked at, and the hints say which is right.
    kind, province : str
        Whose: a kind of body, and a province.
    of : int
        How many bodies the group was stated to have; 0 for none. It may tell which group is meant.
    record : Record, optional
        As for `check_claim`.

    Examples
    --------
    >>> check_count(2023, "Memuaskan", 24).verdict
    'follows from what is printed'
    """
    record = record or Record.load()
    groups = _groups(year, kind, province, of, record)
    claim = _claim_of(groups[0], year, "count", str(count), predicate, how)
    tries = _counts(groups, year, predicate, how, record)
    certain = [each for each in tries if each[2] == each[3] == count]
    possible = [each for each in tries if each[2] <= count <= each[3]]
    return _counted(claim, tries, certain, possible, year, of, record)


def check_share(
    year: int,
    predicate: str,
    stated: str,
    *,
    how: str = "",
    kind: str = "all",
    province: str = "",
    record: Record | None = None,
) -> Verdict:
    """Check which percentage of the bodies of a group has a predicate; as `check_count`.

    Examples
    --------
    >>> check_share(2024, "Baik", "72", how="at_least", kind="kabkota").verdict
    'follows from what is printed'
    """
    record = record or Record.load()
    groups = _groups(year, kind, province, 0, record)
    claim = _claim_of(groups[0], year, "share", f"{stated} %", predicate, how)
    tries = _counts(groups, year, predicate, how, record)
    certain = [
        each
        for each in tries
        if each[2] == each[3]
        and each[4]
        and agreement(stated, _percent(each[2], each[4])) != CONTRADICTED
    ]
    return _counted(claim, tries, certain, certain, year, 0, record)


_Count = tuple[Group, str, int, int, int]  # how, fewest, most, of how many


def _groups(year: int, kind: str, province: str, of: int, record: Record) -> list[Group]:
    kinds = [kind]
    if province and kind in ("all", "kabkota"):
        kinds = ["kabkota", "local", "kabupaten", "kota"]
    groups = [Group(each, province, status) for each in kinds for status in STATUSES]
    if of:
        fitting = [group for group in groups if len(group.members(year, record)) == of]
        groups = fitting or groups
    else:
        groups = [group for group in groups if group.kind == kinds[0]]
    return groups


def _claim_of(
    group: Group, year: int, quantity: str, stated: str, predicate: str, how: str
) -> Verdict:
    about = f"{predicate}|{how or 'exactly'}"
    return Verdict("", group.code(year), year, quantity, stated, NOT_HELD, about=about)


def _counts(
    groups: Sequence[Group], year: int, predicate: str, how: str, record: Record
) -> list[_Count]:
    found = []
    for group in groups:
        rows = group.members(year, record)
        both = ["exactly", *(["at_least"] if predicate != PREDICATES[-1] else [])]
        for each in [how] if how else both:
            wanted = _wanted(predicate, each)
            options = [_options(row, record) for row in rows]
            fewest = sum(set(bands) <= wanted for bands in options)
            most = sum(bool(set(bands) & wanted) for bands in options)
            found.append((group, each, fewest, most, len(rows)))
    return found


def _wanted(predicate: str, how: str) -> set[str]:
    place = PREDICATES.index(predicate)
    named = {
        "exactly": PREDICATES[place : place + 1],
        "at_least": PREDICATES[place:],
        "below": PREDICATES[:place],
    }
    return set(named[how])


def _options(row: Row, record: Record) -> tuple[str, ...]:
    """The predicates that a body may have been given: one where it is printed or certain."""
    printed = row["predicate_published"]
    if isinstance(printed, str):
        return (printed,)
    text = record.index_text(row["agency_id"], row["year"])
    return record.bands_possible(Decimal(text), row["year"])


def _counted(
    claim: Verdict,
    tries: Sequence[_Count],
    certain: Sequence[_Count],
    possible: Sequence[_Count],
    year: int,
    of: int,
    record: Record,
) -> Verdict:
    if not tries[0][4]:
        first, last = evaluation_years()[0], evaluation_years()[-1]
        hint = Hint("years_held", {"first": str(first), "last": str(last)})
        if year in record.lists:
            hint = Hint("nobody", {"year": str(year)})
        return replace(claim, hints=(hint,))
    best = (certain or possible or tries)[0]
    group, how, fewest, most, n = best
    is_share = claim.quantity == "share"
    published = str(fewest) if fewest == most else f"{fewest}-{most}"
    if is_share:
        published = f"{_percent(fewest, n)} %"
    told = [best, *(each for each in tries if each[0] == group and each != best)]
    hints = [_count_hint(each, claim.about.partition("|")[0], year) for each in told]
    if of and of != n:
        hints.append(Hint("other_size", {"n": str(n), "stated": str(of)}))
    verdict = FOLLOWS if certain else NOT_HELD if possible else CONTRADICTED
    if of and of != n:
        verdict = CONTRADICTED
    about = f"{claim.about.partition('|')[0]}|{how}"
    claim = replace(claim, agency=group.code(year), about=about, verdict=verdict)
    found = replace(claim, published=published, basis="computed", hints=tuple(hints))
    return _sourced(found, group.members(year, record)[0], record)


def _count_hint(each: _Count, predicate: str, year: int) -> Hint:
    group, how, fewest, most, n = each
    values = {
        "frame": group.code(year),
        "about": f"{predicate}|{how}",
        "value": str(fewest),
        "value_high": str(most),
        "value_pct": _percent(fewest, n),
        "n": str(n),
    }
    return Hint("counted" if fewest == most else "counted_between", values)


def _percent(count: int, n: int) -> str:
    """To two decimals, a half up, in whole numbers: the browser gives the same."""
    cents = (20_000 * count + n) // (2 * n)
    return f"{cents // 100}.{cents % 100:02d}"


def check_change(
    agency_id: str,
    first: int,
    last: int,
    stated: str,
    *,
    is_fall: bool = False,
    record: Record | None = None,
) -> Verdict:
    """Check by how much an index rose or fell between two years of one era.

    Parameters
    ----------
    agency_id : str
        The body; empty for the national mean.
    first, last : int
        The two years, the earlier first.
    stated : str
        Index points, as said; without a sign.
    is_fall : bool
        Whether a fall was stated.
    record : Record, optional
        As for `check_claim`.

    Returns
    -------
    Verdict
        *not comparable* across eras: the reason is in the hints.

    Examples
    --------
    >>> check_change("kota-35.79", 2023, 2024, "0,12").verdict
    'contradicted'
    >>> check_change("kota-35.79", 2021, 2024, "0,12").verdict
    'not comparable'
    """
    record = record or Record.load()
    years = f"{first}-{last}"
    name = record.agencies[agency_id] if agency_id else NATION
    sign = "-" if is_fall else ""
    claim = Verdict(agency_id, name, last, "change", f"{sign}{stated}", NOT_HELD, about=years)
    known = evaluation_years()
    if not {first, last} <= set(known):
        values = {"first": str(known[0]), "last": str(known[-1])}
        return replace(claim, hints=(Hint("years_held", values),))
    between = break_between(first, last)
    if between != "none":
        hint = Hint(f"not_comparable_{between}", {"first": str(first), "last": str(last)})
        return replace(claim, verdict=NOT_COMPARABLE, hints=(hint,))
    texts = [_value(agency_id, year, record) for year in (first, last)]
    if not (texts[0][0] and texts[1][0]):
        return replace(claim, hints=(Hint("no_national" if not agency_id else "pair_unheld"),))
    printed, exact = (Decimal(last) - Decimal(first) for first, last in zip(*texts, strict=True))
    said = f"{sign}{stated}".strip()
    agrees = any(agreement(said, f"{value:f}") != CONTRADICTED for value in (printed, exact))
    values = {
        "first": str(first),
        "last": str(last),
        "value_first": texts[0][0],
        "value_last": texts[1][0],
    }
    found = replace(
        claim,
        verdict=FOLLOWS if agrees and read_number(stated) is not None else CONTRADICTED,
        published=f"{printed:+f}",
        basis="computed",
        hints=(Hint("two_values", values),),
    )
    if not agency_id:
        return replace(found, hints=(*found.hints, by_lists(first, last, record)))
    row = record.published.get((agency_id, last))
    return _sourced(found, row, record) if row else found


def _value(agency_id: str, year: int, record: Record) -> tuple[str, str]:
    """The value of a year as printed and with all decimals of the copy; empty where none is."""
    if agency_id:
        printed = record.printed_text(agency_id, year)
        return printed, record.index_text(agency_id, year)
    means = record.means(year, "index")
    text = f"{means[0]['value']:.2f}" if means else ""
    return text, text


def _sourced(claim: Verdict, row: Row, record: Record) -> Verdict:
    """The list that the order, the count or the difference was made from."""
    source = str(row["source_id"])
    return replace(claim, source_id=source, document=record.documents.get(source, ""))
