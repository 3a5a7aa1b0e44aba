"""What one search finds beside bodies: provinces, questions, numbers, figures, pages, sources."""

import json
from collections.abc import Sequence

from spbe_research.press.records import load_questions
from spbe_research.site.asked import asked_numbers
from spbe_research.site.content import tabled_records
from spbe_research.site.provinces import ProvincePage
from spbe_research.site.sources import described_sources

__all__ = ["places_script"]

_KINDS = {
    "province": ("province, all its bodies", "provinsi, semua instansinya"),
    "asked": ("number", "angka"),
    "question": ("question", "pertanyaan"),
    "record": ("figure or table", "gambar atau tabel"),
    "page": ("page", "halaman"),
    "source": ("source", "sumber"),
}
_PAGES = (
    ("explore.html", "Explore", "Jelajah", "grafik chart bagikan share sematkan embed iframe"),
    (
        "explore.html?tampil=peringkat",
        "Ranking of the bodies",
        "Peringkat instansi",
        "ranking rank kementerian lembaga provinsi kabupaten kota tertinggi terendah terbaik",
    ),
    ("explore.html?tampil=peta", "Map of the provinces", "Peta provinsi", "map daerah wilayah"),
    (
        "explore.html?tampil=perjalanan&jenis=provinsi",
        "Provinces from year to year",
        "Provinsi dari tahun ke tahun",
        "perkembangan tren perjalanan waktu trend path",
    ),
    (
        "explore.html?tampil=perubahan",
        "Who rose and who fell",
        "Siapa yang naik dan siapa yang turun",
        "kenaikan penurunan perubahan banyak terbesar kementerian lembaga kabupaten kota change",
    ),
    (
        "cek-fakta.html",
        "Fact check of a pasted text",
        "Cek fakta teks berita",
        "berita siaran pers benar hoaks paragraf periksa klaim press news paste claim",
    ),
    ("ralat.html", "Misprints and errata", "Ralat", "salah cetak koreksi kesalahan"),
    (
        "agencies.html",
        "What the next predicate asks for: choose a body",
        "Jalan ke predikat berikutnya: pilih instansi",
        "naik sangat baik memuaskan meningkatkan rekomendasi saran profil improve recommendation",
    ),
    ("data.html", "Data to download", "Data untuk diunduh", "csv xlsx excel unduh dataset"),
    ("methods.html", "Methods", "Metode", "cara hitung instrumen bobot"),
    ("cite.html", "How to cite", "Cara mengutip", "sitasi kutipan bibtex"),
    ("province/indonesia.html", "Indonesia", "Indonesia", "nasional national indeks rata-rata"),
)
_LOCAL_OFFICES = (
    "pemda pemprov pemerintah daerah provinsi kabupaten kota se peringkat grafik data unduh xlsx"
)
Row = tuple[str, str, str, str, str]  # kind, address, English, Indonesian, more words


def places_script(provinces: Sequence[ProvincePage]) -> str:
    """Return the classic script that assigns ``window.SPBE_PLACES``.

    Parameters
    ----------
    provinces : sequence of ProvincePage
        As ``province_pages()``.

    Returns
    -------
    str
        ``{kinds, rows}``: a row is the place of its kind, its address, what it is called in English
        and Indonesian, and further words by which it is found.
    """
    rows: list[Row] = [
        ("province", f"province/{each.slug}.html", each.name, each.name, _LOCAL_OFFICES)
        for each in provinces
    ]
    rows += [("page", *page) for page in _PAGES]
    rows += [
        ("asked", f"numbers.html#{each.id}", *each.question, each.words) for each in asked_numbers()
    ]
    rows += [
        ("question", f"notebook/{each.notebook}.html", each.question_en, each.question_id, "")
        for each in load_questions().values()
    ]
    rows += [
        ("record", f"figure/{name}.html", record.title_en, record.title_id, name)
        for name, record in tabled_records().items()
    ]
    rows += [
        ("source", f"source/{each['id']}.html", *each["title"], "sumber dokumen permenpanrb")
        if each["id"].startswith("permen")
        else ("source", f"source/{each['id']}.html", *each["title"], "sumber dokumen")
        for each in described_sources()
    ]
    names = list(_KINDS)
    body = {
        "kinds": list(_KINDS.values()),
        "rows": [[names.index(kind), *rest] for kind, *rest in rows],
    }
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return f"window.SPBE_PLACES={text};\n"
