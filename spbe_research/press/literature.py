"""Earlier research: the one bibliography of the study, its page, and what a text may cite.

``data/reference/literature.csv`` has one row per work, with the address at which it was seen. A
notebook cites a work by its key, ``[@dee2019]``; sources of data stand in ``bibliography.csv``.
"""

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd

from spbe_research.errors import DataError, refuse
from spbe_research.panel.loaders import load_reference
from spbe_research.press.languages import LANGUAGES, check_language

__all__ = ["citation_violations", "literature", "research_page"]

_KINDS = ("spbe", "measurement", "method")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_CITED = re.compile(r"\[[^\[\]]*@[^\[\]]*\](?!\()")
_CITED_KEY = re.compile(r"(?<!\w)@(\w+)")
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"'<>`,;\]}\\]+")
_SOURCES = Path(__file__).with_name("bibliography.csv")
_HEAD = {
    "en": (
        "What was written before on SPBE, on measuring by an index, and on the methods used "
        "here. Notebooks cite a work by its key, `[@dee2019]`. Written by `spbe-research readme` "
        "from `data/reference/literature.csv`, which also holds the scope of each work, where "
        "it was seen, and how it compares with this study.",
        "Most works were seen as an abstract or a catalogue page, not read in full. *As cited* "
        "means that the sentence comes from other works or software that cite it. Numbers in "
        "this list are those of the works, not of this study. The list is what was found, not "
        "all there is: that a question is missing here does not show that nobody asked it.",
    ),
    "id": (
        "Apa yang pernah ditulis tentang SPBE, tentang mengukur dengan indeks, dan tentang "
        "metode yang dipakai di sini. Notebook mengutip suatu karya dengan kuncinya, "
        "`[@dee2019]`. Ditulis oleh `spbe-research readme` dari "
        "`data/reference/literature.csv`, yang juga memuat cakupan tiap karya, tempat "
        "ditemukannya, dan perbandingannya dengan kajian ini.",
        "Sebagian besar karya dilihat sebagai abstrak atau halaman katalog, tidak dibaca "
        "seluruhnya. *Sebagaimana dikutip* berarti kalimatnya berasal dari karya atau "
        "perangkat lunak lain yang mengutipnya. Angka dalam daftar ini milik karya tersebut, "
        "bukan hasil kajian ini. Daftar ini memuat yang ditemukan, bukan semua yang ada: "
        "pertanyaan yang tidak tercantum belum tentu tidak pernah diteliti.",
    ),
}
_WORDS = {
    "en": {
        "title": "Earlier research",
        "spbe": "On SPBE, e-government and government in Indonesia",
        "measurement": "On measuring, rating and targets",
        "method": "On methods",
        "nobody": "authors not shown",
        "undated": "no date seen",
        "unsure": "Not everything in this entry is certain.",
        "other": "[Bahasa Indonesia](earlier-research.id.md)",
    },
    "id": {
        "title": "Penelitian terdahulu",
        "spbe": "Tentang SPBE, e-government, dan pemerintahan di Indonesia",
        "measurement": "Tentang pengukuran, pemeringkatan, dan target",
        "method": "Tentang metode",
        "nobody": "penulis tidak tercantum",
        "undated": "tahun tidak terlihat",
        "unsure": "Tidak semua keterangan di sini pasti.",
        "other": "[English](earlier-research.md)",
    },
}


@cache
def literature() -> pd.DataFrame:
    """Return the works of the bibliography, by key.

    Raises
    ------
    DataError
        Naming every work with a wrong or repeated key, an unknown kind, no title, no word on what
        it shows in a language, or a DOI that is none.

    Examples
    --------
    >>> literature().loc["dee2019", "year"]
    '2019'
    """
    works = load_reference("literature")
    violations = []
    for row in works.itertuples():
        wrong = []
        if not _KEY.fullmatch(row.key):
            wrong.append("the key must be small letters, digits and _")
        if row.kind not in _KINDS:
            wrong.append(f"kind {row.kind!r} must be one of {', '.join(_KINDS)}")
        if not (row.title and row.what_it_shows and row.what_it_shows_id):
            wrong.append("title and what it shows must be said, in both languages")
        if row.doi and not _DOI.fullmatch(row.doi):
            wrong.append(f"{row.doi!r} is not a DOI")
        violations += [f"{row.key}: {each}" for each in wrong]
    twice = works["key"][works["key"].duplicated()]
    violations += [f"{key}: the key is used twice" for key in twice]
    refuse(DataError, "works in literature.csv", violations, "Correct the row.")
    return works.set_index("key")


def citation_violations(text: str) -> list[str]:
    """Name every key and DOI of a text that the bibliography does not have.

    Parameters
    ----------
    text : str
        Markdown of a notebook, or words. A key stands in brackets: ``[@dee2019; @mccrary2008]``.

    Examples
    --------
    >>> citation_violations("As elsewhere [@dee2019], doi:10.1257/app.20170520.")
    []
    >>> citation_violations("As elsewhere [@dee2091], doi:10.1257/app.1.")
    ['@dee2091: is no key of literature.csv', '10.1257/app.1: is no DOI of the bibliography']
    """
    known = {doi.lower() for doi in (*literature()["doi"], *_source_dois()) if doi}
    keys = (key for group in _CITED.findall(text) for key in _CITED_KEY.findall(group))
    violations = [
        f"@{key}: is no key of literature.csv"
        for key in dict.fromkeys(keys)
        if key not in literature().index
    ]
    dois = dict.fromkeys(_bare(found) for found in _DOI.findall(text))
    violations += [
        f"{doi}: is no DOI of the bibliography" for doi in dois if doi.lower() not in known
    ]
    return violations


def research_page(language: str) -> str:
    """Return the page *Earlier research* as Markdown.

    Raises
    ------
    DataError
        When there is no such language.
    """
    check_language(language)
    words = _WORDS[language]
    lines = [f"# {words['title']}\n", f"{words['other']}\n"]
    lines += [f"{paragraph}\n" for paragraph in _HEAD[language]]
    for kind in _KINDS:
        lines += _works(kind, language)
    return "\n".join(lines)


def _works(kind: str, language: str) -> Iterator[str]:
    words = _WORDS[language]
    said = "what_it_shows" if language == LANGUAGES[0] else "what_it_shows_id"
    works = literature()[literature()["kind"] == kind]
    yield f"## {words[kind]}\n"
    for row in works.sort_index().itertuples():
        authors = row.authors.replace("; ", ", ") or f"[{words['nobody']}]"
        parts = [
            f"{authors} ({row.year or words['undated']}). *{row.title}*.",
            f"{row.venue}." if row.venue else "",
            _link(row.doi, row.address),
            f"{getattr(row, said)}",
            f"{words['unsure']}" if row.confidence != "high" else "",
        ]
        yield f"- `{row.Index}`: {' '.join(part for part in parts if part)}"
    yield ""


def _link(doi: str, address: str) -> str:
    if doi:
        return f"[doi:{doi}](https://doi.org/{doi})."
    return f"<{address}>." if address else ""


def _bare(doi: str) -> str:
    """A DOI as found in prose, without the stop or the bracket that ends its sentence."""
    doi = doi.rstrip(".:")
    return doi if doi.count("(") == doi.count(")") else doi.rstrip(").")


@cache
def _source_dois() -> tuple[str, ...]:
    with _SOURCES.open(encoding="utf-8", newline="") as file:
        return tuple(row["doi"] for row in csv.DictReader(file) if row["doi"])
