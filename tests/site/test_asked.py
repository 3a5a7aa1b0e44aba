"""What people ask for is answered once each, in both languages; one search finds it."""

import json
import re

import pytest

from spbe_research.errors import DataError
from spbe_research.site import asked
from spbe_research.site.agencies import agency_pages
from spbe_research.site.asked import TOPICS_ASKED, asked_numbers
from spbe_research.site.country import country
from spbe_research.site.places import places_script
from spbe_research.site.provinces import province_pages

ASKED = {each.id: each for each in asked_numbers()}


def test_national_index_mean_of_the_list_and_target_are_answered_together() -> None:
    # Report of 2024: Table 4 and p. 30; the list of 615 bodies has the mean 3.169.
    english, indonesian = ASKED["indeks-nasional"].answer
    assert english.startswith("3.12, predicate Baik (official). The mean of the 615 bodies")
    assert "3,12" in indonesian
    assert "3,17" in indonesian
    assert ASKED["target"].answer[1].startswith("2,85 untuk indeks nasional 2024 (Laporan Pel")


def test_share_by_type_is_a_count_with_its_base() -> None:
    assert ASKED["provinsi"].answer == ("32 of 38 (84%).", "32 dari 38 (84\u00a0%).")
    assert ASKED["kementerian"].answer[0] == "Ministries 34 of 34 (100%), agencies 53 of 58 (91%)."


def test_every_question_is_asked_once_and_answered_with_a_number() -> None:
    assert len({each.question for each in ASKED.values()}) == len(asked_numbers())
    assert {each.topic for each in ASKED.values()} == set(TOPICS_ASKED)
    for each in ASKED.values():
        for text in each.answer:
            assert re.search(r"\d", text), each.id
            assert not re.search(r"[{\[]", text)


def test_unknown_number_of_an_answer_is_refused() -> None:
    with pytest.raises(DataError, match="there is no number num-moon"):
        asked._filled("{num-moon}", "en", country())
    with pytest.raises(DataError, match=r"there is no fact \['moon'\]"):
        asked._filled("[moon]", "en", country())


@pytest.fixture(scope="module")
def places() -> dict:
    text = places_script(province_pages(agency_pages()))
    return json.loads(text.removeprefix("window.SPBE_PLACES=").removesuffix(";\n"))


@pytest.mark.whole
def test_search_holds_provinces_questions_numbers_and_figures(places: dict) -> None:
    rows = {row[1]: row for row in places["rows"]}
    assert places["kinds"][rows["province/banten.html"][0]] == [
        "province, all its bodies",
        "provinsi, semua instansinya",
    ]
    assert "pemda" in rows["province/banten.html"][4].split()
    assert rows["numbers.html#indeks-nasional"][3] == "Berapa indeks SPBE nasional 2024?"
    assert "notebook/06-may-a-score-fall.html" in rows
    assert "figure/fig-printed-changes.html" in rows
    assert rows["source/menpanrb-2024-report.html"][3] == "Laporan Pelaksanaan Evaluasi SPBE 2024"
    assert "explore.html?tampil=perubahan" in rows
    assert len([row for row in places["rows"] if row[0] == 0]) == 38
