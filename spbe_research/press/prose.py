"""Numbers in prose: each carries the id of its record, and must be what the record says.

A number in a notebook's text is written ``4,159<!--num-agency-years-->``; the comment is invisible
when rendered. A bound or n is written ``0.172<!--num-gini-2018:low-->``, ``:high``, ``:n``. Every
number with decimals, thousands or a percent sign must carry one.
"""

import json
import re
from pathlib import Path

from spbe_research.errors import DataError, refuse
from spbe_research.press.printed import printed
from spbe_research.press.running import running_notebook

__all__ = ["check_prose", "check_prose_of", "prose_violations"]

_MARKED = re.compile(r"([-\u2212]?[\d.,]*\d(?:\s?%)?)<!--(num-[a-z0-9-]+)(?::(low|high|n))?-->")
_MARK = re.compile(r"<!--\s*num.*?-->", re.DOTALL)
_BARE = {
    "en": re.compile(
        r"(?<![\w/.-])[-\u2212]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+\.\d+)|\d+\s?(?:%|per ?cent\b)"
    ),
    "id": re.compile(
        r"(?<![\w/,.-])[-\u2212]?(?:\d{1,3}(?:\.\d{3})+(?!\d)|\d+,\d+)|\d+\s?(?:%|persen\b)"
    ),
}
_COUNT = re.compile(r"(?<![\w/.,-])\d{3}(?![\w/.,-]*\d)")
_NOT_PROSE = re.compile(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|\]\([^)]*\)|doi:\S+", re.DOTALL)


def check_prose() -> None:
    """Check the numbers in the text of the notebook that runs now, and print how many there are.

    It is the last cell of a notebook, and reads the file that runs: a copy checks itself.

    Raises
    ------
    DataError
        Naming every number that differs from its record, names no record, or carries no id; or
        when the file of the notebook is not found (``press.running``).
    """
    count = check_prose_of(running_notebook())
    print(f"{count} numbers in the text are the recorded ones.")


def check_prose_of(notebook: Path | str) -> int:
    """Check every number in the text of a notebook's file; return how many were checked.

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
    >>> prose_violations("681<!--num-agencies--> bodies, and again 681.")
    ["'681' carries its id num-agencies in one place only"]
    >>> prose_violations("Ada 4.159<!--num-agency-years--> hasil.", language="id")
    []
    """
    text = _NOT_PROSE.sub(" ", text)
    violations = []
    for shown, name, part in _MARKED.findall(text):
        try:
            right = printed(name, part or "value", language=language)
        except DataError as error:
            violations.append(f"{shown!r}: {error}")
            continue
        if shown != right:
            named = f"{name}:{part}" if part else name
            violations.append(f"{shown!r} must be {right!r} ({named})")
    rest = _MARKED.sub(" ", text)
    violations += [f"{mark!r} marks no number" for mark in _MARK.findall(rest)]
    marked = {shown: name for shown, name, _ in _MARKED.findall(text)}
    violations += [
        f"{number!r} carries its id {marked[number]} in one place only"
        for number in _COUNT.findall(rest)
        if number in marked
    ]
    return violations + [
        f"{number!r} carries no <!--num-id-->" for number in _BARE[language].findall(rest)
    ]
