"""Claims of titles and answers, checked by code like numbers: the conditions under which they hold.

``holds`` in ``words.toml`` lists the conditions of a record's title or a question's answer in
brief, one inline table each, evaluated on the committed tables:

``{every = "estimate > 0", where = "year >= 2021"}``
    true in every row that ``where`` chooses (all rows when left out); ``most``: in over half;
``{leads = ["Jawa", "Bali"], by = "island", where = "year == 2024"}``
    these have the largest ``column`` (``estimate`` when left out); ``trails``: the smallest;
``{falls = "estimate", along = "year", per = "era"}``
    from row to row along a column (``year`` when left out), within each group; ``rises``;
``{above = ["num-up-2023", "num-down-2023"]}``
    the first number, ``num-...:low``, or plain number is larger than the second;
``{above = ["type == 'kota'", "type == 'kabupaten'"], column = "median", per = "year"}``
    so is one cell of a table than another, in each group that has both;
``{compares_nothing = "it lists every contrast"}``
    the text has a comparing word and no claim; the reason is for its readers.

``table`` names another record's table. ``says`` holds the words of the text whose typed numbers the
condition proves (``typed``). ``where`` and ``every`` are read by pandas
(``DataFrame.query``, ``eval``); ``era`` stands for the years of one instrument and guideline. A
text needs as many conditions as it has comparing sentences (``comparing``).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pandas as pd

from spbe_research.errors import DataError, listed
from spbe_research.panel.loaders import load_reference
from spbe_research.press.claimed import Claim, claims_made
from spbe_research.press.committed import committed_numbers, committed_table
from spbe_research.press.comparing import comparing
from spbe_research.press.printed import PARTS
from spbe_research.press.typed import typed_numbers

__all__ = ["broken", "condition_violations"]

_SHOWN = 3
_READ = {"table", "where"}
_FIELDS = {
    "every": _READ,
    "most": _READ,
    "leads": {*_READ, "by", "column"},
    "trails": {*_READ, "by", "column"},
    "falls": {*_READ, "along", "per"},
    "rises": {*_READ, "along", "per"},
    "above": {*_READ, "column", "per"},
    "compares_nothing": set[str](),
}
_NUMBER = re.compile(r"(num-[a-z0-9-]+)(?::(\w+))?")
_UNREADABLE = (NameError, SyntaxError, TypeError, ValueError, KeyError, AttributeError)

Condition = dict[str, Any]


def condition_violations(claims: Sequence[Claim] | None = None) -> list[str]:
    """Name every claim that lacks a condition or types a number, and every broken condition.

    Parameters
    ----------
    claims : sequence of Claim, optional
        Titles and answers with their conditions; those of all records and questions when left out.
    """
    violations = []
    for claim in claims_made() if claims is None else claims:
        compared = max((comparing(*text) for text in claim.texts), key=len)
        if len(claim.holds) < len(compared):
            violations.append(
                f"{claim.name}: {len(compared)} to be in `holds`, one per comparing sentence, "
                f"there are {len(claim.holds)}: {listed(compared, shown=2)}"
            )
        violations += typed_numbers(claim)
        for condition in claim.holds:
            if why := broken(condition, claim.table):
                stated = ", ".join(f"{name} = {value!r}" for name, value in condition.items())
                violations.append(f"{claim.name}, {claim.said!r}: {{{stated}}}: {why}")
    return violations


def broken(condition: Condition, table: str = "") -> str:
    """Say why a condition does not hold, with the rows that break it; nothing when it holds.

    Parameters
    ----------
    condition : dict
        As in ``words.toml``.
    table : str
        Id of the record whose table is meant where the condition names none.

    Examples
    --------
    >>> broken({"every": "estimate > 0", "where": "measure == 'gini'"}, "fig-gini")
    ''
    >>> broken({"above": [2, 3]})
    '2 is not above 3'
    """
    condition = {name: value for name, value in condition.items() if name != "says"}
    kinds = [kind for kind in _FIELDS if kind in condition]
    if len(kinds) != 1:
        return f"it must be one of {', '.join(_FIELDS)}"
    (kind,) = kinds
    if unknown := sorted(set(condition) - _FIELDS[kind] - {kind}):
        return f"{', '.join(unknown)} is no part of `{kind}`"
    if kind == "compares_nothing":
        return "" if str(condition[kind]).strip() else "it must say why"
    try:
        if kind == "above" and not any(map(_is_condition, condition["above"])):
            return _above_number(condition)
        rows = _rows(condition, table)
        if rows.empty:
            return "no row is chosen"
        return _KINDS[kind](condition, rows)
    except DataError as error:
        return str(error)
    except _UNREADABLE as error:
        return f"it cannot be read: {error}"


def _rows(condition: Condition, table: str) -> pd.DataFrame:
    name = condition.get("table", table)
    if not name:
        raise DataError("it must name a table")
    rows = committed_table(name)
    if "era" in " ".join(map(str, condition.values())) and "era" not in rows and "year" in rows:
        rows["era"] = rows["year"].map(_eras())
    return rows.query(condition["where"]) if "where" in condition else rows


def _eras() -> dict[int, int]:
    """The number of breaks up to each year."""
    years = load_reference("evaluation_years")
    breaks = (years["break_before"] != "none").cumsum()
    return dict(zip(years["year"].astype(int), breaks, strict=True))


def _every(condition: Condition, rows: pd.DataFrame) -> str:
    return _true(condition, rows, "every", allowed=0)


def _most(condition: Condition, rows: pd.DataFrame) -> str:
    return _true(condition, rows, "most", allowed=(len(rows) - 1) // 2)


def _true(condition: Condition, rows: pd.DataFrame, kind: str, *, allowed: int) -> str:
    mask = rows.eval(condition[kind])
    if not pd.api.types.is_bool_dtype(mask):
        return f"{condition[kind]!r} must be true or false in each row"
    wrong = rows[~mask.fillna(False).astype(bool)]
    if len(wrong) <= allowed:
        return ""
    named = [name for name in rows.columns if re.search(rf"\b{re.escape(name)}\b", str(condition))]
    return f"false in {len(wrong)} of {len(rows)} rows: {_told(wrong, named)}"


def _leads(condition: Condition, rows: pd.DataFrame) -> str:
    return _first(condition, rows, "leads", ascending=False)


def _trails(condition: Condition, rows: pd.DataFrame) -> str:
    return _first(condition, rows, "trails", ascending=True)


def _first(condition: Condition, rows: pd.DataFrame, kind: str, *, ascending: bool) -> str:
    by, column = condition["by"], condition.get("column", "estimate")
    wanted = condition[kind] if isinstance(condition[kind], list) else [condition[kind]]
    if rows[by].duplicated().any():
        return f"{by} must be in one row each: {_told(rows[rows[by].duplicated()], [by])}"
    values = rows.set_index(by)[column].astype(float)
    if unknown := [name for name in wanted if name not in values.index]:
        return f"{unknown[0]!r} is no {by} of the rows"
    places = values.rank(ascending=ascending, method="max")
    wrong = [name for name in wanted if not places[name] <= len(wanted)]
    told = [
        f"{name} is number {places[name]:.0f} of {len(values)} ({values[name]:g})" for name in wrong
    ]
    return "; ".join(told)


def _falls(condition: Condition, rows: pd.DataFrame) -> str:
    return _moves(condition, rows, "falls", sign=-1)


def _rises(condition: Condition, rows: pd.DataFrame) -> str:
    return _moves(condition, rows, "rises", sign=1)


def _moves(condition: Condition, rows: pd.DataFrame, kind: str, *, sign: int) -> str:
    column, along = condition[kind], condition.get("along", "year")
    wrong = []
    for _, group in _groups(condition, rows):
        ordered = group.sort_values(along)
        if ordered[along].duplicated().any():
            return f"{along} must be in one row each: {_told(ordered, [along])}"
        steps = ordered[column].astype(float).diff().iloc[1:]
        wrong.append(ordered.loc[steps.index[~(sign * steps > 0)]])
    found = pd.concat(wrong)
    return "" if found.empty else f"not at {_told(found, [along, column])}"


def _above(condition: Condition, rows: pd.DataFrame) -> str:
    first, second = condition["above"]
    column = condition.get("column", "estimate")
    wrong, compared = [], 0
    for name, group in _groups(condition, rows):
        cells = [group.query(each)[column].astype(float) for each in (first, second)]
        if any(len(each) > 1 for each in cells):
            return f"each side must choose one cell{_of(name)}"
        if all(len(each) == 1 for each in cells):
            compared += 1
            one, other = (float(each.iloc[0]) for each in cells)
            if not one > other:
                wrong.append(f"{one:g} is not above {other:g}{_of(name)}")
    return "; ".join(wrong[:_SHOWN]) if compared else "no row is chosen"


def _above_number(condition: Condition) -> str:
    (first, one), (second, other) = ((each, _value(each)) for each in condition["above"])
    shown = [
        f"{name} ({value:g})" if isinstance(name, str) else f"{value:g}"
        for name, value in ((first, one), (second, other))
    ]
    return "" if one > other else f"{shown[0]} is not above {shown[1]}"


def _is_condition(side: object) -> bool:
    return isinstance(side, str) and not _NUMBER.fullmatch(side)


def _value(side: object) -> float:
    match = _NUMBER.fullmatch(str(side))
    if match is None:
        return float(str(side))
    table, part = committed_numbers().set_index("id"), match[2] or "value"
    if match[1] not in table.index or part not in PARTS:
        raise DataError(f"there is no number {side}")
    return float(table.loc[match[1], part])


def _groups(condition: Condition, rows: pd.DataFrame) -> Iterator[tuple[object, pd.DataFrame]]:
    if "per" in condition:
        yield from rows.groupby(condition["per"], sort=True)
    else:
        yield "", rows


def _of(group: object) -> str:
    return f" of {group}" if group != "" else ""


def _told(rows: pd.DataFrame, columns: Sequence[str]) -> str:
    shown = [
        ", ".join(f"{name} {value}" for name, value in zip(columns, row, strict=True))
        for row in rows[list(columns)].head(_SHOWN).itertuples(index=False)
    ]
    return "; ".join(shown) + ("; ..." if len(rows) > _SHOWN else "")


_KINDS: dict[str, Callable[[Condition, pd.DataFrame], str]] = {
    "every": _every,
    "most": _most,
    "leads": _leads,
    "trails": _trails,
    "falls": _falls,
    "rises": _rises,
    "above": _above,
}
