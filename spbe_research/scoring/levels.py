"""What may be scored: the shape of a table of values, and a rule for every cell of it."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from numbers import Real
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.errors import VIOLATIONS_SHOWN
from spbe_research.instruments import Instrument, Item

__all__ = ["Faults", "Rules", "all_valid", "as_array", "as_wide", "cell_faults", "plain"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_KEY = ("agency_id", "year")
_SHOWN = 10  # allowed values in a message
_BLOCK_ROWS = 8_192  # a block and its scratch stay in the cache
_ROWS_WORTH_A_THREAD = 100_000
_LARGEST = float(np.finfo(np.float64).max)


@dataclass
class Faults:
    """What is wrong with values: the first faults as texts, and how many there are."""

    first: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, texts: Iterator[str] | Sequence[str], count: int | None = None) -> None:
        """Count faults, and keep as many texts as will be told."""
        shown = VIOLATIONS_SHOWN - len(self.first)
        told = [text for text, _ in zip(texts, range(max(shown, 0)), strict=False)]
        self.first += told
        self.count += len(texts) if count is None and isinstance(texts, Sequence) else count or 0


@dataclass(frozen=True)
class Rules:
    """What the cells of each column may be.

    ``low`` and ``high`` are one number where they are the same in every column; ``whole`` and
    ``may_be_missing`` hold one truth a column; ``allowed`` the values of columns that have a list.
    """

    low: float | Floats
    high: float | Floats
    whole: Mask
    may_be_missing: Mask
    allowed: dict[int, Floats]

    @classmethod
    def of(cls, items: Sequence[Item | None], may_be_missing: Sequence[bool]) -> "Rules":
        """The rules of columns; a column without an item (a denominator) takes any number."""
        ends = [_ends(item) for item in items]
        lows, highs = {low for low, _ in ends}, {high for _, high in ends}
        return cls(
            low=lows.pop() if len(lows) == 1 else np.array([low for low, _ in ends]),
            high=highs.pop() if len(highs) == 1 else np.array([high for _, high in ends]),
            whole=np.array([item is not None and item.value_type == "integer" for item in items],
                           dtype=bool),
            may_be_missing=np.array(may_be_missing, dtype=bool),
            allowed={
                place: np.array([each.value for each in item.allowed])
                for place, item in enumerate(items)
                if item is not None and item.allowed
            },
        )  # fmt: skip


def _ends(item: Item | None) -> tuple[float, float]:
    """The ends of what a cell may hold; infinity is never a value."""
    if item is None or item.denominator or item.clip or item.normalise != "none" or not item.ends:
        return -_LARGEST, _LARGEST
    return item.ends


def all_valid(values: npt.NDArray[np.number], rules: Rules) -> bool:
    """Whether every level is allowed; large tables are split over the cores.

    NumPy lets go of the interpreter inside its loops, so threads are enough.
    """
    workers = min(os.cpu_count() or 1, 1 + len(values) // _ROWS_WORTH_A_THREAD)
    edges = np.linspace(0, len(values), workers + 1).astype(int)
    spans = [values[low:high] for low, high in pairwise(edges)]
    with ThreadPoolExecutor(workers) as pool:
        if not all(pool.map(lambda span: _span_is_valid(span, rules), spans)):
            return False
    return all(np.isin(values[:, place], few).all() for place, few in rules.allowed.items())


def _span_is_valid(values: npt.NDArray[np.number], rules: Rules) -> bool:
    """Compare each level with the nearest whole one, block by block; NaN is equal to nothing."""
    if values.dtype.kind in "iu":
        return not values.size or _within(values, rules)
    # pandas keeps a column together, NumPy a row: scratch in the order of the levels, or every
    # comparison jumps through memory.
    shape = (min(_BLOCK_ROWS, len(values)), values.shape[1])
    order: Literal["C", "F"] = "C" if values.flags.c_contiguous else "F"
    nearest = np.empty(shape, dtype=values.dtype, order=order)
    same = np.empty(shape, dtype=bool, order=order)
    for start in range(0, len(values), _BLOCK_ROWS):
        block = values[start : start + _BLOCK_ROWS]
        whole, equal = nearest[: len(block)], same[: len(block)]
        np.rint(block, out=whole, casting="unsafe")
        if not rules.whole.all():
            whole[:, ~rules.whole] = block[:, ~rules.whole]
        np.equal(whole, block, out=equal)
        if not (equal.all() and _within(whole, rules)):
            return False
    return True


def _within(values: npt.NDArray[np.number], rules: Rules) -> bool:
    """Whether values lie between the ends of their columns."""
    axis = 0 if isinstance(rules.low, np.ndarray) or isinstance(rules.high, np.ndarray) else None
    low, high = values.min(axis=axis), values.max(axis=axis)
    return bool(np.all(low >= rules.low) and np.all(high <= rules.high))


def as_wide(levels: pd.DataFrame, instrument: Instrument) -> tuple[pd.DataFrame, list[str]]:
    """Return the levels with the instrument's columns in its order, and what is wrong with them."""
    if {"agency_id", "item", "value"} <= set(levels.columns):
        wide, violations = _from_long(levels)
    else:
        wide, violations = levels, []
    expected = list(instrument.inputs)
    columns = list(wide.columns)
    if columns != expected:
        doubled = sorted({str(column) for column in columns if columns.count(column) > 1})
        violations += [
            f"column {column}: is no item of {instrument.edition}"
            for column in columns
            if column not in expected
        ]
        violations += [f"column {column}: stands more than once" for column in doubled]
        violations += [f"column {code}: is absent" for code in expected if code not in columns]
        if doubled:
            wide = wide.loc[:, ~wide.columns.duplicated()]
        wide = wide[[code for code in expected if code in columns]]
    if not wide.index.is_unique:
        twice = wide.index[wide.index.duplicated()].unique()
        violations += [f"row {plain(row)!r}: stands more than once" for row in twice]
    return wide, violations


def _from_long(levels: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    if "scale" in levels.columns:
        levels = levels[levels["scale"] == "indicator"]
    key = [column for column in _KEY if column in levels.columns]
    nameless = levels[[*key, "item"]].isna()
    violations = [
        f"long table, row {plain(levels.index[row])!r}: {nameless.columns[column]} is missing"
        for row, column in np.argwhere(nameless.to_numpy())
    ]
    levels = levels[~nameless.any(axis=1)]
    twice = levels.duplicated([*key, "item"])
    violations += [
        f"row {plain(row)!r}, {item}: stands more than once"
        for row, item in zip(
            levels[twice].set_index(key).index, levels.loc[twice, "item"], strict=True
        )
    ]
    once = levels[~twice]
    rows = once.drop_duplicates(key).set_index(key).index
    wide = once.pivot(index=key, columns="item", values="value")
    return wide.reindex(rows).rename_axis(columns=None), violations


def as_array(wide: pd.DataFrame) -> tuple[npt.NDArray[np.number], Mask]:
    """The levels as an array, uncopied where they are one block, and which cells are no number."""
    kinds = set(wide.dtypes)
    if kinds and all(isinstance(kind, np.dtype) and kind.kind in "iuf" for kind in kinds):
        values = wide.to_numpy() if len(kinds) == 1 else wide.to_numpy(dtype=np.float64)
        return values, np.zeros((1, 1), dtype=bool)  # one cell speaks for all
    values = np.full(wide.shape, np.nan)
    no_number = np.zeros(wide.shape, dtype=bool)
    for position, code in enumerate(wide.columns):
        values[:, position], no_number[:, position] = _column(wide[code])
    return values, no_number


def _column(cells: pd.Series) -> tuple[Floats, Mask]:
    """One column as floats, and which of its cells are neither missing nor a number."""
    if cells.dtype.kind in "iuf":
        return cells.to_numpy(dtype=np.float64, na_value=np.nan), np.zeros(len(cells), dtype=bool)
    objects = cells.to_numpy(dtype=object)
    if any(isinstance(cell, Decimal) and cell.is_snan() for cell in objects):
        objects = np.frompyfunc(_told, 1, 1)(objects)  # an error as soon as it is compared
    number = np.array([_is_number(cell) for cell in objects], dtype=bool)
    values = np.full(len(cells), np.nan)
    values[number] = [_as_float(cell) for cell in objects[number]]
    return values, ~number & pd.notna(objects)


def _told(cell: object) -> object:
    return str(cell) if isinstance(cell, Decimal) and cell.is_snan() else cell


def _as_float(cell: Real | Decimal) -> float:
    """A number as a float, and one beyond all floats as infinite."""
    try:
        return float(cell)
    except OverflowError:
        return np.inf if cell > 0 else -np.inf  # type: ignore[operator] # every real is ordered


def _is_number(cell: object) -> bool:
    """Whether a cell is a real number; a truth is none, nor is a text that looks like one."""
    return isinstance(cell, (Real, Decimal)) and not isinstance(cell, bool)


def cell_faults(
    values: npt.NDArray[np.number], no_number: Mask, wide: pd.DataFrame, rules: Rules
) -> tuple[Faults, Mask]:
    """Name every cell that may not be scored, in the order of rows and columns.

    Returns
    -------
    Faults, numpy.ndarray
        The faults, and a mask of the cells, of the shape of the values.
    """
    absent = np.isnan(values)
    outside = ~absent & ~((values >= rules.low) & (values <= rules.high))
    broken = ~absent & ~outside & rules.whole & (values != np.floor(values))
    unlisted = np.zeros(values.shape, dtype=bool)
    for place, few in rules.allowed.items():
        unlisted[:, place] = ~np.isin(values[:, place], few)
    unlisted &= ~absent & ~outside & ~broken
    wrong = outside | broken | unlisted | no_number | (absent & ~rules.may_be_missing)
    no_number = np.broadcast_to(no_number, wrong.shape)
    cells = np.argwhere(wrong)
    found = Faults()
    for row, column in cells[:VIOLATIONS_SHOWN]:
        value = values[row, column]
        if no_number[row, column]:
            fault = f"{plain(wide.iat[row, column])!r} is no number"
        elif absent[row, column]:
            fault = "is missing"
        elif outside[row, column]:
            first, last = (_of_column(end, column) for end in (rules.low, rules.high))
            fault = f"{value:g} is outside {first:g} to {last:g}"
            fault = f"{value:g} is no finite number" if last == _LARGEST else fault
        elif broken[row, column]:
            fault = f"{value:g} is no whole level"
        else:
            allowed = rules.allowed[int(column)]
            listed = ", ".join(f"{each:g}" for each in allowed[:_SHOWN])
            more = f" and {len(allowed) - _SHOWN} more" if len(allowed) > _SHOWN else ""
            fault = f"{value:g} is not allowed, must be one of {listed}{more}"
        found.first.append(f"row {plain(wide.index[row])!r}, {wide.columns[column]}: {fault}")
    found.count = len(cells)
    return found, wrong


def _of_column(end: float | Floats, column: int) -> float:
    return float(end[column]) if isinstance(end, np.ndarray) else end


def plain(value: object) -> object:
    """Return the Python value behind a NumPy scalar, also within a key, for a message."""
    if isinstance(value, tuple):
        return tuple(plain(part) for part in value)
    return value.item() if isinstance(value, np.generic) else value
