"""The page of one body: places, neighbours, events and topics, against counts made by hand."""

import csv

import pandas as pd
import pytest

from spbe_research.errors import DataError
from spbe_research.locations import data_folder
from spbe_research.panel.loaders import load_agencies, load_published, load_scores
from spbe_research.questions.a_region_and_its_regulations import tables
from spbe_research.questions.a_region_and_its_regulations.events import collect_events
from spbe_research.questions.a_region_and_its_regulations.figures import (
    draw_page,
    draw_timeline,
)
from spbe_research.questions.a_region_and_its_regulations.page import (
    policy_without_practice,
    region_page,
)
from spbe_research.questions.a_region_and_its_regulations.places import (
    follow_place,
    follow_those_near,
    rank_evaluated,
)
from spbe_research.questions.a_region_and_its_regulations.services import compare_services


def rows(name: str) -> list[dict[str, str]]:
    with (data_folder() / "tidy" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def toy(values: dict[str, list[float]], *, repeated: set[tuple[str, int]] = frozenset()):
    return pd.DataFrame(
        [
            {
                "agency_id": name,
                "year": year,
                "agency_type": "kota",
                "index_published": value,
                "status": "carried_over" if (name, year) in repeated else "evaluated",
            }
            for name, series in values.items()
            for year, value in zip((2018, 2021), series, strict=True)
        ]
    )


def test_places_share_the_better_one_and_leave_repeated_values_out() -> None:
    table = toy(
        {"a": [3.0, 1.0], "b": [3.0, 2.0], "c": [2.0, 2.5], "d": [4.0, 5.0]},
        repeated={("d", 2021)},
    )
    ranked = rank_evaluated(table).set_index(["agency_id", "year"])
    assert ranked["rank"].to_dict() == {
        ("a", 2018): 2, ("b", 2018): 2, ("c", 2018): 4, ("d", 2018): 1,
        ("a", 2021): 3, ("b", 2021): 2, ("c", 2021): 1,
    }  # fmt: skip
    assert ranked.loc[("a", 2021), "n"] == 3


def test_neighbours_are_those_of_nearest_index_and_the_body_itself() -> None:
    table = toy({"a": [3.0, 1.0], "b": [2.9, 2.0], "c": [2.0, 2.5], "d": [3.3, 2.2]})
    names = pd.DataFrame({"agency_id": list("abcd"), "name": list("ABCD")})
    near = follow_those_near(table, names, "a", start=2018, end=2021, near=2)
    assert near["name"].tolist() == ["D", "A", "B"]
    assert near["rank_end"].tolist() == [2, 4, 3]
    assert near["is_case"].tolist() == [False, True, False]


def test_the_body_is_kept_where_more_are_equal_than_places() -> None:
    table = toy({name: [2.0, float(i + 1)] for i, name in enumerate("abcz")})
    names = pd.DataFrame({"agency_id": list("abcz"), "name": list("ABCZ")})
    near = follow_those_near(table, names, "z", start=2018, end=2021, near=2)
    assert near.loc[near["is_case"], "agency_id"].tolist() == ["z"]
    assert len(near) == 3


def test_places_of_the_case_are_those_counted_from_the_lists() -> None:
    listed = [r for r in rows("published") if r["agency_type"] == "kota"]
    path = follow_place(load_published(), tables.CASE).set_index("year")
    for year in (2018, 2021, 2022, 2023, 2024):
        new = [r for r in listed if r["year"] == str(year) and r["status"] == "evaluated"]
        own = next(float(r["index_published"]) for r in new if r["agency_id"] == tables.CASE)
        above = sum(float(r["index_published"]) > own for r in new)
        assert path.loc[year, "rank"] == above + 1
        assert path.loc[year, "n"] == len(new)
    assert path["rank"].dropna().tolist() == [4, 66, 66, 79, 82]
    assert path.loc[[2019, 2020], "rank"].isna().all()


def test_no_other_city_lost_as_many_places() -> None:
    facts = tables.single_facts().set_index("fact")
    assert facts.loc["places-lost", ["value", "n"]].tolist() == [78, 90]
    assert facts.loc["fell-at-least-as-far", "value"] == 1
    assert facts.loc["places-lost-next", "value"] == 76 - 11  # Kota Ambon


def test_levels_of_the_topics_are_those_of_the_list() -> None:
    with (data_folder() / "reference" / "policy_topics.csv").open(encoding="utf-8") as file:
        twins = {
            r["topic"]: (r["policy_item"], r["practice_items"].split())
            for r in csv.DictReader(file)
        }
    levels = {
        (r["year"], r["item"]): float(r["value"])
        for r in rows("scores")
        if r["agency_id"] == tables.CASE and r["scale"] == "indicator"
    }
    for row in tables.case_topics().itertuples():
        policy, practice = twins[row.topic]
        assert row.policy_level == levels[str(row.year), policy]
        parts = [levels[str(row.year), item] for item in practice]
        assert row.practice_level == pytest.approx(sum(parts) / len(parts))


def test_services_of_the_case_are_those_of_the_list() -> None:
    with (data_folder() / "reference" / "instruments.csv").open(encoding="utf-8") as file:
        scale = {r["code"]: r for r in csv.DictReader(file) if r["edition"] == "permen-59-2020"}
    weights = {
        code: float(r["weight_pct"])
        for code, r in scale.items()
        if r["scale"] == "indicator" and "D4" in (r["parent"], scale[r["parent"]]["parent"])
    }
    assert len(weights) == 16
    kinds = {r["agency_id"]: r["agency_type"] for r in rows("agencies")}
    levels = {
        (r["agency_id"], r["year"], r["item"]): float(r["value"])
        for r in rows("scores")
        if r["item"] in weights and r["status"] == "evaluated" and kinds[r["agency_id"]] == "kota"
    }
    facts = tables.single_facts().set_index(["fact", "year"])
    for year in ("2021", "2022"):
        cities = {a for a, y, _ in levels if y == year}
        value = {
            a: sum(w * levels[a, year, i] for i, w in weights.items()) / sum(weights.values())
            for a in cities
        }
        own = value[tables.CASE]
        assert facts.loc[("services", int(year)), "value"] == pytest.approx(own)
        mean = sum(value.values()) / len(value)
        assert facts.loc[("services-of-type", int(year)), "value"] == pytest.approx(mean)
        above = sum(each > own + 1e-9 for each in value.values())
        assert facts.loc[("services-rank", int(year)), ["value", "n"]].tolist() == [
            above + 1, len(value)
        ]  # fmt: skip
        higher = sum(levels[tables.CASE, year, item] >= 3 for item in weights)
        assert facts.loc[("services-higher", int(year)), "value"] == higher
    assert higher == 11
    with pytest.raises(DataError, match="must have levels of all indicators"):
        compare_services(load_scores(), load_agencies(), "kota-0")


def test_all_topics_regulated_and_nothing_practised_is_counted() -> None:
    pairs = pd.DataFrame(
        {
            "year": 2022,
            "agency_type": "kota",
            "agency_id": ["a", "a", "b", "b", "c", "c"],
            "is_enacted": [True, True, True, True, True, False],
            "practice_level": [1.0, 1.0, 1.0, 2.0, 1.0, 1.0],
        }
    )
    found = policy_without_practice(pairs).iloc[0]
    assert (found["n"], found["all_enacted"], found["all_at_floor"]) == (3, 2, 1)


def test_one_region_on_java_is_below_baik_in_the_last_list() -> None:
    java = {r["agency_id"] for r in rows("agencies") if r["island"] == "Jawa"}
    listed = [
        r for r in rows("published")
        if r["year"] == "2024"
        and r["agency_id"] in java
        and r["agency_type"] in ("kabupaten", "kota")
    ]  # fmt: skip
    below = [r["agency_id"] for r in listed if r["predicate_published"] in ("Kurang", "Cukup")]
    assert (len(listed), below) == (113, [tables.CASE])
    last = tables.case_island().iloc[-1]
    assert (last["n"], last["n_below"], last["is_case_below"]) == (113, 1, True)


def test_events_keep_how_a_text_is_known_and_a_dated_agreement_replaces_the_list() -> None:
    texts = pd.DataFrame(
        [["kota-1", "Perwal", "9", "2017", "news", "s", "l"]],
        columns=[
            "agency_id",
            "regulation_type",
            "number",
            "year",
            "evidence",
            "source_id",
            "locator",
        ],
    )
    added = pd.DataFrame(
        [["01", "Qanun", "", "2015", "document", "p"]],
        columns=["region_code", "type", "number", "year", "evidence", "locator"],
    )
    cohorts = pd.DataFrame(
        [["kota-1", "2019", "0", "s", "l"]],
        columns=["agency_id", "first_cohort", "repeat_listing", "source_id", "locator"],
    )
    columns = ["agency_id", "date", "kind", "label", "source_id", "locator"]
    dated = pd.DataFrame([["kota-1", "2019-05-15", "agreement", "x", "s", "l"]], columns=columns)
    agencies = pd.DataFrame({"agency_id": ["kota-1"], "kemendagri_code": ["01"]})
    given = {"texts": texts, "added": added, "cohorts": cohorts, "agencies": agencies}
    found = collect_events("kota-1", events=dated, **given)
    assert found["label"].tolist() == ["Qanun 2015", "Perwal 9/2017", "x"]
    assert found["evidence"].tolist() == ["document", "news", ""]
    undated = collect_events("kota-1", events=dated.head(0), **given)
    assert undated["kind"].tolist() == ["text", "text", "smart_city"]


@pytest.mark.parametrize(
    "agency_id",
    ["kota-33.75", "kab-35.10", "prov-36", "pusat-kementerian-keuangan", "kab-11.01"],
)
def test_the_page_of_any_body_is_drawn_from_what_the_record_holds(agency_id: str) -> None:
    page = region_page(agency_id)
    figure = draw_page(page.timeline, page.topics, page.near, title=page.name, footer="")
    assert len(figure.subfigs) == 1 + bool(len(page.topics)) + bool(len(page.near))


def test_a_body_without_events_has_a_timeline_of_places_only() -> None:
    page = region_page("pusat-kementerian-keuangan")
    assert set(page.timeline["part"]) == {"place"}
    assert page.island.empty
    assert len(draw_timeline(page.timeline, title="", footer="").axes) == 1


def test_a_body_never_published_is_refused() -> None:
    never = load_agencies().query("n_years == 0")["agency_id"].iloc[0]
    with pytest.raises(DataError, match="It must have a published index"):
        region_page(never)
