"""Design 5 computed a second time, and bias and coverage on synthetic cohorts."""

import warnings
from functools import cache

import numpy as np
import pandas as pd
import pyfixest

from spbe_research.datasets import load_agencies, load_covariates, load_published, load_reference
from spbe_research.regulations.smart_city import (
    ESTIMATORS,
    balance_cohorts,
    build_cohort_sample,
    compare_changes,
    compare_cohorts,
)
from spbe_research.simulation.cohorts import simulate_cohorts

YEAR = 2021
LOGS = ["log_population", "log_grdp_per_capita"]


@cache
def real_sample() -> pd.DataFrame:
    """Every evaluated kabupaten and kota with its cohort."""
    return build_cohort_sample(
        load_published(),
        load_reference("smart_city_cohorts"),
        load_agencies(),
        load_covariates(),
    )


def feols(formula: str, data: pd.DataFrame, *, vcov):
    """pyfixest's least squares; it calls pandas in a way that pandas 3.1 warns of."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The inplace keyword")
        return pyfixest.feols(formula, data=data, vcov=vcov)


def one_year(sample: pd.DataFrame, year: int) -> tuple[pd.DataFrame, list[str]]:
    """Rows of a year when all cohorts had joined, with islands as explicit 0 and 1."""
    rows = sample[sample["year"] == year].reset_index(drop=True)
    island = rows["island"].where(~rows["island"].isin(["Maluku", "Papua"]), "East")
    names = [name for name in sorted(island.unique()) if name != "Sumatera"]
    dummies = {
        f"island_{number}": (island == name).astype(float) for number, name in enumerate(names)
    }
    rows = rows.assign(member=(rows["cohort"] > 0).astype(float), **dummies)
    return rows, ["is_kota", *LOGS, *dummies]


def match_slowly(y: np.ndarray, member: np.ndarray, x: np.ndarray, m: int = 3) -> dict:
    """Bias-corrected matching, agency by agency: estimate, influence, gains, uses of each."""
    inverse = np.linalg.inv(np.cov(x, rowvar=False))
    never, joined = np.flatnonzero(~member), np.flatnonzero(member)
    # What is alike in all never-members has no slope among them.
    varies = [k for k in range(x.shape[1]) if x[never, k].min() < x[never, k].max()]
    design = np.column_stack([np.ones(len(never)), x[np.ix_(never, varies)]])
    fit = np.linalg.solve(design.T @ design, design.T @ y[never])
    line = fit[0] + x[:, varies] @ fit[1:]
    used, gains = np.zeros(len(y)), []
    for i in joined:
        matched = nearest(i, never, x, inverse, m)
        used[matched] += 1
        gains.append(y[i] - np.mean([y[j] + line[i] - line[j] for j in matched]))
    estimate = np.mean(gains)
    influence = np.zeros(len(y))
    for i in joined:
        influence[i] = (y[i] - line[i] - estimate) / len(joined)
    for j in never:
        influence[j] = -used[j] / m * (y[j] - line[j]) / len(joined)
    return {"estimate": estimate, "influence": influence, "gains": gains, "used": used}


def nearest(i: int, pool: np.ndarray, x: np.ndarray, inverse: np.ndarray, m: int) -> np.ndarray:
    """The m of a pool that are nearest to agency i."""
    gaps = [(x[i] - x[j]) @ inverse @ (x[i] - x[j]) for j in pool]
    return pool[np.argsort(np.round(gaps, 12), kind="stable")[:m]]


def abadie_imbens_error(y, member, x, slow: dict, m: int = 3) -> float:
    """Error of Abadie and Imbens (2006): noise of each match from its own nearest look-alikes."""
    inverse, never = np.linalg.inv(np.cov(x, rowvar=False)), np.flatnonzero(~member)
    used, n_members = slow["used"], member.sum()
    own = {j: nearest(j, never[never != j], x, inverse, m) for j in never if used[j]}
    noise = {j: m / (m + 1) * (y[j] - y[near].mean()) ** 2 for j, near in own.items()}
    spread = np.mean([(gain - slow["estimate"]) ** 2 for gain in slow["gains"]])
    spread += sum(used[j] * (used[j] - 1) / m**2 * noise[j] for j in noise) / n_members
    return float(np.sqrt(spread / n_members))


def by_complex_step(function, point: np.ndarray) -> np.ndarray:
    """Exact derivative of an analytic function, a column a parameter: no difference is taken."""
    columns = []
    for k in range(len(point)):
        moved = point.astype(complex)
        moved[k] += 1e-30j
        columns.append(np.imag(function(moved)) / 1e-30)
    return np.stack(columns, axis=-1)


def stacked_error(moments, theta: np.ndarray, pick: np.ndarray, groups: np.ndarray) -> float:
    """Standard error of an estimator that solves sum of moments = 0."""
    slopes = by_complex_step(lambda point: moments(point).sum(axis=0), theta)
    influence = np.linalg.solve(slopes, moments(theta).T).T @ pick
    assert len(influence) == len(groups)
    return cluster_error(influence, groups)


def cluster_error(influence: np.ndarray, groups: np.ndarray) -> float:
    """Root of G/(G-1) times the sum of squared sums of clusters, one cluster after the other."""
    names = np.unique(groups)
    total = sum(influence[groups == name].sum() ** 2 for name in names)
    return float(np.sqrt(len(names) / (len(names) - 1) * total))


def moments_of(kind: str, y, member, x):
    """Moments of (weights' parameters, mean of members, mean of weighted never-members)."""
    design = np.column_stack([np.ones(len(y)), x])
    k = design.shape[1]
    d = member.astype(float)

    def line(theta):
        values = design @ theta[:k]
        return np.where(np.abs(values.real) > 50, 50 * np.sign(values.real), values)

    def odds(theta):
        chance, weight = 1 / (1 + np.exp(-line(theta))), (1 - d) * np.exp(line(theta))
        return np.column_stack(
            [design * (d - chance)[:, None], d * (y - theta[k]), weight * (y - theta[k + 1])]
        )

    def entropy(theta):
        # Weights exp(c + x'b) with total and means those of the members.
        weight = (1 - d) * np.exp(line(theta))
        return np.column_stack(
            [design * (d - weight)[:, None], d * (y - theta[k]), weight * (y - theta[k + 1])]
        )

    return odds if kind == "odds" else entropy


def solve_moments(moments, theta: np.ndarray) -> np.ndarray:
    """Newton steps with exact derivatives, halved where they overshoot."""
    for _ in range(200):
        total = moments(theta).sum(axis=0)
        slopes = by_complex_step(lambda point: moments(point).sum(axis=0), theta)
        change, share = np.linalg.solve(slopes, total), 1.0
        while share > 1e-6 and np.linalg.norm(
            moments(theta - share * change).sum(axis=0)
        ) > np.linalg.norm(total):
            share /= 2
        theta = theta - share * change
        if np.abs(change).max() < 1e-12:
            break
    return theta


def comparisons() -> list[dict]:
    """All five estimators in 2021, where every cohort had joined, and the change 2018 to 2019."""
    rows, names = one_year(real_sample(), YEAR)
    ours = compare_cohorts(real_sample(), years=(YEAR, YEAR)).set_index("estimator")
    out = []
    for name, formula in {
        "raw": "index ~ member",
        "regression": "index ~ member + " + " + ".join(names),
    }.items():
        fit = feols(formula, rows, vcov={"CRV1": "province"})
        how = "pyfixest feols, CRV1, explicit dummies"
        out += _pair(name, ours, fit.coef()["member"], fit.se()["member"], how)
    y, member = rows["index"].to_numpy(), rows["member"].to_numpy() == 1
    x = rows[names].to_numpy()
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    groups = pd.factorize(rows["province"])[0]
    slow = match_slowly(y, member, x)
    abadie_imbens = abadie_imbens_error(y, member, x, slow)
    how = "loop over agencies"
    out += _pair("matched", ours, slow["estimate"], cluster_error(slow["influence"], groups), how)
    each = rows.assign(province=rows["agency_id"])
    alone = compare_cohorts(each, years=(YEAR, YEAR), estimators=["matched"])
    out.append(
        _row(
            "matched",
            "standard error, every agency its own cluster",
            alone["std_error"].item(),
            abadie_imbens,
            "variance of Abadie and Imbens (2006) by a loop (tolerance: a sixth)",
            abadie_imbens / 6,
        )
    )
    for name in ("entropy", "odds"):
        moments = moments_of(name, y, member, x)
        start = np.r_[np.log(member.mean()), np.zeros(x.shape[1]), y[member].mean(), y.mean()]
        theta = solve_moments(moments, start)
        pick = np.r_[np.zeros(x.shape[1] + 1), 1.0, -1.0]
        how = "stacked moments, derivatives by complex step"
        error = stacked_error(moments, theta, pick, groups)
        out += _pair(name, ours, theta[-2] - theta[-1], error, how)
    return out + _changes() + _balance(rows, names)


def _changes() -> list[dict]:
    sample = real_sample()
    both = sample[sample["year"].isin([2018, 2019]) & sample["cohort"].isin([0, 2019])]
    both = both[both.groupby("agency_id")["year"].transform("size") == 2]
    both = both.assign(treated=((both["cohort"] == 2019) & (both["year"] == 2019)).astype(float))
    fit = feols("index ~ treated | agency_id + year", both, vcov="iid")
    ours = compare_changes(sample, estimators=["raw"])["estimate"].item()
    how = "pyfixest two-way fixed effects"
    return [_row("change, raw", "estimate", ours, fit.coef()["treated"], how, 1e-8)]


def _balance(rows: pd.DataFrame, names: list[str]) -> list[dict]:
    table = balance_cohorts(real_sample(), years=(YEAR, YEAR)).query("comparison == 'raw'")
    table = table.set_index("covariate")["standardised_difference"]
    out = []
    for name in names[:3]:
        a, b = (list(rows.loc[rows["member"] == side, name]) for side in (1, 0))
        mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
        variance = sum((v - mean_a) ** 2 for v in a) / len(a)
        variance += sum((v - mean_b) ** 2 for v in b) / len(b)
        expected = (mean_a - mean_b) / (variance / 2) ** 0.5
        out.append(_row("balance, raw", name, table[name], expected, "sums written out", 1e-10))
    return out


def _pair(name, ours, estimate, error, how) -> list[dict]:
    return [
        _row(name, f"estimate, {YEAR}", ours.loc[name, "estimate"], estimate, how, 1e-8),
        _row(name, f"standard error, {YEAR}", ours.loc[name, "std_error"], error, how, 1e-8),
    ]


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
    """Bias and coverage for an effect of 0.3 with and without an unobserved quality."""
    effect, rows = 0.3, []
    settings = {
        "selection on what is seen": {},
        "selection on what is seen, no province effects": {"province_sd": 0.0},
        "an unobserved quality too": {"confounder": 0.7},
    }
    for number, (setting, choices) in enumerate(settings.items()):
        drawn: dict[str, list[tuple[float, bool]]] = {}
        for k in range(n_simulations):
            synthetic = simulate_cohorts(effect=effect, seed=seed + 100_000 * number + k, **choices)
            levels = compare_cohorts(synthetic, years=(2019, 2019))
            changes = compare_changes(synthetic, estimators=["raw", "entropy"])
            changes["estimator"] = "change, " + changes["estimator"]
            for row in pd.concat([levels, changes]).itertuples():
                if not np.isnan(row.estimate):
                    drawn.setdefault(row.estimator, []).append(
                        (row.estimate, row.low <= effect <= row.high)
                    )
        rows += [
            {
                "estimator": name,
                "setting": setting,
                "truth": effect,
                "mean_estimate": float(np.mean([value for value, _ in values])),
                "nominal": 0.95,
                "covered": float(np.mean([inside for _, inside in values])),
                "n_simulations": len(values),
                "n": 500,
            }
            for name, values in drawn.items()
        ]
    assert {row["estimator"] for row in rows} >= set(ESTIMATORS)
    return rows
