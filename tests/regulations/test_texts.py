import numpy as np
import pandas as pd
import pytest

from compare_texts import comparisons, coverage, real
from spbe_research import load_agencies, load_covariates, load_policies, load_published
from spbe_research.errors import DataError
from spbe_research.regulations.texts import (
    age_and_kind,
    sample_against_rest,
    selection_balance,
    texts_and_scores,
    worked_case,
)


@pytest.mark.parametrize("row", comparisons(), ids=lambda row: row["quantity"])
def test_result_agrees_with_an_independent_computation(row):
    assert row["ours"] == pytest.approx(row["independent"], abs=row["tolerance"], rel=0)


@pytest.mark.parametrize("row", coverage(120, seed=6), ids=lambda row: row["estimator"])
def test_intervals_and_tests_keep_their_level(row):
    margin = 3.5 * np.sqrt(0.05 * 0.95 / row["n_simulations"])
    assert row["covered"] == pytest.approx(row["nominal"], abs=margin)


def toy() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "agency_id": list("abcdef"),
            "year": 2021,
            "agency_type": "kota",
            "index": [1.0, 2.0, 3.0, 4.0, 2.0, 3.0],
            "n_enacted": pd.array([1, 2, 3, 4, 5, 6], dtype="Int64"),
            "in_sample": [True, True, True, True, False, False],
            "has_text": [True, True, True, True, False, False],
            "age_years": pd.array([0, 1, 2, 3, pd.NA, pd.NA], dtype="Int64"),
            "oldest_kind": ["Perda", "Perda", "Perwal", "Perwal", None, None],
        }
    )


def test_hand_worked_age_and_kind():
    result = age_and_kind(toy().assign(index=[1.0, 2.5, 2.5, 4.0, 2.0, 3.0]))
    found = result[result["period"] == "2021"].set_index("contrast")["estimate"]
    # Ages 0 to 3: slope (-1.5*1 - .5*2.5 + .5*2.5 + 1.5*4) / 5 = 0.9; Perda 1.75 less Perwal 3.25.
    assert found["one year of age"] == pytest.approx(0.9)
    assert found["Perda against regulation of the head"] == pytest.approx(-1.5)
    assert np.isnan(found["known text by then against later"])


def test_hand_worked_sample_against_rest():
    result = sample_against_rest(toy()).set_index("outcome")
    assert result["estimate"].to_dict() == pytest.approx({"index": 0.0, "topics enacted": -3.0})


@pytest.mark.parametrize("n", [1, 2])
def test_one_or_two_regions_give_missing_values_not_a_crash(n):
    result = age_and_kind(toy().head(n))
    assert result["estimate"].isna().all()
    assert result["n"].max() == n


def test_type_held_by_one_region_does_not_change_the_slope():
    base = toy().assign(index=[1.0, 2.5, 2.5, 4.0, 2.0, 3.0])
    lone = base.head(1).assign(agency_id="z", agency_type="provinsi", index=5.0)
    result = age_and_kind(pd.concat([base, lone]))
    row = result[(result["contrast"] == "one year of age") & (result["period"] == "2021")].iloc[0]
    assert row["estimate"] == pytest.approx(0.9)
    assert row["n"] == 4


def test_no_carried_over_value_is_used():
    _, _, table = real()
    used = table[["agency_id", "year"]].merge(load_published()[["agency_id", "year", "status"]])
    assert set(used["status"]) == {"evaluated"}


def test_sample_regions_evaluated_are_those_the_registry_names():
    _, _, table = real()
    counts = table[table["in_sample"]].groupby("year").size()
    assert counts.to_dict() == {2018: 53, 2019: 46, 2021: 49, 2022: 49, 2023: 53, 2024: 53}


def test_cilegon_case_shows_its_text_its_path_and_its_policies():
    registry, oldest, _ = real()
    case = worked_case(load_published(), load_policies(), registry, oldest)
    assert case["texts"].query("subjects == 'spbe'")[["kind", "number"]].to_numpy().tolist() == [
        ["Perwal", "106"]
    ]
    path = case["path"].set_index("year")
    assert path["age_years"].tolist() == [2, 3, 4, 5, 6, 7, 8]
    assert path.loc[[2019, 2020], "status"].unique().tolist() == ["carried_over"]
    assert len(case["policies"]) == 10


def joint_p(members) -> float:
    _, _, table = real()
    chosen = table.assign(in_sample=table["agency_id"].isin(members))
    result = selection_balance(
        chosen, load_agencies(), load_covariates(), n_resamples=199, seed=1
    ).set_index("outcome")
    return result.loc["joint: all but size", "p_value"]


def test_selection_by_chance_is_rejected_about_as_often_as_the_level_says():
    ids = real()[2]["agency_id"].unique()
    rng = np.random.default_rng(12)
    p = np.array([joint_p(rng.choice(ids, 53, replace=False)) for _ in range(20)])
    assert (p <= 0.05).sum() <= 4  # of 20 at level 0.05, 5 or more have chance 0.003
    assert p.max() > 0.3


def test_selection_by_score_is_found():
    table = real()[2]
    best = table[table["year"] == 2018].nlargest(53, "index")["agency_id"]
    assert joint_p(best) == pytest.approx(1 / 200)


def test_within_type_leaves_out_the_type_itself():
    _, _, table = real()
    result = selection_balance(
        table, load_agencies(), load_covariates(), within_type=True, n_resamples=49, seed=1
    )
    assert not result["outcome"].isin(["is kota", "is provinsi"]).any()


def test_inputs_are_not_changed():
    _, oldest, table = real()
    before = table.copy(), oldest.copy()
    age_and_kind(table)
    texts_and_scores(load_published(), oldest, load_policies())
    pd.testing.assert_frame_equal(table, before[0])
    pd.testing.assert_frame_equal(oldest, before[1])


def test_contrast_with_few_regions_on_one_side_has_no_interval():
    kinds = np.repeat(["Perda", "Perwal"], [7, 12])
    few = pd.DataFrame(
        {
            "agency_id": [str(number) for number in range(19)],
            "year": 2021,
            "agency_type": "kota",
            "index": np.where(kinds == "Perda", 3.0, 2.0) + np.tile([0.0, 0.2], 10)[:19],
            "in_sample": True,
            "has_text": True,
            "age_years": pd.array(range(19), dtype="Int64"),
            "oldest_kind": kinds,
        }
    )
    contrast = "Perda against regulation of the head"
    seven = age_and_kind(few).set_index(["contrast", "period"]).loc[contrast]
    assert seven["estimate"].notna().any()
    assert seven[["std_error", "low", "high"]].isna().all(axis=None)
    few.loc[7, "oldest_kind"] = "Perda"
    eight = age_and_kind(few).set_index(["contrast", "period"]).loc[(contrast, "2021")]
    assert eight["low"] < eight["estimate"] < eight["high"]


def test_means_beside_a_standardised_difference_are_those_of_the_groups():
    _, _, table = real()
    result = selection_balance(
        table, load_agencies(), load_covariates(), within_type=True, n_resamples=49, seed=1
    ).set_index("outcome")
    wide = table.pivot(index="agency_id", columns="year", values="index")
    wide = wide[wide[2018].notna() & wide[2024].notna()]
    inside = wide.index.isin(table.loc[table["in_sample"], "agency_id"])
    assert result.loc["index 2018", "mean_sample"] == pytest.approx(wide.loc[inside, 2018].mean())
    assert result.loc["index 2018", "mean_rest"] == pytest.approx(wide.loc[~inside, 2018].mean())


def test_wrong_confidence_is_refused():
    with pytest.raises(DataError, match="confidence 2"):
        age_and_kind(toy(), confidence=2)
