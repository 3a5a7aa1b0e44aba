"""Eras, breaks and designs against the facts of the evaluations and against hand-made tables."""

from pathlib import Path

import pytest

from spbe_research import load_published, load_scores
from spbe_research.errors import DataError
from spbe_research.panel.loaders import load_reference
from spbe_research.years import (
    design_years,
    eras,
    evaluation,
    evaluation_years,
    left_out,
    load_years,
    may_compare,
    neighbours,
    years_with,
)

HEAD = (
    "year,edition,guideline,break_before,break_label,predicate_rule,predicates_published,"
    "index_decimals,parts_published,status_known,provinces_as_of,who_looked_at,who_basis,"
    "who_source,could_fall,could_fall_source,results_decree,source\n"
)


def row(year: int, *, kind: str = "none", label: str = "", rule: str = "rounded") -> str:
    return (
        f"{year},permen-59-2020,G,{kind},{label},{rule},true,2,domain,stated,2022,,,,"
        "not stated,,,s\n"
    )


@pytest.fixture
def reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of reference tables that the package reads."""
    folder = tmp_path / "reference"
    folder.mkdir()
    monkeypatch.setenv("SPBE_RESEARCH_DATA", str(tmp_path))
    return folder


def test_eras_are_those_of_the_regulations():
    assert eras() == {
        "2018-2020": (2018, 2019, 2020),
        "2021-2022": (2021, 2022),
        "2023-2024": (2023, 2024),
    }


def test_neighbours_never_cross_a_break():
    assert neighbours() == ((2018, 2019), (2019, 2020), (2021, 2022), (2023, 2024))


def test_a_new_year_extends_its_era_and_enters_designs_that_only_leave_years_out(reference):
    (reference / "evaluation_years.csv").write_text(
        HEAD + row(2025) + row(2024) + row(2023, kind="guideline", label="new guideline")
    )
    (reference / "designs.csv").write_text(
        "design,role,year,why\na,left_out,2024,Too few.\nb,drawn,2023,One is enough.\n"
    )
    assert eras() == {"2023-2025": (2023, 2024, 2025)}
    assert design_years("a") == (2023, 2025)
    assert left_out("a") == {2024: "Too few."}
    assert left_out("b") == {2024: "One is enough.", 2025: "One is enough."}


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (2018, 2020, {"difference", "position"}),
        (2019, 2020, {"difference", "printed_direction", "position"}),
        (2020, 2021, {"printed_direction", "position"}),
        (2021, 2023, {"position", "linked_composite"}),
        (2022, 2023, {"printed_direction", "position", "linked_composite"}),
        (2018, 2021, {"position"}),
    ],
)
def test_what_may_be_said_of_a_pair_follows_the_rule(first, second, said):
    assert set(may_compare(first, second)) == said


def test_a_pair_in_the_wrong_order_is_refused():
    with pytest.raises(DataError, match="The end must be after the start"):
        may_compare(2024, 2023)


def test_every_fault_of_the_table_is_named_at_once(reference):
    (reference / "evaluation_years.csv").write_text(
        HEAD + row(2023, kind="storm", label="x") + row(2024, rule="guessed", label="x")
    )
    with pytest.raises(DataError, match=r"2023, break_before: 'storm'(.|\n)*2024, predicate_rule"):
        load_years()


def test_the_table_agrees_with_what_was_published():
    published = load_published()
    assert set(published["year"]) == set(evaluation_years())
    for year, rows in published.groupby("year"):
        known = evaluation(int(year))
        assert set(rows["edition"]) == {known.edition}
        assert known.predicates_published == rows["predicate_published"].notna().any()
        exact = (rows["index_published"] * 100 % 1).round(6).isin([0, 1]).all()
        assert (known.index_decimals == 2) == exact


def test_parts_are_published_for_the_years_that_say_so():
    scores = load_scores()
    for scale in ("indicator", "domain"):
        bodies = scores[scores["scale"] == scale].groupby("year")["agency_id"].nunique()
        assert tuple(bodies[bodies > 100].index) == years_with(parts_published=scale)


def test_every_guideline_and_source_is_known():
    regulations = set(load_reference("regulations_national")["short"])
    assert {each.guideline for each in load_years()} <= regulations
    sources = set(load_published()["source_id"])
    assert {each.source for each in load_years()} == sources


def test_every_design_speaks_of_known_years_in_whole_sentences():
    designs = load_reference("designs")
    before_the_first = {"region-size", "smart-city-size", "jdih-coverage"}
    known = set(evaluation_years())
    for design, rows in designs.groupby("design"):
        whys = [why for why in rows["why"] if why]
        assert all(why[0].isupper() or why[0].isdigit() for why in whys), design
        assert all(why.endswith(".") for why in whys), design
        if design == "next-list":  # a prediction speaks of the year that no list holds yet
            assert set(rows["year"].astype(int)) == {max(known) + 1}
        elif design not in before_the_first:
            assert set(rows["year"].astype(int)) <= known, design
