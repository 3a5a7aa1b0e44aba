"""The site as a reader uses it: in chromium, from the disk, by mouse, keyboard, screen reader."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from matplotlib import rc_context
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from spbe_research.locations import data_folder
from spbe_research.press import committed_table, load_records
from spbe_research.press.pictures import draw_picture, laid_out

KINDS = {
    "start": "index.html",
    "explore": "explore.html",
    "agency": "agency/kota-36.72.html",
    "agencies": "agencies.html",
    "province": "province/banten.html",
    "nation": "province/indonesia.html",
    "provinces": "provinces.html",
    "ledger": "ralat.html",
    "source": "source/menpanrb-2022-sheet.html",
    "figure": "figure/fig-printed-changes.html",
    "table": "figure/tab-moments.html",
    "figures": "figures.html",
    "numbers": "numbers.html",
    "facts": "cek-fakta.html",
    "notebook": "notebook/08-how-unequal-and-where.html",
    "notebooks": "notebooks.html",
    "data": "data.html",
    "methods": "methods.html",
    "cite": "cite.html",
}
DRAWN = "document.querySelectorAll('svg.path circle').length > 0"
FOCUSED = "document.activeElement.id || document.activeElement.textContent"
Opener = Callable[..., Page]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(accept_downloads=True)
    yield made
    made.close()


@pytest.fixture
def opened(context: BrowserContext, built_site: Path) -> Opener:
    page = context.new_page()

    def open_page(name: str, query: str = "") -> Page:
        page.goto((built_site / name).as_uri() + query)
        return page

    return open_page


def complaints(page: Page) -> list[str]:
    """What the page writes to the console as an error, or throws, from now on."""
    found: list[str] = []
    page.on("console", lambda text: found.append(text.text) if text.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.mark.parametrize("every", [17, pytest.param(1, marks=pytest.mark.long)])
def test_agency_pages_open_without_an_error(browser: Browser, built_site: Path, every: int) -> None:
    page = browser.new_page()
    found = complaints(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    paths = sorted((built_site / "agency").glob("*-*.html"))
    for path in paths[::every]:
        page.goto(path.as_uri(), wait_until="domcontentloaded")
        assert page.evaluate(DRAWN), path.name
    assert len(paths) == 681
    assert found == []
    assert [url for url in asked if not url.startswith("file:")] == []
    page.close()


@pytest.mark.parametrize("kind", KINDS)
def test_page_opens_without_an_error_or_a_foreign_request(opened: Opener, kind: str) -> None:
    page = opened("cite.html")
    found = complaints(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    opened(KINDS[kind])
    page.wait_for_load_state("networkidle")
    assert found == []
    assert [url for url in asked if not url.startswith("file:")] == []


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
@pytest.mark.parametrize("kind", KINDS)
def test_page_has_no_axe_violation(browser: Browser, built_site: Path, kind: str, scheme: str):
    page = browser.new_page(color_scheme=scheme)
    page.goto((built_site / KINDS[kind]).as_uri())
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    page.close()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("cilegon", "Kota Cilegon"),
        ("kota cilegon", "Kota Cilegon"),
        ("Pemkot Cilegon", "Kota Cilegon"),
        ("CILEGN", "Kota Cilegon"),
        ("kota clegon", "Kota Cilegon"),
        ("pemkot cilgeon", "Kota Cilegon"),
        ("Kab. Bandung Barat", "Kabupaten Bandung Barat"),
        ("jawa timur", "Provinsi Jawa Timur"),
        ("BKPM", "Kementerian Investasi"),
        ("bkpmm", "Kementerian Investasi"),
        ("badan koordinasi penanaman modal", "Kementerian Investasi"),
        ("kementrian keuangan", "Kementerian Keuangan"),
    ],
)
def test_search_finds_the_agency(opened: Opener, typed: str, first: str) -> None:
    page = opened("index.html")
    page.locator("#agency").fill(typed)
    option = page.get_by_role("option").first
    expect(option).to_contain_text(first)
    option.click()
    expect(page.locator("h1")).to_contain_text(first)


def test_search_says_when_nothing_is_found(opened: Opener) -> None:
    page = opened("index.html")
    page.locator("#agency").fill("zzzzqqqq")
    expect(page.get_by_text("Tidak ditemukan.")).to_be_visible()


def test_keyboard_alone_leads_to_an_agency(opened: Opener) -> None:
    page = opened("index.html")
    seen = []
    for _ in range(25):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", seen
        if seen[-1] == "agency":
            break
    assert seen[0].startswith("Langsung ke isi")
    assert seen[-1] == "agency"
    page.keyboard.type("kota cilegon")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    field = page.locator("#agency")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(field).to_have_attribute("aria-activedescendant", "agency-list-0")
    expect(page.locator("#agency-list-0")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Kota Cilegon: 2,56, Cukup")


def test_language_is_switched_and_remembered(opened: Opener) -> None:
    page = opened("agency/kota-36.72.html")
    heading = page.locator("#t")
    assert heading.inner_text() == "Nilai resmi"
    assert page.locator("table.results b").last.inner_text() == "2,56"
    page.get_by_role("button", name="English").click()
    assert heading.inner_text() == "Official results"
    assert page.locator("table.results b").last.inner_text() == "2.56"
    assert page.evaluate("document.documentElement.lang") == "en"
    opened("methods.html")
    assert page.locator("h1").inner_text() == "Methods"
    assert page.title().startswith("Methods")
    opened("methods.html", "?lang=id")
    assert page.locator("h1").inner_text() == "Metode"


@pytest.mark.parametrize("kind", KINDS)
def test_page_shows_no_word_of_the_other_language(opened: Opener, kind: str) -> None:
    page = opened(KINDS[kind], "?lang=en")
    hidden = page.locator("[lang=id]:not([data-always]):not(html):visible")
    shown = page.locator("[lang=en]:not([data-always]):not(html):visible")
    assert (hidden.count(), shown.count() > 10) == (0, True)


def test_both_languages_are_read_without_a_script(browser: Browser, built_site: Path) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto((built_site / "agency" / "kota-36.72.html").as_uri())
    text = page.locator("main").inner_text()
    assert "Nilai resmi" in text
    assert "Official results" in text
    assert "Kurang 0,04 poin untuk naik" in text
    assert "82 dari 93" in text
    page.close()


@pytest.mark.parametrize(
    ("language", "copied"),
    [
        (
            "id",
            "Pada 2024 indeks SPBE Kota Cilegon adalah 2,56, predikat Cukup (Kementerian PANRB, "
            "Laporan Pelaksanaan Evaluasi SPBE 2024, Tabel 29 no 7; spbe_research, "
            "kota-36.72/2024).",
        ),
        (
            "en",
            "In 2024 the SPBE index of Kota Cilegon was 2.56, predicate Cukup (Kementerian PANRB, "
            "Laporan Pelaksanaan Evaluasi SPBE 2024, Tabel 29 no 7; spbe_research, "
            "kota-36.72/2024).",
        ),
    ],
)
def test_citation_is_copied_as_it_is_read(
    context: BrowserContext, opened: Opener, language: str, copied: str
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = opened("agency/kota-36.72.html", f"?lang={language}")
    page.locator(".quotes .copy").first.click()
    expect(page.locator("#announced")).to_have_text("Tersalin" if language == "id" else "Copied")
    assert page.evaluate("navigator.clipboard.readText()") == copied


def test_downloaded_csv_is_the_result_table(opened: Opener) -> None:
    page = opened("figure/fig-printed-changes.html")
    with page.expect_download() as waited:
        page.get_by_role("link", name="Data (CSV)").click()
    committed = data_folder() / "results" / "may_a_score_fall" / "fig-printed-changes.csv"
    assert waited.value.path().read_bytes() == committed.read_bytes()


def test_picture_of_a_figure_is_read_in_the_typeface_of_the_page(opened: Opener) -> None:
    page = opened("figure/fig-printed-changes.html")
    picture = page.locator("svg.picture:visible")
    assert picture.count() == 1
    assert picture.get_attribute("id") == "fig-printed-changes.id"
    text = picture.locator("text").first
    assert text.evaluate("text => getComputedStyle(text).fontFamily").startswith('"SPBE Sans"')
    page.get_by_role("button", name="English").click()
    expect(page.locator("svg.picture:visible")).to_have_attribute("id", "fig-printed-changes.en")


def test_png_of_a_figure_shows_what_its_svg_shows(
    browser: Browser, opened: Opener, built_site: Path
) -> None:
    name = "fig-transitions"  # words, lines and an image; whole pixels high
    page = opened(f"figure/{name}.html")
    with page.expect_download() as waited:
        page.locator("button[data-png]:visible").click()
    assert waited.value.suggested_filename == f"{name}.id.png"
    taken = Image.open(waited.value.path()).convert("RGB")
    assert taken.width == 3 * 672
    size = {"width": taken.width // 3, "height": taken.height // 3}
    drawn = browser.new_page(viewport=size, device_scale_factor=3)
    drawn.goto((built_site / "figures" / f"{name}.id.svg").as_uri())
    shown = Image.open(io.BytesIO(drawn.screenshot())).convert("RGB")
    drawn.close()
    assert shown.size == taken.size
    apart = np.abs(np.asarray(taken).astype(int) - np.asarray(shown).astype(int)).max(axis=2)
    assert (apart > 100).mean() < 0.003  # kerning alone moves the words enough for 0.006
    assert len(set(shown.get_flattened_data())) > 20


def test_picture_of_a_figure_is_that_of_matplotlib(context: BrowserContext, tmp_path: Path) -> None:
    """Drawn by chromium from the lean file and from what Matplotlib writes: the same picture."""
    record, table = load_records()["fig-scores-by-year"], committed_table("fig-scores-by-year")
    figure = laid_out(record, table, "en", in_typeface=True)
    with rc_context({"svg.fonttype": "none"}):
        figure.savefig(tmp_path / "whole.svg")
    lean = draw_picture("fig-scores-by-year", kind="svg").decode("utf-8")
    (tmp_path / "lean.svg").write_text(lean, "utf-8")
    letters = re.search(r"<style>.*</style>", lean)[0]
    whole = (tmp_path / "whole.svg").read_text("utf-8")
    (tmp_path / "whole.svg").write_text(whole.replace("</defs>", f"{letters}</defs>", 1), "utf-8")
    page = context.new_page()
    page.set_viewport_size({"width": 672, "height": 460})
    seen = []
    for name in ("whole", "lean"):
        page.goto((tmp_path / f"{name}.svg").as_uri())
        seen.append(
            np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB")).astype(int)
        )
    apart = np.abs(seen[0] - seen[1]).max(axis=2)
    assert apart.mean() < 1.5
    assert (apart > 100).mean() < 0.003  # edges that lie a tenth of a point elsewhere
    assert (seen[1] < 200).any(axis=2).mean() > 0.03


@pytest.mark.parametrize(
    ("year", "stated", "verdict", "says"),
    [
        ("2018", "3,23", "yes", "indeks SPBE 2018: 3,23 sesuai dengan nilai resmi."),
        ("2018", "3.27", "no", "3,27 tidak sesuai (nilai resmi: 3,23)"),
        ("2022", "2,01", "yes", "Salinan spreadsheet, yang memuat semua desimal, memberi 2,0070"),
        ("2022", "Cukup", "yes", "Cukup sesuai dengan hasil hitung dari data resmi"),
        ("2020", "3,23", "unclear", "itu nilai 2018 yang dicetak ulang"),
        ("2020", "3,23", "unclear", "disimpulkan karena sama"),
        (
            "2024",
            "2,6",
            "yes",
            "2,6 akan berpredikat Baik, sedangkan indeks 2,56",
        ),
        ("2024", "2,30", "no", "indeks resmi instansi ini untuk tahun 2023"),
        ("2024", "tinggi", "unclear", "Tulis indeks atau predikat"),
    ],
)
def test_number_is_judged_against_the_record(
    opened: Opener, year: str, stated: str, verdict: str, says: str
) -> None:
    answer = ask(opened("index.html"), "pemkot cilegon", year, stated)
    expect(answer).to_contain_text(says)
    expect(answer).to_have_class(verdict)


def ask(page: Page, agency: str, year: str, stated: str) -> Locator:
    page.locator("#check-agency").fill(agency)
    page.locator("#check-year").select_option(year)
    page.locator("#check-number").fill(stated)
    page.get_by_role("button", name="Periksa").click()
    return page.locator(".check output")


def test_half_is_rounded_either_way(opened: Opener) -> None:
    # Kabupaten Pidie 2022 was published as 2.025.
    for stated, said in (("2,02", "2,02 adalah pembulatan"), ("2,03", "2,03 sesuai dengan nilai")):
        answer = ask(opened("index.html"), "Kabupaten Pidie", "2022", stated)
        expect(answer).to_contain_text(said)


@pytest.mark.parametrize(
    ("agency", "says"),
    [
        ("BPS", "Badan Pusat Statistik, indeks SPBE 2024: 4,53 sesuai dengan nilai resmi."),
        ("BPS Kota Cilegon", "Pilih salah satu: Kota Cilegon"),
        ("Komdigi", "Pilih salah satu: Kementerian Komunikasi dan Informatika"),
        ("Bandung", "Pilih salah satu: Kabupaten Bandung"),
        ("Kementerian", "Instansi mana yang dimaksud?"),
        ("cilegn", "Instansi mana yang dimaksud? Pilih salah satu: Kota Cilegon"),
        ("zzzz", "Pilih instansi terlebih dahulu"),
    ],
)
def test_only_the_agency_that_can_be_meant_is_judged(
    opened: Opener, agency: str, says: str
) -> None:
    expect(ask(opened("index.html"), agency, "2024", "4,53")).to_contain_text(says)


def test_figures_are_filtered(opened: Opener) -> None:
    page = opened("figures.html")
    cards = page.locator("[data-card]:visible")
    everything = cards.count()
    page.get_by_label("Jenis").select_option("tab")
    assert set(cards.evaluate_all("cards => cards.map(card => card.dataset.kind)")) == {"tab"}
    page.get_by_label("Jenis").select_option("")
    page.get_by_label("Tahun").select_option("2020")
    years = cards.evaluate_all("cards => cards.map(card => card.dataset.year.split(' '))")
    assert 0 < len(years) < everything
    assert all("2020" in each for each in years)
    page.get_by_label("Tahun").select_option("")
    page.get_by_label("Cari").fill("fig-gini")
    assert cards.first.locator("code").inner_text() == "fig-gini"


@pytest.mark.parametrize("width", [360, pytest.param(800, marks=pytest.mark.long), 1440])
def test_page_fits_every_screen(
    browser: Browser, built_site: Path, tmp_path: Path, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    wide = []
    for kind, name in KINDS.items():
        page.goto((built_site / name).as_uri())
        page.screenshot(path=tmp_path / f"{kind}-{width}.png", full_page=True)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(kind)
    assert wide == []
    page.close()


def test_print_shows_the_content_only(opened: Opener) -> None:
    page = opened("agency/kota-36.72.html")
    page.emulate_media(media="print")
    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator(".copy").first).to_be_hidden()
    expect(page.locator("table.results")).to_be_visible()


def test_formula_is_drawn_by_the_browser(opened: Opener) -> None:
    page = opened(KINDS["notebook"])
    assert page.locator("math").count() >= 3
    assert not re.search(r"\$\\|\\frac", page.locator("main").inner_text())
