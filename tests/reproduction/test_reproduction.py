"""What must come out of the published record, computed here a second time and by other means."""

import csv

import pandas as pd
import pytest

from spbe_research import (
    load_aggregates,
    load_published,
    load_reference,
    load_scores,
    load_worked_examples,
    verify,
)
from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.reproduction import (
    agency_path,
    check_examples,
    coverage_by_type,
    list_misprints,
    national_series,
    peer_path,
    recompute_all,
    unlisted_agencies,
)

RAW = project_folder() / "data" / "raw"
GROUP_MEAN = "source_id == 'menpanrb-group-means'"
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


def test_every_other_agency_year_says_why_it_is_not_recomputed(recomputed: pd.DataFrame) -> None:
    assert len(recomputed) == 4159
    assert recomputed["verdict"].value_counts().to_dict() == {
        "reproduced": 2309,
        "not computable": 1202,
        "carried over": 648,
    }


def test_every_worked_example_is_reproduced() -> None:
    table = check_examples(load_worked_examples())
    assert table["reproduced"].all()
    assert table["example_id"].nunique() == load_worked_examples()["example_id"].nunique()


def test_every_printed_aspect_domain_and_index_of_the_examples_is_checked() -> None:
    examples = load_worked_examples()
    printed = examples[examples["scale"] != "indicator"]
    checked = set(check_examples(examples)[["example_id", "item"]].itertuples(index=False))
    open_ = [
        (row.example_id, row.item)
        for row in printed.itertuples()
        if (row.example_id, row.item) not in checked
    ]
    inputs_only = {"example-domain-2", "example-index"}  # their lower tiers are given, not computed
    aspects_only = {"kemenko-perekonomian-2019"} | {
        name for name in examples["example_id"] if name.startswith("national")
    }
    for example, item in open_:
        assert example in inputs_only or (example in aspects_only and item.startswith("A"))


def test_changed_example_is_not_reproduced() -> None:
    examples = load_worked_examples()
    wrong = examples["example_id"].eq("kabupaten-madiun-2020") & examples["item"].eq("A6")
    examples.loc[wrong, "value"] += 0.01
    assert not check_examples(examples)["reproduced"].all()


def test_national_index_comes_out_in_2021_and_2022_only() -> None:
    series = national_series(load_published(), load_aggregates())
    listed = series[series["rule"] == "listed"].set_index("year")
    assert listed.index[listed["reproduced"]].tolist() == [2021, 2022]
    assert listed["mean_official"].tolist() == [1.98, 2.18, 2.26, 2.24, 2.34, 2.79, 3.12]
    evaluated = series.query("rule == 'evaluated' and year == 2022")
    assert not evaluated["reproduced"].item()


def test_number_of_unlisted_agencies_is_the_one_found_by_trying() -> None:
    series = national_series(load_published(), load_aggregates())
    row = unlisted_agencies(series).set_index("year").loc[2024]
    listed = load_published().query("year == 2024")["index_published"].tolist()
    fits = [k for k in range(61) if f"{sum(listed + [1.0] * k) / (len(listed) + k):.2f}" == "3.12"]
    assert (row["fewest"], row["most"]) == (min(fits), max(fits))


def misprints(aggregates: pd.DataFrame) -> pd.DataFrame:
    return list_misprints(load_published(), load_scores(), aggregates)


def test_misprints_found_are_the_declared_ones() -> None:
    table = misprints(load_aggregates())
    assert table["flag"].notna().all()
    assert set(table["flag"]) == set(load_aggregates()["flag"].dropna()) | {"banyuasin-2023-d4"}
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
        ("measure == 'share_at_least_baik' and scope == 'kota' and year == 2023",
         0.02, [[2023, "kota", "share_at_least_baik"]]),
        ("measure == 'share_at_least_baik' and scope == 'provinsi' and year == 2018",
         -0.02, [[2018, "provinsi", "share_at_least_baik"]]),
    ],
)  # fmt: skip
def test_new_contradiction_is_found_and_not_declared(
    where: str, by: float, found: list[list[object]]
) -> None:
    aggregates = load_aggregates()
    aggregates.loc[aggregates.query(where).index, "value"] += by
    table = misprints(aggregates)
    bare = table.loc[table["flag"].isna(), ["year", "scope", "item"]]
    assert bare.to_numpy().tolist() == found


def test_repaired_figure_is_no_misprint_any_more() -> None:
    aggregates = load_aggregates()
    aggregates.loc[aggregates["flag"] == "count-baik-2018", "value"] = 113
    aggregates.loc[aggregates["flag"] == "kota-2023-index-mean", "value"] = 3.02
    gone = set(misprints(load_aggregates())["flag"]) - set(misprints(aggregates)["flag"])
    assert gone == {"count-baik-2018", "kota-2023-index-mean"}


def test_predicate_that_two_decimals_cannot_decide_is_left_open() -> None:
    path = agency_path(load_published(), "35.01").set_index("year")
    assert path.loc[2024, "predicate_published"] == "Baik"
    assert pd.isna(path.loc[2024, "predicate_computed"])
    known = path["predicate_published"].notna() & path["predicate_computed"].notna()
    assert (path.loc[known, "predicate_computed"] == path.loc[known, "predicate_published"]).all()


def test_unknown_type_of_peers_is_refused() -> None:
    with pytest.raises(DataError, match="Invalid agency_type 'city'"):
        peer_path(load_published(), "city")


def test_path_of_an_agency_ranks_within_its_type() -> None:
    published = load_published()
    path = agency_path(published, "36.72").set_index("year")
    cities = published.query("year == 2024 and agency_type == 'kota'")["index_published"]
    assert path.loc[2024, "rank"] == (cities > 2.56).sum() + 1
    with pytest.raises(DataError, match="Invalid agency_id '36.99'"):
        agency_path(published, "36.99")


def test_coverage_counts_add_up_to_the_lists() -> None:
    table = coverage_by_type(load_published())
    assert table.groupby("year")["n_agencies"].sum().tolist() == [
        616, 615, 555, 517, 620, 621, 615,
    ]  # fmt: skip
    assert len(load_reference("evaluation_years")) == 7


def test_verification_passes_and_says_what_it_checked() -> None:
    outcome = verify()
    assert outcome.passed, outcome.summary()
    assert "levels of 2021-2022 give the printed index within 1e-12 (1,071 checked)" in (
        outcome.summary()
    )
