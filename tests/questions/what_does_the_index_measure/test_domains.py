import numpy as np
import pytest

from spbe_research.press.committed import committed_table
from spbe_research.questions.what_does_the_index_measure import domains, replicated
from spbe_research.questions.what_does_the_index_measure.fits import item_levels
from spbe_research.questions.what_does_the_index_measure.tables import (
    discrimination,
    domain_curves,
    general_factor,
    twins,
)


def test_loadings_of_a_general_factor_are_those_the_correlations_were_made_of() -> None:
    made = np.array([0.9, 0.5, 0.7, 0.6])
    table = np.outer(made, made)
    np.fill_diagonal(table, 1)
    assert domains.general_loadings(table) == pytest.approx(made, abs=1e-6)


def test_a_loading_stops_below_one() -> None:
    table = np.array([[1, 0.9, 0.9], [0.9, 1, 0.5], [0.9, 0.5, 1]])
    found = domains.general_loadings(table)
    assert found[0] == 0.999
    assert found[1:] == pytest.approx([0.8, 0.8], abs=0.06)


def test_management_is_no_longer_apart_in_the_second_year() -> None:
    share = general_factor().set_index(["year", "domain"])["estimate"]
    assert share[2021, "D3"] == pytest.approx(0.53, abs=0.01)
    assert share[2021, "D3"] < min(share[2021, "D1"], share[2021, "D4"])
    assert share[2022, "D3"] > max(share[2022, "D1"], share[2022, "D4"])


def test_curves_rise_and_stay_within_the_levels() -> None:
    for _, own in domain_curves().groupby("domain"):
        assert (own.sort_values("percentile")["estimate"].diff().dropna() > 0).all()
        assert own["estimate"].between(1, 5).all()


def test_three_services_stopped_telling_bodies_apart() -> None:
    table = discrimination().set_index(["year", "item"])
    for item in ("I32", "I33", "I34"):
        assert table.loc[(2021, item), "estimate"] > 1.75
        assert table.loc[(2022, item), "estimate"] < 1.05
    apart = table["estimate"].unstack("year")
    assert set((apart[2021] - apart[2022]).nlargest(3).index) == {"I32", "I33", "I34"}
    # Seen without the model as well: the correlation with the other services fell.
    for item in ("I32", "I33", "I34"):
        before, after = (
            levels[item].corr(levels.loc[:, "I35":"I47"].mean(axis=1))
            for levels in (item_levels(year).astype(float) for year in (2021, 2022))
        )
        assert after < before - 0.15


def test_sides_are_counted_on_rounded_indices() -> None:
    index = np.array([2.5949, 2.595, 2.60, 2.699, 2.6949, 2.50, 2.4949])
    # Hundredths: 259, 260, 260, 270, 269, 250, 249; below 250 to 259, above 260 to 269.
    below, above = replicated._counted(index, 2.6)
    assert (int(below), int(above)) == (2, 3)


def test_bunching_counts_are_those_of_the_list() -> None:
    table = committed_table("tab-replicated-bunching").set_index(["year", "predicate", "group"])
    row = table.loc[2022, "Baik", "all"]
    assert (row["below"], row["above"]) == (18, 46)
    held, others = (table.loc[2022, "Baik", group] for group in ("held", "others"))
    assert (held["below"], held["above"]) == (2, 22)
    assert (others["below"], others["above"]) == (16, 24)
    placebo = table.loc[2021, "Baik", "all"]
    assert placebo["p"] > 0.1
    assert row["p"] < 0.01


def test_twins_have_little_in_common_beyond_their_domains() -> None:
    table = twins().set_index(["year", "group"])["estimate"]
    assert table.xs("twins", level="group").between(0.03, 0.10).all()
    assert table.xs("other pairs", level="group").abs().max() < 0.02
