"""The specification curve against statsmodels and pyfixest, and its joint test on known truth."""

import warnings
from functools import cache

import numpy as np
import pandas as pd
import pyfixest as pf
import statsmodels.api as sm

from spbe_research import (
    load_agencies,
    load_covariates,
    load_policies,
    load_reference,
    load_scores,
)
from spbe_research.regulations import specifications
from spbe_research.regulations.specifications import (
    OUTCOMES,
    cross_section,
    joint_test,
    matched_topics,
    specification_curve,
)

SIZE = "log_population + log_grdp_per_capita"


@cache
def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The real data of both questions."""
    scores, policies = load_scores(scale="indicator"), load_policies()
    table = cross_section(
        scores, policies, load_agencies(), load_covariates(), load_reference("instruments")
    )
    return table, matched_topics(scores, policies, load_reference("policy_topics"))


@cache
def real_curve() -> pd.DataFrame:
    """The curve of the real data."""
    return specification_curve(*tables())


def feols(formula: str, **choices):
    """Fit with pyfixest, whose own use of a pandas keyword raises a warning that is not ours."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The inplace keyword")
        return pf.feols(formula, **choices)


def pick(curve: pd.DataFrame, **choices: object) -> pd.Series:
    """One specification."""
    for name, value in choices.items():
        curve = curve[curve[name] == value]
    (row,) = [row for _, row in curve.iterrows()]
    return row


def synthetic(
    n: int, *, effect: float, between_types: float = 0.0, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Synthetic agencies of two years; practice rises by ``effect`` from no topic to all ten."""
    rng = np.random.default_rng(seed)
    kinds = rng.choice(["kementerian", "provinsi", "kabupaten", "kota"], n, p=[0.1, 0.1, 0.5, 0.3])
    kinds[:4] = ["kementerian", "provinsi", "kabupaten", "kota"]
    province = rng.integers(0, 12, n)
    effects, ability = rng.normal(0, 0.3, 12), rng.normal(0, 1, n)
    regional = kinds != "kementerian"
    lifted = between_types * (kinds == "kota")
    levels, frames = {}, []
    for year in (2021, 2022):
        policy = 1 + rng.binomial(4, 0.35 + 0.2 * (ability > 0)[:, None], size=(n, 10))
        lift = rng.random((n, 10)) < 0.3
        policy = np.where(lift & (kinds == "kota")[:, None], np.minimum(5, policy + 1), policy)
        levels[year] = policy
        frame = pd.DataFrame(
            {
                "agency_id": [f"a{i:03d}" for i in range(n)],
                "year": year,
                "agency_type": kinds,
                "province": np.where(regional, [f"p{i}" for i in province], None),
                "log_population": rng.normal(12, 1, n),
                "log_grdp_per_capita": rng.normal(17, 0.5, n),
                "enacted_2": (policy >= 2).mean(axis=1),
                "enacted_3": (policy >= 3).mean(axis=1),
            }
        )
        shared = rng.normal(0, 0.4, n) + effects[province] * regional + lifted
        for outcome in OUTCOMES:
            noise = rng.normal(0, 0.3, n)
            frame[outcome] = 2 + effect * frame["enacted_2"] + shared + noise
        # The practice is that of the agency, so that only its own topics differ by enactment.
        practice = 2 + shared[:, None] + effect * (policy >= 2) + rng.normal(0, 0.5, (n, 10))
        long = pd.DataFrame(
            {
                "agency_id": np.repeat(frame["agency_id"].to_numpy(), 10),
                "year": year,
                "topic": np.tile([f"t{k}" for k in range(10)], n),
                "level": policy.ravel(),
                "practice": practice.ravel(),
                "n_twins": np.tile([1] * 9 + [3], n),
            }
        )
        frames.append((frame, long))
    return pd.concat([f for f, _ in frames]), pd.concat([m for _, m in frames])


def comparisons() -> list[dict]:
    """Some specifications of 2022 refitted, and one permutation carried out by hand."""
    table, matched = tables()
    curve, rows = real_curve(), []

    def add(quantity, ours, other, implementation, tolerance=1e-8):
        rows.append(
            {
                "estimator": "specification_curve",
                "quantity": quantity,
                "ours": float(ours),
                "independent": float(other),
                "implementation": implementation,
                "tolerance": tolerance,
            }
        )

    chosen = table[table["year"] == 2022]
    chosen = chosen.assign(
        y=chosen["index without policy"],
        cluster=chosen["province"].fillna(chosen["agency_id"]).astype(str),
        balance=1 / chosen.groupby("agency_type")["agency_id"].transform("size"),
    )
    kabkota = chosen[chosen["agency_type"].isin(["kabupaten", "kota"])]
    base = {"question": "index", "year": 2022, "outcome": "index without policy", "threshold": 2}
    fits = {
        ("all", "type", "each agency"): ("y ~ enacted_2 + C(agency_type)", chosen, None),
        ("all", "none", "each type equally"): ("y ~ enacted_2", chosen, "balance"),
        ("kabupaten and kota", "type, size, province", "each agency"): (
            f"y ~ enacted_2 + C(agency_type) + {SIZE} | province",
            kabkota,
            None,
        ),
    }
    for (sample, controls, weights), (formula, data, weight) in fits.items():
        ours = pick(curve, **base, sample=sample, controls=controls, weights=weights)
        fit = feols(formula, data=data, vcov={"CRV1": "cluster"}, weights=weight)
        name = f"{sample}; {controls}; {weights}"
        add(f"{name}: estimate", ours["estimate"], fit.coef()["enacted_2"], "pyfixest feols")
        add(f"{name}: error", ours["std_error"], fit.se()["enacted_2"], "pyfixest, CRV1")
        add(f"{name}: p", ours["p_value"], fit.pvalue()["enacted_2"], "pyfixest, t with G-1")
    dummies = pd.get_dummies(kabkota[["agency_type", "province"]], drop_first=True)
    size = kabkota[["enacted_2", "log_population", "log_grdp_per_capita"]]
    x = sm.add_constant(pd.concat([size, dummies], axis=1).astype(float))
    fit = sm.OLS(kabkota["y"], x).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(kabkota["province"])[0]}
    )
    # statsmodels counts every dummy in k; the nested province dummies are not counted here.
    scale = np.sqrt(fit.df_resid / (len(kabkota) - 5))
    add(f"{name}: estimate", ours["estimate"], fit.params["enacted_2"], "statsmodels, dummies")
    add(f"{name}: error", ours["std_error"], fit.bse["enacted_2"] * scale, "statsmodels, rescaled")
    long = matched[matched["year"] == 2022].merge(chosen[["agency_id", "agency_type"]])
    long = long.assign(enacted=(long["level"] >= 2).astype(float))
    for controls, effects in {"topic": "topic", "topic, agency": "agency_id + topic"}.items():
        ours = pick(
            curve,
            question="matched",
            year=2022,
            outcome="practice, ten topics",
            threshold=2,
            sample="all",
            controls=controls,
        )
        fit = feols(f"practice ~ enacted | {effects}", data=long, vcov={"CRV1": "agency_id"})
        add(f"matched; {controls}: estimate", ours["estimate"], fit.coef()["enacted"], "pyfixest")
        add(f"matched; {controls}: error", ours["std_error"], fit.se()["enacted"], "pyfixest CRV1")
    drawn = joint_test(table, matched, n_resamples=1, seed=5).set_index(["question", "statistic"])
    by_hand = permuted_curve(table, matched, seed=5)
    for question in ("index", "matched"):
        some = by_hand[by_hand["question"] == question]
        sure = (some["estimate"] > 0) & (some["p_value"] < 0.05)
        for statistic, other in {
            "median estimate": some["estimate"].median(),
            "share positive and significant": sure.mean(),
        }.items():
            ours = drawn.loc[(question, statistic), "null_low"]
            add(
                f"{question}, one draw: {statistic}", ours, other, "tables permuted, curve refitted"
            )
    return rows


def permuted_curve(table: pd.DataFrame, matched: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """The curve of tables in which each agency carries the policies drawn for it."""
    orders = specifications._permutations(table, 1, seed)
    tables_, topics = [], []
    for year, order in orders.items():
        frame = table[table["year"] == year].sort_values("agency_id")
        ids = frame["agency_id"].to_numpy()
        donor = ids[order[1]]
        columns = ["enacted_2", "enacted_3"]
        given = frame.set_index("agency_id").loc[donor, columns].to_numpy()
        tables_.append(frame.assign(**dict(zip(columns, given.T, strict=True))))
        long = matched[matched["year"] == year]
        levels = long.set_index(["agency_id", "topic"])["level"]
        from_whom = long["agency_id"].map(dict(zip(ids, donor, strict=True)))
        pairs = pd.MultiIndex.from_arrays([from_whom, long["topic"]])
        topics.append(long.assign(level=levels.loc[pairs].to_numpy()))
    return specification_curve(pd.concat(tables_), pd.concat(topics))


def coverage(n_simulations: int, *, seed: int) -> list[dict]:
    """Synthetic: interval of two specifications; size (types differ) and power of the test."""
    covered = {"index": [], "matched": []}
    estimates = {"index": [], "matched": []}
    p_null, p_effect = [], []
    for number in range(n_simulations):
        chosen = {"seed": 1000 * seed + number}
        table, matched = synthetic(150, effect=0.8, **chosen)
        curve = specification_curve(table, matched)
        known = {"year": 2021, "threshold": 2, "sample": "local", "weights": "each agency"}
        for question, row in {
            "index": pick(
                curve, **known, outcome="index without policy", controls="type, province"
            ),
            "matched": pick(
                curve, **known, outcome="practice, ten topics", controls="topic, agency"
            ),
        }.items():
            covered[question].append(row["low"] <= 0.8 <= row["high"])
            estimates[question].append(row["estimate"])
        for effect, between, found in ((0.0, 1.0, p_null), (0.8, 1.0, p_effect)):
            pair = synthetic(150, effect=effect, between_types=between, **chosen)
            tested = joint_test(*pair, n_resamples=99, seed=number)
            found.append(tested["p_value"].iloc[[0, 3]].le(0.05).tolist())
    common = {"n_simulations": n_simulations, "n": 150}
    rows = [
        {
            "estimator": f"interval, {question}",
            "setting": "150 agencies, 12 provinces, all ten topics 0.8 above none",
            "truth": 0.8,
            "mean_estimate": float(np.mean(estimates[question])),
            "nominal": 0.95,
            "covered": float(np.mean(hits)),
            **common,
        }
        for question, hits in covered.items()
    ]
    for what, effect, found in (("size", 0.0, p_null), ("power", 0.8, p_effect)):
        rows += [
            {
                "estimator": f"joint test of the median, {question}",
                "setting": f"{what}, level 0.05, types differ, effect {effect}",
                "truth": effect,
                "mean_estimate": float(share),
                "nominal": 0.05 if what == "size" else "power",
                "covered": float(share),
                **common,
            }
            for question, share in zip(("index", "matched"), np.mean(found, axis=0), strict=True)
        ]
    return rows
