"""The example index, computed a second way from what COINr prints of it."""

from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau, rankdata

from spbe_research.questions.audit_your_own_index import tables

ROOT = Path(__file__).resolve().parents[3]
ASEM = ROOT / "tests" / "anchors" / "asem"
PILLARS = {
    "Conn": ["Physical", "ConEcFin", "Political", "Instit", "P2P"],
    "Sust": ["Environ", "Social", "SusEcFin"],
}
PILLAR_WEIGHTS = {pillar: 0.5 / len(pillars) for pillars in PILLARS.values() for pillar in pillars}


@pytest.fixture(scope="module")
def coinr() -> pd.DataFrame:
    return pd.read_csv(ASEM / "expected_scores.csv").set_index("uCode")


def indicators() -> dict[str, list[str]]:
    """The indicators of each pillar, by the framework's own table."""
    meta = pd.read_csv(ASEM / "ASEM_iMeta.csv")
    own = meta[meta["Type"] == "Indicator"]
    return {pillar: list(rows["iCode"]) for pillar, rows in own.groupby("Parent")}


def test_ranks_are_those_of_coinr(coinr: pd.DataFrame) -> None:
    found = tables.bands().set_index("agency_id")["rank"]
    assert (found == coinr["Rank"].reindex(found.index)).all()
    facts = tables.single_facts().set_index("fact")["value"]
    assert facts["same_rank"] == len(coinr) == 51


def test_bands_drawn_anew_say_the_same(coinr: pd.DataFrame) -> None:
    """From the indicators as COINr normalises them; another generator, another seed."""
    rng = np.random.default_rng(5)
    groups = indicators()
    codes = [code for pillar in PILLAR_WEIGHTS for code in groups[pillar]]
    pillar_of = np.array([pillar for pillar in PILLAR_WEIGHTS for _ in groups[pillar]])
    own = np.array([PILLAR_WEIGHTS[pillar] / len(groups[pillar]) for pillar in pillar_of])
    values = coinr[codes].to_numpy()
    ranks = []
    for _ in range(4_000):
        weights = own * rng.uniform(0.75, 1.25, len(own))
        left = rng.choice([*PILLAR_WEIGHTS, "none"])
        weights = np.where(pillar_of == left, 0, weights)
        ranks.append(rankdata(-(values @ weights / weights.sum()), method="min"))
    low, high = np.quantile(ranks, (0.05, 0.95), axis=0, method="inverted_cdf")
    found = tables.bands().set_index("agency_id").reindex(coinr.index)
    assert np.abs(found["rank_q05"] - low).max() <= 2
    assert np.abs(found["rank_q95"] - high).max() <= 2
    assert np.abs(found["rank_q05"] - low).mean() < 0.2
    width = tables.single_facts().set_index("fact")["value"]["width"]
    assert width == pytest.approx(np.median(high - low), abs=1)


def test_shares_of_pillars_follow_from_coinr(coinr: pd.DataFrame) -> None:
    found = tables.pillars().set_index("code")
    assert list(found.index) == list(PILLAR_WEIGHTS)
    for pillar, weight in PILLAR_WEIGHTS.items():
        slope = np.cov(coinr[pillar], coinr["Index"])[0, 1] / coinr["Index"].var()
        assert found.loc[pillar, "nominal_share"] == pytest.approx(weight)
        assert found.loc[pillar, "explained_share"] == pytest.approx(weight * slope, abs=1e-9)


def test_indices_without_a_pillar_follow_from_coinr(coinr: pd.DataFrame) -> None:
    found = tables.left_out().set_index("choice")
    for pillar in PILLAR_WEIGHTS:
        rest = sum(w * coinr[name] for name, w in PILLAR_WEIGHTS.items() if name != pillar)
        shift = np.abs(rankdata(-rest.round(9), method="min") - coinr["Rank"])
        assert found.loc[pillar, "max_shift"] == shift.max()
        assert found.loc[pillar, "median_shift"] == shift.median()
        assert found.loc[pillar, "tau"] == pytest.approx(kendalltau(coinr["Index"], rest)[0])


def test_pairs_that_no_weighting_turns_follow_from_coinr(coinr: pd.DataFrame) -> None:
    groups = indicators()
    gross = np.zeros((51, 51))
    for pillar, weight in PILLAR_WEIGHTS.items():
        for code in groups[pillar]:
            apart = np.abs(np.subtract.outer(coinr[code].to_numpy(), coinr[code].to_numpy()))
            gross += weight / len(groups[pillar]) * apart
    net = np.abs(np.subtract.outer(coinr["Index"].to_numpy(), coinr["Index"].to_numpy()))
    upper = np.triu_indices(51, 1)
    expected = (net > 0.25 * gross)[upper].mean()
    found = tables.single_facts().set_index("fact")["value"]["pairs"]
    assert found == pytest.approx(expected, abs=1e-12)


def test_notebook_does_it_in_twenty_lines() -> None:
    notebook = nbformat.read(ROOT / "notebooks" / "17-audit-your-own-index.ipynb", as_version=4)
    (cell,) = (c.source for c in notebook.cells if c.cell_type == "code" and "= audit(" in c.source)
    lines = [line for line in cell.splitlines() if line.strip()]
    assert len(lines) <= 20, len(lines)
