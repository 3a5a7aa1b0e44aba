"""The contracts: what every tidy table holds, column by column.

``contracts.csv`` beside this module has one row per table and per column; a row without a kind is
the shared column of that name (table ``*``). One description serves four readers: the build (a
pandera schema, all violations at once), the loaders (column types), the codebook, and the
Frictionless data package. Years and editions come from ``spbe_research.years``. No result is read
here, and pandera is imported only where a table is checked.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from spbe_research.errors import DataError, refuse
from spbe_research.years import editions, evaluation_years, spell_years, years_with
from spbe_research.years.evaluations import read_rows, reference_file

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AGENCY_TYPES", "PREDICATES", "TABLES", "Column", "Table", "check_table"]

AGENCY_TYPES = ("kementerian", "lembaga", "polda", "provinsi", "kabupaten", "kota")
PREDICATES = ("Kurang", "Cukup", "Baik", "Sangat Baik", "Memuaskan")

_CONTRACTS = Path(__file__).with_name("contracts.csv")
_PANDAS_TYPE = {"string": "str", "integer": "Int64", "number": "float64", "boolean": "boolean"}
_LEVELS: dict[str, Callable[[], tuple[str, ...]]] = {
    "agency_types": lambda: AGENCY_TYPES,
    "editions": lambda: tuple(editions()),
    "methods": lambda: ("transcribed", "extracted", "derived"),
    "mode_bases": lambda: ("stated", "rule", "inferred"),
    "modes": lambda: ("evaluated", "monitored", "carried_over"),
    "predicates": lambda: PREDICATES,
    "scales": lambda: ("indicator", "aspect", "domain", "index"),
    "statuses": lambda: ("evaluated", "carried_over"),
    "year_statuses": lambda: ("printed", "inferred"),
    "topics": lambda: tuple(
        row["topic"] for row in read_rows(reference_file("policy_topics.csv")[0])
    ),
}
_BOUNDS = {
    "first evaluation": lambda: evaluation_years()[0],
    "last evaluation": lambda: evaluation_years()[-1],
    "number of evaluations": lambda: len(evaluation_years()),
    "first with levels": lambda: years_with(parts_published="indicator")[0],
    "last with levels": lambda: years_with(parts_published="indicator")[-1],
}
_SPOKEN: dict[str, Callable[[], tuple[int, ...]]] = {
    "inferred": lambda: years_with(status_known="inferred"),
    "four_decimals": lambda: years_with(index_decimals=4),
    "no_predicates": lambda: years_with(predicates_published=False),
}


@dataclass(frozen=True)
class Column:
    """One column of a tidy table: its kind, what it means and what it may hold.

    The texts are those of ``contracts.csv``; the properties say them for the years at hand.
    """

    name: str
    kind: str
    unit: str
    source: str
    pattern: str
    described: str
    absent: str
    lowest: str
    highest: str
    set_of_levels: str

    @property
    def required(self) -> bool:
        """Whether every row must hold a value."""
        return not self.absent

    @property
    def description(self) -> str:
        """What the column means."""
        return _spoken(self.described)

    @property
    def missing(self) -> str:
        """Where a value may be missing, and why."""
        return _spoken(self.absent) or "never missing"

    @property
    def minimum(self) -> float | None:
        """The lowest value allowed; None where there is no limit."""
        return _bound(self.lowest)

    @property
    def maximum(self) -> float | None:
        """The highest value allowed; None where there is no limit."""
        return _bound(self.highest)

    @property
    def levels(self) -> tuple[str, ...]:
        """The texts allowed; empty where any is."""
        return _LEVELS[self.set_of_levels]() if self.set_of_levels else ()


@dataclass(frozen=True)
class Table:
    """One tidy table: its columns in order and the columns that make a row unique."""

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Column names in file order."""
        return [column.name for column in self.columns]

    @property
    def refers_to_agencies(self) -> bool:
        """Whether every row belongs to a body of the table of agencies."""
        named = [column for column in self.columns if column.name == "agency_id"]
        return self.name != "agencies" and any(column.required for column in named)

    def read_types(self) -> dict[str, Any]:
        """Types for ``pandas.read_csv``, so that ``36`` stays the code it is."""
        return {column.name: _PANDAS_TYPE[column.kind] for column in self.columns}

    def read(self, source: Path | IO[bytes]) -> pd.DataFrame:
        """Read the table's CSV with its types; only an empty cell is missing."""
        import pandas as pd

        return pd.read_csv(source, dtype=self.read_types(), keep_default_na=False, na_values=[""])


def _read_contracts() -> dict[str, Table]:
    with _CONTRACTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    shared = {row["column"]: row for row in rows if row["table"] == "*"}
    tables = {}
    for head in rows:
        if head["column"] or head["table"] == "*":
            continue
        name = head["table"]
        own = [row for row in rows if row["table"] == name and row["column"]]
        columns = tuple(_column(row if row["kind"] else shared[row["column"]]) for row in own)
        key = tuple(row["column"] for row in own if row["is_key"])
        tables[name] = Table(name, head["description"], key, columns)
    return tables


def _column(row: dict[str, str]) -> Column:
    return Column(
        name=row["column"],
        kind=row["kind"],
        unit=row["unit"],
        source=row["source"] or "the row's source_id",
        pattern=row["pattern"],
        described=row["description"],
        absent=row["missing"],
        lowest=row["minimum"],
        highest=row["maximum"],
        set_of_levels=row["levels"],
    )


def _bound(text: str) -> float | None:
    if text in _BOUNDS:
        return _BOUNDS[text]()
    if not text:
        return None
    number = float(text)
    return int(number) if number.is_integer() else number


def _spoken(text: str) -> str:
    """Fill in the years that a text speaks of."""
    return text.format_map({name: spell_years(years()) for name, years in _SPOKEN.items()})


TABLES: dict[str, Table] = _read_contracts()


def check_table(frame: pd.DataFrame, table: Table, *, agencies: set[str] | None = None) -> None:
    """Check a tidy table against its contract with pandera.

    Parameters
    ----------
    frame : pandas.DataFrame
        The table, columns typed as ``table.read_types()`` says.
    table : Table
        The contract.
    agencies : set of str, optional
        Known ``agency_id``; where given, a table that refers to agencies must use only these.

    Raises
    ------
    DataError
        Naming every violation: row, column, value and rule.

    Examples
    --------
    >>> import pandas as pd
    >>> bad = pd.DataFrame({"agency_id": ["kota-36.72"], "year": [2021], "topic": ["poetry"],
    ...                     "level": [7], "is_enacted": [True]})
    >>> check_table(bad.astype(TABLES["policies"].read_types()), TABLES["policies"])
    Traceback (most recent call last):
        ...
    spbe_research.errors.DataError: Invalid table policies, 2 violations:
      - row 0, level: 7, must be in_range(1, 5)
      - row 0, topic: 'poetry', must be one of the levels in the codebook
    Correct the source or declare the value in data/corrections.toml.
    """
    import pandera.errors

    try:
        _pandera_schema(table).validate(frame, lazy=True)
        violations: list[str] = []
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        violations = sorted({_violation(case) for case in cases.to_dict("records")})
    if agencies is not None and table.refers_to_agencies:
        unknown = frame.loc[~frame["agency_id"].isin(agencies), "agency_id"]
        violations += [
            f"row {row}, agency_id: {value!r}, must stand in agencies"
            for row, value in unknown.items()
        ]
    refuse(
        DataError,
        f"table {table.name}",
        violations,
        "Correct the source or declare the value in data/corrections.toml.",
    )


def _violation(case: dict[str, Any]) -> str:
    rule = str(case["check"])
    if rule.startswith("isin("):
        rule = "one of the levels in the codebook"
    row = "" if case["index"] is None else f"row {case['index']}, "
    return (
        f"{row}{case['column'] or case['schema_context']}: {case['failure_case']!r}, must be {rule}"
    )


def _pandera_schema(table: Table) -> Any:
    import pandera.pandas as pa

    columns = {}
    for column in table.columns:
        checks = []
        low, high, levels = column.minimum, column.maximum, column.levels
        if low is not None and high is not None:
            checks.append(pa.Check.in_range(low, high))
        elif low is not None:
            checks.append(pa.Check.ge(low))
        if levels:
            checks.append(pa.Check.isin(levels))
        if column.pattern:
            checks.append(pa.Check.str_matches(column.pattern))
        columns[column.name] = pa.Column(
            _PANDAS_TYPE[column.kind],
            checks,
            nullable=not column.required,
            description=column.description,
        )
    return pa.DataFrameSchema(
        columns, unique=list(table.key), strict=True, ordered=True, name=table.name
    )
