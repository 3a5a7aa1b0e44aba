"""``ingest``: lists that would be misread without a word, each told or read as it is meant."""

import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from ingest.test_new_year_list import (
    HEAD,
    LIST,
    SHORT,
    YEAR,
    as_listed,
    csv_file,
    expected,
    found,
    layout,
)
from typer.testing import CliRunner

from spbe_research import load_published
from spbe_research.cli import app
from spbe_research.errors import DataError
from spbe_research.ingest.grid import read_grid

pytestmark = pytest.mark.whole


def test_name_parted_after_a_name_of_another_body_is_the_longer_one(tmp_path: Path) -> None:
    longer = [row for row in LIST if row[0].endswith(("Bandung Barat", "Tangerang Selatan"))]
    rows = [HEAD]
    for number, (name, _, *values) in enumerate(longer, start=1):
        first, last = name.rsplit(" ", 1)
        rows += [[str(number), first, *values], ["", last, *[""] * 6]]
    listed, checked = found(csv_file(tmp_path / "parted.csv", rows))
    assert sorted(checked.agency_ids) == ["kab-32.17", "kota-36.74"]
    assert len(listed.passed_over) == 2
    assert all("the end of the name above it" in each for each in listed.passed_over)


def test_name_parted_beside_its_number_is_put_together(tmp_path: Path) -> None:
    rows = [HEAD]
    for number, (name, _, *values) in enumerate(SHORT, start=1):
        first, last = name.rsplit(" ", 1)
        rows += [[str(number), first, *[""] * 6], ["", last, *values]]
    listed, checked = found(csv_file(tmp_path / "parted.csv", rows))
    assert as_listed(listed) == expected(SHORT)
    assert checked.is_clean


def test_number_parted_at_its_decimal_comma_is_told(tmp_path: Path) -> None:
    path = tmp_path / "parted.csv"
    path.write_text("No,Nama Instansi,Indeks\n1,Kota Bandung,3,64\n2,Kota Bogor,2,10\n")
    _, checked = found(path)
    assert len(checked.errors) == 2
    assert "'64' stands in column 4, which has no head" in checked.errors[0]


def test_second_column_below_one_wide_head_is_told(tmp_path: Path) -> None:
    rows = [["No", "Nama Instansi", "Indeks", ""], ["", "", "Tahun 2024", "Tahun 2025"],
            ["1", "Kota Bandung", "2,00", "3,64"]]  # fmt: skip
    _, checked = found(csv_file(tmp_path / "wide.csv", rows))
    assert any("'3,64' stands in column 4, which has no head" in each for each in checked.errors)


def test_header_that_comes_again_in_another_order_is_told(tmp_path: Path) -> None:
    rows = [["Nama Instansi", "Indeks"], ["Kota Bandung", "3,64"],
            ["Nama Instansi", "Tahun lalu", "Indeks"], ["Kota Bogor", "2,00", "3,10"]]  # fmt: skip
    _, checked = found(csv_file(tmp_path / "again.csv", rows))
    assert any("line 3: a header in which index stand elsewhere" in e for e in checked.errors)


@pytest.mark.parametrize(
    ("head", "text", "said"),
    [
        ("Tahun", "2023", "is of 2023, not of 2025"),
        ("agency_id", "kab-11.01", "is kota-32.73, kab-11.01 is printed"),
    ],
)
def test_row_that_says_another_year_or_body_is_told(
    tmp_path: Path, head: str, text: str, said: str
) -> None:
    rows = [[head, "Nama Instansi", "Indeks"], [text, "Kota Bandung", "3,64"]]
    _, checked = found(csv_file(tmp_path / "other.csv", rows))
    assert [said in error for error in checked.errors] == [True]
    rows[1][0] = {"Tahun": str(YEAR), "agency_id": "kota-32.73"}[head]
    assert found(csv_file(tmp_path / "own.csv", rows))[1].is_clean


def test_ranks_under_the_head_of_the_index_are_told(tmp_path: Path) -> None:
    rows = [["Nama Instansi", "Indeks"], *([SHORT[at][0], str(at + 1)] for at in range(4))]
    _, checked = found(csv_file(tmp_path / "ranks.csv", rows))
    assert any("All 4 indices are whole numbers: they are ranks" in e for e in checked.errors)


@pytest.mark.parametrize("by", [1, -1])
def test_values_shifted_by_one_row_are_told(tmp_path: Path, by: int) -> None:
    values = LIST[by:] + LIST[:by]
    rows = [[name, *other[1:]] for (name, *_), other in zip(LIST, values, strict=True)]
    _, checked = found(csv_file(tmp_path / "shifted.csv", layout(rows)))
    assert [("shifted by one row" in each) for each in checked.errors] == [True]
    assert (
        f"0.00 where each body has that of the row {'above' if by == 1 else 'below'}"
        in (checked.errors[0])
    )


@pytest.mark.parametrize("order", ["agency_id", "index_published", "name_published"])
def test_no_published_list_is_taken_for_shifted(tmp_path: Path, order: str) -> None:
    published = load_published().query("year == 2023").sort_values(order)
    rows = [[row.name_published, f"{row.index_published:.2f}"] for row in published.itertuples()]
    path = csv_file(tmp_path / "of_2023.csv", [["Nama Instansi", "Indeks"], *rows])
    assert not [error for error in found(path)[1].errors if "shifted" in error]


def test_binary_fraction_is_the_decimal_one_it_stands_for(tmp_path: Path) -> None:
    rows = [["Nama Instansi", "Indeks"], ["Kota Bandung", "3.0799999999999996"]]
    listed, _ = found(csv_file(tmp_path / "binary.csv", rows, delimiter=","))
    assert listed.bodies[0].index == Decimal("3.08")


def test_json_of_two_lists_is_refused(tmp_path: Path) -> None:
    record = {"nama_instansi": SHORT[0][0], "indeks": 3.13}
    path = tmp_path / "two.json"
    path.write_text(json.dumps({"data": [record], "hasil": [record]}), encoding="utf-8")
    with pytest.raises(DataError, match="It holds several lists: data, hasil"):
        read_grid(path)


def test_sheets_that_are_not_read_are_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Nama Instansi", "Indeks"])
    book.active.append(["Kota Bandung", 3.64])
    book.create_sheet("Daerah").append(["Nama Instansi", "Indeks"])
    book.save(tmp_path / "two.xlsx")
    arguments = ["ingest", str(tmp_path / "two.xlsx"), "--year", str(YEAR),
                 "--output", str(tmp_path / "own")]  # fmt: skip
    told = CliRunner().invoke(app, arguments)
    assert "Sheets not read: Daerah." in told.output


def test_list_that_no_build_takes_is_not_accepted(tmp_path: Path) -> None:
    rows = [["Nama Instansi", "Indeks"], ["Kota Bogor", "x"], *[["Kota Bandung", "3,64"]] * 2]
    arguments = ["ingest", str(csv_file(tmp_path / "x.csv", rows)), "--year", str(YEAR),
                 "--output", str(tmp_path / "own"), "--accept"]  # fmt: skip
    told = CliRunner().invoke(app, arguments)
    assert isinstance(told.exception, DataError)
    assert "Kota Bogor: has no index" in str(told.exception)
    assert "kota-32.73 stands 2 times" in str(told.exception)
    assert not (tmp_path / "own").exists()
