"""What a person or a spreadsheet writes: numbers, years, predicates and quantities, read leniently.

A number keeps its decimals, for they say how it was rounded; the tail that a spreadsheet's binary
arithmetic leaves (``3.2300000000000001``) is none of them.
"""

import re
from decimal import Decimal

from spbe_research.boundary import decimal_number
from spbe_research.claims.rules import normalise
from spbe_research.claims.verdicts import CONFIRMED, CONTRADICTED, ROUNDS_TO
from spbe_research.errors import DataError
from spbe_research.panel.schemas import PREDICATES

__all__ = [
    "LOOSE_PREDICATES",
    "PROBLEMS",
    "QUANTITIES",
    "agreement",
    "decimals_of",
    "invalid_value",
    "is_scale_word",
    "read_number",
    "read_predicate",
    "read_quantity",
    "read_year",
    "value_problem",
]

QUANTITIES = ("index", "predicate", "D1", "D2", "D3", "D4")  # of one body in one year

_BINARY_TAIL = 10  # decimals: beyond them stands arithmetic of doubles, not a statement
_YEAR = re.compile(r"\s*((?:19|20)\d{2})(?:[.,]0+)?\s*", re.ASCII)
# Words of everyday speech or of other scales: named, never taken for a predicate.
LOOSE_PREDICATES = {
    "sedang": "Cukup",
    "cukup baik": "Cukup",
    "buruk": "Kurang",
    "baik sekali": "Sangat Baik",
    "amat baik": "Sangat Baik",
    "sangat memuaskan": "Memuaskan",
    "istimewa": "Memuaskan",
}
_QUANTITIES = {
    "index": (
        "", "index", "indeks", "indeks spbe", "spbe index", "nilai", "nilai spbe", "skor", "score",
        "nilai indeks", "nilai indeks spbe", "indeks sistem pemerintahan berbasis elektronik",
    ),
    "predicate": ("predicate", "predikat", "kategori", "predikat spbe"),
    "D1": ("d1", "domain 1", "kebijakan", "domain kebijakan", "domain kebijakan spbe", "policy"),
    "D2": ("d2", "domain 2", "tata kelola", "domain tata kelola", "domain tata kelola spbe",
           "governance"),
    "D3": ("d3", "domain 3", "manajemen", "domain manajemen", "domain manajemen spbe",
           "management"),
    "D4": ("d4", "domain 4", "layanan", "domain layanan", "domain layanan spbe", "services"),
    "rank": ("rank", "peringkat", "ranking", "urutan"),
    "count": ("count", "jumlah", "banyak"),
    "share": ("share", "persentase", "persen", "proporsi"),
    "change": ("change", "perubahan", "kenaikan", "penurunan", "selisih"),
}  # fmt: skip
_INVALID = {
    "en": "Invalid value {stated!r} of {what}. {why}",
    "id": "Nilai {stated!r} untuk {what} tidak dapat dibaca. {why}",
}
PROBLEMS = {
    "en": {
        "quantity": "The quantity must be one of {known}.",
        "predicate": "It must be one of {known}.",
        "loose": "It must be one of {known}; {stated!r} is a loose word, perhaps for {meant}.",
        "number": "It must be a number such as 3.27 or 3,27.",
    },
    "id": {
        "quantity": "Besaran harus salah satu dari {known}.",
        "predicate": "Predikat harus salah satu dari {known}.",
        "loose": "Predikat harus salah satu dari {known}; {stated!r} bukan predikat SPBE, mungkin "
        "maksudnya {meant}.",
        "number": "Nilai harus berupa angka, misalnya 3,27.",
    },
}
_BY_WORD = {word: quantity for quantity, words in _QUANTITIES.items() for word in words}


def read_number(text: str) -> Decimal | None:
    """Return the number a text states, with its decimals, or None.

    Examples
    --------
    >>> read_number("3,20"), read_number("3.2300000000000001"), read_number("tinggi")
    (Decimal('3.20'), Decimal('3.23'), None)
    """
    number = decimal_number(text)
    if number is None or decimals_of(number) <= _BINARY_TAIL:
        return number
    short = round(number, _BINARY_TAIL).normalize()
    return short if decimals_of(short) else short.quantize(Decimal(1))


def decimals_of(number: Decimal) -> int:
    """Return how many decimals a number was written with."""
    return max(0, -int(number.as_tuple().exponent))


def read_year(text: str) -> int | None:
    """Return the year a cell states, or None.

    Examples
    --------
    >>> read_year(" 2018.0"), read_year("18")
    (2018, None)
    """
    found = _YEAR.fullmatch(text)
    return int(found[1]) if found else None


def read_predicate(text: str) -> str:
    """Return the predicate a text states in full, in any capitals; nothing for a looser word.

    Examples
    --------
    >>> read_predicate("SANGAT  BAIK"), read_predicate("Sedang")
    ('Sangat Baik', '')
    """
    known = {name.casefold(): name for name in PREDICATES}
    return known.get(" ".join(text.split()).casefold(), "")


def read_quantity(text: str) -> str:
    """Return the quantity a cell names in English or Indonesian; nothing for an unknown one.

    Examples
    --------
    >>> read_quantity("INDEX"), read_quantity("indeks"), read_quantity("Domain Layanan")
    ('index', 'index', 'D4')
    """
    return _BY_WORD.get(normalise(text), "")


def is_scale_word(text: str) -> bool:
    """Whether a text is a predicate, or a looser word for one."""
    return bool(read_predicate(text)) or _loose(text) != ""


def value_problem(quantity: str, stated: str, *, language: str = "en") -> str:
    """Say what a value of a quantity must be, or nothing where it is that."""
    said = PROBLEMS[language]
    if quantity not in QUANTITIES:
        return said["quantity"].format(known=", ".join(QUANTITIES))
    if quantity != "predicate":
        return "" if read_number(stated) is not None else said["number"]
    if read_predicate(stated):
        return ""
    meant = _loose(stated)
    known = ", ".join(PREDICATES)
    return said["loose" if meant else "predicate"].format(known=known, stated=stated, meant=meant)


def invalid_value(stated: str, quantity: str, why: str, *, language: str = "en") -> DataError:
    """Return the error that refuses a value."""
    return DataError(_INVALID[language].format(stated=stated, what=quantity, why=why))


def agreement(stated: str, published: str) -> str:
    """Compare two numbers as they are printed: confirmed, rounds to, or contradicted.

    Examples
    --------
    >>> [agreement(said, "2.025") for said in ("2,0250", "2.03", "2.02", "2.04")]
    ['confirmed', 'rounds to', 'rounds to', 'contradicted']
    """
    said, printed = read_number(stated), Decimal(published)
    if said is None:
        return CONTRADICTED
    if said == printed:
        return CONFIRMED
    half = Decimal(5).scaleb(-decimals_of(said) - 1)
    rounds = decimals_of(said) < decimals_of(printed) and abs(said - printed) <= half
    return ROUNDS_TO if rounds else CONTRADICTED


def _loose(text: str) -> str:
    return LOOSE_PREDICATES.get(" ".join(text.split()).casefold(), "")
