"""What prose may say without being asked, and which records a notebook must show.

All of it is read from the files that the settings name. ``None`` stands for a file that the project
does not have: the rule that needs it rests.
"""

import csv
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from spbe_research.errors import DataError, refuse
from spbe_research.nbguard.settings import Settings

__all__ = ["Facts", "Number", "Works", "read_facts", "squeezed"]

_SLASHED = re.compile(r"([A-Za-z][\w/ ]*?)\s+(\d+/\d{4})\b")
_SPELLED = re.compile(r"([A-Z][\w/ ]*?)\s+Nomor\s+(\d+)\s+Tahun\s+(\d{4})\b")
_KEY = re.compile(r"\\\{\w+\\\}")
_SURNAME = re.compile(r"[;&]|\band\b|\bdan\b")
_LANGUAGES = ("en", "id")


@dataclass(frozen=True)
class Number:
    """A number that prose may use: as printed, its bounds and n, and the words that say what it is.

    ``keywords`` are stated by its author: one of them stands in each sentence that uses it.
    """

    id: str
    text: str
    low: str = ""
    high: str = ""
    n: str = ""
    words: dict[str, str] = field(default_factory=dict)
    keywords: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Works:
    """The literature: keys, DOIs in lower case, and surnames with years."""

    keys: frozenset[str]
    dois: frozenset[str]
    authored: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Facts:
    """Everything that the rules need besides a notebook.

    ``records`` are the tables and figures that each notebook must show, by its name without the
    ending; the others what its prose may say.
    """

    numbers: dict[str, Number] | None = None
    years: frozenset[int] | None = None
    regulations: dict[str, frozenset[str]] | None = None
    works: Works | None = None
    phrases: tuple[str, ...] = ()
    records: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def fixed(self) -> re.Pattern[str] | None:
        """What matches any of the fixed phrases, the longest first; none where there is none."""
        ordered = sorted(self.phrases, key=len, reverse=True)
        spaced = (r"\s+".join(map(re.escape, phrase.split())) for phrase in ordered)
        found = "|".join(spaced)
        return (
            re.compile(rf"(?<![\w.,-])(?:{found})(?![\w-]|[.,]\d)", re.IGNORECASE)
            if found
            else None
        )


def read_facts(settings: Settings) -> Facts:
    """Read the files that the settings name.

    Raises
    ------
    DataError
        When a file that is named is missing or lacks a column.
    """
    root = settings.root
    numbers = root / settings.numbers
    return Facts(
        numbers=_numbers(numbers, settings) if numbers.is_file() else None,
        years=frozenset(_years(settings)) if settings.years else None,
        regulations=_regulations(settings) if settings.regulations else None,
        works=_works(settings) if settings.literature else None,
        phrases=tuple(_phrases(root / settings.phrases)) if settings.phrases else (),
        records=dict(_records(settings)),
    )


def squeezed(text: str) -> str:
    """Return the letters of a name only, in lower case: ``Permen PANRB`` is ``permenpanrb``."""
    return re.sub(r"[\W_]", "", text).lower()


def _files(root: Path, patterns: tuple[str, ...]) -> Iterator[Path]:
    for pattern in patterns:
        found = sorted(root.glob(pattern))
        if not found and "*" not in pattern:
            raise DataError(f"No file {pattern}. [tool.nbguard] of pyproject.toml names it.")
        yield from found


def _rows(path: Path, *needed: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows = [{name: cell or "" for name, cell in row.items() if name} for row in reader]
    missing = [
        f"column {name} is missing" for name in needed if name not in (reader.fieldnames or ())
    ]
    refuse(DataError, f"file {path.name}", missing, "nbguard reads these columns.")
    return rows


def _numbers(path: Path, settings: Settings) -> dict[str, Number]:
    families = list(_families(settings))
    found = {}
    for row in _rows(path, "id", "text"):
        fitting = [each for each in families if each[0].fullmatch(row["id"])]
        stated = min(fitting, key=lambda each: each[1], default=(None, 0, {}))[2]
        bounds = {name: row.get(name, "") for name in ("low", "high", "n")}
        found[row["id"]] = Number(
            row["id"], row["text"], words=_said(stated.get("name", {})),
            keywords={
                language: tuple(word.strip() for word in said.split("|"))
                for language, said in _said(stated.get("keyword", {})).items()
            },
            **bounds,
        )  # fmt: skip
    return found


def _said(texts: object) -> dict[str, str]:
    return (
        {str(tongue): str(text) for tongue, text in texts.items()}
        if isinstance(texts, dict)
        else {}
    )


def _families(settings: Settings) -> Iterator[tuple[re.Pattern[str], int, dict[str, object]]]:
    """What the ids of a family look like, how many keys are open, and what is said of it.

    A number that is ``like`` its family has the words of the family that it does not state itself.
    """
    for path in _files(settings.root, settings.names):
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
        for name, entry in stated.items():
            if name.startswith("num-") and isinstance(entry, dict):
                pattern, n_open = _KEY.subn("[a-z0-9-]+", re.escape(name))
                of_family = stated.get(str(entry.get("like", "")), {})
                yield re.compile(pattern), n_open, {**of_family, **entry}


def _records(settings: Settings) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each notebook that the words name, with the tables and figures that stand in them."""
    for path in _files(settings.root, settings.names):
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
        question = stated.get("question", {})
        if isinstance(question, dict) and "notebook" in question:
            names = (name for name in stated if name.startswith(("fig-", "tab-")))
            yield str(question["notebook"]), tuple(names)


def _years(settings: Settings) -> Iterator[int]:
    for path in _files(settings.root, settings.years):
        for row in _rows(path, "year"):
            if row["year"].isdecimal():
                yield int(row["year"])


def _regulations(settings: Settings) -> dict[str, frozenset[str]]:
    """Number and year (``95/2018``) with the kinds of regulation that have them, squeezed."""
    found: dict[str, set[str]] = {}
    for path in _files(settings.root, settings.regulations):
        for row in _rows(path):
            for cell in row.values():
                for kind, designation in _SLASHED.findall(cell):
                    found.setdefault(designation, set()).add(squeezed(kind))
                for kind, number, year in _SPELLED.findall(cell):
                    found.setdefault(f"{number}/{year}", set()).add(squeezed(kind))
            if row.get("number", "").isdecimal() and row.get("regulation_type"):
                designation = f"{row['number']}/{row.get('year', '')}"
                found.setdefault(designation, set()).add(squeezed(row["regulation_type"]))
    return {designation: frozenset(kinds) for designation, kinds in found.items()}


def _works(settings: Settings) -> Works:
    keys, dois, authored = set(), set(), set()
    for path in _files(settings.root, settings.literature):
        for row in _rows(path, "key", "authors", "year", "doi"):
            keys.add(row["key"])
            dois |= {row["doi"].strip().lower()} - {""}
            for author in _SURNAME.split(row["authors"]):
                names = author.split(",")[0].split()
                authored |= {(name.lower(), row["year"]) for name in names}
    return Works(frozenset(keys), frozenset(dois), frozenset(authored))


def _phrases(path: Path) -> Iterator[str]:
    if not path.is_file():
        raise DataError(f"No file {path.name}. [tool.nbguard] of pyproject.toml names it.")
    for row in _rows(path, "phrase", "why"):
        phrase = " ".join(row["phrase"].split())
        if len(phrase.split()) < 2 or not row["why"].strip():
            raise DataError(
                f"Invalid fixed phrase {phrase!r} in {path.name}. It must hold more than its "
                "numeral, and say why it is no result."
            )
        yield phrase
