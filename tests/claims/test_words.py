"""The words of places, names of secretariats, and what the page is given: each against a list."""

from decimal import ROUND_HALF_UP, Decimal

import pytest

from spbe_research import load_published, load_scores
from spbe_research.claims import resolve_agency
from spbe_research.claims.browser import _record
from spbe_research.claims.fact_check import check_text
from spbe_research.claims.record import Record
from spbe_research.claims.text_rules import ORDINALS

NUMBERS = (
    "satu",
    "dua",
    "tiga",
    "empat",
    "lima",
    "enam",
    "tujuh",
    "delapan",
    "sembilan",
    "sepuluh",
)
ROMAN = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"]
WEIGHTS = {"D1": "0.13", "D2": "0.25", "D3": "0.165", "D4": "0.455"}


def test_ordinals_are_the_ten_in_words_and_in_roman() -> None:
    expected = {"pertama": 1}
    for place, (word, roman) in enumerate(zip(NUMBERS, ROMAN, strict=True), start=1):
        expected |= {word: place, f"ke{word}": place, roman: place}
    assert expected == ORDINALS


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Sekretariat Jenderal KPU", "pusat-komisi-pemilihan-umum"),
        ("Sekretariat Jenderal DPR", "pusat-dewan-perwakilan-rakyat"),
        ("Kementerian Kesehatan", "pusat-kementerian-kesehatan"),
        ("Kab. KSB", "kab-52.07"),
    ],
)
def test_short_name_with_what_stands_before_it(name: str, body: str) -> None:
    assert resolve_agency(name) == body


@pytest.mark.parametrize(
    "text",
    [
        "Kota Cilegon di Provinsi Banten meraih indeks SPBE 2,56 pada 2024.",
        "Di Provinsi Banten, Kota Cilegon meraih indeks SPBE 2,56 pada 2024.",
    ],
)
def test_province_around_its_city_is_no_subject(text: str) -> None:
    assert [(each.word, each.statement.subject.value) for each in check_text(text)] == [
        ("confirmed", "kota-36.72")
    ]


def test_page_holds_a_recomputed_index_only_where_another_is_printed() -> None:
    """Half up to two decimals of the printed domains, in decimal numbers."""
    published = load_published()
    printed = published[published["year"] >= 2023].set_index(["agency_id", "year"])
    domains = load_scores(scale="domain").pivot_table(
        index=["agency_id", "year"], columns="item", values="value"
    )
    expected = {}
    for (agency_id, year), row in domains.loc[domains.index.isin(printed.index)].iterrows():
        exact = sum(
            Decimal(weight) * Decimal(f"{row[item]:.2f}") for item, weight in WEIGHTS.items()
        )
        index = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
        if index != Decimal(f"{printed.loc[(agency_id, year), 'index_published']:.2f}"):
            expected[f"{agency_id}|{year}"] = str(index)
    assert len(expected) > 100
    assert _record(Record.load())["recomputed"] == expected
