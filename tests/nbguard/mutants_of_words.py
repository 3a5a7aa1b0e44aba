"""Mutants of READMEs, and of the titles and answers in ``words.toml``."""

import copy
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from readme_rules import GENERATED, faults

from mutants_of_prose import CHANGES, TURNED
from spbe_research.nbguard.released import cover_of
from spbe_research.press.claimed import Claim, claims_made
from spbe_research.press.conditions import condition_violations
from spbe_research.press.covers import hash_of_words
from spbe_research.press.manifest import items_of, paragraph_items
from spbe_research.press.prose import prose_violations
from spbe_research.press.readme import generated_texts
from spbe_research.press.reasons import read_covers
from spbe_research.press.records import load_records
from spbe_research.press.typed import large_numbers
from spbe_research.records import question_words, questions

# The opposite of a word that compares, in a text of either language.
_OPPOSITES = {
    "en": TURNED | {"never": "always", "nothing": "much", "all": "few", "rises": "falls"},
    "id": {
        "lebih": "kurang", "naik": "turun", "turun": "naik", "atas": "bawah", "bawah": "atas",
        "tinggi": "rendah", "rendah": "tinggi", "terbesar": "terkecil", "semua": "sedikit",
        "setiap": "sebagian", "hampir": "jauh dari", "tidak": "sering",
    },
}  # fmt: skip
# What is looked for in a text that is not generated, what it becomes.
_OF_SENTENCES = (
    ("a sentence taken away", r"(?<=[.:] )[A-Z][^.<>`\n|]{30,}\.(?=\s)", ""),
    ("a claim added", r"(?<=[a-z])\. (?=[A-Z])", ". Nothing else decides. "),
    ("a typed whole number", r"(?<=[a-z])\. (?=[A-Z])", ". Of 640 most are meant. "),
    ("a number word", r"(?<=[a-z])\. (?=[A-Z])", ". Eleven are meant, sebelas. "),
)
_TYPED = {
    "en": {"a whole number typed": "in 640 bodies", "a number word": "in eleven bodies"},
    "id": {"a whole number typed": "pada 640 instansi", "a number word": "pada sebelas instansi"},
}
_MOST = 6
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
        yield from _own_text(name, text, language)
    yield from _words()
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
    right_faults = set(faults(text, language))
    for kind, pattern, new, _ in CHANGES:
        if kind not in _OF_READMES or (language == "id" and "comma" in kind):
            continue
        for match in list(re.finditer(pattern, text))[:3]:
            changed = match.expand(new) if isinstance(new, str) else new(match)
            mutant = text[: match.start()] + changed + text[match.end() :]
            found = set(prose_violations(mutant, language=language)) - known
            rules = _own_rules(name, mutant, language, right_faults)
            rules += ("label",) if found else ()
            yield f"README, {kind}", name, f"{match[0][:30]!r}", _with_rows(mutant, right, rules)


def _own_text(name: str, text: str, language: str) -> Iterator[Judged]:
    """What is written by hand in a README: an edit needs a reason, as that of a notebook."""
    turned = rf"(?<![\w<-])(?:{'|'.join(_OPPOSITES[language])})(?![\w-])"
    kinds = [("a word turned into its opposite", turned, ""), *_OF_SENTENCES]
    kinds += [("harmless: wrapped anew", r"(?<=[a-z]) (?=[a-z])", "\n")]
    own = GENERATED.sub(lambda match: " " * len(match[0]), text)
    known = set(faults(text, language))
    for kind, pattern, new in kinds:
        places = [match for match in re.finditer(pattern, own) if _is_text(own, match.start())]
        for match in places[:: max(1, len(places) // _MOST)][:_MOST]:
            changed = new if kind != kinds[0][0] else _OPPOSITES[language][match[0]]
            mutant = text[: match.start()] + changed + text[match.end() :]
            rules = _own_rules(name, mutant, language, known)
            told = kind if kind.startswith("harmless") else f"README, {kind}"
            yield told, name, f"{match[0][:40]!r} to {changed[:20]!r}", rules


def _own_rules(name: str, mutant: str, language: str, known: set[str]) -> tuple[str, ...]:
    """Those of the prose of notebooks; and whether a reason was given for this text."""
    rules = ("rules of prose",) if set(faults(mutant, language)) - known else ()
    parts = [(item.sha256, item.value) for item in paragraph_items(name, mutant)]
    return (*rules, "release") if cover_of(parts) != read_covers("covers").get(name) else rules


def _is_text(text: str, place: int) -> bool:
    """Whether a place lies in a paragraph of prose, outside of code, links and marks."""
    line = text[text.rfind("\n", 0, place) + 1 : place]
    is_inside = line.count("`") % 2 or line.rfind("<!--") > line.rfind("-->")
    fenced = text[:place].count("```") % 2
    return not (
        is_inside or fenced or line.startswith("    ") or line.rfind("](") > line.rfind(")")
    )


def _words() -> Iterator[Judged]:
    """Titles, captions, sentences and answers: words, and numbers typed."""
    for field in ("title", "caption", "sentence", "answer"):
        for language in ("en", "id"):
            turned = rf"(?<![\w{{-])(?:{'|'.join(_OPPOSITES[language])})(?![\w}}-])"
            fitting = [
                (question, name, match)
                for question in questions()
                for name, entry in question_words(question).items()
                if isinstance(entry, dict) and isinstance(entry.get(field), dict)
                for match in list(re.finditer(turned, entry[field].get(language, "")))[:1]
            ]
            for question, name, match in fitting[:: max(1, len(fitting) // 4)][:4]:
                text = match.string
                new = _OPPOSITES[language][match[0]]
                mutant = text[: match.start()] + new + text[match.end() :]
                kind = f"words, {field}: its opposite"
                yield _said_otherwise(kind, question, name, (field, language), mutant)
            for question, name, match in fitting[1 :: max(1, len(fitting) // 2)][:2]:
                for what, number in _TYPED[language].items():
                    mutant = f"{match.string.rstrip('.')}, {number}."
                    kind = f"words, {field}: {what}"
                    yield _said_otherwise(kind, question, name, (field, language), mutant)


def _said_otherwise(
    kind: str, question: str, name: str, where: tuple[str, str], text: str
) -> Judged:
    field, language = where
    words = copy.deepcopy(question_words(question))
    was = words[name][field][language]
    words[name][field][language] = text
    rules = ["release"] if hash_of_words(words) != read_covers("words").get(question) else []
    if set(large_numbers(text, language)) - set(large_numbers(was, language)):
        rules.append("typed")
    claim = next((each for each in claims_made() if each.name in _names(question, name)), None)
    if claim and field in ("title", "answer"):
        place = [tongue for _, tongue in claim.texts].index(language)
        texts = tuple(
            (text, language) if at == place else said for at, said in enumerate(claim.texts)
        )
        mutant = replace(claim, texts=texts)
        if set(condition_violations([mutant])) - set(condition_violations([claim])):
            rules.append("condition")
    return kind, f"{name} ({language})", text[-60:], tuple(rules)


def _names(question: str, name: str) -> tuple[str, ...]:
    return (f"{name}, title", f"{question}, answer" if name == "question" else "")


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
