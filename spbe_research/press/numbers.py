"""A number is one row of a registered table; numbers that differ in a key are one family.

``words.toml`` states a family once: ``["num-gini-{year}"]`` with its table, the condition that
chooses the row beside the key, and the column. A member of a family whose words differ is an entry
of its own, ``[num-gini-2020]``, with ``like = "num-gini-{year}"`` and those words. A number exists
because a text uses it, so its value is computed for the ids that notebooks, READMEs and words
mention (``press.mentions``). The interval comes with it: ``num-gini-2018:low`` and ``:high``.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from spbe_research.errors import DataError, refuse
from spbe_research.press.footers import footer_of, years_of, years_of_question
from spbe_research.records import question_words, questions, result

__all__ = ["Family", "compute_numbers", "families", "family_of", "id_pattern"]

_KEY = re.compile(r"\{(\w+)\}")
_NEEDED = ("table", "text", "unit", "name")
_FIELDS = {*_NEEDED, "row", "column", "factor", "source", "sentence", "like", "keyword"}


@dataclass(frozen=True)
class Family:
    """One family of numbers: ``id`` names keys in braces, each a column of ``table``.

    ``row`` is a condition on the other columns, as ``pandas.DataFrame.query`` takes it; the number
    is ``factor`` times ``column``, printed as ``text``; a negative factor turns the interval
    round. ``like`` is the family that a single number is taken from.
    """

    id: str
    question: str
    table: str
    text: str
    unit: str
    row: str
    column: str
    factor: float
    source: str
    words: dict[str, dict[str, str]]
    like: str = ""

    @property
    def home(self) -> str:
        """The table that its numbers are rows of, as ``records.result`` takes it."""
        return f"facts-{self.question}" if self.table == "facts" else self.table


@cache
def families() -> dict[str, Family]:
    """Return every family by its id, in the order of the questions.

    Raises
    ------
    DataError
        Naming every family with a missing or unknown field.
    """
    found, violations = {}, []
    for question in questions():
        stated = {
            name: entry
            for name, entry in question_words(question).items()
            if name.startswith("num-")
        }
        for name, own in stated.items():
            entry = {**stated.get(own.get("like", ""), {}), **own}
            wrong = [f"{each} is unknown" for each in sorted(set(entry) - _FIELDS)]
            wrong += [f"{each} is missing" for each in _NEEDED if each not in entry]
            if "like" in own and not _is_member(name, own["like"], stated):
                wrong.append(f"it is no member of {own['like']}, a family of the same question")
            violations += [f"{question}, {name}: {each}" for each in wrong]
            if not wrong:
                found[name] = _family(name, question, entry)
    refuse(DataError, "families of numbers in words.toml", violations, "Complete the entry.")
    return found


def family_of(number_id: str) -> tuple[Family, dict[str, str]]:
    """Return the family of a number and the values of its keys.

    Raises
    ------
    DataError
        When no family has such a number, or several have.

    Examples
    --------
    >>> family, keys = family_of("num-gini-2018")
    >>> family.table, keys
    ('fig-gini', {'year': '2018'})
    >>> family_of("num-moon")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid number 'num-moon'. A family of words.toml must match ...
    """
    if number_id in families():
        family = families()[number_id]
        match = id_pattern(family.like).fullmatch(number_id)
        return family, match.groupdict() if match else {}
    fitting = [
        (family, match.groupdict())
        for family in families().values()
        if "{" in family.id and (match := id_pattern(family.id).fullmatch(number_id))
    ]
    least = min((sum(map(len, keys.values())) for _, keys in fitting), default=0)
    fitting = [each for each in fitting if sum(map(len, each[1].values())) == least]
    if len(fitting) != 1:
        raise DataError(
            f"Invalid number {number_id!r}. A family of words.toml must match it, and one only; "
            f"there are {len(fitting)}."
        )
    return fitting[0]


@cache
def id_pattern(family_id: str) -> re.Pattern[str]:
    """Return what the ids of a family's numbers look like, its keys as named groups.

    Examples
    --------
    >>> id_pattern("num-gini-{year}").fullmatch("num-gini-2018")["year"]
    '2018'
    """
    parts = _KEY.split(family_id)
    return re.compile(
        "".join(
            f"(?P<{part}>[a-z0-9-]+)" if place % 2 else re.escape(part)
            for place, part in enumerate(parts)
        )
    )


def compute_numbers(ids: Iterable[str]) -> pd.DataFrame:
    """Compute numbers from the tables behind them.

    Returns
    -------
    pandas.DataFrame
        ``id, value, low, high, text, unit, n, years``: ``text`` is the number as prose must print
        it; ``low`` and ``high`` are missing where the table states no interval.

    Raises
    ------
    DataError
        Naming every number whose family is unknown or whose keys choose not exactly one row.
    """
    rows, violations = [], []
    for number_id in ids:
        try:
            rows.append(_computed(number_id))
        except DataError as error:
            violations.append(str(error))
    refuse(DataError, "numbers", violations, "Correct the id in the text, or its family.")
    columns = ["id", "value", "low", "high", "text", "unit", "n", "years"]
    return pd.DataFrame(rows, columns=columns)


def _family(name: str, question: str, entry: dict[str, Any]) -> Family:
    return Family(
        id=name,
        question=question,
        table=entry["table"],
        text=entry["text"],
        unit=entry["unit"],
        row=entry.get("row", ""),
        column=entry.get("column", "value" if entry["table"] == "facts" else "estimate"),
        factor=float(entry.get("factor", 1.0)),
        source=entry.get("source", ""),
        words={"name": entry["name"], "sentence": entry.get("sentence", {})},
        like=entry.get("like", ""),
    )


def _is_member(name: str, like: str, stated: dict[str, Any]) -> bool:
    return like in stated and id_pattern(like).fullmatch(name) is not None


def _computed(number_id: str) -> dict[str, object]:
    family, keys = family_of(number_id)
    table = result(family.home)
    try:
        rows = table.query(family.row) if family.row else table
    except (NameError, SyntaxError, TypeError, ValueError) as error:
        raise DataError(f"{number_id}: row {family.row!r} cannot be read: {error}") from error
    for column, wanted in keys.items():
        if column not in rows.columns:
            raise DataError(f"{number_id}: {family.table} has no column {column}")
        rows = rows[rows[column].map(_slug) == wanted]
    if len(rows) != 1:
        raise DataError(f"{number_id}: {len(rows)} rows of {family.table} fit, must be one")
    if family.column not in rows.columns:
        raise DataError(f"{number_id}: {family.table} has no column {family.column}")
    row = rows.iloc[0]
    value = family.factor * float(row[family.column])
    low, high = (
        family.factor * float(row[bound])
        if family.column == "estimate" and bound in rows.columns
        else float("nan")
        for bound in (("low", "high") if family.factor > 0 else ("high", "low"))
    )
    footer = footer_of(family.home) if family.table != "facts" else None
    n, years = row.get("n"), years_of(rows)
    if n is None or pd.isna(n):
        if footer is None:
            raise DataError(f"{number_id}: the fact states no n")
        n = footer.n
    return {
        "id": number_id,
        "value": value,
        "low": low,
        "high": high,
        "text": family.text.format(value),
        "unit": family.unit,
        "n": int(n),
        "years": years or (footer.years if footer else years_of_question(family.question)),
    }


def _slug(value: object) -> str:
    text = str(int(value)) if isinstance(value, float) and value == int(value) else str(value)
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
