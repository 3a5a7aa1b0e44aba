"""The register: one record a figure, a result table and a headline number, with a stable id.

A record says what is asked, what is shown, in English and Indonesian, and which function computes
the table behind it. The records stand in ``register/*.toml``, the questions of their notebooks in
``register/notebooks.toml``, the values in ``data/results``.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from spbe_research.errors import DataError, refuse

__all__ = [
    "LICENCE",
    "NotebookEntry",
    "Record",
    "load_notebook_entries",
    "load_records",
    "table_file",
]

# Of every figure, table and number; their code is MIT.
LICENCE = (
    "CC BY 4.0: credit Kementerian PANRB first, then spbe_research contributors; LICENSE-DATA.md"
)
_FOLDER = Path(__file__).with_name("register")
_TOPICS = ("data", "instrument", "distribution", "regulation", "claims")


@dataclass(frozen=True)
class NotebookEntry:
    """A notebook's question, its title, and the answer in brief.

    ``topic`` is one of data, instrument, distribution, regulation, claims. Numbers of an answer are
    left open, ``{num-...}``; the answer is empty until the notebook is written.
    """

    id: str
    topic: str
    question_en: str
    question_id: str
    answer_en: str = ""
    answer_id: str = ""


@dataclass(frozen=True)
class Record:
    """A registered figure (``fig-...``), result table (``tab-...``) or number (``num-...``).

    ``compute`` names the function that returns the result table, ``draw`` the one that draws it. A
    number is a cell of a registered table: ``column`` (times ``factor``) of the one row of
    ``table`` that ``where`` chooses; or its ``compute`` returns value and n. ``text`` is the format
    of a number. ``question`` is what the record answers, that of its notebook where it states none;
    ``alt`` says what a figure looks like to those who cannot see it; ``sentence`` is ready to
    quote, its numbers left open (``quotes``). Versions and dates stand in the ledger
    (``publication.describe``).
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
    compute: str = ""
    draw: str = ""
    n: str = ""
    table: str = ""
    where: str = ""
    column: str = ""
    factor: float = 1.0
    text: str = ""
    unit: str = ""
    question_en: str = ""
    question_id: str = ""
    alt_en: str = ""
    alt_id: str = ""
    sentence_en: str = ""
    sentence_id: str = ""
    file: str = ""

    @property
    def file_name(self) -> str:
        """Name of the result table in ``data/results``: by its id, unless the record names it."""
        return self.file or f"{self.id}.csv"

    @property
    def is_figure(self) -> bool:
        """Whether the record is a figure."""
        return self.id.startswith("fig-")

    @property
    def has_table(self) -> bool:
        """Whether a result table stands behind the record: a figure or a table."""
        return self.id.startswith(("fig-", "tab-"))


@cache
def load_records() -> dict[str, Record]:
    """Return all records by id, in the order of their notebooks.

    Raises
    ------
    DataError
        Naming every record with a missing or unknown field or an id used twice.

    Examples
    --------
    >>> load_records()["fig-cilegon-path"].notebook
    '04-is-the-news-right'
    """
    names = {field.name for field in fields(Record)}
    needed = {field.name for field in fields(Record) if field.default is MISSING}
    records: dict[str, Record] = {}
    violations = []
    for entry in sorted(_entries(), key=lambda entry: str(entry.get("notebook"))):
        name = entry.get("id", "(no id)")
        violations += [f"{name}: {field} is unknown" for field in sorted(set(entry) - names)]
        missing = sorted(field for field in needed if not entry.get(field))
        if not (entry.get("compute") or (entry.get("table") and entry.get("column"))):
            missing.append("compute, or table and column,")
        violations += [f"{name}: {field} is missing" for field in missing]
        if name in records:
            violations.append(f"{name}: the id is used twice")
        if set(entry) <= names and not missing:
            records[name] = Record(**{**_questions(entry["notebook"]), **entry})
    refuse(DataError, "records in catalogue/register", violations, "Complete the record.")
    return records


def table_file(record_id: str) -> str:
    """Return the name of a record's result table in ``data/results``, of a withdrawn one too.

    Examples
    --------
    >>> table_file("tab-regulations"), table_file("fig-gini")
    ('regulations.csv', 'fig-gini.csv')
    """
    record = load_records().get(record_id)
    return record.file_name if record else f"{record_id}.csv"


@cache
def load_notebook_entries() -> dict[str, NotebookEntry]:
    """Return the questions and answers of all notebooks by id, which is the name of the file.

    Raises
    ------
    DataError
        Naming every entry with a missing or unknown field or topic, or an id used twice.

    Examples
    --------
    >>> load_notebook_entries()["09-is-it-one-scale"].question_en
    'Is it one scale?'
    """
    stated = tomllib.loads((_FOLDER / "notebooks.toml").read_text(encoding="utf-8"))
    names = {field.name for field in fields(NotebookEntry)}
    needed = [field.name for field in fields(NotebookEntry) if field.default is MISSING]
    entries: dict[str, NotebookEntry] = {}
    violations = []
    for entry in stated["notebook"]:
        name = entry.get("id", "(no id)")
        wrong = [f"{name}: {field} is unknown" for field in sorted(set(entry) - names)]
        wrong += [f"{name}: {field} is missing" for field in needed if not entry.get(field)]
        if entry.get("topic") and entry["topic"] not in _TOPICS:
            wrong.append(f"{name}: topic {entry['topic']!r} is none of {', '.join(_TOPICS)}")
        if name in entries:
            wrong.append(f"{name}: the id is used twice")
        if not wrong:
            entries[name] = NotebookEntry(**entry)
        violations += wrong
    refuse(DataError, "entries in catalogue/register/notebooks.toml", violations, "Complete it.")
    return entries


def _questions(notebook: str) -> dict[str, str]:
    """The question of a notebook, for a record that states none of its own."""
    entry = load_notebook_entries().get(notebook)
    if entry is None:
        return {}
    return {"question_en": entry.question_en, "question_id": entry.question_id}


def _entries() -> Iterator[dict[str, Any]]:
    """Every record as it stands, with the defaults of its file filled in."""
    for path in sorted(_FOLDER.glob("*.toml")):
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
        for kind in ("figure", "table", "number"):
            for entry in stated.get(kind, []):
                yield {**stated["default"], **stated.get(f"default_{kind}", {}), **entry}
