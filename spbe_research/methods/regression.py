"""One front over pyfixest: a table and a formula in, one row per coefficient out.

Every regression of the questions on regulations goes through ``fit``, so that rows look alike and
errors follow one policy, stated here and nowhere else.

**Clusters.** Errors of rows that share a cause are not independent, and the table says which share
one:

* *between bodies*, the province of 2018: its local governments share a provincial government, a
  labour market and often an assessor. A body without a province (ministry, lembaga) is a cluster of
  its own (``cluster_labels``).
* *between the topics of one body*, the body.
* where a sentence speaks of topics that were not assessed, body and topic (two ways). Ten topics
  are few: t with 9 degrees of freedom.

**Small samples.** The covariance is multiplied by ``G/(G - 1) * (N - 1)/(N - K)`` and intervals use
t with G - 1 degrees of freedom: G clusters (of two ways the smaller number), N rows used, K
coefficients with the constant and those fixed effects that are not nested in the clusters
(Cameron and Miller 2015, ``[@cameron2015]``). Below about thirty clusters such an interval is still
too short; ``clusters`` stands in every row.

**What an interval means.** The tables hold every body that was assessed; they are not a sample of
bodies. An interval says how far the estimate would move if the shocks of provinces, or of bodies,
had been others from the same distribution; the bodies and the instrument stay.

Not here: what is compared with what, which each question states.
"""

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd

from spbe_research.errors import DataError, refuse
from spbe_research.methods.estimates import check_confidence

__all__ = ["FIT_COLUMNS", "cluster_labels", "fit", "joint_test", "result_rows"]

FIT_COLUMNS = ("estimate", "std_error", "low", "high", "n", "clusters")
_FAMILIES = ("gaussian", "poisson")
_WORD = re.compile(r"[A-Za-z_]\w*")


def cluster_labels(bodies: pd.Series, places: pd.Series) -> pd.Series:
    """Return the cluster of each body: its place, or itself where it has none.

    Parameters
    ----------
    bodies : pandas.Series
        Ids of the bodies.
    places : pandas.Series
        The place of each, on the same index; missing for a body that belongs to no place.

    Returns
    -------
    pandas.Series
        Labels, on the same index.

    Raises
    ------
    DataError
        When a body is missing or the two are of different length.

    Examples
    --------
    >>> bodies, places = pd.Series(["a", "b", "bank"]), pd.Series(["Bali", "Bali", None])
    >>> cluster_labels(bodies, places).tolist()
    ['Bali', 'Bali', 'bank']
    >>> cluster_labels(bodies, places.head(2))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid places. There must be one row per body: 2 for 3 bodies.
    """
    if len(places) != len(bodies):
        raise DataError(
            f"Invalid places. There must be one row per body: {len(places)} for {len(bodies)} "
            "bodies."
        )
    if bodies.isna().any():
        raise DataError(f"Invalid bodies. None may be missing: {int(bodies.isna().sum())} are.")
    return places.where(places.notna(), bodies).astype(str)


def fit(
    table: pd.DataFrame,
    formula: str,
    *,
    clusters: str | Sequence[str],
    family: str = "gaussian",
    terms: Sequence[str] | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Estimate a regression and return one row per coefficient, errors by the policy above.

    Use it for least squares with or without fixed effects and instruments, and for Poisson. Not
    for a handful of clusters.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per observation; no missing value in a column of the formula.
    formula : str
        As pyfixest takes it: ``"y ~ x + z"``, with fixed effects ``"y ~ x | a + t"``, with an
        instrument z for x ``"y ~ 1 | a + t | x ~ z"``. Truths count as 0 and 1.
    clusters : str or sequence of str
        One column, or two for two-way errors.
    family : {"gaussian", "poisson"}
        Least squares, or Poisson of an outcome of 0 and more, by its first-order conditions.
    terms : sequence of str, optional
        Coefficients wanted, in this order; all but the constant by default.
    confidence : float
        Of the interval, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        ``term, estimate, std_error, low, high, p_value, n, clusters``: in the unit of the outcome
        per unit of the term (Poisson: log points); ``n`` rows used, without those that stand alone
        in a fixed effect; ``clusters`` of two ways the smaller number. A wanted term that nothing
        identifies has missing values.

    Raises
    ------
    DataError
        Naming every column that is absent or has missing values, or when fewer than two clusters
        are left.

    Notes
    -----
    pyfixest 0.60; fixed effects are swept out to 1e-10.

    Examples
    --------
    >>> table = pd.DataFrame({"body": [*"aabbcc"], "x": [0, 1] * 3, "y": [1, 3, 2, 3, 5, 8.0]})
    >>> fit(table, "y ~ x | body", clusters="body")[["term", "estimate", "n"]].values.tolist()
    [['x', 2.0, 6]]
    >>> fit(table, "y ~ moon", clusters="body")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid table of a regression, 1 violation:
      - column moon: is absent
    Complete the table.
    """
    check_confidence(confidence)
    model = _estimated(table, formula, clusters, family)
    found = [str(name) for name in model._coefnames]
    wanted = list(terms) if terms is not None else [t for t in found if t != "Intercept"]
    place = {name: at for at, name in enumerate(found)}
    rows = []
    for term in wanted:
        estimate, error = np.nan, np.nan
        if term in place:
            estimate = float(model._beta_hat[place[term]])
            error = float(np.sqrt(model._vcov[place[term], place[term]]))
        rows.append({"term": term, "estimate": estimate, "std_error": error})
    n_clusters = _n_clusters(model)
    half = _t_quantile(n_clusters - 1, confidence) * pd.Series([r["std_error"] for r in rows])
    result = pd.DataFrame(rows)
    statistic = (result["estimate"] / result["std_error"]).abs()
    return result.assign(
        low=result["estimate"] - half,
        high=result["estimate"] + half,
        p_value=[_p_of_t(value, n_clusters - 1) for value in statistic],
        n=int(model._N),
        clusters=n_clusters,
    )


def joint_test(
    table: pd.DataFrame, formula: str, *, terms: Sequence[str], clusters: str | Sequence[str]
) -> dict[str, float]:
    """Test that several coefficients are all 0, with the covariance of ``fit``.

    Parameters
    ----------
    table, formula, clusters
        A table of observations, a formula and cluster columns, as ``fit`` takes them.
    terms : sequence of str
        Coefficients that are 0 under the hypothesis; each must be identified.

    Returns
    -------
    dict of str to float
        ``statistic`` (F), ``restrictions``, ``p_value``, ``n``, ``clusters``.

    Raises
    ------
    DataError
        As ``fit``, or naming every term that has no coefficient.

    Notes
    -----
    ``F = b' V^-1 b / q`` with q and G - 1 degrees of freedom. With few clusters it rejects too
    often, the more so the more restrictions.

    Examples
    --------
    >>> table = pd.DataFrame({"g": list(range(8)) * 2, "x": [0.0] * 8 + [1.0] * 8})
    >>> table["y"] = 2 * table["x"] + table["g"] % 3 * (0.5 - table["x"])
    >>> test = joint_test(table, "y ~ x", terms=["x"], clusters="g")
    >>> round(test["p_value"], 3) == round(fit(table, "y ~ x", clusters="g")["p_value"].item(), 3)
    True
    >>> joint_test(table, "y ~ x", terms=["z"], clusters="g")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid terms, 1 violation:
      - z: has no coefficient
    Name terms of the formula that the data identify.
    """
    from scipy.special import fdtrc

    model = _estimated(table, formula, clusters, "gaussian")
    names = [str(name) for name in model._coefnames]
    refuse(
        DataError,
        "terms",
        [f"{term}: has no coefficient" for term in terms if term not in names],
        "Name terms of the formula that the data identify.",
    )
    at = [names.index(term) for term in terms]
    beta, covariance = model._beta_hat[at], model._vcov[np.ix_(at, at)]
    statistic = float(beta @ np.linalg.solve(covariance, beta)) / len(at)
    n_clusters = _n_clusters(model)
    return {
        "statistic": statistic,
        "restrictions": len(at),
        "p_value": float(fdtrc(len(at), n_clusters - 1, statistic)),
        "n": int(model._N),
        "clusters": n_clusters,
    }


def result_rows(fits: Iterable[tuple[Mapping[str, object], pd.DataFrame]]) -> pd.DataFrame:
    """Put estimates into the one form of the tables on regulations: keys, then the result.

    Parameters
    ----------
    fits : iterable of (mapping, pandas.DataFrame)
        What a row is of (``{"year": 2021, "sample": "all"}``) and what ``fit`` returned, or a table
        like it, for each estimate.

    Returns
    -------
    pandas.DataFrame
        The keys in their order, then ``estimate, std_error, low, high, n, clusters``.

    Raises
    ------
    DataError
        When two rows have the same keys.

    Examples
    --------
    >>> table = pd.DataFrame({"g": [*"aabb"], "x": [0, 1, 0, 1], "y": [0.0, 1, 2, 3]})
    >>> found = fit(table, "y ~ x", clusters="g")
    >>> result_rows([({"year": 2021}, found)]).columns.tolist()
    ['year', 'estimate', 'std_error', 'low', 'high', 'n', 'clusters']
    >>> result_rows([({"year": 2021}, found), ({"year": 2021}, found)])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid rows, 1 violation:
      - {'year': 2021}: stands twice
    Give each estimate keys of its own.
    """
    tables, keys = [], []
    for key, found in fits:
        keys += list(key)
        tables.append(found.reset_index(drop=True).assign(**key))
    table = pd.concat(tables, ignore_index=True)
    named = list(dict.fromkeys(keys))
    twice = table.loc[table.duplicated(named), named].to_dict("records")
    refuse(
        DataError, "rows", [f"{row}: stands twice" for row in twice],
        "Give each estimate keys of its own.",
    )  # fmt: skip
    return table[[*named, *FIT_COLUMNS]].astype({"n": "int64", "clusters": "Int64"})


def _estimated(
    table: pd.DataFrame, formula: str, clusters: str | Sequence[str], family: str
) -> Any:
    if family not in _FAMILIES:
        raise DataError(f"Invalid family {family!r}. It must be one of {', '.join(_FAMILIES)}.")
    groups = [clusters] if isinstance(clusters, str) else list(clusters)
    words = [word for word in _WORD.findall(formula) if word not in {"C", "i"}]
    columns = list(dict.fromkeys([*words, *groups]))
    _check_columns(table, columns)
    used = table[columns].reset_index(drop=True)
    # pyfixest makes a factor of truths, and of pandas' own types an error.
    for name in columns:
        if pd.api.types.is_numeric_dtype(used[name]) or pd.api.types.is_bool_dtype(used[name]):
            used[name] = used[name].astype(float)
    few = [name for name in groups if used[name].nunique() < 2]
    if few:
        raise DataError(f"Invalid clusters {few}. There must be two or more.")
    with _quiet_pyfixest():
        import pyfixest

        estimate = pyfixest.feols if family == "gaussian" else pyfixest.fepois
        options: dict[str, Any] = {"iwls_tol": 1e-12} if family == "poisson" else {}
        try:
            return estimate(
                formula,
                used,
                vcov={"CRV1": " + ".join(groups)},
                demeaner=pyfixest.MapDemeaner(fixef_tol=1e-10, fixef_maxiter=100_000),
                store_data=False,
                **options,
            )
        except ValueError as error:
            if "All variables are collinear" not in str(error):
                raise
            raise DataError(
                f"Invalid formula {formula!r}. A regressor must vary within the fixed effects."
            ) from error


@contextmanager
def _quiet_pyfixest() -> Iterator[None]:
    """Silence what pyfixest 0.60 says of pandas 3.1, and of what it drops: ``fit`` shows that."""
    # A perfect fit has an error of 0, by which pyfixest divides.
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="pyfixest")
        warnings.filterwarnings("ignore", category=pd.errors.Pandas4Warning)
        for dropped in (".*singleton fixed effect", ".*separation", ".*due to multicollinearity"):
            warnings.filterwarnings("ignore", message=f"(?s){dropped}", category=UserWarning)
        yield


def _check_columns(table: pd.DataFrame, columns: Sequence[str]) -> None:
    absent = [f"column {name}: is absent" for name in columns if name not in table.columns]
    gaps = [
        f"column {name}: {int(table[name].isna().sum())} missing"
        for name in columns
        if name in table.columns and table[name].isna().any()
    ]
    refuse(DataError, "table of a regression", [*absent, *gaps], "Complete the table.")


def _n_clusters(model: Any) -> int:
    return int(min(model._G))


def _t_quantile(degrees: int, confidence: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(degrees, (1 + confidence) / 2))


def _p_of_t(statistic: float, degrees: int) -> float:
    from scipy.special import stdtr

    return float(2 * stdtr(degrees, -statistic)) if np.isfinite(statistic) else np.nan
