"""Whether those with low scores rise more, corrected for what chance does by itself.

A low score is in part a true low level and in part bad luck in that year's assessment; the luck
does not repeat, so those below rise and those above fall even where nobody catches up. How much
depends on the reliability of the earlier index, the true share of its variance. A slope is
therefore given for stated reliabilities, never without one. Where a score may not fall, the error
of the later year is cut off and no reliability can be had: give no correction there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from spbe_research.errors import DataError, refuse
from spbe_research.methods.estimates import clustered_slope, estimate_table, finite_values

__all__ = ["catch_up_slope", "corrected_slopes", "reliability_bounds"]

_FEWEST = 4  # bodies, for a line with an error


def reliability_bounds(start: ArrayLike, end: ArrayLike) -> dict[str, float]:
    """Return what the correlation of two years allows as reliability of each.

    Parameters
    ----------
    start, end : array_like, shape (n,)
        Index of the same bodies in two years.

    Returns
    -------
    dict
        ``floor``: the squared correlation. No reliability of either year can be lower, since
        ``r² <= reliability_start * reliability_end``. ``equal``: the correlation itself, the
        reliability of both if they are equal and no body truly moved. Missing without spread.

    Raises
    ------
    DataError
        When a value is missing, or the lengths differ.

    Examples
    --------
    >>> found = reliability_bounds([1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 2.0, 4.0])
    >>> {name: round(value, 2) for name, value in found.items()}
    {'floor': 0.64, 'equal': 0.8}
    >>> reliability_bounds([1.0], [1.0, 2.0])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid values. There are 1 of the start and 2 of the end.
    """
    first, last = _pairs(start, end)
    if first.size < 2 or np.ptp(first) == 0 or np.ptp(last) == 0:
        return {"floor": float("nan"), "equal": float("nan")}
    correlation = float(np.corrcoef(first, last)[0, 1])
    return {"floor": correlation**2, "equal": correlation}


def catch_up_slope(
    start: ArrayLike, end: ArrayLike, clusters: ArrayLike, *, confidence: float = 0.95
) -> dict[str, Any]:
    """Return the slope of the change on the start, as measured.

    Negative where those below rise more. By itself it is *not* evidence of catching up: any error
    of measurement makes one.

    Parameters
    ----------
    start, end : array_like, shape (n,)
        Index of the same bodies in two years of one era.
    clusters : array_like, shape (n,)
        Province of each local government; any other body its own cluster.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    dict
        ``estimate, std_error, low, high, n, clusters``, index points per index point; the interval
        is missing below four bodies or two clusters, and the estimate without spread of the start
        (``estimates.clustered_slope``).

    Raises
    ------
    DataError
        When a value is missing, or the lengths differ.

    Examples
    --------
    >>> found = catch_up_slope([1, 2, 3, 4], [2, 2, 4, 4], list("aabb"))
    >>> round(found["estimate"], 6), found["clusters"]
    (-0.2, 2)
    >>> catch_up_slope([1, 2], [2], list("ab"))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid values. There are 2 of the start and 1 of the end.
    """
    first, last = _pairs(start, end)
    slope = clustered_slope(last - first, first, clusters, confidence=confidence)
    if first.size < _FEWEST:
        slope |= dict.fromkeys(("std_error", "low", "high"), float("nan"))
    return slope


def corrected_slopes(
    start: ArrayLike,
    end: ArrayLike,
    clusters: ArrayLike,
    *,
    reliabilities: Mapping[str, float],
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return the slope of the true change on the true start, for each stated reliability.

    Parameters
    ----------
    start, end, clusters, confidence
        As in :func:`catch_up_slope`.
    reliabilities : mapping of str to float
        Share of the variance of the start that is true, by the name of what it rests on; above 0,
        at most 1, and not below the squared correlation of the two years.

    Returns
    -------
    pandas.DataFrame
        ``reliability_from, reliability`` and the result columns with clusters. The interval takes
        the reliability as known.

    Raises
    ------
    DataError
        Naming every reliability that cannot be: outside 0 to 1, or so low that the true scores of
        the two years would correlate by more than 1.

    Notes
    -----
    ``(1 + slope) / reliability - 1``, *not* slope / reliability: the error of the start stands in
    the change too, with the opposite sign. It holds where errors are independent of true scores and
    of each other over the years. Where an assessor is lenient in both years, the shared error
    counts as truth and the corrected slope is too high, so nearer to no catching up.

    Examples
    --------
    >>> one, two = [1.0, 2.0, 3.0, 4.0], [2.0, 2.0, 4.0, 4.0]
    >>> table = corrected_slopes(one, two, list("aabb"), reliabilities={"assumed": 0.8})
    >>> abs(round(float(table["estimate"].item()), 6))
    0.0
    >>> corrected_slopes(one, two, list("aabb"), reliabilities={"assumed": 0.5})
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid reliabilities, 1 violation:
      - assumed, 0.5: must lie at 0.8 or above, the squared correlation of the two years
    Give shares of true variance that the two years allow.
    """
    slope = catch_up_slope(start, end, clusters, confidence=confidence)
    floor = reliability_bounds(start, end)["floor"]
    violations = [
        f"{name}, {share:g}: must lie above 0 and not above 1"
        for name, share in reliabilities.items()
        if not 0 < share <= 1
    ]
    violations += [
        f"{name}, {share:g}: must lie at {floor:.3g} or above, the squared correlation of the two "
        "years"
        for name, share in reliabilities.items()
        if 0 < share < floor - 1e-12
    ]
    refuse(
        DataError,
        "reliabilities",
        violations,
        "Give shares of true variance that the two years allow.",
    )
    rows: list[dict[str, object]] = []
    for name, share in reliabilities.items():
        bounds = {side: (1 + slope[side]) / share - 1 for side in ("estimate", "low", "high")}
        rows.append(
            {"reliability_from": name, "reliability": float(share)}
            | bounds
            | {"std_error": slope["std_error"] / share, "n": slope["n"]}
            | {
                "clusters": slope["clusters"],
                "method": "(1 + slope) / reliability - 1; OLS, errors clustered by province",
            }
        )
    return estimate_table(rows)


def _pairs(start: ArrayLike, end: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    first, last = finite_values(start), finite_values(end)
    if first.size != last.size:
        raise DataError(
            f"Invalid values. There are {first.size} of the start and {last.size} of the end."
        )
    return first, last
