"""Why things change with the next release: one line each, in ``data/releases/next.toml``.

A line names a record, a family of numbers (its id with the keys in braces), a notebook or a README.
It holds for cells, text and words as they then were (``covers``): whoever changes them again says
why again. A release keeps the file under the name of its version (``releases``).
"""

import json
import re
import tomllib
from pathlib import Path

from spbe_research.errors import DataError, refuse
from spbe_research.locations import data_folder
from spbe_research.press.covers import covers_of
from spbe_research.press.handwritten import READMES
from spbe_research.press.manifest import newest_release, read_manifest, releases
from spbe_research.press.numbers import id_pattern
from spbe_research.press.records import load_questions, load_records
from spbe_research.press.replacing import replace_file

__all__ = [
    "HEAD",
    "PENDING",
    "give_reason",
    "pending_file",
    "read_covers",
    "read_reasons",
    "reason_for",
]

PENDING = "next"
_TABLES = ("reasons", "covers", "words")
HEAD = (
    "# Why published records and notebooks change with the next release: one line each.\n"
    '# `spbe-research reason NAME "why"` adds a line.\n\n[reasons]\n'
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")  # what TOML takes as a key without quotes


def read_reasons(version: str = PENDING) -> dict[str, str]:
    """Return why records and notebooks changed in a release, by id, family or stem.

    Raises
    ------
    DataError
        When the file is no TOML, holds more than reasons, or a reason is empty.
    """
    path = pending_file() if version == PENDING else _folder() / f"{version}.toml"
    stated = _stated(path)
    violations = [f"{name}: is no table of it" for name in stated if name not in _TABLES]
    reasons = stated.get("reasons", {})
    violations += [
        f"{name}: the reason is empty"
        for name, why in reasons.items()
        if not (isinstance(why, str) and why.strip())
    ]
    refuse(DataError, f"file data/releases/{path.name}", violations, "Say why, one line each.")
    return {str(name): str(why) for name, why in reasons.items()}


def reason_for(name: str, reasons: dict[str, str]) -> str:
    """Return the reason that a record or notebook has: its own, or that of its family.

    Examples
    --------
    >>> reason_for("num-gini-2018", {"num-gini-{year}": "A weight was misread."})
    'A weight was misread.'
    """
    if name in reasons:
        return reasons[name]
    fitting = (
        why for each, why in reasons.items() if "{" in each and id_pattern(each).fullmatch(name)
    )
    return next(fitting, "")


def give_reason(name: str, why: str = "") -> Path:
    """Put one line into the reasons of the next release; return their file.

    The reason is given for things as they are: the hash of a notebook's cells, of a README's text,
    and of the words of the question that ``name`` belongs to, is written with it. Once they
    changed, it is given again, in place of the old line.

    Parameters
    ----------
    name : str
        A record, a family of numbers, a notebook or a README.
    why : str
        The reason; left out, the one that stands there already holds for things as they are now.

    Raises
    ------
    DataError
        When there is no such thing, now or in the newest release, it has a reason already that
        still holds, or the reason is empty or longer than a line.
    """
    known = {*load_records(), *(each.notebook for each in load_questions().values())}
    known |= {key[1] for key in read_manifest(newest_release()) if key[0] != "release"}
    known |= {*READMES.values()}
    is_family = "{" in name and any(id_pattern(name).fullmatch(each) for each in known)
    violations = []
    if name not in known and not is_family:
        violations.append(
            "it must be a record, a family of numbers, the stem of a notebook, or a README"
        )
    path, covers, reasons = pending_file(), covers_of(name), read_reasons()
    held = [read_covers(table).get(key) == cover for table, (key, cover) in covers.items()]
    if name in reasons and all(held):
        violations.append("it has a reason already; edit its line")
    why = why.strip() or reasons.get(name, "")
    if not why or "\n" in why:
        violations.append("the reason must be one line of text")
    refuse(DataError, f"reason for {name!r}", violations, f"{path.name} is left as it was.")
    text = path.read_text(encoding="utf-8") if path.is_file() else HEAD
    text = _with_line(text, "reasons", name, why)
    for table, (key, cover) in covers.items():
        text = _with_line(text, table, key, cover)
    replace_file(path, text.encode("utf-8"))
    return path


def pending_file() -> Path:
    """Return the file of reasons that no release holds yet.

    A release that was killed leaves it under the name of its version.
    """
    left = [path for path in _folder().glob("*.toml") if path.stem not in releases()]
    return left[0] if len(left) == 1 else _folder() / f"{PENDING}.toml"


def read_covers(table: str) -> dict[str, str]:
    """Return what the reasons of the next release were given for: ``covers`` or ``words``."""
    return dict(_stated(pending_file()).get(table, {}))


def _folder() -> Path:
    return data_folder() / "releases"


def _stated(path: Path) -> dict[str, dict[str, str]]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"Invalid file data/releases/{path.name}: {error}.") from error


def _with_line(text: str, table: str, name: str, said: str) -> str:
    """A file of reasons with one line in a table, in place of the one that it has of this name."""
    head = f"[{table}]\n"
    if head not in text:
        text = f"{text.rstrip()}\n\n{head}"
    before, _, rest = text.partition(head)
    lines, gap, after = rest.partition("\n[")
    line = f"{_key(name)} = {json.dumps(said, ensure_ascii=False)}"
    old = re.compile(rf'(?m)^"?{re.escape(name)}"? *=.*$')
    if old.search(lines):
        lines = old.sub(lambda _: line, lines, count=1)
    else:
        lines = f"{lines}{'' if not lines or lines.endswith(chr(10)) else chr(10)}{line}\n"
    return f"{before}{head}{lines}{gap}{after}"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name)
