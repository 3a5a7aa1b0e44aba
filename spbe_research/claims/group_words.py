"""Among whom: the words of a text that name a kind of body or a province, read to a group."""

import re
from functools import lru_cache

from spbe_research.claims.names import NameTable, name_table, writing
from spbe_research.claims.rules import normalise

__all__ = ["province_of_words", "read_group"]

_KINDS = (
    ("kabkota", r"\b(?:kabupaten dan kota|kabupaten kota|kabkota|regencies and cities)\b"),
    ("local", r"\b(?:pemerintah daerah|pemda|daerah se indonesia|local governments?)\b"),
    ("central", r"\b(?:instansi pusat|pemerintah pusat|kementerian lembaga|k l|central bodies)\b"),
    ("provinsi", r"\b(?:provinsi|provinces?)\b"),
    ("kabupaten", r"\b(?:kabupaten|regenc(?:y|ies))\b"),
    ("kota", r"\b(?:kota|cit(?:y|ies))\b"),
    ("kementerian", r"\b(?:kementerian|ministr(?:y|ies))\b"),
    ("lembaga", r"\blembaga\b"),
    ("polda", r"\b(?:polda|kepolisian daerah)\b"),
    ("all", r"\b(?:instansi|nasional|se indonesia|seluruh indonesia|ippd|bodies)\b"),
)


def read_group(text: str) -> tuple[str, str]:
    """Return the kind of body and the province that a text names, each empty where it does not.

    Examples
    --------
    >>> read_group("kabupaten/kota se-Sulut"), read_group("provinsi"), read_group("NTB")
    (('kabkota', 'Sulawesi Utara'), ('provinsi', ''), ('', 'Nusa Tenggara Barat'))
    """
    plain = " ".join(re.findall("[a-z0-9]+", text.casefold()))
    plain = re.sub(r"\bkab\b", "kabupaten", plain)
    province, rest = province_of_words(plain)
    kind = next((kind for kind, pattern in _KINDS if re.search(pattern, rest)), "")
    if province and kind == "provinsi":  # Provinsi Banten is the place, not the kind
        kind = ""
    return kind, province


def province_of_words(plain: str) -> tuple[str, str]:
    """Return the province that words name, by the longest of its writings, and the other words."""
    words = plain.split()
    known = _provinces(name_table())
    for length in range(min(len(words), 5), 0, -1):
        for first in range(len(words) - length + 1):
            part = normalise(" ".join(words[first : first + length]))
            if province := known.get(writing(part)):
                rest = [*words[:first], *words[first + length :]]
                return province, " ".join(rest)
    return "", plain


@lru_cache(maxsize=2)
def _provinces(table: NameTable) -> dict[str, str]:
    """The name of a province by each writing of its government, ``Provinsi`` left out."""
    return {
        text: table.bodies[place].name.removeprefix("Provinsi ")
        for text, owners in table.owners.items()
        for place in owners
        if table.bodies[place].agency_type == "provinsi"
    }
