"""The ledger: what was published changes only with a new version, a reason and an erratum."""

import hashlib
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from spbe_research.catalogue import ledger, publication, results
from spbe_research.catalogue.ledger import (
    Version,
    current,
    errata,
    history,
    keep_superseded,
    read_ledger,
    write_ledger,
)
from spbe_research.catalogue.publication import (
    check_ledger,
    compare_record,
    describe,
    picture_hash,
    publish,
)
from spbe_research.catalogue.records import load_records
from spbe_research.catalogue.results import table_bytes
from spbe_research.cli import app
from spbe_research.errors import DataError
from spbe_research.figures.style import COLOURS
from spbe_research.locations import data_folder

DAY = date(2026, 12, 1)
TABLE = pd.DataFrame({"year": [2023, 2024], "estimate": [0.5, 0.25], "group": ["kota", "kota"]})


def version(name: str = "num-x", number: int = 1, **changes: object) -> Version:
    """A version of good form, changed as the test wants."""
    value = "" if not name.startswith("num-") else "4"
    picture = "b" * 64 if name.startswith("fig-") else ""
    good = Version(
        name, number, "2026-11-25", "a" * 64, picture, value, "c" * 64, "0.1.0", "",
        "" if number == 1 else "A cell was misread.",
    )  # fmt: skip
    return replace(good, **changes)


@pytest.fixture
def empty_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with nothing but an empty data/results."""
    for module in (ledger, publication, results):
        monkeypatch.setattr(module, "data_folder", lambda: tmp_path)
    (tmp_path / "results").mkdir()
    (tmp_path / "tidy").mkdir()
    (tmp_path / "tidy" / "manifest.json").write_text("{}\n")
    return tmp_path


@pytest.fixture
def small_catalogue(empty_data: Path, monkeypatch: pytest.MonkeyPatch):
    """A catalogue of one table and two numbers of it, on a data folder of its own; give a table."""
    shown = load_records()
    number = replace(
        shown["num-agency-years"], id="num-x", compute="", table="tab-x",
        where="year == 2024", column="estimate", text="{:.2f}",
    )  # fmt: skip
    records = {
        "tab-x": replace(shown["tab-moments"], id="tab-x"),
        "num-x": number,
        "num-n": replace(number, id="num-n", column="n", text="{:.0f}"),
    }
    for module in (publication, results):
        monkeypatch.setattr(module, "load_records", lambda: records)

    def give(table: pd.DataFrame) -> None:
        monkeypatch.setattr(results, "_computed", lambda path: table)
        results.number_table.cache_clear()
        results.write_results()

    give(TABLE.assign(low=0.1, high=0.9, n=7))
    yield give, records
    results.number_table.cache_clear()


def test_every_record_is_as_published() -> None:
    assert check_ledger() == len(load_records())


def test_data_hash_is_that_of_the_published_file() -> None:
    content = (data_folder() / "results" / "fig-ecdf.csv").read_bytes()
    assert current("fig-ecdf").data_sha256 == hashlib.sha256(content).hexdigest()


def test_data_hash_of_a_number_is_that_of_its_row_under_the_header() -> None:
    lines = (data_folder() / "results" / "numbers.csv").read_text("utf-8").splitlines()
    row = next(line for line in lines if line.startswith("num-agency-years,"))
    expected = hashlib.sha256(f"{lines[0]}\n{row}\n".encode()).hexdigest()
    assert current("num-agency-years").data_sha256 == expected


def test_description_says_all_that_is_known() -> None:
    told = describe("fig-coverage")
    assert told.question_en == "What is in the data?"
    assert told.notebook == "01-what-is-in-the-data"
    assert told.cells == (5,)
    assert told.table == "data/results/fig-coverage.csv"
    assert told.first_published == history("fig-coverage")[0].date
    assert told.last_changed == current("fig-coverage").date
    assert told.version == len(history("fig-coverage"))
    assert "Kementerian PANRB" in told.licence
    assert describe("num-agency-years").table == "data/results/numbers.csv"


def test_every_record_is_named_by_a_cell_of_its_notebook() -> None:
    assert [name for name in load_records() if not describe(name).cells] == []


def test_redrawn_picture_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    only = {"fig-cilegon-path": load_records()["fig-cilegon-path"]}
    monkeypatch.setattr(publication, "load_records", lambda: only)
    monkeypatch.setattr(publication, "read_ledger", lambda: history("fig-cilegon-path"))
    assert check_ledger() == 1
    monkeypatch.setitem(COLOURS, "red", "#c0392c")
    with pytest.raises(DataError, match="fig-cilegon-path: the picture differs from the published"):
        check_ledger()
    assert compare_record("fig-cilegon-path").differences == [
        "the picture differs from the published one"
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": "4,160"}, "the number is 4,159, published was 4,160"),
        ({"data_sha256": "0" * 64}, "the data differ from the published ones"),
    ],
)
def test_edited_ledger_is_named(monkeypatch, change: dict[str, str], said: str) -> None:
    edited = replace(current("num-agency-years"), **change)
    monkeypatch.setattr(publication, "current", lambda name: edited)
    assert compare_record("num-agency-years").differences == [said]


def test_edited_register_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    record = replace(load_records()["num-agency-years"], text="{:.0f}")
    monkeypatch.setattr(publication, "load_records", lambda: {record.id: record})
    with pytest.raises(
        DataError, match="num-agency-years: the number is 4159, published was 4,159"
    ):
        check_ledger()


def test_pixels_count_and_texts_inside_the_file_do_not() -> None:
    from io import BytesIO

    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    def png(colour: str, text: str) -> bytes:
        target, info = BytesIO(), PngInfo()
        info.add_text("Title", text)
        Image.new("RGB", (2, 3), colour).save(target, "png", pnginfo=info)
        return target.getvalue()

    assert picture_hash(png("red", "a")) == picture_hash(png("red", "b"))
    assert picture_hash(png("red", "a")) != picture_hash(png("#fe0000", "a"))
    by_hand = hashlib.sha256(b"2x3\n" + bytes([255, 0, 0, 255]) * 6).hexdigest()
    assert picture_hash(png("red", "a")) == by_hand


@pytest.mark.parametrize(
    ("versions", "said"),
    [
        ([version(number=2)], "version 2 is not 1"),
        ([version(), version()], "version 1 is not 2"),
        ([version(), version(number=2, date="2026-11-24")], "lies before 2026-11-25"),
        ([version(date="25 November")], "is no date"),
        ([version(reason="so")], "a first version has no reason"),
        ([version(), version(number=2, reason=" ")], "a later version needs a reason"),
        ([version("fig-x", picture_sha256="")], "a hash is no sha256"),
        ([version(data_sha256="A" * 64)], "a hash is no sha256"),
        ([version(value="")], "a number has a value"),
        ([version("tab-x", value="4")], "a number has a value, and nothing else has one"),
        ([version("map-x", value="")], "the id is not"),
        ([version(superseded_by="num-y")], "only a withdrawn record is superseded"),
        ([version(data_sha256="", value="")], "a first version is no withdrawal"),
        ([version(code_version="")], "the package has a version"),
        (
            [version(), version(number=2, data_sha256="", value=""), version(number=3)],
            "it follows the end of the record",
        ),
    ],
)
def test_ledger_of_bad_form_is_refused(empty_data, versions: list[Version], said: str) -> None:
    write_ledger(versions)
    with pytest.raises(DataError, match=said):
        read_ledger()


def test_ledger_of_good_form_comes_back_as_written(empty_data) -> None:
    versions = (version(), version("fig-x"), version(number=2))
    write_ledger(versions)
    assert read_ledger() == versions


def test_ledger_with_other_columns_is_refused(empty_data: Path) -> None:
    (empty_data / "ledger.csv").write_text("id,version\nnum-x,1\n")
    with pytest.raises(DataError, match="columns are not"):
        read_ledger()


def test_first_publication_needs_no_reason_and_a_second_adds_nothing(small_catalogue) -> None:
    assert [each.id for each in publish(on=DAY)] == ["tab-x", "num-x", "num-n"]
    assert publish(on=DAY) == []
    assert current("num-x").value == "0.25"
    assert check_ledger() == 3
    assert errata().empty


def test_change_needs_a_reason_and_becomes_an_erratum(small_catalogue, empty_data: Path) -> None:
    give, _ = small_catalogue
    publish(on=DAY)
    old = (empty_data / "results" / "tab-x.csv").read_bytes()
    give(TABLE.assign(low=0.1, high=0.9, n=7, estimate=[0.4, 0.75]))
    with pytest.raises(DataError, match="publication without a reason, 2 violations"):
        publish(on=DAY)
    added = publish(on=DAY, reason="A weight was misread.")
    assert [(each.id, each.version) for each in added] == [("tab-x", 2), ("num-x", 2)]
    assert (empty_data / "results" / "superseded" / "tab-x-v1.csv").read_bytes() == old
    assert check_ledger() == 3
    table = errata().set_index("id")
    assert table.loc["num-x", ["old", "new"]].tolist() == ["0.25", "0.75"]
    assert table.loc["tab-x", ["old", "new"]].tolist() == ["0.250000", "0.750000"]
    assert table.loc["tab-x", "change"] == ("2 of 12 cells, the largest change in row 2, estimate")
    assert table["reason"].tolist() == ["A weight was misread."] * 2
    assert table["date"].tolist() == ["2026-12-01"] * 2


def test_value_that_comes_back_before_publication_leaves_no_trace(
    small_catalogue, empty_data: Path
) -> None:
    give, _ = small_catalogue
    publish(on=DAY)
    good = TABLE.assign(low=0.1, high=0.9, n=7)
    give(good.assign(estimate=[0.4, 0.75]))
    assert (empty_data / "results" / "superseded" / "tab-x-v1.csv").is_file()
    give(good)
    assert not (empty_data / "results" / "superseded").exists()
    assert publish(on=DAY) == []


def test_three_versions_are_told_apart(small_catalogue) -> None:
    give, _ = small_catalogue
    good = TABLE.assign(low=0.1, high=0.9, n=7)
    publish(on=DAY)
    for last in (0.75, 1.5):
        give(good.assign(estimate=[0.5, last]))
        publish(on=DAY, reason="Misread.")
    table = errata().query("id == 'tab-x'")
    assert table["old"].tolist() == ["0.250000", "0.750000"]
    assert table["new"].tolist() == ["0.750000", "1.500000"]
    assert check_ledger() == 3


def test_redrawn_picture_is_an_erratum_and_its_table_is_kept_once(empty_data: Path) -> None:
    old, new = b"year,estimate\n2024,0.25\n", b"year,estimate\n2024,\n"
    first, second = (hashlib.sha256(content).hexdigest() for content in (old, new))
    write_ledger(
        [
            version("fig-x", data_sha256=first),
            version("fig-x", 2, data_sha256=first, picture_sha256="d" * 64),
            version("fig-x", 3, data_sha256=second),
        ]
    )
    (empty_data / "results" / "fig-x.csv").write_bytes(old)
    keep_superseded(empty_data / "results", {"fig-x.csv": new})
    assert not (empty_data / "results" / "superseded").exists()  # version 3 is what is published
    (empty_data / "results" / "superseded").mkdir()
    (empty_data / "results" / "superseded" / "fig-x-v2.csv").write_bytes(old)
    (empty_data / "results" / "fig-x.csv").write_bytes(new)
    assert ledger.superseded_violations() == []
    table = errata()
    assert table["change"].tolist() == [
        "picture redrawn, data unchanged",
        "1 of 2 cells, the largest change in row 1, estimate",
    ]
    assert table[["old", "new"]].iloc[1].tolist() == ["0.25", ""]


def test_number_that_prints_the_same_on_other_data_is_an_erratum(empty_data) -> None:
    write_ledger([version(), version(number=2, data_sha256="d" * 64)])
    assert errata()[["old", "new", "change"]].iloc[0].tolist() == [
        "4",
        "4",
        "what stands behind the number",
    ]


def test_lost_or_edited_superseded_table_is_named(small_catalogue, empty_data: Path) -> None:
    give, _ = small_catalogue
    publish(on=DAY)
    give(TABLE.assign(low=0.1, high=0.9, n=7, estimate=[0.4, 0.75]))
    publish(on=DAY, reason="Misread.")
    kept = empty_data / "results" / "superseded" / "tab-x-v1.csv"
    kept.write_bytes(kept.read_bytes().replace(b"0.25", b"0.26"))
    with pytest.raises(DataError, match=r"superseded/tab-x-v1.csv: is not what was published"):
        check_ledger()
    kept.unlink()
    with pytest.raises(DataError, match=r"superseded/tab-x-v1.csv: is missing"):
        check_ledger()
    with pytest.raises(DataError, match="No table tab-x-v1.csv"):
        errata()


def test_new_shape_of_a_table_is_told(small_catalogue) -> None:
    give, _ = small_catalogue
    publish(on=DAY)
    more = pd.concat([TABLE, TABLE.iloc[[0]].assign(year=2022)], ignore_index=True)
    give(more.assign(low=0.1, high=0.9, n=7))
    publish(on=DAY, reason="A year was added.")
    row = errata().iloc[0]
    assert row["change"] == "rows or columns"
    assert row["old"] == "2 rows: year, estimate, group, low, high, n"
    assert row["new"].startswith("3 rows: ")


def test_only_the_named_record_is_published(small_catalogue) -> None:
    give, _ = small_catalogue
    publish(on=DAY)
    give(TABLE.assign(low=0.1, high=0.9, n=7, estimate=[0.4, 0.75]))
    assert [each.id for each in publish(on=DAY, reason="So.", only=["num-x"])] == ["num-x"]
    with pytest.raises(DataError, match="tab-x: the data differ"):
        check_ledger()


def test_withdrawn_record_leaves_its_end_and_its_table(small_catalogue, empty_data: Path) -> None:
    give, records = small_catalogue
    publish(on=DAY)
    gone = records.pop("num-x")
    give(TABLE.assign(low=0.1, high=0.9, n=7))
    with pytest.raises(DataError, match="num-x: has no record and was not withdrawn"):
        check_ledger()
    publish(on=DAY, reason="It misled.", replaced={"num-x": "tab-x"})
    assert current("num-x").superseded_by == "tab-x"
    assert check_ledger() == 2
    assert errata().iloc[0][["old", "new", "change"]].tolist() == ["0.25", "tab-x", "withdrawn"]
    with pytest.raises(DataError, match="was withdrawn on 2026-12-01: It misled. In its place"):
        describe("num-x")
    records["num-x"] = gone
    give(TABLE.assign(low=0.1, high=0.9, n=7))
    with pytest.raises(DataError, match="num-x: was withdrawn on 2026-12-01; an id is never used"):
        publish(on=DAY, reason="Back.")


def test_withdrawn_table_is_kept(small_catalogue, empty_data: Path) -> None:
    give, records = small_catalogue
    records["tab-y"] = replace(records["tab-x"], id="tab-y")
    give(TABLE.assign(low=0.1, high=0.9, n=7))
    publish(on=DAY)
    del records["tab-y"]
    give(TABLE.assign(low=0.1, high=0.9, n=7))
    publish(on=DAY, reason="Twice the same.", replaced={"tab-y": "tab-x"})
    assert [path.name for path in (empty_data / "results" / "superseded").iterdir()] == [
        "tab-y-v1.csv"
    ]
    assert check_ledger() == 3


def test_bad_requests_are_refused(small_catalogue) -> None:
    publish(on=DAY)
    with pytest.raises(DataError, match="date 2026-11-30 lies before 2026-12-01"):
        publish(on=date(2026, 11, 30))
    with pytest.raises(DataError, match="num-moon: is no record"):
        publish(on=DAY, only=["num-moon"])
    with pytest.raises(DataError, match="num-x=tab-x: a published id that has no record any more"):
        publish(on=DAY, replaced={"num-x": "tab-x"})


def test_results_that_are_not_built_are_not_published(small_catalogue, empty_data: Path) -> None:
    path = empty_data / "results" / "tab-x.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(DataError, match=r"tab-x.csv: the data now give other values"):
        publish(on=DAY)


def test_rebuild_that_leaves_a_table_alone_makes_no_version(
    small_catalogue, empty_data: Path
) -> None:
    publish(on=DAY)
    (empty_data / "tidy" / "manifest.json").write_text('{"rows": 2}\n')
    assert publish(on=DAY) == []
    assert current("tab-x").data_version == hashlib.sha256(b"{}\n").hexdigest()


def test_nothing_published_is_said(empty_data) -> None:
    assert read_ledger() == ()
    with pytest.raises(DataError, match="Invalid id 'tab-x'. It has not been published"):
        history("tab-x")


def test_table_never_published_is_not_kept(empty_data: Path) -> None:
    write_ledger([version("tab-x", data_sha256="0" * 64)])
    (empty_data / "results" / "tab-x.csv").write_bytes(table_bytes(TABLE))
    keep_superseded(empty_data / "results", {"tab-x.csv": b"other"})
    assert not (empty_data / "results" / "superseded").exists()


def test_commands_verify_a_record_and_list_errata(tmp_path: Path, monkeypatch) -> None:
    outcome = CliRunner().invoke(app, ["verify-figure", "fig-cilegon-path", "num-agency-years"])
    assert outcome.exit_code == 0, outcome.output
    assert "fig-cilegon-path: as published." in outcome.output
    assert "num-agency-years: as published." in outcome.output
    copy = tmp_path / "data"
    shutil.copytree(data_folder(), copy, ignore=shutil.ignore_patterns("raw"))
    text = (copy / "ledger.csv").read_text("utf-8")
    (copy / "ledger.csv").write_text(text.replace('"4,159"', '"4,160"'), "utf-8")
    monkeypatch.setenv("SPBE_RESEARCH_DATA", str(copy))
    outcome = CliRunner().invoke(app, ["verify-figure", "num-agency-years"])
    assert outcome.exit_code == 1
    assert "the number is 4,159, published was 4,160" in outcome.output
    outcome = CliRunner().invoke(app, ["errata"])
    assert outcome.exit_code == 0
    assert "No published record changed." in outcome.output or "reason" in outcome.output


def test_publish_command_refuses_a_bad_date_and_replacement() -> None:
    for arguments, said in [
        (["--date", "25 November"], "Invalid date"),
        (["--replaced", "fig-old"], "Invalid replacement"),
    ]:
        outcome = CliRunner().invoke(app, ["publish", *arguments])
        assert outcome.exit_code == 1
        assert said in str(outcome.exception)
