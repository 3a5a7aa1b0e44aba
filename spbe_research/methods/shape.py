"""The shape of a distribution of indices: moments, quantiles, classes, predicates.

Plain descriptions of a complete list, so nothing here has an interval. Which list it is, assessed
or with old values repeated, is the caller's choice (``panel.frames``).
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.errors import DataError
from spbe_research.methods.estimates import finite_values
from spbe_research.panel.frames import add_predicates
from spbe_research.panel.schemas import PREDICATES
from spbe_research.scoring.predicates import round_half_up

__all__ = ["class_counts", "describe_distribution", "predicate_shares"]

_QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


def describe_distribution(
    results: pd.DataFrame,
    *,
    by: Sequence[str] = ("year",),
    quantiles: Sequence[float] = _QUANTILES,
) -> pd.DataFrame:
    """Describe the index of each group by moments and quantiles.

    Parameters
    ----------
    results : pandas.DataFrame
        Rows of ``load_published()``, chosen with ``select_results``.
    by : sequence of str
        Columns that make a group; carried into the result.
    quantiles : sequence of float
        Probabilities strictly between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        The columns of ``by``, ``statistic`` (mean, sd, skewness, q10, ...), ``estimate`` in index
        points (skewness has no unit), ``n``. The sd of one value, and the skewness without spread,
        are missing.

    Raises
    ------
    DataError
        When a column is missing, a probability is not inside 0 to 1, an index is missing, or there
        is no row.

    Notes
    -----
    Sample sd with n - 1; skewness ``m3 / m2^1.5`` from central moments (``scipy.stats.skew``).
    Quantiles by linear interpolation, NumPy's default.

    Examples
    --------
    >>> results = pd.DataFrame({"year": 2024, "index_published": [2.0, 3.0, 4.0, 3.0]})
    >>> table = describe_distribution(results).set_index("statistic")
    >>> float(table.loc["mean", "estimate"]), int(table.loc["mean", "n"])
    (3.0, 4)
    >>> describe_distribution(results, by=["province"])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid columns ['province']. Groups are made of columns of ...
    """
    wrong = [p for p in quantiles if not 0 < p < 1]
    if wrong:
        raise DataError(f"Invalid probabilities {wrong}. Each must lie strictly between 0 and 1.")
    unknown = [column for column in by if column not in results.columns]
    if unknown:
        raise DataError(f"Invalid columns {unknown}. Groups are made of columns of the table.")
    if results.empty:
        raise DataError("Invalid results. At least one row is needed.")
    rows: list[dict[str, object]] = []
    for key, group in results.groupby(list(by), observed=True):
        values = finite_values(group["index_published"])
        found = {name: statistic(values) for name, statistic in _MOMENTS.items()}
        found |= {f"q{100 * p:g}": float(np.quantile(values, p)) for p in quantiles}
        keys = dict(zip(by, key, strict=True))
        rows += [
            keys | {"statistic": name, "estimate": value, "n": values.size}
            for name, value in found.items()
        ]
    return pd.DataFrame(rows)


def class_counts(results: pd.DataFrame, *, width: float = 0.1) -> pd.DataFrame:
    """Count the bodies of each year by class of the index, status and predicate.

    Parameters
    ----------
    results : pandas.DataFrame
        Rows of ``load_published()``.
    width : float
        Of a class, index points; it must divide 1, so that no class crosses a band of predicates
        given with one decimal.

    Returns
    -------
    pandas.DataFrame
        ``year, status, class_low`` (lowest printed index of the class), ``predicate, count``;
        classes without a body have no row.

    Raises
    ------
    DataError
        When the width does not divide 1 or an index is missing.

    Notes
    -----
    The index is rounded half up to two decimals first, as it is printed; a class holds its lower
    end.

    Examples
    --------
    >>> table = pd.DataFrame({"year": 2023, "status": "evaluated", "index_published": [2.6, 2.69]})
    >>> class_counts(table)[["class_low", "predicate", "count"]].to_numpy().tolist()
    [[2.6, 'Baik', 2]]
    >>> class_counts(table, width=0.3)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid width 0.3. It must divide one index point into equal ...
    """
    per_point = round(1 / width)
    if per_point < 1 or abs(per_point * width - 1) > 1e-9:
        raise DataError(
            f"Invalid width {width}. It must divide one index point into equal classes, as 0.1 "
            "does."
        )
    printed = round_half_up(finite_values(results["index_published"]))
    cents = np.rint(100 * printed).astype(int)
    low = cents * per_point // 100 / per_point
    named = add_predicates(results).assign(class_low=np.round(low, 6))
    keys = ["year", "status", "class_low", "predicate"]
    return named.groupby(keys, observed=True).size().reset_index(name="count")


def predicate_shares(results: pd.DataFrame, *, by: Sequence[str] = ("year",)) -> pd.DataFrame:
    """Count the predicates of each group, and give their shares.

    Parameters
    ----------
    results : pandas.DataFrame
        Rows of ``load_published()``.
    by : sequence of str
        Columns that make a group; each must also tell the year apart, or years are pooled.

    Returns
    -------
    pandas.DataFrame
        The columns of ``by``, ``predicate`` (all five, also where none), ``count``, ``estimate``
        (share, 0 to 1), ``n``.

    Raises
    ------
    DataError
        When a predicate is unknown or a year has no evaluation.

    Examples
    --------
    >>> from spbe_research.panel.loaders import load_published
    >>> table = predicate_shares(load_published().query("year == 2024"))
    >>> table["count"].tolist()
    [19, 127, 239, 182, 48]
    """
    keys = list(by)
    counts = (
        add_predicates(results)
        .groupby([*keys, "predicate"], observed=True)
        .size()
        .unstack("predicate", fill_value=0)
        .reindex(columns=list(PREDICATES), fill_value=0)
        .reset_index()
    )
    table = counts.melt(id_vars=keys, var_name="predicate", value_name="count")
    order = {name: place for place, name in enumerate(PREDICATES)}
    table = table.sort_values(
        [*keys, "predicate"],
        key=lambda column: column.map(order) if column.name == "predicate" else column,
        ignore_index=True,
    )
    totals = table.groupby(keys)["count"].transform("sum")
    return table.assign(estimate=table["count"] / totals, n=totals)


def _sd(values: NDArray[np.float64]) -> float:
    return float(values.std(ddof=1)) if values.size > 1 else float("nan")


def _skewness(values: NDArray[np.float64]) -> float:
    from scipy.stats import skew

    return float(skew(values)) if np.ptp(values) > 0 else float("nan")


_MOMENTS: dict[str, Callable[[NDArray[np.float64]], float]] = {
    "mean": lambda values: float(values.mean()),
    "sd": _sd,
    "skewness": _skewness,
}
