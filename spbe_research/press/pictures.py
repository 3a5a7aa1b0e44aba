"""A registered figure as a file: SVG, PNG or PDF, in English or Indonesian, that says what it is.

The footer stands in the picture; id, title, source, licence, language and the sha256 of the data
and of the picture, as a manifest holds them, in the file's own metadata, so that ``identify`` can
trace a file found loose on a disk. The same table
gives the same bytes: no date, no version and no random id is written.
"""

import io
import re
from collections.abc import Iterable
from html import escape, unescape
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from spbe_research.drawing.typeface import FAMILY, embedded, set_typeface
from spbe_research.errors import DataError
from spbe_research.nbguard.pictures import hash_of_pixels
from spbe_research.press.committed import Footer, committed_table, table_hash
from spbe_research.press.languages import LANGUAGES, check_language
from spbe_research.press.lean_svg import lean_marks
from spbe_research.press.palette import palette_png
from spbe_research.press.quotes import alternative_text
from spbe_research.press.records import Record, counted, load_records, stated_source
from spbe_research.press.translation import translate, translate_text
from spbe_research.records import computation

__all__ = [
    "FINE_DPI",
    "KINDS",
    "SCREEN_DPI",
    "draw_own",
    "draw_picture",
    "draw_pictures",
    "laid_out",
    "provenance",
]

KINDS = ("svg", "png", "pdf")
SCREEN_DPI = 160  # of notebooks; the layout is computed at it
FINE_DPI = 176  # twice the 616 pixels that 7 inches take on a page of the site
_AUTHOR = "spbe_research contributors"
_SAVING: dict[Any, Any] = {"svg.fonttype": "none", "pdf.compression": 9, "pdf.fonttype": 42}
_FONTS = f"'{FAMILY}','Source Sans 3','Source Sans Pro','Segoe UI',Arial,sans-serif"
_TEXT = re.compile(r"<text ([^>]*)>([^<]*)</text>")


def draw_picture(record_id: str, *, language: str = "en", kind: str = "png") -> bytes:
    """Return a registered figure as the content of a file.

    Parameters
    ----------
    record_id : str
        Id of a figure, for example ``"fig-coverage"``.
    language : {"en", "id"}
        English or Indonesian.
    kind : {"svg", "png", "pdf"}
        PNG: at most 256 colours. SVG: texts stay texts, and the file carries their letters.

    Returns
    -------
    bytes

    Raises
    ------
    DataError
        When there is no such figure, language or kind, its table is missing in ``data/results``,
        or a text of the picture has no Indonesian.
    """
    return draw_pictures(record_id, languages=[language], kinds=[kind])[language, kind]


def draw_pictures(
    record_id: str, *, languages: Iterable[str] = LANGUAGES, kinds: Iterable[str] = KINDS
) -> dict[tuple[str, str], bytes]:
    """Return a registered figure in several languages and kinds, drawn once a language.

    Parameters
    ----------
    record_id : str
        Id of a figure.
    languages, kinds : iterable of str
        As in ``draw_picture``.

    Returns
    -------
    dict of (language, kind) to bytes

    Raises
    ------
    DataError
        As ``draw_picture``.
    """
    kinds = list(kinds)
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise DataError(f"Invalid kinds {unknown}. Each must be one of {', '.join(KINDS)}.")
    record = load_records().get(record_id)
    if record is None or not record.is_figure:
        raise DataError(f"Invalid figure {record_id!r}. It must be a figure.")
    table = committed_table(record_id)
    pictures = {}
    for language in languages:
        on_screen = _screen_hash(laid_out(record, table, language))
        figure = laid_out(record, table, language, in_typeface=True)
        facts = provenance(record, table_hash(table), language, picture=on_screen)
        for kind in kinds:
            pictures[language, kind] = _WRITERS[kind](figure, record, facts)
    return pictures


def draw_own(
    record_id: str, table: pd.DataFrame, *, footer: Footer, year: int, language: str = "en"
) -> bytes:
    """Return a figure of the study drawn of a table with a list of one's own, as PNG.

    The study's title says what its own years show, so the picture only says which figure it is.

    Parameters
    ----------
    record_id : str
        Id of a figure.
    table : pandas.DataFrame
        As its computation gives it.
    footer : Footer
        What the table rests on.
    year : int
        Of the list.
    language : {"en", "id"}

    Returns
    -------
    bytes

    Raises
    ------
    DataError
        When there is no such figure or language, or a text of the picture has no Indonesian.
    """
    check_language(language)
    title, beside = {
        "en": (f"{record_id}, with a list of {year}", "with a list from outside the study"),
        "id": (f"{record_id}, dengan daftar {year}", "dengan daftar dari luar studi"),
    }[language]
    source = _source(stated_source(record_id), record_id, language)
    below = f"{source}, {footer.years}. n = {counted(footer, language)}. {record_id}, {beside}"
    figure = _drawn(record_id, table, language, title=title, footer=below)
    set_typeface(figure)
    return _fine_png(figure, {"Title": title})


def laid_out(
    record: Record, table: pd.DataFrame, language: str, *, in_typeface: bool = False
) -> Figure:
    """Draw a record's table in a language, its layout computed and then fixed for every kind.

    ``in_typeface`` sets it in the house's typeface, as files to take away are; notebooks and
    releases show it in that of Matplotlib.
    """
    english = language == "en"
    n = record.n if english else record.n_id
    source = _source(record.source, record.id, language)
    figure = _drawn(
        record.id,
        table,
        language,
        title=record.title_en if english else record.title_id,
        footer=f"{source}, {record.years}. n = {n}. spbe_research {record.id}",
    )
    if in_typeface:
        set_typeface(figure)
    figure.set_dpi(SCREEN_DPI)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    return figure


def _drawn(
    record_id: str, table: pd.DataFrame, language: str, *, title: str, footer: str
) -> Figure:
    found = computation(record_id)
    if found.draw is None:
        raise DataError(f"Invalid figure {record_id!r}. No function draws it.")
    figure: Figure = found.draw(table, title=title, footer=footer)
    return translate(figure, language, question=found.question)


def _source(source: str, record_id: str, language: str) -> str:
    return source if language == "en" else translate_text(source, computation(record_id).question)


def provenance(record: Record, sha256: str, language: str, **versions: str) -> dict[str, str]:
    """Return what every file of a record says of itself, by the names of Dublin Core.

    Parameters
    ----------
    record : Record
        Whose file it is.
    sha256 : str
        Of its data.
    language : {"en", "id"}
        Of title and source.
    **versions : str
        Other hashes by what they are of, as a manifest holds them: ``picture`` or ``words``.
    """
    hashes = {"data": sha256, **versions}
    described = " ".join(f"{name} sha256 {value}" for name, value in hashes.items())
    english = language == "en"
    return {
        "Title": record.title_en if english else record.title_id,
        "Source": _source(record.source, record.id, language),
        "Rights": record.licence,
        "Description": f"{record.id} {described}",
        "Identifier": record.id,
        "Language": language,
    }


def _screen_hash(figure: Figure) -> str:
    """The hash that a manifest holds of a picture: of its pixels at the dots of a screen."""
    figure.set_dpi(SCREEN_DPI)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = bytes(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    return hash_of_pixels("RGBA", canvas.get_width_height(), pixels)


def _png(figure: Figure, record: Record, facts: dict[str, str]) -> bytes:
    named = {("Copyright" if name == "Rights" else name): text for name, text in facts.items()}
    return _fine_png(figure, named)


def _fine_png(figure: Figure, metadata: dict[str, str]) -> bytes:
    figure.set_dpi(FINE_DPI)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    drawn = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    pixels = drawn[..., :3]  # the figure's ground is opaque
    return palette_png(pixels, metadata=metadata, dpi=FINE_DPI)


def _pdf(figure: Figure, record: Record, facts: dict[str, str]) -> bytes:
    target = io.BytesIO()
    metadata = {
        "Title": facts["Title"],
        "Author": _AUTHOR,
        "Subject": f"{facts['Source']}, {record.years}. {facts['Rights']}",
        "Keywords": f"{facts['Description']} {facts['Language']}",
        "Creator": "spbe_research",
        "Producer": None,
        "CreationDate": None,
    }
    figure.set_dpi(SCREEN_DPI)
    with rc_context(_SAVING):
        FigureCanvasPdf(figure).print_pdf(target, metadata=metadata)  # type: ignore[no-untyped-call]
    return target.getvalue()


def _svg(figure: Figure, record: Record, facts: dict[str, str]) -> bytes:
    target = io.BytesIO()
    name = f"{record.id}.{facts['Language']}"  # ids stay apart when a page holds several pictures
    metadata = {**facts, "Creator": _AUTHOR, "Date": None}
    figure.set_dpi(SCREEN_DPI)
    with rc_context(_SAVING | {"svg.hashsalt": name}):
        FigureCanvasSVG(figure).print_svg(target, metadata=metadata)  # type: ignore[no-untyped-call]
    drawn = target.getvalue().decode("utf-8")
    said = alternative_text(record.id, language=facts["Language"])
    stated = re.sub(r">\s+<", "><", drawn[drawn.index("<metadata>") : drawn.index("</metadata>")])
    width, height = (float(figure.get_size_inches()[n]) * 72 for n in (0, 1))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'role="img" xml:lang="{facts["Language"]}" aria-labelledby="{name}.title {name}.desc" '
        f'width="{width:g}pt" height="{height:g}pt" viewBox="0 0 {width:g} {height:g}" '
        f'font-family="{_FONTS}">\n'
        f'<title id="{name}.title">{escape(facts["Title"], quote=False)}</title>\n'
        f'<desc id="{name}.desc">{escape(said, quote=False)}</desc>\n'
        f"{stated}</metadata>\n<style>{_letters(drawn)}</style>\n"
        f"{lean_marks(drawn, prefix=facts['Language'][0])}\n</svg>\n"
    ).encode()


def _letters(drawn: str) -> str:
    """The rules that carry the letters of a picture's texts, one for each weight it prints."""
    used: dict[str, set[str]] = {}
    for look, text in _TEXT.findall(drawn):
        weight = "600" if "font-weight" in look else "400"
        used.setdefault(weight, set()).update(unescape(text))
    return "".join(embedded(used[weight], weight=weight) for weight in sorted(used))


_WRITERS = {"svg": _svg, "png": _png, "pdf": _pdf}
