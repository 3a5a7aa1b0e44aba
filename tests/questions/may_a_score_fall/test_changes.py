import csv
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest

from spbe_research.locations import data_folder
from spbe_research.panel.loaders import load_agencies, load_exact_scores, load_published
from spbe_research.questions.may_a_score_fall.changes import printed_changes, tabulate_falls

NO_EXACT = pd.DataFrame({"agency_id": [], "year": [], "index_exact": [], "fits": []})


def listed(rows):
    """Rows of agency, year, index and status, in the form of the loaders."""
    table = pd.DataFrame(rows, columns=["agency_id", "year", "index_published", "status"])
    return table.assign(edition="permen-59-2020", agency_type="kota", predicate_published=None)


def islands(published):
    return pd.DataFrame({"agency_id": published["agency_id"].unique(), "island": "Jawa"})


@pytest.fixture(scope="module")
def changes():
    return printed_changes(load_published(), load_agencies(), load_exact_scores())


def test_a_fall_is_a_fall_of_the_rounded_number():
    # 2.5951 prints 2.60 and 2.5949 prints 2.59; 2.3049 and 2.2951 both print 2.30
    published = listed(
        [
            ("a", 2021, 2.5951, "evaluated"),
            ("a", 2022, 2.5949, "evaluated"),
            ("b", 2021, 2.3049, "evaluated"),
            ("b", 2022, 2.2951, "evaluated"),
        ]
    )
    table = printed_changes(published, islands(published), NO_EXACT)
    assert table["change"].tolist() == [-1, 0]
    assert table[["predicate_start", "predicate_end"]].to_numpy().tolist() == [[2, 1], [1, 1]]


def test_the_end_must_be_new_and_the_start_may_be_repeated():
    published = listed(
        [
            ("a", 2021, 2.0, "evaluated"),
            ("a", 2022, 2.0, "carried_over"),
            ("a", 2023, 2.1, "evaluated"),
        ]
    )
    table = printed_changes(published, islands(published), NO_EXACT)
    assert table[["start", "end", "status_start"]].to_numpy().tolist() == [
        [2022, 2023, "carried_over"]
    ]


def test_an_end_that_no_levels_give_is_left_out_of_the_counts():
    published = listed([("a", 2022, 3.0, "evaluated"), ("a", 2023, 1.05, "evaluated")])
    unfit = pd.DataFrame(
        {"agency_id": ["a"], "year": [2023], "index_exact": [float("nan")], "fits": [False]}
    )
    changes = printed_changes(published, islands(published), unfit)
    row = tabulate_falls(changes, duty_year=0).iloc[0]
    assert (row["n"], row["n_fell"], row["n_impossible"]) == (0, 0, 1)


def test_windows_are_closed_below_and_open_above():
    starts = [2.5] * 6
    ends = [2.39, 2.40, 2.49, 2.50, 2.59, 2.60]  # -0.11, -0.10, -0.01, 0, +0.09, +0.10
    rows = [(str(i), 2021, start, "evaluated") for i, start in enumerate(starts)]
    rows += [(str(i), 2022, end, "evaluated") for i, end in enumerate(ends)]
    published = listed(rows)
    row = tabulate_falls(printed_changes(published, islands(published), NO_EXACT), duty_year=0)
    row = row.iloc[0]
    assert row[["n_fell", "n_same", "n_just_below", "n_just_above", "n_small_rise"]].tolist() == [
        3,
        1,
        2,
        2,
        2,
    ]


def test_duty_is_told_by_the_first_index():
    rows = [("a", 2021, 2.595, "evaluated"), ("b", 2021, 2.5949, "evaluated")]
    rows += [(name, 2022, 2.0, "evaluated") for name in "ab"]
    published = listed(rows)
    table = tabulate_falls(
        printed_changes(published, islands(published), NO_EXACT), duty_year=2022
    ).query("group_by == 'duty'")
    assert dict(zip(table["group"], table["n"], strict=True)) == {"obliged": 1, "on request": 1}


def test_falls_agree_with_a_count_in_decimals_from_the_file(changes):
    printed, new, wrong = {}, set(), set()
    folder = data_folder() / "tidy"
    with (folder / "published.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = row["agency_id"], int(row["year"])
            cents = Decimal(row["index_published"]).quantize(Decimal("0.01"), ROUND_HALF_UP)
            printed[key] = int(cents * 100)
            if row["status"] == "evaluated":
                new.add(key)
    with (folder / "exact_scores.csv").open(encoding="utf-8") as file:
        wrong = {
            (row["agency_id"], int(row["year"]))
            for row in csv.DictReader(file)
            if row["fits"] == "false"
        }
    counts = defaultdict(lambda: [0, 0, 0, 0])
    for agency, year in new - wrong:
        if (agency, year - 1) in printed:
            change = printed[agency, year] - printed[agency, year - 1]
            seen = counts[year]
            seen[0] += 1
            seen[1] += change < 0
            seen[2] += -10 <= change < 0
            seen[3] += 0 <= change < 10
    table = tabulate_falls(changes, duty_year=2022).query("group_by == 'all'").set_index("end")
    columns = ["n", "n_fell", "n_just_below", "n_just_above"]
    assert {year: table.loc[year, columns].tolist() for year in table.index} == dict(counts)
    # as the issue states them, from another computation
    assert counts[2022] == [451, 134, 45, 47]
    assert counts[2023] == [603, 0, 0, 110]
    assert counts[2024] == [607, 29, 5, 110]


def test_no_type_and_no_island_fell_in_2023(changes):
    table = tabulate_falls(changes, duty_year=2022).query("end == 2023")
    assert set(table["group_by"]) == {"all", "agency_type", "island"}
    assert (table["n_fell"] == 0).all()
    assert table.loc[table["group_by"] == "island", "n"].sum() == 603


def test_volunteers_of_2022_fell_more_often_than_the_obliged(changes):
    table = tabulate_falls(changes, duty_year=2022).query("group_by == 'duty'").set_index("group")
    assert table.loc["obliged", ["n_fell", "n"]].tolist() == [84, 338]
    assert table.loc["on request", ["n_fell", "n"]].tolist() == [50, 113]


def test_unrounded_differences_would_count_other_falls(changes):
    # why the printed number is used: four decimals of one list against two of the next
    wide = load_published().pivot(index="agency_id", columns="year", values="index_published")
    pairs = changes[~changes["is_impossible"]]
    falls = {
        end: int(
            (
                wide.loc[pairs.loc[pairs["end"] == end, "agency_id"], end]
                - wide.loc[pairs.loc[pairs["end"] == end, "agency_id"], end - 1]
                < -1e-9
            ).sum()
        )
        for end in (2022, 2023)
    }
    assert falls == {2022: 138, 2023: 9}
