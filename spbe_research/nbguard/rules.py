"""All rules that need no kernel, on one notebook."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from spbe_research.nbguard.agreement import disagreements
from spbe_research.nbguard.code import code_violations
from spbe_research.nbguard.facts import Facts, read_facts
from spbe_research.nbguard.form import cell_form, notebook_form, outputs
from spbe_research.nbguard.markup import is_references, markup, sections
from spbe_research.nbguard.prose import numerals
from spbe_research.nbguard.released import Release, differences, read_release
from spbe_research.nbguard.settings import Settings, read_settings
from spbe_research.nbguard.shown import Shown
from spbe_research.nbguard.violation import Violation

__all__ = ["Guard", "guard_of"]

# What a project may ask later of notebooks that it had before.
_OF_WHAT_IS_SAID = {
    "citation", "data", "hidden", "keyword", "label", "lost", "numeral", "opposite", "part",
    "read", "record", "release", "section", "typed", "year",
}  # fmt: skip
_HEADING = re.compile(r"^#{1,6}\s+(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Guard:
    """The rules of one project.

    Parameters
    ----------
    settings : Settings
    facts : Facts
        What prose may say, and which records a notebook must show.
    release : Release, optional
        The newest, with reasons for what changes.
    """

    settings: Settings
    facts: Facts
    release: Release | None

    def of_file(self, path: Path) -> list[Violation]:
        """Name every breach of a rule in a notebook's file."""
        try:
            notebook = nbformat.read(path, as_version=4)
        except (nbformat.ValidationError, ValueError, KeyError, AttributeError, OSError) as error:
            return [Violation("form", "", f"no notebook: {str(error)[:60]}")]
        return self.of(notebook, path.stem)

    def of(self, notebook: NotebookNode, stem: str) -> list[Violation]:
        """Name every breach of a rule; ``stem`` is the name of the file without the ending."""
        found = [*notebook_form(notebook), *sections(notebook.cells, self.settings)]
        shown, number, in_references = Shown(self.settings), 0, False
        for place, cell in enumerate(notebook.cells, start=1):
            number += cell.cell_type == "code"
            where = f"code cell {number}" if cell.cell_type == "code" else f"cell {place}"
            rules = [cell_form(cell, number)]
            if cell.cell_type == "code":
                rules += [code_violations(cell.source), outputs(cell), shown.of(cell)]
            else:
                rules.append(self.of_prose(cell.source, in_references=in_references))
                opened = _HEADING.findall(cell.source)
                in_references = is_references(opened[-1]) if opened else in_references
            found += [each._replace(place=where) for rule in rules for each in rule]
        for name in self.facts.records.get(stem, ()):
            if name not in shown.records:
                text = f"{name} is a record of this notebook, and no cell shows it"
                found.append(Violation("lost", "", text))
        if self.release is not None:
            found += differences(notebook, stem, self.release)
        is_later = stem in self.settings.later
        return [each for each in found if not (is_later and each.rule in _OF_WHAT_IS_SAID)]

    def of_prose(
        self, text: str, *, language: str = "en", in_references: bool = False
    ) -> Iterator[Violation]:
        """Name every breach of a rule in one piece of markdown.

        Parameters
        ----------
        text : str
        language : {"en", "id"}
            English or Indonesian.
        in_references : bool
            Whether it begins inside a list of references.
        """
        yield from markup(text, self.facts)
        if self.facts.numbers is None:
            return
        yield from disagreements(text, self.facts, language=language)
        for part in re.split(r"(?m)^(?=#{1,6}\s)", text):
            heading = _HEADING.match(part)
            in_references = is_references(heading[1]) if heading else in_references
            for fault in numerals(part, self.facts, language=language, is_list=in_references):
                yield Violation("numeral", "", fault)


@lru_cache(maxsize=4)
def guard_of(root: Path) -> Guard:
    """Return the rules of a project, by its folder.

    Raises
    ------
    DataError
        When its settings, or a file that they name, break their form.
    """
    settings = read_settings(root)
    release = read_release(root / settings.releases)
    return Guard(settings, read_facts(settings), release)
