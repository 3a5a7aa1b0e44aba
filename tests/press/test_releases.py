"""Releases: what was published changes only with a reason, and a manifest never."""

import hashlib
import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner

from spbe_research.cli import app
from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.press import manifest
from spbe_research.press import releases as making
from spbe_research.press.changes import (
    changes,
    errata,
    unexplained,
)
from spbe_research.press.comparison import compare_record
from spbe_research.press.description import describe, withdrawn
from spbe_research.press.handwritten import READMES
from spbe_research.press.manifest import (
    chain_violations,
    picture_hash,
    read_manifest,
    release_date,
    releases,
)
from spbe_research.press.reasons import give_reason, pending_file, read_reasons
from spbe_research.press.show import draw_record

EVERYTHING = ("fig-mean", "tab-mean", "num-mean-2023", "num-mean-2024", "01-how-big")


@pytest.fixture
def published(house: Any) -> Any:
    house.release("0.1.0")
    return house


def said(found) -> list[tuple[str, str]]:
    return [(each.name, each.what) for each in found]


def test_first_release_holds_everything_and_changes_nothing(published: Any) -> None:
    assert releases() == ("0.1.0",)
    assert {key[1] for key in read_manifest("0.1.0")} == {*EVERYTHING, *READMES.values(), "0.1.0"}
    assert changes() == []
    assert changes("0.1.0") == []
    assert errata().empty
    assert tomllib.loads((published.releases / "next.toml").read_text()) == {"reasons": {}}


def test_hashes_are_those_of_the_rules(published: Any) -> None:
    """Each is worked out here from the files, by the table in the docstring of ``manifest``."""

    def sha256(content: bytes | str) -> str:
        return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()

    held = read_manifest("0.1.0")
    results = published.root / "data" / "results"
    content = (results / "how_big" / "tab-mean.csv").read_bytes()
    assert held["table", "tab-mean", "data"].sha256 == sha256(content)
    number = held["number", "num-mean-2023", "value"]
    assert number.value == "0.50"
    assert number.sha256 == sha256('["0.50", "0.100000", "0.900000", 3, "2023"]')
    footer = held["footer", "fig-mean", "data"]
    assert footer.value == "Source: Kementerian PANRB, 2023-2024. n = 7 agency-years."
    assert footer.sha256 == sha256(footer.value)
    assert held["words", "num-mean-2023", "id"].sha256 == sha256(
        '{"sentence": "Pada 2023 reratanya {value} ({low} sampai {high}).", '
        '"title": "rerata jumlah bulan"}'
    )
    assert held["words", "01-how-big", "en"].sha256 == sha256(
        '{"answer": "The mean is {num-mean-2024}.", "question": "How big?"}'
    )
    cell = held["cell", "01-how-big", "02"]
    assert cell.sha256 == sha256(json.dumps(['show("fig-mean", table)', {}]))
    assert cell.value == "code fig-mean"
    png = draw_record("fig-mean", language="id")
    target = published.root / "drawn.png"
    target.write_bytes(png)
    picture = Image.open(target)
    by_hand = f"{picture.mode} {picture.width}x{picture.height}\n".encode() + picture.tobytes()
    assert held["picture", "fig-mean", "id"].sha256 == sha256(by_hand)


def test_pixels_count_and_texts_inside_the_file_do_not() -> None:
    from io import BytesIO

    from PIL.PngImagePlugin import PngInfo

    def png(colour: str, text: str, mode: str = "RGB") -> bytes:
        target, info = BytesIO(), PngInfo()
        info.add_text("Title", text)
        Image.new(mode, (2, 3), colour).save(target, "png", pnginfo=info)
        return target.getvalue()

    assert picture_hash(png("red", "a")) == picture_hash(png("red", "b"))
    assert picture_hash(png("red", "a")) != picture_hash(png("#fe0000", "a"))
    assert picture_hash(png("red", "a")) != picture_hash(png("red", "a", "RGBA"))
    by_hand = hashlib.sha256(b"RGB 2x3\n" + bytes([255, 0, 0]) * 6).hexdigest()
    assert picture_hash(png("red", "a")) == by_hand


def test_label_changed_in_indonesian_is_a_change_of_the_figure(published: Any) -> None:
    published.say('"moons" = "bulan"', '"moons" = "satelit"')
    assert said(changes()) == [("fig-mean", "picture (id)")]
    assert unexplained(changes()) == ["fig-mean: picture (id), without a reason"]
    compared = compare_record("fig-mean")
    assert compared.differs
    assert "changed since 0.1.0: picture (id); without a reason" in compared.summary()
    give_reason("fig-mean", "A better word.")
    assert unexplained(changes()) == []
    assert "picture (id); the reason: A better word." in compare_record("fig-mean").summary()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('caption.id = "Semua', 'caption.id = "Seluruh', [("tab-mean", "words (id)")]),
        (
            'title.en = "The mean by year"',
            'title.en = "Mean by year"',
            [("fig-mean", "picture (en), words (en)")],
        ),
        ('answer.en = "The mean', 'answer.en = "Its mean', [("01-how-big", "words (en)")]),
        (
            'text = "{:.2f}"',
            'text = "{:.1f}"',
            [("num-mean-2023", "number"), ("num-mean-2024", "number")],
        ),
    ],
)
def test_changed_words_are_named_with_their_language(
    published: Any, old: str, new: str, expected: list[tuple[str, str]]
) -> None:
    published.say(old, new)
    published.build()
    assert said(changes()) == expected


def test_changed_cells_are_counted(published: Any) -> None:
    edited = (*published.cells[:2], ("markdown", "In 2023 it was less."), published.cells[3])
    published.write_cells(edited)
    assert said(changes(names=["01-how-big"])) == [("01-how-big", "1 cell")]
    published.write_cells((published.cells[0], ("code", "1 + 1"), *published.cells[1:]))
    assert said(changes(names=["01-how-big"])) == [("01-how-big", "1 cell")]
    published.write_cells((*published.cells, ("code", "1 + 1")))
    assert said(changes(names=["01-how-big"])) == [("01-how-big", "1 cell")], "it is not new"
    published.write_cells(published.cells[:-1])
    assert said(changes(names=["01-how-big"])) == [("01-how-big", "1 cell")], "nor withdrawn"
    published.write_cells(
        (published.cells[0], ("raw", published.cells[1][1]), *published.cells[2:])
    )
    assert said(changes(names=["01-how-big"])) == [("01-how-big", "1 cell")]


def test_all_violations_are_named_at_once_and_nothing_is_written(published: Any) -> None:
    published.table.loc[1, "estimate"] = 0.75
    published.build()
    give_reason("01-how-big", "Idle.")
    before = {path: path.read_bytes() for path in published.releases.iterdir()}
    with pytest.raises(DataError) as raised:
        published.release("0.2.0")
    text = str(raised.value)
    for name in ("fig-mean: table, picture (en, id)", "tab-mean: table", "num-mean-2024: number"):
        assert f"{name}, without a reason" in text
    assert "01-how-big: has a reason, and nothing of it changed" in text
    assert "num-mean-2023" not in text
    assert {path: path.read_bytes() for path in published.releases.iterdir()} == before


def test_change_with_its_reasons_becomes_an_erratum(published: Any) -> None:
    published.table.loc[1, "estimate"] = 0.75
    published.build()
    for name in ("fig-mean", "tab-mean", "num-mean-{year}"):
        give_reason(name, "A weight was misread.")
    pending = errata().set_index("name")
    assert pending["release"].tolist() == ["next"] * 3
    made = published.release("0.2.0", "2027-02-01")
    assert made.n_changes == 3
    table = errata().set_index("name")
    assert table.loc["num-mean-2024", ["old", "new"]].tolist() == ["0.25", "0.75"]
    assert table["reason"].tolist() == ["A weight was misread."] * 3
    assert table["release"].tolist() == ["0.2.0"] * 3
    assert table["date"].tolist() == ["2027-02-01"] * 3
    assert set(read_reasons("0.2.0")) == {"fig-mean", "tab-mean", "num-mean-{year}"}
    assert read_reasons() == {}
    assert changes() == []


def test_errata_draw_nothing_and_list_a_changed_picture_by_its_reason(
    published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    published.say('"moons" = "bulan"', '"moons" = "satelit"')
    monkeypatch.setattr(manifest, "_drawn", lambda *_: pytest.fail("a figure was drawn"))
    assert errata().empty, "what has no reason yet shows only when it is drawn"
    give_reason("fig-mean", "A better word.")
    row = errata().iloc[0]
    assert row[["release", "name", "what", "reason"]].tolist() == [
        "next",
        "fig-mean",
        "picture",
        "A better word.",
    ]
    outcome = CliRunner().invoke(app, ["errata"])
    assert (outcome.exit_code, outcome.stderr) == (0, ""), "no progress where no terminal is"


def test_released_errata_name_the_language_of_a_picture(published: Any) -> None:
    published.say('"moons" = "bulan"', '"moons" = "satelit"')
    give_reason("fig-mean", "A better word.")
    published.release("0.2.0", "2027-02-01")
    assert errata()["what"].tolist() == ["picture (id)"]


def test_withdrawn_number_needs_a_reason_and_a_new_record_none(published: Any) -> None:
    published.write_cells((*published.cells[:2], published.cells[3]))
    published.build()
    assert unexplained(changes()) == [
        "01-how-big: 1 cell, without a reason",
        "num-mean-2023: withdrawn, without a reason",
    ]
    give_reason("num-mean-2023", "It misled.")
    give_reason("01-how-big", "It misled.")
    assert withdrawn("num-mean-2023") == "It was withdrawn after release 0.1.0: It misled."
    published.release("0.2.0", "2027-02-01")
    row = errata().set_index("name").loc["num-mean-2023"]
    assert row[["what", "old", "new"]].tolist() == ["withdrawn", "0.50", ""]
    with pytest.raises(DataError, match="was withdrawn in release 0.2.0 of 2027-02-01: It misled."):
        describe("num-mean-2023")
    published.write_cells(published.cells)
    published.build()
    give_reason("01-how-big", "It is back.")
    assert unexplained(changes()) == []
    published.release("0.3.0", "2027-03-01")
    history = [(day, each.what) for day, each in describe("num-mean-2023").history]
    assert history == [
        ("2027-01-01", "new"),
        ("2027-02-01", "withdrawn"),
        ("2027-03-01", "new"),
    ]


@pytest.mark.parametrize(
    ("version", "day", "said"),
    [
        ("0.1", "2027-02-01", "version '0.1' must be three numbers"),
        ("0.1.0", "2027-02-01", "version 0.1.0 must be above 0.1.0"),
        ("0.0.9", "2027-02-01", "version 0.0.9 must be above 0.1.0"),
        ("0.2.0", "2026-12-31", "date 2026-12-31 lies before 2027-01-01, that of 0.1.0"),
    ],
)
def test_wrong_version_or_date_is_refused(
    published: Any, version: str, day: str, said: str
) -> None:
    with pytest.raises(DataError, match=said):
        published.release(version, day)


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("1" * 41, "Invalid version of 41 characters. At most 40."),
        ("", "version '' must be three numbers"),
        ("../0.2.0", "version '../0.2.0' must be three numbers"),
        ("٠.٢.٠", "must be three numbers"),
        ("0.0.9", "the package is 0.1.0, must be 0.0.9"),
    ],
)
def test_version_is_judged_before_anything_is_drawn(
    published: Any, version: str, said: str
) -> None:
    with pytest.raises(DataError, match=said):
        making.release(version, progress=pytest.fail)


def test_release_of_another_version_than_the_package_is_refused(published: Any) -> None:
    published.set_version("0.3.0")
    with pytest.raises(DataError, match="the package is 0.3.0, must be 0.2.0"):
        making.release("0.2.0")


def test_versions_are_ordered_by_number(published: Any) -> None:
    published.release("0.9.0", "2027-02-01")
    published.release("0.10.0", "2027-03-01")
    assert releases() == ("0.1.0", "0.9.0", "0.10.0")


def test_edited_manifest_is_known_by_the_next_one(published: Any) -> None:
    published.release("0.2.0", "2027-02-01")
    assert chain_violations() == []
    path = published.releases / "0.1.0.csv"
    path.write_text(path.read_text().replace("2027-01-01", "2027-01-02"))
    assert chain_violations() == ["0.2.0: does not hold the hash of 0.1.0"]
    with pytest.raises(DataError, match="0.2.0: does not hold the hash of 0.1.0"):
        published.release("0.3.0", "2027-03-01")


def test_killed_release_has_not_happened_and_runs_again(
    published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    published.say('caption.id = "Semua', 'caption.id = "Seluruh')
    give_reason("tab-mean", "A better word.")
    with monkeypatch.context() as killed:
        killed.setattr(making, "write_crate", lambda *args, **more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            published.release("0.2.0", "2027-02-01")
    assert releases() == ("0.1.0",)
    assert pending_file().name == "0.2.0.toml"
    assert unexplained(changes()) == []
    published.release("0.2.0", "2027-02-01")
    assert errata()["reason"].tolist() == ["A better word."]
    assert pending_file().name == "next.toml"


def test_changed_result_that_is_not_built_is_not_released(published: Any) -> None:
    published.table.loc[1, "estimate"] = 0.75
    published.build()
    for name in ("fig-mean", "tab-mean", "num-mean-2024"):
        give_reason(name, "Misread.")
    published.table.loc[1, "estimate"] = 0.80
    with pytest.raises(DataError) as raised:
        published.release("0.2.0", "2027-02-01")
    for name in ("fig-mean", "tab-mean", "num-mean-2024"):
        assert f"{name}: the data now give another result" in str(raised.value)
    assert "num-mean-2023" not in str(raised.value)
    compared = compare_record("num-mean-2024").summary()
    assert "the data give another number than data/results" in compared


def test_headline_that_does_not_hold_is_not_released(published: Any) -> None:
    published.say(
        'title.en = "The mean by year"',
        'title.en = "The mean rises"\nholds = [{rises = "estimate"}]',
    )
    give_reason("fig-mean", "A headline.")
    with pytest.raises(DataError, match="fig-mean, title.*not at year 2024, estimate 0.25"):
        published.release("0.2.0", "2027-02-01")


def test_only_the_record_that_is_checked_is_computed(published: Any) -> None:
    published.computed.clear()
    compare_record("tab-mean")
    assert set(published.computed) == {"tab-mean"}
    published.computed.clear()
    changes(names=["fig-mean"])
    assert published.computed == {}


def test_release_computes_the_changed_records_only(published: Any) -> None:
    published.say('caption.id = "Semua', 'caption.id = "Seluruh')
    give_reason("tab-mean", "A better word.")
    published.computed.clear()
    published.release("0.2.0", "2027-02-01")
    assert set(published.computed) == {"tab-mean"}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("kind,name\n", "columns are not"),
        ("kind,name,part,sha256,value\nmoon,a,b,,\n", "line 2: is no item"),
        ("kind,name,part,sha256,value\ntable,tab-a,data,ABC,\n", "line 2: 'ABC' is no sha256"),
        (
            "kind,name,part,sha256,value\n" + f"table,tab-a,data,{'0' * 64},\n" * 2,
            "line 3: table tab-a data stands twice",
        ),
    ],
)
def test_manifest_of_bad_form_is_refused(house: Any, lines: str, said: str) -> None:
    (house.releases / "0.1.0.csv").write_text(lines)
    with pytest.raises(DataError, match=said):
        read_manifest("0.1.0")
    with pytest.raises(DataError, match="Invalid release '0.5.0'. It must be one of 0.1.0"):
        read_manifest("0.5.0")


def test_reason_adds_one_line_and_leaves_the_others(published: Any) -> None:
    path = published.releases / "next.toml"
    path.write_text('[reasons]\ntab-mean = "Old."  # by hand', encoding="utf-8")
    give_reason("num-mean-{year}", 'He said "so".')
    assert path.read_text(encoding="utf-8").startswith(
        '[reasons]\ntab-mean = "Old."  # by hand\n'
        '"num-mean-{year}" = "He said \\"so\\"."\n\n[words]\n'
    )
    assert read_reasons()["num-mean-{year}"] == 'He said "so".'


def test_reason_of_a_notebook_holds_for_its_cells(published: Any) -> None:
    """Given again once they changed, in place of the old line."""
    path = published.releases / "next.toml"
    published.write_cells(published.cells[::-1])
    give_reason("01-how-big", "Turned.")
    first = tomllib.loads(path.read_text("utf-8"))["covers"]["01-how-big"]
    assert re.fullmatch(r"[0-9a-f]{16}", first)
    give_reason("tab-mean", "A better word.")
    with pytest.raises(DataError, match="it has a reason already"):
        give_reason("01-how-big", "Again.")
    stale = "01-how-big: its reason was given for other cells; give it again"
    assert stale not in unexplained(changes())
    published.write_cells(published.cells[:-1])
    assert stale in unexplained(changes())
    give_reason("01-how-big", "Cut.")
    stated = tomllib.loads(path.read_text("utf-8"))
    assert stated["reasons"] == {"tab-mean": "A better word.", "01-how-big": "Cut."}
    assert list(stated["covers"]) == ["01-how-big"]
    assert stated["covers"]["01-how-big"] != first
    assert stale not in unexplained(changes())


def test_every_edit_of_a_readme_needs_a_reason(published: Any) -> None:
    """A word, not the breaks of its lines: the hash is worked out here."""
    readme = published.root / "README.md"
    text = readme.read_text(encoding="utf-8")
    paragraph = " ".join(text.split())
    item = read_manifest("0.1.0")["paragraph", "README.md", "001"]
    assert item.sha256 == hashlib.sha256(paragraph.encode()).hexdigest()
    readme.write_text(text.replace("It is", "It\nis"), encoding="utf-8")
    assert changes() == []
    readme.write_text(f"{text}\nIt was more.\n", encoding="utf-8")
    assert unexplained(changes()) == ["README.md: 1 paragraph, without a reason"]
    give_reason("README.md", "A fact was missing.")
    assert unexplained(changes()) == []
    readme.write_text(f"{text}\nIt was less.\n", encoding="utf-8")
    stale = "README.md: its reason was given for another text; give it again"
    assert unexplained(changes()) == [stale]
    give_reason("README.md")
    assert (unexplained(changes()), read_reasons()) == ([], {"README.md": "A fact was missing."})
    published.release("0.2.0", "2027-02-01")
    assert errata()[["name", "what"]].to_numpy().tolist() == [["README.md", "1 paragraph"]]


def test_reason_of_words_holds_for_the_words_of_its_question(published: Any) -> None:
    """Also a second edit of what has its reason, and a condition made weaker, are seen."""
    published.say('caption.en = "All means', 'caption.en = "More means')
    assert unexplained(changes()) == ["tab-mean: words (en), without a reason"]
    give_reason("tab-mean", "A better word.")
    assert unexplained(changes()) == []
    stale = ["tab-mean: its reason was given for other words; give it again"]
    published.say('caption.en = "More means', 'caption.en = "Less means')
    assert unexplained(changes()) == stale
    published.say('caption.en = "Less means', 'caption.en = "More means')
    assert unexplained(changes()) == []
    published.say('topic = "data"', 'topic = "data"\nholds = [{ compares_nothing = "so" }]')
    assert unexplained(changes()) == stale
    give_reason("tab-mean", "A condition.")
    assert unexplained(changes()) == []


@pytest.mark.parametrize(
    ("name", "why", "said"),
    [
        ("fig-moon", "So.", "it must be a record, a family of numbers, the stem"),
        ("num-moon-{year}", "So.", "it must be a record, a family of numbers, the stem"),
        ("tab-mean", " ", "the reason must be one line of text"),
        ("tab-mean", "One.\nTwo.", "the reason must be one line of text"),
        ("fig-mean", "Again.", "it has a reason already; edit its line"),
    ],
)
def test_wrong_reason_is_refused(published: Any, name: str, why: str, said: str) -> None:
    give_reason("fig-mean", "First.")
    before = (published.releases / "next.toml").read_bytes()
    with pytest.raises(DataError, match=said):
        give_reason(name, why)
    assert (published.releases / "next.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[reasons", "Invalid file data/releases/next.toml"),
        ('[reasons]\nfig-mean = ""\n', "fig-mean: the reason is empty"),
        ('[reason]\nfig-mean = "So."\n', "reason: is no table of it"),
    ],
)
def test_file_of_reasons_of_bad_form_is_refused(published: Any, text: str, said: str) -> None:
    (published.releases / "next.toml").write_text(text)
    with pytest.raises(DataError, match=said):
        read_reasons()


def test_nothing_released_is_said(house: Any) -> None:
    with pytest.raises(DataError, match="No release in data/releases"):
        changes()


def test_description_says_all_that_is_known() -> None:
    told = describe("fig-coverage")
    assert told.record.question_en == "What is in the data?"
    notebook = json.loads(
        (project_folder() / "notebooks" / "01-what-is-in-the-data.ipynb").read_text("utf-8")
    )
    code = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    (shown,) = [at for at, text in enumerate(code, 1) if 'show("fig-coverage"' in text]
    assert told.cells == (shown,)
    assert told.table == "data/results/what_is_in_the_data/fig-coverage.csv"
    assert told.function == "spbe_research.questions.what_is_in_the_data.tables.coverage"
    assert told.first_published == release_date("0.1.0")
    assert "Kementerian PANRB" in told.licence
    assert describe("num-agency-years").table == "data/results/numbers.csv"


def test_commands_give_a_reason_and_list_errata(published: Any) -> None:
    published.say('caption.id = "Semua', 'caption.id = "Seluruh')
    run = CliRunner()
    outcome = run.invoke(app, ["verify-figure", "tab-mean", "num-mean-2024"])
    assert outcome.exit_code == 1
    assert "tab-mean: changed since 0.1.0: words (id); without a reason" in outcome.output
    assert "num-mean-2024: as published." in outcome.output
    outcome = run.invoke(app, ["reason", "tab-mean", "A better word."])
    assert outcome.exit_code == 0, outcome.output
    outcome = run.invoke(app, ["errata"])
    assert "next,,tab-mean,words (id),,,A better word." in outcome.stdout
    published.set_version("0.2.0")
    outcome = run.invoke(app, ["release", "0.2.0", "--date", "2027-02-01"])
    assert outcome.exit_code == 0, outcome.output
    assert "Release 0.2.0 of 2027-02-01: 1 changes; 0.2.0.csv" in outcome.output
    outcome = run.invoke(app, ["verify-figure", "tab-mean"])
    assert outcome.exit_code == 0
    outcome = run.invoke(app, ["release", "0.3.0", "--date", "25 November"])
    assert "Invalid date" in str(outcome.exception)


# ------------------------------------------------------------------ the releases of this repository


def git(root: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True).stdout


def history_of(root: Path) -> str:
    """Why the history of a repository cannot be asked; nothing when it can."""
    if shutil.which("git") is None or not (root / ".git").exists():
        return "no git history here"
    if git(root, "rev-parse", "--is-shallow-repository").strip() == b"true":
        return "a shallow clone does not hold the commits of the releases"
    return ""


def changed_manifests(root: Path) -> list[str]:
    """Manifests that are not what the commit that added them holds, or that are gone."""
    added = git(
        root, "log", "--diff-filter=A", "--format=commit %H", "--name-only", "--", "data/releases"
    ).decode()
    first: dict[str, str] = {}
    commit = ""
    for line in filter(None, added.splitlines()):  # the newest commit comes first
        if line.startswith("commit "):
            commit = line.split()[1]
        elif line.endswith(".csv") and Path(line).name[0].isdigit():  # a version; claims grow
            first[line] = commit
    return [
        name
        for name, commit in sorted(first.items())
        if not (root / name).is_file()
        or (root / name).read_bytes() != git(root, "show", f"{commit}:{name}")
    ]


def test_no_manifest_differs_from_the_commit_that_added_it() -> None:
    root = project_folder()
    if history_of(root):  # an archive without history: the chain of hashes is all there is
        assert chain_violations() == []
    else:
        assert changed_manifests(root) == []


def test_manifest_changed_with_another_commit_is_found(tmp_path: Path) -> None:
    path = tmp_path / "data" / "releases" / "0.1.0.csv"
    path.parent.mkdir(parents=True)
    commit = ("-c", "user.name=x", "-c", "user.email=x@y", "commit", "-qm", "x")
    git(tmp_path, "init", "-q")
    for content in ("a\n", "b\n"):
        path.write_text(content)
        git(tmp_path, "add", ".")
        git(tmp_path, *commit)
    assert changed_manifests(tmp_path) == ["data/releases/0.1.0.csv"]
    path.write_text("a\n")
    assert changed_manifests(tmp_path) == []
    path.unlink()
    assert changed_manifests(tmp_path) == ["data/releases/0.1.0.csv"]


def test_manifests_of_this_repository_hold_together() -> None:
    assert chain_violations() == []
    for version in releases():
        assert release_date(version)


def test_first_manifest_is_that_of_its_commit(tmp_path: Path) -> None:
    """Tables, numbers and cells hashed again, from the files of the commit that it names."""
    root = project_folder()
    if history_of(root):  # nothing to hash again: the chain of hashes is all there is
        assert chain_violations() == []
        return
    held = read_manifest("0.1.0")
    commit = held["release", "0.1.0", "commit"].value
    archive = git(root, "archive", commit, "data/results", "notebooks")
    subprocess.run(["tar", "-x", "-C", tmp_path], input=archive, check=True)
    tables = {key[1]: item for key, item in held.items() if key[0] == "table"}
    assert len(tables) == 68
    for name, item in tables.items():
        stem = "regulations" if name == "tab-regulations" else name
        content = (tmp_path / "data" / "results" / f"{stem}.csv").read_bytes()
        assert item.sha256 == hashlib.sha256(content).hexdigest(), name
    lines = (tmp_path / "data" / "results" / "numbers.csv").read_text().splitlines()
    shown = {key[1]: item.value for key, item in held.items() if key[0] == "number"}
    assert len(shown) == len(lines) - 1 == 326
    assert all(any(name in line and text in line for line in lines) for name, text in shown.items())
    for path in (tmp_path / "notebooks").glob("*.ipynb"):
        for place, cell in enumerate(json.loads(path.read_text())["cells"], start=1):
            content = ["".join(cell["source"]), cell["metadata"]]
            text = json.dumps(content, ensure_ascii=False, sort_keys=True)
            item = held["cell", path.stem, f"{place:02d}"]
            assert item.sha256 == hashlib.sha256(text.encode()).hexdigest(), (path.stem, place)
