"""What the record holds of a body, in sentences: no claim is checked."""

from decimal import Decimal

from spbe_research.claims.agency_search import resolve_agency
from spbe_research.claims.groups import frames_of, places_of
from spbe_research.claims.names import name_table
from spbe_research.claims.reading import read_name
from spbe_research.claims.record import DOMAINS, Record
from spbe_research.claims.verdicts import CONFIRMED, Hint, Verdict
from spbe_research.claims.wording import check_language, citation, hints, sentences
from spbe_research.years import evaluation_years, years_with

__all__ = ["tell"]


def tell(
    agency: str, year: int | None = None, *, language: str = "en", record: Record | None = None
) -> list[str]:
    """Return what is held of a body in a year, or of every year in a line each.

    Parameters
    ----------
    agency : str
        A loose name, as `resolve_agency` takes it, or ``Nasional``.
    year : int, optional
        All years by default.
    language : {"en", "id"}
        Of the sentences and of errors.
    record : Record, optional
        As for `check_claim`.

    Returns
    -------
    list of str
        Index, predicate, domains, places and source of one year; or the index of each year, then
        the source of all. The last one is how to cite.

    Raises
    ------
    DataError
        When no one agency is meant.

    Examples
    --------
    >>> tell("Kota Cilegon", 2018)[0]
    'Kota Cilegon, 2018: SPBE index 3.23, predicate Baik.'
    >>> len(tell("Nasional"))
    8
    """
    check_language(language)
    record = record or Record.load()
    reading = read_name(agency)
    years = [year] if year else list(evaluation_years())
    told = []
    if reading.kind == "nation":
        told = [_mean(each, record, language) for each in years]
        owner = ""
    else:
        is_new = reading.kind == "new"
        known = "" if is_new else resolve_agency(agency, language=language)
        owner = known or name_table().new[reading.new].name
        name = record.agencies.get(known, owner)
        if not year:
            press = sorted(y for who, y, item in record.press if who == owner and item == "index")
            years = [*record.years(known), *press]
        told = [_line(owner, name, each, record, language) for each in years]
        if agency.strip().casefold() not in (name.casefold(), known):
            told.insert(0, _hint("read_as", language, text=agency.strip(), name=name))
        if not years:
            told.append(_hint("never_published", language))
        if year and (known, year) in record.published:
            told += _more(known, year, record, language)
    return [
        *told,
        f"{sentences()['word']['cite'][language]}: {_cite(owner, year, record, language)}",
    ]


def _line(owner: str, name: str, year: int, record: Record, language: str) -> str:
    said = sentences()["tell"]
    values = {"agency": name, "year": str(year)}
    if (owner, year) not in record.published:
        press = record.press.get((owner, year, "index"))
        if press is None:
            return said["not_held"][language].format(**values)
        return said["press"][language].format(value=_number(press["text"], language), **values)
    bands = record.bands_possible(Decimal(record.index_text(owner, year)), year)
    printed = record.published[owner, year]["predicate_published"]
    is_printed = isinstance(printed, str)
    predicate = printed if is_printed else " / ".join(bands)
    words = said["printed" if is_printed else "band"][language].format(predicate=predicate)
    text = _number(record.printed_text(owner, year), language)
    line = said["index"][language].format(value=text, predicate=words, **values)
    if record.published[owner, year]["status"] == "carried_over":
        kind = "inferred" if year in years_with(status_known="inferred") else "listed_again"
        first = str(record.evaluated_year(owner, year))
        line += f" {_hint(kind, language, year=str(year), first=first)}"
    return line


def _mean(year: int, record: Record, language: str) -> str:
    said = sentences()
    rows = record.means(year, "index")
    values = {"agency": said["word"]["nation"][language], "year": str(year)}
    if not rows:
        return said["tell"]["not_held"][language].format(**values)
    text = f"{rows[0]['value']:.2f}"
    predicate = record.band(Decimal(text), year)
    value = _number(text, language)
    return said["tell"]["mean"][language].format(value=value, predicate=predicate, **values)


def _more(agency_id: str, year: int, record: Record, language: str) -> list[str]:
    """Domains, places and flags of one year."""
    told = []
    printed = {item: record.domains.get((agency_id, year, item)) for item in DOMAINS}
    whole = record.from_levels.get((agency_id, year)) if year in _levels_years() else None
    values = {item: row["value"] for item, row in printed.items() if row is not None}
    if values or whole:
        kind = "domains" if values else "domains_from_levels"
        found = values or (whole[0] if whole else {})
        parts = [f"{item} {_number(f'{value:.2f}', language)}" for item, value in found.items()]
        told.append(sentences()["tell"][kind][language].format(parts="; ".join(parts)))
    for group in frames_of(agency_id, year, record):
        first, last, n = places_of(agency_id, group, year, record)
        place = str(first) if first == last else f"{first}-{last}"
        told.append(_hint("place", language, frame=group.code(year), value=place, n=str(n)))
    flag = record.published[agency_id, year]["flag"]
    if isinstance(flag, str) and flag in record.reasons:
        told.append(_hint("flag", language, reason=record.reasons[flag]))
    return told


def _levels_years() -> tuple[int, ...]:
    return years_with(parts_published="indicator")


def _hint(kind: str, language: str, **values: str) -> str:
    claim = Verdict("", "", 0, "index", "", CONFIRMED, hints=(Hint(kind, values),))
    return hints(claim, language=language)[0]


def _number(text: str, language: str) -> str:
    return text.replace(".", ",") if language == "id" else text


def _cite(owner: str, year: int | None, record: Record, language: str) -> str:
    row = record.published.get((owner, year or 0)) or record.press.get((owner, year or 0, "index"))
    source = str(row["source_id"]) if row else ""
    claim = Verdict(
        owner,
        "",
        year or 0,
        "index",
        "",
        CONFIRMED,
        source_id=source,
        document=record.documents.get(source, ""),
        locator=str(row["locator"]) if row else "",
        name_published=str(row["name_published"]) if row else "",
    )
    return citation(claim, language=language)
