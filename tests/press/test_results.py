"""All results are what the data give now; building one question leaves the others."""

import pytest

from spbe_research import records as declared
from spbe_research.errors import DataError
from spbe_research.press.committed import results_folder
from spbe_research.press.footers import footer_violations
from spbe_research.press.results import check_results, compute_results, tabled
from spbe_research.records import question_words, questions

EVERY_RECORD = [name for question in questions() for name in tabled(question)]


def test_committed_results_are_what_the_data_give_now() -> None:
    assert check_results() == len(EVERY_RECORD) + 2  # numbers.csv and footers.csv


@pytest.mark.parametrize("name", EVERY_RECORD)
def test_every_record_counts_what_its_footer_says(name: str) -> None:
    assert footer_violations(name) == []


def test_building_one_question_leaves_the_others_as_committed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen = "how_an_index_is_made"
    whole = {path.name: path.read_bytes() for path in results_folder().glob("*.csv")}
    monkeypatch.setattr(declared, "_DECLARED", dict(declared._DECLARED))
    for name in list(declared._DECLARED):
        if declared._DECLARED[name].question not in (chosen, ""):
            del declared._DECLARED[name]
    part = compute_results([chosen])
    assert {name for name in part if "/" in name} == {
        f"{chosen}/{name}.csv" for name in question_words(chosen) if name.startswith(("fig", "tab"))
    }
    assert {name: part[name] for name in whole} == whole
    with pytest.raises(DataError, match=r"Invalid questions \['moon'\]"):
        compute_results(["moon"])
