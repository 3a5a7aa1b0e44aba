"""Inequality: by hand, against PySAL and slow loops, on known truth, and what is refused."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare_inequality import comparisons, coverage
from spbe_research.distributions.inequality import (
    change_of_split,
    decompose_inequality,
    gini,
    inequality_table,
    lorenz_curve,
    mean_log_deviation,
    theil_index,
)
from spbe_research.errors import DataError
from spbe_research.simulation.places import grouped_lognormal_truth, grouped_lognormal_values

_COMPARED = comparisons()
_COVERED = coverage(40, seed=20)
_INDICES = st.lists(st.integers(101, 500).map(lambda cents: cents / 100), min_size=2, max_size=30)
_FUNCTIONS = [gini, theil_index, mean_log_deviation]


def _published(values: dict[int, list[float]], *, types: list[str] | None = None) -> pd.DataFrame:
    """Agencies a0, a1, ... with one index a year; a missing one was not evaluated."""
    rows = [
        (f"a{place}", year, types[place] if types else "kabupaten", index, "evaluated")
        for year, indices in values.items()
        for place, index in enumerate(indices)
        if not math.isnan(index)
    ]
    names = ["agency_id", "year", "agency_type", "index_published", "status"]
    return pd.DataFrame(rows, columns=names)


def _agencies(provinces: list[str | None]) -> pd.DataFrame:
    identity = [f"a{place}" for place in range(len(provinces))]
    return pd.DataFrame({"agency_id": identity, "province": provinces})


def _parts(table: pd.DataFrame) -> pd.Series:
    return table.set_index(["component", "group"])["estimate"]


@pytest.mark.parametrize("row", _COMPARED, ids=lambda row: f"{row['estimator']}: {row['quantity']}")
def test_estimate_equals_independent_one(row: dict) -> None:
    assert row["ours"] == pytest.approx(row["independent"], abs=row["tolerance"])


@pytest.mark.parametrize("row", _COVERED, ids=lambda row: f"{row['estimator']}: {row['setting']}")
def test_interval_or_test_keeps_its_level(row: dict) -> None:
    # Four binomial standard errors, and 3 % for what a bootstrap of skewed values lacks.
    allowed = 4 * math.sqrt(row["nominal"] * (1 - row["nominal"]) / row["n_simulations"]) + 0.03
    assert row["covered"] == pytest.approx(row["nominal"], abs=allowed)


def test_adjusted_share_has_little_bias_where_the_plain_share_has_much() -> None:
    by_name = {row["estimator"]: row for row in _COVERED}
    plain = by_name["decompose_inequality, between_share"]
    adjusted = by_name["decompose_inequality, adjusted_share"]
    assert plain["mean_estimate"] - plain["truth"] > 0.03
    assert abs(adjusted["mean_estimate"] - adjusted["truth"]) < 0.025


def test_measures_of_one_and_three_by_hand() -> None:
    assert gini([1, 3]) == pytest.approx(0.25)
    assert theil_index([1, 3]) == pytest.approx((0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2)
    assert mean_log_deviation([1, 3]) == pytest.approx((math.log(2) + math.log(2 / 3)) / 2)


def test_all_points_in_one_hand_is_the_maximum() -> None:
    assert gini([0, 0, 0, 8]) == pytest.approx(3 / 4)
    assert theil_index([0, 0, 0, 8]) == pytest.approx(math.log(4))
    assert np.isposinf(mean_log_deviation([0, 0, 0, 8]))


@pytest.mark.parametrize("measure", _FUNCTIONS)
def test_equal_values_have_no_inequality(measure) -> None:
    assert measure([2.5]) == pytest.approx(0, abs=1e-15)
    assert measure([2.5, 2.5, 2.5]) == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("measure", _FUNCTIONS)
def test_nothing_or_all_at_the_origin_is_missing(measure) -> None:
    assert np.isnan(measure([]))
    assert np.isnan(measure([1.0, 1.0], origin=1))


@pytest.mark.parametrize("measure", _FUNCTIONS)
def test_axis_gives_one_number_a_row_or_column(measure) -> None:
    table = np.array([[1.0, 2.0, 4.0], [3.0, 3.0, 5.0]])
    assert measure(table, axis=1) == pytest.approx([float(measure(row)) for row in table])
    assert measure(table, axis=0) == pytest.approx([float(measure(row)) for row in table.T])


@settings(max_examples=50)
@given(_INDICES, st.floats(0.1, 10))
def test_scale_does_not_matter_and_origin_does_exactly(values: list[float], factor: float) -> None:
    array = np.array(values)
    for measure in _FUNCTIONS:
        assert measure(array * factor) == pytest.approx(float(measure(array)), abs=1e-12)
    mean = array.mean()
    assert gini(array, origin=1) == pytest.approx(gini(array) * mean / (mean - 1), rel=1e-9)


@settings(max_examples=50)
@given(_INDICES, st.integers(1, 3))
def test_replicated_population_is_as_unequal(values: list[float], times: int) -> None:
    for measure in _FUNCTIONS:
        assert measure(values * times) == pytest.approx(float(measure(values)), abs=1e-12)


def test_transfer_from_rich_to_poor_lowers_every_measure() -> None:
    for measure in _FUNCTIONS:
        assert measure([1.5, 2.0, 3.5]) < measure([1.0, 2.0, 4.0])


@pytest.mark.parametrize("measure", _FUNCTIONS)
def test_unfit_values_are_refused(measure) -> None:
    with pytest.raises(DataError, match="Invalid values, 2 not finite"):
        measure([1.0, float("nan"), float("inf")])
    with pytest.raises(DataError, match="Invalid values, 2 below the origin 1"):
        measure([0.5, 0.9, 2.0], origin=1)


def test_lorenz_curve_by_hand() -> None:
    curve = lorenz_curve([4, 1, 3])
    assert curve["population_share"].tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert curve["cumulative_share"].tolist() == pytest.approx([0, 1 / 8, 1 / 2, 1])
    with pytest.raises(DataError, match="At least one must stand above the origin 0"):
        lorenz_curve([])


def test_table_keeps_carried_over_results_out() -> None:
    published = _published({2018: [1.0, 3.0, 5.0]})
    published.loc[2, "status"] = "carried_over"
    table = inequality_table(published, origins=[0], n_resamples=20, seed=1)
    assert table["n"].tolist() == [2, 2, 2]
    assert table.set_index("measure")["estimate"]["gini"] == pytest.approx(0.25)
    assert table["low"].isna().all()
    assert table["method"].str.contains("no interval below 10").all()


def test_table_says_where_the_mean_log_deviation_is_infinite() -> None:
    published = _published({2018: [1.0, 1.0, 2.0, 3.0, 4.0, 2.0, 1.4, 2.2, 3.1, 2.7, 1.8, 2.4]})
    table = inequality_table(published, n_resamples=200, seed=1)
    row = table[(table["measure"] == "mld") & (table["origin"] == 1)].iloc[0]
    assert math.isnan(row["estimate"])
    assert row["method"] == "infinite: 2 stand at the origin"
    others = table[table["method"].str.contains("BCa")]
    assert len(others) == 5
    assert ((others["low"] <= others["estimate"]) & (others["estimate"] <= others["high"])).all()


def test_table_of_equal_values_has_no_interval() -> None:
    table = inequality_table(_published({2020: [2.0] * 12}), n_resamples=20, seed=1)
    assert table["estimate"].to_numpy() == pytest.approx(np.zeros(6), abs=1e-12)
    assert table[["low", "high"]].isna().all(axis=None)


@pytest.mark.parametrize("measure", ["theil", "mld"])
def test_split_of_four_agencies_by_hand(measure: str) -> None:
    published = _published({2024: [1, 3, 2, 2]}, types=["kota", "kota", "kabupaten", "kabupaten"])
    split = decompose_inequality(
        published, _agencies([None] * 4), measure=measure, n_resamples=20, seed=1
    )
    parts = _parts(split)
    one = {"theil": theil_index, "mld": mean_log_deviation}[measure]
    assert parts["between", ""] == pytest.approx(0, abs=1e-15)
    assert parts["within_group", "kota"] == pytest.approx(float(one([1, 3])) / 2)
    assert parts["within_group", "kabupaten"] == pytest.approx(0, abs=1e-15)
    assert parts["within", ""] == pytest.approx(float(one([1, 3])) / 2)


def test_split_between_unequal_groups_without_spread_is_all_between() -> None:
    published = _published({2024: [1, 1, 3, 3]})
    split = decompose_inequality(
        published, _agencies(["A", "A", "B", "B"]), by="province", n_resamples=400, seed=1
    )
    parts = _parts(split)
    assert parts["between", ""] == pytest.approx(float(theil_index([1, 3])))
    assert parts["between_share", ""] == pytest.approx(1)
    # Of 3 ways to pair four agencies one gives this split and two give none of it.
    assert parts["expected_share", ""] == pytest.approx(1 / 3, abs=0.1)
    assert parts["permutation_p", ""] == pytest.approx(1 / 3, abs=0.1)
    assert parts["excess_share", ""] == pytest.approx(1 - parts["expected_share", ""])
    assert parts["adjusted_share", ""] == pytest.approx(1)


@pytest.mark.parametrize("measure", ["theil", "mld"])
@settings(max_examples=25)
@given(values=_INDICES, origin=st.sampled_from([0.0, 1.0]))
def test_parts_add_up_to_the_whole(measure: str, values: list[float], origin: float) -> None:
    provinces = ["A", *("ABC"[place % 3] for place in range(1, len(values)))]
    split = decompose_inequality(
        _published({2024: values}),
        _agencies(provinces),
        by="province",
        measure=measure,
        origin=origin,
        n_resamples=5,
        seed=1,
    )
    parts = _parts(split)
    one = {"theil": theil_index, "mld": mean_log_deviation}[measure]
    whole = float(one(values, origin=origin))
    assert parts["total", ""] == pytest.approx(whole, abs=1e-10)
    assert parts["between", ""] + parts["within", ""] == pytest.approx(whole, abs=1e-10)
    assert parts["within_group"].sum() == pytest.approx(parts["within", ""], abs=1e-12)
    assert parts["between", ""] >= -1e-12


def test_split_of_constant_values_has_no_share() -> None:
    split = decompose_inequality(
        _published({2024: [2.1] * 4}), _agencies(list("AABB")), by="province", n_resamples=9, seed=1
    )
    parts = _parts(split)
    assert parts["total", ""] == pytest.approx(0, abs=1e-12)
    for name in ("between_share", "excess_share", "adjusted_share", "permutation_p"):
        assert math.isnan(parts[name, ""])


def test_split_by_province_is_of_local_governments() -> None:
    published = _published({2018: [1, 2, 3, 4]}, types=["kota", "kabupaten", "polda", "provinsi"])
    split = decompose_inequality(
        published, _agencies(["A", "B", "A", "B"]), by="province", n_resamples=9, seed=1
    )
    assert split.loc[0, "n"] == 3


def test_order_of_rows_does_not_matter() -> None:
    published = _published({2024: [1, 3, 2, 4, 5, 2]})
    agencies = _agencies(list("ABABCC"))
    tables = [
        decompose_inequality(frame, agencies, by="province", n_resamples=9, seed=1)
        for frame in (published, published.iloc[::-1])
    ]
    exact = tables[0]["component"].isin(["total", "between", "within", "within_group"])
    left, right = (table.loc[exact, "estimate"].to_numpy() for table in tables)
    assert left == pytest.approx(right, abs=1e-12)


def test_groups_of_one_leave_nothing_to_adjust() -> None:
    split = decompose_inequality(
        _published({2024: [1, 2, 4]}), _agencies(list("ABC")), by="province", n_resamples=9, seed=1
    )
    parts = _parts(split)
    assert parts["between_share", ""] == pytest.approx(1)
    assert parts["excess_share", ""] == pytest.approx(0, abs=1e-12)
    assert parts["permutation_p", ""] == 1
    assert math.isnan(parts["adjusted_share", ""])


def test_unfit_splits_are_refused() -> None:
    published, agencies = _published({2024: [1, 2, 3]}), _agencies(["A", None, "B"])
    with pytest.raises(DataError, match="1 without province: 'a1'"):
        decompose_inequality(published, agencies, by="province", seed=1)
    with pytest.raises(DataError, match="Invalid by 'moon'"):
        decompose_inequality(published, agencies, by="moon", seed=1)
    with pytest.raises(DataError, match="must be at least two, not 1"):
        decompose_inequality(published, agencies, seed=1)
    with pytest.raises(DataError, match="Invalid values, 1 at the origin 1"):
        decompose_inequality(
            published, _agencies(list("ABB")), by="province", measure="mld", origin=1, seed=1
        )
    with pytest.raises(DataError, match="Invalid confidence 95"):
        decompose_inequality(published, agencies, confidence=95, seed=1)


def test_change_uses_agencies_of_both_years_only() -> None:
    nothing = float("nan")
    published = _published({2023: [1, 1, 3, 3, 5], 2024: [2, 2, 2, 2, nothing]})
    agencies = _agencies(list("AABBB"))
    change = change_of_split(
        published, agencies, by="province", first=2023, second=2024, n_resamples=20, seed=1
    ).set_index("component")
    assert change["n"].tolist() == [4] * 4
    assert change.loc["total", "value_first"] == pytest.approx(float(theil_index([1, 1, 3, 3])))
    assert change.loc["total", "estimate"] == pytest.approx(-float(theil_index([1, 3])))
    assert math.isnan(change.loc["between_share", "estimate"])


def test_change_of_the_same_values_is_zero_without_width() -> None:
    values = [1.2, 1.9, 3.1, 3.3, 2.2, 4.0]
    change = change_of_split(
        _published({2021: values, 2022: values}),
        _agencies(list("AABBCC")),
        by="province",
        first=2021,
        second=2022,
        n_resamples=50,
        seed=1,
    )
    assert change[["estimate", "low", "high"]].to_numpy() == pytest.approx(np.zeros((4, 3)))


@pytest.mark.parametrize(("first", "second"), [(2020, 2021), (2022, 2023), (2024, 2023)])
def test_change_across_eras_or_backwards_is_refused(first: int, second: int) -> None:
    published = _published({first: [1, 2], second: [2, 3]})
    with pytest.raises(DataError, match=f"Invalid years {first} and {second}. Both must lie"):
        change_of_split(published, _agencies(["A", "B"]), first=first, second=second, seed=1)


def test_change_without_common_agencies_is_refused() -> None:
    nothing = float("nan")
    published = _published({2023: [1, nothing], 2024: [nothing, 2]})
    with pytest.raises(DataError, match="No agency was evaluated in both"):
        change_of_split(published, _agencies(["A", "B"]), first=2023, second=2024, seed=1)


def test_synthetic_truth_is_the_limit_of_many_values() -> None:
    sizes, means = (30_000, 10_000), (2.0, 4.0)
    many = grouped_lognormal_values(sizes, means, sigma=0.3, seed=5)
    truth = grouped_lognormal_truth(sizes, means, sigma=0.3)
    assert theil_index(many["value"]) == pytest.approx(truth["total"], rel=0.02)
    assert many.groupby("group")["value"].mean().tolist() == pytest.approx(means, rel=0.01)
