"""Agencies by loose names: every name in the tables, hand-made cases, and a letter wrong."""

import csv
import random
import re
from itertools import pairwise
from pathlib import Path

import pytest

from spbe_research import load_agencies, load_reference
from spbe_research.claims import find_agencies, resolve_agency
from spbe_research.claims.agency_search import namesakes
from spbe_research.errors import DataError

AGENCIES = load_agencies().set_index("agency_id")["name"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SEED = 20260101
SHARED = ("BNPP", "Jogja", "Yogya", "Mura", "Tasik")  # each the short name of two bodies
# One typing error in each of the 685 names: how many are found first, measured with this seed. What
# is not: Kota Batu without its t is Kota Bau, as near to Kota Bau Bau.
FOUND_FIRST = {"deleted": 684, "swapped": 685, "replaced": 685}


def with_a_typing_error(name: str, kind: str, generator: random.Random) -> str:
    letters = [place for place, letter in enumerate(name) if letter.isalpha()]
    place = generator.choice(letters)
    if kind == "deleted":
        return name[:place] + name[place + 1 :]
    if kind == "replaced":
        return name[:place] + generator.choice(LETTERS) + name[place + 1 :]
    pairs = [
        left
        for left, right in pairwise(letters)
        if right == left + 1 and name[left].lower() != name[right].lower()
    ]
    left = generator.choice(pairs)
    return name[:left] + name[left + 1] + name[left] + name[left + 2 :]


@pytest.mark.whole
def test_every_name_in_use_resolves() -> None:
    """So each is found first by its own name: a resolution takes the first of the list."""
    assert [name for agency_id, name in AGENCIES.items() if resolve_agency(name) != agency_id] == []


@pytest.mark.whole
def test_every_published_name_resolves_to_its_agency() -> None:
    for row in load_reference("agency_aliases").itertuples():
        assert resolve_agency(row.name_published) == row.agency_id, row.name_published


def test_every_abbreviation_resolves_but_the_one_that_two_bodies_use() -> None:
    for row in load_reference("agency_abbreviations").itertuples():
        if row.abbreviation not in SHARED:
            assert resolve_agency(row.abbreviation) == row.agency_id, row.abbreviation
    for short in SHARED:
        with pytest.raises(DataError, match="may mean 2: "):
            resolve_agency(short)


def test_every_short_name_of_the_press_is_its_body() -> None:
    with Path(__file__).with_name("press_short_names.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    wrong = {
        row["short_name"]: row["agency"]
        for row in rows
        if resolve_agency(row["short_name"]) != resolve_agency(row["agency"])
    }
    assert len(rows) == 126
    assert wrong == {}


@pytest.mark.parametrize("before", ["BPS", "DPRD", "RSUD", "Dinas Kesehatan", "KPU", "Polres"])
@pytest.mark.parametrize("name", ["Kota Cilegon", "Kabupaten Garut", "Provinsi Banten"])
def test_a_word_before_the_name_makes_it_another_body(before: str, name: str) -> None:
    with pytest.raises(DataError, match=f"makes it another body.*government of the place: {name}"):
        resolve_agency(f"{before} {name}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Kemenhut", "It is Kementerian Kehutanan, founded in 2024-10 .*Before it: Kementerian "
         "Lingkungan Hidup dan Kehutanan"),
        ("Komdigi", "renamed in 2024-10 .*Before it: Kementerian Komunikasi dan Informatika"),
        ("Kemendikdasmen", "It is Kementerian Pendidikan Dasar dan Menengah"),
        ("Kementerian HAM", "It is Kementerian Hak Asasi Manusia"),
        ("Kemenko Polkam", "It is Kementerian Koordinator Bidang Politik dan Keamanan"),
        ("Kemenko Pangan", "no value of it is held.$"),
    ],
)  # fmt: skip
def test_a_ministry_newer_than_the_lists_is_known_and_not_held(text: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        resolve_agency(text)


def test_a_new_ministry_offers_its_predecessor_first() -> None:
    assert find_agencies("Komdigi")["name"].iloc[0] == "Kementerian Komunikasi dan Informatika"


def test_what_is_near_is_offered_in_both_languages() -> None:
    with pytest.raises(DataError, match="Yang paling mirip: Kabupaten Purwakarta"):
        resolve_agency("Kabupaten Purwakrta", language="id")
    with pytest.raises(DataError, match="Nearest: Kabupaten Purwakarta"):
        resolve_agency("Kabupaten Purwakrta")


def test_the_country_is_not_one_agency() -> None:
    with pytest.raises(DataError, match="means the whole country"):
        resolve_agency("Rata-rata nasional")


def test_a_text_without_end_is_refused_with_its_beginning() -> None:
    with pytest.raises(DataError, match=r"Invalid agency 'a{20}'\.\.\. It must have at most 300"):
        resolve_agency("a" * 301)
    with pytest.raises(DataError, match="It must be a name"):
        resolve_agency("a" * 300)


def test_abbreviations_called_initials_are_the_initials_of_the_name() -> None:
    rows = load_reference("agency_abbreviations").query("basis == 'initials'")
    assert len(rows) > 50
    for row in rows.itertuples():
        name = re.sub(r"^(Kabupaten|Kota) ", "", AGENCIES[row.agency_id])
        initials = [
            "".join(word[0] for word in re.findall(r"\w+", part) if word.lower() != "dan").upper()
            for part in [name, *name.split("/")]
        ]
        assert row.abbreviation in initials, row


@pytest.mark.whole
@pytest.mark.parametrize("kind", ["deleted", "swapped", "replaced"])
def test_a_name_with_one_typing_error_is_found_first(kind: str) -> None:
    generator = random.Random(SEED)  # noqa: S311
    missed = []
    for agency_id, name in AGENCIES.items():
        text = with_a_typing_error(name, kind, generator)
        if find_agencies(text, limit=1)["agency_id"].tolist() != [agency_id]:
            missed.append(text)
    assert len(AGENCIES) - len(missed) >= FOUND_FIRST[kind], missed
    # A resolution takes the first of the list or refuses: only what was missed can go wrong.
    for text in missed:
        with pytest.raises(DataError, match="Invalid agency"):
            resolve_agency(text)


@pytest.mark.parametrize(
    ("text", "agency_id"),
    [
        ("cilegon", "kota-36.72"),
        ("Solo", "kota-33.72"),
        ("Pemkot Solok", "kota-13.72"),
        ("Halsel", "kab-82.04"),
        ("Batam", "kota-21.71"),
        ("BP Batam", "pusat-badan-pengusahaan-batam"),
        ("Pemda Banten", "prov-36"),
        ("Polda Metro", "polda-metro-jaya"),
        ("Polda Sumut", "polda-sumatera-utara"),
        ("Menpan", "pusat-kementerian-pendayagunaan-aparatur-negara-dan-reformasi-birokrasi"),
        ("KemenPUPR", "pusat-kementerian-pekerjaan-umum-dan-perumahan-rakyat"),
        ("Kemenko Perekonomian", "pusat-kementerian-koordinator-bidang-perekonomian"),
        ("Pemkab Kab. Bekasi", "kab-32.16"),
        ("Sumatra Barat", "prov-13"),
        ("Toli-Toli", "kab-72.04"),
        ("Kota  CILEGON", "kota-36.72"),
        ("Pemerintah Daerah Kabupaten Garut", "kab-32.05"),
        ("Kab. Bandung", "kab-32.04"),
        ("Pemkab Bandung Barat", "kab-32.17"),
        ("Kota Bandung", "kota-32.73"),
        ("tanjungpinang", "kota-21.72"),
        ("Kabupaten Fakfak", "kab-92.03"),
        ("kotabaru", "kab-63.02"),
        ("Kotamobagu", "kota-71.74"),
        ("lima puluh kota", "kab-13.07"),
        ("DKI", "prov-31"),
        ("jakarta", "prov-31"),
        ("DIY", "prov-34"),
        ("Daerah Istimewa Yogyakarta", "prov-34"),
        ("Pemprov NTB", "prov-52"),
        ("Prov. Jabar", "prov-32"),
        ("OKU", "kab-16.01"),
        ("OKU Timur", "kab-16.08"),
        ("Polda Jabar", "polda-jawa-barat"),
        ("Polda DIY", "polda-istimewa-yogyakarta"),
        ("Polda Metro Jaya", "polda-metro-jaya"),
        ("BKPM", "pusat-kementerian-investasi"),
        ("BSSN", "pusat-badan-siber-dan-sandi-negara"),
        ("Kemenkeu", "pusat-kementerian-keuangan"),
        ("Kementrian Keuangan", "pusat-kementerian-keuangan"),
        ("Kominfo", "pusat-kementerian-komunikasi-dan-informatika"),
        ("Kementerian PANRB", "pusat-kementerian-pendayagunaan-aparatur-negara-dan-reformasi-"
         "birokrasi"),
        ("Setjen DPR RI", "pusat-dewan-perwakilan-rakyat"),
        ("Badan Pertanahan Nasional", "pusat-kementerian-agraria-dan-tata-ruang"),
        # Former and later names, by the lineage table.
        ("Toba Samosir", "kab-12.12"),
        ("Kabupaten Mamuju Utara", "kab-76.01"),
        ("BNP2TKI", "pusat-badan-pelindungan-pekerja-migran-indonesia"),
        ("Badan Koordinasi Keamanan Laut", "pusat-badan-keamanan-laut"),
        ("Kementerian Pendidikan, Kebudayaan, Riset, dan Teknologi",
         "pusat-kementerian-pendidikan-dan-kebudayaan"),
        # A name in use belongs to its body, though a former name of another holds it.
        ("Badan Riset dan Inovasi Nasional", "pusat-badan-riset-dan-inovasi-nasional"),
        ("kota-36.72", "kota-36.72"),
        ("36.72", "kota-36.72"),
    ],
)  # fmt: skip
def test_loose_name_resolves(text: str, agency_id: str) -> None:
    assert resolve_agency(text) == agency_id


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bandung", "may mean 2: Kabupaten Bandung; Kota Bandung"),
        ("bandng", "Nearest: Kabupaten Bandung; Kota Bandung"),
        # Near is offered, never taken.
        ("Pemkot Cilegn", "Nearest: Kota Cilegon"),
        ("koat cilegon", "Nearest: Kota Cilegon"),
        ("Makasar", "Nearest: Kota Makassar"),
        ("Wali Kota Cilegon", "Nearest: Kota Cilegon"),
        # One word is not the name of a ministry.
        ("keuangan", "Nearest: Kementerian Keuangan"),
        # Two bodies are called so.
        ("Jogja", "may mean 2: Provinsi DI Yogyakarta; Kota Yogyakarta"),
        ("Mura", "may mean 2: Kabupaten Musi Rawas; Kabupaten Murung Raya"),
        ("Tasik", "may mean 2: Kabupaten Tasikmalaya; Kota Tasikmalaya"),
        ("gorontalo", "may mean 3: Provinsi Gorontalo; Kabupaten Gorontalo; Kota Gorontalo"),
        ("yogyakarta", "may mean 2: Provinsi DI Yogyakarta; Kota Yogyakarta"),
        # No such body: the nearest is named, never taken.
        ("Kota Sidoarjo", "Nearest: Kabupaten Sidoarjo"),
        ("Kabupaten Medan", "Nearest: Kota Medan"),
        ("Kabupaten Batam", "Nearest: Kota Batam"),
        ("Kota Baru", "Kabupaten Kotabaru"),
        ("Kementerian Pekerjaan Umum", "Before it: Kementerian Pekerjaan Umum dan Perumahan"),
        ("badan siber", "Nearest: Badan Siber dan Sandi Negara"),
        ("BKMP", "Nearest: Kementerian Investasi"),
        ("zzzzzz qqqqqq", "Nothing is near"),
    ],
)
def test_ambiguous_or_unknown_name_is_refused_with_candidates(text: str, said: str) -> None:
    with pytest.raises(DataError, match=re.escape(said)):
        resolve_agency(text)


def test_search_lists_neighbours_of_the_same_name_and_stops_at_the_limit() -> None:
    found = find_agencies("bandung", limit=4)
    assert found["name"].tolist()[:2] == ["Kabupaten Bandung", "Kota Bandung"]
    assert "Kabupaten Bandung Barat" in found["name"].tolist()
    assert found["score"].tolist() == sorted(found["score"], reverse=True)
    assert len(find_agencies("kota", limit=3)) == 3
    assert find_agencies("BKPM", limit=1)["matched_name"].tolist() == ["BKPM"]


@pytest.mark.parametrize("text", ["", "  ", "?", "2018"])
def test_text_without_a_letter_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="It must have a letter"):
        find_agencies(text)


def test_limit_below_one_is_refused() -> None:
    with pytest.raises(DataError, match="Invalid limit 0"):
        find_agencies("cilegon", limit=0)


def test_namesakes_are_the_others_of_the_place() -> None:
    assert set(namesakes("prov-75")) == {"kab-75.01", "kota-75.71"} | {
        agency_id for agency_id in AGENCIES.index if agency_id == "polda-gorontalo"
    }
    assert namesakes("kota-36.72") == []
