"""A second computation of every row of ``regulations.csv``: its form, and designs 1 to 3.

Samples are the package's own (tested elsewhere); what is estimated from them is estimated here
again, by pyfixest, closed forms and loops. ``test_every_estimate`` compares all that a row states:
estimate, standard error, low, high, n and clusters. Designs 4 and 5 are in
``second_opinion_regions``, 6 in ``second_opinion_texts``, 7 in ``second_opinion_fragility``.
"""

import numpy as np
import pandas as pd
from scipy.stats import norm
from scipy.stats import t as student

from compare_adoption import (
    SPECIFICATIONS,
    circular_by_loop,
    elsewhere_by_loop,
    real_changes,
    real_unrelated,
)
from compare_matched_topics import expected_error, feols_by_agency, real_pairs
from compare_part_whole import real_parts, slope_by_loop
from spbe_research import load_aggregates, load_reference

COMPARED = ["estimate", "std_error", "low", "high", "n", "n_clusters"]


def opinion(
    design, year, outcome, contrast, estimate, n, *,
    error=np.nan, df=np.nan, bounds=None, n_clusters=None,
):  # fmt: skip
    """One row: with ``df`` the t interval (normal: ``inf``), with ``bounds`` these, else none."""
    half = np.nan
    if not np.isnan(df):
        half = (norm.ppf(0.975) if np.isinf(df) else student.ppf(0.975, df)) * error
    low, high = (estimate - half, estimate + half) if bounds is None else bounds
    return {
        "design": design,
        "year": year,
        "outcome": outcome,
        "contrast": contrast,
        "estimate": float(estimate),
        "std_error": float(error),
        "low": float(low),
        "high": float(high),
        "n": int(n),
        "n_clusters": n_clusters,
    }


def compare(table, opinions):
    """Set every row beside its opinion: the largest difference, and in words what is wrong.

    A row without opinion, an opinion without row, another count and a number where the other side
    has none differ infinitely.
    """
    ours, others = _named(table), _named(opinions)
    rows = {}
    for name in dict.fromkeys([*ours, *others]):
        if name not in others:
            rows[name] = (np.inf, "has no second opinion")
        elif name not in ours:
            rows[name] = (np.inf, "has an opinion and no row")
        else:
            gaps = {column: _gap(ours[name][column], others[name][column]) for column in COMPARED}
            worst = max(gaps, key=gaps.get)
            pair = ours[name][worst], others[name][worst]
            rows[name] = (gaps[worst], f"{worst} is {pair[0]!r}, the second opinion {pair[1]!r}")
    return pd.DataFrame.from_dict(rows, orient="index", columns=["difference", "words"])


def disagreements(table, opinions, bound):
    """Name every row that differs from its opinion by more than the bound, and say how."""
    compared = compare(table, opinions)
    wrong = compared[~(compared["difference"] <= bound)]
    return [f"{name}: {words}" for name, words in wrong["words"].items()]


def _gap(one, two):
    if pd.isna(one) or pd.isna(two):
        return 0.0 if pd.isna(one) and pd.isna(two) else np.inf
    return abs(float(one) - float(two))


def _named(rows):
    """Each row by its key in words."""
    named = {}
    for row in rows.to_dict("records"):
        year = "several years" if pd.isna(row["year"]) else str(int(row["year"]))
        name = " | ".join([row["design"], year, row["outcome"], row["contrast"]])
        assert name not in named, name
        named[name] = row
    return named


def part_and_whole():
    """Design 1: slopes by loops, the rest by ``numpy`` and an exact infinitesimal jackknife."""
    design = "1 part and whole"
    rows = []
    items = load_reference("instruments").query("edition == 'permen-59-2020'").set_index("code")
    w = sum(float(items.loc[f"I{k:02d}", "weight_pct"]) for k in range(1, 11)) / 100
    for year, group in real_parts().groupby("year"):
        n = len(group)
        p, r, i = (group[name].to_numpy() for name in ("policy", "rest", "index"))
        whole, whole_error = slope_by_loop(p, i)
        other, other_error = slope_by_loop(p, r)
        slopes = {
            ("index", "slope on policy"): (whole, whole_error),
            ("index without policy", "slope on policy"): (other, other_error),
            ("index", "slope: the weight"): (w, 0.0),
            ("index", "slope: through the rest"): (whole - w, (1 - w) * other_error),
            ("index", "slope: share that is the weight"): (
                1 - (1 - w) * other / whole,
                w / whole**2 * whole_error,
            ),
        }
        statistics = {
            ("index", "correlation with policy"): lambda q, p=p, i=i: _correlation(q, p, i),
            ("index without policy", "correlation with policy"): (
                lambda q, p=p, r=r: _correlation(q, p, r)
            ),
            ("index", "correlation: the weight"): (
                lambda q, p=p, i=i: w * np.sqrt(_covariance(q, p, p) / _covariance(q, i, i))
            ),
            ("index", "correlation: through the rest"): (
                lambda q, p=p, r=r, i=i: (1 - w) * _covariance(q, p, r)
                / np.sqrt(_covariance(q, p, p) * _covariance(q, i, i))
            ),
            ("index", "share of variance that is policy"): (
                lambda q, p=p, i=i: w * _covariance(q, p, i) / _covariance(q, i, i)
            ),
        }  # fmt: skip
        common = {"n": n, "n_clusters": n}
        for (outcome, contrast), (estimate, error) in slopes.items():
            rows.append(
                opinion(design, year, outcome, contrast, estimate, error=error, df=n - 2, **common)
            )
        for (outcome, contrast), statistic in statistics.items():
            estimate, error = infinitesimal_jackknife(statistic, n)
            bounds = None
            if contrast == "correlation with policy":
                # On Fisher's scale z = log((1 + r)/(1 - r))/2 the error is divided by 1 - r^2.
                z = np.log((1 + estimate) / (1 - estimate)) / 2
                half = student.ppf(0.975, n - 2) * error / (1 - estimate**2)
                ends = np.exp(2 * np.array([z - half, z + half]))
                bounds = (ends - 1) / (ends + 1)
            rows.append(
                opinion(
                    design, year, outcome, contrast, estimate,
                    error=error, df=n - 2, bounds=bounds, **common,
                )
            )  # fmt: skip
    return rows + _printed_means(design)


def _printed_means(design):
    printed = load_aggregates().query("scope == 'nasional' and measure == 'mean'")
    printed = printed[printed["locator"] == "Tabel 4"].set_index(["year", "item"])["value"]
    rows = []
    for year in (2018, 2019, 2020):
        d1, d2, d3, index = (float(printed[year, item]) for item in ("D1", "D2", "D4", "index"))
        whole = 0.17 * d1 + 0.28 * d2 + 0.55 * d3
        quantities = {
            "contribution of policy to the mean": 0.17 * d1,
            "share of policy in the mean": 0.17 * d1 / whole,
            "policy less the rest": d1 - (28 * d2 + 55 * d3) / 83,
            "printed index less its parts": index - whole,
        }
        rows += [
            opinion(design, year, "national mean index", contrast, value, 1)
            for contrast, value in quantities.items()
        ]
    return rows


def _covariance(q, a, b):
    """Covariance under probabilities proportional to q, which may be complex."""
    q = q / q.sum()
    return (q * a * b).sum() - (q * a).sum() * (q * b).sum()


def _correlation(q, a, b):
    return _covariance(q, a, b) / np.sqrt(_covariance(q, a, a) * _covariance(q, b, b))


def infinitesimal_jackknife(statistic, n):
    """Estimate, and error from the derivative by each agency's weight (complex step: exact)."""
    influence = []
    for agency in range(n):
        q = np.ones(n, dtype=complex)
        q[agency] += 1e-30j
        influence.append(np.imag(statistic(q)) / 1e-30)
    return statistic(np.ones(n)), np.sqrt(np.sum(np.square(influence)))


def matched_topics():
    """Design 2: every row by pyfixest."""
    pairs = real_pairs()
    rows = []
    outcome = "practice level of the topic"

    def add(year, table, contrasts, effects):
        rows.extend(_by_pyfixest("2 matched topics", year, outcome, table, "practice_level",
                                 contrasts, effects))  # fmt: skip

    both = ("agency_id", "topic")
    for year, data in pairs.groupby("year"):
        for name, effects in {
            "raw difference": (),
            "topic effects": ("topic",),
            "agency effects": ("agency_id",),
            "agency and topic effects": both,
        }.items():
            add(year, data, {"is_enacted": f"enacted or not: {name}"}, effects)
        name = "enacted or not: agency and topic effects"
        for kind, group in data.groupby("agency_type"):
            add(year, group, {"is_enacted": f"{name} [agency_type={kind}]"}, both)
        for topic in data["topic"].unique():
            rest = data[data["topic"] != topic]
            add(year, rest, {"is_enacted": f"{name}, one topic left out [topic={topic}]"}, both)
        levels = data.assign(
            **{f"level_{level}": data["policy_level"] == level for level in range(2, 6)}
        )
        contrasts = {f"level_{level}": f"policy level {level} against 1" for level in range(2, 6)}
        add(year, levels, contrasts, both)
    return rows


def adoption():
    """Design 3: every row by pyfixest, the permutations by a loop over the 45 pairs."""
    design, changed = "3 adoption", "change of practice 2021 to 2022"
    changes = real_changes()
    table = changes[~changes["enacted_before"]].merge(real_unrelated(), on="agency_id")
    table = table.assign(
        net=table["change"] - table["change_unrelated"],
        elsewhere=elsewhere_by_loop(changes, table),
    )
    topic, both = ("topic",), ("agency_id", "topic")
    plan = [
        (2022, changed, f"newly enacted or not: {name}", table, "change", effects)
        for name, (effects, _) in SPECIFICATIONS.items()
    ]
    placebo = "placebo: topic effects"
    plan += [
        (2021, "practice in 2021", placebo, table, "practice_before", topic),
        (2021, "practice in 2021", "placebo: agency and topic effects", table, "practice_before",
         both),
        (2022, "change of unrelated practices", placebo, table, "change_unrelated", topic),
        (2022, "change of practice in topics not newly enacted", placebo,
         table.dropna(subset=["elsewhere"]), "elsewhere", topic),
        (2022, "change of practice less that of unrelated practices",
         "newly enacted or not: topic effects", table, "net", topic),
    ]  # fmt: skip
    rows = []
    for year, outcome, contrast, data, column, effects in plan:
        rows += _by_pyfixest(
            design, year, outcome, data, column, {"enacted_after": contrast}, effects
        )
    pushed = changes.assign(
        pushed=changes["topic"].isin(["architecture", "road_map"]),
        enacting=changes["enacted_after"].astype(int) - changes["enacted_before"].astype(int),
    )
    for column, outcome in {
        "enacting": "change of share enacted 2021 to 2022",
        "change": changed,
    }.items():
        contrast = "architecture, road_map against other topics"
        rows += _by_pyfixest(design, 2022, outcome, pushed, column, {"pushed": contrast}, ())
        _, p_value = circular_by_loop(changes, column)
        rows.append(opinion(design, 2022, outcome, f"{contrast}: permutation p", p_value, 45))
    return rows


def _by_pyfixest(design, year, outcome, table, column, contrasts, effects):
    """One row a regressor, its error brought to the small-sample factor of statsmodels."""
    fit = feols_by_agency(table, column, list(contrasts), effects)
    used = table
    while effects:  # agencies and topics that stand alone say nothing; pyfixest drops them too
        alone = [used.groupby(effect)[effect].transform("size") == 1 for effect in effects]
        if not np.any(alone):
            break
        used = used[~np.any(alone, axis=0)]
    assert len(used) == fit._N
    others = [effect for effect in effects if effect != "agency_id"]
    k = len(contrasts) + sum(used[effect].nunique() - 1 for effect in others)
    n_clusters = used["agency_id"].nunique()
    return [
        opinion(
            design, year, outcome, contrast, fit.coef()[name], fit._N,
            error=expected_error({"n": fit._N}, fit.se()[name], k, nested="agency_id" in effects),
            df=n_clusters - 1,
            n_clusters=n_clusters,
        )
        for name, contrast in contrasts.items()
    ]  # fmt: skip
