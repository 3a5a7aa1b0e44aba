"""The rows behind the lay page: each from the record it names, one unit a comparison."""

import csv
import re

import pandas as pd
import pytest

from spbe_research.errors import DataError
from spbe_research.locations import data_folder, project_folder
from spbe_research.questions.regulations_and_scores_in_one_page import tables
from spbe_research.questions.regulations_and_scores_in_one_page.statements import (
    STATEMENTS,
    collect_statements,
    compare_practice,
)

RESULTS = data_folder() / "results"


def committed(name: str) -> list[dict[str, str]]:
    path = next(RESULTS.glob(f"*/{name}.csv"))
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_is_a_row_of_the_committed_record_it_names() -> None:
    for row in tables.statements().itertuples():
        same = [
            each
            for each in committed(row.record)
            if abs(float(each["estimate"] or "nan") - row.estimate) < 1e-6
            and float(each["n"]) == row.n
        ]
        assert len(same) == 1, row


def test_the_figure_has_one_unit_and_its_rows_in_order() -> None:
    assert set(tables.practice().merge(tables.statements())["unit"]) == {"maturity levels"}
    names = tables.practice()["statement"].drop_duplicates().tolist()
    assert names == ["two bodies", "one body", "one body, other reading"]


def test_the_numbers_of_the_issue_come_out() -> None:
    found = tables.statements().set_index(["statement", "period"])["estimate"].round(2)
    assert found["two bodies"].tolist() == [1.04, 0.88]
    assert found["one body"].tolist() == [0.15, 0.03]
    assert found["one body, other reading"]["2022"] == 0.29
    assert found["one body, other reading"]["2021-2022"] == 0.18


def test_a_statement_without_a_row_is_refused() -> None:
    def nothing(name: str) -> pd.DataFrame:
        return tables.result(name).head(0)

    with pytest.raises(DataError, match=f"Invalid statements, {len(STATEMENTS)} violations"):
        collect_statements(nothing)


def test_comparison_leaves_other_units_out() -> None:
    table = pd.DataFrame(
        {"statement": ["one body", "gained many topics", "two bodies"], "period": "2021"}
    )
    assert compare_practice(table)["statement"].tolist() == ["two bodies", "one body"]


def test_the_page_draws_no_cause_from_an_association() -> None:
    text = (project_folder() / "notebooks/11-regulations-and-scores-in-one-page.ipynb").read_text(
        encoding="utf-8"
    )
    said = text.split("What may not be said")[0]
    assert not re.search(r"\b(leads to|causes|because of regulation|thanks to|effect of)\b", said)
