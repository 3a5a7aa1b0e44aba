"""A new year is data: a source folder and one row, and every table of the panel has it."""

from pathlib import Path

import pytest
from panel.copies import add_year, copy_data

from spbe_research import (
    load_agencies,
    load_aggregates,
    load_instrument,
    load_published,
    load_scores,
    predicate_rule,
    verify,
)
from spbe_research.panel.build import build
from spbe_research.panel.codebook import codebook
from spbe_research.panel.frames import add_places, add_predicates, select_results
from spbe_research.panel.frames_compare import compare_frames
from spbe_research.panel.loaders import load_carried_over_bodies
from spbe_research.panel.misprints import list_misprints
from spbe_research.panel.national_series import national_means, national_series
from spbe_research.panel.recomputation import (
    difference_counts,
    recomputation_summary,
    recompute_all,
)
from spbe_research.years import design_years, eras, left_out, may_compare, neighbours

pytestmark = pytest.mark.whole


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The tidy tables built with one year more, and that year."""
    data = copy_data(tmp_path_factory.mktemp("extended") / "data")
    year = add_year(data)
    build(data)
    return data, year


@pytest.fixture
def year(extended: tuple[Path, int], monkeypatch: pytest.MonkeyPatch) -> int:
    data, year = extended
    monkeypatch.setenv("SPBE_RESEARCH_DATA", str(data))
    return year


def test_every_list_of_the_panel_has_the_year(year: int):
    published = load_published()
    assert (published["year"] == year).sum() == (published["year"] == year - 1).sum() == 615
    scores = load_scores()
    new = scores[scores["year"] == year]["scale"].value_counts().to_dict()
    assert new == {"domain": 4 * 615, "index": 615}
    assert load_agencies()["last_year"].max() == year
    assert load_agencies()["n_years"].max() == 8


def test_codebook_and_bounds_name_the_year(year: int):
    book = codebook().query("column == 'year' and table == 'published'")
    assert book["range"].item() == f"2018 to {year}"


def test_modes_and_compared_frames_have_the_year(year: int):
    published = load_published()
    new = published[published["year"] == year]
    assert new.groupby(["mode", "mode_basis"]).size().to_dict() == {("evaluated", "stated"): 615}
    frames = compare_frames(published).query("end == @year").set_index("frame")
    assert frames.loc["like_for_like", "n_end"] == 615


def test_frames_and_recomputation_have_the_year(year: int):
    results = select_results(load_published(), years=[year])
    assert add_predicates(results)["predicate"].notna().all()
    assert add_places(results, load_agencies())["province"].nunique() == 38
    recomputed = recompute_all(load_scores(), load_published())
    for table in (recomputation_summary(recomputed), difference_counts(recomputed)):
        assert year in set(table["year"])
    assert recomputed[recomputed["year"] == year]["difference"].abs().max() < 0.0101


def test_the_national_series_has_the_year_without_an_official_mean(year: int):
    series = national_series(load_published(), load_carried_over_bodies(), load_aggregates())
    new = series[(series["year"] == year) & (series["basis"] == "population")].iloc[0]
    assert new["n"] == 615
    assert new[["official", "reproduced"]].isna().tolist() == [True, False]
    means = national_means(load_published(), load_carried_over_bodies())
    assert means.query("year == @year")["n"].tolist() == [615, 615]
    list_misprints(load_published(), load_scores(), load_aggregates(), load_carried_over_bodies())


def test_the_year_joins_its_era_and_the_open_designs(year: int):
    assert list(eras())[-1] == f"2023-{year}"
    assert neighbours()[-1] == (year - 1, year)
    assert "difference" in may_compare(2023, year)
    assert predicate_rule(year) == "exact"
    assert year in design_years("texts")
    assert left_out("item-levels")[year].startswith("Levels of single indicators")
    assert load_instrument("permen-59-2020").bands


def test_all_checks_hold_with_the_year(year: int):
    outcome = verify()
    assert outcome.passed, outcome.summary()
    checks = set(outcome.to_frame()["check"])
    assert f"domains of 2023-{year} give the printed index within 0.01" in checks
