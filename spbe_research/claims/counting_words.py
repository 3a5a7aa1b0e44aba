"""Places, counts and percentages in words: second of the province, 14 of 15, 42 percent."""

from collections.abc import Sequence

from spbe_research.claims import text_rules as rules
from spbe_research.claims.group_words import read_group
from spbe_research.claims.mentions import Mention
from spbe_research.claims.names import name_table
from spbe_research.panel.schemas import PREDICATES

__all__ = ["find_counts", "find_places", "scope_of"]


def find_places(sentence: str) -> list[Mention]:
    """Return the places and superlatives; ``value`` is the place, and ``low`` if from below.

    Examples
    --------
    >>> [m.value for m in find_places("Terbaik II se-NTB, peringkat ke-18, ketiga terendah")]
    ['2|', '18|', '3|low']
    """
    found: list[Mention] = []
    for pattern in rules.PLACES:
        for match in pattern.finditer(sentence):
            if any(m.start < match.end() and match.start() < m.end for m in found):
                continue
            if rules.SEVERAL.search(sentence[: match.start()]):
                continue
            named = match.groupdict()
            low = named.get("low") or ""
            said = named.get("nth") or low
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
    digits = rules.DIGITS.search(said)
    return int(digits[0]) if digits else rules.ORDINALS.get(said.lower().strip(), 1)


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
    for quantity, pattern in (("share", rules.SHARE), ("count", rules.COUNT)):
        for match in pattern.finditer(sentence):
            if any(m.start < match.end() and match.start() < m.end for m in found):
                continue
            kind, _ = read_group(match["group"])
            predicate = next(
                name for name in PREDICATES if name.lower() == match["predicate"].lower()
            )
            of = match.groupdict().get("of") or ""
            how = "at_least" if match["above"] else ""
            group = {"daerah": "local"}.get(match["group"].lower(), kind or "all")
            value = f"{match['count']}|{of}|{predicate}|{how}|{group}"
            found.append(Mention("count", match.start(), match.end(), value, quantity))
    return found


def scope_of(
    sentence: str, value: Mention, scopes: Sequence[Mention], *, is_alone: bool
) -> dict[str, str]:
    """Return among whom a place or a count is: ``kind, province, of, low``, and whether it is said.

    ``said`` is yes, nothing, or *guess*: where a sentence has several places or counts, what does
    not stand at one may be said of another. A region that is no province (``se-BMR``) is a frame
    that nothing is held of.
    """
    table = name_table()
    regions = [scope for scope in scopes if scope.value.startswith("prov-")]
    ahead = [m for m in scopes if m.end <= value.start and (m.kind == "nation" or m in regions)]
    if ahead and ahead[-1].kind == "nation":  # secara nasional 72 persen: not of a region before
        regions = [m for m in regions if m.start >= value.start]
    near = [m for m in regions if value.start <= m.start <= value.end + rules.AT]
    rest = sentence[value.end :]
    among = rules.AMONG.search(rest)
    is_among = among is not None and among.start() <= rules.AT and not near
    provinces = [
        table.bodies[table.place(scope.value)].name.removeprefix("Provinsi ")
        for scope in near or ([] if is_among else regions)
    ]
    behind = rules.ELSEWHERE.match(rest.lstrip())
    is_at = any(0 <= scope.start - value.end <= rules.IS_AT for scope in regions)
    is_other = (
        behind is not None and not is_at and behind[1].split()[0].lower() not in rules.NATIONWIDE
    )
    kind, of, is_far = "", "", bool(provinces) and not near
    if match := rules.OF.search(sentence):
        of = match[1]
        kind = read_group(match[2])[0]
        kind = "local" if match[2].lower().startswith("daerah") else kind
        is_far = is_far or not value.start <= match.start() <= value.end + rules.AT
    elif is_among and among is not None:
        kind = read_group(among[1] or among[2])[0]
    elif (match := rules.AMONG.search(sentence)) and not provinces:
        kind = read_group(match[1] or match[2])[0]
        is_far = True
    said = "yes" if (provinces or kind) and not is_other else ""
    return {
        "kind": "" if kind == "all" else kind,
        "province": provinces[0] if provinces else "",
        "of": of,
        "low": value.value.partition("|")[2],
        "said": "guess" if said and is_far and not is_alone else said,
    }
