"""Design 4: what goes with a higher predicate, in kabupaten and kota of 2021 and 2022.

Ordered logit of the predicate and fractional response of the index on the number of policy topics
enacted, with type, population, product and island, and errors clustered by province. The index is
taken whole (partly arithmetic: the ten policy indicators weigh 13 % of it) and without the policy
domain. Average marginal effects of the ordered logit are written here: statsmodels has none.

Not here: ministries, agencies and provinces, of which no covariates are published; and any claim
that enacting raises a score: able governments do both.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.errors import DataError, refuse
from spbe_research.estimates import check_confidence
from spbe_research.instruments import load_instrument
from spbe_research.scoring.predicates import assign_predicate
from spbe_research.selection import select_results

__all__ = [
    "COVARIATES",
    "add_earlier_index",
    "build_predicate_sample",
    "merge_sparse_categories",
    "estimate_ordered_logit",
    "estimate_fractional_response",
    "estimate_predicate_models",
]

COVARIATES = ("is_kota", "log_population", "log_grdp_per_capita")
_SCORES = {
    "index": "predicate",
    "index_without_policy": "predicate_without_policy",
}
_POLICY_DOMAIN = "D1"
_LOWEST, _SPAN = 1.0, 4.0  # an index runs from 1 to 5
_ISLAND_OF_REFERENCE = "Sumatera"  # the island with most kabupaten and kota
_RESULT = ("estimate", "std_error", "low", "high", "n", "n_clusters", "method")
_DERIVATIVE = "one more (derivative)"
_FLAT, _STEP = 1e14, 1e-6  # condition of the information; parameters per Newton step
_Floats = npt.NDArray[np.float64]


def build_predicate_sample(
    published: pd.DataFrame,
    policies: pd.DataFrame,
    agencies: pd.DataFrame,
    covariates: pd.DataFrame,
    evaluation_years: pd.DataFrame,
    *,
    year: int,
) -> pd.DataFrame:
    """Join scores, enacted topics and covariates of the kabupaten and kota evaluated in a year.

    Every covariate is the latest of its own at or before the evaluation: the product is of the
    year itself, the population of 2017 (the next one published is of 2024, after the evaluation).

    Parameters
    ----------
    published, policies, agencies, covariates : pandas.DataFrame
        As the loaders return them.
    evaluation_years : pandas.DataFrame
        ``load_reference("evaluation_years")``: edition and rule of the predicate.
    year : int
        2021 or 2022, the years with policy levels.

    Returns
    -------
    pandas.DataFrame
        One row an agency: ``agency_id, name, year, agency_type, province`` (of 2018, 33 hold
        kabupaten or kota), ``island, n_enacted`` (topics, 0 to 10), ``is_kota`` (0 or 1),
        ``log_population, log_grdp_per_capita`` (natural logs of persons and of IDR per person at
        2010 prices), ``population_year, grdp_year, index, index_without_policy`` (1 to 5),
        ``predicate, predicate_without_policy`` and ``missing``: which covariates are missing,
        empty where none is. No row is dropped.

    Raises
    ------
    DataError
        When the year has no policy levels or no edition.

    Notes
    -----
    The index without the policy domain of weight w is ``(index - w D1) / (1 - w)``, D1 the mean of
    the ten policy levels; it is banded as the whole index is.

    Examples
    --------
    >>> from spbe_research.datasets import (
    ...     load_agencies, load_covariates, load_policies, load_published, load_reference
    ... )
    >>> tables = load_published(), load_policies(), load_agencies(), load_covariates()
    >>> years = load_reference("evaluation_years")
    >>> sample = build_predicate_sample(*tables, years, year=2021)
    >>> len(sample), int((sample["missing"] != "").sum())
    (391, 0)
    >>> build_predicate_sample(*tables, years, year=2023)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid year 2023. It must have policy levels: 2021, 2022.
    """
    with_levels = sorted(int(value) for value in policies["year"].unique())
    if year not in with_levels:
        listed = ", ".join(map(str, with_levels))
        raise DataError(f"Invalid year {year}. It must have policy levels: {listed}.")
    rules = evaluation_years.set_index(evaluation_years["year"].astype(int))
    if year not in rules.index:
        raise DataError(f"Invalid year {year}. It must stand in evaluation_years.")
    edition, rule = rules.loc[year, "edition"], rules.loc[year, "predicate_rule"]
    scores = select_results(published, years=[year], agency_types=["kabupaten", "kota"])
    places = agencies.set_index("agency_id")
    by_agency = policies[policies["year"] == year].groupby("agency_id")
    ids = scores["agency_id"]
    weight = float(load_instrument(edition).item(_POLICY_DOMAIN).weight) / 100
    index = scores["index_published"].astype(float)
    policy = ids.map(by_agency["level"].mean())
    # Printed with four decimals: where all practice levels are 1 it may fall short of 1 by 1e-4.
    without = ((index - weight * policy) / (1 - weight)).clip(1, 5)
    population, population_year = _latest(covariates, "population_persons", ids, year)
    product, grdp_year = _latest(covariates, "grdp_per_capita_idr", ids, year)
    sample = pd.DataFrame(
        {
            "agency_id": ids,
            "name": ids.map(places["name"]),
            "year": year,
            "agency_type": scores["agency_type"],
            "province": ids.map(places["province_2018"]),
            "island": ids.map(places["island"]),
            "n_enacted": ids.map(by_agency["is_enacted"].sum()).astype(float),
            "is_kota": (scores["agency_type"] == "kota").astype(float),
            "log_population": np.log(population),
            "log_grdp_per_capita": np.log(product),
            "population_year": population_year,
            "grdp_year": grdp_year,
            "index": index,
            "index_without_policy": without,
            "predicate": assign_predicate(index, edition, rule=rule)["predicate"],
            "predicate_without_policy": assign_predicate(without, edition, rule=rule)["predicate"],
        }
    )
    wanted = ["province", "island", "n_enacted", *COVARIATES]
    absent = sample[wanted].isna()
    return sample.assign(
        missing=[", ".join(absent.columns[row]) for row in absent.to_numpy(dtype=bool)]
    )


def add_earlier_index(sample: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Add each agency's last index evaluated under the instrument before, of 2018 to 2020.

    Of use as a control or benchmark: of what is published nothing says more about how able an
    agency was before. Not a measure of ability: it holds the policy domain of its own time, and is
    of another instrument.

    Parameters
    ----------
    sample : pandas.DataFrame
        As ``build_predicate_sample`` returns it.
    published : pandas.DataFrame
        As ``load_published()``. A value that repeats the year before is not taken (for 2019 and
        2020 inferred from equality).

    Returns
    -------
    pandas.DataFrame
        The sample with ``earlier_index`` (1 to 5) and ``earlier_year``, both missing where an
        agency was not evaluated before 2021.

    Raises
    ------
    DataError
        When no result before 2021 is there.

    Examples
    --------
    >>> results = pd.DataFrame(
    ...     {"agency_id": "a", "year": [2018, 2019, 2020], "index_published": [1.5, 2.0, 2.0],
    ...      "status": ["evaluated", "evaluated", "carried_over"]}
    ... )
    >>> agencies = pd.DataFrame({"agency_id": ["a", "b"]})
    >>> add_earlier_index(agencies, results)["earlier_index"].tolist()
    [2.0, nan]
    >>> add_earlier_index(agencies, results.head(0))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid results. They must hold some evaluated before 2021.
    """
    earlier = published[(published["year"] < 2021) & (published["status"] == "evaluated")]
    if earlier.empty:
        raise DataError("Invalid results. They must hold some evaluated before 2021.")
    last = earlier.sort_values("year").groupby("agency_id").tail(1).set_index("agency_id")
    return sample.assign(
        earlier_index=sample["agency_id"].map(last["index_published"].astype(float)),
        earlier_year=sample["agency_id"].map(last["year"]).astype("Int64"),
    )


def merge_sparse_categories(
    predicates: pd.Series, order: Sequence[str], *, min_count: int = 20
) -> pd.Series:
    """Merge sparsely filled top categories into the one below them, and name what was merged.

    A threshold between two categories is poorly known where one holds few agencies. From the top
    down, a category of fewer than ``min_count`` joins the next lower one, which is then called
    ``"<its name> or better"``. Lower categories are left as they are.

    Parameters
    ----------
    predicates : pandas.Series
        Predicate names.
    order : sequence of str
        All names, the lowest first.
    min_count : int
        Fewest agencies a category may hold.

    Returns
    -------
    pandas.Series
        Ordered categorical, the lowest first; categories that hold nobody are gone.

    Raises
    ------
    DataError
        When a predicate is not in the order.

    Examples
    --------
    >>> few = pd.Series(["Kurang", "Kurang", "Cukup", "Baik"])
    >>> order = ["Kurang", "Cukup", "Baik"]
    >>> list(merge_sparse_categories(few, order, min_count=2).cat.categories)
    ['Kurang', 'Cukup or better']
    >>> merge_sparse_categories(pd.Series(["Good"]), order)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid predicates ['Good']. Each must be one of Kurang, ...
    """
    unknown = sorted(set(predicates) - set(order))
    if unknown:
        raise DataError(f"Invalid predicates {unknown}. Each must be one of {', '.join(order)}.")
    groups = [[name] for name in order]
    counts = predicates.value_counts()
    while len(groups) > 1 and sum(counts.get(name, 0) for name in groups[-1]) < min_count:
        sparse = groups.pop()
        groups[-1] = groups[-1] + sparse
    labels: dict[str, str] = {}
    for group in groups:
        present = [name for name in group if name in counts.index]
        label = present[0] + " or better" if len(present) > 1 else "".join(present)
        labels.update(dict.fromkeys(present, label))
    categories = list(dict.fromkeys(labels.values()))
    return predicates.map(labels).astype(pd.CategoricalDtype(categories, ordered=True))


def estimate_ordered_logit(
    categories: pd.Series,
    regressors: pd.DataFrame,
    clusters: pd.Series,
    *,
    report: Sequence[str] | None = None,
    changes: Mapping[str, tuple[float, float]] | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Estimate an ordered logit and its average marginal effects on each category.

    Of use where the outcome is an ordered band and one slope should serve all thresholds. Not
    where a category separates perfectly, nor with a handful of clusters.

    Parameters
    ----------
    categories : pandas.Series of ordered categorical, shape (n,)
        Three or more categories, or two (then a plain logit).
    regressors : pandas.DataFrame, shape (n, k)
        Numbers, no constant. A column of 0 and 1 only is changed from 0 to 1, any other by its
        derivative.
    clusters : pandas.Series, shape (n,)
        Group within which errors may hang together.
    report : sequence of str, optional
        Regressors to report; all by default.
    changes : mapping of str to (float, float), optional
        A further contrast: everyone at the second value against everyone at the first.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        ``term, outcome, contrast, estimate, std_error, low, high, n, n_clusters, method``:
        for each term the coefficient (log odds of a higher category per unit) and, for each
        category, the average change of its probability (share, the changes sum to 0).

    Raises
    ------
    DataError
        When values are missing, a regressor is constant or collinear, categories or clusters are
        fewer than two, or the likelihood has no maximum.

    Notes
    -----
    ``P(y <= j | x) = L(k_j - x'b)``, L the logistic distribution. The maximum is statsmodels'
    ``OrderedModel``, refined by Newton steps with the analytic Hessian. Covariance:
    ``G/(G-1) A^-1 (sum_g s_g s_g') A^-1``; effects by the delta method with analytic gradients,
    for the sample's own regressors; intervals with t of G - 1 degrees. Liang and Zeger (1986),
    doi:10.1093/biomet/73.1.13; McCullagh (1980), doi:10.1111/j.2517-6161.1980.tb01109.x.

    Examples
    --------
    >>> values = np.arange(60.0)
    >>> bands = pd.Series(pd.cut((values * 7) % 31 + values / 4, 3, labels=list("abc")))
    >>> table = estimate_ordered_logit(bands, pd.DataFrame({"x": values}), pd.Series(values % 12))
    >>> table["outcome"].tolist()[1:], bool(abs(table["estimate"][1:].sum()) < 1e-12)
    (['probability of a', 'probability of b', 'probability of c'], True)
    >>> estimate_ordered_logit(bands, pd.DataFrame({"x": values * 0}), pd.Series(values % 12))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid regressors, 1 violation:
      - x: constant...
    """
    names, x, groups = _checked(regressors, clusters, confidence)
    if not isinstance(categories.dtype, pd.CategoricalDtype) or not categories.cat.ordered:
        raise DataError("Invalid categories. They must be an ordered categorical.")
    used = categories.cat.remove_unused_categories()
    if used.isna().any() or len(used) != len(x) or len(used.cat.categories) < 2:
        raise DataError("Invalid categories. They must be complete, of the length of regressors "
                        "and two or more.")  # fmt: skip
    codes, labels = used.cat.codes.to_numpy().astype(int), [str(v) for v in used.cat.categories]
    means = x.mean(axis=0)
    theta, covariance = _fit_ordered(codes, x - means, groups)
    rows = []
    for term in report if report is not None else names:
        k = names.index(term)
        rows.append(_row(term, "log odds of a higher category", "per unit", theta[k],
                         np.eye(len(theta))[k], covariance))  # fmt: skip
        for kind, effects, gradients in _ordered_effects(
            theta, x, means, k, _pairs(x, k, term, changes)
        ):
            rows += [
                _row(term, f"probability of {label}", kind, effects[j], gradients[j], covariance)
                for j, label in enumerate(labels)
            ]
    return _finish(rows, groups, confidence, "ordered logit (statsmodels, Newton steps)", clusters)


def estimate_fractional_response(
    index: pd.Series,
    regressors: pd.DataFrame,
    clusters: pd.Series,
    *,
    report: Sequence[str] | None = None,
    changes: Mapping[str, tuple[float, float]] | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Estimate a fractional response of an index that runs from 1 to 5, and effects in points.

    Of use where a bounded mean is to stay within its bounds, both ends included. Where nearly all
    values stand far from the ends a straight line tells the same.

    Parameters
    ----------
    index : pandas.Series, shape (n,)
        Index points, 1 to 5.
    regressors, clusters, report, changes, confidence
        As in ``estimate_ordered_logit``.

    Returns
    -------
    pandas.DataFrame
        ``term, outcome, contrast, estimate, std_error, low, high, n, n_clusters, method``: the
        coefficient on the logit and the average change of the expected index (points).

    Raises
    ------
    DataError
        As ``estimate_ordered_logit``, and when an index is outside 1 to 5 or all are alike.

    Notes
    -----
    ``E[(index - 1)/4 | x] = L(c + x'b)`` by Bernoulli quasi-likelihood, consistent whatever the
    distribution. Papke and Wooldridge (1996),
    doi:10.1002/(SICI)1099-1255(199611)11:6<619::AID-JAE418>3.0.CO;2-1. Errors as there.

    Examples
    --------
    >>> values = np.arange(60.0)
    >>> index = pd.Series(1 + values / 20 + (values % 5) / 10)
    >>> table = estimate_fractional_response(
    ...     index, pd.DataFrame({"x": values}), pd.Series(values % 12)
    ... )
    >>> table["outcome"].tolist()
    ['logit of (index - 1)/4', 'expected index']
    >>> estimate_fractional_response(index + 9, pd.DataFrame({"x": values}), index)
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid index. It must be complete, vary and lie in 1 to 5.
    """
    names, x, groups = _checked(regressors, clusters, confidence)
    y = (index.to_numpy(dtype=float) - _LOWEST) / _SPAN
    if len(y) != len(x) or not ((y >= 0) & (y <= 1)).all() or np.ptp(y) == 0:
        raise DataError("Invalid index. It must be complete, vary and lie in 1 to 5.")
    means = x.mean(axis=0)
    design = np.column_stack([np.ones(len(y)), x - means])
    theta, covariance = _fit_fractional(y, design, groups)
    rows = []
    for term in report if report is not None else names:
        k = names.index(term) + 1
        rows.append(_row(term, "logit of (index - 1)/4", "per unit", theta[k],
                         np.eye(len(theta))[k], covariance))  # fmt: skip
        rows += [
            _row(term, "expected index", kind, effect, gradient, covariance)
            for kind, effect, gradient in _mean_effects(
                theta, x, means, k - 1, _pairs(x, k - 1, term, changes)
            )
        ]
    return _finish(rows, groups, confidence, "fractional logit (statsmodels GLM)", clusters)


def estimate_predicate_models(
    sample: pd.DataFrame, *, min_count: int = 20, confidence: float = 0.95
) -> pd.DataFrame:
    """Estimate both models for both scores, with and without covariates.

    Parameters
    ----------
    sample : pandas.DataFrame
        As ``build_predicate_sample`` returns it, of one year.
    min_count : int
        As in ``merge_sparse_categories``.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        ``design, year, model, score, adjusted_for, term, outcome, contrast, estimate, std_error,
        low, high, n, n_clusters, method``. ``method`` says which categories were merged and names
        the agencies left out for want of a covariate.

    Raises
    ------
    DataError
        When the sample is not of one year, or as the two estimators refuse.

    Examples
    --------
    >>> estimate_predicate_models(pd.DataFrame({"year": [2021, 2022]}))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid sample. It must hold one year, not 2021, 2022.
    """
    years = sorted(int(value) for value in sample["year"].unique())
    if len(years) != 1:
        raise DataError(
            f"Invalid sample. It must hold one year, not {', '.join(map(str, years)) or 'none'}."
        )
    complete = sample[sample["missing"] == ""].reset_index(drop=True)
    left_out = sample.loc[sample["missing"] != "", "name"].tolist()
    note = f"; left out for want of a covariate: {', '.join(left_out)}" if left_out else ""
    islands = pd.get_dummies(complete["island"], dtype=float)
    islands = islands.drop(columns=_ISLAND_OF_REFERENCE, errors="ignore")
    full = pd.concat([complete[["n_enacted", *COVARIATES]], islands], axis=1)
    sets = {
        "nothing": complete[["n_enacted"]],
        "type, population, GRDP per capita, island": full,
    }
    order = [band.predicate for band in load_instrument("permen-59-2020").bands]
    tables = []
    for score, predicate in _SCORES.items():
        merged = merge_sparse_categories(complete[predicate], order, min_count=min_count)
        top = f"; categories {', '.join(merged.cat.categories)}"
        for adjusted_for, regressors in sets.items():
            report = [name for name in ("n_enacted", *COVARIATES) if name in regressors]
            choices: dict[str, Any] = {
                "report": report,
                "changes": {"n_enacted": (0.0, 10.0)},
                "confidence": confidence,
            }
            fits = {
                "ordered logit": (
                    estimate_ordered_logit(merged, regressors, complete["province"], **choices),
                    top + note,
                ),
                "fractional response": (
                    estimate_fractional_response(
                        complete[score], regressors, complete["province"], **choices
                    ),
                    note,
                ),
            }
            for model, (table, remark) in fits.items():
                keys = {
                    "design": "4 levels and predicates",
                    "year": years[0],
                    "model": model,
                    "score": score,
                    "adjusted_for": adjusted_for,
                }
                whole = table.assign(**keys, method=table["method"] + remark)
                tables.append(whole[[*keys, "term", "outcome", "contrast", *_RESULT]])
    return pd.concat(tables, ignore_index=True)


def _latest(
    covariates: pd.DataFrame, column: str, ids: pd.Series, year: int
) -> tuple[pd.Series, pd.Series]:
    """Latest value at or before the year, and the year it speaks of."""
    known = covariates[covariates[column].notna() & (covariates["year"] <= year)]
    last = known.sort_values("year").groupby("agency_id").tail(1).set_index("agency_id")
    values = ids.map(last[column].astype(float)).astype(float)
    return values, ids.map(last["year"]).astype("Int64")


def _checked(
    regressors: pd.DataFrame, clusters: pd.Series, confidence: float
) -> tuple[list[str], _Floats, npt.NDArray[np.intp]]:
    check_confidence(confidence)
    names, x = list(regressors.columns), regressors.to_numpy(dtype=float)
    violations = [
        f"{name}: {np.isnan(x[:, k]).sum()} missing" if np.isnan(x[:, k]).any() else
        f"{name}: constant"
        for k, name in enumerate(names)
        if np.isnan(x[:, k]).any() or not len(x) or np.ptp(x[:, k]) == 0
    ]  # fmt: skip
    if not violations:
        scaled = (x - x.mean(axis=0)) / x.std(axis=0)
        if np.linalg.matrix_rank(scaled) < len(names):
            violations.append("the columns are collinear")
    if len(clusters) != len(x) or clusters.isna().any() or clusters.nunique() < 2:
        violations.append("clusters: must be complete, of the same length and two or more")
    refuse(DataError, "regressors", violations,
           "Leave the column out or complete it, and say which rows went.")  # fmt: skip
    return names, x, pd.factorize(clusters)[0]


def _fit_ordered(
    codes: npt.NDArray[np.int_], x: _Floats, groups: npt.NDArray[np.intp]
) -> tuple[_Floats, _Floats]:
    """Parameters (slopes, then thresholds) and their clustered covariance."""
    import warnings

    from statsmodels.miscmodels.ordinal_model import (
        OrderedModel,
    )

    model = OrderedModel(codes, x, distr="logit")
    with warnings.catch_warnings(record=True):  # judged below by the gradient, not by a warning
        warnings.simplefilter("always")
        fitted = model.fit(method="bfgs", disp=0, maxiter=500, skip_hessian=True)
    theta = np.r_[fitted.params[: x.shape[1]],
                  model.transform_threshold_params(fitted.params)[1:-1]]  # fmt: skip
    scores, hessian = _ordered_scores(theta, codes, x)
    for _ in range(5):
        theta = theta + _newton_step(scores, -hessian)
        scores, hessian = _ordered_scores(theta, codes, x)
    _check_maximum(_newton_step(scores, -hessian), "categories")
    return theta, _clustered(scores, -hessian, groups)


def _ordered_parts(
    theta: _Floats, x: _Floats, n_categories: int
) -> tuple[_Floats, _Floats, _Floats]:
    """L, its first and second derivative at each threshold, with the two infinite ends."""
    from scipy.special import expit

    slopes, cuts = theta[: x.shape[1]], theta[x.shape[1] :]
    cumulative = np.zeros((len(x), n_categories + 1))
    cumulative[:, -1] = 1
    cumulative[:, 1:-1] = expit(cuts - (x @ slopes)[:, None])
    density = cumulative * (1 - cumulative)
    return cumulative, density, density * (1 - 2 * cumulative)


def _ordered_scores(
    theta: _Floats, codes: npt.NDArray[np.int_], x: _Floats
) -> tuple[_Floats, _Floats]:
    """Score of each agency and the Hessian of the log likelihood."""
    n_categories = len(theta) - x.shape[1] + 1
    cumulative, density, slope = _ordered_parts(theta, x, n_categories)
    rows = np.arange(len(x))
    # Far from the maximum a probability may underflow; the Newton step is then refused above.
    chance = np.maximum(cumulative[rows, codes + 1] - cumulative[rows, codes], 1e-300)
    upper, lower = density[rows, codes + 1] / chance, density[rows, codes] / chance
    ends = np.zeros((len(x), n_categories + 1, n_categories - 1))
    ends[:, 1:-1] = np.eye(n_categories - 1)
    z_upper = np.hstack([-x, ends[rows, codes + 1]])
    z_lower = np.hstack([-x, ends[rows, codes]])
    scores = upper[:, None] * z_upper - lower[:, None] * z_lower
    h_upper = slope[rows, codes + 1] / chance - upper**2
    h_lower = -slope[rows, codes] / chance - lower**2
    cross = (z_upper * (upper * lower)[:, None]).T @ z_lower
    hessian = (z_upper * h_upper[:, None]).T @ z_upper + (z_lower * h_lower[:, None]).T @ z_lower
    return scores, hessian + cross + cross.T


def _ordered_effects(
    theta: _Floats,
    x: _Floats,
    means: _Floats,
    k: int,
    pairs: list[tuple[str, float, float]],
) -> list[tuple[str, _Floats, _Floats]]:
    """Each contrast of regressor k: its name, effects (J,) and gradients (J, p)."""
    n_categories = len(theta) - x.shape[1] + 1

    def at(values: _Floats) -> tuple[_Floats, _Floats]:
        cumulative, density, _ = _ordered_parts(theta, values, n_categories)
        return np.diff(cumulative.mean(axis=0)), _edge_gradient(density, values)

    contrasts = []
    if not _is_binary(x[:, k]):
        _, density, slope = _ordered_parts(theta, x - means, n_categories)
        steps = np.diff(density.mean(axis=0))
        gradients = -theta[k] * _edge_gradient(slope, x - means)
        gradients[:, k] -= steps
        contrasts.append((_DERIVATIVE, -theta[k] * steps, gradients))
    for name, high, low in pairs:
        (p_high, g_high), (p_low, g_low) = (at(_set(x, k, v) - means) for v in (high, low))
        contrasts.append((name, p_high - p_low, g_high - g_low))
    return contrasts


def _edge_gradient(density: _Floats, x: _Floats) -> _Floats:
    """Mean over agencies of density(upper) z_upper - density(lower) z_lower, a row a category."""
    by_slope = -density.T @ x / len(x)
    by_cut = np.zeros((density.shape[1], density.shape[1] - 2))
    by_cut[1:-1] = np.diag(density[:, 1:-1].mean(axis=0))
    return np.diff(np.hstack([by_slope, by_cut]), axis=0)


def _fit_fractional(
    y: _Floats, design: _Floats, groups: npt.NDArray[np.intp]
) -> tuple[_Floats, _Floats]:
    from scipy.special import expit
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import (
        GLM,
    )

    theta = np.asarray(GLM(y, design, family=Binomial()).fit(tol=1e-12, maxiter=200).params)
    mean = expit(design @ theta)
    scores = design * (y - mean)[:, None]
    information = (design * (mean * (1 - mean))[:, None]).T @ design
    _check_maximum(_newton_step(scores, information), "index")
    return theta, _clustered(scores, information, groups)


def _newton_step(scores: _Floats, information: _Floats) -> _Floats:
    """Where the likelihood is flat to the last digit there is no step: not a number."""
    if not np.isfinite(information).all() or np.linalg.cond(information) > _FLAT:
        return np.full(len(information), np.nan)
    step: _Floats = np.linalg.solve(information, scores.sum(axis=0))
    return step


def _check_maximum(step: _Floats, what: str) -> None:
    # At a maximum the next step is nothing; on a slope that never ends it stays about one.
    if not np.abs(step).max(initial=0) < _STEP:
        raise DataError(
            f"Invalid {what}. The likelihood has no maximum: a regressor separates them."
        )


def _mean_effects(
    theta: _Floats, x: _Floats, means: _Floats, k: int, pairs: list[tuple[str, float, float]]
) -> list[tuple[str, float, _Floats]]:
    """Each contrast of regressor k: its name, effect in index points and gradient (p,)."""
    from scipy.special import expit

    def at(values: _Floats) -> tuple[_Floats, _Floats]:
        design = np.column_stack([np.ones(len(values)), values - means])
        return expit(design @ theta), design

    contrasts = []
    if not _is_binary(x[:, k]):
        mean, design = at(x)
        density = mean * (1 - mean)
        gradient = theta[k + 1] * design.T @ (density * (1 - 2 * mean)) / len(x)
        gradient[k + 1] += density.mean()
        contrasts.append((_DERIVATIVE, _SPAN * theta[k + 1] * density.mean(), _SPAN * gradient))
    for name, high, low in pairs:
        (m_high, d_high), (m_low, d_low) = (at(_set(x, k, value)) for value in (high, low))
        gradient = d_high.T @ (m_high * (1 - m_high)) - d_low.T @ (m_low * (1 - m_low))
        contrasts.append((name, _SPAN * (m_high - m_low).mean(), _SPAN * gradient / len(x)))
    return contrasts


def _pairs(
    x: _Floats, k: int, term: str, changes: Mapping[str, tuple[float, float]] | None
) -> list[tuple[str, float, float]]:
    """Contrasts of two values, as (name, value, value it is held against)."""
    pairs = [("1 against 0", 1.0, 0.0)] if _is_binary(x[:, k]) else []
    if changes and term in changes:
        low, high = changes[term]
        pairs.append((f"all at {high:g} against all at {low:g}", high, low))
    return pairs


def _is_binary(values: _Floats) -> bool:
    return set(np.unique(values)) == {0.0, 1.0}


def _set(x: _Floats, k: int, value: float) -> _Floats:
    changed = x.copy()
    changed[:, k] = value
    return changed


def _clustered(scores: _Floats, information: _Floats, groups: npt.NDArray[np.intp]) -> _Floats:
    """G/(G-1) times the sandwich of sums within clusters."""
    n_groups = groups.max() + 1
    sums = np.zeros((n_groups, scores.shape[1]))
    np.add.at(sums, groups, scores)
    bread = np.linalg.inv(information)
    covariance: _Floats = n_groups / (n_groups - 1) * bread @ (sums.T @ sums) @ bread
    return covariance


def _row(
    term: str, outcome: str, contrast: str, estimate: float, gradient: _Floats, covariance: _Floats
) -> dict[str, object]:
    return {
        "term": term,
        "outcome": outcome,
        "contrast": contrast,
        "estimate": float(estimate),
        "std_error": float(np.sqrt(gradient @ covariance @ gradient)),
    }


def _finish(
    rows: list[dict[str, object]],
    groups: npt.NDArray[np.intp],
    confidence: float,
    model: str,
    clusters: pd.Series,
) -> pd.DataFrame:
    from scipy.special import stdtrit

    n_clusters = int(groups.max()) + 1
    table = pd.DataFrame(rows)
    half = float(stdtrit(n_clusters - 1, (1 + confidence) / 2)) * table["std_error"]
    return table.assign(
        low=table["estimate"] - half,
        high=table["estimate"] + half,
        n=len(groups),
        n_clusters=n_clusters,
        method=f"{model}; delta method; clustered by {clusters.name or 'group'}, "
        f"t of {n_clusters - 1} degrees",
    )
