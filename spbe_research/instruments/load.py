"""Reading an instrument from its table, and refusing one that does not hang together."""

import csv
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path

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

__all__ = ["EDITIONS", "load_instrument"]

EDITIONS = ("permen-5-2018", "permen-59-2020", "permen-8-2026")

_NEEDED = ("code", "parent", "scale", "weight_pct")
_VALUE_TYPES = ("integer", "continuous")
_BANDS_OF_OWN = "permen-59-2020"
_REMEDY = (
    "The table needs the columns code, parent, scale, weight_pct; one row `index` without parent "
    "and with weight 100; weights in percent of the index, as decimals or fractions (10/3)."
)


def load_instrument(edition: str | Path) -> Instrument:
    """Load an edition of the instrument, or a researcher's own from a CSV.

    Parameters
    ----------
    edition : str or pathlib.Path
        ``"permen-5-2018"`` (results of 2018-2020: 37 scored items), ``"permen-59-2020"``
        (2021-2025: 47 indicators), ``"permen-8-2026"`` (from 2026: 20 indicators, no domains,
        continuous levels), or the path of a CSV with the columns ``code, parent, scale,
        weight_pct`` and, if wanted, ``name, maturity_scale, is_policy, value_type``. An instrument
        of one's own takes the bands of permen-59-2020.

    Returns
    -------
    Instrument

    Raises
    ------
    InstrumentError
        Naming every orphan item, unknown parent or scale, duplicate, weight that is no positive
        number, and node whose children's weights do not sum exactly to its own.

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
    if str(edition) in EDITIONS:
        return _official(str(edition))
    path = Path(edition)
    if path.suffix != ".csv":
        raise InstrumentError(
            f"Invalid edition {str(edition)!r}. It must be one of {', '.join(EDITIONS)}, or the "
            "path of a .csv."
        )
    return _read(path, path.stem, _official(_BANDS_OF_OWN).bands)


@cache
def _official(edition: str) -> Instrument:
    folder = data_folder() / "reference"
    with (folder / "predicates.csv").open(encoding="utf-8", newline="") as file:
        bands = tuple(
            Band(row["predicate"], float(row["lower"]), float(row["upper"]))
            for row in csv.DictReader(file)
            if row["edition"] == edition
        )
    _check_bands(edition, bands)
    return _read(folder / "instruments.csv", edition, bands, official=True)


def _read(
    path: Path, edition: str, bands: tuple[Band, ...], *, official: bool = False
) -> Instrument:
    if not path.is_file():
        raise InstrumentError(f"No file {path}. Check the path.")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        header = reader.fieldnames or []
        rows = [(reader.line_num, row) for row in reader]
    absent = [column for column in _NEEDED if column not in header]
    if absent:
        raise InstrumentError(
            f"Invalid instrument {path.name}. It has no column {', '.join(absent)}. {_REMEDY}"
        )
    if official:
        rows = [(line, row) for line, row in rows if row["edition"] == edition]
    violations: list[str] = []
    lines: dict[str, int] = {}
    items = []
    for line, row in rows:
        item = _item(row, f"{path.name}, line {line}", violations)
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
    try:
        weight = Fraction(weight_text)
    except (ValueError, ZeroDivisionError):
        weight = Fraction(0)
    if weight <= 0:
        violations.append(
            f"{place}, column weight_pct: {weight_text!r}, must be a positive number or fraction"
        )
    value_type = row.get("value_type") or "integer"
    if value_type not in _VALUE_TYPES:
        violations.append(
            f"{place}, column value_type: {value_type!r}, must be integer or continuous"
        )
    return Item(
        code=row["code"],
        parent=row["parent"],
        scale=scale,
        weight=weight,
        name=row.get("name") or row["code"],
        maturity_scale=row.get("maturity_scale") or "",
        is_policy=row.get("is_policy") == "1",
        value_type=value_type,
    )


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
        if item.scale == "index" and item.weight != 100:
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


def _check_bands(edition: str, bands: tuple[Band, ...]) -> None:
    edges = [band.lower for band in bands] + [band.upper for band in bands[-1:]]
    joined = all(low.upper == high.lower for low, high in pairwise(bands))
    if not joined or edges[:1] != [LOWEST_LEVEL] or edges[-1:] != [HIGHEST_LEVEL]:
        raise InstrumentError(
            f"Invalid bands of {edition} in predicates.csv. They must join from 1 to 5 without "
            f"gap or overlap: {bands}. Correct the table."
        )
