"""A file found loose is traced to its record, and told apart from an altered or older one."""

import hashlib
import io
from dataclasses import dataclass, replace
from pathlib import Path

import openpyxl
import pytest
from PIL import Image, PngImagePlugin
from typer.testing import CliRunner

from spbe_research.cli import app
from spbe_research.errors import DataError
from spbe_research.nbguard.pictures import picture_hash
from spbe_research.press import description, exports, origins, pictures
from spbe_research.press import identify as tracing
from spbe_research.press.exports import current_sha256, write_exports
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


def relabelled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every figure have another line under its title, and every record another caption."""
    drawn = pictures.laid_out

    def with_another_line(record, table, language, **options):
        figure = drawn(record, table, language, **options)
        figure.text(0.5, 0.5, "another line")
        return figure

    monkeypatch.setattr(pictures, "laid_out", with_another_line)
    records = {
        name: replace(record, caption_en=f"Another. {record.caption_en}")
        for name, record in load_records().items()
    }
    monkeypatch.setattr(exports, "load_records", lambda: records)
    monkeypatch.setattr(description, "load_records", lambda: records)


@dataclass(frozen=True)
class Other:
    """What another working tree exports: its folder, and the picture of its notebook."""

    folder: Path
    notebook: bytes
    published: str


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Other:
    path = tmp_path_factory.mktemp("other")
    with pytest.MonkeyPatch.context() as patched:
        relabelled(patched)
        write_exports(path, ids=[ID])
        published = picture_hash(draw_record(ID, language="id"))
        return Other(path, draw_record(ID), published)


@pytest.mark.parametrize("end", ["en.png", "id.svg", "en.pdf", "xlsx"])
def test_export_with_other_words_is_of_another_working_tree(other: Other, end: str) -> None:
    traced = identify(other.folder / f"{ID}.{end}")
    assert (traced.is_current, traced.is_untouched) == (True, False)
    assert (
        f"from a working tree that is neither {origins.name_releases()} nor the present"
        in traced.verdict
    )
    assert "Altered" not in traced.summary()


@pytest.mark.long
@pytest.mark.parametrize("end", ["id.png", "id.svg", "id.pdf"])
def test_export_as_a_release_had_it_is_of_that_release(
    other: Other, folder: Path, monkeypatch, end: str
) -> None:
    items = [
        Item("table", ID, "data", current_sha256(ID), ""),
        Item("picture", ID, "id", other.published, ""),
    ]
    monkeypatch.setattr(origins, "releases", lambda: ("0.1.0",))
    monkeypatch.setattr(origins, "read_manifest", lambda version: {i.key: i for i in items})
    said = f"made as release 0.1.0 of {release_date('0.1.0')}"
    assert said in identify(other.folder / f"{ID}.{end}").verdict
    assert identify(folder / f"{ID}.{end}").is_untouched


@pytest.mark.long
def test_picture_of_a_notebook_is_compared_with_releases_by_its_pixels(
    other: Other, tmp_path: Path, monkeypatch
) -> None:
    (tmp_path / "found.png").write_bytes(other.notebook)
    assert "Altered or older: its data are current" in identify(tmp_path / "found.png").verdict
    item = Item("picture", ID, "en", picture_hash(other.notebook), "")
    monkeypatch.setattr(origins, "releases", lambda: ("0.1.0",))
    monkeypatch.setattr(origins, "read_manifest", lambda version: {item.key: item})
    said = f"it is the picture that release 0.1.0 of {release_date('0.1.0')} published"
    assert said in identify(tmp_path / "found.png").verdict


def test_edited_picture_that_a_release_holds_as_it_is_now_is_altered(
    folder: Path, tmp_path: Path, monkeypatch
) -> None:
    items = [
        Item("table", ID, "data", current_sha256(ID), ""),
        Item("picture", ID, "en", picture_hash(draw_record(ID)), ""),
    ]
    monkeypatch.setattr(origins, "releases", lambda: ("0.1.0",))
    monkeypatch.setattr(origins, "read_manifest", lambda version: {i.key: i for i in items})
    edited = changed(folder / f"{ID}.en.svg", tmp_path / "edited", b"Gini", b"Gigi")
    assert identify(edited).verdict.startswith("Altered: its data are current")


def test_table_of_an_older_release_is_known_by_its_content(tmp_path: Path, monkeypatch) -> None:
    content = b"year,gini\n2018,0.1\n"
    item = Item("table", ID, "data", hashlib.sha256(content).hexdigest(), "")
    monkeypatch.setattr(origins, "releases", lambda: ("0.1.0",))
    monkeypatch.setattr(origins, "read_manifest", lambda version: {item.key: item})
    (tmp_path / "data.csv").write_bytes(content)
    traced = identify(tmp_path / "data.csv")
    assert (traced.record_id, traced.is_current) == (ID, False)
    assert "it is the table that release 0.1.0 of" in traced.summary()


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
    assert (
        f"neither {origins.name_releases()} nor the present one: its data are others"
        in traced.verdict
    )


def test_file_of_an_older_release_is_dated_by_it(folder: Path, tmp_path: Path, monkeypatch) -> None:
    current = identify(folder / f"{ID}.id.svg").data_sha256
    item = Item("table", ID, "data", OLD, "")
    monkeypatch.setattr(origins, "releases", lambda: ("0.1.0",))
    monkeypatch.setattr(origins, "read_manifest", lambda version: {item.key: item})
    path = folder / f"{ID}.id.svg"
    old = changed(path, tmp_path / "old.svg", current.encode(), OLD.encode())
    said = f"Outdated: its data are those of release 0.1.0 of {release_date('0.1.0')}"
    assert said in identify(old).summary()


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
