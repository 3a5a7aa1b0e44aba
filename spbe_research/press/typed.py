"""Numbers typed in headlines: titles of records and answers in brief say none without a proof.

A numeral or number word in them is a place, ``{num-...}``, or stands in ``says`` of the condition
that proves it (``conditions``)::

    {every = "n == 603", where = "end == 2023", says = ["603 printed scores", "603 angka resmi"]}

or it is no result, as in the prose of notebooks: a year of the data, a regulation of the registers,
a place in a text, a phrase of ``notebooks/fixed_phrases.csv``.

In the other words of records, which say how many lists, edges or years a method takes, the same is
asked of whole numbers from a hundred on and of number words above ten.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from spbe_research.locations import project_folder
from spbe_research.nbguard.facts import Facts, read_facts
from spbe_research.nbguard.prose import numerals
from spbe_research.nbguard.settings import read_settings
from spbe_research.press.claimed import Claim

__all__ = ["large_numbers", "typed_numbers"]

_PLACE = re.compile(r"\{[^{}]*\}")
_MARKED = "0<!--num-x-->"  # what the rules for prose see of a place
_QUOTED = re.compile(r"'(.+?)'")
_LARGE = re.compile(
    r"\d{3,}.*|\d{1,3}[.,]\d{3}.*"
    r"|eleven.*|twel.*|.+teen.*|(?:twen|thir|for|fif|six|seven|eigh|nine)t(?:y|ie).*"
    r"|hundreds?|thousands?|millions?|billions?|dozens?"
    r"|sebelas|belas|puluh(?:an)?|(?:se)?ratus(?:an)?|(?:se)?ribu(?:an)?|juta(?:an)?|miliar",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d(?:-nya)?")  # also one that is no year of the data


def typed_numbers(claim: Claim) -> Iterator[str]:
    """Name every number of a headline that is typed and not proven, and every idle ``says``."""
    proven = tuple(phrase for condition in claim.holds for phrase in condition.get("says", ()))
    facts = _facts(project_folder())
    facts = replace(facts, phrases=(*facts.phrases, *proven))
    said = [(_PLACE.sub(_MARKED, text), language) for text, language in claim.texts]
    for text, language in dict.fromkeys(said):
        for fault in numerals(text, facts, language=language):
            yield (
                f"{claim.name} ({language}): {fault.split(' carries ')[0]} is typed; write "
                "{num-...}, or say it in `says` of the condition that proves it"
            )
    together = " ".join(text for text, _ in said).lower()
    for phrase in proven:
        if phrase.lower() not in together or len(phrase.split()) < 2:
            yield f"{claim.name}: {phrase!r} in `says` must be some words of it, not a number alone"


def large_numbers(text: str, language: str) -> Iterator[str]:
    """Name every large number that is typed in a caption, description or sentence.

    Examples
    --------
    >>> list(large_numbers("Of {n} bodies 640 and eleven more, in two lists of 2016.", "en"))
    ["the typed number '640'", "the typed number 'eleven'"]
    """
    for fault in numerals(_PLACE.sub(_MARKED, text), _facts(project_folder()), language=language):
        shown = _QUOTED.match(fault)
        if shown and _LARGE.fullmatch(shown[1]) and not _YEAR.fullmatch(shown[1]):
            yield f"the typed number {shown[0]}"


@cache
def _facts(root: Path) -> Facts:
    return read_facts(read_settings(root))
