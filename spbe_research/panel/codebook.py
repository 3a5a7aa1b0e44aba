"""The codebook and the Frictionless data package, both written from the contracts."""

from pathlib import Path
from typing import Any

import pandas as pd

from spbe_research.panel.raw import Source
from spbe_research.panel.schemas import TABLES, Column, Table
from spbe_research.years import evaluation_years

__all__ = ["codebook", "data_package", "reading_guide"]

_PACKAGE_NAME = "spbe-research"
_GUIDE = Path(__file__).with_name("reading_guide.md")


def codebook() -> pd.DataFrame:
    """Return one row a column of every tidy table.

    Returns
    -------
    pandas.DataFrame of str
        ``table, column, type, unit, range, levels, missing, source, description``.

    Examples
    --------
    >>> codebook().query("table == 'policies' and column == 'level'")["range"].item()
    '1 to 5'
    """
    return pd.DataFrame(
        [_entry(table, column) for table in TABLES.values() for column in table.columns]
    )


def _entry(table: Table, column: Column) -> dict[str, str]:
    return {
        "table": table.name,
        "column": column.name,
        "type": column.kind,
        "unit": column.unit,
        "range": _range(column),
        "levels": " | ".join(column.levels),
        "missing": column.missing,
        "source": column.source,
        "description": column.description,
    }


def _range(column: Column) -> str:
    if column.minimum is None:
        return ""
    if column.maximum is None:
        return f"{column.minimum:g} or more"
    return f"{column.minimum:g} to {column.maximum:g}"


def reading_guide() -> str:
    """Return the ``README.md`` of the tidy folder: its tables, and how each program reads them."""
    agencies = TABLES["agencies"]
    codes = [name for name in agencies.names if name.startswith("kemendagri_code")]
    return _GUIDE.read_text(encoding="utf-8").format(
        tables="\n".join(f"- `{table.name}.csv`: {table.description}" for table in TABLES.values()),
        columns=" and ".join(f"`{name}`" for name in codes),
        pandas=", ".join(f'"{name}": "str"' for name in codes),
        r=", ".join(f"{name} = readr::col_character()" for name in codes),
        stata=" ".join(str(agencies.names.index(name) + 1) for name in codes),
    )


def data_package(sources: dict[str, Source]) -> dict[str, Any]:
    """Return the Frictionless data package that describes ``data/tidy``.

    Parameters
    ----------
    sources : dict of str to Source
        Named as the package's sources, producers first.
    """
    first, last = evaluation_years()[0], evaluation_years()[-1]
    return {
        "profile": "tabular-data-package",
        "name": _PACKAGE_NAME,
        "title": f"SPBE results of Indonesian government agencies, {first} to {last}",
        "description": (
            "Published maturity levels, indices and predicates of the evaluation of electronic "
            "government (SPBE), with names resolved to stable identifiers."
        ),
        "licenses": [
            {
                "name": "other-attribution",
                "title": "Figures of public government evaluations; credit Kementerian PANRB and "
                "the producers named in sources",
            }
        ],
        "sources": [
            {
                "title": f"{source.description['producer']}: {source.description['title']}",
                "path": f"raw/{source.source_id}",
            }
            for source in sources.values()
        ],
        "resources": [_resource(table) for table in TABLES.values()],
    }


def _resource(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "primaryKey": list(table.key),
        "missingValues": [""],
    }
    if table.refers_to_agencies:
        schema["foreignKeys"] = [
            {"fields": "agency_id", "reference": {"resource": "agencies", "fields": "agency_id"}}
        ]
    return {
        "name": table.name.replace("_", "-"),
        "path": f"tidy/{table.name}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "description": table.description,
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.minimum is not None:
        constraints["minimum"] = column.minimum
    if column.maximum is not None:
        constraints["maximum"] = column.maximum
    if column.levels:
        constraints["enum"] = list(column.levels)
    if column.pattern:
        constraints["pattern"] = column.pattern
    field: dict[str, Any] = {
        "name": column.name,
        "type": column.kind,
        "description": column.description,
    }
    if constraints:
        field["constraints"] = constraints
    return field
