"""The columns of an instrument's table: what each may say, what it means, and its neutral default.

A cell left empty takes its default, under which a value goes up the tree as it is.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from types import MappingProxyType

from spbe_research.boundary import decimal_number

__all__ = ["COLUMNS", "LABELS", "WORDS", "Column", "as_text", "nearest", "parse_cell"]

WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "impute": ("none", "mean", "median"),
        "outliers": ("none", "winsorise", "winsorise_or_log"),
        "transform": ("none", "log", "log10", "sqrt"),
        "normalise": ("none", "minmax", "goalposts", "zscore", "rank"),
        "aggregation": ("arithmetic", "geometric", "harmonic", "minimum", "maximum"),
        "missing": ("raise", "renormalise", "siblings", "propagate"),
    }
)
_YES = ("1", "yes", "true", "ya")
_NO = ("0", "no", "false", "tidak")
_MOST_DECIMALS = 12


class _RefusedError(Exception):
    """A cell is wrong; its text says what it must be."""


@dataclass(frozen=True)
class Column:
    """One column: how its cells are read, and whether inputs or the nodes above them have it.

    ``on`` is ``"input"`` for what only an item without items below it can say, ``"node"`` for what
    only an item with items below it can, else ``"any"``.
    """

    read: Callable[[str], object]
    on: str = "any"


def _word(column: str) -> Callable[[str], object]:
    """Read a word whatever its capitals, hyphens and spaces: ``Min-max`` is ``minmax``."""
    known = {_letters(word): word for word in WORDS[column]}

    def read(text: str) -> object:
        letters = _letters(text)
        if letters not in known:
            raise _RefusedError(f"one of {', '.join(WORDS[column])}")
        return known[letters]

    return read


def _letters(text: str) -> str:
    letters = re.sub("[^a-z0-9]", "", text.lower())
    letters = letters.replace("ize", "ise")
    return letters if letters == "mean" else letters.removesuffix("mean")


def _number(text: str) -> object:
    number = decimal_number(text)
    if number is None:
        raise _RefusedError("a number")
    return float(number)


def _direction(text: str) -> object:
    number = decimal_number(text)
    if number not in (1, -1):
        raise _RefusedError("1 (more is better) or -1 (less is better)")
    return int(number)


def _flag(text: str) -> object:
    word = text.strip().lower()
    if word not in (*_YES, *_NO):
        raise _RefusedError("1 (yes) or 0 (no)")
    return word in _YES


def _share(text: str) -> object:
    number = decimal_number(text)
    if number is None or not 0 <= number <= 1:
        raise _RefusedError("a share from 0 to 1")
    return float(number)


def _decimals(text: str) -> object:
    number = decimal_number(text)
    if number is None or number != number.to_integral_value() or not 0 <= number <= _MOST_DECIMALS:
        raise _RefusedError(f"a whole number from 0 to {_MOST_DECIMALS}")
    return int(number)


def _text(text: str) -> object:
    return text.strip()


# What is done to a value, in the order in which it is done; then what a node does with those below.
COLUMNS: Mapping[str, Column] = MappingProxyType(
    {
        "unit": Column(_text),
        "denominator": Column(_text, "input"),
        "impute": Column(_word("impute"), "input"),
        "impute_by": Column(_text, "input"),
        "outliers": Column(_word("outliers")),
        "transform": Column(_word("transform")),
        "direction": Column(_direction),
        "normalise": Column(_word("normalise")),
        "low": Column(_number),
        "high": Column(_number),
        "clip": Column(_flag),
        "aggregation": Column(_word("aggregation"), "node"),
        "missing": Column(_word("missing"), "node"),
        "min_share": Column(_share, "node"),
        "decimals": Column(_decimals),
    }
)
# What places and describes an item.
LABELS = (
    "code", "parent", "name", "weight", "weight_pct", "scale", "maturity_scale", "is_policy",
    "value_type", "source_id",
)  # fmt: skip


def parse_cell(column: str, text: str) -> tuple[object, str]:
    """Return what a cell says, and what it must be where it says nothing that is known.

    Examples
    --------
    >>> parse_cell("normalise", "Min-Max"), parse_cell("direction", "-1.0")
    (('minmax', ''), (-1, ''))
    >>> parse_cell("aggregation", "median")
    (None, 'one of arithmetic, geometric, harmonic, minimum, maximum')
    """
    try:
        return COLUMNS[column].read(text), ""
    except _RefusedError as refused:
        return None, str(refused)


def nearest(column: str) -> str:
    """Say which known column an unknown one may mean, or nothing."""
    found = get_close_matches(column.strip().lower(), [*LABELS, *COLUMNS], n=1, cutoff=0.6)
    return f"; is {found[0]} meant?" if found else ""


def as_text(value: object) -> str:
    """Return a setting as it stands in a cell; of what is not set, nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    return format(Decimal(repr(value)), "f") if isinstance(value, float) else str(value)
