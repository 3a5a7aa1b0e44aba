"""The results as they were last written to ``data/results``: read, never computed.

One CSV per figure or table in the folder of its question; ``numbers.csv`` and ``footers.csv``
beside the folders. That they are what the data give now is checked once, by ``check_results``.
"""

import csv
import hashlib
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from spbe_research.errors import DataError
from spbe_research.locations import data_folder
from spbe_research.panel.loaders import check_made_from_tidy
from spbe_research.panel.transaction import settle
from spbe_research.records import file_name

__all__ = [
    "DECIMALS",
    "Footer",
    "committed_bytes",
    "committed_footers",
    "committed_numbers",
    "committed_table",
    "result_path",
    "results_folder",
    "table_bytes",
    "table_hash",
]

DECIMALS = 6


@dataclass(frozen=True)
class Footer:
    """What a figure or table rests on: how many of which units, in which years."""

    n: int
    units: str
    years: str


def results_folder() -> Path:
    """Return ``data/results``."""
    folder = data_folder()
    settle(folder)
    return folder / "results"


def result_path(record_id: str) -> Path:
    """Return the file of a figure's or table's result.

    Raises
    ------
    DataError
        When no question has the record.

    Examples
    --------
    >>> result_path("fig-gini").name
    'fig-gini.csv'
    """
    return results_folder() / file_name(record_id)


def committed_bytes(record_id: str) -> bytes:
    """Return the CSV of a figure's or table's result as it was last written.

    Raises
    ------
    DataError
        When no question has the record, the file is missing, or the results were computed from
        other tidy tables.
    """
    return _read(result_path(record_id))


def committed_numbers() -> pd.DataFrame:
    """Read the numbers that texts use, as ``numbers.compute_numbers`` computes them.

    Raises
    ------
    DataError
        When the file is missing.

    Examples
    --------
    >>> committed_numbers().set_index("id").loc["num-agency-years", "text"]
    '4,159'
    """
    return _parsed_numbers(_read(results_folder() / "numbers.csv")).copy()


def committed_footers() -> dict[str, Footer]:
    """Read n, what it counts, and the years of every figure and table."""
    path = results_folder() / "footers.csv"
    if not path.is_file():
        return {}
    lines = csv.DictReader(io.StringIO(_read(path).decode("utf-8")))
    return {row["id"]: Footer(int(row["n"]), row["units"], row["years"]) for row in lines}


def committed_table(record_id: str) -> pd.DataFrame:
    """Read a result table as it was last written: the same bytes again, numbers to six decimals.

    Raises
    ------
    DataError
        When no question has the record, or its file is missing.

    Examples
    --------
    >>> committed_table("fig-gini")["year"].min()
    np.int64(2018)
    >>> committed_table("fig-moon")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid id 'fig-moon'. It must stand in words.toml of ...
    """
    content = io.BytesIO(committed_bytes(record_id))
    texts = pd.read_csv(content, dtype=str, keep_default_na=False)
    return texts.apply(_as_written)


def table_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as the CSV that is published: numbers to six decimals, LF, UTF-8."""
    text: str = table.to_csv(index=False, lineterminator="\n", float_format=f"%.{DECIMALS}f")
    return text.encode("utf-8")


def table_hash(table: pd.DataFrame) -> str:
    """Return the sha256 of a table's published CSV, as a hexadecimal string."""
    return hashlib.sha256(table_bytes(table)).hexdigest()


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise DataError(f"No table {path.name} in {path.parent}. Run `spbe-research build`.")
    check_made_from_tidy(data_folder())
    return path.read_bytes()


@lru_cache(maxsize=1)
def _parsed_numbers(content: bytes) -> pd.DataFrame:
    """The numbers of a file, parsed once: each number of each text is looked up."""
    return pd.read_csv(io.BytesIO(content), dtype={"years": str, "text": str})


def _as_written(texts: pd.Series) -> pd.Series:
    """A column as ``table_bytes`` was given it: whole numbers, six-decimal numbers, or texts."""
    stated = texts[texts != ""]
    if stated.empty or stated.str.fullmatch(rf"-?(\d+\.\d{{{DECIMALS}}}|inf)").all():
        return pd.to_numeric(texts)
    if stated.isin(["True", "False"]).all() and len(stated) == len(texts):
        return texts == "True"
    if stated.str.fullmatch(r"-?\d+").all():
        return pd.to_numeric(texts).astype("Int64")
    return texts.where(texts != "")
