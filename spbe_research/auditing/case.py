"""What is audited: the values of the leaves of every body, and the rule of its predicate."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.auditing.tree import ROOT, Tree, combine, tree_of
from spbe_research.errors import DataError, ScoringError, listed, refuse
from spbe_research.instruments import Instrument, load_instrument
from spbe_research.scoring import compute_index, predicate_rule, treat_inputs
from spbe_research.years import load_years

__all__ = ["NOISE", "Case", "read_case"]

Rule = Literal["rounded", "exact"]

NOISE = 1e-9  # scores are rounded to it before they are ranked or banded
_HALF_STEP = 0.005  # a printed index has two decimals
_TIERS = ("indicator", "aspect", "domain")
_NAMES = ("agency_id", "agency", "name", "year")
_MOST_DECIMALS = 9
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """The bodies of one evaluation, ready to be audited.

    ``ids`` names them; ``leaf_values`` has the shape (n_bodies, n_leaves); ``rule`` says whether
    the index is rounded to two decimals before it is banded; ``notes`` what was left out or taken
    as printed.
    """

    ids: tuple[object, ...]
    leaf_values: _Floats
    tree: Tree
    rule: Rule
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def scores(self) -> _Floats:
        """The index of the instrument as it is, rounded to 1e-9, shape (n_bodies,)."""
        return np.round(self.node_values[ROOT], 9)

    @cached_property
    def node_values(self) -> dict[str, _Floats]:
        """The value of every node of the instrument as it is, by code; shape (n_bodies,)."""
        weights = self.tree.float_weights()[None, :]
        found = combine(self.tree, self.leaf_values[None], weights, {})
        return {code: values[0] for code, values in found.items()}

    @cached_property
    def edges(self) -> _Floats:
        """From which index on each band above the lowest is reached, shape (n_edges,)."""
        step = _HALF_STEP if self.rule == "rounded" else 0.0
        return np.round(np.array(self.tree.edges, dtype=np.float64) - step, 9)

    @cached_property
    def bands(self) -> npt.NDArray[np.int64]:
        """The number of the band of each body, 0 the lowest, shape (n_bodies,)."""
        return self.bands_of(self.scores)

    def bands_of(self, scores: _Floats) -> npt.NDArray[np.int64]:
        """Return the number of the band of each score that is rounded to 1e-9."""
        return np.searchsorted(self.edges, scores, side="right")

    @cached_property
    def decimals(self) -> int:
        """How many decimals the values have, at most nine: 0 for whole levels."""
        for decimals in range(_MOST_DECIMALS):
            scaled = self.leaf_values * 10**decimals
            if np.abs(scaled - np.rint(scaled)).max(initial=0.0) < 1e-6:
                return decimals
        return _MOST_DECIMALS


def read_case(
    data: pd.DataFrame, instrument: Instrument | str, *, rule: Rule | None = None
) -> Case:
    """Read the levels, or the printed aspects or domains, of the bodies of one evaluation.

    Parameters
    ----------
    data : pandas.DataFrame
        Wide: one row per body, one column per item of one tier (of an instrument of one's own,
        ``instrument.inputs``); the index, or a column ``agency_id``, names the body. Or the
        package's long table (``agency_id, item, value`` and, if there, ``year``, ``scale``,
        ``edition``): the tier that most bodies have whole is used, the finest of equals.
    instrument : Instrument or str
    rule : {"rounded", "exact"}, optional
        Left out, that of the year. Where the data name no year: that of the last year whose list
        printed this tier, and ``exact`` where there is none.

    Raises
    ------
    DataError
        Naming several years or another edition, bodies that stand twice, missing values, columns
        that are no item.
    ScoringError
        Naming levels outside the scale or not whole, absent or unknown items, an unknown rule.
    """
    if rule not in (None, "rounded", "exact"):
        raise ScoringError(f"Invalid rule {rule!r}. It must be 'rounded' or 'exact'.")
    if isinstance(instrument, str):
        instrument = load_instrument(instrument)
    notes: list[str] = []
    if {"agency_id", "item", "value"} <= set(data.columns):
        wide, tier, year = _from_long(data, instrument, notes)
    else:
        wide, tier, year = _from_wide(data, instrument)
    tree = tree_of(instrument, tier)
    if len(wide) < 2:
        raise DataError(f"Invalid data of {len(wide)} bodies. An audit needs two at least.")
    twice = [body for body, again in zip(wide.index, wide.index.duplicated(), strict=True) if again]
    refuse(
        DataError, "data", [f"{body!r}: stands twice" for body in twice], "Give each body one row."
    )
    if tier == "indicator" and instrument.is_weighted_mean:
        compute_index(wide, instrument)  # refuses what is no level
        wide = wide[list(tree.leaves)]
    elif tier == "indicator":
        wide = _treated(wide, instrument)
    else:
        wide = _checked_parts(wide, tree, notes)
    return Case(
        ids=tuple(wide.index),
        leaf_values=wide.to_numpy(dtype=np.float64),
        tree=tree,
        rule=rule or _rule(year, tier, instrument.edition),
        notes=tuple(notes),
    )


def _from_long(
    data: pd.DataFrame, instrument: Instrument, notes: list[str]
) -> tuple[pd.DataFrame, str, Any]:
    year = _one(data, "year")
    if "edition" in data.columns and (other := _one(data, "edition")) != instrument.edition:
        raise DataError(f"Invalid data of {other}. The instrument is {instrument.edition}.")
    items = _items(instrument)
    whole = {
        tier: data[data["item"].isin(codes)].groupby("agency_id")["item"].nunique().eq(len(codes))
        for tier, codes in items.items()
    }
    counts = {tier: int(found.sum()) for tier, found in whole.items()}
    tier = max(items, key=lambda name: counts[name])  # the first of equals is the finest
    if not counts[tier]:
        raise DataError(
            f"Invalid data: no body has all items of a tier of {instrument.edition}. "
            f"Items that stand there: {listed(data['item'].unique())}."
        )
    part = data[data["item"].isin(items[tier])]
    twice = part[part.duplicated(["agency_id", "item"])]
    refuse(
        DataError,
        "data",
        [f"{row.agency_id}, {row.item}: stands twice" for row in twice.itertuples()],
        "Give each body one value per item.",
    )
    if without := data["agency_id"].nunique() - part["agency_id"].nunique():
        notes.append(f"{without} bodies without any {tier} are left out.")
    wide = part.pivot(index="agency_id", columns="item", values="value")
    return wide.reindex(part["agency_id"].unique()), tier, year


def _from_wide(data: pd.DataFrame, instrument: Instrument) -> tuple[pd.DataFrame, str, Any]:
    table = data
    if "agency_id" in table.columns:
        table = table.set_index("agency_id")
    elif isinstance(table.index, pd.MultiIndex) and "agency_id" in table.index.names:
        table = table.reset_index().set_index("agency_id")
    year = _one(table, "year")
    table = table.drop(columns=[name for name in _NAMES if name in table.columns])
    items = _items(instrument)
    tier = max(items, key=lambda name: len(set(items[name]) & set(table.columns)))
    return table, tier, year


def _items(instrument: Instrument) -> dict[str, tuple[str, ...]]:
    """The codes of each tier that values may be of, the finest first."""
    tiers = dict(
        zip(_TIERS, (instrument.indicators, instrument.aspects, instrument.domains), strict=True)
    )
    return {tier: codes for tier, codes in tiers.items() if codes}


def _one(data: pd.DataFrame, column: str) -> Any:
    """The one value of a column; nothing where it is absent."""
    if column not in data.columns:
        return None
    found = data[column].unique()
    if len(found) != 1:
        raise DataError(
            f"Invalid data: the column {column} holds {listed(map(_plain, found))}. An audit is of "
            f"one. Choose it: data[data[{column!r}] == ...], or --year at the command."
        )
    return _plain(found[0])


def _treated(wide: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """The values of an instrument of one's own as they go up the tree, none of them missing."""
    table = treat_inputs(wide, instrument)
    refuse(
        DataError,
        "data",
        [
            f"row {_plain(table.index[row])!r}, {table.columns[column]}: is missing"
            for row, column in np.argwhere(table.isna().to_numpy())
        ],
        "An audit needs every value. Impute them (help(load_instrument)), or leave the rows out.",
    )
    return table


def _checked_parts(wide: pd.DataFrame, tree: Tree, notes: list[str]) -> pd.DataFrame:
    """The aspects or domains as printed; one outside the scale is told and kept."""
    violations = [
        f"column {column}: is no {tree.leaf_tier} of {tree.name}"
        for column in wide.columns
        if column not in tree.leaves
    ]
    violations += [f"column {code}: is absent" for code in tree.leaves if code not in wide.columns]
    known = wide[[code for code in tree.leaves if code in wide.columns]]
    numbers = known.apply(pd.to_numeric, errors="coerce")
    violations += [
        f"row {_plain(known.index[row])!r}, {known.columns[column]}: "
        f"{_plain(known.iat[row, column])!r} is no number"
        for row, column in np.argwhere(~np.isfinite(numbers.to_numpy(dtype=np.float64)))
    ]
    refuse(DataError, "data", violations, f"One column per {tree.leaf_tier}, no cell empty.")
    outside = np.argwhere(((numbers < tree.low) | (numbers > tree.high)).to_numpy())
    notes += [
        f"{numbers.index[row]}, {numbers.columns[column]}: {numbers.iat[row, column]:g} lies "
        f"outside {tree.low:g} to {tree.high:g} and is taken as printed."
        for row, column in outside
    ]
    return numbers


def _plain(value: object) -> object:
    """Return the Python value behind a NumPy scalar, for a message."""
    return value.item() if isinstance(value, np.generic) else value


def _rule(year: object, tier: str, edition: str) -> Rule:
    years = load_years()
    if year in [each.year for each in years]:
        return predicate_rule(int(str(year)))
    printed = [
        each.year
        for each in years
        if each.edition == edition and each.parts_published in (tier, "none")
    ]
    return predicate_rule(printed[-1]) if printed else "exact"
