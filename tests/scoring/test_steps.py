"""The cheapest steps against every set of steps there is, and against a solver of whole numbers."""

from fractions import Fraction
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from spbe_research import compute_index, load_instrument
from spbe_research.errors import ScoringError
from spbe_research.instruments import Instrument
from spbe_research.scoring.steps import cheapest_sets, cheapest_steps

EDITION = load_instrument("permen-59-2020")


def small(weights: list[str]) -> Instrument:
    rows = [{"code": "index", "parent": "", "weight": ""}]
    rows += [
        {"code": f"I{n}", "parent": "index", "weight": weight} for n, weight in enumerate(weights)
    ]
    table = pd.DataFrame(rows).assign(value_type="integer")
    return load_instrument(table)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[str], list[int], list[int], dict, Fraction]:
    n = draw(st.integers(1, 4))
    weights = draw(st.lists(st.sampled_from(["1", "2", "3/2", "2.75"]), min_size=n, max_size=n))
    levels = draw(st.lists(st.integers(1, 5), min_size=n, max_size=n))
    caps = [draw(st.integers(level, 5)) for level in levels]
    costs = {
        (f"I{item}", level): draw(st.sampled_from([0.5, 1.0, 2.5, 7.0]))
        for item in range(n)
        for level in range(1, 5)
    }
    return weights, levels, caps, costs, Fraction(draw(st.integers(100, 500)), 100)


@pytest.mark.whole
@given(cases())
@settings(max_examples=60, deadline=None)
def test_plan_is_the_cheapest_of_all_there_are(
    case: tuple[list[str], list[int], list[int], dict, Fraction],
) -> None:
    weights, levels, caps, costs, target = case
    shares = [Fraction(weight) / sum(map(Fraction, weights)) for weight in weights]
    best = None
    for after in product(*(range(low, cap + 1) for low, cap in zip(levels, caps, strict=True))):
        if sum(share * level for share, level in zip(shares, after, strict=True)) < target:
            continue
        cost = sum(
            costs[f"I{item}", level]
            for item, (low, high) in enumerate(zip(levels, after, strict=True))
            for level in range(low, high)
        )
        best = cost if best is None else min(best, cost)
    plan = cheapest_steps(
        {f"I{n}": level for n, level in enumerate(levels)}, small(weights), target,
        costs=costs, caps={f"I{n}": cap for n, cap in enumerate(caps)},
    )  # fmt: skip
    if best is None:
        assert plan is None
        return
    assert plan is not None
    assert plan.cost == pytest.approx(best)
    reached = {f"I{n}": level for n, level in enumerate(levels)}
    for step in plan.steps:  # each begins where the one before it ended
        assert reached[step.item] == step.level
        reached[step.item] += 1
    gained = sum(share * reached[f"I{n}"] for n, share in enumerate(shares))
    assert plan.after == gained >= target


@pytest.mark.whole
@given(cases(), st.integers(2, 6))
@settings(max_examples=60, deadline=None)
def test_sets_are_the_cheapest_that_can_spare_no_step(
    case: tuple[list[str], list[int], list[int], dict, Fraction], n: int
) -> None:
    weights, levels, caps, costs, target = case
    shares = [Fraction(weight) / sum(map(Fraction, weights)) for weight in weights]

    def index(after: tuple[int, ...]) -> Fraction:
        return sum((s * level for s, level in zip(shares, after, strict=True)), Fraction(0))

    expected = []
    for after in product(*(range(low, cap + 1) for low, cap in zip(levels, caps, strict=True))):
        fewer = [
            (*after[:at], level - 1, *after[at + 1 :])
            for at, level in enumerate(after)
            if level > levels[at]
        ]
        if index(after) >= target and all(index(each) < target for each in fewer):
            expected.append(
                sum(
                    costs[f"I{item}", level]
                    for item, (low, high) in enumerate(zip(levels, after, strict=True))
                    for level in range(low, high)
                )
            )
    plans = cheapest_sets(
        {f"I{at}": level for at, level in enumerate(levels)}, small(weights), target, n=n,
        costs=costs, caps={f"I{at}": cap for at, cap in enumerate(caps)},
    )  # fmt: skip
    assert [plan.cost for plan in plans] == pytest.approx(sorted(expected)[:n])
    assert len({plan.steps for plan in plans}) == len(plans)


@pytest.mark.parametrize("seed", range(6))
def test_plan_costs_what_a_solver_of_whole_numbers_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    levels = dict(zip(EDITION.indicators, rng.integers(1, 4, 47).tolist(), strict=True))
    costs = {(code, level): float(rng.integers(1, 9)) for code in levels for level in range(1, 5)}
    keys = [(code, level) for code in levels for level in range(levels[code], 5)]
    gains = np.array([float(EDITION.item(code).weight) / 100 for code, _ in keys])
    before = sum(float(EDITION.item(code).weight) * level for code, level in levels.items()) / 100
    order = np.zeros((len(keys), len(keys)))  # a step needs the one below it
    for row, (code, level) in enumerate(keys):
        if level > levels[code]:
            order[row, row], order[row, row - 1] = 1, -1
    solved = milp(
        [costs[key] for key in keys],
        integrality=np.ones(len(keys)),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(gains[None, :], 3.5 - before - 1e-9, np.inf),
            LinearConstraint(order, -np.inf, 0),
        ],
    )
    plan = cheapest_steps(levels, EDITION, Fraction("3.5"), costs=costs)
    assert plan is not None
    assert plan.cost == pytest.approx(solved.fun)
    after = dict(levels)
    for step in plan.steps:
        after[step.item] += 1
    index = compute_index(pd.DataFrame([after]), EDITION)["index"].item()
    assert index == pytest.approx(float(plan.after), abs=1e-12)


def test_target_that_is_reached_or_out_of_reach() -> None:
    threes = dict.fromkeys(EDITION.indicators, 3)
    plan = cheapest_steps(threes, EDITION, Fraction(3))
    assert plan is not None
    assert (plan.steps, plan.cost, plan.after) == ((), 0, 3)
    assert cheapest_steps(threes, EDITION, Fraction(4), caps=dict.fromkeys(threes, 3)) is None


def test_everything_wrong_is_named_at_once() -> None:
    levels = dict.fromkeys(EDITION.indicators, 3) | {"I04": 6}
    with pytest.raises(ScoringError, match="4 violations") as caught:
        cheapest_steps(
            levels, EDITION, Fraction(4), costs={("I05", 3): 0}, caps={"I06": 2, "I99": 5}
        )
    for said in (
        "I04: 6 is no level 1 to 5",
        "'I99' is no indicator",
        "I06: a cap of 2, must be from its level, 3, to 5",
        "I05, from level 3: a cost of 0, must be above 0",
    ):
        assert said in str(caught.value)
    continuous = load_instrument("permen-8-2026")
    with pytest.raises(ScoringError, match="permen-8-2026: is no weighted mean of whole levels"):
        cheapest_steps(dict.fromkeys(continuous.indicators, 1), continuous, Fraction(2))
