import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, t

from compare_multiplicity import comparisons, coverage
from spbe_research.errors import DataError
from spbe_research.regulations.multiplicity import adjust_p_values, benjamini_hochberg, holm

FAMILIES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@pytest.mark.parametrize("row", comparisons(), ids=lambda row: row["estimator"] + row["quantity"])
def test_adjustment_agrees_with_a_library(row):
    assert row["ours"] == pytest.approx(row["independent"], abs=row["tolerance"])


@pytest.mark.parametrize("row", coverage(400, seed=11), ids=lambda row: row["setting"])
def test_false_claims_stay_at_or_below_their_level(row):
    margin = 3 * np.sqrt(0.05 * 0.95 / row["n_simulations"])
    assert row["covered"] <= row["nominal"] + margin


def test_hand_worked_family():
    # m = 4, sorted .01 .02 .03 .04: Holm 4(.01)=.04, 3(.02)=.06, 2(.03)=.06, .06; BH all .04.
    p = np.array([0.04, 0.01, 0.03, 0.02])
    assert holm(p) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert benjamini_hochberg(p) == pytest.approx([0.04] * 4)
    assert benjamini_hochberg(p, dependent=True) == pytest.approx([0.04 * 25 / 12] * 4)


@given(FAMILIES)
def test_adjusted_never_falls_below_raw_and_holm_never_below_bh(values):
    p = np.array(values)
    q = benjamini_hochberg(p)
    assert (q >= p - 1e-15).all()
    assert (holm(p) >= q - 1e-15).all()
    assert (holm(p) <= 1).all()


@given(FAMILIES, st.randoms())
def test_order_of_hypotheses_does_not_matter(values, random):
    order = list(range(len(values)))
    random.shuffle(order)
    p = np.array(values)
    assert holm(p)[order].tolist() == holm(p[order]).tolist()
    assert benjamini_hochberg(p)[order].tolist() == benjamini_hochberg(p[order]).tolist()


def test_missing_p_values_stay_missing_and_do_not_count():
    result = adjust_p_values(pd.DataFrame({"p_value": [0.01, np.nan, 0.04]}))
    assert result["family_size"].tolist() == [2, 2, 2]
    assert result["p_holm"].fillna(-1).tolist() == [0.02, -1, 0.04]
    assert result["rejected_bh"].tolist() == [True, False, True]


def test_families_are_adjusted_apart():
    table = pd.DataFrame({"year": [1, 1, 2], "p_value": [0.02, 0.04, 0.04]})
    assert adjust_p_values(table, by=["year"])["p_holm"].tolist() == [0.04, 0.04, 0.04]


def test_p_comes_from_t_with_clusters_less_one_and_from_the_normal_without():
    table = pd.DataFrame(
        {"estimate": [2.0, -2.0, 1.0], "std_error": [1.0, 1.0, 0.0], "n_clusters": [7, pd.NA, 9]}
    )
    result = adjust_p_values(table)
    expected = [2 * t.sf(2, 6), 2 * norm.sf(2)]
    assert result["p_value"].tolist()[:2] == pytest.approx(expected, rel=1e-12)
    assert result["p_source"].tolist()[:2] == ["t", "normal"]
    assert np.isnan(result["p_value"].iloc[2])


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pd.DataFrame({"p_value": []}), "no row"),
        (pd.DataFrame({"p_value": [1.2, -1]}), "2 violations"),
        (pd.DataFrame({"estimate": [1.0]}), "no p value"),
        (pd.DataFrame({"estimate": [1.0], "std_error": [-1.0]}), "must not be negative"),
    ],
)
def test_wrong_results_are_refused(table, message):
    with pytest.raises(DataError, match=message):
        adjust_p_values(table)


def test_unknown_family_column_is_refused():
    with pytest.raises(DataError, match="must stand in the results"):
        adjust_p_values(pd.DataFrame({"p_value": [0.1]}), by=["year"])
