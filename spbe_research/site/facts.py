"""The page that checks a pasted text: an example to try, and what each verdict means."""

from typing import Any

from spbe_research.claims.wording import LANGUAGES, verdict_word

__all__ = ["EXAMPLE", "facts_page"]

EXAMPLE = (
    "Kota Cilegon meraih indeks SPBE 2,56 pada 2024 dengan predikat Cukup, naik dari 2,40 pada "
    "tahun sebelumnya. Pada 2018 indeks SPBE Kota Cilegon 3,27. Sulawesi Barat pada 2024 berada di "
    "peringkat 18 dari 38 provinsi. Sebanyak 14 dari 15 pemerintah daerah di Kalimantan Tengah "
    "berpredikat Baik pada 2024. Secara nasional, 42 persen kabupaten/kota berpredikat Baik ke "
    "atas pada 2024. Indeks SPBE Kota Batu naik 0,3 poin dari 2021 ke 2024."
)
_MEANT = (
    (
        "\u2713",
        "confirmed",
        "An official list or report prints it, as it stands or before rounding.",
        "Dicetak dalam daftar atau laporan resmi, persis atau sebelum dibulatkan.",
    ),
    (
        "\u2713",
        "follows from what is printed",
        "No document prints it, but it follows from what is printed: by ordering, counting, "
        "subtracting, or by the bands of the regulation.",
        "Tidak dicetak, tetapi dapat dihitung dari yang dicetak: dengan mengurutkan, mencacah, "
        "mengurangkan, atau menurut rentang predikat dalam peraturan.",
    ),
    (
        "\u2713",
        "reported by the press",
        "The list of that year is not held here; the press reported the same number.",
        "Daftar tahun itu tidak ada dalam data ini; pemberitaan lain memuat angka yang sama.",
    ),
    (
        "\u21ba",
        "carried over",
        "Printed, but it repeats an earlier year and is no new result.",
        "Dicetak, tetapi mengulang nilai tahun sebelumnya; bukan hasil baru.",
    ),
    (
        "\u2717",
        "contradicted",
        "The official results give another value, which is shown.",
        "Hasil resmi memberi nilai lain, yang ditunjukkan.",
    ),
    (
        "?",
        "asked",
        "The text leaves open which year, body or group is meant. What was assumed is shown; a "
        "year can be chosen.",
        "Teks tidak menyebut dengan pasti tahun, instansi, atau kelompoknya. Yang diduga "
        "ditunjukkan; tahunnya dapat dipilih.",
    ),
    (
        "?",
        "not understood",
        "A number was found, but not what it is about; the reason is given.",
        "Ada angka, tetapi tidak jelas tentang apa; alasannya disebutkan.",
    ),
    (
        "\u2260",
        "not comparable",
        "The instrument or guideline changed between the years, so a difference says nothing.",
        "Instrumen atau pedoman berganti di antara kedua tahun; selisihnya tidak bermakna.",
    ),
    (
        "\u2013",
        "not held here",
        "Nothing in these data says so or otherwise.",
        "Data ini tidak dapat membenarkan ataupun membantahnya.",
    ),
)


def facts_page() -> dict[str, Any]:
    """Return what the template of the page shows.

    Returns
    -------
    dict
        ``example``: a text to try; ``words``: icon, verdict in English and Indonesian, and what it
        means in both.
    """
    words = [
        (icon, *(_heading(verdict, language) for language in LANGUAGES), english, indonesian)
        for icon, verdict, english, indonesian in _MEANT
    ]
    return {"example": EXAMPLE, "words": words}


def _heading(verdict: str, language: str) -> str:
    word = verdict_word(verdict, language=language)
    return word[:1].upper() + word[1:]
