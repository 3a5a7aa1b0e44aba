"""Which numbers the texts of this project use: notebooks, READMEs, words of questions and site.

A number exists because a text uses it; a text that names none keeps none alive.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.press.handwritten import READMES, without_generated
from spbe_research.press.numbers import family_of
from spbe_research.records import question_words, questions

__all__ = ["mentioned_numbers"]

_MARK = re.compile(r"<!--(num-[a-z0-9-]+)(?::(?:low|high|n))?-->|\{(num-[a-z0-9-]+)(?::\w+)?\}")
_SITE = Path(__file__).parents[1] / "site"


def mentioned_numbers() -> dict[str, tuple[str, ...]]:
    """Return the ids that texts use, each with the places that use it, sorted by id.

    Raises
    ------
    DataError
        When the package was installed without its repository, which holds the texts.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for place, text in _texts():
        for marked, left_open in _MARK.findall(text):
            found[marked or left_open].add(place)
    _add_those_of_sentences(found)
    return {name: tuple(sorted(found[name])) for name in sorted(found)}


def _add_those_of_sentences(found: dict[str, set[str]]) -> None:
    """Add the numbers that the sentences of found numbers name by a key: num-x-{year}."""
    left = list(found)
    while left:
        name = left.pop()
        try:
            family, keys = family_of(name)
        except DataError:  # whoever computes the numbers says so, all at once
            continue
        said = json.dumps(family.words.get("sentence", {}))
        for key, value in keys.items():
            said = said.replace(f"{{{key}}}", value)
        for _, named in _MARK.findall(said):
            if named not in found:
                left.append(named)
            found[named].add(f"questions/{family.question}/words.toml")


def _texts() -> Iterator[tuple[str, str]]:
    root = project_folder()
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        try:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        except (json.JSONDecodeError, KeyError) as error:
            raise DataError(f"Invalid file {path.name}: it is no notebook ({error}).") from error
        for cell in cells:
            if cell["cell_type"] == "markdown":
                yield f"notebooks/{path.name}", "".join(cell["source"])
    for name in READMES.values():
        text = (root / name).read_text(encoding="utf-8")
        yield name, without_generated(text)  # made of the words, which are read themselves
    for question in questions():
        place = f"questions/{question}/words.toml"
        yield place, json.dumps(question_words(question), ensure_ascii=False)
    for path in sorted(_SITE.glob("*.toml")):
        yield f"site/{path.name}", path.read_text(encoding="utf-8")
