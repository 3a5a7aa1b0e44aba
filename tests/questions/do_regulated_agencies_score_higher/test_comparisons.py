"""The comparisons of this question on tables made by hand, and on synthetic regions."""

import numpy as np
import pandas as pd
import pytest

from spbe_research.errors import DataError
from spbe_research.methods.regression import joint_test
from spbe_research.questions.do_regulated_agencies_score_higher.comparisons import (
    check_straight_lines,
    compare_all_with_none,
    compare_between_and_within,
    compare_numbers_of_topics,
    fit_straight_lines,
    split_arithmetic,
)
from spbe_research.questions.do_regulated_agencies_score_higher.samples import (
    ALSO_COMPARED_BY,
    local_sample,
)


def regions(rest_of, *, noise=0.1, seed=1, n=440, province_noise=0.0) -> pd.DataFrame:
    """Synthetic regions whose rest of the index is a function of their number of topics."""
    rng = np.random.default_rng(seed)
    number, province = np.arange(n) % 11, rng.integers(33, size=n)
    names = ("log_population", "log_grdp_per_capita", *ALSO_COMPARED_BY, "index_before")
    covariates = {name: rng.normal(size=n) for name in names}
    rest = np.array([rest_of(k) for k in number]) + 0.2 * covariates["log_population"]
    rest = rest + noise * rng.normal(size=n) + province_noise * rng.normal(size=33)[province]
    return pd.DataFrame(
        {
            "year": 2022, "province": [f"p{p}" for p in province],
            "island": [f"i{p % 5}" for p in province], "n_enacted": number,
            "is_kota": (rng.random(n) < 0.2) * 1.0, **covariates,
            "rest": rest, "index": rest + 0.1, "is_good": (rest > 2) * 1.0,
        }
    )  # fmt: skip


def test_each_number_gets_its_own_difference_from_none() -> None:
    found = compare_numbers_of_topics(regions(lambda k: 1 + (k >= 9))).set_index("n_enacted")
    assert found.loc[[1, 5, 8], "estimate"].abs().max() < 0.1
    assert found.loc[[9, 10], "estimate"].to_numpy() == pytest.approx([1, 1], abs=0.1)
    assert (found["n_bodies"] == 40).all()


def test_slopes_are_those_of_the_range_and_steps_speak_against_a_line() -> None:
    keys = ["first_topic", "last_topic"]
    line = regions(lambda k: 1 + 0.05 * k)
    slopes = fit_straight_lines(line).set_index(keys)["estimate"]
    assert slopes.tolist() == pytest.approx([0.05] * 2, abs=0.01)
    assert (check_straight_lines(line)["p_value"] > 0.01).all()
    stepped = regions(lambda k: 1 + 0.5 * (k > 0) + 0.3 * (k == 10))
    assert fit_straight_lines(stepped).set_index(keys).loc[(1, 8), "estimate"] == pytest.approx(
        0, abs=0.02
    )
    assert (check_straight_lines(stepped)["p_value"] < 1e-6).all()


def test_a_true_line_is_rejected_about_as_often_as_it_should_be() -> None:
    drawn = [regions(lambda k: 0.05 * k, noise=0.4, seed=s, province_noise=0.2) for s in range(30)]
    p_values = [check_straight_lines(each)["p_value"].iloc[0] for each in drawn]
    # 5 % of 30 is 1.5; 7 or more have a chance below 0.001.
    assert sum(p < 0.05 for p in p_values) < 7
    # Nine restrictions with 33 provinces reject in 28 % of draws: 8; 2 or fewer have 0.01.
    bends = {f"n{k}": k for k in range(2, 11)}
    tables = [
        each.assign(**{name: (each["n_enacted"] == k) * 1.0 for name, k in bends.items()})
        for each in drawn
    ]
    formula = f"rest ~ n_enacted + {' + '.join(bends)} + is_kota + log_population | island"
    many = [
        joint_test(each, formula, terms=list(bends), clusters="province")["p_value"]
        for each in tables
    ]
    assert sum(p < 0.05 for p in many) > 2


def test_regions_are_compared_with_none_and_without_none_refused() -> None:
    sample = regions(lambda k: 1 + 0.1 * k)
    found = compare_all_with_none(sample).set_index(["outcome", "compared"])["estimate"]
    assert found["rest", "as they are"] == pytest.approx(1.0, abs=0.1)
    assert found["index", "similar"] == pytest.approx(1.0, abs=0.1)
    # The index before stands in for half of the rest: held equal, the other half is left.
    early = sample.assign(index_before=sample["n_enacted"] * 0.1 + sample["log_population"])
    early = early.assign(rest=0.05 * early["n_enacted"] + 0.5 * early["index_before"])
    found = compare_all_with_none(early).set_index("compared")["estimate"]
    assert found["and the earlier index"] == pytest.approx(0.5)
    assert found["as they are"] > 0.9
    with pytest.raises(DataError, match="Some body must have no topic regulated"):
        compare_all_with_none(sample[sample["n_enacted"] > 0])


def test_between_bodies_and_within_one_are_told_apart() -> None:
    # Body b does 2 levels more in all; within each the regulated topic is 1 higher.
    bodies, topics = np.repeat([*"abcdefgh"], 4), np.tile([*"wxyz"], 8)
    mixed, uniform = ["1000", "0100", "1110", "0111"], ["0000", "1111"] * 2
    enacted = np.array([*"".join(mixed + uniform)]) == "1"
    practice = 1 + enacted + 2 * np.isin(bodies, [*"cdfh"])
    pairs = pd.DataFrame(
        {"agency_id": bodies, "topic": topics, "year": 2021, "is_enacted": enacted,
         "practice_level": practice.astype(float)}
    )  # fmt: skip
    agencies = pd.DataFrame({"agency_id": [*"abcdefgh"], "province_2018": None})
    found = compare_between_and_within(pairs, agencies).set_index("compared")
    assert found.loc["within a body", "estimate"] == pytest.approx(1)
    # Only e and g, with nothing regulated and practice 1, and f and h, with all and 1 + 1 + 2.
    assert found.loc["between bodies", "estimate"] == pytest.approx(3)
    assert found["n"].tolist() == [4, 32]


def test_weight_and_rest_add_up_to_the_slope_of_the_index() -> None:
    rng = np.random.default_rng(2)
    policy = rng.uniform(1, 5, 60)
    rest = 1 + 0.4 * policy + rng.normal(size=60) / 10
    parts = pd.DataFrame(
        {"agency_id": [f"b{i}" for i in range(60)], "year": 2021, "weight": 0.13,
         "policy": policy, "rest": rest, "index": 0.13 * policy + 0.87 * rest}
    )  # fmt: skip
    agencies = pd.DataFrame({"agency_id": parts["agency_id"], "province_2018": None})
    (row,) = split_arithmetic(parts, agencies).to_dict("records")
    slope = np.polyfit(policy, parts["index"], 1)[0]
    assert row["weight"] + row["estimate"] == pytest.approx(slope)
    assert row["share_weight"] == pytest.approx(0.13 / slope)


def test_the_latest_covariate_is_taken_and_a_region_without_one_left_out() -> None:
    published = pd.DataFrame(
        {"agency_id": ["a", "b"], "year": 2021, "agency_type": ["kota", "kabupaten"],
         "index_published": [2.6, 2.0], "status": "evaluated"}
    )  # fmt: skip
    policies = pd.DataFrame(
        {"agency_id": [*"aabb"], "year": 2021, "topic": [*"xyxy"],
         "is_enacted": [True, True, False, True]}
    )  # fmt: skip
    parts = pd.DataFrame({"agency_id": ["a", "b"], "year": 2021, "rest": [2.5, 2.0]})
    agencies = pd.DataFrame({"agency_id": ["a", "b"], "province_2018": "p", "island": "Jawa"})
    covariates = pd.DataFrame(
        {"agency_id": [*"aaab"], "year": [2016, 2017, 2024, 2021],
         "population_persons": [10.0, np.e, 99.0, np.nan],
         "grdp_per_capita_idr": [1.0, np.nan, np.nan, 5.0]}
    )  # fmt: skip
    indicators = pd.DataFrame(
        [(body, name, year, value) for body in "ab" for name, year, value in (
            ("mean_years_schooling15", 2018, 7.0), ("mean_years_schooling15", 2021, 8.0),
            ("poverty_rate", 2021, 9.0), ("spending_per_capita", 2021, 1.0))],
        columns=["agency_id", "indicator", "year", "value"],
    )  # fmt: skip
    tables = (published, policies, parts, agencies)
    (row,) = local_sample(*tables, covariates, indicators, earlier=2018).to_dict("records")
    assert (row["agency_id"], row["n_enacted"], row["is_kota"], row["is_good"]) == ("a", 2, 1, 1)
    assert (row["log_population"], row["log_grdp_per_capita"]) == pytest.approx((1.0, 0.0))
    assert (row["mean_years_schooling15"], row["log_spending_per_capita"]) == (8, 0)
    assert np.isnan(row["index_before"])
    with pytest.raises(DataError, match="must have policy levels"):
        local_sample(*tables, covariates.tail(1), indicators, earlier=2018)
