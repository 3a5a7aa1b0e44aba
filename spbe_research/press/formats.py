"""One reference as other programs read it: CSL-JSON, BibTeX, RIS; and as plain text."""

import json
import re
from typing import Any

from spbe_research.press.references import Reference

__all__ = ["VERSION", "bibtex", "csl_item", "csl_json", "plain", "ris"]

VERSION = {"en": "version", "id": "versi"}
_CSL_TYPES = {
    "figure": "graphic",
    "table": "dataset",
    "number": "dataset",
    "release": "dataset",
    "data": "dataset",
    "report": "report",
    "regulation": "report",
    "news": "article-newspaper",
    "score": "chapter",
}
_BIBTEX_TYPES = {"report": "techreport", "regulation": "techreport", "score": "incollection"}
_REPORT_TYPES = {
    "report": {"en": "Report", "id": "Laporan"},
    "regulation": {"en": "Regulation", "id": "Peraturan"},
}
_RIS_TYPES = {
    "figure": "FIGURE",
    "report": "RPRT",
    "regulation": "RPRT",
    "news": "NEWS",
    "score": "CHAP",
}

_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "{}$&#%_"},
    }
)


def csl_item(reference: Reference) -> dict[str, Any]:
    """Return the reference as an item of CSL-JSON, with what is known and nothing else."""
    item: dict[str, Any] = {
        "id": reference.key,
        "type": _CSL_TYPES[reference.kind],
        "language": reference.title_language,
        "author": [{"literal": author} for author in reference.authors],
        "title": reference.shown_title,
        "issued": _date_parts(reference.date),
        "medium": reference.medium,
        "number": reference.number,
        "version": reference.version,
        "publisher": reference.publisher,
        "container-title": reference.container,
        "DOI": reference.doi,
        "note": _data(reference),
        "URL": reference.url,
        "accessed": _date_parts(reference.accessed) if reference.accessed else None,
    }
    return {name: value for name, value in item.items() if value}


def _data(reference: Reference) -> str:
    """Who produced the data, for a note; nothing where the author did."""
    return f"Data: {reference.data}" if reference.data else ""


def _date_parts(text: str) -> dict[str, list[list[int]]]:
    return {"date-parts": [[int(part) for part in text.split("-")]]}


def csl_json(reference: Reference) -> str:
    """Return the reference as a CSL-JSON file, which reference managers import."""
    return json.dumps([csl_item(reference)], indent=2, ensure_ascii=False)


def plain(reference: Reference) -> str:
    """Return the reference as one line of text in no style."""
    version = f"{VERSION[reference.language]} {reference.version}" if reference.version else ""
    kind = " ".join(part for part in (reference.medium, reference.number) if part)
    container = {"en": "In", "id": "Dalam"}[reference.language] + f" {reference.container}"
    address = f"https://doi.org/{reference.doi}" if reference.doi else reference.url
    parts = [
        f"{'; '.join(reference.authors)} ({reference.date})",
        reference.shown_title,
        container if reference.container else "",
        ", ".join(part for part in (kind, version) if part),
        reference.publisher,
        _data(reference),
    ]
    text = re.sub(r"([?!])\.", r"\1", ". ".join(part for part in parts if part) + ".")
    return f"{text} {address}" if address else text


def bibtex(reference: Reference) -> str:
    """Return the reference as a BibTeX entry, institutions protected and signs of TeX escaped."""
    version = f"{VERSION[reference.language]} {reference.version}" if reference.version else ""
    kind = " ".join(part for part in (reference.medium, reference.number) if part)
    entry_type = _BIBTEX_TYPES.get(reference.kind, "misc")
    how = ", ".join(part for part in (kind, version, reference.publisher) if part)
    month = reference.date[5:7]
    fields = {
        "author": " and ".join(f"{{{_tex(author)}}}" for author in reference.authors),
        "title": f"{{{_tex(reference.shown_title)}}}",
        "booktitle": f"{{{_tex(reference.container)}}}" if entry_type == "incollection" else "",
        "year": str(reference.year),
        "month": str(int(month)) if month else "",
        "institution": _tex(reference.authors[0]) if entry_type == "techreport" else "",
        "type": _REPORT_TYPES.get(reference.kind, {}).get(reference.language, ""),
        "publisher": _tex(reference.authors[0]) if entry_type == "incollection" else "",
        "howpublished": _tex(reference.container or how) if entry_type == "misc" else "",
        "note": _tex(_data(reference)),
        "language": {"en": "english", "id": "indonesian"}[reference.title_language],
        "doi": reference.doi,
        "url": reference.url,
        "urldate": reference.accessed,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{entry_type}{{{reference.key},", *lines, "}"])


def _tex(text: str) -> str:
    return text.translate(_TEX)


def ris(reference: Reference) -> str:
    """Return the reference as RIS: lines end in CR LF, an institution carries a comma.

    The comma keeps programs from inverting it.
    """
    issued = "/".join([*reference.date.split("-"), "", "", ""][:3]) + "/"  # YYYY/MM/DD/other
    fields = [
        ("TY", _RIS_TYPES.get(reference.kind, "DATA")),
        ("ID", reference.key),
        *(("AU", f"{author},") for author in reference.authors),
        ("TI", reference.shown_title),
        ("T2", reference.container),
        ("PY", str(reference.year)),
        ("DA", issued),
        ("M1", reference.number),
        ("M3", reference.medium),
        ("ET", reference.version),
        ("PB", reference.publisher),
        ("LA", reference.title_language),
        ("N1", _data(reference)),
        ("DO", reference.doi),
        ("UR", reference.url),
        ("Y2", reference.accessed.replace("-", "/")),
    ]
    lines = [f"{tag}  - {value}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - "]) + "\r\n"
