"""Reading an instrument from its table, and refusing one that does not hang together."""

import re
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path

from spbe_research.boundary import Limits, decimal_number, read_table
from spbe_research.errors import InstrumentError, refuse
from spbe_research.instruments.instrument import (
    HIGHEST_LEVEL,
    LOWEST_LEVEL,
    SCALES,
    Band,
    Instrument,
    Item,
)
from spbe_research.locations import data_folder
from spbe_research.years import load_years

__all__ = ["load_instrument", "official_editions"]

_NEEDED = ("code", "parent", "scale", "weight_pct")
_VALUE_TYPES = ("integer", "continuous")
_FRACTION = re.compile(r"\d{1,15}/\d{1,15}", re.ASCII)
_LIMITS = Limits(n_bytes=10_000_000, n_rows=5_000)
_REMEDY = (
    "The table is a CSV in UTF-8 and needs the columns code, parent, scale, weight_pct; one "
    "row `index` without parent and with weight 100; weights in percent of the index, as decimals "
    "or fractions (10/3)."
)
_BAND_COLUMNS = ("predicate", "lower", "upper")
_BANDS_REMEDY = (
    "Bands stand lowest first, with the columns predicate, lower, upper, and join from 1 to 5."
)


def load_instrument(
    edition: str | Path, *, bands: str | Path | tuple[Band, ...] | None = None
) -> Instrument:
    """Load an edition of the instrument, or a researcher's own from a CSV.

    Parameters
    ----------
    edition : str or pathlib.Path
        ``"permen-5-2018"`` (results of 2018-2020: 37 scored items), ``"permen-59-2020"``
        (2021-2025: 47 indicators), ``"permen-8-2026"`` (from 2026: 20 indicators, no domains,
        continuous levels), or the path of a CSV with the columns ``code, parent, scale,
        weight_pct`` and, if wanted, ``name, maturity_scale, is_policy`` (0 or 1), ``value_type``
        (integer or continuous).
    bands : str, pathlib.Path or tuple of Band, optional
        The predicates of an instrument of one's own, lowest first: bands, or the path of a CSV
        with the columns ``predicate, lower, upper`` in index points. Left out, those of
        the last evaluation (permen-59-2020). An official edition has its own.

    Returns
    -------
    Instrument

    Raises
    ------
    InstrumentError
        Naming, with its line, every orphan item, unknown scale, nameless or doubled code, parent
        of the wrong rank (so that no circle can close), node without an item below it, weight
        that is no positive number, and node whose children's weights do not sum exactly to its
        own; several roots or none; bands that overlap, leave a gap or do not reach from 1 to 5.

    Notes
    -----
    *permen-5-2018*: official sheets print the weights 33 and 22 for the two service aspects (A6,
    A7), but every official result follows 35 and 20 (Kabupaten Madiun 2020, Kemenko Perekonomian
    2019, the national means of 2018 and 2020); the table has 35 and 20. Indicator 35 is scored as
    three items, ``I35-1`` to ``I35-3``, each 20/6 percent. *permen-8-2026* was taken from two
    secondary sources that agree; the text itself was not read.

    References
    ----------
    Peraturan Menteri PANRB 5/2018, 59/2020 (annex, tables of weights) and 8/2026.

    Examples
    --------
    >>> load_instrument("permen-59-2020")
    Instrument('permen-59-2020': 47 indicators, 8 aspects, 4 domains)
    >>> load_instrument("permen-1-1999")
    Traceback (most recent call last):
        ...
    spbe_research.errors.InstrumentError: Invalid edition 'permen-1-1999'. It must be one of ...
    """
    folder = data_folder() / "reference"
    known = official_editions()
    if str(edition) in known:
        if bands is not None:
            raise InstrumentError(
                f"Invalid bands for {edition}. An official edition has its own; give bands only "
                "with an instrument of your own."
            )
        return _official(str(edition), folder)
    path = Path(edition)
    if path.suffix != ".csv":
        raise InstrumentError(
            f"Invalid edition {str(edition)!r}. It must be one of {', '.join(known)}, or the "
            "path of a .csv."
        )
    if bands is None:
        own_bands = _official(load_years()[-1].edition, folder).bands
    elif isinstance(bands, tuple):
        own_bands = bands
        refuse(InstrumentError, "bands", _band_violations(bands), _BANDS_REMEDY)
    else:
        own_bands = _read_bands(Path(bands))
    return _read(path, path.stem, own_bands)


def official_editions() -> tuple[str, ...]:
    """Return the names of the official editions, the oldest first.

    Examples
    --------
    >>> official_editions()
    ('permen-5-2018', 'permen-59-2020', 'permen-8-2026')
    """
    rows = _rows(data_folder() / "reference" / "instruments.csv", ("edition", *_NEEDED), _REMEDY)
    return tuple(dict.fromkeys(row["edition"] for _, row in rows))


@cache
def _official(edition: str, folder: Path) -> Instrument:
    bands = _read_bands(folder / "predicates.csv", edition)
    return _read(folder / "instruments.csv", edition, bands, official=True)


def _rows(path: Path, needed: tuple[str, ...], remedy: str) -> list[tuple[int, dict[str, str]]]:
    """Rows with the number of their line; cells left out at the end of a row are empty."""
    needs = f"the columns {', '.join(needed)}"
    header, rows = read_table(path, header=needs, limits=_LIMITS, kind=InstrumentError)
    if absent := [column for column in needed if column not in header]:
        raise InstrumentError(
            f"Invalid file {path.name}. It has no column {', '.join(absent)}. {remedy}"
        )
    if doubled := [column for column in needed if header.count(column) > 1]:
        raise InstrumentError(
            f"Invalid file {path.name}. It has more than one column {', '.join(doubled)}. {remedy}"
        )
    empty = dict.fromkeys(header, "")
    return [(line, empty | dict(zip(header, row, strict=False))) for line, row in rows]


def _read(
    path: Path, edition: str, bands: tuple[Band, ...], *, official: bool = False
) -> Instrument:
    rows = _rows(path, _NEEDED, _REMEDY)
    if official:
        rows = [(line, row) for line, row in rows if row["edition"] == edition]
    violations: list[str] = []
    lines: dict[str, int] = {}
    items = []
    for line, row in rows:
        item = _item(row, f"{path.name}, line {line}", violations)
        if not item.code:
            violations.append(f"{path.name}, line {line}, column code: is empty, must be a name")
            continue
        if item.code in lines:
            violations.append(
                f"{path.name}, line {line}, column code: {item.code!r} stands in line "
                f"{lines[item.code]} already, must be unique"
            )
            continue
        lines[item.code] = line
        items.append(item)
    violations += _tree_violations(items, lines, path.name)
    refuse(InstrumentError, f"instrument {path.name}", violations, _REMEDY)
    return Instrument(edition, tuple(items), bands)


def _item(row: dict[str, str], place: str, violations: list[str]) -> Item:
    scale, weight_text = row["scale"], row["weight_pct"]
    if scale not in SCALES:
        violations.append(f"{place}, column scale: {scale!r}, must be one of {', '.join(SCALES)}")
    weight = _weight(weight_text)
    if weight <= 0:
        violations.append(
            f"{place}, column weight_pct: {weight_text!r}, must be a positive number or fraction"
        )
    value_type = row.get("value_type") or "integer"
    if value_type not in _VALUE_TYPES:
        violations.append(
            f"{place}, column value_type: {value_type!r}, must be integer or continuous"
        )
    is_policy = row.get("is_policy") or "0"
    if is_policy not in ("0", "1"):
        violations.append(f"{place}, column is_policy: {is_policy!r}, must be 0 or 1")
    return Item(
        code=row["code"],
        parent=row["parent"],
        scale=scale,
        weight=weight,
        name=row.get("name") or row["code"],
        maturity_scale=row.get("maturity_scale") or "",
        is_policy=is_policy == "1",
        value_type=value_type,
    )


def _weight(text: str) -> Fraction:
    """A decimal, with comma or point, or a fraction of whole numbers; else nothing."""
    if _FRACTION.fullmatch(text.strip()):
        above, below = text.split("/")
        return Fraction(int(above), int(below)) if int(below) else Fraction(0)
    number = decimal_number(text)
    return Fraction(number) if number is not None else Fraction(0)


def _tree_violations(items: list[Item], lines: dict[str, int], file: str) -> list[str]:
    by_code = {item.code: item for item in items}
    rank = {scale: number for number, scale in enumerate(SCALES)}
    violations = []
    roots = [item.code for item in items if not item.parent]
    if roots != ["index"]:
        violations.append(
            f"{file}: {len(roots)} rows without parent ({', '.join(roots)}), must be one, `index`"
        )
    for item in items:
        place = f"{file}, line {lines[item.code]}"
        parent = by_code.get(item.parent)
        if item.parent and parent is None:
            violations.append(
                f"{place}, column parent: {item.parent!r} is no item; {item.code} is an orphan"
            )
        elif parent and rank.get(parent.scale, -1) >= rank.get(item.scale, len(rank)):
            violations.append(
                f"{place}, column parent: {item.code} ({item.scale}) cannot stand below "
                f"{parent.code} ({parent.scale})"
            )
        if item.code == "index" and item.scale != "index":
            violations.append(f"{place}, column scale: {item.scale!r} of the root, must be index")
        if item.code == "index" and item.weight != 100:
            violations.append(
                f"{place}, column weight_pct: {item.weight} of the index, must be 100"
            )
        children = [child for child in items if child.parent == item.code]
        if item.scale != "indicator" and not children:
            violations.append(f"{place}: {item.code} has no item below it")
        total = sum((child.weight for child in children), Fraction(0))
        if children and total != item.weight:
            violations.append(
                f"{place}, column weight_pct: the items below {item.code} weigh {_decimal(total)}, "
                f"must be exactly {_decimal(item.weight)}"
            )
    return violations


def _decimal(weight: Fraction) -> str:
    return f"{float(weight):g}" if Fraction(f"{float(weight):g}") == weight else str(weight)


def _read_bands(path: Path, edition: str | None = None) -> tuple[Band, ...]:
    """Bands of a table, or those of one edition in it."""
    violations = []
    bands = []
    for line, row in _rows(path, _BAND_COLUMNS, _BANDS_REMEDY):
        if edition is not None and row["edition"] != edition:
            continue
        lower, upper = decimal_number(row["lower"]), decimal_number(row["upper"])
        if lower is not None and upper is not None:
            bands.append(Band(row["predicate"], float(lower), float(upper)))
        else:
            violations.append(
                f"{path.name}, line {line}: {row['lower']!r} to {row['upper']!r}, must be numbers"
            )
    violations = violations or _band_violations(tuple(bands))
    refuse(InstrumentError, f"bands {path.name}", violations, _BANDS_REMEDY)
    return tuple(bands)


def _band_violations(bands: tuple[Band, ...]) -> list[str]:
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
    if bands[0].lower != LOWEST_LEVEL:
        violations.append(f"the lowest band begins at {bands[0].lower:g}, must be {LOWEST_LEVEL}")
    if bands[-1].upper != HIGHEST_LEVEL:
        violations.append(f"the highest band ends at {bands[-1].upper:g}, must be {HIGHEST_LEVEL}")
    names = [band.predicate for band in bands]
    violations += [
        f"{name!r} names {names.count(name)} bands, must be unique"
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    return violations
