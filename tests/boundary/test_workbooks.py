"""Workbooks in and out: bounded, no formula executed, no text taken for one."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from spbe_research.boundary import Limits, read_sheet, sheet_names, workbook_bytes
from spbe_research.errors import DataError


def saved(path: Path, rows: list[list[object]]) -> Path:
    path.write_bytes(workbook_bytes([("one", rows), ("Two", [["x"]])]))
    return path


def test_cells_come_back_as_texts(tmp_path: Path) -> None:
    rows: list[list[object]] = [["a", 1, 2.5, None], [], ["b", -3, 1e-7, True]]
    path = saved(tmp_path / "x.xlsx", rows)
    assert read_sheet(path) == [(1, ["a", "1", "2.5"]), (3, ["b", "-3", "0.0000001", "1"])]
    assert sheet_names(path) == ["one", "Two"]
    assert read_sheet(path, sheet=" two ") == [(1, ["x"])]


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "@x", "-x", "\t=1"])
def test_no_text_is_written_as_a_formula(tmp_path: Path, text: str) -> None:
    content = workbook_bytes([("one", [[text]])])
    cell = openpyxl.load_workbook(io.BytesIO(content)).active["A1"]
    assert (cell.data_type, cell.value[0]) == ("s", "'")


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(n_rows=1), "more than 1 rows"),
        (Limits(n_columns=1), "more than 1 columns"),
        (Limits(n_characters=3), "has 4 characters, must have at most 3"),
        (Limits(n_bytes=100), "must have at most 0 MB"),
    ],
)
def test_what_is_too_large_is_refused(tmp_path: Path, limits: Limits, said: str) -> None:
    path = saved(tmp_path / "x.xlsx", [["abcd", "b"], ["c", "d"]])
    with pytest.raises(DataError, match=said):
        read_sheet(path, limits=limits)


@pytest.mark.whole
def test_workbook_that_declares_entities_or_unpacks_to_much_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "x.xlsx", [["a"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa">]><x>&a;</x>'
    for name, content, said in (
        ("xl/workbook.xml", evil, "It declares entities"),
        ("xl/big.xml", b"0" * 101_000_000, "It unpacks to"),
    ):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, kept in {**parts, name: content}.items():
                archive.writestr(part, kept)
        with pytest.raises(DataError, match=said):
            read_sheet(path)
