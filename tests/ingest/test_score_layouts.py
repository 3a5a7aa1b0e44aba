"""``score`` takes what people have: aspects or domains, wide or long, CSV, XLSX or JSON.

Expected numbers come from the weights of Permen 59/2020 (13, 25, 16.5, 45.5 percent), by hand.
"""

import csv
import io
import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from spbe_research import compute_index, load_instrument
from spbe_research.errors import DataError
from spbe_research.ingest import (
    Scored,
    level_template,
    score_file,
    score_workbook,
    template_workbook,
)
from spbe_research.locations import data_folder

EDITION = load_instrument("permen-59-2020")
ITEMS = list(EDITION.indicators)
# By hand: .13 * 2 + .25 * 3 + .165 * 4 + .455 * 5 = 3.945
DOMAINS = ("2", "3", "4", "5")
INDEX = 3.945


def scored(file: Path, **more: object) -> tuple[list[dict[str, str]], Scored]:
    written: list[str] = []
    told = score_file(file, EDITION, written.append, **more)  # type: ignore[arg-type]
    text = "".join(written)
    delimiter = ";" if more.get("language") == "id" else ","
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter)), told


def text_file(folder: Path, text: str, name: str = "sheet.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def book(folder: Path, rows: list[list[object]], merged: tuple[str, ...] = ()) -> Path:
    path = folder / "sheet.xlsx"
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for cells in merged:
        made.active.merge_cells(cells)
    made.save(path)
    return path


def test_domains_are_scored_with_the_weights_of_the_regulation(tmp_path: Path) -> None:
    rows, _ = scored(text_file(tmp_path, f"agency,D1,D2,D3,D4\nKota A,{','.join(DOMAINS)}\n"))
    assert (float(rows[0]["index"]), rows[0]["predicate"]) == (INDEX, "Sangat Baik")
    assert rows[0]["tier"] == "domain"


def test_aspects_give_domains_and_index(tmp_path: Path) -> None:
    header = ",".join(f"Aspek {number}" for number in range(1, 9))
    rows, _ = scored(text_file(tmp_path, f"instansi,tahun,{header}\nA,2023,1,2,3,4,5,1,2,3\n"))
    expected = (13 * 1 + 10 * 2 + 10 * 3 + 5 * 4 + 12 * 5 + 4.5 * 1 + 27.5 * 2 + 18 * 3) / 100
    assert float(rows[0]["index"]) == pytest.approx(expected, abs=1e-5)
    assert float(rows[0]["D3"]) == pytest.approx(64.5 / 16.5, abs=1e-5)


def test_sheet_of_the_ministry_with_titles_groups_and_notes_is_read(tmp_path: Path) -> None:
    text = (
        "sep=;\nHASIL EVALUASI SPBE;;;;;;;\n;;;;;;;\n"
        "No;Nama Instansi;Indeks;Predikat;Domain 1;Domain 2;Domain 3;Domain 4\n"
        "PROVINSI;;;;;;;\n1;Provinsi\u00a0A;3,95;Sangat Baik;2,00;3,00;4,00;5,00\n"
        "No;Nama Instansi;Indeks;Predikat;Domain 1;Domain 2;Domain 3;Domain 4\n"
        "2;Provinsi B;1,00;Kurang;1,00;1,00;1,00;1,00\n*) sementara;;;;;;;\n"
    )
    rows, told = scored(text_file(tmp_path, text))
    assert [row["agency"] for row in rows] == ["Provinsi A", "Provinsi B"]
    assert [float(row["index"]) for row in rows] == [INDEX, 1]
    assert told.notes[0] == "Columns passed over: No, Indeks, Predikat"
    assert "line 5 ('PROVINSI')" in told.notes[1]
    assert "9 ('*) sementara')" in told.notes[1]


def test_workbook_with_merged_cells_and_numbers_is_read(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Hasil SPBE", None, None, None, None, None],
        ["No", "Instansi", "Nilai", None, None, None],
        [None, None, "D1", "D2", "D3", "D4"],
        ["KOTA", None, None, None, None, None],
        [1, "Kota A", 2, 3.0, 4, "5,00"],
    ]
    merged = ("A1:F1", "A2:A3", "B2:B3", "C2:F2", "A4:F4")
    rows_read, _ = scored(book(tmp_path, rows, merged))
    assert (rows_read[0]["agency"], float(rows_read[0]["index"])) == ("Kota A", INDEX)


def test_json_of_the_official_application_is_read(tmp_path: Path) -> None:
    record = {"kode": "3672", "tahun": 2023, "nama_instansi": "Kota A"}
    values = {f"A200{number}": number % 5 + 1 for number in range(1, 9)} | {"indeks": 9.9}
    rows, _ = scored(
        text_file(tmp_path, json.dumps({"data": [{**record, "nilai": values}]}), "app.json")
    )
    aspects = pd.DataFrame([{f"A{n}": float(n % 5 + 1) for n in range(1, 9)}])
    expected = compute_index(aspects, EDITION.cut_at("aspect"))["index"].item()
    assert float(rows[0]["index"]) == pytest.approx(expected, abs=1e-5)
    assert (rows[0]["agency_id"], rows[0]["year"], rows[0]["tier"]) == ("3672", "2023", "aspect")


def test_long_table_is_scored_from_the_finest_tier_of_each_agency(tmp_path: Path) -> None:
    lines = ["agency_id,year,edition,scale,item,value,status"]
    lines += [f"a,2022,permen-59-2020,indicator,{item},3,x" for item in ITEMS]
    lines += ["a,2022,permen-59-2020,index,index,3,x", "c,2018,permen-5-2018,index,index,2,x"]
    lines += [f"b,2023,permen-59-2020,domain,D{at},{x},x" for at, x in enumerate(DOMAINS, 1)]
    rows, _ = scored(text_file(tmp_path, "\n".join(lines)))
    found = [(row["agency_id"], row["tier"], float(row["index"]), row["A8"]) for row in rows]
    assert found == [("a", "indicator", 3, "3"), ("b", "domain", INDEX, "")]


LONG = (
    "agency_id,year,item,value\nkab-16.08,2023,D1,3\nkab-16.08,2023,D2,3\n"
    "kab-16.08,2023,D3,3\nkab-16.08,2023,D4,3\nkab-16.07,2023,D1,2.40\n"
    "kab-16.07,2023,D2,1.70\nkab-16.07,2023,D3,1.09\nkab-16.07,{year},D4,{value}\n"
)


def test_known_misprint_of_the_record_is_left_out_and_told(tmp_path: Path) -> None:
    rows, told = scored(text_file(tmp_path, LONG.format(year=2023, value="0.30")))
    assert [row["agency_id"] for row in rows] == ["kab-16.08"]
    (note,) = told.notes
    assert note.startswith("Left out, since it is a known misprint: D4 of 'kab-16.07', '2023'")
    assert "the true D4 is not known" in note


@pytest.mark.parametrize(("year", "value"), [(2023, "0.31"), (2024, "0.30"), (2023, "")])
def test_other_impossible_values_are_still_refused(tmp_path: Path, year: int, value: str) -> None:
    with pytest.raises(DataError, match="column D4"):
        scored(text_file(tmp_path, LONG.format(year=year, value=value)))


def test_flagged_value_on_the_scale_is_scored(tmp_path: Path) -> None:
    """Jawa Timur 2024 is flagged, since sources differ; 4.60 is a value that can be."""
    rows = "".join(f"prov-35,2024,{item},4.60\n" for item in ("D1", "D2", "D3", "D4"))
    found, told = scored(text_file(tmp_path, "agency_id,year,item,value\n" + rows))
    assert [row["agency_id"] for row in found] == ["prov-35"]
    assert told.notes == []


@pytest.mark.whole
def test_the_table_of_scores_of_this_package_is_scored(tmp_path: Path) -> None:
    rows, told = scored(data_folder() / "tidy" / "scores.csv")
    assert len(rows) > 2000
    assert "kab-16.07" in {row["agency_id"] for row in rows if row["year"] == "2022"}
    assert "kab-16.07" not in {row["agency_id"] for row in rows if row["year"] == "2023"}
    assert sum("known misprint" in note for note in told.notes) == 1


def test_indonesian_output_has_decimal_commas_and_its_own_heads(tmp_path: Path) -> None:
    text = f'agency,year,D1,D2,D3,D4\n"Kota A; timur",2023,{",".join(DOMAINS)}\n'
    rows, _ = scored(text_file(tmp_path, text), language="id")
    assert rows[0]["instansi"] == "Kota A; timur"
    assert (rows[0]["indeks"], rows[0]["predikat"]) == ("3,945", "Sangat Baik")
    assert rows[0]["tingkat"] == "domain"


def test_workbook_of_scores_holds_numbers_and_no_formula(tmp_path: Path) -> None:
    file = text_file(tmp_path, f"agency,D1,D2,D3,D4\n=1+1,{','.join(DOMAINS)}\n")
    content, told = score_workbook(file, EDITION, language="id")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    head, row = ([cell.value for cell in cells] for cells in sheet.iter_rows())
    assert told.n_rows == 1
    found = dict(zip(head, row, strict=True))
    assert (found["instansi"], found["tingkat"]) == ("'=1+1", "domain")
    assert found["indeks"] == pytest.approx(INDEX)
    assert all(cell.data_type in ("s", "n") for cells in sheet.iter_rows() for cell in cells)


def template(folder: Path, tier: str, suffix: str, *names: str) -> Path:
    """A template whose example stands once below each of the names, which replace it."""
    path = folder / f"levels.{suffix}"
    cut = EDITION.cut_at(tier)
    if suffix == "csv":
        head, example = level_template(cut).splitlines()
        rows = [example.replace('"Example, to be replaced"', name) for name in names]
        path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
        return path
    made = openpyxl.load_workbook(io.BytesIO(template_workbook(cut)))
    example = [cell.value for cell in made["levels"][2]]
    made["levels"].delete_rows(2)
    for name in names:
        made["levels"].append([name, *example[1:]])
    made.save(path)
    return path


@pytest.mark.whole
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("tier", ["indicator", "aspect", "domain"])
def test_template_is_scored_once_the_example_is_replaced(
    tmp_path: Path, suffix: str, tier: str
) -> None:
    rows, _ = scored(template(tmp_path, tier, suffix, "Kota A"))
    assert [(row["agency"], float(row["index"])) for row in rows] == [("Kota A", 3)]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("tier", ["indicator", "aspect", "domain"])
def test_example_of_the_template_is_refused_and_nothing_is_scored(
    tmp_path: Path, suffix: str, tier: str
) -> None:
    left = "Example, to be replaced"
    names = [f'"{left}"' if suffix == "csv" else left, "Kota A"]
    file = template(tmp_path, tier, suffix, *names)
    word = "line" if suffix == "csv" else "row"
    with pytest.raises(
        DataError, match=f"{word} 2.*: is the example of the template.*replace the row or delete it"
    ):
        scored(file)


def test_template_workbook_offers_levels_and_says_their_names(tmp_path: Path) -> None:
    sheets = openpyxl.load_workbook(io.BytesIO(template_workbook(EDITION)))
    offered = {
        str(each.sqref): each.formula1 for each in sheets["levels"].data_validations.dataValidation
    }
    assert len(offered) == 47
    assert set(offered.values()) == {'"1,2,3,4,5"'}
    assert "C2:C1000" in offered
    items = {row[0].value: row[1].value for row in sheets["items"].iter_rows(min_row=2)}
    assert items["I01"] == EDITION.item("I01").name
    scales = [[cell.value for cell in row] for row in sheets["scales"].iter_rows(min_row=2)]
    assert len(scales) == 10
    assert ["kapabilitas proses", 1, "Rintisan"] in scales


def test_one_filled_level_of_47_gets_no_predicate(tmp_path: Path) -> None:
    text = ",".join(["agency", *ITEMS]) + "\n" + ",".join(["Kota A", "5", *[""] * 46]) + "\n"
    rows, told = scored(text_file(tmp_path, text), missing="renormalise")
    assert (rows[0]["index"], rows[0]["predicate"], rows[0]["n_items"]) == ("", "", "1")
    assert float(rows[0]["covered_share"]) == 0
    assert told.n_without == 1
    rows, told = scored(text_file(tmp_path, text), missing="renormalise", min_share=0.0)
    assert (rows[0]["predicate"], float(rows[0]["covered_share"])) == ("Memuaskan", 0.013)


def test_share_that_is_covered_stands_beside_the_index(tmp_path: Path) -> None:
    cells = ["3"] * 47
    cells[0] = ""
    text = ",".join(["agency", *ITEMS]) + "\n" + ",".join(["Kota A", *cells]) + "\n"
    rows, _ = scored(text_file(tmp_path, text), missing="renormalise")
    assert float(rows[0]["covered_share"]) == pytest.approx(1 - 0.013)
    assert rows[0]["index"] == "3"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("agency,D1,D2,D3\nA,1,2,3\n", "sheet.csv: column D4 is absent"),
        ("agency,D1,D2,D3,D4\nA,1,2,3,9\n", "line 2, column D4: '9' is outside the scale"),
        ("agency,D1,D2,D3,D4\nA,1,2,x,4\n", "line 2, column D3: 'x' is no number"),
        ("agency,D1,D2,D3,D4,Warna\nA,1,2,3,4,m\n", "line 1, column 'Warna': is no item of"),
        ("agency,D1,D2,D3,D4\nA,1,2,3,4\nA,1,1,1,1\n", "line 3: 'A' stands above already"),
        ("agency,D1,D1,D3,D4\nA,1,2,3,4\n", "The column D1 stands 2 times"),
        ("agency,D1,D2,D3,D4\nA,1,2,3,4,5\n", "line 2: '5' stands beyond the last column"),
        ("agency,D1,D2,D3,D4\n", "It has a header and no row"),
        ("agency,D1,D2,D3,D4\nA,,,,\n", "column I01 is absent"),
        ("agency,item,value\nA,D1,2\nA,D1,3\n", "line 3: D1 of 'A' stands twice"),
        ("agency,item,value\nA,Q1,2\n", "line 2: 'Q1' is no item of permen-59-2020"),
        ("agency,item,value\n,D1,2\n", "line 2: the agency is missing"),
        ("item,value\nD1,2\n", "no column names the agency"),
    ],
)
def test_what_is_wrong_with_a_layout_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataError) as caught:
        scored(text_file(tmp_path, text))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("[1, 2]", "a.json", "It must be a list of records, each an object"),
        ('[{"D1": 1, "D1": 2}]', "a.json", "the name 'D1' more than once"),
        ('[{"nilai": {"D1": [1]}}]', "a.json", "'D1' holds a list or an object"),
        ("[" * 100_000, "a.json", "cannot be read"),
        ("{", "a.json", "It begins as a JSON, but cannot be read"),
        ("[]", "a.json", "It is empty"),
        ("D1,D2\n1,2", "a.xlsx", "It is no XLSX, whatever its name says"),
        ("\xd0\xcf\x11\xe0", "a.xlsx", "It is locked by a password, or of an old Excel"),
        ("PK\x03\x04 nonsense", "a.xlsx", "It begins as a workbook, but cannot be read"),
    ],
)
def test_file_of_another_kind_is_one_sentence(
    tmp_path: Path, content: str, name: str, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(DataError) as caught:
        scored(path)
    assert said in str(caught.value)


def test_formula_without_a_value_and_absent_sheet_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path, [["agency", "D1", "D2", "D3", "D4"], ["A", 1, 2, 3, "=1+1"]])
    with pytest.raises(DataError, match="'=1\\+1' is a formula whose value is not in the file"):
        scored(path)
    with pytest.raises(DataError, match="It has no sheet 'x', but 'Sheet'"):
        scored(path, sheet="x")
    with pytest.raises(DataError, match="Only an XLSX has sheets"):
        scored(text_file(tmp_path, "agency,D1\n"), sheet="x")


def test_index_of_ones_own_is_scored_from_a_file_as_a_whole(tmp_path: Path) -> None:
    own = load_instrument(
        pd.DataFrame(
            [
                {"code": "index", "aggregation": "geometric"},
                {"code": "x", "parent": "index", "normalise": "minmax", "low": 1, "high": 100,
                 "direction": -1},
                {"code": "y", "parent": "index", "denominator": "people"},
            ]
        )
    )  # fmt: skip
    file = text_file(tmp_path, "name;x;y;people\np;10;8;2\nq;20;50;2\nr;15,5;9;1\n")
    written: list[str] = []
    score_file(file, own, written.append)
    rows = list(csv.DictReader(io.StringIO("".join(written))))
    # x: 100, 1, 100 - 99 * .55 = 45.55; y: 4, 25, 9
    expected = [(100 * 4) ** 0.5, 25**0.5, (45.55 * 9) ** 0.5]
    assert [float(row["index"]) for row in rows] == pytest.approx(expected)
    assert "predicate" not in rows[0]
    wrong = text_file(tmp_path, "name;x;y;people\np;10;8;0\nq;10;5;2\n")
    with pytest.raises(DataError, match="2 violations") as caught:
        score_file(wrong, own, written.append)
    assert "row 'sheet.csv, line 2', people: 0 cannot divide y" in str(caught.value)
    assert "column x: all 2 values are 10" in str(caught.value)


def test_empty_row_of_a_table_of_aspects_has_no_index_and_asks_for_no_level(
    tmp_path: Path,
) -> None:
    text = "agency,A1,A2,A3,A4,A5,A6,A7,A8\nX,3,3,3,3,3,3,3,3\nZ,,,,,,,,\n"
    path = tmp_path / "a.csv"
    path.write_text(text)
    pieces: list[str] = []
    told = score_file(path, EDITION, pieces.append, missing="renormalise")
    assert (told.n_rows, told.n_without) == (2, 1)
    rows = "".join(pieces).splitlines()
    assert [row.split(",")[:4] for row in rows[1:]] == [
        ["X", "aspect", "3", "Baik"],
        ["Z", "aspect", "", ""],
    ]
    with pytest.raises(DataError, match="column A1") as refused:
        score_file(path, EDITION, pieces.append)
    assert "I01" not in str(refused.value)
