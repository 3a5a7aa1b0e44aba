"""Whether scores draw together, whether laggards rise faster, and what regression to the mean does.

Sigma convergence: the spread falls. Beta convergence: the lower the start, the larger the rise.

A low score is in part a true low level and in part bad luck in that year's assessment; the luck
does not repeat, so laggards rise and leaders fall even where nothing converges. How much depends on
the reliability of the index, the true share of its variance. **No table at hand tells it**: no
agency was assessed twice in a year. So a slope is shown with what it would be under stated
reliabilities, with the reliability at which nothing is left, and with an earlier year as an
instrument; none of them identifies convergence without an assumption of its own. Bounds of 1 and 5
pull in the same direction.

Not here: clubs. The log t test of Phillips and Sul (2007, doi:10.1111/j.1468-0262.2007.00811.x)
needs a long series; an era has two to four years, one of them after a new guideline.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.distributions.mobility import balanced_panel, check_span, groups_of
from spbe_research.errors import DataError, refuse
from spbe_research.estimates import bootstrap_interval, check_confidence, estimate_table
from spbe_research.simulation.panels import simulate_scores

__all__ = [
    "sigma_convergence",
    "variance_ratio",
    "beta_convergence",
    "corrected_beta",
    "instrumented_beta",
    "null_slopes",
]

_Floats = NDArray[np.float64]

_ERRORS = ("HC1", "HC3")
_NAN = float("nan")


@dataclass(frozen=True)
class _Line:
    """A slope, its standard error and its interval."""

    slope: float
    error: float
    low: float
    high: float


def sigma_convergence(
    published: pd.DataFrame,
    years: Iterable[int],
    *,
    by: str | None = None,
    status: str = "evaluated",
    across_guideline: bool = False,
    confidence: float = 0.95,
    n_resamples: int = 2_000,
    seed: int,
) -> pd.DataFrame:
    """Measure the spread of the same agencies in each year.

    When: whether the index draws together. Not across a new instrument. The coefficient of
    variation falls when the mean rises even if no distance closes, and the scale begins at 1, so
    its zero is arbitrary: read it beside the standard deviation.

    Parameters
    ----------
    published : pandas.DataFrame
        As ``load_published()``.
    years : iterable of int
        Two or more years of 2018 to 2020, or of 2021 to 2024.
    by : {None, "agency_type"}
        All agencies or each type.
    status : {"evaluated", "carried_over", "all"}
        Whether repeated old values may count.
    across_guideline : bool
        Allow years before and after the new guideline of 2023.
    confidence : float
        Between 0 and 1.
    n_resamples : int
        Of the bootstrap.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    pandas.DataFrame
        ``agency_type, year, across_guideline, measure``, then ``estimate, low, high, n, method,
        seed``. ``measure``: ``sd`` (index points, n - 1), ``cv`` (sd over mean), ``iqr`` (index
        points).

    Raises
    ------
    DataError
        When a break that is not allowed lies between the years, or no agency has them all.

    Notes
    -----
    The interval of sd and cv is BCa; that of the iqr is the percentile one, since the jackknife
    behind BCa fails for quantiles. Barro and Sala-i-Martin (1992), doi:10.1086/261816.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> sigma = sigma_convergence(load_published(), [2023, 2024], n_resamples=99, seed=1)
    >>> sigma["measure"].tolist()
    ['sd', 'cv', 'iqr', 'sd', 'cv', 'iqr']
    >>> sigma_convergence(load_published(), [2019, 2021], seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years [2019, 2021]. A new instrument lies between ...
    """
    check_confidence(confidence)
    wanted = sorted({int(year) for year in years})
    crossed = check_span(wanted, across_guideline=across_guideline)
    panel = balanced_panel(published, wanted, status=status)
    rows: list[dict[str, object]] = []
    for label, group in groups_of(panel, by):
        for year, part in group.groupby("year"):
            values = part["index_published"].to_numpy(dtype=float)
            for name, (statistic, kind) in _SPREADS.items():
                known = values.size > 1
                low, high = (
                    _spread_interval(values, statistic, kind, confidence, n_resamples, seed)
                    if known
                    else (_NAN, _NAN)
                )
                rows.append(
                    {
                        "agency_type": label,
                        "year": int(year),
                        "across_guideline": crossed,
                        "measure": name,
                        "estimate": float(statistic(values, axis=-1)) if known else _NAN,
                        "low": low,
                        "high": high,
                        "n": values.size,
                        "method": f"{name}; {kind} bootstrap of agencies {confidence:g}",
                        "seed": seed,
                    }
                )
    return estimate_table(rows)


def variance_ratio(
    published: pd.DataFrame,
    start: int,
    end: int,
    *,
    by: str | None = None,
    status: str = "evaluated",
    across_guideline: bool = False,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Compare the variances of the same agencies in two years.

    When: the test of sigma convergence; the two variances are of the same agencies, so the common
    F test is wrong. Not for fewer than 4 agencies.

    Parameters
    ----------
    published, by, status, across_guideline, confidence
        As in ``sigma_convergence``.
    start, end : int
        Years, start first.

    Returns
    -------
    pandas.DataFrame
        ``agency_type, start, end, across_guideline, measure, p_value``, then ``estimate, low, high,
        n, method, seed``. Estimate: variance at the end over variance at the start. Two rows:
        ``pitman_morgan`` supposes a bivariate normal distribution; ``robust`` does not (delta
        method and normal quantiles: for large n).

    Raises
    ------
    DataError
        As ``sigma_convergence``.

    Notes
    -----
    Sum and difference of two variables are uncorrelated when their variances are equal. With ratio
    F, correlation r: ``t = (F - 1) sqrt(n - 2) / (2 sqrt(F (1 - r²)))`` on n - 2 degrees; bounds
    ``F (K ± sqrt(K² - 1))``, ``K = 1 + 2 (1 - r²) t*² / (n - 2)``. Morgan (1939),
    doi:10.1093/biomet/31.1-2.13; Pitman (1939), doi:10.1093/biomet/31.1-2.9. Robust: the variance
    of ln F is that of the mean of ``(e2²/s2² - e1²/s1²)``, e the deviations from the mean.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> ratio = variance_ratio(load_published(), 2023, 2024)
    >>> ratio["measure"].tolist(), bool((ratio["low"] < ratio["high"]).all())
    (['pitman_morgan', 'robust'], True)
    >>> variance_ratio(load_published(), 2022, 2023)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years [2022, 2023]. A new guideline lies between ...
    """
    check_confidence(confidence)
    crossed, groups = _scores(published, [start, end], by, status, across_guideline)
    rows: list[dict[str, object]] = []
    for label, scores in groups:
        first, last = scores.T
        normal, robust = _variance_tests(first, last, confidence)
        for name, (low, high, p_value), method in (
            ("pitman_morgan", normal, "variance ratio; Pitman-Morgan interval"),
            ("robust", robust, "variance ratio; delta-method interval of its logarithm"),
        ):
            rows.append(
                {
                    "agency_type": label,
                    "start": start,
                    "end": end,
                    "across_guideline": crossed,
                    "measure": name,
                    "p_value": p_value,
                    "estimate": _ratio(_variance(last), _variance(first)),
                    "low": low,
                    "high": high,
                    "n": first.size,
                    "method": f"{method} {confidence:g}",
                }
            )
    return estimate_table(rows)


def beta_convergence(
    published: pd.DataFrame,
    start: int,
    end: int,
    *,
    by: str | None = None,
    status: str = "evaluated",
    across_guideline: bool = False,
    errors: str = "HC3",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Regress the change on the start, with the numbers that expose regression to the mean.

    When: to describe who rose. A negative slope is *not* evidence of catching up by itself: any
    measurement error makes one.

    Parameters
    ----------
    published, start, end, by, status, across_guideline, confidence
        As in ``variance_ratio``.
    errors : {"HC3", "HC1"}
        Standard errors robust to unequal variance; HC3 is the safer with few agencies.

    Returns
    -------
    pandas.DataFrame
        ``agency_type, start, end, across_guideline, measure, std_error``, then ``estimate, low,
        high, n, method, seed``. ``measure``:
        ``slope``, of the change on the start;
        ``sd_ratio`` and ``correlation``, which make it: slope = correlation * sd_ratio - 1;
        ``reverse_slope``, of the start on the end: below 1, the leaders of the *end* were nearer to
        the mean before (Galton: read backwards it is divergence);
        ``zero_reliability``, the reliability at which the true slope is 0: below it, laggards truly
        fell behind; above it, they truly caught up. Above 1: divergence whatever the reliability.

    Raises
    ------
    DataError
        As ``sigma_convergence``, or when the errors are unknown.

    Notes
    -----
    ``zero_reliability = 1 + slope``, see ``corrected_beta``. Galton (1886), doi:10.2307/2841583;
    Friedman (1992), Journal of Economic
    Literature 30, 2129-2132; HC3: MacKinnon and White (1985),
    doi:10.1016/0304-4076(85)90158-7; t quantiles on n - 2 degrees. Correlation: Fisher's z.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> beta = beta_convergence(load_published(), 2023, 2024).set_index("measure")["estimate"]
    >>> abs(float(beta["correlation"] * beta["sd_ratio"] - 1 - beta["slope"])) < 1e-12
    True
    >>> beta_convergence(load_published(), 2023, 2024, errors="HC9")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid errors 'HC9'. It must be one of HC1, HC3.
    """
    _check(confidence, errors)
    crossed, groups = _scores(published, [start, end], by, status, across_guideline)
    rows: list[dict[str, object]] = []
    for label, scores in groups:
        first, last = scores.T
        forward = _line(first, last - first, errors, confidence)
        backward = _line(last, first, errors, confidence)
        correlation = _correlation(first, last)
        low, high = _fisher(correlation, first.size, confidence)
        ols = f"OLS, {errors} errors, t interval {confidence:g}"
        for name, estimate, error, bounds, method in (
            ("slope", forward.slope, forward.error, (forward.low, forward.high), ols),
            (
                "sd_ratio",
                _ratio(_variance(last), _variance(first)) ** 0.5,
                _NAN,
                tuple(np.sqrt(_variance_tests(first, last, confidence)[1][:2])),
                f"sd at the end over sd at the start; delta-method interval {confidence:g}",
            ),
            ("correlation", correlation, _NAN, (low, high), f"Pearson; Fisher z {confidence:g}"),
            ("reverse_slope", backward.slope, backward.error, (backward.low, backward.high), ols),
            (
                "zero_reliability",
                1 + forward.slope,
                forward.error,
                (1 + forward.low, 1 + forward.high),
                f"1 + slope; {ols}",
            ),
        ):
            rows.append(
                {
                    "agency_type": label,
                    "start": start,
                    "end": end,
                    "across_guideline": crossed,
                    "measure": name,
                    "std_error": error,
                    "estimate": estimate,
                    "low": float(bounds[0]),
                    "high": float(bounds[1]),
                    "n": first.size,
                    "method": method,
                }
            )
    return estimate_table(rows)


def corrected_beta(
    published: pd.DataFrame,
    start: int,
    end: int,
    *,
    reliabilities: Sequence[float] = (0.8, 0.9, 0.95, 1.0),
    by: str | None = None,
    status: str = "evaluated",
    across_guideline: bool = False,
    errors: str = "HC3",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Correct the slope for measurement error of the start under assumed reliabilities.

    When: to show how far the slope hangs on an assumption. The reliability is not known here; a row
    answers "if it were". The interval takes it as certain.

    Parameters
    ----------
    published, start, end, by, status, across_guideline, errors, confidence
        As in ``beta_convergence``.
    reliabilities : sequence of float
        True share of the variance at the start, above 0, at most 1; 1 gives the plain slope.

    Returns
    -------
    pandas.DataFrame
        ``agency_type, start, end, across_guideline, reliability``, then ``estimate, low, high, n,
        method, seed``. Estimate: slope of the true change on the true start.

    Raises
    ------
    DataError
        As ``beta_convergence``, or naming every reliability outside 0 to 1.

    Notes
    -----
    ``(1 + slope) / reliability - 1``, *not* slope / reliability: the error of the start stands in
    the change too, with the opposite sign. It holds where errors are independent of true scores and
    of each other over the years; where an assessor is lenient in both years, the error shared is
    counted as truth. Fuller (1987), doi:10.1002/9780470316665, section 1.1.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> table = corrected_beta(load_published(), 2023, 2024, reliabilities=[0.9, 1.0])
    >>> bool(table["estimate"].iloc[0] > table["estimate"].iloc[1])
    True
    >>> corrected_beta(load_published(), 2023, 2024, reliabilities=[0.0])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid reliabilities, 1 violation:
      - 0.0: must lie above 0 and not above 1
    Give shares of true variance, for example 0.9.
    """
    _check(confidence, errors)
    _check_reliabilities(reliabilities)
    crossed, groups = _scores(published, [start, end], by, status, across_guideline)
    rows: list[dict[str, object]] = []
    for label, scores in groups:
        first, last = scores.T
        line = _line(first, last - first, errors, confidence)
        rows += [
            {
                "agency_type": label,
                "start": start,
                "end": end,
                "across_guideline": crossed,
                "reliability": float(share),
                "estimate": (1 + line.slope) / share - 1,
                "low": (1 + line.low) / share - 1,
                "high": (1 + line.high) / share - 1,
                "n": first.size,
                "method": f"errors in variables, reliability taken as known; OLS, {errors} errors, "
                f"t interval {confidence:g}",
            }
            for share in reliabilities
        ]
    return estimate_table(rows)


def instrumented_beta(
    published: pd.DataFrame,
    years: Sequence[int],
    *,
    by: str | None = None,
    status: str = "evaluated",
    across_guideline: bool = False,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Regress the change on the start, with an earlier year as instrument of the start.

    When: three years are there. It frees the slope of measurement error *if* the error of the
    earlier year is unrelated to that of the start and to the later change, and the earlier level
    bears on the change through the start alone. Lasting leniency of an assessor, or agencies with a
    trend of their own, break this. Three years need 2018 to 2020 (few and selected agencies) or
    cross the new guideline.

    Parameters
    ----------
    published, by, status, across_guideline, confidence
        As in ``beta_convergence``.
    years : sequence of int
        Three, ascending: instrument, start, end.

    Returns
    -------
    pandas.DataFrame
        ``agency_type, instrument_year, start, end, across_guideline, measure, std_error``, then
        ``estimate, low, high, n, method, seed``. ``measure``: ``slope`` (two-stage least squares),
        ``first_stage_f`` (robust F; far above 10 is wanted, see Notes), ``naive_slope`` (OLS of
        the same agencies), ``implied_reliability`` ((1 + naive) / (1 + slope)).

    Raises
    ------
    DataError
        When there are not three years, or as ``beta_convergence``.

    Notes
    -----
    ``slope = cov(earlier, change) / cov(earlier, start)``; HC1 errors, t quantiles on n - 2
    degrees. Staiger and Stock (1997), doi:10.2307/2171753, on weak instruments.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> table = instrumented_beta(load_published(), [2022, 2023, 2024], across_guideline=True)
    >>> table["measure"].tolist()
    ['slope', 'first_stage_f', 'naive_slope', 'implied_reliability']
    >>> instrumented_beta(load_published(), [2023, 2024])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid years [2023, 2024]. They must be three: instrument, ...
    """
    check_confidence(confidence)
    if len(years) != 3:
        raise DataError(
            f"Invalid years {list(years)}. They must be three: instrument, start and end."
        )
    crossed, groups = _scores(published, years, by, status, across_guideline)
    rows: list[dict[str, object]] = []
    for label, scores in groups:
        earlier, first, last = scores.T
        two_stage = _two_stage(earlier, first, last - first, confidence)
        stage = _line(earlier, first, "HC1", confidence)
        naive = _line(first, last - first, "HC1", confidence)
        ols = f"OLS, HC1 errors, t interval {confidence:g}"
        f_value = _ratio(stage.slope, stage.error) ** 2
        for name, estimate, error, low, high, method in (
            (
                "slope",
                two_stage.slope,
                two_stage.error,
                two_stage.low,
                two_stage.high,
                f"two-stage least squares, HC1 errors, t interval {confidence:g}",
            ),
            ("first_stage_f", f_value, _NAN, _NAN, _NAN, "F of the instrument, HC1 errors"),
            ("naive_slope", naive.slope, naive.error, naive.low, naive.high, ols),
            (
                "implied_reliability",
                _ratio(1 + naive.slope, 1 + two_stage.slope),
                _NAN,
                _NAN,
                _NAN,
                "(1 + naive slope) / (1 + two-stage slope); no interval",
            ),
        ):
            rows.append(
                {
                    "agency_type": label,
                    "instrument_year": int(years[0]),
                    "start": int(years[1]),
                    "end": int(years[2]),
                    "across_guideline": crossed,
                    "measure": name,
                    "std_error": error,
                    "estimate": estimate,
                    "low": low,
                    "high": high,
                    "n": first.size,
                    "method": method,
                }
            )
    return estimate_table(rows)


def null_slopes(
    published: pd.DataFrame,
    start: int,
    end: int,
    *,
    reliabilities: Sequence[float] = (0.8, 0.9, 0.95),
    by: str | None = None,
    status: str = "evaluated",
    across_guideline: bool = False,
    bounds: Sequence[float] = (1.0, 5.0),
    confidence: float = 0.95,
    n_simulations: int = 1_000,
    seed: int,
) -> pd.DataFrame:
    """Simulate the plain slope where nothing converges, for comparison with the one observed.

    When: to see how negative a slope error, floor and ceiling make by themselves. The simulated
    agencies are as many, start with the same mean and sd, and all rise by the same true amount.

    Parameters
    ----------
    published, start, end, by, status, across_guideline
        As in ``beta_convergence``.
    reliabilities : sequence of float
        Above 0, at most 1.
    bounds : sequence of float
        Floor and ceiling, index points.
    confidence : float
        Share of the simulated slopes between ``low`` and ``high``.
    n_simulations : int
        Panels drawn for each reliability.
    seed : int
        Of NumPy's default generator.

    Returns
    -------
    pandas.DataFrame
        ``agency_type, start, end, across_guideline, reliability, observed_slope, share_below``
        (share of the simulated slopes at or below the observed one), ``observed_falls,
        simulated_falls`` (share of agencies whose score fell), then ``estimate`` (mean
        simulated slope), ``low, high`` (central share of the simulated slopes: no confidence
        interval), ``n, method, seed``.

    Raises
    ------
    DataError
        As ``corrected_beta``, or when n_simulations is below 1.

    Notes
    -----
    Without bounds the mean slope is ``reliability - 1``. The sd is matched before clipping. Where
    far fewer scores fall than simulated, errors independent over the years do not describe the
    data: scores may be held to those of the year before.

    Examples
    --------
    >>> from spbe_research import load_published
    >>> table = null_slopes(load_published(), 2023, 2024, n_simulations=50, seed=1)
    >>> bool((table["estimate"] < 0).all())
    True
    >>> null_slopes(load_published(), 2023, 2024, n_simulations=0, seed=1)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid n_simulations 0. It must be 1 or more.
    """
    check_confidence(confidence)
    _check_reliabilities(reliabilities)
    if n_simulations < 1:
        raise DataError(f"Invalid n_simulations {n_simulations}. It must be 1 or more.")
    crossed, groups = _scores(published, [start, end], by, status, across_guideline)
    rows: list[dict[str, object]] = []
    for label, scores in groups:
        first, last = scores.T
        observed = _line(first, last - first, "HC1", confidence).slope
        for share in reliabilities:
            # Without a spread of the start no slope exists, simulated or observed.
            slopes, falls = np.array([_NAN]), _NAN
            if np.isfinite(observed):
                drawn, _ = simulate_scores(
                    first.size * n_simulations,
                    n_years=2,
                    reliability=share,
                    convergence=0.0,
                    mean=float(first.mean()),
                    sd=float(_variance(first) ** 0.5),
                    growth=float((last - first).mean()),
                    bounds=bounds,
                    seed=seed,
                )
                slopes = _slopes(drawn.reshape(n_simulations, first.size, 2))
                falls = _share_falling(*drawn.T)
            low, high = np.quantile(slopes, [(1 - confidence) / 2, (1 + confidence) / 2])
            rows.append(
                {
                    "agency_type": label,
                    "start": start,
                    "end": end,
                    "across_guideline": crossed,
                    "reliability": float(share),
                    "observed_slope": observed,
                    "share_below": float(np.mean(slopes <= observed))
                    if np.isfinite(observed)
                    else _NAN,
                    "observed_falls": _share_falling(first, last),
                    "simulated_falls": falls,
                    "estimate": float(slopes.mean()),
                    "low": float(low),
                    "high": float(high),
                    "n": first.size,
                    "method": f"mean and central {confidence:g} of {n_simulations} synthetic "
                    "slopes without convergence",
                    "seed": seed,
                }
            )
    return estimate_table(rows)


def _sd(values: _Floats, axis: int = -1) -> _Floats:
    spread: _Floats = np.std(values, axis=axis, ddof=1)
    return spread


def _cv(values: _Floats, axis: int = -1) -> _Floats:
    ratio: _Floats = _sd(values, axis=axis) / np.mean(values, axis=axis)
    return ratio


def _iqr(values: _Floats, axis: int = -1) -> _Floats:
    low, high = np.quantile(values, [0.25, 0.75], axis=axis)
    return np.asarray(high - low)


_SPREADS: dict[str, tuple[Callable[..., _Floats], str]] = {
    "sd": (_sd, "BCa"),
    "cv": (_cv, "BCa"),
    "iqr": (_iqr, "percentile"),
}


def _spread_interval(
    values: _Floats,
    statistic: Callable[..., _Floats],
    kind: str,
    confidence: float,
    n_resamples: int,
    seed: int,
) -> tuple[float, float]:
    """Bootstrap interval of a spread; missing where leaving one out always leaves the same."""
    n = values.size
    if n < 4:
        return _NAN, _NAN
    without = statistic(np.tile(values, (n, 1))[~np.eye(n, dtype=bool)].reshape(n, n - 1), axis=-1)
    if kind == "BCa" and np.ptp(without) < 1e-12:
        return _NAN, _NAN
    return bootstrap_interval(
        values, statistic, confidence=confidence, n_resamples=n_resamples, seed=seed, method=kind
    )


def _check(confidence: float, errors: str) -> None:
    check_confidence(confidence)
    if errors not in _ERRORS:
        raise DataError(f"Invalid errors {errors!r}. It must be one of {', '.join(_ERRORS)}.")


def _check_reliabilities(reliabilities: Sequence[float]) -> None:
    refuse(
        DataError,
        "reliabilities",
        [
            f"{share}: must lie above 0 and not above 1"
            for share in reliabilities
            if not 0 < share <= 1
        ],
        "Give shares of true variance, for example 0.9.",
    )


def _scores(
    published: pd.DataFrame,
    years: Sequence[int],
    by: str | None,
    status: str,
    across_guideline: bool,
) -> tuple[bool, list[tuple[str, _Floats]]]:
    """Whether the guideline is crossed; the scores of each group, one column a year."""
    crossed = check_span(years, across_guideline=across_guideline)
    panel = balanced_panel(published, years, status=status)
    groups = [
        (
            label,
            rows.pivot(index="agency_id", columns="year", values="index_published").to_numpy(
                dtype=float
            ),
        )
        for label, rows in groups_of(panel, by)
    ]
    return crossed, groups


def _ratio(above: float, below: float) -> float:
    return above / below if below != 0 else _NAN


def _variance(values: _Floats) -> float:
    return float(np.var(values, ddof=1)) if values.size > 1 else _NAN


def _correlation(first: _Floats, last: _Floats) -> float:
    if first.size < 2:
        return _NAN
    deviations = first - first.mean(), last - last.mean()
    scale = float(np.sqrt((deviations[0] ** 2).sum() * (deviations[1] ** 2).sum()))
    return _ratio(float((deviations[0] * deviations[1]).sum()), scale)


def _fisher(correlation: float, n: int, confidence: float) -> tuple[float, float]:
    from scipy.special import ndtri

    if n < 4 or not abs(correlation) < 1:
        return _NAN, _NAN
    half = float(ndtri((1 + confidence) / 2)) / (n - 3) ** 0.5
    middle = np.arctanh(correlation)
    return float(np.tanh(middle - half)), float(np.tanh(middle + half))


def _line(x: _Floats, y: _Floats, errors: str, confidence: float) -> _Line:
    """OLS slope of y on x with a constant and a heteroskedasticity-robust error."""
    return _just_identified(x, x, y, errors, confidence)


def _two_stage(instrument: _Floats, x: _Floats, y: _Floats, confidence: float) -> _Line:
    return _just_identified(instrument, x, y, "HC1", confidence)


def _just_identified(
    instrument: _Floats, x: _Floats, y: _Floats, errors: str, confidence: float
) -> _Line:
    """Slope ``cov(z, y) / cov(z, x)``; with the instrument x itself it is OLS."""
    from scipy.special import stdtrit

    n = x.size
    nothing = _Line(_NAN, _NAN, _NAN, _NAN)
    if n < 2 or np.ptp(x) == 0 or np.ptp(instrument) == 0:
        return nothing
    z = instrument - instrument.mean()
    joint = float(z @ x)
    if joint == 0:
        return nothing
    slope = float(z @ y) / joint
    if n < 4:
        return _Line(slope, _NAN, _NAN, _NAN)
    residual = (y - y.mean()) - slope * (x - x.mean())
    if errors == "HC3":
        leverage = 1 / n + z**2 / float(z @ z)
        if (leverage > 1 - 1e-9).any():  # one agency fixes the line: no error can be told
            return _Line(slope, _NAN, _NAN, _NAN)
        variance = float((z**2 * (residual / (1 - leverage)) ** 2).sum()) / joint**2
    else:
        variance = float((z**2 * residual**2).sum()) / joint**2 * n / (n - 2)
    error = variance**0.5
    half = float(stdtrit(n - 2, (1 + confidence) / 2)) * error
    return _Line(slope, error, slope - half, slope + half)


def _variance_tests(
    first: _Floats, last: _Floats, confidence: float
) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Bounds and p-value of the variance ratio, Pitman-Morgan and robust."""
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    n = first.size
    nothing = (_NAN, _NAN, _NAN)
    correlation = _correlation(first, last)
    # Scores that lie on one line leave the tests no variation to judge by.
    if n < 4 or not abs(correlation) < 1 - 1e-12:
        return nothing, nothing
    ratio = _variance(last) / _variance(first)
    left = 1 - correlation**2
    t_value = (ratio - 1) * (n - 2) ** 0.5 / (2 * (ratio * left) ** 0.5)
    k = 1 + 2 * left * float(stdtrit(n - 2, (1 + confidence) / 2)) ** 2 / (n - 2)
    width = (k**2 - 1) ** 0.5
    normal = (
        ratio * (k - width),
        ratio * (k + width),
        2 * float(stdtr(n - 2, -abs(t_value))),
    )
    influence = (last - last.mean()) ** 2 / np.var(last) - (first - first.mean()) ** 2 / np.var(
        first
    )
    error = float(np.std(influence, ddof=1)) / n**0.5
    if error == 0:
        return normal, nothing
    half = float(ndtri((1 + confidence) / 2)) * error
    centre = np.log(ratio)
    robust = (
        float(np.exp(centre - half)),
        float(np.exp(centre + half)),
        2 * float(ndtr(-abs(centre) / error)),
    )
    return normal, robust


def _share_falling(first: _Floats, last: _Floats) -> float:
    """Share of scores that fell; sums of doubles that differ by noise alone did not."""
    return float(np.mean(last < first - 1e-9))


def _slopes(scores: _Floats) -> _Floats:
    """OLS slope of the change on the start in each panel, shape (panels, agencies, 2)."""
    first = scores[..., 0] - scores[..., 0].mean(axis=1, keepdims=True)
    change = scores[..., 1] - scores[..., 0]
    with np.errstate(invalid="ignore", divide="ignore"):  # a panel may all lie on the floor
        slopes: _Floats = (first * change).sum(axis=1) / (first**2).sum(axis=1)
    return slopes
