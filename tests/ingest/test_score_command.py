"""``spbe-research score``: what people's files look like, and what is said of a wrong one."""

import csv
import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from spbe_research import compute_index, load_instrument
from spbe_research.boundary import files
from spbe_research.errors import DataError
from spbe_research.ingest import level_parts, read_levels, score_file
from spbe_research.instruments import Band

pytestmark = pytest.mark.whole

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


EDITION = ("--edition", "permen-59-2020")


def levels(folder: Path, rows: int = 3) -> Path:
    table = [[f"Kota {row}", "2024", *["3"] * 47] for row in range(rows)]
    return write(folder / "levels.csv", table, ["agency", "year", *ITEMS])


def test_output_never_replaces_the_levels_or_another_file_unasked(tmp_path: Path) -> None:
    file = levels(tmp_path)
    before = file.read_bytes()
    kept = tmp_path / "kept.csv"
    kept.write_text("mine")
    run = score(str(file), *EDITION, "-o", str(file), "--overwrite")
    assert (run.returncode, file.read_bytes()) == (2, before)
    assert "It is the file that is read, and is never replaced" in run.stderr
    run = score(str(file), *EDITION, "-o", str(kept))
    assert (run.returncode, kept.read_text()) == (2, "mine")
    assert "kept.csv. It exists already. Name another file, or add --overwrite" in run.stderr
    run = score(str(file), *EDITION, "-o", str(kept), "--overwrite")
    assert run.returncode == 0, run.stderr
    assert run.stdout == f"3 agencies scored with permen-59-2020: {kept}\n"
    assert kept.read_text().startswith("agency,year,index,predicate,distance_to_band,D1,")


def test_one_agency_is_one_and_two_are_agencies(tmp_path: Path) -> None:
    for rows, said in ((1, "1 agency scored"), (2, "2 agencies scored")):
        run = score(str(levels(tmp_path, rows)), *EDITION, "-o", str(tmp_path / f"{rows}.csv"))
        assert run.stdout.startswith(f"{said} with permen-59-2020: ")
    file = write(tmp_path / "few.csv", [["Kota A", "5", *[""] * 46]], ["agency", *ITEMS])
    run = score(str(file), *EDITION, "--missing", "renormalise")
    assert "1 agency has no index: too few values" in run.stderr


def test_wrong_file_leaves_an_output_that_may_be_replaced(tmp_path: Path) -> None:
    kept = tmp_path / "kept.csv"
    kept.write_text("mine")
    file = write(tmp_path / "levels.csv", [["Kota A", *["9"] * 47]] * 50, ["agency", *ITEMS])
    run = score(str(file), *EDITION, "-o", str(kept), "--overwrite")
    assert (run.returncode, kept.read_text()) == (2, "mine")
    assert "Invalid file levels.csv, 2,350 violations:" in run.stderr
    assert "and 2,330 more" in run.stderr
    assert len(run.stderr) < 3_000


def test_dash_is_the_screen(tmp_path: Path) -> None:
    file = str(levels(tmp_path))
    assert score(file, *EDITION, "-o", "-").stdout == score(file, *EDITION).stdout


def test_closed_pipe_and_full_screen_are_no_traceback(tmp_path: Path) -> None:
    program = f"{sys.executable} -c 'from spbe_research.cli import main; main()' score"
    command = f"{program} {levels(tmp_path, 3_000)} {' '.join(EDITION)}"
    for end in ("| head -1", "> /dev/full"):
        run = subprocess.run(  # noqa: S602 (the shell closes the pipe)
            f"{command} {end}",
            shell=True,
            capture_output=True,
            text=True,
        )
        assert "Traceback" not in run.stderr
        assert "Exception" not in run.stderr
    assert run.stderr == "Cannot go on: No space left on device.\n"


def test_formulas_and_terminal_escapes_in_names_are_neutralised(tmp_path: Path) -> None:
    rows = [[name, *["3"] * 47] for name in ("=1+1", "@x", "a\x1b[2J", "-5")]
    file = write(tmp_path / "levels.csv", rows, ["agency", *ITEMS])
    names = [
        row["agency"] for row in csv.DictReader(score(str(file), *EDITION).stdout.splitlines())
    ]
    assert names == ["'=1+1", "'@x", "a\\x1b[2J", "-5"]


def scored(file: Path, **more: str) -> str:
    written: list[str] = []
    score_file(file, load_instrument("permen-59-2020"), written.append, **more)  # type: ignore[arg-type]
    return "".join(written)


def test_file_in_parts_gives_what_the_whole_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f'Kota "{row}", x' if row % 7 == 0 else f"Kota {row}" for row in range(200)]
    rows = [
        [name, *(str(1 + (row + at) % 5) for at in range(len(ITEMS)))]
        for row, name in enumerate(names)
    ]
    file = write(tmp_path / "levels.csv", rows, ["name", *ITEMS])
    whole = scored(file)
    monkeypatch.setattr(files, "_BLOCK_BYTES", 1_000)
    monkeypatch.setattr(level_parts, "_ROWS_A_PART", 7)
    assert scored(file) == whole
    monkeypatch.setattr(level_parts.LevelReader, "_at_once", lambda self, line, block: None)
    assert scored(file) == whole
    table = read_levels(file, load_instrument("permen-59-2020"))
    index = compute_index(table, "permen-59-2020")["index"]
    said = pd.read_csv(io.StringIO(whole))
    assert said["name"].tolist() == names
    assert said["index"].tolist() == [float(f"{value:.6g}") for value in index]


def test_rows_of_the_same_names_are_refused_with_both_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_BLOCK_BYTES", 1_000)
    rows = [[f"Kota {row % 60}", "2024", *["3"] * 47] for row in range(90)]
    file = write(tmp_path / "levels.csv", rows, ["agency", "year", *ITEMS])
    with pytest.raises(DataError, match="file levels.csv, 30 violations:") as caught:
        scored(file)
    told = "levels.csv, line 62: 'Kota 0', '2024' stands in line 2 already"
    assert told in str(caught.value)


def test_sheet_of_a_csv_is_refused_where_it_is_read_in_parts_too(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Only an XLSX has sheets, and levels.csv is none"):
        scored(levels(tmp_path), sheet="x")


def test_blank_rows_are_passed_over_also_where_levels_may_be_empty(tmp_path: Path) -> None:
    file = write(
        tmp_path / "levels.csv",
        [["Kota A", *["3"] * 47], [""] * 48, ["", *["2"] * 47], ["Kota B", "", *["3"] * 46]],
        ["agency", *ITEMS],
    )
    rows = list(csv.DictReader(io.StringIO(scored(file, missing="renormalise"))))
    assert [(row["agency"], row["n_items"]) for row in rows] == [
        ("Kota A", "47"), ("", "47"), ("Kota B", "46"),
    ]  # fmt: skip


def test_predicates_of_ones_own_are_neutralised_too(tmp_path: Path) -> None:
    bands = (Band("=low, lower", 1, 3), Band("high", 3, 5))
    written: list[str] = []
    own = replace(load_instrument("permen-59-2020"), bands=bands)
    file = write(tmp_path / "levels.csv", [["2"] * 47, ["4"] * 47], ITEMS)
    score_file(file, own, written.append)
    rows = list(csv.DictReader(io.StringIO("".join(written))))
    assert [row["predicate"] for row in rows] == ["'=low, lower", "high"]
    assert [row["line"] for row in rows] == ["2", "3"]


@pytest.mark.parametrize("cell", ["3e0", "3.", "1e999", "0x3", "3_0", "٣", "nan", "True", "'3"])
@pytest.mark.parametrize("name", ["Kota e.E", '"Kota ""e."""'])
def test_what_only_a_parser_takes_for_a_level_is_refused(
    tmp_path: Path, cell: str, name: str
) -> None:
    file = tmp_path / "levels.csv"
    row = ",".join([name, *["3"] * 46, cell])
    file.write_text("\n".join([",".join(["agency", *ITEMS]), row]), encoding="utf-8")
    with pytest.raises(DataError, match=f"line 2, column I47: .*{cell}.* is no number") as caught:
        read_levels(file, load_instrument("permen-59-2020"))
    assert "1 violation:" in str(caught.value)


@pytest.mark.parametrize("cell", ["3.0", "3,0", " 3 ", "+3", "03"])
def test_every_way_to_write_a_whole_level_is_read(tmp_path: Path, cell: str) -> None:
    file = write(tmp_path / "levels.csv", [["a", *["2"] * 46, cell]], ["agency", *ITEMS], ";")
    table = read_levels(file, load_instrument("permen-59-2020"))
    assert table["I47"].tolist() == [3.0]
    assert set(table.dtypes) == {np.dtype("float64")}
