"""The public ledger: misprints with page and reason, repeated values, and our own errata."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from spbe_research.instruments import load_instrument
from spbe_research.locations import data_folder
from spbe_research.panel.corrections import read_corrections
from spbe_research.press.changes import changes
from spbe_research.press.committed import committed_table
from spbe_research.press.manifest import release_date, releases
from spbe_research.press.old_claims import FATES, OldClaim, old_claims
from spbe_research.press.reasons import read_reasons
from spbe_research.site.agencies import AgencyPage, YearResult
from spbe_research.site.sentences import locator_words
from spbe_research.site.sources import indonesian, translated
from spbe_research.site.text import swap_marks
from spbe_research.years import evaluation

__all__ = [
    "Cell",
    "Erratum",
    "Misprint",
    "Note",
    "claims_by_notebook",
    "errata",
    "item_words",
    "ledger_page",
    "misprints",
    "notes",
    "page_words",
    "repeated",
]

_RIGHT = "right"
_SHARE = "share_at_least_baik"
_ITEMS = {
    "index": ("index", "indeks"),
    _SHARE: ("share at Baik or above", "bagian Baik atau lebih tinggi"),
    "n_at_least_baik": ("number at Baik or above", "banyaknya Baik atau lebih tinggi"),
}
_SCALES = {"domain": ("domain", "domain"), "aspect": ("aspect", "aspek")}
_SHOULD = ("value_in_report", "value_from_list", "value_from_parts")
Pair = tuple[str, str]  # English, Indonesian
_FATES: dict[str, Pair] = dict(
    zip(
        FATES,
        (("kept", "dipertahankan"), ("weakened", "diperlemah"), ("withdrawn", "ditarik"),
         ("new", "baru")),
        strict=True,
    )
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """A printed value that is contradicted, and what it should be; empty where nothing tells."""

    item: Pair
    printed: Pair
    right: Pair


@dataclass(frozen=True)
class Misprint:
    """One printing error: where, its cells, how it is known."""

    name: str
    year: int
    scope: str
    source_id: str
    page: str
    reason: Pair
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Note:
    """A value of a body that was solved from others, flagged, or corrected in our copy."""

    agency_id: str
    year: int
    item: Pair
    scope: str
    reason: Pair
    source_id: str


@dataclass(frozen=True)
class Erratum:
    """A reason for which records of ours changed, the release (empty: the next), the records."""

    release: str
    date: str
    reason: str
    names: tuple[str, ...]


def ledger_page(pages: Sequence[AgencyPage]) -> dict[str, Any]:
    """Return what the template of the ledger shows."""
    again = repeated(pages)
    return {
        "misprints": misprints(),
        "derived": notes("derived"),
        "corrected": notes("correct"),
        "repeated": again,
        "n_repeated": sum(map(len, again.values())),
        "errata": errata(),
        "claims": claims_by_notebook(),
        "fates": _FATES,
        "names": {page.agency_id: page.name for page in pages},
        "place": locator_words,
        "page_words": page_words,
    }


def misprints() -> tuple[Misprint, ...]:
    """Return every printing error, as the committed tables of the study have them.

    Examples
    --------
    >>> found = {each.name: each for each in misprints()}
    >>> len(found), found["count-2018"].page
    (9, 'Buku Laporan Hasil Evaluasi SPBE 2018, p. 13')
    """
    cells, errors = committed_table("tab-misprints"), committed_table("tab-printing-errors")
    found = []
    for error in errors.to_dict("records"):
        rows = cells[cells["error"] == error["error"]]
        pages = [page for page in rows["page"] if isinstance(page, str)]
        found.append(
            Misprint(
                name=error["error"],
                year=int(error["year"]),
                scope=error["scope"],
                source_id=rows["source_id"].iloc[0],
                page=pages[0] if pages else "",
                reason=(error["reason_en"], error["reason_id"]),
                cells=tuple(
                    _cell(row)
                    for row in rows.to_dict("records")
                    if not row["verdict"].startswith(_RIGHT)
                ),
            )
        )
    return tuple(found)


def item_words(item: str, year: int) -> Pair:
    """Return how a printed value is called: a domain or aspect by the name its instrument has.

    Examples
    --------
    >>> item_words("A6", 2023)
    ('aspect Pelaksanaan Audit TIK (A6)', 'aspek Pelaksanaan Audit TIK (A6)')
    """
    if item in _ITEMS:
        return _ITEMS[item]
    found = load_instrument(evaluation(year).edition).item(item)
    english, indonesian = _SCALES[found.scale]
    return f"{english} {found.name} ({item})", f"{indonesian} {found.name} ({item})"


def page_words(page: str) -> Pair:
    """Return the page of a document, English and Indonesian.

    Examples
    --------
    >>> page_words("LHE SPBE 2023 Kota Bandar Lampung, p. 4")[1]
    'LHE SPBE 2023 Kota Bandar Lampung, hlm. 4'
    """
    return page, page.replace(", p. ", ", hlm. ")


def _cell(row: Mapping[str, object]) -> Cell:
    item = str(row["item"])
    known = [row[name] for name in _SHOULD if not pd.isna(row[name])]
    return Cell(
        item=item_words(item, int(str(row["year"]))),
        printed=_number(item, row["value_printed"]),
        right=_number(item, known[0]) if known else ("", ""),
    )


def _number(item: str, value: object) -> Pair:
    number = float(str(value))
    if item == _SHARE:
        return f"{100 * number:.0f}%", f"{100 * number:.0f}\u00a0%"
    text = f"{number:.0f}" if item.startswith("n_") else f"{number:.2f}"
    return text, swap_marks(text)


def notes(action: str) -> tuple[Note, ...]:
    """Return the values with an action of ``data/corrections.toml``: ``derived`` or ``correct``."""
    texts = indonesian()["corrections"]
    return tuple(
        Note(
            agency_id=entry.where.get("agency_id", ""),
            year=int(entry.where["year"]),
            item=item_words(entry.where.get("item", "index"), int(entry.where["year"])),
            scope=entry.where.get("scope", ""),
            reason=(entry.reason, translated(texts, entry.id)),
            source_id=entry.source,
        )
        for entry in read_corrections(data_folder() / "corrections.toml")
        if entry.action == action
    )


def repeated(pages: Sequence[AgencyPage]) -> dict[int, list[tuple[AgencyPage, YearResult]]]:
    """Return the results that repeat the year before, by year, in the order of the pages."""
    found: dict[int, list[tuple[AgencyPage, YearResult]]] = {}
    for page in pages:
        for result in page.results:
            if result.is_carried_over:
                found.setdefault(result.year, []).append((page, result))
    return dict(sorted(found.items()))


def claims_by_notebook() -> dict[str, list[OldClaim]]:
    """Return the claims of earlier notebooks with their fates, by notebook."""
    found: dict[str, list[OldClaim]] = {}
    for each in old_claims():
        found.setdefault(each.notebook, []).append(each)
    return found


def errata() -> tuple[Erratum, ...]:
    """Return why published records changed: of each release, and of what the next one holds."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for version in releases():
        for change in changes(version):
            key = (version, release_date(version), change.reason)
            found.setdefault(key, []).append(change.name)
    for name, reason in read_reasons().items():
        found.setdefault(("", "", reason), []).append(name)
    return tuple(Erratum(*key, tuple(names)) for key, names in found.items())
