import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from simulation.ordinal import Truth, draw, example

from spbe_research.errors import DataError
from spbe_research.methods.ordinal_factors import (
    OrdinalFit,
    Structure,
    fit_ordinal_factors,
    ordinal_fit_from_frame,
)

TRUTH = example()
STRUCTURE = Structure(TRUTH.factors, TRUTH.testlets)
ONE = Truth(
    factor=(0, 0, 0, 0),
    testlet=(-1, -1, -1, -1),
    slopes=(1.0, 1.5, 2.0, 0.7),
    loadings=(0.0, 0.0, 0.0, 0.0),
    intercepts=((1.0, -0.5), (0.3,), (1.5, -1.5), (0.2, -0.8)),
    correlations=np.eye(1),
)


@pytest.fixture(scope="module")
def levels() -> pd.DataFrame:
    return draw(TRUTH, 1500, seed=11)[0]


@pytest.fixture(scope="module")
def fit(levels: pd.DataFrame) -> OrdinalFit:
    return fit_ordinal_factors(levels, STRUCTURE)


def rows(fit: OrdinalFit, parameter: str) -> pd.DataFrame:
    return fit.parameters[fit.parameters["parameter"] == parameter].reset_index(drop=True)


@pytest.mark.whole
def test_known_parameters_are_found_within_their_errors(fit: OrdinalFit) -> None:
    true = {
        "slope": list(TRUTH.slopes),
        "loading": [TRUTH.loadings[n] for n in (0, 1, 4, 5, 6)],
        "intercept": [cut for cuts in TRUTH.intercepts for cut in cuts],
        "correlation": [0.6],
    }
    off = []
    for parameter, values in true.items():
        own = rows(fit, parameter)
        off += ((own["estimate"] - values) / own["std_error"]).tolist()
    assert np.abs(off).max() < 3.5
    assert 0.6 < np.std(off) < 1.5


@pytest.mark.whole
def test_a_pair_has_one_loading_and_a_longer_testlet_one_per_item(fit: OrdinalFit) -> None:
    own = rows(fit, "loading").set_index("item")["estimate"]
    assert own["x0"] == own["x1"]
    assert own[["x4", "x5", "x6"]].nunique() == 3
    assert fit.n_parameters == 9 + 4 + 17 + 1


def test_maximum_and_errors_equal_those_of_a_naive_optimiser() -> None:
    table = draw(ONE, 250, seed=2)[0]
    codes = table.to_numpy() - 1
    points, weights = np.polynomial.hermite_e.hermegauss(61)
    ends = np.cumsum([len(cuts) for cuts in ONE.intercepts])[:-1]

    def loss(vector: np.ndarray) -> float:
        slopes, cuts = vector[:4], np.split(vector[4:], ends)
        total = np.zeros((len(codes), len(points)))
        for item in range(4):
            above = 1 / (1 + np.exp(-(slopes[item] * points[None, :] + cuts[item][:, None])))
            stack = np.vstack([np.ones_like(points), above, np.zeros_like(points)])
            total += np.log(np.maximum(stack[:-1] - stack[1:], 1e-12))[codes[:, item]]
        density = np.exp(total) @ (weights / weights.sum())
        return float(-np.log(density).sum() + 0.5 * (slopes**2).sum() / 25)

    start = np.concatenate([ONE.slopes, *ONE.intercepts])
    found = minimize(loss, start, method="BFGS", options={"gtol": 1e-5})
    fit = fit_ordinal_factors(table, Structure({"F": ONE.items}))
    own = fit.parameters.sort_values("parameter", ascending=False)
    slopes, cuts = own[own["parameter"] == "slope"], own[own["parameter"] == "intercept"]
    estimates = np.concatenate([slopes["estimate"], cuts["estimate"]])
    assert estimates == pytest.approx(found.x, abs=2e-3)
    step, size = 1e-3, len(start)
    table_ = np.empty((size, size))
    for a in range(size):
        for b in range(size):
            one, two = np.eye(size)[a] * step, np.eye(size)[b] * step
            corners = (loss(found.x + one + two), loss(found.x + one - two))
            table_[a, b] = corners[0] - corners[1] - loss(found.x - one + two)
            table_[a, b] += loss(found.x - one - two)
    errors = np.sqrt(np.diag(np.linalg.inv(table_ / (4 * step**2))))
    assert np.concatenate([slopes["std_error"], cuts["std_error"]]) == pytest.approx(
        errors, rel=0.01
    )


def test_a_level_nobody_has_is_merged_with_the_next_below() -> None:
    table = draw(ONE, 120, seed=4)[0]
    wide = table.assign(x0=table["x0"].map({1: 1, 2: 2, 3: 5}))
    shape = Structure({"F": ONE.items})
    one, other = (fit_ordinal_factors(each, shape, std_errors=False) for each in (table, wide))
    assert other.loglik == pytest.approx(one.loglik)
    own = rows(other, "intercept").query("item == 'x0'")
    assert own["level"].tolist() == [2, 5]
    # A body of another list with level 3 or 4 counts as level 2.
    assert other.design(wide.assign(x0=4)).levels[0, 0] == 1


def test_order_of_rows_does_not_matter_and_a_missing_level_says_nothing() -> None:
    table = draw(ONE, 120, seed=4)[0]
    shape = Structure({"F": ONE.items})
    fit = fit_ordinal_factors(table, shape)
    turned = fit_ordinal_factors(table.iloc[::-1], shape)
    assert turned.parameters["estimate"].to_numpy() == pytest.approx(
        fit.parameters["estimate"].to_numpy(), abs=1e-6
    )
    empty = pd.DataFrame(np.nan, index=range(5), columns=table.columns)
    longer = fit_ordinal_factors(pd.concat([table, empty]), shape)
    assert longer.parameters["estimate"].to_numpy() == pytest.approx(
        fit.parameters["estimate"].to_numpy(), abs=1e-3
    )


@pytest.mark.whole
def test_two_fits_of_one_table_are_the_same(levels: pd.DataFrame, fit: OrdinalFit) -> None:
    again = fit_ordinal_factors(levels, STRUCTURE)
    pd.testing.assert_frame_equal(again.to_frame(), fit.to_frame())


def test_a_prior_keeps_two_items_that_are_one_from_running_away() -> None:
    table = draw(ONE, 200, seed=6)[0]
    table["x9"] = table["x2"]
    shape = Structure({"F": (*ONE.items, "x9")}, testlets=(("x2", "x9"),))
    fit = fit_ordinal_factors(table, shape, prior_sd=5.0, std_errors=False)
    assert rows(fit, "loading")["estimate"].abs().max() < 20


def test_a_stored_fit_is_known_as_the_maximum_of_its_table_and_of_no_other(
    levels: pd.DataFrame, fit: OrdinalFit
) -> None:
    stored = fit.to_frame().round(6)
    again, off = ordinal_fit_from_frame(stored, levels, STRUCTURE)
    assert off < 1e-3
    assert again.loglik == pytest.approx(fit.loglik, abs=1e-4)
    assert again.bic == pytest.approx(-2 * fit.loglik + 31 * np.log(1500), abs=1e-3)
    other = levels.copy()
    other.iloc[:40, 0] = 1
    assert ordinal_fit_from_frame(stored, other, STRUCTURE)[1] > 0.1
    new = levels.copy()
    new.iloc[0, 0] = 5
    assert ordinal_fit_from_frame(stored, new, STRUCTURE)[1] == np.inf


def test_what_cannot_be_fitted_is_refused() -> None:
    table, thetas = draw(ONE, 400, seed=1)
    with pytest.raises(DataError, match="item y is not a column"):
        fit_ordinal_factors(table, Structure({"F": ("x0", "y")}))
    with pytest.raises(DataError, match="item x0 has a level that is not whole"):
        fit_ordinal_factors(table.assign(x0=table["x0"] + 0.5), Structure({"F": ONE.items}))
    with pytest.raises(DataError, match=r"3 violations[\s\S]*item a stands twice[\s\S]*5 factors"):
        Structure({n: ("a",) if n in "FG" else (n,) for n in "FGHIJ"}, testlets=(("H", "I"),))
    with pytest.raises(DataError, match="testlet a-b leaves its factor no other item"):
        Structure({"F": ("a", "b"), "G": ("c",)}, testlets=(("a", "b"),))
    noise = np.random.default_rng(2).logistic(size=(400, 4))
    same = table.assign(**{f"y{n}": 1 + (2 * thetas[:, 0] > noise[:, n]) for n in range(4)})
    with pytest.raises(DataError, match="factors F and G correlate as if they were one"):
        fit_ordinal_factors(same, Structure({"F": ONE.items, "G": ("y0", "y1", "y2", "y3")}))
    fit = fit_ordinal_factors(table[["x0", "x1", "x2"]], Structure({"F": ONE.items[:3]}))
    with pytest.raises(DataError, match="item x3 is missing"):
        ordinal_fit_from_frame(fit.to_frame(), table, Structure({"F": ONE.items}))
