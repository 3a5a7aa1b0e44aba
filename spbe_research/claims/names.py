"""The one table of names: every writing of every body, which the command and the browser share.

A name is read whole or not at all. A body in use owns its name; a writing that two bodies share is
refused with both; ministries founded or renamed since the last list are known, with no value held.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from spbe_research.claims.rules import REGIONAL, SUFFIX, closed, core, normalise, stated_types
from spbe_research.locations import data_folder
from spbe_research.years.evaluations import read_rows, reference_file

__all__ = ["Body", "Key", "NameTable", "NewBody", "name_table", "writing"]

_POLICE = "kepolisian daerah"
_PROVINCE_TITLES = ("dki ", "di ")


@dataclass(frozen=True)
class Body:
    """A body that is or could have been assessed."""

    agency_id: str
    name: str
    agency_type: str
    region_code: str


@dataclass(frozen=True)
class NewBody:
    """A ministry founded or renamed since the last list: known, and no value of it is held."""

    body_id: str
    name: str
    since: str  # year and month
    kind: str  # founded, renamed
    predecessors: tuple[int, ...]  # places in ``bodies``
    legal_basis: str


@dataclass(frozen=True)
class Key:
    """One way to write a body: normalised, whose it is, how it is spelled out, is it short."""

    text: str
    body: int
    spelled: str
    is_short: bool = False

    @cached_property
    def core(self) -> str:
        """The text without the word for the kind of body."""
        return core(self.text)

    @cached_property
    def writing(self) -> str:
        """What the key is looked up by."""
        return writing(self.text)


@dataclass(frozen=True, eq=False)
class NameTable:
    """Bodies in the order of ``agencies.csv``, their keys, and who owns each writing.

    ``owners`` and ``new_owners`` lead from a `writing` to places in ``bodies`` and ``new``.
    """

    bodies: tuple[Body, ...]
    new: tuple[NewBody, ...]
    keys: tuple[Key, ...]
    owners: dict[str, tuple[int, ...]]
    new_owners: dict[str, int]

    def place(self, agency_id: str) -> int:
        """Return the place of a body, or -1."""
        return self._places.get(agency_id, -1)

    def sharing(self, place: int) -> list[int]:
        """Return the places of the bodies of the same place or name, itself among them."""
        return [i for i, name in enumerate(self._proper) if name == self._proper[place]]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {body.agency_id: i for i, body in enumerate(self.bodies)}

    @cached_property
    def _proper(self) -> list[str]:
        return [core(normalise(body.name)) for body in self.bodies]


def writing(text: str) -> str:
    """Return what a normalised name is looked up by: its kind, and the rest without spaces.

    Examples
    --------
    >>> writing("kota bau bau"), writing("kota baru"), writing("kotabaru")
    ('kota|baubau', 'kota|baru', '|kotabaru')
    """
    rest = core(text)
    return f"{text[: len(text) - len(rest)].strip()}|{closed(rest)}"


def name_table() -> NameTable:
    """Return the table of names of the data folder in use."""
    _, modified = reference_file("agency_abbreviations.csv")
    return _load(data_folder(), modified)


@lru_cache(maxsize=2)
def _load(folder: Path, modified: int) -> NameTable:
    del folder, modified  # only the keys of the cache: the reader finds the folder itself
    bodies = tuple(
        Body(row["agency_id"], row["name"], row["agency_type"], row["region_code"])
        for row in _rows("agencies.csv")
    )
    place = {body.agency_id: i for i, body in enumerate(bodies)}
    keys = [
        Key(text, place[agency_id], name)
        for agency_id, name in _spelled(bodies)
        for text in _writings(name, bodies[place[agency_id]].agency_type)
    ]
    keys += _short_keys(bodies, place)
    keys += _police_keys(bodies, keys)
    in_use = {writing(normalise(body.name)): i for i, body in enumerate(bodies)}
    unique: dict[tuple[str, int], Key] = {}
    for key in keys:
        if in_use.get(key.writing, key.body) == key.body:
            unique.setdefault((key.text, key.body), key)
    kept = tuple(unique.values())
    owners: dict[str, tuple[int, ...]] = {}
    for key in kept:
        known = owners.get(key.writing, ())
        if key.body not in known:
            owners[key.writing] = (*known, key.body)
    owners = {text: tuple(sorted(places)) for text, places in owners.items()}
    new, new_owners = _new_bodies(place, owners)
    return NameTable(bodies, new, kept, owners, new_owners)


def _rows(file: str) -> list[dict[str, str]]:
    return read_rows(reference_file(file)[0])


def _spelled(bodies: tuple[Body, ...]) -> list[tuple[str, str]]:
    """Every whole name: in use, as published, former and later ones, and parts at a slash."""
    lineage = _rows("agency_lineage.csv")
    pairs = [
        *((body.agency_id, body.name) for body in bodies),
        *((row["agency_id"], row["name_published"]) for row in _rows("agency_aliases.csv")),
        *((row["predecessor_id"], row["predecessor_name"]) for row in lineage),
        *((row["successor_id"], row["successor_name"]) for row in lineage),
    ]
    parts = [
        (agency_id, part)
        for agency_id, name in pairs
        if "/" in name and "Barang/Jasa" not in name
        for part in name.split("/")
    ]
    return list(dict.fromkeys([*pairs, *parts]))


def _writings(name: str, agency_type: str) -> list[str]:
    """A name, of a region also without the word for its kind: a ministry is never one word."""
    whole = normalise(name)
    if agency_type not in REGIONAL:
        ends = name.casefold().endswith(SUFFIX)  # with a letter wrong the end is not left out
        return [whole, whole + SUFFIX] if ends else [whole]
    bare = whole.removeprefix(f"{agency_type} ")
    cores = [bare]
    if agency_type == "provinsi":
        cores += [bare.removeprefix(title) for title in _PROVINCE_TITLES if bare.startswith(title)]
    return [whole, *(f"{agency_type} {each}" for each in cores), *cores]


def _short_keys(bodies: tuple[Body, ...], place: dict[str, int]) -> list[Key]:
    """The abbreviations, alone and with the word for the kind of body before them.

    The column ``basis`` says where one is from: the initials of the printed name, or common usage
    (no document is cited). A short name of two bodies stands there twice, and is refused.
    """
    keys = []
    for row in _rows("agency_abbreviations.csv"):
        text, body = normalise(row["abbreviation"]), place[row["agency_id"]]
        kind = bodies[body].agency_type
        texts = [text]
        if kind in REGIONAL:
            texts.append(f"{kind} {text}")
        if kind == "lembaga":
            texts.append(f"sekretariat jenderal {text}")
        if kind == "kementerian" and not text.startswith("kem"):
            texts += [f"kementerian {text}", f"kemen{closed(text)}"]
        keys += [Key(each, body, row["abbreviation"], is_short=True) for each in texts]
    return keys


def _police_keys(bodies: tuple[Body, ...], keys: list[Key]) -> list[Key]:
    """A regional police by every writing of its province."""
    police = {body.region_code: i for i, body in enumerate(bodies) if body.agency_type == "polda"}
    return [
        Key(f"{_POLICE} {key.text}", police[region], f"Polda {key.spelled}", key.is_short)
        for key in keys
        if bodies[key.body].agency_type == "provinsi"
        and (region := bodies[key.body].region_code) in police
        and not stated_types(key.text)
    ]


def _new_bodies(
    place: dict[str, int], owners: dict[str, tuple[int, ...]]
) -> tuple[tuple[NewBody, ...], dict[str, int]]:
    """The bodies since the last list; a writing that a body of the lists owns stays its own."""
    new: list[NewBody] = []
    new_owners: dict[str, int] = {}
    for row in _rows("new_bodies.csv"):
        before = [place[each] for each in row["predecessor_ids"].split("|") if each]
        for name in [row["name"], *row["name"].split("/"), *row["short_names"].split("|")]:
            text = writing(normalise(name))
            if text not in owners:
                new_owners[text] = len(new)
        new.append(
            NewBody(
                row["body_id"],
                row["name"],
                row["since"],
                row["kind"],
                tuple(before),
                row["legal_basis"],
            )
        )
    return tuple(new), new_owners
