"""An index of one's own: every column of the table against plain loops, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_index import slow_index

from spbe_research import assign_predicate, compute_index, load_instrument
from spbe_research.errors import InstrumentError, ScoringError
from spbe_research.instruments import Band, Instrument

MEANS = ("arithmetic", "geometric", "harmonic", "minimum", "maximum")
NORMALISERS = ("none", "minmax", "goalposts", "zscore", "rank")


def own(*rows: dict[str, object], **more: object) -> Instrument:
    return load_instrument(pd.DataFrame(list(rows)), **more)  # type: ignore[arg-type]


def two(**of_first: object) -> Instrument:
    """An index of two inputs: x, of which something is said, and y, as it is."""
    return own({"code": "index"}, {"code": "x", "parent": "index", **of_first},
               {"code": "y", "parent": "index"})  # fmt: skip


@st.composite
def treatments(draw: st.DrawFn, *, positive: bool) -> dict[str, object]:
    """What an item may say of its value so that it has effect, and stays positive if it must."""
    normalise = draw(st.sampled_from([n for n in NORMALISERS if n != "zscore" or not positive]))
    said: dict[str, object] = {"normalise": normalise, "direction": draw(st.sampled_from([1, -1]))}
    if normalise == "minmax" or (normalise == "zscore" and draw(st.booleans())):
        said |= {"low": draw(st.sampled_from([1, 2.5])), "high": draw(st.sampled_from([5, 100]))}
        if normalise == "zscore":
            said |= {"low": -1, "high": 0.75, "clip": 1}
    if normalise in ("none", "goalposts"):
        said |= {"low": 0.01, "high": 1000}
        said |= {"clip": 1} if draw(st.booleans()) and not positive else {}
    if normalise != "rank" and not positive and draw(st.booleans()):
        said["decimals"] = draw(st.integers(0, 6))
    return said


@st.composite
def indices(draw: st.DrawFn) -> tuple[list[dict[str, object]], dict[str, list[float]]]:
    """A tree of up to three tiers, with values that differ in every column."""
    n = draw(st.integers(3, 6))
    items: list[dict[str, object]] = []
    data: dict[str, list[float]] = {}

    def grow(code: str, parent: str, depth: int, positive: bool) -> None:
        item: dict[str, object] = {"code": code, "parent": parent}
        item["weight"] = draw(st.sampled_from([1, 2, 0.5, 7.25]))
        items.append(item)
        if depth < 2 and (depth == 0 or draw(st.booleans())):
            item["aggregation"] = draw(st.sampled_from(MEANS))
            below = item["aggregation"] in ("geometric", "harmonic")
            for number in range(draw(st.integers(1, 3))):
                grow(f"{code}{number}", code, depth + 1, below)
            return
        values = st.integers(20, 900_000).map(lambda x: x / 1000)
        data[code] = draw(st.lists(values, min_size=n, max_size=n, unique=True))
        item |= draw(treatments(positive=positive))
        if draw(st.booleans()) and item["normalise"] not in ("rank",):
            item["transform"] = draw(st.sampled_from(["sqrt", "none"]))

    grow("index", "", 0, positive=False)
    return items, data


@pytest.mark.whole
@given(indices())
@settings(max_examples=60, deadline=None)
def test_engine_agrees_with_plain_loops(
    made: tuple[list[dict[str, object]], dict[str, list[float]]],
) -> None:
    items, data = made
    instrument = load_instrument(pd.DataFrame(items))
    try:
        expected = slow_index(items, data)
    except ValueError:
        with pytest.raises(ScoringError, match="must be above 0"):
            compute_index(pd.DataFrame(data), instrument)
        return
    computed = compute_index(pd.DataFrame(data), instrument)
    assert set(computed) == set(expected)
    for code, column in expected.items():
        assert computed[code].tolist() == pytest.approx(column, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("normalise", NORMALISERS)
@pytest.mark.parametrize("direction", [1, -1])
def test_every_normaliser_and_direction_on_a_node(normalise: str, direction: int) -> None:
    said: dict[str, object] = {"normalise": normalise, "direction": direction}
    if normalise in ("none", "goalposts"):
        said |= {"low": 0, "high": 20}
    items: list[dict[str, object]] = [
        {"code": "index", "parent": "", "aggregation": "arithmetic"},
        {"code": "a", "parent": "index", "aggregation": "geometric", "weight": 3, **said},
        {"code": "b", "parent": "index", "aggregation": "harmonic", **said},
        {"code": "x", "parent": "a"}, {"code": "y", "parent": "a", "weight": 2},
        {"code": "z", "parent": "b"}, {"code": "w", "parent": "b"},
    ]  # fmt: skip
    data: dict[str, list[float | None]] = {
        "x": [1, 2, 4, 9], "y": [3, 8, 1, 10], "z": [5, 6, 7, 1], "w": [2, 2, 2, 14]
    }  # fmt: skip
    expected = slow_index(items, data)
    computed = compute_index(pd.DataFrame(data), load_instrument(pd.DataFrame(items)))
    for code, column in expected.items():
        assert computed[code].tolist() == pytest.approx(column, rel=1e-12)


def test_numbers_that_a_hand_can_check() -> None:
    instrument = own(
        {"code": "index", "aggregation": "geometric", "decimals": 3},
        {"code": "good", "parent": "index", "normalise": "minmax", "low": 1, "high": 5},
        {"code": "bad", "parent": "index", "direction": -1, "low": 1, "high": 5, "weight": 2},
    )
    table = pd.DataFrame({"good": [0, 5, 20], "bad": [1, 2, 5]}, index=["p", "q", "r"])
    # good: 1, 2, 5. bad: 5, 4, 1. (1 * 25) ** (1/3), (2 * 16) ** (1/3), 5 ** (1/3)
    assert compute_index(table, instrument)["index"].tolist() == [2.924, 3.175, 1.71]


def test_denominator_divides_and_a_zero_is_named() -> None:
    instrument = two(denominator="people")
    table = pd.DataFrame({"x": [10.0, 30.0], "y": [1.0, 1.0], "people": [5.0, 0.0]})
    assert instrument.inputs == ("x", "y", "people")
    assert compute_index(table.iloc[:1], instrument)["index"].item() == 1.5
    with pytest.raises(ScoringError, match="row 1, people: 0 cannot divide x"):
        compute_index(table, instrument)


def test_missing_is_imputed_within_groups_and_named_where_it_cannot_be() -> None:
    instrument = two(impute="mean", impute_by="island")
    table = pd.DataFrame(
        {"x": [1.0, 3.0, np.nan, np.nan], "y": [0.0] * 4, "island": ["a", "a", "a", "b"]}
    )
    assert compute_index(table.iloc[:3], instrument)["index"].tolist() == [0.5, 1.5, 1.0]
    with pytest.raises(ScoringError, match="1 violation:\n  - row 3, x: is missing"):
        compute_index(table, instrument)


def test_rules_for_missing_values_differ_where_tiers_have_different_sizes() -> None:
    tree = [
        {"code": "index"},
        {"code": "a", "parent": "index"}, {"code": "b", "parent": "index"},
        {"code": "x", "parent": "a", "weight": 3}, {"code": "y", "parent": "a"},
        {"code": "z", "parent": "b"},
    ]  # fmt: skip
    table = pd.DataFrame({"x": [np.nan], "y": [4.0], "z": [1.0]})
    found = {
        rule: compute_index(table, own(*tree), missing=rule).loc[0]  # type: ignore[arg-type]
        for rule in ("renormalise", "siblings", "propagate")
    }
    assert found["renormalise"]["index"] == pytest.approx((1 * 4 + 4 * 1) / 5)
    assert found["siblings"]["index"] == pytest.approx((4 + 1) / 2)
    assert np.isnan(found["propagate"]["index"])
    assert found["siblings"]["covered_share"] == pytest.approx(1 / 8 + 1 / 2)
    assert found["siblings"]["n_items"] == 2
    least = compute_index(table, own(*tree), missing="renormalise", min_share=0.5).loc[0]
    assert np.isnan(least["a"])
    assert least["index"] == 1.0
    assert least["covered_share"] == pytest.approx(0.5)


def test_renormalising_node_by_node_is_what_the_product_gives() -> None:
    instrument = load_instrument("permen-59-2020")
    rng = np.random.default_rng(3)
    levels = pd.DataFrame(rng.integers(1, 6, (40, 47)), columns=list(instrument.indicators))
    levels = levels.mask(rng.random(levels.shape) < 0.2)
    at_once = compute_index(levels, instrument, missing="renormalise")
    by_node = compute_index(levels, instrument, missing="renormalise", min_share=0)
    pd.testing.assert_frame_equal(at_once, by_node[list(at_once)], rtol=1e-12)
    known = levels.notna().to_numpy() @ instrument.leaf_weights.to_numpy()
    assert by_node["covered_share"].tolist() == pytest.approx(known.tolist())


def test_one_level_of_47_gives_no_index() -> None:
    instrument = load_instrument("permen-59-2020")
    levels = pd.DataFrame(np.nan, index=["a"], columns=list(instrument.indicators))
    levels["I01"] = 5.0
    row = compute_index(levels, instrument, missing="renormalise", min_share=2 / 3).loc["a"]
    assert np.isnan(row["index"])
    assert (row["n_items"], row["covered_share"]) == (1, 0)  # D1 is withheld: nothing is covered


def test_screened_row_is_missing_and_counts_in_no_normaliser() -> None:
    tree = [{"code": "index", "missing": "siblings"}] + [
        {"code": code, "parent": "index", "normalise": "minmax"} for code in "xyz"
    ]
    table = pd.DataFrame({"x": [1, 2, 900], "y": [1, 3, np.nan], "z": [1, 5, np.nan]})
    computed = compute_index(table, own(*tree), screen=0.6)
    assert computed["index"].tolist()[:2] == [0, 1]
    assert np.isnan(computed.loc[2, "index"])


def test_outliers_follow_the_steps_of_coinr() -> None:
    values = [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 1000]
    table = pd.DataFrame({"x": values, "y": 0.0})
    assert compute_index(table, two(outliers="winsorise"))["index"].max() == 4.5  # 9, as the next
    many = [*range(1, 101), *(10.0**power for power in range(4, 14))]
    long = pd.DataFrame({"x": many, "y": 0.0})
    logs = compute_index(long, two(outliers="winsorise_or_log"))["index"] * 2
    spread = max(many) - min(many)
    assert logs.tolist() == pytest.approx([np.log(x - 1 + 0.01 * spread) for x in many])


def test_everything_wrong_with_values_is_named_at_once() -> None:
    instrument = own(
        {"code": "index"},
        {"code": "a", "parent": "index", "aggregation": "geometric"},
        {"code": "x", "parent": "a"},
        {"code": "y", "parent": "a", "transform": "log"},
        {"code": "c", "parent": "index", "normalise": "minmax"},
        {"code": "d", "parent": "index", "low": 0, "high": 10},
        {"code": "e", "parent": "index", "value_type": "integer", "low": 0, "high": 9},
        {"code": "f", "parent": "index", "normalise": "zscore"},
    )
    table = pd.DataFrame(
        {"x": [0, 1], "y": [2, 3], "c": [7, 7], "d": [11, 3], "e": [2.5, 3], "g": [1, 1]},
        index=["p", "q"],
    )
    with pytest.raises(ScoringError, match="Invalid levels, 6 violations") as caught:
        compute_index(table, instrument)
    for said in (
        "column g: is no item of own",
        "column f: is absent",
        "row 'p', d: 11 is outside 0 to 10",
        "row 'p', e: 2.5 is no whole level",
        "column c: all 2 values are 7; minmax needs two that differ",
        "row 'p', x: 0 stands under the geometric mean of a, must be above 0",
    ):
        assert said in str(caught.value)
    with pytest.raises(ScoringError, match="row 'p', y: 0 has no log"):
        compute_index(table.assign(y=[0, 1], f=[1, 2], d=3, e=3, c=[1, 2], x=1).drop(columns="g"),
                      instrument)  # fmt: skip


@pytest.mark.parametrize("rows", [0, 1, 2])
@pytest.mark.parametrize("normalise", NORMALISERS)
def test_few_rows_are_scored_or_refused_with_a_reason(rows: int, normalise: str) -> None:
    ends = {"low": 0, "high": 9} if normalise == "goalposts" else {}
    instrument = two(normalise=normalise, **ends)
    table = pd.DataFrame({"x": [3.0, 6.0][:rows], "y": [1.0, 2.0][:rows]})
    if rows == 1 and normalise in ("minmax", "zscore"):
        with pytest.raises(ScoringError, match="column x: all 1 values are 3"):
            compute_index(table, instrument)
        return
    assert len(compute_index(table, instrument)) == rows
    assert compute_index(table, instrument).notna().all().all()


def test_allowed_values_are_the_only_ones() -> None:
    instrument = own(
        {"code": "index"}, {"code": "x", "parent": "index"}, {"code": "y", "parent": "index"},
        allowed=pd.DataFrame({"code": ["x", "x", ""], "value": [0, 50, 1]}),
    )  # fmt: skip
    table = pd.DataFrame({"x": [0, 50, 25], "y": [1, 1, 2]})
    assert compute_index(table.iloc[:2], instrument)["index"].tolist() == [0.5, 25.5]
    with pytest.raises(ScoringError, match="2 violations") as caught:
        compute_index(table, instrument)
    assert "row 2, x: 25 is not allowed, must be one of 0, 50" in str(caught.value)


@pytest.mark.parametrize(("n", "listed"), [(10, "8, 9"), (11, "8, 9 and 1 more")])
def test_at_most_ten_allowed_values_are_listed(n: int, listed: str) -> None:
    values = pd.DataFrame({"code": ["x"] * n, "value": range(n)})
    instrument = own({"code": "index"}, {"code": "x", "parent": "index"}, allowed=values)
    with pytest.raises(ScoringError, match=rf"must be one of 0, 1, .*, {listed}$|{listed}\n"):
        compute_index(pd.DataFrame({"x": [0.5]}), instrument)


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e308])
def test_what_cannot_be_computed_is_refused_and_never_infinite(value: float) -> None:
    table = pd.DataFrame({"x": [value, -1e308, 0.0], "y": [1.0, 2.0, 3.0]})
    with pytest.raises(ScoringError, match="no finite number|too large or too small"):
        compute_index(table, two(normalise="minmax"))


def test_predicates_are_those_of_ones_own_bands() -> None:
    instrument = own(
        {"code": "index"},
        {"code": "x", "parent": "index", "normalise": "minmax", "low": 0, "high": 100},
        bands=(Band("low", 0, 40), Band("high", 40, 100)),
    )
    index = compute_index(pd.DataFrame({"x": [1, 2, 3]}), instrument)["index"]
    found = assign_predicate(index, instrument, rule="exact")
    assert found["predicate"].tolist() == ["low", "high", "high"]
    with pytest.raises(ScoringError, match="Invalid instrument own. It has no bands"):
        assign_predicate(index, two(), rule="exact")


def test_long_table_of_ones_own_index_is_read() -> None:
    long = pd.DataFrame(
        {"agency_id": ["p", "p", "q", "q"], "item": ["x", "y"] * 2, "value": [1, 2, 3, 5]}
    )
    assert compute_index(long, two(normalise="minmax"))["index"].tolist() == [1.0, 3.0]


def test_denominator_that_is_an_indicator_divides_as_it_was_read() -> None:
    instrument = own(
        {"code": "index"},
        {"code": "x", "parent": "index", "denominator": "n"},
        {"code": "n", "parent": "index", "normalise": "minmax"},
        {"code": "y", "parent": "index", "denominator": "x"},
    )
    table = pd.DataFrame({"x": [8.0, 9.0], "n": [2.0, 3.0], "y": [16.0, 18.0]})
    # x / n = 4, 3; n = 0, 1; y / x = 2, 2, by x as it was read
    assert compute_index(table, instrument)["index"].tolist() == [2.0, 2.0]


@pytest.mark.parametrize("normalise", ["minmax", "zscore"])
def test_values_that_differ_by_arithmetic_only_are_constant(normalise: str) -> None:
    table = pd.DataFrame({"x": [0.1 + 0.2, 0.3], "y": [1.0, 2.0]})
    with pytest.raises(ScoringError, match="column x: all 2 values are 0.3"):
        compute_index(table, two(normalise=normalise))


def test_what_is_no_table_is_refused_in_one_sentence() -> None:
    with pytest.raises(ScoringError, match="Invalid levels of type list. Give a DataFrame"):
        compute_index([[1]], two())  # type: ignore[arg-type]
    with pytest.raises(InstrumentError, match="Invalid table of type int"):
        load_instrument(5)  # type: ignore[arg-type]
