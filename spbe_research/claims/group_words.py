"""Among whom: the words of a text that name a kind of body or a province, read to a group."""

from functools import lru_cache

from spbe_research.claims import text_rules as rules
from spbe_research.claims.names import NameTable, name_table, writing
from spbe_research.claims.rules import normalise

__all__ = ["province_of_words", "read_group"]


def read_group(text: str) -> tuple[str, str]:
    """Return the kind of body and the province that a text names, each empty where it does not.

    Examples
    --------
    >>> read_group("kabupaten/kota se-Sulut"), read_group("provinsi"), read_group("NTB")
    (('kabkota', 'Sulawesi Utara'), ('provinsi', ''), ('', 'Nusa Tenggara Barat'))
    """
    plain = " ".join(rules.PLAIN_WORD.findall(text.lower()))
    plain = rules.KAB.sub("kabupaten", plain)
    province, rest = province_of_words(plain)
    kind = next((kind for kind, pattern in rules.GROUPS.items() if pattern.search(rest)), "")
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
