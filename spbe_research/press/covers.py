"""What a reason was given for: hashes of a notebook's cells, a README's text, a question's words.

A line in ``data/releases/next.toml`` says why something changed, and holds for it as it then was.
``[covers]`` states the hash of the cells of a notebook, or of what is written by hand in a README;
``[words]`` that of the ``words.toml`` of a question: titles, captions, sentences, answers and their
conditions, by what they say and not by their layout.
"""

import hashlib
import json
from typing import Any

from spbe_research.press.manifest import current_items
from spbe_research.press.numbers import families
from spbe_research.press.records import load_questions, load_records
from spbe_research.records import question_words

__all__ = ["covers_of", "hash_of_words", "question_of", "words_cover"]

_DIGITS = 16  # of a hash


def covers_of(name: str) -> dict[str, tuple[str, str]]:
    """Return what a reason of this name covers now: by table of the file, a key and a hash.

    Parameters
    ----------
    name : str
        A record, a family of numbers, the stem of a notebook, or a README.
    """
    found = {}
    if cover := _cover(name):
        found["covers"] = (name, cover)
    if question := question_of(name):
        found["words"] = (question, words_cover(question))
    return found


def question_of(name: str) -> str:
    """Return the question of a record, a family or a notebook; empty for what has none now."""
    for each in load_questions().values():
        if each.notebook == name:
            return each.id
    if name in load_records():
        return load_records()[name].question.id
    return families()[name].question if name in families() else ""


def words_cover(question: str) -> str:
    """Return the hash of the words of a question."""
    return hash_of_words(question_words(question))


def hash_of_words(words: dict[str, Any]) -> str:
    """Return the hash of what a ``words.toml`` says, as read."""
    said = json.dumps(words, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode("utf-8")).hexdigest()[:_DIGITS]


def _cover(name: str) -> str:
    """The hash of a notebook or README; empty for what is none, or is withdrawn."""
    if "{" in name or name in load_records():
        return ""
    items = current_items([name], drawn=False)
    parts = [(item.sha256, item.value) for item in items if item.kind in ("cell", "paragraph")]
    if not parts:
        return ""
    from spbe_research.nbguard.released import cover_of  # needs [notebooks]

    return cover_of(parts)
