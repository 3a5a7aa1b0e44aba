import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from compare_predicate_models import ORDER, comparisons, coverage, real_sample
from spbe_research.datasets import load_published
from spbe_research.errors import DataError
from spbe_research.regulations.predicate_models import (
    add_earlier_index,
    estimate_fractional_response,
    estimate_ordered_logit,
    estimate_predicate_models,
    merge_sparse_categories,
)

ROWS = comparisons()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['estimator']}: {row['quantity']}")
def test_estimate_equals_the_independent_one(row):
    assert row["ours"] == pytest.approx(row["independent"], abs=row["tolerance"])


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    # Sandwich errors of 33 clusters fall short by two or three points (0.92 in 500 runs); the
    # margin is that and three standard deviations of 50 draws.
    for row in coverage(50, seed=5):
        assert 0.82 < row["covered"] <= 1, row
        assert row["mean_estimate"] == pytest.approx(row["truth"], rel=0.05)


def test_two_groups_and_two_bands_give_the_log_odds_ratio_by_hand():
    # 10 of 40 against 30 of 40: odds 1/3 and 3, ratio 9; the probability rises by one half.
    x = np.repeat([0.0, 1.0], 40)
    high = np.r_[np.arange(40) < 10, np.arange(40) < 30]
    bands = pd.Series(pd.Categorical.from_codes(high.astype(int), ["low", "high"], ordered=True))
    table = estimate_ordered_logit(bands, pd.DataFrame({"x": x}), pd.Series(np.arange(80)))
    assert table["estimate"].tolist() == pytest.approx([np.log(9), -0.5, 0.5], abs=1e-9)
    # Each region a cluster: variance of a log odds ratio is the sum of 1 / counts, times 80/79.
    by_hand = np.sqrt((1 / 10 + 1 / 30 + 1 / 30 + 1 / 10) * 80 / 79)
    assert table["std_error"].iloc[0] == pytest.approx(by_hand, rel=1e-9)


def test_fractional_response_of_two_groups_gives_their_difference_of_means():
    x = pd.DataFrame({"x": np.repeat([0.0, 1.0], 20)})
    index = pd.Series(np.r_[np.tile([1.0, 2.0], 10), np.tile([2.0, 5.0], 10)])  # means 1.5, 3.5
    table = estimate_fractional_response(index, x, pd.Series(np.arange(40)))
    assert table["estimate"].tolist() == pytest.approx(
        [np.log((2.5 / 1.5) / (0.5 / 3.5)), 2.0], abs=1e-9
    )


def test_effects_on_probabilities_sum_to_zero():
    table = estimate_predicate_models(real_sample(2022))
    chances = table[table["outcome"].str.startswith("probability")]
    sums = chances.groupby(["score", "adjusted_for", "term", "contrast"])["estimate"].sum()
    assert len(sums) == 14
    assert sums.abs().max() < 1e-12


def test_derivative_equals_the_change_of_predicted_probabilities():
    rng = np.random.default_rng(3)
    x = pd.DataFrame({"x": rng.normal(size=300), "z": rng.normal(size=300)})
    bands = pd.Series(pd.cut(x["x"] - x["z"] + rng.logistic(size=300), 4, labels=list("abcd")))
    table = estimate_ordered_logit(bands, x, pd.Series(np.arange(300) % 30))
    slopes = table[table["outcome"] == "log odds of a higher category"]["estimate"].to_numpy()
    # With the slopes known, thresholds follow from the scores of each category: solve them apart.
    from scipy.optimize import minimize

    codes = bands.cat.codes.to_numpy()
    centred = (x - x.mean()).to_numpy() @ slopes

    def loss(cuts):
        edges = np.r_[-np.inf, cuts, np.inf]
        return -np.log(expit(edges[codes + 1] - centred) - expit(edges[codes] - centred)).sum()

    cuts = minimize(loss, [-1.0, 0.5, 2.0], method="Nelder-Mead",
                    options={"xatol": 1e-9, "fatol": 1e-9, "maxiter": 5000}).x  # fmt: skip
    top = [expit(cuts[-1] - centred - sign * 1e-5 * slopes[0]) for sign in (1, -1)]
    expected = (top[1] - top[0]).mean() / 2e-5
    found = table[(table["outcome"] == "probability of d") & (table["term"] == "x")]
    assert found["estimate"].item() == pytest.approx(expected, abs=1e-6)


def test_index_without_policy_domain_is_the_mean_of_the_other_items():
    from spbe_research.datasets import load_reference, load_scores

    weights = load_reference("instruments").query("edition == 'permen-59-2020'")
    weights = weights[(weights["scale"] == "indicator") & (weights["is_policy"] == "0")]
    shares = weights.set_index("code")["weight_pct"].map(lambda text: float(pd.eval(text)))
    levels = load_scores(scale="indicator").query("year == 2021 and item in @shares.index")
    wide = levels.pivot_table(index="agency_id", columns="item", values="value")
    expected = wide[shares.index] @ shares / shares.sum()
    sample = real_sample(2021).set_index("agency_id")["index_without_policy"]
    gap = sample - expected.reindex(sample.index)
    assert gap.abs().max() < 1e-4  # the index is printed with four decimals


def test_every_kabupaten_and_kota_has_its_covariates_and_none_is_dropped():
    for year, n in ((2021, 391), (2022, 452)):
        sample = real_sample(year)
        assert len(sample) == n
        assert (sample["missing"] == "").all()
        assert set(sample["population_year"]) == {2017}
        assert set(sample["grdp_year"]) == {year}
        assert sample["province"].nunique() == 33


def test_agency_without_covariate_is_named_and_not_silently_dropped():
    sample = real_sample(2021).copy()
    sample.loc[0, ["log_population", "missing"]] = [np.nan, "log_population"]
    table = estimate_predicate_models(sample)
    assert (table["n"] == 390).all()
    assert table["method"].str.contains(sample.loc[0, "name"]).all()


def test_sparse_top_categories_are_merged_downwards_and_named():
    predicates = pd.Series(["Kurang"] * 30 + ["Cukup"] * 30 + ["Baik"] * 15 + ["Memuaskan"] * 2)
    merged = merge_sparse_categories(predicates, ORDER, min_count=10)
    assert list(merged.cat.categories) == ["Kurang", "Cukup", "Baik or better"]
    assert merged.value_counts()["Baik or better"] == 17
    only = merge_sparse_categories(predicates, ORDER, min_count=2)
    assert list(only.cat.categories) == ["Kurang", "Cukup", "Baik", "Memuaskan"]


def test_earlier_index_is_the_last_evaluated_one_before_2021():
    published = load_published()
    sample = add_earlier_index(real_sample(2021), published).set_index("agency_id")
    for agency, row in sample.iterrows():
        own = published[(published["agency_id"] == agency) & (published["year"] < 2021)]
        evaluated = own[own["status"] == "evaluated"].set_index("year")["index_published"]
        if evaluated.empty:
            assert row[["earlier_index", "earlier_year"]].isna().all()
        else:
            assert row["earlier_year"] == evaluated.index.max()
            assert row["earlier_index"] == evaluated[evaluated.index.max()]


def test_order_of_rows_does_not_matter():
    sample = real_sample(2021)
    again = estimate_predicate_models(sample.sample(frac=1, random_state=1))
    first = estimate_predicate_models(sample)
    np.testing.assert_allclose(again["estimate"], first["estimate"], atol=1e-9)
    np.testing.assert_allclose(again["std_error"], first["std_error"], atol=1e-9)


def test_separated_categories_are_refused():
    x = pd.DataFrame({"x": np.arange(20.0)})
    bands = pd.Series(pd.Categorical.from_codes([0] * 10 + [1] * 10, ["a", "b"], ordered=True))
    with pytest.raises(DataError, match="no maximum"):
        estimate_ordered_logit(bands, x, pd.Series(np.arange(20)))


@pytest.mark.parametrize(
    ("x", "clusters", "match"),
    [
        ([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]], [1, 2, 3], "collinear"),
        ([[1.0, np.nan], [2.0, 4.0], [3.0, 5.0]], [1, 2, 3], "b: 1 missing"),
        ([[1.0, 2.0], [2.0, 4.0], [3.0, 5.0]], [1, 1, 1], "two or more"),
        (np.empty((0, 2)), [], "a: constant"),
    ],
)
def test_unusable_regressors_are_named(x, clusters, match):
    index = pd.Series(np.linspace(1, 5, len(x)))
    with pytest.raises(DataError, match=match):
        estimate_fractional_response(
            index, pd.DataFrame(x, columns=["a", "b"]), pd.Series(clusters, dtype=float)
        )


def test_a_regressor_that_takes_a_whole_group_to_the_lowest_index_is_refused():
    x = pd.DataFrame({"x": np.repeat([0.0, 1.0], 10)})
    index = pd.Series(np.r_[np.ones(10), np.linspace(2, 4, 10)])
    with pytest.raises(DataError, match="no maximum"):
        estimate_fractional_response(index, x, pd.Series(np.arange(20)))


def test_unordered_and_single_categories_are_refused():
    x, clusters = pd.DataFrame({"x": [1.0, 2.0, 4.0]}), pd.Series([1, 2, 3])
    with pytest.raises(DataError, match="ordered categorical"):
        estimate_ordered_logit(pd.Series(["a", "b", "a"]), x, clusters)
    alone = pd.Series(pd.Categorical(["a"] * 3, ordered=True))
    with pytest.raises(DataError, match="two or more"):
        estimate_ordered_logit(alone, x, clusters)
