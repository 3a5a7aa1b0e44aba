"""All that is held of the bodies of a province, as one workbook with Indonesian headings."""

from collections.abc import Iterable

import pandas as pd

from spbe_research.panel.frames import add_predicates
from spbe_research.panel.loaders import load_published, load_scores
from spbe_research.press.records import LICENCE
from spbe_research.press.workbook import workbook_bytes
from spbe_research.site.agencies import AgencyPage
from spbe_research.site.sentences import locator_words
from spbe_research.site.sources import licence_in_indonesian, source_titles
from spbe_research.years import eras, spell_years

__all__ = ["results_table", "workbook_of"]

_STATUS = {
    "evaluated": "dinilai",
    "monitored": "dipantau",
    "carried_over": "mengulang nilai tahun sebelumnya",
}
_DOMAINS = ("D1", "D2", "D3", "D4")
_COLUMNS = {
    "Instansi": "nama sekarang",
    "Jenis": "jenis pada tahun itu",
    "Tahun": "tahun evaluasi",
    "Nilai": "indeks SPBE sebagaimana tercetak, dengan dua sampai empat desimal",
    "Predikat": "tercetak, atau mengikuti nilai menurut rentang peraturan",
    "Asal predikat": "tercetak atau menurut nilai",
    "Status": "asal nilai; pengulangan tanpa pernyataan dalam daftar disimpulkan dari kesamaan",
    **dict.fromkeys(_DOMAINS, "indeks domain, bila tercetak"),
    "Dokumen": "sumber nilai",
    "Letak": "letak dalam sumber",
    "Tanda": "butir ralat tentang nilai ini",
    "id": "pengenal tetap instansi",
}


def results_table() -> pd.DataFrame:
    """Return every published result with Indonesian headings, in the order of the tidy table."""
    published = add_predicates(load_published())
    scores = load_scores()
    printed = scores[scores["scale"] == "domain"]
    domains = printed.pivot(index=["agency_id", "year"], columns="item", values="value")
    table = published.join(domains, on=["agency_id", "year"])
    is_printed = table["predicate_published"].notna()
    return pd.DataFrame(
        {
            "Instansi": table["name_published"],
            "Jenis": table["agency_type"],
            "Tahun": table["year"],
            "Nilai": table["index_published"],
            "Predikat": table["predicate"],
            "Asal predikat": is_printed.map({True: "tercetak", False: "menurut nilai"}),
            "Status": table["mode"].map(_STATUS),
            **{code: table[code] for code in _DOMAINS},
            "Dokumen": table["source_id"].map(lambda each: source_titles()[each][1]),
            "Letak": table["locator"].map(lambda each: locator_words(each)[1]),
            "Tanda": table["flag"],
            "id": table["agency_id"],
        }
    )


def workbook_of(results: pd.DataFrame, title: str, members: Iterable[AgencyPage]) -> bytes:
    """Return the results of some bodies as a workbook.

    Parameters
    ----------
    results : pandas.DataFrame
        As :func:`results_table`.
    title : str
        What the workbook holds, in Indonesian.
    members : iterable of AgencyPage
        The bodies, in the order of their rows.
    """
    names = {page.agency_id: page.name for page in members}
    place = {agency_id: number for number, agency_id in enumerate(names)}
    table = results[results["id"].isin(names)]
    table = table.assign(Instansi=table["id"].map(names), place=table["id"].map(place))
    table = table.sort_values(["place", "Tahun"]).drop(columns="place").reset_index(drop=True)
    columns = pd.DataFrame(
        {"column": list(_COLUMNS), "meaning": list(_COLUMNS.values()), "unit": ""}
    )
    source = "Kementerian PANRB, hasil evaluasi SPBE; dihimpun spbe_research"
    return workbook_bytes(
        table,
        columns,
        facts={"Title": title, "Source": source, "Rights": LICENCE, "Description": title,
               "Identifier": "spbe_research"},
        about={
            "Judul": title,
            "Sumber": source,
            "Catatan": "Nilai dari kelompok tahun yang berbeda ("
            + "; ".join(spell_years(years) for years in eras().values())
            + ") tidak bisa dibandingkan.",
            "Lisensi": licence_in_indonesian(LICENCE),
        },
    )  # fmt: skip
