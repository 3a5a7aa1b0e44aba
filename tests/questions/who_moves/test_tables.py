"""Moves and catching up: facts of the texts by plain loops, and what was withdrawn."""

import csv

import numpy as np
import pandas as pd
import pytest

from spbe_research.locations import data_folder
from spbe_research.questions.who_moves import tables
from spbe_research.records import result


@pytest.fixture(scope="module")
def printed() -> dict[tuple[str, str], dict[str, str]]:
    with (data_folder() / "tidy" / "published.csv").open(encoding="utf-8") as file:
        return {(row["agency_id"], row["year"]): row for row in csv.DictReader(file)}


def one(table: pd.DataFrame, **keys: object) -> pd.Series:
    for name, value in keys.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_places_lost_from_2022_to_2023_equal_a_plain_loop(printed) -> None:
    """Of 603 bodies none fell in print, 185 lost ten places in a hundred, 163 with a rise."""
    by_type: dict[str, list[tuple[float, float]]] = {}
    for (body, year), row in printed.items():
        before = printed.get((body, "2022"))
        if year == "2023" and before is not None and not row["flag"]:
            values = float(before["index_published"]), float(row["index_published"])
            by_type.setdefault(before["agency_type"], []).append(values)
    lost = risen = 0
    for values in by_type.values():
        n = len(values)
        for start, end in values:
            places = [
                sum(other[side] < own for other in values)
                + 0.5 * sum(other[side] == own for other in values)
                for side, own in ((0, start), (1, end))
            ]
            if 100 * (places[0] - places[1]) / n >= 10 - 1e-9:
                lost += 1
                risen += end > np.floor(100 * start + 0.5 + 1e-9) / 100 + 0.005
    found = tables.moves().query("start == 2022 and frame == 'listed'").set_index("measure")
    assert sum(map(len, by_type.values())) == found["n"].iloc[0] == 603
    assert found.loc["fell", "count"] == 0
    assert found.loc["lost_places", "count"] == lost == 185
    assert found.loc["rose_but_lost", "count"] == risen == 163


def test_the_share_that_fell_changes_with_free_falls_and_places_hardly() -> None:
    table = tables.floor_effects().set_index(["end", "scenario", "measure"])["estimate"]
    for end in (2023, 2024):
        seen, back = (table[end][name] for name in ("as published", "falls given back"))
        outer = table[end]["falls given back, outer bound"]
        assert back["fell"] - seen["fell"] > 0.04
        assert outer["fell"] > back["fell"]
        assert abs(back["mean_end"] - seen["mean_end"]) < 0.025
        assert abs(back["rank_correlation"] - seen["rank_correlation"]) < 0.04
        assert abs(back["lost_places"] - seen["lost_places"]) < 0.02


def test_placebo_of_2022_finds_nobody_held() -> None:
    table = tables.floor_effects().query("end == 2022 and scenario == 'falls given back'")
    assert table["n_moved"].unique().tolist() == [0]


def test_slope_of_2022_equals_its_formula_at_each_reliability(printed) -> None:
    pairs = [
        (float(printed[body, "2021"]["index_published"]), float(row["index_published"]))
        for (body, year), row in printed.items()
        if year == "2022" and row["status"] == "evaluated" and (body, "2021") in printed
    ]
    start, change = np.array([a for a, _ in pairs]), np.array([b - a for a, b in pairs])
    slope = np.cov(start, change)[0, 1] / start.var(ddof=1)
    correlation = np.corrcoef(start, start + change)[0, 1]
    found = tables.catch_up().set_index("reliability_from")
    assert slope == pytest.approx(-0.3092, abs=5e-5)
    assert found.loc["same order", "reliability"] == pytest.approx(correlation)
    for row in found.itertuples():
        assert row.estimate == pytest.approx((1 + slope) / row.reliability - 1)
        assert row.n == len(pairs) == 451


def test_reliabilities_are_those_that_another_question_computes() -> None:
    """Of quasi-simplexes, that of 2019: only 111 bodies of 2020 were assessed in both years."""
    readings = result("tab-reliabilities").set_index(["measure", "start"])["estimate"]
    found = tables.catch_up().set_index("reliability_from")["reliability"]
    assert (
        found["quasi-simplex"] == readings["quasi_simplex", 2019] == pytest.approx(0.77, abs=5e-3)
    )
    assert found["variance components"] == readings["variance_components", 2021]
    assert found["items"] == readings["alpha_unweighted", 2021]
    assert found["same order"] == pytest.approx(readings["own_correlation", 2021])


def test_catching_up_is_negative_at_each_reliability_and_fragile() -> None:
    every = tables.catch_up().set_index("reliability_from")
    assert (every["estimate"] < 0).all()
    assert every.loc["same order", "high"] > 0
    assert (every.drop("same order")["high"] < 0).all()
    parts = tables.catch_up_variants().set_index(["bodies", "reliability_from"])["estimate"]
    assert parts["above_1_40", "quasi-simplex"] > -0.01
    assert parts["above_1_40", "items"] < -0.15
    assert (parts["on_request"] < parts["all"]).all()


def test_no_reliability_is_drawn_where_a_floor_forbids_one() -> None:
    """Withdrawn: reliabilities from 0.60 for 2023 to 2024; arithmetic allows none below 0.81."""
    bounds = tables.reliability().query("measure == 'floor'").set_index("start")["estimate"]
    assert bounds[2023] == pytest.approx(0.81, abs=0.005)
    assert tables.catch_up()[["start", "end"]].drop_duplicates().to_numpy().tolist() == [
        [2021, 2022]
    ]


def test_predicates_are_compared_within_an_era_only_and_add_up() -> None:
    table = tables.predicate_shares()
    assert table[["start", "end"]].drop_duplicates().to_numpy().tolist() == [
        [2018, 2019], [2019, 2020], [2021, 2022], [2023, 2024],
    ]  # fmt: skip
    assert table.groupby("start")["estimate"].sum().to_numpy() == pytest.approx(1)
    assert one(table, start=2021, direction="down")["count"] == 7
    assert one(table, start=2023, direction="down")["count"] == 2


def test_every_pair_of_neighbouring_years_is_there() -> None:
    pairs = tables.moves()[["start", "end"]].drop_duplicates().to_numpy().tolist()
    assert pairs == [[year, year + 1] for year in range(2018, 2024)]
