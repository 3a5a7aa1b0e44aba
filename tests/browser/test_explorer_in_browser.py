"""The explorer as it is used: from the disk, from a strict server, by mouse, finger, keyboard."""

import base64
import csv
import functools
import http.server
import io
import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from spbe_research.claims.browser import browser_script
from spbe_research.panel.loaders import load_published
from spbe_research.site import build
from spbe_research.site.explorer import explorer_page, write_scripts
from spbe_research.site.explorer.engine import explorer

CILEGON = "kota-36.72"
VIEWS = ["sebaran", "peringkat", "perjalanan", "peta", "tahunan", "perubahan", "indikator"]
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'"
)
HERE = f"wilayah=banten&pilih={CILEGON}~kab-16.07"
KINDS = {
    "default": "",
    **{view: f"tampil={view}&{HERE}" for view in VIEWS},
    "levels": f"tampil=indikator&tahun=2022&{HERE}",
    "no": f"tampil=perubahan&dari=2021&{HERE}",
    "repeated": f"tahun=2020&{HERE}",
    "flagged": "tampil=perubahan&jenis=kabupaten&wilayah=sumatera-selatan&pilih=kab-16.07",
    "nothing": "tampil=indikator&tahun=2018&wilayah=banten",
    "embedded": "tampil=peringkat&wilayah=banten&embed=1",
}
Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The explorer's page alone, written as the site writes it."""
    folder = tmp_path_factory.mktemp("explorer")
    shutil.copytree(Path(build.__file__).parent / "static", folder / "static")
    write_scripts(folder / "static")
    writer = build._Writer(folder, lambda step: None)
    (folder / "search-index.js").write_text(browser_script(), "utf-8")
    writer._page("explore", "explore.html", **explorer_page())
    return folder


class _Strict(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", STRICT)
        super().end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def server(site: Path) -> Iterator[str]:
    handler = functools.partial(_Strict, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{served.server_port}/explore.html"
        served.shutdown()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(accept_downloads=True, viewport={"width": 1280, "height": 900})
    yield made
    made.close()


@pytest.fixture
def opened(context: BrowserContext, site: Path) -> Opener:
    page = context.new_page()

    def open_page(query: str = "") -> Page:
        page.goto((site / "explore.html").as_uri() + (f"?{query}" if query else ""))
        return page

    return open_page


def state_of(page: Page) -> dict:
    """The state of a page's address, as the scripts read it without a browser."""
    return explorer().call("Spbe.read", f"?{urlsplit(page.url).query}")


@pytest.mark.parametrize("place", ["disk", "server"])
def test_views_open_without_an_error_or_a_foreign_request(
    context: BrowserContext, site: Path, server: str, place: str
) -> None:
    page = context.new_page()
    found: list[str] = []
    asked: list[str] = []
    page.on("console", lambda text: found.append(text.text) if text.type != "log" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    start = server if place == "server" else (site / "explore.html").as_uri()
    for query in KINDS.values():
        for language in ("id", "en"):
            page.goto(f"{start}?{query}&lang={language}")
            expect(page.locator("#explore-sentence")).not_to_be_empty()
            assert found == [], query
    home = start.rsplit("/", 1)[0]
    assert [url for url in asked if not url.startswith((home, "data:"))] == []


@pytest.mark.parametrize(
    "look",
    [
        (1280, "light"),
        pytest.param((1280, "dark"), marks=pytest.mark.long),
        pytest.param((320, "light"), marks=pytest.mark.long),
    ],
)
def test_views_have_no_axe_violation(browser: Browser, site: Path, look: tuple[int, str]) -> None:
    page = browser.new_page(viewport={"width": look[0], "height": 900}, color_scheme=look[1])
    found = []
    for kind, query in KINDS.items():
        page.goto(f"{(site / 'explore.html').as_uri()}?{query}")
        results = Axe().run(page)
        if results.violations_count:
            ids = [each["id"] for each in results.response["violations"]]
            found.append((kind, ids, results.generate_report()))
    assert found == []
    page.close()


@pytest.mark.parametrize(
    "width",
    [
        320,
        pytest.param(390, marks=pytest.mark.long),
        pytest.param(820, marks=pytest.mark.long),
        1440,
    ],
)
def test_view_fits_every_screen(browser: Browser, site: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    wide = []
    for kind, query in KINDS.items():
        page.goto(f"{(site / 'explore.html').as_uri()}?{query}")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(kind)
    assert wide == []
    page.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_default_view_is_whole_without_scripts(browser: Browser, site: Path, width: int) -> None:
    page = browser.new_page(java_script_enabled=False, viewport={"width": width, "height": 900})
    page.goto((site / "explore.html").as_uri())
    assert page.locator("svg.chart:visible").count() == 1
    assert page.locator("svg.chart:visible circle").count() == 615
    words = " ".join(page.locator("svg.chart:visible text").all_text_contents())
    assert all(f" {name} " in words for name in ("Cukup", "Baik", "Sangat Baik", "Memuaskan"))
    assert page.locator(".explored tbody tr").count() == 615
    said = page.locator("#explore-sentence").inner_text()
    assert "Indeks SPBE nasional resmi: 3,12." in said
    assert "The official national SPBE index is 3.12." in said
    assert page.locator(".needs-script:visible").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_drawing_in_the_browser_is_the_one_of_the_build(opened: Opener) -> None:
    page = opened()
    for query in KINDS.values():
        state = explorer().call("Spbe.read", f"?{query}")
        for width in (358, 1040):
            drawn = page.evaluate(f"SpbeDrawings.drawing({json.dumps(state)}, {width})")
            assert drawn == explorer().call("SpbeDrawings.drawing", state, width), query


SOME = st.fixed_dictionaries(
    {
        "tampil": st.sampled_from(VIEWS),
        "tahun": st.sampled_from(range(2018, 2025)),
        "dari": st.sampled_from(range(2018, 2025)),
        "bingkai": st.sampled_from(["", "semua", "dinilai", "sama"]),
        "jenis": st.lists(st.sampled_from(["kota", "kabupaten", "provinsi", "polda"]), max_size=2),
        "wilayah": st.sampled_from(["banten", "papua-pegunungan"]),
        "pilih": st.lists(st.sampled_from(["", CILEGON, "kab-16.07", "prov-36"]), max_size=4),
        "urut": st.sampled_from(["", "nama", "-nilai", "-ubah", "wilayah"]),
        "lang": st.sampled_from(["", "en"]),
        "embed": st.sampled_from(["", "1"]),
    }
)


@given(parts=SOME)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_page_of_any_address_keeps_its_address(opened: Opener, parts: dict) -> None:
    state = explorer().call("Spbe.clean", parts)
    address = explorer().call("Spbe.write", state)
    page = opened(f"{address}&lang={state['lang']}" if address else f"lang={state['lang']}")
    assert state_of(page) == state
    said = explorer().call("SpbeSentences.sentence", state)
    assert page.locator("#explore-sentence").text_content() == said


def test_clicks_lead_to_an_address_that_leads_back(opened: Opener) -> None:
    page = opened()
    page.get_by_role("button", name="Peringkat", exact=True).click()
    page.locator("#explore-types").get_by_role("button", name="kota").click()
    page.locator("#explore-province").select_option("banten")
    page.locator("#explore-year").select_option("2024")
    page.get_by_label("Sorot instansi (sampai 8)").fill("cilegon")
    page.locator("#explore-found").get_by_role("button", name="Kota Cilegon").click()
    assert parse_qs(urlsplit(page.url).query) == {
        "tampil": ["peringkat"],
        "jenis": ["kota"],
        "wilayah": ["banten"],
        "pilih": [CILEGON],
    }
    said = page.locator("#explore-sentence").inner_text()
    assert "Kota Cilegon: nilai 2,56, predikat Cukup, peringkat 4 dari 4" in said
    page.reload()
    assert page.locator("#explore-sentence").inner_text() == said
    page.go_back()
    assert state_of(page)["tampil"] == "sebaran"


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("Pemkot Cilegon", CILEGON),
        ("BKPM", "pusat-kementerian-investasi"),
        ("Halsel", "kab-82.04"),
        ("Bandung", None),  # a regency and a city: offered, none taken
    ],
)
def test_highlighted_body_is_read_as_everywhere_on_the_site(
    opened: Opener, typed: str, chosen: str | None
) -> None:
    page = opened()
    page.locator("#explore-add").fill(typed)
    expect(page.locator("#explore-found li").first).to_be_visible()
    page.locator("#explore-add").press("Enter")
    if chosen:
        expect(page.locator("#explore-chosen li")).to_have_count(1)
        assert state_of(page)["pilih"] == [chosen]
    else:
        offered = page.locator("#explore-found").inner_text()
        assert "Kabupaten Bandung" in offered
        assert "Kota Bandung" in offered
        assert state_of(page)["pilih"] == []


def test_source_of_a_row_leads_to_its_page(opened: Opener) -> None:
    page = opened("tampil=peringkat&wilayah=banten")
    places = page.locator(".explored td a[href^='source/']")
    assert set(places.evaluate_all("links => links.map(link => link.getAttribute('href'))")) == {
        "source/menpanrb-2024-report.html"
    }


def test_change_across_an_era_is_answered_by_legal_questions(opened: Opener) -> None:
    page = opened()
    page.get_by_role("button", name="Perubahan", exact=True).click()
    page.locator("#explore-from").select_option("2021")
    note = page.locator("#explore-refusal")
    expect(note).to_contain_text("Selisih nilai antara 2021 dan 2024 tidak dihitung.")
    expect(page.locator("#explore-figure")).to_be_hidden()
    note.get_by_role("button", name="perubahan nilai 2021–2022").click()
    expect(note).to_be_hidden()
    expect(page.locator("#explore-sentence")).to_contain_text("451 instansi yang sama")
    assert (state_of(page)["dari"], state_of(page)["tahun"]) == (2021, 2022)


def test_keyboard_alone_is_enough(opened: Opener) -> None:
    page = opened()
    focused = "document.activeElement.dataset.view || document.activeElement.id"
    seen: list[str] = []
    while "perubahan" not in seen and len(seen) < 40:
        page.keyboard.press("Tab")
        seen.append(page.evaluate(focused))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", seen
    page.keyboard.press("Enter")
    assert state_of(page)["tampil"] == "perubahan"
    while seen[-1] != "explore-add" and len(seen) < 60:
        page.keyboard.press("Tab")
        seen.append(page.evaluate(focused))
    page.keyboard.type("Kota Cilegon")
    page.keyboard.press("Enter")
    expect(page.locator("#explore-chosen")).to_contain_text("Kota Cilegon")
    assert state_of(page)["pilih"] == [CILEGON]
    while seen[-1] != "explore-chart" and len(seen) < 80:
        page.keyboard.press("Tab")
        seen.append(page.evaluate(focused))
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#explore-tip")).to_contain_text("Kabupaten Banyuasin")
    expect(page.locator("#explore-tip")).to_contain_text("mustahil")
    page.keyboard.press("Enter")
    assert state_of(page)["pilih"] == [CILEGON, "kab-16.07"]
    assert page.evaluate(focused) == "explore-chart"


def test_sorting_by_a_column_is_told_and_kept(opened: Opener) -> None:
    page = opened("tampil=peringkat&wilayah=banten")
    page.get_by_role("button", name="Instansi", exact=True).click()
    head = page.locator("th", has_text="Instansi")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert page.evaluate("document.activeElement.dataset.sort") == "nama"
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    names = page.locator(".explored tbody th a").all_inner_texts()
    bare = [re.sub(r"^(Kabupaten|Kota|Provinsi) ", "", name) for name in names]
    assert bare == sorted(bare)
    assert state_of(page)["urut"] == "nama"


def test_pointing_tells_value_and_source_and_a_click_chooses(opened: Opener) -> None:
    page = opened("jenis=kota")
    k = explorer().call("(() => Spbe.byId['kota-36.72'].k)")
    mark = page.locator(f"#explore-chart [data-k='{k}']")
    mark.hover()
    tip = page.locator("#explore-tip")
    expect(tip).to_contain_text("Kota Cilegon")
    expect(tip).to_contain_text("2024: 2,56 Cukup")
    expect(tip).to_contain_text("Tabel 29 no 7")
    mark.click()
    assert state_of(page)["pilih"] == [CILEGON]
    page.locator("#explore-chosen button").click()
    assert state_of(page)["pilih"] == []


def test_finger_reads_first_and_chooses_second(browser: Browser, site: Path) -> None:
    context = browser.new_context(has_touch=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto((site / "explore.html").as_uri() + "?tampil=peringkat&wilayah=banten")
    bar = page.locator("#explore-chart [data-k]").first
    bar.tap()
    expect(page.locator("#explore-tip")).to_contain_text("Kabupaten Tangerang")
    assert state_of(page)["pilih"] == []
    bar.tap()
    assert state_of(page)["pilih"] == ["kab-36.03"]
    context.close()


def test_province_of_the_map_is_chosen_by_key_and_click(opened: Opener) -> None:
    page = opened("tampil=peta")
    tile = page.locator("g[data-key=banten]")
    tile.focus()
    page.keyboard.press("Enter")
    assert state_of(page)["wilayah"] == "banten"
    expect(page.locator("g[data-key=banten]")).to_be_focused()
    page.locator("g[data-key=bali]").click()
    assert state_of(page)["wilayah"] == "bali"
    expect(page.locator("#explore-sentence")).to_contain_text("Bali (")


def test_language_is_switched_in_place(opened: Opener) -> None:
    page = opened("tampil=peringkat&wilayah=banten&lang=id")
    page.get_by_role("button", name="English").click()
    expect(page.locator("#explore-sentence")).to_contain_text("local governments in Banten")
    assert state_of(page)["lang"] == "en"
    assert "3.91" in page.locator("#explore-chart").inner_text()
    hidden = page.locator("[lang=id]:not([data-always]):not(html):visible")
    assert hidden.count() == 0
    page.get_by_role("button", name="Indonesia", exact=True).click()
    expect(page.locator("#explore-sentence")).to_contain_text("pemerintah daerah di Banten")


def test_sentence_is_copied_with_its_address(context: BrowserContext, server: str) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{server}?tampil=peringkat&wilayah=banten")
    page.get_by_role("button", name="Salin kalimat").click()
    expect(page.locator("#announced")).to_have_text("Tersalin")
    expect(page.locator("#announced")).to_be_in_viewport()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{page.locator('#explore-sentence').inner_text()} {page.url}"


def test_link_of_a_view_is_copied_to_share_it(context: BrowserContext, server: str) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{server}?tampil=peringkat&wilayah=banten")
    page.get_by_role("button", name="Salin tautan").click()
    expect(page.locator("#announced")).to_have_text("Tersalin")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def downloaded(page: Page, name: str) -> Path:
    with page.expect_download() as waited:
        page.locator(f"[data-out={name}]").click()
    path = waited.value.path()
    suggested = waited.value.suggested_filename
    assert suggested.startswith("spbe-tampil-peringkat"), suggested
    return path.rename(path.with_name(suggested))


@pytest.mark.parametrize("place", ["disk", "server"])
def test_downloads_hold_the_published_values(
    context: BrowserContext, site: Path, server: str, place: str
) -> None:
    page = context.new_page()
    start = server if place == "server" else (site / "explore.html").as_uri()
    page.goto(f"{start}?tampil=peringkat&tahun=2022&jenis=kota")
    published = load_published().query("year == 2022 and agency_type == 'kota'")
    wanted = published.set_index("agency_id")["index_published"].to_dict()

    heads, *rows = openpyxl.load_workbook(downloaded(page, "xlsx"))["Data"].values
    at = {name: n for n, name in enumerate(heads)}
    assert {row[at["id"]]: row[at["Nilai 2022"]] for row in rows} == wanted
    assert {row[at["Status"]] for row in rows} >= {"dipantau", "dinilai"}

    text = downloaded(page, "csv").read_text("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert {row["id"]: float(row["Nilai 2022"]) for row in lines} == wanted

    text = downloaded(page, "csvid").read_text("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert {row["id"]: float(row["Nilai 2022"].replace(",", ".")) for row in lines} == wanted

    svg = downloaded(page, "svg").read_text("utf-8")
    state = explorer().call("Spbe.read", "?tampil=peringkat&tahun=2022&jenis=kota")
    letters = re.match(r"window.SPBE_LETTERS=(.*);", (site / "static" / "letters.js").read_text())
    assert svg == explorer().call("SpbeFiles.picture", state, 1000, json.loads(letters[1]))
    fonts = re.findall(r"data:font/woff2;base64,([\w+/=]+)", svg)
    held = (site / "static" / "fonts" / "sans-400.woff2").read_bytes()
    assert base64.b64decode(fonts[0]) == held

    picture = Image.open(downloaded(page, "png")).convert("RGB")
    assert picture.width == 2048
    colours = {colour for _, colour in picture.getcolors(maxcolors=1 << 24)}
    assert {(255, 255, 255), (0x4A, 0x8F, 0xC2), (0xA9, 0xCD, 0xE6)} <= colours


def test_embedded_view_is_the_view_alone(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    page.goto(f"{server}?tampil=peringkat&wilayah=banten")
    page.get_by_role("button", name="Sematkan").click()
    code = page.locator("#explore-code").input_value()
    source = re.search(r'src="([^"]+)"', code)[1].replace("&amp;", "&")
    assert "style" not in code
    page.goto(source)
    expect(page.locator("#explore-chart svg")).to_be_visible()
    expect(page.locator("#explore-sentence")).to_be_visible()
    for away in (".top", "footer", ".controls", ".explored"):
        expect(page.locator(away)).to_be_hidden()
    page.get_by_role("link", name="Buka di SPBE").click()
    expect(page.locator(".controls")).to_be_visible()
    assert state_of(page)["wilayah"] == "banten"


def test_print_shows_the_content_only(opened: Opener) -> None:
    page = opened("tampil=peringkat&wilayah=banten")
    page.emulate_media(media="print")
    for away in ("nav", ".controls", "#explore-outs"):
        expect(page.locator(away)).to_be_hidden()
    expect(page.locator("#explore-chart svg")).to_be_visible()
    expect(page.locator(".explored")).to_be_visible()
    expect(page.locator("#explore-sentence")).to_be_visible()
