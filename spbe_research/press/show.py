"""What a notebook calls to show a figure or table: only the registered one is shown."""

import io
from typing import TYPE_CHECKING

import pandas as pd

from spbe_research.errors import DataError
from spbe_research.press.committed import committed_table, table_hash
from spbe_research.press.quotes import fill
from spbe_research.press.records import Record, load_records
from spbe_research.press.results import check_recorded

if TYPE_CHECKING:
    from IPython.display import Image

__all__ = ["draw_record", "printed_caption", "show", "show_table"]


def show(record_id: str, table: pd.DataFrame) -> "Image":
    """Draw a registered figure and print its id, captions and data hash.

    Parameters
    ----------
    record_id : str
        Id of the figure, for example ``"fig-cilegon-path"``.
    table : pandas.DataFrame
        The result table, computed in the notebook.

    Returns
    -------
    IPython.display.Image
        The picture; its data hash is printed, because a comparison of notebooks compares text.

    Raises
    ------
    DataError
        When the id is not registered, or the table is not the one in ``data/results``.
    """
    from IPython.display import Image

    record = _checked(record_id, table, "fig-")
    png = draw_record(record_id)
    print(printed_caption(record, table_hash(table)))
    return Image(data=png)


def show_table(record_id: str, table: pd.DataFrame) -> pd.DataFrame:
    """Print a registered table's captions and data hash, and return it to be displayed.

    Parameters
    ----------
    record_id : str
        Id of the table, for example ``"tab-falls"``.
    table : pandas.DataFrame
        The result table, computed in the notebook.

    Raises
    ------
    DataError
        When the id is not registered, or the table is not the one in ``data/results``.
    """
    record = _checked(record_id, table, "tab-")
    print(printed_caption(record, table_hash(table)))
    return table


def draw_record(record_id: str, *, language: str = "en") -> bytes:
    """Return a registered figure as PNG bytes, drawn from its committed table.

    Title, source and data hash stand in its metadata.

    Raises
    ------
    DataError
        When there is no such figure or language, or its table is missing.
    """
    from spbe_research.press.pictures import SCREEN_DPI, laid_out, provenance

    record = _registered(record_id, "fig-")
    table = committed_table(record_id)
    facts = provenance(record, table_hash(table), language)
    target = io.BytesIO()
    laid_out(record, table, language).savefig(
        target,
        format="png",
        dpi=SCREEN_DPI,
        metadata={
            "Title": facts["Title"],
            "Source": facts["Source"],
            "Copyright": facts["Rights"],
            "Description": facts["Description"],
            "Software": None,
        },
    )
    return target.getvalue()


def printed_caption(record: Record, sha256: str) -> str:
    """Return what a notebook prints of a record: its id, captions, n, years and data hash."""
    lines = [
        f"{record.id}: {fill(caption, record.id, language)}"
        for language, caption in (("en", record.caption_en), ("id", record.caption_id))
    ]
    lines.append(f"n = {record.n}; years {record.years}. {record.source}.")
    return "\n".join([*lines, f"data sha256: {sha256}"])


def _checked(record_id: str, table: pd.DataFrame, prefix: str) -> Record:
    record = _registered(record_id, prefix)
    check_recorded(record_id, table)
    return record


def _registered(record_id: str, prefix: str) -> Record:
    records = load_records()
    if record_id not in records or not record_id.startswith(prefix):
        kind = "figure" if prefix == "fig-" else "table"
        raise DataError(f"Invalid {kind} {record_id!r}. It must stand in words.toml of a question.")
    return records[record_id]
