"""The claims of earlier notebooks: all of them, with a fate, in two languages, and a place now."""

from pathlib import Path

import pytest

from spbe_research.errors import DataError
from spbe_research.press import old_claims as module
from spbe_research.press.manifest import read_manifest
from spbe_research.press.old_claims import FATES, old_claims, told_claims

CLAIMS = old_claims()
HEAD = "version,notebook,fate,claim_en,claim_id,reason_en,reason_id,where_now\n"


def test_every_notebook_of_the_first_release_appears_and_no_other() -> None:
    assert {each.version for each in CLAIMS} == {"0.1.0"}
    released = {key[1] for key in read_manifest("0.1.0") if key[0] == "cell"}
    assert len(released) == 16
    assert {each.notebook for each in CLAIMS} == released


def test_no_claim_is_listed_twice() -> None:
    assert len({(each.notebook, each.claim[0]) for each in CLAIMS}) == len(CLAIMS)


def test_indonesian_is_not_a_copy_of_english() -> None:
    assert [each for each in CLAIMS if each.claim[0] == each.claim[1]] == []
    assert [each for each in CLAIMS if each.reason[0] == each.reason[1]] == []


def test_claims_that_the_issue_names_have_their_fate() -> None:
    """Withdrawn in the words of the issue: each is found by a piece of its text."""
    named = {
        "At every quantile cities lie above regencies.": "withdrawn",
        "Inequality falls within each era.": "withdrawn",
        "Neighbours are alike in so far as they share a province.": "withdrawn",
        "Our test agrees with rddensity in 11 of 14 decisions.": "withdrawn",
        "No single indicator carries the step.": "weakened",
        "22 printed figures are misprinted.": "weakened",
        "Management stands apart.": "weakened",
    }
    assert {each.claim[0]: each.fate for each in CLAIMS if each.claim[0] in named} == named


def test_every_claim_is_told_below_its_notebook() -> None:
    text = told_claims()
    assert [each for each in CLAIMS if each.claim[0] not in text] == []
    assert text.count("Claims of ") == 16


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("0.1.0,01-x,lost,a,b,c,d,num-agencies", "row 2, fate: 'lost' must be one of kept"),
        ("0.0.9,01-x,kept,a,b,c,d,num-agencies", "row 2, version: '0.0.9' must be a release"),
        ("0.1.0,01-x,kept,a,b,c,d,num-gone", "row 2, where_now: 'num-gone' must be a record"),
        ("0.1.0,01-x,kept,a,,c,d,num-agencies", "row 2, claim_id: '' must be filled"),
    ],
)
def test_row_that_cannot_be_is_named(
    row: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases" / "claims.csv").write_text(f"{HEAD}{row}\n", encoding="utf-8")
    monkeypatch.setattr(module, "data_folder", lambda: tmp_path)
    with pytest.raises(DataError, match=said.replace("(", r"\(")):
        old_claims()


def test_fates_are_those_of_the_table() -> None:
    assert {each.fate for each in CLAIMS} == set(FATES)
