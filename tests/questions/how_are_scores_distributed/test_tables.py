"""Distribution: facts of the texts from the printed list of 2024 by plain loops, and the tables."""

import csv
from collections import defaultdict
from statistics import mean, median

import pandas as pd
import pytest

from spbe_research.locations import data_folder
from spbe_research.questions.how_are_scores_distributed import tables

JAVA = ("Banten", "Jawa Barat", "Jawa Tengah", "DI Yogyakarta", "Jawa Timur")


@pytest.fixture(scope="module")
def printed() -> dict[str, list[tuple[str, float]]]:
    """Province and printed index of the list of 2024, by type, read without pandas."""
    rows = defaultdict(list)
    path = data_folder() / "raw" / "menpanrb-2024-report" / "index.csv"
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows[row["agency_type"]].append((row["province"], float(row["index_published"])))
    return rows


def cell(table: pd.DataFrame, column: str = "estimate", **keys: object) -> float:
    for name, value in keys.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return float(table[column].iloc[0])


def test_java_and_the_rest_of_2024_from_the_printed_list(printed) -> None:
    places = printed["kabupaten"] + printed["kota"]
    inside = [index for province, index in places if province in JAVA]
    outside = [index for province, index in places if province not in JAVA]
    assert (len(inside), len(outside)) == (113, 372)
    middle = median(inside)
    found = tables.java()
    keys = {"year": 2024, "java": "outside Java"}
    below = sum(index < middle for index in outside)
    assert cell(found, statistic="share_below_median", **keys) == pytest.approx(below / 372)
    wins = sum((a > b) + 0.5 * (a == b) for a in inside for b in outside)
    chance = cell(found, statistic="probability_java_above", **keys)
    assert chance == pytest.approx(wins / (113 * 372))
    reached = {
        "Java": sum(i >= 2.6 for i in inside),
        "outside Java": sum(i >= 2.6 for i in outside),
    }
    assert reached == {"Java": 112, "outside Java": 239}
    for name, n in (("Java", 113), ("outside Java", 372)):
        share = cell(found, year=2024, java=name, statistic="share_baik")
        assert share == pytest.approx(reached[name] / n)
    gap = cell(tables.java_gap(), year=2024, quantile=0.5)
    assert gap == pytest.approx(middle - median(outside))


def test_cities_and_regencies_of_2024_from_the_printed_list(printed) -> None:
    kota, kabupaten = ([index for _, index in printed[kind]] for kind in ("kota", "kabupaten"))
    found = tables.kota_against_kabupaten()
    difference = cell(found, year=2024, measure="mean_difference")
    assert difference == pytest.approx(mean(kota) - mean(kabupaten))
    # Within provinces: each city less the mean of its province, likewise the regencies (Frisch,
    # Waugh and Lovell), written out as a weighted mean of the differences of provinces.
    sums = defaultdict(lambda: [[], []])
    for side, kind in enumerate(("kota", "kabupaten")):
        for province, index in printed[kind]:
            sums[province][side].append(index)
    weights = {p: len(a) * len(b) / (len(a) + len(b)) for p, (a, b) in sums.items()}
    within = sum(weights[p] * (mean(a) - mean(b)) for p, (a, b) in sums.items() if a and b) / sum(
        weights.values()
    )
    assert cell(found, year=2024, measure="within_province") == pytest.approx(within)
    assert cell(tables.city_gap(), year=2024, quantile=0.5) == pytest.approx(
        median(kota) - median(kabupaten)
    )


def test_cities_do_not_lie_above_regencies_at_every_quantile_of_every_year() -> None:
    """Withdrawn: 'cities above regencies at every quantile'; false in 2020 and 2021."""
    below = tables.city_gap().query("estimate < 0").groupby("year")["quantile"].agg(list)
    assert below.to_dict() == {2020: [0.5, 0.75, 0.9, 0.95], 2021: [0.05]}


def test_rise_of_2022_is_not_little_for_the_same_bodies() -> None:
    """Withdrawn: 'the mean rises little'. Lists +0.066, the same 451 bodies +0.255."""
    table = tables.like_for_like()
    keys = {"start": 2021, "statistic": "mean"}
    assert cell(table, frame="assessed", **keys) == pytest.approx(0.0657, abs=5e-5)
    assert cell(table, frame="like_for_like", **keys) == pytest.approx(0.2550, abs=5e-5)
    assert cell(table, "n", frame="like_for_like", **keys) == 451


def test_rise_of_the_median_of_2022_by_half_a_hundredth_prints_rounded_up() -> None:
    """Medians 2.221 and 2.416: the difference in floating point is a little below 0.195."""
    found = cell(tables.like_for_like(), start=2021, statistic="median", frame="like_for_like")
    assert 2.416 - 2.221 < 0.195 == found
    assert f"{found:.2f}" == "0.20"


def test_both_bases_of_the_mean_are_there_in_every_year() -> None:
    means = tables.moments().query("statistic == 'mean'")
    assert means.groupby("year")["frame"].agg(sorted).map(tuple).unique().tolist() == [
        ("assessed", "population")
    ]
    printed_means = {2021: 2.24, 2022: 2.34, 2023: 2.79, 2024: 3.12}
    for year, official in printed_means.items():
        assert cell(means, year=year, frame="population") == pytest.approx(official, abs=0.0051)


def test_classes_hold_every_row_of_every_year_and_shares_are_of_the_assessed() -> None:
    classes, shares = tables.classes(), tables.shares()
    assert classes["count"].sum() == 4159
    assessed = classes[classes["status"] == "evaluated"].groupby("year")["count"].sum()
    assert assessed.to_dict() == shares.groupby("year")["count"].sum().to_dict()


def test_no_interval_is_without_width_and_none_stands_on_a_plain_count() -> None:
    for table in (tables.java_gap(), tables.city_gap(), tables.kota_against_kabupaten()):
        stated = table.dropna(subset=["low"])
        assert (stated["low"] < stated["high"]).all()
        assert (stated["clusters"] > 1).all()
    for table in (tables.shares(), tables.moments(), tables.java()):
        assert not {"low", "high"} & set(table.columns)
