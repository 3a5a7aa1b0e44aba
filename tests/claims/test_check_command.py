"""``spbe-research check`` and ``find``: what they print, write and refuse, and their exit codes."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from spbe_research import cli
from spbe_research.errors import SpbeError
from spbe_research.locations import project_folder

ARTICLE = project_folder() / "data" / "reference" / "claims.csv"
TEN_WRONG = Path(__file__).with_name("ten_wrong_claims.csv")
HEADER = "claim_id,agency,year,quantity,value"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, list(arguments))


def refusal(*arguments: str) -> str:
    """The text of the error, which `main` prints before it exits with 2."""
    result = run(*arguments)
    assert isinstance(result.exception, SpbeError), result.output
    return str(result.exception)


def write(folder: Path, *lines: str) -> Path:
    path = folder / "claims.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_wrong_number_is_contradicted_with_evidence_and_exit_code_1() -> None:
    result = run("check", "Kota Cilegon", "2018", "3.27")
    first, last = result.stdout.splitlines()
    assert first == "Kota Cilegon, SPBE index 2018: 3.27 is contradicted (published: 3.23)."
    assert last.startswith("Cite: Kementerian PANRB, Buku Laporan Hasil Evaluasi SPBE 2018, Tabel")
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("year", "value", "code"),
    [("2018", "3,23", 0), ("2018", "3.2", 0), ("2020", "3.23", 0), ("2025", "3.23", 1)],
)
def test_exit_code_says_whether_the_record_holds_the_number(
    year: str, value: str, code: int
) -> None:
    assert run("check", "pemkot cilegon", year, value).exit_code == code


def test_indonesian_ends_with_how_to_cite() -> None:
    lines = run("check", "Kota Cilegon", "2020", "3,23", "--lang", "id").stdout.splitlines()
    assert lines[0] == (
        "Kota Cilegon, indeks SPBE 2020: 3,23 mengulang nilai tahun 2018 (terbitan: 3,23)."
    )
    assert lines[-1].startswith("Kutip: Kementerian PANRB, ")


def test_claims_of_the_article() -> None:
    result = run("check", "--file", str(ARTICLE))
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert len([line for line in lines if not line.startswith("Cite: ")]) == 12
    assert lines[0] == (
        "cilegon-score: Kota Cilegon, SPBE index 2018: 3.27 is contradicted (published: 3.23)."
    )
    assert "11 claims: 4 contradicted, 4 confirmed, 3 not decidable here." in lines


def test_ten_wrong_claims_are_all_contradicted() -> None:
    lines = run("check", "--file", str(TEN_WRONG)).stdout.splitlines()
    assert "10 claims: 10 contradicted." in lines


def test_verdicts_are_written_with_every_column_of_the_file(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        f"{HEADER},speaker,source_id",
        'a,Kota Cilegon,2018,index,"3,23",the mayor,press-1',
        "b,cilegon,2020,,3.23,,press-2",
        "c,LIPI,2024,index,1.75,,",
    )
    output = tmp_path / "verdicts.csv"
    result = run("check", "--file", str(file), "--output", str(output))
    assert result.exit_code == 1
    with output.open(encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["verdict"] for row in rows] == ["confirmed", "carried over", "not published"]
    assert [row["carried_over_from"] for row in rows] == ["", "2018", ""]
    assert [row["claim_source_id"] for row in rows] == ["press-1", "press-2", ""]
    assert (rows[0]["speaker"], rows[0]["value"], rows[0]["published"]) == (
        "the mayor",
        "3,23",
        "3.23",
    )
    assert rows[0]["source_id"] == "menpanrb-2018-report"
    assert "3.23 is carried over from 2018" in rows[1]["finding"]


def test_file_with_semicolons_and_decimal_commas_is_read(tmp_path: Path) -> None:
    file = write(tmp_path, HEADER.replace(",", ";"), "a;Kota Cilegon;2018;index;3,23")
    assert run("check", "--file", str(file)).exit_code == 0


def test_everything_wrong_is_named_at_once_and_nothing_written(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        HEADER,
        "a,Bandung,2018,index,3.11",
        "a,Kota Cilegon,18,index,3.23",
        ",Kota Cilegon,2018,rank,3.23",
        "d,Kota Cilegon,2018,index,high",
        "e,Kota Cilegon,2018,predicate,Bagus",
        "f,Kota Cilegon,2018,regulation,Perwal 106/2016",
        "g,Kota Cilegon,2018",
    )
    output = tmp_path / "verdicts.csv"
    message = refusal("check", "--file", str(file), "--output", str(output))
    assert message.startswith("Invalid file claims.csv, 11 violations:")
    for said in (
        "line 2, column agency: 'Bandung'. It must name one agency, and may mean 2: Kabupaten",
        "line 3, column claim_id: 'a'. It must be unique",
        "line 3, column year: '18'. It must be a year such as 2018.",
        "line 4, column claim_id: ''. It must not be empty.",
        "line 4, column quantity: 'rank'. It must be one of index, predicate, D1",
        "line 5, column value: 'high'. It must be a number such as 3.27 or 3,27.",
        "line 6, column value: 'Bagus'. It must be one of Kurang, Cukup",
        "line 7, column claim: ''. The quantity regulation needs this column.",
        "line 8: 3 fields, the header has 5",
        "Correct the cells named above and run again. Nothing was checked.",
    ):
        assert said in message
    assert not output.exists()


def test_absent_and_doubled_columns_are_named_together(tmp_path: Path) -> None:
    file = write(tmp_path, "claim_id,agency,agency,year,quantity", "a,cilegon,cilegon,2018,index")
    message = refusal("check", "--file", str(file))
    assert "column agency stands 2 times" in message
    assert "column value is absent" in message


@pytest.mark.parametrize("lines", [[HEADER], ["", ""]])
def test_file_without_a_claim_is_refused(tmp_path: Path, lines: list[str]) -> None:
    file = write(tmp_path, *lines)
    assert "Invalid file claims.csv" in refusal("check", "--file", str(file))


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["Kota Cilegon"],
        ["Kota Cilegon", "2018"],
        ["Kota Cilegon", "2018", "3.23", "--file", "claims.csv"],
        ["Kota Cilegon", "2018", "3.23", "--output", "verdicts.csv"],
        ["--quantity", "D1", "--file", "claims.csv"],
    ],
)
def test_half_a_command_is_refused(arguments: list[str]) -> None:
    assert "It must have AGENCY YEAR VALUE, or --file" in refusal("check", *arguments)


def test_find_prints_id_and_name_best_first() -> None:
    lines = run("find", "pemkot cilegn").stdout.splitlines()
    assert lines[0].split(maxsplit=2)[1:] == ["kota-36.72", "Kota Cilegon"]
    assert "  (BKPM)" in run("find", "BKPM").stdout
    assert len(run("find", "kota", "--limit", "3").stdout.splitlines()) == 3


def test_find_says_when_nothing_is_near() -> None:
    result = run("find", "zzzzzz qqqqqq")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "Nothing is near 'zzzzzz qqqqqq'" in result.stderr
