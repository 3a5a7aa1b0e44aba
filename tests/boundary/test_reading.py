"""What may be opened and how it is decoded; everything else is one sentence."""

import csv
import os
import socket
from pathlib import Path

import pytest

from spbe_research.boundary import Limits, open_table, read_document, read_table
from spbe_research.errors import DataError, InstrumentError

ROWS = "a,b\n1,x\n2,y\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


def rows_of(path: Path, **limits: int) -> list[list[str]]:
    header, rows = read_table(path, header="a header", limits=Limits(**limits))
    return [header, *(row for _, row in rows)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_usual_form_gives_the_same_rows(
    file: Path, encoding: str, delimiter: str, end: str
) -> None:
    text = ROWS.replace("x", "é").replace(",", delimiter).replace("\n", end)
    file.write_bytes(text.encode(encoding))
    assert rows_of(file) == [["a", "b"], ["1", "é"], ["2", "y"]]


@pytest.mark.parametrize("mark", ["\ufeff".encode("utf-16-le"), "\ufeff".encode("utf-16-be")])
def test_both_orders_of_utf_16_are_read(file: Path, mark: bytes) -> None:
    order = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    file.write_bytes(mark + ROWS.encode(order))
    assert rows_of(file)[1] == ["1", "x"]


@pytest.mark.parametrize(
    ("line", "delimiter"), [("sep=;", ";"), ("sep=,", ","), ('"sep=\t"', "\t"), ("SEP=;", ";")]
)
def test_first_line_may_state_the_delimiter(file: Path, line: str, delimiter: str) -> None:
    file.write_text(f"{line}\na{delimiter}b\n1{delimiter}x,y;z,,,\n".replace(",,,", ""))
    header, rows = read_table(file, header="a header")
    assert header == ["a", "b"]
    assert rows[0][0] == 3
    assert rows[0][1][0] == "1"


def test_stated_delimiter_must_be_one_that_is_read(file: Path) -> None:
    file.write_text("sep=|\na|b\n")
    with pytest.raises(DataError, match=r"table.csv, line 1: sep=\|. Fields must be parted by"):
        read_table(file, header="a header")


def test_lines_are_counted_through_blank_rows_and_quoted_cells(file: Path) -> None:
    file.write_text('\n"a\n1",b\n\n1,x\n , \n"two\nlines",y\n')
    header, rows = read_table(file, header="a header")
    assert header == ["a\n1", "b"]
    assert rows == [(5, ["1", "x"]), (8, ["two\nlines", "y"])]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n\xe9,1\n", "byte 4 is not UTF-8. Save it as CSV UTF-8"),
        (b"\xef\xbb\xbfa,b\n\xe9,1\n", "byte 7 is not UTF-8"),
        ((b"a,b\n" + (b"1," + b"2" * 9_000 + b"\n") * 500) + b"\xff", "byte 4,501,504 is not"),
        (b"a,b\nx,\xc3", "byte 6 is not UTF-8"),
        (b"\xff\xfe\x00\xd8a\x00", "byte 2 is not UTF-16"),
        (ROWS.encode("utf-32"), "It is UTF-32, and must be UTF-8"),
        (ROWS.encode("utf-16-le"), "NUL character: it is no UTF-8 text, or UTF-16 without a byte"),
        (b"", "It is empty. It needs a header"),
        (b"\n ,; \n", "It is empty. It needs a header"),
        (b"x" * 2_100_000, "a line of more than 2,000,000 characters"),
        (b"a,b\n1," + b"x" * 10_001, "line 2: 'xxxxxxxxxxxxxxxxxxxx'... has 10,001 characters"),
        (b"a" * 10_001 + b",b\n", "line 1: .* has 10,001 characters, must have at most 10,000"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(file: Path, content: bytes, said: str) -> None:
    file.write_bytes(content)
    with pytest.raises(DataError, match=f"Invalid file table.csv.*{said}"):
        read_table(file, header="a header")


@pytest.mark.parametrize(("most", "line"), [(131_072, 65_538), (10**9, 100_001)])
def test_open_quotation_mark_is_named_whatever_the_limit_of_the_parser(
    file: Path, most: int, line: int
) -> None:
    """The limit belongs to the process: a library may have set another.

    Two characters a line from the second on: the first beyond 131,072 is in the 65,537th.
    """
    file.write_bytes(b'a,b\n1,"' + b"x\n" * 100_000)
    before = csv.field_size_limit(most)
    try:
        with pytest.raises(
            DataError, match=f"Invalid file table.csv, line {line}: .* never closed"
        ):
            read_table(file, header="a header")
    finally:
        csv.field_size_limit(before)


def test_sizes_are_limited(file: Path) -> None:
    file.write_text(ROWS)
    with pytest.raises(DataError, match="has more than 1 rows. Split it"):
        rows_of(file, n_rows=1)
    with pytest.raises(DataError, match="has 2 columns, and must have at most 1"):
        rows_of(file, n_columns=1)
    with pytest.raises(DataError, match="has 0.0 MB, and must have at most 0 MB"):
        rows_of(file, n_bytes=11)
    assert len(rows_of(file, n_rows=2, n_columns=2, n_bytes=12)) == 3


def test_blocks_hold_what_rows_would_give(file: Path) -> None:
    file.write_text("a,b\n\n1,x\n2,y")
    with open_table(file, header="a header") as table:
        assert list(table.blocks()) == [(2, "\n1,x\n2,y")]
    with open_table(file, header="a header") as table:
        first, block = next(table.blocks())
        assert list(table.rows(first, block)) == [(3, ["1", "x"]), (4, ["2", "y"])]


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to(tmp_path / "none")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    unix = socket.socket(socket.AF_UNIX)
    unix.bind(str(tmp_path / "socket"))
    unix.close()
    for name, said in {
        "folder": "It is a folder, and must be a file",
        "pipe": "It is a pipe, and must be a file",
        "socket": "It is a socket, and must be a file",
        "/dev/zero": "It is a device, and must be a file",
        "dangling": "It is a link to a file that does not exist",
        "none": "No file .*none. Check the path",
        "loop": "Cannot read loop: Too many levels",
        "x" * 300: "Cannot read x.*: File name too long",
    }.items():
        with pytest.raises(DataError, match=said):
            read_document(tmp_path / name, most_bytes=10)


def test_unreadable_file_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(ROWS)

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(DataError, match="Cannot read table.csv: Permission denied"):
        read_document(file, most_bytes=100)


@pytest.mark.parametrize("path", ["", "a\0b", None, 5])
def test_what_is_no_path_is_refused_with_the_kind_asked_for(path: object) -> None:
    with pytest.raises(InstrumentError, match="Invalid path .* It must be the path of a file"):
        read_document(path, most_bytes=1, kind=InstrumentError)  # type: ignore[arg-type]


def test_name_that_steers_a_terminal_is_written_out(tmp_path: Path) -> None:
    path = tmp_path / "\x1b[2J\n.csv"
    path.write_bytes(b"")
    with pytest.raises(DataError) as caught:
        read_table(path, header="a header")
    assert str(caught.value) == ("Invalid file \\x1b[2J\\n.csv. It is empty. It needs a header.")
