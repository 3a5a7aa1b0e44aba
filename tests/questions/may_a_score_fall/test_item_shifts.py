import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from spbe_research.instruments import load_instrument
from spbe_research.panel.loaders import (
    load_agencies,
    load_exact_scores,
    load_published,
    load_scores,
)
from spbe_research.questions.may_a_score_fall.changes import printed_changes
from spbe_research.questions.may_a_score_fall.item_shifts import item_shifts, stopped_at_an_edge

INSTRUMENT = load_instrument("permen-59-2020")


def drawn(*, shift, seed, n=120):
    """Fallers of known levels, of whom those stopped have one indicator moved by a shift."""
    rng = np.random.default_rng(seed)
    first = rng.integers(2, 5, (n, 47))
    last = np.clip(first - rng.integers(0, 2, (n, 47)), 1, 5)
    stopped = rng.random(n) < 0.35
    last[stopped, 7] = np.clip(last[stopped, 7] + shift, 1, 5)
    changes = pd.DataFrame(
        {
            "agency_id": [f"a{i}" for i in range(n)],
            "start": 2021,
            "end": 2022,
            "printed_start": np.where(stopped, 275, 300),
            "printed_end": np.where(stopped, 262, 285),
            "change": np.where(stopped, -13, -15),
            "predicate_start": 2,
            "is_impossible": False,
        }
    )
    parts = [
        pd.DataFrame(levels, index=changes["agency_id"], columns=list(INSTRUMENT.indicators))
        .rename_axis("agency_id")
        .reset_index()
        .melt("agency_id", var_name="item")
        .assign(year=year, scale="indicator")
        for year, levels in ((2021, first), (2022, last))
    ]
    return changes, pd.concat(parts)


def test_stopped_means_within_a_tenth_above_an_edge_that_was_held():
    table = pd.DataFrame(
        {"printed_start": [275, 275, 255, 300, 265], "printed_end": [260, 270, 250, 265, 259]}
    )
    assert stopped_at_an_edge(table).tolist() == [True, False, False, True, False]


def test_shifts_equal_least_squares_of_statsmodels_on_the_lists():
    changes = printed_changes(load_published(), load_agencies(), load_exact_scores())
    scores = load_scores(scale="indicator").query("edition == 'permen-59-2020'")
    table = item_shifts(changes, scores, INSTRUMENT, n_resamples=9, seed=1).set_index("item")
    fallers = changes.query("end == 2022 and change < 0 and predicate_start > 0")
    wide = scores.pivot(index=["agency_id", "year"], columns="item", values="value").astype(float)
    first, last = (
        wide.loc[[(agency, year) for agency in fallers["agency_id"]]].to_numpy()
        for year in (2021, 2022)
    )
    weights = np.array([float(INSTRUMENT.item(item).weight) for item in wide.columns]) / 100
    design = np.column_stack(
        [
            np.ones(len(fallers)),
            stopped_at_an_edge(fallers),
            (last - first) @ weights,
            first @ weights,
        ]
    )
    for place, item in list(enumerate(wide.columns))[::6]:
        fit = sm.OLS(last[:, place] - first[:, place], design).fit()
        assert table.loc[item, "estimate"] == pytest.approx(fit.params[1], abs=1e-9)
        assert table.loc[item, "std_error"] == pytest.approx(fit.bse[1], abs=1e-9)
    assert table[["n_stopped", "n_other"]].drop_duplicates().to_numpy().tolist() == [[37, 86]]


def test_an_indicator_that_carries_the_stop_is_found():
    changes, scores = drawn(shift=2, seed=5)
    table = item_shifts(changes, scores, INSTRUMENT, n_resamples=199, seed=1)
    found = table.loc[table["p_value"].idxmin(), "item"]
    assert found == INSTRUMENT.indicators[7]
    assert table["p_family"].iloc[0] == 1 / 200
    assert abs(table.set_index("item").loc[found, "estimate"]) > 0.5


def test_where_nothing_carries_it_the_family_is_rarely_rejected():
    rejected = 0
    for seed in range(40):
        changes, scores = drawn(shift=0, seed=seed)
        table = item_shifts(changes, scores, INSTRUMENT, n_resamples=59, seed=seed)
        rejected += table["p_family"].iloc[0] <= 0.05
    assert rejected <= 7  # 99.9 % of binomial(40, 0.05)
