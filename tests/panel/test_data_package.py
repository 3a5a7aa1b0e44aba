"""The data package: valid for Frictionless tools, every column described."""

import pytest
from frictionless import Package

from spbe_research.locations import project_folder
from spbe_research.panel.schemas import TABLES


@pytest.mark.whole
def test_data_package_is_valid_and_describes_every_table() -> None:
    package = Package(str(project_folder() / "data" / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "note"])[:5]
    assert {resource.path for resource in package.resources} == {
        f"tidy/{name}.csv" for name in TABLES
    }


def test_every_column_says_what_it_means() -> None:
    for table in TABLES.values():
        for column in table.columns:
            assert column.description.endswith((".", ")")), (table.name, column.name)
            if column.kind in ("integer", "number"):
                assert column.unit, (table.name, column.name)
