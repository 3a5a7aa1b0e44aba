"""The two small tables beside an instrument's: the bands of its predicates, its allowed values."""

from collections.abc import Iterable
from itertools import pairwise
from math import inf, isclose

from spbe_research.boundary import decimal_number
from spbe_research.errors import InstrumentError, refuse
from spbe_research.instruments.instrument import Allowed, Band
from spbe_research.instruments.sheets import Row, read_rows, source_name
from spbe_research.instruments.workbook import sheet_of

__all__ = ["check_bands", "read_allowed", "read_bands"]

_BAND_COLUMNS = ("predicate", "lower", "upper")
_BANDS_REMEDY = (
    "Bands stand lowest first, with the columns predicate, lower, upper, and join from the lowest "
    "to the highest index that is possible."
)
_ALLOWED_COLUMNS = ("code", "value")
_ALLOWED_REMEDY = (
    "Allowed values have the columns code, value and, if wanted, name; one row a value. A row "
    "without a code is for every indicator that has no row of its own."
)


def read_bands(source: object, edition: str | None = None) -> tuple[Band, ...]:
    """Return the bands of a table, or those of one edition in it.

    An empty lower end of the first band, or upper end of the last, is without end.

    Raises
    ------
    InstrumentError
        Naming every end that is no number.
    """
    violations = []
    bands = []
    _, rows = read_rows(source, _BAND_COLUMNS, _BANDS_REMEDY, sheet=sheet_of(source, "bands"))
    rows = [(place, row) for place, row in rows if edition in (None, row.get("edition"))]
    for at, (place, row) in enumerate(rows):
        lower = _end(row["lower"], -inf if at == 0 else None)
        upper = _end(row["upper"], inf if at == len(rows) - 1 else None)
        if lower is None or upper is None:
            violations.append(f"{place}: {row['lower']!r} to {row['upper']!r}, must be numbers")
        elif not row["predicate"]:
            violations.append(f"{place}, column predicate: is empty, must be a name")
        else:
            bands.append(Band(row["predicate"], lower, upper))
    refuse(InstrumentError, f"bands {source_name(source)}", violations, _BANDS_REMEDY)
    return tuple(bands)


def check_bands(bands: tuple[Band, ...], possible: tuple[float, float], name: str) -> None:
    """Refuse bands that do not join from the lowest to the highest index that is possible."""
    what = f"bands {name}".strip()
    refuse(InstrumentError, what, _band_violations(bands, possible), _BANDS_REMEDY)


def _band_violations(bands: tuple[Band, ...], possible: tuple[float, float]) -> list[str]:
    """Name what is wrong with bands for an index that can lie between two ends."""
    if not bands:
        return ["there is no band"]
    violations = [
        f"{band.predicate!r}: {band.lower:g} to {band.upper:g}, must rise"
        for band in bands
        if not band.lower < band.upper
    ]
    violations += [
        f"{high.predicate!r} begins at {high.lower:g}, must begin where {low.predicate!r} ends, "
        f"at {low.upper:g}: the bands {'overlap' if high.lower < low.upper else 'leave a gap'}"
        for low, high in pairwise(bands)
        if high.lower != low.upper
    ]
    lowest, highest = possible
    violations += [
        f"{band.predicate!r}: {band.lower:g} to {band.upper:g} lies outside the possible range, "
        f"{lowest:g} to {highest:g}"
        for band in bands
        if band.upper <= lowest or band.lower >= highest
    ]
    if not _reaches(bands[0].lower, lowest, -inf):
        violations.append(f"the lowest band begins at {bands[0].lower:g}, must be {lowest:g}")
    if not _reaches(bands[-1].upper, highest, inf):
        violations.append(f"the highest band ends at {bands[-1].upper:g}, must be {highest:g}")
    names = [band.predicate for band in bands]
    violations += [
        f"{name!r} names {names.count(name)} bands, must be unique"
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    return violations


def read_allowed(source: object, indicators: Iterable[str]) -> dict[str, tuple[Allowed, ...]]:
    """Return the values that each indicator may take, of those that have any.

    Raises
    ------
    InstrumentError
        Naming every unknown code, and every value that is no number or stands twice.
    """
    indicators = list(indicators)
    sheet = sheet_of(source, "allowed")
    _, rows = read_rows(source, _ALLOWED_COLUMNS, _ALLOWED_REMEDY, sheet=sheet)
    found: dict[str, list[Allowed]] = {}
    violations = [problem for place, row in rows if (problem := _allowed(place, row, found))]
    violations += [
        f"{place}, column code: {row['code']!r} is no indicator"
        for place, row in rows
        if row["code"] and row["code"] not in indicators
    ]
    refuse(InstrumentError, f"allowed values {source_name(source)}", violations, _ALLOWED_REMEDY)
    for_all = found.get("", [])
    values = {code: tuple(found.get(code, for_all)) for code in indicators}
    return {code: allowed for code, allowed in values.items() if allowed}


def _allowed(place: str, row: Row, found: dict[str, list[Allowed]]) -> str:
    value = decimal_number(row["value"])
    if value is None:
        return f"{place}, column value: {row['value']!r}, must be a number"
    known = found.setdefault(row["code"], [])
    if any(each.value == float(value) for each in known):
        return f"{place}, column value: {row['value']!r} stands twice for {row['code']!r}"
    known.append(Allowed(float(value), row.get("name", "")))
    return ""


def _end(text: str, open_end: float | None) -> float | None:
    if not text:
        return open_end
    number = decimal_number(text)
    return None if number is None else float(number)


def _reaches(end: float, possible: float, without_end: float) -> bool:
    """Whether a band ends where the index does; an index without end may be cut anywhere."""
    if end == without_end or possible == without_end:
        return True
    return isclose(end, possible, rel_tol=1e-9, abs_tol=1e-9)
