"""Citations of figures, tables, numbers, the release, sources and single scores, in two languages.

APA and Chicago (author-date) are styles of the Citation Style Language, written by a citation
processor; so is ``indonesia``, a generic Indonesian style of this project
(``styles/indonesia.csl``). BibTeX, RIS, CSL-JSON and plain text are those of ``formats``. Behind
the citation of an analysis stands who produced its data.
"""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from spbe_research.errors import DataError
from spbe_research.press.formats import VERSION, bibtex, csl_item, csl_json, plain, ris
from spbe_research.press.printed import printed
from spbe_research.press.records import load_records
from spbe_research.press.references import (
    Reference,
    record_reference,
    release_reference,
    score_reference,
    source_reference,
)

__all__ = ["STYLES", "cite", "cite_in_text", "cite_score", "cite_source"]

STYLES = ("apa", "chicago", "indonesia", "bibtex", "ris", "csl-json", "plain")

_PROCESSED = {
    "apa": "apa",
    "chicago": "chicago-author-date",
    "indonesia": str(Path(__file__).with_name("styles") / "indonesia.csl"),
}
_LOCALES = {"en": "en-US", "id": "id-ID"}
_ITALIC = ("\ue000", "\ue001")  # private characters that stand for tags until the end
_ASKED_AND_STOPPED = re.compile(rf"([?!]{_ITALIC[1]}?”?)\.")
_ADDRESS = re.compile(r"https?://[^\s{}\"'`<>\\]+")
_NOT_IN_TEXT = "In a text it must be one of apa, chicago, indonesia, plain."


def cite(
    record_id: str = "",
    *,
    style: str = "apa",
    language: str = "en",
    url: str = "",
    accessed: date | None = None,
    markup: str = "text",
) -> str:
    """Return the citation of a figure, table or number, or of the whole release.

    Parameters
    ----------
    record_id : str, optional
        Id of a record; the release, data and software, when empty.
    style : {"apa", "chicago", "indonesia", "bibtex", "ris", "csl-json", "plain"}
    language : {"en", "id"}
        English or Indonesian: the title, and the words around it.
    url, accessed : str and datetime.date, optional
        Where and when you read it.
    markup : {"text", "html"}
        HTML has italics and is escaped; styles that are files have none.

    Returns
    -------
    str
        One citation: this project is the author, the producers of the data are credited.

    Raises
    ------
    DataError
        When there is no such record, style, language or markup, or the address is none.

    Examples
    --------
    >>> cite("fig-tile-map", style="apa", language="id").split(" (")[0]
    'Kontributor spbe_research.'
    """
    reference = record_reference(record_id, language) if record_id else release_reference(language)
    return _written(reference, style, url, accessed, markup)


def cite_source(
    source_id: str,
    *,
    style: str = "apa",
    language: str = "en",
    url: str = "",
    accessed: date | None = None,
    markup: str = "text",
) -> str:
    """Return the citation of a source: a document of the ministry, or another producer's data.

    Parameters are those of ``cite``, ``source_id`` the folder below ``data/raw``.

    Raises
    ------
    DataError
        When there is no such source, style, language or markup.

    Examples
    --------
    >>> cite_source("menpanrb-2024-report", style="apa")
    'Kementerian PANRB. (2025). Laporan Pelaksanaan Evaluasi SPBE 2024.'
    """
    return _written(source_reference(source_id, language), style, url, accessed, markup)


def cite_score(
    agency_id: str,
    year: int,
    *,
    style: str = "apa",
    language: str = "en",
    url: str = "",
    accessed: date | None = None,
    markup: str = "text",
) -> str:
    """Return the citation of one agency's published index: the document that prints it.

    Parameters are those of ``cite``; ``agency_id`` and ``year`` are keys of ``load_published``.

    Raises
    ------
    DataError
        When no index was published, or there is no such style, language or markup.
    """
    return _written(score_reference(agency_id, year, language), style, url, accessed, markup)


def cite_in_text(record_id: str, *, style: str = "apa", language: str = "en") -> str:
    """Return how a record is cited in running text: a number with its value, then the id.

    Parameters
    ----------
    record_id : str
        Id of a record.
    style : {"apa", "chicago", "indonesia", "plain"}
    language : {"en", "id"}

    Raises
    ------
    DataError
        When there is no such record or language, or the style is none for texts.
    """
    reference = record_reference(record_id, language)
    if style == "plain":
        inner = f"{'; '.join(reference.authors)}, {reference.year}"
    elif style in _PROCESSED:
        inner = _processed(reference, style, in_text=True).removeprefix("(").removesuffix(")")
        inner = _unmarked(inner, "text")
    else:
        raise DataError(f"Invalid style {style!r}. {_NOT_IN_TEXT}")
    cited = (
        f"({inner}, {record_id}, {VERSION[language]} {reference.version}; data: {reference.data})"
    )
    if load_records()[record_id].has_table:
        return cited
    return f"{printed(record_id, language=language)} {cited}"


def _written(reference: Reference, style: str, url: str, accessed: date | None, markup: str) -> str:
    if style not in STYLES:
        raise DataError(f"Invalid style {style!r}. It must be one of {', '.join(STYLES)}.")
    if markup not in ("text", "html"):
        raise DataError(f"Invalid markup {markup!r}. It must be text or html.")
    if url and not (_ADDRESS.fullmatch(url) and url.isprintable()):
        raise DataError(
            f"Invalid url {url!r}. It must begin with http:// or https:// and hold no space, "
            "quote, brace, backslash or control character; write them as %20 and the like."
        )
    reference = replace(reference, url=url, accessed=accessed.isoformat() if accessed else "")
    if style in _PROCESSED:
        return _unmarked(_processed(reference, style, in_text=False), markup)
    write: dict[str, Callable[[Reference], str]] = {
        "bibtex": bibtex,
        "ris": ris,
        "csl-json": csl_json,
        "plain": plain,
    }
    text = write[style](reference)
    return html.escape(text, quote=False) if markup == "html" else text


def _processed(reference: Reference, style: str, *, in_text: bool) -> str:
    """What the citation processor writes, italics between private characters."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography
    from citeproc.source.json import CiteProcJSON

    item = csl_item(reference)
    if style != "indonesia" and (note := item.pop("note", "")):
        # The international styles print no note; behind the publisher it stands before an address.
        item["publisher"] = ". ".join(part for part in (reference.publisher, note) if part)
    if reference.kind != "news" or (style != "indonesia" and reference.language == "id"):
        # Both international styles put the day behind the month, whatever the language.
        item["issued"] = {"date-parts": [[reference.year]]}
    if reference.kind == "news" and style == "chicago":
        item["type"] = "webpage"  # the processor would print the label of an edition it has not
    if style == "indonesia" and "number" not in item and "version" not in item:
        item.pop("medium", None)
    for name in ("title", "container-title", "number", "publisher", "note"):
        if name in item:
            item[name] = _case_kept(item[name], reference, name)
    style_file = _style(style, reference.language)
    bibliography = CitationStylesBibliography(style_file, CiteProcJSON([item]), _formatter(_ITALIC))
    citation = Citation([CitationItem(reference.key.lower())])
    bibliography.register(citation)
    if in_text:
        return str(bibliography.cite(citation, lambda missing: None))
    (written,) = bibliography.bibliography()
    # The processor adds a stop to a question, and leaves it behind the quotation mark, where both
    # locales ask for it before.
    text = _ASKED_AND_STOPPED.sub(r"\1", str(written))
    return text.replace("”.", ".”").replace("”,", ",”")


def _case_kept(text: str, reference: Reference, name: str) -> str:
    """Let only titles that are English sentences be capitalised in the English way."""
    sentence = reference.kind in ("figure", "table", "data")
    if name == "title" and reference.title_language == "en" and sentence:
        return text
    return f'<span class="nocase">{text}</span>'


@cache
def _style(style: str, language: str) -> Any:
    from citeproc import CitationStylesStyle

    loaded = CitationStylesStyle(_PROCESSED[style], locale=_LOCALES[language])
    if style == "chicago":
        # The comma before "and" follows an inverted name, and institutions are not inverted.
        for element in loaded.root.iter("{*}name"):
            if element.get("delimiter-precedes-last") == "always":
                element.set("delimiter-precedes-last", "never")
    return loaded


def _formatter(italic: tuple[str, str]) -> SimpleNamespace:
    """A formatter of the processor that marks italics and escapes nothing."""
    opened, closed = italic
    plain = dict.fromkeys(
        ("Bold", "Light", "Underline", "Superscript", "Subscript", "SmallCaps"), str
    )
    slanted = dict.fromkeys(("Italic", "Oblique"), lambda text: f"{opened}{text}{closed}")
    return SimpleNamespace(preformat=str, **plain, **slanted)


def _unmarked(text: str, markup: str) -> str:
    tags = ("<i>", "</i>") if markup == "html" else ("", "")
    text = html.escape(text, quote=False) if markup == "html" else text
    for mark, tag in zip(_ITALIC, tags, strict=True):
        text = text.replace(mark, tag)
    return text
