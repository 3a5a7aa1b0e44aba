"""What is written by hand in a README obeys the rules of the guard for the prose of notebooks."""

import re
from dataclasses import replace

from spbe_research.locations import project_folder
from spbe_research.nbguard.rules import guard_of

__all__ = ["GENERATED", "TYPED", "faults"]

ROOT = project_folder()
GENERATED = re.compile(r"<!--(questions|analyses|figures)-->.*?<!--/\1-->", re.DOTALL)

# What a README types of the package itself, its example and the instrument; no result.
TYPED = {
    "en": ("In ten lines", "two to six minutes", "25 packages", "150 MB", "its 47 levels",
           "in twenty lines", "and ten wrong ones", "is computed twice"),
    "id": ("Dalam sepuluh baris", "dua sampai enam menit", "25 paket", "150 MB",
           "47 tingkat kematangannya", "sepuluh yang salah", "dua puluh baris",
           "dihitung dua kali"),
}  # fmt: skip
_CODE = re.compile(r"(?ms)^```.*?^```$|^    \S[^\n]*$|`[^`\n]*`")
_FIGURE = re.compile(r"(?m)^!\[[^\]\n]*\]\((docs/[a-z0-9.-]+)\)$")
RULES = ("markup", "label", "numeral", "opposite", "part")


def faults(text: str, language: str) -> list[str]:
    """Breaches of the guard's rules in what is written by hand; our own figure is let through."""
    prose = _CODE.sub(" ", GENERATED.sub("", text))
    prose = _FIGURE.sub(lambda match: "" if (ROOT / match[1]).is_file() else match[0], prose)
    guard = guard_of(ROOT)
    guard = replace(guard, facts=replace(guard.facts, phrases=TYPED[language]))
    found = guard.of_prose(prose, language=language)
    return [each.text for each in found if each.rule in RULES]
