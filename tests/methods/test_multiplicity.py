"""Adjusted p values: by hand, against slow loops written from the definitions, and error rates."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, t

from spbe_research.errors import DataError
from spbe_research.methods.multiplicity import adjust_p_values, benjamini_hochberg, holm

FAMILIES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def slow_holm(p: list[float]) -> list[float]:
    """Each hypothesis: the largest of (m - j + 1) p_(j) among those not larger than its own."""
    m, ordered = len(p), sorted(p)
    steps = [(m - place) * value for place, value in enumerate(ordered)]
    return [min(1.0, max(s for s, v in zip(steps, ordered, strict=True) if v <= own)) for own in p]


def slow_bh(p: list[float], factor: float = 1.0) -> list[float]:
    """Each hypothesis: the smallest of m p_(j) / j among those not smaller than its own."""
    m, ordered = len(p), sorted(p)
    scaled = [factor * m * value / place for place, value in enumerate(ordered, start=1)]
    return [min(1.0, min(s for s, v in zip(scaled, ordered, strict=True) if v >= own)) for own in p]


@pytest.mark.whole
@settings(max_examples=20, deadline=None)  # statsmodels collects garbage at each call of Holm
@given(FAMILIES)
def test_adjustment_equals_the_slow_loop(values: list[float]) -> None:
    harmonic = sum(1 / place for place in range(1, len(values) + 1))
    assert holm(values) == pytest.approx(slow_holm(values), abs=1e-12)
    assert benjamini_hochberg(values) == pytest.approx(slow_bh(values), abs=1e-12)
    by = benjamini_hochberg(values, dependent=True)
    assert by == pytest.approx(slow_bh(values, harmonic), abs=1e-12)


@pytest.mark.whole
def test_false_claims_stay_at_or_below_their_level() -> None:
    """20 independent hypotheses, none or five of them true at z = 3."""
    rng = np.random.default_rng(11)
    for n_true in (0, 5):
        z = rng.normal(size=(400, 20))
        z[:, :n_true] += 3
        p = 2 * norm.sf(np.abs(z))
        any_false = np.mean([min(slow_holm(row.tolist())[n_true:]) <= 0.05 for row in p])
        shares = []
        for row in p:
            found = benjamini_hochberg(row) <= 0.05
            shares.append(found[n_true:].sum() / max(found.sum(), 1))
        margin = 3 * np.sqrt(0.05 * 0.95 / 400)
        assert any_false <= 0.05 + margin
        assert np.mean(shares) <= 0.05 + margin


@pytest.mark.whole
def test_hand_worked_family() -> None:
    # m = 4, sorted .01 .02 .03 .04: Holm 4(.01)=.04, 3(.02)=.06, 2(.03)=.06, .06; BH all .04.
    p = np.array([0.04, 0.01, 0.03, 0.02])
    assert holm(p) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert benjamini_hochberg(p) == pytest.approx([0.04] * 4)
    assert benjamini_hochberg(p, dependent=True) == pytest.approx([0.04 * 25 / 12] * 4)


@pytest.mark.whole
def test_missing_p_values_stay_missing_and_do_not_count() -> None:
    result = adjust_p_values(pd.DataFrame({"p_value": [0.01, np.nan, 0.04]}))
    assert result["family_size"].tolist() == [2, 2, 2]
    assert result["p_holm"].fillna(-1).tolist() == [0.02, -1, 0.04]
    assert result["rejected_bh"].tolist() == [True, False, True]
    assert np.isnan(holm([np.nan])).all()


@pytest.mark.whole
def test_families_are_adjusted_apart() -> None:
    table = pd.DataFrame({"year": [1, 1, 2], "p_value": [0.02, 0.04, 0.04]})
    assert adjust_p_values(table, by=["year"])["p_holm"].tolist() == [0.04, 0.04, 0.04]


@pytest.mark.whole
def test_p_comes_from_t_with_clusters_less_one_and_from_the_normal_without() -> None:
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
def test_wrong_results_are_refused(table: pd.DataFrame, message: str) -> None:
    with pytest.raises(DataError, match=message):
        adjust_p_values(table)


def test_unknown_family_column_is_refused() -> None:
    with pytest.raises(DataError, match="must stand in the results"):
        adjust_p_values(pd.DataFrame({"p_value": [0.1]}), by=["year"])
