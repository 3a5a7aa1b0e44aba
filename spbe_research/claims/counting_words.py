"""Places, counts and percentages in words: second of the province, 14 of 15, 42 percent."""

import re
from collections.abc import Sequence

from spbe_research.claims.group_words import read_group
from spbe_research.claims.mentions import Mention
from spbe_research.claims.names import name_table
from spbe_research.panel.schemas import PREDICATES

__all__ = ["find_counts", "find_places", "scope_of"]

_AT = 25  # characters between a place and whom it is among

_ORDINALS = {
    "pertama": 1, "kesatu": 1, "satu": 1, "kedua": 2, "dua": 2, "ketiga": 3, "tiga": 3,
    "keempat": 4, "empat": 4, "kelima": 5, "lima": 5, "keenam": 6, "enam": 6, "ketujuh": 7,
    "tujuh": 7, "kedelapan": 8, "delapan": 8, "kesembilan": 9, "sembilan": 9, "kesepuluh": 10,
    "sepuluh": 10, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8,
    "ix": 9, "x": 10,
}  # fmt: skip
_WORDS = "|".join(sorted((word for word in _ORDINALS if len(word) > 2), key=len, reverse=True))
_ROMAN = "X|IX|VIII|VII|VI|IV|V|III|II|I"
_NTH = rf"(?:ke[- ]?)?\d{{1,3}}|(?:{_WORDS})\b|(?:{_ROMAN})\b"
_CARDINALS = "dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh"
# A superlative is a place only where it is said among whom: se-Sulsel, di Jawa Timur, nasional.
_FRAMED = (
    r"(?=(?:\s+[\w/]+){0,3}?\s+(?:se[- ]?[A-Z]|di\s+[A-Z]|nasional\b|tingkat\b|se[- ]?provinsi))"
)
_SEVERAL = re.compile(  # tiga daerah terburuk: a list, no place
    rf"\b(?:\d{{1,2}}|{_CARDINALS}|beberapa|sejumlah)\s+"
    r"(?:daerah|pemerintah(?:\s+daerah)?|kabupaten(?:/kota)?|kota|provinsi|instansi)\s+$",
    re.IGNORECASE,
)
_PLACES = (
    re.compile(
        rf"\b(?:peringkat|ranking|rangking|urutan|posisi|juara|place)\s+(?:ke[- ])?({_NTH})"
        rf"(?P<low>\s+(?:terbawah|terendah|dari bawah))?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:terbaik|tertinggi|teratas)\s+(?:ke[- ])?({_NTH})(?!\s*(?:instansi|kabupaten|kota))",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?:terendah|terburuk|terbawah)\s+(?:ke[- ])?(?P<low>{_NTH})", re.IGNORECASE),
    re.compile(rf"\b({_NTH})\s+(?:tertinggi|terbaik|teratas)\b", re.IGNORECASE),
    re.compile(rf"\b(?P<low>{_NTH})\s+(?:terendah|terburuk|terbawah)\b", re.IGNORECASE),
    re.compile(rf"\b(ke(?:{_CARDINALS}))\s+(?=se[- ]?[A-Z]|tingkat\b|nasional\b)"),
    re.compile(rf"\b(tertinggi|terbaik|nomor (?:satu|1))\b{_FRAMED}"),
    re.compile(rf"\b(?P<low>terendah|terburuk)\b{_FRAMED}"),
)
_OF = re.compile(
    r"\b(?:dari|among|of)\s+(?:total\s+|seluruh\s+)?(\d{1,3})\s+"
    r"((?:kabupaten|kota|provinsi|instansi|daerah|pemerintah|kementerian|lembaga|pemda)[^,.;]{0,30})",
    re.IGNORECASE,
)
_AMONG = re.compile(
    r"\b(?:se[- ]?|di tingkat\s+|tingkat\s+|di antara\s+|antar\s?|kategori\s+)"
    r"(nasional|Indonesia|provinsi|kabupaten/kota|kabupaten dan kota|kabupaten|kota|kementerian"
    r"|lembaga|pemerintah daerah|pemda)\b|\b(?:secara\s+)?(nasional)\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"se[- ]?([A-Z][\w]+(?:\s+[A-Z][\w]+){0,3})")
_GROUP = (
    r"(?P<group>(?:instansi(?: pusat)?|IPPD|kabupaten\s*(?:/|dan)\s*kota|kabupaten|kota|provinsi"
    r"|kementerian\s*(?:/|dan)\s*lembaga|kementerian|lembaga|pemerintah daerah|pemda|daerah)\b)"
)
_PREDICATE = rf"[\"“”'(]*(?P<predicate>{'|'.join(sorted(PREDICATES, key=len, reverse=True))})\b"
_ABOVE = r"(?P<above>[\"”')]*\s*(?:ke atas|atau lebih(?: tinggi| baik)?|or above))?"
_HAVE = r"[^.;\d]{0,80}?\b(?:predikat|kategori|kriteria|berpredikat|berkategori)\s+(?:SPBE\s+)?"
_COUNT = re.compile(
    rf"(?<![\d.,])(?P<count>\d{{1,3}})\s+(?:dari\s+(?:total\s+|seluruh\s+)?(?P<of>\d{{1,3}})\s+)?"
    rf"{_GROUP}{_HAVE}{_PREDICATE}{_ABOVE}",
    re.IGNORECASE,
)
_SHARE = re.compile(
    rf"(?<![\d.,])(?P<count>\d{{1,3}}(?:[.,]\d{{1,2}})?)\s*(?:persen|%)\s+(?:dari\s+)?{_GROUP}"
    rf"{_HAVE}{_PREDICATE}{_ABOVE}",
    re.IGNORECASE,
)


def find_places(sentence: str) -> list[Mention]:
    """Return the places and superlatives; ``value`` is the place, and ``low`` if from below.

    Examples
    --------
    >>> [m.value for m in find_places("Terbaik II se-NTB, peringkat ke-18, ketiga terendah")]
    ['2|', '18|', '3|low']
    """
    found: list[Mention] = []
    for pattern in _PLACES:
        for match in pattern.finditer(sentence):
            if any(m.start < match.end() and match.start() < m.end for m in found):
                continue
            if _SEVERAL.search(sentence[: match.start()]):
                continue
            low = match.groupdict().get("low") or ""
            said = match[1] if match.lastindex and match[1] else low
            place = _ordinal(said)
            found.append(
                Mention(
                    "place",
                    match.start(),
                    match.end(),
                    f"{place}|{'low' if low else ''}",
                    "rank",
                )
            )
    return sorted(found, key=lambda mention: mention.start)


def _ordinal(said: str) -> int:
    digits = re.search(r"\d+", said)
    return int(digits[0]) if digits else _ORDINALS.get(said.casefold().strip(), 1)


def find_counts(sentence: str) -> list[Mention]:
    """Return counts and percentages of bodies with a predicate.

    ``value`` holds the number, of how many, the predicate, how (``at_least`` or nothing) and whose,
    parted by bars; ``before`` is count or share.

    Examples
    --------
    >>> [m.value for m in find_counts("Sebanyak 24 instansi meraih predikat Memuaskan")]
    ['24||Memuaskan||all']
    """
    found: list[Mention] = []
    for quantity, pattern in (("share", _SHARE), ("count", _COUNT)):
        for match in pattern.finditer(sentence):
            if any(m.start < match.end() and match.start() < m.end for m in found):
                continue
            kind, _ = read_group(match["group"])
            predicate = next(
                name for name in PREDICATES if name.casefold() == match["predicate"].casefold()
            )
            of = match.groupdict().get("of") or ""
            how = "at_least" if match["above"] else ""
            group = {"daerah": "local"}.get(match["group"].casefold(), kind or "all")
            value = f"{match['count']}|{of}|{predicate}|{how}|{group}"
            found.append(Mention("count", match.start(), match.end(), value, quantity))
    return found


def scope_of(sentence: str, value: Mention, scopes: Sequence[Mention]) -> dict[str, str]:
    """Return among whom a place or a count is: ``kind, province, of, low``, and whether it is said.

    A region that is no province (``se-BMR``) is a frame that nothing is held of.
    """
    table = name_table()
    regions = [scope for scope in scopes if scope.value.startswith("prov-")]
    near = [scope for scope in regions if 0 <= scope.start - value.end <= _AT]
    provinces = [
        table.bodies[table.place(scope.value)].name.removeprefix("Provinsi ")
        for scope in near or regions
    ]
    behind = _ELSEWHERE.match(sentence[value.end :].lstrip())
    is_at = any(0 <= scope.start - value.end <= len(" se- ") for scope in regions)
    is_other = (
        behind is not None
        and not is_at
        and behind[1].split()[0].casefold() not in ("indonesia", "nasional", "provinsi")
    )
    kind, of = "", ""
    if match := _OF.search(sentence):
        of = match[1]
        kind = read_group(match[2])[0]
        kind = "local" if match[2].casefold().startswith("daerah") else kind
    elif (match := _AMONG.search(sentence)) and not provinces:
        kind = read_group(match[1] or match[2])[0]
    nationwide = kind == "all"
    return {
        "kind": "" if nationwide else kind,
        "province": provinces[0] if provinces else "",
        "of": of,
        "low": value.value.partition("|")[2],
        "said": "yes" if (provinces or kind) and not is_other else "",
    }
