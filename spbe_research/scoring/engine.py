"""From values to nodes and the index, without rounding between stages unless a stage says so."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.errors import ScoringError, refuse
from spbe_research.instruments import Instrument, load_instrument
from spbe_research.scoring.levels import Floats, Rules, all_valid, as_array, as_wide, cell_faults
from spbe_research.scoring.nodes import Values, climb

__all__ = ["Missing", "compute_index", "treat_inputs"]

Missing = Literal["raise", "renormalise", "siblings", "propagate"]

_BLOCK_ROWS = 8_192  # a block and its scratch stay in the cache
_REMEDY = (
    "Nothing was scored. Levels are 1 to 5 (whole numbers, but in continuous instruments), one row "
    "an agency, one column an item of the instrument."
)
_OWN_REMEDY = (
    "Nothing was scored. Correct the cells, or what the instrument says of their columns; one row "
    "an agency or place, one column each of: {inputs}."
)


def compute_index(
    levels: pd.DataFrame,
    instrument: Instrument | str,
    *,
    missing: Missing = "raise",
    min_share: float | None = None,
    screen: float | None = None,
) -> pd.DataFrame:
    """Compute the index and every node below it from maturity levels, or any other values.

    Parameters
    ----------
    levels : pandas.DataFrame
        Wide: one row an agency, one column an item code (``I01``...), any order, any index; an
        instrument of one's own may need denominators and groups too (``instrument.inputs``). Or the
        tidy long table: ``agency_id, item, value`` and, if there, ``year``; other columns are
        passed over, and where a column ``scale`` stands only indicators are used. Levels are
        numbers: a ``"3"`` in quotes or a ``True`` is refused, not read as one.
    instrument : Instrument or str
        The instrument, or the name of the edition that the levels belong to. What it says of a
        value (direction, normaliser, mean) is done in the order that ``load_instrument`` tells.
    missing : {"raise", "renormalise", "siblings", "propagate"}
        What a node does where something below it has no value, if the instrument does not say
        (``load_instrument``). ``"renormalise"`` leaves missing levels out of every node and shares
        their weight among the levels below that node that are there; a node with none becomes
        missing.
    min_share : float, optional
        The share of its weight, 0 to 1, that must be covered in every node of which the instrument
        does not say it; a node with less is missing.
    screen : float, optional
        The share of the indicators, 0 to 1, that a row must have (after imputation) to be scored; a
        row with fewer is missing, and does not count in any normaliser.

    Returns
    -------
    pandas.DataFrame
        One row an agency, in the order of the input (long: of first appearance, indexed by
        ``agency_id`` and ``year``); columns ``index``, ``D1``..., ``A1``...: the nodes as they go
        up the tree. Where levels may be missing also ``n_items``, the count of levels used, and,
        where ``min_share``, ``screen`` or the instrument say what must be covered,
        ``covered_share``, the share of the weight of the index that has values, imputed ones too.

    Raises
    ------
    ScoringError
        Naming values that are missing, no number, not whole, not allowed or outside the ends,
        unknown, absent or doubled items, doubled rows or rows without a key; columns that are
        constant under a min-max or z-score; values without a logarithm, or not positive under a
        geometric or harmonic mean: the first, and how many.

    Notes
    -----
    For the official editions ``x_node = sum_i w_i x_i / sum_i w_i`` over the indicators i below the
    node. This equals the chain indicator, aspect, domain, index of the regulation, since the weight
    of every node is the sum of the weights below it; nothing is rounded between stages.

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
    if missing not in get_args(Missing):
        words = ", ".join(map(repr, get_args(Missing)))
        raise ScoringError(f"Invalid missing {missing!r}. It must be one of {words}.")
    for name, share in {"min_share": min_share, "screen": screen}.items():
        if share is not None and not 0 <= share <= 1:
            raise ScoringError(f"Invalid {name} {share!r}. It must be a share from 0 to 1.")
    if not isinstance(levels, pd.DataFrame):
        raise ScoringError(f"Invalid levels of type {type(levels).__name__}. Give a DataFrame.")
    wide, violations = as_wide(levels, instrument)
    is_plain = instrument.is_weighted_mean and missing in ("raise", "renormalise")
    shares = any(item.min_share for item in instrument.items)
    if not is_plain or min_share is not None or screen is not None or shares:
        settled = _settled(instrument, missing, min_share)
        return _treated(wide, violations, settled, screen, instrument.outputs)
    items = [instrument.item(code) for code in instrument.indicators if code in wide.columns]
    may_be_missing = missing == "renormalise"
    rules = Rules.of(items, [may_be_missing] * len(items))
    values, no_number = as_array(wide)
    # With a wrong shape the levels are searched too, so that one error tells everything.
    if violations or no_number.any() or may_be_missing or not all_valid(values, rules):
        found, _ = cell_faults(values, no_number, wide, rules)
        count = len(violations) + found.count
        refuse(ScoringError, "levels", violations + found.first, _remedy(instrument), count=count)
    weights = instrument.weight_matrix
    outputs = list(instrument.outputs)
    if may_be_missing:
        return _renormalised(values, wide.index, weights, outputs)
    computed = np.empty((len(values), len(outputs)), order="F")  # as pandas keeps it
    _multiply(values, weights, computed)
    return pd.DataFrame(computed, index=wide.index, columns=outputs, copy=False)


def treat_inputs(values: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """Return every indicator as its node takes it: the first half of ``compute_index``.

    Use it for what is done with an index beside computing it, such as an audit of its weights.

    Parameters
    ----------
    values : pandas.DataFrame
        As ``compute_index`` takes it.
    instrument : Instrument

    Returns
    -------
    pandas.DataFrame
        One row an agency or place, one column an indicator: divided, imputed, normalised, turned
        round, on the scale that goes up the tree.

    Raises
    ------
    ScoringError
        As ``compute_index``; a value that is missing after imputation is named too, unless the
        instrument says what its node does then.

    Examples
    --------
    >>> table = pd.DataFrame({"code": ["all", "a"], "parent": ["", "all"]})
    >>> own = load_instrument(table.assign(normalise=["", "minmax"], direction=["", "-1"]))
    >>> treat_inputs(pd.DataFrame({"a": [2.0, 4.0, 3.0]}), own)["a"].tolist()
    [1.0, 0.0, 0.5]
    """
    wide, violations = as_wide(values, instrument)
    settled = _settled(instrument, "raise", None)
    table = _treated(wide, violations, settled, None, instrument.indicators)
    return table[list(instrument.indicators)]


def _remedy(instrument: Instrument) -> str:
    if all(instrument.item(code).is_level for code in instrument.indicators):
        return _REMEDY
    return _OWN_REMEDY.format(inputs=", ".join(instrument.inputs))


def _settled(instrument: Instrument, missing: str, min_share: float | None) -> Instrument:
    """The instrument, where it says nothing of missing values, with what the call says."""
    return replace(
        instrument,
        items=tuple(
            item
            if item.scale == "indicator"
            else replace(
                item,
                missing=item.missing or missing,
                min_share=item.min_share or min_share or 0.0,
            )
            for item in instrument.items
        ),
    )


def _treated(
    wide: pd.DataFrame,
    violations: list[str],
    instrument: Instrument,
    screen: float | None,
    codes: Sequence[str],
) -> pd.DataFrame:
    """Score what is more than one weighted mean: treat the inputs, then climb node by node."""
    numbers = wide[[code for code in wide.columns if code not in instrument.groups]]
    inputs = [
        instrument.item(code) if code in instrument.indicators else None for code in numbers.columns
    ]
    rules = Rules.of(inputs, [True] * len(inputs))  # climbing tells what is missing in the end
    array, no_number = as_array(numbers)
    found, wrong = cell_faults(array, no_number, numbers, rules)
    found.first = violations + found.first
    found.count += len(violations)
    clean = [not column.any() for column in wrong.T]
    values = Values(
        {
            str(code): array[:, place].astype(np.float64)
            for place, code in enumerate(numbers.columns)
            if clean[place]
        },
        {code: wide[code] for code in instrument.groups if code in wide.columns},
        wide.index,
    )
    table = climb(values, instrument, screen, found, codes)
    refuse(ScoringError, "levels", found.first, _remedy(instrument), count=found.count)
    return table


def _multiply(values: npt.NDArray[np.number], weights: Floats, out: Floats) -> None:
    """Multiply levels with weights; whole numbers are made floats a block at a time."""
    if values.dtype == np.float64:
        np.matmul(values, weights, out=out)
        return
    for start in range(0, len(values), _BLOCK_ROWS):
        block = values[start : start + _BLOCK_ROWS].astype(np.float64)
        np.matmul(block, weights, out=out[start : start + _BLOCK_ROWS])


def _renormalised(
    values: npt.NDArray[np.number], index: pd.Index, weights: Floats, outputs: list[str]
) -> pd.DataFrame:
    known = ~np.isnan(values)
    total = np.where(known, values, 0.0) @ weights
    share = known.astype(np.float64) @ weights
    with np.errstate(invalid="ignore"):
        means = np.where(share > 0, total / share, np.nan)
    table = pd.DataFrame(means, index=index, columns=outputs, copy=False)
    return table.assign(n_items=known.sum(axis=1))
