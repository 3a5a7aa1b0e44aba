"""What is cited: a record, the release, a document of a producer, or one published score.

A reference holds plain facts in one language; ``citations`` writes it in a style. What is computed
here is computed from results of Kementerian PANRB, so the ministry is named before this project.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import spbe_research
from spbe_research.catalogue.ledger import current, read_ledger
from spbe_research.catalogue.records import load_records
from spbe_research.datasets import load_agencies, load_published
from spbe_research.errors import DataError

__all__ = [
    "LANGUAGES",
    "Reference",
    "record_reference",
    "release_reference",
    "score_reference",
    "source_ids",
    "source_reference",
]

LANGUAGES = ("en", "id")
MINISTRY = "Kementerian PANRB"

_BIBLIOGRAPHY = Path(__file__).with_name("bibliography.toml")
_CONTRIBUTORS = {"en": "spbe_research contributors", "id": "Kontributor spbe_research"}
_MEDIUM = {
    "figure": {"en": "Figure", "id": "Gambar"},
    "table": {"en": "Table", "id": "Tabel"},
    "number": {"en": "Number", "id": "Angka"},
    "release": {"en": "Data set and software", "id": "Set data dan perangkat lunak"},
    "data": {"en": "Data set", "id": "Set data"},
}
_NOTE = {
    "en": "Computed by spbe_research {version} from results of the SPBE evaluation, {years}, "
    "published by Kementerian PANRB",
    "id": "Dihitung oleh spbe_research {version} dari hasil evaluasi SPBE, {years}, yang "
    "diterbitkan Kementerian PANRB",
}
_RELEASE_TITLE = {
    "en": "spbe_research: results of Indonesia's e-government evaluation (SPBE), 2018-2024, data "
    "and scoring engine",
    "id": "spbe_research: hasil evaluasi Sistem Pemerintahan Berbasis Elektronik (SPBE), "
    "2018-2024, data dan mesin penilaian",
}
_RELEASE_NOTE = {
    "en": "The results are figures of public evaluations by Kementerian PANRB",
    "id": "Hasil tersebut adalah angka evaluasi publik oleh Kementerian PANRB",
}
_SCORE_TITLE = {
    "en": "SPBE index of {name}, {year}: {value}",
    "id": "Indeks SPBE {name} {year}: {value}",
}
_CARRIED = {"en": "repeats an earlier year", "id": "mengulang nilai tahun sebelumnya"}
_INFERRED = {"en": "inferred from equality", "id": "disimpulkan dari kesamaan nilai"}
_INFERRED_YEARS = (2019, 2020)  # from 2021 on, the ministry says which values it carries over


@dataclass(frozen=True)
class Reference:
    """One thing that can be cited, its texts in ``language``.

    ``title_language`` is that of the title, which for a document of the ministry is Indonesian
    whatever the language around it. ``described`` says that the title is a description by this
    project, which styles put into square brackets. ``date`` is a year or an ISO date.
    """

    key: str
    kind: str
    language: str
    authors: tuple[str, ...]
    title: str
    title_language: str
    date: str
    described: bool = False
    medium: str = ""
    number: str = ""
    version: str = ""
    publisher: str = ""
    container: str = ""
    doi: str = ""
    note: str = ""
    url: str = ""
    accessed: str = ""

    @property
    def year(self) -> int:
        """Year of publication."""
        return int(self.date[:4])

    @property
    def shown_title(self) -> str:
        """The title, in brackets where it is a description."""
        return f"[{self.title}]" if self.described else self.title


def record_reference(record_id: str, language: str) -> Reference:
    """Return the reference of a registered figure, table or number: that of its newest version.

    Raises
    ------
    DataError
        When there is no such record or language, or the record was never published.
    """
    _check_language(language)
    records = load_records()
    if record_id not in records:
        raise DataError(f"Invalid id {record_id!r}. It must be a record of the catalogue.")
    record, newest = records[record_id], current(record_id)
    kind = {"fig": "figure", "tab": "table", "num": "number"}[record_id[:3]]
    title = record.title_en if language == "en" else record.title_id
    if kind == "number" and record.years not in title:
        title += f", {record.years}"
    return Reference(
        key=record_id,
        kind=kind,
        language=language,
        authors=(MINISTRY, _CONTRIBUTORS[language]),
        title=title[0].upper() + title[1:],
        title_language=language,
        date=newest.date,
        medium=_MEDIUM[kind][language],
        number=record_id,
        version=str(newest.version),
        publisher=f"spbe_research {newest.code_version}",
        note=_NOTE[language].format(version=newest.code_version, years=record.years),
    )


def release_reference(language: str) -> Reference:
    """Return the reference of data and software as a whole, dated by the newest publication.

    Raises
    ------
    DataError
        When there is no such language, or nothing was published yet.
    """
    _check_language(language)
    versions = read_ledger()
    if not versions:
        raise DataError("Nothing was published yet. Run `spbe-research publish`.")
    return Reference(
        key="spbe-research",
        kind="release",
        language=language,
        authors=(MINISTRY, _CONTRIBUTORS[language]),
        title=_RELEASE_TITLE[language],
        title_language=language,
        date=versions[-1].date,
        medium=_MEDIUM["release"][language],
        version=spbe_research.__version__,
        note=_RELEASE_NOTE[language],
    )


def source_reference(source_id: str, language: str) -> Reference:
    """Return the reference of a document or data set that the tables were taken from.

    Raises
    ------
    DataError
        When there is no such source or language.
    """
    _check_language(language)
    if source_id not in _bibliography():
        raise DataError(
            f"Invalid source {source_id!r}. It must be one of {', '.join(_bibliography())}."
        )
    entry = _bibliography()[source_id]
    kind = entry["kind"]
    described = "title" not in entry
    return Reference(
        key=source_id,
        kind=kind,
        language=language,
        authors=tuple(entry.get("authors") or entry[f"authors_{language}"]),
        title=entry[f"title_{language}"] if described else entry["title"],
        title_language=language if described else "id",
        date=entry.get("date", str(entry["year"])),
        described=described,
        medium=_MEDIUM.get(kind, {}).get(language, ""),
        publisher=entry.get("publisher", ""),
        container=entry.get("container", ""),
        doi=entry.get("doi", ""),
    )


def score_reference(agency_id: str, year: int, language: str) -> Reference:
    """Return the reference of one agency's published index: the ministry and its document.

    The index is shown with two decimals, the predicate as printed; a table of the document is
    named where it is known, and a value that only repeats an earlier year says so.

    Raises
    ------
    DataError
        When there is no such language, or no published index of the agency in the year.

    Examples
    --------
    >>> score_reference("36.72", 2023, "en").title
    'SPBE index of Kota Cilegon, 2023: 2.30 (Cukup), Tabel 28 no 7'
    """
    _check_language(language)
    published = load_published()
    rows = published[(published["agency_id"] == agency_id) & (published["year"] == year)]
    if len(rows) != 1:
        raise DataError(
            f"Invalid agency and year {agency_id!r}, {year}. There must be a published index; "
            "ids stand in data/tidy/agencies.csv."
        )
    row = rows.iloc[0]
    names = load_agencies().set_index("agency_id")["name"]
    value = f"{row['index_published']:.2f}"
    title = _SCORE_TITLE[language].format(
        name=names[agency_id],
        year=year,
        value=value if language == "en" else value.replace(".", ","),
    )
    if isinstance(row["predicate_published"], str):
        title += f" ({row['predicate_published']})"
    if row["status"] == "carried_over":
        title += f", {_CARRIED[language]}"
        if year in _INFERRED_YEARS:
            title += f" ({_INFERRED[language]})"
    if row["locator"].startswith("Tabel"):
        title += f", {row['locator']}"
    source = source_reference(row["source_id"], language)
    return Reference(
        key=f"spbe-{agency_id.replace('.', '-')}-{year}",
        kind="score",
        language=language,
        authors=source.authors,
        title=title,
        title_language=language,
        date=source.date,
        container=source.shown_title,
    )


def source_ids() -> tuple[str, ...]:
    """Return the ids of all sources that can be cited."""
    return tuple(_bibliography())


@cache
def _bibliography() -> Mapping[str, Any]:
    return tomllib.loads(_BIBLIOGRAPHY.read_text(encoding="utf-8"))


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise DataError(f"Invalid language {language!r}. It must be one of {', '.join(LANGUAGES)}.")
