"""A second computation of design 6 of ``regulations.csv``: local texts and their sample."""

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.spatial.distance import mahalanobis

from compare_smart_city import feols
from compare_texts import hc3
from second_opinion import opinion
from spbe_research import load_agencies, load_covariates
from spbe_research.catalogue.computations.local_texts import SEED, scores_with_texts

DESIGN = "6 local texts"
PERIODS = {"2018-2019": (2018, 2019), "2021-2022": (2021, 2022), "2023-2024": (2023, 2024)}


def texts():
    """Design 6: HC3 by loops, pyfixest, bounds as linear programmes, the same permutations."""
    table = scores_with_texts()
    return (
        _age_and_kind(table)
        + _against_rest(table)
        + _bounds(table)
        + _balance(table, within_type=False)
        + _balance(table, within_type=True)
    )


def _age_and_kind(table):
    sample = table[table["in_sample"]].assign(
        later=lambda t: t["has_text"].astype(float),
        age=lambda t: t["age_years"].astype(float),
        perda=lambda t: (t["oldest_kind"] == "Perda").astype(float),
        score=lambda t: t["index"],
    )
    with_text = sample[sample["has_text"]]
    rows = []
    for contrast, (data, treatment) in {
        "one year of age": (with_text, "age"),
        "Perda against regulation of the head": (with_text, "perda"),
        "known text by then against later": (sample, "later"),
    }.items():
        for year, own in data.groupby("year"):
            rows.append(
                _within_type(own, year, f"{contrast} [period={year}]", treatment, "index", "score")
            )
        for period, years in PERIODS.items():
            own = data[data["year"].isin(years)]
            fit = feols(f"score ~ {treatment} | agency_type^year", own, vcov={"CRV1": "agency_id"})
            n_clusters = own["agency_id"].nunique()
            assert len(own) == fit._N  # no row alone in its cell: both count all N, cells and G
            error = {"error": fit.se()[treatment], "df": n_clusters - 1}
            rows.append(
                opinion(
                    DESIGN, None, "index", f"{contrast} [period={period}]",
                    fit.coef()[treatment], len(own), n_clusters=n_clusters,
                    **({} if _has_few_on_a_side(own, treatment) else error),
                )
            )  # fmt: skip
    return rows


def _against_rest(table):
    data = table.assign(inside=table["in_sample"].astype(float))
    rows = []
    for outcome, column in {"index": "index", "topics enacted": "n_enacted"}.items():
        known = data[data[column].notna()]
        for year, own in known.groupby("year"):
            rows.append(
                _within_type(own, year, "in the sample against not", "inside", outcome, column)
            )
    return rows


def _within_type(own, year, contrast, treatment, outcome, column):
    """Type dummies, HC3 by a loop; a row alone in its type has leverage 1 and is left out."""
    own = own[own.groupby("agency_type")["agency_id"].transform("size") > 1]
    kinds = own["agency_type"].unique()
    x = np.column_stack([own[treatment], *[(own["agency_type"] == k) * 1.0 for k in kinds]])
    estimate, error = hc3(own[column].to_numpy(dtype=float), x)
    error = {"error": error, "df": len(own) - x.shape[1]}
    few = _has_few_on_a_side(own, treatment)
    return opinion(DESIGN, year, outcome, contrast, estimate, len(own), **({} if few else error))


def _has_few_on_a_side(own, treatment):
    """Whether a contrast of two groups has fewer than eight regions in one: no error is given."""
    sides = [set(group) for _, group in own.groupby(treatment)["agency_id"]]
    return set(own[treatment]) == {0.0, 1.0} and min(map(len, sides)) < 8


def _bounds(table):
    rows = []
    for year in (2018, 2019, 2021, 2022, 2023, 2024):
        own = table[table["year"] == year]
        text, score = own["has_text"].to_numpy(), own["index"].to_numpy()
        unknown, known = score[~text], score[text]
        for share in (0.0, 0.1, 0.25, 0.5, 0.75, 0.9):
            k = round(share * unknown.size)
            # Difference of means if region i has a text with chance z_i, k of them in all.
            slope = unknown / (known.size + k) + unknown / (unknown.size - k)
            fixed = known.sum() / (known.size + k) - unknown.sum() / (unknown.size - k)
            ends = []
            for sign in (1, -1):
                solved = linprog(
                    sign * slope, A_eq=np.ones((1, unknown.size)), b_eq=[k], bounds=(0, 1)
                )
                ends.append(fixed + slope @ np.round(solved.x))
            rows.append(
                opinion(
                    DESIGN, year, "index",
                    f"has a text against none [share_unknown_with_text={share}]",
                    fixed + slope.sum() * k / unknown.size, len(own), bounds=ends,
                )
            )  # fmt: skip
    return rows


def _balance(table, *, within_type):
    """Standardised differences and distances; every permutation drawn again, one by one."""
    wide = table.pivot(index="agency_id", columns="year", values="index")
    wide = wide[[2018, 2024]].dropna()
    places = load_agencies().set_index("agency_id").loc[wide.index]
    size = load_covariates().query("year == 2017").set_index("agency_id").reindex(wide.index)
    inside = wide.index.isin(table.loc[table["in_sample"], "agency_id"])
    kinds = places["agency_type"].to_numpy()
    values = {"index 2018": wide[2018], "index 2024": wide[2024]}
    if not within_type:
        values |= {f"is {kind}": kinds == kind for kind in ("provinsi", "kota")}
    islands = [f"in {name}" for name in sorted(places["island"].dropna().unique())]
    values |= {name: places["island"] == name[3:] for name in islands}
    values["log population"] = np.log(size["population_persons"].astype(float))
    values["log GRDP per capita"] = np.log(size["grdp_per_capita_idr"].astype(float))
    values = pd.DataFrame({name: np.asarray(v, dtype=float) for name, v in values.items()})
    strata = kinds if within_type else np.full(len(kinds), "any")
    sized = values["log population"].notna().to_numpy()
    everyone = np.ones(len(values), dtype=bool)
    rng = np.random.default_rng(SEED)
    note = "within type" if within_type else "all local governments"
    rows = []

    def add(name, estimate, p_value, n, **interval):
        contrast = f"in the sample against not, {note} [within_type={within_type}]"
        rows.append(opinion(DESIGN, None, name, contrast, estimate, n, **interval))
        rows.append(opinion(DESIGN, None, name, f"{contrast}: p value", p_value, n))

    drawn = _permutations(inside, strata, rng)
    for name in values:
        kept = sized if name.startswith("log ") else everyone
        own, groups = inside[kept], strata[kept]
        draws = drawn if kept.all() else _permutations(own, groups, rng)
        x = values.loc[kept, name]
        x = (x - x.groupby(groups).transform("mean")).to_numpy()
        one, rest = x[own], x[~own]
        d = (one.mean() - rest.mean()) / np.sqrt((one.var(ddof=1) + rest.var(ddof=1)) / 2)
        error = np.sqrt(1 / one.size + 1 / rest.size + d**2 / (2 * x.size))
        seen = abs(one.mean() - rest.mean())
        far = sum(abs(x[draw].mean() - x[~draw].mean()) >= seen * (1 - 1e-9) for draw in draws)
        add(name, d, (1 + far) / (1 + len(draws)), x.size, error=error, df=np.inf)
    for name, kept, columns in (
        ("joint: all but size", everyone, [c for c in values if not c.startswith("log ")]),
        ("joint: all, kabupaten and kota", sized, list(values)),
    ):
        own, groups = inside[kept], strata[kept]
        # The islands add up to one: one is left out, and what does not vary.
        x = values.loc[kept, [c for c in columns if c != islands[0]]]
        x = x.loc[:, x.min() < x.max()]
        x = (x - x.groupby(groups).transform("mean")).to_numpy()
        inverse = np.linalg.inv(np.cov(x, rowvar=False))
        distances = [
            mahalanobis(x[draw].mean(axis=0), x[~draw].mean(axis=0), inverse)
            for draw in [own, *_permutations(own, groups, rng)]
        ]
        far = sum(distance >= distances[0] * (1 - 1e-9) for distance in distances[1:])
        add(name, distances[0], (1 + far) / len(distances), len(x))
    return rows


def _permutations(member, strata, rng, n_resamples=4_999):
    """Membership shuffled within strata, one stratum and one draw after the other."""
    draws = np.empty((n_resamples, len(member)), dtype=bool)
    for stratum in dict.fromkeys(strata):
        rows = np.flatnonzero(strata == stratum)
        for draw in draws:
            draw[rows] = rng.permuted(member[rows])
    return draws
