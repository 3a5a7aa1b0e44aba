"""Numbers in prose: each carries the id of its record, and must be what the record says.

A number in a notebook's text is written ``4,159<!--num-agency-years-->``; the comment is invisible
when rendered. Every number with decimals, thousands or a percent sign must carry one.
"""

import json
import re
from pathlib import Path

from spbe_research.catalogue.results import committed_numbers
from spbe_research.errors import DataError, refuse
from spbe_research.figures.translation import localise

__all__ = ["check_prose", "prose_violations"]

_MARKED = re.compile(r"([-\u2212]?[\d.,]*\d(?:\s?%)?)<!--(num-[a-z0-9-]+)-->")
_BARE = {
    "en": re.compile(
        r"(?<![\w/.-])[-\u2212]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+\.\d+)|\d+\s?(?:%|per ?cent\b)"
    ),
    "id": re.compile(
        r"(?<![\w/,.-])[-\u2212]?(?:\d{1,3}(?:\.\d{3})+(?!\d)|\d+,\d+)|\d+\s?(?:%|persen\b)"
    ),
}
_NOT_PROSE = re.compile(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|\]\([^)]*\)|doi:\S+", re.DOTALL)


def check_prose(notebook: Path | str) -> int:
    """Check every number in a notebook's text; return how many were checked.

    Raises
    ------
    DataError
        Naming every number that differs from its record, names no record, or carries no id.
    """
    path = Path(notebook)
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    violations = [violation for text in texts for violation in prose_violations(text)]
    refuse(
        DataError,
        f"numbers in the text of {path.name}",
        violations,
        "Write the number as its record prints it, followed by <!--num-id-->; values stand in "
        "data/results/numbers.csv.",
    )
    return sum(len(_MARKED.findall(text)) for text in texts)


def prose_violations(text: str, *, language: str = "en") -> list[str]:
    """Return what is wrong with the numbers of one piece of text, English or Indonesian.

    Examples
    --------
    >>> prose_violations("There are 4,159<!--num-agency-years--> results.")
    []
    >>> prose_violations("There are 4,158<!--num-agency-years--> results, 12.5 % of them old.")
    ["'4,158' must be '4,159' (num-agency-years)", "'12.5' carries no <!--num-id-->"]
    >>> prose_violations("Ada 4.159<!--num-agency-years--> hasil.", language="id")
    []
    """
    known = committed_numbers().set_index("id")["text"]
    text = _NOT_PROSE.sub(" ", text)
    violations = []
    for shown, name in _MARKED.findall(text):
        if name not in known.index:
            violations.append(f"{shown!r}: there is no record {name}")
        elif shown != (right := localise(known[name], language)):
            violations.append(f"{shown!r} must be {right!r} ({name})")
    bare = _BARE[language].findall(_MARKED.sub(" ", text))
    return violations + [f"{number!r} carries no <!--num-id-->" for number in bare]
