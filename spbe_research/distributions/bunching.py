"""Whether SPBE indices pile up just above the cut-offs of the predicates.

Counts on both sides of a cut-off, four tests (binomial window against a smooth counterfactual,
excess mass, density discontinuity, rank among placebo cut-offs), one table of them all, and what
the agencies just above have that those just below have not. A test that rejects says that the
density is not smooth there, not who or what made it so; read its power before its p value.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from spbe_research.distributions.excess_mass import (
    CUTOFFS,
    REACH,
    Array,
    Cell,
    Counterfactual,
    excess_mass,
    fit_counterfactual,
    fit_poisson,
    lifted_rates,
    list_cells,
)
from spbe_research.errors import DataError, refuse
from spbe_research.estimates import check_confidence, estimate_table, wilson_interval
from spbe_research.instruments import Instrument
from spbe_research.scoring.predicates import round_half_up
from spbe_research.selection import select_results

__all__ = [
    "bunching_table",
    "compare_neighbours",
    "count_sides",
    "density_discontinuity",
    "placebo_test",
    "window_test",
]

_ALPHA = 0.05  # level at which power is stated
_BOUNDARY_TRIANGLE = 3.4375  # (4.8 / (4 * 0.0025)) ** 0.2: local linear fit, triangular kernel
_BANDWIDTHS = (20, REACH)  # hundredths; no further than the next cut-off
_MIN_SIDE = 5  # results on each side: below, a rate's logarithm has no usable standard error
_NAN = float("nan")


def count_sides(
    published: pd.DataFrame,
    *,
    cutoffs: Iterable[float] = CUTOFFS,
    width: float = 0.1,
    years: Iterable[int] | None = None,
    status: str = "evaluated",
    agency_types: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Count results just below and just above each cut-off.

    The first thing to look at. Not a test: the two sides differ wherever the density slopes.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.
    cutoffs : iterable of float
        Index points, hundredths.
    width : float
        Of each side, index points, 0.03 to 0.3.
    years, status, agency_types
        As for ``select_results``.

    Returns
    -------
    pandas.DataFrame
        A row per year and cut-off: ``year, cutoff, width, n_below, n_above, n_year`` (results).

    Raises
    ------
    DataError
        For cut-offs or a width off the lattice, or when nothing is left.

    Notes
    -----
    ``[c - w, c)`` and ``[c, c + w)`` in whole hundredths, halves rounded up. In 2024 the unrounded
    index was banded: a result printed at a cut-off with the lower predicate counts below
    (``build_histograms``).

    Examples
    --------
    >>> from spbe_research import load_published
    >>> count_sides(load_published(), cutoffs=[2.6], years=[2023]).iloc[0].tolist()
    [2023.0, 2.6, 0.1, 23.0, 52.0, 621.0]
    >>> count_sides(load_published(), width=1.0)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid cut-offs or width, 1 violation:
      - width 1.0 is no hundredth from 0.03 to 0.3
    Use hundredths, as the index is printed.
    """
    cells = list_cells(
        published,
        cutoffs=cutoffs,
        width=width,
        years=years,
        status=status,
        agency_types=agency_types,
    )
    return pd.DataFrame([cell.row for cell in cells])


def window_test(
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
) -> pd.DataFrame:
    """Test whether more of the window's results stand above the cut-off than a smooth curve says.

    The test with the most power in a thin window. Against 1/2, as usually done, it would take the
    slope of the density for bunching; that p value is printed beside it.

    Parameters
    ----------
    published, cutoffs, width, years, status, agency_types, degree, min_count, lifted_share,
    confidence
        As for ``excess_mass``.

    Returns
    -------
    pandas.DataFrame
        A row per year and cut-off: the columns of ``count_sides``; ``expected_share`` (of the
        window's results above, counterfactual); ``p_value`` (two-sided), ``p_value_above``
        (one-sided), both with the uncertainty of the expected share; ``p_value_plugin`` (two-sided,
        the expected share taken as known), ``p_value_half`` (two-sided, 1/2); ``power`` at 5 %;
        ``reason``; ``estimate`` (observed share above), ``low, high`` (Wilson), ``n``, ``method``,
        ``seed``.

    Raises
    ------
    DataError
        For cut-offs or a width off the lattice, or a share or confidence out of range.

    Notes
    -----
    Given ``n`` results in the window, ``n_above ~ Binomial(n, p)`` if the density is smooth, with
    ``logit p ~ Normal(log(C_above / C_below), v)`` from ``fit_counterfactual``, integrated by
    Gauss-Hermite quadrature. The two-sided p value sums the outcomes no more probable than the one
    seen. Cattaneo, Titiunik and Vazquez-Bare (2017), doi:10.1002/pam.21985, for the window.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> table = window_test(load_published(), cutoffs=[2.6], years=[2021, 2023])
    >>> (table["p_value"] < 0.05).tolist()
    [False, True]
    >>> window_test(load_published(), degree=0)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid degree 0. It must lie in 1 to 5.
    """
    check_confidence(confidence)
    _check_choices(degree, lifted_share)
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
        _, n_above = cell.histogram.sides(cell.cut, cell.width)
        low, high = wilson_interval(n_above, cell.n, confidence=confidence)
        result: dict[str, object] = dict.fromkeys(
            (
                "expected_share",
                "p_value",
                "p_value_above",
                "p_value_plugin",
                "p_value_half",
                "power",
            ),
            _NAN,
        )
        if not cell.reason:
            fit = _fit_cell(cell, degree)
            result = _window(n_above, cell.n, fit, lifted_share)
        rows.append(
            cell.row
            | result
            | {
                "reason": cell.reason,
                "estimate": n_above / cell.n if cell.n else _NAN,
                "low": float(low),
                "high": float(high),
                "n": cell.n,
                "method": "share above, Wilson; binomial against a Poisson log-polynomial of "
                f"degree {degree}",
                "seed": None,
            }
        )
    return estimate_table(rows)


def density_discontinuity(
    published: pd.DataFrame,
    *,
    cutoffs: Iterable[float] = CUTOFFS,
    width: float = 0.1,
    years: Iterable[int] | None = None,
    status: str = "evaluated",
    agency_types: Iterable[str] | None = None,
    bandwidth: float | None = None,
    min_count: int = 20,
    lifted_share: float = 0.3,
    confidence: float = 0.95,
    n_resamples: int = 300,
    seed: int,
) -> pd.DataFrame:
    """Test for a jump of the density at each cut-off, on the lattice of printed values.

    For a jump right at the border: results that land in the first hundredths weigh most, so it
    sees a lift to the cut-off itself well and one spread over the whole window badly. Where few
    results lie within the bandwidth, prefer the window test, which is exact.

    Parameters
    ----------
    published, cutoffs, width, years, status, agency_types, min_count, lifted_share, confidence
        As for ``excess_mass``; the window decides only which cells are too thin, and the power.
    bandwidth : float, optional
        Index points, 0.05 to 1; by default chosen in each cell (Notes) within 0.2 to 0.7.
    n_resamples : int
        Simulated samples for the power; nothing else is random.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    pandas.DataFrame
        A row per year and cut-off: the columns of ``count_sides``; ``bandwidth`` (index points),
        ``std_error``, ``z``, ``p_value`` (two-sided), ``power`` at 5 %, ``reason``; ``estimate``
        (log density just above less just below), ``low, high`` (normal), ``n`` (results within the
        bandwidth, or in the window where none was chosen), ``method``, ``seed``.

    Raises
    ------
    DataError
        For cut-offs, a width or a bandwidth out of range, or a share or confidence out of range.

    Notes
    -----
    On each side ``log E[count_b] = log exposure_b + a + s x_b + q x_b^2`` is fitted by Poisson
    likelihood with triangular weights, ``x`` counted from the border between two hundredths; the
    estimate is ``a_above - a_below`` with a sandwich variance. This is the test of McCrary (2008),
    doi:10.1016/j.jeconom.2007.05.005, with the likelihood of counts in place of least squares
    (local likelihood: Loader 1996, doi:10.1214/aos/1032298287), and with the lattice as bins, so
    that no bin width is chosen. Bandwidth: ``3.4375 (s^4 / (n f))^(1/5)``, ``s`` the standard
    deviation of the year and ``n f`` results per index point in the window: the optimum at a
    boundary for the fit *without* the square and a density as curved as a normal one. The square
    then removes the bias that this bandwidth leaves, as in Cattaneo, Jansson and Ma (2020),
    doi:10.1080/01621459.2019.1635480; without it the test rejects a smooth but uneven density too
    often (up to 21 % at 5 % on smoothed data of 2023 and 2024).

    Examples
    --------
    >>> from spbe_research import load_published
    >>> row = density_discontinuity(load_published(), cutoffs=[2.6], years=[2021], seed=1).iloc[0]
    >>> bool(row["low"] < 0 < row["high"])
    True
    >>> density_discontinuity(load_published(), bandwidth=0.0, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid bandwidth 0.0. It must lie in 0.05 to 1 index points.
    """
    check_confidence(confidence)
    _check_choices(2, lifted_share)
    if bandwidth is not None and not 0.05 <= bandwidth <= 1:
        raise DataError(f"Invalid bandwidth {bandwidth}. It must lie in 0.05 to 1 index points.")
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
        result: dict[str, object] = dict.fromkeys(
            ("bandwidth", "std_error", "z", "p_value", "power", "estimate", "low", "high"), _NAN
        ) | {"n": cell.n, "reason": cell.reason}
        if not cell.reason:
            steps = _bandwidth(cell) if bandwidth is None else round(bandwidth * 100)
            rng = np.random.default_rng([seed, cell.histogram.year, cell.cut])
            result |= _discontinuity(
                cell, steps, min_count, lifted_share, confidence, n_resamples, rng
            )
        rows.append(
            cell.row
            | result
            | {"method": "log density jump, local log-quadratic Poisson; normal", "seed": seed}
        )
    return estimate_table(rows)


def placebo_test(
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
    n_resamples: int = 100,
    seed: int,
) -> pd.DataFrame:
    """Rank the excess at each cut-off among the excesses at hundredths where nothing changes.

    A check that assumes no distribution: a density that is bumpy everywhere gives large excesses
    at placebo cut-offs too. Neighbouring placebos share most of their results, so their effective
    number is far below ``n_placebos``; and no p value is below ``1 / (1 + n_placebos)``, so that
    after Holm's adjustment over many cells hardly any can be below 5 %.

    Parameters
    ----------
    published, cutoffs, width, years, status, agency_types, degree, min_count, lifted_share
        As for ``excess_mass``.
    n_resamples : int
        Simulated samples for the power; nothing else is random.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    pandas.DataFrame
        A row per year and cut-off: the columns of ``count_sides``; ``n_placebos``;
        ``p_value`` (two-sided), ``p_value_above`` (one-sided), ``power`` at 5 %, ``reason``;
        ``estimate`` (standardised excess of ``n_above``), ``low, high`` (missing), ``n``,
        ``method``, ``seed``.

    Raises
    ------
    DataError
        For cut-offs or a width off the lattice, or a share out of range.

    Notes
    -----
    ``z = (N_above - n p) / sqrt(n p (1 - p) + (n p (1 - p))^2 v)`` with ``p`` and ``v`` as in
    ``window_test``, at the cut-off and at every hundredth more than two widths from every cut-off
    whose window holds ``min_count`` results. Windows of true cut-offs are left out of the
    placebos' fits. ``p = (1 + #{|z_placebo| >= |z|}) / (1 + n_placebos)``.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> row = placebo_test(load_published(), cutoffs=[2.6], years=[2023], seed=1).iloc[0]
    >>> bool(row["p_value"] < 0.05), bool(row["n_placebos"] > 50)
    (True, True)
    >>> placebo_test(load_published(), lifted_share=2, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid lifted share 2. It must lie in 0 (excluded) to 1.
    """
    _check_choices(degree, lifted_share)
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
        result: dict[str, object] = dict.fromkeys(
            ("n_placebos", "p_value", "p_value_above", "power", "estimate"), _NAN
        ) | {"reason": cell.reason}
        if not cell.reason:
            rng = np.random.default_rng([seed, cell.histogram.year, cell.cut])
            result |= _placebo(cell, degree, min_count, lifted_share, n_resamples, rng)
        rows.append(
            cell.row
            | result
            | {
                "n": cell.n,
                "method": "standardised excess, rank among placebo cut-offs",
                "seed": seed,
            }
        )
    return estimate_table(rows)


def bunching_table(
    published: pd.DataFrame,
    *,
    cutoffs: Iterable[float] = CUTOFFS,
    width: float = 0.1,
    years: Iterable[int] | None = None,
    status: str = "evaluated",
    agency_types: Iterable[str] | None = None,
    min_count: int = 20,
    lifted_share: float = 0.3,
    confidence: float = 0.95,
    n_resamples: int = 999,
    seed: int,
) -> pd.DataFrame:
    """Put every test at every year and cut-off in one table, with adjusted p values and power.

    For the whole answer at once. Nothing thin is dropped: such a cell has a reason and no p value.

    Parameters
    ----------
    published, cutoffs, width, years, status, agency_types, min_count, lifted_share, confidence
        As for ``excess_mass``.
    n_resamples : int
        Draws of the excess mass; a third of it for the power of the other tests.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    pandas.DataFrame
        A row per test (``window, excess_mass, discontinuity, placebo``), year and cut-off:
        ``test``, the columns of ``count_sides``, ``p_value`` (two-sided), ``p_adjusted`` (Holm,
        over all tested cells of the test), ``power``, ``reason``, ``estimate`` (in the unit of
        the test: share, relative excess, log density, standard deviations), ``low, high, n,
        method, seed``.

    Raises
    ------
    DataError
        As the tests.

    Notes
    -----
    ``power`` is the chance to reject at 5 %, two-sided and unadjusted, in a sample of this size
    from the smooth counterfactual of the cell of which ``lifted_share`` of those in the window
    below were lifted to just above: exact for the window, simulated for the others. Holm (1979),
    https://www.jstor.org/stable/4615733.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> table = bunching_table(load_published(), years=[2023], n_resamples=99, seed=1)
    >>> table["test"].value_counts().tolist()
    [4, 4, 4, 4]
    >>> bunching_table(load_published(), confidence=95, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid confidence 95. It must lie between 0 and 1, ...
    """
    check_confidence(confidence)
    cells: dict[str, Any] = {
        "cutoffs": tuple(cutoffs),
        "width": width,
        "years": None if years is None else list(years),
        "status": status,
        "agency_types": None if agency_types is None else list(agency_types),
        "min_count": min_count,
        "lifted_share": lifted_share,
    }
    few = max(n_resamples // 3, 1)
    results = {
        "window": window_test(published, **cells, confidence=confidence),
        "excess_mass": excess_mass(
            published, **cells, confidence=confidence, n_resamples=n_resamples, seed=seed
        ),
        "discontinuity": density_discontinuity(
            published, **cells, confidence=confidence, n_resamples=few, seed=seed
        ),
        "placebo": placebo_test(published, **cells, n_resamples=few, seed=seed),
    }
    rows = []
    for name, table in results.items():
        adjusted = table.assign(test=name, p_adjusted=_adjust_holm(table["p_value"].to_numpy()))
        rows += adjusted.to_dict("records")
    keys = ["test", "year", "cutoff", "width", "n_below", "n_above", "n_year"]
    keys += ["p_value", "p_adjusted", "power", "reason"]
    both = estimate_table(rows)
    return both[[*keys, "estimate", "low", "high", "n", "method", "seed"]]


def compare_neighbours(
    levels: pd.DataFrame,
    published: pd.DataFrame,
    instrument: Instrument,
    *,
    year: int,
    cutoff: float,
    width: float = 0.1,
    status: str = "evaluated",
    agency_types: Iterable[str] | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Compare, item by item, those just above a cut-off with those just below, less the gradient.

    For the question which indicators carry the step over the line. Items rise with the index
    anyway; what rises no more than between neighbouring windows of no meaning is not remarkable.
    The excess contributions sum to about 0: an item can only carry more where others carry less.

    Parameters
    ----------
    levels : pandas.DataFrame
        Long: ``agency_id, year, item, value``, as ``load_scores(scale="indicator")``.
    published : pandas.DataFrame
        As ``load_published()``.
    instrument : Instrument
        For the weights; every item must have a level for every agency compared.
    year : int
        One with levels: 2021 or 2022.
    cutoff, width : float
        Index points, hundredths; the width 0.03 to 0.3.
    status, agency_types
        As for ``select_results``.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        A row per item: ``year, cutoff, width, item, weight_pct, n_below, n_above, mean_below,
        mean_above, difference`` (levels), ``contribution`` (index points: weight times difference;
        these sum to the difference of the mean indices), ``placebo_difference`` (levels),
        ``p_value, p_holm, p_fdr`` (Benjamini-Hochberg), ``estimate`` (contribution beyond the
        gradient, index points), ``low, high, n`` (agencies in the six windows), ``method``,
        ``seed``.

    Raises
    ------
    DataError
        When a level is missing, or a cut-off or width is off the lattice.

    Notes
    -----
    With ``w`` the width, ``d(c)`` the difference of an item's mean between ``[c, c + w)`` and
    ``[c - w, c)``: ``estimate = weight (d(c) - (d(c - 2w) + d(c + 2w)) / 2)``. The six windows
    share no agency; the standard error adds their variances, the interval and p value use
    Student's t with Welch's degrees of freedom (Welch 1947, doi:10.1093/biomet/34.1-2.28),
    missing where a window has fewer than two agencies or nothing varies.

    Examples
    --------
    >>> from spbe_research import load_instrument, load_published, load_scores
    >>> table = compare_neighbours(
    ...     load_scores(scale="indicator"),
    ...     load_published(),
    ...     load_instrument("permen-59-2020"),
    ...     year=2022,
    ...     cutoff=2.6,
    ... )
    >>> len(table), round(float(table["contribution"].sum()), 2)
    (47, 0.09)
    >>> compare_neighbours(
    ...     load_scores(scale="indicator"),
    ...     load_published(),
    ...     load_instrument("permen-59-2020"),
    ...     year=2024,
    ...     cutoff=2.6,
    ... )
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid levels, 1 violation:
      - 2024: ... of ... agencies in the windows lack a level
    Levels of every item exist for 2021 and 2022.
    """
    check_confidence(confidence)
    (cell,) = list_cells(
        published,
        cutoffs=[cutoff],
        width=width,
        years=[year],
        status=status,
        agency_types=agency_types,
    )
    windows = _windows(published, cell, status, agency_types)
    items = list(instrument.indicators)
    table = levels[levels["year"] == year].pivot(index="agency_id", columns="item", values="value")
    table = table.reindex(index=windows.index, columns=items).astype(float)
    lacking = int(table.isna().any(axis=1).sum())
    refuse(
        DataError,
        "levels",
        [f"{year}: {lacking} of {len(table)} agencies in the windows lack a level"]
        if lacking
        else [],
        "Levels of every item exist for 2021 and 2022.",
    )
    numbers = table.to_numpy()
    groups = [numbers[windows.to_numpy() == position] for position in range(-3, 3)]
    weights = np.array([float(instrument.item(item).weight) for item in items]) / 100
    contrast = _contrast(groups, confidence)
    frame = pd.DataFrame(
        cell.row
        | {
            "item": items,
            "weight_pct": 100 * weights,
            "mean_below": contrast["means"][2],
            "mean_above": contrast["means"][3],
            "difference": contrast["real"],
            "contribution": weights * contrast["real"],
            "placebo_difference": contrast["placebo"],
            "p_value": contrast["p_value"],
            "p_holm": _adjust_holm(contrast["p_value"]),
            "p_fdr": _adjust_fdr(contrast["p_value"]),
            "estimate": weights * (contrast["real"] - contrast["placebo"]),
            "low": weights * contrast["low"],
            "high": weights * contrast["high"],
            "n": len(table),
            "method": "weighted difference less that of placebo windows, Welch",
            "seed": None,
        }
    )
    return estimate_table(frame.drop(columns="n_year").to_dict("records"))


def _check_choices(degree: int, lifted_share: float) -> None:
    if not 1 <= degree <= 5:
        raise DataError(f"Invalid degree {degree}. It must lie in 1 to 5.")
    if not 0 < lifted_share <= 1:
        raise DataError(f"Invalid lifted share {lifted_share}. It must lie in 0 (excluded) to 1.")


def _fit_cell(cell: Cell, degree: int) -> Counterfactual:
    around = slice(cell.cut - REACH, cell.cut + REACH)
    return fit_counterfactual(
        cell.histogram.counts[None, around],
        cell.histogram.exposure[None, around],
        width=cell.width,
        degree=degree,
    )


def _window(n_above: int, n: int, fit: Counterfactual, lifted_share: float) -> dict[str, object]:
    share = float(fit.share_above[0])
    nodes, node_weights = np.polynomial.hermite_e.hermegauss(31)
    node_weights = node_weights / node_weights.sum()
    logit = np.log(share / (1 - share)) + np.sqrt(float(fit.log_odds_variance[0])) * nodes
    shares = 1 / (1 + np.exp(-logit))
    smooth = _mixed_binomial(n, shares, node_weights)
    lifted = _mixed_binomial(n, shares + lifted_share * (1 - shares), node_weights)
    p_values = _two_sided(smooth)
    known, half = (_mixed_binomial(n, np.array([p]), np.ones(1)) for p in (share, 0.5))
    return {
        "expected_share": share,
        "p_value": float(p_values[n_above]),
        "p_value_above": float(min(1.0, smooth[n_above:].sum())),
        "p_value_plugin": float(_two_sided(known)[n_above]),
        "p_value_half": float(_two_sided(half)[n_above]),
        "power": float(lifted[p_values <= _ALPHA].sum()),
    }


def _mixed_binomial(n: int, shares: Array, node_weights: Array) -> Array:
    """Probability of 0 to n successes, averaged over uncertain shares."""
    from scipy.stats import binom

    chances: Array = node_weights @ binom.pmf(np.arange(n + 1), n, shares[:, None])
    return chances


def _two_sided(chances: Array) -> Array:
    """P value of every outcome: the summed chance of all outcomes no more probable than it."""
    order = np.argsort(chances)
    rising = chances[order]
    # a relative slack, so that two outcomes of equal chance count as equal despite rounding
    reach = np.searchsorted(rising, chances * (1 + 1e-7), side="right")
    p_values: Array = np.minimum(np.cumsum(rising)[reach - 1], 1.0)
    return p_values


def _bandwidth(cell: Cell) -> int:
    values = np.arange(cell.histogram.counts.size) / 100
    counts = cell.histogram.counts
    mean = np.average(values, weights=counts)
    spread = np.sqrt(np.average((values - mean) ** 2, weights=counts))
    per_point = cell.n / (2 * cell.width / 100)
    best = _BOUNDARY_TRIANGLE * (spread**4 / per_point) ** 0.2
    return int(np.clip(round(100 * best), *_BANDWIDTHS))


def _jump(counts: Array, exposure: Array, steps: int) -> tuple[Array, Array]:
    """Log density jump in the middle of rows of 2 * steps bins, and its variance."""
    distance = (np.arange(steps) + 0.5) / steps
    design = np.column_stack([np.ones(steps), distance, distance**2])
    kernel = 1 - distance
    levels, variances = [], []
    for side in (slice(steps, None), slice(steps - 1, None, -1)):  # outwards from the border
        y, offset = counts[:, side], np.broadcast_to(exposure[side], counts[:, side].shape)
        beta, bread = fit_poisson(y * kernel, offset * kernel, design)
        mu = offset * np.exp(np.clip(beta @ design.T, -30, 30))
        meat = np.einsum("rb,bi,bj->rij", mu * kernel**2, design, design)
        inverse = np.linalg.inv(bread)
        levels.append(beta[:, 0])
        variances.append((inverse @ meat @ inverse)[:, 0, 0])
    return levels[0] - levels[1], variances[0] + variances[1]


def _discontinuity(
    cell: Cell,
    steps: int,
    min_count: int,
    lifted_share: float,
    confidence: float,
    n_resamples: int,
    rng: np.random.Generator,
) -> dict[str, object]:
    from scipy.special import ndtr, ndtri

    around = slice(max(cell.cut - steps, 0), cell.cut + steps)
    counts, exposure = cell.histogram.counts[around], cell.histogram.exposure[around]
    seen = counts * (exposure > 0)
    shared: dict[str, object] = {"bandwidth": steps / 100, "n": int(seen.sum())}
    if min(seen[:steps].sum(), seen[steps:].sum()) < _MIN_SIDE:
        return shared | {"reason": f"fewer than {_MIN_SIDE} results on one side"}
    # a window that is full only because results were lifted into it must not select the cell
    fit = _fit_cell(cell, 2)
    if fit.below[0] + fit.above[0] < min_count:
        return shared | {"reason": f"fewer than {min_count} results expected in the window"}
    jump, variance = _jump(counts[None], exposure, steps)
    estimate, error = float(jump[0]), float(np.sqrt(variance[0]))
    lifted = lifted_rates(_smooth_rates(cell)[around], width=cell.width, lifted_share=lifted_share)
    jumps, variances = _jump(cell.draw(lifted, n_resamples, rng), exposure, steps)
    half = float(ndtri((1 + confidence) / 2)) * error
    return shared | {
        "std_error": error,
        "z": estimate / error,
        "p_value": float(2 * ndtr(-abs(estimate / error))),
        "power": float(np.mean(np.abs(jumps) > float(ndtri(1 - _ALPHA / 2)) * np.sqrt(variances))),
        "estimate": estimate,
        "low": estimate - half,
        "high": estimate + half,
    }


def _smooth_rates(cell: Cell) -> Array:
    """Rates of the whole year: the counterfactual near the cut-off, a moving mean elsewhere."""
    counts, exposure = cell.histogram.counts, cell.histogram.exposure
    kernel = np.ones(21)
    held = np.convolve(exposure, kernel, "same")
    mean = np.convolve(counts * (exposure > 0), kernel, "same") / np.maximum(held, 1)
    rates = mean * exposure
    rates[cell.cut - REACH : cell.cut + REACH] = _fit_cell(cell, 2).rates[0]
    return rates


def _placebo(
    cell: Cell,
    degree: int,
    min_count: int,
    lifted_share: float,
    n_resamples: int,
    rng: np.random.Generator,
) -> dict[str, object]:
    width, histogram = cell.width, cell.histogram
    edges = sorted({round(100 * cutoff) for cutoff in CUTOFFS} | {cell.cut})
    masked = histogram.exposure.copy()
    for edge in edges:
        masked[edge - width : edge + width] = 0
    totals = np.concatenate([[0], np.cumsum(histogram.counts)])
    sites = [
        cut
        for cut in range(101 + width, 500 - width)
        if min(abs(cut - edge) for edge in edges) > 2 * width
        and totals[cut + width] - totals[cut - width] >= min_count
    ]
    if len(sites) < min_count:
        return {"n_placebos": len(sites), "reason": f"fewer than {min_count} placebo cut-offs"}
    real = _excesses(histogram.counts[None], histogram.exposure, [cell.cut], cell, degree)
    placebos = _excesses(histogram.counts[None], masked, sites, cell, degree)
    z, others = float(real[0, 0]), placebos[0]
    # the lifted sample: only the excess at the true cut-off changes, the placebos stay as seen
    lifted = lifted_rates(
        _smooth_rates(cell)[cell.cut - REACH : cell.cut + REACH],
        width=width,
        lifted_share=lifted_share,
    )
    samples = np.tile(histogram.counts, (n_resamples, 1))
    samples[:, cell.cut - REACH : cell.cut + REACH] = cell.draw(lifted, n_resamples, rng)
    drawn = _excesses(samples, histogram.exposure, [cell.cut], cell, degree)
    ranks = (1 + (np.abs(others) >= np.abs(drawn)).sum(axis=1)) / (1 + len(sites))
    return {
        "n_placebos": len(sites),
        "p_value": float((1 + (np.abs(others) >= abs(z)).sum()) / (1 + len(sites))),
        "p_value_above": float((1 + (others >= z).sum()) / (1 + len(sites))),
        "power": float(np.mean(ranks <= _ALPHA)),
        "estimate": z,
    }


def _excesses(samples: Array, exposure: Array, sites: list[int], cell: Cell, degree: int) -> Array:
    """Standardised excess above each site in each sample, shape (samples, sites)."""
    bins = np.asarray(sites)[:, None] + np.arange(-REACH, REACH)
    counts = samples[:, bins].reshape(-1, 2 * REACH)
    widths = np.tile(exposure[bins], (len(samples), 1))
    fit = fit_counterfactual(counts, widths, width=cell.width, degree=degree)
    below = counts[:, REACH - cell.width : REACH].sum(axis=1)
    above = counts[:, REACH : REACH + cell.width].sum(axis=1)
    n, share = below + above, fit.share_above
    variance = n * share * (1 - share)
    spread = np.sqrt(variance + variance**2 * fit.log_odds_variance)
    z = (above - n * share) / np.where(spread > 0, spread, 1.0)
    return np.reshape(z, (len(samples), -1))


def _windows(
    published: pd.DataFrame, cell: Cell, status: str, agency_types: Iterable[str] | None
) -> pd.Series:
    """Window of each agency, -3 to 2 in widths from the cut-off; those beyond are left out."""
    chosen = select_results(
        published, years=[cell.histogram.year], status=status, agency_types=agency_types
    )
    bins = np.rint(100 * round_half_up(chosen["index_published"].to_numpy(float))).astype(int)
    position = np.floor_divide(bins - cell.cut, cell.width)
    windows = pd.Series(position, index=chosen["agency_id"])
    return windows[windows.between(-3, 2)]


def _contrast(groups: list[Array], confidence: float) -> dict[str, Any]:
    """Difference of the middle two groups less half that of the outer pairs, per column."""
    from scipy.special import stdtr, stdtrit

    signs = np.array([0.5, -0.5, -1.0, 1.0, 0.5, -0.5])
    sizes = np.array([len(group) for group in groups])
    if sizes.min() < 2:
        raise DataError(
            f"Invalid windows of {sizes.tolist()} agencies. Each must hold at least 2: widen them."
        )
    means = np.array([group.mean(axis=0) for group in groups])
    parts = signs[:, None] ** 2 * np.array([group.var(axis=0, ddof=1) for group in groups])
    parts /= sizes[:, None]
    variance = parts.sum(axis=0)
    estimate = signs @ means
    varies = variance > 0
    safe = np.where(varies, variance, 1.0)
    freedom = np.where(
        varies, safe**2 / np.where(varies, (parts**2 / (sizes[:, None] - 1)).sum(axis=0), 1.0), 1.0
    )
    error = np.where(varies, np.sqrt(safe), np.nan)
    half = stdtrit(freedom, (1 + confidence) / 2) * error
    real = means[3] - means[2]
    return {
        "means": means,
        "real": real,
        "placebo": real - estimate,
        "low": estimate - half,
        "high": estimate + half,
        "p_value": 2 * stdtr(freedom, -np.abs(estimate / error)),
    }


def _adjust_holm(p_values: Any) -> Array:
    """Holm's step-down adjustment of those p values that are not missing."""
    return _adjust(p_values, lambda ordered, m: np.maximum.accumulate(ordered * (m - np.arange(m))))


def _adjust_fdr(p_values: Any) -> Array:
    """Benjamini and Hochberg's (1995) adjustment of those p values that are not missing."""
    return _adjust(
        p_values,
        lambda ordered, m: np.minimum.accumulate((ordered * m / np.arange(1, m + 1))[::-1])[::-1],
    )


def _adjust(p_values: Any, step: Any) -> Array:
    values = np.asarray(p_values, dtype=float)
    adjusted = np.full(values.shape, np.nan)
    present = np.flatnonzero(~np.isnan(values))
    order = present[np.argsort(values[present])]
    adjusted[order] = np.minimum(step(values[order], order.size), 1.0)
    return adjusted
