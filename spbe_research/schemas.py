"""The contracts: what every tidy table holds, column by column.

One description serves four readers: the build (a pandera schema, all violations at once), the
loaders (column types), the codebook, and the Frictionless data package. No data is read here, and
pandera is imported only where a table is checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from spbe_research.errors import DataError, refuse

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AGENCY_TYPES", "PREDICATES", "TABLES", "Column", "Table", "check_table"]

Kind = Literal["string", "integer", "number", "boolean"]

AGENCY_TYPES = ("kementerian", "lembaga", "polda", "provinsi", "kabupaten", "kota")
PREDICATES = ("Kurang", "Cukup", "Baik", "Sangat Baik", "Memuaskan")
EDITIONS = ("permen-5-2018", "permen-59-2020")
STATUSES = ("evaluated", "carried_over")
SCALES = ("indicator", "aspect", "domain", "index")
METHODS = ("transcribed", "extracted", "derived")
TOPICS = (
    "architecture",
    "road_map",
    "data_management",
    "application_development",
    "data_centre",
    "intra_network",
    "service_bus",
    "information_security",
    "ict_audit",
    "coordination_team",
)

_PANDAS_TYPE = {"string": "str", "integer": "Int64", "number": "float64", "boolean": "boolean"}


@dataclass(frozen=True)
class Column:
    """One column of a tidy table: its kind, what it means and what it may hold."""

    name: str
    kind: Kind
    description: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    levels: tuple[str, ...] = ()
    pattern: str = ""
    missing: str = "never missing"
    source: str = "the row's source_id"

    @property
    def required(self) -> bool:
        """Whether every row must hold a value."""
        return self.missing == "never missing"


@dataclass(frozen=True)
class Table:
    """One tidy table: its columns in order and the columns that make a row unique."""

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    refers_to_agencies: bool = True

    @property
    def names(self) -> list[str]:
        """Column names in file order."""
        return [column.name for column in self.columns]

    def read_types(self) -> dict[str, Any]:
        """Types for ``pandas.read_csv``, so that ``36`` stays the code it is."""
        return {column.name: _PANDAS_TYPE[column.kind] for column in self.columns}

    def read(self, source: Path | IO[bytes]) -> pd.DataFrame:
        """Read the table's CSV with its types; only an empty cell is missing."""
        import pandas as pd

        return pd.read_csv(source, dtype=self.read_types(), keep_default_na=False, na_values=[""])


_AGENCY_ID = Column(
    "agency_id",
    "string",
    "Stable identifier of the body: Kemendagri code of a local government, pusat-<slug> of a "
    "ministry or agency, polda-<slug> of a police region.",
    pattern=r"^(\d{2}(\.\d{2})?|(pusat|polda)-[a-z0-9-]+)$",
    source="data/reference/agency_aliases.csv",
)
_YEAR = Column("year", "integer", "Year of the evaluation.", "year", 2018, 2024)
_EDITION = Column(
    "edition",
    "string",
    "Instrument in force; a change of index across editions is not a change of maturity.",
    levels=EDITIONS,
    source="data/reference/evaluation_years.csv",
)
_STATUS = Column(
    "status",
    "string",
    "evaluated, or carried_over: the value repeats an earlier year. In 2019 and 2020 this is "
    "inferred from equality with the year before.",
    levels=STATUSES,
)
_SOURCE = Column("source_id", "string", "Folder of data/raw that holds the source.")
_LOCATOR = Column("locator", "string", "Table and row of the source.")
_METHOD = Column("method", "string", "How the value was obtained.", levels=METHODS)
_FLAG = Column(
    "flag",
    "string",
    "Entry of data/corrections.toml that speaks of this value.",
    missing="empty where nothing is known against the value",
    source="data/corrections.toml",
)

_AGENCIES = Table(
    "agencies",
    "One row a body that is or could have been assessed.",
    ("agency_id",),
    (
        _AGENCY_ID,
        Column("name", "string", "Name in use, spelled out.", source="data/reference/agencies.csv"),
        Column(
            "agency_type",
            "string",
            "Type at the last evaluation.",
            levels=AGENCY_TYPES,
            source="data/reference/agencies.csv",
        ),
        Column(
            "region_code",
            "string",
            "Kemendagri code now; for a police region the province it serves.",
            missing="empty for ministries and agencies",
            source="kemendagri-2025",
        ),
        Column(
            "region_code_2018",
            "string",
            "Kemendagri code of 2018, before Papua was divided.",
            missing="empty where the body is no region or did not exist in 2018",
            source="kemendagri-2025",
        ),
        Column(
            "province",
            "string",
            "Province now.",
            missing="empty for ministries and agencies",
            source="kemendagri-2025",
        ),
        Column(
            "province_2018",
            "string",
            "Province in 2018.",
            missing="empty for ministries and agencies",
            source="kemendagri-2025",
        ),
        Column(
            "island",
            "string",
            "Island group.",
            missing="empty for ministries and agencies",
            source="kemendagri-2025",
        ),
        Column(
            "lon",
            "number",
            "Longitude of a point inside the kabupaten or kota.",
            "degrees east",
            94,
            142,
            missing="empty for all but kabupaten and kota",
            source="bps-zenodo-4428102",
        ),
        Column(
            "lat",
            "number",
            "Latitude of a point inside the kabupaten or kota.",
            "degrees north",
            -12,
            7,
            missing="empty for all but kabupaten and kota",
            source="bps-zenodo-4428102",
        ),
        Column(
            "first_year",
            "integer",
            "First year with a published index.",
            "year",
            2018,
            2024,
            missing="empty where no index was ever published",
            source="published",
        ),
        Column(
            "last_year",
            "integer",
            "Last year with a published index.",
            "year",
            2018,
            2024,
            missing="empty where no index was ever published",
            source="published",
        ),
        Column(
            "n_years", "integer", "Years with a published index.", "years", 0, 7, source="published"
        ),
    ),
    refers_to_agencies=False,
)
_SCORES = Table(
    "scores",
    "Every published level, aspect, domain and index of every agency and year, as printed.",
    ("agency_id", "year", "item"),
    (
        _AGENCY_ID,
        _YEAR,
        _EDITION,
        Column("scale", "string", "Tier of the item.", levels=SCALES),
        Column(
            "item",
            "string",
            "Item code of the edition: I01..., A1..., D1..., index.",
            pattern=r"^(I\d{2}(-\d)?|A\d|D\d|index)$",
            source="data/reference/instruments.csv",
        ),
        Column(
            "value",
            "number",
            "Level 1 to 5 of an indicator, else the printed mean; one printed value lies below 1 "
            "and is flagged.",
            "maturity level",
            0,
            5,
        ),
        _STATUS,
        _SOURCE,
        _LOCATOR,
        _METHOD,
        _FLAG,
    ),
)
_PUBLISHED = Table(
    "published",
    "The published index and predicate, one row an agency and year.",
    ("agency_id", "year"),
    (
        _AGENCY_ID,
        _YEAR,
        _EDITION,
        Column("name_published", "string", "Name as the source prints it."),
        Column("agency_type", "string", "Type in that year.", levels=AGENCY_TYPES),
        Column(
            "index_published",
            "number",
            "SPBE index as printed: two decimals, in 2021 and 2022 four.",
            "index points",
            1,
            5,
        ),
        Column(
            "predicate_published",
            "string",
            "Predicate as printed.",
            levels=PREDICATES,
            missing="empty in 2019 to 2022: the sources print none",
        ),
        _STATUS,
        _SOURCE,
        _LOCATOR,
        _METHOD,
        _FLAG,
    ),
)
_POLICIES = Table(
    "policies",
    "Level of the ten policy indicators of permen-59-2020, one row an agency, year and topic.",
    ("agency_id", "year", "topic"),
    (
        _AGENCY_ID,
        Column("year", "integer", "Year of the evaluation.", "year", 2021, 2022),
        Column(
            "topic",
            "string",
            "What the regulation is about.",
            levels=TOPICS,
            source="data/reference/policy_topics.csv",
        ),
        Column("level", "integer", "Maturity level of the policy.", "maturity level", 1, 5),
        Column(
            "is_enacted",
            "boolean",
            "Whether an internal regulation is enacted: level 2 or more (level 1 is at most a "
            "draft).",
            source="computed: level >= 2",
        ),
    ),
)
_COVARIATES = Table(
    "covariates",
    "What is known of the 508 autonomous kabupaten and kota, one row a region and year.",
    ("agency_id", "year"),
    (
        _AGENCY_ID,
        Column("year", "integer", "Year the values speak of.", "year", 2010, 2025),
        Column(
            "population_persons",
            "integer",
            "Population: BPS 2010 to 2017, registered (Dukcapil) second half of 2024.",
            "persons",
            1,
            missing="empty in 2018 to 2023 and 2025",
            source="bps-zenodo-4428102, dukcapil-2024",
        ),
        Column(
            "grdp_per_capita_idr",
            "integer",
            "Gross regional domestic product per capita, constant 2010 prices.",
            "IDR per person",
            1,
            missing="empty in 2025",
            source="bps-grdp-514",
        ),
        Column(
            "grdp_idr",
            "integer",
            "Gross regional domestic product, constant 2010 prices.",
            "IDR",
            1,
            missing="empty from 2018",
            source="bps-zenodo-4428102",
        ),
        Column(
            "grdp_sources_differ",
            "boolean",
            "Whether the two GRDP sources differ by more than 10 % in 2017.",
            source="bps-grdp-514",
        ),
        Column(
            "area_km2",
            "number",
            "Area in December 2024.",
            "square kilometres",
            0,
            missing="empty but in 2024",
            source="dukcapil-2024",
        ),
        Column(
            "n_kecamatan",
            "integer",
            "Number of districts.",
            "districts",
            0,
            missing="empty but in 2017 and 2025",
            source="dukcapil-2024",
        ),
        Column(
            "n_kelurahan",
            "integer",
            "Number of urban villages.",
            "villages",
            0,
            missing="empty but in 2017 and 2025",
            source="dukcapil-2024",
        ),
        Column(
            "n_desa",
            "integer",
            "Number of rural villages.",
            "villages",
            0,
            missing="empty but in 2017 and 2025",
            source="dukcapil-2024",
        ),
    ),
)
_AGGREGATES = Table(
    "aggregates",
    "National and group figures as the ministry and the press print them.",
    ("year", "scope", "measure", "item", "source_id"),
    (
        _YEAR,
        Column("scope", "string", "Group of agencies, as printed."),
        Column(
            "measure",
            "string",
            "What is stated.",
            source="data/reference/aggregate_measures.csv",
        ),
        Column(
            "item",
            "string",
            "What it is stated of.",
            source="data/reference/aggregate_measures.csv",
        ),
        Column("value", "number", "The printed number.", "as the measure", 0),
        _SOURCE,
        _LOCATOR,
        _METHOD,
        _FLAG,
    ),
    refers_to_agencies=False,
)
_EXAMPLES = Table(
    "worked_examples",
    "The regulation's own example, official result sheets and printed national means.",
    ("example_id", "item"),
    (
        Column("example_id", "string", "Name of the example or sheet."),
        Column(
            "agency_id",
            "string",
            "Agency of the sheet.",
            pattern=_AGENCY_ID.pattern,
            missing="empty for the regulation's example and national means",
            source="data/reference/agency_aliases.csv",
        ),
        Column("year", "integer", "Year of the sheet.", "year", 2018, 2024),
        _EDITION,
        Column("scale", "string", "Tier of the item.", levels=SCALES),
        Column("item", "string", "Item code of the edition."),
        Column("item_name", "string", "Name as printed."),
        Column("value", "number", "Printed value.", "maturity level", 1, 5),
        Column("value_kind", "string", "Where the value was read."),
        _SOURCE,
        _LOCATOR,
        _METHOD,
    ),
    refers_to_agencies=False,
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _AGENCIES,
        _SCORES,
        _PUBLISHED,
        _POLICIES,
        _COVARIATES,
        _AGGREGATES,
        _EXAMPLES,
    )
}


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
    >>> bad = pd.DataFrame({"agency_id": ["36.72"], "year": [2021], "topic": ["poetry"],
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
        if column.minimum is not None and column.maximum is not None:
            checks.append(pa.Check.in_range(column.minimum, column.maximum))
        elif column.minimum is not None:
            checks.append(pa.Check.ge(column.minimum))
        if column.levels:
            checks.append(pa.Check.isin(column.levels))
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
