"""Details of reading and telling, each by the function that has it; expectations by hand."""

import io
from decimal import Decimal
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from spbe_research import load_agencies, load_instrument, load_published
from spbe_research.errors import DataError
from spbe_research.ingest import list_checks, score_file
from spbe_research.ingest.grid import Grid
from spbe_research.ingest.level_file import read_levels
from spbe_research.ingest.level_parts import LevelReader
from spbe_research.ingest.list_checks import Checked, check_list
from spbe_research.ingest.list_report import report_text
from spbe_research.ingest.templates import EXAMPLE, level_template, template_workbook
from spbe_research.ingest.year_list import Listed, YearList, find_list
from spbe_research.instruments import Instrument
from spbe_research.scoring import Missing

EDITION = load_instrument("permen-59-2020")
DOMAINS = EDITION.cut_at("domain")
BODIES = list(load_agencies()["agency_id"])


def listed(*bodies: dict[str, str]) -> YearList:
    """A list of the values of each body, which are called A1, A2 and so on."""
    rows = [
        Listed(f"row {at}", f"A{at}", {}, {code: Decimal(text) for code, text in values.items()})
        for at, values in enumerate(bodies, start=1)
    ]
    return YearList(rows, [], [], ("name", "index"))


def checked(found: YearList, bodies: list[str]) -> Checked:
    decided = {
        body.name: {"agency_id": agency} for body, agency in zip(found.bodies, bodies, strict=True)
    }
    return check_list(found, 2025, EDITION, "exact", decided)


def errors(index: str) -> list[str]:
    """What is wrong with an index whose domains are all 2, and which is therefore 2."""
    parts = dict.fromkeys(["D1", "D2", "D3", "D4"], "2")
    return checked(listed({"index": index, **parts}), BODIES[:1]).errors


@pytest.mark.parametrize("index", ["1.99", "2.00", "2.01"])
def test_index_may_differ_from_its_parts_by_one_hundredth(index: str) -> None:
    assert errors(index) == []


@pytest.mark.parametrize("index", ["1.98", "2.02", "2.011"])
def test_index_that_differs_by_more_is_named(index: str) -> None:
    assert errors(index) == [f"row 1, A1, index: {index} is printed, its domains give 2.0000"]


def test_part_exactly_at_the_edge_of_rounding_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The edge is put where binary fractions meet it; from 1 to 5 none meets the real one."""
    monkeypatch.setattr(list_checks, "_ROUNDING", 0.25)
    assert errors("2.25") == errors("1.75") == []
    assert len(errors("2.2500001")) == len(errors("1.7499999")) == 1


@pytest.mark.parametrize(
    ("count", "end"),
    [(1, "A1"), (7, "A7"), (8, "A8"), (9, "A8 and 1 more"), (10, "A8 and 2 more")],
)
def test_note_names_the_first_eight_bodies(count: int, end: str) -> None:
    published = load_published()
    last = published[published["year"] == 2024].head(count)
    found = listed(*({"index": f"{value:.2f}"} for value in last["index_published"]))
    notes = checked(found, list(last["agency_id"])).notes
    (told,) = [note for note in notes if "have exactly the values of 2024" in note]
    before = "".join(f"A{at}; " for at in range(1, min(count, 8)))
    assert told == f"{count} have exactly the values of 2024: {before}{end}"


def columns_of(*head: str) -> tuple[str, ...]:
    rows = [(3, list(head)), (4, ["Kota A", *["3"] * (len(head) - 1)])]
    return find_list(Grid("x.csv", "line", rows), EDITION, lambda name: True).columns


def test_heads_that_stand_once_are_read_and_unknown_ones_may_stand_twice() -> None:
    assert columns_of("Nama Instansi", "Indeks", "D1") == ("agency", "index", "D1")
    assert columns_of("Nama Instansi", "Lain", "Lain", "D1") == ("agency", "D1")


@pytest.mark.parametrize(
    ("more", "twice"),
    [
        (["D1", "D1"], "D1"),
        (["D1", "D1", "D1"], "D1"),
        (["D2", "Indeks", "D1", "D2", "Indeks"], "D2, index"),
    ],
)
def test_head_that_stands_more_than_once_is_refused(more: list[str], twice: str) -> None:
    with pytest.raises(DataError) as caught:
        columns_of("Nama Instansi", *more)
    assert str(caught.value) == (
        f"Invalid file x.csv, line 3. More than one column is {twice}. Keep one."
    )


@pytest.mark.parametrize(("count", "more"), [(19, 0), (20, 0), (21, 1), (1_021, 1_001)])
def test_report_shows_twenty_and_counts_the_others(count: int, more: int) -> None:
    wrong = Checked([], errors=[f"error {at}" for at in range(count)])
    lines = report_text(YearList([], [], [], ()), wrong, 2025, "x.csv").splitlines()
    assert lines[1] == f"Errors ({count}):"
    shown = [f"  - error {at}" for at in range(min(count, 20))]
    assert lines[2:] == [*shown, *([f"  - and {more:,} more"] if more else [])]


def own(*leaves: dict[str, object]) -> Instrument:
    return load_instrument(
        pd.DataFrame([{"code": "total"}, *({"parent": "total", **leaf} for leaf in leaves)])
    )


def test_template_has_a_cell_for_every_column() -> None:
    """The denominator and the group are no items; what comes after the first has its cell too."""
    instrument = own(
        {"code": "x", "low": 0, "high": 10, "denominator": "people"},
        {"code": "y", "low": 0, "high": 4, "impute": "mean", "impute_by": "island"},
        {"code": "z", "low": 1, "high": 3, "value_type": "integer", "denominator": "area"},
    )
    head, example = level_template(instrument).splitlines()
    assert head == "agency,year,x,y,z,people,island,area"
    assert example == f'"{EXAMPLE}",,5,2,2,1,group,1'


def offered(instrument: Instrument) -> dict[str, str]:
    sheet = openpyxl.load_workbook(io.BytesIO(template_workbook(instrument)))["levels"]
    return {str(each.sqref): each.formula1 for each in sheet.data_validations.dataValidation}


def test_template_offers_the_choices_of_items_that_have_some() -> None:
    instrument = own(
        {"code": "x", "low": 0, "high": 10},
        {"code": "y", "low": 1, "high": 3, "value_type": "integer"},
        {"code": "z", "low": 0, "high": 1, "value_type": "integer"},
    )
    assert offered(instrument) == {"D2:D1000": '"1,2,3"', "E2:E1000": '"0,1"'}


def test_list_of_more_than_250_characters_is_not_offered() -> None:
    """0 to 86 are 10 + 2 * 77 digits and 86 commas, which is 250."""
    instrument = own(
        {"code": "x", "low": 0, "high": 87, "value_type": "integer"},
        {"code": "y", "low": 0, "high": 86, "value_type": "integer"},
    )
    assert list(offered(instrument)) == ["D2:D1000"]


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("agency;D1;D2;D3;D4\nA;1,5;2;3;4\nB;;2,25;3;5\n", [[1.5, 2, 3, 4], [np.nan, 2.25, 3, 5]]),
        ("D1;D2;D3;D4\n1,5;2;3;4\n;2,25;3;5\n", [[1.5, 2, 3, 4], [np.nan, 2.25, 3, 5]]),
    ],
    ids=["named", "without a name"],
)
def test_levels_that_are_not_whole_and_empty_ones_are_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, levels: list[list[float]]
) -> None:
    def refused(self: LevelReader, line: int, block: str) -> None:
        raise AssertionError("read row by row")

    monkeypatch.setattr(LevelReader, "_one_by_one", refused)
    path = tmp_path / "levels.csv"
    path.write_text(text, encoding="utf-8")
    table = read_levels(path, DOMAINS, missing="renormalise")
    np.testing.assert_array_equal(table, levels)


@pytest.mark.parametrize(
    ("missing", "more", "values"),
    [("raise", "", ""), ("renormalise", ",n_items,covered_share", ",47,1")],
)
def test_index_predicate_and_distance_stand_first_and_every_column_once(
    tmp_path: Path, missing: Missing, more: str, values: str
) -> None:
    """An index of 3 is Baik, 0.4 above its lower edge of 2.6."""
    path = tmp_path / "levels.csv"
    head, cells = ",".join(EDITION.indicators), ",".join(["3"] * 47)
    path.write_text(f"agency,{head}\nKota A,{cells}\n", encoding="utf-8")
    written: list[str] = []
    score_file(path, EDITION, written.append, missing=missing)
    nodes = "D1,D2,D3,D4,A1,A2,A3,A4,A5,A6,A7,A8"
    assert "".join(written).splitlines() == [
        f"agency,index,predicate,distance_to_band,{nodes}{more}",
        f"Kota A,3,Baik,0.4{',3' * 12}{values}",
    ]
