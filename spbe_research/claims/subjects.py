"""Whom a sentence speaks of: bodies, the country, or bodies of a kind, and which value is whose.

The country by the way (*secara nasional*) is meant only where no body is named at it and no place
or count is; a body or a mean that values are only compared with is not what they are said of.
"""

from collections.abc import Sequence

from spbe_research.claims import text_rules as rules
from spbe_research.claims.mentions import Mention
from spbe_research.claims.pairing import pair

__all__ = ["find_subjects", "subject_of_each"]


def find_subjects(
    named: Sequence[Mention], sentence: str, values: Sequence[Mention], counts: Sequence[Mention]
) -> list[Mention]:
    """Return those a sentence may be about: not whom a place is among, nor who assesses.

    Parameters
    ----------
    named : sequence of Mention
        As of `find_bodies`.
    sentence : str
        The sentence.
    values : sequence of Mention
        The numbers, predicates and places of it that may be judged.
    counts : sequence of Mention
        The counts and percentages of it.
    """
    stated = sorted([*values, *counts], key=lambda each: each.start)
    framed = [each for each in stated if each.kind in ("place", "count")]
    has_group = any(mention.kind == "group" for mention in named)
    codes = {m.value.partition("-")[2][:2] for m in named if m.value.startswith(("kab-", "kota-"))}
    found = []
    for mention in named:
        if mention.kind not in rules.SUBJECT:
            continue
        is_province = mention.value.startswith("prov-")
        holds_another = is_province and mention.value.partition("-")[2] in codes
        is_scope = mention.before == "se" or (
            mention.before in rules.SCOPE
            and is_province
            and (bool(framed) or has_group or holds_another)
        )
        if not is_scope and not (mention.kind == "nation" and _frames(mention, sentence, stated)):
            found.append(mention)
    found = [m for place, m in enumerate(found) if not _is_beside(found, place, sentence, stated)]
    if any(m.before != "kind" for m in found):
        found = [m for m in found if m.before != "kind"]
    others = [m for m in found if m.value != rules.MINISTRY]
    if others:
        return others
    return [m for m in found if m.before in rules.ABOUT_SCORE]


def subject_of_each(
    values: Sequence[Mention], subjects: Sequence[Mention], sentence: str
) -> list[tuple[Mention | None, bool]]:
    """Return the subject of each value, and whether it is guessed; a place is that of a body.

    A value has none where all that follows it is named to compare with.
    """
    found = [
        (None, False) if label and _is_against(value, label, sentence) else (label, guessed)
        for value, (label, guessed) in zip(values, pair(values, subjects), strict=True)
    ]
    bodies = pair(values, [m for m in subjects if m.kind not in ("nation", "group")])
    return [
        among if value.kind == "place" and label and label.kind in ("nation", "group") else given
        for value, given, among in zip(values, found, bodies, strict=True)
        for label in given[:1]
    ]


def _is_against(value: Mention, label: Mention, sentence: str) -> bool:
    """Whether a value stands before one it is only compared with: 3,71, above the mean of 2,79."""
    if label.start < value.start:
        return False
    is_apart = bool(rules.APART.search(sentence[value.end : label.start]))
    is_at_large = label.kind in ("nation", "group")
    return (is_apart and is_at_large) or bool(rules.COMPARED_WITH.search(sentence[: label.start]))


def _frames(nation: Mention, sentence: str, stated: Sequence[Mention]) -> bool:
    """Whether the country is only whom a place or a count is among: it stands right at it."""
    behind = [
        each
        for each in stated
        if each.kind in ("place", "count") and 0 <= nation.start - each.end <= rules.AT
    ]
    if any(not rules.APART.search(sentence[each.end : nation.start]) for each in behind):
        return True
    later = [each for each in stated if each.start >= nation.end]
    return bool(later) and later[0].kind in ("place", "count")


def _is_beside(
    found: Sequence[Mention], place: int, sentence: str, stated: Sequence[Mention]
) -> bool:
    """Whether a mention has no value: one to compare with, or the country beside a body."""
    mention = found[place]
    if mention.kind not in ("nation", "group"):
        return False
    before = found[place - 1] if place else None
    if (
        mention.before == "beside"
        and before is not None
        and not any(before.end <= each.start < mention.start for each in stated)
        and not rules.APART.search(sentence[before.end : mention.start])
    ):
        return True
    later = found[place + 1] if place + 1 < len(found) else None
    end = later.start if later else len(sentence)
    if any(mention.end <= each.start < end for each in stated):
        return False
    if rules.COMPARED_WITH.search(sentence[: mention.start]):
        return True
    return mention.before == "beside" and later is not None
