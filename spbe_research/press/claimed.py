"""Where this study claims something in a headline: titles of records, answers in brief.

The answer of a question stands in four places that readers see: ``words.toml``, the row of its
notebook in both READMEs, and the paragraph *In brief* of the notebook. One list of conditions is
for all four.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.press.handwritten import READMES
from spbe_research.press.records import Question, load_questions, load_records

__all__ = ["Claim", "claims_made"]

_BRIEF = re.compile(r"\*\*In brief\.\*\*\s*(.+?)(?:\n\s*\n|$)", re.DOTALL)


@dataclass(frozen=True)
class Claim:
    """One headline with its conditions.

    ``texts`` are its wordings with their language, ``table`` is the record whose table its
    conditions mean where they name none.
    """

    name: str
    texts: tuple[tuple[str, str], ...]
    holds: tuple[dict[str, Any], ...]
    table: str = ""

    @property
    def said(self) -> str:
        """The first wording."""
        return self.texts[0][0]


def claims_made() -> list[Claim]:
    """Return the titles of all figures and tables and the answers of all questions."""
    titles = [
        Claim(
            f"{each.id}, title",
            ((each.title_en, "en"), (each.title_id, "id")),
            each.holds,
            table=each.id,
        )
        for each in load_records().values()
        if each.has_table
    ]
    return titles + [
        Claim(f"{each.id}, answer", tuple(_answers(each)), each.holds)
        for each in load_questions().values()
    ]


def _answers(question: Question) -> Iterator[tuple[str, str]]:
    yield question.answer_en, "en"
    yield question.answer_id, "id"
    try:
        root = project_folder()
    except DataError:  # installed without the repository
        return
    for language, name in READMES.items():
        for row in _rows(root / name, question.notebook):
            yield row, language
    for brief in _briefs(root / "notebooks" / f"{question.notebook}.ipynb"):
        yield brief, "en"


def _rows(readme: Path, notebook: str) -> Iterator[str]:
    """What the table of notebooks in a README says behind the link to one."""
    for line in readme.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and f"(notebooks/{notebook}.ipynb)" in cells[0]:
            yield " ".join(cells[1:])


def _briefs(path: Path) -> Iterator[str]:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            yield from _BRIEF.findall("".join(cell["source"]))
