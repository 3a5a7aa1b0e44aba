"""How the site writes: two languages side by side, numbers as each language prints them.

A pair of texts is a pair of ``<i lang=...>``, the element for a phrase of another language; the
style sheet shows one of the two, upright.

Pages are written with Indonesian numbers ("3,23"); an element of class ``n`` holds nothing but
numbers, and the script turns their marks when English is chosen.
"""

from markupsafe import Markup, escape

__all__ = ["both", "decimal", "index_text", "shared", "swap_marks"]

_SWAP = str.maketrans(".,", ",.")


def both(english: str, indonesian: str) -> Markup:
    """Return a text in both languages, of which the page shows one; once where they agree.

    Examples
    --------
    >>> both("Figures", "Gambar")
    Markup('<i lang="id">Gambar</i><i lang="en">Figures</i>')
    >>> both("Data", "Data")
    Markup('Data')
    """
    if english == indonesian:
        return escape(english)
    return Markup('<i lang="id">{}</i><i lang="en">{}</i>').format(indonesian, english)


def shared(english: str, indonesian: str) -> Markup:
    """Return a text in both languages whose common first and last words stand only once.

    Examples
    --------
    >>> shared("Report 2018, row 3; x", "Report 2018, baris 3; x")
    Markup('Report 2018, <i lang="id">baris</i><i lang="en">row</i> 3; x')
    """
    first, second = english.split(" "), indonesian.split(" ")
    if first == second:
        return escape(english)
    head = _common(first, second)
    tail = _common(first[head:][::-1], second[head:][::-1])
    middle = both(
        " ".join(first[head : len(first) - tail]), " ".join(second[head : len(second) - tail])
    )
    parts = [escape(" ".join(first[:head])), middle, escape(" ".join(first[len(first) - tail :]))]
    return Markup(" ").join(part for part in parts if part)


def _common(first: list[str], second: list[str]) -> int:
    """How many words two lists have in common from their start."""
    pairs = zip(first, second, strict=False)
    return next(
        (place for place, (a, b) in enumerate(pairs) if a != b), min(len(first), len(second))
    )


def swap_marks(text: str) -> str:
    """Turn the decimal points of a number into commas and the reverse.

    Examples
    --------
    >>> swap_marks("4,159.50")
    '4.159,50'
    """
    return text.translate(_SWAP)


def index_text(value: float) -> str:
    """Write an index point in English: two decimals, up to four where they were published.

    Examples
    --------
    >>> index_text(2.3), index_text(2.007), index_text(2.0270000000000006)
    ('2.30', '2.007', '2.027')
    """
    text = f"{value:.4f}"
    whole, decimals = text.split(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def decimal(value: float, decimals: int = 2) -> Markup:
    """Write a number as Indonesian prints it, escaped for a page.

    Examples
    --------
    >>> decimal(1234.5, 1)
    Markup('1.234,5')
    """
    return escape(swap_marks(f"{value:,.{decimals}f}"))
