"""What people ask for, each once, in plain words, with the number that answers it.

Questions and answers stand in ``asked.csv``; a number is filled in from the committed records
(``{num-...}``) or from the country at a glance (``[official]``).
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spbe_research.errors import DataError
from spbe_research.site.content import fill_numbers
from spbe_research.site.country import Count, Country, country
from spbe_research.site.text import swap_marks

__all__ = ["TOPICS_ASKED", "Asked", "asked_numbers"]

_FACT = re.compile(r"\[(\w+)\]")
_TABLE = Path(__file__).with_name("asked.csv")
TOPICS_ASKED = {
    "national": ("National index and target", "Indeks nasional dan target"),
    "types": ("By type of body", "Menurut jenis instansi"),
    "moves": ("Who moved", "Siapa yang bergerak"),
    "java": ("Java and beyond", "Jawa dan luar Jawa"),
    "print": ("Misprints and repeated values", "Salah cetak dan nilai yang diulang"),
    "rules": ("Rules and years", "Aturan dan tahun"),
    "regulation": ("Regulations", "Regulasi"),
}


@dataclass(frozen=True)
class Asked:
    """A question and its answer, English and Indonesian; the page with more; words to find it."""

    topic: str
    id: str
    question: tuple[str, str]
    answer: tuple[str, str]
    link: str
    words: str


@cache
def asked_numbers() -> tuple[Asked, ...]:
    """Return every question with its answer, in the order of the table.

    Raises
    ------
    DataError
        When an answer asks for a number that there is not.
    """
    now = country()
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(
        Asked(
            topic=row["topic"],
            id=row["id"],
            question=(row["question_en"], row["question_id"]),
            answer=(
                _filled(row["answer_en"], "en", now),
                _filled(row["answer_id"], "id", now),
            ),
            link=row["link"],
            words=row["words"],
        )
        for row in rows
    )


def _filled(text: str, language: str, now: Country) -> str:
    facts = _facts(language, now)
    unknown = set(_FACT.findall(text)) - facts.keys()
    if unknown:
        raise DataError(
            f"Invalid answer in {_TABLE.name}: there is no fact {sorted(unknown)}. Use one of "
            f"{sorted(facts)}."
        )
    return _FACT.sub(lambda match: facts[match[1]], fill_numbers(text, language))


def _facts(language: str, now: Country) -> dict[str, str]:
    is_english = language == "en"

    def number(value: float, decimals: int = 2) -> str:
        text = f"{value:,.{decimals}f}"
        return text if is_english else swap_marks(text)

    def share(count: Count) -> str:
        word, sign = ("of", "%") if is_english else ("dari", "\u00a0%")
        return f"{count.n} {word} {count.of} ({number(count.percent, 0)}{sign})"

    def below(island: str) -> str:
        count = now.below[island]
        return f"{count.n} {'of' if is_english else 'dari'} {count.of}"

    before, target = now.targets[-2:]
    newest = now.printed[-1]
    return {
        "official": number(now.official[now.year]),
        "predicate": now.official_predicate,
        "n": str(now.n_listed),
        "listed": number(now.listed_mean),
        "target": number(target.value),
        "target_before": number(before.value),
        "document": target.document,
        "page": target.page,
        "series": "; ".join(f"{year}: {number(value)}" for year, value in now.official.items()),
        "good": str(now.good.n),
        "regions": share(now.regions),
        "printed": number(now.printed_share, 0),
        "predicates_up": str(now.predicates.up),
        "predicates_down": str(now.predicates.down),
        "up": str(newest.up),
        "down": str(newest.down),
        "both": str(newest.of),
        "n_misprints": str(now.n_misprints),
        "papua": below("Papua"),
        "maluku": below("Maluku"),
        "jawa": below("Jawa"),
        **{kind: share(count) for kind, count in now.good_by_type.items()},
    }
