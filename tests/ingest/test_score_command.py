"""``spbe-research score``: what people's files look like, and what is said of a wrong one."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from spbe_research import load_instrument
from spbe_research.errors import DataError
from spbe_research.ingest import read_levels

ITEMS = list(load_instrument("permen-59-2020").indicators)


def write(path: Path, rows: list[list[str]], header: list[str], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def score(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = "from spbe_research.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, "score", *arguments], capture_output=True, text=True
    )


def test_file_with_decimal_commas_and_semicolons_is_scored(tmp_path: Path) -> None:
    header = ["agency", *[f"i{int(code[1:])}" for code in ITEMS]]
    file = write(tmp_path / "levels.csv", [["Kota A", *["3,0"] * 47]], header, ";")
    run = score(str(file), "--edition", "permen-59-2020")
    assert run.returncode == 0, run.stderr
    rows = list(csv.DictReader(run.stdout.splitlines()))
    assert rows[0]["agency"] == "Kota A"
    assert (rows[0]["index"], rows[0]["predicate"], rows[0]["A8"]) == ("3", "Baik", "3")


def test_everything_wrong_is_named_and_nothing_written(tmp_path: Path) -> None:
    row = ["Kota A", *["3,0"] * 46, "2"]
    row[4], row[9], row[20] = "", "6", "tiga"
    header = ["agency", *ITEMS[:-1], "I48"]
    file = write(tmp_path / "levels.csv", [row, ["Kota B", *["2"] * 46]], header)
    output = tmp_path / "scores.csv"
    run = score(str(file), "--edition", "permen-59-2020", "--output", str(output))
    assert run.returncode == 2
    assert run.stdout == ""
    assert not output.exists()
    for said in (
        "column 'I48': is no item of permen-59-2020",
        "column I47 is absent",
        "line 2, column I04: is empty, must be a level 1 to 5",
        "line 2, column I09: '6' is outside the scale, must be 1 to 5",
        "line 2, column I20: 'tiga' is no number",
        "line 3: 47 fields, the header has 48",
    ):
        assert said in run.stderr
    assert "Traceback" not in run.stderr


def test_empty_level_is_shared_when_asked(tmp_path: Path) -> None:
    row = ["Kota A", *["3"] * 47]
    row[1] = ""
    file = write(tmp_path / "levels.csv", [row], ["agency", *ITEMS])
    run = score(str(file), "--edition", "permen-59-2020", "--missing", "renormalise")
    rows = list(csv.DictReader(run.stdout.splitlines()))
    assert (rows[0]["index"], rows[0]["n_items"]) == ("3", "46")


def test_own_instrument_scores_from_a_csv(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(
        "code,parent,scale,weight_pct,name\nindex,,index,100,x\nA1,index,aspect,100,y\n"
        "I01,A1,indicator,25,a\nI02,A1,indicator,75,b\n"
    )
    file = write(tmp_path / "levels.csv", [["1", "5"]], ["I01", "I02"])
    run = score(str(file), "--edition", str(own))
    rows = list(csv.DictReader(run.stdout.splitlines()))
    assert (rows[0]["line"], rows[0]["index"], rows[0]["predicate"]) == ("2", "4", "Sangat Baik")


def test_unknown_edition_and_missing_file_are_one_sentence(tmp_path: Path) -> None:
    run = score(str(tmp_path / "none.csv"), "--edition", "permen-59-2020")
    assert run.returncode == 2
    assert run.stderr.startswith("No file")
    run = score("x.csv", "--edition", "permen-1-1999")
    assert "Invalid edition 'permen-1-1999'" in run.stderr


@pytest.mark.parametrize("content", [b"", b"\n\n", b"I01\n\xff\xfe"])
def test_empty_or_undecodable_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "levels.csv"
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"Invalid file levels.csv.*(empty|UTF-8)"):
        read_levels(file, load_instrument("permen-59-2020"))
