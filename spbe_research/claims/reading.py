"""A name is read: as one body, or refused with what is near. Near is offered, never taken."""

from dataclasses import dataclass
from functools import lru_cache

from spbe_research.claims.names import NameTable, name_table, writing
from spbe_research.claims.rules import BODIES_BEFORE, NATION_NAMES, core, normalise, stated_types

__all__ = ["LONGEST", "Near", "Reading", "near_names", "read_name"]

LONGEST = 300  # characters; the longest name of a body has half of it

_EXACT, _CLOSED, _NEARLY = 100, 99, 98
_OFFERED = 50  # of 100: half of the letters are the same
_CONTAINED = (60, 19)  # words of a longer name: from 60, by their share of its letters up to 79
_WRONG_TYPE = 79  # percent: Kota Sidoarjo, where only Kabupaten Sidoarjo exists
_SHORTEST_BEGINNING = 3  # letters
_SHOWN = 5


@dataclass(frozen=True)
class Near:
    """A body offered: its place in the table, how it is spelled, and how like it is, of 100."""

    body: int
    spelled: str
    score: int


@dataclass(frozen=True)
class Reading:
    """What a name was read as.

    ``kind`` is ``one`` (a body of the lists), ``nation``, ``new`` (founded or renamed since the
    last list), ``several`` (two or more bodies are called so), ``part`` (another body with the
    place in its name, as BPS Kota Cilegon) or ``unknown``. ``ids`` are agency_ids: the one, those
    that share the name, the predecessors, the government of the place, or the nearest, best first;
    ``new`` is the place of a new body, else -1.
    """

    kind: str
    ids: tuple[str, ...] = ()
    new: int = -1


def read_name(text: str) -> Reading:
    """Return what a name is read as; nothing is taken from a likeness.

    Examples
    --------
    >>> read_name("Pemkot Solo").ids, read_name("Jogja").kind, read_name("Kemenhut").kind
    (('kota-33.72',), 'several', 'new')
    >>> read_name("BPS Kota Cilegon")
    Reading(kind='part', ids=('kota-36.72',), new=-1)
    """
    table = name_table()
    if len(text) > LONGEST:
        return Reading("unknown")
    stripped = text.strip()
    if table.place(stripped) >= 0:
        return Reading("one", (stripped,))
    code = [b.agency_id for b in table.bodies if b.agency_id.partition("-")[2] == stripped]
    if stripped[:1].isdigit() and code:
        return Reading("one", (code[0],))
    return _read(normalise(text), table)


def _read(wanted: str, table: NameTable) -> Reading:
    if wanted in NATION_NAMES:
        return Reading("nation")
    owners = table.owners.get(writing(wanted), ())
    if owners:
        ids = tuple(table.bodies[place].agency_id for place in owners)
        return Reading("one" if len(ids) == 1 else "several", ids)
    if (new := table.new_owners.get(writing(wanted), -1)) >= 0:
        before = tuple(table.bodies[place].agency_id for place in table.new[new].predecessors)
        return Reading("new", before, new)
    words = wanted.split()
    if words and words[0] in BODIES_BEFORE:
        for first in range(1, len(words)):
            owners = table.owners.get(writing(" ".join(words[first:])), ())
            if owners:
                return Reading("part", tuple(table.bodies[place].agency_id for place in owners))
    found = near_names(wanted, limit=_SHOWN)
    return Reading("unknown", tuple(table.bodies[near.body].agency_id for near in found))


@lru_cache(maxsize=4096)
def near_names(wanted: str, *, limit: int) -> tuple[Near, ...]:
    """Return the bodies whose writing is nearest to a normalised name, best first.

    Letters to change count against the letters of the name proper: ``Kabupaten Medan`` is two
    letters from ``Kabupaten Sleman``, which is two in six. Whole numbers only, so that the browser
    finds the same.
    """
    from rapidfuzz.distance import OSA

    table = name_table()
    types, proper, asked = stated_types(wanted), core(wanted), writing(wanted)
    best: dict[int, tuple[int, int, int]] = {}
    for order, key in enumerate(table.keys):
        if key.writing == asked:
            score = _EXACT if key.text == wanted else _CLOSED
        else:
            letters = max(len(key.core), len(proper))
            most = letters // 2
            edits = OSA.distance(wanted, key.text, score_cutoff=most)
            if proper != wanted and edits:
                edits = min(edits, OSA.distance(proper, key.text, score_cutoff=most))
            score = min(_NEARLY, 100 * (letters - edits) // letters) if edits <= most else 0
            if not key.is_short:
                score = max(score, _words(proper, key.text))
            if types and table.bodies[key.body].agency_type not in types:
                score = score * _WRONG_TYPE // 100
        if score >= _OFFERED:
            rank = (-score, int(key.is_short), order)
            best[key.body] = min(best.get(key.body, rank), rank)
    ranked = sorted((rank[0], body, rank[2]) for body, rank in best.items())
    return tuple(
        Near(body, table.keys[order].spelled, -score) for score, body, order in ranked[:limit]
    )


def _words(proper: str, text: str) -> int:
    """Score words of a longer name, each whole or its beginning."""
    words, known = proper.split(), text.split()
    for word in words:
        if not any(
            each == word or (len(word) >= _SHORTEST_BEGINNING and each.startswith(word))
            for each in known
        ):
            return 0
    letters = sum(map(len, known))
    lowest, more = _CONTAINED
    return lowest + more * min(sum(map(len, words)), letters) // letters if words else 0
