"""Places, counts, percentages and changes: statements whose verdict was found by hand."""

import pytest

from spbe_research.claims.comparing import check_change, check_count, check_place, check_share
from spbe_research.claims.group_words import read_group
from spbe_research.claims.record import Record
from spbe_research.claims.wording import headline, hints
from spbe_research.years import evaluation_years, same_era

RECORD = Record.load()
FOLLOWS = "follows from what is printed"


@pytest.mark.parametrize(
    ("agency_id", "year", "place", "among", "of", "verdict", "frame"),
    [
        # The cases that press and agencies stated, with the right verdict.
        ("prov-76", 2024, 18, "provinsi", 38, FOLLOWS, "provinces in the list of 2024"),
        ("kab-52.07", 2023, 2, "NTB", 0, FOLLOWS, "kabupaten and kota of Nusa Tenggara Barat in"),
        ("kota-71.74", 2021, 2, "Sulut", 0, FOLLOWS, "kabupaten and kota of Sulawesi Utara in"),
        ("kab-73.22", 2022, 1, "Sulsel", 0, FOLLOWS, "kabupaten and kota of Sulawesi Selatan in"),
        ("kab-13.04", 2022, 3, "Sumbar", 0, FOLLOWS, "kabupaten and kota of Sumatera Barat in"),
        ("prov-61", 2022, 2, "provinsi", 0, FOLLOWS, "provinces evaluated in 2022"),
        # And wrong ones beside them.
        ("prov-76", 2024, 17, "provinsi", 0, "contradicted", "provinces in the list of 2024"),
        ("prov-76", 2024, 18, "provinsi", 34, "contradicted", "provinces in the list of 2024"),
        ("prov-61", 2022, 1, "provinsi", 0, "contradicted", "provinces in the list of 2022"),
        ("kab-52.07", 2023, 4, "NTB", 0, "contradicted", "kabupaten and kota of Nusa Tenggara"),
    ],
)
def test_place(
    agency_id: str, year: int, place: int, among: str, of: int, verdict: str, frame: str
) -> None:
    kind, province = read_group(among)
    found = check_place(agency_id, year, place, kind=kind, province=province, of=of, record=RECORD)
    assert found.verdict == verdict
    assert frame in hints(found)[0]


def test_a_place_says_in_which_frame_it_is_right_and_what_it_is_in_the_others() -> None:
    found = check_place("prov-61", 2022, 2, kind="provinsi", record=RECORD)
    assert hints(found) == [
        "Among provinces evaluated in 2022, values carried over left out: place 2 of 31.",
        "Among provinces in the list of 2022: place 3 of 34.",
    ]


def test_a_size_that_is_not_the_frame_is_told() -> None:
    found = check_place("prov-76", 2024, 18, kind="provinsi", of=34, record=RECORD)
    assert "There are 38 bodies in this frame, not 34." in hints(found)


def test_bodies_of_equal_index_share_their_places() -> None:
    """Four kota have 4.32 or more and three of them 4.32 in 2024: places 4 to 6."""
    verdicts = {
        place: check_place("kota-15.71", 2024, place, kind="kota", record=RECORD).verdict
        for place in (3, 4, 5, 6, 7)
    }
    assert [place for place, verdict in verdicts.items() if verdict == FOLLOWS] == [4, 5, 6]


def test_the_lowest_is_the_first_from_the_bottom() -> None:
    lowest = min(RECORD.lists[2024], key=lambda row: row["index_published"])
    found = check_place(lowest["agency_id"], 2024, 1, kind="all", from_bottom=True, record=RECORD)
    assert found.verdict == FOLLOWS
    assert hints(found)[0].startswith("Counted from the bottom, among all bodies")


def test_a_place_in_a_year_without_a_value_is_not_held() -> None:
    found = check_place("kota-36.72", 2025, 1, kind="kota", record=RECORD)
    assert found.verdict == "not held here"
    assert "is published for 2018-2024" in hints(found)[0]


def test_fourteen_of_fifteen_are_baik_or_above_and_thirteen_exactly_baik() -> None:
    found = check_count(2024, "Baik", 14, province="Kalimantan Tengah", of=15, record=RECORD)
    assert found.verdict == FOLLOWS
    assert headline(found, language="id") == (
        "Pemerintah daerah di Kalimantan Tengah dalam daftar 2024, jumlah instansi berpredikat "
        "Baik ke atas pada 2024: 14 sesuai dengan hasil hitung dari data resmi."
    )
    assert "13 of 15 of predicate Baik (86.67 %)" in " ".join(hints(found))
    exactly = check_count(
        2024, "Baik", 13, how="exactly", province="Kalimantan Tengah", of=15, record=RECORD
    )
    assert exactly.verdict == FOLLOWS
    wrong = check_count(2024, "Baik", 12, province="Kalimantan Tengah", of=15, record=RECORD)
    assert wrong.verdict == "contradicted"


@pytest.mark.whole
@pytest.mark.parametrize(
    ("year", "predicate", "count", "kind", "verdict"),
    [
        (2023, "Memuaskan", 24, "all", FOLLOWS),
        (2023, "Memuaskan", 25, "all", "contradicted"),
        (2024, "Memuaskan", 48, "all", FOLLOWS),
        (2021, "Sangat Baik", 9, "all", FOLLOWS),
        (2025, "Memuaskan", 48, "all", "not held here"),
    ],
)
def test_count(year: int, predicate: str, count: int, kind: str, verdict: str) -> None:
    assert check_count(year, predicate, count, kind=kind, record=RECORD).verdict == verdict


def test_a_count_that_depends_on_an_edge_is_not_decided() -> None:
    """Bodies that stand at 2.60 when rounded may be Cukup or Baik."""
    cents = [round(100 * row["index_published"]) for row in RECORD.lists[2021]]
    certain = sum(value > 260 for value in cents)
    most = certain + sum(value == 260 for value in cents)
    assert certain < most
    count = check_count(2021, "Baik", most, how="at_least", record=RECORD)
    assert count.verdict == "not held here"
    assert "at the edge of a band" in hints(count)[0]
    above = check_count(2021, "Baik", most + 1, how="at_least", record=RECORD)
    assert above.verdict == "contradicted"


@pytest.mark.parametrize(
    ("stated", "how", "kind", "verdict"),
    [
        ("72", "at_least", "kabkota", FOLLOWS),  # 350 of 485
        ("72.2", "at_least", "kabkota", FOLLOWS),
        ("42", "at_least", "kabkota", "contradicted"),  # what the report says
        ("84", "at_least", "provinsi", FOLLOWS),  # 32 of 38 are 84.2 percent
        ("28", "below", "kabkota", FOLLOWS),
    ],
)
def test_share(stated: str, how: str, kind: str, verdict: str) -> None:
    found = check_share(2024, "Baik", stated, how=how, kind=kind, record=RECORD)
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("agency_id", "first", "last", "stated", "is_fall", "verdict"),
    [
        ("kota-35.79", 2023, 2024, "0,12", False, "contradicted"),
        ("kota-35.79", 2023, 2024, "0,22", False, FOLLOWS),
        ("kota-35.79", 2023, 2024, "0,22", True, "contradicted"),
        ("kota-35.79", 2022, 2024, "0,22", False, "not comparable"),
        ("", 2023, 2024, "0,33", False, FOLLOWS),  # 2.79 and 3.12
        ("", 2018, 2024, "1,14", False, "not comparable"),
        ("kota-35.79", 2024, 2025, "0,22", False, "not held here"),
        ("pusat-lembaga-ilmu-pengetahuan-indonesia", 2023, 2024, "0,1", False, "not held here"),
    ],
)
def test_change(
    agency_id: str, first: int, last: int, stated: str, is_fall: bool, verdict: str
) -> None:
    found = check_change(agency_id, first, last, stated, is_fall=is_fall, record=RECORD)
    assert found.verdict == verdict


def test_no_difference_is_told_across_eras() -> None:
    """Of the 21 pairs of years only those within an era get a number."""
    years = evaluation_years()
    for first in years:
        for last in years:
            if first >= last:
                continue
            found = check_change("kota-36.72", first, last, "0,01", record=RECORD)
            assert (found.verdict == "not comparable") != same_era(first, last)
            assert bool(found.published) == same_era(first, last)
            if not same_era(first, last):
                assert (
                    "the place among bodies of the same type can be compared" in (hints(found)[0])
                )


@pytest.mark.parametrize(
    ("text", "kind", "province"),
    [
        ("provinsi", "provinsi", ""),
        ("kabupaten/kota se-Banten", "kabkota", "Banten"),
        ("kota di Provinsi Jawa Barat", "kota", "Jawa Barat"),
        ("Sulut", "", "Sulawesi Utara"),
        ("kementerian", "kementerian", ""),
        ("pemerintah daerah", "local", ""),
        ("nasional", "all", ""),
        ("", "", ""),
    ],
)
def test_words_for_a_group_are_read(text: str, kind: str, province: str) -> None:
    assert read_group(text) == (kind, province)
