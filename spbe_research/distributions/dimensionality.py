"""Whether the items form one scale: polychoric correlations, parallel analysis, factor structure.

Every result is of one year. A strong first factor says that agencies rank alike on most items; it
does not say that the factor is maturity, nor that a sum is the best summary. Reliability of sums is
in ``items``.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.distributions.items import (
    level_matrices,
    minres_loadings,
    quantile_interval,
    resampled_covariances,
    scopes,
    second_order_loadings,
    to_correlations,
)
from spbe_research.errors import DataError
from spbe_research.estimates import check_confidence, estimate_table
from spbe_research.instruments.instrument import HIGHEST_LEVEL, LOWEST_LEVEL, Instrument

__all__ = [
    "polychoric_correlations",
    "parallel_analysis",
    "unidimensionality",
    "domain_correlations",
    "factor_loadings",
    "loading_congruence",
    "polychoric_matrix",
    "nearest_correlations",
]

Floats = NDArray[np.float64]

_LEVELS = HIGHEST_LEVEL - LOWEST_LEVEL + 1
_NODES = 40  # of Gauss and Legendre; error below 1e-9 up to a correlation of 0.99
_LIMIT = 0.999  # where the likelihood still rises towards a perfect correlation
_FAR = 9.0  # stands for an infinite threshold: Φ(-9) is 1e-19
_LEAST_CELL = 1e-12
_LEAST_EIGENVALUE = 1e-6


def polychoric_correlations(
    levels: pd.DataFrame, instrument: Instrument | None = None, *, confidence: float = 0.95
) -> pd.DataFrame:
    """Estimate the polychoric correlation of every pair of items, each year by itself.

    Use it where floor and ceiling effects shrink Pearson's correlation of levels: it is that of two
    normal variables cut into levels. Not where a cell table is so empty that the estimate runs to
    its limit: ``at_limit`` marks those.

    Parameters
    ----------
    levels : pandas.DataFrame
        As for ``level_matrices``.
    instrument : Instrument, optional
        Chooses and orders the items.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        Key ``year, item, other_item``; ``pearson``; ``smoothed`` (entry of the nearest positive
        definite matrix of the items that vary: the estimate where ``negative_eigenvalues`` is 0),
        ``negative_eigenvalues`` of the year's matrix, ``at_limit``,
        ``estimate, low, high, n, method, seed``. Missing for a constant item.

    Raises
    ------
    DataError
        As ``level_matrices``, or when the confidence is outside 0 to 1.

    Notes
    -----
    Two steps: thresholds from the margins, then ρ of greatest likelihood. Olsson (1979),
    doi:10.1007/BF02296207. The interval is Fisher's z with the variance of the influence function
    of ρ, thresholds estimated, under the fitted model. Cells: ``Φ(h)Φ(k)`` plus the integral of the
    bivariate density over the correlation, Drezner and Wesolowsky (1990),
    doi:10.1080/00949659008811236.

    Examples
    --------
    >>> from spbe_research import load_instrument, load_scores
    >>> scores, edition = load_scores(scale="indicator"), load_instrument("permen-59-2020")
    >>> pairs = polychoric_correlations(scores[scores["year"] == 2022], edition)
    >>> len(pairs), bool((pairs["estimate"].abs() < 1).all())
    (1081, True)
    >>> polychoric_correlations(scores, edition, confidence=95)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid confidence 95. It must lie between 0 and 1, ...
    """
    from scipy.special import ndtri

    check_confidence(confidence)
    z = float(ndtri((1 + confidence) / 2))
    tables = []
    for year, table in level_matrices(levels, instrument).items():
        data = table.to_numpy(dtype=float)
        matrix, errors = polychoric_matrix(data)
        pearson = to_correlations(resampled_covariances(data, 0, seed=None)[0])
        smoothed, negative = nearest_correlations(matrix)
        left, right = np.triu_indices(len(matrix), 1)
        rho = matrix[left, right]
        centre, half = np.arctanh(rho), z * errors[left, right] / (1 - rho**2)
        at_limit = np.abs(rho) >= _LIMIT
        half[at_limit] = np.nan
        note = f"{negative} negative eigenvalues" if negative else "matrix positive definite"
        tables.append(
            pd.DataFrame(
                {
                    "year": year,
                    "item": table.columns.to_numpy()[left],
                    "other_item": table.columns.to_numpy()[right],
                    "pearson": pearson[left, right],
                    "smoothed": smoothed[left, right],
                    "negative_eigenvalues": negative,
                    "at_limit": at_limit,
                    "estimate": rho,
                    "low": np.tanh(centre - half),
                    "high": np.tanh(centre + half),
                    "n": len(data),
                    "method": f"two-step polychoric, Fisher z interval, {note}",
                    "seed": None,
                }
            )
        )
    return estimate_table(pd.concat(tables, ignore_index=True).to_dict("records"))


def parallel_analysis(
    levels: pd.DataFrame,
    instrument: Instrument | None = None,
    *,
    n_resamples: int = 500,
    seed: int,
    quantile: float = 0.95,
    correlation: str = "pearson",
) -> pd.DataFrame:
    """Compare eigenvalues with those of unrelated items of the same distributions (Horn).

    Use it to say how many components stand out of chance. It counts small ones too: with 500
    agencies four retained components do not speak against one strong scale. Read the ratio of the
    first two and the hierarchical omega beside it.

    Parameters
    ----------
    levels, instrument
        As for ``polychoric_correlations``.
    n_resamples : int
        Times each column is shuffled by itself, 1 or more. Polychoric: some 0.1 s each.
    seed : int
        Of NumPy's default generator.
    quantile : float
        Of the shuffled eigenvalues, between 0 and 1.
    correlation : {"pearson", "polychoric"}
        Polychoric matrices are not smoothed: eigenvalues may be negative.

    Returns
    -------
    pandas.DataFrame
        Key ``year, component`` (1 is the largest); ``share`` of all variance, ``reference`` (the
        quantile of the shuffled), ``is_retained``, ``n_factors`` of the year, ``estimate``
        (eigenvalue; its low and high are missing), ``n, method, seed``. All missing and
        ``n_factors`` 0 where an item is constant or n < 2.

    Raises
    ------
    DataError
        When an argument is outside its range; as ``level_matrices``.

    Notes
    -----
    Retained: components before the first that does not exceed the reference. Horn (1965),
    doi:10.1007/BF02289447; shuffling keeps the margins: Buja and Eyuboglu (1992),
    doi:10.1207/s15327906mbr2704_2.

    Examples
    --------
    >>> from spbe_research import load_instrument, load_scores
    >>> scores, edition = load_scores(scale="indicator"), load_instrument("permen-59-2020")
    >>> table = parallel_analysis(scores, edition, n_resamples=20, seed=1)
    >>> len(table), bool(table["is_retained"].iloc[0])
    (94, True)
    >>> parallel_analysis(scores, edition, seed=1, quantile=95)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid quantile 95. It must lie between 0 and 1.
    """
    if not 0 < quantile < 1:
        raise DataError(f"Invalid quantile {quantile!r}. It must lie between 0 and 1.")
    if n_resamples < 1:
        raise DataError(f"Invalid n_resamples {n_resamples!r}. It must be 1 or more.")
    if correlation not in ("pearson", "polychoric"):
        raise DataError(f"Invalid correlation {correlation!r}. It must be pearson or polychoric.")
    rows: list[dict[str, object]] = []
    for year, table in level_matrices(levels, instrument).items():
        data = table.to_numpy(dtype=float)
        generator = np.random.default_rng(seed)
        observed = _eigenvalues(_correlations(data, correlation))
        shuffled = np.full((n_resamples, len(observed)), np.nan)
        if np.isfinite(observed).all():
            for draw in range(n_resamples):
                mixed = generator.permuted(data, axis=0)
                shuffled[draw] = _eigenvalues(_correlations(mixed, correlation))
        reference = np.quantile(shuffled, quantile, axis=0)
        retained = np.logical_and.accumulate(observed > reference)
        rows += [
            {
                "year": year,
                "component": rank + 1,
                "share": observed[rank] / len(observed),
                "reference": reference[rank],
                "is_retained": bool(retained[rank]),
                "n_factors": int(retained.sum()),
                "estimate": observed[rank],
                "n": len(data),
                "method": f"eigenvalue of {correlation} correlations against the "
                f"{quantile:g} quantile of {n_resamples} column shuffles",
                "seed": seed,
            }
            for rank in range(len(observed))
        ]
    return estimate_table(rows)


def unidimensionality(
    levels: pd.DataFrame,
    instrument: Instrument,
    *,
    confidence: float = 0.95,
    n_resamples: int = 500,
    seed: int,
) -> pd.DataFrame:
    """Say in a few numbers how far the items, and the official index of them, are one thing.

    Use it as the summary of dimension. High correlations of the index with a first factor are
    partly of its own making: both are positive sums of the same items.

    Parameters
    ----------
    levels, instrument, confidence, seed
        As for ``mcdonald_omega``.
    n_resamples : int
        Of agencies, for the percentile interval.

    Returns
    -------
    pandas.DataFrame
        Key ``year, measure``; ``estimate, low, high, n, method, seed``. Measures:
        ``first_share`` (first eigenvalue over the number of items), ``first_to_second`` (ratio),
        both also ``_polychoric`` (no interval: resampling them takes minutes);
        ``explained_common_variance`` (general over general and group, second-order model);
        ``index_factor_score``, ``index_first_component``, ``index_unweighted_mean``: correlation
        of the official weighted index with the one-factor score (regression method), the first
        principal component of standardised items, the mean of the items.

    Raises
    ------
    DataError
        As ``level_matrices``, or when the confidence is outside 0 to 1.

    Notes
    -----
    ``ECV = Σg² / Σ(g² + f²)``: Reise (2012), doi:10.1080/00273171.2012.715555. Percentile
    intervals of eigenvalue shares lean upwards, as resampled first eigenvalues are a little large.

    Examples
    --------
    >>> from spbe_research import load_instrument, load_scores
    >>> scores, edition = load_scores(scale="indicator"), load_instrument("permen-59-2020")
    >>> table = unidimensionality(scores, edition, n_resamples=20, seed=1)
    >>> table["measure"].tolist()[:3]
    ['first_share', 'first_to_second', 'explained_common_variance']
    >>> unidimensionality(scores, edition, seed=1, confidence=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid confidence 1. It must lie between 0 and 1, ...
    """
    check_confidence(confidence)
    rows: list[dict[str, object]] = []
    for year, table in level_matrices(levels, instrument).items():
        data = table.to_numpy(dtype=float)
        measured = _summary(resampled_covariances(data, n_resamples, seed=seed), instrument)
        for name, (values, method) in measured.items():
            low, high = quantile_interval(values[1:], confidence)
            tail = f"percentile bootstrap of agencies, {n_resamples}"
            rows.append(
                {
                    "year": year,
                    "measure": name,
                    "estimate": float(values[0]),
                    "low": low,
                    "high": high,
                    "n": len(data),
                    "method": f"{method}, {tail}",
                    "seed": seed,
                }
            )
        values = _eigenvalues(polychoric_matrix(data)[0])
        latent = {"first_share": values[0] / values.size}
        latent |= {"first_to_second": values[0] / values[1]} if values.size > 1 else {}
        rows += [
            {
                "year": year,
                "measure": f"{name}_polychoric",
                "estimate": float(value),
                "n": len(data),
                "method": "eigenvalues of two-step polychoric correlations, no interval",
            }
            for name, value in latent.items()
        ]
    return estimate_table(rows)


def domain_correlations(
    levels: pd.DataFrame,
    instrument: Instrument,
    *,
    confidence: float = 0.95,
    n_resamples: int = 500,
    seed: int,
) -> pd.DataFrame:
    """Correlate the domains: as observed, freed of unreliability, and as factors.

    Use it to see whether four domains are four things: a disattenuated correlation near 1 says that
    two are one. Not where a domain has fewer than 3 items: no reliability, so missing.

    Parameters
    ----------
    levels, instrument, confidence, n_resamples, seed
        As for ``unidimensionality``.

    Returns
    -------
    pandas.DataFrame
        Key ``year, domain, other_domain, measure``; ``estimate, low, high, n, method, seed``.
        Measures: ``observed`` (Pearson, of official domain indices), ``disattenuated`` (that over
        the root of the product of both omegas; may exceed 1), ``factor`` (correlation of the
        one-factor models' factors by least squares).

    Raises
    ------
    DataError
        As ``level_matrices``, or when the confidence is outside 0 to 1.

    Notes
    -----
    Spearman (1904), doi:10.2307/1412159: ``r / sqrt(ω_a ω_b)``.

    Examples
    --------
    >>> from spbe_research import load_instrument, load_scores
    >>> scores, edition = load_scores(scale="indicator"), load_instrument("permen-59-2020")
    >>> len(domain_correlations(scores, edition, n_resamples=20, seed=1)) == 2 * 6 * 3
    True
    >>> domain_correlations(scores, edition, seed=1, confidence=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid confidence 1. It must lie between 0 and 1, ...
    """
    check_confidence(confidence)
    groups = _groups(instrument)
    names = list(instrument.domains)
    rows: list[dict[str, object]] = []
    for year, table in level_matrices(levels, instrument).items():
        draws = resampled_covariances(table.to_numpy(dtype=float), n_resamples, seed=seed)
        measured = _between(draws, instrument, groups)
        rows += [
            {
                "year": year,
                "domain": names[a],
                "other_domain": names[b],
                "measure": measure,
                "estimate": float(values[0, a, b]),
                **dict(
                    zip(
                        ("low", "high"),
                        quantile_interval(values[1:, a, b], confidence),
                        strict=True,
                    )
                ),
                "n": len(table),
                "method": f"{method}, percentile bootstrap of agencies, {n_resamples}",
                "seed": seed,
            }
            for a, b in zip(*np.triu_indices(len(names), 1), strict=True)
            for measure, (values, method) in measured.items()
        ]
    return estimate_table(rows)


def factor_loadings(
    levels: pd.DataFrame,
    instrument: Instrument,
    *,
    confidence: float = 0.95,
    n_resamples: int = 500,
    seed: int,
) -> pd.DataFrame:
    """Estimate how strongly each item loads on its domain's factor and on that of the whole.

    Use it to see which items carry the scale. ``general`` and ``group`` split a loading on the
    domain into what all domains share and what is the domain's own.

    Parameters
    ----------
    levels, instrument, confidence, n_resamples, seed
        As for ``unidimensionality``.

    Returns
    -------
    pandas.DataFrame
        Key ``year, item, factor``; ``estimate, low, high, n, method, seed``. Factors: ``whole``
        (one factor of all items), ``domain`` (one factor of the domain's items), ``general`` and
        ``group`` (second-order model).

    Raises
    ------
    DataError
        As ``level_matrices``, or when the confidence is outside 0 to 1.

    Examples
    --------
    >>> from spbe_research import load_instrument, load_scores
    >>> scores, edition = load_scores(scale="indicator"), load_instrument("permen-59-2020")
    >>> len(factor_loadings(scores, edition, n_resamples=20, seed=1)) == 2 * 47 * 4
    True
    >>> factor_loadings(scores, edition, seed=1, confidence=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid confidence 1. It must lie between 0 and 1, ...
    """
    check_confidence(confidence)
    groups = _groups(instrument)
    rows: list[dict[str, object]] = []
    for year, table in level_matrices(levels, instrument).items():
        covariances = resampled_covariances(table.to_numpy(dtype=float), n_resamples, seed=seed)
        for factor, values in _all_loadings(to_correlations(covariances), groups).items():
            for position, item in enumerate(instrument.indicators):
                low, high = quantile_interval(values[1:, position], confidence)
                rows.append(
                    {
                        "year": year,
                        "item": item,
                        "factor": factor,
                        "estimate": float(values[0, position]),
                        "low": low,
                        "high": high,
                        "n": len(table),
                        "method": "minimum-residual loading on Pearson correlations, percentile "
                        f"bootstrap of agencies, {n_resamples}",
                        "seed": seed,
                    }
                )
    return estimate_table(rows)


def loading_congruence(
    levels: pd.DataFrame,
    instrument: Instrument,
    *,
    years: tuple[int, int] = (2021, 2022),
    confidence: float = 0.95,
    n_resamples: int = 500,
    seed: int,
) -> pd.DataFrame:
    """Compare the loadings of two years by Tucker's congruence.

    Use it to ask whether the items form the same scale in both years. Loadings that are all
    positive are congruent whatever their pattern: compare the estimate with ``baseline``.

    Parameters
    ----------
    levels, instrument, confidence, seed
        As for ``unidimensionality``.
    years : tuple of int
        Two of one instrument.
    n_resamples : int
        Of agencies; one that stands in both years is drawn in both.

    Returns
    -------
    pandas.DataFrame
        Key ``scope`` (D1 to D4, whole); ``year, other_year``, ``baseline`` (mean congruence if the
        loadings of one year were shuffled among the items), ``estimate, low, high``, ``n``
        (agencies in either year), ``method, seed``.

    Raises
    ------
    DataError
        When a year has no levels; as ``level_matrices``.

    Notes
    -----
    ``Σab / sqrt(Σa² Σb²)``; 0.95 and above is read as the same factor: Lorenzo-Seva and ten Berge
    (2006), doi:10.1027/1614-2241.2.2.57. The percentile interval leans downwards: near its upper
    limit of 1, resampling adds noise that only lowers it.

    Examples
    --------
    >>> from spbe_research import load_instrument, load_scores
    >>> scores, edition = load_scores(scale="indicator"), load_instrument("permen-59-2020")
    >>> table = loading_congruence(scores, edition, n_resamples=20, seed=1)
    >>> bool((table["estimate"] > 0.95).all())
    True
    >>> loading_congruence(scores, edition, years=(2021, 2023), seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years (2021, 2023). There must be two with levels, ...
    """
    check_confidence(confidence)
    tables = level_matrices(levels, instrument)
    if len(set(years)) != 2 or not set(years) <= set(tables):
        raise DataError(
            f"Invalid years {tuple(years)}. There must be two with levels, of {sorted(tables)}."
        )
    agencies = sorted(set(tables[years[0]].index) | set(tables[years[1]].index))
    first, second = (
        to_correlations(_clustered(tables[year], agencies, n_resamples, seed)) for year in years
    )
    rows: list[dict[str, object]] = []
    for scope, columns in scopes(instrument).items():
        a, b = (minres_loadings(r[:, columns][:, :, columns]) for r in (first, second))
        scale = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
        values = (a * b).sum(axis=1) / scale
        low, high = quantile_interval(values[1:], confidence)
        rows.append(
            {
                "scope": scope,
                "year": years[0],
                "other_year": years[1],
                "baseline": float(a[0].sum() * b[0].sum() / len(columns) / scale[0]),
                "estimate": float(values[0]),
                "low": low,
                "high": high,
                "n": len(agencies),
                "method": "Tucker congruence of minimum-residual loadings, percentile bootstrap "
                f"of agencies over both years, {n_resamples}",
                "seed": seed,
            }
        )
    return estimate_table(rows)


def polychoric_matrix(data: Floats) -> tuple[Floats, Floats]:
    """Return the two-step polychoric correlations of levels 1 to 5 and their standard errors.

    Parameters
    ----------
    data : numpy.ndarray, shape (n, k)

    Returns
    -------
    correlations, errors : numpy.ndarray, shape (k, k)
        Missing for a constant item; the diagonal is 1 with error 0.

    Notes
    -----
    Fisher scoring inside a bracket that the sign of the score halves, all pairs at once.
    """
    n, k = data.shape
    matrix, errors = np.full((k, k), np.nan), np.full((k, k), np.nan)
    marks = (data[:, :, None] == np.arange(LOWEST_LEVEL, HIGHEST_LEVEL + 1)).astype(float)
    varies = marks.any(axis=0).sum(axis=1) > 1
    kept = np.flatnonzero(varies)
    matrix[kept, kept], errors[kept, kept] = 1.0, 0.0
    flat = marks.reshape(n, k * _LEVELS)
    tables = (flat.T @ flat).reshape(k, _LEVELS, k, _LEVELS).swapaxes(1, 2)
    left, right = np.triu_indices(k, 1)
    chosen = varies[left] & varies[right]
    left, right = left[chosen], right[chosen]
    if not left.size:
        return matrix, errors
    cuts = _thresholds(marks)
    rho, error = _fit_pairs(tables[left, right], cuts[left], cuts[right])
    matrix[left, right] = matrix[right, left] = rho
    errors[left, right] = errors[right, left] = error
    return matrix, errors


def nearest_correlations(matrix: Floats) -> tuple[Floats, int]:
    """Return the nearest positive definite correlation matrix and how many eigenvalues were not.

    Parameters
    ----------
    matrix : numpy.ndarray, shape (k, k)

    Returns
    -------
    smoothed : numpy.ndarray, shape (k, k)
        The matrix itself where no eigenvalue is negative; missing for a constant item.
    n_negative : int
        Eigenvalues below 0.

    Notes
    -----
    Alternating projections with Dykstra's correction, eigenvalues held at 1e-6: Higham (2002),
    doi:10.1093/imanum/22.3.329.

    Examples
    --------
    >>> smoothed, n_negative = nearest_correlations(
    ...     np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    ... )
    >>> n_negative, smoothed[0].round(2).tolist()
    (1, [1.0, 0.5, -0.5])
    """
    kept = np.flatnonzero(np.isfinite(np.diag(matrix)))
    if len(kept) < len(matrix):
        smoothed = np.full_like(matrix, np.nan)
        inner, negative = nearest_correlations(matrix[np.ix_(kept, kept)])
        smoothed[np.ix_(kept, kept)] = inner
        return smoothed, negative
    values = np.linalg.eigvalsh(matrix)
    negative = int((values < 0).sum())
    if not negative:
        return matrix.copy(), 0
    current, correction = matrix.copy(), np.zeros_like(matrix)
    for _ in range(1_000):
        shifted = current - correction
        values, vectors = np.linalg.eigh(shifted)
        projected = (vectors * np.maximum(values, _LEAST_EIGENVALUE)) @ vectors.T
        correction = projected - shifted
        before, current = current, projected.copy()
        np.fill_diagonal(current, 1.0)
        if np.abs(current - before).max() < 1e-10:
            break
    # The last step resets the diagonal, which may leave an eigenvalue at zero.
    deviations = np.sqrt(np.diag(projected))
    return projected / np.outer(deviations, deviations), negative


def _thresholds(marks: Floats) -> Floats:
    """Five cuts of each item, the last infinite; the lowest is left out: nothing lies below."""
    from scipy.special import ndtri

    # Counts before shares: sums of fifths may pass 1.
    below = marks.sum(axis=0).cumsum(axis=1) / max(len(marks), 1)
    return np.asarray(np.clip(ndtri(below), -_FAR, _FAR))


def _fit_pairs(tables: Floats, rows: Floats, columns: Floats) -> tuple[Floats, Floats]:
    n = tables.sum(axis=(1, 2))
    low, high = np.full(len(tables), -_LIMIT), np.full(len(tables), _LIMIT)
    rho = np.zeros(len(tables))
    open_pairs = np.arange(len(tables))
    for _ in range(60):
        some = tables[open_pairs], rows[open_pairs], columns[open_pairs]
        score, information = _score(rho[open_pairs], *some)
        up = score > 0
        low[open_pairs] = np.where(up, rho[open_pairs], low[open_pairs])
        high[open_pairs] = np.where(up, high[open_pairs], rho[open_pairs])
        step = rho[open_pairs] + score / np.maximum(n[open_pairs] * information, 1e-12)
        inside = (step > low[open_pairs]) & (step < high[open_pairs])
        middle = (low[open_pairs] + high[open_pairs]) / 2
        moved = np.where(inside, step, middle)
        settled = np.abs(moved - rho[open_pairs]) < 1e-9
        rho[open_pairs] = moved
        open_pairs = open_pairs[~settled]
        if not open_pairs.size:
            break
    rho = np.where(_LIMIT - np.abs(rho) < 1e-6, np.sign(rho) * _LIMIT, rho)
    return rho, np.sqrt(_influence_variance(rho, rows, columns) / n)


def _influence_variance(rho: Floats, rows: Floats, columns: Floats) -> Floats:
    """Variance of ρ from one observation, with what the estimated thresholds add."""
    cells, slopes = _fitted(rho, rows, columns)
    ratio = slopes / cells
    information = np.maximum((slopes * ratio).sum(axis=(1, 2)), 1e-12)
    down = _threshold_influence(rho, rows, columns, ratio)
    across = _threshold_influence(rho, columns, rows, ratio.swapaxes(1, 2))
    influence = ratio - down[:, :, None] - across[:, None, :]
    return np.asarray((cells * influence**2).sum(axis=(1, 2)) / information**2)


def _threshold_influence(rho: Floats, own: Floats, other: Floats, ratio: Floats) -> Floats:
    """What an observation at each level adds to the score of ρ through its own thresholds."""
    from scipy.special import ndtr

    r = rho[:, None, None]
    inner = own[:, :-1]
    given = ndtr((other[:, None, :] - r * inner[:, :, None]) / np.sqrt(1 - r**2))
    steps = np.diff(given, axis=2, prepend=0.0)
    # The density at the threshold cancels: it divides the share and multiplies the slope.
    pull = ((ratio[:, :-1] - ratio[:, 1:]) * steps).sum(axis=2)
    levels = np.arange(own.shape[1])
    below = (levels[:, None] <= levels[None, :-1]).astype(float)
    return np.asarray(pull @ below.T - (pull * ndtr(inner)).sum(axis=1, keepdims=True))


def _score(rho: Floats, tables: Floats, rows: Floats, columns: Floats) -> tuple[Floats, Floats]:
    """Derivative of the log-likelihood by ρ, and the expected information of one observation."""
    cells, slopes = _fitted(rho, rows, columns)
    ratio = slopes / cells
    return (tables * ratio).sum(axis=(1, 2)), (slopes * ratio).sum(axis=(1, 2))


def _fitted(rho: Floats, rows: Floats, columns: Floats) -> tuple[Floats, Floats]:
    """Cell probabilities and their derivatives by ρ."""
    h, k = rows[:, :, None], columns[:, None, :]
    r = rho[:, None, None]
    square = 1 - r**2
    slope = np.exp(-(h**2 - 2 * r * h * k + k**2) / (2 * square)) / (2 * np.pi * np.sqrt(square))
    return np.maximum(_cells(_bivariate_normal(h, k, rho)), _LEAST_CELL), _cells(slope)


def _bivariate_normal(h: Floats, k: Floats, rho: Floats) -> Floats:
    """Φ₂ at every pair of thresholds: ∫ of the density from 0 to ρ, with ρ = sin θ."""
    from scipy.special import ndtr

    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    squares, product = (h**2 + k**2) / 2, h * k
    reach = np.arcsin(rho)[:, None, None]
    total = np.zeros(squares.shape)
    for node, weight in zip(nodes, weights, strict=True):
        angle = reach * (node + 1) / 2
        sine = np.sin(angle)
        total += weight * np.exp((sine * product - squares) / (1 - sine**2))
    return np.asarray(ndtr(h) * ndtr(k) + total * reach / (4 * np.pi))


def _cells(corners: Floats) -> Floats:
    padded = np.pad(corners, ((0, 0), (1, 0), (1, 0)))
    return np.diff(np.diff(padded, axis=1), axis=2)


def _correlations(data: Floats, kind: str) -> Floats:
    if kind == "polychoric":
        return polychoric_matrix(data)[0]
    return to_correlations(resampled_covariances(data, 0, seed=None)[0])


def _eigenvalues(correlations: Floats) -> Floats:
    """Largest first; missing where a correlation is."""
    if not np.isfinite(correlations).all():
        return np.full(len(correlations), np.nan)
    return np.asarray(np.linalg.eigvalsh(correlations)[::-1])


def _groups(instrument: Instrument) -> list[NDArray[np.intp]]:
    return [columns for scope, columns in scopes(instrument).items() if scope != "whole"]


def _summary(covariances: Floats, instrument: Instrument) -> dict[str, tuple[Floats, str]]:
    correlations = to_correlations(covariances)
    values, vectors = np.linalg.eigh(np.nan_to_num(correlations))
    broken = np.flatnonzero(np.isnan(correlations.sum(axis=(1, 2))))
    values[broken], vectors[broken] = np.nan, np.nan
    deviations = np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))
    index = np.broadcast_to(instrument.weight_matrix[:, 0], deviations.shape)
    component = vectors[..., -1] * np.where(vectors[..., -1].sum(axis=1) < 0, -1, 1)[:, None]
    one = minres_loadings(correlations)
    scores = {
        "factor_score": (one / (1 - one**2) / deviations, "one-factor score"),
        "first_component": (component / deviations, "first principal component"),
        "unweighted_mean": (np.ones_like(deviations), "unweighted mean"),
    }
    model = second_order_loadings(correlations, _groups(instrument))
    general, group = (model.general**2).sum(axis=1), (model.group**2).sum(axis=1)
    eigen = "eigenvalues of Pearson correlations"
    first = values[:, -1]
    measured = {"first_share": (first / len(instrument.indicators), eigen)}
    if values.shape[1] > 1:
        measured["first_to_second"] = (first / values[:, -2], eigen)
    measured["explained_common_variance"] = (general / (general + group), "Schmid-Leiman loadings")
    for name, (weights, text) in scores.items():
        found = _composite_correlations(covariances, index, weights)
        measured[f"index_{name}"] = (found, f"Pearson, official index with the {text}")
    return measured


def _composite_correlations(covariances: Floats, left: Floats, right: Floats) -> Floats:
    def product(a: Floats, b: Floats) -> Floats:
        return np.asarray(np.einsum("bi,bij,bj->b", a, covariances, b))

    scale = np.sqrt(np.maximum(product(left, left) * product(right, right), 0))
    return np.divide(
        product(left, right), scale, out=np.full_like(scale, np.nan), where=scale > 1e-12
    )


def _between(
    covariances: Floats, instrument: Instrument, groups: list[NDArray[np.intp]]
) -> dict[str, tuple[Floats, str]]:
    places = [instrument.outputs.index(domain) for domain in instrument.domains]
    weights = instrument.weight_matrix[:, places]
    observed = to_correlations(weights.T @ covariances @ weights)
    correlations = to_correlations(covariances)
    deviations = np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))
    omegas = []
    for position, columns in enumerate(groups):
        loadings = minres_loadings(correlations[:, columns][:, :, columns])
        scaled = weights[columns, position] * deviations[:, columns]
        common = (scaled * loadings).sum(axis=1) ** 2
        omegas.append(common / (common + (scaled**2 * (1 - loadings**2)).sum(axis=1)))
    roots = np.sqrt(np.stack(omegas, axis=1))
    free = observed / roots[:, :, None] / roots[:, None, :]
    factor = second_order_loadings(correlations, groups).factor_correlations
    return {
        "observed": (observed, "Pearson of official domain indices"),
        "disattenuated": (free, "Pearson of official domain indices over root omegas"),
        "factor": (factor, "correlation of domain factors by least squares"),
    }


def _all_loadings(correlations: Floats, groups: list[NDArray[np.intp]]) -> dict[str, Floats]:
    domain = np.full(correlations.shape[:-1], np.nan)
    for columns in groups:
        domain[:, columns] = minres_loadings(correlations[:, columns][:, :, columns])
    model = second_order_loadings(correlations, groups)
    return {
        "whole": minres_loadings(correlations),
        "domain": domain,
        "general": model.general,
        "group": model.group,
    }


def _clustered(table: pd.DataFrame, agencies: list[str], n_resamples: int, seed: int) -> Floats:
    """Covariances of one year when agencies are drawn that may stand in other years too."""
    place = {agency: position for position, agency in enumerate(agencies)}
    own = np.array([place[agency] for agency in table.index], dtype=np.intp)
    centred = table.to_numpy(dtype=float)
    centred = centred - centred.mean(axis=0)
    generator = np.random.default_rng(seed)  # the same draws in both years
    share = np.full(len(agencies), 1 / len(agencies))
    result = np.full((1 + n_resamples, centred.shape[1], centred.shape[1]), np.nan)
    for draw in range(1 + n_resamples):
        counts = generator.multinomial(len(agencies), share)[own] if draw else np.ones(len(own))
        total = counts.sum()
        if total > 1:
            means = counts @ centred / total
            product = (centred * counts[:, None]).T @ centred
            result[draw] = (product - total * np.outer(means, means)) / (total - 1)
    return result
