"""A second computation of designs 4 and 5 of ``regulations.csv``: predicates and cohorts."""

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from compare_predicate_models import ORDER, central_jacobian, real_sample
from compare_smart_city import (
    by_complex_step,
    cluster_error,
    feols,
    match_slowly,
    moments_of,
    solve_moments,
    stacked_error,
)
from compare_smart_city import real_sample as real_cohorts
from second_opinion import opinion
from spbe_research.regulations.predicate_models import merge_sparse_categories

DERIVATIVE = "one more (derivative)"


def predicates():
    """Design 4: both likelihoods as their formulas state them, derivatives by complex step."""
    rows = []
    for year in (2021, 2022):
        sample = real_sample(year)
        sample = sample[sample["missing"] == ""].reset_index(drop=True)
        groups = pd.factorize(sample["province"])[0]
        terms = ["n_enacted", "is_kota", "log_population", "log_grdp_per_capita"]
        islands = [name for name in sorted(sample["island"].unique()) if name != "Sumatera"]
        full = np.column_stack(
            [sample[terms], *[(sample["island"] == name).astype(float) for name in islands]]
        )
        for score, band in {
            "index": "predicate",
            "index_without_policy": "predicate_without_policy",
        }.items():
            merged = merge_sparse_categories(sample[band], ORDER)
            share = (sample[score].to_numpy() - 1) / 4
            for adjusted, x in {
                "nothing": full[:, :1],
                "type, population, GRDP per capita, island": full,
            }.items():
                x = x - x.mean(axis=0)
                models = {
                    "ordered logit": _ordered(merged, x),
                    "fractional response": _fractional(share, x),
                }
                for model, (log_likelihood, start, chances, outcomes) in models.items():
                    theta, covariance = _maximise(log_likelihood, start, groups)
                    for column, term in enumerate(terms[: x.shape[1]]):
                        keys = f"[model={model}; score={score}; adjusted_for={adjusted}; "
                        keys += f"term={term}]"
                        for outcome, kind, value, error in _effects(
                            theta, covariance, chances, outcomes, x, full[:, column], column
                        ):
                            rows.append(
                                opinion(
                                    "4 levels and predicates", year, outcome, f"{kind} {keys}",
                                    value, len(x), error=error, df=groups.max(),
                                    n_clusters=groups.max() + 1,
                                )
                            )  # fmt: skip
    return rows


def _logistic(values):
    return 1 / (1 + np.exp(-values))


def _ordered(merged, x):
    """Log likelihood by agency, start, chances by category, names: coefficient first."""
    codes, k = merged.cat.codes.to_numpy().astype(int), x.shape[1]
    labels = list(merged.cat.categories)
    agency = np.arange(len(x))

    def chances(theta, values):
        inner = _logistic(theta[k:] - (values @ theta[:k])[:, None])
        ends = np.zeros((len(values), 1)), np.ones((len(values), 1))
        return np.diff(np.hstack([ends[0], inner, ends[1]]), axis=1)

    below = np.cumsum(np.bincount(codes))[:-1] / len(codes)
    start = np.r_[np.zeros(k), np.log(below / (1 - below))]
    names = ["log odds of a higher category", *[f"probability of {label}" for label in labels]]
    return lambda theta: np.log(chances(theta, x)[agency, codes]), start, chances, names


def _fractional(share, x):
    def chances(theta, values):
        return 4 * _logistic(theta[-1] + values @ theta[:-1])[:, None]

    def log_likelihood(theta):
        mean = chances(theta, x)[:, 0] / 4
        return share * np.log(mean) + (1 - share) * np.log(1 - mean)

    mean = share.mean()
    start = np.r_[np.zeros(x.shape[1]), np.log(mean / (1 - mean))]
    return log_likelihood, start, chances, ["logit of (index - 1)/4", "expected index"]


def _maximise(log_likelihood, start, groups):
    """Newton steps; covariance G/(G-1) times the sandwich of sums within provinces."""
    theta = start

    def total(point):
        return by_complex_step(log_likelihood, point).sum(axis=0)

    step = np.ones_like(theta)
    while np.abs(step).max() > 1e-12:
        if np.abs(step).max() > 0.01:  # nearer to the maximum the curvature is known well enough
            curvature = central_jacobian(total, theta)
        step = np.linalg.solve(curvature, total(theta))
        theta = theta - step
    scores = by_complex_step(log_likelihood, theta)
    bread = np.linalg.inv(central_jacobian(total, theta))
    n_groups = groups.max() + 1
    meat = sum(np.outer(s, s) for s in (scores[groups == g].sum(axis=0) for g in range(n_groups)))
    return theta, n_groups / (n_groups - 1) * bread @ meat @ bread


def _effects(theta, covariance, chances, outcomes, x, raw, column):
    """Coefficient and average effects of one regressor with errors by the delta method."""
    yield outcomes[0], "per unit", theta[column], covariance[column, column] ** 0.5

    def derivative(point):
        moved = x.astype(complex)
        moved[:, column] += 1e-30j
        return np.imag(chances(point, moved)).mean(axis=0) / 1e-30

    def contrast(high, low):
        def difference(point):
            ends = []
            for value in (high, low):
                values = x.copy()
                values[:, column] = value - raw.mean()
                ends.append(chances(point, values).mean(axis=0))
            return ends[0] - ends[1]

        return difference

    binary = set(raw) == {0.0, 1.0}
    kinds = {"1 against 0": contrast(1, 0)} if binary else {DERIVATIVE: derivative}
    if column == 0:
        kinds["all at 10 against all at 0"] = contrast(10, 0)
    for kind, function in kinds.items():
        slopes = central_jacobian(function, theta)
        for outcome, value, slope in zip(outcomes[1:], function(theta), slopes, strict=True):
            yield outcome, kind, value, (slope @ covariance @ slope) ** 0.5


def cohorts():
    """Design 5: pyfixest, matching by loops, stacked moments; no weights: a linear programme."""
    sample = real_cohorts()
    windows = [(2018, 2020), (2021, 2022), (2023, 2024), (2021, 2024)]
    windows += [(year, year) for year in range(2018, 2025)]
    plan = [
        ("members (all cohorts) against never-members", window, _levels(sample, window, "joined"))
        for window in windows
    ]
    some = sample[sample["cohort"].isin([0, 2019])]
    plan.append(
        ("members to be (cohort 2019) against never-members", (2018, 2018),
         _levels(some, (2018, 2018), "not yet"))
    )  # fmt: skip
    for others, chosen in {
        "never-members": [0],
        "cohorts of 2018 and before": [2017, 2018],
    }.items():
        plan.append((f"cohort 2019 against {others}", (2018, 2019), _changes(sample, chosen)))
    rows = []
    for contrast, (first, last), unit in plan:
        window = str(last) if first == last else f"{first}-{last}"
        outcome = "change of index 2018 to 2019" if contrast.startswith("cohort") else "index"
        for name in ("raw", "regression", "matched", "entropy", "odds"):
            estimate, error, used = _cohort_estimate(name, unit)
            n_clusters = used["province"].nunique()
            rows.append(
                opinion(
                    "5 smart-city cohorts", last, outcome,
                    f"{contrast} [window={window}; estimator={name}]", estimate, len(used),
                    error=error, df=n_clusters - 1, n_clusters=n_clusters,
                )
            )  # fmt: skip
    return rows


def _levels(sample, window, state):
    """One row an agency: its mean distance from the never-members of the same years."""
    rows = sample[sample["year"].between(*window)].to_dict("records")
    kept = {}
    for row in rows:
        joined = 0 < row["cohort"] <= row["year"]
        member = joined if state == "joined" else row["cohort"] > row["year"]
        if member or row["cohort"] == 0:
            kept.setdefault(row["agency_id"], []).append({**row, "member": float(member)})
    never = {}
    for row in rows:
        if row["cohort"] == 0:
            never.setdefault(row["year"], []).append(row["index"])
    units = [
        {**own[0], "y": np.mean([r["index"] - np.mean(never[r["year"]]) for r in own])}
        for own in kept.values()
    ]
    return _complete(units)


def _changes(sample, others):
    """One row an agency evaluated in 2018 and 2019: its change."""
    before = sample[sample["year"] == 2018].set_index("agency_id")["index"].to_dict()
    return _complete(
        [
            {**row, "member": float(row["cohort"] == 2019), "y": row["index"] - before[agency]}
            for row in sample[sample["year"] == 2019].to_dict("records")
            if (agency := row["agency_id"]) in before and row["cohort"] in [2019, *others]
        ]
    )


def _complete(units):
    table = pd.DataFrame([unit for unit in units if unit["missing"] == ""])
    table = table.sort_values("agency_id").reset_index(drop=True)
    island = table["island"].replace({"Maluku": "East", "Papua": "East"})
    names = sorted(set(island) - {"Sumatera"})
    columns = {f"x{k}": table[c] for k, c in enumerate(
        ["is_kota", "log_population", "log_grdp_per_capita"])}  # fmt: skip
    columns |= {f"x{k + 3}": (island == name).astype(float) for k, name in enumerate(names)}
    return table.assign(**columns)


def _cohort_estimate(name, unit):
    x = _varying(unit)
    if name in ("raw", "regression"):
        controls = " + ".join(["member", *(x if name == "regression" else [])])
        fit = feols(f"y ~ {controls}", unit, vcov={"CRV1": "province"})
        return fit.coef()["member"], fit.se()["member"], unit
    # Never-members of another type or island than all members: nothing to compare with.
    for column in x:
        own = set(unit.loc[unit["member"] == 1, column])
        if set(unit[column]) == {0.0, 1.0} and len(own) == 1:
            unit = unit[unit[column].isin(own)]
    values = unit[_varying(unit)].to_numpy()
    values = (values - values.mean(axis=0)) / values.std(axis=0)
    y, member = unit["y"].to_numpy(), unit["member"].to_numpy() == 1
    groups = pd.factorize(unit["province"])[0]
    if name == "matched":
        slow = match_slowly(y, member, values)
        return slow["estimate"], cluster_error(slow["influence"], groups), unit
    if name == "entropy" and not _can_balance(values, member):
        return np.nan, np.nan, unit
    moments = moments_of(name, y, member, values)
    start = np.r_[np.log(member.mean()), np.zeros(values.shape[1]), y[member].mean(), y.mean()]
    theta = solve_moments(moments, start)
    pick = np.r_[np.zeros(values.shape[1] + 1), 1.0, -1.0]
    return theta[-2] - theta[-1], stacked_error(moments, theta, pick, groups), unit


def _varying(unit):
    columns = [c for c in unit if c[0] == "x" and c[1:].isdigit()]
    return [c for c in columns if unit[c].min() < unit[c].max()]


def _can_balance(x, member):
    """Whether any weights of 0 or more give never-members the members' means."""
    never = x[~member]
    conditions = np.vstack([np.ones(len(never)), never.T])
    aims = np.r_[1.0, x[member].mean(axis=0)]
    return linprog(np.zeros(len(never)), A_eq=conditions, b_eq=aims).success
