"""Alternatives, sensitivity and importance, each by a second computation; the choices."""

import itertools
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from independent import audit_by_loops as loops
from scipy.stats import kendalltau, sobol_indices, uniform

from spbe_research import audit, compute_index, load_instrument
from spbe_research.auditing.alternatives import movers
from spbe_research.auditing.case import read_case
from spbe_research.auditing.importance import correlation_ratio, importance, matching_weights
from spbe_research.auditing.ranking import kendall_tau_b, rank
from spbe_research.auditing.sensitivity import factorial_indices, sobol_shares
from spbe_research.choices import Aggregation, LeaveOut, LevelError, Weights
from spbe_research.errors import DataError

EDITION = "permen-59-2020"
INSTRUMENT = load_instrument(EDITION)
TABLE = pd.DataFrame(
    np.random.default_rng(1).integers(1, 6, (25, 47)), columns=list(INSTRUMENT.indicators)
)
DOMAIN_WEIGHTS = {"D1": 0.13, "D2": 0.25, "D3": 0.165, "D4": 0.455}


def expected_alternative(scores: pd.Series) -> tuple[float, int, int, float]:
    base = compute_index(TABLE, INSTRUMENT)["index"]
    own, other = loops.ranks(base.tolist()), loops.ranks(scores.tolist())
    shifts = [abs(a - b) for a, b in zip(own, other, strict=True)]
    edges = [1.8, 2.6, 3.5, 4.2]
    bands = [
        [sum(round(x, 9) >= edge - 0.005 for edge in edges) for x in each]
        for each in (base, scores)
    ]
    changed = sum(a != b for a, b in zip(*bands, strict=True))
    return (
        float(np.median(shifts)),
        max(shifts),
        changed,
        loops.tau_b(base.tolist(), scores.tolist()),
    )


def test_alternatives_are_those_of_a_second_computation() -> None:
    result = audit(
        TABLE,
        EDITION,
        [Aggregation("geometric", "harmonic", at="index"), LeaveOut("domain"), Weights.equal()],
        draws=200,
    )
    table = result.tables["alternatives"].set_index("choice")
    parts = compute_index(TABLE, INSTRUMENT)
    weights = pd.Series(DOMAIN_WEIGHTS)
    domains = parts[list(weights.index)]
    expected = {
        "geometric at index": np.exp((np.log(domains) * weights).sum(axis=1)),
        "harmonic at index": 1 / ((1 / domains) * weights).sum(axis=1),
        "equal": TABLE.mean(axis=1),
    }
    for left in weights.index:
        rest = weights.drop(left)
        expected[left] = (domains[rest.index] * rest).sum(axis=1) / rest.sum()
    assert set(table.index) == set(expected)
    for choice, scores in expected.items():
        found = table.loc[choice, ["median_shift", "max_shift", "predicates_changed", "tau"]]
        assert found.tolist() == pytest.approx(list(expected_alternative(scores.round(9))))
    assert table["family"].unique().tolist() == ["aggregation", "leave_out", "weights"]


def test_geometric_mean_of_every_node_is_that_of_the_leaves() -> None:
    result = audit(TABLE, EDITION, Aggregation("geometric"), draws=200)
    weights = INSTRUMENT.weight_matrix[:, 0]
    scores = pd.Series(np.exp(np.log(TABLE.to_numpy()) @ weights)).round(9)
    found = result.tables["alternatives"].iloc[0, 2:].tolist()
    assert found == pytest.approx(list(expected_alternative(scores)))


def test_movers_come_largest_first_and_with_their_sign() -> None:
    result = audit(TABLE, EDITION, LeaveOut("D4"), draws=200)
    table = movers(result.case, result.sampler)
    assert table["shift"].abs().is_monotonic_decreasing
    assert (table["rank"] - table["rank_alternative"] == table["shift"]).all()
    assert table["shift"].abs().max() == result.tables["alternatives"]["max_shift"].item()


@pytest.mark.parametrize("size", [2, 7, 40])
def test_tau_is_that_of_loops_and_of_scipy(size: int) -> None:
    rng = np.random.default_rng(size)
    first, second = rng.integers(0, 6, (2, size)).astype(float)
    first[0], first[1], second[0], second[1] = 0, 1, 0, 1
    found = kendall_tau_b(first, second)
    assert found == pytest.approx(loops.tau_b(first.tolist(), second.tolist()))
    assert found == pytest.approx(kendalltau(first, second).statistic)


def test_ranks_share_the_better_place() -> None:
    assert rank(np.array([1.0, 5.0, 5.0, 2.0])).tolist() == [4, 1, 1, 3]


def test_factorial_indices_are_those_of_loops() -> None:
    outputs = np.random.default_rng(2).normal(size=(2, 3, 4, 5))
    first, total = loops.first_and_total(lambda place: outputs[place].tolist(), (2, 3, 4))
    found = factorial_indices(outputs)
    assert found[0].tolist() == pytest.approx(first)
    assert found[1].tolist() == pytest.approx(total)


def test_sensitivity_of_finite_choices_is_exact() -> None:
    choices = [Aggregation("geometric", at="index"), LeaveOut("domain")]
    result = audit(TABLE, EDITION, choices, draws=200)
    parts = compute_index(TABLE, INSTRUMENT)
    domains = parts[["D1", "D2", "D3", "D4"]].to_numpy()
    weights = np.array(list(DOMAIN_WEIGHTS.values()))

    def ranks(place: tuple[int, ...]) -> list[float]:
        own = weights.copy()
        if place[1]:
            own[place[1] - 1] = 0
        own /= own.sum()
        scores = np.exp(np.log(domains) @ own) if place[0] else domains @ own
        return [float(each) for each in loops.ranks(scores.tolist())]

    first, total = loops.first_and_total(ranks, (2, 5))
    table = result.tables["sensitivity"]
    assert table["first_order"].tolist() == pytest.approx(first)
    assert table["total_order"].tolist() == pytest.approx(total)
    assert table["method"].tolist() == ["exact", "exact"]
    assert table["n_runs"].tolist() == [10, 10]


def saltelli(function, n_runs: int, d: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    one, two = rng.random((2, d, n_runs))
    mixed = []
    for factor in range(d):
        own = one.copy()
        own[factor] = two[factor]
        mixed.append(function(own))
    return function(one), function(two), np.array(mixed)


def ishigami(x: np.ndarray) -> np.ndarray:
    a, b, c = (2 * x - 1) * np.pi
    return (np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a))[None, :]


def g_function(x: np.ndarray) -> np.ndarray:
    factors = [(np.abs(4 * u - 2) + a) / (1 + a) for u, a in zip(x, (0, 1, 4.5), strict=True)]
    return np.prod(factors, axis=0)[None, :]


def test_ishigami_has_its_known_indices() -> None:
    first, total = sobol_shares(*saltelli(ishigami, 2**15, 3))
    # Ishigami and Homma (1990), a = 7, b = 0.1.
    assert first.tolist() == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert total.tolist() == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)


def test_g_function_has_its_known_indices() -> None:
    partial = np.array([1 / 3 / (1 + a) ** 2 for a in (0, 1, 4.5)])
    whole = np.prod(1 + partial) - 1
    first, total = sobol_shares(*saltelli(g_function, 2**15, 3))
    assert first.tolist() == pytest.approx((partial / whole).tolist(), abs=0.02)
    expected = partial * np.prod(1 + partial) / (1 + partial) / whole
    assert total.tolist() == pytest.approx(expected.tolist(), abs=0.02)


def test_vector_outputs_are_weighted_by_their_variance() -> None:
    # y1 = 3 a, y2 = b: nine tenths of the summed variance are a's.
    runs = saltelli(lambda x: np.array([3 * x[0], x[1]]), 2**13, 2)
    first, total = sobol_shares(*runs)
    assert first.tolist() == pytest.approx([0.9, 0.1], abs=0.02)
    assert total.tolist() == pytest.approx([0.9, 0.1], abs=0.02)


def test_sobol_shares_of_one_output_are_those_of_scipy() -> None:
    found = sobol_indices(
        func=lambda x: ishigami(x)[0], n=2**14, dists=[uniform()] * 3, rng=np.random.default_rng(1)
    )
    first, _ = sobol_shares(*saltelli(ishigami, 2**14, 3))
    assert first.tolist() == pytest.approx(found.first_order.tolist(), abs=0.03)


@pytest.mark.whole
def test_estimate_of_finite_choices_is_near_the_exact_answer() -> None:
    from spbe_research.auditing import sensitivity

    choices = [Aggregation("geometric", at="index"), LeaveOut("domain"), Weights.equal()]
    result = audit(TABLE, EDITION, choices, draws=200)
    exact = result.tables["sensitivity"]
    found = sensitivity._estimated(result.case, result.sampler, 1, 4_096)
    assert found[0].tolist() == pytest.approx(exact["first_order"].tolist(), abs=0.05)
    assert found[1].tolist() == pytest.approx(exact["total_order"].tolist(), abs=0.05)
    assert found[2].tolist() == pytest.approx(exact["first_order_shift"].tolist(), abs=0.05)


def test_one_choice_brings_all_of_the_variance() -> None:
    result = audit(TABLE, EDITION, Weights.uniform(0.25), draws=200)
    row = result.tables["sensitivity"].iloc[0]
    assert (row["first_order"], row["total_order"], row["n_runs"]) == (1, 1, 0)


def test_importance_by_hand() -> None:
    table = pd.DataFrame(
        {"D1": [1, 1, 3, 3], "D2": [1, 2, 1, 2], "D3": [1, 1, 1, 2], "D4": [2, 2, 3, 5]}
    )
    found = importance(read_case(table, EDITION)).set_index("code")
    index = (table * pd.Series(DOMAIN_WEIGHTS)).sum(axis=1)
    for code, weight in DOMAIN_WEIGHTS.items():
        share = weight * np.cov(table[code], index)[0, 1] / index.var()
        assert found.loc[code, "explained_share"] == pytest.approx(share)
        means = index.groupby(table[code]).transform("mean")
        ratio = ((means - index.mean()) ** 2).sum() / ((index - index.mean()) ** 2).sum()
        assert found.loc[code, "correlation_ratio"] == pytest.approx(ratio)
    assert found["nominal_share"].tolist() == pytest.approx(list(DOMAIN_WEIGHTS.values()))
    assert found["explained_share"].sum() == pytest.approx(1)


def test_explained_shares_sum_to_one_in_every_tier() -> None:
    found = importance(read_case(TABLE, EDITION))
    sums = found.groupby("tier")[["nominal_share", "explained_share"]].sum()
    assert sums.to_numpy().ravel().tolist() == pytest.approx([1] * 6)
    assert found["correlation_ratio"].between(0, 1 + 1e-12).all()


def test_correlation_ratio_of_many_values_is_small_without_relation() -> None:
    x, y = np.random.default_rng(5).normal(size=(2, 4_000))
    assert correlation_ratio(x, y) < 0.02
    assert correlation_ratio(x, x**2) > 0.8


def test_matching_weights_explain_what_the_weights_say() -> None:
    rng = np.random.default_rng(6)
    values = rng.multivariate_normal([3] * 4, 0.1 * np.eye(4) + 0.1, size=300)
    case = read_case(pd.DataFrame(values, columns=list(DOMAIN_WEIGHTS)), EDITION)
    table = matching_weights(case)
    weights = table["matching_weight"].to_numpy()
    index = values @ weights
    shares = [
        w * np.cov(x, index)[0, 1] / index.var(ddof=1)
        for w, x in zip(weights, values.T, strict=True)
    ]
    assert shares == pytest.approx(list(DOMAIN_WEIGHTS.values()), abs=1e-6)
    assert weights.sum() == pytest.approx(1)


def test_matching_weights_of_dependent_leaves_are_refused() -> None:
    case = read_case(
        pd.DataFrame({"D1": [1, 2, 3], "D2": [1, 2, 3], "D3": [1, 1, 2], "D4": [3, 1, 2]}), EDITION
    )
    with pytest.raises(DataError, match="follows from others"):
        matching_weights(case)


def test_level_error_of_a_simulated_panel_is_found() -> None:
    rng = np.random.default_rng(9)
    truth = rng.integers(1, 6, (3_000, 20))
    p, rho, readings = 0.2, 0.3, []
    from scipy.stats import norm

    for _ in range(2):
        z = rho**0.5 * rng.normal(size=(3_000, 1)) + (1 - rho) ** 0.5 * rng.normal(size=(3_000, 20))
        step = (z > norm.isf(p / 2)).astype(int) - (z < norm.ppf(p / 2))
        readings.append(pd.DataFrame(np.clip(truth + step, 1, 5)))
    found = LevelError.from_panel(*readings)
    # The ends are those of the first reading, not of the truth, and a fall has two sources.
    assert found.p == pytest.approx(p, abs=0.02)
    assert 0.1 < found.rho < rho


def test_panel_without_falls_is_refused() -> None:
    before = pd.DataFrame({"I01": [3, 3], "I02": [3, 3]})
    with pytest.raises(DataError, match=r"0.0 percent of the levels fell"):
        LevelError.from_panel(before, before)
    with pytest.raises(DataError, match="1 levels are missing"):
        LevelError.from_panel(before.mask([[True, False], [False, False]]), before)
    with pytest.raises(DataError, match="of 0 bodies and 2 items"):
        LevelError.from_panel(before, before.set_axis(["x", "y"]))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Weights.uniform(1.5), "a radius above 0 and at most 1"),
        (lambda: Weights.dirichlet(0), "a concentration above 0"),
        (lambda: Weights("normal", 1), "They must be uniform, dirichlet or equal"),
        (lambda: LevelError(0.1, 1.0), "rho 0 or more and below 1"),
        (lambda: LevelError(1.2), "p must be above 0 and at most 1"),
        (lambda: Aggregation(), "Invalid aggregation ''"),
        (lambda: Aggregation("geometric", "geometric"), "stands twice"),
        (lambda: LeaveOut("D1", "D1"), "stands twice"),
    ],
)
def test_impossible_choices_are_refused(make, message: str) -> None:
    with pytest.raises(DataError, match=message):
        make()


def test_log_tells_what_every_draw_changed() -> None:
    choices = [Weights.uniform(0.25), LeaveOut("domain"), LevelError(0.2)]
    log = audit(TABLE, EDITION, choices, draws=250, seed=4).tables["log"]
    assert len(log) == 3 * 250
    assert log["draw"].tolist() == sorted(list(range(250)) * 3)
    assert (log["block"] == log["draw"] // 200).all()
    left = log[log["family"] == "leave_out"]
    sizes = {"as it is": 0, "D1": 10, "D2": 10, "D3": 11, "D4": 16}
    assert set(left["choice"]) == set(sizes)
    assert (left["n_changed"] == left["choice"].map(sizes)).all()
    misread = log[log["family"] == "level_error"]
    # A level at an end of the scale, one in five here twice over, errs to one side only.
    at_end = float(TABLE.isin([1, 5]).to_numpy().mean())
    assert misread["n_changed"].mean() / TABLE.size == pytest.approx(0.2 - 0.1 * at_end, abs=0.005)


@pytest.mark.whole
def test_light_install_answers_all_but_sobol_and_matching_weights() -> None:
    program = """
import sys
from importlib.abc import MetaPathFinder
class Absent(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in ("scipy", "matplotlib", "statsmodels"):
            raise ModuleNotFoundError(name=name)
sys.meta_path.insert(0, Absent())
import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda n, p=None: None if n.startswith("scipy") else found(n, p)
import numpy as np, pandas as pd
from spbe_research import audit, load_instrument
from spbe_research.choices import LevelError, Weights
codes = list(load_instrument("permen-59-2020").indicators)
table = pd.DataFrame(np.random.default_rng(1).integers(1, 6, (9, 47)), columns=codes)
result = audit(table, "permen-59-2020", [Weights.uniform(.25), LevelError(.1, .1)], draws=200)
for name in ("ranks", "pairs_exact", "bodies_exact", "alternatives", "importance", "log"):
    result.tables[name]
for name in ("sensitivity", "matching"):
    try:
        result.tables[name]
    except ImportError as error:
        print(error)
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.stderr == ""
    assert (
        run.stdout == 2 * "This needs scipy. Install it with: pip install 'spbe_research[study]'\n"
    )


def test_all_combinations_of_options_are_drawn() -> None:
    choices = [Aggregation("geometric", at="index"), LeaveOut("D1", "D2")]
    log = audit(TABLE, EDITION, choices, draws=200).tables["log"]
    drawn = log.pivot(index="draw", columns="family", values="choice")
    seen = set(map(tuple, drawn[["aggregation", "leave_out"]].to_numpy().tolist()))
    assert seen == set(
        itertools.product(["as it is", "geometric at index"], ["as it is", "D1", "D2"])
    )
