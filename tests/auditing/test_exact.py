"""Exact answers, against loops over pairs and over all corners of the box of weights."""

import itertools
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from independent import audit_by_loops as loops

from spbe_research.auditing.case import Case, read_case
from spbe_research.auditing.exact import exact_bodies, exact_pairs, index_range, pair_radius
from spbe_research.auditing.tree import Node, Tree
from spbe_research.errors import DataError

WEIGHTS = (26, 50, 33, 91)  # of the domains of permen-59-2020, in half percents


def case_of(rows: list[list[float]], *, rule: str = "exact") -> Case:
    table = pd.DataFrame(rows, columns=["D1", "D2", "D3", "D4"])
    return read_case(table, "permen-59-2020", rule=rule)  # type: ignore[arg-type]


# Two leaves of 1/2: a = (3, 1), b = (1, 2), c = (2, 2), d = (2, 2).
HALVES = Tree(
    "halves", ("x", "y"), "indicator", (Fraction(1, 2), Fraction(1, 2)),
    (Node("index", "index", ("x", "y")),), (2.0,), ("low", "high"), (True, True), 1, 5,
)  # fmt: skip


def test_radii_by_hand() -> None:
    values = np.array([[3.0, 1.0], [1.0, 2.0], [2.0, 2.0], [2.0, 2.0]])
    case = Case(("a", "b", "c", "d"), values, HALVES, "exact")
    # a-b: d = (2, -1): 1/3. b-c and b-d: d = (-1, 0): 1. a-c, a-d and c-d are ties.
    assert pair_radius(case, 0, 1) == Fraction(1, 3)
    assert pair_radius(case, 1, 2) == 1
    assert pair_radius(case, 0, 2) is None
    grid = tuple(map(Fraction, ("0", "0.3", "1/3", "0.34", "1")))
    pairs = exact_pairs(case, grid)
    assert pairs["share"].tolist() == [1, 1, 2 / 3, 2 / 3, 0]
    assert pairs["n_pairs"].unique().tolist() == [3]
    bodies = exact_bodies(case, Fraction(1, 4)).set_index("agency_id")
    # a: (3 * 1.25 + 0.75) / 2 and (3 * 0.75 + 1.25) / 2; the edge is 2.
    assert bodies.loc["a", ["index_low", "index_high"]].tolist() == [1.75, 2.25]
    assert bodies["is_certain"].tolist() == [False, True, True, True]
    assert bodies["n_surely_above"].tolist() == [0, 3, 0, 0]
    assert bodies["n_dominated"].tolist() == [0, 0, 1, 1]
    assert bodies["n_dominating"].tolist() == [0, 2, 0, 0]


LEVELS = st.lists(st.integers(1, 5), min_size=4, max_size=4)


@pytest.mark.whole
@given(st.lists(LEVELS, min_size=2, max_size=6), st.integers(1, 20))
def test_pairs_and_ranges_are_those_of_loops(rows: list[list[int]], step: int) -> None:
    radius = Fraction(step, 20)
    case = case_of([[float(x) for x in row] for row in rows])
    radii = [loops.pair_radius(a, b, WEIGHTS) for a, b in itertools.combinations(rows, 2)]
    apart = [each for each in radii if each]
    shares = exact_pairs(case, (radius,))["share"]
    if apart:
        assert shares.tolist() == [sum(each > radius for each in apart) / len(apart)]
    else:
        assert shares.isna().all()
    if radius < 1:
        low, high = index_range(case, radius)
        for row, own_low, own_high in zip(rows, low, high, strict=True):
            expected = loops.corner_range(row, WEIGHTS, radius)
            assert (own_low, own_high) == pytest.approx(tuple(map(float, expected)), abs=1e-12)


def test_radius_of_one_reaches_the_lowest_and_highest_leaf() -> None:
    low, high = index_range(case_of([[1, 2, 3, 4], [2, 2, 2, 2]]), Fraction(1))
    assert (low.tolist(), high.tolist()) == ([1, 2], [4, 2])


def test_exact_answers_hold_in_draws() -> None:
    rng = np.random.default_rng(1)
    case = case_of(np.round(rng.uniform(1, 5, (20, 4)), 2).tolist())
    bodies = exact_bodies(case, Fraction(1, 4))
    factors = rng.uniform(0.75, 1.25, (500, 4)) * np.array(WEIGHTS)
    scores = (factors / factors.sum(axis=1, keepdims=True)) @ case.leaf_values.T
    assert (scores >= bodies["index_low"].to_numpy() - 1e-12).all()
    assert (scores <= bodies["index_high"].to_numpy() + 1e-12).all()
    above = (scores[:, :, None] < scores[:, None, :]).all(axis=0).sum(axis=1)
    assert (above >= bodies["n_surely_above"].to_numpy()).all()


def test_index_of_another_mean_has_no_exact_answer() -> None:
    tree = Tree(
        "powers", ("x", "y"), "indicator", (Fraction(1, 2), Fraction(1, 2)),
        (Node("index", "index", ("x", "y"), "geometric"),), (), (), (True, True), 1, 5,
    )  # fmt: skip
    with pytest.raises(DataError, match="weighted arithmetic mean"):
        exact_pairs(Case(("a", "b"), np.ones((2, 2)), tree, "exact"))
