"""A figure's SVG as a part of a page: the marks of the file without what only a file needs."""

import re
from html import escape

from markupsafe import Markup

__all__ = ["inline_picture", "picture_size"]

_ALONE = re.compile(r"<(title|desc|metadata|style)\b.*?</\1>\s*", re.DOTALL)
_ROOT = re.compile(r"<svg[^>]*>")
_VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_PIXELS = 96 / 72  # of a screen in a point


def inline_picture(svg: bytes, *, name: str, language: str, says: str) -> Markup:
    """Return an exported figure as an element of a page.

    Parameters
    ----------
    svg : bytes
        As :func:`spbe_research.press.pictures.draw_picture` writes it.
    name : str
        Id of the element.
    language : {"en", "id"}
        Of its words.
    says : str
        What it looks like, for those who cannot see it.

    Returns
    -------
    markupsafe.Markup
        An ``<svg>`` whose letters are those of the page; the letters, title and metadata of the
        file are left out.
    """
    text = _ALONE.sub("", svg.decode("utf-8"))
    width, height = picture_size(svg)
    marks = _ROOT.sub("", text, count=1).strip().replace("xlink:href=", "href=")
    view = _VIEW.search(text)[0]  # type: ignore[index]
    return Markup(  # noqa: S704 - drawn by this package
        f'<svg id="{name}" class="picture" lang="{language}" role="img" '
        f'aria-label="{escape(says)}" width="{width}" height="{height}" {view}>{marks}'
    )


def picture_size(svg: bytes) -> tuple[int, int]:
    """Return width and height in pixels of a screen.

    Examples
    --------
    >>> picture_size(b'<svg viewBox="0 0 504 266.4">')
    (672, 355)
    """
    width, height = _VIEW.search(svg.decode("utf-8")).groups()  # type: ignore[union-attr]
    return round(float(width) * _PIXELS), round(float(height) * _PIXELS)
