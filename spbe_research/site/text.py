"""How the site writes: two languages side by side, numbers as each language prints them.

Pages are written with Indonesian numbers ("3,23"); an element of class ``n`` holds nothing but
numbers, and the script turns their marks when English is chosen.
"""

from markupsafe import Markup, escape

__all__ = ["both", "decimal", "index_text", "swap_marks"]

_SWAP = str.maketrans(".,", ",.")


def both(english: str, indonesian: str) -> Markup:
    """Return a text in both languages, of which the page shows one.

    Examples
    --------
    >>> both("Figures", "Gambar")
    Markup('<span lang="id">Gambar</span><span lang="en">Figures</span>')
    """
    return Markup('<span lang="id">{}</span><span lang="en">{}</span>').format(indonesian, english)


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
