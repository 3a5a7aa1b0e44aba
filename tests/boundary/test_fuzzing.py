"""Broken files are read or refused in a bounded text; both ways of reading levels agree."""

import re
from pathlib import Path

import pandas as pd
import pytest

from fuzzing import Fuzzed, fuzzed_files, good_files, read_any
from spbe_research import load_instrument
from spbe_research.errors import SpbeError
from spbe_research.ingest import read_levels
from spbe_research.ingest.level_parts import LevelReader

pytestmark = pytest.mark.whole

FILES = list(fuzzed_files(66))
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_broken_file_is_read_or_refused_in_a_bounded_text(tmp_path: Path, file: Fuzzed) -> None:
    path = tmp_path / f"{file.kind}.csv"
    path.write_bytes(file.content)
    told = ""
    try:
        read_any(path, file.kind)
    except SpbeError as error:
        told = str(error)
    assert len(told) < 21_000
    assert not _CONTROL.search(told)
    assert path.read_bytes() == file.content


@pytest.mark.parametrize(
    "file",
    [file for file in fuzzed_files(150, seed=7) if file.kind == "levels"],
    ids=lambda file: file.name,
)
@pytest.mark.parametrize("missing", ["raise", "renormalise"])
def test_blocks_and_rows_give_the_same_levels_or_the_same_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: Fuzzed, missing: str
) -> None:
    path = tmp_path / "levels.csv"
    path.write_bytes(file.content)
    instrument = load_instrument("permen-59-2020")
    outcomes: list[object] = []
    for _ in range(2):
        try:
            outcomes.append(read_levels(path, instrument, missing=missing))
        except SpbeError as error:
            outcomes.append(str(error))
        monkeypatch.setattr(LevelReader, "_at_once", lambda self, line, block: None)
    if isinstance(outcomes[0], str):
        assert outcomes[0] == outcomes[1]
    else:
        pd.testing.assert_frame_equal(outcomes[0], outcomes[1])


@pytest.mark.parametrize("kind", [name for name in good_files() if name.startswith("levels")])
def test_sound_files_of_every_form_hold_the_same_levels(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "levels.csv"
    path.write_bytes(good_files()[kind])
    table = read_levels(path, load_instrument("permen-59-2020"))
    assert table.shape == (8, 47)
    assert table.iloc[0].tolist() == [1 + at % 5 for at in range(47)]
    assert table.index.names == ["agency", "year"]


def test_same_seed_gives_the_same_files() -> None:
    assert list(fuzzed_files(22)) == FILES[:22]
