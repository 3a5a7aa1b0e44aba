"""Every source with its words in both languages, and the Indonesian of what ``data/`` says."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from spbe_research.errors import DataError
from spbe_research.locations import project_folder

__all__ = [
    "described_sources",
    "indonesian",
    "licence_in_indonesian",
    "source_titles",
    "translated",
]

_HERE = Path(__file__).parent
_DOI = re.compile(r"doi:(10\.[^\s)]+)")


@cache
def indonesian() -> dict[str, dict[str, Any]]:
    """Return ``indonesian.toml`` as it stands."""
    return tomllib.loads((_HERE / "indonesian.toml").read_text(encoding="utf-8"))


def translated(texts: Mapping[str, Any], key: str) -> Any:
    """Return the Indonesian of a text; its absence stops the site."""
    if key not in texts:
        raise DataError(
            f"No Indonesian for {key!r}. The site reads in both languages: add it to "
            "spbe_research/site/indonesian.toml."
        )
    return texts[key]


def licence_in_indonesian(text: str) -> str:
    """Return the Indonesian of a line on rights."""
    return str(translated(indonesian()["licences"], text))


@cache
def described_sources() -> tuple[dict[str, Any], ...]:
    """Every source with its words in both languages, its files, and its address where known."""
    folder = project_folder() / "data" / "raw"
    found = []
    for path in sorted(folder.glob("*/source.toml")):
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
        name = stated["source_id"]
        words = translated(indonesian()["sources"], name)
        note = stated.get("note", "")
        found.append(
            {
                "id": name,
                "producer": stated["producer"],
                "published": stated["published"],
                "licence": (stated["licence"], licence_in_indonesian(stated["licence"])),
                "note": (note, translated(words, "note")) if note else None,
                "tables": stated.get("tables", []),
                "address": _address(stated["title"]),
                **{part: (stated[part], words[part]) for part in ("title", "what", "obtained")},
            }
        )
    return tuple(found)


def _address(title: str) -> str:
    """The address that a title names by its DOI, else none: no other is recorded."""
    match = _DOI.search(title)
    return f"https://doi.org/{match[1]}" if match else ""


@cache
def source_titles() -> dict[str, tuple[str, str]]:
    """How a source is called in a sentence: its title without what stands in brackets.

    Three lists were read from copies in a thesis repository, which is said.
    """
    found = {}
    for source in described_sources():
        english, indonesian = (title.split(" (")[0] for title in source["title"])
        if "thesis" in source["obtained"][0]:
            english += ", spreadsheet copy in a public thesis repository"
            indonesian += ", salinan lembar sebar dalam repositori tesis publik"
        found[source["id"]] = (english, indonesian)
    return found
