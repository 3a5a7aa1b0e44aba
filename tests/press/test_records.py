"""Records: what a notebook shows is what is registered, as the committed table gives it."""

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from PIL import Image

from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.nbguard.pictures import picture_hash
from spbe_research.press import committed_table, load_questions, load_records, show, show_table
from spbe_research.press.show import draw_record
from spbe_research.records import computation

NOTEBOOKS = sorted((project_folder() / "notebooks").glob("*.ipynb"))
SHOWN = r'show\(\s*"(fig-[a-z0-9-]+)"'
RECORDS = load_records()
FIGURES = [name for name, record in RECORDS.items() if record.is_figure]
TABLED = [name for name, record in RECORDS.items() if record.has_table]


def cells(path: Path, kind: str) -> list[dict]:
    stated = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in stated if cell["cell_type"] == kind]


def code(path: Path) -> str:
    return "\n".join("".join(cell["source"]) for cell in cells(path, "code"))


def test_every_figure_and_table_is_shown_in_its_notebook() -> None:
    texts = {path.stem: code(path) for path in NOTEBOOKS}
    assert [name for name in TABLED if f'"{name}"' not in texts[RECORDS[name].notebook]] == []


def test_every_notebook_is_that_of_a_question_and_has_its_title() -> None:
    titles = {each.notebook: each.question_en for each in load_questions().values()}
    assert {path.stem for path in NOTEBOOKS} == set(titles)
    for path in NOTEBOOKS:
        first = "".join(cells(path, "markdown")[0]["source"]).splitlines()[0]
        assert first == f"# {titles[path.stem]}"


def test_every_picture_in_a_notebook_is_a_registered_one_shown_once() -> None:
    """The picture itself says which record it is of; a cell shows as many as it asks for."""
    for path in NOTEBOOKS:
        for cell in cells(path, "code"):
            outputs = [output.get("data", {}) for output in cell["outputs"]]
            pictures = ["".join(data["image/png"]) for data in outputs if "image/png" in data]
            carried = [
                Image.open(io.BytesIO(base64.b64decode(picture))).text["Description"].split()[0]
                for picture in pictures
            ]
            assert carried == re.findall(SHOWN, "".join(cell["source"])), path.stem
            assert set(carried) <= set(FIGURES), path.stem


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_pictures_in_the_notebook_are_the_ones_drawn_now(path: Path) -> None:
    """Nbval compares no pictures: an edited pixel would pass."""
    found = 0
    for cell in cells(path, "code"):
        for output in cell["outputs"]:
            if "image/png" in output.get("data", {}):
                name = re.search(SHOWN, "".join(cell["source"]))[1]
                committed = base64.b64decode("".join(output["data"]["image/png"]))
                assert picture_hash(committed) == picture_hash(draw_record(name)), name
                found += 1
    assert found > 0


@pytest.mark.parametrize("name", FIGURES)
def test_picture_is_the_same_bytes_twice_and_says_where_it_is_from(name: str) -> None:
    png = draw_record(name)
    assert png == draw_record(name)
    assert name.encode() in png
    source = RECORDS[name].source.removeprefix("Source: ").split("; ")[0]
    assert source.encode("latin-1") in png
    assert (b"Kementerian PANRB" in png) == ("Kementerian PANRB" in RECORDS[name].source)


def test_every_record_is_computed_and_only_figures_are_drawn() -> None:
    for name in TABLED:
        declared = computation(name)
        assert declared.question == RECORDS[name].question.id, name
        assert (declared.draw is not None) == RECORDS[name].is_figure, name


def test_a_table_other_than_the_recorded_one_is_refused() -> None:
    table = committed_table("tab-moments")
    assert show_table("tab-moments", table) is table
    table.loc[0, "estimate"] += 0.001
    with pytest.raises(DataError, match="it is not the one in data/results"):
        show_table("tab-moments", table)


def test_picture_of_another_table_than_the_recorded_is_refused() -> None:
    table = committed_table("fig-cilegon-path")
    table.loc[0, "index_published"] = 3.27
    with pytest.raises(DataError, match="it is not the one in data/results"):
        show("fig-cilegon-path", table)


def test_unregistered_figure_and_table_are_refused() -> None:
    with pytest.raises(DataError, match="Invalid figure 'fig-moon'. It must stand in words.toml"):
        show("fig-moon", pd.DataFrame())
    with pytest.raises(DataError, match="Invalid table 'fig-gini'. It must stand in words.toml"):
        show_table("fig-gini", pd.DataFrame())


def test_number_takes_the_caveat_of_its_table_and_the_question_of_its_notebook() -> None:
    number = RECORDS["num-gini-2018"]
    assert number.not_shown_en == RECORDS["fig-gini"].not_shown_en
    assert number.question_en == "How unequal are scores, and where are they high?"
    assert number.caption_en == "Gini coefficient, bodies assessed (0 to 1), 2018."
    assert number.sentence_en.startswith("The Gini coefficient of the SPBE index across the {n}")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('topic = "data"', 'topic = "weather"', "how_big: topic 'weather' is none of data"),
        ('topic = "data"', 'topic = "data"\nmood = "x"', "how_big: mood is unknown"),
        ('topic = "data"\n', "", "how_big: topic is missing"),
        ('title.id = "Seberapa besar?"\n', "", "how_big: title has no text in 'id'"),
        ('caption.id = "Semua rerata."\n', "", "tab-mean: caption has no text in 'id'"),
        ('alt.id = "Sebuah garis."\n', "", "fig-mean: alt has no text in 'id'"),
        ('caption.id = "Semua', 'mood = "x"\ncaption.id = "Semua', "tab-mean: mood is unknown"),
    ],
)
def test_words_that_are_incomplete_are_refused(house: Any, old: str, new: str, said: str) -> None:
    house.say(old, new)
    with pytest.raises(DataError, match=said):
        load_records()
