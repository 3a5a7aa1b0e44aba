"""The explorer's own scripts without a browser: what they say, against tables and hand counts."""

import csv
import io
import re
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spbe_research.panel.frames_compare import FRAMES, compare_frames
from spbe_research.panel.loaders import load_published
from spbe_research.press import load_records
from spbe_research.site.agencies import agency_pages
from spbe_research.site.explorer.data import AGENCY_TYPES
from spbe_research.site.explorer.engine import chart_style, explorer, plain_style
from spbe_research.years import breaks, evaluation_years, same_era

JS = explorer()
VIEWS = JS.call("(() => Spbe.VIEWS)")
PROVINCES = JS.call("(() => Spbe.provinces)")
IDS = JS.call("(() => Spbe.bodies.map((body) => body.id))")
KEYS = JS.call("(() => Spbe.KEYS)")
PAIRS = list(combinations(evaluation_years(), 2))
WITHIN = [pair for pair in PAIRS if same_era(*pair)]
ACROSS = [pair for pair in PAIRS if not same_era(*pair)]
CILEGON, BANYUASIN = "kota-36.72", "kab-16.07"
LANGUAGES = ["id", "en"]
RECORDS = {name for name, record in load_records().items() if record.has_table}


def state(**parts: object) -> dict:
    return JS.call("Spbe.clean", parts)


def sentence(**parts: object) -> str:
    return JS.call("SpbeSentences.sentence", state(**parts))


def drawing(width: int = 1040, **parts: object) -> str:
    return JS.call("SpbeDrawings.drawing", state(**parts), width)


def said(**parts: object) -> str:
    """Everything that a state shows or hands out, as one text."""
    wanted = state(**parts)
    outs = [
        JS.call("SpbeSentences.sentence", wanted),
        JS.call("SpbeSentences.title", wanted),
        JS.call("SpbeDrawings.drawing", wanted, 1040),
        JS.call("SpbeDrawings.drawing", wanted, 358),
        JS.call("SpbeMarkup.table", wanted, True),
        JS.call("SpbeMarkup.refusal", wanted),
        *cells(JS.call("SpbeFiles.csv", wanted, False), ","),
        *cells(JS.call("SpbeFiles.csv", wanted, True), ";"),
    ]
    return "\n".join(re.sub(r"<[^>]*>", "\n", out) for out in outs)


def cells(text: str, apart: str) -> list[str]:
    """What the cells of a CSV say, without the ids of bodies."""
    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=apart)
    named = [zip(head, row, strict=True) for row in (head, *rows)]
    return [cell for row in named for name, cell in row if name != "id"]


# ---- the state and its address -----------------------------------------------------------------
YEARS = st.sampled_from(evaluation_years())
STATES = st.fixed_dictionaries(
    {
        "tampil": st.sampled_from(VIEWS),
        "tahun": YEARS,
        "dari": YEARS,
        "bingkai": st.sampled_from(["", "semua", "dinilai", "sama"]),
        "jenis": st.lists(st.sampled_from(AGENCY_TYPES), unique=True),
        "wilayah": st.sampled_from(["", *PROVINCES]),
        "pilih": st.lists(st.sampled_from(["", *IDS]), max_size=10),
        "urut": st.sampled_from(["", *KEYS, *(f"-{key}" for key in KEYS)]),
        "lang": st.sampled_from(LANGUAGES),
        "embed": st.sampled_from(["", "1"]),
    }
)


@pytest.mark.whole
@given(STATES)
@settings(max_examples=250, deadline=None)
def test_address_of_a_state_leads_back_to_it(parts: dict) -> None:
    first = state(**parts)
    address = JS.call("Spbe.write", first)
    assert re.fullmatch(r"[\w=&%.~-]*", address)
    assert JS.call("Spbe.read", f"?{address}") == first


@pytest.mark.whole
@given(st.text(max_size=60) | st.text(alphabet="tampil=&%2Ctahunjeswyk~?#", max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_address_gives_a_state_that_stays(address: str) -> None:
    first = JS.call("Spbe.read", address)
    assert JS.call("Spbe.clean", first) == first


def test_every_pair_of_years_has_its_own_address() -> None:
    addresses = {
        JS.call("Spbe.write", state(tampil="perubahan", dari=first, tahun=second))
        for first, second in PAIRS
    }
    assert len(addresses) == len(PAIRS) == 21


def test_body_keeps_its_colour_when_another_is_taken_out() -> None:
    three = state(pilih=[CILEGON, BANYUASIN, "prov-36"])
    two = JS.call("Spbe.pick", three, CILEGON)
    assert two["pilih"] == ["", BANYUASIN, "prov-36"]
    assert JS.call("Spbe.pick", two, "prov-11")["pilih"] == ["prov-11", BANYUASIN, "prov-36"]
    full = state(pilih=IDS[:8])
    assert JS.call("Spbe.pick", full, IDS[20]) == full


# ---- two years -----------------------------------------------------------------------------------
@pytest.mark.parametrize("pair", ACROSS)
def test_nothing_is_computed_across_an_era(pair: tuple[int, int]) -> None:
    wanted = state(tampil="perubahan", dari=pair[0], tahun=pair[1], pilih=[CILEGON])
    assert JS.call("Spbe.changes", wanted, *pair) is None
    assert JS.call("SpbeDrawings.drawing", wanted, 1040) == ""
    text = JS.call("SpbeSentences.sentence", wanted)
    assert "tidak dihitung" in text
    assert re.findall(r"\d[.,]\d", text) == []


@pytest.mark.whole
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("pair", ACROSS)
def test_no_text_states_a_difference_across_an_era(pair: tuple[int, int], language: str) -> None:
    for frame in ("", "semua", "dinilai", "sama"):
        for kinds in ([], ["kota"]):
            text = said(
                tampil="perubahan", dari=pair[0], tahun=pair[1], bingkai=frame, jenis=kinds,
                pilih=[CILEGON, BANYUASIN], lang=language,
            )  # fmt: skip
            # No index at all, so no difference of one: places and names of documents only.
            assert re.findall(r"\d[.,]\d", text) == [], pair
            assert re.findall("[+\u2212]\\d", text) == [], pair
            no = "is not computed" if language == "en" else "tidak dihitung"
            assert no in text


@pytest.mark.whole
@pytest.mark.parametrize("view", [view for view in VIEWS if view != "perubahan"])
def test_view_of_one_year_says_nothing_of_another(view: str) -> None:
    for year in evaluation_years():
        texts = {
            said(tampil=view, tahun=year, dari=other, pilih=[CILEGON])
            for other in (evaluation_years()[0], year)
        }
        assert len(texts) == 1
        assert re.findall("[+\u2212]\\d", texts.pop()) == []


@pytest.mark.parametrize(
    ("pair", "offered", "why"),
    [
        ((2021, 2024), [(2021, 2022), (2023, 2024)], "Pedoman MenPANRB 6/2023"),
        ((2020, 2021), [(2018, 2020), (2021, 2022)], "dari 37 menjadi 47 indikator"),
        ((2018, 2024), [(2018, 2020), (2023, 2024)], "dari 37 menjadi 47 indikator"),
        ((2022, 2023), [(2021, 2022), (2023, 2024)], "Pedoman MenPANRB 6/2023"),
    ],
)
def test_no_comes_with_its_reason_and_the_closest_questions(
    pair: tuple[int, int], offered: list[tuple[int, int]], why: str
) -> None:
    found = JS.call("SpbeSentences.refusal", state(dari=pair[0], tahun=pair[1]), "id")
    sets = [ask["set"] for ask in found["asks"] if "set" in ask]
    assert [(each["dari"], each["tahun"]) for each in sets] == offered
    assert why in found["why"]
    pages = [ask["page"] for ask in found["asks"] if "page" in ask]
    assert {page.removeprefix("figure/").removesuffix(".html") for page in pages} <= RECORDS
    assert ("figure/fig-printed-changes.html" in pages) == (pair[1] - pair[0] == 1)
    assert ("figure/tab-linked-changes.html" in pages) == (pair[0] >= 2021)


@pytest.mark.whole
@pytest.mark.parametrize("pair", WITHIN)
@pytest.mark.parametrize("kind", ["", *AGENCY_TYPES])
def test_change_of_each_frame_is_that_of_the_tables(pair: tuple[int, int], kind: str) -> None:
    published = load_published()
    if kind:
        published = published[published["agency_type"] == kind]
    wanted = state(tampil="perubahan", jenis=[kind] if kind else [])
    means = JS.call("Spbe.changes", wanted, *pair)["means"]
    if published[published["year"].isin(pair)]["year"].nunique() < 2:  # police regions
        assert None in means["semua"]
        assert JS.call("Spbe.changes", wanted, *pair)["moved"] == []
        return
    table = compare_frames(published, [pair]).set_index("frame")
    names = dict(zip(("semua", "dinilai", "sama"), list(FRAMES)[:3], strict=True))
    for name, frame in names.items():
        row = table.loc[frame]
        before, after = means[name]
        assert (before["n"], after["n"]) == (row["n_start"], row["n_end"])
        change = JS.call("Spbe.meanChange", means[name])
        assert change / 1000 == pytest.approx(row["estimate"], abs=0.0005 + 1e-9)


def test_falls_are_counted_with_two_decimals() -> None:
    # Both rounded half up: 134 of 451 in 2022, 29 of 607 in 2024; unrounded 138 in 2022.
    assert "311 naik, 6 tetap, 134 turun" in sentence(tampil="perubahan", dari=2021, tahun=2022)
    assert "561 naik, 17 tetap, 29 turun" in sentence(tampil="perubahan", dari=2023, tahun=2024)


@pytest.mark.whole
def test_flagged_value_is_no_mover_and_carries_its_mark() -> None:
    published = load_published().pivot(index="agency_id", columns="year", values="index_published")
    change = (published[2024] - published[2023]).dropna()
    assert change.idxmax() == BANYUASIN
    assert change.drop(BANYUASIN).idxmax() == "kab-35.14"  # Pasuruan, 2.47 to 3.88
    text = sentence(tampil="perubahan", dari=2023, tahun=2024)
    assert "Kenaikan terbesar: Kabupaten Pasuruan (2,47 menjadi 3,88)." in text
    assert "karena nilainya bertanda: Kabupaten Banyuasin." in text
    for parts in (
        {"tampil": "sebaran", "tahun": 2023},
        {"tampil": "peringkat", "tahun": 2023, "pilih": [BANYUASIN]},
        {"tampil": "perjalanan", "pilih": [BANYUASIN]},
        {"tampil": "perubahan", "dari": 2023, "tahun": 2024},
        {"tampil": "indikator", "tahun": 2023},
    ):
        assert re.search(r'class="[^"]*flag|Banyuasin !', drawing(**parts)), parts
        assert "D4 = 0,30" in JS.call("SpbeFiles.csv", state(**parts), True), parts


def test_kota_batu_rose_by_022() -> None:
    text = sentence(tampil="perubahan", dari=2023, tahun=2024, pilih=["kota-35.79"])
    assert re.search(r"Kota Batu: \d,\d\d menjadi \d,\d\d, naik 0,22 poin", text)


# ---- one year ------------------------------------------------------------------------------------
@pytest.mark.whole
def test_place_in_type_is_that_of_the_pages() -> None:
    found = JS.call(
        "(() => Spbe.bodies.map((b) => Spbe.YEARS.map((y, i) => Spbe.placeInType(b, i))))"
    )
    ours = {
        (IDS[k], year): place
        for k, row in enumerate(found)
        for year, place in zip(evaluation_years(), row, strict=True)
    }
    for page in agency_pages():
        for result in page.results:
            place = ours[page.agency_id, result.year]
            if result.rank is None:
                assert place is None
            else:
                assert (place["place"], place["n"]) == (result.rank, result.n_peers)


_REGIONS = ["kabupaten", "kota"]


@pytest.mark.parametrize(
    ("parts", "body", "claim"),
    [
        ({"tahun": 2024, "wilayah": "banten", "jenis": ["kota"]}, CILEGON, "peringkat 4 dari 4"),
        (
            {"tahun": 2023, "wilayah": "nusa-tenggara-barat", "jenis": _REGIONS},
            "kab-52.07",
            "peringkat 2 dari 10",
        ),
        ({"tahun": 2021, "wilayah": "sulawesi-utara"}, "kota-71.74", "peringkat 2 dari"),
        ({"tahun": 2022, "wilayah": "sulawesi-selatan"}, "kab-73.22", "peringkat 1 dari"),
        ({"tahun": 2022, "wilayah": "sumatera-barat"}, "kab-13.04", "peringkat 3 dari"),
        ({"tahun": 2024, "jenis": ["provinsi"]}, "prov-76", "peringkat 18 dari 38"),
    ],
)
def test_rank_within_a_choice_is_told(parts: dict, body: str, claim: str) -> None:
    assert claim in sentence(tampil="peringkat", pilih=[body], **parts)


def test_national_index_stands_beside_the_mean_of_the_list() -> None:
    text = sentence()
    assert "469 dari 615 instansi dalam daftar" in text
    assert "76,3 persen" in text
    assert "Rata-rata nilainya 3,17." in text
    assert "Indeks SPBE nasional resmi: 3,12." in text
    assert "rata-rata 634 instansi adalah 3,12." in text
    assert "The official national SPBE index is 3.12." in sentence(lang="en")


def test_repeated_value_is_never_told_as_a_result() -> None:
    text = sentence(tahun=2020, pilih=[CILEGON])
    assert "mengulang nilai tahun sebelumnya (disimpulkan dari kesamaan nilai)" in text
    assert "Dari nilai itu, 424 mengulang hasil tahun sebelumnya." in text
    listed = sentence(tahun=2020, bingkai="dinilai", pilih=[CILEGON])
    assert "dari 131 instansi dengan hasil baru" in listed
    assert "di luar pilihan ini" in listed


def test_source_row_stands_with_the_value() -> None:
    text = sentence(tahun=2018, pilih=[CILEGON])
    assert "nilai 3,23, predikat Baik" in text
    row = load_published().query("agency_id == @CILEGON and year == 2018")["locator"].item()
    assert f"Buku Laporan Hasil Evaluasi SPBE 2018, {row}" in text


def test_mean_is_rounded_once_and_half_up() -> None:
    # 1.855 as a float lies below; as whole numbers it is a half.
    assert JS.call("Spbe.ratio", 371, 200, 2, "id") == "1,86"
    assert JS.call("Spbe.ratio", -371, 200, 2, "en") == "\u22121.86"
    assert JS.call("Spbe.digits", 20270, 4, 2, "id") == "2,027"
    assert JS.call("Spbe.digits", 1234567, 0, 0, "id") == "1.234.567"


@pytest.mark.whole
def test_mean_of_each_province_is_that_of_its_bodies() -> None:
    published = load_published().query("year == 2024 and agency_type in ('kabupaten', 'kota')")
    provinces = {page.agency_id: page.province for page in agency_pages()}
    means = published.groupby(published["agency_id"].map(provinces))["index_published"].mean()
    rows = list(csv.reader(io.StringIO(JS.call("SpbeFiles.csv", state(tampil="peta"), False))))
    assert {row[1]: float(row[5]) for row in rows[1:]} == pytest.approx(
        means.to_dict(), abs=0.005 + 1e-9
    )


# ---- drawings ------------------------------------------------------------------------------------
def circles(svg: str) -> list[tuple[float, float, float, int]]:
    found = re.findall(
        r'<circle class="[^"]*" cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)" data-k="(\d+)"', svg
    )
    return [(float(x), float(y), float(r), int(k)) for x, y, r, k in found]


@pytest.mark.whole
@pytest.mark.parametrize("width", [320, 358, 1040])
def test_every_body_is_a_mark_at_its_value(width: int) -> None:
    values = load_published().query("year == 2024").set_index("agency_id")["index_published"]
    marks = circles(drawing(width))
    assert len(marks) == 615
    xs = pd.Series({IDS[k]: x for x, _, _, k in marks})
    slope = (xs["kab-35.10"] - xs[CILEGON]) / (values["kab-35.10"] - values[CILEGON])
    expected = xs[CILEGON] + (values - values[CILEGON]) * slope
    assert (xs - expected).abs().max() < 0.2
    assert all(0 < x < width for x in xs)
    for (x, y, r, _), (x2, y2, r2, _) in combinations(marks, 2):
        assert (x - x2) ** 2 + (y - y2) ** 2 >= (r + r2 - 0.3) ** 2


def test_no_line_crosses_a_break() -> None:
    svg = drawing(tampil="perjalanan", pilih=[CILEGON, BANYUASIN, "prov-36"])
    walls = [float(x) for x in re.findall(r'<line class="break" x1="([\d.]+)"', svg)]
    assert len(walls) == len(breaks()) == 2
    steps = 0
    for d in re.findall(r' d="([^"]+)"', svg):
        for run in d.split("M")[1:]:
            xs = [float(point.split(" ")[0]) for point in run.split("L")]
            assert xs == sorted(xs)
            for before, after in pairwise(xs):
                assert not any(before < wall < after for wall in walls)
                steps += 1
    assert steps > 1000


def test_labels_of_chosen_bodies_do_not_cover_each_other() -> None:
    kota = [name for name in IDS if name.startswith("kota-36.")] + [CILEGON, "kota-31.71"]
    for width in (358, 1040):
        svg = drawing(width, pilih=kota[:8], jenis=["kota"])
        labels = re.findall(r'<text class="label s\d" x="([\d.]+)" y="([\d.-]+)"[^>]*>([^<]+)', svg)
        boxes = [(float(x) - 3.8 * len(t), float(x) + 3.8 * len(t), float(y)) for x, y, t in labels]
        assert len(boxes) >= 4
        for (l1, r1, y1), (l2, r2, y2) in combinations(boxes, 2):
            assert r1 <= l2 or r2 <= l1 or abs(y1 - y2) >= 13.9


@pytest.mark.whole
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("width", [320, 820])
def test_drawing_is_well_formed_and_says_what_it_is(view: str, width: int) -> None:
    for year in evaluation_years():
        svg = drawing(width, tampil=view, tahun=year, pilih=[CILEGON, BANYUASIN])
        if svg:
            parsed = ET.fromstring(svg)  # noqa: S314 -- our own
            assert parsed[0].tag.endswith("title")
            assert parsed[0].text
            assert "NaN" not in svg
            assert "undefined" not in svg


def test_picture_that_stands_alone_needs_no_style_of_the_page() -> None:
    picture = JS.call("SpbeFiles.picture", state(tampil="peringkat", wilayah="banten"), 1000)
    assert "var(" in chart_style()
    assert "var(" not in plain_style()
    assert "fill: #4a8fc2" in picture
    assert "Peringkat SPBE pemerintah daerah di Banten, 2024" in picture
    assert "Sumber: Kementerian PANRB" in picture


# ---- files ---------------------------------------------------------------------------------------
def workbook(**parts: object) -> openpyxl.Workbook:
    made = JS.call("((state) => Array.from(SpbeFiles.xlsx(state, 'https://x/')))", state(**parts))
    return openpyxl.load_workbook(io.BytesIO(bytes(made)))


@pytest.mark.whole
@pytest.mark.parametrize("year", evaluation_years())
def test_files_hold_the_published_values(year: int) -> None:
    published = load_published().query("year == @year").set_index("agency_id")["index_published"]
    book = workbook(tampil="peringkat", tahun=year)
    heads, *rows = list(book["Data"].values)
    assert heads[:6] == ("#", "Instansi", "Jenis", "Provinsi", "Tahun", f"Nilai {year}")
    at = {name: n for n, name in enumerate(heads)}
    assert {row[at["id"]]: row[at[f"Nilai {year}"]] for row in rows} == published.to_dict()
    cell = book["Data"].cell(2, at[f"Nilai {year}"] + 1)
    assert (type(cell.value), cell.number_format) == (float, "0.00##")
    text = JS.call("SpbeFiles.csv", state(tampil="peringkat", tahun=year), True)
    lines = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert {
        row["id"]: float(row[f"Nilai {year}"].replace(",", ".")) for row in lines
    } == published.to_dict()


@pytest.mark.whole
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_files_of_every_view_agree(view: str, language: str) -> None:
    parts = {"tampil": view, "tahun": 2022, "lang": language, "pilih": [CILEGON]}
    sheet = list(workbook(**parts)[("Data")].values)
    text = JS.call("SpbeFiles.csv", state(**parts), False).removeprefix("\ufeff")
    lines = list(csv.reader(io.StringIO(text)))
    assert len(sheet) == len(lines) > 5
    for cells, line in zip(sheet, lines, strict=True):
        for cell, said_in_csv in zip(cells, line, strict=True):
            if isinstance(cell, int | float):
                assert cell == float(said_in_csv)
            else:
                assert (cell or "") == said_in_csv


@pytest.mark.whole
def test_same_state_gives_the_same_bytes() -> None:
    assert JS.call("((s) => Array.from(SpbeFiles.xlsx(s, '')))", state()) == JS.call(
        "((s) => Array.from(SpbeFiles.xlsx(s, '')))", state()
    )
