"""The one front of regressions: against formulas written out, and what it refuses."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from independent.least_squares import poisson, regress

from spbe_research.errors import DataError
from spbe_research.methods.regression import (
    FIT_COLUMNS,
    cluster_labels,
    fit,
    joint_test,
    result_rows,
)


def panel(seed: int = 1, n_units: int = 40, n_items: int = 6) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    units, items = np.repeat(np.arange(n_units), n_items), np.tile(np.arange(n_items), n_units)
    x = rng.random(units.size) < 0.4
    z = np.where(rng.random(units.size) < 0.8, x, ~x)
    y = 0.3 * x + 0.1 * items + rng.normal(size=n_units)[units] + rng.normal(size=units.size)
    return pd.DataFrame(
        {
            "unit": [f"u{u}" for u in units], "item": [f"i{i}" for i in items],
            "place": [f"p{u % 12}" for u in units], "x": x, "z": z, "y": y,
            "count": rng.poisson(np.exp(0.2 * x + 0.05 * items)),
        }
    )  # fmt: skip


def stated(found: pd.DataFrame, term: str) -> list[float]:
    return found.set_index("term").loc[term, list(FIT_COLUMNS)].tolist()


@pytest.mark.whole
@pytest.mark.parametrize("clusters", [["unit"], ["place"], ["unit", "item"], ["place", "item"]])
@pytest.mark.parametrize("effects", [[], ["item"], ["unit", "item"]])
def test_least_squares_equals_dummies_and_loops(effects, clusters) -> None:
    table = panel()
    formula = "y ~ x + z" + (f" | {' + '.join(effects)}" if effects else "")
    other = regress(table, "y", ["x", "z"], effects, clusters)
    found = fit(table, formula, clusters=clusters)
    for term in ("x", "z"):
        assert stated(found, term) == pytest.approx(other.row(term), abs=1e-9)


def test_an_instrument_equals_two_stages() -> None:
    table = panel()
    other = regress(table, "y", ["x"], ["unit", "item"], ["unit"], instruments=["z"])
    found = fit(table, "y ~ 1 | unit + item | x ~ z", clusters="unit")
    assert stated(found, "x") == pytest.approx(other.row("x"), abs=1e-9)


def test_poisson_equals_newton_steps_and_drops_units_without_a_count() -> None:
    table = panel()
    table.loc[table["unit"] == "u3", "count"] = 0
    other = poisson(table, "count", ["x"], ["unit", "item"], ["unit"])
    found = fit(table, "count ~ x | unit + item", clusters="unit", family="poisson")
    assert stated(found, "x") == pytest.approx(other.row("x"), abs=1e-6)
    assert found["n"].item() == 39 * 6


def test_a_joint_test_of_one_term_is_its_t_test_and_of_two_equals_the_formula() -> None:
    table = panel()
    alone = fit(table, "y ~ x + z", clusters="place").set_index("term").loc["x", "p_value"]
    test = joint_test(table, "y ~ x + z", terms=["x"], clusters="place")
    assert test["p_value"] == pytest.approx(alone, abs=1e-12)
    other = regress(table, "y", ["x", "z"], [], ["place"])
    both = joint_test(table, "y ~ x + z", terms=["x", "z"], clusters="place")
    assert both["p_value"] == pytest.approx(other.p_of_all_zero(["x", "z"]), abs=1e-12)
    assert (both["restrictions"], both["clusters"]) == (2, 12)


@pytest.mark.whole
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.sampled_from([0.01, 3.0, 100.0]))
def test_order_of_rows_and_unit_of_the_outcome_do_not_matter(seed, scale) -> None:
    table = panel(seed, n_units=12, n_items=4)
    first = stated(fit(table, "y ~ x | unit", clusters="unit"), "x")
    shuffled = table.sample(frac=1, random_state=seed).assign(y=lambda t: scale * t["y"])
    again = stated(fit(shuffled, "y ~ x | unit", clusters="unit"), "x")
    assert again[:4] == pytest.approx([scale * value for value in first[:4]], rel=1e-7, abs=1e-9)


def test_rows_alone_in_their_group_do_not_count() -> None:
    table = panel(n_units=10)
    lone = table.iloc[[0]].assign(unit="alone", place="p99")
    found = fit(pd.concat([table, lone]), "y ~ x | unit + item", clusters="unit")
    assert (found["n"].item(), found["clusters"].item()) == (60, 10)


def test_a_term_that_nothing_identifies_is_missing() -> None:
    table = panel().assign(one=1.0)
    found = fit(table, "y ~ x + one", clusters="unit", terms=["one", "x"])
    assert found["term"].tolist() == ["one", "x"]
    assert found.loc[0, ["estimate", "std_error", "low", "high"]].isna().all()
    assert found.loc[1, "estimate"] == pytest.approx(
        fit(table, "y ~ x", clusters="unit")["estimate"].item()
    )


def test_what_cannot_be_estimated_is_refused() -> None:
    table = panel()
    with pytest.raises(DataError, match="column moon: is absent"):
        fit(table, "y ~ moon", clusters="unit")
    with pytest.raises(DataError, match="column x: 1 missing"):
        fit(table.assign(x=table["x"].astype(float).mask(table.index == 0)), "y ~ x",
            clusters="unit")  # fmt: skip
    with pytest.raises(DataError, match="There must be two or more"):
        fit(table.assign(place="p"), "y ~ x", clusters="place")
    with pytest.raises(DataError, match="must vary within the fixed effects"):
        fit(table.assign(x=table["place"] == "p1"), "y ~ x | unit", clusters="unit")
    with pytest.raises(DataError, match="family 'probit'. It must be one of gaussian, poisson"):
        fit(table, "y ~ x", clusters="unit", family="probit")
    with pytest.raises(DataError, match="confidence 95"):
        fit(table, "y ~ x", clusters="unit", confidence=95)
    with pytest.raises(DataError, match="z: has no coefficient"):
        joint_test(table, "y ~ x", terms=["z"], clusters="unit")


def test_a_body_without_a_place_is_its_own_cluster() -> None:
    labels = cluster_labels(pd.Series(["a", "b", "c"]), pd.Series(["Bali", np.nan, "Bali"]))
    assert labels.tolist() == ["Bali", "b", "Bali"]
    with pytest.raises(DataError, match="None may be missing: 1 are"):
        cluster_labels(pd.Series(["a", None]), pd.Series(["Bali", "Bali"]))


def test_result_rows_put_keys_before_the_result_and_refuse_equal_keys() -> None:
    found = fit(panel(), "y ~ x", clusters="unit")
    table = result_rows([({"year": 2021, "sample": "all"}, found)])
    assert table.columns.tolist() == ["year", "sample", *FIT_COLUMNS]
    with pytest.raises(DataError, match=r"\{'year': 2021\}: stands twice"):
        result_rows([({"year": 2021}, found)] * 2)
