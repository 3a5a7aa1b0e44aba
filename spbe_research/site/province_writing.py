"""Writes the pages of the provinces and of Indonesia, with a workbook each."""

from collections.abc import Callable, Sequence
from pathlib import Path

from spbe_research.instruments import load_instrument
from spbe_research.panel.schemas import PREDICATES
from spbe_research.site.agencies import AgencyPage
from spbe_research.site.country import country
from spbe_research.site.front import swarm
from spbe_research.site.nation import nation_sentences, national_rows
from spbe_research.site.province_files import results_table, workbook_of
from spbe_research.site.province_sentences import count_good, province_sentences
from spbe_research.site.province_strip import draw_strip, lay_out
from spbe_research.site.provinces import REGION_TYPES, province_pages, regions_by_id
from spbe_research.years import evaluation, evaluation_years

__all__ = ["write_provinces"]

_FOLDER = "province"
_WIDE = 1040  # px


def write_provinces(folder: Path, write: Callable[..., None], pages: Sequence[AgencyPage]) -> None:
    """Write ``provinces.html`` and ``province/`` of the site.

    Parameters
    ----------
    folder : pathlib.Path
        Of the site.
    write : callable
        Renders one page: ``write(template, name, **values)``.
    pages : sequence of AgencyPage
        As ``agency_pages()``.
    """
    (folder / _FOLDER).mkdir(exist_ok=True)
    year, results = evaluation_years()[-1], results_table()
    bands = load_instrument(evaluation(year).edition).bands
    strip = lay_out(
        {
            page.agency_id: page.latest.index
            for page in pages
            if page.agency_type in REGION_TYPES and page.latest.year == year
        },
        [*(band.lower for band in bands), bands[-1].upper],
        PREDICATES,
    )
    listed = []
    for province in province_pages(pages):
        own = regions_by_id(province)
        good = count_good([region.page for region in province.regions], year)
        workbook = f"spbe-{province.slug}.xlsx"
        (folder / _FOLDER / workbook).write_bytes(
            workbook_of(results, f"Hasil evaluasi SPBE: {province.name}", province.members)
        )
        write(
            "province",
            f"{_FOLDER}/{province.slug}.html",
            province=province,
            year=year,
            newest=province.moves[-1] if province.moves else None,
            good=good,
            n_rows=sum(len(page.results) for page in province.members),
            strip=draw_strip(strip, own, labelled_by="strip") if own else "",
            workbook=workbook,
            sentences=province_sentences(province, pages),
        )
        listed.append({"province": province, "good": good})
    write("provinces", "provinces.html", listed=listed, year=year, **swarm("tampil=peta", _WIDE))
    _write_nation(folder, write, workbook_of(results, "Hasil evaluasi SPBE", pages))


def _write_nation(folder: Path, write: Callable[..., None], workbook: bytes) -> None:
    name = "spbe-indonesia.xlsx"
    (folder / _FOLDER / name).write_bytes(workbook)
    series, now = national_rows(), country()
    write(
        "indonesia",
        f"{_FOLDER}/indonesia.html",
        now=now,
        series=series,
        workbook=name,
        sentences=nation_sentences(now, series[-1]["source_id"]),
        **swarm("tampil=tahunan", _WIDE),
    )
