"""An audit of an index that is not SPBE's: from raw values, without bands, of other means."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from spbe_research import audit, compute_index, load_instrument
from spbe_research.auditing.case import read_case
from spbe_research.choices import Aggregation, LeaveOut, LevelError, Weights
from spbe_research.errors import DataError, InstrumentError, ScoringError

ASEM = Path(__file__).resolve().parents[1] / "anchors" / "asem"
PIPELINE = {
    "impute": "mean",
    "impute_by": "EurAsia_group",
    "outliers": "winsorise_or_log",
    "normalise": "minmax",
    "low": 0,
    "high": 100,
}
PILLARS = {
    "Conn": ["Physical", "ConEcFin", "Political", "Instit", "P2P"],
    "Sust": ["Environ", "Social", "SusEcFin"],
}


@pytest.fixture(scope="module")
def coinr() -> pd.DataFrame:
    """What COINr gives: index, rank, every node and every indicator from 0 to 100."""
    return pd.read_csv(ASEM / "expected_scores.csv").set_index("uCode")


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    instrument = load_instrument(ASEM / "ASEM_iMeta.csv", pipeline=PIPELINE)
    table = pd.read_csv(ASEM / "ASEM_iData.csv").set_index("uCode")
    return table[list(instrument.inputs)]


def framework(**changed: object) -> object:
    return load_instrument(ASEM / "ASEM_iMeta.csv", pipeline=PIPELINE | changed)


def test_asem_has_the_index_and_the_ranks_of_coinr(data: pd.DataFrame, coinr: pd.DataFrame) -> None:
    result = audit(data, framework(), Weights.uniform(0.25), draws=200)
    ranks = result.tables["ranks"].set_index("agency_id")
    assert float((ranks["index"] - coinr["Index"]).abs().max()) < 1e-9
    assert (ranks["rank"] == coinr["Rank"].reindex(ranks.index)).all()
    assert [name for name in ranks if name.startswith("p_")] == []
    assert "is_certain" not in result.tables["bodies_exact"]


def test_leaves_of_asem_are_those_that_coinr_normalises(
    data: pd.DataFrame, coinr: pd.DataFrame
) -> None:
    case = read_case(data, framework())
    expected = coinr.loc[list(case.ids), list(case.tree.leaves)].to_numpy()
    assert np.abs(case.leaf_values - expected).max() < 1e-9
    assert (case.decimals, case.tree.leaf_tier) == (9, "indicator")


def test_shares_of_asem_follow_from_what_coinr_prints(
    data: pd.DataFrame, coinr: pd.DataFrame
) -> None:
    table = audit(data, framework(), draws=1).tables["importance"].set_index("code")
    for part, pillars in PILLARS.items():
        for pillar in pillars:
            weight = 0.5 / len(pillars)
            slope = np.polyfit(coinr["Index"], coinr[pillar], 1)[0]  # cov(x, y) / var y
            assert table.loc[pillar, "nominal_share"] == pytest.approx(weight), part
            assert table.loc[pillar, "explained_share"] == pytest.approx(weight * slope, abs=1e-9)


def test_left_out_pillars_of_asem_are_reckoned_from_coinr(
    data: pd.DataFrame, coinr: pd.DataFrame
) -> None:
    result = audit(data, framework(), LeaveOut("tier 2"), draws=1)
    moved = result.tables["movers"].set_index(["choice", "agency_id"])["rank_alternative"]
    for part, pillars in PILLARS.items():
        (other,) = set(PILLARS) - {part}
        for left in pillars:
            rest = [pillar for pillar in pillars if pillar != left]
            # The other pillars of the part keep their weight in the index, 1 / 2 n each.
            share = 0.5 / len(pillars)
            total = share * coinr[rest].sum(axis=1) + 0.5 * coinr[other]
            expected = (-total.round(9)).rank(method="min").astype(int)
            assert (moved[left] == expected.reindex(moved[left].index)).all(), left


def test_other_means_of_an_own_index_are_kept(data: pd.DataFrame) -> None:
    instrument = framework(low=1, aggregation="geometric")
    result = audit(data, instrument, Aggregation("arithmetic"), draws=20)
    index = compute_index(data, instrument)["index"]
    assert result.tables["ranks"]["index"].tolist() == pytest.approx(index.tolist())
    plain = compute_index(data, framework(low=1))["index"]
    shifts = (index.rank(ascending=False) - plain.rank(ascending=False)).abs()
    assert result.tables["alternatives"]["max_shift"].tolist() == [shifts.max()]
    assert result.notes == ("No exact answers: the index is not one weighted arithmetic mean.",)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("all", "", "minimum", ""), ("a", "all", "", ""), ("b", "all", "", "")],
         "index: is the minimum of what lies below"),
        ([("all", "", "", "1"), ("a", "all", "", ""), ("b", "all", "", "")],
         "index: is treated after it was made"),
    ],
)  # fmt: skip
def test_nodes_that_are_no_plain_means_are_refused(rows: list[tuple[str]], said: str) -> None:
    table = pd.DataFrame(rows, columns=["code", "parent", "aggregation", "decimals"])
    values = pd.DataFrame({"a": [1.0, 2.0], "b": [2.0, 5.0]})
    with pytest.raises(InstrumentError, match=f"(?s){said}.*whose nodes are weighted means"):
        audit(values, load_instrument(table), draws=1)


def test_values_that_are_missing_are_named(data: pd.DataFrame) -> None:
    gap = data.drop(columns="EurAsia_group")
    gap.loc["AUT", "LPI"] = np.nan
    with pytest.raises(ScoringError, match="row 'AUT', LPI: is missing"):
        audit(gap, framework(impute="none", impute_by=""), draws=1)
    with pytest.raises(DataError, match="row 'AUT', LPI: is missing"):
        audit(gap, framework(impute="none", impute_by="", missing="renormalise"), draws=1)


def test_errors_of_levels_are_refused_where_there_are_none(data: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="needs whole levels"):
        audit(data, framework(), LevelError(0.1), draws=1)


@pytest.mark.whole
def test_command_audits_an_index_from_raw_values(tmp_path: Path) -> None:
    (tmp_path / "framework.csv").write_text(
        "code,parent,weight,direction,normalise\n"
        "all,,,,\ngdp,all,3,1,minmax\ndebt,all,1,-1,minmax\n"
    )
    (tmp_path / "values.csv").write_text("name;gdp;debt\nA;10,5;30\nB;20,5;60\nC;15,5;45\n")
    program = "from spbe_research.cli import main; main()"
    asked = "audit values.csv --instrument framework.csv --draws 20 --tables ."
    run = subprocess.run(
        [sys.executable, "-c", program, *asked.split()],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    ranks = pd.read_csv(tmp_path / "audit-ranks.csv")
    # gdp 0, 1, 1/2 and debt turned round 1, 0, 1/2, with weights 3 and 1.
    assert ranks["agency_id"].tolist() == ["A", "B", "C"]
    assert ranks["index"].tolist() == [0.25, 0.75, 0.5]
    assert ranks["rank"].tolist() == [3, 1, 2]
