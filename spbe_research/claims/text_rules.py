"""The rules by which a text is read, as data: what is a name, a number, a year, a place, a count.

Patterns and tables only; what is done with them stands in ``mentions``, ``counting_words``,
``group_words`` and ``statements``, and again in the browser's ``facts.js``, which is given these
very rules. A pattern keeps to what both languages read alike: ASCII letters, no group of a number.
"""

import re

from spbe_research.claims import values
from spbe_research.panel import schemas

__all__ = ["browser_rules", "cleaned"]


def _exact(text: str) -> re.Pattern[str]:
    return re.compile(text, re.ASCII)


def _any_case(text: str) -> re.Pattern[str]:
    return re.compile(text, re.ASCII | re.IGNORECASE)


# ---- sentences and words -------------------------------------------------------------------------

_BLANK = re.compile(
    "[\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff\t\r\f\v]"
)
_ABBREVIATED = (
    r"(?:[Kk]ab|[Kk]ep|[Pp]rov|[Kk]ec|[Nn]o|[Dd]rs?|[Ii]r|[Hh]j?|[Pp]rof|[Jj]l|[Ss]el|\b[A-Z])"
)
ENDS = _exact(r"[.!?;]+[\"”’)]*\s+(?=[\"“‘(]?[A-Z0-9])|\n+")
SHORT_END = _exact(rf"\b{_ABBREVIATED}\.$")
WORD = _exact(r"[A-Za-z0-9]+(?:[.'’][A-Za-z0-9]+)*\.?")
PLAIN_WORD = _exact("[a-z0-9]+")


def cleaned(text: str) -> str:
    r"""Return a text of the same length, with every blank but the end of a line as a space.

    Examples
    --------
    >>> cleaned("Kota\u00a0Batu\t3,57")
    'Kota Batu 3,57'
    """
    return _BLANK.sub(" ", text)


# ---- names ---------------------------------------------------------------------------------------

LONGEST_NAME = 12  # words
PERSONS = (
    "wali", "walikota", "bupati", "gubernur", "wabup", "wagub", "wawali", "sekda", "sekretaris",
    "kepala", "kadis", "ketua", "menteri", "kapolda", "warga", "masyarakat", "pj", "plt",
)  # fmt: skip
LINKS = ("dan", "bidang", "para", "Dan", "Para")
OFFICES, SHORTEST_OFFICE = ("dis", "polres"), 6  # Diskominfo, Disdukcapil, Polrestabes
KINDS = ("kota", "kabupaten", "kab", "provinsi", "prov", "pemerintah", "daerah")
SMALL = ("dan", "di", "dan/atau")
ORDINARY = (
    "aru", "babar", "barut", "basel", "benteng", "big", "kan", "lan", "ma", "mabar", "matra",
    "meranti", "mitra", "palas", "pali", "tala", "kip", "banjar", "batu", "metro", "indonesia",
    "kuningan", "bone", "sigi", "buru", "lebong", "alor", "batang",
)  # fmt: skip
NAME_BROKEN = _exact(r"[;:!?()\"“”]|\.\s+(?![A-Z]?[a-z]*\b)")
UNKNOWN = _exact(
    r"\b(?:Pemerintah\s+)?(?:Kabupaten|Kab\.|Kota|Pemkab|Pemkot|Pemprov|Provinsi|Kementerian|Badan"
    r"|Lembaga|Dinas|Universitas|Polres|Polda)\s+[A-Z][a-z]+(?:\s+[A-Z][a-z]+)?"
)
WHERE = _exact(r"^[\s,(]*(?:di\s+)?$")
SCORE_BEHIND = _exact(
    r"^(?:\s*(?:\(|:|dengan|sebesar)?\s*\d[.,]\d"
    r"|\s+(?:pada\s+)?(?:tahun\s+)?(?:\d{4}\s+)?(?:memperoleh|meraih|mendapat|mencatat|berpredikat))"
)
_WIDELY = r"(?:(?:secara|di\s+tingkat|tingkat)\s+)?"
NATION = _any_case(
    rf"\b(?:(?:rata[- ]rata|rerata|rataan)(?:\s+(?:indeks|nilai|skor))?(?:\s+SPBE)?\s+{_WIDELY}"
    r"(?:nasional|Indonesia)"
    rf"|(?:indeks|nilai|skor|capaian)(?:\s+rata[- ]rata)?(?:\s+SPBE)?\s+{_WIDELY}"
    rf"(?:nasional|Indonesia)|SPBE\s+{_WIDELY}(?:nasional|Indonesia)"
    r"|national\s+(?:SPBE\s+)?(?:mean|average|index|score))\b"
)
# The country by the way: it is meant only where no body is named at it, and no place.
_BEGINS = (
    r"(?:^|[,:(]\s*|\b\d{4}\s+|\b(?:untuk|bagi|sementara(?:\s+itu)?|sedangkan|bahwa|dan|dibanding"
    r"(?:kan)?|daripada|atas|bawah|dari|angka|hasil|predikat|evaluasi|kategori|level)\s+)"
)
NATION_BESIDE = _any_case(
    r"\b(?:secara|di\s+tingkat|tingkat|skala|lingkup)\s+nasional\b|\b(?:nationally|nationwide)\b"
    rf"|{_BEGINS}(?:nasional|Indonesia(?=\s+(?:pada|tahun|mencapai|meraih|memperoleh|mencatat\w*"
    r"|mendapat\w*|berpredikat|naik|turun|hanya|sebesar|adalah|scored|reached|rose|fell|\d)))\b"
)
# Bodies of which a mean is given, or all of a kind: no list holds a value of them.
_KINDS_OF_BODY = (
    r"(?:kabupaten\s*(?:/|dan)\s*kota|kementerian\s*(?:/|dan)\s*lembaga|kementerian|lembaga"
    r"|instansi(?:\s+pusat)?|pemerintah\s+(?:daerah|provinsi|kabupaten|kota|pusat)|pemda|pemkab"
    r"|pemkot|pemprov|daerah|provinsi|kabupaten|kota|polda|ministries|provinces|regencies|cities"
    r"|local\s+governments)"
)
GROUP_MEAN = _any_case(
    r"\b(?:rata[- ]rata|rerata|rataan|mean|average)(?:\s+(?:indeks|nilai|skor|capaian|SPBE|index"
    r"|score|untuk|pada|di|semua|seluruh|antar|of|for|all))*"
    rf"\s+(?:{_KINDS_OF_BODY}(?!\s+(?:ini|itu|tersebut))|(?:di|se|in)\b(?=[\s-]*\w))"
)
MEANS = ("rata", "rerata", "rataan", "mean", "average")
GROUP = _exact(
    r"(?:\b(?:[Ii]ndeks|[Nn]ilai|[Ss]kor|[Cc]apaian|[Uu]ntuk|[Bb]agi|[Kk]elompok|[Tt]ingkat|[Aa]ntar"
    r"|[Ss]eluruh|[Ss]emua)\s+(?:SPBE\s+)?(?:tingkat\s+)?|^|[,:]\s+|\b(?:[Ss]ementara|[Ss]edangkan"
    r"|\d{4})\s+)"
    r"(?:[Kk]abupaten\s*(?:/|dan)\s*[Kk]ota|[Kk]ementerian(?:\s*(?:/|dan)\s*[Ll]embaga)?|[Ll]embaga"
    r"|[Ii]nstansi(?:\s+pusat)?|[Pp]emerintah\s+(?:pusat|daerah)|[Pp]rovinsi|[Kk]abupaten|[Kk]ota"
    r"|[Dd]aerah)"
    r"(?:\s+lain(?:nya)?)?(?=\s+(?:se-|di\b|pada\b|tahun\b|rata|mencapai|meraih|memperoleh|mencatat"
    r"|mendapat|hanya|berada|adalah|sebesar|berpredikat|naik|turun|sudah|telah|\d))"
)
COMPARED_WITH = _any_case(
    r"\b(?:di\s+(?:atas|bawah)|melampaui|melebihi|mengungguli|mengalahkan|disusul(?:\s+oleh)?|diikuti(?:\s+oleh)?|tinggi|rendah|baik|dibanding(?:kan)?|daripada"
    r"|above|below|than|exceeds)(?:\s+(?:dari|dengan|daripada|the|angka|nilai|indeks|capaian|skor))*\s*$"
)
APART = _any_case(r"[,;:(]|\b(?:sedangkan|sementara|adapun|while|whereas)\b")

# ---- numbers, years, predicates ------------------------------------------------------------------

_SPAN = r"(?:[-–]|sampai(?: dengan)?|hingga|s\.?d\.?)"
_CENTURY = r"(?:19|20)\d{2}"
NUMBER = _exact(r"(?<![\d.,/:-])(\d{1,3}(?:[.,]\d{1,4})?)(?![\d/]|[.,:]\d)")
YEAR = _exact(rf"(?<![\d.,/:-])({_CENTURY})(?![\d/]|[.,:]\d|\s?[-–]\s?\d)")
NO_YEAR = _exact(
    r"\b\d{1,2}[/-]\d{1,2}[/-]\d{2,4}\b"  # a date in figures
    r"|\b\d{1,2}\s+(?:Januari|Februari|Maret|April|Mei|Juni|Juli|Agustus|September|Oktober|November"
    r"|Desember|January|February|March|May|June|July|August|October|December)\s+\d{4}\b"
    r"|\b(?:[Nn]omor|[Nn]o\.?)\s*\d+\s*(?:[Tt]ahun\s*\d{4}|/\s*\d{4})"
    r"|\b\d{1,4}/\d{4}\b"
    rf"|\b{_CENTURY}\s*{_SPAN}\s*{_CENTURY}\b"
    rf"|\b(?:RPJMD|RPJMN|RPJPD|Renstra|RKPD|APBD|APBN|TA)\s+(?:[Tt]ahun\s+)?{_CENTURY}\b"
    rf"(?:\s*{_SPAN}\s*{_CENTURY}\b)?"
)
RELATIVE = _any_case(
    r"\bsetahun\s+(?:sebelumnya|lalu)\b|\b(?:tahun|periode)\s+(?:sebelumnya|lalu|kemarin)\b"
    r"|\bsebelumnya\b|\bprevious year\b|\byear before\b"
)
MARKED = _any_case(
    r"\b(?:predikat|kategori|kriteria|berpredikat|berkategori|level|predicate|category)\b"
    r"[\s:\"“”'‘’(]*(?:indeks\s+|nilai\s+|SPBE\s+|kinerja\s+)*[\"“”'‘’(]*$"
)
AFTER_NUMBER = _exact(r"\d\s*[,]?\s*[(\"“‘]\s*$|\d\s+(?:atau|dengan)\s+$")
_PREDICATES = sorted(schemas.PREDICATES, key=len, reverse=True)
_SCALE = sorted([*schemas.PREDICATES, *values.LOOSE_PREDICATES], key=len, reverse=True)
SCALE_WORDS = _any_case(rf"\b(?:{'|'.join(_SCALE)})\b")

# ---- statements ----------------------------------------------------------------------------------

MINISTRY = "pusat-kementerian-pendayagunaan-aparatur-negara-dan-reformasi-birokrasi"
SUBJECT = ("body", "several", "new", "part", "unknown", "nation", "group")
ABOUT_SCORE = ("spbe", "indeks", "nilai", "skor", "predikat")
SCOPE = ("se", "di", "wilayah", "tingkat", "antar", "dari", "seluruh", "lingkup")
LOWEST, HIGHEST = 1, 5  # of the scale of an index
AT = 25  # characters between a value and what stands at it
DOMAINS = {
    "D1": _any_case(r"\bkebijakan\b"),
    "D2": _any_case(r"\btata\s+kelola\b"),
    "D3": _any_case(r"\bmanajemen\b"),
    "D4": _any_case(r"\blayanan\b"),
}
DOMAIN_WORD = _any_case(r"\bdomain\b")
OTHER_INDEX = _any_case(
    r"\b(?:IPM|SAKIP|AKIP|IKM|IPKD|SPI|MCP|EPSS|KAMI|IDSD|KIP|ITKP|IPS|LPPD|inovasi|gini|inflasi"
    r"|reformasi birokrasi|pelayanan publik|pembangunan manusia|kepuasan masyarakat|smart city"
    r"|kemiskinan|pertumbuhan|literasi|keterbukaan informasi|profesionalitas|indeks RB)\b"
)
TARGET = _any_case(
    r"\b(?:target\w*|ditargetkan|menargetkan|skala|aspek)\b[^,;]*$"
    r"|\b(?:minimal|maksimal|ambang|batas|rentang|antara|di atas|di bawah|lebih dari|kurang dari)"
    r"(?:\s+(?:angka|nilai|indeks|skor))?\s*$"
)
UNIT = _any_case(
    r"^\s*(?:persen|%|juta|miliar|triliun|ribu|orang|unit|hari|jam|bulan|tahun|km|kali|aplikasi"
    r"|indikator|aspek|domain|instansi|kabupaten|kota|provinsi|daerah|kementerian|lembaga)"
)
POINTS = _exact(r"^\s*poin")
MOVED = _any_case(
    r"\b(naik|meningkat|kenaikan|peningkatan|bertambah|turun|menurun|penurunan|berkurang|rose|fell|up|down"
    r"|increased|decreased)"
    r"(?:\s+(?:sebesar|sebanyak|sekitar|by))?\s*$"
)
FALLS = ("turun", "menurun", "penurunan", "berkurang", "fell", "down", "decreased")
# The year that a movement starts from is not that of the value reached.
MOVEMENT = _any_case(
    r"\b(?:naik|meningkat|kenaikan|peningkatan|bertambah|melonjak|lonjakan|turun|menurun|penurunan"
    r"|berkurang|merosot|anjlok|berubah|rose|risen|increased?|fell|fallen|decreased?|up|down)\b"
)
SINCE = _any_case(
    rf"\b(?:sejak|semenjak|since)\s+(?:(?:evaluasi|hasil|periode)\s+)?(?:tahun\s+)?({_CENTURY})\b"
)
SETTING_OUT = _any_case(
    r"\b(?:dari|dibanding(?:kan)?|daripada|ketimbang|from|compared\s+(?:to|with)|than(?:\s+in)?)"
    r"\s+(?:dengan\s+)?(?:(?:evaluasi|hasil|capaian|nilai|indeks|periode|SPBE)\s+)*(?:(?:pada|in)\s+)?"
    rf"(?:tahun\s+)?({_CENTURY})\b"
)
SET_AGAINST = _any_case(  # 3,88, naik dari tahun sebelumnya: the value is not of that year
    r"\d|\b(?:dari|dibanding(?:kan)?|daripada|ketimbang|from|than|compared)\b"
)
PLAIN_BEFORE = _any_case(
    r"^(?:(?:tahun|periode)\s+)?sebelumnya$|^setahun sebelumnya$|^previous year$|^year before$"
)
FROM = _any_case(r"\bdari(?:\s+(?:sebelumnya|angka|nilai|indeks|skor|semula))*\s*$")
TO = _any_case(r"\b(?:menjadi|ke)(?:\s+(?:angka|nilai|indeks|skor))*\s*$")
# 2,89 pada tahun 2023; 2,89 (2023); 2023: 2,89; tahun 2023 sebesar 2,89
YEAR_BEHIND = _exact(
    r"^[\"”]?\s*\(?(?:(?:pada|di|untuk|dalam)\s+)?(?:(?:tahun|evaluasi|periode)\s+)?"
    rf"({_CENTURY})\b(?!\s*(?::|sebesar|adalah)?\s*\d[.,]\d)"
)
YEAR_BEFORE = _any_case(
    rf"\b({_CENTURY})\s*(?:[:=(,]|\b(?:sebesar|adalah|mencapai|yakni|yaitu|yang|tercatat|hanya|indeks\w*|nilai\w*"
    r"|skor\w*|SPBE)\s*)*$"
)

# ---- places, counts, percentages -----------------------------------------------------------------

ORDINALS = {
    "pertama": 1, "kesatu": 1, "satu": 1, "kedua": 2, "dua": 2, "ketiga": 3, "tiga": 3,
    "keempat": 4, "empat": 4, "kelima": 5, "lima": 5, "keenam": 6, "enam": 6, "ketujuh": 7,
    "tujuh": 7, "kedelapan": 8, "delapan": 8, "kesembilan": 9, "sembilan": 9, "kesepuluh": 10,
    "sepuluh": 10, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8,
    "ix": 9, "x": 10,
}  # fmt: skip
_WORDS = "|".join(sorted((word for word in ORDINALS if len(word) > 2), key=len, reverse=True))
_ROMAN = "X|IX|VIII|VII|VI|IV|V|III|II|I"
_NTH = rf"(?:ke[- ]?)?\d{{1,3}}|(?:{_WORDS})\b|(?:{_ROMAN})\b"
_CARDINALS = "dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh"
# A superlative is a place only where it is said among whom: se-Sulsel, di Jawa Timur, nasional.
_FRAMED = (
    r"(?=(?:\s+[\w/]+){0,3}?\s+(?:se[- ]?[A-Z]|di\s+[A-Z]|nasional\b|tingkat\b|se[- ]?provinsi))"
)
SEVERAL = _any_case(  # tiga daerah terburuk: a list, no place
    rf"\b(?:\d{{1,2}}|{_CARDINALS}|beberapa|sejumlah)\s+"
    r"(?:daerah|pemerintah(?:\s+daerah)?|kabupaten(?:/kota)?|kota|provinsi|instansi)\s+$"
)
PLACES = (
    _any_case(
        rf"\b(?:peringkat|ranking|rangking|urutan|posisi|juara|place)\s+(?:ke[- ])?(?P<nth>{_NTH})"
        rf"(?P<low>\s+(?:terbawah|terendah|dari bawah))?"
    ),
    _any_case(
        rf"\b(?:terbaik|tertinggi|teratas)\s+(?:ke[- ])?(?P<nth>{_NTH})"
        r"(?!\s*(?:instansi|kabupaten|kota))"
    ),
    _any_case(rf"\b(?:terendah|terburuk|terbawah)\s+(?:ke[- ])?(?P<low>{_NTH})"),
    _any_case(rf"\b(?P<nth>{_NTH})\s+(?:tertinggi|terbaik|teratas)\b"),
    _any_case(rf"\b(?P<low>{_NTH})\s+(?:terendah|terburuk|terbawah)\b"),
    _exact(rf"\b(?P<nth>ke(?:{_CARDINALS}))\s+(?=se[- ]?[A-Z]|tingkat\b|nasional\b)"),
    _exact(rf"\b(?P<nth>tertinggi|terbaik|nomor (?:satu|1))\b{_FRAMED}"),
    _exact(rf"\b(?P<low>terendah|terburuk)\b{_FRAMED}"),
)
DIGITS = _exact(r"\d+")
OF = _any_case(
    r"\b(?:dari|among|of)\s+(?:total\s+|seluruh\s+)?(\d{1,3})\s+"
    r"((?:kabupaten|kota|provinsi|instansi|daerah|pemerintah|kementerian|lembaga|pemda)[^,.;]{0,30})"
)
AMONG = _any_case(
    r"\b(?:se[- ]?|di tingkat\s+|tingkat\s+|di antara\s+|antar\s?|kategori\s+)"
    r"(nasional|Indonesia|provinsi|kabupaten/kota|kabupaten dan kota|kabupaten|kota|kementerian"
    r"|lembaga|pemerintah daerah|pemda)\b|\b(?:secara\s+)?(nasional)\b"
)
ELSEWHERE = _exact(r"^se[- ]?([A-Z][\w]+(?:\s+[A-Z][\w]+){0,3})")
NATIONWIDE = ("indonesia", "nasional", "provinsi")
IS_AT = len(" se- ")  # characters between a value and whom it is among
_GROUP = (
    r"(?P<group>(?:instansi(?: pusat)?|IPPD|kabupaten\s*(?:/|dan)\s*kota|kabupaten|kota|provinsi"
    r"|kementerian\s*(?:/|dan)\s*lembaga|kementerian|lembaga|pemerintah daerah|pemda|daerah)\b)"
)
_PREDICATE = rf"[\"“”'(]*(?P<predicate>{'|'.join(_PREDICATES)})\b"
_ABOVE = r"(?P<above>[\"”')]*\s*(?:ke atas|atau lebih(?: tinggi| baik)?|or above))?"
_HAVE = r"[^.;\d]{0,80}?\b(?:predikat|kategori|kriteria|berpredikat|berkategori)\s+(?:SPBE\s+)?"
COUNT = _any_case(
    rf"(?<![\d.,])(?P<count>\d{{1,3}})\s+(?:dari\s+(?:total\s+|seluruh\s+)?(?P<of>\d{{1,3}})\s+)?"
    rf"{_GROUP}{_HAVE}{_PREDICATE}{_ABOVE}"
)
SHARE = _any_case(
    rf"(?<![\d.,])(?P<count>\d{{1,3}}(?:[.,]\d{{1,2}})?)\s*(?:persen|%)\s+(?:dari\s+)?{_GROUP}"
    rf"{_HAVE}{_PREDICATE}{_ABOVE}"
)

# ---- groups, in small letters without marks ------------------------------------------------------

KAB = _exact(r"\bkab\b")
GROUPS = {
    "kabkota": _exact(r"\b(?:kabupaten dan kota|kabupaten kota|kabkota|regencies and cities)\b"),
    "local": _exact(r"\b(?:pemerintah daerah|pemda|daerah se indonesia|local governments?)\b"),
    "central": _exact(
        r"\b(?:instansi pusat|pemerintah pusat|kementerian lembaga|k l|central bodies)\b"
    ),
    "provinsi": _exact(r"\b(?:provinsi|provinces?)\b"),
    "kabupaten": _exact(r"\b(?:kabupaten|regenc(?:y|ies))\b"),
    "kota": _exact(r"\b(?:kota|cit(?:y|ies))\b"),
    "kementerian": _exact(r"\b(?:kementerian|ministr(?:y|ies))\b"),
    "lembaga": _exact(r"\blembaga\b"),
    "polda": _exact(r"\b(?:polda|kepolisian daerah)\b"),
    "all": _exact(r"\b(?:instansi|nasional|se indonesia|seluruh indonesia|ippd|bodies)\b"),
}


def browser_rules() -> dict[str, object]:
    r"""Return every rule by its name, a pattern as its text and flags, for JavaScript.

    Examples
    --------
    >>> browser_rules()["SHORTEST_OFFICE"], browser_rules()["DOMAINS"]["D3"]
    (6, {'re': '\\bmanajemen\\b', 'flags': 'i'})
    """
    return {
        name: _plain(rule)
        for name, rule in globals().items()
        if name.isupper() and not name.startswith("_")
    }


def _plain(rule: object) -> object:
    if isinstance(rule, re.Pattern):
        flags = "i" if rule.flags & re.IGNORECASE else ""
        return {"re": rule.pattern.replace("(?P<", "(?<"), "flags": flags}
    if isinstance(rule, dict):
        return {name: _plain(each) for name, each in rule.items()}
    if isinstance(rule, tuple):
        return [_plain(each) for each in rule]
    return rule
