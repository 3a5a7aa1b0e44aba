"""The local texts against explicit formulas, pyfixest and SciPy, and intervals on known truth."""

import warnings
from functools import cache

import numpy as np
import pandas as pd
import pyfixest as pf
from scipy.spatial.distance import mahalanobis
from scipy.stats import permutation_test

from spbe_research import (
    load_agencies,
    load_covariates,
    load_policies,
    load_published,
    load_reference,
)
from spbe_research.regulations import texts as module
from spbe_research.regulations.registry import local_texts, oldest_text

YEARS = range(2018, 2025)


@cache
def real() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Registry, oldest texts, and the table with scores."""
    registry = local_texts(load_reference("regulations_local"), load_agencies())
    oldest = oldest_text(registry, years=YEARS)
    return registry, oldest, module.texts_and_scores(load_published(), oldest, load_policies())


def hc3(y: np.ndarray, x: np.ndarray) -> tuple[float, float]:
    """First coefficient and its HC3 error, from the formula, a row at a time."""
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ x.T @ y
    meat = np.zeros_like(bread)
    for row, value in zip(x, y, strict=True):
        leverage = row @ bread @ row
        meat += np.outer(row, row) * ((value - row @ beta) / (1 - leverage)) ** 2
    return float(beta[0]), float(np.sqrt((bread @ meat @ bread)[0, 0]))


def comparisons() -> list[dict]:
    """Real data of 2021 and 2023-2024."""
    _, _, table = real()
    rows = []

    def add(estimator, quantity, ours, other, implementation, tolerance=1e-9):
        rows.append(
            {
                "estimator": estimator,
                "quantity": quantity,
                "ours": float(ours),
                "independent": float(other),
                "implementation": implementation,
                "tolerance": tolerance,
            }
        )

    def dummies(data):
        return np.column_stack(
            [(data["agency_type"] == kind).astype(float) for kind in data["agency_type"].unique()]
        )

    result = module.age_and_kind(table).set_index(["contrast", "period"])
    data = table[(table["year"] == 2021) & table["has_text"]]
    x = np.column_stack([data["age_years"].astype(float), dummies(data)])
    estimate, error = hc3(data["index"].to_numpy(), x)
    ours = result.loc[("one year of age", "2021")]
    add("age_and_kind", "age 2021", ours["estimate"], estimate, "normal equations")
    add("age_and_kind", "age 2021, error", ours["std_error"], error, "HC3, loop over rows")
    data = table[table["year"].isin([2023, 2024]) & table["has_text"]]
    data = data.assign(
        perda=(data["oldest_kind"] == "Perda").astype(float),
        age=data["age_years"].astype(float),
        score=data["index"],
    )
    for contrast, name in {
        "one year of age": "age",
        "Perda against regulation of the head": "perda",
    }.items():
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="The inplace keyword")
            fit = pf.feols(
                f"score ~ {name} | agency_type^year", data=data, vcov={"CRV1": "agency_id"}
            )
        ours = result.loc[(contrast, "2023-2024")]
        add("age_and_kind", f"{name} 2023-2024", ours["estimate"], fit.coef()[name], "pyfixest")
        # statsmodels counts the six cells in k; pyfixest counts them too: none is nested.
        add("age_and_kind", f"{name}, error", ours["std_error"], fit.se()[name], "pyfixest CRV1")
    ours = module.sample_against_rest(table).set_index(["outcome", "year"])
    data = table[table["year"] == 2024]
    x = np.column_stack([data["in_sample"].astype(float), dummies(data)])
    estimate, error = hc3(data["index"].to_numpy(), x)
    row = ours.loc[("index", 2024)]
    add("sample_against_rest", "2024", row["estimate"], estimate, "normal equations")
    add("sample_against_rest", "2024, error", row["std_error"], error, "HC3, loop over rows")

    balance = module.selection_balance(
        table, load_agencies(), load_covariates(), n_resamples=999, seed=1
    ).set_index("outcome")
    wide = table.pivot(index="agency_id", columns="year", values="index")
    wide = wide[[2018, 2024]].dropna()
    inside = wide.index.isin(load_reference("regulations_local")["agency_id"])
    one, rest = wide.loc[inside, 2018], wide.loc[~inside, 2018]
    d = (one.mean() - rest.mean()) / np.sqrt((one.var() + rest.var()) / 2)
    add("selection_balance", "index 2018", balance.loc["index 2018", "estimate"], d, "pandas")
    kota = load_agencies().set_index("agency_id").loc[wide.index, "agency_type"] == "kota"
    kota = kota.to_numpy(dtype=float)
    p = permutation_test(
        (kota[inside], kota[~inside]),
        lambda a, b, axis: abs(a.mean(axis=axis) - b.mean(axis=axis)) + 1e-12,
        alternative="greater",
        n_resamples=4_999,
        vectorized=True,
        rng=np.random.default_rng(2),
    ).pvalue
    add(
        "selection_balance",
        "p of is kota",
        balance.loc["is kota", "p_value"],
        p,
        "scipy permutation_test",
        0.045,
    )
    columns = pd.get_dummies(load_agencies().set_index("agency_id").loc[wide.index, "island"])
    x = np.column_stack(
        [wide.to_numpy(), kota, (wide.index.str.len() == 2).astype(float), columns.iloc[:, 1:]]
    ).astype(float)  # one island left out: the seven add up to one
    distance = mahalanobis(
        x[inside].mean(axis=0), x[~inside].mean(axis=0), np.linalg.inv(np.cov(x, rowvar=False))
    )
    ours = balance.loc["joint: all but size", "estimate"]
    add("selection_balance", "joint distance", ours, distance, "scipy mahalanobis", 1e-8)
    return rows


def coverage(n_simulations: int, *, seed: int) -> list[dict]:
    """Synthetic regions with a known slope on age, a known standardised difference, and none."""
    rng = np.random.default_rng(seed)
    hits, estimates, inside_d, rejected, few = [], [], [], [], []
    kinds = np.repeat(["kabupaten", "kota", "provinsi"], [25, 14, 10])
    for _ in range(n_simulations):
        age = rng.integers(0, 12, kinds.size)
        noise = rng.normal(0, 0.3 + 0.04 * age)  # unequal spread, which HC3 is for
        data = pd.DataFrame(
            {
                "agency_id": np.arange(kinds.size).astype(str),
                "year": 2021,
                "agency_type": kinds,
                "index": 2 + 0.05 * age + (kinds == "kota") * 0.4 + noise,
                "in_sample": True,
                "has_text": True,
                "age_years": age,
                "oldest_kind": rng.choice(["Perda", "Perbup"], kinds.size),
            }
        )
        row = module.age_and_kind(data).iloc[0]
        hits.append(row["low"] <= 0.05 <= row["high"])
        estimates.append(row["estimate"])
        region = np.repeat(np.arange(53), 2)
        two_years = pd.DataFrame(
            {
                "agency_id": region.astype(str),
                "year": np.tile([2023, 2024], 53),
                "agency_type": "kota",
                "index": rng.normal(2, 0.5, 53)[region] + rng.normal(0, 0.25, 106),
                "in_sample": True,
                "has_text": region >= 8,
                "age_years": 1,
                "oldest_kind": "Perwal",
            }
        )
        row = module.age_and_kind(two_years).iloc[-1]
        few.append(row["low"] <= 0 <= row["high"])
        member = np.arange(200) < 40
        x = rng.normal(0.5 * member, 1)
        spread = np.sqrt((x[member].var(ddof=1) + x[~member].var(ddof=1)) / 2)
        d = (x[member].mean() - x[~member].mean()) / spread
        error = np.sqrt(1 / 40 + 1 / 160 + d**2 / 400)
        inside_d.append(abs(d - 0.5) <= 1.959964 * error)
        null = rng.normal(size=(200, 4)) + rng.normal(size=(200, 1))
        draws = module._membership(member, np.zeros(200, dtype=np.int64), 199, rng)
        distances = module._distances(null, np.column_stack([member, draws]))
        rejected.append(module._share(distances[1:], distances[0]) <= 0.05)
    common = {"n_simulations": n_simulations}
    return [
        {
            "estimator": "age_and_kind",
            "setting": "slope 0.05 a year of age, unequal spread",
            "truth": 0.05,
            "mean_estimate": float(np.mean(estimates)),
            "nominal": 0.95,
            "covered": float(np.mean(hits)),
            "n": int(kinds.size),
            **common,
        },
        {
            "estimator": "age_and_kind, eight regions on one side",
            "setting": "no difference, 8 of 53 regions without a text, two years",
            "truth": 0.0,
            "mean_estimate": 0.0,
            "nominal": 0.95,
            "covered": float(np.mean(few)),
            "n": 106,
            **common,
        },
        {
            "estimator": "selection_balance, interval",
            "setting": "standardised difference 0.5, 40 of 200 in the sample",
            "truth": 0.5,
            "mean_estimate": 0.5,
            "nominal": 0.95,
            "covered": float(np.mean(inside_d)),
            "n": 200,
            **common,
        },
        {
            "estimator": "selection_balance, joint test",
            "setting": "rejections of a true null, level 0.05",
            "truth": 0.0,
            "mean_estimate": float(np.mean(rejected)),
            "nominal": 0.05,
            "covered": float(np.mean(rejected)),
            "n": 200,
            **common,
        },
    ]
