"""Which results a build computes again, and in which process."""

from collections.abc import Callable
from pathlib import Path

import pytest
from panel.copies import copy_data

from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.panel.closure import closure
from spbe_research.panel.raw import file_hash
from spbe_research.press import recompute
from spbe_research.press.recompute import compute_staged, stale_questions
from spbe_research.press.results import tabled
from spbe_research.records import questions

QUICK = "what_is_in_the_data"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder whose results nobody vouches for yet."""
    monkeypatch.setattr(recompute, "_stamp_file", lambda: tmp_path / "build" / "results.json")
    return copy_data(tmp_path / "data")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The questions that were to be computed, call by call; the results stay as they are."""
    calls: list[list[str]] = []

    def record(
        staged: Path, wanted: list[str], progress: Callable[[str], None]
    ) -> dict[str, bytes]:
        calls.append(wanted)
        return {}

    monkeypatch.setattr(recompute, "_in_own_process", record)
    return calls


def test_everything_is_computed_once_and_then_nothing(data, asked):
    assert set(stale_questions(data)) == set(questions())
    compute_staged(data)
    compute_staged(data)
    assert asked == [list(questions())]
    assert stale_questions(data) == ()


def test_one_question_is_computed_though_nothing_changed(data, asked):
    compute_staged(data)
    compute_staged(data, only=[QUICK])
    assert asked[1:] == [[QUICK]]


def test_only_leaves_the_others_stale(data, asked):
    compute_staged(data, only=[QUICK])
    assert set(stale_questions(data)) == set(questions()) - {QUICK}


def test_a_changed_module_makes_those_stale_that_rest_on_it(data, asked, monkeypatch):
    compute_staged(data)
    changed = project_folder() / "spbe_research" / "methods" / "inequality.py"
    monkeypatch.setattr(
        recompute, "file_hash", lambda path: "new" if path == changed else file_hash(path)
    )
    stale = set(stale_questions(data))
    tables = {name: f"spbe_research.questions.{name}.tables" for name in questions()}
    rest_on_it = {
        name
        for name in questions()
        if "spbe_research.methods.inequality" in closure([tables[name]])
    }
    assert rest_on_it <= stale
    assert "how_unequal_and_where" in rest_on_it
    assert QUICK not in stale


def test_a_question_rests_on_the_tables_it_takes_from_another(data, asked, monkeypatch):
    compute_staged(data)
    taken = project_folder() / "spbe_research/questions/what_does_the_index_measure/reliability.py"
    monkeypatch.setattr(
        recompute, "file_hash", lambda path: "new" if path == taken else file_hash(path)
    )
    stale = set(stale_questions(data))
    assert {"what_does_the_index_measure", "who_moves"} <= stale
    assert QUICK not in stale


def test_a_changed_table_makes_all_stale(data, asked):
    compute_staged(data)
    with (data / "reference" / "designs.csv").open("a") as file:
        file.write("new,drawn,2024,A test.\n")
    assert set(stale_questions(data)) == set(questions())


def test_a_result_that_was_edited_is_computed_again(data, asked):
    compute_staged(data)
    path = data / "results" / QUICK / f"{tabled(QUICK)[0]}.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    assert stale_questions(data) == (QUICK,)


def test_a_result_without_a_record_goes(data, asked):
    compute_staged(data)
    (data / "results" / QUICK / "fig-moon.csv").write_text("a\n")
    (data / "results" / "gossip").mkdir()
    (data / "results" / "gossip" / "fig-a.csv").write_text("a\n")
    files = compute_staged(data)
    assert not [path for path in files if "moon" in path or "gossip" in path]


def test_an_unknown_question_is_refused(data):
    with pytest.raises(DataError, match="Invalid questions .'gossip'"):
        compute_staged(data, only=["gossip"])


def test_computed_files_are_the_committed_ones(data):
    steps: list[str] = []
    files = compute_staged(data, only=[QUICK], progress=steps.append)
    own = [path for path in files if path.startswith(QUICK)]
    assert own
    for path in own:
        assert files[path] == (data / "results" / path).read_bytes()
    assert steps[: len(own)] == [Path(path).stem for path in own]


def test_an_error_of_the_other_process_is_told(data):
    (data / "tidy" / "published.csv").write_text("agency_id\n")
    with pytest.raises(DataError, match="published.csv: it is not the one the build wrote"):
        compute_staged(data, only=[QUICK])
