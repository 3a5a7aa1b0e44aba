"""Records, results, claims and the numbers in prose: what is shown is what is recorded."""

import base64
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from spbe_research import load_reference
from spbe_research.catalogue import (
    check_claims,
    check_prose,
    load_records,
    result_table,
    show_numbers,
    show_table,
)
from spbe_research.catalogue.prose import prose_violations
from spbe_research.catalogue.results import check_results, function_named, table_cell
from spbe_research.catalogue.show import draw_record
from spbe_research.errors import DataError
from spbe_research.locations import project_folder

NOTEBOOKS = sorted((project_folder() / "notebooks").glob("*.ipynb"))
SHOWN = r'show\(\s*"(fig-[a-z0-9-]+)"'
FIGURES = [name for name, record in load_records().items() if record.is_figure]


def pixels(png: bytes) -> bytes:
    return Image.open(io.BytesIO(png)).tobytes()


def sources(path: Path) -> str:
    return "\n".join(
        "".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
    )


def test_committed_results_are_what_the_data_give_now() -> None:
    tables = [name for name, record in load_records().items() if record.has_table]
    assert check_results() == len(tables) + 1


def test_every_record_is_shown_in_its_notebook() -> None:
    texts = {path.stem: sources(path) for path in NOTEBOOKS}
    for name, record in load_records().items():
        assert f'"{name}"' in texts[record.notebook], name


def cells(path: Path, kind: str) -> list[dict]:
    stated = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in stated if cell["cell_type"] == kind]


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


def test_every_number_in_prose_is_shown_by_its_notebook() -> None:
    for path in NOTEBOOKS:
        prose = "\n".join("".join(cell["source"]) for cell in cells(path, "markdown"))
        code = "\n".join("".join(cell["source"]) for cell in cells(path, "code"))
        used = set(re.findall(r"<!--(num-[a-z0-9-]+)-->", prose))
        shown = set(re.findall(r'"(num-[a-z0-9-]+)"', code))
        assert used - shown == set(), path.stem
        assert shown <= set(load_records()), path.stem


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_pictures_in_the_notebook_are_the_ones_drawn_now(path: Path) -> None:
    """Nbval compares no pictures: an edited pixel would pass."""
    found = 0
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                name = re.search(SHOWN, "".join(cell["source"]))[1]
                committed = base64.b64decode("".join(output["data"]["image/png"]))
                assert pixels(committed) == pixels(draw_record(name, result_table(name))), name
                found += 1
    assert found > 0


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_numbers_in_the_text_are_the_recorded_ones(path: Path) -> None:
    assert check_prose(path) > 0


@pytest.mark.parametrize("name", FIGURES)
def test_picture_is_the_same_bytes_twice_and_says_where_it_is_from(name: str) -> None:
    table = result_table(name)
    png = draw_record(name, table)
    assert png == draw_record(name, table)
    assert name.encode() in png
    assert b"Kementerian PANRB" in png


def test_picture_of_another_table_than_the_recorded_is_refused() -> None:
    table = result_table("fig-cilegon-path")
    table.loc[0, "index_published"] = 3.27
    with pytest.raises(DataError, match="it is not the one in data/results"):
        draw_record("fig-cilegon-path", table)


def test_unregistered_figure_and_number_are_refused() -> None:
    with pytest.raises(DataError, match="Invalid figure 'fig-moon'. Register it"):
        draw_record("fig-moon", pd.DataFrame())
    with pytest.raises(DataError, match=r"Invalid numbers \['num-moon'\]"):
        show_numbers("num-moon")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("4,160<!--num-agency-years--> results", "'4,160' must be '4,159'"),
        ("4,159 results", "'4,159' carries no"),
        ("an index of 3.23", "'3.23' carries no"),
        ("13 % of them", "'13 %' carries no"),
        ("13 percent of them", "'13 percent' carries no"),
        ("a slope of -0.4", "'-0.4' carries no"),
        ("a slope of \u22120.4", "'\u22120.4' carries no"),
        ("5<!--num-nothing--> of them", "there is no record num-nothing"),
    ],
)
def test_wrong_or_unmarked_number_in_prose_is_named(text: str, said: str) -> None:
    assert any(said in violation for violation in prose_violations(text))


def test_code_formulas_and_years_in_prose_are_left_alone() -> None:
    assert (
        prose_violations(
            "In 2018, `3.27` and $x = 0.5$, see [a](http://b.c/1.5), 47 items, doi:10.1080/0.5"
        )
        == []
    )


def test_verdicts_on_the_ten_claims() -> None:
    table = check_claims(load_reference("claims"), agency_id="36.72").set_index("claim_id")
    assert table["verdict"].to_dict() == {
        "cilegon-score": "contradicted",
        "cilegon-predicate": "confirmed",
        "agencies-assessed": "confirmed",
        "share-baik": "contradicted",
        "cilegon-among-baik": "confirmed",
        "perwal-106-2016": "confirmed",
        "perda-4-2016": "not decidable here",
        "smart-city-member": "confirmed",
        "quick-wins": "not decidable here",
        "score-is-smart-city": "contradicted",
    }


def test_true_claims_are_confirmed_and_false_ones_are_not() -> None:
    claims = load_reference("claims").set_index("claim_id")
    claims.loc["cilegon-score", "value"] = "3.23"
    claims.loc["cilegon-predicate", "value"] = "Cukup"
    claims.loc["agencies-assessed", "value"] = "617"
    claims.loc["share-baik", "value"] = "18"
    table = check_claims(claims.reset_index(), agency_id="36.72").set_index("claim_id")["verdict"]
    assert table[["cilegon-score", "share-baik"]].tolist() == ["confirmed"] * 2
    assert table[["cilegon-predicate", "agencies-assessed"]].tolist() == ["contradicted"] * 2


def test_every_record_names_functions_that_exist() -> None:
    records = load_records()
    for record in records.values():
        assert (
            callable(function_named(record.compute)) if record.compute else record.table in records
        )
        assert bool(record.draw) == record.is_figure


def test_a_number_is_the_cell_its_record_points_to() -> None:
    table = result_table("fig-predicate-shares")
    by_hand = table[(table["year"] == 2024) & (table["predicate"] == "Kurang")]["count"].item()
    numbers = show_numbers("num-share-kurang-2024")
    assert numbers["text"].item() == f"{100 * by_hand / 615:.1f} %"
    assert numbers["n"].item() == 615


def test_a_number_that_chooses_several_cells_is_refused() -> None:
    record = replace(load_records()["num-share-kurang-2024"], where="year == 2024")
    with pytest.raises(DataError, match="chooses 5 rows of fig-predicate-shares"):
        table_cell(record)


def test_a_table_other_than_the_recorded_one_is_refused() -> None:
    table = result_table("tab-moments")
    assert show_table("tab-moments", table) is table
    table.loc[0, "estimate"] += 0.001
    with pytest.raises(DataError, match="it is not the one in data/results"):
        show_table("tab-moments", table)


def test_absence_from_a_press_list_decides_nothing() -> None:
    claims = load_reference("claims").query("claim_id == 'smart-city-member'")
    assert check_claims(claims, agency_id="11.01")["verdict"].item() == "not decidable here"


def test_claims_about_an_unknown_agency_are_refused() -> None:
    with pytest.raises(DataError, match="Invalid agency_id '99.99'"):
        check_claims(load_reference("claims"), agency_id="99.99")
