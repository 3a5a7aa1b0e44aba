"""One cell in and out: a number with a decimal comma or point, a text that no program executes."""

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from spbe_research.errors import printable

if TYPE_CHECKING:  # the command line starts without pandas
    import pandas as pd

__all__ = ["csv_cells", "csv_table", "decimal_number", "safe_cell"]

_NUMBER = re.compile(r"[+-]?\d{1,30}(?:[.,]\d{1,30})?", re.ASCII)
_PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?%?", re.ASCII)  # a spreadsheet reads a number, no formula
_FORMULA = ("=", "+", "-", "@")
_NOTABLE = re.compile(r'[,"\t]|^\s*[=+\-@]|[^\n\x20-\x7e\xa0-\u1fff]', re.MULTILINE)
_QUOTED = re.compile('[,"\n\r]')


def decimal_number(text: str) -> Decimal | None:
    """Return the number a cell states, or None where it states none.

    At most thirty digits on each side of a decimal comma or point; no exponent, no thousands.

    Examples
    --------
    >>> decimal_number(" 2,5 "), decimal_number("1e20000000"), decimal_number("1.000.000")
    (Decimal('2.5'), None, None)
    """
    text = text.strip()
    return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def safe_cell(text: str) -> str:
    """Return a text that neither a terminal nor a spreadsheet takes for a command.

    Control characters are written out. An apostrophe is set before a text that a spreadsheet would
    take for a formula; a number with its sign stays as it is.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("-0.5"), safe_cell("Kota A")
    ("'=1+1", '-0.5', 'Kota A')
    """
    text = printable(text)
    begins = text.lstrip()[:1]
    is_formula = begins in _FORMULA and begins and not _PLAIN.fullmatch(text.strip())
    return f"'{text}" if is_formula or text[:1] == "\t" else text


def csv_cells(texts: list[str]) -> list[str]:
    """Return texts as they stand in a CSV: safe, and in quotation marks where they need them.

    Examples
    --------
    >>> csv_cells(["Kementerian A, B", "@x", "Kota C"])
    ['"Kementerian A, B"', "'@x", 'Kota C']
    """
    together = "\n".join(texts)
    if together.count("\n") == len(texts) - 1 and not _NOTABLE.search(together):
        return texts  # nearly always, and fast
    cells = [safe_cell(text) for text in texts]
    return ['"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell for cell in cells]


def csv_table(table: "pd.DataFrame") -> str:
    """Return a table of texts and numbers as a CSV with a header, without its index.

    Examples
    --------
    >>> import pandas as pd
    >>> print(csv_table(pd.DataFrame({"a": ["=1"], "b": [-2]})))
    a,b
    '=1,-2
    <BLANKLINE>
    """
    texts = table.astype(object).where(table.notna(), "")
    columns = [csv_cells([str(cell) for cell in texts[name]]) for name in texts]
    rows = [csv_cells([str(name) for name in table]), *zip(*columns, strict=True)]
    return "".join(",".join(row) + "\n" for row in rows)
