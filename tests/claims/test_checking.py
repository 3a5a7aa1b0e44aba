"""Verdicts on single claims. Expected values were read in the raw tables by eye."""

import csv
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spbe_research.claims import Verdict, check_claim
from spbe_research.claims.record import Record
from spbe_research.claims.values import agreement
from spbe_research.claims.verdicts import UPHELD
from spbe_research.claims.wording import citation, headline, hints
from spbe_research.errors import DataError
from spbe_research.locations import project_folder

RECORD = Record.load()
CENT = Decimal("0.01")


def check(agency: str, year: int, stated: str, quantity: str = "") -> Verdict:
    return check_claim(agency, year, stated, quantity=quantity, record=RECORD)


def _raw_indices() -> list[tuple[str, str, int, str, str]]:
    """Every published index as its file prints it: name, agency, year, index, status."""
    aliases = project_folder() / "data" / "reference" / "agency_aliases.csv"
    with aliases.open(encoding="utf-8") as file:
        ids = {row["name_published"]: row["agency_id"] for row in csv.DictReader(file)}
    rows = []
    for path in sorted((project_folder() / "data" / "raw").glob("menpanrb-*/index.csv")):
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                name = row["agency_name_published"]
                printed = (int(row["year"]), row["index_published"], row["status"])
                rows.append((name, ids[name], *printed))
    return rows


RAW = _raw_indices()


@pytest.mark.whole
@pytest.mark.parametrize(
    ("agency", "year", "stated", "quantity", "verdict", "published"),
    [
        # Tabel 20 no 6 of the report of 2018: 3.23, Baik.
        ("Kota Cilegon", 2018, "3.23", "", "confirmed", "3.23"),
        ("Kota Cilegon", 2018, "3,23", "", "confirmed", "3.23"),
        ("Kota Cilegon", 2018, "3.230", "", "confirmed", "3.23"),
        ("Kota Cilegon", 2018, "3.2", "", "rounds to", "3.23"),
        ("Kota Cilegon", 2018, "3", "", "rounds to", "3.23"),
        ("Kota Cilegon", 2018, "3.27", "", "contradicted", "3.23"),
        ("Kota Cilegon", 2018, "3.3", "", "contradicted", "3.23"),
        ("Kota Cilegon", 2018, "3.2301", "", "contradicted", "3.23"),
        ("Kota Cilegon", 2018, "baik", "", "confirmed", "Baik"),
        ("Kota Cilegon", 2018, "Sangat Baik", "", "contradicted", "Baik"),
        # Row 258 of the sheet of 2021: 2.0270, four decimals.
        ("Kota Cilegon", 2021, "2.027", "", "confirmed", "2.03"),
        ("Kota Cilegon", 2021, "2.03", "", "confirmed", "2.03"),
        ("Kota Cilegon", 2021, "2.02", "", "contradicted", "2.03"),
        ("Kota Cilegon", 2021, "Cukup", "", "follows from what is printed", "Cukup"),
        ("Kota Cilegon", 2021, "Baik", "", "contradicted", "Cukup"),
        # The index of Kota Malang 2022 is 2.6025, at an edge when rounded: nothing is certain.
        ("Kota Malang", 2022, "Baik", "", "not held here", ""),
        ("Kota Malang", 2022, "Kurang", "", "contradicted", ""),
        # Halves either way: Kab. Pacitan 2022 is 2.3095 and 2021 1.4055; Kab. Luwu 2022 2.2635.
        ("Kabupaten Pacitan", 2021, "1.41", "", "confirmed", "1.41"),
        ("Kabupaten Pacitan", 2021, "1.405", "", "rounds to", "1.41"),
        ("Kabupaten Pacitan", 2021, "1.406", "", "rounds to", "1.41"),
        ("Kabupaten Luwu", 2022, "2.263", "", "rounds to", "2.26"),
        ("Kabupaten Luwu", 2022, "2.264", "", "rounds to", "2.26"),
        # One printed decimal less than two, and none missing: Aceh 2019 is 3.00.
        ("Aceh", 2019, "3.0", "", "confirmed", "3.00"),
        # Edges of the bands in 2024.
        ("Kabupaten Pacitan", 2024, "Baik", "", "confirmed", "Baik"),
        ("Kabupaten Luwu", 2024, "Baik", "", "contradicted", "Cukup"),
        # Carried over: 2019 and 2020 repeat 2018; the list of 2022 repeats 2021.
        ("Kota Cilegon", 2020, "3.23", "", "carried over", "3.23"),
        ("Kota Cilegon", 2020, "3,2", "", "carried over", "3.23"),
        ("Kota Cilegon", 2020, "3.27", "", "contradicted", "3.23"),
        ("LIPI", 2022, "1.745", "", "carried over", "1.75"),
        ("Kementerian Keuangan", 2022, "3.72", "", "carried over", "3.72"),
        # Never in the list of the year.
        ("LIPI", 2024, "1.75", "", "not held here", ""),
        ("Kota Cilegon", 2025, "2.56", "", "not held here", ""),
        # Reported by the press, of a list that is not held.
        ("Kota Mataram", 2025, "3,96", "", "reported by the press", "3.96"),
        ("Kota Mataram", 2025, "3,69", "", "contradicted", "3.96"),
        ("Kota Mataram", 2025, "4,10", "D1", "reported by the press", "4.10"),
        ("Kota Mataram", 2025, "4,10", "D3", "not held here", ""),
        ("Kota Mataram", 2025, "Sangat Baik", "", "reported by the press", "Sangat Baik"),
        ("Kemendikdasmen", 2025, "4,23", "", "reported by the press", "4.23"),
        ("Kemenhut", 2025, "4,23", "", "not held here", ""),
        # Domains, as the reports of 2023 and 2024 print them.
        ("Kab. Sumedang", 2023, "2,55", "D3", "confirmed", "2.55"),
        ("Kab. Sumedang", 2023, "3.60", "D3", "contradicted", "2.55"),
        ("Kabupaten Banyuasin", 2023, "0.30", "D4", "confirmed", "0.30"),
        ("KESDM", 2024, "4.00", "D1", "follows from what is printed", "4.00"),
        ("Kota Cilegon", 2022, "2.4", "D1", "follows from what is printed", "2.40"),
        ("Kota Cilegon", 2022, "2.5", "D1", "contradicted", "2.40"),
        ("Kota Cilegon", 2018, "2.4", "D1", "not held here", ""),
        # National means: Tabel 4 of the report of 2024.
        ("Nasional", 2018, "1.98", "", "confirmed", "1.98"),
        ("national", 2024, "3.1", "", "rounds to", "3.12"),
        ("Nasional", 2024, "3.17", "", "contradicted", "3.12"),
        ("Nasional", 2018, "2.0", "D3", "not held here", ""),
        ("Nasional", 2024, "Baik", "", "follows from what is printed", "Baik"),
        ("Rata-rata nasional", 2024, "Cukup", "", "contradicted", "Baik"),
        ("Nasional", 2026, "3.12", "", "not held here", ""),
    ],
)
def test_verdict(
    agency: str, year: int, stated: str, quantity: str, verdict: str, published: str
) -> None:
    found = check(agency, year, stated, quantity)
    assert (found.verdict, found.published) == (verdict, published)
    assert found.is_upheld == (verdict not in ("contradicted", "not held here"))


@pytest.mark.whole
@pytest.mark.parametrize(
    ("agency", "year", "stated", "quantity", "said"),
    [
        ("Kota Cilegon", 2018, "2.30", "", "agency's published index of 2023."),
        ("Kota Bandung", 2018, "2.72", "", "published index of Kabupaten Bandung in that year."),
        ("Kemenkeu", 2023, "4.74", "", "agency's published index of 2024."),
        # 0.13 x 3.50 + 0.25 x 1.70 + 0.165 x 1.00 + 0.455 x 3.56 = 2.6648; printed 2.67.
        ("Aceh Jaya", 2024, "2.66", "", "what the printed domains give, 2.66;"),
        ("Kota Cilegon", 2018, "32.3", "", "The scale runs from 1 to 5."),
        ("Kota Cilegon", 2018, "Cukup", "", "The agency has this predicate in 2023-2024."),
        ("Kota Cilegon", 2020, "3.23", "", "That it repeats 2018 is inferred"),
        ("LIPI", 2022, "1.745", "", "was not evaluated in 2022; the list repeats 2021."),
        ("LIPI", 2024, "1.75", "", "Since 2021 Badan Riset dan Inovasi Nasional has taken it over"),
        ("LIPI", 2024, "1.75", "", "is published for 2018-2022."),
        ("Kota Cilegon", 2025, "2.56", "", "The lists held are those of 2018 to 2024."),
        ("Kota Cilegon", 2021, "Cukup", "", "the index 2.03 lies in the band Cukup."),
        ("Kota Cilegon", 2022, "2.4", "D1", "its 47 levels give 2.4000."),
        ("Kota Cilegon", 2018, "2.4", "D1", "No domain index of this agency is held"),
        ("KESDM", 2024, "4.00", "D1", "solved from the others it is 4.00."),
        ("Kabupaten Banyuasin", 2023, "1.05", "", "rests on the impossible D4 = 0.30"),
        ("Nasional", 2022, "2.34", "", "Another document prints 2.35:"),
        ("Nasional", 2022, "2.35", "", "Another document prints 2.34:"),
    ],
)
def test_hint(agency: str, year: int, stated: str, quantity: str, said: str) -> None:
    assert said in " ".join(hints(check(agency, year, stated, quantity)))


def test_contradicted_claim_of_one_decimal_is_not_ascribed_to_another_record() -> None:
    """Too many records round to 2.3 for one to be the source of it."""
    assert check("Kota Cilegon", 2018, "2.3").hints == ()


def test_carried_over_value_names_the_year_of_its_evaluation() -> None:
    assert check("Kota Cilegon", 2019, "3.23").carried_from == 2018
    assert check("Kota Cilegon", 2020, "3.23").carried_from == 2018
    assert check("Kementerian Keuangan", 2020, "4.39").carried_from == 2019
    assert check("Kota Cilegon", 2018, "3.23").carried_from is None


def test_evidence_names_document_place_and_printed_name_producer_first() -> None:
    found = check("Kota Cilegon", 2018, "3.27")
    assert (found.source_id, found.locator) == ("menpanrb-2018-report", "Tabel 20 no 6")
    assert found.name_published == "Pemerintah Kota Cilegon"
    assert citation(found).startswith(
        "Kementerian PANRB, Buku Laporan Hasil Evaluasi SPBE 2018, Tabel 20 no 6 "
        '("Pemerintah Kota Cilegon"); checked with spbe_research '
    )


def test_indonesian_has_decimal_commas_and_its_own_sentences() -> None:
    found = check("cilegon", 2021, "2.03")
    assert headline(found, language="id") == (
        "Kota Cilegon, indeks SPBE 2021: 2,03 sesuai dengan nilai resmi."
    )
    assert headline(check("cilegon", 2018, "3,27")) == (
        "Kota Cilegon, SPBE index 2018: 3.27 is contradicted (published: 3.23)."
    )
    assert "; diperiksa dengan spbe_research" in citation(found, language="id")
    with pytest.raises(DataError, match="Invalid language 'jv'"):
        headline(found, language="jv")


@pytest.mark.whole
def test_every_published_index_is_upheld_by_its_own_print() -> None:
    for name, agency_id, year, printed, status in RAW:
        found = check(agency_id, year, printed)
        expected = "carried over" if status == "carried_over" else "confirmed"
        cents = str(Decimal(printed).quantize(CENT, rounding=ROUND_HALF_UP))
        assert (found.verdict, found.published) == (expected, cents), (name, year)
        assert found.computed == (printed if year in (2021, 2022) else ""), (name, year)


@pytest.mark.whole
def test_the_predicates_of_four_years_follow_but_at_the_edges() -> None:
    """2,307 values of 2019 to 2022; 30 stand at an edge when rounded to two decimals."""
    edges = {Decimal(edge) for edge in ("1.80", "2.60", "3.50", "4.20")}
    rows = [row for row in RAW if 2019 <= row[2] <= 2022]
    at_edge = [
        row for row in rows if Decimal(row[3]).quantize(CENT, rounding=ROUND_HALF_UP) in edges
    ]
    certain = 0
    for _, agency_id, year, printed, _ in rows:
        bands = [("Kurang", 0), ("Cukup", 180), ("Baik", 260), ("Sangat Baik", 350),
                 ("Memuaskan", 420)]  # fmt: skip
        cents = int(100 * Decimal(printed).quantize(CENT, rounding=ROUND_HALF_UP))
        band = next(name for name, lower in reversed(bands) if cents >= lower)
        certain += check(agency_id, year, band).verdict == "follows from what is printed"
    assert (len(rows), len(at_edge), certain) == (2307, 30, 2277)


def test_what_was_read_is_said() -> None:
    assert hints(check("KSB", 2023, "3,13"))[0] == "“KSB” was read as Kabupaten Sumbawa Barat."
    assert hints(check("kota cilegon", 2018, "3,23")) == []


@pytest.mark.parametrize(
    ("agency", "year", "stated", "said"),
    [
        ("Kota Cilegon", 2024, "2.6", "Mind the rounding: 2.6 would be Baik, the index 2.56 is "
         "Cukup."),
        ("Kota Cilegon", 2021, "2.0270", "the decree prints two decimals, 2.03."),
        ("Kota Cilegon", 2021, "2.03", "The spreadsheet copy, which has all decimals, gives "
         "2.0270."),
        ("Kota Malang", 2022, "Baik", "The index 2.60 lies at an edge: Cukup or Baik"),
        ("Kemenhut", 2025, "4.00", "Kementerian Kehutanan was founded or renamed in 2024-10"),
    ],
)  # fmt: skip
def test_what_is_worth_a_warning_is_said(agency: str, year: int, stated: str, said: str) -> None:
    assert said in " ".join(hints(check(agency, year, stated)))


def test_a_rounding_within_a_band_is_not_warned_about() -> None:
    assert hints(check("Kota Cilegon", 2018, "3.2")) == []


def test_a_row_is_one_of_a_spreadsheet_copy() -> None:
    found = check("Luwu Utara", 2022, "2,93")
    assert "row 431 of the spreadsheet copy" in citation(found)
    assert "baris 431 pada salinan spreadsheet" in citation(found, language="id")


@pytest.mark.parametrize(
    ("agency", "stated", "said"),
    [
        ("Bandung", "3,11", "Nama itu dapat berarti 2 instansi: Kabupaten Bandung; Kota Bandung"),
        ("Kota Cilegon", "Sedang", "bukan predikat SPBE, mungkin maksudnya Cukup"),
        ("Kota Cilegon", "tinggi", "Nilai harus berupa angka, misalnya 3,27"),
    ],
)
def test_errors_speak_the_chosen_language(agency: str, stated: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        check_claim(agency, 2018, stated, language="id", record=RECORD)


@settings(deadline=None)
@given(row=st.sampled_from(RAW), halves=st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN]))
def test_every_published_index_is_upheld_by_two_decimals(
    row: tuple[str, str, int, str, str], halves: str
) -> None:
    _, agency_id, year, printed, _ = row
    stated = str(Decimal(printed).quantize(CENT, rounding=halves))
    assert check(agency_id, year, stated).verdict in UPHELD


@settings(deadline=None)
@given(
    row=st.sampled_from(RAW),
    move=st.sampled_from([CENT, -CENT]),
    comma=st.booleans(),
)
def test_no_published_index_is_upheld_a_hundredth_away(
    row: tuple[str, str, int, str, str], move: Decimal, comma: bool
) -> None:
    """But for a half: 2.2650 is both 2.26 and 2.27, a hundredth apart."""
    _, agency_id, year, printed, _ = row
    moved = Decimal(printed).quantize(CENT) + move
    is_half = abs(moved - Decimal(printed)) == CENT / 2
    stated = str(moved).replace(".", ",") if comma else str(moved)
    assert (check(agency_id, year, stated).verdict == "contradicted") != is_half


@pytest.mark.parametrize(
    ("stated", "quantity", "said"),
    [
        ("good", "index", "Invalid value 'good' of index. It must be a number"),
        ("3.2.7", "", "It must be a number such as 3.27 or 3,27."),
        ("nan", "", "It must be a number"),
        ("", "", "It must be a number"),
        ("3.27", "predicate", "It must be one of Kurang, Cukup, Baik"),
        ("Sedang", "", "'Sedang' is a loose word, perhaps for Cukup."),
        ("3.27", "I01", "The quantity must be one of index, predicate, D1"),
    ],
)
def test_value_that_is_none_of_its_kind_is_refused(stated: str, quantity: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        check("Kota Cilegon", 2018, stated, quantity)


def test_unknown_agency_is_refused_before_anything_is_said() -> None:
    with pytest.raises(DataError, match="may mean 2: Kabupaten Bandung; Kota Bandung"):
        check("Bandung", 2018, "3.11")


def test_a_predicate_that_is_printed_again_is_carried_over() -> None:
    # No list so far prints predicates of values it repeats: one is made to.
    record = Record()
    again = {**record.published["kota-36.72", 2024], "status": "carried_over"}
    record.published["kota-36.72", 2024] = again
    found = check_claim("Kota Cilegon", 2024, "Cukup", record=record)
    assert (found.verdict, found.carried_from) == ("carried over", 2023)
    wrong = check_claim("Kota Cilegon", 2024, "Baik", record=record)
    assert (wrong.verdict, wrong.carried_from) == ("contradicted", 2023)


@pytest.mark.parametrize(
    ("stated", "published", "verdict"),
    [
        ("3.2", "3.25", "rounds to"),  # a half, either way
        ("3.3", "3.25", "rounds to"),
        ("3.2", "3.26", "contradicted"),
        ("3.2", "3.14", "contradicted"),
        ("high", "3.14", "contradicted"),
    ],
)
def test_a_number_rounds_to_no_more_than_a_half_away(
    stated: str, published: str, verdict: str
) -> None:
    assert agreement(stated, published) == verdict
