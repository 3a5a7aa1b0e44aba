"""Files of a record to take away: pictures, plotted data as CSV and XLSX, and what to know of them.

A figure ``fig-x`` becomes ``fig-x.en.svg``, ``.en.png``, ``.en.pdf``, the same in Indonesian
(``.id.``), ``fig-x.csv``, ``fig-x.xlsx`` and ``fig-x.README.md``; a table the last three; a number
the row that states it. The CSV is the committed result, byte for byte.
"""

import hashlib
import io
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

from spbe_research.boundary import check_absent, open_binary_output
from spbe_research.errors import DataError, listed
from spbe_research.press.citations import cite
from spbe_research.press.columns import describe_columns
from spbe_research.press.committed import committed_bytes, committed_numbers, table_bytes
from spbe_research.press.description import registered
from spbe_research.press.languages import LANGUAGES
from spbe_research.press.manifest import words_hash
from spbe_research.press.pictures import KINDS, draw_pictures, provenance
from spbe_research.press.quotes import fill
from spbe_research.press.records import Record, load_records
from spbe_research.press.workbook import workbook_bytes

__all__ = ["current_sha256", "data_files", "export_files", "write_exports"]

_DATA = ("csv", "xlsx", "README.md")


def write_exports(
    folder: Path,
    *,
    ids: Iterable[str] | None = None,
    overwrite: bool = False,
    progress: Callable[[str], None] = lambda step: None,
) -> list[Path]:
    """Write the files of records into a folder.

    Parameters
    ----------
    folder : pathlib.Path
        Made where it is missing.
    ids : iterable of str, optional
        Ids of figures, tables and numbers; left out, every record.
    overwrite : bool
        Whether files of the same names may be replaced.
    progress : callable
        Called with each id before its files are made.

    Returns
    -------
    list of pathlib.Path
        The files, in the order written.

    Raises
    ------
    DataError
        Naming every id that is no record, or the files that exist and may not be replaced; or when
        a picture has a text without Indonesian, or a column has no meaning.
    """
    records = load_records()
    wanted = list(dict.fromkeys(records if ids is None else ids))
    if unknown := [name for name in wanted if name not in records]:
        raise DataError(f"Invalid ids {listed(unknown)}. Each must be a record.")
    if not overwrite:
        check_absent(folder / name for each in wanted for name in _file_names(records[each]))
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in wanted:
        progress(name)
        for file_name, content in export_files(name).items():
            with open_binary_output(folder / file_name, overwrite=overwrite) as file:
                file.write(content)
            written.append(folder / file_name)
    return written


def _file_names(record: Record) -> list[str]:
    """The names of the files of a record, known before one is made."""
    pictures = [f"{language}.{kind}" for language in LANGUAGES for kind in KINDS]
    return [f"{record.id}.{end}" for end in (*(pictures if record.is_figure else ()), *_DATA)]


def export_files(record_id: str) -> dict[str, bytes]:
    """Return all files of a record, by file name: pictures of a figure, then data and README.

    Raises
    ------
    DataError
        As ``write_exports``.
    """
    files = data_files(record_id)
    if not load_records()[record_id].is_figure:
        return files
    return {
        f"{record_id}.{language}.{kind}": picture
        for (language, kind), picture in draw_pictures(record_id).items()
    } | files


def data_files(record_id: str) -> dict[str, bytes]:
    """Return the CSV, XLSX and README of a record, by file name.

    Raises
    ------
    DataError
        When there is no such record, or a column has no meaning.
    """
    record = registered(record_id)
    csv = _committed_csv(record)
    table = pd.read_csv(
        io.BytesIO(csv),
        dtype={"agency_id": str, "years": str, "text": str},
        keep_default_na=False,
        na_values=[""],
    )
    columns = describe_columns(record_id, table)
    sha256 = hashlib.sha256(csv).hexdigest()
    about = {
        "title": record.title_en,
        "judul": record.title_id,
        "source of the data": f"{record.source.removeprefix('Source: ')}, {record.years}",
        "licence": record.licence,
        "id": record_id,
        "data sha256": sha256,
        "cite": cite(record_id, style="plain", language="en"),
        "kutip": cite(record_id, style="plain", language="id"),
        "caveat": fill(record.not_shown_en, record_id, "en"),
        "catatan": fill(record.not_shown_id, record_id, "id"),
    }
    facts = provenance(record, sha256, "en", words=words_hash(record, "en"))
    return {
        f"{record_id}.csv": csv,
        f"{record_id}.xlsx": workbook_bytes(table, columns, facts=facts, about=about),
        f"{record_id}.README.md": _readme(record, about, columns).encode("utf-8"),
    }


def current_sha256(record_id: str) -> str:
    """Return the sha256 of a record's CSV as it is committed now."""
    return hashlib.sha256(_committed_csv(load_records()[record_id])).hexdigest()


def _committed_csv(record: Record) -> bytes:
    if record.has_table:
        return committed_bytes(record.id)
    numbers = committed_numbers()
    return table_bytes(numbers[numbers["id"] == record.id])


def _readme(record: Record, about: dict[str, str], columns: pd.DataFrame) -> str:
    """What travels beside the CSV, in Markdown."""
    questions = [text for text in (record.question_en, record.question_id) if text]
    lines = [
        f"# {record.title_en}",
        f"*{record.title_id}*",
        *(f"> {question}" for question in questions),
        fill(record.caption_en, record.id, "en"),
        f"*{fill(record.caption_id, record.id, 'id')}*",
        "## What it does not show",
        about["caveat"],
        f"*{about['catatan']}*",
        "## Columns",
        "\n".join(
            [
                f"`{record.id}.csv`: UTF-8, comma-separated, decimal point, empty where missing.",
                "",
                "| column | meaning | unit |",
                "|---|---|---|",
                *(
                    f"| `{row.column}` | {row.meaning} | {row.unit} |"
                    for row in columns.itertuples()
                ),
            ]
        ),
        "## Source and licence",
        f"{about['source of the data']}. {about['licence']}",
        "## How to cite",
        about["cite"],
        f"*{about['kutip']}*",
        "## Where it is from",
        f"Id `{record.id}` of spbe_research, computed in `notebooks/{record.notebook}.ipynb`; "
        f"sha256 of the CSV `{about['data sha256']}`. `spbe-research identify FILE` tells whether "
        "a file is still the current one.",
    ]
    return "\n\n".join(lines) + "\n"
