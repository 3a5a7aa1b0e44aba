"""Moments, classes and predicates: by hand, by SciPy and statsmodels, and the printed counts."""

import csv
import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from spbe_research.errors import DataError
from spbe_research.locations import data_folder
from spbe_research.methods.shape import class_counts, describe_distribution, predicate_shares
from spbe_research.panel.frames import select_results
from spbe_research.panel.loaders import load_published


def test_groups_hold_the_statistics_worked_by_hand() -> None:
    table = pd.DataFrame({"year": [2023] * 3 + [2024], "index_published": [1.0, 2.0, 6.0, 3.0]})
    described = describe_distribution(table, quantiles=[0.5])
    got = described[described["year"] == 2023].set_index("statistic")["estimate"]
    assert got[["mean", "sd", "q50"]].tolist() == pytest.approx([3.0, math.sqrt(7), 2.0])
    alone = described[described["year"] == 2024].set_index("statistic")["estimate"]
    assert alone[["mean", "q50"]].tolist() == [3.0, 3.0]
    assert alone[["sd", "skewness"]].isna().all()


def test_statistics_of_a_year_equal_those_of_other_libraries() -> None:
    results = select_results(load_published(), years=[2024])
    values = results["index_published"].to_numpy()
    ours = describe_distribution(results).set_index("statistic")["estimate"]
    weighted = DescrStatsW(values, ddof=1)
    assert ours["mean"] == pytest.approx(weighted.mean)
    assert ours["sd"] == pytest.approx(weighted.std)
    assert ours["skewness"] == pytest.approx(stats.skew(values))
    theirs = weighted.quantile([0.25, 0.5], return_pandas=False)
    assert ours[["q25", "q50"]].tolist() == pytest.approx(list(theirs), abs=0.006)


def test_classes_of_every_year_equal_a_plain_count_of_the_file() -> None:
    counted: Counter[tuple[str, str, int]] = Counter()
    with (data_folder() / "tidy" / "published.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            # Half up at the second decimal, in whole ten-thousandths.
            points, _, decimals = row["index_published"].partition(".")
            exact = int(points) * 10_000 + int(decimals.ljust(4, "0"))
            counted[row["year"], row["status"], (exact + 50) // 1000] += 1
    ours = class_counts(load_published())
    ours = ours.groupby(["year", "status", "class_low"])["count"].sum()
    assert {
        (str(year), status, round(10 * low)): count for (year, status, low), count in ours.items()
    } == dict(counted)


@pytest.mark.whole
@given(st.lists(st.integers(100, 500), min_size=1, max_size=30))
def test_every_body_stands_in_one_class(cents: list[int]) -> None:
    table = pd.DataFrame(
        {"year": 2023, "status": "evaluated", "index_published": np.array(cents) / 100}
    )
    found = class_counts(table)
    assert found["count"].sum() == len(cents)
    assert set(found["class_low"]) == {value // 10 / 10 for value in cents}


def test_printed_predicates_are_counted_as_printed() -> None:
    for year in (2018, 2023, 2024):
        results = select_results(load_published(), years=[year])
        counted = predicate_shares(results).set_index("predicate")["count"]
        printed = results["predicate_published"].value_counts()
        assert counted[counted > 0].to_dict() == printed.to_dict()


def test_shares_of_a_year_add_up_and_name_all_five_predicates() -> None:
    found = predicate_shares(select_results(load_published()))
    assert found.groupby("year")["estimate"].sum().to_numpy() == pytest.approx(1)
    assert (found.groupby("year").size() == 5).all()


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda t: describe_distribution(t, by=["moon"]), r"Invalid columns \['moon'\]"),
        (lambda t: describe_distribution(t.head(0)), "At least one row"),
        (lambda t: describe_distribution(t, quantiles=[1.0]), "strictly between 0 and 1"),
        (lambda t: describe_distribution(t.assign(index_published=np.nan)), "2 not finite"),
        (lambda t: class_counts(t, width=0.15), "Invalid width 0.15"),
        (lambda t: class_counts(t.assign(index_published=np.nan)), "2 not finite"),
    ],
)
def test_what_cannot_be_is_refused(call, match: str) -> None:
    table = pd.DataFrame({"year": 2023, "status": "evaluated", "index_published": [1.0, 2.0]})
    with pytest.raises(DataError, match=match):
        call(table)
