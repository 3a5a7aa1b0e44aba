"""A number said in public, set against the published record.

A claim is upheld when the record holds its number for the year it names: as printed, rounded, or
printed again from an earlier year; when it follows from what is printed by the regulation; or when
the press reported it of a list that is not held here. Nothing is decided from plausibility.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from spbe_research.claims.agency_search import namesakes, resolve_agency
from spbe_research.claims.names import name_table
from spbe_research.claims.national import both_bases
from spbe_research.claims.reading import read_name
from spbe_research.claims.record import Record, Row, to_cents
from spbe_research.claims.rules import NATION
from spbe_research.claims.values import (
    agreement,
    decimals_of,
    invalid_value,
    is_scale_word,
    read_number,
    read_predicate,
    read_quantity,
    value_problem,
)
from spbe_research.claims.verdicts import (
    CARRIED_OVER,
    CONFIRMED,
    CONTRADICTED,
    FOLLOWS,
    NOT_HELD,
    REPORTED,
    ROUNDS_TO,
    Hint,
    Verdict,
)
from spbe_research.years import evaluation_years, spell_years, years_with

__all__ = ["check_claim", "is_nation", "new_body_hint"]

_LOWEST, _HIGHEST = 1, 5
_PRINTED_DECIMALS = 2


def check_claim(
    agency: str,
    year: int,
    stated: str,
    *,
    quantity: str = "",
    language: str = "en",
    record: Record | None = None,
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
        What is stated, also in Indonesian; by default the predicate where one is stated, else the
        index.
    language : {"en", "id"}
        Of the message of an error.
    record : Record, optional
        ``Record.load()``, to be given where many claims are checked.

    Returns
    -------
    Verdict
        *confirmed*: the number printed, zeros at its end aside; decrees print two decimals.
        *rounds to*: fewer decimals than printed, and the printed value rounds to it, a half either
        way. *carried over*: the number printed, but it repeats an earlier year and is no new
        evaluation (in 2019 and 2020 that is inferred). *follows from what is printed*: a predicate
        of a year whose list prints none, from the index; a domain from the 47 printed levels.
        *reported by the press*: of a year whose list is not held. *contradicted*: another value
        was printed, follows, or was reported. *not held here*: none is.

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
    >>> check_claim("Kota Cilegon", 2021, "Cukup").strength
    'follows'
    >>> check_claim("Kota Cilegon", 2018, "good")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid value 'good' of index. It must be a number ...
    """
    record = record or Record.load()
    stated = stated.strip()
    wanted = read_quantity(quantity) if quantity else ""
    wanted = wanted or quantity or ("predicate" if is_scale_word(stated) else "index")
    if problem := value_problem(wanted, stated, language=language):
        raise invalid_value(stated, wanted, problem, language=language)
    reading = read_name(agency)
    if reading.kind == "nation":
        claim = Verdict("", NATION, year, wanted, stated, NOT_HELD)
        found = _national(claim, record)
    elif reading.kind == "new":
        hint = new_body_hint(reading.new)
        claim = Verdict("", hint.values["name"], year, wanted, stated, NOT_HELD, hints=(hint,))
        found = _reported(claim, record) or claim
    else:
        agency_id = resolve_agency(agency, language=language)
        name = record.agencies[agency_id]
        claim = Verdict(agency_id, name, year, wanted, stated, NOT_HELD)
        check = {"index": _index, "predicate": _predicate}.get(wanted, _domain)
        found = check(claim, record)
    if agency.strip().casefold() not in (found.agency.casefold(), found.agency_id):
        said = Hint("read_as", {"text": agency.strip(), "name": found.agency})
        found = replace(found, hints=(said, *found.hints))
    return replace(found, document=record.documents.get(found.source_id, ""))


def new_body_hint(place: int) -> Hint:
    """Return what is known of a body that no list held names, by its place in the table of names.

    Examples
    --------
    >>> new_body_hint(read_name("Kemenhut").new).values["name"]
    'Kementerian Kehutanan'
    """
    new = name_table().new[place]
    return Hint("new", {"name": new.name, "since": new.since, "law": new.legal_basis})


def is_nation(agency: str) -> bool:
    """Whether a claim is about the national mean."""
    return read_name(agency).kind == "nation"


def _evidence(claim: Verdict, row: Row, record: Record) -> Verdict:
    flag = row.get("flag")
    reason = record.reasons.get(flag, "") if isinstance(flag, str) else ""
    return replace(
        claim,
        source_id=str(row["source_id"]),
        locator=str(row["locator"]),
        name_published=str(row.get("name_published", "")),
        hints=(*claim.hints, Hint("flag", {"reason": reason})) if reason else claim.hints,
    )


def _hinted(claim: Verdict, *hints: Hint) -> Verdict:
    return replace(claim, hints=(*claim.hints, *hints))


def _index(claim: Verdict, record: Record) -> Verdict:
    row = record.published.get((claim.agency_id, claim.year))
    if row is None:
        return _reported(claim, record) or _unpublished(claim, record)
    copied = record.index_text(claim.agency_id, claim.year)
    printed = record.printed_text(claim.agency_id, claim.year)
    verdict = agreement(claim.stated, copied)
    found = replace(claim, verdict=verdict, published=printed)
    if record.is_computed(claim.year):
        found = replace(found, computed=copied)
        if verdict == ROUNDS_TO and agreement(claim.stated, printed) == CONFIRMED:
            found = replace(found, verdict=CONFIRMED)
        values = {"published": printed, "value": copied}
        said = read_number(claim.stated)
        if said is not None and verdict != CONTRADICTED:
            kind = "decree_prints" if decimals_of(said) > _PRINTED_DECIMALS else "copy_computes"
            found = _hinted(found, Hint(kind, values))
    found = _evidence(_crossing(found, record), row, record)
    if row["status"] == "carried_over":
        found = _carried(found, record)
    if found.verdict == CONTRADICTED:
        found = _hinted(found, *_whose_number(claim, record))
    return found


def _crossing(claim: Verdict, record: Record) -> Verdict:
    """Warn where the number, as rounded in the claim, would lie in another band."""
    said = read_number(claim.stated)
    if claim.verdict != ROUNDS_TO or said is None:
        return claim
    printed = Decimal(claim.published)
    own, other = record.band(printed, claim.year), record.band(said, claim.year)
    if own == other:
        return claim
    values = {"stated": claim.stated, "published": claim.published, "other": other, "own": own}
    return _hinted(claim, Hint("crosses", values))


def _carried(found: Verdict, record: Record) -> Verdict:
    first = record.evaluated_year(found.agency_id, found.year)
    kind = "inferred" if found.year in years_with(status_known="inferred") else "listed_again"
    found = _hinted(found, Hint(kind, {"year": str(found.year), "first": str(first)}))
    held = found.verdict in (CONFIRMED, ROUNDS_TO)
    return replace(found, carried_from=first, verdict=CARRIED_OVER if held else found.verdict)


def _reported(claim: Verdict, record: Record) -> Verdict | None:
    """What the press reported of a year whose list is not held; nothing where it did not."""
    owner = claim.agency_id or claim.agency
    item = "index" if claim.quantity == "predicate" else claim.quantity
    row = record.press.get((owner, claim.year, item))
    if row is None:
        return None
    if claim.quantity == "predicate":
        bands = record.bands_possible(Decimal(row["text"]), claim.year)
        stated = read_predicate(claim.stated)
        published = bands[0] if len(bands) == 1 else ""
        agrees = stated == published
        values = {"index": row["text"], "predicate": " / ".join(bands)}
        claim = _hinted(replace(claim, stated=stated), Hint("press_band", values))
    else:
        published = row["text"]
        agreed = agreement(claim.stated, published)
        agrees = agreed != CONTRADICTED
    verdict = NOT_HELD if not published else REPORTED if agrees else CONTRADICTED
    found = replace(claim, verdict=verdict, published=published, basis="press")
    found = _hinted(found, Hint("press", {"address": row["locator"]}))
    if claim.quantity == "index":
        found = replace(_crossing(replace(found, verdict=agreed), record), verdict=verdict)
    return _evidence(found, row, record)


def _unpublished(claim: Verdict, record: Record) -> Verdict:
    hints = []
    first, last = evaluation_years()[0], evaluation_years()[-1]
    if not first <= claim.year <= last:
        hints.append(Hint("years_held", {"first": str(first), "last": str(last)}))
    years = record.years(claim.agency_id)
    values = {"years": spell_years(years)} if years else {}
    hints.append(Hint("published_years" if years else "never_published", values))
    hints += [
        Hint("went_into", {"name": row["successor_name"], "since": row["year"]})
        for row in record.lineage
        if row["predecessor_id"] == claim.agency_id
        and row["successor_id"] != claim.agency_id
        and row["kind"] != "split"
        and int(row["year"]) <= claim.year
    ]
    return _hinted(claim, *hints, *_same_elsewhere(claim, record))


def _whose_number(claim: Verdict, record: Record) -> Iterator[Hint]:
    """Where the number of a contradicted claim does stand."""
    said = read_number(claim.stated)
    if said is not None and not _LOWEST <= said <= _HIGHEST:
        yield Hint("off_scale", {"low": str(_LOWEST), "high": str(_HIGHEST)})
        return
    yield from _same_elsewhere(claim, record)
    if record.is_computed(claim.year) or said is None or decimals_of(said) < _PRINTED_DECIMALS:
        return
    computed = record.from_domains.get((claim.agency_id, claim.year), "")
    if computed and agreement(claim.stated, computed) != CONTRADICTED:
        yield Hint("recomputed", {"value": computed})


def _same_elsewhere(claim: Verdict, record: Record) -> Iterator[Hint]:
    said = read_number(claim.stated)
    if said is None or decimals_of(said) < _PRINTED_DECIMALS:
        return  # one decimal is the number of too many records
    years = [
        year
        for year in record.years(claim.agency_id)
        if year != claim.year
        and agreement(claim.stated, record.index_text(claim.agency_id, year)) != CONTRADICTED
    ]
    if years:
        yield Hint("other_year", {"years": spell_years(years)})
    for other in namesakes(claim.agency_id):
        text = record.index_text(other, claim.year)
        if text and agreement(claim.stated, text) != CONTRADICTED:
            yield Hint("other_agency", {"agency": record.agencies[other]})


def _predicate(claim: Verdict, record: Record) -> Verdict:
    claim = replace(claim, stated=read_predicate(claim.stated))
    row = record.published.get((claim.agency_id, claim.year))
    if row is None:
        return _reported(claim, record) or _unpublished(claim, record)
    printed = row["predicate_published"]
    if not isinstance(printed, str):
        return _banded(claim, row, record)
    verdict = CONFIRMED if printed == claim.stated else CONTRADICTED
    found = _evidence(replace(claim, verdict=verdict, published=printed), row, record)
    if row["status"] == "carried_over":
        found = _carried(found, record)
    if found.verdict != CONTRADICTED:
        return found
    years = [
        year
        for year in record.years(claim.agency_id)
        if record.published[claim.agency_id, year]["predicate_published"] == claim.stated
    ]
    return (
        _hinted(found, Hint("other_predicate_year", {"years": spell_years(years)}))
        if (years)
        else found
    )


def _banded(claim: Verdict, row: Row, record: Record) -> Verdict:
    """A predicate of a year whose copy prints none: it follows from the index, but at an edge."""
    copied = record.index_text(claim.agency_id, claim.year)
    bands = record.bands_possible(Decimal(copied), claim.year)
    values = {
        "year": str(claim.year),
        "index": record.printed_text(claim.agency_id, claim.year),
        "predicate": bands[-1],
        "other": bands[0],
    }
    if len(bands) > 1:
        verdict = NOT_HELD if claim.stated in bands else CONTRADICTED
        found = replace(claim, verdict=verdict, published="", basis="computed")
        found = _hinted(found, Hint("edge", values))
    else:
        verdict = FOLLOWS if claim.stated == bands[0] else CONTRADICTED
        found = replace(claim, verdict=verdict, published=bands[0], basis="computed")
        found = _hinted(found, Hint("band", values))
    found = _evidence(found, row, record)
    return _carried(found, record) if row["status"] == "carried_over" else found


def _domain(claim: Verdict, record: Record) -> Verdict:
    row = record.domains.get((claim.agency_id, claim.year, claim.quantity))
    if row is not None and row["method"] != "derived":
        text = f"{row['value']:.{_PRINTED_DECIMALS}f}"
        verdict = agreement(claim.stated, text)
        return _evidence(replace(claim, verdict=verdict, published=text), row, record)
    if row is not None:  # the cell is illegible: its value follows from the others
        text = f"{row['value']:.{_PRINTED_DECIMALS}f}"
        found = _hinted(claim, Hint("solved", {"value": text, "item": claim.quantity}))
    elif whole := record.from_levels.get((claim.agency_id, claim.year)):
        values, row = whole
        text = f"{values[claim.quantity]:.4f}"
        n_levels = str(len(record.instrument(claim.year).indicators))
        hint = {"value": text, "item": claim.quantity, "n": n_levels}
        found = _hinted(claim, Hint("from_levels", hint))
    else:
        return _reported(claim, record) or _hinted(claim, Hint("no_domains"))
    agrees = agreement(claim.stated, text) != CONTRADICTED
    found = replace(
        found,
        verdict=FOLLOWS if agrees else CONTRADICTED,
        published=str(to_cents(Decimal(text))),
        basis="computed",
    )
    return _evidence(found, row, record)


def _national(claim: Verdict, record: Record) -> Verdict:
    item = "index" if claim.quantity == "predicate" else claim.quantity
    rows = record.means(claim.year, item)
    if not rows:
        return _hinted(claim, Hint("no_national"))
    texts = [f"{row['value']:.{_PRINTED_DECIMALS}f}" for row in rows]
    both = both_bases(claim.year, record) if item == "index" else ()
    if claim.quantity == "predicate":
        claim = replace(claim, stated=read_predicate(claim.stated))
        bands = [record.band(Decimal(text), claim.year) for text in texts]
        verdict = FOLLOWS if claim.stated in bands else CONTRADICTED
        best = bands.index(claim.stated) if verdict == FOLLOWS else 0
        values = {"year": str(claim.year), "index": texts[best], "predicate": bands[best]}
        found = replace(claim, verdict=verdict, published=bands[best], basis="computed")
        band = Hint("national_band", values)
        return _evidence(_hinted(found, band, *both), rows[best], record)
    order = [CONFIRMED, ROUNDS_TO, CONTRADICTED]
    verdicts = [agreement(claim.stated, text) for text in texts]
    best = min(range(len(rows)), key=lambda place: order.index(verdicts[place]))
    found = replace(claim, verdict=verdicts[best], published=texts[best])
    found = _evidence(_crossing(found, record) if item == "index" else found, rows[best], record)
    others = [
        Hint("other_document", {"value": text, "document": record.documents[str(row["source_id"])]})
        for text, row in zip(texts, rows, strict=True)
        if text != texts[best]
    ]
    return _hinted(found, *both, *others)
