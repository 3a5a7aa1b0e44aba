"""What changed since a release, and why: differences of two manifests, each with its reason.

Between releases, reasons are collected in a file (``reasons``). A change without a reason, one that
changed again after its reason was given, and a reason without a change, fail the check.
``releases`` makes a release of them.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import pandas as pd

from spbe_research.locations import data_folder
from spbe_research.press.covers import covers_of, question_of, words_cover
from spbe_research.press.handwritten import READMES
from spbe_research.press.languages import LANGUAGES
from spbe_research.press.manifest import (
    Item,
    current_items,
    newest_release,
    read_manifest,
    release_date,
    releases,
)
from spbe_research.press.reasons import PENDING, read_covers, read_reasons, reason_for
from spbe_research.press.records import load_questions

__all__ = [
    "Change",
    "changes",
    "errata",
    "uncovered",
    "unexplained",
    "without_reason",
]

_Pair = tuple[Item | None, Item | None]
_RECORDS = ("fig-", "num-", "tab-")
_IN_ORDER = ("cell", "paragraph")
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
        Ids of records, stems of notebooks, READMEs; all when left out. Only these are hashed and
        drawn.
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
    held, here = ({key[1] for key in items} for items in (before, after))
    return [
        _change(
            version,
            name,
            "new" if name not in held else "withdrawn" if name not in here else "",
            pairs,
            _n_changed(_cells(before, name), _cells(after, name)),
            reasons,
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
    missing = [f"{name}: {what}" for name, what in without_reason(found).items()]
    idle = [
        f"{name}: has a reason, and nothing of it changed"
        for name in read_reasons()
        if not any(reason_for(each.name, {name: "x"}) for each in found)
    ]
    return missing + idle


def without_reason(found: Iterable[Change]) -> dict[str, str]:
    """Return what changed without a reason, or after it, with what of it changed.

    Parameters
    ----------
    found : iterable of Change
        Changes since the newest release.
    """
    found = list(found)
    missing = {
        each.name: f"{each.what}, without a reason"
        for each in found
        if not each.reason and each.what != "new"
    }
    return missing | {
        name: f"its reason was given for {what}; give it again"
        for name, what in uncovered(found).items()
    }


def uncovered(found: Iterable[Change]) -> dict[str, str]:
    """Return what has a reason, or is new, and changed since, with what of it is another.

    Parameters
    ----------
    found : iterable of Change
        Changes since the newest release.

    Returns
    -------
    dict
        Notebooks with "other cells", READMEs with "another text"; for a question whose words are
        others, one of the names that changed, its notebook first, with "other words".
    """
    known = [each for each in found if each.reason or each.what == "new"]
    covers, words = read_covers("covers"), read_covers("words")
    old: dict[str, str] = {}
    said: dict[str, str] = {}
    for each in sorted(known, key=lambda one: one.name.startswith(_RECORDS)):
        if not each.name.startswith(_RECORDS):
            name, cover = covers_of(each.name).get("covers", (each.name, ""))
            if cover not in ("", covers.get(name)):
                old[name] = "another text" if name in READMES.values() else "other cells"
        is_said = "words" in each.what or (each.what == "new" and not each.name.startswith("num-"))
        if is_said and (question := question_of(each.name)):
            said.setdefault(question, each.name)
    names = {each.name for each in known}
    for question, name in said.items():
        notebook = load_questions()[question].notebook
        if words.get(question) != words_cover(question):
            old.setdefault(notebook if notebook in names else name, "other words")
    return old


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
    if (data_folder() / "raw").is_dir():
        rows += [(each, "") for each in changes(drawn=False)]
    columns = ["release", "date", "name", "what", "old", "new", "reason"]
    lines = [
        (each.release, day, each.name, each.what, each.old, each.new, each.reason)
        for each, day in rows
        if each.what != "new"
    ]
    return pd.DataFrame(lines, columns=columns)


def _cells(items: dict[tuple[str, str, str], Item], name: str) -> list[tuple[str, str]]:
    return [
        (item.sha256, item.value)
        for item in items.values()
        if item.kind in _IN_ORDER and item.name == name
    ]


def _change(
    version: str,
    name: str,
    standing: str,
    pairs: list[_Pair],
    n_cells: int,
    reasons: dict[str, str],
) -> Change:
    """One change of all parts of a thing that are not the same; it may stand in one release only.

    There are no pairs of an undrawn figure that has a reason.
    """
    what = standing or ", ".join(_told(pairs, n_cells)) or "picture"
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
        if kind in _IN_ORDER:
            yield f"{n_cells} {kind}{'s' if n_cells > 1 else ''}"
        elif kind in ("words", "picture"):
            yield f"{kind} ({', '.join(each for each in LANGUAGES if each in changed)})"
        else:
            yield kind


def _n_changed(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> int:
    """How many cells or paragraphs were changed, added or taken out."""
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return sum(max(b - a, d - c) for step, a, b, c, d in steps if step != "equal")
