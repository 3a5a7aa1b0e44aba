"""An agency by a loose name: ``cilegon``, ``Pemkot Cilegon``, ``BKPM``, ``Halsel``.

A search lists candidates by likeness; a resolution takes a name only as it stands, and otherwise
refuses and names what is near. The data never pass through here: published names join by the alias
table.
"""

import re
from typing import TYPE_CHECKING

from spbe_research.claims.names import NameTable, name_table
from spbe_research.claims.reading import LONGEST, Near, Reading, near_names, read_name
from spbe_research.claims.rules import normalise
from spbe_research.errors import DataError

if TYPE_CHECKING:  # the command line answers without pandas
    import pandas as pd

__all__ = ["REFUSALS", "find_agencies", "namesakes", "resolve_agency", "why_unread"]

_SHOWN = 5
_PREDECESSOR = 79  # of 100: the ministry a new one came from is offered, as words of a name are
_COLUMNS = ["agency_id", "name", "agency_type", "matched_name", "score"]
REFUSALS = {
    "en": {
        "invalid": "Invalid agency {text!r}. {why}",
        "long": "Invalid agency {text!r}... It must have at most {most} characters.",
        "letter": "It must have a letter. Give a name or an abbreviation, for example 'Kota "
        "Cilegon' or 'BKPM'.",
        "several": "It must name one agency, and may mean {n}: {names}. Write the whole name.",
        "new": "It is {new}, {kind} in {since} ({law}); no value of it is held.{before}",
        "before": " Before it: {names}.",
        "founded": "founded",
        "renamed": "renamed",
        "part": "The word before the name makes it another body, which was not assessed. The "
        "government of the place: {names}.",
        "nation": "It must name one agency, and means the whole country.",
        "unknown": "It must be a name, former name or abbreviation of an agency that was assessed. "
        "{near} `spbe-research find` searches.",
        "near": "Nearest: {names}.",
        "nothing": "Nothing is near.",
    },
    "id": {
        "invalid": "Instansi {text!r} tidak dikenali. {why}",
        "long": "Instansi {text!r}... tidak dikenali. Panjangnya paling banyak {most} karakter.",
        "letter": "Nama harus memuat huruf. Tulis nama atau singkatan, misalnya 'Kota Cilegon' "
        "atau 'BKPM'.",
        "several": "Nama itu dapat berarti {n} instansi: {names}. Tulis nama lengkapnya.",
        "new": "{new} {kind} pada {since} ({law}); nilainya belum ada dalam data ini.{before}",
        "before": " Sebelumnya: {names}.",
        "founded": "dibentuk",
        "renamed": "berganti nama",
        "part": "Kata di depan nama itu menunjuk badan lain yang tidak dinilai. Pemerintah "
        "daerahnya: {names}.",
        "nation": "Yang dimaksud adalah seluruh Indonesia, bukan satu instansi.",
        "unknown": "Tulis nama, nama lama, atau singkatan instansi yang pernah dinilai. {near} "
        "Untuk mencari: `spbe-research find`.",
        "near": "Yang paling mirip: {names}.",
        "nothing": "Tidak ada yang mirip.",
    },
}


def find_agencies(text: str, *, limit: int = _SHOWN) -> "pd.DataFrame":
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
        stand in the order of the list of agencies. For a ministry founded or renamed since the
        last list its predecessors come first.

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
    import pandas as pd

    if limit < 1:
        raise DataError(f"Invalid limit {limit}. It must be 1 or more.")
    if problem := _unreadable(text, "en"):
        raise problem
    table, wanted = name_table(), normalise(text)
    found = list(near_names(wanted, limit=limit))
    reading = read_name(text)
    if reading.kind == "new":
        new = table.new[reading.new]
        first = [Near(place, new.name, _PREDECESSOR) for place in new.predecessors]
        found = [*first, *(near for near in found if near.body not in new.predecessors)][:limit]
    rows = [
        (body.agency_id, body.name, body.agency_type, near.spelled, near.score)
        for near in found
        for body in [table.bodies[near.body]]
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def resolve_agency(text: str, *, language: str = "en") -> str:
    """Return the id of the one agency a text names, or refuse.

    A name, alias, former name or abbreviation is taken as it stands: capitals, spaces, marks and
    the word for the kind of body aside. What is only near is offered, never taken.

    Parameters
    ----------
    text : str
        A loose name, as for `find_agencies`, or an ``agency_id``, also of release 0.1.0.
    language : {"en", "id"}
        Of the message of an error.

    Returns
    -------
    str
        ``agency_id``, as in ``load_agencies()``.

    Raises
    ------
    DataError
        When no agency or more than one is meant, when a word before the name makes it another body
        (BPS Kota Cilegon), or when the ministry is newer than the lists; the message names the
        nearest.

    Examples
    --------
    >>> resolve_agency("Kota Cilegon"), resolve_agency("cilegon"), resolve_agency("36.72")
    ('kota-36.72', 'kota-36.72', 'kota-36.72')
    >>> resolve_agency("bandung")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid agency 'bandung'. It must name one agency, and may ...
    >>> resolve_agency("Kota Cilegn")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid agency 'Kota Cilegn'. It must be a name, ...
    """
    if problem := _unreadable(text, language):
        raise problem
    reading = read_name(text)
    if reading.kind == "one":
        return reading.ids[0]
    why = why_unread(reading, language=language)
    raise DataError(REFUSALS[language]["invalid"].format(text=text, why=why))


def why_unread(reading: Reading, *, language: str = "en") -> str:
    """Return why a name was not read as one body of the lists, and what is offered instead."""
    table, said = name_table(), REFUSALS[language]
    names = "; ".join(table.bodies[table.place(each)].name for each in reading.ids)
    if reading.kind == "new":
        new = table.new[reading.new]
        before = said["before"].format(names=names) if names else ""
        values = {"new": new.name, "since": new.since, "law": new.legal_basis, "before": before}
        return said["new"].format(kind=said[new.kind], **values)
    near = said["near"].format(names=names) if names else said["nothing"]
    return said[reading.kind].format(n=len(reading.ids), names=names, near=near)


def namesakes(agency_id: str) -> list[str]:
    """Return the ids of the other agencies of the same place or name: city, regency, province.

    Examples
    --------
    >>> namesakes("kota-32.73")
    ['kab-32.04']
    >>> namesakes("kota-36.72")
    []
    """
    table: NameTable = name_table()
    place = table.place(read_name(agency_id).ids[0])
    return [table.bodies[other].agency_id for other in table.sharing(place) if other != place]


def _unreadable(text: str, language: str) -> DataError | None:
    said = REFUSALS[language]
    if len(text) > LONGEST:
        return DataError(said["long"].format(text=text[:20], most=LONGEST))
    if not re.search("[a-z]", normalise(text)) and read_name(text).kind != "one":
        return DataError(said["invalid"].format(text=text, why=said["letter"]))
    return None
