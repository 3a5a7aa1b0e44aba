"""Numbers typed in headlines: titles of records and answers in brief say none without a proof.

A numeral or number word in them is a place, ``{num-...}``, or stands in ``says`` of the condition
that proves it (``conditions``)::

    {every = "n == 603", where = "end == 2023", says = ["603 printed scores", "603 angka resmi"]}

or it is no result, as in the prose of notebooks: a year of the data, a regulation of the registers,
a place in a text, a phrase of ``notebooks/fixed_phrases.csv``.
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

__all__ = ["typed_numbers"]

_PLACE = re.compile(r"\{num-[^{}]*\}")


def typed_numbers(claim: Claim) -> Iterator[str]:
    """Name every number of a headline that is typed and not proven, and every idle ``says``."""
    proven = tuple(phrase for condition in claim.holds for phrase in condition.get("says", ()))
    facts = _facts(project_folder())
    facts = replace(facts, phrases=(*facts.phrases, *proven))
    said = [(_PLACE.sub("0<!--num-x-->", text), language) for text, language in claim.texts]
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


@cache
def _facts(root: Path) -> Facts:
    return read_facts(read_settings(root))
