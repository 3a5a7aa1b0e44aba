"""What each column of a result table means, with its unit, for the README beside an export."""

import tomllib
from functools import cache
from pathlib import Path

import pandas as pd

from spbe_research.errors import DataError, refuse
from spbe_research.sources.codebook import codebook

__all__ = ["describe_columns"]

_FILE = Path(__file__).with_name("columns.toml")


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
    Add it to spbe_research/catalogue/columns.toml.
    """
    known = _tidy_columns() | _result_columns()["all"] | _result_columns().get(record_id, {})
    refuse(
        DataError,
        f"columns of {record_id}",
        [f"{name!r} has no meaning" for name in table.columns if name not in known],
        "Add it to spbe_research/catalogue/columns.toml.",
    )
    rows = [(name, *known[name]) for name in table.columns]
    return pd.DataFrame(rows, columns=["column", "meaning", "unit"])


@cache
def _result_columns() -> dict[str, dict[str, tuple[str, str]]]:
    stated = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        section: {name: (meaning, unit) for name, (meaning, unit) in entries.items()}
        for section, entries in stated.items()
    }


@cache
def _tidy_columns() -> dict[str, tuple[str, str]]:
    """The codebook's columns; of a name in several tables the first."""
    first = codebook().drop_duplicates("column")
    return {
        row.column: (row.description, row.unit)
        for row in first[["column", "description", "unit"]].itertuples()
    }
