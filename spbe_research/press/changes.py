"""What changed since a release, and why: differences of two manifests, each with its reason.

Between releases, reasons are collected in ``data/releases/next.toml``: one line per record, family
of numbers (its id with the keys in braces) or notebook. A change without a line there, and a line
without a change, fails the check. The line of a notebook holds for its cells as they are: their
hash stands in ``[covers]``, and ``nbguard`` refuses others. ``releases`` makes a release of them.
"""

import json
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import pandas as pd

from spbe_research.errors import DataError, refuse
from spbe_research.locations import data_folder
from spbe_research.press.languages import LANGUAGES
from spbe_research.press.manifest import (
    Item,
    current_items,
    newest_release,
    read_manifest,
    release_date,
    releases,
)
from spbe_research.press.numbers import id_pattern
from spbe_research.press.records import load_questions, load_records
from spbe_research.press.replacing import replace_file

__all__ = [
    "HEAD",
    "PENDING",
    "Change",
    "changes",
    "errata",
    "give_reason",
    "pending_file",
    "read_reasons",
    "reason_for",
    "uncovered",
    "unexplained",
]

PENDING = "next"
_TABLES = ("reasons", "covers")
HEAD = (
    "# Why published records and notebooks change with the next release: one line each.\n"
    '# `spbe-research reason NAME "why"` adds a line.\n\n[reasons]\n'
)
_Pair = tuple[Item | None, Item | None]
_NOTHING = Item("", "", "", "", "")


@dataclass(frozen=True)
class Change:
    """What changed of one record or notebook between two releases, and why.

    ``what`` names the kinds, with the languages of words and pictures; ``old`` and ``new`` are the
    printed number, or the footer of a figure or table, where that changed.
    """

    release: str
    name: str
    what: str
    old: str
    new: str
    reason: str


def changes(
    version: str = PENDING,
    names: Collection[str] | None = None,
    *,
    now: Sequence[Item] | None = None,
    drawn: bool = True,
    progress: Callable[[str], None] = lambda step: None,
) -> list[Change]:
    """List what changed in a release, or since the newest one.

    Parameters
    ----------
    version : str
        A release, compared with the one before; ``"next"``: what is there now, with the newest one.
    names : collection of str, optional
        Ids of records and stems of notebooks; all when left out. Only these are hashed and drawn.
    now : sequence of Item, optional
        What is there now, where it is known already.
    drawn : bool
        Whether figures of now are drawn and compared. Left undrawn, a figure that has a reason and
        differs in nothing else is said to differ in its picture, as its reason does.
    progress : callable
        Called with each name before what is there now is hashed and drawn.

    Returns
    -------
    list of Change
        One per record or notebook, in the order of the newer manifest; what was withdrawn last.
        The first release changes nothing.
    """
    if version == PENDING:
        before = read_manifest(newest_release())
        items = current_items(names, drawn=drawn, progress=progress) if now is None else now
        after = {item.key: item for item in items}
    else:
        after = read_manifest(version)
        place = releases().index(version)
        before = read_manifest(releases()[place - 1]) if place else {}
    if not before:
        return []
    reasons = read_reasons(version)
    found: dict[str, list[_Pair]] = {}
    for key in [*after, *(key for key in before if key not in after)]:
        old, new = before.get(key), after.get(key)
        if key[0] == "release" or (names is not None and key[1] not in names):
            continue
        if not drawn and old and key[0] == "picture" and ("table", key[1], "data") in after:
            if reason_for(key[1], reasons):
                found.setdefault(key[1], [])
            continue
        if old is None or new is None or (old.sha256, old.value) != (new.sha256, new.value):
            found.setdefault(key[1], []).append((old, new))
    return [
        _change(
            version, name, pairs, _n_changed(_cells(before, name), _cells(after, name)), reasons
        )
        for name, pairs in found.items()
    ]


def unexplained(found: Iterable[Change]) -> list[str]:
    """Name every change since the newest release without a reason, and every idle reason.

    Parameters
    ----------
    found : iterable of Change
        All changes since then.
    """
    found = list(found)
    missing = [
        f"{each.name}: {each.what}, without a reason"
        for each in found
        if not each.reason and each.what != "new"
    ]
    idle = [
        f"{name}: has a reason, and nothing of it changed"
        for name in read_reasons()
        if not any(reason_for(each.name, {name: "x"}) for each in found)
    ]
    old = [
        f"{each}: its reason was given for other cells; give it again" for each in uncovered(found)
    ]
    return missing + idle + old


def uncovered(found: Iterable[Change]) -> list[str]:
    """Name the changed notebooks that have a reason, or are new, and whose cells changed since.

    Parameters
    ----------
    found : iterable of Change
        All changes since the newest release.
    """
    covers = _stated(pending_file()).get("covers", {})
    return [
        each.name
        for each in found
        if (each.reason or each.what == "new")
        and _cover(each.name) not in ("", covers.get(each.name))
    ]


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


def give_reason(name: str, why: str) -> Path:
    """Add one line to the reasons of the next release; return their file.

    The reason of a notebook is given for its cells as they are: their hash is written with it. Once
    they changed, it is given again, in place of the old line.

    Raises
    ------
    DataError
        When there is no such record, family or notebook, now or in the newest release, it has a
        reason already that still holds, or the reason is empty or longer than a line.
    """
    known = {*load_records(), *(each.notebook for each in load_questions().values())}
    known |= {key[1] for key in read_manifest(newest_release()) if key[0] != "release"}
    is_family = "{" in name and any(id_pattern(name).fullmatch(each) for each in known)
    violations = []
    if name not in known and not is_family:
        violations.append("it must be a record, a family of numbers, or the stem of a notebook")
    path, cover = pending_file(), _cover(name)
    if name in read_reasons() and cover in ("", _stated(path).get("covers", {}).get(name)):
        violations.append("it has a reason already; edit its line")
    if not why.strip() or "\n" in why.strip():
        violations.append("the reason must be one line of text")
    refuse(DataError, f"reason for {name!r}", violations, f"{path.name} is left as it was.")
    text = path.read_text(encoding="utf-8") if path.is_file() else HEAD
    if cover:
        text = re.sub(rf'(?m)^"?{re.escape(name)}"? *=.*\n?', "", text)
    reasons, head, covers = text.partition("[covers]\n")
    reasons = _with_line(reasons.rstrip("\n") if head else reasons, name, why.strip())
    if cover:
        covers = _with_line(covers, name, cover)
    text = f"{reasons}\n[covers]\n{covers}" if head or cover else reasons
    replace_file(path, text.encode("utf-8"))
    return path


def errata() -> pd.DataFrame:
    """List what was published and changed since, the oldest release first.

    Manifests, reasons and committed files are compared; nothing is computed or drawn.

    Returns
    -------
    pandas.DataFrame
        ``release, date, name, what, old, new, reason``; what is new is left out. Changes that no
        release holds yet have the release ``next`` and no date, and name a picture only where
        nothing else of a figure changed; where the repository is not at hand, only released ones
        are listed.
    """
    rows = []
    for version in releases():
        rows += [(each, release_date(version)) for each in changes(version)]
    if (_folder().parent / "raw").is_dir():
        rows += [(each, "") for each in changes(drawn=False)]
    columns = ["release", "date", "name", "what", "old", "new", "reason"]
    lines = [
        (each.release, day, each.name, each.what, each.old, each.new, each.reason)
        for each, day in rows
        if each.what != "new"
    ]
    return pd.DataFrame(lines, columns=columns)


def pending_file() -> Path:
    """Return the file of reasons that no release holds yet.

    A release that was killed leaves it under the name of its version.
    """
    left = [path for path in _folder().glob("*.toml") if path.stem not in releases()]
    return left[0] if len(left) == 1 else _folder() / f"{PENDING}.toml"


def _folder() -> Path:
    return data_folder() / "releases"


def _stated(path: Path) -> dict[str, dict[str, str]]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"Invalid file data/releases/{path.name}: {error}.") from error


def _cover(name: str) -> str:
    """What a reason of a notebook covers; empty for what is none, or is withdrawn."""
    items = current_items([name], drawn=False) if "{" not in name else []
    cells = [(item.sha256, item.value) for item in items if item.kind == "cell"]
    if not cells:
        return ""
    from spbe_research.nbguard.released import cover_of  # needs [notebooks]

    return cover_of(cells)


def _with_line(text: str, name: str, said: str) -> str:
    separator = "" if not text or text.endswith("\n") else "\n"
    return f"{text}{separator}{_key(name)} = {json.dumps(said, ensure_ascii=False)}\n"


def _key(name: str) -> str:
    return json.dumps(name) if "{" in name else name


def _cells(items: dict[tuple[str, str, str], Item], name: str) -> list[tuple[str, str]]:
    return [(item.sha256, item.value) for item in items.values() if item.key[:2] == ("cell", name)]


def _change(
    version: str, name: str, pairs: list[_Pair], n_cells: int, reasons: dict[str, str]
) -> Change:
    """One change of all parts of a record or notebook that are not the same."""
    if not pairs:  # an undrawn figure that has a reason
        what = "picture"
    elif all(new is None for _, new in pairs):
        what = "withdrawn"
    elif all(old is None for old, _ in pairs):
        what = "new"
    else:
        what = ", ".join(_told(pairs, n_cells))
    stated = [
        (old.value if old else "", new.value if new else "")
        for old, new in pairs
        if (new or old or _NOTHING).kind in ("footer", "number")
    ]
    old_text, new_text = stated[-1] if stated else ("", "")
    return Change(version, name, what, old_text, new_text, reason_for(name, reasons))


def _told(pairs: list[_Pair], n_cells: int) -> Iterable[str]:
    """The kinds that changed; words and pictures with their languages, cells with their count."""
    parts: dict[str, list[str]] = {}
    for old, new in pairs:
        item = new or old or _NOTHING
        parts.setdefault(item.kind, []).append(item.part)
    for kind, changed in parts.items():
        if kind == "cell":
            yield f"{n_cells} cell{'s' if n_cells > 1 else ''}"
        elif kind in ("words", "picture"):
            yield f"{kind} ({', '.join(each for each in LANGUAGES if each in changed)})"
        else:
            yield kind


def _n_changed(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> int:
    """How many cells of a notebook were changed, added or taken out."""
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return sum(max(b - a, d - c) for step, a, b, c, d in steps if step != "equal")
