"""Builds the static site: every page written beside the old site, swapped in when all are there.

The same data give the same bytes: no clock, no machine path, no order of a file system.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import spbe_research
from spbe_research.claims.browser import browser_script
from spbe_research.claims.facts_script import facts_script
from spbe_research.locations import data_folder
from spbe_research.panel.corrections import read_corrections
from spbe_research.panel.ids import former_agency_id
from spbe_research.panel.loaders import load_published, load_reference
from spbe_research.press.notebooks import notebook_paths
from spbe_research.site import content
from spbe_research.site.agencies import (
    AgencyPage,
    YearResult,
    agency_pages,
)
from spbe_research.site.asked import TOPICS_ASKED, asked_numbers
from spbe_research.site.downloads import write_tables
from spbe_research.site.explorer import explorer_page, write_scripts
from spbe_research.site.facts import facts_page
from spbe_research.site.front import front_page
from spbe_research.site.lean import lean
from spbe_research.site.ledger import ledger_page
from spbe_research.site.path_picture import draw_ground
from spbe_research.site.places import places_script
from spbe_research.site.province_writing import write_provinces
from spbe_research.site.provinces import province_pages, slug
from spbe_research.site.rapor import make_rapors
from spbe_research.site.rapor_data import rapor_script
from spbe_research.site.reading import read_notebook
from spbe_research.site.replacing import replacing
from spbe_research.site.sentences import describe_lineage, locator_words, quote_result
from spbe_research.site.source_page import source_page
from spbe_research.site.sources import described_sources, indonesian, source_titles, translated
from spbe_research.site.text import both, decimal, index_text, shared, swap_marks
from spbe_research.years import same_era

__all__ = ["SiteReport", "write_site"]

_HERE = Path(__file__).parent
_ROWS_SHOWN = 12
_TYPES = {
    "kementerian": ("Ministries", "Kementerian"),
    "lembaga": ("Agencies", "Lembaga"),
    "polda": ("Police regions", "Kepolisian daerah"),
    "provinsi": ("Provinces", "Provinsi"),
    "kabupaten": ("Regencies", "Kabupaten"),
    "kota": ("Cities", "Kota"),
}


@dataclass(frozen=True)
class SiteReport:
    """The page to open, the number of pages and of agencies, and the size in bytes."""

    start: Path
    n_pages: int
    n_agencies: int
    n_bytes: int

    def summary(self) -> str:
        """Say it in two sentences."""
        return (
            f"{self.n_pages} pages, {self.n_agencies} of them agencies, "
            f"{self.n_bytes / 1e6:.1f} MB. Open {self.start}"
        )


def write_site(
    folder: Path,
    *,
    drawn: Path | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> SiteReport:
    """Write the whole site.

    Parameters
    ----------
    folder : pathlib.Path
        Replaced as a whole, once every page has been written beside it.
    drawn : pathlib.Path, optional
        Folder of pictures that the same data just gave (``spbe-research figures``); else every
        figure is drawn here.
    progress : callable
        Called with the name of each step before it begins.

    Returns
    -------
    SiteReport

    Raises
    ------
    DataError
        When the folder holds something else than a site, another run writes it, a text has no
        Indonesian, or there is no repository around the package (the notebooks and sources lie
        there).
    """
    with replacing(folder) as beside:
        pages = _Writer(beside, progress).write_all(drawn)
        files = [path for path in beside.rglob("*") if path.is_file()]
        n_bytes = sum(path.stat().st_size for path in files)
        n_pages = sum(path.suffix == ".html" for path in files)
    return SiteReport(folder / "index.html", n_pages, len(pages), n_bytes)


class _Writer:
    """Renders each template into the folder, with what all templates share."""

    def __init__(self, folder: Path, progress: Callable[[str], None]) -> None:
        self.folder, self.progress = folder, progress
        self.templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.templates.filters["topic"] = content.topic_of
        self.templates.globals.update(
            both=both,
            decimal=decimal,
            fill=lambda text_en, text_id: both(
                content.fill_numbers(text_en, "en"), content.fill_numbers(text_id, "id")
            ),
            filled=content.fill_numbers,
            index_text=lambda value: swap_marks(index_text(value)),
            question_of=content.question_of,
            raw=Markup,
            shared=shared,
            slug=slug,
            swap_marks=swap_marks,
            thousands=lambda value: swap_marks(f"{value:,}"),
            topics=content.TOPICS,
            types=_TYPES,
            version=spbe_research.__version__,
        )

    def write_all(self, drawn: Path | None) -> tuple[AgencyPage, ...]:
        for name in ("agency", "figure", "figures", "notebook", "data", "source"):
            (self.folder / name).mkdir()
        shutil.copytree(_HERE / "static", self.folder / "static")
        write_scripts(self.folder / "static")
        (self.folder / "static" / "rapor-data.js").write_text(
            rapor_script(), encoding="utf-8", newline="\n"
        )
        for language in ("id", "en"):
            ground = self.folder / "static" / f"path-{language}.svg"
            ground.write_text(draw_ground(language), encoding="utf-8", newline="\n")
        self.progress("figures")
        files = content.record_files(self.folder / "figures", drawn=drawn, progress=self.progress)
        self.progress("agencies")
        pages = agency_pages()
        self._write_agencies(pages)
        self.progress("provinces")
        write_provinces(self.folder, self._page, pages)
        (self.folder / "places.js").write_text(
            places_script(province_pages(pages)), encoding="utf-8", newline="\n"
        )
        self.progress("records, notebooks, data")
        self._write_records(files)
        self._write_notebooks(files)
        self._write_data()
        self._page("ralat", "ralat.html", **ledger_page(pages))
        (self.folder / "static" / "facts-data.js").write_text(
            facts_script(), encoding="utf-8", newline="\n"
        )
        self._page("cek-fakta", "cek-fakta.html", **facts_page())
        self.progress("explorer")
        self._page("explore", "explore.html", **explorer_page())
        self._page("index", "index.html", **front_page())
        return pages

    def _page(self, template: str, name: str, **values: Any) -> None:
        """Render one page; ``up`` leads from it to the start."""
        text = self.templates.get_template(f"{template}.html.j2").render(
            up="../" * name.count("/"), here=name, **values
        )
        (self.folder / name).write_text(lean(text), encoding="utf-8", newline="\n")

    def _write_agencies(self, pages: tuple[AgencyPage, ...]) -> None:
        known = {page.agency_id for page in pages}
        flags, rapors = _flags(), make_rapors(pages)
        for page in pages:
            rows = [
                {
                    "result": result,
                    "locator": locator_words(result.locator),
                    "cut": before is not None and not same_era(before.year, result.year),
                }
                for before, result in pairwise([None, *page.results])
                if result is not None
            ]
            self._page(
                "agency",
                f"agency/{page.agency_id}.html",
                page=page,
                rows=rows,
                rapor=rapors[page.agency_id],
                quote=_quote(page, page.latest),
                flags=flags.get(page.agency_id, ()),
                lineage=[
                    {
                        "text": describe_lineage(link),
                        "other": next(
                            (
                                other
                                for other in (link.predecessor_id, link.successor_id)
                                if other != page.agency_id and other in known
                            ),
                            "",
                        ),
                    }
                    for link in page.lineage
                ],
            )
            former = former_agency_id(page.agency_id)
            if former != page.agency_id:  # links and citations of release 0.1.0 still arrive
                self._page("moved", f"agency/{former}.html", page=page)
        (self.folder / "search-index.js").write_text(
            browser_script(), encoding="utf-8", newline="\n"
        )
        never = load_reference("agencies").query("agency_id not in @known")["name"].tolist()
        self._page("agencies", "agencies.html", pages=pages, groups=_grouped(pages), never=never)

    def _write_records(self, files: Mapping[str, content.RecordFiles]) -> None:
        records = content.tabled_records()
        for name, record in records.items():
            self._page(
                "figure",
                f"figure/{name}.html",
                record=record,
                files=files[name],
                alt=content.alt_text(record),
                sentence=content.sentences(name),
                citations=content.record_citations(name),
                versions=content.versions(name),
                origin=content.origin_of(name),
                table=content.result_rows(name, shown=_ROWS_SHOWN),
                sha256=content.result_hash(name),
                numbers=content.numbers_of(name),
                question=content.question_of(record.notebook),
                credits=content.credits_of(record),
                sample=(record.n, record.n_id),
            )
        self._page(
            "figures",
            "figures.html",
            records=list(records.values()),
            files=files,
            topic_of=content.topic_of,
            years_of=_years,
        )
        self._page(
            "numbers",
            "numbers.html",
            asked=asked_numbers(),
            topics_asked=TOPICS_ASKED,
        )

    def _write_notebooks(self, files: Mapping[str, content.RecordFiles]) -> None:
        read = [read_notebook(path) for path in notebook_paths()]
        for page in read:
            self._page(
                "notebook",
                f"notebook/{page.stem}.html",
                page=page,
                records=content.tabled_records(),
                files=files,
                alt_text=content.alt_text,
                question=content.question_of(page.stem),
                answer=content.answer_of(page.stem),
            )
        self._page(
            "notebooks",
            "notebooks.html",
            read=read,
            topic_of=content.topic_of,
            question_of=content.question_of,
            answer_of=content.answer_of,
        )

    def _write_data(self) -> None:
        codebook = pd.read_csv(
            data_folder() / "tidy" / "codebook.csv", dtype=str, keep_default_na=False
        )
        tables = write_tables(self.folder / "data", codebook)
        texts = indonesian()["descriptions"]
        self._page(
            "data",
            "data.html",
            tables=tables,
            columns={
                str(name): list(rows.itertuples()) for name, rows in codebook.groupby("table")
            },
            indonesian=lambda text: translated(texts, text),
            sources=described_sources(),
        )
        for source in described_sources():
            self._page("source", f"source/{source['id']}.html", **source_page(source))
        self._page("methods", "methods.html")
        self._page("cite", "cite.html", sources=described_sources(), years=_documents_by_year())


def _quote(page: AgencyPage, result: YearResult) -> tuple[str, str]:
    """A sentence on a result with its source, English and Indonesian."""
    titles, places = source_titles()[result.source_id], locator_words(result.locator)
    english, indonesian = (
        f"{said} ({content.score_citation(page.agency_id, result.year, title, place)})."
        for said, title, place in zip(quote_result(page, result), titles, places, strict=True)
    )
    return english, indonesian


def _documents_by_year() -> list[tuple[int, dict[str, Any]]]:
    """The document that the index of most agencies of a year was read from."""
    published = load_published()
    sources = {source["id"]: source for source in described_sources()}
    return [
        (int(year), sources[Counter(rows["source_id"]).most_common(1)[0][0]])
        for year, rows in published.groupby("year")
    ]


def _flags() -> dict[str, list[tuple[str, str, str, str]]]:
    """Corrections and flags of an agency's own values: year, item, reason in two languages."""
    found: dict[str, list[tuple[str, str, str, str]]] = {}
    for entry in read_corrections(data_folder() / "corrections.toml"):
        where = entry.where
        if entry.table in ("scores", "published") and "agency_id" in where:
            reason = translated(indonesian()["corrections"], entry.id)
            found.setdefault(where["agency_id"], []).append(
                (where["year"], where.get("item", "index"), entry.reason, reason)
            )
    return found


def _grouped(pages: tuple[AgencyPage, ...]) -> dict[str, list[AgencyPage]]:
    return {
        kind: sorted((page for page in pages if page.agency_type == kind), key=lambda p: p.name)
        for kind in _TYPES
    }


def _years(text: str) -> str:
    """Every year that a record's ``years`` names: "2018, 2022-2024" gives 2018 2022 2023 2024."""
    years: list[int] = []
    for part in text.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        years += range(int(first), int(last or first) + 1)
    return " ".join(map(str, years))
