"""Contradictions in print: found where they are, grouped into errors, each error shown by hand."""

import csv
from collections import defaultdict
from fractions import Fraction

import pandas as pd
import pytest

from spbe_research import load_aggregates, load_published, load_reference, load_scores
from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.panel.loaders import load_carried_over_bodies
from spbe_research.panel.misprints import list_misprints, name_errors
from spbe_research.questions.do_we_reproduce_the_published_index.tables import (
    misprints,
    printing_errors,
    single_facts,
)

RAW = project_folder() / "data" / "raw"
GROUP_MEAN = "source_id == 'menpanrb-group-means'"
CORRECTED = {"share-baik-lpnk-2018"}  # an error of our copy, not of print


def found_in(aggregates: pd.DataFrame, *, carried_over: pd.DataFrame | None = None) -> pd.DataFrame:
    bodies = load_carried_over_bodies() if carried_over is None else carried_over
    return list_misprints(load_published(), load_scores(), aggregates, bodies)


def test_misprints_found_are_the_declared_ones() -> None:
    table = misprints()
    assert table["flag"].notna().all()
    declared = set(load_aggregates()["flag"].dropna()) - CORRECTED
    assert set(table["flag"]) == declared | {"banyuasin-2023-d4"}
    right = table[table["verdict"] == "right, a part is misprinted"]
    assert right["flag"].tolist() == ["provinsi-2020-index-mean", "kementerian-2023-d3-mean"]
    assert "undecided" not in set(table["verdict"])


@pytest.mark.parametrize(
    ("where", "by", "found"),
    [
        (f"{GROUP_MEAN} and scope == 'kota' and year == 2022 and item == 'D2'",
         0.5, [[2022, "kota", "D2"], [2022, "kota", "index"]]),
        (f"{GROUP_MEAN} and scope == 'kota' and year == 2024 and item == 'A2'",
         0.02, [[2024, "kota", "A2"]]),
        (f"{GROUP_MEAN} and scope == 'kota' and year == 2021 and item == 'index'",
         0.04, [[2021, "kota", "index"]]),
        ("measure == 'share_at_least_baik' and scope == 'kota' and year == 2023",
         0.02, [[2023, "kota", "share_at_least_baik"]]),
        ("measure == 'share_at_least_baik' and scope == 'provinsi' and year == 2018",
         -0.02, [[2018, "provinsi", "share_at_least_baik"]]),
        # 208 of 418 is 0.50: a share of twenty kabupaten more than the list was let pass before
        ("measure == 'share_at_least_baik' and scope == 'kabupaten' and year == 2023",
         -0.01, [[2023, "kabupaten", "share_at_least_baik"]]),
    ],
)  # fmt: skip
def test_new_contradiction_is_found_and_not_declared(
    where: str, by: float, found: list[list[object]]
) -> None:
    aggregates = load_aggregates()
    aggregates.loc[aggregates.query(where).index, "value"] += by
    table = found_in(aggregates)
    bare = table.loc[table["flag"].isna(), ["year", "scope", "item"]]
    assert bare.to_numpy().tolist() == found


def test_share_of_the_kabupaten_of_2023_is_one_of_all_counted() -> None:
    """0.51 is 208 of 407, the list and nine absent kabupaten; of the 398 listed it is 0.52."""
    nobody = load_carried_over_bodies().head(0)
    bare = found_in(load_aggregates(), carried_over=nobody).query("flag.isna()")
    assert ["kabupaten", "share_at_least_baik"] in bare[["scope", "item"]].to_numpy().tolist()
    assert (round(208 / 407, 2), round(208 / 398, 2)) == (0.51, 0.52)


def test_repaired_figure_is_no_misprint_any_more() -> None:
    aggregates = load_aggregates()
    aggregates.loc[aggregates["flag"] == "count-baik-2018", "value"] = 113
    aggregates.loc[aggregates["flag"] == "kota-2023-index-mean", "value"] = 3.02
    gone = set(misprints()["flag"]) - set(found_in(aggregates)["flag"])
    assert gone == {"count-baik-2018", "kota-2023-index-mean"}


@pytest.fixture(scope="module")
def printed() -> dict[tuple[int, str], dict[str, Fraction]]:
    """Printed group means by year and group, from the raw file."""
    cells: dict[tuple[int, str], dict[str, Fraction]] = defaultdict(dict)
    with (RAW / "menpanrb-group-means" / "group_means.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            cells[int(row["year"]), row["scope"]][row["item"]] = Fraction(row["value"])
    return cells


def test_cells_add_up_to_nine_errors() -> None:
    errors = printing_errors().set_index("error")
    assert errors["n_cells"].sum() == 22
    assert len(errors) == 9
    assert errors["n_cells"].nlargest(2).to_dict() == {
        "kabupaten-2024-column": 12,
        "provinsi-2020-domains": 3,
    }
    facts = single_facts().set_index("fact")
    assert facts.loc["misprints", ["value", "n"]].tolist() == [22, 24]
    assert facts.loc["misprints-unrecorded", ["value", "n"]].tolist() == [17, 22]
    assert facts.loc["misprints-without-page", "value"] == 22 - errors["n_with_page"].sum() == 15


def test_displaced_column_agrees_with_itself_but_for_its_first_aspect(printed) -> None:
    cells = printed[2024, "kabupaten"]
    weights = {"A2": 10, "A3": 10, "A4": 5, "A5": 12, "A6": 4.5, "A7": 27.5, "A8": 18}
    for domain, aspects in {"D2": "A2 A3 A4", "D3": "A5 A6", "D4": "A7 A8"}.items():
        mean = sum(Fraction(weights[a]) * cells[a] for a in aspects.split())
        mean /= sum(Fraction(weights[a]) for a in aspects.split())
        assert abs(mean - cells[domain]) <= Fraction(1, 100)
    of_domains = {"D1": 13, "D2": 25, "D3": 16.5, "D4": 45.5}
    index = sum(Fraction(weight) * cells[domain] for domain, weight in of_domains.items()) / 100
    assert abs(index - cells["index"]) <= Fraction(1, 100)
    assert abs(cells["A1"] - cells["D1"]) > Fraction(1, 2)  # one and the same by the instrument


def test_provinces_of_2020_carry_the_domains_of_the_ministries(printed) -> None:
    provinces, ministries = printed[2020, "provinsi"], printed[2020, "kementerian"]
    assert all(provinces[domain] == ministries[domain] for domain in ("D1", "D2", "D3"))
    assert all(provinces[f"A{number}"] != ministries[f"A{number}"] for number in range(1, 8))


def test_42_percent_is_the_share_of_one_predicate() -> None:
    with (RAW / "menpanrb-2024-report" / "index.csv").open(encoding="utf-8") as file:
        predicates = [r["predicate_published"] for r in csv.DictReader(file)
                      if r["agency_type"] in ("kabupaten", "kota")]  # fmt: skip
    better = [each for each in predicates if each in ("Baik", "Sangat Baik", "Memuaskan")]
    assert (predicates.count("Baik"), len(better), len(predicates)) == (205, 350, 485)
    assert (round(205 / 485, 2), round(350 / 485, 2)) == (0.42, 0.72)
    fact = single_facts().set_index("fact").loc["baik-alone"]
    assert fact[["value", "n", "start"]].tolist() == [205, 485, 2024]


def test_share_of_2018_that_we_had_copied_wrongly_is_corrected_and_the_raw_file_is_not() -> None:
    row = load_aggregates().query("year == 2018 and scope == 'LPNK'")
    row = row[row["measure"] == "share_at_least_baik"].iloc[0]
    assert (row["value"], row["flag"]) == (0.52, "share-baik-lpnk-2018")
    raw = (RAW / "menpanrb-2018-report" / "aggregates.csv").read_text(encoding="utf-8")
    assert "2018,LPNK,share indeks >= 2.6 (n=27),0.48," in raw
    witness = load_reference("witnesses").query("year == '2018' and group == 'LPNK'")
    seen = witness[witness["quantity"].str.startswith("share index >= 2.6")]
    assert seen["value"].tolist() == ["52"]


def test_cell_without_an_error_and_error_without_a_cell_are_refused() -> None:
    cells = pd.DataFrame({"flag": ["a", "b", None], "year": 2024})
    errors = pd.DataFrame({"error": ["one", "two"], "flag": ["a", "c"], "page": ["p. 1", ""]})
    with pytest.raises(DataError, match="b: belongs to no error") as raised:
        name_errors(cells, errors)
    assert "c: contradicts nothing" in str(raised.value)


def test_cell_that_is_nowhere_declared_stays_in_the_table_without_an_error() -> None:
    cells = pd.DataFrame({"flag": ["a", None], "year": [2024, 2023]})
    table = name_errors(cells, pd.DataFrame({"error": ["one"], "flag": ["a"], "page": ["p. 1"]}))
    assert table["error"].isna().tolist() == [False, True]
