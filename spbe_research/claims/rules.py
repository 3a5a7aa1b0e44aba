"""The rules by which a name is read, as data: the browser is given the very same ones.

A rule is a word for a word, a phrase for a phrase, or a pattern that Python and JavaScript read
alike. Which names there are stands in `names`; nothing here reads a file.
"""

import re
import unicodedata

__all__ = [
    "BODIES_BEFORE",
    "NATION",
    "NATION_NAMES",
    "REGIONAL",
    "RULES",
    "SUFFIX",
    "closed",
    "core",
    "normalise",
    "stated_types",
]

REGIONAL = ("provinsi", "kabupaten", "kota")
NATION = "Nasional"
POLICE = "kepolisian daerah"

_WORDS = {
    "kab": "kabupaten", "pemkab": "kabupaten", "kotamadya": "kota",
    "pemkot": "kota", "pemprov": "provinsi", "prov": "provinsi", "propinsi": "provinsi",
    "kep": "kepulauan", "sel": "selatan", "polda": POLICE, "kemen": "kementerian",
    "kementrian": "kementerian", "kementerien": "kementerian",
    "kemenko": "kementerian koordinator", "setjen": "sekretariat jenderal",
    "ri": "republik indonesia", "kb": "keluarga berencana", "sumatra": "sumatera",
}  # fmt: skip
_PHRASES = {"daerah khusus ibukota": "dki", "daerah khusus jakarta": "dki jakarta",
            "daerah istimewa": "di"}  # fmt: skip
_SILENT = ("dan", "bidang", "para")
_PREFIXES = ("pemerintah daerah ", "pemerintahan ", "pemerintah ", "pemda ")
SUFFIX = " republik indonesia"
_INITIALS = r"\b([a-z])\.\s?(?=[a-z]\b)"
_TWICE = r"\b(kota|kabupaten|provinsi)( \1\b)+"  # Pemkot Kota Cilegon
_TITLE = (
    r"^(provinsi|kabupaten|kota|kementerian koordinator|kementerian|kepolisian daerah|badan|lembaga"
    r"|komisi|dewan|sekretariat jenderal) (?=.)"
)

# A body of its own that carries a place in its name: its score would be another one.
BODIES_BEFORE = (
    "bappeda", "bapenda", "badan", "bank", "bawaslu", "bidang", "bkd", "bkpsdm", "bnn", "bpbd",
    "bpkad", "bps", "bpjs", "bumd", "camat", "desa", "dinas", "dinkes", "dinsos", "diskominfo",
    "diskominfotik", "disdik", "disdukcapil", "dprd", "inspektorat", "kantor", "kanwil", "kejari",
    "kejaksaan", "kejati", "kecamatan", "kelurahan", "kodim", "korem", "kpu", "kpud", "lapas",
    "pdam", "pengadilan", "perumda", "pn", "polres", "polresta", "polrestabes", "politeknik",
    "puskesmas", "rs", "rsud", "sekolah", "sekretariat", "sekda", "setda", "sma", "smk",
    "universitas", "uptd",
)  # fmt: skip

NATION_NAMES = (
    "nasional", "national", "indonesia", "indeks nasional", "nilai nasional", "rata rata nasional",
    "rerata nasional", "rataan nasional", "indeks spbe nasional", "national mean", "national index",
    "national average", "spbe nasional", "rata rata indeks nasional", "rata rata spbe nasional",
    "rata rata indeks spbe nasional", "nilai spbe nasional", "indeks rata rata nasional",
    "capaian nasional", "seluruh indonesia",
)  # fmt: skip

RULES: dict[str, object] = {
    "words": _WORDS,
    "phrases": list(map(list, _PHRASES.items())),
    "silent": list(_SILENT),
    "prefixes": list(_PREFIXES),
    "suffix": SUFFIX,
    "initials": _INITIALS,
    "twice": _TWICE,
    "title": _TITLE,
    "regional": list(REGIONAL),
    "police": POLICE,
    "before": list(BODIES_BEFORE),
    "nation": list(NATION_NAMES),
}

_MARKS = re.compile("[\u0300-\u036f]")
_OTHER = re.compile(r"[^a-z0-9.]+")
_FIND_INITIALS = re.compile(_INITIALS)
_FIND_WORDS = re.compile("[a-z0-9]+")
_FIND_TWICE = re.compile(_TWICE)
_FIND_TITLE = re.compile(_TITLE)


def normalise(text: str) -> str:
    """Return one writing for all: small letters, no marks, words spelled out.

    Examples
    --------
    >>> normalise("Pemkab Kab. Bekasi"), normalise("D.I. Yogyakarta"), normalise("Toli-Toli")
    ('kabupaten bekasi', 'di yogyakarta', 'toli toli')
    """
    plain = _MARKS.sub("", unicodedata.normalize("NFD", text.lower()))
    plain = _FIND_INITIALS.sub(r"\1", _OTHER.sub(" ", plain))
    words = _FIND_WORDS.findall(plain)
    joined = " ".join(_WORDS.get(word, word) for word in words if word not in _SILENT)
    for phrase, short in _PHRASES.items():
        joined = f" {joined} ".replace(f" {phrase} ", f" {short} ").strip()
    for prefix in _PREFIXES:
        joined = joined.removeprefix(prefix)
    joined = _FIND_TWICE.sub(r"\1", joined)
    return joined.removesuffix(SUFFIX) or joined


def closed(text: str) -> str:
    """Return a normalised name without spaces: ``fak fak`` and ``fakfak`` are one."""
    return text.replace(" ", "")


def core(text: str) -> str:
    """Return a normalised name without the word that says what kind of body it is."""
    return _FIND_TITLE.sub("", text, count=1)


def stated_types(text: str) -> tuple[str, ...]:
    """Return the types of body that the first words of a normalised name leave; none where all."""
    title = _FIND_TITLE.match(text)
    if title is None:
        return ()
    word = title[1]
    if word == POLICE:
        return ("polda",)
    if word in REGIONAL:
        return (word,)
    return ("kementerian",) if word.startswith("kementerian") else ("kementerian", "lembaga")
