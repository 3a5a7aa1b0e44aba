"""Statements of news and agency pages, with the verdict that was found right by hand."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from spbe_research.claims import check_claim_table

WITH = Path(__file__).with_name("press_claims.csv")
# What the column right_verdict begins with, and the verdicts that say the same.
VERDICTS = {
    "confirmed (band": "follows from what is printed",
    "confirmed": "confirmed",
    "rounds to": "rounds to",
    "contradicted": "contradicted",
    "agrees with the 47": "follows from what is printed",
    "agrees with press": "reported by the press",
    "not held": "reported by the press",  # of domains that were added since
    "refused": "not understood",
}


def _rows() -> list[dict[str, str]]:
    with WITH.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


ROWS = _rows()


@pytest.mark.whole
@pytest.mark.parametrize("row", ROWS, ids=[row["claim_id"] for row in ROWS])
def test_statement_of_the_press_gets_the_right_verdict(row: dict[str, str]) -> None:
    found = check_claim_table(pd.DataFrame([row])).iloc[0]
    expected = next(said for begins, said in VERDICTS.items() if
                    row["right_verdict"].startswith(begins))  # fmt: skip
    assert found["verdict"] == expected, found["finding"]


def test_there_are_46_statements() -> None:
    assert len(ROWS) == 46


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (
            {"quantity": "count", "value": "many"},
            "Invalid value 'many' of count. It must be a whole",
        ),
        ({"quantity": "count", "year": "soon"}, "Invalid year 'soon'. It must be a year such as"),
        ({"quantity": "count", "agency": "Nasional"}, "count is checked for one agency."),
    ],
)
def test_a_claim_of_another_kind_that_cannot_be_read_says_why(
    cells: dict[str, str], said: str
) -> None:
    row = {
        "claim_id": "a", "agency": "Kota Cilegon", "year": "2018", "quantity": "count",
        "value": "616", "source_id": "news", "claim": "616 agencies", "unit": "agencies",
    }  # fmt: skip
    assert check_claim_table(pd.DataFrame([row])).iloc[0]["verdict"] == "confirmed"
    found = check_claim_table(pd.DataFrame([{**row, **cells}])).iloc[0]
    assert found["verdict"] == "not understood"
    assert said in found["finding"]
