"""Indices computed a second time from the raw files in whole numbers, and edges by hand."""

import csv

import pandas as pd
import pytest

from spbe_research import load_published, load_scores
from spbe_research.locations import project_folder
from spbe_research.panel.recomputation import recompute_all
from spbe_research.questions.do_we_reproduce_the_published_index.edges import on_an_edge
from spbe_research.questions.do_we_reproduce_the_published_index.tables import (
    closeness,
    edge_cases,
    recomputation,
    single_facts,
)

RAW = project_folder() / "data" / "raw"
WEIGHTS_2020 = [13] * 10 + [25] * 10 + [15] * 11 + [27.5] * 10 + [30] * 6  # tenths of a percent


@pytest.fixture(scope="module")
def recomputed() -> pd.DataFrame:
    return recompute_all(load_scores(), load_published())


@pytest.mark.parametrize(("year", "n"), [(2021, 517), (2022, 554)])
def test_indices_follow_from_raw_levels_in_whole_numbers(year: int, n: int) -> None:
    """A second computation from the raw files, exact: tenths of a percent times whole levels."""
    folder = RAW / f"menpanrb-{year}-sheet"
    with (folder / "index.csv").open(encoding="utf-8") as file:
        printed = {r["agency_name_published"]: r["index_published"] for r in csv.DictReader(file)}
    with (folder / "indicators.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == n
    for row in rows:
        levels = [int(row[f"I{number:02d}"]) for number in range(1, 48)]
        tens_of_thousandths = sum(10 * w * x for w, x in zip(WEIGHTS_2020, levels, strict=True))
        assert f"{tens_of_thousandths / 10_000:.4f}" == printed[row["agency_name_published"]]


def test_all_1071_agency_years_are_exact(recomputed: pd.DataFrame) -> None:
    exact = recomputed.query("basis == 'indicator' and year >= 2021")
    assert len(exact) == 1071
    assert exact["difference"].abs().max() < 1e-12


def test_all_1236_agency_years_lie_within_rounding(recomputed: pd.DataFrame) -> None:
    near = recomputed.query("basis == 'domain' and year >= 2023")
    assert len(near) == 1236
    assert near["difference"].abs().max() <= 0.01
    assert set(near["verdict"]) == {"reproduced"}


def test_summary_counts_the_exact_and_the_close_of_each_year() -> None:
    table = closeness().set_index(["year", "basis"])
    assert table.loc[(2021, "indicator"), ["n_agencies", "n_exact"]].tolist() == [517, 517]
    assert table.loc[(2022, "indicator"), ["n_agencies", "n_exact"]].tolist() == [554, 554]
    assert table.loc[(2023, "domain"), ["n_agencies", "n_within_0_01"]].tolist() == [621, 621]
    assert table["n_predicate_differs"].sum() == 0


def test_every_other_agency_year_says_why_it_is_not_recomputed(recomputed: pd.DataFrame) -> None:
    assert len(recomputed) == 4159
    assert recomputed["verdict"].value_counts().to_dict() == {
        "reproduced": 2309,
        "not computable": 1202,
        "carried over": 648,
    }


def test_facts_and_bins_count_the_same_bodies() -> None:
    facts = single_facts().set_index("fact")
    assert facts.loc["exact", ["value", "n", "start", "end"]].tolist() == [1071, 1071, 2021, 2022]
    within = facts.loc["within-rounding", ["value", "n", "start", "end"]].tolist()
    assert within == [1236, 1236, 2023, 2024]
    assert facts.loc["by-construction", "value"] == 3
    counts = recomputation().groupby("year")["n_agencies"].sum()
    assert counts.to_dict() == {2021: 517, 2022: 554, 2023: 621, 2024: 615}


def test_bodies_on_an_edge_are_those_of_the_printed_list() -> None:
    """Read from the raw file: printed index as text, lower bound of the printed predicate."""
    bounds = {"Kurang": 1, "Cukup": 1.8, "Baik": 2.6, "Sangat Baik": 3.5, "Memuaskan": 4.2}
    with (RAW / "menpanrb-2024-report" / "index.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["index_published"] in
                {"1.80", "2.60", "3.50", "4.20"}]  # fmt: skip
    lower = {r["agency_name_published"] for r in rows
             if bounds[r["predicate_published"]] < float(r["index_published"])}  # fmt: skip
    table = edge_cases()
    assert sorted(table["name_published"]) == sorted(r["agency_name_published"] for r in rows)
    assert set(table.loc[~table["upper"], "name_published"]) == lower
    assert len(lower) == 3


def test_year_with_rounded_predicates_has_no_undecided_edge() -> None:
    listed = pd.DataFrame(
        {
            "agency_id": ["a", "b", "c"],
            "year": [2023, 2024, 2024],
            "name_published": ["A", "B", "C"],
            "index_published": [2.6, 2.6, 2.61],
            "predicate_published": ["Baik", "Cukup", "Baik"],
        }
    )
    found = on_an_edge(listed)
    assert found[["agency_id", "upper"]].to_numpy().tolist() == [["b", False]]
