"""A result table as an Excel workbook: the data, and a sheet that says what they are.

The same table gives the same bytes: no clock is read, the parts stand in one order. Numbers are
those of the published CSV.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["workbook_bytes"]

_EPOCH = datetime(1980, 1, 1, tzinfo=UTC).replace(
    tzinfo=None
)  # the first that a zip file can state
_WIDEST = 60  # characters
_THEME = "xl/theme/theme1.xml"  # colours of charts and shapes, of which there are none
_OF_A_THEME = {  # what names it, by the part that does
    "[Content_Types].xml": re.compile(rb'<Override PartName="/xl/theme/theme1.xml"[^>]*/>'),
    "xl/_rels/workbook.xml.rels": re.compile(rb'<Relationship [^>]*theme/theme1.xml"[^>]*/>'),
    "xl/styles.xml": re.compile(rb'<color theme="1" ?/>|<scheme val="minor" ?/>'),
}


def workbook_bytes(
    table: pd.DataFrame,
    columns: pd.DataFrame,
    *,
    facts: Mapping[str, str],
    about: Mapping[str, str],
) -> bytes:
    """Return a workbook with the sheets ``data`` and ``about``.

    Parameters
    ----------
    table : pandas.DataFrame
        As read from the published CSV.
    columns : pandas.DataFrame
        ``column, meaning, unit``.
    facts : mapping of str to str
        Title, Source, Rights, Description, Identifier: for the properties of the file.
    about : mapping of str to str
        What the second sheet says above the columns.
    """
    book = Workbook()
    data = book.active
    data.title = "data"
    data.append(list(table.columns))
    for row in table.astype(object).where(table.notna(), None).itertuples(index=False):
        data.append(list(row))
    data.freeze_panes = "A2"
    data.auto_filter.ref = data.dimensions
    sheet = book.create_sheet("about")
    for pair in about.items():
        sheet.append(list(pair))
    sheet.append([])
    head = sheet.max_row + 2
    sheet.append(list(columns.columns))
    for row in columns.itertuples(index=False):
        sheet.append(list(row))
    _dress(data, head=1)
    _dress(sheet, head=head)
    properties = book.properties
    properties.title, properties.identifier = facts["Title"], facts["Identifier"]
    properties.description = facts["Description"]
    properties.subject = facts["Source"]
    properties.keywords = facts["Rights"]
    properties.creator = "spbe_research contributors"
    properties.language = "en"
    properties.created = properties.modified = _EPOCH
    target = io.BytesIO()
    book.save(target)
    return _timeless(target.getvalue())


def _dress(sheet: Worksheet, *, head: int) -> None:
    for cell in sheet[head]:
        cell.font = Font(bold=True)
    for cells in sheet.columns:
        for cell in cells:
            if cell.data_type == "f":  # a text that begins with = is no formula
                cell.data_type = "s"
        widest = max(len(str(cell.value)) for cell in cells if cell.value is not None)
        letter = cells[0].column_letter
        sheet.column_dimensions[letter].width = min(widest, _WIDEST) + 2
        if sheet.title == "about":
            for cell in cells:
                cell.alignment = Alignment(wrap_text=True, vertical="top")


def _timeless(workbook: bytes) -> bytes:
    """The same parts in the order of their names, without the time of writing and a theme."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as written,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for name in sorted(set(written.namelist()) - {_THEME}):
            content = written.read(name)
            if name in _OF_A_THEME:
                content = _OF_A_THEME[name].sub(b"", content)
            if name == "docProps/core.xml":  # openpyxl writes the clock when it saves
                content = re.sub(
                    rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", content
                )
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 3  # the same on every platform
            kept.writestr(entry, content, compresslevel=9)
    return target.getvalue()
