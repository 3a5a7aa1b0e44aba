"""The register: one record a figure and a headline number, with a stable id.

A record says what is asked, what is shown, in English and Indonesian, and which function computes
the table behind it. The records stand in ``records.toml``; the values in ``data/results``.
"""

import tomllib
from dataclasses import MISSING, dataclass, fields
from functools import cache
from pathlib import Path

from spbe_research.errors import DataError, refuse

__all__ = ["Record", "load_records"]

_FILE = Path(__file__).with_name("records.toml")


@dataclass(frozen=True)
class Record:
    """A registered figure (``fig-...``) or headline number (``num-...``).

    ``compute`` names the function that returns its result table (figures) and ``draw`` the one
    that draws it; a number's ``compute`` returns value and n. ``text`` is the format of a number.
    """

    id: str
    title_en: str
    title_id: str
    caption_en: str
    caption_id: str
    not_shown_en: str
    not_shown_id: str
    source: str
    years: str
    notebook: str
    compute: str
    draw: str = ""
    n: str = ""
    text: str = ""
    unit: str = ""
    first_published: str = ""

    @property
    def is_figure(self) -> bool:
        """Whether the record is a figure."""
        return self.id.startswith("fig-")


@cache
def load_records() -> dict[str, Record]:
    """Return all records by id, in the order of the file.

    Raises
    ------
    DataError
        Naming every record with a missing or unknown field or an id used twice.

    Examples
    --------
    >>> load_records()["fig-cilegon-path"].notebook
    '04-is-the-news-right'
    """
    stated = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    names = {field.name for field in fields(Record)}
    needed = {field.name for field in fields(Record) if field.default is MISSING}
    records: dict[str, Record] = {}
    violations = []
    for entry in [*stated["figure"], *stated["number"]]:
        name = entry.get("id", "(no id)")
        entry = {**stated["default"], **entry}
        violations += [f"{name}: {field} is unknown" for field in sorted(set(entry) - names)]
        missing = sorted(field for field in needed if not entry.get(field))
        violations += [f"{name}: {field} is missing" for field in missing]
        if name in records:
            violations.append(f"{name}: the id is used twice")
        if set(entry) <= names and not missing:
            records[name] = Record(**entry)
    refuse(DataError, f"records in {_FILE.name}", violations, "Complete the record.")
    return records
