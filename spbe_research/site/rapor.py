"""What the report card of a body says above its table: headline, three facts, peers, sureness.

Everything is counted from the published results; a difference is taken within an era only, and
never with a flagged or repeated value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from spbe_research.panel.loaders import load_agencies, load_covariates
from spbe_research.press.committed import committed_table
from spbe_research.site.agencies import AgencyPage, YearResult
from spbe_research.site.peers import find_peers
from spbe_research.site.text import index_text, swap_marks
from spbe_research.years import evaluation_years, may_compare

__all__ = ["Fact", "Peers", "Rapor", "Sureness", "make_rapors"]

_SHOWN = 8  # neighbours of a province that are named beside a rank
_UNCERTAINTY = "tab-agency-uncertainty"
_TYPES = {
    "kementerian": ("ministries", "kementerian"),
    "lembaga": ("agencies", "lembaga"),
    "polda": ("police regions", "polda"),
    "provinsi": ("provinces", "provinsi"),
    "kabupaten": ("regencies", "kabupaten"),
    "kota": ("cities", "kota"),
}
Pair = tuple[str, str]  # English, Indonesian


@dataclass(frozen=True)
class Fact:
    """A number in large type and what it is, English and Indonesian."""

    number: Pair
    words: Pair


@dataclass(frozen=True)
class Peers:
    """The most similar bodies, nearest first, and the year of what they were measured by."""

    measured: int
    ids: tuple[str, ...]


class Sureness(NamedTuple):
    """The 95 % interval of a rank among ``n`` bodies; the chance that the predicate is right."""

    year: int
    rank: int
    n: int
    rank_low: int
    rank_high: int
    percent: int


@dataclass(frozen=True)
class Rapor:
    """What a page opens with; ``beside``: the body and its type in its province, if few."""

    headline: Pair
    facts: tuple[Fact, ...]
    beside: tuple[str, ...]
    peers: Peers | None
    sureness: tuple[Sureness, ...]


def make_rapors(pages: Sequence[AgencyPage]) -> dict[str, Rapor]:
    """Return the report card of every body by id.

    Parameters
    ----------
    pages : sequence of AgencyPage
        As ``agency_pages()``.
    """
    known = {page.agency_id: page for page in pages}
    last = evaluation_years()[-1]
    now = frozenset(
        page.agency_id
        for page in pages
        if page.latest.year == last and not page.latest.is_carried_over
    )
    measured, similar = find_peers(load_agencies(), load_covariates(), now)
    sure = _sureness(known)
    found = {}
    for page in pages:
        beside, name = _beside(page, pages), page.agency_id
        facts = (_in_type(page), _in_province(page, beside), _moved(page))
        others = [each.agency_id for each in beside if each is not page]
        found[name] = Rapor(
            headline=_headline(page),
            facts=tuple(fact for fact in facts if fact),
            beside=(name, *(others if len(others) < _SHOWN else ())),
            peers=Peers(measured, similar[name]) if name in now & similar.keys() else None,
            sureness=sure.get(name, ()),
        )
    return found


def _headline(page: AgencyPage) -> Pair:
    last, name = page.latest, page.name
    number = index_text(last.index)
    other = swap_marks(number)
    when = (
        ("", "")
        if last.year == evaluation_years()[-1]
        else (f" in {last.year}", f" pada {last.year}")
    )
    english, indonesian = (
        f"{name}: {number}, {last.predicate}{when[0]}. ",
        f"{name}: {other}, {last.predicate}{when[1]}. ",
    )
    if last.is_carried_over:
        return (
            english + "An earlier value printed again.",
            indonesian + "Nilai lama yang dicetak ulang.",
        )
    if last.distance is None:
        return english + "The highest predicate.", indonesian + "Predikat tertinggi."
    if last.distance <= 0:
        return (
            f"{english}On the very edge of {last.next_predicate}.",
            f"{indonesian}Tepat di batas {last.next_predicate}.",
        )
    short = index_text(last.distance)
    return (
        f"{english}{short} points short of {last.next_predicate}.",
        f"{indonesian}Kurang {swap_marks(short)} poin untuk naik ke {last.next_predicate}.",
    )


def _in_type(page: AgencyPage) -> Fact | None:
    last = page.latest
    if last.rank is None:
        return None
    english, indonesian = _TYPES[last.agency_type]
    return Fact(
        (f"{last.rank} of {last.n_peers}", f"{last.rank} dari {last.n_peers}"),
        (f"{english} of Indonesia, {last.year}", f"{indonesian} di Indonesia, {last.year}"),
    )


def _beside(page: AgencyPage, pages: Sequence[AgencyPage]) -> tuple[AgencyPage, ...]:
    """The bodies of the type in the province with a new result in the year, highest first."""
    last = page.latest
    if last.rank is None or not page.province or page.agency_type == "provinsi":
        return ()
    found = (
        each
        for each in pages
        if (each.province, each.agency_type) == (page.province, page.agency_type)
        and each.latest.year == last.year
        and each.latest.rank is not None
    )
    return tuple(sorted(found, key=lambda each: (-each.latest.index, each.name)))


def _in_province(page: AgencyPage, beside: Sequence[AgencyPage]) -> Fact | None:
    """The place among the bodies of the type in the province, who are named where they are few."""
    if not beside:
        return None
    place = 1 + sum(each.latest.index > page.latest.index for each in beside)
    english, indonesian = _TYPES[page.latest.agency_type]
    words = (f"{english} of {page.province}", f"{indonesian} di {page.province}")
    if 1 < len(beside) <= _SHOWN:
        named = [(each.name.split(" ", 1)[1], index_text(each.latest.index)) for each in beside]
        words = (
            f"{words[0]}: {', '.join(' '.join(each) for each in named)}",
            f"{words[1]}: {', '.join(f'{name} {swap_marks(index)}' for name, index in named)}",
        )
    return Fact((f"{place} of {len(beside)}", f"{place} dari {len(beside)}"), words)


def _moved(page: AgencyPage) -> Fact | None:
    """The change from the result before, where both are new results of one era and unflagged."""
    if len(page.results) < 2:
        return None
    before, last = page.results[-2:]
    if "difference" not in may_compare(before.year, last.year) or not (
        _plain(before) and _plain(last)
    ):
        return None
    change = round(last.index - before.index, 4)
    size, old = index_text(abs(change)), index_text(before.index)
    sign = "+" if change > 0 else "−" if change < 0 else ""
    return Fact(
        (f"{sign}{size}", f"{sign}{swap_marks(size)}"),
        (
            f"points since {before.year} ({old}). The rules are the same, so they may be compared",
            f"poin sejak {before.year} ({swap_marks(old)}). "
            "Aturan penilaiannya sama, jadi boleh dibandingkan",
        ),
    )


def _plain(result: YearResult) -> bool:
    return not result.is_carried_over and not result.flag


def _sureness(known: Mapping[str, AgencyPage]) -> dict[str, tuple[Sureness, ...]]:
    table = committed_table(_UNCERTAINTY)
    sizes = table.groupby("year").size()
    found: dict[str, list[Sureness]] = {}
    for row in table.sort_values("year").to_dict("records"):
        agency_id, year = str(row["agency_id"]), int(row["year"])
        predicate = next(r.predicate for r in known[agency_id].results if r.year == year)
        found.setdefault(agency_id, []).append(
            Sureness(
                year=year,
                n=int(sizes[year]),
                rank=int(row["rank"]),
                rank_low=int(row["rank_low"]),
                rank_high=int(row["rank_high"]),
                percent=round(100 * float(row[f"p_{predicate.lower().replace(' ', '_')}"])),
            )
        )
    return {agency_id: tuple(rows) for agency_id, rows in found.items()}
