"""The engine against the text of the regulation, its laws, and everything that must be refused."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from naive_twin import ASPECTS_2018, ASPECTS_2020, DOMAINS_2018, DOMAINS_2020, naive_index
from spbe_research import compute_index, load_instrument
from spbe_research.errors import ScoringError

NEW = load_instrument("permen-59-2020")
OLD = load_instrument("permen-5-2018")
TEXTS = {
    NEW.edition: (NEW, ASPECTS_2020, DOMAINS_2020),
    OLD.edition: (OLD, ASPECTS_2018, DOMAINS_2018),
}


def all_levels(value: float, rows: int = 1) -> pd.DataFrame:
    return pd.DataFrame(value, index=range(rows), columns=list(NEW.indicators))


@pytest.mark.whole
@pytest.mark.parametrize("edition", TEXTS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_engine_agrees_with_the_regulation_in_plain_loops(
    edition: str, data: st.DataObject
) -> None:
    instrument, aspects, domains = TEXTS[edition]
    level = st.lists(
        st.integers(1, 5), min_size=len(instrument.indicators), max_size=len(instrument.indicators)
    )
    rows = data.draw(st.lists(level, min_size=1, max_size=4))
    wide = pd.DataFrame(rows, columns=list(instrument.indicators))
    computed = compute_index(wide, instrument)
    for row, levels in wide.iterrows():
        expected = naive_index(dict(levels), aspects, domains)
        assert set(expected) == set(computed.columns)
        for node, value in expected.items():
            assert abs(computed.loc[row, node] - value) < 1e-12


def test_regulations_example_of_an_aspect_comes_out() -> None:
    wide = all_levels(1)
    wide[["I11", "I12", "I13", "I14"]] = [3, 4, 3, 2]
    assert compute_index(wide, NEW)["A2"].item() == pytest.approx(3.00, abs=1e-12)


def test_regulations_example_of_a_domain_and_of_the_index_comes_out() -> None:
    aspects = pd.DataFrame(1.0, index=[0], columns=list(NEW.aspects))
    aspects[["A2", "A3", "A4"]] = [3.00, 4.00, 3.00]
    domain = compute_index(aspects, NEW.cut_at("aspect"))["D2"].item()
    assert domain == pytest.approx(3.40, abs=1e-12)
    domains = pd.DataFrame([[3.70, 3.40, 3.00, 3.20]], columns=list(NEW.domains))
    assert round(compute_index(domains, NEW.cut_at("domain"))["index"].item(), 2) == 3.28


def test_all_levels_three_give_three_everywhere() -> None:
    computed = compute_index(all_levels(3), NEW)
    assert computed.to_numpy() == pytest.approx(3.0, abs=1e-12)


@given(st.lists(st.integers(1, 4), min_size=47, max_size=47), st.integers(0, 46))
@settings(max_examples=40, deadline=None)
def test_raising_a_level_raises_every_node_above_it_and_no_other(
    levels: list[int], which: int
) -> None:
    wide = pd.DataFrame([levels, levels], columns=list(NEW.indicators))
    wide.iloc[1, which] += 1
    before, after = compute_index(wide, NEW).to_numpy()
    above = [NEW.indicators[which] in NEW.leaves(node) for node in NEW.outputs]
    assert (after > before).tolist() == above


@pytest.mark.whole
@given(st.lists(st.integers(1, 5), min_size=47, max_size=47))
@settings(max_examples=40, deadline=None)
def test_mirroring_every_level_mirrors_every_node(levels: list[int]) -> None:
    wide = pd.DataFrame([levels], columns=list(NEW.indicators))
    mirrored = compute_index(6 - wide, NEW).to_numpy()
    assert mirrored == pytest.approx(6 - compute_index(wide, NEW).to_numpy(), abs=1e-12)


def test_order_of_rows_and_columns_does_not_matter() -> None:
    rng = np.random.default_rng(20240101)
    wide = pd.DataFrame(rng.integers(1, 6, (9, 47)), columns=list(NEW.indicators))
    mixed = wide.sample(frac=1, random_state=1)[list(NEW.indicators)[::-1]]
    pd.testing.assert_frame_equal(
        compute_index(mixed, NEW).sort_index(), compute_index(wide, NEW), check_exact=False
    )


def test_long_table_gives_what_the_wide_one_gives() -> None:
    rng = np.random.default_rng(7)
    wide = pd.DataFrame(
        rng.integers(1, 6, (4, 47)),
        columns=list(NEW.indicators),
        index=pd.MultiIndex.from_product([["b", "a"], [2021, 2022]], names=["agency_id", "year"]),
    )
    long = wide.reset_index().melt(["agency_id", "year"], var_name="item")
    long["scale"] = "indicator"
    extra = pd.DataFrame(
        {"agency_id": ["b"], "year": [2021], "item": ["index"], "value": [1.0], "scale": ["index"]}
    )
    computed = compute_index(pd.concat([long, extra]), NEW)
    pd.testing.assert_frame_equal(computed, compute_index(wide, NEW))


@pytest.mark.parametrize("missing", ["raise", "renormalise"])
def test_long_table_of_one_year_needs_no_year(missing: str) -> None:
    wide = all_levels(2.0, rows=2).set_axis(pd.Index(["b", "a"], name="agency_id"))
    wide.loc["a", "I07"] = 5
    long = wide.reset_index().melt("agency_id", var_name="item")
    computed = compute_index(long, NEW, missing=missing)
    pd.testing.assert_frame_equal(computed, compute_index(wide, NEW, missing=missing))


def test_level_absent_from_a_long_table_is_missing_for_its_agency() -> None:
    long = all_levels(3.0, rows=2).set_axis(pd.Index(["a", "b"], name="agency_id"))
    long = long.reset_index().melt("agency_id", var_name="item")
    gap = long[(long["agency_id"] != "b") | (long["item"] != "I05")]
    with pytest.raises(ScoringError, match="1 violation:\n  - row 'b', I05: is missing"):
        compute_index(gap, NEW)
    assert compute_index(gap, NEW, missing="renormalise")["n_items"].to_dict() == {"a": 47, "b": 46}


def test_line_of_a_long_table_without_agency_or_item_is_named() -> None:
    long = all_levels(3.0, rows=2).set_axis(pd.Index(["a", "b"], name="agency_id"))
    long = long.reset_index().melt("agency_id", var_name="item")
    long.loc[4, "agency_id"] = None
    long.loc[7, "item"] = None
    with pytest.raises(ScoringError, match="long table, row 4: agency_id is missing") as caught:
        compute_index(long, NEW)
    assert "long table, row 7: item is missing" in str(caught.value)


@pytest.mark.parametrize("dtype", ["int8", "int64", "float32", "float64", "Int64", "object"])
def test_every_kind_of_number_gives_the_same(dtype: str) -> None:
    wide = all_levels(1, rows=3)
    wide.iloc[1] = 4
    expected = compute_index(wide, NEW)
    pd.testing.assert_frame_equal(compute_index(wide.astype(dtype), NEW), expected)


@pytest.mark.parametrize("rows", [0, 1, 2, 4096, 4097])
def test_any_number_of_rows_is_scored(rows: int) -> None:
    computed = compute_index(all_levels(2.0, rows=rows), NEW)
    assert computed.shape == (rows, 13)
    assert (computed.to_numpy().round(12) == 2).all()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (6, "6 is outside 1 to 5"),
        (0, "0 is outside 1 to 5"),
        (-1, "-1 is outside 1 to 5"),
        (257, "257 is outside 1 to 5"),
        (1e300, r"1e\+300 is outside"),
        (float("inf"), "inf is outside"),
        (2.5, "2.5 is no whole level"),
        (4.999999999, "is no whole level"),
        (float("nan"), "is missing"),
    ],
)
@pytest.mark.parametrize("row", [0, 4095, 4096, 5000])
def test_wrong_level_is_found_in_any_block(value: float, said: str, row: int) -> None:
    wide = all_levels(3.0, rows=5001)
    wide.loc[row, "I29"] = value
    with pytest.raises(ScoringError, match=f"row {row}, I29: .*{said}"):
        compute_index(wide, NEW)


def test_every_offender_is_named_at_once() -> None:
    wide = all_levels(3.0, rows=3)
    wide.loc[0, "I04"] = 6
    wide.loc[2, "I47"] = np.nan
    wide = wide.drop(columns="I10").assign(I99=1)
    wide.index = ["x", "y", "y"]
    with pytest.raises(ScoringError, match="5 violations") as caught:
        compute_index(wide, NEW)
    text = str(caught.value)
    for said in (
        "column I99: is no item of permen-59-2020",
        "column I10: is absent",
        "row 'y': stands more than once",
        "row 'x', I04: 6 is outside 1 to 5",
        "row 'y', I47: is missing",
    ):
        assert said in text


def test_text_and_doubled_columns_are_refused() -> None:
    wide = all_levels(3).astype(object)
    wide.loc[0, "I01"] = "three"
    with pytest.raises(ScoringError, match="row 0, I01: 'three' is no number"):
        compute_index(wide, NEW)
    doubled = pd.concat([all_levels(3), all_levels(3)[["I05"]]], axis=1)
    with pytest.raises(ScoringError, match="column I05: stands more than once"):
        compute_index(doubled, NEW)


@pytest.mark.parametrize("value", [True, "3", pd.Timestamp("2021-01-03"), 3 + 0j])
@pytest.mark.parametrize("rows", [1, 3])
def test_what_only_looks_like_a_level_is_refused(value: object, rows: int) -> None:
    whole_column = all_levels(3, rows).assign(I02=[value] * rows)
    one_cell = all_levels(3, rows).astype(object)
    one_cell.loc[0, "I02"] = value
    for wide in (whole_column, one_cell):
        with pytest.raises(ScoringError, match="row 0, I02: .* is no number"):
            compute_index(wide, NEW)


def test_columns_of_different_kinds_give_what_one_kind_gives() -> None:
    wide = all_levels(3.0, rows=2)
    mixed = wide.astype({"I01": "int8", "I02": "float32", "I03": "Int64", "I04": "object"})
    pd.testing.assert_frame_equal(compute_index(mixed, NEW), compute_index(wide, NEW))


def test_of_very_many_wrong_levels_the_first_are_named_and_all_counted() -> None:
    with pytest.raises(ScoringError, match="Invalid levels, 94,000 violations") as caught:
        compute_index(all_levels(9.0, rows=2000), NEW)
    lines = str(caught.value).splitlines()
    assert lines[1] == "  - row 0, I01: 9 is outside 1 to 5"
    assert sum("9 is outside 1 to 5" in line for line in lines) == 20
    assert "  - and 93,980 more" in lines


@pytest.mark.parametrize(
    ("cell", "kind", "said"),
    [
        (7, "int64", "7 is outside 1 to 5"),
        (0, "int8", "0 is outside 1 to 5"),
        (2.5, "float64", "2.5 is no whole level"),
        (np.nan, "float32", "is missing"),
        (np.inf, "float64", "inf is outside 1 to 5"),
        (None, "Int64", "is missing"),
        ("3", "object", "'3' is no number"),
        (True, "object", "True is no number"),
        (10**400, "object", "inf is outside 1 to 5"),
        (Fraction(10**400), "object", "inf is outside 1 to 5"),
        (Decimal("sNaN"), "object", "Decimal('sNaN') is no number"),
    ],
)
def test_one_wrong_cell_is_told_and_no_right_one(cell: object, kind: str, said: str) -> None:
    wide = all_levels(3, rows=3).astype({"I04": kind})
    wide["I04"] = pd.Series([3, cell, 3], dtype=kind)
    with pytest.raises(ScoringError) as caught:
        compute_index(wide, NEW)
    told = [line for line in str(caught.value).splitlines() if line.startswith("  - ")]
    assert told == [f"  - row 1, I04: {said}"]


def test_doubled_item_of_a_long_table_is_refused() -> None:
    long = pd.DataFrame({"agency_id": ["a", "a"], "item": ["I01", "I01"], "value": [1, 2]})
    with pytest.raises(ScoringError, match="row 'a', I01: stands more than once"):
        compute_index(long, NEW)


def test_missing_levels_share_their_weight_among_the_levels_below_the_node() -> None:
    wide = all_levels(2.0)
    wide["I01"] = 5.0
    wide["I02"] = np.nan
    wide[["I29", "I30", "I31"]] = np.nan
    computed = compute_index(wide, NEW, missing="renormalise").loc[0]
    assert computed["A1"] == pytest.approx((5 + 8 * 2) / 9)
    assert np.isnan(computed["A6"])
    known = 100 - 1.3 - 4.5
    assert computed["index"] == pytest.approx((1.3 * 5 + (known - 1.3) * 2) / known)
    assert computed["n_items"] == 43


def test_renormalising_a_complete_table_changes_nothing() -> None:
    wide = all_levels(4)
    computed = compute_index(wide, NEW, missing="renormalise")
    pd.testing.assert_frame_equal(computed.drop(columns="n_items"), compute_index(wide, NEW))


def test_input_is_not_changed() -> None:
    wide = all_levels(3.0)
    before = wide.copy()
    compute_index(wide, NEW, missing="renormalise")
    pd.testing.assert_frame_equal(wide, before)


def test_instrument_of_2026_takes_continuous_levels() -> None:
    instrument = load_instrument("permen-8-2026")
    wide = pd.DataFrame(2.25, index=["a"], columns=list(instrument.indicators))
    assert compute_index(wide, instrument).loc["a", "index"] == pytest.approx(2.25)
    with pytest.raises(ScoringError, match="I03: 0.99 is outside 1 to 5"):
        compute_index(wide.assign(I03=0.99), instrument)


@pytest.mark.parametrize("edition", ["permen-5-2018", "permen-59-2020", "permen-8-2026"])
def test_edition_is_one_product_to_the_last_bit(edition: str) -> None:
    instrument = load_instrument(edition)
    assert instrument.is_weighted_mean
    rng = np.random.default_rng(11)
    wide = pd.DataFrame(
        rng.integers(1, 6, (500, len(instrument.indicators))), columns=list(instrument.indicators)
    ).astype(float)
    weights = [
        [
            float(instrument.item(leaf).weight / instrument.item(node).weight)
            if leaf in instrument.leaves(node)
            else 0.0
            for node in instrument.outputs
        ]
        for leaf in instrument.indicators
    ]
    expected = wide.to_numpy() @ np.array(weights)
    assert (compute_index(wide, instrument).to_numpy() == expected).all()
