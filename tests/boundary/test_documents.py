"""Documents of programs: what unpacks to too much, and what no parser reads, is one sentence."""

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from fuzzing import STATED, bomb, good_files
from spbe_research.boundary import check_picture, dublin_core, parsing
from spbe_research.errors import DataError
from spbe_research.press.identify import _READERS, identify


@pytest.mark.parametrize("kind", ["png", "svg", "pdf", "xlsx"])
def test_what_a_document_states_is_read(kind: str) -> None:
    assert _READERS[kind](good_files()[kind], "name")["Description"] == STATED


def test_properties_of_a_workbook_are_those_of_openpyxl() -> None:
    import openpyxl

    properties = openpyxl.load_workbook(io.BytesIO(good_files()["xlsx"])).properties
    assert _READERS["xlsx"](good_files()["xlsx"], "name") == {
        "Title": properties.title,
        "Description": properties.description,
        "Source": properties.subject,
        "Rights": properties.keywords,
        "Language": properties.language,
    }


def test_elements_within_elements_are_read_and_only_the_first_of_a_name() -> None:
    text = (
        "<svg><metadata xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:creator><a><dc:title>\n b"
        "</dc:title></a></dc:creator><dc:title>c</dc:title></metadata><broken"
    )
    assert dublin_core(text.encode()) == {"Title": "b", "Creator": "b"}


def refusal(folder: Path, content: bytes) -> str:
    path = folder / "file"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        identify(path)
    return str(caught.value)


@pytest.mark.whole
def test_bombs_are_refused_before_they_unfold(tmp_path: Path) -> None:
    assert "It unpacks to" in refusal(tmp_path, bomb())
    png = good_files()["png"]
    huge = png[:16] + (60_000).to_bytes(4, "big") * 2 + png[24:]
    assert "It has 60,000 x 60,000 pixels, and must have at most 60 million" in refusal(
        tmp_path, huge
    )
    entities = b"<!DOCTYPE svg [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]><svg>&b;</svg>"
    assert "It declares entities" in refusal(tmp_path, entities)


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(1_001):
            archive.writestr(f"{number}", "")
    assert "It unpacks to 1,001 parts of 0 MB, and must have at most 1,000 and" in refusal(
        tmp_path, target.getvalue()
    )


def test_picture_of_the_most_pixels_is_taken() -> None:
    target = io.BytesIO()
    Image.new("1", (7_500, 8_000)).save(target, "png")
    check_picture(target.getvalue(), "name")
    check_picture(b"\x89PNG", "name")


@pytest.mark.parametrize(
    "beginning",
    [b"\x89PNG\r\n\x1a\n", b"%PDF-1.4\n", b"PK\x03\x04", b"<svg", b"<svg>" + b"<g>" * 9],
)
@pytest.mark.parametrize(
    "rest", [b"", b"\0" * 100, b"<a></b>", b"xref\n0 9\ntrailer<</Root 1 0 R>>"]
)
def test_broken_document_is_one_sentence(tmp_path: Path, beginning: bytes, rest: bytes) -> None:
    said = refusal(tmp_path, beginning + rest)
    assert said.startswith("Invalid file file.")
    assert "\n" not in said


def test_too_large_document_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.svg"
    with path.open("wb") as file:
        file.truncate(30_000_001)
    with pytest.raises(DataError, match="has 30.0 MB, and must have at most 30 MB"):
        identify(path)


@pytest.mark.parametrize("error", [KeyError("x"), RecursionError("deep"), MemoryError()])
def test_whatever_a_parser_raises_is_one_sentence(error: BaseException) -> None:
    with pytest.raises(DataError, match="Invalid file a. It begins as a PDF, but cannot be read: "):
        raise_within(error)


def raise_within(error: BaseException) -> None:
    with parsing("a", "PDF"):
        raise error


def test_refusal_and_missing_package_pass_through() -> None:
    with pytest.raises(DataError, match="^too large$"):
        raise_within(DataError("too large"))
    with pytest.raises(ModuleNotFoundError):
        raise_within(ModuleNotFoundError("pypdf"))
