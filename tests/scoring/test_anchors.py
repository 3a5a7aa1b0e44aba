"""Indices that others published, from their raw data to the last decimal that they print."""

import csv
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from spbe_research import compute_index, load_instrument
from spbe_research.locations import data_folder

FOLDER = Path(__file__).resolve().parents[1] / "anchors"
ASEM_PIPELINE = {
    "impute": "mean",
    "impute_by": "EurAsia_group",
    "outliers": "winsorise_or_log",
    "normalise": "minmax",
    "low": 0,
    "high": 100,
}


def asem(**changed: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The computed nodes of ASEM and those of COINr, in one order."""
    instrument = load_instrument(
        FOLDER / "asem" / "ASEM_iMeta.csv", pipeline=ASEM_PIPELINE | changed
    )
    data = pd.read_csv(FOLDER / "asem" / "ASEM_iData.csv").set_index("uCode")
    expected = pd.read_csv(FOLDER / "asem" / "expected_scores.csv").set_index("uCode")
    computed = compute_index(data[list(instrument.inputs)], instrument, screen=0.9)
    nodes = list(instrument.outputs)
    return computed[nodes], expected.rename(columns={"Index": "index"}).loc[data.index, nodes]


def test_asem_comes_out_of_its_raw_data_as_coinr_prints_it() -> None:
    computed, expected = asem()
    assert computed.shape == (51, 11)
    assert float((computed - expected).abs().max().max()) < 1e-10  # it prints ten decimals


@pytest.mark.parametrize(
    "changed",
    [
        {"outliers": "none"},
        {"impute_by": ""},
        {"impute": "median"},
        {"aggregation": "harmonic", "low": 1},
    ],
)
def test_every_step_of_asem_is_needed(changed: dict[str, object]) -> None:
    computed, expected = asem(**changed)
    assert float((computed - expected).abs().max().max()) > 0.01


def bipa_parent(structure_id: str) -> str:
    if "." in structure_id:
        return structure_id.split(".")[0]
    number = int(structure_id)
    for size in (100, 10_000):
        if number % size:
            return str(number - number % size)
    return "0" if number else ""


def test_tiers_of_bipa_agree_within_a_hundredth() -> None:
    values = pd.read_csv(
        FOLDER / "bipa" / "values.csv", dtype={"structure_id": str}, encoding="utf-8-sig"
    )
    codes = sorted(values["structure_id"].unique(), key=float)
    table = pd.DataFrame({"code": codes, "parent": [bipa_parent(code) for code in codes]})
    is_node = table["code"].isin(table["parent"])
    table["missing"] = np.where(is_node, "siblings", "")
    table["decimals"] = np.where(is_node, "2", "")
    instrument = load_instrument(table)
    wide = values.pivot(index="cc_iso3c", columns="structure_id", values="value")
    computed = compute_index(wide[list(instrument.inputs)], instrument)
    expected = wide.rename(columns={"0": "index"})[list(instrument.outputs)]
    computed = computed[list(instrument.outputs)]
    assert computed.shape == (120, 53)
    assert (computed.isna() == expected.isna()).all().all()
    assert float((computed - expected).abs().max().max()) < 0.01 + 1e-9


def test_worked_example_of_the_human_development_index_comes_out() -> None:
    table = pd.DataFrame(
        [
            {"code": "hdi", "aggregation": "geometric"},
            {"code": "health", "parent": "hdi"},
            {"code": "education", "parent": "hdi"},
            {"code": "income", "parent": "hdi", "transform": "log", "normalise": "goalposts",
             "low": 100, "high": 75_000},
        ]
    )  # fmt: skip
    row = pd.DataFrame({"health": [0.6971], "education": [0.3447], "income": [3829.0]})
    assert round(compute_index(row, load_instrument(table))["index"].item(), 3) == 0.510
    only_income = load_instrument(table[table["code"].isin(["hdi", "income"])])
    assert round(compute_index(row[["income"]], only_income)["index"].item(), 4) == 0.5506


@pytest.mark.parametrize(
    ("edition", "n_items"), [("permen-5-2018", 37), ("permen-59-2020", 47), ("permen-8-2026", 20)]
)
def test_editions_are_weighted_means_of_their_printed_weights(edition: str, n_items: int) -> None:
    with (data_folder() / "reference" / "instruments.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["edition"] == edition]
    weights = {r["code"]: Fraction(r["weight_pct"]) for r in rows if r["scale"] == "indicator"}
    assert len(weights) == n_items
    levels = {code: 1 + (3 * at) % 5 for at, code in enumerate(weights)}
    exact = sum(weights[code] * level for code, level in levels.items()) / 100
    computed = compute_index(pd.DataFrame([levels]), edition)["index"].item()
    assert abs(computed - float(exact)) < 1e-14 * 10
