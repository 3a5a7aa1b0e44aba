"""Headlines that compare are claims: each has its condition, and the condition holds."""

import re
from typing import Any

import pandas as pd
import pytest

from spbe_research.press import conditions
from spbe_research.press.claimed import Claim, claims_made
from spbe_research.press.comparing import comparing
from spbe_research.press.conditions import broken, condition_violations

ISLANDS = pd.DataFrame(
    {
        "island": ["Jawa", "Sumatera", "Kalimantan", "Bali", "Sulawesi", "Maluku", "Papua"],
        "year": 2024,
        "estimate": [3.4, 3.1, 3.0, 2.9, 2.8, 2.3, 2.1],
    }
)
YEARS = pd.DataFrame(
    {
        "type": ["kota"] * 4 + ["kabupaten"] * 4,
        "year": [2018, 2019, 2021, 2022] * 2,
        "estimate": [0.4, 0.3, 0.5, 0.2, 0.2, 0.2, 0.3, 0.1],
        "significant": [True, True, True, True, True, False, True, True],
    }
)
NUMBERS = pd.DataFrame(
    {"id": ["num-a", "num-b"], "value": [2.0, 1.0], "low": [0.5, 0.8], "high": [3.0, 2.0], "n": 5}
)


@pytest.fixture(autouse=True)
def small_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    rising = pd.DataFrame({"low": [0.2, 0.1], "estimate": [2, 1]})
    tables = {"fig-islands": ISLANDS, "fig-years": YEARS, "fig-rising": rising}
    monkeypatch.setattr(conditions, "committed_table", lambda name: tables[name].copy())
    monkeypatch.setattr(conditions, "committed_numbers", NUMBERS.copy)
    breaks = {
        "year": ["2018", "2019", "2021", "2022"],
        "break_before": ["none"] * 2 + ["x", "none"],
    }
    monkeypatch.setattr(conditions, "load_reference", lambda name: pd.DataFrame(breaks))


def claim(text: str, *holds: dict[str, Any], table: str = "fig-islands") -> Claim:
    return Claim("fig-islands, title", ((text, "en"),), holds, table=table)


def test_java_and_bali_do_not_lead_when_bali_is_fourth_of_seven() -> None:
    said = claim("Java and Bali lead", {"leads": ["Jawa", "Bali"], "by": "island"})
    assert condition_violations([said]) == [
        "fig-islands, title, 'Java and Bali lead': {leads = ['Jawa', 'Bali'], by = 'island'}: "
        "Bali is number 4 of 7 (2.9)"
    ]
    assert condition_violations([claim("Java leads", {"leads": "Jawa", "by": "island"})]) == []


def test_headline_that_compares_needs_a_condition_for_each_of_its_sentences() -> None:
    assert condition_violations([claim("The islands of 2024")]) == []
    assert condition_violations([claim("Java and Bali lead")]) == [
        "fig-islands, title: 1 to be in `holds`, one per comparing sentence, there are 0: "
        "'Java and Bali lead'"
    ]
    two = claim("Java leads. Papua is lowest.", {"leads": "Jawa", "by": "island"})
    assert len(condition_violations([two])) == 1


@pytest.mark.parametrize(
    "title",
    ["The 640 islands", "The eleven islands", "Islands, 2.5 of them", "Islands of 2016", "Half"],
)
def test_number_typed_in_a_headline_is_named_unless_a_condition_proves_it(title: str) -> None:
    (told,) = condition_violations([claim(title, {"compares_nothing": "it counts"})])
    assert told.startswith("fig-islands, title (en): ")
    assert told.endswith("or say it in `says` of the condition that proves it")


def test_number_of_a_headline_may_be_a_place_or_stand_in_what_a_condition_says() -> None:
    assert condition_violations([claim("The {num-a} islands of 2024, level 2")]) == []
    proven = {"every": "estimate > 2", "says": ["eleven islands"]}
    assert condition_violations([claim("The eleven islands", proven)]) == []
    (told,) = condition_violations([claim("The twelve eleven islands", proven)])
    assert "'twelve' is typed" in told
    for idle in ("ten islands", "islands"):
        said = claim("Islands", {"compares_nothing": "so", "says": [idle]})
        assert condition_violations([said]) == [
            f"fig-islands, title: {idle!r} in `says` must be some words of it, not a number alone"
        ]


def test_headline_that_compares_in_one_language_only_needs_one_too() -> None:
    said = Claim("x", (("An island", "en"), ("Pulau tertinggi", "id")), (), table="fig-islands")
    assert "'Pulau tertinggi'" in condition_violations([said])[0]


@pytest.mark.parametrize(
    "condition",
    [
        {"every": "estimate > 2"},
        {"every": "estimate > 3", "where": "island in ['Jawa', 'Sumatera']"},
        {"most": "estimate > 2.85"},
        {"trails": "Papua", "by": "island"},
        {"leads": "Bali", "by": "island", "where": "estimate < 3"},
        {"falls": "estimate", "table": "fig-years", "per": ["era", "type"], "where": "year > 2019"},
        {"falls": "estimate", "table": "fig-years", "per": "era", "where": "type == 'kota'"},
        {"rises": "estimate", "along": "low", "table": "fig-rising"},
        {"above": ["type == 'kota'", "type == 'kabupaten'"], "per": "year", "table": "fig-years"},
        {"above": ["island == 'Jawa'", "island == 'Bali'"]},
        {"above": ["num-a", "num-b"]},
        {"above": ["num-b:low", "num-a:low"]},
        {"above": ["num-b", 0.99]},
        {"compares_nothing": "it lists the islands"},
    ],
)  # fmt: skip
def test_condition_that_holds(condition: dict[str, Any]) -> None:
    assert broken(condition, "fig-islands") == ""


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"every": "estimate > 2.5"}, "false in 2 of 7 rows: estimate 2.3; estimate 2.1"),
        ({"most": "estimate > 2.95"}, "false in 4 of 7 rows: estimate 2.9; estimate 2.8"),
        (
            {"most": "island == 'Jawa'", "where": "island in ['Jawa', 'Bali']"},
            "false in 1 of 2 rows: island Bali",
        ),
        ({"every": "significant", "table": "fig-years"}, "false in 1 of 8 rows"),
        ({"every": "estimate > 2", "where": "year == 2030"}, "no row is chosen"),
        ({"every": "estimate + 1"}, "must be true or false in each row"),
        ({"every": "moons > 2"}, "it cannot be read: name 'moons' is not defined"),
        ({"every": "estimate >"}, "it cannot be read"),
        ({"leads": "Bali", "by": "island"}, "Bali is number 4 of 7 (2.9)"),
        ({"leads": "Moon", "by": "island"}, "'Moon' is no island of the rows"),
        ({"leads": "kota", "by": "type", "table": "fig-years"}, "type must be in one row each"),
        ({"trails": "Maluku", "by": "island"}, "Maluku is number 2 of 7 (2.3)"),
        (
            {"falls": "estimate", "table": "fig-years", "where": "type == 'kota'"},
            "not at year 2021, estimate 0.5",
        ),
        (
            {"falls": "estimate", "table": "fig-years", "per": "type"},
            "not at year 2019, estimate 0.2; year 2021, estimate 0.3; year 2021, estimate 0.5",
        ),
        ({"rises": "estimate", "table": "fig-years"}, "year must be in one row each"),
        (
            {"above": ["type != 'kota'", "type == 'kota'"], "per": "year", "table": "fig-years"},
            "0.2 is not above 0.4 of 2018; 0.2 is not above 0.3 of 2019; 0.3 is not above 0.5 of",
        ),
        ({"above": ["island == 'Java'", "island == 'Bali'"]}, "no row is chosen"),
        ({"above": ["year == 2024", "island == 'Bali'"]}, "each side must choose one cell"),
        ({"above": ["num-b", "num-a"]}, "num-b (1) is not above num-a (2)"),
        ({"above": ["num-a", "num-moon"]}, "there is no number num-moon"),
        ({"above": ["num-a:middle", 1]}, "there is no number num-a:middle"),
        ({"above": [1, 1]}, "1 is not above 1"),
        ({"holds": "so"}, "it must be one of every, most, leads"),
        ({"every": "estimate > 2", "leads": "Jawa"}, "it must be one of every, most, leads"),
        ({"leads": "Jawa", "by": "island", "per": "year"}, "per is no part of `leads`"),
        ({"compares_nothing": " "}, "it must say why"),
    ],
)  # fmt: skip
def test_condition_that_does_not_hold_says_why(condition: dict[str, Any], said: str) -> None:
    assert said in broken(condition, "fig-islands")


def test_equal_values_lead_neither() -> None:
    level = ISLANDS.assign(estimate=[3.4, 3.4, *ISLANDS["estimate"][2:]])
    told = conditions._leads({"leads": "Jawa", "by": "island"}, level)
    assert told == "Jawa is number 2 of 7 (3.4)"
    assert conditions._leads({"leads": ["Jawa", "Sumatera"], "by": "island"}, level) == ""


def test_condition_of_an_answer_must_name_its_table() -> None:
    assert broken({"every": "estimate > 0"}) == "it must name a table"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Java leads"),
        ("en", "Most kept their predicate"),
        ("en", "Hardly anybody falls"),
        ("en", "Cities score above regencies"),
        ("en", "Ranks grow stiffer"),
        ("en", "Only 2.60 stands out"),
        ("en", "Services score high, management stays at the floor"),
        ("en", "Every index follows from its parts"),
        ("en", "Within an agency, little is left"),
        ("id", "Kota bernilai lebih tinggi daripada kabupaten"),
        ("id", "Ketimpangan turun"),
        ("id", "Semua indeks dapat dihitung ulang"),
        ("id", "Jawa memimpin"),
        ("id", "Hampir tidak ada yang turun"),
        ("id", "Peringkat makin sulit berubah"),
        ("id", "Nilai tertinggi di Jawa"),
    ],
)
def test_comparing_words_are_known(language: str, text: str) -> None:
    assert comparing(text, language) == [text]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Predicates by year"),
        ("en", "Do laggards catch up, or fall behind?"),
        ("en", "How strong the unseen would have to be"),
        ("id", "Sebaran nilai SPBE dari tahun ke tahun"),
        ("id", "Siapa yang naik"),
        ("id", "Indeks nasional, resmi dan hitung ulang"),
    ],
)
def test_text_without_a_comparison_is_left_alone(language: str, text: str) -> None:
    assert comparing(text, language) == []


def test_answers_are_read_where_readers_see_them(house: Any) -> None:
    (said,) = [each for each in claims_made() if each.name == "how_big, answer"]
    texts = [re.sub("<!--.*?-->", "", text) for text, _ in said.texts]
    assert texts == [
        "The mean is {num-mean-2024}.",
        "Reratanya {num-mean-2024}.",
        "It is 0.25.",
        "It is 0.25.",
        "It is 0.25.",
    ]


def test_row_of_a_readme_that_compares_needs_a_condition(house: Any) -> None:
    readme = house.root / "README.md"
    readme.write_text(readme.read_text().replace("It is", "It is lower:"), encoding="utf-8")
    (found,) = condition_violations(claims_made())
    assert found.startswith("how_big, answer: 1 to be in `holds`")
    assert "'It is lower: 0.25.'" in found


def test_brief_of_a_notebook_that_compares_needs_a_condition(house: Any) -> None:
    first = ("markdown", "# How big?\n\n**In brief.** It falls every year.\n\n## Data")
    house.write_cells((first, *house.cells[1:]))
    (found,) = condition_violations(claims_made())
    assert "'It falls every year.'" in found
