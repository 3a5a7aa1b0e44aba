"""How much of "index goes with policy" is arithmetic: the policy domain is part of the index.

The index is ``w * policy + (1 - w) * rest``, so its slope on the policy domain is at least partly
the weight w. Here the index *without* the policy domain is put beside the index, and the slope, the
correlation and the variance are split exactly. Not shown: why policy and the rest go together. One
assessment gives both, able agencies may do both, and either may come first.

Of the 2018 edition (2018 to 2020) only national means and two agencies' sheets print domains: no
slope or correlation can be had, and only the parts of a mean are given.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spbe_research.errors import DataError, refuse
from spbe_research.estimates import check_confidence
from spbe_research.instruments import Instrument, load_instrument
from spbe_research.regulations.results import interval_of, regulation_table
from spbe_research.scoring import compute_index

__all__ = ["policy_and_rest", "decompose_part_and_whole", "decompose_printed_means"]

_DESIGN = "part and whole"
_POLICY = "D1"
_EXACT = 1e-9
_KEYS = ["agency_id", "year"]


def policy_and_rest(
    scores: pd.DataFrame, published: pd.DataFrame, *, edition: str = "permen-59-2020"
) -> pd.DataFrame:
    """Put the policy domain beside the index without it, for every evaluated agency and year.

    Where all levels of a year are printed the domains are computed from them; where only domains
    are printed those are used, with two decimals. The index is the weighted mean of the domains
    used, so that the parts add up exactly; it is within 0.01 of the printed one.

    Parameters
    ----------
    scores : pandas.DataFrame
        As ``load_scores()``: ``agency_id, year, edition, scale, item, value, status, method,
        flag``.
    published : pandas.DataFrame
        As ``load_published()``: agency type and status of the year.
    edition : str
        The instrument.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, year, agency_type, policy, rest, index`` (1 to 5), ``weight`` of the policy
        domain (0 to 1), ``source`` (``levels``, ``domains`` or ``domains, policy derived``). An
        agency-year with a domain that is flagged and was not derived is left out: Banyuasin 2023,
        whose D4 is printed as 0.30. The three policy cells of 2024 that were solved from the
        index stay in and are named by ``source``.

    Raises
    ------
    DataError
        When no agency-year has all domains.

    Notes
    -----
    ``rest = (sum of w_d D_d over d other than policy) / (1 - w)``.

    Examples
    --------
    >>> from spbe_research import load_published, load_scores
    >>> parts = policy_and_rest(load_scores(), load_published())
    >>> parts.groupby("year").size().tolist()
    [517, 554, 620, 615]
    >>> policy_and_rest(load_scores(scale="index"), load_published())
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid scores. No agency-year has all domains of ...
    """
    instrument = load_instrument(edition)
    kept = scores[(scores["edition"] == edition) & (scores["status"] == "evaluated")]
    from_levels = _domains_from_levels(kept, instrument)
    printed = _printed_domains(kept, instrument)
    known = printed.index.isin(from_levels.index)
    domains = pd.concat([from_levels, printed[~known]]).sort_index()
    if domains.empty:
        raise DataError(f"Invalid scores. No agency-year has all domains of {edition}.")
    weights = np.array([float(instrument.item(code).weight) for code in instrument.domains])
    weights = weights / weights.sum()
    own = list(instrument.domains).index(_POLICY)
    values = domains[list(instrument.domains)].to_numpy(dtype=float)
    rest = np.delete(values, own, axis=1) @ np.delete(weights, own) / (1 - weights[own])
    table = domains[["source"]].assign(policy=values[:, own], rest=rest, weight=weights[own])
    table["index"] = weights[own] * table["policy"] + (1 - weights[own]) * table["rest"]
    evaluated = published[published["status"] == "evaluated"]
    table = table.reset_index().merge(evaluated[[*_KEYS, "agency_type"]], on=_KEYS, how="inner")
    return table[[*_KEYS, "agency_type", "policy", "rest", "index", "weight", "source"]]


def decompose_part_and_whole(
    parts: pd.DataFrame, *, by: str | None = None, confidence: float = 0.95
) -> pd.DataFrame:
    """Split slope, correlation and variance of the index into arithmetic and the rest.

    Use it for one row an agency and year. Not for a change over time, nor as an effect of policy.

    Parameters
    ----------
    parts : pandas.DataFrame
        As ``policy_and_rest``.
    by : str, optional
        A column, ``agency_type``: every group apart.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row a year, group and quantity: ``design, year, outcome, contrast``, the group,
        ``estimate, std_error, low, high, n, n_clusters, method``. Slopes are index points a level
        of policy. What the instrument fixes (the weight) has an error of 0. Fewer than four
        agencies or a constant part give missing values.

    Raises
    ------
    DataError
        When a column is absent, or the index is not the weighted mean of its parts.

    Notes
    -----
    With P policy, R rest, I index: ``slope(I~P) = w + (1-w) slope(R~P)``;
    ``cor(I,P) = w sd(P)/sd(I) + (1-w) cor(R,P) sd(R)/sd(I)``;
    ``1 = w cov(P,I)/var(I) + (1-w) cov(R,I)/var(I)``. Slopes: HC3 errors of statsmodels, t with
    n - 2. Correlations and shares: influence functions (no normality assumed), the correlation on
    Fisher's scale: Steiger and Hakstian (1982), doi:10.1111/j.2044-8317.1982.tb00653.x. HC3:
    MacKinnon and White (1985), doi:10.1016/0304-4076(85)90158-7. Part correlated with
    whole: Cureton (1966), doi:10.1007/BF02289461.

    Examples
    --------
    >>> parts = pd.DataFrame({"agency_id": [*"abcde"], "year": 2021, "weight": 0.5,
    ...     "policy": [1.0, 2, 3, 4, 5], "rest": [2.0, 1, 2, 3, 2]})
    >>> parts["index"] = (parts["policy"] + parts["rest"]) / 2
    >>> decompose_part_and_whole(parts).head(4)[["contrast", "estimate"]].round(3).values.tolist()
    [['slope on policy', 0.6], ['slope on policy', 0.2], ['slope: the weight', 0.5], ...]
    >>> decompose_part_and_whole(parts.assign(index=3.0))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid parts, 5 violations:
      - a 2021: index 3 is not the weighted mean 1.5
    ...
    """
    check_confidence(confidence)
    _check_parts(parts, by)
    keys = ["year"] if by is None else ["year", by]
    rows: list[dict[str, object]] = []
    for values, group in parts.groupby(keys, sort=True):
        key = dict(zip(keys, values, strict=True))
        rows += [{"design": _DESIGN, **key, **row} for row in _quantities(group, confidence)]
    return regulation_table(rows)


def decompose_printed_means(
    aggregates: pd.DataFrame,
    *,
    years: Sequence[int] = (2018, 2019, 2020),
    edition: str = "permen-5-2018",
) -> pd.DataFrame:
    """Say how much of the printed national mean the policy domain makes up, 2018 to 2020.

    A mean of a sum is the sum of the means, so this is exact up to the two decimals printed. It is
    no slope: national means say nothing of whether agencies high in policy are high in the rest.

    Parameters
    ----------
    aggregates : pandas.DataFrame
        As ``load_aggregates()``; ``Tabel 4`` of the report of 2024 is read, which prints the
        service domain of this edition as D4.
    years : sequence of int
        Years of the edition.
    edition : str
        The instrument.

    Returns
    -------
    pandas.DataFrame
        In the form of ``regulations.csv``: the contribution of policy to the index (index points),
        its share (0 to 1), policy less the rest (levels), and what rounding leaves unexplained.
        No intervals; ``n`` is 1, a printed mean.

    Raises
    ------
    DataError
        Naming every year without the four means.

    Examples
    --------
    >>> from spbe_research import load_aggregates
    >>> table = decompose_printed_means(load_aggregates(), years=[2018])
    >>> table[["contrast", "estimate"]].round(3).values.tolist()[:2]
    [['contribution of policy to the mean', 0.298], ['share of policy in the mean', 0.15]]
    >>> decompose_printed_means(load_aggregates(), years=[2017])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid aggregates, 1 violation:
      - 2017: no national mean of D1, D2, D4, index
    Ask for years of the edition whose means are printed.
    """
    wanted = ["D1", "D2", "D4", "index"]
    means = aggregates[
        (aggregates["scope"] == "nasional")
        & (aggregates["measure"] == "mean")
        & (aggregates["locator"] == "Tabel 4")
        & aggregates["item"].isin(wanted)
    ].pivot(index="year", columns="item", values="value")
    means = means.reindex(index=list(years), columns=wanted)
    refuse(
        DataError,
        "aggregates",
        [
            f"{year}: no national mean of {', '.join(row.index[row.isna()])}"
            for year, row in means.iterrows()
            if row.isna().any()
        ],
        "Ask for years of the edition whose means are printed.",
    )
    instrument = load_instrument(edition)
    w1, w2, w3 = (float(instrument.item(code).weight) / 100 for code in instrument.domains)
    rows: list[dict[str, object]] = []
    for year, row in means.iterrows():
        rest = (w2 * row["D2"] + w3 * row["D4"]) / (1 - w1)
        quantities = {
            "contribution of policy to the mean": w1 * row["D1"],
            "share of policy in the mean": w1 * row["D1"] / (w1 * row["D1"] + (1 - w1) * rest),
            "policy less the rest": row["D1"] - rest,
            "printed index less its parts": row["index"] - w1 * row["D1"] - (1 - w1) * rest,
        }
        rows += [
            {
                "design": _DESIGN,
                "year": year,
                "outcome": "national mean index",
                "contrast": contrast,
                "estimate": value,
                "n": 1,
                "method": "arithmetic on printed national means, no sampling; no slope possible",
            }
            for contrast, value in quantities.items()
        ]
    return regulation_table(rows)


def _domains_from_levels(scores: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    levels = scores[scores["scale"] == "indicator"]
    complete = levels.groupby(_KEYS)["item"].transform("size") == len(instrument.indicators)
    domains = [*instrument.domains]
    if not complete.any():
        return pd.DataFrame(columns=[*domains, "source"], index=_empty_index())
    computed = compute_index(levels[complete], instrument)[domains]
    return computed.assign(source="levels")


def _printed_domains(scores: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    printed = scores[(scores["scale"] == "domain") & scores["item"].isin(instrument.domains)]
    doubtful = printed["flag"].notna() & (printed["method"] != "derived")
    wide = printed.assign(value=printed["value"].mask(doubtful)).pivot(
        index=_KEYS, columns="item", values="value"
    )
    wide = wide.reindex(columns=[*instrument.domains]).dropna()
    derived = printed[printed["method"] == "derived"].set_index(_KEYS).index
    source = np.where(wide.index.isin(derived), "domains, policy derived", "domains")
    return wide.assign(source=source)


def _empty_index() -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([[], []], names=_KEYS)


def _check_parts(parts: pd.DataFrame, by: str | None) -> None:
    needed = [*_KEYS, "policy", "rest", "index", "weight", *([] if by is None else [by])]
    absent = [f"column {name}: is absent" for name in needed if name not in parts.columns]
    refuse(DataError, "parts", absent, "Build them with policy_and_rest.")
    expected = parts["weight"] * parts["policy"] + (1 - parts["weight"]) * parts["rest"]
    wrong = ~((parts["index"] - expected).abs() <= _EXACT)
    refuse(
        DataError,
        "parts",
        [
            f"{row.agency_id} {row.year}: index {index:g} is not the weighted mean {mean:g}"
            for row, index, mean in zip(
                parts[wrong].itertuples(), parts["index"][wrong], expected[wrong], strict=True
            )
        ],
        "Build them with policy_and_rest.",
    )


class _Moments(NamedTuple):
    """Standardised policy P, rest R, index I and their standard deviations."""

    p: NDArray[np.float64]
    r: NDArray[np.float64]
    i: NDArray[np.float64]
    sd_p: float
    sd_r: float
    sd_i: float


def _quantities(group: pd.DataFrame, confidence: float) -> list[dict[str, object]]:
    n, weight = len(group), float(group["weight"].iloc[0])
    policy, rest, index = (group[name].to_numpy(float) for name in ("policy", "rest", "index"))
    nan = float("nan")
    enough = n >= 4 and min(np.ptp(policy), np.ptp(rest), np.ptp(index)) > _EXACT
    slope, slope_error = _slope(index, policy) if enough else (nan, nan)
    other, other_error = _slope(rest, policy) if enough else (nan, nan)

    def row(
        outcome: str, contrast: str, estimate: float, error: float, method: str
    ) -> dict[str, object]:
        low, high = interval_of(estimate, error, df=n - 2, confidence=confidence)
        bounds = {"std_error": error, "low": low, "high": high, "n": n, "n_clusters": n}
        return {
            "outcome": outcome,
            "contrast": contrast,
            "estimate": estimate,
            **bounds,
            "method": method,
        }

    ols = "OLS, HC3 errors, t interval"
    delta = "from the OLS slope, HC3 errors, delta method"
    fixed = "the instrument's weight, no sampling"
    rows = [
        row("index", "slope on policy", slope, slope_error, ols),
        row("index without policy", "slope on policy", other, other_error, ols),
        row("index", "slope: the weight", weight, 0.0, fixed),
        row(
            "index",
            "slope: through the rest",
            (1 - weight) * other,
            (1 - weight) * other_error,
            ols,
        ),
        row(
            "index",
            "slope: share that is the weight",
            weight / slope if enough else nan,
            weight * slope_error / slope**2 if enough else nan,
            delta,
        ),
    ]
    influence = "influence function, t interval"
    for outcome, contrast, estimate, psi in _correlations(policy, rest, index, weight, enough):
        error = float(np.sqrt(psi @ psi)) / n if enough else nan
        made = row(outcome, contrast, estimate, error, influence)
        if contrast == "correlation with policy" and enough:
            inside = max(1 - estimate**2, np.finfo(float).eps)
            low, high = interval_of(
                float(np.arctanh(estimate)) if abs(estimate) < 1 else nan,
                error / inside,
                df=n - 2,
                confidence=confidence,
            )
            made |= {
                "low": float(np.tanh(low)),
                "high": float(np.tanh(high)),
                "method": "Pearson, influence function, t interval on Fisher's scale",
            }
        rows.append(made)
    return rows


def _slope(outcome: NDArray[np.float64], regressor: NDArray[np.float64]) -> tuple[float, float]:
    import statsmodels.api as sm

    fit = sm.OLS(outcome, sm.add_constant(regressor)).fit(cov_type="HC3", use_t=True)
    return float(fit.params[1]), float(fit.bse[1])


def _correlations(
    policy: NDArray[np.float64],
    rest: NDArray[np.float64],
    index: NDArray[np.float64],
    weight: float,
    enough: bool,
) -> list[tuple[str, str, float, NDArray[np.float64]]]:
    """Estimates with the influence of every agency on them."""
    names = [
        ("index", "correlation with policy"),
        ("index without policy", "correlation with policy"),
        ("index", "correlation: the weight"),
        ("index", "correlation: through the rest"),
        ("index", "share of variance that is policy"),
    ]
    if not enough:
        return [(*name, float("nan"), np.zeros(len(policy))) for name in names]
    sds = [float(values.std()) for values in (policy, rest, index)]
    p, r, i = (
        (values - values.mean()) / sd for values, sd in zip((policy, rest, index), sds, strict=True)
    )
    m = _Moments(p, r, i, *sds)
    whole, whole_psi = _pearson(m.i, m.p)
    other, other_psi = _pearson(m.r, m.p)
    part = weight * m.sd_p / m.sd_i
    part_psi = part * (m.p**2 - m.i**2) / 2
    share = part * whole
    share_psi = part * whole_psi + whole * part_psi
    estimates = [whole, other, part, whole - part, share]
    psis = [whole_psi, other_psi, part_psi, whole_psi - part_psi, share_psi]
    return [(*name, e, psi) for name, e, psi in zip(names, estimates, psis, strict=True)]


def _pearson(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    r = float(np.clip((a * b).mean(), -1, 1))
    return r, a * b - r * (a**2 + b**2) / 2
