"""The national index on both bases, computed a second time from the raw files as fractions."""

import csv
from fractions import Fraction

import pandas as pd
import pytest

from spbe_research import load_aggregates, load_published
from spbe_research.locations import project_folder
from spbe_research.panel.loaders import load_carried_over_bodies
from spbe_research.panel.national_series import (
    fixed_frame_means,
    national_series,
    official_index,
)
from spbe_research.questions.do_we_reproduce_the_published_index.tables import series

DATA = project_folder() / "data"
OFFICIAL = dict(zip(range(2018, 2025), [1.98, 2.18, 2.26, 2.24, 2.34, 2.79, 3.12], strict=True))


@pytest.fixture(scope="module")
def raw() -> list[tuple[int, str, Fraction, str]]:
    """Year, name, printed index and status of every raw row."""
    rows = []
    for path in sorted((DATA / "raw").glob("menpanrb-*/index.csv")):
        with path.open(encoding="utf-8") as file:
            rows += [
                (int(r["year"]), r["agency_name_published"], Fraction(r["index_published"]),
                 r["status"])
                for r in csv.DictReader(file)
            ]  # fmt: skip
    return rows


def _absent(raw, year: int) -> list[Fraction]:
    """Last new result of each body counted though absent; names joined by the alias table."""
    with (DATA / "reference" / "absent_bodies.csv").open(encoding="utf-8") as file:
        absent = {
            r["name"]
            for r in csv.DictReader(file)
            if int(r["year"]) == year and r["counted"] == "true"
        }
    with (DATA / "reference" / "agencies.csv").open(encoding="utf-8") as file:
        ids = {r["agency_id"] for r in csv.DictReader(file) if r["name"] in absent}
    with (DATA / "reference" / "agency_aliases.csv").open(encoding="utf-8") as file:
        of_name = {r["name_published"]: r["agency_id"] for r in csv.DictReader(file)}
    last: dict[str, tuple[int, Fraction]] = {}
    for result_year, name, index, status in raw:
        body = of_name[name]
        if body in ids and status == "evaluated" and result_year < year:
            last[body] = max(last.get(body, (0, index)), (result_year, index))
    assert set(last) == ids
    return [index for _, index in last.values()]


def test_both_bases_are_the_means_of_the_raw_rows(raw) -> None:
    table = series().set_index(["year", "basis"])
    for year, official in OFFICIAL.items():
        listed = [(index, status) for each, _, index, status in raw if each == year]
        new = [index for index, status in listed if status == "evaluated"]
        counted = [index for index, _ in listed] + _absent(raw, year)
        for basis, values in (("participants", new), ("population", counted)):
            row = table.loc[(year, basis)]
            mean = sum(values) / len(values)
            assert row["n"] == len(values)
            assert row["estimate"] == pytest.approx(float(mean), abs=1e-12)
            assert row["official"] == official
            assert row["reproduced"] == (abs(mean - Fraction(str(official))) <= Fraction(1, 200))


def test_official_index_comes_out_from_2021_on_with_all_counted() -> None:
    table = series()
    found = table[table["reproduced"]].groupby("basis")["year"].agg(list)
    assert found.to_dict() == {"participants": [2021], "population": [2021, 2022, 2023, 2024]}


def test_bodies_of_the_first_list_do_not_give_2019_and_2020_either(raw) -> None:
    frame = {name for year, name, _, _ in raw if year == 2018}
    table = fixed_frame_means(load_published()).set_index("year")
    assert table["n"].tolist() == [len(frame)] * 2
    assert (table["estimate"] - pd.Series(OFFICIAL)[table.index]).between(0.015, 0.025).all()


def test_year_without_an_official_mean_is_kept_and_not_reproduced() -> None:
    aggregates = load_aggregates()
    without = aggregates[~((aggregates["year"] == 2024) & (aggregates["scope"] == "nasional"))]
    table = national_series(load_published(), load_carried_over_bodies(), without)
    last = table[table["year"] == 2024]
    assert last["n"].tolist() == [615, 634]
    assert last["official"].isna().all()
    assert not last["reproduced"].any()
    assert 2024 not in official_index(without).index
