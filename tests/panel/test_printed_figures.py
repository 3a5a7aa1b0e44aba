"""Printed counts, means and shares beside small lists whose figures are worked out by hand."""

import pandas as pd
import pytest

from spbe_research.errors import DataError
from spbe_research.panel.printed_figures import check_printed_figures

# Index 2.00, 3.00, 3.00 are listed and give 2.67; with an absent body of 1.00 they give 2.25.
BODIES = pd.DataFrame(
    {
        "agency_id": ["a", "b", "c", "d"],
        "year": [2021] * 4,
        "agency_type": ["kota", "kota", "kabupaten", "kota"],
        "name": ["Kota A", "Kota B", "Kabupaten C", None],
        "table": ["Tabel 4", "Tabel 4", "Tabel 5", None],
        "index": [2.0, 3.0, 3.0, 1.0],
        "predicate": [None] * 4,
        "status": ["evaluated", "evaluated", "evaluated", "carried_over"],
        "mode": ["evaluated", "monitored", "evaluated", None],
        "listed": [True, True, True, False],
        "D1": [1.0, 3.0, 5.0, 1.0],
        "rounded": ["Cukup", "Baik", "Baik", "Kurang"],
        "exact": ["Cukup", "Baik", "Cukup", "Kurang"],
    }
)
READINGS = {
    "bodies": ("count", "listed", "", ""),
    "monitored": ("count", "mode", "monitored", ""),
    "mean index": ("mean", "index", "", ""),
    "mean D1": ("mean", "D1", "", ""),
    "mean D2": ("mean", "D2", "", ""),
    "mean D3": ("mean", "D3", "", ""),
    "mean D4": ("mean", "D4", "", ""),
    "highest": ("maximum", "index", "", ""),
    "lowest": ("minimum", "index", "", ""),
    "with D1 of 5": ("count", "D1", "= 5.00", ""),
    "with 2.6": ("share", "index", ">= 2.6", ""),
    "below 2.6": ("count", "index", "< 2.6", ""),
    "Baik": ("share", "predicate", ">= Baik", ""),
    "Kurang": ("count", "predicate", "= Kurang", ""),
    "edge": ("edge", "predicate", "Baik", ""),
    "weight": ("weight", "I42", "", ""),
    "target": ("", "", "", "a target"),
}
NO_AGGREGATES = pd.DataFrame(
    columns=["year", "scope", "measure", "item", "value", "source_id"], dtype=object
)


def reference(figures, declared=()) -> dict[str, pd.DataFrame]:
    groups = [
        ("nasional", "", "kota kabupaten", "", ""),
        ("kota", "", "kota", "", ""),
        ("four", "2021", "kota", "Tabel 4", ""),
        ("not four", "2021", "kota", "", "Tabel 4"),
    ]
    return {
        "witnesses": pd.DataFrame(
            [("2021", quantity, group, value, "report", "1") for quantity, group, value in figures],
            columns=["year", "quantity", "group", "value", "document", "page"],
        ),
        "witness_readings": pd.DataFrame(
            [(name, *reading) for name, reading in READINGS.items()],
            columns=["quantity", "measure", "item", "condition", "why_not"],
        ),
        "witness_groups": pd.DataFrame(
            groups, columns=["group", "year", "agency_types", "only_table", "but_table"]
        ),
        "witness_exceptions": pd.DataFrame(
            [("2021", *each) for each in declared],
            columns=["year", "quantity", "group", "value", "reason"],
        ),
        "predicates": pd.DataFrame(
            {"edition": ["permen-59-2020"], "predicate": ["Baik"], "lower": ["2.60"]}
        ),
    }


def check(figures, declared=(), aggregates=NO_AGGREGATES) -> pd.DataFrame:
    return check_printed_figures(BODIES, aggregates, reference(figures, declared))


@pytest.mark.whole
@pytest.mark.parametrize(
    ("quantity", "group", "right", "wrong"),
    [
        ("bodies", "nasional", "3", "5"),
        ("bodies", "kota", "2", "1"),
        ("monitored", "nasional", "1", "2"),
        ("mean index", "nasional", "2.67", "2.66"),  # of the list
        ("mean index", "nasional", "2.25", "2.26"),  # the absent body counted
        ("mean index", "nasional", "2.7", "2.5"),
        ("mean index", "four", "2.50", "2.51"),
        ("mean index", "not four", "1.00", "1.01"),
        ("mean index", "Kota B", "3.00", "3.01"),
        ("mean D1", "nasional", "3.00", "3.01"),
        ("highest", "nasional", "3.00", "2.99"),
        ("lowest", "nasional", "2.00", "1.99"),
        ("with D1 of 5", "nasional", "1", "2"),
        ("with 2.6", "nasional", "67", "68"),
        ("with 2.6", "nasional", "50", "51"),  # two of four
        ("below 2.6", "nasional", "1", "3"),
        ("Baik", "nasional", "66.67", "66.66"),  # bands of the rounded index
        ("Baik", "nasional", "33.33", "33.32"),  # of the exact one
        ("Kurang", "nasional", "1", "2"),
        ("edge", "every body", "2.6", "2.7"),
        ("weight", "instrument", "2.75", "3.50"),
    ],
)
def test_a_figure_that_the_list_gives_is_confirmed_and_one_unit_more_is_not(
    quantity: str, group: str, right: str, wrong: str
) -> None:
    if quantity == "weight":
        right = "3.00"  # PermenPANRB 59/2020, indicators 42 to 47
    table = check([(quantity, group, right)])
    assert table[["is_confirmed", "is_contradicted", "is_declared"]].iloc[0].tolist() == [
        True, False, True,
    ]  # fmt: skip
    table = check([(quantity, group, wrong)])
    assert table[["is_confirmed", "is_contradicted", "is_declared"]].iloc[0].tolist() == [
        False, True, False,
    ]  # fmt: skip


def test_a_contradiction_is_let_through_only_where_it_is_declared() -> None:
    wrong = ("mean index", "nasional", "2.90")
    assert check([wrong], [(*wrong, "misprint")])["is_declared"].item()
    right = ("mean index", "nasional", "2.67")
    assert not check([right], [(*right, "misprint")])["is_declared"].item()


def test_a_figure_that_nothing_measures_says_why() -> None:
    row = check([("target", "nasional", "2.6")]).iloc[0]
    assert (row["reason"], row["is_confirmed"], row["is_declared"]) == ("a target", False, True)
    nobody = check([("mean index", "polda", "2.6")]).iloc[0]
    assert not nobody["is_confirmed"]
    assert not nobody["is_contradicted"]
    assert not nobody["is_declared"]


def test_a_printed_index_must_be_the_weighted_mean_of_its_printed_domains() -> None:
    # 0.13 x 2 + 0.25 x 4 + 0.165 x 2 + 0.455 x 4 = 3.41, weights of PermenPANRB 59/2020
    parts = [("mean D1", "polda", "2.00"), ("mean D2", "polda", "4.00"),
             ("mean D3", "polda", "2.00"), ("mean D4", "polda", "4.00")]  # fmt: skip
    right = check([("mean index", "polda", "3.42"), *parts])
    assert right["parts_agree"].iloc[0]
    wrong = check([("mean index", "polda", "3.43"), *parts])
    assert not wrong["parts_agree"].iloc[0]
    assert wrong["is_contradicted"].iloc[0]


def test_another_print_of_the_same_figure_confirms_or_contradicts_it() -> None:
    other = pd.DataFrame(
        [(2021, "polda", "mean", "index", 2.50, "another")], columns=NO_AGGREGATES.columns
    )
    assert check([("mean index", "polda", "2.5")], aggregates=other)["prints_agree"].item()
    assert not check([("mean index", "polda", "2.51")], aggregates=other)["prints_agree"].item()
    same = other.assign(source_id="report")
    assert check([("mean index", "polda", "2.5")], aggregates=same)["prints_agree"].isna().item()


def test_what_cannot_be_read_is_named_in_one_message() -> None:
    tables = reference([("poems", "nasional", "3")], [("bodies", "nasional", "9", "why")])
    tables["witness_readings"].loc[0, "measure"] = "guess"
    with pytest.raises(DataError, match="second witnesses, 3 violations") as told:
        check_printed_figures(BODIES, NO_AGGREGATES, tables)
    for violation in ("'poems': has no reading", "'bodies': its measure must be one of count",
                      "2021 bodies nasional 9: is declared and stands in no print"):  # fmt: skip
        assert violation in str(told.value)
