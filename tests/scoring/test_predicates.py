"""Bands: closed below, under the rule of the year."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spbe_research import (
    assign_predicate,
    compute_index,
    load_instrument,
    load_published,
    load_reference,
    predicate_rule,
)
from spbe_research.errors import ScoringError
from spbe_research.instruments import Band
from spbe_research.scoring.predicates import round_half_up

EDITION = "permen-59-2020"


def predicates(values: list[float], rule: str) -> list[str]:
    return assign_predicate(pd.Series(values), EDITION, rule=rule)["predicate"].tolist()


def test_bands_are_closed_below_and_the_highest_above() -> None:
    assert predicates([1.0, 1.8, 2.6, 3.5, 4.2, 5.0], "exact") == [
        "Kurang", "Cukup", "Baik", "Sangat Baik", "Memuaskan", "Memuaskan",
    ]  # fmt: skip
    assert predicates([1.7999, 2.5999, 3.4999, 4.1999], "exact") == [
        "Kurang", "Cukup", "Baik", "Sangat Baik",
    ]  # fmt: skip


def test_rounded_rule_lifts_a_half_and_not_less() -> None:
    assert predicates([2.595, 2.59499, 3.495, 3.4949], "rounded") == [
        "Baik", "Cukup", "Sangat Baik", "Baik",
    ]  # fmt: skip


def test_noise_of_binary_sums_does_not_cost_a_predicate() -> None:
    assert predicates([2.6 - 1e-13], "exact") == ["Baik"]
    assert predicates([2.595 - 1e-13], "rounded") == ["Baik"]


def test_every_index_that_levels_can_reach_on_an_edge_lies_in_the_higher_band() -> None:
    instrument = load_instrument(EDITION)
    wide = pd.DataFrame(2, index=range(1), columns=list(instrument.indicators))
    wide[[f"I{i}" for i in range(32, 42)]] = 3  # 27.5 %
    wide[["I11", "I12", "I13", "I14", "I15"]] = 4  # 5 x 2.5 % x 2
    wide["I16"] = 3  # 2.5 %
    wide["I17"] = 4  # 5 %
    computed = compute_index(wide, instrument)["index"]
    assert computed.item() == pytest.approx(2.6, abs=1e-12)
    assert assign_predicate(computed, instrument, rule="exact")["predicate"].item() == "Baik"


def test_printed_predicates_of_2018_and_2023_follow_the_printed_index() -> None:
    for year, edition in ((2018, "permen-5-2018"), (2023, EDITION)):
        listed = load_published()
        listed = listed[listed["year"] == year]
        assigned = assign_predicate(listed["index_published"], edition, rule="rounded")
        assert assigned["predicate"].tolist() == listed["predicate_published"].tolist()


def test_printed_predicates_of_2024_differ_at_three_edges_only() -> None:
    listed = load_published().query("year == 2024")
    assigned = assign_predicate(listed["index_published"], EDITION, rule="rounded")
    differs = listed[assigned["predicate"] != listed["predicate_published"]]
    assert sorted(differs["name_published"]) == [
        "Pemerintah Kab. Luwu",
        "Pemerintah Kab. Nias Barat",
        "Pemerintah Kab. Pacitan",
    ]


def test_distance_and_boundary_are_measured_from_the_nearest_edge() -> None:
    table = assign_predicate(pd.Series([2.6049, 2.61, 3.1, 1.0]), EDITION, rule="exact")
    assert table["distance_to_band"].tolist() == [0.0049, 0.01, -0.4, -0.8]
    assert table["at_boundary"].tolist() == [True, False, False, False]


def test_missing_index_has_no_predicate() -> None:
    table = assign_predicate(pd.Series([float("nan"), 3.0]), EDITION, rule="exact")
    assert table["predicate"].isna().tolist() == [True, False]


def test_edges_are_those_of_the_edition() -> None:
    assert assign_predicate(pd.Series([1.5, 4.0]), "permen-8-2026", rule="exact")[
        "predicate"
    ].tolist() == ["Cukup", "Memuaskan"]


@given(st.integers(1_000_000, 5_000_000))
@settings(max_examples=300, deadline=None)
def test_rounding_is_that_of_decimal_arithmetic(millionths: int) -> None:
    printed = Decimal(millionths) / 1_000_000
    expected = printed.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert round_half_up(np.array([float(printed)])).item() == float(expected)


@pytest.mark.whole
@given(st.integers(10_000, 50_000))
@settings(max_examples=300, deadline=None)
def test_wherever_the_two_rules_part_the_boundary_is_flagged(tenthousandths: int) -> None:
    value = pd.Series([tenthousandths / 10_000])
    rounded = assign_predicate(value, EDITION, rule="rounded")
    exact = assign_predicate(value, EDITION, rule="exact")
    parted = rounded["predicate"].item() != exact["predicate"].item()
    assert not parted or exact["at_boundary"].item()


def test_one_band_has_no_edge_to_measure_from() -> None:
    instrument = replace(load_instrument(EDITION), bands=(Band("all", 1.0, 5.0),))
    table = assign_predicate(pd.Series([1.0, 3.0]), instrument, rule="exact")
    assert table["predicate"].tolist() == ["all", "all"]
    assert table["distance_to_band"].isna().all()
    assert not table["at_boundary"].any()


def test_text_is_no_index() -> None:
    with pytest.raises(ScoringError, match="row 'x': 'three' is no number"):
        assign_predicate(pd.Series(["three"], index=["x"]), EDITION, rule="exact")


def test_values_off_the_scale_and_unknown_rules_are_refused() -> None:
    with pytest.raises(ScoringError, match="row 1: 5.01 is outside 1 to 5"):
        predicates([3.0, 5.01], "exact")
    with pytest.raises(ScoringError, match="Invalid rule 'truncated'"):
        predicates([3.0], "truncated")


def test_rule_of_each_year_is_the_one_in_the_reference_table() -> None:
    table = load_reference("evaluation_years")
    assert {year: predicate_rule(int(year)) for year in table["year"]} == dict(
        zip(table["year"], table["predicate_rule"], strict=True)
    )
