"""How each result came about, computed here a second time from the raw files."""

import csv
import re
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest

from spbe_research import load_published, load_reference
from spbe_research.errors import DataError
from spbe_research.locations import project_folder
from spbe_research.panel.modes import assessment_duties

RAW = project_folder() / "data" / "raw"
RULES = pd.DataFrame(
    [
        ("2022", "none", "", "new", "evaluated"),
        ("2022", "below", "2.60", "obliged", "monitored"),
        ("2022", "at_least", "2.60", "on_request", "monitored"),
    ],
    columns=["year", "index_before", "cut", "duty", "mode"],
)


def _two_decimals(printed: str) -> Decimal:
    return Decimal(printed).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _raw(year: int) -> dict[str, dict[str, str]]:
    """The rows of a raw list by the id of the body, without the package."""
    aliases = {row["name_published"]: row["agency_id"] for row in _rows("agency_aliases")}
    with (RAW / f"menpanrb-{year}-sheet" / "index.csv").open(encoding="utf-8") as file:
        return {aliases[row["agency_name_published"]]: row for row in csv.DictReader(file)}


def _rows(reference: str) -> list[dict[str, str]]:
    path = project_folder() / "data" / "reference" / f"{reference}.csv"
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def outcomes() -> dict[str, tuple[str, bool, bool]]:
    """Of each body listed in 2022: duty, whether it has a new result, whether that is lower."""
    before, after = _raw(2021), _raw(2022)
    found = {}
    for agency_id, row in after.items():
        new = row["status"] == "evaluated"
        if agency_id not in before:
            found[agency_id] = ("new", new, False)
            continue
        first = _two_decimals(before[agency_id]["index_published"])
        duty = "obliged" if first < Decimal("2.60") else "on_request"
        lower = new and _two_decimals(row["index_published"]) < first
        found[agency_id] = (duty, new, lower)
    return found


def test_rule_of_2022_agrees_with_the_ministrys_counts(outcomes: dict) -> None:
    """451 monitored and 103 evaluated: Kepmen PANRB 108/2023, as witnesses.csv holds it."""
    counts = Counter((duty, new) for duty, new, _ in outcomes.values())
    assert counts[("obliged", True)] + counts[("on_request", True)] == 451
    assert counts == {
        ("new", True): 103,
        ("obliged", True): 338,
        ("obliged", False): 20,
        ("on_request", True): 113,
        ("on_request", False): 46,
    }
    printed = {
        row["quantity"]: row["value"]
        for row in _rows("witnesses")
        if row["document"].startswith("Kepmen PANRB 108/2023")
    }
    assert printed["institutions monitored"] == "451"
    assert printed["institutions evaluated (interview)"] == "103"


def test_the_written_source_names_the_same_counts(outcomes: dict) -> None:
    with (RAW / "assessment-rules-survey" / "assessment_rules.csv").open(encoding="utf-8") as file:
        seen = next(row["mode_seen"] for row in csv.DictReader(file) if row["year"] == "2022")
    numbers = {int(number) for number in re.findall(r"\d+", seen)}
    assert numbers == {338, 113, 451, 103, 66, 20, 46}


def test_modes_agree_with_the_rule_body_by_body(outcomes: dict) -> None:
    listed = load_published().query("year == 2022").set_index("agency_id")
    assert set(listed.index) == set(outcomes)
    for agency_id, (duty, new, _) in outcomes.items():
        expected = ("evaluated" if duty == "new" else "monitored") if new else "carried_over"
        assert listed.loc[agency_id, "mode"] == expected
        assert listed.loc[agency_id, "mode_basis"] == ("rule" if new else "stated")


def test_those_who_asked_and_those_obliged_fell_as_often_as_counted_by_hand(outcomes: dict) -> None:
    lower = Counter(duty for duty, _, fell in outcomes.values() if fell)
    assert lower == {"obliged": 84, "on_request": 50}


def test_rounding_decides_for_two_bodies() -> None:
    """At four decimals 339 and 112 would be monitored: the cut is applied to two decimals."""
    published = load_published()
    before = published[published["year"] == 2021].set_index("agency_id")["index_published"]
    edge = before[(before < 2.6) & (before >= 2.595)]
    duties = assessment_duties(published, load_reference("assessment_modes"))
    assert sorted(edge.tolist()) == [2.5955, 2.5985]
    assert set(duties[duties["agency_id"].isin(edge.index)]["duty"]) == {"on_request"}


def test_status_keeps_its_two_values_and_other_years_follow_it() -> None:
    published = load_published()
    assert set(published["status"]) == {"evaluated", "carried_over"}
    other = published[published["year"] != 2022]
    assert (other["mode"] == other["status"]).all()
    inferred = published[published["mode_basis"] == "inferred"]
    assert set(inferred["year"]) == {2019, 2020}


def test_rules_that_leave_a_body_out_are_refused() -> None:
    published = pd.DataFrame(
        {"agency_id": ["a", "a"], "year": [2021, 2022], "index_published": [2.7, 2.8]}
    )
    assert assessment_duties(published, RULES)["duty"].tolist() == ["on_request"]
    with pytest.raises(DataError, match=r"Invalid rules of 2022 .* 1 do not"):
        assessment_duties(published, RULES[RULES["index_before"] != "at_least"])
