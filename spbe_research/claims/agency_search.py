"""An agency by a loose name: ``cilegon``, ``Pemkot Cilegon``, ``BKPM``, a letter wrong.

A search lists candidates; a resolution takes one only where no other is near, and otherwise
refuses and names them. The data never pass through here: published names join by the alias table.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from spbe_research.errors import DataError
from spbe_research.locations import data_folder
from spbe_research.panel.ids import agency_order, current_agency_id
from spbe_research.panel.loaders import load_agencies, load_reference

__all__ = ["find_agencies", "namesakes", "resolve_agency"]

_Floats = npt.NDArray[np.float64]

_EXACT = 100.0
_NEARLY_EXACT = 99.0
_RESOLVED = 80.0  # one wrong letter in five; below it a name is only suggested
_MARGIN = 4.0  # points that the next agency must be behind
_LISTED = 50.0
_CONTAINED = 0.79  # words of a longer name: suggested, never resolved
_WRONG_TYPE = 0.79  # Kota Sidoarjo, where only Kabupaten Sidoarjo exists: likewise
_SHOWN = 5
_LONGEST = 300  # characters; the longest name of an agency has half of it

_REGIONAL = ("provinsi", "kabupaten", "kota")
_POLICE = "kepolisian daerah"
_WORDS = {
    "kab": "kabupaten", "pemkab": "kabupaten", "pemkot": "kota", "pemprov": "provinsi",
    "prov": "provinsi", "propinsi": "provinsi", "kep": "kepulauan", "sel": "selatan",
    "polda": _POLICE, "kemen": "kementerian", "kementrian": "kementerian",
    "kemenko": "kementerian koordinator", "setjen": "sekretariat jenderal",
    "ri": "republik indonesia", "kb": "keluarga berencana",
}  # fmt: skip
_PHRASES = {"daerah khusus ibukota": "dki", "daerah istimewa": "di"}
_SILENT = {"dan", "bidang"}
_PREFIXES = ("pemerintah daerah ", "pemerintah ", "pemda ")
_TITLES = re.compile(
    r"(?:provinsi|kabupaten|kota|kementerian(?: koordinator)?|kepolisian daerah|badan|lembaga"
    r"|komisi|dewan|sekretariat jenderal) (?=.)"
)
_TWICE = re.compile(r"\b(kota|kabupaten|provinsi)( \1\b)+")  # Pemkot Kota Cilegon
_SUFFIX = " republik indonesia"
_PROVINCE_TITLES = ("dki ", "di ")
_COLUMNS = ["agency_id", "name", "agency_type", "matched_name", "score"]


@dataclass(frozen=True)
class _Key:
    """One way to write an agency: normalised, as it is spelled out, and whether letters count."""

    text: str
    agency_id: str
    spelled: str
    is_short: bool = False


@dataclass(frozen=True)
class _Names:
    """Every key in columns of one order, and the agencies they lead to."""

    agencies: pd.DataFrame
    texts: list[str]
    closed: list[str]
    letters: _Floats
    agency_id: npt.NDArray[np.object_]
    agency_type: npt.NDArray[np.str_]
    spelled: npt.NDArray[np.object_]
    is_short: npt.NDArray[np.bool_]
    owners: dict[str, tuple[str, ...]]
    namesakes: dict[str, list[str]]


def find_agencies(text: str, *, limit: int = _SHOWN) -> pd.DataFrame:
    """List the agencies whose name, alias, former name or abbreviation is nearest to a text.

    Parameters
    ----------
    text : str
        A loose name. ``Pemkot``, ``Pemkab``, ``Pemprov``, ``Kab.``, ``Prov.``, ``Polda`` and the
        like are understood; letters may be missing, doubled, swapped or wrong.
    limit : int
        Most rows returned.

    Returns
    -------
    pandas.DataFrame
        ``agency_id, name, agency_type, matched_name, score``, best first; ``score`` 0 to 100, 100
        where the text is one of the agency's names. Empty where nothing is near. Equal scores
        stand in the order of ``agency_id``.

    Raises
    ------
    DataError
        When the text has no letter or more than 300 characters, or the limit is below 1.

    Examples
    --------
    >>> find_agencies("pemkot cilegn", limit=1)[["agency_id", "name"]].values.tolist()
    [['kota-36.72', 'Kota Cilegon']]
    >>> find_agencies("bandung", limit=2)["name"].tolist()
    ['Kabupaten Bandung', 'Kota Bandung']
    >>> find_agencies("?")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid agency '?'. It must have a letter. ...
    """
    if limit < 1:
        raise DataError(f"Invalid limit {limit}. It must be 1 or more.")
    if len(text) > _LONGEST:
        raise DataError(
            f"Invalid agency {text[:20]!r}... It must have at most {_LONGEST} characters."
        )
    wanted = _normalise(text)
    if not re.search("[a-z]", wanted):
        raise DataError(
            f"Invalid agency {text!r}. It must have a letter. Give a name or an abbreviation, "
            "for example 'Kota Cilegon' or 'BKPM'."
        )
    names = _load(data_folder())
    table = _scored(wanted, names).head(limit).join(names.agencies, on="agency_id")
    return table[_COLUMNS].reset_index(drop=True)


def resolve_agency(text: str) -> str:
    """Return the id of the one agency a text names, or refuse.

    A name, alias, former name or abbreviation is taken as it stands; with letters wrong it is taken
    where the agency is near and every other is further away. Words of a longer name are not enough.

    Parameters
    ----------
    text : str
        A loose name, as for `find_agencies`, or an ``agency_id``, also of release 0.1.0.

    Returns
    -------
    str
        ``agency_id``, as in ``load_agencies()``.

    Raises
    ------
    DataError
        When no agency or more than one is meant; the message names the nearest.

    Examples
    --------
    >>> resolve_agency("Kota Cilegon"), resolve_agency("cilegon"), resolve_agency("36.72")
    ('kota-36.72', 'kota-36.72', 'kota-36.72')
    >>> resolve_agency("bandung")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid agency 'bandung'. It must name one agency, and may ...
    """
    known = current_agency_id(text.strip())
    names = _load(data_folder())
    if known in names.agencies.index:
        return known
    owners = names.owners.get(_normalise(text), ()) if len(text) <= _LONGEST else ()
    if len(owners) == 1:  # written as one agency is, and no other: nothing is nearer
        return owners[0]
    found = find_agencies(text)
    best = found[found["score"] >= _RESOLVED]
    if not best.empty:
        # An exact name needs no distance to the next, only to be nobody else's.
        first = float(best["score"].iloc[0])
        margin = 0.5 if first == _EXACT else _MARGIN
        rivals = found[found["score"] > first - margin]
        if len(rivals) == 1:
            return str(rivals["agency_id"].iloc[0])
        raise DataError(
            f"Invalid agency {text!r}. It must name one agency, and may mean {len(rivals)}: "
            f"{_listed(rivals)}. Write the whole name."
        )
    nearest = f"Nearest: {_listed(found)}." if not found.empty else "Nothing is near."
    raise DataError(
        f"Invalid agency {text!r}. It must be a name, former name or abbreviation of an agency "
        f"that was assessed. {nearest} `spbe-research find` searches."
    )


def namesakes(agency_id: str) -> list[str]:
    """Return the ids of the other agencies of the same place or name: city, regency, province.

    Examples
    --------
    >>> namesakes("kota-32.73")
    ['kab-32.04']
    >>> namesakes("kota-36.72")
    []
    """
    names = _load(data_folder())
    agency_id = current_agency_id(agency_id)
    return [other for other in names.namesakes[agency_id] if other != agency_id]


def _listed(found: pd.DataFrame) -> str:
    return "; ".join(found["name"])


def _scored(wanted: str, names: _Names) -> pd.DataFrame:
    """Score every key, and keep the best of each agency that is near.

    Wrong letters count against the letters of the name proper: ``Kabupaten Medan`` is two letters
    from ``Kabupaten Sleman``, which is two in six.
    """
    from rapidfuzz import fuzz, process

    words = process.cdist([wanted], names.texts, scorer=fuzz.token_set_ratio)[0] * _CONTAINED
    score = np.maximum(_likeness(wanted, names), _likeness(_proper(wanted), names))
    score = np.maximum(score, np.where(names.is_short, 0.0, words))
    closed = _closed(wanted)
    score[[text == closed for text in names.closed]] = _NEARLY_EXACT
    if stated := _stated_types(wanted):
        score = np.where(np.isin(names.agency_type, stated), score, score * _WRONG_TYPE)
    score[[text == wanted for text in names.texts]] = _EXACT
    near = np.flatnonzero(score >= _LISTED)
    rows = pd.DataFrame(
        {
            "agency_id": names.agency_id[near],
            "matched_name": names.spelled[near],
            "score": score[near].round(1),
            "is_short": names.is_short[near],
        }
    )
    # A whole name is told before an abbreviation of the same score.
    rows = rows.sort_values(
        ["score", "agency_id", "is_short"], ascending=[False, True, True], key=agency_order
    )
    return rows.drop_duplicates("agency_id")[["agency_id", "matched_name", "score"]]


def _likeness(wanted: str, names: _Names) -> _Floats:
    """Letters to change, as a share of the name proper."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    edits = process.cdist([wanted], names.texts, scorer=OSA.distance)[0].astype(float)
    letters = np.maximum(names.letters, len(_proper(wanted)))
    likeness: _Floats = np.clip(100 * (1 - edits / letters), 0.0, _NEARLY_EXACT)
    return likeness


def _closed(text: str) -> str:
    """Without spaces: ``fak fak`` and ``fakfak``."""
    return text.replace(" ", "")


def _proper(text: str) -> str:
    """Drop the word that says what kind of body it is."""
    return _TITLES.sub("", text, count=1) if _TITLES.match(text) else text


def _stated_types(wanted: str) -> tuple[str, ...]:
    """The types of body that the first words of a text leave possible; none where all are."""
    title = _TITLES.match(wanted)
    if title is None:
        return ()
    word = title.group().strip()
    if word == _POLICE:
        return ("polda",)
    if word in _REGIONAL:
        return (word,)
    return ("kementerian",) if word.startswith("kementerian") else ("kementerian", "lembaga")


def _normalise(text: str) -> str:
    """One writing for all: small letters, no marks, words spelled out."""
    plain = re.sub(r"\b([a-z])\.\s?(?=[a-z]\b)", r"\1", text.casefold().replace("&", " dan "))
    words = re.findall(r"[a-z0-9]+", plain)
    joined = " ".join(_WORDS.get(word, word) for word in words if word not in _SILENT)
    for phrase, short in _PHRASES.items():
        joined = re.sub(rf"\b{phrase}\b", short, joined)
    for prefix in _PREFIXES:
        joined = joined.removeprefix(prefix)
    joined = _TWICE.sub(r"\1", joined)
    return joined.removesuffix(_SUFFIX).strip() or joined


@lru_cache(maxsize=2)
def _load(folder: Path) -> _Names:
    """Collect the keys of every agency; a name in use belongs to nobody else."""
    del folder  # only the key of the cache: the loaders find it themselves
    agencies = load_agencies().set_index("agency_id")[["name", "agency_type", "province"]]
    agencies["proper"] = agencies["name"].map(lambda name: _proper(_normalise(name)))
    spelled = _spelled(agencies)
    keys = [
        _Key(text, agency_id, name)
        for agency_id, name in spelled
        for text in _writings(name, agencies.loc[agency_id, "agency_type"])
    ]
    keys += _short_keys(agencies)
    keys += _police_keys(agencies, keys)
    owners = {
        _normalise(row.name): agency_id
        for agency_id, row in zip(agencies.index, agencies.itertuples(index=False), strict=True)
    }
    unique = {
        (key.text, key.agency_id): key
        for key in reversed(keys)
        if owners.get(key.text, key.agency_id) == key.agency_id
    }
    kept = list(reversed(unique.values()))
    texts = [key.text for key in kept]
    ids = [key.agency_id for key in kept]
    return _Names(
        agencies,
        texts,
        [_closed(text) for text in texts],
        np.array([len(_proper(text)) for text in texts], dtype=float),
        np.array(ids, dtype=object),
        agencies["agency_type"].reindex(ids).to_numpy(dtype=str),
        np.array([key.spelled for key in kept], dtype=object),
        np.array([key.is_short for key in kept]),
        _owners(kept),
        _sharing(agencies["proper"]),
    )


def _sharing(proper: pd.Series) -> dict[str, list[str]]:
    """The agencies of the same place or name as each, itself among them."""
    groups = {name: list(map(str, rows.index)) for name, rows in proper.groupby(proper)}
    return {str(agency_id): groups[name] for agency_id, name in proper.items()}


def _owners(keys: list[_Key]) -> dict[str, tuple[str, ...]]:
    """The agencies that each text is a name of."""
    owners: dict[str, tuple[str, ...]] = {}
    for key in keys:
        owners[key.text] = (*owners.get(key.text, ()), key.agency_id)
    return owners


def _spelled(agencies: pd.DataFrame) -> list[tuple[str, str]]:
    """Every whole name: in use, as published, former and later ones, and parts at a slash."""
    lineage = load_reference("agency_lineage")
    aliases = load_reference("agency_aliases")
    pairs = [
        *zip(agencies.index, agencies["name"], strict=True),
        *zip(aliases["agency_id"], aliases["name_published"], strict=True),
        *zip(lineage["predecessor_id"], lineage["predecessor_name"], strict=True),
        *zip(lineage["successor_id"], lineage["successor_name"], strict=True),
    ]
    parts = [
        (agency_id, part)
        for agency_id, name in pairs
        if "/" in name and "Barang/Jasa" not in name
        for part in name.split("/")
    ]
    return list(dict.fromkeys([*pairs, *parts]))


def _writings(name: str, agency_type: str) -> list[str]:
    """A name with and without the word that says what kind of body it is."""
    whole = _normalise(name)
    if agency_type not in (*_REGIONAL, "kementerian"):
        return [whole]
    core = whole.removeprefix(f"{agency_type} ")
    cores = [core]
    if agency_type == "provinsi":
        cores += [core.removeprefix(title) for title in _PROVINCE_TITLES if core.startswith(title)]
    return [whole, *(f"{agency_type} {each}" for each in cores), *cores]


def _short_keys(agencies: pd.DataFrame) -> list[_Key]:
    """The abbreviations, alone and with the word for the kind of body before them.

    The column ``basis`` says where one is from: the initials of the printed name, common usage (no
    document is cited), or a name since the last list.
    """
    keys = []
    for row in load_reference("agency_abbreviations").itertuples(index=False):
        text = _normalise(row.abbreviation)
        kind = str(agencies.loc[row.agency_id, "agency_type"])
        texts = [text, f"sekretariat jenderal {text}"] if kind == "lembaga" else [text]
        if kind in (*_REGIONAL, "kementerian") and not text.startswith("kemen"):
            texts.append(f"{kind} {text}")
        keys += [_Key(each, row.agency_id, row.abbreviation, is_short=True) for each in texts]
    return keys


def _police_keys(agencies: pd.DataFrame, keys: list[_Key]) -> list[_Key]:
    """A regional police by every writing of its province."""
    police = agencies[agencies["agency_type"] == "polda"].reset_index().set_index("province")
    provinces = agencies[agencies["agency_type"] == "provinsi"]["province"]
    serving = provinces.map(police["agency_id"]).dropna()
    return [
        _Key(f"{_POLICE} {key.text}", serving[key.agency_id], f"Polda {key.spelled}")
        for key in keys
        if key.agency_id in serving and not key.text.startswith("provinsi ")
    ]
