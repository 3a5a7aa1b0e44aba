import numpy as np
import pandas as pd
import pytest

from compare_smart_city import comparisons, coverage, match_slowly, one_year, real_sample
from spbe_research.datasets import load_agencies, load_covariates, load_published, load_reference
from spbe_research.errors import DataError
from spbe_research.regulations.smart_city import (
    ESTIMATORS,
    balance_cohorts,
    build_cohort_sample,
    compare_changes,
    compare_cohorts,
    estimate_smart_city,
    tabulate_event_study,
)
from spbe_research.simulation.cohorts import simulate_cohorts


@pytest.mark.parametrize(
    "row", comparisons(), ids=lambda row: f"{row['estimator']}: {row['quantity']}"
)
def test_estimate_equals_the_independent_one(row):
    assert row["ours"] == pytest.approx(row["independent"], abs=row["tolerance"])


@pytest.fixture(scope="module")
def simulated():
    table = pd.DataFrame(coverage(15, seed=3))
    return table.set_index(["setting", "estimator"])


def test_raw_difference_is_biased_and_adjusted_ones_are_not(simulated):
    seen = simulated.loc["selection on what is seen"]
    assert seen.loc["raw", "mean_estimate"] > 0.5
    assert seen.loc["raw", "covered"] < 0.2
    for name in ("regression", "matched", "entropy", "odds", "change, raw", "change, entropy"):
        # The mean of 15 estimates with a standard error of about 0.05 to 0.1 each.
        assert seen.loc[name, "mean_estimate"] == pytest.approx(0.3, abs=0.05), name
        assert seen.loc[name, "covered"] > 0.75, name  # 0.95 less four standard deviations


def test_unobserved_quality_biases_every_comparison_of_levels_and_no_change(simulated):
    unseen = simulated.loc["an unobserved quality too"]
    assert (unseen.loc[list(ESTIMATORS), "mean_estimate"] > 0.42).all()
    assert (unseen.loc[list(ESTIMATORS), "covered"] < 0.5).all()
    assert unseen.loc["change, raw", "mean_estimate"] == pytest.approx(0.3, abs=0.05)
    assert unseen.loc["change, raw", "covered"] > 0.75


def _toy() -> pd.DataFrame:
    """Six members (1 to 6) and six never-members, of two years, in six provinces."""
    rows = []
    for year, growth in ((2018, 0.0), (2019, 0.5)):
        for number in range(12):
            is_member = number < 6
            rows.append(
                {
                    "agency_id": f"{number:02d}",
                    "name": f"Region {number}",
                    "year": year,
                    "agency_type": "kabupaten",
                    "province": f"province {number % 6}",
                    "island": "Jawa",
                    "is_kota": 0.0,
                    "log_population": float(number % 6),
                    "log_grdp_per_capita": float((number % 6) ** 2),
                    "cohort": 2019 if is_member else 0,
                    "index": 2 + growth + (number % 6) / 10 + 0.25 * is_member,
                    "missing": "",
                }
            )
    return pd.DataFrame(rows)


def test_identical_twins_give_the_gap_built_in_by_every_estimator():
    # Members are never-members plus 0.25 with the same covariates, without noise.
    for year, membership in ((2018, "not yet"), (2019, "joined")):
        table = compare_cohorts(_toy(), years=(year, year), membership=membership, n_neighbours=1)
        np.testing.assert_allclose(table["estimate"], 0.25, atol=1e-9)
        assert (table["n_members"] == 6).all()
        assert (table["n_clusters"] == 6).all()
        matched = table.set_index("estimator").loc[["raw", "matched"], "std_error"]
        np.testing.assert_allclose(matched, 0, atol=1e-7)
    change = compare_changes(_toy(), n_neighbours=1)
    np.testing.assert_allclose(change["estimate"], 0, atol=1e-9)


def test_member_counts_from_the_year_of_joining_on():
    sample = real_sample()
    counted = {
        (year, membership): compare_cohorts(
            sample, years=(year, year), membership=membership, estimators=["raw"]
        )["n_members"].item()
        for year, membership in ((2018, "joined"), (2018, "not yet"), (2019, "joined"))
    }
    assert counted == {(2018, "joined"): 74, (2018, "not yet"): 23, (2019, "joined"): 87}


def test_raw_difference_of_2018_is_the_difference_of_two_means():
    published = load_published().query("year == 2018 and status == 'evaluated'")
    published = published[published["agency_type"].isin(["kabupaten", "kota"])]
    listed = load_reference("smart_city_cohorts")
    early = set(listed.loc[listed["cohort"].astype(int) <= 2018, "agency_id"])
    ids = published["agency_id"]
    members = published.loc[ids.isin(early), "index_published"].mean()
    never = published.loc[~ids.isin(set(listed["agency_id"])), "index_published"].mean()
    found = compare_cohorts(real_sample(), years=(2018, 2018), estimators=["raw"])
    assert found["estimate"].item() == pytest.approx(members - never, abs=1e-12)


def test_a_shift_of_one_year_changes_no_window():
    sample = real_sample()
    shifted = sample.assign(index=sample["index"] + 0.4 * (sample["year"] == 2023))
    for years in ((2021, 2024), (2023, 2023)):
        first, second = (
            compare_cohorts(table, years=years)["estimate"] for table in (sample, shifted)
        )
        np.testing.assert_allclose(first, second, atol=1e-9)


def test_order_of_rows_does_not_matter():
    sample = real_sample()
    again = sample.sample(frac=1, random_state=2)
    first, second = (compare_cohorts(table, years=(2021, 2022)) for table in (sample, again))
    np.testing.assert_allclose(first["estimate"], second["estimate"], atol=1e-9)
    np.testing.assert_allclose(first["std_error"], second["std_error"], atol=1e-9)


def test_balancing_weights_balance_and_raw_groups_differ():
    balance = balance_cohorts(real_sample(), years=(2018, 2020))
    worst = balance["standardised_difference"].abs().groupby(balance["comparison"]).max()
    assert worst["raw"] > 1  # log population
    assert worst["entropy"] < 1e-5
    assert worst["matched"] < 0.3
    assert worst["odds"] < 0.3


def test_never_members_of_a_place_without_members_get_no_weight():
    sample = simulate_cohorts(seed=8)
    sample.loc[sample["island"] == "Jawa", "cohort"] = 0
    table = compare_cohorts(sample, years=(2019, 2019)).set_index("estimator")
    without = compare_cohorts(sample[sample["island"] != "Jawa"], years=(2019, 2019))
    without = without.set_index("estimator")
    for name in ("matched", "entropy", "odds"):
        assert table.loc[name, "n"] == without.loc[name, "n"]
        assert table.loc[name, "estimate"] == pytest.approx(without.loc[name, "estimate"], abs=1e-8)
    assert table.loc["raw", "n"] > without.loc["raw", "n"]


def test_missing_covariate_is_named_and_not_silently_dropped():
    sample = real_sample().copy()
    cilegon = sample["agency_id"] == "36.72"
    sample.loc[cilegon, ["log_population", "missing"]] = [np.nan, "log_population"]
    table = compare_cohorts(sample, years=(2021, 2021))
    assert table["method"].str.contains("left out for want of a covariate: Kota Cilegon").all()
    assert table.set_index("estimator").loc["raw", "n"] == 390


def test_event_study_has_one_year_before_joining_only():
    table = tabulate_event_study(real_sample())
    assert len(table) == 21
    before = table[table["event_time"] < 0]
    assert before[["cohort", "event_time", "era"]].to_numpy().tolist() == [[2019, -1, "2018-2020"]]


def test_table_of_results_has_the_columns_agreed_and_all_windows():
    table = estimate_smart_city(real_sample())
    order = ["design", "year", "outcome", "contrast", "estimate", "std_error", "low", "high", "n",
             "n_clusters", "method"]  # fmt: skip
    assert [column for column in table.columns if column in order] == order
    assert set(table["window"]) >= {"2018-2020", "2021-2024", "2018-2019", "2024"}
    known = table.dropna(subset=["estimate"])
    assert ((known["low"] < known["estimate"]) & (known["estimate"] < known["high"])).all()
    missing = table[table["estimate"].isna()]
    assert missing["method"].str.startswith("not estimated").all()


def test_too_few_members_give_missing_and_not_a_number():
    sample = simulate_cohorts(seed=4)
    members = sample.loc[sample["cohort"] == 2017, "agency_id"].unique()
    few = sample[(sample["cohort"] == 0) | sample["agency_id"].isin(members[:2])]
    table = compare_cohorts(few, years=(2019, 2019))
    assert table[["estimate", "std_error", "low", "high"]].isna().all(axis=None)
    assert (table["n_members"] == 2).all()
    assert table["method"].str.startswith("not estimated: fewer than 5").all()


def test_no_overlap_is_said_in_the_row_and_spares_the_others():
    sample = simulate_cohorts(seed=4)
    sample.loc[sample["cohort"] > 0, "log_population"] += 50
    table = compare_cohorts(sample, years=(2019, 2019)).set_index("estimator")
    assert table.loc[["entropy", "odds"], "estimate"].isna().all()
    assert table.loc["entropy", "method"].startswith("not estimated: Invalid targets")
    assert table.loc[["raw", "regression", "matched"], "estimate"].notna().all()


def test_constant_index_gives_zero_and_no_width():
    table = compare_cohorts(_toy().assign(index=2.0), years=(2019, 2019), n_neighbours=1)
    np.testing.assert_allclose(table[["estimate", "std_error"]], 0, atol=1e-7)


def test_no_members_at_all_are_refused():
    with pytest.raises(DataError, match="Members and never-members must be evaluated"):
        compare_cohorts(_toy().assign(cohort=0), years=(2019, 2019))
    with pytest.raises(DataError, match="Members and never-members must be evaluated"):
        compare_cohorts(_toy().iloc[:0], years=(2019, 2019))


def test_a_change_across_a_break_is_refused():
    with pytest.raises(DataError, match="must lie within one era"):
        compare_changes(real_sample(), cohort=2019, years=(2018, 2021))
    with pytest.raises(DataError, match="join after 2018"):
        compare_changes(real_sample(), cohort=2018)
    with pytest.raises(DataError, match="'never' or 'earlier'"):
        compare_changes(real_sample(), against="all")


def test_unknown_choices_are_refused():
    with pytest.raises(DataError, match="'joined' or 'not yet'"):
        compare_cohorts(_toy(), years=(2019, 2019), membership="maybe")
    with pytest.raises(DataError, match="confidence"):
        compare_cohorts(_toy(), years=(2019, 2019), confidence=95)
    listed = load_reference("smart_city_cohorts").assign(agency_id="pusat-x")
    with pytest.raises(DataError, match="kabupaten or kota"):
        build_cohort_sample(load_published(), listed, load_agencies(), load_covariates())


def test_lottery_without_effect_leaves_no_difference():
    drawn = [
        compare_cohorts(
            simulate_cohorts(effect=0, selection=0, seed=seed),
            years=(2019, 2019),
            estimators=["raw"],
        )["estimate"].item()
        for seed in range(30)
    ]
    # One estimate has a standard error of about 0.07, the mean of 30 of 0.013.
    assert abs(np.mean(drawn)) < 0.05


def test_synthetic_cohorts_repeat_with_their_seed_and_selection_shows():
    pd.testing.assert_frame_equal(simulate_cohorts(seed=5), simulate_cohorts(seed=5))
    assert not simulate_cohorts(seed=5).equals(simulate_cohorts(seed=6))
    drawn = simulate_cohorts(n_regions=5000, selection=2, seed=7)
    size = drawn["log_population"].groupby(drawn["cohort"] > 0).mean()
    assert size[True] - size[False] > 0.9  # one standard deviation of 0.9


def test_matches_are_not_corrected_for_an_island_without_never_members():
    # Synthetic: all regions of an island that are no members are taken out.
    sample = simulate_cohorts(seed=4)
    sample = sample[(sample["island"] != "Sulawesi") | (sample["cohort"] > 0)]
    rows, names = one_year(sample, 2019)
    member = rows["member"].to_numpy() == 1
    assert 0 < (rows["island"] == "Sulawesi").sum() < member.sum()
    slow = match_slowly(rows["index"].to_numpy(), member, rows[names].to_numpy())
    ours = compare_cohorts(sample, years=(2019, 2019), estimators=["matched"])
    assert ours["estimate"].item() == pytest.approx(slow["estimate"], abs=1e-10)
