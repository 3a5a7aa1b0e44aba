import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from compare_items import comparisons, coverage
from spbe_research import load_instrument, load_scores
from spbe_research.distributions.items import (
    alpha_from_covariance,
    alpha_if_deleted,
    cronbach_alpha,
    item_distributions,
    level_matrices,
    mcdonald_omega,
    minres_loadings,
    quantile_interval,
    resampled_covariances,
    second_order_loadings,
    to_correlations,
)
from spbe_research.errors import DataError
from spbe_research.estimates import ESTIMATE_COLUMNS
from spbe_research.simulation.items import (
    latent_correlations,
    level_covariance,
    synthetic_instrument,
    synthetic_levels,
)

COMPARED = comparisons()
CUTS = [-1.5, -0.5, 0.5, 1.5]


def long(table: list[list[float]], year: int = 2021) -> pd.DataFrame:
    """Agencies in rows, items I01, I02, ... in columns, to the long form."""
    return pd.DataFrame(
        [
            {"agency_id": f"a{row}", "year": year, "item": f"I{column + 1:02d}", "value": value}
            for row, values in enumerate(table)
            for column, value in enumerate(values)
        ]
    )


@pytest.mark.parametrize(
    "row", COMPARED, ids=[f"{r['estimator']}-{r['quantity']}" for r in COMPARED]
)
def test_estimate_equals_independent_one(row):
    assert row["ours"] == pytest.approx(row["independent"], abs=row["tolerance"], rel=0)


def test_intervals_hold_the_truth_as_often_as_they_say():
    rows = coverage(25, seed=100)
    # Unequal loadings and a floor break Feldt's assumptions a little: the margin is that of 0.93.
    least = binom.ppf(1e-4, 25, 0.93) / 25
    assert [row for row in rows if row["covered"] < least] == []
    for row in rows:
        assert row["mean_estimate"] == pytest.approx(row["truth"], abs=0.02)


def test_alpha_of_three_items_by_hand():
    # Variances 1, 1, 1 and covariances 0.5: 3/2 (1 - 3/6) = 0.75
    covariance = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    assert alpha_from_covariance(covariance) == pytest.approx(0.75)


def test_alpha_of_two_items_and_its_feldt_bounds_by_hand():
    table = cronbach_alpha(
        long([[1, 1], [1, 1], [2, 2], [1, 2], [2, 2]]), synthetic_instrument([2])
    )
    # Columns 1 1 2 1 2 and 1 1 2 2 2: variances 0.3 and 0.3, covariance 0.2: 2 (1 - 0.6/1.0) = 0.8
    row = table.set_index("scope").loc["whole"]
    assert row["estimate"] == pytest.approx(0.8)
    # F with 4 and 4 degrees of freedom: 97.5 % point 9.6045, 2.5 % point its inverse.
    assert row["low"] == pytest.approx(1 - 0.2 * 9.6045, abs=1e-4)
    assert row["high"] == pytest.approx(1 - 0.2 / 9.6045, abs=1e-4)
    assert table.columns.tolist()[-6:] == list(ESTIMATE_COLUMNS)


def test_alpha_if_deleted_of_unrelated_item_rises():
    table = long([[1, 1, 1], [1, 1, 2], [2, 2, 1], [2, 2, 2]])
    whole = alpha_if_deleted(table, synthetic_instrument([3])).query("scope == 'whole'")
    # Without the third the rest are the same item twice: alpha 1.
    assert whole["estimate"].iloc[2] == pytest.approx(1)
    assert whole["change"].iloc[2] == pytest.approx(1 - 1.5 * (1 - 3 / 5))
    assert whole["estimate"].iloc[0] == pytest.approx(0)


def test_loadings_of_exact_factor_are_found_with_negative_item():
    truth = np.array([0.9, 0.7, 0.6, -0.5])
    assert minres_loadings(latent_correlations(truth)) == pytest.approx(truth, abs=1e-6)


def test_loadings_stop_at_the_bound_in_a_heywood_case():
    # r12 r13 / r23 = 0.81 / 0.5 > 1: no factor can make these.
    heywood = np.array([[1, 0.9, 0.9], [0.9, 1, 0.5], [0.9, 0.5, 1.0]])
    assert minres_loadings(heywood)[0] == pytest.approx(np.sqrt(0.995))


@pytest.mark.parametrize(
    "correlation", [np.eye(2), np.full((3, 3), np.nan)], ids=["two items", "missing"]
)
def test_loadings_that_are_not_identified_are_missing(correlation):
    assert np.isnan(minres_loadings(correlation)).all()


def test_second_order_loadings_of_exact_model_are_found():
    own, gamma = np.array([0.9, 0.8, 0.7, 0.6]), np.array([0.9, 0.7, 0.5])
    loadings = np.kron(np.eye(3), own[:, None])
    model = second_order_loadings(
        latent_correlations(loadings, latent_correlations(gamma)),
        [np.arange(4), np.arange(4, 8), np.arange(8, 12)],
    )
    assert model.general == pytest.approx(np.kron(gamma, own), abs=1e-6)
    assert model.group[:4] == pytest.approx(own * np.sqrt(1 - 0.81), abs=1e-6)
    assert model.factor_correlations[0, 1] == pytest.approx(0.63, abs=1e-6)


def test_resampled_covariances_are_those_of_drawn_rows():
    data = np.random.default_rng(3).integers(1, 6, (20, 3)).astype(float)
    found = resampled_covariances(data, 2, seed=5)
    counts = np.random.default_rng(5).multinomial(20, np.full(20, 0.05), size=2)
    assert found[0] == pytest.approx(np.cov(data, rowvar=False))
    for draw in range(2):
        rows = np.repeat(data, counts[draw], axis=0)
        assert found[1 + draw] == pytest.approx(np.cov(rows, rowvar=False))


def test_item_distribution_by_hand():
    table = item_distributions(long([[1, 1], [1, 2], [3, 3], [5, 5]]), synthetic_instrument([2]))
    first = table[table["item"] == "I01"].set_index("measure")
    shares = [first.loc[f"level_{level}_share", "estimate"] for level in range(1, 6)]
    assert shares == [0.5, 0, 0.25, 0, 0.25]
    assert first.loc["floor_share", "count"] == 2
    assert first.loc["ceiling_share", "estimate"] == 0.25
    # Wilson, 2 of 4: 0.5 ± (z sqrt(1/16 + z²/64)) / (1 + z²/4)
    assert first.loc["floor_share", "low"] == pytest.approx(0.15004, abs=1e-5)
    assert first.loc["mean", "estimate"] == 2.5
    assert first.loc["sd", "estimate"] == pytest.approx((11 / 3) ** 0.5)
    # t with 3 degrees of freedom: 3.18245
    assert first.loc["mean", "high"] == pytest.approx(2.5 + 3.18245 * (11 / 12) ** 0.5, abs=1e-4)
    # Σxy 37 - 27.5 = 9.5, Σx² 11, Σy² 8.75 about the means
    assert first.loc["item_rest_domain", "estimate"] == pytest.approx(9.5 / (11 * 8.75) ** 0.5)


def test_shares_of_an_item_sum_to_one_on_real_data():
    table = item_distributions(load_scores(scale="indicator"), load_instrument("permen-59-2020"))
    shares = table[table["measure"].str.match(r"level_\d_share")]
    assert np.allclose(shares.groupby(["year", "item"])["estimate"].sum(), 1)
    assert (
        shares.groupby(["year", "item"])["count"].sum()
        == shares.groupby(["year", "item"])["n"].first()
    ).all()


def test_order_of_rows_changes_nothing():
    levels = synthetic_levels(50, loadings=np.full(6, 0.7), thresholds=CUTS, seed=1)
    instrument = synthetic_instrument([3, 3])
    mixed = levels.sample(frac=1, random_state=2)
    pd.testing.assert_frame_equal(
        mcdonald_omega(levels, instrument, n_resamples=20, seed=3),
        mcdonald_omega(mixed, instrument, n_resamples=20, seed=3),
    )


def test_constant_item_leaves_alpha_and_makes_omega_missing():
    levels = synthetic_levels(80, loadings=np.full(12, 0.7), thresholds=CUTS, seed=1)
    levels.loc[levels["item"] == "I01", "value"] = 1.0
    instrument = synthetic_instrument([4, 4, 4])
    omega = mcdonald_omega(levels, instrument, n_resamples=20, seed=1)
    omega = omega.set_index(["scope", "measure"])["estimate"]
    assert np.isnan(omega["D1", "omega_total"])
    assert np.isnan(omega["whole", "omega_hierarchical"])
    assert omega["D2", "omega_total"] > 0.5
    alpha = cronbach_alpha(levels, instrument).set_index("scope")["estimate"]
    assert 0 < alpha["D1"] < alpha["whole"]
    items = item_distributions(levels, instrument).set_index(["item", "measure"])
    assert np.isnan(items.loc[("I01", "item_rest_domain"), "estimate"])
    assert items.loc[("I01", "sd"), "estimate"] == 0


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_agencies_give_missing_intervals_not_errors(n):
    levels = synthetic_levels(n, loadings=np.full(9, 0.7), thresholds=CUTS, seed=1)
    instrument = synthetic_instrument([3, 3, 3])
    omega = mcdonald_omega(levels, instrument, n_resamples=10, seed=1)
    alpha = cronbach_alpha(levels, instrument, interval="bootstrap", n_resamples=10, seed=1)
    items = item_distributions(levels, instrument)
    assert len(items) == 9 * 11
    assert (omega["n"] == n).all()
    if n == 1:
        assert omega[["estimate", "low", "high"]].isna().all(axis=None)
        assert alpha[["estimate", "low", "high"]].isna().all(axis=None)
        assert cronbach_alpha(levels, instrument)["low"].isna().all()


def test_small_domains_have_no_omega():
    levels = synthetic_levels(80, loadings=np.full(3, 0.7), thresholds=CUTS, seed=1)
    omega = mcdonald_omega(levels, synthetic_instrument([1, 2]), n_resamples=5, seed=1)
    assert omega["estimate"].isna().all()
    alpha = cronbach_alpha(levels, synthetic_instrument([1, 2])).set_index("scope")["estimate"]
    assert np.isnan(alpha["D1"])
    assert alpha["D2"] > 0
    rest = alpha_if_deleted(levels, synthetic_instrument([1, 2]))
    assert rest.query("scope == 'D2'")["estimate"].isna().all()


def test_domain_at_the_bound_is_named():
    table = mcdonald_omega(
        load_scores(scale="indicator"), load_instrument("permen-59-2020"), n_resamples=2, seed=1
    )
    whole = table.query("scope == 'whole' and measure == 'omega_hierarchical'")
    assert whole.set_index("year")["at_bound"].to_dict() == {2021: "", 2022: "D2"}


def test_interval_is_missing_where_resamples_have_no_value():
    assert np.isnan(quantile_interval(np.array([1.0, np.nan, 2.0]), 0.95)).all()
    assert quantile_interval(np.array([1.0, 2.0, 3.0]), 0.5) == (1.5, 2.5)


def test_correlation_of_constant_item_is_missing():
    found = to_correlations(np.array([[4.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]))
    assert found[0, 1] == 0.5
    assert np.isnan(found[2]).all()


def test_level_covariance_equals_large_simulation():
    loadings = np.array([0.9, 0.7, 0.5])
    cuts = np.array([[-1.5, -0.5, 0.5, 1.5], [0.3, 0.9, 1.5, 2.1], [0, 0, 1, np.inf]])
    levels = synthetic_levels(60_000, loadings=loadings, thresholds=cuts, seed=7)
    drawn = np.cov(levels["value"].to_numpy().reshape(-1, 3), rowvar=False)
    assert level_covariance(latent_correlations(loadings), cuts) == pytest.approx(drawn, abs=0.025)


def test_carried_over_and_other_editions_are_left_out():
    levels = long([[1, 2], [3, 4], [5, 5]]).assign(status="evaluated", edition="synthetic")
    levels.loc[levels["agency_id"] == "a1", "status"] = "carried_over"
    levels.loc[levels["agency_id"] == "a2", "edition"] = "older"
    found = level_matrices(levels, synthetic_instrument([2]))
    assert found[2021].index.tolist() == ["a0"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.drop(columns="value"), "Invalid columns of the levels"),
        (lambda t: t.iloc[:0], "Invalid levels: none left"),
        (lambda t: t.iloc[1:], "2021: agencies 'a0' lack some of 2 items"),
        (lambda t: pd.concat([t, t.iloc[:1]]), "1 cells stand twice: 'I01'"),
        (lambda t: t.replace({"value": {2: 6}}), "values are not 1 to 5: 6"),
        (lambda t: t.replace({"value": {2: np.nan}}), "values are not 1 to 5: nan"),
        (lambda t: t.replace({"item": {"I02": "I99"}}), "items 'I99' are not of synthetic"),
    ],
)
def test_broken_levels_are_refused(change, message):
    with pytest.raises(DataError, match=message):
        level_matrices(change(long([[1, 2], [3, 4]])), synthetic_instrument([2]))


def test_unknown_choices_are_refused():
    levels, instrument = long([[1, 2], [3, 4]]), synthetic_instrument([2])
    with pytest.raises(DataError, match="Invalid interval 'exact'"):
        cronbach_alpha(levels, instrument, interval="exact")
    with pytest.raises(DataError, match="Invalid seed None"):
        mcdonald_omega(levels, instrument, seed=None)
