"""``spbe-research check`` and ``find``: what they print, write and refuse, and their exit codes."""

import csv
import re
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
    [
        ("2018", "3,23", 0),
        ("2018", "3.2", 0),
        ("2020", "3.23", 0),
        ("2021", "Cukup", 0),
        ("2025", "3.23", 1),
        ("2018", "3.27", 1),
    ],
)
def test_exit_code_says_whether_the_record_holds_the_number(
    year: str, value: str, code: int
) -> None:
    assert run("check", "Pemkot Cilegon", year, value).exit_code == code


def test_indonesian_ends_with_how_to_cite() -> None:
    lines = run("check", "Kota Cilegon", "2020", "3,23", "--lang", "id").stdout.splitlines()
    assert lines[0] == (
        "Kota Cilegon, indeks SPBE 2020: 3,23 benar, tetapi itu nilai 2018 yang dicetak ulang "
        "(nilai resmi: 3,23)."
    )
    assert lines[-1].startswith("Kutip: Kementerian PANRB, ")


@pytest.mark.whole
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
    assert [row["verdict"] for row in rows] == ["confirmed", "carried over", "not held here"]
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


def test_every_row_gets_a_verdict_not_understood_included(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        HEADER,
        "a,Bandung,2018,index,3.11",
        "b,Kota Cilegon,18,index,3.23",
        "c,Kota Cilegon,2018,gossip,3.23",
        "d,Kota Cilegon,2018,index,high",
        "e,Kota Cilegon,2022,predicate,Sedang",
        "f,Kota Cilegon,2018,regulation,Perwal 106/2016",
        "g,Kota Cilegon,2018",
        "h,Kota Cilegn,2018,index,3.23",
        "i,Kota Cilegon,2018,index,3.23",
        "i,Kota Cilegon,2018,index,3.23",
    )
    output = tmp_path / "verdicts.csv"
    result = run("check", "--file", str(file), "--output", str(output))
    assert result.exit_code == 1
    with output.open(encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["verdict"] for row in rows] == [
        *["not understood"] * 8,
        "confirmed",
        "not understood",
    ]
    for row, said in zip(
        rows,
        (
            "may mean 2: Kabupaten Bandung; Kota Bandung",
            "Invalid year '18'. It must be a year such as 2018.",
            "Invalid quantity 'gossip'. It must be one of index, predicate",
            "Invalid value 'high' of index. It must be a number",
            "'Sedang' is a loose word, perhaps for Cukup.",
            "The quantity regulation needs the column source_id, claim, unit.",
            "Line 8 has 3 fields, the header has 5.",
            "Nearest: Kota Cilegon",
            "3.23 is confirmed.",
            "Invalid claim_id 'i'. It stands above already.",
        ),
        strict=True,
    ):
        assert said in row["finding"], row


@pytest.mark.whole
def test_what_spreadsheets_and_indonesian_headers_write_is_read(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "Instansi;Tahun;Besaran;Nilai",
        "Kota Cilegon;2018.0;INDEX;3.2300000000000001",
        "KSB;2023;indeks;3,13",
        "Rata-rata nasional;2024;;3,12",
        "Lutra;2022;Domain Tata Kelola;2,30",
        "Kota Cilegon;2018;predikat;BAIK",
        "Kota Batu;2023-2024;perubahan;0,22",
    )
    result = run("check", "--file", str(file), "--lang", "id")
    assert result.exit_code == 0, result.stdout
    assert "6 pernyataan: 4 sesuai, 2 sesuai dengan hasil hitung dari data resmi." in result.stdout
    assert "2: Kota Cilegon, indeks SPBE 2018: 3,2300000000000001 sesuai" in result.stdout


def test_places_and_changes_of_a_file_are_judged(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        f"{HEADER},among",
        "a,Sulawesi Barat,2024,rank,18 dari 38,provinsi",
        "b,Sulawesi Barat,2024,rank,17,provinsi",
        "c,Kota Batu,2023-2024,change,0.12,",
        "d,Kota Batu,2022-2024,change,0.12,",
        "e,Kota Batu,2024,rank,high,",
        "f,Kota Batu,2024,change,0.12,",
        "g,Nasional,2023-2024,change,0.33,",
    )
    output = tmp_path / "verdicts.csv"
    run("check", "--file", str(file), "--output", str(output))
    with output.open(encoding="utf-8") as opened:
        verdicts = [row["verdict"] for row in csv.DictReader(opened)]
    assert verdicts == [
        "follows from what is printed",
        "contradicted",
        "contradicted",
        "not comparable",
        "not understood",
        "not understood",
        "follows from what is printed",
    ]


def test_tell_says_what_is_held() -> None:
    lines = run("tell", "Kota Cilegon", "2018", "--lang", "id").stdout.splitlines()
    assert lines[0] == "Kota Cilegon, 2018: indeks SPBE 3,23, predikat Baik."
    assert "Di antara kota dalam daftar 2018: peringkat 4 dari 90." in lines
    assert lines[-1].startswith("Kutip: Kementerian PANRB, Buku Laporan Hasil Evaluasi SPBE 2018")


def test_tell_says_every_year_and_what_the_press_reported() -> None:
    lines = run("tell", "KSB").stdout.splitlines()
    assert lines[0] == "“KSB” was read as Kabupaten Sumbawa Barat."
    assert len(lines) == 9
    mataram = run("tell", "Kota Mataram").stdout
    assert "2025: SPBE index 3.96, as the press reported" in mataram
    assert "repeats 2019" in mataram
    assert "3.12, in the band Baik." in run("tell", "Nasional", "2024").stdout
    assert "2025: no index is held here." in run("tell", "Kota Cilegon", "2025").stdout
    assert "No list held names this agency" in run("tell", "Kemenhut").stdout


@pytest.mark.whole
def test_tell_of_a_year_of_levels_gives_the_domains() -> None:
    told = run("tell", "Kota Cilegon", "2022").stdout
    assert "Domains, from the 47 printed levels: D1 2.40;" in told
    assert "in the band " in told
    assert "Domains: D1 " in run("tell", "Kab. Sumedang", "2023").stdout
    assert "Flagged in data/corrections.toml" in run("tell", "Kabupaten Banyuasin", "2023").stdout


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
    assert "Perintah tidak lengkap" in refusal("check", *arguments, "--lang", "id")


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
    indonesian = run("find", "zzzzzz qqqqqq", "--lang", "id")
    assert "Tidak ada yang mirip dengan 'zzzzzz qqqqqq'" in indonesian.stderr


@pytest.mark.parametrize(
    ("record_id", "language", "said"),
    [
        ("fig-covrage", "en", "Nearest: fig-coverage"),
        ("fig-covrage", "id", "Kode 'fig-covrage' tidak dikenali. .* paling mirip: fig-coverage"),
        ("menpanrb-2018-reprt", "en", "Nearest: menpanrb-2018-report"),
        ("zzzz", "en", "stand on their pages"),
        ("Kota Cilegn/2018", "id", "Yang paling mirip: Kota Cilegon"),
    ],
)
def test_cite_offers_what_is_near_a_wrong_id(record_id: str, language: str, said: str) -> None:
    assert re.search(said, refusal("cite", record_id, "--lang", language))


def test_cite_reads_a_loose_name() -> None:
    assert run("cite", "KSB/2023").stdout == run("cite", "kab-52.07/2023").stdout
