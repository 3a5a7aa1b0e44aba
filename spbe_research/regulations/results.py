"""The form of every row of ``regulations.csv``, and the regression most rows come from.

A regression is ordinary least squares of statsmodels with errors clustered by agency. Not here: the
designs, which say what is compared with what.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.errors import DataError, refuse
from spbe_research.estimates import check_confidence

__all__ = [
    "RESULT_COLUMNS",
    "clustered_method",
    "fit_clustered",
    "interval_of",
    "join_designs",
    "regulation_table",
]

RESULT_COLUMNS = (
    "design",
    "year",
    "outcome",
    "contrast",
    "estimate",
    "std_error",
    "low",
    "high",
    "n",
    "n_clusters",
    "method",
)
# Beside the keys and the result: what a table tells of its own computation.
_NO_KEYS = (
    "p_value", "p_adjusted", "p_holm", "q_bh", "q_by", "seed", "n_resamples", "n_draws",
    "null_low", "null_high", "n_members", "n_sample", "mean_sample", "mean_rest",
    "r2_treatment", "r2_outcome",
)  # fmt: skip
_FIT_COLUMNS = ["estimate", "std_error", "low", "high", "n", "n_clusters"]
_NO_VARIATION = 1e-9
_FEW_CLUSTERS = 30


def regulation_table(rows: Sequence[dict[str, object]]) -> pd.DataFrame:
    """Return rows in the one form of ``regulations.csv``.

    Parameters
    ----------
    rows : sequence of dict
        Each with ``design, year, outcome, contrast, estimate, n, method``; ``std_error, low, high``
        and ``n_clusters`` where they exist; any other key is a key column (``agency_type``).

    Returns
    -------
    pandas.DataFrame
        ``design, year, outcome, contrast``, other keys, then ``estimate, std_error, low, high, n,
        n_clusters, method``.

    Raises
    ------
    DataError
        Naming every row that lacks a part.

    Examples
    --------
    >>> row = dict(design="adoption", year=2022, outcome="practice", contrast="raw", topic="audit")
    >>> regulation_table([row | {"estimate": 0.1, "n": 9, "method": "mean"}]).columns.tolist()[3:6]
    ['contrast', 'topic', 'estimate']
    >>> regulation_table([row])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid result rows, 1 violation:
      - row 0: lacks estimate, n, method
    State every part of the row.
    """
    needed = [c for c in RESULT_COLUMNS if c not in ("std_error", "low", "high", "n_clusters")]
    lacking = [(i, [c for c in needed if c not in row]) for i, row in enumerate(rows)]
    refuse(
        DataError,
        "result rows",
        [f"row {number}: lacks {', '.join(parts)}" for number, parts in lacking if parts],
        "State every part of the row.",
    )
    table = pd.DataFrame(list(rows))
    keys = [column for column in table.columns if column not in RESULT_COLUMNS]
    table = table.reindex(columns=[*RESULT_COLUMNS[:4], *keys, *RESULT_COLUMNS[4:]])
    return table.astype(
        dict.fromkeys(("estimate", "std_error", "low", "high"), float)
        | dict.fromkeys(("year", "n", "n_clusters"), "Int64")
    )


def join_designs(designs: Mapping[str, Sequence[pd.DataFrame]]) -> pd.DataFrame:
    """Put the result tables of several designs into the one table ``regulations.csv``.

    Parameters
    ----------
    designs : mapping of str to sequence of pandas.DataFrame
        For each design, named as the column ``design`` is to say, its tables, each with
        ``outcome, contrast, estimate, n, method`` and key columns of its own.

    Returns
    -------
    pandas.DataFrame
        ``RESULT_COLUMNS``. What else a table has as keys stands in ``contrast``, as
        ``contrast [key=value; ...]``. A p value from resampling (a table with ``seed``), which no
        interval gives, becomes a row of its own, whose estimate it is. A missing year means
        several years.

    Raises
    ------
    DataError
        Naming every row that two tables both have, and every table that lacks a column.

    Examples
    --------
    >>> row = {"year": 2022, "outcome": "index", "contrast": "raw", "estimate": 0.5, "n": 9}
    >>> row |= {"method": "permutation", "agency_type": "kota", "p_value": 0.03, "seed": 1}
    >>> table = pd.DataFrame([row])
    >>> join_designs({"2 matched": [table]})[["contrast", "estimate"]].values.tolist()
    [['raw [agency_type=kota]', 0.5], ['raw [agency_type=kota]: p value', 0.03]]
    >>> join_designs({"2 matched": [table, table]})
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid joined results, 2 violations:
      - 2 matched, 2022, index, raw [agency_type=kota]: stands twice
      - 2 matched, 2022, index, raw [agency_type=kota]: p value: stands twice
    Give each row a contrast of its own.
    """
    joined = pd.concat(
        [_in_one_form(table, name) for name, tables in designs.items() for table in tables],
        ignore_index=True,
    )
    keys = list(RESULT_COLUMNS[:4])
    twice = joined.loc[joined.duplicated(keys), keys].astype(object)
    refuse(
        DataError,
        "joined results",
        [f"{', '.join(map(str, row))}: stands twice" for row in twice.to_numpy().tolist()],
        "Give each row a contrast of its own.",
    )
    return joined


def interval_of(
    estimate: float, std_error: float, *, df: float, confidence: float = 0.95
) -> tuple[float, float]:
    """Return the symmetric t interval of an estimate; missing where the error is.

    Parameters
    ----------
    estimate, std_error : float
        In the unit of the outcome.
    df : float
        Degrees of freedom; for clustered errors the number of clusters less one.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : float
        ``estimate -+ t * std_error``.

    Raises
    ------
    DataError
        When the confidence is outside 0 to 1.

    Examples
    --------
    >>> [round(bound, 3) for bound in interval_of(1.0, 0.5, df=10)]
    [-0.114, 2.114]
    >>> interval_of(1.0, 0.5, df=10, confidence=95)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid confidence 95. It must lie between 0 and 1, ...
    """
    from scipy.special import stdtrit

    check_confidence(confidence)
    if not (df > 0 and std_error >= 0):
        return float("nan"), float("nan")
    half = float(stdtrit(df, (1 + confidence) / 2)) * std_error
    return estimate - half, estimate + half


def fit_clustered(
    table: pd.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    *,
    effects: Sequence[str] = (),
    clusters: str = "agency_id",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Regress an outcome on regressors with fixed effects and errors clustered by agency.

    Use it for panels of agencies and topics. Not for a handful of clusters: below about 30 the
    interval is too short.

    Parameters
    ----------
    table : pandas.DataFrame
        One row an observation, no missing value in the columns named.
    outcome : str
        Column of the outcome.
    regressors : sequence of str
        Columns whose coefficients are wanted; numbers or truths.
    effects : sequence of str
        Columns whose groups have an effect each. That of the clusters is taken out by subtracting
        group means, others are dummies; this is exact, with or without balance. Rows alone in
        their group say nothing and are dropped.
    clusters : str
        Column whose groups are independent of each other.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        Indexed by regressor: ``estimate, std_error, low, high`` in the unit of the outcome; ``n``
        rows used, ``n_clusters``. A coefficient that the effects leave nothing to learn from, and
        an error from fewer than two clusters, is missing.

    Raises
    ------
    DataError
        Naming every column that is absent or has a missing value.

    Notes
    -----
    Sandwich ``(X'X)^-1 (sum_g X_g' u_g u_g' X_g) (X'X)^-1`` times ``G/(G-1) * (N-1)/(N-K)``, t with
    G - 1 degrees of freedom. K counts what is estimated but not the effects nested in the clusters:
    Cameron and Miller (2015), doi:10.3368/jhr.50.2.317. statsmodels does the fit.

    Examples
    --------
    >>> table = pd.DataFrame({"agency_id": [*"aabbcc"], "x": [0, 1] * 3, "y": [1, 3, 2, 3, 5, 8.0]})
    >>> fit_clustered(table, "y", ["x"], effects=["agency_id"])["estimate"].round(6).to_dict()
    {'x': 2.0}
    >>> fit_clustered(table, "y", ["z"])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid table of a regression, 1 violation:
      - column z: is absent
    Complete the table.
    """
    check_confidence(confidence)
    _check_columns(table, [outcome, *regressors, *effects, clusters])
    used = _without_singletons(table, effects)
    names = list(regressors)
    n, n_clusters = len(used), int(used[clusters].nunique())
    missing = pd.DataFrame(np.nan, index=pd.Index(names), columns=_FIT_COLUMNS).assign(
        n=n, n_clusters=n_clusters
    )
    if n == 0:
        return missing
    design = _design_matrix(used, names, [effect for effect in effects if effect != clusters])
    target = used[outcome].to_numpy(dtype=float)
    codes = pd.factorize(used[clusters])[0]
    if clusters in effects:
        design, target = _centred(design[:, 1:], codes), _centred(target, codes)
    known = _identified(design, len(names), constant=clusters not in effects)
    if not known.any():
        return missing
    beta, errors = _least_squares(target, design, codes)
    first = 0 if clusters in effects else 1
    result = missing.astype({"n": int, "n_clusters": int})
    for position, name in enumerate(names):
        if known[position]:
            estimate, error = float(beta[first + position]), float(errors[first + position])
            low, high = interval_of(estimate, error, df=n_clusters - 1, confidence=confidence)
            result.loc[name, ["estimate", "std_error", "low", "high"]] = estimate, error, low, high
    return result


def clustered_method(n_clusters: int) -> str:
    """Return the words of a clustered regression, with a warning where clusters are few.

    Parameters
    ----------
    n_clusters : int
        Agencies in the regression.

    Returns
    -------
    str
        For the column ``method``.

    Raises
    ------
    DataError
        When the number is negative.

    Examples
    --------
    >>> clustered_method(12)
    'OLS, errors clustered by agency, t interval; few agencies: the interval is too short'
    >>> clustered_method(-1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid n_clusters -1. It must be 0 or more.
    """
    if n_clusters < 0:
        raise DataError(f"Invalid n_clusters {n_clusters}. It must be 0 or more.")
    few = "; few agencies: the interval is too short" if n_clusters < _FEW_CLUSTERS else ""
    return f"OLS, errors clustered by agency, t interval{few}"


def _in_one_form(table: pd.DataFrame, design: str) -> pd.DataFrame:
    """A design's table in the columns of ``regulations.csv``, its own keys in the contrast."""
    needed = ["outcome", "contrast", "estimate", "n", "method"]
    absent = [f"{design}, column {name}: is absent" for name in needed if name not in table]
    refuse(DataError, "table of results", absent, "Complete the table.")
    own = [name for name in table.columns if name not in (*RESULT_COLUMNS, *_NO_KEYS)]
    if len(set(table.get("design", ()))) > 1:
        own = ["design", *own]
    rows = table.assign(design=design, contrast=_with_keys(table, own))
    extra = []
    if {"p_value", "seed"} <= set(table):
        p_values = rows.dropna(subset=["p_value"])
        extra = [
            p_values.assign(
                contrast=p_values["contrast"] + ": p value",
                estimate=p_values["p_value"],
                std_error=np.nan,
                low=np.nan,
                high=np.nan,
            )
        ]
    whole = pd.concat([rows, *extra]).sort_index(kind="stable").reindex(columns=RESULT_COLUMNS)
    numbers = dict.fromkeys(("estimate", "std_error", "low", "high"), float)
    return whole.astype(numbers | dict.fromkeys(("year", "n", "n_clusters"), "Int64"))


def _with_keys(table: pd.DataFrame, own: list[str]) -> pd.Series:
    """The contrast with a table's own keys behind it, as ``contrast [key=value; ...]``."""
    texts = []
    for contrast, keys in zip(table["contrast"], table[own].to_numpy(dtype=object), strict=True):
        stated = [f"{k}={v}" for k, v in zip(own, keys, strict=True) if not pd.isna(v) and v != ""]
        texts.append(f"{contrast} [{'; '.join(stated)}]" if stated else str(contrast))
    return pd.Series(texts, index=table.index)


def _check_columns(table: pd.DataFrame, columns: Sequence[str]) -> None:
    named = list(dict.fromkeys(columns))
    absent = [f"column {name}: is absent" for name in named if name not in table.columns]
    gaps = [
        f"column {name}: {int(table[name].isna().sum())} missing"
        for name in named
        if name in table.columns and table[name].isna().any()
    ]
    refuse(DataError, "table of a regression", [*absent, *gaps], "Complete the table.")


def _without_singletons(table: pd.DataFrame, effects: Sequence[str]) -> pd.DataFrame:
    """Drop rows alone in a group of an effect, and again until none is left."""
    used = table
    while effects and len(used):
        alone = np.zeros(len(used), dtype=bool)
        for effect in effects:
            alone |= (used.groupby(effect)[effect].transform("size") == 1).to_numpy()
        if not alone.any():
            break
        used = used[~alone]
    return used


def _design_matrix(
    table: pd.DataFrame, regressors: list[str], effects: list[str]
) -> NDArray[np.float64]:
    parts = [np.ones((len(table), 1)), table[regressors].to_numpy(dtype=float)]
    for effect in effects:
        codes, groups = pd.factorize(table[effect], sort=True)
        parts.append((codes[:, None] == np.arange(1, len(groups))).astype(float))
    return np.hstack(parts)


def _centred(values: NDArray[np.float64], codes: NDArray[np.intp]) -> NDArray[np.float64]:
    wide = values.reshape(len(values), -1)
    sums = np.zeros((int(codes.max()) + 1, wide.shape[1]))
    np.add.at(sums, codes, wide)
    means = sums / np.bincount(codes)[:, None]
    return (wide - means[codes]).reshape(values.shape)


def _identified(design: NDArray[np.float64], n_names: int, *, constant: bool) -> NDArray[np.bool_]:
    """Which regressors still vary when all other columns are taken out."""
    first = 1 if constant else 0
    gram = design.T @ design
    known = np.zeros(n_names, dtype=bool)
    for position in range(first, first + n_names):
        others = np.arange(len(gram)) != position
        cross = gram[others, position]
        # What is left of the column's sum of squares (Schur complement).
        left = (
            gram[position, position] - cross @ np.linalg.pinv(gram[np.ix_(others, others)]) @ cross
        )
        known[position - first] = left > _NO_VARIATION * len(design)
    return known


def _least_squares(
    target: NDArray[np.float64], design: NDArray[np.float64], codes: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    import statsmodels.api as sm

    # A column that those before it already give has no coefficient of its own.
    diagonal = np.abs(np.diag(np.linalg.qr(design, mode="r")))
    own = diagonal > _NO_VARIATION * diagonal.max()
    fit = sm.OLS(target, design[:, own]).fit()
    params, errors = np.zeros(design.shape[1]), np.full(design.shape[1], np.nan)
    params[own] = fit.params
    if int(codes.max()) >= 1 and fit.df_resid > 0:
        robust = fit.get_robustcov_results("cluster", groups=codes, use_t=True)
        errors[own] = np.sqrt(np.clip(np.diag(robust.cov_params()), 0, None))
    return params, errors
