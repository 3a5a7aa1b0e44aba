"""Verdicts on the article counted from the lists, and the path it is about."""

import csv

import pytest

from spbe_research.locations import data_folder
from spbe_research.questions.is_the_news_right import tables
from spbe_research.questions.is_the_news_right.figures import draw_agency_path


def published() -> list[dict[str, str]]:
    path = data_folder() / "tidy" / "published.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_verdicts_are_counted_once_each() -> None:
    claims = tables.article_claims()
    facts = tables.single_facts().set_index("fact")
    verdicts = claims["verdict"].tolist()
    for fact, verdict in {
        "claims-confirmed": "confirmed",
        "claims-contradicted": "contradicted",
        "claims-not-decidable": "not decidable here",
    }.items():
        assert facts.loc[fact, ["value", "n"]].tolist() == [verdicts.count(verdict), len(verdicts)]
        assert facts.loc[fact, ["start", "end"]].tolist() == [2016, 2019]
    assert len(verdicts) == 11


def test_both_regulations_have_one_verdict() -> None:
    claims = tables.article_claims().set_index("claim_id")["verdict"]
    assert claims["perwal-106-2016"] == claims["perda-4-2016"] == "not decidable here"


def test_share_of_baik_is_that_of_the_list() -> None:
    predicates = [r["predicate_published"] for r in published() if r["year"] == "2018"]
    better = sum(each in {"Baik", "Sangat Baik", "Memuaskan"} for each in predicates)
    facts = tables.single_facts().set_index("fact")
    assert facts.loc["share-baik", "value"] == pytest.approx(100 * predicates.count("Baik") / 616)
    assert facts.loc["share-at-least-baik", "value"] == pytest.approx(100 * better / 616)
    assert facts.loc["share-baik", "n"] == len(predicates) == 616


def test_legend_names_the_year_that_is_repeated_only_where_one_is() -> None:
    path = tables.cilegon_path()
    figure = draw_agency_path(path, title="", footer="")
    assert "repeats 2018" in [t.get_text() for t in figure.axes[0].get_legend().get_texts()]
    new = path[path["status"] == "evaluated"].reset_index(drop=True)
    legend = draw_agency_path(new, title="", footer="").axes[0].get_legend()
    assert not [t for t in legend.get_texts() if t.get_text().startswith("repeats")]
