"""Mutants of READMEs, and of the titles and answers in ``words.toml``."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from mutants_of_prose import CHANGES
from spbe_research.press.claimed import Claim, claims_made
from spbe_research.press.conditions import condition_violations
from spbe_research.press.manifest import items_of
from spbe_research.press.prose import prose_violations
from spbe_research.press.readme import generated_texts
from spbe_research.press.records import load_records

Judged = tuple[str, str, str, tuple[str, ...]]
_GENERATED = re.compile(r"<!--questions-->.*?<!--/questions-->", re.DOTALL)
_OF_READMES = ("number: another digit", "number: decimal comma", "number: its id taken away")
_ADDED = {
    "a lead": "Java and Bali lead everywhere.",
    "a fall": "Inequality falls in every era.",
    "a superlative": "The largest gap is that of the regencies.",
}


def word_mutants(root: Path) -> Iterator[Judged]:
    """Judge each by the check that `make test` runs on it."""
    readmes = {"README.md": "en", "README.id.md": "id"}
    right = {
        name: _GENERATED.search(text)[0]
        for name, text in generated_texts().items()
        if name in readmes
    }
    for name, language in readmes.items():
        text = (root / name).read_text("utf-8")
        yield from _numbers(name, text, language, right[name])
        yield from _rows(name, text, right[name])
    made = claims_made()
    titles = [each for each in made if each.table.startswith("tab-")]
    for place, (what, sentence) in enumerate(_ADDED.items()):
        for claim in (titles[place], titles[-1 - place]):
            yield _title(claim, what, sentence)
    stated = [each for each in made if any("compares_nothing" not in one for one in each.holds)]
    for claim in stated[:: max(1, len(stated) // 8)][:8]:
        turned = tuple(_turned(condition) for condition in claim.holds)
        if turned != claim.holds:
            yield _claim("title: its condition turned", claim, "", replace(claim, holds=turned))


def _numbers(name: str, text: str, language: str, right: str) -> Iterator[Judged]:
    known = set(prose_violations(text, language=language))
    for kind, pattern, new, _ in CHANGES:
        if kind not in _OF_READMES or (language == "id" and "comma" in kind):
            continue
        for match in list(re.finditer(pattern, text))[:3]:
            changed = match.expand(new) if isinstance(new, str) else new(match)
            mutant = text[: match.start()] + changed + text[match.end() :]
            found = set(prose_violations(mutant, language=language)) - known
            rules = ("label",) if found else ()
            yield f"README, {kind}", name, f"{match[0][:30]!r}", _with_rows(mutant, right, rules)


def _with_rows(mutant: str, right: str, rules: tuple[str, ...]) -> tuple[str, ...]:
    """The rows of questions are compared with the words that they are written from."""
    return rules if right in mutant else (*rules, "written from words")


def _rows(name: str, text: str, right: str) -> Iterator[Judged]:
    block = _GENERATED.search(text)
    rows = re.findall(r"(?m)^\| \[\d\d .*\n", block[0])
    for what, old, new in (
        ("a row taken away", rows[0], ""),
        ("two rows in another order", rows[0] + rows[1], rows[1] + rows[0]),
        ("an answer without its last words", rows[2], rows[2][:-20] + " |\n"),
    ):
        mutant = text.replace(old, new, 1)
        yield "README: its table of questions", name, what, _with_rows(mutant, right, ())


def _claim(kind: str, claim: Claim, what: str, mutant: Claim) -> Judged:
    new = set(condition_violations([mutant])) - set(condition_violations([claim]))
    return kind, claim.name, what or str(mutant.holds)[:60], ("condition",) if new else ()


def _title(claim: Claim, what: str, sentence: str) -> Judged:
    """A title followed by a sentence that compares; what a release holds of it changes too."""
    title = f"{claim.said.rstrip('.')}. {sentence}"
    mutant = replace(claim, texts=((title, "en"), *claim.texts[1:]))
    kind, where, _, rules = _claim("title: a claim added", claim, what, mutant)
    record = load_records()[claim.table]
    differs = set(items_of(replace(record, title_en=title))) - set(items_of(record))
    return kind, where, what, (*rules, *(["release"] if differs else []))


def _turned(condition: dict) -> dict:
    """The condition that holds where this one does not."""
    match condition:
        case {"above": [one, other]}:
            return condition | {"above": [other, one]}
        case {"leads": names}:
            return {
                **{key: value for key, value in condition.items() if key != "leads"},
                "trails": names,
            }
        case {"falls": column}:
            return {
                **{key: value for key, value in condition.items() if key != "falls"},
                "rises": column,
            }
        case {"rises": column}:
            return {
                **{key: value for key, value in condition.items() if key != "rises"},
                "falls": column,
            }
        case {"every": test}:
            return condition | {"every": f"not ({test})"}
    return condition
