"""The report card: what it says against hand counts, an exact solver, and the Python sentences."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from spbe_research.instruments import load_instrument
from spbe_research.locations import data_folder
from spbe_research.panel.loaders import load_agencies, load_covariates
from spbe_research.site import build
from spbe_research.site.agencies import agency_pages
from spbe_research.site.explorer.data import explorer_script
from spbe_research.site.peers import find_peers
from spbe_research.site.rapor import make_rapors
from spbe_research.site.rapor_data import rapor_data, rapor_script
from spbe_research.site.text import index_text, swap_marks

PAGES = agency_pages()
KNOWN = {page.agency_id: page for page in PAGES}
RAPORS = make_rapors(PAGES)
CILEGON = "kota-36.72"


@pytest.fixture(scope="module")
def js() -> Callable[..., Any]:
    import quickjs

    context = quickjs.Context()
    context.eval("var window = globalThis;")
    script = Path(build.__file__).with_name("static") / "rapor.js"
    for text in (explorer_script(), rapor_script(), script.read_text("utf-8")):
        context.eval(text)

    def call(function: str, *values: Any) -> Any:
        written = ", ".join(json.dumps(value) for value in values)
        return json.loads(context.eval(f"JSON.stringify(SpbeRapor.{function}({written}))"))

    return call


@pytest.mark.parametrize(
    ("agency_id", "english", "indonesian"),
    [
        (
            CILEGON,
            "Kota Cilegon: 2.56, Cukup. 0.04 points short of Baik.",
            "Kota Cilegon: 2,56, Cukup. Kurang 0,04 poin untuk naik ke Baik.",
        ),
        (
            "kab-35.01",  # 3.50 and Baik in print: the band of Sangat Baik begins at 3.50
            "Kabupaten Pacitan: 3.50, Baik. On the very edge of Sangat Baik.",
            "Kabupaten Pacitan: 3,50, Baik. Tepat di batas Sangat Baik.",
        ),
        (
            "kab-35.10",
            "Kabupaten Banyuwangi: 4.77, Memuaskan. The highest predicate.",
            "Kabupaten Banyuwangi: 4,77, Memuaskan. Predikat tertinggi.",
        ),
    ],
)
def test_headline_says_index_predicate_and_what_is_missing(
    agency_id: str, english: str, indonesian: str
) -> None:
    assert RAPORS[agency_id].headline == (english, indonesian)


def test_facts_are_rank_in_type_in_province_and_the_change_of_the_era() -> None:
    numbers = [fact.number[1] for fact in RAPORS[CILEGON].facts]
    assert numbers == ["82 dari 93", "4 dari 4", "+0,26"]
    assert RAPORS[CILEGON].facts[1].words[1] == (
        "kota di Banten: Tangerang 3,85, Tangerang Selatan 3,48, Serang 2,61, Cilegon 2,56"
    )


def test_link_to_the_explorer_takes_the_few_beside_it_along() -> None:
    assert set(RAPORS[CILEGON].beside) == {CILEGON, "kota-36.71", "kota-36.73", "kota-36.74"}
    assert RAPORS[CILEGON].beside[0] == CILEGON
    assert RAPORS["kab-35.01"].beside == ("kab-35.01",)  # 29 regencies are too many
    assert all(len(rapor.beside) <= 8 for rapor in RAPORS.values())


def test_no_change_is_told_across_an_era_nor_of_a_flagged_or_repeated_value() -> None:
    for agency_id, rapor in RAPORS.items():
        moved = [fact for fact in rapor.facts if "sejak" in fact.words[1]]
        years = [result.year for result in KNOWN[agency_id].results[-2:]]
        if moved:
            assert {*years} < {2018, 2019, 2020} or years in ([2021, 2022], [2023, 2024])
            assert not any(result.is_carried_over for result in KNOWN[agency_id].results[-2:])
    assert not [fact for fact in RAPORS["kab-16.07"].facts if "sejak" in fact.words[1]]


def test_peers_are_the_nearest_by_people_and_income() -> None:
    ids = frozenset(KNOWN)
    measured, peers = find_peers(load_agencies(), load_covariates(), ids)
    rows = load_covariates()
    rows = rows[rows["year"] == measured].set_index("agency_id")
    cities = [each for each in rows.index if each.startswith("kota-") and each in ids]
    logs = np.log(rows.loc[cities, ["population_persons", "grdp_per_capita_idr"]].astype(float))
    scaled = (logs / logs.std()).to_dict("index")

    def far(one: str) -> float:
        return sum((scaled[one][key] - scaled[CILEGON][key]) ** 2 for key in scaled[one])

    by_hand = sorted((each for each in cities if each != CILEGON), key=far)[:10]
    assert list(peers[CILEGON]) == by_hand
    assert RAPORS["pusat-kementerian-investasi"].peers is None
    assert len(peers["prov-36"]) == 10


@pytest.mark.whole
def test_criteria_are_the_committed_ones(js: Callable[..., Any]) -> None:
    with (data_folder() / "reference" / "level_criteria.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 47 * 5
    assert all(row["source_id"] and row["page"] for row in rows)
    criteria = rapor_data()["criteria"]
    for row in rows:
        asked = criteria[row["item"]][0][int(row["level"]) - 1]
        assert asked == [row["requires_id"], row["requires_en"]]


@pytest.mark.whole
def test_index_of_the_levels_is_the_printed_one(js: Callable[..., Any]) -> None:
    levels = dict(map(tuple, js("levels", CILEGON)))
    assert js("index", levels[2022]) == 20_070  # printed 2.0070
    assert js("index", levels[2021]) == 20_270


def test_domains_follow_from_the_levels_or_are_as_printed(js: Callable[..., Any]) -> None:
    domains = js("domains", CILEGON)
    # README: 2.4, 1.0, 1.091, 2.78
    assert [round(each / 10_000, 3) for each in domains["2022"]] == [2.4, 1.0, 1.091, 2.78]
    assert domains["2024"] == [25_000, 20_000, 13_600, 33_100]


@pytest.mark.parametrize(
    ("agency_id", "edge"),
    [(CILEGON, 2.6), (CILEGON, 3.5), ("prov-36", 4.2), ("kab-35.01", 3.5), ("kab-16.07", 2.6)],
)
def test_path_takes_the_fewest_steps_that_there_are(
    js: Callable[..., Any], agency_id: str, edge: float
) -> None:
    _, levels = js("levels", agency_id)[-1]
    instrument = load_instrument("permen-59-2020")
    weights = np.array([float(instrument.item(each).weight) for each in instrument.indicators])
    index = weights @ np.array(levels) / 100
    assert index < edge
    room = (np.array(levels) < 5).astype(float)
    solved = milp(
        np.ones(47),
        constraints=LinearConstraint(weights / 100, edge - index - 1e-9, np.inf),
        bounds=Bounds(0, room),
        integrality=np.ones(47),
    )
    path = js("path", levels, edge)
    assert path["reached"] == solved.success
    if solved.success:
        assert len(path["steps"]) == round(solved.fun)
        assert path["at"] / 10_000 == pytest.approx(index + weights[path["steps"]].sum() / 100)
    assert len(set(path["steps"])) == len(path["steps"])


def test_table_of_steps_says_what_the_next_level_asks_for(js: Callable[..., Any]) -> None:
    text = js("steps", CILEGON, "Baik")
    assert "22 kenaikan satu tingkat membawa nilai 2022 ke batas Baik" in text
    levels = js("levels", CILEGON)[-1][1]
    first = js("path", levels, 2.6)["steps"][0]
    code = f"I{first + 1:02d}"
    assert rapor_data()["criteria"][code][0][levels[first]][0] in text


def test_browser_quotes_every_year_as_python_does(js: Callable[..., Any]) -> None:
    sample = [*PAGES[::45], KNOWN[CILEGON]]
    years = [2018, 2019, 2020, 2021, 2022, 2023, 2024]
    for page in sample:
        for result in page.results:
            english, indonesian = build._quote(page, result)
            assert js("quote", page.agency_id, years.index(result.year)) == [indonesian, english]


def test_path_shows_every_result_and_crosses_no_break(js: Callable[..., Any]) -> None:
    """Places by hand: years 75.43 apart from 69.7, index 1 at 220 and index 5 at 20."""
    eras = [{2018, 2019, 2020}, {2021, 2022}, {2023, 2024}]
    for page in [*PAGES[::45], KNOWN[CILEGON]]:
        svg = js("journey", page.agency_id)
        across = {r.year: round(32 + (r.year - 2018 + 0.5) * 528 / 7, 1) for r in page.results}
        circles = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="5"( class="o")?/>', svg)
        assert [(float(x), bool(hollow)) for x, _, hollow in circles] == [
            (across[r.year], r.is_carried_over) for r in page.results
        ]
        for (_, y, _), result in zip(circles, page.results, strict=True):
            assert float(y) == pytest.approx(220 - (result.index - 1) * 50, abs=0.051)
        for kind, attribute in (("m", "median"), ("a", "index")):
            lines = re.findall(rf'<path class="{kind}" d="M([^"]+)"', svg)
            told = [[tuple(map(float, at.split())) for at in line.split("L")] for line in lines]
            wanted = []
            for era in eras:
                of_era = [result for result in page.results if result.year in era]
                if len(of_era) > 1:
                    wanted.append(
                        [(across[r.year], 220 - (getattr(r, attribute) - 1) * 50) for r in of_era]
                    )
            assert [[x for x, _ in line] for line in told] == [[x for x, _ in w] for w in wanted]
            flat = [y for line in told for _, y in line]
            assert flat == pytest.approx([y for w in wanted for _, y in w], abs=0.051)
        words = re.findall(r'<text class="n v"[^>]*>([^<]+)</text>', svg)
        assert words == [swap_marks(index_text(result.index)) for result in page.results]


def test_path_leads_to_the_explorer_with_those_beside(js: Callable[..., Any]) -> None:
    text = js("journeyFigure", CILEGON, "kota-36.71 kota-36.73")
    chosen = "tampil=perjalanan&amp;pilih=kota-36.72~kota-36.71~kota-36.73&amp;jenis=kota"
    assert f'href="../explore.html?{chosen}"' in text
    alone = js("journeyFigure", "pusat-kementerian-investasi", None)
    assert 'pilih=pusat-kementerian-investasi"' in alone  # of a ministry no type is chosen


def test_body_without_levels_or_peers_has_a_page(js: Callable[..., Any]) -> None:
    assert js("whole", "polda-aceh", {}) == ""
