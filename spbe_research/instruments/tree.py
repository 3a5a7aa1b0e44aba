"""Rows of a table to the items of a tree: exact weights, and everything that is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from spbe_research.boundary import decimal_number
from spbe_research.instruments.columns import COLUMNS, LABELS, nearest, parse_cell
from spbe_research.instruments.instrument import LEVEL_TYPES, SCALES, Item
from spbe_research.instruments.sheets import Row

__all__ = ["ROOT", "grow"]

ROOT = "index"
_DEEPEST = 100  # tiers
_VALUE_TYPES = (*LEVEL_TYPES, "number")
_FRACTION = re.compile(r"\d{1,15}/\d{1,15}", re.ASCII)


@dataclass
class _Read:
    """One row as it was read: its place in the file, its item and the cells that say something."""

    place: str
    item: Item
    said: dict[str, str]  # columns of COLUMNS that say something, as written
    relative: Fraction
    value_type: str
    depth: int = -1  # steps below the root; of what hangs on nothing, -1


def grow(
    header: list[str],
    rows: list[tuple[str, Row]],
    file: str,
    pipeline: Mapping[str, object],
) -> tuple[tuple[Item, ...], list[str]]:
    """Make the items of a table, in its order, and name everything that is wrong with it.

    Parameters
    ----------
    header : list of str
        The columns of the table.
    rows : list of (str, dict)
        Each row with its place.
    file : str
        The name of the table, for messages.
    pipeline : mapping
        Settings of the items whose own cells are empty; ``instruments.load_instrument``.

    Returns
    -------
    tuple of Item, list of str
        The root has the code ``index``, whatever the table calls it. Where anything is wrong the
        items are worth nothing.
    """
    violations = [
        f"{file}: column {column!r} is not known{nearest(column)}"
        for column in header
        if column not in LABELS and column not in COLUMNS
    ]
    if "weight" in header and "weight_pct" in header:
        violations.append(f"{file}: columns weight and weight_pct, must be one of them")
    has_tiers = "scale" in header
    read: dict[str, _Read] = {}
    for place, row in rows:
        each = _row(row, place, has_tiers, violations)
        code = each.item.code
        if not code:
            violations.append(f"{place}, column code: is empty, must be a name")
        elif code in read:
            where = read[code].place.removeprefix(f"{file}, ")
            violations.append(
                f"{place}, column code: {code!r} stands in {where} already, must be unique"
            )
        else:
            read[code] = each
    _name_root(read, violations, file)
    below: dict[str, list[str]] = {}
    for code, each in read.items():
        below.setdefault(each.item.parent, []).append(code)
    _measure(read, below)
    violations += _shape_violations(read, below, file, has_tiers)
    if "weight_pct" in header:
        violations += _percent_violations(read, below)
        for each in read.values():
            each.item = replace(each.item, weight=each.relative)
    else:
        _share_weights(read, below)
    for code, each in read.items():
        _settle(each, code in below, has_tiers, pipeline, violations)
    return tuple(each.item for each in read.values()), violations


def _row(row: Row, place: str, has_tiers: bool, violations: list[str]) -> _Read:
    scale = row.get("scale", "")
    if has_tiers and scale not in SCALES:
        violations.append(f"{place}, column scale: {scale!r}, must be one of {', '.join(SCALES)}")
    column = "weight_pct" if "weight_pct" in row else "weight"
    text = row.get(column, "")
    relative = Fraction(1) if column == "weight" and not text else _weight(text)
    if relative <= 0:
        violations.append(
            f"{place}, column {column}: {text!r}, must be a positive number or fraction"
        )
    value_type = row.get("value_type", "")
    if value_type and value_type not in _VALUE_TYPES:
        violations.append(
            f"{place}, column value_type: {value_type!r}, must be integer, continuous or number"
        )
    is_policy = row.get("is_policy") or "0"
    if is_policy not in ("0", "1"):
        violations.append(f"{place}, column is_policy: {is_policy!r}, must be 0 or 1")
    settings: dict[str, object] = {}
    said = {column: row[column] for column in COLUMNS if row.get(column)}
    for column, text in said.items():
        settings[column], must = parse_cell(column, text)
        if must:
            violations.append(f"{place}, column {column}: {text!r}, must be {must}")
    item = Item(
        code=row["code"],
        parent=row["parent"],
        scale=scale,
        weight=Fraction(1),
        name=row.get("name") or row["code"],
        maturity_scale=row.get("maturity_scale") or "",
        is_policy=is_policy == "1",
        **{column: value for column, value in settings.items() if value is not None},  # type: ignore[arg-type]
    )
    return _Read(place, item, said, relative, value_type)


def _weight(text: str) -> Fraction:
    """A decimal, with comma or point, or a fraction of whole numbers; else nothing."""
    if _FRACTION.fullmatch(text):
        above, below = text.split("/")
        return Fraction(int(above), int(below)) if int(below) else Fraction(0)
    number = decimal_number(text)
    return Fraction(number) if number is not None else Fraction(0)


def _name_root(read: dict[str, _Read], violations: list[str], file: str) -> None:
    """Call the root ``index``; several, or none, are refused."""
    roots = [code for code, each in read.items() if not each.item.parent]
    if len(roots) != 1:
        told = f" ({', '.join(roots)})" if roots else ""
        violations.append(f"{file}: {len(roots)} rows without parent{told}, must be one, `{ROOT}`")
        return
    root = roots[0]
    if root == ROOT:
        return
    if ROOT in read:
        violations.append(
            f"{read[ROOT].place}, column code: {ROOT!r} is no root, must be another name"
        )
        return
    renamed = {ROOT if code == root else code: each for code, each in read.items()}
    read.clear()
    read.update(renamed)
    for code, each in read.items():
        parent = ROOT if each.item.parent == root else each.item.parent
        each.item = replace(each.item, code=code, parent=parent)


def _shape_violations(
    read: dict[str, _Read], below: dict[str, list[str]], file: str, has_tiers: bool
) -> list[str]:
    rank = {scale: number for number, scale in enumerate(SCALES)}
    violations = []
    for code, each in read.items():
        item, place = each.item, each.place
        parent = read[item.parent].item if item.parent in read else None
        if item.parent and parent is None:
            violations.append(
                f"{place}, column parent: {item.parent!r} is no item; {code} is an orphan"
            )
        elif has_tiers and parent and rank.get(parent.scale, -1) >= rank.get(item.scale, len(rank)):
            violations.append(
                f"{place}, column parent: {code} ({item.scale}) cannot stand below "
                f"{parent.code} ({parent.scale})"
            )
        elif each.depth < 0 and (circle := _circle(code, read)):
            violations.append(
                f"{place}, column parent: {item.parent!r} closes a circle: {' < '.join(circle)}"
            )
        if each.depth > _DEEPEST:
            violations.append(
                f"{place}, column parent: {code} lies {each.depth} steps below the index, must be "
                f"at most {_DEEPEST}"
            )
        if has_tiers and code == ROOT and item.scale != "index":
            violations.append(f"{place}, column scale: {item.scale!r} of the root, must be index")
        is_node = item.scale != "indicator" if has_tiers else code == ROOT
        if is_node and code not in below:
            violations.append(f"{place}: {code} has no item below it")
    if not read:
        violations.append(f"{file}: has a header and no row")
    return violations


def _measure(read: dict[str, _Read], below: dict[str, list[str]]) -> None:
    """Count the steps from the root to every item; nothing is passed twice."""
    waiting = [(code, 0) for code, each in read.items() if not each.item.parent]
    while waiting:
        code, steps = waiting.pop()
        read[code].depth = steps
        waiting += [(child, steps + 1) for child in below.get(code, []) if read[child].depth < 0]


def _circle(code: str, read: dict[str, _Read]) -> list[str]:
    """The way from an item up and back to itself, or nothing where it leads elsewhere."""
    way, at = [code], read[code].item.parent
    while at in read and at not in way:
        way.append(at)
        at = read[at].item.parent
    return [*way, code] if at == code else []


def _percent_violations(read: dict[str, _Read], below: dict[str, list[str]]) -> list[str]:
    violations = []
    for code, each in read.items():
        if code == ROOT and each.relative != 100:
            violations.append(
                f"{each.place}, column weight_pct: {each.relative} of the index, must be 100"
            )
        total = sum((read[child].relative for child in below.get(code, [])), Fraction(0))
        if code in below and total != each.relative:
            violations.append(
                f"{each.place}, column weight_pct: the items below {code} weigh "
                f"{_decimal(total)}, must be exactly {_decimal(each.relative)}"
            )
    return violations


def _decimal(weight: Fraction) -> str:
    return f"{float(weight):g}" if Fraction(f"{float(weight):g}") == weight else str(weight)


def _share_weights(read: dict[str, _Read], below: dict[str, list[str]]) -> None:
    """Give every item its percent of the index, from the weights beside each other."""
    if any(each.depth > _DEEPEST for each in read.values()):
        return  # refused, and its fractions would have no end
    for code, each in sorted(read.items(), key=lambda pair: pair[1].depth):
        if code == ROOT:
            each.item = replace(each.item, weight=Fraction(100))
        children = below.get(code, [])
        total = sum((read[child].relative for child in children), Fraction(0))
        for child in children:
            percent = each.item.weight * read[child].relative / (total or 1)
            read[child].item = replace(read[child].item, weight=percent)


def _settle(
    each: _Read,
    is_node: bool,
    has_tiers: bool,
    pipeline: Mapping[str, object],
    violations: list[str],
) -> None:
    """Give an item its tier, the pipeline and its kind of value, and refuse what has no effect."""
    ours = {
        column: value
        for column, value in pipeline.items()
        if column not in each.said and COLUMNS[column].on in ("any", "node" if is_node else "input")
    }
    if is_node:  # a pipeline treats inputs, and says of nodes how they are made and rounded
        ours = {
            column: value
            for column, value in ours.items()
            if COLUMNS[column].on == "node" or column == "decimals"
        }
    item = replace(each.item, **ours)  # type: ignore[arg-type]
    said = {**each.said, **{column: str(value) for column, value in ours.items()}}
    if not has_tiers:
        inner = f"tier {each.depth}" if each.depth else "index"
        tier = inner if is_node else "indicator"
        item = replace(item, scale=tier)
    kind = each.value_type
    if not kind:
        treats = {"denominator", "impute", "outliers", "transform", "normalise", "low", "high"}
        kind = "integer" if has_tiers and not treats & set(said) else "number"
    each.item = replace(item, value_type=kind)
    other = "input" if is_node else "node"
    neutral = Item("", "", "", Fraction(1))
    for column, text in each.said.items():
        if (column, getattr(item, column)) == ("missing", "raise"):
            continue  # what an input does anyway
        if COLUMNS[column].on == other and getattr(item, column) != getattr(neutral, column):
            has = "has items below it" if is_node else "has no item below it"
            violations.append(
                f"{each.place}, column {column}: {text!r} has no effect, {item.code} {has}; "
                "empty the cell"
            )
    violations += [f"{each.place}, {problem}" for problem in _setting_violations(each.item, said)]


def _setting_violations(item: Item, said: Mapping[str, str]) -> list[str]:
    """What the settings of one item lack, and which would be passed over in silence."""
    low, high, normalise = item.low, item.high, item.normalise
    has_ends = low is not None and high is not None
    lowest = item.ends[0] if item.ends else 1.0
    needs_above_0 = item.transform in ("log", "log10")
    checks = {
        f"column {'low' if low is None else 'high'}: is empty, must be a number where the other "
        "end is one": (low is None) != (high is None),
        f"column low: {low}, must be below high, {high}": low is not None
        and high is not None
        and low >= high,
        "column normalise: goalposts need low and high, the values that give 0 and 1": normalise
        == "goalposts"
        and not has_ends,
        "column low: has no effect on ranks; empty low and high": normalise == "rank"
        and ("low" in said or "high" in said),
        "column low: has no effect on z-scores without clip; set clip to 1, or empty low and "
        "high": normalise == "zscore" and has_ends and not item.clip,
        f"column clip: has no effect on {normalise}; empty the cell": item.clip
        and normalise in ("minmax", "rank"),
        "column clip: needs low and high, the ends to clip at": item.clip
        and normalise in ("none", "zscore")
        and not (has_ends or item.ends),
        "column direction: -1 needs low and high, the ends of the scale that is turned round, or a "
        "normaliser": item.direction == -1 and normalise == "none" and item.ends is None,
        "column impute_by: has no effect without impute; give mean or median": bool(item.impute_by)
        and item.impute == "none",
        f"column min_share: has no effect where missing is {item.missing}; give renormalise or "
        "siblings": bool(item.min_share) and item.missing in ("raise", "propagate"),
        f"column low: {lowest:g} has no {item.transform}; raise it": item.transform != "none"
        and (lowest <= 0 if needs_above_0 else lowest < 0),
    }
    return [fault for fault, is_so in checks.items() if is_so]
