"""Computed beside published: each verdict once, on a table made by hand."""

import pandas as pd
import pytest

from spbe_research import reconcile
from spbe_research.errors import ScoringError

PUBLISHED = pd.DataFrame(
    {
        "agency_id": list("abcdef"),
        "year": [2023, 2023, 2024, 2023, 2022, 2022],
        "edition": "permen-59-2020",
        "index_published": [3.00, 3.00, 2.60, 3.00, 2.00, 2.00],
        "predicate_published": ["Baik", "Baik", "Cukup", "Cukup", None, None],
        "status": ["evaluated"] * 4 + ["carried_over", "evaluated"],
    }
)
COMPUTED = pd.DataFrame(
    {
        "agency_id": list("abcd"),
        "year": [2023, 2023, 2024, 2023],
        "index": [3.0049, 3.02, 2.601, 3.0],
    }
)


def test_each_verdict_has_its_reason() -> None:
    table = reconcile(COMPUTED, PUBLISHED).set_index("agency_id")
    assert table["verdict"].to_dict() == {
        "a": "reproduced",
        "b": "index differs",
        "c": "predicate at the edge",
        "d": "predicate differs",
        "e": "carried over",
        "f": "not computable",
    }
    assert table.loc["b", "reason"] == "the difference of 0.0200 exceeds 0.01"
    assert table.index[table["reason"].str.contains("an edge lies that near")].tolist() == ["c"]
    assert table.index[table["reason"].str.contains("the predicates differ")].tolist() == ["d"]
    assert "Baik against Cukup" in table.loc["d", "reason"]
    assert table.loc["a", "difference"] == pytest.approx(0.0049)


def test_computed_key_may_be_the_index() -> None:
    keyed = COMPUTED.set_index(["agency_id", "year"])
    pd.testing.assert_frame_equal(reconcile(keyed, PUBLISHED), reconcile(COMPUTED, PUBLISHED))


def test_doubled_and_unknown_keys_are_named_at_once() -> None:
    wrong = pd.concat([COMPUTED, COMPUTED.iloc[[0]], COMPUTED.iloc[[1]].assign(agency_id="z")])
    with pytest.raises(ScoringError, match="2 violations") as caught:
        reconcile(wrong, PUBLISHED)
    assert "('a', 2023): stands twice in the computed table" in str(caught.value)
    assert "('z', 2023): is not in the published table" in str(caught.value)


def test_the_ends_of_the_scale_are_reproduced_and_not_left() -> None:
    ends = PUBLISHED.head(2).assign(
        index_published=[5.0, 1.0], predicate_published=["Memuaskan", "Kurang"]
    )
    computed = COMPUTED.head(2).assign(index=[5.0, 1.0])
    assert reconcile(computed, ends)["verdict"].tolist() == ["reproduced"] * 2


def test_index_printed_with_four_decimals_leaves_no_room_at_an_edge() -> None:
    published = PUBLISHED.iloc[[2]].assign(year=2022, index_published=2.6012)
    computed = COMPUTED.iloc[[2]].assign(year=2022, index=2.6012)
    assert reconcile(computed, published)["verdict"].item() == "predicate differs"


def test_order_is_that_of_the_published_table() -> None:
    mixed = PUBLISHED.iloc[::-1]
    assert reconcile(COMPUTED, mixed)["agency_id"].tolist() == list("fedcba")


def test_no_published_row_gives_no_row() -> None:
    assert reconcile(COMPUTED.iloc[:0], PUBLISHED.iloc[:0]).empty


def test_absent_columns_of_both_tables_are_named_at_once() -> None:
    with pytest.raises(ScoringError, match="2 violations") as caught:
        reconcile(COMPUTED.drop(columns="index"), PUBLISHED.drop(columns="edition"))
    assert "column index: is absent from the computed table" in str(caught.value)
    assert "column edition: is absent from the published table" in str(caught.value)


def test_published_row_without_an_index_and_a_negative_tolerance_are_refused() -> None:
    with pytest.raises(ScoringError, match=r"\('a', 2023\): has no index_published"):
        reconcile(COMPUTED, PUBLISHED.assign(index_published=[None, *[3.0] * 5]))
    with pytest.raises(ScoringError, match="Invalid tolerance -0.01"):
        reconcile(COMPUTED, PUBLISHED, tolerance=-0.01)
