"""Inequality and place: facts of the texts by plain loops, and what was withdrawn."""

import csv
from itertools import combinations

import pandas as pd
import pytest

from spbe_research.locations import data_folder
from spbe_research.questions.how_unequal_and_where import tables


@pytest.fixture(scope="module")
def printed() -> dict[tuple[str, str], dict[str, float]]:
    """Index of each body by year and status, read without pandas."""
    values: dict[tuple[str, str], dict[str, float]] = {}
    with (data_folder() / "tidy" / "published.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            of_year = values.setdefault((row["year"], row["status"]), {})
            of_year[row["agency_id"]] = float(row["index_published"])
    return values


def distance(values: list[float]) -> float:
    pairs = [abs(one - two) for one, two in combinations(values, 2)]
    return sum(pairs) / len(pairs)


def one(table: pd.DataFrame, **keys: object) -> pd.Series:
    for name, value in keys.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


@pytest.mark.parametrize(("start", "end"), [(2018, 2019), (2019, 2020), (2021, 2022), (2023, 2024)])
def test_distance_and_gini_of_the_same_bodies_equal_a_slow_loop(printed, start: int, end: int):
    first, last = (printed[str(year), "evaluated"] for year in (start, end))
    both = sorted(set(first) & set(last))
    found = tables.changes()
    changes = []
    for values in (first, last):
        chosen = [values[body] for body in both]
        apart, mean, n = distance(chosen), sum(chosen) / len(chosen), len(chosen)
        changes.append((apart, apart / (2 * mean) * (n - 1) / n))
    keys = {"start": start, "bodies": "all", "frame": "like_for_like"}
    for measure, place in (("mean_distance", 0), ("gini", 1)):
        row = one(found, measure=measure, **keys)
        assert row["n"] == len(both)
        assert row["value_start"] == pytest.approx(changes[0][place])
        assert row["value_end"] == pytest.approx(changes[1][place])
        assert row["estimate"] == pytest.approx(changes[1][place] - changes[0][place])


def test_inequality_does_not_fall_within_each_era_on_like_frames() -> None:
    """Withdrawn: it joined frames of 616, 457 and 131 bodies.

    The Gini of the lists falls in each pair; for the same bodies it rises from 2019 to 2020, and
    their distance shrinks beyond doubt in none.
    """
    table = tables.changes().query("bodies == 'all'")
    lists = table.query("frame == 'assessed' and measure == 'gini'")
    assert (lists["estimate"] < 0).all()
    assert lists["n_start"].tolist() == [616, 457, 517, 621]
    same = table.query("frame == 'like_for_like' and measure == 'gini'").set_index("start")
    assert (same["estimate"] > 0).to_dict() == {2018: False, 2019: True, 2021: False, 2023: False}
    apart = table.query("frame == 'like_for_like' and measure == 'mean_distance'")
    assert (apart["high"] > 0).all()


def test_border_pairs_of_2024_are_nearly_as_alike_as_pairs_within() -> None:
    """Withdrawn: 'neighbours are alike in so far as they share a province'."""
    near = tables.places().query("year == 2024 and from_km == 0").set_index("border")
    assert near["likeness"].round(3).loc[["within", "across"]].tolist() == [0.777, 0.749]
    assert near.loc["difference", "low"] < 0 < near.loc["difference", "high"]
    assert (
        near.loc["within", "n_pairs"] + near.loc["across", "n_pairs"] == near.loc["any", "n_pairs"]
    )


def test_no_year_shows_a_border_beyond_doubt() -> None:
    difference = tables.places().query("border == 'difference' and from_km == 0")
    stated = difference.dropna(subset=["low"])
    assert stated["year"].tolist() == [2018, 2019, 2021, 2022, 2023, 2024]
    assert ((stated["low"] < 0) & (stated["high"] > 0)).all()


def test_every_table_has_every_year_and_no_interval_without_width() -> None:
    years = list(range(2018, 2025))
    found = {
        "fig-gini": tables.inequality(),
        "fig-tile-map": tables.tile_map(),
        "fig-neighbours": tables.places(),
        "tab-inequality-split": tables.split(),
        "tab-moran": tables.correlograms(),
    }
    for name, table in found.items():
        assert sorted(table["year"].unique()) == years, name
        if "low" in table:
            stated = table.dropna(subset=["low", "high"])
            assert (stated["low"] < stated["high"]).all(), name


def test_population_of_2024_holds_the_absent_bodies() -> None:
    table = tables.inequality().query("year == 2024 and measure == 'gini'")
    assert table.set_index("frame")["n"].to_dict() == {
        "assessed": 615, "population": 634, "like_for_like": 607,
    }  # fmt: skip


def test_map_holds_each_province_of_the_year_once() -> None:
    table = tables.tile_map()
    assert not table.duplicated(["year", "province"]).any()
    assert table.groupby("year").size().loc[[2021, 2024]].tolist() == [34, 38]
    assert table.query("year == 2024")["n"].sum() == 485
