"""Rules and results: counts against other code, and what they may not be read as."""

import csv
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest

from spbe_research import load_published, load_reference
from spbe_research.locations import project_folder
from spbe_research.questions.who_was_looked_at import tables
from spbe_research.questions.who_was_looked_at.peers import means_had_all_moved
from spbe_research.questions.who_was_looked_at.rules import (
    bodies_under_rule,
    duty_counts,
    looked_at_by_predicate,
)


def _half_up(text: str) -> Decimal:
    return Decimal(text).quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.fixture(scope="module")
def printed() -> dict[str, dict[str, dict[str, str]]]:
    """Rows of the tidy file by year and body, as text."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    path = project_folder() / "data" / "tidy" / "published.csv"
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["year"], {})[row["agency_id"]] = row
    return found


@pytest.fixture(scope="module")
def under_rule() -> pd.DataFrame:
    return bodies_under_rule(load_published(), load_reference("assessment_modes"))


def test_near_the_cut_those_obliged_fell_more_often(
    printed: dict, under_rule: pd.DataFrame
) -> None:
    """Of all, volunteers fell almost twice as often; at like level it is the reverse."""
    table = duty_counts(under_rule, load_reference("assessment_modes"))
    for within, width in (("all", "9"), ("0.1", "0.10"), ("0.2", "0.20"), ("0.3", "0.30")):
        counts = {"obliged": [0, 0], "on_request": [0, 0]}
        for body, row in printed["2022"].items():
            if body not in printed["2021"] or row["status"] != "evaluated":
                continue
            before = _half_up(printed["2021"][body]["index_published"])
            if abs(before - Decimal("2.60")) <= Decimal(width):
                duty = "obliged" if before < Decimal("2.60") else "on_request"
                counts[duty][0] += 1
                counts[duty][1] += _half_up(row["index_published"]) < before
        for duty, (assessed, lower) in counts.items():
            row = table[(table["within"] == within) & (table["duty"] == duty)].iloc[0]
            assert (row["n_assessed"], row["n_lower"]) == (assessed, lower)
    share = table.set_index(["within", "duty"])["estimate"]
    assert share[("all", "on_request")] > 1.7 * share[("all", "obliged")]
    for within in ("0.1", "0.2", "0.3"):
        assert share[(within, "on_request")] < share[(within, "obliged")]


def test_outcomes_of_three_bodies_by_hand() -> None:
    rows = [
        ("up", 2021, 2.5949, "evaluated"), ("up", 2022, 2.5951, "evaluated"),
        ("same", 2021, 2.5949, "evaluated"), ("same", 2022, 2.5851, "evaluated"),
        ("down", 2021, 2.5951, "evaluated"), ("down", 2022, 2.5949, "evaluated"),
        ("asleep", 2021, 2.7, "evaluated"), ("asleep", 2022, 2.7, "carried_over"),
        ("new", 2022, 1.0, "evaluated"),
    ]  # fmt: skip
    published = pd.DataFrame(rows, columns=["agency_id", "year", "index_published", "status"])
    found = bodies_under_rule(published, load_reference("assessment_modes")).set_index("agency_id")
    assert found["outcome"].to_dict() == {
        "up": "not_lower", "same": "not_lower", "down": "lower", "asleep": "none", "new": "new",
    }  # fmt: skip
    assert found["duty"].to_dict() == {
        "up": "obliged", "same": "obliged", "down": "on_request", "asleep": "on_request",
        "new": "new",
    }  # fmt: skip


def test_year_by_year_table_counts_every_listed_body_once() -> None:
    table = tables.rules_seen().set_index("year")
    sizes = load_published().groupby("year").size()
    assert table["n"].to_dict() == sizes.to_dict()
    assert (table["n_new"] == table["n_evaluated"] + table["n_monitored"]).all()
    assert (table["n"] == table["n_new"] + table["n_carried_over"]).all()
    assert table["basis_found"].tolist() == ["neither"] * 3 + ["same"] + ["population"] * 3
    for column in ("rule_en", "rule_id", "seen_en", "seen_id"):
        assert (table[column].str.len() > 20).all()
    assert table.loc[[2023, 2024], "n_absent"].tolist() == [12, 19]


def test_the_weakest_were_looked_at_less_often_but_in_2022_and_2020(printed: dict) -> None:
    table = looked_at_by_predicate(load_published()).set_index(["year", "predicate"])
    for year, before in (("2019", "2018"), ("2021", "2020")):
        weak = [
            b
            for b, row in printed[before].items()
            if _half_up(row["index_published"]) < Decimal("1.80")
        ]
        again = [b for b in weak if printed[year].get(b, {}).get("status") == "evaluated"]
        row = table.loc[(int(year), "Kurang")]
        assert (row["n"], row["n_assessed"]) == (len(weak), len(again))
        assert row["estimate"] < table.loc[(int(year), "Baik"), "estimate"]
    assert table.loc[(2022, "Kurang"), "estimate"] > table.loc[(2022, "Baik"), "estimate"]


def test_mean_had_all_moved_by_a_loop(printed: dict) -> None:
    under_rule = bodies_under_rule(load_published(), load_reference("assessment_modes"))
    table = means_had_all_moved(load_published(), under_rule).set_index("peers")["estimate"]
    moves: dict[str, list[float]] = {"obliged": [], "on_request": []}
    for body, row in printed["2022"].items():
        if body in printed["2021"] and row["status"] == "evaluated":
            before = printed["2021"][body]["index_published"]
            duty = "obliged" if _half_up(before) < Decimal("2.60") else "on_request"
            moves[duty].append(float(row["index_published"]) - float(before))
    mean = {duty: sum(values) / len(values) for duty, values in moves.items()}
    total = 0.0
    for row in printed["2022"].values():
        value = float(row["index_published"])
        if row["status"] != "evaluated":
            value += mean[
                "obliged" if _half_up(row["index_published"]) < Decimal("2.60") else "on_request"
            ]
        total += value
    assert table["duty"] == pytest.approx(total / 620)
    assert table.between(2.352, 2.367).all()
