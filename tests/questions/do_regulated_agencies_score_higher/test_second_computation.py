"""Every row of this question's tables, computed a second time by other code from the tidy files."""

import math

import pandas as pd
import pytest
from independent.least_squares import compared, regress
from independent.tidy_rows import pair_rows, part_rows, place, results, rows

from spbe_research.questions.do_regulated_agencies_score_higher import tables

LIKE = ["is_kota", "log_population", "log_product"]
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


def test_slopes_steps_and_the_test_of_a_line(regions) -> None:
    expected, p_values = {}, {}
    for year, group in regions.groupby("year"):
        table = group.assign(any=(group["n"] > 0) * 1.0, all=(group["n"] == 10) * 1.0)
        for first, last in ((0, 10), (1, 8), (1, 9)):
            inside = table[table["n"].between(first, last)]
            fit = regress(inside, "rest", ["n", *LIKE], ["island"], ["place"])
            expected[year, "slope", first, last] = fit.row("n")
        stepped = regress(table, "rest", ["n", "any", "all", *LIKE], ["island"], ["place"])
        expected[year, "step", 0, 1] = stepped.row("any")
        expected[year, "step", 9, 10] = stepped.row("all")
        p_values[year] = stepped.p_of_all_zero(["any", "all"])
    found = tables.straight_lines()
    keys = ["year", "quantity", "first_topic", "last_topic"]
    assert compared(found, keys, expected) < BOUND
    stated = found.dropna(subset=["p_line"]).set_index("year")["p_line"].to_dict()
    assert stated == pytest.approx(p_values, abs=BOUND)


def test_all_topics_against_none(regions) -> None:
    expected = {}
    steps = [f"n{k}" for k in range(1, 11)]
    for year, group in regions.groupby("year"):
        for outcome in ("index", "rest", "is_good"):
            raw = regress(group, outcome, steps, [], ["place"])
            like = regress(group, outcome, [*steps, *LIKE], ["island"], ["place"])
            expected[year, outcome, "as they are"] = raw.row("n10")
            expected[year, outcome, "similar"] = like.row("n10")
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


def test_counts_of_regions_with_no_and_with_all_topics(regions) -> None:
    found = tables.single_facts().set_index(["fact", "year"])["value"].astype(int).to_dict()
    for year, group in regions.groupby("year"):
        assert found["with-none", year] == (group["n"] == 0).sum()
        assert found["with-all", year] == (group["n"] == 10).sum()
