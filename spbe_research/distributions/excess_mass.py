"""How many more results stand just above a predicate's cut-off than a smooth curve expects.

The published index is read on its printed lattice of hundredths; a log-polynomial Poisson curve,
fitted outside the window, is the counterfactual. Also the histogram and the fit that
``distributions.bunching`` builds its tests on. Not here: why results pile up, if they do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.errors import DataError, refuse
from spbe_research.estimates import check_confidence, estimate_table
from spbe_research.instruments import load_instrument
from spbe_research.scoring.predicates import predicate_rule, round_half_up
from spbe_research.selection import select_results

__all__ = [
    "CUTOFFS",
    "REACH",
    "Cell",
    "Counterfactual",
    "Histogram",
    "build_histograms",
    "counterfactual_curve",
    "excess_mass",
    "fit_counterfactual",
    "fit_poisson",
    "lifted_rates",
    "list_cells",
]

CUTOFFS = (1.8, 2.6, 3.5, 4.2)  # lower edges of the bands, PermenPANRB 5/2018 and 59/2020
REACH = 70  # hundredths fitted on each side: the next cut-off is at least 0.7 away
_SIZE = 601  # bins 0.00 to 6.00, so that no window leaves the array
_FIRST, _LAST = 101, 500  # 1.00 is a floor with a mass of its own, no point of a smooth curve
_LANDING = 3  # hundredths: a lift overshoots by less than the largest item's weight, 0.03
_PER_POINT = 100

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Histogram:
    """Results of one year in bins of 0.01: bin ``k`` holds the printed value ``k / 100``.

    ``exposure`` is the width of each bin in hundredths, 0 where nothing smooth can be expected.
    """

    year: int
    counts: Array
    exposure: Array

    def sides(self, cut: int, width: int) -> tuple[int, int]:
        """Return the counts in ``[cut - width, cut)`` and ``[cut, cut + width)``."""
        below, above = self.counts[cut - width : cut], self.counts[cut : cut + width]
        return int(below.sum()), int(above.sum())


@dataclass(frozen=True)
class Counterfactual:
    """Smooth rates in the bins around one or more cut-offs, fitted without the window.

    ``rates`` has the shape (rows, 2 * REACH); ``below`` and ``above`` are the expected counts on
    the two sides of the window, ``log_odds_variance`` that of ``log(above / below)``.
    """

    rates: Array
    below: Array
    above: Array
    log_odds_variance: Array

    @property
    def share_above(self) -> Array:
        """Expected share of the window's results that stand above."""
        return self.above / (self.above + self.below)


@dataclass(frozen=True)
class Cell:
    """One year and cut-off: where, what was counted, and why it cannot be tested if it cannot."""

    histogram: Histogram
    cut: int
    width: int
    row: dict[str, object]
    n: int
    reason: str

    def draw(self, rates: Array, times: int, rng: np.random.Generator) -> Array:
        """Draw Poisson counts around the rates, shape (times, bins)."""
        return rng.poisson(rates, size=(times, rates.size)).astype(float)


def build_histograms(
    published: pd.DataFrame,
    *,
    years: Iterable[int] | None = None,
    status: str = "evaluated",
    agency_types: Iterable[str] | None = None,
) -> list[Histogram]:
    """Count published results in hundredths, a year each, on the side their predicate puts them.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.
    years, status, agency_types
        As for ``select_results``.

    Returns
    -------
    list of Histogram
        In order of year.

    Raises
    ------
    DataError
        When nothing is left, or the side of a result printed at a cut-off cannot be told.

    Notes
    -----
    Until 2023 the ministry bands the rounded index: a bin is on one side. In 2024 it bands the
    unrounded one, so the bin printed 2.60, that is [2.595, 2.605), lies across the cut-off: a
    result in it with the lower predicate counts in the bin below, whose exposure is then 1.5
    hundredths, while the bin above keeps 0.5.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> [h.sides(260, 10) for h in build_histograms(load_published(), years=[2023, 2024])]
    [(23, 52), (23, 40)]
    >>> build_histograms(load_published(), years=[2017])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: No result left. Asked for: years [2017], status evaluated, ...
    """
    chosen = select_results(published, years=years, status=status, agency_types=agency_types)
    return [_histogram(int(year), group) for year, group in chosen.groupby("year")]


def fit_poisson(counts: Array, exposure: Array, design: Array) -> tuple[Array, Array]:
    """Fit log-linear Poisson rates to many rows of counts at once.

    For kernel-weighted fits multiply both counts and exposure by the weights. Not for rows in
    which every count is 0: their rates are returned as 0 in effect (a very low intercept).

    Parameters
    ----------
    counts, exposure : numpy.ndarray, shape (rows, bins)
        A bin of exposure 0 is left out.
    design : numpy.ndarray, shape (bins, terms)
        First column 1.

    Returns
    -------
    coefficients : numpy.ndarray, shape (rows, terms)
    information : numpy.ndarray, shape (rows, terms, terms)
        ``X' diag(mu) X`` at the fit.

    Notes
    -----
    Newton's method, which for this concave likelihood is iteratively reweighted least squares
    (McCullagh and Nelder 1989, section 2.5). Steps are halved where they would overflow.

    Examples
    --------
    >>> fit, _ = fit_poisson(np.array([[2.0, 4.0]]), np.ones((1, 2)), np.ones((2, 1)))
    >>> round(float(np.exp(fit[0, 0])), 6)
    3.0
    """
    y, offset = counts * (exposure > 0), np.where(exposure > 0, exposure, 0.0)
    weight = offset * (y + 0.5)
    target = np.log((y + 0.5) / np.where(offset > 0, offset, 1.0))
    ridge = 1e-8 * np.eye(design.shape[1])  # keeps a row without information solvable
    beta = _solve(_information(weight, design) + ridge, (weight * target) @ design)
    for _ in range(50):
        mu = offset * np.exp(np.clip(beta @ design.T, -30, 30))
        step = _solve(_information(mu, design) + ridge, (y - mu) @ design)
        largest = np.abs(step).max(axis=1, keepdims=True)
        beta = beta + step / np.maximum(largest / 2, 1.0)
        if largest.max() < 1e-10:
            break
    mu = offset * np.exp(np.clip(beta @ design.T, -30, 30))
    return beta, _information(mu, design) + ridge


def fit_counterfactual(
    counts: Array, exposure: Array, *, width: int, degree: int
) -> Counterfactual:
    """Fit the smooth curve around cut-offs without the results of the window.

    Parameters
    ----------
    counts, exposure : numpy.ndarray, shape (rows, 2 * REACH)
        The bins from ``cut - REACH`` to ``cut + REACH - 1``.
    width : int
        Hundredths on each side left out of the fit.
    degree : int
        Of the polynomial of log density.

    Returns
    -------
    Counterfactual

    Notes
    -----
    ``log E[count_b] = log exposure_b + sum_k beta_k x_b^k`` for bins outside the window. The
    logarithm keeps rates positive where Chetty et al. (2011), doi:10.1093/qje/qjr013, fit counts
    by least squares.

    Examples
    --------
    >>> flat = np.full((1, 2 * REACH), 3.0)
    >>> fit = fit_counterfactual(flat, np.ones_like(flat), width=10, degree=2)
    >>> round(float(fit.above[0]), 6), round(float(fit.share_above[0]), 6)
    (30.0, 0.5)
    """
    offsets = (np.arange(2 * REACH) - REACH + 0.5) / REACH
    design = offsets[:, None] ** np.arange(degree + 1)
    outside = np.ones(2 * REACH)
    outside[REACH - width : REACH + width] = 0
    beta, information = fit_poisson(counts, exposure * outside, design)
    rates = exposure * np.exp(np.clip(beta @ design.T, -30, 30))
    below, above = slice(REACH - width, REACH), slice(REACH, REACH + width)
    n_below, n_above = rates[:, below].sum(axis=1), rates[:, above].sum(axis=1)
    # delta method: the gradient of log(above / below) is a difference of weighted mean designs
    gradient = (
        rates[:, above] @ design[above] / n_above[:, None]
        - rates[:, below] @ design[below] / n_below[:, None]
    )
    variance = np.einsum("rk,rk->r", gradient, _solve(information, gradient))
    return Counterfactual(rates, n_below, n_above, variance)


def lifted_rates(rates: Array, *, width: int, lifted_share: float) -> Array:
    """Return the rates when a share of those just below the middle bin is lifted above it.

    The lifted land evenly in the first three hundredths, since the largest item moves the index
    by 0.03. Last axis: bins, the cut-off in the middle.

    Examples
    --------
    >>> lifted_rates(np.ones(8), width=3, lifted_share=0.5).tolist()
    [1.0, 0.5, 0.5, 0.5, 1.5, 1.5, 1.5, 1.0]
    """
    middle = rates.shape[-1] // 2
    lifted = rates.copy()
    moved = lifted_share * rates[..., middle - width : middle].sum(axis=-1, keepdims=True)
    lifted[..., middle - width : middle] *= 1 - lifted_share
    lifted[..., middle : middle + _LANDING] += moved / _LANDING
    return lifted


def list_cells(
    published: pd.DataFrame,
    *,
    cutoffs: Iterable[float] = CUTOFFS,
    width: float = 0.1,
    years: Iterable[int] | None = None,
    status: str = "evaluated",
    agency_types: Iterable[str] | None = None,
    min_count: int = 20,
) -> Iterator[Cell]:
    """Yield every year and cut-off with its counts, and the reason where it is too thin to test.

    Parameters are those of ``excess_mass``.

    Raises
    ------
    DataError
        Naming every cut-off, width or minimum that is off the lattice or out of range.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> [c.reason for c in list_cells(load_published(), years=[2021], cutoffs=[4.2])]
    ['fewer than 20 results in the window']
    >>> next(list_cells(load_published(), cutoffs=[2.605]))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid cut-offs or width, 1 violation:
      - cut-off 2.605 is no hundredth strictly between 1 and 5
    Use hundredths, as the index is printed.
    """
    cutoffs = tuple(cutoffs)
    violations = [
        f"cut-off {cutoff} is no hundredth strictly between 1 and 5"
        for cutoff in cutoffs
        if not 1 < cutoff < 5 or not _is_hundredth(cutoff)
    ]
    if not 0.03 <= width <= 0.3 or not _is_hundredth(width):
        violations.append(f"width {width} is no hundredth from 0.03 to 0.3")
    if min_count < 1:
        violations.append(f"min_count {min_count} is below 1")
    refuse(DataError, "cut-offs or width", violations, "Use hundredths, as the index is printed.")
    steps = round(width * _PER_POINT)
    for histogram in build_histograms(
        published, years=years, status=status, agency_types=agency_types
    ):
        for cutoff in cutoffs:
            cut = round(cutoff * _PER_POINT)
            below, above = histogram.sides(cut, steps)
            around = histogram.counts[cut - REACH : cut + REACH].sum() - below - above
            reason = ""
            if below + above < min_count:
                reason = f"fewer than {min_count} results in the window"
            elif around < min_count:
                reason = f"fewer than {min_count} results around the window"
            row: dict[str, object] = {
                "year": histogram.year,
                "cutoff": cut / _PER_POINT,
                "width": steps / _PER_POINT,
                "n_below": below,
                "n_above": above,
                "n_year": int(histogram.counts.sum()),
            }
            yield Cell(histogram, cut, steps, row, below + above, reason)


def excess_mass(
    published: pd.DataFrame,
    *,
    cutoffs: Iterable[float] = CUTOFFS,
    width: float = 0.1,
    years: Iterable[int] | None = None,
    status: str = "evaluated",
    agency_types: Iterable[str] | None = None,
    degree: int = 2,
    min_count: int = 20,
    lifted_share: float = 0.3,
    confidence: float = 0.95,
    n_resamples: int = 999,
    seed: int,
) -> pd.DataFrame:
    """Estimate the excess of results just above each cut-off over a smooth counterfactual.

    For how large the bunching is. Where the density is not smooth for other reasons, or the
    window is thin, the excess says nothing; an excess above and a gap below together are what
    lifting looks like, either alone may be a bump.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.
    cutoffs : iterable of float
        Index points, hundredths.
    width : float
        Of the window on each side, index points, 0.03 to 0.3.
    years, status, agency_types
        As for ``select_results``.
    degree : int
        Of the polynomial of log density, 1 to 5, fitted over 0.7 on each side.
    min_count : int
        A cell with fewer results in the window, around it, or expected in it, gets a reason and
        no p value.
    lifted_share : float
        Share of those just below that are lifted in the alternative of ``power``, 0 to 1.
    confidence : float
        Between 0 and 1.
    n_resamples : int
        Of the parametric bootstrap.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    pandas.DataFrame
        A row per year and cut-off: ``year, cutoff, width, n_below, n_above, n_year``;
        ``expected_below, expected_above`` (results); ``missing_below`` (observed less expected,
        relative to expected: negative where results are missing); ``p_value`` two-sided;
        ``power`` at 5 %; ``reason``; ``estimate`` (observed less expected above the cut-off,
        relative to expected), ``low, high, n`` (results in the window), ``method, seed``.

    Raises
    ------
    DataError
        For cut-offs or a width off the lattice, or a degree, share or confidence out of range.

    Notes
    -----
    ``b = (N_above - C_above) / C_above`` with ``C`` from ``fit_counterfactual``: Chetty, Friedman,
    Olsen and Pistaferri (2011), doi:10.1093/qje/qjr013; Kleven (2016),
    doi:10.1146/annurev-economics-080315-015234. The p value doubles the smaller tail of
    ``log((N + 1/2) / (C + 1/2))`` over Poisson draws from the counterfactual, refitted each time;
    the interval is normal on that scale, its standard deviation from draws with the observed
    counts in the window.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> table = excess_mass(load_published(), years=[2021], n_resamples=99, seed=1)
    >>> table["reason"].tolist()[2:]
    ['fewer than 20 results in the window', 'fewer than 20 results in the window']
    >>> excess_mass(load_published(), degree=9, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid degree 9 or lifted share 0.3. They must lie in ...
    """
    check_confidence(confidence)
    if not 1 <= degree <= 5 or not 0 < lifted_share <= 1:
        raise DataError(
            f"Invalid degree {degree} or lifted share {lifted_share}. They must lie in 1 to 5 "
            "and in 0 (excluded) to 1."
        )
    method = (
        f"relative excess over a Poisson log-polynomial of degree {degree}; "
        f"parametric bootstrap of {n_resamples} draws, normal on the log scale"
    )
    rows = []
    for cell in list_cells(
        published,
        cutoffs=cutoffs,
        width=width,
        years=years,
        status=status,
        agency_types=agency_types,
        min_count=min_count,
    ):
        result = _no_excess() | {"reason": cell.reason}
        if not cell.reason:
            rng = np.random.default_rng([seed, cell.histogram.year, cell.cut])
            result |= _excess(cell, degree, min_count, lifted_share, confidence, n_resamples, rng)
        rows.append(cell.row | result | {"n": cell.n, "method": method, "seed": seed})
    return estimate_table(rows)


def counterfactual_curve(
    published: pd.DataFrame,
    *,
    cutoff: float,
    width: float = 0.1,
    years: Iterable[int] | None = None,
    status: str = "evaluated",
    agency_types: Iterable[str] | None = None,
    degree: int = 2,
) -> pd.DataFrame:
    """Tabulate observed and smooth counts around one cut-off, for a figure.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.
    cutoff, width
        Index points, as for ``excess_mass``.
    years, status, agency_types
        As for ``select_results``.
    degree : int
        Of the polynomial of log density.

    Returns
    -------
    pandas.DataFrame
        A row a hundredth: ``year, cutoff, width, index`` (printed value), ``count``, ``expected``
        (results), ``smooth`` (results a hundredth of full width), ``in_window``, ``n`` (results of
        the year).

    Raises
    ------
    DataError
        As for ``excess_mass``.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> curve = counterfactual_curve(load_published(), cutoff=2.6, years=[2023])
    >>> window = curve[curve["in_window"]]
    >>> window.groupby(window["index"] >= 2.6)["count"].sum().tolist()
    [23, 52]
    >>> counterfactual_curve(load_published(), cutoff=2.605, years=[2023])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid cut-offs or width, 1 violation:
      - cut-off 2.605 is no hundredth strictly between 1 and 5
    Use hundredths, as the index is printed.
    """
    tables = []
    for cell in list_cells(
        published,
        cutoffs=[cutoff],
        width=width,
        years=years,
        status=status,
        agency_types=agency_types,
    ):
        bins = np.arange(cell.cut - REACH, cell.cut + REACH)
        counts, exposure = cell.histogram.counts[bins], cell.histogram.exposure[bins]
        fit = fit_counterfactual(counts[None], exposure[None], width=cell.width, degree=degree)
        tables.append(
            pd.DataFrame(
                {
                    "year": cell.histogram.year,
                    "cutoff": cutoff,
                    "width": width,
                    "index": bins / _PER_POINT,
                    "count": counts.astype(int),
                    "expected": fit.rates[0],
                    "smooth": fit.rates[0] / np.where(exposure > 0, exposure, np.nan),
                    "in_window": np.abs(bins + 0.5 - cell.cut) < cell.width,
                    "n": cell.row["n_year"],
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def _no_excess() -> dict[str, object]:
    names = ("expected_below", "expected_above", "missing_below", "p_value", "power", "estimate")
    return dict.fromkeys(names, float("nan"))


def _excess(
    cell: Cell,
    degree: int,
    min_count: int,
    lifted_share: float,
    confidence: float,
    n_resamples: int,
    rng: np.random.Generator,
) -> dict[str, object]:
    from scipy.special import ndtri

    around = slice(cell.cut - REACH, cell.cut + REACH)
    counts, exposure = cell.histogram.counts[around], cell.histogram.exposure[around]
    width = cell.width

    def log_ratio(rows: Array) -> tuple[Array, Counterfactual]:
        fit = fit_counterfactual(
            rows, np.broadcast_to(exposure, rows.shape), width=width, degree=degree
        )
        observed = rows[:, REACH : REACH + width].sum(axis=1)
        return np.log((observed + 0.5) / (fit.above + 0.5)), fit

    observed, fit = log_ratio(counts[None])
    # choosing cells by what stands in the window would keep those that are full by chance: on
    # smoothed data of 2023 the cut-off 4.2, chosen so, was rejected in 58 % of the samples
    if fit.below[0] + fit.above[0] < min_count:
        return {"reason": f"fewer than {min_count} results expected in the window"}
    rates = fit.rates[0]
    null, _ = log_ratio(cell.draw(rates, n_resamples, rng))
    as_seen = rates.copy()
    n_below, n_above = cell.histogram.sides(cell.cut, width)
    as_seen[REACH : REACH + width] *= n_above / fit.above[0]
    as_seen[REACH - width : REACH] *= n_below / fit.below[0]
    around_estimate, _ = log_ratio(cell.draw(as_seen, n_resamples, rng))
    lifted = lifted_rates(rates, width=width, lifted_share=lifted_share)
    alternative, _ = log_ratio(cell.draw(lifted, n_resamples, rng))
    tails = np.array([(null >= observed).sum(), (null <= observed).sum()])
    bounds = np.quantile(null, [0.025, 0.975])
    half = float(ndtri((1 + confidence) / 2)) * float(around_estimate.std())
    low, high = np.expm1(observed[0] - half), np.expm1(observed[0] + half)
    estimate = float(n_above / fit.above[0] - 1)
    return {
        "expected_below": float(fit.below[0]),
        "expected_above": float(fit.above[0]),
        "missing_below": float(n_below / fit.below[0] - 1),
        "p_value": float(min(1.0, 2 * (tails.min() + 1) / (n_resamples + 1))),
        "power": float(np.mean((alternative < bounds[0]) | (alternative > bounds[1]))),
        "estimate": estimate,
        "low": float(min(low, estimate)),  # with no result above, the half added lies above it
        "high": float(high),
    }


def _histogram(year: int, group: pd.DataFrame) -> Histogram:
    bins = np.rint(round_half_up(group["index_published"].to_numpy(float)) * _PER_POINT).astype(int)
    exposure = np.zeros(_SIZE)
    exposure[_FIRST : _LAST + 1] = 1
    if predicate_rule(year) == "exact":
        edges = [round(cutoff * _PER_POINT) for cutoff in CUTOFFS]
        at_edge = np.isin(bins, edges)
        bins = bins - (at_edge & _has_lower_predicate(group, bins, at_edge))
        for edge in edges:
            exposure[edge - 1], exposure[edge] = 1.5, 0.5
    return Histogram(year, np.bincount(bins, minlength=_SIZE).astype(float), exposure)


def _has_lower_predicate(group: pd.DataFrame, bins: Any, at_edge: Any) -> Any:
    """Tell for results printed at a band's edge whether the predicate printed is the lower."""
    bands = load_instrument(str(group["edition"].iloc[0])).bands
    lower_edges = {band.predicate: round(band.lower * _PER_POINT) for band in bands}
    printed = group["predicate_published"].map(lower_edges).to_numpy(float)
    refuse(
        DataError,
        "published results",
        [
            f"{agency}: printed at a cut-off, without a predicate"
            for agency in group["agency_id"][at_edge & np.isnan(printed)]
        ],
        "Where the unrounded index was banded, only the predicate tells the side.",
    )
    return printed < bins


def _is_hundredth(value: float) -> bool:
    return abs(value * _PER_POINT - round(value * _PER_POINT)) < 1e-9


def _information(weight: Array, design: Array) -> Array:
    products = (design[:, :, None] * design[:, None, :]).reshape(design.shape[0], -1)
    flat: Array = np.reshape(weight @ products, (-1, design.shape[1], design.shape[1]))
    return flat


def _solve(matrix: Array, vector: Array) -> Array:
    solution: Array = np.asarray(np.linalg.solve(matrix, vector[..., None])[..., 0], float)
    return solution
