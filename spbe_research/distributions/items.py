"""How the indicators are spread and how far they add up: item distributions, alpha, omega.

Every result is of one year; years are never pooled. A reliability says how far the items of a sum
rank agencies alike, not whether they measure maturity. Correlations between items of ordinal
levels here are Pearson's; polychoric ones and the number of factors are in ``dimensionality``.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.errors import DataError, listed, refuse
from spbe_research.estimates import check_confidence, estimate_table, wilson_interval
from spbe_research.instruments.instrument import HIGHEST_LEVEL, LOWEST_LEVEL, Instrument

__all__ = [
    "level_matrices",
    "item_distributions",
    "cronbach_alpha",
    "alpha_if_deleted",
    "mcdonald_omega",
    "SecondOrder",
    "alpha_from_covariance",
    "minres_loadings",
    "second_order_loadings",
    "resampled_covariances",
    "to_correlations",
    "scopes",
    "quantile_interval",
]

Floats = NDArray[np.float64]

# A uniqueness below this is a Heywood case; loadings stop at its root (psych's convention).
_LEAST_UNIQUENESS = 0.005
_SWEEPS, _TOLERANCE = 2_000, 1e-9
_CHUNK = 64  # resamples held in memory at once


def level_matrices(
    levels: pd.DataFrame, instrument: Instrument | None = None
) -> dict[int, pd.DataFrame]:
    """Return one complete table of levels a year: agencies in rows, indicators in columns.

    The first step of every function here. Not where some cells are missing: it refuses.

    Parameters
    ----------
    levels : pandas.DataFrame
        Long, as ``load_scores(scale="indicator")``: ``agency_id, year, item, value`` (1 to 5);
        where there is ``status``, only evaluated rows count; where there is ``edition`` and an
        instrument is given, only rows of that edition.
    instrument : Instrument, optional
        Its indicators, in its order; otherwise the items of the year, sorted.

    Returns
    -------
    dict of int to pandas.DataFrame
        Year (ascending) to levels, shape (n_agencies, n_items).

    Raises
    ------
    DataError
        When a column lacks, nothing is left, or a cell is missing, twice, unknown or not 1 to 5.

    Examples
    --------
    >>> from spbe_research import load_instrument, load_scores
    >>> wide = level_matrices(load_scores(scale="indicator"), load_instrument("permen-59-2020"))
    >>> {year: table.shape for year, table in wide.items()}
    {2021: (517, 47), 2022: (554, 47)}
    >>> level_matrices(pd.DataFrame({"agency_id": ["a"], "year": [2021], "item": ["I01"]}))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid columns of the levels. There must be agency_id, ...
    """
    needed = ["agency_id", "year", "item", "value"]
    if not set(needed) <= set(levels.columns):
        raise DataError(f"Invalid columns of the levels. There must be {', '.join(needed)}.")
    kept = pd.Series(data=True, index=levels.index)
    if "status" in levels:
        kept &= levels["status"] == "evaluated"
    if "edition" in levels and instrument is not None:
        kept &= levels["edition"] == instrument.edition
    chosen = levels.loc[kept, needed]
    if chosen.empty:
        raise DataError("Invalid levels: none left. There must be evaluated rows of the edition.")
    refuse(
        DataError,
        "levels",
        _violations(chosen, instrument),
        "Hand over one level a cell, evaluated agencies only, complete.",
    )
    tables = {}
    for year, rows in chosen.groupby("year", sort=True):
        wide = rows.pivot(index="agency_id", columns="item", values="value")
        tables[int(year)] = wide if instrument is None else wide[list(instrument.indicators)]
    return tables


def item_distributions(
    levels: pd.DataFrame, instrument: Instrument, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Describe every indicator of every year: shares of levels, mean, spread, item-rest.

    Use it to find items at the floor or the ceiling, which can tell few agencies apart, and items
    that go their own way. Not for a change between years: other agencies were evaluated.

    Parameters
    ----------
    levels : pandas.DataFrame
        As for ``level_matrices``.
    instrument : Instrument
        Gives domain, aspect and name.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        Key ``year, item, measure``; ``domain, aspect, name, count`` (agencies, for shares),
        ``estimate, low, high, n, method, seed``. Measures: ``level_1_share`` to ``level_5_share``,
        ``floor_share`` (level 1), ``ceiling_share`` (level 5), ``mean`` and ``sd`` in levels,
        ``item_rest_domain`` and ``item_rest_whole``: correlation with the unweighted mean of the
        other items of its domain, of all others. Missing for a constant item.

    Raises
    ------
    DataError
        As ``level_matrices``, or when the confidence is outside 0 to 1.

    Notes
    -----
    Shares: Wilson. Mean: t. Standard deviation ``s ± z sqrt((m4 - s⁴)/n)/2s``, no normality asked.
    Correlations: Fisher's z, ``atanh(r) ± z/sqrt(n - 3)``.

    Examples
    --------
    >>> from spbe_research import load_instrument, load_scores
    >>> table = item_distributions(
    ...     load_scores(scale="indicator"), load_instrument("permen-59-2020")
    ... )
    >>> row = table.query("year == 2022 and item == 'I29' and measure == 'floor_share'")
    >>> int(row["count"].item()), int(row["n"].item())
    (472, 554)
    >>> item_distributions(
    ...     load_scores(scale="indicator"), load_instrument("permen-59-2020"), confidence=2
    ... )
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid confidence 2. It must lie between 0 and 1, ...
    """
    check_confidence(confidence)
    rows: list[dict[str, object]] = []
    for year, table in level_matrices(levels, instrument).items():
        measured = list(_measures(table.to_numpy(dtype=float), instrument, confidence))
        for position, item in enumerate(instrument.indicators):
            head = {
                "year": year,
                "item": item,
                "domain": _domain(instrument, item),
                "aspect": instrument.item(item).parent,
                "name": instrument.item(item).name,
            }
            rows += [
                {
                    **head,
                    "measure": name,
                    "count": None if counts is None else int(counts[position]),
                    "estimate": float(estimate[position]),
                    "low": float(low[position]),
                    "high": float(high[position]),
                    "n": len(table),
                    "method": method,
                }
                for name, counts, estimate, low, high, method in measured
            ]
    return estimate_table(rows).astype({"count": "Int64"})


def cronbach_alpha(
    levels: pd.DataFrame,
    instrument: Instrument,
    *,
    confidence: float = 0.95,
    interval: str = "feldt",
    n_resamples: int = 1_000,
    seed: int | None = None,
) -> pd.DataFrame:
    """Estimate Cronbach's alpha of each domain and of the whole.

    Use it for comparison with other studies. It is a lower bound of reliability, equal to it only
    where all items load alike, and no sign of one dimension: 47 items reach a high alpha with four.

    Parameters
    ----------
    levels : pandas.DataFrame
        As for ``level_matrices``.
    instrument : Instrument
        Says which items form a domain.
    confidence : float
        Between 0 and 1.
    interval : {"feldt", "bootstrap"}
        Feldt's assumes normal items that load alike; the bootstrap resamples agencies. Of items
        with 62 % of agencies at the floor Feldt's 95 % held the truth 86 to 87 times in a hundred,
        the bootstrap's 91 to 94 (500 simulations, n = 300): prefer the bootstrap there.
    n_resamples : int
        Resamples of the bootstrap.
    seed : int, optional
        Of NumPy's default generator; the bootstrap needs one.

    Returns
    -------
    pandas.DataFrame
        Key ``year, scope`` (D1 to D4, whole); ``n_items, estimate, low, high, n, method, seed``.
        Missing where there are fewer than 2 items or agencies, or the sum does not vary.

    Raises
    ------
    DataError
        When the interval is unknown or the bootstrap has no seed; as ``level_matrices``.

    Notes
    -----
    ``k/(k-1) (1 - Σ s²_i / s²_sum)``. ``(1-α̂)/(1-α)`` follows ``1/F`` with n-1 and (n-1)(k-1)
    degrees of freedom: Feldt (1965), doi:10.1007/BF02289499.

    Examples
    --------
    >>> from spbe_research import load_instrument, load_scores
    >>> scores, edition = load_scores(scale="indicator"), load_instrument("permen-59-2020")
    >>> cronbach_alpha(scores, edition)["scope"].tolist()[:5]
    ['D1', 'D2', 'D3', 'D4', 'whole']
    >>> cronbach_alpha(scores, edition, interval="bootstrap")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid seed None. A bootstrap needs a whole number.
    """
    check_confidence(confidence)
    if interval not in ("feldt", "bootstrap"):
        raise DataError(f"Invalid interval {interval!r}. It must be feldt or bootstrap.")
    resample = interval == "bootstrap"
    _check_seed(seed, needed=resample)
    rows: list[dict[str, object]] = []
    for year, table in level_matrices(levels, instrument).items():
        data = table.to_numpy(dtype=float)
        covariance = resampled_covariances(data, 0, seed=None)[0]
        draws = resampled_covariances(data, n_resamples, seed=seed)[1:] if resample else None
        for scope, columns in scopes(instrument).items():
            alpha = float(alpha_from_covariance(covariance[np.ix_(columns, columns)]))
            if draws is None:
                low, high = _feldt(alpha, len(data), len(columns), confidence)
            else:
                drawn = alpha_from_covariance(draws[:, columns][:, :, columns])
                low, high = quantile_interval(drawn, confidence)
            rows.append(
                {
                    "year": year,
                    "scope": scope,
                    "n_items": len(columns),
                    "estimate": alpha,
                    "low": low,
                    "high": high,
                    "n": len(data),
                    "method": "Cronbach's alpha, "
                    + (f"percentile bootstrap, {n_resamples}" if resample else "Feldt F interval"),
                    "seed": seed if resample else None,
                }
            )
    return estimate_table(rows)


def alpha_if_deleted(
    levels: pd.DataFrame, instrument: Instrument, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Estimate alpha without each item in turn, within its domain and in the whole.

    Use it to see whether an item works against its scale: ``change`` above 0. Not to drop items:
    the instrument is the regulation's.

    Parameters
    ----------
    levels, instrument, confidence
        As for ``cronbach_alpha``.

    Returns
    -------
    pandas.DataFrame
        Key ``year, scope, item``; ``change`` (alpha without less alpha with), ``estimate`` (alpha
        without) and its Feldt interval, ``n, method, seed``.

    Raises
    ------
    DataError
        As ``cronbach_alpha``.

    Examples
    --------
    >>> from spbe_research import load_instrument, load_scores
    >>> scores, edition = load_scores(scale="indicator"), load_instrument("permen-59-2020")
    >>> len(alpha_if_deleted(scores, edition)) == 2 * 2 * 47
    True
    >>> alpha_if_deleted(scores, edition, confidence=0)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid confidence 0. It must lie between 0 and 1, ...
    """
    check_confidence(confidence)
    rows: list[dict[str, object]] = []
    for year, table in level_matrices(levels, instrument).items():
        covariance = resampled_covariances(table.to_numpy(dtype=float), 0, seed=None)[0]
        for scope, columns in scopes(instrument).items():
            full = float(alpha_from_covariance(covariance[np.ix_(columns, columns)]))
            for column in columns:
                rest = columns[columns != column]
                alpha = float(alpha_from_covariance(covariance[np.ix_(rest, rest)]))
                low, high = _feldt(alpha, len(table), len(rest), confidence)
                rows.append(
                    {
                        "year": year,
                        "scope": scope,
                        "item": instrument.indicators[column],
                        "change": alpha - full,
                        "estimate": alpha,
                        "low": low,
                        "high": high,
                        "n": len(table),
                        "method": "Cronbach's alpha without the item, Feldt F interval",
                    }
                )
    return estimate_table(rows)


def mcdonald_omega(
    levels: pd.DataFrame,
    instrument: Instrument,
    *,
    confidence: float = 0.95,
    n_resamples: int = 500,
    seed: int,
    weights: str = "equal",
) -> pd.DataFrame:
    """Estimate omega, total and hierarchical, of each domain and of the whole.

    ``omega_hierarchical`` is the share of the variance of a sum that one general factor makes: for
    the whole, the number to read where one asks whether the index is one scale. Not where a domain
    has fewer than 3 items or there are fewer than 3 domains: missing, as no such model is
    identified. The general factor rests on few domains (4 here), so also read ``at_bound``.

    Parameters
    ----------
    levels, instrument, confidence, seed
        As for ``cronbach_alpha``.
    n_resamples : int
        Of agencies, for the percentile interval.
    weights : {"equal", "official"}
        Of the sum whose variance is split: items alike, or as the index weighs them.

    Returns
    -------
    pandas.DataFrame
        Key ``year, scope, measure``; ``n_items, misfit`` (root mean square residual correlation of
        the model), ``at_bound`` (items, or for hierarchical rows and the whole domains, whose
        loading stops at the bound: a Heywood case; such a domain is not told from the general
        factor), ``estimate, low, high, n, method, seed``.

    Raises
    ------
    DataError
        When the weights are unknown; as ``cronbach_alpha``.

    Notes
    -----
    Loadings λ by minimum residuals on Pearson correlations, times the item's standard deviation
    and weight, give c. Domain: ``(Σc)² / ((Σc)² + Σψ)``, McDonald (1999). Whole: each domain's one
    factor, correlations of these factors by least squares on the correlations across domains, one
    second-order factor of those (γ), then Schmid and Leiman (1957), doi:10.1007/BF02289209:
    general loadings λγ. Hierarchical: ``(Σ cγ)²`` over the observed variance of the sum, as Kelley
    and Pornprasertmanit (2016), doi:10.1037/a0040086, advise for models that do not fit exactly;
    total: 1 less unique over observed variance. Loadings are held below 0.9975.

    Examples
    --------
    >>> from spbe_research import load_instrument, load_scores
    >>> scores, edition = load_scores(scale="indicator"), load_instrument("permen-59-2020")
    >>> omega = mcdonald_omega(scores, edition, n_resamples=20, seed=1)
    >>> omega["measure"].unique().tolist()
    ['omega_total', 'omega_hierarchical']
    >>> mcdonald_omega(scores, edition, seed=1, weights="mine")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid weights 'mine'. They must be equal or official.
    """
    check_confidence(confidence)
    _check_seed(seed, needed=True)
    if weights not in ("equal", "official"):
        raise DataError(f"Invalid weights {weights!r}. They must be equal or official.")
    official = instrument.weight_matrix[:, 0]
    weighed = official if weights == "official" else np.ones_like(official)
    tail = f"{weights} weights, percentile bootstrap of agencies, {n_resamples}"
    rows: list[dict[str, object]] = []
    for year, table in level_matrices(levels, instrument).items():
        draws = resampled_covariances(table.to_numpy(dtype=float), n_resamples, seed=seed)
        whole = _second_order_omegas(draws, weighed, instrument)
        for scope, columns in scopes(instrument).items():
            total = ("one-factor", *_one_factor_omega(draws, weighed, columns))
            for measure, (model, values, misfit, at_bound) in {
                "omega_total": whole["total"] if scope == "whole" else total,
                "omega_hierarchical": whole[scope],
            }.items():
                low, high = quantile_interval(values[1:], confidence)
                rows.append(
                    {
                        "year": year,
                        "scope": scope,
                        "measure": measure,
                        "n_items": len(columns),
                        "misfit": misfit,
                        "at_bound": at_bound,
                        "estimate": float(values[0]),
                        "low": low,
                        "high": high,
                        "n": len(table),
                        "method": f"{model} minimum-residual omega, {tail}",
                        "seed": seed,
                    }
                )
    return estimate_table(rows)


class SecondOrder(NamedTuple):
    """Schmid-Leiman form of a second-order model; the leading axis is that of the matrices.

    ``general`` and ``group``: loadings, shape (..., n_items); ``factor_correlations`` of the
    groups, shape (..., n_groups, n_groups).
    """

    general: Floats
    group: Floats
    factor_correlations: Floats


def alpha_from_covariance(covariances: Floats) -> Floats:
    """Return alpha of each covariance matrix, shape (..., k, k); missing where it is undefined."""
    k = covariances.shape[-1]
    total = covariances.sum(axis=(-2, -1))
    parts = np.trace(covariances, axis1=-2, axis2=-1)
    if k < 2:
        return np.full_like(total, np.nan)
    defined = total > 1e-12 * np.maximum(parts, 1.0)
    shares = np.divide(parts, total, out=np.full_like(total, np.nan), where=defined)
    return np.asarray(k / (k - 1) * (1 - shares))


def minres_loadings(correlations: Floats) -> Floats:
    """Return one-factor minimum-residual loadings of each correlation matrix.

    Parameters
    ----------
    correlations : numpy.ndarray, shape (..., k, k)

    Returns
    -------
    numpy.ndarray, shape (..., k)
        Their sum is positive; missing (nan) where k < 3, a correlation is missing, or 2,000 sweeps
        do not settle.

    Notes
    -----
    Least ``Σ_{i≠j} (r_ij - l_i l_j)²``, item by item: ``l_i = Σ r_ij l_j / Σ l_j²``, j ≠ i. Harman
    and Jones (1966), doi:10.1007/BF02289468.

    Examples
    --------
    >>> one = np.array([0.9, 0.6, 0.5])
    >>> r = np.outer(one, one)
    >>> np.fill_diagonal(r, 1.0)
    >>> minres_loadings(r).round(3).tolist()
    [0.9, 0.6, 0.5]
    """
    k = correlations.shape[-1]
    flat = correlations.reshape(-1, k, k)
    loadings = np.full((len(flat), k), np.nan)
    active = np.flatnonzero(np.isfinite(flat).all(axis=(1, 2)))
    if k < 3 or not active.size:
        return loadings.reshape(correlations.shape[:-1])
    values, vectors = np.linalg.eigh(flat[active])
    current = vectors[..., -1] * np.sqrt(values[:, -1:])
    bound = np.sqrt(1 - _LEAST_UNIQUENESS)
    matrices = flat[active] * (1 - np.eye(k))
    for _ in range(_SWEEPS):
        before = current.copy()
        squares = (current**2).sum(axis=1)
        for i in range(k):
            rest = squares - current[:, i] ** 2
            fitted = (matrices[:, i] * current).sum(axis=1) / np.maximum(rest, 1e-12)
            current[:, i] = np.clip(fitted, -bound, bound)
            squares = rest + current[:, i] ** 2
        settled = np.abs(current - before).max(axis=1) < _TOLERANCE
        if settled.any():
            loadings[active[settled]] = current[settled]
            active, current, matrices = active[~settled], current[~settled], matrices[~settled]
        if not active.size:
            break
    loadings *= np.where(loadings.sum(axis=1, keepdims=True) < 0, -1, 1)
    return loadings.reshape(correlations.shape[:-1])


def second_order_loadings(correlations: Floats, groups: list[NDArray[np.intp]]) -> SecondOrder:
    """Return general and group loadings of each correlation matrix, by least squares in two steps.

    Parameters
    ----------
    correlations : numpy.ndarray, shape (..., k, k)
    groups : list of numpy.ndarray
        Columns of each group; each item stands in one.

    Notes
    -----
    Two steps, as under ``mcdonald_omega``; the factor correlation of groups a and b is
    ``Σ r_ij l_i l_j / Σ l_i² Σ l_j²``.
    """
    own = np.full(correlations.shape[:-1], np.nan)
    for columns in groups:
        own[..., columns] = minres_loadings(correlations[..., columns[:, None], columns])
    count = len(groups)
    between = np.broadcast_to(np.eye(count), (*correlations.shape[:-2], count, count)).copy()
    for a in range(count):
        for b in range(a):
            block = correlations[..., groups[a][:, None], groups[b]]
            left, right = own[..., groups[a]], own[..., groups[b]]
            cross = np.einsum("...ij,...i,...j->...", block, left, right)
            scale = (left**2).sum(axis=-1) * (right**2).sum(axis=-1)
            between[..., a, b] = between[..., b, a] = cross / scale
    gamma = minres_loadings(between) if count else own
    general, group = own.copy(), own.copy()
    for position, columns in enumerate(groups):
        shared = gamma[..., position : position + 1]
        general[..., columns] *= shared
        group[..., columns] *= np.sqrt(1 - shared**2)
    return SecondOrder(general, group, between)


def resampled_covariances(data: Floats, n_resamples: int, *, seed: int | None) -> Floats:
    """Return the covariance matrix (n - 1), then those of resamples of the rows.

    Parameters
    ----------
    data : numpy.ndarray, shape (n, k)
    n_resamples : int
        0 or more; missing matrices where n < 2.
    seed : int or None
        Needed when there are resamples.

    Returns
    -------
    numpy.ndarray, shape (1 + n_resamples, k, k)
    """
    n, k = data.shape
    result = np.full((1 + n_resamples, k, k), np.nan)
    if n < 2:
        return result
    centred = data - data.mean(axis=0)
    result[0] = centred.T @ centred / (n - 1)
    generator = np.random.default_rng(seed)
    for start in range(0, n_resamples, _CHUNK):
        size = min(_CHUNK, n_resamples - start)
        counts = generator.multinomial(n, np.full(n, 1 / n), size=size).astype(float)
        means = counts @ centred / n
        products = (counts[:, None, :] * centred.T) @ centred
        outer = n * means[:, :, None] * means[:, None, :]
        result[1 + start : 1 + start + size] = (products - outer) / (n - 1)
    return result


def to_correlations(covariances: Floats) -> Floats:
    """Return correlations of covariances, shape (..., k, k); missing for a constant item."""
    variances = np.diagonal(covariances, axis1=-2, axis2=-1)
    # Resampled variances of a constant item are rounding noise, not spread.
    deviations = np.sqrt(np.where(variances > 1e-12, variances, np.nan))
    correlations = covariances / deviations[..., :, None] / deviations[..., None, :]
    diagonal = np.arange(covariances.shape[-1])
    correlations[..., diagonal, diagonal] = np.where(np.isnan(deviations), np.nan, 1.0)
    return np.asarray(correlations)


def scopes(instrument: Instrument) -> dict[str, NDArray[np.intp]]:
    """Return the columns of each domain and of the whole, in the order of the indicators."""
    place = {code: position for position, code in enumerate(instrument.indicators)}
    found = {
        domain: np.array([place[leaf] for leaf in instrument.leaves(domain)], dtype=np.intp)
        for domain in instrument.domains
    }
    return {**found, "whole": np.arange(len(place), dtype=np.intp)}


def quantile_interval(draws: Floats, confidence: float) -> tuple[float, float]:
    """Return the percentile interval of resamples; missing where one in ten has no value."""
    kept = draws[np.isfinite(draws)]
    if kept.size < max(2, 0.9 * draws.size):
        return float("nan"), float("nan")
    low, high = np.quantile(kept, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def _violations(chosen: pd.DataFrame, instrument: Instrument | None) -> list[str]:
    found = []
    bad = ~chosen["value"].isin(range(LOWEST_LEVEL, HIGHEST_LEVEL + 1))
    if bad.any():
        found.append(f"{bad.sum()} values are not 1 to 5: {listed(chosen.loc[bad, 'value'])}")
    doubled = chosen.duplicated(["agency_id", "year", "item"])
    if doubled.any():
        found.append(f"{doubled.sum()} cells stand twice: {listed(chosen.loc[doubled, 'item'])}")
    if instrument is not None:
        unknown = sorted(set(chosen["item"]) - set(instrument.indicators))
        if unknown:
            found.append(f"items {listed(unknown)} are not of {instrument.edition}")
    for year, rows in chosen.groupby("year"):
        items = set(rows["item"]) if instrument is None else set(instrument.indicators)
        counts = rows[rows["item"].isin(items)].groupby("agency_id")["item"].nunique()
        short = counts[counts < len(items)]
        if len(short):
            found.append(f"{year}: agencies {listed(short.index)} lack some of {len(items)} items")
    return found


_Measure = tuple[str, NDArray[np.int64] | None, Floats, Floats, Floats, str]


def _measures(data: Floats, instrument: Instrument, confidence: float) -> Iterator[_Measure]:
    n = len(data)
    for level in range(LOWEST_LEVEL, HIGHEST_LEVEL + 1):
        counts = (data == level).sum(axis=0)
        low, high = wilson_interval(counts, n, confidence=confidence)
        names = [f"level_{level}_share"]
        names += ["floor_share"] if level == LOWEST_LEVEL else []
        names += ["ceiling_share"] if level == HIGHEST_LEVEL else []
        for name in names:
            yield name, counts, counts / n, low, high, "share of agencies, Wilson interval"
    yield from _moments(data, confidence)
    whole = data.sum(axis=1, keepdims=True)
    own = np.empty_like(data)
    for scope, columns in scopes(instrument).items():
        if scope != "whole":
            own[:, columns] = data[:, columns].sum(axis=1, keepdims=True)
    for name, sums in (("item_rest_domain", own), ("item_rest_whole", whole)):
        r = _column_correlations(data, sums - data)
        yield (name, None, r, *_fisher(r, n, confidence), "Pearson item-rest, Fisher z interval")


def _moments(data: Floats, confidence: float) -> Iterator[_Measure]:
    from scipy.special import ndtri, stdtrit

    n = len(data)
    centre = data.mean(axis=0)
    missing = np.full_like(centre, np.nan)
    spread = data.std(axis=0, ddof=1) if n > 1 else missing
    upper = (1 + confidence) / 2
    half = stdtrit(n - 1, upper) * spread / np.sqrt(n) if n > 1 else missing
    yield "mean", None, centre, centre - half, centre + half, "mean level, t interval"
    fourth = ((data - centre) ** 4).mean(axis=0)
    excess = np.sqrt(np.maximum(fourth - spread**4, 0) / n)
    half = np.divide(
        ndtri(upper) * excess, 2 * spread, out=missing.copy(), where=np.nan_to_num(spread) > 0
    )
    low = np.maximum(spread - half, 0)
    yield "sd", None, spread, low, spread + half, "standard deviation, large-sample interval"


def _column_correlations(left: Floats, right: Floats) -> Floats:
    """Pearson correlation of each column of one with the same column of the other."""
    a, b = left - left.mean(axis=0), right - right.mean(axis=0)
    scale = np.sqrt((a**2).sum(axis=0) * (b**2).sum(axis=0))
    return np.asarray(
        np.divide((a * b).sum(axis=0), scale, out=np.full_like(scale, np.nan), where=scale > 1e-12)
    )


def _fisher(r: Floats, n: int, confidence: float) -> tuple[Floats, Floats]:
    from scipy.special import ndtri

    if n < 4:
        return np.full_like(r, np.nan), np.full_like(r, np.nan)
    # A perfect correlation has no z; the interval is the point.
    z = np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12))
    half = ndtri((1 + confidence) / 2) / np.sqrt(n - 3)
    return np.tanh(z - half), np.tanh(z + half)


def _feldt(alpha: float, n: int, k: int, confidence: float) -> tuple[float, float]:
    from scipy.special import fdtri

    if n < 2 or k < 2 or not np.isfinite(alpha):
        return float("nan"), float("nan")
    upper, freedom = (1 + confidence) / 2, (n - 1, (n - 1) * (k - 1))
    low, high = (1 - (1 - alpha) * fdtri(*freedom, q) for q in (upper, 1 - upper))
    return float(low), float(high)


_Omega = tuple[Floats, float, str]  # values, misfit, what stops at the bound


def _one_factor_omega(covariances: Floats, weights: Floats, columns: NDArray[np.intp]) -> _Omega:
    inner = covariances[:, columns][:, :, columns]
    correlations = to_correlations(inner)
    loadings = minres_loadings(correlations)
    scaled = weights[columns] * np.sqrt(np.diagonal(inner, axis1=1, axis2=2))
    common = (scaled * loadings).sum(axis=1) ** 2
    unique = (scaled**2 * (1 - loadings**2)).sum(axis=1)
    fitted = loadings[0, :, None] * loadings[0]
    stopped = " ".join(f"item {place + 1}" for place in _stopped(loadings[0]))
    return common / (common + unique), _misfit(correlations[0], fitted), stopped


def _second_order_omegas(
    covariances: Floats, weights: Floats, instrument: Instrument
) -> dict[str, tuple[str, Floats, float, str]]:
    groups = {scope: columns for scope, columns in scopes(instrument).items() if scope != "whole"}
    correlations = to_correlations(covariances)
    model = second_order_loadings(correlations, list(groups.values()))
    scaled = weights * np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))
    fitted = model.general[0, :, None] * model.general[0]
    for columns in groups.values():
        one = model.group[0, columns]
        fitted[np.ix_(columns, columns)] += one[:, None] * one
    stopped = _stopped(minres_loadings(model.factor_correlations[0])) if groups else []
    tail = (
        _misfit(correlations[0], fitted),
        " ".join(instrument.domains[place] for place in stopped),
    )
    found = {}
    for scope, columns in scopes(instrument).items():
        own = np.zeros_like(weights)
        own[columns] = weights[columns]
        observed = np.einsum("i,bij,j->b", own, covariances, own)
        observed = np.where(observed > 0, observed, np.nan)
        share = (scaled * model.general)[:, columns].sum(axis=1) ** 2 / observed
        found[scope] = ("second-order Schmid-Leiman", share, *tail)
    # The last scope is the whole.
    unique = (scaled**2 * (1 - model.general**2 - model.group**2)).sum(axis=1)
    return found | {"total": ("second-order Schmid-Leiman", 1 - unique / observed, *tail)}


def _stopped(loadings: Floats) -> list[int]:
    bound = np.sqrt(1 - _LEAST_UNIQUENESS)
    return [int(place) for place in np.flatnonzero(np.abs(loadings) > bound - 1e-6)]


def _misfit(correlations: Floats, fitted: Floats) -> float:
    """Root mean square of the residual correlations below the diagonal."""
    below = np.tril_indices(len(correlations), -1)
    residual = (correlations - fitted)[below]
    return float(np.sqrt((residual**2).mean())) if residual.size else float("nan")


def _domain(instrument: Instrument, item: str) -> str | None:
    return next((code for code in instrument.domains if item in instrument.leaves(code)), None)


def _check_seed(seed: int | None, *, needed: bool) -> None:
    if needed and not isinstance(seed, int | np.integer):
        raise DataError(f"Invalid seed {seed!r}. A bootstrap needs a whole number.")
