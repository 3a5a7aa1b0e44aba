"""Mutants of this repository's notebooks, READMEs and words: what the rules catch, and what not.

    make mutants

Each mutant is one change that makes a text or a result say something else, or hides it. Those that
need no kernel are made of the committed notebooks and run through the rules here; the others are
executed by nbval, on a small project. A mutant is caught by a rule when a breach is named that the
original does not have; by ``release`` alone it is known only as another text than the released one.
What survives must be harmless. The notebooks are judged as they are committed, with their reasons
and covers; the data and pictures that they show are taken as released, since an execution compares
those. Every rule is asked of each.
"""

import copy
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from mutants_executed import executed_mutants
from mutants_of_cells import cell_mutants
from mutants_of_prose import prose_mutants
from mutants_of_words import word_mutants
from notebook_rules import style
from spbe_research.nbguard.released import items_of, release_of
from spbe_research.nbguard.rules import Guard, guard_of

ROOT = Path(__file__).resolve().parents[2]
ONLY_TEXT = {"release"}


def main() -> int:
    started = time.monotonic()
    notebooks = {
        path.stem: nbformat.read(path, as_version=4)
        for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
    }
    found = [*_static(notebooks), *word_mutants(ROOT), *executed_mutants()]
    _print(found)
    survivors = [each for each in found if not each[3]]
    print("\nSurvivors:" if survivors else "\nNo survivor.")
    for kind, where, what, _ in survivors:
        print(f"  {kind}: {where}: {what}")
    print(f"\n{len(found)} mutants in {time.monotonic() - started:.0f} s")
    return int(any(not kind.startswith("harmless") for kind, *_ in survivors))


Judged = tuple[str, str, str, tuple[str, ...]]  # kind, where, what, the rules that caught it


def _static(notebooks: dict[str, NotebookNode]) -> Iterator[Judged]:
    guard = _guard(notebooks)
    base = {stem: _breaches(guard, each, stem) for stem, each in notebooks.items()}
    for kind, stem, what, change in [*prose_mutants(notebooks), *cell_mutants(notebooks)]:
        mutant = copy.deepcopy(notebooks[stem])
        change(mutant)
        new = _breaches(guard, mutant, stem) - base[stem]
        yield kind, stem, what, tuple(sorted({rule for rule, _ in new}))


def _guard(notebooks: dict[str, NotebookNode]) -> Guard:
    guard = guard_of(ROOT)
    items = [item for stem, each in notebooks.items() for item in items_of(each, stem)]
    shown = release_of("as it is", (item for item in items if item[0] != "cell"), {})
    reasons = {name: why for name, why in guard.release.reasons.items() if name in notebooks}
    release = replace(guard.release, tables=shown.tables, pictures=shown.pictures, reasons=reasons)
    return replace(guard, settings=replace(guard.settings, later=()), release=release)


def _breaches(guard: Guard, notebook: NotebookNode, stem: str) -> Counter[tuple[str, str]]:
    found = [*style(notebook, stem), *guard.of(notebook, stem)]
    return Counter((each.rule, each.text) for each in found)


def _print(found: Iterable[Judged]) -> None:
    kinds = defaultdict(list)
    for kind, _, _, rules in found:
        kinds[kind].append(rules)
    print(f"{'kind':44} {'all':>4} {'rule':>5} {'text':>5} {'none':>5}  rules")
    total: Counter[str] = Counter()
    for kind, all_rules in kinds.items():
        fates = Counter(map(_fate, all_rules))
        total += fates
        names = Counter(name for rules in all_rules for name in set(rules) - ONLY_TEXT)
        told = ", ".join(f"{name} {n}" for name, n in names.most_common())
        print(_line(kind, fates, told))
    print(_line("all", total, ""))


def _fate(rules: tuple[str, ...]) -> str:
    if set(rules) - ONLY_TEXT:
        return "rule"
    return "text" if rules else "none"


def _line(kind: str, fates: Counter[str], told: str) -> str:
    counts = f"{fates['rule']:5} {fates['text']:5} {fates['none']:5}"
    return f"{kind:44} {fates.total():4} {counts}  {told}"


if __name__ == "__main__":
    sys.exit(main())
