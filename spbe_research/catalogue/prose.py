"""Numbers in prose: each carries the id of its record, and must be what the record says.

A number in a notebook's text is written ``4,159<!--num-agency-years-->``; the comment is invisible
when rendered. Every number with decimals, thousands or a percent sign must carry one.
"""

import json
import re
from pathlib import Path

from spbe_research.catalogue.results import committed_numbers
from spbe_research.errors import DataError, refuse

__all__ = ["check_prose", "prose_violations"]

_MARKED = re.compile(r"([-\u2212]?[\d.,]*\d(?:\s?%)?)<!--(num-[a-z0-9-]+)-->")
_BARE = re.compile(
    r"(?<![\w/.-])[-\u2212]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+\.\d+)|\d+\s?(?:%|per ?cent\b)"
)
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


def prose_violations(text: str) -> list[str]:
    """Return what is wrong with the numbers of one piece of text.

    Examples
    --------
    >>> prose_violations("There are 4,159<!--num-agency-years--> results.")
    []
    >>> prose_violations("There are 4,158<!--num-agency-years--> results, 12.5 % of them old.")
    ["'4,158' must be '4,159' (num-agency-years)", "'12.5' carries no <!--num-id-->"]
    """
    known = committed_numbers().set_index("id")["text"]
    text = _NOT_PROSE.sub(" ", text)
    violations = []
    for shown, name in _MARKED.findall(text):
        if name not in known.index:
            violations.append(f"{shown!r}: there is no record {name}")
        elif shown != known[name]:
            violations.append(f"{shown!r} must be {known[name]!r} ({name})")
    rest = _MARKED.sub(" ", text)
    return violations + [f"{number!r} carries no <!--num-id-->" for number in _BARE.findall(rest)]
