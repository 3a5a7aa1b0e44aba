"""One bibliography: what notebooks and words cite stands in it, and its page says what it holds."""

import csv
import json
import re

import pandas as pd
import pytest

from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.press import literature as module
from spbe_research.press.literature import citation_violations, literature, research_page
from spbe_research.records import question_words, questions

ROOT = project_folder()
NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
PAGES = {"en": "docs/earlier-research.md", "id": "docs/earlier-research.id.md"}


def rows() -> list[dict[str, str]]:
    with (ROOT / "data/reference/literature.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def prose(name: str) -> str:
    cells = json.loads((ROOT / "notebooks" / name).read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_cites_only_what_the_bibliography_has(name: str) -> None:
    """When this fails: cite by key, or add the work to literature.csv with where it was seen."""
    assert citation_violations(prose(name)) == []


@pytest.mark.parametrize("question", questions())
def test_words_cite_only_what_the_bibliography_has(question: str) -> None:
    words = json.dumps(question_words(question), ensure_ascii=False)
    assert citation_violations(words) == []


def test_keys_are_found_in_every_notation() -> None:
    text = "[@dee2019; @moon1969] and [see @nobody], not a@b.org nor [mail](x@y.org)."
    assert citation_violations(text) == [
        "@moon1969: is no key of literature.csv",
        "@nobody: is no key of literature.csv",
    ]


def test_dois_are_found_in_every_notation() -> None:
    known = "doi:10.1257/app.20170520; (https://doi.org/10.1016/0149-7189(79)90048-X)."
    assert citation_violations(known) == []
    assert citation_violations("https://doi.org/10.5281/zenodo.4428102") == []  # source of data
    assert citation_violations("[x](https://doi.org/10.1000/182), 10.1000/(SICI)1.") == [
        "10.1000/182: is no DOI of the bibliography",
        "10.1000/(SICI)1: is no DOI of the bibliography",
    ]


@pytest.mark.parametrize(("language", "path"), PAGES.items())
def test_page_is_the_one_the_bibliography_gives(language: str, path: str) -> None:
    """When this fails: spbe-research readme."""
    assert (ROOT / path).read_text(encoding="utf-8") == research_page(language)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "what_it_shows"), ("id", "what_it_shows_id")]
)
def test_page_holds_every_work_once_with_its_words(language: str, said: str) -> None:
    lines = [line for line in research_page(language).splitlines() if line.startswith("- `")]
    by_key = {re.match(r"- `(\w+)`", line)[1]: line for line in lines}
    assert len(lines) == len(by_key) == len(rows())
    for row in rows():
        for part in (row["title"], row["doi"] or row["address"], row[said]):
            assert part in by_key[row["key"]]


def test_no_word_is_left_untranslated() -> None:
    for row in rows():
        assert row["what_it_shows_id"] not in ("", row["what_it_shows"])
        numbers = (
            re.findall(r"\d+", row[column].replace(".", ",").rstrip(","))
            for column in ("what_it_shows", "what_it_shows_id")
        )
        english, indonesian = (sorted(each) for each in numbers)
        assert english == indonesian, row["key"]


def test_readmes_link_to_the_page_of_their_language() -> None:
    for name, path in (("README.md", PAGES["en"]), ("README.id.md", PAGES["id"])):
        assert f"]({path})" in (ROOT / name).read_text(encoding="utf-8")


def test_faulty_works_are_named_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    good = rows()[0]
    wrong = [
        {**good, "key": "Dee 2019"},
        {**good, "kind": "rumour", "doi": "doi.org/x"},
        {**good, "key": "silent", "what_it_shows_id": ""},
        good,
    ]
    monkeypatch.setattr(module, "load_reference", lambda name: pd.DataFrame(wrong))
    with pytest.raises(DataError, match="5 violations") as raised:
        literature.__wrapped__()
    for part in ("small letters", "'rumour'", "'doi.org/x'", "both languages", "used twice"):
        assert part in str(raised.value)
