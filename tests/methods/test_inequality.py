"""Inequality: by hand, against PySAL and slow loops, on simulated truths, and what is refused."""

import math

import inequality as pysal
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulation.places import grouped_lognormal_truth, grouped_lognormal_values

from simulated_truths import inequality, split
from spbe_research.errors import DataError
from spbe_research.methods.inequality import (
    gini,
    inequality_change,
    inequality_table,
    mean_distance,
    theil_index,
)
from spbe_research.methods.inequality_split import change_of_split, decompose_inequality
from spbe_research.panel.frames import select_results
from spbe_research.panel.loaders import load_published

_INDICES = st.lists(st.integers(101, 500).map(lambda cents: cents / 100), min_size=2, max_size=20)
NOTHING = float("nan")


def published(values: dict[int, list[float]], *, types: list[str] | None = None) -> pd.DataFrame:
    """Bodies a0, a1, ... with one index a year; a missing one was not assessed."""
    rows = [
        (f"a{place}", year, types[place] if types else "kabupaten", index, "evaluated", "")
        for year, indices in values.items()
        for place, index in enumerate(indices)
        if not math.isnan(index)
    ]
    names = ["agency_id", "year", "agency_type", "index_published", "status", "flag"]
    return pd.DataFrame(rows, columns=names)


def agencies(provinces: list[str | None]) -> pd.DataFrame:
    identity = [f"a{place}" for place in range(len(provinces))]
    table = pd.DataFrame({"agency_id": identity, "province": provinces})
    return table.assign(province_2018=provinces, island="I")


def parts(table: pd.DataFrame) -> pd.Series:
    return table.set_index("component")["estimate"]


def test_measures_of_one_and_three_by_hand() -> None:
    assert gini([1, 3]) == pytest.approx(0.25)
    assert mean_distance([1, 3]) == pytest.approx(2)
    assert theil_index([1, 3]) == pytest.approx((0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2)


def test_all_points_in_one_hand_is_the_maximum() -> None:
    assert gini([0, 0, 0, 8]) == pytest.approx(3 / 4)
    assert theil_index([0, 0, 0, 8]) == pytest.approx(math.log(4))


def test_measures_of_a_year_equal_pysals_and_slow_loops() -> None:
    values = select_results(load_published(), years=[2024])["index_published"].to_numpy()[:200]
    assert gini(values) == pytest.approx(pysal.gini.Gini(values).g)
    assert theil_index(values) == pytest.approx(pysal.theil.Theil(values).T)
    total = sum(abs(one - two) for one in values for two in values)
    assert mean_distance(values) == pytest.approx(total / (200 * 199))


@pytest.mark.parametrize("origin", [0.0, 1.0])
def test_all_at_the_origin_or_nobody_is_undefined_and_not_infinite(origin: float) -> None:
    assert np.isnan(gini([origin, origin, origin], origin=origin))
    assert np.isnan(theil_index([origin, origin], origin=origin))
    assert np.isnan(gini([]))
    assert np.isnan(mean_distance([2.0]))
    assert gini([2.5, 2.5]) == 0
    assert mean_distance([2.5, 2.5]) == 0


@settings(max_examples=50)
@given(_INDICES, st.lists(st.integers(0, 3), min_size=20, max_size=20))
def test_counts_are_the_same_as_values_repeated(values: list[float], times: list[int]) -> None:
    counts = np.array(times[: len(values)])
    repeated = np.repeat(values, counts)
    for statistic in (gini, mean_distance):
        ours, slow = float(statistic(values, counts=counts)), float(statistic(repeated))
        assert ours == pytest.approx(slow, nan_ok=True, abs=1e-12)


@settings(max_examples=50)
@given(_INDICES, st.floats(0.1, 10))
def test_scale_does_not_matter_and_origin_does_exactly(values: list[float], factor: float) -> None:
    array = np.array(values)
    assert gini(array * factor) == pytest.approx(float(gini(array)), abs=1e-12)
    assert mean_distance(array * factor) == pytest.approx(factor * float(mean_distance(array)))
    assert mean_distance(array + factor) == pytest.approx(float(mean_distance(array)), abs=1e-9)
    mean, n = array.mean(), array.size
    assert gini(array, origin=1) == pytest.approx(gini(array) * mean / (mean - 1), rel=1e-9)
    assert mean_distance(array) == pytest.approx(2 * mean * float(gini(array)) * n / (n - 1))


def test_unfit_values_are_refused() -> None:
    for measure in (gini, theil_index, mean_distance):
        with pytest.raises(DataError, match="2 not finite"):
            measure([1.0, NOTHING, math.inf])
    for measure in (gini, theil_index):
        with pytest.raises(DataError, match="2 below the origin 1"):
            measure([0.5, 0.9, 2.0], origin=1)


def test_table_is_of_the_rows_it_is_given() -> None:
    table = published({2018: [1.0, 3.0, 5.0]})
    table.loc[2, "status"] = "carried_over"
    for rows, estimate, n in ((table, 8 / 3, 3), (select_results(table), 2.0, 2)):
        found = inequality_table(rows, agencies(list("ABC")), n_resamples=20, seed=1)
        row = found.set_index("measure").loc["mean_distance"]
        assert row[["estimate", "n"]].tolist() == [pytest.approx(estimate), n]


def test_one_cluster_or_equal_values_have_no_interval() -> None:
    alone = inequality_table(
        published({2018: [1.0, 3.0, 5.0]}), agencies(["A"] * 3), n_resamples=20, seed=1
    )
    equal = inequality_table(
        published({2018: [2.0] * 6}), agencies(list("ABCDEF")), n_resamples=20, seed=1
    )
    for table in (alone, equal):
        assert table[["std_error", "low", "high"]].isna().all(axis=None)
    assert equal["estimate"].tolist() == [0.0] * 3


def test_change_is_that_of_the_bodies_assessed_in_both_years() -> None:
    table = published({2021: [1, 3, 5, 2], 2022: [2, 3, NOTHING, 4]})
    found = inequality_change(table, agencies(list("AABB")), 2021, 2022, n_resamples=20, seed=1)
    row = found.set_index(["frame", "measure"]).loc[("like_for_like", "mean_distance")]
    # Starts 1, 3, 2: distances 2, 1, 1; ends 2, 3, 4: 1, 2, 1.
    assert row[["value_start", "value_end", "n"]].tolist() == pytest.approx([4 / 3, 4 / 3, 3])
    lists = found[found["frame"] != "like_for_like"]
    assert lists[["low", "high"]].isna().all(axis=None)


def test_gini_of_2024_is_twice_as_uncertain_with_provinces_drawn() -> None:
    """Printed until 0.1.0 with 0.0036, bodies drawn; the standard error with provinces is 0.007."""
    from spbe_research.panel.loaders import load_agencies

    results = select_results(load_published(), years=[2024])
    found = inequality_table(results, load_agencies(), n_resamples=400, seed=1)
    found, values = found.set_index("measure"), results["index_published"].to_numpy()
    rng = np.random.default_rng(1)
    alone = np.std([float(gini(rng.choice(values, values.size))) for _ in range(400)])
    assert alone == pytest.approx(0.0036, abs=0.0004)
    assert found.loc["gini", "std_error"] / alone == pytest.approx(1.9, abs=0.25)


@pytest.mark.whole
def test_intervals_hold_with_provinces_and_with_a_floor() -> None:
    rows = pd.DataFrame(inequality(25, seed=8))
    assert (rows["covered"] >= 0.95 - 3 * math.sqrt(0.05 * 0.95 / 25)).all()
    assert (rows["mean_estimate"] - rows["truth"]).abs().max() < 0.012


def test_split_of_four_bodies_by_hand() -> None:
    table = published({2024: [1, 3, 2, 2]}, types=["kota", "kota", "kabupaten", "kabupaten"])
    found = decompose_inequality(table, agencies([None] * 4), n_resamples=20, seed=1)
    assert parts(found)["between"] == pytest.approx(0, abs=1e-15)
    assert parts(found)["within"] == pytest.approx(theil_index([1, 3]) / 2)
    assert parts(found)["between_share"] == pytest.approx(0, abs=1e-12)
    assert found["groups"].unique().tolist() == [2]


def test_split_equals_pysals_and_adds_up() -> None:
    values = grouped_lognormal_values([20, 30, 10], [2, 3, 2.5], sigma=0.3, seed=2)
    table = published({2024: values["value"].tolist()}, types=values["group"].tolist())
    found = parts(decompose_inequality(table, agencies([None] * 60), n_resamples=9, seed=1))
    theirs = pysal.theil.TheilD(values["value"].to_numpy(), values["group"].to_numpy())
    assert found["between"] == pytest.approx(float(theirs.bg[0]))
    assert found["within"] == pytest.approx(float(theirs.wg[0]))
    assert found["total"] == pytest.approx(found["between"] + found["within"])


def test_draws_do_not_depend_on_the_order_of_the_table() -> None:
    table = published({2024: [1, 2, 4, 3, 2.5, 1.5, 3.5]}, types=list("AABBCCC"))
    known = agencies([None] * 7)
    one = decompose_inequality(table, known, n_resamples=50, seed=1)
    other = decompose_inequality(table.iloc[::-1], known, n_resamples=50, seed=1)
    pd.testing.assert_frame_equal(one, other)


def test_groups_of_one_leave_nothing_to_adjust_and_no_interval() -> None:
    found = decompose_inequality(
        published({2024: [1, 2, 4]}), agencies(list("ABC")), by="province", n_resamples=9, seed=1
    ).set_index("component")
    assert found.loc["between_share", "estimate"] == pytest.approx(1)
    assert found.loc["permutation_p", "estimate"] == 1
    assert math.isnan(found.loc["adjusted_share", "estimate"])
    assert found[["low", "high"]].isna().all(axis=None)


@pytest.mark.whole
def test_share_of_random_groups_is_not_taken_for_one() -> None:
    rows = pd.DataFrame(split(40, seed=20)).set_index(["estimator", "setting"])
    share = "share between groups, adjusted; naive: plain share"
    none = rows.loc[(share, "groups equal")]
    assert none["naive_estimate"] > 0.05
    assert abs(none["mean_estimate"]) < 0.01
    differ = rows.loc[(share, "groups differ")]
    assert abs(differ["mean_estimate"] - differ["truth"]) < 0.02
    assert differ["covered"] >= 0.8
    test = "permutation test of groups"
    assert rows.loc[(test, "groups equal"), "covered"] <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 40)
    assert rows.loc[(test, "groups differ"), "covered"] > 0.95


def test_change_of_split_uses_bodies_of_both_years_only() -> None:
    table = published({2023: [1, 1, 3, 3, 5], 2024: [2, 2, 2, 2, NOTHING]})
    change = change_of_split(
        table, agencies(list("AABBB")), 2023, 2024, by="province", n_resamples=20, seed=1
    ).set_index("component")
    assert change["n"].tolist() == [4] * 4
    assert change.loc["total", "value_start"] == pytest.approx(theil_index([1, 1, 3, 3]))
    assert change.loc["total", "estimate"] == pytest.approx(-theil_index([1, 3]))
    assert math.isnan(change.loc["between_share", "estimate"])


def test_change_of_the_same_values_is_zero_without_an_interval() -> None:
    values = [1.2, 1.9, 3.1, 3.3, 2.2, 4.0]
    change = change_of_split(
        published({2021: values, 2022: values}), agencies(list("AABBCC")), 2021, 2022,
        by="province", n_resamples=50, seed=1,
    )  # fmt: skip
    assert change["estimate"].to_numpy() == pytest.approx(np.zeros(4))
    assert change[["low", "high"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda p, a: decompose_inequality(p, a, by="moon", seed=1), "Invalid by 'moon'"),
        (
            lambda p, a: decompose_inequality(p, a, by="province", seed=1),
            "1 without province: 'a1'",
        ),
        (lambda p, a: decompose_inequality(p, a, seed=1), "at least two, not 1"),
        (lambda p, a: decompose_inequality(p, a, confidence=95, seed=1), "Invalid confidence 95"),
        (lambda p, a: change_of_split(p, a, 2022, 2023, seed=1), "Both must lie in one era"),
        (lambda p, a: change_of_split(p, a, 2024, 2023, seed=1), "Both must lie in one era"),
        (lambda p, a: change_of_split(p, a, 2023, 2024, seed=1), "Nobody was assessed in both"),
        (lambda p, a: inequality_change(p, a, 2022, 2023, seed=1), "only between years of one era"),
        (lambda p, a: inequality_table(p.head(0), a, seed=1), "At least one row"),
    ],
)
def test_what_cannot_be_is_refused(call, match: str) -> None:
    with pytest.raises(DataError, match=match):
        call(published({2022: [1, 2, 3], 2024: [1, 2, 3]}), agencies(["A", None, "B"]))


def test_missing_index_is_refused_and_gives_no_p() -> None:
    holed = published({2024: [1, 2, 3, 4]}).assign(index_published=[1.0, NOTHING, 3.0, 4.0])
    with pytest.raises(DataError, match="1 not finite"):
        decompose_inequality(holed, agencies(list("AABB")), by="province", seed=1)
    with pytest.raises(DataError, match="1 not finite"):
        inequality_table(holed, agencies(list("AABB")), seed=1)


def test_synthetic_truth_is_the_limit_of_many_values() -> None:
    sizes, means = (30_000, 10_000), (2.0, 4.0)
    many = grouped_lognormal_values(sizes, means, sigma=0.3, seed=5)
    truth = grouped_lognormal_truth(sizes, means, sigma=0.3)
    assert theil_index(many["value"]) == pytest.approx(truth["total"], rel=0.02)
