"""The band of 2020: counts by a loop, edges, and what may not be claimed."""

import csv
from decimal import Decimal

import pandas as pd
import pytest

from spbe_research import load_published
from spbe_research.locations import project_folder
from spbe_research.questions.who_was_looked_at import tables
from spbe_research.questions.who_was_looked_at.band import band_bodies, count_at_edges


@pytest.fixture(scope="module")
def bodies() -> pd.DataFrame:
    return band_bodies(load_published())


def test_112_of_138_inside_and_18_of_416_outside_by_a_loop_over_the_raw_table() -> None:
    path = project_folder() / "data" / "raw" / "menpanrb-2018-2020-table" / "index.csv"
    years: dict[str, dict[str, dict[str, str]]] = {"2019": {}, "2020": {}}
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["year"] in years:
                years[row["year"]][row["agency_name_published"]] = row
    counts = {True: [0, 0], False: [0, 0]}
    for name, row in years["2020"].items():
        if name in years["2019"]:
            before = Decimal(years["2019"][name]["index_published"])
            inside = Decimal("2.18") <= before <= Decimal("2.80")
            counts[inside][0] += Decimal(row["index_published"]) != before
            counts[inside][1] += 1
    assert counts == {True: [112, 138], False: [18, 416]}
    row = tables.band_cuts().query("group == 'all' and rank == 1").iloc[0]
    assert [row["chosen_inside"], row["n_inside"]] == counts[True]
    assert [row["chosen_outside"], row["n_outside"]] == counts[False]


def test_no_other_pair_is_near_among_new_indices_and_one_is_among_all() -> None:
    table = tables.band_cuts().set_index(["group", "rank"])
    assert table.loc[("new_before", 2), "gap"] > 1.92
    near = table.loc[("all", 2)]
    assert 1.5 < near["gap"] < 1.92
    assert (near["low_cut"], near["high_cut"]) == (2.18, 2.81)
    assert table.loc[("all", 3), "gap"] > 1.92


def test_lower_cut_is_the_printed_national_mean_of_2019() -> None:
    best = tables.band_cuts().query("group == 'all' and rank == 1").iloc[0]
    printed = tables.rules_seen().set_index("year")["mean_official"]
    assert best["low_cut"] == printed[2019] == 2.18


def test_about_one_body_is_expected_to_be_counted_as_repeated(bodies: pd.DataFrame) -> None:
    changes = (bodies["index_after"] - bodies["index_before"])[bodies["mode"] == "evaluated"]
    near = changes[(changes.abs() > 0.004) & (changes.abs() < 0.055)]
    assert len(near) / 10 == 1.0
    assert tables.single_facts().set_index("fact")["value"]["expected-ties"] == 1.0


def test_edges_show_the_design_and_no_clear_effect() -> None:
    table = tables.band_edges()
    looked_at = table[table["measure"] == "assessed"]
    assert (looked_at["low"] > 0.7).all()
    placebo = table[(table["measure"] == "index") & (table["year"] == 2018)]
    assert ((placebo["low"] < 0) & (placebo["high"] > 0)).all()
    assert (table["p_holm"].dropna() > 0.5).all()
    assert table["p_holm"].notna().sum() == 8
    middle = table[(table["bandwidth"] == 0.35) & (table["measure"] == "index")]
    signs = middle.assign(up=middle["estimate"] > 0).pivot(
        index="year", columns="edge", values="up"
    )
    assert signs.loc[[2021, 2022]].to_numpy().all()
    assert (signs.loc[[2023, 2024], "lower"] & ~signs.loc[[2023, 2024], "upper"]).all()


def test_bodies_do_not_pile_up_on_one_side_of_an_edge(bodies: pd.DataFrame) -> None:
    pairs = tables.band_cuts()
    counts = count_at_edges(bodies, pairs)
    assert (counts["p_value"] > 0.2).all()
    narrow = counts[counts["window"] == 0.1].set_index("edge")
    assert narrow.loc["lower", ["n_below", "n_above"]].tolist() == [20, 14]
    assert narrow.loc["upper", ["n_below", "n_above"]].tolist() == [22, 18]
