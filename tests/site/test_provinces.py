"""Pages of provinces and of Indonesia against the lists, counted here in another way."""

import csv
import io
import re

import openpyxl
import pytest

from spbe_research.locations import data_folder
from spbe_research.site.agencies import agency_pages
from spbe_research.site.country import country
from spbe_research.site.explorer.engine import explorer
from spbe_research.site.nation import nation_sentences, national_rows
from spbe_research.site.province_files import results_table, workbook_of
from spbe_research.site.province_sentences import province_sentences
from spbe_research.site.province_strip import draw_strip, lay_out
from spbe_research.site.provinces import province_pages, regions_by_id, slug

PAGES = agency_pages()
PROVINCES = {province.name: province for province in province_pages(PAGES)}
BANTEN = PROVINCES["Banten"]
with (data_folder() / "tidy" / "published.csv").open(encoding="utf-8") as file:
    PUBLISHED = list(csv.DictReader(file))


def printed(agency_id: str, year: str) -> float:
    return next(
        float(row["index_published"])
        for row in PUBLISHED
        if (row["agency_id"], row["year"]) == (agency_id, year)
    )


def test_every_province_has_a_page_at_the_address_of_the_explorer() -> None:
    assert len(PROVINCES) == 38
    assert [slug(name) for name in PROVINCES] == explorer().call("(() => Spbe.provinces)")


def test_regions_of_banten_are_ranked_by_their_printed_index() -> None:
    ranked = [(each.place, each.page.name, each.result.index) for each in BANTEN.regions]
    assert ranked == [
        (1, "Kabupaten Tangerang", 3.91),
        (2, "Kota Tangerang", 3.85),
        (3, "Kabupaten Serang", 3.73),
        (4, "Kabupaten Lebak", 3.52),
        (5, "Kota Tangerang Selatan", 3.48),
        (6, "Kabupaten Pandeglang", 3.45),
        (7, "Kota Serang", 2.61),
        (8, "Kota Cilegon", 2.56),
    ]


def test_movers_stay_within_an_era_and_are_not_flagged() -> None:
    for province in PROVINCES.values():
        for move in province.moves:
            assert (move.first, move.last) in [
                (2018, 2019),
                (2019, 2020),
                (2021, 2022),
                (2023, 2024),
            ]
            for page, before, after in filter(None, (move.rise, move.fall)):
                assert before == printed(page.agency_id, str(move.first))
                assert after == printed(page.agency_id, str(move.last))
                assert page.agency_id != "kab-16.07" or move.first != 2023


def test_flagged_value_is_neither_a_change_nor_a_mover() -> None:
    south = PROVINCES["Sumatera Selatan"]
    (banyuasin,) = [each for each in south.regions if each.page.agency_id == "kab-16.07"]
    assert banyuasin.change is None


def test_repeated_values_are_counted_by_year() -> None:
    assert [(each.year, each.n, each.of) for each in BANTEN.repeats] == [(2019, 2, 9), (2020, 9, 9)]


def test_six_sentences_hold_their_numbers() -> None:
    english, indonesian = zip(*province_sentences(BANTEN, PAGES), strict=True)
    assert len(indonesian) == 6
    assert indonesian[2].startswith(
        "Pada 2024, 7 dari 8 kabupaten dan kota di Banten berpredikat Baik atau lebih tinggi; di "
        "seluruh Indonesia 350 dari 485 (Kementerian PANRB, Laporan Pelaksanaan Evaluasi SPBE 2024"
    )
    ids = [each.page.agency_id for each in BANTEN.regions]
    before, after = (
        sum(round(100 * printed(each, year)) for each in ids) / 800 for year in ("2023", "2024")
    )
    assert f"naik dari {before:.2f} menjadi {after:.2f}".replace(".", ",") in indonesian[4]
    assert f"rose from {before:.2f} to {after:.2f}" in english[4]
    assert "dicapai Kota Tangerang, dari 2,97 menjadi 3,85" in indonesian[5]


@pytest.mark.parametrize("name", PROVINCES)
def test_every_sentence_names_years_of_one_era_only(name: str) -> None:
    eras = [{2018, 2019, 2020}, {2021, 2022}, {2023, 2024}]
    for pair in province_sentences(PROVINCES[name], PAGES):
        for text in pair:
            said = text.split(" (Kementerian PANRB", maxsplit=1)[0]
            years = {int(each) for each in re.findall(r"\b20[12]\d\b", said)}
            assert any(years <= era for era in eras), text


@pytest.mark.whole
def test_workbook_holds_every_result_of_the_province() -> None:
    content = workbook_of(results_table(), "Hasil evaluasi SPBE: Banten", BANTEN.members)
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["data"]
    head, *rows = sheet.iter_rows(values_only=True)
    cells = [dict(zip(head, row, strict=True)) for row in rows]
    ids = {page.agency_id for page in BANTEN.members}
    held = [row for row in PUBLISHED if row["agency_id"] in ids]
    assert len(cells) == len(held) == 63
    found = {(row["id"], str(row["Tahun"])): row["Nilai"] for row in cells}
    assert found == {(row["agency_id"], row["year"]): float(row["index_published"]) for row in held}
    cilegon = next(row for row in cells if (row["id"], row["Tahun"]) == ("kota-36.72", 2020))
    assert cilegon["Status"] == "mengulang nilai tahun sebelumnya"
    assert cilegon["Letak"] == "baris 374"  # no English in an Indonesian workbook
    about = {row[0]: row[1] for row in book["about"].iter_rows(values_only=True)}
    assert about["Lisensi"].startswith("CC BY 4.0: sebutkan kontributor")
    assert content == workbook_of(results_table(), "Hasil evaluasi SPBE: Banten", BANTEN.members)


def test_strip_marks_each_region_of_the_province_once() -> None:
    values = {
        page.agency_id: page.latest.index
        for page in PAGES
        if page.agency_type in ("kabupaten", "kota") and page.latest.year == 2024
    }
    strip = lay_out(values, [1, 1.8, 2.6, 3.5, 4.2, 5], ["a", "b", "c", "d", "e"])
    drawn = str(draw_strip(strip, regions_by_id(BANTEN), labelled_by="x"))
    assert drawn.count("<circle") == 8
    assert drawn.count("h0") == len(values) - 8 == 477
    # 2.56 on a scale from 1 to 5 between 12 and 708.
    assert strip.places["kota-36.72"][0] == pytest.approx(12 + 1.56 / 4 * 696, abs=0.1)


def test_national_series_stands_beside_both_means() -> None:
    rows = {row["year"]: row for row in national_rows()}
    last = rows[2024]
    assert (last["official"], last["n_new"], last["n_counted"]) == (3.12, 615, 634)
    assert (round(last["new"], 2), round(last["counted"], 2)) == (3.17, 3.12)
    assert [year for year, row in rows.items() if row["cut"]] == [2021, 2023]
    assert {row["locator"] for row in rows.values()} == {"Tabel 4"}


def test_sentences_on_the_nation_name_target_and_both_numbers() -> None:
    said = [pair[1] for pair in nation_sentences(country(), "menpanrb-2024-report")]
    assert said[0] == (
        "Indeks SPBE nasional resmi 2024 adalah 3,12, predikat Baik; targetnya 2,85 (Kementerian "
        "PANRB, Laporan Pelaksanaan Evaluasi SPBE 2024)."
    )
    assert "adalah 3,17; indeks nasional resmi, 3,12" in said[1]
    assert "350 dari 485 kabupaten dan kota Baik atau lebih tinggi, yaitu 72,2 persen" in said[5]
