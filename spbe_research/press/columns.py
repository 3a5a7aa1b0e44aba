"""What each column of a result table means, with its unit, for the README beside an export.

``columns.csv`` of a question says it for its own tables, ``result_columns.csv`` beside this module
for all of them: a name means the same everywhere, except where a row names the record that differs.
Columns that both leave out are those of the tidy tables (``data/tidy/codebook.csv``). An empty unit
means none: text, a count, or yes and no.
"""

import csv
from functools import cache
from pathlib import Path

import pandas as pd

from spbe_research.errors import DataError, refuse
from spbe_research.panel.codebook import codebook
from spbe_research.records import home_of

__all__ = ["describe_columns"]

_FILE = Path(__file__).with_name("result_columns.csv")
_REMEDY = "Add it to columns.csv in the folder of the question."
_QUESTIONS = Path(__file__).parents[1] / "questions"


def describe_columns(record_id: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return the meaning and unit of every column of a result table.

    Parameters
    ----------
    record_id : str
        Id of a figure, table or number.
    table : pandas.DataFrame
        Its table; only the names of the columns are read.

    Returns
    -------
    pandas.DataFrame
        ``column, meaning, unit``, in the order of the table.

    Raises
    ------
    DataError
        Naming every column that is described nowhere.

    Examples
    --------
    >>> describe_columns("tab-moments", pd.DataFrame(columns=["year", "low"]))["unit"].tolist()
    ['year', 'as the estimate']
    >>> describe_columns("tab-moments", pd.DataFrame(columns=["moon"]))
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid columns of tab-moments, 1 violation:
      - 'moon' has no meaning
    Add it to columns.csv in the folder of the question.
    """
    known = _tidy_columns() | _result_columns(_FILE, "") | _result_columns(_FILE, record_id)
    if not record_id.startswith("num-"):
        own = _QUESTIONS / home_of(record_id) / "columns.csv"
        known |= _result_columns(own, "") | _result_columns(own, record_id)
    refuse(
        DataError,
        f"columns of {record_id}",
        [f"{name!r} has no meaning" for name in table.columns if name not in known],
        _REMEDY,
    )
    rows = [(name, *known[name]) for name in table.columns]
    return pd.DataFrame(rows, columns=["column", "meaning", "unit"])


@cache
def _result_columns(path: Path, record_id: str) -> dict[str, tuple[str, str]]:
    """The columns of one record that differ from those of the others, which have no record."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["column"]: (row["meaning"], row["unit"])
            for row in csv.DictReader(file)
            if row["record"] == record_id
        }


@cache
def _tidy_columns() -> dict[str, tuple[str, str]]:
    """The codebook's columns; of a name in several tables the first."""
    first = codebook().drop_duplicates("column")
    return {
        row.column: (row.description, row.unit)
        for row in first[["column", "description", "unit"]].itertuples()
    }
