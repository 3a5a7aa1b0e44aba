"""The country at a glance against the committed tables, counted here in another way."""

import csv
import re
from collections import Counter

import pytest

from spbe_research.locations import data_folder
from spbe_research.site.country import country
from spbe_research.site.front import swarm

NOW = country()


def rows(name: str) -> list[dict[str, str]]:
    with (data_folder() / "tidy" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


PUBLISHED = [row for row in rows("published") if row["year"] == "2024"]
PRINTED = {"Baik", "Sangat Baik", "Memuaskan"}  # the list of 2024 prints a predicate for every body


def test_official_index_and_mean_of_the_list_stand_together() -> None:
    # Table 4 of the report of 2024.
    assert NOW.official == {
        2018: 1.98, 2019: 2.18, 2020: 2.26, 2021: 2.24, 2022: 2.34, 2023: 2.79, 2024: 3.12,
    }  # fmt: skip
    values = [float(row["index_published"]) for row in PUBLISHED]
    assert NOW.listed_mean == pytest.approx(sum(values) / 615)
    assert (NOW.official_predicate, NOW.n_listed) == ("Baik", 615)


def test_targets_are_those_of_their_documents() -> None:
    assert [(each.year, each.value, each.document, each.page) for each in NOW.targets] == [
        (2023, 2.60, "Laporan Pelaksanaan Evaluasi SPBE 2023", "27, 29 (Tabel 4)"),
        (2024, 2.85, "Laporan Pelaksanaan Evaluasi SPBE 2024", "30"),
    ]


def test_counts_of_baik_or_above_follow_from_the_printed_predicates() -> None:
    good = [row for row in PUBLISHED if row["predicate_published"] in PRINTED]
    assert (NOW.good.n, NOW.good.of) == (len(good), len(PUBLISHED)) == (469, 615)
    by_type, of = (Counter(row["agency_type"] for row in each) for each in (good, PUBLISHED))
    for kind, count in NOW.good_by_type.items():
        assert (count.n, count.of) == (by_type[kind], of[kind])


def test_headline_of_the_front_page_holds() -> None:
    # "Three in four ... Baik or above. In Papua, one regency or city in twenty-three."
    assert 0.73 < NOW.good.n / NOW.good.of < 0.77
    papua = NOW.below["Papua"]
    assert (papua.of - papua.n, papua.of) == (1, 23)


def test_java_is_short_of_one_city() -> None:
    java = NOW.below["Jawa"]
    assert (java.n, java.of, java.names) == (1, 113, ("Kota Cilegon",))


def test_moves_stay_within_an_era() -> None:
    assert [(each.first, each.last) for each in NOW.printed] == [
        (2018, 2019), (2019, 2020), (2021, 2022), (2023, 2024),
    ]  # fmt: skip
    first, last = (
        {row["agency_id"]: float(row["index_published"]) for row in rows("published")
         if row["year"] == year}
        for year in ("2023", "2024")
    )  # fmt: skip
    both = first.keys() & last.keys()
    fell = sum(last[each] < first[each] for each in both)
    assert (NOW.printed[-1].down, NOW.printed[-1].of) == (fell, len(both)) == (29, 607)
    assert (NOW.predicates.up, NOW.predicates.down, NOW.predicates.of) == (245, 2, 607)


def test_printed_share_of_regencies_and_cities_is_contradicted_by_its_list() -> None:
    assert (NOW.printed_share, NOW.regions.n, NOW.regions.of) == (42.0, 350, 485)
    assert NOW.n_misprints == 9


def test_chart_of_the_front_page_speaks_both_languages_with_ids_of_its_own() -> None:
    drawn = "".join(swarm("").values())
    assert drawn.count("<svg") == 4
    assert len(set(re.findall(r' id="([^"]+)"', drawn))) == len(re.findall(r' id="', drawn))
    assert "Baik or above" in drawn
    assert "Baik ke atas" in drawn
    # each of the 615 bodies once in each of the four
    assert len(re.findall(r"data-k=", drawn)) == 4 * 615


def test_map_on_a_page_is_one_link_and_holds_no_button() -> None:
    drawn = "".join(swarm("tampil=peta").values())
    assert "Banten" in drawn
    assert 'role="button"' not in drawn
