"""A house of one question, for tests of what is published: a figure, a table, a family of numbers.

Its raw, reference and tidy data are the real ones; words, results, notebook and releases are its
own, below a temporary folder.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure

import spbe_research
from spbe_research import locations, records
from spbe_research.drawing.style import canvas, finish
from spbe_research.locations import project_folder
from spbe_research.panel.loaders import TIDY_HASH, tidy_hash
from spbe_research.press import crate, mentions, numbers, translation
from spbe_research.press import records as said
from spbe_research.press.releases import Release, release
from spbe_research.press.results import compute_results
from spbe_research.records import Computation, Units

REAL = project_folder()
WORDS = """\
[question]
notebook = "01-how-big"
topic = "data"
title.en = "How big?"
title.id = "Seberapa besar?"
answer.en = "The mean is {num-mean-2024}."
answer.id = "Reratanya {num-mean-2024}."

[fig-mean]
title.en = "The mean by year"
title.id = "Rerata per tahun"
caption.en = "Mean of the moons."
caption.id = "Rerata bulan."
not_shown.en = "Nothing of causes."
not_shown.id = "Tidak tentang sebab."
alt.en = "A line."
alt.id = "Sebuah garis."
sentence.en = "The mean was {num-mean-2024}."
sentence.id = "Reratanya {num-mean-2024}."

[tab-mean]
title.en = "Means"
title.id = "Rerata"
caption.en = "All means."
caption.id = "Semua rerata."
not_shown.en = "Nothing of causes."
not_shown.id = "Tidak tentang sebab."
sentence.en = "The mean was {num-mean-2024}."
sentence.id = "Reratanya {num-mean-2024}."

["num-mean-{year}"]
table = "tab-mean"
text = "{:.2f}"
unit = "moons"
name.en = "mean number of moons"
name.id = "rerata jumlah bulan"
sentence.en = "In {year} the mean was {value} ({low} to {high})."
sentence.id = "Pada {year} reratanya {value} ({low} sampai {high})."

[labels]
"moons" = "bulan"
"""
CELLS = (
    ("markdown", "# How big?\n\n**In brief.** It is 0.25<!--num-mean-2024-->."),
    ("code", 'show("fig-mean", table)'),
    ("markdown", "In 2023 it was 0.50<!--num-mean-2023--> (0.10<!--num-mean-2023:low-->)."),
    ("code", "check_prose()"),
)
README = "| [01 How big?](notebooks/01-how-big.ipynb) | It is 0.25<!--num-mean-2024-->. |\n"


@dataclass
class House:
    """The small house; ``computed`` counts how often each table was asked for."""

    cells = CELLS
    root: Path
    set_version: Callable[[str], None]
    table: pd.DataFrame
    computed: dict[str, int] = field(default_factory=dict)

    @property
    def words(self) -> Path:
        return self.root / "spbe_research" / "questions" / "how_big" / "words.toml"

    @property
    def releases(self) -> Path:
        return self.root / "data" / "releases"

    def say(self, old: str, new: str) -> None:
        """Change its words."""
        text = self.words.read_text(encoding="utf-8")
        assert text.count(old) == 1, old
        self.words.write_text(text.replace(old, new), encoding="utf-8")
        forget()

    def write_cells(self, cells: tuple[tuple[str, str], ...]) -> None:
        """Write its notebook."""
        stated = [
            {"cell_type": kind, "metadata": {}, "source": text.splitlines(keepends=True)}
            for kind, text in cells
        ]
        path = self.root / "notebooks" / "01-how-big.ipynb"
        path.write_text(json.dumps({"cells": stated}), encoding="utf-8")
        forget()

    def build(self) -> None:
        """Write its results."""
        forget()
        for name, content in compute_results().items():
            path = self.root / "data" / "results" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        made_from = self.root / "data" / "results" / TIDY_HASH
        made_from.write_text(tidy_hash(self.root / "data" / "tidy"), encoding="utf-8")
        forget()

    def release(self, version: str, day: str = "2027-01-01") -> Release:
        """Make a release of the package in that version."""
        self.set_version(version)
        return release(version, on=date.fromisoformat(day))

    def compute(self, name: str) -> pd.DataFrame:
        self.computed[name] = self.computed.get(name, 0) + 1
        return self.table.copy()


def forget() -> None:
    """Forget the words and records that were read."""
    for read in (
        records.questions,
        records.question_words,
        numbers.families,
        said.load_questions,
        said.load_records,
        translation._words,
        translation._found,
        crate._recorded,
    ):
        read.cache_clear()


def draw(table: pd.DataFrame, *, title: str, footer: str) -> Figure:
    with canvas(2) as figure:
        axes = figure.subplots()
        axes.plot(table["year"], table["estimate"])
        axes.set(ylabel="moons", xticks=[])
        return finish(figure, title=title, footer=footer)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    table = pd.DataFrame(
        {"year": [2023, 2024], "estimate": [0.5, 0.25], "low": 0.1, "high": 0.9, "n": [3, 4]}
    )
    small = House(
        tmp_path, lambda text: monkeypatch.setattr(spbe_research, "__version__", text), table
    )
    for name in ("raw", "reference", "tidy"):
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "data" / name).symlink_to(REAL / "data" / name)
    for name in ("CITATION.cff", "LICENSE", "LICENSE-DATA.md"):
        (tmp_path / name).symlink_to(REAL / name)
    for name in ("README.md", "README.id.md"):
        (tmp_path / name).write_text(README, encoding="utf-8")
    for folder in (small.words.parent, small.releases, tmp_path / "notebooks"):
        folder.mkdir(parents=True)
    monkeypatch.setattr(locations, "_PACKAGE", tmp_path / "spbe_research")
    monkeypatch.setattr(records, "_FOLDER", small.words.parents[1])
    monkeypatch.setattr(mentions, "_SITE", tmp_path)
    monkeypatch.delenv("SPBE_RESEARCH_DATA", raising=False)
    units = Units(
        "agency-years",
        lambda: pd.DataFrame({"agency_id": [*"abc", *"abcd"], "year": [2023] * 3 + [2024] * 4}),
    )
    for name, drawn in (("fig-mean", draw), ("tab-mean", None)):
        declared = Computation(name, "how_big", lambda name=name: small.compute(name), units, drawn)
        monkeypatch.setitem(records._DECLARED, name, declared)
    small.words.write_text(WORDS, encoding="utf-8")
    small.write_cells(CELLS)
    small.build()
    yield small
    forget()
