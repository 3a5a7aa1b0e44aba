"""Writing leaves what stood there whole, and says so; cells are no commands."""

import csv
import io
import os
from pathlib import Path

import pandas as pd
import pytest

from spbe_research.boundary import csv_cells, csv_table, decimal_number, open_output, safe_cell
from spbe_research.boundary import output as module
from spbe_research.errors import DataError, SpbeError, refuse

MINE = "what I wrote"


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text(MINE)
    return path


def write(path: Path, **more: object) -> None:
    with open_output(path, **more) as target:  # type: ignore[arg-type]
        target.write("new")


def alone(path: Path) -> bool:
    return [each.name for each in path.parent.iterdir()] == [path.name]


def test_new_file_is_written_and_nothing_is_left_beside(tmp_path: Path) -> None:
    write(tmp_path / "new.csv")
    assert (tmp_path / "new.csv").read_text() == "new"
    assert alone(tmp_path / "new.csv")
    assert (tmp_path / "new.csv").stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_existing_file_is_replaced_only_when_asked(mine: Path) -> None:
    with pytest.raises(DataError, match="mine.csv. It exists already. Name another file, or add"):
        write(mine)
    assert mine.read_text() == MINE
    mine.chmod(0o640)
    write(mine, overwrite=True)
    assert (mine.read_text(), mine.stat().st_mode & 0o777) == ("new", 0o640)
    assert alone(mine)


@pytest.mark.parametrize("way", ["itself", "link", "hard link", "around"])
@pytest.mark.parametrize("overwrite", [False, True])
def test_input_is_never_replaced_under_whatever_path(mine: Path, way: str, overwrite: bool) -> None:
    other = mine.with_name("other.csv")
    if way == "link":
        other.symlink_to(mine)
    elif way == "hard link":
        os.link(mine, other)
    elif way == "around":
        other = mine.parent / ".." / mine.parent.name / mine.name
    else:
        other = mine
    with pytest.raises(DataError, match="It is the file that is read, and is never replaced"):
        write(other, overwrite=overwrite, inputs=[mine])
    assert mine.read_text() == MINE


def test_what_a_link_leads_to_is_replaced_and_the_link_stays(mine: Path) -> None:
    link = mine.with_name("link.csv")
    link.symlink_to(mine)
    write(link, overwrite=True)
    assert link.is_symlink()
    assert mine.read_text() == "new"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("folder", "It must be a file; '-' writes to the screen"),
        ("/dev/null", "It must be a file"),
        ("none/x.csv", "There is no such folder. Make it"),
        ("dangling", "It is a link to a file that does not exist"),
        ("mine.csv/x.csv", "Cannot write x.csv: Not a directory"),
        ("x" * 300, "Cannot write x.*: File name too long"),
    ],
)
def test_place_that_takes_no_file_is_named(mine: Path, name: str, said: str) -> None:
    (mine.parent / "folder").mkdir()
    (mine.parent / "dangling").symlink_to("nothing")
    with pytest.raises(DataError, match=said):
        write(mine.parent / name, overwrite=True)


@pytest.mark.parametrize("step", ["write", "fsync", "place"])
@pytest.mark.parametrize("exists", [False, True])
def test_full_disk_leaves_the_old_file_and_nothing_else(
    mine: Path, monkeypatch: pytest.MonkeyPatch, step: str, exists: bool
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    target = mine if exists else mine.with_name("new.csv")
    if step == "fsync":
        monkeypatch.setattr(module.os, "fsync", full)
    if step == "place":
        monkeypatch.setattr(module, "_put_in_place", full)
    with pytest.raises(DataError, match="No space left on device. What stood there before is"):
        _write_or_fail(target, full if step == "write" else None)
    assert mine.read_text() == MINE
    assert alone(mine)


def _write_or_fail(path: Path, fail: object) -> None:
    with open_output(path, overwrite=True) as target:
        target.write("new")
        if callable(fail):
            fail()


def test_error_in_the_block_leaves_the_old_file(mine: Path) -> None:
    def refuse_it() -> None:
        raise DataError("wrong")

    with pytest.raises(DataError, match="wrong"):
        _write_or_fail(mine, refuse_it)
    assert mine.read_text() == MINE
    assert alone(mine)


def test_file_that_came_between_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "new.csv"
    with pytest.raises(DataError, match="It exists already"):
        _write_or_fail_new(target)
    assert target.read_text() == MINE
    assert alone(target)


def _write_or_fail_new(target: Path) -> None:
    with open_output(target) as file:
        file.write("new")
        target.write_text(MINE)


def test_place_without_hard_links_takes_a_new_file(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(module.os, "link", never)
    write(mine.with_name("new.csv"))
    assert mine.with_name("new.csv").read_text() == "new"
    with pytest.raises(DataError, match="It exists already"):
        _write_or_fail_new(mine.with_name("newer.csv"))
    assert mine.with_name("newer.csv").read_text() == MINE


@pytest.mark.parametrize("path", [None, "-"])
def test_screen_shows_nothing_before_all_is_written(
    path: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(DataError, match="wrong"):
        _to_screen(path, fail=True)
    assert capsys.readouterr().out == ""
    _to_screen(path, fail=False)
    assert capsys.readouterr().out == "part\n"


def _to_screen(path: str | None, *, fail: bool) -> None:
    with open_output(path) as target:
        target.write("part\n")
        if fail:
            raise DataError("wrong")


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("\t=1", "'\t=1"),
        ("-0.5", "-0.5"),
        ("+3,27", "+3,27"),
        ("Kota A = B", "Kota A = B"),
        ("", ""),
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\rb", "a\\x0db"),
        ("\u202eabc", "\\u202eabc"),
    ],
)
def test_cell_is_no_command(cell: str, safe: str) -> None:
    assert safe_cell(cell) == safe
    (written,) = csv_cells([cell])
    assert next(csv.reader([f"{written},"]))[0] == safe


def test_table_is_read_back_as_it_was_written() -> None:
    table = pd.DataFrame({"a,b": ['x"y', "two\nlines", "é, ü"], "n": [1.5, -2.0, None]})
    again = pd.read_csv(io.StringIO(csv_table(table)))
    pd.testing.assert_frame_equal(again, table, check_dtype=False)


@pytest.mark.parametrize(
    ("text", "number"),
    [("3", 3), (" 3,5 ", 3.5), ("-0.25", -0.25), ("1e3", None), ("٣", None), ("nan", None),
     ("1.000,5", None), ("9" * 31, None), ("", None), ("0x1", None), ("1_0", None)],
)  # fmt: skip
def test_number_has_a_decimal_comma_or_point_and_nothing_else(
    text: str, number: float | None
) -> None:
    found = decimal_number(text)
    assert found is None if number is None else float(found) == number


def test_message_tells_the_first_twenty_and_how_many() -> None:
    with pytest.raises(DataError) as caught:
        refuse(DataError, "table", [f"row {row}" for row in range(1_000)], "Correct it.")
    lines = str(caught.value).splitlines()
    assert lines[0] == "Invalid table, 1,000 violations:"
    assert lines[1:21] == [f"  - row {row}" for row in range(20)]
    assert lines[21:] == ["  - and 980 more", "Correct it."]
    with pytest.raises(DataError, match="Invalid table, 20 violations:\n(  - row\n){20}Correct"):
        refuse(DataError, "table", ["row"] * 20, "Correct it.")
    with pytest.raises(DataError, match="3,000 violations:\n  - row\n  - and 2,999 more"):
        refuse(DataError, "table", ["row"], "Correct it.", count=3_000)


def test_message_has_an_end_and_steers_nothing() -> None:
    told = str(SpbeError(f"Invalid value {'x' * 100_000}\x1b[31m\u202e\udcff. Give another."))
    assert len(told) < 2_200
    assert told.startswith("Invalid value xxx")
    assert told.endswith("\\x1b[31m\\u202e\\udcff. Give another.")
    assert "characters left out" in told
    assert len(str(SpbeError("x\n" * 100_000))) < 21_000
