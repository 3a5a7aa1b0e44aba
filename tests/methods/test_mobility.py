"""Moves and floors: by hand, by plain loops over the file, on simulated truths, and refusals."""

import csv
import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata, spearmanr
from simulation.panels import simulate_panel

from simulated_truths import moves as simulated_moves
from spbe_research.errors import DataError
from spbe_research.locations import data_folder
from spbe_research.methods.floors import give_back_falls, impose_floor
from spbe_research.methods.mobility import count_moves, moves_of, pair_moves, transitions
from spbe_research.panel.loaders import load_published


def pairs(start: list[float], end: list[float], kind: str = "kota") -> pd.DataFrame:
    names = [f"a{place}" for place in range(len(start))]
    return pd.DataFrame(
        {"agency_id": names, "agency_type": kind, "index_start": start, "index_end": end}
    )


def shares(table: pd.DataFrame) -> pd.Series:
    return table.set_index("measure")["estimate"]


@pytest.fixture(scope="module")
def printed() -> dict[tuple[str, str], dict[str, str]]:
    """Each body's row of the file in each year, read without pandas."""
    with (data_folder() / "tidy" / "published.csv").open(encoding="utf-8") as file:
        return {(row["agency_id"], row["year"]): row for row in csv.DictReader(file)}


def cents(text: str) -> int:
    """Printed index in hundredths, half up, in whole numbers."""
    points, _, decimals = text.partition(".")
    return (int(points) * 10_000 + int(decimals.ljust(4, "0")) + 50) // 100


def test_moves_of_four_bodies_by_hand() -> None:
    found = moves_of(pairs([2.0, 2.5, 3.0, 3.5], [2.0, 3.6, 2.9, 4.0]))
    assert found["direction"].tolist() == ["unchanged", "rose", "fell", "rose"]
    # Places 12.5, 37.5, 62.5, 87.5; at the end the second is third and the third second.
    assert found["places"].tolist() == [0, 25, -25, 0]
    counted = count_moves(found).set_index("measure")
    assert counted.loc[["fell", "unchanged", "rose"], "count"].tolist() == [1, 1, 2]
    assert counted.loc["lost_places", ["count", "n"]].tolist() == [1, 4]
    assert counted.loc["rose_but_lost", "count"] == 0
    assert counted.loc["rank_correlation", "estimate"] == pytest.approx(0.8)


def test_places_are_among_bodies_of_one_type_and_ties_share() -> None:
    table = pd.concat([pairs([1.0, 2.0], [3.0, 1.0]), pairs([2.0, 2.0], [1.0, 2.0], "polda")])
    found = moves_of(table.assign(agency_id=list("abcd")).reset_index(drop=True))
    assert found["place_start"].tolist() == [25, 75, 50, 50]
    assert found["place_end"].tolist() == [75, 25, 25, 75]


def test_four_decimals_are_rounded_as_printed_before_falls_are_counted() -> None:
    found = moves_of(pairs([2.6049, 2.6051, 2.6], [2.6, 2.6, 2.5951]))
    assert found["direction"].tolist() == ["unchanged", "fell", "unchanged"]


@pytest.mark.parametrize(
    ("start", "end", "kind", "fell", "n"),
    [
        (2018, 2019, "like_for_like", 144, 457),
        (2021, 2022, "like_for_like", 134, 451),
        (2022, 2023, "listed", 0, 603),
        (2023, 2024, "like_for_like", 29, 607),
    ],
)
def test_printed_falls_equal_a_plain_count_of_the_file(
    printed, start: int, end: int, kind: str, fell: int, n: int
) -> None:
    counted = Counter()
    for (body, year), row in printed.items():
        first = printed.get((body, str(start)))
        if year != str(end) or first is None or row["status"] != "evaluated" or row["flag"]:
            continue
        if kind == "like_for_like" and first["status"] != "evaluated":
            continue
        change = cents(row["index_published"]) - cents(first["index_published"])
        counted["fell" if change < 0 else "rose" if change else "unchanged"] += 1
    ours = count_moves(pair_moves(load_published(), start, end, kind=kind)).set_index("measure")
    for name in ("fell", "unchanged", "rose"):
        assert ours.loc[name, "count"] == counted[name]
    assert (counted["fell"], counted.total()) == (fell, n)


def test_the_impossible_value_of_banyuasin_is_no_fall() -> None:
    moves = pair_moves(load_published(), 2022, 2023, kind="listed")
    assert "kab-16.07" not in set(moves["agency_id"])


def test_unrounded_falls_are_other_numbers_and_not_used(printed) -> None:
    """138 of 451 fell before rounding in 2022, and eight in 2023; some of them by under a cent."""
    for start, end, unrounded in (("2021", "2022", 138), ("2022", "2023", 8)):
        fell = 0
        for (body, year), row in printed.items():
            first = printed.get((body, start))
            if year == end and first and {row["status"], first["status"]} == {"evaluated"}:
                fell += float(row["index_published"]) < float(first["index_published"]) - 1e-9
        assert fell == unrounded


def test_places_and_their_correlation_equal_scipys() -> None:
    moves = pair_moves(load_published(), 2023, 2024)
    raw = load_published().pivot(index="agency_id", columns="year", values="index_published")
    weighted = 0.0
    for kind, group in moves.groupby("agency_type"):
        values = raw.loc[group["agency_id"], [2023, 2024]].to_numpy()
        place = 100 * (rankdata(values[:, 1]) - 0.5) / len(group)
        assert group["place_end"].to_numpy() == pytest.approx(place), kind
        weighted += len(group) * spearmanr(values[:, 0], values[:, 1]).statistic
    assert shares(count_moves(moves))["rank_correlation"] == pytest.approx(weighted / len(moves))


def test_a_pair_that_is_not_of_neighbours_has_places_and_no_direction() -> None:
    moves = pair_moves(load_published(), 2018, 2024)
    assert moves["direction"].isna().all()
    assert "fell" not in set(count_moves(moves)["measure"])


def test_transitions_equal_a_plain_count_of_printed_predicates(printed) -> None:
    counted = Counter(
        (first["predicate_published"], row["predicate_published"])
        for (body, year), row in printed.items()
        if year == "2024" and (first := printed.get((body, "2023"))) is not None
    )
    ours = transitions(load_published(), 2023, 2024)
    assert {
        (row["from"], row["to"]): row["count"] for _, row in ours.iterrows() if row["count"]
    } == dict(counted)
    assert ours.groupby("from")["estimate"].sum().to_numpy() == pytest.approx(1)
    assert len(ours) == 25


def test_two_of_607_lost_their_predicate_and_only_one_of_them_fell(printed) -> None:
    """2024 bands the unrounded index: Luwu kept 2.60 in print and lost Baik."""
    order = ["Kurang", "Cukup", "Baik", "Sangat Baik", "Memuaskan"]
    lost = {
        body: cents(row["index_published"]) - cents(first["index_published"])
        for (body, year), row in printed.items()
        if year == "2024"
        and (first := printed.get((body, "2023"))) is not None
        and order.index(row["predicate_published"]) < order.index(first["predicate_published"])
    }
    table = transitions(load_published(), 2023, 2024)
    below = table["to"].map(order.index) < table["from"].map(order.index)
    assert table.loc[below, "count"].sum() == len(lost) == 2
    assert sorted(change < 0 for change in lost.values()) == [False, True]


def test_floor_imposed_by_hand() -> None:
    moves = moves_of(pairs([2.0, 2.5, 3.0], [1.5, 2.7, 3.0]))
    held = impose_floor(moves)
    assert held["index_end"].tolist() == [2.0, 2.7, 3.0]
    assert held["direction"].tolist() == ["unchanged", "rose", "unchanged"]
    assert moves["index_end"].tolist() == [1.5, 2.7, 3.0]


@pytest.mark.whole
def test_falls_are_given_back_to_bodies_just_above_their_old_number_only() -> None:
    start = np.full(40, 2.0)
    end = np.concatenate([np.full(20, 2.0), np.linspace(2.04, 2.19, 16), np.full(4, 3.0)])
    donors = moves_of(pairs([3.0], [2.75]))
    found = give_back_falls(moves_of(pairs(start.tolist(), end.tolist())), donors, seed=1)
    sizes = found.drop_duplicates("variant").set_index("variant")["n_moved"]
    # 20 stand within two cents; one for each of three cents would stand there anyway.
    assert sizes.to_dict() == {"excess": 17, "all": 20}
    fell = found[found["measure"] == "fell"].set_index("variant")["estimate"]
    assert fell.to_dict() == pytest.approx({"excess": 17 / 40, "all": 0.5})
    mean = found[found["measure"] == "mean_end"].set_index("variant")["estimate"]
    assert mean["all"] == pytest.approx(end.mean() - 20 * 0.25 / 40)


def test_pair_without_a_floor_is_a_placebo() -> None:
    free = pair_moves(load_published(), 2021, 2022)
    found = give_back_falls(free, free, n_draws=3, seed=1)
    assert found.loc[found["variant"] == "excess", "n_moved"].unique().tolist() == [0]


@pytest.mark.whole
def test_a_floor_makes_the_share_of_falls_and_hardly_places() -> None:
    rows = pd.DataFrame(simulated_moves(8, seed=3)).set_index(["estimator", "setting"])
    fell, lost, order = (
        rows.loc[f"{name}, falls given back; naive: as printed"]
        for name in ("fell", "lost_places", "rank_correlation")
    )
    # Naive: nobody falls, where one in five would have. Given back, the share is right.
    assert fell.loc["score floor", "naive_estimate"] == 0
    assert fell.loc["score floor", "truth"] > 0.18
    assert (fell["mean_estimate"] - fell["truth"]).abs().max() < 0.02
    assert (lost["naive_estimate"] - lost["truth"]).abs().max() < 0.04
    assert (order["mean_estimate"] - order["truth"]).abs().max() < 0.03
    for rule in ("nothing", "carry-over", "selection band"):
        assert fell.loc[rule, "naive_estimate"] == pytest.approx(fell.loc[rule, "truth"], abs=0.01)


def test_floor_of_a_simulated_panel_is_seen_whole() -> None:
    panel = simulate_panel(
        300, n_years=2, reliability=0.7, convergence=0, seed=1, score_floor=1.0, decimals=2
    )
    found = shares(count_moves(pair_moves(panel, 2021, 2022)))
    measured = panel.pivot(index="agency_id", columns="year", values="measured_index")
    assert found["fell"] == 0
    assert found["unchanged"] == pytest.approx((measured[2022] < measured[2021]).mean(), abs=0.02)


@pytest.mark.parametrize("n", [1, 2])
def test_few_bodies_have_no_rank_correlation(n: int) -> None:
    found = shares(count_moves(moves_of(pairs([1.0, 2.0][:n], [2.0, 1.0][:n]))))
    assert math.isnan(found["rank_correlation"])


def test_equal_scores_have_no_rank_correlation() -> None:
    found = shares(count_moves(moves_of(pairs([2.0] * 5, [1.0, 2.0, 3.0, 4.0, 5.0]))))
    assert math.isnan(found["rank_correlation"])


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda p: pair_moves(p, 2024, 2023), "The end must be after the start"),
        (lambda p: pair_moves(p, 2023, 2024, kind="moon"), "must be like_for_like or listed"),
        (lambda p: transitions(p, 2022, 2023), "compared within one era"),
        (lambda p: transitions(p, 2020, 2021), "compared within one era"),
        (lambda p: count_moves(pair_moves(p, 2023, 2024).head(0)), "At least one body"),
        (
            lambda p: pair_moves(p.assign(index_published=np.nan), 2023, 2024),
            "index missing",
        ),
        (lambda p: moves_of(pairs([1.0, math.nan], [1.0, 2.0])), "1 not finite"),
        (
            lambda p: give_back_falls(
                moves_of(pairs([1.0], [2.0])), moves_of(pairs([1.0], [2.0])), seed=1
            ),
            "must have fallen",
        ),
    ],
)
def test_what_cannot_be_is_refused(call, match: str) -> None:
    with pytest.raises(DataError, match=match):
        call(load_published())
