"""n and years are counted: rows that are not what their word says are named."""

import pandas as pd
import pytest

from spbe_research import records
from spbe_research.press.committed import committed_footers
from spbe_research.press.footers import footer_of, footer_violations, years_of
from spbe_research.press.languages import shared_words
from spbe_research.press.results import tabled
from spbe_research.records import Computation, Units, questions

EVERY_RECORD = [name for question in questions() for name in tabled(question)]
TABLE = pd.DataFrame({"year": [2023, 2024], "estimate": [0.5, 0.25], "n": [3, 4]})
BODIES = pd.DataFrame({"agency_id": [*"abc", *"abcd"], "year": [2023] * 3 + [2024] * 4})


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch):
    """Declare a record that counts some rows, and return what is wrong with them."""

    def count(units: str, rows: pd.DataFrame | None, table: pd.DataFrame = TABLE) -> list[str]:
        units_of = Units(units, None if rows is None else lambda: rows)
        declared = Computation("tab-x", "x", lambda: table, units_of)
        monkeypatch.setitem(records._DECLARED, "tab-x", declared)
        return footer_violations("tab-x")

    return count


@pytest.mark.parametrize("name", EVERY_RECORD)
def test_every_footer_has_its_units_in_both_languages(name: str) -> None:
    assert shared_words()["units"][committed_footers()[name].units]


def test_rows_that_are_what_their_word_says_pass(counted) -> None:
    assert counted("agency-years", BODIES) == []
    footer = footer_of("tab-x")
    assert (footer.n, footer.units, footer.years) == (7, "agency-years", "2023-2024")
    assert counted("agencies", BODIES.drop_duplicates("agency_id")) == []
    assert footer_of("tab-x").n == 4
    assert counted("hypotheses", None) == []
    assert footer_of("tab-x").n == 2


def test_rows_of_the_table_are_not_agency_years(counted) -> None:
    assert counted("agency-years", None) == [
        "tab-x: its 2 rows are counted as agency-years, but have no agency_id; give the rows to "
        "Units"
    ]


def test_one_body_counted_twice_is_named(counted) -> None:
    twice = pd.concat([BODIES, BODIES.tail(1)])
    assert counted("agency-years", twice) == [
        "tab-x: 1 of its agency-years are counted twice: ('d', 2024)"
    ]
    assert "tab-x: 3 of its agencies are counted twice: ('a',), ('b',) and 1 more" in counted(
        "agencies", BODIES
    )


def test_fewer_than_a_row_rests_on_are_named(counted) -> None:
    assert counted("agency-years", BODIES[BODIES["agency_id"] != "a"]) == [
        "tab-x: a row rests on 3 of 2 in 2023 agency-years"
    ]
    one = pd.DataFrame({"agency_id": [*"ab"]})
    assert counted("agencies", one) == ["tab-x: a row rests on 4 of 2 agencies"]


def test_body_without_a_name_and_nothing_at_all_are_named(counted) -> None:
    unnamed = BODIES.assign(agency_id=["a", None, *"cabcd"])
    assert "agency_id or year is missing in a row" in counted("agency-years", unnamed)[0]
    assert counted("agency-years", BODIES.head(0)) == ["tab-x: no agency-years are counted"]


def test_footer_without_years_is_named(counted) -> None:
    assert counted("rows", None, TABLE.drop(columns="year")) == ["tab-x: no years"]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"year": [2024, 2018, 2018, 2019]}, "2018-2019, 2024"),
        ({"year": [2021.0, None]}, "2021"),
        ({"start": [2018, 2021, 2018], "end": [2019, 2022, 2019]}, "2018-2019, 2021-2022"),
        ({"year_from": [2021, 2022], "year_to": [2022, 2023]}, "2021-2023"),
        ({"first_year": [2018], "second_year": [2024], "year": [2024]}, "2018-2024"),
        ({"start": [None], "end": [None], "year": [2020]}, "2020"),
        ({"window": ["2018-2020", "2021-2024"], "year": [2020, 2024]}, "2018-2024"),
        ({"period": ["2018", "2021-2022"]}, "2018, 2021-2022"),
        ({"period": ["before", "after"], "year": [2018, 2019]}, "2018-2019"),
        ({"estimate": [1.0]}, ""),
    ],
)
def test_years_are_read_from_the_rows(columns: dict[str, list], expected: str) -> None:
    assert years_of(pd.DataFrame(columns)) == expected
