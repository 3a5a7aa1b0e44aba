"""From levels to aspects, domains and the index, without rounding between stages."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from numbers import Real
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.errors import VIOLATIONS_SHOWN, ScoringError, refuse
from spbe_research.instruments import Instrument, load_instrument

__all__ = ["compute_index"]

Missing = Literal["raise", "renormalise"]
_Floats = npt.NDArray[np.float64]
_Mask = npt.NDArray[np.bool_]

_KEY = ("agency_id", "year")
_BLOCK_ROWS = 8_192  # a block and its scratch stay in the cache
_ROWS_WORTH_A_THREAD = 100_000
_REMEDY = (
    "Nothing was scored. Levels are 1 to 5 (whole numbers, but in continuous instruments), one row "
    "an agency, one column an item of the instrument."
)


@dataclass(frozen=True)
class _Rules:
    """What a level may be: its bounds, which columns take whole levels, whether NaN is allowed."""

    low: float
    high: float
    whole: _Mask
    allow_missing: bool


def compute_index(
    levels: pd.DataFrame,
    instrument: Instrument | str,
    *,
    missing: Missing = "raise",
    bounds: tuple[float, float] = (1, 5),
) -> pd.DataFrame:
    """Compute the index, the domains and the aspects from maturity levels.

    Parameters
    ----------
    levels : pandas.DataFrame
        Wide: one row an agency, one column an item code (``I01``...), any order, any index. Or the
        tidy long table: ``agency_id, item, value`` and, if there, ``year``; other columns are
        passed over, and where a column ``scale`` stands only indicators are used. Levels are
        numbers: a ``"3"`` in quotes or a ``True`` is refused, not read as one.
    instrument : Instrument or str
        The edition the levels belong to.
    missing : {"raise", "renormalise"}
        ``"renormalise"`` leaves missing levels out of every node and shares their weight among the
        levels below that node that are there; a node with none becomes missing.
    bounds : tuple of float
        Lowest and highest level allowed. Wider bounds compute a printed impossibility at face
        value; for no other use.

    Returns
    -------
    pandas.DataFrame
        One row an agency, in the order of the input (long: of first appearance, indexed by
        ``agency_id`` and ``year``); columns ``index``, ``D1``..., ``A1``..., all 1 to 5, unrounded.
        With ``"renormalise"`` also ``n_items``, the count of levels used.

    Raises
    ------
    ScoringError
        Naming levels that are missing, no number, not whole or outside the bounds, unknown, absent
        or doubled items, and doubled rows or rows without a key: the first, and how many.

    Notes
    -----
    ``x_node = sum_i w_i x_i / sum_i w_i`` over the indicators i below the node. This equals the
    chain indicator, aspect, domain, index of the regulation, since the weight of every node is the
    sum of the weights below it; nothing is rounded between stages.

    References
    ----------
    Peraturan Menteri PANRB 59/2020, annex: computation of the index.

    Examples
    --------
    >>> instrument = load_instrument("permen-59-2020")
    >>> levels = pd.DataFrame(3, index=["Kota A"], columns=list(instrument.indicators))
    >>> compute_index(levels, instrument)[["index", "D1", "A8"]].round(12)
            index   D1   A8
    Kota A    3.0  3.0  3.0
    >>> compute_index(levels.assign(I04=6, I99=1), instrument)
    Traceback (most recent call last):
        ...
    spbe_research.errors.ScoringError: Invalid levels, 2 violations:
      - column I99: is no item of permen-59-2020
      - row 'Kota A', I04: 6 is outside 1 to 5
    Nothing was scored...
    """
    if isinstance(instrument, str):
        instrument = load_instrument(instrument)
    if missing not in ("raise", "renormalise"):
        raise ScoringError(f"Invalid missing {missing!r}. It must be 'raise' or 'renormalise'.")
    wide, violations = _wide(levels, instrument)
    items = [instrument.item(code) for code in instrument.indicators if code in wide.columns]
    rules = _Rules(
        *bounds,
        whole=np.array([item.value_type == "integer" for item in items], dtype=bool),
        allow_missing=missing == "renormalise",
    )
    values, no_number = _array(wide)
    # With a wrong shape the levels are searched too, so that one error tells everything.
    if violations or no_number.any() or rules.allow_missing or not _all_valid(values, rules):
        _refuse(violations, values, no_number, wide, rules)
    weights = instrument.weight_matrix
    outputs = list(instrument.outputs)
    if rules.allow_missing:
        return _renormalised(values, wide.index, weights, outputs)
    computed = np.empty((len(values), len(outputs)), order="F")  # as pandas keeps it
    _multiply(values, weights, computed)
    return pd.DataFrame(computed, index=wide.index, columns=outputs, copy=False)


def _all_valid(values: npt.NDArray[np.number], rules: _Rules) -> bool:
    """Whether every level is allowed; large tables are split over the cores.

    NumPy lets go of the interpreter inside its loops, so threads are enough.
    """
    workers = min(os.cpu_count() or 1, 1 + len(values) // _ROWS_WORTH_A_THREAD)
    edges = np.linspace(0, len(values), workers + 1).astype(int)
    spans = [values[low:high] for low, high in pairwise(edges)]
    with ThreadPoolExecutor(workers) as pool:
        return all(pool.map(lambda span: _span_is_valid(span, rules), spans))


def _span_is_valid(values: npt.NDArray[np.number], rules: _Rules) -> bool:
    """Compare each level with the nearest whole one, block by block; NaN is equal to nothing."""
    if values.dtype.kind in "iu":
        return not values.size or bool(values.min() >= rules.low and values.max() <= rules.high)
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
        if not (equal.all() and whole.min() >= rules.low and whole.max() <= rules.high):
            return False
    return True


def _multiply(values: npt.NDArray[np.number], weights: _Floats, out: _Floats) -> None:
    """Multiply levels with weights; whole numbers are made floats a block at a time."""
    if values.dtype == np.float64:
        np.matmul(values, weights, out=out)
        return
    for start in range(0, len(values), _BLOCK_ROWS):
        block = values[start : start + _BLOCK_ROWS].astype(np.float64)
        np.matmul(block, weights, out=out[start : start + _BLOCK_ROWS])


def _renormalised(
    values: npt.NDArray[np.number], index: pd.Index, weights: _Floats, outputs: list[str]
) -> pd.DataFrame:
    known = ~np.isnan(values)
    total = np.where(known, values, 0.0) @ weights
    share = known.astype(np.float64) @ weights
    with np.errstate(invalid="ignore"):
        means = np.where(share > 0, total / share, np.nan)
    table = pd.DataFrame(means, index=index, columns=outputs, copy=False)
    return table.assign(n_items=known.sum(axis=1))


def _wide(levels: pd.DataFrame, instrument: Instrument) -> tuple[pd.DataFrame, list[str]]:
    """Return the levels with the instrument's columns in its order, and what is wrong with them."""
    if {"agency_id", "item", "value"} <= set(levels.columns):
        wide, violations = _from_long(levels)
    else:
        wide, violations = levels, []
    expected = list(instrument.indicators)
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
        violations += [f"row {_plain(row)!r}: stands more than once" for row in twice]
    return wide, violations


def _from_long(levels: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    if "scale" in levels.columns:
        levels = levels[levels["scale"] == "indicator"]
    key = [column for column in _KEY if column in levels.columns]
    nameless = levels[[*key, "item"]].isna()
    violations = [
        f"long table, row {_plain(levels.index[row])!r}: {nameless.columns[column]} is missing"
        for row, column in np.argwhere(nameless.to_numpy())
    ]
    levels = levels[~nameless.any(axis=1)]
    twice = levels.duplicated([*key, "item"])
    violations += [
        f"row {_plain(row)!r}, {item}: stands more than once"
        for row, item in zip(
            levels[twice].set_index(key).index, levels.loc[twice, "item"], strict=True
        )
    ]
    once = levels[~twice]
    rows = once.drop_duplicates(key).set_index(key).index
    wide = once.pivot(index=key, columns="item", values="value")
    return wide.reindex(rows).rename_axis(columns=None), violations


def _array(wide: pd.DataFrame) -> tuple[npt.NDArray[np.number], _Mask]:
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


def _column(cells: pd.Series) -> tuple[_Floats, _Mask]:
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


def _refuse(
    violations: list[str],
    values: npt.NDArray[np.number],
    no_number: _Mask,
    wide: pd.DataFrame,
    rules: _Rules,
) -> None:
    """Raise what is wrong with the shape and with each level, in the order of rows and columns."""
    absent = np.isnan(values)
    outside = ~absent & ~((values >= rules.low) & (values <= rules.high))
    broken = ~absent & ~outside & rules.whole & (values != np.floor(values))
    wrong = outside | broken | no_number
    if not rules.allow_missing:
        wrong |= absent
    no_number = np.broadcast_to(no_number, wrong.shape)
    faults = []
    cells = np.argwhere(wrong)
    for row, column in cells[:VIOLATIONS_SHOWN]:
        place = f"row {_plain(wide.index[row])!r}, {wide.columns[column]}: "
        if no_number[row, column]:
            fault = f"{_plain(wide.iat[row, column])!r} is no number"
        elif absent[row, column]:
            fault = "is missing"
        elif outside[row, column]:
            fault = f"{values[row, column]:g} is outside {rules.low:g} to {rules.high:g}"
        else:
            fault = f"{values[row, column]:g} is no whole level"
        faults.append(place + fault)
    count = len(violations) + len(cells)
    refuse(ScoringError, "levels", violations + faults, _REMEDY, count=count)


def _plain(value: object) -> object:
    """Return the Python value behind a NumPy scalar, also within a key, for a message."""
    if isinstance(value, tuple):
        return tuple(_plain(part) for part in value)
    return value.item() if isinstance(value, np.generic) else value
