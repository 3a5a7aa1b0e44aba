"""From which release or working tree a file is that is not the one exported today.

A picture states the hash that a manifest would hold of it, a workbook that of its words. Stated
hashes are compared with those of the releases and of the present; they do not prove that nothing
was edited, and no sentence here says so.
"""

from dataclasses import dataclass

from spbe_research.nbguard.pictures import picture_hash
from spbe_research.press.exports import current_sha256
from spbe_research.press.manifest import (
    read_manifest,
    release_date,
    releases,
    words_hash,
)
from spbe_research.press.records import load_records
from spbe_research.press.show import draw_record

__all__ = ["Stated", "name_releases", "origin_of", "released_table"]


@dataclass(frozen=True)
class Stated:
    """The hashes of a file: of its data; of its version, where it states one; of its pixels.

    ``version`` is that of the picture, or of the words of a workbook; ``pixels`` is read from a PNG
    itself.
    """

    data: str
    version: str = ""
    pixels: str = ""


def origin_of(record_id: str, kind: str, language: str, stated: Stated) -> str:
    """Say where a file of a record is from that is not the one exported today.

    Parameters
    ----------
    record_id : str
        Of the file.
    kind : {"png", "svg", "pdf", "csv", "xlsx"}
        Of the file.
    language : {"en", "id"}
        Of the picture.
    stated : Stated
        Its hashes.

    Returns
    -------
    str
        One or two sentences; the first word is Altered, Outdated or Made.
    """
    has_current_data = stated.data == current_sha256(record_id)
    if (
        stated.version
        and has_current_data
        and stated.version == _current_version(record_id, kind, language)
    ):
        return (
            "Altered: its data are current, and it says that it was exported as it is exported "
            "today, but it is not that file. It was edited or saved again."
        )
    part = ("words", record_id, "en") if kind == "xlsx" else ("picture", record_id, language)
    with_its_data = []
    for release in reversed(releases()):
        held, dated = read_manifest(release), f"release {release} of {release_date(release)}"
        hashes = {key: item.sha256 for key, item in held.items()}
        known = hashes.get(part, "no such picture")
        if stated.pixels == known:
            return f"Outdated: it is the picture that {dated} published."
        if hashes.get(("table", record_id, "data")) == stated.data:
            if kind == "csv":
                return f"Outdated: it is the table that {dated} published."
            if stated.version == known:
                return f"Outdated: it was made as {dated}, or says so and was edited since."
            with_its_data.append(dated)
    if not stated.version and has_current_data:
        return (
            "Altered or older: its data are current, but it is not the file exported today, and "
            "it states no version. A notebook or an earlier version made it with other words, or "
            "it was saved again or edited."
        )
    if with_its_data and not has_current_data:
        return f"Outdated: its data are those of {with_its_data[0]}, its words perhaps others."
    others = "words" if kind == "xlsx" else "words or lines"
    return (
        f"Made by spbe_research from a working tree that is neither {name_releases()} nor the "
        f"present one: its {others if has_current_data else 'data'} are others. Whether it was "
        "edited since cannot be told."
    )


def released_table(sha256: str) -> str:
    """Return the record whose table a release published with this hash; empty for none."""
    for release in reversed(releases()):
        for item in read_manifest(release).values():
            if item.kind == "table" and item.sha256 == sha256:
                return item.name
    return ""


def name_releases() -> str:
    """Return the releases in words, as what a file is not."""
    if len(releases()) == 1:
        return f"release {releases()[0]}"
    return f"one of the releases {', '.join(releases())}" if releases() else "a release"


def _current_version(record_id: str, kind: str, language: str) -> str:
    if kind == "xlsx":
        return words_hash(load_records()[record_id], "en")
    return picture_hash(draw_record(record_id, language=language))
