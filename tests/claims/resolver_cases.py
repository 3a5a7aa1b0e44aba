"""Writes the corpus of names and claims that the browser and the package must answer alike.

Run it as a program after a change of names or rules: the cases stay, their answers are those of
``spbe_research.claims`` (which tests of their own hold to hand-made expectations).
"""

import hashlib
import json
import random
import sys
from pathlib import Path
from typing import Any

from spbe_research.claims.checking import check_claim
from spbe_research.claims.names import name_table
from spbe_research.claims.reading import near_names, read_name
from spbe_research.claims.record import Record
from spbe_research.claims.rules import normalise
from spbe_research.claims.values import read_number, read_predicate
from spbe_research.claims.wording import headline, hints

CORPUS = Path(__file__).with_name("resolver_cases.jsonl")
SEED = 20261126
NAMES, CLAIMS, SAMPLED = 7000, 3000, 1000
LETTERS = "abcdefghijklmnopqrstuvwxyz"
BEFORE = ("BPS", "DPRD", "RSUD", "Dinas Kesehatan", "Pemda", "Pemerintah", "Wali", "Polres")
KINDS = ("Pemkot", "Pemkab", "Pemprov", "Kota", "Kab.", "Prov.", "Kementerian", "Kemen", "Polda")
STATED = ("Baik", "sangat baik", "CUKUP", "Kurang", "Memuaskan", "Sedang", "tinggi", "3,2,1", "")


def _cases() -> list[list[Any]]:
    return [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]


CASES = _cases() if CORPUS.is_file() else []


def sample() -> list[list[Any]]:
    """The cases of a daily run: a thousand, always the same."""
    return random.Random(SEED).sample(CASES, SAMPLED)  # noqa: S311


def name_answer(text: str) -> list[object]:
    """How a name is read, and what is offered beside it."""
    reading = read_name(text)
    table = name_table()
    offered = [
        [table.bodies[near.body].agency_id, near.score]
        for near in near_names(normalise(text), limit=5)
    ]
    return [reading.kind, list(reading.ids), reading.new, offered]


def claim_answer(agency_id: str, year: int, stated: str, record: Record) -> list[object] | None:
    """The verdict, its values, and what every sentence in both languages hashes to."""
    if not read_predicate(stated) and read_number(stated) is None:
        return None
    found = check_claim(agency_id, year, stated, record=record)
    words = [
        [headline(found, language=each), *hints(found, language=each)] for each in ("en", "id")
    ]
    values = [found.verdict, found.published, found.computed, found.carried_from]
    return [*values, [hint.kind for hint in found.hints], hashed(words)]


def hashed(words: list[list[str]]) -> str:
    """What sentences hash to: the corpus stays small, and no word of them may differ."""
    text = "\n".join(sentence for language in words for sentence in language)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def _mistyped(name: str, generator: random.Random) -> str:
    place = generator.randrange(len(name))
    kind = generator.choice(["drop", "swap", "change", "add"])
    if kind == "drop":
        return name[:place] + name[place + 1 :]
    if kind == "swap":
        return name[:place] + name[place : place + 2][::-1] + name[place + 2 :]
    letter = generator.choice(LETTERS)
    return name[:place] + letter + name[place + (kind == "change") :]


def _names(generator: random.Random) -> list[str]:
    table = name_table()
    spelled = [key.spelled for key in table.keys] + [body.name for body in table.bodies]
    spelled += [new.name for new in table.new]
    made: dict[str, None] = dict.fromkeys(spelled)
    while len(made) < NAMES:
        name = generator.choice(spelled)
        form = generator.randrange(6)
        bare = name.split(" ", 1)[-1]
        text = (
            _mistyped(name, generator) if form < 2
            else f"{generator.choice(BEFORE)} {name}" if form == 2
            else f"{generator.choice(KINDS)} {bare}" if form == 3
            else name.upper().replace(" ", "  ") if form == 4
            else bare.replace(" ", generator.choice(["", "-", " dan "]))
        )  # fmt: skip
        made[text] = None
    return list(made)[:NAMES]


def _claims(generator: random.Random, record: Record) -> list[tuple[str, int, str]]:
    rows = sorted(record.published)
    press = [(owner, year) for owner, year, item in record.press if item == "index"]
    made: dict[tuple[str, int, str], None] = {}
    flagged = [key for key in rows if isinstance(record.published[key]["flag"], str)]
    while len(made) < CLAIMS:
        agency_id, year = generator.choice(rows if generator.random() < 0.9 else flagged)
        text = record.index_text(agency_id, year)
        form = generator.randrange(9)
        value = float(text)
        stated = (
            text if form == 0
            else f"{value:.2f}".replace(".", ",") if form == 1
            else f"{value:.1f}" if form == 2
            else f"{value + generator.choice([-0.01, 0.01]):.2f}" if form == 3
            else f"{value:.3f}" if form == 4
            else generator.choice(STATED) if form == 5
            else record.printed_text(*generator.choice(rows)) if form == 6
            else generator.choice(["Baik", "Cukup", "Kurang", "Sangat Baik"]) if form == 7
            else generator.choice(["3", "0.5", "5,01", "3.2300000000000001", " 2,60 ", "-1", "1"])
        )  # fmt: skip
        if generator.random() < 0.1:
            year = generator.choice([2017, 2018, 2019, 2021, 2024, 2025, 2026])
        if generator.random() < 0.02:
            owner, year = generator.choice(press)
            agency_id = owner if name_table().place(owner) >= 0 else agency_id
        made[agency_id, year, stated] = None
    return list(made)


def main() -> None:
    """Write the corpus."""
    generator = random.Random(SEED)  # noqa: S311
    record = Record.load()
    cases: list[list[object]] = [["name", text, name_answer(text)] for text in _names(generator)]
    cases += [
        ["claim", list(case), claim_answer(*case, record)] for case in _claims(generator, record)
    ]
    lines = (json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases)
    CORPUS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(cases)} cases\n")


if __name__ == "__main__":
    main()
