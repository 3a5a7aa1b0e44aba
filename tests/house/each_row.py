"""A test of one row, run for every row of a table that is computed only when the test runs.

``pytest.mark.parametrize`` computes its rows while tests are collected, in every worker and for
every run of any other test.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps

import pytest

__all__ = ["each_row"]

Row = Mapping[str, object]


def each_row(compute: Callable[[], Iterable[Row]]) -> Callable[[Callable[[Row], None]], object]:
    """Run the test below for every row; it fails naming each row that fails. It is not daily.

    Parameters
    ----------
    compute : callable
        Returns the rows; none at all is a failure.
    """

    def decorate(test: Callable[[Row], None]) -> object:
        @pytest.mark.whole
        @wraps(test)
        def of_every_row() -> None:
            rows = list(compute())
            assert rows, "no row to test"
            failed = [fault for row in rows if (fault := _fault(test, row))]
            assert not failed, "\n".join([f"{len(failed)} of {len(rows)} rows:", *failed])

        del of_every_row.__wrapped__  # pytest would ask for a fixture `row`
        return of_every_row

    return decorate


def _fault(test: Callable[[Row], None], row: Row) -> str:
    try:
        test(row)
    except AssertionError as error:
        return f"{dict(row)}: {error}"
    return ""
