"""Sensitivity against regressions that hold the confounder; the bootstrap against slow loops."""

from functools import cache

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.stats import t as student

from spbe_research import (
    load_agencies,
    load_covariates,
    load_policies,
    load_reference,
    load_scores,
)
from spbe_research.regulations import sensitivity
from spbe_research.regulations.specifications import cross_section

OUTCOME, TREATMENT = "index without policy", "n_enacted"
CONTROLS = ["agency_type", "log_population", "log_grdp_per_capita"]
CHOSEN = {"outcome": OUTCOME, "treatment": TREATMENT, "controls": CONTROLS}


@cache
def regions() -> pd.DataFrame:
    """Kabupaten and kota of 2021."""
    table = cross_section(
        load_scores(scale="indicator"),
        load_policies(),
        load_agencies(),
        load_covariates(),
        load_reference("instruments"),
    )
    return table[(table["year"] == 2021) & table["agency_type"].isin(["kabupaten", "kota"])]


def design(data: pd.DataFrame, controls: list[str]) -> np.ndarray:
    """Constant and controls, dummies written out."""
    parts = [np.ones(len(data))]
    for control in controls:
        if data[control].dtype.kind == "f":
            parts.append(data[control].to_numpy())
        else:
            names = sorted(data[control].unique())[1:]
            parts += [(data[control] == name).to_numpy(dtype=float) for name in names]
    return np.column_stack(parts)


def confounder(y, d, x, r2_treatment, r2_outcome):
    """A variable with exactly these partial R2 that takes from the estimate."""

    def off(values, *columns):
        basis = np.column_stack(columns)
        return values - basis @ np.linalg.lstsq(basis, values, rcond=None)[0]

    left = off(d, x)
    rest = off(y, x, d)
    noise = off(np.random.default_rng(5).normal(size=len(y)), x, d, y)
    unit = [v / np.linalg.norm(v) for v in (left, rest, noise)]
    sign = np.sign(left @ y)
    a, b = np.sqrt(r2_treatment), sign * np.sqrt(r2_outcome * (1 - r2_treatment))
    return a * unit[0] + b * unit[1] + np.sqrt((1 - r2_outcome) * (1 - r2_treatment)) * unit[2]


def oster_sample(delta: float, *, beta: float = 0.5) -> tuple[pd.DataFrame, float]:
    """Synthetic sample in which beta, delta and R2 max hold exactly, not on average."""
    rng = np.random.default_rng(8)
    q = np.linalg.qr(np.column_stack([np.ones(120), rng.normal(size=(120, 4))]))[0][:, 1:]
    w, u, v, e = (q * np.sqrt(120)).T
    x = 0.4 * w + 0.5 * delta * 0.4 / 0.8 * u + v  # cov(W2, x) / var(W2) = delta times W1's
    y = beta * x + 0.8 * w + 0.5 * u + 1.3 * e
    return pd.DataFrame({"y": y, "d": x, "w": w}), 1 - 1.3**2 / y.var()


def slow_bootstrap(data, controls, clusters, draws, value=0.0):
    """Restricted wild bootstrap written out: one regression for each draw."""
    x, d = design(data, controls), data[TREATMENT].to_numpy(dtype=float)
    y = data[OUTCOME].to_numpy()
    full, groups = np.column_stack([d, x]), pd.factorize(data[clusters])[0]
    restricted = sm.OLS(y - value * d, x).fit()

    def statistic(outcome):
        fit = sm.OLS(outcome, full).fit()
        bread = np.linalg.inv(full.T @ full)
        score = full * fit.resid[:, None]
        meat = sum(
            np.outer(s, s)
            for s in (score[groups == g].sum(axis=0) for g in range(groups.max() + 1))
        )
        return (fit.params[0] - value) / np.sqrt((bread @ meat @ bread)[0, 0])

    seen = abs(statistic(y))
    drawn = [
        abs(statistic(value * d + restricted.fittedvalues + restricted.resid * column[groups]))
        for column in draws.T
    ]
    return int((np.array(drawn) >= seen * (1 - 1e-9)).sum()), len(drawn)


def comparisons() -> list[dict]:
    """Kabupaten and kota of 2021: index without policy on topics enacted, with controls."""
    data = regions()
    y, d = data[OUTCOME].to_numpy(), data[TREATMENT].to_numpy(dtype=float)
    x = design(data, CONTROLS)
    fit = sm.OLS(y, np.column_stack([d, x])).fit()
    ours = sensitivity.robustness(data, **CHOSEN).set_index("quantity")["estimate"]
    less = sm.OLS(y, x).fit().ssr
    rows = [
        ("coefficient", ours["coefficient"], fit.params[0], "statsmodels OLS", 1e-10),
        ("partial R2", ours["partial R2"], 1 - fit.ssr / less, "two OLS fits", 1e-10),
    ]
    value = ours["robustness value"]
    z = confounder(y, d, x, value, value)
    with_z = sm.OLS(y, np.column_stack([d, x, z])).fit()
    rows.append(("estimate left at RV", 0.0, with_z.params[0], "OLS with that confounder", 1e-10))
    value = ours["robustness value at alpha 0.05"]
    z = confounder(y, d, x, value, value)
    with_z = sm.OLS(y, np.column_stack([d, x, z])).fit()
    critical = student.ppf(0.975, with_z.df_resid)
    rows.append(("t left at RV alpha", critical, with_z.tvalues[0], "OLS with it", 1e-8))
    bounds = sensitivity.benchmark_bounds(
        data, **CHOSEN, benchmarks={"population": ["log_population"]}
    ).iloc[2]
    z = confounder(y, d, x, bounds["r2_treatment"], bounds["r2_outcome"])
    with_z = sm.OLS(y, np.column_stack([d, x, z])).fit()
    low = with_z.conf_int()[0][0]
    rows += [
        ("3 x population, estimate", bounds["estimate"], with_z.params[0], "OLS with it", 1e-10),
        ("3 x population, error", bounds["std_error"], with_z.bse[0], "OLS with it", 1e-10),
        ("3 x population, low", bounds["low"], low, "OLS with it", 1e-9),
    ]
    for delta in (0.6, 1.0, 1.7):
        sample, r_max = oster_sample(delta)
        found = sensitivity.oster_delta(
            sample, outcome="y", treatment="d", controls=["w"], r_max=r_max, value=0.5
        ).set_index("quantity")["estimate"]
        rows.append((f"delta {delta}", found["delta"], delta, "exact synthetic sample", 1e-9))
        if delta == 1:
            beta = found["coefficient at delta 1"]
            rows.append(("coefficient at delta 1", beta, 0.5, "exact synthetic sample", 1e-9))
    for weights in ("rademacher", "webb"):
        few = {} if weights == "rademacher" else {"n_resamples": 150}
        boot = sensitivity.wild_cluster_bootstrap(
            data, **CHOSEN, clusters="island", weights=weights, seed=3, **few
        ).iloc[0]
        draws, _ = sensitivity._draws(7, weights, few.get("n_resamples", 9_999), 3)
        far, n = slow_bootstrap(data, CONTROLS, "island", draws)
        slow = far / n if weights == "rademacher" else (1 + far) / (1 + n)
        rows.append((f"wild {weights}, p", boot["p_value"], slow, f"{n} regressions", 1e-12))
    clustered = fit.get_robustcov_results(
        cov_type="cluster", groups=pd.factorize(data["island"])[0]
    )
    rows.append(("wild, CR1 error", boot["std_error"], clustered.bse[0], "statsmodels", 1e-10))
    return [
        {
            "estimator": "sensitivity",
            "quantity": quantity,
            "ours": float(ours_),
            "independent": float(other),
            "implementation": implementation,
            "tolerance": tolerance,
        }
        for quantity, ours_, other, implementation, tolerance in rows
    ]


def coverage(n_simulations: int, *, seed: int) -> list[dict]:
    """Synthetic: 7 clusters of unequal size, cluster effects in both variables, true slope 0.5."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(7), [10, 15, 20, 20, 25, 30, 40])
    covered = {"webb": [], "rademacher": [], "CR1, t": []}
    rejected, estimates = [], []
    for number in range(n_simulations):
        d = rng.normal(size=7)[group] + rng.normal(size=group.size)
        y = 0.5 * d + rng.normal(size=7)[group] + rng.normal(size=group.size)
        data = pd.DataFrame({"y": y, "d": d, "g": group})
        for weights in ("webb", "rademacher"):
            row = sensitivity.wild_cluster_bootstrap(
                data,
                outcome="y",
                treatment="d",
                clusters="g",
                weights=weights,
                n_resamples=399,
                seed=number,
            ).iloc[0]
            inside = not (row["low"] > 0.5 or row["high"] < 0.5)  # a missing bound is no bound
            covered[weights].append(inside)
        half = student.ppf(0.975, 6) * row["std_error"]
        covered["CR1, t"].append(abs(row["estimate"] - 0.5) <= half)
        estimates.append(row["estimate"])
        null = data.assign(y=y - 0.5 * d)
        rejected.append(
            sensitivity.wild_cluster_bootstrap(
                null,
                outcome="y",
                treatment="d",
                clusters="g",
                weights="webb",
                n_resamples=399,
                seed=number,
            )["p_value"].item()
            <= 0.05
        )
    common = {"truth": 0.5, "n_simulations": n_simulations, "n": int(group.size)}
    rows = [
        {
            "estimator": f"interval, {name}",
            "setting": "7 clusters with cluster effects",
            "mean_estimate": float(np.mean(estimates)),
            "nominal": 0.95,
            "covered": float(np.mean(hits)),
            **common,
        }
        for name, hits in covered.items()
    ]
    rows.append(
        {
            "estimator": "test, webb",
            "setting": "rejections of a true null, level 0.05, 7 clusters",
            "mean_estimate": float(np.mean(rejected)),
            "nominal": 0.05,
            "covered": float(np.mean(rejected)),
            **common,
            "truth": 0.0,
        }
    )
    return rows
