"""A second computation of design 7 of ``regulations.csv``: specifications, unseen confounders."""

from functools import cache, partial

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.optimize import brentq
from scipy.stats import t as student

from compare_matched_topics import feols_by_agency
from compare_sensitivity import confounder, design
from compare_specifications import tables
from second_opinion import opinion
from spbe_research.catalogue.computations.predicate_models import SEED, YEARS, predicate_sample

DESIGN = "7 how fragile"
TYPES = {
    "all": ["kementerian", "lembaga", "polda", "provinsi", "kabupaten", "kota"],
    "local": ["provinsi", "kabupaten", "kota"],
    "kabupaten and kota": ["kabupaten", "kota"],
    "kabupaten": ["kabupaten"],
    "kota": ["kota"],
}
CONTROLS = {
    "all": ["none", "type"],
    "local": ["none", "type", "type, province"],
    "kabupaten and kota": [
        "none", "type", "type, province", "type, size", "type, size, province",
    ],
    "kabupaten": ["none", "province", "size", "size, province"],
    "kota": ["none", "province", "size", "size, province"],
}  # fmt: skip
SCORES = ["index without policy", "governance", "management", "services"]
SIZE = ["log_population", "log_grdp_per_capita"]
WITHIN = "topic, agency"


def specification_curve():
    """The 448 index rows by statsmodels with explicit dummies, the 104 matched by pyfixest."""
    return [
        opinion(
            DESIGN, row["year"], row["outcome"], _contrast(row), row["estimate"], row["n"],
            error=row["error"], df=row["n_clusters"] - 1, n_clusters=row["n_clusters"],
        )
        for row in _curve()
    ]  # fmt: skip


def _contrast(row):
    what = "all ten topics enacted against none"
    if row["question"] == "matched":
        what = "enacted against not"
    names = ("question", "threshold", "sample", "controls", "weights")
    keys = "; ".join(f"{name}={row[name]}" for name in names)
    return f"{what} [design=specification curve; {keys}]"


@cache
def _curve():
    table, matched = tables()
    rows = []
    for year in YEARS:
        agencies = table[table["year"] == year].sort_values("agency_id")
        topics = matched[matched["year"] == year].merge(agencies[["agency_id", "agency_type"]])
        for sample, types in TYPES.items():
            chosen = agencies[agencies["agency_type"].isin(types)]
            pairs = topics[topics["agency_type"].isin(types)]
            for threshold in (2, 3):
                keys = {"year": year, "sample": sample, "threshold": threshold}
                for controls in CONTROLS[sample]:
                    for weights in ["each agency", "each type equally"][: len(types)]:
                        keys |= {"question": "index", "controls": controls, "weights": weights}
                        rows += [keys | fit for fit in _by_statsmodels(chosen, keys)]
                paired = pairs.assign(enacted=(pairs["level"] >= threshold).astype(float))
                names = ["topic", "topic, type", "topic, agency"]
                for controls in names if len(types) > 1 else names[::2]:
                    keys |= {"question": "matched", "controls": controls, "weights": "each agency"}
                    rows += [keys | fit for fit in _by_pyfixest(paired, controls)]
    return rows


def _explicit(rows, controls):
    """Constant, dummies and sizes of the named controls; and which columns are provinces."""
    columns, provinces = [np.ones(len(rows))], [False]
    for part in [] if controls == "none" else controls.split(", "):
        if part == "size":
            new = [rows[name].to_numpy() for name in SIZE]
        else:
            groups = rows["agency_type" if part == "type" else part]
            new = [(groups == name).to_numpy(float) for name in sorted(groups.unique())[1:]]
        columns += new
        provinces += [part == "province"] * len(new)
    return np.column_stack(columns), np.array(provinces)


def _by_statsmodels(rows, keys):
    """Weighted least squares with all dummies, errors clustered by province.

    statsmodels counts every column in K. The province dummies are nested in the province clusters
    and do not count in the table (as in pyfixest): its error is multiplied by
    ``sqrt((N - K) / (N - K + P - 1))``, K with all P - 1 of them.
    """
    x, provinces = _explicit(rows, keys["controls"])
    x = np.column_stack([rows[f"enacted_{keys['threshold']}"], x])
    assert np.linalg.matrix_rank(x) == x.shape[1]
    weights = np.ones(len(rows))
    if keys["weights"] == "each type equally":
        weights = 1 / rows.groupby("agency_type")["agency_id"].transform("size").to_numpy()
    clusters = pd.factorize(rows["province"].fillna(rows["agency_id"]))[0]
    n, k = x.shape
    for outcome in SCORES:
        fit = sm.WLS(rows[outcome].to_numpy(), x, weights=weights).fit(
            cov_type="cluster", cov_kwds={"groups": clusters}
        )
        factor = (n - k) / (n - k + provinces.sum())
        yield {
            "outcome": outcome,
            "estimate": fit.params[0],
            "error": fit.bse[0] * factor**0.5,
            "n": n,
            "n_clusters": clusters.max() + 1,
        }


def _by_pyfixest(pairs, controls):
    """Fixed effects, errors clustered by agency.

    Of the agency effects, nested in the clusters, pyfixest counts one in K, and so does the table;
    effects of topic and type count in both.
    """
    effects = {"topic": "topic", "topic, type": "topic agency_type", "topic, agency":
               "topic agency_id"}[controls].split()  # fmt: skip
    for outcome, kept in {
        "practice, ten topics": pairs,
        "practice, nine topics with one twin": pairs[pairs["n_twins"] == 1],
    }.items():
        fit = feols_by_agency(kept, "practice", ["enacted"], effects)
        yield {
            "outcome": outcome,
            "estimate": fit.coef()["enacted"],
            "error": fit.se()["enacted"],
            "n": fit._N,
            "n_clusters": kept["agency_id"].nunique(),
        }


def joint_test(n_resamples=499):
    """Statistics of the curve above, and every permutation drawn and estimated one by one.

    A test for each year: of all index rows, and of the matched rows within topic and agency.
    """
    drawn = _permuted_curves(n_resamples)
    n_agencies = tables()[0]["agency_id"].nunique()
    rows = []
    for (question, year), draws in drawn.items():
        seen = [
            (row["estimate"], _is_sure(row["estimate"], row["error"], row["n_clusters"]))
            for row in _curve()
            if (row["question"], row["year"]) == (question, year)
            and (question == "index" or row["controls"] == WITHIN)
        ]
        keys = f"design=specification curve, joint test; question={question}; "
        keys += f"controls={WITHIN}; " if question == "matched" else ""
        null = [_statistics(*draw) for draw in draws]
        for name, value in _statistics(*np.array(seen).T).items():
            others = np.array([statistics[name] for statistics in null])
            far = abs(others) >= abs(value) if name == "median estimate" else others >= value
            contrast = f"enacted against not [{keys}statistic={name}]"
            p_value = (1 + far.sum()) / (1 + n_resamples)
            common = {"n": len(seen), "n_clusters": n_agencies}
            outcome = "all of the curve"
            rows.append(opinion(DESIGN, year, outcome, contrast, value, **common))
            rows.append(opinion(DESIGN, year, outcome, f"{contrast}: p value", p_value, **common))
    return rows


def _is_sure(estimate, error, n_clusters):
    return estimate > student.ppf(0.975, n_clusters - 1) * error


def _statistics(estimates, sure):
    return {
        "median estimate": np.median(estimates),
        "share positive": np.mean(estimates > 0),
        "share positive and significant": np.mean(sure),
    }


def _donors(n_resamples):
    """Whose policies each agency carries in each draw: of its type, evaluated in its years."""
    table = tables()[0]
    strata = {}
    for agency, own in table.sort_values(["agency_id", "year"]).groupby("agency_id"):
        types = dict(zip(own["year"], own["agency_type"], strict=True))
        # Strata in the order of their names, missing last: the order in which they are drawn.
        key = tuple((year not in types, types.get(year, "")) for year in (2021, 2022))
        strata.setdefault(key, []).append(agency)
    rng = np.random.default_rng(SEED)
    donors = [{} for _ in range(n_resamples)]
    for key in sorted(strata):
        for donor in donors:
            donor.update(zip(strata[key], rng.permuted(strata[key]), strict=True))
    return donors


def _permuted_curves(n_resamples):
    """By question and year: estimates of all specifications and whether each is sure, by draw."""
    table, matched = tables()
    donors = _donors(n_resamples)
    found = {(question, year): [] for question in ("index", "matched") for year in YEARS}
    for year in YEARS:
        agencies = table[table["year"] == year].sort_values("agency_id")
        topics = matched[matched["year"] == year]
        for sample, types in TYPES.items():
            rows = agencies[agencies["agency_type"].isin(types)]
            place = {agency: k for k, agency in enumerate(rows["agency_id"])}
            order = np.array([[place[donor[agency]] for agency in place] for donor in donors])
            for threshold in (2, 3):
                found["index", year] += _permuted_index(rows, sample, threshold, order)
                found["matched", year] += _permuted_matched(rows, topics, threshold, order)
    return {
        key: np.array(draws).transpose(2, 1, 0)  # draw, estimate or sure, specification
        for key, draws in found.items()
    }


def _permuted_index(rows, sample, threshold, order):
    """Weighted least squares of each permuted treatment, by the inverse of the normal matrix."""
    clusters = pd.factorize(rows["province"].fillna(rows["agency_id"]))[0]
    groups = [np.flatnonzero(clusters == g) for g in range(clusters.max() + 1)]
    share = rows[f"enacted_{threshold}"].to_numpy()
    found = []
    for controls in CONTROLS[sample]:
        x, provinces = _explicit(rows, controls)
        n, k = len(x), x.shape[1] + 1 - provinces.sum()
        sizes = rows.groupby("agency_type")["agency_id"].transform("size").to_numpy()
        for weights in [np.ones(n), 1 / sizes][: len(TYPES[sample])]:
            inverse = np.linalg.inv(x.T @ (x * weights[:, None]))
            d = share[order].T
            d = d - x @ (inverse @ (x.T @ (d * weights[:, None])))
            square = (weights[:, None] * d**2).sum(axis=0)
            for outcome in SCORES:
                y = rows[outcome].to_numpy()
                y = y - x @ (inverse @ (x.T @ (y * weights)))
                estimate = (weights * y) @ d / square
                score = weights[:, None] * d * (y[:, None] - estimate * d)
                meat = sum(score[group].sum(axis=0) ** 2 for group in groups)
                g = len(groups)
                error = np.sqrt(g / (g - 1) * (n - 1) / (n - k) * meat) / square
                found.append([estimate, _is_sure(estimate, error, g)])
    return found


def _permuted_matched(rows, topics, threshold, order):
    """Each draw's treatments demeaned as the outcome is, then one ratio and its errors."""
    g = len(rows)
    twins = topics.drop_duplicates("topic").set_index("topic")["n_twins"]
    found = []
    for kept in (twins.index, twins.index[twins == 1]):
        wide = topics.pivot(index="agency_id", columns="topic", values=["level", "practice"])
        wide = wide.loc[rows["agency_id"]]
        x = _demeaned((wide["level"][kept].to_numpy() >= threshold).astype(float))
        y = _demeaned(wide["practice"][kept].to_numpy(dtype=float))
        k, n, square = 1 + len(kept), y.size, (x**2).sum()
        estimates, errors = [], []
        for draw in order:
            moved = x[draw]
            estimate = (moved * y).sum() / square
            sums = (moved * (y - estimate * moved)).sum(axis=1)
            estimates.append(estimate)
            errors.append(np.sqrt(g / (g - 1) * (n - 1) / (n - k) * sums @ sums) / square)
        estimates = np.array(estimates)
        found.append([estimates, _is_sure(estimates, np.array(errors), g)])
    return found


def _demeaned(values):
    """Agency (row) and topic (column) means taken off: balanced, so that once is enough."""
    values = values - values.mean(axis=0)
    return values - values.mean(axis=1)[:, None]


OUTCOME, TREATMENT = "index_without_policy", "n_enacted"
HELD = ["is_kota", *SIZE, "island"]
EARLIER = "earlier_index"
BENCHMARKS = {
    "type": ["is_kota"],
    "population": SIZE[:1],
    "GRDP per capita": SIZE[1:],
    "island": ["island"],
    "earlier index": [EARLIER],
}


def sensitivity():
    """Confounders built and put into the regression; selection from its own definition."""
    rows = []
    for year in YEARS:
        everyone = predicate_sample(year)
        known = everyone[everyone[EARLIER].notna()]
        for adjusted_for, data, held in (
            ("type, population, GRDP per capita, island", everyone, HELD),
            ("the same, agencies with an earlier index", known, HELD),
            ("the same and the earlier index", known, [*HELD, EARLIER]),
        ):
            regression = _regression(data, held)
            for part, compute in {
                "robustness": _robustness,
                "proportional selection": _selection,
                "wild cluster bootstrap": partial(_bootstrap, groups=data["island"]),
            }.items():
                rows += [
                    _row(year, f"design={part}; adjusted_for={adjusted_for}; quantity={name}",
                         value, n=len(data), **more)
                    for name, value, more in compute(*regression)
                ]  # fmt: skip
        rows += _benchmarks(year, known)
    return rows


def _regression(data, held):
    """Outcome, treatment, and constant with controls."""
    return data[OUTCOME].to_numpy(), data[TREATMENT].to_numpy(), design(data, held)


def _row(year, keys, value, **more):
    return opinion(DESIGN, year, OUTCOME, f"one unit of {TREATMENT} [{keys}]", value, **more)


def _fit_with(y, d, x, r2_treatment=0.0, r2_outcome=0.0):
    """Regression that holds a confounder of exactly this strength too."""
    columns = [d, x]
    if r2_treatment > 0:
        columns.append(confounder(y, d, x, r2_treatment, r2_outcome))
    return sm.OLS(y, np.column_stack(columns)).fit()


def _robustness(y, d, x):
    fit = _fit_with(y, d, x)
    critical = student.ppf(0.975, fit.df_resid - 1)
    yield "coefficient", fit.params[0], {"error": fit.bse[0], "df": fit.df_resid}
    yield "partial R2", 1 - fit.ssr / sm.OLS(y, x).fit().ssr, {}
    for name, left in {
        "robustness value": lambda r: _fit_with(y, d, x, r, r).params[0],
        "robustness value at alpha 0.05": (
            lambda r: _fit_with(y, d, x, r, r).tvalues[0] - critical
        ),
    }.items():
        yield name, brentq(left, 0.01, 0.9, xtol=1e-14), {}


def _selection(y, d, x):
    short, long = sm.OLS(y, sm.add_constant(d)).fit(), _fit_with(y, d, x)
    tau = sm.OLS(d, x).fit().resid.var()

    def selection(beta, r_max):
        """On the unseen and on the controls, were beta true: covariance with d by variance."""
        part = sm.OLS(y - beta * d, x).fit().fittedvalues
        (variance, with_d), _ = np.cov(part, d, ddof=0)
        unseen_with_d = (long.params[0] - beta) * tau
        unseen = r_max * y.var() - beta**2 * d.var() - variance
        unseen -= 2 * beta * (with_d + unseen_with_d)
        return unseen_with_d * variance, with_d * unseen  # times both variances: no pole

    r_max = min(1, 1.3 * long.rsquared)
    yield "short coefficient", short.params[1], {}
    yield "long coefficient", long.params[0], {}
    yield "short R2", short.rsquared, {}
    yield "long R2", long.rsquared, {}
    yield "R2 max", r_max, {}
    yield "delta", np.divide(*selection(0.0, r_max)), {}
    yield "delta at R2 max 1", np.divide(*selection(0.0, 1.0)), {}
    b, moved = long.params[0], long.params[0] - short.params[1]

    def excess(beta):
        return np.subtract(*selection(beta, r_max))

    # One root lies on the way the controls moved the coefficient, the other on the way back.
    for name, way in {"": moved, ", other root": -moved}.items():
        far = b + way
        while excess(far) * excess(b) > 0:
            far += way / 10
        root = brentq(excess, *sorted((b, far)), xtol=1e-15)
        yield f"coefficient at delta 1{name}", root, {}


def _benchmarks(year, data):
    """Bounds of Cinelli and Hazlett (2020, section 4.4) from F statistics of two regressions."""
    held = [*HELD, EARLIER]
    y, d, x = _regression(data, held)
    rows = []
    for name, parts in BENCHMARKS.items():
        without = design(data, [control for control in held if control not in parts])
        r2, r2_outcome = (
            _partial_r2(target, np.column_stack([without, *first]), np.column_stack([x, *first]))
            for target, first in ((d, []), (y, [d]))
        )
        f2 = r2_outcome / (1 - r2_outcome)
        for multiple in (1.0, 2.0, 3.0):
            tied = multiple * r2**2 / ((1 - multiple * r2) * (1 - r2))
            eta = (multiple**0.5 + tied**0.5) / (1 - tied) ** 0.5
            fit = _fit_with(y, d, x, multiple * r2 / (1 - r2), min(1, eta**2 * f2))
            keys = f"benchmark={name}; multiple={multiple}"
            interval = {"error": fit.bse[0], "df": fit.df_resid}
            rows.append(_row(year, keys, fit.params[0], n=len(data), **interval))
    return rows


def _partial_r2(target, without, full):
    """Share of what the first columns leave that the others explain, from their F statistic."""
    f, _, q = sm.OLS(target, full).fit().compare_f_test(sm.OLS(target, without).fit())
    return q * f / (q * f + len(full) - full.shape[1])


def _bootstrap(y, d, x, groups, n_resamples=9_999):
    """Restricted wild bootstrap: every draw's sample made and regressed, for values 0 and 1.

    What a draw gives under another value lies on the line through the two.
    """
    full, groups = np.column_stack([d, x]), pd.factorize(groups)[0]
    fit = sm.OLS(y, full).fit(cov_type="cluster", cov_kwds={"groups": groups})
    g, (n, k) = groups.max() + 1, full.shape
    points = np.sqrt([0.5, 1.0, 1.5])
    points = np.r_[-points, points]
    draws = np.random.default_rng(SEED).choice(points, size=(g, n_resamples))
    solve = np.linalg.pinv(full)
    own = d - x @ (np.linalg.pinv(x) @ d)

    def pieces(value):
        restricted = y - value * d
        mean = x @ (np.linalg.pinv(x) @ restricted)
        made = value * d[:, None] + mean[:, None] + (restricted - mean)[:, None] * draws[groups]
        coefficients = solve @ made
        score = own[:, None] * (made - full @ coefficients)
        sums = [score[groups == name].sum(axis=0) / (own @ own) for name in range(g)]
        return coefficients[0] - value, np.array(sums)

    (shift_0, sums_0), (shift_1, sums_1) = pieces(0.0), pieces(1.0)
    plain = fit.bse[0] / np.sqrt(g / (g - 1) * (n - 1) / (n - k))

    def p_value(value):
        shift, sums = (a + value * (b - a) for a, b in ((shift_0, shift_1), (sums_0, sums_1)))
        seen = abs(fit.params[0] - value) / plain
        far = np.abs(shift) / np.sqrt((sums**2).sum(axis=0)) >= seen * (1 - 1e-9)
        return (1 + far.sum()) / (1 + n_resamples)

    ends = []
    for side in (-1, 1):
        inside, outside = fit.params[0], fit.params[0] + side * 8 * fit.bse[0]
        assert p_value(outside) <= 0.05
        for _ in range(60):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if p_value(middle) > 0.05 else (inside, middle)
        ends.append(inside)
    interval = {"error": fit.bse[0], "bounds": ends, "n_clusters": g}
    yield "coefficient, bootstrap by island", fit.params[0], interval
