"""What is cited: a record, the release, a document of a producer, or one published score.

A reference holds plain facts in one language; ``citations`` writes it in a style. The author of an
analysis is this project: a producer is credited as the source of the data, and is the author only
of a document or score of its own.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import spbe_research
from spbe_research.errors import DataError
from spbe_research.panel.ids import current_agency_id
from spbe_research.panel.loaders import load_agencies, load_published, load_reference
from spbe_research.press.description import registered
from spbe_research.press.languages import check_language, localise
from spbe_research.press.manifest import newest_release, release_date
from spbe_research.press.quotes import CREDITS, credit

__all__ = [
    "MINISTRY",
    "Reference",
    "record_reference",
    "release_reference",
    "score_reference",
    "source_ids",
    "source_reference",
    "years_covered",
]

MINISTRY = "Kementerian PANRB"

_BIBLIOGRAPHY = Path(__file__).with_name("bibliography.csv")
_PROJECT = "spbe_research"
_CONTRIBUTORS = {"en": "spbe_research contributors", "id": "Kontributor spbe_research"}
_MEDIUM = {
    "figure": {"en": "Figure", "id": "Gambar"},
    "table": {"en": "Table", "id": "Tabel"},
    "number": {"en": "Number", "id": "Angka"},
    "release": {"en": "Data set and software", "id": "Set data dan perangkat lunak"},
    "data": {"en": "Data set", "id": "Set data"},
}
_KINDS = {"fig": "figure", "tab": "table", "num": "number"}
_RELEASE_TITLE = {
    "en": "spbe_research: results of Indonesia's e-government evaluation (SPBE), {years}, data "
    "and scoring engine",
    "id": "spbe_research: hasil evaluasi Sistem Pemerintahan Berbasis Elektronik (SPBE), {years}, "
    "data dan mesin penilaian",
}
_SCORE_TITLE = {
    "en": "SPBE index of {name}, {year}: {value}",
    "id": "Indeks SPBE {name} {year}: {value}",
}
_CARRIED = {"en": "repeats an earlier year", "id": "mengulang nilai tahun sebelumnya"}
_INFERRED = {"en": "inferred from equality", "id": "disimpulkan dari kesamaan nilai"}


@dataclass(frozen=True)
class Reference:
    """One thing that can be cited, its texts in ``language``.

    ``title_language`` is that of the title, which for a document of the ministry is Indonesian
    whatever the language around it. ``described`` says that the title is a description by this
    project, which styles put into square brackets. ``date`` is a year or an ISO date. ``data``
    says who produced the data of an analysis, and of which years.
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
    data: str = ""
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
    """Return the reference of a figure, table or number, as of the newest release.

    Raises
    ------
    DataError
        When there is no such record or language, or nothing was released yet.
    """
    check_language(language)
    record = registered(record_id)
    kind = _KINDS[record_id[:3]]
    title = record.title_en if language == "en" else record.title_id
    if kind == "number" and record.years not in title:
        title += f", {record.years}"
    return Reference(
        key=record_id,
        kind=kind,
        language=language,
        authors=(_CONTRIBUTORS[language],),
        title=title[0].upper() + title[1:],
        title_language=language,
        date=release_date(newest_release()),
        medium=_MEDIUM[kind][language],
        number=record_id,
        version=spbe_research.__version__,
        publisher=_PROJECT,
        data=", ".join(part for part in (credit(record, language), record.years) if part),
    )


def release_reference(language: str, *, date: str = "") -> Reference:
    """Return the reference of data and software as a whole.

    Parameters
    ----------
    language : {"en", "id"}
    date : str, optional
        Day of the release, YYYY-MM-DD; that of the newest one when not given.

    Raises
    ------
    DataError
        When there is no such language, or nothing was released yet.
    """
    check_language(language)
    return Reference(
        key="spbe-research",
        kind="release",
        language=language,
        authors=(_CONTRIBUTORS[language],),
        title=_RELEASE_TITLE[language].format(years="-".join(map(str, years_covered()))),
        title_language=language,
        date=date or release_date(newest_release()),
        medium=_MEDIUM["release"][language],
        version=spbe_research.__version__,
        data=", ".join([CREDITS[MINISTRY][language], "-".join(map(str, years_covered()))]),
    )


@cache
def years_covered() -> tuple[int, int]:
    """Return the first and the last year with published results."""
    years = load_published()["year"]
    return int(years.min()), int(years.max())


def source_reference(source_id: str, language: str) -> Reference:
    """Return the reference of a document or data set that the tables were taken from.

    Raises
    ------
    DataError
        When there is no such source or language.
    """
    check_language(language)
    if source_id not in _bibliography():
        raise DataError(
            f"Invalid source {source_id!r}. It must be one of {', '.join(_bibliography())}."
        )
    entry = _bibliography()[source_id]
    kind = entry["kind"]
    described = not entry["title"]
    return Reference(
        key=source_id,
        kind=kind,
        language=language,
        authors=tuple(entry[f"authors_{language}"].split("; ")),
        title=entry[f"title_{language}"] if described else entry["title"],
        title_language=language if described else "id",
        date=entry["date"],
        described=described,
        medium=_MEDIUM.get(kind, {}).get(language, ""),
        publisher=entry["publisher"],
        container=entry["container"],
        doi=entry["doi"],
    )


def score_reference(agency_id: str, year: int, language: str) -> Reference:
    """Return the reference of one agency's published index: the ministry and its document.

    The index is shown with two decimals, the predicate as printed; a table of the document is
    named where it is known, and a value that only repeats an earlier year says so. An identifier of
    before release 0.2.0 (``36.72``) is understood.

    Raises
    ------
    DataError
        When there is no such language, or no published index of the agency in the year.

    Examples
    --------
    >>> score_reference("kota-36.72", 2023, "en").title
    'SPBE index of Kota Cilegon, 2023: 2.30 (Cukup), Tabel 28 no 7'
    """
    check_language(language)
    agency_id = current_agency_id(agency_id)
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
        value=localise(value, language),
    )
    if isinstance(row["predicate_published"], str):
        title += f" ({row['predicate_published']})"
    if row["status"] == "carried_over":
        title += f", {_CARRIED[language]}"
        if _status_is_inferred(year):
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


def _status_is_inferred(year: int) -> bool:
    """Whether the ministry does not say which values of a year repeat an earlier one."""
    years = load_reference("evaluation_years").set_index("year")
    return str(years.loc[str(year), "status_known"]) == "inferred"


@cache
def _bibliography() -> dict[str, dict[str, str]]:
    """How each raw source is cited, by its folder below ``data/raw``.

    A title in one language is the source's own; one in two describes a source without a title.
    """
    with _BIBLIOGRAPHY.open(encoding="utf-8", newline="") as file:
        return {row["source_id"]: row for row in csv.DictReader(file)}
