"""The printed examples and one index taken apart, set beside arithmetic done by hand."""

import csv
from fractions import Fraction

import pandas as pd
import pytest

from spbe_research import load_instrument, load_worked_examples
from spbe_research.locations import project_folder
from spbe_research.panel.worked_examples import check_examples
from spbe_research.questions.how_an_index_is_made.contributions import index_contributions
from spbe_research.questions.how_an_index_is_made.tables import (
    comparisons,
    examples,
    index_anatomy,
    parts,
    single_facts,
)

RAW = project_folder() / "data" / "raw"
# aspect: first and last indicator, weight of each in tenths of a percent (PermenPANRB 59/2020)
ASPECTS = {
    "A1": (1, 10, Fraction(13)),
    "A2": (11, 14, Fraction(25)),
    "A3": (15, 18, Fraction(25)),
    "A4": (19, 20, Fraction(25)),
    "A5": (21, 28, Fraction(15)),
    "A6": (29, 31, Fraction(15)),
    "A7": (32, 41, Fraction(55, 2)),
    "A8": (42, 47, Fraction(30)),
}


def test_every_worked_example_is_reproduced() -> None:
    table = check_examples(load_worked_examples())
    assert table["reproduced"].all()
    assert table["example_id"].nunique() == load_worked_examples()["example_id"].nunique()
    summed = examples()
    assert summed["n"].sum() == summed["n_reproduced"].sum() == len(table) == 109


def test_every_printed_aspect_domain_and_index_of_the_examples_is_checked() -> None:
    every = load_worked_examples()
    printed = every[every["scale"] != "indicator"]
    checked = set(check_examples(every)[["example_id", "item"]].itertuples(index=False))
    open_ = [
        (row.example_id, row.item)
        for row in printed.itertuples()
        if (row.example_id, row.item) not in checked
    ]
    inputs_only = {"example-domain-2", "example-index"}  # their lower tiers are given, not computed
    aspects_only = {"kemenko-perekonomian-2019"} | {
        name for name in every["example_id"] if name.startswith("national")
    }
    for example, item in open_:
        assert example in inputs_only or (example in aspects_only and item.startswith("A"))


def test_example_of_the_regulation_stands_among_the_comparisons_with_its_printed_values() -> None:
    own = comparisons().query("example_id.str.startswith('example-')").set_index("item")
    assert own["value_printed"].to_dict() == {"A2": 3.0, "D2": 3.4, "index": 3.28}
    assert own.loc["index", "value_computed"] == pytest.approx(3.282)


def test_weights_of_the_parts_are_those_of_the_annex() -> None:
    weights = parts().set_index("item")["weight_pct"]
    assert weights[["index", "D1", "D2", "D3", "D4"]].tolist() == [100.0, 13.0, 25.0, 16.5, 45.5]
    for aspect, (first, last, weight) in ASPECTS.items():
        assert weights[aspect] == float(weight * (last - first + 1) / 10), aspect
    assert parts().query("parent == 'D4'")["item"].tolist() == ["A7", "A8"]


def test_changed_example_is_not_reproduced() -> None:
    every = load_worked_examples()
    wrong = every["example_id"].eq("kabupaten-madiun-2020") & every["item"].eq("A6")
    every.loc[wrong, "value"] += 0.01
    assert not check_examples(every)["reproduced"].all()


def test_index_is_taken_apart_as_by_hand_from_the_raw_sheet() -> None:
    with (RAW / "menpanrb-2021-sheet" / "indicators.csv").open(encoding="utf-8") as file:
        name = "Kementerian Koordinator Bidang Perekonomian"
        row = next(r for r in csv.DictReader(file) if r["agency_name_published"] == name)
    table = index_anatomy().set_index("item")
    total = Fraction(0)
    for aspect, (first, last, weight) in ASPECTS.items():
        points = (
            weight * sum(int(row[f"I{number:02d}"]) for number in range(first, last + 1)) / 1000
        )
        total += points
        assert table.loc[aspect, "contribution"] == pytest.approx(float(points))
        assert table.loc[aspect, "weight_pct"] == float(weight * (last - first + 1) / 10)
    assert total == Fraction(29475, 10000)
    fact = single_facts().query("fact == 'kemenko-perekonomian'")
    assert fact["value"].item() == pytest.approx(2.9475)
    weights = single_facts().query("fact == 'domain-weight'").set_index("domain")["value"]
    assert weights.to_dict() == {"D1": 13.0, "D2": 25.0, "D3": 16.5, "D4": 45.5}


def test_one_step_of_an_indicator_adds_its_weight_and_nothing_elsewhere() -> None:
    instrument = load_instrument("permen-59-2020")
    flat = pd.Series(2.0, index=list(instrument.indicators))
    step = flat.copy()
    step["I42"] = 3
    before, after = (
        index_contributions(levels, instrument).set_index("item")["contribution"]
        for levels in (flat, step)
    )
    assert before.sum() == pytest.approx(2)
    assert (after - before).drop("A8").abs().max() == 0
    assert after["A8"] - before["A8"] == pytest.approx(0.03)
