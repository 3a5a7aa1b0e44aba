from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from spbe_research.instruments import load_instrument
from spbe_research.panel.loaders import (
    load_agencies,
    load_exact_scores,
    load_published,
    load_scores,
)
from spbe_research.questions.may_a_score_fall.changes import printed_changes
from spbe_research.questions.may_a_score_fall.totals_and_domains import (
    domain_falls,
    exact_index,
    overshoot,
    overshoot_counts,
    printed_domains,
)


@pytest.fixture(scope="module")
def changes():
    return printed_changes(load_published(), load_agencies(), load_exact_scores())


@pytest.fixture(scope="module")
def domains():
    return printed_domains(load_scores())


def test_domains_of_levels_are_rounded_half_up_in_fractions(domains):
    instrument = load_instrument("permen-59-2020")
    levels = load_scores(scale="indicator").query("year == 2022")
    wide = levels.pivot(index="agency_id", columns="item", values="value").astype(int)
    for agency in wide.index[::37]:
        for domain in instrument.domains:
            leaves = instrument.leaves(domain)
            value = (
                sum(
                    (instrument.item(leaf).weight * int(wide.loc[agency, leaf]) for leaf in leaves),
                    Fraction(0),
                )
                / instrument.item(domain).weight
            )
            assert domains.loc[(agency, 2022), domain] == int(value * 100 + Fraction(1, 2))


def test_a_domain_that_falls_under_a_held_total_by_hand():
    changes = pd.DataFrame(
        {
            "agency_id": list("abc"),
            "start": 2022,
            "end": 2023,
            "change": [5, -3, 0],
            "is_impossible": False,
        }
    )
    keys = pd.MultiIndex.from_product([list("abc"), [2022, 2023]], names=["agency_id", "year"])
    cells = [[200, 300], [190, 320], [200, 300], [180, 290], [200, 300], [200, 300]]
    table = domain_falls(changes, pd.DataFrame(cells, index=keys, columns=["D1", "D2"]))
    found = table.set_index("item")[["n", "n_fell", "n_index_held", "n_fell_while_held"]]
    assert found.loc["index"].tolist() == [3, 1, 2, 0]
    assert found.loc["any_domain"].tolist() == [3, 2, 2, 1]
    assert found.loc["D2"].tolist() == [3, 1, 2, 0]
    assert table.set_index("item").loc["D1", "mean_fall"] == pytest.approx(0.15)


def test_201_of_546_bodies_had_a_falling_domain_under_a_held_index(changes, domains):
    table = domain_falls(changes, domains).query("end == 2023").set_index("item")
    assert table.loc["any_domain", ["n", "n_fell_while_held"]].tolist() == [546, 201]
    assert table.loc["index", "n_fell"] == 0
    # by loops over the long table of scores
    printed = {
        (row.agency_id, row.item): round(100 * row.value)
        for row in load_scores(scale="domain").query("year == 2023").itertuples()
    }
    pairs = changes.query("end == 2023 and not is_impossible")["agency_id"]
    fallen = sum(
        any(
            printed[agency, domain] < domains.loc[(agency, 2022), domain]
            for domain in ("D1", "D2", "D3", "D4")
        )
        for agency in pairs
        if (agency, 2022) in domains.index
    )
    assert fallen == 201


def test_overshoot_is_measured_from_the_least_that_prints_the_old_number():
    changes = pd.DataFrame(
        {
            "agency_id": list("ab"),
            "start": 2022,
            "end": 2023,
            "printed_start": [250, 250],
            "is_impossible": False,
        }
    )
    exact = pd.Series(
        [2.495, 2.52],
        index=pd.MultiIndex.from_tuples([("a", 2023), ("b", 2023)], names=["agency_id", "year"]),
    )
    assert overshoot(changes, exact)["overshoot"].tolist() == [0.0, 0.025]


def test_the_pile_lies_in_the_first_hundredths(changes):
    exact = exact_index(load_published(), load_exact_scores())
    counts = overshoot_counts(overshoot(changes, exact)).set_index("end")
    # by numpy's own histogram
    for end in counts.index:
        values = overshoot(changes, exact).query("end == @end")["overshoot"].to_numpy()
        bins, _ = np.histogram(values, np.arange(0, 0.205, 0.01) - 1e-9)
        columns = ["n_first", "n_second", "n_third", "n_fourth"]
        assert counts.loc[end, columns].tolist() == bins[:4].tolist()
        assert counts.loc[end, "mean_beyond"] == pytest.approx(bins[4:20].mean())
    assert counts.loc[2023, "smallest"] > 0
    assert counts.loc[2023, "n_fell"] == 0


def test_exact_indices_are_printed_or_solved():
    exact = exact_index(load_published(), load_exact_scores())
    years = exact.reset_index()["year"].value_counts().to_dict()
    assert years == {2021: 517, 2022: 620, 2023: 620, 2024: 615}
