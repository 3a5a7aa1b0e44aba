"""Sentences ready to quote say what was published, and never call an old value a new result."""

import pytest

from spbe_research.site.agencies import agency_pages
from spbe_research.site.sentences import describe_lineage, locator_words, quote_result

PAGES = {page.agency_id: page for page in agency_pages()}
CILEGON = PAGES["kota-36.72"]


@pytest.mark.parametrize(
    ("place", "english", "indonesian"),
    [
        (
            0,
            "In 2018 the SPBE index of Kota Cilegon was 3.23, predicate Baik",
            "Pada 2018 indeks SPBE Kota Cilegon adalah 3,23, predikat Baik",
        ),
        (
            1,
            "The SPBE list of 2019 prints the index 3.23 for Kota Cilegon, the same value as the "
            "year before: probably not an evaluation of 2019",
            "Daftar SPBE 2019 mencetak indeks 3,23 untuk Kota Cilegon, sama dengan tahun "
            "sebelumnya, sehingga kemungkinan bukan hasil evaluasi 2019",
        ),
        (
            4,
            "In 2022 the SPBE index of Kota Cilegon was 2.007, in the band Cukup of "
            "PermenPANRB 59/2020",
            "Pada 2022 indeks SPBE Kota Cilegon adalah 2,007, masuk rentang predikat Cukup "
            "menurut PermenPANRB 59/2020",
        ),
    ],
)
def test_sentence_reads_in_both_languages(place: int, english: str, indonesian: str) -> None:
    assert quote_result(CILEGON, CILEGON.results[place]) == (english, indonesian)


def test_official_carry_over_of_2022_is_stated_as_a_fact() -> None:
    page, result = next(
        (page, result)
        for page in PAGES.values()
        for result in page.results
        if result.year == 2022 and result.is_carried_over
    )
    english, indonesian = quote_result(page, result)
    assert english.endswith("which repeats the value of 2021: it was not evaluated in 2022")
    assert indonesian.endswith("instansi ini tidak dievaluasi pada 2022")


def test_lineage_is_told_with_its_legal_basis() -> None:
    link = PAGES["prov-93"].lineage[0]
    assert describe_lineage(link) == (
        "2022: Provinsi Papua Selatan was formed out of Provinsi Papua (UU 14/2022).",
        "2022: Provinsi Papua Selatan dibentuk dari Provinsi Papua (UU 14/2022).",
    )


def test_table_of_a_report_keeps_its_name() -> None:
    assert locator_words("Tabel 20 no 6") == ("Tabel 20 no 6", "Tabel 20 no 6")
