"""From the inputs of a tree to its root: every node a mean of what is below it, then treated."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.instruments import Instrument, Item
from spbe_research.scoring.levels import Faults, plain
from spbe_research.scoring.treatment import divided, imputed, treated

__all__ = ["Values", "climb"]

Floats = npt.NDArray[np.float64]

_POSITIVE = ("geometric", "harmonic")
_NOISE = 1e-9  # a covered share that binary arithmetic left a hair below is enough


@dataclass
class Values:
    """The columns of a table, all of the length of ``rows``: numbers by code, and groups."""

    numbers: dict[str, Floats]
    groups: dict[str, pd.Series]
    rows: pd.Index

    def only(self, kept: npt.NDArray[np.bool_]) -> "Values":
        """Return some of the rows."""
        return Values(
            {code: values[kept] for code, values in self.numbers.items()},
            {code: groups[kept] for code, groups in self.groups.items()},
            self.rows[kept],
        )


@dataclass(frozen=True)
class _Node:
    """A value as it goes up the tree, and the share of its weight that has values below."""

    numbers: Floats
    covered: Floats


def climb(
    values: Values,
    instrument: Instrument,
    screen: float | None,
    faults: Faults,
    codes: Sequence[str],
) -> pd.DataFrame:
    """Treat the inputs and make every node, lowest first.

    Parameters
    ----------
    values : Values
        Whatever is clean of the inputs; a node above what is absent is not made.
    instrument : Instrument
        Every node of it says what it does where something is missing.
    screen : float or None
        The share of the indicators that a row must have.
    faults : Faults
        What is wrong is added; then the table is worth nothing.
    codes : sequence of str
        The items to give out, each as it goes up the tree.

    Returns
    -------
    pandas.DataFrame
        As ``compute_index``, with these columns.
    """
    raw = dict(values.numbers)  # a denominator may be an indicator, and is then not treated
    for code in instrument.indicators:
        _fill(instrument.item(code), values, raw, faults)
    rows = values.rows
    own = [code for code in instrument.indicators if code in values.numbers]
    there = ~np.isnan(np.column_stack([values.numbers[code] for code in own])) if own else (
        np.zeros((len(rows), 0), dtype=bool)
    )  # fmt: skip
    kept = np.ones(len(rows), dtype=bool)
    if screen is not None:
        kept = there.sum(axis=1) >= screen * len(instrument.indicators) - _NOISE
        values = values.only(kept)
    made = _made(values, instrument, faults)
    table = pd.DataFrame(
        {code: _spread(made[code].numbers, kept) for code in codes if code in made},
        index=rows,
    )
    rules = {instrument.item(code).missing for code in instrument.outputs}
    if "index" in made and (screen is not None or rules != {"raise"}):
        covered = _spread(made["index"].covered, kept)
        table = table.assign(n_items=there.sum(axis=1), covered_share=covered)
    return table


def _fill(item: Item, values: Values, raw: dict[str, Floats], faults: Faults) -> None:
    """Divide and impute one input; without its denominator or group it is taken away."""
    needed = [item.code, *([item.denominator] if item.denominator else [])]
    lacks_group = bool(item.impute_by) and item.impute_by not in values.groups
    if lacks_group or any(code not in raw for code in needed):
        values.numbers.pop(item.code, None)
        return
    column = raw[item.code]
    if item.denominator:
        column = divided(item, column, raw[item.denominator], values.rows, faults)
    groups = values.groups[item.impute_by] if item.impute_by else None
    values.numbers[item.code] = imputed(item, column, groups)


def _made(values: Values, instrument: Instrument, faults: Faults) -> dict[str, _Node]:
    made: dict[str, _Node] = {}
    for item in sorted(instrument.items, key=lambda each: -instrument.depth(each.code)):
        before = faults.count
        children = instrument.children(item.code)
        if children:
            if any(child not in made for child in children):
                continue
            below = [(instrument.item(child), made[child]) for child in children]
            node = _aggregated(item, below, values.rows, faults)
        elif item.code in values.numbers:
            column = values.numbers[item.code]
            node = _Node(column, (~np.isnan(column)).astype(np.float64))
        else:
            continue
        if faults.count == before:
            node = _Node(treated(item, node.numbers, values.rows, faults), node.covered)
        if faults.count == before:
            made[item.code] = node
    return made


def _aggregated(
    node: Item, below: list[tuple[Item, _Node]], rows: pd.Index, faults: Faults
) -> _Node:
    """Make one node; what may not be missing, or must be positive, is added to the faults."""
    codes = [item.code for item, _ in below]
    x = np.column_stack([each.numbers for _, each in below])
    weights = np.array([float(item.weight / node.weight) for item, _ in below])
    known = ~np.isnan(x)
    if node.missing == "raise":
        _add_cells(faults, ~known, codes, rows, lambda row, column: "is missing")
    if node.aggregation in _POSITIVE:
        _add_cells(
            faults,
            known & (x <= 0),
            codes,
            rows,
            lambda row, column: (
                f"{x[row, column]:g} stands under the {node.aggregation} mean of {node.code}, must "
                "be above 0; lift its scale (minmax with low above 0), or take the arithmetic mean"
            ),
        )
    covered = np.column_stack([each.covered for _, each in below]) * known
    share = covered @ weights / weights.sum()
    used = covered if node.missing == "renormalise" else known.astype(np.float64)
    with np.errstate(all="ignore"):
        means = _mean(node.aggregation, x, known, used * weights)
    withheld = share < node.min_share - _NOISE
    if node.missing == "propagate":
        withheld |= ~known.all(axis=1)
    return _Node(np.where(withheld | ~known.any(axis=1), np.nan, means), share)


def _mean(aggregation: str, x: Floats, known: npt.NDArray[np.bool_], weights: Floats) -> Floats:
    """Weighted means of rows, over what is known; weights have a row each."""
    if aggregation == "minimum":
        lowest: Floats = np.where(known, x, np.inf).min(axis=1)
        return lowest
    if aggregation == "maximum":
        highest: Floats = np.where(known, x, -np.inf).max(axis=1)
        return highest
    total = weights.sum(axis=1)
    neutral = np.where(known, x, 1.0)
    if aggregation == "geometric":
        logs: Floats = np.exp((weights * np.log(neutral)).sum(axis=1) / total)
        return logs
    if aggregation == "harmonic":
        inverse: Floats = total / (weights / neutral).sum(axis=1)
        return inverse
    mean: Floats = (weights * neutral).sum(axis=1) / total
    return mean


def _add_cells(
    faults: Faults,
    wrong: npt.NDArray[np.bool_],
    codes: list[str],
    rows: pd.Index,
    told: Callable[[int, int], str],
) -> None:
    cells = np.argwhere(wrong)

    def texts() -> Iterator[str]:
        for row, column in cells:
            yield f"row {plain(rows[row])!r}, {codes[column]}: {told(row, column)}"

    faults.add(texts(), len(cells))


def _spread(values: Floats, kept: npt.NDArray[np.bool_]) -> Floats:
    """Put the values of some rows back among all; the others are missing."""
    spread = np.full(len(kept), np.nan)
    spread[kept] = values
    return spread
