"""The result table behind each record: computed, written to ``data/results``, compared.

``data/results`` holds one CSV a figure or table and ``numbers.csv``. A result that no longer equals
the committed one is an error: a published figure never changes silently.
"""

import hashlib
import io
from collections.abc import Callable
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from spbe_research.catalogue.ledger import keep_superseded
from spbe_research.catalogue.records import Record, load_records, table_file
from spbe_research.errors import DataError, refuse
from spbe_research.locations import data_folder

__all__ = [
    "check_recorded",
    "check_results",
    "committed_numbers",
    "committed_table",
    "number_row",
    "number_table",
    "result_table",
    "table_hash",
    "write_results",
]

_DECIMALS = 6


def result_table(record_id: str) -> pd.DataFrame:
    """Compute the table behind a figure, or a registered table, from the tidy data.

    Raises
    ------
    DataError
        When there is no such record; the message lists those there are.

    Examples
    --------
    >>> len(result_table("fig-cilegon-path"))
    7
    >>> result_table("fig-moon")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid table 'fig-moon'. It must be one of fig-...
    """
    return _computed(_table_record(record_id).compute).copy()


@cache
def number_table() -> pd.DataFrame:
    """Compute every headline number.

    Returns
    -------
    pandas.DataFrame
        ``id, value, low, high, text, unit, n, years``: ``text`` is the number as prose must print
        it; ``low`` and ``high`` are missing where the table behind it states no interval.
    """
    rows = [number_row(record) for record in load_records().values() if not record.has_table]
    return pd.concat(rows, ignore_index=True)


def number_row(record: Record) -> pd.DataFrame:
    """Compute one headline number: its row of ``number_table``, under the same columns."""
    value, n = table_cell(record) if record.table else function_named(record.compute)()
    low, high = table_interval(record)
    row = {
        "id": record.id,
        "value": float(value),
        "low": low,
        "high": high,
        "text": record.text.format(value),
        "unit": record.unit,
        "n": int(n),
        "years": record.years,
    }
    return pd.DataFrame([row])


def committed_numbers() -> pd.DataFrame:
    """Read the headline numbers that were last written, as ``number_table`` computes them.

    For showing them and for checking prose: that they are what the data give now is checked once,
    by ``check_results``, and not again by every notebook.

    Raises
    ------
    DataError
        When the file is missing.

    Examples
    --------
    >>> committed_numbers().set_index("id").loc["num-agency-years", "text"]
    '4,159'
    """
    path = data_folder() / "results" / "numbers.csv"
    if not path.is_file():
        raise DataError(f"No table {path.name} in {path.parent}. Run `spbe-research build`.")
    return _parsed_numbers(path.read_bytes()).copy()


def committed_table(record_id: str) -> pd.DataFrame:
    """Read a result table as it was last written: the same bytes again, numbers to six decimals.

    For a notebook that shows what several computed, without computing it again; that it is what
    the data give now is checked once, by ``check_results``.

    Raises
    ------
    DataError
        When there is no such record, or its file is missing.

    Examples
    --------
    >>> committed_table("tab-regulations")["design"].nunique()
    7
    >>> committed_table("fig-moon")
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid table 'fig-moon'. It must be one of fig-...
    """
    path = data_folder() / "results" / _table_record(record_id).file_name
    if not path.is_file():
        raise DataError(f"No table {path.name} in {path.parent}. Run `spbe-research build`.")
    texts = pd.read_csv(path, dtype=str, keep_default_na=False)
    return texts.apply(_as_written)


def table_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as the CSV that is published: numbers to six decimals, LF, UTF-8."""
    text: str = table.to_csv(index=False, lineterminator="\n", float_format=f"%.{_DECIMALS}f")
    return text.encode("utf-8")


def table_hash(table: pd.DataFrame) -> str:
    """Return the sha256 of a table's published CSV, as a hexadecimal string."""
    return hashlib.sha256(table_bytes(table)).hexdigest()


def write_results(*, progress: Callable[[str], None] = lambda step: None) -> Path:
    """Compute every result and write ``data/results``.

    A published table that is replaced is set aside first, in ``superseded`` (``ledger``).

    Returns
    -------
    pathlib.Path
        The folder.
    """
    folder = data_folder() / "results"
    folder.mkdir(exist_ok=True)
    wanted = _current_results(progress)
    keep_superseded(folder, wanted)
    for path in folder.glob("*.csv"):
        if path.name not in wanted:
            path.unlink()
    for name, content in wanted.items():
        (folder / name).write_bytes(content)
    return folder


def check_results() -> int:
    """Compare every committed result with the one the data give now; return how many agree.

    Raises
    ------
    DataError
        Naming every result that is missing, differs or has no record.
    """
    folder = data_folder() / "results"
    wanted = _current_results(lambda step: None)
    committed = {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}
    violations = [f"{name}: is missing" for name in wanted if name not in committed]
    violations += [
        f"{name}: the data now give other values" if name in wanted else f"{name}: has no record"
        for name, content in committed.items()
        if wanted.get(name) != content
    ]
    refuse(
        DataError,
        "results in data/results",
        violations,
        "If the change is meant, run `spbe-research build` and say why in the commit.",
    )
    return len(wanted)


def _current_results(progress: Callable[[str], None]) -> dict[str, bytes]:
    """Every result as the data give it now, by file name."""
    results = {}
    for name, record in load_records().items():
        if record.has_table:
            progress(name)
            results[record.file_name] = table_bytes(result_table(name))
    return results | {"numbers.csv": table_bytes(number_table())}


def check_recorded(record_id: str, table: pd.DataFrame) -> None:
    """Refuse a table that is not the committed one of its record."""
    committed = data_folder() / "results" / table_file(record_id)
    if not committed.is_file() or committed.read_bytes() != table_bytes(table):
        raise DataError(
            f"Invalid table of {record_id}: it is not the one in data/results. If the change is "
            "meant, run `spbe-research build` and say why in the commit."
        )


def _table_record(record_id: str) -> Record:
    tables = {key: record for key, record in load_records().items() if record.has_table}
    if record_id not in tables:
        raise DataError(f"Invalid table {record_id!r}. It must be one of {', '.join(tables)}.")
    return tables[record_id]


@lru_cache(maxsize=1)
def _parsed_numbers(content: bytes) -> pd.DataFrame:
    """The headline numbers of a file, parsed once: each number of each text is looked up."""
    return pd.read_csv(io.BytesIO(content), dtype={"years": str, "text": str})


def _as_written(texts: pd.Series) -> pd.Series:
    """A column as ``table_bytes`` was given it: whole numbers, six-decimal numbers, or texts."""
    stated = texts[texts != ""]
    if stated.empty or stated.str.fullmatch(rf"-?(\d+\.\d{{{_DECIMALS}}}|inf)").all():
        return pd.to_numeric(texts)
    if stated.str.fullmatch(r"-?\d+").all():
        return pd.to_numeric(texts).astype("Int64")
    return texts.where(texts != "")


@cache
def _computed(path: str) -> pd.DataFrame:
    table: pd.DataFrame = function_named(path)()
    return table


def table_cell(record: Record) -> tuple[float, int]:
    """The number that stands in one cell of a registered table, and the n beside it."""
    row = _table_row(record)
    n = int(row["n"]) if "n" in row else len(result_table(record.table))
    return record.factor * float(row[record.column]), n


def table_interval(record: Record) -> tuple[float, float]:
    """The interval beside an estimate; missing where the record is no estimate or has none."""
    if record.column != "estimate":
        return float("nan"), float("nan")
    row = _table_row(record)
    return record.factor * float(row["low"]), record.factor * float(row["high"])


def _table_row(record: Record) -> pd.Series:
    table = result_table(record.table)
    rows = table.query(record.where) if record.where else table
    if len(rows) != 1:
        raise DataError(
            f"Invalid record {record.id}: {record.where!r} chooses {len(rows)} rows of "
            f"{record.table}. It must choose one."
        )
    row: pd.Series = rows.iloc[0]
    return row


def function_named(path: str) -> Callable[..., Any]:
    """Return the function that a record names as ``module:function``."""
    module, name = path.split(":")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function
