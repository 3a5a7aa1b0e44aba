"""What notebook 17 registers: ranks, weights and pillars of an index of one's own, audited.

The example is the connectivity of countries in Asia and Europe, as the R package COINr ships it
(``tests/anchors/README.md`` says whence, and under which licence). The notebook computes the same
tables in its own lines; what is registered here is what it must come to.
"""

from functools import cache
from pathlib import Path

import pandas as pd

from spbe_research.auditing import Audit, audit
from spbe_research.choices import Choice, LeaveOut, Weights
from spbe_research.errors import DataError
from spbe_research.instruments import load_instrument
from spbe_research.locations import project_folder
from spbe_research.questions.audit_your_own_index.figures import draw_named_bands, draw_pillars
from spbe_research.records import Units, facts, figure, table

__all__ = ["PIPELINE", "bands", "countries", "framework", "left_out", "pillars", "single_facts"]

# As the framework's authors treat the indicators.
PIPELINE = {
    "impute": "mean",
    "impute_by": "EurAsia_group",
    "outliers": "winsorise_or_log",
    "normalise": "minmax",
    "low": 0,
    "high": 100,
}
PILLARS = "tier 2"
RADIUS, N_DRAWS, SEED = 0.25, 2_000, 1


def framework() -> Path:
    """Return the table of the framework: indicators, their parents, weights and directions."""
    return _folder() / "ASEM_iMeta.csv"


def countries() -> pd.DataFrame:
    """Return the raw indicators, one row per country, its code the index."""
    return pd.read_csv(_folder() / "ASEM_iData.csv", encoding="utf-8").set_index("uCode")


@figure("fig-asem-bands", draw=draw_named_bands, units=Units("countries", lambda: _rows()))
def bands() -> pd.DataFrame:
    """Rank band of every country, weights and pillars varied together."""
    return _audited().tables["ranks"]


@figure("fig-asem-pillars", draw=draw_pillars, units=Units("countries", lambda: _rows()))
def pillars() -> pd.DataFrame:
    """What each pillar weighs and what it explains."""
    found = _audited().tables["importance"]
    return found[found["tier"] == PILLARS].reset_index(drop=True)


@table("tab-asem-left-out", units=Units("countries", lambda: _rows()))
def left_out() -> pd.DataFrame:
    """What the index without each pillar does to the ranks."""
    found = _audited().tables["alternatives"]
    return found.drop(columns="predicates_changed")


@facts
def single_facts() -> pd.DataFrame:
    """Width of a band, certain pairs, source of the variance, and agreement with COINr."""
    found = _audited()
    ranks, pairs = found.tables["ranks"], found.tables["pairs_exact"]
    sources = found.tables["sensitivity"].set_index("family")["first_order"]
    coinr = pd.read_csv(_folder() / "expected_scores.csv", encoding="utf-8").set_index("uCode")
    own = ranks.set_index("agency_id")
    rows = [
        ("width", (ranks["rank_q95"] - ranks["rank_q05"]).median()),
        ("pairs", float(pairs.loc[pairs["radius"] == RADIUS, "share"].iloc[0])),
        ("from_weights", sources["weights"]),
        ("from_pillars", sources["leave_out"]),
        ("same_rank", (own["rank"] == coinr["Rank"].reindex(own.index)).sum()),
        ("draws", N_DRAWS),
        ("indicators", len(found.case.tree.leaves)),
    ]
    return pd.DataFrame(rows, columns=["fact", "value"]).assign(n=len(ranks), year=_year())


@cache
def _audited() -> Audit:
    instrument = load_instrument(framework(), pipeline=PIPELINE)
    data = countries()[list(instrument.inputs)]
    choices: list[Choice] = [Weights.uniform(RADIUS), LeaveOut(PILLARS)]
    return audit(data, instrument, choices, draws=N_DRAWS, seed=SEED)


def _rows() -> pd.DataFrame:
    """One row per country, with the year of its data."""
    return pd.DataFrame({"code": countries().index}).assign(year=_year())


def _year() -> int:
    (year,) = countries()["Time"].unique()
    return int(year)


def _folder() -> Path:
    folder = project_folder() / "tests" / "anchors" / "asem"
    if not folder.is_dir():
        raise DataError(
            f"No example data at {folder}. It lies in the repository, beside the tests. Restore "
            "it with `git checkout tests/anchors`."
        )
    return folder
