"""Design 4 computed a second time, and the coverage of its intervals on data of known truth."""

from functools import cache

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import betaincinv, expit, logit, ndtr
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.miscmodels.ordinal_model import OrderedModel

from spbe_research.datasets import (
    load_agencies,
    load_covariates,
    load_policies,
    load_published,
    load_reference,
)
from spbe_research.regulations.predicate_models import (
    COVARIATES,
    build_predicate_sample,
    estimate_fractional_response,
    estimate_ordered_logit,
    merge_sparse_categories,
)

ORDER = ["Kurang", "Cukup", "Baik", "Sangat Baik", "Memuaskan"]
DERIVATIVE = "one more (derivative)"
TEN = "all at 10 against all at 0"
CHANGES = {"n_enacted": (0.0, 10.0)}


@cache
def real_sample(year: int) -> pd.DataFrame:
    """The kabupaten and kota of a year."""
    return build_predicate_sample(
        load_published(),
        load_policies(),
        load_agencies(),
        load_covariates(),
        load_reference("evaluation_years"),
        year=year,
    )


def central_jacobian(function, point: np.ndarray, step: float = 1e-5) -> np.ndarray:
    """Derivative of a vector function by central differences, a column a parameter."""
    columns = []
    for k in range(len(point)):
        up, down = point.copy(), point.copy()
        up[k] += step
        down[k] -= step
        columns.append((np.asarray(function(up)) - np.asarray(function(down))) / (2 * step))
    return np.stack(columns, axis=-1)


def fit_ordered_plainly(codes: np.ndarray, x: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Slopes and thresholds that maximise the log likelihood as the formula states it."""

    def minus_log_likelihood(theta: np.ndarray) -> float:
        cuts = np.r_[-np.inf, theta[x.shape[1] :], np.inf]
        line = x @ theta[: x.shape[1]]
        chance = expit(cuts[codes + 1] - line) - expit(cuts[codes] - line)
        return -np.log(np.maximum(chance, 1e-300)).mean()

    return minimize(minus_log_likelihood, start, method="BFGS", options={"gtol": 1e-7}).x


def _pick(table: pd.DataFrame, outcome: str, contrast: str, column: str = "estimate") -> float:
    rows = table[(table["outcome"] == outcome) & (table["contrast"] == contrast)]
    return float(rows.loc[rows["term"] == "n_enacted", column].item())


def comparisons() -> list[dict]:
    """Both models on 2021 and 2022, the whole index and the index without the policy domain."""
    rows = _ordered(2021, "predicate") + _ordered(2022, "predicate_without_policy")
    rows += _fractional(2021, "index") + _fractional(2022, "index_without_policy")
    return rows + _bootstrap()


def _regressors(sample: pd.DataFrame) -> pd.DataFrame:
    islands = pd.get_dummies(sample["island"], dtype=float).drop(columns="Sumatera")
    return pd.concat([sample[["n_enacted", *COVARIATES]], islands], axis=1)


def _ordered(year: int, predicate: str) -> list[dict]:
    sample = real_sample(year)
    merged = merge_sparse_categories(sample[predicate], ORDER)
    regressors = _regressors(sample)
    ours = estimate_ordered_logit(merged, regressors, sample["province"], changes=CHANGES)
    x = (regressors - regressors.mean()).to_numpy()
    groups = pd.factorize(sample["province"])[0]
    model = OrderedModel(merged.cat.codes.to_numpy(), x, distr="logit")
    fitted = model.fit(
        method="newton", disp=0, maxiter=200, cov_type="cluster", cov_kwds={"groups": groups}
    )
    # statsmodels multiplies by (n - 1)/(n - k) too, a rule of least squares that ours leaves out.
    n, k = len(x), len(fitted.params)
    covariance = np.asarray(fitted.cov_params()) * (n - k) / (n - 1)

    def chances(params: np.ndarray, change: float | None, column: int = 0) -> np.ndarray:
        values = x.copy()
        if change is not None:
            values[:, column] = change - regressors.iloc[:, column].mean()
        return np.asarray(model.predict(params, exog=values)).mean(axis=0)

    def derivative(params: np.ndarray) -> np.ndarray:
        step = np.zeros_like(x)
        step[:, 0] = 1e-4
        up, down = (model.predict(params, exog=x + s * step) for s in (1, -1))
        return (np.asarray(up) - np.asarray(down)).mean(axis=0) / 2e-4

    def ten(params: np.ndarray) -> np.ndarray:
        return chances(params, 10.0) - chances(params, 0.0)

    params = np.asarray(fitted.params)
    name = f"ordered logit of {predicate}, {year}"
    how = "statsmodels OrderedModel, Newton, numerical derivatives of its predictions"
    coefficient = "log odds of a higher category"
    rows = [
        _row(
            name, "log odds per topic", _pick(ours, coefficient, "per unit"), params[0], how, 1e-6
        ),
        _row(
            name,
            "log odds per topic, standard error",
            _pick(ours, coefficient, "per unit", "std_error"),
            covariance[0, 0] ** 0.5,
            "statsmodels OrderedModel, cluster, without its (n - 1)/(n - k)",
            1e-6,
        ),
    ]
    for contrast, function in ((DERIVATIVE, derivative), (TEN, ten)):
        effects, slopes = function(params), central_jacobian(function, params)
        for j, label in enumerate(merged.cat.categories):
            outcome = f"probability of {label}"
            rows.append(_row(name, f"{outcome}, {contrast}", _pick(ours, outcome, contrast),
                             effects[j], how, 1e-6))  # fmt: skip
            rows.append(_row(name, f"{outcome}, {contrast}, standard error",
                             _pick(ours, outcome, contrast, "std_error"),
                             (slopes[j] @ covariance @ slopes[j]) ** 0.5, how, 1e-5))  # fmt: skip
    return rows


def _fractional(year: int, score: str) -> list[dict]:
    sample = real_sample(year)
    regressors = _regressors(sample)
    ours = estimate_fractional_response(
        sample[score], regressors, sample["province"], changes=CHANGES
    )
    x = np.column_stack([np.ones(len(sample)), regressors - regressors.mean()])
    y = (sample[score].to_numpy() - 1) / 4
    theta = np.zeros(x.shape[1])
    for _ in range(30):  # Newton, written out
        mean = 1 / (1 + np.exp(-x @ theta))
        theta = theta + np.linalg.solve(x.T @ (x * (mean * (1 - mean))[:, None]), x.T @ (y - mean))
    groups = pd.factorize(sample["province"])[0]
    fitted = GLM(y, x, family=Binomial()).fit(
        tol=1e-12, cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    n_groups = groups.max() + 1
    covariance = np.asarray(fitted.cov_params()) * n_groups / (n_groups - 1)

    def derivative(params: np.ndarray) -> np.ndarray:
        step = np.zeros_like(x)
        step[:, 1] = 1e-4
        return (
            4
            * (expit((x + step) @ params) - expit((x - step) @ params)).mean(keepdims=True)
            / (2e-4)
        )

    slope = central_jacobian(derivative, theta)[0]
    name, outcome = f"fractional response of {score}, {year}", "expected index"
    return [
        _row(name, "logit per topic", _pick(ours, "logit of (index - 1)/4", "per unit"), theta[1],
             "Newton steps in NumPy", 1e-8),
        _row(name, "logit per topic, standard error",
             _pick(ours, "logit of (index - 1)/4", "per unit", "std_error"),
             covariance[1, 1] ** 0.5, "statsmodels GLM, cluster, times G/(G - 1)", 1e-8),
        _row(name, "index points per topic", _pick(ours, outcome, DERIVATIVE),
             derivative(theta)[0], "numerical derivative of the prediction", 1e-7),
        _row(name, "index points per topic, standard error",
             _pick(ours, outcome, DERIVATIVE, "std_error"), (slope @ covariance @ slope) ** 0.5,
             "numerical Jacobian, covariance of statsmodels GLM", 1e-6),
    ]  # fmt: skip


def _bootstrap(n_resamples: int = 200) -> list[dict]:
    """Standard errors against a resampling of provinces with a likelihood of its own."""
    sample = real_sample(2021)
    merged = merge_sparse_categories(sample["predicate"], ORDER)
    ours = estimate_ordered_logit(merged, sample[["n_enacted"]], sample["province"])
    codes = merged.cat.codes.to_numpy().astype(int)
    x = sample[["n_enacted"]].to_numpy() / 10
    members = [np.flatnonzero(sample["province"] == name) for name in sample["province"].unique()]
    rng = np.random.default_rng(20)
    start = fit_ordered_plainly(codes, x, np.array([1.0, 0.0, 2.0]))
    draws = []
    for _ in range(n_resamples):
        rows = np.concatenate([members[g] for g in rng.integers(len(members), size=len(members))])
        theta = fit_ordered_plainly(codes[rows], x[rows], start)
        # The effects are of the sample's own regressors, so these stay as they are.
        top = expit(theta[-1] - x[:, 0] * theta[0])
        draws.append([theta[0] / 10, (top * (1 - top)).mean() * theta[0] / 10])
    spread = np.std(draws, axis=0, ddof=1)
    top_label = f"probability of {merged.cat.categories[-1]}"
    how = f"bootstrap of provinces, {n_resamples} resamples (tolerance: a fifth)"
    pairs = (
        (
            "log odds per topic",
            _pick(ours, "log odds of a higher category", "per unit", "std_error"),
        ),
        (top_label + ", " + DERIVATIVE, _pick(ours, top_label, DERIVATIVE, "std_error")),
    )
    return [
        _row("ordered logit of predicate on topics alone, 2021", f"{what}, standard error", value,
             spread[i], how, 0.2 * value)
        for i, (what, value) in enumerate(pairs)
    ]  # fmt: skip


def _row(estimator, quantity, ours, independent, implementation, tolerance) -> dict:
    return {
        "estimator": estimator,
        "quantity": quantity,
        "ours": float(ours),
        "independent": float(independent),
        "implementation": implementation,
        "tolerance": float(tolerance),
    }


def coverage(n_simulations: int, *, seed: int) -> list[dict]:
    """Coverage for 400 synthetic regions in 33 provinces whose errors hang together.

    A Gaussian copula ties the errors within a province and leaves the model of each region exact,
    so that the truth is that of the formula.
    """
    rng = np.random.default_rng(seed)
    n, n_provinces = 400, 33
    province = rng.integers(n_provinces, size=n)
    topics = np.clip(
        np.round(5 + 2 * rng.normal(size=n_provinces)[province] + 3 * rng.normal(size=n)), 0, 10
    )
    kota = (rng.random(n) < 0.2).astype(float)
    regressors = pd.DataFrame({"n_enacted": topics, "is_kota": kota})
    line = 0.4 * topics + 0.6 * kota
    cuts = np.array([1.5, 4.5])
    mean_line = -2.0 + 0.15 * topics + 0.2 * kota
    upper = expit(cuts[1] - line)
    truths = {
        "ordered logit, probability of the top category per topic": (
            0.4 * (upper * (1 - upper)).mean()
        ),
        "fractional response, index points per topic": (
            4 * 0.15 * (expit(mean_line) * (1 - expit(mean_line))).mean()
        ),
    }
    results: dict[str, list[tuple[float, bool]]] = {name: [] for name in truths}
    for _ in range(n_simulations):
        common = rng.normal(size=n_provinces)[province]
        uniform = ndtr(0.5 * common + 0.75**0.5 * rng.normal(size=n))
        bands = pd.Series(
            pd.Categorical.from_codes(
                np.searchsorted(cuts, line + logit(uniform)), list("abc"), ordered=True
            )
        )
        mean, precision = expit(mean_line), 8.0
        index = pd.Series(1 + 4 * betaincinv(mean * precision, (1 - mean) * precision, uniform))
        groups = pd.Series(province)
        tables = (
            (estimate_ordered_logit(bands, regressors, groups), "probability of c"),
            (estimate_fractional_response(index, regressors, groups), "expected index"),
        )
        for (name, truth), (table, outcome) in zip(truths.items(), tables, strict=True):
            low, high = (_pick(table, outcome, DERIVATIVE, side) for side in ("low", "high"))
            results[name].append((_pick(table, outcome, DERIVATIVE), low <= truth <= high))
    return [
        {
            "estimator": name,
            "setting": "400 regions, 33 provinces, errors correlated 0.25 within (copula)",
            "truth": truths[name],
            "mean_estimate": float(np.mean([value for value, _ in drawn])),
            "nominal": 0.95,
            "covered": float(np.mean([inside for _, inside in drawn])),
            "n_simulations": n_simulations,
            "n": n,
        }
        for name, drawn in results.items()
    ]
