"""What selection does to design 5: each number by hand or by the comparison it restricts."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from compare_smart_city import one_year, real_sample
from spbe_research.datasets import load_agencies, load_covariates, load_published, load_reference
from spbe_research.errors import DataError
from spbe_research.regulations.smart_city import compare_cohorts
from spbe_research.regulations.smart_city_selection import (
    bound_unseen,
    compare_early_with_late,
    describe_cohorts,
    vary_choices,
)
from spbe_research.simulation.cohorts import simulate_cohorts


def test_description_counts_each_region_once():
    # Four regions of two years each: two members of 100 and 300 persons, two never-members.
    regions = pd.DataFrame(
        {
            "agency_id": ["a", "b", "c", "d"],
            "cohort": [2017, 2019, 0, 0],
            "is_kota": [1.0, 0.0, 0.0, 0.0],
            "island": ["Jawa", "Papua", "Jawa", "Jawa"],
            "log_population": np.log([100, 300, 10, 20]),
            "log_grdp_per_capita": np.log([8.0, 4.0, 2.0, 1.0]),
        }
    )
    table = describe_cohorts(pd.concat([regions, regions])).set_index("group")
    assert table["n"].to_dict() == {
        "cohort 2017": 1, "cohort 2019": 1, "members": 2, "never-members": 2,
    }  # fmt: skip
    rows = table.loc[["members", "never-members"]].drop(columns="n")
    np.testing.assert_allclose(rows, [[0.5, 0.5, 200, 6], [0, 1, 15, 1.5]])


def test_description_of_members_is_the_one_counted_from_the_tables():
    listed = load_reference("smart_city_cohorts")["agency_id"].unique()
    people = load_covariates().query("year == 2016").set_index("agency_id")["population_persons"]
    table = describe_cohorts(real_sample()).set_index("group").loc["members"]
    assert table["n"] == len(listed) == 98
    assert table["share_kota"] == pytest.approx(
        sum(name.split(".")[1].startswith("7") for name in listed) / 98
    )
    assert table["median_population_persons"] == pytest.approx(people.loc[listed].median())


def test_other_choices_are_the_comparison_on_the_rows_they_name():
    real = vary_choices(real_sample(), years=(2018, 2020)).set_index("choice")
    whole = compare_cohorts(real_sample(), years=(2018, 2020), estimators=["matched"])
    assert real.loc["as reported", "estimate"] == whole["estimate"].item()
    for parts in (["kabupaten only", "kota only"], ["Java only", "outside Java"]):
        assert real.loc[parts, "n_members"].sum() == whole["n_members"].item()
    java = load_agencies().query("island == 'Jawa'")["agency_id"]
    rows = real_sample()[real_sample()["agency_id"].isin(java)]
    by_hand = compare_cohorts(rows, years=(2018, 2020), estimators=["matched"])
    assert real.loc["Java only", "estimate"] == by_hand["estimate"].item()
    assert "without 2020" in real.index
    assert "without 2020" not in set(vary_choices(real_sample(), years=(2021, 2024))["choice"])


def test_too_small_a_choice_is_missing_and_spares_the_others():
    sample = simulate_cohorts(seed=2)
    few = sample["agency_id"].isin(sample.loc[sample["cohort"] == 2017, "agency_id"].unique()[:3])
    table = vary_choices(sample[(sample["cohort"] != 2017) | few], years=(2019, 2019))
    known = table.set_index("choice")["estimate"].notna()
    assert known[~known].index.tolist() == ["cohort 2017 only"]


def test_early_less_late_is_the_difference_of_two_means():
    published = load_published().query("year == 2018 and status == 'evaluated'")
    index = published.set_index("agency_id")["index_published"]
    listed = load_reference("smart_city_cohorts")
    first = listed.groupby("agency_id")["cohort"].min().astype(int)
    first = first[first.index.isin(index.index)]
    early, late = (index.loc[first.index[side]].mean() for side in (first <= 2018, first > 2018))
    table = compare_early_with_late(real_sample(), year=2018).set_index("estimator")
    assert table.loc["raw", "estimate"] == pytest.approx(early - late, abs=1e-12)
    assert table.loc["raw", ["n", "n_members"]].tolist() == [97, 74]
    assert not table["method"].str.contains("never").any()


def test_among_the_chosen_an_unobserved_quality_does_not_bias():
    early, never = [], []
    for seed in range(12):
        drawn = simulate_cohorts(n_regions=1000, effect=0.3, confounder=0.7, seed=seed)
        table = compare_early_with_late(drawn, year=2018).set_index("estimator")
        early.append(table.loc["regression", "estimate"])
        against = compare_cohorts(drawn, years=(2018, 2018), estimators=["regression"])
        never.append(against["estimate"].item())
    # One estimate has a standard error of about 0.07, the mean of 12 of 0.02.
    assert np.mean(early) == pytest.approx(0.3, abs=0.07)
    assert np.mean(never) > 0.42


def test_year_in_which_all_had_joined_has_no_later_members():
    with pytest.raises(DataError, match="Members and never-members must be evaluated"):
        compare_early_with_late(real_sample(), year=2021)


def test_difference_without_anything_unseen_is_the_regression():
    bounds = bound_unseen(real_sample(), year=2021).set_index("unseen")
    rows, names = one_year(real_sample(), 2021)
    fit = smf.ols("index ~ member + " + " + ".join(names), rows).fit()
    assert bounds.loc["nothing", "estimate"] == pytest.approx(fit.params["member"], abs=1e-10)
    assert bounds.loc["nothing", "std_error"] == pytest.approx(fit.bse["member"], abs=1e-10)
    ours = compare_cohorts(real_sample(), years=(2021, 2021), estimators=["regression"])
    assert bounds.loc["nothing", "estimate"] == pytest.approx(ours["estimate"].item(), abs=1e-10)


def test_bounds_follow_from_the_shares_they_state():
    # Omitted variable: what is taken off is se sqrt(df) sqrt(R2_y R2_d / (1 - R2_d)).
    bounds = bound_unseen(real_sample(), year=2021).set_index("unseen")
    plain = bounds.loc["nothing"]
    freedom = plain["n"] - 10  # constant, member, three covariates, five islands
    for name in ("population", "product per head", "city", "Java"):
        of_member, of_index = bounds.loc[name, ["r2_treatment", "r2_outcome"]]
        off = plain["std_error"] * np.sqrt(freedom * of_index * of_member / (1 - of_member))
        assert bounds.loc[name, "estimate"] == pytest.approx(plain["estimate"] - off), name
    share = bounds.loc["robustness value", "estimate"]
    off = plain["std_error"] * np.sqrt(freedom * share**2 / (1 - share))
    assert off == pytest.approx(plain["estimate"])


def test_year_without_members_has_no_bounds():
    with pytest.raises(DataError, match="Invalid year 2018"):
        bound_unseen(simulate_cohorts(seed=1).query("cohort == 0"), year=2018)
