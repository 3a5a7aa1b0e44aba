"""A number said in public, set against the published record.

A claim is upheld when the record holds its number for the year it names: as printed, rounded, or
printed again from an earlier year. Nothing is decided from plausibility, and nothing that this
package computes stands for what the ministry published: computed values are hints only.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from spbe_research.boundary import decimal_number
from spbe_research.claims.agency_search import namesakes, resolve_agency
from spbe_research.claims.record import DOMAINS, Record
from spbe_research.errors import DataError
from spbe_research.instruments import load_instrument
from spbe_research.panel.schemas import PREDICATES
from spbe_research.years import evaluation_years, years_with

__all__ = [
    "CARRIED_OVER",
    "CONFIRMED",
    "CONTRADICTED",
    "NATION",
    "NOT_PUBLISHED",
    "QUANTITIES",
    "ROUNDS_TO",
    "UPHELD",
    "Hint",
    "Verdict",
    "check_claim",
    "is_nation",
    "value_problem",
]

CONFIRMED = "confirmed"
ROUNDS_TO = "rounds to"
CARRIED_OVER = "carried over"
CONTRADICTED = "contradicted"
NOT_PUBLISHED = "not published"
UPHELD = (CONFIRMED, ROUNDS_TO, CARRIED_OVER)

QUANTITIES = ("index", "predicate", *DOMAINS)
NATION = "Nasional"

_NATION_WORDS = {"nasional", "national", "indonesia", "indeks nasional"}
_LOWEST, _HIGHEST = 1, 5
_PRINTED_DECIMALS = 2


@dataclass(frozen=True)
class Hint:
    """One thing worth knowing beside a verdict: its kind and what fills its sentence."""

    kind: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What the record says of one claim.

    ``published`` is the record's own value as printed, empty where there is none;
    ``carried_from`` the year whose value a carried-over one repeats. Where and in which document it
    stands is in ``source_id``, ``document``, ``locator`` and ``name_published``.
    """

    agency_id: str
    agency: str
    year: int
    quantity: str
    stated: str
    verdict: str
    published: str = ""
    carried_from: int | None = None
    source_id: str = ""
    document: str = ""
    locator: str = ""
    name_published: str = ""
    hints: tuple[Hint, ...] = ()

    @property
    def is_upheld(self) -> bool:
        """Whether the record holds the number: confirmed, rounded or carried over."""
        return self.verdict in UPHELD


def check_claim(
    agency: str, year: int, stated: str, *, quantity: str = "", record: Record | None = None
) -> Verdict:
    """Check what is said of the score of an agency in a year.

    Parameters
    ----------
    agency : str
        A loose name, as `resolve_agency` takes it, or ``Nasional`` for the national mean.
    year : int
        Year of the evaluation.
    stated : str
        The number as it was said, ``"3.27"`` or ``"3,27"``: its decimals count. Or a predicate.
    quantity : {"index", "predicate", "D1", "D2", "D3", "D4"}, optional
        What is stated; by default the predicate where one is stated, else the index.
    record : Record, optional
        ``Record.load()``, to be given where many claims are checked.

    Returns
    -------
    Verdict
        *confirmed*: the number printed, zeros at its end aside. *rounds to*: fewer decimals than
        printed, and the printed value rounds to it, a half either way. *carried over*: the number
        printed, but it repeats an earlier year and is no new evaluation (in 2019 and 2020 that is
        inferred). *contradicted*: another value was printed. *not published*: none was.

    Raises
    ------
    DataError
        When no one agency is meant, the quantity is unknown, or the value is none of its kind.

    Examples
    --------
    >>> check_claim("Kota Cilegon", 2018, "3.27").verdict
    'contradicted'
    >>> check_claim("Pemkot Cilegon", 2018, "3,2").verdict
    'rounds to'
    >>> found = check_claim("cilegon", 2020, "3.23")
    >>> found.verdict, found.carried_from
    ('carried over', 2018)
    >>> check_claim("Kota Cilegon", 2018, "good")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid value 'good' of index. It must be a number ...
    """
    record = record or Record.load()
    stated = stated.strip()
    quantity = quantity or ("predicate" if _predicate_named(stated) else "index")
    if problem := value_problem(quantity, stated):
        raise DataError(f"Invalid value {stated!r} of {quantity}. {problem}")
    if is_nation(agency):
        found = _national(Verdict("", NATION, year, quantity, stated, NOT_PUBLISHED), record)
    else:
        agency_id = resolve_agency(agency)
        claim = Verdict(
            agency_id, record.agencies[agency_id], year, quantity, stated, NOT_PUBLISHED
        )
        if quantity == "index":
            found = _index(claim, record)
        elif quantity == "predicate":
            found = _predicate(claim, record)
        else:
            found = _domain(claim, record)
    return replace(found, document=record.documents.get(found.source_id, ""))


def is_nation(agency: str) -> bool:
    """Whether a claim is about the national mean."""
    return agency.strip().casefold() in _NATION_WORDS


def value_problem(quantity: str, stated: str) -> str:
    """Say what a value of a quantity must be, or nothing where it is that."""
    if quantity not in QUANTITIES:
        return f"The quantity must be one of {', '.join(QUANTITIES)}."
    if quantity == "predicate":
        return "" if _predicate_named(stated) else f"It must be one of {', '.join(PREDICATES)}."
    return "" if decimal_number(stated) is not None else "It must be a number such as 3.27 or 3,27."


def _predicate_named(stated: str) -> str:
    known = {name.casefold(): name for name in PREDICATES}
    return known.get(" ".join(stated.split()).casefold(), "")


def _agreement(stated: str, published: str) -> str:
    """Compare two printed numbers: CONFIRMED, ROUNDS_TO or CONTRADICTED."""
    said, printed = decimal_number(stated), Decimal(published)
    if said is None:
        raise DataError(f"Invalid value {stated!r}. It must be a number such as 3.27 or 3,27.")
    if said == printed:
        return CONFIRMED
    said_decimals = max(0, -int(said.as_tuple().exponent))
    printed_decimals = -int(printed.as_tuple().exponent)
    half = Decimal(5).scaleb(-said_decimals - 1)
    rounds = said_decimals < printed_decimals and abs(said - printed) <= half
    return ROUNDS_TO if rounds else CONTRADICTED


def _evidence(claim: Verdict, row: dict[str, Any], record: Record) -> Verdict:
    flag = row.get("flag")
    reason = record.reasons.get(flag, "") if isinstance(flag, str) else ""
    return replace(
        claim,
        source_id=str(row["source_id"]),
        locator=str(row["locator"]),
        name_published=str(row.get("name_published", "")),
        hints=(*claim.hints, Hint("flag", {"reason": reason})) if reason else claim.hints,
    )


def _index(claim: Verdict, record: Record) -> Verdict:
    row = record.published.get((claim.agency_id, claim.year))
    if row is None:
        return _unpublished(claim, record)
    published = record.index_text(claim.agency_id, claim.year)
    verdict = _agreement(claim.stated, published)
    found = _evidence(replace(claim, verdict=verdict, published=published), row, record)
    if row["status"] == "carried_over":
        first = _evaluated_year(claim.agency_id, claim.year, record)
        inferred = claim.year in years_with(status_known="inferred")
        kind = "inferred" if inferred else "listed_again"
        hint = Hint(kind, {"year": str(claim.year), "first": str(first)})
        found = replace(found, carried_from=first, hints=(*found.hints, hint))
        if verdict != CONTRADICTED:
            return replace(found, verdict=CARRIED_OVER)
    if verdict == CONTRADICTED:
        return replace(found, hints=(*found.hints, *_whosedecimal_number(claim, record)))
    return found


def _evaluated_year(agency_id: str, year: int, record: Record) -> int:
    """The year whose evaluation a carried-over value repeats."""
    while record.published[agency_id, year]["status"] == "carried_over":
        year -= 1
    return year


def _unpublished(claim: Verdict, record: Record) -> Verdict:
    hints = []
    first, last = evaluation_years()[0], evaluation_years()[-1]
    if not first <= claim.year <= last:
        hints.append(Hint("years_held", {"first": str(first), "last": str(last)}))
    years = record.years(claim.agency_id)
    hints.append(
        Hint("published_years", {"years": _ranges(years)}) if years else Hint("never_published")
    )
    hints += [
        Hint("went_into", {"name": row["successor_name"], "since": row["year"]})
        for row in record.lineage
        if row["predecessor_id"] == claim.agency_id
        and row["successor_id"] != claim.agency_id
        and row["kind"] != "split"
        and int(row["year"]) <= claim.year
    ]
    return replace(claim, hints=(*hints, *_same_elsewhere(claim, record)))


def _ranges(years: list[int]) -> str:
    """Write years as spans: ``2018-2020, 2022``."""
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][-1] + 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(str(s[0]) if len(s) == 1 else f"{s[0]}-{s[-1]}" for s in spans)


def _whosedecimal_number(claim: Verdict, record: Record) -> Iterator[Hint]:
    """Where the number of a contradicted claim does stand."""
    said = decimal_number(claim.stated)
    if said is not None and not _LOWEST <= said <= _HIGHEST:
        yield Hint("off_scale", {"low": str(_LOWEST), "high": str(_HIGHEST)})
        return
    yield from _same_elsewhere(claim, record)
    computed = record.from_domains.get((claim.agency_id, claim.year), "")
    if computed and _agreement(claim.stated, computed) != CONTRADICTED:
        yield Hint("recomputed", {"value": computed})


def _same_elsewhere(claim: Verdict, record: Record) -> Iterator[Hint]:
    years = [
        year
        for year in record.years(claim.agency_id)
        if year != claim.year
        and _is_number_of(claim.stated, record.index_text(claim.agency_id, year))
    ]
    if years:
        yield Hint("other_year", {"years": _ranges(years)})
    for other in namesakes(claim.agency_id):
        text = record.index_text(other, claim.year)
        if text and _is_number_of(claim.stated, text):
            yield Hint("other_agency", {"agency": record.agencies[other]})


def _is_number_of(stated: str, published: str) -> bool:
    """Whether a number is that of another record: to two decimals, for one says too little."""
    said = decimal_number(stated)
    is_precise = said is not None and -int(said.as_tuple().exponent) >= _PRINTED_DECIMALS
    return is_precise and _agreement(stated, published) != CONTRADICTED


def _predicate(claim: Verdict, record: Record) -> Verdict:
    row = record.published.get((claim.agency_id, claim.year))
    if row is None:
        return _unpublished(claim, record)
    claim = replace(claim, stated=_predicate_named(claim.stated))
    printed = row["predicate_published"]
    if not isinstance(printed, str):
        text = record.index_text(claim.agency_id, claim.year)
        values = {
            "year": str(claim.year),
            "index": text,
            "predicate": record.bands[claim.agency_id, claim.year],
        }
        return _evidence(replace(claim, hints=(Hint("band", values),)), row, record)
    verdict = CONFIRMED if printed == claim.stated else CONTRADICTED
    found = _evidence(replace(claim, verdict=verdict, published=printed), row, record)
    if verdict == CONFIRMED:
        return found
    years = [
        year
        for year in record.years(claim.agency_id)
        if record.published[claim.agency_id, year]["predicate_published"] == claim.stated
    ]
    hint = (Hint("other_predicate_year", {"years": _ranges(years)}),) if years else ()
    return replace(found, hints=(*found.hints, *hint))


def _domain(claim: Verdict, record: Record) -> Verdict:
    row = record.domains.get((claim.agency_id, claim.year, claim.quantity))
    if row is not None and row["method"] != "derived":
        text = f"{row['value']:.{_PRINTED_DECIMALS}f}"
        verdict = _agreement(claim.stated, text)
        return _evidence(replace(claim, verdict=verdict, published=text), row, record)
    if row is not None:  # the cell is illegible: what was solved is no publication
        value = {"value": f"{row['value']:.{_PRINTED_DECIMALS}f}", "item": claim.quantity}
        return _evidence(replace(claim, hints=(Hint("solved", value),)), row, record)
    whole = record.from_levels.get((claim.agency_id, claim.year))
    if whole is None:
        return replace(claim, hints=(Hint("no_domains"),))
    computed, first = whole
    n_levels = str(len(load_instrument("permen-59-2020").indicators))
    value = {"value": f"{computed[claim.quantity]:.4f}", "item": claim.quantity, "n": n_levels}
    return _evidence(replace(claim, hints=(Hint("from_levels", value),)), first, record)


def _national(claim: Verdict, record: Record) -> Verdict:
    if claim.quantity == "predicate":
        return replace(claim, hints=(Hint("no_national"),))
    rows = record.national.get((claim.year, claim.quantity), [])
    if not rows:
        return replace(claim, hints=(Hint("no_national"),))
    texts = [f"{row['value']:.{_PRINTED_DECIMALS}f}" for row in rows]
    order = [CONFIRMED, ROUNDS_TO, CONTRADICTED]
    verdicts = [_agreement(claim.stated, text) for text in texts]
    best = min(range(len(rows)), key=lambda place: order.index(verdicts[place]))
    found = replace(claim, verdict=verdicts[best], published=texts[best])
    found = _evidence(found, rows[best], record)
    others = [
        Hint("other_document", {"value": text, "document": record.documents[str(row["source_id"])]})
        for text, row in zip(texts, rows, strict=True)
        if text != texts[best]
    ]
    return replace(found, hints=(*found.hints, *others))
