"""A file found loose is traced to its record, and told apart from an altered or older one."""

import io
from pathlib import Path

import openpyxl
import pytest
from PIL import Image, PngImagePlugin
from typer.testing import CliRunner

from spbe_research.cli import app
from spbe_research.errors import DataError
from spbe_research.press import identify as tracing
from spbe_research.press.exports import write_exports
from spbe_research.press.identify import identify
from spbe_research.press.manifest import Item, release_date
from spbe_research.press.records import LICENCE, load_records
from spbe_research.press.show import draw_record

ID = "fig-gini"
OLD = "0" * 64


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exports")
    write_exports(path, ids=[ID])
    return path


def changed(path: Path, target: Path, old: bytes, new: bytes) -> Path:
    content = path.read_bytes()
    assert old in content
    target.write_bytes(content.replace(old, new, 1))
    return target


@pytest.mark.parametrize(
    ("end", "kind", "language"),
    [
        ("en.png", "png", "en"),
        ("id.png", "png", "id"),
        ("en.svg", "svg", "en"),
        ("id.svg", "svg", "id"),
        ("id.pdf", "pdf", "id"),
        ("csv", "csv", "en"),
        ("xlsx", "xlsx", "en"),
    ],
)
def test_exported_file_is_traced_whatever_its_name(
    folder: Path, tmp_path: Path, end: str, kind: str, language: str
) -> None:
    loose = tmp_path / "found"
    loose.write_bytes((folder / f"{ID}.{end}").read_bytes())
    traced = identify(loose)
    assert (traced.record_id, traced.kind, traced.language) == (ID, kind, language)
    titles = {
        "en": load_records()["fig-gini"].title_en,
        "id": load_records()["fig-gini"].title_id,
    }
    assert traced.title == titles[language]
    assert "Kementerian PANRB" in traced.source
    assert traced.licence == LICENCE
    assert traced.is_current
    assert traced.is_untouched


def test_picture_of_a_notebook_is_traced_too(tmp_path: Path) -> None:
    path = tmp_path / "notebook.png"
    path.write_bytes(draw_record(ID))
    assert identify(path).is_untouched


def test_edited_pixel_is_noticed(folder: Path, tmp_path: Path) -> None:
    picture = Image.open(folder / f"{ID}.en.png")
    texts = PngImagePlugin.PngInfo()
    for name, text in picture.text.items():
        texts.add_text(name, text)
    edited = picture.convert("RGB")
    edited.putpixel((500, 500), (1, 2, 3))
    edited.save(tmp_path / "edited.png", pnginfo=texts)
    traced = identify(tmp_path / "edited.png")
    assert traced.is_current
    assert not traced.is_untouched
    assert "Altered: its data are current" in traced.summary()


@pytest.mark.parametrize(
    ("end", "old", "new"),
    [("en.svg", b"Gini", b"Gigi"), ("en.pdf", b"/MediaBox [ 0 0 504", b"/MediaBox [ 0 0 503")],
)
def test_edited_vector_picture_is_noticed(
    folder: Path, tmp_path: Path, end: str, old: bytes, new: bytes
) -> None:
    traced = identify(changed(folder / f"{ID}.{end}", tmp_path / "edited", old, new))
    assert (traced.is_current, traced.is_untouched) == (True, False)


def test_edited_workbook_is_noticed(folder: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(folder / f"{ID}.xlsx")
    book["data"]["D2"] = 0.5
    book.save(tmp_path / "edited.xlsx")
    traced = identify(tmp_path / "edited.xlsx")
    assert (traced.record_id, traced.is_current, traced.is_untouched) == (ID, True, False)


def test_edited_csv_is_known_by_its_name_only(folder: Path, tmp_path: Path) -> None:
    named = changed(folder / f"{ID}.csv", tmp_path / f"{ID}.csv", b"0.184317", b"0.184318")
    traced = identify(named)
    assert (traced.record_id, traced.is_current) == (ID, False)
    assert "Altered, or never published" in traced.summary()
    nameless = named.rename(tmp_path / "data.csv")
    with pytest.raises(DataError, match=r"Invalid file data.csv. Its content is no result"):
        identify(nameless)


def test_picture_of_older_data_is_outdated(folder: Path, tmp_path: Path) -> None:
    current = identify(folder / f"{ID}.id.svg").data_sha256
    path = folder / f"{ID}.id.svg"
    old = changed(path, tmp_path / "old.svg", current.encode(), OLD.encode())
    traced = identify(old)
    assert (traced.record_id, traced.data_sha256, traced.is_current) == (ID, OLD, False)
    assert current in traced.summary()


def test_file_of_an_older_release_is_dated_by_it(folder: Path, tmp_path: Path, monkeypatch) -> None:
    current = identify(folder / f"{ID}.id.svg").data_sha256
    item = Item("table", ID, "data", OLD, "")
    monkeypatch.setattr(tracing, "releases", lambda: ("0.1.0",))
    monkeypatch.setattr(tracing, "read_manifest", lambda version: {item.key: item})
    path = folder / f"{ID}.id.svg"
    old = changed(path, tmp_path / "old.svg", current.encode(), OLD.encode())
    assert f"Outdated, as in release 0.1.0 of {release_date('0.1.0')}" in identify(old).summary()


def test_withdrawn_record_is_explained(folder: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(tracing, "withdrawn", lambda name: "It was withdrawn in release 0.2.0: So.")
    gone = changed(
        folder / f"{ID}.en.svg",
        tmp_path / "gone.svg",
        b"<dc:description>fig-gini",
        b"<dc:description>fig-moon",
    )
    with pytest.raises(DataError, match="It is fig-moon. It was withdrawn in release 0.2.0: So."):
        identify(gone)


def test_resaved_picture_without_metadata_is_explained(folder: Path, tmp_path: Path) -> None:
    Image.open(folder / f"{ID}.en.png").convert("RGB").save(tmp_path / "chat.png")
    with pytest.raises(DataError, match=r"saved again by a program that drops metadata.*footer"):
        identify(tmp_path / "chat.png")


def test_record_of_another_version_is_explained(folder: Path, tmp_path: Path) -> None:
    gone = changed(
        folder / f"{ID}.en.svg",
        tmp_path / "gone.svg",
        b"<dc:description>fig-gini",
        b"<dc:description>fig-moon",
    )
    with pytest.raises(DataError, match="It says it is fig-moon, which is no record of this"):
        identify(gone)


@pytest.mark.parametrize("beginning", [b"\x89PNG broken", b"%PDF-1.4 broken", b"PK\x03\x04 broken"])
def test_broken_file_is_named(tmp_path: Path, beginning: bytes) -> None:
    (tmp_path / "broken").write_bytes(beginning)
    with pytest.raises(DataError, match="Invalid file broken. It begins as a .* cannot be read"):
        identify(tmp_path / "broken")


def test_missing_file_and_picture_of_others_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No file .*none.png. Check the path"):
        identify(tmp_path / "none.png")
    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "png")
    (tmp_path / "other.png").write_bytes(picture.getvalue())
    with pytest.raises(DataError, match="It carries no id and sha256 of spbe_research"):
        identify(tmp_path / "other.png")


def test_commands_export_and_identify(tmp_path: Path) -> None:
    run = CliRunner()
    exported = run.invoke(app, ["export", "tab-moments", "-o", str(tmp_path / "out")])
    assert exported.exit_code == 0, exported.output
    assert "3 files" in exported.output
    csv = tmp_path / "out" / "tab-moments.csv"
    known = run.invoke(app, ["identify", str(csv)])
    assert known.exit_code == 0
    assert f"tab-moments (csv, en): {load_records()['tab-moments'].title_en}" in known.output
    csv.write_bytes(csv.read_bytes().replace(b"mean", b"moon", 1))
    assert run.invoke(app, ["identify", str(csv)]).exit_code == 1
    with pytest.raises(DataError, match="No file .*none. Check the path"):
        run.invoke(app, ["identify", str(tmp_path / "none")], catch_exceptions=False)


def test_files_of_another_kind_and_archives_are_refused(tmp_path: Path) -> None:
    for name, content in {
        "fig-gini.README.md": b"# Inequality",
        "fig-gini.en.jpg": b"\xff\xd8\xff",
        "fig-gini.svg.zip": b"PK\x03\x04",
    }.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DataError, match="must be a PNG, SVG, PDF, CSV or XLSX"):
            identify(tmp_path / name)


def test_second_download_of_a_csv_is_known_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "fig-gini (1).csv").write_text("edited")
    assert identify(tmp_path / "fig-gini (1).csv").record_id == "fig-gini"
