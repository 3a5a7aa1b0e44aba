"""Exported files: the same bytes in every process, their origin in their own metadata."""

import base64
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from matplotlib.text import Text
from PIL import Image
from pypdf import PdfReader

from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.nbguard.pictures import picture_hash
from spbe_research.press import committed_table, load_records, pictures
from spbe_research.press.citations import cite
from spbe_research.press.columns import describe_columns
from spbe_research.press.committed import committed_numbers, result_path
from spbe_research.press.exports import data_files, write_exports
from spbe_research.press.palette import palette_png
from spbe_research.press.pictures import KINDS, draw_picture, draw_pictures
from spbe_research.press.records import LICENCE
from spbe_research.press.show import draw_record
from spbe_research.press.workbook import workbook_bytes

META = project_folder() / "spbe_research" / "press" / "result_columns.csv"
SAMPLE = "fig-predicate-sureness"  # words, a legend, hundreds of dots that overlap
SAID = ("title", "caption", "not_shown", "alt", "sentence")
HASH = hashlib.sha256(result_path(SAMPLE).read_bytes()).hexdigest()
WRITE = f"""
import hashlib, json, sys
from spbe_research.press.exports import data_files
from spbe_research.press.pictures import draw_pictures
files = {{f"{{l}}.{{k}}": b for (l, k), b in draw_pictures("{SAMPLE}").items()}}
files |= data_files("{SAMPLE}")
print(json.dumps({{name: hashlib.sha256(content).hexdigest() for name, content in files.items()}}))
"""


@pytest.fixture(scope="module")
def drawn() -> dict[tuple[str, str], bytes]:
    return draw_pictures(SAMPLE)


def origin(language: str) -> str:
    version = picture_hash(draw_record(SAMPLE, language=language))
    return f"{SAMPLE} data sha256 {HASH} picture sha256 {version}"


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def dublin_core(svg: bytes) -> dict[str, str]:
    """Read by its own pattern, not by the package."""
    text = svg.decode("utf-8")
    metadata = re.search(r"<rdf:RDF.*?</rdf:RDF>", text, re.DOTALL)[0]
    plain = re.sub(r"<(/?)cc:Agent>|\s*\n\s*", "", metadata)
    return dict(re.findall(r"<dc:(\w+)>(?:<dc:title>)?([^<]*)<", plain))


def test_two_processes_write_the_same_bytes() -> None:
    runs = [
        subprocess.run(
            [sys.executable, "-W", "error", "-c", WRITE],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed, "OMP_NUM_THREADS": "1"},
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert len(json.loads(runs[0])) == 2 * len(KINDS) + 3


def test_a_kind_drawn_alone_is_the_one_drawn_with_the_others(drawn) -> None:
    for kind in KINDS:
        assert draw_picture(SAMPLE, language="id", kind=kind) == drawn["id", kind]


@pytest.mark.parametrize("language", ["en", "id"])
def test_png_names_its_origin(drawn, language: str) -> None:
    record = load_records()[SAMPLE]
    picture = Image.open(io.BytesIO(drawn[language, "png"]))
    picture.load()
    assert picture.text == {
        "Title": record.title_en if language == "en" else record.title_id,
        "Source": f"{'Source' if language == 'en' else 'Sumber'}: Kementerian PANRB",
        "Copyright": LICENCE,
        "Description": origin(language),
        "Identifier": SAMPLE,
        "Language": language,
    }
    assert picture.mode == "P"
    assert picture.width == 2 * 616  # twice the pixels it takes on a page of the site


def test_svg_names_its_origin_and_speaks_to_screen_readers(drawn) -> None:
    svg = drawn["id", "svg"]
    record = load_records()[SAMPLE]
    stated = dublin_core(svg)
    assert stated["title"] == record.title_id
    assert stated["description"] == origin("id")
    assert stated["identifier"] == SAMPLE
    assert stated["language"] == "id"
    assert stated["source"] == "Sumber: Kementerian PANRB"
    assert stated["rights"] == LICENCE
    assert stated["creator"] == "spbe_research contributors"
    assert "date" not in stated
    text = svg.decode("utf-8")
    root = re.search(r"<svg [^>]*>", text)[0]
    names = re.search(r'aria-labelledby="([^"]+)"', root)[1].split()
    assert 'role="img"' in root
    assert 'xml:lang="id"' in root
    assert [re.search(rf'<(\w+) id="{name}">', text)[1] for name in names] == ["title", "desc"]


def test_svg_keeps_words_as_text_and_carries_their_letters(drawn) -> None:
    text = drawn["id", "svg"].decode("utf-8")
    assert re.search(r"<text [^>]*>lemparan koin</text>", text)
    record = load_records()[SAMPLE]
    assert f"n = {record.n_id}. spbe_research {SAMPLE}" in text
    assert re.search(
        r"<svg [^>]*font-family=\"'SPBE Sans','Source Sans 3',[^\"]*sans-serif\"", text
    )
    assert " style=" not in text
    letters = carried(text)
    assert set(letters) == {"400", "500 900"}
    title = record.title_id.replace(" ", "")
    assert set(title) <= letters["500 900"]
    said = "".join(re.findall(r"<text [^>]*>([^<]*)</text>", text))
    assert set(said) <= letters["400"] | letters["500 900"]


def carried(svg: str) -> dict[str, set[str]]:
    """The letters within a file, by weight, as fontTools reads them."""
    rule = r"font-weight:([\d ]+);src:url\(data:font/woff;base64,([^)]+)\)"
    return {
        weight: set(map(chr, TTFont(io.BytesIO(base64.b64decode(font))).getBestCmap()))
        for weight, font in re.findall(rule, svg)
    }


def test_pdf_carries_its_letters(drawn) -> None:
    (page,) = PdfReader(io.BytesIO(drawn["id", "pdf"])).pages
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    inner = [font["/DescendantFonts"][0].get_object() for font in fonts]
    assert {str(font["/BaseFont"]).rpartition("+")[2][:8] for font in fonts} == {"SPBESans"}
    assert all("/FontFile2" in font["/FontDescriptor"] for font in inner)  # TrueType, not Type 3


def test_pictures_of_notebooks_keep_their_typeface() -> None:
    """Releases hold the hashes of their pixels."""
    record, table = load_records()["fig-gini"], committed_table("fig-gini")
    released = pictures.laid_out(record, table, "en").findobj(Text)
    assert {text.get_fontfamily()[0] for text in released} == {"DejaVu Sans"}
    exported = pictures.laid_out(record, table, "en", in_typeface=True).findobj(Text)
    assert {text.get_fontfamily()[0] for text in exported if text.get_text()} == {"SPBE Sans"}


def test_pdf_names_its_origin(drawn) -> None:
    stated = PdfReader(io.BytesIO(drawn["en", "pdf"])).metadata
    assert dict(stated) == {
        "/Title": load_records()[SAMPLE].title_en,
        "/Author": "spbe_research contributors",
        "/Subject": f"Source: Kementerian PANRB, 2022. {LICENCE}",
        "/Keywords": f"{origin('en')} en",
        "/Creator": "spbe_research",
    }


def test_palette_differs_from_full_colour_by_nothing_an_eye_sees(drawn) -> None:
    """The sample has many colours for its dots: edges of one lie over the fill of another."""
    table = committed_table(SAMPLE)
    figure = pictures.laid_out(load_records()[SAMPLE], table, "id", in_typeface=True)
    full = io.BytesIO()
    figure.savefig(full, format="png", dpi=pictures.FINE_DPI)
    meant, shown = pixels(full.getvalue()), pixels(drawn["id", "png"])
    apart = np.abs(meant - shown).max(axis=2)
    _, place, count = np.unique(
        meant.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True
    )
    areas = count[place.ravel()].reshape(apart.shape) >= 40
    assert apart[areas].max() <= 6  # of 255
    assert apart.max() <= 20  # single pixels on the edges of letters
    assert apart.mean() < 0.2


def test_palette_of_few_colours_is_lossless() -> None:
    picture = np.random.default_rng(7).integers(0, 6, size=(40, 50, 3)).astype(np.uint8) * 51
    png = palette_png(picture, metadata={"Title": "Skala – nilai"}, dpi=320)
    assert (pixels(png) == picture).all()
    assert Image.open(io.BytesIO(png)).text == {"Title": "Skala – nilai"}


def test_palette_keeps_the_frequent_colours_exact() -> None:
    picture = np.full((60, 60, 3), 255, dtype=np.uint8)
    picture[:20, :20] = np.arange(1200).reshape(20, 20, 3) % 251
    shown = pixels(palette_png(picture, metadata={}, dpi=72))
    assert (shown[20:, 20:] == 255).all()
    assert np.abs(shown - picture).max() < 40


def test_workbook_holds_the_numbers_of_the_csv() -> None:
    files = data_files(SAMPLE)
    book = openpyxl.load_workbook(io.BytesIO(files[f"{SAMPLE}.xlsx"]))
    rows = list(book["data"].iter_rows(values_only=True))
    table = pd.read_csv(result_path(SAMPLE))
    assert list(rows[0]) == list(table.columns)
    sheet = pd.DataFrame(rows[1:], columns=rows[0])
    assert sheet["estimate"].to_numpy(float) == pytest.approx(table["estimate"], nan_ok=True, abs=0)
    assert sheet["agency_id"].tolist() == table["agency_id"].tolist()
    about = dict(row[:2] for row in book["about"].iter_rows(values_only=True) if row[0])
    assert about["data sha256"] == HASH
    assert about["estimate"] == "probability that T has the printed predicate"
    words = {each: getattr(load_records()[SAMPLE], f"{each}_en") for each in SAID}
    told = hashlib.sha256(json.dumps(words, ensure_ascii=False, sort_keys=True).encode())
    expected = f"{SAMPLE} data sha256 {HASH} words sha256 {told.hexdigest()}"
    assert book.properties.description == expected


def test_workbook_names_no_part_that_it_lacks() -> None:
    parts = zipfile.ZipFile(io.BytesIO(data_files(SAMPLE)[f"{SAMPLE}.xlsx"]))
    held = set(parts.namelist())
    named = re.findall(r'PartName="/([^"]+)"', parts.read("[Content_Types].xml").decode())
    linked = re.findall(r'Target="([^"]+)"', parts.read("xl/_rels/workbook.xml.rels").decode())
    assert set(named) <= held
    assert {each.removeprefix("/") if "/xl" in each else f"xl/{each}" for each in linked} <= held
    assert b"theme" not in parts.read("xl/styles.xml")


def test_workbook_reads_no_clock() -> None:
    parts = zipfile.ZipFile(io.BytesIO(data_files(SAMPLE)[f"{SAMPLE}.xlsx"]))
    assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    core = parts.read("docProps/core.xml").decode()
    assert re.findall(r">(\d{4}-\d\d-\d\d)T", core) == ["1980-01-01"] * 2


def test_identifier_of_an_agency_stays_text_in_the_workbook() -> None:
    """12.20 as a number would be 12.2, which is no agency."""
    book = openpyxl.load_workbook(io.BytesIO(data_files("tab-on-an-edge")["tab-on-an-edge.xlsx"]))
    column = [row[0] for row in book["data"].iter_rows(values_only=True)]
    assert column[:3] == ["agency_id", "kab-12.25", "kab-21.04"]


def test_formula_in_a_text_is_not_run_by_a_spreadsheet() -> None:
    table = pd.DataFrame({"name": ["=1+1"]})
    facts = dict.fromkeys(("Title", "Source", "Rights", "Description", "Identifier"), "x")
    columns = pd.DataFrame([["name", "a name", ""]], columns=["column", "meaning", "unit"])
    book = openpyxl.load_workbook(
        io.BytesIO(workbook_bytes(table, columns, facts=facts, about={"a": "b"}))
    )
    assert book["data"]["A2"].data_type == "s"


def test_export_writes_every_file_of_a_record(tmp_path) -> None:
    ids = ["fig-gini", "tab-moments", "num-agency-years"]
    written = write_exports(tmp_path, ids=ids)
    names = {f"fig-gini.{language}.{kind}" for language in ("en", "id") for kind in KINDS}
    names |= {f"{name}.{end}" for name in ids for end in ("csv", "xlsx", "README.md")}
    assert {path.name for path in written} == names == {path.name for path in tmp_path.iterdir()}
    csv = tmp_path / "tab-moments.csv"
    assert csv.read_bytes() == result_path("tab-moments").read_bytes()
    number = pd.read_csv(tmp_path / "num-agency-years.csv", dtype=str)
    assert number["text"].tolist() == ["4,159"]


def test_export_replaces_a_file_only_where_it_is_told_to(tmp_path) -> None:
    own = tmp_path / "tab-moments.csv"
    own.write_text("mine")
    with pytest.raises(DataError, match=r"tab-moments\.csv'. What exists already is kept"):
        write_exports(tmp_path, ids=["num-agency-years", "tab-moments"])
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(own.name, "mine")]
    write_exports(tmp_path, ids=["tab-moments"], overwrite=True)
    assert own.read_bytes() == result_path("tab-moments").read_bytes()


def test_picture_of_a_user_is_found_before_anything_is_drawn(tmp_path) -> None:
    own = tmp_path / "fig-gini.id.pdf"
    own.write_text("mine")
    with pytest.raises(DataError, match=r"fig-gini\.id\.pdf'. What exists already is kept"):
        write_exports(tmp_path, ids=["fig-gini"], progress=pytest.fail)
    assert own.read_text() == "mine"


def test_readme_says_what_a_reader_must_know() -> None:
    record = load_records()[SAMPLE]
    text = data_files(SAMPLE)[f"{SAMPLE}.README.md"].decode("utf-8")
    for part in (
        f"# {record.title_en}",
        record.title_id,
        record.caption_en,
        record.caption_id,
        record.not_shown_en,
        record.not_shown_id,
        "| `estimate` | probability that T has the printed predicate",
        "CC BY 4.0",
        "Kementerian PANRB for the data",
        cite(SAMPLE, style="plain", language="en"),
        cite(SAMPLE, style="plain", language="id"),
        HASH,
    ):
        assert part in text


@pytest.mark.parametrize(
    "name", [name for name, record in load_records().items() if record.has_table]
)
def test_every_column_of_every_result_has_a_meaning(name: str) -> None:
    columns = pd.read_csv(result_path(name), nrows=1)
    assert (describe_columns(name, columns)["meaning"].str.len() > 0).all()


def test_every_meaning_is_of_a_column_that_exists() -> None:
    columns = {
        name: set(pd.read_csv(result_path(name), nrows=0).columns)
        for name, record in load_records().items()
        if record.has_table
    }
    anywhere = set().union(*columns.values(), committed_numbers().columns)
    stated = pd.read_csv(META, keep_default_na=False)
    dead = [
        (row.record, row.column)
        for row in stated.itertuples()
        if row.column not in (columns[row.record] if row.record else anywhere)
    ]
    assert dead == []


def test_unknown_ids_languages_and_kinds_are_refused(tmp_path) -> None:
    with pytest.raises(DataError, match="Invalid figure 'tab-moments'"):
        draw_picture("tab-moments")
    with pytest.raises(DataError, match=r"Invalid kinds \['gif'\]"):
        draw_picture(SAMPLE, kind="gif")
    with pytest.raises(DataError, match="Invalid language 'jv'"):
        draw_picture(SAMPLE, language="jv")
    with pytest.raises(DataError, match="Invalid ids 'fig-moon'. Each must"):
        write_exports(tmp_path, ids=["fig-moon"])
    with pytest.raises(DataError, match="Invalid id 'fig-moon'"):
        data_files("fig-moon")
