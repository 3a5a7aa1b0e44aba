import numpy as np
import pandas as pd
import pytest

from spbe_research.panel.loaders import load_exact_scores, load_published
from spbe_research.questions.may_a_score_fall.edges import (
    around_edge,
    count_at_edges,
    final_digits,
    jumps_at_edges,
    standings,
)
from spbe_research.years import design_years


def listed(rows):
    table = pd.DataFrame(
        rows, columns=["agency_id", "year", "index_published", "predicate_published", "status"]
    )
    return table.assign(edition="permen-59-2020", agency_type="kota")


def exact(rows):
    return pd.DataFrame(rows, columns=["agency_id", "year", "index_exact"])


@pytest.fixture(scope="module")
def stands():
    return standings(load_published(), load_exact_scores())


@pytest.fixture(scope="module")
def edges(stands):
    return count_at_edges(stands, pooled=design_years("edges-of-predicates", "after"))


def test_the_rounded_number_stands_on_its_own_side_until_2023():
    table = standings(
        listed([("a", 2023, 2.6, "Baik", "evaluated"), ("b", 2023, 2.59, "Cukup", "evaluated")]),
        exact([("a", 2023, 2.5955), ("b", 2023, 2.5945)]),
    )
    assert table["step"].tolist() == [260, 259]


def test_in_2024_the_exact_index_and_the_predicate_tell_the_side():
    # 2.5962 is printed 2.60 and is Cukup; 1.79875 is the mean of 1.7975 and 1.80, and Kurang;
    # 4.19875 the mean of 4.1975 and 4.20, and Memuaskan
    rows = [
        ("a", 2024, 2.6, "Cukup", "evaluated"),
        ("b", 2024, 1.8, "Kurang", "evaluated"),
        ("c", 2024, 4.2, "Memuaskan", "evaluated"),
        ("d", 2024, 2.47, "Cukup", "evaluated"),
    ]
    known = exact(
        [("a", 2024, 2.5962), ("b", 2024, 1.79875), ("c", 2024, 4.19875), ("d", 2024, 2.4735)]
    )
    assert standings(listed(rows), known)["step"].tolist() == [259, 179, 420, 247]


def test_what_was_held_is_the_predicate_of_the_year_before():
    rows = [
        ("a", 2022, 2.7, None, "carried_over"),
        ("a", 2023, 2.61, "Baik", "evaluated"),
        ("b", 2022, 2.0, None, "evaluated"),
        ("b", 2023, 2.61, "Baik", "evaluated"),
        ("c", 2023, 2.61, "Baik", "evaluated"),
    ]
    table = standings(listed(rows), exact([]))
    held = table[table["year"] == 2023].set_index("agency_id")["held"].to_dict()
    assert held == {"a": 2, "b": 1, "c": -1}


def test_groups_add_up_and_are_counted_by_hand():
    stands = pd.DataFrame(
        {
            "agency_id": list("abcdef"),
            "year": 2022,
            "step": [255, 259, 260, 269, 270, 249],
            "held": [2, 1, 3, -1, 2, 2],
        }
    )
    table = count_at_edges(stands).query("predicate == 'Baik'").set_index("group")
    counts = table[["n_below", "n_above"]].to_numpy().tolist()
    assert dict(zip(table.index, counts, strict=True)) == {
        "all": [2, 2],
        "held": [1, 1],
        "not_held": [1, 0],
        "entrant": [0, 1],
        "free": [1, 1],
    }


@pytest.mark.parametrize(
    ("predicate", "group", "counts"),
    [
        ("Baik", "held", [2, 22]),
        ("Baik", "not_held", [16, 24]),
        ("Baik", "entrant", [0, 0]),
        ("Cukup", "held", [0, 20]),
    ],
)
def test_sides_of_2022_are_those_of_another_computation(edges, predicate, group, counts):
    row = edges.query("period == '2022' and predicate == @predicate and group == @group").iloc[0]
    assert row[["n_below", "n_above"]].tolist() == counts


def test_sides_agree_with_loops_over_the_lists(edges):
    published = load_published()
    value = {
        (row.agency_id, row.year): int(np.floor(row.index_published * 100 + 0.5 + 1e-9))
        for row in published.itertuples()
    }
    for year in (2019, 2021, 2022, 2023):
        for edge, predicate in ((180, "Cukup"), (260, "Baik"), (350, "Sangat Baik")):
            found = {"held": [0, 0], "free": [0, 0]}
            for row in published[published["year"] == year].itertuples():
                distance = value[row.agency_id, year] - edge
                if row.status == "evaluated" and -10 <= distance < 10:
                    before = value.get((row.agency_id, year - 1), 0)
                    found["held" if before >= edge else "free"][distance >= 0] += 1
            for group, counts in found.items():
                chosen = edges.query("period == @year.__str__() and predicate == @predicate")
                row = chosen[chosen["group"] == group].iloc[0]
                assert row[["n_below", "n_above"]].tolist() == counts, (year, predicate, group)


def test_thin_cells_have_counts_and_no_test(edges):
    thin = edges[(edges["n"] < 20) | ~edges["group"].isin(["all", "free"])]
    assert thin[["expected_share", "p_value", "power"]].isna().all(axis=None)
    assert edges["p_value"].notna().sum() > 20


def test_years_together_are_the_sum_of_the_years(edges):
    keys = ["predicate", "group"]
    single = edges[edges["period"].isin(["2022", "2023", "2024"])].groupby(keys)["n_above"].sum()
    pooled = edges[edges["period"] == "2022-2024"].set_index(keys)["n_above"]
    assert (single == pooled.reindex(single.index)).all()


def test_the_figure_holds_the_counts_of_the_table(stands, edges):
    curve = around_edge(stands, year=2022, place=2)
    window = curve[curve["in_window"]]
    above = window["index"] > 2.5999
    row = edges.query("period == '2022' and predicate == 'Baik' and group == 'all'").iloc[0]
    total = window[["n_held", "n_not_held", "n_entrant"]].sum(axis=1)
    assert total[above].sum() == row["n_above"]
    assert total[~above].sum() == row["n_below"]
    assert window["expected"][above].sum() == pytest.approx(row["expected_above"])


def test_jumps_state_a_p_value_for_one_bandwidth_only(stands):
    table = jumps_at_edges(stands)
    assert set(table.loc[table["p_value"].notna(), "bandwidth"]) == {0.35}


def test_heaping_on_round_numbers_would_be_seen():
    rng = np.random.default_rng(4)
    free = rng.integers(110, 400, 900) / 100
    heaped = np.where(rng.random(900) < 0.15, np.round(free, 1), free)
    p_free, p_heaped = (
        final_digits(
            listed([(str(i), 2022, value, None, "evaluated") for i, value in enumerate(values)])
        )["p_value"].iloc[0]
        for values in (free, heaped)
    )
    assert p_free > 0.05
    assert p_heaped < 1e-4
