"""A pasted paragraph: what is found in it, what is judged, and what is only asked.

Sentences follow the ways of the press; the values are printed, or were found wrong by hand.
"""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from spbe_research import cli
from spbe_research.claims.fact_check import FactCheck, check_text
from spbe_research.claims.mentions import find_bodies, find_numbers, find_years, sentences_of
from spbe_research.claims.record import Record

RECORD = Record.load()
UPHELD = "follows from what is printed"


def checked(text: str, years: dict[int, int] | None = None) -> FactCheck:
    return check_text(text, years=years, record=RECORD)


def found(text: str) -> list[tuple[str, str, str]]:
    return [(f.statement.quantity, f.statement.value, f.word) for f in checked(text)]


@pytest.mark.whole
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Indeks SPBE Pemkot Kediri naik dari 3,6 pada 2023 menjadi 3,9 pada 2024.",
            [("index", "3,6", "rounds to"), ("index", "3,9", "rounds to")],
        ),
        (
            "Pemprov Sulbar meraih predikat SPBE Sangat Baik pada 2024 dengan indeks 3,70, naik "
            "dari 2,89 pada tahun sebelumnya.",
            [
                ("predicate", "Sangat Baik", "confirmed"),
                ("index", "3,70", "confirmed"),
                ("index", "2,89", "asked"),
            ],
        ),
        (
            "Pemerintah Kabupaten Bogor meningkatkan indeks SPBE dari 3,33 pada tahun 2022 menjadi "
            "3,71 pada tahun 2023 dengan predikat Sangat Baik.",
            [
                ("index", "3,33", "confirmed"),
                ("index", "3,71", "confirmed"),
                ("predicate", "Sangat Baik", "confirmed"),
            ],
        ),
        (
            "Pada 2022 Kabupaten Luwu Utara memperoleh nilai domain kebijakan 3,10, tata kelola "
            "2,30, manajemen 2,18 dan layanan 3,51.",
            [("D1", "3,10", UPHELD), ("D2", "2,30", UPHELD), ("D3", "2,18", UPHELD),
             ("D4", "3,51", UPHELD)],
        ),
        (
            "Luwu Utara tertinggi di Sulawesi Selatan pada 2022 dengan indeks 2,93, sedangkan "
            "Pemprov Sulawesi Selatan 2,35 kategori CUKUP.",
            [("rank", "1", UPHELD), ("index", "2,93", "confirmed"), ("index", "2,35", "confirmed"),
             ("predicate", "Cukup", UPHELD)],
        ),
        (
            "Pada tahun 2023, nilai SPBE Kabupaten Rejang Lebong 3,23, Provinsi Bengkulu 3,12, "
            "Kabupaten Bengkulu Utara 2,90, Kota Bengkulu 2,61, Benteng 2,55, Seluma 2,54, "
            "Bengkulu Selatan 2,45, Kepahiang 2,28, Kaur 2,24 dan Mukomuko 2,07.",
            [("index", value, "confirmed") for value in
             ("3,23", "3,12", "2,90", "2,61", "2,55", "2,54", "2,45", "2,28", "2,24", "2,07")],
        ),
        (
            "Kalteng memperoleh 3,41 pada 2025, sedangkan pada 2022 1,90 (kategori Sedang) dan "
            "2021 1,00.",
            [("index", "3,41", "reported by the press"), ("index", "1,90", "confirmed"),
             ("predicate", "Sedang", "not understood"), ("index", "1,00", "confirmed")],
        ),
        (
            "Di NTB, Kota Mataram memperoleh indeks SPBE 2025 sebesar 3,96, dengan Domain "
            "Kebijakan SPBE 4,10, Tata Kelola SPBE 3,50 dan Layanan SPBE 4,50.",
            [(item, value, "reported by the press") for item, value in
             (("index", "3,96"), ("D1", "4,10"), ("D2", "3,50"), ("D4", "4,50"))],
        ),
        (
            "Rata-rata nasional 2024 adalah 3,12 dengan predikat Baik.",
            [("index", "3,12", "confirmed"), ("predicate", "Baik", UPHELD)],
        ),
        (
            "Kota Batu, Jawa Timur, meraih indeks SPBE 3,57 pada 2024.",
            [("index", "3,57", "confirmed")],
        ),
        (
            "Kepala Diskominfo Kabupaten Garut mengatakan indeks SPBE Kabupaten Garut 2024 sebesar "
            "3,2.",
            [("index", "3,2", "contradicted")],
        ),
        (
            "Kementerian PANRB menetapkan indeks SPBE Pemkab Jepara tahun 2025 sebesar 3,75.",
            [("index", "3,75", "reported by the press")],
        ),
        ("Indeks SPBE Kemenhut 2025 mencapai 3,9.", [("index", "3,9", "not held here")]),
        (
            "Target indeks SPBE Kota Cilegon 2024 adalah 2,60, terealisasi 2,56.",
            [("index", "2,56", "confirmed")],
        ),
        (
            "Pemerintah Kab. Bangkalan pada 2022 hanya 1,89 (Cukup).",
            [("index", "1,89", "confirmed"), ("predicate", "Cukup", UPHELD)],
        ),
    ],
)  # fmt: skip
def test_what_a_sentence_says_is_judged(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The nine cases, as sentences.
        ("Sulawesi Barat pada 2024 di peringkat 18 dari 38 provinsi.", [("rank", "18", UPHELD)]),
        ("SPBE Sumbawa Barat Terbaik II se-NTB pada 2023.", [("rank", "2", UPHELD)]),
        (
            "Kotamobagu tertinggi se-BMR dan kedua se-Sulut tahun 2021.",
            [("rank", "1", "not understood"), ("rank", "2", UPHELD)],
        ),
        ("Luwu Utara terbaik se-Sulsel pada 2022.", [("rank", "1", UPHELD)]),
        ("Tanah Datar terbaik tiga di Sumatera Barat 2022.", [("rank", "3", UPHELD)]),
        ("Kalimantan Barat peringkat kedua tingkat provinsi pada 2022.", [("rank", "2", UPHELD)]),
        ("Indeks SPBE Kota Batu naik 0,12 poin dari 2023 ke 2024.",
         [("change", "0,12", "contradicted")]),
        ("Sebanyak 14 dari 15 pemerintah daerah di Kalimantan Tengah berpredikat Baik pada 2024.",
         [("count", "14", UPHELD)]),
        ("Pada 2023 sebanyak 24 instansi meraih predikat Memuaskan.", [("count", "24", UPHELD)]),
        # And others of their kind.
        ("Indeks SPBE Kota Batu naik 0,3 poin dari 2021 ke 2024.",
         [("change", "0,3", "not comparable")]),
        ("Pada 2024, 72 persen kabupaten/kota berpredikat Baik ke atas.",
         [("share", "72", UPHELD)]),
        ("Pada 2024, 42 persen kabupaten/kota berpredikat Baik ke atas.",
         [("share", "42", "contradicted")]),
        ("Pada 2023 sebanyak 30 instansi meraih predikat Memuaskan.",
         [("count", "30", "contradicted")]),
        ("Sulawesi Barat pada 2024 di peringkat 10 dari 38 provinsi.",
         [("rank", "10", "contradicted")]),
        ("Pemkot Jambi meraih indeks SPBE peringkat 4 nasional pada 2024.",
         [("rank", "4", UPHELD)]),
        ("Indeks SPBE Kota Batu naik 0,22 poin pada 2024.", [("change", "0,22", "asked")]),
    ],
)  # fmt: skip
def test_places_counts_shares_and_changes_are_judged(
    text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # No year of a result: a plan, a regulation, a date.
        ("Sesuai RPJMD 2016 sampai 2021 indeks SPBE Kota Cilegon mencapai 2,56.", "not understood"),
        ("Perpres Nomor 95 Tahun 2018: indeks SPBE Kota Cilegon 2,56.", "not understood"),
        ("Rabu (7/1/2026), indeks SPBE Kota Cilegon 2,56.", "not understood"),
        # No body, two bodies of the name, another body, a name that no body has.
        ("Indeks SPBE tahun 2024 mencapai 2,56.", "not understood"),
        ("Indeks SPBE Bandung tahun 2024 mencapai 2,56.", "not understood"),
        ("Indeks SPBE BPS Kota Cilegon tahun 2024 mencapai 2,56.", "not understood"),
        ("Indeks SPBE Kota Cilegn tahun 2024 mencapai 2,56.", "not understood"),
        # The body of whom a mayor speaks, one of two, the year of the sentence before.
        ("Wali Kota Cilegon: indeks SPBE tahun 2024 mencapai 2,56.", "asked"),
        ("Pemkot Kediri dan Pemkot Cilegon pada 2024 meraih indeks SPBE 2,56.", "asked"),
        ("Cilegon dievaluasi pada 2024. Indeks SPBE Kota Cilegon mencapai 2,56.", "asked"),
    ],
)
def test_nothing_is_asserted_on_a_guess(text: str, expected: str) -> None:
    assert found(text) == [("index", "2,56", expected)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Cilegon membangun pelayanan terbaik bagi warga pada 2024.",
        "IPM Kota Cilegon 2024 sebesar 4,2 dan indeks reformasi birokrasi 3,9.",
        "Target indeks SPBE Kota Cilegon 2024 adalah 2,60.",
        "Anggaran SPBE Kota Cilegon 2024 sebesar 3,5 miliar untuk 4,5 persen penduduk.",
        "Layanan di Kota Cilegon baik dan cukup cepat.",
        "Tiga daerah terburuk di Jawa Timur.",
    ],
)
def test_what_is_no_statement_on_a_score_is_left_alone(text: str) -> None:
    assert found(text) == []
    assert not checked(text).is_upheld


def test_a_year_that_was_chosen_turns_the_question_into_a_verdict() -> None:
    text = "Indeks SPBE Kota Cilegon mencapai 2,56."
    assert [f.word for f in checked(text)] == ["not understood"]
    assert [f.word for f in checked(text, {0: 2024})] == ["confirmed"]
    assert [f.word for f in checked(text, {0: 2023})] == ["contradicted"]
    two = "Cilegon dievaluasi pada 2023. Indeks SPBE Kota Cilegon mencapai 2,56."
    assert [f.word for f in checked(two)] == ["asked"]
    assert [f.word for f in checked(two, {0: 2024})] == ["confirmed"]


def test_a_question_shows_what_was_inferred() -> None:
    finding = checked("Cilegon dinilai pada 2024. Indeks SPBE Kota Cilegon 2,56.").findings[0]
    assert finding.is_question
    assert finding.sentences(language="id")[0] == (
        "Jika yang dimaksud tahun 2024: Kota Cilegon, indeks SPBE 2024: 2,56 sesuai dengan nilai "
        "resmi."
    )
    assert finding.sentences()[0].startswith("If 2024 is meant: Kota Cilegon, SPBE index 2024")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Indeks SPBE Kota Cilegon mencapai 2,56.", "Kalimat itu tidak menyebut tahunnya"),
        ("Indeks SPBE tahun 2024 mencapai 2,56.", "Kalimat itu tidak menyebut instansinya"),
        (
            "Bandung pada 2024 meraih indeks SPBE 3,9.",
            "dapat berarti 2 instansi: Kabupaten Bandung",
        ),
        ("BPS Kota Cilegon 2024 meraih indeks SPBE 3,9.", "badan lain yang tidak dinilai"),
        ("Kota Cilegn 2024 meraih indeks SPBE 2,56.", "Yang paling mirip: Kota Cilegon"),
        ("Kota Cilegon 2024 berpredikat Sedang.", "bukan predikat SPBE, mungkin maksudnya Cukup"),
    ],
)
def test_what_is_not_understood_says_why(text: str, said: str) -> None:
    assert said in checked(text).findings[0].sentences(language="id")[0]


def _press() -> list[dict[str, str]]:
    with Path(__file__).with_name("press_claims.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


WORDS = {
    "index": "indeks SPBE",
    "predicate": "predikat SPBE",
    "D1": "nilai domain Kebijakan",
    "D2": "nilai domain Tata Kelola",
    "D3": "nilai domain Manajemen",
    "D4": "nilai domain Layanan",
}
VERDICTS = {
    "confirmed (band": UPHELD,
    "confirmed": "confirmed",
    "rounds to": "rounds to",
    "contradicted": "contradicted",
    "agrees with the 47": UPHELD,
    "agrees with press": "reported by the press",
    "not held": "reported by the press",  # of domains that were added since
    "refused": "not understood",
}


@pytest.mark.whole
@pytest.mark.parametrize("row", _press(), ids=lambda row: row["claim_id"])
@pytest.mark.parametrize(
    "form",
    [
        "Pada tahun {year}, {agency} memperoleh {what} {value}.",
        "{agency} pada {year} meraih {what} {value}, kata Kementerian PANRB.",
    ],
)
def test_statement_of_the_press_as_a_sentence(row: dict[str, str], form: str) -> None:
    text = form.format(
        year=row["year"],
        agency=row["agency_as_written"],
        what=WORDS[row["quantity"]],
        value=row["value"],
    )
    verdict = next(v for begins, v in VERDICTS.items() if row["right_verdict"].startswith(begins))
    assert [f.word for f in checked(text)] == [verdict], text


def test_the_command_reads_a_text(tmp_path: Path) -> None:
    path = tmp_path / "news.txt"
    path.write_text("Pada 2018 indeks SPBE Kota Cilegon 3,23 dengan predikat Baik.", "utf-8")
    result = CliRunner().invoke(cli.app, ["check", "--text", str(path), "--lang", "id"])
    assert result.exit_code == 0, result.output
    assert "Kota Cilegon, indeks SPBE 2018: 3,23 sesuai dengan nilai resmi." in result.stdout
    assert "2 pernyataan: 2 sesuai." in result.stdout
    path.write_text("Pada 2018 indeks SPBE Kota Cilegon 3,27.", "utf-8")
    assert CliRunner().invoke(cli.app, ["check", "--text", str(path)]).exit_code == 1
    path.write_text("Tidak ada angka.", "utf-8")
    assert CliRunner().invoke(cli.app, ["check", "--text", str(path)]).exit_code == 1


def test_sentences_keep_their_place_in_the_text() -> None:
    text = "Kab. Bogor naik. Indeksnya 3,71!\nD.I. Yogyakarta 4,22; Jawa Tengah 4,26."
    for start, sentence in sentences_of(text):
        assert text[start : start + len(sentence)] == sentence
    assert len(list(sentences_of(text))) == 4


def test_statements_keep_their_place_in_the_text() -> None:
    text = "  Awal.\n\nPada 2018 indeks SPBE Kota Cilegon 3,27. Predikat Baik."
    for finding in checked(text):
        made = finding.statement
        assert text[made.start : made.end].casefold() == made.value.casefold()


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Bupati Garut", ["person"]),
        ("Dinas Kesehatan Kabupaten Garut", ["part"]),
        ("Kepala Disdukcapil Kota Cilegon", ["person"]),
        ("indeks SPBE nasional dan Indeks SPBE Kota Batu", ["nation", "body"]),
        ("mitra kerja dan benteng kota", []),
        ("Kemenkumham, KemenPANRB, dan Komdigi", ["body", "body", "new"]),
    ],
)
def test_bodies_offices_and_persons_are_told_apart(text: str, kinds: list[str]) -> None:
    assert [mention.kind for mention in find_bodies(text)] == kinds


@pytest.mark.parametrize(
    ("text", "years", "numbers"),
    [
        ("2023: 2,89", ["2023"], ["2,89"]),
        ("21 Oktober 2024 pukul 10:30", [], []),
        ("Permen 59/2020 dan 2021-2022", [], []),
        ("TA 2022, pada 2023.", ["2023"], []),
    ],
)
def test_years_and_numbers(text: str, years: list[str], numbers: list[str]) -> None:
    assert [m.value for m in find_years(text) if m.kind == "year"] == years
    assert [m.value for m in find_numbers(text) if "," in m.value] == numbers


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Pada 2030, 42 persen kabupaten/kota berpredikat Baik ke atas.",
            "Daftar yang tersedia adalah daftar tahun 2018 sampai dengan 2024.",
        ),
        (
            "Pada 2024, 33 persen kota di Sulawesi Barat berpredikat Baik.",
            "Daftar tahun 2024 tidak memuat instansi semacam itu.",
        ),
        (
            "Kota Cilegon peringkat 3 dari 38 provinsi pada 2024.",
            "Instansi ini tidak termasuk provinsi dalam daftar 2024.",
        ),
        ("Kemenhut peringkat 3 nasional pada 2024.", "belum ada dalam daftar yang tersedia."),
        (
            "Indeks SPBE Kemenhut turun 0,2 poin dari 2023 ke 2024.",
            "belum ada dalam daftar yang tersedia.",
        ),
    ],
)
def test_what_no_list_can_answer_is_not_held_and_says_why(text: str, said: str) -> None:
    finding = checked(text).findings[0]
    assert finding.word == "not held here"
    assert finding.sentences(language="id")[-1].endswith(said)


def test_the_year_of_a_change_is_its_later_one() -> None:
    text = "Indeks SPBE Kota Batu naik 0,22 poin."
    assert found(text) == [("change", "0,22", "not understood")]
    assert [f.word for f in checked(text, {0: 2024})] == [UPHELD]
    assert [f.word for f in checked(text, {0: 2023})] == ["not comparable"]


def test_a_pasted_blank_is_a_blank() -> None:
    plain = "Kota Batu, Jawa Timur, meraih indeks SPBE 3,57 pada 2024."
    for blank in "\u00a0\u2009\u202f\t":
        assert found(plain.replace(" ", blank)) == [("index", "3,57", "confirmed")]


def test_a_reported_index_rounded_over_an_edge_is_warned_of() -> None:
    # Press: Kabupaten Aceh Tengah 2.59 in 2025; Baik begins at 2.60.
    text = "Kabupaten Aceh Tengah pada 2025 meraih indeks SPBE 2,6."
    finding = checked(text).findings[0]
    assert finding.word == "reported by the press"
    assert finding.sentences(language="id")[-1] == (
        "Hati-hati dengan pembulatan: 2,6 akan berpredikat Baik, sedangkan indeks 2,59 berpredikat "
        "Cukup."
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Sulawesi Selatan is whom the first is among; the second says nasional itself.
        (
            "Luwu Utara tertinggi di Sulawesi Selatan dan peringkat 115 nasional pada 2022.",
            [("rank", "1", UPHELD), ("rank", "115", UPHELD)],
        ),
        # Whether the percentage is of the province as well, the sentence does not say.
        (
            "Sebanyak 14 dari 15 pemerintah daerah di Kalimantan Tengah berpredikat Baik pada "
            "2024, dan 42 persen kabupaten/kota berpredikat Baik ke atas.",
            [("count", "14", UPHELD), ("share", "42", "asked")],
        ),
    ],
)
def test_a_frame_that_stands_at_another_number_is_a_guess(
    text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert found(text) == expected


def test_a_guessed_frame_is_said_in_words() -> None:
    text = (
        "Di Kalimantan Tengah sebanyak 13 daerah berpredikat Baik dan sebanyak 40 persen daerah "
        "berpredikat Baik ke atas pada 2024."
    )
    share = checked(text).findings[1]
    assert share.sentences()[0].startswith(
        "If 40 is said of local governments of Kalimantan Tengah in the list of 2024: "
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # From what to what, and one year only: the first is taken for the year before, and asked.
        (
            "Indeks SPBE Kota Cilegon naik dari 2,30 menjadi 2,56 pada 2024.",
            [("index", "2,30", 2023, "asked"), ("index", "2,56", 2024, "confirmed")],
        ),
        # Two years and one number of bodies: the later, and asked.
        (
            "Pada 2023 dan 2024 sebanyak 24 instansi meraih predikat Memuaskan.",
            [("count", "24", 2024, "asked")],
        ),
        # Two years and two values that stand at neither.
        (
            "Pada 2022 Kota Batu dan pada 2023 Kota Kediri dinilai; lalu keduanya 3,35.",
            [("index", "3,35", 2023, "asked")],
        ),
        # Of two places of one thing the longer is read, and a list of several is no place.
        ("Kota Batu juara 1 dan terbaik pertama se-Jawa Timur 2024.",
         [("rank", "1", 2024, "contradicted"), ("rank", "1", 2024, "contradicted")]),
    ],
)  # fmt: skip
def test_a_year_that_is_not_said_of_a_number_is_asked(
    text: str, expected: list[tuple[str, str, int, str]]
) -> None:
    assert [
        (f.statement.quantity, f.statement.value, f.statement.year, f.word) for f in checked(text)
    ] == expected


# ---- the country, groups and what the sentence before was about ----------------------------------

CILEGON = "Kota Cilegon meraih indeks SPBE 2,56 pada 2024. "


@pytest.mark.parametrize(
    "text",
    [
        "Secara nasional indeks SPBE 2024 mencapai 3,12.",
        "Secara nasional, indeks SPBE pada 2024 sebesar 3,12.",
        "Rata-rata nasional 2024 adalah 3,12.",
        "Indeks SPBE secara nasional pada 2024 sebesar 3,12.",
        "Indeks nasional 2024 sebesar 3,12.",
        "Di tingkat nasional, indeks SPBE 2024 mencapai 3,12.",
        "Sementara nasional pada 2024 mencapai 3,12.",
        "Pada 2024 Indonesia meraih indeks SPBE 3,12.",
        "Wali Kota Cilegon mengatakan secara nasional indeks 2024 sebesar 3,12.",
        "Nationally, the SPBE index of 2024 was 3.12.",
        "The national index of 2024 was 3.12.",
    ],
)
def test_what_is_said_of_the_country_is_not_of_the_body_before(text: str) -> None:
    finding = checked(CILEGON + text).findings[-1]
    assert finding.verdict is not None
    assert (finding.word, finding.verdict.agency) == ("confirmed", "Nasional")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A body that is named is meant, wherever the country stands at it.
        ("Secara nasional, Kota Cilegon pada 2024 meraih indeks SPBE 2,56.",
         [("index", "2,56", "confirmed")]),
        ("Kota Cilegon secara nasional meraih indeks SPBE 2,56 pada 2024.",
         [("index", "2,56", "confirmed")]),
        # Both have a value.
        ("Kota Cilegon pada 2024 meraih indeks SPBE 2,56, sedangkan secara nasional 3,12.",
         [("index", "2,56", "confirmed"), ("index", "3,12", "confirmed")]),
        ("Pada 2024 Kota Cilegon meraih indeks SPBE 2,56, di atas rata-rata nasional.",
         [("index", "2,56", "confirmed")]),
        # A place is among all; the number behind it is of whom it says.
        ("Pemkot Jambi pada 2024 peringkat 4 secara nasional.", [("rank", "4", UPHELD)]),
        ("Secara nasional, Pemkot Jambi peringkat 4 pada 2024.", [("rank", "4", UPHELD)]),
        ("Pemkot Jambi peringkat 4 secara nasional pada 2024, rata-rata nasional 3,12.",
         [("rank", "4", UPHELD), ("index", "3,12", "confirmed")]),
        ("Indeks SPBE nasional naik 0,33 poin dari 2023 ke 2024.", [("change", "0,33", UPHELD)]),
        ("Indeks SPBE nasional naik 0,34 poin dari 2023 ke 2024.",
         [("change", "0,34", "contradicted")]),
        # The name of a body, not the country.
        ("Badan Riset dan Inovasi Nasional pada 2024 meraih indeks SPBE 3,12.",
         [("index", "3,12", "contradicted")]),
    ],
)  # fmt: skip
def test_the_country_stands_beside_bodies_and_places(
    text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What a value is only compared with is not what it is said of.
        ("Nilainya 3,71 pada 2023, melampaui rata-rata nasional 2,79.",
         [("index", "3,71", "not understood"), ("index", "2,79", "confirmed")]),
        ("Wali Kota Cilegon menyebut indeks 2024 2,56, sedangkan secara nasional 3,12.",
         [("index", "2,56", "asked"), ("index", "3,12", "confirmed")]),
        ("Nilainya 3,71 pada 2024, di atas Kota Cilegon 2,56.",
         [("index", "3,71", "not understood"), ("index", "2,56", "confirmed")]),
        # A verb is not an office.
        ("Kota Batu pada 2024 meraih indeks SPBE 3,57, disusul Kota Cilegon 2,56.",
         [("index", "3,57", "confirmed"), ("index", "2,56", "confirmed")]),
        # The country right before a percentage, a province before another number.
        ("Sebanyak 14 dari 15 pemerintah daerah di Kalimantan Tengah berpredikat Baik pada 2024, "
         "secara nasional 72 persen kabupaten/kota berpredikat Baik ke atas.",
         [("count", "14", UPHELD), ("share", "72", UPHELD)]),
    ],
)  # fmt: skip
def test_a_value_is_not_of_whom_it_is_compared_with(
    text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("value", ["3,12", "3,17"])
def test_both_national_figures_are_said(value: str) -> None:
    finding = checked(f"Secara nasional indeks SPBE 2024 mencapai {value}.").findings[0]
    # Mean of the 615 bodies in the list: 1949.16 / 615 = 3.1694.
    assert finding.word == ("confirmed" if value == "3,12" else "contradicted")
    assert (
        "Indeks nasional 2024 yang diterbitkan kementerian adalah 3,12; rata-rata 615 instansi "
        "dalam daftar adalah 3,17." in finding.sentences(language="id")
    )


def test_a_national_change_says_that_of_the_lists() -> None:
    # The mean of 621 bodies in 2023 is 2.8159, of 615 in 2024 3.1694.
    finding = checked("Indeks SPBE nasional naik 0,35 poin dari 2023 ke 2024.").findings[0]
    assert finding.word == "contradicted"
    said = "Menurut rata-rata instansi dalam kedua daftar: 2023: 2,82; 2024: 3,17."
    assert finding.sentences(language="id")[-1] == said


@pytest.mark.parametrize(
    "text",
    [
        "Rata-rata kota di Banten 2,80 pada 2024.",
        "Rata-rata indeks se-Banten 2,80 pada 2024.",
        "Rata-rata Banten pada 2024 sebesar 2,80.",
        "Pada 2024 kementerian mencapai 2,80.",
        "Pemerintah pusat mencapai 2,80 pada 2024.",
        "Indeks kabupaten pada 2024 rata-rata 2,80.",
        "Nilai rata-rata pemerintah daerah pada 2024 mencapai 2,80.",
        "The average of regencies in 2024 was 2.80.",
    ],
)
def test_a_group_has_no_value_and_never_takes_the_body_before(text: str) -> None:
    finding = checked(CILEGON + text).findings[-1]
    assert (finding.word, finding.statement.problem) == ("not understood", "group")


def test_another_body_takes_the_place_of_the_one_before() -> None:
    finding = checked(CILEGON + "Provinsi Banten mencapai 2,80 pada 2024.").findings[-1]
    assert finding.verdict is not None
    assert finding.verdict.agency == "Provinsi Banten"


# ---- between which years -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "years", "expected"),
    [
        # Kota Batu: 3.35 in 2023, 3.57 in 2024.
        ("Pada tahun 2024 Kota Batu meraih 3,57, naik 0,22 poin dari tahun sebelumnya.",
         "2023-2024", UPHELD),
        ("Pada 2024 Kota Batu meraih 3,57. Nilai itu naik 0,22 poin dari tahun sebelumnya.",
         "2023-2024", "asked"),
        ("Kota Batu meraih 3,35 pada 2023 dan 3,57 pada 2024, naik 0,22 poin dari tahun "
         "sebelumnya.", "2023-2024", UPHELD),
        ("Pada 2024 Kota Batu meraih 3,57, naik 0,22 poin dari tahun lalu.", "2023-2024", "asked"),
        ("In 2024 Kota Batu rose by 0.22 from the previous year.", "2023-2024", UPHELD),
        # A movement starts from a year, and goes on to the other one or the latest.
        ("Sejak 2021 indeks SPBE Kota Batu naik 0,22 poin.", "2021-2024", "asked"),
        ("Sejak 2023 indeks SPBE Kota Batu naik 0,22 poin menjadi 3,57 pada 2024.",
         "2023-2024", UPHELD),
        ("Sejak 2021 indeks SPBE Kota Batu naik 0,22 poin menjadi 3,57 pada 2024.",
         "2021-2024", "not comparable"),
        ("Since 2021 the SPBE index of Kota Batu rose by 0.22.", "2021-2024", "asked"),
        ("Indeks SPBE Kota Batu naik 0,22 poin dibandingkan tahun 2023.", "2023-2024", "asked"),
        ("Pada 2022 Kota Batu dinilai. Sejak 2021 indeks Kota Batu naik 0,5 poin.",
         "2021-2024", "asked"),
        ("Pada 2024 Kota Batu naik 0,22 poin, tahun sebelumnya nilainya 3,35.",
         "2023-2024", UPHELD),
        ("Pada 2022 Kota Batu dinilai. Indeks Kota Batu naik 0,5 poin dibanding 2021.",
         "2021-2022", "asked"),
    ],
)  # fmt: skip
def test_between_which_years_a_change_is(text: str, years: str, expected: str) -> None:
    changes = [f for f in checked(text) if f.statement.quantity == "change"]
    assert [(f.verdict.about, f.word) for f in changes if f.verdict] == [(years, expected)]


def test_a_value_reached_is_not_of_the_year_its_rise_began() -> None:
    text = "Sejak 2021 indeks SPBE Kota Batu naik menjadi 3,57."
    finding = checked(text).findings[0]
    assert (finding.statement.year, finding.word) == (2024, "asked")


def test_a_rise_since_the_latest_year_has_no_end() -> None:
    assert found("Sejak 2024 indeks SPBE Kota Batu naik 0,22 poin.") == [
        ("change", "0,22", "not understood")
    ]


def test_a_year_chosen_for_a_change_since_another_is_its_end() -> None:
    text = "Sejak 2021 indeks SPBE Kota Batu naik 0,22 poin."
    chosen = checked(text, {0: 2022}).findings[0].verdict
    assert chosen is not None
    assert chosen.about == "2021-2022"
    before = checked(text, {0: 2021}).findings[0].verdict
    assert before is not None
    assert before.about == "2020-2021"


def test_the_year_before_is_that_before_the_value_at_it() -> None:
    text = "Kota Batu 3,35 pada 2023, naik dari 2,86 pada tahun sebelumnya, dan 3,57 pada 2024."
    assert [f.statement.year for f in checked(text)] == [2023, 2022, 2024]
    for text in (
        "Pada 2024 Kota Batu 3,57, naik dari tahun sebelumnya.",
        "Pada 2024 nilai Kota Batu mencapai 3,57, naik 0,22 poin dari tahun sebelumnya.",
        "In 2024, Kota Batu scored 3.57, up by 0.22 from the previous year.",
    ):
        assert {f.statement.year for f in checked(text)} == {2024}, text
    text = "Kota Batu pada 2024 tercatat 3,57, naik 0,22 poin dibanding 2023 yang hanya 3,35."
    assert [f.word for f in checked(text)] == ["confirmed", UPHELD, "confirmed"]


# ---- words ---------------------------------------------------------------------------------------


def test_a_guess_is_never_called_wrong() -> None:
    texts = (
        CILEGON + "Nilainya 3,99.",
        "Cilegon dinilai pada 2021. Kota Cilegon berpredikat Memuaskan.",
    )
    for text in texts:
        finding = checked(text).findings[-1]
        assert finding.is_question
        assert finding.verdict is not None
        assert finding.verdict.verdict == "contradicted"
        assert "tidak sesuai" not in " ".join(finding.sentences(language="id"))
        assert "contradicted" not in " ".join(finding.sentences())
    assert (
        checked(texts[0])
        .findings[-1]
        .sentences(language="id")[0]
        .endswith("indeks SPBE 2024: nilai dalam data ini 2,56, sedangkan teks menyebut 3,99.")
    )


def test_indonesian_sentences_spell_out_the_percent() -> None:
    text = "Pada 2024, 42 persen kabupaten/kota berpredikat Baik ke atas."
    lines = checked(text).findings[0].sentences(language="id")
    assert ": 42 persen tidak sesuai (hasil hitung dari data resmi: " in lines[0]
    assert "%" not in " ".join(lines)
    assert "42 %" in checked(text).findings[0].sentences()[0]
