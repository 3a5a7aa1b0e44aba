"""Every row of this question's tables, computed a second time by other code from the tidy files."""

import math

import numpy as np
import pandas as pd
import pytest
from independent.least_squares import compared, regress
from independent.tidy_rows import pair_rows, part_rows, place, results, rows
from scipy.stats import f as fisher

from spbe_research.questions.do_regulated_agencies_score_higher import tables

pytestmark = pytest.mark.whole  # every estimate is fitted again

LIKE = ["is_kota", "log_population", "log_product"]
MORE = [*LIKE, "schooling", "poverty", "log_spending"]
BOUND = 1e-8


@pytest.fixture(scope="module")
def regions():
    """Regencies and cities, joined by loops."""
    islands = {row["agency_id"]: row["island"] for row in rows("agencies")}
    latest = {}
    for row in rows("covariates"):
        for column in ("population_persons", "grdp_per_capita_idr"):
            if row[column]:
                latest.setdefault((row["agency_id"], column), {})[int(row["year"])] = float(
                    row[column]
                )
    marks = {(r["agency_id"], r["indicator"], r["year"]): float(r["value"])
             for r in rows("region_indicators") if r["value"]}  # fmt: skip
    enacted = pair_rows().groupby(["agency_id", "year"])["enacted"].sum()
    rest = part_rows().set_index(["agency_id", "year"])["rest"]
    table = []
    for (agency, year), (kind, index) in results().items():
        if kind not in {"kabupaten", "kota"} or (agency, year) not in enacted.index:
            continue
        known = [latest.get((agency, c), {}) for c in ("population_persons", "grdp_per_capita_idr")]
        before = [[y for y in values if y <= year] for values in known]
        if not all(before):
            continue
        people, product = (values[max(years)] for values, years in zip(known, before, strict=True))
        # Baik begins at 2.60; the rounded index decides in both years.
        good = math.floor(index * 100 + 0.5 + 1e-9) / 100 >= 2.6
        table.append(
            {
                "year": year,
                "place": place(agency),
                "island": islands[agency],
                "n": int(enacted[agency, year]),
                "is_kota": float(kind == "kota"),
                "log_population": math.log(people),
                "log_product": math.log(product),
                "schooling": marks[agency, "mean_years_schooling15", "2021"],
                "poverty": marks[agency, "poverty_rate", "2021"],
                "log_spending": math.log(marks[agency, "spending_per_capita", "2021"]),
                "before": results().get((agency, 2018), ("", math.nan))[1],
                "index": index,
                "rest": rest[agency, year],
                "is_good": float(good),
            }
        )
    frame = pd.DataFrame(table)
    return frame.assign(**{f"n{k}": (frame["n"] == k) * 1.0 for k in range(1, 11)})


def test_each_number_of_topics_against_none(regions) -> None:
    expected = {}
    steps = [f"n{k}" for k in range(1, 11)]
    for year, group in regions.groupby("year"):
        fit = regress(group, "rest", [*steps, *LIKE], ["island"], ["place"])
        for k in range(1, 11):
            count = int((group["n"] == k).sum())
            expected[year, k, count] = fit.row(f"n{k}")
    found = tables.numbers_of_topics()
    assert compared(found, ["year", "n_enacted", "n_bodies"], expected) < BOUND


def test_slopes_over_two_ranges(regions) -> None:
    expected = {}
    for year, group in regions.groupby("year"):
        for first, last in ((1, 8), (1, 9)):
            inside = group[group["n"].between(first, last)]
            fit = regress(inside, "rest", ["n", *LIKE], ["island"], ["place"])
            expected[year, first, last] = fit.row("n")
    found = tables.straight_lines()
    assert compared(found, ["year", "first_topic", "last_topic"], expected) < BOUND


def _residual_sum(group, regressors) -> tuple[float, int]:
    """Residual sum of squares with dummies of island, and the number of coefficients."""
    islands = sorted(group["island"].unique())[1:]
    parts = [np.ones(len(group)), *(group[name] for name in regressors)]
    parts += [(group["island"] == name) * 1.0 for name in islands]
    x = np.column_stack(parts)
    y = group["rest"].to_numpy()
    left = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return float(left @ left), x.shape[1]


def test_both_tests_of_a_line(regions) -> None:
    found = tables.line_tests().set_index(["year", "against", "errors"])
    for year, group in regions.groupby("year"):
        table = group.assign(any=(group["n"] > 0) * 1.0, all=(group["n"] == 10) * 1.0)
        stepped = regress(table, "rest", ["n", "any", "all", *LIKE], ["island"], ["place"])
        row = found.loc[year, "steps at both ends", "clustered"]
        assert row["p_value"] == pytest.approx(stepped.p_of_all_zero(["any", "all"]), abs=BOUND)
        assert [row["restrictions"], row["clusters"]] == [2, 33]
        line, _ = _residual_sum(group, ["n", *LIKE])
        own, used = _residual_sum(group, [*(f"n{k}" for k in range(1, 11)), *LIKE])
        statistic = (line - own) / 9 / (own / (len(group) - used))
        row = found.loc[year, "every number its own", "independent"]
        p_value = fisher.sf(statistic, 9, len(group) - used)
        assert [row["statistic"], row["p_value"]] == pytest.approx([statistic, p_value], abs=BOUND)
        assert row["restrictions"] == 9
        assert pd.isna(row["clusters"])


def test_all_topics_against_none(regions) -> None:
    expected = {}
    steps = [f"n{k}" for k in range(1, 11)]
    for year, group in regions.groupby("year"):
        known = group.dropna(subset=["before"])
        for outcome, name, part, terms, effects in (
            ("index", "similar", group, LIKE, ["island"]),
            ("is_good", "similar", group, LIKE, ["island"]),
            ("rest", "as they are", group, [], []),
            ("rest", "and schooling, poverty, spending", group, MORE, ["island"]),
            ("rest", "and the province", group, MORE, ["place"]),
            ("rest", "and the earlier index", known, ["before", *MORE], ["island"]),
        ):
            if year == 2022 or name == "and schooling, poverty, spending":
                fit = regress(part, outcome, [*steps, *terms], effects, ["place"])
                expected[year, outcome, name] = fit.row("n10")
    found = tables.all_against_none()
    assert compared(found, ["year", "outcome", "compared"], expected) < BOUND


def test_between_bodies_and_within_a_body() -> None:
    expected = {}
    for year, group in pair_rows().groupby("year"):
        bodies = group.groupby("agency_id")[["practice", "enacted"]].mean().reset_index()
        bodies["place"] = [place(agency) for agency in bodies["agency_id"]]
        ends = bodies[bodies["enacted"].isin([0, 1])]
        between = regress(ends, "practice", ["enacted"], [], ["place"])
        within = regress(group, "practice", ["enacted"], ["agency_id", "topic"], ["agency_id"])
        expected[year, "between bodies"] = between.row("enacted")
        expected[year, "within a body"] = within.row("enacted")
    assert compared(tables.between_and_within(), ["year", "compared"], expected) < BOUND


def test_the_arithmetic_of_the_weight() -> None:
    expected, shares = {}, {}
    for year, group in part_rows().groupby("year"):
        fit = regress(
            group.assign(through=0.87 * group["rest"]), "through", ["policy"], [], ["place"]
        )
        expected[year, 0.13] = fit.row("policy")
        shares[year] = 0.13 / (0.13 + fit.beta[0])
    found = tables.weight_and_rest()
    assert compared(found, ["year", "weight"], expected) < BOUND
    assert found.set_index("year")["share_weight"].to_dict() == pytest.approx(shares, abs=BOUND)


def test_counts_of_regions_by_their_number_of_topics(regions) -> None:
    counts = tables.topic_counts().set_index(["year", "n_enacted"])["n"].to_dict()
    by_loop = {}
    for row in regions.itertuples():
        by_loop[row.year, row.n] = by_loop.get((row.year, row.n), 0) + 1
    assert counts == by_loop
