"""From an index to its predicate, and how far the next band is.

Which rule holds is a fact of the year: until 2023 the ministry bands the index rounded to two
decimals, in 2024 the unrounded one (Pacitan 3.50 Baik, Luwu 2.60 Cukup, Nias Barat 1.80 Kurang).
"""

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.errors import VIOLATIONS_SHOWN, ScoringError, refuse
from spbe_research.instruments import Instrument, load_instrument
from spbe_research.instruments.instrument import HIGHEST_LEVEL, LOWEST_LEVEL
from spbe_research.years import evaluation, evaluation_years

__all__ = ["assign_predicate", "predicate_rule", "round_half_up"]

Rule = Literal["rounded", "exact"]

_NOISE = (
    1e-9  # far above the error of a weighted sum of 47 doubles (1e-14), far below a step (1e-4)
)
_DECIMALS = 2
_HALF_STEP = 0.005


def predicate_rule(year: int) -> Rule:
    """Return the rule by which the ministry banded the index of a year.

    Source: the published lists. In 2023 only the rounded rule and in 2024 only the exact one fits
    every printed predicate; 2018 is consistent with both, and 2019 to 2022 print no predicate: for
    these years the rule of 2023 is assumed.

    Raises
    ------
    ScoringError
        For a year without an evaluation.

    Examples
    --------
    >>> predicate_rule(2023), predicate_rule(2024)
    ('rounded', 'exact')
    >>> predicate_rule(1900)
    Traceback (most recent call last):
        ...
    spbe_research.errors.ScoringError: Invalid year 1900. It must be one with an evaluation, ...
    """
    known = evaluation_years()
    if year not in known:
        raise ScoringError(
            f"Invalid year {year}. It must be one with an evaluation, {known[0]} to {known[-1]}."
        )
    return "exact" if evaluation(year).predicate_rule == "exact" else "rounded"


def assign_predicate(index: pd.Series, instrument: Instrument | str, *, rule: Rule) -> pd.DataFrame:
    """Assign the predicate to each index and say how near the next band is.

    Parameters
    ----------
    index : pandas.Series, shape (n,)
        Index points, within the bands (1 to 5 in the editions); missing values stay missing.
    instrument : Instrument or str
        The edition, for its bands.
    rule : {"rounded", "exact"}
        Whether the index is rounded to two decimals (half up) before it is banded.

    Returns
    -------
    pandas.DataFrame
        Index of the input; ``predicate``; ``distance_to_band``, index points from the nearest edge
        between two bands, positive above it (missing where there is one band only);
        ``at_boundary``, whether rounding may decide: the index lies within half a printed step
        (0.005) of that edge. It holds wherever the two rules part.

    Raises
    ------
    ScoringError
        Naming every value that is no number or lies outside the bands; or an unknown rule, or an
        instrument without bands.

    Notes
    -----
    Bands are closed below: ``lower <= x < upper``; the highest is closed above too. A sum of
    products in binary may fall short of an edge it reaches in decimals; a value less than 1e-9
    below an edge counts as the edge.

    References
    ----------
    Peraturan Menteri PANRB 59/2020, table of predicates.

    Examples
    --------
    >>> assign_predicate(pd.Series([2.5951, 2.6]), "permen-59-2020", rule="rounded")
      predicate  distance_to_band  at_boundary
    0      Baik           -0.0049         True
    1      Baik            0.0000         True
    >>> assign_predicate(pd.Series([2.5951]), "permen-59-2020", rule="exact")["predicate"].item()
    'Cukup'
    >>> assign_predicate(pd.Series([5.2]), "permen-59-2020", rule="exact")
    Traceback (most recent call last):
        ...
    spbe_research.errors.ScoringError: Invalid index, 1 violation:
      - row 0: 5.2 is outside 1 to 5
    An index is a weighted mean of levels 1 to 5.
    """
    if rule not in ("rounded", "exact"):
        raise ScoringError(f"Invalid rule {rule!r}. It must be 'rounded' or 'exact'.")
    if isinstance(instrument, str):
        instrument = load_instrument(instrument)
    if not instrument.bands:
        raise ScoringError(
            f"Invalid instrument {instrument.edition}. It has no bands. Give it some: "
            "load_instrument(..., bands=...)."
        )
    numbers = pd.to_numeric(index, errors="coerce")
    values = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    no_number = np.isnan(values) & index.notna().to_numpy()
    low, high = instrument.bands[0].lower, instrument.bands[-1].upper
    outside = (values < low - _NOISE) | (values > high + _NOISE)
    wrong = np.flatnonzero(outside | no_number)
    refuse(
        ScoringError,
        "index",
        [
            f"row {index.index[row]!r}: {index.iloc[row]!r} is no number"
            if no_number[row]
            else f"row {index.index[row]!r}: {values[row]:g} is outside {low:g} to {high:g}"
            for row in wrong[:VIOLATIONS_SHOWN]
        ],
        "An index is a weighted mean of levels 1 to 5."
        if (low, high) == (LOWEST_LEVEL, HIGHEST_LEVEL)
        else "Bands must reach as far as the index does.",
        count=len(wrong),
    )
    banded = round_half_up(values) if rule == "rounded" else values
    edges = np.array([band.lower for band in instrument.bands[1:]])
    names = np.array([band.predicate for band in instrument.bands], dtype=object)
    predicate = names[np.searchsorted(edges, banded + _NOISE, side="right")]
    predicate[np.isnan(values)] = None
    distance = _distance(values, edges)
    return pd.DataFrame(
        {
            "predicate": pd.Series(predicate, index=index.index, dtype="str"),
            "distance_to_band": distance,
            "at_boundary": np.abs(distance) <= _HALF_STEP,
        },
        index=index.index,
    )


def round_half_up(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Round to two decimals, halves up, as a printed table does.

    A half that binary arithmetic left a hair below (2.5949999999999998 for 2.595) is a half.

    Examples
    --------
    >>> round_half_up(np.array([2.595, 2.5949, 1.005])).tolist()
    [2.6, 2.59, 1.01]
    """
    scale = 10**_DECIMALS
    rounded: npt.NDArray[np.float64] = np.floor(values * scale + 0.5 + _NOISE) / scale
    return rounded


def _distance(
    values: npt.NDArray[np.float64], edges: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Signed distance to the nearest edge, without the noise of the subtraction."""
    if not len(edges):
        return np.full(len(values), np.nan)
    nearest = np.abs(values[:, None] - edges).argmin(axis=1)
    distance: npt.NDArray[np.float64] = np.round(values - edges[nearest], 9)
    return distance
