"""What a notebook calls to show a figure or number: only the registered one is shown."""

import io
from typing import TYPE_CHECKING

import pandas as pd

from spbe_research.catalogue.records import Record, load_records
from spbe_research.catalogue.results import committed_numbers, draw, table_bytes, table_hash
from spbe_research.errors import DataError
from spbe_research.locations import data_folder

if TYPE_CHECKING:
    from IPython.display import Image

__all__ = ["draw_record", "show", "show_numbers", "show_table"]

_DPI = 160


def show(record_id: str, table: pd.DataFrame) -> "Image":
    """Draw a registered figure from its table and print its id, caption and data hash.

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

    png = draw_record(record_id, table)
    _print_caption(load_records()[record_id], table)
    return Image(data=png)


def show_table(record_id: str, table: pd.DataFrame) -> pd.DataFrame:
    """Print a registered table's captions and data hash, and return it to be displayed.

    Parameters
    ----------
    record_id : str
        Id of the table, for example ``"tab-bunching"``.
    table : pandas.DataFrame
        The result table, computed in the notebook.

    Raises
    ------
    DataError
        When the id is not registered, or the table is not the one in ``data/results``.
    """
    _check_recorded(record_id, table, "tab-")
    _print_caption(load_records()[record_id], table)
    return table


def draw_record(record_id: str, table: pd.DataFrame) -> bytes:
    """Return a registered figure as PNG bytes, title, source and data hash in its metadata."""
    record = _check_recorded(record_id, table, "fig-")
    footer = f"{record.source}, {record.years}. n = {record.n}. spbe_research {record_id}"
    figure = draw(record, table, footer)
    target = io.BytesIO()
    figure.savefig(
        target,
        format="png",
        dpi=_DPI,
        metadata={
            "Title": record.title_en,
            "Source": record.source,
            "Copyright": "MIT; data: see LICENSE-DATA.md",
            "Description": f"{record_id} data sha256 {table_hash(table)}",
            "Software": None,
        },
    )
    return target.getvalue()


def show_numbers(*ids: str) -> pd.DataFrame:
    """Return headline numbers with their ids, as prose must print them.

    Raises
    ------
    DataError
        When an id is not registered.

    Examples
    --------
    >>> show_numbers("num-agency-years")["text"].tolist()
    ['4,159']
    """
    table = committed_numbers().set_index("id")
    unknown = [name for name in ids if name not in table.index]
    if unknown:
        raise DataError(f"Invalid numbers {unknown}. Register them in catalogue/register.")
    titles = {name: load_records()[name].title_en for name in ids}
    chosen = table.loc[list(ids), ["text", "unit", "n", "years"]]
    return chosen.assign(title=[titles[name] for name in ids]).reset_index()


def _check_recorded(record_id: str, table: pd.DataFrame, prefix: str) -> Record:
    records = load_records()
    if record_id not in records or not record_id.startswith(prefix):
        kind = "figure" if prefix == "fig-" else "table"
        raise DataError(f"Invalid {kind} {record_id!r}. Register it in catalogue/register.")
    committed = data_folder() / "results" / records[record_id].file_name
    if not committed.is_file() or committed.read_bytes() != table_bytes(table):
        raise DataError(
            f"Invalid table of {record_id}: it is not the one in data/results. If the change is "
            "meant, run `spbe-research build` and say why in the commit."
        )
    return records[record_id]


def _print_caption(record: Record, table: pd.DataFrame) -> None:
    print(f"{record.id}: {record.caption_en}")
    print(f"{record.id}: {record.caption_id}")
    print(f"n = {record.n}; years {record.years}. {record.source}.")
    print(f"data sha256: {table_hash(table)}")
