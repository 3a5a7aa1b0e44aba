"""Moves between predicates: by hand, by slow loops, on known truth, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from compare_mobility import comparisons, coverage, moves_table, scores_table
from spbe_research import load_published
from spbe_research.distributions.mobility import (
    add_predicates,
    alluvial_flows,
    balanced_panel,
    break_between,
    check_span,
    groups_of,
    mobility_indices,
    rank_mobility,
    rank_paths,
    transition_counts,
    transition_matrix,
)
from spbe_research.errors import DataError

COMPARISONS = comparisons()
KURANG, CUKUP, BAIK, SANGAT_BAIK = 0, 1, 2, 3


def measures(table: pd.DataFrame, column: str = "estimate") -> pd.Series:
    return table.set_index("measure")[column]


@pytest.mark.parametrize(
    "row", COMPARISONS, ids=[f"{row['estimator']}: {row['quantity']}" for row in COMPARISONS]
)
def test_estimate_equals_the_independent_one(row):
    assert row["ours"] == pytest.approx(row["independent"], rel=0, abs=row["tolerance"])


def test_intervals_cover_the_truth():
    for row in coverage(40, seed=7):
        if row["n"] == 60:  # rows of 15 agencies: only told, not asked for
            continue
        margin = 4 * np.sqrt(0.95 * 0.05 / row["n_simulations"])
        assert abs(row["covered"] - row["nominal"]) < margin, row


def test_indices_of_four_agencies_by_hand():
    # Kurang: one stays, one rises by two. Baik: one falls by one. Cukup: one stays.
    table = moves_table(np.array([0, 0, 2, 1]), np.array([0, 2, 1, 1]))
    found = mobility_indices(table, 2023, 2024, n_resamples=50, seed=1)
    estimates = measures(found)
    assert estimates["shorrocks"] == pytest.approx((3 - (0.5 + 1 + 0)) / 2)
    assert estimates["share_up"] == estimates["share_down"] == 0.25
    assert estimates["share_staying"] == 0.5
    assert estimates["mean_band_change"] == pytest.approx(0.25)
    assert measures(found, "n_states")["shorrocks"] == 3


def test_min_start_leaves_thin_predicates_out_of_the_shorrocks_index():
    table = moves_table(np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1, 2, 0]))
    found = mobility_indices(table, 2023, 2024, min_start=2, n_resamples=50, seed=1)
    assert measures(found)["shorrocks"] == pytest.approx((2 - (0.5 + 0.5)) / 1)
    assert measures(found, "n_states")["shorrocks"] == 2


def test_nobody_moves_gives_zero_and_everybody_moves_gives_the_maximum():
    same = np.array([0, 1, 2, 0, 1, 2])
    still = measures(mobility_indices(moves_table(same, same), 2023, 2024, seed=1))
    moved = measures(mobility_indices(moves_table(same, (same + 1) % 3), 2023, 2024, seed=1))
    assert still["shorrocks"] == 0
    assert moved["shorrocks"] == pytest.approx(3 / 2)


def test_counts_and_shares_by_hand():
    table = moves_table(np.array([CUKUP] * 4), np.array([CUKUP, BAIK, BAIK, SANGAT_BAIK]))
    matrix = transition_matrix(table, 2023, 2024).set_index(["from", "to"])
    assert matrix.loc[("Cukup", "Baik"), ["count", "n_from"]].tolist() == [2, 4]
    assert matrix.loc[("Cukup", "Baik"), "estimate"] == 0.5
    # Wilson for 2 of 4 with z = 1.959964: centre 1/2, half width z / (2 sqrt(4 + z²)).
    half = 1.959964 / (2 * np.sqrt(4 + 1.959964**2))
    assert matrix.loc[("Cukup", "Baik"), "low"] == pytest.approx(0.5 - half, abs=1e-6)
    assert np.isnan(matrix.loc[("Kurang", "Kurang"), "estimate"])
    assert len(matrix) == 25


@pytest.mark.parametrize(
    ("start", "end", "crosses"),
    [(2018, 2019, False), (2018, 2020, False), (2021, 2022, False), (2021, 2024, True)],
)
def test_each_row_of_the_matrix_adds_up_and_marks_the_guideline(start, end, crosses):
    matrix = transition_matrix(load_published(), start, end, across_guideline=crosses)
    assert matrix.groupby("from")["estimate"].sum(min_count=1).dropna().to_numpy() == (
        pytest.approx(1)
    )
    assert (matrix["across_guideline"] == crosses).all()


def test_computed_predicates_are_those_in_print_but_for_the_three_rounded_up_to_an_edge():
    published = load_published().dropna(subset=["predicate_published"])
    assert sorted(set(published["year"])) == [2018, 2023, 2024]
    computed = add_predicates(published.drop(columns="predicate_published"))["predicate"]
    differs = published[computed != published["predicate_published"]]
    # Nias Barat 1.80, Pacitan 3.50, Luwu 2.60, all of 2024.
    assert sorted(differs["agency_id"]) == ["12.25", "35.01", "73.17"]
    assert set(differs["year"]) == {2024}


def test_a_printed_predicate_is_kept():
    assert (
        (
            add_predicates(load_published()).query("agency_id == '35.01' and year == 2024")[
                "predicate"
            ]
        ).item()
        == "Baik"
    )


def test_the_rule_of_the_year_decides_at_the_edge():
    table = pd.DataFrame({"year": [2022, 2023, 2024], "index_published": 2.5951})
    assert add_predicates(table)["predicate"].tolist() == ["Baik", "Baik", "Cukup"]


def test_carried_over_values_do_not_count_unless_asked_for():
    evaluated = transition_counts(load_published(), 2018, 2019)
    everything = transition_counts(load_published(), 2018, 2019, status="all")
    assert evaluated["count"].sum() < everything["count"].sum()


def test_rank_statistics_by_hand():
    # Ranks 1, 2.5, 2.5, 4 and 2, 1, 3, 4, less 2.5: products .75, 0, 0, 2.25; squares 4.5 and 5.
    table = scores_table(np.array([1.0, 2.0, 2.0, 3.0]), np.array([1.5, 1.2, 2.0, 2.5]))
    estimates = measures(rank_mobility(table, 2023, 2024, n_resamples=50, seed=1))
    assert estimates["spearman"] == pytest.approx(3 / np.sqrt(4.5 * 5))
    assert estimates["mean_rank_change"] == pytest.approx((1 + 1.5 + 0.5 + 0) / 4 / 4)
    # Pairs: 5 untied at the start, 4 concordant, 1 discordant.
    assert estimates["kendall"] == pytest.approx(3 / np.sqrt(5 * 6))


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_agencies_give_no_crash(n):
    table = scores_table(np.linspace(1, 2, n), np.linspace(2, 1, n))
    ranks = rank_mobility(table, 2023, 2024, n_resamples=50, seed=1)
    indices = mobility_indices(table, 2023, 2024, n_resamples=50, seed=1)
    assert (ranks["n"] == n).all()
    assert ranks["estimate"].isna().all() == (n < 3)
    assert np.isnan(measures(indices)["shorrocks"])
    assert measures(indices)["share_staying"] == 1


def test_constant_scores_have_no_rank_correlation():
    table = scores_table(np.full(9, 2.0), np.linspace(1, 3, 9))
    ranks = rank_mobility(table, 2023, 2024, n_resamples=50, seed=1).set_index("measure")
    assert ranks.loc[["spearman", "kendall"], ["estimate", "low", "high"]].isna().all(axis=None)


def test_same_seed_same_table_and_order_of_rows_does_not_matter():
    rng = np.random.default_rng(4)
    table = scores_table(rng.normal(2.5, 0.3, 30), rng.normal(2.5, 0.3, 30))
    first = rank_mobility(table, 2023, 2024, n_resamples=99, seed=3)
    again = rank_mobility(table.sample(frac=1, random_state=1), 2023, 2024, n_resamples=99, seed=3)
    pd.testing.assert_frame_equal(first, again)


def test_indices_by_type_split_the_agencies():
    by_type = mobility_indices(
        load_published(), 2023, 2024, by="agency_type", n_resamples=50, seed=1
    )
    shares = by_type[by_type["measure"] == "share_up"]
    assert shares["agency_type"].tolist() == [
        "kabupaten", "kementerian", "kota", "lembaga", "provinsi",
    ]  # fmt: skip
    assert shares["n"].sum() == 607
    whole = measures(mobility_indices(load_published(), 2023, 2024, n_resamples=50, seed=1))
    weighted = (shares["estimate"] * shares["n"]).sum() / 607
    assert weighted == pytest.approx(whole["share_up"])


def test_rank_paths_share_ties_and_mark_the_new_instrument():
    table = pd.DataFrame(
        {
            "agency_id": ["a", "b", "c"] * 2,
            "agency_type": ["kota", "kota", "polda"] * 2,
            "year": [2019] * 3 + [2021] * 3,
            "index_published": [2.0, 2.0, 3.0, 1.0, 2.0, 3.0],
            "status": "evaluated",
        }
    )
    paths = rank_paths(table, [2019, 2021])
    assert paths["percentile_rank"].tolist() == [50, 50, 50, 25, 75, 50]
    assert paths["break_before"].tolist() == ["none"] * 3 + ["instrument"] * 3
    assert rank_paths(table, [2019, 2021], by=None)["percentile_rank"].iloc[2] == (
        pytest.approx(100 * 2.5 / 3)
    )


def test_flows_join_from_year_to_year():
    flows = alluvial_flows(load_published(), [2021, 2022, 2023, 2024])
    arrived = flows.groupby(["year_to", "predicate_to"])["n"].sum()
    left = flows.groupby(["year_from", "predicate_from"])["n"].sum()
    for year in (2022, 2023):
        pd.testing.assert_series_equal(arrived[year], left[year], check_names=False)
    marks = flows.groupby("year_to")["break_between"].unique().explode()
    assert marks.tolist() == ["none", "guideline", "none"]
    assert alluvial_flows(load_published(), [2018, 2019])["n"].sum() == 457


def test_the_input_is_left_as_it_was():
    published = load_published()
    before = published.copy()
    mobility_indices(published, 2023, 2024, n_resamples=20, seed=1)
    pd.testing.assert_frame_equal(published, before)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda p: transition_counts(p, 2020, 2021), "new instrument lies between 2020 and 2021"),
        (lambda p: transition_counts(p, 2022, 2023), "across_guideline=True"),
        (lambda p: transition_counts(p, 2018, 2024, across_guideline=True), "new instrument"),
        (lambda p: transition_counts(p, 2024, 2023), "The end must be after the start"),
        (lambda p: transition_counts(p, 2016, 2018), "both from 2018 to 2024"),
        (lambda p: transition_matrix(p, 2023, 2024, confidence=95), "Invalid confidence 95"),
        (lambda p: mobility_indices(p, 2023, 2024, by="island", seed=1), "Invalid by 'island'"),
        (lambda p: rank_paths(p, [2023, 2024], by="island"), "Invalid by 'island'"),
        (lambda p: mobility_indices(p, 2023, 2024, min_start=0, seed=1), "Invalid min_start 0"),
        (lambda p: alluvial_flows(p, [2021]), "must be two or more"),
        (lambda p: check_span([2021], across_guideline=True), "must be two or more"),
        (lambda p: transition_counts(p, 2023, 2024, status="guess"), "Invalid status 'guess'"),
        (lambda p: balanced_panel(p.drop(columns="status"), [2023, 2024]), "column status"),
        (lambda p: balanced_panel(pd.concat([p, p]), [2023, 2024]), "twice in a year"),
        (lambda p: balanced_panel(p.assign(index_published=np.nan), [2023]), "index missing"),
        (lambda p: add_predicates(p.assign(predicate="Bagus")), "Invalid predicate 'Bagus'"),
        (lambda p: add_predicates(p.assign(year=1999)), "Invalid year 1999"),
        (lambda p: list(groups_of(p, "status")), "Invalid by 'status'"),
    ],
)
def test_what_cannot_be_is_refused(call, match):
    with pytest.raises(DataError, match=match):
        call(load_published())


def test_no_agency_in_both_years_is_refused():
    table = moves_table(np.array([0]), np.array([0])).iloc[:1]
    other = table.assign(agency_id="other", year=2024)
    with pytest.raises(DataError, match="No agency left"):
        transition_counts(pd.concat([table, other]), 2023, 2024)


def test_breaks_are_named():
    assert break_between(2020, 2021) == "instrument"
    assert break_between(2022, 2023) == "guideline"
    assert break_between(2018, 2020) == "none"
