"""Rows are computed when the test runs, all of them are tested, and the failing ones are named."""

import pytest

from each_row import each_row


def test_nothing_is_computed_before_the_test_runs() -> None:
    computed = []

    @each_row(lambda: computed.append(1) or [{"ours": 1}])
    def of_a_row(row: dict) -> None:
        assert row["ours"] == 1

    assert computed == []
    of_a_row()
    assert computed == [1]


def test_every_failing_row_is_named() -> None:
    @each_row(lambda: [{"ours": 1}, {"ours": 2}, {"ours": 3}])
    def of_a_row(row: dict) -> None:
        assert row["ours"] == 2

    with pytest.raises(AssertionError, match=r"2 of 3 rows:\n\{'ours': 1\}.*\n*.*\{'ours': 3\}"):
        of_a_row()


def test_no_row_is_a_failure() -> None:
    @each_row(list)
    def of_a_row(row: dict) -> None: ...

    with pytest.raises(AssertionError, match="no row to test"):
        of_a_row()


def test_it_is_not_daily() -> None:
    @each_row(list)
    def of_a_row(row: dict) -> None: ...

    assert [mark.name for mark in of_a_row.pytestmark] == ["whole"]
