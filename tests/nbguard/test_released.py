"""What was released changes only with a reason; a project's files are read, or refused."""

import base64
import copy
import hashlib
import json
from pathlib import Path

import pytest
from nbformat import NotebookNode

from bench import FACTS, SETTINGS, good, project
from recorder import hash_of, png
from spbe_research.errors import DataError
from spbe_research.nbguard.__main__ import write_manifest
from spbe_research.nbguard.facts import read_facts
from spbe_research.nbguard.pictures import picture_hash
from spbe_research.nbguard.released import cover_of, read_release
from spbe_research.nbguard.rules import Guard
from spbe_research.nbguard.settings import Settings, read_settings

STEM = "01-is-it-so"


def cell_hash(source: str, metadata: str = "{}") -> str:
    """As a manifest states it, worked from its description."""
    text = f"[{json.dumps(source, ensure_ascii=False)}, {metadata}]"
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def cover(made: NotebookNode) -> str:
    """What a reason of these cells covers, worked from its description."""
    shown = {'table = show_table("tab-counts"': " tab-counts", 'show("fig-counts"': " fig-counts"}
    lines = [
        f"{cell_hash(cell.source)} {cell.cell_type}"
        + "".join(name for begun, name in shown.items() if cell.source.startswith(begun))
        for cell in made.cells
    ]
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()[:16]


def release(folder: Path, made: NotebookNode, *, reasons: str = "") -> Path:
    """A folder with an old and a new manifest of a notebook."""
    lines = ["kind,name,part,sha256,value", "release,0.10.0,date,,2026-01-01"]
    shown = {3: "code tab-counts", 4: "code fig-counts"}
    for place, cell in enumerate(made.cells, start=1):
        value = shown.get(place, cell.cell_type)
        lines.append(f"cell,{STEM},{place:02d},{cell_hash(cell.source)},{value}")
    lines += [f"table,{name},data,{hash_of(name)}," for name in ("tab-counts", "fig-counts")]
    lines.append(f"picture,fig-counts,en,{picture_hash(picture(made))},")
    (folder / "0.10.0.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "0.9.0.csv").write_text("kind,name,part,sha256,value\n", "utf-8")
    (folder / "next.toml").write_text(f"[reasons]\n{reasons}", "utf-8")
    return folder


def picture(made: NotebookNode) -> bytes:
    return base64.b64decode(made.cells[3].outputs[1].data["image/png"])


def named(folder: Path, made: NotebookNode, stem: str = STEM) -> list[str]:
    guard = Guard(SETTINGS, FACTS, read_release(folder))
    return [each.text for each in guard.of(made, stem) if each.rule in ("lost", "data", "release")]


def test_released_notebook_is_let_through(tmp_path: Path) -> None:
    assert named(release(tmp_path, good()), good()) == []


def _less(made: NotebookNode) -> None:
    del made.cells[-2]


def _word(made: NotebookNode) -> None:
    made.cells[-2].source = made.cells[-2].source.replace("nothing", "much")


def _code(made: NotebookNode) -> None:
    made.cells[2].source += "\n"


def _swap(made: NotebookNode) -> None:
    made.cells[2], made.cells[3] = made.cells[3], made.cells[2]


def _raw(made: NotebookNode) -> None:
    made.cells[0].cell_type = "raw"


@pytest.mark.whole
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_less, "cell 5 of it is gone"),
        (_word, "cell 5 is changed"),
        (_code, "cell 3 is changed"),
        (_raw, "cell 1 is changed"),
        (_swap, "cell 3 is new"),
    ],
)
def test_change_without_a_reason_is_named(tmp_path: Path, change: object, said: str) -> None:
    made = copy.deepcopy(good())
    change(made)
    (text,) = named(release(tmp_path, good()), made)
    assert text.startswith("differs from release 0.10.0: ")
    assert said in text
    reason = f'{STEM} = "It was wrong."\n'
    covers = f'[covers]\n{STEM} = "{cover(made)}"\n'
    assert named(release(tmp_path, good(), reasons=reason + covers), made) == []
    made.cells[-2].source += " More."
    (text,) = named(release(tmp_path, good(), reasons=reason + covers), made)
    assert text == (
        "its cells are not those that its reason was given for; its line in [covers] of next.toml "
        f'must be "{STEM}" = "{cover(made)}"'
    )


def test_record_that_is_shown_no_more_is_named(tmp_path: Path) -> None:
    made = copy.deepcopy(good())
    del made.cells[3]
    first, _ = named(release(tmp_path, good()), made)
    assert first == "fig-counts was shown in release 0.10.0, and is no more"
    reasons = f'{STEM} = "Rewritten."\n[covers]\n{STEM} = "{cover(made)}"\n'
    assert named(release(tmp_path, good(), reasons=reasons), made) == [first]
    reasons = f'fig-counts = "It was wrong."\n{reasons}'
    assert named(release(tmp_path, good(), reasons=reasons), made) == []


def test_other_data_and_another_picture_are_named(tmp_path: Path) -> None:
    made = copy.deepcopy(good())
    text = made.cells[3].outputs[0].text
    made.cells[3].outputs[0].text = text.replace(hash_of("fig-counts"), "0" * 64)
    other = base64.b64encode(png(640, 400, colour=(1, 2, 3))).decode()
    made.cells[3].outputs[1].data["image/png"] = other
    folder = release(tmp_path, good())
    assert named(folder, made) == [
        "fig-counts: other data than in release 0.10.0",
        "fig-counts: another picture than in release 0.10.0",
    ]
    release(tmp_path, good(), reasons='"fig-{what}" = "A weight was misread."')
    assert named(tmp_path, made) == []


def test_new_notebook_needs_the_hash_of_its_cells(tmp_path: Path) -> None:
    made = good("|More.")
    (text,) = named(release(tmp_path, good()), made, stem="02-new")
    assert text.startswith("is new since release 0.10.0, or changed since it was new; ")
    covers = f'[covers]\n02-new = "{cover(made)}"\n'
    assert named(release(tmp_path, good(), reasons=covers), made, stem="02-new") == []


def test_cover_tells_the_order_of_cells() -> None:
    cells = [("ab", "markdown"), ("cd", "code")]
    assert cover_of(cells) != cover_of(cells[::-1])


def test_pixels_of_another_shape_are_another_picture() -> None:
    wide, high = png(640, 320), png(320, 640)
    assert picture_hash(wide) != picture_hash(high)
    assert picture_hash(wide) == picture_hash(png(640, 320, text="says more"))
    expected = hashlib.sha256(b"RGB 640x320\n" + bytes((20, 90, 160)) * 640 * 320).hexdigest()
    assert picture_hash(wide) == expected


def test_folder_without_a_manifest_has_no_release(tmp_path: Path) -> None:
    assert read_release(tmp_path) is None


@pytest.mark.parametrize("content", ["kind,name\n", "kind,name,part,sha256,value\ncell,x\n"])
def test_manifest_of_another_form_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "1.0.0.csv").write_text(content, "utf-8")
    with pytest.raises(DataError, match="Invalid manifest 1.0.0.csv, line "):
        read_release(tmp_path)


def test_reasons_that_are_no_toml_are_refused(tmp_path: Path) -> None:
    release(tmp_path, good(), reasons="so so")
    with pytest.raises(DataError, match="Invalid file next.toml"):
        read_release(tmp_path)


def test_settings_have_defaults_and_are_checked(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings(root=tmp_path)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.nbguard]\ncell_seconds = 5\nyears = "x"\nso = 1\n'
    )
    with pytest.raises(
        DataError, match="(?s)2 violations.*years: 'x' is no tuple.*so: must be one of"
    ):
        read_settings(tmp_path)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.nbguard]\ncell_seconds = 5\nyears = ["x.csv"]\n'
    )
    settings = read_settings(tmp_path)
    assert (settings.cell_seconds, settings.years) == (5.0, ("x.csv",))
    with pytest.raises(DataError, match="No file x.csv"):
        read_facts(settings)


def test_facts_are_read_from_a_project(tmp_path: Path) -> None:
    files = {
        "numbers.csv": "id,text,low,high,n\nnum-a-2019,5,4,6,9\nnum-a-2020,8,,,\nnum-ab,7,,,\n",
        "words.toml": '[question]\nnotebook = "01-is-it-so"\n[fig-a]\n[tab-a]\n'
        '["num-a-{year}"]\nname.en = "first"\nkeyword.en = "lost | gone"\n'
        '[num-a-2020]\nlike = "num-a-{year}"\nname.en = "second"\n',
        "years.csv": "year,why\n2019,x\n2020,y\n",
        "national.csv": "short,number\nPerpres 95/2018,Peraturan Presiden Nomor 95 Tahun 2018\n",
        "local.csv": "regulation_type,number,year\nPerwal,106,2016\n",
        "works.csv": "key,authors,year,doi\ndee2019,Thomas Dee; Will Dobbie,2019,10.1257/APP.1\n",
        "phrases.csv": "phrase,why\ntwo  decimals,print\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content, "utf-8")
    settings = Settings(
        root=tmp_path, numbers="numbers.csv", names=("words.toml",), years=("years.csv",),
        regulations=("national.csv", "local.csv"), literature=("works.csv",), phrases="phrases.csv",
    )  # fmt: skip
    facts = read_facts(settings)
    number = facts.numbers["num-a-2019"]
    assert (number.text, number.low, number.n) == ("5", "4", "9")
    assert (number.words, number.keywords) == ({"en": "first"}, {"en": ("lost", "gone")})
    own = facts.numbers["num-a-2020"]  # like its family, but for its name
    assert (own.words, own.keywords) == ({"en": "second"}, {"en": ("lost", "gone")})
    assert facts.numbers["num-ab"].words == {}
    assert facts.years == {2019, 2020}
    assert facts.regulations == {
        "95/2018": {"perpres", "peraturanpresiden"}, "106/2016": {"perwal"},
    }  # fmt: skip
    assert facts.works.dois == {"10.1257/app.1"}
    assert {("dee", "2019"), ("dobbie", "2019")} <= facts.works.authored
    assert facts.phrases == ("two decimals",)
    assert facts.records == {"01-is-it-so": ("fig-a", "tab-a")}


@pytest.mark.parametrize("row", ["two,so", "two decimals,"])
def test_phrase_that_is_only_a_numeral_or_has_no_reason_is_refused(
    tmp_path: Path, row: str
) -> None:
    (tmp_path / "phrases.csv").write_text(f"phrase,why\n{row}\n", "utf-8")
    with pytest.raises(DataError, match="Invalid fixed phrase"):
        read_facts(Settings(root=tmp_path, phrases="phrases.csv"))


def test_manifest_is_written_once_and_compared_with(tmp_path: Path) -> None:
    project(tmp_path, **{STEM: good()})
    path = write_manifest(tmp_path, "0.1.0", [tmp_path / f"{STEM}.ipynb"])
    assert path == tmp_path / "data" / "releases" / "0.1.0.csv"
    assert named(path.parent, good()) == []
    made = copy.deepcopy(good())
    _word(made)
    assert "cell 5 is changed" in named(path.parent, made)[0]
    lines = path.read_text("utf-8").splitlines()
    assert f"cell,{STEM},01,{cell_hash(good().cells[0].source)},markdown" in lines
    assert f"table,fig-counts,data,{hash_of('fig-counts')}," in lines
    with pytest.raises(DataError, match="it has a manifest, and none is changed"):
        write_manifest(tmp_path, "0.1.0", [tmp_path / f"{STEM}.ipynb"])
