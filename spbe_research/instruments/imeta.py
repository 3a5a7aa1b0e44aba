"""COINr's iMeta: its columns and rows as those of our table. It says nothing of a pipeline."""

from spbe_research.errors import InstrumentError, refuse
from spbe_research.instruments.sheets import Row

__all__ = ["MARKS", "translated"]

MARKS = ("iCode", "Parent")  # a table with these columns is an iMeta

# Theirs: ours. Target belongs to one normaliser that is not offered; Level follows from parents.
_COLUMNS = {
    "iCode": "code",
    "Parent": "parent",
    "iName": "name",
    "Unit": "unit",
    "Weight": "weight",
    "Direction": "direction",
    "Denominator": "denominator",
}
_NEEDED = ("iCode", "Parent", "Weight", "Direction", "Type")
_ITEMS = ("Indicator", "Aggregate")
_OTHER = ("Group", "Denominator", "Other")
_NOTHING = "NA"  # as R writes a cell that holds nothing
_REMEDY = (
    "COINr's iMeta has the columns iCode, Parent, Weight, Direction, Type; a row of the Type "
    "Indicator or Aggregate is an item."
)


def translated(
    header: list[str], rows: list[tuple[str, Row]], name: str
) -> tuple[list[str], list[tuple[str, Row]]]:
    """Return header and rows of an iMeta under our names; groups and denominators are no items.

    Raises
    ------
    InstrumentError
        Naming columns that are absent and types that are not known.
    """
    violations = [f"{name}: column {each} is absent" for each in _NEEDED if each not in header]
    violations += [
        f"{place}, column Type: {row['Type']!r}, must be one of {', '.join((*_ITEMS, *_OTHER))}"
        for place, row in rows
        if row.get("Type", _ITEMS[0]) not in (*_ITEMS, *_OTHER)
    ]
    refuse(InstrumentError, f"iMeta {name}", violations, _REMEDY)
    ours = {theirs: each for theirs, each in _COLUMNS.items() if theirs in header}
    items = [
        (
            place,
            {each: "" if row[theirs] == _NOTHING else row[theirs] for theirs, each in ours.items()},
        )
        for place, row in rows
        if row["Type"] in _ITEMS
    ]
    return list(ours.values()), items
