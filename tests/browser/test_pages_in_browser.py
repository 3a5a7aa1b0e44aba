"""Report cards, provinces, front page and search as a reader uses them, task by task."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from spbe_research.panel.loaders import load_agencies, load_published

Opener = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, built_site: Path) -> Iterator[Opener]:
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()

    def open_page(name: str) -> Page:
        page.goto((built_site / name).as_uri())
        return page

    yield open_page
    context.close()


def search(page: Page, text: str, wanted: str) -> None:
    """Type into the search and take the option that holds a text: one click."""
    page.locator("#agency").fill(text)
    page.locator("#agency-list li").filter(has_text=wanted).first.click()


def test_index_of_2018_is_quoted_in_two_clicks(opened: Opener) -> None:
    page = opened("index.html")
    search(page, "cilegon", "Kota Cilegon kota")
    page.locator("#earlier summary").click()
    quote = page.locator("#earlier .quote").filter(has_text="Pada 2018")
    expect(quote).to_contain_text("Pada 2018 indeks SPBE Kota Cilegon adalah 3,23, predikat Baik")
    expect(quote).to_contain_text("Tabel 20 no 6; spbe_research, kota-36.72/2018")
    expect(quote.locator(".copy")).to_be_visible()


def test_rank_in_the_province_is_read_after_one_click(opened: Opener) -> None:
    page = opened("index.html")
    search(page, "cilegon", "Kota Cilegon kota")
    expect(page.locator(".facts li").nth(1)).to_contain_text(
        re.compile(r"4 dari 4\s+kota di Banten: Tangerang 3,85"), use_inner_text=True
    )


def test_cilegon_is_compared_with_serang_and_tangerang_in_two_clicks(opened: Opener) -> None:
    page = opened("index.html")
    search(page, "cilegon", "Kota Cilegon kota")
    page.get_by_role("link", name="Bandingkan dengan yang lain").click()
    chosen = page.locator("#explore-chosen")
    for name in ("Kota Cilegon", "Kota Serang", "Kota Tangerang", "Kota Tangerang Selatan"):
        expect(chosen).to_contain_text(name)


@pytest.mark.parametrize("name", ["index", "ralat", "numbers", "province/banten", "agency/prov-36"])
def test_page_fits_a_screen_of_320(browser: Browser, built_site: Path, name: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto((built_site / f"{name}.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.close()


def test_all_data_of_a_province_are_had_in_two_clicks(opened: Opener) -> None:
    page = opened("index.html")
    search(page, "Pemda Banten", "semua instansinya")
    with page.expect_download() as waited:
        page.get_by_role("link", name="XLSX").click()
    content = Path(waited.value.path()).read_bytes()
    sheet = openpyxl.load_workbook(io.BytesIO(content))["data"]
    assert sheet.max_row == 1 + 63
    assert waited.value.suggested_filename == "spbe-banten.xlsx"


def test_path_to_sangat_baik_says_what_the_next_levels_ask_for(opened: Opener) -> None:
    page = opened("index.html")
    search(page, "cilegon", "Kota Cilegon kota")
    expect(page.locator("#rapor-steps")).to_contain_text("22 kenaikan satu tingkat")
    page.locator("#rapor-goal").select_option("Sangat Baik")
    expect(page.locator("#rapor-steps")).to_contain_text("Satu tingkat pada setiap indikator belum")
    expect(page.locator("#rapor-steps td").last).to_contain_text("hlm.")


def test_source_of_a_value_is_one_click_away(opened: Opener) -> None:
    page = opened("agency/kota-36.72.html")
    page.get_by_role("link", name="baris 253").click()
    expect(page.locator("h1")).to_contain_text("Hasil Pemantauan dan Evaluasi SPBE 2022")
    expect(page.locator("main")).to_contain_text("lembar sebar dalam repositori tesis publik")


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("indeks nasional", "numbers.html#indeks-nasional"),
        ("salah cetak", "numbers.html#salah-cetak"),
        ("Pemda Banten", "agency/prov-36.html"),
        ("fig-printed-changes", "figure/fig-printed-changes.html"),
        ("Cilegon 2018", "agency/kota-36.72.html"),
        ("peringkat kota Banten 2024", "province/banten.html"),
        ("kabupaten naik paling banyak", "explore.html?tampil=perubahan"),
        ("persentase predikat Baik menurut jenis", "numbers.html#baik"),
        ("cara naik ke Sangat Baik", "agencies.html"),
        ("provinsi dari tahun ke tahun", "explore.html?tampil=perjalanan&jenis=provinsi"),
        ("sematkan", "explore.html"),
        ("siaran pers", "cek-fakta.html"),
        ("Laporan Pelaksanaan Evaluasi SPBE 2024", "source/menpanrb-2024-report.html"),
        ("PermenPANRB 59/2020", "source/permen-59-2020.html"),
    ],
)
def test_one_search_finds_more_than_bodies(opened: Opener, typed: str, address: str) -> None:
    page = opened("index.html")
    page.locator("#agency").fill(typed)
    page.locator("#agency-list li").first.click()
    page.wait_for_url(lambda url: url.endswith(f"/{address}"))


def test_map_of_the_provinces_says_whom_it_counts(opened: Opener) -> None:
    of = load_agencies()[["agency_id", "province"]]
    table = load_published().query("year == 2024 and agency_type in ['kabupaten', 'kota']")
    here = table.merge(of, on="agency_id").query("province == 'Banten'")
    page = opened("provinces.html")
    tile = page.locator(".only-wide [lang=id] svg").get_by_text("BTN").locator("..")
    expect(tile).to_contain_text(f"{here['index_published'].mean():.2f}".replace(".", ","))
    expect(page.locator("figcaption")).to_contain_text("tanpa pemerintah provinsinya")


def test_search_for_a_common_word_offers_no_province(opened: Opener) -> None:
    page = opened("index.html")
    page.locator("#agency").fill("kota")
    expect(page.locator("#agency-list li").first).to_be_visible()
    kinds = page.locator("#agency-list li small").all_inner_texts()
    assert not [kind for kind in kinds if kind.startswith("provinsi,")]


def test_front_page_marks_the_body_that_was_read_last(opened: Opener) -> None:
    page = opened("index.html")
    assert page.locator(".own svg .label").count() == 0
    opened("agency/kab-35.10.html")
    opened("index.html")
    expect(page.locator(".own svg .label").first).to_contain_text("Kabupaten Banyuwangi")


def test_report_card_prints_on_few_pages(browser: Browser, built_site: Path) -> None:
    page = browser.new_page()
    page.goto((built_site / "agency" / "kota-36.72.html").as_uri())
    printed = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom"), "12mm"))
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2
    page.close()


def test_core_facts_of_a_province_are_read_without_a_script(
    browser: Browser, built_site: Path
) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto((built_site / "province" / "banten.html").as_uri())
    text = page.locator("main").inner_text()
    assert "23 dari 38" in text
    assert "Kabupaten Tangerang" in text
    assert page.locator("svg.strip circle").count() == 8
    page.close()


def test_typeface_of_the_site_is_loaded(opened: Opener) -> None:
    page = opened("index.html")
    page.wait_for_function("document.fonts.status === 'loaded'")
    loaded = page.evaluate(
        "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
    )
    assert {name.strip('"') for name in loaded} == {"SPBE Sans", "SPBE Serif"}


def test_every_page_has_a_description_of_its_own(built_site: Path) -> None:
    found: dict[str, str] = {}
    for path in sorted(built_site.rglob("*.html")):
        match = re.search(r'<meta name=description content="([^"]+)"', path.read_text("utf-8"))
        if match and "Pindah" not in match[1]:
            assert found.setdefault(match[1], path.name) == path.name, match[1]
    assert len(found) > 800
