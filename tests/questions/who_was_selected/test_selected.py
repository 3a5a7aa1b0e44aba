"""Smart-city lists and known texts: second computations by other code, and cases made by hand."""

import csv
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from statsmodels.formula.api import ols

from spbe_research.errors import DataError
from spbe_research.locations import data_folder
from spbe_research.panel.loaders import (
    load_agencies,
    load_covariates,
    load_published,
    load_reference,
)
from spbe_research.questions.who_was_selected import tables
from spbe_research.questions.who_was_selected.cohorts import (
    compare_listed,
    compare_over_listing,
    listed_sample,
)
from spbe_research.questions.who_was_selected.texts import (
    chance_of_detection,
    check_readings,
    find_or_not,
)


def rows(name: str, folder: str = "reference") -> list[dict[str, str]]:
    with (data_folder() / folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def wide_table() -> pd.DataFrame:
    """Index, list and covariates of 2016, joined from the files by loops."""
    bodies = {r["agency_id"]: r for r in rows("agencies", "tidy")}
    first: dict[str, int] = {}
    for r in rows("smart_city_cohorts"):
        first[r["agency_id"]] = min(first.get(r["agency_id"], 9999), int(r["cohort"]))
    base = {r["agency_id"]: r for r in rows("covariates", "tidy") if r["year"] == "2016"}
    table = []
    for r in rows("published", "tidy"):
        name = r["agency_id"]
        if r["status"] != "evaluated" or r["agency_type"] not in ("kabupaten", "kota"):
            continue
        known = base.get(name, {})
        people, product = known.get("population_persons"), known.get("grdp_per_capita_idr")
        if people and product:
            table.append(
                {
                    "agency_id": name, "year": int(r["year"]), "cohort": first.get(name, 0),
                    "value": float(r["index_published"]), "people": np.log(float(people)),
                    "product": np.log(float(product)), "kota": float(r["agency_type"] == "kota"),
                    "island": bodies[name]["island"], "province": bodies[name]["province_2018"],
                }
            )  # fmt: skip
    return pd.DataFrame(table)


@pytest.mark.parametrize(("year", "group"), [(2018, "before"), (2018, "listed"), (2019, "listed")])
def test_difference_is_that_of_another_regression(year: int, group: str) -> None:
    table = wide_table().query("year == @year")
    chosen = table["cohort"] > year if group == "before" else table["cohort"].between(1, year)
    table = table[chosen | (table["cohort"] == 0)].assign(listed=chosen.astype(float))
    stated = tables.ahead().query("year == @year and group == @group")
    for compared, formula in {
        "all": "value ~ listed",
        "similar": "value ~ listed + kota + people + product + C(island)",
    }.items():
        # A region alone on its island has no weight where the island is held equal.
        alone = table.groupby("island")["island"].transform("size") == 1
        used = table if compared == "all" else table[~alone]
        codes = used["province"].astype("category").cat.codes
        found = ols(formula, used).fit(cov_type="cluster", cov_kwds={"groups": codes})
        row = stated[stated["compared"] == compared].iloc[0]
        assert row["estimate"] == pytest.approx(found.params["listed"], abs=1e-8)
        assert row["std_error"] == pytest.approx(found.bse["listed"], rel=1e-6)
        assert (row["n"], row["clusters"]) == (len(used), codes.nunique())


def test_change_over_listing_is_that_of_another_regression() -> None:
    table = wide_table().query("cohort in (0, 2019)")
    wide = table.pivot(index="agency_id", columns="year", values="value")[[2018, 2019]].dropna()
    one = table.drop_duplicates("agency_id").set_index("agency_id").loc[wide.index]
    one = one.assign(change=wide[2019] - wide[2018], listed=(one["cohort"] > 0).astype(float))
    found = ols("change ~ listed + kota + people + product + C(island)", one).fit()
    row = tables.over_listing().query("compared == 'similar'").iloc[0]
    # one island has a single region: it has no weight, and is left out of n
    assert row["estimate"] == pytest.approx(found.params["listed"], abs=1e-8)
    assert len(one) - row["n"] == (one["island"].map(one["island"].value_counts()) == 1).sum()


def simulated(*, ahead: float, effect: float, seed: int) -> pd.DataFrame:
    """Regions in provinces; listed in 2018 or 2019 by an unseen trait that lifts the index."""
    rng = np.random.default_rng(seed)
    n = 400
    province = rng.integers(0, 30, n)
    able = rng.normal(size=n)
    drawn = able + rng.normal(size=n) > 1.3
    cohort = np.where(drawn, rng.choice([2018, 2019], n), 0)
    body = pd.DataFrame(
        {
            "agency_id": [f"kab-{i:05d}" for i in range(n)],
            "province": province.astype(str),
            "island": (province % 4).astype(str),
            "is_kota": rng.integers(0, 2, n).astype(float),
            "log_population": rng.normal(12, 1, n),
            "log_grdp_per_capita": rng.normal(17, 1, n),
            "cohort": cohort,
        }
    )
    parts = []
    for year in (2018, 2019):
        joined = (cohort > 0) & (cohort <= year)
        noise = rng.normal(0, 0.3, n) + rng.normal(0, 0.1, 30)[province]
        parts.append(body.assign(year=year, index=2 + ahead * able + effect * joined + noise))
    return pd.concat(parts, ignore_index=True)


def test_selection_shows_before_listing_where_the_programme_does_nothing() -> None:
    found = compare_listed(simulated(ahead=0.4, effect=0.0, seed=1))
    before = found.query("group == 'before' and compared == 'similar'").iloc[0]
    assert before["low"] > 0
    none = compare_listed(simulated(ahead=0.0, effect=0.0, seed=2)).query("group == 'before'")
    assert ((none["low"] < 0) & (none["high"] > 0)).all()


def test_change_over_listing_finds_an_effect_that_selection_hides() -> None:
    covered, changes = 0, []
    for seed in range(40):
        sample = simulated(ahead=0.4, effect=0.3, seed=seed)
        row = compare_over_listing(sample, cohort=2019, before=2018).query("compared == 'similar'")
        covered += int(row["low"].item() < 0.3 < row["high"].item())
        changes.append(row["estimate"].item())
    assert np.mean(changes) == pytest.approx(0.3, abs=0.05)
    assert covered >= 34


def test_a_listed_region_that_is_unknown_is_refused() -> None:
    cohorts = load_reference("smart_city_cohorts").assign(agency_id="kab-00.00")
    with pytest.raises(DataError, match="Every member must be a kabupaten or kota"):
        listed_sample(load_published(), cohorts, load_agencies(), load_covariates(), base_year=2016)


def test_no_text_or_title_says_never_member() -> None:
    words = (data_folder().parent / "notebooks" / "14-who-was-selected.ipynb").read_text("utf-8")
    assert "never-member" not in words
    assert "not on the lists of 2017<!--num-texts-first-list--> to 2019" in words


def test_texts_regions_and_kinds_are_those_of_the_two_collections() -> None:
    first, second = rows("regulations_local"), rows("regulations_local_added")
    kinds = Counter(r["regulation_type"] for r in first) + Counter(r["type"] for r in second)
    known = tables.known_texts().set_index("type")["n"]
    assert known.to_dict() == dict(kinds)
    code = {r["agency_id"]: r["kemendagri_code"] for r in rows("agencies", "tidy")}
    regions = {code[r["agency_id"]] for r in first} | {r["region_code"] for r in second}
    facts = tables.single_facts().set_index("fact")["value"]
    assert (facts["texts"], facts["text-regions"]) == (len(first) + len(second), len(regions))
    assert (len(first), len(second), len(regions)) == (78, 99, 93)


def test_chances_are_those_printed_beside_the_lists() -> None:
    chance = tables.detection().set_index("agency_id")["estimate"].round(2)
    assert chance.to_dict() == {
        "kab-64.02": 0.89, "prov-36": 0.75, "kota-74.71": 0.71, "kab-12.12": 0.47, "prov-71": 0.24,
    }  # fmt: skip


def test_chance_counts_the_heads_regulations_since_the_year_only() -> None:
    coverage = pd.DataFrame(
        [
            ["01.01", "Perbup", "2015", "1", "100"],
            ["01.01", "Perbup", "2016", "5", "10"],
            ["01.01", "Perbup", "2017", "3", "10"],
            ["01.01", "Perda", "2016", "9", "9"],
        ],
        columns=["region_code", "type", "year", "n_listed", "max_number"],
    )
    agencies = pd.DataFrame(
        {"agency_id": ["kab-01.01"], "agency_type": ["kabupaten"], "kemendagri_code": ["01.01"],
         "name": ["A"]}
    )  # fmt: skip
    texts = pd.DataFrame(
        {"agency_id": ["kab-01.01"] * 3, "region_code": ["01.01"] * 3, "type": ["Perbup"] * 3,
         "number": list("123"), "year": [2016, 2016, 2015],
         "subjects": ["spbe", "aplikasi;satu_data", "aplikasi"]}
    )  # fmt: skip
    chances = chance_of_detection(coverage, texts, agencies, since=2016)
    row = chances.iloc[0]
    assert (row["n_listed"], row["n_issued"], row["estimate"], row["n_texts"]) == (8, 20, 0.4, 2)
    words = pd.DataFrame({"word": ["aplikasi", "satu_data"], "topic": ["app", "data"]})
    found = find_or_not(texts, words, chances).set_index("topic")
    assert found["n_texts"].to_dict() == {"general": 1, "app": 1, "data": 1}
    assert found["first_year"].tolist() == [2016, 2016, 2016]


def test_readings_are_compared_with_texts_of_earlier_years_only() -> None:
    texts = pd.DataFrame(
        {"agency_id": ["a", "a"], "subjects": ["aplikasi", "satu_data"], "year": [2020, 2021]}
    )
    words = pd.DataFrame(
        {"word": ["aplikasi", "satu_data", "x"], "topic": ["app", "data", "audit"]}
    )
    pairs = pd.DataFrame(
        {
            "agency_id": ["a", "a", "a", "b"],
            "year": 2021,
            "topic": ["app", "data", "audit", "app"],
            "is_enacted": [True, True, False, True],
        }
    )
    found = check_readings(pairs, texts, words).set_index("known")
    assert found.loc["text", ["n", "found"]].tolist() == [1, 1]
    assert found.loc["none", ["n", "found"]].tolist() == [1, 0]
    assert len(found) == 2


def test_share_accounted_for_is_that_of_another_fit() -> None:
    last: dict[tuple[str, str], tuple[int, float]] = {}
    for r in rows("region_indicators", "tidy"):
        key = (r["agency_id"], r["indicator"])
        last[key] = max(last.get(key, (0, 0.0)), (int(r["year"]), float(r["value"])))
    table = wide_table()
    for name in ("mean_years_schooling", "poverty_rate"):
        table[name] = [last[each, name][1] for each in table["agency_id"]]
    capacity = tables.capacity().set_index("year")
    for year in (2018, 2024):
        found = ols(
            "value ~ kota + people + product + mean_years_schooling + poverty_rate",
            table[table["year"] == year],
        ).fit()
        stated = capacity.loc[[year]].query("known.str.contains('poverty')")
        assert stated["estimate"].item() == pytest.approx(found.rsquared_adj, abs=1e-9)
        assert stated["n"].item() == int(found.nobs)
