import numpy as np
import pytest

from compare_weighting import comparisons, coverage
from spbe_research.errors import DataError
from spbe_research.regulations.weighting import entropy_balance, match_neighbours, odds_weights


@pytest.mark.parametrize(
    "row", comparisons(), ids=lambda row: f"{row['estimator']}: {row['quantity']}"
)
def test_weights_equal_the_independent_ones(row):
    assert row["ours"] == pytest.approx(row["independent"], abs=row["tolerance"])


def test_nothing_with_an_interval_is_claimed():
    assert coverage(1, seed=1) == []


def test_weights_of_three_points_follow_the_exponential_form_by_hand():
    # x = 0, 1, 2 and mean 1.2: w = (1, t, t^2)/(1 + t + t^2) with t + 2 t^2 = 1.2 (1 + t + t^2).
    t = (0.2 + np.sqrt(0.04 + 4 * 0.8 * 1.2)) / 1.6
    expected = np.array([1, t, t * t]) / (1 + t + t * t)
    found = entropy_balance(np.array([[0.0], [1.0], [2.0]]), np.array([1.2]))
    np.testing.assert_allclose(found, expected, atol=1e-10)


def test_balanced_controls_keep_equal_weights():
    x = np.random.default_rng(1).normal(size=(50, 3))
    np.testing.assert_allclose(entropy_balance(x, x.mean(axis=0)), 0.02, atol=1e-9)


def test_units_and_duplicated_columns_do_not_change_weights():
    x = np.random.default_rng(2).normal(size=(60, 2))
    aims = x.mean(axis=0) + 0.3
    plain = entropy_balance(x, aims)
    np.testing.assert_allclose(entropy_balance(x * 1e6 + 5, aims * 1e6 + 5), plain, atol=1e-7)
    twice = entropy_balance(np.hstack([x, x]), np.r_[aims, aims])
    np.testing.assert_allclose(twice, plain, atol=1e-7)


def test_target_at_the_corner_outside_or_missing_is_refused():
    square = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    with pytest.raises(DataError, match="within what controls span"):
        entropy_balance(square, np.array([0.9, 0.9]))
    with pytest.raises(DataError, match="complete"):
        entropy_balance(np.array([[np.nan]]), np.array([0.5]))
    with pytest.raises(DataError, match="complete"):
        entropy_balance(np.empty((0, 1)), np.array([0.5]))


def test_odds_of_two_groups_are_counted_by_hand():
    # Of x = 0: 1 member, 4 others, odds 1/4; of x = 1: 2 members, 2 others, odds 1.
    member = np.array([1, 0, 0, 0, 0, 1, 1, 0, 0], dtype=bool)
    x = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1], dtype=float)[:, None]
    weights, chance = odds_weights(member, x)
    expected = np.array([0.25, 0.25, 0.25, 0.25, 1, 1]) / 3
    np.testing.assert_allclose(weights, expected, atol=1e-9)
    np.testing.assert_allclose(chance, np.r_[np.full(5, 0.2), np.full(4, 0.5)], atol=1e-9)


def test_covariates_that_separate_members_are_refused():
    with pytest.raises(DataError, match="separate"):
        odds_weights(np.arange(20) > 9, np.arange(20.0)[:, None])


def test_ties_fall_to_the_earlier_row():
    member = np.array([False, True, False, False])
    x = np.array([[1.0], [0.0], [-1.0], [5.0]])
    assert match_neighbours(member, x, n_neighbours=2).tolist() == [[0, 2]]


def test_correlated_covariates_are_measured_by_mahalanobis_distance():
    # Along the common direction 2 away is nearer than 1 against it.
    rng = np.random.default_rng(4)
    common = rng.normal(size=400)
    cloud = np.column_stack([common, common + 0.1 * rng.normal(size=400)])
    x = np.vstack([[[0.0, 0.0], [1.0, 1.0], [0.5, -0.5]], cloud * 50])
    x[3:][np.abs(x[3:]).max(axis=1) < 5] += 100
    member = np.arange(len(x)) == 0
    assert match_neighbours(member, x).tolist() == [[1]]
