import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from spbe_research.instruments import load_instrument
from spbe_research.panel.loaders import load_published, load_scores
from spbe_research.press.committed import committed_table
from spbe_research.questions.what_does_the_index_measure import drift
from spbe_research.questions.what_does_the_index_measure.tables import (
    item_drift,
    linked_changes,
)


@pytest.fixture(scope="module")
def linked() -> pd.DataFrame:
    return linked_changes().set_index(["end", "basis", "scope", "method"])


def test_change_by_items_is_the_change_of_the_printed_index(linked) -> None:
    published = load_published().query("status == 'evaluated'")
    wide = published.pivot(index="agency_id", columns="year", values="index_published")
    both = wide[[2021, 2022]].dropna()
    row = linked.loc[2022, "items", "all", "equal"]
    assert row["n"] == len(both) == 451
    # Printed to four decimals, so that the two agree to the fifth on average.
    assert row["estimate"] == pytest.approx((both[2022] - both[2021]).mean(), abs=1e-5)


def test_error_by_aspects_equals_a_slow_computation(linked) -> None:
    instrument = load_instrument("permen-59-2020")
    scores = load_scores(scale="indicator").query("year >= 2021")
    wide = scores.pivot(index=["agency_id", "item"], columns="year", values="value").dropna()
    moved = (wide[2022] - wide[2021]).groupby("item").mean()
    means, shares = [], []
    for aspect in instrument.aspects:
        leaves = instrument.leaves(aspect)
        own = [float(instrument.item(leaf).weight) for leaf in leaves]
        means.append(np.average(moved[list(leaves)], weights=own))
        shares.append(sum(own) / 100)
    means, shares = np.array(means), np.array(shares)
    error = means.std(ddof=1) * np.sqrt((shares**2).sum())
    row = linked.loc[2022, "items", "all", "equal"]
    assert row["std_error"] == pytest.approx(error)
    assert row["half_width"] == pytest.approx(2.364624 * error, rel=1e-5)
    centred = shares * (means - means @ shares)
    sandwich = linked.loc[2022, "items", "all", "sandwich"]
    assert sandwich["half_width"] == pytest.approx(
        2.364624 * np.sqrt(8 / 7 * (centred**2).sum()), rel=1e-5
    )
    assert sandwich["half_width"] == pytest.approx(0.11, abs=0.005)


def test_change_by_domains_follows_the_printed_domains(linked) -> None:
    row = linked.loc[2024, "domains", "all", "equal"]
    assert row["n"] == 445
    assert row["estimate"] == pytest.approx(1.10, abs=0.01)
    assert row["half_width"] == pytest.approx(0.48, abs=0.01)
    published = load_published().query("status == 'evaluated'")
    wide = published.pivot(index="agency_id", columns="year", values="index_published")
    printed = (wide[2024] - wide[2021]).loc[drift.linked_bodies(2024)].mean()
    # Levels that nobody had in the first year count as the highest that somebody had.
    assert row["estimate"] == pytest.approx(printed, abs=0.01)


def test_a_misprinted_domain_is_left_out() -> None:
    scores = load_scores(scale="domain").query("year == 2023 and value < 1")
    assert not set(scores["agency_id"]) & set(drift.domain_scores(2023).index)


def test_drift_of_a_domain_cancels_and_p_values_are_adjusted_as_statsmodels_does() -> None:
    table = item_drift()
    assert abs(table["effect"].sum()) < 0.01
    assert table["effect"].abs().sum() > 0.1
    for column, method in (("p_holm", "holm"), ("p_benjamini_hochberg", "fdr_bh")):
        assert table[column].to_numpy() == pytest.approx(
            multipletests(table["p"], method=method)[1]
        )
    assert 25 <= (table["p_benjamini_hochberg"] < 0.05).sum() <= 30


def test_drift_put_into_one_indicator_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    before = item_drift().set_index("item")["estimate"]
    levels = drift.item_levels

    def kinder(year: int) -> pd.DataFrame:
        table = levels(year)
        if year == 2022:
            table = table.assign(I20=np.minimum(table["I20"] + 1, 5))
        return table

    for cached in (drift.domain_scores, drift._likelihoods):
        cached.cache_clear()
    monkeypatch.setattr(drift, "item_levels", kinder)
    after = drift.item_drift().set_index("item")["estimate"]
    for cached in (drift.domain_scores, drift._likelihoods):
        cached.cache_clear()
    # Of the level given, a tenth is taken for ability: the domain score has ten indicators.
    assert after["I20"] - before["I20"] == pytest.approx(0.9, abs=0.12)
    assert (after - before).drop("I20").between(-0.2, 0.05).all()
    assert (after - before).filter(regex="I0[1-9]|I[34]").abs().max() < 1e-6


def test_intervals_that_ignore_drift_cover_too_rarely() -> None:
    table = committed_table("tab-link-coverage").set_index(["drift_of", "method"])["estimate"]
    assert table["aspects", "equal"] > 0.94
    assert table["aspects", "model_error_only"] < 0.3
    assert table["aspects", "bodies_only"] < 0.6
