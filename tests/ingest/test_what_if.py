"""``whatif``: what would lift a body, on its latest published levels."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from typer.testing import CliRunner

from spbe_research import load_instrument, load_published, load_reference, load_scores
from spbe_research.cli import app
from spbe_research.errors import DataError
from spbe_research.ingest.what_if import step_shares, what_if
from spbe_research.scoring.steps import cheapest_steps

EDITION = load_instrument("permen-59-2020")


@pytest.mark.whole
def test_plan_begins_at_the_published_index_and_passes_the_edge() -> None:
    found = what_if("cilegon", "baik")
    published = load_published().query("agency_id == 'kota-36.72' and year == 2022")
    assert float(found.plan.before) == pytest.approx(published["index_published"].item())
    assert found.year == 2022
    assert found.plan.after >= Fraction("2.6") > found.plan.after - Fraction("0.03")
    levels = load_scores().query("agency_id == 'kota-36.72' and year == 2022").set_index("item")
    first = found.steps.drop_duplicates("item").set_index("item")["level"]
    assert (first == levels.loc[first.index, "value"]).all()


@pytest.mark.whole
def test_shares_of_bodies_are_counted_by_hand() -> None:
    steps = what_if("cilegon", "Baik").steps.set_index(["item", "level"])
    scores = (
        load_scores()
        .query("item == 'I43'")
        .pivot(index="agency_id", columns="year", values="value")
    )
    both = scores.dropna()
    at_one = both[both[2021] == 1]
    assert steps.loc[("I43", 1), "n_at_level"] == len(at_one)
    assert steps.loc[("I43", 1), "n_stepped"] == (at_one[2022] > 1).sum()


@pytest.mark.whole
def test_no_body_is_promised_what_its_levels_cannot_give() -> None:
    scores = load_scores(scale="indicator").query("year == 2022")
    for agency in scores["agency_id"].drop_duplicates().iloc[::180]:
        found = what_if(agency, "Memuaskan", most_steps=1)
        levels = scores[scores["agency_id"] == agency].set_index("item")["value"]
        weights = EDITION.leaf_weights
        highest = float(((levels + 1).clip(upper=5) * weights[levels.index]).sum())
        assert float(found.reachable) == pytest.approx(highest)
        assert (found.plan is not None) == (highest >= 4.2 - 1e-9)


@pytest.mark.whole
@pytest.mark.parametrize("costs", ["steps", "rarity"])
def test_plan_of_every_body_costs_what_a_solver_of_whole_numbers_finds(costs: str) -> None:
    scores = load_scores(scale="indicator")
    wide = scores[scores["year"] == 2022].pivot(index="agency_id", columns="item", values="value")
    assert len(wide) == 554
    shares = step_shares(scores, (2021, 2022), EDITION)
    prices = shares["n_at_level"].clip(lower=1) / shares["n_stepped"].clip(lower=0.5)
    places, edges = (1.8, 2.6, 3.5, 4.2), 0
    for _, own in wide.iloc[:: 1 if costs == "steps" else 12].iterrows():
        levels = {str(code): int(level) for code, level in own.items()}
        before = sum(EDITION.item(code).weight / 100 * level for code, level in levels.items())
        above = [edge for edge in places if edge > before]
        if not above:
            continue
        edges += 1
        steps = [(code, level) for code in levels for level in range(levels[code], 5)]
        paid = [1.0 if costs == "steps" else float(prices[step]) for step in steps]
        target = Fraction(str(above[0]))
        plan = cheapest_steps(levels, EDITION, target, costs=dict(zip(steps, paid, strict=True)))
        below = csr_array(
            (
                [
                    sign
                    for at, (code, level) in enumerate(steps)
                    if level > levels[code]
                    for sign in (1, -1)
                ],
                (
                    [
                        at
                        for at, (code, level) in enumerate(steps)
                        if level > levels[code]
                        for _ in (0, 1)
                    ],
                    [
                        each
                        for at, (code, level) in enumerate(steps)
                        if level > levels[code]
                        for each in (at, at - 1)
                    ],
                ),
            ),
            shape=(len(steps), len(steps)),
        )  # a step needs the one below it
        gains = np.array([float(EDITION.item(code).weight) for code, _ in steps])
        solved = milp(
            paid, integrality=np.ones(len(steps)), bounds=Bounds(0, 1),
            options={"mip_rel_gap": 0},
            constraints=[
                LinearConstraint(gains[None, :], float((target - before) * 100) - 1e-7, np.inf),
                LinearConstraint(below, -np.inf, 0),
            ],
        )  # fmt: skip
        assert plan is not None
        assert plan.cost == pytest.approx(solved.fun, rel=1e-6)
    assert edges > 40


@pytest.mark.whole
def test_several_sets_are_told_one_after_the_other() -> None:
    found = what_if("cilegon", "Baik", sets=3)
    assert len(found.plans) == 3
    assert found.plan.cost == 20
    assert [plan.cost for plan in found.plans] == sorted(plan.cost for plan in found.plans)
    assert found.steps.groupby("set").size().tolist() == [len(p.steps) for p in found.plans]
    run = CliRunner().invoke(app, ["whatif", "cilegon", "--target", "Baik", "--sets", "3"])
    assert [line for line in run.stdout.splitlines() if line.startswith("Set ")] == [
        f"Set {at}: to {float(found.plans[at - 1].after):g} in 20 steps, cost 20." for at in (2, 3)
    ]


@pytest.mark.whole
def test_kept_indicators_stay_and_rare_steps_are_dear() -> None:
    found = what_if("cilegon", "2,3", costs="rarity", keep=("I43", "I47"))
    assert {"I43", "I47"}.isdisjoint(found.steps["item"])
    made = found.steps["n_stepped"] / found.steps["n_at_level"]
    assert (found.steps["cost"] * made).tolist() == pytest.approx([1] * len(made))
    fewest = what_if("cilegon", "2.3").steps
    prices = fewest["n_at_level"] / fewest["n_stepped"]
    rarest = what_if("cilegon", "2.3", costs="rarity")
    assert rarest.plan.cost <= prices.sum()
    assert len(rarest.steps) >= len(fewest)


@pytest.mark.whole
@pytest.mark.parametrize(
    ("agency", "target", "more", "said"),
    [
        ("cilegon", "Hebat", {}, "Invalid target 'Hebat'. It must be Kurang, Cukup, Baik"),
        ("cilegon", "7", {}, "Invalid target '7'"),
        ("cilegon", "1/0", {}, "Invalid target '1/0'"),
        ("cilegon", "Baik", {"keep": ("I99",)}, "Invalid indicator 'I99'"),
        ("cilegon", "Baik", {"costs": "money"}, "Invalid costs 'money'"),
        ("tidak ada sama sekali", "Baik", {}, "Invalid agency"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    agency: str, target: str, more: dict[str, object], said: str
) -> None:
    with pytest.raises(DataError, match=said):
        what_if(agency, target, **more)  # type: ignore[arg-type]


def test_body_without_levels_is_refused_with_the_years_there_are() -> None:
    scores = load_scores(scale="indicator").query("year >= 2021")
    published = load_published().query("year == 2018")
    without = sorted(set(published["agency_id"]) - set(scores["agency_id"]))
    with pytest.raises(DataError, match="they exist for 2021 and 2022 only"):
        what_if(without[0], "Baik")


def test_every_level_of_every_indicator_says_what_it_asks_for() -> None:
    criteria = load_reference("level_criteria")
    keys = set(zip(criteria["item"], criteria["level"], strict=True))
    assert keys == {(item, str(level)) for item in EDITION.indicators for level in range(1, 6)}
    assert pd.notna(criteria[["requires_id", "requires_en", "page"]]).all().all()
    assert not (criteria[["requires_id", "requires_en", "page"]] == "").any().any()


@pytest.mark.whole
def test_command_says_year_steps_and_refusal_in_both_languages() -> None:
    run = CliRunner().invoke(app, ["whatif", "cilegon", "--target", "Baik", "--lang", "id"])
    assert run.exit_code == 0
    first = run.stdout.splitlines()[0]
    assert "menurut tingkat kematangan tahun 2022, yang terakhir diterbitkan" in first
    assert "dari 2,007 menjadi 2,6045 (Baik) dengan 20 kenaikan" in first
    run = CliRunner().invoke(app, ["whatif", "cilegon", "--target", "Memuaskan", "--cap", "3"])
    assert run.exit_code == 1
    assert "cannot reach Memuaskan (4.2) from its levels of 2022 under these caps" in run.stdout
    run = CliRunner().invoke(app, ["whatif", "cilegon", "--target", "Cukup", "--cap", "1"])
    assert run.exit_code == 0
    assert "Cukup is reached without a step" in run.stdout
